import type { AccountMap } from '../../domain/company';
import type { ExceptionFacts, ShownRecord } from '../../domain/explain';
import type { FactRow } from '../../domain/explanation/fact-fields';
import type { OrderLine } from '../../domain/explanation/order-lines';
import { splitDifference, type Part, type SideFigures } from '../../domain/explanation/parts';
import { feeOf, numbersOf, taxOf, type Side } from '../../domain/explanation/side';
import { Decimal } from '../../domain/money';
import { referenceKey } from '../../domain/reference';
import type { ExceptionKind, ReconciliationName } from '../../domain/words';
import { findFacts } from './facts';
import type { Ground } from './ground';

/** Of a voucher for several documents, the lines that name this one, and those that name none. */
export function linesOfDocument(left: Side, right: Side): Side {
  const numbers = new Set(numbersOf(left).map((number) => referenceKey(number)));
  const names = (row: FactRow): boolean => numbers.has(referenceKey(row.values['reference']));
  const isLedger = (row: FactRow): boolean => row.relation === 'ledger_entry';
  if (!right.rows.some((row) => isLedger(row) && names(row))) return right;
  const rows = right.rows.filter((row) => !isLedger(row) || names(row) || row.values['reference'] === null);
  return { ...right, rows };
}

export interface Splitting {
  readonly reconciliation: ReconciliationName;
  readonly kind: ExceptionKind | 'match';
  readonly currency: string;
  readonly difference: string;
  readonly facts: ExceptionFacts;
  readonly left: Side;
  readonly right: Side;
}

/** The difference split into parts; the lines of an order are looked at where its amount differs. */
export async function partsOf(ground: Ground, about: Splitting): Promise<Part[]> {
  const { accounts } = ground.settings;
  const difference = new Decimal(about.difference);
  const isAmount = about.kind === 'amount_differs' || about.kind === 'match';
  const lines = isAmount && !difference.isZero() ? await orderLines(ground, about.left.rows) : [];
  return splitDifference({
    ...about,
    difference,
    left: figuresOf(about.left, accounts),
    right: figuresOf(about.right, accounts),
    lines,
    rate: rateOf(about.right.rows),
  });
}

function figuresOf(side: Side, accounts: AccountMap): SideFigures {
  const amounts = side.records.map(({ amount }: ShownRecord) => new Decimal(amount));
  return { amounts, tax: taxOf(side, accounts), fee: feeOf(side, accounts) };
}

/** The rate a voucher was booked at, where its lines agree on one. */
function rateOf(rows: readonly FactRow[]): Decimal | undefined {
  const rates = new Set(
    rows.map(({ values }) => values['exchange_rate']).filter((rate) => rate !== null && rate !== undefined),
  );
  const [only] = rates;
  return rates.size === 1 && only !== undefined ? new Decimal(only) : undefined;
}

async function orderLines(ground: Ground, rows: readonly FactRow[]): Promise<OrderLine[]> {
  const orders = rows
    .filter(({ relation }) => relation === 'sales_order')
    .map(({ values }) => referenceKey(values['order_no']));
  const isGiven = [...ground.batches.values()].some(
    ({ kind, isEffective }) => kind === 'order-lines-csv' && isEffective,
  );
  if (orders.length === 0 || !isGiven) return [];
  const found = await findFacts(ground, 'order_line', 'order_key = ANY ($2::text[])', [orders]);
  return found.map(({ values }) => ({
    lineNo: values['line_no'] ?? '',
    product: values['product_name'] ?? values['product_no'] ?? '',
    quantity: values['quantity'] ?? '0',
    unitPrice: values['unit_price'] ?? '0',
    discount: values['discount_amount'] ?? '0',
    gross: values['gross_amount'] ?? '0',
  }));
}
