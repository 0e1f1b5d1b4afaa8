-- diff: rows that differ by key; tables with every kind of key, and without one.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_diff.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT, r REAL, n NUMERIC, b BLOB, j TEXT, ts TEXT); WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 300) INSERT INTO t SELECT i, 'row ' || i, i / 8.0, i || '.5', CAST('b' || i AS BLOB), json_object('a', i), datetime('2020-01-01', '+' || i || ' minutes') FROM k"
\! sqlite3 "$FILE" "CREATE TABLE pair (a TEXT, b TEXT, v INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO pair VALUES ('B', 'x', 1), ('a', 'y', 2), ('A', 'y', 3), ('ä', '', 4), ('a', 'z', NULL); CREATE TABLE loose (x TEXT, y INTEGER); INSERT INTO loose VALUES ('one', 1), ('one', 1), ('two', 2), (NULL, NULL), (NULL, NULL), ('three', 3)"
\! sqlite3 "$FILE" "CREATE TABLE typed (k TEXT PRIMARY KEY, at INTEGER, v TEXT); INSERT INTO typed VALUES ('00000000-0000-4000-8000-000000000001', 1600000000, 'a'), ('00000000-0000-4000-8000-00000000000A', 1600000001, 'b')"
CREATE SERVER mig_diff FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA mig_diff;
SET search_path = mig_diff;
SET timezone = 'UTC';
CREATE FOREIGN TABLE src (id bigint OPTIONS (key 'true'), s text, r double precision, n numeric, b bytea, j jsonb, ts timestamp) SERVER mig_diff OPTIONS ("table" 't');
CREATE TABLE t (LIKE src);
SELECT inserted FROM sqlite_mig.copy_table('src', 't');
SELECT * FROM sqlite_mig.diff('src', 't') ORDER BY key::text COLLATE "C", status;
UPDATE t SET s = s || ' ' WHERE id = 7;
UPDATE t SET n = NULL, ts = ts + '1 microsecond' WHERE id = 90;
DELETE FROM t WHERE id = 155;
INSERT INTO t SELECT * FROM t WHERE id = 12;
INSERT INTO t SELECT -1, s, r, n, b, j, ts FROM t WHERE id = 200;
SELECT * FROM sqlite_mig.diff('src', 't') ORDER BY key::text COLLATE "C", status;
SELECT * FROM sqlite_mig_internal._diff_keys('src', 't') ORDER BY key::text COLLATE "C", status;
-- the other way round, fewer columns, another key
SELECT status, key, columns FROM sqlite_mig.diff('t', 'src') ORDER BY key::text COLLATE "C", status;
SELECT * FROM sqlite_mig.diff('src', 't', columns => '{id,n}') ORDER BY key::text COLLATE "C", status;
SELECT status, key, columns FROM sqlite_mig.diff('src', 't', key_columns => '{s}') ORDER BY key::text COLLATE "C", status;
-- composite key, whose texts the engines order differently
CREATE FOREIGN TABLE src_pair (a text OPTIONS (key 'true'), b text OPTIONS (key 'true'), v int) SERVER mig_diff OPTIONS ("table" 'pair');
CREATE TABLE pair AS SELECT * FROM src_pair;
UPDATE pair SET v = 5 WHERE a = 'A';
UPDATE pair SET a = 'A', b = 'z' WHERE b = '';
SELECT * FROM sqlite_mig.diff('src_pair', 'pair') ORDER BY key::text COLLATE "C", status;
-- no key: a row is what is in it, as often as it is there
CREATE FOREIGN TABLE src_loose (x text, y int) SERVER mig_diff OPTIONS ("table" 'loose');
CREATE TABLE loose AS TABLE src_loose;
SELECT * FROM sqlite_mig.diff('src_loose', 'loose') ORDER BY key::text COLLATE "C", status;
INSERT INTO loose VALUES (NULL, NULL), ('three', 3), ('four', 4);
DELETE FROM loose WHERE x IN ('one', 'two');
INSERT INTO loose VALUES ('one', 1);
SELECT * FROM sqlite_mig.diff('src_loose', 'loose') ORDER BY key::text COLLATE "C", status;
SELECT * FROM sqlite_mig_internal._diff_keys('src_loose', 'loose') ORDER BY key::text COLLATE "C", status;
-- keys that were converted
CREATE FOREIGN TABLE src_typed (k uuid OPTIONS (key 'true'), at timestamptz OPTIONS (key 'true', format 'unixepoch'), v text) SERVER mig_diff OPTIONS ("table" 'typed');
CREATE TABLE typed AS TABLE src_typed;
UPDATE typed SET v = 'c' WHERE v = 'b';
SELECT * FROM sqlite_mig.diff('src_typed', 'typed') ORDER BY key::text COLLATE "C", status;
-- two tables of this database
CREATE TABLE one AS SELECT i AS id, i * i AS v FROM generate_series(1, 1000) AS i;
CREATE TABLE two (LIKE one);
ALTER TABLE two ADD PRIMARY KEY (id);
INSERT INTO two SELECT id, CASE WHEN id = 500 THEN 0 ELSE v END FROM one WHERE id <> 1;
SELECT * FROM sqlite_mig.diff('one', 'two') ORDER BY key::text COLLATE "C", status;
-- what is told from what it looks like: a zero and a negative one, NULL as a key, a number of another scale, which is the same
CREATE TABLE zeros AS SELECT * FROM (VALUES (1, 0.0::float8, 1.50), (2, '-0'::float8, 2.50), (NULL, 1, 0)) AS v (id, r, n);
CREATE TABLE zeros2 AS SELECT id, CASE WHEN id IS NULL THEN 2 ELSE 0 END::float8 AS r, n::numeric(10,4) AS n FROM zeros;
SELECT * FROM sqlite_mig.diff('zeros', 'zeros2', '{id}') ORDER BY key::text COLLATE "C", status;
-- types of another form: the source is cast
CREATE TABLE texts AS SELECT id::text AS id, v::numeric AS v FROM two;
SELECT * FROM sqlite_mig.diff('texts', 'two') ORDER BY key::text COLLATE "C", status;
CREATE FOREIGN TABLE src_texts (k text OPTIONS (key 'true'), at bigint, v text) SERVER mig_diff OPTIONS ("table" 'typed');
SELECT status, key, columns FROM sqlite_mig.diff('src_texts', 'typed', key_columns => '{k}', columns => '{k,v}') ORDER BY key::text COLLATE "C", status;
\set VERBOSITY sqlstate
SELECT * FROM sqlite_mig.diff('src_texts', 'typed');
\set VERBOSITY default
-- keys far from each other, at both ends; rows at the end
CREATE TABLE far AS SELECT i * 1234567890123 AS id, i AS v FROM generate_series(1, 2000) AS i UNION ALL VALUES (-9223372036854775808, 0), (9223372036854775807, 0);
CREATE TABLE far2 AS SELECT id, CASE WHEN v = 77 THEN 78 ELSE v END AS v FROM far WHERE id < 9223372036854775807;
SELECT * FROM sqlite_mig.diff('far', 'far2', '{id}') ORDER BY key::text COLLATE "C", status;
CREATE TABLE near AS SELECT i AS id, i % 7 AS v FROM generate_series(1, 100000) AS i;
CREATE TABLE near2 AS SELECT * FROM near WHERE id NOT IN (1, 500, 100000);
ALTER TABLE near2 ADD PRIMARY KEY (id);
INSERT INTO near2 VALUES (100001, 3), (-5, 1);
SELECT * FROM sqlite_mig.diff('near', 'near2') ORDER BY key::text COLLATE "C", status;
-- nothing is the same; a key that is none; nothing at all
SELECT status, count(*), count(DISTINCT key), min(columns::text) FROM sqlite_mig.diff((SELECT 'near'::regclass), 'near2', columns => '{id}') GROUP BY status ORDER BY status;
UPDATE near2 SET v = v + 1;
SELECT status, count(*), count(DISTINCT key), min(columns::text) FROM sqlite_mig.diff('near', 'near2') GROUP BY status ORDER BY status;
SELECT status, key, count(*), min(columns::text) FROM sqlite_mig.diff('near', 'near2', '{v}') GROUP BY status, key ORDER BY key, status;
CREATE TABLE nothing (LIKE near);
SELECT count(*) FROM sqlite_mig.diff('nothing', 'nothing');
SELECT status, count(*) FROM sqlite_mig.diff('near', 'nothing') GROUP BY status;
CREATE TABLE bare ();
INSERT INTO bare DEFAULT VALUES;
CREATE TABLE bare2 ();
SELECT * FROM sqlite_mig.diff('bare', 'bare2');
-- parallel workers, and more columns than a function has arguments
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT * FROM sqlite_mig.diff('far', 'far2', '{id}') ORDER BY key::text COLLATE "C", status;
DO $$ BEGIN EXECUTE 'CREATE TABLE mig_diff.broad AS SELECT ' || (SELECT string_agg(format('g * %s AS c%s', i, i), ', ') FROM generate_series(1, 120) i) || ' FROM generate_series(1, 10) g'; END $$;
CREATE TABLE broad2 AS SELECT * FROM broad;
UPDATE broad2 SET c120 = 0 WHERE c1 = 4;
SELECT status, key, columns, target ->> 'c120' AS c120 FROM sqlite_mig.diff('broad', 'broad2', '{c1}');
-- checksums by ranges of the key, or of its hash, add up to that of the table
SELECT range, first_key, last_key, source_rows, target_rows, ok FROM sqlite_mig.checksum_ranges('src', 't', 8) ORDER BY range;
SELECT sqlite_mig_internal._checksum_total(r.source_checksum) = (sqlite_mig.checksum('src')).checksum AS source, sqlite_mig_internal._checksum_total(r.target_checksum) = (sqlite_mig.checksum('t')).checksum AS target, sum(source_rows) AS rows, count(*) FILTER (WHERE NOT ok) AS differ
	FROM sqlite_mig.checksum_ranges('src', 't') AS r;
