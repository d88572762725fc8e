import { WHOLE_STATES } from '../../domain/source-words';
import type { Part, RecordsPart } from '../../sources/system';
import { notReady } from '../../sources/trouble';
import { keepParts, notePartTrouble, readParts, settlePart, type PartRow } from '../../store/sources/parts';
import type { Trouble } from '../../store/sources/pull';
import { pullFile } from './file-part';
import { fileRecords, pullRecords } from './records-part';
import type { Run } from './resources';
import { troubleOf } from './trouble';

/**
 * Works through the parts of a month that are due, in their order. One that fails stops no other.
 * Idempotent because a part that is whole in this round is left alone, and each other goes on where it stands.
 * @returns how many parts the month consists of
 */
export async function pullMonth(run: Run): Promise<number> {
  const { resources, pull, connection } = run;
  const parts = await connection.parts(pull.month);
  await keepParts(resources.pool, pull, parts);
  const rows = await readParts(resources.pool, pull);
  const read = new Set<string>();
  for (const part of parts) {
    const row = rows.get(part.key);
    if (row === undefined) continue;
    if (row.round >= pull.round) read.add(part.key);
    else if (
      isDue(row, resources.now()) &&
      (await attempt(run, row, () => pullPart(run, part, row), isHeld(part, row)))
    ) {
      read.add(part.key);
    }
  }
  for (const part of parts) {
    const row = rows.get(part.key);
    if (row === undefined || row.round >= pull.round || !read.has(part.key) || !isFiled(part)) continue;
    await attempt(run, row, () => fileOnce(run, part, read));
  }
  return parts.length;
}

/** Records may have changed since they came; a file is whole once it is here. */
function isHeld({ nature }: Part, { state }: PartRow): boolean {
  return nature === 'file' && WHOLE_STATES.includes(state);
}

/** A part is due unless it waits for its time, or for a person who asks for the month again. */
function isDue({ state, nextTryAt }: PartRow, now: Date): boolean {
  if (state === 'stopped') return false;
  return state !== 'waiting' || nextTryAt === null || nextTryAt <= now;
}

async function pullPart(run: Run, part: Part, row: PartRow): Promise<void> {
  const now = run.resources.now();
  if (part.notBefore !== undefined && part.notBefore > now) {
    const title = run.resources.systems[run.pull.system]?.title ?? part.title;
    throw notReady({ title }, part.title, part.notBefore);
  }
  if (part.nature === 'file') await pullFile(run, part, row);
  else await pullRecords(run, part);
}

type FiledPart = RecordsPart & { kind: NonNullable<RecordsPart['kind']> };

const isFiled = (part: Part): part is FiledPart => part.nature === 'records' && part.kind !== undefined;

/** A file is made when all it is made of has been read; until then it waits, or stops, with what is missing. */
async function fileOnce(run: Run, part: FiledPart, read: ReadonlySet<string>): Promise<void> {
  const missing = (part.uses ?? []).find((key) => !read.has(key));
  if (missing === undefined) return fileRecords(run, part);
  const { resources, pull } = run;
  const used = (await readParts(resources.pool, pull)).get(missing);
  if (used === undefined) throw new Error(`part ${part.key} uses ${missing}, which is not listed`);
  const state = used.state === 'stopped' ? 'stopped' : 'waiting';
  await notePartTrouble(resources.pool, pull, part.key, {
    ...{ state, code: used.code ?? 'SOURCE_NOT_READY', nextTryAt: used.nextTryAt },
    said: used.said ?? { zh: `等待 ${missing}`, en: `waits for ${missing}` },
  });
}

/**
 * @param isHere what it is to bring is here from an earlier round
 * @returns whether it came to its end
 */
async function attempt(run: Run, row: PartRow, work: () => Promise<void>, isHere = false): Promise<boolean> {
  const { resources, pull, secrets, signal } = run;
  try {
    await work();
    return true;
  } catch (error) {
    const now = resources.now();
    const key = `${pull.name}/${row.key}`;
    const trouble: Trouble = troubleOf(error, {
      secrets,
      signal,
      warn: resources.warn,
      now,
      key,
      attempts: row.attempts,
    });
    if (isHere) await settlePart(resources.pool, pull, row.key, { ...trouble, state: stillHere(row) });
    else await notePartTrouble(resources.pool, pull, row.key, trouble);
    return false;
  }
}

/** A file that came in an earlier round is here, also where it cannot be looked at again. */
function stillHere({ state }: PartRow): 'empty' | 'unchanged' {
  return state === 'empty' ? 'empty' : 'unchanged';
}
