import type { SourceReader } from '../reader';
import { CHANNEL_COLUMNS } from '../wire/channel-row';
import { openTextFile } from '../wire/open-text';
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
    const text = await openTextFile(context.path, context.encoding);
    const bill = new Bill(context, sink);
    for await (const { first, lines } of text.lines) {
      for (let i = 0; i < lines.length; i += 1) bill.readLine(lines[i] ?? '', first + i);
      await sink.room();
    }
    const summary = bill.finish();
    return { ...summary, detected: { encoding: text.encoding, ...summary.detected }, channel: 'wechat' };
  },
};
