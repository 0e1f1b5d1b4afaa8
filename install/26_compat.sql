
-- Schema sqlite_compat: SQLite's functions that PostgreSQL lacks or defines otherwise, under SQLite's names. This part
-- owns the schema and the type "value", any value of SQLite with its class; the parts that follow own the functions by
-- topic (26_compat_*). They know nothing of migrations: views, triggers, defaults and application SQL use them.

CREATE SCHEMA sqlite_compat;
COMMENT ON SCHEMA sqlite_compat IS 'functions of SQLite with its results, for translated SQL (extension sqlite_fdw_mig)';
GRANT USAGE ON SCHEMA sqlite_compat TO PUBLIC;

/*
 * A value of SQLite: NULL, or text, or what is not text behind the byte 01 and
 * a letter: i integer, r real, b blob (hexadecimal), j JSON, t text that itself
 * begins with 01. An untyped literal is text by that rule, so
 * printf('%d %s', 1, 'x') needs no casts.
 */
CREATE TYPE sqlite_compat.value;
CREATE FUNCTION sqlite_compat._value_in(cstring) RETURNS sqlite_compat.value
	LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textin';
COMMENT ON FUNCTION sqlite_compat._value_in(cstring) IS 'internal: input of type value';
CREATE FUNCTION sqlite_compat._value_out(sqlite_compat.value) RETURNS cstring
	LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'textout';
COMMENT ON FUNCTION sqlite_compat._value_out(sqlite_compat.value) IS 'internal: output of type value';
CREATE TYPE sqlite_compat.value (
	INPUT = sqlite_compat._value_in,
	OUTPUT = sqlite_compat._value_out,
	INTERNALLENGTH = variable,
	STORAGE = extended
);
COMMENT ON TYPE sqlite_compat.value IS
	'a value of SQLite together with its class, as argument of functions that take any; made by casts, read with typeof and cast_*';

-- Inside: the text of a value as it is stored, and back.
CREATE FUNCTION sqlite_compat._raw(v sqlite_compat.value) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.textin(sqlite_compat._value_out(v));
END;
COMMENT ON FUNCTION sqlite_compat._raw(sqlite_compat.value) IS 'internal: a value as it is stored';

CREATE FUNCTION sqlite_compat._cooked(stored text) RETURNS sqlite_compat.value
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._value_in(pg_catalog.textout(stored));
END;
COMMENT ON FUNCTION sqlite_compat._cooked(text) IS 'internal: a value from what _raw gives';

CREATE FUNCTION sqlite_compat._class(v sqlite_compat.value) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE pg_catalog.substr(sqlite_compat._raw(v), 1, 2)
		WHEN E'\x01i' THEN 'integer' WHEN E'\x01r' THEN 'real' WHEN E'\x01b' THEN 'blob' WHEN E'\x01j' THEN 'json'
		ELSE CASE WHEN v IS NULL THEN 'null' ELSE 'text' END END;
END;
COMMENT ON FUNCTION sqlite_compat._class(sqlite_compat.value) IS 'internal: null, integer, real, text, blob, or json (which SQLite calls text)';

-- What stands behind the byte 01 and the letter; the text itself where there is none.
CREATE FUNCTION sqlite_compat._body(v sqlite_compat.value) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN pg_catalog.starts_with(sqlite_compat._raw(v), E'\x01') THEN pg_catalog.substr(sqlite_compat._raw(v), 3) ELSE sqlite_compat._raw(v) END;
END;
COMMENT ON FUNCTION sqlite_compat._body(sqlite_compat.value) IS 'internal: digits, text or hexadecimal bytes of a value';

/*
 * The constructors. Numbers of type numeric are integers when they have no
 * decimals and fit, else reals; dates and times are the text that SQLite's
 * functions write, timestamptz in UTC.
 */
CREATE FUNCTION sqlite_compat.value(x text) RETURNS sqlite_compat.value
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._cooked(CASE WHEN pg_catalog.starts_with(x, E'\x01') THEN E'\x01t' || x ELSE x END);
END;
COMMENT ON FUNCTION sqlite_compat.value(text) IS 'a value of SQLite: text';

CREATE FUNCTION sqlite_compat.value(x character) RETURNS sqlite_compat.value
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.value(x::text);
END;
COMMENT ON FUNCTION sqlite_compat.value(character) IS 'a value of SQLite: text, without the blanks that char(n) fills up with';

