-- Level full: both engines measure each column on their own; keys, orphans, sequences, objects, samples, the verdict.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
SET timezone = 'UTC';
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_verify_full.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(20) UNIQUE); INSERT INTO parent VALUES (1, 'one'), (2, 'two'), (7, 'Zo''ë'); DELETE FROM parent WHERE id = 7; INSERT INTO parent VALUES (3, 'Ärger')"
\! sqlite3 "$FILE" "CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent, flag BOOLEAN, price DECIMAL(10,2), weight REAL, note TEXT, raw BLOB, day DATE, at DATETIME, tz TIMESTAMPTZ, clock TIME, uid UUID, doc JSON); CREATE INDEX child_at ON child (at)"
\! sqlite3 "$FILE" "WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 500) INSERT INTO child SELECT i * 4294967296, 1 + i % 3, i % 2, i / 4.0, i / 8.0, 'note ' || i, CAST('b' || i AS BLOB), date('2020-01-01', '+' || i || ' days'), datetime('2020-01-01', '+' || i || ' minutes') || '.5', datetime('2020-01-01', '+' || i || ' hours') || '+02:00', printf('%02d:%02d:01', i % 24, i % 60), printf('%08x-0000-4000-8000-%012x', i, i), CASE i % 3 WHEN 0 THEN json_array(i) ELSE json_object('a', i) END FROM k; INSERT INTO child (id) VALUES (1), (-5); UPDATE child SET note = '' WHERE id < 0"
-- counts of seconds, days and milliseconds; a zone; blanks; a name that needs quotes; what cannot be measured
\! sqlite3 "$FILE" "CREATE TABLE \"odd \"\"one\" (\"the \"\"key\" TEXT, no INTEGER, s INTEGER, ms INTEGER, jd REAL, loc TEXT, pad TEXT, mixed TEXT, spelled TEXT, big INTEGER, PRIMARY KEY (\"the \"\"key\", no)) WITHOUT ROWID; WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 50) INSERT INTO \"odd \"\"one\" SELECT 'k' || (i / 2), i, 1600000000 + i, 1600000000123 + i, julianday('2020-01-01', '+' || i || ' hours'), datetime('2020-06-01', '+' || i || ' hours'), 'x' || i || '  ', CASE WHEN i = 7 THEN x'01' ELSE 'm' || i END, CASE i % 2 WHEN 0 THEN 'yes' ELSE 'no' END, 9223372036854775807 - i FROM k"
CREATE SERVER mig_verify_full FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT count(*) > 0 AS prepared FROM sqlite_mig.prepare('mig_verify_full', 'mig_verify_full');
UPDATE sqlite_mig.plan_column AS p SET target_type = v.type, format = v.format, time_zone = v.zone
	FROM (VALUES ('s', 'timestamptz', 'unixepoch', NULL), ('ms', 'timestamp(3)', 'unixepoch_ms', NULL), ('jd', 'timestamp', 'julianday', NULL), ('loc', 'timestamptz', NULL, 'Europe/Berlin'), ('pad', 'char(10)', NULL, NULL), ('spelled', 'boolean', NULL, NULL)) AS v (name, type, format, zone)
	WHERE p.migration = 'mig_verify_full' AND p.source_table = 'odd "one' AND p.source_name = v.name;
CALL sqlite_mig.migrate('mig_verify_full', verify_level => 'full');
SELECT table_name, check_name, CASE WHEN check_name = 'checksum' THEN '' WHEN check_name ~ 'jd' THEN left(source_value, 9) ELSE left(source_value, 40) END AS source, CASE WHEN check_name = 'checksum' THEN '' WHEN check_name ~ 'jd' THEN left(target_value, 9) ELSE left(target_value, 40) END AS target, ok, detail
	FROM sqlite_mig.last_verification WHERE migration = 'mig_verify_full' ORDER BY table_name, place;
SELECT count(*) > 100 AS checks, bool_and(ok) AS ok, bool_and(seconds >= 0) AS timed FROM sqlite_mig.verification WHERE migration = 'mig_verify_full';
SELECT verdict FROM sqlite_mig.status('mig_verify_full');

