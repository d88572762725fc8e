import { createHash } from 'node:crypto';
import { MEMBER, type BundledBlock } from '../../domain/bundle';
import type { LineRange, ListedBlock, RowIndex, SealedSource } from '../../domain/verify/rows';
import { damaged, type BundleArchive } from './archive';
import { shapeOf } from './shape';

/** More than the rows of one block are; lines are held whole to name one. */
const RANGE_MAX_BYTES = 256 << 20;
const LINE_END = 0x0a;

/** A sealed relation as a bundle has it. */
export class BundledRelation implements SealedSource {
  readonly rowsMember: string;
  readonly blocksMember: string;

  constructor(
    private readonly archive: BundleArchive,
    month: string,
    relation: string,
  ) {
    this.rowsMember = MEMBER.rows(month, relation);
    this.blocksMember = MEMBER.blocks(month, relation);
  }

  async blocks(): Promise<ListedBlock[]> {
    const listed: ListedBlock[] = [];
    for await (const { keys, checks, ...block } of this.bundledBlocks()) {
      const index = createHash('sha256').update(keys, 'base64').update(checks, 'base64').digest('hex');
      listed.push({ ...block, index });
    }
    return listed;
  }

  async rowIndex(number: number): Promise<RowIndex | undefined> {
    for await (const { block, keys, checks } of this.bundledBlocks()) {
      if (block === number) return { keys: Buffer.from(keys, 'base64'), checks: Buffer.from(checks, 'base64') };
    }
    return undefined;
  }

  rows(range?: LineRange): AsyncIterable<Uint8Array> {
    const whole = this.archive.read(this.rowsMember);
    return range === undefined ? whole : linesOf(whole, range, this.rowsMember);
  }

  private async *bundledBlocks(): AsyncGenerator<BundledBlock> {
    for await (const line of this.archive.documents(this.blocksMember)) {
      yield shapeOf<BundledBlock>(this.blocksMember, line, {
        ...{ block: 'number', rows: 'number', first: 'string', last: 'string' },
        ...{ sha256: 'string', keys: 'string', checks: 'string' },
      });
    }
  }
}

/** The lines of a range, in pieces as they come. */
async function* linesOf(
  chunks: AsyncIterable<Buffer>,
  { offset, limit }: LineRange,
  name: string,
): AsyncGenerator<Buffer> {
  let [line, bytes] = [0, 0];
  for await (const chunk of chunks) {
    let from = line >= offset ? 0 : chunk.length;
    let to = chunk.length;
    for (let end = chunk.indexOf(LINE_END); end >= 0 && line < offset + limit; end = chunk.indexOf(LINE_END, end + 1)) {
      line += 1;
      if (line === offset) from = end + 1;
      if (line === offset + limit) to = end + 1;
    }
    bytes += Math.max(to - from, 0);
    if (bytes > RANGE_MAX_BYTES) damaged(name, 'its rows are too long');
    if (from < to) yield chunk.subarray(from, to);
    if (line >= offset + limit) return;
  }
}
