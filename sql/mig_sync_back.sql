-- sync to SQLite: what was written to PostgreSQL goes into the file, and nothing else there changes by a byte.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_sync_back.db'
\setenv FILE :file
SELECT $sqlite$
CREATE TABLE person (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT UNIQUE, boss INTEGER REFERENCES person, at TEXT, stamp INTEGER, ref TEXT, n NUMERIC, ok BOOLEAN, doc JSON, twice INTEGER GENERATED ALWAYS AS (id * 2));
INSERT INTO person (id, code, boss, at, stamp, ref, n, ok, doc) VALUES
	(1, 'a', NULL, '2024-01-01T10:00:00.5Z', 1700000000, '00112233-4455-6677-8899-AABBCCDDEEFF', 1.50, 1, '{"b": 1,  "a": 2}'),
	(2, 'b', 1, '2024-01-01T11:00:00Z', 1700000001, '00112233-4455-6677-8899-aabbccddeef0', 2, 0, '[1]'),
	(3, 'c', 2, '2024-01-01T12:00:00Z', 1700000002, NULL, 9007199254740993, NULL, NULL);
CREATE TABLE visit (person INTEGER REFERENCES person ON DELETE CASCADE, day DATE, x REAL, left_out TEXT, PRIMARY KEY (person, day)) WITHOUT ROWID;
INSERT INTO visit VALUES (1, '2024-02-29', 0.25, 'a secret'), (2, '2024-03-01', 2.5, NULL), (3, '2024-03-02', NULL, 'more');
CREATE TABLE loose (x INTEGER, y BLOB);
INSERT INTO loose VALUES (1, X'00'), (1, X'00'), (1, X'00'), (2, NULL), (3, X'');
CREATE TABLE audit (what TEXT);
CREATE TRIGGER noted AFTER UPDATE ON person BEGIN INSERT INTO audit VALUES ('person ' || NEW.id); END;
CREATE TABLE "it's \a" (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT UNIQUE NOT NULL);
INSERT INTO "it's \a" (v) VALUES ('x'), ('y');
CREATE VIEW v AS SELECT id FROM person;
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE" "$FILE".*; sqlite3 "$FILE" "$SQL"
CREATE SERVER mig_sync_back FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT count(*) FROM sqlite_mig.prepare('mig_sync_back', 'mig_sync_back');
UPDATE sqlite_mig.plan_column SET include = false WHERE migration = 'mig_sync_back' AND source_name = 'left_out';
CALL sqlite_mig.migrate('mig_sync_back');
SELECT source_name, target_type, format FROM sqlite_mig.plan_column WHERE migration = 'mig_sync_back' AND source_table = 'person' ORDER BY position;
SELECT * FROM sqlite_mig.sync('mig_sync_back', direction => 'to_sqlite');
ALTER SERVER mig_sync_back OPTIONS (ADD updatable 'true');

-- nothing to do, nothing done
\! sqlite3 "$FILE" .dump > "$FILE".dump
SELECT table_name, method, inserted + updated + deleted AS changes FROM sqlite_mig.sync('mig_sync_back', direction => 'to_sqlite');
\! sqlite3 "$FILE" .dump | diff "$FILE".dump - && echo "the same"

