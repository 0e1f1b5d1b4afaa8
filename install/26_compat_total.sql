
-- Aggregates of SQLite, scalar max() and min(), and the small functions that only choose.

CREATE AGGREGATE sqlite_compat.group_concat(x text, separator text) (
	SFUNC = pg_catalog.string_agg_transfn, STYPE = internal, FINALFUNC = pg_catalog.string_agg_finalfn, PARALLEL = SAFE);
COMMENT ON AGGREGATE sqlite_compat.group_concat(text, text) IS 'SQLite: group_concat(x, separator ORDER BY ...); the separator may differ from row to row';

CREATE FUNCTION sqlite_compat._concatenated(elements text[]) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.string_agg(e.x, ',' ORDER BY e.n) FROM pg_catalog.unnest(elements) WITH ORDINALITY AS e (x, n);
END;
COMMENT ON FUNCTION sqlite_compat._concatenated(text[]) IS 'internal: result of group_concat without a separator';

CREATE AGGREGATE sqlite_compat.group_concat(x text) (
	SFUNC = pg_catalog.array_append, STYPE = text[], FINALFUNC = sqlite_compat._concatenated, PARALLEL = SAFE);
COMMENT ON AGGREGATE sqlite_compat.group_concat(text) IS 'SQLite: group_concat(x ORDER BY ...), separated by commas';

CREATE FUNCTION sqlite_compat._concatenated(elements sqlite_compat.value[]) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.string_agg(sqlite_compat.cast_text(e.x), ',' ORDER BY e.n) FROM pg_catalog.unnest(elements) WITH ORDINALITY AS e (x, n);
END;
COMMENT ON FUNCTION sqlite_compat._concatenated(sqlite_compat.value[]) IS 'internal: result of group_concat without a separator';

CREATE AGGREGATE sqlite_compat.group_concat(x sqlite_compat.value) (
	SFUNC = pg_catalog.array_append, STYPE = sqlite_compat.value[], FINALFUNC = sqlite_compat._concatenated, PARALLEL = SAFE);
COMMENT ON AGGREGATE sqlite_compat.group_concat(sqlite_compat.value) IS 'SQLite: group_concat(x ORDER BY ...) of what is no text by its type';

CREATE FUNCTION sqlite_compat._concat_step(state text, x sqlite_compat.value, separator sqlite_compat.value) RETURNS text
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	RETURN CASE WHEN x IS NULL THEN state WHEN state IS NULL THEN sqlite_compat.cast_text(x)
		ELSE state || coalesce(sqlite_compat.cast_text(separator), '') || sqlite_compat.cast_text(x) END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._concat_step(text, sqlite_compat.value, sqlite_compat.value) IS 'internal: one row of group_concat';

CREATE AGGREGATE sqlite_compat.group_concat(x sqlite_compat.value, separator sqlite_compat.value) (
	SFUNC = sqlite_compat._concat_step, STYPE = text, PARALLEL = SAFE);
COMMENT ON AGGREGATE sqlite_compat.group_concat(sqlite_compat.value, sqlite_compat.value) IS
	'SQLite: group_concat(x, separator ORDER BY ...) of what is no text by its type; of very many rows x::text is quicker';

CREATE AGGREGATE sqlite_compat.string_agg(x text, separator text) (
	SFUNC = pg_catalog.string_agg_transfn, STYPE = internal, FINALFUNC = pg_catalog.string_agg_finalfn, PARALLEL = SAFE);
COMMENT ON AGGREGATE sqlite_compat.string_agg(text, text) IS 'SQLite 3.44: string_agg(x, separator ORDER BY ...), another name of group_concat';

CREATE AGGREGATE sqlite_compat.string_agg(x sqlite_compat.value, separator sqlite_compat.value) (
	SFUNC = sqlite_compat._concat_step, STYPE = text, PARALLEL = SAFE);
COMMENT ON AGGREGATE sqlite_compat.string_agg(sqlite_compat.value, sqlite_compat.value) IS 'SQLite 3.44: string_agg(x, separator ORDER BY ...), another name of group_concat';

CREATE FUNCTION sqlite_compat._total_step(state double precision, x sqlite_compat.value) RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT state + COALESCE(sqlite_compat.cast_real(x), 0);
END;
COMMENT ON FUNCTION sqlite_compat._total_step(double precision, sqlite_compat.value) IS 'internal: one row of total';

CREATE AGGREGATE sqlite_compat.total(x double precision) (
	SFUNC = pg_catalog.float8pl, STYPE = double precision, INITCOND = '0', COMBINEFUNC = pg_catalog.float8pl, PARALLEL = SAFE);
