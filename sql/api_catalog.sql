-- House rules over every object of the extension, asked of the catalogs: each list must come out empty.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;

CREATE TEMP VIEW member AS
	SELECT d.classid, d.objid, i.type, i.identity
		FROM pg_depend AS d
		JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND e.extname = 'sqlite_fdw_mig'
		CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, d.objsubid) AS i
		WHERE d.deptype = 'e';

-- the lists below are about something
SELECT count(*) > 10 AS functions FROM member WHERE type IN ('function', 'procedure');

-- objects without a comment (types of tables and sequences of identity columns have none of their own)
CREATE TEMP VIEW no_comment AS
	SELECT m.type, m.identity
		FROM member AS m
		WHERE obj_description(m.objid, m.classid::regclass::text) IS NULL
			AND NOT (m.classid = 'pg_type'::regclass
				AND EXISTS (SELECT FROM pg_type AS t LEFT JOIN pg_class AS c ON c.oid = t.typrelid
					WHERE t.oid = m.objid AND (t.typelem <> 0 OR c.relkind <> 'c')))
			AND NOT (m.classid = 'pg_class'::regclass
				AND EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = m.classid AND d.objid = m.objid AND d.deptype = 'i'));

-- objects outside of the extension's schemas
CREATE TEMP VIEW elsewhere AS
	SELECT m.type, m.identity
		FROM member AS m
		CROSS JOIN LATERAL pg_identify_object(m.classid, m.objid, 0) AS i
		WHERE (i.schema IS NULL OR i.schema NOT IN ('sqlite_mig', 'sqlite_mig_internal', 'sqlite_compat'))
			-- (row types are members by themselves since PostgreSQL 16)
			AND m.type NOT IN ('schema', 'foreign-data wrapper', 'type', 'cast');

-- PL/pgSQL without a search_path of its own, SQL text functions that look names up when they run
CREATE TEMP VIEW no_search_path AS
	SELECT m.type, m.identity
		FROM member AS m
		JOIN pg_proc AS p ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
		JOIN pg_language AS l ON l.oid = p.prolang
		WHERE (l.lanname = 'plpgsql' OR (l.lanname = 'sql' AND p.prosqlbody IS NULL))
			AND NOT coalesce(p.proconfig, '{}') @> '{"search_path=pg_catalog, pg_temp"}';

-- functions that run with the rights of their owner
CREATE TEMP VIEW security_definer AS
	SELECT m.type, m.identity
		FROM member AS m
		JOIN pg_proc AS p ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
		WHERE p.prosecdef;

-- C functions that are not called mig_…
CREATE TEMP VIEW odd_c_name AS
	SELECT m.type, m.identity
		FROM member AS m
		JOIN pg_proc AS p ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
		JOIN pg_language AS l ON l.oid = p.prolang
		WHERE l.lanname = 'c' AND p.prosrc !~ '^mig_';

-- tables and views that everybody may change: rows are each role's own business only where row security says so
CREATE TEMP VIEW public_may_write AS
	SELECT m.type, m.identity
		FROM member AS m
		JOIN pg_class AS c ON m.classid = 'pg_class'::regclass AND m.objid = c.oid
		WHERE c.relkind IN ('r', 'v') AND NOT c.relrowsecurity
			AND has_table_privilege('public', c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
			AND NOT coalesce(c.reloptions, '{}') @> '{security_invoker=true}';

CREATE TEMP VIEW breach AS
	SELECT rule, type, identity
		FROM (SELECT 'no_comment' AS rule, * FROM no_comment
		UNION ALL SELECT 'elsewhere' AS rule, * FROM elsewhere
		UNION ALL SELECT 'no_search_path' AS rule, * FROM no_search_path
		UNION ALL SELECT 'security_definer' AS rule, * FROM security_definer
		UNION ALL SELECT 'odd_c_name' AS rule, * FROM odd_c_name
		UNION ALL SELECT 'public_may_write' AS rule, * FROM public_may_write) AS u;

-- none
SELECT * FROM breach ORDER BY rule, identity COLLATE "C";

-- and each rule sees what it is for
BEGIN;
CREATE FUNCTION sqlite_mig.planted() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN 1; END';
CREATE FUNCTION sqlite_mig.planted_c() RETURNS int LANGUAGE internal AS 'pg_backend_pid';
CREATE TABLE public.planted (a int);
GRANT INSERT ON public.planted TO PUBLIC;
UPDATE pg_proc SET prolang = (SELECT oid FROM pg_language WHERE lanname = 'c') WHERE proname = 'planted_c';
ALTER EXTENSION sqlite_fdw_mig ADD FUNCTION sqlite_mig.planted();
ALTER EXTENSION sqlite_fdw_mig ADD FUNCTION sqlite_mig.planted_c();
ALTER EXTENSION sqlite_fdw_mig ADD TABLE public.planted;
SELECT * FROM breach ORDER BY rule, identity COLLATE "C";
ROLLBACK;

DROP VIEW breach, no_comment, elsewhere, no_search_path, security_definer, odd_c_name, public_may_write, member;
