import { Context } from '@temporalio/activity';
import { stat } from 'node:fs/promises';
import type { Connection, Part } from '../sources/system';
import { addFinding, beginProbe, endProbe, type ProbeFinding } from '../store/sources/probes';
import { readConnected } from '../store/sources/source-row';
import { step } from './errors';
import { secretsOf, withConnection } from './pulling/connect';
import type { PullResources } from './pulling/resources';
import { troubleOf } from './pulling/trouble';

export interface ProbeActivities {
  /**
   * Tests a source, or counts what a month of it would bring; nothing of it is stored but the findings.
   * Idempotent because a probe begins anew with no findings, and one that is done is left alone.
   */
  probeSource(input: { readonly probeId: number }): Promise<void>;
}

export function createProbeActivities(resources: PullResources): ProbeActivities {
  return { probeSource: ({ probeId }) => step(() => probe(resources, probeId, Context.current().cancellationSignal)) };
}

async function probe(resources: PullResources, probeId: number, signal: AbortSignal): Promise<void> {
  const { pool } = resources;
  const asked = await beginProbe(pool, probeId);
  if (asked === null) return;
  const source = await readConnected(pool, asked.sourceId);
  const secrets = secretsOf(resources, source);
  const context = { secrets, signal, warn: resources.warn, key: source.name, attempts: 0 };
  try {
    await withConnection(resources, source, secrets, signal, async (connection) => {
      const found = asked.month === null ? connection.test() : dryMonth(connection, asked.month, told);
      for await (const finding of found) await addFinding(pool, probeId, hidden(finding));
    });
    await endProbe(pool, probeId, null);
  } catch (error) {
    const { code, said } = troubleOf(error, { ...context, now: resources.now() });
    await endProbe(pool, probeId, { code, reason: said });
  }

  function told(part: Part, error: unknown): ProbeFinding {
    const { state, code, said } = troubleOf(error, { ...context, now: resources.now() });
    return {
      ...subjectOf(part),
      state: state === 'waiting' ? 'warning' : 'missing',
      said: { zh: `${code}：${said.zh}`, en: `${code}: ${said.en}` },
    };
  }

  function hidden(finding: ProbeFinding): ProbeFinding {
    return JSON.parse(secrets.hide(JSON.stringify(finding))) as ProbeFinding;
  }
}

/** What a month would bring, part by part. */
async function* dryMonth(
  connection: Connection,
  month: string,
  told: (part: Part, error: unknown) => ProbeFinding,
): AsyncGenerator<ProbeFinding> {
  for (const part of await connection.parts(month)) {
    yield await look(connection, part, month).catch((error: unknown) => told(part, error));
  }
}

async function look(connection: Connection, part: Part, month: string): Promise<ProbeFinding> {
  if (part.nature === 'records') {
    const rows = (await connection.count?.(part, month)) ?? (await countPages(connection, part, month));
    return { ...subjectOf(part), state: 'ok', rows, said: { zh: `${rows} 条`, en: `${rows} records` } };
  }
  if (part.notBefore !== undefined && part.notBefore > new Date()) {
    const at = part.notBefore.toISOString();
    return { ...subjectOf(part), state: 'warning', said: { zh: `${at} 之后才有`, en: `not before ${at}` } };
  }
  const arrival = await connection.fetch(part, month);
  if (arrival.state === 'empty') return { ...subjectOf(part), state: 'ok', rows: 0, said: arrival.reason };
  const { size: bytes } = await stat(arrival.path);
  const said = { zh: `${arrival.fileName}，${bytes} 字节`, en: `${arrival.fileName}, ${bytes} bytes` };
  return { ...subjectOf(part), state: 'ok', bytes, said };
}

async function countPages(
  connection: Connection,
  part: Extract<Part, { nature: 'records' }>,
  month: string,
): Promise<number> {
  let rows = 0;
  for await (const { records } of connection.pages(part, month, null)) {
    rows += records.filter(({ deleted }) => deleted !== true).length;
  }
  return rows;
}

function subjectOf({ key, day }: Part): Pick<ProbeFinding, 'subject' | 'day'> {
  return { subject: key, ...(day === undefined ? {} : { day }) };
}
