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
	'id FROM a WHERE ROW(n, id) IS NULL', 'count(fdw_own(n)), sum(n) FROM a', 'bool_and(fdw_own(ok)) FROM a', 'bool_or(n > 10) FROM a', 'sum(fdw_own(n)) FROM a', 'fdw_own(n), count(*) FROM a GROUP BY 1',
	'id FROM a WHERE CASE n WHEN CASE id WHEN 1 THEN 10 ELSE 20 END THEN 1 ELSE 0 END = 1', 'id FROM a WHERE CASE n WHEN CASE WHEN id = 1 THEN 10 ELSE 20 END THEN 1 ELSE 0 END = 1', 'id FROM a WHERE CASE n WHEN 10 THEN 1 END IS NULL', 'id FROM a WHERE coalesce(n) = 10', 'id FROM a WHERE coalesce(id, fdw_own(n)) = 1', 'id FROM a WHERE greatest(n, id, 15) = 20', 'id FROM a WHERE greatest(n, fdw_own(id::integer), 15) = 20', 'id FROM a WHERE greatest(n, least(id, fdw_own(n))) = 40',
	'id FROM a WHERE greatest(t COLLATE "C", ''a'') = ''a_b''', 'id FROM a WHERE greatest(t, ''a'') = ''a_b''', 'id FROM a WHERE n IS DISTINCT FROM id', 'id FROM a WHERE n IS DISTINCT FROM fdw_own(id::integer)', 'id FROM a WHERE fdw_own(n) IS DISTINCT FROM id', 'id FROM a WHERE t IS DISTINCT FROM v', 'id FROM a WHERE d IS DISTINCT FROM date ''2024-01-02''', 'id FROM a WHERE (n, fdw_own(n)) > (10, 15)', 'id FROM a WHERE (n, d) > (10, date ''2024-01-01'')',
	'id FROM a WHERE fdw_own(ok) = ok', 'id FROM a WHERE ok = (fdw_own(n) = 10)', 'id FROM a WHERE (n > 10) = fdw_own(ok)', 'id FROM a WHERE (fdw_own(n) > 10) IS NULL', 'id FROM a WHERE (n + fdw_own(1)) IS NULL', 'id FROM a WHERE (n + 1) IS NOT NULL', 'id FROM a WHERE (d + 1) IS NULL', 'id FROM a WHERE n + 1 IN (11, fdw_own(21))', 'id FROM a WHERE fdw_own(n) + 1 IN (11, 21)', 'id FROM a WHERE n = ANY (ARRAY[10, fdw_own(40)] || ARRAY[20])', 'id FROM a WHERE r = ANY (ARRAY[1.5, id])', 'id FROM a WHERE r <> ANY (ARRAY[1.5, 2.5])', 'id FROM a WHERE t = ANY (ARRAY[''a%b'', fdw_own(t)])',
	'id FROM a WHERE n + (-2147483648) < 0', 'id FROM a WHERE n - id = 9', 'id FROM a WHERE n + NULL::integer IS NULL', 'id FROM a WHERE r = ''NaN''', 'id FROM a WHERE r < ''Infinity''', 'id FROM a WHERE r > ''-Infinity''', 'id FROM a WHERE r <> ''NaN'' AND r = NULL', 'id FROM a WHERE d = current_date - 100000', 'id FROM a WHERE (n, id) IS NULL', 'id FROM a WHERE (n, id) IS NOT NULL', 'count(DISTINCT r), count(DISTINCT fdw_own(t)), count(DISTINCT t COLLATE "C") FROM a', 'count(fdw_own(ok)), count(d), count(DISTINCT d) FROM a', 'sum(DISTINCT r), sum(r) FROM a', 'avg(r), max(d), min(fdw_own(t)) FROM a', 'n, d, count(*) FROM a GROUP BY n, d', 'n, sum(id) FROM a GROUP BY n HAVING sum(fdw_own(n)) > 10']) AS q;