-- how each column was proved: only known when both sides are read for it
SELECT count(proof) FROM sqlite_mig.last_verification WHERE migration = 'mig_verify_full';
SELECT count(*) FROM sqlite_mig.verify('mig_verify_full', 'checksum') WHERE NOT ok;
SELECT v.table_name, p.key, p.value FROM sqlite_mig.last_verification AS v, jsonb_each_text(v.proof) AS p WHERE v.migration = 'mig_verify_full' ORDER BY v.table_name COLLATE "C", p.key COLLATE "C";
-- a value that the converter changed, or that leads nowhere, is not taken back
\! sqlite3 "$FILE" "CREATE TABLE p (id INTEGER PRIMARY KEY, n, n2, n3, t, i, d, v, u, a, j, tm)"
\! sqlite3 "$FILE" "INSERT INTO p VALUES (1, 19.99, '-0.050', 1e300, 17, 5.0, 3, 'abc   ', x'000102030405060708090a0b0c0d0e0f', '10.0.0.1', '[1]', '10:30'), (2, -1e15, '12.00', 0.125, 18, '-6', -4, 'b', NULL, '10.0.0.0/8', '{}', '10:30:00.25'), (3, 0.5, '123456789012.3456', 1, 'x', 7, 5.5, 'c', NULL, NULL, NULL, NULL)"
CREATE FOREIGN TABLE p (id bigint, n numeric(20,2), n2 numeric, n3 numeric, t text OPTIONS (format 'any'), i integer, d double precision, v char(6), u uuid, a inet, j jsonb, tm time) SERVER mig_verify_full;
SELECT p.key, p.value FROM sqlite_mig_internal._checksum('p', NULL, NULL, NULL) AS c, jsonb_each_text(c.proof) AS p ORDER BY p.key COLLATE "C";
SELECT s.checksum = t.checksum AS same FROM sqlite_mig_internal._checksum('p', NULL, NULL, NULL) AS s, (SELECT (sqlite_mig_internal._checksum_agg(p.id, p.n, p.n2, p.n3, p.t, p.i, p.d, p.v, p.u, p.a, p.j, p.tm)).checksum FROM (SELECT id, n, n2, n3, t, i, d, v, u, a, j, tm FROM p OFFSET 0) AS p) AS t;
SELECT n, n2 FROM p ORDER BY id;
DROP FOREIGN TABLE p;
-- each check can fail
ALTER TABLE mig_verify_full.child DISABLE TRIGGER ALL;
UPDATE mig_verify_full.child SET parent = 9 WHERE id = 4294967296;
UPDATE mig_verify_full.child SET at = at + '1 day', note = note || ' ' WHERE id = 4294967296 * 500;
UPDATE mig_verify_full.child SET raw = raw || '\x00', weight = -1, day = day - 1000, doc = '[]', uid = NULL, clock = '23:59:59', price = 200, flag = NOT flag WHERE id = 4294967296 * 250;
SELECT setval(pg_get_serial_sequence('mig_verify_full.child', 'id'), 17) = 17 AS set;
DROP INDEX mig_verify_full.child_at;
ALTER TABLE mig_verify_full.parent DROP CONSTRAINT parent_name_key;
UPDATE mig_verify_full.parent SET name = 'one' WHERE id = 2;
UPDATE mig_verify_full."odd ""one" SET s = s + interval '1 hour', ms = ms - interval '1 year', jd = jd + interval '2 days', loc = loc + interval '2 hours', pad = 'longer', big = 5 WHERE no = 50;
SELECT table_name, check_name, CASE WHEN check_name = 'checksum' THEN '' WHEN check_name ~ 'jd' THEN left(source_value, 9) ELSE left(source_value, 40) END AS source, CASE WHEN check_name = 'checksum' THEN '' WHEN check_name ~ 'jd' THEN left(target_value, 9) ELSE left(target_value, 40) END AS target, detail
	FROM sqlite_mig.verify('mig_verify_full', 'full', sample_rows => 2) WHERE NOT ok;
SELECT verdict, reason FROM sqlite_mig.status('mig_verify_full');
-- the same result from the view of the last one, after a lesser one
SELECT count(*) FROM sqlite_mig.verify('mig_verify_full', 'counts');
SELECT table_name, check_name, source_value, target_value, ok FROM sqlite_mig.last_verification WHERE migration = 'mig_verify_full' ORDER BY table_name COLLATE "C", place;

