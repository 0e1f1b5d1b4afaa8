-- Tables that exist: loaded as they are, emptied or replaced when that is said, and refused otherwise.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_existing.db'
\setenv FILE :file
SELECT $sqlite$
CREATE TABLE alembic_version (version_num TEXT);
INSERT INTO alembic_version VALUES ('abc');
CREATE TABLE line (id INTEGER PRIMARY KEY, item INTEGER, qty INTEGER, price REAL, total REAL, paid INTEGER, at INTEGER, unused TEXT);
INSERT INTO line VALUES (1, 2, 3, 1.5, 4.5, 1, 1700000000, NULL), (5, 1, 2, 2.0, 4.0, 0, 1700000060, NULL);
CREATE TABLE Item (id INTEGER PRIMARY KEY AUTOINCREMENT, Name TEXT, parent INTEGER, code TEXT);
INSERT INTO Item VALUES (1, 'one', 2, 'a1'), (2, 'two', NULL, 'a2'), (3, 'three', 3, '');
UPDATE sqlite_sequence SET seq = 50 WHERE name = 'Item';
CREATE TABLE hen (id INTEGER PRIMARY KEY, egg INTEGER);
CREATE TABLE egg (id INTEGER PRIMARY KEY, hen INTEGER);
INSERT INTO hen VALUES (1, 1), (2, NULL);
INSERT INTO egg VALUES (1, 1);
CREATE TABLE note (id INTEGER PRIMARY KEY, "when" TEXT, body TEXT);
INSERT INTO note VALUES (7, '2024-02-29 12:00:00', 'x');
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 "$FILE" "$SQL"
CREATE SERVER mig_existing FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');

-- as the application has made them: other order, narrower types, other case, serial and identity, a cycle that may wait
CREATE SCHEMA mig_existing;
SELECT $make$
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
CREATE TABLE item (code varchar(2), parent integer REFERENCES item, name varchar(20) NOT NULL, id serial PRIMARY KEY, made timestamptz DEFAULT '2025-01-01 UTC');
CREATE TABLE line (total numeric(10,2) GENERATED ALWAYS AS (qty * price) STORED, qty smallint, price numeric(10,2), at timestamp, paid boolean NOT NULL,
	item integer NOT NULL REFERENCES item, id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, extra text);
CREATE TABLE hen (id integer PRIMARY KEY, egg integer);
CREATE TABLE egg (id integer PRIMARY KEY, hen integer REFERENCES hen);
ALTER TABLE hen ADD CONSTRAINT hen_egg FOREIGN KEY (egg) REFERENCES egg DEFERRABLE;
CREATE SEQUENCE note_numbers;
CREATE TABLE note (id bigint PRIMARY KEY DEFAULT nextval('note_numbers'), "when" timestamp NOT NULL, body text);
CREATE TABLE other (x integer);
CREATE INDEX line_at ON line (at);
CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.extra := ''loaded''; RETURN NEW; END';
CREATE TRIGGER shout BEFORE INSERT ON line FOR EACH ROW EXECUTE FUNCTION shout();
$make$ AS make \gset
SET search_path = mig_existing;
:make
RESET search_path;

-- not asked for: refused
CALL sqlite_mig.migrate('mig_existing', 'mig_existing');
CALL sqlite_mig.migrate('mig_existing', 'mig_existing', if_exists => 'overwrite');

