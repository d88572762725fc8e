import { createHash } from 'node:crypto';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { zipped } from '../../api/zip';
import { verifyBundle, type BundleVerification } from '../../cli/bundle/verify';
import type { CompanyAccess } from '../../store/access';
import { evidenceBundle, type BundleRequest, type EvidenceBundle } from '../../store/bundle';
import { evidencePath } from '../../store/evidence';
import { testFolder } from '../support';
import { Rebundle } from './rebundle';
import { SealedBooks } from './sealed-books';

export const OCTOBER = '2026-10';
/** Its orders fill two blocks and begin a third. */
export const NOVEMBER = '2026-11';

/** Two sealed months with their original files, and the bundle of both. */
export class BundledBooks {
  readonly folder = testFolder('bundle');
  readonly dataDir = join(this.folder, 'data');
  /** The batches of the orders. */
  readonly orders: Record<string, number> = {};
  whole = '';

  private constructor(
    readonly sealed: SealedBooks,
    private readonly parts: Map<string, Buffer>,
  ) {}

  static async make(): Promise<BundledBooks> {
    const made = new BundledBooks(await SealedBooks.make(), new Map());
    await made.add(OCTOBER, 50);
    await made.add(NOVEMBER, 20_010);
    made.whole = await made.write('whole.zip', { withFiles: true });
    for (const [name, bytes] of (await Rebundle.read(made.whole)).members) made.parts.set(name, bytes);
    return made;
  }

  private async add(month: string, orders: number): Promise<void> {
    const { pool } = this.sealed;
    const period = await this.sealed.sealedMonth(month, orders);
    const { rows } = await pool.query<{ id: number }>(
      `SELECT id FROM batch WHERE period_id = $1 AND kind = 'orders-csv'`,
      [period],
    );
    this.orders[month] = rows[0]!.id;
    // The bytes behind the books' evidence rows.
    for (const text of [`${period} orders-csv`, `${period} ledger-csv`]) {
      const path = evidencePath(this.dataDir, createHash('sha256').update(text).digest('hex'));
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }

  /** The id of a fact of a month's orders. */
  order(month: string, row: number): string {
    return String((BigInt(this.orders[month]!) << 32n) + BigInt(row));
  }

  prepare(request: BundleRequest, dataDir = this.dataDir): Promise<EvidenceBundle> {
    const { companyId, code } = this.sealed.books;
    const company = { companyId, code, name: '青禾商贸有限公司' } as CompanyAccess;
    return evidenceBundle({ pool: this.sealed.pool, dataDir }, company, request);
  }

  /** Writes a bundle as the API does. */
  async write(name: string, request: BundleRequest): Promise<string> {
    const path = join(this.folder, name);
    const made = await this.prepare(request);
    await pipeline(zipped(made.members()), createWriteStream(path));
    return path;
  }

  /** The bundle of both months, to be spoilt. */
  members(): Rebundle {
    return new Rebundle(new Map(this.parts));
  }

  /** Writes what was spoilt. */
  save(spoilt: Rebundle, more: readonly [string, Buffer][] = []): Promise<string> {
    return spoilt.write(join(this.folder, 'spoilt.zip'), more);
  }

  look(path: string, keys: string[] | null = null): Promise<BundleVerification> {
    return verifyBundle(path, this.sealed.books.code, keys);
  }

  close(): Promise<void> {
    return this.sealed.close();
  }
}