-- rows exchange a unique value, change, come and go; a child moves before its parent goes
UPDATE mig_sync_back.person SET code = 'between' WHERE id = 1;
UPDATE mig_sync_back.person SET code = 'a' WHERE id = 2;
UPDATE mig_sync_back.person SET code = 'b' WHERE id = 1;
UPDATE mig_sync_back.person SET at = at + interval '1 day', ok = true WHERE id = 2;
UPDATE mig_sync_back.visit SET person = 1 WHERE person = 3;
DELETE FROM mig_sync_back.person WHERE id = 3;
INSERT INTO mig_sync_back.person (code, boss, at, stamp, ref, n, ok, doc) VALUES ('c', 1, '2025-06-07 08:09:10.125Z', 1735689600, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 0.5, false, '{"new": [null, "ü"]}') RETURNING id;
UPDATE mig_sync_back.visit SET x = -x WHERE person = 2;
DELETE FROM mig_sync_back.loose WHERE ctid IN (SELECT ctid FROM mig_sync_back.loose WHERE x = 1 LIMIT 2);
INSERT INTO mig_sync_back.loose VALUES (2, NULL), (4, '\xff');
-- numbers that PostgreSQL has given and taken back are not given again; two values change places that may not be NULL
INSERT INTO mig_sync_back."it's \a" (v) SELECT 'n ' || n FROM generate_series(1, 5) AS n;
DELETE FROM mig_sync_back."it's \a" WHERE id > 3;
UPDATE mig_sync_back."it's \a" SET v = 'between' WHERE id = 1;
UPDATE mig_sync_back."it's \a" SET v = 'x' WHERE id = 2;
UPDATE mig_sync_back."it's \a" SET v = 'y' WHERE id = 1;
SELECT table_name, method, inserted, updated, deleted, unchanged FROM sqlite_mig.sync('mig_sync_back', direction => 'to_sqlite');
\! sqlite3 "$FILE" .dump > "$FILE".dump2; for f in "$FILE".dump "$FILE".dump2; do grep -v "^CREATE TRIGGER" "$f" > "$f".rows; done; diff "$FILE".dump.rows "$FILE".dump2.rows | sed -n "s/,X'/,x'/g; /^[<>]/p" | LC_ALL=C sort; grep "^CREATE TRIGGER" "$FILE".dump > "$FILE".triggers; grep "^CREATE TRIGGER" "$FILE".dump2 | diff "$FILE".triggers - && echo "the same triggers"
SELECT table_name, method, inserted + updated + deleted AS changes FROM sqlite_mig.sync('mig_sync_back', direction => 'to_sqlite');
SELECT table_name, inserted + updated + deleted AS changes FROM sqlite_mig.sync('mig_sync_back') WHERE inserted + updated + deleted > 0;
SELECT count(*), bool_and(ok) FROM sqlite_mig.verify('mig_sync_back');

-- what only the file has, kept or not; triggers of the file that are to fire
\! sqlite3 "$FILE" "INSERT INTO loose VALUES (77, NULL); INSERT INTO person (id, code) VALUES (50, 'only here')"
SELECT table_name, deleted, kept FROM sqlite_mig.sync('mig_sync_back', direction => 'to_sqlite', deletes => false) WHERE kept > 0;
SELECT table_name, deleted, kept FROM sqlite_mig.sync('mig_sync_back', direction => 'to_sqlite') WHERE deleted > 0;
TRUNCATE mig_sync_back.audit;
SELECT sum(deleted) FROM sqlite_mig.sync('mig_sync_back', direction => 'to_sqlite');
ALTER TABLE mig_sync_back.person DISABLE TRIGGER USER;
UPDATE mig_sync_back.person SET n = 7 WHERE id = 1;
SELECT table_name, updated FROM sqlite_mig.sync('mig_sync_back', direction => 'to_sqlite', deletes => false, triggers => true) WHERE updated > 0;
\! sqlite3 "$FILE" "SELECT * FROM audit; DELETE FROM audit"

-- after a cut-over that refuses writes, as one transaction, and not at all when it is rolled back
SELECT count(*) FROM sqlite_mig.cutover('mig_sync_back', refuse_writes => true);
UPDATE mig_sync_back.person SET n = 8 WHERE id = 1;
BEGIN;
SELECT sum(updated) FROM sqlite_mig.sync('mig_sync_back', direction => 'to_sqlite');
ROLLBACK;
\! sqlite3 "$FILE" "SELECT n FROM person WHERE id = 1; SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'"
SELECT sum(updated) FROM sqlite_mig.sync('mig_sync_back', direction => 'to_sqlite');
\! sqlite3 "$FILE" "SELECT n FROM person WHERE id = 1; SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'"
\! sqlite3 "$FILE" "UPDATE person SET n = 9" 2>/dev/null || echo refused
SELECT step FROM sqlite_mig.cutover_undo('mig_sync_back');
\! sqlite3 "$FILE" "SELECT name FROM sqlite_schema WHERE type = 'trigger'"

DELETE FROM sqlite_mig.migration WHERE migration = 'mig_sync_back';
DROP SCHEMA mig_sync_back CASCADE;
DROP SCHEMA sqlite_mig_sync_back CASCADE;
DROP SERVER mig_sync_back CASCADE;