SELECT range, first_key, last_key, source_rows, target_rows, ok FROM sqlite_mig.checksum_ranges('src_pair', 'pair', 2) ORDER BY range;
SELECT * FROM sqlite_mig.checksum_ranges('src', 't', 0);
-- columns computed by the executor: a view, a partitioned table
CREATE VIEW odd AS SELECT id, v FROM one WHERE id % 2 = 1;
CREATE TABLE parts (LIKE one) PARTITION BY HASH (id);
CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO parts SELECT * FROM odd WHERE id <> 17;
SELECT * FROM sqlite_mig.diff('odd', 'parts', '{id}');
-- rows in the quarantine are missing as agreed; repaired ones are as they were repaired
\! sqlite3 "$FILE" "CREATE TABLE q (id INTEGER PRIMARY KEY, n INTEGER); WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 1000) INSERT INTO q SELECT i, i FROM k; UPDATE q SET n = 'x' WHERE id IN (30, 700)"
SELECT count(*) > 0 AS prepared FROM sqlite_mig.prepare('mig_diff', 'mig_diff_q', tables => '{q}', migration => 'mig_diff_q');
UPDATE sqlite_mig.plan_column SET target_type = 'bigint', format = NULL WHERE migration = 'mig_diff_q' AND source_name = 'n';
CALL sqlite_mig.migrate('mig_diff', migration => 'mig_diff_q', on_error => 'reject');
UPDATE sqlite_mig.rejected SET "row" = jsonb_set("row", '{n}', '5') WHERE migration = 'mig_diff_q' AND source_rowid = 30;
SELECT * FROM sqlite_mig.replay('mig_diff', migration => 'mig_diff_q');
SELECT * FROM sqlite_mig.diff('sqlite_mig_diff_q.q', 'mig_diff_q.q', migration => 'mig_diff_q');
UPDATE mig_diff_q.q SET n = -1 WHERE id IN (29, 500, 701);
UPDATE mig_diff_q.q SET n = 6 WHERE id = 30;
SELECT * FROM sqlite_mig.diff('sqlite_mig_diff_q.q', 'mig_diff_q.q', migration => 'mig_diff_q') ORDER BY (key ->> 'id')::int;
SELECT * FROM sqlite_mig.diff('sqlite_mig_diff_q.q', 'mig_diff_q.q');
-- of which the key itself was bad
\! sqlite3 "$FILE" "CREATE TABLE k (id INT PRIMARY KEY, n INTEGER); WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 100) INSERT INTO k SELECT i, i FROM k; UPDATE k SET id = 'x' WHERE n = 50"
SELECT count(*) > 0 AS prepared FROM sqlite_mig.prepare('mig_diff', 'mig_diff_k', tables => '{k}', migration => 'mig_diff_k');
UPDATE sqlite_mig.plan_column SET target_type = 'bigint', format = NULL WHERE migration = 'mig_diff_k' AND source_name = 'id';
CALL sqlite_mig.migrate('mig_diff', migration => 'mig_diff_k', on_error => 'reject');
SELECT * FROM sqlite_mig.diff('sqlite_mig_diff_k.k', 'mig_diff_k.k', migration => 'mig_diff_k');
DELETE FROM mig_diff_k.k WHERE id IN (49, 51);
SELECT * FROM sqlite_mig.diff('sqlite_mig_diff_k.k', 'mig_diff_k.k', migration => 'mig_diff_k') ORDER BY (key ->> 'id')::int;
-- rights: SELECT on both
CREATE ROLE regress_mig_diff;
GRANT USAGE ON SCHEMA mig_diff TO regress_mig_diff;
GRANT SELECT ON one, src TO regress_mig_diff;
SET ROLE regress_mig_diff;
SELECT * FROM sqlite_mig.diff('one', 'two');
SELECT count(*) FROM sqlite_mig.diff('one', 'one');
SELECT count(*) > 0 AS some FROM sqlite_mig.diff('src', 'one', columns => '{id}');
SELECT * FROM sqlite_mig.diff('src_loose', 'src_loose');
SELECT sqlite_mig_internal._sketch_agg('\x00', id) FROM one;
RESET ROLE;
-- what cannot be compared
SELECT * FROM sqlite_mig.diff('src', 'pair') ORDER BY key::text COLLATE "C", status;
SELECT * FROM sqlite_mig.diff('src', 't', columns => '{id,nothing}') ORDER BY key::text COLLATE "C", status;
SELECT * FROM sqlite_mig.diff('src', NULL);
SET client_min_messages = error;
DELETE FROM sqlite_mig.migration WHERE migration IN ('mig_diff_q', 'mig_diff_k');
DROP SCHEMA mig_diff, mig_diff_q, sqlite_mig_diff_q, mig_diff_k, sqlite_mig_diff_k CASCADE;
DROP ROLE regress_mig_diff;
DROP SERVER mig_diff CASCADE;
