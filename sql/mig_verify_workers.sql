-- verify with background workers: a table each, large ones in ranges, of which both sides are compared.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_verify_workers.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE big (id INTEGER PRIMARY KEY, v TEXT, n INTEGER, amount DECIMAL(10,2)); WITH RECURSIVE k (i) AS (SELECT -99 UNION ALL SELECT i + 1 FROM k WHERE i < 20000) INSERT INTO big SELECT i * 7, 'row ' || i, i % 10, CASE WHEN i > 15000 THEN i / 4.0 ELSE i END FROM k; CREATE TABLE small (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO small VALUES (1, 'one'); CREATE TABLE loose (x TEXT); INSERT INTO loose SELECT v FROM big; CREATE TABLE none (id INTEGER PRIMARY KEY); CREATE VIEW shown AS SELECT * FROM small"
CREATE SERVER mig_verify_workers FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CALL sqlite_mig.migrate('mig_verify_workers', 'mig_verify_workers');
SET sqlite_fdw_mig.range_size = '256kB';
CREATE TEMP TABLE alone AS SELECT * FROM sqlite_mig.verify('mig_verify_workers');
SELECT table_name, check_name, CASE WHEN check_name ~ '^range|checksum' THEN source_value = target_value END AS same, ok, detail FROM sqlite_mig.verify('mig_verify_workers', workers => 2);
SELECT count(*) AS checks FROM alone AS a JOIN sqlite_mig.last_verification AS l ON (l.migration, l.table_name, l.check_name) = ('mig_verify_workers', a.table_name, a.check_name)
	WHERE (a.source_value, a.target_value, a.ok) = (l.source_value, l.target_value, l.ok);
SELECT table_name, proof FROM sqlite_mig.last_verification WHERE migration = 'mig_verify_workers' AND proof IS NOT NULL AND check_name IN ('checksum', 'range 1 of 3') ORDER BY table_name, check_name;
SELECT verdict FROM sqlite_mig.status('mig_verify_workers');
-- a row beyond the last of the source, one that is changed, one before the first
INSERT INTO mig_verify_workers.big VALUES (200000, 'x', 1, 1), (-1000, 'x', 1, 1);
UPDATE mig_verify_workers.big SET n = -1 WHERE id = 70000;
UPDATE mig_verify_workers.small SET v = 'two';
SELECT table_name, check_name, ok, detail FROM sqlite_mig.verify('mig_verify_workers', workers => 1) WHERE NOT ok;
SELECT table_name, check_name FROM sqlite_mig.verify('mig_verify_workers', 'full', workers => 3) WHERE NOT ok;
SELECT table_name, check_name, source_value, target_value, ok FROM sqlite_mig.verify('mig_verify_workers', 'counts', workers => 2);
-- a table that is not there any more
ALTER TABLE mig_verify_workers.big RENAME COLUMN v TO w;
SELECT table_name, check_name, ok, detail FROM sqlite_mig.verify('mig_verify_workers', workers => 2) WHERE NOT ok;
SELECT count(*) FROM sqlite_mig.verify('mig_verify_workers', workers => -1);
BEGIN;
SELECT count(*) FROM sqlite_mig.verify('mig_verify_workers', workers => 2);
ROLLBACK;
DELETE FROM sqlite_mig.migration WHERE server = 'mig_verify_workers';
DROP SCHEMA mig_verify_workers, sqlite_mig_verify_workers CASCADE;
DROP SERVER mig_verify_workers CASCADE;
