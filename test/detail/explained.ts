import { testFolder } from '../support';
import { exceptionDetail, type ExceptionDetail } from '../../store/detail/exception-detail';
import { matchDetail, type MatchDetail } from '../../store/detail/match-detail';
import type { Books } from '../reconcile/books';

const NO_FILES = testFolder('detail');

/** The one exception of a reconciliation that names a reference, explained; the books are compared first. */
export async function explained(books: Books, reconciliation: string, reference: string): Promise<ExceptionDetail> {
  await books.reconcile();
  const { rows } = await books.pool.query<{ id: string }>(
    `SELECT id FROM close_exception, jsonb_array_elements(left_records || right_records) r
      WHERE period_id = $1 AND reconciliation = $2 AND NOT superseded AND r->>'reference' = $3 GROUP BY id`,
    [books.periodId, reconciliation, reference],
  );
  if (rows.length !== 1) throw new Error(`${rows.length} exceptions of ${reconciliation} name ${reference}`);
  return exceptionDetail(books.pool, NO_FILES, books.periodId, rows[0]!.id);
}

/** The one match of a reconciliation made by a rule, explained. */
export async function explainedMatch(books: Books, reconciliation: string, rule: string): Promise<MatchDetail> {
  await books.reconcile();
  const { rows } = await books.pool.query<{ id: string }>(
    `SELECT id FROM match WHERE period_id = $1 AND reconciliation = $2 AND rule = $3`,
    [books.periodId, reconciliation, rule],
  );
  if (rows.length !== 1) throw new Error(`${rows.length} matches of ${reconciliation} by ${rule}`);
  return matchDetail(books.pool, NO_FILES, books.periodId, rows[0]!.id);
}

/** `field mark` of each line that both sides have. */
export function marks({ fields }: Pick<ExceptionDetail, 'fields'>): string[] {
  return fields.filter(({ mark }) => mark !== 'absent').map(({ field, mark }) => `${field} ${mark}`);
}

/** `part amount` of each part. */
export function parts({ parts: split }: Pick<ExceptionDetail, 'parts'>): string[] {
  return split.map(({ part, amount }) => `${part} ${amount}`);
}

/** `reference state: why not` of each candidate. */
export function nearly({ nearly: near }: Pick<ExceptionDetail, 'nearly'>): string[] {
  return near.map(
    ({ reference, state, reasons }) => `${reference} ${state}: ${reasons.map(({ code }) => code).join(' ')}`,
  );
}
