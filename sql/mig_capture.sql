-- capture_install: what triggers in the SQLite file note, and that sync by the log is as good as a comparison.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_capture.db'
\setenv FILE :file
SELECT $sqlite$
CREATE TABLE "par ent" (id INTEGER PRIMARY KEY, "co'de" TEXT COLLATE NOCASE UNIQUE, n INTEGER);
CREATE TABLE child (a TEXT, b INTEGER, parent INTEGER REFERENCES "par ent" ON DELETE CASCADE ON UPDATE CASCADE, PRIMARY KEY (a, b)) WITHOUT ROWID;
CREATE TABLE named (k TEXT PRIMARY KEY, v INTEGER UNIQUE);
CREATE TABLE loose (x INTEGER);
CREATE TABLE expr (id INTEGER PRIMARY KEY, t TEXT);
CREATE UNIQUE INDEX expr_lower ON expr (lower(t));
CREATE TABLE left_out (x INTEGER);
CREATE TRIGGER chain AFTER INSERT ON named BEGIN UPDATE named SET v = v + 1000 WHERE k = NEW.k; INSERT INTO loose VALUES (NEW.v); END;
INSERT INTO "par ent" VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3), (4, 'd', 4);
INSERT INTO child VALUES ('x', 1, 1), ('y', 2, 2), ('z', 3, 3);
INSERT INTO named VALUES ('k1', 1), ('k2', 2), ('k3', 3);
INSERT INTO expr VALUES (1, 'A'), (2, 'B');
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE" "$FILE".*; sqlite3 "$FILE" "$SQL"; sqlite3 "$FILE" .dump > "$FILE".before

-- wants a server that may be written to, and a plan
CREATE SERVER mig_capture FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT count(*) FROM sqlite_mig.prepare('mig_capture', 'mig_capture', exclude => '{left_out}');
SELECT * FROM sqlite_mig.capture_install('mig_capture');
ALTER SERVER mig_capture OPTIONS (ADD updatable 'true');
SELECT * FROM sqlite_mig.capture_trim('mig_capture');
SELECT * FROM sqlite_mig.capture_install('mig_capture') ORDER BY table_name;
SELECT * FROM sqlite_mig.capture_install('mig_capture');

-- the log is no table of the application
CALL sqlite_mig.migrate('mig_capture', 'mig_capture', exclude => '{left_out}');
SELECT object_kind, object_name, severity, effect, detail, accepted FROM sqlite_mig.ledger WHERE migration = 'mig_capture' AND rule = 'capture' ORDER BY 1;
SELECT count(*) FROM sqlite_mig.plan_trigger WHERE migration = 'mig_capture';

-- every way in which a row changes
SELECT $sqlite$
PRAGMA foreign_keys = ON;
INSERT INTO "par ent" VALUES (5, 'e', 5);
UPDATE "par ent" SET n = 20 WHERE id = 2;
-- key change, which cascades to a child; a delete that does
UPDATE "par ent" SET id = 30 WHERE id = 3;
DELETE FROM "par ent" WHERE id = 1;
-- REPLACE takes rows out that no trigger sees: of the same key, of another unique value (which is another by its collation only), and both rows are gone in the end
REPLACE INTO "par ent" VALUES (2, 'b', 21);
REPLACE INTO "par ent" VALUES (6, 'D', 6);
DELETE FROM "par ent" WHERE id = 6;
UPDATE OR REPLACE named SET v = 1002 WHERE k = 'k1';
DELETE FROM named WHERE k = 'k1';
-- an upsert, a trigger of the application, an ignored insert, a change that is rolled back
INSERT INTO named VALUES ('k3', 7) ON CONFLICT (k) DO UPDATE SET v = 77;
INSERT INTO named VALUES ('k4', 4);
INSERT OR IGNORE INTO named VALUES ('k4', 5);
BEGIN; INSERT INTO "par ent" VALUES (99, 'gone', 99); ROLLBACK;
INSERT INTO loose VALUES (1), (1);
REPLACE INTO expr VALUES (3, 'a');
DELETE FROM expr WHERE id = 3;
$sqlite$ AS sql \gset
\setenv SQL :sql
\! sqlite3 "$FILE" "$SQL"
\! sqlite3 "$FILE" "SELECT t, k1, k2 FROM _sqlite_mig_log ORDER BY seq"
SELECT table_name, method, inserted, updated, deleted FROM sqlite_mig.sync('mig_capture');
SELECT count(*), bool_and(ok) FROM sqlite_mig.verify('mig_capture');
SELECT sum(inserted + updated + deleted), string_agg(DISTINCT method, ', ') FROM sqlite_mig.sync('mig_capture');

