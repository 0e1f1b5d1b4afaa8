-- Parallel foreign scans: which there are, what SQLite is asked, and that the rows are those of one process.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_parallel.db'
\set file2 :builddir '/results/fdw_parallel_2.db'
\setenv FILE :file
\setenv FILE2 :file2
\! rm -f "$FILE" "$FILE2"
\! sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, s TEXT); WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 20000) INSERT INTO t SELECT i, i % 1000, 'text ' || i FROM g; CREATE INDEX t_n ON t (n);"
\! sqlite3 "$FILE" "CREATE TABLE gaps (a INTEGER, b TEXT); INSERT INTO gaps (rowid, a, b) VALUES (-9223372036854775808, 1, 'least'), (-5, 2, 'below'), (0, 3, 'zero'), (9223372036854775806, 5, 'last but one'), (9223372036854775807, 6, 'greatest'); INSERT INTO gaps (rowid, a, b) SELECT id * 1000000007, 4, s FROM t WHERE id <= 3000; CREATE TABLE empty (a INTEGER); CREATE TABLE w (k INTEGER PRIMARY KEY, n INTEGER) WITHOUT ROWID; INSERT INTO w SELECT id, n FROM t; CREATE VIEW v AS SELECT id, n FROM t; CREATE TABLE bad (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO bad SELECT id, n FROM t; UPDATE bad SET n = 'x' WHERE id = 15000"
\! sqlite3 "$FILE2" "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, s TEXT); WITH RECURSIVE g (i) AS (SELECT 20001 UNION ALL SELECT i + 1 FROM g WHERE i < 30000) INSERT INTO t SELECT i, i % 1000, 'text ' || i FROM g"
CREATE SERVER fdw_parallel FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SERVER fdw_parallel_2 FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file2');
CREATE SCHEMA fdw_parallel;
SET search_path = fdw_parallel, public;
IMPORT FOREIGN SCHEMA main FROM SERVER fdw_parallel INTO fdw_parallel;
CREATE FOREIGN TABLE t2 (id bigint, n integer, s text) SERVER fdw_parallel_2 OPTIONS ("table" 't');
CREATE FOREIGN TABLE q (id bigint, n integer) SERVER fdw_parallel OPTIONS (query 'SELECT id, n FROM t');
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;

-- md5 keeps the aggregate here; conditions are sent, but none that leads SQLite into an index or into the rowids
SET sqlite_fdw_mig.explain_query_plan = on;
EXPLAIN (VERBOSE, COSTS OFF) SELECT count(md5(s)) FROM t WHERE length(s) > 6 AND id > 7 AND n <> 3;
RESET sqlite_fdw_mig.explain_query_plan;
SELECT count(md5(s)) FROM t WHERE length(s) > 6 AND id > 7 AND n <> 3;
SELECT count(md5(s)), max(id) FROM t WHERE length(s) = (SELECT min(n) + 8 FROM t2);
SET sqlite_fdw_mig.pushdown = off;
SELECT count(*), sum(n), count(DISTINCT s) FROM t WHERE n < 500;
RESET sqlite_fdw_mig.pushdown;

-- rowids at both ends, far apart; no rows at all
SELECT count(md5(b)), sum(a) FROM gaps;
SELECT count(md5(b)) FROM gaps WHERE a <> 4;
SELECT b FROM gaps WHERE a <> 4 ORDER BY md5(b);
SELECT count(*), sum(a) FROM (SELECT a FROM empty OFFSET 0) s;

-- order, and rows that are not all wanted
EXPLAIN (COSTS OFF) SELECT id FROM t ORDER BY md5(s), id LIMIT 3;
SELECT id FROM t ORDER BY md5(s), id LIMIT 3;
SELECT count(*) FROM (SELECT md5(s) FROM t LIMIT 5000) s;
SELECT EXISTS (SELECT md5(s) FROM t WHERE md5(s) < 'ff');

-- joins: a hash table made by all, and with a table of PostgreSQL's own
EXPLAIN (COSTS OFF) SELECT count(*), sum(t.id) FROM t JOIN t2 USING (n) WHERE md5(t2.s) < '1';
SELECT count(*), sum(t.id) FROM t JOIN t2 USING (n) WHERE md5(t2.s) < '1';
CREATE TABLE native AS SELECT id, n, s FROM t;
ALTER TABLE native SET (parallel_workers = 2);
ANALYZE native;
SELECT count(*), sum(a.n) FROM t a JOIN native b ON b.id = a.id AND md5(b.s) = md5(a.s);
SELECT count(*) FROM native b LEFT JOIN t2 a ON b.n = a.n AND a.id < 20100 WHERE a.id IS NULL;

