import type { Day } from '../../../sample/calendar';
import type { Fen } from '../../../sample/fen';
import type { Currency } from '../company';

/** A row of one of our tables, by column. A column that is not there is empty. */
export type Row = Record<string, string>;

/** An entry of the bank statement. */
export interface BankEntry {
  readonly day: Day;
  readonly currency: Currency;
  /** Signed: money in is positive. */
  readonly amount: Fen;
  readonly reference: string;
  readonly endToEnd: string;
  readonly counterparty: string;
  readonly remark: string;
}

/** Methods with a channel file of their own. */
export const CHANNELS = ['alipay', 'wechat', 'card', 'cash'] as const;
export type Channel = (typeof CHANNELS)[number];

/** The rows of every file, as they will be written. */
export class Books {
  readonly openings: Row[] = [];
  readonly orders: Row[] = [];
  readonly returns: Row[] = [];
  readonly invoices: Row[] = [];
  readonly receipts: Row[] = [];
  readonly ledger: Row[] = [];
  readonly channels: Readonly<Record<Channel, Row[]>> = { alipay: [], wechat: [], card: [], cash: [] };
  readonly bank: BankEntry[] = [];
}
