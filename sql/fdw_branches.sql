-- What foreign scans and writes do where no other test comes: each query gives the rows that it gives over copies of the tables.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET TimeZone = 'UTC';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_branches.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE a (id INTEGER PRIMARY KEY, n INT, t TEXT, r REAL, ok BOOLEAN, d TEXT, v VARCHAR(4)); INSERT INTO a VALUES (1, 10, 'a%b', 1.5, 1, '2024-01-01', 'ab'), (2, 20, 'a_b', 2.5, 0, '2024-01-02', 'abc '), (3, NULL, 'a\\b', NULL, NULL, NULL, NULL), (4, 40, 'A%B', 4.5, 1, '2024-01-04', 'b'), (5, 40, NULL, 0.0, 0, '2024-01-05', 'a'); CREATE TABLE b (id INTEGER PRIMARY KEY, a INT, m INT, t TEXT); INSERT INTO b VALUES (1, 1, 10, 'a%b'), (2, 2, 21, 'x'), (3, 2, 20, 'a_b'), (4, NULL, 40, NULL), (5, 9, NULL, 'a%b'); CREATE INDEX b_a ON b (a); CREATE TABLE none (id INTEGER PRIMARY KEY, n INT); CREATE TABLE made (id INTEGER PRIMARY KEY, n INT, twice INT AS (n * 2)); INSERT INTO made (id, n) VALUES (1, 1); CREATE TABLE p1 (k INT, v TEXT); CREATE TABLE p2 (k INT, v TEXT); CREATE TABLE keyed (k NUMERIC, v TEXT, PRIMARY KEY (k)) WITHOUT ROWID; INSERT INTO keyed VALUES (1, 'x'); ANALYZE"
CREATE SCHEMA fdw_branches;
CREATE SERVER fdw_branches FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');
SET search_path = fdw_branches, public;
CREATE FOREIGN TABLE a (id bigint, n integer, t text, r double precision, ok boolean, d date, v varchar(4)) SERVER fdw_branches OPTIONS ("table" 'a');
CREATE FOREIGN TABLE b (id bigint, a integer, m integer, t text) SERVER fdw_branches OPTIONS ("table" 'b');
CREATE FOREIGN TABLE none (id bigint, n integer) SERVER fdw_branches OPTIONS ("table" 'none');
CREATE SCHEMA fdw_branches_own;
CREATE TABLE fdw_branches_own.a AS TABLE a;
CREATE TABLE fdw_branches_own.b AS TABLE b;
CREATE TABLE fdw_branches_own.none AS TABLE none;

