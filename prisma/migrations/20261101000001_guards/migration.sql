-- What the database itself refuses, whoever asks: writes into a locked month, changes of posted rows,
-- a rewritten audit chain; and the few doors (SECURITY DEFINER functions) the application's role has instead
-- of rights on partitions.

-- ---------------------------------------------------------------- months and their partitions

-- The partitioned relations, in the order the seal lists them.
CREATE FUNCTION partitioned_relations() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT ARRAY['sales_order','order_line','sales_return','receipt','invoice','ledger_entry',
               'channel_transaction','bank_entry','opening_balance','match','close_exception','customer_balance']
$$;

CREATE FUNCTION fact_relations() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT (partitioned_relations())[1:9]
$$;

-- Finds or makes a company's month, with its partitions. Attached, not created as partitions, so that a month can
-- be opened while another one is being loaded. Matches are divided once more, by reconciliation, so that each
-- reconciliation can be computed again by itself.
CREATE FUNCTION open_period(p_company integer, p_month text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_id integer;
  v_relation text;
  v_part text;
  v_reconciliation text;
BEGIN
  SELECT id INTO v_id FROM period WHERE company_id = p_company AND month = p_month;
  IF FOUND THEN RETURN v_id; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('salesclose.open_period'));
  SELECT id INTO v_id FROM period WHERE company_id = p_company AND month = p_month;
  IF FOUND THEN RETURN v_id; END IF;

  INSERT INTO period (company_id, month) VALUES (p_company, p_month) RETURNING id INTO v_id;
  FOREACH v_relation IN ARRAY partitioned_relations() LOOP
    v_part := format('%s_p%s', v_relation, v_id);
    IF v_relation = 'match' THEN
      EXECUTE format('CREATE TABLE %I (LIKE match INCLUDING ALL) PARTITION BY LIST (reconciliation)', v_part);
      FOREACH v_reconciliation IN ARRAY ARRAY['orders-ledger','orders-invoices','orders-receipts','receipts-channels','channels-ledger','customers-ledger'] LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES IN (%L)',
                       v_part || '_' || replace(v_reconciliation, '-', '_'), v_part, v_reconciliation);
      END LOOP;
    ELSE
      EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', v_part, v_relation);
      EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (%s)', v_part,
                     CASE WHEN v_relation = 'customer_balance' THEN 'customer_key, currency' ELSE 'id' END);
    END IF;
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%s)', v_relation, v_part, v_id);
  END LOOP;
  RETURN v_id;
END $$;

