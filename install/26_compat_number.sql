
-- Arithmetic as SQLite does it: rounding, division by zero, the mathematical functions that differ, random numbers.

CREATE FUNCTION sqlite_compat.divide(a integer, b integer) RETURNS integer
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT a / NULLIF(b, 0);
END;
COMMENT ON FUNCTION sqlite_compat.divide(integer, integer) IS 'SQLite: a / b, towards zero, NULL for b = 0; beyond the integers an error, where SQLite goes on with a wider number';

CREATE FUNCTION sqlite_compat.divide(a bigint, b bigint) RETURNS bigint
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT a / NULLIF(b, 0);
END;
COMMENT ON FUNCTION sqlite_compat.divide(bigint, bigint) IS 'SQLite: a / b, towards zero, NULL for b = 0; -9223372036854775808 / -1 is an error, where SQLite goes on with a real';

CREATE FUNCTION sqlite_compat.divide(a smallint, b smallint) RETURNS integer
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT a::integer / NULLIF(b, 0);
END;
COMMENT ON FUNCTION sqlite_compat.divide(smallint, smallint) IS 'SQLite: a / b, towards zero, NULL for b = 0';

CREATE FUNCTION sqlite_compat.divide(a double precision, b double precision) RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT a / NULLIF(b, 0);
END;
COMMENT ON FUNCTION sqlite_compat.divide(double precision, double precision) IS 'SQLite: a / b of which one is real, NULL for b = 0; a result too large is an error, where SQLite says Inf';

CREATE FUNCTION sqlite_compat.remainder(a bigint, b bigint) RETURNS bigint
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT a % NULLIF(b, 0);
END;
COMMENT ON FUNCTION sqlite_compat.remainder(bigint, bigint) IS 'SQLite: a % b, NULL for b = 0';

CREATE FUNCTION sqlite_compat.remainder(a integer, b integer) RETURNS integer
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT a % NULLIF(b, 0);
END;
COMMENT ON FUNCTION sqlite_compat.remainder(integer, integer) IS 'SQLite: a % b, NULL for b = 0';

CREATE FUNCTION sqlite_compat.remainder(a smallint, b smallint) RETURNS smallint
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT a % NULLIF(b, 0::smallint);
END;
COMMENT ON FUNCTION sqlite_compat.remainder(smallint, smallint) IS 'SQLite: a % b, NULL for b = 0';

CREATE FUNCTION sqlite_compat.remainder(a double precision, b double precision) RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT (sqlite_compat._cut(a) % NULLIF(sqlite_compat._cut(b), 0))::double precision;
END;
COMMENT ON FUNCTION sqlite_compat.remainder(double precision, double precision) IS 'SQLite: a % b of which one is real: both are cut to integers first; NULL for b = 0';

/*
 * SQLite rounds what a double holds plus 3e-16 of it, and what it then writes
 * down has 16 digits: 0.15 becomes 0.2, although it is a little less.
 */
CREATE FUNCTION sqlite_compat.round(x double precision, n bigint DEFAULT 0) RETURNS double precision
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN x = 'NaN' THEN NULL
		WHEN pg_catalog.abs(x) > 4503599627370496 THEN x
		WHEN n <= 0 THEN pg_catalog.trunc(x + CASE WHEN x < 0 THEN -0.5 ELSE 0.5 END) + 0.0
		ELSE (CASE WHEN x < 0 THEN '-' ELSE '' END || sqlite_compat._digits('f', pg_catalog.abs(x), LEAST(n, 30)::integer, false, false))::double precision + 0.0 END;
END;
COMMENT ON FUNCTION sqlite_compat.round(double precision, bigint) IS 'SQLite: round(x, n), half away from zero';

CREATE FUNCTION sqlite_compat.round(v sqlite_compat.value, n bigint DEFAULT 0) RETURNS double precision
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.round(sqlite_compat.cast_real(v), n);
END;
COMMENT ON FUNCTION sqlite_compat.round(sqlite_compat.value, bigint) IS 'SQLite: round(x, n) of what is no number by its type';

CREATE FUNCTION sqlite_compat.abs(x bigint) RETURNS bigint
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.abs(x);
END;
COMMENT ON FUNCTION sqlite_compat.abs(bigint) IS 'SQLite: abs(x); an error for -9223372036854775808 there too';

CREATE FUNCTION sqlite_compat.abs(x integer) RETURNS bigint
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.abs(x::bigint);
END;
COMMENT ON FUNCTION sqlite_compat.abs(integer) IS 'SQLite: abs(x)';

CREATE FUNCTION sqlite_compat.abs(x smallint) RETURNS bigint
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.abs(x::bigint);
END;
COMMENT ON FUNCTION sqlite_compat.abs(smallint) IS 'SQLite: abs(x)';

CREATE FUNCTION sqlite_compat.abs(x double precision) RETURNS double precision
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.abs(x);
END;
COMMENT ON FUNCTION sqlite_compat.abs(double precision) IS 'SQLite: abs(x)';

CREATE FUNCTION sqlite_compat.abs(x text) RETURNS double precision
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.abs(sqlite_compat.cast_real(x));
END;
COMMENT ON FUNCTION sqlite_compat.abs(text) IS 'SQLite: abs(x) of a text: a real, 0.0 when it does not begin with a number';

CREATE FUNCTION sqlite_compat.sign(v sqlite_compat.value) RETURNS integer
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN sqlite_compat._class(v) IN ('integer', 'real') OR sqlite_compat._class(v) = 'text' AND sqlite_compat._is_number(sqlite_compat._body(v))
		THEN pg_catalog.sign(sqlite_compat.cast_real(v))::integer END;
END;
COMMENT ON FUNCTION sqlite_compat.sign(sqlite_compat.value) IS 'SQLite: sign(x): -1, 0 or 1, NULL for what is no number';

-- (of a uuid the 4 bits of its version and the 2 of its variant are fixed)
CREATE FUNCTION sqlite_compat.random() RETURNS bigint
	LANGUAGE plpgsql VOLATILE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	digits text := replace(gen_random_uuid()::text, '-', '');
	bits   bigint := ('x' || left(digits, 12) || right(digits, 4))::bit(64)::bigint;
BEGIN
	RETURN CASE WHEN bits < 0 THEN -(bits & 9223372036854775807) ELSE bits END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat.random() IS 'SQLite: random(), a 64-bit integer, never the smallest one';

CREATE FUNCTION sqlite_compat.randomblob(n bigint) RETURNS bytea
	LANGUAGE sql VOLATILE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.decode(pg_catalog.left(pg_catalog.string_agg(pg_catalog.left(u.digits, 12) || pg_catalog.right(u.digits, 12), ''), (2 * GREATEST(COALESCE(n, 0), 1))::integer), 'hex')
		FROM (SELECT pg_catalog.replace(pg_catalog.gen_random_uuid()::text, '-', '') AS digits FROM pg_catalog.generate_series(1, (GREATEST(COALESCE(n, 0), 1) + 11) / 12)) AS u;
END;
COMMENT ON FUNCTION sqlite_compat.randomblob(bigint) IS 'SQLite: randomblob(n): n random bytes, at least one';

CREATE FUNCTION sqlite_compat.zeroblob(n bigint) RETURNS bytea
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.decode(pg_catalog.repeat('00', GREATEST(COALESCE(n, 0), 0)::integer), 'hex');
END;
COMMENT ON FUNCTION sqlite_compat.zeroblob(bigint) IS 'SQLite: zeroblob(n): n bytes of zero';
