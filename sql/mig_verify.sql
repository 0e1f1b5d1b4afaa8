-- The proof: verify() sees a single changed value, a missing row, a missing table; status() says what follows.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_verify.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, n REAL); INSERT INTO a VALUES (1, 'one', 1.5), (2, NULL, NULL), (3, '', 0.1); CREATE TABLE b (id INTEGER PRIMARY KEY, y BLOB); INSERT INTO b VALUES (1, x'00'), (2, x'01')"
CREATE SERVER mig_verify FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');

SELECT * FROM sqlite_mig.verify('mig_verify');
SELECT * FROM sqlite_mig.status('mig_verify');
SELECT count(*) FROM sqlite_mig.prepare('mig_verify', 'mig_verify');
SELECT * FROM sqlite_mig.verify('mig_verify');
SELECT phase, verdict, tables, rows, reason FROM sqlite_mig.status('mig_verify');
CALL sqlite_mig.migrate('mig_verify', verify_level => 'counts');
SELECT phase, verdict, reason FROM sqlite_mig.status('mig_verify');
SELECT * FROM sqlite_mig.verify('mig_verify', 'counts');
SELECT table_name, check_name, source_value = target_value AS same, ok, detail FROM sqlite_mig.verify('mig_verify');
SELECT phase, verdict, reason FROM sqlite_mig.status('mig_verify');

-- one value: NULL is not the empty string
UPDATE mig_verify.a SET x = '' WHERE id = 2;
SELECT table_name, check_name, source_value = target_value AS same, ok, detail FROM sqlite_mig.verify('mig_verify');
SELECT phase, verdict, reason FROM sqlite_mig.status('mig_verify');
UPDATE mig_verify.a SET x = NULL WHERE id = 2;
-- values that changed places
UPDATE mig_verify.a SET n = CASE id WHEN 1 THEN 0.1 ELSE 1.5 END WHERE id IN (1, 3);
SELECT table_name, check_name, ok, detail FROM sqlite_mig.verify('mig_verify') WHERE NOT ok;
UPDATE mig_verify.a SET n = CASE id WHEN 1 THEN 1.5 ELSE 0.1 END WHERE id IN (1, 3);
SELECT bool_and(ok) FROM sqlite_mig.verify('mig_verify');
SELECT verdict FROM sqlite_mig.status('mig_verify');
-- a missing and a doubled row, a missing column and a missing table
DELETE FROM mig_verify.a WHERE id = 3;
INSERT INTO mig_verify.b VALUES (3, '\x02');
SELECT table_name, check_name, CASE check_name WHEN 'rows' THEN source_value END AS source, CASE check_name WHEN 'rows' THEN target_value END AS target, ok, detail FROM sqlite_mig.verify('mig_verify');
ALTER TABLE mig_verify.a DROP COLUMN n;
DROP TABLE mig_verify.b;
SELECT table_name, check_name, ok, detail FROM sqlite_mig.verify('mig_verify');
SELECT verdict, reason FROM sqlite_mig.status('mig_verify');
SELECT count(DISTINCT verified_at), min(seconds) >= 0 AS timed FROM sqlite_mig.verification WHERE migration = 'mig_verify';
SELECT table_name, check_name, ok, detail FROM sqlite_mig.verify('mig_verify', 'full') WHERE NOT ok;
SELECT * FROM sqlite_mig.verify('mig_verify', 'none');

DELETE FROM sqlite_mig.migration WHERE server = 'mig_verify';
DROP SCHEMA mig_verify, sqlite_mig_verify CASCADE;
DROP SERVER mig_verify CASCADE;
