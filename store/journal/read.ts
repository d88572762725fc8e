import type { JournalVoucher } from '../../domain/journal-sheet';
import { formatAmount } from '../../domain/money';
import type { Queryable } from '../db';

/** A proposal as people and programs see it. */
export interface ProposalView extends JournalVoucher {
  /** What it settles: an exception, or a match by hand. */
  readonly exception: string | null;
  readonly match: string | null;
  readonly action: 'adjust' | 'write_off';
}

interface ProposalRow extends Omit<ProposalView, 'lines'> {
  readonly lines: readonly {
    readonly account: string;
    readonly customer: string | null;
    readonly debit: string;
    readonly credit: string;
  }[];
}

/** The month's proposals whose answers stand, in the order of their numbers. */
export async function openProposals(db: Queryable, periodId: number): Promise<ProposalView[]> {
  const { rows } = await db.query<ProposalRow>(
    `SELECT p.number, p.exception_id AS exception, p.hand_match AS match, p.action, p.booked_on AS date, p.currency, p.exchange_rate::text AS rate,
            p.reference, p.description,
            (SELECT jsonb_agg(jsonb_build_object('account', account, 'customer', customer_no, 'debit', debit::text, 'credit', credit::text) ORDER BY line_no)
               FROM journal_line l WHERE l.period_id = p.period_id AND l.number = p.number) AS lines
       FROM journal_state p WHERE p.period_id = $1 AND p.open ORDER BY p.number`,
    [periodId],
  );
  return rows.map((row) => ({
    ...row,
    lines: row.lines.map(({ account, customer, debit, credit }) => ({
      ...{ account, customer },
      debit: formatAmount(debit, row.currency),
      credit: formatAmount(credit, row.currency),
    })),
  }));
}
