import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { recordAudit } from '../../store/audit';

/** A company with people, and months filled by plain SQL: what the seal needs, nothing more. */
export interface Books {
  readonly companyId: number;
  readonly code: string;
  readonly people: Readonly<Record<'preparer' | 'reviewer' | 'approver', number>>;
}

/** Figures of these books: a digest of all receipts, as `period.figures_hash` has it. */
export async function figuresOf(db: Pick<Pool, 'query'>, periodId: number): Promise<string> {
  const { rows } = await db.query<{ text: string }>(
    `SELECT coalesce(sum(gross_amount), 0)::text AS text FROM sales_order WHERE period_id = $1`,
    [periodId],
  );
  return sha256(rows[0]!.text);
}

export async function makeCompany(pool: Pool, code = 'qinghe'): Promise<Books> {
  const company = await pool.query<{ id: number }>(
    `INSERT INTO company (code, name, currency, timezone) VALUES ($1, '青禾商贸有限公司', 'CNY', 'Asia/Shanghai') RETURNING id`,
    [code],
  );
  const companyId = company.rows[0]!.id;
  await pool.query(
    `INSERT INTO policy (company_id, version, source, settings, sha256)
     VALUES ($1, 1, '', '{"policy": {"checks": {"open_exceptions": "block"}}}', $2)`,
    [companyId, sha256('')],
  );
  const people: Record<string, number> = {};
  for (const role of ['preparer', 'reviewer', 'approver']) {
    const person = await pool.query<{ id: number }>(
      `INSERT INTO person (login, name, password_hash) VALUES ($1, $1, '-') RETURNING id`,
      [`${code}-${role}`],
    );
    people[role] = person.rows[0]!.id;
    await pool.query('INSERT INTO role_grant (company_id, person_id, role) VALUES ($1, $2, $3)', [
      companyId,
      people[role],
      role,
    ]);
  }
  await pool.query(`INSERT INTO rule_set (version, rules, sha256) VALUES ('test', '[]', $1) ON CONFLICT DO NOTHING`, [
    sha256('[]'),
  ]);
  return { companyId, code, people: people as Books['people'] };
}

/** Opens a month with orders, ledger entries, a rejected row, matches, one resolved exception and balances. */
export async function fillMonth(pool: Pool, books: Books, month: string, orders = 50): Promise<number> {
  const opened = await pool.query<{ id: number }>('SELECT open_period($1, $2) AS id', [books.companyId, month]);
  const id = opened.rows[0]!.id;
  const orderBatch = await addBatch(pool, books, id, 'orders-csv', orders);
  const ledgerBatch = await addBatch(pool, books, id, 'ledger-csv', orders);
  await pool.query(
    `INSERT INTO sales_order (period_id, id, in_period, order_no, order_key, customer_no, customer_key, order_date,
                              currency, gross_amount, tax_amount, status)
     SELECT $1::integer, ($2::bigint << 32) + i, true, 'SO' || i, 'SO' || i, 'C1', 'C1', ($3 || '-05')::date, 'CNY', i + 0.50, 0.10, 'completed'
       FROM generate_series(1, $4::integer) i`,
    [id, orderBatch, month, orders],
  );
  await pool.query(
    `INSERT INTO ledger_entry (period_id, id, in_period, entry_no, line_no, posting_date, account, reference, currency, debit, credit)
     SELECT $1::integer, ($2::bigint << 32) + i, true, '记-' || i, '1', ($3 || '-05')::date, '1122', E'SO' || i || E'\\t备注', 'CNY', i + 0.50, 0
       FROM generate_series(1, $4::integer) i`,
    [id, ledgerBatch, month, orders],
  );
  await pool.query(
    `INSERT INTO match (period_id, reconciliation, id, rule, state, certainty, currency, difference, left_ids, right_ids)
     SELECT $1::integer, 'orders-ledger', md5($1::integer || '/' || i)::uuid, 'order-no', 'confirmed', 'certain', 'CNY', 0,
            ARRAY[($2::bigint << 32) + i], ARRAY[($3::bigint << 32) + i]
       FROM generate_series(2, $4::integer) i`,
    [id, orderBatch, ledgerBatch, orders],
  );
  await pool.query(
    `INSERT INTO customer_balance (period_id, customer_key, currency, customer_no, sales_opening, sales, returns, receipts,
        adjustments, sales_closing, ledger_opening, postings, ledger_closing)
     SELECT $1::integer, 'C1', 'CNY', 'C1', o.amount, s.amount, 0, 0, 0, o.amount + s.amount, o.amount, s.amount, o.amount + s.amount
       FROM (SELECT sum(gross_amount) AS amount FROM sales_order WHERE period_id = $1) s,
            (SELECT coalesce((SELECT sales_closing FROM customer_balance b JOIN period p ON p.id = b.period_id
                               WHERE p.company_id = $2 AND p.id <> $1 ORDER BY p.month DESC LIMIT 1), 0) AS amount) o`,
    [id, books.companyId],
  );
  await pool.query(
    `INSERT INTO reconcile_run (period_id, input_hash, rule_version, policy_version, started_at, finished_at, results)
     VALUES ($1, 'input', 'test', 1, now(), now(), '[]')`,
    [id],
  );
  await addException(pool, books, id, orderBatch);
  return id;
}

