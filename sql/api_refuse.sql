-- Errors found far below the function that was called: message, hint and the user's own frames, and none of ours between
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/api_refuse.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT); INSERT INTO t VALUES (1, 'one'); CREATE TABLE child (t INTEGER REFERENCES t); INSERT INTO child VALUES (7)"
CREATE SERVER api_refuse FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CALL sqlite_mig.migrate('api_refuse', mode => 'slow');
CALL sqlite_mig.migrate('api_refuse', on_error => 'ignore');
CALL sqlite_mig.migrate('api_refuse', 'api_refuse', options => '{"timezone": "UTC"}');
SELECT * FROM sqlite_mig.prepare('api_refuse', 'api_refuse', tables => '{nothing}');
CALL sqlite_mig.migrate('api_refuse', 'api_refuse');
SELECT count(*) FROM sqlite_mig.prepare('api_refuse', 'api_refuse', options => '{"policy": "not valid"}');
UPDATE sqlite_mig.plan_column SET target_type = 'integer' WHERE migration = 'api_refuse' AND source_name = 'word';
CALL sqlite_mig.migrate('api_refuse');
-- the user's own functions, and statements of several lines
CREATE FUNCTION api_refuse_own(name text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM *
		FROM sqlite_mig.ddl("name");
END;
$$;
SELECT api_refuse_own('none');
SELECT * FROM sqlite_mig.sync('api_refuse', direction => 'sideways');
-- caught, and what comes then has its context
DO $$
BEGIN
	PERFORM sqlite_mig.verify('none');
EXCEPTION
	WHEN undefined_object THEN
		RAISE WARNING 'caught: %', SQLERRM;
		PERFORM 1 / 0;
END;
$$;
-- all fields
DO $$
DECLARE
	t text; c text; d text; h text; s text; m text; x text;
BEGIN
	PERFORM sqlite_mig_internal._refuse('23503', 'the message', 'The detail.', 'The hint.', 'a table', 'a constraint');
EXCEPTION
	WHEN foreign_key_violation THEN
		GET STACKED DIAGNOSTICS t = TABLE_NAME, c = CONSTRAINT_NAME, d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT, s = RETURNED_SQLSTATE, m = MESSAGE_TEXT, x = PG_EXCEPTION_CONTEXT;
		RAISE WARNING '% | % | % | % | % | % | %', s, m, d, h, t, c, x;
END;
$$;
SELECT sqlite_mig_internal._refuse('undefined_table', 'no more than that');
SELECT sqlite_mig_internal._refuse('nonsense', 'x');
SELECT sqlite_mig_internal._refuse(NULL, NULL);
SELECT sqlite_mig_internal._refuse('data_exception', '%s %n 100%', '%s', '%d');
-- a file that is away
\! rm -f "$FILE"
ALTER SERVER api_refuse OPTIONS (SET database '/nowhere/at all.db');
UPDATE sqlite_mig.migration SET state = 'migrated' WHERE migration = 'api_refuse';
SELECT * FROM sqlite_mig.verify('api_refuse');
SELECT * FROM sqlite_mig.sync('api_refuse');
SELECT * FROM sqlite_mig.cutover('api_refuse');
-- a folder, an empty file
CREATE FUNCTION api_refuse_said(statement text, OUT detail text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
EXCEPTION
	WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
END;
$$;
\set folder :builddir '/results'
ALTER SERVER api_refuse OPTIONS (SET database :'folder');
SELECT regexp_replace(detail, '/.*/', '/') AS detail, hint FROM api_refuse_said('SELECT sqlite_mig.source_info(''api_refuse'')');
\! : > "$FILE"
ALTER SERVER api_refuse OPTIONS (SET database :'file');
SELECT detail, hint FROM api_refuse_said('SELECT sqlite_mig.source_info(''api_refuse'')');
DROP FUNCTION api_refuse_own;
DROP FUNCTION api_refuse_said;
DELETE FROM sqlite_mig.migration WHERE migration = 'api_refuse';
DROP SERVER api_refuse CASCADE;
DROP SCHEMA IF EXISTS sqlite_api_refuse, api_refuse CASCADE;
