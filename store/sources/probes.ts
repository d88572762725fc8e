import { probeWorkflowId } from '../../domain/source-words';
import { Problem } from '../../domain/problem';
import type { Bilingual } from '../../domain/words';
import { enter } from '../access';
import { recordAudit } from '../audit';
import type { Queryable } from '../db';
import { enqueue } from '../outbox';
import type { Principal } from '../sessions';
import { findSource } from './source-row';

/** What a test or a dry pull found, one line a thing. */
export interface ProbeFinding {
  /** What was tried: `sign-in`, an object, a permission, a part of the month. */
  readonly subject: string;
  readonly state: 'ok' | 'warning' | 'missing';
  readonly said: Bilingual;
  /** One row of the object as it would be read: canonical column → value. */
  readonly sample?: Readonly<Record<string, string>>;
  /** Of a part: records that would come, or bytes of its file. */
  readonly rows?: number;
  readonly bytes?: number;
  readonly day?: string;
}

export type ProbeKind = 'test' | 'dry';

export interface ProbeView {
  readonly probe: number;
  readonly source: string;
  readonly kind: ProbeKind;
  /** YYYY-MM; of a dry pull. */
  readonly month: string | null;
  readonly state: 'asked' | 'running' | 'done' | 'failed';
  readonly findings: readonly ProbeFinding[];
  /** Why it came to no end. */
  readonly problem: { readonly code: string; readonly reason: Bilingual } | null;
  readonly askedBy: string;
  readonly askedAt: string;
  readonly finishedAt: string | null;
}

/**
 * Asks the worker to test a source, or to count what a month of it would bring; nothing of it is stored.
 * @param month of a dry pull
 * @throws Problem COMPANY_NOT_FOUND, ROLE_MISSING, SOURCE_NOT_FOUND
 */
export async function askProbe(
  db: Queryable,
  request: { readonly person: Principal; readonly company: string; readonly source: string; readonly month?: string },
): Promise<ProbeView> {
  const { person, source, month } = request;
  const { companyId } = await enter(db, person, request.company, month === undefined ? 'administer' : 'pull');
  const { sourceId } = await findSource(db, companyId, source);
  const kind: ProbeKind = month === undefined ? 'test' : 'dry';
  const made = await db.query<{ id: number }>(
    'INSERT INTO source_probe (source_id, kind, month, asked_by) VALUES ($1, $2, $3, $4) RETURNING id',
    [sourceId, kind, month ?? null, person.personId],
  );
  const id = made.rows[0]?.id ?? 0;
  await recordAudit(db, {
    ...{ companyId, actor: person.login, action: kind === 'test' ? 'source.test_asked' : 'source.dry_pull_asked' },
    ...{ subject: source, detail: { probe: id }, ...(month === undefined ? {} : { month }) },
  });
  await enqueue(db, {
    ...{ kind: 'workflow', dedupeKey: `probe:${id}`, companyId },
    payload: {
      type: 'probeSource',
      workflowId: probeWorkflowId(id),
      args: [{ probeId: id }],
      conflict: 'use-existing',
    },
  });
  return readProbe(db, companyId, id);
}

/** @throws Problem PROBE_NOT_FOUND (404) */
export async function readProbe(db: Queryable, companyId: number, id: number): Promise<ProbeView> {
  const found = await db.query<ProbeRow>(
    `SELECT t.id AS probe, s.name AS source, t.kind, t.month, t.state, t.findings, t.code, t.said_zh AS zh, t.said_en AS en, p.login AS "askedBy",
            t.asked_at AS "askedAt", t.finished_at AS "finishedAt"
       FROM source_probe t JOIN source s ON s.id = t.source_id JOIN person p ON p.id = t.asked_by WHERE t.id = $1 AND s.company_id = $2`,
    [id, companyId],
  );
  const row = found.rows[0];
  if (row === undefined) {
    throw new Problem('PROBE_NOT_FOUND', { zh: `没有测试 ${id}`, en: `there is no test ${id}` }, 404);
  }
  const { code, zh, en, askedAt, finishedAt, ...rest } = row;
  return {
    ...rest,
    problem: code === null ? null : { code, reason: { zh: zh ?? code, en: en ?? code } },
    askedAt: askedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  };
}

type ProbeRow = Omit<ProbeView, 'problem' | 'askedAt' | 'finishedAt'> & {
  readonly code: string | null;
  readonly zh: string | null;
  readonly en: string | null;
  readonly askedAt: Date;
  readonly finishedAt: Date | null;
};

/** What the worker is to do; null where it is done. It begins anew, whatever an earlier try has found. */
export async function beginProbe(
  db: Queryable,
  id: number,
): Promise<{ readonly sourceId: number; readonly kind: ProbeKind; readonly month: string | null } | null> {
  const found = await db.query<{ sourceId: number; kind: ProbeKind; month: string | null }>(
    `UPDATE source_probe SET state = 'running', findings = '[]' WHERE id = $1 AND state IN ('asked', 'running')
     RETURNING source_id AS "sourceId", kind, month`,
    [id],
  );
  return found.rows[0] ?? null;
}

export async function addFinding(db: Queryable, id: number, finding: ProbeFinding): Promise<void> {
  await db.query(`UPDATE source_probe SET findings = findings || $2::jsonb WHERE id = $1`, [
    id,
    JSON.stringify([finding]),
  ]);
}

export async function endProbe(
  db: Queryable,
  id: number,
  problem: { readonly code: string; readonly reason: Bilingual } | null,
): Promise<void> {
  await db.query(
    `UPDATE source_probe SET state = $2, code = $3, said_zh = $4, said_en = $5, finished_at = now() WHERE id = $1`,
    [
      id,
      problem === null ? 'done' : 'failed',
      problem?.code ?? null,
      problem?.reason.zh ?? null,
      problem?.reason.en ?? null,
    ],
  );
}
