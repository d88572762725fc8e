-- A review or an approval is the word of a person who may give it: what the API checks is held once more where the row is written,
-- so that whoever writes past it does not lock a month. The lock asks for both by two people over the same figures.

-- What a person did in a month, as segregation of duties asks (domain/segregation.ts tells the same in words).
CREATE FUNCTION prepared_month(p_period integer, p_person integer) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM batch WHERE period_id = p_period AND imported_by = p_person AND state NOT IN ('refused', 'cancelled'))
      OR EXISTS (SELECT FROM decision WHERE period_id = p_period AND person_id = p_person
                  AND (kind IN ('start', 'admit') OR (kind = 'resolve' AND role = 'preparer')))
$$;

CREATE FUNCTION guard_sign_off() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM period p
    JOIN role_grant g ON g.company_id = p.company_id AND g.person_id = NEW.person_id AND g.role = NEW.role
    JOIN person ON person.id = g.person_id AND person.disabled_at IS NULL
   WHERE p.id = NEW.period_id
     AND NEW.role = ANY (CASE NEW.kind WHEN 'review' THEN ARRAY['reviewer'] ELSE ARRAY['approver', 'controller'] END);
  IF NOT FOUND THEN
    RAISE EXCEPTION 'person % may not % as %', NEW.person_id, NEW.kind, NEW.role USING ERRCODE = 'SC004';
  END IF;
  IF prepared_month(NEW.period_id, NEW.person_id)
     OR (NEW.kind = 'approve' AND EXISTS (SELECT FROM decision WHERE period_id = NEW.period_id AND person_id = NEW.person_id
                                           AND role IN ('reviewer', 'preparer'))) THEN
    RAISE EXCEPTION 'person % worked on the month and may not %', NEW.person_id, NEW.kind USING ERRCODE = 'SC004';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER guard_sign_off BEFORE INSERT ON decision FOR EACH ROW
  WHEN (NEW.kind IN ('review', 'approve')) EXECUTE FUNCTION guard_sign_off();

REVOKE EXECUTE ON FUNCTION prepared_month(integer, integer), guard_sign_off() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION prepared_month(integer, integer) TO salesclose_app;
