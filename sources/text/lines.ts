import { FileRefused } from '../reader';

/** A longer line is no line of a table; it also bounds what is held in memory. */
export const LINE_BYTES_MAX = 4 << 20;

const LF = 0x0a;
const CR = 0x0d;

/**
 * Joins what was left over with a new piece and cuts behind the last line end, which is safe in UTF-8 and in GB18030:
 * neither has a line end inside a character.
 */
export function cutWholeLines(left: Buffer, chunk: Uint8Array): { whole: Buffer; rest: Buffer } {
  const all = Buffer.concat([left, chunk]);
  const cut = Math.max(all.lastIndexOf(LF), all.lastIndexOf(CR)) + 1;
  if (all.length - cut > LINE_BYTES_MAX) throw lineTooLong();
  return { whole: all.subarray(0, cut), rest: all.subarray(cut) };
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