COMMENT ON AGGREGATE sqlite_compat.total(double precision) IS 'SQLite: total(x): a real, 0.0 for no rows; a sum too large is an error, where SQLite says Inf';

CREATE AGGREGATE sqlite_compat.total(x sqlite_compat.value) (
	SFUNC = sqlite_compat._total_step, STYPE = double precision, INITCOND = '0', COMBINEFUNC = pg_catalog.float8pl, PARALLEL = SAFE);
COMMENT ON AGGREGATE sqlite_compat.total(sqlite_compat.value) IS 'SQLite: total(x) of what is no number by its type';

CREATE AGGREGATE sqlite_compat.avg(x double precision) (
	SFUNC = pg_catalog.float8_accum, STYPE = double precision[], FINALFUNC = pg_catalog.float8_avg, INITCOND = '{0,0,0}', COMBINEFUNC = pg_catalog.float8_combine, PARALLEL = SAFE);
COMMENT ON AGGREGATE sqlite_compat.avg(double precision) IS 'SQLite: avg(x): a real, of integers too';

CREATE AGGREGATE sqlite_compat.sum(x bigint) (
	SFUNC = pg_catalog.int8pl, STYPE = bigint, COMBINEFUNC = pg_catalog.int8pl, PARALLEL = SAFE);
COMMENT ON AGGREGATE sqlite_compat.sum(bigint) IS 'SQLite: sum(x) of integers: an integer, and an error when it is too large';

CREATE AGGREGATE sqlite_compat.sum(x integer) (
	SFUNC = pg_catalog.int4_sum, STYPE = bigint, COMBINEFUNC = pg_catalog.int8pl, PARALLEL = SAFE);
COMMENT ON AGGREGATE sqlite_compat.sum(integer) IS 'SQLite: sum(x) of integers';

CREATE AGGREGATE sqlite_compat.sum(x smallint) (
	SFUNC = pg_catalog.int2_sum, STYPE = bigint, COMBINEFUNC = pg_catalog.int8pl, PARALLEL = SAFE);
COMMENT ON AGGREGATE sqlite_compat.sum(smallint) IS 'SQLite: sum(x) of integers';

CREATE AGGREGATE sqlite_compat.sum(x double precision) (
	SFUNC = pg_catalog.float8pl, STYPE = double precision, COMBINEFUNC = pg_catalog.float8pl, PARALLEL = SAFE);
COMMENT ON AGGREGATE sqlite_compat.sum(double precision) IS 'SQLite: sum(x) of reals; a sum too large is an error, where SQLite says Inf';

CREATE FUNCTION sqlite_compat._json_group_array(elements sqlite_compat.value[]) RETURNS json
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.json_array(VARIADIC COALESCE(elements, '{}'));
END;
COMMENT ON FUNCTION sqlite_compat._json_group_array(sqlite_compat.value[]) IS 'internal: result of json_group_array';

CREATE AGGREGATE sqlite_compat.json_group_array(x sqlite_compat.value) (
	SFUNC = pg_catalog.array_append, STYPE = sqlite_compat.value[], FINALFUNC = sqlite_compat._json_group_array, PARALLEL = SAFE);
COMMENT ON AGGREGATE sqlite_compat.json_group_array(sqlite_compat.value) IS 'SQLite: json_group_array(x ORDER BY ...)';

CREATE FUNCTION sqlite_compat._json_object_step(state text, label sqlite_compat.value, x sqlite_compat.value) RETURNS text
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	RETURN CASE WHEN label IS NULL THEN state
		ELSE coalesce(state || ',', '') || to_json(sqlite_compat.cast_text(label))::text || ':' || sqlite_compat._json_text(x) END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._json_object_step(text, sqlite_compat.value, sqlite_compat.value) IS 'internal: one row of json_group_object';

CREATE FUNCTION sqlite_compat._json_group_object(members text) RETURNS json
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT ('{' || COALESCE(members, '') || '}')::json;
END;
COMMENT ON FUNCTION sqlite_compat._json_group_object(text) IS 'internal: result of json_group_object';

CREATE AGGREGATE sqlite_compat.json_group_object(label sqlite_compat.value, x sqlite_compat.value) (
	SFUNC = sqlite_compat._json_object_step, STYPE = text, FINALFUNC = sqlite_compat._json_group_object, PARALLEL = SAFE);
COMMENT ON AGGREGATE sqlite_compat.json_group_object(sqlite_compat.value, sqlite_compat.value) IS
	'SQLite: json_group_object(label, x ORDER BY ...); rows whose label is NULL are left out, of which SQLite 3.40 makes what is no JSON';

