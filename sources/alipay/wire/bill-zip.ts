import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { FileRefused } from '../../reader';
import { openArchive } from '../../wire/archive';

/** Whether every file in a ZIP unpacks to what its directory says of it. */
export async function isWholeZip(path: string): Promise<boolean> {
  try {
    const archive = await openArchive(path);
    try {
      for (const entry of archive.entries) {
        let sum = 0;
        for await (const chunk of entry.read()) sum = crc32(chunk, sum);
        if (sum !== entry.crc32) return false;
      }
      return true;
    } finally {
      archive.close();
    }
  } catch (error) {
    if (error instanceof FileRefused) return false;
    throw error;
  }
}

export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
