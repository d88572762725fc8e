import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { doesNotTie, notUnderstood } from '../../trouble';
import { WECHAT } from './signing';

/** Bills shrink ten- to fortyfold; a bomb shrinks a thousandfold. */
const MOST_RATIO = 200;
/** What any bill may hold, so that a tiny one is not refused for its ratio. */
const FREE_BYTES = 1_000_000;
const GZIP = '1f8b';

/**
 * Unpacks a bill that came packed, copies one that came plain, in flat memory.
 * @returns SHA-1 of the bill, in hex
 * @throws SourceWaits SOURCE_DOES_NOT_TIE (it does not unpack)
 * @throws SourceStops SOURCE_NOT_UNDERSTOOD (it unpacks to far more than a bill holds)
 */
export async function unpackBill(from: string, to: string, mostBytes: number): Promise<string> {
  const most = Math.min(mostBytes, FREE_BYTES + (await stat(from)).size * MOST_RATIO);
  const hash = createHash('sha1');
  const counted = countedTo(most, hash);
  try {
    if (await isPacked(from)) {
      await pipeline(createReadStream(from), createGunzip(), counted, createWriteStream(to, { mode: 0o600 }));
    } else {
      await pipeline(createReadStream(from), counted, createWriteStream(to, { mode: 0o600 }));
    }
  } catch (error) {
    if (isDamage(error)) throw doesNotTie(WECHAT, { zh: '账单压缩数据已损坏', en: 'the packed bill is damaged' });
    throw error;
  }
  return hash.digest('hex');
}

/** Lets bytes through, digests them, and ends where there are too many. */
function countedTo(most: number, hash: ReturnType<typeof createHash>): Transform {
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      if (length > most) return done(notUnderstood(WECHAT, `a bill that unpacks to more than ${most} bytes`));
      hash.update(chunk);
      done(null, chunk);
    },
  });
}

async function isPacked(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.toString('hex') === GZIP;
  } finally {
    await file.close();
  }
}

function isDamage(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.startsWith('Z_');
}
