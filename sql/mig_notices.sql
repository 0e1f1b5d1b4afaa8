-- What migrate tells of many tables can be read: no line for each of them
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\set VERBOSITY terse
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_notices.db'
\setenv FILE :file
\! rm -f "$FILE"; for i in $(seq 21); do echo "CREATE TABLE t$i (id INTEGER PRIMARY KEY); INSERT INTO t$i VALUES (1);"; done | sqlite3 "$FILE"
CREATE SERVER mig_notices FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CALL sqlite_mig.migrate('mig_notices', 'mig_notices', options => '{"source_schema": "mig_notices_source"}');
SELECT tables, rows, verdict FROM sqlite_mig.status('mig_notices');

-- how far it is every five seconds, and each table that took one, as the next of many is told; of few each
BEGIN;
SELECT sqlite_mig_internal._is_told('mig_notices', 7, 0.1);
SELECT set_config('sqlite_mig.told', concat_ws(' ', md5('mig_notices'), 4, 10, extract(epoch FROM clock_timestamp()) - 6), true) <> '' AS set;
SELECT sqlite_mig_internal._is_told('mig_notices', 7, 0.1);
SELECT sqlite_mig_internal._is_told('mig_notices', 7, 1.1);
SET LOCAL sqlite_mig.told = '';
UPDATE sqlite_mig.plan_table SET include = false WHERE migration = 'mig_notices' AND source_name = 't1';
SELECT sqlite_mig_internal._is_told('mig_notices', 7, 0.1);
ROLLBACK;

SET client_min_messages = warning;
DELETE FROM sqlite_mig.migration WHERE migration = 'mig_notices';
DROP SCHEMA mig_notices, mig_notices_source CASCADE;
DROP SERVER mig_notices CASCADE;