-- patterns and beginnings with signs of their own; texts that are cut; times
SELECT count(*), array_agg(q) FILTER (WHERE NOT same(q)) AS otherwise FROM unnest(ARRAY['t FROM a WHERE starts_with(t, ''a%'')', 't FROM a WHERE t ^@ ''a_''', 't FROM a WHERE t ^@ ''a\''', 't FROM a WHERE t ^@ NULL', 't FROM a WHERE t LIKE ''a\%%''', 't FROM a WHERE t LIKE NULL', 't FROM a WHERE t LIKE fdw_own(''a%''::text)', 't FROM a WHERE fdw_own(t) LIKE ''a%''',
	't FROM a WHERE substr(fdw_own(t), 1, 1) = ''a''', 't FROM a WHERE substr(t, 1, fdw_own(1)) = ''A''', 't FROM a WHERE octet_length(fdw_own(t)) = 3', 't FROM a WHERE strpos(fdw_own(t), ''b'') = 3', 't FROM a WHERE replace(t, fdw_own(''b''::text), ''c'') = ''a%c''', 't FROM a WHERE fdw_own(t) > ''a''', 't FROM a WHERE t > fdw_own(''a''::text) COLLATE "C"', 't FROM a WHERE t COLLATE "C" < fdw_own(t)',
	'v FROM a WHERE v = ''ab''', 'v FROM a WHERE v = fdw_own(''ab''::text)', 'id FROM a WHERE v || ''x'' = ''abx''', 'd FROM a WHERE d > ''2024-01-02''', 'd FROM a WHERE d <> date ''2024-01-02''', 'd FROM a WHERE d = ANY (''{2024-01-01,2024-01-04}''::date[])', 'd FROM a WHERE d > timestamp ''2024-01-02 00:00''', 'n FROM a WHERE n + 2147483647 > 5 AND n < 0',
	't FROM a WHERE t = fdw_own(''a%b''::text)', 't FROM a WHERE t <> fdw_own(t)', 't FROM a WHERE fdw_own(t) = t', 't FROM a WHERE v = t', 'v FROM a WHERE v = fdw_own(v)', 'v FROM a WHERE v < ''b'' COLLATE "C"', 'v FROM a WHERE v LIKE ''a%''', 'v FROM a WHERE v LIKE ''abcde%''', 'v FROM a WHERE v LIKE ''%b''', 't FROM a WHERE t LIKE v', 't FROM a WHERE t NOT LIKE NULL', 't FROM a WHERE starts_with(t, fdw_own(''a''::text))', 't FROM a WHERE starts_with(t, v)', 't FROM a WHERE t || fdw_own(t) = ''a%ba%b''', 't FROM a WHERE fdw_own(t) || t = ''a%ba%b''', 't FROM a WHERE upper(t) = ''A%B''', 't FROM a WHERE upper(t COLLATE "C") = ''A%B''', 't FROM a WHERE t > fdw_own(t) COLLATE "C"', 't FROM a WHERE t LIKE fdw_own(v)', 't FROM a WHERE fdw_own(t) LIKE fdw_own(v)']) AS q;
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

-- Shapes of plans and values of options that no other test has; each answer is that of native tables.
\set file :builddir '/results/fdw_branches_2.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE a (id INTEGER PRIMARY KEY, n INT, t TEXT); INSERT INTO a VALUES (1, 10, 'x'), (2, 20, 'y'), (3, NULL, 'x'), (4, 40, NULL), (5, 40, 'z'); CREATE TABLE b (id INTEGER PRIMARY KEY, a INT, m INT, d TEXT); INSERT INTO b VALUES (1, 1, 10, '2024-01-01'), (2, 2, NULL, NULL), (3, 2, 20, '2024-01-03'), (4, NULL, 40, NULL), (5, 9, NULL, '2024-01-05'); CREATE INDEX b_m ON b (m); CREATE TABLE nc (id INTEGER PRIMARY KEY, t TEXT COLLATE NOCASE, bad INT); INSERT INTO nc VALUES (1, 'X', 1), (2, 'y', 'two'), (3, NULL, NULL), (4, 'Z', 4); CREATE VIEW v AS SELECT id, m FROM b; CREATE TABLE seen (id INT); CREATE TRIGGER v_gone INSTEAD OF DELETE ON v BEGIN INSERT INTO seen VALUES (OLD.id); END; CREATE TABLE r (id INTEGER PRIMARY KEY, r REAL) STRICT; INSERT INTO r VALUES (1, 1), (2, 1.0), (3, 2.5), (4, NULL); CREATE TABLE c (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO c VALUES (1, 'one'), (2, 'two'); CREATE TABLE arr (id INTEGER PRIMARY KEY, n TEXT); INSERT INTO arr WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 500) SELECT i, '[' || i || ',' || (i % 7) || ']' FROM g; ANALYZE"
CREATE SCHEMA fdw_branches;
CREATE SERVER fdw_branches FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');
SET search_path = fdw_branches, public;
CREATE FOREIGN TABLE a (id bigint, n integer, t text) SERVER fdw_branches OPTIONS ("table" 'a');
CREATE FOREIGN TABLE b (id bigint, a integer, m integer, d date) SERVER fdw_branches OPTIONS ("table" 'b');
CREATE FOREIGN TABLE r (id bigint, r double precision) SERVER fdw_branches OPTIONS ("table" 'r');
CREATE SCHEMA fdw_branches_own;
CREATE TABLE fdw_branches_own.a AS TABLE a;
CREATE TABLE fdw_branches_own.b AS TABLE b;
CREATE TABLE fdw_branches_own.r AS TABLE r;
CREATE FOREIGN TABLE nc (id bigint, t text) SERVER fdw_branches OPTIONS ("table" 'nc');
CREATE TABLE fdw_branches_own.nc AS TABLE nc;
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

