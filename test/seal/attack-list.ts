/** What the attacks aim at: ids of a locked and sealed month, and of an open one beside it. */
export interface Targets {
  readonly company: number;
  readonly locked: number;
  readonly open: number;
  readonly lockedBatch: number;
  readonly openBatch: number;
  readonly person: number;
}

/** A title and the statements, in order: one of them has to be refused. */
export type Attack = readonly [title: string, statements: (targets: Targets) => readonly string[]];

const ORDER_COLUMNS = `period_id, id, in_period, order_no, order_key, customer_no, customer_key, order_date, currency,
  gross_amount, tax_amount, status`;
const order = (period: number, batch: number): string =>
  `(${period}, (${batch}::bigint << 32) + 70000, true, 'X', 'X', 'C1', 'C1', '2026-10-05', 'CNY', 1, 0, 'completed')`;
const insertOrder = (t: Targets): string =>
  `INSERT INTO sales_order (${ORDER_COLUMNS}) VALUES ${order(t.locked, t.lockedBatch)}`;
const exceptionLike = (t: Targets): string =>
  `SELECT ${t.locked}, gen_random_uuid(), reconciliation, kind, currency, difference, left_records, right_records, rule, facts,
          suggested_action, owner, caused_by, figures_hash, false, now() FROM close_exception WHERE period_id = ${t.open}`;
const decision = (t: Targets, at = 'now()'): string =>
  `INSERT INTO decision (period_id, kind, person_id, role, decided_at) VALUES (${t.locked}, 'approve', ${t.person}, 'approver', ${at})`;
const shadowPeriod = (t: Targets): string[] => [
  `CREATE TEMP TABLE period AS SELECT * FROM public.period`,
  `UPDATE pg_temp.period SET locked_at = NULL, stage = 'lock' WHERE id IN (${t.locked}, ${t.open})`,
];