-- whether the rows of a query are those of the copies
CREATE FUNCTION same(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	there text[];
	here text[];
BEGIN
	EXECUTE format('SELECT array_agg(q::text ORDER BY q::text COLLATE "C") FROM (SELECT %s) AS q', query) INTO there;
	PERFORM set_config('search_path', 'fdw_branches_own, public', true);
	EXECUTE format('SELECT array_agg(q::text ORDER BY q::text COLLATE "C") FROM (SELECT %s) AS q', query) INTO here;
	PERFORM set_config('search_path', 'fdw_branches, public', true);
	RETURN there IS NOT DISTINCT FROM here;
END $$;
CREATE FUNCTION public.fdw_own(integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION public.fdw_own(boolean) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';
CREATE FUNCTION public.fdw_own(text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN $1; END';

-- a part of an expression that cannot be sent keeps all of it here
SELECT count(*), array_agg(q) FILTER (WHERE NOT same(q)) AS otherwise FROM unnest(ARRAY['id FROM a WHERE coalesce(n, fdw_own(5)) = 5', 'id FROM a WHERE nullif(fdw_own(n), 10) = 20', 'id FROM a WHERE nullif(n, fdw_own(10)) = 20', 'id FROM a WHERE CASE WHEN n > 10 THEN fdw_own(n) ELSE 1 END = 40',
	'id FROM a WHERE CASE WHEN n > 10 THEN 1 ELSE fdw_own(n) END = 10', 'id FROM a WHERE CASE n WHEN 10 THEN 1 WHEN fdw_own(20) THEN 2 END = 2', 'id FROM a WHERE CASE n WHEN 10 THEN 1 WHEN 40 THEN CASE id WHEN 4 THEN 2 ELSE 3 END END = 3',
	'id FROM a WHERE greatest(n, fdw_own(15)) = 20', 'id FROM a WHERE greatest(fdw_own(n), 15, id) = 20', 'id FROM a WHERE least(n, 15, fdw_own(12)) = 12', 'id FROM a WHERE greatest(n, 15, 30, 35, 36, 37, 38, 39) = 40',
	'id FROM a WHERE greatest(r, 2) = 2', 'id FROM a WHERE n IS DISTINCT FROM fdw_own(40)', 'id FROM a WHERE fdw_own(n) IS DISTINCT FROM 40', 'id FROM a WHERE t IS DISTINCT FROM ''a_b''', 'id FROM a WHERE (n, id) > (10, fdw_own(2))', 'id FROM a WHERE (n, t) >= (20, ''a'')',
	'id FROM a WHERE (n, r) > (20, 1)', 'id FROM a WHERE (fdw_own(n), id) < (30, 9)', 'id FROM a WHERE ok = fdw_own(true)', 'id FROM a WHERE fdw_own(ok) = (n > 10)', 'id FROM a WHERE (n > 15) = (id > 1)', 'id FROM a WHERE n IN (10, fdw_own(40))', 'id FROM a WHERE fdw_own(n) IN (10, 40)',
	'id FROM a WHERE n = ANY (NULL::integer[])', 'id FROM a WHERE n = ANY (''{}''::integer[])', 'id FROM a WHERE n <> ALL (''{}''::integer[])', 'id FROM a WHERE n > ANY (''{}''::integer[])', 'id FROM a WHERE n > ALL (''{15,NULL}''::integer[])',
	'id FROM a WHERE ROW(n, id) IS NULL', 'count(fdw_own(n)), sum(n) FROM a', 'bool_and(fdw_own(ok)) FROM a', 'bool_or(n > 10) FROM a', 'sum(fdw_own(n)) FROM a', 'fdw_own(n), count(*) FROM a GROUP BY 1']) AS q;
-- patterns and beginnings with signs of their own; texts that are cut; times
SELECT count(*), array_agg(q) FILTER (WHERE NOT same(q)) AS otherwise FROM unnest(ARRAY['t FROM a WHERE starts_with(t, ''a%'')', 't FROM a WHERE t ^@ ''a_''', 't FROM a WHERE t ^@ ''a\''', 't FROM a WHERE t ^@ NULL', 't FROM a WHERE t LIKE ''a\%%''', 't FROM a WHERE t LIKE NULL', 't FROM a WHERE t LIKE fdw_own(''a%''::text)', 't FROM a WHERE fdw_own(t) LIKE ''a%''',
	't FROM a WHERE substr(fdw_own(t), 1, 1) = ''a''', 't FROM a WHERE substr(t, 1, fdw_own(1)) = ''A''', 't FROM a WHERE octet_length(fdw_own(t)) = 3', 't FROM a WHERE strpos(fdw_own(t), ''b'') = 3', 't FROM a WHERE replace(t, fdw_own(''b''::text), ''c'') = ''a%c''', 't FROM a WHERE fdw_own(t) > ''a''', 't FROM a WHERE t > fdw_own(''a''::text) COLLATE "C"', 't FROM a WHERE t COLLATE "C" < fdw_own(t)',
	'v FROM a WHERE v = ''ab''', 'v FROM a WHERE v = fdw_own(''ab''::text)', 'id FROM a WHERE v || ''x'' = ''abx''', 'd FROM a WHERE d > ''2024-01-02''', 'd FROM a WHERE d <> date ''2024-01-02''', 'd FROM a WHERE d = ANY (''{2024-01-01,2024-01-04}''::date[])', 'd FROM a WHERE d > timestamp ''2024-01-02 00:00''', 'n FROM a WHERE n + 2147483647 > 5 AND n < 0']) AS q;
-- joins: on nothing, from the other side, without partners, of joins on the right
SELECT count(*), array_agg(q) FILTER (WHERE NOT same(q)) AS otherwise FROM unnest(ARRAY['a.id, b.id FROM a LEFT JOIN b ON true', 'a.id, b.id FROM a LEFT JOIN none AS b ON true', 'a.id FROM a WHERE EXISTS (SELECT FROM b WHERE b.a = a.id)', 'a.id FROM a WHERE EXISTS (SELECT FROM b WHERE a.id = b.a AND b.m = 20)', 'a.id FROM a WHERE EXISTS (SELECT FROM b WHERE a.t = b.t)', 'a.id FROM a WHERE EXISTS (SELECT FROM b WHERE b.t = a.t AND b.a = a.id)', 'a.id FROM a WHERE EXISTS (SELECT FROM b WHERE b.m > a.n)', 'a.id FROM a WHERE NOT EXISTS (SELECT FROM b WHERE b.a = a.id AND b.m > 20)', 'a.id FROM a WHERE a.n IN (SELECT m FROM b)', 'a.id FROM a WHERE a.r IN (SELECT m FROM b)',
	'a.id, b.id, c.id FROM a JOIN (b LEFT JOIN b AS c ON c.id = b.a) ON b.a = a.id', 'a.id, b.id, c.id FROM a LEFT JOIN (b JOIN none AS c ON c.id = b.a) ON b.a = a.id', 'a.id, b.id FROM a RIGHT JOIN b ON b.a = a.id WHERE fdw_own(b.m) > 10', 'a.id, b.id FROM a FULL JOIN b ON b.a = a.id AND b.m = a.n', 'a.id FROM a LEFT JOIN b ON b.a = a.id AND fdw_own(b.m) = 20', 'a.id, b.id FROM a JOIN b ON a.n = b.m ORDER BY a.id, b.id LIMIT -0 + 3', 'a.n, count(b.m) FROM a LEFT JOIN b ON b.a = a.id GROUP BY a.n']) AS q;
SELECT id FROM a ORDER BY id LIMIT NULL OFFSET 3;
SELECT id FROM a ORDER BY id LIMIT -1;

-- a dropped column, columns that SQLite computes, rows that move between partitions, a writing CTE
CREATE FOREIGN TABLE made (id bigint, gone text, n integer, twice integer) SERVER fdw_branches OPTIONS ("table" 'made');
ALTER FOREIGN TABLE made DROP COLUMN gone;
INSERT INTO made (id, n) VALUES (2, 7) RETURNING *;
WITH moved AS (UPDATE made SET n = n + 1 RETURNING id, n, twice) SELECT * FROM moved ORDER BY id;
UPDATE made SET twice = DEFAULT WHERE id = 1;
UPDATE made SET twice = 1 WHERE id = 1;
SELECT * FROM made ORDER BY id;
WITH new AS (INSERT INTO made (id, n) VALUES (3, 9) RETURNING id) SELECT (SELECT count(*) FROM made) AS rows, id FROM new;
WITH new AS (INSERT INTO fdw_branches_own.none VALUES (3, 9) RETURNING id) SELECT (SELECT count(*) FROM made) AS rows, id FROM new;
SET sqlite_fdw_mig.explain_query_plan = on;
EXPLAIN (COSTS OFF) UPDATE made SET n = 5 WHERE id = 3;
EXPLAIN (COSTS OFF) INSERT INTO made (id, n) VALUES (4, 4);
EXPLAIN (VERBOSE, COSTS OFF) UPDATE made SET n = fdw_own(n) WHERE id = 3;
RESET sqlite_fdw_mig.explain_query_plan;
CREATE TABLE parted (k integer, v text) PARTITION BY RANGE (k);
CREATE FOREIGN TABLE p1 PARTITION OF parted FOR VALUES FROM (0) TO (10) SERVER fdw_branches OPTIONS ("table" 'p1');
CREATE TABLE p_own PARTITION OF parted FOR VALUES FROM (10) TO (20);
CREATE FOREIGN TABLE p2 PARTITION OF parted FOR VALUES FROM (20) TO (30) SERVER fdw_branches OPTIONS ("table" 'p2');
INSERT INTO parted VALUES (1, 'one'), (11, 'eleven'), (21, 'twenty-one');
UPDATE parted SET k = k + 10 WHERE k = 11;
-- neither PostgreSQL nor SQLite would move it, and no query would find it; within the bounds is well
UPDATE parted SET k = 12 WHERE k = 21;
UPDATE p2 SET k = k + 10;
UPDATE p2 SET k = k + 1 WHERE k = 21 AND v = 'eleven';
INSERT INTO p1 VALUES (99, 'beyond');
COPY p1 FROM stdin;
99	beyond
\.
INSERT INTO p1 SELECT i, 'many' FROM generate_series(8, 12) AS i;
UPDATE parted SET v = v || '!' WHERE k < 30;
DELETE FROM parted WHERE k > 20;
INSERT INTO parted VALUES (2, 'two') ON CONFLICT DO NOTHING;
INSERT INTO parted VALUES (2, 'two') ON CONFLICT (k) DO UPDATE SET v = 'x';
SELECT tableoid::regclass, * FROM parted ORDER BY k, v;

-- a key that is found by a value that SQLite's column would not keep
CREATE FOREIGN TABLE keyed (k numeric OPTIONS (key 'true'), v text) SERVER fdw_branches OPTIONS ("table" 'keyed');
UPDATE keyed SET k = 1.00000000000000000001;
UPDATE keyed SET k = 2.5, v = fdw_own(v);
SELECT * FROM keyed;
DROP FUNCTION fdw_own(integer), fdw_own(boolean), fdw_own(text);
DROP SCHEMA fdw_branches, fdw_branches_own CASCADE;
DROP SERVER fdw_branches CASCADE;
