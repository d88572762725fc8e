const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
export const TAB = 0x09;

/** Wider lines are cut no further; no table of ours has so many columns. */
const CELLS_MAX = 256;
/** A cell that is always empty: where a table lacks a column. */
export const NO_CELL = CELLS_MAX;

/**
 * Walks through a block of UTF-8 text line by line and cuts each at its separators, without making a string. It knows
 * nothing of quotes but that a line has one.
 */
export class LineScanner {
  /** A comma or a TAB. */
  separator = COMMA;
  bytes: Buffer = Buffer.alloc(0);
  /** Cell i is bytes[starts[i] .. ends[i]). */
  readonly starts = new Int32Array(CELLS_MAX + 1);
  readonly ends = new Int32Array(CELLS_MAX + 1);
  /** How many cells the line has; those beyond CELLS_MAX are not described. */
  cells = 0;
  /** The line, counted from 1 through all blocks. */
  line = 0;
  lineStart = 0;
  /** Without the line end. */
  lineEnd = 0;
  hasQuote = false;
  private position = 0;

  /** Goes on with the next block, which begins where a line begins. */
  open(block: Buffer): void {
    this.bytes = block;
    this.position = 0;
  }

  /** Cuts the next line; false at the end of the block. */
  next(): boolean {
    const { bytes, separator, starts, ends } = this;
    const { length } = bytes;
    let i = this.position;
    if (i >= length) return false;
    this.lineStart = i;
    let cells = 0;
    let hasQuote = false;
    starts[0] = i;
    for (; i < length; i++) {
      const byte = bytes[i] as number;
      if (byte > COMMA) continue;
      if (byte === separator) {
        if (cells < CELLS_MAX) ends[cells] = i;
        cells++;
        if (cells < CELLS_MAX) starts[cells] = i + 1;
      } else if (byte === LF) break;
      else if (byte === QUOTE) hasQuote = true;
    }
    this.position = i + 1;
    if (i > this.lineStart && bytes[i - 1] === CR) i--;
    if (cells < CELLS_MAX) ends[cells] = i;
    this.cells = cells + 1;
    this.lineEnd = i;
    this.hasQuote = hasQuote;
    this.line++;
    return true;
  }

  /** The line as text; U+FFFD stands where bytes do not decode. */
  text(): string {
    return this.bytes.toString('utf8', this.lineStart, this.lineEnd);
  }
}