CREATE FUNCTION sqlite_compat.value(x bigint) RETURNS sqlite_compat.value
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._cooked(E'\x01i' || x::text);
END;
COMMENT ON FUNCTION sqlite_compat.value(bigint) IS 'a value of SQLite: integer';

CREATE FUNCTION sqlite_compat.value(x integer) RETURNS sqlite_compat.value
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._cooked(E'\x01i' || x::text);
END;
COMMENT ON FUNCTION sqlite_compat.value(integer) IS 'a value of SQLite: integer';

CREATE FUNCTION sqlite_compat.value(x smallint) RETURNS sqlite_compat.value
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._cooked(E'\x01i' || x::text);
END;
COMMENT ON FUNCTION sqlite_compat.value(smallint) IS 'a value of SQLite: integer';

CREATE FUNCTION sqlite_compat.value(x boolean) RETURNS sqlite_compat.value
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._cooked(CASE WHEN x THEN E'\x01i1' ELSE E'\x01i0' END);
END;
COMMENT ON FUNCTION sqlite_compat.value(boolean) IS 'a value of SQLite: the integer 1 or 0';

-- (NaN is NULL in SQLite, and there is no negative zero that anybody could see)
CREATE FUNCTION sqlite_compat.value(x double precision) RETURNS sqlite_compat.value
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._cooked(CASE WHEN x <> 'NaN' THEN E'\x01r' || (x + 0.0)::text END);
END;
COMMENT ON FUNCTION sqlite_compat.value(double precision) IS 'a value of SQLite: real; NaN is NULL there';

CREATE FUNCTION sqlite_compat.value(x real) RETURNS sqlite_compat.value
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.value(x::double precision);
END;
COMMENT ON FUNCTION sqlite_compat.value(real) IS 'a value of SQLite: real';

CREATE FUNCTION sqlite_compat.value(x numeric) RETURNS sqlite_compat.value
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN pg_catalog.scale(x) = 0 AND x BETWEEN (-9223372036854775808)::numeric AND 9223372036854775807::numeric
		THEN sqlite_compat._cooked(E'\x01i' || x::text)
		-- (out of range of a double it would be an error, and rounds to zero there)
		WHEN x = 'NaN' THEN NULL
		WHEN pg_catalog.abs(x) > 1.7976931348623157e308 THEN sqlite_compat.value(CASE WHEN x > 0 THEN 'Infinity'::double precision ELSE '-Infinity'::double precision END)
		WHEN pg_catalog.abs(x) < 5e-324 THEN sqlite_compat.value(0.0::double precision)
		ELSE sqlite_compat.value(x::double precision) END;
END;
COMMENT ON FUNCTION sqlite_compat.value(numeric) IS 'a value of SQLite: integer where it has no decimals and fits into 64 bits, else real';

CREATE FUNCTION sqlite_compat.value(x bytea) RETURNS sqlite_compat.value
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._cooked(E'\x01b' || pg_catalog.encode(x, 'hex'));
END;
COMMENT ON FUNCTION sqlite_compat.value(bytea) IS 'a value of SQLite: blob';

CREATE FUNCTION sqlite_compat.value(x json) RETURNS sqlite_compat.value
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._cooked(E'\x01j' || x::text);
END;
COMMENT ON FUNCTION sqlite_compat.value(json) IS 'a value of SQLite: text that JSON functions take for JSON';

CREATE FUNCTION sqlite_compat.value(x jsonb) RETURNS sqlite_compat.value
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._cooked(E'\x01j' || x::text);
END;
COMMENT ON FUNCTION sqlite_compat.value(jsonb) IS 'a value of SQLite: text that JSON functions take for JSON';

CREATE FUNCTION sqlite_compat.value(x timestamp) RETURNS sqlite_compat.value
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._cooked(CASE WHEN pg_catalog.isfinite(x) THEN CASE WHEN x < '0001-01-01' THEN '-' ELSE '' END
		|| pg_catalog.lpad((CASE WHEN x < '0001-01-01' THEN -1 - EXTRACT(year FROM x) ELSE EXTRACT(year FROM x) END)::text, 4, '0')
		|| pg_catalog.to_char(x, '-MM-DD HH24:MI:SS')
		|| pg_catalog.rtrim(pg_catalog.to_char(x, '.US'), '.0') END);
END;
COMMENT ON FUNCTION sqlite_compat.value(timestamp) IS 'a value of SQLite: text YYYY-MM-DD HH:MM:SS.FFFFFF, with decimals only where there are any; NULL for infinity';

