-- Where the data comes from by itself: the outside systems a company has connected, what a month of each consists of and how much of it
-- is here, and the records that came page by page. No secret stands in any of these.

CREATE TABLE source (
  id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id integer NOT NULL REFERENCES company,
  name       text NOT NULL CHECK (name ~ '^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$'),
  system     text NOT NULL,                          -- of sources/systems.ts
  settings   jsonb NOT NULL,                         -- {name: text} as given, without secrets
  active     boolean NOT NULL DEFAULT true,          -- false: paused; nobody waits for it
  created_by integer NOT NULL REFERENCES person,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (company_id, name)
);

-- The company's own mapping of a source, one row a version; the newest counts.
CREATE TABLE source_mapping (
  source_id  integer NOT NULL REFERENCES source,
  version    integer NOT NULL CHECK (version > 0),
  file       text NOT NULL,                          -- as given
  mapping    jsonb NOT NULL,                         -- as read
  created_by integer NOT NULL REFERENCES person,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source_id, version)
);

-- One source's month as a whole. It is asked for in rounds: in each, every part is looked at again.
CREATE TABLE source_pull (
  source_id    integer NOT NULL REFERENCES source,
  period_id    integer NOT NULL REFERENCES period,
  round        integer NOT NULL,
  asked_by     integer REFERENCES person,            -- null: the close
  asked_at     timestamptz NOT NULL DEFAULT now(),
  state        text NOT NULL CHECK (state IN ('asked','fetching','waiting','stopped','complete')),
  attempts     integer NOT NULL DEFAULT 0,           -- failures in a row to learn what the month consists of
  next_try_at  timestamptz,
  code         text,                                 -- why the source as a whole waits or has stopped
  said_zh      text,
  said_en      text,
  updated_at   timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source_id, period_id)
);
CREATE INDEX ON source_pull (period_id);

CREATE TABLE source_part (
  source_id   integer NOT NULL,
  period_id   integer NOT NULL,
  key         text NOT NULL,
  position    integer NOT NULL,
  nature      text NOT NULL CHECK (nature IN ('records','file')),
  kind        text,                                  -- null: its records only serve others
  title_zh    text NOT NULL,
  title_en    text NOT NULL,
  day         date,
  state       text NOT NULL CHECK (state IN ('waiting','fetching','arrived','empty','unchanged','stopped')),
  round       integer NOT NULL DEFAULT 0,            -- the last one it was whole in
  cursor      text,
  pass        integer NOT NULL DEFAULT 1,            -- one more each time the records are read from the beginning
  rereading   boolean NOT NULL DEFAULT false,        -- this pass began over an earlier one: what it does not meet is gone
  revision    integer NOT NULL DEFAULT 1,            -- what changes now belongs to this one
  filed       integer NOT NULL DEFAULT 0,            -- the last revision that stands in a batch
  pages       integer NOT NULL DEFAULT 0,
  rows        integer NOT NULL DEFAULT 0,
  expected    integer,
  batch_id    integer REFERENCES batch,
  evidence    text REFERENCES evidence,
  attempts    integer NOT NULL DEFAULT 0,
  next_try_at timestamptz,
  code        text,
  said_zh     text,
  said_en     text,
  begun_at    timestamptz,
  updated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (source_id, period_id, key),
  FOREIGN KEY (source_id, period_id) REFERENCES source_pull
);

-- Records as they came, the newest state of each.
CREATE TABLE source_record (
  source_id   integer NOT NULL,
  period_id   integer NOT NULL,
  part        text COLLATE "C" NOT NULL,
  record_id   text COLLATE "C" NOT NULL,
  modified_at timestamptz NOT NULL,
  deleted     boolean NOT NULL,
  body        text NOT NULL,
  revision    integer NOT NULL,                      -- of the part, when it changed last
  pass        integer NOT NULL,                      -- of the part, when it was seen last
  PRIMARY KEY (source_id, period_id, part, record_id)
);

-- What stood in for a part that was missing when a month was cut off without it. No figure of the month holds these.
CREATE TABLE source_estimate (
  period_id  integer NOT NULL REFERENCES period,
  cutoff_at  timestamptz NOT NULL,                   -- the cut-off it was made for; an earlier one was lifted
  source_id  integer NOT NULL REFERENCES source,
  part       text NOT NULL,                          -- empty: the source's month was not known at all
  title_zh   text NOT NULL,
  title_en   text NOT NULL,
  currency   text NOT NULL,
  count      integer,                                -- rows; null: nothing to go by
  amount     numeric,
  based_on   integer NOT NULL,                       -- days of the same source and kind that had arrived
  PRIMARY KEY (period_id, cutoff_at, source_id, part, currency)
);

