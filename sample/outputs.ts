import { join } from 'node:path';
import type { StandardKind } from '../domain/words';
import { ChannelDays, type Payout } from './batches';
import { vouchersOf } from './balances';
import type { Movement, OrderCase, Voucher } from './cases';
import { AlipayBill } from './files/alipay';
import { BankStatement } from './files/camt053';
import { ChannelFile } from './files/channel-file';
import { VoucherSheet } from './files/kingdee';
import { HEADERS, invoiceRow, invoicesOf, lineRows, orderRow, receiptRow, returnRow } from './files/sales-files';
import { TextFile } from './files/text-file';
import { WechatBill } from './files/wechat';
import type { World } from './world';

/** A file of the sample and the kind it is imported as. */
export interface SampleFile {
  readonly file: string;
  readonly kind: StandardKind;
}

/** The sales files that are written order by order. */
const SALES_FILES = {
  orders: 'orders.csv',
  lines: 'order-lines.csv',
  returns: 'returns.csv',
  receipts: 'receipts.csv',
  invoices: 'invoices.csv',
} as const;
type SalesFile = keyof typeof SALES_FILES;

const CARD = 'card.csv';
const CASH = 'cash.csv';
const BANK = 'bank.camt053.xml';
const VOUCHERS = 'vouchers.csv';
export const OPENINGS = 'openings.csv';

/** Every file to import, in the order people would: what sales has, what channels and bank say, what finance booked. */
export function sampleFiles(world: World): SampleFile[] {
  return [
    { file: OPENINGS, kind: 'openings-csv' },
    { file: SALES_FILES.orders, kind: 'orders-csv' },
    { file: SALES_FILES.lines, kind: 'order-lines-csv' },
    { file: SALES_FILES.returns, kind: 'returns-csv' },
    { file: SALES_FILES.receipts, kind: 'receipts-csv' },
    { file: SALES_FILES.invoices, kind: 'invoices-csv' },
    { file: AlipayBill.fileName(world.calendar), kind: 'alipay-trade' },
    { file: WechatBill.fileName(world.calendar), kind: 'wechat-trade' },
    { file: CARD, kind: 'channel-csv' },
    { file: CASH, kind: 'channel-csv' },
    { file: BANK, kind: 'camt053' },
    { file: VOUCHERS, kind: 'kingdee-vouchers' },
  ];
}

/** All files that grow with the orders, open at once: each order is made once and goes into all of them. */
export class Outputs {
  readonly channelDays = new ChannelDays();
  /** Vouchers of the next month wait until the month's own are numbered. */
  private readonly later: Voucher[] = [];

  private constructor(
    private readonly world: World,
    private readonly sales: Record<SalesFile, TextFile>,
    private readonly alipay: AlipayBill,
    private readonly wechat: WechatBill,
    private readonly card: ChannelFile,
    private readonly cash: ChannelFile,
    readonly bank: BankStatement,
    private readonly sheet: VoucherSheet,
  ) {}

  static async create(dir: string, world: World): Promise<Outputs> {
    const sales = async (of: SalesFile): Promise<TextFile> => {
      const file = await TextFile.create(join(dir, SALES_FILES[of]));
      file.write(HEADERS[of]);
      return file;
    };
    return new Outputs(
      world,
      {
        orders: await sales('orders'),
        lines: await sales('lines'),
        returns: await sales('returns'),
        receipts: await sales('receipts'),
        invoices: await sales('invoices'),
      },
      await AlipayBill.create(dir, world.calendar),
      await WechatBill.create(dir, world.calendar),
      await ChannelFile.create(dir, CARD, world),
      await ChannelFile.create(dir, CASH, world),
      await BankStatement.create(dir, BANK, world.calendar),
      await VoucherSheet.create(dir, VOUCHERS, world.calendar),
    );
  }

  addCase(kase: OrderCase): void {
    const { calendar } = this.world;
    this.sales.orders.write(orderRow(kase.order, calendar));
    this.sales.lines.write(lineRows(kase.order));
    for (const invoice of invoicesOf(kase)) this.sales.invoices.write(invoiceRow(invoice, calendar));
    for (const returned of kase.returned.flatMap((one) => one.returns))
      this.sales.returns.write(returnRow(returned, calendar));
    for (const paid of kase.payments) {
      for (const receipt of paid.receipts) this.sales.receipts.write(receiptRow(receipt, calendar));
      for (const movement of paid.movements) this.addMovement(movement);
      for (const entry of paid.bankEntries) this.bank.add(entry);
    }
    for (const voucher of vouchersOf(kase)) this.addVoucher(voucher);
  }

  addPayout(payout: Payout): void {
    if (payout.channel === 'card') this.card.addPayout(payout);
    if (payout.channel === 'cash') this.cash.addPayout(payout);
    this.bank.add(payout.bankEntry);
    for (const voucher of payout.vouchers) this.addVoucher(voucher);
  }

  addVoucher(voucher: Voucher): void {
    if (voucher.day > this.world.lastDay) this.later.push(voucher);
    else this.sheet.add(voucher);
  }

  get vouchers(): { vouchers: number; rows: number } {
    return this.sheet.count;
  }

  async drain(): Promise<void> {
    for (const file of Object.values(this.sales)) await file.drain();
    for (const file of [this.alipay, this.wechat, this.card, this.cash, this.bank, this.sheet]) await file.drain();
  }

  async close(): Promise<void> {
    for (const voucher of this.later) this.sheet.add(voucher);
    for (const file of Object.values(this.sales)) await file.close();
    for (const file of [this.alipay, this.wechat, this.card, this.cash, this.bank, this.sheet]) await file.close();
  }

  private addMovement(movement: Movement): void {
    this.channelDays.add(movement);
    this[movement.channel].add(movement);
  }
}
