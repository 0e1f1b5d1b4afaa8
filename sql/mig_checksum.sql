-- checksum: equal on both sides, and different after any one change.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_checksum.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, i INTEGER, r REAL, n NUMERIC, s TEXT, b BLOB, f INTEGER, d TEXT, ts TEXT, u TEXT, j TEXT)"
\! sqlite3 "$FILE" "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 1000) INSERT INTO t SELECT i, i * 7919 - 500000, i / 8.0, i || '.25', 'row ' || i || ' é', CAST('b' || i AS BLOB), i % 2, date('2020-01-01', '+' || i || ' days'), datetime('2020-01-01', '+' || i || ' minutes'), printf('%08x-0000-4000-8000-%012x', i, i), json_object('a', i, 'b', 'x') FROM k"
\! sqlite3 "$FILE" "INSERT INTO t VALUES (1001, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (1002, 9223372036854775807, -0.0, '0', '', x'', 0, '1970-01-01', '1970-01-01 00:00:00', '00000000-0000-0000-0000-000000000000', '{}'), (1003, -9223372036854775808, 9e999, 1, 'a', x'00', 1, '0001-01-01', '2000-01-01 00:00:00.5', NULL, '[]')"
\! sqlite3 "$FILE" "CREATE TABLE none (a INTEGER, b TEXT); CREATE TABLE bad (id INTEGER PRIMARY KEY, n); INSERT INTO bad VALUES (1, 5), (7, 'five')"
CREATE SERVER mig_checksum FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA mig_checksum;
SET search_path = mig_checksum;
CREATE FOREIGN TABLE src (id bigint, i bigint, r double precision, n numeric, s text, b bytea, f boolean, d date, ts timestamp, u uuid, j jsonb) SERVER mig_checksum OPTIONS ("table" 't');
CREATE TABLE t (LIKE src);
SELECT inserted FROM sqlite_mig.copy_table('src', 't');

-- both sides, all columns and each of them
SELECT s.rows, s.rows = t.rows AS same_rows, s.checksum = t.checksum AS same FROM sqlite_mig.checksum('src') s, sqlite_mig.checksum('t') t;
SELECT a.attname, (sqlite_mig.checksum('src', ARRAY[a.attname::text])).checksum = (sqlite_mig.checksum('t', ARRAY[a.attname::text])).checksum AS same
FROM pg_attribute a WHERE a.attrelid = 't'::regclass AND a.attnum > 0 ORDER BY a.attnum;
SELECT count(DISTINCT (sqlite_mig.checksum('t', ARRAY[a.attname::text])).checksum) FROM pg_attribute a WHERE a.attrelid = 't'::regclass AND a.attnum > 0;

-- the order of rows does not count, the order of columns does
CREATE TABLE shuffled AS SELECT * FROM t ORDER BY md5(id::text);
SELECT (sqlite_mig.checksum('shuffled')).checksum = (sqlite_mig.checksum('t')).checksum AS same;
SELECT (sqlite_mig.checksum('t', '{i,s}')).checksum = (sqlite_mig.checksum('t', '{s,i}')).checksum AS same;
SELECT (sqlite_mig.checksum('t', '{i,s}')).checksum = (sqlite_mig.checksum('src', '{i,s}')).checksum AS same;
CREATE VIEW v AS SELECT * FROM t;
CREATE TABLE parts (LIKE t) PARTITION BY HASH (id);
CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO parts TABLE t;
CREATE MATERIALIZED VIEW mv AS TABLE t;
SELECT x.name, (c.checksum).rows, (c.checksum).checksum = (sqlite_mig.checksum('t')).checksum AS same
FROM (VALUES ('v'), ('parts'), ('mv')) x(name), LATERAL (SELECT sqlite_mig.checksum(x.name::regclass)) c;
CREATE TABLE heir () INHERITS (t);
INSERT INTO heir TABLE src;
SELECT rows FROM sqlite_mig.checksum('t');
DROP TABLE heir;

