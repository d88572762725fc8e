import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { Problem } from '../domain/problem';
import type { Queryable } from './db';

/** One buffer, used again: memory stays flat whatever the file. */
const VERIFY_BYTES = 256 << 10;

export interface StoredEvidence {
  readonly sha256: string;
  readonly bytes: number;
  /** The same bytes were here before. */
  readonly existed: boolean;
}

/** Where the bytes with this hash lie. */
export function evidencePath(dataDir: string, sha256: string): string {
  return join(dataDir, 'evidence', sha256.slice(0, 2), sha256);
}

/**
 * Keeps a stream's bytes once, under their SHA-256, never altered: written beside, synced, then renamed into place, so
 * that a file under its hash is always whole.
 * @param fileName the name it came with
 */
export async function storeEvidence(
  db: Queryable,
  dataDir: string,
  stream: AsyncIterable<Uint8Array>,
  fileName: string,
): Promise<StoredEvidence> {
  const incoming = join(dataDir, 'evidence', 'incoming', randomUUID());
  await mkdir(dirname(incoming), { recursive: true });
  try {
    const { sha256, bytes } = await writeHashed(incoming, stream);
    const path = evidencePath(dataDir, sha256);
    const existed = await exists(path);
    if (!existed) await putInPlace(incoming, path);
    await db.query('INSERT INTO evidence (sha256, bytes, first_name) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
      sha256,
      bytes,
      fileName,
    ]);
    return { sha256, bytes, existed };
  } finally {
    await rm(incoming, { force: true });
  }
}

/**
 * Opens the bytes for reading.
 * @param options.verify the stream fails with EVIDENCE_CHANGED at its end when the bytes no longer have their hash
 * @throws Problem EVIDENCE_MISSING
 */
export async function openEvidence(
  dataDir: string,
  sha256: string,
  options: { readonly verify?: boolean } = {},
): Promise<Readable> {
  const path = evidencePath(dataDir, sha256);
  if (!(await exists(path))) throw evidenceMissing(sha256);
  const stream = createReadStream(path);
  return options.verify ? Readable.from(verified(stream, sha256), { objectMode: false }) : stream;
}

/**
 * Reads the bytes once and compares them with their hash.
 * @throws Problem EVIDENCE_MISSING, EVIDENCE_CHANGED
 */
export async function verifyEvidence(dataDir: string, sha256: string): Promise<void> {
  const path = evidencePath(dataDir, sha256);
  if (!(await exists(path))) throw evidenceMissing(sha256);
  const file = await open(path, 'r');
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(VERIFY_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
    }
    if (hash.digest('hex') !== sha256) throw evidenceChanged(sha256);
  } finally {
    await file.close();
  }
}

async function writeHashed(
  path: string,
  stream: AsyncIterable<Uint8Array>,
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of stream) {
      hash.update(chunk);
      bytes += chunk.length;
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest('hex'), bytes };
}

async function putInPlace(incoming: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await chmod(incoming, 0o400);
  await rename(incoming, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function* verified(stream: AsyncIterable<Buffer>, sha256: string): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of stream) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest('hex') !== sha256) throw evidenceChanged(sha256);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The bytes that should lie under this hash are gone. */
export function evidenceMissing(sha256: string): Problem {
  return new Problem(
    'EVIDENCE_MISSING',
    { zh: `找不到原始凭据 ${sha256}，请从备份恢复`, en: `evidence ${sha256} is missing; restore it from a backup` },
    500,
  );
}

function evidenceChanged(sha256: string): Problem {
  return new Problem(
    'EVIDENCE_CHANGED',
    {
      zh: `原始凭据 ${sha256} 的内容已被改动，请从备份恢复`,
      en: `the bytes of evidence ${sha256} were altered; restore them from a backup`,
    },
    500,
  );
}
