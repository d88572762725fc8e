import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { transaction } from '../../store/db';

/** A month made by SQL as the application's role: enough of everything a report speaks of. */
export interface TestMonth {
  readonly companyId: number;
  readonly periodId: number;
  readonly figuresHash: string;
}

/** A customer that wants to be a formula, a tag and a header all at once. */
export const HOSTILE_NAME = '=HYPERLINK("http://x.test","付款")<script>alert(1)</script>';

const SETTINGS = {
  code: 'qinghe',
  name: '青禾商贸有限公司',
  currency: 'CNY',
  timezone: 'Asia/Shanghai',
  accounts: {
    receivable: '1122',
    revenue: '6001',
    outputTax: '2221',
    bank: '1002',
    channels: '1012',
    cash: '1001',
    fees: '6603',
  },
  merchants: {},
  banks: [],
  policy: {
    tolerance: { amount: '0.00', feePerBatch: '1.00', days: 5, writeOff: '1.00' },
    checks: { open_exceptions: 'warn', parked_documents: 'warn', rejected_rows: 'warn' },
    deadlines: {
      cutoff: { workingDay: 1, time: '18:00' },
      review: { workingDay: 3, time: '18:00' },
      approve: { workingDay: 4, time: '18:00' },
    },
    approvalTiers: [{ upTo: null, roles: ['approver'] }],
    reminders: { every: 'PT24H', escalateAfter: 'PT72H' },
    recipients: { report: ['cfo@qinghe.test'], blockers: [] as string[] },
  },
};

export interface MonthOptions {
  readonly orders?: number;
  readonly customers?: number;
  readonly recipients?: readonly string[];
  /** false: stays open, without lock and seal. */
  readonly locked?: boolean;
  /** Run before the lock, for rows of the test's own. */
  readonly before?: (pool: Pool, periodId: number, batch: (kind: string) => number) => Promise<void>;
}

/** Makes the month 2026-10 of company `qinghe`, locked and sealed unless told otherwise. */
export async function makeMonth(pool: Pool, options: MonthOptions = {}): Promise<TestMonth> {
  const { orders = 90, customers = 12, locked = true } = options;
  const { companyId, periodId, people } = await makeCompany(pool, options.recipients ?? ['cfo@qinghe.test']);
  const batches = await makeBatches(pool, periodId, people.preparer);
  const batch = (kind: string): number => batches[kind]!;
  await makeFacts(pool, periodId, batch, orders, customers);
  await makeBalances(pool, periodId);
  await makeExceptions(pool, periodId);
  await options.before?.(pool, periodId, batch);
  const figuresHash = createHash('sha256').update('figures').digest('hex');
  await decide(pool, periodId, people, figuresHash);
  if (locked) await lockAndSeal(pool, companyId, periodId, figuresHash);
  return { companyId, periodId, figuresHash };
}

interface People {
  readonly preparer: number;
  readonly reviewer: number;
  readonly approver: number;
}

async function makeCompany(
  pool: Pool,
  recipients: readonly string[],
): Promise<{ companyId: number; periodId: number; people: People }> {
  const one = async (sql: string, values: unknown[]): Promise<number> =>
    (await pool.query<{ id: number }>(sql, values)).rows[0]!.id;
  const companyId = await one(
    `INSERT INTO company (code, name, currency, timezone) VALUES ('qinghe', '青禾商贸有限公司', 'CNY', 'Asia/Shanghai') RETURNING id`,
    [],
  );
  /** Each has the one role of the login. */
  const person = async (login: string, name: string): Promise<number> => {
    const id = await one(`INSERT INTO person (login, name, password_hash) VALUES ($1, $2, '-') RETURNING id`, [
      login,
      name,
    ]);
    await pool.query('INSERT INTO role_grant (company_id, person_id, role) VALUES ($1, $2, $3)', [
      companyId,
      id,
      login,
    ]);
    return id;
  };
  const people = {
    preparer: await person('preparer', '王芳'),
    reviewer: await person('reviewer', '李静'),
    approver: await person('approver', '赵建国'),
  };
  const settings = { ...SETTINGS, policy: { ...SETTINGS.policy, recipients: { report: recipients, blockers: [] } } };
  await pool.query(`INSERT INTO policy (company_id, version, source, settings, sha256) VALUES ($1, 1, '', $2, '')`, [
    companyId,
    JSON.stringify(settings),
  ]);
  const periodId = await one(`SELECT open_period($1, '2026-10') AS id`, [companyId]);
  await pool.query(`UPDATE period SET policy_version = 1, started_at = '2026-11-02T01:00:00Z' WHERE id = $1`, [
    periodId,
  ]);
  return { companyId, periodId, people };
}

