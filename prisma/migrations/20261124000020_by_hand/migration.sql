-- What people do beside the machine: match exceptions by hand, take matches apart, take an answer back, hand work to one another,
-- and propose to finance what is to be booked. All of it is written once and never changed; what stands is told by views.

ALTER TABLE resolution DROP CONSTRAINT resolution_action_check;
ALTER TABLE resolution ADD CONSTRAINT resolution_action_check
  CHECK (action IN ('accept','adjust','carry_over','write_off','dispute','match','undo'));
CREATE INDEX ON resolution (decision_id);

-- Whose document it is, in the form references are compared in.
ALTER TABLE close_exception ADD COLUMN customer_key text;
GRANT UPDATE (customer_key) ON close_exception TO salesclose_app;

-- The order people work in, largest first: a page of it is read without sorting the month.
CREATE INDEX ON close_exception (abs(difference), id);

-- ---------------------------------------------------------------- matched by hand, taken apart

-- Exceptions of one reconciliation that a person found to belong together. Each has a resolution `match` of the same decision.
CREATE TABLE hand_match (
  period_id      integer NOT NULL REFERENCES period,
  id             uuid NOT NULL DEFAULT gen_random_uuid(),
  reconciliation text NOT NULL,
  currency       text NOT NULL,
  exception_ids  uuid[] NOT NULL CHECK (cardinality(exception_ids) >= 2),
  difference     numeric NOT NULL,                   -- left - right of all of them: what is left over
  settled_by     text CHECK (settled_by IN ('write_off','adjust')),  -- null: inside the policy's tolerance
  decision_id    uuid NOT NULL UNIQUE REFERENCES decision,
  PRIMARY KEY (period_id, id)
);

-- A match of the machine that a person took apart: comparing again leaves its rows alone. The newest row of a match counts.
CREATE TABLE apart (
  period_id      integer NOT NULL REFERENCES period,
  reconciliation text NOT NULL,
  match_id       uuid NOT NULL,
  sequence       integer NOT NULL,
  active         boolean NOT NULL,                   -- false: taken back
  decision_id    uuid NOT NULL REFERENCES decision,
  rule           text NOT NULL,                      -- the match as it stood
  certainty      text NOT NULL,
  currency       text NOT NULL,
  difference     numeric NOT NULL,
  left_ids       bigint[] NOT NULL,
  right_ids      bigint[] NOT NULL,
  PRIMARY KEY (period_id, reconciliation, match_id, sequence)
);

CREATE VIEW apart_state AS
  SELECT a.* FROM apart a
   WHERE a.active AND NOT EXISTS (SELECT FROM apart n WHERE n.period_id = a.period_id AND n.reconciliation = a.reconciliation
                                   AND n.match_id = a.match_id AND n.sequence > a.sequence);
CREATE VIEW apart_match AS SELECT period_id, reconciliation, match_id FROM apart_state;

-- ---------------------------------------------------------------- the answers that hold

-- The newest word on each exception, whether or not the figures are still those it was given for.
CREATE VIEW newest_resolution AS
  SELECT r.* FROM resolution r
   WHERE NOT EXISTS (SELECT FROM resolution n WHERE n.period_id = r.period_id AND n.exception_id = r.exception_id AND n.sequence > r.sequence);

-- A match by hand stands while each of its exceptions is there with the figures it had, and nobody has said anything else of it.
CREATE VIEW hand_match_state AS
  SELECT h.*, NOT EXISTS (
           SELECT FROM unnest(h.exception_ids) AS member(id)
            WHERE NOT EXISTS (SELECT FROM close_exception e
                                JOIN newest_resolution r ON r.period_id = e.period_id AND r.exception_id = e.id AND r.figures_hash = e.figures_hash
                               WHERE e.period_id = h.period_id AND e.id = member.id AND NOT e.superseded AND r.decision_id = h.decision_id)) AS stands
    FROM hand_match h;

DROP VIEW exception_state;

-- Each exception with the answer that holds for its present figures.
CREATE VIEW exception_answer AS
  SELECT e.*, r.action, r.decision_id, e.caused_by <> '{}' AND (e.facts->>'explained')::numeric = e.difference AS explained
    FROM close_exception e
    LEFT JOIN newest_resolution r
      ON r.period_id = e.period_id AND r.exception_id = e.id AND r.figures_hash = e.figures_hash AND r.action <> 'undo'
     AND (r.action <> 'match' OR EXISTS (SELECT FROM hand_match_state h WHERE h.period_id = r.period_id AND h.decision_id = r.decision_id AND h.stands));

-- What became of each exception. A customer's balance that its causes explain to the cent is no work of its own (`explained`): it is
-- resolved when they are.
CREATE VIEW exception_state AS
  SELECT a.*, CASE WHEN superseded THEN 'superseded'
                   WHEN action IS NOT NULL THEN 'resolved'
                   WHEN explained AND NOT EXISTS (SELECT FROM exception_answer c WHERE c.period_id = a.period_id AND c.id = ANY (a.caused_by)
                                                    AND NOT c.superseded AND c.action IS NULL) THEN 'resolved'
                   ELSE 'open' END AS state
    FROM exception_answer a;