-- Scalar max() and min(): NULL as soon as one is NULL; text by its bytes.
CREATE FUNCTION sqlite_compat.max(VARIADIC x anycompatiblearray) RETURNS anycompatible
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT CASE WHEN array_position(x, NULL) IS NULL THEN (SELECT max(e.v) FROM unnest(x) AS e (v)) END
$$;
COMMENT ON FUNCTION sqlite_compat.max(anycompatiblearray) IS 'SQLite: max(x, y, ...) of values of one kind, NULL when one is NULL';

CREATE FUNCTION sqlite_compat._last_text(x text[], is_last boolean) RETURNS text
	LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT (SELECT pg_catalog.array_agg(e.v ORDER BY sqlite_compat._utf8(e.v)) FROM pg_catalog.unnest(x) AS e (v))[CASE WHEN is_last THEN pg_catalog.cardinality(x) ELSE 1 END];
END;
COMMENT ON FUNCTION sqlite_compat._last_text(text[], boolean) IS 'internal: the last or the first text by the bytes that SQLite has of them';

CREATE FUNCTION sqlite_compat.max(VARIADIC x text[]) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN pg_catalog.array_position(x, NULL) IS NOT NULL THEN NULL
		WHEN sqlite_compat._is_in_order() THEN (SELECT pg_catalog.max(e.v COLLATE "C") FROM pg_catalog.unnest(x) AS e (v))
		ELSE sqlite_compat._last_text(x, true) END;
END;
COMMENT ON FUNCTION sqlite_compat.max(text[]) IS 'SQLite: max(x, y, ...) of texts, by their bytes';

CREATE FUNCTION sqlite_compat.min(VARIADIC x anycompatiblearray) RETURNS anycompatible
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT CASE WHEN array_position(x, NULL) IS NULL THEN (SELECT min(e.v) FROM unnest(x) AS e (v)) END
$$;
COMMENT ON FUNCTION sqlite_compat.min(anycompatiblearray) IS 'SQLite: min(x, y, ...) of values of one kind, NULL when one is NULL';

CREATE FUNCTION sqlite_compat.min(VARIADIC x text[]) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN pg_catalog.array_position(x, NULL) IS NOT NULL THEN NULL
		WHEN sqlite_compat._is_in_order() THEN (SELECT pg_catalog.min(e.v COLLATE "C") FROM pg_catalog.unnest(x) AS e (v))
		ELSE sqlite_compat._last_text(x, false) END;
END;
COMMENT ON FUNCTION sqlite_compat.min(text[]) IS 'SQLite: min(x, y, ...) of texts, by their bytes';

CREATE FUNCTION sqlite_compat.iif(condition sqlite_compat.value, x anycompatible, y anycompatible) RETURNS anycompatible
	LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT CASE WHEN sqlite_compat.truth(condition) THEN x ELSE y END
$$;
COMMENT ON FUNCTION sqlite_compat.iif(sqlite_compat.value, anycompatible, anycompatible) IS 'SQLite: iif(condition, x, y); both are computed, and of one type';

CREATE FUNCTION sqlite_compat.iif(condition boolean, x anycompatible, y anycompatible) RETURNS anycompatible
	LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT CASE WHEN condition THEN x ELSE y END
$$;
COMMENT ON FUNCTION sqlite_compat.iif(boolean, anycompatible, anycompatible) IS 'SQLite: iif(condition, x, y); both are computed, and of one type: CASE does without';

CREATE FUNCTION sqlite_compat.ifnull(x anycompatible, y anycompatible) RETURNS anycompatible
	LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT coalesce(x, y)
$$;
COMMENT ON FUNCTION sqlite_compat.ifnull(anycompatible, anycompatible) IS 'SQLite: ifnull(x, y); of one type: COALESCE is the same and quicker';

CREATE FUNCTION sqlite_compat.likely(x anyelement) RETURNS anyelement
	LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT x
$$;
COMMENT ON FUNCTION sqlite_compat.likely(anyelement) IS 'SQLite: likely(x), which is x';

CREATE FUNCTION sqlite_compat.unlikely(x anyelement) RETURNS anyelement
	LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT x
$$;
COMMENT ON FUNCTION sqlite_compat.unlikely(anyelement) IS 'SQLite: unlikely(x), which is x';

CREATE FUNCTION sqlite_compat.likelihood(x anyelement, probability double precision) RETURNS anyelement
	LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT x
$$;
COMMENT ON FUNCTION sqlite_compat.likelihood(anyelement, double precision) IS 'SQLite: likelihood(x, probability), which is x';