const KINDS = ['orders-csv', 'order-lines-csv', 'returns-csv', 'receipts-csv', 'ledger-csv'];

async function makeBatches(pool: Pool, periodId: number, importedBy: number): Promise<Record<string, number>> {
  const batches: Record<string, number> = {};
  for (const kind of KINDS) {
    const sha256 = createHash('sha256').update(kind).digest('hex');
    await pool.query(`INSERT INTO evidence (sha256, bytes, first_name) VALUES ($1, 1000, $2)`, [sha256, `${kind}.csv`]);
    const { rows } = await pool.query<{ id: number }>(
      `INSERT INTO batch (period_id, kind, file_name, evidence, state, rows_in, rows_kept, rows_rejected, rows_excluded, totals, imported_by, imported_at, settled_at)
       VALUES ($1, $2, $3, $4, 'received', 92, 90, 1, 1, '{"CNY": {"rowsIn": "1000.00", "kept": "980.00", "rejected": "10.00", "excluded": "10.00"}}',
               $5, '2026-11-02T02:00:00Z', NULL) RETURNING id`,
      [periodId, kind, `十月 ${kind}.csv`, sha256, importedBy],
    );
    batches[kind] = rows[0]!.id;
    await pool.query(`UPDATE batch SET state = 'accepted', settled_at = now() WHERE id = $1`, [rows[0]!.id]);
  }
  return batches;
}

/** Orders spread over days, people, regions and customers, with lines, returns, receipts and refunds. Drafts and other months stay out. */
async function makeFacts(
  pool: Pool,
  periodId: number,
  batch: (kind: string) => number,
  orders: number,
  customers: number,
): Promise<void> {
  await pool.query(
    `INSERT INTO sales_order (period_id, id, in_period, order_no, order_key, customer_no, customer_key, customer_name, order_date, currency,
                              gross_amount, tax_amount, status, salesperson, region)
     SELECT $1, ($2::bigint << 32) + i, i % 45 <> 44, 'SO-' || i, 'SO' || i, 'C-' || i % $4, 'C' || i % $4,
            CASE i % $4 WHEN 0 THEN $5 ELSE '客户' || i % $4 END, CASE i % 45 WHEN 44 THEN DATE '2026-09-30' ELSE DATE '2026-10-01' + i % 31 END,
            CASE i % 10 WHEN 9 THEN 'USD' ELSE 'CNY' END, (113 * (i % 17 + 1))::numeric(18,2), (13 * (i % 17 + 1))::numeric(18,2),
            (ARRAY['approved','delivered','completed','completed','completed','completed','completed','draft','cancelled'])[i % 9 + 1],
            CASE i % 7 WHEN 0 THEN NULL ELSE '业务员' || i % 7 END, (ARRAY['华东','华南','华北'])[i % 3 + 1]
       FROM generate_series(1, $3::integer) i`,
    [periodId, batch('orders-csv'), orders, customers, HOSTILE_NAME],
  );
  await pool.query(
    `INSERT INTO order_line (period_id, id, in_period, order_no, order_key, line_no, product_no, product_name, quantity, unit_price, tax_rate, gross_amount)
     SELECT $1, ($2::bigint << 32) + (id & 4294967295), true, order_no, order_key, '1', 'P-' || (id % 6), '产品' || (id % 6), 2, 50, 0.13, gross_amount
       FROM sales_order WHERE period_id = $1 AND id % 8 <> 3`,
    [periodId, batch('order-lines-csv')],
  );
  await pool.query(
    `INSERT INTO sales_return (period_id, id, in_period, return_no, return_key, order_no, order_key, customer_no, customer_key, return_date, currency, gross_amount)
     SELECT $1, ($2::bigint << 32) + (id & 4294967295), true, 'RT-' || order_no, 'RT' || order_key, order_no, order_key, customer_no, customer_key,
            order_date, currency, 50.00
       FROM sales_order WHERE period_id = $1 AND in_period AND status = 'completed' AND id % 11 = 3`,
    [periodId, batch('returns-csv')],
  );
  await pool.query(
    `INSERT INTO receipt (period_id, id, in_period, receipt_no, receipt_key, order_no, order_key, customer_no, customer_key, received_at, received_on,
                          method, currency, amount)
     SELECT $1, ($2::bigint << 32) + (id & 4294967295), true, 'RC-' || order_no, 'RC' || order_key, order_no, order_key, customer_no, customer_key,
            order_date + interval '4 hours', order_date, (ARRAY['alipay','wechat','bank','card','cash'])[id % 5 + 1], currency,
            CASE WHEN id % 13 = 5 THEN -20.00 ELSE gross_amount END
       FROM sales_order WHERE period_id = $1 AND in_period AND status IN ('completed', 'delivered') AND id % 4 <> 0`,
    [periodId, batch('receipts-csv')],
  );
}

