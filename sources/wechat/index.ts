import type { SourceReader } from '../reader';
import { openByteFile } from '../wire/byte-lines';
import { CHANNEL_COLUMNS } from '../wire/channel-row';
import { readLines } from '../wire/line-flow';
import { Bill } from './bill';

/**
 * 微信支付交易账单: the trade bill of WeChat Pay, variants ALL, SUCCESS and REFUND.
 * Refuses the file with WRONG_KIND, WRONG_MERCHANT, MISSING_COLUMN, MISSING_FOOTER, FOOTER_MISMATCH, ROW_BELOW_FOOTER.
 */
export const wechatTrade: SourceReader = {
  kind: 'wechat-trade',
  relation: 'channel_transaction',
  columns: CHANNEL_COLUMNS,
  async read(context, sink) {
    const text = await openByteFile(context.path, context.encoding);
    const bill = new Bill(context, sink);
    await readLines(text, bill, sink);
    const summary = bill.finish(text.scanner.line);
    return { ...summary, detected: { encoding: text.encoding, ...summary.detected }, channel: 'wechat' };
  },
};