-- Fresh statistics for the planner after a load.
CREATE FUNCTION analyze_period(p_period integer, p_relations text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_relation text;
BEGIN
  FOREACH v_relation IN ARRAY p_relations LOOP
    IF v_relation = ANY (partitioned_relations()) THEN
      EXECUTE format('ANALYZE %I', format('%s_p%s', v_relation, p_period));
    END IF;
  END LOOP;
END $$;

-- Matches and balances of an open month are derived: this empties them before they are computed again.
CREATE FUNCTION reset_derived(p_period integer, p_reconciliation text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM period WHERE id = p_period AND locked_at IS NULL FOR SHARE;
  IF NOT FOUND THEN RAISE EXCEPTION 'period % is locked', p_period USING ERRCODE = 'SC001'; END IF;
  EXECUTE format('TRUNCATE %I', format('match_p%s_%s', p_period, replace(p_reconciliation, '-', '_')));
  IF p_reconciliation = 'customers-ledger' THEN
    EXECUTE format('TRUNCATE %I', format('customer_balance_p%s', p_period));
  END IF;
END $$;

-- Takes rows out of a batch that is still being loaded (a key that stands twice). Posted rows have no such door.
CREATE FUNCTION withdraw_unposted(p_batch integer, p_relation text, p_ids bigint[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_period integer;
  v_count integer;
BEGIN
  SELECT period_id INTO v_period FROM batch WHERE id = p_batch AND settled_at IS NULL FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'batch % is posted', p_batch USING ERRCODE = 'SC002'; END IF;
  IF NOT p_relation = ANY (fact_relations()) THEN RAISE EXCEPTION 'no fact relation: %', p_relation; END IF;
  EXECUTE format('DELETE FROM %I WHERE period_id = $1 AND id = ANY ($2) AND id >> 32 = $3', p_relation)
    USING v_period, p_ids, p_batch;
  GET DIAGNOSTICS v_count = ROW_COUNT;
  RETURN v_count;
END $$;

-- ---------------------------------------------------------------- the lock

CREATE FUNCTION refuse_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the month is locked: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'SC001';
END $$;

-- Small tables ask the month's row. FOR SHARE orders every such write before or after the lock's FOR UPDATE.
CREATE FUNCTION guard_period() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE v_period integer;
BEGIN
  v_period := CASE WHEN TG_OP = 'DELETE' THEN OLD.period_id ELSE NEW.period_id END;
  PERFORM 1 FROM period WHERE id = v_period AND locked_at IS NULL FOR SHARE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the month is locked: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'SC001';
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.period_id <> NEW.period_id THEN
    RAISE EXCEPTION 'a row does not change its month' USING ERRCODE = 'SC002';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

DO $$
DECLARE v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['batch','rejected_row','reconcile_run','figures','decision','resolution'] LOOP
    EXECUTE format('CREATE TRIGGER guard_period BEFORE INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION guard_period()', v_table);
  END LOOP;
END $$;

-- Locks a month for good: takes FOR UPDATE on its row, checks that people approved exactly the figures that stand, and
-- puts a refusing trigger on every partition of the month. CREATE TRIGGER waits for every transaction that still
-- writes there, and whoever comes later, with whatever snapshot, meets the trigger. Open months pay nothing for it.
CREATE FUNCTION lock_period(p_period integer) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  v_period period;
  v_relation text;
  v_since timestamptz;
  v_part record;
BEGIN
  SELECT * INTO v_period FROM period WHERE id = p_period FOR UPDATE;
  IF NOT FOUND THEN RAISE EXCEPTION 'no such period: %', p_period; END IF;
  IF v_period.locked_at IS NOT NULL THEN RETURN v_period.locked_at; END IF;
  IF v_period.stage <> 'lock' THEN
    RAISE EXCEPTION 'period % is in stage %, not lock', p_period, v_period.stage USING ERRCODE = 'SC003';
  END IF;
  -- Only decisions after the last rejection count.
  SELECT coalesce(max(decided_at), '-infinity') INTO v_since FROM decision
   WHERE period_id = p_period AND kind IN ('reject','cancel');
  IF NOT EXISTS (SELECT 1 FROM decision a JOIN decision r ON r.period_id = a.period_id AND r.kind = 'review'
                  AND r.figures_hash = v_period.figures_hash AND r.decided_at > v_since AND r.person_id <> a.person_id
                 WHERE a.period_id = p_period AND a.kind = 'approve' AND a.figures_hash = v_period.figures_hash
                   AND a.decided_at > v_since) THEN
    RAISE EXCEPTION 'period % has no review and approval by two people over its figures', p_period USING ERRCODE = 'SC003';
  END IF;

  FOREACH v_relation IN ARRAY partitioned_relations() LOOP
    FOR v_part IN SELECT relid::regclass AS name FROM pg_partition_tree(format('%I', format('%s_p%s', v_relation, p_period))::regclass) WHERE isleaf LOOP
      EXECUTE format('CREATE TRIGGER month_is_locked BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION refuse_locked()', v_part.name);
      EXECUTE format('CREATE TRIGGER month_is_locked_whole BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION refuse_locked()', v_part.name);
    END LOOP;
  END LOOP;
  UPDATE period SET locked_at = clock_timestamp() WHERE id = p_period RETURNING locked_at INTO v_since;
  RETURN v_since;
END $$;

-- A month's row after the lock: only its way to the end of the report is still written.
CREATE FUNCTION guard_period_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'a month is never deleted' USING ERRCODE = 'SC002'; END IF;
  IF (NEW.id, NEW.company_id, NEW.month) IS DISTINCT FROM (OLD.id, OLD.company_id, OLD.month) THEN
    RAISE EXCEPTION 'a month does not change its company or name' USING ERRCODE = 'SC002';
  END IF;
  IF OLD.locked_at IS NULL AND NEW.stage = 'report' AND NEW.locked_at IS NULL THEN
    RAISE EXCEPTION 'a month is locked before it is reported' USING ERRCODE = 'SC003';
  END IF;
  IF OLD.locked_at IS NOT NULL AND (
       NEW.locked_at IS DISTINCT FROM OLD.locked_at OR NEW.stage NOT IN ('lock','report') OR (OLD.stage = 'report' AND NEW.stage <> 'report')
       OR (NEW.policy_version, NEW.figures_hash, NEW.cutoff_at, NEW.started_at, NEW.started_by, NEW.cancelled_at)
          IS DISTINCT FROM (OLD.policy_version, OLD.figures_hash, OLD.cutoff_at, OLD.started_at, OLD.started_by, OLD.cancelled_at)
       OR (OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at)) THEN
    RAISE EXCEPTION 'the month is locked: UPDATE on period refused' USING ERRCODE = 'SC001';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_period_row BEFORE UPDATE OR DELETE ON period FOR EACH ROW EXECUTE FUNCTION guard_period_row();

-- ---------------------------------------------------------------- posted rows

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'posted rows never change: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'SC002';
END $$;

DO $$
DECLARE v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['audit_entry','seal','seal_block','decision','resolution','policy','evidence','figures','rule_set','report_document','rejected_row'] LOOP
    EXECUTE format('CREATE TRIGGER posted BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', v_table);
    EXECUTE format('CREATE TRIGGER posted_whole BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', v_table);
  END LOOP;
  FOREACH v_table IN ARRAY fact_relations() LOOP
    EXECUTE format('CREATE TRIGGER posted BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', v_table);
  END LOOP;
END $$;

-- A settled batch keeps its figures; only its state moves on.
CREATE FUNCTION guard_batch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN RAISE EXCEPTION 'a batch is never deleted' USING ERRCODE = 'SC002'; END IF;
  IF OLD.settled_at IS NOT NULL AND
     (NEW.period_id, NEW.kind, NEW.channel, NEW.file_name, NEW.evidence, NEW.rows_in, NEW.rows_kept, NEW.rows_rejected, NEW.rows_excluded,
      NEW.totals, NEW.replaces, NEW.version, NEW.deferred_from, NEW.imported_by, NEW.imported_at, NEW.settled_at)
     IS DISTINCT FROM
     (OLD.period_id, OLD.kind, OLD.channel, OLD.file_name, OLD.evidence, OLD.rows_in, OLD.rows_kept, OLD.rows_rejected, OLD.rows_excluded,
      OLD.totals, OLD.replaces, OLD.version, OLD.deferred_from, OLD.imported_by, OLD.imported_at, OLD.settled_at) THEN
    RAISE EXCEPTION 'batch % is posted: its figures do not change', OLD.id USING ERRCODE = 'SC002';
  END IF;
  IF OLD.state <> NEW.state AND NOT (OLD.state, NEW.state) IN (
       ('received','accepted'),('received','parked'),('received','refused'),('received','cancelled'),
       ('accepted','replaced'),('admitted','replaced'),('parked','replaced'),('parked','admitted'),('parked','deferred')) THEN
    RAISE EXCEPTION 'batch % cannot go from % to %', OLD.id, OLD.state, NEW.state USING ERRCODE = 'SC002';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_batch BEFORE UPDATE OR DELETE ON batch FOR EACH ROW EXECUTE FUNCTION guard_batch();

-- ---------------------------------------------------------------- audit chain and outbox

-- The text an entry's hash is taken over. store/audit recomputes it in TypeScript from the same columns.
CREATE FUNCTION audit_text(e audit_entry) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT concat_ws(E'\x1f', e.chain, e.seq, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                   e.actor, e.action, coalesce(e.month, ''), e.subject, e.detail::text)
$$;

-- hash = SHA-256(previous hash || text). The advisory lock is held to the end of the transaction, so seq has no gaps.
CREATE FUNCTION chain_audit_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE v_last audit_entry;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('salesclose.audit'), NEW.chain);
  SELECT * INTO v_last FROM audit_entry WHERE chain = NEW.chain ORDER BY seq DESC LIMIT 1;
  NEW.seq := coalesce(v_last.seq, 0) + 1;
  NEW.prev_hash := coalesce(v_last.hash, decode(repeat('00', 32), 'hex'));
  NEW.at := date_trunc('microseconds', clock_timestamp());
  NEW.hash := sha256(NEW.prev_hash || convert_to(audit_text(NEW), 'UTF8'));
  RETURN NEW;
END $$;
CREATE TRIGGER chain BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION chain_audit_entry();

CREATE FUNCTION notify_outbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('salesclose_outbox', '');
  RETURN NULL;
END $$;
CREATE TRIGGER notify AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION notify_outbox();

-- ---------------------------------------------------------------- rights of the application's role

REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO salesclose_app;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT EXECUTE ON FUNCTION open_period(integer, text), analyze_period(integer, text[]), reset_derived(integer, text),
  withdraw_unposted(integer, text, bigint[]), lock_period(integer), partitioned_relations(), fact_relations(), audit_text(audit_entry) TO salesclose_app;

GRANT SELECT ON ALL TABLES IN SCHEMA public TO salesclose_app;
GRANT INSERT ON company, person, role_grant, session, failed_sign_in, policy, stage_time, blocker, evidence, batch, rejected_row,
  sales_order, order_line, sales_return, receipt, invoice, ledger_entry, channel_transaction, bank_entry, opening_balance,
  rule_set, reconcile_run, match, close_exception, customer_balance, figures, figures_seen, decision, resolution,
  idempotency_key, outbox, seal, seal_block, report_document TO salesclose_app;
GRANT INSERT (chain, actor, action, month, subject, detail) ON audit_entry TO salesclose_app;
GRANT UPDATE (name, currency, timezone) ON company TO salesclose_app;
GRANT UPDATE (name, email, password_hash, is_sample, disabled_at) ON person TO salesclose_app;
GRANT UPDATE (last_seen_at, revoked_at) ON session TO salesclose_app;
GRANT UPDATE (stage, stage_since, policy_version, started_at, started_by, cutoff_at, figures_hash, closed_at, cancelled_at,
  workflow_id, run_id) ON period TO salesclose_app;
GRANT UPDATE (left_at) ON stage_time TO salesclose_app;
GRANT UPDATE (count, owner, remedy_zh, remedy_en, severity) ON blocker TO salesclose_app;
GRANT UPDATE (state, channel, encoding, rows_in, rows_kept, rows_rejected, rows_excluded, totals, detected, refusal, rows_read, settled_at) ON batch TO salesclose_app;
GRANT UPDATE (kind, currency, difference, left_records, right_records, rule, facts, suggested_action, owner, caused_by, figures_hash, superseded) ON close_exception TO salesclose_app;
GRANT UPDATE (hash, seen_at) ON figures_seen TO salesclose_app;
GRANT UPDATE (state, attempts, next_at, last_error, sent_at) ON outbox TO salesclose_app;
GRANT DELETE ON role_grant, failed_sign_in, blocker TO salesclose_app;
