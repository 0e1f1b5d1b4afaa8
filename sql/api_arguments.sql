-- Every C function takes whatever arguments it is called with: an error at most, and never one of the server's own or its end
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\pset format unaligned
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/api_arguments.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'x'), (2, NULL)"
CREATE SERVER api_arguments FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CALL sqlite_mig.migrate('api_arguments', 'api_arguments');
CREATE TEMP TABLE outcome (name text, state text);
-- an argument in each of four moods; a type for which there is nothing to say gets NULL
CREATE FUNCTION pg_temp.argument(type oid, mood text) RETURNS text LANGUAGE sql AS $$
	SELECT CASE WHEN mood = 'null' THEN 'NULL' WHEN type = 'regclass'::regtype THEN quote_literal('api_arguments.t') WHEN type = 'boolean'::regtype THEN 'true'
			ELSE CASE (SELECT t.typcategory FROM pg_type AS t WHERE t.oid = type) WHEN 'A' THEN CASE mood WHEN 'empty' THEN quote_literal('{}') ELSE quote_literal('{1}') END
				WHEN 'S' THEN CASE mood WHEN 'empty' THEN quote_literal('') WHEN 'server' THEN quote_literal('api_arguments') ELSE quote_literal('t') END
				WHEN 'N' THEN CASE mood WHEN 'empty' THEN '0' WHEN 'server' THEN '-1' ELSE '9000000' END ELSE 'NULL' END END
		|| CASE (SELECT t.typtype FROM pg_type AS t WHERE t.oid = type) WHEN 'p' THEN '' ELSE '::' || format_type(type, NULL) END $$;
DO $$
DECLARE
	item record;
BEGIN
	FOR item IN
		SELECT p.proname, p.pronamespace::regnamespace AS schema, (SELECT string_agg(pg_temp.argument(a, m), ', ' ORDER BY n) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS u (a, n)) AS arguments
		FROM pg_proc AS p JOIN pg_language AS l ON l.oid = p.prolang, unnest('{null,empty,server,table}'::text[]) AS m
		WHERE p.pronamespace IN ('sqlite_mig'::regnamespace, 'sqlite_mig_internal'::regnamespace) AND l.lanname = 'c' AND p.prokind = 'f' AND p.prorettype <> 'fdw_handler'::regtype AND 'internal'::regtype <> ALL (p.proargtypes::oid[])
		ORDER BY p.proname, p.oid, m
	LOOP
		BEGIN
			EXECUTE format('SELECT count(*) FROM %I.%I(%s) AS x', item.schema::text, item.proname, coalesce(item.arguments, ''));
			INSERT INTO outcome VALUES (item.proname, 'done');
		EXCEPTION
			WHEN OTHERS THEN
				INSERT INTO outcome VALUES (item.proname, SQLSTATE);
		END;
	END LOOP;
END;
$$;
-- (_pool_run is told what it was given: its caller is ours)
SELECT name, state FROM outcome WHERE state LIKE 'XX%' AND name <> '_pool_run';
SELECT count(DISTINCT name) > 40 AS functions, count(*) FILTER (WHERE state = 'done') > 40 AS worked, count(*) FILTER (WHERE state <> 'done') > 40 AS refused FROM outcome;
DELETE FROM sqlite_mig.migration WHERE migration = 'api_arguments';
DROP SCHEMA api_arguments, sqlite_api_arguments CASCADE;
DROP SERVER api_arguments CASCADE;
