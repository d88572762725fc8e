import { createHash, type Hash } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';

/** Rows in a block (contracts, section 8). */
export const BLOCK_ROWS = 10_000;

const NEWLINE = 10;
const TAB = 9;

/** A hashed block: at most BLOCK_ROWS lines of COPY text. */
export interface Block {
  /** 0, 1, ... */
  readonly block: number;
  readonly rows: number;
  /** Key columns as COPY writes them, joined by tabs. */
  readonly firstKey: string;
  readonly lastKey: string;
  /** Of the lines with their line ends, hex. */
  readonly sha256: string;
  /** Key texts, one a line, raw deflate. */
  readonly keys: Buffer;
  /** CRC-32 of each line without its end, four bytes each. */
  readonly checks: Buffer;
}

/**
 * Cuts COPY text into blocks and hashes them. Memory holds one block's keys and one chunk, whatever the rows.
 * @param keyColumns how many leading columns are the key
 */
export async function* blocksOf(chunks: AsyncIterable<Buffer>, keyColumns: number): AsyncGenerator<Block> {
  let block = new OpenBlock(0, keyColumns);
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const data: Buffer = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let taken = 0;
    for (;;) {
      taken = block.take(data, taken);
      if (!block.isFull()) break;
      yield block.close();
      block = new OpenBlock(block.number + 1, keyColumns);
    }
    rest = data.subarray(taken);
  }
  if (rest.length > 0) throw new Error('COPY ended inside a row');
  if (!block.isEmpty()) yield block.close();
}

class OpenBlock {
  private readonly hash: Hash = createHash('sha256');
  private readonly checks = Buffer.allocUnsafe(BLOCK_ROWS * 4);
  private keys = '';
  private rows = 0;
  private firstKey = '';
  private lastKey = '';

  constructor(
    readonly number: number,
    private readonly keyColumns: number,
  ) {}

  isFull(): boolean {
    return this.rows === BLOCK_ROWS;
  }

  isEmpty(): boolean {
    return this.rows === 0;
  }

  /** Takes whole lines from `start` until the block is full; returns where it stopped. */
  take(data: Buffer, start: number): number {
    let at = start;
    while (this.rows < BLOCK_ROWS) {
      const end = data.indexOf(NEWLINE, at);
      if (end < 0) break;
      this.addLine(data, at, end);
      at = end + 1;
    }
    this.hash.update(data.subarray(start, at));
    return at;
  }

  close(): Block {
    return {
      block: this.number,
      rows: this.rows,
      firstKey: utf8(this.firstKey),
      lastKey: utf8(this.lastKey),
      sha256: this.hash.digest('hex'),
      keys: deflateRawSync(Buffer.from(this.keys, 'latin1'), { level: 1 }),
      checks: this.checks.subarray(0, this.rows * 4),
    };
  }

  private addLine(data: Buffer, start: number, end: number): void {
    let keyEnd = start;
    for (let column = 0; column < this.keyColumns; column++) keyEnd = data.indexOf(TAB, keyEnd) + 1;
    // Bytes, not characters: latin1 carries them as they are.
    this.lastKey = data.toString('latin1', start, keyEnd - 1);
    if (this.rows === 0) this.firstKey = this.lastKey;
    this.keys += `${this.lastKey}\n`;
    this.checks.writeUInt32BE(crc32(data.subarray(start, end)), this.rows * 4);
    this.rows += 1;
  }
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
