import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { FilePart } from '../../sources/system';
import { storeEvidence } from '../../store/evidence';
import { settlePart, startPart, type PartRow } from '../../store/sources/parts';
import type { Run } from './resources';
import { takeIn } from './take-in';

/**
 * Fetches one file, keeps its bytes and takes it into the month. What was here stays, if the system says later that there is nothing.
 * Idempotent because equal bytes are kept and taken in once.
 */
export async function pullFile(run: Run, part: FilePart, row: PartRow): Promise<void> {
  const { resources, pull, connection } = run;
  await startPart(resources.pool, pull, part.key);
  run.say({ part: part.key, pages: 0, rows: 0 });
  const arrival = await connection.fetch(part, pull.month);
  if (arrival.state === 'empty') {
    const state = row.batchId === null ? 'empty' : 'unchanged';
    return settlePart(resources.pool, pull, part.key, { state, said: arrival.reason });
  }
  const fileName = nameOf(arrival.fileName);
  const { sha256 } = await storeEvidence(resources.pool, resources.dataDir, createReadStream(arrival.path), fileName);
  await rm(arrival.path, { force: true });
  const encoding = arrival.encoding === undefined ? {} : { encoding: arrival.encoding };
  await takeIn(run, row, { kind: part.kind, fileName, ...encoding, evidence: sha256 });
}

/** A name to show, never a place to write to. */
function nameOf(given: string): string {
  const name = basename(given.replaceAll('\\', '/'))
    .replace(/\p{Cc}/gu, '')
    .slice(0, 255)
    .trim();
  return name === '' ? 'file' : name;
}
