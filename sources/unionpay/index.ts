import type { SourceReader } from '../reader';
import { CHANNEL_COLUMNS } from '../wire/channel-row';
import { openTextFile } from '../wire/open-text';
import { ZmFile } from './file';

/**
 * 银联全渠道商户交易明细 (ZM): fixed widths, amounts in fen, times without a year.
 * Refuses the file with WRONG_KIND, WRONG_MERCHANT.
 */
export const unionpayZm: SourceReader = {
  kind: 'unionpay-zm',
  relation: 'channel_transaction',
  columns: CHANNEL_COLUMNS,
  async read(context, sink) {
    const file = new ZmFile(context, sink);
    const text = await openTextFile(context.path, context.encoding);
    for await (const { first, lines } of text.lines) {
      lines.forEach((line, i) => file.readLine(line, first + i));
      await sink.room();
    }
    file.end();
    const { rows, payments, refunds } = file;
    return { detected: { encoding: text.encoding, payments, refunds }, channel: 'card', rowsIn: rows };
  },
};
