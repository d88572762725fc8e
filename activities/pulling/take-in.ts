import type { PartState } from '../../domain/source-words';
import type { Bilingual } from '../../domain/words';
import { readPart, settlePart, type PartRow } from '../../store/sources/parts';
import { readPartBatch, registerArrival, type KeptFile, type PartBatch } from '../../store/sources/take-in';
import type { Run } from './resources';

/** What a records file holds. */
export interface RecordsHeld {
  readonly filed: number;
  readonly rows: number;
}

/** A month that was cut off while its file was made: what was to replace a batch is a late document now. */
const CUT_OFF_MEANWHILE = 'REPLACES_AFTER_CUTOFF';

/**
 * Takes a part's file into the month and settles the part. The bytes it had last change nothing; a refused file stops it.
 * Idempotent because the batch is remembered with its registration: a second run goes on with it.
 * @param records of a records file: the revision it holds, and how many are live
 */
export async function takeIn(run: Run, part: PartRow, file: KeptFile, records?: RecordsHeld): Promise<void> {
  const known = await knownBatch(run, part, file);
  if (known !== null && known.state !== 'received') return settle(run, part.key, known, 'unchanged', records);
  const { batch, isNew } = known === null ? await register(run, part, file) : { batch: known.id, isNew: true };
  await run.resources.importBatch(batch, run.signal);
  const loaded = await readPartBatch(run.resources.pool, batch);
  if (loaded.refusal?.code === CUT_OFF_MEANWHILE) {
    return takeIn(run, await readPart(run.resources.pool, run.pull, part.key), file, records);
  }
  await settle(run, part.key, loaded, isNew ? 'arrived' : 'unchanged', records);
}

function register(run: Run, part: PartRow, file: KeptFile): Promise<{ batch: number; isNew: boolean }> {
  return registerArrival(run.resources.pool, run.pull, part, file);
}

/** The part's own batch, if it was made of these bytes and still counts or waits. */
async function knownBatch(run: Run, part: PartRow, file: KeptFile): Promise<PartBatch | null> {
  if (part.batchId === null || part.evidence !== file.evidence) return null;
  const batch = await readPartBatch(run.resources.pool, part.batchId);
  return ['refused', 'cancelled', 'replaced'].includes(batch.state) ? null : batch;
}

async function settle(
  { resources, pull, secrets }: Run,
  key: string,
  { refusal, rows }: PartBatch,
  state: PartState & ('arrived' | 'unchanged'),
  records: RecordsHeld | undefined,
): Promise<void> {
  if (refusal !== null) {
    const said: Bilingual = { zh: secrets.hide(refusal.reason.zh), en: secrets.hide(refusal.reason.en) };
    return settlePart(resources.pool, pull, key, { state: 'stopped', code: refusal.code, said });
  }
  await settlePart(resources.pool, pull, key, { state, ...(records ?? { rows }) });
}