DELETE FROM sqlite_mig.migration WHERE server = 'mig_verify_full';
DROP SCHEMA mig_verify_full, sqlite_mig_verify_full CASCADE;
DROP SERVER mig_verify_full CASCADE;
-- extremes: no text at all, infinities, sums beyond a double, texts in UTF-16
\set file :builddir '/results/mig_verify_full16.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "PRAGMA encoding = 'UTF-16le'; CREATE TABLE x (id INTEGER PRIMARY KEY, t TEXT, none TEXT, inf REAL, huge REAL, minus REAL, b BLOB); INSERT INTO x VALUES (1, 'é𝄞', NULL, 9e999, 1.7e308, -1.7e308, x''), (2, '', NULL, -9e999, 1.7e308, 0.1, x'00ff'), (3, 'z', NULL, 1, 5e-324, 0.2, NULL)"
CREATE SERVER mig_verify_full FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CALL sqlite_mig.migrate('mig_verify_full', 'mig_verify_full', verify_level => 'full');
SELECT check_name, CASE WHEN check_name !~ '(inf|huge|minus)' THEN source_value END AS source, CASE WHEN check_name !~ '(inf|huge|minus)' THEN target_value END AS target, ok, detail FROM sqlite_mig.last_verification WHERE migration = 'mig_verify_full' AND check_name ~ '\(' AND check_name !~ 'id|sequence' ORDER BY place;
UPDATE mig_verify_full.x SET minus = 0, t = '𝄞', b = '\x01' WHERE id = 1;
SELECT check_name FROM sqlite_mig.verify('mig_verify_full', 'full', sample_rows => 0) WHERE NOT ok AND check_name NOT IN ('checksum', 'verdict');
DELETE FROM sqlite_mig.migration WHERE server = 'mig_verify_full';
DROP SCHEMA mig_verify_full, sqlite_mig_verify_full CASCADE;
DROP SERVER mig_verify_full CASCADE;
-- a key of SQLite may be NULL in many rows: none of them is taken for another
\set file :builddir '/results/mig_verify_null.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE k (k TEXT PRIMARY KEY, v INT); INSERT INTO k VALUES ('a', 1), (NULL, 2), (NULL, 3), ('b', 4)"
CREATE SERVER mig_verify_full FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CALL sqlite_mig.migrate('mig_verify_full', 'mig_verify_full', verify_level => 'full');
SELECT check_name, source_value, ok FROM sqlite_mig.last_verification WHERE migration = 'mig_verify_full' AND (check_name ~ 'sample' OR NOT ok) ORDER BY place;
DELETE FROM sqlite_mig.migration WHERE server = 'mig_verify_full';
DROP SCHEMA mig_verify_full, sqlite_mig_verify_full CASCADE;
DROP SERVER mig_verify_full CASCADE;
-- infinity is a date and a time to PostgreSQL, and no number
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE d (id INTEGER PRIMARY KEY, d DATE, ts TIMESTAMP, n TIMESTAMP, o DATE); INSERT INTO d VALUES (1, '2024-01-01', '2024-01-01 10:00:00', 1704103200, '2024-02-03'), (2, 'infinity', '-infinity', 1704103201, '2024-02-04')"
CREATE SERVER mig_verify_full FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CALL sqlite_mig.migrate('mig_verify_full', 'mig_verify_full', verify_level => 'full');
SELECT id, d, ts, n FROM mig_verify_full.d;
SELECT check_name, source_value, target_value, ok, detail FROM sqlite_mig.last_verification WHERE migration = 'mig_verify_full' AND table_name = 'd' AND check_name ~ '\((d|ts|n|o)\)' ORDER BY place;
-- in the target alone it is a difference
UPDATE mig_verify_full.d SET n = 'infinity', o = 'infinity' WHERE id = 2;
SELECT check_name, source_value, target_value FROM sqlite_mig.verify('mig_verify_full', 'full') WHERE NOT ok AND check_name ~ '^(min|max|sum)';
DELETE FROM sqlite_mig.migration WHERE server = 'mig_verify_full';
DROP SCHEMA mig_verify_full, sqlite_mig_verify_full CASCADE;
DROP SERVER mig_verify_full CASCADE;
-- a foreign key that PostgreSQL cannot make, as its columns are of types that do not compare, is the ledger's, and no failed check
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE p (b TEXT PRIMARY KEY); CREATE TABLE c (x TEXT REFERENCES p (b)); INSERT INTO p VALUES ('a'); INSERT INTO c VALUES (x'ff'), (NULL)"
CREATE SERVER mig_verify_full FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CALL sqlite_mig.migrate('mig_verify_full', 'mig_verify_full', verify_level => 'full');
SELECT object_name, effect, detail FROM sqlite_mig.ledger WHERE migration = 'mig_verify_full' AND effect = 'failed';
SELECT check_name, ok, detail FROM sqlite_mig.last_verification WHERE migration = 'mig_verify_full' AND (check_name ~ 'orphans' OR NOT ok) ORDER BY place;
DELETE FROM sqlite_mig.migration WHERE server = 'mig_verify_full';
DROP SCHEMA mig_verify_full, sqlite_mig_verify_full CASCADE;
DROP SERVER mig_verify_full CASCADE;
