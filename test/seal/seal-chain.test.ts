import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { cpSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalText, type Canonical } from '../../domain/canonical';
import { verifyCompany } from '../../store/audit-verify';
import { testFolder } from '../support';
import { cloneOf, type Clone } from './clone';
import { SealedBooks } from './sealed-books';
import { tamper } from './tamper';

/** The id of a fact by its batch and row. */
const fact = (batch: number, row: number): string => String((BigInt(batch) << 32n) + BigInt(row));

let sealed: SealedBooks;
let copy: Clone;

beforeAll(async () => {
  sealed = await SealedBooks.make();
  await sealed.sealedMonth('2026-10');
  await sealed.pool.end();
});
afterAll(() => sealed.database.drop());
beforeEach(async () => {
  copy = await cloneOf(sealed.database);
});
afterEach(() => copy.drop());

describe('with more months', () => {
  test('the first of several changed rows is named, in a later block too', async () => {
    const november = await sealed.sealedMonth('2026-11', 25_000, copy.pool);
    const { rows } = await copy.pool.query<{ id: number }>(
      `SELECT id FROM batch WHERE period_id = $1 AND kind = 'orders-csv'`,
      [november],
    );
    const batch = rows[0]!.id;
    await tamper(
      copy.superuserUrl,
      `DELETE FROM sales_order WHERE id = ${fact(batch, 12_345)}`,
      `UPDATE sales_order SET status = 'cancelled' WHERE id = ${fact(batch, 20_001)}`,
    );
    expect(await sealed.faults(copy.pool)).toEqual([
      expect.objectContaining({
        code: 'ROW_MISSING',
        month: '2026-11',
        relation: 'sales_order',
        block: 1,
        key: fact(batch, 12_345),
      }),
    ]);
  });

  test('an unchanged month beside a tampered one verifies', async () => {
    await sealed.sealedMonth('2026-11', 50, copy.pool);
    await tamper(copy.superuserUrl, `UPDATE sales_order SET status = 'cancelled' WHERE id = ${fact(1, 1)}`);
    const { months, ok } = await sealed.verify(copy.pool);
    expect(ok).toBe(false);
    expect(months.map((month) => [month.month, month.ok])).toEqual([
      ['2026-10', false],
      ['2026-11', true],
    ]);
  });

  test('a replaced key stays trusted while its public key stays, and the change is mentioned', async () => {
    const folder = join(testFolder('rotation'), 'keys');
    cpSync(sealed.keysDir, folder, { recursive: true });
    const look = () => verifyCompany(copy.pool, 'qinghe', { keysDir: folder });
    rmSync(join(folder, 'seal.key'));
    renameSync(join(folder, 'seal.pub'), join(folder, 'seal-2026.pub'));
    await sealed.seal(await sealed.approvedMonth('2026-11', 5, copy.pool), copy.pool, folder);
    const both = await look();
    expect(both.faults).toEqual([]);
    expect(both.warnings).toEqual([expect.objectContaining({ code: 'KEY_REPLACED', month: '2026-11' })]);
    expect(readFileSync(join(folder, 'seal.pub'), 'utf8')).toContain('PUBLIC KEY');

    rmSync(join(folder, 'seal-2026.pub'));
    expect((await look()).faults.map(({ code, month }) => `${month} ${code}`)).toEqual(['2026-10 KEY_UNKNOWN']);
  });
});

describe('a rewritten seal', () => {
  /** Seals October again over changed rows, as somebody with the database would: all hashes right, the key his own. */
  async function forge(change: (content: { relations: Canonical[]; figuresHash: string }) => void): Promise<void> {
    const { rows } = await copy.pool.query<{ content: { relations: Canonical[]; figuresHash: string } }>(
      'SELECT content FROM seal WHERE sequence = 1',
    );
    const content = rows[0]!.content;
    change(content);
    const hash = createHash('sha256').update(canonicalText(content)).digest('hex');
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const signature = sign(null, Buffer.from(hash, 'hex'), privateKey).toString('base64');
    const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    await tamper(
      copy.superuserUrl,
      `UPDATE seal SET content = '${JSON.stringify(content)}', hash = '${hash}', signature = '${signature}', public_key = '${spki}' WHERE sequence = 1`,
    );
  }

  test('by another key is found by the key, and by the audit entry of the lock', async () => {
    await forge(() => undefined);
    expect((await sealed.faults(copy.pool)).map(({ code }) => code)).toEqual(['KEY_UNKNOWN']);
    await forge((content) => {
      content.relations = [];
    });
    expect((await sealed.faults(copy.pool)).map(({ code }) => code)).toEqual([
      'KEY_UNKNOWN',
      'SEAL_INCOMPLETE',
      'AUDIT_LOCK_MISSING',
    ]);
  });

  test('breaks the chain to the month after it', async () => {
    await sealed.sealedMonth('2026-11', 50, copy.pool);
    await forge((content) => {
      content.figuresHash = 'h';
    });
    expect((await sealed.faults(copy.pool)).map(({ code, month }) => `${month} ${code}`)).toContain(
      '2026-11 SEAL_CHAIN_BROKEN',
    );
  });

  test('with an altered signature is found', async () => {
    await tamper(copy.superuserUrl, `UPDATE seal SET signature = encode(sha256('x') || sha256('y'), 'base64')`);
    expect((await sealed.faults(copy.pool)).map(({ code }) => code)).toEqual(['SIGNATURE_INVALID']);
  });

  test('with altered content is found', async () => {
    await tamper(copy.superuserUrl, `UPDATE seal SET content = content || '{"ruleVersion": "other"}'`);
    expect((await sealed.faults(copy.pool)).map(({ code }) => code)).toEqual(['SEAL_CHANGED']);
  });

  test('that was removed is missed', async () => {
    await tamper(copy.superuserUrl, 'DELETE FROM seal', 'UPDATE period SET locked_at = NULL');
    expect((await sealed.faults(copy.pool)).map(({ code }) => code)).toEqual(['SEAL_MISSING']);
  });
});
