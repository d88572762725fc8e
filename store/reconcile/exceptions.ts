import { EXCEPTION_ADVICE } from '../../domain/advice';
import { literal, step, type Scope } from './scope';
import { writeSuggestions } from './suggestions';

/**
 * Turns what a run found into the month's exceptions: looks up the records of both sides, gives each its stable id and its figures' hash, and
 * compares with what is known: the same stays as it is with its resolution, other figures are written anew, what is no longer found is superseded.
 */
export async function writeExceptions(scope: Scope): Promise<void> {
  await lookUpRecords(scope);
  await identify(scope);
  await nameCauses(scope);
  await writeSuggestions(scope);
  await upsert(scope);
}

/** SQL for one record as people and programs see it. */
const record = (source: string, reference: string, date: string, amount: string): string =>
  `jsonb_build_object('source', ${source}, 'reference', ${reference}, 'date', ${date}, 'amount', ${amount}::text)`;

async function lookUpRecords(scope: Scope): Promise<void> {
  const channel = `coalesce((SELECT b.channel FROM batch b WHERE b.id = (c.id >> 32)::integer), 'channel')`;
  const facts = [
    ['eff_sales_order', record(`'orders'`, 'c.order_no', 'c.order_date', 'c.gross_amount'), 'c.customer_key'],
    ['eff_sales_return', record(`'returns'`, 'c.return_no', 'c.return_date', 'c.gross_amount'), 'c.customer_key'],
    ['eff_receipt', record(`'receipts'`, 'c.receipt_no', 'c.received_on', 'c.amount'), 'c.customer_key'],
    [
      'eff_invoice',
      record(
        `'invoices'`,
        'c.invoice_no',
        'c.issue_date',
        `CASE WHEN f.key LIKE 'r:%' THEN -c.gross_amount ELSE c.gross_amount END`,
      ),
      'c.customer_key',
    ],
    [
      'eff_channel_transaction',
      record(
        channel,
        `CASE c.type WHEN 'payout' THEN coalesce(c.payout_no, c.transaction_no) ELSE c.transaction_no END`,
        'c.occurred_on',
        `CASE c.type WHEN 'payout' THEN -c.net_amount WHEN 'fee' THEN -c.net_amount ELSE c.gross_amount END`,
      ),
      'NULL',
    ],
    [
      'eff_bank_entry',
      record(
        `'bank'`,
        `coalesce(c.bank_reference, c.end_to_end, c.account || ' ' || c.booked_on)`,
        'c.booked_on',
        'c.amount',
      ),
      'NULL',
    ],
  ] as const;
  await step(
    scope,
    'exceptions: records',
    `CREATE TEMP TABLE found_record (fid bigint, side text, record jsonb, customer_key text) ON COMMIT DROP;
     CREATE TEMP TABLE numbered ON COMMIT DROP AS SELECT row_number() OVER (ORDER BY reconciliation, key, kind) AS fid, ctid AS found, * FROM found;
     CREATE TEMP TABLE found_id ON COMMIT DROP AS
     SELECT fid, 'left' AS side, key, unnest(left_ids) AS id FROM numbered UNION ALL SELECT fid, 'right', key, unnest(right_ids) FROM numbered;
     ANALYZE numbered; ANALYZE found_id;`,
  );
  for (const [view, built, customer] of facts) {
    await step(
      scope,
      `exceptions: records of ${view}`,
      `INSERT INTO found_record SELECT f.fid, f.side, ${built}, ${customer} FROM found_id f JOIN ${view} c ON c.id = f.id`,
    );
  }
  await lookUpVouchers(scope);
}

/** A voucher is one record; its amount is what the reconciliation compares: receivable or revenue and tax, money, or fees. */
async function lookUpVouchers(scope: Scope): Promise<void> {
  const { accounts } = scope.settings;
  const sum = (...prefixes: string[]): string =>
    `sum(c.debit - c.credit) FILTER (WHERE ${prefixes.map((prefix) => `starts_with(c.account, ${literal(prefix)})`).join(' OR ')})`;
  await step(
    scope,
    'exceptions: records of the ledger',
    `INSERT INTO found_record
     SELECT fid, side, ${record(
       `'ledger'`,
       'entry_no',
       'date',
       `CASE
              WHEN reconciliation = 'orders-ledger' THEN coalesce(receivable, -sales) * CASE WHEN key LIKE 'r:%' THEN -1 ELSE 1 END
              WHEN movement = 'fee' THEN fee
              WHEN movement = 'payout' THEN coalesce(bank, money)
              WHEN movement = 'bank' THEN bank
              ELSE coalesce(-receivable, money) END`,
     )}, customer_key
       FROM (SELECT f.fid, f.side, n.reconciliation, n.key, n.facts->>'movement' AS movement, c.entry_no, min(c.posting_date) AS date, min(c.customer_key) AS customer_key,
                    ${sum(accounts.receivable)} AS receivable, ${sum(accounts.revenue, accounts.outputTax)} AS sales, ${sum(accounts.fees)} AS fee,
                    ${sum(accounts.bank)} AS bank, ${sum(accounts.bank, accounts.channels, accounts.cash)} AS money
               FROM found_id f JOIN eff_ledger_entry c ON c.id = f.id JOIN numbered n ON n.fid = f.fid
              GROUP BY f.fid, f.side, n.reconciliation, n.key, n.facts->>'movement', c.entry_no, c.in_period) v`,
  );
}

