-- What a foreign table may show: a query, the rowid; and how such tables are used.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_query.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t (k TEXT PRIMARY KEY, n INTEGER); INSERT INTO t VALUES ('a', 1), ('b', 2), ('c', 2); CREATE TABLE w (k TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID; INSERT INTO w VALUES ('x', 1); CREATE TABLE g (a INTEGER, b INTEGER AS (a * 2) VIRTUAL, c INTEGER AS (a + 1) STORED); INSERT INTO g VALUES (1), (5); CREATE VIRTUAL TABLE f USING fts5(body); INSERT INTO f VALUES ('some words'), ('other words')"
CREATE SERVER fdw_query FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA fdw_query;
SET search_path = fdw_query;
-- a query
CREATE FOREIGN TABLE q (n integer, many bigint OPTIONS (column_name 'c'), ks text) SERVER fdw_query
	OPTIONS (query 'SELECT n, count(*) AS c, group_concat(k, ''+'') AS ks FROM t GROUP BY n -- by number');
EXPLAIN (VERBOSE, COSTS OFF) SELECT ks FROM q WHERE many = 2 AND ks IS NOT NULL;
SELECT * FROM q ORDER BY n;
SELECT ks FROM q WHERE many = 2 AND ks IS NOT NULL;
SELECT q.ks, count(*) FROM q JOIN q p ON p.n = q.n GROUP BY 1 ORDER BY 1;
ANALYZE q;
SELECT reltuples FROM pg_class WHERE oid = 'q'::regclass;
CREATE TABLE copied (n integer, many bigint, ks text);
SELECT rows_read, inserted FROM sqlite_mig.copy_table('q', 'copied');
\set VERBOSITY terse
CREATE FOREIGN TABLE bad (n integer) SERVER fdw_query OPTIONS (query 'SELECT 1 AS n', "table" 't');
CREATE FOREIGN TABLE bad (n integer) SERVER fdw_query OPTIONS (query 'DELETE FROM t');
SELECT * FROM bad;
ALTER FOREIGN TABLE bad OPTIONS (SET query 'SELECT ''x'' AS n');
SELECT * FROM bad;
\set VERBOSITY default
-- words of a full-text table are found by a query with MATCH
CREATE FOREIGN TABLE found (body text) SERVER fdw_query OPTIONS (query 'SELECT body FROM f WHERE f MATCH ''some''');
SELECT * FROM found;
-- the rowid
CREATE FOREIGN TABLE t (rowid bigint, k text, n integer) SERVER fdw_query;
SET sqlite_fdw_mig.explain_query_plan = on;
EXPLAIN (VERBOSE, COSTS OFF) SELECT k FROM t WHERE rowid = 2;
RESET sqlite_fdw_mig.explain_query_plan;
SELECT * FROM t WHERE rowid >= 2 ORDER BY rowid DESC LIMIT 1;
-- keys without rowid, generated columns
IMPORT FOREIGN SCHEMA main LIMIT TO (w, g) FROM SERVER fdw_query INTO fdw_query;
EXPLAIN (VERBOSE, COSTS OFF) SELECT n FROM w WHERE k = 'x';
SELECT * FROM g WHERE b = 10 AND c = 6;
-- one partitioned table of several files
\! rm -f "$FILE"2; sqlite3 "$FILE"2 "CREATE TABLE t (k TEXT PRIMARY KEY, n INTEGER); INSERT INTO t VALUES ('d', 1), ('e', 7)"
\set file2 :file 2
CREATE SERVER fdw_query_2 FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file2');
CREATE TABLE tenants (tenant integer, k text, n integer) PARTITION BY LIST (tenant);
CREATE FOREIGN TABLE tenant_1 PARTITION OF tenants FOR VALUES IN (1) SERVER fdw_query OPTIONS (query 'SELECT 1 AS tenant, k, n FROM t');
CREATE FOREIGN TABLE tenant_2 PARTITION OF tenants FOR VALUES IN (2) SERVER fdw_query_2 OPTIONS (query 'SELECT 2 AS tenant, k, n FROM t');
SELECT tenant, count(*), sum(n) FROM tenants GROUP BY tenant ORDER BY tenant;
SELECT k FROM tenants WHERE tenant = 2 AND n > 5;
CREATE TABLE inherited (k text, n integer);
CREATE FOREIGN TABLE child_1 () INHERITS (inherited) SERVER fdw_query OPTIONS ("table" 't');
CREATE FOREIGN TABLE child_2 () INHERITS (inherited) SERVER fdw_query_2 OPTIONS ("table" 't');
EXPLAIN (VERBOSE, COSTS OFF) SELECT k FROM inherited WHERE n = 1;
SELECT k FROM inherited WHERE n = 1 ORDER BY k;
SELECT n, count(*) FROM inherited GROUP BY n ORDER BY n;
SELECT k FROM inherited ORDER BY n DESC, k COLLATE "C" LIMIT 2;

RESET search_path;
SET client_min_messages = warning;
DROP SERVER fdw_query CASCADE;
DROP SERVER fdw_query_2 CASCADE;
DROP SCHEMA fdw_query CASCADE;