/** Writes into a locked month, in every shape a statement has. */
export const LOCKED_MONTH: readonly Attack[] = [
  ['INSERT of a fact', (t) => [insertOrder(t)]],
  ['INSERT of a fact that conflicts away', (t) => [`${insertOrder(t)} ON CONFLICT DO NOTHING`]],
  [
    'INSERT … SELECT from the open month',
    (t) => [
      `INSERT INTO sales_order (${ORDER_COLUMNS}) SELECT ${t.locked}, id, true, order_no, order_key, customer_no, customer_key, order_date,
       currency, gross_amount, tax_amount, status FROM sales_order WHERE period_id = ${t.open} LIMIT 1`,
    ],
  ],
  [
    'INSERT of many rows of which one is of the locked month',
    (t) => [`INSERT INTO sales_order (${ORDER_COLUMNS}) VALUES ${order(t.open, 9000)}, ${order(t.locked, 9000)}`],
  ],
  ['INSERT inside a CTE', (t) => [`WITH w AS (${insertOrder(t)} RETURNING id) SELECT * FROM w`]],
  ['INSERT straight into a partition', (t) => [insertOrder(t).replace('sales_order', `sales_order_p${t.locked}`)]],
  [
    'INSERT straight into a partition of matches',
    (t) => [`INSERT INTO match_p${t.locked}_orders_ledger SELECT * FROM match WHERE period_id = ${t.locked} LIMIT 1`],
  ],
  [
    'INSERT through a temporary view',
    (t) => ['CREATE TEMP VIEW v AS SELECT * FROM sales_order', insertOrder(t).replace('sales_order', 'v')],
  ],
  [
    'INSERT through a temporary function',
    (t) => [`CREATE FUNCTION pg_temp.f() RETURNS void LANGUAGE sql AS $$ ${insertOrder(t)} $$`, 'SELECT pg_temp.f()'],
  ],
  [
    'INSERT in a DO block that swallows the error and tries the partition',
    (t) => [
      `DO $$ BEGIN BEGIN ${insertOrder(t)}; EXCEPTION WHEN OTHERS THEN NULL; END;
       ${insertOrder(t).replace('sales_order', `sales_order_p${t.locked}`)}; END $$`,
    ],
  ],
  ['a prepared INSERT', (t) => [`PREPARE p AS ${insertOrder(t)}`, 'EXECUTE p']],
  [
    'MERGE',
    (t) => [
      `MERGE INTO sales_order o USING (SELECT ${t.locked} AS p) s ON o.period_id = s.p AND o.order_no = 'none' WHEN NOT MATCHED THEN
       INSERT (${ORDER_COLUMNS}) VALUES ${order(t.locked, t.lockedBatch)}`,
    ],
  ],
  ['UPDATE of a fact', (t) => [`UPDATE sales_order SET gross_amount = 0 WHERE period_id = ${t.locked}`]],
  ['UPDATE of a fact’s partition', (t) => [`UPDATE sales_order_p${t.locked} SET gross_amount = 0`]],
  ['DELETE of facts', (t) => [`DELETE FROM ledger_entry WHERE period_id = ${t.locked}`]],
  ['TRUNCATE of a partition', (t) => [`TRUNCATE sales_order_p${t.locked}`]],
  ['TRUNCATE of the whole relation', () => ['TRUNCATE sales_order CASCADE']],
  [
    'moving an exception into the month',
    (t) => [`UPDATE close_exception SET period_id = ${t.locked} WHERE period_id = ${t.open}`],
  ],
  ['INSERT of an exception', (t) => [`INSERT INTO close_exception ${exceptionLike(t)}`]],
  ['superseding an exception', (t) => [`UPDATE close_exception SET superseded = true WHERE period_id = ${t.locked}`]],
  [
    'changing an exception’s difference',
    (t) => [`UPDATE close_exception SET difference = 0 WHERE period_id = ${t.locked}`],
  ],
  ['DELETE of an exception', (t) => [`DELETE FROM close_exception WHERE period_id = ${t.locked}`]],
  [
    'INSERT of a match',
    (t) => [
      `INSERT INTO match SELECT period_id, reconciliation, gen_random_uuid(), rule, state, certainty, currency, difference, left_ids, right_ids
       FROM match WHERE period_id = ${t.locked} LIMIT 1`,
    ],
  ],
  [
    'INSERT of a match of a reconciliation that is not there',
    (t) => [
      `INSERT INTO match VALUES (${t.locked}, 'mine', gen_random_uuid(), 'r', 'confirmed', 'certain', 'CNY', 0, '{}', '{}')`,
    ],
  ],
  ['DELETE of matches', (t) => [`DELETE FROM match WHERE period_id = ${t.locked}`]],
  [
    'INSERT of a balance',
    (t) => [`INSERT INTO customer_balance VALUES (${t.locked}, 'C9', 'CNY', 'C9', NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0)`],
  ],
  ['UPDATE of a balance', (t) => [`UPDATE customer_balance SET sales = 0 WHERE period_id = ${t.locked}`]],
  [
    'INSERT of a batch',
    (t) => [
      `INSERT INTO batch (period_id, kind, file_name, evidence) SELECT ${t.locked}, kind, file_name, evidence FROM batch LIMIT 1`,
    ],
  ],
  ['a batch that is replaced', (t) => [`UPDATE batch SET state = 'replaced' WHERE id = ${t.lockedBatch}`]],
  ['a batch’s control totals', (t) => [`UPDATE batch SET rows_kept = 1, rows_in = 2 WHERE id = ${t.lockedBatch}`]],
  ['a batch that moves into the month', (t) => [`UPDATE batch SET period_id = ${t.locked} WHERE id = ${t.openBatch}`]],
  [
    'INSERT of a rejected row',
    (t) => [
      `INSERT INTO rejected_row SELECT ${t.locked}, batch_id, 77, 77, column_name, value, code, reason_zh, reason_en, cells FROM rejected_row LIMIT 1`,
    ],
  ],
  ['DELETE of rejected rows', (t) => [`DELETE FROM rejected_row WHERE period_id = ${t.locked}`]],
  ['INSERT of a decision', (t) => [decision(t)]],
  ['a backdated decision', (t) => [decision(t, `'2026-10-31'`)]],
  ['UPDATE of a decision', (t) => [`UPDATE decision SET person_id = ${t.person} WHERE period_id = ${t.locked}`]],
  ['DELETE of a decision', (t) => [`DELETE FROM decision WHERE period_id = ${t.locked}`]],
  [
    'INSERT of a resolution',
    (t) => [
      `INSERT INTO resolution SELECT period_id, exception_id, 2, decision_id, 'write_off', figures_hash, amount, currency FROM resolution
      WHERE period_id = ${t.locked}`,
    ],
  ],
  [
    'a resolution turned by ON CONFLICT',
    (t) => [
      `INSERT INTO resolution SELECT * FROM resolution WHERE period_id = ${t.locked} ON CONFLICT (period_id, exception_id, sequence)
       DO UPDATE SET action = 'write_off'`,
    ],
  ],
  ['INSERT of figures', (t) => [`INSERT INTO figures (period_id, hash, content) VALUES (${t.locked}, 'h', '{}')`]],
  [
    'INSERT of a reconciliation run',
    (t) => [
      `INSERT INTO reconcile_run (period_id, input_hash, rule_version, policy_version, started_at, finished_at, results)
     VALUES (${t.locked}, 'h', 'test', 1, now(), now(), '[]')`,
    ],
  ],
];

