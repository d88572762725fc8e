import { encode } from 'iconv-lite';

/** Widths of a ZM line as published; written down here a second time on purpose. */
const WIDTHS = [
  3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15, 1, 15, 32, 13, 13,
  8, 32, 13, 13, 12, 2, 1, 32, 98,
];
export const ZME_WIDTHS = [3, 11, 11, 6, 10, 19, 12, 4, 2, 2, 6, 10, 4, 12, 13, 13, 15, 15, 1, 12, 2, 135];

const PLAIN: Readonly<Record<number, string>> = {
  0: 'S22',
  1: '00049992',
  2: '00049992',
  3: '000017',
  4: '1005093000',
  5: '6226********0018',
  6: '000000010000',
  7: '5411',
  8: '07',
  9: '842610050930000000178',
  11: 'SO20262001',
  12: '01',
  15: 'D000000000060',
  16: 'C000000009940',
  27: '898310148160568',
  31: 'C000000000000',
  32: 'C000000009940',
  33: '01080209',
  35: 'C000000000000',
};

/** A ZM line as UnionPay writes it, with some of its fields (by place, from 0) changed. */
export function zmLine(fields: Readonly<Record<number, string>> = {}, widths: readonly number[] = WIDTHS): Buffer {
  const cells = widths.map((width, i) => {
    const bytes = encode(fields[i] ?? PLAIN[i] ?? '', 'gbk');
    return Buffer.concat([bytes, Buffer.alloc(Math.max(0, width - bytes.length), ' ')]);
  });
  return Buffer.concat(cells.flatMap((cell, i) => (i === 0 ? [cell] : [Buffer.from(' '), cell])));
}

export function zmFile(...lines: (Buffer | string)[]): Buffer {
  return Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\r\n')]));
}
