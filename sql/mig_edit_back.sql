-- A plan that is edited and edited back is the plan that was prepared: it may be made anew without a word, and the run does not speak of edits.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_edit_back.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b TEXT, c INTEGER CHECK (c > 0)); INSERT INTO t VALUES (1, 'x', 'y', 1), (2, 7, 'z', 2); CREATE INDEX t_b ON t (lower(b)); CREATE VIEW v AS SELECT a, b FROM t"
CREATE SERVER mig_edit_back FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT * FROM sqlite_mig.prepare('mig_edit_back', 'mig_edit_back') \g /dev/null
CREATE FUNCTION pg_temp.edited() RETURNS boolean LANGUAGE sql AS $$SELECT plan_hash <> sqlite_mig_internal._plan_hash(migration) FROM sqlite_mig.migration WHERE migration = 'mig_edit_back'$$;
SELECT target_type, format FROM sqlite_mig.plan_column WHERE migration = 'mig_edit_back' AND source_name = 'a';
-- a type whose format goes with it
UPDATE sqlite_mig.plan_column SET target_type = 'bigint' WHERE migration = 'mig_edit_back' AND source_name = 'a' RETURNING target_type, format;
SELECT pg_temp.edited();
UPDATE sqlite_mig.plan_column SET target_type = 'text' WHERE migration = 'mig_edit_back' AND source_name = 'a' RETURNING target_type, format;
SELECT pg_temp.edited();
-- names, which expressions follow
UPDATE sqlite_mig.plan_column SET target_name = 'other' WHERE migration = 'mig_edit_back' AND source_name = 'c';
UPDATE sqlite_mig.plan_column SET target_name = 'bb' WHERE migration = 'mig_edit_back' AND source_name = 'b';
UPDATE sqlite_mig.plan_table SET target_name = 'tt' WHERE migration = 'mig_edit_back';
SELECT pg_temp.edited();
UPDATE sqlite_mig.plan_table SET target_name = source_name WHERE migration = 'mig_edit_back';
UPDATE sqlite_mig.plan_column SET target_name = source_name WHERE migration = 'mig_edit_back';
SELECT pg_temp.edited();
-- so other arguments than before need no word about edits that would be lost
SELECT count(*) FROM sqlite_mig.prepare('mig_edit_back', 'mig_edit_back');
-- a format of one's own stays
UPDATE sqlite_mig.plan_column SET target_type = 'bytea' WHERE migration = 'mig_edit_back' AND source_name = 'a';
UPDATE sqlite_mig.plan_column SET target_type = 'text', format = 'raw' WHERE migration = 'mig_edit_back' AND source_name = 'a' RETURNING target_type, format;
UPDATE sqlite_mig.plan_column SET format = NULL WHERE migration = 'mig_edit_back' AND source_name = 'a' RETURNING target_type, format;
UPDATE sqlite_mig.plan_column SET format = 'any' WHERE migration = 'mig_edit_back' AND source_name = 'a';
SET client_min_messages = error;
DELETE FROM sqlite_mig.migration WHERE server = 'mig_edit_back';
DROP SERVER mig_edit_back CASCADE;
