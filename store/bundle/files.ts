import type { BundledFile } from '../../domain/bundle';
import type { SealedMonth } from '../../domain/verify/seal';
import type { Queryable } from '../db';
import { openEvidence } from '../evidence';

/** The original files a month's batches came from, in the order of the batches. */
export async function listFiles(db: Queryable, periodId: number): Promise<BundledFile[]> {
  const { rows } = await db.query<Omit<BundledFile, 'bytes'> & { size: string }>(
    `SELECT b.id AS batch, b.kind, b.file_name AS name, b.evidence AS sha256, e.bytes AS size
       FROM batch b JOIN evidence e ON e.sha256 = b.evidence WHERE b.period_id = $1 ORDER BY b.id`,
    [periodId],
  );
  return rows.map(({ size, ...file }) => ({ ...file, bytes: Number(size) }));
}

/** The hashes of all of them, each once. */
export async function originals(db: Queryable, months: readonly SealedMonth[]): Promise<string[]> {
  const { rows } = await db.query<{ sha256: string }>(
    'SELECT DISTINCT evidence AS sha256 FROM batch WHERE period_id = ANY ($1) ORDER BY 1',
    [months.map(({ periodId }) => periodId)],
  );
  return rows.map(({ sha256 }) => sha256);
}

/** A kept file's bytes; fails with EVIDENCE_CHANGED where they no longer have their hash. */
export async function* keptBytes(dataDir: string, sha256: string): AsyncGenerator<Uint8Array> {
  yield* await openEvidence(dataDir, sha256, { verify: true });
}
