-- Which steps of a run are tasks of their own, and what waits for what: nothing is run here.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_tasks.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE page (id INTEGER PRIMARY KEY, title TEXT, body TEXT); CREATE INDEX page_title ON page (title); CREATE TABLE picture (id INTEGER PRIMARY KEY, bytes BLOB); CREATE TABLE word (id INTEGER PRIMARY KEY, w TEXT); CREATE INDEX word_lower ON word (lower(w)); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) INSERT INTO page SELECT i, 'title ' || i, hex(zeroblob(1000)) FROM n; INSERT INTO picture SELECT id, zeroblob(40000) FROM page WHERE id <= 20; INSERT INTO word SELECT id, 'w' || id FROM page"
CREATE SERVER mig_tasks FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SET sqlite_fdw_mig.range_size = '128kB';

-- values that were not read: the file says that there must be long ones
SELECT table_name, rows FROM sqlite_mig.prepare('mig_tasks', 'mig_tasks', '{"fit_values": false}') ORDER BY table_name;
SELECT w.source_name, w.bytes > 131072 AS large FROM sqlite_mig_internal._weights('mig_tasks') AS w ORDER BY 1;
SELECT o.number, o.plan = sqlite_mig_internal._statements_hash('mig_tasks') AS same FROM sqlite_mig_internal._run_open('mig_tasks', now(), 'error', 'stop', NULL) AS o;
SELECT sqlite_mig_internal._tasks_make('mig_tasks', 1, 'counts', now(), NULL, true);
SELECT j.table_name, j.object_kind, j.stage, count(*) > 1 AS several FROM sqlite_mig.journal AS j WHERE j.migration = 'mig_tasks' AND j.table_name IS NOT NULL
	GROUP BY 1, 2, 3 ORDER BY 1, 3, 2;

-- statistics: before indexes and beside verification, but not before the index of an expression
CREATE VIEW mig_tasks_edges AS
	SELECT DISTINCT a.table_name, a.object_kind, b.object_kind AS waits_for, a.task = b.task AS together
	FROM sqlite_mig_internal._tasks('mig_tasks', 1, 2) AS t JOIN sqlite_mig.journal AS a ON a.migration = 'mig_tasks' AND a.task = t.task
		JOIN sqlite_mig.journal AS b ON b.migration = 'mig_tasks' AND (b.task = ANY (t.after) OR b.task = a.task) AND b.step <> a.step AND b.table_name = a.table_name;
SELECT * FROM mig_tasks_edges WHERE 'analyze' IN (object_kind, waits_for) AND table_name IN ('page', 'word') ORDER BY 1, 2, 3;
SELECT count(*) FROM mig_tasks_edges WHERE object_kind = 'verify' AND waits_for = 'analyze' AND NOT together AND table_name = 'page';

-- ranges: side by side, but those of long blobs one after the other
SELECT count(*) FROM mig_tasks_edges WHERE object_kind = 'range' AND waits_for = 'range' AND NOT together;
SELECT table_name, rows FROM sqlite_mig.prepare('mig_tasks', 'mig_tasks', migration => 'mig_tasks_blobs', options => '{"source_schema": "mig_tasks_blobs"}', tables => '{picture}');
SELECT * FROM sqlite_mig_internal._heavy('mig_tasks_blobs');
SELECT o.number FROM sqlite_mig_internal._run_open('mig_tasks_blobs', now(), 'error', 'stop', NULL) AS o;
-- (not where a run that fails is not gone on with: then one process copies them into the table that it makes)
SELECT sqlite_mig_internal._tasks_make('mig_tasks_blobs', 1, 'counts', now(), NULL, false);
SELECT count(*) FILTER (WHERE object_kind = 'range') AS ranges, count(DISTINCT task) FILTER (WHERE object_kind IN ('table', 'copy')) AS tasks FROM sqlite_mig.journal WHERE migration = 'mig_tasks_blobs';
SELECT sqlite_mig_internal._tasks_make('mig_tasks_blobs', 1, 'counts', now(), NULL, true);
SELECT count(*) AS ranges, count(*) FILTER (WHERE EXISTS (SELECT FROM sqlite_mig.journal AS b
		WHERE b.migration = j.migration AND b.task = ANY (t.after) AND b.object_kind = 'range' AND b.task = j.task - 1)) AS after_the_one_before
	FROM sqlite_mig_internal._tasks('mig_tasks_blobs', 1, 2) AS t JOIN sqlite_mig.journal AS j ON j.migration = 'mig_tasks_blobs' AND j.task = t.task WHERE j.object_kind = 'range';

-- how much memory a sort takes: less than it may, but for what is in order already and for what is no sort
CREATE FUNCTION mig_tasks_memory(step sqlite_mig.journal, processes integer, rows bigint) RETURNS text LANGUAGE plpgsql AS
$$
BEGIN
	UPDATE sqlite_mig.plan_table AS t SET rows = mig_tasks_memory.rows WHERE t.migration = step.migration AND t.source_name = step.table_name;
	PERFORM set_config('maintenance_work_mem', '1GB', true);
	PERFORM sqlite_mig_internal._sort_memory(step, processes);
	RETURN current_setting('maintenance_work_mem');
END;
$$;
SELECT j.object_kind, j.object_name, r.rows, mig_tasks_memory(j, 1, r.rows) AS alone, mig_tasks_memory(j, 2, r.rows) AS of_two
	FROM sqlite_mig.journal AS j, (VALUES (1000::bigint), (100000000), (1000000000000)) AS r (rows)
	WHERE j.migration = 'mig_tasks' AND j.table_name = 'page' AND j.object_kind IN ('index', 'key index') ORDER BY 1, 2, 3;
SELECT mig_tasks_memory(j, NULL, 1000) AS as_the_server_is_set, mig_tasks_memory(jsonb_populate_record(j, '{"statement": "CREATE INDEX ON t USING gin (c)"}'), 1, 1000) AS gin
	FROM sqlite_mig.journal AS j WHERE j.migration = 'mig_tasks' AND j.object_kind = 'index' AND j.table_name = 'page';

-- of one backend: for texts only, and what follows has what it had
CREATE FUNCTION mig_tasks_alone(kind text, name text) RETURNS text LANGUAGE plpgsql AS
$$
DECLARE
	step sqlite_mig.journal;
BEGIN
	SELECT j.* INTO step FROM sqlite_mig.journal AS j WHERE j.migration = 'mig_tasks' AND j.object_kind = kind AND j.object_name = name;
	step.statement := 'SELECT set_config(''mig_tasks.memory'', current_setting(''maintenance_work_mem''), true)';
	PERFORM sqlite_mig_internal._run_alone(step);
	RETURN current_setting('mig_tasks.memory') || ', then ' || current_setting('maintenance_work_mem');
END;
$$;
BEGIN;
SET LOCAL maintenance_work_mem = '1GB';
SET LOCAL max_parallel_maintenance_workers = 2;
SELECT mig_tasks_alone('index', 'page_title'), mig_tasks_alone('primary key', 'page_pkey');
SET LOCAL max_parallel_maintenance_workers = 0;
SELECT mig_tasks_alone('index', 'page_title');
SET LOCAL maintenance_work_mem = '2MB';
SELECT mig_tasks_alone('index', 'page_title');
COMMIT;

DROP FUNCTION mig_tasks_memory, mig_tasks_alone;
DROP VIEW mig_tasks_edges;
DELETE FROM sqlite_mig.migration WHERE migration IN ('mig_tasks', 'mig_tasks_blobs');
DROP SERVER mig_tasks CASCADE;
DROP SCHEMA sqlite_mig_tasks, mig_tasks_blobs;
