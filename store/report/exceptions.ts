import { Decimal, formatAmount } from '../../domain/money';
import {
  REPORT_TOP_ROWS,
  type ExceptionKindLine,
  type ExceptionOutcome,
  type ExceptionRow,
  type ExceptionsSection,
  type ReconciliationLine,
} from '../../domain/report-model';
import { RECONCILIATIONS, type ExceptionKind, type ReconciliationName } from '../../domain/words';
import type { ShownRecord } from '../../domain/explain';
import type { Queryable } from '../db';
import { exceptionView, type StoredException } from '../exceptions';
import { fetchAll } from './cursor';
import type { ReportScope } from './scope';

/** The month's exceptions with what became of each: the answer, `cleared` together with their causes, or `open`. $1 period. */
const OUTCOMES = `
  SELECT *, coalesce(action, CASE state WHEN 'resolved' THEN 'cleared' ELSE 'open' END) AS outcome
    FROM exception_state WHERE period_id = $1 AND state <> 'superseded'`;

interface KindRow {
  kind: ExceptionKind;
  currency: string;
  outcome: ExceptionOutcome;
  count: number;
  difference: string;
  absolute: string;
}

/** Exceptions by kind and outcome, and the largest of them. Needs a client inside a transaction. */
export async function readExceptions(db: Queryable, scope: ReportScope): Promise<ExceptionsSection> {
  const { rows } = await db.query<KindRow>(
    `SELECT kind, currency, outcome, count(*)::integer AS count, sum(difference) AS difference, sum(abs(difference)) AS absolute
       FROM (${OUTCOMES}) e GROUP BY kind, currency, outcome ORDER BY kind, currency, outcome`,
    [scope.periodId],
  );
  const top: ExceptionRow[] = [];
  for await (const row of streamLargestExceptions(db, scope, REPORT_TOP_ROWS)) top.push(row);
  return { total: rows.reduce((sum, row) => sum + row.count, 0), kinds: foldKinds(rows), top };
}

function foldKinds(rows: readonly KindRow[]): ExceptionKindLine[] {
  const kinds = new Map<string, ExceptionKindLine>();
  for (const { kind, currency, outcome, count, difference, absolute } of rows) {
    const line = kinds.get(`${kind} ${currency}`) ?? {
      kind,
      currency,
      count: 0,
      difference: '0',
      absolute: '0',
      outcomes: [],
    };
    kinds.set(`${kind} ${currency}`, {
      kind,
      currency,
      count: line.count + count,
      difference: formatAmount(new Decimal(line.difference).plus(difference), currency),
      absolute: formatAmount(new Decimal(line.absolute).plus(absolute), currency),
      outcomes: [...line.outcomes, { outcome, count, absolute: formatAmount(absolute, currency) }],
    });
  }
  return [...kinds.values()];
}

interface AnsweredException extends StoredException {
  readonly outcome: ExceptionOutcome;
  readonly answered_by: string | null;
  readonly reason: string | null;
}

/** The exceptions, the largest difference first. Needs a client inside a transaction; memory holds one fetch at a time. */
export async function* streamLargestExceptions(
  db: Queryable,
  scope: ReportScope,
  limit: number,
): AsyncGenerator<ExceptionRow> {
  const query = `
    SELECT o.*, p.name AS answered_by, d.reason
      FROM (${OUTCOMES} ORDER BY abs(difference) DESC, id LIMIT $2) o
      LEFT JOIN decision d ON d.id = o.decision_id LEFT JOIN person p ON p.id = d.person_id
     ORDER BY abs(o.difference) DESC, o.id`;
  for await (const row of fetchAll<AnsweredException>(db, 'exceptions', query, [scope.periodId, limit])) {
    yield exceptionOf(row);
  }
}

function exceptionOf(row: AnsweredException): ExceptionRow {
  const { id, reconciliation, kind, currency, difference, left, right, explanation } = exceptionView(row);
  return {
    id,
    reconciliation,
    kind,
    currency,
    difference,
    left: referencesOf(left),
    right: referencesOf(right),
    explanation,
    outcome: row.outcome,
    answeredBy: row.answered_by,
    reason: row.reason,
  };
}

const REFERENCES_SHOWN = 5;

function referencesOf(records: readonly ShownRecord[]): string {
  const shown = records
    .slice(0, REFERENCES_SHOWN)
    .map((record) => record.reference)
    .join(', ');
  return records.length <= REFERENCES_SHOWN ? shown : `${shown} (+${records.length - REFERENCES_SHOWN})`;
}

interface RunResult {
  readonly name: ReconciliationName;
  readonly state: string;
  readonly matched: number;
  readonly exceptions: number;
}

/** How each standing reconciliation stood at the lock, with its differences by currency, and the rules it ran by. */
export async function readReconciliations(
  db: Queryable,
  scope: ReportScope,
): Promise<{ ruleVersion: string; lines: ReconciliationLine[] }> {
  const run = await db.query<{ rule_version: string; results: readonly RunResult[] }>(
    'SELECT rule_version, results FROM reconcile_run WHERE period_id = $1 ORDER BY id DESC LIMIT 1',
    [scope.periodId],
  );
  const { rows } = await db.query<{ reconciliation: string; currency: string; difference: string; absolute: string }>(
    `SELECT reconciliation, currency, sum(difference) AS difference, sum(abs(difference)) AS absolute
       FROM close_exception WHERE period_id = $1 AND NOT superseded
      GROUP BY reconciliation, currency ORDER BY reconciliation, currency`,
    [scope.periodId],
  );
  const results = run.rows[0]?.results ?? [];
  const lines = RECONCILIATIONS.map((name) => {
    const result = results.find((one) => one.name === name);
    return {
      name,
      state: result?.state ?? 'not_provided',
      matched: result?.matched ?? 0,
      exceptions: result?.exceptions ?? 0,
      differences: rows
        .filter((row) => row.reconciliation === name)
        .map(({ currency, difference, absolute }) => ({
          currency,
          difference: formatAmount(difference, currency),
          absolute: formatAmount(absolute, currency),
        })),
    };
  });
  return { ruleVersion: run.rows[0]?.rule_version ?? '', lines };
}
