
-- Numbers as SQLite reads and writes them: CAST by prefix, reals with 15 digits, rounding, integer division, truth.

/*
 * Text that is a number throughout, as a double. What does not fit becomes
 * infinite or zero, where PostgreSQL's own input would be an error; with few
 * digits nothing can go wrong, and that input does it.
 */
CREATE FUNCTION sqlite_compat._to_double(number text) RETURNS double precision
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	m      text[];
	digits text;
	size   integer;
	exact  numeric;
BEGIN
	IF length(number) < 200 AND number !~ '[eE][+-]?[0-9]{3}' THEN
		RETURN number::double precision + 0.0;
	END IF;
	m := regexp_match(number, '^\s*([+-]?)([0-9]*)\.?([0-9]*)(?:[eE]([+-]?)0*([0-9]*))?');
	digits := ltrim(m[2] || m[3], '0');
	IF digits = '' THEN
		RETURN 0;
	END IF;
	-- the power of ten of the first digit
	size := length(digits) - length(m[3]) - 1 + CASE m[4] WHEN '-' THEN -1 ELSE 1 END
		* CASE WHEN length(m[5]) > 6 THEN 999999 ELSE coalesce(nullif(m[5], ''), '0')::integer END;
	IF size BETWEEN -330 AND 308 THEN
		exact := format('%s.%se%s', left(digits, 1), substr(digits, 2, 40), size)::numeric;
		-- beyond half a step above the largest double, up to half the smallest
		IF exact >= 1.797693134862315807e308 THEN
			size := 309;
		ELSIF exact > 2.4703282292062327e-324 THEN
			RETURN (m[1] || exact::text)::double precision;
		ELSE
			size := -331;
		END IF;
	END IF;
	RETURN CASE WHEN size < 0 THEN 0::double precision WHEN m[1] = '-' THEN '-Infinity'::double precision ELSE 'Infinity'::double precision END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._to_double(text) IS 'internal: the text of a number as a double; infinite or zero where it does not fit';

CREATE FUNCTION sqlite_compat._is_number(x text) RETURNS boolean
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT x ~ '^[ \t\n\v\f\r]*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t\n\v\f\r]*$';
END;
COMMENT ON FUNCTION sqlite_compat._is_number(text) IS 'internal: whether SQLite takes a text for a number, from its first to its last byte';

CREATE FUNCTION sqlite_compat.cast_real(x text) RETURNS double precision
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	RETURN coalesce(sqlite_compat._to_double((regexp_match(x, '^[ \t\n\v\f\r]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)'))[1]), 0);
END;
$$;
COMMENT ON FUNCTION sqlite_compat.cast_real(text) IS 'SQLite: CAST(x AS REAL) of a text, the longest prefix that is a number, else 0.0';

CREATE FUNCTION sqlite_compat._integer(digits text) RETURNS bigint
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF length(digits) < 19 THEN
		RETURN digits::bigint;
	END IF;
	-- (more digits than a numeric has are too many in any case, zeros apart)
	digits := left(digits, 1) || left(ltrim(substr(digits, 2), '0'), 100);
	RETURN least(greatest(digits::numeric, -9223372036854775808), 9223372036854775807)::bigint;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._integer(text) IS 'internal: digits as an integer, at most what 64 bits hold';

CREATE FUNCTION sqlite_compat.cast_integer(x text) RETURNS bigint
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
BEGIN
	RETURN coalesce(sqlite_compat._integer((regexp_match(x, '^[ \t\n\v\f\r]*([+-]?[0-9]+)'))[1]), 0);
END;
$$;
COMMENT ON FUNCTION sqlite_compat.cast_integer(text) IS 'SQLite: CAST(x AS INTEGER) of a text, the longest prefix of digits, else 0; at most 64 bits';

CREATE FUNCTION sqlite_compat._cut(x double precision) RETURNS bigint
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN x >= 9223372036854775807 THEN 9223372036854775807 WHEN x <= -9223372036854775808 THEN (-9223372036854775808)::bigint
		WHEN x = 'NaN' THEN 0 ELSE pg_catalog.trunc(x)::bigint END;
END;
COMMENT ON FUNCTION sqlite_compat._cut(double precision) IS 'internal: a real as an integer, towards zero; at most 64 bits';

/*
 * A number from 1 to 10 as SQLite holds it while it looks for its digits: 64
 * bits. Half a unit is a double there, so whether 7446605 becomes 744661 or
 * 744660 depends on both.
 */
CREATE FUNCTION sqlite_compat._in_64_bits(m numeric) RETURNS numeric
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	RETURN CASE WHEN m < 2 THEN round(m * 9223372036854775808) * 1.08420217248550443400745280086994171142578125e-19
		WHEN m < 4 THEN round(m * 4611686018427387904) * 2.1684043449710088680149056017398834228515625e-19
		WHEN m < 8 THEN round(m * 2305843009213693952) * 4.336808689942017736029811203479766845703125e-19
		ELSE round(m * 1152921504606846976) * 8.67361737988403547205962240695953369140625e-19 END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._in_64_bits(numeric) IS 'internal: a number from 1 to 10, rounded to 64 bits';

