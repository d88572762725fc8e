/** Remembers what texts that stand in many rows of a file were read as: accounts, customers, rates, periods. */
export class Memo<T> {
  private readonly known = new Map<string, T>();

  constructor(private readonly read: (text: string) => T) {}

  of(text: string): T {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const value = this.read(text);
    if (this.known.size >= SIZE_MAX) this.known.clear();
    this.known.set(text, value);
    return value;
  }
}

const SIZE_MAX = 10_000;
