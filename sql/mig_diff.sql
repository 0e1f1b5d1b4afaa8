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
SELECT * FROM sqlite_mig._diff_keys('src', 't') ORDER BY key::text COLLATE "C", status;
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
SELECT * FROM sqlite_mig._diff_keys('src_loose', 'loose') ORDER BY key::text COLLATE "C", status;
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
-- what cannot be compared
SELECT * FROM sqlite_mig.diff('src', 'pair') ORDER BY key::text COLLATE "C", status;
SELECT * FROM sqlite_mig.diff('src', 't', columns => '{id,nothing}') ORDER BY key::text COLLATE "C", status;
DROP SCHEMA mig_diff CASCADE;
DROP SERVER mig_diff CASCADE;