/*
 * The text of a double: 15 significant digits, always with a decimal point.
 */
CREATE FUNCTION sqlite_compat._real_text(x double precision) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	sign     text := CASE WHEN x < 0 THEN '-' ELSE '' END;
	parts    text[];
	digits   text;
	exponent integer;
	mantissa numeric;
BEGIN
	IF x = 0 THEN
		RETURN '0.0';
	ELSIF x = 'NaN' THEN
		RETURN NULL;
	ELSIF abs(x) = 'Infinity' THEN
		RETURN sign || 'Inf';
	END IF;
	parts := string_to_array(to_char(abs(x), '9.9999999999999999999999999EEEE'), 'e');
	exponent := parts[2];
	-- (the double that is nearest to 5e-15)
	mantissa := sqlite_compat._in_64_bits(sqlite_compat._in_64_bits(parts[1]::numeric) + 5.00000000000000078296e-15);
	digits := replace(trunc(mantissa, 14)::text, '.', '');
	IF length(digits) > 15 THEN
		-- 9.99... became 10
		exponent := exponent + 1;
	END IF;
	digits := rtrim(left(digits, 15), '0');
	IF exponent < -4 OR exponent > 14 THEN
		RETURN format('%s%s.%se%s%s', sign, left(digits, 1), coalesce(nullif(substr(digits, 2), ''), '0'), CASE WHEN exponent < 0 THEN '-' ELSE '+' END,
			lpad(abs(exponent)::text, greatest(2, length(abs(exponent)::text)), '0'));
	ELSIF exponent < 0 THEN
		RETURN sign || '0.' || repeat('0', -exponent - 1) || digits;
	END IF;
	digits := rpad(digits, greatest(length(digits), exponent + 1), '0');
	RETURN sign || left(digits, exponent + 1) || '.' || coalesce(nullif(substr(digits, exponent + 2), ''), '0');
END;
$$;
COMMENT ON FUNCTION sqlite_compat._real_text(double precision) IS 'internal: text of a real: 15 significant digits, 1.0 and 1.0e+15';