CREATE FUNCTION sqlite_compat.value(x timestamptz) RETURNS sqlite_compat.value
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.value(x AT TIME ZONE 'UTC');
END;
COMMENT ON FUNCTION sqlite_compat.value(timestamptz) IS 'a value of SQLite: text YYYY-MM-DD HH:MM:SS.FFFFFF in UTC';

CREATE FUNCTION sqlite_compat.value(x date) RETURNS sqlite_compat.value
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._cooked(pg_catalog.regexp_replace(sqlite_compat._raw(sqlite_compat.value(x::timestamp)), ' .*$', ''));
END;
COMMENT ON FUNCTION sqlite_compat.value(date) IS 'a value of SQLite: text YYYY-MM-DD';

CREATE FUNCTION sqlite_compat.value(x time) RETURNS sqlite_compat.value
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._cooked(x::text);
END;
COMMENT ON FUNCTION sqlite_compat.value(time) IS 'a value of SQLite: text HH:MM:SS.FFFFFF, with decimals only where there are any';

CREATE FUNCTION sqlite_compat.value(x uuid) RETURNS sqlite_compat.value
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._cooked(x::text);
END;
COMMENT ON FUNCTION sqlite_compat.value(uuid) IS 'a value of SQLite: text';

-- What is of these types may stand where a value is wanted. (varchar comes by way of text.)
CREATE CAST (text AS sqlite_compat.value) WITH FUNCTION sqlite_compat.value(text) AS IMPLICIT;
CREATE CAST (varchar AS sqlite_compat.value) WITH FUNCTION sqlite_compat.value(text) AS IMPLICIT;
CREATE CAST (character AS sqlite_compat.value) WITH FUNCTION sqlite_compat.value(character) AS IMPLICIT;
CREATE CAST (bigint AS sqlite_compat.value) WITH FUNCTION sqlite_compat.value(bigint) AS IMPLICIT;
CREATE CAST (integer AS sqlite_compat.value) WITH FUNCTION sqlite_compat.value(integer) AS IMPLICIT;
CREATE CAST (smallint AS sqlite_compat.value) WITH FUNCTION sqlite_compat.value(smallint) AS IMPLICIT;
CREATE CAST (boolean AS sqlite_compat.value) WITH FUNCTION sqlite_compat.value(boolean) AS IMPLICIT;
CREATE CAST (double precision AS sqlite_compat.value) WITH FUNCTION sqlite_compat.value(double precision) AS IMPLICIT;
CREATE CAST (real AS sqlite_compat.value) WITH FUNCTION sqlite_compat.value(real) AS IMPLICIT;
CREATE CAST (numeric AS sqlite_compat.value) WITH FUNCTION sqlite_compat.value(numeric) AS IMPLICIT;
CREATE CAST (bytea AS sqlite_compat.value) WITH FUNCTION sqlite_compat.value(bytea) AS IMPLICIT;
CREATE CAST (json AS sqlite_compat.value) WITH FUNCTION sqlite_compat.value(json) AS IMPLICIT;
CREATE CAST (jsonb AS sqlite_compat.value) WITH FUNCTION sqlite_compat.value(jsonb) AS IMPLICIT;
CREATE CAST (timestamp AS sqlite_compat.value) WITH FUNCTION sqlite_compat.value(timestamp) AS IMPLICIT;
CREATE CAST (timestamptz AS sqlite_compat.value) WITH FUNCTION sqlite_compat.value(timestamptz) AS IMPLICIT;
CREATE CAST (date AS sqlite_compat.value) WITH FUNCTION sqlite_compat.value(date) AS IMPLICIT;
CREATE CAST (time AS sqlite_compat.value) WITH FUNCTION sqlite_compat.value(time) AS IMPLICIT;
CREATE CAST (uuid AS sqlite_compat.value) WITH FUNCTION sqlite_compat.value(uuid) AS IMPLICIT;
DO $$
DECLARE
	source text;
BEGIN
	FOREACH source IN ARRAY '{text,varchar,character,bigint,integer,smallint,boolean,double precision,real,numeric,bytea,json,jsonb,timestamp,timestamptz,date,time,uuid}'::text[] LOOP
		EXECUTE pg_catalog.format('COMMENT ON CAST (%s AS sqlite_compat.value) IS %L', source, source || ' as an argument of functions that take any value of SQLite');
	END LOOP;
END $$;
