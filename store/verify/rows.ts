import { createHash } from 'node:crypto';
import { crc32, inflateRawSync } from 'node:zlib';
import type { PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Queryable } from '../db';
import type { SealedRows } from '../seal';
import { rowName, type Fault } from './faults';

/** Rows in a block, as the contract says; written here again on purpose. */
const ROWS_IN_BLOCK = 10_000;
const LINE_END = 0x0a;

interface StoredBlock {
  readonly block: number;
  readonly rows: number;
  readonly first: string;
  readonly last: string;
  readonly sha256: string;
  /** SHA-256 of the row index, null where the index is gone. */
  readonly index: string | null;
}

/**
 * Reads a sealed month's relation again and names the first thing that does not fit. Shares no code with the seal's
 * writer but the shape of its content. Memory holds one chunk; to name a row, two blocks' keys.
 * @param client inside a transaction that fixes the text form of values
 */
export async function verifyRows(client: PoolClient, periodId: number, sealed: SealedRows): Promise<Fault | undefined> {
  const blocks = await storedBlocks(client, periodId, sealed.relation);
  if (!fitsRoot(blocks, sealed)) return blockListChanged(sealed.relation);
  const present = await presentColumns(client, sealed.relation);
  const missing = sealed.columns.find((name) => !present.has(name));
  if (missing !== undefined) return columnMissing(sealed.relation, missing);

  const source = selectText(client, periodId, sealed, present);
  const broken = await firstBrokenBlock(client, source, blocks);
  return broken === undefined ? undefined : nameRow(client, periodId, sealed, source, broken);
}

async function storedBlocks(db: Queryable, periodId: number, relation: string): Promise<StoredBlock[]> {
  const { rows } = await db.query<StoredBlock>(
    `SELECT b.block, b.rows, b.first_key AS first, b.last_key AS last, b.sha256,
            encode(sha256(i.keys || i.checks), 'hex') AS index
       FROM seal_block b LEFT JOIN seal_row_index i USING (period_id, relation, block)
      WHERE b.period_id = $1 AND b.relation = $2 ORDER BY b.block`,
    [periodId, relation],
  );
  return rows;
}

function fitsRoot(blocks: readonly StoredBlock[], sealed: SealedRows): boolean {
  const lines = blocks.map((b) => `${b.block}\t${b.rows}\t${b.first}\t${b.last}\t${b.sha256}\t${b.index}\n`);
  const root = createHash('sha256').update(lines.join(''), 'utf8').digest('hex');
  return root === sealed.root && blocks.length === sealed.blocks;
}

/** The relation's columns as they are now, and whether each is text; none where the relation is gone. */
async function presentColumns(db: Queryable, relation: string): Promise<Map<string, boolean>> {
  const { rows } = await db.query<{ name: string; isText: boolean }>(
    `SELECT attname AS name, atttypid = 'text'::regtype AS "isText" FROM pg_attribute
      WHERE attrelid = to_regclass(format('public.%I', $1::text)) AND attnum > 0 AND NOT attisdropped`,
    [relation],
  );
  return new Map(rows.map(({ name, isText }) => [name, isText]));
}

/** The statement behind the hashes, from what the seal itself says: columns, key, month. */
function selectText(
  client: PoolClient,
  periodId: number,
  sealed: SealedRows,
  present: ReadonlyMap<string, boolean>,
): string {
  const quoted = (name: string): string => client.escapeIdentifier(name);
  const order = sealed.key.map((name) => quoted(name) + (present.get(name) === true ? ' COLLATE "C"' : ''));
  return `SELECT ${sealed.columns.map(quoted).join(', ')} FROM public.${quoted(sealed.relation)}
           WHERE period_id = ${periodId} ORDER BY ${order.join(', ')}`;
}

function copyOut(client: PoolClient, select: string): AsyncIterable<Buffer> {
  return client.query(copyTo(`COPY (${select}) TO STDOUT (FORMAT text, ENCODING 'UTF8')`));
}

