-- Guards that attacks showed to be missing; test/seal/attacks.test.ts tries each of them.

-- A temporary table named `period` stood before the real one for whoever made it, and answered "not locked".
ALTER FUNCTION guard_period() SET search_path = public, pg_temp;
ALTER FUNCTION guard_period_row() SET search_path = public, pg_temp;
ALTER FUNCTION guard_batch() SET search_path = public, pg_temp;

-- A seal is written once, by the lock: its month is locked, it follows the company's last seal, and its blocks come before it.
CREATE FUNCTION guard_seal() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE v_last seal;
BEGIN
  PERFORM 1 FROM period WHERE id = NEW.period_id AND company_id = NEW.company_id AND locked_at IS NOT NULL FOR SHARE;
  IF NOT FOUND THEN RAISE EXCEPTION 'month % is not locked: it has no seal', NEW.period_id USING ERRCODE = 'SC003'; END IF;
  SELECT * INTO v_last FROM seal WHERE company_id = NEW.company_id ORDER BY sequence DESC LIMIT 1;
  IF NEW.sequence <> coalesce(v_last.sequence, 0) + 1 OR NEW.previous <> coalesce(v_last.hash, repeat('0', 64)) THEN
    RAISE EXCEPTION 'a seal follows the last seal of its company' USING ERRCODE = 'SC002';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_seal BEFORE INSERT ON seal FOR EACH ROW EXECUTE FUNCTION guard_seal();

CREATE FUNCTION guard_seal_block() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM period WHERE id = NEW.period_id AND locked_at IS NOT NULL FOR SHARE;
  IF NOT FOUND THEN RAISE EXCEPTION 'month % is not locked: it has no seal', NEW.period_id USING ERRCODE = 'SC003'; END IF;
  PERFORM 1 FROM seal WHERE period_id = NEW.period_id;
  IF FOUND THEN RAISE EXCEPTION 'the month is sealed: INSERT on % refused', TG_TABLE_NAME USING ERRCODE = 'SC001'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_seal BEFORE INSERT ON seal_block FOR EACH ROW EXECUTE FUNCTION guard_seal_block();
CREATE TRIGGER guard_seal BEFORE INSERT ON seal_row_index FOR EACH ROW EXECUTE FUNCTION guard_seal_block();

-- When somebody decided is the database's word, not the writer's: no decision is backdated behind a rejection.
CREATE FUNCTION stamp_decision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.decided_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER stamp BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION stamp_decision();

-- audit_text joins its fields by \x1f: inside a field it would let one text be read as two different entries.
ALTER TABLE audit_entry ADD CONSTRAINT audit_entry_fields_are_apart
  CHECK (position(E'\x1f' IN actor || action || coalesce(month, '') || subject) = 0);

REVOKE EXECUTE ON FUNCTION guard_seal(), guard_seal_block(), stamp_decision() FROM PUBLIC;