/** The month’s own row, its seal, and the doors the application has instead of rights. */
export const LOCK_AND_SEAL: readonly Attack[] = [
  ['unlocking the month', (t) => [`UPDATE period SET locked_at = NULL WHERE id = ${t.locked}`]],
  ['forging the lock of an open month', (t) => [`UPDATE period SET locked_at = now() WHERE id = ${t.open}`]],
  ['taking a locked month back to review', (t) => [`UPDATE period SET stage = 'review' WHERE id = ${t.locked}`]],
  ['other figures for a locked month', (t) => [`UPDATE period SET figures_hash = 'h' WHERE id = ${t.locked}`]],
  ['another policy for a locked month', (t) => [`UPDATE period SET policy_version = NULL WHERE id = ${t.locked}`]],
  ['lifting the cut-off of a locked month', (t) => [`UPDATE period SET cutoff_at = now() WHERE id = ${t.locked}`]],
  ['cancelling a locked month', (t) => [`UPDATE period SET cancelled_at = now() WHERE id = ${t.locked}`]],
  ['reporting a month that is not locked', (t) => [`UPDATE period SET stage = 'report' WHERE id = ${t.open}`]],
  ['a second row for the month', (t) => [`INSERT INTO period (company_id, month) VALUES (${t.company}, '2026-10')`]],
  [
    'a month that arrives locked',
    (t) => [`INSERT INTO period (company_id, month, locked_at) VALUES (${t.company}, '2026-01', now())`],
  ],
  ['renaming the month', (t) => [`UPDATE period SET month = '2020-01' WHERE id = ${t.locked}`]],
  ['DELETE of the month', (t) => [`DELETE FROM period WHERE id = ${t.locked}`]],
  ['locking a month nobody approved', (t) => [`SELECT lock_period(${t.open})`]],
  [
    'locking a month in stage lock that nobody approved',
    (t) => ['BEGIN', `UPDATE period SET stage = 'lock' WHERE id = ${t.open}`, `SELECT lock_period(${t.open})`],
  ],
  ['emptying a locked month’s matches', (t) => [`SELECT reset_derived(${t.locked}, 'orders-ledger')`]],
  ['emptying a locked month’s balances', (t) => [`SELECT reset_derived(${t.locked}, 'customers-ledger')`]],
  ['taking a locked month’s matches apart', (t) => [`SELECT take_apart(${t.locked})`]],
  [
    'taking a locked month’s matches apart behind a temporary table named period',
    (t) => [...shadowPeriod(t), `SELECT take_apart(${t.locked})`],
  ],
  ['emptying something else by name', (t) => [`SELECT reset_derived(${t.open}, 'x; DROP TABLE seal')`]],
  [
    'withdrawing posted rows',
    (t) => [`SELECT withdraw_unposted(${t.lockedBatch}, 'sales_order', ARRAY[(${t.lockedBatch}::bigint << 32) + 1])`],
  ],
  [
    'withdrawing from what is no fact',
    (t) => [
      `INSERT INTO batch (period_id, kind, file_name, evidence) SELECT ${t.open}, 'orders-csv', 'a', evidence FROM batch LIMIT 1`,
      `SELECT withdraw_unposted(max(id), 'audit_entry', '{}') FROM batch`,
    ],
  ],
  [
    'withdrawing a locked month’s rows under an unposted batch',
    (t) => [
      'BEGIN',
      ...shadowPeriod(t),
      `CREATE TEMP TABLE batch AS SELECT * FROM public.batch`,
      `UPDATE pg_temp.batch SET settled_at = NULL`,
      `SELECT withdraw_unposted(${t.lockedBatch}, 'sales_order', ARRAY[(${t.lockedBatch}::bigint << 32) + 1])`,
    ],
  ],
  ['a temporary table named period before a decision', (t) => [...shadowPeriod(t), decision(t)]],
  [
    'a temporary table named period before a batch',
    (t) => [
      ...shadowPeriod(t),
      `INSERT INTO batch (period_id, kind, file_name, evidence) SELECT ${t.locked}, kind, file_name, evidence FROM batch LIMIT 1`,
    ],
  ],
  [
    'a temporary view named period before figures',
    (t) => [
      `CREATE TEMP VIEW period AS SELECT id, company_id, NULL::timestamptz AS locked_at FROM public.period`,
      `INSERT INTO figures (period_id, hash, content) VALUES (${t.locked}, 'h', '{}')`,
    ],
  ],
  [
    'a temporary table named period before emptying',
    (t) => [...shadowPeriod(t), `SELECT reset_derived(${t.locked}, 'orders-ledger')`],
  ],
  [
    'temporary decisions before the lock',
    (t) => [
      ...shadowPeriod(t),
      `CREATE TEMP TABLE decision AS SELECT * FROM public.decision`,
      `UPDATE pg_temp.decision SET period_id = ${t.open}`,
      `SELECT lock_period(${t.open})`,
    ],
  ],
  [
    'a search path of one’s own',
    (t) => [
      'SET search_path = pg_temp',
      ...shadowPeriod(t),
      decision(t).replace('INTO decision', 'INTO public.decision'),
    ],
  ],
  [
    'a second seal',
    (t) => [
      `INSERT INTO seal SELECT ${t.open}, company_id, 2, hash, content, hash, signature, public_key, now() FROM seal`,
    ],
  ],
  [
    'a seal over the seal',
    () => [`INSERT INTO seal SELECT * FROM seal ON CONFLICT (period_id) DO UPDATE SET hash = 'h'`],
  ],
  ['UPDATE of a seal', () => [`UPDATE seal SET signature = ''`]],
  ['DELETE of a seal', () => ['DELETE FROM seal']],
  ['a block more', (t) => [`INSERT INTO seal_block VALUES (${t.locked}, 'sales_order', 99, 1, 'a', 'b', 'c')`]],
  [
    'a block for a month to come',
    (t) => [`INSERT INTO seal_block VALUES (${t.open}, 'sales_order', 0, 1, 'a', 'b', 'c')`],
  ],
  ['a row index more', (t) => [`INSERT INTO seal_row_index VALUES (${t.locked}, 'sales_order', 0, '', '')`]],
  ['UPDATE of a block', () => [`UPDATE seal_block SET sha256 = ''`]],
  ['DELETE of row indexes', () => ['DELETE FROM seal_row_index']],
  ['TRUNCATE of seals', () => ['TRUNCATE seal, seal_block, seal_row_index']],
];

