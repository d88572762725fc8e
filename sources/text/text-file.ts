import { open, type FileHandle } from 'node:fs/promises';
import { EncodingVote, type Recognised } from './encodings';
import { toUtf8 } from './transcode';

const CHUNK_BYTES = 256 << 10;

/**
 * Reads the whole file once to recognise its encoding.
 * @throws FileRefused NOT_TEXT, UNKNOWN_ENCODING, ROW_TOO_LONG
 */
export async function recogniseFile(path: string, asked?: string): Promise<Recognised> {
  const vote = new EncodingVote();
  for await (const chunk of fileChunks(path, 0)) vote.push(chunk);
  return vote.end(asked);
}

/** The file's text as UTF-8 without its byte order mark, in flat memory; see toUtf8. */
export function utf8Chunks(path: string, { encoding, bom }: Recognised): AsyncGenerator<Uint8Array> {
  return toUtf8(fileChunks(path, bom), encoding);
}

/** The bytes of a file from `start`, through one buffer that each piece overwrites. */
async function* fileChunks(path: string, start: number): AsyncGenerator<Uint8Array> {
  const handle: FileHandle = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let position = start; ;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
