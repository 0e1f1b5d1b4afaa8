-- LIKE with a pattern that begins with letters: the range that is sent beside GLOB loses nothing and adds nothing, whatever the letters, the
-- column's collation, and whether the pattern is a constant or a parameter; and an index of SQLite serves.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_prefix.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT, n TEXT COLLATE NOCASE, r TEXT COLLATE RTRIM); CREATE TABLE c (x); INSERT INTO c VALUES (''), ('a'), ('A'), ('b'), ('%'), ('_'), ('\'), ('*'), ('['), ('1'), ('0'), ('.'), ('-'), (' '), (char(127)), (char(128)), (char(228)), (char(2047)), (char(2048)), (char(55295)), (char(57344)), (char(65535)), (char(65536)), (char(1114111)); INSERT INTO t (b) SELECT x.x || y.x || z.x FROM c AS x, c AS y, c AS z WHERE z.x IN ('', 'a'); INSERT INTO t (b) VALUES (NULL); UPDATE t SET n = b, r = b; CREATE INDEX t_b ON t (b); CREATE INDEX t_n ON t (n COLLATE BINARY); CREATE INDEX t_r ON t (r)"
CREATE SERVER fdw_prefix FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA fdw_prefix;
IMPORT FOREIGN SCHEMA main LIMIT TO (t) FROM SERVER fdw_prefix INTO fdw_prefix;
SET search_path = fdw_prefix, pg_catalog;
CREATE TABLE own AS SELECT * FROM t;
CREATE TABLE pattern AS SELECT DISTINCT p FROM (SELECT x || y || z AS p FROM unnest('{"",a,A,%,_,\\%,\\\\,\\a,*,[,1,-," "}'::text[] || ARRAY[chr(127), chr(128), chr(228), chr(2047), chr(55295), chr(65535), chr(1114111)]) AS x, unnest('{"",a,%,_}'::text[] || chr(1114111)) AS y, unnest('{"",a,%}'::text[]) AS z) AS s WHERE p <> '';
CREATE FUNCTION differs(p text, OUT total bigint, OUT b bigint, OUT n bigint, OUT r bigint) LANGUAGE plpgsql AS $$
DECLARE
	own bigint[];
	sums bigint[];
BEGIN
	EXECUTE format('SELECT ARRAY[sum(id) FILTER (WHERE b LIKE %1$L), sum(id) FILTER (WHERE n LIKE %1$L), sum(id) FILTER (WHERE r LIKE %1$L)] FROM fdw_prefix.own', p) INTO own;
	EXECUTE format('SELECT ARRAY[(SELECT sum(id) FROM fdw_prefix.t WHERE b LIKE %1$L), (SELECT sum(id) FROM fdw_prefix.t WHERE n LIKE %1$L), (SELECT sum(id) FROM fdw_prefix.t WHERE r LIKE %1$L)]', p) INTO sums;
	total := own[1];
	b := (own[1] IS DISTINCT FROM sums[1])::int; n := (own[2] IS DISTINCT FROM sums[2])::int; r := (own[3] IS DISTINCT FROM sums[3])::int;
END
$$;
SELECT count(*), count(DISTINCT total) AS results, sum(b) AS b, sum(n) AS n, sum(r) AS r FROM pattern, differs(p);
-- a parameter that changes with each row: with a beginning and without one, and NULL
INSERT INTO pattern VALUES (NULL), (repeat('a', 60000));
SET enable_material = off;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
EXPLAIN (VERBOSE, COSTS OFF) SELECT p, sum(id), sum(s) FROM pattern LEFT JOIN LATERAL (SELECT id FROM t WHERE b LIKE p OFFSET 0) AS t ON true, LATERAL (SELECT 1 AS s) AS u GROUP BY p;
SELECT count(*) FROM (SELECT p, f.id FROM pattern LEFT JOIN LATERAL (SELECT sum(id) AS id FROM t WHERE b LIKE p AND n LIKE p) AS f ON true EXCEPT SELECT p, o.id FROM pattern LEFT JOIN LATERAL (SELECT sum(id) AS id FROM own WHERE b LIKE p) AS o ON true) AS s;
PREPARE alike(text) AS SELECT count(*) FROM t WHERE b LIKE $1;
SET plan_cache_mode = force_generic_plan;
EXECUTE alike('a%'); EXECUTE alike('%a'); EXECUTE alike('aa'); EXECUTE alike(NULL);
-- a backslash at the end is PostgreSQL's to complain of
EXECUTE alike('a\');
-- what looks like the condition in a constant makes no difference
PREPARE twice(text) AS SELECT count(*) FROM t WHERE b LIKE $1 AND n <> '(?1 <= ' AND n <> '(?2 > ';
EXECUTE twice('%a'); EXECUTE twice('a%');
-- a conjunction that is negated
SELECT count(*) FILTER (WHERE f.id IS NULL), count(*) FROM own FULL JOIN (SELECT id FROM t WHERE NOT (b LIKE 'a%' OR n LIKE '1%a')) AS f USING (id) WHERE NOT (own.b LIKE 'a%' OR own.n LIKE '1%a');
\pset format unaligned
\pset tuples_only on
-- SQLite's plans: with the range, and without it
\! sqlite3 "$FILE" "EXPLAIN QUERY PLAN SELECT r.id FROM main.t r WHERE (r.b >= 'ab' AND r.b < 'ac' AND r.b GLOB 'ab*')" "EXPLAIN QUERY PLAN SELECT r.id FROM main.t r WHERE (r.n >= 'ab' COLLATE BINARY AND r.n < 'ac' COLLATE BINARY AND r.n GLOB 'ab*')" "EXPLAIN QUERY PLAN SELECT r.id, r.b FROM main.t r WHERE ((?1 <= r.b) AND (?2 > r.b) AND r.b GLOB ?3)" "EXPLAIN QUERY PLAN SELECT r.id, r.r FROM main.t r WHERE ((1 OR ?1 <= r.b) AND (1 OR ?2 > r.b) AND r.b GLOB ?3)" | grep -v '^QUERY'
DROP SCHEMA fdw_prefix CASCADE;
DROP SERVER fdw_prefix CASCADE;