async function makeBalances(pool: Pool, periodId: number): Promise<void> {
  await pool.query(
    `INSERT INTO customer_balance
     SELECT $1, customer_key, currency, min(customer_no), max(name), 30, sum(s), sum(r), sum(c), 0, 30 + sum(s) - sum(r) - sum(c), 30, sum(s) - sum(r) - sum(c),
            30 + sum(s) - sum(r) - sum(c)
       FROM (SELECT customer_key, currency, customer_no, customer_name AS name, CASE WHEN status IN ('approved','delivered','completed') THEN gross_amount ELSE 0 END AS s, 0 AS r, 0 AS c
               FROM sales_order WHERE period_id = $1 AND in_period
             UNION ALL SELECT customer_key, currency, customer_no, NULL, 0, gross_amount, 0 FROM sales_return WHERE period_id = $1
             UNION ALL SELECT customer_key, currency, customer_no, NULL, 0, 0, amount FROM receipt WHERE period_id = $1) m
      GROUP BY customer_key, currency`,
    [periodId],
  );
}

async function makeExceptions(pool: Pool, periodId: number): Promise<void> {
  const results = [
    { name: 'orders-ledger', state: 'done', matched: 80, exceptions: 4 },
    { name: 'orders-invoices', state: 'not_provided', matched: 0, exceptions: 0 },
    { name: 'orders-receipts', state: 'done', matched: 60, exceptions: 2 },
    { name: 'receipts-channels', state: 'not_provided', matched: 0, exceptions: 0 },
    { name: 'channels-ledger', state: 'not_provided', matched: 0, exceptions: 0 },
    { name: 'customers-ledger', state: 'done', matched: 11, exceptions: 1 },
  ];
  await pool.query(`INSERT INTO rule_set (version, rules, sha256) VALUES ('2026.11.1', '[]', '')`);
  await pool.query(
    `INSERT INTO reconcile_run (period_id, input_hash, rule_version, policy_version, started_at, finished_at, results)
     VALUES ($1, '', '2026.11.1', 1, now(), now(), $2)`,
    [periodId, JSON.stringify(results)],
  );
  await pool.query(
    `INSERT INTO close_exception (period_id, id, reconciliation, kind, currency, difference, left_records, right_records, rule, facts,
                                  suggested_action, owner, caused_by, figures_hash, superseded)
     SELECT $1, ('00000000-0000-4000-8000-00000000000' || n)::uuid, r, k, 'CNY', d, jsonb_build_array(jsonb_build_object('source', 'orders', 'reference', ref, 'date', '2026-10-05', 'amount', d::text)),
            '[]', 'order-no', CASE WHEN n = 7 THEN '{"explained": "1130.00"}' ELSE '{}' END::jsonb, 'adjust', 'preparer', CASE WHEN n = 7 THEN ARRAY['00000000-0000-4000-8000-000000000001'::uuid] ELSE '{}' END, 'f' || n, n = 8
       FROM (VALUES (1, 'orders-ledger', 'missing_in_finance', 1130.00, '=SO-1'), (2, 'orders-ledger', 'amount_differs', -12.50, 'SO-2'),
                    (3, 'orders-ledger', 'duplicate', 226.00, 'SO-3'), (4, 'orders-ledger', 'tax_differs', 0.01, 'SO-4'),
                    (5, 'orders-receipts', 'overpaid', -88.00, 'SO-5'), (6, 'orders-receipts', 'unapplied_receipt', -300.00, 'SO-6'),
                    (7, 'customers-ledger', 'amount_differs', 1130.00, 'C-1'), (8, 'orders-ledger', 'amount_differs', 999.00, 'SO-8')) v (n, r, k, d, ref)`,
    [periodId],
  );
}