-- shared among parallel workers, also before the rows are committed, and only those that a policy shows
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
BEGIN;
CREATE TABLE fresh (LIKE src);
SELECT inserted FROM sqlite_mig.copy_table('src', 'fresh');
SAVEPOINT s;
INSERT INTO fresh SELECT * FROM fresh WHERE id <= 3;
EXPLAIN (COSTS OFF) SELECT sqlite_mig_internal._checksum_agg(id, i, r, n, s, b, f, d, ts, u, j) FROM ONLY fresh;
CREATE TEMP TABLE in_parallel AS SELECT * FROM sqlite_mig.checksum('fresh');
SET LOCAL max_parallel_workers_per_gather = 0;
SELECT p.rows, p = c AS same FROM sqlite_mig.checksum('fresh') c, in_parallel p;
ROLLBACK TO s;
SET LOCAL max_parallel_workers_per_gather = 2;
SELECT c = s AS same FROM sqlite_mig.checksum('fresh') c, sqlite_mig.checksum('src') s;
ROLLBACK;

-- so are long values, of which the table itself shows nothing to the planner: more than 8 MB of them in a few pages
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
CREATE TABLE long (id integer, v text);
ALTER TABLE long ALTER v SET STORAGE EXTERNAL;
INSERT INTO long SELECT n, repeat(md5(n::text), 1000) FROM generate_series(1, 300) n;
SET max_parallel_workers_per_gather = 0;
CREATE TEMP TABLE alone AS SELECT * FROM sqlite_mig.checksum('long');
SET max_parallel_workers_per_gather = 2;
SELECT c.rows, c = a AS same FROM sqlite_mig.checksum('long') c, alone a;
SHOW min_parallel_table_scan_size;
UPDATE long SET v = overlay(v PLACING 'X' FROM 31999) WHERE id = 300;
SELECT c = a AS same FROM sqlite_mig.checksum('long') c, alone a;
RESET max_parallel_workers_per_gather;
DROP TABLE long, alone;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;

-- sums of parts add up, and a table may have more columns than a function has arguments
SELECT sqlite_mig_internal._checksum_total(p.checksum) = (sqlite_mig.checksum('t')).checksum AS same, sum(p.rows)
FROM (SELECT (sqlite_mig_internal._checksum_agg(id, i, r, n, s, b, f, d, ts, u, j)).* FROM t GROUP BY id / 100) p;
SELECT sqlite_mig_internal._checksum_total(NULL::uuid), sqlite_mig_internal._checksum_agg(id) FROM t WHERE false;
DO $$
DECLARE
	columns text := (SELECT string_agg(format('c%s bigint', i), ', ') FROM generate_series(1, 120) i);
BEGIN
	EXECUTE format('CREATE TABLE mig_checksum.broad (%s)', columns);
	EXECUTE 'INSERT INTO mig_checksum.broad SELECT ' || (SELECT string_agg(format('g * %s', i), ', ') FROM generate_series(1, 120) i) || ' FROM generate_series(1, 10) g';
	EXECUTE format('CREATE FOREIGN TABLE mig_checksum.src_broad (%s) SERVER mig_checksum OPTIONS ("table" ''broad'')', columns);
END $$;
\! sqlite3 "$FILE" "CREATE TABLE broad ($(seq -s ', ' -f 'c%g INTEGER' 120)); WITH RECURSIVE g(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM g WHERE g < 10) INSERT INTO broad SELECT $(seq -s ', ' -f 'g * %g' 120) FROM g"
SELECT s.rows, s = b AS same FROM sqlite_mig.checksum('src_broad') s, sqlite_mig.checksum('broad') b;
UPDATE broad SET c120 = c120 + 1 WHERE c1 = 5;
SELECT s = b AS same FROM sqlite_mig.checksum('src_broad') s, sqlite_mig.checksum('broad') b;
SELECT s.checksum = b.checksum AS same FROM sqlite_mig.checksum('src_broad', (SELECT array_agg('c' || i ORDER BY i) FROM generate_series(1, 99) i)) s,
	sqlite_mig.checksum('broad', (SELECT array_agg('c' || i ORDER BY i) FROM generate_series(1, 99) i)) b;

-- rows that differ in little differ in both halves of the checksum: a number, one byte of a text of any length, a digit, a sign, a power, NULL
SELECT n = count(DISTINCT left(sum, 16)) AND n = count(DISTINCT right(sum, 16)) AS all_differ, n FROM (
	SELECT replace((sqlite_mig_internal._checksum_agg(i::bigint - 50000)).checksum::text, '-', '') AS sum, count(*) OVER () AS n FROM generate_series(1, 100000) i GROUP BY i) s GROUP BY n;
