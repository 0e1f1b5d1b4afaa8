-- Defaults that are expressions, under columns of other types than their own: what INSERT gives on the target beside what it gives in SQLite; what would fail is left out, with a row in the ledger.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_default.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, whole INTEGER DEFAULT (printf('%d', 5)), real REAL DEFAULT (printf('%.2f', 1.5)), exact NUMERIC DEFAULT ('1' || '2'), word INTEGER DEFAULT ('x' || 'y'), upper INTEGER DEFAULT (upper('q')), text TEXT DEFAULT (1 + 2), seconds DATETIME DEFAULT (1700000000 + 2), few DATETIME DEFAULT (1 + 2), clock DATETIME DEFAULT (strftime('%s', '2023-11-14 22:13:21')), day DATE DEFAULT (abs(-20200101)), flag BOOLEAN DEFAULT (1 + 1), length INTEGER DEFAULT (length('abc'))); INSERT INTO t (id) VALUES (1); INSERT INTO t VALUES (2, 1, 1.5, 2, 3, 4, 'x', 1700000001, '2020-01-01 00:00:00', 1700000000, '2020-01-01', 1, 1); UPDATE t SET word = 1, upper = 2, day = '2020-01-02', flag = 0, few = '2020-01-02 00:00:00' WHERE id = 1"
CREATE SERVER mig_default FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CALL sqlite_mig.migrate('mig_default', 'mig_default');
SELECT source_name, target_type, default_source, default_expr FROM sqlite_mig.plan_column WHERE migration = 'mig_default' ORDER BY position;
SELECT object_name, severity, effect, detail FROM sqlite_mig.ledger WHERE migration = 'mig_default' AND object_kind = 'default' AND severity <> 'info' ORDER BY object_name;
-- the same in both, where there is a default
\! sqlite3 "$FILE" "INSERT INTO t (id) VALUES (3); SELECT whole, real, exact, word, upper, text, datetime(seconds, 'unixepoch'), few, datetime(clock, 'unixepoch'), day, flag, length FROM t WHERE id = 3"
INSERT INTO mig_default.t (id) VALUES (3) RETURNING whole, real, exact, word, upper, text, seconds, few, clock, day, flag, length;
SET client_min_messages = error;
DROP SCHEMA mig_default, sqlite_mig_default CASCADE;
DELETE FROM sqlite_mig.migration WHERE server = 'mig_default';
DROP SERVER mig_default CASCADE;
