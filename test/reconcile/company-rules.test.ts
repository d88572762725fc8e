import { parseCompanyFile } from '../../domain/company-file';
import { dryRun } from '../../store/reconcile/dry-run';
import { Books } from './books';

const POLICY = `
  rules:
    - code: same-memo
      name: 摘要与合同备注相同
      reconciliation: receipts-channels
      keys:
        - {left: description, right: description, as: text}
      tolerance: {amount: "0.50"}
      days: 5
      automatic: true
    - code: same-payer-sum
      name: 同一付款人多笔合计
      reconciliation: receipts-channels
      keys:
        - {left: counterparty, right: counterparty, as: text}
      shape: N:1
      automatic: true
    - code: customer-sales
      name: 同一客户同一金额
      reconciliation: orders-ledger
      keys:
        - {left: customer_no, right: customer_no}
`;

describe('rules of a company’s own', () => {
  let books: Books;
  beforeEach(async () => {
    books = await Books.open(POLICY);
    for (const kind of ['orders-csv', 'ledger-csv', 'receipts-csv']) await books.batch(kind);
  });
  afterEach(() => books.close());

  const approve = async (): Promise<void> => {
    await books.pool.query(
      `INSERT INTO person (login, name, password_hash) VALUES ('zhou', '周', 'x') ON CONFLICT DO NOTHING;
       INSERT INTO rule_approval (company_id, policy_version, approved_by, reason) SELECT company_id, version, (SELECT id FROM person WHERE login = 'zhou'), '合同约定' FROM policy`,
    );
  };
  const found = (reconciliation: string): Promise<string[]> => books.found(reconciliation);

  const transfers = async (): Promise<void> => {
    await books.receipt('R-1', 'SO-1001', '101.00', 'bank', { description: '三季度 货款' });
    await books.bank('B1', '100.60', { description: '三季度货款', counterparty: '甲公司' });
    await books.receipt('R-2', 'SO-1002', '60.00', 'bank', { counterparty: '乙公司' });
    await books.receipt('R-3', 'SO-1003', '40.00', 'bank', { counterparty: '乙 公司' });
    await books.bank('B2', '100.00', { description: '往来', counterparty: '乙公司' });
  };

  test('they count once somebody has approved them: a tolerance, a sum of several', async () => {
    await transfers();
    expect(await found('receipts-channels')).toHaveLength(3);
    await approve();
    expect(await found('receipts-channels')).toEqual([]);
    const { rows } = await books.pool.query(
      `SELECT rule, certainty, difference::text, cardinality(left_ids) AS lefts FROM match WHERE reconciliation = 'receipts-channels' ORDER BY rule`,
    );
    expect(rows).toEqual([
      { rule: 'same-memo', certainty: 'probable', difference: '0.40', lefts: 1 },
      { rule: 'same-payer-sum', certainty: 'probable', difference: '0.00', lefts: 2 },
    ]);
  });

  test('a rule that may not match by itself suggests', async () => {
    await approve();
    await books.order('SO-1001', '113.00', { order_date: '2026-10-02' });
    await books.sale('记-1', 'ZJ-77', '113.00', { posting_date: '2026-10-30' });
    expect(await found('orders-ledger')).toEqual([
      'missing_in_finance 113.00 SO-1001 | ',
      'missing_in_sales -113.00  | 记-1',
    ]);
    const { rows } = await books.pool.query(`SELECT DISTINCT rule FROM match WHERE state = 'suggested' ORDER BY rule`);
    expect(rows).toEqual([{ rule: 'customer-amount' }, { rule: 'customer-sales' }]);
  });

  test('a dry run says what rules would change, and touches nothing', async () => {
    await transfers();
    await books.reconcile();
    const before = await picture();
    const { rows } = await books.pool.query<{ source: string }>('SELECT source FROM policy');
    const asked = await dryRun(books.pool, books.periodId, parseCompanyFile(rows[0]!.source));
    expect(asked.reconciliations.find((one) => one.name === 'receipts-channels')).toEqual({
      name: 'receipts-channels',
      matched: { now: 0, then: 2 },
      exceptions: { now: 3, then: 0 },
    });
    expect(asked.disappearing.count).toBeGreaterThanOrEqual(3);
    expect(asked.disappearing.first.map((one) => one.references.join('+'))).toContain('R-1');
    expect(await picture()).toEqual(before);
  });

  const picture = async (): Promise<unknown[]> => {
    const { rows } = await books.pool.query(
      `SELECT (SELECT count(*) FROM match) AS matches, (SELECT count(*) FROM reconcile_run) AS runs, (SELECT md5(string_agg(e::text, '' ORDER BY id)) FROM close_exception e) AS exceptions,
              (SELECT md5(string_agg(b::text, '' ORDER BY b::text)) FROM customer_balance b) AS balances`,
    );
    return rows;
  };

  test('whoever wrote the policy does not approve its rules', async () => {
    await books.pool.query(`INSERT INTO person (login, name, password_hash) VALUES ('wu', '吴', 'x')`);
    await expect(
      books.pool
        .query(
          `WITH p AS (INSERT INTO policy (company_id, version, source, settings, sha256, created_by)
                    SELECT company_id, 9, source, settings, 'y', (SELECT id FROM person WHERE login = 'wu') FROM policy RETURNING company_id) SELECT * FROM p`,
        )
        .then(() =>
          books.pool.query(
            `INSERT INTO rule_approval (company_id, policy_version, approved_by, reason) SELECT company_id, 9, created_by, 'x' FROM policy WHERE version = 9`,
          ),
        ),
    ).rejects.toThrow('does not approve its rules');
  });
});