-- a join with no condition of its own; what is computed below an outer join; groups of a column that holds nothing but doubles
EXPLAIN (VERBOSE, COSTS OFF) SELECT a.id, b.id FROM a LEFT JOIN b ON true WHERE b.m IS NULL OR b.m = a.n;
EXPLAIN (VERBOSE, COSTS OFF) SELECT r, count(*) FROM r GROUP BY r;
SELECT count(*), array_agg(q) FILTER (WHERE NOT same(q)) AS otherwise FROM unnest(ARRAY['a.id, b.id FROM a LEFT JOIN b ON true WHERE b.m IS NULL OR b.m = a.n', 'b.id, s.id, s.one FROM b LEFT JOIN ((SELECT id, n, 1 AS one FROM a) s JOIN b c ON c.m = s.n) ON s.id = b.a', 'b.id, s.x FROM b LEFT JOIN ((SELECT id, n, coalesce(n, 7) AS x FROM a) s JOIN b c ON c.m = s.n) ON s.id = b.a',
	'r, count(*) FROM r GROUP BY r', 'r, r * 2, sum(id) FROM r GROUP BY r HAVING count(*) < 3', 'count(DISTINCT r) FROM r', 'r.r, a.id FROM r JOIN a ON a.id = r.id ORDER BY r.r, a.id LIMIT 2', 'a.id FROM a WHERE EXISTS (SELECT FROM b WHERE b.m = a.n AND b.a < a.n)', 'a.id FROM a WHERE EXISTS (SELECT FROM b WHERE b.m = a.n AND b.a = a.id)',
	'id FROM a WHERE EXISTS (SELECT FROM nc WHERE nc.t = a.t)', 'id FROM nc WHERE EXISTS (SELECT FROM a WHERE nc.t = a.t)', 'id FROM a WHERE NOT EXISTS (SELECT FROM nc WHERE nc.t = a.t)', 'a.id, b.id FROM a LEFT JOIN b ON b.a = a.id AND current_setting(''search_path'') = ''x''', 'a.id, b.id FROM a JOIN b ON b.a = a.id AND current_setting(''search_path'') <> ''x''', 'count(*) FROM b WHERE d IS NOT NULL', 'm, count(*) FROM b WHERE d IS NOT NULL GROUP BY m']) AS q;
