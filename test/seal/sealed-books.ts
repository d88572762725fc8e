import { join } from 'node:path';
import type { Pool } from 'pg';
import { verifyCompany, type CompanyVerification, type Fault } from '../../store/audit-verify';
import { openPool } from '../../store/db';
import { lockAndSeal } from '../../store/lock';
import type { Seal } from '../../store/seal';
import { freshDatabase, testFolder, type TestDatabase } from '../support';
import { approveMonth, figuresOf, fillMonth, makeCompany, type Books } from './books';

/** A database with one company, and the folder of the keys that seal it. */
export class SealedBooks {
  private constructor(
    readonly database: TestDatabase,
    readonly pool: Pool,
    readonly books: Books,
    readonly keysDir: string,
  ) {}

  static async make(): Promise<SealedBooks> {
    const database = await freshDatabase();
    const pool = openPool(database.url, { max: 5 });
    return new SealedBooks(database, pool, await makeCompany(pool), join(testFolder('seal'), 'keys'));
  }

  /** A month that is filled and approved, ready to be sealed. */
  async approvedMonth(month: string, orders = 50, pool = this.pool): Promise<number> {
    const periodId = await fillMonth(pool, this.books, month, orders);
    await approveMonth(pool, this.books, periodId);
    return periodId;
  }

  seal(periodId: number, pool = this.pool, keysDir = this.keysDir): Promise<Seal> {
    return lockAndSeal(pool, { periodId, keysDir, figuresHash: figuresOf });
  }

  async sealedMonth(month: string, orders = 50, pool = this.pool): Promise<number> {
    const periodId = await this.approvedMonth(month, orders, pool);
    await this.seal(periodId, pool);
    return periodId;
  }

  verify(pool = this.pool): Promise<CompanyVerification> {
    return verifyCompany(pool, this.books.code, { keysDir: this.keysDir });
  }

  async faults(pool = this.pool): Promise<readonly Fault[]> {
    return (await this.verify(pool)).faults;
  }

  async close(): Promise<void> {
    await this.pool.end();
    await this.database.drop();
  }
}
