-- Brings version 0.1 to the next. Written by tools/make_upgrade, completed by hand; t/150_upgrade.pl compares the result.
\echo Use "ALTER EXTENSION sqlite_fdw_mig UPDATE" to load this file. \quit
SET LOCAL search_path = pg_catalog, pg_temp;
CREATE SCHEMA sqlite_mig_internal;
DO $$
DECLARE
	statement text;
BEGIN
	FOR statement IN
		SELECT format('ALTER %s %s SET SCHEMA sqlite_mig_internal', CASE p.prokind WHEN 'a' THEN 'AGGREGATE' WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, p.oid::regprocedure)
			FROM pg_proc AS p WHERE p.pronamespace = 'sqlite_mig'::regnamespace AND p.proname ~ '^_'
		UNION ALL SELECT format('ALTER TYPE %s SET SCHEMA sqlite_mig_internal', c.oid::regclass)
			FROM pg_class AS c WHERE c.relnamespace = 'sqlite_mig'::regnamespace AND c.relkind = 'c' AND c.relname ~ '^_'
	LOOP
		EXECUTE statement;
	END LOOP;
END;
$$;
ALTER FUNCTION sqlite_mig.status(text, text) SET SCHEMA sqlite_mig_internal;
ALTER FUNCTION sqlite_mig_internal.status(text, text) RENAME TO _status;
DROP FUNCTION sqlite_mig_internal._verify_table_full (plan sqlite_mig.migration, source_table text, source text, target text, columns text[], condition text, proved boolean, began timestamptz, sample_rows integer);
DROP FUNCTION sqlite_mig_internal._check_samples (plan sqlite_mig.migration, source_table text, source text, target text, columns text[], sample_rows integer);
DROP FUNCTION sqlite_mig_internal._measure (relation text, columns text[], level text, migration text, condition text);
DROP FUNCTION sqlite_mig_internal._view_differences (plan sqlite_mig.migration, source_name text, target regclass);
DROP FUNCTION sqlite_mig_internal._checksum (relation regclass, columns text[], migration text, condition text, first bigint, "end" bigint);
DROP FUNCTION sqlite_mig_internal._tasks_make (migration text, run integer, level text, began timestamptz, reject_limit bigint);
DROP FUNCTION sqlite_mig_internal._run_open (migration text, began timestamptz, on_conflict text, on_error text, reject_limit bigint);
DROP FUNCTION sqlite_mig_internal._compare_default (server text, expression text, type text, value text);
DROP FUNCTION sqlite_mig_internal._default_expr (source text, type text, zone text);
COMMENT ON SCHEMA sqlite_mig_internal IS 'internal: what the functions of sqlite_mig are made of; not to be called, and nothing in it stays as it is';
GRANT USAGE ON SCHEMA sqlite_mig_internal TO PUBLIC;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._source_execute(server text, statement text) RETURNS bigint
	LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_source_execute';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._source_lock(server text) RETURNS void
	LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_source_lock';
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
CREATE OR REPLACE FUNCTION sqlite_mig_internal._refuse(condition text, message text, detail text DEFAULT NULL, hint text DEFAULT NULL, table_name text DEFAULT NULL, constraint_name text DEFAULT NULL) RETURNS void
	LANGUAGE c VOLATILE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_refuse';
COMMENT ON FUNCTION sqlite_mig_internal._refuse(text, text, text, text, text, text) IS 'internal: throws an error whose context has no internal functions';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._wrap(words text, width integer) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT string_agg(rtrim(regexp_replace(l.line, format('(.{1,%s})(\s+|$)', _wrap.width), E'\\1\n', 'g'), E'\n'), E'\n' ORDER BY l.n) FROM regexp_split_to_table(words, '\n') WITH ORDINALITY AS l (line, n);
END;
COMMENT ON FUNCTION sqlite_mig_internal._wrap(text, integer) IS 'internal: a text in lines';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._cell(value text, width integer, most integer DEFAULT 6) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE
			WHEN length(value) <= width THEN value
			ELSE array_to_string(l.lines[1:most], E'\n') || CASE WHEN cardinality(l.lines) > most THEN format(E'\n... %s characters', length(value)) ELSE '' END END
		FROM (SELECT regexp_split_to_array(regexp_replace(sqlite_mig_internal._wrap(left(value, (most + 1) * (_cell.width + 1)), _cell.width),
			format('([^\n]{%s})(?=[^\n])', _cell.width), E'\\1\n', 'g'), E'\n') AS lines) AS l;
END;
COMMENT ON FUNCTION sqlite_mig_internal._cell(text, integer, integer) IS 'internal: a value in lines';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._count(n bigint, thing text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT format('%s %s%s', n, thing, CASE n WHEN 1 THEN '' ELSE 's' END);
END;
COMMENT ON FUNCTION sqlite_mig_internal._count(bigint, text) IS 'internal: 1 row, 2 rows';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._took(seconds numeric) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN seconds < 1 THEN format('%s ms', ceil(seconds * 1000)) WHEN seconds < 120 THEN format('%s s', round(seconds, 1))
		ELSE format('%s min %s s', floor(round(seconds) / 60), mod(round(seconds), 60)) END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._took(numeric) IS 'internal: 5 ms, 2.5 s, 3 min 5 s';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._room(taken integer, shares integer, enough integer) RETURNS integer
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT greatest(enough, (120 - coalesce(taken, 0)) / shares);
END;
COMMENT ON FUNCTION sqlite_mig_internal._room(integer, integer, integer) IS 'internal: how wide columns may be in psql';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._start(value text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT left(value, 1000) || CASE WHEN length(value) > 1000 THEN format('... (%s characters)', length(value)) ELSE '' END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._start(text) IS 'internal: a value, cut when it is long';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._layout(sql text, width integer) RETURNS text
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_layout';
COMMENT ON FUNCTION sqlite_mig_internal._layout(text, integer) IS 'internal: a statement in lines';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._source_surroundings(
	server text,
	OUT mode text, OUT modified timestamptz, OUT wal_size bigint, OUT journal_size bigint, OUT free_bytes bigint, OUT file_system text, OUT holders integer, OUT writer boolean)
	RETURNS SETOF record
	LANGUAGE c VOLATILE ROWS 1 AS 'MODULE_PATHNAME', 'mig_source_surroundings';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._source_count(server text, table_name text) RETURNS bigint
	LANGUAGE c STRICT STABLE AS 'MODULE_PATHNAME', 'mig_source_count';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._source_value(server text, expression text, table_name text DEFAULT NULL) RETURNS text
	LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'mig_source_value';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._source_damage(server text, OUT finding text, OUT unknown boolean)
	LANGUAGE c STRICT STABLE AS 'MODULE_PATHNAME', 'mig_source_damage';
COMMENT ON FUNCTION sqlite_mig_internal._source_damage(text) IS 'internal: what SQLite finds damaged in the structure of a file, or why it could not look';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._source_giants(server text, table_name text, OUT source_row text, OUT detail text) RETURNS SETOF record
	LANGUAGE c STRICT STABLE AS 'MODULE_PATHNAME', 'mig_source_giants';
COMMENT ON FUNCTION sqlite_mig_internal._source_giants(text, text) IS 'internal: the rows of a table with values that are longer than SQLite reads';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._virtual_table(sql text, OUT place integer, OUT name text, OUT value text, OUT rest text)
	RETURNS SETOF record
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_virtual_table';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._table_comments(sql text, OUT column_name text, OUT comment text)
	RETURNS SETOF record
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_table_comments';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._index_terms(sql text, OUT terms text[], OUT condition text)
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_index_terms';
COMMENT ON FUNCTION sqlite_mig_internal._index_terms(text) IS
	'internal: what CREATE INDEX is on, without COLLATE, and its condition; NULL for another statement';
CREATE OR REPLACE FUNCTION sqlite_mig.lint_sql(
	sql text, schema text DEFAULT NULL,
	OUT statement integer, OUT line integer, OUT "position" integer, OUT severity text, OUT rule text, OUT finding text, OUT advice text)
	RETURNS SETOF record
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT t.statement, (f.item ->> 'line')::integer, (f.item ->> 'position')::integer, f.item ->> 'severity', f.item ->> 'rule',
			sqlite_mig_internal._wrap(f.item ->> 'finding', 28), sqlite_mig_internal._wrap(f.item ->> 'advice', 24)
		FROM sqlite_mig.to_postgres(lint_sql.sql, lint_sql.schema) AS t,
			LATERAL jsonb_array_elements(t.findings) WITH ORDINALITY AS f (item, n)
		ORDER BY t.statement, f.n;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._translate(
	sql text, schema text, catalog text[], target_schema text DEFAULT NULL,
	OUT statement integer, OUT original text, OUT translated text, OUT findings jsonb)
	RETURNS SETOF record
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_to_postgres';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._translate_expr(
	expr text, context text, table_name text DEFAULT NULL, target_type text DEFAULT NULL, catalog text[] DEFAULT NULL,
	OUT translated text, OUT findings jsonb)
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_translate_expr';
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
	ELSIF lower(z COLLATE "C") IN ('now', 'subsec', 'subsecond') THEN
		IF fixed THEN
			PERFORM sqlite_compat._not_fixed(lower(z COLLATE "C"));
		END IF;
		p.jd := floor(EXTRACT(epoch FROM statement_timestamp()) * 1000)::bigint + 210866760000000;
		p.valid_jd := true;
		p.subsec := lower(z COLLATE "C") <> 'now';
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
		unit := lower(regexp_replace(rest, '^[ \t\n\v\f\r]+', '') COLLATE "C");
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
CREATE OR REPLACE FUNCTION sqlite_compat._modified(p sqlite_compat._moment, z text, n integer, fixed boolean) RETURNS sqlite_compat._moment
	LANGUAGE plpgsql STABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	word text := lower(z COLLATE "C");
	r    double precision;
BEGIN
	IF fixed AND word IN ('localtime', 'utc') THEN
		PERFORM sqlite_compat._not_fixed(word);
	END IF;
	CASE
	WHEN word ~ '^[-+][0-9]{4,5}-' THEN
		RETURN sqlite_compat._shifted_by_span(p, z);
	WHEN word ~ '^[-+0-9]' THEN
		RETURN sqlite_compat._shifted(p, z);
	WHEN word IN ('floor', 'ceiling') THEN
		p := sqlite_compat._to_jd(p);
		IF word = 'floor' THEN
			p.jd := p.jd - p.over * 86400000::bigint;
		END IF;
		p.valid_ymd := false;
		p.valid_hms := false;
		p.valid_tz := false;
		RETURN p;
	WHEN word = 'localtime' THEN
		RETURN sqlite_compat._to_local(p);
	WHEN word = 'utc' THEN
		RETURN sqlite_compat._to_utc(p);
	WHEN word IN ('subsec', 'subsecond') THEN
		p.subsec := true;
		RETURN p;
	WHEN word IN ('auto', 'julianday', 'unixepoch') THEN
		-- these say what the number before them was
		IF n > 1 OR word <> 'auto' AND NOT p.raw OR word = 'julianday' AND NOT p.valid_jd THEN
			RETURN NULL;
		END IF;
		IF word = 'unixepoch' OR word = 'auto' AND p.raw AND NOT p.valid_jd THEN
			r := p.s * 1000.0 + 210866760000000.0;
			IF word = 'auto' AND NOT (p.s >= -210866760000 AND p.s <= 253402300799) OR NOT (r >= 0 AND r < 464269060800000) THEN
				RETURN NULL;
			END IF;
			p.jd := trunc(r + 0.5)::bigint;
			p.valid_jd := true;
			p.valid_ymd := false;
			p.valid_hms := false;
			p.valid_tz := false;
		END IF;
		p.raw := false;
		RETURN p;
	WHEN word LIKE 'weekday %' THEN
		r := CASE WHEN sqlite_compat._is_number(substr(z, 9)) THEN sqlite_compat._to_double(substr(z, 9)) END;
		IF r IS NULL OR r < 0 OR r >= 7 OR r <> trunc(r) THEN
			RETURN NULL;
		END IF;
		p := sqlite_compat._to_fields(p);
		p.valid_tz := false;
		p.valid_jd := false;
		p := sqlite_compat._to_jd(p);
		p.jd := p.jd + ((r::integer - (p.jd + 129600000) / 86400000 % 7 + 7) % 7) * 86400000;
		p.valid_ymd := false;
		p.valid_hms := false;
		RETURN p;
	WHEN word IN ('start of day', 'start of month', 'start of year') THEN
		IF NOT (p.valid_jd OR p.valid_ymd OR p.valid_hms) THEN
			RETURN NULL;
		END IF;
		p := sqlite_compat._to_ymd(p);
		p.valid_hms := true;
		p.h := 0;
		p.mi := 0;
		p.s := 0;
		p.raw := false;
		p.valid_tz := false;
		p.valid_jd := false;
		IF word <> 'start of day' THEN
			p.d := 1;
		END IF;
		IF word = 'start of year' THEN
			p.m := 1;
		END IF;
		RETURN p;
	ELSE
		RETURN NULL;
	END CASE;
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
CREATE OR REPLACE FUNCTION sqlite_compat._utf8(x text) RETURNS bytea
	LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.convert_to(x, CASE pg_catalog.getdatabaseencoding() WHEN 'SQL_ASCII' THEN 'SQL_ASCII' ELSE 'UTF8' END);
END;
COMMENT ON FUNCTION sqlite_compat._utf8(text) IS 'internal: the bytes that SQLite has of a text';
CREATE OR REPLACE FUNCTION sqlite_compat._is_in_order() RETURNS boolean
	LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.getdatabaseencoding() IN ('UTF8', 'LATIN1', 'SQL_ASCII');
END;
COMMENT ON FUNCTION sqlite_compat._is_in_order() IS 'internal: whether collation C of the database orders texts as SQLite does';
CREATE OR REPLACE FUNCTION sqlite_compat._code_of_bytes(bytes bytea) RETURNS integer
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	code integer := get_byte(bytes, 0);
BEGIN
	IF code < 192 THEN
		RETURN code;
	END IF;
	code := code & CASE WHEN code < 224 THEN 31 WHEN code < 240 THEN 15 ELSE 7 END;
	FOR n IN 1 .. length(bytes) - 1 LOOP
		EXIT WHEN get_byte(bytes, n) & 192 <> 128;
		code := code * 64 + (get_byte(bytes, n) & 63);
	END LOOP;
	RETURN code;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._code_of_bytes(bytea) IS 'internal: the number of the first character of bytes in UTF-8';
CREATE OR REPLACE FUNCTION sqlite_compat._code(x text) RETURNS integer
	LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	-- (the inner CASE: of a constant, ascii would be computed when the query is planned, also where it is not asked)
	SELECT CASE WHEN pg_catalog.getdatabaseencoding() IN ('UTF8', 'LATIN1') OR x = '' THEN pg_catalog.ascii(CASE WHEN pg_catalog.getdatabaseencoding() IN ('UTF8', 'LATIN1') THEN x ELSE '' END)
		ELSE sqlite_compat._code_of_bytes(sqlite_compat._utf8(pg_catalog."left"(x, CASE pg_catalog.getdatabaseencoding() WHEN 'SQL_ASCII' THEN 4 ELSE 1 END))) END;
END;
COMMENT ON FUNCTION sqlite_compat._code(text) IS 'internal: the number that the first character has in Unicode, 0 for an empty text';
CREATE OR REPLACE FUNCTION sqlite_compat._character(code integer) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF code < 128 OR getdatabaseencoding() = 'UTF8' THEN
		RETURN chr(code);
	END IF;
	-- (a character that the encoding lacks is an error)
	RETURN convert_from(decode(CASE WHEN code < 2048 THEN to_hex(192 + (code >> 6))
			WHEN code < 65536 THEN to_hex(224 + (code >> 12)) || to_hex(128 + (code >> 6 & 63))
			ELSE to_hex(240 + (code >> 18)) || to_hex(128 + (code >> 12 & 63)) || to_hex(128 + (code >> 6 & 63)) END || to_hex(128 + (code & 63)), 'hex'), 'UTF8');
END;
$$;
COMMENT ON FUNCTION sqlite_compat._character(integer) IS 'internal: the character that has a number in Unicode';
CREATE OR REPLACE FUNCTION sqlite_compat._is_range(low text, high text) RETURNS boolean
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	base integer := sqlite_compat._code(low);
	size integer := sqlite_compat._code(high) - base;
	a    bytea := convert_to(low, getdatabaseencoding());
	z    bytea := convert_to(high, getdatabaseencoding());
	last integer := length(a) - 1;
BEGIN
	IF sqlite_compat._is_in_order() OR base + size < 128 THEN
		RETURN true;
	ELSIF length(z) <> length(a) OR substr(z, 1, last) <> substr(a, 1, last) OR get_byte(z, last) - get_byte(a, last) <> size THEN
		RETURN false;
	END IF;
	FOR n IN 1 .. size LOOP
		IF sqlite_compat._code(convert_from(set_byte(a, last, get_byte(a, last) + n), getdatabaseencoding())) <> base + n THEN
			RETURN false;
		END IF;
	END LOOP;
	RETURN true;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._is_range(text, text) IS 'internal: whether a range of GLOB holds in the database''s encoding what it holds in Unicode';
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
CREATE OR REPLACE FUNCTION sqlite_compat.json_valid(v sqlite_compat.value) RETURNS boolean
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	x text := sqlite_compat.cast_text(v);
	y text;
BEGIN
	-- no byte below 20 but white space is allowed anywhere: 01 is a string, 02 another value
	IF x ~ '[\x01-\x08\x0b\x0c\x0e-\x1f]' THEN
		RETURN false;
	END IF;
	x := regexp_replace(x, '"(?:[^"\\\x01-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"', E'\x01', 'g');
	x := regexp_replace(x, '-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null', E'\x02', 'g');
	-- (a token inside a word, or two side by side, leave something behind)
	x := regexp_replace(x, '[ \t\n\r]+', '', 'g');
	LOOP
		y := regexp_replace(x, '\[(?:[\x01\x02](?:,[\x01\x02])*)?\]|\{(?:\x01:[\x01\x02](?:,\x01:[\x01\x02])*)?\}', E'\x02', 'g');
		EXIT WHEN y = x;
		x := y;
	END LOOP;
	RETURN x IN (E'\x01', E'\x02');
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_compat._compare(a sqlite_compat.value, b sqlite_compat.value) RETURNS integer
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	class_a text := sqlite_compat._class(a);
	class_b text := sqlite_compat._class(b);
	rank_a  integer := CASE class_a WHEN 'integer' THEN 1 WHEN 'real' THEN 1 WHEN 'blob' THEN 3 ELSE 2 END;
	rank_b  integer := CASE class_b WHEN 'integer' THEN 1 WHEN 'real' THEN 1 WHEN 'blob' THEN 3 ELSE 2 END;
BEGIN
	IF rank_a <> rank_b THEN
		RETURN rank_a - rank_b;
	ELSIF rank_a = 1 AND class_a = class_b AND class_a = 'real' THEN
		RETURN btfloat8cmp(sqlite_compat._body(a)::double precision, sqlite_compat._body(b)::double precision);
	ELSIF rank_a = 1 THEN
		-- (64 bits do not fit into a double)
		RETURN numeric_cmp(sqlite_compat._exact_number(a), sqlite_compat._exact_number(b));
	ELSIF rank_a = 3 THEN
		RETURN byteacmp(decode(sqlite_compat._body(a), 'hex'), decode(sqlite_compat._body(b), 'hex'));
	END IF;
	IF sqlite_compat._is_in_order() THEN
		RETURN bttextcmp(sqlite_compat.cast_text(a) COLLATE "C", sqlite_compat.cast_text(b));
	END IF;
	RETURN byteacmp(sqlite_compat._utf8(sqlite_compat.cast_text(a)), sqlite_compat._utf8(sqlite_compat.cast_text(b)));
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
CREATE OR REPLACE FUNCTION sqlite_compat._printf_text(conversion text, x text, flags text, decimals integer) RETURNS text
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	quote  text := CASE conversion WHEN 'w' THEN '"' ELSE '''' END;
	result text := coalesce(x, CASE conversion WHEN 'Q' THEN 'NULL' WHEN 'q' THEN '(NULL)' WHEN 'w' THEN '(NULL)' ELSE '' END);
BEGIN
	IF conversion = 'c' THEN
		RETURN repeat(left(result, 1), greatest(decimals, 1));
	END IF;
	IF decimals >= 0 THEN
		IF strpos(flags, '!') > 0 OR octet_length(sqlite_compat._utf8(result)) = length(result) THEN
			result := left(result, decimals);
		ELSE
			-- the longest beginning of at most so many bytes
			result := left(result, (SELECT count(*)::integer FROM generate_series(1, least(decimals, length(result))) AS n WHERE octet_length(sqlite_compat._utf8(left(result, n))) <= decimals));
		END IF;
	END IF;
	IF conversion ~ '[qQw]' THEN
		result := replace(result, quote, quote || quote);
		IF conversion = 'Q' AND x IS NOT NULL THEN
			result := quote || result || quote;
		END IF;
	END IF;
	RETURN result;
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
		IF width > length(part) AND (conversion = 'c' OR strpos(flags, '!') > 0 OR octet_length(sqlite_compat._utf8(part)) = length(part)) OR width > octet_length(sqlite_compat._utf8(part)) THEN
			width := width - CASE WHEN conversion = 'c' OR strpos(flags, '!') > 0 THEN length(part) ELSE octet_length(sqlite_compat._utf8(part)) END;
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
CREATE OR REPLACE FUNCTION sqlite_compat.unicode(v sqlite_compat.value) RETURNS integer
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT NULLIF(CASE WHEN pg_catalog.getdatabaseencoding() IN ('UTF8', 'LATIN1') THEN pg_catalog.ascii(CASE WHEN pg_catalog.getdatabaseencoding() IN ('UTF8', 'LATIN1') THEN sqlite_compat.cast_text(v) END)
		ELSE sqlite_compat._code(sqlite_compat.cast_text(v)) END, 0);
END;
CREATE OR REPLACE FUNCTION sqlite_compat."char"(VARIADIC codes bigint[] DEFAULT '{}') RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT COALESCE(pg_catalog.string_agg(sqlite_compat._character(CASE WHEN c.code BETWEEN 0 AND 1114111 THEN c.code::integer WHEN c.code IS NULL THEN 0 ELSE 65533 END), '' ORDER BY c.n), '')
		FROM pg_catalog.unnest(codes) WITH ORDINALITY AS c (code, n);
END;
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
CREATE OR REPLACE FUNCTION sqlite_compat._glob_character(c text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	code integer := sqlite_compat._code(c);
BEGIN
	RETURN CASE WHEN code < 128 THEN '\U' || lpad(to_hex(code), 8, '0') ELSE c END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._glob_character(text) IS 'internal: a character as it stands in a regular expression';
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
			IF sqlite_compat._code(before) <= sqlite_compat._code(c[n + 1]) THEN
				IF NOT sqlite_compat._is_range(before, c[n + 1]) THEN
					RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
						MESSAGE = pg_catalog.format('characters from "%s" to "%s" have another order in encoding "%s"', before, c[n + 1], getdatabaseencoding()),
						HINT = 'Name each character of the set, or use a database in UTF8.';
				END IF;
				result := result || sqlite_compat._glob_character(before) || '-' || sqlite_compat._glob_character(c[n + 1]);
			END IF;
			before := NULL;
			n := n + 1;
		ELSE
			result := result || sqlite_compat._glob_character(c[n]);
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
			result := result || CASE left(rest, 1) WHEN '*' THEN '.*' WHEN '?' THEN '.' ELSE sqlite_compat._glob_character(left(rest, 1)) END;
			rest := substr(rest, 2);
		END IF;
	END LOOP;
	RETURN '^(?:' || result || ')$';
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_compat._last_text(x text[], is_last boolean) RETURNS text
	LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT (SELECT pg_catalog.array_agg(e.v ORDER BY sqlite_compat._utf8(e.v)) FROM pg_catalog.unnest(x) AS e (v))[CASE WHEN is_last THEN pg_catalog.cardinality(x) ELSE 1 END];
END;
COMMENT ON FUNCTION sqlite_compat._last_text(text[], boolean) IS 'internal: the last or the first text by the bytes that SQLite has of them';
CREATE OR REPLACE FUNCTION sqlite_compat.max(VARIADIC x text[]) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN pg_catalog.array_position(x, NULL) IS NOT NULL THEN NULL
		WHEN sqlite_compat._is_in_order() THEN (SELECT pg_catalog.max(e.v COLLATE "C") FROM pg_catalog.unnest(x) AS e (v))
		ELSE sqlite_compat._last_text(x, true) END;
END;
CREATE OR REPLACE FUNCTION sqlite_compat.min(VARIADIC x text[]) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN pg_catalog.array_position(x, NULL) IS NOT NULL THEN NULL
		WHEN sqlite_compat._is_in_order() THEN (SELECT pg_catalog.min(e.v COLLATE "C") FROM pg_catalog.unnest(x) AS e (v))
		ELSE sqlite_compat._last_text(x, false) END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._type_name(type text) RETURNS text
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
CREATE OR REPLACE FUNCTION sqlite_mig_internal._is_compressible(type text) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT EXISTS (SELECT FROM pg_type AS t WHERE t.oid = to_regtype(sqlite_mig_internal._type_name(type)) AND t.typstorage <> 'p');
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._normal_type(declared text) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	-- ASCII upper case as SQLite does it, whatever the locale
	SELECT btrim(regexp_replace(translate(coalesce(declared, ''), 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
			'\s+', ' ', 'g'));
END;
CREATE OR REPLACE FUNCTION sqlite_mig.type_candidates(declared text,
		OUT ordinal integer, OUT target_type text, OUT format text, OUT if_empty boolean, OUT rule integer, OUT reason text)
	RETURNS SETOF record
	LANGUAGE plpgsql STABLE ROWS 6 SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	normal  text := sqlite_mig_internal._normal_type(declared);
	chosen  sqlite_mig.type_rule;
	caught  text[];
	item    text;
	seen    text[] := ARRAY[]::text[];
BEGIN
	SELECT r.* INTO chosen FROM sqlite_mig.type_rule AS r
		WHERE normal ~ r.pattern ORDER BY r.priority LIMIT 1;
	caught := regexp_match(normal, chosen.pattern);
	rule := chosen.priority;
	reason := coalesce(chosen.reason, 'no rule matches');
	ordinal := 0;
	FOREACH item IN ARRAY coalesce(chosen.candidates, '{}') || '{text,bytea,text/any}'::text[] LOOP
		-- (said so that it means the same with standard_conforming_strings off)
		item := replace(replace(item, E'\\1', coalesce(caught[1], '')), E'\\2', coalesce(caught[2], ''));
		target_type := split_part(item, '/', 1);
		format := nullif(split_part(item, '/', 2), '');
		-- only what was put together from the declaration, or by somebody else, can be wrong
		CONTINUE WHEN item = ANY (seen)
			OR ((strpos(item, '(') > 0 OR NOT chosen.builtin) AND sqlite_mig_internal._type_name(target_type) IS NULL);
		seen := seen || item;
		ordinal := ordinal + 1;
		if_empty := CASE WHEN chosen.empty_type IS NULL THEN ordinal = 1 ELSE item = chosen.empty_type END;
		RETURN NEXT;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._import_types(declared text[]) RETURNS text[]
	LANGUAGE sql STABLE
BEGIN ATOMIC
	-- nobody has looked at the values: a length or precision that SQLite does not enforce would make rows unreadable
	SELECT coalesce(array_agg(coalesce(
			(SELECT regexp_replace(regexp_replace(c.target_type, '^varchar\(.*', 'text'), '^numeric\(.*', 'numeric') FROM sqlite_mig.type_candidates(d.declared) AS c ORDER BY c.if_empty DESC, c.ordinal LIMIT 1),
			'text') ORDER BY d.position), '{}')
		FROM (SELECT u.declared, u.position FROM unnest(_import_types.declared) WITH ORDINALITY AS u (declared, position)) AS d;
END;
-- by hand: seconds since 1970 in columns of REAL are advice, too
UPDATE sqlite_mig.value_rule SET declared = '^$|INT|REAL|FLOA|DOUB' WHERE priority = 400 AND builtin AND declared = '^$|INT';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._recognised(evidence jsonb, recognisers text[]) RETURNS bigint
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	name text;
	n    bigint := 0;
BEGIN
	FOREACH name IN ARRAY recognisers LOOP
		n := n + coalesce((evidence #>> ARRAY['recognised', name, 'matches'])::bigint, 0);
	END LOOP;
	RETURN n;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._counts(evidence jsonb) RETURNS SETOF sqlite_mig_internal._counts
	LANGUAGE sql STABLE ROWS 1
BEGIN ATOMIC
	SELECT r.rows, r.nulls, r.integers, r.reals, r.texts, r.blobs, r.empty_strings, r.min_int, r.max_int, r.min_real, r.max_real,
			coalesce(r.integral_reals, 0), r.max_digits, r.max_scale, r.min_chars, r.max_chars, r.max_bytes,
			r.invalid_utf8 + r.nul_bytes, r.json_u0000 + r.json_duplicate_keys + r.json_unsure, r.json_unsure,
			coalesce((r.recognised #>> '{iso_timestamp,matches}')::bigint, 0),
			coalesce((r.recognised #>> '{iso_timestamptz,matches}')::bigint, 0),
			coalesce((r.recognised #>> '{iso_date,matches}')::bigint, 0),
			coalesce((r.recognised #>> '{iso_time,matches}')::bigint, 0),
			coalesce((r.recognised #>> '{zero_date,matches}')::bigint, 0),
			coalesce((r.recognised #>> '{zero_one,matches}')::bigint, 0),
			coalesce((r.recognised #>> '{boolean_words,matches}')::bigint, 0),
			coalesce((r.recognised #>> '{numeric_point,matches}')::bigint, 0),
			coalesce((r.recognised #>> '{json_object,matches}')::bigint, 0) + coalesce((r.recognised #>> '{json_array,matches}')::bigint, 0),
			coalesce((r.recognised #>> '{uuid,matches}')::bigint, 0) + coalesce((r.recognised #>> '{uuid_hex,matches}')::bigint, 0)
				+ coalesce((r.recognised #>> '{uuid_blob,matches}')::bigint, 0)
		FROM jsonb_to_record(_counts.evidence) AS r (rows bigint, nulls bigint, integers bigint, reals bigint, texts bigint, blobs bigint, empty_strings bigint,
			min_int bigint, max_int bigint, max_chars bigint, integral_reals bigint, invalid_utf8 bigint, nul_bytes bigint, max_bytes bigint,
			json_u0000 bigint, json_duplicate_keys bigint, json_unsure bigint, min_chars bigint, min_real double precision, max_real double precision,
			max_digits bigint, max_scale bigint, recognised jsonb);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._evidence_says(n sqlite_mig_internal._counts, type text, format text, empties boolean DEFAULT false, zeros boolean DEFAULT false,
		utc boolean DEFAULT false) RETURNS TABLE (says text)
	LANGUAGE sql STABLE ROWS 1
BEGIN ATOMIC
	SELECT CASE
		WHEN format IS NOT NULL AND format <> 'any' THEN 'likely'
		WHEN e.odd = 0 AND CASE e.base
				WHEN 'bigint' THEN e.integers = e.vals
				WHEN 'integer' THEN e.integers = e.vals AND e.min_int >= -2147483648 AND e.max_int <= 2147483647
				WHEN 'smallint' THEN e.integers = e.vals AND e.min_int >= -32768 AND e.max_int <= 32767
				-- reals, but for -0.0 and infinity; digits in front and behind apart
				WHEN 'numeric' THEN (e.integers = e.vals OR e.integers + e.reals = e.vals AND (e.min_real > 0 AND e.max_real < 'Infinity' OR e.max_real < 0 AND e.min_real > '-Infinity'))
					AND (e.digits IS NULL OR e.max_scale <= e.scale AND e.max_digits - e.max_scale <= e.digits - e.scale)
				WHEN 'double precision' THEN e.reals = e.vals
				WHEN 'boolean' THEN e.integers = e.vals AND e.zero_one = e.vals
				-- of 19 characters: four digits of year, seconds, no fraction; hours that the clocks skip are not in UTC
				WHEN 'timestamptz' THEN utc AND e.naive = e.vals AND e.min_chars = 19 AND e.max_chars = 19
				WHEN 'timestamp' THEN utc AND e.naive = e.vals AND e.min_chars = 19 AND e.max_chars = 19
				WHEN 'date' THEN e.days = e.vals AND e.min_chars = 10 AND e.max_chars = 10
				WHEN 'bytea' THEN e.blobs = e.vals
				-- the scan is as strict as the type, as long as what it saw is all there is
				WHEN 'jsonb' THEN e.texts = e.vals AND e.json = e.vals AND e.clean AND e.json_flaws = 0 AND e.max_bytes < 100000000
				WHEN 'text' THEN e.texts = e.vals AND e.clean AND type = 'text'
				WHEN 'varchar' THEN e.texts = e.vals AND e.clean AND e.max_chars <= e.length
			END THEN 'proved'
		WHEN CASE
				WHEN e.base IN ('bigint', 'integer', 'smallint') THEN e.integers + e.integral_reals + e.numbers >= e.vals
				WHEN e.base IN ('numeric', 'double precision') THEN e.integers + e.reals + e.numbers >= e.vals
				WHEN e.base = 'boolean' THEN e.zero_one + e.words >= e.vals
				WHEN e.base IN ('timestamptz', 'timestamp') THEN e.naive + e.zoned + e.days + e.zero_dates >= e.vals
				WHEN e.base = 'date' THEN e.days + e.zero_dates >= e.vals
				WHEN e.base = 'time' THEN e.day_times >= e.vals
				WHEN e.base = 'jsonb' THEN e.json >= e.vals AND e.json_flaws = e.json_unsure
				WHEN e.base = 'uuid' THEN e.uuids >= e.vals
				WHEN e.base = 'varchar' THEN e.texts = e.vals AND e.max_chars <= e.length
				WHEN e.base = 'text' AND format IS NULL THEN e.texts = e.vals
				ELSE true
			END THEN 'likely'
		ELSE 'unlikely' END
		FROM (SELECT (n).integers, (n).reals, (n).texts, (n).blobs, (n).min_int, (n).max_int, (n).max_chars, (n).integral_reals, (n).max_bytes, (n).json_flaws, (n).json_unsure,
				(n).rows - (n).nulls - CASE WHEN empties THEN (n).empty_strings ELSE 0 END AS vals,
				-- values that will be NULL are in no proof
				CASE WHEN empties THEN (n).empty_strings ELSE 0 END AS odd,
				(n).flaws = 0 AND getdatabaseencoding() = 'UTF8' AS clean,
				(n).min_chars, (n).min_real, (n).max_real, (n).max_digits, (n).max_scale, (n).naive, (n).zoned, (n).days, (n).day_times, (n).zero_one, (n).words, (n).numbers, (n).json, (n).uuids,
				CASE WHEN zeros THEN (n).zero_dates ELSE 0 END AS zero_dates,
				btrim(regexp_replace(type, '\(.*$', '')) AS base,
				coalesce(substring(type, '^varchar\(([0-9]{1,8})\)$')::integer, 0) AS length,
				t.m[1]::integer AS digits, coalesce(t.m[2]::integer, 0) AS scale
			FROM (SELECT regexp_match(type, '^numeric\(([0-9]{1,4})(?:,([0-9]{1,4}))?\)$') AS m) AS t
			-- worked out once, not at every place that uses it
			OFFSET 0) AS e;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._fit(server text, table_name text, columns text[],
		cand_column int[], cand_type text[], cand_format text[], time_zone text DEFAULT NULL, lazy boolean DEFAULT false,
		OUT candidate int, OUT column_name text, OUT target_type text, OUT format text,
		OUT rows bigint, OUT nulls bigint, OUT integers bigint, OUT reals bigint, OUT texts bigint, OUT blobs bigint,
		OUT min_int bigint, OUT max_int bigint, OUT max_chars bigint, OUT max_bytes bigint,
		OUT refused bigint, OUT lossy bigint, OUT first_row text, OUT storage_class text, OUT value text, OUT reason text,
		OUT changes jsonb)
	RETURNS SETOF record
	LANGUAGE c VOLATILE PARALLEL UNSAFE ROWS 20 AS 'MODULE_PATHNAME', 'mig_fit_table';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._fit_part(server text, table_name text, columns text[], cand_column int[], cand_type text[], cand_format text[], time_zone text,
		first bigint, "end" bigint)
	RETURNS bytea
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_fit_range';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._profile(server text, tables text[], sample_rows bigint,
		OUT table_name text, OUT "position" int, OUT column_name text, OUT declared_type text, OUT rows bigint, OUT complete boolean,
		OUT nulls bigint, OUT integers bigint, OUT reals bigint, OUT texts bigint, OUT blobs bigint, OUT empty_strings bigint,
		OUT min_int bigint, OUT max_int bigint, OUT min_real double precision, OUT max_real double precision,
		OUT integral_reals bigint, OUT max_digits int, OUT max_scale int,
		OUT min_chars bigint, OUT max_chars bigint, OUT max_bytes bigint,
		OUT invalid_utf8 bigint, OUT nul_bytes bigint, OUT json_u0000 bigint, OUT json_duplicate_keys bigint, OUT json_unsure bigint,
		OUT trailing_blanks bigint, OUT distinct_estimate bigint, OUT recognised jsonb)
	RETURNS SETOF record
	LANGUAGE c VOLATILE PARALLEL UNSAFE COST 100000 ROWS 1000 AS 'MODULE_PATHNAME', 'mig_profile_list';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._profile_part(server text, tables text[], first bigint, "end" bigint, tried bigint[]) RETURNS bytea
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_profile_range';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._snapshot(server text) RETURNS void
	LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_snapshot';
DROP INDEX sqlite_mig.plan_table_migration_target_name_idx;
CREATE INDEX ON sqlite_mig.plan_table (target_name, migration);
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_column_edited() RETURNS trigger
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	-- and who takes that back has the plan as it was prepared, which is not an edited one then
	NEW.format := CASE WHEN NEW.format IS NULL THEN 'any' END;
	RETURN NEW;
END;
$$;
-- by hand: its condition knows of types that are edited back
DROP TRIGGER edited ON sqlite_mig.plan_column;
CREATE TRIGGER edited BEFORE UPDATE OF target_type ON sqlite_mig.plan_column FOR EACH ROW
	WHEN (NEW.target_type <> OLD.target_type AND (NEW.format = 'any' AND OLD.format = 'any'
		OR NEW.format IS NULL AND OLD.format IS NULL AND OLD.evidence ->> 'proposed' = NEW.target_type || '/any')) EXECUTE FUNCTION sqlite_mig_internal._plan_column_edited();
COMMENT ON TRIGGER edited ON sqlite_mig.plan_column IS 'a new target_type does not keep the format "any"';
ALTER POLICY owner ON sqlite_mig.migration USING (pg_catalog.pg_has_role(current_user, pg_catalog.to_regrole(pg_catalog.quote_ident(owner))::oid, 'MEMBER'));
DO
$$
DECLARE
	col record;
BEGIN
	FOR col IN SELECT c.relname, a.attname, a.attnum FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
			WHERE c.relnamespace = 'sqlite_mig'::regnamespace AND c.relname = ANY ('{migration,plan_table,plan_column,plan_index,plan_constraint,plan_view,plan_trigger,plan_search,ledger_entry,journal,verification}') ORDER BY 1, 3 LOOP
		IF col.attnum = 1 THEN
			EXECUTE format('ALTER TABLE sqlite_mig.%I SET (autovacuum_analyze_threshold = 2147483647)', col.relname);
		END IF;
		EXECUTE format('ALTER TABLE sqlite_mig.%I ALTER COLUMN %I SET STATISTICS 0', col.relname, col.attname);
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_hash(migration text) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT md5(coalesce(string_agg(line, chr(10) ORDER BY line COLLATE "C"), '')) FROM (
		SELECT 'table ' || p::text FROM sqlite_mig.plan_table AS p WHERE p.migration = _plan_hash.migration
		UNION ALL SELECT 'column ' || p::text FROM sqlite_mig.plan_column AS p WHERE p.migration = _plan_hash.migration
		UNION ALL SELECT 'index ' || p::text FROM sqlite_mig.plan_index AS p WHERE p.migration = _plan_hash.migration
		UNION ALL SELECT 'constraint ' || p::text FROM sqlite_mig.plan_constraint AS p WHERE p.migration = _plan_hash.migration
		UNION ALL SELECT 'view ' || p::text FROM sqlite_mig.plan_view AS p WHERE p.migration = _plan_hash.migration
		UNION ALL SELECT 'trigger ' || p::text FROM sqlite_mig.plan_trigger AS p WHERE p.migration = _plan_hash.migration
		UNION ALL SELECT 'search ' || p::text FROM sqlite_mig.plan_search AS p WHERE p.migration = _plan_hash.migration
	) AS lines (line);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._migration(migration text, own boolean DEFAULT false) RETURNS sqlite_mig.migration
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	found_row sqlite_mig.migration;
BEGIN
	SELECT m.* INTO found_row FROM sqlite_mig.migration AS m WHERE m.migration = _migration.migration;
	IF NOT FOUND THEN
		PERFORM sqlite_mig_internal._refuse('undefined_object',
			format('there is no migration "%s"', _migration.migration),
			hint => CASE WHEN EXISTS (SELECT FROM pg_foreign_server AS s WHERE s.srvname = _migration.migration)
				THEN format('Make a plan with SELECT * FROM sqlite_mig.prepare(%L); or migrate at once with CALL sqlite_mig.migrate(%L);',
					_migration.migration, _migration.migration)
				ELSE 'SELECT migration, server FROM sqlite_mig.migration; shows those that you may see.' END);
	END IF;
	IF own AND found_row.owner <> current_user THEN
		PERFORM sqlite_mig_internal._refuse('insufficient_privilege',
			format('migration "%s" belongs to role "%s"', _migration.migration, found_row.owner),
			detail => 'What a plan and its tables contain is executed, so only the role that owns it runs, replaces or verifies it.',
			hint => format('SET ROLE %I; or choose a name of your own with migration => ''...''.', found_row.owner));
	END IF;
	RETURN found_row;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._hold_plan(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM FROM sqlite_mig.plan_table AS p WHERE p.migration = _hold_plan.migration FOR SHARE;
	PERFORM FROM sqlite_mig.plan_column AS p WHERE p.migration = _hold_plan.migration FOR SHARE;
	PERFORM FROM sqlite_mig.plan_index AS p WHERE p.migration = _hold_plan.migration FOR SHARE;
	PERFORM FROM sqlite_mig.plan_constraint AS p WHERE p.migration = _hold_plan.migration FOR SHARE;
	PERFORM FROM sqlite_mig.plan_view AS p WHERE p.migration = _hold_plan.migration FOR SHARE;
	PERFORM FROM sqlite_mig.plan_trigger AS p WHERE p.migration = _hold_plan.migration FOR SHARE;
	PERFORM FROM sqlite_mig.plan_search AS p WHERE p.migration = _hold_plan.migration FOR SHARE;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._note(migration text, phase text, object_kind text, object_name text, table_name text,
		severity text, effect text, rule text, detail text, rows bigint DEFAULT NULL, sample text DEFAULT NULL, accepted boolean DEFAULT false)
	RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO sqlite_mig.ledger_entry (migration, phase, object_kind, object_name, table_name, severity, effect, rule, detail, rows, sample, accepted)
		VALUES (_note.migration, _note.phase, _note.object_kind, _note.object_name, _note.table_name, _note.severity,
			_note.effect, _note.rule, _note.detail, _note.rows, _note.sample, _note.accepted);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._postgis() RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT quote_ident(n.nspname) FROM pg_type AS t JOIN pg_proc AS p ON p.oid = t.typreceive AND p.proname = 'geometry_recv' JOIN pg_namespace AS n ON n.oid = t.typnamespace
		WHERE t.typname = 'geometry' AND EXISTS (SELECT FROM pg_class AS c WHERE c.relnamespace = n.oid AND c.relname = 'spatial_ref_sys') ORDER BY t.oid LIMIT 1;
END;
COMMENT ON FUNCTION sqlite_mig_internal._postgis() IS 'internal: schema of PostGIS';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._source_json(server text, query text) RETURNS jsonb
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	RETURN sqlite_mig_internal._source_value(server, format('(%s)', query))::jsonb;
EXCEPTION
	WHEN fdw_error OR data_exception OR syntax_error_or_access_rule_violation OR internal_error OR program_limit_exceeded THEN
		RETURN NULL;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._source_json(text, text) IS 'internal: a query of SQLite that gives JSON';
CREATE TYPE sqlite_mig_internal._books AS (owner text, columns_query text, systems_query text, index_prefix text);
COMMENT ON TYPE sqlite_mig_internal._books IS 'internal: whose geometries a file has, and the queries for them; index_prefix: of the names of its R-Trees';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._read_geometry_books(server text) RETURNS SETOF sqlite_mig_internal._books
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT b.owner, b.columns_query, b.systems_query, b.index_prefix FROM (
			SELECT array_agg(lower(c.column_name COLLATE "C")) FILTER (WHERE lower(o.name COLLATE "C") = 'gpkg_geometry_columns') AS gpkg, array_agg(lower(c.column_name COLLATE "C")) FILTER (WHERE lower(o.name COLLATE "C") = 'geometry_columns') AS lite,
				array_agg(lower(c.column_name COLLATE "C")) FILTER (WHERE lower(o.name COLLATE "C") = 'spatial_ref_sys') AS systems
			-- most files have none of these tables: then nothing more is asked for
			FROM sqlite_mig.source_objects(_read_geometry_books.server) AS o, LATERAL sqlite_mig.source_columns(_read_geometry_books.server, o.name) AS c
			WHERE o.type = 'table' AND lower(o.name COLLATE "C") IN ('gpkg_geometry_columns', 'geometry_columns', 'spatial_ref_sys')) AS t,
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
COMMENT ON FUNCTION sqlite_mig_internal._read_geometry_books(text) IS 'internal: reads whose geometries a file has';
CREATE TYPE sqlite_mig_internal._geometry AS (source_table text, source_name text, owner text, format text, type_name text, z integer, m integer, file_srid integer, index_table text);
COMMENT ON TYPE sqlite_mig_internal._geometry IS 'internal: a column with geometries; z and m: 0 none, 1 all, 2 some have it; index_table: the R-Tree of it';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._read_geometries(server text, books sqlite_mig_internal._books) RETURNS SETOF sqlite_mig_internal._geometry
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT c.table_name, c.column_name, (_read_geometries.books).owner, g.item ->> 'format', coalesce(k.name, 'Geometry'), n.z, n.m, n.srid,
			(SELECT v.table_name FROM sqlite_mig.source_tables(_read_geometries.server) AS v
				WHERE v.kind = 'virtual' AND lower(v.table_name COLLATE "C") = lower((_read_geometries.books).index_prefix || c.table_name || '_' || c.column_name COLLATE "C") LIMIT 1)
		FROM jsonb_array_elements(sqlite_mig_internal._source_json(_read_geometries.server, (_read_geometries.books).columns_query)) AS g (item)
			JOIN sqlite_mig.source_columns(_read_geometries.server) AS c ON lower(c.table_name COLLATE "C") = lower(g.item ->> 'table' COLLATE "C") AND lower(c.column_name COLLATE "C") = lower(g.item ->> 'column' COLLATE "C")
			JOIN sqlite_mig.source_tables(_read_geometries.server) AS t ON t.table_name = c.table_name AND t.kind = 'table'
			-- what is no number in these columns says nothing
			CROSS JOIN LATERAL (SELECT CASE WHEN g.item ->> 'srid' ~ '^-?\d{1,9}$' THEN (g.item ->> 'srid')::integer ELSE 0 END AS srid,
				CASE g.item ->> 'z' WHEN '2' THEN 2 WHEN '1' THEN 1 ELSE 0 END AS z, CASE g.item ->> 'm' WHEN '2' THEN 2 WHEN '1' THEN 1 ELSE 0 END AS m) AS n
			-- the abstract types CURVE and SURFACE are none in PostGIS
			LEFT JOIN LATERAL (SELECT x.name FROM unnest('{Point,LineString,Polygon,MultiPoint,MultiLineString,MultiPolygon,GeometryCollection,CircularString,CompoundCurve,CurvePolygon,MultiCurve,MultiSurface,-,-,PolyhedralSurface,Tin,Triangle}'::text[])
					WITH ORDINALITY AS x (name, code)
				WHERE lower(x.name COLLATE "C") = lower(g.item ->> 'type' COLLATE "C") OR x.code::text = g.item ->> 'code' AND x.name <> '-') AS k ON true
		WHERE g.item ->> 'format' IS NOT NULL
		ORDER BY c.table_name, c.position;
END;
COMMENT ON FUNCTION sqlite_mig_internal._read_geometries(text, sqlite_mig_internal._books) IS 'internal: reads which columns have geometries, as the books of a file say';
CREATE TYPE sqlite_mig_internal._system AS (file_srid integer, srid integer, auth_name text, auth_srid integer, srtext text, proj4text text, is_new boolean);
COMMENT ON TYPE sqlite_mig_internal._system IS 'internal: a reference system of a file, and its number in the database; is_new: spatial_ref_sys does not have it';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._read_systems(server text, books sqlite_mig_internal._books, geometries sqlite_mig_internal._geometry[]) RETURNS SETOF sqlite_mig_internal._system
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	postgis constant text := sqlite_mig_internal._postgis();
	given   integer[] := '{}';
	s       sqlite_mig_internal._system;
	item    record;
	taken   boolean;
BEGIN
	IF postgis IS NULL THEN
		RETURN;
	END IF;
	FOR item IN SELECT DISTINCT ON (g.file_srid) g.file_srid, x.item ->> 'auth' AS auth, CASE WHEN x.item ->> 'number' ~ '^\d{1,9}$' THEN (x.item ->> 'number')::integer END AS number,
				nullif(btrim(x.item ->> 'wkt'), '') AS wkt, nullif(btrim(x.item ->> 'proj'), '') AS proj
			FROM unnest(geometries) AS g
				LEFT JOIN jsonb_array_elements(sqlite_mig_internal._source_json(server, (books).systems_query)) AS x (item)
					ON x.item ->> 'srid' = g.file_srid::text
			ORDER BY g.file_srid LOOP
		s := ROW(item.file_srid, NULL, item.auth, item.number, item.wkt, item.proj, false);
		IF item.file_srid <= 0 OR upper(item.auth COLLATE "C") = 'NONE' AND coalesce(item.wkt, 'undefined') ILIKE 'undefined%' COLLATE "C" THEN
			s.srid := 0;
		ELSE
			-- by its key first: the table has no other index
			EXECUTE format('SELECT srid FROM %s.spatial_ref_sys WHERE srid = $2 AND upper(auth_name COLLATE "C") = upper($1 COLLATE "C") AND auth_srid = $2', postgis) INTO s.srid USING item.auth, item.number;
			IF s.srid IS NULL THEN
				EXECUTE format('SELECT srid FROM %s.spatial_ref_sys WHERE upper(auth_name COLLATE "C") = upper($1 COLLATE "C") AND auth_srid = $2 OR srtext = $3 ORDER BY srtext = $3, srid LIMIT 1', postgis) INTO s.srid USING item.auth, item.number, item.wkt;
			END IF;
		END IF;
		IF s.srid IS NULL AND item.wkt IS NULL AND item.proj IS NULL THEN
			-- nothing is known of it but its number
			s.srid := CASE WHEN item.file_srid <= 998999 THEN item.file_srid ELSE 0 END;
		ELSIF s.srid IS NULL THEN
			s.is_new := true;
			FOR n IN 0 .. 998999 LOOP
				s.srid := CASE n WHEN 0 THEN CASE WHEN upper(item.auth COLLATE "C") = 'EPSG' AND item.number BETWEEN 1 AND 998999 THEN item.number ELSE item.file_srid END ELSE 910000 + n END;
				EXECUTE format('SELECT EXISTS (SELECT FROM %s.spatial_ref_sys WHERE srid = $1)', postgis) INTO taken USING s.srid;
				EXIT WHEN NOT taken AND s.srid <= 998999 AND s.srid <> ALL (given);
			END LOOP;
			given := given || s.srid;
		END IF;
		RETURN NEXT s;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._read_systems(text, sqlite_mig_internal._books, sqlite_mig_internal._geometry[]) IS 'internal: finds reference systems of the geometries of a file';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._spatial(server text) RETURNS jsonb
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	kept       constant jsonb := nullif(current_setting('sqlite_mig.spatial', true), '')::jsonb;
	books      sqlite_mig_internal._books;
	geometries sqlite_mig_internal._geometry[];
BEGIN
	IF kept ->> 'server' = _spatial.server THEN
		RETURN kept;
	END IF;
	SELECT b.* INTO books FROM sqlite_mig_internal._read_geometry_books(_spatial.server) AS b;
	IF books.owner IS NOT NULL THEN
		geometries := ARRAY(SELECT g FROM sqlite_mig_internal._read_geometries(_spatial.server, books) AS g);
	END IF;
	RETURN jsonb_build_object('server', _spatial.server, 'books', CASE WHEN books.owner IS NOT NULL THEN jsonb_build_array(to_jsonb(books)) ELSE '[]' END, 'geometries', coalesce(to_jsonb(geometries), '[]'),
		'systems', CASE WHEN cardinality(geometries) > 0 THEN (SELECT jsonb_agg(to_jsonb(s)) FROM sqlite_mig_internal._read_systems(_spatial.server, books, geometries) AS s) END);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._spatial(text) IS 'internal: what a file says of geometries';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._geometry_books(server text) RETURNS SETOF sqlite_mig_internal._books
	LANGUAGE sql STABLE ROWS 1
BEGIN ATOMIC
	SELECT b.* FROM jsonb_populate_recordset(NULL::sqlite_mig_internal._books, sqlite_mig_internal._spatial(_geometry_books.server) -> 'books') AS b;
END;
COMMENT ON FUNCTION sqlite_mig_internal._geometry_books(text) IS 'internal: whose geometries a file has';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._geometries(server text) RETURNS SETOF sqlite_mig_internal._geometry
	LANGUAGE sql STABLE ROWS 10
BEGIN ATOMIC
	SELECT g.* FROM jsonb_populate_recordset(NULL::sqlite_mig_internal._geometry, sqlite_mig_internal._spatial(_geometries.server) -> 'geometries') AS g;
END;
COMMENT ON FUNCTION sqlite_mig_internal._geometries(text) IS 'internal: columns with geometries, as the books of a file say';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._systems(server text) RETURNS SETOF sqlite_mig_internal._system
	LANGUAGE sql STABLE ROWS 10
BEGIN ATOMIC
	SELECT s.* FROM jsonb_populate_recordset(NULL::sqlite_mig_internal._system, nullif(sqlite_mig_internal._spatial(_systems.server) -> 'systems', 'null')) AS s;
END;
COMMENT ON FUNCTION sqlite_mig_internal._systems(text) IS 'internal: reference systems of the geometries of a file';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._geometry_types(server text) RETURNS TABLE (source_table text, source_name text, ordinal bigint, target_type text, format text, reason text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH p AS MATERIALIZED (SELECT sqlite_mig_internal._postgis() AS schema)
	SELECT g.source_table, g.source_name, row_number() OVER (PARTITION BY g.source_table, g.source_name ORDER BY k.n, d.n), t.target_type,
			-- WKB has no number of its own
			g.format || CASE WHEN g.format = 'wkb' AND s.srid > 0 THEN format(' 0=%s', s.srid) WHEN g.format = 'wkb' THEN '' WHEN s.srid <> greatest(g.file_srid, 0) OR g.file_srid < 0 THEN format(' %s=%s', g.file_srid, s.srid) ELSE '' END, format('geometry of %s', g.owner)
		FROM p, LATERAL sqlite_mig_internal._geometries(_geometry_types.server) AS g
			JOIN sqlite_mig_internal._systems(_geometry_types.server) AS s ON s.file_srid = g.file_srid,
			LATERAL (VALUES (1, g.type_name), (2, CASE WHEN g.type_name <> 'Geometry' THEN 'Geometry' END), (3, '')) AS k (n, name),
			-- what is declared first; where the file leaves it open, without
			LATERAL (SELECT row_number() OVER (ORDER BY abs(z % 2 - g.z % 2) + abs(m % 2 - g.m % 2), z + m) AS n, repeat('Z', z) || repeat('M', m) AS name
				FROM generate_series(0, 1) AS z, generate_series(0, 1) AS m) AS d,
			LATERAL (SELECT p.schema || CASE WHEN k.n = 3 THEN '.geometry' WHEN s.srid = 0 THEN format('.geometry(%s%s)', k.name, d.name) ELSE format('.geometry(%s%s,%s)', k.name, d.name, s.srid) END AS target_type) AS t
		WHERE p.schema IS NOT NULL AND k.name IS NOT NULL AND (k.n < 3 OR d.n = 1);
END;
COMMENT ON FUNCTION sqlite_mig_internal._geometry_types(text) IS 'internal: types of PostGIS for the columns with geometries';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sqlite_name(name text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT '"' || replace(name, '"', '""') || '"';
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._listed(names text[]) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT string_agg('"' || n.name || '"', ', ' ORDER BY n.i) || CASE WHEN cardinality(names) > 10 THEN format(' and %s more', cardinality(names) - 10) ELSE '' END
		FROM unnest(names[1 : 10]) WITH ORDINALITY AS n (name, i);
END;
COMMENT ON FUNCTION sqlite_mig_internal._listed(text[]) IS 'internal: names in quotes for a message';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._cut_name(name text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	cut text := left(name, 54);
BEGIN
	WHILE octet_length(cut) > 54 LOOP
		cut := left(cut, -1);
	END LOOP;
	RETURN cut || '_' || left(md5(name), 8);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._short_name(name text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN octet_length(_short_name.name) BETWEEN 1 AND 63 THEN _short_name.name ELSE sqlite_mig_internal._cut_name(_short_name.name) END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._small(x text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT lower(translate(x, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') COLLATE "default");
END;
COMMENT ON FUNCTION sqlite_mig_internal._small(text) IS 'internal: a text in small letters';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._styled_name(name text, policy text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE _styled_name.policy WHEN 'lower' THEN sqlite_mig_internal._small(_styled_name.name)
		WHEN 'snake' THEN sqlite_mig_internal._small(regexp_replace(btrim(regexp_replace(regexp_replace(regexp_replace(_styled_name.name,
			'([[:upper:]]+)([[:upper:]][[:lower:]])', '\1_\2', 'g'), '([[:lower:][:digit:]])([[:upper:]])', '\1_\2', 'g'), '[^[:alnum:]]+', '_', 'g'), '_'), '^([[:digit:]])', '_\1'))
		ELSE _styled_name.name END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._distinct_names(names text[]) RETURNS text[]
	LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	used   jsonb := '{}';
	result text[] := '{}';
	name   text;
	n      integer;
BEGIN
	-- as a rule there is nothing to do, and what follows takes the square of their number
	IF (SELECT count(DISTINCT u.name) FROM unnest(names) AS u (name)) = cardinality(names) THEN
		RETURN names;
	END IF;
	FOR i IN 1 .. cardinality(names) LOOP
		name := names[i];
		n := 1;
		-- a name that another one wants as it is stays free for it
		WHILE used ? name OR n > 1 AND name = ANY (names) LOOP
			n := n + 1;
			name := sqlite_mig_internal._short_name(names[i] || '_' || n);
		END LOOP;
		used := used || jsonb_build_object(name, true);
		result := result || name;
	END LOOP;
	RETURN result;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._reserved_words() RETURNS text[]
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT array_agg(k.word) FROM pg_get_keywords() AS k WHERE k.catcode IN ('R', 'T');
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._reserved_advice(name text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT format('"%s" is a reserved word of PostgreSQL: write it in double quotes, or choose another target_name', _reserved_advice.name);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._taken_names(migration text, names text[]) RETURNS SETOF text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	RETURN QUERY SELECT p.target_name FROM sqlite_mig.plan_table AS p WHERE p.migration = _taken_names.migration AND p.target_name = ANY (_taken_names.names)
	UNION ALL SELECT p.target_name FROM sqlite_mig.plan_index AS p WHERE p.migration = _taken_names.migration AND p.target_name = ANY (_taken_names.names)
	UNION ALL SELECT p.target_name FROM sqlite_mig.plan_constraint AS p WHERE p.migration = _taken_names.migration AND p.target_name = ANY (_taken_names.names)
	UNION ALL SELECT p.index_name FROM sqlite_mig.plan_search AS p WHERE p.migration = _taken_names.migration AND p.index_name = ANY (_taken_names.names)
	UNION ALL SELECT c.relname::text FROM sqlite_mig.migration AS m JOIN pg_namespace AS n ON n.nspname = m.target_schema JOIN pg_class AS c ON c.relnamespace = n.oid
		WHERE m.migration = _taken_names.migration AND c.relname::text = ANY (_taken_names.names) AND NOT sqlite_mig_internal._is_replaced(m.migration, c.oid);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._taken_names(text, text[]) IS 'internal: names that are taken in the plan or the target schema';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._free_names(migration text, wanted text[]) RETURNS text[]
	LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	policy constant text := (SELECT m.options ->> 'names' FROM sqlite_mig.migration AS m WHERE m.migration = _free_names.migration);
	short  constant text[] := ARRAY(SELECT sqlite_mig_internal._short_name(sqlite_mig_internal._styled_name(w.name, policy)) FROM unnest(wanted) WITH ORDINALITY AS w (name, n) ORDER BY w.n);
	taken  constant text[] := ARRAY(SELECT sqlite_mig_internal._taken_names(_free_names.migration, short));
	names  text[];
	number integer;
BEGIN
	names := ARRAY(SELECT CASE WHEN s.name <> ALL (taken) AND row_number() OVER (PARTITION BY s.name ORDER BY s.n) = 1 THEN s.name END FROM unnest(short) WITH ORDINALITY AS s (name, n) ORDER BY s.n);
	FOR i IN 1 .. cardinality(names) LOOP
		number := 1;
		WHILE names[i] IS NULL LOOP
			number := number + 1;
			names[i] := sqlite_mig_internal._short_name(sqlite_mig_internal._styled_name(wanted[i], policy) || '_' || number);
			IF names[i] = ANY (names[: i - 1] || names[i + 1 :]) OR EXISTS (SELECT FROM sqlite_mig_internal._taken_names(_free_names.migration, names[i : i])) THEN
				names[i] := NULL;
			END IF;
		END LOOP;
	END LOOP;
	RETURN names;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._free_names(text, text[]) IS 'internal: names that are not taken in the target schema';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._free_name(migration text, wanted text) RETURNS text
	LANGUAGE sql STABLE STRICT
BEGIN ATOMIC
	SELECT (sqlite_mig_internal._free_names(_free_name.migration, ARRAY[_free_name.wanted]))[1];
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._candidates(migration text, options jsonb) RETURNS SETOF sqlite_mig_internal._table_candidates
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH key AS MATERIALIZED (
		SELECT s.table_name, max(s.seq) AS last FROM sqlite_mig.migration AS m, LATERAL sqlite_mig.source_sequences(m.server) AS s
			WHERE m.migration = _candidates.migration GROUP BY s.table_name
	), geometry AS MATERIALIZED (
		SELECT g.* FROM sqlite_mig.migration AS m, LATERAL sqlite_mig_internal._geometry_types(m.server) AS g WHERE m.migration = _candidates.migration
	), declared AS MATERIALIZED (
		SELECT d.declared_type, sqlite_mig_internal._normal_type(d.declared_type) AS normal,
				-- the option varchar: declared asks for the length whatever the values are
				coalesce(options ->> 'varchar' = 'declared', false) AND bool_or(t.target_type ~ '^varchar') AS length,
				array_agg(ROW(0, NULL, t.ordinal, t.target_type, t.format, t.if_empty, t.rule::text, NULL, NULL, t.reason,
					NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::sqlite_mig_internal._candidate ORDER BY t.ordinal) AS types
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
				LATERAL (SELECT x AS n FROM sqlite_mig_internal._counts(c.evidence) AS x OFFSET 0) AS n
			WHERE c.migration = _candidates.migration AND c.evidence ? 'rows' AND c.evidence -> 'rows' <> c.evidence -> 'nulls'
	)
	SELECT c.source_table, bool_and((c.evidence ->> 'complete')::boolean), array_agg(k.k ORDER BY c.position, (k.k).ordinal)
		FROM col AS c, LATERAL (
			SELECT bool_or(e.says = 'proved') OVER (ORDER BY o.part, o.ordinal ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS beyond, ROW(c.position, c.source_name, row_number() OVER (ORDER BY o.part, o.ordinal), o.target_type, o.format, o.if_empty, o.rule, o.effect,
					o.confidence, o.reason, e.says, s.spare, CASE e.says WHEN 'proved' THEN 0 END, CASE e.says WHEN 'proved' THEN 0 END,
					NULL, NULL, NULL, NULL, NULL)::sqlite_mig_internal._candidate AS k
				FROM (
					SELECT l.*, row_number() OVER (PARTITION BY l.target_type, l.format ORDER BY l.part, l.ordinal) AS time FROM (
						SELECT 0 AS part, n.place AS ordinal, n.type AS target_type, NULL::text AS format, false AS if_empty, 'fit_integers' AS rule, 'converted' AS effect,
								1 AS confidence, b.reason, 0::numeric AS share
							FROM unnest(c.types) AS b,
								(VALUES (1, 'smallint', '^(SMALLINT|TINYINT|INT[12]\M)', 32767), (2, 'integer', '^(?!.*(BIG|INT8)).*INT', 2147483647)) AS n (place, type, pattern, max),
								LATERAL sqlite_mig_internal._evidence_says(c.n, n.type, NULL) AS e
							WHERE (options ->> 'fit_integers')::boolean AND b.ordinal = 1 AND b.target_type = 'bigint' AND c.normal ~ n.pattern AND c.vals > 0
								AND coalesce(c.last_key, 0) <= n.max AND e.says = 'proved' AND NOT (c.normal IN ('', 'ANY') AND (c.odd OR c.reals))
						UNION ALL
						SELECT 1, v.priority, v.target_type, v.format, false, 'value_rule ' || v.priority, v.effect, v.confidence, v.reason, 1 - v.share
							FROM sqlite_mig.value_rule AS v
							WHERE v.apply AND NOT c.forced AND NOT c.keyed AND c.identity IS NULL AND c.evidence -> 'recognised' ?| v.recognisers AND c.normal ~ v.declared
								AND sqlite_mig_internal._recognised(c.evidence, v.recognisers) + c.empties + CASE WHEN v.format IS NULL THEN c.zeros ELSE 0 END >= v.share * c.vals
								AND (v.builtin OR sqlite_mig_internal._type_name(v.target_type) IS NOT NULL)
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
					LATERAL sqlite_mig_internal._evidence_says(c.n, o.target_type, o.format, t.nullable AND c.empties > 0, t.dates AND c.zeros > 0, options ->> 'zone' = 'UTC') AS x,
					-- what a rule of values asks for was seen already
					LATERAL (SELECT CASE WHEN o.rule LIKE 'value\_rule%' AND x.says = 'unlikely' THEN 'likely' ELSE x.says END AS says) AS e
				WHERE o.time = 1
			) AS k
		-- nothing is tried or chosen after one that is proved
		WHERE k.beyond IS NOT TRUE
		GROUP BY c.source_table, c.load_order ORDER BY c.load_order;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._holds(k sqlite_mig_internal._candidate, e jsonb) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	-- or it is text in which only what the options of the server agree to would change
	SELECT (k).refused <= (k).spare OR (k).target_type = 'text' AND (k).format IS NULL AND (k).refused = (k).lossy
		AND (e ->> 'integers')::bigint + (e ->> 'reals')::bigint + (e ->> 'blobs')::bigint = 0;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._try_candidates(plan sqlite_mig.migration, source_table text, candidates sqlite_mig_internal._candidate[], rest boolean)
	RETURNS sqlite_mig_internal._candidate[]
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	places  integer[] := '{}';
	cols    integer[] := '{}';
	names   text[] := '{}';
	types   text[] := '{}';
	formats text[] := '{}';
	col     integer := 0;
	done    boolean;
	all_of  boolean;
	k       sqlite_mig_internal._candidate;
	f       record;
BEGIN
	FOR i IN 1 .. cardinality(candidates) LOOP
		k := candidates[i];
		IF k.col <> col THEN
			col := k.col;
			done := false;
			all_of := rest OR k.says = 'unlikely';
		END IF;
		CONTINUE WHEN done;
		done := k.refused <= k.spare;
		CONTINUE WHEN k.refused IS NOT NULL;
		done := NOT all_of;
		IF names[cardinality(names)] IS DISTINCT FROM k.source_name THEN
			names := names || k.source_name;
		END IF;
		places := places || i;
		cols := cols || cardinality(names);
		types := types || k.target_type;
		formats := formats || k.format;
	END LOOP;
	IF cardinality(places) > 0 THEN
		FOR f IN SELECT t.* FROM sqlite_mig_internal._fit(plan.server, source_table, names, cols, types, formats, plan.options ->> 'time_zone') WITH ORDINALITY AS t LOOP
			k := candidates[places[f.ordinality]];
			k.refused := f.refused;
			k.lossy := f.lossy;
			-- Local times that a named zone does not have once are resolved by rule, and where the declaration asks for times
			-- fractions beyond microseconds are rounded; each is told. A text that happens to look like times keeps its digits.
			IF k.target_type IN ('timestamptz', 'timestamp', 'time') AND f.lossy > 0 AND f.changes - (CASE WHEN EXISTS (
					SELECT FROM unnest(candidates) AS d WHERE d.col = k.col AND d.rule LIKE 'type\_rule%' AND d.target_type IN ('timestamptz', 'timestamp', 'time'))
				THEN '{gap,overlap,rounded}' ELSE '{gap,overlap}' END)::text[] = '{}' THEN
				k.refused := f.refused - f.lossy;
				k.lossy := 0;
				k.shifted := f.changes;
			END IF;
			k.first_row := f.first_row;
			k.storage_class := f.storage_class;
			k.value := f.value;
			k.why := f.reason;
			candidates[places[f.ordinality]] := k;
		END LOOP;
	END IF;
	RETURN candidates;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_evidence(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	WITH profile AS MATERIALIZED (
		SELECT t.source_name, t.load_order, p.*
		FROM sqlite_mig.plan_table AS t
			-- all at once, so that background workers can share them
			LEFT JOIN sqlite_mig_internal._profile((plan).server, ARRAY(SELECT o.source_name FROM sqlite_mig.plan_table AS o WHERE o.migration = (plan).migration AND o.include ORDER BY o.load_order),
				((plan).options ->> 'sample_rows')::bigint) AS p ON p.table_name = t.source_name
		WHERE t.migration = (plan).migration AND t.include
	), evidence AS (
		UPDATE sqlite_mig.plan_column AS c
			SET evidence = coalesce(c.evidence, '{}') || (to_jsonb(p) - '{source_name,load_order,table_name,position,column_name,declared_type}'::text[])
				|| jsonb_build_object('declared_not_null', c.not_null)
			FROM profile AS p WHERE c.migration = (plan).migration AND c.source_table = p.source_name AND c.source_name = p.column_name
	), counted AS (
		SELECT p.source_name, p.load_order, max(p.rows) AS rows, coalesce(bool_and(p.complete), false) AS complete FROM profile AS p GROUP BY p.source_name, p.load_order
	), known AS (
		UPDATE sqlite_mig.plan_table AS t SET rows = n.rows
			FROM counted AS n WHERE t.migration = (plan).migration AND t.source_name = n.source_name AND n.complete
	)
	INSERT INTO sqlite_mig.ledger_entry (migration, phase, object_kind, object_name, table_name, severity, effect, rule, detail)
		SELECT (plan).migration, 'prepare', 'table', n.source_name, n.source_name, 'warning', 'guessed', 'sample',
				format('types and NOT NULL follow the first %s rows, as the option sample_rows says; the others were not read', n.rows)
			FROM counted AS n WHERE NOT n.complete ORDER BY n.load_order;
	-- no value that SQLite reads has more than a billion bytes
	INSERT INTO sqlite_mig.ledger_entry (migration, phase, object_kind, object_name, table_name, severity, effect, rule, detail)
		SELECT (plan).migration, 'prepare', 'table', c.source_table, c.source_table, 'warning', 'guessed', 'too long for SQLite',
				format('rows with values that SQLite does not read: %s; %s%s. With on_error => ''reject'' they go to the quarantine, else they stop the migration', count(*),
					string_agg(format('%s, %s', g.source_row, g.detail), '; ' ORDER BY g.n) FILTER (WHERE g.n <= 3), CASE WHEN count(*) > 3 THEN '; and others' END)
			FROM (SELECT DISTINCT source_table FROM sqlite_mig.plan_column WHERE migration = (plan).migration AND (evidence ->> 'max_bytes')::bigint > 1000000000) AS c,
				LATERAL sqlite_mig_internal._source_giants((plan).server, c.source_table) WITH ORDINALITY AS g (source_row, detail, n)
			GROUP BY c.source_table ORDER BY c.source_table;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_values(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan     sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	settings constant jsonb := plan.options || jsonb_build_object('zone', sqlite_mig_internal._source_zone(migration));
	todo     sqlite_mig_internal._table_candidates[];
	chosen   sqlite_mig_internal._table_candidates[] := '{}';
	item     sqlite_mig_internal._table_candidates;
BEGIN
	PERFORM sqlite_mig_internal._plan_evidence(plan);
	-- an array, not a loop over a query: what follows reads whole tables and should not hold a portal open above it
	todo := ARRAY(SELECT k FROM sqlite_mig_internal._candidates(plan.migration, settings) AS k);
	FOREACH item IN ARRAY todo LOOP
		IF item.complete THEN
			item.candidates := sqlite_mig_internal._try_candidates(plan, item.source_table, item.candidates, false);
			item.candidates := sqlite_mig_internal._try_candidates(plan, item.source_table, item.candidates, true);
		END IF;
		chosen := array_append(chosen, item);
	END LOOP;
	PERFORM sqlite_mig_internal._choose_types(plan, chosen);

	UPDATE sqlite_mig.plan_column AS c SET reason = CASE WHEN c.identity IS NULL THEN c.reason || '; no value to look at' ELSE c.reason END,
			evidence = c.evidence || jsonb_build_object('refused', 0, 'lossy', 0, 'nulled', 0, 'against', '[]'::jsonb, 'proposed', concat_ws('/', c.target_type, c.format))
		WHERE c.migration = plan.migration AND c.evidence -> 'rows' = c.evidence -> 'nulls';
	UPDATE sqlite_mig.plan_column AS c SET not_null = false WHERE c.migration = plan.migration AND c.evidence ->> 'nulls' <> '0' AND c.not_null;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._choose_types(plan sqlite_mig.migration, tables sqlite_mig_internal._table_candidates[]) RETURNS void
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
					SELECT t.source_table, t.complete AS tried, c.source_name, k AS chosen, coalesce(sqlite_mig_internal._holds(k, c.evidence), false) AS holds,
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
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_options(options jsonb) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	known constant jsonb := jsonb '{"time_zone": "string", "source_schema": "string", "replace": "boolean", "fit_values": "boolean", "identity": "string",
		"serial": "boolean", "names": "string", "fit_integers": "boolean", "varchar": "string", "empty_as_null": "boolean",
		"zero_dates_as_null": "boolean", "sample_rows": "number", "workers": "number", "if_exists": "string", "on_conflict": "string", "policy": "string",
		"text_search_config": "string", "nocase": "string"}';
	words constant jsonb := jsonb '{"identity": ["by default", "always"], "names": ["preserve", "lower", "snake"], "varchar": ["fit", "text", "declared"], "nocase": ["lower", "citext", "icu"],
		"if_exists": ["error", "load", "truncate", "replace"], "on_conflict": ["error", "nothing", "update"],
		"policy": ["stop", "not valid", "quarantine", "set null"]}';
	item  record;
BEGIN
	IF jsonb_typeof(options) IS DISTINCT FROM 'object' THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', 'options must be a JSON object',
			hint => 'For example: options => ''{"time_zone": "Europe/Berlin"}''.');
	END IF;
	FOR item IN SELECT o.key, o.value, known ->> o.key AS wanted FROM jsonb_each(options) AS o LOOP
		IF item.wanted IS NULL THEN
			PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', format('unknown option "%s"', item.key),
				hint => format('Valid options are: %s.', (SELECT string_agg(k, ', ' ORDER BY k) FROM jsonb_object_keys(known) AS k)));
		ELSIF jsonb_typeof(item.value) <> item.wanted THEN
			PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', format('option "%s" must be a %s', item.key, item.wanted));
		END IF;
	END LOOP;
	FOR item IN SELECT w.key, w.value, options -> w.key AS given FROM jsonb_each(words) AS w WHERE options ? w.key LOOP
		IF NOT item.value @> item.given THEN
			PERFORM sqlite_mig_internal._refuse('invalid_parameter_value',
				format('option "%s" must be %s', item.key, (SELECT string_agg(format('"%s"', v), ' or ' ORDER BY n)
					FROM jsonb_array_elements_text(item.value) WITH ORDINALITY AS e (v, n))));
		END IF;
	END LOOP;
	IF (options ->> 'sample_rows')::numeric NOT BETWEEN 1 AND 9223372036854775807 OR (options ->> 'sample_rows')::numeric % 1 <> 0 THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', 'option "sample_rows" must be a whole number of at least 1',
			hint => 'Leave it out to read all rows.');
	END IF;
	IF (options ->> 'workers')::numeric NOT BETWEEN 0 AND 64 OR (options ->> 'workers')::numeric % 1 <> 0 THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', 'option "workers" must be a whole number between 0 and 64');
	END IF;
	PERFORM timezone(options ->> 'time_zone', now());
	PERFORM (options ->> 'text_search_config')::regconfig;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._matches(name text, patterns text[]) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT coalesce(bool_or(lower(_matches.name COLLATE "C") ~
			('^' || replace(replace(regexp_replace(lower(p COLLATE "C"), '([^[:alnum:]_*?])', '\\\1', 'g'), '*', '.*'), '?', '.') || '$')), false)
		FROM unnest(patterns) AS p;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_open(migration text, server text, target_schema text, options jsonb, tables text[], exclude text[])
	RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name     constant text := _plan_open.migration;
	schema   constant text := coalesce(_plan_open.options ->> 'source_schema', sqlite_mig_internal._short_name('sqlite_' || name));
	plan     sqlite_mig.migration;
	obstacle text;
BEGIN
	IF schema = _plan_open.target_schema THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value',
			format('source schema and target schema are both "%s"', schema),
			detail => 'Foreign tables and native tables have the same names.',
			hint => 'Choose another one with options => ''{"source_schema": "..."}''.');
	END IF;
	INSERT INTO sqlite_mig.migration (migration, server, target_schema, source_schema)
		VALUES (name, _plan_open.server, _plan_open.target_schema, schema) ON CONFLICT DO NOTHING;
	IF NOT FOUND THEN
		IF NOT EXISTS (SELECT FROM sqlite_mig.migration AS m WHERE m.migration = name) THEN
			PERFORM sqlite_mig_internal._refuse('insufficient_privilege', format('migration "%s" belongs to another role', name),
				hint => 'Choose a name of your own with migration => ''...''.');
		END IF;
		plan := sqlite_mig_internal._migration(name, true);
		obstacle := CASE WHEN plan.state = 'migrated' THEN 'was carried out already; its ledger and journal are the record of that'
			WHEN plan.state = 'running' THEN format('belongs to run %s, which was interrupted and has made tables', plan.run)
			WHEN plan.plan_hash <> sqlite_mig_internal._plan_hash(name) THEN 'was edited since it was prepared' END;
		IF obstacle IS NOT NULL AND NOT coalesce((_plan_open.options ->> 'replace')::boolean, false) THEN
			PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('the plan of migration "%s" %s', name, obstacle),
				hint => CASE WHEN plan.state = 'running' THEN 'The same call of migrate as before goes on with it. ' ELSE '' END
					|| 'Replace it with options => ''{"replace": true}'', or choose another name with migration => ''...''.');
		END IF;
		IF plan.state = 'running' THEN
			-- its tables would be in the way; a plan that the run made goes with it
			PERFORM sqlite_mig_internal._undo_run(name);
			INSERT INTO sqlite_mig.migration (migration, server, target_schema, source_schema)
				VALUES (name, _plan_open.server, _plan_open.target_schema, schema) ON CONFLICT DO NOTHING;
		END IF;
		PERFORM sqlite_mig_internal._drop_source(name);
	END IF;
	UPDATE sqlite_mig.migration AS m SET server = _plan_open.server, target_schema = _plan_open.target_schema, source_schema = schema,
			options = _plan_open.options - '{replace,workers}'::text[], tables = _plan_open.tables, exclude = _plan_open.exclude,
			state = 'prepared', plan_hash = NULL, prepared_at = clock_timestamp(),
			started_at = NULL, finished_at = NULL, verified_at = NULL, rows_copied = NULL
		WHERE m.migration = name;
	DELETE FROM sqlite_mig.plan_table AS p WHERE p.migration = name;
	DELETE FROM sqlite_mig.plan_view AS p WHERE p.migration = name;
	DELETE FROM sqlite_mig.plan_trigger AS p WHERE p.migration = name;
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = name AND NOT e.accepted;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._drop_source(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	statement text;
BEGIN
	FOR statement IN
		SELECT format('DROP FOREIGN TABLE %I.%I', n.nspname, c.relname)
		FROM sqlite_mig.migration AS m
			JOIN pg_namespace AS n ON n.nspname = m.source_schema
			JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = ANY (m.source_tables)
			JOIN pg_foreign_table AS f ON f.ftrelid = c.oid
			JOIN pg_foreign_server AS s ON s.oid = f.ftserver AND s.srvname = m.server
		WHERE m.migration = _drop_source.migration
	LOOP
		EXECUTE statement;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._migration_deleted() RETURNS trigger
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	PERFORM sqlite_mig_internal._drop_source(OLD.migration);
	RETURN OLD;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._left_out(plan sqlite_mig.migration, name text) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT (plan).tables IS NOT NULL AND NOT sqlite_mig_internal._matches(_left_out.name, (plan).tables) OR sqlite_mig_internal._matches(_left_out.name, (plan).exclude);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_tables(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan   sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	absent text;
	item   record;
BEGIN
	FOR item IN
		WITH found AS MATERIALIZED (
			SELECT s.*, x.left_out, x.is_ours, b.kind AS books, CASE
					WHEN x.left_out THEN 'left out by the call'
					WHEN x.is_ours THEN 'is the log of changes of capture_install, and no table of the application'
					WHEN b.reason IS NOT NULL THEN b.reason
					WHEN s.error IS NOT NULL THEN 'SQLite cannot read it: ' || s.error
					WHEN s.kind = 'virtual' THEN sqlite_mig_internal._virtual_obstacle(plan, s.sql)
					WHEN s.kind = 'shadow' THEN 'holds the inner data of a virtual table' END AS obstacle
			FROM sqlite_mig.source_tables(plan.server) WITH ORDINALITY AS s
				LEFT JOIN sqlite_mig_internal._geometry_leftovers(plan.server) AS b ON b.name = s.table_name
				CROSS JOIN LATERAL (SELECT sqlite_mig_internal._left_out(plan, s.table_name), s.table_name = '_sqlite_mig_log' AND s.sql LIKE '%for sqlite_fdw_mig%') AS x (left_out, is_ours)
			WHERE s.kind <> 'view'
		), planned AS (
			INSERT INTO sqlite_mig.plan_table (migration, source_name, kind, target_name, include, load_order, estimated_rows, without_rowid, source_sql, reason)
				SELECT plan.migration, f.table_name, f.kind, sqlite_mig_internal._short_name(sqlite_mig_internal._styled_name(f.table_name, plan.options ->> 'names')), f.obstacle IS NULL,
					f.ordinality, f.estimated_rows, coalesce(f.without_rowid, false), f.sql, f.obstacle
				FROM found AS f
		)
		SELECT f.* FROM found AS f WHERE f.obstacle IS NOT NULL OR sqlite_mig_internal._is_bookkeeping(f.table_name) ORDER BY f.ordinality
	LOOP
		IF item.obstacle IS NOT NULL THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', CASE item.kind WHEN 'table' THEN 'table' ELSE item.kind || ' table' END,
				item.table_name, item.table_name,
				CASE WHEN item.left_out OR item.is_ours OR item.books IS NOT NULL OR item.kind = 'shadow' THEN 'info' WHEN item.kind = 'virtual' THEN 'warning' ELSE 'blocker' END,
				CASE WHEN item.left_out THEN 'skipped' WHEN item.is_ours OR item.books IS NOT NULL THEN 'converted' ELSE 'skipped' END,
				CASE WHEN item.left_out THEN 'left out' WHEN item.is_ours THEN 'capture' WHEN item.books = 'index' THEN 'spatial index' WHEN item.books = 'book' THEN 'books' WHEN item.kind = 'table' THEN 'unreadable' ELSE item.kind END,
				item.obstacle,
				-- what the caller left out, and what belongs to a table listed anyway, is no open question
				accepted => item.left_out OR item.kind = 'shadow' AND item.books IS NULL);
		ELSE
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'table', item.table_name, item.table_name, 'info', 'converted', 'bookkeeping', sqlite_mig_internal._bookkeeping_advice(item.table_name));
		END IF;
	END LOOP;

	SELECT string_agg(format('"%s"', p), ', ') INTO absent FROM unnest(plan.tables || plan.exclude) AS p
		WHERE NOT EXISTS (SELECT FROM sqlite_mig.source_tables(plan.server) AS s WHERE sqlite_mig_internal._matches(s.table_name, ARRAY[p]));
	IF absent IS NOT NULL THEN
		PERFORM sqlite_mig_internal._refuse('undefined_table', format('no table or view of server "%s" matches %s', plan.server, absent),
			hint => format('SELECT table_name FROM sqlite_mig.source_tables(%L); shows them.', plan.server));
	END IF;
	PERFORM sqlite_mig_internal._plan_search(plan);
	PERFORM sqlite_mig_internal._plan_table_names(plan.migration);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_table_names(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	-- those that keep their name first, then in order
	UPDATE sqlite_mig.plan_table AS t SET target_name = u.target
		FROM (SELECT array_agg(p.source_name ORDER BY p.target_name <> p.source_name, p.load_order) AS names,
				sqlite_mig_internal._distinct_names(array_agg(p.target_name ORDER BY p.target_name <> p.source_name, p.load_order)) AS targets
			FROM sqlite_mig.plan_table AS p WHERE p.migration = _plan_table_names.migration
			HAVING count(DISTINCT p.target_name) < count(*)) AS k, LATERAL unnest(k.names, k.targets) AS u (name, target)
		WHERE t.migration = _plan_table_names.migration AND t.source_name = u.name AND t.target_name <> u.target;
	PERFORM sqlite_mig_internal._note(t.migration, 'prepare', 'table', t.source_name, t.source_name, n.severity, n.effect, n.rule, n.detail)
		FROM sqlite_mig.plan_table AS t
			JOIN sqlite_mig.migration AS m ON m.migration = t.migration,
			sqlite_mig_internal._reserved_words() AS w (words),
			LATERAL (SELECT t.target_name = sqlite_mig_internal._styled_name(t.source_name, m.options ->> 'names') AS asked) AS s,
			LATERAL (VALUES
				(t.target_name <> t.source_name AND s.asked, 'info', 'converted', 'name', format('is called "%s", as the option names says', t.target_name)),
				(t.target_name <> t.source_name AND NOT s.asked, 'warning', 'changed', 'name', format(CASE WHEN octet_length(t.source_name) BETWEEN 1 AND 63
					THEN 'is called "%s": another table has its name' ELSE 'is called "%s": PostgreSQL takes names of 1 to 63 bytes' END, t.target_name)),
				(t.target_name = ANY (w.words), 'info', 'converted', 'reserved word', sqlite_mig_internal._reserved_advice(t.target_name))
			) AS n (applies, severity, effect, rule, detail)
		WHERE t.migration = _plan_table_names.migration AND t.include AND n.applies
		ORDER BY t.load_order, n.rule;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_accept(migration text, since timestamptz) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.ledger_entry AS e SET accepted = true
		FROM sqlite_mig.ledger_entry AS o
		WHERE e.migration = _plan_accept.migration AND e.recorded_at >= since AND o.migration = e.migration AND o.recorded_at < since
			AND (e.object_kind, e.object_name, e.effect, e.rule, e.detail) = (o.object_kind, o.object_name, o.effect, o.rule, o.detail);
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = _plan_accept.migration AND e.recorded_at < since;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._make_source(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan      sqlite_mig.migration := sqlite_mig_internal._migration(migration, true);
	taken     text;
	statement text;
BEGIN
	PERFORM sqlite_mig_internal._need_schema(plan.source_schema, 'options => ''{"source_schema": "..."}''');
	SELECT sqlite_mig_internal._listed(array_agg(c.relname::text ORDER BY c.relname)) INTO taken
		FROM sqlite_mig.plan_table AS p
			JOIN pg_namespace AS n ON n.nspname = plan.source_schema
			JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = p.target_name
		WHERE p.migration = plan.migration AND p.include;
	IF taken IS NOT NULL THEN
		PERFORM sqlite_mig_internal._refuse('duplicate_table', format('schema "%s" already has relations with the names of foreign tables', plan.source_schema),
			detail => format('In the way: %s.', taken), hint => 'Choose another schema with options => ''{"source_schema": "..."}''.');
	END IF;
	-- the name is free, so only what creates
	FOR statement IN
		SELECT s.statement FROM sqlite_mig_internal._sql_schemas(plan.migration) AS s WHERE s.object_kind = 'source schema'
		UNION ALL SELECT s.statement FROM sqlite_mig_internal._sql_foreign_tables(plan.migration) AS s WHERE s.statement LIKE 'CREATE %'
	LOOP
		EXECUTE statement;
	END LOOP;
	UPDATE sqlite_mig.migration AS m SET source_tables = ARRAY(SELECT t.target_name FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.include)
		WHERE m.migration = plan.migration;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._need_schema(schema text, advice text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF to_regnamespace(quote_ident(schema)) IS NULL AND NOT has_database_privilege(current_database(), 'CREATE') THEN
		PERFORM sqlite_mig_internal._refuse('insufficient_privilege', format('schema "%s" does not exist and you may not create it', schema),
			hint => format('Name a schema of yours with %s, or GRANT CREATE ON DATABASE %I TO %I.', advice, current_database(), current_user));
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._in_worker() RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_in_worker';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._lock(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	-- a worker's leader has the lock
	IF NOT sqlite_mig_internal._in_worker() AND NOT pg_try_advisory_xact_lock(hashtext('sqlite_mig.migration'), hashtext(migration)) THEN
		PERFORM sqlite_mig_internal._refuse('lock_not_available', format('another session is working on migration "%s"', migration),
			hint => 'Wait for it to finish: SELECT pid, query FROM pg_stat_activity WHERE query ILIKE ''%sqlite_mig%'';');
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig.prepare(server text, target_schema text DEFAULT 'public', options jsonb DEFAULT '{}', migration text DEFAULT NULL,
		tables text[] DEFAULT NULL, exclude text[] DEFAULT NULL,
		OUT table_name text, OUT target text, OUT columns bigint, OUT rows bigint, OUT findings bigint, OUT remark text)
	RETURNS SETOF record
	-- the plan has no statistics: what is guessed of it would make small queries worth compiling
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET enable_nestloop = off SET jit = off SET sqlite_mig.spatial = '' AS
$$
#variable_conflict use_column
DECLARE
	name  constant text := coalesce(prepare.migration, prepare.server);
	began constant timestamptz := clock_timestamp();
	pool  boolean;
	called text;
BEGIN
	IF prepare.server IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'server must not be null',
			HINT = 'SELECT srvname FROM pg_foreign_server; shows the servers that there are.';
	END IF;
	IF prepare.target_schema IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'target_schema must not be null',
			HINT = 'Leave it out for the schema "public".';
	END IF;
	PERFORM sqlite_mig_internal._check_options(prepare.options);
	PERFORM sqlite_mig_internal._lock(name);
	-- a worker that prepares has those of its leader
	pool := (prepare.options ->> 'workers')::integer > 1 AND NOT sqlite_mig_internal._in_worker();
	IF pool THEN
		PERFORM sqlite_mig_internal._pool_open(prepare.server, (prepare.options ->> 'workers')::integer);
	END IF;
	-- the first to read the file, so that what cannot be opened is said here
	PERFORM FROM sqlite_mig.source_info(prepare.server);
	PERFORM set_config('sqlite_mig.spatial', sqlite_mig_internal._spatial(prepare.server)::text, true);
	PERFORM sqlite_mig_internal._plan_open(name, prepare.server, prepare.target_schema, prepare.options, prepare.tables, prepare.exclude);
	PERFORM sqlite_mig_internal._plan_tables(name);
	PERFORM sqlite_mig_internal._plan_columns(name);
	PERFORM sqlite_mig_internal._plan_indexes(name);
	PERFORM sqlite_mig_internal._plan_keys(name);
	PERFORM sqlite_mig_internal._plan_foreign_keys(name);
	PERFORM sqlite_mig_internal._plan_nocase_children(name);
	PERFORM sqlite_mig_internal._plan_checks(name);
	PERFORM sqlite_mig_internal._plan_index_expressions(name);
	PERFORM sqlite_mig_internal._plan_collated_constraints(name);
	PERFORM sqlite_mig_internal._plan_defaults(name);
	PERFORM sqlite_mig_internal._plan_search_columns(name);
	PERFORM sqlite_mig_internal._plan_spatial(name);
	PERFORM sqlite_mig_internal._plan_objects(name);
	IF prepare.options ->> 'if_exists' IN ('load', 'truncate') THEN
		PERFORM sqlite_mig_internal._adopt(name);
	END IF;
	PERFORM sqlite_mig_internal._make_source(name);
	PERFORM sqlite_mig_internal._plan_generated(name);
	PERFORM sqlite_mig_internal._plan_samples(name);
	PERFORM sqlite_mig_internal._plan_duplicate_indexes(name);
	PERFORM sqlite_mig_internal._plan_accept(name, began);
	IF pool THEN
		PERFORM sqlite_mig_internal._pool_close();
	END IF;
	UPDATE sqlite_mig.migration AS m SET plan_hash = sqlite_mig_internal._plan_hash(name) WHERE m.migration = name;
	-- one line of context: nobody but the user has called
	GET DIAGNOSTICS called = PG_CONTEXT;
	IF strpos(called, E'\n') = 0 THEN
		RAISE NOTICE 'migration "%": planned, nothing is copied yet. Next: CALL sqlite_mig.migrate(%);', name,
			quote_literal(prepare.server) || CASE WHEN name <> prepare.server THEN format(', migration => %L', name) ELSE '' END;
	END IF;
	RETURN QUERY
		SELECT p.source_name, CASE WHEN p.include THEN format('%I.%I', prepare.target_schema, p.target_name) END, coalesce(c.columns, 0), p.rows, coalesce(e.findings, 0), sqlite_mig_internal._wrap(p.reason, 36)
		FROM sqlite_mig.plan_table AS p
			LEFT JOIN (SELECT c.source_table, count(*) AS columns FROM sqlite_mig.plan_column AS c WHERE c.migration = name AND c.include GROUP BY c.source_table) AS c
				ON c.source_table = p.source_name
			LEFT JOIN (SELECT e.table_name, count(*) AS findings FROM sqlite_mig.ledger_entry AS e WHERE e.migration = name AND e.severity <> 'info' GROUP BY e.table_name) AS e
				ON e.table_name = p.source_name
		WHERE p.migration = name ORDER BY p.load_order;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_columns(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan  sqlite_mig.migration := sqlite_mig_internal._migration(migration);
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
		SELECT plan.migration, s.table_name, s.column_name, s.position, sqlite_mig_internal._column_name(s.column_name, s.position, plan.options ->> 'names'), s.declared_type,
			CASE WHEN s.rowid_alias THEN 'bigint' ELSE k.target_type END, k.format,
			s.not_null OR s.primary_key IS NOT NULL, s.default_value,
			CASE WHEN s.rowid_alias THEN CASE WHEN (plan.options ->> 'serial')::boolean THEN 'serial' ELSE coalesce(plan.options ->> 'identity', 'by default') END END,
			s.generated, CASE WHEN upper(s."collation" COLLATE "C") <> 'BINARY' THEN s."collation" END, s.primary_key, CASE WHEN s.rowid_alias THEN 1 ELSE 0.5 END,
			CASE WHEN s.rowid_alias THEN 'rowid alias' ELSE k.reason END
		FROM source AS s JOIN kind AS k ON k.declared_type = s.declared_type;

	PERFORM sqlite_mig_internal._plan_computed(plan);
	PERFORM sqlite_mig_internal._plan_virtual_keys(plan);
	PERFORM sqlite_mig_internal._plan_comments(plan.migration);
	PERFORM sqlite_mig_internal._plan_column_names(plan.migration);
	PERFORM sqlite_mig_internal._plan_keyed(plan.migration);

	WITH wide AS (
		UPDATE sqlite_mig.plan_table AS t SET include = false, reason = 'more than 1600 columns, which is all a table can have in PostgreSQL'
		WHERE t.migration = plan.migration AND t.include
			AND (SELECT count(*) FROM sqlite_mig.plan_column AS c WHERE c.migration = t.migration AND c.source_table = t.source_name) > 1600
		RETURNING t.*)
	SELECT array_agg(w.source_name) INTO tabs
		FROM wide AS w, LATERAL sqlite_mig_internal._note(plan.migration, 'prepare', 'table', w.source_name, w.source_name, 'blocker', 'skipped', 'too wide', w.reason);

	IF coalesce((plan.options ->> 'fit_values')::boolean, true) THEN
		PERFORM sqlite_mig_internal._plan_values(plan.migration);
	ELSE
		PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'migration', plan.migration, NULL, 'warning', 'guessed', 'declarations only',
			'types and NOT NULL follow the declarations; the values were not read (option fit_values)');
	END IF;
	PERFORM sqlite_mig_internal._plan_empty_geometries(plan);
	PERFORM sqlite_mig_internal._plan_search_types(plan.migration);
	UPDATE sqlite_mig.plan_column AS c SET time_zone = plan.options ->> 'time_zone'
		WHERE c.migration = plan.migration AND plan.options ? 'time_zone'
			AND (c.target_type = 'timestamptz' AND c.format IS NULL OR c.target_type = 'timestamp');
	PERFORM sqlite_mig_internal._plan_nocase(plan);
	PERFORM sqlite_mig_internal._plan_compression(plan.migration);
	PERFORM sqlite_mig_internal._plan_column_notes(plan.migration);
	PERFORM sqlite_mig_internal._plan_type_notes(plan.migration);
	PERFORM sqlite_mig_internal._plan_value_notes(plan.migration);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_computed(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item   record;
	detail text;
BEGIN
	FOR item IN
		SELECT c.source_table, c.source_name FROM sqlite_mig.plan_column AS c JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table
			WHERE c.migration = plan.migration AND c.generated = 'virtual' AND t.include ORDER BY t.load_order, c.position
	LOOP
		BEGIN
			-- (compiled and not computed: what fails for the values of a row is another matter)
			PERFORM sqlite_mig_internal._source_value(plan.server, format('CASE WHEN random() IS NULL THEN %s END', sqlite_mig_internal._sqlite_name(item.source_name)), item.source_table);
		EXCEPTION
			WHEN undefined_function OR undefined_object OR undefined_column OR insufficient_privilege OR fdw_error THEN
				GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
				UPDATE sqlite_mig.plan_column AS c SET include = false, reason = 'generated, and SQLite cannot compute it here', evidence = coalesce(c.evidence, '{}') || '{"not computed": true}'
					WHERE c.migration = plan.migration AND c.source_table = item.source_table AND c.source_name = item.source_name;
				PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'column', item.source_table || '.' || item.source_name, item.source_table, 'warning', 'skipped', 'generated',
					format('generated, and left out: SQLite cannot compute it here, outside of the application. %s', detail));
		END;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_computed(sqlite_mig.migration) IS 'internal: leaves out generated columns that cannot be computed';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_comments(migration text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.plan_table AS t SET comment = c.comment FROM sqlite_mig.plan_table AS p, LATERAL sqlite_mig_internal._table_comments(p.source_sql) AS c
		WHERE p.migration = _plan_comments.migration AND p.kind = 'table' AND c.column_name IS NULL AND t.migration = p.migration AND t.source_name = p.source_name;
	UPDATE sqlite_mig.plan_column AS k SET comment = c.comment FROM sqlite_mig.plan_table AS p, LATERAL sqlite_mig_internal._table_comments(p.source_sql) AS c
		WHERE p.migration = _plan_comments.migration AND p.kind = 'table' AND k.migration = p.migration AND k.source_table = p.source_name AND lower(k.source_name COLLATE "C") = lower(c.column_name COLLATE "C");
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_compression(migration text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	-- (the indexes of the file are asked for once, not for each column)
	WITH indexed AS MATERIALIZED (
		SELECT DISTINCT i.table_name, u AS name
			FROM sqlite_mig.migration AS m, LATERAL sqlite_mig.source_indexes(m.server) AS i, unnest(i.columns) AS u WHERE m.migration = _plan_compression.migration
	)
	UPDATE sqlite_mig.plan_column AS c SET compression = 'lz4'
		WHERE c.migration = _plan_compression.migration
			-- where no value was read, they may be long
			AND CASE WHEN c.evidence ? 'rows' THEN (c.evidence ->> 'max_bytes')::bigint >= 1000 ELSE c.target_type IN ('text', 'bytea', 'jsonb') END
			AND sqlite_mig_internal._is_compressible(c.target_type)
			AND EXISTS (SELECT FROM pg_settings AS s WHERE s.name = 'default_toast_compression' AND 'lz4' = ANY (s.enumvals))
			AND NOT EXISTS (SELECT FROM indexed AS i WHERE i.table_name = c.source_table AND i.name = c.source_name);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._column_name(name text, number integer, policy text DEFAULT NULL) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	-- one expression, which becomes part of the query that asks
	SELECT CASE WHEN sqlite_mig_internal._styled_name(_column_name.name, _column_name.policy) = '' THEN 'column_' || _column_name.number::text
		WHEN sqlite_mig_internal._styled_name(_column_name.name, _column_name.policy) IN ('ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid')
			THEN sqlite_mig_internal._styled_name(_column_name.name, _column_name.policy) || '_'
		ELSE sqlite_mig_internal._short_name(sqlite_mig_internal._styled_name(_column_name.name, _column_name.policy)) END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_column_names(migration text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	WITH clash AS (
		SELECT c.source_table, array_agg(c.source_name ORDER BY c.target_name <> c.source_name, c.position) AS names,
				array_agg(c.target_name ORDER BY c.target_name <> c.source_name, c.position) AS wanted
			FROM sqlite_mig.plan_column AS c WHERE c.migration = _plan_column_names.migration
			GROUP BY c.source_table HAVING count(DISTINCT c.target_name) < count(*)
	)
	UPDATE sqlite_mig.plan_column AS c SET target_name = u.target
		FROM clash AS k, LATERAL unnest(k.names, sqlite_mig_internal._distinct_names(k.wanted)) AS u (name, target)
		WHERE c.migration = _plan_column_names.migration AND c.source_table = k.source_table AND c.source_name = u.name AND c.target_name <> u.target;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_keyed(migration text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.plan_column AS c SET evidence = '{"keyed": true}'
		FROM (
			SELECT DISTINCT lower(k.table_name COLLATE "C") AS table_name, lower(u.name COLLATE "C") AS column_name
			FROM sqlite_mig.migration AS m,
				LATERAL (SELECT i.table_name, i.columns FROM sqlite_mig.source_indexes(m.server) AS i WHERE i.is_unique
					UNION ALL SELECT f.table_name, f.columns FROM sqlite_mig.source_foreign_keys(m.server) AS f
					UNION ALL SELECT f.parent_table, f.parent_columns FROM sqlite_mig.source_foreign_keys(m.server) AS f) AS k,
				LATERAL unnest(k.columns) AS u (name)
			WHERE m.migration = _plan_keyed.migration) AS k
		WHERE c.migration = _plan_keyed.migration AND lower(c.source_table COLLATE "C") = k.table_name AND (lower(c.source_name COLLATE "C") = k.column_name);
	UPDATE sqlite_mig.plan_column AS c SET evidence = '{"keyed": true}' WHERE c.migration = _plan_keyed.migration AND c.primary_key IS NOT NULL;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._type_family(type text, format text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN _type_family.format IS NOT NULL THEN _type_family.type || '/' || _type_family.format
		WHEN _type_family.type ~ '^(bigint|integer|smallint|numeric|double precision|real)\M' THEN 'number'
		WHEN _type_family.type ~ '^(text|varchar|character varying)\M' THEN 'text'
		ELSE _type_family.type END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._source_zone(migration text) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(m.options ->> 'time_zone',
			(SELECT o.option_value FROM pg_foreign_server AS s, pg_options_to_table(s.srvoptions) AS o
				WHERE s.srvname = m.server AND o.option_name = 'time_zone'), 'UTC')
		FROM sqlite_mig.migration AS m WHERE m.migration = _source_zone.migration;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_column_notes(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	zone   text := sqlite_mig_internal._source_zone(migration);
	words  text[] := sqlite_mig_internal._reserved_words();
	-- somebody has named the zone: no guess
	sure   boolean := (sqlite_mig_internal._migration(migration)).options ? 'time_zone' OR EXISTS (
		SELECT FROM pg_foreign_server AS s, pg_options_to_table(s.srvoptions) AS o
			WHERE s.srvname = (sqlite_mig_internal._migration(migration)).server AND o.option_name = 'time_zone');
	policy text := (sqlite_mig_internal._migration(migration)).options ->> 'names';
BEGIN
	INSERT INTO sqlite_mig.ledger_entry (migration, phase, object_kind, object_name, table_name, severity, effect, rule, detail, rows)
	SELECT c.migration, 'prepare', 'column', c.source_table || '.' || c.source_name, c.source_table, n.severity, n.effect, n.rule, n.detail, n.rows
	FROM sqlite_mig.plan_column AS c
		JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include,
		LATERAL (
			SELECT 'warning' AS severity, 'changed' AS effect, 'name' AS rule,
					format(CASE WHEN c.source_name = sqlite_mig_internal._column_name(c.source_name, c.position) THEN 'is called "%s": another column has the name that it would get'
						ELSE 'is called "%s": "%s" is no column name in PostgreSQL' END, c.target_name, c.source_name) AS detail, NULL::bigint AS rows
				WHERE c.target_name <> c.source_name AND (c.target_name <> sqlite_mig_internal._column_name(c.source_name, c.position, policy)
					OR c.target_name = sqlite_mig_internal._column_name(c.source_name, c.position))
			UNION ALL SELECT 'info', 'converted', 'name', format('is called "%s", as the option names says', c.target_name), NULL
				WHERE c.target_name <> c.source_name AND c.target_name = sqlite_mig_internal._column_name(c.source_name, c.position, policy)
					AND c.target_name <> sqlite_mig_internal._column_name(c.source_name, c.position)
			UNION ALL SELECT 'info', 'converted', 'reserved word', sqlite_mig_internal._reserved_advice(c.target_name), NULL
				WHERE c.target_name = ANY (words)
			UNION ALL SELECT 'warning', 'changed', 'not null',
					CASE WHEN (c.evidence ->> 'nulls')::bigint > 0 THEN 'is not NOT NULL: it holds NULL' ELSE 'is not NOT NULL: values become NULL' END,
					(c.evidence ->> 'nulls')::bigint + (c.evidence ->> 'nulled')::bigint
				WHERE (c.evidence ->> 'declared_not_null')::boolean AND NOT c.not_null AND c.primary_key IS NULL
			UNION ALL SELECT 'warning', 'changed', 'collation', sqlite_mig_internal._collation_finding(c), NULL
				WHERE upper(c."collation" COLLATE "C") <> 'BINARY'
			UNION ALL SELECT 'info', 'converted', 'identity',
					CASE c.identity WHEN 'serial' THEN format('rowid alias, is %s', sqlite_mig_internal._serial_type(c.target_type))
						ELSE format('rowid alias, is GENERATED %s AS IDENTITY', upper(c.identity COLLATE "C")) END, NULL
				WHERE c.identity IS NOT NULL
			UNION ALL SELECT 'warning', 'changed', 'identity', 'the largest key there can be is in use: the sequence can give no further one', NULL
				WHERE c.identity IS NOT NULL AND (c.evidence ->> 'max_int')::bigint = 9223372036854775807
			UNION ALL SELECT 'info', 'converted', 'time zone', format('text became %s; times without a zone are taken as %s', c.target_type, coalesce(c.time_zone, zone)),
					(c.evidence ->> 'texts')::bigint
				WHERE c.target_type = 'timestamptz' AND (c.evidence ->> 'texts')::bigint > 0
			UNION ALL SELECT CASE WHEN sure THEN 'info' ELSE 'warning' END, CASE WHEN sure THEN 'converted' ELSE 'guessed' END, 'mixed offsets',
					format('times with an offset from UTC: %s; times without one, which are taken as %s: %s', o.offsets, coalesce(c.time_zone, zone), o.naive), o.naive
				FROM (SELECT sqlite_mig_internal._recognised(c.evidence, '{iso_timestamptz}') AS offsets, sqlite_mig_internal._recognised(c.evidence, '{iso_timestamp}') AS naive) AS o
				WHERE c.target_type = 'timestamptz' AND c.format IS NULL AND o.offsets > 0 AND o.naive > 0
			UNION ALL SELECT 'warning', 'lossy', k.kind,
					sqlite_mig_internal._change_finding(k.kind) || ': ' || (SELECT string_agg(r, ', ') FROM jsonb_array_elements_text(c.evidence #> ARRAY['changes', k.kind, 'rows']) AS r),
					(c.evidence #>> ARRAY['changes', k.kind, 'values'])::bigint
				FROM (VALUES ('gap'), ('overlap'), ('rounded')) AS k (kind)
				WHERE c.evidence -> 'changes' ? k.kind
			UNION ALL SELECT 'warning', 'lossy', 'nulled', format('values that %s has no room for become NULL, as the options say: %s', c.target_type,
						concat_ws(' and ', CASE WHEN c.empty_as_null THEN 'the empty string' END, CASE WHEN c.on_error = 'null' THEN 'what does not convert' END)),
					(c.evidence ->> 'nulled')::bigint
				WHERE (c.evidence ->> 'nulled')::bigint > 0
			UNION ALL SELECT 'info', 'converted', 'json', 'text became jsonb, which keeps neither blanks nor the order of keys', (c.evidence ->> 'texts')::bigint
				WHERE c.target_type = 'jsonb' AND (c.evidence ->> 'texts')::bigint > 0
			UNION ALL SELECT 'warning', 'changed', 'text as bytes', 'values that were text are bytes now; if all are text, choose text in plan_column', (c.evidence ->> 'texts')::bigint
				WHERE c.target_type = 'bytea' AND (c.evidence ->> 'texts')::bigint > 0 AND c.evidence -> 'against' = '[]'
			UNION ALL SELECT 'info', 'guessed', 'no values',
					format('%s, became %s without a value to look at', coalesce('declared ' || nullif(c.declared_type, ''), 'no declared type'), c.target_type), NULL
				WHERE c.evidence ->> 'rows' = c.evidence ->> 'nulls' AND c.reason ~ '^(no declared type|NUMERIC affinity)'
		) AS n
	WHERE c.migration = _plan_column_notes.migration
	ORDER BY t.load_order, c.position, n.rule;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._null_advice(evidence jsonb, type text, refused bigint) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE
		WHEN refused IS NULL OR refused = 0 OR type ~ '^(text|varchar|bytea)' THEN NULL
		WHEN refused = n.empties THEN format('; all of them are the empty string: with target_type %s and empty_as_null in plan_column, or the option empty_as_null, they become NULL', type)
		WHEN refused = n.zeros + n.empties AND type ~ '^(timestamp|date)' THEN format('; all of them are %sdates of zeros: with target_type %s and on_error ''null'' in plan_column, '
			'or the option zero_dates_as_null%s, they become NULL', CASE WHEN n.empties > 0 THEN 'the empty string or ' END, type, CASE WHEN n.empties > 0 THEN ' and empty_as_null' END) END
		FROM (SELECT (evidence ->> 'empty_strings')::bigint AS empties, sqlite_mig_internal._recognised(evidence, '{zero_date}') AS zeros) AS n;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_value_notes(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM sqlite_mig_internal._note(c.migration, 'prepare', 'column', c.source_table || '.' || c.source_name, c.source_table, n.severity, n.effect, 'values', n.detail, n.rows, n.sample)
	FROM sqlite_mig.plan_column AS c
		JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include,
		LATERAL (SELECT coalesce('declared ' || nullif(c.declared_type, ''), 'no declared type') AS declared,
			(c.evidence ->> 'rows')::bigint - (c.evidence ->> 'nulls')::bigint AS vals, (c.evidence ->> 'empty_strings')::bigint AS empties,
			c.target_type || coalesce(' in format ' || c.format, '') AS type, sqlite_mig_internal._normal_type(c.declared_type) AS normal,
			c.evidence ->> 'rule' LIKE 'value\_rule%' AS by_values) AS v,
		LATERAL (
			SELECT 0, CASE c.evidence ->> 'effect' WHEN 'guessed' THEN 'warning' ELSE 'info' END, c.evidence ->> 'effect',
					format('%s, became %s: %s', v.declared, v.type, r.reason), v.vals, NULL::text
				FROM sqlite_mig.value_rule AS r WHERE v.by_values AND r.priority = split_part(c.evidence ->> 'rule', ' ', 2)::integer
			UNION ALL
			SELECT 1, 'info', 'converted', format('%s, stays %s: %s, but values that do not fit %s exactly: %s', v.declared, v.type, r.reason, a.x ->> 'type', a.x ->> 'refused'),
					(a.x ->> 'refused')::bigint, concat_ws(' ', a.x ->> 'row', a.x ->> 'class', a.x ->> 'value', '(' || (a.x ->> 'reason') || ')')
				FROM jsonb_array_elements(c.evidence -> 'against') AS a (x)
					JOIN sqlite_mig.value_rule AS r ON r.priority = split_part(a.x ->> 'rule', ' ', 2)::integer
				WHERE NOT v.by_values AND a.x ->> 'rule' LIKE 'value\_rule%'
			UNION ALL
			(SELECT 2, 'info', 'converted', format('%s, stays %s: %s%s; target_type %s%s in plan_column would make it one', v.declared, v.type, r.reason,
					CASE WHEN r.matched < v.vals THEN ' or the empty string' ELSE '' END, r.target_type,
					CASE WHEN r.format IS NOT NULL THEN ' and format ' || r.format ELSE '' END || CASE WHEN r.matched < v.vals THEN ' with empty_as_null' ELSE '' END), v.vals, NULL
				FROM (SELECT r.*, sqlite_mig_internal._recognised(c.evidence, r.recognisers) AS matched FROM sqlite_mig.value_rule AS r WHERE c.evidence -> 'recognised' ?| r.recognisers) AS r
				-- one value over and over says nothing
				WHERE NOT v.by_values AND v.normal ~ r.declared AND r.matched > 0 AND r.matched + v.empties >= r.share * v.vals
					AND (NOT r.apply OR r.matched < v.vals) AND (r.apply OR r.matched = v.vals)
					AND NOT c.evidence ? 'keyed' AND (r.apply OR (c.evidence ->> 'distinct_estimate')::bigint > 1) AND (c.target_type, coalesce(c.format, '')) <> (r.target_type, coalesce(r.format, ''))
				ORDER BY r.priority LIMIT 1)
		) AS n (part, severity, effect, detail, rows, sample)
	WHERE c.migration = _plan_value_notes.migration AND c.evidence ? 'rows' AND c.identity IS NULL AND v.vals > 0
	ORDER BY t.load_order, c.position, n.part;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_type_notes(migration text) RETURNS void
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
			w.first, CASE WHEN f.none THEN a.asked -> -1 ELSE w.first END AS witness, (c.evidence ->> 'texts')::bigint AS texts,
			f.none AS nothing_fits, c.evidence -> 'refused' = c.evidence -> 'lossy' AS only_lossy
		FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include,
			-- what the declaration did not ask for but the values suggested is in _plan_value_notes
			LATERAL (SELECT jsonb_agg(x ORDER BY n) AS asked FROM jsonb_array_elements(c.evidence -> 'against') WITH ORDINALITY AS e (x, n)
				WHERE x ->> 'rule' NOT LIKE 'value\_rule%') AS a,
			LATERAL (SELECT c.evidence -> 'refused' <> '0' AND c.evidence -> 'nulled' = '0' AS none) AS f,
			-- texts that are bytes now: what kept them from being text is what there is to know
			LATERAL (SELECT coalesce((SELECT x FROM jsonb_array_elements(a.asked) AS x
				WHERE c.target_type = 'bytea' AND (c.evidence ->> 'texts')::bigint > 0 AND x ->> 'type' = 'text' AND x -> 'format' = 'null' LIMIT 1), a.asked -> 0) AS first) AS w
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
					OR sqlite_mig_internal._type_family(item.first ->> 'type', NULL) = sqlite_mig_internal._type_family(item.target_type, NULL))
				THEN 'converted' ELSE 'changed' END;
			IF item.target_type = 'bytea' AND item.first ->> 'type' = 'text' AND item.texts > 0 THEN
				effect := 'changed';
				hint := format('; texts that are bytes now: %s; or choose target_type text, with on_error => ''reject''', item.texts);
			ELSE
				hint := CASE WHEN item.first ->> 'type' IN ('timestamptz', 'timestamp', 'date', 'time') AND item.target_type IN ('bigint', 'double precision')
						THEN '; if they are seconds since 1970: target_type timestamptz and format unixepoch in plan_column'
					ELSE sqlite_mig_internal._null_advice(item.evidence, item.first ->> 'type', (item.first ->> 'refused')::bigint) END;
			END IF;
			detail := format('%s, became %s; values that do not fit %s exactly: %s', item.declared,
				item.target_type || coalesce(' in format ' || item.format, ''), item.first ->> 'type', item.first ->> 'refused') || coalesce(hint, '');
		END IF;
		PERFORM sqlite_mig_internal._note(item.migration, 'prepare', 'column', item.source_table || '.' || item.source_name, item.source_table,
			CASE effect WHEN 'failed' THEN 'blocker' WHEN 'converted' THEN 'info' ELSE 'warning' END, effect, 'type', detail,
			(item.witness ->> 'refused')::bigint,
			concat_ws(' ', item.witness ->> 'row', item.witness ->> 'class', item.witness ->> 'value', '(' || (item.witness ->> 'reason') || ')'));
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sorted(names text[]) RETURNS text[]
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT array_agg(lower(n COLLATE "C") ORDER BY lower(n COLLATE "C") COLLATE "C") FROM unnest(names) AS n;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._spelled(migration text, source_table text, names text[]) RETURNS text[]
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE WHEN count(c.source_name) = count(*) THEN array_agg(c.source_name ORDER BY n.position) END
		FROM unnest(_spelled.names) WITH ORDINALITY AS n (name, position)
			LEFT JOIN sqlite_mig.plan_column AS c ON c.migration = _spelled.migration AND c.source_table = _spelled.source_table
				AND lower(c.source_name COLLATE "C") = lower(n.name COLLATE "C");
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_indexes(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	item record;
BEGIN
	FOR item IN
		WITH source AS MATERIALIZED (
			SELECT s.*, t.include,
				-- what the index compares with, where it is not the comparison of the column itself
				(SELECT string_agg(DISTINCT upper(u.coll COLLATE "C"), ', ') FROM unnest(s.columns, s.collations) AS u (col, coll)
					JOIN sqlite_mig.plan_column AS c ON c.migration = plan.migration AND c.source_table = t.source_name AND c.source_name = u.col
					WHERE upper(u.coll COLLATE "C") <> 'BINARY' OR sqlite_mig_internal._ignores_case(c)) AS coll
			FROM sqlite_mig.source_indexes(plan.server) WITH ORDINALITY AS s
				JOIN sqlite_mig.plan_table AS t ON t.migration = plan.migration AND t.source_name = s.table_name
			WHERE s.origin = 'create index'
		), judged AS MATERIALIZED (
			SELECT s.*, l.later, CASE WHEN l.later THEN NULL
					WHEN cardinality(s.columns) > 32 THEN 'an index has at most 32 columns in PostgreSQL'
					WHEN sqlite_mig_internal._spelled(plan.migration, s.table_name, s.columns) IS NULL THEN 'its columns are not in the plan' END AS obstacle
			-- _plan_index_expressions decides when all types are chosen; until then such an index is no key for anything
			FROM source AS s, LATERAL (SELECT s.partial OR array_position(s.columns, NULL) IS NOT NULL OR s.coll IS NOT NULL
				AND NOT (s.is_unique AND EXISTS (SELECT FROM sqlite_mig.source_foreign_keys(plan.server) AS f
					WHERE lower(f.parent_table COLLATE "C") = lower(s.table_name COLLATE "C") AND sqlite_mig_internal._sorted(f.parent_columns) = sqlite_mig_internal._sorted(s.columns))) AS later OFFSET 0) AS l
		), named AS MATERIALIZED (
			SELECT j.*, n.target
			FROM (SELECT j.*, row_number() OVER (ORDER BY j.ordinality) AS n FROM judged AS j) AS j
				JOIN unnest(sqlite_mig_internal._free_names(plan.migration, ARRAY(SELECT j.index_name FROM judged AS j ORDER BY j.ordinality))) WITH ORDINALITY AS n (target, n) ON n.n = j.n
		), planned AS (
			INSERT INTO sqlite_mig.plan_index (migration, source_table, source_name, target_name, include, is_unique, columns, descending, source_sql, reason)
				SELECT plan.migration, i.table_name, i.index_name, i.target, i.obstacle IS NULL AND NOT i.later, i.is_unique, i.columns, i.descending, i.sql, i.obstacle FROM named AS i
		)
		SELECT i.* FROM named AS i WHERE i.include AND (i.obstacle IS NOT NULL OR i.target <> i.index_name OR i.coll <> 'BINARY' AND NOT i.later) ORDER BY i.ordinality
	LOOP
		IF item.obstacle IS NOT NULL THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'index', item.index_name, item.table_name, 'warning', 'skipped', 'index', item.obstacle, sample => item.sql);
		ELSIF item.target <> item.index_name THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'index', item.index_name, item.table_name, 'info', 'converted', 'name',
				format('is called "%s"', item.target));
		END IF;
		IF item.obstacle IS NULL AND item.coll <> 'BINARY' AND NOT item.later AND NOT EXISTS (SELECT FROM sqlite_mig.plan_column AS c
				WHERE c.migration = plan.migration AND c.source_table = item.table_name AND c.source_name = ANY (item.columns) AND sqlite_mig_internal._ignores_case(c)) THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'index', item.index_name, item.table_name, 'warning', 'changed', 'collation',
				format('compared with %s in SQLite, compares exactly now', item.coll), sample => item.sql);
		END IF;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_keys(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan   sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	item   record;
	target text;
BEGIN
	-- primary keys; SQLite allows NULL in most of them
	FOR item IN
		WITH key AS MATERIALIZED (
			SELECT t.source_name, t.target_name, t.include, array_agg(c.source_name ORDER BY c.primary_key) AS columns, bool_and(c.not_null) AS holds,
				string_agg(c.source_name, ', ' ORDER BY c.primary_key) FILTER (WHERE NOT c.not_null) AS nullable,
				max((c.evidence ->> 'nulls')::bigint) AS nulls, row_number() OVER (ORDER BY t.load_order) AS n,
				coalesce((SELECT min(p.constraint_name) FROM sqlite_mig.parse_table(t.source_sql) AS p WHERE p.clause = 'primary key'), t.target_name || '_pkey') AS wanted
			FROM sqlite_mig.plan_table AS t JOIN sqlite_mig.plan_column AS c ON c.migration = t.migration AND c.source_table = t.source_name
			WHERE t.migration = plan.migration AND c.primary_key IS NOT NULL
			GROUP BY t.source_name, t.target_name, t.include, t.load_order, t.source_sql
		), planned AS (
			INSERT INTO sqlite_mig.plan_constraint (migration, source_table, target_name, kind, include, columns, reason)
				SELECT plan.migration, k.source_name, f.name, CASE WHEN k.holds THEN 'primary key' ELSE 'unique' END, true, k.columns, CASE WHEN NOT k.holds THEN 'primary key in SQLite, but it holds NULL' END
				FROM key AS k JOIN unnest(sqlite_mig_internal._free_names(plan.migration, ARRAY(SELECT k.wanted FROM key AS k ORDER BY k.n))) WITH ORDINALITY AS f (name, n) ON f.n = k.n
		)
		SELECT k.* FROM key AS k WHERE NOT k.holds AND k.include ORDER BY k.n
	LOOP
		PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'primary key', item.source_name, item.source_name, 'warning', 'changed', 'primary key',
			format('is a unique constraint: NULL in %s', item.nullable), item.nulls);
	END LOOP;

	WITH key AS MATERIALIZED (
		SELECT s.table_name, s.columns, row_number() OVER (ORDER BY s.ordinality) AS n, coalesce(p.name, t.target_name || '_' || array_to_string(s.columns, '_') || '_key') AS wanted
		FROM sqlite_mig.source_indexes(plan.server) WITH ORDINALITY AS s
			JOIN sqlite_mig.plan_table AS t ON t.migration = plan.migration AND t.source_name = s.table_name,
			LATERAL (SELECT min(p.constraint_name) AS name FROM sqlite_mig.parse_table(t.source_sql) AS p
				WHERE p.clause = 'unique' AND sqlite_mig_internal._sorted(coalesce(nullif(p.columns, '{}'), ARRAY[p.column_name])) = sqlite_mig_internal._sorted(s.columns)) AS p
		WHERE s.origin = 'unique' AND array_position(s.columns, NULL) IS NULL
	)
	INSERT INTO sqlite_mig.plan_constraint (migration, source_table, target_name, kind, include, columns)
		SELECT plan.migration, k.table_name, f.name, 'unique', true, k.columns
		FROM key AS k JOIN unnest(sqlite_mig_internal._free_names(plan.migration, ARRAY(SELECT k.wanted FROM key AS k ORDER BY k.n))) WITH ORDINALITY AS f (name, n) ON f.n = k.n;

	FOR item IN
		SELECT t.source_name, t.target_name, t.include, p.*
		FROM sqlite_mig.plan_table AS t, LATERAL sqlite_mig.parse_table(t.source_sql) WITH ORDINALITY AS p
		WHERE t.migration = plan.migration AND t.kind = 'table' AND p.clause IN ('check', 'error')
		ORDER BY t.load_order, p.ordinality
	LOOP
		target := item.source_name;
		IF item.clause = 'check' THEN
			target := sqlite_mig_internal._free_name(plan.migration, coalesce(item.constraint_name, concat_ws('_', item.target_name, item.column_name, 'check')));
			-- _plan_checks decides when all types are chosen
			INSERT INTO sqlite_mig.plan_constraint (migration, source_table, target_name, kind, include, source_sql)
				VALUES (plan.migration, item.source_name, target, 'check', false, item.body);
		ELSIF item.include THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'table', target, item.source_name, 'warning', 'skipped', item.clause,
				'the text of CREATE TABLE was not understood, so checks and names of constraints are unknown', sample => item.body);
		END IF;
	END LOOP;

	PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', p.clause, concat_ws('.', t.source_name, coalesce(p.column_name, array_to_string(p.columns, ', '))), t.source_name,
			'warning', 'changed', 'on conflict', format('ON CONFLICT %s is not carried over: a row that breaks it is an error', upper(p.conflict COLLATE "C")))
		FROM sqlite_mig.plan_table AS t, LATERAL sqlite_mig.parse_table(t.source_sql) WITH ORDINALITY AS p
		WHERE t.migration = plan.migration AND t.kind = 'table' AND t.include AND upper(p.conflict COLLATE "C") IN ('IGNORE', 'REPLACE')
		ORDER BY t.load_order, p.ordinality;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._foreign_key_obstacle(migration text, columns text[], parent_table text, parent_columns text[]) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE
		WHEN _foreign_key_obstacle.columns IS NULL THEN 'a column of it does not exist'
		WHEN t.source_name IS NULL THEN 'the parent table does not exist'
		WHEN NOT t.include THEN 'the parent table is not migrated'
		WHEN _foreign_key_obstacle.parent_columns IS NULL THEN 'the parent has no such columns or no primary key'
		WHEN cardinality(_foreign_key_obstacle.columns) <> cardinality(_foreign_key_obstacle.parent_columns) THEN 'the numbers of columns differ'
		WHEN NOT EXISTS (SELECT FROM sqlite_mig.plan_constraint AS c
				WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include AND c.kind IN ('primary key', 'unique')
					AND (c.columns = _foreign_key_obstacle.parent_columns OR sqlite_mig_internal._sorted(c.columns) = sqlite_mig_internal._sorted(_foreign_key_obstacle.parent_columns)))
			AND NOT EXISTS (SELECT FROM sqlite_mig.plan_index AS i
				WHERE i.migration = t.migration AND i.source_table = t.source_name AND i.include AND i.is_unique AND i.target_sql IS NULL
					AND sqlite_mig_internal._sorted(i.columns) = sqlite_mig_internal._sorted(_foreign_key_obstacle.parent_columns))
			THEN 'the columns of the parent are not unique' END
		FROM (VALUES (1)) AS one LEFT JOIN sqlite_mig.plan_table AS t
			ON t.migration = _foreign_key_obstacle.migration AND t.source_name = _foreign_key_obstacle.parent_table;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_foreign_keys(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	item record;
BEGIN
	FOR item IN
		WITH key AS MATERIALIZED (
			SELECT f.*, t.include, o.source_name AS parent, coalesce(p.deferrable, false) AS "deferrable", coalesce(p.deferred, false) AS deferred,
				s.spelled, s.parents, sqlite_mig_internal._foreign_key_obstacle(plan.migration, s.spelled, o.source_name, s.parents) AS obstacle,
				row_number() OVER (ORDER BY t.load_order, f.id DESC) AS n, coalesce(p.constraint_name, t.target_name || '_' || array_to_string(f.columns, '_') || '_fkey') AS wanted
			FROM sqlite_mig.source_foreign_keys(plan.server) AS f
				JOIN sqlite_mig.plan_table AS t ON t.migration = plan.migration AND t.source_name = f.table_name
				LEFT JOIN sqlite_mig.plan_table AS o ON o.migration = plan.migration AND lower(o.source_name COLLATE "C") = lower(f.parent_table COLLATE "C")
				LEFT JOIN LATERAL (SELECT p.* FROM sqlite_mig.parse_table(t.source_sql) AS p
					WHERE p.clause = 'foreign key' AND lower(p.body COLLATE "C") = lower(f.parent_table COLLATE "C")
						AND lower(coalesce(nullif(p.columns, '{}'), ARRAY[p.column_name])::text COLLATE "C") = lower(f.columns::text COLLATE "C")
					LIMIT 1) AS p ON true
				CROSS JOIN LATERAL (SELECT sqlite_mig_internal._spelled(plan.migration, f.table_name, f.columns) AS spelled,
					CASE WHEN f.parent_columns IS NOT NULL THEN sqlite_mig_internal._spelled(plan.migration, o.source_name, f.parent_columns)
						ELSE (SELECT array_agg(c.source_name ORDER BY c.primary_key) FROM sqlite_mig.plan_column AS c
							WHERE c.migration = plan.migration AND c.source_table = o.source_name AND c.primary_key IS NOT NULL) END AS parents OFFSET 0) AS s
		), named AS MATERIALIZED (
			SELECT k.*, f.name FROM key AS k JOIN unnest(sqlite_mig_internal._free_names(plan.migration, ARRAY(SELECT k.wanted FROM key AS k ORDER BY k.n))) WITH ORDINALITY AS f (name, n) ON f.n = k.n
		), planned AS (
			INSERT INTO sqlite_mig.plan_constraint (migration, source_table, target_name, kind, include, columns, parent_table, parent_columns,
					on_update, on_delete, "deferrable", deferred, reason)
				SELECT plan.migration, k.table_name, k.name, 'foreign key', k.obstacle IS NULL, coalesce(k.spelled, k.columns), coalesce(k.parent, k.parent_table), coalesce(k.parents, k.parent_columns),
					k.on_update, k.on_delete, k.deferrable, k.deferred, k.obstacle
				FROM named AS k
		)
		SELECT k.* FROM named AS k WHERE k.obstacle IS NOT NULL AND k.include ORDER BY k.n
	LOOP
		PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'foreign key', item.name, item.table_name, 'warning', 'skipped', 'foreign key', item.obstacle,
			sample => format('(%s) REFERENCES %s%s', array_to_string(item.columns, ', '), item.parent_table, ' (' || array_to_string(item.parent_columns, ', ') || ')'));
	END LOOP;

	PERFORM sqlite_mig_internal._plan_child_types(plan.migration);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_child_types(migration text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	WITH child AS (
		UPDATE sqlite_mig.plan_column AS c SET target_type = p.target_type, format = p.format,
			reason = format('type of %s.%s, which it refers to', p.source_table, p.source_name),
			evidence = c.evidence || jsonb_build_object('proposed', concat_ws('/', p.target_type, p.format))
		FROM sqlite_mig.plan_constraint AS k, LATERAL unnest(k.columns, k.parent_columns) AS u (child, parent), sqlite_mig.plan_column AS p
		WHERE k.migration = _plan_child_types.migration AND k.kind = 'foreign key' AND k.include
			AND c.migration = k.migration AND c.source_table = k.source_table AND c.source_name = u.child
			AND p.migration = k.migration AND p.source_table = k.parent_table AND p.source_name = u.parent
			AND c.target_type <> p.target_type AND c.evidence ->> 'rows' = c.evidence ->> 'nulls' AND c.identity IS NULL
		RETURNING c.migration, c.source_table, c.source_name
	)
	DELETE FROM sqlite_mig.ledger_entry AS e USING child AS c
		WHERE e.migration = c.migration AND e.object_name = c.source_table || '.' || c.source_name AND e.rule = 'no values';
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._default_word(word text, type text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT e.expr FROM (VALUES
		('CURRENT_TIMESTAMP', 'timestamptz', 'CURRENT_TIMESTAMP'),
		('CURRENT_TIMESTAMP', 'timestamp', '(CURRENT_TIMESTAMP AT TIME ZONE ''UTC'')'),
		('CURRENT_TIMESTAMP', 'text', 'to_char(CURRENT_TIMESTAMP AT TIME ZONE ''UTC'', ''YYYY-MM-DD HH24:MI:SS'')'),
		('CURRENT_DATE', 'date', '((CURRENT_TIMESTAMP AT TIME ZONE ''UTC'')::date)'),
		('CURRENT_DATE', 'text', 'to_char(CURRENT_TIMESTAMP AT TIME ZONE ''UTC'', ''YYYY-MM-DD'')'),
		('CURRENT_TIME', 'time', '((CURRENT_TIMESTAMP AT TIME ZONE ''UTC'')::time(0))'),
		('CURRENT_TIME', 'text', 'to_char(CURRENT_TIMESTAMP AT TIME ZONE ''UTC'', ''HH24:MI:SS'')'),
		('TRUE', 'boolean', 'true'), ('TRUE', 'bigint', '1'), ('TRUE', 'numeric', '1'), ('TRUE', 'text', '''1'''),
		('FALSE', 'boolean', 'false'), ('FALSE', 'bigint', '0'), ('FALSE', 'numeric', '0'), ('FALSE', 'text', '''0'''),
		('1', 'boolean', 'true'), ('''1''', 'boolean', 'true'), ('''T''', 'boolean', 'true'), ('''TRUE''', 'boolean', 'true'),
		('0', 'boolean', 'false'), ('''0''', 'boolean', 'false'), ('''F''', 'boolean', 'false'), ('''FALSE''', 'boolean', 'false')
		) AS e (word, type, expr)
		WHERE e.word = upper(_default_word.word COLLATE "C") AND e.type = _default_word.type;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._bare(expression text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	expression := btrim(expression, E' \t\r\n');
	WHILE expression ~ '^\(.*\)$' AND expression !~ '^\(.*\).*\(.*\)$' LOOP
		expression := btrim(substr(expression, 2, length(expression) - 2), E' \t\r\n');
	END LOOP;
	RETURN expression;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._default_expr(source text, type text, zone text DEFAULT 'UTC', declared text DEFAULT '') RETURNS text
	LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET extra_float_digits = 1 AS
$$
DECLARE
	body   text := sqlite_mig_internal._bare(source);
	base   text := CASE WHEN type ~ '^varchar' THEN 'text' ELSE btrim(regexp_replace(type, '\(.*$', '')) END;
	expr   text := sqlite_mig_internal._default_word(body, base);
	number boolean := sqlite_mig_internal._type_family(base, NULL) = 'number';
	-- by SQLite's rules of affinity
	counts boolean := declared <> '' AND (declared ~* 'INT' COLLATE "C" OR declared !~* 'CHAR|CLOB|TEXT|BLOB' COLLATE "C");
	same   boolean;
BEGIN
	IF counts AND base IN ('text', 'bytea') AND body ~ '^''\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\s*''$' THEN
		body := btrim(body, E''' \t\n\v\f\r');
		source := body;
		IF abs(body::numeric) < 1e15 THEN
			body := trim_scale(body::numeric)::text;
		END IF;
	END IF;
	IF base = 'numeric' AND expr IS NOT NULL THEN
		body := expr;		-- a 1 for TRUE, if there is room for it
		expr := NULL;
	END IF;
	IF expr IS NOT NULL OR base = 'boolean' OR sqlite_mig_internal._type_name(type) IS NULL THEN
		RETURN expr;
	ELSIF body ~* '^x''([0-9a-f]{2})*''$' COLLATE "C" THEN
		RETURN CASE WHEN base = 'bytea' THEN format('%L::bytea', '\x' || lower(substr(body, 3, length(body) - 3) COLLATE "C")) END;
	ELSIF body ~ '^[-+]?\s*([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$' THEN
		body := ltrim(regexp_replace(body, '\s', '', 'g'), '+');
		IF base IN ('bigint', 'integer', 'smallint') THEN
			body := regexp_replace(body, '^(-?[0-9]+)[.]0*$', '\1');
		ELSIF base = 'text' AND body ~ '^-?[0-9]{1,14}[.][0-9]{1,4}$' AND abs(body::numeric) >= 0.001 AND length(body) <= 15 AND body::numeric <> trunc(body::numeric) THEN
			body := trim_scale(body::numeric)::text;		-- as SQLite spells it, which keeps 15 digits
		ELSIF base = 'text' AND body !~ '^-?(0|[1-9][0-9]{0,14})$' THEN
			RETURN NULL;		-- SQLite would store its own spelling of the number, and 1.0 as 1 where the type is not one of text
		ELSIF base IN ('numeric', 'jsonb') AND (body !~ '^-?[0-9]+$' OR body::numeric NOT BETWEEN -9223372036854775808 AND 9223372036854775807) AND body::float8::text::numeric <> body::numeric THEN
			body := body::float8::text;		-- it is a double, which has no more digits
		END IF;
	ELSIF body ~ '^''([^'']|'''')*''$' THEN
		body := replace(substr(body, 2, length(body) - 2), '''''', '''');
	ELSIF body ~ '^"([^"]|"")*"$' THEN
		-- SQLite takes a quoted name that is none for a string
		body := replace(substr(body, 2, length(body) - 2), '""', '"');
	ELSIF body ~* '^[a-z_][a-z0-9_]*$' COLLATE "C" AND upper(body COLLATE "C") NOT IN ('TRUE', 'FALSE', 'NULL', 'CURRENT_TIMESTAMP', 'CURRENT_DATE', 'CURRENT_TIME') THEN
		NULL;		-- and so is a bare word
	ELSE
		RETURN NULL;
	END IF;
	-- text in a BLOB column is bytes now, so its default is too
	IF base = 'bytea' AND (source ~ '[''"]' OR body ~* '^[a-z_]' COLLATE "C") THEN
		RETURN format('%L::bytea', '\x' || encode(convert_to(body, 'UTF8'), 'hex'));
	END IF;
	-- 'now' and 'infinity' were text in SQLite, but are words to PostgreSQL's date and time types, which also cut off what they do not hold
	IF base IN ('bytea', 'interval') OR (base IN ('timestamptz', 'timestamp', 'date', 'time') AND body !~ '^[0-9]+[-:]')
		OR base = 'date' AND body !~ '^[0-9]+-[0-9]+-[0-9]+([ T]00:00(:00([.]0*)?)?)?$' OR base = 'time' AND body !~ '^[0-9]+:[0-9]+(:[0-9]+([.][0-9]*)?)?$'
		OR base = 'timestamp' AND body ~ ':.*([zZ]|[-+][0-9:]+)$' THEN
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
COMMENT ON FUNCTION sqlite_mig_internal._default_expr(text, text, text, text) IS 'internal: a default of SQLite as an expression of PostgreSQL, NULL when it is not understood';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_defaults(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	UPDATE sqlite_mig.plan_column AS c SET default_expr = sqlite_mig_internal._default_expr(c.default_source, c.target_type,
			coalesce(c.time_zone, sqlite_mig_internal._source_zone(c.migration)), c.declared_type)
		WHERE c.migration = _plan_defaults.migration AND c.default_source IS NOT NULL AND c.identity IS NULL AND c.generated IS NULL;
	PERFORM sqlite_mig_internal._plan_default_expressions(migration);
	PERFORM sqlite_mig_internal._note(c.migration, 'prepare', 'default', c.source_table || '.' || c.source_name, c.source_table, 'info', 'converted', 'text as bytes',
			'the default is text in SQLite, here its bytes', sample => format('%s -> %s', c.default_source, c.default_expr))
		FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
		WHERE c.migration = _plan_defaults.migration AND c.target_type = 'bytea' AND c.default_expr IS NOT NULL AND sqlite_mig_internal._bare(c.default_source) ~ '^[''"]'
		ORDER BY t.load_order, c.position;
	PERFORM sqlite_mig_internal._note(c.migration, 'prepare', 'default', c.source_table || '.' || c.source_name, c.source_table, 'warning', 'skipped', 'default',
			format('the default is not carried over to %s', c.target_type), sample => c.default_source)
		FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
		WHERE c.migration = _plan_defaults.migration AND c.default_expr IS NULL AND c.identity IS NULL AND c.generated IS NULL
			AND upper(sqlite_mig_internal._bare(c.default_source) COLLATE "C") <> 'NULL'
		ORDER BY t.load_order, c.position;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._citext() RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT format('%I.citext', n.nspname) FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
		WHERE t.typname = 'citext' AND EXISTS (SELECT FROM pg_depend AS d JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'citext'
			WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.refclassid = 'pg_extension'::regclass);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._ignores_case(c sqlite_mig.plan_column) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT (c).target_type ~ '(^|\.)citext$' OR (c).target_collation IS NOT NULL AND upper((c)."collation" COLLATE "C") = 'NOCASE';
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._collated_keys(server text, i sqlite_mig.plan_index) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT '(' || string_agg(CASE WHEN sqlite_mig_internal._ignores_case(c) THEN format(CASE WHEN upper(u.coll COLLATE "C") = 'NOCASE' THEN '%1$I' WHEN upper(u.coll COLLATE "C") = 'RTRIM' THEN '(rtrim(%1$I%2$s, '' ''))' WHEN c.target_collation IS NULL THEN '(%1$I%2$s)' ELSE '%1$I%2$s' END,
					c.target_name, CASE WHEN c.target_collation IS NULL THEN '::text' ELSE ' COLLATE "C"' END)
				WHEN c.target_type !~ '^(text|varchar)' THEN quote_ident(c.target_name)
				ELSE format(CASE upper(u.coll COLLATE "C") WHEN 'NOCASE' THEN CASE WHEN (i).is_unique THEN '(lower(%I COLLATE "C"))' ELSE '(lower(%I))' END
					WHEN 'RTRIM' THEN '(rtrim(%I, '' ''))' ELSE '%I' END, c.target_name) END
			|| CASE WHEN u.descending THEN ' DESC' ELSE '' END, ', ' ORDER BY u.n) || ')'
		FROM sqlite_mig.source_indexes(_collated_keys.server, (i).source_table) AS s,
			LATERAL unnest(s.columns, s.collations, s.descending) WITH ORDINALITY AS u (name, coll, descending, n)
			JOIN sqlite_mig.plan_column AS c ON c.migration = (i).migration AND c.source_table = (i).source_table AND c.source_name = u.name
		WHERE s.index_name = (i).source_name AND NOT s.partial AND array_position(s.columns, NULL) IS NULL
		HAVING bool_and(upper(u.coll COLLATE "C") IN ('BINARY', 'NOCASE', 'RTRIM'));
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_nocase(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	asked constant text := coalesce((plan).options ->> 'nocase', 'lower');
	lacks constant text := CASE asked WHEN 'citext' THEN CASE WHEN sqlite_mig_internal._citext() IS NULL THEN 'the extension citext is not there: CREATE EXTENSION citext before prepare' END
		WHEN 'icu' THEN CASE WHEN NOT EXISTS (SELECT FROM pg_collation AS c WHERE c.collprovider = 'i') THEN 'this PostgreSQL was built without ICU' END END;
BEGIN
	IF lacks IS NOT NULL THEN
		PERFORM sqlite_mig_internal._note((plan).migration, 'prepare', 'migration', (plan).migration, NULL, 'warning', 'changed', 'collation', format('nocase is lower and not %s, as the options say: %s', asked, lacks))
			WHERE EXISTS (SELECT FROM sqlite_mig.plan_column AS c WHERE c.migration = (plan).migration AND upper(c."collation" COLLATE "C") = 'NOCASE');
		RETURN;
	END IF;
	UPDATE sqlite_mig.plan_column AS c SET target_type = CASE asked WHEN 'citext' THEN sqlite_mig_internal._citext() ELSE c.target_type END,
			target_collation = CASE asked WHEN 'icu' THEN format('%I.nocase', (plan).target_schema) END,
			evidence = c.evidence || jsonb_build_object('proposed', concat_ws('/', CASE asked WHEN 'citext' THEN sqlite_mig_internal._citext() ELSE c.target_type END, c.format))
		WHERE c.migration = (plan).migration AND asked IN ('citext', 'icu') AND upper(c."collation" COLLATE "C") = 'NOCASE' AND c.target_type ~ '^(text|varchar)' AND c.format IS NULL;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._collation_finding(c sqlite_mig.plan_column) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE
		WHEN (c).target_type ~ '(^|\.)citext$' THEN 'compared with NOCASE in SQLite, is citext: compares without the case of any letters, where NOCASE knows ASCII letters alone'
		WHEN sqlite_mig_internal._ignores_case(c) THEN format('compared with NOCASE in SQLite, is COLLATE %s: compares without the case of any letters, where NOCASE knows ASCII letters alone; LIKE, and functions that look for a part of a text, are errors on it before PostgreSQL 18', (c).target_collation)
		WHEN upper((c)."collation" COLLATE "C") = 'NOCASE' AND (c).target_type ~ '^(text|varchar)' THEN format('compared with NOCASE in SQLite, compares exactly now; compare lower(%1$I), or see the option nocase', (c).target_name)
		WHEN upper((c)."collation" COLLATE "C") = 'RTRIM' AND (c).target_type ~ '^(text|varchar)' THEN format('compared with RTRIM in SQLite, compares exactly now; compare rtrim(%I, '' '')', (c).target_name)
		ELSE format('compared with %s in SQLite, compares exactly now', (c)."collation") END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_collated_constraints(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan constant sqlite_mig.migration := sqlite_mig_internal._migration(_plan_collated_constraints.migration);
	mig  constant text := plan.migration;
	item record;
	made sqlite_mig.plan_index;
BEGIN
	FOR item IN
		SELECT s.*, k.kind, k.target_name, t.include
		FROM sqlite_mig.plan_table AS t JOIN sqlite_mig.source_indexes(plan.server) WITH ORDINALITY AS s ON s.table_name = t.source_name AND s.origin <> 'create index'
			-- constraints over the same columns may differ in their collations alone: each index belongs to one of them
			CROSS JOIN LATERAL (SELECT k.kind, k.target_name FROM sqlite_mig.plan_constraint AS k WHERE k.migration = mig AND k.source_table = t.source_name
				AND k.kind IN ('primary key', 'unique') AND k.columns = s.columns ORDER BY k.kind = s.origin DESC, k.target_name LIMIT 1) AS k
		WHERE t.migration = mig AND t.include AND EXISTS (SELECT FROM unnest(s.columns, s.collations) AS u (name, coll)
			JOIN sqlite_mig.plan_column AS c ON c.migration = mig AND c.source_table = t.source_name AND c.source_name = u.name
			WHERE upper(u.coll COLLATE "C") IN ('NOCASE', 'RTRIM') AND c.target_type ~ '^(text|varchar)' AND NOT sqlite_mig_internal._ignores_case(c))
		ORDER BY t.load_order, s.ordinality
	LOOP
		INSERT INTO sqlite_mig.plan_index (migration, source_table, source_name, target_name, include, is_unique, columns, descending)
			VALUES (mig, item.table_name, item.index_name, sqlite_mig_internal._free_name(mig, item.target_name || '_collated'), true, true, item.columns, item.descending) RETURNING * INTO made;
		UPDATE sqlite_mig.plan_index AS i SET target_sql = x.keys, proposed = x.keys, include = x.keys IS NOT NULL
			FROM sqlite_mig_internal._collated_keys(plan.server, made) AS x (keys) WHERE i.migration = mig AND i.source_name = made.source_name RETURNING i.* INTO made;
		PERFORM sqlite_mig_internal._note(mig, 'prepare', item.kind, item.target_name, item.table_name, 'info', 'converted', 'collation',
				format('unique index "%s" beside it keeps SQLite''s comparison', made.target_name), sample => made.target_sql) WHERE made.include;
	END LOOP;
	PERFORM sqlite_mig_internal._note(mig, 'prepare', 'foreign key', k.target_name, k.source_table, 'warning', 'changed', 'collation',
			format('finds its row in "%s" in the same spelling only; SQLite compares otherwise, see the option nocase', k.parent_table))
		FROM sqlite_mig.plan_constraint AS k JOIN sqlite_mig.plan_table AS t ON t.migration = k.migration AND t.source_name = k.source_table AND t.include
		WHERE k.migration = mig AND k.kind = 'foreign key' AND k.include AND EXISTS (SELECT FROM sqlite_mig.plan_column AS c
			WHERE c.migration = mig AND c.source_table = k.parent_table AND c.source_name = ANY (k.parent_columns) AND upper(c."collation" COLLATE "C") IN ('NOCASE', 'RTRIM')
				AND c.target_type ~ '^(text|varchar)' AND NOT sqlite_mig_internal._ignores_case(c))
		ORDER BY t.load_order, k.target_name;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_nocase_children(migration text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.plan_column AS c SET target_type = p.target_type, target_collation = p.target_collation, "collation" = p."collation",
			evidence = c.evidence || jsonb_build_object('proposed', concat_ws('/', p.target_type, c.format)), reason = format('compares as %s.%s, which it refers to', p.source_table, p.source_name)
		FROM sqlite_mig.plan_constraint AS k, LATERAL unnest(k.columns, k.parent_columns) AS u (child, parent), sqlite_mig.plan_column AS p
		WHERE k.migration = _plan_nocase_children.migration AND k.kind = 'foreign key' AND k.include
			AND p.migration = k.migration AND p.source_table = k.parent_table AND p.source_name = u.parent AND sqlite_mig_internal._ignores_case(p)
			AND c.migration = k.migration AND c.source_table = k.source_table AND c.source_name = u.child AND c.target_type ~ '^(text|varchar)' AND NOT sqlite_mig_internal._ignores_case(c);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._equals(migration text, source_table text, source_name text) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE WHEN c.target_type ~ '(^|\.)citext$' THEN format('OPERATOR(%s.=)', regexp_replace(c.target_type, '\.?citext$', '')) ELSE '=' END
		FROM sqlite_mig.plan_column AS c WHERE c.migration = _equals.migration AND c.source_table = _equals.source_table AND c.source_name = _equals.source_name;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._unique_flags(t sqlite_mig.plan_table, source_name text) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT string_agg(CASE WHEN NOT k.plain THEN 'x' WHEN _unique_flags.source_name = ANY (k.columns) THEN 'u' || k.n END, '' ORDER BY k.n)
		FROM (SELECT u.columns, u.plain, row_number() OVER (ORDER BY u.part, u.name COLLATE "C") AS n
			FROM (SELECT 1 AS part, k.target_name AS name, k.columns, true AS plain FROM sqlite_mig.plan_constraint AS k
					WHERE k.migration = (t).migration AND k.source_table = (t).source_name AND k.kind = 'unique' AND k.include
				UNION ALL SELECT 2, i.source_name, i.columns, i.target_sql IS NULL AND array_position(i.columns, NULL) IS NULL FROM sqlite_mig.plan_index AS i
					WHERE i.migration = (t).migration AND i.source_table = (t).source_name AND i.is_unique AND i.include) AS u) AS k;
END;
COMMENT ON FUNCTION sqlite_mig_internal._unique_flags(sqlite_mig.plan_table, text) IS 'internal: unique keys of a planned column as the translator wants them';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._catalog(migration text, source_table text DEFAULT NULL) RETURNS text[]
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT array_agg(ARRAY[t.source_name, t.target_name, c.source_name, c.target_name, CASE WHEN sqlite_mig_internal._ignores_case(c) THEN 'text' ELSE c.target_type END,
			concat(CASE WHEN c.not_null THEN 'n' END, CASE WHEN c.primary_key IS NOT NULL THEN 'k' END, CASE WHEN c.primary_key IS NOT NULL AND c.identity IS NOT NULL THEN 'r' END,
				-- (what = is for citext depends on the search path: lower() does not)
				CASE WHEN c.target_collation IS NULL THEN CASE upper(c."collation" COLLATE "C") WHEN 'NOCASE' THEN CASE WHEN sqlite_mig_internal._ignores_case(c) THEN 'ci' ELSE 'c' END WHEN 'RTRIM' THEN 't' END END, CASE WHEN c.generated IS NOT NULL THEN 'g' END,
				-- (asked for OR REPLACE alone, which is in the way of few plans)
				CASE WHEN EXISTS (SELECT FROM sqlite_mig.plan_trigger AS g WHERE g.migration = _catalog.migration AND g.source_sql ~* '\mREPLACE\M' COLLATE "C")
					THEN sqlite_mig_internal._unique_flags(t, c.source_name) END)] ORDER BY t.load_order, c.position)
		FROM (SELECT _catalog.source_table AS name WHERE _catalog.source_table IS NOT NULL
				UNION ALL SELECT p.source_name FROM sqlite_mig.plan_table AS p WHERE p.migration = _catalog.migration AND _catalog.source_table IS NULL) AS n
			JOIN sqlite_mig.plan_table AS t ON t.migration = _catalog.migration AND t.source_name = n.name
			-- (OFFSET: by the key of the one table, not all columns of the plan)
			CROSS JOIN LATERAL (SELECT * FROM sqlite_mig.plan_column AS c WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include OFFSET 0) AS c;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._trial(migration text, source_table text, statements text[]) RETURNS text[]
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	errors    text[] := '{}';
	statement text;
BEGIN
	BEGIN
		EXECUTE (SELECT format('CREATE TEMPORARY TABLE sqlite_mig_trial (%s)', string_agg(format('%I %s', c.target_name, c.target_type), ', ' ORDER BY c.position))
			FROM sqlite_mig.plan_column AS c WHERE c.migration = _trial.migration AND c.source_table = _trial.source_table AND c.include);
		FOREACH statement IN ARRAY statements LOOP
			BEGIN
				EXECUTE statement;
				errors := array_append(errors, NULL);
			EXCEPTION
				WHEN OTHERS THEN
					-- what is not about the expression, such as a full disk, is not for the ledger
					IF left(SQLSTATE, 2) NOT IN ('0A', '22', '23', '2F', '38', '42', '54', 'HV') THEN
						RAISE;
					END IF;
					errors := array_append(errors, SQLERRM);
			END;
		END LOOP;
		RAISE EXCEPTION USING ERRCODE = 'MIGTR', MESSAGE = 'the end of a trial';
	EXCEPTION
		WHEN SQLSTATE 'MIGTR' THEN
			NULL;
		WHEN insufficient_privilege THEN
			errors := array_fill(SQLERRM, ARRAY[cardinality(statements)]);
	END;
	RETURN errors;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._blockers(findings jsonb) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT string_agg(f.item ->> 'finding', '; ' ORDER BY f.n) FROM jsonb_array_elements(findings) WITH ORDINALITY AS f (item, n) WHERE f.item ->> 'severity' = 'blocker';
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._note_findings(migration text, object_kind text, object_name text, table_name text, findings jsonb, source_sql text, target_sql text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	SELECT sqlite_mig_internal._note(_note_findings.migration, 'prepare', _note_findings.object_kind, _note_findings.object_name, _note_findings.table_name,
			CASE f.severity WHEN 'info' THEN 'info' ELSE 'warning' END, CASE f.severity WHEN 'info' THEN 'converted' ELSE 'changed' END, f.rule, f.finding,
			sample => format('%s -> %s', _note_findings.source_sql, _note_findings.target_sql))
		FROM (SELECT DISTINCT x.item ->> 'severity' AS severity, x.item ->> 'rule' AS rule, x.item ->> 'finding' AS finding FROM jsonb_array_elements(findings) AS x (item)) AS f
		WHERE f.severity = 'warning' OR f.rule IN ('like', 'glob', 'case', 'function')
		ORDER BY f.rule, f.finding;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_checks(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := _plan_checks.migration;
	item   record;
	n      integer;
	why    text;
	errors text[];
BEGIN
	FOR item IN
		SELECT t.source_name AS source_table, array_agg(k.target_name ORDER BY k.target_name) AS names, array_agg(k.source_sql ORDER BY k.target_name) AS sources,
			array_agg(x.translated ORDER BY k.target_name) AS targets, array_agg(x.findings ORDER BY k.target_name) AS findings
		FROM sqlite_mig.plan_table AS t
			JOIN sqlite_mig.plan_constraint AS k ON k.migration = t.migration AND k.source_table = t.source_name AND k.kind = 'check',
			LATERAL sqlite_mig_internal._catalog(mig, t.source_name) AS c (list), LATERAL sqlite_mig_internal._translate_expr(k.source_sql, 'check', t.source_name, NULL, c.list) AS x
		WHERE t.migration = mig AND t.include
		GROUP BY t.source_name, t.load_order ORDER BY t.load_order
	LOOP
		errors := sqlite_mig_internal._trial(mig, item.source_table, ARRAY(SELECT format('ALTER TABLE sqlite_mig_trial ADD CHECK (%s)', coalesce(u.sql, 'true'))
			FROM unnest(item.targets) WITH ORDINALITY AS u (sql, i) ORDER BY u.i));
		FOR n IN 1 .. cardinality(item.names) LOOP
			why := CASE WHEN item.targets[n] IS NULL THEN 'no translation: ' || coalesce(sqlite_mig_internal._blockers(item.findings[n]), 'not understood')
				ELSE 'PostgreSQL does not take its translation: ' || errors[n] END;
			UPDATE sqlite_mig.plan_constraint AS k SET target_sql = item.targets[n], proposed = item.targets[n], include = why IS NULL, reason = why
				WHERE (k.migration, k.source_table, k.target_name) = (mig, item.source_table, item.names[n]);
			IF why IS NULL THEN
				PERFORM sqlite_mig_internal._note_findings(mig, 'check', item.names[n], item.source_table, item.findings[n], item.sources[n], item.targets[n]);
			ELSE
				PERFORM sqlite_mig_internal._note(mig, 'prepare', 'check', item.names[n], item.source_table, 'warning', 'skipped', 'check', why, sample => item.sources[n]);
			END IF;
		END LOOP;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._index_body(m sqlite_mig.migration, i sqlite_mig.plan_index, OUT body text, OUT findings jsonb)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(sqlite_mig_internal._collated_keys((m).server, i), CASE WHEN strpos(x.translated, h.head) > 0 THEN substr(x.translated, strpos(x.translated, h.head) + length(h.head) - 1) END), x.findings
		FROM sqlite_mig.plan_table AS t, LATERAL sqlite_mig_internal._catalog(t.migration, t.source_name) AS c (list),
			LATERAL (SELECT format(' ON %I.%I (', (m).target_schema, t.target_name) AS head) AS h
			LEFT JOIN LATERAL sqlite_mig_internal._translate((i).source_sql, NULL, c.list, (m).target_schema) AS x ON x.statement = 1
		WHERE t.migration = (m).migration AND t.source_name = (i).source_table;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_index_expressions(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := _plan_index_expressions.migration;
	item   record;
	n      integer;
	why    text;
	errors text[];
BEGIN
	FOR item IN
		SELECT t.source_name AS source_table, array_agg(i.source_name ORDER BY i.source_name) AS names, array_agg(i.source_sql ORDER BY i.source_name) AS sources,
			array_agg(i.is_unique ORDER BY i.source_name) AS uniques, array_agg(b.body ORDER BY i.source_name) AS targets, array_agg(b.findings ORDER BY i.source_name) AS findings
		FROM sqlite_mig.migration AS m
			JOIN sqlite_mig.plan_table AS t ON t.migration = m.migration AND t.include
			JOIN sqlite_mig.plan_index AS i ON i.migration = t.migration AND i.source_table = t.source_name AND NOT i.include AND i.source_sql IS NOT NULL
				AND cardinality(i.columns) <= 32,
			LATERAL sqlite_mig_internal._index_body(m, i) AS b
		WHERE m.migration = mig
		GROUP BY t.source_name, t.load_order ORDER BY t.load_order
	LOOP
		errors := sqlite_mig_internal._trial(mig, item.source_table, ARRAY(SELECT coalesce(format('CREATE %sINDEX ON sqlite_mig_trial %s', CASE WHEN u.is_unique THEN 'UNIQUE ' END, u.sql), 'SELECT')
			FROM unnest(item.targets, item.uniques) WITH ORDINALITY AS u (sql, is_unique, i) ORDER BY u.i));
		FOR n IN 1 .. cardinality(item.names) LOOP
			why := CASE WHEN item.targets[n] IS NULL THEN 'no translation: ' || coalesce(sqlite_mig_internal._blockers(item.findings[n]), 'not understood')
				ELSE 'PostgreSQL does not take its translation: ' || errors[n] END;
			UPDATE sqlite_mig.plan_index AS i SET target_sql = item.targets[n], proposed = item.targets[n], include = why IS NULL, reason = why
				WHERE (i.migration, i.source_name) = (mig, item.names[n]);
			IF why IS NULL THEN
				PERFORM sqlite_mig_internal._note(mig, 'prepare', 'index', item.names[n], item.source_table, 'info', 'converted', 'collation',
						'SQLite compares without case or trailing blanks: is on an expression, which queries must name', sample => format('%s -> %s', item.sources[n], item.targets[n]))
					WHERE item.targets[n] ~ '\((lower|rtrim)\(' AND item.sources[n] !~* '(lower|rtrim)\s*\(' COLLATE "C";
				PERFORM sqlite_mig_internal._note_findings(mig, 'index', item.names[n], item.source_table, item.findings[n], item.sources[n], item.targets[n]);
			ELSE
				PERFORM sqlite_mig_internal._note(mig, 'prepare', 'index', item.names[n], item.source_table, 'warning', 'skipped', 'index', why, sample => item.sources[n]);
			END IF;
		END LOOP;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_duplicate_indexes(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig  constant text := _plan_duplicate_indexes.migration;
	item record;
BEGIN
	FOR item IN WITH entry AS (
		SELECT k.source_table, 1 AS part, k.target_name AS name, k.kind, k.columns, NULL::boolean[] AS descending, NULL::text AS target_sql
			FROM sqlite_mig.plan_constraint AS k WHERE k.migration = mig AND k.include AND k.kind IN ('primary key', 'unique')
		UNION ALL SELECT i.source_table, CASE WHEN i.is_unique THEN 2 ELSE 3 END, i.source_name, 'index', i.columns, CASE WHEN true = ALL (i.descending) THEN NULL ELSE i.descending END, i.target_sql
			FROM sqlite_mig.plan_index AS i WHERE i.migration = mig AND i.include
	), key AS (
		-- beside the text of an expression a list of columns is compared as a text, else as it is, which is quicker
		SELECT e.source_table, e.part, e.name, e.kind, coalesce(e.target_sql, CASE WHEN count(e.target_sql) OVER (PARTITION BY e.source_table) > 0
				THEN '(' || sqlite_mig_internal._target_columns(mig, e.source_table, e.columns, e.descending) || ')' ELSE concat(e.columns::text, array_positions(e.descending, true)::text) END) AS body
			FROM entry AS e
	), double AS (
		SELECT k.source_table, k.name, k.kind, first_value(k.name) OVER w AS stays, first_value(k.kind) OVER w AS as_kind, row_number() OVER w AS n
			FROM key AS k WINDOW w AS (PARTITION BY k.source_table, k.body ORDER BY k.part, k.name COLLATE "C")
	)
		SELECT d.name, format('is the same as the %s "%s"', CASE d.as_kind WHEN 'index' THEN 'index' ELSE 'index of ' || d.as_kind END, d.stays) AS why
			FROM double AS d WHERE d.n > 1 AND d.kind = 'index' ORDER BY d.name COLLATE "C"
	LOOP
		UPDATE sqlite_mig.plan_index AS i SET include = false, reason = item.why WHERE i.migration = mig AND i.source_name = item.name;
		PERFORM sqlite_mig_internal._note(mig, 'prepare', 'index', i.source_name, i.source_table, 'info', 'converted', 'duplicate', i.reason || ', and is not made', sample => i.source_sql)
			FROM sqlite_mig.plan_index AS i WHERE i.migration = mig AND i.source_name = item.name;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._compare_default(server text, expression text, type text, value text, texts boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	original constant text := sqlite_mig_internal._source_value(server, expression);
	same     text;
BEGIN
	IF texts AND type ~ '^(timestamp|date|time)' AND original ~ '^[0-9.]+$' THEN
		RAISE EXCEPTION USING ERRCODE = 'data_exception', MESSAGE = format('SQLite gives the number %s, where the column holds texts', original);
	ELSIF type = 'bytea' OR type ~ '^(timestamp|date|time)' AND original ~ '^[0-9.]+$' THEN
		RETURN;
	END IF;
	EXECUTE format('SELECT %L::%s::text', original, type) INTO same;
	IF same IS DISTINCT FROM value AND expression !~* '\m(current_\w+|random\w*|now|localtime)\M|\m(date|time|datetime|julianday|unixepoch)\s*\(\s*\)' COLLATE "C" THEN
		RAISE EXCEPTION USING ERRCODE = 'data_exception', MESSAGE = format('SQLite gives %L, PostgreSQL %L', original, value);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._compare_default(text, text, text, text, boolean) IS 'internal: throws when a default does not give what it gives in SQLite';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_default_expressions(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := _plan_default_expressions.migration;
	server constant text := (sqlite_mig_internal._migration(mig)).server;
	-- a literal that is no value of the type would only be bent into one
	simple constant text := '^([xX]?''([^'']|'''')*''|"([^"]|"")*"|[-+]?[0-9.]+([eE][-+]?[0-9]+)?|[A-Za-z]+)$';
	item   record;
	n      integer;
	errors text[];
BEGIN
	FOR item IN
		SELECT t.source_name AS source_table, array_agg(c.source_name ORDER BY c.position) AS names, array_agg(c.default_source ORDER BY c.position) AS sources,
			array_agg(x.translated ORDER BY c.position) AS targets, array_agg(x.findings ORDER BY c.position) AS findings,
			array_agg(c.target_name ORDER BY c.position) AS columns, array_agg(c.target_type ORDER BY c.position) AS types,
			array_agg(c.format IS NULL AND coalesce((c.evidence ->> 'texts')::bigint, 0) > 0 ORDER BY c.position) AS texts
		FROM sqlite_mig.plan_table AS t
			JOIN sqlite_mig.plan_column AS c ON c.migration = t.migration AND c.source_table = t.source_name AND c.default_source IS NOT NULL AND c.default_expr IS NULL
				AND c.identity IS NULL AND c.generated IS NULL AND sqlite_mig_internal._bare(c.default_source) !~ simple
				AND c.default_source !~ '/\* not valid UTF-8 \*/$'
				-- what counts seconds counts in no other unit, and Julian days are no seconds
				AND (c.format IS NULL OR c.format IN ('any', 'unixepoch')) AND NOT (c.target_type ~ '^(timestamp|date|time)' AND c.default_source ~* 'julianday' COLLATE "C"),
			LATERAL sqlite_mig_internal._translate_expr(c.default_source, 'default', t.source_name, regexp_replace(c.target_type, '^varchar.*$', 'text')) AS x
		WHERE t.migration = mig AND t.include AND x.translated IS NOT NULL
		GROUP BY t.source_name, t.load_order ORDER BY t.load_order
	LOOP
		errors := sqlite_mig_internal._trial(mig, item.source_table, ARRAY(SELECT format('ALTER TABLE sqlite_mig_trial ALTER COLUMN %1$I SET DEFAULT %2$s; INSERT INTO sqlite_mig_trial DEFAULT VALUES; '
				'SELECT sqlite_mig_internal._compare_default(%3$L, %4$L, %5$L, (SELECT %1$I::text FROM sqlite_mig_trial), %6$L); TRUNCATE sqlite_mig_trial', u.name, u.sql, server, u.source, u.type, u.texts)
			FROM unnest(item.columns, item.targets, item.sources, item.types, item.texts) WITH ORDINALITY AS u (name, sql, source, type, texts, i) ORDER BY u.i));
		FOR n IN 1 .. cardinality(item.names) LOOP
			IF errors[n] IS NULL THEN
				UPDATE sqlite_mig.plan_column AS c SET default_expr = item.targets[n] WHERE (c.migration, c.source_table, c.source_name) = (mig, item.source_table, item.names[n]);
				PERFORM sqlite_mig_internal._note_findings(mig, 'default', item.source_table || '.' || item.names[n], item.source_table, item.findings[n], item.sources[n], item.targets[n]);
			END IF;
		END LOOP;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._count_computed_otherwise(migration text, source_table text, target_name text, target_type text, expression text) RETURNS bigint
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_variable
DECLARE
	found bigint;
BEGIN
	EXECUTE (SELECT format('SELECT count(*) FROM %I.%I WHERE (%s)::%s::text IS DISTINCT FROM %I::text', m.source_schema, t.target_name, expression, target_type, _count_computed_otherwise.target_name)
		FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t ON t.migration = m.migration
		WHERE m.migration = _count_computed_otherwise.migration AND t.source_name = source_table) INTO found;
	RETURN found;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_generated(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := _plan_generated.migration;
	item   record;
	n      integer;
	count  bigint;
	why    text;
	errors text[];
BEGIN
	-- tables that exist have columns of their own
	IF sqlite_mig_internal._if_exists(mig) IN ('load', 'truncate') THEN
		RETURN;
	END IF;
	FOR item IN
		SELECT t.source_name AS source_table, array_agg(c.source_name ORDER BY c.position) AS names, array_agg(c.target_name ORDER BY c.position) AS columns, array_agg(c.target_type ORDER BY c.position) AS types,
			array_agg(lower(c.generated COLLATE "C") ORDER BY c.position) AS kinds, array_agg(p.body ORDER BY c.position) AS sources, array_agg(x.translated ORDER BY c.position) AS targets, array_agg(x.findings ORDER BY c.position) AS findings
		FROM sqlite_mig.plan_table AS t
			JOIN sqlite_mig.plan_column AS c ON c.migration = t.migration AND c.source_table = t.source_name AND c.generated IS NOT NULL AND c.include
			LEFT JOIN LATERAL (SELECT min(p.body) AS body FROM sqlite_mig.parse_table(t.source_sql) AS p WHERE p.clause = 'generated' AND lower(p.column_name COLLATE "C") = lower(c.source_name COLLATE "C")) AS p ON true
			LEFT JOIN LATERAL (SELECT x.* FROM sqlite_mig_internal._catalog(mig, t.source_name) AS l (list), sqlite_mig_internal._translate_expr(p.body, 'generated', t.source_name, c.target_type, l.list) AS x) AS x ON true
		WHERE t.migration = mig AND t.include
		GROUP BY t.source_name, t.load_order ORDER BY t.load_order
	LOOP
		errors := sqlite_mig_internal._trial(mig, item.source_table, ARRAY(SELECT coalesce(format('ALTER TABLE sqlite_mig_trial DROP COLUMN %1$I, ADD COLUMN %1$I %2$s GENERATED ALWAYS AS (%3$s) STORED', u.name, u.type, u.sql), 'SELECT')
			FROM unnest(item.columns, item.types, item.targets) WITH ORDINALITY AS u (name, type, sql, i) ORDER BY u.i));
		FOR n IN 1 .. cardinality(item.names) LOOP
			why := CASE WHEN item.targets[n] IS NULL THEN 'no translation: ' || coalesce(sqlite_mig_internal._blockers(item.findings[n]), 'not understood')
				ELSE 'PostgreSQL does not take its translation: ' || errors[n] END;
			IF why IS NULL THEN
				BEGIN
					count := sqlite_mig_internal._count_computed_otherwise(mig, item.source_table, item.columns[n], item.types[n], item.targets[n]);
					why := CASE WHEN count > 0 THEN format('its translation gives other values, in rows: %s', count) END;
				EXCEPTION
					WHEN data_exception OR syntax_error_or_access_rule_violation THEN
						why := 'its translation does not give all values: ' || SQLERRM;
				END;
			END IF;
			IF why IS NULL THEN
				UPDATE sqlite_mig.plan_column AS c SET generated_expr = item.targets[n], evidence = c.evidence || jsonb_build_object('generated', item.targets[n]) WHERE (c.migration, c.source_table, c.source_name) = (mig, item.source_table, item.names[n]);
				PERFORM sqlite_mig_internal._note(mig, 'prepare', 'column', item.source_table || '.' || item.names[n], item.source_table, 'info', 'converted', 'generated',
						'is STORED, was VIRTUAL: it takes space, and may be indexed', sample => format('%s -> %s', item.sources[n], item.targets[n])) WHERE item.kinds[n] = 'virtual';
				PERFORM sqlite_mig_internal._note_findings(mig, 'column', item.source_table || '.' || item.names[n], item.source_table, item.findings[n], item.sources[n], item.targets[n]);
			ELSE
				PERFORM sqlite_mig_internal._note(mig, 'prepare', 'column', item.source_table || '.' || item.names[n], item.source_table, 'warning', 'changed', 'generated',
					format('was generated (%s), is an ordinary column with the values it has now; %s', item.kinds[n], why), sample => item.sources[n]);
			END IF;
		END LOOP;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._follow_names(migration text, source_table text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.plan_constraint AS k SET target_sql = x.translated, proposed = x.translated
		FROM sqlite_mig_internal._catalog(_follow_names.migration, _follow_names.source_table) AS c (list), sqlite_mig.plan_constraint AS o,
			LATERAL sqlite_mig_internal._translate_expr(o.source_sql, 'check', o.source_table, NULL, c.list) AS x
		WHERE o.migration = _follow_names.migration AND o.source_table = _follow_names.source_table AND o.kind = 'check' AND o.target_sql = o.proposed AND x.translated IS NOT NULL
			AND k.migration = o.migration AND k.source_table = o.source_table AND k.target_name = o.target_name;
	UPDATE sqlite_mig.plan_index AS i SET target_sql = b.body, proposed = b.body
		FROM sqlite_mig.migration AS m, sqlite_mig.plan_index AS o, LATERAL sqlite_mig_internal._index_body(m, o) AS b
		WHERE m.migration = _follow_names.migration AND o.migration = m.migration AND o.source_table = _follow_names.source_table AND o.target_sql = o.proposed AND b.body IS NOT NULL
			AND i.migration = o.migration AND i.source_name = o.source_name;
	UPDATE sqlite_mig.plan_column AS c SET generated_expr = x.translated, evidence = c.evidence || jsonb_build_object('generated', x.translated)
		FROM sqlite_mig_internal._catalog(_follow_names.migration, _follow_names.source_table) AS l (list), sqlite_mig.plan_column AS o
			JOIN sqlite_mig.plan_table AS t ON t.migration = o.migration AND t.source_name = o.source_table,
			LATERAL (SELECT min(p.body) AS body FROM sqlite_mig.parse_table(t.source_sql) AS p WHERE p.clause = 'generated' AND lower(p.column_name COLLATE "C") = lower(o.source_name COLLATE "C")) AS p,
			LATERAL sqlite_mig_internal._translate_expr(p.body, 'generated', o.source_table, o.target_type, l.list) AS x
		WHERE o.migration = _follow_names.migration AND o.source_table = _follow_names.source_table AND o.generated_expr = o.evidence ->> 'generated' AND x.translated IS NOT NULL
			AND c.migration = o.migration AND c.source_table = o.source_table AND c.source_name = o.source_name;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_renamed() RETURNS trigger
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	PERFORM sqlite_mig_internal._follow_names(NEW.migration, CASE TG_TABLE_NAME WHEN 'plan_table' THEN to_jsonb(NEW) ->> 'source_name' ELSE to_jsonb(NEW) ->> 'source_table' END);
	RETURN NULL;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._object_catalog(migration text, OUT catalog text[], OUT views text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(sqlite_mig_internal._catalog(_object_catalog.migration), '{}') || coalesce((SELECT array_agg(ARRAY[v.source_name, v.target_name, k.column_name, coalesce(v.columns[k.position], k.column_name), 'unknown', '']
					ORDER BY v.make_order, k.position)
				FROM sqlite_mig.plan_view AS v
					JOIN sqlite_mig.migration AS m ON m.migration = v.migration
					JOIN sqlite_mig.source_columns(m.server) AS k ON k.table_name = v.source_name
				WHERE v.migration = _object_catalog.migration AND d.renamed), '{}'),
			(SELECT string_agg(v.source_sql, E'\n;\n' ORDER BY v.make_order) FROM sqlite_mig.plan_view AS v WHERE v.migration = _object_catalog.migration AND NOT d.renamed)
		FROM (SELECT EXISTS (SELECT FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_view AS v USING (migration)
			WHERE m.migration = _object_catalog.migration AND (v.target_name <> v.source_name OR coalesce(m.options ->> 'names', 'preserve') <> 'preserve')) AS renamed) AS d;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._translated(migration text) RETURNS TABLE (kind text, source_name text, translated text, findings jsonb)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT o.kind, o.source_name, CASE o.kind WHEN 'view' THEN regexp_replace(t.translated, '^CREATE (OR REPLACE )?(TEMPORARY )?VIEW ("([^"]|"")*"|[^ ".]+)(\.("([^"]|"")*"|[^ ".]+))?( \(("([^"]|"")*"|[^()"])*\))? AS ', '')
			ELSE t.translated END, t.findings
		FROM sqlite_mig.migration AS m, LATERAL sqlite_mig_internal._object_catalog(m.migration) AS c, LATERAL (
				SELECT 'view' AS kind, v.source_name, v.source_sql FROM sqlite_mig.plan_view AS v WHERE v.migration = m.migration
				UNION ALL SELECT 'trigger', g.source_name, g.source_sql FROM sqlite_mig.plan_trigger AS g WHERE g.migration = m.migration) AS o,
			LATERAL (SELECT CASE WHEN count(*) = 1 THEN min(s.translated) END AS translated, CASE WHEN count(*) = 1 THEN jsonb_agg(s.findings) -> 0
					ELSE '[{"severity": "blocker", "rule": "syntax", "finding": "the text is not one statement", "advice": "Write it by hand."}]' END AS findings
				FROM sqlite_mig_internal._translate(o.source_sql, c.views, c.catalog, m.target_schema) AS s) AS t
		WHERE m.migration = _translated.migration;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._mentions(sql text, name text) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT strpos(lower(sql COLLATE "C"), lower(name COLLATE "C")) > 0
		AND lower(sql COLLATE "C") COLLATE "default" ~ ('(^|[^[:alnum:]_$])' || regexp_replace(lower(name COLLATE "C"), '([^[:alnum:]_])', '\\\1', 'g') || '($|[^[:alnum:]_$])') COLLATE "default";
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._views_below(migration text, view_name text) RETURNS TABLE (source_name text, source_sql text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH RECURSIVE below AS (
		SELECT v.source_name, v.source_sql FROM sqlite_mig.plan_view AS v WHERE v.migration = _views_below.migration AND v.source_name = _views_below.view_name
		UNION SELECT v.source_name, v.source_sql FROM below AS b JOIN sqlite_mig.plan_view AS v ON sqlite_mig_internal._mentions(b.source_sql, v.source_name)
			WHERE v.migration = _views_below.migration
	)
	SELECT b.source_name, b.source_sql FROM below AS b;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._list_objects(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan sqlite_mig.migration := sqlite_mig_internal._migration(_list_objects.migration);
BEGIN
	-- asks of all tables what is wanted of views only
	IF EXISTS (SELECT FROM sqlite_mig.source_objects(plan.server) AS o WHERE o.type = 'view') THEN
		INSERT INTO sqlite_mig.plan_view (migration, source_name, target_name, include, make_order, columns, source_sql, reason)
			SELECT plan.migration, o.name, u.target, NOT x.left_out AND s.error IS NULL, o.n,
					sqlite_mig_internal._distinct_names(ARRAY(SELECT sqlite_mig_internal._short_name(sqlite_mig_internal._styled_name(c.column_name, plan.options ->> 'names'))
						FROM sqlite_mig.source_columns(plan.server) AS c WHERE c.table_name = o.name ORDER BY c.position)), o.sql,
					CASE WHEN x.left_out THEN 'left out by the call' ELSE 'SQLite cannot read it: ' || s.error END
			FROM (SELECT a.names, sqlite_mig_internal._distinct_names(a.taken || a.targets) AS targets, cardinality(a.taken) AS offset FROM (
					SELECT array_agg(v.name ORDER BY v.n) AS names, array_agg(sqlite_mig_internal._short_name(sqlite_mig_internal._styled_name(v.name, plan.options ->> 'names')) ORDER BY v.n) AS targets,
							ARRAY(SELECT p.target_name FROM sqlite_mig.plan_table AS p WHERE p.migration = plan.migration
								UNION SELECT p.target_name FROM sqlite_mig.plan_index AS p WHERE p.migration = plan.migration
								UNION SELECT p.index_name FROM sqlite_mig.plan_search AS p WHERE p.migration = plan.migration AND p.index_name IS NOT NULL
								UNION SELECT p.target_name FROM sqlite_mig.plan_constraint AS p WHERE p.migration = plan.migration AND p.kind IN ('primary key', 'unique') ORDER BY 1) AS taken
						FROM sqlite_mig.source_objects(plan.server) WITH ORDINALITY AS v (type, name, table_name, sql, n) WHERE v.type = 'view') AS a) AS k,
				LATERAL unnest(k.names, k.targets[k.offset + 1 : ]) AS u (name, target)
				JOIN sqlite_mig.source_objects(plan.server) WITH ORDINALITY AS o (type, name, table_name, sql, n) ON o.type = 'view' AND o.name = u.name
				LEFT JOIN sqlite_mig.source_tables(plan.server) AS s ON s.table_name = o.name
				CROSS JOIN LATERAL sqlite_mig_internal._left_out(plan, o.name) AS x (left_out);
	END IF;
	INSERT INTO sqlite_mig.plan_trigger (migration, source_name, source_table, include, source_sql, reason)
		SELECT plan.migration, o.name, o.table_name, b.reason IS NULL, o.sql, b.reason
		FROM sqlite_mig.source_objects(plan.server) AS o,
			-- the trigger of a table or view that is left out needs no decision of its own
			LATERAL (SELECT CASE WHEN sqlite_mig_internal._left_out(plan, o.table_name) THEN 'left out by the call' END) AS b (reason)
		WHERE o.type = 'trigger' AND NOT sqlite_mig_internal._is_capture(o.name);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._order_objects(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig     constant text := _order_objects.migration;
	waiting text[] := ARRAY(SELECT v.source_name FROM sqlite_mig.plan_view AS v WHERE v.migration = mig ORDER BY v.make_order);
	ready   text[];
	done    integer := 0;
	absent  text[] := ARRAY(SELECT t.source_name FROM sqlite_mig.plan_table AS t WHERE t.migration = mig AND NOT t.include AND t.kind <> 'shadow'
		UNION SELECT v.source_name FROM sqlite_mig.plan_view AS v WHERE v.migration = mig AND NOT v.include);
BEGIN
	WHILE cardinality(absent) > 0 LOOP
		WITH gone AS (
			UPDATE sqlite_mig.plan_view AS v SET include = false, reason = format('rests on "%s", which is not carried over', a.name)
				FROM unnest(absent) AS a (name) WHERE v.migration = mig AND v.include AND sqlite_mig_internal._mentions(v.source_sql, a.name) RETURNING v.source_name
		)
		SELECT array_agg(g.source_name) INTO ready FROM gone AS g;
		UPDATE sqlite_mig.plan_trigger AS t SET include = false, reason = format('rests on "%s", which is not carried over', a.name)
			FROM unnest(absent) AS a (name) WHERE t.migration = mig AND t.include AND sqlite_mig_internal._mentions(t.source_sql, a.name);
		absent := ready;
	END LOOP;
	WHILE cardinality(waiting) > 0 LOOP
		ready := ARRAY(SELECT v.source_name FROM sqlite_mig.plan_view AS v WHERE v.migration = mig AND v.source_name = ANY (waiting)
			AND NOT EXISTS (SELECT FROM unnest(waiting) AS w (name) WHERE w.name <> v.source_name AND sqlite_mig_internal._mentions(v.source_sql, w.name)) ORDER BY v.make_order);
		-- words that go round in a circle are no references, all of them: SQLite's order then
		IF cardinality(ready) = 0 THEN
			ready := waiting;
		END IF;
		UPDATE sqlite_mig.plan_view AS v SET make_order = done + r.n FROM unnest(ready) WITH ORDINALITY AS r (name, n) WHERE v.migration = mig AND v.source_name = r.name;
		done := done + cardinality(ready);
		waiting := ARRAY(SELECT w.name FROM unnest(waiting) WITH ORDINALITY AS w (name, n) WHERE w.name <> ALL (ready) ORDER BY w.n);
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_objects(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan     sqlite_mig.migration := sqlite_mig_internal._migration(_plan_objects.migration);
	beside   constant text := CASE WHEN sqlite_mig_internal._if_exists(plan.migration) IN ('load', 'truncate') THEN 'is not made beside tables that exist' END;
	item     record;
BEGIN
	PERFORM sqlite_mig_internal._plan_info(plan);
	PERFORM sqlite_mig_internal._list_objects(plan.migration);
	IF NOT EXISTS (SELECT FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration UNION ALL SELECT FROM sqlite_mig.plan_trigger AS t WHERE t.migration = plan.migration) THEN
		RETURN;
	END IF;
	PERFORM sqlite_mig_internal._leave_out_search_triggers(plan.migration);
	PERFORM sqlite_mig_internal._leave_out_spatial_objects(plan);
	PERFORM sqlite_mig_internal._order_objects(plan.migration);
	FOR item IN SELECT t.*, x.blockers FROM sqlite_mig_internal._translated(plan.migration) AS t,
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
		PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', item.kind, item.source_name, o.source_table, f ->> 'severity',
				CASE f ->> 'severity' WHEN 'info' THEN 'converted' ELSE 'changed' END, f ->> 'rule', format('%s: %s', f ->> 'finding', f ->> 'advice'), count(*))
			FROM jsonb_array_elements(item.findings) AS f, (
				SELECT 'view' AS kind, v.source_name, NULL::text AS source_table, v.include FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration
				UNION ALL SELECT 'trigger', t.source_name, t.source_table, t.include FROM sqlite_mig.plan_trigger AS t WHERE t.migration = plan.migration) AS o
			WHERE o.kind = item.kind AND o.source_name = item.source_name AND o.include
			GROUP BY o.source_table, f ->> 'severity', f ->> 'rule', f ->> 'finding', f ->> 'advice' ORDER BY f ->> 'rule', f ->> 'finding';
	END LOOP;
	-- a view that cannot be made takes those over it along
	PERFORM sqlite_mig_internal._order_objects(plan.migration);
	PERFORM sqlite_mig_internal._note_objects(plan);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._note_objects(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'view', v.source_name, NULL, 'info', 'converted', 'name', format('is called "%s"', v.target_name))
		FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration AND v.include AND v.target_name <> v.source_name ORDER BY v.make_order;
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.phase = 'prepare' AND e.effect IN ('converted', 'changed')
		AND (e.object_kind = 'view' AND e.object_name IN (SELECT v.source_name FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration AND NOT v.include)
			OR e.object_kind = 'trigger' AND e.object_name IN (SELECT t.source_name FROM sqlite_mig.plan_trigger AS t WHERE t.migration = plan.migration AND NOT t.include));
	PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'view', v.source_name, NULL, CASE WHEN k.rule IS NULL THEN 'warning' ELSE 'info' END, CASE WHEN k.rule IS NULL THEN 'skipped' ELSE 'converted' END,
			coalesce(k.rule, 'view'), v.reason, sample => v.source_sql,
			accepted => sqlite_mig_internal._left_out(plan, v.source_name) OR EXISTS (SELECT FROM sqlite_mig.plan_table AS p
				JOIN sqlite_mig_internal._views_below(plan.migration, v.source_name) AS b ON sqlite_mig_internal._mentions(b.source_sql, p.source_name)
				WHERE p.migration = plan.migration AND sqlite_mig_internal._left_out(plan, p.source_name)))
		FROM sqlite_mig.plan_view AS v, LATERAL (SELECT sqlite_mig_internal._needless(v.reason) AS rule) AS k WHERE v.migration = plan.migration AND NOT v.include ORDER BY v.make_order;
	PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'trigger', t.source_name, t.source_table, x.severity, x.effect, x.rule, t.reason, sample => t.source_sql,
			accepted => sqlite_mig_internal._left_out(plan, t.source_table) OR EXISTS (SELECT FROM sqlite_mig.plan_table AS p
				WHERE p.migration = plan.migration AND lower(p.source_name COLLATE "C") = lower(t.source_table COLLATE "C") AND NOT p.include))
		FROM sqlite_mig.plan_trigger AS t, LATERAL (SELECT sqlite_mig_internal._needless(t.reason) AS rule) AS k,
			LATERAL (SELECT CASE WHEN k.rule IS NULL THEN 'warning' ELSE 'info' END AS severity, CASE WHEN k.rule IS NULL THEN 'skipped' ELSE 'converted' END AS effect,
				coalesce(k.rule, 'trigger') AS rule) AS x
		WHERE t.migration = plan.migration AND NOT t.include ORDER BY t.source_table, t.source_name;
	PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'trigger', '_sqlite_mig_*', NULL, 'info', 'converted', 'capture', format('triggers of capture_install and cutover, and not of the application: %s', count(*)))
		FROM sqlite_mig.source_objects(plan.server) AS o WHERE o.type = 'trigger' AND sqlite_mig_internal._is_capture(o.name) HAVING count(*) > 0;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_info(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'database', n.name, NULL, 'info', 'converted', n.name,
			CASE WHEN n.name = 'application_id' AND n.value IN (1196444487, 1196437808, 1196437809) THEN format('is %s in the file: a GeoPackage', n.value)
				WHEN n.name = 'application_id' AND n.value = 1297105496 THEN format('is %s in the file: MBTiles', n.value)
				ELSE format('is %s in the file; an application that reads it wants a table for it', n.value) END)
		FROM sqlite_mig.source_info(plan.server) AS i, LATERAL (VALUES ('user_version', i.user_version::bigint), ('application_id', i.application_id)) AS n (name, value)
		WHERE n.value <> 0;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sample_limit() RETURNS bigint
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT 10000;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sample_limit() IS 'internal: rows on which expressions are compared';
CREATE TYPE sqlite_mig_internal._probe AS (
	kind       text,
	name       text,
	part       text,
	original   text,
	translated text,
	type       text
);
COMMENT ON TYPE sqlite_mig_internal._probe IS 'internal: an expression of an object of the plan, for SQLite and for PostgreSQL; part is what of the object it is';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._index_probes(migration text, source_table text) RETURNS SETOF sqlite_mig_internal._probe
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := _index_probes.migration;
	server constant text := (sqlite_mig_internal._migration(mig)).server;
	found  sqlite_mig_internal._probe[] := '{}';
	item   record;
BEGIN
	BEGIN
		EXECUTE (SELECT format('CREATE TEMPORARY TABLE sqlite_mig_trial (%s)', string_agg(format('%I %s%s', c.target_name, c.target_type, ' COLLATE ' || o.name), ', ' ORDER BY c.position))
			FROM sqlite_mig.plan_column AS c, LATERAL (SELECT CASE WHEN c.target_collation LIKE 'pg_catalog.%' THEN c.target_collation END AS name) AS o
			WHERE c.migration = mig AND c.source_table = _index_probes.source_table AND c.include);
		FOR item IN SELECT i.source_name, i.is_unique, i.target_sql, t.terms, t.condition, s.collations
				FROM sqlite_mig.plan_index AS i JOIN sqlite_mig.source_indexes(server, _index_probes.source_table) AS s ON s.index_name = i.source_name, LATERAL sqlite_mig_internal._index_terms(i.source_sql) AS t
				WHERE i.migration = mig AND i.source_table = _index_probes.source_table AND i.include AND i.target_sql IS NOT NULL ORDER BY i.source_name COLLATE "C" LOOP
			EXECUTE format('CREATE INDEX sqlite_mig_trial_index ON sqlite_mig_trial %s', item.target_sql);
			found := found || ARRAY(
				-- an expression that is compared with a collation is made what the collation makes of it
				SELECT ROW('index', item.source_name, item.terms[k.n], format(CASE upper(item.collations[k.n] COLLATE "C") WHEN 'NOCASE' THEN E'lower(%s\n)' WHEN 'RTRIM' THEN E'rtrim(%s\n)' ELSE E'(%s\n)' END, item.terms[k.n]),
						pg_get_indexdef(x.indexrelid, k.n::integer, true), format_type(a.atttypid, a.atttypmod))::sqlite_mig_internal._probe
					FROM pg_index AS x CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k (attnum, n) JOIN pg_attribute AS a ON a.attrelid = x.indexrelid AND a.attnum = k.n
					WHERE x.indexrelid = to_regclass('pg_temp.sqlite_mig_trial_index') AND k.attnum = 0 AND cardinality(item.terms) = x.indnatts
				UNION ALL SELECT ROW('index', item.source_name, 'condition', format(E'CASE WHEN (%s\n) THEN 1 ELSE 0 END', item.condition), format('(%s) IS TRUE', pg_get_expr(x.indpred, x.indrelid)), 'boolean')::sqlite_mig_internal._probe
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
COMMENT ON FUNCTION sqlite_mig_internal._index_probes(text, text) IS 'internal: expressions and conditions of the indexes of a table';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sample_query(plan sqlite_mig.migration, source_table text, columns text[], probes sqlite_mig_internal._probe[]) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT format(CASE WHEN t.rows <= n.most OR s.rowid_name IS NULL THEN 'SELECT %1$s FROM %2$s LIMIT %3$s' ELSE 'SELECT * FROM (SELECT %1$s FROM %2$s LIMIT %4$s) UNION ALL SELECT * FROM (SELECT %1$s FROM %2$s ORDER BY %5$s DESC LIMIT %4$s)' END,
			concat_ws(', ', (SELECT string_agg(q.quoted, ', ' ORDER BY c.n) FROM unnest(_sample_query.columns) WITH ORDINALITY AS c (name, n), LATERAL sqlite_mig_internal._sqlite_name(c.name) AS q (quoted)),
				(SELECT string_agg(format('%s AS sqlite_mig_%s', p.original, p.n), ', ' ORDER BY p.n) FROM unnest(_sample_query.probes) WITH ORDINALITY AS p (kind, name, part, original, translated, type, n))),
			'main.' || sqlite_mig_internal._sqlite_name(t.source_name), n.most, n.most / 2, s.rowid_name)
		FROM sqlite_mig.plan_table AS t CROSS JOIN (SELECT sqlite_mig_internal._sample_limit() AS most) AS n
			-- (asked for all tables, so only where it is needed)
			CROSS JOIN LATERAL (SELECT CASE WHEN (t.rows <= n.most) IS NOT TRUE THEN (SELECT o.rowid_name FROM sqlite_mig.source_tables((plan).server) AS o WHERE o.table_name = t.source_name) END AS rowid_name) AS s
		WHERE t.migration = (plan).migration AND t.source_name = _sample_query.source_table;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sample_query(sqlite_mig.migration, text, text[], sqlite_mig_internal._probe[]) IS 'internal: query of SQLite for rows and the values of expressions';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._run_probes(plan sqlite_mig.migration, source_table text, probes sqlite_mig_internal._probe[], OUT findings text[], OUT error text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_variable
DECLARE
	spare constant text := format('%I.%I', (plan).source_schema, sqlite_mig_internal._short_name('sqlite_mig_sample_' || source_table));
	zone  constant text := sqlite_mig_internal._source_zone((plan).migration);
	-- what is not mentioned is not read
	wanted constant sqlite_mig.plan_column[] := ARRAY(SELECT c FROM sqlite_mig.plan_column AS c WHERE c.migration = (plan).migration AND c.source_table = _run_probes.source_table AND c.include
		AND EXISTS (SELECT FROM unnest(probes) AS p WHERE strpos(lower(p.translated COLLATE "C"), lower(c.target_name COLLATE "C")) > 0) ORDER BY c.position);
	detail text;
BEGIN
	EXECUTE format('CREATE FOREIGN TABLE %s (%s) SERVER %I OPTIONS (query %L)', spare, concat_ws(', ',
			(SELECT string_agg(format('%I %s OPTIONS (column_name %L%s)', c.target_name, c.target_type, c.source_name, concat(', format ' || quote_literal(c.format), ', time_zone ' || quote_literal(c.time_zone),
				CASE WHEN c.empty_as_null THEN ', empty_as_null ''true''' END, ', on_error ' || quote_literal(c.on_error))), ', ' ORDER BY c.position) FROM unnest(wanted) AS c),
			(SELECT string_agg(format('sqlite_mig_%s %s%s', p.n, p.type, CASE WHEN p.type ~ '^(text|character varying)' THEN ' OPTIONS (format ''any'')' WHEN p.type ~ '^timestamp' THEN format(' OPTIONS (time_zone %L)', zone) END), ', ' ORDER BY p.n)
				FROM unnest(probes) WITH ORDINALITY AS p (kind, name, part, original, translated, type, n))),
		(plan).server, sqlite_mig_internal._sample_query(plan, source_table, ARRAY(SELECT c.source_name FROM unnest(wanted) AS c ORDER BY c.position), probes));
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
COMMENT ON FUNCTION sqlite_mig_internal._run_probes(sqlite_mig.migration, text, sqlite_mig_internal._probe[]) IS 'internal: evaluates expressions on both sides';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._settle_difference(migration text, source_table text, probe sqlite_mig_internal._probe, finding text) RETURNS void
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
	PERFORM sqlite_mig_internal._note(mig, 'prepare', (probe).kind, name, source_table, CASE WHEN decides THEN 'warning' ELSE 'info' END, CASE WHEN decides THEN 'skipped' ELSE 'converted' END, 'other values',
		said || CASE WHEN decides THEN '' ELSE '; it is made, for it serves queries that say the same as PostgreSQL' END, sample => format('%s -> %s', source, target));
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._settle_difference(text, text, sqlite_mig_internal._probe, text) IS 'internal: what becomes of an expression that differs';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_samples(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_variable
DECLARE
	plan    constant sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	item    record;
	probes  sqlite_mig_internal._probe[];
	found   record;
	alone   record;
BEGIN
	IF sqlite_mig_internal._if_exists(plan.migration) IN ('load', 'truncate') THEN
		RETURN;
	END IF;
	FOR item IN SELECT t.source_name FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.include AND t.rows IS DISTINCT FROM 0 AND (
			-- IN, which is hashed: each table of a plan without statistics would go through all constraints and indexes
			t.source_name IN (SELECT k.source_table FROM sqlite_mig.plan_constraint AS k WHERE k.migration = plan.migration AND k.kind = 'check' AND k.include)
			OR t.source_name IN (SELECT i.source_table FROM sqlite_mig.plan_index AS i WHERE i.migration = plan.migration AND i.include AND i.target_sql IS NOT NULL AND i.source_sql IS NOT NULL)) ORDER BY t.load_order LOOP
		probes := ARRAY(
			SELECT ROW('check', k.target_name, 'condition', format(E'CASE WHEN NOT (%s\n) THEN 0 ELSE 1 END', k.source_sql), format('(%s) IS NOT FALSE', k.target_sql), 'boolean')::sqlite_mig_internal._probe
				FROM sqlite_mig.plan_constraint AS k WHERE k.migration = plan.migration AND k.source_table = item.source_name AND k.kind = 'check' AND k.include
			UNION ALL SELECT p FROM sqlite_mig_internal._index_probes(plan.migration, item.source_name) AS p);
		CONTINUE WHEN cardinality(probes) = 0;
		SELECT r.* INTO found FROM sqlite_mig_internal._run_probes(plan, item.source_name, probes) AS r;
		FOR n IN 1 .. cardinality(probes) LOOP
			SELECT found.findings[n] AS finding, found.error INTO alone;
			IF found.error IS NOT NULL AND cardinality(probes) > 1 THEN
				SELECT r.findings[1] AS finding, r.error INTO alone FROM sqlite_mig_internal._run_probes(plan, item.source_name, probes[n : n]) AS r;
			END IF;
			IF alone.error IS NOT NULL THEN
				PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', (probes[n]).kind, (probes[n]).name, item.source_name, 'warning', 'guessed', 'other values',
					format('its %s could not be compared with SQLite: %s', (probes[n]).part, alone.error), sample => (probes[n]).translated);
			ELSIF alone.finding IS NOT NULL THEN
				PERFORM sqlite_mig_internal._settle_difference(plan.migration, item.source_name, probes[n], alone.finding);
			END IF;
		END LOOP;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_samples(text) IS 'internal: compares checks, conditions and expressions of indexes on rows of the source';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._module(sql text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT lower(v.name COLLATE "C") FROM sqlite_mig_internal._virtual_table(_module.sql) AS v WHERE v.place = 0;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._is_search(sql text) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT coalesce(sqlite_mig_internal._module(_is_search.sql) IN ('fts3', 'fts4', 'fts5'), false);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._virtual_option(sql text, name text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT coalesce(v.value, v.rest, '') FROM sqlite_mig_internal._virtual_table(_virtual_option.sql) AS v
		WHERE v.place > 0 AND lower(v.name COLLATE "C") = _virtual_option.name AND (v.value IS NOT NULL OR v.name = 'tokenize' AND sqlite_mig_internal._module(_virtual_option.sql) <> 'fts5')
		ORDER BY v.place DESC LIMIT 1;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._search_config(tokenizer text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE (regexp_match(lower(_search_config.tokenizer COLLATE "C"), '^\W*(\w*)'))[1] WHEN 'porter' THEN 'english' WHEN 'trigram' THEN 'trigram' ELSE 'simple' END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._contentless_advice(sql text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT format('is contentless: the file has an index of words, but no texts. To the table that has the texts, whose keys are the rowids of this one: '
			'ALTER TABLE ... ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector(%1$L, %2$s)) STORED; CREATE INDEX ON ... USING gin (search); and MATCH is search @@ websearch_to_tsquery(%1$L, ...)',
			CASE k.config WHEN 'trigram' THEN 'simple' ELSE k.config END,
			(SELECT string_agg(format('coalesce(%I, '''')', v.name), ' || '' '' || ' ORDER BY v.place) FROM sqlite_mig_internal._virtual_table(_contentless_advice.sql) AS v
				WHERE v.place > 0 AND v.value IS NULL AND v.name IS NOT NULL AND lower(coalesce(v.rest, '') COLLATE "C") !~ 'unindexed' AND lower(v.name COLLATE "C") <> 'tokenize'))
		FROM (SELECT sqlite_mig_internal._search_config(coalesce(sqlite_mig_internal._virtual_option(_contentless_advice.sql, 'tokenize'), '')) AS config) AS k;
END;
COMMENT ON FUNCTION sqlite_mig_internal._contentless_advice(text) IS 'internal: what to do about a contentless full-text table';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._virtual_obstacle(plan sqlite_mig.migration, sql text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE
		WHEN (plan).options ->> 'if_exists' IN ('load', 'truncate') THEN 'is a virtual table, which is not loaded into tables that exist'
		WHEN sqlite_mig_internal._is_search(_virtual_obstacle.sql) AND sqlite_mig_internal._virtual_option(_virtual_obstacle.sql, 'content') = ''
			THEN sqlite_mig_internal._contentless_advice(_virtual_obstacle.sql)
		WHEN sqlite_mig_internal._is_search(_virtual_obstacle.sql) OR m.module IN ('rtree', 'rtree_i32', 'geopoly') THEN NULL
		ELSE format('is a virtual table of module %s, which PostgreSQL does not have', coalesce(m.module, 'unknown')) END
		FROM (SELECT sqlite_mig_internal._module(_virtual_obstacle.sql) AS module) AS m;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._searched_columns(server text, table_name text, sql text) RETURNS text[]
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT array_agg(c.column_name ORDER BY c.position) FROM sqlite_mig.source_columns(_searched_columns.server) AS c
		WHERE c.table_name = _searched_columns.table_name
			AND NOT EXISTS (SELECT FROM sqlite_mig_internal._virtual_table(_searched_columns.sql) AS v WHERE CASE sqlite_mig_internal._module(_searched_columns.sql)
				WHEN 'fts5' THEN v.value IS NULL AND lower(v.name COLLATE "C") = lower(c.column_name COLLATE "C") AND v.rest ~* '\munindexed\M' COLLATE "C"
				ELSE lower(v.name COLLATE "C") = 'notindexed' AND lower(v.value COLLATE "C") = lower(c.column_name COLLATE "C") END);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._search_weights(ranks numeric[], n integer) RETURNS "char"[]
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT array_agg(CASE WHEN _search_weights.n = 1 THEN 'D' ELSE substr('ABCD', least(w.place, 4)::integer, 1) END::"char" ORDER BY w.i)
		FROM (SELECT i, CASE WHEN ranks IS NULL THEN i ELSE dense_rank() OVER (ORDER BY ranks[i] DESC) END AS place FROM generate_series(1, _search_weights.n) AS i) AS w;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._bm25_weights(server text, table_name text, sql text) RETURNS numeric[]
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	given text;
BEGIN
	IF sqlite_mig_internal._module(sql) = 'fts5' THEN
		given := (regexp_match(sqlite_mig_internal._source_value(server, format('(SELECT v FROM "%s" WHERE k = ''rank'')', replace(table_name || '_config', '"', '""'))), 'bm25\(([-+0-9., ]+)\)'))[1];
	END IF;
	RETURN string_to_array(replace(given, ' ', ''), ',')::numeric[];
EXCEPTION
	-- a table of that name is SQLite's own affair, and may have been damaged
	WHEN fdw_error OR data_exception OR undefined_table OR undefined_column THEN
		RETURN NULL;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_search(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig constant text := (plan).migration;
BEGIN
	INSERT INTO sqlite_mig.plan_search (migration, source_name, source_table, include, columns, weights, config, tokenizer)
		SELECT mig, t.source_name, coalesce(o.source_table, t.source_name), true, coalesce(o.columns, s.columns),
				sqlite_mig_internal._search_weights((SELECT array_agg(r.rank ORDER BY r.n) FROM unnest(sqlite_mig_internal._bm25_weights((plan).server, t.source_name, t.source_sql)) WITH ORDINALITY AS r (rank, n)
					WHERE (SELECT array_agg(c.column_name ORDER BY c.position) FROM sqlite_mig.source_columns((plan).server) AS c WHERE c.table_name = t.source_name)[r.n] = ANY (s.columns)),
					cardinality(s.columns)),
				coalesce((plan).options ->> 'text_search_config', sqlite_mig_internal._search_config(k.tokenizer)), k.tokenizer
		FROM sqlite_mig.plan_table AS t,
			LATERAL (SELECT coalesce(nullif(sqlite_mig_internal._virtual_option(t.source_sql, 'tokenize'), ''), CASE sqlite_mig_internal._module(t.source_sql) WHEN 'fts5' THEN 'unicode61' ELSE 'simple' END) AS tokenizer) AS k,
			LATERAL (SELECT sqlite_mig_internal._searched_columns((plan).server, t.source_name, t.source_sql) AS columns) AS s
			LEFT JOIN LATERAL (SELECT p.source_name AS source_table, array_agg(c.column_name ORDER BY u.n) AS columns
				FROM sqlite_mig.plan_table AS p CROSS JOIN LATERAL unnest(s.columns) WITH ORDINALITY AS u (name, n)
					JOIN sqlite_mig.source_columns((plan).server) AS c ON c.table_name = p.source_name AND lower(c.column_name COLLATE "C") = lower(u.name COLLATE "C")
				WHERE p.migration = mig AND p.include AND p.kind = 'table' AND lower(p.source_name COLLATE "C") = lower(sqlite_mig_internal._virtual_option(t.source_sql, 'content') COLLATE "C")
				GROUP BY p.source_name HAVING count(*) = cardinality(s.columns)) AS o ON true
		WHERE t.migration = mig AND t.include AND t.kind = 'virtual' AND sqlite_mig_internal._is_search(t.source_sql) AND s.columns IS NOT NULL;
	UPDATE sqlite_mig.plan_table AS t SET include = false, reason = format('has the texts of "%s", where they are searched', s.source_table)
		FROM sqlite_mig.plan_search AS s WHERE s.migration = mig AND t.migration = mig AND t.source_name = s.source_name AND s.source_table <> s.source_name;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_virtual_keys(plan sqlite_mig.migration) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO sqlite_mig.plan_column (migration, source_table, source_name, position, target_name, declared_type, target_type, not_null, identity, primary_key, confidence, reason)
		SELECT t.migration, t.source_name, k.name, 0, k.name, 'INTEGER', 'bigint', true, CASE WHEN ((plan).options ->> 'serial')::boolean THEN 'serial' ELSE coalesce((plan).options ->> 'identity', 'by default') END,
				1, 1, 'rowid of the full-text table'
			FROM sqlite_mig.plan_table AS t, LATERAL (SELECT CASE sqlite_mig_internal._module(t.source_sql) WHEN 'fts5' THEN 'rowid' ELSE 'docid' END AS name) AS k
			WHERE t.migration = (plan).migration AND t.include AND t.kind = 'virtual' AND sqlite_mig_internal._is_search(t.source_sql);
	UPDATE sqlite_mig.plan_column AS c SET target_type = 'bigint', not_null = true, primary_key = 1, confidence = 1, reason = 'id of the R-Tree',
			identity = CASE WHEN ((plan).options ->> 'serial')::boolean THEN 'serial' ELSE coalesce((plan).options ->> 'identity', 'by default') END
		FROM sqlite_mig.plan_table AS t
		WHERE t.migration = (plan).migration AND t.include AND t.kind = 'virtual' AND sqlite_mig_internal._module(t.source_sql) IN ('rtree', 'rtree_i32')
			AND c.migration = t.migration AND c.source_table = t.source_name AND c.position = 1;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_search_types(migration text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.plan_column AS c SET target_type = f.type, format = f.format, reason = 'is searched as text',
			evidence = c.evidence - 'rule' || jsonb_build_object('proposed', concat_ws('/', f.type, f.format), 'against', '[]'::jsonb)
		FROM sqlite_mig.plan_search AS s, sqlite_mig.plan_column AS p,
			LATERAL (SELECT p.target_type ~ '^(text|varchar|bytea)' AS is_text,
				NOT coalesce(p.evidence ? 'rows', false) OR (p.evidence ->> 'texts')::bigint < (p.evidence ->> 'rows')::bigint - (p.evidence ->> 'nulls')::bigint AS mixed) AS k,
			LATERAL (SELECT CASE WHEN k.is_text THEN p.target_type ELSE 'text' END AS type, CASE WHEN k.is_text THEN p.format WHEN k.mixed THEN 'any' END AS format) AS f
		WHERE s.migration = _plan_search_types.migration AND s.source_table = s.source_name AND p.migration = s.migration AND p.source_table = s.source_name
			AND p.source_name = ANY (s.columns) AND c.migration = p.migration AND c.source_table = p.source_table AND c.source_name = p.source_name;
	-- a rowid was not counted, and needs no proof
	UPDATE sqlite_mig.plan_column AS c SET evidence = '{"complete": true, "nulls": 0, "keyed": true, "proposed": "bigint"}'
		FROM sqlite_mig.plan_table AS t
		WHERE c.migration = _plan_search_types.migration AND t.migration = c.migration AND t.source_name = c.source_table AND t.kind = 'virtual' AND c.position = 0;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._trigram_class() RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT format('%I.%I', n.nspname, o.opcname) FROM pg_opclass AS o JOIN pg_namespace AS n ON n.oid = o.opcnamespace JOIN pg_am AS a ON a.oid = o.opcmethod
		WHERE o.opcname = 'gin_trgm_ops' AND a.amname = 'gin' ORDER BY o.oid LIMIT 1;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._search_columns(migration text) RETURNS TABLE (source_name text, source_table text, column_name text, index_name text, expression text, trigrams text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT s.source_name, s.source_table, CASE WHEN s.config <> 'trigram' THEN s.column_name END, s.index_name, CASE WHEN s.config <> 'trigram' THEN coalesce(s.expression, x.vector) END,
			CASE WHEN s.config = 'trigram' THEN x.trigrams END
		FROM sqlite_mig.plan_search AS s, LATERAL (
			SELECT CASE WHEN count(c.source_name) = count(*) THEN string_agg(format(CASE WHEN cardinality(s.columns) = 1 AND s.weights[1] = 'D' THEN 'to_tsvector(%1$L, %2$s)' ELSE 'setweight(to_tsvector(%1$L, %2$s), %3$L)' END,
						s.config, v.text, s.weights[u.n]), ' || ' ORDER BY u.n) END AS vector,
					CASE WHEN count(c.source_name) = count(*) THEN string_agg(quote_ident(c.target_name) || ' ' || sqlite_mig_internal._trigram_class(), ', ' ORDER BY u.n) END AS trigrams
				FROM unnest(s.columns) WITH ORDINALITY AS u (name, n)
					LEFT JOIN sqlite_mig.plan_column AS c ON c.migration = s.migration AND c.source_table = s.source_table AND c.source_name = u.name AND c.include,
					LATERAL (SELECT CASE WHEN c.source_name IS NOT NULL THEN format(CASE WHEN s.max_chars IS NULL THEN 'coalesce(%1$I%2$s, '''')' ELSE 'left(coalesce(%1$I%2$s, ''''), %3$s)' END,
						c.target_name, CASE WHEN c.target_type ~ '^(text|varchar)' THEN '' ELSE '::text' END, s.max_chars) END AS text) AS v) AS x
		WHERE s.migration = _search_columns.migration AND s.include AND s.index_name IS NOT NULL
			AND CASE s.config WHEN 'trigram' THEN x.trigrams IS NOT NULL AND sqlite_mig_internal._trigram_class() IS NOT NULL ELSE coalesce(s.expression, x.vector) IS NOT NULL AND s.column_name IS NOT NULL END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._search_help(s sqlite_mig.plan_search) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT format('MATCH ''a b'' is %1$I @@ websearch_to_tsquery(%2$L, ''a b''), which takes "a phrase", or, -without; MATCH ''a*'' is %1$I @@ to_tsquery(%2$L, ''a:*''), '
			'NEAR(a b, 5) is to_tsquery(%2$L, ''a <5> b'')%3$s; ORDER BY rank or bm25() is ORDER BY ts_rank_cd(%1$I, query) DESC; snippet() and highlight() are ts_headline(%2$L, text, query)',
			(s).column_name, (s).config, (SELECT format(', %s: a is to_tsquery(%L, ''a:%s'')', (s).columns[1], (s).config, (s).weights[1]) WHERE cardinality((s).columns) > 1));
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._search_finding(s sqlite_mig.plan_search, module text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN (s).source_name = (s).source_table THEN format('%s table, is an ordinary table with its rows', upper(_search_finding.module COLLATE "C"))
			ELSE format('%s table without texts of its own', upper(_search_finding.module COLLATE "C")) END
		|| CASE WHEN NOT (s).include THEN ', which are not searched: ' || (s).reason
			WHEN (s).config = 'trigram' THEN format('; parts of words are found by an index of trigrams on "%s" (%s): MATCH ''abc'' is %s ILIKE ''%%abc%%''', (s).source_table, array_to_string((s).columns, ', '), (s).columns[1])
			ELSE format('; column "%s" of "%s", with a GIN index, has its words as the configuration %s makes them%s. %s', (s).column_name, (s).source_table, (s).config,
				CASE WHEN (s).tokenizer ~* '^\W*porter' COLLATE "C" THEN ' (which leaves out words such as "the")'
					WHEN (s).tokenizer ~* '^\W*(unicode61|icu)' COLLATE "C" THEN ' (which tells accented letters from others: the extension unaccent may be part of a configuration of your own)' ELSE '' END,
				sqlite_mig_internal._search_help(s)) END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_search_columns(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig  constant text := _plan_search_columns.migration;
	item sqlite_mig.plan_search;
	made record;
	why  text;
BEGIN
	FOR item IN SELECT s.* FROM sqlite_mig.plan_search AS s JOIN sqlite_mig.plan_table AS t ON t.migration = s.migration AND t.source_name = s.source_table AND t.include
			WHERE s.migration = mig ORDER BY t.load_order, s.source_name LOOP
		item.column_name := 'search';
		FOR n IN 2 .. 1600 LOOP
			EXIT WHEN NOT EXISTS (SELECT FROM sqlite_mig.plan_column AS c WHERE c.migration = mig AND c.source_table = item.source_table AND lower(c.target_name COLLATE "C") = lower(item.column_name COLLATE "C")
				UNION ALL SELECT FROM sqlite_mig.plan_search AS s WHERE s.migration = mig AND s.source_table = item.source_table AND s.column_name = item.column_name);
			item.column_name := 'search_' || n;
		END LOOP;
		item.index_name := sqlite_mig_internal._free_name(mig, concat_ws('_', (SELECT t.target_name FROM sqlite_mig.plan_table AS t WHERE t.migration = mig AND t.source_name = item.source_table),
			item.column_name, 'idx'));
		-- words of three letters, each once, need twice their bytes
		SELECT CASE WHEN sum(coalesce((c.evidence ->> 'max_bytes')::bigint, 0)) > 500000 THEN 100000 / count(*) END INTO item.max_chars FROM sqlite_mig.plan_column AS c
			WHERE c.migration = mig AND c.source_table = item.source_table AND c.source_name = ANY (item.columns);
		UPDATE sqlite_mig.plan_search AS s SET column_name = item.column_name, index_name = item.index_name, max_chars = item.max_chars WHERE s.migration = mig AND s.source_name = item.source_name;
		SELECT c.* INTO made FROM sqlite_mig_internal._search_columns(mig) AS c WHERE c.source_name = item.source_name;
		why := CASE WHEN NOT FOUND AND item.config = 'trigram' THEN format('the tokenizer trigram finds parts of words, which is the work of the extension pg_trgm. With CREATE EXTENSION pg_trgm before prepare an index of trigrams is made on %s',
				array_to_string(item.columns, ', '))
			WHEN NOT FOUND THEN 'a column of it is not in the plan'
			WHEN made.expression IS NOT NULL THEN sqlite_mig_internal._search_error(mig, item.source_table, made.column_name, made.expression) END;
		UPDATE sqlite_mig.plan_search AS s SET include = why IS NULL, reason = why WHERE s.migration = mig AND s.source_name = item.source_name RETURNING s.* INTO item;
		PERFORM sqlite_mig_internal._note_search(item);
	END LOOP;
	PERFORM sqlite_mig_internal._note_rtree(mig);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._search_error(migration text, source_table text, column_name text, expression text) RETURNS text
	LANGUAGE sql
BEGIN ATOMIC
	SELECT (sqlite_mig_internal._trial(_search_error.migration, _search_error.source_table,
		ARRAY[format('ALTER TABLE sqlite_mig_trial ADD COLUMN %I tsvector GENERATED ALWAYS AS (%s) STORED', _search_error.column_name, _search_error.expression)]))[1];
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._note_search(s sqlite_mig.plan_search) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM sqlite_mig_internal._note(t.migration, 'prepare', 'virtual table', t.source_name, t.source_name, 'warning', n.effect, n.rule, n.detail, sample => t.source_sql)
		FROM sqlite_mig.plan_table AS t, LATERAL (
			SELECT CASE WHEN (s).include THEN 'changed' ELSE 'skipped' END AS effect, 'full text' AS rule, sqlite_mig_internal._search_finding(s, sqlite_mig_internal._module(t.source_sql)) AS detail
			UNION ALL SELECT 'changed', 'long texts', format('only the first %s characters of each column are searched: a tsvector holds less than 1 MB of words', (s).max_chars) WHERE (s).max_chars IS NOT NULL
			UNION ALL SELECT 'changed', 'full text', format('its texts came from "%s": it has them as they are now, and nothing keeps it in step', x.content)
				FROM sqlite_mig_internal._virtual_option(t.source_sql, 'content') AS x (content) WHERE (s).source_name = (s).source_table AND x.content <> '') AS n
		WHERE t.migration = (s).migration AND t.source_name = (s).source_name;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._note_rtree(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM sqlite_mig_internal._note(t.migration, 'prepare', 'virtual table', t.source_name, t.source_name, 'warning', 'changed', 'r-tree',
			format('%s table, is an ordinary table with its rows. Where what overlaps is searched for: CREATE INDEX ON %I.%I USING gist (%s), and && in queries%s', upper(x.module COLLATE "C"), m.target_schema, t.target_name,
				CASE cardinality(a.names) WHEN 2 THEN format('numrange(%I::numeric, %I::numeric, ''[]'')', a.names[1], a.names[2])
					ELSE format('box(point(%I, %I), point(%I, %I))', a.names[1], a.names[3], a.names[2], a.names[4]) END,
				CASE WHEN cardinality(a.names) > 2 THEN '; for the earth PostGIS' ELSE '' END), sample => t.source_sql)
		FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t ON t.migration = m.migration, LATERAL (SELECT sqlite_mig_internal._module(t.source_sql) AS module) AS x,
			-- minimum and maximum of each dimension; what follows "+" only comes along
			LATERAL (SELECT array_agg(c.target_name ORDER BY c.position) AS names FROM sqlite_mig.plan_column AS c
				WHERE c.migration = m.migration AND c.source_table = t.source_name AND c.position > 1 AND c.declared_type <> '') AS a
		WHERE m.migration = _note_rtree.migration AND t.include AND t.kind = 'virtual' AND x.module IN ('rtree', 'rtree_i32') AND cardinality(a.names) > 1
		ORDER BY t.load_order;
	PERFORM sqlite_mig_internal._note(t.migration, 'prepare', 'virtual table', t.source_name, t.source_name, 'warning', 'changed', 'r-tree',
			'geopoly table, is an ordinary table with its rows: a shape is the bytes that geopoly keeps, so write geopoly_json(_shape) into a column of its own, or use PostGIS', sample => t.source_sql)
		FROM sqlite_mig.plan_table AS t WHERE t.migration = _note_rtree.migration AND t.include AND sqlite_mig_internal._module(t.source_sql) = 'geopoly' ORDER BY t.load_order;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._only_changes(trigger_sql text, table_name text) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT coalesce((SELECT bool_and(s.original ~* ('^(insert(\s+or\s+\w+)?\s+into|replace\s+into|delete\s+from|update(\s+or\s+\w+)?)\s+([["`]?(main|temp)[]"`]?\s*\.\s*)?[["`'']?'
				|| regexp_replace(_only_changes.table_name, '(\W)', '\\\1', 'g') || '([]"`'']|\M)') COLLATE "C")
			FROM sqlite_mig.to_postgres((regexp_match(_only_changes.trigger_sql, '\mBEGIN\M(.*)\mEND\s*;?\s*$' COLLATE "C", 'i'))[1]) AS s), false);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._leave_out_search_triggers(migration text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.plan_trigger AS g SET include = false, reason = format('kept "%s" in step with "%s", whose column "%s" PostgreSQL computes by itself', s.source_name, s.source_table, s.column_name)
		FROM sqlite_mig.plan_search AS s
		WHERE g.migration = _leave_out_search_triggers.migration AND s.migration = g.migration AND s.source_table <> s.source_name AND s.include AND s.column_name IS NOT NULL
			AND g.include AND lower(g.source_table COLLATE "C") = lower(s.source_table COLLATE "C") AND sqlite_mig_internal._only_changes(g.source_sql, s.source_name);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._geometry_leftovers(server text) RETURNS TABLE (name text, owner text, kind text, reason text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH book AS MATERIALIZED (
		SELECT b.owner, sqlite_mig_internal._postgis() IS NOT NULL AS has_postgis,
				b.owner = 'GeoPackage' AND coalesce(sqlite_mig_internal._source_json(_geometry_leftovers.server, 'SELECT count(*) FROM gpkg_contents WHERE data_type NOT IN (''features'', ''attributes'')') <> '0', true) AS tiles
			FROM sqlite_mig_internal._geometry_books(_geometry_leftovers.server) AS b
	)
	SELECT DISTINCT ON (t.table_name) t.table_name, b.owner, 'book', format('belongs to the books of %s: %s', b.owner, k.reason)
		-- CASE: not asked for where there is no book
		FROM book AS b, LATERAL sqlite_mig.source_tables(CASE WHEN b.owner IS NOT NULL THEN _geometry_leftovers.server END) AS t, LATERAL (VALUES
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
		WHERE k.owner = b.owner AND k.applies AND lower(t.table_name COLLATE "C") ~ k.names AND (b.has_postgis OR lower(t.table_name COLLATE "C") ~ '^(spatialindex2?|elementarygeometries|knn2?)$' AND t.kind = 'virtual')
	UNION ALL
	SELECT g.index_table, g.owner, 'index', format('is the spatial index of "%s"."%s": a GiST index takes its place', g.source_table, g.source_name)
		FROM sqlite_mig_internal._geometries(_geometry_leftovers.server) AS g WHERE g.index_table IS NOT NULL AND (SELECT b.has_postgis FROM book AS b)
	UNION ALL
	SELECT t.table_name, g.owner, 'index', format('is part of the spatial index of "%s"."%s"', g.source_table, g.source_name)
		FROM sqlite_mig_internal._geometries(_geometry_leftovers.server) AS g JOIN sqlite_mig.source_tables(_geometry_leftovers.server) AS t
			ON t.kind = 'shadow' AND t.table_name = ANY (ARRAY[g.index_table || '_node', g.index_table || '_rowid', g.index_table || '_parent'])
		WHERE (SELECT b.has_postgis FROM book AS b);
END;
COMMENT ON FUNCTION sqlite_mig_internal._geometry_leftovers(text) IS 'internal: tables and views that are books of geometries';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_empty_geometries(plan sqlite_mig.migration) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.plan_column AS c SET target_type = g.target_type, format = g.format, reason = g.reason || '; no value to look at',
			evidence = CASE WHEN c.evidence ? 'rows' THEN c.evidence || jsonb_build_object('proposed', concat_ws('/', g.target_type, g.format)) ELSE c.evidence END
		FROM sqlite_mig_internal._geometry_types((plan).server) AS g
		WHERE c.migration = (plan).migration AND g.ordinal = 1 AND c.source_table = g.source_table AND c.source_name = g.source_name AND c.identity IS NULL AND c.primary_key IS NULL
			AND (NOT coalesce(c.evidence ? 'rows', false) OR c.evidence -> 'rows' = c.evidence -> 'nulls');
END;
COMMENT ON FUNCTION sqlite_mig_internal._plan_empty_geometries(sqlite_mig.migration) IS 'internal: types of geometries without values';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._bare_type(type text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT regexp_replace(_bare_type.type, '^(("([^"]|"")*"|[^ ".(]+)\.)', '');
END;
COMMENT ON FUNCTION sqlite_mig_internal._bare_type(text) IS 'internal: a type without its schema';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_spatial(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan   sqlite_mig.migration := sqlite_mig_internal._migration(_plan_spatial.migration);
	item   record;
	target text;
	postgis constant text := sqlite_mig_internal._postgis();
BEGIN
	FOR item IN SELECT g.*, t.target_name AS target_table, c.target_name, c.target_type, c.target_type ~ '(^|\.)geometry(\(|$)' AS is_geometry, o.sql AS index_sql, c.evidence
			FROM sqlite_mig_internal._geometries(plan.server) AS g
				JOIN sqlite_mig.plan_table AS t ON t.migration = plan.migration AND t.source_name = g.source_table AND t.include
				JOIN sqlite_mig.plan_column AS c ON c.migration = plan.migration AND c.source_table = g.source_table AND c.source_name = g.source_name
				LEFT JOIN sqlite_mig.source_tables(plan.server) AS o ON o.table_name = g.index_table
			ORDER BY t.load_order, c.position LOOP
		IF item.is_geometry THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'column', item.source_table || '.' || item.source_name, item.source_table, 'info', 'converted', 'geometry',
				format('geometry of %s, is %s', item.owner, sqlite_mig_internal._bare_type(item.target_type)), (item.evidence ->> 'blobs')::bigint);
		ELSIF postgis IS NULL THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'column', item.source_table || '.' || item.source_name, item.source_table, 'warning', 'changed', 'geometry',
				format('geometry of %s, stays the bytes of the file, for PostGIS is not installed here. CREATE EXTENSION postgis before prepare makes it a geometry; or afterwards: ALTER TABLE %I.%I ALTER COLUMN %I TYPE %s USING sqlite_mig.geometry_wkb(%I)::geometry',
					item.owner, plan.target_schema, item.target_table, item.target_name, CASE WHEN item.file_srid > 0 THEN format('geometry(Geometry,%s)', item.file_srid) ELSE 'geometry' END, item.target_name));
		END IF;
		CONTINUE WHEN item.index_table IS NULL OR postgis IS NULL;
		IF item.is_geometry THEN
			target := sqlite_mig_internal._free_name(plan.migration, concat_ws('_', item.target_table, item.target_name, 'idx'));
			INSERT INTO sqlite_mig.plan_index (migration, source_table, source_name, target_name, include, is_unique, columns, descending, source_sql)
				VALUES (plan.migration, item.source_table, item.index_table, target, true, false, ARRAY[item.source_name], '{false}', item.index_sql);
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'index', item.index_table, item.source_table, 'info', 'converted', 'spatial index', format('is the GiST index "%s"', target));
		ELSE
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'index', item.index_table, item.source_table, 'warning', 'skipped', 'spatial index',
				format('"%s" did not become a geometry, and has no spatial index', item.source_name));
		END IF;
	END LOOP;
	-- GeoPackage has a title and a description for each table
	UPDATE sqlite_mig.plan_table AS t SET comment = x.comment
		FROM (SELECT g.item ->> 'table' AS name, nullif(concat_ws(': ', nullif(nullif(g.item ->> 'title', g.item ->> 'table'), ''), nullif(g.item ->> 'text', '')), '') AS comment
			FROM sqlite_mig_internal._geometry_books(plan.server) AS b, jsonb_array_elements(sqlite_mig_internal._source_json(plan.server,
				'SELECT json_group_array(json_object(''table'', table_name, ''title'', identifier, ''text'', description)) FROM gpkg_contents')) AS g (item) WHERE b.owner = 'GeoPackage') AS x
		WHERE t.migration = plan.migration AND lower(t.source_name COLLATE "C") = lower(x.name COLLATE "C") AND t.comment IS NULL AND x.comment IS NOT NULL;
	PERFORM sqlite_mig_internal._plan_data_columns(plan);
	PERFORM sqlite_mig_internal._note_systems(plan);
	PERFORM sqlite_mig_internal._note_tiles(plan);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_spatial(text) IS 'internal: spatial indexes and ledger rows of geometries';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_data_columns(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	IF NOT EXISTS (SELECT FROM sqlite_mig.source_objects((plan).server) AS o WHERE lower(o.name COLLATE "C") = 'gpkg_data_columns') THEN
		RETURN;
	END IF;
	UPDATE sqlite_mig.plan_column AS c SET comment = x.comment
		FROM (SELECT g.item ->> 'table' AS table_name, g.item ->> 'column' AS column_name,
				nullif(concat_ws(': ', nullif(nullif(g.item ->> 'title', g.item ->> 'column'), ''), nullif(g.item ->> 'text', '')), '') AS comment
			FROM jsonb_array_elements(sqlite_mig_internal._source_json((plan).server,
				'SELECT json_group_array(json_object(''table'', table_name, ''column'', column_name, ''title'', title, ''text'', description)) FROM gpkg_data_columns')) AS g (item)) AS x
		WHERE c.migration = (plan).migration AND lower(c.source_table COLLATE "C") = lower(x.table_name COLLATE "C") AND lower(c.source_name COLLATE "C") = lower(x.column_name COLLATE "C") AND c.comment IS NULL AND x.comment IS NOT NULL;
	PERFORM sqlite_mig_internal._note((plan).migration, 'prepare', 'column', c.source_table || '.' || c.source_name, c.source_table, 'info', 'converted', 'books',
			format('GeoPackage says to applications that values are %s; no table enforces it. ALTER TABLE %I.%I ADD CHECK (%s) does', k.words, (plan).target_schema, t.target_name, k.condition))
		FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
			JOIN (SELECT g.item ->> 'table' AS table_name, g.item ->> 'column' AS column_name, g.item ->> 'type' AS type, g.item ->> 'values' AS values, g.item ->> 'min' AS min, g.item ->> 'max' AS max
				FROM jsonb_array_elements(sqlite_mig_internal._source_json((plan).server,
					'SELECT json_group_array(json_object(''table'', c.table_name, ''column'', c.column_name, ''type'', lower(k.constraint_type), ''values'', k.list, ''min'', k.low, ''max'', k.high)) FROM gpkg_data_columns AS c '
					'JOIN (SELECT constraint_name, constraint_type, json_group_array(value) AS list, min("min") AS low, max("max") AS high FROM gpkg_data_column_constraints GROUP BY constraint_name, lower(constraint_type)) AS k '
					'ON k.constraint_name = c.constraint_name')) AS g (item)) AS x ON lower(x.table_name COLLATE "C") = lower(c.source_table COLLATE "C") AND lower(x.column_name COLLATE "C") = lower(c.source_name COLLATE "C"),
			LATERAL (SELECT 'one of ' || string_agg(v.value, ', ') AS words, format('%I IN (%s)', c.target_name, string_agg(quote_literal(v.value), ', ')) AS condition
					FROM jsonb_array_elements_text(x.values::jsonb) AS v WHERE x.type = 'enum'
				UNION ALL SELECT format('from %s to %s (gpkg_data_column_constraints has whether with these)', x.min, x.max), format('%I BETWEEN %s AND %s', c.target_name, x.min, x.max)
					WHERE x.type = 'range' AND x.min ~ '^-?[0-9.]+(e[-+]?[0-9]+)?$' AND x.max ~ '^-?[0-9.]+(e[-+]?[0-9]+)?$'
				UNION ALL SELECT format('like the pattern %s', x.values::jsonb ->> 0), format('sqlite_compat.glob(%L, %I)', x.values::jsonb ->> 0, c.target_name) WHERE x.type = 'glob') AS k
		WHERE c.migration = (plan).migration AND c.include AND k.words IS NOT NULL
		ORDER BY c.source_table, c.position;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_data_columns(sqlite_mig.migration) IS 'internal: what the schema extension of GeoPackage says of columns';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._system_statements(plan sqlite_mig.migration) RETURNS TABLE (srid integer, statement text, allowed boolean)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	-- ddl asks outside of prepare: the books are read once, and only for a plan with geometries
	WITH p AS MATERIALIZED (SELECT sqlite_mig_internal._postgis() AS schema, sqlite_mig_internal._spatial((plan).server) AS spatial
		WHERE EXISTS (SELECT FROM sqlite_mig.plan_column AS c WHERE c.migration = (plan).migration AND c.include AND c.target_type ~ '(^|\.)geo(metry|graphy)(\(|$)'))
	SELECT s.srid, format('INSERT INTO %1$s.spatial_ref_sys (srid, auth_name, auth_srid, srtext, proj4text) SELECT %2$s, %3$L, %4$L, %5$L, %6$L WHERE NOT EXISTS (SELECT FROM %1$s.spatial_ref_sys WHERE srid = %2$s)',
				p.schema, s.srid, left(s.auth_name, 256), s.auth_srid, CASE WHEN length(s.srtext) <= 2048 THEN s.srtext END, CASE WHEN length(s.proj4text) <= 2048 THEN s.proj4text END),
			has_table_privilege(p.schema || '.spatial_ref_sys', 'INSERT') AND (length(s.srtext) <= 2048 OR length(s.proj4text) <= 2048)
		FROM p, LATERAL jsonb_populate_recordset(NULL::sqlite_mig_internal._system, nullif(p.spatial -> 'systems', 'null')) AS s
		WHERE p.schema IS NOT NULL AND s.is_new AND EXISTS (SELECT FROM jsonb_populate_recordset(NULL::sqlite_mig_internal._geometry, p.spatial -> 'geometries') AS g
			JOIN sqlite_mig.plan_table AS t ON t.migration = (plan).migration AND t.source_name = g.source_table AND t.include
			JOIN sqlite_mig.plan_column AS c ON c.migration = (plan).migration AND c.source_table = g.source_table AND c.source_name = g.source_name AND c.include
			WHERE g.file_srid = s.file_srid AND c.target_type ~ '(^|\.)geo(metry|graphy)(\(|$)');
END;
COMMENT ON FUNCTION sqlite_mig_internal._system_statements(sqlite_mig.migration) IS 'internal: statements for reference systems that PostGIS does not know';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._note_systems(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM sqlite_mig_internal._note((plan).migration, 'prepare', 'reference system', s.srid::text, NULL, CASE WHEN s.allowed THEN 'info' ELSE 'warning' END, CASE WHEN s.allowed THEN 'converted' ELSE 'changed' END,
			'reference system', CASE WHEN s.allowed THEN 'is a system of the file''s own, and is inserted into spatial_ref_sys'
				ELSE 'is a system of the file''s own, and not in spatial_ref_sys, where you may not insert it or which has no room for it: ST_Transform will not know it. ' || s.statement END)
		FROM sqlite_mig_internal._system_statements(plan) AS s ORDER BY s.srid;
	PERFORM sqlite_mig_internal._note((plan).migration, 'prepare', 'reference system', s.srid::text, NULL, 'info', 'converted', 'reference system', format('is %s in the file', s.file_srid))
		FROM sqlite_mig_internal._systems((plan).server) AS s WHERE s.srid <> s.file_srid AND s.srid > 0 ORDER BY s.srid;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._note_systems(sqlite_mig.migration) IS 'internal: ledger rows of reference systems';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._note_tiles(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
BEGIN
	PERFORM sqlite_mig_internal._note((plan).migration, 'prepare', t.type, t.name, t.name, 'info', 'converted', 'tiles', CASE WHEN x.from_north
			THEN 'map tiles of a GeoPackage: tile_row counts from the north, as addresses of web maps do'
			ELSE 'map tiles (MBTiles): tile_row counts from the south (TMS); addresses of web maps count from the north: (1 << zoom_level::integer) - 1 - tile_row' END)
		FROM sqlite_mig.source_objects((plan).server) AS t,
			LATERAL (SELECT EXISTS (SELECT FROM sqlite_mig_internal._geometry_books((plan).server) AS b WHERE b.owner = 'GeoPackage') AS from_north) AS x
		-- CASE: the planner would search the texts of all tables first
		WHERE t.type IN ('table', 'view') AND CASE WHEN x.from_north OR lower(t.name COLLATE "C") = 'tiles' THEN NOT sqlite_mig_internal._left_out(plan, t.name)
			AND t.sql !~* '^\s*create\s+virtual' COLLATE "C" AND t.sql ~* '\mtile_row\M' COLLATE "C" AND t.sql ~* '\mtile_data\M' COLLATE "C" AND t.sql ~* '\mzoom_level\M' COLLATE "C" END
		ORDER BY t.name;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._note_tiles(sqlite_mig.migration) IS 'internal: ledger rows of map tiles';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._leave_out_spatial_objects(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	books record;
BEGIN
	SELECT array_agg(lower(l.name COLLATE "C")) AS names, min(l.owner) AS owner INTO books FROM sqlite_mig_internal._geometry_leftovers((plan).server) AS l;
	IF books.names IS NULL OR sqlite_mig_internal._postgis() IS NULL THEN
		RETURN;
	END IF;
	UPDATE sqlite_mig.plan_view AS v SET include = false, reason = format('belongs to the books of %s', books.owner)
		WHERE v.migration = (plan).migration AND lower(v.source_name COLLATE "C") = ANY (books.names);
	UPDATE sqlite_mig.plan_trigger AS g SET include = false, reason = format('belongs to the books of %s', books.owner)
		WHERE g.migration = (plan).migration AND (lower(g.source_table COLLATE "C") = ANY (books.names) OR sqlite_mig_internal._only_changes(g.source_sql, 'gpkg_ogr_contents'));
	UPDATE sqlite_mig.plan_trigger AS g SET include = false, reason = format('belongs to the spatial index of "%s", which PostgreSQL keeps by itself', g.source_table)
		FROM sqlite_mig_internal._geometries((plan).server) AS s
		WHERE g.migration = (plan).migration AND lower(g.source_table COLLATE "C") = lower(s.source_table COLLATE "C") AND s.index_table IS NOT NULL
			AND (sqlite_mig_internal._only_changes(g.source_sql, s.index_table) OR lower(g.source_name COLLATE "C") ~ '^g[ic][iud]_' AND right(lower(g.source_name COLLATE "C"), -4) = lower(s.source_table || '_' || s.source_name COLLATE "C"));
	UPDATE sqlite_mig.plan_trigger AS g SET include = false, reason = CASE WHEN lower(g.source_name COLLATE "C") ~ '^gg' THEN 'belongs to the books of SpatiaLite: the type checks what a geometry is' ELSE 'belongs to the books of SpatiaLite' END
		FROM sqlite_mig_internal._geometries((plan).server) AS s
		WHERE g.migration = (plan).migration AND s.owner = 'SpatiaLite' AND lower(g.source_table COLLATE "C") = lower(s.source_table COLLATE "C")
			AND lower(g.source_name COLLATE "C") ~ '^(gg[iu]|tm[iud])_' AND right(lower(g.source_name COLLATE "C"), -4) = lower(s.source_table || '_' || s.source_name COLLATE "C");
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._leave_out_spatial_objects(sqlite_mig.migration) IS 'internal: leaves out views and triggers of geometries';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._needless(reason text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN reason LIKE 'kept % in step %' THEN 'full text' WHEN reason LIKE 'belongs to the books of %' THEN 'books' WHEN reason LIKE 'belongs to the spatial index of %' THEN 'spatial index' END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._needless(text) IS 'internal: is a view or trigger left out because nothing needs it';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._copy_table(source regclass, target regclass, on_conflict text DEFAULT 'error', conflict_columns text[] DEFAULT NULL,
		on_error text DEFAULT 'stop', reject_limit bigint DEFAULT NULL, migration text DEFAULT NULL, checksum boolean DEFAULT true, first bigint DEFAULT NULL, "end" bigint DEFAULT NULL,
		OUT rows_read bigint, OUT inserted bigint, OUT updated bigint,
		OUT skipped bigint, OUT rejected bigint, OUT adjusted bigint, OUT nulled bigint, OUT changes jsonb, OUT source_rows bigint, OUT source_checksum uuid)
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_copy_table_summed';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._change_finding(kind text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	RETURN CASE kind
		WHEN 'rounded' THEN 'digits beyond what the type keeps were rounded'
		WHEN 'gap' THEN 'local times that the clocks of the time zone skipped were moved forward by the gap'
		WHEN 'overlap' THEN 'local times that happened twice in the time zone were read as the second'
		WHEN 'offset' THEN 'offsets from UTC that a timestamp without time zone cannot keep were applied and dropped'
		WHEN 'nul' THEN 'NUL bytes were stripped or replaced'
		WHEN 'utf8' THEN 'invalid UTF-8 was replaced or read in another encoding'
		WHEN 'blanks' THEN 'blanks at the end do not count any more'
		WHEN 'rewritten' THEN 'numbers are not written as they were, like 007 or -0.0'
		WHEN 'duplicate' THEN 'keys given twice in JSON keep their last value only'
		WHEN 'retyped' THEN 'numbers or blobs became text'
		WHEN 'nulled' THEN 'values that the type refuses became NULL'
		ELSE kind END;
END;
$$;
COMMENT ON COLUMN sqlite_mig.rejected."row" IS
	'every column by its name in SQLite: {"class": "text", "value": "x"}; class is integer, real, text, blob or null; "hex" instead of "value" for blobs and for text that is no valid text; '
	'"bytes", the length, where the values of a row have more than the 200 MB that are kept of it: replay takes such a row from the source. '
	'To repair one write that, or a plain JSON value: SET "row" = jsonb_set("row", ''{price}'', ''9.5'')';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._mark_edited() RETURNS trigger
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	NEW.edited_at := clock_timestamp();
	RETURN NEW;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._forget_rejected() RETURNS trigger
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	DELETE FROM sqlite_mig.rejected AS r WHERE r.migration = OLD.migration;
	RETURN OLD;
END;
$$;
DROP POLICY owner ON sqlite_mig.rejected;
CREATE POLICY owner ON sqlite_mig.rejected USING (CASE WHEN rejected.migration IS NULL THEN pg_catalog.pg_has_role(current_user, pg_catalog.to_regrole(pg_catalog.quote_ident(owner))::oid, 'MEMBER')
	ELSE EXISTS (SELECT FROM sqlite_mig.migration AS m WHERE m.migration = rejected.migration) END);
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_rows(on_conflict text, on_error text, reject_limit bigint) RETURNS void
	LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF on_conflict IS NULL OR on_conflict NOT IN ('error', 'nothing', 'update') THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', format('unknown value "%s" for on_conflict', on_conflict),
			hint => 'Valid values are: error, nothing, update.');
	ELSIF on_error IS NULL OR on_error NOT IN ('stop', 'reject') THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', format('unknown value "%s" for on_error', on_error),
			hint => 'Valid values are: stop, reject.');
	ELSIF reject_limit < 0 OR reject_limit IS NOT NULL AND on_error = 'stop' THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value',
			CASE WHEN on_error = 'stop' THEN 'reject_limit means nothing when on_error is "stop"' ELSE 'reject_limit must not be negative' END,
			hint => 'Say on_error => ''reject'' and how many rows of a table may be rejected at most.');
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._object_sql(target_sql text, proposed text, fresh text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN target_sql IS NOT DISTINCT FROM proposed THEN coalesce(fresh, target_sql) ELSE target_sql END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._target_views(migration text) RETURNS TABLE (relation regclass)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT c.oid FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_view AS v USING (migration)
			JOIN pg_namespace AS n ON n.nspname = m.target_schema JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = v.target_name AND c.relkind = 'v'
		WHERE m.migration = _target_views.migration AND v.include;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._target_functions(migration text) RETURNS TABLE (name text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT format('%I.%I()', m.target_schema, g.source_name)
		FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_trigger AS g USING (migration)
			JOIN pg_proc AS p ON p.oid = to_regprocedure(format('%I.%I()', m.target_schema, g.source_name)) AND p.prorettype = 'trigger'::regtype
		WHERE m.migration = _target_functions.migration AND g.include
			AND EXISTS (SELECT FROM pg_trigger AS r WHERE r.tgfoid = p.oid)
			AND NOT EXISTS (SELECT FROM pg_trigger AS r WHERE r.tgfoid = p.oid
				AND r.tgrelid NOT IN (SELECT c.oid FROM sqlite_mig.plan_table AS t JOIN pg_class AS c ON c.relname = t.target_name AND c.relnamespace = to_regnamespace(quote_ident(m.target_schema))
					WHERE t.migration = m.migration AND t.include
					UNION SELECT v.relation::oid FROM sqlite_mig_internal._target_views(m.migration) AS v));
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sql_views(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH fresh AS MATERIALIZED (
		-- nothing is translated where there is nothing to make
		SELECT t.* FROM sqlite_mig_internal._translated(_sql_views.migration) AS t
			WHERE EXISTS (SELECT FROM sqlite_mig.plan_view AS v WHERE v.migration = _sql_views.migration AND v.include
				UNION ALL SELECT FROM sqlite_mig.plan_trigger AS g WHERE g.migration = _sql_views.migration AND g.include)
	)
	SELECT 0, s.kind, format('%I.%I', m.target_schema, s.name), s.source_table, s.statement
		FROM sqlite_mig.migration AS m, LATERAL (
			SELECT 1 AS part, v.make_order, 'view' AS kind, v.target_name AS name, NULL::text AS source_table,
					format('CREATE VIEW %I.%I%s AS %s', m.target_schema, v.target_name, (SELECT format(' (%s)', string_agg(quote_ident(c.name), ', ' ORDER BY c.n))
						FROM unnest(v.columns) WITH ORDINALITY AS c (name, n) HAVING count(*) > 0), x.sql) AS statement
				FROM sqlite_mig.plan_view AS v LEFT JOIN fresh AS t ON t.kind = 'view' AND t.source_name = v.source_name,
					LATERAL sqlite_mig_internal._object_sql(v.target_sql, v.proposed, t.translated) AS x (sql)
				WHERE v.migration = m.migration AND v.include AND x.sql IS NOT NULL
			UNION ALL SELECT 2, row_number() OVER (ORDER BY g.source_table, g.source_name), 'trigger', g.source_name, g.source_table,
					-- a function that no trigger has is what is left when its table was dropped
					CASE WHEN EXISTS (SELECT FROM pg_proc AS p WHERE p.oid = to_regprocedure(format('%I.%I()', m.target_schema, g.source_name)) AND p.prorettype = 'trigger'::regtype
							AND NOT EXISTS (SELECT FROM pg_trigger AS r WHERE r.tgfoid = p.oid))
						THEN regexp_replace(x.sql, '^CREATE FUNCTION ', 'CREATE OR REPLACE FUNCTION ') ELSE x.sql END
				FROM sqlite_mig.plan_trigger AS g LEFT JOIN fresh AS t ON t.kind = 'trigger' AND t.source_name = g.source_name,
					LATERAL sqlite_mig_internal._object_sql(g.target_sql, g.proposed, t.translated) AS x (sql)
				WHERE g.migration = m.migration AND g.include AND x.sql IS NOT NULL) AS s
		WHERE m.migration = _sql_views.migration
		ORDER BY s.part, s.make_order, s.name;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sql_search_indexes(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'index', s.index_name, t.source_name, format('CREATE INDEX %I ON %I.%I USING gin (%s)', s.index_name, m.target_schema, t.target_name, coalesce(s.trigrams, quote_ident(s.column_name)))
		FROM sqlite_mig.migration AS m
			JOIN sqlite_mig.plan_table AS t USING (migration),
			LATERAL sqlite_mig_internal._search_columns(m.migration) AS s
		WHERE m.migration = _sql_search_indexes.migration AND t.include AND s.source_table = t.source_name
		ORDER BY t.load_order, t.source_name, s.index_name;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sql_comments(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'comment', n.name, t.source_name, format('COMMENT ON %s %s IS %L', n.kind, n.name, n.comment)
		FROM sqlite_mig.migration AS m
			JOIN sqlite_mig.plan_table AS t ON t.migration = m.migration AND t.include,
			LATERAL (SELECT 'TABLE' AS kind, format('%I.%I', m.target_schema, t.target_name) AS name, t.comment, 0 AS position WHERE t.comment <> ''
				UNION ALL SELECT 'COLUMN', format('%I.%I.%I', m.target_schema, t.target_name, c.target_name), c.comment, c.position FROM sqlite_mig.plan_column AS c
					WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include AND c.comment <> '') AS n
		WHERE m.migration = _sql_comments.migration
		ORDER BY t.load_order, t.source_name, n.kind DESC, n.position;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sql_systems(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'reference system', s.srid::text, NULL::text, s.statement FROM sqlite_mig.migration AS m, LATERAL sqlite_mig_internal._system_statements(m) AS s
		WHERE m.migration = _sql_systems.migration AND s.allowed ORDER BY s.srid;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sql_systems(text) IS 'internal: statements for reference systems';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._target_columns(migration text, source_table text, names text[], descending boolean[] DEFAULT NULL) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE WHEN count(c.target_name) = cardinality(_target_columns.names)
			THEN string_agg(format('%I', c.target_name) || CASE WHEN _target_columns.descending[n.position] THEN ' DESC' ELSE '' END, ', ' ORDER BY n.position) END
		FROM unnest(_target_columns.names) WITH ORDINALITY AS n (name, position)
			JOIN sqlite_mig.plan_column AS c ON c.migration = _target_columns.migration AND c.source_table = _target_columns.source_table
				AND c.source_name = n.name AND c.include;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sql_schemas(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	-- only where it is missing: CREATE SCHEMA IF NOT EXISTS asks for the right to create even when there is nothing to do
	SELECT 0, s.kind, s.name, NULL::text, format('CREATE SCHEMA %I', s.name)
		FROM sqlite_mig.migration AS m, LATERAL (VALUES (1, 'source schema', m.source_schema), (2, 'schema', m.target_schema)) AS s (n, kind, name)
		WHERE m.migration = _sql_schemas.migration AND to_regnamespace(quote_ident(s.name)) IS NULL
		ORDER BY s.n;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sql_collations(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'collation', x.name, NULL::text, format('CREATE COLLATION %s (provider = icu, locale = ''und-u-ks-level2'', deterministic = false)', x.name)
		FROM sqlite_mig.migration AS m, LATERAL (SELECT format('%I.nocase', m.target_schema) AS name) AS x
		WHERE m.migration = _sql_collations.migration
			AND EXISTS (SELECT FROM sqlite_mig.plan_table AS t JOIN sqlite_mig.plan_column AS c ON c.migration = t.migration AND c.source_table = t.source_name
				WHERE t.migration = m.migration AND t.include AND c.include AND c.target_collation = x.name)
			AND NOT EXISTS (SELECT FROM pg_collation AS o JOIN pg_namespace AS n ON n.oid = o.collnamespace WHERE n.nspname = m.target_schema AND o.collname = 'nocase');
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sql_foreign_tables(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'foreign table', format('%I.%I', m.source_schema, t.target_name), t.source_name, s.statement
		FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t USING (migration),
			LATERAL (SELECT string_agg(format('%I %s%s%s', c.target_name, c.target_type, ' OPTIONS (' || nullif(o.list, '') || ')',
					CASE WHEN c.not_null THEN ' NOT NULL' ELSE '' END), E',\n    ' ORDER BY c.position) AS list
				FROM sqlite_mig.plan_column AS c,
					-- an option costs an ALTER of its own inside CREATE FOREIGN TABLE, so only those that say something
					LATERAL (SELECT concat_ws(', ', CASE WHEN c.source_name <> c.target_name THEN format('column_name %L', c.source_name) END,
						CASE WHEN c.primary_key IS NOT NULL THEN 'key ''true''' END,
						'format ' || quote_literal(c.format), 'time_zone ' || quote_literal(c.time_zone),
						CASE WHEN c.empty_as_null THEN 'empty_as_null ''true''' END, 'on_error ' || quote_literal(c.on_error)) AS list) AS o
				WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include) AS c,
			LATERAL (VALUES (1, format('DROP FOREIGN TABLE IF EXISTS %I.%I', m.source_schema, t.target_name)),
				(2, format(E'CREATE FOREIGN TABLE %I.%I (\n    %s)\nSERVER %I OPTIONS ("table" %L)', m.source_schema, t.target_name, c.list, m.server, t.source_name))
				) AS s (n, statement)
		WHERE m.migration = _sql_foreign_tables.migration AND t.include
		ORDER BY t.load_order, t.source_name, s.n;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._serial_type(type text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE type WHEN 'bigint' THEN 'bigserial' WHEN 'integer' THEN 'serial' WHEN 'smallint' THEN 'smallserial' ELSE type END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sql_tables(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'table', format('%I.%I', m.target_schema, t.target_name), t.source_name,
			format(E'CREATE TABLE %I.%I (\n    %s)', m.target_schema, t.target_name,
				(SELECT string_agg(concat_ws(' ', quote_ident(c.target_name), CASE c.identity WHEN 'serial' THEN sqlite_mig_internal._serial_type(c.target_type) ELSE c.target_type END,
						'COMPRESSION ' || CASE WHEN c.compression IS NOT NULL AND sqlite_mig_internal._is_compressible(c.target_type) THEN c.compression END, 'COLLATE ' || c.target_collation,
						'GENERATED ' || upper(nullif(c.identity, 'serial') COLLATE "C") || ' AS IDENTITY', 'GENERATED ALWAYS AS (' || c.generated_expr || ') STORED',
						'DEFAULT ' || CASE WHEN c.identity IS NULL AND c.generated_expr IS NULL THEN c.default_expr END,
						CASE WHEN c.not_null THEN 'NOT NULL' END), E',\n    ' ORDER BY c.position)
					FROM sqlite_mig.plan_column AS c WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include)
				|| coalesce((SELECT string_agg(format(E',\n    %I tsvector GENERATED ALWAYS AS (%s) STORED', s.column_name, s.expression), '' ORDER BY s.source_name)
					FROM sqlite_mig_internal._search_columns(m.migration) AS s WHERE s.source_table = t.source_name), ''))
		FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t USING (migration)
		WHERE m.migration = _sql_tables.migration AND t.include
		ORDER BY t.load_order, t.source_name;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sql_copies(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'copy', format('%I.%I', m.target_schema, t.target_name), t.source_name,
			format('SELECT * FROM sqlite_mig.copy_table(%L, %L)', format('%I.%I', m.source_schema, t.target_name), format('%I.%I', m.target_schema, t.target_name))
		FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t USING (migration)
		WHERE m.migration = _sql_copies.migration AND t.include
		ORDER BY t.load_order, t.source_name;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sql_constraints(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, k.kind, k.target_name, t.source_name,
			format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', m.target_schema, t.target_name, k.target_name, CASE k.kind
				WHEN 'check' THEN format('CHECK (%s)', k.target_sql)
				WHEN 'foreign key' THEN format('FOREIGN KEY (%s) REFERENCES %I.%I (%s)%s%s%s%s', c.list, m.target_schema, p.target_name, p.list,
					' ON UPDATE ' || nullif(k.on_update, 'NO ACTION'), ' ON DELETE ' || nullif(k.on_delete, 'NO ACTION'),
					CASE WHEN k.deferrable THEN ' DEFERRABLE' ELSE '' END, CASE WHEN k.deferrable AND k.deferred THEN ' INITIALLY DEFERRED' ELSE '' END)
				ELSE format('%s (%s)', upper(k.kind COLLATE "C"), c.list) END)
		FROM sqlite_mig.migration AS m
			JOIN sqlite_mig.plan_table AS t USING (migration)
			JOIN sqlite_mig.plan_constraint AS k ON k.migration = t.migration AND k.source_table = t.source_name
			LEFT JOIN sqlite_mig.plan_table AS o ON o.migration = k.migration AND o.source_name = k.parent_table AND o.include,
			LATERAL (SELECT sqlite_mig_internal._target_columns(m.migration, t.source_name, k.columns) AS list OFFSET 0) AS c,
			LATERAL (SELECT o.target_name, CASE WHEN o.source_name IS NOT NULL THEN sqlite_mig_internal._target_columns(m.migration, o.source_name, k.parent_columns) END AS list OFFSET 0) AS p
		WHERE m.migration = _sql_constraints.migration AND t.include AND k.include
			AND CASE k.kind WHEN 'check' THEN k.target_sql IS NOT NULL WHEN 'foreign key' THEN c.list IS NOT NULL AND p.list IS NOT NULL ELSE c.list IS NOT NULL END
		ORDER BY array_position('{primary key,unique,check,foreign key}'::text[], k.kind), t.load_order, t.source_name, k.target_name;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._never_null(migration text, source_table text, columns text[]) RETURNS SETOF text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT c.source_name FROM sqlite_mig.plan_column AS c
		WHERE c.migration = _never_null.migration AND c.source_table = _never_null.source_table AND c.source_name = ANY (_never_null.columns)
			AND (c.not_null OR EXISTS (SELECT FROM sqlite_mig.plan_constraint AS k WHERE k.migration = c.migration AND k.source_table = c.source_table
				AND k.include AND k.kind = 'primary key' AND c.source_name = ANY (k.columns)))
		ORDER BY c.position;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._policy(migration text, source_table text, kind text, columns text[], policy text) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(_policy.policy, CASE
			WHEN o.said <> 'set null' OR kind = 'foreign key' AND NOT EXISTS (SELECT FROM sqlite_mig_internal._never_null(_policy.migration, _policy.source_table, _policy.columns)) THEN o.said END, 'stop')
		FROM (SELECT m.options ->> 'policy' FROM sqlite_mig.migration AS m WHERE m.migration = _policy.migration) AS o (said);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sql_orphans(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'orphans', m.target_schema, NULL::text, format('SELECT sqlite_mig_internal._settle_orphans(%L)', m.migration)
		FROM sqlite_mig.migration AS m
		WHERE m.migration = _sql_orphans.migration AND EXISTS (SELECT FROM sqlite_mig.plan_constraint AS k
			-- CASE: the planner would ask _policy first, for every foreign key
			WHERE k.migration = m.migration AND k.kind = 'foreign key' AND k.include AND CASE WHEN coalesce(k.policy, m.options ->> 'policy') IN ('quarantine', 'set null')
				THEN sqlite_mig_internal._policy(k.migration, k.source_table, k.kind, k.columns, k.policy) IN ('quarantine', 'set null') END);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sql_indexes(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, CASE WHEN i.is_unique THEN 'unique index' ELSE 'index' END, i.target_name, t.source_name,
			format('CREATE %sINDEX %I ON %I.%I %s', CASE WHEN i.is_unique THEN 'UNIQUE ' ELSE '' END, i.target_name, m.target_schema, t.target_name, coalesce(i.target_sql, CASE WHEN sqlite_mig_internal._module(i.source_sql) = 'rtree' THEN 'USING gist ' ELSE '' END || format('(%s)', c.list)))
		FROM sqlite_mig.migration AS m
			JOIN sqlite_mig.plan_table AS t USING (migration)
			JOIN sqlite_mig.plan_index AS i ON i.migration = t.migration AND i.source_table = t.source_name,
			LATERAL (SELECT sqlite_mig_internal._target_columns(m.migration, t.source_name, i.columns, i.descending) AS list OFFSET 0) AS c
		WHERE m.migration = _sql_indexes.migration AND t.include AND i.include AND (c.list IS NOT NULL OR i.target_sql IS NOT NULL)
		ORDER BY t.load_order, t.source_name, i.target_name;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sql_sequences(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	-- where SQLite would go on: after the largest key and after the last number given, which only AUTOINCREMENT keeps; at 1 when there was none
	SELECT 0, 'sequence', format('%I.%I.%I', m.target_schema, t.target_name, c.target_name), t.source_name,
			format('SELECT setval(pg_get_serial_sequence(%L, %L), greatest(last, 1), last >= 1) FROM (SELECT greatest(0, (SELECT max(%I) FROM %I.%I)%s) AS last) AS s',
				format('%I.%I', m.target_schema, t.target_name), c.target_name, c.target_name, m.target_schema, t.target_name,
				CASE WHEN t.source_sql ~* 'autoincrement' COLLATE "C" THEN format(', (SELECT max(seq) FROM sqlite_mig.source_sequences(%L) WHERE table_name = %L)', m.server, t.source_name) END)
		FROM sqlite_mig.migration AS m
			JOIN sqlite_mig.plan_table AS t USING (migration)
			JOIN sqlite_mig.plan_column AS c ON c.migration = t.migration AND c.source_table = t.source_name
		WHERE m.migration = _sql_sequences.migration AND t.include AND c.include AND c.identity IS NOT NULL
		ORDER BY t.load_order, t.source_name, c.position;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sql_analyze(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'analyze', format('%I.%I', m.target_schema, t.target_name), t.source_name, format('ANALYZE %I.%I', m.target_schema, t.target_name)
		FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t USING (migration)
		WHERE m.migration = _sql_analyze.migration AND t.include
			AND NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = to_regclass(format('%I.%I', m.target_schema, t.target_name)) AND c.relkind = 'v')
		ORDER BY t.load_order, t.source_name;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._if_exists(migration text) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(m.options ->> 'if_exists', 'error') FROM sqlite_mig.migration AS m WHERE m.migration = _if_exists.migration;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._targets(migration text) RETURNS TABLE (source_name text, load_order integer, name text, relation oid)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT t.source_name, t.load_order, format('%I.%I', m.target_schema, t.target_name), c.oid
		FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t USING (migration)
			LEFT JOIN pg_namespace AS n ON n.nspname = m.target_schema
			LEFT JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = t.target_name
		WHERE m.migration = _targets.migration AND t.include
		ORDER BY t.load_order, t.source_name;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._is_replaced(migration text, relation oid) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT sqlite_mig_internal._if_exists(_is_replaced.migration) = 'replace' AND EXISTS (
		SELECT FROM sqlite_mig_internal._targets(_is_replaced.migration) AS t
			LEFT JOIN pg_depend AS d ON d.refobjid = t.relation AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
			LEFT JOIN pg_index AS i ON i.indrelid = t.relation
		WHERE _is_replaced.relation IN (t.relation, d.objid, i.indexrelid));
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._loaded_keys(migration text) RETURNS TABLE (source_name text, child text, name text, qualified text, parent_name text, is_deferrable boolean, late boolean)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT c.source_name, c.name, k.conname::text, format('%I.%I', n.nspname, k.conname), p.source_name, k.condeferrable, (p.load_order, p.source_name) > (c.load_order, c.source_name)
		FROM sqlite_mig_internal._targets(_loaded_keys.migration) AS c
			JOIN pg_constraint AS k ON k.conrelid = c.relation AND k.contype = 'f'
			JOIN pg_namespace AS n ON n.oid = k.connamespace
			JOIN sqlite_mig_internal._targets(_loaded_keys.migration) AS p ON p.relation = k.confrelid
		ORDER BY c.load_order, k.conname;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sql_loads(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH key AS MATERIALIZED (
		SELECT k.* FROM sqlite_mig_internal._loaded_keys(_sql_loads.migration) AS k
	)
	SELECT 0, s.kind, s.name, s.source_name, s.statement
	FROM (
		SELECT 1 AS part, 0::bigint AS n, 'truncate' AS kind, m.target_schema AS name, NULL::text AS source_name, 'TRUNCATE ' || string_agg(t.name, ', ' ORDER BY t.load_order) AS statement
			FROM sqlite_mig.migration AS m, LATERAL sqlite_mig_internal._targets(m.migration) AS t
			WHERE m.migration = _sql_loads.migration AND m.options ->> 'if_exists' = 'truncate' GROUP BY m.target_schema HAVING count(*) > 0
		UNION ALL SELECT 2, 0, 'constraints', 'deferred', NULL, format('SET CONSTRAINTS %s DEFERRED', string_agg(k.qualified, ', ' ORDER BY k.qualified)) FROM key AS k
			WHERE k.late AND k.is_deferrable HAVING count(*) > 0
		UNION ALL SELECT 3, 3 * c.ordinality + x.n, x.kind, x.name, c.source_table, x.statement
			FROM sqlite_mig_internal._sql_copies(_sql_loads.migration) WITH ORDINALITY AS c,
				LATERAL (VALUES (0, 'setting', 'session_replication_role', 'SET LOCAL session_replication_role = replica'), (1, c.object_kind, c.object_name, c.statement),
					(2, 'setting', 'session_replication_role', format('SET LOCAL session_replication_role = %s', current_setting('session_replication_role')))) AS x (n, kind, name, statement)
			WHERE x.n = 1 OR EXISTS (SELECT FROM key AS k WHERE k.source_name = c.source_table AND k.late AND NOT k.is_deferrable)
		UNION ALL SELECT 4, 0, 'constraints', 'immediate', NULL, format('SET CONSTRAINTS %s IMMEDIATE', string_agg(k.qualified, ', ' ORDER BY k.qualified)) FROM key AS k
			WHERE k.is_deferrable HAVING count(*) > 0
		UNION ALL SELECT 5, row_number() OVER (ORDER BY k.child, k.name), 'foreign key check', k.name, k.source_name, format('SELECT sqlite_mig_internal._check_foreign_key(%L, %L)', k.child, k.name)
			-- its other foreign keys were off as well
			FROM key AS k WHERE EXISTS (SELECT FROM key AS l WHERE l.source_name = k.source_name AND l.late AND NOT l.is_deferrable)
	) AS s ORDER BY s.part, s.n;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sql_loaded_sequences(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'sequence', q.name, t.source_name,
			format('SELECT setval(%L, last) FROM %s AS q, (SELECT greatest((SELECT max(%I) FROM %s)%s)::bigint AS last) AS s '
				'WHERE last > q.last_value OR last = q.last_value AND NOT q.is_called', q.name, q.name, c.target_name, t.name,
				CASE WHEN c.primary_key IS NOT NULL THEN format(', (SELECT max(seq) FROM sqlite_mig.source_sequences(%L) WHERE table_name = %L)', m.server, t.source_name) END)
		FROM sqlite_mig.migration AS m, LATERAL sqlite_mig_internal._targets(m.migration) AS t
			JOIN sqlite_mig.plan_column AS c ON c.source_table = t.source_name AND c.include
			CROSS JOIN LATERAL (SELECT coalesce((SELECT min(d.refobjid) FROM pg_rewrite AS w JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
					AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> t.relation
				WHERE w.ev_class = t.relation AND (SELECT r.relkind = 'v' FROM pg_class AS r WHERE r.oid = t.relation) HAVING count(DISTINCT d.refobjid) = 1), t.relation) AS relation) AS b
			JOIN pg_attribute AS a ON a.attrelid = b.relation AND a.attname = c.target_name AND a.atttypid = ANY ('{smallint,integer,bigint,numeric}'::regtype[]),
			LATERAL (SELECT pg_get_serial_sequence(b.relation::regclass::text, a.attname)::regclass::oid AS oid
				UNION SELECT d.refobjid FROM pg_attrdef AS f JOIN pg_depend AS d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass
				WHERE f.adrelid = a.attrelid AND f.adnum = a.attnum) AS s
			JOIN pg_class AS r ON r.oid = s.oid AND r.relkind = 'S'
			JOIN pg_namespace AS n ON n.oid = r.relnamespace,
			LATERAL (SELECT format('%I.%I', n.nspname, r.relname) AS name) AS q
		WHERE m.migration = _sql_loaded_sequences.migration AND c.migration = m.migration
		ORDER BY t.load_order, c.position, q.name;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sql_drops(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'drop', m.target_schema, NULL::text, d.statement
		FROM sqlite_mig.migration AS m, LATERAL (
			SELECT 1 AS n, 'DROP VIEW ' || string_agg(v.relation::text, ', ' ORDER BY v.relation::text) AS statement FROM sqlite_mig_internal._target_views(m.migration) AS v
			UNION ALL SELECT 2, 'DROP TABLE ' || string_agg(t.name, ', ' ORDER BY t.load_order) FROM sqlite_mig_internal._targets(m.migration) AS t WHERE t.relation IS NOT NULL
			-- their triggers are gone then
			UNION ALL SELECT 3, 'DROP FUNCTION ' || string_agg(f.name, ', ' ORDER BY f.name) FROM sqlite_mig_internal._target_functions(m.migration) AS f) AS d
		WHERE m.migration = _sql_drops.migration AND d.statement IS NOT NULL
		ORDER BY d.n;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_plan(migration text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	bad record;
BEGIN
	SELECT c.* INTO bad FROM sqlite_mig.plan_column AS c JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table
		WHERE c.migration = _check_plan.migration AND c.include AND t.include AND sqlite_mig_internal._type_name(c.target_type) IS NULL
		ORDER BY t.load_order, c.position LIMIT 1;
	IF FOUND THEN
		PERFORM sqlite_mig_internal._refuse('undefined_object',
			format('type "%s" of column "%s" of table "%s" does not exist', bad.target_type, bad.source_name, bad.source_table),
			hint => format('UPDATE sqlite_mig.plan_column SET target_type = ''...'' WHERE (migration, source_table, source_name) = (%L, %L, %L);',
				bad.migration, bad.source_table, bad.source_name));
	END IF;
	SELECT t.* INTO bad FROM sqlite_mig.plan_table AS t
		WHERE t.migration = _check_plan.migration AND t.include AND NOT EXISTS (SELECT FROM sqlite_mig.plan_column AS c
			WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include)
		ORDER BY t.load_order LIMIT 1;
	IF FOUND THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state',
			format('table "%s" is included, but none of its columns is', bad.source_name),
			hint => format('UPDATE sqlite_mig.plan_table SET include = false WHERE (migration, source_name) = (%L, %L);', bad.migration, bad.source_name));
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._statements(migration text) RETURNS SETOF sqlite_mig_internal._statement
	-- the plan has no statistics: a nested loop would read all constraints for each table
	LANGUAGE sql STABLE SET enable_nestloop = off SET jit = off
BEGIN ATOMIC
	SELECT row_number() OVER (ORDER BY s.part, s.ordinality)::integer, s.object_kind, s.object_name, s.source_table, s.statement
	FROM (SELECT sqlite_mig_internal._if_exists(_statements.migration)) AS e (if_exists), LATERAL (
		SELECT 1 AS part, b.* FROM sqlite_mig_internal._sql_schemas(_statements.migration) WITH ORDINALITY AS b
		UNION ALL SELECT 2, b.* FROM sqlite_mig_internal._sql_foreign_tables(_statements.migration) WITH ORDINALITY AS b
		UNION ALL SELECT 3, b.* FROM sqlite_mig_internal._sql_drops(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists = 'replace'
		UNION ALL SELECT 4, b.* FROM sqlite_mig_internal._sql_collations(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 4, b.* FROM sqlite_mig_internal._sql_systems(_statements.migration) WITH ORDINALITY AS b
		UNION ALL SELECT 4, b.* FROM sqlite_mig_internal._sql_loads(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('load', 'truncate')
		UNION ALL SELECT 5, b.* FROM sqlite_mig_internal._sql_loaded_sequences(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('load', 'truncate')
		UNION ALL SELECT 6, b.* FROM sqlite_mig_internal._sql_tables(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 7, b.* FROM sqlite_mig_internal._sql_copies(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT CASE b.object_kind WHEN 'foreign key' THEN 12 ELSE 8 END, b.* FROM sqlite_mig_internal._sql_constraints(_statements.migration) WITH ORDINALITY AS b
			WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 9, b.* FROM sqlite_mig_internal._sql_indexes(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 10, b.* FROM sqlite_mig_internal._sql_search_indexes(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 11, b.* FROM sqlite_mig_internal._sql_orphans(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 13, b.* FROM sqlite_mig_internal._sql_sequences(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 14, b.* FROM sqlite_mig_internal._sql_analyze(_statements.migration) WITH ORDINALITY AS b
		UNION ALL SELECT 15, b.* FROM sqlite_mig_internal._sql_comments(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 16, b.* FROM sqlite_mig_internal._sql_views(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
	) AS s
	ORDER BY 1;
END;
CREATE OR REPLACE FUNCTION sqlite_mig.ddl(server text, migration text DEFAULT NULL,
		OUT step integer, OUT object_kind text, OUT object_name text, OUT statement text)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan sqlite_mig.migration := sqlite_mig_internal._migration(coalesce(ddl.migration, ddl.server));
BEGIN
	PERFORM sqlite_mig_internal._check_plan(plan.migration);
	RETURN QUERY
		WITH s AS MATERIALIZED (SELECT * FROM sqlite_mig_internal._statements(plan.migration)),
			w AS MATERIALIZED (SELECT sqlite_mig_internal._room(19 + max(length(n.object_kind)) + max(length(n.object_name)), 1, 56) AS width FROM s AS n)
		SELECT s.step, s.object_kind, s.object_name, sqlite_mig_internal._layout(s.statement, w.width)
		FROM s, w ORDER BY s.step;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._try(statement text, OUT code text, OUT message text, OUT detail text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	EXECUTE statement;
EXCEPTION
	WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
		IF left(code, 2) NOT IN ('0A', '22', '23', '42', '54') THEN
			RAISE;
		END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._quoted_columns(migration text, source_table text, columns text[]) RETURNS text[]
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT array_agg(quote_ident(c.target_name) ORDER BY u.position) FROM unnest(_quoted_columns.columns) WITH ORDINALITY AS u (name, position)
		JOIN sqlite_mig.plan_column AS c ON (c.migration, c.source_table, c.source_name) = (_quoted_columns.migration, _quoted_columns.source_table, u.name);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._rule(migration text, kind text, name text, source_table text) RETURNS sqlite_mig_internal._rule
	LANGUAGE sql STABLE
BEGIN ATOMIC
	-- an index with expressions or a condition has no policy: SQLite keeps it too, so if rows break it they are not to blame
	SELECT m.migration, k.kind, k.target_name, t.source_name,
			CASE WHEN k.kind <> 'unique index' OR k.target_sql IS NULL THEN sqlite_mig_internal._policy(m.migration, t.source_name, k.kind, k.columns, k.policy) END,
			format('%I.%I', m.source_schema, t.target_name), format('%I.%I', m.target_schema, t.target_name), k.columns, sqlite_mig_internal._quoted_columns(m.migration, t.source_name, k.columns),
			k.parent_table, CASE WHEN p.target_name IS NOT NULL THEN format('%I.%I', m.target_schema, p.target_name) END, sqlite_mig_internal._quoted_columns(m.migration, p.source_name, k.parent_columns), k.target_sql
		FROM sqlite_mig.migration AS m
			JOIN sqlite_mig.plan_table AS t USING (migration)
			JOIN (SELECT c.migration, c.source_table, c.kind, c.target_name, c.columns, c.parent_table, c.parent_columns, c.target_sql, c.policy FROM sqlite_mig.plan_constraint AS c
				UNION ALL SELECT i.migration, i.source_table, 'unique index', i.target_name, i.columns, NULL, NULL, i.target_sql, i.policy FROM sqlite_mig.plan_index AS i WHERE i.is_unique) AS k
				ON k.migration = m.migration AND k.source_table = t.source_name
			LEFT JOIN sqlite_mig.plan_table AS p ON p.migration = m.migration AND p.source_name = k.parent_table
		WHERE m.migration = $1 AND k.kind = $2 AND k.target_name = $3 AND t.source_name = $4;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._shown_key(rule sqlite_mig_internal._rule) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce((SELECT format('left(concat_ws('', '', %s), 100)', string_agg('c.' || n.name, ', ' ORDER BY n.position)) FROM unnest(coalesce((rule).names,
			(SELECT array_agg(quote_ident(c.target_name) ORDER BY c.primary_key) FROM sqlite_mig.plan_column AS c
				WHERE c.migration = (rule).migration AND c.source_table = (rule).source_table AND c.include AND c.primary_key IS NOT NULL))) WITH ORDINALITY AS n (name, position)
			HAVING count(*) > 0),
		'left((c.*)::text, 100)');
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._offenders(rule sqlite_mig_internal._rule) RETURNS text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	shown   constant text := sqlite_mig_internal._shown_key(rule);
	named   constant text := (SELECT string_agg('c.' || n, ', ') FROM unnest((rule).names) AS n);
	present constant text := (SELECT string_agg(format('c.%s IS NOT NULL', n), ' AND ') FROM unnest((rule).names) AS n);
	orphans text;
BEGIN
	CASE (rule).kind
		WHEN 'check' THEN
			RETURN format('SELECT c.ctid AS place, %s AS key, true AS gone FROM %s AS c WHERE NOT (%s)', shown, (rule).target, (rule).expression);
		WHEN 'foreign key' THEN
			orphans := format('SELECT c.ctid AS place, %s AS key, true AS gone%s FROM %s AS c WHERE %s AND NOT EXISTS (SELECT FROM %s AS p WHERE %s)', shown,
				CASE WHEN (rule).parent = (rule).target THEN (SELECT string_agg(format(', c.%s AS k%s', u.n, u.i), '' ORDER BY u.i) FROM unnest((rule).parent_names) WITH ORDINALITY AS u (n, i)) END,
				(rule).target, present, (rule).parent, (SELECT string_agg(format('p.%s %s c.%s', u.p, sqlite_mig_internal._equals((rule).migration, (rule).source_table, u.source_name), u.c), ' AND ')
					FROM unnest((rule).names, (rule).parent_names, (rule).columns) AS u (c, p, source_name)));
			IF (rule).parent = (rule).target AND (rule).policy = 'quarantine' THEN
				orphans := format('SELECT place, key, gone FROM (WITH RECURSIVE o AS (%s UNION ALL SELECT c.ctid, %s, true%s FROM o JOIN %s AS c ON %s) SELECT * FROM o) AS o', orphans, shown,
					(SELECT string_agg(', c.' || u.n, '' ORDER BY u.i) FROM unnest((rule).parent_names) WITH ORDINALITY AS u (n, i)), (rule).target,
					(SELECT string_agg(format('c.%s %s o.k%s', u.n, sqlite_mig_internal._equals((rule).migration, (rule).source_table, u.source_name), u.i), ' AND ') FROM unnest((rule).names, (rule).columns) WITH ORDINALITY AS u (n, source_name, i)));
			END IF;
			RETURN orphans;
		ELSE
			RETURN format('SELECT r.place, r.key, r.n > 1 AS gone FROM (SELECT c.ctid AS place, %1$s AS key, row_number() OVER (PARTITION BY %2$s ORDER BY %3$sc.ctid) AS n FROM %4$s AS c '
				'JOIN (SELECT %2$s FROM %4$s AS c WHERE %5$s GROUP BY %2$s HAVING count(*) > 1) AS d ON %6$s) AS r', shown, named,
				-- rows of several workers do not lie in the order of the source
				(SELECT format('c.%I, ', min(p.target_name)) FROM sqlite_mig.plan_column AS p
					WHERE p.migration = (rule).migration AND p.source_table = (rule).source_table AND p.include AND p.primary_key IS NOT NULL
					HAVING count(*) = 1 AND bool_and(p.target_type IN ('smallint', 'integer', 'bigint'))),
				(rule).target, present, (SELECT string_agg(format('d.%s %s c.%s', u.name, sqlite_mig_internal._equals((rule).migration, (rule).source_table, u.source_name), u.name), ' AND ') FROM unnest((rule).names, (rule).columns) AS u (name, source_name)));
	END CASE;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._null_keys(rule sqlite_mig_internal._rule) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT format('SELECT c.ctid AS place, %s AS key, true AS gone FROM %s AS c WHERE %s', sqlite_mig_internal._shown_key(rule), (rule).target, string_agg(format('c.%s IS NULL', n), ' OR '))
		FROM unnest((rule).names) AS n;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._count_offenders(query text, OUT rows bigint, OUT sample text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	EXECUTE format('WITH o AS MATERIALIZED (%s) SELECT count(*) FILTER (WHERE gone), (SELECT string_agg(format(''(%%s)'', s.key), '', '' ORDER BY s.key) '
		'FROM (SELECT DISTINCT o.key FROM o WHERE o.gone ORDER BY o.key LIMIT 3) AS s) FROM o', query) INTO rows, sample;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._expel(migration text, source regclass, target regclass, columns text[], statement text, policy text, sqlstate text, message text, key text[], key_fault text)
	RETURNS bigint
	LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_expel_rows';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._settle(rule sqlite_mig_internal._rule, query text, code text) RETURNS bigint
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	names   constant text[] := ARRAY(SELECT c.target_name FROM sqlite_mig.plan_column AS c
		WHERE c.migration = (rule).migration AND c.source_table = (rule).source_table AND c.include ORDER BY c.position);
	list    constant text := (SELECT string_agg(format('c.%I', u.n), ', ' ORDER BY u.i) FROM unnest(names) WITH ORDINALITY AS u (n, i));
	policy  constant text := CASE (rule).policy WHEN 'set null' THEN 'set null' ELSE 'quarantine' END;
	rows    bigint;
BEGIN
	-- workers that do the same for other indexes of the table would wait for each other
	EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', (rule).target);
	-- of a run that goes on with another policy than it began with
	IF EXISTS (SELECT FROM pg_constraint AS k WHERE k.contype = 'f' AND k.confrelid = to_regclass((rule).target)) THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('rows that break %s "%s" cannot leave table "%s" any more', (rule).kind, (rule).name, (rule).source_table),
			detail => 'Foreign keys that refer to it are made already, and would delete or change other rows.',
			hint => 'Start the migration anew with options => ''{"replace": true, "policy": "quarantine"}''.');
	END IF;
	rows := sqlite_mig_internal._expel((rule).migration, (rule).source, (rule).target, names,
		-- arrays of places: a join on them would be planned without knowing how many there are
		CASE policy WHEN 'set null' THEN format('WITH o AS MATERIALIZED (%1$s), n AS (UPDATE %2$s AS c SET %3$s WHERE c.ctid = ANY (ARRAY(SELECT o.place FROM o))) '
				'SELECT true, %4$s FROM %2$s AS c WHERE c.ctid = ANY (ARRAY(SELECT o.place FROM o))', query, (rule).target, (SELECT string_agg(n || ' = NULL', ', ') FROM unnest((rule).names) AS n), list)
			ELSE format('WITH o AS MATERIALIZED (%1$s), n AS (DELETE FROM %2$s AS c WHERE c.ctid = ANY (ARRAY(SELECT o.place FROM o WHERE o.gone))) '
				'SELECT true, %3$s FROM %2$s AS c WHERE c.ctid = ANY (ARRAY(SELECT o.place FROM o WHERE o.gone)) '
				'UNION ALL SELECT false, %3$s FROM %2$s AS c WHERE c.ctid = ANY (ARRAY(SELECT o.place FROM o WHERE NOT o.gone))', query, (rule).target, list) END,
		policy, code, format(CASE code WHEN '23505' THEN 'duplicate key value violates unique constraint "%1$s"' WHEN '23503' THEN 'row of table "%2$s" violates foreign key constraint "%1$s"'
			WHEN '23502' THEN 'null value in a column of primary key "%1$s"' ELSE 'row of table "%2$s" violates check constraint "%1$s"' END, (rule).name, (rule).source_table),
		CASE WHEN code IN ('23505', '23503') THEN (rule).columns ELSE '{}' END,
		CASE code WHEN '23503' THEN format('is not present in table "%s"', (rule).parent_table) ELSE 'already exists' END);
	IF rows = 0 THEN
		RETURN 0;
	END IF;
	IF policy = 'set null' THEN
		PERFORM sqlite_mig_internal._note((rule).migration, 'migrate', 'foreign key', (rule).name, (rule).source_table, 'warning', 'lossy', 'set null',
				'rows without a parent: their reference became NULL; sqlite_mig.rejected has each with what it was', rows, string_agg(s.detail, ' ' ORDER BY s.reject))
			FROM (SELECT r.reject, r.source_key || ': ' || r.detail AS detail FROM sqlite_mig.rejected AS r
				WHERE r.migration = (rule).migration AND r.table_name = (rule).source_table AND r.policy = 'set null' AND r.replayed_at IS NULL ORDER BY r.reject LIMIT 3) AS s;
		-- they are in the table as "row" now has them, which is what the verification compares with
		UPDATE sqlite_mig.rejected AS r SET "row" = r."row" || (SELECT jsonb_object_agg(n, '{"class": "null"}'::jsonb) FROM unnest((rule).columns) AS n), replayed_at = clock_timestamp()
			WHERE r.migration = (rule).migration AND r.table_name = (rule).source_table AND r.policy = 'set null' AND r.replayed_at IS NULL;
	ELSE
		PERFORM sqlite_mig_internal._note_rejected((rule).migration, (rule).source_table);
	END IF;
	RAISE WARNING '% "%" of "%": %: %', (rule).kind, (rule).name, (rule).source_table,
		CASE policy WHEN 'set null' THEN 'references without a parent that became NULL' ELSE 'rows that break it and wait in sqlite_mig.rejected' END, rows;
	RETURN rows;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._settle_orphans(migration text) RETURNS bigint
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig   constant text := _settle_orphans.migration;
	every constant sqlite_mig.plan_constraint[] := ARRAY(SELECT k FROM sqlite_mig_internal._statements(mig) AS s
		JOIN sqlite_mig.plan_constraint AS k ON (k.migration, k.kind, k.source_table, k.target_name) = (mig, 'foreign key', s.source_table, s.object_name)
		WHERE s.object_kind = 'foreign key' AND sqlite_mig_internal._policy(mig, k.source_table, k.kind, k.columns, k.policy) IN ('quarantine', 'set null') ORDER BY s.step);
	todo  sqlite_mig.plan_constraint[] := every;
	item  sqlite_mig.plan_constraint;
	rule  sqlite_mig_internal._rule;
	moved bigint;
	total bigint := 0;
BEGIN
	LOOP
		SELECT (t.k).* INTO item FROM (SELECT k, row_number() OVER () AS n FROM unnest(todo) AS k) AS t
			ORDER BY EXISTS (SELECT FROM unnest(todo) AS o WHERE o.source_table = (t.k).parent_table AND o.source_table <> (t.k).source_table), t.n LIMIT 1;
		EXIT WHEN NOT FOUND;
		todo := array_remove(todo, item);
		rule := sqlite_mig_internal._rule(mig, item.kind, item.target_name, item.source_table);
		BEGIN
			moved := sqlite_mig_internal._settle(rule, sqlite_mig_internal._offenders(rule), '23503');
		EXCEPTION
			-- columns that do not compare: ALTER TABLE will say so
			WHEN undefined_function OR datatype_mismatch THEN
				CONTINUE;
		END;
		total := total + moved;
		IF moved > 0 THEN
			todo := todo || ARRAY(SELECT k FROM unnest(every) AS k WHERE k.parent_table = item.source_table AND k.source_table <> item.source_table AND k <> ALL (todo));
		END IF;
	END LOOP;
	RETURN total;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._fallback(step sqlite_mig.journal, rule sqlite_mig_internal._rule) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE
		WHEN step.object_kind IN ('foreign key', 'check') THEN step.statement || ' NOT VALID'
		WHEN step.object_kind = 'unique index' THEN replace(step.statement, 'CREATE UNIQUE INDEX', 'CREATE INDEX')
		ELSE format('CREATE INDEX %I ON %s (%s)', (rule).name, (rule).target, array_to_string((rule).names, ', ')) END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._stop_at(rule sqlite_mig_internal._rule, code text, rows bigint, sample text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan   constant sqlite_mig.migration := sqlite_mig_internal._migration((rule).migration);
	edit   constant text := CASE (rule).kind
		WHEN 'unique index' THEN format('UPDATE sqlite_mig.plan_index SET policy = ''quarantine'' WHERE (migration, target_name) = (%L, %L);', plan.migration, (rule).name)
		ELSE format('UPDATE sqlite_mig.plan_constraint SET policy = ''quarantine'' WHERE (migration, source_table, target_name) = (%L, %L, %L);', plan.migration, (rule).source_table, (rule).name) END;
BEGIN
	PERFORM sqlite_mig_internal._refuse(code,
		format('rows of table "%s" break %s "%s": %s', (rule).source_table, CASE (rule).kind WHEN 'unique' THEN 'unique constraint' ELSE (rule).kind END, (rule).name, rows),
		detail => format(CASE code WHEN '23503' THEN 'Without a parent in table "%2$s": %1$s.' WHEN '23505' THEN 'Keys that are there more than once: %1$s.' ELSE 'Keys of such rows: %1$s.' END,
				sample || CASE WHEN rows > 3 THEN ', ...' ELSE '' END, (rule).parent_table),
		hint => CASE
			-- the run, and its plan, are there to go on with
			WHEN plan.state = 'running' AND plan.running -> 'args' ->> 'mode' = 'resumable' THEN edit
				|| ' and the same call again goes on with such rows moved to the quarantine; or, for all constraints, the same call with options => ''{"policy": "quarantine"}''.'
			-- made by this call, and gone with it
			WHEN plan.prepared_at >= plan.started_at THEN format('Have such rows moved to the quarantine with options => ''{"policy": "quarantine"}''; or for this one only: SELECT * FROM sqlite_mig.prepare(%L, %L%s); %s',
				plan.server, plan.target_schema, CASE WHEN plan.migration <> plan.server THEN format(', migration => %L', plan.migration) ELSE '' END, edit)
			ELSE edit || ' has such rows moved to the quarantine.' END
			|| format(' The policies are: stop, not valid, quarantine%s.', CASE (rule).kind WHEN 'foreign key' THEN ', set null' ELSE '' END), table_name => (rule).source_table, constraint_name => (rule).name);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._make_instead(step sqlite_mig.journal, rule sqlite_mig_internal._rule, failure record, query text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	instead text := sqlite_mig_internal._fallback(step, rule);
	again   record;
	broken  record;
	told    text;
BEGIN
	SELECT t.* INTO again FROM sqlite_mig_internal._try(instead) AS t;
	SELECT c.* INTO broken FROM sqlite_mig_internal._count_offenders(query) AS c;
	IF again.code IS NOT NULL THEN
		told := format('%s; and instead: %s', failure.message, again.message);
		instead := NULL;
	ELSE
		told := format(CASE step.object_kind WHEN 'foreign key' THEN 'rows without a parent: %s; the foreign key is NOT VALID, it holds for new rows only'
			WHEN 'check' THEN 'rows that break it: %s; the check is NOT VALID, it holds for new rows only' ELSE 'rows that break it: %s; a plain index was made instead' END, broken.rows);
	END IF;
	PERFORM sqlite_mig_internal._note_failed(step, failure, instead, told, broken.rows, broken.sample);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._note_failed(step sqlite_mig.journal, failure record, instead text, told text, rows bigint, sample text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_variable
BEGIN
	UPDATE sqlite_mig.journal AS j SET error = format('%s: %s', failure.code, failure.message), fallback = instead
		WHERE (j.migration, j.run, j.step) = (step.migration, step.run, step.step);
	PERFORM sqlite_mig_internal._note(step.migration, 'migrate', step.object_kind, step.object_name, step.table_name, 'warning', 'failed', 'data', told, rows, sample);
	RAISE WARNING '% "%"%: %', step.object_kind, step.object_name, coalesce(' of "' || step.table_name || '"', ''), told;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._is_mistranslated(rule sqlite_mig_internal._rule, broken bigint) RETURNS boolean
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	original text;
BEGIN
	-- an expression that was written into the plan by hand is meant as it is
	SELECT k.source_sql INTO original FROM sqlite_mig.plan_constraint AS k,
			LATERAL sqlite_mig_internal._translate_expr(k.source_sql, 'check', k.source_table, NULL, sqlite_mig_internal._catalog(k.migration, k.source_table)) AS x
		WHERE (k.migration, k.source_table, k.target_name) = ((rule).migration, (rule).source_table, (rule).name) AND k.target_sql = x.translated;
	RETURN original IS NOT NULL AND
		sqlite_mig_internal._source_value((sqlite_mig_internal._migration((rule).migration)).server, format('coalesce(sum(NOT (%s)), 0)', original), (rule).source_table)::bigint < broken;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._run_guarded(step sqlite_mig.journal) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	failure record;
	broken  record;
	rule    sqlite_mig_internal._rule;
	query   text;
	moved   bigint;
BEGIN
	IF step.object_kind = 'orphans' THEN
		EXECUTE step.statement INTO moved;
		UPDATE sqlite_mig.journal AS j SET rows = moved WHERE (j.migration, j.run, j.step) = (step.migration, step.run, step.step);
		RETURN;
	END IF;
	SELECT t.* INTO failure FROM sqlite_mig_internal._try(step.statement) AS t;
	IF failure.code IS NULL THEN
		RETURN;
	END IF;
	rule := sqlite_mig_internal._rule(step.migration, step.object_kind, step.object_name, step.table_name);
	IF (rule).policy IS NULL OR failure.code NOT IN ('23502', '23503', '23505', '23514') THEN
		PERFORM sqlite_mig_internal._note_failed(step, failure, NULL, failure.message, NULL, nullif(failure.detail, ''));
		RETURN;
	END IF;

	IF (rule).kind = 'check' AND sqlite_mig_internal._is_mistranslated(rule, (SELECT c.rows FROM sqlite_mig_internal._count_offenders(sqlite_mig_internal._offenders(rule)) AS c)) THEN
		PERFORM sqlite_mig_internal._note_failed(step, failure, NULL, 'its translation refuses rows that SQLite finds right, so it is not made', NULL, (rule).expression);
		RETURN;
	END IF;
	query := CASE failure.code WHEN '23502' THEN sqlite_mig_internal._null_keys(rule) ELSE sqlite_mig_internal._offenders(rule) END;
	CASE (rule).policy
		WHEN 'not valid' THEN
			PERFORM sqlite_mig_internal._make_instead(step, rule, failure, query);
		WHEN 'quarantine' THEN
			-- a primary key may have both faults, and says one at a time
			moved := CASE (rule).kind WHEN 'primary key' THEN sqlite_mig_internal._settle(rule, sqlite_mig_internal._null_keys(rule), '23502') + sqlite_mig_internal._settle(rule, sqlite_mig_internal._offenders(rule), '23505')
				ELSE sqlite_mig_internal._settle(rule, query, failure.code) END;
			EXECUTE step.statement;
			UPDATE sqlite_mig.journal AS j SET rows = moved, error = format('%s: %s', failure.code, failure.message)
				WHERE (j.migration, j.run, j.step) = (step.migration, step.run, step.step);
		ELSE
			SELECT c.* INTO broken FROM sqlite_mig_internal._count_offenders(query) AS c;
			PERFORM sqlite_mig_internal._stop_at(rule, failure.code, broken.rows, broken.sample);
	END CASE;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._merges(plan sqlite_mig.migration) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce((plan).options ->> 'if_exists', 'error') = 'load' AND coalesce((plan).options ->> 'on_conflict', 'error') <> 'error';
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._merge(plan sqlite_mig.migration, source_table text) RETURNS sqlite_mig_internal._merge
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT (plan).migration, (plan).options ->> 'on_conflict', s.name, t.name, k.columns,
			(SELECT format('EXISTS (SELECT FROM %s AS s WHERE %s)', s.name, string_agg(format('s.%1$I = t.%1$I', c), ' AND ')) FROM unnest(k.columns) AS c HAVING count(*) > 0)
				-- rows that were rejected, and are there from before
				|| coalesce((SELECT format(' AND NOT EXISTS (SELECT FROM sqlite_mig.rejected AS r WHERE (r.migration, r.table_name) = (%L, %L) AND r.replayed_at IS NULL AND r.source_rowid = t.%I)',
					(plan).migration, _merge.source_table, min(p.target_name)) FROM sqlite_mig.plan_column AS p JOIN sqlite_mig.plan_table AS l ON l.migration = p.migration AND l.source_name = p.source_table
					WHERE p.migration = (plan).migration AND p.source_table = _merge.source_table AND p.primary_key IS NOT NULL
					HAVING array_agg(p.target_name) = k.columns AND bool_and(upper(p.declared_type COLLATE "C") = 'INTEGER' AND NOT l.without_rowid)), '')
		FROM sqlite_mig_internal._targets((plan).migration) AS t JOIN pg_class AS r ON r.oid = t.relation,
			LATERAL (SELECT format('%I.%I', (plan).source_schema, r.relname) AS name,
				(SELECT array_agg(p.target_name) FROM sqlite_mig.plan_column AS p WHERE p.migration = (plan).migration AND p.source_table = _merge.source_table AND p.include) AS columns) AS s
			LEFT JOIN LATERAL (SELECT k.columns FROM (
				SELECT NOT i.indisprimary AS later, i.indexrelid::bigint AS number, (SELECT array_agg(a.attname::text ORDER BY u.n) FROM unnest(i.indkey) WITH ORDINALITY AS u (attnum, n)
						JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = u.attnum WHERE u.n <= i.indnkeyatts AND (a.attnotnull OR i.indisprimary) HAVING count(*) = i.indnkeyatts) AS columns
					FROM pg_index AS i WHERE i.indrelid = r.oid AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indexprs IS NULL AND i.indpred IS NULL
				UNION ALL SELECT true, 0, array_agg(p.target_name ORDER BY p.primary_key) FROM sqlite_mig.plan_column AS p
					WHERE r.relkind IN ('f', 'v') AND p.migration = (plan).migration AND p.source_table = _merge.source_table AND p.primary_key IS NOT NULL
				) AS k WHERE k.columns <@ s.columns ORDER BY k.later, k.number LIMIT 1) AS k ON true
		WHERE sqlite_mig_internal._merges(plan) AND t.source_name = _merge.source_table;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._merge_arguments(migration text, source_table text) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce((SELECT format(', on_conflict => %L', w.on_conflict) || CASE WHEN c.relkind IN ('r', 'p') THEN format(', conflict_columns => %L', w.key) ELSE '' END
		FROM sqlite_mig_internal._merge(sqlite_mig_internal._migration(_merge_arguments.migration), _merge_arguments.source_table) AS w JOIN pg_class AS c ON c.oid = to_regclass(w.target)), '');
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._look_at_merge(merge sqlite_mig_internal._merge, source_table text, columns text[], matched bigint, differ boolean, OUT extra bigint, OUT differing bigint, OUT stay boolean)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig  constant text := (merge).migration;
	kept bigint;
BEGIN
	stay := false;
	IF (merge).condition IS NULL OR to_regclass((merge).target) IS NULL THEN
		RETURN;
	END IF;
	EXECUTE format('SELECT count(*) - %s FROM %s', coalesce(matched, 0), (merge).target) INTO extra;
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig AND e.table_name = _look_at_merge.source_table AND e.rule = 'kept';
	IF differ IS NOT TRUE THEN
		RETURN;
	END IF;
	BEGIN
		EXECUTE format('SELECT count(*) FROM %s AS s JOIN %s AS t ON %s WHERE ROW (%s)::record *<> ROW (%s)::record%s', (merge).source, (merge).target,
			(SELECT string_agg(format('s.%1$I = t.%1$I', c), ' AND ') FROM unnest((merge).key) AS c),
			(SELECT string_agg(format('s.%I', c), ', ') FROM unnest(columns) AS c), (SELECT string_agg(format('t.%I', c), ', ') FROM unnest(columns) AS c),
			-- rows that were rejected, which may not be readable: SQLite leaves them out where the key is its rowid
			(SELECT format(' AND s.%I <> ALL (%L::bigint[])', (merge).key[1], array_agg(r.source_rowid)) FROM sqlite_mig.rejected AS r
				WHERE r.migration = mig AND r.table_name = _look_at_merge.source_table AND r.replayed_at IS NULL AND strpos((merge).condition, 'r.source_rowid = ') > 0 HAVING count(*) > 0)) INTO differing;
	EXCEPTION
		-- another row that was rejected cannot be read; that it waits is said elsewhere
		WHEN data_exception OR datatype_mismatch OR fdw_error THEN
			RETURN;
	END;
	-- all that the run did not insert itself
	SELECT matched - sum(j.rows) INTO kept FROM sqlite_mig.journal AS j JOIN sqlite_mig.migration AS m ON m.migration = j.migration AND m.run = j.run
		WHERE j.migration = mig AND j.table_name = _look_at_merge.source_table AND j.object_kind = 'copy';
	stay := (merge).on_conflict = 'nothing' AND differing BETWEEN 1 AND coalesce(kept, 0);
	IF stay THEN
		PERFORM sqlite_mig_internal._note(mig, 'migrate', 'table', _look_at_merge.source_table, _look_at_merge.source_table, 'warning', 'skipped', 'kept',
			'rows that were there already differ from the source, and stay as they are', differing, accepted => true);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._find_definitions(migration text) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 'blocker', 'table', t.source_name, 'is included, but none of its columns is', NULL::bigint, NULL::text, 'include a column, or leave the table out in plan_table'
		FROM sqlite_mig.plan_table AS t
		WHERE t.migration = _find_definitions.migration AND t.include
			AND NOT EXISTS (SELECT FROM sqlite_mig.plan_column AS c WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include)
	UNION ALL
	SELECT 'blocker', 'column', c.source_table || '.' || c.source_name, n.finding, NULL, NULL, n.advice
		FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include,
			LATERAL (VALUES
				(sqlite_mig_internal._type_name(c.target_type) IS NULL, format('type "%s" does not exist', c.target_type), 'correct target_type in plan_column'),
				(c.identity IS NOT NULL AND c.target_type NOT IN ('bigint', 'integer', 'smallint'), format('is an identity column, but %s does not count', c.target_type),
					'set identity to NULL, or target_type to bigint')
			) AS n (applies, finding, advice)
		WHERE c.migration = _find_definitions.migration AND c.include AND n.applies;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._find_names(migration text) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH relation AS (
		SELECT 'table' AS kind, t.source_name AS name, t.target_name FROM sqlite_mig.plan_table AS t WHERE t.migration = _find_names.migration AND t.include
		UNION ALL SELECT 'index', i.source_name, i.target_name FROM sqlite_mig.plan_index AS i
			JOIN sqlite_mig.plan_table AS t ON t.migration = i.migration AND t.source_name = i.source_table AND t.include
			WHERE i.migration = _find_names.migration AND i.include
		-- these make an index of their name
		UNION ALL SELECT k.kind, k.target_name, k.target_name FROM sqlite_mig.plan_constraint AS k
			JOIN sqlite_mig.plan_table AS t ON t.migration = k.migration AND t.source_name = k.source_table AND t.include
			WHERE k.migration = _find_names.migration AND k.include AND k.kind IN ('primary key', 'unique')
		UNION ALL SELECT 'index', s.index_name, s.index_name FROM sqlite_mig_internal._search_columns(_find_names.migration) AS s
			JOIN sqlite_mig.plan_table AS t ON t.migration = _find_names.migration AND t.source_name = s.source_table AND t.include
	), col AS (
		SELECT c.source_table, c.source_name, c.target_name, c.position FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
			WHERE c.migration = _find_names.migration AND c.include
		UNION ALL SELECT s.source_table, s.column_name, s.column_name, 2000 FROM sqlite_mig_internal._search_columns(_find_names.migration) AS s
			JOIN sqlite_mig.plan_table AS t ON t.migration = _find_names.migration AND t.source_name = s.source_table AND t.include
			WHERE s.column_name IS NOT NULL
	)
	SELECT 'blocker', r.kind, r.name, format('the name "%s" is used more than once', r.target_name), NULL::bigint,
			(SELECT string_agg(format('%s %s', o.kind, o.name), ', ' ORDER BY o.kind, o.name) FROM relation AS o WHERE o.target_name = r.target_name), 'choose another target_name'
		FROM (SELECT DISTINCT ON (r.target_name) r.* FROM relation AS r ORDER BY r.target_name, r.kind, r.name) AS r
		WHERE (SELECT count(*) FROM relation AS o WHERE o.target_name = r.target_name) > 1
	UNION ALL
	SELECT 'blocker', r.kind, r.name, format('schema "%s" already has a relation %s', m.target_schema, CASE WHEN r.target_name = r.name THEN 'of this name' ELSE '"' || r.target_name || '"' END), NULL, NULL,
			'drop or rename it, or choose another target_name or target schema'
		FROM relation AS r, sqlite_mig.migration AS m, LATERAL (SELECT to_regclass(format('%I.%I', m.target_schema, r.target_name))::oid AS oid) AS o
		WHERE m.migration = _find_names.migration AND o.oid IS NOT NULL AND sqlite_mig_internal._if_exists(m.migration) IN ('error', 'replace')
			AND NOT sqlite_mig_internal._is_replaced(m.migration, o.oid)
	UNION ALL
	SELECT 'blocker', r.kind, r.name, format('"%s" is no name in PostgreSQL, which takes 1 to 63 bytes', r.target_name), NULL, NULL, 'choose another target_name'
		FROM relation AS r WHERE octet_length(r.target_name) NOT BETWEEN 1 AND 63
	UNION ALL
	SELECT 'blocker', 'column', c.source_table || '.' || c.source_name, format('"%s" is no name of a column in PostgreSQL', c.target_name), NULL, NULL, 'choose another target_name'
		FROM col AS c WHERE octet_length(c.target_name) NOT BETWEEN 1 AND 63 OR c.target_name IN ('ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid')
	UNION ALL
	SELECT 'blocker', 'column', min(c.source_table || '.' || c.source_name), format('the name "%s" is used more than once', c.target_name), NULL,
			string_agg(c.source_name, ', ' ORDER BY c.position), 'choose another target_name'
		FROM col AS c GROUP BY c.source_table, c.target_name HAVING count(*) > 1;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._find_defaults(migration text) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	c     sqlite_mig.plan_column;
	zone  constant text := sqlite_mig_internal._source_zone(migration);
	error record;
BEGIN
	FOR c IN
		SELECT c.* FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
		WHERE c.migration = _find_defaults.migration AND c.include AND c.default_expr IS NOT NULL AND c.identity IS NULL
			AND sqlite_mig_internal._type_name(c.target_type) IS NOT NULL
			AND c.default_expr IS DISTINCT FROM sqlite_mig_internal._default_expr(c.default_source, c.target_type, coalesce(c.time_zone, zone), c.declared_type)
		ORDER BY t.load_order, c.position
	LOOP
		SELECT e.* INTO error FROM sqlite_mig_internal._try(format('CREATE TEMPORARY TABLE sqlite_mig_check (c %s DEFAULT %s)', c.target_type, c.default_expr)) AS e;
		IF error.code IS NULL THEN
			DROP TABLE pg_temp.sqlite_mig_check;
		ELSE
			RETURN NEXT ROW('blocker', 'default', c.source_table || '.' || c.source_name, format('the default is none for %s: %s', c.target_type, error.message), NULL::bigint,
				c.default_expr, 'correct default_expr in plan_column, or set it to NULL')::sqlite_mig_internal._finding;
		END IF;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._fit_columns(server text, source_table text, names text[], types text[], formats text[], zone text)
	RETURNS TABLE (source_name text, target_type text, rows bigint, nulls bigint, refused bigint, lossy bigint, first_row text, storage_class text, value text, reason text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	RETURN QUERY SELECT f.column_name, f.target_type, f.rows, f.nulls, f.refused, f.lossy, f.first_row, f.storage_class, f.value, f.reason
		FROM sqlite_mig_internal._fit(server, source_table, names, ARRAY(SELECT generate_series(1, cardinality(names))), types, formats, zone) AS f;
EXCEPTION
	WHEN fdw_invalid_attribute_value OR invalid_parameter_value OR undefined_object THEN
		IF cardinality(names) = 1 THEN
			RETURN QUERY SELECT names[1], types[1], NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::text, NULL::text, NULL::text, SQLERRM;
		ELSE
			FOR i IN 1 .. cardinality(names) LOOP
				RETURN QUERY SELECT f.* FROM sqlite_mig_internal._fit_columns(server, source_table, names[i:i], types[i:i], formats[i:i], zone) AS f;
			END LOOP;
		END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._find_values(plan sqlite_mig.migration) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	zone  constant text := sqlite_mig_internal._source_zone((plan).migration);
	item  record;
	f     record;
	spare bigint;
	gone  bigint;
	hard  bigint;
	name  text;
BEGIN
	FOR item IN
		SELECT c.source_table, t.load_order, coalesce(c.time_zone, zone) AS zone, array_agg(c.source_name ORDER BY c.position) AS names,
			array_agg(c.target_type ORDER BY c.position) AS types, array_agg(c.format ORDER BY c.position) AS formats
		FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include,
			LATERAL (SELECT coalesce((c.evidence ->> 'complete')::boolean, false) AS complete) AS e
		WHERE c.migration = (plan).migration AND c.include AND sqlite_mig_internal._type_name(c.target_type) IS NOT NULL
			AND (NOT e.complete OR c.evidence ->> 'proposed' IS DISTINCT FROM concat_ws('/', c.target_type, c.format)
				OR c.time_zone IS DISTINCT FROM (plan).options ->> 'time_zone' AND c.time_zone IS NOT NULL)
			AND NOT (e.complete AND (SELECT s.says FROM sqlite_mig_internal._counts(c.evidence) AS n, sqlite_mig_internal._evidence_says(n, c.target_type, c.format, utc => coalesce(c.time_zone, zone) = 'UTC') AS s) = 'proved')
		GROUP BY c.source_table, t.load_order, coalesce(c.time_zone, zone) ORDER BY t.load_order, 3
	LOOP
		FOR f IN
			SELECT f.*, c.empty_as_null, c.on_error, c.not_null, c.evidence
			FROM sqlite_mig_internal._fit_columns((plan).server, item.source_table, item.names, item.types, item.formats, item.zone) AS f
				JOIN sqlite_mig.plan_column AS c ON c.migration = (plan).migration AND c.source_table = item.source_table AND c.source_name = f.source_name
			ORDER BY c.position
		LOOP
			name := item.source_table || '.' || f.source_name;
			IF f.rows IS NULL THEN
				RETURN NEXT ROW('blocker', 'column', name, f.reason, NULL::bigint, NULL::text, 'correct target_type or format in plan_column')::sqlite_mig_internal._finding;
				CONTINUE;
			END IF;
			spare := CASE WHEN f.empty_as_null AND f.target_type !~ '^(text|varchar|bytea)' THEN coalesce((f.evidence ->> 'empty_strings')::bigint, 0) ELSE 0 END;
			hard := greatest(f.refused - f.lossy - spare, 0);
			gone := CASE f.on_error WHEN 'null' THEN hard ELSE 0 END;
			IF hard > 0 THEN
				RETURN NEXT ROW(CASE WHEN gone > 0 THEN 'warning' ELSE 'blocker' END, 'column', name,
					format(CASE WHEN gone > 0 THEN 'values that do not fit %s, and become NULL as on_error says' ELSE 'values that do not fit %s' END, f.target_type), hard,
					format('%s %s %s (%s)', f.first_row, f.storage_class, f.value, f.reason),
					CASE WHEN gone = 0 THEN 'choose another target_type or format, or let them become NULL with on_error ''null'', in plan_column' END)::sqlite_mig_internal._finding;
			END IF;
			IF f.lossy > 0 THEN
				RETURN NEXT ROW('warning', 'column', name, format('values that change in %s', f.target_type), f.lossy,
					CASE WHEN hard = 0 THEN format('%s %s %s (%s)', f.first_row, f.storage_class, f.value, f.reason) END, 'the ledger will count them; another target_type may keep them')::sqlite_mig_internal._finding;
			END IF;
			IF f.not_null AND (f.evidence ->> 'complete') IS DISTINCT FROM 'true' AND f.nulls > 0 THEN
				RETURN NEXT ROW('blocker', 'column', name, 'is NOT NULL, but holds NULL', f.nulls, NULL::text, 'set not_null to false in plan_column')::sqlite_mig_internal._finding;
			ELSIF f.not_null AND gone > 0 THEN
				RETURN NEXT ROW('blocker', 'column', name, 'is NOT NULL, but on_error makes NULL of values', gone, NULL::text, 'set not_null to false in plan_column')::sqlite_mig_internal._finding;
			END IF;
		END LOOP;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._find_nulls(migration text) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE WHEN c.not_null OR k.policy = 'stop' THEN 'blocker' ELSE 'warning' END, 'column', c.source_table || '.' || c.source_name,
			CASE WHEN (c.evidence ->> 'nulls')::bigint = 0 THEN 'is NOT NULL, but empty_as_null makes NULL of the empty string'
				WHEN c.not_null THEN 'is NOT NULL, but holds NULL' ELSE 'is in the primary key, but holds NULL' END,
			n.nulls, NULL::text, CASE WHEN c.not_null THEN 'set not_null to false in plan_column' WHEN k.policy <> 'stop' THEN 'its policy says what becomes of the rows: ' || k.policy ELSE 'make the key a unique one: kind ''unique'' in plan_constraint' END
		FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include,
			LATERAL (SELECT (c.evidence ->> 'nulls')::bigint + CASE WHEN c.empty_as_null THEN (c.evidence ->> 'empty_strings')::bigint ELSE 0 END AS nulls) AS n
			LEFT JOIN LATERAL (SELECT sqlite_mig_internal._policy(k.migration, k.source_table, k.kind, k.columns, k.policy) AS policy FROM sqlite_mig.plan_constraint AS k
				WHERE k.migration = c.migration AND k.source_table = c.source_table AND k.include AND k.kind = 'primary key' AND c.source_name = ANY (k.columns)) AS k ON true
		WHERE c.migration = _find_nulls.migration AND c.include AND (c.evidence ->> 'complete')::boolean AND n.nulls > 0 AND (c.not_null OR k.policy IS NOT NULL)
		ORDER BY t.load_order, c.position;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._find_duplicates(plan sqlite_mig.migration) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item   record;
	source text;
	result record;
BEGIN
	FOR item IN
		WITH key AS (
			SELECT k.source_table, k.kind, k.target_name AS name, k.columns, k.policy FROM sqlite_mig.plan_constraint AS k
				WHERE k.migration = (plan).migration AND k.include AND k.kind IN ('primary key', 'unique')
			UNION ALL SELECT i.source_table, 'unique index', i.source_name, i.columns, i.policy FROM sqlite_mig.plan_index AS i
				WHERE i.migration = (plan).migration AND i.include AND i.is_unique AND i.target_sql IS NULL
		), kept AS MATERIALIZED (
			SELECT i.table_name, sqlite_mig_internal._sorted(i.columns) AS columns FROM sqlite_mig.source_indexes((plan).server) AS i
				WHERE i.is_unique AND NOT i.partial AND array_position(i.columns, NULL) IS NULL
			UNION ALL SELECT c.table_name, ARRAY[lower(c.column_name COLLATE "C")] FROM sqlite_mig.source_columns((plan).server) AS c WHERE c.rowid_alias
		)
		SELECT k.source_table, k.kind, k.name, t.load_order, k.columns, c.names, sqlite_mig_internal._policy((plan).migration, k.source_table, k.kind, k.columns, k.policy) AS policy
		FROM key AS k JOIN sqlite_mig.plan_table AS t ON t.migration = (plan).migration AND t.source_name = k.source_table AND t.include,
			LATERAL (SELECT count(*) AS n, bool_and(sqlite_mig_internal._type_name(c.target_type) IS NOT NULL) AS known,
					bool_and(c.format IS NULL AND NOT c.empty_as_null AND c.on_error IS NULL
						AND c.target_type ~ '^(bigint|integer|smallint|numeric$|double precision|text|varchar|bytea)') AS plain,
					array_agg(quote_ident(c.target_name) ORDER BY u.position) AS names
				FROM unnest(k.columns) WITH ORDINALITY AS u (name, position)
					JOIN sqlite_mig.plan_column AS c ON c.migration = (plan).migration AND c.source_table = k.source_table AND c.source_name = u.name AND c.include) AS c
		WHERE c.n = cardinality(k.columns) AND c.known
			AND NOT (c.plain AND EXISTS (SELECT FROM kept AS s WHERE s.table_name = k.source_table AND s.columns = sqlite_mig_internal._sorted(k.columns)))
		ORDER BY t.load_order, k.kind, k.name
	LOOP
		BEGIN
			source := sqlite_mig_internal._make_spare(plan, 'sqlite_mig_check', item.source_table, item.columns);
			EXECUTE format('WITH d AS MATERIALIZED (SELECT concat_ws('', '', %1$s) AS key, count(*) AS n FROM %2$s WHERE (%1$s) IS NOT NULL GROUP BY %1$s HAVING count(*) > 1) '
				'SELECT sum(d.n - 1)::bigint AS rows, (SELECT string_agg(format(''(%%s) %%s times'', s.key, s.n), '', '') FROM (SELECT * FROM d ORDER BY d.key LIMIT 3) AS s) AS sample FROM d',
				array_to_string(item.names, ', '), source) INTO result;
			EXECUTE 'DROP FOREIGN TABLE ' || source;
			IF result.rows > 0 THEN
				RETURN NEXT ROW(CASE item.policy WHEN 'stop' THEN 'blocker' ELSE 'warning' END, item.kind, item.name, 'rows have the key of another row', result.rows, result.sample,
					CASE item.policy WHEN 'stop' THEN 'choose types that tell the values apart, leave the key out in the plan, or say in its policy what becomes of the rows: quarantine, not valid'
						WHEN 'quarantine' THEN 'they will go to sqlite_mig.rejected, as its policy says' ELSE 'a plain index will be made instead, as its policy says' END)::sqlite_mig_internal._finding;
			END IF;
		EXCEPTION
			-- a value that does not convert is a finding about its column
			WHEN data_exception OR fdw_error THEN
				NULL;
			WHEN undefined_function OR datatype_mismatch THEN
				RETURN NEXT ROW('warning', item.kind, item.name, 'cannot be a key: ' || SQLERRM, NULL::bigint, NULL::text, 'leave it out in the plan, or choose other types')::sqlite_mig_internal._finding;
		END;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._find_policies(migration text) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 'blocker', 'foreign key', k.target_name, format('policy set null, but a column cannot become NULL: %s', string_agg(n.name, ', ')), NULL::bigint,
			format('%s (%s)', k.source_table, array_to_string(k.columns, ', ')), 'choose another policy in plan_constraint, or set not_null to false in plan_column'
		FROM sqlite_mig.plan_constraint AS k JOIN sqlite_mig.plan_table AS t ON t.migration = k.migration AND t.source_name = k.source_table AND t.include,
			LATERAL sqlite_mig_internal._never_null(k.migration, k.source_table, k.columns) AS n (name)
		WHERE k.migration = _find_policies.migration AND k.include AND k.policy = 'set null'
		GROUP BY k.target_name, k.source_table, k.columns ORDER BY k.source_table, k.target_name;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._types_compare(child text, parent text) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT c.type = p.type
			OR EXISTS (SELECT FROM pg_amop AS a JOIN pg_am AS m ON m.oid = a.amopmethod AND m.amname = 'btree'
				WHERE a.amopstrategy = 3 AND a.amoplefttype = p.type AND a.amoprighttype = c.type)
			OR EXISTS (SELECT FROM pg_cast AS k WHERE k.castsource = c.type AND k.casttarget = p.type AND k.castcontext = 'i')
		FROM (SELECT to_regtype(regexp_replace(child, '\(.*\)', ''))::oid AS type) AS c, (SELECT to_regtype(regexp_replace(parent, '\(.*\)', ''))::oid AS type) AS p;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._find_references(migration text) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 'warning', 'foreign key', k.target_name, n.finding, NULL::bigint,
			format('%s (%s) REFERENCES %s (%s)', k.source_table, array_to_string(k.columns, ', '), k.parent_table, array_to_string(k.parent_columns, ', ')), n.advice
		FROM sqlite_mig.plan_constraint AS k
			JOIN sqlite_mig.plan_table AS t ON t.migration = k.migration AND t.source_name = k.source_table AND t.include
			LEFT JOIN sqlite_mig.plan_table AS p ON p.migration = k.migration AND p.source_name = k.parent_table,
			LATERAL (SELECT string_agg(format('%s is %s, %s is %s', c.source_name, c.target_type, o.source_name, o.target_type), '; ' ORDER BY u.position) AS pairs
				FROM unnest(k.columns, k.parent_columns) WITH ORDINALITY AS u (child, parent, position)
					JOIN sqlite_mig.plan_column AS c ON c.migration = k.migration AND c.source_table = k.source_table AND c.source_name = u.child
					JOIN sqlite_mig.plan_column AS o ON o.migration = k.migration AND o.source_table = k.parent_table AND o.source_name = u.parent
				WHERE sqlite_mig_internal._type_name(c.target_type) IS NOT NULL AND sqlite_mig_internal._type_name(o.target_type) IS NOT NULL
					AND NOT sqlite_mig_internal._types_compare(c.target_type, o.target_type)) AS y,
			LATERAL (SELECT CASE
					WHEN p.source_name IS NULL THEN 'the parent table does not exist'
					WHEN NOT p.include THEN 'the parent table is not included'
					WHEN sqlite_mig_internal._target_columns(k.migration, k.source_table, k.columns) IS NULL THEN 'a column of it is not included'
					WHEN sqlite_mig_internal._target_columns(k.migration, k.parent_table, k.parent_columns) IS NULL THEN 'a column of the parent is not included'
					WHEN y.pairs IS NOT NULL THEN 'the types do not compare: ' || y.pairs
					ELSE sqlite_mig_internal._foreign_key_obstacle(k.migration, k.columns, k.parent_table, k.parent_columns) END,
				CASE WHEN NOT p.include THEN 'include the parent in plan_table, or leave the foreign key out in plan_constraint'
					WHEN y.pairs IS NOT NULL THEN 'give both columns the same target_type'
					ELSE 'leave the foreign key out in plan_constraint' END) AS n (finding, advice)
		WHERE k.migration = _find_references.migration AND k.kind = 'foreign key' AND k.include AND n.finding IS NOT NULL
	UNION ALL
	SELECT 'warning', k.kind, k.name, 'a column of it is not included, so it is not made', NULL, array_to_string(k.columns, ', '), 'include the column, or leave the key out too'
		FROM (SELECT c.migration, c.source_table, c.kind, c.target_name AS name, c.columns FROM sqlite_mig.plan_constraint AS c WHERE c.include AND c.kind IN ('primary key', 'unique')
				UNION ALL SELECT i.migration, i.source_table, CASE WHEN i.is_unique THEN 'unique index' ELSE 'index' END, i.source_name, i.columns FROM sqlite_mig.plan_index AS i WHERE i.include AND i.target_sql IS NULL) AS k
			JOIN sqlite_mig.plan_table AS t ON t.migration = k.migration AND t.source_name = k.source_table AND t.include
		WHERE k.migration = _find_references.migration AND sqlite_mig_internal._target_columns(k.migration, k.source_table, k.columns) IS NULL;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._find_search(migration text) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item  record;
	error text;
BEGIN
	FOR item IN SELECT s.* FROM sqlite_mig_internal._search_columns(_find_search.migration) AS s
			JOIN sqlite_mig.plan_table AS t ON t.migration = _find_search.migration AND t.source_name = s.source_table AND t.include
			WHERE s.expression IS NOT NULL ORDER BY t.load_order, s.source_name LOOP
		error := sqlite_mig_internal._search_error(_find_search.migration, item.source_table, item.column_name, item.expression);
		IF error IS NOT NULL THEN
			RETURN NEXT ROW('blocker', 'virtual table', item.source_name, 'its column for search cannot be made: ' || error, NULL::bigint, item.expression,
				'correct config, columns or expression in plan_search, or leave it out')::sqlite_mig_internal._finding;
		END IF;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._make_spare(plan sqlite_mig.migration, name text, source_table text, columns text[]) RETURNS text
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	spare constant text := format('%I.%I', (plan).source_schema, sqlite_mig_internal._short_name(name || '_' || (plan).migration));
BEGIN
	EXECUTE format('CREATE FOREIGN TABLE %s (%s) SERVER %I OPTIONS ("table" %L)', spare,
		(SELECT string_agg(format('%I %s OPTIONS (%s)', c.target_name, c.target_type, concat_ws(', ', format('column_name %L', c.source_name), 'format ' || quote_literal(c.format),
				'time_zone ' || quote_literal(c.time_zone), CASE WHEN c.empty_as_null THEN 'empty_as_null ''true''' END, 'on_error ' || quote_literal(c.on_error))), ', ' ORDER BY c.position)
			FROM sqlite_mig.plan_column AS c WHERE c.migration = (plan).migration AND c.source_table = _make_spare.source_table AND c.include AND (_make_spare.columns IS NULL OR c.source_name = ANY (_make_spare.columns))),
		(plan).server, source_table);
	RETURN spare;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._make_spare(sqlite_mig.migration, text, text, text[]) IS 'internal: makes a foreign table to look at planned values';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._count_keys(query text, OUT rows bigint, OUT sample text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	EXECUTE format('WITH d AS MATERIALIZED (SELECT key, count(*) AS n FROM (%s) AS k (key) GROUP BY key) '
		'SELECT sum(d.n)::bigint, (SELECT string_agg(format(''(%%s)'', s.key), '', '') FROM (SELECT * FROM d ORDER BY d.key COLLATE "C" LIMIT 3) AS s) FROM d', query) INTO rows, sample;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._count_keys(text) IS 'internal: counts rows, and shows some keys';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._find_offenders(plan sqlite_mig.migration) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := (plan).migration;
	item   record;
	child  text;
	parent text;
	query  text;
	found  record;
BEGIN
	FOR item IN
		SELECT k.source_table, k.kind, k.target_name, k.columns, k.parent_table, k.parent_columns, k.target_sql, sqlite_mig_internal._policy(mig, k.source_table, k.kind, k.columns, k.policy) AS policy,
				sqlite_mig_internal._quoted_columns(mig, k.source_table, k.columns) AS names, sqlite_mig_internal._quoted_columns(mig, k.parent_table, k.parent_columns) AS parent_names
			FROM sqlite_mig.plan_constraint AS k JOIN sqlite_mig.plan_table AS t ON t.migration = k.migration AND t.source_name = k.source_table AND t.include
			WHERE k.migration = mig AND k.include AND (k.kind = 'check' AND k.target_sql IS NOT NULL OR k.kind = 'foreign key')
				AND NOT EXISTS (SELECT FROM sqlite_mig.plan_column AS c WHERE c.migration = mig AND c.source_table IN (k.source_table, k.parent_table) AND c.include AND sqlite_mig_internal._type_name(c.target_type) IS NULL)
				AND (k.kind = 'check' OR NOT EXISTS (SELECT FROM sqlite_mig_internal._find_references(mig) AS r WHERE r.object_kind = k.kind AND r.object_name = k.target_name))
			ORDER BY t.load_order, k.kind, k.target_name
	LOOP
		BEGIN
			IF item.kind = 'check' THEN
				child := sqlite_mig_internal._make_spare(plan, 'sqlite_mig_child', item.source_table, NULL);
				query := format('SELECT %s FROM %s AS c WHERE NOT (%s)', sqlite_mig_internal._shown_key(sqlite_mig_internal._rule(mig, item.kind, item.target_name, item.source_table)), child, item.target_sql);
			ELSE
				child := sqlite_mig_internal._make_spare(plan, 'sqlite_mig_child', item.source_table, item.columns);
				parent := sqlite_mig_internal._make_spare(plan, 'sqlite_mig_parent', item.parent_table, item.parent_columns);
				SELECT format('SELECT left(concat_ws('', '', %s), 100) FROM %s AS c WHERE %s AND NOT EXISTS (SELECT FROM %s AS p WHERE %s)', string_agg('c.' || u.c, ', ' ORDER BY u.n), child,
						string_agg(format('c.%s IS NOT NULL', u.c), ' AND ' ORDER BY u.n), parent, string_agg(format('p.%s %s c.%s', u.p, sqlite_mig_internal._equals(mig, item.source_table, u.source_name), u.c), ' AND ' ORDER BY u.n)) INTO query
					FROM unnest(item.names, item.parent_names, item.columns) WITH ORDINALITY AS u (c, p, source_name, n);
			END IF;
			SELECT f.rows, f.sample INTO found FROM sqlite_mig_internal._count_keys(query) AS f;
			EXECUTE concat_ws(', ', 'DROP FOREIGN TABLE ' || child, CASE WHEN item.kind = 'foreign key' THEN parent END);
			IF found.rows > 0 THEN
				RETURN NEXT ROW(CASE item.policy WHEN 'stop' THEN 'blocker' ELSE 'warning' END, item.kind, item.target_name, CASE item.kind WHEN 'check' THEN 'rows break it' ELSE 'rows have no parent' END, found.rows, found.sample,
					CASE item.policy WHEN 'stop' THEN 'mend the source, or say in the policy of plan_constraint what becomes of the rows: quarantine, not valid' || CASE item.kind WHEN 'foreign key' THEN ', set null' ELSE '' END
						WHEN 'quarantine' THEN 'they will go to sqlite_mig.rejected, as its policy says' WHEN 'set null' THEN 'their references will become NULL, as its policy says'
						ELSE 'it will be NOT VALID, as its policy says' END)::sqlite_mig_internal._finding;
			END IF;
		EXCEPTION
			-- a value that does not convert is a finding about its column, and what PostgreSQL does not take is told by the ledger
			WHEN data_exception OR fdw_error OR syntax_error_or_access_rule_violation THEN
				NULL;
		END;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._find_offenders(sqlite_mig.migration) IS 'internal: rows that foreign keys and checks of a plan would refuse';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._is_bookkeeping(name text) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT lower(_is_bookkeeping.name COLLATE "C") = ANY ('{alembic_version,django_migrations,schema_migrations,ar_internal_metadata,_prisma_migrations,knex_migrations,
		knex_migrations_lock,flyway_schema_history,sequelizemeta,__efmigrationshistory,goose_db_version,databasechangelog,databasechangeloglock,
		typeorm_metadata,__drizzle_migrations,doctrine_migration_versions,phinxlog,_sqlx_migrations,refinery_schema_history,
		__diesel_schema_migrations,_yoyo_migration}'::text[]);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._bookkeeping_advice(name text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT 'is the record of a migration framework: ' || CASE lower(_bookkeeping_advice.name COLLATE "C")
		WHEN 'django_migrations' THEN 'Django takes its migrations for applied; python manage.py migrate --check and inspectdb tell whether models and tables agree, or make the tables with manage.py migrate and load them with if_exists => ''load'''
		WHEN 'schema_migrations' THEN 'Rails takes its migrations for applied; run bin/rails db:schema:dump, and look at what changed in db/schema.rb, or make the tables with bin/rails db:schema:load and load them with if_exists => ''load'''
		WHEN 'ar_internal_metadata' THEN 'Rails reads from it which environment the database belongs to; bin/rails db:environment:set changes that'
		WHEN 'alembic_version' THEN 'its revisions made the schema of SQLite; the column stamp of sqlite_mig.alembic_revision() replaces it by the revision that makes this one'
		ELSE 'its entries say what was done to SQLite, and the framework takes that for done here' END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._same_name(names text[], source text, target text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN source = ANY (names) THEN source WHEN target = ANY (names) THEN target
		ELSE (SELECT min(n) FROM unnest(names) AS n WHERE lower(n COLLATE "C") = lower(source COLLATE "C") HAVING count(*) = 1) END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._adopt(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig constant text := _adopt.migration;
BEGIN
	-- what the proposal was like does not matter any more; views and triggers are not there in either case
	DELETE FROM sqlite_mig.ledger_entry AS e USING sqlite_mig.plan_table AS t
		WHERE e.migration = mig AND e.phase = 'prepare' AND t.migration = mig AND t.source_name = e.table_name AND t.include AND e.object_kind NOT IN ('view', 'trigger')
			AND NOT e.accepted;
	UPDATE sqlite_mig.plan_table AS t SET include = false, reason = 'is the record of a migration framework' WHERE t.migration = mig AND t.include AND sqlite_mig_internal._is_bookkeeping(t.source_name);
	UPDATE sqlite_mig.plan_table AS t SET target_name = r.name
		FROM sqlite_mig.migration AS m, LATERAL (SELECT array_agg(c.relname::text) AS names FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = m.target_schema
				WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')) AS l,
			LATERAL (SELECT p.source_name, sqlite_mig_internal._same_name(l.names, p.source_name, p.target_name) AS name FROM sqlite_mig.plan_table AS p WHERE p.migration = mig AND p.include) AS r
		WHERE m.migration = mig AND t.migration = mig AND t.source_name = r.source_name AND r.name IS NOT NULL;
	UPDATE sqlite_mig.plan_constraint AS k SET include = false, reason = 'the table has its own' WHERE k.migration = mig;
	UPDATE sqlite_mig.plan_index AS i SET include = false, reason = 'the table has its own' WHERE i.migration = mig;
	PERFORM sqlite_mig_internal._adopt_columns(mig);
	PERFORM sqlite_mig_internal._adopt_order(mig);
	PERFORM sqlite_mig_internal._adopt_notes(mig);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._adopt_columns(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig constant text := _adopt_columns.migration;
BEGIN
	UPDATE sqlite_mig.plan_column AS c SET target_name = a.attname, target_type = y.type, format = f.format, not_null = a.attnotnull AND a.attgenerated = '',
			identity = NULL, default_expr = NULL, on_error = NULL, reason = 'type of the table'
		FROM sqlite_mig_internal._targets(mig) AS t,
			LATERAL (SELECT array_agg(a.attname::text) AS names FROM pg_attribute AS a WHERE a.attrelid = t.relation AND a.attnum > 0 AND NOT a.attisdropped) AS l
			JOIN sqlite_mig.plan_column AS p ON p.migration = mig AND p.include
			JOIN pg_attribute AS a ON a.attnum > 0 AND NOT a.attisdropped AND a.attname = sqlite_mig_internal._same_name(l.names, p.source_name, p.target_name),
			LATERAL (SELECT format_type(a.atttypid, a.atttypmod) AS spelled) AS w,
			-- as a plan spells them
			LATERAL (SELECT CASE WHEN a.atttypid = 'timestamptz'::regtype AND a.atttypmod < 0 THEN 'timestamptz' WHEN a.atttypid = 'timestamp'::regtype AND a.atttypmod < 0 THEN 'timestamp'
				WHEN a.atttypid = 'time'::regtype AND a.atttypmod < 0 THEN 'time' WHEN a.atttypid = 'varchar'::regtype THEN replace(w.spelled, 'character varying', 'varchar') ELSE w.spelled END AS type) AS y,
			LATERAL (SELECT CASE
				WHEN p.target_type = y.type THEN p.format
				WHEN a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype) THEN
					(SELECT r.format FROM sqlite_mig.value_rule AS r WHERE r.format IS NOT NULL AND r.target_type LIKE 'timestamp%' AND p.evidence ? 'recognised' AND (p.evidence ->> 'rows')::bigint > 0
						AND sqlite_mig_internal._recognised(p.evidence, r.recognisers) = (p.evidence ->> 'rows')::bigint - (p.evidence ->> 'nulls')::bigint
						AND (p.evidence ->> 'rows')::bigint > (p.evidence ->> 'nulls')::bigint ORDER BY r.priority LIMIT 1)
				-- numbers and blobs in a column that is text here
				WHEN a.atttypid IN ('text'::regtype, 'varchar'::regtype) AND p.target_type <> 'text'
					AND (p.evidence ->> 'texts')::bigint < (p.evidence ->> 'rows')::bigint - (p.evidence ->> 'nulls')::bigint THEN 'any' END AS format) AS f
		WHERE c.migration = mig AND c.source_table = t.source_name AND p.source_table = t.source_name AND c.source_name = p.source_name AND a.attrelid = t.relation;
	UPDATE sqlite_mig.plan_column AS c SET include = false, reason = 'the table has no such column; it is NULL throughout', evidence = c.evidence || '{"absent": true}'
		FROM sqlite_mig_internal._targets(mig) AS t
		WHERE c.migration = mig AND c.source_table = t.source_name AND c.include AND t.relation IS NOT NULL
			AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = t.relation AND a.attname = c.target_name AND a.attnum > 0 AND NOT a.attisdropped)
			AND (c.evidence ->> 'complete')::boolean AND c.evidence ->> 'nulls' = c.evidence ->> 'rows';
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._references(migration text) RETURNS SETOF sqlite_mig_internal._reference
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT c.source_name, p.source_name, k.condeferrable
		FROM sqlite_mig_internal._targets(_references.migration) AS c JOIN pg_constraint AS k ON k.conrelid = c.relation AND k.contype = 'f'
			JOIN sqlite_mig_internal._targets(_references.migration) AS p ON p.relation = k.confrelid
		WHERE p.source_name <> c.source_name
	UNION ALL SELECT k.source_table, k.parent_table, true
		FROM sqlite_mig.plan_constraint AS k
			JOIN sqlite_mig_internal._targets(k.migration) AS t ON t.source_name = k.source_table JOIN pg_class AS c ON c.oid = t.relation
			JOIN sqlite_mig_internal._targets(k.migration) AS o ON o.source_name = k.parent_table JOIN pg_class AS p ON p.oid = o.relation
		WHERE k.migration = _references.migration AND k.kind = 'foreign key' AND k.parent_table <> k.source_table AND (c.relkind IN ('f', 'v') OR p.relkind IN ('f', 'v'));
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._adopt_order(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig      constant text := _adopt_order.migration;
	refers   constant sqlite_mig_internal._reference[] := ARRAY(SELECT r FROM sqlite_mig_internal._references(mig) AS r);
	done     text[] := '{}';
	next     text;
BEGIN
	LOOP
		SELECT t.source_name INTO next
			FROM sqlite_mig_internal._targets(mig) AS t,
				LATERAL (SELECT count(*) FILTER (WHERE NOT k.can_wait) AS hard, count(*) AS keys FROM unnest(refers) AS k WHERE k.child = t.source_name AND k.parent <> ALL (done)) AS k
			WHERE t.source_name <> ALL (done) ORDER BY least(k.keys, 1), k.hard, k.keys, t.load_order, t.source_name LIMIT 1;
		EXIT WHEN NOT FOUND;
		done := done || next;
	END LOOP;
	UPDATE sqlite_mig.plan_table AS t SET load_order = o.position FROM unnest(done) WITH ORDINALITY AS o (name, position) WHERE t.migration = mig AND t.source_name = o.name;
	UPDATE sqlite_mig.plan_table AS t SET load_order = t.load_order + cardinality(done) WHERE t.migration = mig AND t.source_name <> ALL (done);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._adopt_notes(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig constant text := _adopt_notes.migration;
BEGIN
	PERFORM sqlite_mig_internal._note(mig, 'prepare', 'table', t.source_name, t.source_name, 'info', 'skipped', 'bookkeeping', t.reason || ', and says what was done to the other database', accepted => true)
		FROM sqlite_mig.plan_table AS t WHERE t.migration = mig AND t.reason = 'is the record of a migration framework' ORDER BY t.source_name;
	PERFORM sqlite_mig_internal._note(mig, 'prepare', n.kind, n.name, n.source_table, n.severity, 'converted', n.rule, n.detail)
	FROM (
		SELECT 1, t.load_order, 0, 'table', t.source_name, t.source_name, 'info', 'name', format('is loaded into "%s"', t.target_name)
			FROM sqlite_mig.plan_table AS t WHERE t.migration = mig AND t.include AND t.target_name <> t.source_name
		UNION ALL SELECT 2, t.load_order, c.position, 'column', c.source_table || '.' || c.source_name, c.source_table, 'info', CASE WHEN c.include THEN 'name' ELSE 'existing' END,
				CASE WHEN c.include THEN format('is loaded into "%s"', c.target_name) ELSE c.reason END
			FROM sqlite_mig_internal._targets(mig) AS t JOIN sqlite_mig.plan_column AS c ON c.migration = mig AND c.source_table = t.source_name
			WHERE c.include AND c.target_name <> c.source_name OR c.evidence ? 'absent'
		UNION ALL SELECT 3, t.load_order, a.attnum, 'column', t.source_name || '.' || a.attname, t.source_name, 'info', 'existing',
				CASE WHEN a.attgenerated <> '' THEN 'is not in SQLite: the table computes it' WHEN a.attidentity <> '' OR a.atthasdef THEN 'is not in SQLite: gets its default' ELSE 'is not in SQLite: stays NULL' END
			FROM sqlite_mig_internal._targets(mig) AS t JOIN pg_attribute AS a ON a.attrelid = t.relation AND a.attnum > 0 AND NOT a.attisdropped
			WHERE NOT EXISTS (SELECT FROM sqlite_mig.plan_column AS c WHERE c.migration = mig AND c.source_table = t.source_name AND c.target_name = a.attname AND c.include)
		UNION ALL SELECT 4, t.load_order, 0, 'trigger', g.tgname, t.source_name, CASE WHEN f.fires THEN 'info' ELSE 'warning' END, 'existing',
				CASE WHEN f.fires THEN 'is a trigger of the table and fires as the rows arrive' ELSE 'is a trigger of the table and does not fire: its table is copied with session_replication_role replica' END
			FROM sqlite_mig_internal._targets(mig) AS t JOIN pg_trigger AS g ON g.tgrelid = t.relation AND NOT g.tgisinternal AND g.tgenabled IN ('O', 'A') AND g.tgtype & 4 <> 0,
				LATERAL (SELECT g.tgenabled = 'A' OR NOT EXISTS (SELECT FROM sqlite_mig_internal._loaded_keys(mig) AS k WHERE k.source_name = t.source_name AND k.late AND NOT k.is_deferrable) AS fires) AS f
		UNION ALL SELECT 5, 0, 0, 'foreign key', k.name, k.source_name, CASE WHEN k.is_deferrable THEN 'info' ELSE 'warning' END, 'existing',
				CASE WHEN k.is_deferrable THEN 'is part of a cycle: checked when all tables are loaded'
					ELSE 'is part of a cycle and not deferrable: session_replication_role is replica for the copy of its table, so triggers do not fire; all rows are checked afterwards' END
			FROM sqlite_mig_internal._loaded_keys(mig) AS k WHERE k.late
		UNION ALL SELECT 1, t.load_order, 1, 'table', t.source_name, t.source_name, 'warning', 'existing', CASE
				WHEN c.relkind = 'f' THEN 'is a foreign table: its keys and checks are those of the other server, and sequences there are not set'
				WHEN EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = c.oid AND g.tgtype & 68 = 68) THEN 'is a view with an INSTEAD OF trigger, which decides what becomes of a row: compared is what the view shows'
				ELSE 'is a view: its rows go to what is below it, and compared is what the view shows' END
			FROM sqlite_mig_internal._targets(mig) AS t JOIN pg_class AS c ON c.oid = t.relation AND c.relkind IN ('f', 'v')
		UNION ALL SELECT 6, 0, 0, 'table', c.relname, NULL, 'info', 'existing', 'has no counterpart in SQLite and is left alone'
			FROM sqlite_mig.migration AS m JOIN pg_namespace AS n ON n.nspname = m.target_schema JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
			WHERE m.migration = mig AND NOT sqlite_mig_internal._is_bookkeeping(c.relname) AND NOT EXISTS (SELECT FROM sqlite_mig.plan_table AS t WHERE t.migration = mig AND t.target_name = c.relname)
	) AS n (part, load_order, position, kind, name, source_table, severity, rule, detail) ORDER BY n.part, n.load_order, n.position, n.name;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._find_existing(plan sqlite_mig.migration) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig constant text := (plan).migration;
BEGIN
	IF sqlite_mig_internal._if_exists(mig) NOT IN ('load', 'truncate') THEN
		RETURN;
	END IF;
	RETURN QUERY
		SELECT 'blocker', 'table', t.source_name, format('schema "%s" has no table of that name', (plan).target_schema), NULL::bigint, NULL::text, 'make the table, say its target_name in plan_table, or leave it out'
			FROM sqlite_mig_internal._targets(mig) AS t WHERE t.relation IS NULL
		UNION ALL SELECT 'blocker', 'table', t.source_name, n.finding, NULL, NULL, n.advice
			FROM sqlite_mig_internal._targets(mig) AS t JOIN pg_class AS c ON c.oid = t.relation,
				LATERAL (SELECT (plan).options ->> 'on_conflict' AS on_conflict, EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = c.oid AND g.tgtype & 68 = 68) AS instead) AS o,
				LATERAL (VALUES
					(1, c.relkind NOT IN ('r', 'p', 'f', 'v'), format('%s is no table, foreign table or view', t.name), 'make a table, or leave it out'),
					-- 8: INSERT
					(2, c.relkind IN ('f', 'v') AND pg_relation_is_updatable(c.oid, true) & 8 = 0, format('%s takes no rows', t.name), 'give the view an INSTEAD OF INSERT trigger, or load the table below it'),
					(3, c.relkind = 'v' AND sqlite_mig_internal._if_exists(mig) = 'truncate', format('%s is a view and cannot be emptied', t.name), 'empty what is below it, and load it with if_exists => ''load'''),
					(4, c.relkind IN ('f', 'v') AND sqlite_mig_internal._merges(plan) AND o.on_conflict = 'update', format('%s takes no ON CONFLICT DO UPDATE', t.name),
						'use on_conflict => ''nothing'', or load the table itself where it is'),
					(5, o.instead AND sqlite_mig_internal._merges(plan) AND o.on_conflict = 'nothing', format('%s has a trigger that decides what an INSERT means', t.name),
						'let the trigger skip rows that are there, and load it without on_conflict')) AS n (part, applies, finding, advice)
			WHERE n.applies
		UNION ALL SELECT 'blocker', 'table', t.source_name, format('%s has no key that tells which rows are there already', t.name), NULL, NULL,
				'give it a primary key, or a unique one whose columns are NOT NULL; or leave it out, and load it without on_conflict'
			FROM sqlite_mig_internal._targets(mig) AS t, LATERAL sqlite_mig_internal._merge(plan, t.source_name) AS m WHERE sqlite_mig_internal._merges(plan) AND t.relation IS NOT NULL AND m.key IS NULL
		UNION ALL SELECT 'blocker', 'column', c.source_table || '.' || c.source_name, format('table %s has no such column', t.name), NULL,
				format('values: %s', (c.evidence ->> 'rows')::bigint - (c.evidence ->> 'nulls')::bigint),
				'add the column to the table, say its target_name in plan_column, or leave it out there'
			FROM sqlite_mig_internal._targets(mig) AS t JOIN sqlite_mig.plan_column AS c ON c.migration = mig AND c.source_table = t.source_name AND c.include
			WHERE t.relation IS NOT NULL AND NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = t.relation AND a.attname = c.target_name AND a.attnum > 0 AND NOT a.attisdropped)
		UNION ALL SELECT 'blocker', 'column', t.source_name || '.' || a.attname, 'is NOT NULL without a default in PostgreSQL, and not in SQLite', NULL, NULL, 'give the column a default'
			FROM sqlite_mig_internal._targets(mig) AS t JOIN pg_attribute AS a ON a.attrelid = t.relation AND a.attnum > 0 AND NOT a.attisdropped
			WHERE a.attnotnull AND NOT a.atthasdef AND a.attidentity = ''
				AND NOT EXISTS (SELECT FROM sqlite_mig.plan_column AS c WHERE c.migration = mig AND c.source_table = t.source_name AND c.target_name = a.attname AND c.include)
				-- a BEFORE ROW trigger may fill it
				AND NOT EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = t.relation AND NOT g.tgisinternal AND g.tgenabled IN ('O', 'A') AND g.tgtype & 7 = 7)
		UNION ALL SELECT 'blocker', 'foreign key', k.name, format('is part of a cycle, not deferrable, and role "%s" may not set session_replication_role', current_user), NULL, k.child,
				'ALTER TABLE ... ALTER CONSTRAINT ... DEFERRABLE, or run as a superuser'
			FROM sqlite_mig_internal._loaded_keys(mig) AS k WHERE k.late AND NOT k.is_deferrable AND NOT has_parameter_privilege('session_replication_role', 'SET');
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_existing(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mode  constant text := sqlite_mig_internal._if_exists((plan).migration);
	item  record;
	holds boolean;
	filled text[] := '{}';
	users text;
BEGIN
	IF sqlite_mig_internal._merges(plan) THEN
		RETURN;
	ELSIF mode = 'load' THEN
		FOR item IN SELECT t.name FROM sqlite_mig_internal._targets((plan).migration) AS t JOIN pg_class AS c ON c.oid = t.relation AND c.relkind IN ('r', 'p', 'f', 'v') ORDER BY t.load_order, t.source_name LOOP
			EXECUTE format('SELECT EXISTS (SELECT FROM %s)', item.name) INTO holds;
			IF holds THEN
				filled := filled || item.name;
			END IF;
		END LOOP;
		IF cardinality(filled) > 0 THEN
			PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('tables to load hold rows already: %s', cardinality(filled)),
				detail => format('Not empty: %s.', array_to_string(filled, ', ')),
				hint => 'Load beside them with on_conflict => ''nothing'' or ''update'', have them emptied with if_exists => ''truncate'', or leave them out with exclude => ''{...}''.');
		END IF;
		RETURN;
	END IF;
	-- what a plain TRUNCATE or DROP would refuse, all of it
	SELECT string_agg(d.text, ', ' ORDER BY d.text) INTO users FROM (
		SELECT format('foreign key %I of table %s', k.conname, k.conrelid::regclass) FROM pg_constraint AS k JOIN sqlite_mig_internal._targets((plan).migration) AS t ON t.relation = k.confrelid
			WHERE k.contype = 'f' AND k.conparentid = 0 AND k.conrelid NOT IN (SELECT o.relation FROM sqlite_mig_internal._targets((plan).migration) AS o WHERE o.relation IS NOT NULL)
		UNION SELECT format('view %s', w.ev_class::regclass) FROM pg_depend AS d JOIN sqlite_mig_internal._targets((plan).migration) AS t ON t.relation = d.refobjid
			JOIN pg_rewrite AS w ON w.oid = d.objid AND w.ev_class <> t.relation AND w.ev_class NOT IN (SELECT v.relation FROM sqlite_mig_internal._target_views((plan).migration) AS v)
			WHERE mode = 'replace' AND d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass
		UNION SELECT format('table %s, which inherits', i.inhrelid::regclass) FROM pg_inherits AS i JOIN sqlite_mig_internal._targets((plan).migration) AS t ON t.relation = i.inhparent
			WHERE mode = 'replace'
	) AS d (text);
	IF users IS NOT NULL THEN
		PERFORM sqlite_mig_internal._refuse('dependent_objects_still_exist',
			format(CASE mode WHEN 'truncate' THEN 'tables of schema "%s" cannot be emptied: others refer to them' ELSE 'tables of schema "%s" cannot be replaced: others depend on them' END, (plan).target_schema),
			detail => format('In the way: %s.', users), hint => 'Nothing is dropped or emptied that is not part of the migration; drop these yourself, and make them again afterwards.');
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_foreign_key(child regclass, name text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	query   text;
	parent  regclass;
	orphans bigint;
BEGIN
	SELECT k.confrelid, format('SELECT count(*) FROM %s AS c WHERE %s AND NOT EXISTS (SELECT FROM %s AS p WHERE %s)', k.conrelid::regclass,
			string_agg(format('c.%I IS NOT NULL', a.attname), ' AND '), k.confrelid::regclass, string_agg(format('p.%I = c.%I', b.attname, a.attname), ' AND '))
		INTO STRICT parent, query
		FROM pg_constraint AS k, LATERAL unnest(k.conkey, k.confkey) AS u (c, p)
			JOIN pg_attribute AS a ON a.attnum = u.c JOIN pg_attribute AS b ON b.attnum = u.p
		WHERE k.conrelid = child AND k.conname = _check_foreign_key.name AND k.contype = 'f' AND a.attrelid = k.conrelid AND b.attrelid = k.confrelid
		GROUP BY k.conrelid, k.confrelid;
	EXECUTE query INTO orphans;
	IF orphans > 0 THEN
		RAISE EXCEPTION USING ERRCODE = 'foreign_key_violation', MESSAGE = format('rows of table %s violate foreign key "%s": %s', child, name, orphans),
			DETAIL = format('They have no parent in table %s.', parent), SCHEMA = (SELECT c.relnamespace::regnamespace::text FROM pg_class AS c WHERE c.oid = child), CONSTRAINT = name;
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._plan_findings(plan sqlite_mig.migration, all_rows boolean) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE sql
BEGIN ATOMIC
	SELECT f.severity, f.object_kind, f.object_name, f.finding, f.rows, f.sample, f.advice
	FROM (
		SELECT 1 AS part, d.* FROM sqlite_mig_internal._find_definitions((plan).migration) WITH ORDINALITY AS d
		UNION ALL SELECT 2, d.* FROM sqlite_mig_internal._find_names((plan).migration) WITH ORDINALITY AS d
		UNION ALL SELECT 3, d.* FROM sqlite_mig_internal._find_values(plan) WITH ORDINALITY AS d
		UNION ALL SELECT 4, d.* FROM sqlite_mig_internal._find_nulls((plan).migration) WITH ORDINALITY AS d
		UNION ALL SELECT 5, d.* FROM sqlite_mig_internal._find_defaults((plan).migration) WITH ORDINALITY AS d
		UNION ALL SELECT 6, d.* FROM sqlite_mig_internal._find_duplicates(plan) WITH ORDINALITY AS d
		UNION ALL SELECT 7, d.* FROM sqlite_mig_internal._find_references((plan).migration) WITH ORDINALITY AS d
		UNION ALL SELECT 8, d.* FROM sqlite_mig_internal._find_existing(plan) WITH ORDINALITY AS d
		UNION ALL SELECT 9, d.* FROM sqlite_mig_internal._find_policies((plan).migration) WITH ORDINALITY AS d
		UNION ALL SELECT 10, d.* FROM sqlite_mig_internal._find_search((plan).migration) WITH ORDINALITY AS d
		UNION ALL SELECT 11, d.* FROM (SELECT WHERE _plan_findings.all_rows) AS a, sqlite_mig_internal._find_offenders(plan) WITH ORDINALITY AS d
	) AS f
	ORDER BY f.severity, f.part, CASE WHEN f.part IN (1, 2, 7) THEN f.object_kind || ' ' || f.object_name END COLLATE "C", f.ordinality;
END;
COMMENT ON FUNCTION sqlite_mig_internal._plan_findings(sqlite_mig.migration, boolean) IS 'internal: what plan_check shows, in long lines';
CREATE OR REPLACE FUNCTION sqlite_mig.plan_check(server text, migration text DEFAULT NULL,
		OUT severity text, OUT object_kind text, OUT object_name text, OUT finding text, OUT rows bigint, OUT sample text, OUT advice text)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	-- expressions and types of the plan are tried, so only in its owner's name
	plan sqlite_mig.migration := sqlite_mig_internal._migration(coalesce(plan_check.migration, plan_check.server), true);
BEGIN
	RETURN QUERY
		WITH f AS MATERIALIZED (SELECT * FROM sqlite_mig_internal._plan_findings(plan, true)),
			w AS MATERIALIZED (SELECT sqlite_mig_internal._room(34 + greatest(max(length(n.object_kind)), 11) + greatest(max(length(n.object_name)), 11), 3, 16) AS width FROM f AS n)
		SELECT f.severity, f.object_kind, f.object_name, sqlite_mig_internal._wrap(f.finding, w.width), f.rows, sqlite_mig_internal._cell(f.sample, w.width, 12), sqlite_mig_internal._wrap(f.advice, w.width)
		FROM f, w;
END;
$$;
COMMENT ON FUNCTION sqlite_mig.plan_check(text, text) IS
	'what the plan, as edited, would break, before anything runs: values that do not fit, NULL, duplicates, rows without a parent, broken checks, names, references, defaults; no rows: nothing was found. '
	'A blocker stops migrate; a warning is something that will be made otherwise, and be in the ledger';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._stop_at_blockers(plan sqlite_mig.migration, reject boolean, message text, most integer, hint text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	found text[] := ARRAY(SELECT format('%s %s: %s', f.object_kind, f.object_name, concat_ws('; ', f.finding || coalesce(': ' || f.rows, ''), f.sample))
		FROM sqlite_mig_internal._plan_findings(plan, false) WITH ORDINALITY AS f
		WHERE f.severity = 'blocker' AND NOT (reject AND f.object_kind = 'column' AND f.rows > 0) ORDER BY f.ordinality);
BEGIN
	IF cardinality(found) > 0 THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('%s; blockers: %s', message, cardinality(found)),
			detail => array_to_string(found[1:most], E'\n') || CASE WHEN cardinality(found) > most THEN E'\n...' ELSE '' END, hint => hint);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._stop_at_blockers(sqlite_mig.migration, boolean, text, integer, text) IS 'internal: throws when plan_check has blockers';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_edited(plan sqlite_mig.migration, reject boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
BEGIN
	PERFORM sqlite_mig_internal._stop_at_blockers(plan, reject, format('the plan of migration "%s" cannot be carried out', (plan).migration), 10,
		format('SELECT * FROM sqlite_mig.plan_check(%L%s); has them with advice.', (plan).server, CASE WHEN (plan).server <> (plan).migration THEN format(', migration => %L', (plan).migration) ELSE '' END));
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_load(plan sqlite_mig.migration, reject boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
BEGIN
	PERFORM sqlite_mig_internal._stop_at_blockers(plan, reject, format('the tables of schema "%s" do not take what is in server "%s"', (plan).target_schema, (plan).server), 50,
		format('Change the tables; or make a plan with SELECT * FROM sqlite_mig.prepare(%L, %L, ''{"if_exists": "%s"}'', %L); and edit it.',
			(plan).server, (plan).target_schema, (plan).options ->> 'if_exists', (plan).migration));
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._outcome(migration text, took interval) RETURNS text[]
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig   constant text := _outcome.migration;
	plan  sqlite_mig.migration := sqlite_mig_internal._migration(mig);
	found record;
BEGIN
	SELECT v.* INTO found FROM sqlite_mig_internal._verdict(plan) AS v;
	RETURN ARRAY[format('dry run of migration "%s": would be %s: %s', mig, found.verdict, regexp_replace(found.reason, ';.*$', '')),
			format('%s, %s in %s; nothing of it is left', sqlite_mig_internal._count((SELECT count(*) FROM sqlite_mig_internal._targets(mig)), 'table'), sqlite_mig_internal._count(plan.rows_copied, 'row'),
				sqlite_mig_internal._took(extract(epoch FROM took)))]
		|| ARRAY(SELECT format(E'table %s: %s in %s\n    %s', j.object_name, sqlite_mig_internal._count(j.rows, 'row'), sqlite_mig_internal._took(j.seconds), replace(sqlite_mig_internal._wrap(c.list, 100), E'\n', E'\n    '))
			FROM sqlite_mig.journal AS j, LATERAL (SELECT string_agg(concat_ws(' ', format('%I', c.target_name), c.target_type, CASE WHEN c.not_null THEN 'NOT NULL' END), ', ' ORDER BY c.position) AS list
				FROM sqlite_mig.plan_column AS c WHERE c.migration = mig AND c.source_table = j.table_name AND c.include) AS c
			WHERE j.migration = mig AND j.run = plan.run AND j.object_kind = 'copy' ORDER BY j.step)
		|| ARRAY(SELECT replace(sqlite_mig_internal._wrap(format('%s, %s: %s %s: %s', e.severity, e.effect, e.object_kind, e.object_name, concat_ws('; ', e.detail, 'rows: ' || e.rows, e.sample)), 104), E'\n', E'\n    ')
			FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig AND e.severity <> 'info' AND NOT e.accepted ORDER BY e.entry LIMIT 100)
		|| ARRAY(SELECT format('and more warnings and blockers: %s', count(*) - 100) FROM sqlite_mig.ledger_entry AS e
			WHERE e.migration = mig AND e.severity <> 'info' AND NOT e.accepted HAVING count(*) > 100);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._keeps_sequences(migration text) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(current_setting('sqlite_mig.dry_run', true) = _keeps_sequences.migration, false) AND sqlite_mig_internal._if_exists(_keeps_sequences.migration) IN ('load', 'truncate');
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._ready(migration text, server text, target_schema text, options jsonb, tables text[], exclude text[], reject boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name  constant text := _ready.migration;
	plan  sqlite_mig.migration;
	again constant boolean := coalesce((_ready.options ->> 'replace')::boolean, false);
	mode  constant text := coalesce(_ready.options ->> 'if_exists', 'error');
	-- what is said to a run, not to a plan
	wants constant jsonb := _ready.options - '{if_exists,on_conflict,policy}'::text[];
	says  constant jsonb := (SELECT coalesce(jsonb_object_agg(o.key, o.value), '{}') FROM jsonb_each(_ready.options) AS o
		WHERE o.key IN ('if_exists', 'on_conflict') AND o.value <> '"error"' OR o.key = 'policy');
	was   text;
	other boolean;
BEGIN
	PERFORM sqlite_mig_internal._hold_plan(name);
	SELECT m.* INTO plan FROM sqlite_mig.migration AS m WHERE m.migration = name;
	IF FOUND THEN
		plan := sqlite_mig_internal._migration(name, true);
		-- a plan is for tables that exist or for new ones; within that, what was said last counts
		was := sqlite_mig_internal._if_exists(name);
		other := (mode IN ('load', 'truncate')) <> (was IN ('load', 'truncate'));
		UPDATE sqlite_mig.migration AS m SET options = (m.options - '{if_exists,on_conflict}'::text[]) || says
			WHERE m.migration = name RETURNING m.* INTO plan;
		IF plan.state = 'migrated' AND NOT again THEN
			PERFORM sqlite_mig_internal._check_done(plan, coalesce(_ready.target_schema, plan.target_schema));
		END IF;
		IF plan.plan_hash <> sqlite_mig_internal._plan_hash(name) AND NOT again THEN
			IF plan.server <> _ready.server OR wants <> '{}' OR other OR _ready.target_schema <> plan.target_schema
				OR _ready.tables IS NOT NULL OR _ready.exclude IS NOT NULL THEN
				PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('the plan of migration "%s" was edited since it was prepared', name),
					detail => 'The arguments of this call would need a new plan, and the edits would be lost.',
					hint => format('Run the plan as it is with CALL sqlite_mig.migrate(%L%s); or replace it with options => ''{"replace": true}''.',
						plan.server, CASE WHEN plan.server <> name THEN format(', migration => %L', name) ELSE '' END || CASE WHEN was <> 'error' THEN format(', if_exists => %L', was) ELSE '' END));
			END IF;
			RAISE NOTICE 'migration "%": using the plan as it was edited', name;
			PERFORM sqlite_mig_internal._check_plan(name);
			PERFORM sqlite_mig_internal._check_targets(name);
			PERFORM sqlite_mig_internal._check_edited(plan, _ready.reject);
			PERFORM sqlite_mig_internal._drop_source(name);
			PERFORM sqlite_mig_internal._make_source(name);
			RETURN;
		END IF;
	END IF;
	RAISE NOTICE 'migration "%": reading the source and making a plan', name;
	PERFORM sqlite_mig.prepare(_ready.server, coalesce(_ready.target_schema, plan.target_schema, 'public'),
		coalesce(plan.options, '{}') || wants || says || '{"replace": true}', name,
		coalesce(_ready.tables, plan.tables), coalesce(_ready.exclude, plan.exclude));
	IF mode IN ('load', 'truncate') THEN
		PERFORM sqlite_mig_internal._check_load(sqlite_mig_internal._migration(name, true), _ready.reject);
	ELSIF NOT _ready.reject THEN
		PERFORM sqlite_mig_internal._check_values(name);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_values(migration text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	bad   text[];
	first sqlite_mig.ledger_entry;
BEGIN
	bad := ARRAY(SELECT e.object_name FROM sqlite_mig.ledger_entry AS e
		WHERE e.migration = _check_values.migration AND e.phase = 'prepare' AND e.object_kind = 'column' AND e.effect = 'failed' ORDER BY e.entry);
	IF cardinality(bad) > 0 THEN
		SELECT e.* INTO first FROM sqlite_mig.ledger_entry AS e
			WHERE e.migration = _check_values.migration AND e.phase = 'prepare' AND e.object_kind = 'column' AND e.effect = 'failed' ORDER BY e.entry LIMIT 1;
		PERFORM sqlite_mig_internal._refuse('data_exception',
			format(CASE WHEN first.detail ~ '^no type' THEN 'column "%s" holds values that no type can hold' ELSE 'column "%s" holds values that its type cannot hold' END, bad[1]),
			detail => format('%s; %s. Such columns: %s.', first.detail, first.sample, cardinality(bad)),
			hint => CASE WHEN first.detail !~ '^no type' THEN format('Choose another value of the option varchar, or SELECT * FROM sqlite_mig.prepare(%L); and other types in sqlite_mig.plan_column.', (sqlite_mig_internal._migration(migration)).server)
				ELSE format('Agree to a change with ALTER SERVER %I OPTIONS (ADD on_nul ''replace'', ADD on_invalid_utf8 ''replace''); '
				'or SELECT * FROM sqlite_mig.prepare(%1$L); and leave the columns out in sqlite_mig.plan_column.', (sqlite_mig_internal._migration(migration)).server) END);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_done(plan sqlite_mig.migration, target_schema text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	IF _check_done.target_schema = plan.target_schema THEN
		PERFORM sqlite_mig_internal._check_targets(plan.migration);
	ELSIF EXISTS (SELECT FROM sqlite_mig.plan_table AS t
			WHERE t.migration = plan.migration AND t.include AND to_regclass(format('%I.%I', plan.target_schema, t.target_name)) IS NOT NULL) THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state',
			format('migration "%s" was carried out already, into schema "%s"', plan.migration, plan.target_schema),
			hint => 'Give this one a name of its own with migration => ''...'', or replace the record of the other with options => ''{"replace": true}''.');
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_targets(migration text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan  sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	taken text;
BEGIN
	PERFORM sqlite_mig_internal._need_schema(plan.target_schema, 'target_schema => ''...''');
	IF sqlite_mig_internal._if_exists(plan.migration) <> 'error' THEN
		PERFORM sqlite_mig_internal._check_existing(plan);
		RETURN;
	END IF;
	SELECT sqlite_mig_internal._listed(array_agg(c.relname::text ORDER BY c.relname)) INTO taken
		FROM (SELECT t.target_name FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.include
				UNION SELECT v.target_name FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration AND v.include) AS t
			JOIN pg_class AS c ON c.relname = t.target_name AND c.relnamespace = to_regnamespace(quote_ident(plan.target_schema));
	IF taken IS NOT NULL THEN
		PERFORM sqlite_mig_internal._refuse('duplicate_table',
			format('schema "%s" already has relations with the names of tables to migrate', plan.target_schema),
			detail => format('In the way: %s.%s', taken, CASE WHEN plan.state = 'migrated' THEN format(' Migration "%s" was carried out already.', plan.migration) ELSE '' END),
			hint => 'Load them with if_exists => ''load'', or have them replaced with if_exists => ''replace''; or choose another schema with target_schema => ''...''.');
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_mode(mode text, workers integer, dry_run boolean, if_exists text) RETURNS void
	LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF mode IS NULL OR mode NOT IN ('atomic', 'resumable') THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', coalesce(format('unknown mode "%s"', nullif(mode, '')), 'mode must not be null or empty'), hint => 'Valid modes are: atomic, resumable.');
	ELSIF workers IS NULL OR workers NOT BETWEEN 0 AND 64 THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', 'workers must be between 0 and 64');
	ELSIF dry_run AND (mode <> 'atomic' OR workers > 0) THEN
		PERFORM sqlite_mig_internal._refuse('feature_not_supported', 'a dry run is one transaction, which is rolled back: it has no workers and nothing to resume',
			hint => 'Leave out mode and workers.');
	ELSIF mode = 'atomic' AND workers > 0 AND if_exists <> 'error' THEN
		PERFORM sqlite_mig_internal._refuse('feature_not_supported', format('if_exists => ''%s'' cannot be undone once workers have committed', if_exists),
			hint => 'Say mode => ''resumable'', or leave out workers.');
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_interrupted(migration text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan sqlite_mig.migration;
BEGIN
	SELECT m.* INTO plan FROM sqlite_mig.migration AS m WHERE m.migration = _check_interrupted.migration AND m.state = 'running';
	IF FOUND THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('run %s of migration "%s" was interrupted', plan.run, plan.migration),
			detail => format('It was called with %s.', plan.running -> 'args'),
			hint => format('Make the same call again%s; or start anew, without what it has made, with mode => ''resumable'', options => ''{"replace": true}''.',
				CASE WHEN plan.running -> 'args' ->> 'mode' = 'resumable' THEN ' to go on' ELSE '' END));
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._is_lasting(object_kind text) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT object_kind NOT IN ('source schema', 'schema', 'collation', 'drop', 'orphans');
END;
COMMENT ON FUNCTION sqlite_mig_internal._is_lasting(text) IS 'internal: does a statement say what a run was begun to do';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._run_open(migration text, began timestamptz, on_conflict text, on_error text, reject_limit bigint,
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
		SELECT s.* FROM sqlite_mig_internal._statements(_run_open.migration) AS s
	), noted AS (
		INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, table_name, statement)
			SELECT _run_open.migration, number, s.step, s.object_kind, s.object_name, s.source_table, s.statement
			FROM every AS s WHERE s.object_kind NOT IN ('source schema', 'foreign table')
	)
	SELECT md5(coalesce(string_agg(s.statement, chr(10) ORDER BY s.step), '')) INTO plan FROM every AS s WHERE sqlite_mig_internal._is_lasting(s.object_kind);
	DELETE FROM sqlite_mig.rejected AS r WHERE r.migration = _run_open.migration;
	IF on_conflict <> 'error' OR on_error <> 'stop' THEN
		UPDATE sqlite_mig.journal AS j SET statement = left(j.statement, -1)
				|| CASE WHEN on_conflict <> 'error' AND j.table_name NOT IN (SELECT t.table_name FROM sqlite_mig.journal AS t
						WHERE t.migration = _run_open.migration AND t.run = number AND t.object_kind = 'table' AND t.table_name IS NOT NULL)
					THEN sqlite_mig_internal._merge_arguments(j.migration, j.table_name) ELSE '' END
				|| CASE WHEN on_error <> 'stop' THEN format(', on_error => %L%s, migration => %L', on_error, ', reject_limit => ' || reject_limit, j.migration) ELSE '' END || ')'
			WHERE j.migration = _run_open.migration AND j.run = number AND j.object_kind = 'copy';
	END IF;

	-- numbers of rows that wait in the quarantine are given: a later one would be in the way when they are loaded
	IF on_error <> 'stop' OR EXISTS (SELECT FROM sqlite_mig.migration AS m WHERE m.migration = _run_open.migration AND m.options ->> 'policy' = 'quarantine')
			OR EXISTS (SELECT FROM sqlite_mig.plan_constraint AS k WHERE k.migration = _run_open.migration AND k.policy = 'quarantine')
			OR EXISTS (SELECT FROM sqlite_mig.plan_index AS i WHERE i.migration = _run_open.migration AND i.policy = 'quarantine') THEN
		UPDATE sqlite_mig.journal AS j SET statement = left(j.statement, -length(') AS last) AS s'))
				|| format(', (SELECT max(source_rowid) FROM sqlite_mig.rejected WHERE (migration, table_name) = (%L, %L) AND replayed_at IS NULL)) AS last) AS s', j.migration, j.table_name)
			WHERE j.migration = _run_open.migration AND j.run = number AND j.object_kind = 'sequence' AND right(j.statement, length(') AS last) AS s')) = ') AS last) AS s';
	END IF;
	PERFORM sqlite_mig_internal._note_edits(_run_open.migration, number);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._run_open(text, timestamptz, text, text, bigint) IS 'internal: opens a run of a migration';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._note_edits(migration text, run integer) RETURNS void
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

	PERFORM sqlite_mig_internal._note(mig, 'migrate', n.kind, n.name, n.table_name, 'info', n.effect, 'edited', n.detail, accepted => n.effect = 'skipped')
	FROM (
		SELECT 1, t.load_order, 'table', t.source_name, t.source_name, 'skipped', 'left out in the plan' FROM sqlite_mig.plan_table AS t
			WHERE t.migration = mig AND NOT t.include AND t.reason IS NULL
		UNION ALL SELECT 2, t.load_order, 'column', c.source_table || '.' || c.source_name, c.source_table, CASE WHEN c.include THEN 'converted' ELSE 'skipped' END,
				CASE WHEN c.include THEN format('became %s as the plan says, not %s as proposed', concat_ws('/', c.target_type, c.format), c.evidence ->> 'proposed')
					ELSE 'left out in the plan' END
			FROM sqlite_mig.plan_column AS c JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
			WHERE c.migration = mig AND (NOT c.include AND NOT coalesce(c.evidence ?| '{absent,not computed}', false) OR c.evidence ->> 'proposed' <> concat_ws('/', c.target_type, c.format))
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

	PERFORM sqlite_mig_internal._note(mig, 'migrate', 'index', i.source_name, i.source_table, 'warning', 'changed', 'index', 'made for all rows, without its condition', sample => i.source_sql)
		FROM sqlite_mig.plan_index AS i JOIN sqlite_mig.plan_table AS t ON t.migration = i.migration AND t.source_name = i.source_table AND t.include
		WHERE i.migration = mig AND i.include AND i.target_sql IS NULL AND i.source_sql ~* '\)\s*WHERE\M' COLLATE "C" ORDER BY t.load_order, i.source_name;

	-- what is included but rests on something that is not
	PERFORM sqlite_mig_internal._note(mig, 'migrate', n.kind, n.target_name, n.source_table, 'warning', 'skipped', 'not included',
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
CREATE OR REPLACE FUNCTION sqlite_mig_internal._copy_summed(statement text, checksum boolean) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT regexp_replace(left(statement, -1), '^SELECT \* FROM sqlite_mig\.copy_table\(', 'SELECT * FROM sqlite_mig_internal._copy_table(') || format(', checksum => %L)', checksum);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._rows_copied(migration text, run integer) RETURNS bigint
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT (SELECT coalesce(sum(j.rows), 0) FROM sqlite_mig.journal AS j WHERE j.migration = _rows_copied.migration AND j.run = _rows_copied.run AND j.object_kind IN ('copy', 'copied'))
		- (SELECT count(*) FROM sqlite_mig.rejected AS r WHERE r.migration = _rows_copied.migration AND r.policy = 'quarantine');
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._is_told(migration text, rows bigint, seconds numeric) RETURNS boolean
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	told   text[] := string_to_array(current_setting('sqlite_mig.told', true), ' ');
	now    constant double precision := extract(epoch FROM clock_timestamp());
	is_due boolean;
BEGIN
	-- (not asked again for each of hundreds)
	IF (told[1] = md5(migration)) IS NOT TRUE THEN
		IF (SELECT count(*) FROM (SELECT FROM sqlite_mig.plan_table AS t WHERE t.migration = _is_told.migration AND t.include LIMIT 21) AS s) <= 20 THEN
			RETURN true;
		ELSIF sqlite_mig_internal._in_worker() THEN
			RETURN seconds >= 1;
		END IF;
		told := ARRAY[md5(migration), '0', '0', now::text];
		RAISE NOTICE 'migration "%": many tables; told are those that take a second, and every five seconds how far it is', migration;
	END IF;
	is_due := now - told[4]::double precision >= 5;
	told := ARRAY[told[1], (told[2]::bigint + 1)::text, (told[3]::bigint + rows)::text, CASE WHEN is_due THEN now::text ELSE told[4] END];
	IF is_due THEN
		RAISE NOTICE 'migration "%": %, % so far', migration, sqlite_mig_internal._count(told[2]::bigint, 'table'), sqlite_mig_internal._count(told[3]::bigint, 'row');
	END IF;
	PERFORM set_config('sqlite_mig.told', array_to_string(told, ' '), true);
	RETURN seconds >= 1;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._is_told(text, bigint, numeric) IS 'internal: is a copied table told of, or many at a time';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._copied(step sqlite_mig.journal, result record, seconds numeric) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	merges constant boolean := step.statement ~ 'on_conflict => ';
BEGIN
	IF result.changes <> '{}' THEN
		PERFORM sqlite_mig_internal._note(step.migration, 'migrate', 'column', step.table_name || '.' || coalesce(p.source_name, c.key), step.table_name, 'warning', 'lossy',
				CASE k.key WHEN 'nulled' THEN 'on_error' ELSE k.key END, sqlite_mig_internal._change_finding(k.key), k.value::bigint)
			FROM jsonb_each(result.changes) AS c CROSS JOIN LATERAL jsonb_each_text(c.value) AS k
				LEFT JOIN sqlite_mig.plan_column AS p ON (p.migration, p.source_table, p.target_name) = (step.migration, step.table_name, c.key)
			-- what prepare has told already, with the rows
			WHERE NOT EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = step.migration AND e.phase = 'prepare' AND e.effect = 'lossy'
				AND (e.object_name, e.rule, e.rows) = (step.table_name || '.' || coalesce(p.source_name, c.key), k.key, k.value::bigint))
			ORDER BY c.key, k.key;
	END IF;
	IF result.rejected > 0 THEN
		PERFORM sqlite_mig_internal._note_rejected(step.migration, step.table_name);
		RAISE WARNING 'table "%": rejected rows: %; they wait in sqlite_mig.rejected', step.table_name, result.rejected;
	END IF;
	IF result.inserted + result.updated + result.rejected <> result.rows_read AND NOT merges THEN
		PERFORM sqlite_mig_internal._note(step.migration, 'migrate', 'table', step.table_name, step.table_name, 'blocker', 'failed', 'rows',
			format('%s rows were read, but %s inserted', result.rows_read, result.inserted), result.rows_read - result.inserted - result.updated - result.rejected);
	END IF;
	IF NOT sqlite_mig_internal._is_told(step.migration, result.inserted + result.updated, seconds) THEN
		RETURN;
	ELSIF merges THEN
		RAISE NOTICE '%: rows read: %, inserted: %, updated: %, left as they are: %', step.object_name, result.rows_read, result.inserted, result.updated, result.skipped;
		RETURN;
	END IF;
	RAISE NOTICE '%: % in %', step.object_name, sqlite_mig_internal._count(result.inserted, 'row'), sqlite_mig_internal._took(seconds)
		-- of less the rate says nothing
		|| CASE WHEN seconds >= 1 THEN format(' (%s rows/s)', round(result.inserted / seconds)) ELSE '' END;
END;
$$;
CREATE OR REPLACE PROCEDURE sqlite_mig.migrate(server text, target_schema text DEFAULT NULL, migration text DEFAULT NULL, options jsonb DEFAULT '{}',
		tables text[] DEFAULT NULL, exclude text[] DEFAULT NULL, verify_level text DEFAULT 'checksum',
		on_conflict text DEFAULT 'error', on_error text DEFAULT 'stop', reject_limit bigint DEFAULT NULL, snapshot boolean DEFAULT false,
		if_exists text DEFAULT 'error', dry_run boolean DEFAULT false, mode text DEFAULT 'atomic', workers integer DEFAULT 0)
	-- (workers have this setting too)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET jit = off AS
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
	IF migrate.server IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'server must not be null',
			HINT = 'SELECT srvname FROM pg_foreign_server; shows the servers that there are.';
	END IF;
	PERFORM sqlite_mig_internal._check_mode(migrate.mode, migrate.workers, migrate.dry_run, migrate.if_exists);
	IF migrate.dry_run THEN
		-- all of it in a subtransaction; what there is to tell outlives its end in a variable
		PERFORM sqlite_mig_internal._lock(name);
		BEGIN
			PERFORM set_config('sqlite_mig.dry_run', name, true);
			CALL sqlite_mig.migrate(server => migrate.server, target_schema => migrate.target_schema, migration => migrate.migration, options => migrate.options,
				tables => migrate.tables, exclude => migrate.exclude, verify_level => migrate.verify_level,
				on_conflict => migrate.on_conflict, on_error => migrate.on_error, reject_limit => migrate.reject_limit, snapshot => migrate.snapshot, if_exists => migrate.if_exists,
				mode => migrate.mode, workers => migrate.workers);
			outcome := sqlite_mig_internal._outcome(name, clock_timestamp() - began);
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
	PERFORM sqlite_mig_internal._check_level(verify_level);
	PERFORM sqlite_mig_internal._check_rows(migrate.on_conflict, migrate.on_error, migrate.reject_limit);
	-- the argument of the call counts, not what the plan was made for
	PERFORM sqlite_mig_internal._check_options(migrate.options || jsonb_build_object('if_exists', migrate.if_exists, 'on_conflict', migrate.on_conflict));
	PERFORM sqlite_mig_internal._lock(name);
	IF migrate.mode = 'resumable' OR migrate.workers > 0 THEN
		PERFORM sqlite_mig_internal._lead(name, migrate.workers, migrate.snapshot, jsonb_build_object('server', migrate.server, 'target_schema', migrate.target_schema,
			'options', migrate.options, 'tables', migrate.tables, 'exclude', migrate.exclude, 'verify_level', verify_level, 'on_conflict', migrate.on_conflict,
			'on_error', migrate.on_error, 'reject_limit', migrate.reject_limit, 'if_exists', migrate.if_exists, 'mode', migrate.mode));
		PERFORM sqlite_mig_internal._tell_verdict(name);
		RETURN;
	END IF;
	PERFORM sqlite_mig_internal._check_interrupted(name);
	-- a server or file that is not there is said here, and not by something far below with ten lines of context
	IF NOT migrate.snapshot THEN
		PERFORM FROM sqlite_mig.source_info(migrate.server);
	END IF;
	-- all that follows reads the copy, also what verifies
	IF migrate.snapshot THEN
		PERFORM sqlite_mig_internal._snapshot(migrate.server);
	END IF;
	PERFORM sqlite_mig_internal._ready(name, migrate.server, migrate.target_schema, migrate.options || jsonb_build_object('if_exists', migrate.if_exists, 'on_conflict', migrate.on_conflict), migrate.tables, migrate.exclude,
		migrate.on_error = 'reject');
	PERFORM sqlite_mig_internal._check_targets(name);
	SELECT o.number INTO number FROM sqlite_mig_internal._run_open(name, began, migrate.on_conflict, migrate.on_error, migrate.reject_limit) AS o;

	-- Rows arrive frozen only if the copy has the subtransaction of its table and nothing above it holds a snapshot: so no
	-- exception block and no loop over a query here, and the copy is called from here and nowhere deeper.
	step.step := 0;
	LOOP
		SELECT j.* INTO step FROM sqlite_mig.journal AS j
			WHERE j.migration = name AND j.run = number AND j.step > step.step ORDER BY j.step LIMIT 1;
		EXIT WHEN NOT FOUND;
		batch := CASE WHEN step.object_kind <> 'copy' THEN sqlite_mig_internal._batch(step) END;
		IF batch IS NOT NULL THEN
			PERFORM sqlite_mig_internal._run_batch(batch);
			step := batch[cardinality(batch)];
			CONTINUE;
		END IF;
		started := clock_timestamp();
		IF step.object_kind = 'copy' THEN
			EXECUTE sqlite_mig_internal._copy_summed(step.statement, verify_level <> 'counts') INTO result;
		ELSIF step.object_kind IN ('schema', 'collation', 'table', 'drop', 'truncate', 'constraints', 'setting', 'foreign key check') THEN
			EXECUTE step.statement;
		ELSIF step.object_kind IN ('index', 'unique index', 'unique', 'primary key') THEN
			PERFORM sqlite_mig_internal._run_alone(step);
		ELSIF NOT (step.object_kind = 'sequence' AND sqlite_mig_internal._keeps_sequences(name)) THEN
			PERFORM sqlite_mig_internal._run_guarded(step);
		END IF;
		took := extract(epoch FROM clock_timestamp() - started);
		IF step.object_kind = 'copy' THEN
			UPDATE sqlite_mig.journal AS j SET started_at = started, seconds = took, rows = result.inserted, source_rows = result.source_rows, source_checksum = result.source_checksum
				WHERE j.migration = name AND j.run = number AND j.step = step.step;
			PERFORM sqlite_mig_internal._copied(step, result, took);
		ELSE
			UPDATE sqlite_mig.journal AS j SET started_at = started, seconds = took
				WHERE j.migration = name AND j.run = number AND j.step = step.step;
		END IF;
	END LOOP;

	UPDATE sqlite_mig.migration AS m SET state = 'migrated',
			rows_copied = sqlite_mig_internal._rows_copied(name, number)
		WHERE m.migration = name;
	PERFORM sqlite_mig_internal._verify(name, verify_level, true);
	UPDATE sqlite_mig.migration AS m SET finished_at = clock_timestamp() WHERE m.migration = name;
	PERFORM sqlite_mig_internal._tell_verdict(name);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._batch(first sqlite_mig.journal) RETURNS sqlite_mig.journal[]
	-- the plan has no statistics: a nested loop would go through all of its tables for every step
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$
#variable_conflict use_column
DECLARE
	kinds constant text[] := CASE WHEN (first).object_kind = 'table' THEN '{table}'
		WHEN (first).object_kind = ANY ('{primary key,unique,check,index,unique index,foreign key,sequence,analyze,comment}')
			THEN array_remove('{primary key,unique,check,index,unique index,foreign key,sequence,analyze,comment}',
				CASE WHEN sqlite_mig_internal._keeps_sequences((first).migration) THEN 'sequence' END) END;
	steps sqlite_mig.journal[];
BEGIN
	IF kinds IS NULL THEN
		RETURN NULL;
	END IF;
	steps := ARRAY(
		SELECT n.j FROM (
			SELECT j, bool_and(j.object_kind = ANY (kinds)) OVER w AS alike,
					sum(CASE WHEN j.object_kind = 'table' THEN 0 ELSE coalesce(t.rows, t.estimated_rows, 9223372036854775807) END) OVER w AS rows
				FROM sqlite_mig.journal AS j LEFT JOIN sqlite_mig.plan_table AS t ON t.migration = j.migration AND t.source_name = j.table_name
				WHERE j.migration = (first).migration AND j.run = (first).run AND j.step >= (first).step AND j.step < (first).step + 100
				WINDOW w AS (ORDER BY j.step)
			) AS n
			WHERE n.alike AND n.rows <= 200000 ORDER BY (n.j).step);
	RETURN CASE WHEN cardinality(steps) > 1 THEN steps END;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._try_all(statements text[], OUT started timestamptz[], OUT seconds numeric[], OUT ok boolean)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	statement text;
	began     timestamptz;
BEGIN
	FOREACH statement IN ARRAY statements LOOP
		began := clock_timestamp();
		EXECUTE statement;
		started := array_append(started, began);
		seconds := array_append(seconds, extract(epoch FROM clock_timestamp() - began));
	END LOOP;
	ok := true;
EXCEPTION
	WHEN OTHERS THEN
		ok := false;
		IF left(SQLSTATE, 2) NOT IN ('0A', '22', '23', '42', '54') THEN
			RAISE;
		END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._note_times(steps sqlite_mig.journal[], started timestamptz[], seconds numeric[]) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	numbers constant integer[] := ARRAY(SELECT s.step FROM unnest(steps) AS s);
	noted   bigint;
BEGIN
	UPDATE sqlite_mig.journal AS j SET started_at = _note_times.started[array_position(numbers, j.step)], seconds = _note_times.seconds[array_position(numbers, j.step)]
		WHERE (j.migration, j.run, j.task) = (steps[1].migration, steps[1].run, steps[1].task) AND j.step = ANY (numbers);
	GET DIAGNOSTICS noted = ROW_COUNT;
	IF noted <> cardinality(numbers) THEN
		RAISE EXCEPTION USING ERRCODE = 'internal_error', MESSAGE = format('%s steps were run, but %s noted', cardinality(numbers), noted);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._note_times(sqlite_mig.journal[], timestamptz[], numeric[]) IS 'internal: notes when steps of a task were run';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._run_batch(steps sqlite_mig.journal[]) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	step    sqlite_mig.journal;
	began   timestamptz;
	starts  timestamptz[];
	times   numeric[];
	first   constant integer := steps[1].step;
	last    constant integer := steps[cardinality(steps)].step;
	ok      boolean := steps[1].object_kind <> 'table';
BEGIN
	IF ok THEN
		SELECT t.started, t.seconds, t.ok INTO starts, times, ok FROM sqlite_mig_internal._try_all(ARRAY(SELECT s.statement FROM unnest(steps) AS s)) AS t;
	END IF;
	IF NOT ok THEN
		starts := '{}';
		times := '{}';
		FOREACH step IN ARRAY steps LOOP
			began := clock_timestamp();
			IF step.object_kind = 'table' THEN
				EXECUTE step.statement;
			ELSE
				PERFORM sqlite_mig_internal._run_guarded(step);
			END IF;
			starts := array_append(starts, began);
			times := array_append(times, extract(epoch FROM clock_timestamp() - began));
		END LOOP;
	END IF;
	IF last - first = cardinality(steps) - 1 OR steps[1].task IS NULL THEN
		-- BETWEEN: without it the join would read all of the run
		UPDATE sqlite_mig.journal AS j SET started_at = u.started, seconds = u.took
			FROM (SELECT (steps[i]).step, starts[i], times[i] FROM generate_subscripts(steps, 1) AS i) AS u (step, started, took)
			WHERE (j.migration, j.run) = (steps[1].migration, steps[1].run) AND j.step BETWEEN first AND last AND j.step = u.step;
	ELSE
		PERFORM sqlite_mig_internal._note_times(steps, starts, times);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._rowid_bounds(server text, table_name text, OUT first bigint, OUT last bigint)
	LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_rowid_bounds';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._weights(migration text) RETURNS TABLE (source_name text, load_order integer, bytes numeric)
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
CREATE OR REPLACE FUNCTION sqlite_mig_internal._heavy(migration text) RETURNS SETOF text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT w.source_name FROM sqlite_mig_internal._weights(_heavy.migration) AS w JOIN sqlite_mig.plan_table AS t ON t.migration = _heavy.migration AND t.source_name = w.source_name
		WHERE w.bytes > 16384 * coalesce(t.rows, t.estimated_rows) AND EXISTS (SELECT FROM sqlite_mig.plan_column AS c
			WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include AND c.target_type = 'bytea');
END;
COMMENT ON FUNCTION sqlite_mig_internal._heavy(text) IS 'internal: tables of long blobs';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._tasks_make(migration text, run integer, level text, began timestamptz, reject_limit bigint, resumable boolean) RETURNS void
	-- plan and journal have no statistics, so a join would be taken for one of a few rows
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := _tasks_make.migration;
	number constant integer := _tasks_make.run;
	size   constant numeric := pg_size_bytes(current_setting('sqlite_fdw_mig.range_size'));
	fresh  constant boolean := sqlite_mig_internal._if_exists(mig) IN ('error', 'replace');
	-- a foreign key that waits for the end of the transaction, or a setting for its time, keep all copies in one
	whole  constant boolean := EXISTS (SELECT FROM sqlite_mig.journal AS j
		WHERE j.migration = mig AND j.run = number AND j.object_kind IN ('constraints', 'setting', 'foreign key check'));
	moves  constant boolean := sqlite_mig_internal._moves_rows(mig);
	large  constant text[] := ARRAY(SELECT w.source_name FROM sqlite_mig_internal._weights(mig) AS w WHERE fresh AND w.bytes > size);
	item   sqlite_mig.journal;
BEGIN
	FOR item IN SELECT j.* FROM sqlite_mig.journal AS j
			-- the limit counts the rejects of one copy
			WHERE j.migration = mig AND j.run = number AND j.object_kind = 'copy' AND j.table_name = ANY (large) AND reject_limit IS NULL
				-- long blobs are copied by one process in any case, and into a table of the same transaction for half of the cost
				AND (resumable OR j.table_name NOT IN (SELECT h.source_name FROM sqlite_mig_internal._heavy(mig) AS h (source_name))) ORDER BY j.step LOOP
		PERFORM sqlite_mig_internal._ranges_make(item, size, level <> 'counts');
	END LOOP;
	-- rows that break a key leave before its index is made
	IF NOT moves THEN
		PERFORM sqlite_mig_internal._key_indexes_make(mig, number, large);
	END IF;
	IF level <> 'counts' THEN
		PERFORM sqlite_mig_internal._sums_make(mig, number, size);
	END IF;
	INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, table_name, statement)
		SELECT mig, number, m.last + row_number() OVER (ORDER BY w.load_order, w.source_name), 'verify', w.source_name, w.source_name,
			format('SELECT sqlite_mig_internal._verify_table(sqlite_mig_internal._migration(%L, true), %L, %L, %L, true)', mig, w.source_name, level, began)
		FROM sqlite_mig_internal._weights(mig) AS w, (SELECT coalesce(max(j.step), 0) AS last FROM sqlite_mig.journal AS j WHERE j.migration = mig AND j.run = number) AS m;
	INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, statement)
		SELECT mig, number, m.last + row_number() OVER (ORDER BY v.make_order), 'verify view', v.source_name,
			format('SELECT sqlite_mig_internal._verify_view(sqlite_mig_internal._migration(%L, true), %L, %L, %L)', mig, v.source_name, level, began)
		FROM sqlite_mig.plan_view AS v, (SELECT coalesce(max(j.step), 0) AS last FROM sqlite_mig.journal AS j WHERE j.migration = mig AND j.run = number) AS m
		WHERE v.migration = mig AND v.include AND fresh;
	IF level <> 'counts' THEN
		INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, statement)
			SELECT m.migration, number, (SELECT coalesce(max(j.step), 0) + 1 FROM sqlite_mig.journal AS j WHERE j.migration = mig AND j.run = number), 'verify file', m.server,
				format('SELECT sqlite_mig_internal._verify_file(sqlite_mig_internal._migration(%L, true))', mig)
			FROM sqlite_mig.migration AS m WHERE m.migration = mig;
	END IF;
	-- what all wait for; then a table at a time, the largest first, and small ones several at a time; then foreign keys, then proof
	WITH sized AS MATERIALIZED (
		SELECT w.*, fresh AND w.bytes < size / 32 AS small, greatest(w.bytes, size / 256) AS counted FROM sqlite_mig_internal._weights(mig) AS w
	), weight AS MATERIALIZED (
		-- where there are hundreds more go together, which saves transactions; where there are few there is enough to share
		SELECT w.*, CASE WHEN w.small THEN floor((sum(w.counted) OVER o - w.counted) / (SELECT greatest(size / 32, least(size / 16, sum(a.counted) / 24)) FROM sized AS a WHERE a.small)) END AS batch
			FROM sized AS w WINDOW o AS (ORDER BY w.bytes DESC, w.load_order, w.source_name ROWS UNBOUNDED PRECEDING)
	), place AS MATERIALIZED (
		-- of the first table of its batch
		SELECT w.source_name, first_value(w.bytes) OVER o AS bytes, first_value(w.load_order) OVER o AS load_order, first_value(w.source_name) OVER o AS first
			FROM weight AS w WINDOW o AS (PARTITION BY w.batch, CASE WHEN w.batch IS NULL THEN w.source_name END ORDER BY w.bytes DESC, w.load_order, w.source_name)
	), staged AS MATERIALIZED (
		SELECT j.step, j.table_name, CASE
			WHEN j.object_kind = 'verify file' THEN 13
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
			ELSE 7 END AS stage
			FROM sqlite_mig.journal AS j WHERE j.migration = mig AND j.run = number
	)
	-- (all of it at once: the versions of a row that are left behind are in the way of the workers)
	UPDATE sqlite_mig.journal AS j SET stage = t.stage, task = t.task,
			statement = CASE WHEN j.object_kind = 'copy' THEN sqlite_mig_internal._copy_summed(j.statement, level <> 'counts') ELSE j.statement END
		FROM (SELECT i.step, i.stage, dense_rank() OVER (ORDER BY CASE WHEN i.stage = 0 THEN 0 WHEN i.stage < 8 THEN 1 ELSE i.stage END,
					CASE WHEN i.stage = 0 AND NOT whole THEN i.step END,
					CASE WHEN i.stage BETWEEN 1 AND 11 THEN -p.bytes END, CASE WHEN i.stage BETWEEN 1 AND 11 THEN p.load_order END,
					CASE WHEN i.stage BETWEEN 1 AND 11 THEN p.first END,
					i.stage, CASE WHEN i.stage IN (2, 5, 10) THEN i.step END) AS task
				FROM staged AS i LEFT JOIN place AS p ON p.source_name = i.table_name) AS t
		WHERE j.migration = mig AND j.run = number AND j.step = t.step;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._tasks_make(text, integer, text, timestamptz, bigint, boolean) IS 'internal: divides the steps of a run into tasks';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._step_statements(migration text, run integer, step integer, object_kind text, statement text, processes integer) RETURNS text[]
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT ARRAY[CASE
			WHEN object_kind IN ('copy', 'range') THEN format('SELECT to_jsonb(c) FROM (%s) AS c', statement)
			WHEN object_kind IN ('primary key', 'unique', 'check', 'foreign key', 'orphans', 'index', 'unique index', 'key index', 'sequence', 'analyze', 'comment', 'view', 'trigger')
				THEN format('SELECT sqlite_mig_internal.%s FROM sqlite_mig.journal AS j WHERE (j.migration, j.run, j.step) = (%L, %s, %s)',
					CASE WHEN object_kind IN ('index', 'unique index', 'key index') THEN format('_run_index(j, %L)', processes)
						WHEN object_kind IN ('primary key', 'unique') THEN '_run_key(j)' ELSE '_run_guarded(j)' END, migration, run, step)
			ELSE statement END,
		format('SELECT sqlite_mig_internal._step_done(%L, %s, %s, $2%s)', migration, run, step, CASE WHEN object_kind IN ('copy', 'range', 'copied', 'target sum') THEN ', $1::jsonb' ELSE '' END)];
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._moves_rows(migration text) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT EXISTS (
		SELECT FROM sqlite_mig.migration AS m WHERE m.migration = _moves_rows.migration AND m.options ->> 'policy' IN ('quarantine', 'set null')
		UNION ALL SELECT FROM sqlite_mig.plan_constraint AS k WHERE k.migration = _moves_rows.migration AND k.policy IN ('quarantine', 'set null')
		UNION ALL SELECT FROM sqlite_mig.plan_index AS i WHERE i.migration = _moves_rows.migration AND i.policy = 'quarantine');
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._tasks(migration text, run integer, workers integer) RETURNS TABLE (task integer, statements text[], after integer[])
	-- plan and journal have no statistics, so a join would be taken for one of a few rows
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off
BEGIN ATOMIC
	WITH step AS MATERIALIZED (
		SELECT j.*, count(*) FILTER (WHERE j.stage = 5) OVER (PARTITION BY j.table_name COLLATE "C") AS beside,
				-- rows arrive frozen when table and copy are statements of their own; for the rest one is enough
				bool_or(j.object_kind = 'table' AND j.stage = 7) OVER (PARTITION BY j.task) AS makes
			FROM sqlite_mig.journal AS j WHERE j.migration = _tasks.migration AND j.run = _tasks.run AND j.seconds IS NULL
	), item AS MATERIALIZED (
		SELECT s.task, s.stage, s.table_name, bool_or(s.object_kind IN ('copy', 'range', 'copied')) AS copies, bool_and(s.object_kind = 'analyze') AS reads FROM step AS s GROUP BY s.task, s.stage, s.table_name
	), gate AS MATERIALIZED (
		SELECT DISTINCT i.task, i.stage FROM item AS i WHERE i.stage IN (0, 8)
	), used AS MATERIALIZED (
		-- which tables a foreign key locks
		SELECT i.task, i.table_name FROM item AS i WHERE i.stage = 9
		UNION SELECT s.task, k.parent_table FROM step AS s JOIN sqlite_mig.plan_constraint AS k ON k.migration = s.migration AND k.source_table = s.table_name AND k.target_name = s.object_name
			WHERE s.stage = 9
	), edge AS (
		SELECT i.task, b.task AS before FROM item AS i JOIN item AS b ON b.table_name = i.table_name AND b.stage < i.stage
			-- only rows and what locks out readers keep a table from being verified, unless rows may still leave it
			WHERE i.stage < 10 OR b.copies OR b.stage <= 4 AND NOT b.reads OR b.stage = 10
				OR (SELECT sqlite_mig_internal._moves_rows(m.migration) OR m.running -> 'args' ->> 'verify_level' = 'full' FROM sqlite_mig.migration AS m WHERE m.migration = _tasks.migration)
		UNION SELECT i.task, b.task FROM item AS i JOIN gate AS b ON b.stage = 0 AND b.task < i.task
		UNION SELECT i.task, lag(i.task) OVER (PARTITION BY i.table_name ORDER BY i.task) FROM item AS i
			WHERE i.stage = 2 AND i.table_name IN (SELECT h.source_name FROM sqlite_mig_internal._heavy(_tasks.migration) AS h (source_name))
		UNION SELECT i.task, b.task FROM item AS i JOIN item AS b ON b.stage < 8 WHERE i.stage = 8
		UNION SELECT i.task, b.task FROM item AS i JOIN gate AS b ON b.stage = 8 WHERE i.stage > 8
		UNION SELECT i.task, b.task FROM item AS i JOIN item AS b ON b.stage < 12 WHERE i.stage = 12
		UNION SELECT u.task, b.task FROM used AS u JOIN item AS b ON b.table_name = u.table_name AND b.stage < 8
		UNION SELECT u.task, lag(u.task) OVER (PARTITION BY u.table_name ORDER BY u.task) FROM used AS u
		UNION SELECT i.task, b.task FROM item AS i JOIN sqlite_mig_internal._loaded_keys(_tasks.migration) AS k ON k.source_name = i.table_name
			JOIN item AS b ON b.table_name = k.parent_name AND b.stage = 7
			WHERE i.stage = 7 AND b.task <> i.task AND sqlite_mig_internal._if_exists(_tasks.migration) IN ('load', 'truncate')
	), wait AS MATERIALIZED (
		SELECT e.task, array_agg(e.before) AS tasks FROM edge AS e WHERE e.before IS NOT NULL GROUP BY e.task
	)
	SELECT s.task, ARRAY[format('SELECT sqlite_mig_internal._claim(%L, %s, %s)', _tasks.migration, _tasks.run, s.task)] || CASE
				WHEN s.makes THEN array_agg(x.statement ORDER BY s.table_name COLLATE "C", s.step, x.n) FILTER (WHERE s.object_kind = 'copy' OR x.n = 1)
					|| format('SELECT sqlite_mig_internal._rest_of_task(%L, %s, %s)', _tasks.migration, _tasks.run, s.task)
				-- of several small tables
				WHEN min(s.stage) IN (9, 11) AND count(DISTINCT s.table_name) > 1
					THEN ARRAY[format('SELECT sqlite_mig_internal.%I(%L, %s, %s)', CASE min(s.stage) WHEN 9 THEN '_run_task' ELSE '_verify_task' END, _tasks.migration, _tasks.run, s.task)]
				ELSE array_agg(x.statement ORDER BY s.step, x.n) END,
			coalesce(w.tasks, '{}')
		FROM step AS s LEFT JOIN wait AS w ON w.task = s.task, LATERAL unnest(sqlite_mig_internal._step_statements(s.migration, s.run, s.step, s.object_kind, s.statement,
			-- indexes of one table are made side by side, each by one process unless workers are left over; a lone worker has the server's parallel workers
			CASE WHEN _tasks.workers > 1 THEN greatest(_tasks.workers / nullif(s.beside, 0)::integer, 1) END)) WITH ORDINALITY AS x (statement, n)
		WHERE NOT s.makes OR s.object_kind IN ('table', 'copy')
		GROUP BY s.task, s.makes, w.tasks ORDER BY s.task;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._claim(migration text, run integer, task integer) RETURNS boolean
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM FROM sqlite_mig.journal AS j WHERE (j.migration, j.run, j.task) = (_claim.migration, _claim.run, _claim.task) FOR UPDATE;
	RETURN EXISTS (SELECT FROM sqlite_mig.journal AS j WHERE (j.migration, j.run, j.task) = (_claim.migration, _claim.run, _claim.task) AND j.seconds IS NULL);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._step_done(migration text, run integer, step integer, began timestamptz, result jsonb DEFAULT NULL) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	done  sqlite_mig.journal;
	counts record;
BEGIN
	UPDATE sqlite_mig.journal AS j SET started_at = began, seconds = extract(epoch FROM clock_timestamp() - began),
			rows = coalesce((_step_done.result ->> 'inserted')::bigint, j.rows),
			source_rows = (_step_done.result ->> 'source_rows')::bigint, source_checksum = (_step_done.result ->> 'source_checksum')::uuid,
			outcome = CASE WHEN j.object_kind IN ('table', 'view') THEN jsonb_build_object('relation', to_regclass(j.object_name)::oid)
				WHEN j.object_kind = 'trigger' THEN jsonb_build_object('function', to_regprocedure(j.object_name || '()')::oid) ELSE _step_done.result END
		WHERE (j.migration, j.run, j.step) = (_step_done.migration, _step_done.run, _step_done.step) RETURNING j.* INTO STRICT done;
	IF done.object_kind = 'copy' THEN
		SELECT r.* INTO counts FROM jsonb_to_record(_step_done.result) AS r (rows_read bigint, inserted bigint, updated bigint, skipped bigint, rejected bigint, changes jsonb, source_rows bigint, source_checksum uuid);
		PERFORM sqlite_mig_internal._copied(done, counts, done.seconds);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._run_task(migration text, run integer, task integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	steps sqlite_mig.journal[];
BEGIN
	SELECT array_agg(j ORDER BY j.step) INTO steps FROM sqlite_mig.journal AS j WHERE (j.migration, j.run, j.task) = (_run_task.migration, _run_task.run, _run_task.task);
	PERFORM sqlite_mig_internal._run_batch(steps);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._verify_task(migration text, run integer, task integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan    constant sqlite_mig.migration := sqlite_mig_internal._migration(migration, true);
	level   constant text := plan.running -> 'args' ->> 'verify_level';
	began   constant timestamptz := plan.running ->> 'began';
	steps   sqlite_mig.journal[];
	started timestamptz[];
	seconds numeric[];
	step    sqlite_mig.journal;
BEGIN
	SELECT array_agg(j ORDER BY j.step) INTO steps FROM sqlite_mig.journal AS j WHERE (j.migration, j.run, j.task) = (_verify_task.migration, _verify_task.run, _verify_task.task);
	FOREACH step IN ARRAY steps LOOP
		started := array_append(started, clock_timestamp());
		PERFORM sqlite_mig_internal._verify_table(plan, step.table_name, level, began, true);
		seconds := array_append(seconds, extract(epoch FROM clock_timestamp() - started[cardinality(started)]));
	END LOOP;
	PERFORM sqlite_mig_internal._note_times(steps, started, seconds);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._verify_task(text, integer, integer) IS 'internal: verifies several small tables';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._rest_of_task(migration text, run integer, task integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	steps sqlite_mig.journal[];
BEGIN
	-- they were made before their copies
	UPDATE sqlite_mig.journal AS j SET started_at = transaction_timestamp(), seconds = 0, outcome = jsonb_build_object('relation', to_regclass(j.object_name)::oid)
		WHERE (j.migration, j.run, j.task) = (_rest_of_task.migration, _rest_of_task.run, _rest_of_task.task) AND j.object_kind = 'table';
	-- sorted here: a query with ORDER BY step would read the whole run in that order
	SELECT array_agg(j ORDER BY j.step) INTO steps FROM sqlite_mig.journal AS j
		WHERE (j.migration, j.run, j.task) = (_rest_of_task.migration, _rest_of_task.run, _rest_of_task.task) AND j.object_kind NOT IN ('table', 'copy');
	IF steps IS NOT NULL THEN
		PERFORM sqlite_mig_internal._run_batch(steps);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._rest_of_task(text, integer, integer) IS 'internal: what small tables get after their copies';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._ranges_make(copy sqlite_mig.journal, size numeric, summed boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	bounds record;
	parts  integer;
BEGIN
	SELECT b.first, b.last::numeric - b.first AS span INTO bounds
		FROM sqlite_mig.migration AS m, LATERAL sqlite_mig_internal._rowid_bounds(m.server, copy.table_name) AS b WHERE m.migration = copy.migration;
	SELECT least(ceil(w.bytes / size), 1024)::integer INTO parts FROM sqlite_mig_internal._weights(copy.migration) AS w WHERE w.source_name = copy.table_name;
	IF bounds.span IS NULL OR bounds.span < parts THEN
		RETURN;
	END IF;
	INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, table_name, statement)
		SELECT copy.migration, copy.run, m.last + s.n, s.kind, copy.object_name, copy.table_name, s.statement
		FROM (SELECT max(j.step) AS last FROM sqlite_mig.journal AS j WHERE j.migration = copy.migration AND j.run = copy.run) AS m, LATERAL (
			-- the first one has all that is smaller, the last all that is larger
			SELECT n, 'range' AS kind, left(sqlite_mig_internal._copy_summed(copy.statement, summed), -1)
					|| CASE WHEN n > 1 THEN format(', first => %s', trunc(bounds.first + bounds.span * (n - 1) / parts)) ELSE '' END
					|| CASE WHEN n < parts THEN format(', "end" => %s', trunc(bounds.first + bounds.span * n / parts)) ELSE '' END || ')' AS statement
				FROM generate_series(1, parts) AS n
			UNION ALL SELECT parts + 1, 'copied', format('SELECT sqlite_mig_internal._gather(%L, %s, %L)', copy.migration, copy.run, copy.table_name)) AS s;
	DELETE FROM sqlite_mig.journal AS j WHERE (j.migration, j.run, j.step) = (copy.migration, copy.run, copy.step);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._gather(migration text, run integer, table_name text) RETURNS jsonb
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	own    sqlite_mig.journal;
	counts record;
BEGIN
	SELECT j.* INTO STRICT own FROM sqlite_mig.journal AS j
		WHERE (j.migration, j.run, j.table_name, j.object_kind) = (_gather.migration, _gather.run, _gather.table_name, 'copied');
	SELECT sum((r.outcome ->> 'rows_read')::bigint)::bigint AS rows_read, sum((r.outcome ->> 'inserted')::bigint)::bigint AS inserted, sum((r.outcome ->> 'updated')::bigint)::bigint AS updated,
			sum((r.outcome ->> 'rejected')::bigint)::bigint AS rejected, NULL::jsonb AS changes, extract(epoch FROM max(r.started_at + make_interval(secs => r.seconds::double precision)) - min(r.started_at)) AS seconds
		INTO counts FROM sqlite_mig.journal AS r WHERE (r.migration, r.run, r.table_name, r.object_kind) = (_gather.migration, _gather.run, _gather.table_name, 'range');
	counts.changes := (SELECT coalesce(jsonb_object_agg(c.name, c.kinds), '{}') FROM (
		SELECT k.name, jsonb_object_agg(k.kind, k.n) AS kinds FROM (
			SELECT c.key AS name, v.key AS kind, sum(v.value::bigint) AS n
				FROM sqlite_mig.journal AS r, jsonb_each(r.outcome -> 'changes') AS c, jsonb_each_text(c.value) AS v
				WHERE (r.migration, r.run, r.table_name, r.object_kind) = (_gather.migration, _gather.run, _gather.table_name, 'range')
				GROUP BY c.key, v.key) AS k
			GROUP BY k.name) AS c);
	UPDATE sqlite_mig.journal AS j SET rows = counts.inserted WHERE (j.migration, j.run, j.step) = (own.migration, own.run, own.step);
	PERFORM sqlite_mig_internal._copied(own, counts, counts.seconds);
	RETURN jsonb_build_object('pages', pg_relation_size(own.object_name::regclass) / current_setting('block_size')::bigint);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._key_indexes_make(migration text, run integer, tables text[]) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, table_name, statement)
		SELECT j.migration, j.run, (SELECT max(l.step) FROM sqlite_mig.journal AS l WHERE l.migration = j.migration AND l.run = j.run) + row_number() OVER (ORDER BY j.step),
				'key index', j.object_name, j.table_name,
				format('CREATE UNIQUE INDEX %I ON %I.%I (%s)', j.object_name, m.target_schema, t.target_name, sqlite_mig_internal._target_columns(j.migration, j.table_name, k.columns))
			FROM sqlite_mig.journal AS j
				JOIN sqlite_mig.migration AS m ON m.migration = j.migration
				JOIN sqlite_mig.plan_table AS t ON t.migration = j.migration AND t.source_name = j.table_name
				JOIN sqlite_mig.plan_constraint AS k ON k.migration = j.migration AND k.source_table = j.table_name AND k.kind = j.object_kind AND k.target_name = j.object_name
			WHERE j.migration = _key_indexes_make.migration AND j.run = _key_indexes_make.run AND j.object_kind IN ('primary key', 'unique') AND j.table_name = ANY (_key_indexes_make.tables);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sort_memory(step sqlite_mig.journal, processes integer) RETURNS void
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
COMMENT ON FUNCTION sqlite_mig_internal._sort_memory(sqlite_mig.journal, integer) IS 'internal: how much memory an index build takes';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._run_alone(step sqlite_mig.journal) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	most constant text := current_setting('maintenance_work_mem');
BEGIN
	IF EXISTS (SELECT FROM sqlite_mig.plan_column AS c
			WHERE c.migration = step.migration AND c.source_table = step.table_name AND c.target_type ~ '^(text|varchar|character|char|bpchar)\M' AND c.source_name = ANY (
				(SELECT i.columns FROM sqlite_mig.plan_index AS i WHERE i.migration = step.migration AND i.source_table = step.table_name AND i.target_name = step.object_name)
				|| (SELECT k.columns FROM sqlite_mig.plan_constraint AS k WHERE k.migration = step.migration AND k.source_table = step.table_name AND k.target_name = step.object_name))) THEN
		PERFORM sqlite_mig_internal._sort_memory(step, current_setting('max_parallel_maintenance_workers')::integer + 1);
	END IF;
	PERFORM sqlite_mig_internal._run_guarded(step);
	PERFORM set_config('maintenance_work_mem', most, true);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._run_alone(sqlite_mig.journal) IS 'internal: makes an index or key in one process';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._run_index(step sqlite_mig.journal, processes integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	failure record;
BEGIN
	PERFORM set_config('max_parallel_maintenance_workers', least(current_setting('max_parallel_maintenance_workers')::integer, processes - 1)::text, true);
	PERFORM sqlite_mig_internal._sort_memory(step, processes);
	IF step.object_kind <> 'key index' THEN
		PERFORM sqlite_mig_internal._run_guarded(step);
		RETURN;
	END IF;
	SELECT t.* INTO failure FROM sqlite_mig_internal._try(step.statement) AS t;
	IF failure.code IS NOT NULL THEN
		UPDATE sqlite_mig.journal AS j SET error = format('%s: %s', failure.code, failure.message) WHERE (j.migration, j.run, j.step) = (step.migration, step.run, step.step);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._run_key(step sqlite_mig.journal) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	ready text;
	code  text;
BEGIN
	SELECT format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s USING INDEX %3$I', m.target_schema, t.target_name, step.object_name, upper(step.object_kind COLLATE "C")) INTO ready
		FROM sqlite_mig.journal AS i JOIN sqlite_mig.migration AS m ON m.migration = i.migration
			JOIN sqlite_mig.plan_table AS t ON t.migration = i.migration AND t.source_name = i.table_name
		WHERE i.migration = step.migration AND i.run = step.run AND i.object_kind = 'key index' AND i.table_name = step.table_name AND i.object_name = step.object_name AND i.error IS NULL;
	IF FOUND THEN
		SELECT t.code INTO code FROM sqlite_mig_internal._try(ready) AS t;
		IF code IS NULL THEN
			UPDATE sqlite_mig.journal AS j SET statement = ready WHERE (j.migration, j.run, j.step) = (step.migration, step.run, step.step);
			RETURN;
		END IF;
		EXECUTE format('DROP INDEX %I.%I', (sqlite_mig_internal._migration(step.migration)).target_schema, step.object_name);
	END IF;
	PERFORM sqlite_mig_internal._run_guarded(step);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sums_make(migration text, run integer, size numeric) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, table_name, statement)
		SELECT j.migration, j.run, (SELECT max(l.step) FROM sqlite_mig.journal AS l WHERE l.migration = j.migration AND l.run = j.run) + row_number() OVER (ORDER BY j.step, n.n),
				'target sum', j.object_name, j.table_name, format('SELECT sqlite_mig_internal._target_part(%L, %s, %L, %s, %s)', j.migration, j.run, j.table_name, n.n, p.parts)
			FROM sqlite_mig.journal AS j JOIN sqlite_mig_internal._weights(j.migration) AS w ON w.source_name = j.table_name,
				LATERAL (SELECT least(ceil(w.bytes / (2 * _sums_make.size)), 32)::integer AS parts) AS p, LATERAL generate_series(1, p.parts) AS n (n)
			WHERE j.migration = _sums_make.migration AND j.run = _sums_make.run AND j.object_kind = 'copied';
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._target_part(migration text, run integer, table_name text, part integer, parts integer) RETURNS jsonb
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	target  text;
	pages   bigint;
	columns constant text[] := ARRAY(SELECT c.target_name FROM sqlite_mig.plan_column AS c
		WHERE c.migration = _target_part.migration AND c.source_table = _target_part.table_name AND c.include ORDER BY c.position);
BEGIN
	SELECT j.object_name, (j.outcome ->> 'pages')::bigint INTO STRICT target, pages FROM sqlite_mig.journal AS j
		WHERE (j.migration, j.run, j.table_name, j.object_kind) = (_target_part.migration, _target_part.run, _target_part.table_name, 'copied');
	RETURN (SELECT to_jsonb(m) FROM sqlite_mig_internal._measure(target, columns, 'checksum', NULL,
		-- the first one has no lower end and the last no upper one
		concat_ws(' AND ', CASE WHEN part > 1 THEN format('t.ctid >= ''(%s,0)''', pages * (part - 1) / parts) END,
			CASE WHEN part < parts THEN format('t.ctid < ''(%s,0)''', pages * part / parts) END, 'true')) AS m);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._replay_relations(migration text, table_name text, source_relation text, target_relation text,
		OUT source regclass, OUT target regclass)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	IF _replay_relations.migration IS NULL THEN
		source := to_regclass(_replay_relations.source_relation);
		target := to_regclass(_replay_relations.target_relation);
	ELSE
		SELECT to_regclass(format('%I.%I', m.source_schema, t.target_name)),
				coalesce(to_regclass(format('%I.%I', m.target_schema, t.target_name)), to_regclass(_replay_relations.target_relation))
			INTO source, target
			FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t USING (migration)
			WHERE m.migration = _replay_relations.migration AND t.source_name = _replay_relations.table_name;
	END IF;
	IF source IS NULL OR target IS NULL THEN
		PERFORM sqlite_mig_internal._refuse('undefined_table',
			format('cannot replay rows of table "%s": %s does not exist any more', _replay_relations.table_name,
				CASE WHEN target IS NULL THEN _replay_relations.target_relation ELSE _replay_relations.source_relation END),
			hint => 'Make it again, or accept the rejected rows.');
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_retyped(migration text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	bad record;
BEGIN
	SELECT c.source_table, c.source_name, c.target_type, format('%I.%I', m.target_schema, t.target_name) AS relation, a.attname, format_type(a.atttypid, a.atttypmod) AS type INTO bad
		FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t USING (migration)
			JOIN sqlite_mig.plan_column AS c ON c.migration = t.migration AND c.source_table = t.source_name
			JOIN pg_attribute AS a ON a.attrelid = to_regclass(format('%I.%I', m.target_schema, t.target_name)) AND a.attname = c.target_name
		WHERE m.migration = _check_retyped.migration AND t.include AND c.include AND coalesce(m.options ->> 'if_exists', 'error') NOT IN ('load', 'truncate')
			-- no type of that name: serial
			AND to_regtype(c.target_type)::oid <> a.atttypid
		ORDER BY t.load_order, c.position LIMIT 1;
	IF FOUND THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state',
			format('column "%s" of table "%s" is %s, and %s in the plan, which was changed since', bad.source_name, bad.source_table, bad.type, bad.target_type),
			hint => format('ALTER TABLE %1$s ALTER COLUMN %2$I TYPE %3$s USING %2$I::%3$s;', bad.relation, bad.attname, bad.target_type));
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_retyped(text) IS 'internal: throws when a type of the plan is not that of the table any more';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._replay_table(source regclass, target regclass, on_conflict text, conflict_columns text[],
		on_error text, reject_limit bigint, migration text,
		OUT rows_read bigint, OUT inserted bigint, OUT updated bigint,
		OUT skipped bigint, OUT rejected bigint, OUT adjusted bigint, OUT nulled bigint, OUT changes jsonb)
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_replay_table';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._note_rejected(migration text, table_name text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	held record;
BEGIN
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = _note_rejected.migration AND e.table_name = _note_rejected.table_name
		AND e.rule IN ('rejected', 'repaired');
	SELECT count(*) AS rows, min(r.reject) AS first INTO held FROM sqlite_mig.rejected AS r
		WHERE r.migration = _note_rejected.migration AND r.table_name = _note_rejected.table_name AND r.replayed_at IS NULL;
	IF held.rows > 0 THEN
		PERFORM sqlite_mig_internal._note(_note_rejected.migration, 'migrate', 'table', _note_rejected.table_name, _note_rejected.table_name, 'blocker', 'failed', 'rejected',
				'rows could not be loaded and wait in sqlite_mig.rejected: repair and replay them, or accept them there', held.rows,
				format('%s: %s: %s', r.source_key, r.sqlstate, r.message))
			FROM sqlite_mig.rejected AS r WHERE r.reject = held.first;
	END IF;
	SELECT count(*) AS rows, min(r.source_key) AS sample INTO held FROM sqlite_mig.rejected AS r
		WHERE r.migration = _note_rejected.migration AND r.table_name = _note_rejected.table_name AND r.replayed_at IS NOT NULL AND r.edited_at IS NOT NULL
			-- that has an entry of its own
			AND r.policy IS DISTINCT FROM 'set null';
	IF held.rows > 0 THEN
		PERFORM sqlite_mig_internal._note(_note_rejected.migration, 'migrate', 'table', _note_rejected.table_name, _note_rejected.table_name, 'warning', 'changed', 'repaired',
			'rows were loaded as they were edited in sqlite_mig.rejected, not as the source has them', held.rows, held.sample);
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
		plan := sqlite_mig_internal._migration(name, true);
		-- formats and time zones as the plan says now
		IF plan.plan_hash <> sqlite_mig_internal._plan_hash(name) THEN
			PERFORM sqlite_mig_internal._check_retyped(name);
			PERFORM sqlite_mig_internal._check_plan(name);
			PERFORM sqlite_mig_internal._drop_source(name);
			PERFORM sqlite_mig_internal._make_source(name);
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
		ends := sqlite_mig_internal._replay_relations(item.migration, item.table_name, item.source, item.target);
		SELECT c.* INTO done FROM sqlite_mig_internal._replay_table(ends.source, ends.target, item.on_conflict, item.conflict_columns, 'reject', NULL, item.migration) AS c;
		table_name := item.table_name;
		tried := done.rows_read;
		still_rejected := done.rejected;
		loaded := tried - still_rejected;
		IF item.migration IS NOT NULL THEN
			UPDATE sqlite_mig.migration AS m SET rows_copied = m.rows_copied + done.inserted WHERE m.migration = item.migration;
			PERFORM sqlite_mig_internal._note_rejected(item.migration, item.table_name);
		END IF;
		RETURN NEXT;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._pool_open(server text, workers integer) RETURNS void
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_pool_start';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._pool_run(query text) RETURNS bigint
	LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_pool_tasks';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._pool_ask(statement text) RETURNS text
	LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_pool_call';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._pool_close() RETURNS void
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_pool_stop';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._source_state(server text) RETURNS text
	LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_source_state';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._undo_run(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan    sqlite_mig.migration := sqlite_mig_internal._migration(_undo_run.migration, true);
	made    text;
	schemas text[];
	schema  text;
BEGIN
	SELECT string_agg(j.object_name, ', ' ORDER BY j.step) INTO made FROM sqlite_mig.journal AS j
		WHERE j.migration = plan.migration AND j.run = plan.run AND j.object_kind = 'view' AND j.error IS NULL AND to_regclass(j.object_name)::oid = (j.outcome ->> 'relation')::oid;
	IF made IS NOT NULL THEN
		EXECUTE 'DROP VIEW ' || made;
	END IF;
	SELECT string_agg(j.object_name, ', ' ORDER BY j.step) INTO made FROM sqlite_mig.journal AS j
		WHERE j.migration = plan.migration AND j.run = plan.run AND j.object_kind = 'table' AND to_regclass(j.object_name)::oid = (j.outcome ->> 'relation')::oid;
	IF made IS NOT NULL THEN
		EXECUTE 'DROP TABLE ' || made;
	END IF;
	-- no trigger has it any more
	SELECT string_agg(j.object_name || '()', ', ' ORDER BY j.step) INTO made FROM sqlite_mig.journal AS j
		WHERE j.migration = plan.migration AND j.run = plan.run AND j.object_kind = 'trigger' AND j.error IS NULL
			AND to_regprocedure(j.object_name || '()')::oid = (j.outcome ->> 'function')::oid;
	IF made IS NOT NULL THEN
		EXECUTE 'DROP FUNCTION ' || made;
	END IF;
	PERFORM sqlite_mig_internal._try('DROP COLLATION ' || j.object_name) FROM sqlite_mig.journal AS j WHERE j.migration = plan.migration AND j.run = plan.run AND j.object_kind = 'collation' AND j.seconds IS NOT NULL;
	schemas := ARRAY(SELECT j.object_name FROM sqlite_mig.journal AS j WHERE j.migration = plan.migration AND j.run = plan.run AND j.object_kind = 'schema' AND j.seconds IS NOT NULL);
	DELETE FROM sqlite_mig.rejected AS r WHERE r.migration = plan.migration;
	DELETE FROM sqlite_mig.verification AS v WHERE v.migration = plan.migration AND v.verified_at = (plan.running ->> 'began')::timestamptz;
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.phase = 'migrate';
	UPDATE sqlite_mig.migration AS m SET state = 'prepared', running = NULL, started_at = NULL, finished_at = NULL, verified_at = NULL, rows_copied = NULL WHERE m.migration = plan.migration;
	IF (plan.running ->> 'made_plan')::boolean THEN
		PERFORM sqlite_mig_internal._drop_source(plan.migration);
		DELETE FROM sqlite_mig.migration AS m WHERE m.migration = plan.migration;
		schemas := schemas || plan.source_schema;
	END IF;
	FOREACH schema IN ARRAY schemas LOOP
		-- of others' objects nothing is taken: a schema that is not empty stays
		PERFORM sqlite_mig_internal._try(format('DROP SCHEMA IF EXISTS %I', schema)) WHERE NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.refclassid = 'pg_namespace'::regclass
			AND d.refobjid = to_regnamespace(quote_ident(schema)) AND d.deptype = 'n');
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._begin_run(migration text, args jsonb) RETURNS integer
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name   constant text := _begin_run.migration;
	server constant text := args ->> 'server';
	began  constant timestamptz := clock_timestamp();
	files  constant text := sqlite_mig_internal._source_state(server);
	known  boolean;
	plan   sqlite_mig.migration;
	number integer;
	todo   text;
	edited boolean := false;
	left_over bigint;
BEGIN
	SELECT m.* INTO plan FROM sqlite_mig.migration AS m WHERE m.migration = name;
	known := FOUND;
	-- the answer to the call that ended it may have been lost
	IF plan.state = 'migrated' AND args ->> 'mode' = 'resumable' AND sqlite_mig_internal._same_call(plan.running -> 'args', args) AND plan.running ->> 'source' = files
		AND plan.running ->> 'plan' = sqlite_mig_internal._statements_hash(name) AND NOT coalesce((args -> 'options' ->> 'replace')::boolean, false)
		AND NOT EXISTS (SELECT FROM sqlite_mig_internal._targets(name) AS t WHERE t.relation IS NULL) AND sqlite_mig_internal._if_exists(name) = 'error' THEN
		plan := sqlite_mig_internal._migration(name, true);
		RAISE NOTICE 'migration "%": run % is complete already', name, plan.run;
		RETURN plan.run;
	END IF;
	IF plan.state = 'running' THEN
		plan := sqlite_mig_internal._migration(name, true);
		IF sqlite_mig_internal._same_call(plan.running -> 'args', args) AND args ->> 'mode' = 'resumable' AND plan.running ->> 'plan' = sqlite_mig_internal._statements_hash(name)
			AND plan.running ->> 'source' = files AND NOT sqlite_mig_internal._run_gone(name, plan.run) THEN
			UPDATE sqlite_mig.migration AS m SET options = m.options || CASE WHEN args -> 'options' ? 'policy' THEN jsonb_build_object('policy', args -> 'options' -> 'policy') ELSE '{}' END WHERE m.migration = name;
			-- whoever was there meanwhile may have changed rows, and a policy may take some away now: what was verified before does not count
			UPDATE sqlite_mig.journal AS j SET seconds = NULL WHERE j.migration = name AND j.run = plan.run AND j.object_kind IN ('target sum', 'verify', 'verify view');
			DELETE FROM sqlite_mig.verification AS v WHERE v.migration = name AND v.verified_at = (plan.running ->> 'began')::timestamptz;
			IF EXISTS (SELECT FROM sqlite_mig.plan_table AS t WHERE t.migration = name AND t.include
					AND to_regclass(format('%I.%I', plan.source_schema, t.target_name)) IS NULL) THEN
				PERFORM sqlite_mig_internal._drop_source(name);
				PERFORM sqlite_mig_internal._make_source(name);
			END IF;
			SELECT count(DISTINCT j.task) FILTER (WHERE j.seconds IS NULL) INTO left_over FROM sqlite_mig.journal AS j WHERE j.migration = name AND j.run = plan.run;
			RAISE NOTICE 'migration "%": going on with run %; tasks left: %', name, plan.run, left_over;
			RETURN plan.run;
		END IF;
		PERFORM sqlite_mig_internal._check_resume(plan, args, files);
		-- a plan that was edited is its editor's, whoever made it, and is what the same call is about now
		edited := plan.plan_hash <> sqlite_mig_internal._plan_hash(name) AND NOT coalesce((args -> 'options' ->> 'replace')::boolean, false);
		IF edited THEN
			UPDATE sqlite_mig.migration AS m SET running = m.running || '{"made_plan": false}' WHERE m.migration = name;
		END IF;
		PERFORM sqlite_mig_internal._undo_run(name);
		known := edited OR NOT coalesce((plan.running ->> 'made_plan')::boolean, false);
		edited := edited AND sqlite_mig_internal._same_call(plan.running -> 'args', args);
	END IF;
	PERFORM sqlite_mig_internal._ready(name, server, args ->> 'target_schema',
		CASE WHEN edited THEN jsonb_strip_nulls(jsonb_build_object('policy', args -> 'options' -> 'policy')) ELSE args -> 'options' END
			|| jsonb_build_object('if_exists', args ->> 'if_exists', 'on_conflict', args ->> 'on_conflict'),
		CASE WHEN NOT edited THEN sqlite_mig_internal._text_array(args -> 'tables') END, CASE WHEN NOT edited THEN sqlite_mig_internal._text_array(args -> 'exclude') END, args ->> 'on_error' = 'reject');
	PERFORM sqlite_mig_internal._check_targets(name);
	SELECT o.number, o.plan INTO number, todo FROM sqlite_mig_internal._run_open(name, began, args ->> 'on_conflict', args ->> 'on_error', (args ->> 'reject_limit')::bigint) AS o;
	PERFORM sqlite_mig_internal._tasks_make(name, number, args ->> 'verify_level', began, (args ->> 'reject_limit')::bigint, args ->> 'mode' = 'resumable');
	UPDATE sqlite_mig.migration AS m SET state = 'running', running = jsonb_build_object('args', args, 'plan', todo, 'source', files, 'began', began, 'made_plan', NOT known)
		WHERE m.migration = name;
	RETURN number;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._run_gone(migration text, run integer) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT EXISTS (SELECT FROM sqlite_mig.journal AS j WHERE (j.migration, j.run) = (_run_gone.migration, _run_gone.run) AND j.seconds IS NOT NULL
		AND (j.object_kind = 'table' AND to_regclass(j.object_name)::oid IS DISTINCT FROM (j.outcome ->> 'relation')::oid
			OR j.object_kind = 'schema' AND to_regnamespace(quote_ident(j.object_name)) IS NULL));
END;
COMMENT ON FUNCTION sqlite_mig_internal._run_gone(text, integer) IS 'internal: is something gone that an unfinished run has made';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._statements_hash(migration text) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT md5(coalesce(string_agg(s.statement, chr(10) ORDER BY s.step), '')) FROM sqlite_mig_internal._statements(_statements_hash.migration) AS s
		WHERE sqlite_mig_internal._is_lasting(s.object_kind);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._same_call(a jsonb, b jsonb) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT a #- '{options,policy}' = b #- '{options,policy}';
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._text_array(list jsonb) RETURNS text[]
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN jsonb_typeof(list) = 'array' THEN ARRAY(SELECT jsonb_array_elements_text(list)) END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_resume(plan sqlite_mig.migration, args jsonb, files text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	resumable constant boolean := plan.running -> 'args' ->> 'mode' = 'resumable';
	same      constant boolean := sqlite_mig_internal._same_call(plan.running -> 'args', args);
	anew      constant boolean := coalesce((args -> 'options' ->> 'replace')::boolean, false);
	reason    constant text := CASE WHEN NOT resumable THEN 'it was to be all or nothing' WHEN NOT same THEN 'the call has other arguments'
		WHEN plan.running ->> 'source' <> files THEN 'the SQLite database has changed since it began' WHEN sqlite_mig_internal._run_gone(plan.migration, plan.run) THEN 'what it had made is not there any more'
		ELSE 'the plan was edited since it began' END;
BEGIN
	IF plan.running -> 'args' ->> 'if_exists' = 'load' AND NOT (anew AND args ->> 'if_exists' IN ('truncate', 'replace')) AND EXISTS (SELECT FROM sqlite_mig.journal AS j
			WHERE j.migration = plan.migration AND j.run = plan.run AND j.object_kind = 'copy' AND j.seconds IS NOT NULL) THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('run %s of migration "%s" was interrupted and cannot go on: %s', plan.run, plan.migration, reason),
			detail => 'Tables that were there before hold rows of it.', hint => 'Empty them with if_exists => ''truncate'', options => ''{"replace": true}''.');
	END IF;
	IF resumable AND NOT same AND NOT anew THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('run %s of migration "%s" was interrupted and can go on', plan.run, plan.migration),
			detail => format('But %s: %s.', reason, plan.running -> 'args'),
			hint => 'Make the same call again to go on, if need be with another policy in its options; or start anew, without what it has made, with options => ''{"replace": true}''.');
	END IF;
	RAISE NOTICE 'migration "%": run % was interrupted and starts anew: %', plan.migration, plan.run, reason;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._end_run(migration text, run integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	running jsonb;
BEGIN
	IF EXISTS (SELECT FROM sqlite_mig.journal AS j WHERE j.migration = _end_run.migration AND j.run = _end_run.run AND j.seconds IS NULL) THEN
		RAISE EXCEPTION USING ERRCODE = 'internal_error', MESSAGE = format('steps of run %s of migration "%s" were left out', run, migration);
	END IF;
	UPDATE sqlite_mig.migration AS m SET state = 'migrated', verified_at = (m.running ->> 'began')::timestamptz, finished_at = clock_timestamp(),
			rows_copied = sqlite_mig_internal._rows_copied(m.migration, m.run)
		WHERE m.migration = _end_run.migration AND m.run = _end_run.run AND m.state = 'running' RETURNING m.running INTO running;
	IF running -> 'args' ->> 'verify_level' = 'full' THEN
		PERFORM sqlite_mig_internal._verify_whole(migration, (running ->> 'began')::timestamptz);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._lead(migration text, workers integer, snapshot boolean, args jsonb) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name   constant text := _lead.migration;
	server constant text := args ->> 'server';
	number integer;
BEGIN
	IF current_setting('transaction_isolation') <> 'read committed' THEN
		PERFORM sqlite_mig_internal._refuse('active_sql_transaction', 'a migration with background workers needs isolation level READ COMMITTED',
			detail => 'At other levels its leader could not see what its workers have committed.', hint => 'SET default_transaction_isolation = ''read committed'';');
	END IF;
	IF snapshot THEN
		PERFORM sqlite_mig_internal._snapshot(server);
	END IF;
	PERFORM sqlite_mig_internal._pool_open(server, greatest(workers, 1));
	BEGIN
		number := sqlite_mig_internal._pool_ask(format('SELECT sqlite_mig_internal._begin_run(%L, %L)', name, args))::integer;
		PERFORM sqlite_mig_internal._pool_run(format('SELECT * FROM sqlite_mig_internal._tasks(%L, %s, %s)', name, number, greatest(workers, 1)));
		-- the last commit waits for the disk, and with it all before it
		PERFORM sqlite_mig_internal._pool_ask(format('SELECT sqlite_mig_internal._end_run(%L, %s) FROM set_config(''synchronous_commit'', %L, true)', name, number, current_setting('synchronous_commit')));
	EXCEPTION
		WHEN OTHERS OR query_canceled THEN
			PERFORM sqlite_mig_internal._pool_close();
			PERFORM sqlite_mig_internal._after_failure(name, args ->> 'mode', number IS NOT NULL);
			RAISE;
	END;
	PERFORM sqlite_mig_internal._pool_close();
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._after_failure(migration text, mode text, began boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF NOT began THEN
		RETURN;
	ELSIF mode = 'resumable' THEN
		RAISE WARNING USING MESSAGE = format('migration "%s" has stopped; what is done stays', migration), HINT = 'The same call goes on from here.';
		RETURN;
	END IF;
	PERFORM sqlite_mig_internal._pool_open(NULL, 1);
	PERFORM sqlite_mig_internal._pool_ask(format('SELECT sqlite_mig_internal._undo_run(%L)', migration));
	PERFORM sqlite_mig_internal._pool_close();
EXCEPTION
	WHEN OTHERS OR query_canceled THEN
		RAISE WARNING USING MESSAGE = format('migration "%s" has failed, and what it had made could not be taken away: %s', migration, SQLERRM), HINT = 'The next call of migrate does that first.';
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._checksum_transition(state internal, VARIADIC "any") RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_checksum_transition';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._checksum_combine(state internal, part internal) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_checksum_combine';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._checksum_serialize(state internal) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_checksum_serialize';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._checksum_deserialize(bytes bytea, dummy internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_checksum_deserialize';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._checksum_final(state internal) RETURNS sqlite_mig_internal._checksum_sum
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_checksum_final';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._checksum_plus(a uuid, b uuid) RETURNS uuid
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_checksum_plus';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._checksum(relation regclass, columns text[], migration text, condition text, first bigint DEFAULT NULL, "end" bigint DEFAULT NULL,
		OUT rows bigint, OUT checksum uuid, OUT proof jsonb, OUT held bigint)
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_checksum_relation';
COMMENT ON FUNCTION sqlite_mig_internal._checksum(regclass, text[], text, text, bigint, bigint) IS
	'internal: checksum of a foreign table as a migration loaded it: without rejected rows, with those that were repaired in the quarantine; or of the rows "t" of another relation that meet a condition; '
	'of a foreign table also a range of rowids, and by column whether its values were read raw, lead back to what was stored (round-trip), or are taken from the converter (converted); and how many of its rows wait in the quarantine';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._view_limits(OUT rows bigint, OUT seconds numeric)
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT 100000, 10;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._view_cell(name text, type oid) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE WHEN _view_cell.type IN ('double precision'::regtype, 'real'::regtype)
			THEN format('CASE WHEN abs(%1$I) < ''Infinity'' THEN to_char(%1$I, ''9.99999999999EEEE'') ELSE %1$I::text END', _view_cell.name)
		WHEN _view_cell.type = 'numeric'::regtype THEN format('CASE WHEN abs(%1$I) < ''Infinity'' THEN to_char(%1$I, ''9.99999999999EEEE'') ELSE %1$I::text END', _view_cell.name)
		ELSE format('%I::text COLLATE "C"', _view_cell.name) END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._view_columns(plan sqlite_mig.migration, source_name text, target regclass) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT string_agg(format('c%s %s OPTIONS (column_name %L%s)', a.attnum, format_type(a.atttypid, a.atttypmod), s.column_name, f.options), ', ' ORDER BY a.attnum)
		FROM sqlite_mig.source_columns((plan).server, _view_columns.source_name) AS s
			JOIN pg_attribute AS a ON a.attrelid = _view_columns.target AND a.attnum = s.position AND NOT a.attisdropped,
			LATERAL (SELECT CASE WHEN count(DISTINCT (c.format, c.time_zone, c.empty_as_null, c.on_error)) = 1 THEN min(concat(', format ' || quote_literal(c.format), ', time_zone ' || quote_literal(c.time_zone),
					CASE WHEN c.empty_as_null THEN ', empty_as_null ''true''' END, ', on_error ' || quote_literal(c.on_error))) END AS options
				FROM sqlite_mig.plan_column AS c JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
				WHERE c.migration = (plan).migration AND c.include AND lower(c.source_name COLLATE "C") = lower(s.column_name COLLATE "C") AND to_regtype(c.target_type)::oid = a.atttypid
					AND c.evidence ->> 'rows' IS DISTINCT FROM c.evidence ->> 'nulls'
					AND EXISTS (SELECT FROM sqlite_mig_internal._views_below((plan).migration, _view_columns.source_name) AS b WHERE sqlite_mig_internal._mentions(b.source_sql, t.source_name))) AS f;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._view_differences(plan sqlite_mig.migration, source_name text, target regclass, OUT differing bigint, OUT sample text, OUT error text, OUT broken boolean)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_variable
DECLARE
	spare constant text := format('%I.%I', (plan).source_schema, sqlite_mig_internal._short_name('sqlite_mig_view_' || source_name));
	cells record;
BEGIN
	SELECT string_agg(sqlite_mig_internal._view_cell('c' || a.attnum, a.atttypid), ', ' ORDER BY a.attnum) AS source, string_agg(sqlite_mig_internal._view_cell(a.attname, a.atttypid), ', ' ORDER BY a.attnum) AS target INTO cells
		FROM pg_attribute AS a WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped;
	EXECUTE format('CREATE FOREIGN TABLE %s (%s) SERVER %I OPTIONS ("table" %L)', spare, sqlite_mig_internal._view_columns(plan, source_name, target), (plan).server, source_name);
	EXECUTE format('SELECT count(*), min(left(d.cells::text, 200)) FROM (SELECT ARRAY[%s] AS cells FROM %s EXCEPT ALL SELECT ARRAY[%s] FROM %s) AS d', cells.source, spare, cells.target, target) INTO differing, sample;
	RAISE EXCEPTION USING ERRCODE = 'MIGTR', MESSAGE = 'the end of a trial';
EXCEPTION
	WHEN SQLSTATE 'MIGTR' THEN
		NULL;
	WHEN OTHERS THEN
		-- what is not about the view, such as a full disk, is for the caller
		IF left(SQLSTATE, 2) NOT IN ('0A', '22', '23', '38', '42', '54', 'HV', '3F') THEN
			RAISE;
		END IF;
		error := SQLERRM;
		BEGIN
			EXECUTE format('SELECT count(v::text) FROM %s AS v', target);
		EXCEPTION
			WHEN OTHERS THEN
				IF left(SQLSTATE, 2) NOT IN ('0A', '22', '23', '38', '42', '54', '3F') THEN
					RAISE;
				END IF;
				error := SQLERRM;
				broken := true;
		END;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._view_differences(sqlite_mig.migration, text, regclass) IS 'internal: rows of a view that differ';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._verify_view_content(plan sqlite_mig.migration, source_name text, target regclass, rows bigint, began timestamptz, seconds numeric) RETURNS void
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
	broken  boolean;
	loose   constant boolean := EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig AND e.object_kind = 'view' AND e.object_name = name AND e.rule IN ('group_concat', 'group by', 'mixed types', 'limit'));
	fleeting constant boolean := EXISTS (SELECT FROM sqlite_mig_internal._views_below(mig, name) AS b WHERE b.source_sql ~* '\m(current_\w+|random\w*|now|localtime)\M|\m(date|time|datetime|julianday|unixepoch)\s*\(\s*\)' COLLATE "C");
	skipped text;
	finding text;
BEGIN
	SELECT l.* INTO limits FROM sqlite_mig_internal._view_limits() AS l;
	skipped := CASE WHEN fleeting THEN 'not compared: it depends on the time, or on chance'
		WHEN _verify_view_content.rows > limits.rows THEN format('not compared: it has more than %s rows', limits.rows)
		WHEN _verify_view_content.seconds > limits.seconds THEN format('not compared: to count its rows took more than %s s', limits.seconds) END;
	IF skipped IS NULL THEN
		SELECT d.differing, d.sample, d.error, d.broken INTO differing, sample, error, broken FROM sqlite_mig_internal._view_differences(plan, name, target) AS d;
		finding := CASE WHEN broken THEN 'cannot be read: ' || error WHEN error IS NOT NULL THEN 'its content could not be compared: ' || error
			WHEN differing > 0 THEN format('shows other rows than in SQLite: %s of %s', differing, _verify_view_content.rows)
				|| CASE WHEN loose THEN '; which ones is not defined in SQLite either, or their types differ' ELSE '' END END;
	END IF;
	INSERT INTO sqlite_mig.verification (migration, verified_at, table_name, check_name, ok, detail, seconds)
		VALUES (mig, began, name, 'view content', finding IS NULL, coalesce(skipped, finding), extract(epoch FROM clock_timestamp() - started));
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig AND e.object_kind = 'view' AND e.object_name = name AND e.rule = 'view content' AND e.detail IS DISTINCT FROM coalesce(skipped, finding);
	IF coalesce(skipped, finding) IS NOT NULL AND NOT EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig AND e.object_kind = 'view' AND e.object_name = name AND e.rule = 'view content') THEN
		PERFORM sqlite_mig_internal._note(mig, 'migrate', 'view', name, NULL, CASE WHEN finding IS NULL THEN 'info' ELSE 'warning' END,
			CASE WHEN finding IS NULL THEN 'converted' WHEN loose OR error IS NOT NULL AND broken IS NOT TRUE THEN 'changed' ELSE 'failed' END, 'view content', coalesce(skipped, finding), differing, sample);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_level(level text) RETURNS void
	LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF level IS NULL OR level NOT IN ('counts', 'checksum', 'full') THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', format('unknown verification level "%s"', level),
			hint => 'Valid levels are: counts, checksum, full.');
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._measure_guarded(relation regclass, columns text[], level text, migration text, condition text, OUT rows bigint, OUT checksum uuid, OUT proof jsonb, OUT held bigint, OUT error text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF level = 'counts' THEN
		EXECUTE format('SELECT count(*) FROM %s AS t%s', relation, ' WHERE ' || condition) INTO rows;
	ELSE
		EXECUTE 'SELECT c.rows, c.checksum, c.proof, c.held FROM sqlite_mig_internal._checksum($1, $2, $3, $4) AS c' INTO rows, checksum, proof, held USING relation, columns, migration, condition;
	END IF;
EXCEPTION
	WHEN data_exception OR undefined_column OR undefined_table OR datatype_mismatch THEN
		error := SQLERRM;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._measure_guarded(regclass, text[], text, text, text) IS 'internal: rows and checksum of a relation, or what refuses to be read';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._measure(relation text, columns text[], level text, migration text, condition text, OUT rows bigint, OUT checksum uuid, OUT proof jsonb, OUT held bigint, OUT error text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	found constant regclass := to_regclass(relation);
BEGIN
	IF found IS NULL THEN
		error := format('%s does not exist', relation);
	ELSIF level = 'counts' AND condition IS NULL AND EXISTS (SELECT FROM pg_class AS c WHERE c.oid = found AND c.relkind = 'r' AND NOT c.relhassubclass AND NOT c.relrowsecurity) THEN
		EXECUTE format('SELECT count(*) FROM ONLY %s', found) INTO rows;
	ELSE
		SELECT m.* INTO rows, checksum, proof, held, error FROM sqlite_mig_internal._measure_guarded(found, columns, level, migration, condition) AS m;
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._measure(text, text[], text, text, text) IS 'internal: rows and checksum of a relation';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._copied_sum(plan sqlite_mig.migration, source_table text, relation text, columns text[], OUT rows bigint, OUT checksum uuid, OUT proof jsonb, OUT error text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name constant text := _copied_sum.source_table;
BEGIN
	IF columns = ARRAY(SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = to_regclass(relation) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)
		AND NOT EXISTS (SELECT FROM sqlite_mig.rejected AS r WHERE r.migration = plan.migration AND r.table_name = name) THEN
		-- parts of a table, if it was copied in parts
		SELECT sum(j.source_rows)::bigint, sqlite_mig_internal._checksum_total(j.source_checksum) INTO rows, checksum FROM sqlite_mig.journal AS j
			WHERE (j.migration, j.run, j.table_name) = (plan.migration, plan.run, name) AND j.object_kind IN ('copy', 'range')
			HAVING bool_and(j.source_checksum IS NOT NULL);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._summed_target(plan sqlite_mig.migration, source_table text, OUT rows bigint, OUT checksum uuid, OUT error text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT sum((j.outcome ->> 'rows')::bigint)::bigint, sqlite_mig_internal._checksum_total((j.outcome ->> 'checksum')::uuid), NULL FROM sqlite_mig.journal AS j
		WHERE (j.migration, j.run, j.table_name) = (plan.migration, plan.run, _summed_target.source_table) AND j.object_kind = 'target sum'
		HAVING bool_and(j.outcome ->> 'checksum' IS NOT NULL);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._verify_table(plan sqlite_mig.migration, source_table text, level text, began timestamptz, copied boolean DEFAULT false, sample_rows integer DEFAULT 3) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	started constant timestamptz := clock_timestamp();
	item    record;
	source  record;
	target  record;
	problem text;
	counted bigint;
	held    bigint;
	gone    bigint := 0;
	summed  boolean;
	-- rows were loaded beside others: then those with the keys of the source are compared
	merge   sqlite_mig_internal._merge;
	mixed   record;
	-- workers have compared the table in ranges
	ranged  record;
BEGIN
	SELECT t.source_name, format('%I.%I', plan.source_schema, t.target_name) AS source, format('%I.%I', plan.target_schema, t.target_name) AS target,
			CASE WHEN level <> 'counts' THEN ARRAY(SELECT c.target_name FROM sqlite_mig.plan_column AS c
				WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include ORDER BY c.position) END AS columns
		INTO STRICT item FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.source_name = _verify_table.source_table;
	-- SQLite's own count, which is another computation than the scan that the rows came from
	counted := sqlite_mig_internal._source_count(plan.server, item.source_name);
	-- rows that were rejected are missing in the target and known to be; repaired ones are there as they were repaired
	SELECT count(*) INTO held FROM sqlite_mig.rejected AS r
		WHERE r.migration = plan.migration AND r.table_name = item.source_name AND r.replayed_at IS NULL;
	IF sqlite_mig_internal._merges(plan) THEN
		merge := sqlite_mig_internal._merge(plan, item.source_name);
	END IF;
	SELECT s.* INTO source FROM sqlite_mig_internal._copied_sum(plan, item.source_name, item.source, item.columns) AS s WHERE copied AND level <> 'counts';
	summed := source.checksum IS NOT NULL;
	SELECT r.* INTO ranged FROM sqlite_mig_internal._range_sums(plan.migration, began, item.source_name) AS r WHERE level <> 'counts' AND NOT copied;
	IF ranged.source_checksum IS NOT NULL THEN
		SELECT ranged.source_rows AS rows, ranged.source_checksum AS checksum, ranged.proof, NULL::text AS error INTO source;
	ELSIF level = 'counts' AND to_regclass(item.source) IS NOT NULL THEN
		-- to count the foreign table is to ask SQLite the same once more
		SELECT counted AS rows, NULL::uuid AS checksum, NULL::jsonb AS proof, NULL::text AS error INTO source;
	ELSIF NOT summed THEN
		SELECT s.* INTO source FROM sqlite_mig_internal._measure(item.source, item.columns, level, plan.migration, NULL) AS s;
		-- those that are gone from SQLite, where somebody has mended it, are missing nowhere
		gone := held - least(held, source.held);
		held := held - gone;
	END IF;
	SELECT s.* INTO target FROM sqlite_mig_internal._summed_target(plan, item.source_name) AS s WHERE copied AND level <> 'counts';
	IF ranged.source_checksum IS NOT NULL THEN
		SELECT ranged.target_rows AS rows, ranged.target_checksum AS checksum, NULL::text AS error INTO target;
	ELSIF target.checksum IS NULL THEN
		SELECT s.* INTO target FROM sqlite_mig_internal._measure(item.target, item.columns, level, NULL, merge.condition) AS s;
	END IF;
	SELECT f.* INTO mixed FROM sqlite_mig_internal._look_at_merge(merge, item.source_name, item.columns, target.rows, source.checksum <> target.checksum) AS f;
	problem := concat_ws('; ', 'source: ' || source.error, 'target: ' || target.error);
	INSERT INTO sqlite_mig.verification (migration, verified_at, table_name, check_name, source_value, target_value, ok, detail, seconds, place, proof)
		SELECT plan.migration, began, item.source_name, c.name, c.source, c.target, coalesce(c.ok, false), coalesce(nullif(problem, ''), c.detail),
			extract(epoch FROM clock_timestamp() - started), CASE c.name WHEN 'rows' THEN -1 ELSE 0 END, CASE c.name WHEN 'checksum' THEN source.proof END
		FROM (VALUES
			('rows', counted::text, target.rows::text, counted = target.rows + held, CASE
				WHEN counted <> source.rows + CASE WHEN level <> 'counts' THEN held ELSE 0 END THEN format('SQLite counts %s rows, but a scan finds %s: an index of the file is damaged, run PRAGMA integrity_check', counted, source.rows)
				WHEN counted > target.rows + held THEN format('missing rows: %s', counted - target.rows - held)
				WHEN counted < target.rows + held THEN format('extra rows: %s', target.rows + held - counted)
				ELSE nullif(concat_ws('; ', 'rejected rows: ' || nullif(held, 0), 'rejected rows that SQLite has no longer: ' || nullif(gone, 0), 'other rows of the table: ' || nullif(mixed.extra, 0)), '') END),
			('checksum', source.checksum::text, target.checksum::text, source.checksum = target.checksum OR mixed.stay, CASE
				WHEN source.checksum <> target.checksum THEN
					CASE WHEN mixed.differing > 0 THEN format('rows that differ: %s', mixed.differing) || CASE WHEN mixed.stay THEN ', which were there already and stay as they are' ELSE '' END ELSE 'the rows differ' END
				WHEN summed THEN 'the source was summed up while it was copied' END)
			) AS c (name, source, target, ok, detail)
		WHERE c.name = 'rows' OR level <> 'counts';
	IF level = 'full' THEN
		PERFORM sqlite_mig_internal._verify_table_full(plan, item.source_name, item.source, item.target, item.columns, merge.condition, mixed.stay, source.checksum = target.checksum, began, sample_rows);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._count_view(statement text, OUT rows bigint, OUT error text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	EXECUTE statement INTO rows;
EXCEPTION
	WHEN OTHERS THEN
		error := SQLERRM;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._may_be_endless(migration text, view_name text) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT EXISTS (SELECT FROM sqlite_mig_internal._views_below(_may_be_endless.migration, _may_be_endless.view_name) AS b WHERE sqlite_mig_internal._mentions(b.source_sql, 'with') AND sqlite_mig_internal._mentions(b.source_sql, 'union'));
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._verify_view(plan sqlite_mig.migration, source_name text, level text, began timestamptz) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	started constant timestamptz := clock_timestamp();
	name    constant text := _verify_view.source_name;
	target  text;
	here    record;
	there   record;
	finding text;
BEGIN
	SELECT format('%I.%I', plan.target_schema, v.target_name) INTO STRICT target FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration AND v.source_name = name;
	IF to_regclass(target) IS NULL THEN
		-- the ledger says why
		RETURN;
	ELSIF sqlite_mig_internal._may_be_endless(plan.migration, name) THEN
		INSERT INTO sqlite_mig.verification (migration, verified_at, table_name, check_name, ok, detail)
			VALUES (plan.migration, began, name, 'view rows', true, 'not counted: it is recursive and may have no end');
		RETURN;
	END IF;
	SELECT c.* INTO there FROM sqlite_mig_internal._count_view(format('SELECT sqlite_mig_internal._source_count(%L, %L)', plan.server, name)) AS c;
	SELECT c.* INTO here FROM sqlite_mig_internal._count_view(format('SELECT count(*) FROM %s', target)) AS c;
	finding := CASE WHEN there.error IS NOT NULL THEN 'could not be compared, SQLite does not run it: ' || there.error
		WHEN here.error IS NOT NULL THEN 'cannot be run: ' || here.error
		WHEN here.rows <> there.rows THEN format('has %s rows, in SQLite it has %s', here.rows, there.rows) END;
	INSERT INTO sqlite_mig.verification (migration, verified_at, table_name, check_name, source_value, target_value, ok, detail, seconds)
		VALUES (plan.migration, began, name, 'view rows', there.rows, here.rows, finding IS NULL, finding, extract(epoch FROM clock_timestamp() - started));
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.object_kind = 'view' AND e.object_name = name AND e.rule = 'view rows' AND e.detail IS DISTINCT FROM finding;
	IF finding IS NOT NULL AND NOT EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.object_kind = 'view' AND e.object_name = name AND e.rule = 'view rows') THEN
		PERFORM sqlite_mig_internal._note(plan.migration, 'migrate', 'view', name, NULL, 'warning', 'failed', 'view rows', finding);
	END IF;
	IF finding IS NULL AND level <> 'counts' THEN
		PERFORM sqlite_mig_internal._verify_view_content(plan, name, to_regclass(target), here.rows, began, extract(epoch FROM clock_timestamp() - started));
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._verify_file(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	damage  record;
	finding text;
BEGIN
	SELECT d.* INTO damage FROM sqlite_mig_internal._source_damage(plan.server) AS d;
	finding := CASE WHEN damage.unknown THEN 'SQLite cannot check the file for damage: ' ELSE
		'the file is damaged, rows may be missing in it; run PRAGMA integrity_check, compare with a backup, and accept this if nothing is missing: ' END || damage.finding;
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.object_kind = 'database' AND e.rule = 'damage' AND e.detail IS DISTINCT FROM finding;
	IF finding IS NOT NULL AND NOT EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.object_kind = 'database' AND e.rule = 'damage') THEN
		PERFORM sqlite_mig_internal._note(plan.migration, 'migrate', 'database', plan.server, NULL, 'warning', CASE WHEN damage.unknown THEN 'guessed' ELSE 'failed' END, 'damage', finding);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._verify_file(sqlite_mig.migration) IS 'internal: notes damage of the source in the ledger';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._verify(migration text, level text, copied boolean, sample_rows integer DEFAULT 3, workers integer DEFAULT 0) RETURNS timestamptz
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan    sqlite_mig.migration := sqlite_mig_internal._migration(migration, true);
	began   constant timestamptz := clock_timestamp();
	item    record;
BEGIN
	IF workers > 0 THEN
		PERFORM sqlite_mig_internal._verify_shared(plan, level, began, sample_rows, workers);
	END IF;
	FOR item IN SELECT t.source_name FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.include AND workers = 0 ORDER BY t.load_order, t.source_name LOOP
		PERFORM sqlite_mig_internal._verify_table(plan, item.source_name, level, began, copied, sample_rows);
	END LOOP;
	FOR item IN SELECT v.source_name FROM sqlite_mig.plan_view AS v
			WHERE v.migration = plan.migration AND v.include AND sqlite_mig_internal._if_exists(plan.migration) IN ('error', 'replace') ORDER BY v.make_order LOOP
		PERFORM sqlite_mig_internal._verify_view(plan, item.source_name, level, began);
	END LOOP;
	IF level <> 'counts' THEN
		PERFORM sqlite_mig_internal._verify_file(plan);
	END IF;
	UPDATE sqlite_mig.migration AS m SET verified_at = began WHERE m.migration = plan.migration;
	IF level = 'full' THEN
		PERFORM sqlite_mig_internal._verify_whole(plan.migration, began);
	END IF;
	RETURN began;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig.verify(server text, level text DEFAULT 'checksum', migration text DEFAULT NULL, sample_rows integer DEFAULT 3, workers integer DEFAULT 0,
		OUT table_name text, OUT check_name text, OUT source_value text, OUT target_value text, OUT ok boolean, OUT detail text)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan  sqlite_mig.migration := sqlite_mig_internal._migration(coalesce(verify.migration, verify.server), true);
	began timestamptz;
	width integer;
BEGIN
	PERFORM sqlite_mig_internal._check_level(verify.level);
	IF (verify.workers >= 0) IS NOT TRUE THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'workers must not be negative', HINT = '0 is none: the session reads everything itself.';
	END IF;
	IF plan.state <> 'migrated' THEN
		RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('migration "%s" was prepared, but not carried out', plan.migration),
			HINT = format('CALL sqlite_mig.migrate(%L);', plan.server);
	END IF;
	-- a file that is not there is said here, and not by something far below
	PERFORM FROM sqlite_mig.source_info(plan.server);
	began := sqlite_mig_internal._verify(plan.migration, verify.level, false, verify.sample_rows, verify.workers);
	-- (once, and not for each row)
	SELECT sqlite_mig_internal._room(19 + max(greatest(length(v.table_name), 10)) + max(greatest(length(v.check_name), 10)) + max(greatest(12, least(length(v.source_value), 36)))
			+ max(greatest(12, least(length(v.target_value), 36))), 1, 20) INTO width FROM sqlite_mig.verification AS v WHERE v.migration = plan.migration AND v.verified_at = began;
	-- (a checksum stays whole, for who compares it)
	RETURN QUERY SELECT v.table_name, v.check_name, sqlite_mig_internal._cell(v.source_value, 36), sqlite_mig_internal._cell(v.target_value, 36), v.ok, sqlite_mig_internal._wrap(v.detail, width)
		FROM sqlite_mig.verification AS v
			LEFT JOIN sqlite_mig.plan_table AS t ON t.migration = v.migration AND t.source_name = v.table_name
		WHERE v.migration = plan.migration AND v.verified_at = began
		ORDER BY v.table_name = '*', t.load_order NULLS LAST, v.table_name, v.place, v.check_name DESC;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._measure_kinds() RETURNS TABLE (kind text, odd text, reads text, has text, extremes text, sum text, odd_means text)
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
		('date', $$typeof({v}) NOT IN ('text', 'null') OR {v} IS NOT NULL AND {e} IS NULL$$, $$CAST(julianday(substr({v}, 1, 10)) + 0.5 AS INTEGER)$$, $$CASE WHEN isfinite({t}) THEN ({t} - DATE '2000-01-01' + 2451545)::bigint END$$, 'day', 'exact', 'not in the form YYYY-MM-DD'),
		('timestamp', $$typeof({v}) NOT IN ('text', 'null') OR {v} IS NOT NULL AND {e} IS NULL$$,
			$$CAST(strftime('%s', substr({v}, 1, 19) || CASE WHEN {v} GLOB '*[+-][0-9][0-9]:[0-9][0-9]' THEN substr({v}, -6) ELSE '' END) AS INTEGER)$$,
			$$CASE WHEN isfinite({t}) THEN floor(extract(epoch FROM {t}))::bigint END$$, 'moment', 'exact', 'not read by SQLite as a time'),
		('local timestamp', $$typeof({v}) NOT IN ('text', 'null') OR {v} IS NOT NULL AND ({e} IS NULL OR {v} GLOB '*[+-][0-9][0-9]:[0-9][0-9]' OR {v} GLOB '*[zZ]')$$,
			$$CAST(strftime('%s', substr({v}, 1, 19)) AS INTEGER)$$, $$CASE WHEN isfinite({t}) THEN floor(extract(epoch FROM {t} AT TIME ZONE {zone}))::bigint END$$, 'moment', 'exact', 'not read by SQLite as a time, or with an offset'),
		('count', $$typeof({v}) NOT IN ('integer', 'null')$$, '{v}', $$CASE WHEN isfinite({t}) THEN (extract(epoch FROM {t}) * {units})::bigint END$$, 'same', 'exact', 'not stored as INTEGER'),
		('julian', $$typeof({v}) NOT IN ('real', 'integer', 'null')$$, '{v}', $$(extract(epoch FROM {t}) / 86400 + 2440587.5)::double precision$$, 'near', 'total', 'not stored as numbers'),
		('time', $$typeof({v}) NOT IN ('text', 'null') OR {v} IS NOT NULL AND {e} IS NULL$$, $$strftime('%H:%M:%S', substr({v}, 1, 8))$$, $$to_char(({t})::interval, 'HH24:MI:SS') COLLATE "C"$$, 'same', NULL, 'not in the form HH:MM:SS'),
		('uuid', $$length({e}) <> 32$$, $$lower(replace(replace(replace(CASE typeof({v}) WHEN 'blob' THEN hex({v}) ELSE {v} END, '-', ''), '{', ''), '}', ''))$$,
			$$replace({t}::text, '-', '') COLLATE "C"$$, 'same', NULL, 'not in a form of a UUID'),
		('geometry', $$typeof({v}) NOT IN ('blob', 'null')$$, '{v}', '{t}', NULL, NULL, 'not stored as BLOB'),
		('jsonb', $$typeof({v}) NOT IN ('text', 'null') OR {v} IS NOT NULL AND NOT json_valid({v})$$, $$CASE WHEN json_valid({v}) THEN json_type({v}) END$$, $$jsonb_typeof({t}::jsonb) COLLATE "C"$$, NULL, 'types', 'no JSON for SQLite')
		) AS k (kind, odd, reads, has, extremes, sum, odd_means);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._measure_kind(plan sqlite_mig.migration, col sqlite_mig.plan_column, OUT kind text, OUT zone text, OUT units text, OUT reason text)
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
		kind := CASE WHEN type = 'timestamp'::regtype OR upper(zone COLLATE "C") = 'UTC' THEN 'timestamp' ELSE 'local timestamp' END;
	ELSIF type IN ('timestamp'::regtype, 'timestamptz'::regtype) AND upper(zone COLLATE "C") = 'UTC' AND col.format IN ('unixepoch', 'unixepoch_ms', 'unixepoch_us', 'julianday') THEN
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
CREATE OR REPLACE FUNCTION sqlite_mig_internal._column_measures(plan sqlite_mig.migration, source_table text) RETURNS SETOF sqlite_mig_internal._measure
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT c.target_name, CASE WHEN k.kind = 'bytes' AND m.what = 'sum' THEN 'length' WHEN k.kind = 'bytes' AND m.what IN ('min', 'max') THEN m.what || ' length' ELSE m.what END, m.how, m.source, m.target, coalesce(k.reason, k.odd_means)
		FROM (SELECT CASE i.encoding WHEN 'UTF-8' THEN 'sum(length(CAST({e} AS BLOB)))' ELSE 'sum(length({e}))' END AS length,
				-- SQLite gives the bytes of UTF-16 files, so their texts are measured in characters
				CASE WHEN i.encoding <> 'UTF-8' THEN 'sum(char_length({h}))' WHEN getdatabaseencoding() = 'UTF8' THEN 'sum(octet_length({h}))' ELSE 'sum(octet_length(convert_to({h}, ''UTF8'')))' END AS target_length FROM sqlite_mig.source_info((plan).server) AS i) AS f,
			(SELECT * FROM sqlite_mig.plan_column AS p WHERE (p.migration, p.source_table) = ((plan).migration, _column_measures.source_table) AND p.include) AS c,
			LATERAL (SELECT CASE WHEN c.empty_as_null THEN format('nullif(%s, '''')', sqlite_mig_internal._sqlite_name(c.source_name)) ELSE sqlite_mig_internal._sqlite_name(c.source_name) END AS v, format('t.%I', c.target_name) AS t) AS n,
			LATERAL (SELECT m.kind, CASE m.kind WHEN 'geometry' THEN 'near' END AS geometry, CASE m.kind WHEN 'geometry' THEN sqlite_mig_internal._postgis() END AS postgis, d.reason, m.extremes, m.sum, m.odd_means, replace(replace(m.odd, '{e}', m.reads), '{v}', n.v) AS odd, replace(m.reads, '{v}', n.v) AS e,
					replace(replace(replace(m.has, '{zone}', quote_literal(d.zone)), '{units}', coalesce(d.units, '')), '{t}', n.t) AS h
				FROM sqlite_mig_internal._measure_kind(plan, c) AS d LEFT JOIN sqlite_mig_internal._measure_kinds() AS m ON m.kind = d.kind) AS k,
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
CREATE OR REPLACE FUNCTION sqlite_mig_internal._measure_source(server text, source_table text, expressions text[], OUT "values" text[], OUT error text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	-- a statement of SQLite has 2000 aggregates at most, of which an expression has up to three; a function has 127 arguments
	"values" := ARRAY(SELECT v.value FROM (SELECT s.scan, sqlite_mig_internal._source_value(server, format('json_array(%s)', string_agg(s.list, ', ' ORDER BY s.number)), source_table)::jsonb AS items
				FROM (SELECT (e.n - 1) / 600 AS scan, (e.n - 1) / 100 AS number, format('json_array(%s)', string_agg(e.expression, ', ' ORDER BY e.n)) AS list
					FROM unnest(expressions) WITH ORDINALITY AS e (expression, n) GROUP BY 1, 2) AS s GROUP BY s.scan) AS t,
		jsonb_array_elements(t.items) WITH ORDINALITY AS g (items, n), jsonb_array_elements_text(g.items) WITH ORDINALITY AS v (value, n) ORDER BY t.scan, g.n, v.n);
EXCEPTION
	WHEN fdw_error OR data_exception OR syntax_error_or_access_rule_violation OR program_limit_exceeded OR internal_error OR data_corrupted THEN
		error := SQLERRM;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._measure_target(relation text, expressions text[], condition text, OUT "values" text[], OUT error text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS
$$
BEGIN
	EXECUTE format('SELECT ARRAY[%s]::text[] FROM %s AS t%s', (SELECT string_agg(format('(%s)::text', e.expression), ', ' ORDER BY e.n) FROM unnest(expressions) WITH ORDINALITY AS e (expression, n)),
		relation, ' WHERE ' || condition) INTO "values";
EXCEPTION
	WHEN data_exception OR syntax_error_or_access_rule_violation THEN
		error := SQLERRM;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._measure_agrees(how text, INOUT source text, INOUT target text, OUT ok boolean)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS
$$
DECLARE
	size numeric;
BEGIN
	IF how = 'halves' THEN
		source := split_part(source, ' ', 1)::numeric * 4294967296 + split_part(source, ' ', 2)::numeric;
	ELSIF how = 'total' THEN
		-- beyond the range of a double, where SQLite has infinity, nothing is small
		size := CASE WHEN split_part(source, ' ', 2) ~ '^[0-9]' THEN split_part(source, ' ', 2)::numeric * 1e-9 ELSE 'Infinity' END;
		source := split_part(source, ' ', 1);
	END IF;
	IF how IN ('near', 'total') AND source ~ '^-?[0-9]' AND target ~ '^-?[0-9]' THEN
		ok := abs(source::numeric - target::numeric) <= coalesce(size, abs(source::numeric) * 1e-14 + 1e-310);
		source := CASE WHEN abs(source::numeric) < 1.79e308 THEN source::double precision::text ELSE source END;
		target := CASE WHEN abs(target::numeric) < 1.79e308 THEN target::double precision::text ELSE target END;
		RETURN;
	ELSIF how = 'total' AND source IS NOT NULL AND target IS NOT NULL THEN
		-- infinite values, of which there is no sum
		ok := true;
		RETURN;
	ELSIF how = 'near' THEN
		source := replace(source, 'Inf', 'Infinity');
	END IF;
	ok := source IS NOT DISTINCT FROM target;
	IF how = 'moment' THEN
		source := to_char(to_timestamp(source::double precision) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS');
		target := to_char(to_timestamp(target::double precision) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS');
	ELSIF how = 'day' THEN
		source := to_char(DATE '2000-01-01' + (source::integer - 2451545), 'YYYY-MM-DD');
		target := to_char(DATE '2000-01-01' + (target::integer - 2451545), 'YYYY-MM-DD');
	ELSIF how = 'bytes' AND (sqlite_mig_internal._is_utf8(decode(source, 'hex')) AND sqlite_mig_internal._is_utf8(decode(target, 'hex'))) IS TRUE THEN
		source := left(convert_from(decode(source, 'hex'), 'UTF8'), 60);
		target := left(convert_from(decode(target, 'hex'), 'UTF8'), 60);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._is_utf8(bytes bytea) RETURNS boolean
	LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	PERFORM convert_from(bytes, 'UTF8');
	RETURN true;
EXCEPTION
	WHEN character_not_in_repertoire OR untranslatable_character THEN
		RETURN false;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._record(migration text, began timestamptz, table_name text, outcome sqlite_mig_internal._check, started timestamptz, place integer) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO sqlite_mig.verification (migration, verified_at, table_name, check_name, source_value, target_value, ok, detail, seconds, place)
		VALUES (_record.migration, _record.began, _record.table_name, (_record.outcome).check_name, (_record.outcome).source_value, (_record.outcome).target_value,
			coalesce((_record.outcome).ok, false), (_record.outcome).detail, extract(epoch FROM clock_timestamp() - _record.started), _record.place);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_columns(plan sqlite_mig.migration, source_table text, target text, condition text, proved boolean) RETURNS SETOF sqlite_mig_internal._check
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	measures sqlite_mig_internal._measure[] := ARRAY(SELECT m FROM sqlite_mig_internal._column_measures(plan, source_table) AS m);
	here     record;
	there    record;
	item     record;
	skipped  text;
	held     bigint;
	agreed   text;
	outcome  record;
BEGIN
	-- SQLite does not know of rows that were rejected, or repaired
	SELECT count(*) INTO held FROM sqlite_mig.rejected AS r WHERE r.migration = plan.migration AND r.table_name = _check_columns.source_table;
	IF held > 0 OR condition IS NOT NULL THEN
		RETURN NEXT ROW ('columns', NULL, NULL, true, CASE WHEN held > 0 THEN format('not measured: rows of the table are or were in the quarantine: %s; the checksum takes them as they are', held)
			ELSE 'not measured: there may be other rows beside those of the source' END)::sqlite_mig_internal._check;
		RETURN;
	END IF;
	SELECT s.* INTO there FROM sqlite_mig_internal._measure_source(plan.server, source_table, ARRAY(SELECT m.source FROM unnest(measures) WITH ORDINALITY AS m (name, check_name, how, source, target, reason, n) ORDER BY m.n)) AS s;
	SELECT t.* INTO here FROM sqlite_mig_internal._measure_target(target, ARRAY(SELECT coalesce(m.target, 'NULL') FROM unnest(measures) WITH ORDINALITY AS m (name, check_name, how, source, target, reason, n) ORDER BY m.n), condition) AS t;
	IF there.error IS NOT NULL OR here.error IS NOT NULL THEN
		RETURN NEXT ROW ('columns', NULL, NULL, false, concat_ws('; ', 'SQLite: ' || there.error, 'PostgreSQL: ' || here.error))::sqlite_mig_internal._check;
		RETURN;
	END IF;
	FOR item IN SELECT m.*, there."values"[m.n] AS source_value, here."values"[m.n] AS target_value, lead(m.name) OVER (ORDER BY m.n) IS DISTINCT FROM m.name AS last
			FROM unnest(measures) WITH ORDINALITY AS m (name, check_name, how, source, target, reason, n) ORDER BY m.n LOOP
		IF item.check_name = 'nulls' THEN
			skipped := item.reason;
		ELSIF item.check_name = 'odd' THEN
			skipped := CASE WHEN item.source_value <> '0' THEN format('values %s: %s', item.reason, item.source_value) END;
		END IF;
		IF item.check_name = 'nulls' OR item.check_name <> 'odd' AND skipped IS NULL THEN
			SELECT a.* INTO outcome FROM sqlite_mig_internal._measure_agrees(item.how, item.source_value, item.target_value) AS a;
			agreed := NULL;
			IF NOT outcome.ok AND proved THEN
				SELECT string_agg(DISTINCT e.detail, '; ') INTO agreed FROM sqlite_mig.ledger_entry AS e JOIN sqlite_mig.plan_column AS p ON p.migration = e.migration AND e.object_name = p.source_table || '.' || p.source_name
					WHERE e.migration = plan.migration AND e.object_kind = 'column' AND p.source_table = _check_columns.source_table AND p.target_name = item.name AND e.effect IN ('lossy', 'changed', 'converted', 'guessed');
			END IF;
			RETURN NEXT ROW (format('%s(%s)', item.check_name, item.name), outcome.source, outcome.target, outcome.ok OR agreed IS NOT NULL,
				CASE WHEN NOT outcome.ok THEN coalesce('every value is as agreed: ' || agreed, 'the engines differ') END)::sqlite_mig_internal._check;
		END IF;
		IF item.last AND skipped IS NOT NULL THEN
			RETURN NEXT ROW (format('range(%s)', item.name), NULL, NULL, true, 'not measured: ' || skipped)::sqlite_mig_internal._check;
		END IF;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._key_names(plan sqlite_mig.migration, source_table text, columns text[], OUT source text[], OUT target text[])
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT array_agg(sqlite_mig_internal._sqlite_name(k.name) || CASE WHEN upper(p."collation" COLLATE "C") NOT IN ('NOCASE', 'RTRIM', 'BINARY') THEN ' COLLATE BINARY' ELSE '' END ORDER BY k.n), array_agg(quote_ident(p.target_name) ORDER BY k.n)
		FROM unnest(_key_names.columns) WITH ORDINALITY AS k (name, n)
			JOIN sqlite_mig.plan_column AS p ON (p.migration, p.source_table) = ((plan).migration, _key_names.source_table) AND p.source_name = k.name AND p.include;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._both_count(server text, source text, target text, OUT source_count bigint, OUT target_count bigint, OUT error text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	source_count := sqlite_mig_internal._source_value(server, source);
	EXECUTE target INTO target_count;
EXCEPTION
	WHEN fdw_error OR data_exception OR syntax_error_or_access_rule_violation OR data_corrupted THEN
		error := SQLERRM;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_keys(plan sqlite_mig.migration, source_table text, target text) RETURNS SETOF sqlite_mig_internal._check
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
		SELECT n.* INTO own FROM sqlite_mig_internal._key_names(plan, source_table, item.columns) AS n;
		CONTINUE WHEN cardinality(own.source) IS DISTINCT FROM cardinality(item.columns);
		IF item.kind <> 'foreign key' THEN
			SELECT b.* INTO found FROM sqlite_mig_internal._both_count(plan.server,
				format('(SELECT count(*) FROM (SELECT 1 FROM main.%s WHERE %s GROUP BY %s HAVING count(*) > 1))', sqlite_mig_internal._sqlite_name(source_table),
					(SELECT string_agg(c || ' IS NOT NULL', ' AND ') FROM unnest(own.source) AS c), array_to_string(own.source, ', ')),
				format('SELECT count(*) FROM (SELECT FROM %s WHERE %s GROUP BY %s HAVING count(*) > 1) AS k', target,
					(SELECT string_agg(c || ' IS NOT NULL', ' AND ') FROM unnest(own.target) AS c), array_to_string(own.target, ', '))) AS b;
			RETURN NEXT ROW (format('duplicates(%s)', item.target_name), found.source_count, found.target_count, found.target_count <= found.source_count,
				coalesce(found.error, CASE WHEN found.target_count > 0 THEN 'keys that are there more than once' WHEN found.source_count > 0 THEN 'the ledger says what became of them' END))::sqlite_mig_internal._check;
			CONTINUE;
		END IF;
		SELECT n.* INTO parent FROM sqlite_mig_internal._key_names(plan, item.parent_table, coalesce(item.parent_columns,
			ARRAY(SELECT p.source_name FROM sqlite_mig.plan_column AS p WHERE (p.migration, p.source_table) = (plan.migration, item.parent_table) AND p.primary_key IS NOT NULL ORDER BY p.primary_key))) AS n;
		CONTINUE WHEN cardinality(parent.source) IS DISTINCT FROM cardinality(own.source);
		SELECT b.* INTO found FROM sqlite_mig_internal._both_count(plan.server,
			format('(SELECT count(*) FROM main.%s AS c LEFT JOIN main.%s AS p ON %s WHERE %s AND p.%s IS NULL)', sqlite_mig_internal._sqlite_name(source_table), sqlite_mig_internal._sqlite_name(item.parent_table),
				(SELECT string_agg(format('p.%s = c.%s', k.p, k.c), ' AND ') FROM unnest(parent.source, own.source) AS k (p, c)), (SELECT string_agg(format('c.%s IS NOT NULL', c), ' AND ') FROM unnest(own.source) AS c), parent.source[1]),
			(SELECT format('SELECT count(*) FROM %s AS c WHERE %s AND NOT EXISTS (SELECT FROM %I.%I AS p WHERE %s)', target, (SELECT string_agg(format('c.%s IS NOT NULL', c), ' AND ') FROM unnest(own.target) AS c),
				plan.target_schema, t.target_name, (SELECT string_agg(format('p.%s = c.%s', k.p, k.c), ' AND ') FROM unnest(parent.target, own.target) AS k (p, c)))
				FROM sqlite_mig.plan_table AS t WHERE (t.migration, t.source_name) = (plan.migration, item.parent_table))) AS b;
		IF found.error IS NOT NULL AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conrelid = target::regclass AND c.conname = item.target_name) THEN
			-- it could not be made, of which the ledger has a row: mostly because its types do not compare
			RETURN NEXT ROW (format('orphans(%s)', item.target_name), NULL, NULL, true, 'not measured, there is no such foreign key: ' || found.error)::sqlite_mig_internal._check;
			CONTINUE;
		END IF;
		RETURN NEXT ROW (format('orphans(%s)', item.target_name), found.source_count, found.target_count, found.target_count <= found.source_count,
			coalesce(found.error, CASE WHEN found.target_count > 0 THEN 'rows whose parent is not there' WHEN found.source_count > 0 THEN 'the ledger says what became of them' END))::sqlite_mig_internal._check;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_sequences(plan sqlite_mig.migration, source_table text, target text) RETURNS SETOF sqlite_mig_internal._check
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
		given := greatest(sqlite_mig_internal._source_value(plan.server, format('max(%s)', sqlite_mig_internal._sqlite_name(item.source_name)), source_table)::numeric,
			(SELECT s.seq FROM sqlite_mig.source_sequences(plan.server) AS s WHERE s.table_name = _check_sequences.source_table));
		IF name IS NULL THEN
			RETURN NEXT ROW (format('sequence(%s)', item.target_name), given, NULL, false, 'the column has no sequence')::sqlite_mig_internal._check;
			CONTINUE;
		END IF;
		EXECUTE format('SELECT max(%I) FROM %s', item.target_name, target) INTO held;
		-- numeric: beyond the largest number there is no next one
		EXECUTE format('SELECT q.last_value::numeric + CASE WHEN q.is_called THEN s.seqincrement ELSE 0 END FROM %s AS q, pg_sequence AS s WHERE s.seqrelid = %L::regclass', name, name) INTO next;
		RETURN NEXT ROW (format('sequence(%s)', item.target_name), given, next, next > coalesce(greatest(given, held), 0),
			CASE WHEN next <= coalesce(greatest(given, held), 0) THEN 'its next number is taken, or was once' WHEN next > 9223372036854775807 THEN 'the largest number is given, there is no next one' ELSE 'highest number given, next number' END)::sqlite_mig_internal._check;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_objects(plan sqlite_mig.migration, source_table text, target text) RETURNS SETOF sqlite_mig_internal._check
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT ROW (p.plural, count(*)::text, count(*) FILTER (WHERE p.there)::text, coalesce(bool_and(p.there OR p.noted), true),
			'not there: ' || string_agg(p.name || CASE WHEN p.noted THEN ' (see the ledger)' ELSE '' END, ', ' ORDER BY p.name) FILTER (WHERE NOT p.there))::sqlite_mig_internal._check
		FROM (
			SELECT o.plural, o.name, EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = r.oid AND k.conname = o.name)
					OR EXISTS (SELECT FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE i.indrelid = r.oid AND c.relname = o.name) AS there,
				EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = (plan).migration AND (e.object_name IN (o.name, o.source_name) OR e.object_name LIKE '%.' || o.name)
					AND (e.table_name IS NULL OR e.table_name = _check_objects.source_table) AND e.effect <> 'converted') AS noted
			FROM (
				SELECT CASE k.kind WHEN 'primary key' THEN 'primary keys' WHEN 'unique' THEN 'unique constraints' WHEN 'foreign key' THEN 'foreign keys' ELSE 'checks' END AS plural, k.target_name AS name, k.target_name AS source_name
					FROM sqlite_mig.plan_constraint AS k WHERE (k.migration, k.source_table) = ((plan).migration, _check_objects.source_table) AND k.include AND (k.kind <> 'check' OR k.target_sql IS NOT NULL)
				UNION ALL SELECT 'indexes', i.target_name, i.source_name FROM sqlite_mig.plan_index AS i
					WHERE (i.migration, i.source_table) = ((plan).migration, _check_objects.source_table) AND i.include
				) AS o, (SELECT to_regclass(_check_objects.target)::oid AS oid) AS r
			) AS p
		WHERE sqlite_mig_internal._if_exists((plan).migration) IN ('error', 'replace')
		GROUP BY p.plural ORDER BY p.plural;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_records(plan sqlite_mig.migration, source_table text) RETURNS SETOF sqlite_mig_internal._check
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT ROW ('rejected', sum(r.n)::text, sum(r.n) FILTER (WHERE r.loaded)::text, true, string_agg(format('%s (%s): %s', CASE WHEN r.loaded THEN 'repaired' WHEN r.accepted THEN 'accepted' ELSE 'waiting' END, r.sqlstate, r.n), ', ' ORDER BY r.loaded, r.sqlstate, r.accepted))::sqlite_mig_internal._check
		FROM (SELECT q.sqlstate, q.replayed_at IS NOT NULL AS loaded, q.accepted, count(*) AS n FROM sqlite_mig.rejected AS q
			WHERE q.migration = (plan).migration AND q.table_name = _check_records.source_table GROUP BY 1, 2, 3) AS r
		HAVING count(*) > 0
	UNION ALL
	SELECT ROW ('ledger', sum(l.n)::text, sum(l.n) FILTER (WHERE l.accepted)::text, true, string_agg(format('%s (%s): %s', l.effect, l.rule, l.n), ', ' ORDER BY l.effect, l.rule, l.accepted))::sqlite_mig_internal._check
		FROM (SELECT e.effect, e.rule, e.accepted, count(*) AS n FROM sqlite_mig.ledger_entry AS e
			WHERE e.migration = (plan).migration AND coalesce(e.table_name, e.object_name) = _check_records.source_table GROUP BY 1, 2, 3) AS l
		HAVING count(*) > 0;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_samples(plan sqlite_mig.migration, source_table text, source text, target text, columns text[], sample_rows integer, condition text, stay boolean) RETURNS SETOF sqlite_mig_internal._check
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS
$$
#variable_conflict use_column
DECLARE
	key    constant text[] := sqlite_mig_internal._diff_key(source, target);
	-- to_jsonb would make GeoJSON of a geometry, which has neither curves nor all digits
	names  constant text := (SELECT string_agg(CASE WHEN t.typname = 'geometry' AND p.schema IS NOT NULL THEN format('%1$s.ST_AsEWKT(r.%2$I) AS %2$I', p.schema, u.c) WHEN t.typname = 'geography' THEN format('r.%1$I::text AS %1$I', u.c)
			ELSE format('r.%I', u.c) END, ', ' ORDER BY u.n)
		FROM (SELECT sqlite_mig_internal._postgis() AS schema) AS p, unnest(columns) WITH ORDINALITY AS u (c, n)
			LEFT JOIN pg_attribute AS a ON a.attrelid = target::regclass AND a.attname = u.c LEFT JOIN pg_type AS t ON t.oid = a.atttypid);
	match  text;
	lowest numeric;
	height numeric;
	item   record;
	n      integer := 0;
BEGIN
	IF EXISTS (SELECT FROM sqlite_mig.rejected AS r WHERE r.migration = plan.migration AND r.table_name = _check_samples.source_table) THEN
		RETURN NEXT ROW ('samples', NULL, NULL, true, 'not taken: rows of the table are or were in the quarantine')::sqlite_mig_internal._check;
		RETURN;
	ELSIF key IS NULL THEN
		RETURN NEXT ROW ('samples', NULL, NULL, true, 'no key tells which rows belong together')::sqlite_mig_internal._check;
		RETURN;
	END IF;
	match := (SELECT string_agg(format('r.%1$I IS NOT DISTINCT FROM _mig_t.%1$I', c), ' AND ') FROM unnest(key) AS c);
	IF cardinality(key) = 1 AND (SELECT a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) FROM pg_attribute AS a WHERE a.attrelid = target::regclass AND a.attname = key[1]) THEN
		EXECUTE format('SELECT min(%1$I), max(%1$I)::numeric - min(%1$I) FROM %2$s', key[1], source) INTO lowest, height;
		match := NULL;
	END IF;
	FOR item IN EXECUTE CASE WHEN match IS NULL THEN format($query$
			SELECT (SELECT to_jsonb(_mig_k) FROM (SELECT %1$s FROM %2$s AS r WHERE r.%4$I = p.at) AS _mig_k) AS here, (SELECT to_jsonb(_mig_k) FROM (SELECT %1$s FROM %3$s AS r WHERE r.%4$I = p.at) AS _mig_k) AS there
				FROM (SELECT DISTINCT (SELECT r.%4$I FROM %2$s AS r WHERE r.%4$I >= trunc(%5$L + %6$L::numeric * _mig_i.n / greatest(%7$s - 1, 1))::bigint ORDER BY r.%4$I LIMIT 1) AS at FROM generate_series(0, %7$s - 1) AS _mig_i (n)) AS p ORDER BY p.at$query$,
			names, source, target, key[1], coalesce(lowest, 0), coalesce(height, 0), sample_rows)
		ELSE format($query$
			SELECT (SELECT to_jsonb(_mig_k) FROM (SELECT %1$s FROM %2$s AS r WHERE %3$s LIMIT 1) AS _mig_k) AS here, to_jsonb(_mig_t) AS there FROM (SELECT %1$s FROM (SELECT t.* FROM %4$s AS t WHERE %7$s) AS r WHERE %6$s LIMIT %5$s) AS _mig_t$query$,
			names, source, match, target, sample_rows, (SELECT string_agg(format('r.%I IS NOT NULL', c), ' AND ') FROM unnest(key) AS c), coalesce(condition, 'true')) END LOOP
		CONTINUE WHEN item.here IS NULL AND item.there IS NULL;
		n := n + 1;
		RETURN NEXT ROW (format('sample %s', n), sqlite_mig_internal._start(item.here::text), sqlite_mig_internal._start(item.there::text), item.here IS NOT DISTINCT FROM item.there OR stay AND item.here IS NOT NULL AND item.there IS NOT NULL,
			CASE WHEN item.here IS NULL THEN 'not in the source' WHEN item.there IS NULL THEN 'not in the target'
				WHEN item.here <> item.there THEN 'differs in: ' || (SELECT string_agg(h.key, ', ' ORDER BY h.key) FROM jsonb_each(item.here) AS h WHERE h.value IS DISTINCT FROM item.there -> h.key)
					|| CASE WHEN stay THEN ', was there already and stays as it is' ELSE '' END END)::sqlite_mig_internal._check;
	END LOOP;
EXCEPTION
	-- a row that was rejected cannot be read; the checksum leaves it out
	WHEN data_exception THEN
		RETURN NEXT ROW ('samples', NULL, NULL, true, 'not taken: ' || SQLERRM)::sqlite_mig_internal._check;
	WHEN undefined_column OR data_corrupted THEN
		RETURN NEXT ROW ('samples', NULL, NULL, false, 'not taken: ' || SQLERRM)::sqlite_mig_internal._check;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_samples(sqlite_mig.migration, text, text, text, text[], integer, text, boolean) IS 'internal: rows of both sides beside each other';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._verify_table_full(plan sqlite_mig.migration, source_table text, source text, target text, columns text[], condition text, stay boolean, proved boolean, began timestamptz, sample_rows integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	started timestamptz := clock_timestamp();
	outcome sqlite_mig_internal._check;
	n       integer := 0;
BEGIN
	IF to_regclass(target) IS NULL THEN
		RETURN;
	END IF;
	FOR outcome IN SELECT * FROM sqlite_mig_internal._check_columns(plan, source_table, target, condition, proved)
			UNION ALL SELECT * FROM sqlite_mig_internal._check_keys(plan, source_table, target)
			UNION ALL SELECT * FROM sqlite_mig_internal._check_sequences(plan, source_table, target)
			UNION ALL SELECT * FROM sqlite_mig_internal._check_objects(plan, source_table, target)
			UNION ALL SELECT * FROM sqlite_mig_internal._check_records(plan, source_table)
			UNION ALL SELECT s.* FROM (SELECT sample_rows WHERE sample_rows > 0) AS n, sqlite_mig_internal._check_samples(plan, source_table, source, target, columns, n.sample_rows, condition, coalesce(stay, false)) AS s LOOP
		n := n + 1;
		PERFORM sqlite_mig_internal._record(plan.migration, began, source_table, outcome, started, n);
		started := clock_timestamp();
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._verify_table_full(sqlite_mig.migration, text, text, text, text[], text, boolean, boolean, timestamptz, integer) IS 'internal: what level full says of a table beyond rows and checksum';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._verify_whole(migration text, began timestamptz) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan    sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	started timestamptz := clock_timestamp();
	outcome sqlite_mig_internal._check;
	n       integer := 0;
BEGIN
	FOR outcome IN SELECT p.plural, count(*)::text, count(*) FILTER (WHERE p.there)::text, bool_and(p.there OR p.noted),
				'not there: ' || string_agg(p.name || CASE WHEN p.noted THEN ' (see the ledger)' ELSE '' END, ', ' ORDER BY p.name) FILTER (WHERE NOT p.there)
			FROM (SELECT 'tables' AS plural, t.source_name AS name, r.relation IS NOT NULL AS there, false AS noted FROM sqlite_mig_internal._targets(plan.migration) AS r JOIN sqlite_mig.plan_table AS t ON t.migration = plan.migration AND t.source_name = r.source_name
				UNION ALL SELECT 'views', v.source_name, to_regclass(format('%I.%I', plan.target_schema, v.target_name)) IS NOT NULL, EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.object_kind = 'view' AND e.object_name = v.source_name)
					FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration
				UNION ALL SELECT 'triggers', g.source_name, EXISTS (SELECT FROM pg_trigger AS x WHERE g.target_sql LIKE '%' || quote_ident(x.tgname) || '%'
							AND x.tgrelid IN (SELECT r.relation FROM sqlite_mig_internal._targets(plan.migration) AS r
								UNION ALL SELECT to_regclass(format('%I.%I', plan.target_schema, v.target_name)) FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration)),
					EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.object_kind = 'trigger' AND e.object_name = g.source_name)
					FROM sqlite_mig.plan_trigger AS g WHERE g.migration = plan.migration) AS p
			WHERE p.plural = 'tables' OR sqlite_mig_internal._if_exists(plan.migration) IN ('error', 'replace')
			GROUP BY p.plural ORDER BY p.plural LOOP
		n := n + 1;
		PERFORM sqlite_mig_internal._record(plan.migration, began, '*', outcome, started, n);
	END LOOP;
	SELECT 'verdict', NULL, v.verdict, v.verdict <> 'incomplete', v.reason INTO outcome FROM sqlite_mig_internal._verdict(plan) AS v;
	PERFORM sqlite_mig_internal._record(plan.migration, began, '*', outcome, began, n + 1);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._verify_range(plan sqlite_mig.migration, source_table text, began timestamptz, number integer, ranges integer, first bigint, "end" bigint) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	started constant timestamptz := clock_timestamp();
	item    record;
	source  record;
	target  record;
BEGIN
	SELECT format('%I.%I', plan.source_schema, t.target_name)::regclass AS source, format('%I.%I', plan.target_schema, t.target_name)::regclass AS target,
			array_agg(c.target_name ORDER BY c.position) AS columns, max(c.target_name) FILTER (WHERE c.primary_key IS NOT NULL) AS key
		INTO STRICT item FROM sqlite_mig.plan_table AS t JOIN sqlite_mig.plan_column AS c ON c.migration = t.migration AND c.source_table = t.source_name
		WHERE t.migration = plan.migration AND t.source_name = _verify_range.source_table AND c.include GROUP BY t.target_name;
	SELECT c.* INTO source FROM sqlite_mig_internal._checksum(item.source, item.columns, NULL, NULL, _verify_range.first, _verify_range."end") AS c;
	SELECT c.* INTO target FROM sqlite_mig_internal._checksum(item.target, item.columns, NULL,
		coalesce(nullif(concat_ws(' AND ', format('t.%I >= ', item.key) || _verify_range.first, format('t.%I < ', item.key) || _verify_range."end"), ''), 'true')) AS c;
	INSERT INTO sqlite_mig.verification (migration, verified_at, table_name, check_name, source_value, target_value, ok, detail, seconds, place, proof)
		VALUES (plan.migration, began, source_table, format('range %s of %s', number, ranges), source.rows || ' ' || source.checksum, target.rows || ' ' || target.checksum,
			(source.rows, source.checksum) = (target.rows, target.checksum), format('keys from %s to %s', coalesce(_verify_range.first::text, 'the first'), coalesce((_verify_range."end" - 1)::text, 'the last')),
			extract(epoch FROM clock_timestamp() - started), number - ranges - 2, source.proof);
EXCEPTION
	WHEN data_exception OR undefined_column OR undefined_table OR datatype_mismatch THEN
		RETURN;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._range_sums(migration text, began timestamptz, source_table text, OUT source_rows bigint, OUT source_checksum uuid, OUT target_rows bigint, OUT target_checksum uuid, OUT proof jsonb)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT sum(split_part(v.source_value, ' ', 1)::bigint)::bigint, sqlite_mig_internal._checksum_total(split_part(v.source_value, ' ', 2)::uuid),
			sum(split_part(v.target_value, ' ', 1)::bigint)::bigint, sqlite_mig_internal._checksum_total(split_part(v.target_value, ' ', 2)::uuid),
			-- a column is proved as well as in the worst range: "converted" comes before "raw", "round-trip" after it
			(SELECT jsonb_object_agg(p.key, p.proof) FROM (SELECT e.key, CASE WHEN bool_or(e.value = 'converted') THEN 'converted' ELSE max(e.value) END AS proof
				FROM sqlite_mig.verification AS w, jsonb_each_text(w.proof) AS e
				WHERE w.migration = _range_sums.migration AND w.verified_at = _range_sums.began AND w.table_name = _range_sums.source_table AND w.check_name LIKE 'range % of %' GROUP BY e.key) AS p)
		FROM sqlite_mig.verification AS v
		WHERE v.migration = _range_sums.migration AND v.verified_at = _range_sums.began AND v.table_name = _range_sums.source_table AND v.check_name LIKE 'range % of %'
		HAVING count(*) = max(split_part(v.check_name, ' ', 4)::integer);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._verify_tasks(migration text, level text, began timestamptz, sample_rows integer, workers integer) RETURNS TABLE (task integer, statements text[], after integer[])
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan   sqlite_mig.migration := sqlite_mig_internal._migration(migration, true);
	size   constant numeric := pg_size_bytes(current_setting('sqlite_fdw_mig.range_size'));
	item   record;
	ranges integer;
	lowest numeric;
	width  numeric;
	first  bigint;
	"end"  bigint;
BEGIN
	task := 0;
	FOR item IN SELECT w.source_name, w.bytes, k.name FROM sqlite_mig_internal._weights(plan.migration) AS w
			LEFT JOIN LATERAL (SELECT min(p.source_name) AS name FROM sqlite_mig.plan_column AS p JOIN sqlite_mig.plan_table AS t ON t.migration = p.migration AND t.source_name = p.source_table
				WHERE p.migration = plan.migration AND p.source_table = w.source_name AND p.primary_key IS NOT NULL AND NOT t.without_rowid
				HAVING count(*) = 1 AND bool_and(p.include AND upper(p.declared_type COLLATE "C") = 'INTEGER' AND p.target_type IN ('bigint', 'integer', 'smallint'))) AS k
				ON NOT sqlite_mig_internal._merges(plan) AND NOT EXISTS (SELECT FROM sqlite_mig.rejected AS r WHERE r.migration = plan.migration AND r.table_name = w.source_name)
			ORDER BY w.bytes DESC, w.source_name LOOP
		ranges := CASE WHEN level <> 'counts' AND item.name IS NOT NULL AND item.bytes > size THEN least(greatest(ceil(item.bytes / size), workers), 256) ELSE 0 END;
		after := '{}';
		lowest := CASE WHEN ranges > 1 THEN sqlite_mig_internal._source_value(plan.server, format('min(%s)', sqlite_mig_internal._sqlite_name(item.name)), item.source_name) END;
		IF lowest IS NOT NULL THEN
			width := (sqlite_mig_internal._source_value(plan.server, format('max(%s)', sqlite_mig_internal._sqlite_name(item.name)), item.source_name)::numeric - lowest + 1) / ranges;
			FOR n IN 1 .. ranges LOOP
				task := task + 1;
				first := CASE WHEN n > 1 THEN trunc(lowest + width * (n - 1)) END;
				"end" := CASE WHEN n < ranges THEN trunc(lowest + width * n) END;
				statements := ARRAY[format('SELECT sqlite_mig_internal._verify_range(sqlite_mig_internal._migration(%L, true), %L, %L, %s, %s, %L, %L)', plan.migration, item.source_name, began, n, ranges, first, "end")];
				RETURN NEXT;
			END LOOP;
			after := ARRAY(SELECT generate_series(task - ranges + 1, task));
		END IF;
		task := task + 1;
		statements := ARRAY[format('SELECT sqlite_mig_internal._verify_table(sqlite_mig_internal._migration(%L, true), %L, %L, %L, false, %s)', plan.migration, item.source_name, level, began, sample_rows)];
		RETURN NEXT;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._verify_shared(plan sqlite_mig.migration, level text, began timestamptz, sample_rows integer, workers integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF current_setting('transaction_isolation') <> 'read committed' THEN
		PERFORM sqlite_mig_internal._refuse('active_sql_transaction', 'a verification with background workers needs isolation level READ COMMITTED',
			detail => 'At other levels its leader could not see what its workers have committed.', hint => 'SET default_transaction_isolation = ''read committed'';');
	END IF;
	PERFORM sqlite_mig_internal._pool_open(plan.server, workers);
	BEGIN
		PERFORM sqlite_mig_internal._pool_run(format('SELECT * FROM sqlite_mig_internal._verify_tasks(%L, %L, %L, %s, %s)', plan.migration, level, began, coalesce(sample_rows, 0), workers));
	EXCEPTION
		WHEN OTHERS OR query_canceled THEN
			PERFORM sqlite_mig_internal._pool_close();
			RAISE;
	END;
	PERFORM sqlite_mig_internal._pool_close();
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._diff_key(source regclass, target regclass) RETURNS text[]
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT k.columns FROM (
		SELECT CASE WHEN i.indisprimary THEN 0 ELSE 2 END + CASE WHEN i.indrelid = _diff_key.target THEN 0 ELSE 1 END AS place, i.indexrelid::bigint AS number,
				(SELECT array_agg(a.attname::text ORDER BY u.n) FROM unnest(i.indkey) WITH ORDINALITY AS u (attnum, n)
					JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = u.attnum WHERE u.n <= i.indnkeyatts AND a.attnotnull HAVING count(*) = i.indnkeyatts) AS columns
			FROM pg_index AS i WHERE i.indrelid IN (_diff_key.source, _diff_key.target) AND i.indisunique AND i.indisvalid AND i.indexprs IS NULL AND i.indpred IS NULL
		UNION ALL
		SELECT 4 + CASE WHEN f.ftrelid = _diff_key.source THEN 0 ELSE 1 END, 0, array_agg(a.attname::text ORDER BY a.attnum)
			FROM pg_foreign_table AS f JOIN pg_foreign_server AS s ON s.oid = f.ftserver JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw AND w.fdwname = 'sqlite_fdw_mig'
				JOIN pg_attribute AS a ON a.attrelid = f.ftrelid AND a.attnum > 0 AND NOT a.attisdropped AND a.attfdwoptions @> '{key=true}'
			WHERE f.ftrelid IN (_diff_key.source, _diff_key.target) GROUP BY f.ftrelid
		) AS k
		WHERE (SELECT count(DISTINCT a.attrelid) = count(DISTINCT r.oid) AND count(*) = cardinality(k.columns) * count(DISTINCT r.oid)
			FROM unnest(ARRAY[_diff_key.source, _diff_key.target]::oid[]) AS r (oid)
				LEFT JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND a.attname = ANY (k.columns))
		ORDER BY k.place, k.number LIMIT 1;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._diff_columns(source regclass, target regclass, columns text[]) RETURNS text[]
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	name text;
BEGIN
	IF source IS NULL OR target IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'source and target must not be NULL';
	END IF;
	columns := coalesce(columns, ARRAY(SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = source AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum));
	FOREACH name IN ARRAY columns LOOP
		IF NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND a.attname = name) THEN
			PERFORM sqlite_mig_internal._refuse('undefined_column', format('column "%s" of relation "%s" does not exist', name, target),
				hint => 'Name the columns to compare with columns => ARRAY[...]; both relations must have them.');
		END IF;
	END LOOP;
	RETURN columns;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sketch_transition(state internal, shape bytea, VARIADIC "any") RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_sketch_transition';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sketch_combine(state internal, part internal) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_sketch_combine';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sketch_serialize(state internal) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_sketch_serialize';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sketch_deserialize(bytes bytea, dummy internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_sketch_deserialize';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sketch_final(state internal) RETURNS bytea
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_sketch_final';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._diff(source regclass, target regclass, key_columns text[], columns text[], migration text, keys_only boolean)
	RETURNS TABLE (status text, key jsonb, columns text[], source jsonb, target jsonb)
	LANGUAGE c VOLATILE PARALLEL UNSAFE SET extra_float_digits = 1 AS 'MODULE_PATHNAME', 'mig_diff_rows';
CREATE OR REPLACE FUNCTION sqlite_mig.diff(source regclass, target regclass, key_columns text[] DEFAULT NULL, columns text[] DEFAULT NULL, migration text DEFAULT NULL)
	RETURNS TABLE (status text, key jsonb, columns text[], source jsonb, target jsonb)
	LANGUAGE sql
BEGIN ATOMIC
	SELECT d.status, d.key, d.columns, d.source, d.target FROM sqlite_mig_internal._diff($1, $2, coalesce($3, sqlite_mig_internal._diff_key($1, $2)), sqlite_mig_internal._diff_columns($1, $2, $4), $5, false) AS d;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._diff_keys(source regclass, target regclass, key_columns text[] DEFAULT NULL, migration text DEFAULT NULL)
	RETURNS TABLE (status text, key jsonb)
	LANGUAGE sql
BEGIN ATOMIC
	SELECT d.status, d.key FROM sqlite_mig_internal._diff($1, $2, coalesce($3, sqlite_mig_internal._diff_key($1, $2)), sqlite_mig_internal._diff_columns($1, $2, NULL), $4, true) AS d;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._checksum_ranges(source regclass, target regclass, key_columns text[], columns text[], migration text, ranges integer,
		OUT range integer, OUT first_key bigint, OUT last_key bigint, OUT source_rows bigint, OUT target_rows bigint, OUT source_checksum uuid, OUT target_checksum uuid, OUT ok boolean)
	RETURNS SETOF record
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_checksum_parts';
CREATE OR REPLACE FUNCTION sqlite_mig.checksum_ranges(source regclass, target regclass, ranges integer DEFAULT 64, key_columns text[] DEFAULT NULL, columns text[] DEFAULT NULL, migration text DEFAULT NULL,
		OUT range integer, OUT first_key bigint, OUT last_key bigint, OUT source_rows bigint, OUT target_rows bigint, OUT source_checksum uuid, OUT target_checksum uuid, OUT ok boolean)
	RETURNS SETOF record
	LANGUAGE sql
BEGIN ATOMIC
	SELECT r.range, r.first_key, r.last_key, r.source_rows, r.target_rows, r.source_checksum, r.target_checksum, r.ok
		FROM sqlite_mig_internal._checksum_ranges($1, $2, coalesce($4, sqlite_mig_internal._diff_key($1, $2)), sqlite_mig_internal._diff_columns($1, $2, $5), $6, $3) AS r;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sync_key(migration text, source_table text, relation oid, columns text[]) RETURNS text[]
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT k.columns FROM (
			SELECT NOT i.indisprimary AS later, i.indexrelid::bigint AS number, (SELECT array_agg(a.attname::text ORDER BY u.n) FROM unnest(i.indkey) WITH ORDINALITY AS u (attnum, n)
					JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = u.attnum WHERE u.n <= i.indnkeyatts AND (a.attnotnull OR i.indisprimary) HAVING count(*) = i.indnkeyatts) AS columns
				FROM pg_index AS i WHERE i.indrelid = _sync_key.relation AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indexprs IS NULL AND i.indpred IS NULL
			UNION ALL SELECT true, 0, array_agg(p.target_name ORDER BY p.primary_key) FROM sqlite_mig.plan_column AS p, pg_class AS r
				WHERE r.oid = _sync_key.relation AND r.relkind IN ('f', 'v') AND p.migration = _sync_key.migration AND p.source_table = _sync_key.source_table AND p.primary_key IS NOT NULL
		) AS k WHERE k.columns <@ _sync_key.columns ORDER BY k.later, k.number LIMIT 1;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sync_tables(plan sqlite_mig.migration, direction text DEFAULT 'to_postgres') RETURNS SETOF sqlite_mig_internal._sync_table
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT row_number() OVER (ORDER BY t.load_order, t.source_name)::integer, t.source_name, format('%I.%I', (plan).source_schema, p.target_name), t.name, t.relation, r.relkind,
			sqlite_mig_internal._sync_key((plan).migration, t.source_name, t.relation, c.columns), c.columns,
			format('pg_temp.sqlite_mig_sync_%s', row_number() OVER (ORDER BY t.load_order, t.source_name))
		FROM sqlite_mig_internal._targets((plan).migration) AS t
			JOIN sqlite_mig.plan_table AS p ON p.migration = (plan).migration AND p.source_name = t.source_name
			LEFT JOIN pg_class AS r ON r.oid = t.relation,
			LATERAL (SELECT array_agg(c.target_name ORDER BY c.position) FILTER (WHERE coalesce(a.attgenerated, '') = '') AS columns
				FROM sqlite_mig.plan_column AS c LEFT JOIN pg_attribute AS a ON a.attrelid = t.relation AND a.attname = c.target_name AND a.attnum > 0 AND NOT a.attisdropped
				WHERE c.migration = (plan).migration AND c.source_table = t.source_name AND c.include AND (_sync_tables.direction = 'to_postgres' OR c.generated IS NULL)) AS c
		ORDER BY t.load_order, t.source_name;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sqlite_string(value text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT '''' || replace(value, '''', '''''') || '''';
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._schema_changes(plan sqlite_mig.migration) RETURNS TABLE (object_kind text, object_name text, table_name text, lost boolean, finding text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$
#variable_conflict use_column
DECLARE
	mig constant text := plan.migration;
BEGIN
	RETURN QUERY
		WITH there AS MATERIALIZED (
			SELECT s.table_name AS name, s.kind FROM sqlite_mig.source_tables(plan.server) AS s WHERE s.kind <> 'view' AND NOT sqlite_mig_internal._is_capture(s.table_name)
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
				FROM planned AS t WHERE t.name NOT IN (SELECT s.name FROM there AS s) AND NOT sqlite_mig_internal._is_capture(t.name)
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
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_schema(plan sqlite_mig.migration, schema_changes text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	found text[];
	lost  boolean;
BEGIN
	SELECT array_agg(format('%s "%s" %s', c.object_kind, c.object_name, c.finding) ORDER BY c.n), bool_or(c.lost) INTO found, lost
		FROM sqlite_mig_internal._schema_changes(plan) WITH ORDINALITY AS c (object_kind, object_name, table_name, lost, finding, n);
	IF found IS NOT NULL AND (lost OR _check_schema.schema_changes = 'stop') THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state',
			format('the schema of server "%s" has changed since the plan of migration "%s" was made: %s', plan.server, plan.migration, cardinality(found)),
			detail => array_to_string(found[1:50], E'\n') || CASE WHEN cardinality(found) > 50 THEN E'\n...' ELSE '' END,
			hint => CASE WHEN lost THEN 'Leave out in plan_table and plan_column what is gone, or migrate again with options => ''{"replace": true}''.'
				ELSE 'Say schema_changes => ''note'' to sync what the plan has, with a row of the ledger for each of these; or migrate again with options => ''{"replace": true}''.' END);
	END IF;
	-- as it is now: an entry that was accepted stays
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.rule = 'schema change'
		AND NOT EXISTS (SELECT FROM sqlite_mig_internal._schema_changes(plan) AS c WHERE (c.object_kind, c.object_name, c.finding) = (e.object_kind, e.object_name, e.detail));
	PERFORM sqlite_mig_internal._note(plan.migration, 'sync', c.object_kind, c.object_name, c.table_name, 'warning', CASE c.finding WHEN 'is new in the source' THEN 'skipped' ELSE 'changed' END, 'schema change', c.finding)
		FROM sqlite_mig_internal._schema_changes(plan) AS c
		WHERE NOT EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e
			WHERE e.migration = plan.migration AND e.rule = 'schema change' AND (c.object_kind, c.object_name, c.finding) = (e.object_kind, e.object_name, e.detail));
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_sync(direction text, on_error text, reject_limit bigint, schema_changes text) RETURNS void
	LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF direction IS NULL OR direction NOT IN ('to_postgres', 'to_sqlite') THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', format('unknown direction "%s"', direction), hint => 'Valid directions are: to_postgres, to_sqlite.');
	ELSIF schema_changes IS NULL OR schema_changes NOT IN ('stop', 'note') THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', format('unknown value "%s" for schema_changes', schema_changes), hint => 'Valid values are: stop, note.');
	ELSIF direction = 'to_sqlite' AND on_error = 'reject' THEN
		PERFORM sqlite_mig_internal._refuse('feature_not_supported', 'rows on their way to SQLite cannot be rejected',
			detail => 'The quarantine holds rows of SQLite.', hint => 'Leave out on_error.');
	END IF;
	PERFORM sqlite_mig_internal._check_rows('error', on_error, reject_limit);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sync_plan(migration text, server text, direction text, deletes boolean) RETURNS sqlite_mig.migration
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan sqlite_mig.migration := sqlite_mig_internal._migration(migration, true);
	gone text;
BEGIN
	IF plan.state <> 'migrated' THEN
		RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('migration "%s" was prepared, but not carried out', plan.migration),
			HINT = format('CALL sqlite_mig.migrate(%L);', plan.server);
	ELSIF plan.server <> _sync_plan.server THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', format('migration "%s" is one of server "%s"', plan.migration, plan.server),
			hint => format('Give both: %L, migration => %L.', plan.server, plan.migration));
	END IF;
	PERFORM sqlite_mig_internal._hold_plan(plan.migration);
	IF plan.plan_hash <> sqlite_mig_internal._plan_hash(plan.migration) THEN
		PERFORM sqlite_mig_internal._check_retyped(plan.migration);
		PERFORM sqlite_mig_internal._check_plan(plan.migration);
		PERFORM sqlite_mig_internal._drop_source(plan.migration);
		PERFORM sqlite_mig_internal._make_source(plan.migration);
	END IF;
	IF direction = 'to_postgres' AND deletes AND sqlite_mig_internal._merges(plan) THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('the tables of migration "%s" were loaded beside rows that were there', plan.migration),
			detail => 'These are not in the source, and would be deleted.', hint => 'Say deletes => false; or what is not in the source goes: leave on_conflict out of the options of sqlite_mig.migration.');
	END IF;
	SELECT string_agg(t.target, ', ' ORDER BY t.number) INTO gone FROM sqlite_mig_internal._sync_tables(plan) AS t WHERE t.relation IS NULL;
	IF gone IS NOT NULL THEN
		PERFORM sqlite_mig_internal._refuse('undefined_table', format('tables of migration "%s" do not exist any more: %s', plan.migration, gone),
			hint => 'Leave them out in sqlite_mig.plan_table, or migrate again.');
	END IF;
	SELECT string_agg(format('%s.%I', t.target, c), ', ' ORDER BY t.number) INTO gone FROM sqlite_mig_internal._sync_tables(plan) AS t, unnest(t.columns) AS c
		WHERE NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = t.relation AND a.attname = c AND a.attnum > 0 AND NOT a.attisdropped);
	IF gone IS NOT NULL THEN
		PERFORM sqlite_mig_internal._refuse('undefined_column', format('columns of migration "%s" do not exist any more: %s', plan.migration, gone),
			hint => 'Leave them out in sqlite_mig.plan_column.');
	END IF;
	RETURN plan;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._progress(phase integer, table_name text DEFAULT NULL, rows bigint DEFAULT NULL) RETURNS void
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_show_progress';
CREATE OR REPLACE FUNCTION sqlite_mig.sync(server text, migration text DEFAULT NULL, direction text DEFAULT 'to_postgres', deletes boolean DEFAULT true,
		on_error text DEFAULT 'stop', reject_limit bigint DEFAULT NULL, triggers boolean DEFAULT false, schema_changes text DEFAULT 'stop', compare boolean DEFAULT false,
		OUT table_name text, OUT method text, OUT inserted bigint, OUT updated bigint, OUT deleted bigint, OUT unchanged bigint, OUT kept bigint, OUT rejected bigint, OUT seconds numeric)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET jit = off AS
$$
#variable_conflict use_column
DECLARE
	name   constant text := coalesce(sync.migration, sync.server);
	began  constant timestamptz := clock_timestamp();
	plan   sqlite_mig.migration;
	call   integer;
	item   sqlite_mig_internal._sync_table;
	items  sqlite_mig_internal._sync_table[];
	log    sqlite_mig_internal._log_state;
	found  sqlite_mig_internal._staged;
	work   jsonb := '{}';
BEGIN
	PERFORM sqlite_mig_internal._check_sync(sync.direction, sync.on_error, sync.reject_limit, sync.schema_changes);
	PERFORM sqlite_mig_internal._lock(name);
	plan := sqlite_mig_internal._sync_plan(name, sync.server, sync.direction, sync.deletes);
	-- a file that is not there is said here, and not by something far below; what reads before the lock could not have it
	IF sync.direction = 'to_sqlite' THEN
		PERFORM sqlite_mig_internal._source_lock(plan.server);
	ELSE
		PERFORM FROM sqlite_mig.source_info(plan.server);
	END IF;
	PERFORM sqlite_mig_internal._check_cut_over(plan, sync.direction);
	PERFORM sqlite_mig_internal._check_schema(plan, sync.schema_changes);
	items := ARRAY(SELECT t FROM sqlite_mig_internal._sync_tables(plan, sync.direction) AS t);
	PERFORM sqlite_mig_internal._sync_hold(items);
	log := sqlite_mig_internal._log_state(plan);
	SELECT coalesce(max(r.sync), 0) + 1 INTO call FROM sqlite_mig.sync_run AS r WHERE r.migration = name;

	FOREACH item IN ARRAY items LOOP
		PERFORM sqlite_mig_internal._progress(3, item.source_name, t.rows) FROM sqlite_mig.plan_table AS t WHERE t.migration = name AND t.source_name = item.source_name;
		found := sqlite_mig_internal._stage(plan, item, CASE WHEN sync.direction = 'to_postgres' AND NOT sync.compare THEN log END, sync.direction, sync.deletes, sync.on_error, sync.reject_limit);
		INSERT INTO sqlite_mig.sync_run (migration, sync, table_name, direction, method, inserted, updated, deleted, unchanged, kept, rejected, started_at, seconds)
			VALUES (name, call, item.source_name, sync.direction, found.method, found.inserted, found.updated, found.deleted, found.unchanged, found.kept, found.rejected, began, found.seconds);
		IF found.inserted + found.updated + found.deleted > 0 THEN
			work := work || jsonb_build_object(item.number, jsonb_build_array(found.inserted, found.updated, found.deleted));
		END IF;
	END LOOP;
	PERFORM sqlite_mig_internal._progress(4);
	IF sync.direction = 'to_postgres' THEN
		PERFORM sqlite_mig_internal._sync_apply(items, work, sync.triggers);
		PERFORM sqlite_mig_internal._sync_sequences(plan);
		PERFORM sqlite_mig_internal._log_done(plan, log);
	ELSE
		PERFORM sqlite_mig_internal._sync_to_sqlite(plan, items, work, sync.deletes, sync.triggers);
	END IF;
	PERFORM sqlite_mig_internal._sync_drop(items);
	PERFORM sqlite_mig_internal._progress(0);
	-- what was verified is not what is there now
	IF work <> '{}' THEN
		UPDATE sqlite_mig.migration AS m SET verified_at = NULL WHERE m.migration = name;
	END IF;
	RETURN QUERY SELECT r.table_name, r.method, r.inserted, r.updated, r.deleted, r.unchanged, r.kept, r.rejected, r.seconds
		FROM sqlite_mig.sync_run AS r JOIN unnest(items) AS t ON t.source_name = r.table_name WHERE r.migration = name AND r.sync = call ORDER BY t.number;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sync_hold(items sqlite_mig_internal._sync_table[]) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	list text := (SELECT string_agg(t.target, ', ' ORDER BY t.number) FROM unnest(items) AS t WHERE t.kind IN ('r', 'p'));
BEGIN
	IF list IS NOT NULL THEN
		EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', list);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sync_drop(items sqlite_mig_internal._sync_table[]) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	list text := (SELECT string_agg(n.name, ', ' ORDER BY t.number) FROM unnest(items) AS t, LATERAL (VALUES (t.stage), (t.stage || '_keys')) AS n (name) WHERE to_regclass(n.name) IS NOT NULL);
BEGIN
	IF list IS NOT NULL THEN
		EXECUTE 'DROP TABLE ' || list;
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sync_match(key text[], a text, b text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT string_agg(format('%s.%I = %s.%I', a, k.name, b, k.name), ' AND ' ORDER BY k.n) FROM unnest(key) WITH ORDINALITY AS k (name, n);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sync_list(alias text, columns text[], relation regclass, "like" regclass) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT string_agg(format(CASE WHEN a.atttypid = b.atttypid THEN '%s.%I' ELSE '%s.%I::%s' END, alias, c.name, format_type(b.atttypid, NULL)), ', ' ORDER BY c.n)
		FROM unnest(columns) WITH ORDINALITY AS c (name, n)
			JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = c.name
			JOIN pg_attribute AS b ON b.attrelid = "like" AND b.attname = c.name;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._stage_make(item sqlite_mig_internal._sync_table) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	EXECUTE format('CREATE TEMP TABLE %s ON COMMIT DROP AS SELECT NULL::"char" AS "sqlite_mig op", NULL::tid AS "sqlite_mig row", NULL::oid AS "sqlite_mig part", NULL::bytea AS "sqlite_mig hash", '
			'NULL::text[] AS "sqlite_mig columns", %s FROM %s AS t WITH NO DATA', item.stage,
		(SELECT string_agg(format('t.%I', c), ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n)), item.target);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._stage_by_key(item sqlite_mig_internal._sync_table, "from" text, "to" text, keys text, which boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	first constant text := quote_ident(item.key[1]);
	s     constant text := sqlite_mig_internal._sync_list('s', item.columns, "from"::regclass, "to"::regclass);
	t     constant text := (SELECT string_agg(format('t.%I', c), ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n));
BEGIN
	EXECUTE format('INSERT INTO %s ("sqlite_mig op", "sqlite_mig columns", %s) SELECT CASE WHEN t.%s IS NULL THEN ''i'' WHEN s.%s IS NULL THEN ''d'' ELSE ''u'' END, %s, %s FROM %s '
			'WHERE (t.%s IS NULL) <> (s.%s IS NULL) OR ROW (%s)::record *<> ROW (%s)::record AND s.%s IS NOT NULL',
		item.stage, (SELECT string_agg(format('%I', c), ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n)), first, first,
		CASE WHEN which THEN format('CASE WHEN t.%s IS NOT NULL AND s.%s IS NOT NULL THEN array_remove(ARRAY[%s], NULL) END', first, first,
			(SELECT string_agg(format('CASE WHEN ROW (%s)::record *<> ROW (t.%I)::record THEN %L END', sqlite_mig_internal._sync_list('s', ARRAY[c], "from"::regclass, "to"::regclass), c, c), ', ' ORDER BY n)
				FROM unnest(item.columns) WITH ORDINALITY AS u (c, n))) ELSE 'NULL' END,
		(SELECT string_agg(CASE WHEN c = ANY (item.key) THEN format('coalesce(%s, t.%I)', sqlite_mig_internal._sync_list('s', ARRAY[c], "from"::regclass, "to"::regclass), c)
				ELSE sqlite_mig_internal._sync_list('s', ARRAY[c], "from"::regclass, "to"::regclass) END, ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n)),
		CASE WHEN keys IS NULL THEN format('%s AS s FULL JOIN %s AS t ON %s', "from", "to", sqlite_mig_internal._sync_match(item.key, 't', 's'))
			ELSE format('%s AS k LEFT JOIN %s AS s ON %s LEFT JOIN %s AS t ON %s', keys, "from", sqlite_mig_internal._sync_match(item.key, 's', 'k'), "to", sqlite_mig_internal._sync_match(item.key, 't', 'k')) END,
		first, first, s, t, first);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._stage_rows(item sqlite_mig_internal._sync_table, "from" text, "to" text, all_of_them boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET extra_float_digits = 3 AS
$$
DECLARE
	s    constant text := sqlite_mig_internal._sync_list('s', item.columns, "from"::regclass, "to"::regclass);
	list constant text := (SELECT string_agg(format('%I', c), ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n));
	t    constant text := (SELECT string_agg(format('t.%I', c), ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n));
	hash constant text := 'sha256(convert_to(ROW (%s)::text, getdatabaseencoding()))';
BEGIN
	-- beside the columns of the table, which can have any name
	IF all_of_them THEN
		EXECUTE format('WITH a AS MATERIALIZED (SELECT %s, "sqlite_mig hash", row_number() OVER (PARTITION BY "sqlite_mig hash") AS "sqlite_mig n" FROM (SELECT %s, %s AS "sqlite_mig hash" FROM %s AS s) AS s), '
				'b AS MATERIALIZED (SELECT h, count(*) AS n FROM (SELECT %s AS h FROM %s AS t) AS t GROUP BY h), c AS MATERIALIZED (SELECT "sqlite_mig hash" AS h, count(*) AS n FROM a GROUP BY "sqlite_mig hash") '
				'INSERT INTO %s ("sqlite_mig op", "sqlite_mig hash", %s) SELECT ''i'', a."sqlite_mig hash", %s FROM a JOIN c ON c.h = a."sqlite_mig hash" LEFT JOIN b ON b.h = c.h WHERE c.n < b.n OR a."sqlite_mig n" > coalesce(b.n, 0) '
				'UNION ALL SELECT ''d'', b.h, %s FROM b LEFT JOIN c ON c.h = b.h LEFT JOIN %s AS s ON false WHERE b.n > coalesce(c.n, 0)',
			list, s, format(hash, s), "from", format(hash, t), "to", item.stage, list, (SELECT string_agg(format('a.%I', c), ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n)),
			s, "from");
		RETURN;
	END IF;
	EXECUTE format('WITH a AS MATERIALIZED (SELECT %s, "sqlite_mig hash", row_number() OVER (PARTITION BY "sqlite_mig hash") AS "sqlite_mig n" FROM (SELECT %s, %s AS "sqlite_mig hash" FROM %s AS s) AS s), '
			'b AS MATERIALIZED (SELECT id, part, h, row_number() OVER (PARTITION BY h) AS n FROM (SELECT t.ctid AS id, t.tableoid AS part, %s AS h FROM %s AS t) AS t) '
			'INSERT INTO %s ("sqlite_mig op", "sqlite_mig row", "sqlite_mig part", %s) SELECT CASE WHEN b.h IS NULL THEN ''i'' ELSE ''d'' END, b.id, b.part, %s '
			'FROM a FULL JOIN b ON a."sqlite_mig hash" = b.h AND a."sqlite_mig n" = b.n WHERE a."sqlite_mig hash" IS NULL OR b.h IS NULL',
		list, s, format(hash, s), "from", format(hash, t), "to", item.stage, list, (SELECT string_agg(format('a.%I', c), ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n)));
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._stage_keys(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table) RETURNS text
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	keys  constant text := item.stage || '_keys';
	list  constant text := (SELECT string_agg(format('%I', k), ', ' ORDER BY n) FROM unnest(item.key) WITH ORDINALITY AS u (k, n));
	waits constant boolean := EXISTS (SELECT FROM sqlite_mig.rejected AS r WHERE (r.migration, r.table_name) = (plan.migration, item.source_name)
		AND r.replayed_at IS NULL AND r.policy IS NULL AND NOT r.accepted);
	found bigint;
BEGIN
	EXECUTE format('CREATE TEMP TABLE %s ON COMMIT DROP AS SELECT %s FROM %s WITH NO DATA', keys, list, item.target);
	EXECUTE format('INSERT INTO %1$s SELECT DISTINCT (jsonb_populate_record(NULL::%1$s, d.key)).* FROM sqlite_mig_internal._diff($1, $2, $3, $4, $5, true) AS d', keys)
		USING item.source::regclass, item.target::regclass, item.key, item.columns, CASE WHEN NOT waits THEN plan.migration END;
	GET DIAGNOSTICS found = ROW_COUNT;
	IF found = 0 THEN
		EXECUTE format('DROP TABLE %s', keys);
		RETURN NULL;
	END IF;
	EXECUTE format('ANALYZE %s', keys);
	RETURN keys;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._same_sums(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table) RETURNS bigint
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	here  record;
	there record;
BEGIN
	SELECT c.* INTO here FROM sqlite_mig_internal._checksum(item.target::regclass, item.columns, NULL, NULL) AS c;
	SELECT c.* INTO there FROM sqlite_mig_internal._checksum(item.source::regclass, item.columns, NULL, NULL) AS c;
	RETURN CASE WHEN (here.rows, here.checksum) = (there.rows, there.checksum) THEN here.rows END;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._stage_copy(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table, copy text, reject_limit bigint, OUT rejected bigint, OUT changes jsonb)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	-- without constraints: what these refuse is an error of the table itself, in any case
	EXECUTE format('CREATE TEMP TABLE %s ON COMMIT DROP AS SELECT %s FROM %s WHERE false', copy, (SELECT string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum)
		FROM pg_attribute AS a JOIN pg_attribute AS f ON f.attrelid = item.source::regclass AND f.attname = a.attname AND f.attnum > 0 AND NOT f.attisdropped
		WHERE a.attrelid = item.target::regclass AND a.attnum > 0 AND NOT a.attisdropped), item.target);
	DELETE FROM sqlite_mig.rejected AS r WHERE (r.migration, r.table_name) = (plan.migration, item.source_name) AND r.replayed_at IS NULL AND r.edited_at IS NULL AND NOT r.accepted AND r.policy IS NULL;
	SELECT c.rejected, c.changes INTO rejected, changes
		FROM sqlite_mig.copy_table(item.source::regclass, copy::regclass, on_error => 'reject', reject_limit => _stage_copy.reject_limit, migration => plan.migration) AS c;
	-- where replay will put them
	UPDATE sqlite_mig.rejected AS r SET target_relation = item.target WHERE (r.migration, r.table_name) = (plan.migration, item.source_name)
		AND r.target_relation = (SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = copy::regclass);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._held_match(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE WHEN cardinality((item).key) = 1 AND bool_and(c.primary_key IS NOT NULL AND upper(c.declared_type COLLATE "C") = 'INTEGER' AND NOT t.without_rowid) THEN format('r.source_rowid = s.%I', (item).key[1])
			ELSE string_agg(format('r."row" -> %L ->> ''value'' = s.%I::text', c.source_name, c.target_name), ' AND ') END
		FROM sqlite_mig.plan_column AS c JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table
		WHERE c.migration = (plan).migration AND c.source_table = (item).source_name AND c.target_name = ANY ((item).key);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._stage_settle(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table, direction text, complete boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	held constant text := format('FROM sqlite_mig.rejected AS r WHERE (r.migration, r.table_name) = (%L, %L) AND %s', plan.migration, item.source_name, sqlite_mig_internal._held_match(plan, item));
BEGIN
	IF item.key IS NULL OR NOT EXISTS (SELECT FROM sqlite_mig.rejected AS r WHERE (r.migration, r.table_name) = (plan.migration, item.source_name)) THEN
		RETURN;
	ELSIF direction = 'to_sqlite' THEN
		EXECUTE format('DELETE FROM %s AS s WHERE s."sqlite_mig op" = ''d'' AND EXISTS (SELECT %s AND r.replayed_at IS NULL)', item.stage, held);
		RETURN;
	END IF;
	EXECUTE format('DELETE FROM %s AS s WHERE s."sqlite_mig op" = ''i'' AND EXISTS (SELECT %s AND r.replayed_at IS NULL AND (r.policy = ''quarantine'' OR r.accepted)) '
		'OR s."sqlite_mig op" = ''u'' AND EXISTS (SELECT %s AND (r.policy = ''set null'' OR r.replayed_at IS NOT NULL AND r.edited_at IS NOT NULL))', item.stage, held, held);
	EXECUTE format('UPDATE sqlite_mig.rejected AS q SET replayed_at = clock_timestamp() WHERE q.reject IN (SELECT r.reject FROM %s AS s, sqlite_mig.rejected AS r '
		'WHERE s."sqlite_mig op" IN (''i'', ''u'') AND (r.migration, r.table_name) = (%L, %L) AND %s AND r.replayed_at IS NULL)', item.stage, plan.migration, item.source_name, sqlite_mig_internal._held_match(plan, item));
	IF complete THEN
		-- all of the source was read
		UPDATE sqlite_mig.rejected AS r SET replayed_at = clock_timestamp() WHERE (r.migration, r.table_name) = (plan.migration, item.source_name) AND r.replayed_at IS NULL AND r.policy IS NULL AND NOT r.accepted;
	END IF;
	PERFORM sqlite_mig_internal._note_rejected(plan.migration, item.source_name);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._stage_fill(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table, log sqlite_mig_internal._log_state, direction text, OUT method text, OUT rows bigint)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	back constant boolean := direction = 'to_sqlite';
	keys text;
BEGIN
	IF item.key IS NULL AND item.kind NOT IN ('r', 'p') THEN
		PERFORM sqlite_mig_internal._refuse('feature_not_supported', format('%s has no key that tells its rows apart', item.target),
			detail => 'Rows of a view or foreign table cannot be told apart otherwise.', hint => 'Leave it out in sqlite_mig.plan_table.');
	END IF;
	keys := CASE WHEN NOT back THEN sqlite_mig_internal._log_keys(plan, item, log) END;
	IF keys IS NOT NULL THEN
		method := 'log';
		BEGIN
			PERFORM sqlite_mig_internal._stage_by_key(item, item.source, item.target, keys, false);
		EXCEPTION
			WHEN data_exception OR datatype_mismatch OR fdw_error THEN
				-- reads the whole table, and names the row
				PERFORM sqlite_mig_internal._checksum(item.source::regclass, item.columns, plan.migration, NULL);
				RAISE;
		END;
		RETURN;
	END IF;
	IF item.key IS NOT NULL THEN
		keys := sqlite_mig_internal._stage_keys(plan, item);
		IF keys IS NOT NULL THEN
			method := 'compare';
			PERFORM sqlite_mig_internal._stage_by_key(item, CASE WHEN back THEN item.target ELSE item.source END, CASE WHEN back THEN item.source ELSE item.target END, keys, back);
		ELSE
			method := 'checksum';
			EXECUTE format('SELECT count(*) FROM %s', item.target) INTO rows;
		END IF;
		RETURN;
	END IF;
	rows := sqlite_mig_internal._same_sums(plan, item);
	method := CASE WHEN rows IS NULL THEN 'rows' ELSE 'checksum' END;
	IF rows IS NULL THEN
		PERFORM sqlite_mig_internal._stage_rows(item, CASE WHEN back THEN item.target ELSE item.source END, CASE WHEN back THEN item.source ELSE item.target END, back);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._stage(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table, log sqlite_mig_internal._log_state, direction text, deletes boolean, on_error text, reject_limit bigint)
	RETURNS sqlite_mig_internal._staged
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	began   constant timestamptz := clock_timestamp();
	copy    constant text := item.stage || '_copy';
	result  sqlite_mig_internal._staged;
	rows    bigint;
	refused jsonb;
BEGIN
	result := ('log', 0, 0, 0, NULL, 0, 0, 0);
	IF sqlite_mig_internal._log_is_quiet(plan, item, log) THEN
		RETURN result;
	END IF;
	PERFORM sqlite_mig_internal._stage_make(item);
	IF on_error = 'reject' THEN
		BEGIN
			SELECT f.method, f.rows INTO result.method, rows FROM sqlite_mig_internal._stage_fill(plan, item, log, direction) AS f;
		EXCEPTION
			-- what a converter throws
			WHEN data_exception OR datatype_mismatch OR fdw_error THEN
				SELECT c.rejected, to_jsonb(c) INTO result.rejected, refused FROM sqlite_mig_internal._stage_copy(plan, item, copy, reject_limit) AS c;
				result.method := CASE WHEN item.key IS NULL THEN 'rows' ELSE 'compare' END;
				IF item.key IS NULL THEN
					PERFORM sqlite_mig_internal._stage_rows(item, copy, item.target, false);
				ELSE
					PERFORM sqlite_mig_internal._stage_by_key(item, copy, item.target, NULL, false);
					-- what the source has, and only cannot be read, is not gone; of another table in DELETE all columns would be read
					EXECUTE format('WITH f AS MATERIALIZED (SELECT %s FROM %s) DELETE FROM %s AS s USING f WHERE s."sqlite_mig op" = ''d'' AND %s',
						(SELECT string_agg(format('%I', k), ', ' ORDER BY n) FROM unnest(item.key) WITH ORDINALITY AS u (k, n)), item.source, item.stage, sqlite_mig_internal._sync_match(item.key, 'f', 's'));
				END IF;
				EXECUTE format('SELECT count(*) FROM %s', copy) INTO rows;
				EXECUTE format('DROP TABLE %s', copy);
		END;
	ELSE
		SELECT f.method, f.rows INTO result.method, rows FROM sqlite_mig_internal._stage_fill(plan, item, log, direction) AS f;
	END IF;
	PERFORM sqlite_mig_internal._stage_settle(plan, item, direction, result.method = 'compare' AND refused IS NULL);
	EXECUTE format('SELECT count(*) FILTER (WHERE "sqlite_mig op" = ''i''), count(*) FILTER (WHERE "sqlite_mig op" = ''u''), count(*) FILTER (WHERE "sqlite_mig op" = ''d'') FROM %s', item.stage)
		INTO result.inserted, result.updated, result.deleted;
	IF direction = 'to_sqlite' AND deletes AND item.key IS NULL AND result.deleted > 0
			AND EXISTS (SELECT FROM sqlite_mig.rejected AS r WHERE (r.migration, r.table_name) = (plan.migration, item.source_name) AND r.replayed_at IS NULL) THEN
		RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('rows of table "%s" wait in the quarantine, and no key tells which they are in SQLite', item.source_name),
			DETAIL = 'SQLite has rows that PostgreSQL has not: they would be deleted, and those of the quarantine may be among them.',
			HINT = format('Load them with SELECT * FROM sqlite_mig.replay(%L); or keep all such rows in SQLite with deletes => false.', plan.server);
	END IF;
	IF NOT deletes AND result.deleted > 0 THEN
		result.kept := result.deleted;
		result.deleted := 0;
		EXECUTE format('DELETE FROM %s WHERE "sqlite_mig op" = ''d''', item.stage);
	END IF;
	IF result.method = 'compare' OR result.method = 'rows' THEN
		IF rows IS NULL THEN
			EXECUTE format('SELECT count(*) FROM %s', item.target) INTO rows;
			rows := rows + CASE direction WHEN 'to_postgres' THEN result.inserted - result.deleted - result.kept ELSE 0 END;
		END IF;
		rows := rows - result.inserted - result.updated;
	END IF;
	result.unchanged := rows;
	result.seconds := round(extract(epoch FROM clock_timestamp() - began), 3);
	EXECUTE format('ANALYZE %s', item.stage);
	RETURN result;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sqlite_triggers(plan sqlite_mig.migration, items sqlite_mig_internal._sync_table[], work jsonb, triggers boolean) RETURNS TABLE (name text, sql text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT o.name, o.sql FROM sqlite_mig.source_objects((plan).server) WITH ORDINALITY AS o (type, name, table_name, sql, n)
			JOIN unnest(items) AS t ON lower(t.source_name COLLATE "C") = lower(o.table_name COLLATE "C")
		WHERE o.type = 'trigger' AND work ? t.number::text AND (NOT triggers OR o.name LIKE '\_sqlite\_mig\_refuse\_%') ORDER BY o.n;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sqlite_parking(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table) RETURNS TABLE (name text, expression text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT DISTINCT c.target_name, CASE WHEN NOT c.not_null THEN 'NULL'
			WHEN c.target_type = 'text' THEN format('''sqlite_mig '' || md5(ROW (%s)::text)', k.list)
			WHEN c.target_type ~ '^(varchar|char)' THEN format('left(md5(ROW (%s)::text), %s)', k.list, coalesce(substring(c.target_type FROM '\d+'), '32'))
			WHEN c.target_type ~ '^(bigint|numeric$|double precision)' THEN format('-9000000000000000000 - abs(hashtextextended(ROW (%s)::text, 0) %% 1000000000)', k.list)
			WHEN c.target_type = 'integer' THEN format('-2000000000 - abs(hashtextextended(ROW (%s)::text, 0) %% 100000000)::integer', k.list) END
		FROM sqlite_mig.source_indexes((plan).server, (item).source_name) AS x, unnest(x.columns) AS u (name)
			JOIN sqlite_mig.plan_column AS c ON c.source_name = u.name,
			LATERAL (SELECT string_agg(format('s.%I', n), ', ') AS list FROM unnest((item).key) AS n) AS k
		WHERE x.is_unique AND c.migration = (plan).migration AND c.source_table = (item).source_name AND c.target_name = ANY ((item).columns) AND c.target_name <> ALL ((item).key);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sqlite_statements(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table, step text) RETURNS SETOF text
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	list   constant text := (SELECT string_agg(format('%I', c), ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n));
	same   constant text := CASE WHEN item.key IS NOT NULL THEN sqlite_mig_internal._sync_match(item.key, 't', 's')
		ELSE format('sha256(convert_to(ROW (%s)::text, getdatabaseencoding())) = s."sqlite_mig hash"', (SELECT string_agg(format('t.%I', c), ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n))) END;
	part   text[];
	assign text;
BEGIN
	IF step = 'd' THEN
		RETURN NEXT format('DELETE FROM %s AS t USING %s AS s WHERE s."sqlite_mig op" = ''d'' AND %s', item.source, item.stage, same);
	ELSIF step = 'i' THEN
		RETURN NEXT format('INSERT INTO %s (%s) SELECT %s FROM %s AS s WHERE s."sqlite_mig op" = ''i''', item.source, list, list, item.stage);
	ELSIF step = 'u' THEN
		FOR part IN EXECUTE format('SELECT DISTINCT s."sqlite_mig columns" FROM %s AS s WHERE s."sqlite_mig op" = ''u'' ORDER BY 1', item.stage) LOOP
			assign := (SELECT string_agg(format('%1$I = s.%1$I', c), ', ' ORDER BY n) FROM unnest(part) WITH ORDINALITY AS u (c, n));
			RETURN NEXT format('UPDATE %s AS t SET %s FROM %s AS s WHERE s."sqlite_mig op" = ''u'' AND s."sqlite_mig columns" = %L AND %s', item.source, assign, item.stage, part, same);
		END LOOP;
	ELSIF item.key IS NOT NULL THEN
		FOR part IN EXECUTE format('SELECT DISTINCT s."sqlite_mig columns" FROM %s AS s WHERE s."sqlite_mig op" IN (''d'', ''u'') ORDER BY 1', item.stage) LOOP
			-- of a row that goes, all of them
			assign := (SELECT string_agg(format('%I = %s', p.name, p.expression), ', ' ORDER BY p.name) FROM sqlite_mig_internal._sqlite_parking(plan, item) AS p
				WHERE p.expression IS NOT NULL AND (part IS NULL OR p.name = ANY (part)));
			IF assign IS NOT NULL THEN
				RETURN NEXT format('UPDATE %s AS t SET %s FROM %s AS s WHERE s."sqlite_mig op" IN (''d'', ''u'') AND s."sqlite_mig columns" IS NOT DISTINCT FROM %L AND %s', item.source, assign, item.stage, part, same);
			END IF;
		END LOOP;
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sqlite_try(plan sqlite_mig.migration, items sqlite_mig_internal._sync_table[], work jsonb, parking boolean) RETURNS boolean
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET extra_float_digits = 3 AS
$$
DECLARE
	step      text;
	item      sqlite_mig_internal._sync_table;
	statement text;
BEGIN
	FOREACH step IN ARRAY CASE WHEN parking THEN '{n,u,d,i}' ELSE '{u,d,i}' END::text[] LOOP
		FOR item IN SELECT t.* FROM unnest(items) AS t WHERE work ? t.number::text ORDER BY CASE WHEN step = 'd' THEN -t.number ELSE t.number END LOOP
			FOR statement IN SELECT s FROM sqlite_mig_internal._sqlite_statements(plan, item, step) AS s LOOP
				EXECUTE statement;
			END LOOP;
		END LOOP;
	END LOOP;
	RETURN true;
EXCEPTION
	WHEN unique_violation THEN
		IF parking THEN
			RAISE;
		END IF;
		RETURN false;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sqlite_sequences(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item record;
BEGIN
	FOR item IN
		SELECT q.table_name, greatest(q.seq, coalesce(pg_sequence_last_value(pg_get_serial_sequence(t.name, c.target_name)::regclass), q.seq)) AS seq
			FROM sqlite_mig.source_sequences(plan.server) AS q JOIN sqlite_mig_internal._targets(plan.migration) AS t ON t.source_name = q.table_name JOIN pg_class AS r ON r.oid = t.relation AND r.relkind IN ('r', 'p')
				JOIN sqlite_mig.plan_column AS c ON c.migration = plan.migration AND c.source_table = t.source_name AND c.primary_key IS NOT NULL AND c.include
	LOOP
		PERFORM sqlite_mig_internal._source_execute(plan.server, format('UPDATE sqlite_sequence SET seq = %s WHERE name = %s AND seq < %s', item.seq, sqlite_mig_internal._sqlite_string(item.table_name), item.seq));
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sync_to_sqlite(plan sqlite_mig.migration, items sqlite_mig_internal._sync_table[], work jsonb, deletes boolean, triggers boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	todo  jsonb := work;
	round integer := 0;
	gone  record;
	away  text[] := '{}';
	again text[] := '{}';
	item  sqlite_mig_internal._sync_table;
	found sqlite_mig_internal._staged;
BEGIN
	FOR gone IN SELECT t.name, t.sql FROM sqlite_mig_internal._sqlite_triggers(plan, items, (SELECT jsonb_object_agg(t.number, 0) FROM unnest(items) AS t), triggers) AS t WHERE work <> '{}' LOOP
		away := away || format('DROP TRIGGER %s', sqlite_mig_internal._sqlite_name(gone.name));
		again := again || gone.sql;
	END LOOP;
	PERFORM sqlite_mig_internal._source_execute(plan.server, s) FROM unnest(away) AS s;
	WHILE todo <> '{}' LOOP
		round := round + 1;
		IF round > 3 THEN
			PERFORM sqlite_mig_internal._refuse('data_corrupted', format('server "%s" does not keep what is written to it', plan.server),
				detail => format('After %s rounds tables still differ: %s.', round - 1, (SELECT string_agg(format('"%s"', t.source_name), ', ' ORDER BY t.number) FROM unnest(items) AS t WHERE todo ? t.number::text)),
				hint => 'Does a value not survive its format, or does a foreign key of SQLite change rows?');
		END IF;
		PERFORM sqlite_mig_internal._source_execute(plan.server, 'PRAGMA defer_foreign_keys = ON');
		IF NOT sqlite_mig_internal._sqlite_try(plan, items, todo, false) THEN
			PERFORM sqlite_mig_internal._sqlite_try(plan, items, todo, true);
		END IF;
		PERFORM sqlite_mig_internal._sync_drop(items);
		todo := '{}';
		FOREACH item IN ARRAY items LOOP
			found := sqlite_mig_internal._stage(plan, item, NULL, 'to_sqlite', deletes, 'stop', NULL);
			IF found.inserted + found.updated + found.deleted > 0 THEN
				todo := todo || jsonb_build_object(item.number, jsonb_build_array(found.inserted, found.updated, found.deleted));
			END IF;
		END LOOP;
	END LOOP;
	PERFORM sqlite_mig_internal._sqlite_sequences(plan);
	PERFORM sqlite_mig_internal._source_execute(plan.server, s) FROM unnest(again) AS s;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sync_statement(items sqlite_mig_internal._sync_table[], work jsonb, anew boolean) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH item AS MATERIALIZED (
		SELECT t.number, t.target, t.stage,
				CASE WHEN t.key IS NULL THEN 't.ctid = s."sqlite_mig row" AND t.tableoid = s."sqlite_mig part"' ELSE sqlite_mig_internal._sync_match(t.key, 't', 's') END AS match,
				CASE WHEN t.key IS NULL THEN 'false' ELSE sqlite_mig_internal._sync_match(t.key, 't', 's') END AS same,
				(SELECT string_agg(format('%I', c), ', ' ORDER BY n) FROM unnest(t.columns) WITH ORDINALITY AS u (c, n)) AS list,
				(SELECT string_agg(format('s.%I', c), ', ' ORDER BY n) FROM unnest(t.columns) WITH ORDINALITY AS u (c, n)) AS given,
				(SELECT string_agg(format('%1$I = s.%1$I', c), ', ' ORDER BY n) FROM unnest(t.columns) WITH ORDINALITY AS u (c, n) WHERE c <> ALL (t.key)) AS assign,
				(SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute AS a WHERE a.attrelid = t.relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attname <> ALL (t.columns)) AS others,
				(work -> t.number::text ->> 0)::bigint AS inserted, (work -> t.number::text ->> 1)::bigint AS updated, (work -> t.number::text ->> 2)::bigint AS deleted
			FROM unnest(items) AS t WHERE work ? t.number::text
	), part AS (
		SELECT 1 AS part, i.number, 'd' || i.number AS name, format('DELETE FROM %s AS t USING %s AS s WHERE s."sqlite_mig op" %s AND %s RETURNING 1',
				i.target, i.stage, CASE WHEN anew THEN 'IN (''d'', ''u'')' ELSE '= ''d''' END, i.match) AS statement
			FROM item AS i WHERE i.deleted > 0 OR anew AND i.updated > 0
		UNION ALL SELECT 3, i.number, 'u' || i.number, format('UPDATE %s AS t SET %s FROM %s AS s WHERE s."sqlite_mig op" = ''u'' AND %s AND (SELECT n FROM deleted) IS NOT NULL RETURNING 1', i.target, i.assign, i.stage, i.match)
			FROM item AS i WHERE i.updated > 0 AND NOT anew
		UNION ALL SELECT 5, i.number, 'i' || i.number, format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s AS s WHERE s."sqlite_mig op" = ''i'' AND (SELECT n FROM updated) IS NOT NULL RETURNING 1',
				i.target, i.list, i.given, i.stage)
			FROM item AS i WHERE i.inserted > 0
		-- the statement still sees the rows that it has taken out
		UNION ALL SELECT 5, i.number, 'a' || i.number, format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s AS s JOIN %s AS t ON %s WHERE s."sqlite_mig op" = ''u'' AND (SELECT n FROM updated) IS NOT NULL RETURNING 1',
				i.target, i.list || coalesce((SELECT string_agg(format(', %I', c), '' ORDER BY n) FROM unnest(i.others) WITH ORDINALITY AS u (c, n)), ''),
				i.given || coalesce((SELECT string_agg(format(', t.%I', c), '' ORDER BY n) FROM unnest(i.others) WITH ORDINALITY AS u (c, n)), ''), i.stage, i.target, i.same)
			FROM item AS i WHERE i.updated > 0 AND anew
		UNION ALL SELECT 2, 0, 'deleted', 'SELECT ' || coalesce((SELECT string_agg(format('(SELECT count(*) FROM d%s)', i.number), ' + ' ORDER BY i.number) FROM item AS i WHERE i.deleted > 0 OR anew AND i.updated > 0), '0') || ' AS n'
		UNION ALL SELECT 4, 0, 'updated', 'SELECT n' || coalesce((SELECT string_agg(format(' + (SELECT count(*) FROM u%s)', i.number), '' ORDER BY i.number) FROM item AS i WHERE i.updated > 0 AND NOT anew), '') || ' AS n FROM deleted'
	)
	SELECT format(E'WITH %s\nSELECT n%s FROM updated', string_agg(format('%I AS MATERIALIZED (%s)', p.name, p.statement), E',\n' ORDER BY p.part, p.number),
			coalesce(string_agg(format(' + (SELECT count(*) FROM %I)', p.name), '' ORDER BY p.number) FILTER (WHERE p.part = 5), ''))
		FROM part AS p;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_cascades(items sqlite_mig_internal._sync_table[], work jsonb, anew boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item   record;
	orphans bigint;
BEGIN
	FOR item IN
		SELECT k.conname, k.conrelid::regclass AS child_name, p.target AS parent_name, format('SELECT count(*) FROM %s AS c JOIN %s AS p ON %s JOIN %s AS d ON d."sqlite_mig op" %s AND %s%s',
				k.conrelid::regclass, p.target, f.match, p.stage, CASE WHEN o.deletes AND (o.updates OR anew) THEN 'IN (''d'', ''u'')' WHEN o.deletes THEN '= ''d''' ELSE '= ''u''' END, sqlite_mig_internal._sync_match(p.key, 'p', 'd'),
				CASE WHEN o.changed <> '' THEN format(' AND (d."sqlite_mig op" = ''d''%s OR ROW (%s)::record *<> ROW (%s)::record)', CASE WHEN anew THEN ' OR true' ELSE '' END, o.changed, o.before) ELSE '' END)
			|| CASE WHEN work ? c.number::text THEN format(' WHERE NOT EXISTS (SELECT FROM %s AS x WHERE %s AND (x."sqlite_mig op" = ''d'' OR x."sqlite_mig op" = ''u'' AND ROW (%s)::record *<> ROW (%s)::record))',
				c.stage, CASE WHEN c.key IS NULL THEN 'c.ctid = x."sqlite_mig row" AND c.tableoid = x."sqlite_mig part"' ELSE sqlite_mig_internal._sync_match(c.key, 'c', 'x') END, f.now, f.then) ELSE '' END AS query
		FROM unnest(items) AS p
			JOIN pg_constraint AS k ON k.confrelid = p.relation AND k.contype = 'f' AND k.conparentid = 0
			LEFT JOIN unnest(items) AS c ON c.relation = k.conrelid
			CROSS JOIN LATERAL (SELECT k.confdeltype IN ('c', 'n', 'd') AND ((work -> p.number::text ->> 2)::bigint > 0 OR anew AND (work -> p.number::text ->> 1)::bigint > 0) AS deletes,
				k.confupdtype IN ('c', 'n', 'd') AND (work -> p.number::text ->> 1)::bigint > 0 AS updates,
				coalesce((SELECT string_agg(format('d.%I', b.attname), ', ' ORDER BY b.attnum) FROM pg_attribute AS b WHERE b.attrelid = p.relation AND b.attnum = ANY (k.confkey) AND b.attname = ANY (p.columns)), '') AS changed,
				coalesce((SELECT string_agg(format('p.%I', b.attname), ', ' ORDER BY b.attnum) FROM pg_attribute AS b WHERE b.attrelid = p.relation AND b.attnum = ANY (k.confkey) AND b.attname = ANY (p.columns)), '') AS before) AS o
			CROSS JOIN LATERAL (SELECT string_agg(format('c.%I = p.%I', a.attname, b.attname), ' AND ') AS match,
				coalesce(string_agg(format('c.%I', a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE a.attname = ANY (c.columns)), 'NULL::integer') AS now,
				coalesce(string_agg(format('x.%I', a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE a.attname = ANY (c.columns)), 'NULL::integer') AS then
				FROM unnest(k.conkey, k.confkey) AS u (child, parent) JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.child JOIN pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = u.parent) AS f
		WHERE work ? p.number::text AND p.key IS NOT NULL AND (o.deletes OR o.updates) ORDER BY p.number, k.conname
	LOOP
		EXECUTE item.query INTO orphans;
		IF orphans > 0 THEN
			PERFORM sqlite_mig_internal._refuse('foreign_key_violation',
				format('rows of table %s refer to rows of table %s that go or change their key: %s', item.child_name, item.parent_name, orphans),
				detail => format('Foreign key "%s" would delete or change them, and the source still has them as they are.', item.conname),
				hint => 'Repair the source, or drop the foreign key for the time of the sync.', constraint_name => item.conname);
		END IF;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sync_triggers(items sqlite_mig_internal._sync_table[], work jsonb, OUT off text[], OUT "on" text[])
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(array_agg(format('ALTER TABLE %s DISABLE TRIGGER %I', g.tgrelid::regclass, g.tgname) ORDER BY t.number, g.tgrelid, g.tgname), '{}'),
			coalesce(array_agg(format('ALTER TABLE %s ENABLE %sTRIGGER %I', g.tgrelid::regclass, CASE g.tgenabled WHEN 'A' THEN 'ALWAYS ' WHEN 'R' THEN 'REPLICA ' ELSE '' END, g.tgname) ORDER BY t.number, g.tgrelid, g.tgname), '{}')
		FROM unnest(items) AS t JOIN pg_trigger AS g ON g.tgrelid = t.relation OR t.kind = 'p' AND g.tgrelid IN (SELECT p.relid FROM pg_partition_tree(t.relation) AS p)
		WHERE work ? t.number::text AND t.kind IN ('r', 'p') AND NOT g.tgisinternal AND g.tgparentid = 0 AND g.tgenabled <> 'D';
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sync_try(items sqlite_mig_internal._sync_table[], work jsonb, OUT written bigint)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	PERFORM sqlite_mig_internal._check_cascades(items, work, false);
	EXECUTE sqlite_mig_internal._sync_statement(items, work, false) INTO written;
EXCEPTION
	WHEN unique_violation OR exclusion_violation THEN
		IF (SELECT sum((w.value ->> 1)::bigint) FROM jsonb_each(work) AS w) = 0 THEN
			RAISE;
		END IF;
		written := NULL;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sync_anew(items sqlite_mig_internal._sync_table[], work jsonb, triggers boolean, OUT written bigint)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	was  constant text := current_setting('session_replication_role');
	item record;
BEGIN
	IF triggers OR NOT has_parameter_privilege('session_replication_role', 'SET') THEN
		PERFORM sqlite_mig_internal._check_cascades(items, work, true);
		EXECUTE sqlite_mig_internal._sync_statement(items, work, true) INTO written;
		RETURN;
	END IF;
	PERFORM set_config('session_replication_role', 'replica', true);
	EXECUTE sqlite_mig_internal._sync_statement(items, work, true) INTO written;
	PERFORM set_config('session_replication_role', was, true);
	FOR item IN SELECT DISTINCT k.conrelid::regclass AS child, k.conname FROM unnest(items) AS t JOIN pg_constraint AS k ON t.relation IN (k.conrelid, k.confrelid)
			WHERE k.contype = 'f' AND k.conparentid = 0 AND k.convalidated AND work ? t.number::text ORDER BY 1, 2 LOOP
		PERFORM sqlite_mig_internal._check_foreign_key(item.child, item.conname);
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sync_apply(items sqlite_mig_internal._sync_table[], work jsonb, triggers boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	off       text[] := '{}';
	"on"      text[] := '{}';
	statement text;
	wanted    bigint := (SELECT sum((w.value ->> 0)::bigint + (w.value ->> 1)::bigint + (w.value ->> 2)::bigint) FROM jsonb_each(work) AS w);
	written   bigint;
BEGIN
	IF work = '{}' THEN
		RETURN;
	END IF;
	IF NOT triggers THEN
		SELECT t.off, t."on" INTO off, "on" FROM sqlite_mig_internal._sync_triggers(items, work) AS t;
	END IF;
	FOREACH statement IN ARRAY off LOOP
		EXECUTE statement;
	END LOOP;
	written := sqlite_mig_internal._sync_try(items, work);
	IF written IS NULL THEN
		-- rows that exchange a unique value; each changed one counts twice then
		wanted := wanted + (SELECT sum((w.value ->> 1)::bigint) FROM jsonb_each(work) AS w);
		written := sqlite_mig_internal._sync_anew(items, work, triggers);
	END IF;
	IF written <> wanted AND NOT triggers THEN
		PERFORM sqlite_mig_internal._refuse('data_corrupted', format('rows to write: %s, rows written: %s', wanted, written),
			hint => 'Is there a rule, a row security policy or a view that keeps rows from being written?');
	END IF;
	-- now, and not when the transaction ends: triggers are not switched on again while checks wait
	SET CONSTRAINTS ALL IMMEDIATE;
	FOREACH statement IN ARRAY "on" LOOP
		EXECUTE statement;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sync_sequences(plan sqlite_mig.migration) RETURNS bigint
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	statement text;
	moved     bigint := 0;
	last      bigint;
BEGIN
	-- a rollback would not take it back
	IF coalesce(current_setting('sqlite_mig.dry_run', true), '') = plan.migration THEN
		RETURN 0;
	END IF;
	FOR statement IN SELECT s.statement FROM sqlite_mig_internal._sql_loaded_sequences(plan.migration) AS s LOOP
		EXECUTE statement INTO last;
		moved := moved + (last IS NOT NULL)::integer;
	END LOOP;
	RETURN moved;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._is_capture(name text) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT lower(name COLLATE "C") ~ '^_sqlite_mig_(log$|capture_|refuse_)';
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._log_state(plan sqlite_mig.migration) RETURNS sqlite_mig_internal._log_state
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	capture sqlite_mig.capture;
	state   sqlite_mig_internal._log_state;
	missing bigint;
BEGIN
	SELECT c.* INTO capture FROM sqlite_mig.capture AS c WHERE c.migration = plan.migration;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	IF NOT EXISTS (SELECT FROM sqlite_mig.source_objects(plan.server) AS o WHERE o.name = '_sqlite_mig_log' AND strpos(o.sql, capture.token::text) > 0) THEN
		RAISE WARNING 'server "%" does not have the log of changes that capture_install made; everything is compared', plan.server;
		RETURN NULL;
	END IF;
	SELECT count(*) INTO missing FROM sqlite_mig.capture_table AS t, unnest('{i,u,d}'::text[]) AS k
		WHERE t.migration = plan.migration AND format('_sqlite_mig_capture_%s_%s', t.id, k) NOT IN (SELECT o.name FROM sqlite_mig.source_objects(plan.server) AS o WHERE o.type = 'trigger');
	IF missing > 0 THEN
		RAISE WARNING 'triggers of capture_install are missing in server "%": %; everything is compared', plan.server, missing
			USING HINT = 'A table that was dropped or rebuilt loses them; remove the log with capture_remove and install it again.';
		RETURN NULL;
	END IF;
	state.applied := capture.applied;
	state.last := coalesce(sqlite_mig_internal._source_value(plan.server, '(SELECT max(seq) FROM _sqlite_mig_log)')::bigint, 0);
	IF state.last < state.applied THEN
		RAISE WARNING 'the log of changes of server "%" is older than what was applied; everything is compared', plan.server
			USING HINT = 'If the file was replaced, install the log again with capture_remove and capture_install.';
		RETURN NULL;
	END IF;
	state.entries := sqlite_mig_internal._source_value(plan.server, format('(SELECT json_group_object(t, n) FROM (SELECT t, count(*) AS n FROM _sqlite_mig_log WHERE seq > %s GROUP BY t))', state.applied))::jsonb;
	state.based := capture.based_at IS NOT NULL OR coalesce(plan.started_at > capture.installed_at, false);
	RETURN state;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._log_is_quiet(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table, log sqlite_mig_internal._log_state) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce((log).based AND EXISTS (SELECT FROM sqlite_mig.capture_table AS t WHERE t.migration = (plan).migration AND t.table_name = (item).source_name AND NOT (log).entries ? t.id::text), false);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._log_keys(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table, log sqlite_mig_internal._log_state) RETURNS text
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	logged  sqlite_mig.capture_table;
	keys    constant text := item.stage || '_keys';
	source  constant text := format('%I.%I', plan.source_schema, 'sqlite_mig_log_keys');
	wanted  text[];
	list    text := (SELECT string_agg(format('%I', k), ', ' ORDER BY n) FROM unnest(item.key) WITH ORDINALITY AS u (k, n));
BEGIN
	IF log.based IS NOT TRUE THEN
		RETURN NULL;
	END IF;
	SELECT t.* INTO logged FROM sqlite_mig.capture_table AS t WHERE t.migration = plan.migration AND t.table_name = item.source_name;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	wanted := ARRAY(SELECT c.source_name FROM unnest(item.key) WITH ORDINALITY AS k (name, n)
		JOIN sqlite_mig.plan_column AS c ON c.migration = plan.migration AND c.source_table = item.source_name AND c.target_name = k.name ORDER BY k.n);
	IF logged.columns IS NULL OR NOT (logged.columns @> wanted AND logged.columns <@ wanted) THEN
		RETURN NULL;
	END IF;
	EXECUTE format('CREATE FOREIGN TABLE %s (seq bigint, %s) SERVER %I OPTIONS (query %L)', source,
		(SELECT string_agg(format('%I %s%s', c.target_name, c.target_type, ' OPTIONS (' || nullif(o.list, '') || ')'), ', ' ORDER BY c.position)
			FROM sqlite_mig.plan_column AS c, LATERAL (SELECT concat_ws(', ', format('column_name %L', 'k' || array_position(logged.columns, c.source_name)), 'format ' || quote_literal(c.format),
				'time_zone ' || quote_literal(c.time_zone), CASE WHEN c.empty_as_null THEN 'empty_as_null ''true''' END) AS list) AS o
			WHERE c.migration = plan.migration AND c.source_table = item.source_name AND c.target_name = ANY (item.key)),
		plan.server, format('SELECT seq, %s FROM _sqlite_mig_log WHERE t = %s AND seq > %s', (SELECT string_agg('k' || n, ', ') FROM generate_series(1, cardinality(logged.columns)) AS n), logged.id, log.applied));
	EXECUTE format('CREATE TEMP TABLE %s ON COMMIT DROP AS SELECT DISTINCT %s FROM %s', keys, list, source);
	EXECUTE format('DROP FOREIGN TABLE %s', source);
	EXECUTE format('ANALYZE %s', keys);
	RETURN keys;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._log_done(plan sqlite_mig.migration, log sqlite_mig_internal._log_state) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.capture AS c SET applied = (log).last, applied_in = pg_current_xact_id(), based_at = coalesce(c.based_at, clock_timestamp()) WHERE c.migration = (plan).migration AND (log).last IS NOT NULL;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._capture_plan(plan sqlite_mig.migration) RETURNS SETOF sqlite_mig_internal._capture_plan
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH synced AS MATERIALIZED (
		SELECT y.* FROM sqlite_mig_internal._sync_tables(plan) AS y
	), item AS MATERIALIZED (
		SELECT row_number() OVER (ORDER BY t.load_order, t.source_name)::integer AS id, t.source_name, s.rowid_name, coalesce(
				(SELECT array_agg(c.source_name ORDER BY k.n) FROM synced AS y, unnest(y.key) WITH ORDINALITY AS k (name, n)
						JOIN sqlite_mig.plan_column AS c ON c.migration = (plan).migration AND c.target_name = k.name
					WHERE y.source_name = t.source_name AND c.source_table = t.source_name AND y.relation IS NOT NULL),
				(SELECT k.columns FROM sqlite_mig.plan_constraint AS k WHERE k.migration = (plan).migration AND k.source_table = t.source_name AND k.kind = 'primary key' AND k.include
					AND to_regclass(format('%I.%I', (plan).target_schema, t.target_name)) IS NULL)) AS key,
				(SELECT c.column_name FROM sqlite_mig.source_columns((plan).server, t.source_name) AS c WHERE c.rowid_alias) AS alias
			FROM sqlite_mig.plan_table AS t JOIN sqlite_mig.source_tables((plan).server) AS s ON s.table_name = t.source_name
			WHERE t.migration = (plan).migration AND t.include AND s.kind = 'table'
	), condition AS MATERIALIZED (
		SELECT i.id, bool_or(x.columns IS NULL OR array_position(x.columns, NULL) IS NOT NULL) AS unknown,
				array_agg((SELECT string_agg(format('%s = NEW.%1$s%s', sqlite_mig_internal._sqlite_name(u.name), ' COLLATE ' || nullif(sqlite_mig_internal._sqlite_name(u.coll), '"BINARY"')), ' AND ' ORDER BY u.n)
					FROM unnest(x.columns, x.collations) WITH ORDINALITY AS u (name, coll, n)) ORDER BY x.index_name) AS uniques,
				array_agg(array_to_string(ARRAY(SELECT sqlite_mig_internal._sqlite_name(u) FROM unnest(x.columns) AS u), ', ')) AS "unique"
			FROM item AS i, LATERAL (
				SELECT x.index_name, x.columns, x.collations FROM sqlite_mig.source_indexes((plan).server, i.source_name) AS x WHERE x.is_unique
				UNION ALL SELECT '', ARRAY[i.alias], ARRAY['BINARY'] WHERE i.alias IS NOT NULL) AS x
			WHERE i.key IS NULL OR x.columns IS NULL OR NOT (x.columns @> i.key AND x.columns <@ i.key) GROUP BY i.id
	)
	SELECT i.id, i.source_name, CASE WHEN c.unknown IS NOT TRUE THEN i.key END,
			CASE WHEN i.key IS NOT NULL THEN ARRAY(SELECT sqlite_mig_internal._sqlite_name(k.name) FROM unnest(i.key) WITH ORDINALITY AS k (name, n) ORDER BY k.n) WHEN i.rowid_name IS NOT NULL THEN ARRAY[i.rowid_name] ELSE '{NULL}' END,
			CASE WHEN i.key IS NOT NULL AND c.unknown IS NOT TRUE THEN coalesce(c.uniques, '{}') ELSE '{}' END, c."unique"
		FROM item AS i LEFT JOIN condition AS c ON c.id = i.id ORDER BY i.id;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._capture_statements(tables sqlite_mig_internal._capture_plan[], token uuid) RETURNS SETOF text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT s.statement FROM (
		SELECT 0 AS id, '' AS kind, format('CREATE TABLE _sqlite_mig_log (seq INTEGER PRIMARY KEY, t INTEGER NOT NULL, %s /* changed keys, for sqlite_fdw_mig: %s */)',
				(SELECT string_agg('k' || n, ', ' ORDER BY n) FROM generate_series(1, (SELECT greatest(1, max(cardinality(t.noted))) FROM unnest(tables) AS t)) AS n), token) AS statement
		UNION ALL SELECT t.id, k.kind, format('CREATE TRIGGER _sqlite_mig_capture_%s_%s %s ON %s BEGIN %s END', t.id, k.kind, k.event, sqlite_mig_internal._sqlite_name(t.table_name), k.body)
			FROM unnest(tables) AS t,
				LATERAL (SELECT string_agg('k' || n, ', ' ORDER BY n) AS list, string_agg(coalesce('NEW.' || e, 'NULL'), ', ' ORDER BY n) AS new, string_agg(coalesce('OLD.' || e, 'NULL'), ', ' ORDER BY n) AS old,
						string_agg(format('OLD.%s IS NOT NEW.%1$s', e), ' OR ' ORDER BY n) AS moved, string_agg(e, ', ' ORDER BY n) AS here,
						string_agg(format('%s IS NOT OLD.%1$s', e), ' OR ' ORDER BY n) AS other FROM unnest(t.noted) WITH ORDINALITY AS u (e, n)) AS c,
				LATERAL (VALUES
					('i', 'AFTER INSERT', format('INSERT INTO _sqlite_mig_log (t, %s) VALUES (%s, %s);', c.list, t.id, c.new)),
					('u', 'AFTER UPDATE', format('INSERT INTO _sqlite_mig_log (t, %s) VALUES (%s, %s);%s', c.list, t.id, c.new,
						format(' INSERT INTO _sqlite_mig_log (t, %s) SELECT %s, %s WHERE %s;', c.list, t.id, c.old, c.moved))),
					('d', 'AFTER DELETE', format('INSERT INTO _sqlite_mig_log (t, %s) VALUES (%s, %s);', c.list, t.id, c.old)),
					-- rows that REPLACE takes out
					('ri', 'BEFORE INSERT', (SELECT string_agg(format('INSERT INTO _sqlite_mig_log (t, %s) SELECT %s, %s FROM %s WHERE %s;', c.list, t.id, c.here, sqlite_mig_internal._sqlite_name(t.table_name), q), ' ')
						FROM unnest(t.uniques) AS q)),
					('ru', 'BEFORE UPDATE OF ' || array_to_string(t."unique", ', '), (SELECT string_agg(format('INSERT INTO _sqlite_mig_log (t, %s) SELECT %s, %s FROM %s WHERE %s AND (%s);', c.list, t.id, c.here,
						sqlite_mig_internal._sqlite_name(t.table_name), q, c.other), ' ') FROM unnest(t.uniques) AS q))) AS k (kind, event, body)
			WHERE k.body IS NOT NULL
	) AS s ORDER BY s.id, s.kind;
END;
CREATE OR REPLACE FUNCTION sqlite_mig.capture_install(server text, migration text DEFAULT NULL, OUT table_name text, OUT columns text[], OUT remark text)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name      constant text := coalesce(capture_install.migration, capture_install.server);
	token     constant uuid := gen_random_uuid();
	plan      sqlite_mig.migration;
	tables    sqlite_mig_internal._capture_plan[];
	statement text;
BEGIN
	PERFORM sqlite_mig_internal._lock(name);
	plan := sqlite_mig_internal._migration(name, true);
	-- nobody writes between the first trigger and the commit
	PERFORM sqlite_mig_internal._source_lock(plan.server);
	IF EXISTS (SELECT FROM sqlite_mig.source_objects(plan.server) AS o WHERE o.name = '_sqlite_mig_log') THEN
		RAISE EXCEPTION USING ERRCODE = 'duplicate_object', MESSAGE = format('server "%s" has a log of changes already', plan.server),
			HINT = format('SELECT sqlite_mig.capture_remove(%L); takes it out, if nobody needs it any more.', plan.server);
	END IF;
	tables := ARRAY(SELECT t FROM sqlite_mig_internal._capture_plan(plan) AS t);
	FOR statement IN SELECT s FROM sqlite_mig_internal._capture_statements(tables, token) AS s LOOP
		PERFORM sqlite_mig_internal._source_execute(plan.server, statement);
	END LOOP;
	DELETE FROM sqlite_mig.capture AS c WHERE c.migration = name;
	INSERT INTO sqlite_mig.capture (migration, server, token) VALUES (name, plan.server, token);
	INSERT INTO sqlite_mig.capture_table (migration, id, table_name, columns) SELECT name, t.id, t.table_name, t.columns FROM unnest(tables) AS t;
	RETURN QUERY SELECT t.source_name, c.columns, CASE WHEN c.id IS NULL THEN format('%s: every sync compares it', t.kind)
				WHEN c.columns IS NULL THEN 'no key that a trigger could note: a sync compares it when anything in it was changed' END
		FROM sqlite_mig.plan_table AS t LEFT JOIN unnest(tables) AS c ON c.table_name = t.source_name WHERE t.migration = name AND t.include ORDER BY t.load_order;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig.capture_remove(server text) RETURNS bigint
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item  record;
	count bigint := 0;
BEGIN
	PERFORM sqlite_mig_internal._source_lock(capture_remove.server);
	FOR item IN SELECT o.type, o.name FROM sqlite_mig.source_objects(capture_remove.server) AS o
			WHERE o.type = 'trigger' AND o.name ~ '^_sqlite_mig_capture_' OR o.type = 'table' AND o.name = '_sqlite_mig_log' ORDER BY o.type DESC, o.name LOOP
		PERFORM sqlite_mig_internal._source_execute(capture_remove.server, format('DROP %s %s', upper(item.type COLLATE "C"), sqlite_mig_internal._sqlite_name(item.name)));
		count := count + 1;
	END LOOP;
	DELETE FROM sqlite_mig.capture AS c WHERE c.server = capture_remove.server;
	RETURN count;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig.capture_trim(server text, migration text DEFAULT NULL) RETURNS bigint
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name    constant text := coalesce(capture_trim.migration, capture_trim.server);
	plan    sqlite_mig.migration;
	capture sqlite_mig.capture;
BEGIN
	PERFORM sqlite_mig_internal._lock(name);
	plan := sqlite_mig_internal._migration(name, true);
	SELECT c.* INTO capture FROM sqlite_mig.capture AS c WHERE c.migration = name;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('changes of server "%s" are not captured', plan.server),
			HINT = format('SELECT * FROM sqlite_mig.capture_install(%L);', plan.server);
	ELSIF capture.applied_in = pg_current_xact_id_if_assigned() THEN
		RAISE EXCEPTION USING ERRCODE = 'active_sql_transaction', MESSAGE = 'the log cannot be trimmed in the transaction that has applied it',
			DETAIL = 'If that failed to commit, the entries would be gone.', HINT = 'Commit first.';
	END IF;
	PERFORM sqlite_mig_internal._source_lock(plan.server);
	-- the last one stays: the next number is one more than the largest
	RETURN sqlite_mig_internal._source_execute(plan.server, format('DELETE FROM _sqlite_mig_log WHERE seq < %s', capture.applied));
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_cut_over(plan sqlite_mig.migration, direction text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	at timestamptz := (SELECT max(c.cut_over_at) FROM sqlite_mig.cutover_run AS c WHERE c.migration = plan.migration AND c.undone_at IS NULL);
BEGIN
	IF direction = 'to_postgres' AND at IS NOT NULL THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('migration "%s" was cut over', plan.migration),
			detail => 'What was written to PostgreSQL since then would be overwritten.',
			hint => format('SELECT * FROM sqlite_mig.sync(%L, direction => ''to_sqlite''); brings the SQLite file up to PostgreSQL; SELECT * FROM sqlite_mig.cutover_undo(%1$L); makes the SQLite file the one that counts.', plan.server));
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._refuse_statements(plan sqlite_mig.migration) RETURNS SETOF text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT format('CREATE TRIGGER IF NOT EXISTS _sqlite_mig_refuse_%s_%s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, %s); END', i.number, lower(left(e.event, 1) COLLATE "C"), e.event, sqlite_mig_internal._sqlite_name(i.source_name),
			sqlite_mig_internal._sqlite_string(format('this database has moved to PostgreSQL (database %s, schema %s): table %s is read-only here', current_database(), (plan).target_schema, i.source_name)))
		FROM (SELECT row_number() OVER (ORDER BY t.load_order, t.source_name) AS number, t.source_name FROM sqlite_mig.plan_table AS t
				WHERE t.migration = (plan).migration AND t.include AND t.kind = 'table') AS i, unnest('{INSERT,UPDATE,DELETE}'::text[]) AS e (event)
		ORDER BY i.number, e.event;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._cutover(plan sqlite_mig.migration, level text, refuse_writes boolean, schema_changes text, triggers boolean) RETURNS sqlite_mig_internal._cutover_step[]
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	steps  sqlite_mig_internal._cutover_step[] := '{}';
	locked timestamptz;
	began  timestamptz := clock_timestamp();
	found  record;
	sum    record;
	-- setval is not rolled back, so a dry run leaves sequences as they are
	rehearsal constant boolean := coalesce(current_setting('sqlite_mig.dry_run', true), '') = plan.migration;
BEGIN
	PERFORM sqlite_mig_internal._source_lock(plan.server);
	locked := clock_timestamp();
	steps := steps || ROW ('lock', format('nobody but this transaction writes to server %I', plan.server), round(extract(epoch FROM locked - began), 3))::sqlite_mig_internal._cutover_step;
	began := clock_timestamp();
	SELECT sum(s.inserted) AS inserted, sum(s.updated) AS updated, sum(s.deleted) AS deleted, count(*) AS tables INTO sum
		FROM sqlite_mig.sync(plan.server, migration => plan.migration, deletes => NOT sqlite_mig_internal._merges(plan),
			schema_changes => _cutover.schema_changes, triggers => _cutover.triggers) AS s;
	steps := steps || ROW ('sync', format('inserted: %s, updated: %s, deleted: %s, in %s tables; sequences %s', coalesce(sum.inserted, 0), coalesce(sum.updated, 0), coalesce(sum.deleted, 0), sum.tables,
		CASE WHEN rehearsal THEN 'stay in a dry run' ELSE 'set' END),
		round(extract(epoch FROM clock_timestamp() - began), 3))::sqlite_mig_internal._cutover_step;
	began := clock_timestamp();
	IF level <> 'none' THEN
		SELECT count(*) AS checks, count(*) FILTER (WHERE NOT v.ok) AS failed, string_agg(format('%s, %s: %s', v.table_name, v.check_name, replace(v.detail, E'\n', ' ')), E'\n') FILTER (WHERE NOT v.ok) AS list INTO found
			FROM sqlite_mig.verify(plan.server, level => _cutover.level, migration => plan.migration) AS v
			-- those of views are entries of the ledger
			WHERE v.check_name NOT IN ('view rows', 'view content', 'verdict') AND NOT (rehearsal AND v.check_name LIKE 'sequence(%');
		IF found.failed > 0 THEN
			PERFORM sqlite_mig_internal._refuse('data_corrupted', format('both sides of migration "%s" are not the same after the last sync; checks that failed: %s', plan.migration, found.failed),
				detail => found.list, hint => 'Nothing is changed, and the SQLite file stays the one that counts.');
		END IF;
		steps := steps || ROW ('verify', format('%s: checks that hold: %s', level, found.checks), round(extract(epoch FROM clock_timestamp() - began), 3))::sqlite_mig_internal._cutover_step;
		began := clock_timestamp();
	END IF;
	IF refuse_writes THEN
		PERFORM sqlite_mig_internal._source_execute(plan.server, s) FROM sqlite_mig_internal._refuse_statements(plan) AS s;
		steps := steps || ROW ('refuse writes', format('triggers in the SQLite file: %s', (SELECT count(*) FROM sqlite_mig_internal._refuse_statements(plan) AS s)),
			round(extract(epoch FROM clock_timestamp() - began), 3))::sqlite_mig_internal._cutover_step;
	END IF;
	began := clock_timestamp();
	INSERT INTO sqlite_mig.cutover_run (migration, cut_over_at, level, refuse_writes, downtime) VALUES (plan.migration, began, _cutover.level, _cutover.refuse_writes, began - locked);
	RETURN steps || ROW ('downtime', 'since the lock was held', round(extract(epoch FROM began - locked), 3))::sqlite_mig_internal._cutover_step;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig.cutover(server text, level text DEFAULT 'checksum', migration text DEFAULT NULL, refuse_writes boolean DEFAULT false, dry_run boolean DEFAULT false,
		schema_changes text DEFAULT 'stop', triggers boolean DEFAULT false,
		OUT step text, OUT detail text, OUT seconds numeric)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name  constant text := coalesce(cutover.migration, cutover.server);
	plan  sqlite_mig.migration;
	steps sqlite_mig_internal._cutover_step[];
BEGIN
	IF cutover.level IS DISTINCT FROM 'none' THEN
		PERFORM sqlite_mig_internal._check_level(cutover.level);
	END IF;
	PERFORM sqlite_mig_internal._lock(name);
	plan := sqlite_mig_internal._migration(name, true);
	PERFORM sqlite_mig_internal._check_cut_over(plan, 'to_postgres');
	IF NOT cutover.dry_run THEN
		steps := sqlite_mig_internal._cutover(plan, cutover.level, cutover.refuse_writes, cutover.schema_changes, cutover.triggers);
	ELSE
		-- in a subtransaction; what there is to tell outlives its end in a variable
		BEGIN
			PERFORM set_config('sqlite_mig.dry_run', name, true);
			steps := sqlite_mig_internal._cutover(plan, cutover.level, cutover.refuse_writes, cutover.schema_changes, cutover.triggers);
			RAISE EXCEPTION USING ERRCODE = 'MIGDR', MESSAGE = 'the end of a dry run';
		EXCEPTION
			WHEN SQLSTATE 'MIGDR' THEN
				NULL;
		END;
	END IF;
	RETURN QUERY SELECT s.step, s.detail || CASE WHEN cutover.dry_run AND s.step = 'downtime' THEN '; a dry run: nothing of it is left' ELSE '' END, s.seconds FROM unnest(steps) WITH ORDINALITY AS s (step, detail, seconds, n) ORDER BY s.n;
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
	PERFORM sqlite_mig_internal._lock(name);
	plan := sqlite_mig_internal._migration(name, true);
	PERFORM sqlite_mig_internal._source_lock(plan.server);
	FOR item IN SELECT o.name FROM sqlite_mig.source_objects(plan.server) AS o WHERE o.type = 'trigger' AND o.name LIKE '\_sqlite\_mig\_refuse\_%' LOOP
		PERFORM sqlite_mig_internal._source_execute(plan.server, format('DROP TRIGGER %s', sqlite_mig_internal._sqlite_name(item.name)));
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
CREATE OR REPLACE FUNCTION sqlite_mig_internal._tenant_of(file text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT trim('_' FROM regexp_replace(sqlite_mig_internal._small(regexp_replace(regexp_replace(file, '^.*/', ''), '\.[^.]*$', '')), '[^[:alnum:]]+', '_', 'g'));
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._common_type(types text[]) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE
		WHEN count(DISTINCT t) <= 1 THEN min(t)
		WHEN bool_and(t IN ('smallint', 'integer', 'bigint')) THEN 'bigint'
		WHEN bool_and(t ~ '^(smallint|integer|bigint|numeric.*|real|double precision)$') THEN 'numeric'
		WHEN bool_and(t IN ('timestamp', 'timestamptz')) THEN 'timestamptz'
		ELSE 'text' END
	FROM unnest(types) AS t;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._many_types(migrations text[], target_schema text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.plan_column AS c SET target_type = w.type, format = CASE
			WHEN w.type = 'text' AND (c.evidence ->> 'texts')::bigint < (c.evidence ->> 'rows')::bigint - (c.evidence ->> 'nulls')::bigint THEN 'any' WHEN w.type <> 'text' THEN c.format END
		FROM (SELECT p.source_table, p.source_name, t.target_name, p.target_name AS column_name, coalesce(
					(SELECT CASE format_type(a.atttypid, a.atttypmod) WHEN 'timestamp with time zone' THEN 'timestamptz' WHEN 'timestamp without time zone' THEN 'timestamp'
							WHEN 'time without time zone' THEN 'time' ELSE replace(format_type(a.atttypid, a.atttypmod), 'character varying', 'varchar') END
						FROM pg_attribute AS a WHERE a.attrelid = to_regclass(format('%I.%I', _many_types.target_schema, t.target_name)) AND a.attname = p.target_name AND NOT a.attisdropped),
					sqlite_mig_internal._common_type(array_agg(p.target_type) FILTER (WHERE (p.evidence ->> 'rows')::bigint > (p.evidence ->> 'nulls')::bigint)),
					sqlite_mig_internal._common_type(array_agg(p.target_type))) AS type
				FROM sqlite_mig.plan_column AS p JOIN sqlite_mig.plan_table AS t ON t.migration = p.migration AND t.source_name = p.source_table
				WHERE p.migration = ANY (migrations) AND p.include AND t.include
				GROUP BY p.source_table, p.source_name, t.target_name, p.target_name) AS w
		WHERE c.migration = ANY (migrations) AND c.source_table = w.source_table AND c.source_name = w.source_name AND c.target_name = w.column_name AND c.target_type <> w.type;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._many_parent(parent_schema text, child regclass, tenant_column text) RETURNS regclass
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name   constant text := (SELECT c.relname FROM pg_class AS c WHERE c.oid = child);
	parent regclass := to_regclass(format('%I.%I', parent_schema, name));
	item   record;
BEGIN
	IF EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = child AND a.attname = tenant_column AND NOT a.attisdropped) THEN
		PERFORM sqlite_mig_internal._refuse('duplicate_column', format('table "%s" has a column "%s" of its own', name, tenant_column),
			hint => 'Call the column of the tenant something else with tenant_column => ''...''.');
	END IF;
	IF parent IS NULL THEN
		EXECUTE format('CREATE TABLE %I.%I (%I text NOT NULL, LIKE %s INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING COMMENTS INCLUDING COMPRESSION) PARTITION BY LIST (%3$I)',
			parent_schema, name, tenant_column, child);
		RETURN to_regclass(format('%I.%I', parent_schema, name));
	END IF;
	IF NOT EXISTS (SELECT FROM pg_partitioned_table AS p JOIN pg_attribute AS a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
			WHERE p.partrelid = parent AND p.partstrat = 'l' AND p.partnatts = 1 AND a.attname = tenant_column) THEN
		PERFORM sqlite_mig_internal._refuse('duplicate_table', format('table "%s" of schema "%s" is not partitioned by list of "%s"', name, parent_schema, tenant_column),
			hint => 'Choose another target_schema, or layout => ''schemas''.');
	END IF;
	FOR item IN
		SELECT format('ALTER TABLE %s ADD COLUMN %I %s', CASE WHEN c.attname IS NULL THEN child ELSE parent END, coalesce(c.attname, p.attname), format_type(coalesce(c.atttypid, p.atttypid), coalesce(c.atttypmod, p.atttypmod))) AS statement
			FROM (SELECT a.* FROM pg_attribute AS a WHERE a.attrelid = parent AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> tenant_column) AS p
				FULL JOIN (SELECT a.* FROM pg_attribute AS a WHERE a.attrelid = child AND a.attnum > 0 AND NOT a.attisdropped) AS c ON c.attname = p.attname
			WHERE c.attname IS NULL OR p.attname IS NULL
		UNION ALL SELECT format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', parent, p.attname)
			FROM pg_attribute AS p LEFT JOIN pg_attribute AS c ON c.attrelid = child AND c.attname = p.attname AND NOT c.attisdropped
			WHERE p.attrelid = parent AND p.attnum > 0 AND NOT p.attisdropped AND p.attnotnull AND p.attname <> tenant_column AND NOT coalesce(c.attnotnull, false)
	LOOP
		EXECUTE item.statement;
	END LOOP;
	RETURN parent;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._many_attach(migration text, target_schema text, tenant_column text, tenant text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	item     record;
	parent   regclass;
	name     text;
	sequence text;
	-- beyond the largest number where that is given: there is no next one then
	next     numeric;
	starts   numeric[];
BEGIN
	FOR item IN
		SELECT r.child, format('%I.%I', m.target_schema, t.target_name) AS child_name, t.target_name,
				ARRAY(SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = r.child AND a.attnum > 0 AND NOT a.attisdropped AND (a.attidentity <> ''
					OR EXISTS (SELECT FROM sqlite_mig.plan_column AS c WHERE c.migration = m.migration AND c.source_table = t.source_name AND c.target_name = a.attname AND c.identity IS NOT NULL))) AS identities
			FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t ON t.migration = m.migration AND t.include, LATERAL to_regclass(format('%I.%I', m.target_schema, t.target_name)) AS r (child)
			WHERE m.migration = _many_attach.migration ORDER BY t.load_order
	LOOP
		starts := '{}';
		FOR n IN 1 .. cardinality(item.identities) LOOP
			EXECUTE format('SELECT CASE WHEN s.is_called THEN s.last_value::numeric + 1 ELSE s.last_value END FROM %s AS s', pg_get_serial_sequence(item.child_name, item.identities[n])) INTO next;
			EXECUTE CASE WHEN (SELECT a.attidentity FROM pg_attribute AS a WHERE a.attrelid = item.child AND a.attname = item.identities[n]) <> ''
				THEN format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY', item.child, item.identities[n])
				ELSE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', item.child, item.identities[n]) END;
			starts := starts || next;
		END LOOP;
		parent := sqlite_mig_internal._many_parent(_many_attach.target_schema, item.child, tenant_column);
		FOR n IN 1 .. cardinality(item.identities) LOOP
			sequence := pg_get_serial_sequence(format('%I.%I', _many_attach.target_schema, item.target_name), item.identities[n]);
			IF sequence IS NULL THEN
				name := sqlite_mig_internal._short_name(item.target_name || '_' || item.identities[n] || '_seq');
				WHILE to_regclass(format('%I.%I', _many_attach.target_schema, name)) IS NOT NULL LOOP
					name := sqlite_mig_internal._short_name(name || '_');
				END LOOP;
				sequence := format('%I.%I', _many_attach.target_schema, name);
				EXECUTE format('CREATE SEQUENCE %s OWNED BY %s.%I', sequence, parent, item.identities[n]);
			END IF;
			EXECUTE format('SELECT setval(%L, least(g.next, 9223372036854775807)::bigint, g.next > 9223372036854775807) FROM %s AS s, LATERAL (SELECT greatest(%s, CASE WHEN s.is_called THEN s.last_value::numeric + 1 ELSE s.last_value END) AS next) AS g', sequence, sequence, starts[n]);
			EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT nextval(%L)', item.child, item.identities[n], sequence);
			EXECUTE format('ALTER TABLE ONLY %s ALTER COLUMN %I SET DEFAULT nextval(%L)', parent, item.identities[n], sequence);
		END LOOP;
		EXECUTE format('ALTER TABLE %s ADD COLUMN %I text NOT NULL DEFAULT %L', item.child, tenant_column, tenant);
		EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES IN (%L)', parent, item.child, tenant);
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._many_keys(migrations text[], target_schema text, tenant_column text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item record;
BEGIN
	FOR item IN
		SELECT DISTINCT ON (t.target_name, i.name) i.*, r.parent
			FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t ON t.migration = m.migration AND t.include,
				LATERAL (SELECT to_regclass(format('%I.%I', m.target_schema, t.target_name)) AS child, to_regclass(format('%I.%I', _many_keys.target_schema, t.target_name)) AS parent) AS r,
				LATERAL (SELECT sqlite_mig_internal._short_name(t.target_name || '_' || tenant_column || '_key') AS name, 'UNIQUE ' AS kind,
							format('(%I, %s)', tenant_column, (SELECT string_agg(format('%I', a.attname), ', ' ORDER BY k.position) FROM unnest(c.conkey) WITH ORDINALITY AS k (attnum, position)
								JOIN pg_attribute AS a ON a.attrelid = r.child AND a.attnum = k.attnum)) AS definition
						FROM pg_constraint AS c WHERE c.conrelid = r.child AND c.contype = 'p' AND NOT EXISTS (SELECT FROM pg_index AS x WHERE x.indrelid = r.parent AND x.indisunique)
					-- the words behind the names, which may hold any words themselves
					UNION ALL SELECT c.relname, '', substr(pg_get_indexdef(c.oid), length(format('CREATE INDEX %I ON %I.%I ', c.relname, m.target_schema, t.target_name)) + 1)
						FROM pg_index AS x JOIN pg_class AS c ON c.oid = x.indexrelid
						WHERE x.indrelid = r.child AND NOT x.indisunique AND x.indisvalid AND NOT EXISTS (SELECT FROM pg_inherits AS h WHERE h.inhrelid = c.oid)) AS i
			WHERE m.migration = ANY (migrations) AND r.parent IS NOT NULL AND EXISTS (SELECT FROM pg_inherits AS h WHERE h.inhrelid = r.child AND h.inhparent = r.parent)
			ORDER BY t.target_name, i.name, array_position(migrations, m.migration)
	LOOP
		-- (a name that another table's index has: PostgreSQL chooses one)
		EXECUTE format('CREATE %sINDEX %s ON %s %s', item.kind, CASE WHEN to_regclass(format('%I.%I', _many_keys.target_schema, item.name)) IS NULL THEN quote_ident(item.name) END, item.parent, item.definition);
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._many_prepare(item sqlite_mig_internal._tenant, options jsonb, tables text[], exclude text[]) RETURNS sqlite_mig_internal._tenant
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	was  text := (SELECT sqlite_mig_internal._server_file(s.srvname) FROM pg_foreign_server AS s WHERE s.srvname = item.name);
	hint text;
BEGIN
	item.done := EXISTS (SELECT FROM sqlite_mig.migration AS m WHERE m.migration = item.name AND m.state = 'migrated');
	IF was <> item.file THEN
		item.failure := format('42710: server "%s" reads another file', item.name);
	ELSIF NOT item.done THEN
		BEGIN
			IF was IS NULL THEN
				EXECUTE format('CREATE SERVER %I FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database %L)', item.name, item.file);
			END IF;
			PERFORM sqlite_mig.prepare(item.name, item.name, options || '{"replace": true}', tables => _many_prepare.tables, exclude => _many_prepare.exclude);
		EXCEPTION
			-- (a cancel is not among them)
			WHEN OTHERS THEN
				GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_DETAIL;
				item.failure := concat_ws(': ', SQLSTATE, SQLERRM, nullif(hint, ''));
		END;
	END IF;
	RETURN item;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._server_file(server name) RETURNS text
	LANGUAGE sql STABLE STRICT
BEGIN ATOMIC
	SELECT o.option_value FROM pg_foreign_server AS s, LATERAL pg_options_to_table(s.srvoptions) AS o WHERE s.srvname = server AND o.option_name = 'database';
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._many_migrate(item sqlite_mig_internal._tenant, target_schema text, tenant_column text, layout text, verify_level text, on_error text, reject_limit bigint)
	RETURNS sqlite_mig_internal._tenant
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET client_min_messages = warning AS
$$
DECLARE
	began  constant timestamptz := clock_timestamp();
	detail text;
BEGIN
	BEGIN
		-- (the plan is the one that was made just now, so it is not made again)
		UPDATE sqlite_mig.migration AS m SET plan_hash = '' WHERE m.migration = item.name;
		CALL sqlite_mig.migrate(item.name, migration => item.name, verify_level => _many_migrate.verify_level, on_error => _many_migrate.on_error, reject_limit => _many_migrate.reject_limit);
		IF layout = 'partitions' THEN
			PERFORM sqlite_mig_internal._many_attach(item.name, _many_migrate.target_schema, _many_migrate.tenant_column, item.tenant);
		END IF;
	EXCEPTION
		-- (a cancel is not among them)
		WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
			item.failure := concat_ws(': ', SQLSTATE, SQLERRM, nullif(detail, ''));
	END;
	item.seconds := extract(epoch FROM clock_timestamp() - began);
	RETURN item;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig.migrate_many(files text[], target_schema text, tenants text[] DEFAULT NULL, layout text DEFAULT 'partitions', tenant_column text DEFAULT 'tenant',
		options jsonb DEFAULT '{}', tables text[] DEFAULT NULL, exclude text[] DEFAULT NULL, verify_level text DEFAULT 'checksum', on_error text DEFAULT 'stop', reject_limit bigint DEFAULT NULL,
		OUT file text, OUT tenant text, OUT server text, OUT verdict text, OUT tables_migrated bigint, OUT rows bigint, OUT seconds numeric, OUT reason text)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	items sqlite_mig_internal._tenant[];
	found text;
BEGIN
	IF layout IS NULL OR layout NOT IN ('partitions', 'schemas') THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('unknown layout "%s"', layout), HINT = 'Valid layouts are: partitions, schemas.';
	ELSIF migrate_many.tenants IS NOT NULL AND cardinality(migrate_many.tenants) <> cardinality(migrate_many.files) THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'there must be as many tenants as files',
			DETAIL = format('Files: %s, tenants: %s.', cardinality(migrate_many.files), cardinality(migrate_many.tenants));
	END IF;
	items := ARRAY(SELECT ROW(f.position, f.path, t.tenant, sqlite_mig_internal._short_name(migrate_many.target_schema || '_' || t.tenant), NULL, false, 0)::sqlite_mig_internal._tenant
		FROM unnest(migrate_many.files) WITH ORDINALITY AS f (path, position), LATERAL coalesce(migrate_many.tenants[f.position], sqlite_mig_internal._tenant_of(f.path)) AS t (tenant) ORDER BY f.position);
	SELECT string_agg(format('"%s"', d.name), ', ') INTO found FROM (SELECT coalesce(i.name, '') AS name FROM unnest(items) AS i GROUP BY 1 HAVING count(*) > 1 OR coalesce(min(i.tenant), '') = '') AS d;
	IF found IS NOT NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'duplicate_object', MESSAGE = 'each file must have a tenant of its own', DETAIL = format('Names that several would have, or that are empty: %s.', found),
			HINT = 'Name them with tenants => ''{...}'', one for each file.';
	END IF;
	PERFORM sqlite_mig_internal._check_level(migrate_many.verify_level);
	PERFORM sqlite_mig_internal._check_rows('error', migrate_many.on_error, migrate_many.reject_limit);
	PERFORM sqlite_mig_internal._need_schema(migrate_many.target_schema, 'target_schema => ''...''');
	IF to_regnamespace(quote_ident(migrate_many.target_schema)) IS NULL THEN
		EXECUTE format('CREATE SCHEMA %I', migrate_many.target_schema);
	END IF;

	FOR n IN 1 .. coalesce(cardinality(items), 0) LOOP
		items[n] := sqlite_mig_internal._many_prepare(items[n], migrate_many.options, migrate_many.tables, migrate_many.exclude);
	END LOOP;
	IF layout = 'partitions' THEN
		PERFORM sqlite_mig_internal._many_types(ARRAY(SELECT i.name FROM unnest(items) AS i WHERE NOT i.done AND i.failure IS NULL), migrate_many.target_schema);
	END IF;
	FOR n IN 1 .. coalesce(cardinality(items), 0) LOOP
		IF NOT items[n].done AND items[n].failure IS NULL THEN
			items[n] := sqlite_mig_internal._many_migrate(items[n], migrate_many.target_schema, migrate_many.tenant_column, layout, migrate_many.verify_level, migrate_many.on_error, migrate_many.reject_limit);
			RAISE NOTICE '% of %: tenant "%": %', n, cardinality(items), items[n].tenant, coalesce(items[n].failure, (SELECT s.verdict FROM sqlite_mig_internal._status(items[n].name, NULL) AS s));
		END IF;
	END LOOP;
	IF layout = 'partitions' THEN
		PERFORM sqlite_mig_internal._many_keys(ARRAY(SELECT i.name FROM unnest(items) AS i WHERE i.failure IS NULL ORDER BY i.position), migrate_many.target_schema, migrate_many.tenant_column);
	END IF;
	FOR n IN 1 .. coalesce(cardinality(items), 0) LOOP
		file := items[n].file;
		tenant := items[n].tenant;
		server := items[n].name;
		seconds := round(items[n].seconds, 3);
		IF items[n].failure IS NULL THEN
			SELECT s.verdict, s.tables, s.rows, CASE WHEN items[n].done THEN 'carried out before: ' ELSE '' END || s.reason INTO verdict, tables_migrated, rows, reason FROM sqlite_mig_internal._status(items[n].name, NULL) AS s;
		ELSE
			verdict := 'incomplete';
			tables_migrated := 0;
			rows := 0;
			reason := items[n].failure;
		END IF;
		reason := sqlite_mig_internal._wrap(reason, 30);
		RETURN NEXT;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_parent() RETURNS trigger
	LANGUAGE c AS 'MODULE_PATHNAME', 'mig_check_parent';
COMMENT ON FUNCTION sqlite_mig_internal._check_parent() IS 'internal: throws when a row of a plan or a result has no parent, but not while a dump is restored';
DO
$$
DECLARE
	foreign_key record;
	half        name;
BEGIN
	FOR foreign_key IN SELECT c.oid, c.conname, c.conrelid::regclass AS child, p.relname AS parent,
			(SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.place) FROM unnest(c.conkey) WITH ORDINALITY AS k (attnum, place) JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.attnum) AS columns
		FROM pg_constraint AS c JOIN pg_class AS p ON p.oid = c.confrelid WHERE c.contype = 'f' AND c.connamespace = 'sqlite_mig'::regnamespace ORDER BY c.conrelid::regclass::text LOOP
		FOR half IN SELECT t.tgname FROM pg_trigger AS t WHERE t.tgconstraint = foreign_key.oid AND t.tgrelid = foreign_key.child AND t.tgfoid IN ('"RI_FKey_check_ins"'::regproc, '"RI_FKey_check_upd"'::regproc) LOOP
			EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', foreign_key.child, half);
		END LOOP;
		EXECUTE format('CREATE TRIGGER parent AFTER INSERT OR UPDATE OF %s ON %s FOR EACH ROW EXECUTE FUNCTION sqlite_mig_internal._check_parent(%L)',
			foreign_key.columns, foreign_key.child, foreign_key.conname);
		EXECUTE format('COMMENT ON TRIGGER parent ON %s IS %L', foreign_key.child, 'asks for a parent in ' || foreign_key.parent || ' as the foreign key would, but lets a restore pass');
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._verdict(plan sqlite_mig.migration, OUT verdict text, OUT reason text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	named   constant text := quote_literal(plan.server) || CASE WHEN plan.server <> plan.migration THEN ', migration => ' || quote_literal(plan.migration) ELSE '' END;
	look    constant text := format('SELECT effect, object_name, detail FROM sqlite_mig.ledger WHERE migration = %L', plan.migration);
	checks  bigint;
	broken  bigint;
	tables  bigint;
	held    bigint;
	open    bigint;
	agreed  bigint;
	without bigint;
BEGIN
	verdict := 'incomplete';
	IF plan.state = 'running' THEN
		SELECT count(DISTINCT j.task), count(DISTINCT j.task) FILTER (WHERE j.seconds IS NULL) INTO checks, broken FROM sqlite_mig.journal AS j WHERE j.migration = plan.migration AND j.run = plan.run;
		reason := format('running, or interrupted: tasks done: %s of %s; the same CALL sqlite_mig.migrate(%s, ...); goes on', checks - broken, checks, named);
		RETURN;
	ELSIF plan.state <> 'migrated' THEN
		reason := format('prepared, nothing is copied yet; CALL sqlite_mig.migrate(%s);', named);
		RETURN;
	END IF;
	SELECT count(*) FILTER (WHERE v.check_name = 'checksum'), count(*) FILTER (WHERE NOT v.ok), count(DISTINCT v.table_name) FILTER (WHERE NOT v.ok)
		INTO checks, broken, tables
		FROM sqlite_mig.verification AS v WHERE v.migration = plan.migration AND v.verified_at = plan.verified_at
			-- those of views are entries of the ledger
			AND v.check_name NOT IN ('view rows', 'view content', 'verdict');
	IF broken > 0 THEN
		reason := format('failed checks: %s, in tables: %s; SELECT * FROM sqlite_mig.verify(%s) WHERE NOT ok;', broken, tables, named);
		RETURN;
	END IF;
	SELECT count(*) INTO tables FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.include;
	IF plan.verified_at IS NULL OR checks < tables THEN
		reason := format('not every table was verified by checksum; SELECT * FROM sqlite_mig.verify(%s);', named);
		RETURN;
	END IF;
	SELECT count(*) FILTER (WHERE NOT r.agreed), count(*) FILTER (WHERE r.agreed) INTO held, without
		FROM (SELECT q.accepted OR EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e
				WHERE e.migration = q.migration AND e.table_name = q.table_name AND e.rule = 'rejected' AND e.accepted) AS agreed
			FROM sqlite_mig.rejected AS q WHERE q.migration = plan.migration AND q.replayed_at IS NULL) AS r;
	IF held > 0 THEN
		reason := format('rejected rows: %s; SELECT reject, table_name, source_key, message FROM sqlite_mig.rejected WHERE migration = %L AND replayed_at IS NULL AND NOT accepted; '
			'repair them and SELECT * FROM sqlite_mig.replay(%s);', held, plan.migration, named);
		RETURN;
	END IF;
	SELECT count(*) FILTER (WHERE e.effect IN ('skipped', 'failed') AND NOT e.accepted AND e.rule <> 'rejected'),
			count(*) FILTER (WHERE e.effect IN ('lossy', 'changed', 'guessed') OR e.effect IN ('skipped', 'failed') AND (e.accepted OR e.rule = 'rejected'))
		INTO open, agreed FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration;
	IF open > 0 THEN
		reason := format('skipped or failed and not accepted: %s; %s AND effect IN (''skipped'', ''failed'') AND NOT accepted;', open, look);
	ELSIF without > 0 THEN
		verdict := 'lossy as agreed';
		reason := format('every row is there, verified by checksum, but those that were rejected and accepted: %s, and not all is as it was: %s; '
			'%s AND effect <> ''converted'';', without, agreed, look);
	ELSIF agreed > 0 THEN
		verdict := 'lossy as agreed';
		reason := format('every row%s is there, verified by checksum, but not all is as it was: %s; %s AND effect <> ''converted'';',
			CASE WHEN EXISTS (SELECT FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND NOT t.include AND t.kind = 'table')
				THEN ' of the tables in the plan' ELSE '' END, agreed, look);
	ELSE
		verdict := 'lossless';
		reason := CASE WHEN tables = 0 THEN 'there was no table in the source'
			ELSE 'every row is there, verified by checksum, and nothing was left out or changed' END;
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._status(server text, migration text DEFAULT NULL,
		OUT migration text, OUT server text, OUT target_schema text, OUT phase text, OUT verdict text, OUT tables bigint, OUT rows bigint,
		OUT findings bigint, OUT started_at timestamptz, OUT duration interval, OUT reason text)
	RETURNS SETOF record
	LANGUAGE sql STABLE ROWS 1
BEGIN ATOMIC
	SELECT m.migration, m.server, m.target_schema,
			CASE WHEN m.state <> 'migrated' THEN m.state
				WHEN EXISTS (SELECT FROM sqlite_mig.cutover_run AS c WHERE c.migration = m.migration AND c.undone_at IS NULL) THEN 'cut over'
				WHEN m.verified_at IS NOT NULL THEN 'verified' WHEN EXISTS (SELECT FROM sqlite_mig.sync_run AS r WHERE r.migration = m.migration AND r.started_at > m.started_at) THEN 'synced' ELSE 'migrated' END, v.verdict,
			(SELECT count(*) FROM sqlite_mig.plan_table AS t WHERE t.migration = m.migration AND t.include), m.rows_copied,
			(SELECT count(*) FROM sqlite_mig.ledger_entry AS e WHERE e.migration = m.migration AND e.severity <> 'info' AND NOT e.accepted),
			m.started_at, m.finished_at - m.started_at, v.reason
		FROM sqlite_mig_internal._migration(coalesce($2, $1)) AS m, LATERAL sqlite_mig_internal._verdict(m) AS v;
END;
COMMENT ON FUNCTION sqlite_mig_internal._status(text, text) IS 'internal: what status says, in long lines, with server, schema and time';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._tell_verdict(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	found record;
BEGIN
	IF current_setting('sqlite_mig.dry_run', true) = _tell_verdict.migration THEN
		RETURN;
	END IF;
	SELECT s.* INTO STRICT found FROM sqlite_mig_internal._status(_tell_verdict.migration) AS s;
	RAISE NOTICE USING MESSAGE = format('migration "%s": %s: %s', found.migration, found.verdict, split_part(found.reason, '; ', 1)),
		HINT = CASE WHEN strpos(found.reason, '; ') > 0 THEN substr(found.reason, strpos(found.reason, '; ') + 2)
			ELSE format('SELECT sqlite_mig.report(%L%s); has all of it.', found.server, CASE WHEN found.migration <> found.server THEN format(', migration => %L', found.migration) END) END;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._tell_verdict(text) IS 'internal: tells the verdict on a migration';
CREATE OR REPLACE FUNCTION sqlite_mig.status(server text DEFAULT NULL, migration text DEFAULT NULL,
		OUT migration text, OUT phase text, OUT verdict text, OUT tables bigint, OUT rows bigint, OUT findings bigint, OUT duration interval, OUT reason text)
	RETURNS SETOF record
	LANGUAGE sql STABLE ROWS 1
BEGIN ATOMIC
	SELECT s.migration, s.phase, s.verdict, s.tables, s.rows, s.findings, date_trunc('milliseconds', s.duration), sqlite_mig_internal._wrap(s.reason, 30)
		FROM (SELECT coalesce($2, $1) AS name WHERE coalesce($2, $1) IS NOT NULL UNION ALL SELECT m.migration FROM sqlite_mig.migration AS m WHERE coalesce($2, $1) IS NULL) AS n,
			LATERAL sqlite_mig_internal._status(n.name) AS s
		ORDER BY n.name COLLATE "C";
END;
COMMENT ON FUNCTION sqlite_mig.status(text, text) IS
	'one row about a migration, or one for each of yours if neither argument is given, with its verdict: incomplete (not carried out, not verified by checksum, a check failed, or something was skipped or failed '
	'and is not accepted), lossy as agreed (something is lossy, changed or guessed, or was skipped and accepted), lossless (neither). '
	'findings counts warnings and blockers that are not accepted; accept with UPDATE sqlite_mig.ledger SET accepted = true WHERE ...';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._trial_copy(migration text, INOUT trial sqlite_mig_internal._assess_plan)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	source    text;
	statement text;
	started   timestamptz;
	n         bigint;
BEGIN
	SELECT t.source_name, coalesce(t.rows, t.estimated_rows), format('%I.%I', m.source_schema, t.target_name) INTO trial.largest, trial.largest_rows, source
		FROM sqlite_mig.plan_table AS t JOIN sqlite_mig.migration AS m ON m.migration = t.migration
		WHERE t.migration = _trial_copy.migration AND t.include ORDER BY coalesce(t.rows, t.estimated_rows) DESC NULLS LAST, t.load_order LIMIT 1;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	EXECUTE format('CREATE TEMP TABLE sqlite_mig_trial ON COMMIT DROP AS SELECT * FROM %s LIMIT 0', source);
	FOR statement IN SELECT format('ALTER TABLE pg_temp.sqlite_mig_trial ALTER COLUMN %I SET COMPRESSION %I', c.target_name, c.compression)
			FROM sqlite_mig.plan_column AS c WHERE c.migration = _trial_copy.migration AND c.source_table = trial.largest AND c.include AND c.compression IS NOT NULL LOOP
		EXECUTE statement;
	END LOOP;
	started := clock_timestamp();
	EXECUTE format('INSERT INTO pg_temp.sqlite_mig_trial SELECT * FROM %s LIMIT 20000', source);
	GET DIAGNOSTICS n = ROW_COUNT;
	trial.sample_rows := n;
	trial.sample_seconds := extract(epoch FROM clock_timestamp() - started);
EXCEPTION
	-- a value that does not fit is a finding of the plan, and there is no time to tell then
	WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded THEN
		trial.sample_rows := NULL;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._assess_plan(server text, options jsonb, tables text[], exclude text[]) RETURNS sqlite_mig_internal._assess_plan
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	mig     constant text := 'assess ' || gen_random_uuid();
	trial   sqlite_mig_internal._assess_plan;
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
		SELECT count(*) INTO trial.search FROM sqlite_mig.source_tables(_assess_plan.server) AS s WHERE s.kind = 'virtual' AND s.sql ~* '\yusing\s+fts[345]\y' COLLATE "C";
		trial.entries := ARRAY(SELECT e FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig ORDER BY e.entry);
		-- rows that keys, foreign keys and checks would refuse: a run stops there, so they are told now; a sample of the values is asked for by who has no time
		IF NOT _assess_plan.options ? 'sample_rows' THEN
			trial.entries := trial.entries || ARRAY(
				SELECT jsonb_populate_record(NULL::sqlite_mig.ledger_entry, jsonb_build_object('severity', f.severity, 'effect', 'refused', 'object_kind', f.object_kind, 'object_name', f.object_name,
						'detail', concat_ws(': ', f.finding, f.rows), 'sample', f.sample, 'rule', 'data', 'accepted', false))
					FROM sqlite_mig.migration AS m, LATERAL (SELECT * FROM sqlite_mig_internal._find_duplicates(m) UNION ALL SELECT * FROM sqlite_mig_internal._find_offenders(m)) AS f WHERE m.migration = mig);
		END IF;
		trial := sqlite_mig_internal._trial_copy(mig, trial);
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
CREATE OR REPLACE FUNCTION sqlite_mig_internal._reasons(server text, trial sqlite_mig_internal._assess_plan) RETURNS SETOF sqlite_mig_internal._assessment
	LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT r.section, r.object, r.severity, r.finding, r.advice
	FROM sqlite_mig.source_info(_reasons.server) AS i, sqlite_mig_internal._source_surroundings(_reasons.server) AS a, LATERAL (VALUES
		(1, 'reason', 'write concurrency', CASE WHEN a.holders > 1 OR a.writer THEN 'warning' ELSE 'info' END,
			format('journal mode %s: %s; %s; last written %s', i.journal_mode,
				CASE i.journal_mode WHEN 'wal' THEN format('one writer at a time, beside readers; the -wal has %s', pg_size_pretty(a.wal_size)) ELSE 'one writer at a time, and no reader while it commits' END,
				CASE WHEN a.holders IS NULL THEN 'which other processes use it cannot be told here' WHEN a.holders = 0 THEN 'no other process holds a lock at this moment'
					ELSE format('other processes with locks at this moment: %s%s', a.holders, CASE WHEN a.writer THEN ', one of them for writing' ELSE '' END) END,
				to_char(a.modified AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')),
			'a file does not show how often "database is locked" was met: count it in the logs of the application; PostgreSQL has a lock for each row, and pool_size() says how many sessions it takes'),
		(2, 'reason', 'network access', CASE WHEN a.file_system IN ('nfs', 'smb', '9p', 'fuse') THEN 'warning' ELSE 'info' END,
			CASE WHEN a.file_system IN ('nfs', 'smb', '9p', 'fuse') THEN format('the file lies on a file system of kind %s, where locks of SQLite may not hold', a.file_system)
				ELSE format('the file lies on a file system of kind %s: only processes of this machine can use it', coalesce(a.file_system, 'unknown')) END,
			'a file does not show who would need it from elsewhere; PostgreSQL is asked over the network, with passwords or certificates'),
		(3, 'reason', 'team access', CASE WHEN right(a.mode, 1) IN ('2', '3', '6', '7') THEN 'warning' ELSE 'info' END,
			format('SQLite has no users: whoever may read the file (mode %s) reads all of it%s', a.mode, CASE WHEN right(a.mode, 1) IN ('2', '3', '6', '7') THEN ', and every user of the machine may write to it' ELSE '' END),
			'a file does not show who works with it; PostgreSQL has roles, GRANT, row-level security, and pg_stat_activity to see what others run'),
		(4, 'reason', 'missing features', 'info',
			format('columns of JSON text that become jsonb: %s; of dates and times kept as text or numbers: %s; full-text tables: %s', coalesce(trial.json, 0), coalesce(trial.times, 0), coalesce(trial.search, 0)),
			'a file does not show the queries; lint_sql() reads those of the application. jsonb and GIN indexes, tsvector, exact numeric, timestamptz, uuid, arrays, partitions and parallel plans are there afterwards'),
		(5, 'reason', 'size', CASE WHEN a.free_bytes < i.file_size THEN 'warning' ELSE 'info' END,
			format('%s in %s pages of %s bytes, %s%% of them unused; the -wal has %s; %s are free on its file system', pg_size_pretty(i.file_size), i.page_count, i.page_size,
				round(100.0 * i.freelist_count / greatest(i.page_count, 1)), pg_size_pretty(a.wal_size), coalesce(pg_size_pretty(a.free_bytes), 'an unknown number of bytes')),
			'a file does not show how fast it grows: compare with an old backup. VACUUM of SQLite needs its size once more; PostgreSQL reuses space by itself, and takes backups while it works')
	) AS r (place, section, object, severity, finding, advice)
	ORDER BY r.place;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._inventory(server text, trial sqlite_mig_internal._assess_plan) RETURNS SETOF sqlite_mig_internal._assessment
	LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT 'inventory', v.object, 'info', v.finding, v.advice
	FROM sqlite_mig.source_info(_inventory.server) AS i,
		LATERAL (SELECT count(*) FILTER (WHERE t.kind = 'virtual') AS virtual, count(*) FILTER (WHERE t.strict) AS strict, count(*) FILTER (WHERE t.without_rowid AND t.kind = 'table') AS without_rowid,
			string_agg(DISTINCT lower(substring(t.sql FROM '(?i)\yusing\s+(\w+)' COLLATE "C") COLLATE "C"), ', ') FILTER (WHERE t.kind = 'virtual') AS modules FROM sqlite_mig.source_tables(_inventory.server) AS t) AS t,
		LATERAL (VALUES
			(1, 'tables', format('%s, with %s columns and %s rows; left out: %s', trial.tables, trial.columns, CASE WHEN trial.tables = 0 THEN 0 ELSE trial.rows END, trial.left_out), 'source_tables(), profile()'),
			(2, 'largest table', CASE WHEN trial.largest IS NOT NULL THEN format('%s, with %s rows', trial.largest, trial.largest_rows) END, 'migrate(workers => 2) divides it by ranges of rowids'),
			(3, 'indexes', trial.indexes::text, 'source_indexes(); those of keys are not counted'),
			(4, 'views and triggers', format('%s views, %s triggers', trial.views, trial.triggers), 'source_objects(); to_postgres() shows their translation'),
			(5, 'virtual tables', format('%s (%s)', t.virtual, t.modules), CASE WHEN t.virtual = 0 THEN NULL ELSE 'see their rows below' END),
			(6, 'kinds of tables', format('STRICT: %s, WITHOUT ROWID: %s', t.strict, t.without_rowid), NULL),
			(7, 'file', format('encoding %s, user_version %s, application_id %s; read with SQLite %s', i.encoding, i.user_version, i.application_id, i.sqlite_version), NULL)
		) AS v (place, object, finding, advice)
	WHERE v.finding IS NOT NULL AND NOT (v.object = 'virtual tables' AND t.virtual = 0) AND NOT (v.object = 'kinds of tables' AND t.strict + t.without_rowid = 0)
		AND NOT (v.object IN ('largest table', 'tables') AND trial.failure IS NOT NULL)
	ORDER BY v.place;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._effort(trial sqlite_mig_internal._assess_plan, OUT minutes numeric, OUT level text, OUT rule text)
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT w.minutes, CASE WHEN w.decisions = 0 THEN 'A' WHEN w.minutes <= 5 * 8 * 60 THEN 'B' ELSE 'C' END || CASE WHEN w.decisions = 0 THEN 1 WHEN w.blockers + w.code = 0 THEN 2 WHEN w.code = 0 THEN 3 WHEN w.code <= 10 THEN 4 ELSE 5 END,
		format('%s tables at 2 minutes, %s warnings at 5, %s blockers at 30, %s views, triggers and expressions to write by hand at 60', trial.tables, w.warnings, w.blockers, w.code)
	FROM (SELECT s.*, coalesce(trial.tables, 0) * 2 + s.warnings * 5 + s.blockers * 30 + s.code * 60 AS minutes, s.warnings + s.blockers + s.code AS decisions
		FROM (SELECT count(*) FILTER (WHERE e.severity = 'warning' AND NOT c.by_hand) AS warnings, count(*) FILTER (WHERE e.severity = 'blocker' AND NOT c.by_hand) AS blockers,
				count(*) FILTER (WHERE c.by_hand) AS code
			FROM unnest(trial.entries) AS e, LATERAL (SELECT e.object_kind IN ('view', 'trigger', 'check', 'default', 'index') AND e.effect IN ('skipped', 'failed') AND e.severity <> 'info' AS by_hand) AS c
			WHERE NOT e.accepted) AS s) AS w;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._assess(server text, options jsonb, tables text[], exclude text[],
		OUT section text, OUT object text, OUT severity text, OUT finding text, OUT advice text)
	RETURNS SETOF record
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	trial sqlite_mig_internal._assess_plan;
BEGIN
	PERFORM sqlite_mig_internal._check_options(_assess.options);
	PERFORM FROM sqlite_mig.source_info(_assess.server);
	trial := sqlite_mig_internal._assess_plan(_assess.server, _assess.options, _assess.tables, _assess.exclude);
	RETURN QUERY SELECT r.* FROM sqlite_mig_internal._reasons(_assess.server, trial) AS r;
	IF trial.failure IS NOT NULL THEN
		RETURN QUERY SELECT 'file', 'damage', 'blocker', trial.failure, 'mend it first: the sqlite3 command .recover, or a backup; nothing more can be said before';
		RETURN;
	END IF;
	RETURN QUERY SELECT i.* FROM sqlite_mig_internal._inventory(_assess.server, trial) AS i;
	-- what a person has to look at, table by table; what becomes something else without loss is counted
	RETURN QUERY
		SELECT 'decision', CASE e.object_kind WHEN 'migration' THEN 'all' ELSE concat_ws(' ', e.object_kind, e.object_name) END, e.severity, e.detail || coalesce(': ' || left(e.sample, 200) || CASE WHEN length(e.sample) > 200 THEN ' ...' ELSE '' END, ''), CASE
				WHEN e.effect IN ('skipped', 'failed') AND e.object_kind IN ('view', 'trigger', 'check', 'default', 'index') THEN 'write it in PostgreSQL''s words, target_sql of the plan; or agree in the ledger'
				WHEN e.effect IN ('skipped', 'failed') THEN 'mend the source, change the plan, or agree in the ledger'
				WHEN e.effect = 'refused' THEN 'mend the rows in the source, or say what becomes of them with the option policy: quarantine, not valid, set null'
				WHEN e.effect = 'lossy' THEN 'choose another type in plan_column, or agree in the ledger'
				ELSE 'change the plan, or agree in the ledger' END
			FROM unnest(trial.entries) WITH ORDINALITY AS e WHERE e.severity <> 'info' AND NOT e.accepted ORDER BY e.severity, e.ordinality;
	RETURN QUERY
		SELECT 'converted', e.rule, 'info', format('%s: %s', count(*), (array_agg(e.object_name || ': ' || e.detail ORDER BY e.ordinality))[1] || CASE WHEN count(*) > 1 THEN ', ...' ELSE '' END), NULL
			FROM unnest(trial.entries) WITH ORDINALITY AS e WHERE e.severity = 'info' OR e.accepted GROUP BY e.rule ORDER BY count(*) DESC, e.rule;
	RETURN QUERY
		SELECT 'effort', 'level ' || e.level, 'info', format('%s hours of work with the plan, by this rule: %s', round(e.minutes / 60, 1), e.rule),
				'the code of the application is not in it: lint_sql() finds what changes there; A: nothing to decide, B: up to five days, C: more'
			FROM sqlite_mig_internal._effort(trial) AS e;
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
COMMENT ON FUNCTION sqlite_mig_internal._assess(text, jsonb, text[], text[]) IS 'internal: what assess says, in long lines';
CREATE OR REPLACE FUNCTION sqlite_mig.assess(server text, options jsonb DEFAULT '{}', tables text[] DEFAULT NULL, exclude text[] DEFAULT NULL,
		OUT section text, OUT object text, OUT severity text, OUT finding text, OUT advice text)
	RETURNS SETOF record
	LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT a.section, a.object, a.severity, sqlite_mig_internal._wrap(a.finding, 34), sqlite_mig_internal._wrap(a.advice, 26)
		FROM sqlite_mig_internal._assess(assess.server, assess.options, assess.tables, assess.exclude) WITH ORDINALITY AS a ORDER BY a.ordinality;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._report_tables(plan sqlite_mig.migration) RETURNS jsonb
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(jsonb_agg(jsonb_build_object('source', t.source_name, 'target', format('%I.%I', (plan).target_schema, t.target_name), 'rows', j.rows, 'bytes', pg_total_relation_size(r.relation),
			'seconds', round(j.seconds, 3), 'rows_per_second', round(j.rows / greatest(j.seconds, 0.001)), 'verified', v.ok) ORDER BY t.load_order), '[]')
	FROM sqlite_mig.plan_table AS t, LATERAL (SELECT to_regclass(format('%I.%I', (plan).target_schema, t.target_name)) AS relation) AS r,
		LATERAL (SELECT sum(j.rows)::bigint AS rows, sum(j.seconds) AS seconds FROM sqlite_mig.journal AS j WHERE j.migration = t.migration AND j.run = (plan).run AND j.table_name = t.source_name AND j.object_kind IN ('copy', 'range')) AS j,
		LATERAL (SELECT bool_and(v.ok) AS ok FROM sqlite_mig.last_verification AS v WHERE v.migration = t.migration AND v.table_name = t.source_name) AS v
	WHERE t.migration = (plan).migration AND t.include;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._report_undo(plan sqlite_mig.migration) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE WHEN (plan).state <> 'migrated' OR NOT bool_or(j.object_kind = 'table') THEN NULL
		ELSE concat_ws(E'\n', 'BEGIN;', 'DROP VIEW IF EXISTS ' || string_agg(j.object_name, ', ' ORDER BY j.step) FILTER (WHERE j.object_kind = 'view') || ';',
			'DROP TABLE IF EXISTS ' || string_agg(j.object_name, ', ' ORDER BY j.step) FILTER (WHERE j.object_kind = 'table') || ';',
			'DROP FUNCTION IF EXISTS ' || string_agg(j.object_name || '()', ', ' ORDER BY j.step) FILTER (WHERE j.object_kind = 'trigger') || ';',
			'DROP SCHEMA ' || string_agg(quote_ident(j.object_name), ', ') FILTER (WHERE j.object_kind = 'schema') || ';',
			format('DELETE FROM sqlite_mig.migration WHERE migration = %L;', (plan).migration), 'COMMIT;') END
	FROM sqlite_mig.journal AS j WHERE j.migration = (plan).migration AND j.run = (plan).run AND j.error IS NULL AND j.seconds IS NOT NULL;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._report_remains(plan sqlite_mig.migration) RETURNS jsonb
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(jsonb_agg(r.line ORDER BY r.place, r.entry, r.line COLLATE "C"), '[]')
	FROM (SELECT 1 AS place, 0::bigint AS entry, v.reason AS line FROM sqlite_mig_internal._verdict(plan) AS v WHERE v.verdict = 'incomplete'
		UNION ALL SELECT 2, e.entry, format('%s %s: %s', e.object_kind, e.object_name, e.detail) FROM sqlite_mig.ledger_entry AS e
			WHERE e.migration = (plan).migration AND e.effect IN ('skipped', 'failed') AND NOT e.accepted AND e.rule <> 'rejected'
		UNION ALL SELECT 3, 0, format('rejected rows of table %s: %s', r.table_name, count(*)) FROM sqlite_mig.rejected AS r
			WHERE r.migration = (plan).migration AND r.replayed_at IS NULL AND NOT r.accepted GROUP BY r.table_name
		UNION ALL SELECT 4, 0, 'the application: its SQL (lint_sql, convert_placeholders), its pools (pool_size), its migrations (alembic_revision)') AS r;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._report(plan sqlite_mig.migration) RETURNS jsonb
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT jsonb_build_object(
		'migration', (plan).migration, 'server', (plan).server, 'target_schema', (plan).target_schema, 'run', (plan).run, 'made_at', clock_timestamp(),
		'database', current_database(), 'version', sqlite_mig.version(), 'postgresql', current_setting('server_version'),
		'verdict', s.verdict, 'reason', s.reason, 'started_at', s.started_at, 'verified_at', (plan).verified_at, 'seconds', round(extract(epoch FROM s.duration), 3), 'rows', s.rows, 'findings', s.findings,
		'phases', (SELECT coalesce(jsonb_agg(jsonb_build_object('what', j.object_kind, 'steps', j.steps, 'seconds', j.seconds, 'failed', j.failed) ORDER BY j.first), '[]')
			FROM (SELECT j.object_kind, count(*) AS steps, round(sum(j.seconds), 3) AS seconds, count(j.error) AS failed, min(j.step) AS first
				FROM sqlite_mig.journal AS j WHERE j.migration = (plan).migration AND j.run = (plan).run GROUP BY j.object_kind) AS j),
		'tables', sqlite_mig_internal._report_tables(plan),
		'types', (SELECT coalesce(jsonb_agg(jsonb_build_object('table', c.source_table, 'column', c.source_name, 'declared', c.declared_type, 'type', c.target_type, 'format', c.format,
				'confidence', c.confidence, 'why', coalesce(c.reason, c.evidence ->> 'rule'), 'rows', c.evidence -> 'rows', 'nulls', c.evidence -> 'nulls') ORDER BY t.load_order, c.position), '[]')
			FROM sqlite_mig.plan_column AS c JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include WHERE c.migration = (plan).migration AND c.include),
		'ledger', (SELECT coalesce(jsonb_agg(jsonb_build_object('severity', e.severity, 'effect', e.effect, 'kind', e.object_kind, 'object', e.object_name, 'detail', e.detail, 'rows', e.rows,
				'sample', e.sample, 'rule', e.rule, 'accepted', e.accepted) ORDER BY array_position('{blocker,warning,info}'::text[], e.severity), e.entry), '[]')
			FROM sqlite_mig.ledger_entry AS e WHERE e.migration = (plan).migration),
		'rejected', (SELECT coalesce(jsonb_agg(jsonb_build_object('table', r.table_name, 'sqlstate', r.sqlstate, 'rows', r.n, 'first', r.first, 'open', r.open, 'accepted', r.accepted) ORDER BY r.table_name, r.sqlstate), '[]')
			FROM (SELECT r.table_name, r.sqlstate, count(*) AS n, min(concat_ws(' ', r.source_key, r.message)) AS first, count(*) FILTER (WHERE r.replayed_at IS NULL AND NOT r.accepted) AS open,
					count(*) FILTER (WHERE r.replayed_at IS NULL AND r.accepted) AS accepted
				FROM sqlite_mig.rejected AS r WHERE r.migration = (plan).migration GROUP BY r.table_name, r.sqlstate) AS r),
		'checks', (SELECT coalesce(jsonb_agg(jsonb_build_object('table', v.table_name, 'check', v.check_name, 'source', v.source_value, 'target', v.target_value, 'ok', v.ok, 'detail', v.detail) ORDER BY v.table_name = '*', v.table_name, v.place, v.check_name), '[]')
			FROM sqlite_mig.last_verification AS v WHERE v.migration = (plan).migration),
		'remains', sqlite_mig_internal._report_remains(plan), 'undo', sqlite_mig_internal._report_undo(plan))
	FROM sqlite_mig_internal._status((plan).server, (plan).migration) AS s;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._report_text(report jsonb) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	-- lines that fit a terminal; statements stay as they are
	SELECT string_agg(CASE WHEN l.part = 9 OR length(l.line) <= 100 THEN l.line ELSE replace(sqlite_mig_internal._cell(l.line, 94, 10000), E'\n', E'\n      ') END, E'\n' ORDER BY l.part, l.place)
	FROM (SELECT 1 AS part, v.place, v.line FROM (VALUES
			(1::bigint, format('Migration "%s": %s', report ->> 'migration', upper(report ->> 'verdict' COLLATE "C"))),
			(2, report ->> 'reason'),
			(3, format('Server %s into schema %s of database %s; run %s; began %s, took %s s; rows: %s', report ->> 'server', report ->> 'target_schema', report ->> 'database', report ->> 'run',
				coalesce(to_char((report ->> 'started_at')::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"'), '-'), coalesce(report ->> 'seconds', '-'), coalesce(report ->> 'rows', '-')))) AS v (place, line)
		UNION ALL SELECT 2, 0, E'\nPHASES'
		UNION ALL SELECT 2, p.n, format('  %-22s %6s %-5s %10s s%s', p.item ->> 'what', p.item ->> 'steps', CASE p.item ->> 'steps' WHEN '1' THEN 'step' ELSE 'steps' END, coalesce(p.item ->> 'seconds', '-'), CASE WHEN p.item ->> 'failed' <> '0' THEN '  failed: ' || (p.item ->> 'failed') ELSE '' END)
			FROM jsonb_array_elements(report -> 'phases') WITH ORDINALITY AS p (item, n)
		UNION ALL SELECT 3, 0, E'\nTABLES'
		UNION ALL SELECT 3, p.n, format('  %-34s %12s rows %10s %9s rows/s  %s', p.item ->> 'target', coalesce(p.item ->> 'rows', '-'), coalesce(pg_size_pretty((p.item ->> 'bytes')::bigint), '-'), coalesce(p.item ->> 'rows_per_second', '-'),
				CASE p.item ->> 'verified' WHEN 'true' THEN 'verified' WHEN 'false' THEN 'DIFFERS' ELSE 'not verified' END)
			FROM jsonb_array_elements(report -> 'tables') WITH ORDINALITY AS p (item, n)
		UNION ALL SELECT 4, 0, E'\nTYPES'
		UNION ALL SELECT 4, p.n, format('  %-34s %-16s %s%s', concat_ws('.', p.item ->> 'table', p.item ->> 'column'), p.item ->> 'declared', concat_ws('/', p.item ->> 'type', p.item ->> 'format'), coalesce('  (' || (p.item ->> 'why') || ')', ''))
			FROM jsonb_array_elements(report -> 'types') WITH ORDINALITY AS p (item, n)
		UNION ALL SELECT 5, 0, E'\nLEDGER' WHERE report -> 'ledger' <> '[]'
		UNION ALL SELECT 5, p.n, format('  %s%s %s %s: %s%s', CASE p.item ->> 'severity' WHEN 'info' THEN '' ELSE upper(p.item ->> 'severity' COLLATE "C") || ' ' END, p.item ->> 'effect', p.item ->> 'kind', p.item ->> 'object', p.item ->> 'detail',
				CASE WHEN (p.item ->> 'accepted')::boolean THEN ' (accepted)' ELSE '' END)
			FROM jsonb_array_elements(report -> 'ledger') WITH ORDINALITY AS p (item, n)
		UNION ALL SELECT 6, 0, E'\nREJECTED ROWS' WHERE report -> 'rejected' <> '[]'
		UNION ALL SELECT 6, p.n, format('  %s %s: rows: %s, of them open: %s%s; first: %s', p.item ->> 'table', p.item ->> 'sqlstate', p.item ->> 'rows', p.item ->> 'open',
				CASE WHEN p.item ->> 'accepted' <> '0' THEN ', accepted and not there: ' || (p.item ->> 'accepted') ELSE '' END, p.item ->> 'first')
			FROM jsonb_array_elements(report -> 'rejected') WITH ORDINALITY AS p (item, n)
		UNION ALL SELECT 7, 0, E'\nCHECKS' WHERE report -> 'checks' <> '[]'
		UNION ALL SELECT 7, p.n, format('  %-7s %-24s %-22s %s%s', CASE WHEN (p.item ->> 'ok')::boolean THEN 'ok' ELSE 'DIFFERS' END, p.item ->> 'table', p.item ->> 'check',
				CASE WHEN p.item ->> 'source' = p.item ->> 'target' THEN p.item ->> 'source' ELSE concat_ws(' | ', coalesce(p.item ->> 'source', ''), coalesce(p.item ->> 'target', '')) END, coalesce('  (' || (p.item ->> 'detail') || ')', ''))
			FROM jsonb_array_elements(report -> 'checks') WITH ORDINALITY AS p (item, n)
		UNION ALL SELECT 8, 0, E'\nWHAT REMAINS'
		UNION ALL SELECT 8, p.n, '  ' || p.item FROM jsonb_array_elements_text(report -> 'remains') WITH ORDINALITY AS p (item, n)
		UNION ALL SELECT 9, 0, E'\nTO UNDO IT\n  ' || replace(report ->> 'undo', E'\n', E'\n  ') WHERE report ->> 'undo' IS NOT NULL) AS l;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._html(text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT replace(replace(replace(replace(replace(coalesce($1, ''), '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;');
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._html_table(caption text, heads text[], numbers integer[], rows jsonb) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN coalesce(rows, '[]') = '[]' THEN '' ELSE concat('<section><h2>', sqlite_mig_internal._html(caption), '</h2><div class="wide" tabindex="0" role="region" aria-label="', sqlite_mig_internal._html(caption), '"><table><thead><tr>',
		(SELECT string_agg('<th scope="col"' || CASE WHEN h.n = ANY (numbers) THEN ' class="number"' ELSE '' END || '>' || sqlite_mig_internal._html(h.text) || '</th>', '' ORDER BY h.n) FROM unnest(heads) WITH ORDINALITY AS h (text, n)), E'</tr></thead><tbody>\n',
		(SELECT string_agg('<tr>' || (SELECT string_agg(CASE WHEN c.n = 1 THEN '<th scope="row">' ELSE '<td' || CASE WHEN c.n = ANY (numbers) THEN ' class="number"' ELSE '' END || ' data-head="' || sqlite_mig_internal._html(heads[c.n]) || '">' END
				|| CASE WHEN c.cell LIKE E'\t%' THEN substr(c.cell, 2) ELSE sqlite_mig_internal._html(c.cell) END || CASE WHEN c.n = 1 THEN '</th>' ELSE '</td>' END, '' ORDER BY c.n)
				FROM jsonb_array_elements_text(r.cells) WITH ORDINALITY AS c (cell, n)) || '</tr>', E'\n' ORDER BY r.n)
			FROM jsonb_array_elements(rows) WITH ORDINALITY AS r (cells, n)), E'\n</tbody></table></div></section>\n') END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._html_badge(ok boolean, yes text, no text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT E'\t' || CASE WHEN ok IS NULL THEN '<span class="badge">not verified</span>' WHEN ok THEN '<span class="badge good">' || sqlite_mig_internal._html(yes) || '</span>' ELSE '<span class="badge bad">' || sqlite_mig_internal._html(no) || '</span>' END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._html_style() RETURNS text
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
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; } tbody th { font-weight: 600; min-width: 10rem; } td:last-child { min-width: 5.5rem; } .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.bar { display: block; height: .5rem; min-width: 2px; background: var(--bar); border-radius: .2rem; } td:has(> .bar) { min-width: 6rem; vertical-align: middle; }
.badge { display: inline-block; padding: 0 .5rem; border-radius: .8rem; border: 1px solid var(--line); white-space: nowrap; } .good { color: var(--good); background: var(--good-ground); border-color: transparent; } .bad { color: var(--bad); background: var(--bad-ground); border-color: transparent; } .fair { color: var(--fair); } .badge.fair { background: var(--fair-ground); border-color: transparent; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .8rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; } li { overflow-wrap: anywhere; } footer { color: var(--soft); font-size: .85rem; margin-top: 3rem; }
details summary { cursor: pointer; color: var(--soft); margin: 2.2rem 0 0; }
@media (max-width: 40rem) { .wide { position: relative; } thead { position: absolute; display: block; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } table, tbody, tr { display: block; } tbody th, td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .15rem 0; text-align: right; white-space: normal; min-width: 0; }
	tbody th { font-size: 1rem; text-align: left; } td::before { content: attr(data-head); color: var(--soft); text-align: left; flex: none; } tr { border-bottom: 1px solid var(--line); padding: .6rem 0; } td:has(> .bar) { display: block; } td:has(> .bar)::before { content: none; } }
@media print { body { font-size: 11px; } main { max-width: none; padding: 0; } .wide { overflow: visible; } tr { break-inside: avoid; } .verdict { break-inside: avoid; } }
$css$;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._report_html(report jsonb) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT concat('<!DOCTYPE html>', E'\n<html lang="en"><head><meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/>',
		'<meta http-equiv="Content-Security-Policy" content="default-src ''none''; style-src ''unsafe-inline''"/>',
		'<title>Migration ', sqlite_mig_internal._html(report ->> 'migration'), ': ', sqlite_mig_internal._html(report ->> 'verdict'), '</title><style>', sqlite_mig_internal._html_style(), E'</style></head>\n<body><main><h1>Migration of ',
		sqlite_mig_internal._html(report ->> 'migration'), ' to PostgreSQL</h1><p class="verdict', CASE report ->> 'verdict' WHEN 'lossless' THEN '' WHEN 'lossy as agreed' THEN ' fair' ELSE ' bad' END, '"><strong>', sqlite_mig_internal._html(report ->> 'verdict'), '</strong>',
		sqlite_mig_internal._html(report ->> 'reason'), E'</p>\n<dl>',
		(SELECT string_agg('<div><dt>' || sqlite_mig_internal._html(f.name) || '</dt><dd>' || sqlite_mig_internal._html(f.value) || '</dd></div>', '' ORDER BY f.place) FROM (VALUES
			(1, 'Server', report ->> 'server'), (2, 'Database and schema', concat_ws(', ', report ->> 'database', report ->> 'target_schema')),
			(3, 'Began', coalesce(to_char((report ->> 'started_at')::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"'), 'not yet')), (4, 'Took', coalesce((report ->> 'seconds') || ' s', '-')),
			(5, 'Rows', coalesce(to_char((report ->> 'rows')::numeric, 'FM999G999G999G999G999'), '-')), (6, 'Open findings', report ->> 'findings')) AS f (place, name, value)), E'</dl>\n',
		'<section><h2>What remains</h2><ul>', (SELECT string_agg('<li>' || sqlite_mig_internal._html(r.line) || '</li>', '' ORDER BY r.n) FROM jsonb_array_elements_text(report -> 'remains') WITH ORDINALITY AS r (line, n)), E'</ul></section>\n',
		sqlite_mig_internal._html_table('Phases', '{Step,Statements,Seconds,Share,Failed}', '{2,3,5}', (SELECT jsonb_agg(jsonb_build_array(p.item ->> 'what', p.item ->> 'steps', coalesce(p.item ->> 'seconds', '-'),
				E'\t<span class="bar" style="width:' || round(100 * coalesce((p.item ->> 'seconds')::numeric, 0) / greatest(m.most, 0.001)) || '%"></span>', p.item ->> 'failed') ORDER BY p.n)
			FROM jsonb_array_elements(report -> 'phases') WITH ORDINALITY AS p (item, n), (SELECT max((q ->> 'seconds')::numeric) AS most FROM jsonb_array_elements(report -> 'phases') AS q) AS m)),
		sqlite_mig_internal._html_table('Tables', '{Table,Rows,Size,Seconds,Rows/s,Share of rows,Verified}', '{2,3,4,5}', (SELECT jsonb_agg(jsonb_build_array(p.item ->> 'target', coalesce(to_char((p.item ->> 'rows')::numeric, 'FM999G999G999G999G990'), '-'),
				coalesce(pg_size_pretty((p.item ->> 'bytes')::bigint), '-'), coalesce(p.item ->> 'seconds', '-'), coalesce(to_char((p.item ->> 'rows_per_second')::numeric, 'FM999G999G999G990'), '-'),
				E'\t<span class="bar" style="width:' || round(100 * coalesce((p.item ->> 'rows')::numeric, 0) / greatest(m.most, 1)) || '%"></span>', sqlite_mig_internal._html_badge((p.item ->> 'verified')::boolean, 'verified', 'differs')) ORDER BY p.n)
			FROM jsonb_array_elements(report -> 'tables') WITH ORDINALITY AS p (item, n), (SELECT max((q ->> 'rows')::numeric) AS most FROM jsonb_array_elements(report -> 'tables') AS q) AS m)),
		sqlite_mig_internal._html_table('Ledger: what was changed, skipped or guessed', '{Object,Effect,What,Example,State}', '{}', (SELECT jsonb_agg(jsonb_build_array(concat_ws(' ', p.item ->> 'kind', p.item ->> 'object'),
				E'\t<span class="badge' || CASE p.item ->> 'severity' WHEN 'blocker' THEN ' bad' WHEN 'warning' THEN ' fair' ELSE '' END || '">' || sqlite_mig_internal._html(p.item ->> 'effect') || '</span>', p.item ->> 'detail', coalesce(p.item ->> 'sample', ''),
				CASE WHEN (p.item ->> 'accepted')::boolean THEN 'accepted' WHEN p.item ->> 'severity' = 'info' THEN '' ELSE 'open' END) ORDER BY p.n) FROM jsonb_array_elements(report -> 'ledger') WITH ORDINALITY AS p (item, n))),
		sqlite_mig_internal._html_table('Rejected rows', '{Table,SQLSTATE,Rows,Open,Accepted,First}', '{3,4,5}', (SELECT jsonb_agg(jsonb_build_array(p.item ->> 'table', p.item ->> 'sqlstate', p.item ->> 'rows', p.item ->> 'open', p.item ->> 'accepted', p.item ->> 'first') ORDER BY p.n)
			FROM jsonb_array_elements(report -> 'rejected') WITH ORDINALITY AS p (item, n))),
		sqlite_mig_internal._html_table('Verification', '{Table,Check,SQLite,PostgreSQL,Result,Remark}', '{}', (SELECT jsonb_agg(jsonb_build_array(p.item ->> 'table', p.item ->> 'check', coalesce(p.item ->> 'source', ''), coalesce(p.item ->> 'target', ''),
				sqlite_mig_internal._html_badge((p.item ->> 'ok')::boolean, 'equal', 'differs'), coalesce(p.item ->> 'detail', '')) ORDER BY p.n) FROM jsonb_array_elements(report -> 'checks') WITH ORDINALITY AS p (item, n))),
		sqlite_mig_internal._html_table('Types, and why', '{Column,Declared,Type,Why,Values,NULL,Confidence}', '{5,6,7}', (SELECT jsonb_agg(jsonb_build_array(concat_ws('.', p.item ->> 'table', p.item ->> 'column'), p.item ->> 'declared',
				concat_ws('/', p.item ->> 'type', p.item ->> 'format'), coalesce(p.item ->> 'why', ''), coalesce(p.item ->> 'rows', ''), coalesce(p.item ->> 'nulls', ''), coalesce(p.item ->> 'confidence', '')) ORDER BY p.n)
			FROM jsonb_array_elements(report -> 'types') WITH ORDINALITY AS p (item, n))),
		CASE WHEN report ->> 'undo' IS NOT NULL THEN '<section><h2>To undo it</h2><pre>' || sqlite_mig_internal._html(report ->> 'undo') || E'</pre></section>\n' END,
		'<footer>', sqlite_mig_internal._html(report ->> 'version'), ', PostgreSQL ', sqlite_mig_internal._html(report ->> 'postgresql'), '; ', to_char((report ->> 'made_at')::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"'), E'</footer></main></body></html>\n');
END;
CREATE OR REPLACE FUNCTION sqlite_mig.report(server text, format text DEFAULT 'text', migration text DEFAULT NULL) RETURNS text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	data jsonb;
BEGIN
	IF report.format IS NULL OR report.format NOT IN ('text', 'json', 'html') THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = pg_catalog.format('unknown format "%s"', report.format), HINT = 'Valid formats are: text, json, html.';
	END IF;
	data := sqlite_mig_internal._report(sqlite_mig_internal._migration(coalesce(report.migration, report.server)));
	RETURN CASE report.format WHEN 'text' THEN sqlite_mig_internal._report_text(data) WHEN 'html' THEN sqlite_mig_internal._report_html(data) ELSE jsonb_pretty(data) END;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._free_connections(role text, others integer, OUT reserved integer, OUT others_now integer, OUT free integer, OUT limited_by text)
	LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	role_limit     integer;
	database_limit integer;
BEGIN
	-- (reserved_connections is new in PostgreSQL 16)
	reserved := current_setting('superuser_reserved_connections')::integer + coalesce(current_setting('reserved_connections', true), '0')::integer;
	-- what kind a session of somebody else is may be hidden, its database is not
	others_now := coalesce(others, (SELECT count(*) FROM pg_stat_activity AS a
		WHERE a.pid <> pg_backend_pid() AND (a.backend_type = 'client backend' OR a.backend_type IS NULL AND a.datid IS NOT NULL)));
	free := current_setting('max_connections')::integer - reserved - others_now;
	limited_by := 'max_connections';
	SELECT r.rolconnlimit INTO role_limit FROM pg_roles AS r WHERE r.rolname = role;
	IF NOT FOUND THEN
		PERFORM sqlite_mig_internal._refuse('undefined_object', format('role "%s" does not exist', role));
	END IF;
	SELECT d.datconnlimit INTO database_limit FROM pg_database AS d WHERE d.datname = current_database();
	-- (negative: no limit)
	IF database_limit >= 0 AND database_limit < free THEN
		free := database_limit;
		limited_by := format('CONNECTION LIMIT of database "%s"', current_database());
	END IF;
	IF role_limit >= 0 AND role_limit < free THEN
		free := role_limit;
		limited_by := format('CONNECTION LIMIT of role "%s"', role);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig.pool_size(
	processes integer, threads integer DEFAULT 1, instances integer DEFAULT 1, others integer DEFAULT NULL, cores integer DEFAULT NULL, role text DEFAULT CURRENT_USER,
	OUT item text, OUT value bigint, OUT explanation text)
	RETURNS SETOF record
	LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 12 SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	server   record;
	pools    bigint;
	total    bigint;
	missing  bigint;
	bouncer  bigint;
	possible bigint;
BEGIN
	IF processes IS NULL OR threads IS NULL OR instances IS NULL OR least(processes, threads, instances, coalesce(cores, 1)) < 1 OR others < 0 THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'processes, threads, instances and cores must be at least 1, others at least 0',
			DETAIL = format('processes is %s, threads is %s, instances is %s, cores is %s, others is %s.', processes, threads, instances, cores, others);
	END IF;
	SELECT * INTO server FROM sqlite_mig_internal._free_connections(role, others);
	pools := processes::bigint * instances;
	total := pools * threads;
	missing := greatest(total - server.free, 0);
	possible := greatest(server.free, 0) / pools;
	bouncer := least(total, CASE WHEN cores IS NULL THEN least(20, greatest(server.free, 1)) ELSE least(2 * cores::bigint + 1, greatest(server.free, 1)) END);

	RETURN QUERY SELECT v.item, v.value, sqlite_mig_internal._wrap(v.explanation, 72) FROM (VALUES
		('maxconn', threads::bigint, 'for each process: a connection for each thread that works at once; a pool of psycopg2 does not wait when it is exhausted, it raises PoolError'),
		('minconn', CASE WHEN missing = 0 THEN threads ELSE 1 END::bigint,
			CASE WHEN missing = 0 THEN 'for each process: as many as maxconn; psycopg2 closes each connection beyond minconn that comes back, and opens it again for the next request'
				ELSE 'for each process: one, as they do not all fit; psycopg2 then opens and closes the others with each request' END),
		('total', total, format('%s x %s x %s: instances, processes, connections of each; a process makes its pool after it was forked', instances, processes, threads)),
		('max_connections', current_setting('max_connections')::bigint, 'setting of this server; a change needs a restart'),
		('reserved', server.reserved::bigint, 'of them for superusers and for roles with pg_use_reserved_connections: superuser_reserved_connections, and reserved_connections since PostgreSQL 16'),
		('others', server.others_now::bigint, CASE WHEN others IS NULL THEN 'client sessions that there are now beside this one; say others => N for what there will be: jobs, monitoring, psql'
			ELSE 'connections of others, as said' END),
		('free', server.free::bigint, format('connections that are left for the application; what limits them is %s', server.limited_by)),
		('headroom', server.free - total, CASE WHEN missing = 0 THEN 'connections that would still be free; new processes need them while old ones still run during a deployment'
			ELSE 'so many connections are missing: the last processes to start are refused with "too many clients already"' END),
		('max_connections_needed', total + server.reserved + server.others_now, 'max_connections with which it would fit exactly'),
		('pgbouncer_default_pool_size', bouncer,
			format('with PgBouncer in transaction mode so many connections to this server do for all %s: %s', total,
				CASE WHEN cores IS NULL THEN '20 is its default; say cores => N of the server for 2 N + 1' ELSE format('2 x %s cores + 1, more only wait for each other', cores) END)),
		('pgbouncer_max_client_conn', total, 'PgBouncer''s side towards the application; minconn and maxconn stay. Sessions are shared there: SET, temporary tables, LISTEN, session advisory locks and PREPARE do not last beyond a transaction')) AS v (item, value, explanation);
	RETURN QUERY SELECT 'verdict', server.free - total, sqlite_mig_internal._wrap(CASE
		WHEN missing = 0 AND total > 2 * bouncer AND total > 50 THEN format('fits, but %s sessions are many: PgBouncer would do with %s', total, bouncer)
		WHEN missing = 0 THEN 'fits'
		WHEN possible >= 1 THEN format('does not fit: raise %s to %s, or give each process no more than %s threads, or use PgBouncer', server.limited_by,
			CASE server.limited_by WHEN 'max_connections' THEN total + server.reserved + server.others_now ELSE total END, possible)
		ELSE format('does not fit: %s processes are more than the %s connections that are free; use PgBouncer, or fewer processes', pools, greatest(server.free, 0)) END, 72);
	IF missing > 0 THEN
		RAISE WARNING USING MESSAGE = 'the pools do not fit into the connections of this server',
			DETAIL = format('They may open %s connections, and %s are free, limited by %s.', total, greatest(server.free, 0), server.limited_by),
			HINT = 'The row "verdict" says what would help.';
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._py_letters(value text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT q.mark || coalesce(string_agg(CASE
			WHEN c.letter = '\' THEN '\\'
			WHEN c.letter = q.mark THEN '\' || c.letter
			WHEN c.letter = E'\n' THEN '\n'
			WHEN c.letter = E'\t' THEN '\t'
			-- (ascii() is an error for letters of several bytes in encodings other than UTF8)
			WHEN octet_length(c.letter) = 1 OR getdatabaseencoding() = 'UTF8' THEN CASE WHEN ascii(c.letter) < 32 OR ascii(c.letter) = 127 OR ascii(c.letter) BETWEEN 128 AND 159 AND octet_length(c.letter) = 2 THEN '\x' || lpad(to_hex(ascii(c.letter)), 2, '0') ELSE c.letter END
			ELSE c.letter END, '' ORDER BY c.n), '') || q.mark
		FROM (SELECT CASE WHEN strpos(_py_letters.value, '''') > 0 AND strpos(_py_letters.value, '"') = 0 THEN '"' ELSE '''' END) AS q (mark)
			LEFT JOIN LATERAL string_to_table(_py_letters.value, NULL) WITH ORDINALITY AS c (letter, n) ON true
		GROUP BY q.mark;
END;
COMMENT ON FUNCTION sqlite_mig_internal._py_letters(text) IS 'internal: a string literal of Python, letter by letter';
CREATE OR REPLACE FUNCTION sqlite_mig_internal._py(value text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN value COLLATE "C" ~ '^[ -&(-\[\]-~]*$' THEN '''' || value || '''' ELSE sqlite_mig_internal._py_letters(value) END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._py_name(name text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN name IN ('collation', 'concurrently', 'lateral', 'tablesample') THEN format('sa.sql.quoted_name(%s, True)', sqlite_mig_internal._py(name)) ELSE sqlite_mig_internal._py(name) END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._py_names(names text[]) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT string_agg(sqlite_mig_internal._py_name(n.name), ', ' ORDER BY n.position) FROM unnest(names) WITH ORDINALITY AS n (name, position);
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._py_sql(statement text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT format('_sql(%s)', sqlite_mig_internal._py(statement));
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._py_execute(statement text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT format('op.execute(%s)', sqlite_mig_internal._py_sql(statement));
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._py_schema(name text, argument text DEFAULT 'schema') RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT CASE WHEN name = 'public' THEN '' ELSE format(', %s=%s', argument, sqlite_mig_internal._py(name)) END;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._py_type(type text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF type ~ '\[\]$' THEN
		RETURN format('postgresql.ARRAY(%s)', sqlite_mig_internal._py_type(left(type, -2)));
	END IF;
	RETURN coalesce((SELECT regexp_replace(type, '^' || r.pattern || '$', r.words) FROM (VALUES
		('smallint', 'sa.SmallInteger()'),
		('integer', 'sa.Integer()'),
		('bigint', 'sa.BigInteger()'),
		('boolean', 'sa.Boolean()'),
		('real', 'sa.REAL()'),
		('double precision', 'postgresql.DOUBLE_PRECISION()'),
		('numeric', 'sa.Numeric()'),
		('numeric\((\d+),(-?\d+)\)', 'sa.Numeric(precision=\1, scale=\2)'),
		('text', 'sa.Text()'),
		('character varying', 'sa.String()'),
		('character varying\((\d+)\)', 'sa.String(length=\1)'),
		('character\((\d+)\)', 'sa.CHAR(length=\1)'),
		('bytea', 'sa.LargeBinary()'),
		('date', 'sa.Date()'),
		('timestamp with time zone', 'sa.DateTime(timezone=True)'),
		('timestamp without time zone', 'sa.DateTime()'),
		('timestamp\((\d)\) with time zone', 'postgresql.TIMESTAMP(timezone=True, precision=\1)'),
		('timestamp\((\d)\) without time zone', 'postgresql.TIMESTAMP(precision=\1)'),
		('time without time zone', 'sa.Time()'),
		('time with time zone', 'sa.Time(timezone=True)'),
		('time\((\d)\) without time zone', 'postgresql.TIME(precision=\1)'),
		('time\((\d)\) with time zone', 'postgresql.TIME(timezone=True, precision=\1)'),
		('interval', 'postgresql.INTERVAL()'),
		('bit\((\d+)\)', 'postgresql.BIT(length=\1)'),
		('bit varying', 'postgresql.BIT(varying=True)'),
		('bit varying\((\d+)\)', 'postgresql.BIT(length=\1, varying=True)')
		) AS r (pattern, words) WHERE type ~ ('^' || r.pattern || '$')),
		CASE WHEN type IN ('json', 'jsonb', 'uuid', 'inet', 'cidr', 'macaddr', 'money', 'tsvector', 'oid', 'int4range', 'int8range', 'numrange', 'daterange', 'tsrange', 'tstzrange')
			THEN format('postgresql.%s()', upper(type COLLATE "C")) END,
		format('_Type(%s)', sqlite_mig_internal._py(type)));
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._sequence_options(sequence oid, OUT words text, OUT options text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT string_agg(o.word, '' ORDER BY o.n), string_agg(o.option, '' ORDER BY o.n)
		FROM pg_sequence AS s,
			LATERAL (SELECT CASE s.seqtypid WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype THEN 2147483647 ELSE 9223372036854775807 END AS largest) AS l,
			LATERAL (VALUES
				(1, s.seqincrement <> 1, ', increment=' || s.seqincrement, ' INCREMENT BY ' || s.seqincrement),
				(2, s.seqmin <> 1, ', minvalue=' || s.seqmin, ' MINVALUE ' || s.seqmin),
				(3, s.seqmax <> l.largest, ', maxvalue=' || s.seqmax, ' MAXVALUE ' || s.seqmax),
				(4, s.seqstart <> 1, ', start=' || s.seqstart, ' START WITH ' || s.seqstart),
				(5, s.seqcache <> 1, ', cache=' || s.seqcache, ' CACHE ' || s.seqcache),
				(6, s.seqcycle, ', cycle=True', ' CYCLE')) AS o (n, differs, word, option)
		WHERE s.seqrelid = sequence AND o.differs;
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._column_sequences(relation oid) RETURNS TABLE (attnum smallint, sequence oid, is_identity boolean, is_owned boolean, is_serial boolean)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT a.attnum, s.oid, a.attidentity <> '', o.refobjid = a.attrelid AND o.refobjsubid = a.attnum,
			-- what "serial" would make again
			o.refobjid = a.attrelid AND o.refobjsubid = a.attnum AND a.attidentity = '' AND a.attnotnull AND EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey))
				AND s.relname = format('%s_%s_seq', c.relname, a.attname) AND octet_length(s.relname) <= 63 AND s.relnamespace = c.relnamespace AND q.seqtypid = a.atttypid
				AND a.atttypid IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype) AND obj_description(s.oid, 'pg_class') IS NULL
				AND (SELECT p.options IS NULL FROM sqlite_mig_internal._sequence_options(s.oid) AS p) AND pg_get_expr(d.adbin, d.adrelid) = format('nextval(%L::regclass)', format('%I.%I', n.nspname, s.relname))
		FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
			LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
			-- (not one join with OR, for which all of pg_depend would be read)
			CROSS JOIN LATERAL (SELECT x.refobjid AS sequence FROM pg_depend AS x WHERE x.classid = 'pg_attrdef'::regclass AND x.objid = d.oid AND x.refclassid = 'pg_class'::regclass
				UNION ALL SELECT x.objid FROM pg_depend AS x WHERE x.refclassid = 'pg_class'::regclass AND x.refobjid = a.attrelid AND x.refobjsubid = a.attnum AND x.classid = 'pg_class'::regclass AND x.deptype = 'i') AS u
			JOIN pg_class AS s ON s.oid = u.sequence AND s.relkind = 'S'
			JOIN pg_namespace AS n ON n.oid = s.relnamespace
			JOIN pg_sequence AS q ON q.seqrelid = s.oid
			LEFT JOIN pg_depend AS o ON o.classid = 'pg_class'::regclass AND o.objid = s.oid AND o.refclassid = 'pg_class'::regclass AND o.deptype IN ('a', 'i')
		WHERE a.attrelid = _column_sequences.relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '';
END;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._alembic_columns(relation oid) RETURNS SETOF text
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT format('sa.Column(%s, %s%s)', sqlite_mig_internal._py_name(a.attname), CASE WHEN a.attgenerated NOT IN ('', 's') OR t.collation <> ''
				THEN format('_Type(%s)', sqlite_mig_internal._py(t.spelled || t.collation || CASE WHEN a.attgenerated NOT IN ('', 's') THEN format(' GENERATED ALWAYS AS (%s) VIRTUAL', e.expr) ELSE '' END))
				ELSE sqlite_mig_internal._py_type(t.spelled) END,
			concat(CASE WHEN a.attidentity <> '' THEN format(', sa.Identity(always=%s%s)', CASE a.attidentity WHEN 'a' THEN 'True' ELSE 'False' END,
					(SELECT o.words FROM sqlite_mig_internal._column_sequences(a.attrelid) AS s, sqlite_mig_internal._sequence_options(s.sequence) AS o WHERE s.attnum = a.attnum)) END,
				CASE WHEN a.attgenerated = 's' THEN format(', sa.Computed(%s, persisted=True)', sqlite_mig_internal._py_sql(e.expr)) END,
				CASE WHEN s.serial THEN ', autoincrement=True' WHEN a.attgenerated = '' THEN ', server_default=' || sqlite_mig_internal._py_sql(e.expr) END,
				-- SQLAlchemy makes serial of an integer key that has nothing else
				CASE WHEN a.atttypid IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype) AND e.expr IS NULL AND a.attidentity = ''
					AND EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)) THEN ', autoincrement=False' END,
				CASE WHEN a.attnotnull THEN ', nullable=False' END,
				', comment=' || sqlite_mig_internal._py(col_description(a.attrelid, a.attnum))))
		FROM pg_attribute AS a
			LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum,
			LATERAL (SELECT pg_get_expr(d.adbin, d.adrelid) AS expr) AS e,
			LATERAL (SELECT coalesce(bool_or(s.is_serial), false) AS serial FROM sqlite_mig_internal._column_sequences(a.attrelid) AS s WHERE s.attnum = a.attnum) AS s,
			LATERAL (SELECT format_type(a.atttypid, a.atttypmod) AS spelled, coalesce((SELECT format(' COLLATE %I.%I', n.nspname, l.collname)
				FROM pg_type AS y JOIN pg_collation AS l ON l.oid = a.attcollation AND l.oid <> y.typcollation JOIN pg_namespace AS n ON n.oid = l.collnamespace WHERE y.oid = a.atttypid), '') AS collation) AS t
		WHERE a.attrelid = _alembic_columns.relation AND a.attnum > 0 AND NOT a.attisdropped
		ORDER BY a.attnum;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._alembic_constraints(relation oid) RETURNS TABLE (name text, kind "char", parent oid, waits boolean, words text, operation text, comment text)
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT k.conname::text, k.contype, nullif(k.confrelid, 0),
			k.confrelid = k.conrelid AND NOT EXISTS (SELECT FROM pg_constraint AS u WHERE u.conindid = k.conindid AND u.contype IN ('p', 'u')),
			CASE WHEN s.def = s.sayable THEN s.words || format('%s, name=%s)', s.options, sqlite_mig_internal._py_name(k.conname)) END,
			CASE WHEN k.contype = 'f' AND s.def = s.sayable AND s.words IS NOT NULL
				THEN format('op.create_foreign_key(%s, %s, %s, [%s], [%s]%s%s%s)', sqlite_mig_internal._py_name(k.conname), sqlite_mig_internal._py_name(c.relname), sqlite_mig_internal._py_name(p.relname),
					sqlite_mig_internal._py_names(l.names), sqlite_mig_internal._py_names(r.names), sqlite_mig_internal._py_schema(n.nspname, 'source_schema'), sqlite_mig_internal._py_schema(pn.nspname, 'referent_schema'), s.options)
				ELSE sqlite_mig_internal._py_execute(format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname, s.def)) END,
			sqlite_mig_internal._py_execute(format('COMMENT ON CONSTRAINT %I ON %I.%I IS ', k.conname, n.nspname, c.relname) || quote_literal(obj_description(k.oid, 'pg_constraint')))
		FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
			LEFT JOIN pg_class AS p ON p.oid = k.confrelid LEFT JOIN pg_namespace AS pn ON pn.oid = p.relnamespace,
			LATERAL (SELECT array_agg(a.attname::text ORDER BY u.n) AS names, string_agg(quote_ident(a.attname), ', ' ORDER BY u.n) AS list
				FROM unnest(k.conkey) WITH ORDINALITY AS u (attnum, n) JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.attnum) AS l,
			LATERAL (SELECT array_agg(a.attname::text ORDER BY u.n) AS names, string_agg(quote_ident(a.attname), ', ' ORDER BY u.n) AS list
				FROM unnest(k.confkey) WITH ORDINALITY AS u (attnum, n) JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = u.attnum) AS r,
			LATERAL (SELECT CASE k.confupdtype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' WHEN 'r' THEN 'RESTRICT' END AS on_update,
				CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' WHEN 'r' THEN 'RESTRICT' END AS on_delete,
				CASE k.confmatchtype WHEN 'f' THEN 'FULL' WHEN 'p' THEN 'PARTIAL' END AS matched, pg_get_expr(k.conbin, k.conrelid) AS expr) AS e,
			LATERAL (SELECT pg_get_constraintdef(k.oid) AS def,
				concat(', onupdate=' || quote_literal(e.on_update), ', ondelete=' || quote_literal(e.on_delete), ', match=' || quote_literal(e.matched),
					CASE WHEN k.condeferrable THEN ', deferrable=True' END, CASE WHEN k.condeferred THEN ', initially=''DEFERRED''' END) AS options,
				CASE k.contype
					WHEN 'p' THEN format('sa.PrimaryKeyConstraint(%s', sqlite_mig_internal._py_names(l.names))
					-- (CREATE TABLE drops one of two with the same columns)
					WHEN 'u' THEN CASE WHEN NOT EXISTS (SELECT FROM pg_constraint AS o WHERE o.conrelid = k.conrelid AND o.conkey = k.conkey AND (o.contype = 'p' OR o.contype = 'u' AND o.conname < k.conname))
						THEN format('sa.UniqueConstraint(%s', sqlite_mig_internal._py_names(l.names)) END
					WHEN 'c' THEN format('sa.CheckConstraint(%s', sqlite_mig_internal._py_sql(e.expr))
					-- (the name of a column there is split at its dots)
					WHEN 'f' THEN CASE WHEN concat(pn.nspname, p.relname, array_to_string(r.names, '')) !~ '[.]' THEN format('sa.ForeignKeyConstraint([%s], [%s]', sqlite_mig_internal._py_names(l.names),
						(SELECT string_agg(sqlite_mig_internal._py(concat_ws('.', nullif(pn.nspname, 'public'), p.relname, u.name)), ', ' ORDER BY u.n) FROM unnest(r.names) WITH ORDINALITY AS u (name, n))) END
				END AS words,
				-- what these words make
				CASE k.contype
					WHEN 'p' THEN format('PRIMARY KEY (%s)', l.list)
					WHEN 'u' THEN format('UNIQUE (%s)', l.list)
					WHEN 'c' THEN format('CHECK (%s)', e.expr)
					WHEN 'f' THEN concat(format('FOREIGN KEY (%s) REFERENCES %I.%I(%s)', l.list, pn.nspname, p.relname, r.list), ' MATCH ' || e.matched, ' ON UPDATE ' || e.on_update, ' ON DELETE ' || e.on_delete)
				END || CASE WHEN k.condeferrable THEN ' DEFERRABLE' ELSE '' END || CASE WHEN k.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END AS sayable) AS s
		WHERE k.conrelid = _alembic_constraints.relation AND k.contype IN ('p', 'u', 'c', 'f', 'x')
		ORDER BY array_position('{p,u,c,f,x}'::"char"[], k.contype), k.conname;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._alembic_indexes(relation oid) RETURNS SETOF text
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT o.operation
		FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid JOIN pg_am AS m ON m.oid = x.relam JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace,
			LATERAL (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY u.n) FILTER (WHERE u.n <= i.indnkeyatts) AS keys, array_agg(a.attname::text ORDER BY u.n) FILTER (WHERE u.n <= i.indnkeyatts) AS key_names,
					string_agg(quote_ident(a.attname), ', ' ORDER BY u.n) FILTER (WHERE u.n > i.indnkeyatts) AS others, array_agg(a.attname::text ORDER BY u.n) FILTER (WHERE u.n > i.indnkeyatts) AS other_names
				FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS u (attnum, n) LEFT JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = u.attnum AND u.attnum <> 0) AS k,
			LATERAL (SELECT pg_get_indexdef(i.indexrelid) AS def, pg_get_expr(i.indpred, i.indrelid) AS predicate,
				format('CREATE %sINDEX %I ON %I.%I USING %I (', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, x.relname, n.nspname, c.relname, m.amname) AS head) AS d,
			LATERAL (SELECT concat(')', ' INCLUDE (' || k.others || ')', ' WHERE ' || d.predicate) AS tail) AS t,
			-- what stands between the parentheses: the keys with their collations, classes and directions
			LATERAL (SELECT CASE WHEN x.reloptions IS NULL AND starts_with(d.def, d.head) AND right(d.def, length(t.tail)) = t.tail
				THEN substr(d.def, length(d.head) + 1, length(d.def) - length(d.head) - length(t.tail)) END AS list) AS l,
			LATERAL (VALUES
				(1, CASE WHEN l.list IS NULL THEN sqlite_mig_internal._py_execute(d.def)
					ELSE format('op.create_index(%s, %s, [%s]%s%s)', sqlite_mig_internal._py_name(x.relname), sqlite_mig_internal._py_name(c.relname),
						CASE WHEN l.list = k.keys THEN sqlite_mig_internal._py_names(k.key_names) ELSE sqlite_mig_internal._py_sql(l.list) END, sqlite_mig_internal._py_schema(n.nspname),
						concat(CASE WHEN i.indisunique THEN ', unique=True' END, ', postgresql_using=' || sqlite_mig_internal._py(nullif(m.amname, 'btree')),
							', postgresql_include=[' || sqlite_mig_internal._py_names(k.other_names) || ']', ', postgresql_where=' || sqlite_mig_internal._py_sql(d.predicate))) END),
				(2, sqlite_mig_internal._py_execute(format('COMMENT ON INDEX %I.%I IS ', n.nspname, x.relname) || quote_literal(obj_description(x.oid, 'pg_class'))))) AS o (n, operation)
		WHERE i.indrelid = _alembic_indexes.relation AND o.operation IS NOT NULL
			AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
		ORDER BY x.relname, o.n;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._alembic_tables(plan sqlite_mig.migration) RETURNS oid[]
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	bad  record;
	done oid[] := '{}';
	next oid;
BEGIN
	SELECT t.name, t.relation, c.relkind INTO bad FROM sqlite_mig_internal._targets((plan).migration) AS t LEFT JOIN pg_class AS c ON c.oid = t.relation
		WHERE t.relation IS NULL OR c.relkind <> 'r' OR c.relispartition ORDER BY t.relation IS NOT NULL, t.load_order, t.source_name LIMIT 1;
	IF FOUND AND bad.relation IS NULL THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('table %s does not exist', bad.name), detail => 'A revision describes tables that a migration has made.',
			hint => format('CALL sqlite_mig.migrate(%L, migration => %L);', (plan).server, (plan).migration));
	ELSIF FOUND THEN
		PERFORM sqlite_mig_internal._refuse('feature_not_supported', format('%s is no plain table', bad.name), detail => 'Partitioned tables, foreign tables and views are not written as a revision.',
			hint => 'Leave it out with include = false in plan_table, and write its operation by hand.');
	END IF;
	SELECT a.attrelid::regclass AS name, a.attname, y.oid::regtype AS type INTO bad
		FROM sqlite_mig_internal._targets((plan).migration) AS t JOIN sqlite_mig_internal._alembic_types(t.relation) AS u ON true JOIN pg_type AS y ON y.oid = u.type JOIN pg_attribute AS a ON a.attrelid = t.relation AND a.attnum = u.attnum
		WHERE u.statement IS NULL ORDER BY t.load_order, a.attnum LIMIT 1;
	IF FOUND THEN
		PERFORM sqlite_mig_internal._refuse('feature_not_supported', format('type %s of column "%s" of table %s is not written as a revision', bad.type, bad.attname, bad.name),
			detail => 'Types of the database itself are written when they are enumerations or domains.');
	END IF;
	LOOP
		SELECT t.relation INTO next
			FROM sqlite_mig_internal._targets((plan).migration) AS t,
				LATERAL (SELECT count(*) AS missing FROM pg_constraint AS k WHERE k.conrelid = t.relation AND k.contype = 'f' AND k.confrelid NOT IN (t.relation) AND k.confrelid <> ALL (done)
					AND k.confrelid IN (SELECT o.relation FROM sqlite_mig_internal._targets((plan).migration) AS o)) AS k
			WHERE t.relation <> ALL (done) ORDER BY k.missing, t.load_order, t.source_name LIMIT 1;
		EXIT WHEN NOT FOUND;
		done := done || next;
	END LOOP;
	RETURN done;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._alembic_types(relation oid) RETURNS TABLE (attnum smallint, type oid, name text, statement text)
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT a.attnum, y.oid, q.name, CASE y.typtype
			WHEN 'e' THEN format('CREATE TYPE %s AS ENUM (%s)', q.name, (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE e.enumtypid = y.oid))
			WHEN 'd' THEN concat(format('CREATE DOMAIN %s AS %s', q.name, format_type(y.typbasetype, y.typtypmod)),
				(SELECT format(' COLLATE %I.%I', n.nspname, l.collname) FROM pg_collation AS l JOIN pg_namespace AS n ON n.oid = l.collnamespace JOIN pg_type AS b ON b.oid = y.typbasetype
					WHERE l.oid = y.typcollation AND l.oid <> b.typcollation),
				' DEFAULT ' || y.typdefault, CASE WHEN y.typnotnull THEN ' NOT NULL' END,
				(SELECT string_agg(format(' CONSTRAINT %I %s', k.conname, pg_get_constraintdef(k.oid)), '' ORDER BY k.conname) FROM pg_constraint AS k WHERE k.contypid = y.oid AND k.contype = 'c')) END
		FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid JOIN pg_type AS y ON y.oid = CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END
			JOIN pg_namespace AS n ON n.oid = y.typnamespace,
			LATERAL (SELECT format('%I.%I', n.nspname, y.typname) AS name) AS q
		WHERE a.attrelid = _alembic_types.relation AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname NOT IN ('pg_catalog', 'information_schema')
			AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_type'::regclass AND d.objid = y.oid AND d.deptype = 'e');
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._alembic_extensions(tables oid[]) RETURNS SETOF text
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT format('CREATE EXTENSION IF NOT EXISTS %I', e.extname) FROM pg_extension AS e
		WHERE EXISTS (SELECT FROM pg_depend AS m JOIN pg_depend AS d ON d.refclassid = m.classid AND d.refobjid = m.objid
			WHERE m.deptype = 'e' AND m.refclassid = 'pg_extension'::regclass AND m.refobjid = e.oid AND (
				d.classid = 'pg_class'::regclass AND (d.objid = ANY (tables) OR d.objid IN (SELECT i.indexrelid FROM pg_index AS i WHERE i.indrelid = ANY (tables)))
				OR d.classid = 'pg_attrdef'::regclass AND d.objid IN (SELECT f.oid FROM pg_attrdef AS f WHERE f.adrelid = ANY (tables))
				OR d.classid = 'pg_constraint'::regclass AND d.objid IN (SELECT k.oid FROM pg_constraint AS k WHERE k.conrelid = ANY (tables))))
		ORDER BY e.extname;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._alembic_settings(relation oid) RETURNS SETOF text
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
	SELECT sqlite_mig_internal._py_execute(format('ALTER TABLE %I.%I %s', n.nspname, c.relname, s.change))
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
CREATE OR REPLACE FUNCTION sqlite_mig_internal._alembic_sequences(tables oid[], OUT before text[], OUT after text[], OUT drops text[])
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT array_agg(DISTINCT format('CREATE SEQUENCE %s AS %s%s', q.name, format_type(p.seqtypid, NULL), (SELECT o.options FROM sqlite_mig_internal._sequence_options(s.oid) AS o))) FILTER (WHERE q.own),
			array_agg(v.statement ORDER BY s.relname, v.n) FILTER (WHERE v.statement IS NOT NULL),
			array_agg(DISTINCT format('DROP SEQUENCE IF EXISTS %s', q.name)) FILTER (WHERE q.own)
		FROM unnest(tables) AS t (relation) JOIN pg_class AS c ON c.oid = t.relation JOIN pg_namespace AS cn ON cn.oid = c.relnamespace
			-- (OFFSET: table by table, not all of the catalogs at once)
			CROSS JOIN LATERAL (SELECT * FROM sqlite_mig_internal._column_sequences(t.relation) AS o OFFSET 0) AS u JOIN pg_class AS s ON s.oid = u.sequence JOIN pg_namespace AS n ON n.oid = s.relnamespace
			JOIN pg_sequence AS p ON p.seqrelid = s.oid JOIN pg_attribute AS a ON a.attrelid = t.relation AND a.attnum = u.attnum,
			LATERAL (SELECT format('%I.%I', n.nspname, s.relname) AS name, NOT u.is_identity AND NOT u.is_serial AS own) AS q,
			LATERAL (VALUES
				(1, CASE WHEN q.own AND u.is_owned THEN format('ALTER SEQUENCE %s OWNED BY %I.%I.%I', q.name, cn.nspname, c.relname, a.attname) END),
				-- the sequence of an identity is called after table and column, cut where that is too long; this one may have kept the name of others
				(2, CASE WHEN u.is_identity AND s.relname <> format('%s_%s_seq', c.relname, a.attname) THEN
					format('DO %L', format('DECLARE found regclass := pg_get_serial_sequence(%L, %L); BEGIN IF (SELECT relname FROM pg_class WHERE oid = found) <> %L THEN EXECUTE format(''ALTER SEQUENCE %%s RENAME TO %%I'', found, %L); END IF; END',
						format('%I.%I', cn.nspname, c.relname), a.attname, s.relname, s.relname)) END),
				(3, format('COMMENT ON SEQUENCE %s IS ', q.name) || quote_literal(obj_description(s.oid, 'pg_class')))) AS v (n, statement)
		WHERE NOT u.is_serial;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._alembic_table(relation oid, later oid[]) RETURNS SETOF text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	made record;
BEGIN
	SELECT c.relname, n.nspname, c.relpersistence, obj_description(c.oid, 'pg_class') AS comment INTO STRICT made
		FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = relation;
	RETURN NEXT format(E'op.create_table(\n\t%s)', array_to_string(sqlite_mig_internal._py_name(made.relname)
		|| ARRAY(SELECT * FROM sqlite_mig_internal._alembic_columns(relation))
		|| ARRAY(SELECT k.words FROM sqlite_mig_internal._alembic_constraints(relation) AS k WHERE k.words IS NOT NULL AND NOT k.waits AND NOT coalesce(k.parent = ANY (later), false))
		|| nullif(concat_ws(', ', nullif(substr(sqlite_mig_internal._py_schema(made.nspname), 3), ''), CASE WHEN made.relpersistence = 'u' THEN 'prefixes=[''UNLOGGED'']' END,
			'comment=' || sqlite_mig_internal._py(made.comment)), ''), E',\n\t'));
	RETURN QUERY SELECT * FROM sqlite_mig_internal._alembic_settings(relation);
	RETURN QUERY SELECT k.operation FROM sqlite_mig_internal._alembic_constraints(relation) AS k WHERE k.words IS NULL AND k.kind <> 'f';
	RETURN QUERY SELECT * FROM sqlite_mig_internal._alembic_indexes(relation);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._alembic_schemas(plan sqlite_mig.migration, tables oid[]) RETURNS SETOF text
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS
$$
	SELECT n.nspname::text FROM pg_namespace AS n WHERE n.nspname <> 'public' AND (n.nspname = (plan).target_schema
		OR n.oid IN (SELECT y.typnamespace FROM unnest(tables) AS t (relation), LATERAL sqlite_mig_internal._alembic_types(t.relation) AS u JOIN pg_type AS y ON y.oid = u.type)) ORDER BY n.nspname;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._alembic_upgrade(plan sqlite_mig.migration, tables oid[]) RETURNS SETOF text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	sequences record;
BEGIN
	SELECT * INTO sequences FROM sqlite_mig_internal._alembic_sequences(tables);
	RETURN QUERY SELECT sqlite_mig_internal._py_execute(s.statement) FROM (
			SELECT 1, format('CREATE SCHEMA IF NOT EXISTS %I', n.name) FROM sqlite_mig_internal._alembic_schemas(plan, tables) AS n (name)
			UNION ALL SELECT 2, format('COMMENT ON SCHEMA %I IS ', n.name) || quote_literal(obj_description(to_regnamespace(quote_ident(n.name)), 'pg_namespace')) FROM sqlite_mig_internal._alembic_schemas(plan, tables) AS n (name)
			UNION ALL SELECT 3, e FROM sqlite_mig_internal._alembic_extensions(tables) AS e
			UNION ALL SELECT 4, y.statement FROM (SELECT DISTINCT y.statement FROM unnest(tables) AS t (relation), LATERAL sqlite_mig_internal._alembic_types(t.relation) AS y) AS y
			UNION ALL SELECT 5, q FROM unnest(sequences.before) AS q
		) AS s (part, statement) WHERE s.statement IS NOT NULL ORDER BY s.part, s.statement COLLATE "C";
	FOR i IN 1 .. cardinality(tables) LOOP
		RETURN QUERY SELECT * FROM sqlite_mig_internal._alembic_table(tables[i], tables[i + 1:]);
	END LOOP;
	RETURN QUERY SELECT k.operation FROM unnest(tables) WITH ORDINALITY AS t (relation, n), LATERAL sqlite_mig_internal._alembic_constraints(t.relation) AS k
		WHERE k.kind = 'f' AND (k.words IS NULL OR k.waits OR k.parent = ANY (tables[t.n + 1:])) ORDER BY t.n, k.name COLLATE "C";
	RETURN QUERY SELECT k.comment FROM unnest(tables) WITH ORDINALITY AS t (relation, n), LATERAL sqlite_mig_internal._alembic_constraints(t.relation) AS k
		WHERE k.comment IS NOT NULL ORDER BY t.n, k.name COLLATE "C";
	RETURN QUERY SELECT sqlite_mig_internal._py_execute(q) FROM unnest(sequences.after) WITH ORDINALITY AS q (q, n) ORDER BY n;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._alembic_downgrade(plan sqlite_mig.migration, tables oid[]) RETURNS SETOF text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	sequences record;
BEGIN
	SELECT * INTO sequences FROM sqlite_mig_internal._alembic_sequences(tables);
	-- those of cycles; the others go with their tables
	RETURN QUERY SELECT format('op.drop_constraint(%s, %s, type_=''foreignkey''%s)', sqlite_mig_internal._py_name(k.name), sqlite_mig_internal._py_name(c.relname), sqlite_mig_internal._py_schema(n.nspname))
		FROM unnest(tables) WITH ORDINALITY AS t (relation, n) JOIN pg_class AS c ON c.oid = t.relation JOIN pg_namespace AS n ON n.oid = c.relnamespace
			CROSS JOIN LATERAL sqlite_mig_internal._alembic_constraints(t.relation) AS k
		WHERE k.kind = 'f' AND k.parent = ANY (tables[t.n + 1:]) ORDER BY t.n, k.name COLLATE "C";
	RETURN QUERY SELECT format('op.drop_table(%s%s)', sqlite_mig_internal._py_name(c.relname), sqlite_mig_internal._py_schema(n.nspname))
		FROM unnest(tables) WITH ORDINALITY AS t (relation, n) JOIN pg_class AS c ON c.oid = t.relation JOIN pg_namespace AS n ON n.oid = c.relnamespace ORDER BY t.n DESC;
	RETURN QUERY SELECT sqlite_mig_internal._py_execute(q) FROM unnest(sequences.drops) WITH ORDINALITY AS q (q, n) ORDER BY n;
	RETURN QUERY SELECT sqlite_mig_internal._py_execute(format('DROP %s %s', y.kind, y.name))
		FROM (SELECT DISTINCT CASE WHEN y.statement LIKE 'CREATE DOMAIN%' THEN 'DOMAIN' ELSE 'TYPE' END AS kind, y.name FROM unnest(tables) AS t (relation), LATERAL sqlite_mig_internal._alembic_types(t.relation) AS y) AS y ORDER BY y.name COLLATE "C";
	-- a schema stays when somebody else keeps something in it
	RETURN QUERY SELECT sqlite_mig_internal._py_execute(format('DO %L', format('BEGIN DROP SCHEMA %I; EXCEPTION WHEN dependent_objects_still_exist THEN RAISE NOTICE %L; END',
			n.name, replace(format('schema "%s" is not empty and stays', n.name), '%', '%%'))))
		FROM sqlite_mig_internal._alembic_schemas(plan, tables) AS n (name);
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig_internal._check_revision(revision text) RETURNS void
	LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF revision !~ '^[A-Za-z0-9_]{1,32}$' THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', format('"%s" is no revision id', revision),
			hint => 'It has at most 32 letters, digits and underscores; Alembic''s own are 12 hexadecimal digits.');
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig.alembic_revision(server text, migration text DEFAULT NULL, down_revision text DEFAULT NULL, revision_id text DEFAULT NULL,
		OUT filename text, OUT revision text, OUT stamp text, OUT content text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	plan   constant sqlite_mig.migration := sqlite_mig_internal._migration(coalesce(alembic_revision.migration, alembic_revision.server));
	tables constant oid[] := sqlite_mig_internal._alembic_tables(plan);
	body   text;
	others text;
BEGIN
	PERFORM sqlite_mig_internal._check_revision(v) FROM (VALUES (down_revision), (revision_id)) AS v (v);
	revision := coalesce(revision_id, left(encode(sha256(convert_to(concat_ws(E'\n', plan.server, plan.migration, plan.target_schema), 'UTF8')), 'hex'), 12));
	filename := format('%s_%s.py', revision, coalesce(nullif(btrim(left(regexp_replace(lower(plan.migration COLLATE "C"), '[^a-z0-9]+', '_', 'g'), 40), '_') , ''), 'schema'));
	stamp := E'CREATE TABLE IF NOT EXISTS alembic_version (version_num varchar(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));\n'
		|| coalesce('DELETE FROM alembic_version WHERE version_num = ' || quote_literal(down_revision) || E';\n', '')
		|| format('INSERT INTO alembic_version VALUES (%L) ON CONFLICT DO NOTHING;', revision);
	body := format(E'def upgrade():\n\t%s\n\n\ndef downgrade():\n\t%s\n',
		coalesce((SELECT string_agg(replace(o.o, E'\n', E'\n\t'), E'\n\t' ORDER BY o.n) FROM sqlite_mig_internal._alembic_upgrade(plan, tables) WITH ORDINALITY AS o (o, n)), 'pass'),
		coalesce((SELECT string_agg(o.o, E'\n\t' ORDER BY o.n) FROM sqlite_mig_internal._alembic_downgrade(plan, tables) WITH ORDINALITY AS o (o, n)), 'pass'));
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
		format(E'\nrevision = %s\ndown_revision = %s\nbranch_labels = None\ndepends_on = None\n', sqlite_mig_internal._py(revision), coalesce(sqlite_mig_internal._py(down_revision), 'None')),
		CASE WHEN body ~ '\y_sql\(' THEN E'\n\ndef _sql(text):\n\t"""SQL as it stands: a colon in it starts no parameter."""\n\treturn sa.text(text.replace(":", "\\\\:"))\n' END,
		CASE WHEN body ~ '\y_Type\(' THEN E'\n\nclass _Type(sa.types.UserDefinedType):\n\t"""A type that SQLAlchemy has no class for, by its name."""\n\n\tcache_ok = True\n\n'
			'\tdef __init__(self, name):\n\t\tself.name = name\n\n\n@compiles(_Type)\ndef _compile_type(element, compiler, **kw):\n'
			'\tdoubled = compiler.dialect.paramstyle in ("format", "pyformat")\n\treturn element.name.replace("%", "%%") if doubled else element.name\n' END,
		E'\n\n', body);
	-- four spaces, as Python people have it; a tab inside a literal is written \t
	content := replace(content, E'\t', '    ');
END;
$$;
DROP FUNCTION sqlite_mig_internal._sqlite_ident (name text);
DROP FUNCTION sqlite_mig_internal._rest_of_table (migration text, run integer, task integer, table_name text, began timestamptz, result jsonb);
