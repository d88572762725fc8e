import type { FileKind } from '../domain/words';
import { alipayTrade } from './alipay';
import { camt053 } from './camt053';
import { csvReader } from './csv';
import { kingdeeVouchers } from './kingdee';
import { mt940 } from './mt940';
import type { SourceReader } from './reader';
import { wechatTrade } from './wechat';

/** The reader of each file kind. */
export const READERS: Readonly<Record<FileKind, SourceReader>> = {
  'orders-csv': csvReader('orders-csv'),
  'order-lines-csv': csvReader('order-lines-csv'),
  'returns-csv': csvReader('returns-csv'),
  'receipts-csv': csvReader('receipts-csv'),
  'invoices-csv': csvReader('invoices-csv'),
  'ledger-csv': csvReader('ledger-csv'),
  'channel-csv': csvReader('channel-csv'),
  'openings-csv': csvReader('openings-csv'),
  'alipay-trade': alipayTrade,
  'wechat-trade': wechatTrade,
  camt053,
  mt940,
  'kingdee-vouchers': kingdeeVouchers,
};
