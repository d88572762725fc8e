import { formatAmount } from '../../domain/money';
import type { ReceiptAmounts, ReceiptsSection } from '../../domain/report-model';
import type { Method } from '../../domain/words';
import type { Queryable } from '../db';
import type { ReportScope } from './scope';

interface ReceiptRow extends ReceiptAmounts {
  readonly level: 'total' | 'method' | 'day';
  readonly method: Method;
  readonly date: string;
}

/** Receipts and refunds by method, and by day and method. */
export async function readReceipts(db: Queryable, scope: ReportScope): Promise<ReceiptsSection> {
  const { rows } = await db.query<ReceiptRow>(
    `WITH fine AS MATERIALIZED (
       SELECT currency, method, received_on, count(*) AS count, sum(amount) AS amount,
              coalesce(sum(amount) FILTER (WHERE amount < 0), 0) AS refunded
         FROM receipt WHERE ${scope.rows}
        GROUP BY currency, method, received_on
     )
     SELECT CASE WHEN GROUPING(received_on) = 0 THEN 'day' WHEN GROUPING(method) = 0 THEN 'method' ELSE 'total' END AS level,
            currency, method, received_on::text AS date, sum(count)::integer AS count,
            sum(amount) - sum(refunded) AS received, sum(refunded) AS refunded, sum(amount) AS amount
       FROM fine
      GROUP BY GROUPING SETS ((currency), (currency, method), (currency, received_on, method))
      ORDER BY currency, received_on, method`,
  );
  const ofLevel = (level: ReceiptRow['level']): ReceiptRow[] => rows.filter((row) => row.level === level);
  return {
    totals: ofLevel('total').map(amountsOf),
    methods: ofLevel('method').map((row) => ({ method: row.method, ...amountsOf(row) })),
    days: ofLevel('day').map((row) => ({ date: row.date, method: row.method, ...amountsOf(row) })),
  };
}

function amountsOf({ currency, count, received, refunded, amount }: ReceiptAmounts): ReceiptAmounts {
  return {
    currency,
    count,
    received: formatAmount(received, currency),
    refunded: formatAmount(refunded, currency),
    amount: formatAmount(amount, currency),
  };
}
