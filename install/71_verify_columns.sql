
-- Level full, columns: what SQLite's SQL and PostgreSQL's SQL say of each column, each on its own. Neither our reader nor
-- our converters have a part in it, so a defect in them cannot be on both sides.

/*
 * What a type can be measured by. "reads" is what the value is in SQLite's SQL as a number or text that PostgreSQL's SQL
 * has a counterpart of in "has"; values for which "odd" is true have none. {v} is the stored value, {e} what "reads" makes of
 * it, {t} the column in PostgreSQL, {zone} the time zone of naive times as a literal, {units} those of a count in a second.
 *	same		the two texts
 *	near		two numbers, to 14 digits: they are computed from the same values, with the one's and the other's arithmetic
 *	moment		the same as numbers, shown as times
 *	bytes		the same texts, as hex
 */
CREATE FUNCTION sqlite_mig_internal._measure_kinds() RETURNS TABLE (kind text, odd text, reads text, has text, extremes text, sum text, odd_means text)
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
COMMENT ON FUNCTION sqlite_mig_internal._measure_kinds() IS 'internal: what the values of a type can be measured by in both engines';

/* How a column can be measured: NULL and the reason when only its NULLs can. */
CREATE FUNCTION sqlite_mig_internal._measure_kind(plan sqlite_mig.migration, col sqlite_mig.plan_column, OUT kind text, OUT zone text, OUT units text, OUT reason text)
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
COMMENT ON FUNCTION sqlite_mig_internal._measure_kind(sqlite_mig.migration, sqlite_mig.plan_column) IS 'internal: how a column can be measured in both engines';

CREATE TYPE sqlite_mig_internal._measure AS (name text, check_name text, how text, source text, target text, reason text);
COMMENT ON TYPE sqlite_mig_internal._measure IS 'internal: what is measured of a column in both engines';

/*
 * What is measured of a column, as expressions of both SQLs; those of SQLite are NULL where there is no row. "odd" counts
 * values that cannot be compared in this way.
 */
CREATE FUNCTION sqlite_mig_internal._column_measures(plan sqlite_mig.migration, source_table text) RETURNS SETOF sqlite_mig_internal._measure
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
COMMENT ON FUNCTION sqlite_mig_internal._column_measures(sqlite_mig.migration, text) IS 'internal: expressions of both SQLs that measure the columns of a table';

/* Expressions of SQLite over the rows of a table, in as few scans as it takes; NULL and the reason when SQLite cannot. */
CREATE FUNCTION sqlite_mig_internal._measure_source(server text, source_table text, expressions text[], OUT "values" text[], OUT error text)
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
COMMENT ON FUNCTION sqlite_mig_internal._measure_source(text, text, text[]) IS 'internal: expressions of SQLite over the rows of a table';

CREATE FUNCTION sqlite_mig_internal._measure_target(relation text, expressions text[], condition text, OUT "values" text[], OUT error text)
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
COMMENT ON FUNCTION sqlite_mig_internal._measure_target(text, text[], text) IS 'internal: expressions of PostgreSQL over the rows of a table';

/* Are two measures the same, and how a person would read them: see _measure_kinds. */
CREATE FUNCTION sqlite_mig_internal._measure_agrees(how text, INOUT source text, INOUT target text, OUT ok boolean)
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
COMMENT ON FUNCTION sqlite_mig_internal._measure_agrees(text, text, text) IS 'internal: compares two measures';

/* Is a text that may have been cut in a character good for convert_from? */
CREATE FUNCTION sqlite_mig_internal._is_utf8(bytes bytea) RETURNS boolean
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
COMMENT ON FUNCTION sqlite_mig_internal._is_utf8(bytea) IS 'internal: are bytes a text in UTF-8';