-- a group that the type does not hold
CREATE FOREIGN TABLE nc_bad (bad integer) SERVER fdw_branches OPTIONS ("table" 'nc');
SELECT bad, count(*) FROM nc_bad GROUP BY bad;
ALTER FOREIGN TABLE nc_bad ADD COLUMN id integer;
SELECT bad, avg(id) FROM nc_bad GROUP BY bad;
-- a statement that changes another table is no reason not to look rows up one by one
WITH new AS (INSERT INTO fdw_branches_own.a VALUES (2, 3, 'new') RETURNING n) SELECT a.* FROM new JOIN a ON a.id = new.n;
DELETE FROM fdw_branches_own.a WHERE t = 'new';
-- the genetic planner joins in any order: a single table with what is joined already
SET geqo_threshold = 2;
SET geqo_seed = 0.3;
SELECT count(*), array_agg(q) FILTER (WHERE NOT same(q)) AS otherwise FROM unnest(ARRAY['a.id, b.id, c.id FROM a JOIN (b LEFT JOIN b AS c ON c.id = b.a) ON b.a = a.id', 'a.id, b.id, c.n FROM a, b, a AS c, r WHERE a.id = b.a AND c.n = b.m AND r.id = a.id', 'a.id, b.id, c.n, d.id FROM a, b, a AS c, b AS d WHERE a.id = b.a AND c.n = d.m AND c.id = b.id']) AS q;
RESET geqo_seed;
RESET geqo_threshold;
-- constants: how long texts may be, numbers that cannot be anything else; what cannot be compared, what the type does not hold
CREATE FOREIGN TABLE c (id bigint, v text, k bigint OPTIONS (constant '7'), name varchar(5) OPTIONS (constant 'seven')) SERVER fdw_branches OPTIONS ("table" 'c');
CREATE TABLE fdw_branches_own.c AS TABLE c;
EXPLAIN (VERBOSE, COSTS OFF) SELECT name, k, v FROM c WHERE name = 'seven' AND k + 1 = 8;
SELECT count(*), array_agg(q) FILTER (WHERE NOT same(q)) AS otherwise FROM unnest(ARRAY['name, k, count(*) FROM c WHERE name = ''seven'' AND k + 1 = 8 GROUP BY name, k', '* FROM c WHERE name > ''s'' COLLATE "C" AND k IN (7, 8)', '* FROM c WHERE name = ''seve'' OR k <> 7', 'max(k), min(k), sum(k), count(name) FROM c', 'id FROM c WHERE name || v = ''sevenone'' ORDER BY k, name COLLATE "C", id']) AS q;
INSERT INTO c VALUES (3, 'three', 7, 'seven');
INSERT INTO c VALUES (4, 'four', 8, 'seven');
UPDATE c SET name = 'eight' WHERE id = 3;
CREATE FOREIGN TABLE c_json (id bigint, v text, k json OPTIONS (constant '7')) SERVER fdw_branches OPTIONS ("table" 'c');
INSERT INTO c_json (id, v) VALUES (4, 'four');
INSERT INTO c_json VALUES (5, 'five', '7');
CREATE FOREIGN TABLE c_wrong (id bigint, v text, k integer OPTIONS (constant 'seven')) SERVER fdw_branches OPTIONS ("table" 'c');
INSERT INTO c_wrong VALUES (5, 'five', 7);
CREATE FOREIGN TABLE c_long (id bigint, v text, name varchar(3) OPTIONS (constant 'seven')) SERVER fdw_branches OPTIONS ("table" 'c');
SELECT name, count(*) FROM c_long GROUP BY name;
SELECT name FROM c_long WHERE name = 'sev';
SELECT count(*) FROM c_long WHERE name = 'seven';
SELECT id, v FROM c ORDER BY id;

-- changes that SQLite makes by itself: through a parent, where it has looked only for NULLs, with its plan
CREATE TABLE parent (id bigint, n integer, t text);
INSERT INTO parent VALUES (100, 1, 'here');
CREATE FOREIGN TABLE child (id bigint, n integer, t text) INHERITS (parent) SERVER fdw_branches OPTIONS ("table" 'a');
EXPLAIN (VERBOSE, COSTS OFF) UPDATE parent SET n = n + 1 WHERE id > 1;
UPDATE parent SET n = n + 1 WHERE id > 1;
SELECT tableoid::regclass, * FROM parent ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) DELETE FROM b WHERE d IS NOT NULL AND id > 3;
DELETE FROM b WHERE d IS NOT NULL AND id > 3 RETURNING id;
CREATE FOREIGN TABLE v (id bigint OPTIONS (key 'true'), m integer) SERVER fdw_branches OPTIONS ("table" 'v');
EXPLAIN (COSTS OFF) DELETE FROM v;
DELETE FROM v;
\! sqlite3 "$FILE" "SELECT group_concat(id) FROM (SELECT id FROM seen ORDER BY id)"
SET sqlite_fdw_mig.explain_query_plan = on;
EXPLAIN (VERBOSE, COSTS OFF) DELETE FROM b WHERE id = 3;
RESET sqlite_fdw_mig.explain_query_plan;
\! sqlite3 "$FILE" "CREATE TABLE made (id INTEGER PRIMARY KEY, n INT, twice INT AS (n * 2)); INSERT INTO made (id, n) VALUES (1, 1)"
CREATE FOREIGN TABLE made (id bigint, n integer, twice integer) SERVER fdw_branches OPTIONS ("table" 'made');
EXPLAIN (VERBOSE, COSTS OFF) UPDATE made SET twice = DEFAULT;
SELECT * FROM b ORDER BY id;

