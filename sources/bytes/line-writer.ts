import { copyAmount, copyBytes, isPlain, unitsOf, writeUnits } from './byte-cells';
import type { CellRow } from './cell-row';
import type { ExtraCells } from './extra-cells';
import type { InstantCells } from './instant-cells';
import { ODD } from './lane-lines';
import type { LineHead } from './line-head';
import { writeReference } from './reference-cells';

const TAB = 0x09;
const LF = 0x0a;
const SPACE = 0x20;
const SLASH = 0x2f;
const NULL = Buffer.from('\\N');
const NO_REFERENCE = Buffer.from('\\N\t\\N');

/** Writes one COPY line, value by value. A value that is not plain makes the whole line odd, which `end` tells. */
export class LineWriter {
  private out: Buffer = NULL;
  private at = 0;
  private isOdd = false;

  constructor(private readonly head: LineHead) {}

  begin(out: Buffer, to: number, line: number, inPeriod: boolean): void {
    this.out = out;
    this.at = this.head.write(out, to, line, inPeriod);
    this.isOdd = false;
  }

  /** @returns where the line ends, or ODD */
  end(): number {
    this.out[this.at - 1] = LF;
    return this.isOdd ? ODD : this.at;
  }

  /** The line is odd for a reason of its own. */
  refuse(): void {
    this.isOdd = true;
  }

  /** One value or several, ready with the TABs between them. */
  value(ready: Buffer): void {
    this.moveTo(copyBytes(ready, 0, ready.length, this.out, this.at));
  }

  null(): void {
    this.value(NULL);
  }

  /** Text as it stands; nothing is NULL. */
  text(row: CellRow, cell: number, bytesMax: number): void {
    const start = row.starts[cell] as number;
    const end = row.ends[cell] as number;
    if (start === end) this.null();
    else if (end - start > bytesMax || !isPlain(row.bytes, start, end)) this.isOdd = true;
    else this.moveTo(copyBytes(row.bytes, start, end, this.out, this.at));
  }

  /** Texts of some cells with a space between them. */
  texts(row: CellRow, cells: readonly number[], bytesMax: number): void {
    const { bytes, starts, ends } = row;
    const from = this.at;
    let at = from;
    for (const cell of cells) {
      const start = starts[cell] as number;
      const end = ends[cell] as number;
      if (start === end) continue;
      if (!isPlain(bytes, start, end)) this.isOdd = true;
      if (at > from) this.out[at++] = SPACE;
      at = copyBytes(bytes, start, end, this.out, at);
    }
    if (at - from > bytesMax) this.isOdd = true;
    if (at === from) this.null();
    else this.moveTo(at);
  }

  /** A reference and its key. */
  reference(row: CellRow, cell: number): void {
    const start = row.starts[cell] as number;
    const end = row.ends[cell] as number;
    if (start === end) this.value(NO_REFERENCE);
    else this.moveTo(writeReference(row.bytes, start, end, this.out, this.at));
  }

  /** A key made of some cells and a word, with slashes between them. */
  rowKey(row: CellRow, cells: readonly number[], word: Buffer): void {
    const { bytes, starts, ends } = row;
    let at = this.at;
    for (const cell of cells) {
      const start = starts[cell] as number;
      const end = ends[cell] as number;
      if (start !== end && !isPlain(bytes, start, end)) this.isOdd = true;
      at = copyBytes(bytes, start, end, this.out, at);
      this.out[at++] = SLASH;
    }
    this.moveTo(copyBytes(word, 0, word.length, this.out, at));
  }

  /** A point in time and its day. */
  instant(row: CellRow, cell: number, instants: InstantCells): void {
    this.moveTo(instants.write(row.bytes, row.starts[cell] as number, row.ends[cell] as number, this.out, this.at));
  }

  /** An amount that `unitsOf` has read, or zero where the cell is empty. */
  amount(row: CellRow, cell: number, decimals: number): void {
    const start = row.starts[cell] as number;
    const end = row.ends[cell] as number;
    if (start === end) this.units(0, decimals);
    else this.moveTo(copyAmount(row.bytes, start, end, decimals, this.out, this.at));
  }

  /** An amount in its smallest unit. */
  units(units: number, decimals: number): void {
    this.moveTo(writeUnits(units, decimals, this.out, this.at));
  }

  /** A number as it stands. */
  decimal(row: CellRow, cell: number, decimals: number): void {
    const start = row.starts[cell] as number;
    const end = row.ends[cell] as number;
    if (start === end) this.null();
    else if (Number.isNaN(unitsOf(row.bytes, start, end, decimals))) this.isOdd = true;
    else this.moveTo(copyBytes(row.bytes, start, end, this.out, this.at));
  }

  /** The columns we do not know. */
  extra(row: CellRow, extra: ExtraCells, bytesMax: number): void {
    const end = extra.write(row, this.out, this.at);
    if (end - this.at > bytesMax) this.isOdd = true;
    else this.moveTo(end);
  }

  private moveTo(at: number): void {
    if (at === ODD) this.isOdd = true;
    else {
      this.out[at] = TAB;
      this.at = at + 1;
    }
  }
}
