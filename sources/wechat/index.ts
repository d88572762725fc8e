import type { ReadContext, ReadSummary, RowSink, SourceReader } from '../reader';
import { openByteFile } from '../wire/byte-lines';
import { CHANNEL_COLUMNS } from '../wire/channel-row';
import { readLines } from '../wire/line-flow';
import { Bill } from './bill';
import { FundBill } from './fund-bill';

/**
 * 微信支付交易账单: the trade bill of WeChat Pay, variants ALL, SUCCESS and REFUND.
 * Refuses the file with WRONG_KIND, WRONG_MERCHANT, MISSING_COLUMN, MISSING_FOOTER, FOOTER_MISMATCH, ROW_BELOW_FOOTER.
 */
export const wechatTrade: SourceReader = {
  kind: 'wechat-trade',
  relation: 'channel_transaction',
  columns: CHANNEL_COLUMNS,
  read: (context, sink) => readBill(new Bill(context, sink), context, sink),
};

/**
 * 微信支付资金账单: each movement of the merchant's account with the balance after it.
 * Refuses the file with WRONG_KIND, MISSING_COLUMN, MISSING_FOOTER, FOOTER_MISMATCH, BALANCE_MISMATCH, ROW_BELOW_FOOTER.
 */
export const wechatFund: SourceReader = {
  kind: 'wechat-fund',
  relation: 'channel_transaction',
  columns: CHANNEL_COLUMNS,
  read: (context, sink) => readBill(new FundBill(context, sink), context, sink),
};

async function readBill(bill: Bill | FundBill, context: ReadContext, sink: RowSink): Promise<ReadSummary> {
  const text = await openByteFile(context.path, context.encoding);
  await readLines(text, bill, sink);
  const summary = bill.finish(text.scanner.line);
  return { ...summary, detected: { encoding: text.encoding, ...summary.detected }, channel: 'wechat' };
}