-- what will run
SELECT table_name, target, columns, rows, remark FROM sqlite_mig.prepare('mig_existing', 'mig_existing', '{"if_exists": "load"}');
SELECT source_table, source_name, target_name, target_type, format, include, reason FROM sqlite_mig.plan_column WHERE migration = 'mig_existing' ORDER BY source_table, position;
SELECT step, statement FROM sqlite_mig.ddl('mig_existing') WHERE object_kind NOT IN ('source schema', 'foreign table') ORDER BY step;
SELECT * FROM sqlite_mig.plan_check('mig_existing');
CALL sqlite_mig.migrate('mig_existing', 'mig_existing', if_exists => 'load');
SELECT verdict, tables, rows, reason FROM sqlite_mig.status('mig_existing');
SELECT severity, effect, object_kind AS kind, object_name AS name, rule, detail, accepted FROM sqlite_mig.ledger WHERE migration = 'mig_existing' ORDER BY entry;
SELECT object_kind, object_name, rows, error FROM sqlite_mig.journal WHERE migration = 'mig_existing' AND run = 1 ORDER BY step;
SELECT table_name, check_name, ok, detail FROM sqlite_mig.verification WHERE migration = 'mig_existing' ORDER BY 1, 2;
SELECT * FROM mig_existing.item ORDER BY id;
SELECT * FROM mig_existing.line ORDER BY id;
SELECT * FROM mig_existing.hen ORDER BY id;
SELECT * FROM mig_existing.note;
SELECT count(*) AS versions FROM mig_existing.alembic_version;
-- no index but those that were there
SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'mig_existing.line'::regclass ORDER BY 1;
INSERT INTO mig_existing.item (name) VALUES ('new') RETURNING id;
INSERT INTO mig_existing.line (item, paid) VALUES (1, false) RETURNING id;
INSERT INTO mig_existing.note ("when") VALUES ('2025-01-01') RETURNING id;

-- full tables are refused, unless told to empty them; a sequence does not go back
CALL sqlite_mig.migrate('mig_existing', 'mig_existing', if_exists => 'load');
SELECT count(*) FROM mig_existing.item;
CALL sqlite_mig.migrate('mig_existing', 'mig_existing', if_exists => 'truncate');
SELECT verdict, rows FROM sqlite_mig.status('mig_existing');
SELECT count(*) FROM mig_existing.item;
INSERT INTO mig_existing.item (name) VALUES ('new') RETURNING id;
-- said once is not said for ever
CALL sqlite_mig.migrate('mig_existing');
SELECT count(*) FROM mig_existing.item;
-- never beyond the tables of the plan
CREATE TABLE mig_existing.stranger (item integer REFERENCES mig_existing.item);
CREATE VIEW mig_existing.view AS SELECT * FROM mig_existing.hen;
CALL sqlite_mig.migrate('mig_existing', 'mig_existing', if_exists => 'truncate');
CALL sqlite_mig.migrate('mig_existing', 'mig_existing', if_exists => 'replace');
DROP TABLE mig_existing.stranger;
DROP VIEW mig_existing.view;
CALL sqlite_mig.migrate('mig_existing', 'mig_existing', if_exists => 'replace', exclude => '{alembic*}');
SELECT statement FROM sqlite_mig.ddl('mig_existing') WHERE object_kind = 'drop';
SELECT verdict FROM sqlite_mig.status('mig_existing');
SELECT relname FROM pg_class WHERE relnamespace = 'mig_existing'::regnamespace AND relkind = 'r' ORDER BY relname COLLATE "C";
\d mig_existing.line

-- tables that do not take what is there: all of it is said, and nothing is done
DROP SCHEMA mig_existing CASCADE;
CREATE SCHEMA mig_existing;
CREATE TABLE mig_existing.item (id smallint, name varchar(3), code integer, needed integer NOT NULL, filled integer NOT NULL DEFAULT 1);
CREATE TABLE mig_existing.line (id bigint, qty boolean, paid boolean, price integer, item integer, at date, unused text NOT NULL);
CREATE VIEW mig_existing.hen AS SELECT 1 AS id, 2 AS egg;
CREATE TABLE mig_existing.note (id bigint, "when" timestamptz NOT NULL, "WHEN" timestamptz);
CALL sqlite_mig.migrate('mig_existing', 'mig_existing', migration => 'bad', if_exists => 'load');
SELECT count(*) FROM sqlite_mig.migration WHERE migration = 'bad';
-- the plan can be made without running it, and edited
SELECT count(*) FROM sqlite_mig.prepare('mig_existing', 'mig_existing', '{"if_exists": "load"}', 'bad', tables => '{note}');
SELECT severity, object_kind, object_name, finding, sample, advice FROM sqlite_mig.plan_check('mig_existing', 'bad');
UPDATE sqlite_mig.plan_column SET include = false WHERE migration = 'bad' AND source_name = 'body';
CALL sqlite_mig.migrate('mig_existing', migration => 'bad');
CALL sqlite_mig.migrate('mig_existing', migration => 'bad', if_exists => 'load');
SELECT verdict, rows FROM sqlite_mig.status('mig_existing', 'bad');
SELECT effect, object_name, rule, detail, accepted FROM sqlite_mig.ledger WHERE migration = 'bad' ORDER BY entry;
TABLE mig_existing.note;