-- keys that can be read, but not be written as they are: such a row is not found again, and that is said
\! sqlite3 "$FILE" "CREATE TABLE list (k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID; INSERT INTO list VALUES ('{1,2}', 'one'), ('[2:3]={1,2}', 'two'), ('[3,4]', 'three'); CREATE TABLE moment (k REAL, n INT, v TEXT, PRIMARY KEY (k, n)) WITHOUT ROWID; INSERT INTO moment VALUES (2460310.5, 1, 'midnight'), (2460310.5000001, 1, 'between milliseconds')"
CREATE FOREIGN TABLE list (k integer[] OPTIONS (key 'true'), v text) SERVER fdw_branches OPTIONS ("table" 'list');
UPDATE list SET v = reverse(v) WHERE reverse(v) = 'eerht';
UPDATE list SET v = reverse(v) WHERE reverse(v) = 'eno';
UPDATE list SET v = reverse(v) WHERE reverse(v) = 'owt';
SELECT * FROM list ORDER BY v;
CREATE FOREIGN TABLE moment (k timestamp OPTIONS (format 'julianday'), n integer, v text) SERVER fdw_branches OPTIONS ("table" 'moment');
DELETE FROM moment WHERE reverse(v) = 'thgindim' RETURNING v;
DELETE FROM moment WHERE reverse(v) = 'sdnocesillim neewteb';
DELETE FROM moment;
-- two keys that are read as one value: what is done to one row is not done to the other
\! sqlite3 "$FILE" "CREATE TABLE twins (k TEXT, n INT, v TEXT, PRIMARY KEY (k, n)) WITHOUT ROWID; INSERT INTO twins VALUES ('2024-01-01', 1, 'date'), ('2024-01-01 00:00:00', 1, 'moment'), ('2024-01-02 00:00:00', 1, 'next'); CREATE TABLE classes (k, v TEXT, PRIMARY KEY (k)) WITHOUT ROWID; INSERT INTO classes VALUES (1, 'integer'), ('1', 'text'), (1.5, 'real'), ('1.5', 'text of a real')"
CREATE FOREIGN TABLE twins (k timestamp, n integer, v text) SERVER fdw_branches OPTIONS ("table" 'twins');
EXPLAIN (VERBOSE, COSTS OFF) UPDATE twins SET v = reverse(v) WHERE reverse(v) = 'etad';
UPDATE twins SET v = upper(v) WHERE reverse(v) = 'tnemom' RETURNING *;
UPDATE twins SET v = upper(v) WHERE reverse(v) = 'etad';
DELETE FROM twins WHERE reverse(v) = 'ETAD' RETURNING *;
DELETE FROM twins WHERE reverse(v) = 'tnemom';
UPDATE twins SET v = upper(v) FROM (VALUES (timestamp '2024-01-02', 'txen')) AS s (k, r) WHERE twins.k = s.k AND reverse(v) = r RETURNING v;
CREATE FOREIGN TABLE classes (k text, v text) SERVER fdw_branches OPTIONS ("table" 'classes');
DELETE FROM classes WHERE reverse(v) = 'regetni';
DELETE FROM classes WHERE reverse(v) = 'txet' RETURNING *;
DELETE FROM classes WHERE reverse(v) = 'laer';
SELECT 'CREATE TABLE many_keys (' || string_agg('c' || i, ', ') || ', v, PRIMARY KEY (' || string_agg('c' || i, ', ') || ')) WITHOUT ROWID' AS make,
	'INSERT INTO many_keys VALUES (' || string_agg(i::text, ', ') || ', ''one''), (' || string_agg(CASE i WHEN 130 THEN '131' ELSE i::text END, ', ') || ', ''two'')' AS fill,
	'CREATE FOREIGN TABLE many_keys (' || string_agg('c' || i || ' integer', ', ') || ', v text) SERVER fdw_branches' AS show
