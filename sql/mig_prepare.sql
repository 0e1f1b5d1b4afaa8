-- The plan: what prepare() reads from the source, decides and says.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_prepare.db'
\setenv FILE :file
SELECT $sqlite$
PRAGMA foreign_keys = off;
CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, code VARCHAR(10) UNIQUE, boss INTEGER REFERENCES parent, CONSTRAINT pair UNIQUE (code, boss));
INSERT INTO parent VALUES (1, 'a', NULL), (2, 'bb', 1), (3, 'ccc', 2);
UPDATE sqlite_sequence SET seq = 50 WHERE name = 'parent';
CREATE TABLE pairs (a INTEGER, b TEXT, c INTEGER DEFAULT 7 CHECK (c > 0), PRIMARY KEY (b, a), CONSTRAINT positive CHECK (a > 0)) WITHOUT ROWID;
INSERT INTO pairs VALUES (1, 'x', 1), (2, 'x', 2);
CREATE TABLE child (id INTEGER PRIMARY KEY, PARENT_ID INT REFERENCES PARENT ON DELETE CASCADE, pa, pb, lost REFERENCES nowhere(id), notkey INT REFERENCES parent(boss), "code" TEXT REFERENCES "Parent"("CODE") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT to_pair FOREIGN KEY (pa, pb) REFERENCES pairs (A, B) ON UPDATE SET NULL);
INSERT INTO child (id, parent_id, code) VALUES (1, 1, 'a'), (2, 3, NULL);
CREATE TABLE mixed (i INTEGER, r INTEGER, big REAL, d DECIMAL(6,2), d2 DECIMAL(6,2), b BOOLEAN, b2 BOOLEAN, v VARCHAR(3), ts DATETIME, epoch DATETIME, ts2 DATETIME, u UUID, j JSON, j2 JSON, n, bin BLOB, z TEXT NOT NULL, s STRING, empty, never INTEGER);
INSERT INTO mixed VALUES (1, 1, 1.5, 1.25, 1.255, 1, 1, 'abc', '2020-01-01 10:00:00', 1577872800, '2020-01-01 10:00:00', '00000000-0000-0000-0000-000000000001', '{"a": 1}', '{"a": 1}', 1, x'00ff', 'x', 'abc', NULL, 1);
INSERT INTO mixed VALUES ('two', 2.5, 2, 2, 2, 0, 2, 'abcd', NULL, 1577872801, 'yesterday', NULL, '[]', 'no json', 'one', 'text', 'y', 12, NULL, 2);
CREATE TABLE nullkey (k TEXT PRIMARY KEY, v INTEGER);
INSERT INTO nullkey VALUES ('a', 1), (NULL, 2), (NULL, 3);
CREATE TABLE tonullkey (k TEXT REFERENCES nullkey);
CREATE TABLE empties (id INTEGER PRIMARY KEY, parent REFERENCES parent, t "odd type", at TEXT DEFAULT CURRENT_TIMESTAMP, f REAL DEFAULT (random()), g TEXT COLLATE NOCASE DEFAULT 'x');
CREATE TABLE gen (a INTEGER, twice INTEGER GENERATED ALWAYS AS (a * 2) VIRTUAL, thrice INTEGER AS (a * 3) STORED);
INSERT INTO gen (a) VALUES (5);
CREATE TABLE "A ""quoted"" näme" ("select" INTEGER PRIMARY KEY, "ctid" TEXT, "Upper Case" TEXT, "" TEXT, "a_column_name_that_is_much_longer_than_sixty_three_bytes_in_postgresql" TEXT);
INSERT INTO "A ""quoted"" näme" VALUES (1, 'c', 'u', 'e', 'l');
CREATE TABLE "a_table_name_that_is_much_longer_than_sixty_three_bytes_in_postgresql_1" (x TEXT);
CREATE TABLE "a_table_name_that_is_much_longer_than_sixty_three_bytes_in_postgresql_2" (x TEXT);
CREATE INDEX child_parent ON child (parent_id, id DESC);
CREATE INDEX partial ON child (code) WHERE code IS NOT NULL;
CREATE INDEX expr ON child (lower(code));
CREATE UNIQUE INDEX nocase ON empties (t COLLATE NOCASE);
CREATE UNIQUE INDEX gen_a ON gen (a);
CREATE VIEW v AS SELECT * FROM parent;
CREATE TRIGGER tr AFTER INSERT ON parent BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE search USING fts5(body);
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 "$FILE" "$SQL"

CREATE SERVER mig_prepare FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');

SELECT * FROM sqlite_mig.prepare('mig_prepare', 'mig_prepare_target');
SELECT source_name, kind, target_name, include, rows, without_rowid, reason FROM sqlite_mig.plan_table WHERE migration = 'mig_prepare' ORDER BY load_order;
SELECT c.source_table, c.source_name, c.target_name, c.declared_type AS declared, concat_ws('/', c.target_type, c.format) AS type, c.not_null AS nn, c.identity, c.default_expr, c.primary_key AS pk, c.confidence AS conf, c.reason
	FROM sqlite_mig.plan_column c JOIN sqlite_mig.plan_table t ON t.migration = c.migration AND t.source_name = c.source_table WHERE c.migration = 'mig_prepare' ORDER BY t.load_order, c.position;
SELECT source_table, kind, target_name, include, columns, parent_table, parent_columns, on_update, on_delete, "deferrable" AS d, deferred AS dd, reason
	FROM sqlite_mig.plan_constraint WHERE migration = 'mig_prepare' ORDER BY source_table COLLATE "C", kind, target_name COLLATE "C";
