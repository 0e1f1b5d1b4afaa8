-- sync: what each kind of change in the source becomes in the target, in one transaction, whatever the order.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_sync.db'
\setenv FILE :file
SELECT $sqlite$
CREATE TABLE person (id INTEGER PRIMARY KEY AUTOINCREMENT, "eMail" TEXT UNIQUE, boss INTEGER REFERENCES person, born TEXT, score REAL, half REAL GENERATED ALWAYS AS (score / 2) STORED);
INSERT INTO person (id, "eMail", boss, born, score) VALUES (1, 'a@x', NULL, '2001-02-03', 1.5), (2, 'b@x', 1, '2002-02-03', 0.0), (3, 'c@x', 2, NULL, NULL), (4, 'd@x', 4, '2004-02-03', 4);
CREATE TABLE visit (person INTEGER REFERENCES person ON DELETE CASCADE, at TEXT, note TEXT, PRIMARY KEY (person, at)) WITHOUT ROWID;
INSERT INTO visit VALUES (1, 'mon', 'x'), (2, 'tue', ''), (4, 'wed', NULL);
CREATE TABLE hen (id INTEGER PRIMARY KEY, egg INTEGER NOT NULL REFERENCES egg DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE egg (id INTEGER PRIMARY KEY, hen INTEGER NOT NULL REFERENCES hen);
INSERT INTO hen VALUES (1, 1);
INSERT INTO egg VALUES (1, 1);
CREATE TABLE loose (x INTEGER, y TEXT);
INSERT INTO loose VALUES (1, 'q'), (1, 'q'), (1, 'q'), (2, NULL), (3, 'only');
CREATE TABLE whole (a TEXT, b TEXT, PRIMARY KEY (a, b));
INSERT INTO whole VALUES ('k', 'l'), ('m', 'n');
CREATE TABLE secret (x INTEGER);
CREATE TABLE audit (what TEXT);
CREATE TRIGGER noted AFTER UPDATE ON hen BEGIN INSERT INTO audit VALUES ('hen ' || NEW.id); END;
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 "$FILE" "$SQL"
CREATE SERVER mig_sync FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE VIEW synced AS SELECT sync, table_name, method, inserted, updated, deleted, unchanged, kept, rejected FROM sqlite_mig.sync_run WHERE migration = 'mig_sync';

-- not before there is something to sync
SELECT * FROM sqlite_mig.sync('mig_sync');
SELECT remark FROM sqlite_mig.prepare('mig_sync', 'mig_sync', '{"names": "snake", "identity": "always"}', exclude => '{secret}') WHERE remark IS NOT NULL;
SELECT * FROM sqlite_mig.sync('mig_sync');
CALL sqlite_mig.migrate('mig_sync');
SELECT verdict, phase FROM sqlite_mig.status('mig_sync');
SELECT * FROM sqlite_mig.sync('mig_sync', direction => 'back');
SELECT * FROM sqlite_mig.sync('mig_sync', schema_changes => 'maybe');
SELECT * FROM sqlite_mig.sync('mig_sync', on_error => 'ignore');
SELECT * FROM sqlite_mig.sync('mig_sync', direction => 'to_sqlite', on_error => 'reject');

-- nothing to do
SELECT table_name, method, inserted, updated, deleted, unchanged FROM sqlite_mig.sync('mig_sync');
SELECT verdict, phase FROM sqlite_mig.status('mig_sync');

-- a unique value that wanders, another that two rows exchange, a row that refers to itself and one to a new one, a key that
-- changes, a cycle of foreign keys that cannot wait, '' for NULL, duplicates that come and go, a row with no columns but its key
SELECT $sqlite$
PRAGMA foreign_keys = ON;
BEGIN;
PRAGMA defer_foreign_keys = ON;
DELETE FROM person WHERE id = 3;
INSERT INTO person (id, "eMail", boss, born, score) VALUES (30, 'c@x', 30, '1999-12-31', 2.25);
UPDATE person SET "eMail" = CASE id WHEN 1 THEN 'none' ELSE 'a@x' END WHERE id IN (1, 2);
UPDATE person SET "eMail" = 'b@x' WHERE id = 1;
UPDATE person SET boss = 30, score = 0.1 WHERE id = 2;
DELETE FROM person WHERE id = 4;
UPDATE visit SET note = '' WHERE at = 'mon';
UPDATE visit SET at = 'sun' WHERE at = 'tue';
INSERT INTO hen VALUES (2, 2);
INSERT INTO egg VALUES (2, 2);
UPDATE hen SET egg = 2 WHERE id = 1;
UPDATE egg SET hen = 2 WHERE id = 1;
DELETE FROM loose WHERE rowid IN (1, 2, 4);
INSERT INTO loose VALUES (3, 'only'), (4, '');
UPDATE whole SET b = 'moved' WHERE a = 'm';
COMMIT;
$sqlite$ AS sql \gset
\setenv SQL :sql
\! sqlite3 "$FILE" "$SQL"
SELECT table_name, method, inserted, updated, deleted, unchanged FROM sqlite_mig.sync('mig_sync');
SELECT verdict, phase FROM sqlite_mig.status('mig_sync');
SELECT count(*), bool_and(ok) FROM sqlite_mig.verify('mig_sync');
SELECT id, e_mail, boss, born, score, half FROM mig_sync.person ORDER BY id;
SELECT * FROM mig_sync.visit ORDER BY 1, 2;
SELECT * FROM mig_sync.loose ORDER BY 1, 2;
-- once: the trigger in SQLite has fired, that in PostgreSQL has not
SELECT * FROM mig_sync.audit;
SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = 'mig_sync.hen'::regclass AND NOT tgisinternal;
-- goes on after the largest
INSERT INTO mig_sync.person (e_mail) VALUES ('new') RETURNING id;
-- what PostgreSQL has on its own goes, or stays when that is said; twice is as good as once
SELECT table_name, inserted, deleted, kept, unchanged FROM sqlite_mig.sync('mig_sync', deletes => false) WHERE kept > 0;
SELECT table_name, inserted, deleted, kept, unchanged FROM sqlite_mig.sync('mig_sync') WHERE method <> 'checksum';
SELECT sum(inserted + updated + deleted) FROM sqlite_mig.sync('mig_sync');

-- triggers of PostgreSQL, when they are to fire
\! sqlite3 "$FILE" "DROP TRIGGER noted; UPDATE hen SET egg = 1 WHERE id = 1"
SELECT sum(updated) FROM sqlite_mig.sync('mig_sync', triggers => true);
SELECT * FROM mig_sync.audit ORDER BY 1;
SELECT sum(deleted) FROM sqlite_mig.sync('mig_sync');

-- a value that does not fit names its row; with reject, its row waits in the quarantine, and what it was before stays
\! sqlite3 "$FILE" "UPDATE person SET born = 'yesterday' WHERE id = 30; UPDATE person SET score = 9 WHERE id = 1"
SELECT * FROM sqlite_mig.sync('mig_sync');
SELECT table_name, method, inserted, updated, deleted, unchanged, rejected FROM sqlite_mig.sync('mig_sync', on_error => 'reject') WHERE method <> 'checksum';
SELECT id, e_mail, born, score FROM mig_sync.person ORDER BY id;
SELECT table_name, source_key, column_name, sqlstate FROM sqlite_mig.rejected WHERE migration = 'mig_sync';
SELECT effect, object_name, rule, rows FROM sqlite_mig.ledger WHERE migration = 'mig_sync' AND severity = 'blocker';
\! sqlite3 "$FILE" "UPDATE person SET born = '2000-01-01' WHERE id = 30"
SELECT table_name, updated, rejected FROM sqlite_mig.sync('mig_sync', on_error => 'reject') WHERE method <> 'checksum';
SELECT count(*), bool_and(ok) FROM sqlite_mig.verify('mig_sync');

-- a foreign key that would take rows along that SQLite, which does not enforce its own, has kept
\! sqlite3 "$FILE" "PRAGMA foreign_keys = OFF; DELETE FROM person WHERE id = 2"
SELECT * FROM sqlite_mig.sync('mig_sync');
SELECT count(*) FROM mig_sync.visit;
\! sqlite3 "$FILE" "DELETE FROM visit WHERE person = 2"
SELECT table_name, deleted FROM sqlite_mig.sync('mig_sync') WHERE deleted > 0;

-- the schema of the source has changed
\! sqlite3 "$FILE" "CREATE TABLE added (x); ALTER TABLE hen ADD COLUMN colour TEXT; INSERT INTO hen (id, egg) VALUES (3, 1)"
SELECT * FROM sqlite_mig.sync('mig_sync');
SELECT table_name, inserted FROM sqlite_mig.sync('mig_sync', schema_changes => 'note') WHERE inserted > 0;
SELECT object_kind, object_name, effect, detail FROM sqlite_mig.ledger WHERE migration = 'mig_sync' AND rule = 'schema change' ORDER BY entry;
SELECT count(*) FROM sqlite_mig.verify('mig_sync');
SELECT verdict FROM sqlite_mig.status('mig_sync');
\! sqlite3 "$FILE" "DROP TABLE added; ALTER TABLE hen DROP COLUMN colour; ALTER TABLE loose RENAME COLUMN y TO z"
SELECT * FROM sqlite_mig.sync('mig_sync', schema_changes => 'note');
\! sqlite3 "$FILE" "ALTER TABLE loose RENAME COLUMN z TO y"
SELECT sum(inserted + updated + deleted) FROM sqlite_mig.sync('mig_sync');
SELECT count(*) FROM sqlite_mig.ledger WHERE migration = 'mig_sync' AND rule = 'schema change';

-- columns and rules of PostgreSQL's own tables: one that the source does not have keeps its value, also when rows exchange a unique value
ALTER TABLE mig_sync.person ADD COLUMN extra text DEFAULT 'mine';
UPDATE mig_sync.person SET extra = 'kept ' || id;
\! sqlite3 "$FILE" "UPDATE person SET [eMail] = 'tmp' WHERE id = 1; UPDATE person SET [eMail] = 'b@x' WHERE id = 30; UPDATE person SET [eMail] = 'c@x' WHERE id = 1"
SELECT table_name, updated FROM sqlite_mig.sync('mig_sync') WHERE updated > 0;
SELECT id, e_mail, extra FROM mig_sync.person ORDER BY id;
SELECT count(*) FROM mig_sync.visit;
SELECT max(sync), count(*) FROM synced;
SELECT bool_and(ok) FROM sqlite_mig.verify('mig_sync');

-- a table that is left out of the plan by now, and one that is gone
UPDATE sqlite_mig.plan_table SET include = false WHERE migration = 'mig_sync' AND source_name = 'loose';
DROP TABLE mig_sync.whole;
SELECT * FROM sqlite_mig.sync('mig_sync');
UPDATE sqlite_mig.plan_table SET include = false WHERE migration = 'mig_sync' AND source_name = 'whole';
SELECT table_name FROM sqlite_mig.sync('mig_sync');
SELECT count(*) FROM pg_class WHERE relname LIKE 'sqlite_mig_sync%';

DROP VIEW synced;
DELETE FROM sqlite_mig.migration WHERE migration = 'mig_sync';
DROP SCHEMA mig_sync CASCADE;
DROP SCHEMA sqlite_mig_sync CASCADE;
DROP SERVER mig_sync CASCADE;