CREATE FUNCTION sqlite_compat._minified(x text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN x ~ '[ \t\n\r]' THEN pg_catalog.regexp_replace(x, '("(?:[^"\\]|\\.)*")|[ \t\n\r]+', '\1', 'g') ELSE x END;
END;
COMMENT ON FUNCTION sqlite_compat._minified(text) IS 'internal: JSON without the white space between its tokens';

CREATE FUNCTION sqlite_compat.cast_text(v sqlite_compat.value) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	stored text := sqlite_compat._raw(v);
	body   text;
BEGIN
	IF NOT starts_with(stored, E'\x01') THEN
		RETURN stored;
	END IF;
	body := substr(stored, 3);
	RETURN CASE substr(stored, 2, 1)
		WHEN 'r' THEN sqlite_compat._real_text(body::double precision)
		WHEN 'b' THEN convert_from(decode(body, 'hex'), 'UTF8')
		WHEN 'j' THEN sqlite_compat._minified(body)
		ELSE body
		END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat.cast_text(sqlite_compat.value) IS
	'SQLite: CAST(x AS TEXT); an error for a blob that is no UTF-8 or holds a zero, which no text of PostgreSQL can';

CREATE FUNCTION sqlite_compat.cast_real(v sqlite_compat.value) RETURNS double precision
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	stored text := sqlite_compat._raw(v);
	body   text;
BEGIN
	IF NOT starts_with(stored, E'\x01') THEN
		RETURN sqlite_compat.cast_real(stored);
	END IF;
	body := substr(stored, 3);
	RETURN CASE substr(stored, 2, 1)
		WHEN 'r' THEN body::double precision
		WHEN 'i' THEN body::double precision
		WHEN 'b' THEN sqlite_compat.cast_real(convert_from(decode(body, 'hex'), 'UTF8'))
		ELSE sqlite_compat.cast_real(body)
		END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat.cast_real(sqlite_compat.value) IS 'SQLite: CAST(x AS REAL)';

CREATE FUNCTION sqlite_compat.cast_integer(v sqlite_compat.value) RETURNS bigint
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	stored text := sqlite_compat._raw(v);
	body   text;
BEGIN
	IF NOT starts_with(stored, E'\x01') THEN
		RETURN sqlite_compat.cast_integer(stored);
	END IF;
	body := substr(stored, 3);
	RETURN CASE substr(stored, 2, 1)
		WHEN 'i' THEN body::bigint
		WHEN 'r' THEN sqlite_compat._cut(body::double precision)
		WHEN 'b' THEN sqlite_compat.cast_integer(convert_from(decode(body, 'hex'), 'UTF8'))
		ELSE sqlite_compat.cast_integer(body)
		END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat.cast_integer(sqlite_compat.value) IS 'SQLite: CAST(x AS INTEGER)';

/*
 * The number that a text is, integers where nothing is lost: what an operand of
 * arithmetic becomes. A numeric: integers have no decimals, reals the shortest
 * ones that give the double again.
 */
CREATE FUNCTION sqlite_compat.cast_numeric(x text) RETURNS numeric
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	number  text := coalesce((regexp_match(x, '^[ \t\n\v\f\r]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)'))[1], '0');
	as_real double precision;
BEGIN
	IF length(number) < 20 AND number ~ '^[+-]?[0-9]+$' AND abs(number::numeric) <= 9223372036854775807 THEN
		RETURN number::numeric;
	END IF;
	as_real := sqlite_compat._to_double(number);
	IF as_real = trunc(as_real) AND abs(as_real) < 2251799813685248 THEN
		RETURN as_real::bigint;
	ELSIF number ~ '^[+-]?[0-9]+$' AND length(number) < 30 AND number::numeric BETWEEN -9223372036854775808 AND 9223372036854775807 THEN
		RETURN number::numeric;
	ELSIF abs(as_real) = 'Infinity' THEN
		RETURN as_real::numeric;
	END IF;
	-- (a real that has no decimals gets one: it is no integer)
	RETURN CASE WHEN scale(as_real::text::numeric) = 0 THEN round(as_real::text::numeric, 1) ELSE as_real::text::numeric END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat.cast_numeric(text) IS
	'SQLite: CAST(x AS NUMERIC) of a text: an integer where that is exact, which has no decimals here, else a real, which has';

CREATE FUNCTION sqlite_compat.cast_numeric(v sqlite_compat.value) RETURNS numeric
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE sqlite_compat._class(v)
		WHEN 'integer' THEN sqlite_compat._body(v)::numeric
		WHEN 'real' THEN CASE WHEN pg_catalog.scale(sqlite_compat._body(v)::numeric) = 0 THEN pg_catalog.round(sqlite_compat._body(v)::numeric, 1)
			ELSE sqlite_compat._body(v)::numeric END
		ELSE sqlite_compat.cast_numeric(sqlite_compat.cast_text(v)) END;
END;
COMMENT ON FUNCTION sqlite_compat.cast_numeric(sqlite_compat.value) IS 'SQLite: CAST(x AS NUMERIC); integers have no decimals, reals have';

CREATE FUNCTION sqlite_compat.cast_blob(v sqlite_compat.value) RETURNS bytea
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE sqlite_compat._class(v) WHEN 'blob' THEN pg_catalog.decode(sqlite_compat._body(v), 'hex')
		ELSE pg_catalog.convert_to(sqlite_compat.cast_text(v), 'UTF8') END;
END;
COMMENT ON FUNCTION sqlite_compat.cast_blob(sqlite_compat.value) IS 'SQLite: CAST(x AS BLOB), the bytes of the text in UTF-8';

CREATE FUNCTION sqlite_compat.typeof(x anyelement) RETURNS text
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	type oid := pg_typeof(x);
BEGIN
	IF x IS NULL THEN
		RETURN 'null';
	ELSIF type = 'numeric'::regtype THEN
		RETURN sqlite_compat._class(x::text::numeric::sqlite_compat.value);
	ELSIF type = 'sqlite_compat.value'::regtype THEN
		RETURN replace(sqlite_compat._class(sqlite_compat._cooked(x::text)), 'json', 'text');
	END IF;
	RETURN CASE WHEN type IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype, 'boolean'::regtype) THEN 'integer'
		WHEN type IN ('real'::regtype, 'double precision'::regtype) THEN 'real' WHEN type = 'bytea'::regtype THEN 'blob' ELSE 'text' END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat.typeof(anyelement) IS
	'SQLite: typeof(x); numeric is integer where it has no decimals and fits, else real; boolean is integer; other types, dates too, are text';

CREATE FUNCTION sqlite_compat.typeof(x text) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN x IS NULL THEN 'null' ELSE 'text' END;
END;
COMMENT ON FUNCTION sqlite_compat.typeof(text) IS 'SQLite: typeof(x)';

CREATE FUNCTION sqlite_compat.truth(v sqlite_compat.value) RETURNS boolean
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.cast_real(v) <> 0;
END;
COMMENT ON FUNCTION sqlite_compat.truth(sqlite_compat.value) IS 'SQLite: a value where a condition is expected: true when it is a number other than zero';

CREATE FUNCTION sqlite_compat.truth(x boolean) RETURNS boolean
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT x;
END;
COMMENT ON FUNCTION sqlite_compat.truth(boolean) IS 'SQLite: a condition as it is';

CREATE FUNCTION sqlite_compat.from_boolean(x boolean) RETURNS integer
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT x::integer;
END;
COMMENT ON FUNCTION sqlite_compat.from_boolean(boolean) IS 'SQLite: a condition where a value is expected: 1 or 0';
