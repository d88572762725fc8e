import { createHash } from 'node:crypto';
import { canonicalText, type Canonical } from '../domain/canonical';
import {
  EXCEPTION_KIND_NAMES,
  RECONCILIATION_NAMES,
  type Bilingual,
  type ExceptionKind,
  type ReconciliationName,
} from '../domain/words';
import type { Queryable } from './db';

/**
 * What a person decides on: what was collected, how it compared, what is open and what was said of it, the balances. Its hash binds
 * a decision to it; any change of a figure changes the hash. Counts are numbers, amounts decimal strings.
 */
export interface Figures {
  readonly policyVersion: number;
  readonly input: string;
  readonly batches: readonly {
    readonly batch: number;
    readonly kind: string;
    readonly rows: number;
    readonly state: string;
  }[];
  readonly parked: number;
  readonly reconciliations: readonly {
    readonly name: ReconciliationName;
    readonly state: string;
    readonly matched: number;
    readonly exceptions: number;
  }[];
  readonly exceptions: readonly {
    readonly kind: ExceptionKind;
    readonly currency: string;
    readonly open: number;
    readonly resolved: number;
    readonly amount: string;
  }[];
  /** Over every exception's id, figures and answer. */
  readonly exceptionsDigest: string;
  readonly balances: readonly {
    readonly currency: string;
    readonly customers: number;
    readonly sales: string;
    readonly ledger: string;
  }[];
}

/** Computes a month's figures and their hash, without keeping them. */
export async function computeFigures(db: Queryable, periodId: number): Promise<{ hash: string; content: Figures }> {
  const { rows } = await db.query<{ content: Figures }>(FIGURES_SQL, [periodId]);
  const content = rows[0]?.content;
  if (content === undefined) throw new Error(`period ${periodId} does not exist`);
  return {
    hash: createHash('sha256')
      .update(canonicalText(content as unknown as Canonical))
      .digest('hex'),
    content,
  };
}

/**
 * Keeps a month's figures as they are now and makes their hash the month's. Idempotent because equal figures have one row.
 * @returns the hash
 */