describe('a rule that joins everything to everything', () => {
  test('is stopped by a limit that names it and the count', async () => {
    const books = await Books.open(`
  rules:
    - code: any-customer
      name: 任意
      reconciliation: orders-ledger
      keys: [{left: customer_no, right: customer_no}]
`);
    try {
      await books.batch('orders-csv');
      await books.batch('ledger-csv');
      await books.pool.query(`INSERT INTO person (login, name, password_hash) VALUES ('zhou', '周', 'x');
        INSERT INTO rule_approval (company_id, policy_version, approved_by, reason) SELECT company_id, version, (SELECT id FROM person WHERE login = 'zhou'), 'x' FROM policy`);
      await books.order('SO-1', '1.00');
      await books.sale('记-1', 'X-1', '2.00');
      await books.multiply('orders-csv', 2300, { order_no: `'N' || n`, order_key: `'N' || n` });
      await books.multiply('ledger-csv', 2300, {
        entry_no: `'M' || n`,
        reference: `'Y' || n`,
        reference_key: `'Y' || n`,
      });
      await expect(books.reconcile()).rejects.toMatchObject({
        code: 'RULE_TOO_WIDE',
        details: { rule: 'any-customer' },
      });
    } finally {
      await books.close();
    }
  });
});

describe('rules in the company file', () => {
  const faultsOf = (rules: string): unknown => {
    try {
      parseCompanyFile(`code: acme\nname: 甲\npolicy:\n  rules:\n${rules}`);
      return [];
    } catch (error) {
      return (error as { details: { faults: { line: number; path: string }[] } }).details.faults.map(
        ({ line, path }) => `${line} ${path}`,
      );
    }
  };
  const good = `    - {code: a-rule, name: 名, reconciliation: orders-ledger, keys: [{left: customer_no, right: customer_no}]}\n`;

  test.each([
    [
      'a field that side does not have',
      good.replace('left: customer_no', 'left: amount'),
      ['5 policy.rules[0].keys[0].left'],
    ],
    [
      'a reconciliation without rules',
      good.replace('orders-ledger', 'customers-ledger'),
      ['5 policy.rules[0].reconciliation'],
    ],
    ['no key at all', good.replace('[{left: customer_no, right: customer_no}]', '[]'), ['5 policy.rules[0].keys']],
    ['a shape that is none', good.replace('name: 名', 'name: 名, shape: 2:1'), ['5 policy.rules[0].shape']],
    ['an unknown word', good.replace('name: 名', 'name: 名, tolerence: {}'), ['5 policy.rules[0].tolerence']],
    [
      'several documents matched by itself',
      good.replace('name: 名', 'name: 名, shape: N:1, automatic: true'),
      ['5 policy.rules[0].automatic'],
    ],
    ['a code twice', good + good, ['6 policy.rules[1].code']],
  ])('%s is refused with its line', (_, rules, faults) => {
    expect(faultsOf(rules)).toEqual(expect.arrayContaining(faults));
  });

  test('a good one is read', () => {
    expect(faultsOf(good)).toEqual([]);
  });
});
