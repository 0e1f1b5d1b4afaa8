-- One partitioned table of several SQLite files, a file for each tenant.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_partition_1.db'
\setenv FILE :file
\set file2 :builddir '/results/fdw_partition_2.db'
\setenv FILE2 :file2
\! rm -f "$FILE" "$FILE2"
\! for n in 1 2; do sqlite3 "$([ $n = 1 ] && echo "$FILE" || echo "$FILE2")" "CREATE TABLE o (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, total NUMERIC); CREATE INDEX o_kind ON o (kind); WITH RECURSIVE g (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM g WHERE i < 2999) INSERT INTO o SELECT i + ($n - 1) * 3000, i % 10, i / 4.0 FROM g; CREATE TABLE l (o INTEGER NOT NULL, n INTEGER); CREATE INDEX l_o ON l (o); INSERT INTO l SELECT id, v FROM o, (SELECT 5 AS v UNION ALL SELECT 6) WHERE kind < 5; ANALYZE"; done
CREATE SERVER fdw_partition_1 FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SERVER fdw_partition_2 FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file2');
CREATE SCHEMA fdw_partition;
SET search_path = fdw_partition, public;
CREATE TABLE o (id bigint, kind bigint, total numeric) PARTITION BY RANGE (id);
CREATE FOREIGN TABLE o_1 PARTITION OF o FOR VALUES FROM (0) TO (3000) SERVER fdw_partition_1 OPTIONS ("table" 'o');
CREATE FOREIGN TABLE o_2 PARTITION OF o FOR VALUES FROM (3000) TO (6000) SERVER fdw_partition_2 OPTIONS ("table" 'o');
CREATE TABLE l (n bigint, o bigint) PARTITION BY RANGE (o);
CREATE FOREIGN TABLE l_1 PARTITION OF l FOR VALUES FROM (0) TO (3000) SERVER fdw_partition_1 OPTIONS ("table" 'l');
CREATE FOREIGN TABLE l_2 PARTITION OF l FOR VALUES FROM (3000) TO (6000) SERVER fdw_partition_2 OPTIONS ("table" 'l');

-- a key says which files are read
EXPLAIN (VERBOSE, COSTS OFF) SELECT total FROM o WHERE id = 2;
SELECT total FROM o WHERE id = 2;
PREPARE one (bigint) AS SELECT total FROM o WHERE id = $1;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (COSTS OFF) EXECUTE one (3002);
EXECUTE one (3002);
RESET plan_cache_mode;

-- in order, from all
EXPLAIN (VERBOSE, COSTS OFF) SELECT id, kind FROM o ORDER BY id DESC LIMIT 3;
SELECT id, kind FROM o ORDER BY id DESC LIMIT 3;

-- partitions of one file are joined in SQLite, groups that lie within a partition are made there
SET enable_partitionwise_join = on;
SET enable_partitionwise_aggregate = on;
EXPLAIN (VERBOSE, COSTS OFF) SELECT o.id, o.total, l.n FROM o JOIN l ON l.o = o.id WHERE o.kind < 3 AND o.total < 1 ORDER BY 1, 3;
SELECT o.id, o.total, l.n FROM o JOIN l ON l.o = o.id WHERE o.kind < 3 AND o.total < 1 ORDER BY 1, 3;
EXPLAIN (VERBOSE, COSTS OFF) SELECT o.id, l.n FROM o LEFT JOIN l ON l.o = o.id;
SELECT count(*), count(l.n), sum(o.id) FROM o LEFT JOIN l ON l.o = o.id;
EXPLAIN (VERBOSE, COSTS OFF) SELECT o, count(*), sum(n) FROM l GROUP BY o HAVING count(*) > 1;
SELECT o, count(*), sum(n) FROM l GROUP BY o HAVING count(*) > 1 ORDER BY o DESC LIMIT 2;
SELECT o + 1 AS next, max(n) FROM l GROUP BY o ORDER BY 1 LIMIT 2;
-- others are not
EXPLAIN (COSTS OFF) SELECT kind, count(*), sum(total) FROM o GROUP BY kind;
SELECT kind, count(*), sum(total) FROM o GROUP BY kind ORDER BY kind;
SELECT count(*), max(total) FROM o;
-- a table that is no partition is grouped in SQLite all the same
EXPLAIN (COSTS OFF) SELECT kind, count(*) FROM o_1 GROUP BY kind;
SELECT kind, count(*) FROM o_1 GROUP BY kind ORDER BY kind;
SELECT tableoid::regclass AS part, count(*) FROM l WHERE n > 5 GROUP BY 1 ORDER BY 1;

-- a file for each tenant: SQLite has no column that says which
CREATE TABLE orders (id bigint, tenant integer, name text COLLATE "C", total numeric) PARTITION BY LIST (tenant);
CREATE FOREIGN TABLE orders_7 (id bigint, tenant integer OPTIONS (constant '7'), name text OPTIONS (constant 'O''Neill') COLLATE "C", total numeric)
	SERVER fdw_partition_1 OPTIONS ("table" 'o');
