-- Two references that a slip of the keyboard makes of one another: a character too many, too few or wrong, or two neighbours swapped.
-- Equal references are not near, and short ones never: of five characters nearly every other number is a neighbour.
CREATE FUNCTION is_near(p_left text, p_right text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  v_left integer := length(p_left);
  v_right integer := length(p_right);
  v_at integer := 1;
BEGIN
  IF p_left = p_right OR least(v_left, v_right) < 6 OR abs(v_left - v_right) > 1 THEN RETURN false; END IF;
  WHILE substr(p_left, v_at, 1) = substr(p_right, v_at, 1) LOOP v_at := v_at + 1; END LOOP;
  IF v_left > v_right THEN RETURN substr(p_left, v_at + 1) = substr(p_right, v_at); END IF;
  IF v_right > v_left THEN RETURN substr(p_right, v_at + 1) = substr(p_left, v_at); END IF;
  RETURN substr(p_left, v_at + 1) = substr(p_right, v_at + 1)
      OR substr(p_left, v_at, 2) = reverse(substr(p_right, v_at, 2)) AND substr(p_left, v_at + 2) = substr(p_right, v_at + 2);
END $$;

CREATE FUNCTION any_near(p_left text[], p_right text[]) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT EXISTS (SELECT 1 FROM unnest(p_left) AS l(key), unnest(p_right) AS r(key) WHERE is_near(l.key, r.key))
$$;

GRANT EXECUTE ON FUNCTION is_near(text, text), any_near(text[], text[]) TO salesclose_app;
