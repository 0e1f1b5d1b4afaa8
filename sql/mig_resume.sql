-- A resumable run that stopped because rows break a constraint: what its hint names works, and what is refused says how to go on.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_resume.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE p (id INTEGER PRIMARY KEY); INSERT INTO p VALUES (1), (2); CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p (id)); INSERT INTO c VALUES (1, 1), (2, 9)"
CREATE SERVER mig_resume FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
\pset format unaligned
-- the policy for all constraints in the options of the same call
CALL sqlite_mig.migrate('mig_resume', 'mig_resume', mode => 'resumable');
CALL sqlite_mig.migrate('mig_resume', 'mig_resume', mode => 'resumable', on_error => 'reject');
CALL sqlite_mig.migrate('mig_resume', 'mig_resume', mode => 'resumable', options => '{"policy": "quarantine"}');
SELECT m.state, m.run, (SELECT count(*) FROM mig_resume.c), (SELECT count(*) FROM sqlite_mig.rejected AS r WHERE r.migration = m.migration) FROM sqlite_mig.migration AS m WHERE m.migration = 'mig_resume';
-- the policy of the one constraint, and the same call
CALL sqlite_mig.migrate('mig_resume', 'mig_resume2', migration => 'mig_resume2', mode => 'resumable');
UPDATE sqlite_mig.plan_constraint SET policy = 'quarantine' WHERE (migration, source_table, target_name) = ('mig_resume2', 'c', 'c_p_fkey');
CALL sqlite_mig.migrate('mig_resume', 'mig_resume2', migration => 'mig_resume2', mode => 'resumable');
SELECT m.state, m.run, (SELECT count(*) FROM mig_resume2.c), (SELECT count(*) FROM sqlite_mig.rejected AS r WHERE r.migration = m.migration) FROM sqlite_mig.migration AS m WHERE m.migration = 'mig_resume2';
-- anew, with another on_error
CALL sqlite_mig.migrate('mig_resume', 'mig_resume3', migration => 'mig_resume3', mode => 'resumable');
CALL sqlite_mig.migrate('mig_resume', 'mig_resume3', migration => 'mig_resume3', mode => 'resumable', on_error => 'reject', options => '{"replace": true, "policy": "quarantine"}');
SELECT m.state, m.run, (SELECT count(*) FROM mig_resume3.c), (SELECT count(*) FROM sqlite_mig.rejected AS r WHERE r.migration = m.migration) FROM sqlite_mig.migration AS m WHERE m.migration = 'mig_resume3';
SET client_min_messages = error;
DELETE FROM sqlite_mig.migration WHERE server = 'mig_resume';
DROP SCHEMA mig_resume, mig_resume2, mig_resume3 CASCADE;
DROP SERVER mig_resume CASCADE;
