import { SealedBooks } from './sealed-books';
import { fillMonth } from './books';

let sealed: SealedBooks;
let period: number;

beforeAll(async () => {
  sealed = await SealedBooks.make();
  period = await fillMonth(sealed.pool, sealed.books, '2026-10');
});
afterAll(() => sealed.close());

type Who = 'preparer' | 'reviewer' | 'approver';

/** Writes decisions as the application's role could, past the API, and takes them back. */
async function decide(...decisions: [kind: string, who: Who, role?: string][]): Promise<string> {
  const client = await sealed.pool.connect();
  try {
    await client.query('BEGIN');
    for (const [kind, who, role = who] of decisions) {
      await client.query('INSERT INTO decision (period_id, kind, person_id, role) VALUES ($1, $2, $3, $4)', [
        ...[period, kind, sealed.books.people[who], role],
      ]);
    }
    return 'taken';
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

const grant = (who: Who, role: string): Promise<unknown> =>
  sealed.pool.query('INSERT INTO role_grant (company_id, person_id, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
    ...[sealed.books.companyId, sealed.books.people[who], role],
  ]);

describe('the database takes a sign-off', () => {
  test('from those who may give it', async () => {
    expect(await decide(['review', 'reviewer'], ['approve', 'approver'])).toBe('taken');
  });

  test.each<[string, [string, Who, string?]]>([
    ['a role the person does not have', ['approve', 'reviewer', 'approver']],
    ['a role that does not approve', ['approve', 'reviewer', 'reviewer']],
    ['a role that does not review', ['review', 'approver', 'approver']],
    ['a made-up role', ['approve', 'approver', 'system']],
  ])('not in %s', async (_what, decision) => {
    expect(await decide(decision)).toBe('SC004');
  });

  test('not from nobody', async () => {
    const nobody = sealed.pool.query(
      `INSERT INTO decision (period_id, kind, role) VALUES ($1, 'approve', 'approver')`,
      [period],
    );
    await expect(nobody).rejects.toMatchObject({ code: 'SC004' });
  });

  test('not from a role in another company', async () => {
    const { rows } = await sealed.pool.query<{ id: number }>(
      `INSERT INTO company (code, name, currency, timezone) VALUES ('baiyun', '白云', 'CNY', 'Asia/Shanghai') RETURNING id`,
    );
    await sealed.pool.query(`INSERT INTO role_grant (company_id, person_id, role) VALUES ($1, $2, 'approver')`, [
      ...[rows[0]!.id, sealed.books.people.reviewer],
    ]);
    expect(await decide(['approve', 'reviewer', 'approver'])).toBe('SC004');
  });

  test('not from a person who imported the month, whatever his roles', async () => {
    await grant('preparer', 'reviewer');
    await grant('preparer', 'approver');
    expect(await decide(['review', 'preparer', 'reviewer'])).toBe('SC004');
    expect(await decide(['approve', 'preparer', 'approver'])).toBe('SC004');
  });

  test('not from a person who started, admitted, resolved as preparer, or retried', async () => {
    for (const kind of ['start', 'admit', 'resolve'])
      expect([kind, await decide([kind, 'reviewer', 'preparer'], ['review', 'reviewer'])]).toEqual([kind, 'SC004']);
    for (const kind of ['start', 'admit', 'resolve', 'retry', 'defer'])
      expect([kind, await decide([kind, 'approver', 'preparer'], ['approve', 'approver'])]).toEqual([kind, 'SC004']);
    expect(await decide(['resolve', 'reviewer', 'reviewer'], ['review', 'reviewer'])).toBe('taken');
  });

  test('not both from one person', async () => {
    await grant('reviewer', 'approver');
    expect(await decide(['review', 'reviewer'], ['approve', 'reviewer', 'approver'])).toBe('SC004');
  });

  test('not from a person who was disabled', async () => {
    await sealed.pool.query('UPDATE person SET disabled_at = now() WHERE id = $1', [sealed.books.people.approver]);
    expect(await decide(['approve', 'approver'])).toBe('SC004');
  });
});