-- a cycle whose keys cannot wait
CREATE ROLE mig_existing_role;
DROP SCHEMA mig_existing CASCADE;
CREATE SCHEMA mig_existing AUTHORIZATION mig_existing_role;
SET ROLE mig_existing_role;
CREATE TABLE mig_existing.hen (id integer PRIMARY KEY, egg integer);
CREATE TABLE mig_existing.egg (id integer PRIMARY KEY, hen integer REFERENCES mig_existing.hen);
ALTER TABLE mig_existing.hen ADD CONSTRAINT hen_egg FOREIGN KEY (egg) REFERENCES mig_existing.egg;
CREATE FUNCTION mig_existing.never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER never BEFORE INSERT ON mig_existing.hen FOR EACH ROW EXECUTE FUNCTION mig_existing.never();
RESET ROLE;
GRANT USAGE ON FOREIGN SERVER mig_existing TO mig_existing_role;
CREATE SCHEMA sqlite_cycle AUTHORIZATION mig_existing_role;
SET ROLE mig_existing_role;
CALL sqlite_mig.migrate('mig_existing', 'mig_existing', migration => 'cycle', tables => '{hen,egg}', if_exists => 'load');
RESET ROLE;
CALL sqlite_mig.migrate('mig_existing', 'mig_existing', migration => 'cycle', tables => '{hen,egg}', if_exists => 'load');
SHOW session_replication_role;
SELECT object_kind, object_name, statement FROM sqlite_mig.journal WHERE migration = 'cycle' AND object_kind <> 'analyze' ORDER BY step;
SELECT verdict FROM sqlite_mig.status('mig_existing', 'cycle');
SELECT severity, effect, object_name, rule, detail FROM sqlite_mig.ledger WHERE migration = 'cycle' ORDER BY entry;
-- and which the data breaks: found by the query that makes up for the check, and nothing stays
\! sqlite3 "$FILE" "INSERT INTO hen VALUES (3, 99)"
CALL sqlite_mig.migrate('mig_existing', 'mig_existing', migration => 'cycle', tables => '{hen,egg}', if_exists => 'truncate');
SELECT count(*) FROM mig_existing.hen;
SHOW session_replication_role;

-- carried over with the rest, the record of a framework comes with advice
\! sqlite3 "$FILE" "CREATE TABLE django_migrations (id INTEGER PRIMARY KEY, app TEXT); CREATE TABLE schema_migrations (version TEXT PRIMARY KEY); CREATE TABLE ar_internal_metadata (key TEXT); CREATE TABLE sequelizemeta (name TEXT)"
SELECT count(*) FROM sqlite_mig.prepare('mig_existing', 'mig_existing_books', migration => 'books', tables => '{alembic_version,*migrations,ar_*,sequelizemeta,note}');
SELECT object_name, severity, effect, detail FROM sqlite_mig.ledger WHERE migration = 'books' AND rule = 'bookkeeping' ORDER BY object_name;

DELETE FROM sqlite_mig.migration WHERE server = 'mig_existing';
DROP SCHEMA sqlite_books, mig_existing, sqlite_mig_existing, sqlite_bad, sqlite_cycle CASCADE;
DROP SERVER mig_existing CASCADE;
DROP ROLE mig_existing_role;
