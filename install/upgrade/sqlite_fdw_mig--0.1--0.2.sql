-- Brings version 0.1 to the next. Written by tools/make_upgrade, completed by hand; t/150_upgrade.pl compares the result.
\echo Use "ALTER EXTENSION sqlite_fdw_mig UPDATE" to load this file. \quit
SET LOCAL search_path = pg_catalog, pg_temp;
DROP FUNCTION sqlite_mig._run_open (migration text, began timestamptz, on_conflict text, on_error text, reject_limit bigint);
CREATE OR REPLACE FUNCTION sqlite_mig.geometry_wkb(blob bytea) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'mig_geometry_wkb';
COMMENT ON FUNCTION sqlite_mig.geometry_wkb(bytea) IS
	'a geometry of GeoPackage or SpatiaLite, or WKB, as EWKB with its SRID, which PostGIS casts to geometry; an error if the bytes are none';
CREATE OR REPLACE FUNCTION sqlite_mig.geometry_wkb(blob bytea, srid integer) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'mig_geometry_wkb';
COMMENT ON FUNCTION sqlite_mig.geometry_wkb(bytea, integer) IS
	'the same with another SRID; 0 is none';
CREATE OR REPLACE FUNCTION sqlite_mig.geometry_blob(ewkb bytea, format text) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'mig_geometry_blob';
COMMENT ON FUNCTION sqlite_mig.geometry_blob(bytea, text) IS
	'EWKB (ST_AsEWKB) or WKB as a BLOB for SQLite: format gpkg with the envelope of a GeoPackage, spatialite, or wkb';
CREATE OR REPLACE FUNCTION sqlite_mig.geometry_blob(ewkb bytea, format text, srid integer) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'mig_geometry_blob';
COMMENT ON FUNCTION sqlite_mig.geometry_blob(bytea, text, integer) IS
	'the same with another SRID: the srs_id of a GeoPackage, say';
CREATE OR REPLACE FUNCTION sqlite_mig._source_damage(server text, OUT finding text, OUT unknown boolean)
	LANGUAGE c STRICT STABLE AS 'MODULE_PATHNAME', 'mig_source_damage';
COMMENT ON FUNCTION sqlite_mig._source_damage(text) IS 'internal: what SQLite finds damaged in the structure of a file, or why it could not look';
CREATE OR REPLACE FUNCTION sqlite_mig._index_terms(sql text, OUT terms text[], OUT condition text)
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_index_terms';
COMMENT ON FUNCTION sqlite_mig._index_terms(text) IS
	'internal: what CREATE INDEX is on, without COLLATE, and its condition; NULL for another statement';
CREATE OR REPLACE FUNCTION sqlite_compat._to_double(number text) RETURNS double precision
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
CREATE OR REPLACE FUNCTION sqlite_compat.cast_integer(x text) RETURNS bigint
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
BEGIN
	RETURN coalesce(sqlite_compat._integer((regexp_match(x, '^[ \t\n\v\f\r]*([+-]?[0-9]+)'))[1]), 0);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_compat.cast_real(v sqlite_compat.value) RETURNS double precision
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
CREATE OR REPLACE FUNCTION sqlite_compat.cast_integer(v sqlite_compat.value) RETURNS bigint
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
CREATE OR REPLACE FUNCTION sqlite_compat.cast_numeric(x text) RETURNS numeric
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
CREATE OR REPLACE FUNCTION sqlite_compat._parse_time(z text, p sqlite_compat._moment) RETURNS sqlite_compat._moment
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	m text[] := regexp_match(z,
		'^([01][0-9]|2[0-4]):([0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]+))?)?[ \t\n\v\f\r]*(?:([+-])(0[0-9]|1[0-4]):([0-5][0-9])|([Zz]))?[ \t\n\v\f\r]*$');
BEGIN
	IF m IS NULL THEN
		RETURN NULL;
	END IF;
	p.valid_jd := false;
	p.raw := false;
	p.valid_hms := true;
	p.h := m[1];
	p.mi := m[2];
	p.s := coalesce(m[3], '0')::double precision;
	IF m[4] IS NOT NULL THEN
		p.s := p.s + left(m[4], 300)::double precision / ('1e' || least(length(m[4]), 300))::double precision;
	END IF;
	p.tz := CASE WHEN m[5] = '-' THEN -1 ELSE 1 END * (coalesce(m[6], '0')::integer * 60 + coalesce(m[7], '0')::integer);
	p.tz_set := p.tz_set OR coalesce(m[5], m[8]) IS NOT NULL;
	p.valid_tz := p.tz <> 0;
	RETURN p;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_compat._parse_moment(v sqlite_compat.value, fixed boolean) RETURNS sqlite_compat._moment
	LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	z     text := sqlite_compat._raw(v);
	class text;
	m     text[];
	p     sqlite_compat._moment := (0, 0, 0, 0, 0, 0, 0, 0, false, false, false, false, false, false, false, false, 0);
	q     sqlite_compat._moment;
BEGIN
	-- what nearly all time values look like
	IF z ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])( ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])?$' THEN
		p.valid_ymd := true;
		p.y := left(z, 4);
		p.m := substr(z, 6, 2);
		p.d := substr(z, 9, 2);
		IF length(z) > 10 THEN
			p.valid_hms := true;
			p.h := substr(z, 12, 2);
			p.mi := substr(z, 15, 2);
			p.s := substr(z, 18, 2);
		END IF;
		IF p.d > 28 THEN
			p.over := sqlite_compat._days_over(p.y, p.m, p.d);
		END IF;
		RETURN p;
	END IF;
	class := sqlite_compat._class(v);
	IF class = 'null' THEN
		RETURN NULL;
	ELSIF class IN ('integer', 'real') THEN
		RETURN sqlite_compat._raw_moment(sqlite_compat._body(v)::double precision, p);
	END IF;
	z := sqlite_compat.cast_text(v);
	m := regexp_match(z, '^(-?)([0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ \t\n\v\f\rT]*(.*)$');
	IF m IS NOT NULL AND m[5] <> '' THEN
		q := sqlite_compat._parse_time(m[5], p);
		IF q.valid_hms THEN
			p := q;
		ELSE
			m := NULL;
		END IF;
	END IF;
	IF m IS NOT NULL THEN
		p.valid_ymd := true;
		p.y := (m[1] || m[2])::integer;
		p.m := m[3];
		p.d := m[4];
		p.over := sqlite_compat._days_over(p.y, p.m, p.d);
		RETURN CASE WHEN p.valid_tz THEN sqlite_compat._to_jd(p) ELSE p END;
	END IF;
	q := sqlite_compat._parse_time(z, p);
	IF q.valid_hms THEN
		RETURN q;
	ELSIF lower(z) IN ('now', 'subsec', 'subsecond') THEN
		IF fixed THEN
			PERFORM sqlite_compat._not_fixed(lower(z));
		END IF;
		p.jd := floor(EXTRACT(epoch FROM statement_timestamp()) * 1000)::bigint + 210866760000000;
		p.valid_jd := true;
		p.subsec := lower(z) <> 'now';
		RETURN p;
	ELSIF sqlite_compat._is_number(z) THEN
		RETURN sqlite_compat._raw_moment(sqlite_compat._to_double(z), p);
	END IF;
	RETURN NULL;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_compat._shifted_by_span(p sqlite_compat._moment, z text) RETURNS sqlite_compat._moment
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	m         text[] := regexp_match(z, '^([+-])([0-9]{4,5})-(0[0-9]|1[01])-([0-2][0-9]|30)(?:[ \t\n\v\f\r]([0-9].*))?$');
	direction integer := CASE WHEN m[1] = '-' THEN -1 ELSE 1 END;
BEGIN
	IF m IS NULL THEN
		RETURN NULL;
	END IF;
	p := sqlite_compat._shifted(p, format('%s%s months', m[1], m[2]::integer * 12 + m[3]::integer));
	-- (too many years)
	IF p.jd IS NULL THEN
		RETURN NULL;
	END IF;
	p.jd := p.jd + direction * m[4]::integer * 86400000::bigint;
	RETURN CASE WHEN m[5] IS NULL THEN p ELSE sqlite_compat._shifted(p, m[1] || m[5]) END;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_compat._shifted(p sqlite_compat._moment, z text) RETURNS sqlite_compat._moment
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	number text := substring(z FROM '^.[^: \t\n\v\f\r]*');
	rest   text := substr(z, length(number) + 1);
	x      sqlite_compat._moment := (0, 0, 0, 0, 0, 0, 0, 0, false, false, false, false, false, false, false, false, 0);
	unit   text;
	amount double precision;
	half   double precision;
	whole  integer;
	factor double precision;
BEGIN
	IF NOT sqlite_compat._is_number(number) THEN
		RETURN NULL;
	END IF;
	IF rest ~ '^:' THEN
		x := sqlite_compat._parse_time(ltrim(z, '+-'), x);
		IF x.valid_hms IS NULL THEN
			RETURN NULL;
		END IF;
		x := sqlite_compat._to_jd(x);
		p := sqlite_compat._to_jd(p);
		p.jd := p.jd + CASE WHEN z ~ '^-' THEN -1 ELSE 1 END * ((x.jd - 43200000) % 86400000);
	ELSE
		amount := sqlite_compat._to_double(number);
		half := CASE WHEN amount < 0 THEN -0.5 ELSE 0.5 END;
		unit := lower(regexp_replace(rest, '^[ \t\n\v\f\r]+', ''));
		factor := CASE WHEN length(unit) NOT BETWEEN 3 AND 10 THEN NULL ELSE CASE regexp_replace(unit, 's$', '')
			WHEN 'second' THEN CASE WHEN abs(amount) < 4.6427e14::real::double precision THEN 1 END
			WHEN 'minute' THEN CASE WHEN abs(amount) < 7.7379e12::real::double precision THEN 60 END
			WHEN 'hour' THEN CASE WHEN abs(amount) < 1.2897e11::real::double precision THEN 3600 END
			WHEN 'day' THEN CASE WHEN abs(amount) < 5373485 THEN 86400 END
			WHEN 'month' THEN CASE WHEN abs(amount) < 176546 THEN 2592000 END
			WHEN 'year' THEN CASE WHEN abs(amount) < 14713 THEN 31536000 END END END;
		IF factor IS NULL THEN
			RETURN NULL;
		END IF;
		p := sqlite_compat._to_jd(p);
		IF factor >= 2592000 THEN
			-- whole months and years move the fields, and the rest counts as days
			p := sqlite_compat._to_fields(p);
			whole := trunc(amount);
			amount := amount - whole;
			IF factor = 31536000 THEN
				p.y := p.y + whole;
			ELSE
				p.m := p.m + whole;
				whole := CASE WHEN p.m > 0 THEN (p.m - 1) / 12 ELSE (p.m - 12) / 12 END;
				p.y := p.y + whole;
				p.m := p.m - whole * 12;
			END IF;
			p.over := sqlite_compat._days_over(p.y, p.m, p.d);
			p.valid_jd := false;
		ELSE
			p.over := 0;
		END IF;
		p := sqlite_compat._to_jd(p);
		p.jd := p.jd + trunc(amount * 1000.0 * factor + half)::bigint;
	END IF;
	p.valid_ymd := false;
	p.valid_hms := false;
	p.valid_tz := false;
	RETURN p;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_compat._digits(conversion text, x double precision, decimals integer, alternate boolean, bang boolean) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	-- 40 digits: more than a double has where rounding can be in doubt
	parts       text[] := string_to_array(to_char(x, '9.9999999999999999999999999999999999999999EEEE'), 'e');
	mantissa    numeric := parts[1];
	exponent    integer := parts[2];
	significant integer := CASE WHEN bang THEN 26 ELSE 16 END;
	precise     integer := CASE WHEN conversion = 'g' AND decimals > 0 THEN decimals - 1 ELSE decimals END;
	unit        double precision := ('{0.5,0.05,0.005,0.0005,0.00005,0.000005,0.0000005,0.00000005,0.000000005,0.0000000005}'::double precision[])[precise % 10 + 1];
	half        numeric;
	bits        integer;
	amount      numeric;
	result      text;
	suffix      text := '';
BEGIN
	FOR i IN 1..least(precise / 10, 28) LOOP
		unit := unit * 1e-10;
	END LOOP;
	half := to_char(unit, '9.9999999999999999999999999999999999999999EEEE')::numeric;
	IF conversion = 'f' THEN
		amount := (parts[1] || 'e' || parts[2])::numeric;
		bits := CASE WHEN x < 2.3e-308 THEN -1023 ELSE least(floor(log(x) / log(2::double precision)), 1023) END;
		-- (the quotient of logarithms may be off by one next to a power of two)
		IF bits > -1023 THEN
			bits := bits + CASE WHEN x / power(2::double precision, bits) >= 2 THEN 1 WHEN x / power(2::double precision, bits) < 1 THEN -1 ELSE 0 END;
		END IF;
		amount := amount + half + CASE WHEN precise + bits / 3 < 15 THEN amount * 3e-16 ELSE 0 END;
		exponent := CASE WHEN amount >= 1 THEN length(trunc(amount)::text) - 1 ELSE -1 END;
	ELSE
		mantissa := sqlite_compat._in_64_bits(sqlite_compat._in_64_bits(mantissa) + half);
		IF mantissa >= 10 THEN
			mantissa := mantissa / 10;
			exponent := exponent + 1;
		END IF;
		IF conversion = 'e' OR exponent < -4 OR exponent > precise THEN
			suffix := format('e%s%s', CASE WHEN exponent < 0 THEN '-' ELSE '+' END, CASE WHEN abs(exponent) < 10 THEN '0' ELSE '' END || abs(exponent));
			amount := mantissa;
			exponent := 0;
		ELSE
			amount := mantissa * ('1e' || exponent)::numeric;
			precise := precise - exponent;
		END IF;
	END IF;

	-- below 1 the significant digits begin after the zeros
	IF exponent = -1 AND amount > 0 THEN
		exponent := -(length(substring((amount::text) FROM '\.(0*)')) + 1);
	END IF;
	result := trunc(amount, least(precise, significant - 1 - exponent))::text;
	IF precise > 0 THEN
		result := split_part(result, '.', 1) || '.' || rpad(split_part(result, '.', 2), precise, '0');
	ELSE
		result := split_part(result, '.', 1) || CASE WHEN alternate OR bang THEN '.' ELSE '' END;
	END IF;
	IF strpos(result, '.') > 0 AND (conversion = 'g' AND NOT alternate OR conversion <> 'g' AND bang) THEN
		result := rtrim(result, '0');
		result := CASE WHEN bang AND right(result, 1) = '.' THEN result || '0' ELSE rtrim(result, '.') END;
	END IF;
	RETURN result || suffix;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_compat._json(v sqlite_compat.value) RETURNS json
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	stored text := sqlite_compat._raw(v);
BEGIN
	RETURN CASE WHEN starts_with(stored, E'\x01') AND substr(stored, 2, 1) = 'j' THEN substr(stored, 3) WHEN starts_with(stored, E'\x01') THEN sqlite_compat.cast_text(v) ELSE stored END;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_compat._json_steps(path text) RETURNS text[]
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	rest  text := substr(path, 2);
	steps text[] := '{}';
	m     text[];
BEGIN
	IF left(path, 1) <> '$' THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('JSON path error near "%s"', path),
			HINT = 'A path begins with $.';
	END IF;
	WHILE rest <> '' LOOP
		m := regexp_match(rest, '^(?:\.(?:"([^"]*)"|([^".[][^.[]*))|\[([0-9]+)\]|\[#(?:-([0-9]+))?\])(.*)$');
		IF m IS NULL THEN
			RETURN steps || ('!' || rest);
		END IF;
		steps := steps || CASE WHEN left(rest, 1) = '.' THEN 'k' || coalesce(m[1], m[2]) WHEN m[3] IS NOT NULL THEN 'i' || m[3] ELSE 'e' || coalesce(m[4], '0') END;
		rest := m[5];
	END LOOP;
	RETURN steps;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_compat._json_child(doc json, step text, OUT place bigint, OUT child json, OUT next boolean)
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	kind text := json_typeof(doc);
	what text := left(step, 1);
	word text := substr(step, 2);
	size numeric;
	at   numeric;
BEGIN
	next := false;
	IF what = '!' AND (kind = 'object' OR word !~ '^\.') THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('JSON path error near "%s"', ltrim(word, '.'));
	ELSIF what = 'k' AND kind = 'object' THEN
		SELECT e.n, e.value INTO place, child FROM json_each(doc) WITH ORDINALITY AS e (key, value, n) WHERE e.key = word COLLATE "C" ORDER BY e.n LIMIT 1;
		next := place IS NULL;
	ELSIF what IN ('i', 'e') AND kind = 'array' THEN
		size := json_array_length(doc);
		at := CASE what WHEN 'i' THEN word::numeric ELSE size - word::numeric END;
		IF at >= 0 AND at < size THEN
			place := at + 1;
			child := doc -> at::integer;
		END IF;
		next := at = size;
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_compat._json_sql(doc json) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	word   text;
	number double precision;
BEGIN
	CASE json_typeof(doc)
	WHEN 'null' THEN RETURN NULL;
	WHEN 'boolean' THEN RETURN CASE doc #>> '{}' WHEN 'true' THEN '1' ELSE '0' END;
	WHEN 'string' THEN RETURN doc #>> '{}';
	WHEN 'number' THEN
		word := btrim(doc::text, E' \t\n\r');
		IF word ~ '^-?[0-9]{1,18}$' OR word ~ '^-?[0-9]{19}$' AND word::numeric BETWEEN -9223372036854775808 AND 9223372036854775807 THEN
			RETURN word::bigint::text;
		END IF;
		number := sqlite_compat._to_double(word);
		word := sqlite_compat._real_text(number);
		-- (whoever casts it to a number wants all of its digits)
		RETURN CASE WHEN abs(number) = 'Infinity' OR sqlite_compat._to_double(word) = number THEN word ELSE number::text END;
	ELSE RETURN sqlite_compat._minified(doc::text);
	END CASE;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_compat._printf_integer(conversion text, x bigint, flags text, width integer, decimals integer) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	sign   text := CASE WHEN conversion !~ '[dir]' THEN '' WHEN x < 0 THEN '-' ELSE coalesce((regexp_match(flags, '.*([+ ])'))[1], '') END;
	digits text := CASE WHEN conversion ~ '[dir]' THEN abs(x::numeric)::text
		ELSE sqlite_compat._radix(x, CASE WHEN conversion ~ '[xXp]' THEN 16 WHEN conversion = 'o' THEN 8 ELSE 10 END) END;
	suffix text := CASE WHEN conversion <> 'r' THEN '' WHEN digits ~ '(^|[^1])1$' THEN 'st' WHEN digits ~ '(^|[^1])2$' THEN 'nd' WHEN digits ~ '(^|[^1])3$' THEN 'rd' ELSE 'th' END;
BEGIN
	decimals := greatest(decimals, CASE WHEN strpos(flags, '0') > 0 THEN width - length(sign) ELSE 0 END) - length(suffix);
	digits := lpad(digits, greatest(decimals, length(digits)), '0');
	IF strpos(flags, ',') > 0 AND conversion ~ '[diu]' THEN
		digits := reverse(regexp_replace(reverse(digits), '(\d{3})(?=\d)', '\1,', 'g'));
	END IF;
	IF conversion ~ '[Xp]' THEN
		digits := upper(digits);
	END IF;
	RETURN sign || CASE WHEN x <> 0 AND strpos(flags, '#') > 0 THEN CASE conversion WHEN 'o' THEN '0' WHEN 'x' THEN '0x' WHEN 'p' THEN '0x' WHEN 'X' THEN '0X' ELSE '' END ELSE '' END
		|| digits || suffix;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_compat.printf(format text, VARIADIC arguments sqlite_compat.value[] DEFAULT '{}') RETURNS text
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	rest       text := format;
	result     text := '';
	used       integer := 0;
	part       text;
	m          text[];
	flags      text;
	width      bigint;
	decimals   bigint;
	conversion text;
