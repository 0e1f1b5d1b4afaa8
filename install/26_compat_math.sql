
-- SQLite's mathematical functions where PostgreSQL's are an error or another function: outside of their domain they are
-- NULL, and what is too large is infinite. (sin, cos and the like need none: they are the same.)

CREATE FUNCTION sqlite_compat.ln(x double precision) RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN x > 0 THEN pg_catalog.ln(x) END;
END;
COMMENT ON FUNCTION sqlite_compat.ln(double precision) IS 'SQLite: ln(x), NULL for x <= 0';

CREATE FUNCTION sqlite_compat.log(x double precision) RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN x > 0 THEN pg_catalog.ln(x) / 2.302585092994045684::double precision END;
END;
COMMENT ON FUNCTION sqlite_compat.log(double precision) IS 'SQLite: log(x), the decimal logarithm, NULL for x <= 0';

CREATE FUNCTION sqlite_compat.log10(x double precision) RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN x > 0 THEN pg_catalog.ln(x) / 2.302585092994045684::double precision END;
END;
COMMENT ON FUNCTION sqlite_compat.log10(double precision) IS 'SQLite: log10(x), NULL for x <= 0';

CREATE FUNCTION sqlite_compat.log2(x double precision) RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN x > 0 THEN pg_catalog.ln(x) / 0.693147180559945309417::double precision END;
END;
COMMENT ON FUNCTION sqlite_compat.log2(double precision) IS 'SQLite: log2(x), NULL for x <= 0';

CREATE FUNCTION sqlite_compat.log(b double precision, x double precision) RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN b > 1 AND x > 0 THEN pg_catalog.ln(x) / pg_catalog.ln(b) END;
END;
COMMENT ON FUNCTION sqlite_compat.log(double precision, double precision) IS 'SQLite: log(b, x), NULL for b <= 1 and for x <= 0';

CREATE FUNCTION sqlite_compat.sqrt(x double precision) RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN x >= 0 THEN pg_catalog.sqrt(x) END;
END;
COMMENT ON FUNCTION sqlite_compat.sqrt(double precision) IS 'SQLite: sqrt(x), NULL for x < 0';

CREATE FUNCTION sqlite_compat.acos(x double precision) RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN x BETWEEN -1 AND 1 THEN pg_catalog.acos(x) END;
END;
COMMENT ON FUNCTION sqlite_compat.acos(double precision) IS 'SQLite: acos(x), NULL for |x| > 1';

CREATE FUNCTION sqlite_compat.asin(x double precision) RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN x BETWEEN -1 AND 1 THEN pg_catalog.asin(x) END;
END;
COMMENT ON FUNCTION sqlite_compat.asin(double precision) IS 'SQLite: asin(x), NULL for |x| > 1';

CREATE FUNCTION sqlite_compat.acosh(x double precision) RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN x >= 1 THEN pg_catalog.acosh(x) END;
END;
COMMENT ON FUNCTION sqlite_compat.acosh(double precision) IS 'SQLite: acosh(x), NULL for x < 1';

CREATE FUNCTION sqlite_compat.atanh(x double precision) RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN x BETWEEN -1 AND 1 THEN pg_catalog.atanh(x) END;
END;
COMMENT ON FUNCTION sqlite_compat.atanh(double precision) IS 'SQLite: atanh(x), NULL for |x| > 1';

CREATE FUNCTION sqlite_compat.exp(x double precision) RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN x > 709.782712893384 THEN 'Infinity'::double precision WHEN x < -745.133219101941 THEN 0 ELSE pg_catalog.exp(x) END;
END;
COMMENT ON FUNCTION sqlite_compat.exp(double precision) IS 'SQLite: exp(x)';

CREATE FUNCTION sqlite_compat.power(x double precision, y double precision) RETURNS double precision
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	odd  boolean := y = trunc(y) AND abs(y) < 9007199254740992 AND y::bigint % 2 <> 0;
	size double precision;
BEGIN
	IF x < 0 AND y <> trunc(y) THEN
		RETURN NULL;
	ELSIF x = 0 THEN
		RETURN CASE WHEN y < 0 AND odd AND x::text = '-0' THEN '-Infinity'::double precision WHEN y < 0 THEN 'Infinity'::double precision WHEN y = 0 THEN 1 ELSE 0 END;
	END IF;
	size := y * ln(abs(x));
	RETURN CASE WHEN size > 709.79 THEN CASE WHEN x < 0 AND odd THEN '-Infinity'::double precision ELSE 'Infinity'::double precision END
		WHEN size < -745.14 THEN 0 ELSE power(x, y) END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat.power(double precision, double precision) IS 'SQLite: power(x, y), NULL where there is no real number';

CREATE FUNCTION sqlite_compat.pow(x double precision, y double precision) RETURNS double precision
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.power(x, y);
END;
COMMENT ON FUNCTION sqlite_compat.pow(double precision, double precision) IS 'SQLite: pow(x, y), another name of power';

-- The exact decimal value of a double: 767 digits are the most that one has.
CREATE FUNCTION sqlite_compat._exact(x double precision) RETURNS numeric
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	RETURN to_char(x, '9.' || repeat('9', 770) || 'EEEE')::numeric;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._exact(double precision) IS 'internal: a finite double, digit by digit';

CREATE FUNCTION sqlite_compat.mod(x double precision, y double precision) RETURNS double precision
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	RETURN CASE WHEN y = 0 OR abs(x) = 'Infinity' THEN NULL WHEN abs(y) = 'Infinity' THEN x
		ELSE (sqlite_compat._exact(x) % sqlite_compat._exact(y))::text::double precision END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat.mod(double precision, double precision) IS 'SQLite: mod(x, y), the remainder of reals, NULL for y = 0; % is another function, here remainder()';
