import { recordAudit } from '../../store/audit';
import type { Fault } from '../../store/audit-verify';
import { cloneOf, type Clone } from './clone';
import { SealedBooks } from './sealed-books';
import { tamper, tampered } from './tamper';

let sealed: SealedBooks;

beforeAll(async () => {
  sealed = await SealedBooks.make();
  await sealed.sealedMonth('2026-10');
  await sealed.pool.end();
});
afterAll(() => sealed.database.drop());
describe('the audit chain', () => {
  /** Rewrites hashes from an entry on, as somebody who knows the recipe would. */
  const rehash = (from: number): string => `
    DO $$ DECLARE e audit_entry; last bytea; BEGIN
      SELECT hash INTO last FROM audit_entry WHERE chain = ${sealed.books.companyId} AND seq = ${from} - 1;
      FOR e IN SELECT * FROM audit_entry WHERE chain = ${sealed.books.companyId} AND seq >= ${from} ORDER BY seq LOOP
        e.prev_hash := last;
        last := sha256(last || convert_to(audit_text(e), 'UTF8'));
        UPDATE audit_entry SET prev_hash = e.prev_hash, hash = last WHERE chain = e.chain AND seq = e.seq;
      END LOOP; END $$`;

  test.each<[string, () => string[], Partial<Fault>]>([
    [
      'an edited entry',
      () => [`UPDATE audit_entry SET actor = 'nobody' WHERE seq = 2`],
      { code: 'AUDIT_CHANGED', key: '2' },
    ],
    [
      'an edited detail',
      () => [`UPDATE audit_entry SET detail = '{"rows": 51}' WHERE seq = 1`],
      { code: 'AUDIT_CHANGED', key: '1' },
    ],
    [
      'an edited time',
      () => [`UPDATE audit_entry SET at = at + interval '1 microsecond' WHERE seq = 3`],
      { code: 'AUDIT_CHANGED', key: '3' },
    ],
    ['a deleted entry', () => ['DELETE FROM audit_entry WHERE seq = 3'], { code: 'AUDIT_MISSING', key: '3' }],
    ['the first entry deleted', () => ['DELETE FROM audit_entry WHERE seq = 1'], { code: 'AUDIT_MISSING', key: '1' }],
    [
      'an entry deleted and the rest moved up',
      () => ['DELETE FROM audit_entry WHERE seq = 3', 'UPDATE audit_entry SET seq = seq - 1 WHERE seq > 3'],
      { code: 'AUDIT_CHANGED', key: '3' },
    ],
    [
      'an entry with a hash of its own',
      () => [
        `UPDATE audit_entry SET actor = 'x' WHERE seq = 2`,
        `UPDATE audit_entry e SET hash = sha256(prev_hash || convert_to(audit_text(e), 'UTF8')) WHERE seq = 2`,
      ],
      { code: 'AUDIT_BROKEN', key: '3' },
    ],
    [
      'two entries swapped',
      () => [
        'UPDATE audit_entry SET seq = -1 WHERE seq = 2',
        'UPDATE audit_entry SET seq = 2 WHERE seq = 3',
        'UPDATE audit_entry SET seq = 3 WHERE seq = -1',
      ],
      { code: 'AUDIT_CHANGED', key: '2' },
    ],
    [
      'the whole chain rewritten',
      () => [`UPDATE audit_entry SET actor = 'x' WHERE seq = 2`, rehash(2)],
      { code: 'AUDIT_REWRITTEN', key: '5' },
    ],
    [
      'the entry of the lock rewritten',
      () => [`UPDATE audit_entry SET detail = '{}' WHERE action = 'close.locked'`, rehash(6)],
      { code: 'AUDIT_LOCK_MISSING', key: '6' },
    ],
    ['the tail cut off', () => ['DELETE FROM audit_entry WHERE seq > 4'], { code: 'AUDIT_TRUNCATED', key: '5' }],
    [
      'the very last entry cut off',
      () => ['DELETE FROM audit_entry WHERE seq > 5'],
      { code: 'AUDIT_TRUNCATED', key: '6' },
    ],
    ['everything cut off', () => ['DELETE FROM audit_entry'], { code: 'AUDIT_TRUNCATED', key: '1' }],
    [
      'a field moved into its neighbour',
      () => [
        'ALTER TABLE audit_entry DROP CONSTRAINT audit_entry_fields_are_apart',
        `UPDATE audit_entry SET actor = actor || E'\\x1f' || action, action = subject, subject = detail::text WHERE seq = 2`,
      ],
      { code: 'AUDIT_AMBIGUOUS', key: '2' },
    ],
  ])('tells %s', async (_what, statements, fault) => {
    const { audit, ok } = await tampered(sealed.database.superuserUrl, statements(), (pool) => sealed.verify(pool));
    expect(ok).toBe(false);
    expect(audit.fault).toMatchObject(fault);
  });
});

describe('an audit chain that goes on', () => {
  let copy: Clone;
  beforeEach(async () => {
    copy = await cloneOf(sealed.database);
  });
  afterEach(() => copy.drop());

  test('of a thousand entries names the one that was edited, whichever it is', async () => {
    for (let i = 0; i < 1_000; i += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, j) =>
          recordAudit(copy.pool, {
            companyId: sealed.books.companyId,
            actor: 'clerk',
            action: 'rows.seen',
            subject: `${i + j}`,
            detail: { 备注: '核对' },
          }),
        ),
      );
    }
    expect((await sealed.verify(copy.pool)).audit).toMatchObject({ entries: 1_006, ok: true });
    for (const seq of [7, 500, 1_006]) {
      await tamper(copy.superuserUrl, `UPDATE audit_entry SET subject = subject || 'x' WHERE seq = ${seq}`);
      expect((await sealed.verify(copy.pool)).audit.fault).toMatchObject({
        code: 'AUDIT_CHANGED',
        key: String(seq),
      });
      await tamper(copy.superuserUrl, `UPDATE audit_entry SET subject = rtrim(subject, 'x') WHERE seq = ${seq}`);
    }
  });

  test('goes on after the seal without a fault', async () => {
    await recordAudit(copy.pool, { companyId: sealed.books.companyId, actor: 'a', action: 'b', subject: 'c' });
    expect(await sealed.faults(copy.pool)).toEqual([]);
  });
});
