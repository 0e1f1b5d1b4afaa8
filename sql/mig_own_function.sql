-- Generated columns, checks and indexes with functions that only the application has: what SQLite cannot compute here is left out and told, the rest is read
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_own_function.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 -cmd ".dbconfig defensive off" "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT CHECK (length(name) > 0), v TEXT AS (length(name)), s TEXT AS (length(name)) STORED, w TEXT AS (upper(name)), d AS (v || '!')); CREATE INDEX t_v ON t (v); CREATE UNIQUE INDEX t_n ON t (length(name), name); CREATE TABLE k (a TEXT PRIMARY KEY, v AS (length(a)), n DECIMAL(5,2)) WITHOUT ROWID; INSERT INTO t (id, name) VALUES (1, 'one'), (2, 'three'); INSERT INTO k (a, n) VALUES ('x', 1.25), ('y', 'bad'); CREATE TABLE loop (a INT, b AS (a + 1), c AS (a + 2)); INSERT INTO loop VALUES (7); PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(replace(sql, 'a + 1', 'c'), 'a + 2', 'b'); UPDATE sqlite_schema SET sql = replace(sql, 'length', 'app_hash'); PRAGMA writable_schema = RESET;" >/dev/null
CREATE SERVER mig_own_function FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT table_name, target, columns, rows FROM sqlite_mig.prepare('mig_own_function', 'mig_own_function');
SELECT source_table, source_name, target_type, include, reason FROM sqlite_mig.plan_column WHERE migration = 'mig_own_function' ORDER BY 1, position;
SELECT severity, object_name, finding FROM sqlite_mig.plan_check('mig_own_function');
CALL sqlite_mig.migrate('mig_own_function');
SELECT phase, object_name, effect, severity, detail FROM sqlite_mig.ledger WHERE migration = 'mig_own_function' AND effect <> 'converted' ORDER BY entry;
SELECT * FROM mig_own_function.t ORDER BY id;
SELECT * FROM mig_own_function.k ORDER BY a;
SELECT table_name, check_name, detail FROM sqlite_mig.verify('mig_own_function', 'full') WHERE NOT ok AND check_name <> 'verdict';
TABLE mig_own_function.loop;
-- agreed to, and the same by workers
UPDATE sqlite_mig.ledger SET accepted = true WHERE migration = 'mig_own_function' AND effect = 'skipped';
SELECT verdict FROM sqlite_mig.status('mig_own_function');
CALL sqlite_mig.migrate('mig_own_function', 'mig_own_function2', migration => 'mig_own_function2', workers => 2);
SELECT * FROM mig_own_function2.t ORDER BY id;
-- what reads the column itself is told what is missing
CREATE FOREIGN TABLE mig_own_function.f (id bigint, v text) SERVER mig_own_function OPTIONS ("table" 't');
SELECT id FROM mig_own_function.f ORDER BY id;
SELECT v FROM mig_own_function.f;
SET client_min_messages = error;
DELETE FROM sqlite_mig.migration WHERE migration ~ '^mig_own_function';
DROP SCHEMA mig_own_function, mig_own_function2, sqlite_mig_own_function, sqlite_mig_own_function2 CASCADE;
DROP SERVER mig_own_function CASCADE;
