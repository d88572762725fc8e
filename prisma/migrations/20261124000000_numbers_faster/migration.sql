-- The numbers a text names, as references are compared. The same answers as before, several times sooner: most texts hold no digit, and of
-- the others few hold a hyphen or a gap inside a number, so only those pay for looking at it in every reading.
CREATE OR REPLACE FUNCTION numbers_in(p_text text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  v_text text;
  v_runs text[];
BEGIN
  IF p_text IS NULL OR p_text !~ '[[:digit:]]' AND normalize(p_text, NFKC) !~ '[0-9]' THEN RETURN '{}'; END IF;
  v_text := upper(normalize(p_text, NFKC));
  v_runs := string_to_array(regexp_replace(v_text, '[^A-Z0-9]+', ' ', 'g'), ' ');
  IF v_text ~ '[A-Z0-9]-[A-Z0-9]' THEN
    v_runs := v_runs || ARRAY(SELECT replace(m[1], '-', '') FROM regexp_matches(v_text, '[A-Z0-9]+(?:-[A-Z0-9]+)+', 'g') AS m);
  END IF;
  IF v_text ~ '[A-Z][- ][A-Z0-9]' THEN
    v_runs := v_runs || ARRAY(SELECT translate(m[1], '- ', '') FROM regexp_matches(v_text, '[A-Z]+[- ][A-Z0-9]+(?:[- ][0-9]+)*', 'g') AS m);
  END IF;
  RETURN ARRAY(SELECT DISTINCT key FROM unnest(v_runs) AS key
                WHERE length(key) >= 2 AND key ~ '[0-9]' AND (length(key) >= 4 OR key ~ '[A-Z]') ORDER BY key);
END $$;