CREATE FOREIGN TABLE orders_8 (id bigint, tenant integer OPTIONS (constant '8'), name text OPTIONS (constant '') COLLATE "C", total numeric)
	SERVER fdw_partition_2 OPTIONS ("table" 'o');
ALTER TABLE orders ATTACH PARTITION orders_7 FOR VALUES IN (7);
ALTER TABLE orders ATTACH PARTITION orders_8 FOR VALUES IN (8);
CREATE TABLE lines (tenant integer, o bigint, n bigint) PARTITION BY LIST (tenant);
CREATE FOREIGN TABLE lines_7 (tenant integer OPTIONS (constant '7'), o bigint, n bigint) SERVER fdw_partition_1 OPTIONS ("table" 'l');
CREATE FOREIGN TABLE lines_8 (tenant integer OPTIONS (constant '8'), o bigint, n bigint) SERVER fdw_partition_2 OPTIONS ("table" 'l');
ALTER TABLE lines ATTACH PARTITION lines_7 FOR VALUES IN (7);
ALTER TABLE lines ATTACH PARTITION lines_8 FOR VALUES IN (8);
EXPLAIN (VERBOSE, COSTS OFF) SELECT tenant, name, total FROM orders WHERE tenant = 8 AND id = 3003;
SELECT tenant, name, total FROM orders WHERE tenant = 8 AND id = 3003;
SELECT * FROM orders WHERE id IN (2, 3002) ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) SELECT tenant, count(*), sum(total) FROM orders GROUP BY tenant;
SELECT tenant, count(*), sum(total) FROM orders GROUP BY tenant ORDER BY tenant;
SELECT name, tenant, count(*) FROM orders WHERE name < 'P' GROUP BY name, tenant ORDER BY name;
EXPLAIN (VERBOSE, COSTS OFF) SELECT o.tenant, o.name, l.n FROM orders o JOIN lines l USING (tenant) WHERE l.o = o.id AND o.total = 0.5;
SELECT o.tenant, o.name, l.n FROM orders o JOIN lines l USING (tenant) WHERE l.o = o.id AND o.total = 0.5 ORDER BY 1, 3;
-- where there is no line there is no tenant of it
SELECT count(*), count(l.tenant), count(o.tenant) FROM orders_7 o LEFT JOIN lines_7 l ON l.o = o.id;
EXPLAIN (VERBOSE, COSTS OFF) SELECT l.tenant, o.id FROM orders_7 o LEFT JOIN lines_7 l ON l.o = o.id;
SELECT id, tenant FROM orders_7 ORDER BY tenant, id LIMIT 2;
SELECT max(tenant), min(name), count(DISTINCT tenant) FROM orders_7;
ANALYZE orders_7;
SELECT n_distinct, most_common_vals FROM pg_stats WHERE tablename = 'orders_7' AND attname = 'tenant';
CREATE TABLE copied (id bigint, tenant integer, name text, total numeric);
SELECT rows_read, inserted FROM sqlite_mig.copy_table('orders_7', 'copied');
SELECT DISTINCT tenant, name FROM copied;
-- rows find their file, and are what they are in it
ALTER SERVER fdw_partition_1 OPTIONS (ADD updatable 'true');
ALTER SERVER fdw_partition_2 OPTIONS (ADD updatable 'true');
INSERT INTO lines VALUES (7, -1, 70), (8, -1, 80), (7, -2, 71);
SELECT * FROM lines WHERE o < 0 ORDER BY n;
\! sqlite3 "$FILE2" "SELECT o, n FROM l WHERE o < 0"
INSERT INTO lines_7 (o, n) VALUES (-3, 72) RETURNING *;
UPDATE lines SET n = n + 1 WHERE o < 0 AND tenant = 7 RETURNING tenant, o, n;
UPDATE lines SET n = n + 1, tenant = 7 WHERE o = -2;
DELETE FROM lines WHERE o < -1 RETURNING tenant, o, n;
\set VERBOSITY terse
UPDATE lines SET tenant = 8 WHERE tenant = 7 AND o = -1;
INSERT INTO lines_7 VALUES (8, -4, 0);
INSERT INTO lines_7 VALUES (NULL, -4, 0);
INSERT INTO lines VALUES (9, -4, 0);
UPDATE lines_7 SET tenant = 8 WHERE o = -1;
DELETE FROM lines WHERE o < 0;
SELECT count(*) FROM lines;
CREATE FOREIGN TABLE wrong (id bigint, tenant integer OPTIONS (constant 'seven')) SERVER fdw_partition_1 OPTIONS ("table" 'o');
SELECT tenant FROM wrong LIMIT 1;
\set VERBOSITY default

RESET enable_partitionwise_join;
RESET enable_partitionwise_aggregate;
RESET search_path;
SET client_min_messages = warning;
DROP SERVER fdw_partition_1 CASCADE;
DROP SERVER fdw_partition_2 CASCADE;
DROP SCHEMA fdw_partition CASCADE;
