import { Problem } from '../../domain/problem';
import { openEvidence } from '../evidence';
import type { BatchHead } from './ground';

/** A file is read as far as this for the words of a line; farther down its rows are told without them. */
const FARTHEST_BYTES = 256 << 20;
const NEWLINE = 0x0a;
/** Archives and workbooks have no lines of their own. */
const ARCHIVE = 'PK';
/** In these a line ends where the byte of a line feed stands. */
const ENCODINGS = new Set(['utf-8', 'gb18030']);

/**
 * The text of lines of a file as it came, by line number; only those that could be read. Where a row goes over several lines its first is
 * given. An archive, a workbook, a file in UTF-16 and one whose bytes are gone give nothing.
 */
export async function originalLines(
  dataDir: string,
  { evidence, encoding }: BatchHead,
  wanted: readonly number[],
): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  if (encoding === null || !ENCODINGS.has(encoding) || wanted.length === 0) return found;
  const lines = await readLines(dataDir, evidence, new Set(wanted));
  const decoder = new TextDecoder(encoding);
  for (const [line, bytes] of lines) found.set(line, decoder.decode(bytes).replace(/\r$/, ''));
  return found;
}

async function readLines(dataDir: string, evidence: string, wanted: ReadonlySet<number>): Promise<Map<number, Buffer>> {
  const found = new Map<number, Buffer>();
  const last = Math.max(...wanted);
  let line = 1;
  let seen = 0;
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of await bytesOf(dataDir, evidence)) {
    if (seen === 0 && chunk.toString('latin1', 0, 2) === ARCHIVE) break;
    seen += chunk.length;
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      if (wanted.has(line)) found.set(line, Buffer.concat([held, chunk.subarray(start, end)]));
      held = Buffer.alloc(0);
      line += 1;
      start = end + 1;
      if (line > last) return found;
    }
    if (wanted.has(line)) held = Buffer.concat([held, chunk.subarray(start)]);
    if (seen > FARTHEST_BYTES) return found;
  }
  if (wanted.has(line) && held.length > 0) found.set(line, held);
  return found;
}

async function bytesOf(dataDir: string, evidence: string): Promise<AsyncIterable<Buffer>> {
  try {
    return (await openEvidence(dataDir, evidence)) as AsyncIterable<Buffer>;
  } catch (error) {
    // A missing file is `audit verify`'s to tell; the row is shown without its words.
    if (error instanceof Problem && error.code === 'EVIDENCE_MISSING') return nothing();
    throw error;
  }
}

async function* nothing(): AsyncGenerator<Buffer> {
  // No bytes.
}