/** Takes the month through review and approval to the stage `lock`, as the API does it. */
export async function approveMonth(pool: Pool, books: Books, periodId: number): Promise<void> {
  const hash = await figuresOf(pool, periodId);
  await pool.query(`INSERT INTO figures (period_id, hash, content) VALUES ($1, $2, '{}')`, [periodId, hash]);
  await pool.query(`UPDATE period SET policy_version = 1, started_at = now(), figures_hash = $2 WHERE id = $1`, [
    periodId,
    hash,
  ]);
  await decide(pool, books, periodId, 'review', 'reviewer', hash);
  await decide(pool, books, periodId, 'approve', 'approver', hash);
  await pool.query(`UPDATE period SET stage = 'lock' WHERE id = $1`, [periodId]);
}

async function addBatch(pool: Pool, books: Books, periodId: number, kind: string, rows: number): Promise<number> {
  const evidence = sha256(`${periodId} ${kind}`);
  await pool.query(`INSERT INTO evidence (sha256, bytes, first_name) VALUES ($1, 1, $2)`, [evidence, kind]);
  const batch = await pool.query<{ id: number }>(
    `INSERT INTO batch (period_id, kind, file_name, evidence, state, rows_in, rows_kept, rows_rejected, imported_by, settled_at)
     VALUES ($1, $2, $2, $3, 'accepted', $4 + 1, $4, 1, $5, now()) RETURNING id`,
    [periodId, kind, evidence, rows, books.people.preparer],
  );
  const id = batch.rows[0]!.id;
  await pool.query(
    `INSERT INTO rejected_row (period_id, batch_id, row_no, line, column_name, value, code, reason_zh, reason_en, cells)
     VALUES ($1, $2, 9999, 9999, 'gross_amount', 'x', 'BAD_AMOUNT', '金额', 'amount', '{"a": "x\\\\ty"}')`,
    [periodId, id],
  );
  await recordAudit(pool, {
    companyId: books.companyId,
    actor: 'system:import',
    action: 'batch.accepted',
    subject: String(id),
    detail: { rows },
  });
  return id;
}

async function addException(pool: Pool, books: Books, periodId: number, orderBatch: number): Promise<void> {
  const hash = sha256('exception');
  const record = JSON.stringify([{ source: 'orders', reference: 'SO1', id: String((BigInt(orderBatch) << 32n) + 1n) }]);
  await pool.query(
    `INSERT INTO close_exception (period_id, id, reconciliation, kind, currency, difference, left_records, right_records,
        rule, facts, suggested_action, owner, figures_hash)
     VALUES ($1::integer, md5('e' || $1::integer)::uuid, 'orders-ledger', 'missing_in_finance', 'CNY', 1.50, $2, '[]', 'order-no', '{}', 'accept', 'preparer', $3)`,
    [periodId, record, hash],
  );
  const decision = await decide(pool, books, periodId, 'resolve', 'preparer', null);
  await pool.query(
    `INSERT INTO resolution (period_id, exception_id, sequence, decision_id, action, figures_hash, amount, currency)
     VALUES ($1::integer, md5('e' || $1::integer)::uuid, 1, $2, 'accept', $3, 1.50, 'CNY')`,
    [periodId, decision, hash],
  );
}

async function decide(
  pool: Pool,
  books: Books,
  periodId: number,
  kind: string,
  role: keyof Books['people'],
  hash: string | null,
): Promise<string> {
  const { rows } = await pool.query<{ id: string; month: string }>(
    `INSERT INTO decision (period_id, kind, person_id, role, figures_hash) VALUES ($1, $2, $3, $4, $5)
     RETURNING id, (SELECT month FROM period WHERE id = $1) AS month`,
    [periodId, kind, books.people[role], role, hash],
  );
  const decisionId = rows[0]!.id;
  await recordAudit(pool, {
    companyId: books.companyId,
    actor: `${books.code}-${role}`,
    action: `decision.${kind}`,
    month: rows[0]!.month,
    subject: decisionId,
    detail: { decisionId },
  });
  return decisionId;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
