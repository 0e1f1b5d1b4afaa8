-- What is said of rows that were rejected: the verdict counts those that stay out, and hints can be followed as they stand.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_rejected_hints.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE a (id INTEGER PRIMARY KEY, n TEXT); CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a); INSERT INTO a VALUES (1, 'q'), (2, 'r'); INSERT INTO b VALUES (1, 1), (2, 9), (3, 8)"
CREATE SERVER mig_rejected_hints FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');

-- a migration with a name of its own: prepare is told it
CALL sqlite_mig.migrate('mig_rejected_hints', 'hints', migration => 'hints');
SELECT table_name, findings FROM sqlite_mig.prepare('mig_rejected_hints', 'hints', migration => 'hints'); UPDATE sqlite_mig.plan_constraint SET policy = 'quarantine' WHERE (migration, source_table, target_name) = ('hints', 'b', 'b_a_fkey');
CALL sqlite_mig.migrate('mig_rejected_hints', migration => 'hints');
SELECT verdict, reason FROM sqlite_mig_internal._status('hints');
SELECT reject > 0 AS reject, table_name, source_key, message FROM sqlite_mig.rejected WHERE migration = 'hints' AND replayed_at IS NULL AND NOT accepted ORDER BY source_key;
-- one is repaired, one stays out: a verdict that says "every row is there" would be wrong
UPDATE sqlite_mig.rejected SET row = jsonb_set(row, '{a,value}', '2') WHERE migration = 'hints' AND source_key = 'rowid 2';
SELECT * FROM sqlite_mig.replay('mig_rejected_hints', migration => 'hints');
SELECT verdict, reason FROM sqlite_mig_internal._status('hints');
UPDATE sqlite_mig.rejected SET accepted = true WHERE migration = 'hints' AND replayed_at IS NULL;
SELECT verdict, reason FROM sqlite_mig_internal._status('hints');
SELECT line FROM regexp_split_to_table(sqlite_mig.report('mig_rejected_hints', migration => 'hints'), '\n') AS r (line) WHERE line ~ 'b 23503';
SELECT sqlite_mig.report('mig_rejected_hints', 'json', migration => 'hints')::jsonb #> '{rejected,0,accepted}' AS rejected;
DROP SCHEMA hints CASCADE;
DELETE FROM sqlite_mig.migration WHERE migration = 'hints';

-- a table that was not asked for is not there
CALL sqlite_mig.migrate('mig_rejected_hints', 'hints', migration => 'some', tables => '{a}');
SELECT verdict, reason FROM sqlite_mig_internal._status('some');
DROP SCHEMA hints CASCADE;
DELETE FROM sqlite_mig.migration WHERE migration = 'some';

-- resumable: what was done stays, and prepare does not throw it away unasked
CALL sqlite_mig.migrate('mig_rejected_hints', 'hints', migration => 'long', mode => 'resumable');
SELECT count(*) FROM sqlite_mig.prepare('mig_rejected_hints', 'hints', migration => 'long');
UPDATE sqlite_mig.plan_constraint SET policy = 'quarantine' WHERE (migration, source_table, target_name) = ('long', 'b', 'b_a_fkey');
SET client_min_messages = notice;
CALL sqlite_mig.migrate('mig_rejected_hints', 'hints', migration => 'long', mode => 'resumable');
SET client_min_messages = warning;
SELECT run FROM sqlite_mig.migration WHERE migration = 'long';
DROP SCHEMA hints CASCADE;
DELETE FROM sqlite_mig.migration WHERE migration = 'long';

-- replaced when it is said: nothing of the run is in the way of the next
CALL sqlite_mig.migrate('mig_rejected_hints', 'hints', migration => 'anew', mode => 'resumable');
SELECT count(*) FROM sqlite_mig.prepare('mig_rejected_hints', 'hints', migration => 'anew', options => '{"replace": true, "policy": "quarantine"}');
SELECT state, to_regclass('hints.a') AS a FROM sqlite_mig.migration WHERE migration = 'anew';
CALL sqlite_mig.migrate('mig_rejected_hints', migration => 'anew');
SELECT verdict FROM sqlite_mig.status('anew');
DROP SCHEMA hints CASCADE;
DELETE FROM sqlite_mig.migration WHERE migration = 'anew';

-- a type that is changed in the plan afterwards: neither replay nor sync reads the source as what the table cannot take
\! sqlite3 "$FILE" "CREATE TABLE c (id INTEGER PRIMARY KEY, d DATE); INSERT INTO c VALUES (1, '2024-01-01'), (2, '2024-02-30'), (3, '')"
SELECT count(*) FROM sqlite_mig.prepare('mig_rejected_hints', 'hints', migration => 'typed', tables => '{c}');
UPDATE sqlite_mig.plan_column SET target_type = 'date' WHERE migration = 'typed' AND source_name = 'd';
UPDATE sqlite_mig.plan_column SET target_name = 'nr' WHERE migration = 'typed' AND source_name = 'id';
-- the error is about the row that is one too many: a warning says why it is one
CALL sqlite_mig.migrate('mig_rejected_hints', migration => 'typed', on_error => 'reject', reject_limit => 1);
CALL sqlite_mig.migrate('mig_rejected_hints', migration => 'typed', on_error => 'reject');
UPDATE sqlite_mig.plan_column SET target_type = 'text' WHERE migration = 'typed' AND source_name = 'd';
SELECT * FROM sqlite_mig.replay('mig_rejected_hints', migration => 'typed');
SELECT count(*) FROM sqlite_mig.sync('mig_rejected_hints', migration => 'typed');
SELECT count(*) FROM sqlite_mig.sync('typed');
ALTER TABLE hints.c ALTER COLUMN d TYPE text USING d::text;
SELECT * FROM sqlite_mig.replay('mig_rejected_hints', migration => 'typed');
SELECT * FROM hints.c ORDER BY nr;
SELECT check_name, ok FROM sqlite_mig.verify('mig_rejected_hints', migration => 'typed') ORDER BY check_name;
DROP SCHEMA hints CASCADE;
DELETE FROM sqlite_mig.migration WHERE migration = 'typed';
DROP SERVER mig_rejected_hints CASCADE;

-- a script is no database
\! echo "PRAGMA foreign_keys=OFF; BEGIN TRANSACTION; CREATE TABLE t (a); COMMIT;" >"$FILE"
CREATE SERVER mig_rejected_hints FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
DO $$
DECLARE
	hint text;
BEGIN
	CALL sqlite_mig.migrate('mig_rejected_hints', 'hints');
EXCEPTION WHEN invalid_parameter_value THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RAISE WARNING '%: %', SQLERRM, hint;
END;
$$;
DROP SERVER mig_rejected_hints CASCADE;