-- partitions in several files
CREATE TABLE parts (id bigint, n integer, s text) PARTITION BY RANGE (id);
CREATE FOREIGN TABLE part_1 PARTITION OF parts FOR VALUES FROM (1) TO (20001) SERVER fdw_parallel OPTIONS ("table" 't');
CREATE FOREIGN TABLE part_2 PARTITION OF parts FOR VALUES FROM (20001) TO (30001) SERVER fdw_parallel_2 OPTIONS ("table" 't');
EXPLAIN (COSTS OFF) SELECT count(*), sum(n) FROM parts WHERE md5(s) >= '8';
SELECT count(*), sum(n) FROM parts WHERE md5(s) >= '8';
SELECT count(*), sum(n) FROM (SELECT * FROM native UNION ALL SELECT * FROM t2) a WHERE md5(s) >= '8';
SET enable_partitionwise_aggregate = on;
SELECT n, count(md5(s)) FROM parts WHERE n < 2 GROUP BY n ORDER BY n;
RESET enable_partitionwise_aggregate;

-- scanned again, with other parameters each time
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET enable_material = off;
SET enable_memoize = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM (VALUES ('0'), ('3'), ('e')) v (c) LEFT JOIN (SELECT md5(s) AS h FROM t2) s ON s.h < v.c;
SELECT count(*) FROM (VALUES ('0'), ('3'), ('e')) v (c) LEFT JOIN (SELECT md5(s) AS h FROM t2) s ON s.h < v.c;
SELECT count(*) FROM (VALUES ('0'), ('3'), ('e')) v (c) WHERE EXISTS (SELECT FROM t2 WHERE md5(s) < v.c);
RESET enable_hashjoin;
RESET enable_mergejoin;
RESET enable_material;
RESET enable_memoize;
PREPARE many (integer) AS SELECT count(md5(s)) FROM t WHERE n < $1;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE many (10);
EXECUTE many (10);
EXECUTE many (1000);
RESET plan_cache_mode;

-- an error of a worker is that of one process
\set VERBOSITY terse
SELECT count(md5(n::text)) FROM bad;
\set VERBOSITY default

-- whole by nature, or small, or with no worker allowed: read by one process
EXPLAIN (COSTS OFF) SELECT count(md5(n::text)) FROM w;
EXPLAIN (COSTS OFF) SELECT count(md5(n::text)) FROM v;
EXPLAIN (COSTS OFF) SELECT count(md5(n::text)) FROM q;
CREATE DOMAIN checked AS integer CHECK (VALUE >= 0);
CREATE DOMAIN named AS text;
CREATE FOREIGN TABLE domains (id bigint, n checked, s named) SERVER fdw_parallel OPTIONS ("table" 't');
EXPLAIN (COSTS OFF) SELECT count(md5(s)) FROM domains;
ALTER FOREIGN TABLE domains ALTER COLUMN n TYPE integer;
EXPLAIN (COSTS OFF) SELECT count(md5(s)) FROM domains;
EXPLAIN (COSTS OFF) SELECT count(DISTINCT n) FROM t;
EXPLAIN (COSTS OFF) SELECT md5(s) FROM t WHERE id = 7;
SET parallel_leader_participation = off;
EXPLAIN (COSTS OFF) SELECT count(md5(s)) FROM t;
RESET parallel_leader_participation;
SET max_parallel_workers_per_gather = 0;
EXPLAIN (COSTS OFF) SELECT count(md5(s)) FROM t;
SET max_parallel_workers_per_gather = 2;

-- what this transaction has written is seen by it alone
ALTER SERVER fdw_parallel_2 OPTIONS (ADD updatable 'true');
PREPARE written AS SELECT count(md5(s)) FROM t2 WHERE n = 1;
EXECUTE written;
BEGIN;
SELECT sqlite_mig_internal._source_execute('fdw_parallel_2', 'INSERT INTO t VALUES (40000, 1, ''new'')');
EXPLAIN (COSTS OFF) SELECT count(md5(s)) FROM t2 WHERE n = 1;
SELECT count(md5(s)) FROM t2 WHERE n = 1;
EXECUTE written;
ROLLBACK;
EXECUTE written;

-- subtransactions, cursors
BEGIN;
SAVEPOINT a;
SELECT count(md5(s)) FROM t;
ROLLBACK TO a;
DECLARE c CURSOR FOR SELECT id, md5(s) FROM t2 ORDER BY id;
FETCH 1 FROM c;
SELECT count(md5(s)) FROM t2;
FETCH 1 FROM c;
COMMIT;

RESET search_path;
SET client_min_messages = warning;
DROP SERVER fdw_parallel CASCADE;
DROP SERVER fdw_parallel_2 CASCADE;
DROP SCHEMA fdw_parallel CASCADE;
