import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { effectsOf } from './balances';
import { bankExtras } from './bank-extras';
import type { OrderCase } from './cases';
import type { Customer } from './catalogue';
import { COMPANY_FILE, PEOPLE } from './company';
import { ordersAfter, ordersBefore } from './context';
import type { Fen } from './fen';
import { HEADERS, openingRow } from './files/sales-files';
import { TextFile } from './files/text-file';
import { oldBalances } from './openings';
import { OPENINGS, Outputs, sampleFiles, type SampleFile } from './outputs';
import { castTroubles } from './payout-troubles';
import { Plot } from './stories';
import { Truth } from './truth';
import { World } from './world';

export interface SampleOptions {
  /** Where the files go; made if it is not there. */
  readonly dir: string;
  /** Orders of the month; a few of the neighbour months come on top. */
  readonly orders?: number;
  /** The same seed gives the same bytes. */
  readonly seed?: number;
  /** YYYY-MM */
  readonly month?: string;
  readonly log?: (line: string) => void;
}

export interface GeneratedSample {
  readonly files: readonly SampleFile[];
  readonly orders: number;
  readonly vouchers: number;
  readonly voucherRows: number;
  readonly planted: number;
  readonly decoys: number;
}

/** Buffers are looked at after so many orders. */
const ORDERS_BETWEEN_DRAINS = 200;
const ORDERS_BETWEEN_LINES = 100_000;

/**
 * Writes the sample company's files, the truth and the decoys into a folder (README.md lists them). One pass; memory
 * does not grow with the orders.
 * @throws RangeError when there are too few orders to tell every story, or the month is none
 */
export async function generateSample(options: SampleOptions): Promise<GeneratedSample> {
  const world = new World(options.seed ?? 20261001, options.orders ?? 3000, options.month ?? '2026-10');
  const plot = new Plot(world);
  const log = options.log ?? (() => undefined);
  await mkdir(options.dir, { recursive: true });
  const outputs = await Outputs.create(options.dir, world);
  const truth = new Truth(world);
  const openings = new Openings();
  const add = (kase: OrderCase): void => {
    outputs.addCase(kase);
    truth.addCase(kase);
    if (kase.order.at.day < 1) openings.addCase(kase);
  };

  ordersBefore(world).forEach(add);
  for (let index = 0; index < world.orders; index++) {
    add(plot.caseAt(index));
    if (index % ORDERS_BETWEEN_DRAINS === 0) await outputs.drain();
    if (index > 0 && index % ORDERS_BETWEEN_LINES === 0) log(`${index} of ${world.orders} orders`);
  }
  ordersAfter(world).forEach(add);
  addWhatHasNoOrder(world, outputs, truth);
  await outputs.close();
  await openings.write(options.dir, world, truth);
  const counts = await writeAnswers(options.dir, truth);
  const files = sampleFiles(world);
  await writeAround(options.dir, files);
  const { vouchers, rows } = outputs.vouchers;
  log(
    `${world.orders} orders, ${vouchers} vouchers, ${counts.planted} planted differences, ${counts.decoys} decoys in ${options.dir}`,
  );
  return { files, orders: world.orders, vouchers, voucherRows: rows, ...counts };
}

/** Payouts of the channels' days, and what the bank does by itself. */
function addWhatHasNoOrder(world: World, outputs: Outputs, truth: Truth): void {
  const payouts = outputs.channelDays.payouts(world);
  castTroubles(world, payouts);
  for (const payout of payouts) {
    outputs.addPayout(payout);
    truth.add(payout.planted, payout.decoys);
  }
  for (const extra of bankExtras(world)) {
    outputs.bank.add(extra.entry);
    for (const voucher of extra.vouchers) outputs.addVoucher(voucher);
    truth.add(extra.planted, extra.decoys);
  }
}

/** What the orders of the month before leave open, on top of older balances. */
class Openings {
  private readonly added = new Map<string, { customer: Customer; sales: Fen; ledger: Fen }>();

  addCase(kase: OrderCase): void {
    for (const { customer, sales, ledger } of effectsOf(kase, 0)) {
      const known = this.added.get(customer.no) ?? { customer, sales: 0n, ledger: 0n };
      this.added.set(customer.no, { customer, sales: known.sales + sales, ledger: known.ledger + ledger });
    }
  }

  async write(dir: string, world: World, truth: Truth): Promise<void> {
    const file = await TextFile.create(join(dir, OPENINGS));
    file.write(HEADERS.openings);
    for (const old of oldBalances(world, (customer) => truth.differs(customer))) {
      const added = this.added.get(old.customer.no);
      this.added.delete(old.customer.no);
      file.write(
        openingRow({
          customer: old.customer,
          sales: old.sales + (added?.sales ?? 0n),
          ledger: old.ledger + (added?.ledger ?? 0n),
        }),
      );
      truth.addOpening(old.customer, old.sales - old.ledger);
      await file.drain();
    }
    for (const rest of this.added.values()) if (rest.sales !== 0n || rest.ledger !== 0n) file.write(openingRow(rest));
    await file.close();
  }
}

async function writeAnswers(dir: string, truth: Truth): Promise<{ planted: number; decoys: number }> {
  const write = async (name: string, entries: Iterable<unknown>): Promise<number> => {
    const file = await TextFile.create(join(dir, name));
    let count = 0;
    for (const entry of entries) {
      file.write(`${count++ === 0 ? '[\n' : ',\n'}${JSON.stringify(entry)}`);
      await file.drain();
    }
    file.write('\n]\n');
    await file.close();
    return count;
  };
  return {
    planted: await write('truth.json', truth.entries()),
    decoys: await write('decoys.json', truth.decoyEntries()),
  };
}

async function writeAround(dir: string, files: readonly SampleFile[]): Promise<void> {
  await writeFile(join(dir, 'company.yaml'), COMPANY_FILE);
  await writeFile(join(dir, 'people.json'), `${JSON.stringify(PEOPLE, null, 2)}\n`);
  await writeFile(join(dir, 'files.json'), `${JSON.stringify(files, null, 2)}\n`);
}
