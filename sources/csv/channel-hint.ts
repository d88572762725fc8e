import { headerKey } from '../../domain/file-columns';

const CHANNELS: readonly (readonly [string, RegExp])[] = [
  ['alipay', /alipay|支付宝/],
  ['wechat', /wechat|weixin|微信/],
  ['card', /card|pos|刷卡|银行卡/],
  ['cash', /cash|till|现金/],
];
const HEADERS = new Set(['channel', 'method', '渠道', '支付方式']);

/** The channel that a text names, if any. */
export function channelNamed(text: string): string | null {
  const folded = text.normalize('NFKC').toLowerCase();
  return CHANNELS.find(([, pattern]) => pattern.test(folded))?.[0] ?? null;
}

/**
 * Which channel a channel file is of: what its own channel column says where all rows agree, else what its name says.
 * It watches one cell of each row.
 */
export class ChannelHint {
  /** The cell to watch; -1: the file has no such column. */
  readonly cell: number;
  private stated: Buffer | null = null;
  private agrees = true;

  constructor(headers: readonly string[]) {
    this.cell = headers.findIndex((header) => HEADERS.has(headerKey(header)));
  }

  watch(bytes: Buffer, start: number, end: number): void {
    if (!this.agrees || start === end) return;
    this.stated ??= Buffer.from(bytes.subarray(start, end));
    this.agrees = this.stated.compare(bytes, start, end) === 0;
  }

  channelOf(fileName: string): string | null {
    return (this.stated && this.agrees ? channelNamed(this.stated.toString()) : null) ?? channelNamed(fileName);
  }
}
