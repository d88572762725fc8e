/**
 * Counts how often each digest was seen, in 24 to 48 bytes an entry: a statement may have a million of them. The first
 * eight bytes stand for the whole digest.
 */
export class Occurrences {
  private capacity = 1024;
  private used = 0;
  private keys = new BigUint64Array(this.capacity);
  private counts = new Uint32Array(this.capacity);

  /** 1 for the first time this digest is seen, then 2, and so on. */
  next(digest: Buffer): number {
    if (this.used * 2 >= this.capacity) this.grow();
    const key = digest.readBigUInt64BE(0);
    const slot = this.slotOf(key);
    if (this.counts[slot] === 0) this.used += 1;
    this.keys[slot] = key;
    const count = (this.counts[slot] ?? 0) + 1;
    this.counts[slot] = count;
    return count;
  }

  private slotOf(key: bigint): number {
    let slot = Number(key & BigInt(this.capacity - 1));
    while (this.counts[slot] !== 0 && this.keys[slot] !== key) slot = (slot + 1) % this.capacity;
    return slot;
  }

  private grow(): void {
    const { keys, counts } = this;
    this.capacity *= 2;
    this.keys = new BigUint64Array(this.capacity);
    this.counts = new Uint32Array(this.capacity);
    counts.forEach((count, i) => {
      if (count === 0) return;
      const slot = this.slotOf(keys[i] ?? 0n);
      this.keys[slot] = keys[i] ?? 0n;
      this.counts[slot] = count;
    });
  }
}