-- A test of a source, or a pull that stores nothing: asked for by a person, done by the worker, where the secrets are.
CREATE TABLE source_probe (
  id          integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source_id   integer NOT NULL REFERENCES source,
  kind        text NOT NULL CHECK (kind IN ('test','dry')),
  month       text CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  state       text NOT NULL DEFAULT 'asked' CHECK (state IN ('asked','running','done','failed')),
  findings    jsonb NOT NULL DEFAULT '[]',
  code        text,                                  -- why it came to no end
  said_zh     text,
  said_en     text,
  asked_by    integer NOT NULL REFERENCES person,
  asked_at    timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  CHECK ((kind = 'dry') = (month IS NOT NULL))
);
CREATE INDEX ON source_probe (source_id, id);

-- ---------------------------------------------------------------- what is missing

-- Each part of an active source that is not whole, and each active source whose month nobody knows yet.
CREATE FUNCTION missing_parts(p_period integer)
RETURNS TABLE (source_id integer, source text, part text, title_zh text, title_en text, state text, kind text, day date) LANGUAGE sql STABLE AS $$
  SELECT s.id, s.name, t.key, t.title_zh, t.title_en, t.state, t.kind, t.day
    FROM source s JOIN period p ON p.id = p_period AND p.company_id = s.company_id
    JOIN source_part t ON t.source_id = s.id AND t.period_id = p.id
   WHERE s.active AND t.state NOT IN ('arrived','empty','unchanged')
  UNION ALL
  SELECT s.id, s.name, NULL, '整月', 'the whole month', coalesce(u.state, 'none'), NULL, NULL
    FROM source s JOIN period p ON p.id = p_period AND p.company_id = s.company_id
    LEFT JOIN source_pull u ON u.source_id = s.id AND u.period_id = p.id
   WHERE s.active AND coalesce(u.state, 'none') <> 'complete'
     AND NOT EXISTS (SELECT FROM source_part t WHERE t.source_id = s.id AND t.period_id = p.id AND t.state NOT IN ('arrived','empty','unchanged'))
$$;

-- ---------------------------------------------------------------- guards and rights

DO $$
DECLARE v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY['source_pull','source_part','source_estimate'] LOOP
    EXECUTE format('CREATE TRIGGER guard_period BEFORE INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION guard_period()', v_table);
  END LOOP;
  FOREACH v_table IN ARRAY ARRAY['source_mapping','source_estimate'] LOOP
    EXECUTE format('CREATE TRIGGER posted BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()', v_table);
    EXECUTE format('CREATE TRIGGER posted_whole BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', v_table);
  END LOOP;
END $$;

-- Records come by the page: the month's row is asked once a statement.
CREATE FUNCTION guard_record_months() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE v_period integer;
BEGIN
  FOR v_period IN SELECT DISTINCT period_id FROM touched LOOP
    PERFORM 1 FROM period WHERE id = v_period AND locked_at IS NULL FOR SHARE;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'the month is locked: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'SC001';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER guard_months_in AFTER INSERT ON source_record REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION guard_record_months();
CREATE TRIGGER guard_months_changed AFTER UPDATE ON source_record REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION guard_record_months();

REVOKE EXECUTE ON FUNCTION guard_record_months(), missing_parts(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION missing_parts(integer) TO salesclose_app;

GRANT SELECT, INSERT ON source, source_mapping, source_pull, source_part, source_record, source_estimate, source_probe TO salesclose_app;
GRANT UPDATE (settings, active) ON source TO salesclose_app;
GRANT UPDATE (round, asked_by, asked_at, state, attempts, next_try_at, code, said_zh, said_en, updated_at) ON source_pull TO salesclose_app;
GRANT UPDATE (position, nature, kind, title_zh, title_en, day, state, round, cursor, pass, rereading, revision, filed, pages, rows, expected, batch_id, evidence,
  attempts, next_try_at, code, said_zh, said_en, begun_at, updated_at) ON source_part TO salesclose_app;
GRANT UPDATE (modified_at, deleted, body, revision, pass) ON source_record TO salesclose_app;
GRANT UPDATE (state, findings, code, said_zh, said_en, finished_at) ON source_probe TO salesclose_app;
GRANT DELETE ON source_part TO salesclose_app;
