import { FACT_SHAPES } from '../../domain/fact-shapes';
import type { FactRelation } from '../../domain/words';
import { firstIdOf } from './batch-sink';

/** The rows just loaded, and how their file names the columns. */
export interface LoadedBatch {
  readonly id: number;
  readonly periodId: number;
  readonly month: string;
  readonly relation: FactRelation;
  readonly currency: string;
  readonly timezone: string;
  /** Columns of the relation by the file's names, for the quarantined row. */
  readonly columnNames: Readonly<Record<string, string>>;
}

/** The rows of the batch itself: ids are batch id * 2^32 + row. */
export function own(batch: Pick<LoadedBatch, 'id' | 'periodId'>): string {
  return `f.period_id = ${batch.periodId} AND f.id >= ${firstIdOf(batch.id)} AND f.id < ${firstIdOf(batch.id + 1)}`;
}

export function currencyOf(batch: LoadedBatch): string {
  const column = FACT_SHAPES[batch.relation].currency;
  return column ? `f.${column}` : `'${batch.currency}'`;
}

/** The month of a row as a day; rows of the month itself need no arithmetic. */
export function monthOf(alias: string, date: string, month: string): string {
  return `CASE WHEN ${alias}.in_period THEN '${month}-01'::date ELSE date_trunc('month', ${alias}.${date})::date END`;
}

/**
 * The row as text again, by the file's names; instants on the company's clocks.
 * @param parameter the statement's parameter that takes `names`
 */
export function cellsOf({ columnNames, timezone }: LoadedBatch, parameter: string): { names: string[]; cells: string } {
  const entries = Object.entries(columnNames);
  const zone = `'${timezone.replaceAll("'", "''")}'`;
  const texts = entries.map(([column]) =>
    column.endsWith('_at') ? `to_char(f.${column} AT TIME ZONE ${zone}, 'YYYY-MM-DD HH24:MI:SS')` : `f.${column}::text`,
  );
  return {
    names: entries.map(([, name]) => name),
    cells: `jsonb_strip_nulls(jsonb_object(${parameter}::text[], ARRAY[${texts.join(', ')}])) || coalesce(f.extra, '{}')`,
  };
}
