-- From declared types of SQLite to candidates in PostgreSQL. Owns the rules, which are rows; knows no table and no
-- value: which candidate holds every value of a column is found out by _fit.

CREATE TABLE sqlite_mig.type_rule (
	priority    integer PRIMARY KEY,
	pattern     text NOT NULL,
	candidates  text[] NOT NULL CHECK (cardinality(candidates) > 0 AND array_position(candidates, NULL) IS NULL),
	empty_type  text,
	reason      text NOT NULL,
	builtin     boolean NOT NULL DEFAULT false
);
COMMENT ON TABLE sqlite_mig.type_rule IS
	'which PostgreSQL types a declared SQLite type may become; the rule with the lowest priority whose pattern matches decides, and a superuser may add rules';
COMMENT ON COLUMN sqlite_mig.type_rule.pattern IS
	'regular expression over the declared type in upper case with single blanks; the empty string is a column without a type';
COMMENT ON COLUMN sqlite_mig.type_rule.candidates IS
	'types in order of preference, "type" or "type/format"; \1 and \2 stand for what the parentheses of the pattern caught; text, bytea and text/any are always tried last';
COMMENT ON COLUMN sqlite_mig.type_rule.empty_type IS
	'the type where no value can tell: columns without values, and IMPORT FOREIGN SCHEMA; NULL is the first candidate';
COMMENT ON COLUMN sqlite_mig.type_rule.builtin IS 'true for the rules of the extension; false for yours, which pg_dump carries';
GRANT SELECT ON sqlite_mig.type_rule TO PUBLIC;
SELECT pg_catalog.pg_extension_config_dump('sqlite_mig.type_rule', 'WHERE NOT builtin');

-- 100 to 899: names that say more than their affinity; 900 on: SQLite's own affinity rules, in SQLite's order.
INSERT INTO sqlite_mig.type_rule (priority, pattern, candidates, empty_type, reason, builtin) VALUES
	(100, '^(?:BOOL|BOOLEAN|LOGICAL|YES/?NO|BIT(?: ?\( ?1 ?\))?)$',
	 '{boolean,bigint,double precision,numeric}', NULL, 'declared boolean', true),
	(200, '^(?:DECIMAL|DEC|NUMERIC|NUMBER|MONEY|CURRENCY) ?\( ?([0-9]+) ?, ?([0-9]+) ?\).*$',
	 '{"numeric(\\1,\\2)",numeric}', NULL, 'declared decimal with precision and scale', true),
	(210, '^(?:DECIMAL|DEC|NUMERIC|NUMBER|MONEY|CURRENCY) ?\( ?([0-9]+) ?\).*$',
	 '{numeric(\\1),numeric}', NULL, 'declared decimal with precision', true),
	(220, '^(?:DECIMAL|DEC|NUMERIC|NUMBER|MONEY|SMALLMONEY|CURRENCY)\M.*$',
	 '{numeric}', NULL, 'declared decimal', true),
	(300, '^JSONB?\M.*$', '{jsonb}', NULL, 'declared JSON', true),
	(310, '^(?:UUID|GUID|UNIQUEIDENTIFIER)\M.*$', '{uuid}', NULL, 'declared UUID', true),
	(400, '^(?:TIMESTAMP|DATETIME) ?(?:\( ?[0-9]+ ?\))? ?WITHOUT TIME ?ZONE.*$',
	 '{timestamp,bigint,double precision}', NULL, 'declared timestamp without time zone', true),
	(410, '^(?:TIMESTAMP|TIMESTAMPTZ|TIMESTAMP_?LTZ|DATETIME|DATETIME2|DATETIMEOFFSET|SMALLDATETIME)\M.*$',
	 '{timestamptz,bigint,double precision}', NULL, 'declared timestamp', true),
	(420, '^DATE\M.*$', '{date,timestamptz,bigint,double precision}', NULL, 'declared date', true),
	(430, '^TIME\M.*$', '{time,bigint,double precision}', NULL, 'declared time', true),
	(500, '^STRING\M.*$', '{text}', NULL, 'declared STRING, which SQLite treats as a number where it can', true),
	(510, '^(?:ENUM|SET)\M.*$', '{text,bigint,double precision,numeric}', NULL, 'declared ENUM or SET', true),
	-- SQLite sees an INT in POINT; GeoPackage and SpatiaLite store BLOBs
	(520, '^(?:GEOMETRY|GEOGRAPHY|GEOM(?:ETRY)?COLLECTION|(?:MULTI)?(?:POINT|LINESTRING|POLYGON))(?:Z|M|ZM)?\M.*$', '{text,bytea,bigint,double precision,numeric}', 'bytea',
	 'declared geometry', true),
	(600, '^(?:N?VARCHAR2?|N?CHAR|NCHAR VARYING|(?:NATIONAL )?(?:VARYING )?(?:CHARACTER|CHAR)(?: VARYING)?|NATIVE CHARACTER) ?\( ?([0-9]+)(?: ?(?:CHAR|BYTE))? ?\).*$',
	 '{varchar(\\1),text}', NULL, 'declared text with a length', true),
	(900, 'INT', '{bigint,double precision,numeric}', NULL, 'INTEGER affinity', true),
	(910, 'CHAR|CLOB|TEXT', '{text}', NULL, 'TEXT affinity', true),
	(920, 'BLOB', '{bytea,text}', NULL, 'BLOB affinity', true),
	(930, 'REAL|FLOA|DOUB', '{double precision,numeric}', NULL, 'REAL affinity', true),
	(940, '^$', '{bigint,double precision,numeric,text,bytea}', 'text', 'no declared type', true),
	(999, '', '{bigint,double precision,numeric}', 'numeric', 'NUMERIC affinity', true);