export async function refreshFigures(db: Queryable, periodId: number): Promise<string> {
  const { hash, content } = await computeFigures(db, periodId);
  await db.query(`INSERT INTO figures (period_id, hash, content) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, [
    periodId,
    hash,
    JSON.stringify(content),
  ]);
  await db.query(`UPDATE period SET figures_hash = $2 WHERE id = $1 AND figures_hash IS DISTINCT FROM $2`, [
    periodId,
    hash,
  ]);
  return hash;
}

const FIGURES_SQL = `
  SELECT jsonb_build_object(
    'policyVersion', coalesce(run.policy_version, 0), 'input', coalesce(run.input_hash, ''), 'reconciliations', coalesce(run.results, '[]'),
    'batches', (SELECT coalesce(jsonb_agg(jsonb_build_object('batch', id, 'kind', kind, 'rows', rows_kept, 'state', state) ORDER BY id), '[]')
                  FROM batch WHERE period_id = $1 AND state IN ('accepted', 'admitted')),
    'parked', (SELECT count(*) FROM batch WHERE period_id = $1 AND state = 'parked'),
    'exceptions', (SELECT coalesce(jsonb_agg(to_jsonb(k) ORDER BY kind, currency), '[]')
                     FROM (SELECT kind, currency, count(*) FILTER (WHERE state = 'open') AS open, count(*) FILTER (WHERE state = 'resolved') AS resolved,
                                  sum(abs(difference))::text AS amount
                             FROM exception_state WHERE period_id = $1 AND NOT superseded GROUP BY kind, currency) k),
    'exceptionsDigest', (SELECT encode(sha256(convert_to(coalesce(string_agg(concat_ws('|', id, figures_hash, state, action), ',' ORDER BY id), ''), 'UTF8')), 'hex')
                           FROM exception_state WHERE period_id = $1 AND NOT superseded),
    'balances', (SELECT coalesce(jsonb_agg(to_jsonb(b) ORDER BY currency), '[]')
                   FROM (SELECT currency, count(*) AS customers, sum(sales_closing)::text AS sales, sum(ledger_closing)::text AS ledger
                           FROM customer_balance WHERE period_id = $1 GROUP BY currency) b)) AS content
    FROM (SELECT $1::integer AS period_id) p
    LEFT JOIN LATERAL (SELECT policy_version, input_hash, results FROM reconcile_run WHERE period_id = p.period_id ORDER BY id DESC LIMIT 1) run ON true`;

/**
 * Says what changed between two figures of a month, for a person whose decision came too late.
 * @returns sentences; one general sentence where a hash is not known
 */
export async function figuresDifference(
  db: Queryable,
  periodId: number,
  seen: string,
  current: string,
): Promise<Bilingual[]> {
  const { rows } = await db.query<{ hash: string; content: Figures }>(
    `SELECT hash, content FROM figures WHERE period_id = $1 AND hash = ANY ($2)`,
    [periodId, [seen, current]],
  );
  const before = rows.find((row) => row.hash === seen)?.content;
  const after = rows.find((row) => row.hash === current)?.content;
  if (before === undefined || after === undefined) {
    return [{ zh: '这不是本月出现过的数字', en: 'these were never the figures of this month' }];
  }
  const changes = [
    ...batchChanges(before, after),
    ...exceptionChanges(before, after),
    ...matchChanges(before, after),
    ...balanceChanges(before, after),
  ];
  return changes.length > 0
    ? changes
    : [{ zh: '差异的内容或处理有变化', en: 'the content or the answers of exceptions changed' }];
}

function batchChanges(before: Figures, after: Figures): Bilingual[] {
  const known = new Set(before.batches.map((batch) => batch.batch));
  const kept = new Set(after.batches.map((batch) => batch.batch));
  return [
    ...after.batches
      .filter((batch) => !known.has(batch.batch))
      .map((batch) => ({
        zh: `新增批次 ${batch.batch}（${batch.kind}，${batch.rows} 行）`,
        en: `batch ${batch.batch} came in (${batch.kind}, ${batch.rows} rows)`,
      })),
    ...before.batches
      .filter((batch) => !kept.has(batch.batch))
      .map((batch) => ({ zh: `批次 ${batch.batch} 已被替换`, en: `batch ${batch.batch} was replaced` })),
    ...(before.parked === after.parked
      ? []
      : [
          {
            zh: `待处理迟到批次 ${before.parked} → ${after.parked}`,
            en: `parked batches ${before.parked} → ${after.parked}`,
          },
        ]),
  ];
}

function exceptionChanges(before: Figures, after: Figures): Bilingual[] {
  const key = (row: Figures['exceptions'][number]): string => `${row.kind} ${row.currency}`;
  const old = new Map(before.exceptions.map((row) => [key(row), row]));
  const now = new Map(after.exceptions.map((row) => [key(row), row]));
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((name) => {
    const was = old.get(name);
    const is = now.get(name);
    if (was?.open === is?.open && was?.resolved === is?.resolved && was?.amount === is?.amount) return [];
    const kind = EXCEPTION_KIND_NAMES[(is ?? was)?.kind ?? 'amount_differs'];
    const count = (row: typeof was): string => `${row?.open ?? 0}+${row?.resolved ?? 0}`;
    return [
      {
        zh: `${kind.zh}：未处理+已处理 ${count(was)} → ${count(is)}`,
        en: `${kind.en}: open+resolved ${count(was)} → ${count(is)}`,
      },
    ];
  });
}

function matchChanges(before: Figures, after: Figures): Bilingual[] {
  return after.reconciliations.flatMap((row) => {
    const was = before.reconciliations.find((one) => one.name === row.name);
    if (was?.matched === row.matched && was.state === row.state) return [];
    const name = RECONCILIATION_NAMES[row.name];
    return [
      {
        zh: `${name.zh}：匹配 ${was?.matched ?? 0} → ${row.matched}`,
        en: `${name.en}: matched ${was?.matched ?? 0} → ${row.matched}`,
      },
    ];
  });
}

function balanceChanges(before: Figures, after: Figures): Bilingual[] {
  return after.balances.flatMap((row) => {
    const was = before.balances.find((one) => one.currency === row.currency);
    if (was?.sales === row.sales && was.ledger === row.ledger) return [];
    return [
      {
        zh: `${row.currency} 应收余额：销售 ${was?.sales ?? '0'} → ${row.sales}，总账 ${was?.ledger ?? '0'} → ${row.ledger}`,
        en: `${row.currency} receivable: sales ${was?.sales ?? '0'} → ${row.sales}, ledger ${was?.ledger ?? '0'} → ${row.ledger}`,
      },
    ];
  });
}

/** The hash of a month's figures as they are now, for the lock to compare with what was approved. */
export async function computeFiguresHash(db: Queryable, periodId: number): Promise<string> {
  return (await computeFigures(db, periodId)).hash;
}
