-- The page doc/sqlite_compat.md against the catalog: a row of a table for each function that is no internal one, with its
-- signature and its comment, and no row for what does not exist.
\getenv srcdir PG_ABS_SRCDIR
\setenv SRCDIR :srcdir
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\set page `cat "$SRCDIR/doc/sqlite_compat.md"`

CREATE TEMP VIEW in_catalog AS
	SELECT format('| `%s(%s)` → `%s` | %s |', p.proname, regexp_replace(replace(pg_get_function_arguments(p.oid), 'sqlite_compat.', ''), '(^|, )OUT .*$', ''),
			CASE WHEN p.proretset THEN 'SETOF (' || substring(pg_get_function_arguments(p.oid) FROM 'OUT (.*)$') || ')'
				ELSE replace(pg_get_function_result(p.oid), 'sqlite_compat.', '') END,
			replace(regexp_replace(obj_description(p.oid, 'pg_proc'), '^SQLite: ', ''), '|', '\|')) AS line
		FROM pg_proc AS p
		WHERE p.pronamespace = 'sqlite_compat'::regnamespace AND p.proname !~ '^_' AND p.proname <> 'value';
-- (rows of other tables name no result)
CREATE FUNCTION pg_temp.on_page(page text) RETURNS SETOF text LANGUAGE sql AS
$$
	SELECT l FROM regexp_split_to_table(page, '\n') AS l WHERE l ~ '^\| `[^`]*\(.*\)` → '
$$;
SELECT count(*) > 100 AS found FROM pg_temp.on_page(:'page');

-- none
SELECT line AS not_on_the_page FROM (SELECT line FROM in_catalog EXCEPT SELECT pg_temp.on_page(:'page')) AS e ORDER BY line COLLATE "C";
SELECT line AS does_not_exist FROM (SELECT pg_temp.on_page(:'page') AS line EXCEPT SELECT line FROM in_catalog) AS e ORDER BY line COLLATE "C";

-- and it sees what it is for
SELECT count(*) AS missing FROM (SELECT line FROM in_catalog EXCEPT SELECT pg_temp.on_page(replace(:'page', 'soundex', 'soundexe'))) AS e;

-- Functions answer the same in a parallel worker; what is asked for the time of day is STABLE; nothing else changes.
SELECT p.proname, p.provolatile, p.proparallel
	FROM pg_proc AS p
	WHERE p.pronamespace = 'sqlite_compat'::regnamespace AND p.proname !~ '^_' AND (p.provolatile <> 'i' OR p.proparallel <> 's')
	ORDER BY p.proname COLLATE "C";

-- Each cast to the type value has its constructor, so that a value may stand where any type may.
SELECT c.castsource::regtype AS source, c.castcontext
	FROM pg_cast AS c WHERE c.casttarget = 'sqlite_compat.value'::regtype ORDER BY c.castsource::regtype::text COLLATE "C";

DROP VIEW in_catalog;