/*
 * The type's text when PostgreSQL knows the type and accepts its modifier,
 * else NULL. Nothing but a type name passes, so the result may stand in a
 * statement as it is.
 */
CREATE FUNCTION sqlite_mig_internal._type_name(type text) RETURNS text
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
COMMENT ON FUNCTION sqlite_mig_internal._type_name(text) IS 'internal: the type if PostgreSQL accepts it, else NULL';

CREATE FUNCTION sqlite_mig_internal._is_compressible(type text) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT EXISTS (SELECT FROM pg_type AS t WHERE t.oid = to_regtype(sqlite_mig_internal._type_name(type)) AND t.typstorage <> 'p');
END;
COMMENT ON FUNCTION sqlite_mig_internal._is_compressible(text) IS 'internal: whether a column of the type may have COMPRESSION';

CREATE FUNCTION sqlite_mig_internal._normal_type(declared text) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	-- ASCII upper case as SQLite does it, whatever the locale
	SELECT btrim(regexp_replace(translate(coalesce(declared, ''), 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
			'\s+', ' ', 'g'));
END;
COMMENT ON FUNCTION sqlite_mig_internal._normal_type(text) IS 'internal: a declared type in the form that type_rule.pattern is matched with';

CREATE FUNCTION sqlite_mig.type_candidates(declared text,
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
COMMENT ON FUNCTION sqlite_mig.type_candidates(text) IS
	'PostgreSQL types that a declared SQLite type may become, in order of preference; the first that holds every value exactly is taken. '
	'The last, text with format any, holds every value but text with NUL bytes or invalid UTF-8';

CREATE FUNCTION sqlite_mig_internal._import_types(declared text[]) RETURNS text[]
	LANGUAGE sql STABLE
BEGIN ATOMIC
	-- nobody has looked at the values: a length or precision that SQLite does not enforce would make rows unreadable
	SELECT coalesce(array_agg(coalesce(
			(SELECT regexp_replace(regexp_replace(c.target_type, '^varchar\(.*', 'text'), '^numeric\(.*', 'numeric') FROM sqlite_mig.type_candidates(d.declared) AS c ORDER BY c.if_empty DESC, c.ordinal LIMIT 1),
			'text') ORDER BY d.position), '{}')
		FROM (SELECT u.declared, u.position FROM unnest(_import_types.declared) WITH ORDINALITY AS u (declared, position)) AS d;
END;
COMMENT ON FUNCTION sqlite_mig_internal._import_types(text[]) IS 'internal: one PostgreSQL type per declared type, for IMPORT FOREIGN SCHEMA';
