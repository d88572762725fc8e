import type { SealedRows } from '../seal-content';
import { sha256, type Digests } from './digests';
import { blockChanged, blockListChanged, rowFault, type Fault } from './faults';

/** Rows in a block, as the contract says; written here again on purpose: the writer's code is not trusted. */
export const ROWS_IN_BLOCK = 10_000;
const LINE_END = 0x0a;
/** More than the keys of a block can be; an index that unpacks to more was made to do harm. */
const KEYS_MAX_BYTES = 64 << 20;

/** A block as the seal's writer listed it. */
export interface ListedBlock {
  readonly block: number;
  readonly rows: number;
  readonly first: string;
  readonly last: string;
  readonly sha256: string;
  /** SHA-256 of the row index, null where the index is gone. */
  readonly index: string | null;
}

/** What names a row of a block: it points only, the block's SHA-256 proves. */
export interface RowIndex {
  /** Key texts, one a line, raw deflate. */
  readonly keys: Buffer;
  /** CRC-32 of each line without its end, four bytes each. */
  readonly checks: Buffer;
}

/** Lines of a stream of rows, counted from 0. */
export interface LineRange {
  readonly offset: number;
  readonly limit: number;
}

/** Where a sealed relation is read from: the database, or a bundle. */
export interface SealedSource {
  blocks(): Promise<readonly ListedBlock[]>;
  rowIndex(block: number): Promise<RowIndex | undefined>;
  /** PostgreSQL's COPY text, a line a row, in key order. Read to its end each time. */
  rows(range?: LineRange): AsyncIterable<Uint8Array>;
}

/**
 * Reads a sealed relation again and names the first thing that does not fit. Shares no code with the seal's writer.
 * Memory holds one chunk; to name a row, two blocks' keys.
 */
export async function verifyRows(
  source: SealedSource,
  sealed: SealedRows,
  digests: Digests,
): Promise<Fault | undefined> {
  const blocks = await source.blocks();
  if (!fitsRoot(blocks, sealed, digests)) return blockListChanged(sealed.relation);
  const broken = await firstBrokenBlock(source.rows(), blocks, digests);
  return broken === undefined ? undefined : nameRow(source, sealed, broken, digests);
}

function fitsRoot(blocks: readonly ListedBlock[], sealed: SealedRows, digests: Digests): boolean {
  const lines = blocks.map((b) => `${b.block}\t${b.rows}\t${b.first}\t${b.last}\t${b.sha256}\t${b.index}\n`);
  return sha256(digests, lines.join('')) === sealed.root && blocks.length === sealed.blocks;
}

/** Number of the first block whose rows do not give the sealed hash. The stream is read to its end all the same. */
async function firstBrokenBlock(
  rows: AsyncIterable<Uint8Array>,
  blocks: readonly ListedBlock[],
  { createHash }: Digests,
): Promise<number | undefined> {
  let hash = createHash('sha256');
  let [number, lines, isEmpty] = [0, 0, true];
  let broken: number | undefined;
  const take = (bytes: Uint8Array): void => {
    if (bytes.length === 0) return;
    hash.update(bytes);
    isEmpty = false;
  };
  const closeBlock = (): void => {
    if (broken === undefined && hash.digest('hex') !== blocks[number]?.sha256) broken = number;
    hash = createHash('sha256');
    [number, lines, isEmpty] = [number + 1, 0, true];
  };
  for await (const chunk of rows) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, end + 1)) {
      lines += 1;
      if (lines < ROWS_IN_BLOCK) continue;
      take(chunk.subarray(from, end + 1));
      from = end + 1;
      closeBlock();
    }
    take(chunk.subarray(from));
  }
  if (!isEmpty) closeBlock();
  return broken ?? (number < blocks.length ? number : undefined);
}

interface RowMark {
  readonly key: string;
  readonly check: number;
}

/** Sets the sealed keys and checks of a block beside its present rows and names the first that differs. */
async function nameRow(source: SealedSource, sealed: SealedRows, block: number, digests: Digests): Promise<Fault> {
  const then = marksOf(await source.rowIndex(block), digests);
  // One row more than the block: a row that was pushed out of it by a new one is not missing.
  const range = { offset: block * ROWS_IN_BLOCK, limit: ROWS_IN_BLOCK + 1 };
  const now = await presentMarks(source.rows(range), sealed.key.length, digests);
  const at = then.findIndex(({ key, check }, i) => now[i]?.key !== key || now[i]?.check !== check);
  const place = at < 0 ? then.length : at;
  const [was, is] = [then[place], now[place]];
  const report = (kind: 'ROW_CHANGED' | 'ROW_MISSING' | 'ROW_ADDED', key: string): Fault =>
    rowFault(kind, sealed.relation, block, key);
  if (was && is && was.key === is.key) return report('ROW_CHANGED', was.key);
  if (was && !now.some(({ key }) => key === was.key)) return report('ROW_MISSING', was.key);
  if (is && !then.some(({ key }) => key === is.key) && (was !== undefined || then.length < ROWS_IN_BLOCK)) {
    return report('ROW_ADDED', is.key);
  }
  return blockChanged(sealed.relation, block, then[0]?.key ?? '', then.at(-1)?.key ?? '');
}

function marksOf(index: RowIndex | undefined, { inflateRawSync }: Digests): RowMark[] {
  if (!index) return [];
  const keys = inflateRawSync(index.keys, { maxOutputLength: KEYS_MAX_BYTES })
    .toString('utf8')
    .split('\n')
    .slice(0, -1);
  return keys.map((key, row) => ({ key: shown(key), check: index.checks.readUInt32BE(row * 4) }));
}

async function presentMarks(
  rows: AsyncIterable<Uint8Array>,
  keyColumns: number,
  { crc32 }: Digests,
): Promise<RowMark[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of rows) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString('utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => ({
    key: shown(line.split('\t', keyColumns).join('\t')),
    check: crc32(Buffer.from(line, 'utf8')),
  }));
}

function shown(key: string): string {
  return key.replaceAll('\t', ' / ');
}