SELECT n = count(DISTINCT left(sum, 16)) AND n = count(DISTINCT right(sum, 16)) AS all_differ, n FROM (
	SELECT replace((sqlite_mig_internal._checksum_agg(v)).checksum::text, '-', '') AS sum, count(*) OVER () AS n FROM (
		SELECT DISTINCT overlay(repeat('a', len) PLACING c FROM at) AS v FROM generate_series(1, 40) len, generate_series(1, len) at, (VALUES ('b'), ('A'), (' ')) c (c)
		UNION SELECT repeat('a', len) FROM generate_series(0, 40) len) v GROUP BY v) s GROUP BY n;
SELECT n = count(DISTINCT left(sum, 16)) AND n = count(DISTINCT right(sum, 16)) AS all_differ, n FROM (
	SELECT replace((sqlite_mig_internal._checksum_agg(v)).checksum::text, '-', '') AS sum, count(*) OVER () AS n FROM (
		SELECT DISTINCT d * ('1e' || e)::numeric AS v FROM unnest('{0,1,-1,2,9999,10000,-10001,123456789,1234567891234567,-1234567891234568}'::numeric[]) d, generate_series(-300, 300) e
		UNION SELECT unnest('{NaN,Infinity,-Infinity}'::numeric[])
		UNION SELECT d::numeric FROM unnest('{1e20000,1e-10000,-1e20001}'::text[]) d) v GROUP BY v) s GROUP BY n;
SELECT cardinality(sums), count(DISTINCT sum) FROM (SELECT ARRAY[
	(sqlite_mig_internal._checksum_agg(NULL::bigint)).checksum, (sqlite_mig_internal._checksum_agg(0::bigint)).checksum, (sqlite_mig_internal._checksum_agg(0::float8)).checksum,
	(sqlite_mig_internal._checksum_agg('-0'::float8)).checksum, (sqlite_mig_internal._checksum_agg('NaN'::float8)).checksum, (sqlite_mig_internal._checksum_agg(0::numeric)).checksum,
	(sqlite_mig_internal._checksum_agg(''::text)).checksum, (sqlite_mig_internal._checksum_agg('0'::text)).checksum, (sqlite_mig_internal._checksum_agg(''::bytea)).checksum,
	(sqlite_mig_internal._checksum_agg('2000-01-01'::date)).checksum, (sqlite_mig_internal._checksum_agg('0'::jsonb)).checksum, (sqlite_mig_internal._checksum_agg('0'::json)).checksum,
	(sqlite_mig_internal._checksum_agg('00000000-0000-0000-0000-000000000000'::uuid)).checksum, (sqlite_mig_internal._checksum_agg(NULL::bigint, NULL::bigint)).checksum, (sqlite_mig_internal._checksum_agg(NULL::text)).checksum,
	(sqlite_mig_internal._checksum_agg(0::bigint, NULL::bigint)).checksum, (sqlite_mig_internal._checksum_agg(NULL::bigint, 0::bigint)).checksum] AS sums) a, unnest(sums) AS sum GROUP BY 1;
-- numbers of one value have one form, whatever type or scale they have
SELECT count(DISTINCT sum) FROM (SELECT ARRAY[(sqlite_mig_internal._checksum_agg(1::int2)).checksum, (sqlite_mig_internal._checksum_agg(1::int4)).checksum, (sqlite_mig_internal._checksum_agg(1::int8)).checksum, (sqlite_mig_internal._checksum_agg(true)).checksum] AS sums) a, unnest(sums) AS sum;
SELECT count(DISTINCT sum) FROM (SELECT (sqlite_mig_internal._checksum_agg(v)).checksum FROM unnest('{12000.5,12000.50,12000.500000000000000000,12000.5000000000}'::numeric[]) WITH ORDINALITY v (v, o) GROUP BY o) s (sum);