/** The audit table, and posted rows of months that are still open. */
export const AUDIT_AND_POSTED: readonly Attack[] = [
  ['UPDATE of an audit entry', () => [`UPDATE audit_entry SET actor = 'nobody'`]],
  ['DELETE of an audit entry', () => ['DELETE FROM audit_entry WHERE seq = 1']],
  ['DELETE of the audit tail', () => ['DELETE FROM audit_entry WHERE seq = (SELECT max(seq) FROM audit_entry)']],
  ['TRUNCATE of the audit table', () => ['TRUNCATE audit_entry']],
  [
    'an audit entry with a number of its own',
    (t) => [`INSERT INTO audit_entry (chain, seq, actor, action, subject) VALUES (${t.company}, 1, 'a', 'b', 'c')`],
  ],
  [
    'an audit entry with a hash of its own',
    (t) => [
      `INSERT INTO audit_entry (chain, actor, action, subject, hash) VALUES (${t.company}, 'a', 'b', 'c', '\\x00')`,
    ],
  ],
  [
    'an audit entry with a time of its own',
    (t) => [
      `INSERT INTO audit_entry (chain, actor, action, subject, at) VALUES (${t.company}, 'a', 'b', 'c', '2020-01-01')`,
    ],
  ],
  [
    'an audit entry that can be read in two ways',
    (t) => [`INSERT INTO audit_entry (chain, actor, action, subject) VALUES (${t.company}, E'a\\x1fb', 'c', 'd')`],
  ],
  [
    'an audit entry rewritten by ON CONFLICT',
    (t) => [
      `INSERT INTO audit_entry (chain, actor, action, subject) VALUES (${t.company}, 'a', 'b', 'c') ON CONFLICT (chain, seq) DO UPDATE SET actor = 'x'`,
    ],
  ],
  [
    'an audit entry rewritten by MERGE',
    () => [`MERGE INTO audit_entry a USING (SELECT 1) s ON a.seq = 1 WHEN MATCHED THEN UPDATE SET actor = 'x'`],
  ],
  ['COPY into the audit table with hashes', () => [`COPY audit_entry FROM PROGRAM 'true'`]],
  ['UPDATE of a posted fact', (t) => [`UPDATE ledger_entry SET debit = 0 WHERE period_id = ${t.open}`]],
  ['DELETE of a posted fact', (t) => [`DELETE FROM ledger_entry WHERE period_id = ${t.open}`]],
  [
    'withdrawing a posted fact',
    (t) => [`SELECT withdraw_unposted(${t.openBatch}, 'sales_order', ARRAY[(${t.openBatch}::bigint << 32) + 1])`],
  ],
  ['other counts for a posted batch', (t) => [`UPDATE batch SET rows_kept = 0, rows_in = 1 WHERE id = ${t.openBatch}`]],
  ['a posted batch made unposted', (t) => [`UPDATE batch SET settled_at = NULL WHERE id = ${t.openBatch}`]],
  ['a posted batch taken back', (t) => [`UPDATE batch SET state = 'received' WHERE id = ${t.openBatch}`]],
  ['a posted batch with other bytes', (t) => [`UPDATE batch SET evidence = repeat('0', 64) WHERE id = ${t.openBatch}`]],
  ['DELETE of a batch', (t) => [`DELETE FROM batch WHERE id = ${t.openBatch}`]],
  ['UPDATE of evidence', () => [`UPDATE evidence SET bytes = 0`]],
  ['DELETE of evidence', () => ['DELETE FROM evidence']],
  ['UPDATE of a decision', (t) => [`UPDATE decision SET figures_hash = 'h' WHERE period_id = ${t.open}`]],
  ['DELETE of a resolution', (t) => [`DELETE FROM resolution WHERE period_id = ${t.open}`]],
  ['UPDATE of a policy', () => [`UPDATE policy SET settings = '{}'`]],
  ['UPDATE of a rule set', () => [`UPDATE rule_set SET rules = '[]'`]],
  ['UPDATE of figures', (t) => [`UPDATE figures SET content = '{}' WHERE period_id = ${t.open}`]],
  ['UPDATE of a rejected row', () => [`UPDATE rejected_row SET value = ''`]],
  ['UPDATE of a role grant', () => [`UPDATE role_grant SET role = 'approver'`]],
];

