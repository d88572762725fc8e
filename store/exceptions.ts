import type { Pool } from 'pg';
import { explain, type ExceptionFacts, type ShownRecord } from '../domain/explain';
import { formatAmount } from '../domain/money';
import type { Bilingual, ExceptionKind, ReconciliationName, Role } from '../domain/words';
import { streamRows } from './cursor';

export type ExceptionState = 'open' | 'resolved' | 'superseded';

/** One exception as API, CLI and console show it (contracts, section 2). */
export interface ExceptionView {
  readonly id: string;
  readonly reconciliation: ReconciliationName;
  readonly kind: ExceptionKind;
  readonly currency: string;
  /** left − right, decimal string. */
  readonly difference: string;
  readonly left: readonly ShownRecord[];
  readonly right: readonly ShownRecord[];
  readonly rule: string;
  readonly explanation: Bilingual;
  readonly suggestedAction: string;
  readonly owner: Role;
  readonly state: ExceptionState;
  /** What a person said, where the state is resolved. */
  readonly action: string | null;
  readonly causedBy: readonly string[];
}

export interface ExceptionFilter {
  /** Superseded ones are shown only when they are asked for. */
  readonly state?: ExceptionState | undefined;
  readonly kind?: ExceptionKind | undefined;
  readonly reconciliation?: ReconciliationName | undefined;
}

/** A row of `exception_state`, as far as it is shown. */
export interface StoredException {
  readonly id: string;
  readonly reconciliation: ReconciliationName;
  readonly kind: ExceptionKind;
  readonly currency: string;
  readonly difference: string;
  readonly left_records: readonly ShownRecord[];
  readonly right_records: readonly ShownRecord[];
  readonly facts: ExceptionFacts;
  readonly rule: string;
  readonly suggested_action: string;
  readonly owner: Role;
  readonly state: ExceptionState;
  readonly action: string | null;
  readonly caused_by: readonly string[];
}

/** The month's exceptions in a stable order, streamed in constant memory. */
export async function* streamExceptions(
  pool: Pool,
  periodId: number,
  filter: ExceptionFilter = {},
): AsyncGenerator<ExceptionView> {
  const rows = streamRows<StoredException>(
    pool,
    `SELECT * FROM exception_state
      WHERE period_id = $1 AND CASE WHEN $2::text IS NULL THEN state <> 'superseded' ELSE state = $2 END
        AND ($3::text IS NULL OR kind = $3) AND ($4::text IS NULL OR reconciliation = $4)
      ORDER BY reconciliation, kind, abs(difference) DESC, id`,
    [periodId, filter.state ?? null, filter.kind ?? null, filter.reconciliation ?? null],
  );
  for await (const row of rows) yield exceptionView(row);
}

/** Shows a stored exception: amounts with their currency's decimals, the explanation in both languages. */
export function exceptionView(row: StoredException): ExceptionView {
  const { currency } = row;
  const shown = (records: readonly ShownRecord[]): ShownRecord[] =>
    records.map(({ source, reference, date, amount }) => ({
      source,
      reference,
      date,
      amount: formatAmount(amount, currency),
    }));
  const left = shown(row.left_records);
  const right = shown(row.right_records);
  const difference = formatAmount(row.difference, currency);
  return {
    id: row.id,
    reconciliation: row.reconciliation,
    kind: row.kind,
    currency,
    difference,
    left,
    right,
    rule: row.rule,
    explanation: explain({
      reconciliation: row.reconciliation,
      kind: row.kind,
      currency,
      difference,
      left,
      right,
      facts: row.facts,
      causes: row.caused_by.length,
    }),
    suggestedAction: row.suggested_action,
    owner: row.owner,
    state: row.state,
    action: row.action,
    causedBy: row.caused_by,
  };
}