FROM generate_series(1, 130) AS i \gset
SELECT sqlite_mig_internal._source_execute('fdw_branches', s) FROM (VALUES (:'make'), (:'fill')) AS v (s);
:show;
DELETE FROM many_keys WHERE reverse(v) = 'owt' RETURNING c129, c130, v;
SELECT c1, c130, v FROM many_keys;
\! sqlite3 "$FILE" "SELECT k, v FROM twins; SELECT typeof(k), v FROM classes"
-- one that is gone is nothing to speak of: it was deleted already, or with another one
\! sqlite3 "$FILE" "CREATE TABLE tree (k TEXT PRIMARY KEY, of TEXT) WITHOUT ROWID; INSERT INTO tree VALUES ('a', NULL), ('b', 'a'), ('c', NULL), ('d', NULL); CREATE TRIGGER tree_of AFTER DELETE ON tree BEGIN DELETE FROM tree WHERE of = OLD.k; END"
CREATE FOREIGN TABLE tree (k text, of text) SERVER fdw_branches OPTIONS ("table" 'tree');
DELETE FROM tree WHERE reverse(k) IN ('a', 'b') RETURNING *;
DELETE FROM tree USING generate_series(1, 3) WHERE reverse(k) = 'c' RETURNING k;
SELECT * FROM tree;

-- a row that comes to a partition which the statement updates itself
\! sqlite3 "$FILE" "CREATE TABLE p1 (k INT, v TEXT); INSERT INTO p1 VALUES (1, 'one'); CREATE TABLE p2 (k INT, v TEXT); INSERT INTO p2 VALUES (21, 'twenty-one')"
CREATE TABLE parted (k integer, v text) PARTITION BY RANGE (k);
CREATE TABLE p_own PARTITION OF parted FOR VALUES FROM (10) TO (20);
CREATE FOREIGN TABLE p2 PARTITION OF parted FOR VALUES FROM (20) TO (30) SERVER fdw_branches OPTIONS ("table" 'p2');
INSERT INTO parted VALUES (11, 'eleven');
UPDATE parted SET k = CASE k WHEN 11 THEN 22 ELSE k END;
UPDATE parted SET k = CASE k WHEN 11 THEN 22 ELSE k END, v = upper(v);
UPDATE parted SET k = 22 WHERE k = 11;
SELECT tableoid::regclass, * FROM parted ORDER BY k;

-- a parallel plan that is run by one process: a function that gives its rows one at a time. Arrays in a parallel scan.
CREATE SERVER fdw_branches_read FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE FOREIGN TABLE arr (id bigint, n integer[]) SERVER fdw_branches_read;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
EXPLAIN (COSTS OFF) SELECT n FROM arr WHERE md5(n::text) < '8';
SELECT count(*), sum(n[1]), sum(n[2]) FROM (SELECT n FROM arr WHERE md5(n::text) < '8') AS s;
CREATE FUNCTION fdw_one_by_one() RETURNS SETOF integer[] STABLE LANGUAGE sql AS $$SELECT n FROM arr WHERE md5(n::text) < '8'$$;
SELECT count(*), sum(n[1]), sum(n[2]) FROM (SELECT fdw_one_by_one() AS n) AS s;
SET sqlite_fdw_mig.pushdown = off;
SET max_parallel_workers_per_gather = 0;
SELECT count(*), sum(n[1]), sum(n[2]) FROM (SELECT n FROM arr WHERE md5(n::text) < '8') AS s;
RESET sqlite_fdw_mig.pushdown;
RESET max_parallel_workers_per_gather;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
SET client_min_messages = warning;
DROP SCHEMA fdw_branches, fdw_branches_own CASCADE;
DROP SERVER fdw_branches, fdw_branches_read CASCADE;

