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
SET ROLE regress_mig_checksum;
SELECT rows FROM sqlite_mig.checksum('t', '{id}');
RESET ROLE;

SET client_min_messages = warning;
DROP SCHEMA mig_checksum CASCADE;
DROP SERVER mig_checksum CASCADE;
DROP ROLE regress_mig_checksum;