BEGIN
	IF format IS NULL THEN
		RETURN NULL;
	END IF;
	LOOP
		part := split_part(rest, '%', 1);
		result := result || part;
		rest := substr(rest, length(part) + 1);
		EXIT WHEN rest = '';
		IF rest = '%' THEN
			result := result || '%';
			rest := '';
			EXIT;
		END IF;
		-- what is no conversion ends the output
		m := regexp_match(rest, '^(%([-+ #!0,]*)([1-9][0-9]*|\*)?(?:\.(\*|[0-9]*))?(?:ll?)?([dszgqQwcouxXfeEGin%pr]))');
		EXIT WHEN m IS NULL;
		rest := substr(rest, length(m[1]) + 1);
		flags := m[2];
		width := 0;
		decimals := -1;
		IF m[3] = '*' THEN
			used := used + 1;
			-- (an int of C)
			width := (coalesce(sqlite_compat.cast_integer(arguments[used]), 0) & 4294967295)::bit(32)::integer;
			IF width < 0 THEN
				flags := flags || '-';
				width := -width;
			END IF;
		ELSIF m[3] IS NOT NULL THEN
			width := left(m[3], 10)::bigint;
		END IF;
		IF m[4] = '*' THEN
			used := used + 1;
			decimals := abs((coalesce(sqlite_compat.cast_integer(arguments[used]), 0) & 4294967295)::bit(32)::integer::bigint);
		ELSIF m[4] IS NOT NULL THEN
			decimals := coalesce(nullif(left(m[4], 10), ''), '0')::bigint;
		END IF;
		IF width > 1000000000 OR decimals > 1000000000 THEN
			RAISE EXCEPTION USING ERRCODE = 'program_limit_exceeded', MESSAGE = 'string or blob too big',
				DETAIL = pg_catalog.format('The format has the conversion "%s".', m[1]);
		END IF;
		conversion := m[5];
		IF conversion = '%' THEN
			part := '%';
		ELSIF conversion = 'n' THEN
			CONTINUE;
		ELSE
			used := used + 1;
			part := CASE
				WHEN conversion ~ '[diuxXopr]' THEN sqlite_compat._printf_integer(conversion, coalesce(sqlite_compat.cast_integer(arguments[used]), 0), flags, width::integer, decimals::integer)
				WHEN conversion ~ '[fFeEgG]' THEN sqlite_compat._printf_real(conversion, coalesce(sqlite_compat.cast_real(arguments[used]), 0), flags, width::integer, decimals::integer)
				ELSE sqlite_compat._printf_text(conversion, sqlite_compat.cast_text(arguments[used]), flags, decimals::integer) END;
		END IF;
		-- SQLite counts the bytes of a text unless told otherwise, and of %c the characters
		IF width > length(part) AND (conversion = 'c' OR strpos(flags, '!') > 0 OR octet_length(part) = length(part)) OR width > octet_length(part) THEN
			width := width - CASE WHEN conversion = 'c' OR strpos(flags, '!') > 0 THEN length(part) ELSE octet_length(part) END;
			part := CASE WHEN strpos(flags, '-') > 0 THEN part || repeat(' ', width::integer) ELSE repeat(' ', width::integer) || part END;
		END IF;
		result := result || part;
	END LOOP;
	RETURN CASE WHEN rest <> format THEN result END;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_compat._soundex(x text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	-- (SQLite looks at bytes, and at seven bits of each)
	bytes bytea := convert_to(substring(x FROM '[A-Za-z].*$'), 'UTF8');
	word  text := upper((SELECT string_agg(chr(greatest(get_byte(bytes, n) & 127, 1)), '' ORDER BY n) FROM generate_series(0, octet_length(bytes) - 1) AS n) COLLATE "C");
	codes text := regexp_replace(word, '[^BFPVCGJKQSXZDTLMNR]', '0', 'g');
BEGIN
	IF word IS NULL THEN
		RETURN '?000';
	END IF;
	codes := translate(codes, 'BFPVCGJKQSXZDTLMNR', '111122222222334556');
	-- the first letter is written, and its code is only what the next is compared with
	codes := regexp_replace(regexp_replace(codes, '([0-6])\1+', '\1', 'g'), '^.', '');
	RETURN left(word, 1) || rpad(left(replace(codes, '0', ''), 3), 3, '0');
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_compat._like_pattern(pattern text, escape text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	result  text := '';
	literal boolean := false;
	c       text;
BEGIN
	IF length(escape) <> 1 THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_escape_character', MESSAGE = 'ESCAPE expression must be a single character';
	END IF;
	FOREACH c IN ARRAY string_to_array(pattern, NULL) LOOP
		IF literal THEN
			result := result || '\' || c;
			literal := false;
		ELSIF c = escape COLLATE "C" THEN
			literal := true;
		ELSE
			result := result || CASE WHEN c = '\' THEN '\\' ELSE c END;
		END IF;
	END LOOP;
	RETURN CASE WHEN NOT literal THEN result END;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_compat._glob_set(body text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	c       text[] := string_to_array(body, NULL);
	n       integer := 1;
	before  text;
	result  text := '';
BEGIN
	WHILE n <= cardinality(c) LOOP
		IF c[n] = '-' AND n < cardinality(c) AND before IS NOT NULL THEN
			-- a range whose end comes before its beginning holds nothing
			IF ascii(before) <= ascii(c[n + 1]) THEN
				result := result || format('\U%s-\U%s', lpad(to_hex(ascii(before)), 8, '0'), lpad(to_hex(ascii(c[n + 1])), 8, '0'));
			END IF;
			before := NULL;
			n := n + 1;
		ELSE
			result := result || '\U' || lpad(to_hex(ascii(c[n])), 8, '0');
			before := c[n];
		END IF;
		n := n + 1;
	END LOOP;
	RETURN result;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_compat._glob_pattern(pattern text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	rest   text := pattern;
	result text := '';
	m      text[];
BEGIN
	WHILE rest <> '' LOOP
		IF left(rest, 1) = '[' THEN
			-- a ] that comes first is one of the set
			m := regexp_match(rest, '^\[(\^(?=\][^]]*\]|[^]]+\])|(?!\^))(\][^]]*|[^]]+)\]');
			IF m IS NULL THEN
				RETURN '[^\s\S]';
			END IF;
			result := result || '[' || m[1] || sqlite_compat._glob_set(m[2]) || ']';
			rest := substr(rest, length(m[1]) + length(m[2]) + 3);
		ELSE
			result := result || CASE left(rest, 1) WHEN '*' THEN '.*' WHEN '?' THEN '.' ELSE '\U' || lpad(to_hex(ascii(rest)), 8, '0') END;
			rest := substr(rest, 2);
		END IF;
	END LOOP;
	RETURN '^(?:' || result || ')$';
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._type_name(type text) RETURNS text
	LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
BEGIN
	IF type !~ '^[[:alnum:]_ ."]+(\([[:alnum:] ,-]*\))?[[:alnum:]_ ]*(\[[0-9]*\])*$' THEN
		RETURN NULL;
	END IF;
	IF to_regtype(type) IS NULL THEN
		RETURN NULL;
	END IF;
	RETURN type;
EXCEPTION
	-- before PostgreSQL 16 to_regtype() raises for text that is no type, and all versions do for a bad modifier
	WHEN syntax_error OR invalid_parameter_value OR numeric_value_out_of_range OR invalid_text_representation OR data_exception
		OR undefined_object OR invalid_schema_name OR feature_not_supported OR invalid_name THEN
		RETURN NULL;
END;
$$;
ALTER POLICY owner ON sqlite_mig.migration USING (pg_catalog.pg_has_role(current_user, pg_catalog.to_regrole(pg_catalog.quote_ident(owner))::oid, 'MEMBER'));
CREATE OR REPLACE FUNCTION sqlite_mig._postgis() RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT quote_ident(n.nspname) FROM pg_type AS t JOIN pg_proc AS p ON p.oid = t.typreceive AND p.proname = 'geometry_recv' JOIN pg_namespace AS n ON n.oid = t.typnamespace
		WHERE t.typname = 'geometry' AND EXISTS (SELECT FROM pg_class AS c WHERE c.relnamespace = n.oid AND c.relname = 'spatial_ref_sys') ORDER BY t.oid LIMIT 1;
END;
COMMENT ON FUNCTION sqlite_mig._postgis() IS 'internal: schema of PostGIS';
CREATE OR REPLACE FUNCTION sqlite_mig._source_json(server text, query text) RETURNS jsonb
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	RETURN sqlite_mig._source_value(server, format('(%s)', query))::jsonb;
EXCEPTION
	WHEN fdw_error OR data_exception OR syntax_error_or_access_rule_violation OR internal_error OR program_limit_exceeded THEN
		RETURN NULL;
END;
$$;
COMMENT ON FUNCTION sqlite_mig._source_json(text, text) IS 'internal: a query of SQLite that gives JSON';
CREATE OR REPLACE FUNCTION sqlite_mig._geometry_books(server text) RETURNS TABLE (owner text, columns_query text, systems_query text, index_prefix text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT b.owner, b.columns_query, b.systems_query, b.index_prefix FROM (
			SELECT array_agg(lower(c.column_name)) FILTER (WHERE lower(o.name) = 'gpkg_geometry_columns') AS gpkg, array_agg(lower(c.column_name)) FILTER (WHERE lower(o.name) = 'geometry_columns') AS lite,
				array_agg(lower(c.column_name)) FILTER (WHERE lower(o.name) = 'spatial_ref_sys') AS systems
			-- most files have none of these tables: then nothing more is asked for
			FROM sqlite_mig.source_objects(_geometry_books.server) AS o, LATERAL sqlite_mig.source_columns(_geometry_books.server, o.name) AS c
			WHERE o.type = 'table' AND lower(o.name) IN ('gpkg_geometry_columns', 'geometry_columns', 'spatial_ref_sys')) AS t,
		LATERAL (VALUES
			('GeoPackage', t.gpkg @> '{table_name,column_name,geometry_type_name,srs_id,z,m}', 'rtree_',
				'SELECT json_group_array(json_object(''table'', table_name, ''column'', column_name, ''type'', geometry_type_name, ''z'', z, ''m'', m, ''srid'', srs_id, ''format'', ''gpkg'')) FROM gpkg_geometry_columns',
				'SELECT json_group_array(json_object(''srid'', srs_id, ''auth'', organization, ''number'', organization_coordsys_id, ''wkt'', definition)) FROM gpkg_spatial_ref_sys '
					'WHERE srs_id IN (SELECT srs_id FROM gpkg_geometry_columns)'),
			('SpatiaLite', t.lite @> '{f_table_name,f_geometry_column,geometry_type,srid,spatial_index_enabled}', 'idx_',
				'SELECT json_group_array(json_object(''table'', f_table_name, ''column'', f_geometry_column, ''code'', geometry_type % 1000, ''z'', geometry_type / 1000 IN (1, 3), ''m'', geometry_type / 1000 IN (2, 3), '
					'''srid'', srid, ''format'', ''spatialite'')) FROM geometry_columns', NULL),
			('SpatiaLite', t.lite @> '{f_table_name,f_geometry_column,type,coord_dimension,srid,spatial_index_enabled}', 'idx_',
				'SELECT json_group_array(json_object(''table'', f_table_name, ''column'', f_geometry_column, ''type'', type, ''z'', coord_dimension IN (3, ''3'') OR coord_dimension LIKE ''XYZ%'', '
					'''m'', coord_dimension LIKE ''XY%M'', ''srid'', srid, ''format'', ''spatialite'')) FROM geometry_columns', NULL),
			('GDAL', t.lite @> '{f_table_name,f_geometry_column,geometry_type,coord_dimension,srid,geometry_format}', NULL,
				'SELECT json_group_array(json_object(''table'', f_table_name, ''column'', f_geometry_column, ''code'', geometry_type % 1000, ''z'', coord_dimension = 3 AND geometry_type < 1000 OR geometry_type / 1000 IN (1, 3), ''m'', geometry_type / 1000 IN (2, 3), '
					'''srid'', srid, ''format'', CASE upper(geometry_format) WHEN ''WKB'' THEN ''wkb'' WHEN ''SPATIALITE'' THEN ''spatialite'' END)) FROM geometry_columns', NULL)
			) AS k (owner, applies, index_prefix, columns_query, systems_query),
		LATERAL (SELECT k.owner, k.columns_query, coalesce(k.systems_query, CASE WHEN t.systems @> '{srid,auth_name,auth_srid}' THEN
				format('SELECT json_group_array(json_object(''srid'', srid, ''auth'', auth_name, ''number'', auth_srid, ''wkt'', %s, ''proj'', %s)) FROM spatial_ref_sys WHERE srid IN (SELECT srid FROM geometry_columns)',
					CASE WHEN 'srtext' = ANY (t.systems) THEN 'srtext' WHEN 'srs_wkt' = ANY (t.systems) THEN 'srs_wkt' ELSE 'NULL' END, CASE WHEN 'proj4text' = ANY (t.systems) THEN 'proj4text' ELSE 'NULL' END) END) AS systems_query,
			k.index_prefix) AS b
		WHERE k.applies LIMIT 1;
END;
COMMENT ON FUNCTION sqlite_mig._geometry_books(text) IS 'internal: whose geometries a file has';
CREATE TYPE sqlite_mig._geometry AS (source_table text, source_name text, owner text, format text, type_name text, z integer, m integer, file_srid integer, index_table text);
COMMENT ON TYPE sqlite_mig._geometry IS 'internal: a column with geometries; z and m: 0 none, 1 all, 2 some have it; index_table: the R-Tree of it';
CREATE OR REPLACE FUNCTION sqlite_mig._geometries(server text) RETURNS SETOF sqlite_mig._geometry
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT c.table_name, c.column_name, b.owner, g.item ->> 'format', coalesce(k.name, 'Geometry'), n.z, n.m, n.srid,
			(SELECT v.table_name FROM sqlite_mig.source_tables(_geometries.server) AS v
				WHERE v.kind = 'virtual' AND lower(v.table_name) = lower(b.index_prefix || c.table_name || '_' || c.column_name) LIMIT 1)
		FROM sqlite_mig._geometry_books(_geometries.server) AS b,
			jsonb_array_elements(sqlite_mig._source_json(_geometries.server, b.columns_query)) AS g (item)
			JOIN sqlite_mig.source_columns(_geometries.server) AS c ON lower(c.table_name) = lower(g.item ->> 'table') AND lower(c.column_name) = lower(g.item ->> 'column')
			JOIN sqlite_mig.source_tables(_geometries.server) AS t ON t.table_name = c.table_name AND t.kind = 'table'
			-- what is no number in these columns says nothing
			CROSS JOIN LATERAL (SELECT CASE WHEN g.item ->> 'srid' ~ '^-?\d{1,9}$' THEN (g.item ->> 'srid')::integer ELSE 0 END AS srid,
				CASE g.item ->> 'z' WHEN '2' THEN 2 WHEN '1' THEN 1 ELSE 0 END AS z, CASE g.item ->> 'm' WHEN '2' THEN 2 WHEN '1' THEN 1 ELSE 0 END AS m) AS n
			-- the abstract types CURVE and SURFACE are none in PostGIS
			LEFT JOIN LATERAL (SELECT x.name FROM unnest('{Point,LineString,Polygon,MultiPoint,MultiLineString,MultiPolygon,GeometryCollection,CircularString,CompoundCurve,CurvePolygon,MultiCurve,MultiSurface,-,-,PolyhedralSurface,Tin,Triangle}'::text[])
					WITH ORDINALITY AS x (name, code)
				WHERE lower(x.name) = lower(g.item ->> 'type') OR x.code::text = g.item ->> 'code' AND x.name <> '-') AS k ON true
		WHERE g.item ->> 'format' IS NOT NULL
		ORDER BY c.table_name, c.position;
END;
COMMENT ON FUNCTION sqlite_mig._geometries(text) IS 'internal: columns with geometries, as the books of a file say';
CREATE TYPE sqlite_mig._system AS (file_srid integer, srid integer, auth_name text, auth_srid integer, srtext text, proj4text text, is_new boolean);
COMMENT ON TYPE sqlite_mig._system IS 'internal: a reference system of a file, and its number in the database; is_new: spatial_ref_sys does not have it';
CREATE OR REPLACE FUNCTION sqlite_mig._systems(server text) RETURNS SETOF sqlite_mig._system
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	postgis constant text := sqlite_mig._postgis();
	given   integer[] := '{}';
	s       sqlite_mig._system;
	item    record;
	taken   boolean;
BEGIN
	IF postgis IS NULL THEN
		RETURN;
	END IF;
	FOR item IN SELECT DISTINCT ON (g.file_srid) g.file_srid, x.item ->> 'auth' AS auth, CASE WHEN x.item ->> 'number' ~ '^\d{1,9}$' THEN (x.item ->> 'number')::integer END AS number,
				nullif(btrim(x.item ->> 'wkt'), '') AS wkt, nullif(btrim(x.item ->> 'proj'), '') AS proj
			FROM sqlite_mig._geometries(server) AS g
				LEFT JOIN (SELECT e.item FROM sqlite_mig._geometry_books(server) AS b, jsonb_array_elements(sqlite_mig._source_json(server, b.systems_query)) AS e (item)) AS x
					ON x.item ->> 'srid' = g.file_srid::text
			ORDER BY g.file_srid LOOP
		s := ROW(item.file_srid, NULL, item.auth, item.number, item.wkt, item.proj, false);
		IF item.file_srid <= 0 OR upper(item.auth) = 'NONE' AND coalesce(item.wkt, 'undefined') ILIKE 'undefined%' THEN
			s.srid := 0;
		ELSE
			EXECUTE format('SELECT srid FROM %s.spatial_ref_sys WHERE upper(auth_name) = upper($1) AND auth_srid = $2 OR srtext = $3 ORDER BY srtext = $3, srid LIMIT 1', postgis) INTO s.srid USING item.auth, item.number, item.wkt;
		END IF;
		IF s.srid IS NULL AND item.wkt IS NULL AND item.proj IS NULL THEN
			-- nothing is known of it but its number
			s.srid := CASE WHEN item.file_srid <= 998999 THEN item.file_srid ELSE 0 END;
		ELSIF s.srid IS NULL THEN
			s.is_new := true;
			FOR n IN 0 .. 998999 LOOP
				s.srid := CASE n WHEN 0 THEN CASE WHEN upper(item.auth) = 'EPSG' AND item.number BETWEEN 1 AND 998999 THEN item.number ELSE item.file_srid END ELSE 910000 + n END;
				EXECUTE format('SELECT EXISTS (SELECT FROM %s.spatial_ref_sys WHERE srid = $1)', postgis) INTO taken USING s.srid;
				EXIT WHEN NOT taken AND s.srid <= 998999 AND s.srid <> ALL (given);
			END LOOP;
			given := given || s.srid;
		END IF;
		RETURN NEXT s;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig._systems(text) IS 'internal: reference systems of the geometries of a file';
CREATE OR REPLACE FUNCTION sqlite_mig._geometry_types(server text) RETURNS TABLE (source_table text, source_name text, ordinal bigint, target_type text, format text, reason text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT g.source_table, g.source_name, row_number() OVER (PARTITION BY g.source_table, g.source_name ORDER BY k.n, d.n), t.target_type,
			-- WKB has no number of its own
			g.format || CASE WHEN g.format = 'wkb' AND s.srid > 0 THEN format(' 0=%s', s.srid) WHEN g.format = 'wkb' THEN '' WHEN s.srid <> greatest(g.file_srid, 0) OR g.file_srid < 0 THEN format(' %s=%s', g.file_srid, s.srid) ELSE '' END, format('geometry of %s', g.owner)
		FROM (SELECT sqlite_mig._postgis() AS schema) AS p, LATERAL sqlite_mig._geometries(_geometry_types.server) AS g
			JOIN sqlite_mig._systems(_geometry_types.server) AS s ON s.file_srid = g.file_srid,
			LATERAL (VALUES (1, g.type_name), (2, CASE WHEN g.type_name <> 'Geometry' THEN 'Geometry' END), (3, '')) AS k (n, name),
			-- what is declared first; where the file leaves it open, without
			LATERAL (SELECT row_number() OVER (ORDER BY abs(z % 2 - g.z % 2) + abs(m % 2 - g.m % 2), z + m) AS n, repeat('Z', z) || repeat('M', m) AS name
				FROM generate_series(0, 1) AS z, generate_series(0, 1) AS m) AS d,
			LATERAL (SELECT p.schema || CASE WHEN k.n = 3 THEN '.geometry' WHEN s.srid = 0 THEN format('.geometry(%s%s)', k.name, d.name) ELSE format('.geometry(%s%s,%s)', k.name, d.name, s.srid) END AS target_type) AS t
		WHERE p.schema IS NOT NULL AND k.name IS NOT NULL AND (k.n < 3 OR d.n = 1);
END;
COMMENT ON FUNCTION sqlite_mig._geometry_types(text) IS 'internal: types of PostGIS for the columns with geometries';
CREATE OR REPLACE FUNCTION sqlite_mig._listed(names text[]) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT string_agg('"' || n.name || '"', ', ' ORDER BY n.i) || CASE WHEN cardinality(names) > 10 THEN format(' and %s more', cardinality(names) - 10) ELSE '' END
		FROM unnest(names[1 : 10]) WITH ORDINALITY AS n (name, i);
END;
COMMENT ON FUNCTION sqlite_mig._listed(text[]) IS 'internal: names in quotes for a message';
CREATE OR REPLACE FUNCTION sqlite_mig._candidates(migration text, options jsonb) RETURNS SETOF sqlite_mig._table_candidates
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH key AS MATERIALIZED (
		SELECT s.table_name, max(s.seq) AS last FROM sqlite_mig.migration AS m, LATERAL sqlite_mig.source_sequences(m.server) AS s
			WHERE m.migration = _candidates.migration GROUP BY s.table_name
	), geometry AS MATERIALIZED (
		SELECT g.* FROM sqlite_mig.migration AS m, LATERAL sqlite_mig._geometry_types(m.server) AS g WHERE m.migration = _candidates.migration
	), declared AS MATERIALIZED (
		SELECT d.declared_type, sqlite_mig._normal_type(d.declared_type) AS normal,
				-- the option varchar: declared asks for the length whatever the values are
				coalesce(options ->> 'varchar' = 'declared', false) AND bool_or(t.target_type ~ '^varchar') AS length,
				array_agg(ROW(0, NULL, t.ordinal, t.target_type, t.format, t.if_empty, t.rule::text, NULL, NULL, t.reason,
					NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::sqlite_mig._candidate ORDER BY t.ordinal) AS types
			FROM (SELECT DISTINCT c.declared_type FROM sqlite_mig.plan_column AS c WHERE c.migration = _candidates.migration) AS d,
				LATERAL sqlite_mig.type_candidates(d.declared_type) AS t
			GROUP BY d.declared_type
	), col AS MATERIALIZED (
		SELECT c.source_table, c.source_name, c.position, c.identity, c.evidence, t.load_order, d.normal, d.types, d.length AND c.identity IS NULL AS forced,
				n.n, coalesce((c.evidence ->> 'keyed')::boolean, false) AS keyed, (n.n).rows - (n.n).nulls AS vals,
				(n.n).numbers = (n.n).texts AND (n.n).texts > 0 AS odd, (n.n).integral_reals = (n.n).reals AND (n.n).reals > 0 AS reals,
				CASE WHEN (options ->> 'empty_as_null')::boolean AND NOT c.evidence ? 'keyed' THEN (n.n).empty_strings ELSE 0 END AS empties,
				CASE WHEN (options ->> 'zero_dates_as_null')::boolean AND NOT c.evidence ? 'keyed' THEN (n.n).zero_dates ELSE 0 END AS zeros,
				CASE WHEN c.identity IS NOT NULL THEN k.last END AS last_key
			FROM sqlite_mig.plan_column AS c
				JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table
				JOIN declared AS d ON d.declared_type = c.declared_type
				LEFT JOIN key AS k ON k.table_name = c.source_table,
				LATERAL (SELECT x AS n FROM sqlite_mig._counts(c.evidence) AS x OFFSET 0) AS n
			WHERE c.migration = _candidates.migration AND c.evidence ? 'rows' AND c.evidence -> 'rows' <> c.evidence -> 'nulls'
	)
	SELECT c.source_table, bool_and((c.evidence ->> 'complete')::boolean), array_agg(k.k ORDER BY c.position, (k.k).ordinal)
		FROM col AS c, LATERAL (
			SELECT bool_or(e.says = 'proved') OVER (ORDER BY o.part, o.ordinal ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS beyond, ROW(c.position, c.source_name, row_number() OVER (ORDER BY o.part, o.ordinal), o.target_type, o.format, o.if_empty, o.rule, o.effect,
					o.confidence, o.reason, e.says, s.spare, CASE e.says WHEN 'proved' THEN 0 END, CASE e.says WHEN 'proved' THEN 0 END,
					NULL, NULL, NULL, NULL, NULL)::sqlite_mig._candidate AS k
				FROM (
					SELECT l.*, row_number() OVER (PARTITION BY l.target_type, l.format ORDER BY l.part, l.ordinal) AS time FROM (
						SELECT 0 AS part, n.place AS ordinal, n.type AS target_type, NULL::text AS format, false AS if_empty, 'fit_integers' AS rule, 'converted' AS effect,
								1 AS confidence, b.reason, 0::numeric AS share
							FROM unnest(c.types) AS b,
								(VALUES (1, 'smallint', '^(SMALLINT|TINYINT|INT[12]\M)', 32767), (2, 'integer', '^(?!.*(BIG|INT8)).*INT', 2147483647)) AS n (place, type, pattern, max),
								LATERAL sqlite_mig._evidence_says(c.n, n.type, NULL) AS e
							WHERE (options ->> 'fit_integers')::boolean AND b.ordinal = 1 AND b.target_type = 'bigint' AND c.normal ~ n.pattern AND c.vals > 0
								AND coalesce(c.last_key, 0) <= n.max AND e.says = 'proved' AND NOT (c.normal IN ('', 'ANY') AND (c.odd OR c.reals))
						UNION ALL
						SELECT 1, v.priority, v.target_type, v.format, false, 'value_rule ' || v.priority, v.effect, v.confidence, v.reason, 1 - v.share
							FROM sqlite_mig.value_rule AS v
							WHERE v.apply AND NOT c.forced AND NOT c.keyed AND c.identity IS NULL AND c.evidence -> 'recognised' ?| v.recognisers AND c.normal ~ v.declared
								AND sqlite_mig._recognised(c.evidence, v.recognisers) + c.empties + CASE WHEN v.format IS NULL THEN c.zeros ELSE 0 END >= v.share * c.vals
								AND (v.builtin OR sqlite_mig._type_name(v.target_type) IS NOT NULL)
						UNION ALL
						SELECT 1, -1000 + g.ordinal, g.target_type, g.format, false, 'geometry', 'converted', 1, g.reason, 0
							FROM geometry AS g WHERE g.source_table = c.source_table AND g.source_name = c.source_name AND NOT c.keyed AND c.identity IS NULL
						UNION ALL
						SELECT 2, b.ordinal, b.target_type, b.format, b.if_empty, 'type_rule ' || b.rule, 'converted', CASE b.ordinal WHEN 1 THEN 1 ELSE 0.8 END, b.reason, 0
							FROM unnest(c.types) AS b
							WHERE (c.identity IS NULL OR b.target_type = 'bigint') AND (options ->> 'varchar' IS DISTINCT FROM 'text' OR b.target_type !~ '^varchar')
								-- where SQLite turns nothing into anything, '1' is no number and 1.0 no integer, although they could be read as such
								AND NOT (c.normal IN ('', 'ANY') AND b.target_type IN ('bigint', 'double precision', 'numeric') AND c.odd)
								AND NOT (c.normal IN ('', 'ANY') AND b.target_type = 'bigint' AND c.reals)
								AND (NOT c.forced OR b.ordinal = 1)
					) AS l) AS o,
					LATERAL (SELECT o.target_type !~ '^(text|varchar|bytea)' AS nullable, o.target_type ~ '^(timestamp|date)' AND o.format IS NULL AS dates) AS t,
					LATERAL (SELECT CASE WHEN t.nullable THEN c.empties ELSE 0 END + CASE WHEN t.dates THEN c.zeros ELSE 0 END + floor(o.share * c.vals)::bigint AS spare) AS s,
					LATERAL sqlite_mig._evidence_says(c.n, o.target_type, o.format, t.nullable AND c.empties > 0, t.dates AND c.zeros > 0, options ->> 'zone' = 'UTC') AS x,
					-- what a rule of values asks for was seen already
					LATERAL (SELECT CASE WHEN o.rule LIKE 'value\_rule%' AND x.says = 'unlikely' THEN 'likely' ELSE x.says END AS says) AS e
				WHERE o.time = 1
			) AS k
		-- nothing is tried or chosen after one that is proved
		WHERE k.beyond IS NOT TRUE
		GROUP BY c.source_table, c.load_order ORDER BY c.load_order;
END;
CREATE OR REPLACE FUNCTION sqlite_mig._choose_types(plan sqlite_mig.migration, tables sqlite_mig._table_candidates[]) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
BEGIN
	UPDATE sqlite_mig.plan_column AS p SET target_type = (k.chosen).target_type, format = (k.chosen).format,
			empty_as_null = k.nulled AND (plan).options -> 'empty_as_null' = 'true' AND k.empties > 0,
			on_error = CASE WHEN k.nulled AND ((plan).options -> 'empty_as_null' IS DISTINCT FROM 'true' OR (k.chosen).spare > k.empties) THEN 'null' END,
			not_null = p.not_null AND NOT k.nulled,
			confidence = CASE WHEN p.identity IS NOT NULL THEN 1
				WHEN (k.chosen).refused > 0 AND NOT k.nulled THEN 0
				-- a rule of values is the surer the more of them there are
				ELSE round(least(CASE WHEN (k.chosen).rule LIKE 'value\_rule%' THEN (k.chosen).confidence * (k.vals + 1) / (k.vals + 2) ELSE (k.chosen).confidence END,
					CASE WHEN NOT k.tried THEN 0.5 END), 2) END,
			reason = CASE WHEN p.identity IS NOT NULL THEN p.reason
				WHEN NOT k.tried THEN format('%s; from the first %s rows', (k.chosen).reason, p.evidence ->> 'rows')
				WHEN (k.chosen).rule LIKE 'value\_rule%' THEN (k.chosen).reason || CASE WHEN k.nulled THEN '; others become NULL' ELSE '' END
				WHEN NOT k.holds THEN (k.chosen).reason || '; no candidate holds every value'
				WHEN (k.chosen).confidence = 1 THEN (k.chosen).reason || '; every value fits'
				ELSE (k.chosen).reason || '; first candidate that holds every value' END,
			evidence = p.evidence || jsonb_build_object('refused', coalesce((k.chosen).refused, 0), 'lossy', coalesce((k.chosen).lossy, 0), 'against', k.against,
				'changes', coalesce((k.chosen).shifted, '{}'), 'rule', (k.chosen).rule, 'effect', (k.chosen).effect,
				'nulled', CASE WHEN k.nulled THEN coalesce((k.chosen).refused, (k.chosen).spare) ELSE 0 END,
				'proposed', concat_ws('/', (k.chosen).target_type, (k.chosen).format))
		FROM (
			SELECT o.*, (o.chosen).spare > 0 AND coalesce((o.chosen).refused, (o.chosen).spare) > 0 AS nulled,
					coalesce(jsonb_agg(o.against_one) FILTER (WHERE (o.chosen).refused > 0) OVER w, '[]') AS against,
					coalesce(min((o.chosen).ordinal) FILTER (WHERE CASE WHEN o.tried THEN o.holds ELSE (o.chosen).says <> 'unlikely' END) OVER (PARTITION BY o.source_table, o.source_name),
						max((o.chosen).ordinal) OVER (PARTITION BY o.source_table, o.source_name)) AS place
				FROM (
					SELECT t.source_table, t.complete AS tried, c.source_name, k AS chosen, coalesce(sqlite_mig._holds(k, c.evidence), false) AS holds,
							(c.evidence ->> 'rows')::bigint - (c.evidence ->> 'nulls')::bigint AS vals, (c.evidence ->> 'empty_strings')::bigint AS empties,
							CASE WHEN k.refused > 0 THEN jsonb_build_object('type', k.target_type, 'format', k.format, 'rule', k.rule, 'refused', k.refused, 'lossy', k.lossy,
								'row', k.first_row, 'class', k.storage_class, 'value', k.value, 'reason', k.why) END AS against_one
						FROM unnest(tables) AS t CROSS JOIN LATERAL unnest(t.candidates) AS k
							JOIN sqlite_mig.plan_column AS c ON c.migration = (plan).migration AND c.source_table = t.source_table AND c.source_name = k.source_name
				) AS o
				WINDOW w AS (PARTITION BY o.source_table, o.source_name ORDER BY (o.chosen).ordinal)
		) AS k
		WHERE p.migration = (plan).migration AND p.source_table = k.source_table AND p.source_name = k.source_name AND (k.chosen).ordinal = k.place;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._plan_tables(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan   sqlite_mig.migration := sqlite_mig._migration(migration);
	absent text;
	item   record;
BEGIN
	FOR item IN
		SELECT s.*, s.ordinality::integer AS load_order, x.left_out, x.is_ours, b.kind AS books, CASE
				WHEN x.left_out THEN 'left out by the call'
				WHEN x.is_ours THEN 'is the log of changes of capture_install, and no table of the application'
				WHEN b.reason IS NOT NULL THEN b.reason
				WHEN s.error IS NOT NULL THEN 'SQLite cannot read it: ' || s.error
				WHEN s.kind = 'virtual' THEN sqlite_mig._virtual_obstacle(plan, s.sql)
				WHEN s.kind = 'shadow' THEN 'holds the inner data of a virtual table' END AS obstacle
		FROM sqlite_mig.source_tables(plan.server) WITH ORDINALITY AS s
			LEFT JOIN sqlite_mig._geometry_leftovers(plan.server) AS b ON b.name = s.table_name
			CROSS JOIN LATERAL (SELECT sqlite_mig._left_out(plan, s.table_name), s.table_name = '_sqlite_mig_log' AND s.sql LIKE '%for sqlite_fdw_mig%') AS x (left_out, is_ours)
		WHERE s.kind <> 'view'
	LOOP
		INSERT INTO sqlite_mig.plan_table (migration, source_name, kind, target_name, include, load_order, estimated_rows, without_rowid, source_sql, reason)
			VALUES (plan.migration, item.table_name, item.kind, sqlite_mig._short_name(sqlite_mig._styled_name(item.table_name, plan.options ->> 'names')), item.obstacle IS NULL,
				item.load_order, item.estimated_rows, coalesce(item.without_rowid, false), item.sql, item.obstacle);
		IF item.obstacle IS NOT NULL THEN
			PERFORM sqlite_mig._note(plan.migration, 'prepare', CASE item.kind WHEN 'table' THEN 'table' ELSE item.kind || ' table' END,
				item.table_name, item.table_name,
				CASE WHEN item.left_out OR item.is_ours OR item.books IS NOT NULL OR item.kind = 'shadow' THEN 'info' WHEN item.kind = 'virtual' THEN 'warning' ELSE 'blocker' END,
				CASE WHEN item.left_out THEN 'skipped' WHEN item.is_ours OR item.books IS NOT NULL THEN 'converted' ELSE 'skipped' END,
				CASE WHEN item.left_out THEN 'left out' WHEN item.is_ours THEN 'capture' WHEN item.books = 'index' THEN 'spatial index' WHEN item.books = 'book' THEN 'books' WHEN item.kind = 'table' THEN 'unreadable' ELSE item.kind END,
				item.obstacle,
				-- what the caller left out, and what belongs to a table listed anyway, is no open question
				accepted => item.left_out OR item.kind = 'shadow' AND item.books IS NULL);
		ELSIF sqlite_mig._is_bookkeeping(item.table_name) THEN
			PERFORM sqlite_mig._note(plan.migration, 'prepare', 'table', item.table_name, item.table_name, 'info', 'converted', 'bookkeeping', sqlite_mig._bookkeeping_advice(item.table_name));
		END IF;
	END LOOP;

	SELECT string_agg(format('"%s"', p), ', ') INTO absent FROM unnest(plan.tables || plan.exclude) AS p
		WHERE NOT EXISTS (SELECT FROM sqlite_mig.source_tables(plan.server) AS s WHERE sqlite_mig._matches(s.table_name, ARRAY[p]));
	IF absent IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'undefined_table', MESSAGE = format('no table or view of server "%s" matches %s', plan.server, absent),
			HINT = format('SELECT table_name FROM sqlite_mig.source_tables(%L); shows them.', plan.server);
	END IF;
	PERFORM sqlite_mig._plan_search(plan);
	PERFORM sqlite_mig._plan_table_names(plan.migration);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._make_source(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan      sqlite_mig.migration := sqlite_mig._migration(migration, true);
	taken     text;
	statement text;
BEGIN
	PERFORM sqlite_mig._need_schema(plan.source_schema, 'options => ''{"source_schema": "..."}''');
	SELECT sqlite_mig._listed(array_agg(c.relname::text ORDER BY c.relname)) INTO taken
		FROM sqlite_mig.plan_table AS p
			JOIN pg_namespace AS n ON n.nspname = plan.source_schema
			JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = p.target_name
		WHERE p.migration = plan.migration AND p.include;
	IF taken IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'duplicate_table', MESSAGE = format('schema "%s" already has relations with the names of foreign tables', plan.source_schema),
			DETAIL = format('In the way: %s.', taken), HINT = 'Choose another schema with options => ''{"source_schema": "..."}''.';
	END IF;
	-- the name is free, so only what creates
	FOR statement IN
		SELECT s.statement FROM sqlite_mig._sql_schemas(plan.migration) AS s WHERE s.object_kind = 'source schema'
		UNION ALL SELECT s.statement FROM sqlite_mig._sql_foreign_tables(plan.migration) AS s WHERE s.statement LIKE 'CREATE %'
	LOOP
		EXECUTE statement;
	END LOOP;
	UPDATE sqlite_mig.migration AS m SET source_tables = ARRAY(SELECT t.target_name FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.include)
		WHERE m.migration = plan.migration;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig.prepare(server text, target_schema text DEFAULT 'public', options jsonb DEFAULT '{}', migration text DEFAULT NULL,
		tables text[] DEFAULT NULL, exclude text[] DEFAULT NULL,
		OUT table_name text, OUT target text, OUT columns bigint, OUT rows bigint, OUT findings bigint, OUT remark text)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	name  constant text := coalesce(prepare.migration, prepare.server);
	began constant timestamptz := clock_timestamp();
	pool  boolean;
	called text;
BEGIN
	PERFORM sqlite_mig._check_options(prepare.options);
	PERFORM sqlite_mig._lock(name);
	-- a worker that prepares has those of its leader
	pool := (prepare.options ->> 'workers')::integer > 1 AND NOT sqlite_mig._in_worker();
	IF pool THEN
		PERFORM sqlite_mig._pool_open(prepare.server, (prepare.options ->> 'workers')::integer);
	END IF;
	PERFORM sqlite_mig._plan_open(name, prepare.server, prepare.target_schema, prepare.options, prepare.tables, prepare.exclude);
	PERFORM sqlite_mig._plan_tables(name);
	PERFORM sqlite_mig._plan_columns(name);
	PERFORM sqlite_mig._plan_indexes(name);
	PERFORM sqlite_mig._plan_keys(name);
	PERFORM sqlite_mig._plan_foreign_keys(name);
	PERFORM sqlite_mig._plan_nocase_children(name);
	PERFORM sqlite_mig._plan_checks(name);
	PERFORM sqlite_mig._plan_index_expressions(name);
	PERFORM sqlite_mig._plan_collated_constraints(name);
	PERFORM sqlite_mig._plan_defaults(name);
	PERFORM sqlite_mig._plan_search_columns(name);
	PERFORM sqlite_mig._plan_spatial(name);
	PERFORM sqlite_mig._plan_objects(name);
	IF prepare.options ->> 'if_exists' IN ('load', 'truncate') THEN
		PERFORM sqlite_mig._adopt(name);
	END IF;
	PERFORM sqlite_mig._make_source(name);
	PERFORM sqlite_mig._plan_generated(name);
	PERFORM sqlite_mig._plan_samples(name);
	PERFORM sqlite_mig._plan_duplicate_indexes(name);
	PERFORM sqlite_mig._plan_accept(name, began);
	IF pool THEN
		PERFORM sqlite_mig._pool_close();
	END IF;
	UPDATE sqlite_mig.migration AS m SET plan_hash = sqlite_mig._plan_hash(name) WHERE m.migration = name;
	-- one line of context: nobody but the user has called
	GET DIAGNOSTICS called = PG_CONTEXT;
	IF strpos(called, E'\n') = 0 THEN
		RAISE NOTICE 'migration "%": planned, nothing is copied yet. Next: CALL sqlite_mig.migrate(%);', name,
			quote_literal(prepare.server) || CASE WHEN name <> prepare.server THEN format(', migration => %L', name) ELSE '' END;
	END IF;
	RETURN QUERY
		SELECT p.source_name, CASE WHEN p.include THEN format('%I.%I', prepare.target_schema, p.target_name) END, coalesce(c.columns, 0), p.rows, coalesce(e.findings, 0), p.reason
		FROM sqlite_mig.plan_table AS p
			LEFT JOIN (SELECT c.source_table, count(*) AS columns FROM sqlite_mig.plan_column AS c WHERE c.migration = name AND c.include GROUP BY c.source_table) AS c
				ON c.source_table = p.source_name
			LEFT JOIN (SELECT e.table_name, count(*) AS findings FROM sqlite_mig.ledger_entry AS e WHERE e.migration = name AND e.severity <> 'info' GROUP BY e.table_name) AS e
				ON e.table_name = p.source_name
		WHERE p.migration = name ORDER BY p.load_order;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._plan_columns(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan  sqlite_mig.migration := sqlite_mig._migration(migration);
	tabs  text[];
BEGIN
	INSERT INTO sqlite_mig.plan_column (migration, source_table, source_name, position, target_name, declared_type, target_type, format,
			not_null, default_source, identity, generated, "collation", primary_key, confidence, reason)
		WITH source AS MATERIALIZED (
			SELECT s.* FROM sqlite_mig.source_columns(plan.server) AS s
				JOIN sqlite_mig.plan_table AS t ON t.migration = plan.migration AND t.source_name = s.table_name AND (t.kind = 'table' OR t.kind = 'virtual' AND t.include)
		), kind AS MATERIALIZED (
			SELECT d.declared_type, k.* FROM (SELECT DISTINCT s.declared_type FROM source AS s) AS d,
				LATERAL (SELECT c.target_type, c.format, c.reason FROM sqlite_mig.type_candidates(d.declared_type) AS c ORDER BY c.if_empty DESC, c.ordinal LIMIT 1) AS k
		)
		SELECT plan.migration, s.table_name, s.column_name, s.position, sqlite_mig._column_name(s.column_name, s.position, plan.options ->> 'names'), s.declared_type,
			CASE WHEN s.rowid_alias THEN 'bigint' ELSE k.target_type END, k.format,
			s.not_null OR s.primary_key IS NOT NULL, s.default_value,
			CASE WHEN s.rowid_alias THEN CASE WHEN (plan.options ->> 'serial')::boolean THEN 'serial' ELSE coalesce(plan.options ->> 'identity', 'by default') END END,
			s.generated, CASE WHEN upper(s."collation") <> 'BINARY' THEN s."collation" END, s.primary_key, CASE WHEN s.rowid_alias THEN 1 ELSE 0.5 END,
			CASE WHEN s.rowid_alias THEN 'rowid alias' ELSE k.reason END
		FROM source AS s JOIN kind AS k ON k.declared_type = s.declared_type;

	PERFORM sqlite_mig._plan_virtual_keys(plan);
	PERFORM sqlite_mig._plan_comments(plan.migration);
	PERFORM sqlite_mig._plan_column_names(plan.migration);
	PERFORM sqlite_mig._plan_keyed(plan.migration);

	WITH wide AS (
		UPDATE sqlite_mig.plan_table AS t SET include = false, reason = 'more than 1600 columns, which is all a table can have in PostgreSQL'
		WHERE t.migration = plan.migration AND t.include
			AND (SELECT count(*) FROM sqlite_mig.plan_column AS c WHERE c.migration = t.migration AND c.source_table = t.source_name) > 1600
		RETURNING t.*)
	SELECT array_agg(w.source_name) INTO tabs
		FROM wide AS w, LATERAL sqlite_mig._note(plan.migration, 'prepare', 'table', w.source_name, w.source_name, 'blocker', 'skipped', 'too wide', w.reason);

	IF coalesce((plan.options ->> 'fit_values')::boolean, true) THEN
		PERFORM sqlite_mig._plan_values(plan.migration);
	ELSE
		PERFORM sqlite_mig._note(plan.migration, 'prepare', 'migration', plan.migration, NULL, 'warning', 'guessed', 'declarations only',
			'types and NOT NULL follow the declarations; the values were not read (option fit_values)');
	END IF;
	PERFORM sqlite_mig._plan_empty_geometries(plan);
	PERFORM sqlite_mig._plan_search_types(plan.migration);
	UPDATE sqlite_mig.plan_column AS c SET time_zone = plan.options ->> 'time_zone'
		WHERE c.migration = plan.migration AND plan.options ? 'time_zone'
			AND (c.target_type = 'timestamptz' AND c.format IS NULL OR c.target_type = 'timestamp');
	PERFORM sqlite_mig._plan_nocase(plan);
	PERFORM sqlite_mig._plan_compression(plan.migration);
	PERFORM sqlite_mig._plan_column_notes(plan.migration);
	PERFORM sqlite_mig._plan_type_notes(plan.migration);
	PERFORM sqlite_mig._plan_value_notes(plan.migration);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._plan_type_notes(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	item   record;
	effect text;
	detail text;
	hint   text;
	beyond boolean;
BEGIN
	FOR item IN
		SELECT c.*, coalesce('declared ' || nullif(c.declared_type, ''), 'no declared type') AS declared,
			a.asked -> 0 AS first, a.asked -> CASE WHEN f.none THEN -1 ELSE 0 END AS witness,
			f.none AS nothing_fits, c.evidence -> 'refused' = c.evidence -> 'lossy' AS only_lossy
		FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include,
			-- what the declaration did not ask for but the values suggested is in _plan_value_notes
			LATERAL (SELECT jsonb_agg(x ORDER BY n) AS asked FROM jsonb_array_elements(c.evidence -> 'against') WITH ORDINALITY AS e (x, n)
				WHERE x ->> 'rule' NOT LIKE 'value\_rule%') AS a,
			LATERAL (SELECT c.evidence -> 'refused' <> '0' AND c.evidence -> 'nulled' = '0' AS none) AS f
		WHERE c.migration = _plan_type_notes.migration AND a.asked IS NOT NULL
			AND (c.evidence ->> 'nulled' = '0' OR a.asked -> 0 ->> 'type' <> c.target_type)
		ORDER BY t.load_order, c.position
	LOOP
		beyond := item.target_type ~ '^varchar' AND item.first ->> 'type' = item.target_type AND item.nothing_fits;
		hint := NULL;
		IF beyond THEN
			effect := 'failed';
			detail := format('values that do not fit %s, which the option varchar asks for: %s', item.target_type, item.witness ->> 'refused');
		ELSIF item.nothing_fits THEN
			effect := CASE WHEN item.only_lossy THEN 'lossy' ELSE 'failed' END;
			detail := format(CASE effect WHEN 'lossy' THEN 'values that change in %s, as the options of the server say: %s'
				ELSE 'no type holds every value; values that do not fit %s: %s' END, item.target_type, item.witness ->> 'refused');
		ELSE
			-- where the declaration says nothing there is nothing to differ from
			effect := CASE WHEN item.first ->> 'rule' = 'geometry' AND item.target_type ~ '(^|\.)geometry(\(|$)' OR item.format IS NULL AND (item.reason ~ '^(no declared type|NUMERIC affinity)'
					OR sqlite_mig._type_family(item.first ->> 'type', NULL) = sqlite_mig._type_family(item.target_type, NULL))
				THEN 'converted' ELSE 'changed' END;
			hint := CASE WHEN item.first ->> 'type' IN ('timestamptz', 'timestamp', 'date', 'time') AND item.target_type IN ('bigint', 'double precision')
					THEN '; if they are seconds since 1970: target_type timestamptz and format unixepoch in plan_column'
				ELSE sqlite_mig._null_advice(item.evidence, item.first ->> 'type', (item.first ->> 'refused')::bigint) END;
			detail := format('%s, became %s; values that do not fit %s exactly: %s', item.declared,
				item.target_type || coalesce(' in format ' || item.format, ''), item.first ->> 'type', item.first ->> 'refused') || coalesce(hint, '');
		END IF;
		PERFORM sqlite_mig._note(item.migration, 'prepare', 'column', item.source_table || '.' || item.source_name, item.source_table,
			CASE effect WHEN 'failed' THEN 'blocker' WHEN 'converted' THEN 'info' ELSE 'warning' END, effect, 'type', detail,
			(item.witness ->> 'refused')::bigint,
			concat_ws(' ', item.witness ->> 'row', item.witness ->> 'class', item.witness ->> 'value', '(' || (item.witness ->> 'reason') || ')'));
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._default_expr(source text, type text, zone text DEFAULT 'UTC') RETURNS text
	LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	body   text := sqlite_mig._bare(source);
	base   text := CASE WHEN type ~ '^varchar' THEN 'text' ELSE btrim(regexp_replace(type, '\(.*$', '')) END;
	expr   text := sqlite_mig._default_word(body, base);
	number boolean := sqlite_mig._type_family(base, NULL) = 'number';
	same   boolean;
BEGIN
	IF expr IS NOT NULL OR base = 'boolean' OR sqlite_mig._type_name(type) IS NULL THEN
		RETURN expr;
	ELSIF body ~* '^x''([0-9a-f]{2})*''$' THEN
		RETURN CASE WHEN base = 'bytea' THEN format('%L::bytea', '\x' || lower(substr(body, 3, length(body) - 3))) END;
	ELSIF body ~ '^[-+]?\s*([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$' THEN
		body := ltrim(regexp_replace(body, '\s', '', 'g'), '+');
		IF base = 'text' AND body !~ '^-?(0|[1-9][0-9]{0,14})$' THEN
			RETURN NULL;		-- SQLite would store its own spelling of the number
		END IF;
	ELSIF body ~ '^''([^'']|'''')*''$' THEN
		body := replace(substr(body, 2, length(body) - 2), '''''', '''');
	ELSIF body ~ '^"([^"]|"")*"$' THEN
		-- SQLite takes a quoted name that is none for a string
		body := replace(substr(body, 2, length(body) - 2), '""', '"');
	ELSE
		RETURN NULL;
	END IF;
	-- text in a BLOB column is bytes now, so its default is too
	IF base = 'bytea' AND source ~ '[''"]' THEN
		RETURN format('%L::bytea', '\x' || encode(convert_to(body, 'UTF8'), 'hex'));
	END IF;
	-- 'now' and 'infinity' were text in SQLite, but are words to PostgreSQL's date and time types
	IF base IN ('bytea', 'interval') OR (base IN ('timestamptz', 'timestamp', 'date', 'time') AND body !~ '^[0-9]+[-:]') THEN
		RETURN NULL;
	END IF;
	EXECUTE CASE WHEN number THEN format('SELECT %L::%s::numeric = %L::numeric', body, type, body)
		WHEN base = 'text' THEN format('SELECT %L::%s::text = %L', body, type, body)
		ELSE format('SELECT %L::%s IS NOT NULL', body, type) END INTO same;
	IF base = 'timestamptz' AND body !~ '([zZ]|[-+][0-9]{2}:?[0-9]{2})$' THEN
		-- not in the zone of the session that happens to create the table
		RETURN format('(%L::timestamp AT TIME ZONE %L)', body, zone);
	END IF;
	RETURN CASE WHEN same THEN CASE WHEN number AND body ~ '^-?[0-9]+(\.[0-9]+)?$' THEN body
		WHEN base = 'text' THEN quote_literal(body)
		ELSE format('%L::%s', body, type) END END;
EXCEPTION
	WHEN data_exception THEN
		RETURN NULL;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._compare_default(server text, expression text, type text, value text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	original constant text := sqlite_mig._source_value(server, expression);
	same     text;
BEGIN
	IF type = 'bytea' OR type ~ '^(timestamp|date|time)' AND original ~ '^[0-9.]+$' THEN
		RETURN;
	END IF;
	EXECUTE format('SELECT %L::%s::text', original, type) INTO same;
	IF same IS DISTINCT FROM value AND expression !~* '\m(current_\w+|random\w*|now|localtime)\M|\m(date|time|datetime|julianday|unixepoch)\s*\(\s*\)' THEN
		RAISE EXCEPTION USING ERRCODE = 'data_exception', MESSAGE = format('SQLite gives %L, PostgreSQL %L', original, value);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._plan_default_expressions(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := _plan_default_expressions.migration;
	server constant text := (sqlite_mig._migration(mig)).server;
	-- a literal that is no value of the type would only be bent into one
	simple constant text := '^([xX]?''([^'']|'''')*''|"([^"]|"")*"|[-+]?[0-9.]+([eE][-+]?[0-9]+)?|[A-Za-z]+)$';
	item   record;
	n      integer;
	errors text[];
BEGIN
	FOR item IN
		SELECT t.source_name AS source_table, array_agg(c.source_name ORDER BY c.position) AS names, array_agg(c.default_source ORDER BY c.position) AS sources,
			array_agg(x.translated ORDER BY c.position) AS targets, array_agg(x.findings ORDER BY c.position) AS findings,
			array_agg(c.target_name ORDER BY c.position) AS columns, array_agg(c.target_type ORDER BY c.position) AS types
		FROM sqlite_mig.plan_table AS t
			JOIN sqlite_mig.plan_column AS c ON c.migration = t.migration AND c.source_table = t.source_name AND c.default_source IS NOT NULL AND c.default_expr IS NULL
				AND c.identity IS NULL AND c.generated IS NULL AND sqlite_mig._bare(c.default_source) !~ simple
				AND c.default_source !~ '/\* not valid UTF-8 \*/$'
				-- what counts seconds counts in no other unit, and Julian days are no seconds
				AND (c.format IS NULL OR c.format IN ('any', 'unixepoch')) AND NOT (c.target_type ~ '^(timestamp|date|time)' AND c.default_source ~* 'julianday'),
			LATERAL sqlite_mig._translate_expr(c.default_source, 'default', t.source_name, regexp_replace(c.target_type, '^varchar.*$', 'text')) AS x
		WHERE t.migration = mig AND t.include AND x.translated IS NOT NULL
		GROUP BY t.source_name, t.load_order ORDER BY t.load_order
	LOOP
		errors := sqlite_mig._trial(mig, item.source_table, ARRAY(SELECT format('ALTER TABLE sqlite_mig_trial ALTER COLUMN %1$I SET DEFAULT %2$s; INSERT INTO sqlite_mig_trial DEFAULT VALUES; '
				'SELECT sqlite_mig._compare_default(%3$L, %4$L, %5$L, (SELECT %1$I::text FROM sqlite_mig_trial)); TRUNCATE sqlite_mig_trial', u.name, u.sql, server, u.source, u.type)
			FROM unnest(item.columns, item.targets, item.sources, item.types) WITH ORDINALITY AS u (name, sql, source, type, i) ORDER BY u.i));
		FOR n IN 1 .. cardinality(item.names) LOOP
			IF errors[n] IS NULL THEN
				UPDATE sqlite_mig.plan_column AS c SET default_expr = item.targets[n] WHERE (c.migration, c.source_table, c.source_name) = (mig, item.source_table, item.names[n]);
				PERFORM sqlite_mig._note_findings(mig, 'default', item.source_table || '.' || item.names[n], item.source_table, item.findings[n], item.sources[n], item.targets[n]);
			END IF;
		END LOOP;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._plan_objects(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan     sqlite_mig.migration := sqlite_mig._migration(_plan_objects.migration);
	beside   constant text := CASE WHEN sqlite_mig._if_exists(plan.migration) IN ('load', 'truncate') THEN 'is not made beside tables that exist' END;
	item     record;
BEGIN
	PERFORM sqlite_mig._plan_info(plan);
	PERFORM sqlite_mig._list_objects(plan.migration);
	IF NOT EXISTS (SELECT FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration UNION ALL SELECT FROM sqlite_mig.plan_trigger AS t WHERE t.migration = plan.migration) THEN
		RETURN;
	END IF;
	PERFORM sqlite_mig._leave_out_search_triggers(plan.migration);
	PERFORM sqlite_mig._leave_out_spatial_objects(plan);
	PERFORM sqlite_mig._order_objects(plan.migration);
	FOR item IN SELECT t.*, x.blockers FROM sqlite_mig._translated(plan.migration) AS t,
			LATERAL (SELECT string_agg(DISTINCT f ->> 'finding', '; ') AS blockers FROM jsonb_array_elements(t.findings) AS f WHERE f ->> 'severity' = 'blocker') AS x LOOP
		IF item.kind = 'view' THEN
			UPDATE sqlite_mig.plan_view AS v SET target_sql = item.translated, proposed = item.translated, include = v.include AND item.translated IS NOT NULL AND beside IS NULL,
					reason = coalesce(v.reason, item.blockers, beside)
				WHERE v.migration = plan.migration AND v.source_name = item.source_name;
		ELSE
			UPDATE sqlite_mig.plan_trigger AS v SET target_sql = item.translated, proposed = item.translated, include = v.include AND item.translated IS NOT NULL AND beside IS NULL,
					reason = coalesce(v.reason, item.blockers, beside)
				WHERE v.migration = plan.migration AND v.source_name = item.source_name;
		END IF;
		PERFORM sqlite_mig._note(plan.migration, 'prepare', item.kind, item.source_name, o.source_table, f ->> 'severity',
				CASE f ->> 'severity' WHEN 'info' THEN 'converted' ELSE 'changed' END, f ->> 'rule', format('%s: %s', f ->> 'finding', f ->> 'advice'), count(*))
			FROM jsonb_array_elements(item.findings) AS f, (
				SELECT 'view' AS kind, v.source_name, NULL::text AS source_table, v.include FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration
				UNION ALL SELECT 'trigger', t.source_name, t.source_table, t.include FROM sqlite_mig.plan_trigger AS t WHERE t.migration = plan.migration) AS o
			WHERE o.kind = item.kind AND o.source_name = item.source_name AND o.include
			GROUP BY o.source_table, f ->> 'severity', f ->> 'rule', f ->> 'finding', f ->> 'advice' ORDER BY f ->> 'rule', f ->> 'finding';
	END LOOP;
	-- a view that cannot be made takes those over it along
	PERFORM sqlite_mig._order_objects(plan.migration);
	PERFORM sqlite_mig._note_objects(plan);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._note_objects(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM sqlite_mig._note(plan.migration, 'prepare', 'view', v.source_name, NULL, 'info', 'converted', 'name', format('is called "%s"', v.target_name))
		FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration AND v.include AND v.target_name <> v.source_name ORDER BY v.make_order;
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.phase = 'prepare' AND e.effect IN ('converted', 'changed')
		AND (e.object_kind = 'view' AND e.object_name IN (SELECT v.source_name FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration AND NOT v.include)
			OR e.object_kind = 'trigger' AND e.object_name IN (SELECT t.source_name FROM sqlite_mig.plan_trigger AS t WHERE t.migration = plan.migration AND NOT t.include));
	PERFORM sqlite_mig._note(plan.migration, 'prepare', 'view', v.source_name, NULL, CASE WHEN k.rule IS NULL THEN 'warning' ELSE 'info' END, CASE WHEN k.rule IS NULL THEN 'skipped' ELSE 'converted' END,
			coalesce(k.rule, 'view'), v.reason, sample => v.source_sql,
			accepted => sqlite_mig._left_out(plan, v.source_name) OR EXISTS (SELECT FROM sqlite_mig.plan_table AS p
				JOIN sqlite_mig._views_below(plan.migration, v.source_name) AS b ON sqlite_mig._mentions(b.source_sql, p.source_name)
				WHERE p.migration = plan.migration AND sqlite_mig._left_out(plan, p.source_name)))
		FROM sqlite_mig.plan_view AS v, LATERAL (SELECT sqlite_mig._needless(v.reason) AS rule) AS k WHERE v.migration = plan.migration AND NOT v.include ORDER BY v.make_order;
	PERFORM sqlite_mig._note(plan.migration, 'prepare', 'trigger', t.source_name, t.source_table, x.severity, x.effect, x.rule, t.reason, sample => t.source_sql,
			accepted => sqlite_mig._left_out(plan, t.source_table) OR EXISTS (SELECT FROM sqlite_mig.plan_table AS p
				WHERE p.migration = plan.migration AND lower(p.source_name) = lower(t.source_table) AND NOT p.include))
		FROM sqlite_mig.plan_trigger AS t, LATERAL (SELECT sqlite_mig._needless(t.reason) AS rule) AS k,
			LATERAL (SELECT CASE WHEN k.rule IS NULL THEN 'warning' ELSE 'info' END AS severity, CASE WHEN k.rule IS NULL THEN 'skipped' ELSE 'converted' END AS effect,
				coalesce(k.rule, 'trigger') AS rule) AS x
		WHERE t.migration = plan.migration AND NOT t.include ORDER BY t.source_table, t.source_name;
	PERFORM sqlite_mig._note(plan.migration, 'prepare', 'trigger', '_sqlite_mig_*', NULL, 'info', 'converted', 'capture', format('triggers of capture_install and cutover, and not of the application: %s', count(*)))
		FROM sqlite_mig.source_objects(plan.server) AS o WHERE o.type = 'trigger' AND sqlite_mig._is_capture(o.name) HAVING count(*) > 0;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._plan_info(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM sqlite_mig._note(plan.migration, 'prepare', 'database', n.name, NULL, 'info', 'converted', n.name,
			CASE WHEN n.name = 'application_id' AND n.value IN (1196444487, 1196437808, 1196437809) THEN format('is %s in the file: a GeoPackage', n.value)
				WHEN n.name = 'application_id' AND n.value = 1297105496 THEN format('is %s in the file: MBTiles', n.value)
				ELSE format('is %s in the file; an application that reads it wants a table for it', n.value) END)
		FROM sqlite_mig.source_info(plan.server) AS i, LATERAL (VALUES ('user_version', i.user_version::bigint), ('application_id', i.application_id)) AS n (name, value)
		WHERE n.value <> 0;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._sample_limit() RETURNS bigint
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT 10000;
END;
COMMENT ON FUNCTION sqlite_mig._sample_limit() IS 'internal: rows on which expressions are compared';
CREATE TYPE sqlite_mig._probe AS (
	kind       text,
	name       text,
	part       text,
	original   text,
	translated text,
	type       text
);
COMMENT ON TYPE sqlite_mig._probe IS 'internal: an expression of an object of the plan, for SQLite and for PostgreSQL; part is what of the object it is';
CREATE OR REPLACE FUNCTION sqlite_mig._index_probes(migration text, source_table text) RETURNS SETOF sqlite_mig._probe
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := _index_probes.migration;
	server constant text := (sqlite_mig._migration(mig)).server;
	found  sqlite_mig._probe[] := '{}';
	item   record;
BEGIN
	BEGIN
		EXECUTE (SELECT format('CREATE TEMPORARY TABLE sqlite_mig_trial (%s)', string_agg(format('%I %s%s', c.target_name, c.target_type, ' COLLATE ' || o.name), ', ' ORDER BY c.position))
			FROM sqlite_mig.plan_column AS c, LATERAL (SELECT CASE WHEN c.target_collation LIKE 'pg_catalog.%' THEN c.target_collation END AS name) AS o
			WHERE c.migration = mig AND c.source_table = _index_probes.source_table AND c.include);
		FOR item IN SELECT i.source_name, i.is_unique, i.target_sql, t.terms, t.condition, s.collations
				FROM sqlite_mig.plan_index AS i JOIN sqlite_mig.source_indexes(server, _index_probes.source_table) AS s ON s.index_name = i.source_name, LATERAL sqlite_mig._index_terms(i.source_sql) AS t
				WHERE i.migration = mig AND i.source_table = _index_probes.source_table AND i.include AND i.target_sql IS NOT NULL ORDER BY i.source_name COLLATE "C" LOOP
			EXECUTE format('CREATE INDEX sqlite_mig_trial_index ON sqlite_mig_trial %s', item.target_sql);
			found := found || ARRAY(
				-- an expression that is compared with a collation is made what the collation makes of it
				SELECT ROW('index', item.source_name, item.terms[k.n], format(CASE upper(item.collations[k.n]) WHEN 'NOCASE' THEN E'lower(%s\n)' WHEN 'RTRIM' THEN E'rtrim(%s\n)' ELSE E'(%s\n)' END, item.terms[k.n]),
						pg_get_indexdef(x.indexrelid, k.n::integer, true), format_type(a.atttypid, a.atttypmod))::sqlite_mig._probe
					FROM pg_index AS x CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k (attnum, n) JOIN pg_attribute AS a ON a.attrelid = x.indexrelid AND a.attnum = k.n
					WHERE x.indexrelid = to_regclass('pg_temp.sqlite_mig_trial_index') AND k.attnum = 0 AND cardinality(item.terms) = x.indnatts
				UNION ALL SELECT ROW('index', item.source_name, 'condition', format(E'CASE WHEN (%s\n) THEN 1 ELSE 0 END', item.condition), format('(%s) IS TRUE', pg_get_expr(x.indpred, x.indrelid)), 'boolean')::sqlite_mig._probe
					FROM pg_index AS x WHERE x.indexrelid = to_regclass('pg_temp.sqlite_mig_trial_index') AND x.indpred IS NOT NULL);
			EXECUTE 'DROP INDEX pg_temp.sqlite_mig_trial_index';
		END LOOP;
		RAISE EXCEPTION USING ERRCODE = 'MIGTR', MESSAGE = 'the end of a trial';
	EXCEPTION
		WHEN SQLSTATE 'MIGTR' THEN
			NULL;
		WHEN insufficient_privilege THEN
			-- without temporary tables no such index was tried, and so none is in the plan
			RETURN;
	END;
	RETURN QUERY SELECT * FROM unnest(found);
END;
$$;
COMMENT ON FUNCTION sqlite_mig._index_probes(text, text) IS 'internal: expressions and conditions of the indexes of a table';
CREATE OR REPLACE FUNCTION sqlite_mig._sample_query(plan sqlite_mig.migration, source_table text, columns text[], probes sqlite_mig._probe[]) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT format(CASE WHEN t.rows <= n.most OR s.rowid_name IS NULL THEN 'SELECT %1$s FROM %2$s LIMIT %3$s' ELSE 'SELECT * FROM (SELECT %1$s FROM %2$s LIMIT %4$s) UNION ALL SELECT * FROM (SELECT %1$s FROM %2$s ORDER BY %5$s DESC LIMIT %4$s)' END,
			concat_ws(', ', (SELECT string_agg(q.quoted, ', ' ORDER BY c.n) FROM unnest(_sample_query.columns) WITH ORDINALITY AS c (name, n), LATERAL sqlite_mig._sqlite_name(c.name) AS q (quoted)),
				(SELECT string_agg(format('%s AS sqlite_mig_%s', p.original, p.n), ', ' ORDER BY p.n) FROM unnest(_sample_query.probes) WITH ORDINALITY AS p (kind, name, part, original, translated, type, n))),
			'main.' || sqlite_mig._sqlite_name(t.source_name), n.most, n.most / 2, s.rowid_name)
		FROM sqlite_mig.plan_table AS t LEFT JOIN sqlite_mig.source_tables((plan).server) AS s ON s.table_name = t.source_name, LATERAL (SELECT sqlite_mig._sample_limit() AS most) AS n
		WHERE t.migration = (plan).migration AND t.source_name = _sample_query.source_table;
END;
COMMENT ON FUNCTION sqlite_mig._sample_query(sqlite_mig.migration, text, text[], sqlite_mig._probe[]) IS 'internal: query of SQLite for rows and the values of expressions';
CREATE OR REPLACE FUNCTION sqlite_mig._run_probes(plan sqlite_mig.migration, source_table text, probes sqlite_mig._probe[], OUT findings text[], OUT error text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_variable
DECLARE
	spare constant text := format('%I.%I', (plan).source_schema, sqlite_mig._short_name('sqlite_mig_sample_' || source_table));
	zone  constant text := sqlite_mig._source_zone((plan).migration);
	-- what is not mentioned is not read
	wanted constant sqlite_mig.plan_column[] := ARRAY(SELECT c FROM sqlite_mig.plan_column AS c WHERE c.migration = (plan).migration AND c.source_table = _run_probes.source_table AND c.include
		AND EXISTS (SELECT FROM unnest(probes) AS p WHERE strpos(lower(p.translated), lower(c.target_name)) > 0) ORDER BY c.position);
	detail text;
BEGIN
	EXECUTE format('CREATE FOREIGN TABLE %s (%s) SERVER %I OPTIONS (query %L)', spare, concat_ws(', ',
			(SELECT string_agg(format('%I %s OPTIONS (column_name %L%s)', c.target_name, c.target_type, c.source_name, concat(', format ' || quote_literal(c.format), ', time_zone ' || quote_literal(c.time_zone),
				CASE WHEN c.empty_as_null THEN ', empty_as_null ''true''' END, ', on_error ' || quote_literal(c.on_error))), ', ' ORDER BY c.position) FROM unnest(wanted) AS c),
			(SELECT string_agg(format('sqlite_mig_%s %s%s', p.n, p.type, CASE WHEN p.type ~ '^(text|character varying)' THEN ' OPTIONS (format ''any'')' WHEN p.type ~ '^timestamp' THEN format(' OPTIONS (time_zone %L)', zone) END), ', ' ORDER BY p.n)
				FROM unnest(probes) WITH ORDINALITY AS p (kind, name, part, original, translated, type, n))),
		(plan).server, sqlite_mig._sample_query(plan, source_table, ARRAY(SELECT c.source_name FROM unnest(wanted) AS c ORDER BY c.position), probes));
	-- OFFSET: what stands below it is computed here, whatever SQLite could do for it
	EXECUTE (SELECT format('SELECT ARRAY[%s] FROM (SELECT %s FROM (SELECT * FROM %s OFFSET 0) AS t OFFSET 0) AS v',
			string_agg(format('CASE WHEN count(*) FILTER (WHERE a%1$s IS DISTINCT FROM b%1$s) > 0 THEN format(''%%s of %%s rows, as %%s'', count(*) FILTER (WHERE a%1$s IS DISTINCT FROM b%1$s), count(*), '
				'min(format(''%%s in SQLite and %%s here'', coalesce(quote_literal(left(a%1$s, 60)), ''NULL''), coalesce(quote_literal(left(b%1$s, 60)), ''NULL'')) COLLATE "C") FILTER (WHERE a%1$s IS DISTINCT FROM b%1$s)) END', p.n), ', ' ORDER BY p.n),
			string_agg(format('sqlite_mig_%1$s::text AS a%1$s, (%2$s)::%3$s::text AS b%1$s', p.n, p.translated, p.type), ', ' ORDER BY p.n), spare)
		FROM unnest(probes) WITH ORDINALITY AS p (kind, name, part, original, translated, type, n)) INTO findings;
	RAISE EXCEPTION USING ERRCODE = 'MIGTR', MESSAGE = 'the end of a trial';
EXCEPTION
	WHEN SQLSTATE 'MIGTR' THEN
		NULL;
	WHEN OTHERS THEN
		-- what is not about the expressions, such as a full disk, is for the caller
		IF left(SQLSTATE, 2) NOT IN ('0A', '22', '23', '2F', '38', '42', '54', 'HV') THEN
			RAISE;
		END IF;
		GET STACKED DIAGNOSTICS error = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
		error := concat_ws(': ', regexp_replace(error, 'column "sqlite_mig_[0-9]+"', 'the expression'), nullif(split_part(detail, E'\n', 1), ''));
END;
$$;
COMMENT ON FUNCTION sqlite_mig._run_probes(sqlite_mig.migration, text, sqlite_mig._probe[]) IS 'internal: evaluates expressions on both sides';
CREATE OR REPLACE FUNCTION sqlite_mig._settle_difference(migration text, source_table text, probe sqlite_mig._probe, finding text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_variable
DECLARE
	mig     constant text := migration;
	name    constant text := (probe).name;
	said    constant text := CASE WHEN (probe).kind = 'check' THEN 'its translation is something else in ' ELSE format('its %s is something else here in ', (probe).part) END || finding;
	source  text;
	target  text;
	decides boolean := true;
BEGIN
	IF (probe).kind = 'check' THEN
		UPDATE sqlite_mig.plan_constraint AS k SET include = false, reason = said WHERE k.migration = mig AND k.source_table = _settle_difference.source_table AND k.kind = 'check' AND k.target_name = name
			RETURNING k.source_sql, k.target_sql INTO source, target;
	ELSE
		UPDATE sqlite_mig.plan_index AS i SET include = NOT i.is_unique, reason = said WHERE i.migration = mig AND i.source_name = name
			RETURNING i.source_sql, i.target_sql, i.is_unique INTO source, target, decides;
	END IF;
	IF decides THEN
		DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig AND e.phase = 'prepare' AND e.object_kind = (probe).kind AND e.object_name = name AND e.effect IN ('converted', 'changed');
	END IF;
	PERFORM sqlite_mig._note(mig, 'prepare', (probe).kind, name, source_table, CASE WHEN decides THEN 'warning' ELSE 'info' END, CASE WHEN decides THEN 'skipped' ELSE 'converted' END, 'other values',
		said || CASE WHEN decides THEN '' ELSE '; it is made, for it serves queries that say the same as PostgreSQL' END, sample => format('%s -> %s', source, target));
END;
$$;
COMMENT ON FUNCTION sqlite_mig._settle_difference(text, text, sqlite_mig._probe, text) IS 'internal: what becomes of an expression that differs';
CREATE OR REPLACE FUNCTION sqlite_mig._plan_samples(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_variable
DECLARE
	plan    constant sqlite_mig.migration := sqlite_mig._migration(migration);
	item    record;
	probes  sqlite_mig._probe[];
	found   record;
	alone   record;
BEGIN
	IF sqlite_mig._if_exists(plan.migration) IN ('load', 'truncate') THEN
		RETURN;
	END IF;
	FOR item IN SELECT t.source_name FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.include AND t.rows IS DISTINCT FROM 0 AND (
			EXISTS (SELECT FROM sqlite_mig.plan_constraint AS k WHERE k.migration = t.migration AND k.source_table = t.source_name AND k.kind = 'check' AND k.include)
			OR EXISTS (SELECT FROM sqlite_mig.plan_index AS i WHERE i.migration = t.migration AND i.source_table = t.source_name AND i.include AND i.target_sql IS NOT NULL AND i.source_sql IS NOT NULL)) ORDER BY t.load_order LOOP
		probes := ARRAY(
			SELECT ROW('check', k.target_name, 'condition', format(E'CASE WHEN NOT (%s\n) THEN 0 ELSE 1 END', k.source_sql), format('(%s) IS NOT FALSE', k.target_sql), 'boolean')::sqlite_mig._probe
				FROM sqlite_mig.plan_constraint AS k WHERE k.migration = plan.migration AND k.source_table = item.source_name AND k.kind = 'check' AND k.include
			UNION ALL SELECT p FROM sqlite_mig._index_probes(plan.migration, item.source_name) AS p);
		CONTINUE WHEN cardinality(probes) = 0;
		SELECT r.* INTO found FROM sqlite_mig._run_probes(plan, item.source_name, probes) AS r;
		FOR n IN 1 .. cardinality(probes) LOOP
			SELECT found.findings[n] AS finding, found.error INTO alone;
			IF found.error IS NOT NULL AND cardinality(probes) > 1 THEN
				SELECT r.findings[1] AS finding, r.error INTO alone FROM sqlite_mig._run_probes(plan, item.source_name, probes[n : n]) AS r;
			END IF;
			IF alone.error IS NOT NULL THEN
				PERFORM sqlite_mig._note(plan.migration, 'prepare', (probes[n]).kind, (probes[n]).name, item.source_name, 'warning', 'guessed', 'other values',
					format('its %s could not be compared with SQLite: %s', (probes[n]).part, alone.error), sample => (probes[n]).translated);
			ELSIF alone.finding IS NOT NULL THEN
				PERFORM sqlite_mig._settle_difference(plan.migration, item.source_name, probes[n], alone.finding);
			END IF;
		END LOOP;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig._plan_samples(text) IS 'internal: compares checks, conditions and expressions of indexes on rows of the source';
CREATE OR REPLACE FUNCTION sqlite_mig._contentless_advice(sql text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT format('is contentless: the file has an index of words, but no texts. To the table that has the texts, whose keys are the rowids of this one: '
			'ALTER TABLE ... ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector(%1$L, %2$s)) STORED; CREATE INDEX ON ... USING gin (search); and MATCH is search @@ websearch_to_tsquery(%1$L, ...)',
			CASE k.config WHEN 'trigram' THEN 'simple' ELSE k.config END,
			(SELECT string_agg(format('coalesce(%I, '''')', v.name), ' || '' '' || ' ORDER BY v.place) FROM sqlite_mig._virtual_table(_contentless_advice.sql) AS v
				WHERE v.place > 0 AND v.value IS NULL AND v.name IS NOT NULL AND lower(coalesce(v.rest, '')) !~ 'unindexed' AND lower(v.name) <> 'tokenize'))
		FROM (SELECT sqlite_mig._search_config(coalesce(sqlite_mig._virtual_option(_contentless_advice.sql, 'tokenize'), '')) AS config) AS k;
END;
COMMENT ON FUNCTION sqlite_mig._contentless_advice(text) IS 'internal: what to do about a contentless full-text table';
CREATE OR REPLACE FUNCTION sqlite_mig._virtual_obstacle(plan sqlite_mig.migration, sql text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE
		WHEN (plan).options ->> 'if_exists' IN ('load', 'truncate') THEN 'is a virtual table, which is not loaded into tables that exist'
		WHEN sqlite_mig._is_search(_virtual_obstacle.sql) AND sqlite_mig._virtual_option(_virtual_obstacle.sql, 'content') = ''
			THEN sqlite_mig._contentless_advice(_virtual_obstacle.sql)
		WHEN sqlite_mig._is_search(_virtual_obstacle.sql) OR m.module IN ('rtree', 'rtree_i32', 'geopoly') THEN NULL
		ELSE format('is a virtual table of module %s, which PostgreSQL does not have', coalesce(m.module, 'unknown')) END
		FROM (SELECT sqlite_mig._module(_virtual_obstacle.sql) AS module) AS m;
END;
CREATE OR REPLACE FUNCTION sqlite_mig._geometry_leftovers(server text) RETURNS TABLE (name text, owner text, kind text, reason text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH book AS MATERIALIZED (
		SELECT b.owner, sqlite_mig._postgis() IS NOT NULL AS has_postgis,
				b.owner = 'GeoPackage' AND coalesce(sqlite_mig._source_json(_geometry_leftovers.server, 'SELECT count(*) FROM gpkg_contents WHERE data_type NOT IN (''features'', ''attributes'')') <> '0', true) AS tiles
			FROM sqlite_mig._geometry_books(_geometry_leftovers.server) AS b
	)
	SELECT DISTINCT ON (t.table_name) t.table_name, b.owner, 'book', format('belongs to the books of %s: %s', b.owner, k.reason)
		FROM book AS b, sqlite_mig.source_tables(_geometry_leftovers.server) AS t, LATERAL (VALUES
			('GeoPackage', '^gpkg_geometry_columns$', true, 'the view geometry_columns of PostGIS has this'),
			('GeoPackage', '^gpkg_ogr_contents$', true, 'a count of rows for GDAL'),
			('GeoPackage', '^gpkg_extensions$', true, 'a list of extensions of its format'),
			('GeoPackage', '^gpkg_spatial_ref_sys$', NOT b.tiles, 'the table spatial_ref_sys of PostGIS has this'),
			('GeoPackage', '^gpkg_contents$', NOT b.tiles, 'a list of tables; titles and descriptions are comments of the tables'),
			('GeoPackage', '^gpkg_tile_matrix(_set)?$', NOT b.tiles, 'is about tiles, of which there are none'),
			('GDAL', '^(geometry_columns|spatial_ref_sys)$', true, 'PostGIS has one of this name'),
			('SpatiaLite', '^(geometry_columns|spatial_ref_sys)$', true, 'PostGIS has one of this name'),
			('SpatiaLite', '^(spatial_ref_sys_(aux|all)|geom_cols_ref_sys|spatialite_history|sql_statements_log|data_licenses|layer_(params|statistics|sub_classes|table_layout)|((views|virts)_)?(geometry_columns|layer)(_auth|_statistics|_field_infos|_time)?|vector_layers(_auth|_statistics|_field_infos)?)$',
				true, 'SpatiaLite keeps it for itself'),
			('SpatiaLite', '^(spatialindex2?|elementarygeometries|knn2?)$', true, 'a virtual table over functions of SpatiaLite, without rows of its own')
			) AS k (owner, names, applies, reason)
		WHERE k.owner = b.owner AND k.applies AND lower(t.table_name) ~ k.names AND (b.has_postgis OR lower(t.table_name) ~ '^(spatialindex2?|elementarygeometries|knn2?)$' AND t.kind = 'virtual')
	UNION ALL
	SELECT g.index_table, g.owner, 'index', format('is the spatial index of "%s"."%s": a GiST index takes its place', g.source_table, g.source_name)
		FROM sqlite_mig._geometries(_geometry_leftovers.server) AS g WHERE g.index_table IS NOT NULL AND sqlite_mig._postgis() IS NOT NULL
	UNION ALL
	SELECT t.table_name, g.owner, 'index', format('is part of the spatial index of "%s"."%s"', g.source_table, g.source_name)
		FROM sqlite_mig._geometries(_geometry_leftovers.server) AS g JOIN sqlite_mig.source_tables(_geometry_leftovers.server) AS t
			ON t.kind = 'shadow' AND t.table_name = ANY (ARRAY[g.index_table || '_node', g.index_table || '_rowid', g.index_table || '_parent'])
		WHERE sqlite_mig._postgis() IS NOT NULL;
END;
COMMENT ON FUNCTION sqlite_mig._geometry_leftovers(text) IS 'internal: tables and views that are books of geometries';
CREATE OR REPLACE FUNCTION sqlite_mig._plan_empty_geometries(plan sqlite_mig.migration) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.plan_column AS c SET target_type = g.target_type, format = g.format, reason = g.reason || '; no value to look at',
			evidence = CASE WHEN c.evidence ? 'rows' THEN c.evidence || jsonb_build_object('proposed', concat_ws('/', g.target_type, g.format)) ELSE c.evidence END
		FROM sqlite_mig._geometry_types((plan).server) AS g
		WHERE c.migration = (plan).migration AND g.ordinal = 1 AND c.source_table = g.source_table AND c.source_name = g.source_name AND c.identity IS NULL AND c.primary_key IS NULL
			AND (NOT coalesce(c.evidence ? 'rows', false) OR c.evidence -> 'rows' = c.evidence -> 'nulls');
END;
COMMENT ON FUNCTION sqlite_mig._plan_empty_geometries(sqlite_mig.migration) IS 'internal: types of geometries without values';
CREATE OR REPLACE FUNCTION sqlite_mig._bare_type(type text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT regexp_replace(_bare_type.type, '^(("([^"]|"")*"|[^ ".(]+)\.)', '');
END;
COMMENT ON FUNCTION sqlite_mig._bare_type(text) IS 'internal: a type without its schema';
CREATE OR REPLACE FUNCTION sqlite_mig._plan_spatial(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan   sqlite_mig.migration := sqlite_mig._migration(_plan_spatial.migration);
	item   record;
	target text;
BEGIN
	FOR item IN SELECT g.*, t.target_name AS target_table, c.target_name, c.target_type, c.target_type ~ '(^|\.)geometry(\(|$)' AS is_geometry, o.sql AS index_sql, c.evidence
			FROM sqlite_mig._geometries(plan.server) AS g
				JOIN sqlite_mig.plan_table AS t ON t.migration = plan.migration AND t.source_name = g.source_table AND t.include
				JOIN sqlite_mig.plan_column AS c ON c.migration = plan.migration AND c.source_table = g.source_table AND c.source_name = g.source_name
				LEFT JOIN sqlite_mig.source_tables(plan.server) AS o ON o.table_name = g.index_table
			ORDER BY t.load_order, c.position LOOP
		IF item.is_geometry THEN
			PERFORM sqlite_mig._note(plan.migration, 'prepare', 'column', item.source_table || '.' || item.source_name, item.source_table, 'info', 'converted', 'geometry',
				format('geometry of %s, is %s', item.owner, sqlite_mig._bare_type(item.target_type)), (item.evidence ->> 'blobs')::bigint);
		ELSIF sqlite_mig._postgis() IS NULL THEN
			PERFORM sqlite_mig._note(plan.migration, 'prepare', 'column', item.source_table || '.' || item.source_name, item.source_table, 'warning', 'changed', 'geometry',
				format('geometry of %s, stays the bytes of the file, for PostGIS is not installed here. CREATE EXTENSION postgis before prepare makes it a geometry; or afterwards: ALTER TABLE %I.%I ALTER COLUMN %I TYPE %s USING sqlite_mig.geometry_wkb(%I)::geometry',
					item.owner, plan.target_schema, item.target_table, item.target_name, CASE WHEN item.file_srid > 0 THEN format('geometry(Geometry,%s)', item.file_srid) ELSE 'geometry' END, item.target_name));
		END IF;
		CONTINUE WHEN item.index_table IS NULL OR sqlite_mig._postgis() IS NULL;
		IF item.is_geometry THEN
			target := sqlite_mig._free_name(plan.migration, concat_ws('_', item.target_table, item.target_name, 'idx'));
			INSERT INTO sqlite_mig.plan_index (migration, source_table, source_name, target_name, include, is_unique, columns, descending, source_sql)
				VALUES (plan.migration, item.source_table, item.index_table, target, true, false, ARRAY[item.source_name], '{false}', item.index_sql);
			PERFORM sqlite_mig._note(plan.migration, 'prepare', 'index', item.index_table, item.source_table, 'info', 'converted', 'spatial index', format('is the GiST index "%s"', target));
		ELSE
			PERFORM sqlite_mig._note(plan.migration, 'prepare', 'index', item.index_table, item.source_table, 'warning', 'skipped', 'spatial index',
				format('"%s" did not become a geometry, and has no spatial index', item.source_name));
		END IF;
	END LOOP;
	-- GeoPackage has a title and a description for each table
	UPDATE sqlite_mig.plan_table AS t SET comment = x.comment
		FROM (SELECT g.item ->> 'table' AS name, nullif(concat_ws(': ', nullif(nullif(g.item ->> 'title', g.item ->> 'table'), ''), nullif(g.item ->> 'text', '')), '') AS comment
			FROM sqlite_mig._geometry_books(plan.server) AS b, jsonb_array_elements(sqlite_mig._source_json(plan.server,
				'SELECT json_group_array(json_object(''table'', table_name, ''title'', identifier, ''text'', description)) FROM gpkg_contents')) AS g (item) WHERE b.owner = 'GeoPackage') AS x
		WHERE t.migration = plan.migration AND lower(t.source_name) = lower(x.name) AND t.comment IS NULL AND x.comment IS NOT NULL;
	PERFORM sqlite_mig._note_systems(plan);
	PERFORM sqlite_mig._note_tiles(plan);
END;
$$;
COMMENT ON FUNCTION sqlite_mig._plan_spatial(text) IS 'internal: spatial indexes and ledger rows of geometries';
CREATE OR REPLACE FUNCTION sqlite_mig._system_statements(plan sqlite_mig.migration) RETURNS TABLE (srid integer, statement text, allowed boolean)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT s.srid, format('INSERT INTO %1$s.spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text) SELECT %2$s, %3$L, %4$L, %5$L, %6$L WHERE NOT EXISTS (SELECT FROM %1$s.spatial_ref_sys WHERE srid = %2$s)',
				p.schema, s.srid, left(s.auth_name, 256), s.auth_srid, CASE WHEN length(s.srtext) <= 2048 THEN s.srtext END, CASE WHEN length(s.proj4text) <= 2048 THEN s.proj4text END),
			has_table_privilege(p.schema || '.spatial_ref_sys', 'INSERT') AND (length(s.srtext) <= 2048 OR length(s.proj4text) <= 2048)
		FROM (SELECT sqlite_mig._postgis() AS schema) AS p, LATERAL sqlite_mig._systems((plan).server) AS s
		WHERE p.schema IS NOT NULL AND s.is_new AND EXISTS (SELECT FROM sqlite_mig._geometries((plan).server) AS g
			JOIN sqlite_mig.plan_table AS t ON t.migration = (plan).migration AND t.source_name = g.source_table AND t.include
			JOIN sqlite_mig.plan_column AS c ON c.migration = (plan).migration AND c.source_table = g.source_table AND c.source_name = g.source_name AND c.include
			WHERE g.file_srid = s.file_srid AND c.target_type ~ '(^|\.)geo(metry|graphy)(\(|$)');
END;
COMMENT ON FUNCTION sqlite_mig._system_statements(sqlite_mig.migration) IS 'internal: statements for reference systems that PostGIS does not know';
CREATE OR REPLACE FUNCTION sqlite_mig._note_systems(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM sqlite_mig._note((plan).migration, 'prepare', 'reference system', s.srid::text, NULL, CASE WHEN s.allowed THEN 'info' ELSE 'warning' END, CASE WHEN s.allowed THEN 'converted' ELSE 'changed' END,
			'reference system', CASE WHEN s.allowed THEN 'is a system of the file''s own, and is inserted into spatial_ref_sys'
				ELSE 'is a system of the file''s own, and not in spatial_ref_sys, where you may not insert it or which has no room for it: ST_Transform will not know it. ' || s.statement END)
		FROM sqlite_mig._system_statements(plan) AS s ORDER BY s.srid;
	PERFORM sqlite_mig._note((plan).migration, 'prepare', 'reference system', s.srid::text, NULL, 'info', 'converted', 'reference system', format('is %s in the file', s.file_srid))
		FROM sqlite_mig._systems((plan).server) AS s WHERE s.srid <> s.file_srid AND s.srid > 0 ORDER BY s.srid;
END;
$$;
COMMENT ON FUNCTION sqlite_mig._note_systems(sqlite_mig.migration) IS 'internal: ledger rows of reference systems';
CREATE OR REPLACE FUNCTION sqlite_mig._note_tiles(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
BEGIN
	PERFORM sqlite_mig._note((plan).migration, 'prepare', t.kind, t.table_name, t.table_name, 'info', 'converted', 'tiles', CASE WHEN x.from_north
			THEN 'map tiles of a GeoPackage: tile_row counts from the north, as addresses of web maps do'
			ELSE 'map tiles (MBTiles): tile_row counts from the south (TMS); addresses of web maps count from the north: (1 << zoom_level::integer) - 1 - tile_row' END)
		FROM sqlite_mig.source_tables((plan).server) AS t,
			LATERAL (SELECT EXISTS (SELECT FROM sqlite_mig._geometry_books((plan).server) AS b WHERE b.owner = 'GeoPackage') AS from_north) AS x
		WHERE t.kind IN ('table', 'view') AND (x.from_north OR lower(t.table_name) = 'tiles') AND NOT sqlite_mig._left_out(plan, t.table_name)
			AND t.sql ~* '\mtile_row\M' AND t.sql ~* '\mtile_data\M' AND t.sql ~* '\mzoom_level\M'
		ORDER BY t.table_name;
END;
$$;
COMMENT ON FUNCTION sqlite_mig._note_tiles(sqlite_mig.migration) IS 'internal: ledger rows of map tiles';
CREATE OR REPLACE FUNCTION sqlite_mig._leave_out_spatial_objects(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	books record;
BEGIN
	SELECT array_agg(lower(l.name)) AS names, min(l.owner) AS owner INTO books FROM sqlite_mig._geometry_leftovers((plan).server) AS l;
	IF books.names IS NULL OR sqlite_mig._postgis() IS NULL THEN
		RETURN;
	END IF;
	UPDATE sqlite_mig.plan_view AS v SET include = false, reason = format('belongs to the books of %s', books.owner)
		WHERE v.migration = (plan).migration AND lower(v.source_name) = ANY (books.names);
	UPDATE sqlite_mig.plan_trigger AS g SET include = false, reason = format('belongs to the books of %s', books.owner)
		WHERE g.migration = (plan).migration AND (lower(g.source_table) = ANY (books.names) OR sqlite_mig._only_changes(g.source_sql, 'gpkg_ogr_contents'));
	UPDATE sqlite_mig.plan_trigger AS g SET include = false, reason = format('belongs to the spatial index of "%s", which PostgreSQL keeps by itself', g.source_table)
		FROM sqlite_mig._geometries((plan).server) AS s
		WHERE g.migration = (plan).migration AND lower(g.source_table) = lower(s.source_table) AND s.index_table IS NOT NULL
			AND (sqlite_mig._only_changes(g.source_sql, s.index_table) OR lower(g.source_name) ~ '^g[ic][iud]_' AND right(lower(g.source_name), -4) = lower(s.source_table || '_' || s.source_name));
	UPDATE sqlite_mig.plan_trigger AS g SET include = false, reason = CASE WHEN lower(g.source_name) ~ '^gg' THEN 'belongs to the books of SpatiaLite: the type checks what a geometry is' ELSE 'belongs to the books of SpatiaLite' END
		FROM sqlite_mig._geometries((plan).server) AS s
		WHERE g.migration = (plan).migration AND s.owner = 'SpatiaLite' AND lower(g.source_table) = lower(s.source_table)
			AND lower(g.source_name) ~ '^(gg[iu]|tm[iud])_' AND right(lower(g.source_name), -4) = lower(s.source_table || '_' || s.source_name);
END;
$$;
COMMENT ON FUNCTION sqlite_mig._leave_out_spatial_objects(sqlite_mig.migration) IS 'internal: leaves out views and triggers of geometries';
CREATE OR REPLACE FUNCTION sqlite_mig._needless(reason text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN reason LIKE 'kept % in step %' THEN 'full text' WHEN reason LIKE 'belongs to the books of %' THEN 'books' WHEN reason LIKE 'belongs to the spatial index of %' THEN 'spatial index' END;
END;
COMMENT ON FUNCTION sqlite_mig._needless(text) IS 'internal: is a view or trigger left out because nothing needs it';
DROP POLICY owner ON sqlite_mig.rejected;
CREATE POLICY owner ON sqlite_mig.rejected USING (CASE WHEN rejected.migration IS NULL THEN pg_catalog.pg_has_role(current_user, pg_catalog.to_regrole(pg_catalog.quote_ident(owner))::oid, 'MEMBER')
	ELSE EXISTS (SELECT FROM sqlite_mig.migration AS m WHERE m.migration = rejected.migration) END);
CREATE OR REPLACE FUNCTION sqlite_mig._sql_systems(migration text) RETURNS SETOF sqlite_mig._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'reference system', s.srid::text, NULL::text, s.statement FROM sqlite_mig.migration AS m, LATERAL sqlite_mig._system_statements(m) AS s
		WHERE m.migration = _sql_systems.migration AND s.allowed ORDER BY s.srid;
END;
COMMENT ON FUNCTION sqlite_mig._sql_systems(text) IS 'internal: statements for reference systems';
CREATE OR REPLACE FUNCTION sqlite_mig._sql_constraints(migration text) RETURNS SETOF sqlite_mig._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, k.kind, k.target_name, t.source_name,
			format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', m.target_schema, t.target_name, k.target_name, CASE k.kind
				WHEN 'check' THEN format('CHECK (%s)', k.target_sql)
				WHEN 'foreign key' THEN format('FOREIGN KEY (%s) REFERENCES %I.%I (%s)%s%s%s%s', c.list, m.target_schema, p.target_name, p.list,
					' ON UPDATE ' || nullif(k.on_update, 'NO ACTION'), ' ON DELETE ' || nullif(k.on_delete, 'NO ACTION'),
					CASE WHEN k.deferrable THEN ' DEFERRABLE' ELSE '' END, CASE WHEN k.deferrable AND k.deferred THEN ' INITIALLY DEFERRED' ELSE '' END)
				ELSE format('%s (%s)', upper(k.kind), c.list) END)
		FROM sqlite_mig.migration AS m
			JOIN sqlite_mig.plan_table AS t USING (migration)
			JOIN sqlite_mig.plan_constraint AS k ON k.migration = t.migration AND k.source_table = t.source_name
			LEFT JOIN sqlite_mig.plan_table AS o ON o.migration = k.migration AND o.source_name = k.parent_table AND o.include,
			LATERAL (SELECT sqlite_mig._target_columns(m.migration, t.source_name, k.columns) AS list) AS c,
			LATERAL (SELECT o.target_name, CASE WHEN o.source_name IS NOT NULL THEN sqlite_mig._target_columns(m.migration, o.source_name, k.parent_columns) END AS list) AS p
		WHERE m.migration = _sql_constraints.migration AND t.include AND k.include
			AND CASE k.kind WHEN 'check' THEN k.target_sql IS NOT NULL WHEN 'foreign key' THEN c.list IS NOT NULL AND p.list IS NOT NULL ELSE c.list IS NOT NULL END
		ORDER BY array_position('{primary key,unique,check,foreign key}'::text[], k.kind), t.load_order, t.source_name, k.target_name;
END;
CREATE OR REPLACE FUNCTION sqlite_mig._sql_orphans(migration text) RETURNS SETOF sqlite_mig._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'orphans', m.target_schema, NULL::text, format('SELECT sqlite_mig._settle_orphans(%L)', m.migration)
		FROM sqlite_mig.migration AS m
		WHERE m.migration = _sql_orphans.migration AND EXISTS (SELECT FROM sqlite_mig.plan_constraint AS k
			-- CASE: the planner would ask _policy first, for every foreign key
			WHERE k.migration = m.migration AND k.kind = 'foreign key' AND k.include AND CASE WHEN coalesce(k.policy, m.options ->> 'policy') IN ('quarantine', 'set null')
				THEN sqlite_mig._policy(k.migration, k.source_table, k.kind, k.columns, k.policy) IN ('quarantine', 'set null') END);
END;
CREATE OR REPLACE FUNCTION sqlite_mig._sql_indexes(migration text) RETURNS SETOF sqlite_mig._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, CASE WHEN i.is_unique THEN 'unique index' ELSE 'index' END, i.target_name, t.source_name,
			format('CREATE %sINDEX %I ON %I.%I %s', CASE WHEN i.is_unique THEN 'UNIQUE ' ELSE '' END, i.target_name, m.target_schema, t.target_name, coalesce(i.target_sql, CASE WHEN sqlite_mig._module(i.source_sql) = 'rtree' THEN 'USING gist ' ELSE '' END || format('(%s)', c.list)))
		FROM sqlite_mig.migration AS m
			JOIN sqlite_mig.plan_table AS t USING (migration)
			JOIN sqlite_mig.plan_index AS i ON i.migration = t.migration AND i.source_table = t.source_name,
			LATERAL (SELECT sqlite_mig._target_columns(m.migration, t.source_name, i.columns, i.descending) AS list) AS c
		WHERE m.migration = _sql_indexes.migration AND t.include AND i.include AND (c.list IS NOT NULL OR i.target_sql IS NOT NULL)
		ORDER BY t.load_order, t.source_name, i.target_name;
END;
CREATE OR REPLACE FUNCTION sqlite_mig._statements(migration text) RETURNS SETOF sqlite_mig._statement
	-- the plan has no statistics: a nested loop would read all constraints for each table
	LANGUAGE sql STABLE SET enable_nestloop = off SET jit = off
BEGIN ATOMIC
	SELECT row_number() OVER (ORDER BY s.part, s.ordinality)::integer, s.object_kind, s.object_name, s.source_table, s.statement
	FROM (SELECT sqlite_mig._if_exists(_statements.migration)) AS e (if_exists), LATERAL (
		SELECT 1 AS part, b.* FROM sqlite_mig._sql_schemas(_statements.migration) WITH ORDINALITY AS b
		UNION ALL SELECT 2, b.* FROM sqlite_mig._sql_foreign_tables(_statements.migration) WITH ORDINALITY AS b
		UNION ALL SELECT 3, b.* FROM sqlite_mig._sql_drops(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists = 'replace'
		UNION ALL SELECT 4, b.* FROM sqlite_mig._sql_collations(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 4, b.* FROM sqlite_mig._sql_systems(_statements.migration) WITH ORDINALITY AS b
		UNION ALL SELECT 4, b.* FROM sqlite_mig._sql_loads(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('load', 'truncate')
		UNION ALL SELECT 5, b.* FROM sqlite_mig._sql_loaded_sequences(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('load', 'truncate')
		UNION ALL SELECT 6, b.* FROM sqlite_mig._sql_tables(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 7, b.* FROM sqlite_mig._sql_copies(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT CASE b.object_kind WHEN 'foreign key' THEN 12 ELSE 8 END, b.* FROM sqlite_mig._sql_constraints(_statements.migration) WITH ORDINALITY AS b
			WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 9, b.* FROM sqlite_mig._sql_indexes(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 10, b.* FROM sqlite_mig._sql_search_indexes(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 11, b.* FROM sqlite_mig._sql_orphans(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 13, b.* FROM sqlite_mig._sql_sequences(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 14, b.* FROM sqlite_mig._sql_analyze(_statements.migration) WITH ORDINALITY AS b
		UNION ALL SELECT 15, b.* FROM sqlite_mig._sql_comments(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 16, b.* FROM sqlite_mig._sql_views(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
	) AS s
	ORDER BY 1;
END;
CREATE OR REPLACE FUNCTION sqlite_mig._check_edited(plan sqlite_mig.migration, reject boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	named constant text := quote_literal((plan).server) || CASE WHEN (plan).server <> (plan).migration THEN ', migration => ' || quote_literal((plan).migration) ELSE '' END;
	found text[];
BEGIN
	found := ARRAY(SELECT format('%s %s: %s', f.object_kind, f.object_name, concat_ws('; ', f.finding || coalesce(': ' || f.rows, ''), f.sample))
		FROM sqlite_mig.plan_check((plan).server, (plan).migration) WITH ORDINALITY AS f
		WHERE f.severity = 'blocker' AND NOT (reject AND f.object_kind = 'column' AND f.rows > 0) ORDER BY f.ordinality);
	IF cardinality(found) > 0 THEN
		RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
			MESSAGE = format('the plan of migration "%s" cannot be carried out; blockers: %s', (plan).migration, cardinality(found)),
			DETAIL = array_to_string(found[1:10], E'\n') || CASE WHEN cardinality(found) > 10 THEN E'\n...' ELSE '' END,
			HINT = format('SELECT * FROM sqlite_mig.plan_check(%s); has them with advice.', named);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._check_load(plan sqlite_mig.migration, reject boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	found text[];
BEGIN
	found := ARRAY(SELECT format('%s %s: %s', f.object_kind, f.object_name, concat_ws('; ', f.finding || coalesce(': ' || f.rows, ''), f.sample))
		FROM sqlite_mig.plan_check((plan).server, (plan).migration) WITH ORDINALITY AS f
		WHERE f.severity = 'blocker' AND NOT (reject AND f.object_kind = 'column' AND f.rows > 0) ORDER BY f.ordinality);
	IF cardinality(found) > 0 THEN
		RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
			MESSAGE = format('the tables of schema "%s" do not take what is in server "%s"; blockers: %s', (plan).target_schema, (plan).server, cardinality(found)),
			DETAIL = array_to_string(found[1:50], E'\n') || CASE WHEN cardinality(found) > 50 THEN E'\n...' ELSE '' END,
			HINT = format('Change the tables; or make a plan with SELECT * FROM sqlite_mig.prepare(%L, %L, ''{"if_exists": "%s"}'', %L); and edit it.',
				(plan).server, (plan).target_schema, (plan).options ->> 'if_exists', (plan).migration);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._check_targets(migration text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan  sqlite_mig.migration := sqlite_mig._migration(migration);
	taken text;
BEGIN
	PERFORM sqlite_mig._need_schema(plan.target_schema, 'target_schema => ''...''');
	IF sqlite_mig._if_exists(plan.migration) <> 'error' THEN
		PERFORM sqlite_mig._check_existing(plan);
		RETURN;
	END IF;
	SELECT sqlite_mig._listed(array_agg(c.relname::text ORDER BY c.relname)) INTO taken
		FROM (SELECT t.target_name FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.include
				UNION SELECT v.target_name FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration AND v.include) AS t
			JOIN pg_class AS c ON c.relname = t.target_name AND c.relnamespace = to_regnamespace(quote_ident(plan.target_schema));
	IF taken IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'duplicate_table',
			MESSAGE = format('schema "%s" already has relations with the names of tables to migrate', plan.target_schema),
			DETAIL = format('In the way: %s.%s', taken, CASE WHEN plan.state = 'migrated' THEN format(' Migration "%s" was carried out already.', plan.migration) ELSE '' END),
			HINT = 'Load them with if_exists => ''load'', or have them replaced with if_exists => ''replace''; or choose another schema with target_schema => ''...''.';
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._is_lasting(object_kind text) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT object_kind NOT IN ('source schema', 'schema', 'collation', 'drop', 'orphans');
END;
COMMENT ON FUNCTION sqlite_mig._is_lasting(text) IS 'internal: does a statement say what a run was begun to do';
CREATE OR REPLACE FUNCTION sqlite_mig._run_open(migration text, began timestamptz, on_conflict text, on_error text, reject_limit bigint,
		OUT number integer, OUT plan text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	UPDATE sqlite_mig.migration AS m SET run = m.run + 1, started_at = began, finished_at = NULL, verified_at = NULL, rows_copied = 0
		WHERE m.migration = _run_open.migration RETURNING m.run INTO number;
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = _run_open.migration AND e.phase IN ('migrate', 'sync');
	-- both of one reading: it is a tenth of the time of what a run with hundreds of tables does before its workers have work
	WITH every AS MATERIALIZED (
		SELECT s.* FROM sqlite_mig._statements(_run_open.migration) AS s
	), noted AS (
		INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, table_name, statement)
			SELECT _run_open.migration, number, s.step, s.object_kind, s.object_name, s.source_table, s.statement
			FROM every AS s WHERE s.object_kind NOT IN ('source schema', 'foreign table')
	)
	SELECT md5(coalesce(string_agg(s.statement, chr(10) ORDER BY s.step), '')) INTO plan FROM every AS s WHERE sqlite_mig._is_lasting(s.object_kind);
	DELETE FROM sqlite_mig.rejected AS r WHERE r.migration = _run_open.migration;
	IF on_conflict <> 'error' OR on_error <> 'stop' THEN
		UPDATE sqlite_mig.journal AS j SET statement = left(j.statement, -1)
				|| CASE WHEN on_conflict <> 'error' AND j.table_name NOT IN (SELECT t.table_name FROM sqlite_mig.journal AS t
						WHERE t.migration = _run_open.migration AND t.run = number AND t.object_kind = 'table' AND t.table_name IS NOT NULL)
					THEN sqlite_mig._merge_arguments(j.migration, j.table_name) ELSE '' END
				|| CASE WHEN on_error <> 'stop' THEN format(', on_error => %L%s, migration => %L', on_error, ', reject_limit => ' || reject_limit, j.migration) ELSE '' END || ')'
			WHERE j.migration = _run_open.migration AND j.run = number AND j.object_kind = 'copy';
	END IF;

	PERFORM sqlite_mig._note_edits(_run_open.migration, number);
END;
$$;
COMMENT ON FUNCTION sqlite_mig._run_open(text, timestamptz, text, text, bigint) IS 'internal: opens a run of a migration';
CREATE OR REPLACE FUNCTION sqlite_mig._note_edits(migration text, run integer) RETURNS void
	-- the plan has no statistics, so a join would be taken for one of a few rows; what has no other way than a nested loop would then look worth compiling
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET enable_nestloop = off SET jit = off AS
$$
#variable_conflict use_column
DECLARE
	mig constant text := _note_edits.migration;
BEGIN
	-- what prepare could not decide and the plan now does
	WITH edited AS MATERIALIZED (
		SELECT c.source_table, c.source_table || '.' || c.source_name AS object_name,
			c.evidence ->> 'proposed' <> concat_ws('/', c.target_type, c.format) AS type, c.default_expr IS NOT NULL AS value
		FROM sqlite_mig.plan_column AS c
		WHERE c.migration = mig AND (c.evidence ->> 'proposed' <> concat_ws('/', c.target_type, c.format) OR c.default_expr IS NOT NULL)
	)
	DELETE FROM sqlite_mig.ledger_entry AS e USING edited AS c
		WHERE e.migration = mig AND e.phase = 'prepare' AND (e.table_name, e.object_name) = (c.source_table, c.object_name)
			AND (c.type AND e.rule IN ('type', 'values', 'nulled', 'gap', 'overlap', 'mixed offsets', 'time zone', 'json', 'no values', 'text as bytes') OR c.value AND e.rule = 'default');
	DELETE FROM sqlite_mig.ledger_entry AS e USING sqlite_mig.journal AS j
		WHERE e.migration = mig AND e.phase = 'prepare' AND e.effect = 'skipped' AND j.migration = mig AND j.run = _note_edits.run
			AND e.object_kind IN ('check', 'foreign key') AND (e.object_name, e.table_name) = (j.object_name, j.table_name);
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig AND e.phase = 'prepare' AND e.effect = 'skipped'
		AND (e.object_kind = 'view' AND e.object_name IN (SELECT v.source_name FROM sqlite_mig.plan_view AS v WHERE v.migration = mig AND v.include AND v.target_sql IS NOT NULL)
			OR e.object_kind = 'trigger' AND e.object_name IN (SELECT g.source_name FROM sqlite_mig.plan_trigger AS g WHERE g.migration = mig AND g.include AND g.target_sql IS NOT NULL));
	DELETE FROM sqlite_mig.ledger_entry AS e USING sqlite_mig.plan_index AS i
		WHERE e.migration = mig AND e.phase = 'prepare' AND e.effect = 'skipped' AND e.object_kind = 'index'
			AND i.migration = mig AND i.source_name = e.object_name AND i.include;
	DELETE FROM sqlite_mig.ledger_entry AS e USING sqlite_mig.plan_table AS t
		WHERE e.migration = mig AND e.phase = 'prepare' AND e.object_kind <> 'trigger'
			AND t.migration = mig AND t.source_name = e.table_name AND NOT t.include AND t.reason IS NULL;
	UPDATE sqlite_mig.ledger_entry AS e SET accepted = true FROM sqlite_mig.plan_table AS t
		WHERE e.migration = mig AND e.phase = 'prepare' AND e.object_kind = 'trigger' AND t.migration = mig AND t.source_name = e.table_name AND NOT t.include;

	PERFORM sqlite_mig._note(mig, 'migrate', n.kind, n.name, n.table_name, 'info', n.effect, 'edited', n.detail, accepted => n.effect = 'skipped')
	FROM (
		SELECT 1, t.load_order, 'table', t.source_name, t.source_name, 'skipped', 'left out in the plan' FROM sqlite_mig.plan_table AS t
			WHERE t.migration = mig AND NOT t.include AND t.reason IS NULL
		UNION ALL SELECT 2, t.load_order, 'column', c.source_table || '.' || c.source_name, c.source_table, CASE WHEN c.include THEN 'converted' ELSE 'skipped' END,
				CASE WHEN c.include THEN format('became %s as the plan says, not %s as proposed', concat_ws('/', c.target_type, c.format), c.evidence ->> 'proposed')
					ELSE 'left out in the plan' END
			FROM sqlite_mig.plan_column AS c JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
			WHERE c.migration = mig AND (NOT c.include AND NOT coalesce(c.evidence ? 'absent', false) OR c.evidence ->> 'proposed' <> concat_ws('/', c.target_type, c.format))
		UNION ALL SELECT 1, t.load_order, 'table', t.source_name, t.source_name, 'converted', format('is called "%s" as the plan says', t.target_name)
			FROM sqlite_mig.plan_table AS t
			WHERE t.migration = mig AND t.include AND t.target_name <> t.source_name AND NOT EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e
				WHERE e.migration = mig AND e.rule = 'name' AND e.object_kind = 'table' AND e.object_name = t.source_name)
		UNION ALL SELECT 2, t.load_order, 'column', c.source_table || '.' || c.source_name, c.source_table, 'converted', format('is called "%s" as the plan says', c.target_name)
			FROM sqlite_mig.plan_column AS c JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
			WHERE c.migration = mig AND c.include AND c.target_name <> c.source_name AND NOT EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e
				WHERE e.migration = mig AND e.rule = 'name' AND e.object_kind = 'column' AND e.object_name = c.source_table || '.' || c.source_name)
		UNION ALL SELECT 3, t.load_order, k.kind, k.target_name, k.source_table, 'skipped', 'left out in the plan'
			FROM sqlite_mig.plan_constraint AS k JOIN sqlite_mig.plan_table AS t ON t.migration = k.migration AND t.source_name = k.source_table AND t.include
			WHERE k.migration = mig AND NOT k.include AND k.reason IS NULL
		UNION ALL SELECT 4, t.load_order, 'index', i.source_name, i.source_table, 'skipped', 'left out in the plan'
			FROM sqlite_mig.plan_index AS i JOIN sqlite_mig.plan_table AS t ON t.migration = i.migration AND t.source_name = i.source_table AND t.include
			WHERE i.migration = mig AND NOT i.include AND i.reason IS NULL
		UNION ALL SELECT 5, v.make_order, 'view', v.source_name, NULL, 'skipped', 'left out in the plan' FROM sqlite_mig.plan_view AS v
			WHERE v.migration = mig AND NOT v.include AND v.reason IS NULL
		UNION ALL SELECT 6, 0, 'trigger', g.source_name, g.source_table, 'skipped', 'left out in the plan' FROM sqlite_mig.plan_trigger AS g
			WHERE g.migration = mig AND NOT g.include AND g.reason IS NULL
		UNION ALL SELECT 7, t.load_order, 'virtual table', s.source_name, s.source_table, 'skipped', 'its search was left out in the plan'
			FROM sqlite_mig.plan_search AS s JOIN sqlite_mig.plan_table AS t ON t.migration = s.migration AND t.source_name = s.source_table AND t.include
			WHERE s.migration = mig AND NOT s.include AND s.reason IS NULL
	) AS n (part, load_order, kind, name, table_name, effect, detail) ORDER BY n.part, n.load_order, n.name;

	PERFORM sqlite_mig._note(mig, 'migrate', 'index', i.source_name, i.source_table, 'warning', 'changed', 'index', 'made for all rows, without its condition', sample => i.source_sql)
		FROM sqlite_mig.plan_index AS i JOIN sqlite_mig.plan_table AS t ON t.migration = i.migration AND t.source_name = i.source_table AND t.include
		WHERE i.migration = mig AND i.include AND i.target_sql IS NULL AND i.source_sql ~* '\)\s*WHERE\M' ORDER BY t.load_order, i.source_name;

	-- what is included but rests on something that is not
	PERFORM sqlite_mig._note(mig, 'migrate', n.kind, n.target_name, n.source_table, 'warning', 'skipped', 'not included',
			'rests on a table or column that the plan does not include, or has no expression')
	FROM (
		SELECT k.kind, k.target_name, k.source_table FROM sqlite_mig.plan_constraint AS k
			JOIN sqlite_mig.plan_table AS t ON t.migration = k.migration AND t.source_name = k.source_table
			WHERE k.migration = mig AND k.include AND t.include
		UNION ALL SELECT CASE WHEN i.is_unique THEN 'unique index' ELSE 'index' END, i.target_name, i.source_table FROM sqlite_mig.plan_index AS i
			JOIN sqlite_mig.plan_table AS t ON t.migration = i.migration AND t.source_name = i.source_table
			WHERE i.migration = mig AND i.include AND t.include
		UNION ALL SELECT 'index', s.index_name, s.source_table FROM sqlite_mig.plan_search AS s
			JOIN sqlite_mig.plan_table AS t ON t.migration = s.migration AND t.source_name = s.source_table
			WHERE s.migration = mig AND s.include AND t.include
		EXCEPT SELECT j.object_kind, j.object_name, j.table_name FROM sqlite_mig.journal AS j WHERE j.migration = mig AND j.run = _note_edits.run
	) AS n ORDER BY n.source_table, n.target_name;
END;
$$;
CREATE OR REPLACE PROCEDURE sqlite_mig.migrate(server text, target_schema text DEFAULT NULL, migration text DEFAULT NULL, options jsonb DEFAULT '{}',
		tables text[] DEFAULT NULL, exclude text[] DEFAULT NULL, verify_level text DEFAULT 'checksum',
		on_conflict text DEFAULT 'error', on_error text DEFAULT 'stop', reject_limit bigint DEFAULT NULL, snapshot boolean DEFAULT false,
		if_exists text DEFAULT 'error', dry_run boolean DEFAULT false, mode text DEFAULT 'atomic', workers integer DEFAULT 0)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name    constant text := coalesce(migrate.migration, migrate.server);
	began   constant timestamptz := clock_timestamp();
	number  integer;
	step    sqlite_mig.journal;
	batch   sqlite_mig.journal[];
	started timestamptz;
	took    numeric;
	result  record;
	outcome text[];
	line    text;
BEGIN
	PERFORM sqlite_mig._check_mode(migrate.mode, migrate.workers, migrate.dry_run, migrate.if_exists);
	IF migrate.dry_run THEN
		-- all of it in a subtransaction; what there is to tell outlives its end in a variable
		PERFORM sqlite_mig._lock(name);
		BEGIN
			PERFORM set_config('sqlite_mig.dry_run', name, true);
			CALL sqlite_mig.migrate(server => migrate.server, target_schema => migrate.target_schema, migration => migrate.migration, options => migrate.options,
				tables => migrate.tables, exclude => migrate.exclude, verify_level => migrate.verify_level,
				on_conflict => migrate.on_conflict, on_error => migrate.on_error, reject_limit => migrate.reject_limit, snapshot => migrate.snapshot, if_exists => migrate.if_exists,
				mode => migrate.mode, workers => migrate.workers);
			outcome := sqlite_mig._outcome(name, clock_timestamp() - began);
			RAISE EXCEPTION USING ERRCODE = 'MIGDR', MESSAGE = 'the end of a dry run';
		EXCEPTION
			WHEN SQLSTATE 'MIGDR' THEN
				NULL;
		END;
		FOREACH line IN ARRAY outcome LOOP
			RAISE NOTICE '%', line;
		END LOOP;
		RETURN;
	END IF;
	PERFORM sqlite_mig._check_level(verify_level);
	PERFORM sqlite_mig._check_rows(migrate.on_conflict, migrate.on_error, migrate.reject_limit);
	-- the argument of the call counts, not what the plan was made for
	PERFORM sqlite_mig._check_options(migrate.options || jsonb_build_object('if_exists', migrate.if_exists, 'on_conflict', migrate.on_conflict));
	PERFORM sqlite_mig._lock(name);
	IF migrate.mode = 'resumable' OR migrate.workers > 0 THEN
		PERFORM sqlite_mig._lead(name, migrate.workers, migrate.snapshot, jsonb_build_object('server', migrate.server, 'target_schema', migrate.target_schema,
			'options', migrate.options, 'tables', migrate.tables, 'exclude', migrate.exclude, 'verify_level', verify_level, 'on_conflict', migrate.on_conflict,
			'on_error', migrate.on_error, 'reject_limit', migrate.reject_limit, 'if_exists', migrate.if_exists, 'mode', migrate.mode));
		SELECT s.* INTO result FROM sqlite_mig.status(migrate.server, name) AS s;
		RAISE NOTICE 'migration "%": %: %', name, result.verdict, result.reason;
		RETURN;
	END IF;
	PERFORM sqlite_mig._check_interrupted(name);
	-- all that follows reads the copy, also what verifies
	IF migrate.snapshot THEN
		PERFORM sqlite_mig._snapshot(migrate.server);
	END IF;
	PERFORM sqlite_mig._ready(name, migrate.server, migrate.target_schema, migrate.options || jsonb_build_object('if_exists', migrate.if_exists, 'on_conflict', migrate.on_conflict), migrate.tables, migrate.exclude,
		migrate.on_error = 'reject');
	PERFORM sqlite_mig._check_targets(name);
	SELECT o.number INTO number FROM sqlite_mig._run_open(name, began, migrate.on_conflict, migrate.on_error, migrate.reject_limit) AS o;

	-- Rows arrive frozen only if the copy has the subtransaction of its table and nothing above it holds a snapshot: so no
	-- exception block and no loop over a query here, and the copy is called from here and nowhere deeper.
	step.step := 0;
	LOOP
		SELECT j.* INTO step FROM sqlite_mig.journal AS j
			WHERE j.migration = name AND j.run = number AND j.step > step.step ORDER BY j.step LIMIT 1;
		EXIT WHEN NOT FOUND;
		batch := CASE WHEN step.object_kind <> 'copy' THEN sqlite_mig._batch(step) END;
		IF batch IS NOT NULL THEN
			PERFORM sqlite_mig._run_batch(batch);
			step := batch[cardinality(batch)];
			CONTINUE;
		END IF;
		started := clock_timestamp();
		IF step.object_kind = 'copy' THEN
			EXECUTE sqlite_mig._copy_summed(step.statement, verify_level <> 'counts') INTO result;
		ELSIF step.object_kind IN ('schema', 'collation', 'table', 'drop', 'truncate', 'constraints', 'setting', 'foreign key check') THEN
			EXECUTE step.statement;
		ELSIF NOT (step.object_kind = 'sequence' AND sqlite_mig._keeps_sequences(name)) THEN
			PERFORM sqlite_mig._run_guarded(step);
		END IF;
		took := extract(epoch FROM clock_timestamp() - started);
		UPDATE sqlite_mig.journal AS j SET started_at = started, seconds = took
			WHERE j.migration = name AND j.run = number AND j.step = step.step;
		IF step.object_kind = 'copy' THEN
			PERFORM sqlite_mig._copied(step, result, took);
		END IF;
	END LOOP;

	UPDATE sqlite_mig.migration AS m SET state = 'migrated',
			rows_copied = sqlite_mig._rows_copied(name, number)
		WHERE m.migration = name;
	PERFORM sqlite_mig._verify(name, verify_level, true);
	UPDATE sqlite_mig.migration AS m SET finished_at = clock_timestamp() WHERE m.migration = name;
	SELECT s.* INTO result FROM sqlite_mig.status(migrate.server, name) AS s;
	RAISE NOTICE 'migration "%": %: %', name, result.verdict, result.reason;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._weights(migration text) RETURNS TABLE (source_name text, load_order integer, bytes numeric)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH width AS MATERIALIZED (
		SELECT c.source_table, sum(8 + least(coalesce((c.evidence ->> 'max_bytes')::numeric, 64), 65536) / 2) AS bytes FROM sqlite_mig.plan_column AS c
			WHERE c.migration = _weights.migration AND c.include GROUP BY c.source_table
	), guess AS MATERIALIZED (
		SELECT t.source_name, t.load_order, coalesce(t.rows, t.estimated_rows, 0) * coalesce(w.bytes, 0) AS bytes
			FROM sqlite_mig.plan_table AS t LEFT JOIN width AS w ON w.source_table = t.source_name WHERE t.migration = _weights.migration AND t.include
	), file AS MATERIALIZED (
		SELECT i.page_size::numeric * (i.page_count - i.freelist_count) AS bytes FROM sqlite_mig.migration AS m, LATERAL sqlite_mig.source_info(m.server) AS i
			WHERE m.migration = _weights.migration AND NOT coalesce((m.options ->> 'fit_values')::boolean, true)
	)
	SELECT g.source_name, g.load_order, g.bytes * greatest((SELECT f.bytes FROM file AS f) / nullif((SELECT sum(a.bytes) FROM guess AS a), 0), 1) FROM guess AS g;
END;
CREATE OR REPLACE FUNCTION sqlite_mig._heavy(migration text) RETURNS SETOF text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT w.source_name FROM sqlite_mig._weights(_heavy.migration) AS w JOIN sqlite_mig.plan_table AS t ON t.migration = _heavy.migration AND t.source_name = w.source_name
		WHERE w.bytes > 16384 * coalesce(t.rows, t.estimated_rows) AND EXISTS (SELECT FROM sqlite_mig.plan_column AS c
			WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include AND c.target_type = 'bytea');
END;
COMMENT ON FUNCTION sqlite_mig._heavy(text) IS 'internal: tables of long blobs';
CREATE OR REPLACE FUNCTION sqlite_mig._tasks_make(migration text, run integer, level text, began timestamptz, reject_limit bigint) RETURNS void
	-- plan and journal have no statistics, so a join would be taken for one of a few rows
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := _tasks_make.migration;
	number constant integer := _tasks_make.run;
	size   constant numeric := pg_size_bytes(current_setting('sqlite_fdw_mig.range_size'));
	fresh  constant boolean := sqlite_mig._if_exists(mig) IN ('error', 'replace');
	-- a foreign key that waits for the end of the transaction, or a setting for its time, keep all copies in one
	whole  constant boolean := EXISTS (SELECT FROM sqlite_mig.journal AS j
		WHERE j.migration = mig AND j.run = number AND j.object_kind IN ('constraints', 'setting', 'foreign key check'));
	moves  constant boolean := sqlite_mig._moves_rows(mig);
	large  constant text[] := ARRAY(SELECT w.source_name FROM sqlite_mig._weights(mig) AS w WHERE fresh AND w.bytes > size);
	item   sqlite_mig.journal;
BEGIN
	FOR item IN SELECT j.* FROM sqlite_mig.journal AS j
			-- the limit counts the rejects of one copy
			WHERE j.migration = mig AND j.run = number AND j.object_kind = 'copy' AND j.table_name = ANY (large) AND reject_limit IS NULL ORDER BY j.step LOOP
		PERFORM sqlite_mig._ranges_make(item, size, level <> 'counts');
	END LOOP;
	UPDATE sqlite_mig.journal AS j SET statement = sqlite_mig._copy_summed(j.statement, level <> 'counts') WHERE j.migration = mig AND j.run = number AND j.object_kind = 'copy';
	-- rows that break a key leave before its index is made
	IF NOT moves THEN
		PERFORM sqlite_mig._key_indexes_make(mig, number, large);
	END IF;
	IF level <> 'counts' THEN
		PERFORM sqlite_mig._sums_make(mig, number, size);
	END IF;
	INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, table_name, statement)
		SELECT mig, number, m.last + row_number() OVER (ORDER BY w.load_order, w.source_name), 'verify', w.source_name, w.source_name,
			format('SELECT sqlite_mig._verify_table(sqlite_mig._migration(%L, true), %L, %L, %L, true)', mig, w.source_name, level, began)
		FROM sqlite_mig._weights(mig) AS w, (SELECT coalesce(max(j.step), 0) AS last FROM sqlite_mig.journal AS j WHERE j.migration = mig AND j.run = number) AS m;
	INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, statement)
		SELECT mig, number, m.last + row_number() OVER (ORDER BY v.make_order), 'verify view', v.source_name,
			format('SELECT sqlite_mig._verify_view(sqlite_mig._migration(%L, true), %L, %L, %L)', mig, v.source_name, level, began)
		FROM sqlite_mig.plan_view AS v, (SELECT coalesce(max(j.step), 0) AS last FROM sqlite_mig.journal AS j WHERE j.migration = mig AND j.run = number) AS m
		WHERE v.migration = mig AND v.include AND fresh;
	UPDATE sqlite_mig.journal AS j SET stage = CASE
			WHEN j.object_kind IN ('view', 'trigger', 'verify view') THEN 12
			WHEN j.object_kind = 'verify' THEN 11
			WHEN j.object_kind = 'target sum' THEN 10
			WHEN j.object_kind = 'foreign key' THEN 9
			WHEN j.object_kind = 'orphans' THEN 8
			WHEN j.object_kind IN ('schema', 'collation', 'drop', 'truncate') OR whole AND j.object_kind NOT IN ('sequence', 'analyze', 'comment') THEN 0
			WHEN j.object_kind = 'range' THEN 2
			WHEN j.object_kind = 'copied' THEN 3
			WHEN j.table_name <> ALL (large) THEN 7
			WHEN j.object_kind IN ('table', 'copy') THEN 1
			WHEN j.object_kind IN ('primary key', 'unique') AND EXISTS (SELECT FROM sqlite_mig.journal AS i
				WHERE i.migration = mig AND i.run = number AND i.object_kind = 'key index' AND i.table_name = j.table_name AND i.object_name = j.object_name) THEN 6
			WHEN j.object_kind IN ('primary key', 'unique', 'check') THEN 4
			-- statistics beside verification, which an index build may not be beside; those of an expression need its index
			WHEN j.object_kind = 'analyze' AND NOT moves AND NOT EXISTS (SELECT FROM sqlite_mig.plan_index AS i
				WHERE i.migration = mig AND i.source_table = j.table_name AND i.include AND i.target_sql IS NOT NULL) THEN 4
			WHEN j.object_kind IN ('index', 'unique index', 'key index') THEN 5
			ELSE 7 END
		WHERE j.migration = mig AND j.run = number;
	-- what all wait for; then a table at a time, the largest first, and small ones several at a time; then foreign keys, then proof
	WITH weight AS MATERIALIZED (
		SELECT w.*, CASE WHEN fresh AND w.bytes < size / 32 THEN floor((sum(greatest(w.bytes, size / 256)) OVER o - greatest(w.bytes, size / 256)) / (size / 32)) END AS batch
			FROM sqlite_mig._weights(mig) AS w WINDOW o AS (ORDER BY w.bytes DESC, w.load_order, w.source_name ROWS UNBOUNDED PRECEDING)
	), place AS MATERIALIZED (
		-- of the first table of its batch
		SELECT w.source_name, first_value(w.bytes) OVER o AS bytes, first_value(w.load_order) OVER o AS load_order, first_value(w.source_name) OVER o AS first
			FROM weight AS w WINDOW o AS (PARTITION BY w.batch, CASE WHEN w.batch IS NULL THEN w.source_name END ORDER BY w.bytes DESC, w.load_order, w.source_name)
	)
	UPDATE sqlite_mig.journal AS j SET task = t.task
		FROM (SELECT i.step, dense_rank() OVER (ORDER BY CASE WHEN i.stage = 0 THEN 0 WHEN i.stage < 8 THEN 1 ELSE i.stage END,
					CASE WHEN i.stage = 0 AND NOT whole THEN i.step END,
					CASE WHEN i.stage BETWEEN 1 AND 11 THEN -p.bytes END, CASE WHEN i.stage BETWEEN 1 AND 11 THEN p.load_order END,
					CASE WHEN i.stage BETWEEN 1 AND 11 THEN p.first END,
					i.stage, CASE WHEN i.stage IN (2, 5, 10) THEN i.step END) AS task
				FROM sqlite_mig.journal AS i LEFT JOIN place AS p ON p.source_name = i.table_name
				WHERE i.migration = mig AND i.run = number) AS t
		WHERE j.migration = mig AND j.run = number AND j.step = t.step;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._tasks(migration text, run integer, workers integer) RETURNS TABLE (task integer, statements text[], after integer[])
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH step AS MATERIALIZED (
		SELECT j.*, count(*) FILTER (WHERE j.stage = 5) OVER (PARTITION BY j.table_name) AS beside
			FROM sqlite_mig.journal AS j WHERE j.migration = _tasks.migration AND j.run = _tasks.run AND j.seconds IS NULL
	), item AS MATERIALIZED (
		SELECT s.task, s.stage, s.table_name, bool_or(s.object_kind IN ('copy', 'range', 'copied')) AS copies, bool_and(s.object_kind = 'analyze') AS reads FROM step AS s GROUP BY s.task, s.stage, s.table_name
	), used AS MATERIALIZED (
		-- which tables a foreign key locks
		SELECT i.task, i.table_name FROM item AS i WHERE i.stage = 9
		UNION SELECT s.task, k.parent_table FROM step AS s JOIN sqlite_mig.plan_constraint AS k ON k.migration = s.migration AND k.source_table = s.table_name AND k.target_name = s.object_name
			WHERE s.stage = 9
	), edge AS (
		SELECT i.task, b.task AS before FROM item AS i JOIN item AS b ON b.table_name = i.table_name AND b.stage < i.stage
			-- only rows and what locks out readers keep a table from being verified, unless rows may still leave it
			WHERE i.stage < 10 OR b.copies OR b.stage <= 4 AND NOT b.reads OR b.stage = 10
				OR (SELECT sqlite_mig._moves_rows(m.migration) OR m.running -> 'args' ->> 'verify_level' = 'full' FROM sqlite_mig.migration AS m WHERE m.migration = _tasks.migration)
		UNION SELECT i.task, b.task FROM item AS i JOIN item AS b ON b.stage = 0 AND b.task < i.task
		UNION SELECT i.task, lag(i.task) OVER (PARTITION BY i.table_name ORDER BY i.task) FROM item AS i
			WHERE i.stage = 2 AND i.table_name IN (SELECT h.source_name FROM sqlite_mig._heavy(_tasks.migration) AS h (source_name))
		UNION SELECT i.task, b.task FROM item AS i JOIN item AS b ON b.stage < 8 WHERE i.stage = 8
		UNION SELECT i.task, b.task FROM item AS i JOIN item AS b ON b.stage = 8 WHERE i.stage > 8
		UNION SELECT i.task, b.task FROM item AS i JOIN item AS b ON b.stage < 12 WHERE i.stage = 12
		UNION SELECT u.task, b.task FROM used AS u JOIN item AS b ON b.table_name = u.table_name AND b.stage < 8
		UNION SELECT u.task, lag(u.task) OVER (PARTITION BY u.table_name ORDER BY u.task) FROM used AS u
		UNION SELECT i.task, b.task FROM item AS i JOIN sqlite_mig._loaded_keys(_tasks.migration) AS k ON k.source_name = i.table_name
			JOIN item AS b ON b.table_name = k.parent_name AND b.stage = 7
			WHERE i.stage = 7 AND b.task <> i.task AND sqlite_mig._if_exists(_tasks.migration) IN ('load', 'truncate')
	)
	SELECT s.task, ARRAY[format('SELECT sqlite_mig._claim(%L, %s, %s)', _tasks.migration, _tasks.run, s.task)] || CASE
				-- rows arrive frozen when table and copy are statements of their own; for the rest one is enough
				WHEN bool_or(s.object_kind = 'table' AND s.stage = 7) THEN array_agg(CASE WHEN s.object_kind = 'copy' AND x.n = 2
						THEN format('SELECT sqlite_mig._rest_of_table(%L, %s, %s, %L, $2, $1::jsonb)', _tasks.migration, _tasks.run, s.task, s.table_name) ELSE x.statement END ORDER BY s.table_name, s.step, x.n)
					FILTER (WHERE s.object_kind = 'copy' OR s.object_kind = 'table' AND x.n = 1)
				-- of several small tables
				WHEN min(s.stage) = 9 AND count(DISTINCT s.table_name) > 1 THEN ARRAY[format('SELECT sqlite_mig._run_task(%L, %s, %s)', _tasks.migration, _tasks.run, s.task)]
				ELSE array_agg(x.statement ORDER BY s.step, x.n) END,
			ARRAY(SELECT e.before FROM edge AS e WHERE e.task = s.task AND e.before IS NOT NULL)
		FROM step AS s, LATERAL unnest(sqlite_mig._step_statements(s.migration, s.run, s.step, s.object_kind, s.statement,
			-- indexes of one table are made side by side, each by one process unless workers are left over; a lone worker has the server's parallel workers
			CASE WHEN _tasks.workers > 1 THEN greatest(_tasks.workers / nullif(s.beside, 0)::integer, 1) END)) WITH ORDINALITY AS x (statement, n)
		GROUP BY s.task ORDER BY s.task;
END;
CREATE OR REPLACE FUNCTION sqlite_mig._sort_memory(step sqlite_mig.journal, processes integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	most constant bigint := pg_size_bytes(current_setting('maintenance_work_mem'));
	rows bigint;
BEGIN
	SELECT coalesce(t.rows, t.estimated_rows) INTO rows FROM sqlite_mig.plan_table AS t WHERE t.migration = step.migration AND t.source_name = step.table_name;
	IF rows IS NULL OR processes IS NULL OR step.statement LIKE '% USING %' OR step.object_kind = 'key index' AND EXISTS (
			SELECT FROM sqlite_mig.plan_constraint AS k JOIN sqlite_mig.plan_column AS c ON c.migration = k.migration AND c.source_table = k.source_table AND k.columns = ARRAY[c.source_name]
			WHERE k.migration = step.migration AND k.source_table = step.table_name AND k.target_name = step.object_name AND c.identity IS NOT NULL) THEN
		RETURN;
	END IF;
	-- a merge takes 256 kB for each piece: with the square root of its size a sort of any size is merged in one pass or two
	PERFORM set_config('maintenance_work_mem', (least(most, greatest(4 * 1024 * 1024, 3000 * sqrt(rows), CASE WHEN processes > 1 THEN processes * 32 * 1024 * 1024 END)) / 1024)::bigint || 'kB', true);
END;
$$;
COMMENT ON FUNCTION sqlite_mig._sort_memory(sqlite_mig.journal, integer) IS 'internal: how much memory an index build takes';
CREATE OR REPLACE FUNCTION sqlite_mig._run_index(step sqlite_mig.journal, processes integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	failure record;
BEGIN
	PERFORM set_config('max_parallel_maintenance_workers', least(current_setting('max_parallel_maintenance_workers')::integer, processes - 1)::text, true);
	PERFORM sqlite_mig._sort_memory(step, processes);
	IF step.object_kind <> 'key index' THEN
		PERFORM sqlite_mig._run_guarded(step);
		RETURN;
	END IF;
	SELECT t.* INTO failure FROM sqlite_mig._try(step.statement) AS t;
	IF failure.code IS NOT NULL THEN
		UPDATE sqlite_mig.journal AS j SET error = format('%s: %s', failure.code, failure.message) WHERE (j.migration, j.run, j.step) = (step.migration, step.run, step.step);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig.replay(server text, migration text DEFAULT NULL, OUT table_name text, OUT tried bigint, OUT loaded bigint, OUT still_rejected bigint)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name constant text := coalesce(replay.migration, replay.server);
	plan sqlite_mig.migration;
	item record;
	ends record;
	done record;
BEGIN
	-- (rows of copy_table belong to no migration; with neither there is nothing that this name stands for)
	IF replay.migration IS NOT NULL OR EXISTS (SELECT FROM sqlite_mig.migration AS m WHERE m.migration = name)
			OR NOT EXISTS (SELECT FROM sqlite_mig.rejected AS r WHERE r.server = replay.server AND r.migration IS NULL) THEN
		plan := sqlite_mig._migration(name, true);
		-- formats and time zones as the plan says now
		IF plan.plan_hash <> sqlite_mig._plan_hash(name) THEN
			PERFORM sqlite_mig._check_plan(name);
			PERFORM sqlite_mig._drop_source(name);
			PERFORM sqlite_mig._make_source(name);
		END IF;
	END IF;
	FOR item IN
		SELECT r.migration, r.table_name, min(r.source_relation) AS source, min(r.target_relation) AS target, r.on_conflict, r.conflict_columns
		FROM sqlite_mig.rejected AS r LEFT JOIN sqlite_mig.plan_table AS t ON t.migration = r.migration AND t.source_name = r.table_name
		WHERE r.replayed_at IS NULL AND NOT r.accepted AND r.server = replay.server
			AND (r.migration = name OR r.migration IS NULL AND replay.migration IS NULL)
		GROUP BY r.migration, t.load_order, r.table_name, r.on_conflict, r.conflict_columns, CASE WHEN r.migration IS NULL THEN r.target_relation END
		ORDER BY r.migration, t.load_order, r.table_name
	LOOP
		ends := sqlite_mig._replay_relations(item.migration, item.table_name, item.source, item.target);
		SELECT c.* INTO done FROM sqlite_mig._replay_table(ends.source, ends.target, item.on_conflict, item.conflict_columns, 'reject', NULL, item.migration) AS c;
		table_name := item.table_name;
		tried := done.rows_read;
		still_rejected := done.rejected;
		loaded := tried - still_rejected;
		IF item.migration IS NOT NULL THEN
			UPDATE sqlite_mig.migration AS m SET rows_copied = m.rows_copied + done.inserted WHERE m.migration = item.migration;
			PERFORM sqlite_mig._note_rejected(item.migration, item.table_name);
		END IF;
		RETURN NEXT;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._begin_run(migration text, args jsonb) RETURNS integer
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name   constant text := _begin_run.migration;
	server constant text := args ->> 'server';
	began  constant timestamptz := clock_timestamp();
	files  constant text := sqlite_mig._source_state(server);
	known  boolean;
	plan   sqlite_mig.migration;
	number integer;
	todo   text;
	left_over bigint;
BEGIN
	SELECT m.* INTO plan FROM sqlite_mig.migration AS m WHERE m.migration = name;
	known := FOUND;
	-- the answer to the call that ended it may have been lost
	IF plan.state = 'migrated' AND args ->> 'mode' = 'resumable' AND sqlite_mig._same_call(plan.running -> 'args', args) AND plan.running ->> 'source' = files
		AND plan.running ->> 'plan' = sqlite_mig._statements_hash(name) AND NOT coalesce((args -> 'options' ->> 'replace')::boolean, false)
		AND NOT EXISTS (SELECT FROM sqlite_mig._targets(name) AS t WHERE t.relation IS NULL) AND sqlite_mig._if_exists(name) = 'error' THEN
		plan := sqlite_mig._migration(name, true);
		RAISE NOTICE 'migration "%": run % is complete already', name, plan.run;
		RETURN plan.run;
	END IF;
	IF plan.state = 'running' THEN
		plan := sqlite_mig._migration(name, true);
		IF sqlite_mig._same_call(plan.running -> 'args', args) AND args ->> 'mode' = 'resumable' AND plan.running ->> 'plan' = sqlite_mig._statements_hash(name)
			AND plan.running ->> 'source' = files THEN
			UPDATE sqlite_mig.migration AS m SET options = m.options || CASE WHEN args -> 'options' ? 'policy' THEN jsonb_build_object('policy', args -> 'options' -> 'policy') ELSE '{}' END WHERE m.migration = name;
			IF sqlite_mig._moves_rows(name) THEN
				-- rows may leave now: what was verified before that does not count
				UPDATE sqlite_mig.journal AS j SET seconds = NULL WHERE j.migration = name AND j.run = plan.run AND j.object_kind IN ('target sum', 'verify');
				DELETE FROM sqlite_mig.verification AS v WHERE v.migration = name AND v.verified_at = (plan.running ->> 'began')::timestamptz;
			END IF;
			SELECT count(DISTINCT j.task) FILTER (WHERE j.seconds IS NULL) INTO left_over FROM sqlite_mig.journal AS j WHERE j.migration = name AND j.run = plan.run;
			RAISE NOTICE 'migration "%": going on with run %; tasks left: %', name, plan.run, left_over;
			RETURN plan.run;
		END IF;
		PERFORM sqlite_mig._check_resume(plan, args, files);
		PERFORM sqlite_mig._undo_run(name);
		known := NOT coalesce((plan.running ->> 'made_plan')::boolean, false);
	END IF;
	PERFORM sqlite_mig._ready(name, server, args ->> 'target_schema', (args -> 'options') || jsonb_build_object('if_exists', args ->> 'if_exists', 'on_conflict', args ->> 'on_conflict'),
		sqlite_mig._text_array(args -> 'tables'), sqlite_mig._text_array(args -> 'exclude'), args ->> 'on_error' = 'reject');
	PERFORM sqlite_mig._check_targets(name);
	SELECT o.number, o.plan INTO number, todo FROM sqlite_mig._run_open(name, began, args ->> 'on_conflict', args ->> 'on_error', (args ->> 'reject_limit')::bigint) AS o;
	PERFORM sqlite_mig._tasks_make(name, number, args ->> 'verify_level', began, (args ->> 'reject_limit')::bigint);
	UPDATE sqlite_mig.migration AS m SET state = 'running', running = jsonb_build_object('args', args, 'plan', todo, 'source', files, 'began', began, 'made_plan', NOT known)
		WHERE m.migration = name;
	RETURN number;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._statements_hash(migration text) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT md5(coalesce(string_agg(s.statement, chr(10) ORDER BY s.step), '')) FROM sqlite_mig._statements(_statements_hash.migration) AS s
		WHERE sqlite_mig._is_lasting(s.object_kind);
END;
CREATE OR REPLACE FUNCTION sqlite_mig._verify_view_content(plan sqlite_mig.migration, source_name text, target regclass, rows bigint, began timestamptz, seconds numeric) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	started constant timestamptz := clock_timestamp();
	name    constant text := _verify_view_content.source_name;
	mig     constant text := (plan).migration;
	limits  record;
	differing bigint;
	sample  text;
	error   text;
	loose   constant boolean := EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig AND e.object_kind = 'view' AND e.object_name = name AND e.rule IN ('group_concat', 'group by', 'mixed types', 'limit'));
	fleeting constant boolean := EXISTS (SELECT FROM sqlite_mig._views_below(mig, name) AS b WHERE b.source_sql ~* '\m(current_\w+|random\w*|now|localtime)\M|\m(date|time|datetime|julianday|unixepoch)\s*\(\s*\)');
	skipped text;
	finding text;
BEGIN
	SELECT l.* INTO limits FROM sqlite_mig._view_limits() AS l;
	skipped := CASE WHEN fleeting THEN 'not compared: it depends on the time, or on chance'
		WHEN _verify_view_content.rows > limits.rows THEN format('not compared: it has more than %s rows', limits.rows)
		WHEN _verify_view_content.seconds > limits.seconds THEN format('not compared: to count its rows took more than %s s', limits.seconds) END;
	IF skipped IS NULL THEN
		SELECT d.differing, d.sample, d.error INTO differing, sample, error FROM sqlite_mig._view_differences(plan, name, target) AS d;
		finding := CASE WHEN error IS NOT NULL THEN 'its content could not be compared: ' || error
			WHEN differing > 0 THEN format('shows other rows than in SQLite: %s of %s', differing, _verify_view_content.rows)
				|| CASE WHEN loose THEN '; which ones is not defined in SQLite either, or their types differ' ELSE '' END END;
	END IF;
	INSERT INTO sqlite_mig.verification (migration, verified_at, table_name, check_name, ok, detail, seconds)
		VALUES (mig, began, name, 'view content', finding IS NULL, coalesce(skipped, finding), extract(epoch FROM clock_timestamp() - started));
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig AND e.object_kind = 'view' AND e.object_name = name AND e.rule = 'view content' AND e.detail IS DISTINCT FROM coalesce(skipped, finding);
	IF coalesce(skipped, finding) IS NOT NULL AND NOT EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig AND e.object_kind = 'view' AND e.object_name = name AND e.rule = 'view content') THEN
		PERFORM sqlite_mig._note(mig, 'migrate', 'view', name, NULL, CASE WHEN finding IS NULL THEN 'info' ELSE 'warning' END,
			CASE WHEN finding IS NULL THEN 'converted' WHEN loose OR error IS NOT NULL THEN 'changed' ELSE 'failed' END, 'view content', coalesce(skipped, finding), differing, sample);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._verify_file(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	damage  record;
	finding text;
BEGIN
	SELECT d.* INTO damage FROM sqlite_mig._source_damage(plan.server) AS d;
	finding := CASE WHEN damage.unknown THEN 'SQLite cannot check the file for damage: ' ELSE
		'the file is damaged, rows may be missing in it; run PRAGMA integrity_check, compare with a backup, and accept this if nothing is missing: ' END || damage.finding;
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.object_kind = 'database' AND e.rule = 'damage' AND e.detail IS DISTINCT FROM finding;
	IF finding IS NOT NULL AND NOT EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.object_kind = 'database' AND e.rule = 'damage') THEN
		PERFORM sqlite_mig._note(plan.migration, 'migrate', 'database', plan.server, NULL, 'warning', CASE WHEN damage.unknown THEN 'guessed' ELSE 'failed' END, 'damage', finding);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig._verify_file(sqlite_mig.migration) IS 'internal: notes damage of the source in the ledger';
CREATE OR REPLACE FUNCTION sqlite_mig._verify(migration text, level text, copied boolean, sample_rows integer DEFAULT 3, workers integer DEFAULT 0) RETURNS timestamptz
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan    sqlite_mig.migration := sqlite_mig._migration(migration, true);
	began   constant timestamptz := clock_timestamp();
	item    record;
BEGIN
	IF workers > 0 THEN
		PERFORM sqlite_mig._verify_shared(plan, level, began, sample_rows, workers);
	END IF;
	FOR item IN SELECT t.source_name FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.include AND workers = 0 ORDER BY t.load_order, t.source_name LOOP
		PERFORM sqlite_mig._verify_table(plan, item.source_name, level, began, copied, sample_rows);
	END LOOP;
	FOR item IN SELECT v.source_name FROM sqlite_mig.plan_view AS v
			WHERE v.migration = plan.migration AND v.include AND sqlite_mig._if_exists(plan.migration) IN ('error', 'replace') ORDER BY v.make_order LOOP
		PERFORM sqlite_mig._verify_view(plan, item.source_name, level, began);
	END LOOP;
	IF level <> 'counts' THEN
		PERFORM sqlite_mig._verify_file(plan);
	END IF;
	UPDATE sqlite_mig.migration AS m SET verified_at = began WHERE m.migration = plan.migration;
	IF level = 'full' THEN
		PERFORM sqlite_mig._verify_whole(plan.migration, began);
	END IF;
	RETURN began;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._measure_kinds() RETURNS TABLE (kind text, odd text, reads text, has text, extremes text, sum text, odd_means text)
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT k.* FROM (VALUES
		('integer', $$typeof({v}) NOT IN ('integer', 'null')$$, '{v}', '{t}::bigint', 'same', 'exact', 'not stored as INTEGER'),
		('boolean', $$typeof({v}) NOT IN ('integer', 'null')$$, '{v}', '{t}::integer::bigint', 'same', 'exact', 'not stored as INTEGER'),
		('real', $$typeof({v}) NOT IN ('real', 'integer', 'null')$$, '{v}', '{t}::double precision', 'near', 'total', 'not stored as numbers'),
		('numeric', $$typeof({v}) = 'blob' OR typeof({v}) = 'text' AND ({v} GLOB '*[^-+.0-9eE]*' OR {v} NOT GLOB '*[0-9]*')$$, 'CAST({v} AS REAL)', '{t}::double precision', 'near', 'total', 'no plain numbers'),
		('text', $$typeof({v}) NOT IN ('text', 'null')$$, '{v}', '{t}::text', 'bytes', 'length', 'not stored as TEXT'),
		('length', $$typeof({v}) NOT IN ('text', 'null')$$, '{v}', '{t}::text', NULL, 'length', 'not stored as TEXT'),
		('blank padded', $$typeof({v}) NOT IN ('text', 'null')$$, $$rtrim({v}, ' ')$$, '{t}::text', NULL, 'length', 'not stored as TEXT'),
		('bytes', $$typeof({v}) NOT IN ('blob', 'null')$$, 'length({v})', 'octet_length({t})::bigint', 'same', 'exact', 'not stored as BLOB'),
		('date', $$typeof({v}) NOT IN ('text', 'null') OR {v} IS NOT NULL AND {e} IS NULL$$, $$CAST(julianday(substr({v}, 1, 10)) + 0.5 AS INTEGER)$$, $$({t} - DATE '2000-01-01' + 2451545)::bigint$$, 'day', 'exact', 'not in the form YYYY-MM-DD'),
		('timestamp', $$typeof({v}) NOT IN ('text', 'null') OR {v} IS NOT NULL AND {e} IS NULL$$,
			$$CAST(strftime('%s', substr({v}, 1, 19) || CASE WHEN {v} GLOB '*[+-][0-9][0-9]:[0-9][0-9]' THEN substr({v}, -6) ELSE '' END) AS INTEGER)$$,
			$$floor(extract(epoch FROM {t}))::bigint$$, 'moment', 'exact', 'not read by SQLite as a time'),
		('local timestamp', $$typeof({v}) NOT IN ('text', 'null') OR {v} IS NOT NULL AND ({e} IS NULL OR {v} GLOB '*[+-][0-9][0-9]:[0-9][0-9]' OR {v} GLOB '*[zZ]')$$,
			$$CAST(strftime('%s', substr({v}, 1, 19)) AS INTEGER)$$, $$floor(extract(epoch FROM {t} AT TIME ZONE {zone}))::bigint$$, 'moment', 'exact', 'not read by SQLite as a time, or with an offset'),
		('count', $$typeof({v}) NOT IN ('integer', 'null')$$, '{v}', $$(extract(epoch FROM {t}) * {units})::bigint$$, 'same', 'exact', 'not stored as INTEGER'),
		('julian', $$typeof({v}) NOT IN ('real', 'integer', 'null')$$, '{v}', $$(extract(epoch FROM {t}) / 86400 + 2440587.5)::double precision$$, 'near', 'total', 'not stored as numbers'),
		('time', $$typeof({v}) NOT IN ('text', 'null') OR {v} IS NOT NULL AND {e} IS NULL$$, $$strftime('%H:%M:%S', substr({v}, 1, 8))$$, $$to_char(({t})::interval, 'HH24:MI:SS') COLLATE "C"$$, 'same', NULL, 'not in the form HH:MM:SS'),
		('uuid', $$length({e}) <> 32$$, $$lower(replace(replace(replace(CASE typeof({v}) WHEN 'blob' THEN hex({v}) ELSE {v} END, '-', ''), '{', ''), '}', ''))$$,
			$$replace({t}::text, '-', '') COLLATE "C"$$, 'same', NULL, 'not in a form of a UUID'),
		('geometry', $$typeof({v}) NOT IN ('blob', 'null')$$, '{v}', '{t}', NULL, NULL, 'not stored as BLOB'),
		('jsonb', $$typeof({v}) NOT IN ('text', 'null') OR {v} IS NOT NULL AND NOT json_valid({v})$$, $$CASE WHEN json_valid({v}) THEN json_type({v}) END$$, $$jsonb_typeof({t}::jsonb) COLLATE "C"$$, NULL, 'types', 'no JSON for SQLite')
		) AS k (kind, odd, reads, has, extremes, sum, odd_means);
END;
CREATE OR REPLACE FUNCTION sqlite_mig._measure_kind(plan sqlite_mig.migration, col sqlite_mig.plan_column, OUT kind text, OUT zone text, OUT units text, OUT reason text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	options text[] := (SELECT s.srvoptions FROM pg_foreign_server AS s WHERE s.srvname = plan.server);
	type    oid := to_regtype(regexp_replace(col.target_type, '\s*\(.*$', ''));
	utf8    boolean := getdatabaseencoding() = 'UTF8' AND (SELECT i.encoding FROM sqlite_mig.source_info(plan.server) AS i) = 'UTF-8';
	iso     boolean := coalesce(col.format, 'iso') = 'iso';
BEGIN
	zone := coalesce(col.time_zone, (SELECT substr(o, 11) FROM unnest(options) AS o WHERE o LIKE 'time\_zone=%'), 'UTC');
	-- timestamp(3) with time zone, and the like
	IF type IS NULL OR col.target_type ~ '^time' THEN
		type := to_regtype(regexp_replace(col.target_type, '\(\d+\)\s*', ' '));
	END IF;
	SELECT t.typbasetype INTO type FROM pg_type AS t WHERE t.oid = type AND t.typtype = 'd'
		UNION ALL SELECT type LIMIT 1;
	IF col.on_error = 'null' THEN
		reason := 'values that are refused become NULL';
	ELSIF type IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype) THEN
		kind := CASE WHEN type = 'bpchar'::regtype THEN 'blank padded' WHEN utf8 THEN 'text' ELSE 'length' END;
		IF EXISTS (SELECT FROM unnest(options) AS o WHERE o ~ '^(on_nul|on_invalid_utf8)=' AND o !~ '=error$') THEN
			kind := NULL;
			reason := 'options of the server change texts';
		END IF;
	ELSIF type IN ('timestamp'::regtype, 'timestamptz'::regtype) AND iso THEN
		kind := CASE WHEN type = 'timestamp'::regtype OR upper(zone) = 'UTC' THEN 'timestamp' ELSE 'local timestamp' END;
	ELSIF type IN ('timestamp'::regtype, 'timestamptz'::regtype) AND upper(zone) = 'UTC' AND col.format IN ('unixepoch', 'unixepoch_ms', 'unixepoch_us', 'julianday') THEN
		kind := CASE col.format WHEN 'julianday' THEN 'julian' ELSE 'count' END;
		units := CASE col.format WHEN 'unixepoch' THEN '1' WHEN 'unixepoch_ms' THEN '1000' ELSE '1000000' END;
	ELSIF type IN ('date'::regtype, 'time'::regtype) AND iso THEN
		kind := CASE WHEN type = 'date'::regtype THEN 'date' ELSE 'time' END;
	ELSIF col.format ~ '^(gpkg|spatialite|wkb)' AND EXISTS (SELECT FROM pg_type AS t WHERE t.oid = type AND t.typname = 'geometry') THEN
		kind := 'geometry';
	ELSIF coalesce(col.format, '') NOT IN ('', 'any') AND type <> 'uuid'::regtype THEN
		reason := format('nothing in SQLite reads the format %s', col.format);
	ELSE
		kind := CASE type WHEN 'int2'::regtype THEN 'integer' WHEN 'int4'::regtype THEN 'integer' WHEN 'int8'::regtype THEN 'integer' WHEN 'bool'::regtype THEN 'boolean'
			WHEN 'float8'::regtype THEN 'real' WHEN 'numeric'::regtype THEN 'numeric' WHEN 'bytea'::regtype THEN 'bytes' WHEN 'uuid'::regtype THEN 'uuid'
			WHEN 'jsonb'::regtype THEN 'jsonb' WHEN 'json'::regtype THEN 'jsonb'
			ELSE CASE WHEN (SELECT t.typtype FROM pg_type AS t WHERE t.oid = type) = 'e' THEN 'length' END END;
		IF kind IS NULL THEN
			reason := format('SQLite has nothing like %s', col.target_type);
		END IF;
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._column_measures(plan sqlite_mig.migration, source_table text) RETURNS SETOF sqlite_mig._measure
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT c.target_name, CASE WHEN k.kind = 'bytes' AND m.what = 'sum' THEN 'length' WHEN k.kind = 'bytes' AND m.what IN ('min', 'max') THEN m.what || ' length' ELSE m.what END, m.how, m.source, m.target, coalesce(k.reason, k.odd_means)
		FROM (SELECT CASE i.encoding WHEN 'UTF-8' THEN 'sum(length(CAST({e} AS BLOB)))' ELSE 'sum(length({e}))' END AS length,
				-- SQLite gives the bytes of UTF-16 files, so their texts are measured in characters
				CASE WHEN i.encoding <> 'UTF-8' THEN 'sum(char_length({h}))' WHEN getdatabaseencoding() = 'UTF8' THEN 'sum(octet_length({h}))' ELSE 'sum(octet_length(convert_to({h}, ''UTF8'')))' END AS target_length FROM sqlite_mig.source_info((plan).server) AS i) AS f,
			(SELECT * FROM sqlite_mig.plan_column AS p WHERE (p.migration, p.source_table) = ((plan).migration, _column_measures.source_table) AND p.include) AS c,
			LATERAL (SELECT CASE WHEN c.empty_as_null THEN format('nullif(%s, '''')', sqlite_mig._sqlite_name(c.source_name)) ELSE sqlite_mig._sqlite_name(c.source_name) END AS v, format('t.%I', c.target_name) AS t) AS n,
			LATERAL (SELECT m.kind, CASE m.kind WHEN 'geometry' THEN 'near' END AS geometry, sqlite_mig._postgis() AS postgis, d.reason, m.extremes, m.sum, m.odd_means, replace(replace(m.odd, '{e}', m.reads), '{v}', n.v) AS odd, replace(m.reads, '{v}', n.v) AS e,
					replace(replace(replace(m.has, '{zone}', quote_literal(d.zone)), '{units}', coalesce(d.units, '')), '{t}', n.t) AS h
				FROM sqlite_mig._measure_kind(plan, c) AS d LEFT JOIN sqlite_mig._measure_kinds() AS m ON m.kind = d.kind) AS k,
			LATERAL (VALUES
				('nulls', 'same', format('count(*) - count(%s)', n.v), format('count(*) - count(%s)', n.t)),
				('odd', 'odd', format('coalesce(sum(%s), 0)', k.odd), NULL),
				('min', k.extremes, CASE k.extremes WHEN 'bytes' THEN format('CASE WHEN count(%1$s) > 0 THEN hex(substr(CAST(min(%1$s COLLATE BINARY) AS BLOB), 1, 120)) END', k.e) WHEN 'near' THEN format('CASE WHEN count(%1$s) > 0 THEN printf(''%%!.17g'', min(%1$s)) END', k.e) ELSE format('min(%s)', k.e) END,
					CASE k.extremes WHEN 'bytes' THEN format('upper(encode(substring(convert_to(min(%s COLLATE "C"), ''UTF8'') FROM 1 FOR 120), ''hex''))', k.h) ELSE format('min(%s)', k.h) END),
				('max', k.extremes, CASE k.extremes WHEN 'bytes' THEN format('CASE WHEN count(%1$s) > 0 THEN hex(substr(CAST(max(%1$s COLLATE BINARY) AS BLOB), 1, 120)) END', k.e) WHEN 'near' THEN format('CASE WHEN count(%1$s) > 0 THEN printf(''%%!.17g'', max(%1$s)) END', k.e) ELSE format('max(%s)', k.e) END,
					CASE k.extremes WHEN 'bytes' THEN format('upper(encode(substring(convert_to(max(%s COLLATE "C"), ''UTF8'') FROM 1 FOR 120), ''hex''))', k.h) ELSE format('max(%s)', k.h) END),
				-- SQLite's sums of integers overflow: the two halves of the numbers apart
				('sum', CASE WHEN k.sum = 'exact' THEN 'halves' END, format('sum((%1$s) >> 32) || '' '' || sum((%1$s) & 4294967295)', k.e), format('sum(%s)', k.h)),
				('sum', CASE WHEN k.sum = 'total' THEN 'total' END, format('CASE WHEN count(%1$s) > 0 THEN printf(''%%!.17g'', total(%1$s)) || '' '' || printf(''%%!.17g'', total(abs(%1$s))) END', k.e), format('sum((%s)::numeric)', k.h)),
				('length', CASE WHEN k.sum = 'length' THEN 'same' END, replace(f.length, '{e}', k.e), replace(f.target_length, '{h}', k.h)),
				('objects', CASE WHEN k.sum = 'types' THEN 'same' END, format('coalesce(sum((%s) = ''object''), 0)', k.e), format('count(*) FILTER (WHERE (%s) = ''object'')', k.h)),
				-- of the outermost coordinates, and the numbers of the reference systems as they are here
				('min x', k.geometry, format('CASE WHEN min(ST_MinX(%1$s)) IS NOT NULL THEN printf(''%%!.17g'', min(ST_MinX(%1$s))) END', k.e), format('min(%s.ST_XMin(%s))', k.postgis, k.h)),
				('max x', k.geometry, format('CASE WHEN max(ST_MaxX(%1$s)) IS NOT NULL THEN printf(''%%!.17g'', max(ST_MaxX(%1$s))) END', k.e), format('max(%s.ST_XMax(%s))', k.postgis, k.h)),
				('min y', k.geometry, format('CASE WHEN min(ST_MinY(%1$s)) IS NOT NULL THEN printf(''%%!.17g'', min(ST_MinY(%1$s))) END', k.e), format('min(%s.ST_YMin(%s))', k.postgis, k.h)),
				('max y', k.geometry, format('CASE WHEN max(ST_MaxY(%1$s)) IS NOT NULL THEN printf(''%%!.17g'', max(ST_MaxY(%1$s))) END', k.e), format('max(%s.ST_YMax(%s))', k.postgis, k.h)),
				('srid', CASE WHEN k.geometry IS NOT NULL THEN 'same' END, format('sum(CASE ST_SRID(%1$s) %2$sELSE max(ST_SRID(%1$s), 0) END)', k.e,
					(SELECT CASE WHEN f IS NULL THEN 'WHEN NULL THEN NULL ' ELSE format('WHEN %s THEN %s ', f[1], f[2]) END FROM regexp_match(c.format, ' (-?\d+)=(\d+)$') AS f)), format('sum(%s.ST_SRID(%s))', k.postgis, k.h)),
				('arrays', CASE WHEN k.sum = 'types' THEN 'same' END, format('coalesce(sum((%s) = ''array''), 0)', k.e), format('count(*) FILTER (WHERE (%s) = ''array'')', k.h))
				) AS m (what, how, source, target)
		WHERE m.how IS NOT NULL AND (m.what = 'nulls' OR k.odd IS NOT NULL)
		ORDER BY c.position, array_position(ARRAY['nulls', 'odd', 'min', 'max', 'sum', 'length', 'objects', 'arrays', 'min x', 'max x', 'min y', 'max y', 'srid'], m.what);
END;
CREATE OR REPLACE FUNCTION sqlite_mig._key_names(plan sqlite_mig.migration, source_table text, columns text[], OUT source text[], OUT target text[])
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT array_agg(sqlite_mig._sqlite_name(k.name) ORDER BY k.n), array_agg(quote_ident(p.target_name) ORDER BY k.n)
		FROM unnest(_key_names.columns) WITH ORDINALITY AS k (name, n)
			JOIN sqlite_mig.plan_column AS p ON (p.migration, p.source_table) = ((plan).migration, _key_names.source_table) AND p.source_name = k.name AND p.include;
END;
CREATE OR REPLACE FUNCTION sqlite_mig._check_keys(plan sqlite_mig.migration, source_table text, target text) RETURNS SETOF sqlite_mig._check
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item   record;
	own    record;
	parent record;
	found  record;
BEGIN
	FOR item IN SELECT k.target_name, k.kind, k.columns, k.parent_table, k.parent_columns FROM sqlite_mig.plan_constraint AS k
			WHERE (k.migration, k.source_table) = (plan.migration, _check_keys.source_table) AND k.include AND k.kind <> 'check' AND cardinality(k.columns) > 0
		UNION ALL SELECT i.target_name, 'unique', i.columns, NULL, NULL FROM sqlite_mig.plan_index AS i
			WHERE (i.migration, i.source_table) = (plan.migration, _check_keys.source_table) AND i.include AND i.is_unique AND i.target_sql IS NULL AND array_position(i.columns, NULL) IS NULL
			ORDER BY 1 LOOP
		SELECT n.* INTO own FROM sqlite_mig._key_names(plan, source_table, item.columns) AS n;
		CONTINUE WHEN cardinality(own.source) IS DISTINCT FROM cardinality(item.columns);
		IF item.kind <> 'foreign key' THEN
			SELECT b.* INTO found FROM sqlite_mig._both_count(plan.server,
				format('(SELECT count(*) FROM (SELECT 1 FROM main.%s WHERE %s GROUP BY %s HAVING count(*) > 1))', sqlite_mig._sqlite_name(source_table),
					(SELECT string_agg(c || ' IS NOT NULL', ' AND ') FROM unnest(own.source) AS c), array_to_string(own.source, ', ')),
				format('SELECT count(*) FROM (SELECT FROM %s WHERE %s GROUP BY %s HAVING count(*) > 1) AS k', target,
					(SELECT string_agg(c || ' IS NOT NULL', ' AND ') FROM unnest(own.target) AS c), array_to_string(own.target, ', '))) AS b;
			RETURN NEXT ROW (format('duplicates(%s)', item.target_name), found.source_count, found.target_count, found.target_count <= found.source_count,
				coalesce(found.error, CASE WHEN found.target_count > 0 THEN 'keys that are there more than once' WHEN found.source_count > 0 THEN 'the ledger says what became of them' END))::sqlite_mig._check;
			CONTINUE;
		END IF;
		SELECT n.* INTO parent FROM sqlite_mig._key_names(plan, item.parent_table, coalesce(item.parent_columns,
			ARRAY(SELECT p.source_name FROM sqlite_mig.plan_column AS p WHERE (p.migration, p.source_table) = (plan.migration, item.parent_table) AND p.primary_key IS NOT NULL ORDER BY p.primary_key))) AS n;
		CONTINUE WHEN cardinality(parent.source) IS DISTINCT FROM cardinality(own.source);
		SELECT b.* INTO found FROM sqlite_mig._both_count(plan.server,
			format('(SELECT count(*) FROM main.%s AS c LEFT JOIN main.%s AS p ON %s WHERE %s AND p.%s IS NULL)', sqlite_mig._sqlite_name(source_table), sqlite_mig._sqlite_name(item.parent_table),
				(SELECT string_agg(format('p.%s = c.%s', k.p, k.c), ' AND ') FROM unnest(parent.source, own.source) AS k (p, c)), (SELECT string_agg(format('c.%s IS NOT NULL', c), ' AND ') FROM unnest(own.source) AS c), parent.source[1]),
			(SELECT format('SELECT count(*) FROM %s AS c WHERE %s AND NOT EXISTS (SELECT FROM %I.%I AS p WHERE %s)', target, (SELECT string_agg(format('c.%s IS NOT NULL', c), ' AND ') FROM unnest(own.target) AS c),
				plan.target_schema, t.target_name, (SELECT string_agg(format('p.%s = c.%s', k.p, k.c), ' AND ') FROM unnest(parent.target, own.target) AS k (p, c)))
				FROM sqlite_mig.plan_table AS t WHERE (t.migration, t.source_name) = (plan.migration, item.parent_table))) AS b;
		RETURN NEXT ROW (format('orphans(%s)', item.target_name), found.source_count, found.target_count, found.target_count <= found.source_count,
			coalesce(found.error, CASE WHEN found.target_count > 0 THEN 'rows whose parent is not there' WHEN found.source_count > 0 THEN 'the ledger says what became of them' END))::sqlite_mig._check;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._check_sequences(plan sqlite_mig.migration, source_table text, target text) RETURNS SETOF sqlite_mig._check
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item   record;
	name   text;
	given  numeric;
	held   numeric;
	next   numeric;
BEGIN
	FOR item IN SELECT p.source_name, p.target_name FROM sqlite_mig.plan_column AS p
			WHERE (p.migration, p.source_table) = (plan.migration, _check_sequences.source_table) AND p.include AND p.identity IS NOT NULL ORDER BY p.position LOOP
		name := (SELECT pg_get_serial_sequence(target, item.target_name) FROM pg_attribute AS a WHERE a.attrelid = to_regclass(target) AND a.attname = item.target_name AND NOT a.attisdropped);
		given := greatest(sqlite_mig._source_value(plan.server, format('max(%s)', sqlite_mig._sqlite_name(item.source_name)), source_table)::numeric,
			(SELECT s.seq FROM sqlite_mig.source_sequences(plan.server) AS s WHERE s.table_name = _check_sequences.source_table));
		IF name IS NULL THEN
			RETURN NEXT ROW (format('sequence(%s)', item.target_name), given, NULL, false, 'the column has no sequence')::sqlite_mig._check;
			CONTINUE;
		END IF;
		EXECUTE format('SELECT max(%I) FROM %s', item.target_name, target) INTO held;
		EXECUTE format('SELECT q.last_value + CASE WHEN q.is_called THEN s.seqincrement ELSE 0 END FROM %s AS q, pg_sequence AS s WHERE s.seqrelid = %L::regclass', name, name) INTO next;
		RETURN NEXT ROW (format('sequence(%s)', item.target_name), given, next, next > coalesce(greatest(given, held), 0),
			CASE WHEN next <= coalesce(greatest(given, held), 0) THEN 'its next number is taken, or was once' ELSE 'highest number given, next number' END)::sqlite_mig._check;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._check_samples(plan sqlite_mig.migration, source_table text, source text, target text, columns text[], sample_rows integer) RETURNS SETOF sqlite_mig._check
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS
$$
#variable_conflict use_column
DECLARE
	key    constant text[] := sqlite_mig._diff_key(source, target);
	-- to_jsonb would make GeoJSON of a geometry, which has neither curves nor all digits
	names  constant text := (SELECT string_agg(CASE WHEN t.typname = 'geometry' AND p.schema IS NOT NULL THEN format('%1$s.ST_AsEWKT(r.%2$I) AS %2$I', p.schema, u.c) WHEN t.typname = 'geography' THEN format('r.%1$I::text AS %1$I', u.c)
			ELSE format('r.%I', u.c) END, ', ' ORDER BY u.n)
		FROM (SELECT sqlite_mig._postgis() AS schema) AS p, unnest(columns) WITH ORDINALITY AS u (c, n)
			LEFT JOIN pg_attribute AS a ON a.attrelid = target::regclass AND a.attname = u.c LEFT JOIN pg_type AS t ON t.oid = a.atttypid);
	match  text;
	lowest numeric;
	height numeric;
	item   record;
	n      integer := 0;
BEGIN
	IF key IS NULL THEN
		RETURN NEXT ROW ('samples', NULL, NULL, true, 'no key tells which rows belong together')::sqlite_mig._check;
		RETURN;
	END IF;
	match := (SELECT string_agg(format('s.%1$I IS NOT DISTINCT FROM t.%1$I', c), ' AND ') FROM unnest(key) AS c);
	IF cardinality(key) = 1 AND (SELECT a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) FROM pg_attribute AS a WHERE a.attrelid = target::regclass AND a.attname = key[1]) THEN
		EXECUTE format('SELECT min(%1$I), max(%1$I)::numeric - min(%1$I) FROM %2$s', key[1], source) INTO lowest, height;
		match := NULL;
	END IF;
	FOR item IN EXECUTE CASE WHEN match IS NULL THEN format($query$
			SELECT (SELECT to_jsonb(_mig_k) FROM (SELECT %1$s FROM %2$s AS r WHERE r.%4$I = p.at) AS _mig_k) AS here, (SELECT to_jsonb(_mig_k) FROM (SELECT %1$s FROM %3$s AS r WHERE r.%4$I = p.at) AS _mig_k) AS there
				FROM (SELECT DISTINCT (SELECT r.%4$I FROM %2$s AS r WHERE r.%4$I >= trunc(%5$L + %6$L::numeric * i / greatest(%7$s - 1, 1))::bigint ORDER BY r.%4$I LIMIT 1) AS at FROM generate_series(0, %7$s - 1) AS i) AS p ORDER BY p.at$query$,
			names, source, target, key[1], coalesce(lowest, 0), coalesce(height, 0), sample_rows)
		ELSE format($query$
			SELECT (SELECT to_jsonb(_mig_k) FROM (SELECT %1$s FROM %2$s AS r WHERE %3$s LIMIT 1) AS _mig_k) AS here, to_jsonb(t) AS there FROM (SELECT %1$s FROM %4$s AS r LIMIT %5$s) AS t$query$,
			names, source, replace(match, 's.', 'r.'), target, sample_rows) END LOOP
		CONTINUE WHEN item.here IS NULL AND item.there IS NULL;
		n := n + 1;
		RETURN NEXT ROW (format('sample %s', n), left(item.here::text, 1000), left(item.there::text, 1000), item.here IS NOT DISTINCT FROM item.there, CASE WHEN item.here IS DISTINCT FROM item.there THEN 'the row differs' END)::sqlite_mig._check;
	END LOOP;
EXCEPTION
	-- a row that was rejected cannot be read; the checksum leaves it out
	WHEN data_exception THEN
		RETURN NEXT ROW ('samples', NULL, NULL, true, 'not taken: ' || SQLERRM)::sqlite_mig._check;
	WHEN undefined_column OR data_corrupted THEN
		RETURN NEXT ROW ('samples', NULL, NULL, false, 'not taken: ' || SQLERRM)::sqlite_mig._check;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._verify_tasks(migration text, level text, began timestamptz, sample_rows integer, workers integer) RETURNS TABLE (task integer, statements text[], after integer[])
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan   sqlite_mig.migration := sqlite_mig._migration(migration, true);
	size   constant numeric := pg_size_bytes(current_setting('sqlite_fdw_mig.range_size'));
	item   record;
	ranges integer;
	lowest numeric;
	width  numeric;
	first  bigint;
	"end"  bigint;
BEGIN
	task := 0;
	FOR item IN SELECT w.source_name, w.bytes, k.name FROM sqlite_mig._weights(plan.migration) AS w
			LEFT JOIN LATERAL (SELECT min(p.source_name) AS name FROM sqlite_mig.plan_column AS p JOIN sqlite_mig.plan_table AS t ON t.migration = p.migration AND t.source_name = p.source_table
				WHERE p.migration = plan.migration AND p.source_table = w.source_name AND p.primary_key IS NOT NULL AND NOT t.without_rowid
				HAVING count(*) = 1 AND bool_and(p.include AND upper(p.declared_type) = 'INTEGER' AND p.target_type IN ('bigint', 'integer', 'smallint'))) AS k
				ON NOT sqlite_mig._merges(plan) AND NOT EXISTS (SELECT FROM sqlite_mig.rejected AS r WHERE r.migration = plan.migration AND r.table_name = w.source_name)
			ORDER BY w.bytes DESC, w.source_name LOOP
		ranges := CASE WHEN level <> 'counts' AND item.name IS NOT NULL AND item.bytes > size THEN least(greatest(ceil(item.bytes / size), workers), 256) ELSE 0 END;
		after := '{}';
		lowest := CASE WHEN ranges > 1 THEN sqlite_mig._source_value(plan.server, format('min(%s)', sqlite_mig._sqlite_name(item.name)), item.source_name) END;
		IF lowest IS NOT NULL THEN
			width := (sqlite_mig._source_value(plan.server, format('max(%s)', sqlite_mig._sqlite_name(item.name)), item.source_name)::numeric - lowest + 1) / ranges;
			FOR n IN 1 .. ranges LOOP
				task := task + 1;
				first := CASE WHEN n > 1 THEN trunc(lowest + width * (n - 1)) END;
				"end" := CASE WHEN n < ranges THEN trunc(lowest + width * n) END;
				statements := ARRAY[format('SELECT sqlite_mig._verify_range(sqlite_mig._migration(%L, true), %L, %L, %s, %s, %L, %L)', plan.migration, item.source_name, began, n, ranges, first, "end")];
				RETURN NEXT;
			END LOOP;
			after := ARRAY(SELECT generate_series(task - ranges + 1, task));
		END IF;
		task := task + 1;
		statements := ARRAY[format('SELECT sqlite_mig._verify_table(sqlite_mig._migration(%L, true), %L, %L, %L, false, %s)', plan.migration, item.source_name, level, began, sample_rows)];
		RETURN NEXT;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._schema_changes(plan sqlite_mig.migration) RETURNS TABLE (object_kind text, object_name text, table_name text, lost boolean, finding text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$
#variable_conflict use_column
DECLARE
	mig constant text := plan.migration;
BEGIN
	RETURN QUERY
		WITH there AS MATERIALIZED (
			SELECT s.table_name AS name, s.kind FROM sqlite_mig.source_tables(plan.server) AS s WHERE s.kind <> 'view' AND NOT sqlite_mig._is_capture(s.table_name)
		), planned AS MATERIALIZED (
			SELECT t.source_name AS name, t.kind, t.include, t.load_order FROM sqlite_mig.plan_table AS t WHERE t.migration = mig
		), columns AS MATERIALIZED (
			SELECT c.table_name, c.column_name, c.declared_type, c.position FROM sqlite_mig.source_columns(plan.server) AS c
		), planned_columns AS MATERIALIZED (
			SELECT c.source_table, c.source_name, c.declared_type, c.include, c.position FROM sqlite_mig.plan_column AS c WHERE c.migration = mig
		)
		SELECT n.object_kind, n.object_name, n.table_name, n.lost, n.finding FROM (
			SELECT 1 AS part, 0 AS load_order, 0 AS position, 'table' AS object_kind, s.name AS object_name, s.name AS table_name, false AS lost, 'is new in the source' AS finding
				FROM there AS s WHERE s.name NOT IN (SELECT t.name FROM planned AS t)
			UNION ALL SELECT 2, t.load_order, 0, 'table', t.name, t.name, t.include, 'is gone from the source'
				FROM planned AS t WHERE t.name NOT IN (SELECT s.name FROM there AS s) AND NOT sqlite_mig._is_capture(t.name)
			UNION ALL SELECT 3, t.load_order, c.position, 'column', c.table_name || '.' || c.column_name, c.table_name, false, 'is new in the source'
				FROM planned AS t JOIN columns AS c ON c.table_name = t.name
				WHERE t.include AND t.kind = 'table' AND (c.table_name, c.column_name) NOT IN (SELECT p.source_table, p.source_name FROM planned_columns AS p)
			UNION ALL SELECT 4, t.load_order, p.position, 'column', p.source_table || '.' || p.source_name, p.source_table, p.include, 'is gone from the source'
				FROM planned AS t JOIN planned_columns AS p ON p.source_table = t.name JOIN there AS s ON s.name = t.name
				WHERE t.include AND (p.source_table, p.source_name) NOT IN (SELECT c.table_name, c.column_name FROM columns AS c)
					-- (the key of a full-text table, which SQLite lists nowhere: see 49_search)
					AND NOT (t.kind = 'virtual' AND p.source_name IN ('rowid', 'docid'))
			UNION ALL SELECT 5, t.load_order, p.position, 'column', p.source_table || '.' || p.source_name, p.source_table, false,
					format('is declared "%s" in the source now, and was "%s"', c.declared_type, p.declared_type)
				FROM planned AS t JOIN planned_columns AS p ON p.source_table = t.name JOIN columns AS c ON c.table_name = p.source_table AND c.column_name = p.source_name
				WHERE t.include AND t.kind = 'table' AND c.declared_type <> p.declared_type
		) AS n ORDER BY n.part, n.load_order, n.position, n.object_name;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._check_schema(plan sqlite_mig.migration, schema_changes text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	found text[];
	lost  boolean;
BEGIN
	SELECT array_agg(format('%s "%s" %s', c.object_kind, c.object_name, c.finding) ORDER BY c.n), bool_or(c.lost) INTO found, lost
		FROM sqlite_mig._schema_changes(plan) WITH ORDINALITY AS c (object_kind, object_name, table_name, lost, finding, n);
	IF found IS NOT NULL AND (lost OR _check_schema.schema_changes = 'stop') THEN
		RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
			MESSAGE = format('the schema of server "%s" has changed since the plan of migration "%s" was made: %s', plan.server, plan.migration, cardinality(found)),
			DETAIL = array_to_string(found[1:50], E'\n') || CASE WHEN cardinality(found) > 50 THEN E'\n...' ELSE '' END,
			HINT = CASE WHEN lost THEN 'Leave out in plan_table and plan_column what is gone, or migrate again with options => ''{"replace": true}''.'
				ELSE 'Say schema_changes => ''note'' to sync what the plan has, with a row of the ledger for each of these; or migrate again with options => ''{"replace": true}''.' END;
	END IF;
	-- as it is now: an entry that was accepted stays
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.rule = 'schema change'
		AND NOT EXISTS (SELECT FROM sqlite_mig._schema_changes(plan) AS c WHERE (c.object_kind, c.object_name, c.finding) = (e.object_kind, e.object_name, e.detail));
	PERFORM sqlite_mig._note(plan.migration, 'sync', c.object_kind, c.object_name, c.table_name, 'warning', CASE c.finding WHEN 'is new in the source' THEN 'skipped' ELSE 'changed' END, 'schema change', c.finding)
		FROM sqlite_mig._schema_changes(plan) AS c
		WHERE NOT EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e
			WHERE e.migration = plan.migration AND e.rule = 'schema change' AND (c.object_kind, c.object_name, c.finding) = (e.object_kind, e.object_name, e.detail));
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig.cutover_undo(server text, migration text DEFAULT NULL, OUT step text, OUT detail text)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	name  constant text := coalesce(cutover_undo.migration, cutover_undo.server);
	plan  sqlite_mig.migration;
	item  record;
	count integer := 0;
BEGIN
	PERFORM sqlite_mig._lock(name);
	plan := sqlite_mig._migration(name, true);
	PERFORM sqlite_mig._source_lock(plan.server);
	FOR item IN SELECT o.name FROM sqlite_mig.source_objects(plan.server) AS o WHERE o.type = 'trigger' AND o.name LIKE '\_sqlite\_mig\_refuse\_%' LOOP
		PERFORM sqlite_mig._source_execute(plan.server, format('DROP TRIGGER %s', sqlite_mig._sqlite_name(item.name)));
		count := count + 1;
	END LOOP;
	step := 'refuse writes';
	detail := format('triggers taken out of the SQLite file: %s', count);
	RETURN NEXT;
	-- PostgreSQL may have been written to: a log of the SQLite file does not know that
	UPDATE sqlite_mig.capture AS c SET based_at = NULL, installed_at = clock_timestamp() WHERE c.migration = name;
	UPDATE sqlite_mig.cutover_run AS c SET undone_at = clock_timestamp() WHERE c.migration = name AND c.undone_at IS NULL;
	step := 'undo';
	detail := CASE WHEN FOUND THEN 'the SQLite file is the one that counts; the next sync overwrites what was written to PostgreSQL since the cut-over' ELSE 'there was no cut-over to undo' END;
	RETURN NEXT;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._many_attach(migration text, target_schema text, tenant_column text, tenant text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	item     record;
	parent   regclass;
	sequence text;
	next     bigint;
BEGIN
	FOR item IN
		SELECT r.child, format('%I.%I', m.target_schema, t.target_name) AS child_name, t.target_name,
				ARRAY(SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = r.child AND a.attnum > 0 AND NOT a.attisdropped AND (a.attidentity <> ''
					OR EXISTS (SELECT FROM sqlite_mig.plan_column AS c WHERE c.migration = m.migration AND c.source_table = t.source_name AND c.target_name = a.attname AND c.identity IS NOT NULL))) AS identities
			FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t ON t.migration = m.migration AND t.include, LATERAL to_regclass(format('%I.%I', m.target_schema, t.target_name)) AS r (child)
			WHERE m.migration = _many_attach.migration ORDER BY t.load_order
	LOOP
		FOR n IN 1 .. cardinality(item.identities) LOOP
			EXECUTE format('SELECT CASE WHEN s.is_called THEN s.last_value + 1 ELSE s.last_value END FROM %s AS s', pg_get_serial_sequence(item.child_name, item.identities[n])) INTO next;
			EXECUTE CASE WHEN (SELECT a.attidentity FROM pg_attribute AS a WHERE a.attrelid = item.child AND a.attname = item.identities[n]) <> ''
				THEN format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY', item.child, item.identities[n])
				ELSE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', item.child, item.identities[n]) END;
			item.identities[n] := item.identities[n] || E'\t' || next;
		END LOOP;
		parent := sqlite_mig._many_parent(_many_attach.target_schema, item.child, tenant_column);
		FOR n IN 1 .. cardinality(item.identities) LOOP
			next := split_part(item.identities[n], E'\t', 2);
			item.identities[n] := split_part(item.identities[n], E'\t', 1);
			sequence := pg_get_serial_sequence(format('%I.%I', _many_attach.target_schema, item.target_name), item.identities[n]);
			IF sequence IS NULL THEN
				sequence := format('%I.%I', _many_attach.target_schema, left(item.target_name, 28) || '_' || left(item.identities[n], 28) || '_seq');
				EXECUTE format('CREATE SEQUENCE %s OWNED BY %s.%I', sequence, parent, item.identities[n]);
			END IF;
			EXECUTE format('SELECT setval(%L, greatest(%s, CASE WHEN s.is_called THEN s.last_value + 1 ELSE s.last_value END), false) FROM %s AS s', sequence, next, sequence);
			EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT nextval(%L)', item.child, item.identities[n], sequence);
			EXECUTE format('ALTER TABLE ONLY %s ALTER COLUMN %I SET DEFAULT nextval(%L)', parent, item.identities[n], sequence);
		END LOOP;
		EXECUTE format('ALTER TABLE %s ADD COLUMN %I text NOT NULL DEFAULT %L', item.child, tenant_column, tenant);
		EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES IN (%L)', parent, item.child, tenant);
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._assess_plan(server text, options jsonb, tables text[], exclude text[]) RETURNS sqlite_mig._assess_plan
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	mig     constant text := 'assess ' || gen_random_uuid();
	trial   sqlite_mig._assess_plan;
	started timestamptz := clock_timestamp();
	detail  text;
BEGIN
	BEGIN
		PERFORM sqlite_mig.prepare(_assess_plan.server, 'public', _assess_plan.options || jsonb_build_object('source_schema', mig), mig, _assess_plan.tables, _assess_plan.exclude);
		trial.read_seconds := extract(epoch FROM clock_timestamp() - started);
		SELECT count(*) FILTER (WHERE t.include), sum(coalesce(t.rows, t.estimated_rows)) FILTER (WHERE t.include), count(*) FILTER (WHERE NOT t.include AND t.kind <> 'shadow')
			INTO trial.tables, trial.rows, trial.left_out FROM sqlite_mig.plan_table AS t WHERE t.migration = mig;
		SELECT count(*), count(*) FILTER (WHERE c.target_type = 'jsonb'), count(*) FILTER (WHERE c.target_type ~ '^(timestamp|date|time)')
			INTO trial.columns, trial.json, trial.times FROM sqlite_mig.plan_column AS c JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
			WHERE c.migration = mig AND c.include;
		SELECT count(*) INTO trial.indexes FROM sqlite_mig.plan_index AS i WHERE i.migration = mig;
		SELECT count(*) INTO trial.views FROM sqlite_mig.plan_view AS v WHERE v.migration = mig;
		SELECT count(*) INTO trial.triggers FROM sqlite_mig.plan_trigger AS g WHERE g.migration = mig;
		SELECT count(*) INTO trial.search FROM sqlite_mig.source_tables(_assess_plan.server) AS s WHERE s.kind = 'virtual' AND s.sql ~* '\yusing\s+fts[345]\y';
		trial.entries := ARRAY(SELECT e FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig ORDER BY e.entry);
		trial := sqlite_mig._trial_copy(mig, trial);
		RAISE EXCEPTION USING ERRCODE = 'MIGDR', MESSAGE = 'the end of a trial';
	EXCEPTION
		WHEN SQLSTATE 'MIGDR' THEN
			NULL;
		-- of the file, not of the call
		WHEN data_corrupted OR index_corrupted THEN
			GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
			trial.failure := concat_ws(': ', SQLERRM, nullif(detail, ''));
	END;
	RETURN trial;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._wrap(words text, width integer) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT string_agg(rtrim(regexp_replace(l.line, format('(.{1,%s})(\s+|$)', _wrap.width), E'\\1\n', 'g'), E'\n'), E'\n' ORDER BY l.n) FROM regexp_split_to_table(words, '\n') WITH ORDINALITY AS l (line, n);
END;
COMMENT ON FUNCTION sqlite_mig._wrap(text, integer) IS 'internal: a text in lines';
CREATE OR REPLACE FUNCTION sqlite_mig._assess(server text, options jsonb, tables text[], exclude text[],
		OUT section text, OUT object text, OUT severity text, OUT finding text, OUT advice text)
	RETURNS SETOF record
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	trial sqlite_mig._assess_plan;
BEGIN
	PERFORM sqlite_mig._check_options(_assess.options);
	trial := sqlite_mig._assess_plan(_assess.server, _assess.options, _assess.tables, _assess.exclude);
	RETURN QUERY SELECT r.* FROM sqlite_mig._reasons(_assess.server, trial) AS r;
	IF trial.failure IS NOT NULL THEN
		RETURN QUERY SELECT 'file', 'damage', 'blocker', trial.failure, 'mend it first: the sqlite3 command .recover, or a backup; nothing more can be said before';
		RETURN;
	END IF;
	RETURN QUERY SELECT i.* FROM sqlite_mig._inventory(_assess.server, trial) AS i;
	-- what a person has to look at, table by table; what becomes something else without loss is counted
	RETURN QUERY
		SELECT 'decision', CASE e.object_kind WHEN 'migration' THEN 'all' ELSE concat_ws(' ', e.object_kind, e.object_name) END, e.severity, e.detail || coalesce(': ' || left(e.sample, 200) || CASE WHEN length(e.sample) > 200 THEN ' ...' ELSE '' END, ''), CASE
				WHEN e.effect IN ('skipped', 'failed') AND e.object_kind IN ('view', 'trigger', 'check', 'default', 'index') THEN 'write it in PostgreSQL''s words, target_sql of the plan; or agree in the ledger'
				WHEN e.effect IN ('skipped', 'failed') THEN 'mend the source, change the plan, or agree in the ledger'
				WHEN e.effect = 'lossy' THEN 'choose another type in plan_column, or agree in the ledger'
				ELSE 'change the plan, or agree in the ledger' END
			FROM unnest(trial.entries) WITH ORDINALITY AS e WHERE e.severity <> 'info' AND NOT e.accepted ORDER BY e.severity, e.ordinality;
	RETURN QUERY
		SELECT 'converted', e.rule, 'info', format('%s: %s', count(*), (array_agg(e.object_name || ': ' || e.detail ORDER BY e.ordinality))[1] || CASE WHEN count(*) > 1 THEN ', ...' ELSE '' END), NULL
			FROM unnest(trial.entries) WITH ORDINALITY AS e WHERE e.severity = 'info' OR e.accepted GROUP BY e.rule ORDER BY count(*) DESC, e.rule;
	RETURN QUERY
		SELECT 'effort', 'level ' || e.level, 'info', format('%s hours of work with the plan, by this rule: %s', round(e.minutes / 60, 1), e.rule),
				'the code of the application is not in it: lint_sql() finds what changes there; A: nothing to decide, B: up to five days, C: more'
			FROM sqlite_mig._effort(trial) AS e;
	RETURN QUERY
		SELECT 'effort', 'time', 'info', CASE
				WHEN trial.sample_rows > 0 AND trial.sample_seconds > 0 THEN format('about %s: reading schema and values took %s s, and %s rows of "%s" arrived in %s s; all %s rows so, and as long again for keys, indexes and checksums',
					(SELECT CASE WHEN s < 120 THEN ceil(s) || ' s' WHEN s < 7200 THEN round(s / 60) || ' minutes' ELSE round(s / 3600) || ' hours' END
						FROM (SELECT trial.read_seconds + 2 * trial.rows * trial.sample_seconds / trial.sample_rows AS s) AS t), round(trial.read_seconds, 2),
					trial.sample_rows, trial.largest, round(trial.sample_seconds, 3), trial.rows)
				ELSE format('reading schema and values took %s s; no row could be copied for a measure', round(trial.read_seconds, 2)) END,
			'measured here and now, in one session; CALL sqlite_mig.migrate(..., dry_run => true) tells exactly';
END;
$$;
COMMENT ON FUNCTION sqlite_mig._assess(text, jsonb, text[], text[]) IS 'internal: what assess says, in long lines';
CREATE OR REPLACE FUNCTION sqlite_mig.assess(server text, options jsonb DEFAULT '{}', tables text[] DEFAULT NULL, exclude text[] DEFAULT NULL,
		OUT section text, OUT object text, OUT severity text, OUT finding text, OUT advice text)
	RETURNS SETOF record
	LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT a.section, a.object, a.severity, sqlite_mig._wrap(a.finding, 40), sqlite_mig._wrap(a.advice, 30)
		FROM sqlite_mig._assess(assess.server, assess.options, assess.tables, assess.exclude) WITH ORDINALITY AS a ORDER BY a.ordinality;
END;
CREATE OR REPLACE FUNCTION sqlite_mig._html_style() RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT $css$
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --ground: #ffffff; --card: #f6f8fa; --good: #116329; --good-ground: #dafbe1; --fair: #7d4e00; --fair-ground: #fff8c5; --bad: #a40e26; --bad-ground: #ffebe9; --bar: #54aeff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9da7b1; --line: #3d444d; --ground: #0d1117; --card: #161b22; --good: #7ee787; --good-ground: #12361f; --fair: #f2cc60; --fair-ground: #3b2e0a; --bad: #ffa198; --bad-ground: #4c1519; --bar: #1f6feb; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
.verdict { border: 1px solid var(--line); border-left: .5rem solid var(--good); background: var(--card); padding: 1rem 1.2rem; border-radius: .4rem; overflow-wrap: anywhere; }
.verdict strong { font-size: 1.5rem; display: block; color: var(--good); } .verdict.fair { border-left-color: var(--fair); } .verdict.fair strong { color: var(--fair); } .verdict.bad { border-left-color: var(--bad); } .verdict.bad strong { color: var(--bad); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .6rem 1.2rem; margin: 1.2rem 0; } dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .92rem; } th, td { text-align: left; vertical-align: top; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; } tbody th { font-weight: 600; min-width: 8rem; } .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.bar { display: block; height: .5rem; min-width: 2px; background: var(--bar); border-radius: .2rem; } td:has(> .bar) { min-width: 6rem; vertical-align: middle; }
.badge { display: inline-block; padding: 0 .5rem; border-radius: .8rem; border: 1px solid var(--line); white-space: nowrap; } .good { color: var(--good); background: var(--good-ground); border-color: transparent; } .bad { color: var(--bad); background: var(--bad-ground); border-color: transparent; } .fair { color: var(--fair); } .badge.fair { background: var(--fair-ground); border-color: transparent; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .8rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; } li { overflow-wrap: anywhere; } footer { color: var(--soft); font-size: .85rem; margin-top: 3rem; }
details summary { cursor: pointer; color: var(--soft); margin: 2.2rem 0 0; }
@media (max-width: 40rem) { .wide { position: relative; } thead { position: absolute; display: block; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } table, tbody, tr { display: block; } tbody th, td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .15rem 0; text-align: right; white-space: normal; }
	tbody th { font-size: 1rem; text-align: left; } td::before { content: attr(data-head); color: var(--soft); text-align: left; flex: none; } tr { border-bottom: 1px solid var(--line); padding: .6rem 0; } td:has(> .bar) { display: block; } td:has(> .bar)::before { content: none; } }
@media print { body { font-size: 11px; } main { max-width: none; padding: 0; } .wide { overflow: visible; } tr { break-inside: avoid; } .verdict { break-inside: avoid; } }
$css$;
END;
CREATE OR REPLACE FUNCTION sqlite_mig._alembic_settings(relation oid) RETURNS SETOF text
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
	SELECT sqlite_mig._py_execute(format('ALTER TABLE %I.%I %s', n.nspname, c.relname, s.change))
		FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace, LATERAL (
			SELECT 0 AS n, format('SET (%s)', string_agg(format('%I = %L', o.option_name, o.option_value), ', ')) AS change FROM pg_options_to_table(c.reloptions) AS o HAVING count(*) > 0
			UNION ALL SELECT a.attnum, format('ALTER COLUMN %I ', a.attname) || v.change
				FROM pg_attribute AS a JOIN pg_type AS y ON y.oid = a.atttypid, LATERAL (VALUES
					(CASE a.attcompression WHEN 'p' THEN 'SET COMPRESSION pglz' WHEN 'l' THEN 'SET COMPRESSION lz4' END),
					(CASE WHEN a.attstorage <> y.typstorage THEN 'SET STORAGE ' || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END),
					(CASE WHEN a.attstattarget >= 0 THEN 'SET STATISTICS ' || a.attstattarget END),
					((SELECT format('SET (%s)', string_agg(format('%I = %L', o.option_name, o.option_value), ', ')) FROM pg_options_to_table(a.attoptions) AS o WHERE o.option_name LIKE 'n\_distinct%' HAVING count(*) > 0))) AS v (change)
				WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS s
		WHERE c.oid = _alembic_settings.relation AND s.change IS NOT NULL
		ORDER BY s.n, s.change;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._alembic_table(relation oid, later oid[]) RETURNS SETOF text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	made record;
BEGIN
	SELECT c.relname, n.nspname, c.relpersistence, obj_description(c.oid, 'pg_class') AS comment INTO STRICT made
		FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = relation;
	RETURN NEXT format(E'op.create_table(\n\t%s)', array_to_string(sqlite_mig._py_name(made.relname)
		|| ARRAY(SELECT * FROM sqlite_mig._alembic_columns(relation))
		|| ARRAY(SELECT k.words FROM sqlite_mig._alembic_constraints(relation) AS k WHERE k.words IS NOT NULL AND NOT k.waits AND NOT coalesce(k.parent = ANY (later), false))
		|| nullif(concat_ws(', ', nullif(substr(sqlite_mig._py_schema(made.nspname), 3), ''), CASE WHEN made.relpersistence = 'u' THEN 'prefixes=[''UNLOGGED'']' END,
			'comment=' || sqlite_mig._py(made.comment)), ''), E',\n\t'));
	RETURN QUERY SELECT * FROM sqlite_mig._alembic_settings(relation);
	RETURN QUERY SELECT k.operation FROM sqlite_mig._alembic_constraints(relation) AS k WHERE k.words IS NULL AND k.kind <> 'f';
	RETURN QUERY SELECT * FROM sqlite_mig._alembic_indexes(relation);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig.alembic_revision(server text, migration text DEFAULT NULL, down_revision text DEFAULT NULL, revision_id text DEFAULT NULL,
		OUT filename text, OUT revision text, OUT stamp text, OUT content text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	plan   constant sqlite_mig.migration := sqlite_mig._migration(coalesce(alembic_revision.migration, alembic_revision.server));
	tables constant oid[] := sqlite_mig._alembic_tables(plan);
	body   text;
	others text;
BEGIN
	PERFORM sqlite_mig._check_revision(v) FROM (VALUES (down_revision), (revision_id)) AS v (v);
	revision := coalesce(revision_id, left(encode(sha256(convert_to(concat_ws(E'\n', plan.server, plan.migration, plan.target_schema), 'UTF8')), 'hex'), 12));
	filename := format('%s_%s.py', revision, coalesce(nullif(btrim(left(regexp_replace(lower(plan.migration), '[^a-z0-9]+', '_', 'g'), 40), '_') , ''), 'schema'));
	stamp := E'CREATE TABLE IF NOT EXISTS alembic_version (version_num varchar(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));\n'
		|| coalesce('DELETE FROM alembic_version WHERE version_num = ' || quote_literal(down_revision) || E';\n', '')
		|| format('INSERT INTO alembic_version VALUES (%L) ON CONFLICT DO NOTHING;', revision);
	body := format(E'def upgrade():\n\t%s\n\n\ndef downgrade():\n\t%s\n',
		coalesce((SELECT string_agg(replace(o.o, E'\n', E'\n\t'), E'\n\t' ORDER BY o.n) FROM sqlite_mig._alembic_upgrade(plan, tables) WITH ORDINALITY AS o (o, n)), 'pass'),
		coalesce((SELECT string_agg(o.o, E'\n\t' ORDER BY o.n) FROM sqlite_mig._alembic_downgrade(plan, tables) WITH ORDINALITY AS o (o, n)), 'pass'));
	SELECT string_agg(o.name, ', ' ORDER BY o.part, o.name COLLATE "C") INTO others FROM (
		SELECT 1, format('view %I.%I', plan.target_schema, v.target_name) FROM sqlite_mig.plan_view AS v
			WHERE v.migration = plan.migration AND to_regclass(format('%I.%I', plan.target_schema, v.target_name)) IS NOT NULL
		UNION ALL SELECT 2, format('trigger %I of %s', t.tgname, t.tgrelid::regclass) FROM pg_trigger AS t WHERE t.tgrelid = ANY (tables) AND NOT t.tgisinternal) AS o (part, name);
	IF others IS NOT NULL THEN
		RAISE WARNING USING MESSAGE = 'views and triggers are not part of the revision', DETAIL = format('Left out: %s.', others),
			HINT = 'Add op.execute() with their definitions, as sqlite_mig.ddl() shows them, to the file.';
	END IF;
	content := concat(
		-- (what would end the docstring or start an escape is no part of it)
		format(E'"""Schema %s, as migration %s made it\n\nRevision ID: %s\nRevises: %s\n"""\n', translate(plan.target_schema, E'"\\\n\r', '____'), translate(plan.migration, E'"\\\n\r', '____'), revision, down_revision),
		E'import sqlalchemy as sa\nfrom alembic import op\n', CASE WHEN body ~ '\ypostgresql\.[A-Z]' THEN E'from sqlalchemy.dialects import postgresql\n' END,
			CASE WHEN body ~ '\y_Type\(' THEN E'from sqlalchemy.ext.compiler import compiles\n' END,
		format(E'\nrevision = %s\ndown_revision = %s\nbranch_labels = None\ndepends_on = None\n', sqlite_mig._py(revision), coalesce(sqlite_mig._py(down_revision), 'None')),
		CASE WHEN body ~ '\y_sql\(' THEN E'\n\ndef _sql(text):\n\t"""SQL as it stands: a colon in it starts no parameter."""\n\treturn sa.text(text.replace(":", "\\\\:"))\n' END,
		CASE WHEN body ~ '\y_Type\(' THEN E'\n\nclass _Type(sa.types.UserDefinedType):\n\t"""A type that SQLAlchemy has no class for, by its name."""\n\n\tcache_ok = True\n\n'
			'\tdef __init__(self, name):\n\t\tself.name = name\n\n\n@compiles(_Type)\ndef _compile_type(element, compiler, **kw):\n'
			'\tdoubled = compiler.dialect.paramstyle in ("format", "pyformat")\n\treturn element.name.replace("%", "%%") if doubled else element.name\n' END,
		E'\n\n', body);
	-- four spaces, as Python people have it; a tab inside a literal is written \t
	content := replace(content, E'\t', '    ');
END;
$$;
DROP FUNCTION sqlite_mig._sqlite_ident (name text);