SELECT source_table, source_name, target_name, include, is_unique, columns, descending, reason FROM sqlite_mig.plan_index WHERE migration = 'mig_prepare' ORDER BY source_name COLLATE "C";
SELECT source_name, include, source_sql FROM sqlite_mig.plan_view WHERE migration = 'mig_prepare';
SELECT source_name, source_table, include FROM sqlite_mig.plan_trigger WHERE migration = 'mig_prepare';
SELECT severity, effect, object_kind AS kind, object_name AS name, rule, detail, rows, sample, accepted FROM sqlite_mig.ledger WHERE migration = 'mig_prepare' ORDER BY entry;
SELECT c.source_name, e.* FROM sqlite_mig.plan_column c, jsonb_to_record(evidence) AS e (rows int, nulls int, integers int, reals int, texts int, min_int int, max_int int, max_chars int, refused int)
	WHERE migration = 'mig_prepare' AND source_table = 'mixed' AND source_name IN ('d2', 'i') ORDER BY 1;
SELECT c.source_name, e.* FROM sqlite_mig.plan_column c, jsonb_to_recordset(evidence -> 'against') AS e (type text, format text, refused int, lossy int, "row" text, class text, value text, reason text)
	WHERE migration = 'mig_prepare' AND source_table = 'mixed' AND source_name IN ('d2', 'i') ORDER BY 1;

-- the converted rows can be looked at before anything is copied
SELECT i, r, big, d, d2, b, b2, v, ts, epoch FROM sqlite_mig_prepare.mixed;
SELECT * FROM sqlite_mig_prepare."A ""quoted"" näme";

-- an edited plan is not replaced by accident
UPDATE sqlite_mig.plan_column SET target_type = 'bigint', format = NULL WHERE migration = 'mig_prepare' AND source_table = 'mixed' AND source_name = 'epoch';
SELECT * FROM sqlite_mig.prepare('mig_prepare', 'mig_prepare_target');
UPDATE sqlite_mig.ledger SET accepted = true WHERE migration = 'mig_prepare' AND object_kind = 'trigger';
SELECT count(*), sum(columns), sum(findings) FROM sqlite_mig.prepare('mig_prepare', 'mig_prepare_target', '{"replace": true, "time_zone": "Europe/Berlin", "identity": "always"}');
SELECT target_type, format, time_zone FROM sqlite_mig.plan_column WHERE migration = 'mig_prepare' AND source_table = 'mixed' AND source_name IN ('epoch', 'ts') ORDER BY source_name;
SELECT ts FROM sqlite_mig_prepare.mixed WHERE ts IS NOT NULL;
-- what was accepted stays accepted when the same is found again
SELECT object_name, accepted FROM sqlite_mig.ledger WHERE migration = 'mig_prepare' AND object_kind IN ('view', 'trigger') ORDER BY 1;
SELECT DISTINCT identity FROM sqlite_mig.plan_column WHERE migration = 'mig_prepare' AND identity IS NOT NULL;

-- a part of the tables; without reading values; another name
SELECT * FROM sqlite_mig.prepare('mig_prepare', 'mig_prepare_target', '{"fit_values": false, "source_schema": "mig_prepare_part"}', 'mig_part', tables => '{p*,CH?LD}', exclude => '{pairs}') WHERE target IS NOT NULL;
SELECT source_name, concat_ws('/', target_type, format) AS type, reason FROM sqlite_mig.plan_column WHERE migration = 'mig_part' AND source_table = 'child' ORDER BY position;
SELECT object_name, effect, detail, accepted FROM sqlite_mig.ledger WHERE migration = 'mig_part' AND (severity <> 'info' OR effect = 'skipped') AND effect <> 'converted' ORDER BY entry LIMIT 12;
\d mig_prepare_part.*

-- what is wrong is said, and nothing is left of it
SELECT * FROM sqlite_mig.prepare('mig_prepare', options => '{"speed": 11}', migration => 'm2');
SELECT * FROM sqlite_mig.prepare('mig_prepare', options => '{"identity": "sometimes"}', migration => 'm2');
SELECT * FROM sqlite_mig.prepare('mig_prepare', options => '{"replace": 1}', migration => 'm2');
SELECT * FROM sqlite_mig.prepare('mig_prepare', options => '[]', migration => 'm2');
SELECT * FROM sqlite_mig.prepare('mig_prepare', options => '{"time_zone": "Mars/Olympus"}', migration => 'm2');
SELECT * FROM sqlite_mig.prepare('mig_prepare', tables => '{par*,nothing}', migration => 'm2');
SELECT * FROM sqlite_mig.prepare('mig_prepare', 'same', '{"source_schema": "same"}', migration => 'm2');
SELECT * FROM sqlite_mig.prepare('mig_prepare', options => '{"source_schema": "mig_prepare_part"}', migration => 'm2');
SELECT * FROM sqlite_mig.prepare('no_such_server');
SELECT count(*) FROM sqlite_mig.migration WHERE migration IN ('m2', 'no_such_server');

SET client_min_messages = warning;
DELETE FROM sqlite_mig.migration WHERE server = 'mig_prepare';
SELECT (SELECT count(*) FROM sqlite_mig.plan_table), (SELECT count(*) FROM sqlite_mig.plan_column), (SELECT count(*) FROM sqlite_mig.ledger);
DROP SCHEMA sqlite_mig_prepare, mig_prepare_part CASCADE;
DROP SERVER mig_prepare CASCADE;
-- names in a message: ten of them
SELECT sqlite_mig_internal._listed(ARRAY(SELECT 'n' || i FROM generate_series(1, 12) AS i)) AS twelve, sqlite_mig_internal._listed('{a,b}') AS two, sqlite_mig_internal._listed(NULL) IS NULL AS nothing;
