import { createReadStream } from 'node:fs';
import { FileRefused } from '../reader';
import { EncodingVote, recogniseFile, type Encoding } from '../text';
import { splitLines, type LineBatch } from './lines';

/** A text as lines of characters. Bytes that do not decode are U+FFFD in it. */
export interface OpenText {
  readonly encoding: Encoding;
  readonly lines: AsyncGenerator<LineBatch>;
}

/** How much of a stream is looked at to recognise its encoding; bills say enough in their first line. */
const HEAD = 65_536;

/** Opens a file, recognising its encoding from the whole of it. Errors as `recogniseFile`, and EMPTY_FILE. */
export async function openTextFile(path: string, asked?: string): Promise<OpenText> {
  const { encoding, bom } = await recogniseFile(path, asked);
  return { encoding, lines: splitLines(decode(createReadStream(path, { start: bom }), encoding)) };
}

/** The same for bytes that come once, such as a file in an archive: the encoding is that of their beginning. */
export async function openTextStream(bytes: AsyncIterable<Buffer>, asked?: string): Promise<OpenText> {
  const { encoding, rest } = await recogniseStream(bytes, asked);
  return { encoding, lines: splitLines(decode(rest, encoding)) };
}

/** @returns the encoding, and all bytes behind the byte order mark */
export async function recogniseStream(
  bytes: AsyncIterable<Buffer>,
  asked?: string,
): Promise<{ readonly encoding: Encoding; readonly rest: AsyncGenerator<Buffer> }> {
  const source = bytes[Symbol.asyncIterator]();
  const head: Buffer[] = [];
  for (let length = 0; length < HEAD;) {
    const next = await source.next();
    if (next.done === true) break;
    head.push(next.value);
    length += next.value.length;
  }
  const start = Buffer.concat(head);
  const vote = new EncodingVote();
  vote.push(start);
  const { encoding, bom } = vote.end(asked);
  return { encoding, rest: chain(start.subarray(bom), source) };
}

async function* chain(start: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield start;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* decode(bytes: AsyncIterable<unknown>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  let isEmpty = true;
  for await (const chunk of bytes) {
    isEmpty &&= (chunk as Buffer).length === 0;
    yield decoder.decode(chunk as Buffer, { stream: true });
  }
  if (isEmpty) throw emptyFile();
  yield decoder.decode();
}

export function emptyFile(): FileRefused {
  return new FileRefused('EMPTY_FILE', { zh: '文件是空的。请重新下载。', en: 'The file is empty. Download it again.' });
}
