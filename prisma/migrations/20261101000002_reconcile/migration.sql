-- What comparing needs beside plain SQL: joined id lists, numbers inside free text, stable digests.

CREATE AGGREGATE join_ids(bigint[]) (SFUNC = array_cat, STYPE = bigint[], INITCOND = '{}');

-- The candidates for a reference inside free text: runs of letters and digits, also joined by single hyphens or spaces, that hold
-- a digit and a letter, or at least four digits, normalised as references are. They are compared as a set.
CREATE FUNCTION numbers_in(p_text text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT key), '{}')
    FROM (SELECT upper(translate(m[1], '- ', '')) AS key
            FROM regexp_matches(normalize(coalesce(p_text, ''), NFKC), '[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*', 'g') AS m
          UNION ALL
          SELECT upper(m[1]) FROM regexp_matches(normalize(coalesce(p_text, ''), NFKC), '[A-Za-z0-9]+', 'g') AS m
          UNION ALL
          SELECT upper(translate(m[1], '- ', '')) FROM regexp_matches(normalize(coalesce(p_text, ''), NFKC), '[A-Za-z]+[- ][A-Za-z0-9]+(?:[- ][0-9]+)*', 'g') AS m) token
   WHERE key ~ '[0-9]' AND (length(key) >= 4 OR (length(key) >= 2 AND key ~ '[A-Z]'))
$$;

-- What became of each exception. A person's answer holds while the figures are those it was given for. A customer's balance that
-- its causes explain to the cent is no work of its own (`explained`): it is resolved when they are.
CREATE VIEW exception_state AS
  WITH answered AS (
    SELECT e.*, r.action, r.decision_id,
           e.caused_by <> '{}' AND (e.facts->>'explained')::numeric = e.difference AS explained
      FROM close_exception e
      LEFT JOIN LATERAL (SELECT action, decision_id, figures_hash FROM resolution
                          WHERE period_id = e.period_id AND exception_id = e.id ORDER BY sequence DESC LIMIT 1) r
        ON r.figures_hash = e.figures_hash
  )
  SELECT a.*, CASE WHEN superseded THEN 'superseded'
                   WHEN action IS NOT NULL THEN 'resolved'
                   WHEN explained AND NOT EXISTS (SELECT FROM answered c WHERE c.period_id = a.period_id AND c.id = ANY (a.caused_by) AND NOT c.superseded AND c.action IS NULL) THEN 'resolved'
                   ELSE 'open' END AS state
    FROM answered a;

GRANT SELECT ON exception_state TO salesclose_app;
GRANT EXECUTE ON FUNCTION join_ids(bigint[]), numbers_in(text) TO salesclose_app;
