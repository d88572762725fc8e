import { FileRefused } from '../reader';

/** A longer line is no line of a table; it also bounds what is held in memory. */
export const LINE_BYTES_MAX = 4 << 20;

const LF = 0x0a;
const CR = 0x0d;

/**
 * Cuts pieces of text into stretches of whole lines. Only what crosses the edge of a piece is copied. Lines end by LF or
 * CR, which is safe in UTF-8 and in GB18030: neither has a line end inside a character.
 */
export class WholeLines {
  /** What has no line end yet. */
  rest: Buffer = Buffer.alloc(0);

  /** The stretches that end in this piece, which stays its producer's. */
  *push(piece: Uint8Array): Generator<Buffer> {
    const first = lineEnd(piece, 0);
    const joined = Buffer.concat([this.rest, piece.subarray(0, first)]);
    const cut = Math.max(joined.lastIndexOf(LF), joined.lastIndexOf(CR)) + 1;
    const last = Math.max(piece.lastIndexOf(LF) + 1, first);
    this.rest = Buffer.concat([joined.subarray(cut), piece.subarray(last)]);
    if (this.rest.length > LINE_BYTES_MAX) throw lineTooLong();
    if (cut > 0) yield joined.subarray(0, cut);
    if (last > first) yield Buffer.from(piece.buffer, piece.byteOffset + first, last - first);
  }
}

/** The offset behind the line that starts at `from`. */
export function lineEnd(bytes: Uint8Array, from: number): number {
  const lf = bytes.indexOf(LF, from);
  return lf === -1 ? bytes.length : lf + 1;
}

export function lineTooLong(line?: number): FileRefused {
  return new FileRefused(
    'ROW_TOO_LONG',
    {
      zh: '有一行过长，无法分辨行的起止；请检查文件是否为 CSV、引号是否成对',
      en: 'a row is too long for rows to be told apart; check that the file is CSV and its quotes come in pairs',
    },
    line === undefined ? {} : { line },
  );
}
