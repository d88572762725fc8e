import { encode } from 'iconv-lite';
import { RowRejection, unreadableCell } from '../wire/rejection';

/** The fields of a ZM line in order, with their widths in bytes of GBK; one space stands between two fields. */
const FIELDS = [
  ['交易代码', 3],
  ['代理机构标识码', 11],
  ['发送机构标识码', 11],
  ['系统跟踪号', 6],
  ['交易传输时间', 10],
  ['帐号', 19],
  ['交易金额', 12],
  ['商户类别', 4],
  ['终端类型', 2],
  ['查询流水号', 21],
  ['支付方式（旧）', 2],
  ['商户订单号', 32],
  ['支付卡类型', 2],
  ['原始交易的系统跟踪号', 6],
  ['原始交易日期时间', 10],
  ['商户手续费', 13],
  ['结算金额', 13],
  ['支付方式', 4],
  ['集团商户代码', 15],
  ['交易类型', 2],
  ['交易子类', 2],
  ['业务类型', 6],
  ['帐号类型', 2],
  ['账单类型', 4],
  ['账单号码', 32],
  ['交互方式', 1],
  ['原交易查询流水号', 21],
  ['商户代码', 15],
  ['分账入账方式', 1],
  ['二级商户代码', 15],
  ['二级商户简称', 32],
  ['二级商户分账入账金额', 13],
  ['清算净额', 13],
  ['终端号', 8],
  ['商户自定义域', 32],
  ['优惠金额', 13],
  ['发票金额', 13],
  ['分期付款附加手续费', 12],
  ['分期付款期数', 2],
  ['交易介质', 1],
  ['原始交易订单号', 32],
  ['保留使用', 98],
] as const;
export type ZmField = (typeof FIELDS)[number][0];
export type ZmCells = Readonly<Record<ZmField, string>>;

interface Place {
  readonly name: ZmField;
  readonly start: number;
  readonly end: number;
}

const PLACES: readonly Place[] = placesOf();
export const LINE_BYTES = PLACES.at(-1)?.end ?? 0;
const ASCII = /^[\0-\x7f]*$/;
const strict = new TextDecoder('gb18030', { fatal: true });

/** A line in the bytes that its widths count, one character a byte. */
export function zmBytes(line: string): string {
  return ASCII.test(line) ? line : encode(line, 'gb18030').toString('latin1');
}

/** Whether a line has a ZM line's length and its separators. */
export function isZmLine(bytes: string): boolean {
  return misplaced(bytes) === null;
}

/**
 * Cuts a line into its fields, blanks around them taken off.
 * @param bytes as `zmBytes` gives them
 * @throws RowRejection BAD_LAYOUT, naming the field where the line leaves its widths; UNDECODABLE
 */
export function cutLine(bytes: string): ZmCells {
  const wrong = misplaced(bytes);
  if (wrong !== null) throw badLayout(wrong, bytes.length);
  const cells = {} as Record<ZmField, string>;
  for (const { name, start, end } of PLACES) cells[name] = fieldText(name, bytes.slice(start, end));
  return cells;
}

/** What can be read of a line that cannot be cut, for the person who corrects it. */
export function looseCells(line: string): Record<string, string> {
  return { 整行: line.slice(0, 1000) };
}

function placesOf(): Place[] {
  let start = 0;
  return FIELDS.map(([name, width]) => {
    const place = { name, start, end: start + width };
    start += width + 1;
    return place;
  });
}

/** The field at which a line is too short, too long, or has no space before the next. */
function misplaced(bytes: string): ZmField | null {
  const last: ZmField = '保留使用';
  for (const { name, end } of PLACES) {
    if (bytes.length < end || (name !== last && bytes[end] !== ' ')) return name;
  }
  return bytes.length === LINE_BYTES ? null : last;
}

function fieldText(name: ZmField, bytes: string): string {
  if (ASCII.test(bytes)) return bytes.trim();
  try {
    return strict.decode(Buffer.from(bytes, 'latin1')).trim();
  } catch {
    throw new RowRejection(name, bytes, 'UNDECODABLE', {
      zh: `“${name}”含有无法按 GBK 解码的字节。请向银联重新下载。`,
      en: `${name} holds bytes that are no GBK. Download the file again.`,
    });
  }
}

function badLayout(column: ZmField, length: number): RowRejection {
  return unreadableCell(column, `${length} 字节 bytes`, {
    code: 'BAD_LAYOUT',
    reason: {
      zh: `该行 ${length} 字节，应为 ${LINE_BYTES} 字节、各域之间一个空格；从“${column}”起位置不符。请重新下载原始文件。`,
      en: `The line has ${length} bytes; a ZM line has ${LINE_BYTES}, with a space between fields. It leaves its widths at ${column}. Download the original file again.`,
    },
  });
}
