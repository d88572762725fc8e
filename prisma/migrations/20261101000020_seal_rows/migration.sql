-- What names a row when its block no longer fits: the key and the CRC-32 of each row of a sealed block, in key order.
-- The block's SHA-256 proves; this only points.

CREATE TABLE seal_row_index (
  period_id integer NOT NULL,
  relation  text NOT NULL,
  block     integer NOT NULL,
  keys      bytea NOT NULL,                          -- key texts, one a line, raw deflate
  checks    bytea NOT NULL,                          -- four bytes a row, big-endian
  PRIMARY KEY (period_id, relation, block),
  FOREIGN KEY (period_id, relation, block) REFERENCES seal_block
);
ALTER TABLE seal_row_index ALTER keys SET STORAGE EXTERNAL, ALTER checks SET STORAGE EXTERNAL;

CREATE TRIGGER posted BEFORE UPDATE OR DELETE ON seal_row_index FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posted_whole BEFORE TRUNCATE ON seal_row_index FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON seal_row_index TO salesclose_app;
