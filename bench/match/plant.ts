import { join } from 'node:path';
import { Draws, Topic } from '../../sample/draws';
import { formatFen, taxInside } from '../../sample/fen';
import { csvLine } from '../../sample/files/csv';
import { TextFile } from '../../sample/files/text-file';
import { Ledger, numbered, type Sale } from './ledger-file';
import type { Tallies } from './outcome';
import { Tallied } from './tallied';

/** What goes wrong, each as often as the others. `reference` is no exception: a voucher whose number has a slip is still the order's. */
const BREAKS = [
  'missing_in_finance',
  'missing_in_sales',
  'amount',
  'date',
  'duplicate',
  'currency',
  'status',
  'reference',
] as const;
type Break = (typeof BREAKS)[number];

const BROKEN_SHARE = 0.03;
/** Prime, so that its multiples reach every order once and in no order: breaks lie scattered and are counted exactly. */
const STRIDE = 104_729;
const ORDERS_OF_A_CUSTOMER = 50;

export interface PlantedFiles {
  readonly orders: string;
  readonly ledger: string;
  readonly vouchers: number;
  readonly lines: number;
  readonly planted: Tallies;
}

export interface Planting {
  readonly dir: string;
  readonly orders: number;
  readonly seed: number;
  /** Vouchers with a line of output tax: three lines instead of two. */
  readonly tax: boolean;
}

/** Writes a month's orders and their vouchers, 3 % of them broken. */
export async function plant({ dir, orders, seed, tax }: Planting): Promise<PlantedFiles> {
  const paths = { orders: join(dir, 'orders.csv'), ledger: join(dir, 'ledger.csv') };
  const sales = await TextFile.create(paths.orders);
  const ledger = await Ledger.create(paths.ledger);
  const planted = new Tallied();
  sales.write('order_no,customer_no,order_date,currency,gross_amount,tax_amount,status\n');
  for (let index = 0; index < orders; index++) {
    const draws = new Draws(seed, Topic.Order, index);
    const sale = saleOf(draws, index, orders, tax);
    const broken = breakOf(index, orders, seed);
    const status = broken === 'status' ? 'cancelled' : 'completed';
    sales.write(
      csvLine([
        ...[sale.orderNo, sale.customer, ledger.calendar.iso(sale.day), 'CNY'],
        ...[formatFen(sale.gross), formatFen(sale.tax), status],
      ]),
    );
    book(ledger, planted, sale, broken, draws);
    await sales.drain();
    await ledger.drain();
  }
  await sales.close();
  await ledger.close();
  return { ...paths, vouchers: ledger.vouchers, lines: ledger.lines, planted: planted.tallies() };
}

function saleOf(draws: Draws, index: number, orders: number, hasTax: boolean): Sale {
  const gross = BigInt(draws.between(20_000, 9_999_999));
  return {
    orderNo: `DD${numbered(index)}`,
    customer: `KH${numbered(draws.below(Math.ceil(orders / ORDERS_OF_A_CUSTOMER)))}`,
    day: 1 + Math.floor((index * 31) / orders),
    gross,
    tax: hasTax ? taxInside(gross, 13) : 0n,
  };
}

function breakOf(index: number, orders: number, seed: number): Break | undefined {
  const place = (index * STRIDE + seed) % orders;
  return place < Math.round((orders * BROKEN_SHARE) / BREAKS.length) * BREAKS.length
    ? BREAKS[place % BREAKS.length]
    : undefined;
}

/** Books a sale as it should be, or as its break has it, and writes down what a comparison must say of it. */
function book(ledger: Ledger, planted: Tallied, sale: Sale, broken: Break | undefined, draws: Draws): void {
  const day = Math.min(31, sale.day + draws.below(3));
  const whole = { ...sale, reference: sale.orderNo, day, currency: 'CNY' };
  switch (broken) {
    case undefined:
      ledger.book(whole);
      return planted.add('linked by number', 0n);
    case 'missing_in_finance':
      return planted.add('missing_in_finance', sale.gross);
    case 'missing_in_sales':
      ledger.book(whole);
      ledger.book({ ...whole, reference: sale.orderNo.replace('DD', 'XS') });
      planted.add('linked by number', 0n);
      return planted.add('missing_in_sales', -sale.gross);
    case 'amount': {
      const more = BigInt(draws.between(100, 9_999)) * (draws.inThousand(500) ? 1n : -1n);
      ledger.book({ ...whole, gross: sale.gross + more });
      return planted.add('amount_differs', -more);
    }
    case 'date':
      ledger.book({ ...whole, day: draws.between(32, 34) });
      return planted.add('date_differs', 0n);
    case 'duplicate':
      ledger.book(whole);
      ledger.book(whole);
      return planted.add('duplicate', -sale.gross);
    case 'currency':
      ledger.book({ ...whole, currency: 'USD' });
      return planted.add('currency_differs', 0n);
    case 'status':
      ledger.book(whole);
      return planted.add('status_differs', 0n);
    case 'reference':
      ledger.book({ ...whole, reference: sale.orderNo.replace('0', 'O') });
      return planted.add('linked by a near number', 0n);
  }
}