-- ---------------------------------------------------------------- who works on it, what was said, what proves it

CREATE TABLE exception_note (
  period_id    integer NOT NULL REFERENCES period,
  id           bigint GENERATED ALWAYS AS IDENTITY,
  exception_id uuid NOT NULL,
  kind         text NOT NULL CHECK (kind IN ('assign','comment','attach')),
  person_id    integer NOT NULL REFERENCES person,
  assignee     integer REFERENCES person,            -- of `assign`; null: nobody any more
  text         text NOT NULL DEFAULT '',
  evidence     text REFERENCES evidence,             -- of `attach`
  file_name    text,
  noted_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (period_id, id),
  CHECK ((kind = 'attach') = (evidence IS NOT NULL) AND (kind = 'attach') = (file_name IS NOT NULL))
);
CREATE INDEX ON exception_note (period_id, exception_id, id);

CREATE VIEW exception_assignee AS
  SELECT n.period_id, n.exception_id, p.id AS person_id, p.login
    FROM exception_note n JOIN person p ON p.id = n.assignee
   WHERE n.kind = 'assign' AND NOT EXISTS (SELECT FROM exception_note l WHERE l.period_id = n.period_id AND l.exception_id = n.exception_id
                                              AND l.kind = 'assign' AND l.id > n.id);

-- ---------------------------------------------------------------- what finance is asked to book

-- A balanced voucher that would settle an exception, or what a match by hand leaves over. It is open while that answer stands.
CREATE TABLE journal_proposal (
  period_id     integer NOT NULL REFERENCES period,
  number        integer NOT NULL,                    -- 1, 2, ... within the month
  decision_id   uuid NOT NULL REFERENCES decision,
  exception_id  uuid,
  hand_match    uuid,
  action        text NOT NULL CHECK (action IN ('adjust','write_off')),
  booked_on     date NOT NULL,
  currency      text NOT NULL,
  exchange_rate numeric CHECK (exchange_rate > 0),   -- base units for one of the currency; null: not known
  reference     text NOT NULL,
  description   text NOT NULL,
  PRIMARY KEY (period_id, number),
  FOREIGN KEY (period_id, hand_match) REFERENCES hand_match (period_id, id),
  CHECK ((exception_id IS NULL) <> (hand_match IS NULL))
);
CREATE INDEX ON journal_proposal (period_id, exception_id);

CREATE TABLE journal_line (
  period_id   integer NOT NULL,
  number      integer NOT NULL,
  line_no     integer NOT NULL,
  account     text NOT NULL,
  customer_no text,
  debit       numeric NOT NULL CHECK (debit >= 0),
  credit      numeric NOT NULL CHECK (credit >= 0),
  PRIMARY KEY (period_id, number, line_no),
  FOREIGN KEY (period_id, number) REFERENCES journal_proposal,
  CHECK ((debit = 0) <> (credit = 0))
);

CREATE FUNCTION guard_journal_balance() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (SELECT sum(debit) <> sum(credit) FROM journal_line WHERE period_id = NEW.period_id AND number = NEW.number) THEN
    RAISE EXCEPTION 'journal proposal % of month % does not balance', NEW.number, NEW.period_id USING ERRCODE = 'SC002';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER balances AFTER INSERT ON journal_line DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION guard_journal_balance();

CREATE VIEW journal_state AS
  SELECT p.*, CASE WHEN p.hand_match IS NULL
              THEN EXISTS (SELECT FROM exception_answer a WHERE a.period_id = p.period_id AND a.id = p.exception_id
                                   AND a.decision_id = p.decision_id AND NOT a.superseded)
              ELSE EXISTS (SELECT FROM hand_match_state h WHERE h.period_id = p.period_id AND h.id = p.hand_match AND h.stands) END AS open
    FROM journal_proposal p;

-- ---------------------------------------------------------------- guards and rights

DO $$
DECLARE v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['hand_match','apart','exception_note','journal_proposal','journal_line'] LOOP
    EXECUTE format('CREATE TRIGGER guard_period BEFORE INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION guard_period()', v_table);
    EXECUTE format('CREATE TRIGGER posted BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', v_table);
    EXECUTE format('CREATE TRIGGER posted_whole BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', v_table);
  END LOOP;
END $$;

GRANT SELECT ON hand_match, apart, apart_state, apart_match, newest_resolution, hand_match_state, exception_answer, exception_state,
  exception_note, exception_assignee, journal_proposal, journal_line, journal_state TO salesclose_app;
GRANT INSERT ON hand_match, apart, journal_proposal, journal_line TO salesclose_app;
GRANT INSERT (period_id, exception_id, kind, person_id, assignee, text, evidence, file_name) ON exception_note TO salesclose_app;
REVOKE EXECUTE ON FUNCTION guard_journal_balance() FROM PUBLIC;
