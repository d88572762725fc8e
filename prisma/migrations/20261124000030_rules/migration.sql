-- Rules of a company's own count from the day somebody other than their author approves them: until then a month is compared by those of the
-- last approved policy version. Written once, never changed.
CREATE TABLE rule_approval (
  company_id     integer NOT NULL REFERENCES company,
  policy_version integer NOT NULL,
  approved_by    integer NOT NULL REFERENCES person,
  reason         text NOT NULL,
  approved_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (company_id, policy_version),
  FOREIGN KEY (company_id, policy_version) REFERENCES policy (company_id, version)
);

CREATE FUNCTION refuse_own_approval() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM policy WHERE company_id = NEW.company_id AND version = NEW.policy_version AND created_by = NEW.approved_by) THEN
    RAISE EXCEPTION 'whoever wrote a policy does not approve its rules' USING ERRCODE = 'SC002';
  END IF;
  RETURN NEW;
END $$;
REVOKE EXECUTE ON FUNCTION refuse_own_approval() FROM PUBLIC;
CREATE TRIGGER by_another BEFORE INSERT ON rule_approval FOR EACH ROW EXECUTE FUNCTION refuse_own_approval();
CREATE TRIGGER posted BEFORE UPDATE OR DELETE ON rule_approval FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posted_whole BEFORE TRUNCATE ON rule_approval FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT, INSERT ON rule_approval TO salesclose_app;

-- Removes from an open month's matches those that people have taken apart, and answers with them: their rows are told as unmatched.
CREATE FUNCTION take_apart(p_period integer) RETURNS SETOF match
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM period WHERE id = p_period AND locked_at IS NULL FOR SHARE;
  IF NOT FOUND THEN RAISE EXCEPTION 'period % is locked', p_period USING ERRCODE = 'SC001'; END IF;
  RETURN QUERY DELETE FROM match m USING apart_match a
    WHERE m.period_id = p_period AND a.period_id = p_period AND m.reconciliation = a.reconciliation AND m.id = a.match_id AND m.state = 'confirmed' RETURNING m.*;
END $$;
REVOKE EXECUTE ON FUNCTION take_apart(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION take_apart(integer) TO salesclose_app;
