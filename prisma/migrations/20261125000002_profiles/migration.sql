-- How a company reads somebody else's files: mapping files in versions, written once. A batch keeps the very version it was read by, and the
-- relation that version fills; for a batch of a standard kind both are null.
CREATE TABLE profile (
  id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  company_id integer NOT NULL REFERENCES company,
  name       text NOT NULL CHECK (name ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'),
  version    integer NOT NULL CHECK (version > 0),
  relation   text NOT NULL CHECK (relation = ANY (fact_relations())),
  channel    text CHECK (channel IN ('alipay', 'wechat', 'card', 'cash', 'bank')),
  source     text NOT NULL,                          -- YAML as given
  content    jsonb NOT NULL,                         -- as read
  sha256     text NOT NULL,
  created_by integer NOT NULL REFERENCES person,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  UNIQUE (company_id, name, version)
);
CREATE TRIGGER posted BEFORE UPDATE OR DELETE ON profile FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posted_whole BEFORE TRUNCATE ON profile FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON profile TO salesclose_app;

ALTER TABLE batch ADD COLUMN relation text, ADD COLUMN profile_id integer REFERENCES profile;
ALTER TABLE batch ADD CONSTRAINT batch_profile CHECK ((kind LIKE 'profile:%') = (profile_id IS NOT NULL) AND (relation IS NULL) = (profile_id IS NULL));
