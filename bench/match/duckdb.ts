import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { availableParallelism } from 'node:os';
import { timed } from '../yardstick';
import { talliesOf, type Findings, type Tallies } from './outcome';
import { MONTH } from './ledger-file';

const ORDER_COLUMNS = `{order_no: 'VARCHAR', customer_no: 'VARCHAR', order_date: 'DATE', currency: 'VARCHAR', gross_amount: 'DECIMAL(18,2)', tax_amount: 'DECIMAL(18,2)', status: 'VARCHAR'}`;
const LEDGER_COLUMNS = `{entry_no: 'VARCHAR', line_no: 'INTEGER', posting_date: 'DATE', account: 'VARCHAR', customer_no: 'VARCHAR', reference: 'VARCHAR', currency: 'VARCHAR', debit: 'DECIMAL(18,2)', credit: 'DECIMAL(18,2)'}`;

const load = (table: string, file: string, columns: string): string =>
  `CREATE TABLE ${table} AS FROM read_csv('${file.replaceAll("'", "''")}', header = true, delim = ',', quote = '"', auto_detect = false, columns = ${columns})`;

/** Per number that finance names, what is booked in the month and outside it. */
const SUMS = `CREATE TABLE booked AS
  SELECT reference, min(entry_no) AS first_entry, max(entry_no) AS last_entry, min(currency) AS currency, max(currency) AS other_currency,
         max(customer_no) AS customer_no, min(nullif(customer_no, '')) AS other_customer_no, min(posting_date) AS date,
         sum(debit - credit) FILTER (inside AND receivable) AS amount, sum(credit - debit) FILTER (inside AND tax) AS tax,
         count(*) FILTER (inside AND receivable) AS postings, max(debit - credit) FILTER (inside AND receivable) AS most,
         sum(debit - credit) FILTER (NOT inside AND receivable) AS elsewhere
    FROM (SELECT *, posting_date >= DATE '${MONTH}-01' AND posting_date < DATE '${MONTH}-01' + INTERVAL 1 MONTH AS inside,
                 starts_with(account, '1122') AS receivable, starts_with(account, '2221') AS tax FROM ledger)
   GROUP BY reference`;

/** The product's own order of questions (store/reconcile/orders-ledger). */
const JUDGED = `CREATE TABLE judged AS
  SELECT o.order_no, b.reference, b.first_entry, b.last_entry, coalesce(o.currency, b.currency) AS currency, coalesce(o.customer_no, b.customer_no) AS customer_no,
         o.gross_amount, b.amount, coalesce(o.gross_amount, 0) - coalesce(b.amount, b.elsewhere, 0) AS difference,
         CASE WHEN o.order_no IS NULL THEN 'missing_in_sales'
              WHEN o.status NOT IN ('approved', 'delivered', 'completed') THEN CASE WHEN coalesce(b.amount, 0) <> 0 THEN 'status_differs' ELSE 'none' END
              WHEN b.reference IS NULL THEN 'missing_in_finance'
              WHEN o.currency <> b.currency OR o.currency <> b.other_currency THEN 'currency_differs'
              WHEN b.amount IS NULL THEN 'date_differs'
              WHEN o.gross_amount <> b.amount THEN CASE
                WHEN b.postings >= 2 AND b.most = o.gross_amount AND b.amount >= 2 * o.gross_amount THEN 'duplicate'
                WHEN o.gross_amount = b.amount + b.elsewhere THEN 'date_differs'
                ELSE 'amount_differs' END
              WHEN o.tax_amount <> coalesce(b.tax, 0) THEN 'tax_differs'
              WHEN o.customer_no <> b.customer_no OR o.customer_no <> b.other_customer_no THEN 'customer_differs'
              ELSE 'linked by number' END AS result
    FROM sales_order o FULL JOIN booked b ON b.reference = o.order_no`;

/** What is open on both sides: customer and amount agree, the number has one slip, and each is the other's only candidate. */
const NEAR = `CREATE TABLE near AS
  SELECT order_no, reference FROM (
    SELECT o.order_no, b.reference, count(*) OVER (PARTITION BY o.order_no) AS of_order, count(*) OVER (PARTITION BY b.reference) AS of_booking
      FROM judged o JOIN judged b ON b.customer_no = o.customer_no AND b.currency = o.currency AND b.amount = o.gross_amount
     WHERE o.result = 'missing_in_finance' AND b.result = 'missing_in_sales' AND damerau_levenshtein(o.order_no, b.reference) = 1)
   WHERE of_order = 1 AND of_booking = 1`;

const LINKS = `CREATE TABLE link AS
  SELECT order_no, first_entry, last_entry, result FROM judged WHERE result = 'linked by number'
  UNION ALL
  SELECT n.order_no, b.first_entry, b.last_entry, 'linked by a near number' FROM near n JOIN booked b USING (reference)`;

const EXCEPTIONS = `CREATE TABLE exception AS
  SELECT order_no, first_entry, last_entry, result, currency, difference FROM judged j
   WHERE result NOT IN ('linked by number', 'none')
     AND NOT EXISTS (FROM near n WHERE n.order_no = j.order_no) AND NOT EXISTS (FROM near n WHERE n.reference = j.reference)`;

/** Reads both files into DuckDB's memory and compares them there. Nothing is kept. */
export async function matchInDuckdb(files: { readonly orders: string; readonly ledger: string }): Promise<Findings> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(availableParallelism()) });
  const connection = await instance.connect();
  const parts: [string, number][] = [];
  const run = async (name: string, ...statements: readonly string[]): Promise<void> => {
    const seconds = await timed(async () => {
      for (const statement of statements) await connection.run(statement);
    });
    parts.push([name, seconds]);
  };
  await run('read orders', load('sales_order', files.orders, ORDER_COLUMNS));
  await run('read ledger', load('ledger', files.ledger, LEDGER_COLUMNS));
  await run('match', SUMS, JUDGED, NEAR, LINKS, EXCEPTIONS);
  const tallies = await tally(connection);
  connection.closeSync();
  instance.closeSync();
  return { parts, tallies };
}

async function tally(connection: DuckDBConnection): Promise<Tallies> {
  const found = await connection.runAndReadAll(
    `SELECT result, count(*)::VARCHAR, sum(difference)::VARCHAR FROM exception GROUP BY result
     UNION ALL SELECT result, count(*)::VARCHAR, '0.00' FROM link GROUP BY result`,
  );
  return talliesOf(
    found.getRows().map(([result, count, difference]) => [String(result), Number(count), String(difference)]),
  );
}