/** Number of the first block whose rows do not give the sealed hash. The stream is read to its end all the same. */
async function firstBrokenBlock(
  client: PoolClient,
  source: string,
  blocks: readonly StoredBlock[],
): Promise<number | undefined> {
  let hash = createHash('sha256');
  let [number, lines] = [0, 0];
  let broken: number | undefined;
  const closeBlock = (): void => {
    if (broken === undefined && hash.digest('hex') !== blocks[number]?.sha256) broken = number;
    hash = createHash('sha256');
    [number, lines] = [number + 1, 0];
  };
  for await (const chunk of copyOut(client, source)) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, end + 1)) {
      lines += 1;
      if (lines < ROWS_IN_BLOCK) continue;
      hash.update(chunk.subarray(from, end + 1));
      from = end + 1;
      closeBlock();
    }
    hash.update(chunk.subarray(from));
  }
  if (lines > 0) closeBlock();
  return broken ?? (number < blocks.length ? number : undefined);
}

interface RowMark {
  readonly key: string;
  readonly check: number;
}

/** Sets the sealed keys and checks of a block beside its present rows and names the first that differs. */
async function nameRow(
  client: PoolClient,
  periodId: number,
  sealed: SealedRows,
  source: string,
  block: number,
): Promise<Fault> {
  const then = await sealedMarks(client, periodId, sealed.relation, block);
  // One row more than the block: a row that was pushed out of it by a new one is not missing.
  const now = await presentMarks(
    client,
    `${source} OFFSET ${block * ROWS_IN_BLOCK} LIMIT ${ROWS_IN_BLOCK + 1}`,
    sealed,
  );
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

async function sealedMarks(db: Queryable, periodId: number, relation: string, block: number): Promise<RowMark[]> {
  const { rows } = await db.query<{ keys: Buffer; checks: Buffer }>(
    'SELECT keys, checks FROM seal_row_index WHERE period_id = $1 AND relation = $2 AND block = $3',
    [periodId, relation, block],
  );
  const [index] = rows;
  if (!index) return [];
  const keys = inflateRawSync(index.keys).toString('utf8').split('\n').slice(0, -1);
  return keys.map((key, row) => ({ key: shown(key), check: index.checks.readUInt32BE(row * 4) }));
}

async function presentMarks(client: PoolClient, select: string, sealed: SealedRows): Promise<RowMark[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of copyOut(client, select)) chunks.push(chunk);
  const lines = Buffer.concat(chunks).toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => ({
    key: shown(line.split('\t', sealed.key.length).join('\t')),
    check: crc32(line),
  }));
}

function shown(key: string): string {
  return key.replaceAll('\t', ' / ');
}

const ROW_WORDS = {
  ROW_CHANGED: { zh: '在封存之后被改动', en: 'was changed after the seal' },
  ROW_MISSING: { zh: '在封存之后被删除', en: 'is gone: it was there when the month was sealed' },
  ROW_ADDED: { zh: '在封存之后被加入', en: 'was added after the seal' },
} as const;

function rowFault(code: keyof typeof ROW_WORDS, relation: string, block: number, key: string): Fault {
  const name = rowName(relation, key);
  return { code, relation, block, key, zh: `${name.zh} ${ROW_WORDS[code].zh}`, en: `${name.en} ${ROW_WORDS[code].en}` };
}

function blockChanged(relation: string, block: number, first: string, last: string): Fault {
  return {
    code: 'BLOCK_CHANGED',
    relation,
    block,
    zh: `${relation} 第 ${block} 块与封存不符，主键范围 ${first} 至 ${last}`,
    en: `block ${block} of ${relation} does not fit the seal: keys ${first} to ${last}`,
  };
}

function blockListChanged(relation: string): Fault {
  return {
    code: 'BLOCK_LIST_CHANGED',
    relation,
    zh: `${relation} 的封存块清单（seal_block、seal_row_index）被改动，与封存的根哈希不符`,
    en: `the seal's own list of blocks of ${relation} (seal_block, seal_row_index) was changed: it does not give the sealed root`,
  };
}

function columnMissing(relation: string, column: string): Fault {
  return {
    code: 'COLUMN_MISSING',
    relation,
    zh: `${relation} 缺少封存时的列 ${column}`,
    en: `${relation} lacks the column ${column} it had when the month was sealed`,
  };
}
