import type { Profile } from '../domain/profile';
import { isStandardKind, type FileKind, type StandardKind } from '../domain/words';
import { alipayFund, alipayTrade } from './alipay';
import { camt053 } from './camt053';
import { csvReader } from './csv';
import { einvoiceXml } from './einvoice';
import { fxiaokeReader } from './fxiaoke/kinds';
import { kingdeeVouchers } from './kingdee';
import { mt940 } from './mt940';
import { profileReader } from './profile';
import type { SourceReader } from './reader';
import { taxBureauXlsx } from './tax-bureau';
import { unionpayZm } from './unionpay';
import { wechatFund, wechatTrade } from './wechat';
import { zohoReader } from './zoho/kinds';

/** The reader of each standard file kind. */
export const READERS: Readonly<Record<StandardKind, SourceReader>> = {
  'orders-csv': csvReader('orders-csv'),
  'order-lines-csv': csvReader('order-lines-csv'),
  'returns-csv': csvReader('returns-csv'),
  'receipts-csv': csvReader('receipts-csv'),
  'invoices-csv': csvReader('invoices-csv'),
  'ledger-csv': csvReader('ledger-csv'),
  'channel-csv': csvReader('channel-csv'),
  'openings-csv': csvReader('openings-csv'),
  'alipay-trade': alipayTrade,
  'alipay-fund': alipayFund,
  'wechat-trade': wechatTrade,
  'wechat-fund': wechatFund,
  'unionpay-zm': unionpayZm,
  camt053,
  mt940,
  'kingdee-vouchers': kingdeeVouchers,
  'einvoice-xml': einvoiceXml,
  'tax-bureau-xlsx': taxBureauXlsx,
  'fxiaoke-orders': fxiaokeReader('fxiaoke-orders'),
  'fxiaoke-order-lines': fxiaokeReader('fxiaoke-order-lines'),
  'fxiaoke-returns': fxiaokeReader('fxiaoke-returns'),
  'fxiaoke-receipts': fxiaokeReader('fxiaoke-receipts'),
  'fxiaoke-invoices': fxiaokeReader('fxiaoke-invoices'),
  'zoho-orders': zohoReader('zoho-orders'),
  'zoho-order-lines': zohoReader('zoho-order-lines'),
  'zoho-returns': zohoReader('zoho-returns'),
  'zoho-receipts': zohoReader('zoho-receipts'),
  'zoho-invoices': zohoReader('zoho-invoices'),
};

/** The reader of a file. @param profile the mapping file that a kind of `profile:…` names */
export function readerOf(kind: FileKind, profile: Profile | null): SourceReader {
  if (profile !== null) return profileReader(profile);
  if (isStandardKind(kind)) return READERS[kind];
  throw new Error(`no profile was handed over to read ${kind}`);
}
