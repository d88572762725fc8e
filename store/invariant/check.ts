import type { Bilingual } from '../../domain/words';

/**
 * One thing that always holds. The statement gives a row for each case where it does not, with a column `example` that
 * says which; no row, no fault.
 */
export interface SqlCheck extends Bilingual {
  /** Stable, snake_case. */
  readonly name: string;
  readonly sql: string;
}

/** Asked of each month. `$1` is the period's id. */
export type MonthCheck = SqlCheck;

/** Asked once. `$1` is the company's id. */
export type CompanyCheck = SqlCheck;