-- only what the log has is looked at: compare looks at everything
UPDATE mig_capture.named SET v = -1 WHERE k = 'k3';
SELECT sum(updated) FROM sqlite_mig.sync('mig_capture');
SELECT sum(updated) FROM sqlite_mig.sync('mig_capture', compare => true);

-- once, whatever fails: a sync that is rolled back leaves its entries to the next one, and none is trimmed before the commit
\! sqlite3 "$FILE" "UPDATE named SET v = 78 WHERE k = 'k3'"
BEGIN;
SELECT sum(updated) FROM sqlite_mig.sync('mig_capture');
SAVEPOINT a;
SELECT sqlite_mig.capture_trim('mig_capture');
ROLLBACK;
SELECT sum(updated) FROM sqlite_mig.sync('mig_capture');
SELECT sqlite_mig.capture_trim('mig_capture') > 0 AS trimmed;
SELECT sqlite_mig.capture_trim('mig_capture');
\! sqlite3 "$FILE" "SELECT count(*) FROM _sqlite_mig_log; UPDATE named SET v = 79 WHERE k = 'k3'"
SELECT sum(updated) FROM sqlite_mig.sync('mig_capture');

-- a value that does not fit names its row, also when the log has led to it
\! sqlite3 "$FILE" "INSERT INTO child VALUES ('bad', 7, 'none'), ('good', 8, 5)"
SELECT * FROM sqlite_mig.sync('mig_capture');
SELECT table_name, method, inserted, rejected FROM sqlite_mig.sync('mig_capture', on_error => 'reject') WHERE inserted > 0;
SELECT source_key, column_name FROM sqlite_mig.rejected WHERE migration = 'mig_capture';
\! sqlite3 "$FILE" "PRAGMA foreign_keys = OFF; UPDATE child SET parent = 5 WHERE a = 'bad'"
SELECT table_name, method, inserted, rejected FROM sqlite_mig.sync('mig_capture', on_error => 'reject') WHERE inserted > 0;
SELECT count(*) FROM sqlite_mig.rejected WHERE migration = 'mig_capture' AND replayed_at IS NULL;

-- a table that was rebuilt has lost its triggers
\! sqlite3 "$FILE" "CREATE TABLE e2 (id INTEGER PRIMARY KEY, t TEXT); INSERT INTO e2 SELECT * FROM expr; DROP TABLE expr; ALTER TABLE e2 RENAME TO expr; INSERT INTO expr VALUES (5, 'five')"
SELECT table_name, method, inserted FROM sqlite_mig.sync('mig_capture') WHERE method <> 'checksum';

-- taken out without a trace
SELECT sqlite_mig.capture_remove('mig_capture');
SELECT sqlite_mig.capture_remove('mig_capture');
\! sqlite3 "$FILE" "SELECT count(*), (SELECT count(*) FROM sqlite_schema WHERE name LIKE '%mig%') FROM sqlite_schema"
SELECT string_agg(DISTINCT method, ', ') FROM sqlite_mig.sync('mig_capture');
-- an untouched file is the same in every statement of its dump
\! rm -f "$FILE"; sqlite3 "$FILE" < "$FILE".before
SELECT count(*) FROM sqlite_mig.capture_install('mig_capture');
SELECT sqlite_mig.capture_remove('mig_capture');
\! sqlite3 "$FILE" .dump | diff - "$FILE".before && echo "the same"

-- installed after the copy, the log says nothing about what was before: the first sync compares
CALL sqlite_mig.migrate('mig_capture', options => '{"replace": true}', if_exists => 'replace');
\! sqlite3 "$FILE" "INSERT INTO loose VALUES (10)"
SELECT count(*) FROM sqlite_mig.capture_install('mig_capture');
\! sqlite3 "$FILE" "INSERT INTO loose VALUES (11)"
SELECT table_name, method, inserted FROM sqlite_mig.sync('mig_capture') WHERE inserted > 0;
\! sqlite3 "$FILE" "INSERT INTO named VALUES ('new', 12)"
SELECT table_name, method, inserted FROM sqlite_mig.sync('mig_capture') WHERE inserted > 0;
SELECT bool_and(ok) FROM sqlite_mig.verify('mig_capture');

-- a log that is not the one that was installed
\! rm -f "$FILE"; sqlite3 "$FILE" < "$FILE".before
SELECT DISTINCT method FROM sqlite_mig.sync('mig_capture') WHERE method = 'log';

DELETE FROM sqlite_mig.migration WHERE migration = 'mig_capture';
DROP SCHEMA mig_capture CASCADE;
DROP SCHEMA sqlite_mig_capture CASCADE;
DROP SERVER mig_capture CASCADE;
