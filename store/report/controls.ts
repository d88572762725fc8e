import { Decimal, formatAmount } from '../../domain/money';
import { Problem } from '../../domain/problem';
import type {
  ControlLine,
  ReceiptsSection,
  ReceivablesSection,
  SalesRanking,
  SalesSection,
} from '../../domain/report-model';
import type { Bilingual } from '../../domain/words';
import type { Queryable } from '../db';
import { SALE_STATUSES } from '../reconcile/sale-documents';
import type { ReportScope } from './scope';

type Sums = ReadonlyMap<string, Decimal>;

/** The sections whose totals are held against the facts. */
export interface ControlledSections {
  readonly sales: SalesSection;
  readonly receipts: ReceiptsSection;
  readonly receivables: ReceivablesSection;
}

/** Computes each total once more, straight from the rows, and sets it beside what the report says. */
export async function readControls(
  db: Queryable,
  scope: ReportScope,
  sections: ControlledSections,
): Promise<ControlLine[]> {
  const facts = await readFacts(db, scope);
  const { sales, receipts, receivables } = sections;
  const lines = [
    ...compare(
      { zh: '按日销售', en: 'sales by day' },
      sumOf(sales.days, (day) => day.gross),
      facts.sales,
    ),
    ...compare({ zh: '按业务员销售', en: 'sales by salesperson' }, sumOfRanking(sales.salespeople), facts.sales),
    ...compare({ zh: '按地区销售', en: 'sales by region' }, sumOfRanking(sales.regions), facts.sales),
    ...compare(
      { zh: '按日退货', en: 'returns by day' },
      sumOf(sales.days, (day) => day.returns),
      facts.returns,
    ),
    ...compare(
      { zh: '按日按方式收款', en: 'receipts by day and method' },
      sumOf(receipts.days, (day) => day.amount),
      facts.receipts,
    ),
  ];
  if (sales.products.rows.length > 0) {
    lines.push(...compare({ zh: '按产品销售', en: 'sales by product' }, sumOfRanking(sales.products), facts.sales));
  }
  if (receivables.totals.length > 0) lines.push(...compareBalances(receivables, facts));
  return lines;
}

function compareBalances(receivables: ReceivablesSection, facts: Facts): ControlLine[] {
  const { totals } = receivables;
  return [
    ...compare(
      { zh: '客户往来中的销售', en: 'sales in customer balances' },
      sumOf(totals, (total) => total.sales),
      facts.sales,
    ),
    ...compare(
      { zh: '客户往来中的退货', en: 'returns in customer balances' },
      sumOf(totals, (total) => total.returns),
      facts.returns,
    ),
    ...compare(
      { zh: '客户往来中的收款', en: 'receipts in customer balances' },
      sumOf(totals, (total) => total.receipts),
      facts.receipts,
    ),
    ...compare(
      { zh: '应收账龄合计', en: 'ages of receivables' },
      sumOf(totals, (total) => Decimal.sum(...total.buckets, total.credit).toFixed()),
      facts.closing,
    ),
  ];
}

/** @throws Problem REPORT_TOTALS_DIFFER: a report that contradicts the facts is never written */
export function assertControls(lines: readonly ControlLine[]): void {
  const wrong = lines.find((line) => !new Decimal(line.reported).equals(line.facts));
  if (wrong === undefined) return;
  throw new Problem(
    'REPORT_TOTALS_DIFFER',
    {
      zh: `报告合计与明细不一致：${wrong.name.zh} ${wrong.currency} 报告 ${wrong.reported}，明细 ${wrong.facts}。未生成报告，请运行 audit verify 并联系管理员。`,
      en: `the report contradicts the rows: ${wrong.name.en} ${wrong.currency} reported ${wrong.reported}, rows ${wrong.facts}. No report was written; run audit verify and tell the administrator`,
    },
    500,
  );
}

interface Facts {
  readonly sales: Sums;
  readonly returns: Sums;
  readonly receipts: Sums;
  readonly closing: Sums;
}

async function readFacts(db: Queryable, scope: ReportScope): Promise<Facts> {
  const { rows } = await db.query<{ what: keyof Facts; currency: string; amount: string }>(
    `SELECT 'sales' AS what, currency, sum(gross_amount) AS amount
       FROM sales_order WHERE ${scope.rows} AND status IN ${SALE_STATUSES} GROUP BY currency
     UNION ALL
     SELECT 'returns', currency, sum(gross_amount) FROM sales_return WHERE ${scope.rows} GROUP BY currency
     UNION ALL
     SELECT 'receipts', currency, sum(amount) FROM receipt WHERE ${scope.rows} GROUP BY currency
     UNION ALL
     SELECT 'closing', currency, sum(sales_closing) FROM customer_balance WHERE period_id = $1 GROUP BY currency
     ORDER BY what, currency`,
    [scope.periodId],
  );
  const of = (what: keyof Facts): Sums =>
    sumOf(
      rows.filter((row) => row.what === what),
      (row) => row.amount,
    );
  return { sales: of('sales'), returns: of('returns'), receipts: of('receipts'), closing: of('closing') };
}

function sumOf<Row extends { readonly currency: string }>(rows: readonly Row[], amount: (row: Row) => string): Sums {
  const sums = new Map<string, Decimal>();
  for (const row of rows) sums.set(row.currency, (sums.get(row.currency) ?? new Decimal(0)).plus(amount(row)));
  return sums;
}

function sumOfRanking(ranking: SalesRanking): Sums {
  return sumOf([...ranking.rows, ...ranking.rest], (row) => row.gross);
}

function compare(name: Bilingual, reported: Sums, facts: Sums): ControlLine[] {
  const currencies = [...new Set([...reported.keys(), ...facts.keys()])].sort();
  return currencies.map((currency) => ({
    name,
    currency,
    reported: formatAmount(reported.get(currency) ?? '0', currency),
    facts: formatAmount(facts.get(currency) ?? '0', currency),
  }));
}