-- Types and collations for which only a part is sent, or nothing: the answers are those of native tables.
RESET client_min_messages;
SET client_min_messages = warning;
\set file :builddir '/results/fdw_branches_3.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE x (id INTEGER PRIMARY KEY, t TEXT, v TEXT, n INT, big DECIMAL(30,5), u NUMERIC, d TEXT, d2 TEXT, b BLOB, k TEXT, j TEXT); INSERT INTO x VALUES (1, 'a', 'a,b', 1, '12345678901234567.25', 1, '2024-01-01', '2024-01-01', x'61', '550e8400-e29b-41d4-a716-446655440000', '{\"a\":{\"b\":1}}'), (2, 'A', 'b', 2, 2.5, 2.5, '2024-01-02', '', x'62', NULL, '{\"a\":[1]}'), (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (4, 'b', 'A', 1, 2.5, 2.5, '2024-01-04', '2024-01-05', x'61', '550E8400-E29B-41D4-A716-446655440000', '[]'); CREATE TABLE y (id INTEGER PRIMARY KEY, v VARCHAR(2) COLLATE NOCASE, j); INSERT INTO y VALUES (1, 'a', '[1,2]'), (2, 'A', 5), (3, 'ab ', '7'), (4, NULL, NULL), (5, 'AB', '{}'); CREATE TABLE s (id INTEGER PRIMARY KEY, ok INTEGER) STRICT; INSERT INTO s VALUES (1, 1), (2, 0), (3, NULL)"
CREATE SCHEMA fdw_branches;
CREATE SERVER fdw_branches FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SET search_path = fdw_branches, public;
CREATE COLLATION folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE FOREIGN TABLE x (id bigint, t text COLLATE folded, v text, n integer, big numeric(30,5), u numeric, d date, d2 date OPTIONS (empty_as_null 'true'), b bytea, k uuid, j jsonb) SERVER fdw_branches;
CREATE FOREIGN TABLE s (id bigint, ok boolean) SERVER fdw_branches;
CREATE FOREIGN TABLE y (id bigint, v varchar(2), j jsonb) SERVER fdw_branches;
CREATE SCHEMA fdw_branches_own;
CREATE TABLE fdw_branches_own.y AS TABLE y;
CREATE TABLE fdw_branches_own.x AS TABLE x;
CREATE TABLE fdw_branches_own.s AS TABLE s;
CREATE FUNCTION same(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	there text[];
	here text[];
BEGIN
	EXECUTE format('SELECT array_agg(q::text ORDER BY q::text COLLATE "C") FROM (SELECT %s) AS q', query) INTO there;
	PERFORM set_config('search_path', 'fdw_branches_own, fdw_branches, public', true);
	EXECUTE format('SELECT array_agg(q::text ORDER BY q::text COLLATE "C") FROM (SELECT %s) AS q', query) INTO here;
	PERFORM set_config('search_path', 'fdw_branches, public', true);
	RETURN there IS NOT DISTINCT FROM here;
END $$;
SELECT count(*), array_agg(q) FILTER (WHERE NOT same(q)) AS otherwise FROM unnest(ARRAY['id FROM x WHERE t = ''a''', 'id FROM x WHERE t <> ''A''', 'id FROM x WHERE t IN (''a'', ''c'')', 'count(DISTINCT t) FROM x', 'lower(t), count(*) FROM x GROUP BY lower(t)', 'count(*) FROM x GROUP BY t', 'id FROM x WHERE t IS DISTINCT FROM v', 'id FROM x WHERE btrim(t) = ''A''', 'id FROM x WHERE t || v = ''AB''', 'max(t COLLATE "C") FROM x', 'id FROM x WHERE greatest(t, ''b'') = ''B''', 'id FROM x WHERE nullif(t, ''A'') IS NULL', 'id FROM x WHERE coalesce(t, ''B'') = ''b''', 'id FROM x WHERE CASE t WHEN ''a'' THEN 1 ELSE 2 END = 1', 'id FROM x ORDER BY t, id LIMIT 2',
	'count(DISTINCT big), count(DISTINCT u) FROM x', 'sum(big), sum(u) FROM x', 'sum(DISTINCT big), sum(DISTINCT u), avg(DISTINCT u) FROM x', 'big, count(*) FROM x GROUP BY big', 'id FROM x WHERE big > 2', 'id FROM x WHERE u < 1e400', 'id FROM x WHERE u > -1e400', 'id FROM x WHERE u = 1e400', 'id FROM x WHERE u <> 1e309', 'id FROM x WHERE big = 12345678901234567.25', 'id FROM x ORDER BY big DESC NULLS LAST, id LIMIT 2',
	'id FROM x WHERE d = d2', 'id FROM x WHERE d2 IS NULL', 'id FROM x WHERE d2 IS NOT NULL', 'id FROM x WHERE d < timestamp ''2024-01-02 12:00''', 'id FROM x WHERE d IS DISTINCT FROM d2', 'id FROM x WHERE nullif(d, d2) IS NULL', 'id FROM x WHERE (n, d) > (1, date ''2024-01-02'')', 'id FROM x WHERE (n, v::name) > (1, ''a''::name)', 'id FROM x WHERE ROW(id, v) IS NOT NULL',
	'id FROM x WHERE v = ANY (string_to_array(v, '',''))', 'id FROM x WHERE n = ANY (ARRAY[id, n + 1])', 'id FROM x WHERE id + (-9223372036854775808) < 0', 'id FROM x WHERE id - (-9223372036854775807 - 1) < 0 AND id < 0', 'id FROM x WHERE starts_with(v, NULL::text)', 'id FROM x WHERE reverse(v) LIKE v', 'id FROM x WHERE v LIKE reverse(v)', 'id FROM x WHERE id = 2::smallint', 'id FROM x WHERE n = 2::bigint', 'id FROM x WHERE id::oid = 2::oid',
	'id FROM x WHERE b = ''a''::bytea', 'id FROM x WHERE b <> ''a''::bytea', 'id FROM x WHERE b || ''x'' = ''ax''::bytea', 'id FROM x WHERE b > ''a''::bytea', 'id FROM x WHERE k = ''550e8400-e29b-41d4-a716-446655440000''', 'id FROM x WHERE k <> ''550e8400-e29b-41d4-a716-446655440000''', 'id FROM x WHERE b = k::text::bytea', 'nullif(b, ''a'') FROM x WHERE nullif(b, ''a'') IS NULL',
	'id FROM x WHERE j -> ''a'' ->> ''b'' = ''1''', 'id FROM x WHERE (j || ''{"c":1}'') ->> ''c'' = ''1''', 'id FROM x WHERE jsonb_strip_nulls(j) ->> ''a'' IS NOT NULL', 'id FROM x WHERE j ->> v = ''1''', 'id FROM x WHERE j ->> NULL::text = ''1''', 'id FROM x WHERE to_jsonb(v) ->> 0 IS NULL', 'id FROM x WHERE j #>> ''{a,b}'' = ''1''', 'id FROM x WHERE jsonb_extract_path_text(j, ''a'', ''b'') = ''1''', 'id FROM x WHERE (j ->> 0) IS NULL',
	'id FROM s WHERE ok', 'id FROM s WHERE NOT ok', 'id FROM s WHERE ok IS NOT TRUE', 'id FROM s WHERE ok = (id = 1)', 'bool_and(ok), bool_or(ok), count(ok) FROM s', 'ok, count(*) FROM s GROUP BY ok', 'x.id FROM x JOIN s ON s.id = x.id AND s.ok', 'x.id, s.ok FROM x LEFT JOIN s ON s.id = x.n AND NOT s.ok',
	'id FROM x WHERE x IS NULL', 'id FROM x WHERE x IS NOT NULL', 'id FROM x WHERE length(btrim(t)) = 1', 'id FROM x WHERE octet_length(t || v) = 2', 'id FROM y WHERE v = ''a''', 'id FROM y WHERE v = ''AB''', 'id FROM y WHERE v IN (''a'', ''AB'')', 'id FROM y WHERE v LIKE ''a%''', 'id FROM y WHERE j ->> 0 = ''5''', 'id FROM y WHERE j ->> -1 = ''7''', 'id FROM y WHERE j ->> 1 = ''2''', 'id, id - 9223372036854775807 FROM y WHERE id - 9223372036854775807 < 0', 'id FROM y WHERE id + 0 = 1 AND id - 0 = 1']) AS q;
SET plan_cache_mode = force_generic_plan;
SELECT id FROM x WHERE sqlite_mig.match(v, 'a');
SELECT id FROM x WHERE sqlite_mig.match(reverse(v), 'a');
PREPARE branches(text, bytea, numeric) AS SELECT id FROM x WHERE (reverse(v) LIKE $1 OR v LIKE $1) AND b = $2 AND u <= $3 ORDER BY id;
EXECUTE branches('%a%', 'a', 1e400);
EXECUTE branches('b%', 'a', 1);
EXECUTE branches(NULL, 'a', 1);
RESET plan_cache_mode;
DROP SCHEMA fdw_branches, fdw_branches_own CASCADE;
DROP SERVER fdw_branches CASCADE;
