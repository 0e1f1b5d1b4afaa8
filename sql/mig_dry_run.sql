-- A dry run does everything, tells what came of it, and leaves nothing.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_dry_run.db'
\setenv FILE :file
\setenv PGDATABASE :DBNAME
SELECT $sqlite$
CREATE TABLE shop (id INTEGER PRIMARY KEY, name VARCHAR(10) NOT NULL, since DATE);
INSERT INTO shop VALUES (1, 'corner', '2020-02-02'), (2, 'market', NULL);
CREATE TABLE sale (id INTEGER PRIMARY KEY, shop INTEGER REFERENCES shop, amount DECIMAL(6,2));
INSERT INTO sale VALUES (1, 1, 1.5), (2, 9, 2), (3, 8, 3);
CREATE VIEW rich AS SELECT * FROM sale WHERE amount > 2;
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 "$FILE" "$SQL"
CREATE SERVER mig_dry_run FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
-- everything that a run could leave
CREATE VIEW left_behind AS
	SELECT 'schema' AS what, nspname::text AS name FROM pg_namespace WHERE nspname IN ('mig_dry_run', 'sqlite_mig_dry_run')
	UNION ALL SELECT 'table', relname FROM pg_class WHERE relnamespace IN (to_regnamespace('mig_dry_run'), to_regnamespace('sqlite_mig_dry_run')) AND relkind IN ('r', 'f')
	UNION ALL SELECT 'migration', to_jsonb(m)::text FROM sqlite_mig.migration AS m WHERE server = 'mig_dry_run'
	UNION ALL SELECT 'plan', sqlite_mig_internal._plan_hash(m.migration) FROM sqlite_mig.migration AS m WHERE server = 'mig_dry_run'
	UNION ALL SELECT 'ledger', count(*)::text FROM sqlite_mig.ledger WHERE migration = 'mig_dry_run' HAVING count(*) > 0
	UNION ALL SELECT 'journal', count(*)::text FROM sqlite_mig.journal WHERE migration = 'mig_dry_run' HAVING count(*) > 0
	UNION ALL SELECT 'verification', count(*)::text FROM sqlite_mig.verification WHERE migration = 'mig_dry_run' HAVING count(*) > 0
	UNION ALL SELECT 'setting', current_setting('sqlite_mig.dry_run', true) WHERE current_setting('sqlite_mig.dry_run', true) <> '';

\! psql -XqAt -v SHOW_CONTEXT=never -c "CALL sqlite_mig.migrate('mig_dry_run', 'mig_dry_run', options => '{\"policy\": \"not valid\"}', dry_run => true)" 2>&1 | sed -E 's/in ([0-9]+ ms|[0-9.]+ s( \([0-9]+ rows.s\))?)/in N ms/'
SELECT * FROM left_behind;

-- in the transaction of somebody else
BEGIN;
CREATE TABLE mine (x integer);
CALL sqlite_mig.migrate('mig_dry_run', 'mig_dry_run', options => '{"policy": "not valid"}', dry_run => true);
SELECT * FROM left_behind;
SELECT count(*) FROM mine;
ROLLBACK;

-- an edited plan stays as it was edited
SELECT count(*) FROM sqlite_mig.prepare('mig_dry_run', 'mig_dry_run', '{"policy": "not valid"}');
UPDATE sqlite_mig.plan_column SET target_type = 'text' WHERE migration = 'mig_dry_run' AND source_name = 'amount';
CREATE TEMP TABLE before AS SELECT * FROM left_behind;
CALL sqlite_mig.migrate('mig_dry_run', dry_run => true);
(SELECT 'more', * FROM left_behind EXCEPT ALL SELECT 'more', * FROM before) UNION ALL (SELECT 'less', * FROM before EXCEPT ALL SELECT 'less', * FROM left_behind);

-- a failure is the failure of the real thing
UPDATE sqlite_mig.plan_column SET target_type = 'date', format = NULL WHERE migration = 'mig_dry_run' AND source_name = 'name';
CALL sqlite_mig.migrate('mig_dry_run', dry_run => true);
DROP TABLE before;
DELETE FROM sqlite_mig.migration WHERE migration = 'mig_dry_run';
DROP SCHEMA sqlite_mig_dry_run;

-- of a load: rows that were there are still there, and sequences are where they were
CREATE SCHEMA mig_dry_run;
CREATE TABLE mig_dry_run.shop (id serial PRIMARY KEY, name text, since date);
INSERT INTO mig_dry_run.shop (name) VALUES ('mine');
CALL sqlite_mig.migrate('mig_dry_run', 'mig_dry_run', tables => '{shop}', if_exists => 'truncate', dry_run => true);
SELECT * FROM mig_dry_run.shop;
SELECT last_value, is_called FROM mig_dry_run.shop_id_seq;
CALL sqlite_mig.migrate('mig_dry_run', 'mig_dry_run', tables => '{shop}', if_exists => 'truncate');
SELECT * FROM mig_dry_run.shop ORDER BY id;
SELECT last_value, is_called FROM mig_dry_run.shop_id_seq;

-- every argument is handed on
SELECT a.name AS "not handed on" FROM pg_proc AS p, unnest(p.proargnames) AS a (name)
	WHERE p.oid = 'sqlite_mig.migrate'::regproc AND a.name <> 'dry_run' AND strpos(p.prosrc, format('%1$s => migrate.%1$s', a.name)) = 0;

DROP VIEW left_behind;
DELETE FROM sqlite_mig.migration WHERE server = 'mig_dry_run';
DROP SCHEMA mig_dry_run, sqlite_mig_dry_run CASCADE;
DROP SERVER mig_dry_run CASCADE;
