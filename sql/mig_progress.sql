-- The view progress: its columns, who may see it, and that a session sees itself at work.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_progress.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) INSERT INTO t SELECT i, 'row ' || i FROM n"
CREATE SERVER mig_progress FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA mig_progress;
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'sqlite_mig.progress'::regclass AND attnum > 0 ORDER BY attnum;
-- other sessions of the cluster may be at work
SELECT count(*) FROM sqlite_mig.progress WHERE pid = pg_backend_pid();

-- a trigger of the table looks at the view while its row arrives
CREATE FOREIGN TABLE mig_progress.source (id bigint, a text) SERVER mig_progress OPTIONS ("table" 't');
CREATE TABLE mig_progress."Zieltabelle mit Umlaut äöü und einem Namen von vielen Zeichen" (id bigint, a text);
CREATE TABLE mig_progress.seen AS SELECT 0::bigint AS id, p.* FROM sqlite_mig.progress AS p WHERE false;
CREATE FUNCTION mig_progress.look() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
	IF NEW.id IN (1, 1000, 1001, 3500) THEN
		PERFORM pg_stat_clear_snapshot();
		INSERT INTO mig_progress.seen SELECT NEW.id, p.* FROM sqlite_mig.progress AS p WHERE p.pid = pg_backend_pid();
	END IF;
	RETURN NEW;
END;
$$;
CREATE TRIGGER look BEFORE INSERT ON mig_progress."Zieltabelle mit Umlaut äöü und einem Namen von vielen Zeichen" FOR EACH ROW EXECUTE FUNCTION mig_progress.look();
SELECT inserted FROM sqlite_mig.copy_table('mig_progress.source', 'mig_progress."Zieltabelle mit Umlaut äöü und einem Namen von vielen Zeichen"');
SELECT id, role = current_user AS mine, phase, table_name, rows, rows_expected, bytes > 0 AS bytes, bytes_expected > bytes AS more, rows_per_second > 0 AS rate,
		elapsed > '0' AS elapsed, eta > '0' AS eta, eta < elapsed * 4 AS sensible
	FROM mig_progress.seen ORDER BY id;
-- over, also after an error
SELECT count(*) FROM sqlite_mig.progress WHERE pid = pg_backend_pid();
ALTER TABLE mig_progress."Zieltabelle mit Umlaut äöü und einem Namen von vielen Zeichen" ADD CHECK (id < 2000) NOT VALID;
SELECT inserted FROM sqlite_mig.copy_table('mig_progress.source', 'mig_progress."Zieltabelle mit Umlaut äöü und einem Namen von vielen Zeichen"');
SELECT count(*) FROM sqlite_mig.progress WHERE pid = pg_backend_pid();

-- what holds a migration and copies nothing is shown too, and an ordinary COPY is none of ours
BEGIN;
SELECT count(*) FROM sqlite_mig.prepare('mig_progress', 'mig_progress');
SELECT phase, table_name, rows FROM sqlite_mig.progress WHERE pid = pg_backend_pid();
ROLLBACK;
CREATE ROLE mig_progress_role;
SET ROLE mig_progress_role;
SELECT count(*) FROM sqlite_mig.progress WHERE pid = pg_backend_pid();
RESET ROLE;
DROP ROLE mig_progress_role;
DROP SCHEMA mig_progress CASCADE;
DROP SERVER mig_progress CASCADE;