-- every single change shows
CREATE FUNCTION pg_temp.after(change text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	was uuid := (sqlite_mig.checksum('mig_checksum.t')).checksum;
	now uuid;
BEGIN
	EXECUTE change;
	now := (sqlite_mig.checksum('mig_checksum.t')).checksum;
	RAISE EXCEPTION USING errcode = 'UC001', message = CASE WHEN now = was THEN 'NOT SEEN' ELSE 'seen' END;
EXCEPTION WHEN SQLSTATE 'UC001' THEN
	RETURN SQLERRM;
END $$;
SELECT change, pg_temp.after(change) FROM (VALUES
	('UPDATE t SET i = i # 1 WHERE id = 500'),
	('UPDATE t SET i = i # (1::bigint << 62) WHERE id = 500'),
	('UPDATE t SET r = r + 2 ^ -40 WHERE id = 1'),
	('UPDATE t SET n = n + 0.0000001 WHERE id = 3'),
	('UPDATE t SET s = s || '' '' WHERE id = 3'),
	('UPDATE t SET s = NULL WHERE id = 1002'),
	('UPDATE t SET b = set_bit(b, 0, 1 - get_bit(b, 0)) WHERE id = 77'),
	('UPDATE t SET f = NOT f WHERE id = 78'),
	('UPDATE t SET d = d + 1 WHERE id = 79'),
	('UPDATE t SET ts = ts + interval ''1 microsecond'' WHERE id = 80'),
	('UPDATE t SET u = gen_random_uuid() WHERE id = 81'),
	('UPDATE t SET j = ''{"a": 82, "b": "y"}'' WHERE id = 82'),
	('DELETE FROM t WHERE id = 1'),
	('DELETE FROM t WHERE id = 1001'),
	('INSERT INTO t SELECT * FROM t WHERE id = 9'),
	('INSERT INTO t SELECT * FROM t WHERE id = 9 UNION ALL SELECT * FROM t WHERE id = 9'),
	('UPDATE t SET id = i, i = id WHERE id = 12'),
	('UPDATE t SET i = CASE id WHEN 20 THEN (SELECT i FROM t WHERE id = 21) ELSE (SELECT i FROM t WHERE id = 20) END WHERE id IN (20, 21)'),
	('DELETE FROM t')) x(change);
SELECT * FROM sqlite_mig.checksum('t') WHERE checksum IS DISTINCT FROM (SELECT checksum FROM sqlite_mig.checksum('src'));

-- nothing to read, columns without a place, values without a form
CREATE FOREIGN TABLE src_none (a bigint, b text) SERVER mig_checksum OPTIONS ("table" 'none');
SELECT * FROM sqlite_mig.checksum('src_none');
CREATE TABLE none (a bigint, gone int, b text);
ALTER TABLE none DROP COLUMN gone;
SELECT * FROM sqlite_mig.checksum('none');
CREATE FOREIGN TABLE src_bad (id bigint, n bigint) SERVER mig_checksum OPTIONS ("table" 'bad');
SELECT rows FROM sqlite_mig.checksum('src_bad', '{id}');
SELECT * FROM sqlite_mig.checksum('src_bad');
SELECT * FROM sqlite_mig.checksum('t', '{nothing}');
SELECT * FROM sqlite_mig.checksum('src', '{id,nothing}');
SELECT * FROM sqlite_mig.checksum('t', '{NULL}');
SELECT * FROM sqlite_mig.checksum(NULL);
CREATE INDEX t_id ON t (id);
DO $$
BEGIN
	PERFORM sqlite_mig.checksum('t_id');
EXCEPTION WHEN wrong_object_type THEN	-- the words differ between versions
	RAISE NOTICE 'an index is no table';
END $$;
DROP INDEX t_id;

-- rights and policies are those of a query
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_mig_checksum;
RESET client_min_messages;
CREATE ROLE regress_mig_checksum;
GRANT USAGE ON SCHEMA mig_checksum TO regress_mig_checksum;
GRANT SELECT (id) ON t, src TO regress_mig_checksum;
SET ROLE regress_mig_checksum;
SELECT rows FROM sqlite_mig.checksum('t');
SELECT rows FROM sqlite_mig.checksum('src');
SELECT t.checksum = s.checksum AS same FROM sqlite_mig.checksum('t', '{id}') t, sqlite_mig.checksum('src', '{id}') s;
RESET ROLE;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON t USING (id <= 10);
ANALYZE t;
SET ROLE regress_mig_checksum;
SELECT rows FROM sqlite_mig.checksum('t', '{id}');
EXPLAIN (COSTS OFF) SELECT sqlite_mig_internal._checksum_agg(id) FROM ONLY t;
RESET ROLE;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;

SET client_min_messages = warning;
DROP SCHEMA mig_checksum CASCADE;
DROP SERVER mig_checksum CASCADE;
DROP ROLE regress_mig_checksum;