async function decide(pool: Pool, periodId: number, people: People, figuresHash: string): Promise<void> {
  const decision = async (
    kind: string,
    person: number | null,
    role: string,
    reason: string,
    at: string,
    hash: string | null,
  ): Promise<string> => {
    const { rows } = await pool.query<{ id: string }>(
      `INSERT INTO decision (period_id, kind, person_id, role, reason, decided_at, figures_hash) VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
      [periodId, kind, person, role, reason, at, hash],
    );
    return rows[0]!.id;
  };
  await decision('start', null, 'preparer', '', '2026-11-02T01:00:00Z', null);
  const answer = async (n: number, action: string, amount: string, reason: string): Promise<void> => {
    const id = await decision('resolve', people.preparer, 'preparer', reason, `2026-11-03T0${n}:00:00Z`, null);
    await pool.query(
      `INSERT INTO resolution (period_id, exception_id, sequence, decision_id, action, figures_hash, amount, currency)
       VALUES ($1, ('00000000-0000-4000-8000-00000000000' || $2)::uuid, 1, $3, $4, 'f' || $2, $5, 'CNY')`,
      [periodId, String(n), id, action, amount],
    );
  };
  await answer(1, 'adjust', '1130.00', '漏记收入，已补录凭证');
  await answer(2, 'write_off', '-12.50', '尾差核销');
  await answer(3, 'accept', '226.00', '=cmd|calc');
  await answer(5, 'carry_over', '-88.00', '下月冲抵');
  await decision('review', people.reviewer, 'reviewer', '差异均已核实', '2026-11-04T02:00:00Z', figuresHash);
  await decision('approve', people.approver, 'approver', '同意结账', '2026-11-06T12:00:00Z', figuresHash);
  await pool.query(
    `INSERT INTO stage_time (period_id, stage, entered_at, left_at) VALUES
       ($1, 'collect', '2026-11-02T01:00:00Z', '2026-11-02T09:00:00Z'), ($1, 'cutoff', '2026-11-02T09:00:00Z', '2026-11-02T09:01:00Z'),
       ($1, 'reconcile', '2026-11-02T09:01:00Z', '2026-11-02T09:02:00Z'), ($1, 'review', '2026-11-02T09:02:00Z', '2026-11-04T02:00:00Z'),
       ($1, 'approve', '2026-11-04T02:00:00Z', '2026-11-06T12:00:00Z'), ($1, 'lock', '2026-11-06T12:00:00Z', NULL)`,
    [periodId],
  );
}

async function lockAndSeal(pool: Pool, companyId: number, periodId: number, figuresHash: string): Promise<void> {
  await pool.query(
    `UPDATE period SET stage = 'lock', figures_hash = $2, cutoff_at = '2026-11-02T09:00:00Z' WHERE id = $1`,
    [periodId, figuresHash],
  );
  await transaction(pool, async (client) => {
    await client.query('SELECT lock_period($1)', [periodId]);
    await client.query(
      `INSERT INTO seal (period_id, company_id, sequence, previous, content, hash, signature, public_key, sealed_at)
       VALUES ($1, $2, 1, repeat('0', 64), '{}', repeat('ab', 32), 'c2lnbmF0dXJl', 'cHVibGljIGtleQ==', '2026-11-06T12:00:01Z')`,
      [periodId, companyId],
    );
  });
}
