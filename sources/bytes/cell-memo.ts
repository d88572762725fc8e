import { Memo } from '../text/memo';

interface Known<T> {
  readonly bytes: Buffer;
  readonly value: T;
}

/** Remembers what a cell's bytes were read as. Neighbours mostly say the same, and that is found without a string. */
export class CellMemo<T> {
  private readonly known: Memo<Known<T>>;
  private last: Known<T> | null = null;

  constructor(read: (text: string) => T) {
    this.known = new Memo((text) => ({ bytes: Buffer.from(text), value: read(text) }));
  }

  of(bytes: Buffer, start: number, end: number): T {
    if (this.last === null || !isSame(this.last.bytes, bytes, start, end)) {
      this.last = this.known.of(bytes.toString('utf8', start, end));
    }
    return this.last.value;
  }
}

/** Whether a cell is these bytes. */
export function isSame(known: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let i = known.length - 1; i >= 0; i--) if (known[i] !== bytes[start + i]) return false;
  return true;
}
