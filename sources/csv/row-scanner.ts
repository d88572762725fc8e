import { FileRefused } from '../reader';
import { lineTooLong } from '../text/lines';

export const COMMA = 0x2c;
const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/** A table with more columns than this is none of ours. */
export const CELLS_MAX = 1024;
const ROW_BYTES_MAX = 1 << 20;
const START_BYTES = 1 << 20;

/**
 * Tells rows and cells apart in a stream of CSV bytes, without making a string. Quoted cells may hold delimiters, line
 * ends and doubled quotes; lines end by LF, CRLF or CR. A row is numbered by the physical line it starts on.
 *
 * After `next()` the fields describe one row until the following call of `next` or `push`.
 */
export class RowScanner {
  /** The bytes at hand; cells are offsets into them. */
  bytes = Buffer.allocUnsafe(START_BYTES);
  /** Cell i is bytes[starts[i] .. ends[i]), without its quotes. */
  readonly starts = new Int32Array(CELLS_MAX);
  readonly ends = new Int32Array(CELLS_MAX);
  /** How many cells the row has; may exceed CELLS_MAX, whose rest is not described. */
  cells = 0;
  /** The physical line the row starts on, from 1. */
  line = 0;
  rowStart = 0;
  rowEnd = 0;
  /** A cell holds doubled quotes, or text behind its closing quote. */
  hasOddQuotes = false;
  /** A cell holds text behind its closing quote. */
  isMalformed = false;

  private position = 0;
  private limit = 0;
  private nextLine = 1;
  private rowLines = 1;
  private isLast = false;

  constructor(private readonly delimiter: number = COMMA) {}

  /** Adds bytes behind those not yet read; they are copied. */
  push(chunk: Uint8Array): void {
    const left = this.limit - this.position;
    if (left > ROW_BYTES_MAX) throw lineTooLong(this.nextLine);
    if (left + chunk.length > this.bytes.length) {
      const larger = Buffer.allocUnsafe(2 * (left + chunk.length));
      this.bytes.copy(larger, 0, this.position, this.limit);
      this.bytes = larger;
    } else {
      this.bytes.copyWithin(0, this.position, this.limit);
    }
    this.bytes.set(chunk, left);
    this.position = 0;
    this.limit = left + chunk.length;
  }

  /** The bytes of the rows that can be whole. */
  wholeLines(): Buffer {
    const rest = this.bytes.subarray(this.position, this.limit);
    return this.isLast ? rest : rest.subarray(0, Math.max(rest.lastIndexOf(LF), rest.lastIndexOf(CR)) + 1);
  }

  /** No more bytes follow: what is left is the last row. */
  end(): void {
    this.isLast = true;
  }

  /** Reads the next row that is not empty; false when it is not whole yet, or there is none. */
  next(): boolean {
    for (;;) {
      if (this.position >= this.limit) return false;
      const start = this.position;
      if (!this.readRow()) {
        this.position = start;
        return false;
      }
      if (this.rowEnd > this.rowStart) return true;
    }
  }

  /** Cell i as text, its doubled quotes made single. */
  text(i: number): string {
    const start = this.starts[i] as number;
    const text = this.bytes.toString('utf8', start, this.ends[i]);
    return this.hasOddQuotes && this.bytes[start - 1] === QUOTE ? text.replaceAll('""', '"') : text;
  }

  private readRow(): boolean {
    const { bytes, limit, delimiter, starts, ends } = this;
    const special = delimiter > CR ? delimiter : CR;
    let i = this.position;
    let cells = 0;
    this.rowStart = i;
    this.rowLines = 1;
    this.hasOddQuotes = false;
    this.isMalformed = false;
    for (;;) {
      let start = i;
      let end = -1;
      if (i < limit && bytes[i] === QUOTE) {
        start = i + 1;
        end = this.closingQuote(start);
        if (end === -1) return false;
        i = end + 1;
      }
      const after = i;
      let byte = 0;
      while (i < limit) {
        byte = bytes[i] as number;
        if (byte <= special && (byte === delimiter || byte === LF || byte === CR)) break;
        i++;
      }
      if (end !== -1 && i > after) this.hasOddQuotes = this.isMalformed = true;
      if (cells < CELLS_MAX) {
        starts[cells] = start;
        ends[cells] = end === -1 || i > after ? i : end;
      }
      cells++;
      if (i < limit && byte === delimiter) i++;
      else return this.endRow(cells, i);
    }
  }

  /** Where the quote that ends a quoted cell stands; -1 when it is not here yet. */
  private closingQuote(from: number): number {
    const { bytes, limit } = this;
    for (let i = from; i < limit; i++) {
      const byte = bytes[i] as number;
      if (byte > QUOTE) continue;
      if (byte === QUOTE) {
        if (i + 1 >= limit) return this.isLast ? i : -1;
        if (bytes[i + 1] !== QUOTE) return i;
        this.hasOddQuotes = true;
        i++;
      } else if (byte === LF || (byte === CR && (i + 1 >= limit || bytes[i + 1] !== LF))) {
        this.rowLines++;
      }
    }
    if (!this.isLast) return -1;
    throw unclosedQuote(this.nextLine);
  }

  /** @param at the line end, or the end of the bytes */
  private endRow(cells: number, at: number): boolean {
    const { bytes, limit } = this;
    if (at >= limit && !this.isLast) return false;
    const isCr = at < limit && bytes[at] === CR;
    if (isCr && at + 1 >= limit && !this.isLast) return false;
    this.cells = cells;
    this.rowEnd = at;
    this.position = isCr && at + 1 < limit && bytes[at + 1] === LF ? at + 2 : at + 1;
    this.line = this.nextLine;
    this.nextLine += this.rowLines;
    return true;
  }
}

function unclosedQuote(line: number): FileRefused {
  return new FileRefused(
    'UNCLOSED_QUOTE',
    {
      zh: `第 ${line} 行起的引号没有结束，之后的行无法分辨`,
      en: `a quote opened in the row of line ${line} never ends, so the rows after it cannot be told apart`,
    },
    { line },
  );
}
