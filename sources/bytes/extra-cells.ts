import { copyBytes, isPlain } from './byte-cells';
import type { CellRow } from './cell-row';
import { ODD } from './lane-lines';

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const NULL = Buffer.from('\\N');

/** Writes the columns we do not know as a JSON object, empty cells left out; NULL when all are empty. */
export class ExtraCells {
  private readonly names: readonly { readonly cell: number; readonly name: Buffer }[];

  /** @param isSilent tells other cells that say nothing, such as amounts of zero */
  constructor(
    extra: readonly { readonly cell: number; readonly header: string }[],
    private readonly isSilent: (bytes: Buffer, start: number, end: number) => boolean = () => false,
  ) {
    this.names = extra.map(({ cell, header }) => ({
      cell,
      name: Buffer.from(`${JSON.stringify(header)}:"`.replaceAll('\\', '\\\\')),
    }));
  }

  /** @returns where the object ends, or ODD when a cell needs escapes */
  write(row: CellRow, out: Buffer, to: number): number {
    let at = to;
    for (const { cell, name } of this.names) {
      const start = row.starts[cell] as number;
      const end = row.ends[cell] as number;
      if (start === end || this.isSilent(row.bytes, start, end)) continue;
      if (!isPlain(row.bytes, start, end) || hasQuote(row.bytes, start, end)) return ODD;
      if (at + name.length + (end - start) + 2 > out.length) return ODD;
      out[at] = at === to ? OPEN : COMMA;
      at = copyBytes(name, 0, name.length, out, at + 1);
      at = copyBytes(row.bytes, start, end, out, at);
      out[at++] = QUOTE;
    }
    if (at === to) return copyBytes(NULL, 0, NULL.length, out, at);
    out[at++] = CLOSE;
    return at;
  }
}

function hasQuote(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] === QUOTE) return true;
  return false;
}
