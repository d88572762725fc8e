import { createHash } from 'node:crypto';
import type { ListedMember } from '../../domain/bundle';

/** One file of a bundle, its content made as it is read. */
export interface BundleMember {
  readonly name: string;
  readonly content: Iterable<string> | AsyncIterable<string | Uint8Array>;
}

/** The same member; once it was read to its end its size and hash are told. */
export function counted({ name, content }: BundleMember, tell: (entry: ListedMember) => void): BundleMember {
  return { name, content: counting(name, content, tell) };
}

async function* counting(
  name: string,
  content: BundleMember['content'],
  tell: (entry: ListedMember) => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of content) {
    const chunk = typeof piece === 'string' ? Buffer.from(piece, 'utf8') : piece;
    hash.update(chunk);
    bytes += chunk.length;
    yield chunk;
  }
  tell({ name, bytes, sha256: hash.digest('hex') });
}

/** One JSON document a line. */
export async function* jsonLines(rows: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`;
}