/** More power than the role was given. */
export const POWER: readonly Attack[] = [
  ['SET ROLE of the owner', () => ['SET ROLE salesclose_owner']],
  ['SET SESSION AUTHORIZATION', () => ['SET SESSION AUTHORIZATION postgres']],
  ['SET session_replication_role', () => [`SET session_replication_role = 'replica'`]],
  ['the same for the role', () => [`ALTER ROLE salesclose_app SET session_replication_role = 'replica'`]],
  ['the same by set_config', () => [`SELECT set_config('session_replication_role', 'replica', false)`]],
  ['a superuser of oneself', () => ['ALTER ROLE salesclose_app SUPERUSER']],
  ['membership in the owner', () => ['GRANT salesclose_owner TO salesclose_app']],
  ['membership in a server role', () => ['GRANT pg_write_server_files TO salesclose_app']],
  ['more rights on a table', () => ['GRANT ALL ON audit_entry TO salesclose_app', 'DELETE FROM audit_entry']],
  ['rights on a partition', (t) => [`GRANT INSERT ON sales_order_p${t.locked} TO PUBLIC`]],
  ['ALTER TABLE … DISABLE TRIGGER', (t) => [`ALTER TABLE sales_order_p${t.locked} DISABLE TRIGGER ALL`]],
  ['DROP TRIGGER', (t) => [`DROP TRIGGER month_is_locked ON sales_order_p${t.locked}`]],
  ['ALTER TRIGGER', () => ['ALTER TRIGGER chain ON audit_entry RENAME TO gone']],
  [
    'CREATE TRIGGER',
    () => [
      `CREATE TRIGGER z BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
    ],
  ],
  ['CREATE RULE', () => [`CREATE RULE r AS ON INSERT TO audit_entry DO INSTEAD NOTHING`]],
  ['CREATE POLICY', () => ['CREATE POLICY p ON audit_entry USING (false)']],
  [
    'CREATE OR REPLACE of a guard',
    () => [
      `CREATE OR REPLACE FUNCTION refuse_locked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$`,
    ],
  ],
  ['ALTER of a guard', () => ['ALTER FUNCTION guard_period() SET search_path = pg_temp']],
  ['DROP of a guard', () => ['DROP FUNCTION guard_period() CASCADE']],
  ['a function in the schema', () => ['CREATE FUNCTION public.now2() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$']],
  ['a table in the schema', () => ['CREATE TABLE public.mine (a int)']],
  ['a schema of one’s own', () => ['CREATE SCHEMA mine']],
  ['a partition of one’s own', () => ['CREATE TEMP TABLE mine PARTITION OF sales_order FOR VALUES IN (999)']],
  ['a table that inherits', (t) => [`CREATE TEMP TABLE mine () INHERITS (sales_order_p${t.locked})`]],
  [
    'a foreign key that blocks',
    () => ['CREATE TEMP TABLE mine (id uuid REFERENCES public.decision ON DELETE CASCADE)'],
  ],
  ['DETACH PARTITION', (t) => [`ALTER TABLE sales_order DETACH PARTITION sales_order_p${t.locked}`]],
  [
    'ATTACH PARTITION',
    () => [
      'CREATE TEMP TABLE mine (LIKE sales_order)',
      'ALTER TABLE sales_order ATTACH PARTITION mine FOR VALUES IN (999)',
    ],
  ],
  ['DROP TABLE', () => ['DROP TABLE audit_entry CASCADE']],
  ['DROP of a partition', (t) => [`DROP TABLE sales_order_p${t.locked}`]],
  ['a column more', () => ['ALTER TABLE seal ADD COLUMN a int']],
  ['catalog surgery', () => [`UPDATE pg_trigger SET tgenabled = 'D'`]],
  ['an extension', () => ['CREATE EXTENSION dblink']],
  ['ALTER SYSTEM', () => [`ALTER SYSTEM SET fsync = off`]],
  ['an event trigger', () => ['CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION refuse_locked()']],
  ['a program', () => [`COPY (SELECT 1) TO PROGRAM 'true'`]],
  ['a server file', () => [`SELECT pg_read_file('PG_VERSION')`]],
  ['a large object from a file', () => [`SELECT lo_import('PG_VERSION')`]],
  ['the sequence behind batches', () => [`SELECT setval('batch_id_seq', 1)`]],
  ['a trigger function called by hand', () => ['SELECT refuse_change()']],
];