/** The id is a digest of the reconciliation and the sorted record keys; the figures' hash stands apart. */
async function identify(scope: Scope): Promise<void> {
  const when = (pick: (advice: (typeof EXCEPTION_ADVICE)[keyof typeof EXCEPTION_ADVICE]) => string): string =>
    `CASE kind ${Object.entries(EXCEPTION_ADVICE)
      .map(([kind, advice]) => `WHEN ${literal(kind)} THEN ${literal(pick(advice))}`)
      .join(' ')} END`;
  const writeOff = literal(scope.settings.policy.tolerance.writeOff);
  await step(
    scope,
    'exceptions: identify',
    `CREATE TEMP TABLE identified ON COMMIT DROP AS
     WITH recorded AS (
       SELECT n.fid, n.found, n.reconciliation, n.kind, n.rule, n.currency, n.difference, n.facts, n.key,
              coalesce(n.left_records, l.records, '[]') AS left_records, coalesce(n.right_records, r.records, '[]') AS right_records,
              coalesce(n.customer_key, l.customer_key, r.customer_key) AS customer_key
         FROM numbered n
         LEFT JOIN (SELECT fid, jsonb_agg(record ORDER BY record->>'date', record->>'reference', record->>'amount') AS records, min(customer_key) AS customer_key FROM found_record WHERE side = 'left' GROUP BY fid) l USING (fid)
         LEFT JOIN (SELECT fid, jsonb_agg(record ORDER BY record->>'date', record->>'reference', record->>'amount') AS records, min(customer_key) AS customer_key FROM found_record WHERE side = 'right' GROUP BY fid) r USING (fid)
     ), keyed AS (
       SELECT *, reconciliation || '|' || currency || '|' || (SELECT coalesce(string_agg(k, '|' ORDER BY k), key)
                FROM (SELECT 'l:' || (x->>'source') || ':' || (x->>'reference') AS k FROM jsonb_array_elements(left_records) x
                      UNION ALL SELECT 'r:' || (x->>'source') || ':' || (x->>'reference') FROM jsonb_array_elements(right_records) x) keys) AS digest
         FROM recorded
     )
     SELECT k.*, md5(digest || CASE WHEN place > 1 THEN '#' || place ELSE '' END)::uuid AS id,
            md5(concat_ws('|', kind, currency, trim_scale(difference), left_records::text, right_records::text)) AS figures_hash,
            CASE WHEN kind IN ('amount_differs', 'fee_differs', 'overpaid') AND abs(difference) <= ${writeOff} THEN 'write_off' ELSE ${when((advice) => advice.action)} END AS suggested_action,
            ${when((advice) => advice.owner)} AS owner
       FROM (SELECT *, row_number() OVER (PARTITION BY digest ORDER BY key, kind) AS place FROM keyed) k;
     ANALYZE identified;`,
  );
}

/** A customer's difference names the exceptions of other reconciliations that hold its unbalanced documents. */
async function nameCauses(scope: Scope): Promise<void> {
  const { rows } = await scope.client.query<{ present: boolean }>(
    `SELECT to_regclass('pg_temp.cause') IS NOT NULL AS present`,
  );
  if (rows[0]?.present !== true) {
    await step(scope, 'exceptions: causes', 'ALTER TABLE identified ADD COLUMN caused_by uuid[]');
    return;
  }
  await step(
    scope,
    'exceptions: causes',
    `ALTER TABLE identified ADD COLUMN caused_by uuid[];
     UPDATE identified e SET caused_by = c.ids
       FROM (SELECT k.customer_key, k.currency, array_agg(DISTINCT i.id ORDER BY i.id) AS ids FROM cause k JOIN identified i ON i.found = k.found GROUP BY 1, 2) c
      WHERE e.reconciliation = 'customers-ledger' AND e.customer_key = c.customer_key AND e.currency = c.currency`,
  );
}

async function upsert(scope: Scope): Promise<void> {
  await step(
    scope,
    'exceptions: write',
    `UPDATE close_exception x SET superseded = true
      WHERE x.period_id = ${scope.periodId} AND NOT x.superseded AND NOT EXISTS (SELECT 1 FROM identified i WHERE i.id = x.id);
     UPDATE close_exception x SET kind = i.kind, currency = i.currency, difference = i.difference, left_records = i.left_records, right_records = i.right_records, rule = i.rule, facts = i.facts,
            suggested_action = i.suggested_action, owner = i.owner, caused_by = coalesce(i.caused_by, '{}'), figures_hash = i.figures_hash, customer_key = i.customer_key, superseded = false
       FROM identified i
      WHERE x.period_id = ${scope.periodId} AND x.id = i.id
        AND (x.superseded OR (x.figures_hash, x.kind, x.rule, x.facts, x.caused_by, x.suggested_action, x.customer_key) IS DISTINCT FROM (i.figures_hash, i.kind, i.rule, i.facts, coalesce(i.caused_by, '{}'), i.suggested_action, i.customer_key));
     INSERT INTO close_exception (period_id, id, reconciliation, kind, currency, difference, left_records, right_records, rule, facts, suggested_action, owner, caused_by, figures_hash, customer_key)
     SELECT ${scope.periodId}, id, reconciliation, kind, currency, difference, left_records, right_records, rule, facts, suggested_action, owner, coalesce(caused_by, '{}'), figures_hash, customer_key
       FROM identified i WHERE NOT EXISTS (SELECT 1 FROM close_exception x WHERE x.period_id = ${scope.periodId} AND x.id = i.id);`,
  );
}
