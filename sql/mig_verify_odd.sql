-- Verification of what is legal in SQLite and rare: the last key number, a trigger on a view, a view's column with a name that
-- a foreign table cannot have, a table with more columns than one statement of SQLite can measure.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_verify_odd.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE last (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT); INSERT INTO last VALUES (9223372036854775807, 'x'); CREATE TABLE sys (ctid INTEGER, xmin TEXT, n REAL); INSERT INTO sys VALUES (1, 'a', 0.5), (2, 'b', 1.5)"
\! sqlite3 "$FILE" "CREATE VIEW sysview AS SELECT ctid, xmin, n / 2 AS n FROM sys; CREATE TRIGGER sysview_insert INSTEAD OF INSERT ON sysview BEGIN INSERT INTO sys (ctid) VALUES (new.ctid); END"
SELECT string_agg(format('c%s %s', i, (ARRAY['INTEGER', 'REAL', 'TEXT', 'BLOB', 'DECIMAL(10,2)'])[i % 5 + 1]), ', ' ORDER BY i) AS columns FROM generate_series(1, 700) AS i \gset
\set statement 'CREATE TABLE broad (' :columns '); INSERT INTO broad (c1, c5, c699, c700) VALUES (0.25, 7, 1.5, 8), (-3, -7, 2, 9)'
\setenv STATEMENT :statement
\! sqlite3 "$FILE" "$STATEMENT"
CREATE SERVER mig_verify_odd FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CALL sqlite_mig.migrate('mig_verify_odd', 'mig_verify_odd');
SELECT count(*) > 1000 AS checks, bool_and(ok) AS ok FROM sqlite_mig.verify('mig_verify_odd', 'full');
SELECT table_name, check_name, source_value, target_value, detail FROM sqlite_mig.last_verification
	WHERE migration = 'mig_verify_odd' AND (NOT ok OR check_name IN ('triggers', 'view content') OR check_name LIKE 'sequence%' OR check_name IN ('min(c699)', 'max(c700)', 'sum(c5)')) ORDER BY table_name COLLATE "C", place;
SELECT verdict FROM sqlite_mig.status('mig_verify_odd');
-- each of them can fail
UPDATE mig_verify_odd.broad SET c700 = 10 WHERE c700 = 9;
SELECT setval(pg_get_serial_sequence('mig_verify_odd.last', 'id'), 5) = 5 AS set;
DROP TRIGGER sysview_insert ON mig_verify_odd.sysview;
CREATE OR REPLACE VIEW mig_verify_odd.sysview AS SELECT ctid_ AS ctid, xmin_ AS xmin, n FROM mig_verify_odd.sys;
SELECT table_name, check_name, source_value, target_value, detail FROM sqlite_mig.verify('mig_verify_odd', 'full', sample_rows => 0) WHERE NOT ok AND check_name NOT IN ('checksum', 'verdict') ORDER BY table_name COLLATE "C", check_name COLLATE "C";
DELETE FROM sqlite_mig.migration WHERE server = 'mig_verify_odd';
DROP SCHEMA mig_verify_odd, sqlite_mig_verify_odd CASCADE;
DROP SERVER mig_verify_odd CASCADE;
