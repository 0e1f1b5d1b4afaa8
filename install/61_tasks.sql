-- Phase 3 with background workers: the steps of a run as tasks, each a transaction of its own. Owns which steps make a task,
-- what waits for what, and what is noted when one is done; who runs them is in 63_workers.
-- A task's rows and its entries in the journal are committed together, so the journal always says what is there.

CREATE FUNCTION sqlite_mig_internal._rowid_bounds(server text, table_name text, OUT first bigint, OUT last bigint)
	LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_rowid_bounds';
COMMENT ON FUNCTION sqlite_mig_internal._rowid_bounds(text, text) IS 'internal: smallest and largest rowid of a table';
/*
 * How many bytes the rows of the tables to migrate may have, from what the plan
 * knows: only to tell large tables from small ones. Where values were not read
 * that may be too little; the tables have at least what the file has.
 */
CREATE FUNCTION sqlite_mig_internal._weights(migration text) RETURNS TABLE (source_name text, load_order integer, bytes numeric)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH width AS MATERIALIZED (
		SELECT c.source_table, sum(8 + least(coalesce((c.evidence ->> 'max_bytes')::numeric, 64), 65536) / 2) AS bytes FROM sqlite_mig.plan_column AS c
			WHERE c.migration = _weights.migration AND c.include GROUP BY c.source_table
	), guess AS MATERIALIZED (
		SELECT t.source_name, t.load_order, coalesce(t.rows, t.estimated_rows, 0) * coalesce(w.bytes, 0) AS bytes
			FROM sqlite_mig.plan_table AS t LEFT JOIN width AS w ON w.source_table = t.source_name WHERE t.migration = _weights.migration AND t.include
	), file AS MATERIALIZED (
		SELECT i.page_size::numeric * (i.page_count - i.freelist_count) AS bytes FROM sqlite_mig.migration AS m, LATERAL sqlite_mig.source_info(m.server) AS i
			WHERE m.migration = _weights.migration AND NOT coalesce((m.options ->> 'fit_values')::boolean, true)
	)
	SELECT g.source_name, g.load_order, g.bytes * greatest((SELECT f.bytes FROM file AS f) / nullif((SELECT sum(a.bytes) FROM guess AS a), 0), 1) FROM guess AS g;
END;
COMMENT ON FUNCTION sqlite_mig_internal._weights(text) IS 'internal: about how many bytes each table has';

/*
 * Tables of long blobs. Their time goes to writing pages and WAL of what is neither
 * computed nor compressed: processes that do it side by side wait for each other's locks on the same files.
 */
CREATE FUNCTION sqlite_mig_internal._heavy(migration text) RETURNS SETOF text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT w.source_name FROM sqlite_mig_internal._weights(_heavy.migration) AS w JOIN sqlite_mig.plan_table AS t ON t.migration = _heavy.migration AND t.source_name = w.source_name
		WHERE w.bytes > 16384 * coalesce(t.rows, t.estimated_rows) AND EXISTS (SELECT FROM sqlite_mig.plan_column AS c
			WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include AND c.target_type = 'bytea');
END;
COMMENT ON FUNCTION sqlite_mig_internal._heavy(text) IS 'internal: tables of long blobs';

/*
 * Divides the steps of a run into tasks. A table that is small, or was there
 * before, is one task with all that concerns it; several of the smallest together are one. A large one has several, which
 * workers share: its creation, ranges of its rows, keys, each index, statistics;
 * stage says what has to wait for what (see _tasks). Foreign keys and
 * verification are tasks of their own.
 */
CREATE FUNCTION sqlite_mig_internal._tasks_make(migration text, run integer, level text, began timestamptz, reject_limit bigint, resumable boolean) RETURNS void
	-- plan and journal have no statistics, so a join would be taken for one of a few rows
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := _tasks_make.migration;
	number constant integer := _tasks_make.run;
	size   constant numeric := pg_size_bytes(current_setting('sqlite_fdw_mig.range_size'));
	fresh  constant boolean := sqlite_mig_internal._if_exists(mig) IN ('error', 'replace');
	-- a foreign key that waits for the end of the transaction, or a setting for its time, keep all copies in one
	whole  constant boolean := EXISTS (SELECT FROM sqlite_mig.journal AS j
		WHERE j.migration = mig AND j.run = number AND j.object_kind IN ('constraints', 'setting', 'foreign key check'));
	moves  constant boolean := sqlite_mig_internal._moves_rows(mig);
	large  constant text[] := ARRAY(SELECT w.source_name FROM sqlite_mig_internal._weights(mig) AS w WHERE fresh AND w.bytes > size);
	item   sqlite_mig.journal;
BEGIN
	FOR item IN SELECT j.* FROM sqlite_mig.journal AS j
			-- the limit counts the rejects of one copy
			WHERE j.migration = mig AND j.run = number AND j.object_kind = 'copy' AND j.table_name = ANY (large) AND reject_limit IS NULL
				-- long blobs are copied by one process in any case, and into a table of the same transaction for half of the cost
				AND (resumable OR j.table_name NOT IN (SELECT h.source_name FROM sqlite_mig_internal._heavy(mig) AS h (source_name))) ORDER BY j.step LOOP
		PERFORM sqlite_mig_internal._ranges_make(item, size, level <> 'counts');
	END LOOP;
	-- rows that break a key leave before its index is made
	IF NOT moves THEN
		PERFORM sqlite_mig_internal._key_indexes_make(mig, number, large);
	END IF;
	IF level <> 'counts' THEN
		PERFORM sqlite_mig_internal._sums_make(mig, number, size);
	END IF;
	INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, table_name, statement)
		SELECT mig, number, m.last + row_number() OVER (ORDER BY w.load_order, w.source_name), 'verify', w.source_name, w.source_name,
			format('SELECT sqlite_mig_internal._verify_table(sqlite_mig_internal._migration(%L, true), %L, %L, %L, true)', mig, w.source_name, level, began)
		FROM sqlite_mig_internal._weights(mig) AS w, (SELECT coalesce(max(j.step), 0) AS last FROM sqlite_mig.journal AS j WHERE j.migration = mig AND j.run = number) AS m;
	INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, statement)
		SELECT mig, number, m.last + row_number() OVER (ORDER BY v.make_order), 'verify view', v.source_name,
			format('SELECT sqlite_mig_internal._verify_view(sqlite_mig_internal._migration(%L, true), %L, %L, %L)', mig, v.source_name, level, began)
		FROM sqlite_mig.plan_view AS v, (SELECT coalesce(max(j.step), 0) AS last FROM sqlite_mig.journal AS j WHERE j.migration = mig AND j.run = number) AS m
		WHERE v.migration = mig AND v.include AND fresh;
	IF level <> 'counts' THEN
		INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, statement)
			SELECT m.migration, number, (SELECT coalesce(max(j.step), 0) + 1 FROM sqlite_mig.journal AS j WHERE j.migration = mig AND j.run = number), 'verify file', m.server,
				format('SELECT sqlite_mig_internal._verify_file(sqlite_mig_internal._migration(%L, true))', mig)
			FROM sqlite_mig.migration AS m WHERE m.migration = mig;
	END IF;
	-- what all wait for; then a table at a time, the largest first, and small ones several at a time; then foreign keys, then proof
	WITH sized AS MATERIALIZED (
		SELECT w.*, fresh AND w.bytes < size / 32 AS small, greatest(w.bytes, size / 256) AS counted FROM sqlite_mig_internal._weights(mig) AS w
	), weight AS MATERIALIZED (
		-- where there are hundreds more go together, which saves transactions; where there are few there is enough to share
		SELECT w.*, CASE WHEN w.small THEN floor((sum(w.counted) OVER o - w.counted) / (SELECT greatest(size / 32, least(size / 16, sum(a.counted) / 24)) FROM sized AS a WHERE a.small)) END AS batch
			FROM sized AS w WINDOW o AS (ORDER BY w.bytes DESC, w.load_order, w.source_name ROWS UNBOUNDED PRECEDING)
	), place AS MATERIALIZED (
		-- of the first table of its batch
		SELECT w.source_name, first_value(w.bytes) OVER o AS bytes, first_value(w.load_order) OVER o AS load_order, first_value(w.source_name) OVER o AS first
			FROM weight AS w WINDOW o AS (PARTITION BY w.batch, CASE WHEN w.batch IS NULL THEN w.source_name END ORDER BY w.bytes DESC, w.load_order, w.source_name)
	), staged AS MATERIALIZED (
		SELECT j.step, j.table_name, CASE
			WHEN j.object_kind = 'verify file' THEN 13
			WHEN j.object_kind IN ('view', 'trigger', 'verify view') THEN 12
			WHEN j.object_kind = 'verify' THEN 11
			WHEN j.object_kind = 'target sum' THEN 10
			WHEN j.object_kind = 'foreign key' THEN 9
			WHEN j.object_kind = 'orphans' THEN 8
			WHEN j.object_kind IN ('schema', 'collation', 'drop', 'truncate') OR whole AND j.object_kind NOT IN ('sequence', 'analyze', 'comment') THEN 0
			WHEN j.object_kind = 'range' THEN 2
			WHEN j.object_kind = 'copied' THEN 3
			WHEN j.table_name <> ALL (large) THEN 7
			WHEN j.object_kind IN ('table', 'copy') THEN 1
			WHEN j.object_kind IN ('primary key', 'unique') AND EXISTS (SELECT FROM sqlite_mig.journal AS i
				WHERE i.migration = mig AND i.run = number AND i.object_kind = 'key index' AND i.table_name = j.table_name AND i.object_name = j.object_name) THEN 6
			WHEN j.object_kind IN ('primary key', 'unique', 'check') THEN 4
			-- statistics beside verification, which an index build may not be beside; those of an expression need its index
			WHEN j.object_kind = 'analyze' AND NOT moves AND NOT EXISTS (SELECT FROM sqlite_mig.plan_index AS i
				WHERE i.migration = mig AND i.source_table = j.table_name AND i.include AND i.target_sql IS NOT NULL) THEN 4
			WHEN j.object_kind IN ('index', 'unique index', 'key index') THEN 5
			ELSE 7 END AS stage
			FROM sqlite_mig.journal AS j WHERE j.migration = mig AND j.run = number
	)
	-- (all of it at once: the versions of a row that are left behind are in the way of the workers)
	UPDATE sqlite_mig.journal AS j SET stage = t.stage, task = t.task,
			statement = CASE WHEN j.object_kind = 'copy' THEN sqlite_mig_internal._copy_summed(j.statement, level <> 'counts') ELSE j.statement END
		FROM (SELECT i.step, i.stage, dense_rank() OVER (ORDER BY CASE WHEN i.stage = 0 THEN 0 WHEN i.stage < 8 THEN 1 ELSE i.stage END,
					CASE WHEN i.stage = 0 AND NOT whole THEN i.step END,
					CASE WHEN i.stage BETWEEN 1 AND 11 THEN -p.bytes END, CASE WHEN i.stage BETWEEN 1 AND 11 THEN p.load_order END,
					CASE WHEN i.stage BETWEEN 1 AND 11 THEN p.first END,
					i.stage, CASE WHEN i.stage IN (2, 5, 10) THEN i.step END) AS task
				FROM staged AS i LEFT JOIN place AS p ON p.source_name = i.table_name) AS t
		WHERE j.migration = mig AND j.run = number AND j.step = t.step;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._tasks_make(text, integer, text, timestamptz, bigint, boolean) IS 'internal: divides the steps of a run into tasks';

/* What a worker runs for a step; $1 and $2 are result and time of the statement before. */
CREATE FUNCTION sqlite_mig_internal._step_statements(migration text, run integer, step integer, object_kind text, statement text, processes integer) RETURNS text[]
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT ARRAY[CASE
			WHEN object_kind IN ('copy', 'range') THEN format('SELECT to_jsonb(c) FROM (%s) AS c', statement)
			WHEN object_kind IN ('primary key', 'unique', 'check', 'foreign key', 'orphans', 'index', 'unique index', 'key index', 'sequence', 'analyze', 'comment', 'view', 'trigger')
				THEN format('SELECT sqlite_mig_internal.%s FROM sqlite_mig.journal AS j WHERE (j.migration, j.run, j.step) = (%L, %s, %s)',
					CASE WHEN object_kind IN ('index', 'unique index', 'key index') THEN format('_run_index(j, %L)', processes)
						WHEN object_kind IN ('primary key', 'unique') THEN '_run_key(j)' ELSE '_run_guarded(j)' END, migration, run, step)
			ELSE statement END,
		format('SELECT sqlite_mig_internal._step_done(%L, %s, %s, $2%s)', migration, run, step, CASE WHEN object_kind IN ('copy', 'range', 'copied', 'target sum') THEN ', $1::jsonb' ELSE '' END)];
END;
COMMENT ON FUNCTION sqlite_mig_internal._step_statements(text, integer, integer, text, text, integer) IS 'internal: statements for a step';

/* May rows leave a table again, or change, because they break a constraint? */
CREATE FUNCTION sqlite_mig_internal._moves_rows(migration text) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT EXISTS (
		SELECT FROM sqlite_mig.migration AS m WHERE m.migration = _moves_rows.migration AND m.options ->> 'policy' IN ('quarantine', 'set null')
		UNION ALL SELECT FROM sqlite_mig.plan_constraint AS k WHERE k.migration = _moves_rows.migration AND k.policy IN ('quarantine', 'set null')
		UNION ALL SELECT FROM sqlite_mig.plan_index AS i WHERE i.migration = _moves_rows.migration AND i.policy = 'quarantine');
END;
COMMENT ON FUNCTION sqlite_mig_internal._moves_rows(text) IS 'internal: may rows leave a table because they break a constraint';

/*
 * The tasks of a run that are not done, the most urgent first, with the
 * statements for a worker and the tasks to wait for:
 *	stage 0		schema, drop, truncate: everything waits for them
 *	      1		table	2 ranges	3 what came of them
 *	      4		checks, and keys that rows may have to leave for; statistics, as long as no rows leave
 *	      5		indexes, also those of keys	6 keys	7 sequences, statistics; all of a small table
 *	      8		rows without a parent, in all tables	9 foreign keys, which wait for both tables, and for each other where they lock the same table
 *	     10		checksums of parts of the target	11 verification: beside 5 to 9 as long as no rows leave because of them, and it does not look at them
 *	     12		views and triggers, all in one, and verification of the views
 *	     13		damage of the file: beside anything, where a worker has nothing else to do
 * Tables that exist wait for those that their foreign keys refer to; ranges of long blobs for each other.
 */
CREATE FUNCTION sqlite_mig_internal._tasks(migration text, run integer, workers integer) RETURNS TABLE (task integer, statements text[], after integer[])
	-- plan and journal have no statistics, so a join would be taken for one of a few rows
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off
BEGIN ATOMIC
	WITH step AS MATERIALIZED (
		SELECT j.*, count(*) FILTER (WHERE j.stage = 5) OVER (PARTITION BY j.table_name COLLATE "C") AS beside,
				-- rows arrive frozen when table and copy are statements of their own; for the rest one is enough
				bool_or(j.object_kind = 'table' AND j.stage = 7) OVER (PARTITION BY j.task) AS makes
			FROM sqlite_mig.journal AS j WHERE j.migration = _tasks.migration AND j.run = _tasks.run AND j.seconds IS NULL
	), item AS MATERIALIZED (
		SELECT s.task, s.stage, s.table_name, bool_or(s.object_kind IN ('copy', 'range', 'copied')) AS copies, bool_and(s.object_kind = 'analyze') AS reads FROM step AS s GROUP BY s.task, s.stage, s.table_name
	), gate AS MATERIALIZED (
		SELECT DISTINCT i.task, i.stage FROM item AS i WHERE i.stage IN (0, 8)
	), used AS MATERIALIZED (
		-- which tables a foreign key locks
		SELECT i.task, i.table_name FROM item AS i WHERE i.stage = 9
		UNION SELECT s.task, k.parent_table FROM step AS s JOIN sqlite_mig.plan_constraint AS k ON k.migration = s.migration AND k.source_table = s.table_name AND k.target_name = s.object_name
			WHERE s.stage = 9
	), edge AS (
		SELECT i.task, b.task AS before FROM item AS i JOIN item AS b ON b.table_name = i.table_name AND b.stage < i.stage
			-- only rows and what locks out readers keep a table from being verified, unless rows may still leave it
			WHERE i.stage < 10 OR b.copies OR b.stage <= 4 AND NOT b.reads OR b.stage = 10
				OR (SELECT sqlite_mig_internal._moves_rows(m.migration) OR m.running -> 'args' ->> 'verify_level' = 'full' FROM sqlite_mig.migration AS m WHERE m.migration = _tasks.migration)
		UNION SELECT i.task, b.task FROM item AS i JOIN gate AS b ON b.stage = 0 AND b.task < i.task
		UNION SELECT i.task, lag(i.task) OVER (PARTITION BY i.table_name ORDER BY i.task) FROM item AS i
			WHERE i.stage = 2 AND i.table_name IN (SELECT h.source_name FROM sqlite_mig_internal._heavy(_tasks.migration) AS h (source_name))
		UNION SELECT i.task, b.task FROM item AS i JOIN item AS b ON b.stage < 8 WHERE i.stage = 8
		UNION SELECT i.task, b.task FROM item AS i JOIN gate AS b ON b.stage = 8 WHERE i.stage > 8
		UNION SELECT i.task, b.task FROM item AS i JOIN item AS b ON b.stage < 12 WHERE i.stage = 12
		UNION SELECT u.task, b.task FROM used AS u JOIN item AS b ON b.table_name = u.table_name AND b.stage < 8
		UNION SELECT u.task, lag(u.task) OVER (PARTITION BY u.table_name ORDER BY u.task) FROM used AS u
		UNION SELECT i.task, b.task FROM item AS i JOIN sqlite_mig_internal._loaded_keys(_tasks.migration) AS k ON k.source_name = i.table_name
			JOIN item AS b ON b.table_name = k.parent_name AND b.stage = 7
			WHERE i.stage = 7 AND b.task <> i.task AND sqlite_mig_internal._if_exists(_tasks.migration) IN ('load', 'truncate')
	), wait AS MATERIALIZED (
		SELECT e.task, array_agg(e.before) AS tasks FROM edge AS e WHERE e.before IS NOT NULL GROUP BY e.task
	)
	SELECT s.task, ARRAY[format('SELECT sqlite_mig_internal._claim(%L, %s, %s)', _tasks.migration, _tasks.run, s.task)] || CASE
				WHEN s.makes THEN array_agg(x.statement ORDER BY s.table_name COLLATE "C", s.step, x.n) FILTER (WHERE s.object_kind = 'copy' OR x.n = 1)
					|| format('SELECT sqlite_mig_internal._rest_of_task(%L, %s, %s)', _tasks.migration, _tasks.run, s.task)
				-- of several small tables
				WHEN min(s.stage) IN (9, 11) AND count(DISTINCT s.table_name) > 1
					THEN ARRAY[format('SELECT sqlite_mig_internal.%I(%L, %s, %s)', CASE min(s.stage) WHEN 9 THEN '_run_task' ELSE '_verify_task' END, _tasks.migration, _tasks.run, s.task)]
				ELSE array_agg(x.statement ORDER BY s.step, x.n) END,
			coalesce(w.tasks, '{}')
		FROM step AS s LEFT JOIN wait AS w ON w.task = s.task, LATERAL unnest(sqlite_mig_internal._step_statements(s.migration, s.run, s.step, s.object_kind, s.statement,
			-- indexes of one table are made side by side, each by one process unless workers are left over; a lone worker has the server's parallel workers
			CASE WHEN _tasks.workers > 1 THEN greatest(_tasks.workers / nullif(s.beside, 0)::integer, 1) END)) WITH ORDINALITY AS x (statement, n)
		WHERE NOT s.makes OR s.object_kind IN ('table', 'copy')
		GROUP BY s.task, s.makes, w.tasks ORDER BY s.task;
END;
COMMENT ON FUNCTION sqlite_mig_internal._tasks(text, integer, integer) IS 'internal: the tasks of a run that are left';

/* A task of this run is taken, unless it was done meanwhile by a worker that was believed dead; false then. */
CREATE FUNCTION sqlite_mig_internal._claim(migration text, run integer, task integer) RETURNS boolean
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM FROM sqlite_mig.journal AS j WHERE (j.migration, j.run, j.task) = (_claim.migration, _claim.run, _claim.task) FOR UPDATE;
	RETURN EXISTS (SELECT FROM sqlite_mig.journal AS j WHERE (j.migration, j.run, j.task) = (_claim.migration, _claim.run, _claim.task) AND j.seconds IS NULL);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._claim(text, integer, integer) IS 'internal: takes a task';

/* A step of a task is done: into the journal, with what it returned. */
CREATE FUNCTION sqlite_mig_internal._step_done(migration text, run integer, step integer, began timestamptz, result jsonb DEFAULT NULL) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	done  sqlite_mig.journal;
	counts record;
BEGIN
	UPDATE sqlite_mig.journal AS j SET started_at = began, seconds = extract(epoch FROM clock_timestamp() - began),
			rows = coalesce((_step_done.result ->> 'inserted')::bigint, j.rows),
			source_rows = (_step_done.result ->> 'source_rows')::bigint, source_checksum = (_step_done.result ->> 'source_checksum')::uuid,
			outcome = CASE WHEN j.object_kind IN ('table', 'view') THEN jsonb_build_object('relation', to_regclass(j.object_name)::oid)
				WHEN j.object_kind = 'trigger' THEN jsonb_build_object('function', to_regprocedure(j.object_name || '()')::oid) ELSE _step_done.result END
		WHERE (j.migration, j.run, j.step) = (_step_done.migration, _step_done.run, _step_done.step) RETURNING j.* INTO STRICT done;
	IF done.object_kind = 'copy' THEN
		SELECT r.* INTO counts FROM jsonb_to_record(_step_done.result) AS r (rows_read bigint, inserted bigint, updated bigint, skipped bigint, rejected bigint, changes jsonb, source_rows bigint, source_checksum uuid);
		PERFORM sqlite_mig_internal._copied(done, counts, done.seconds);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._step_done(text, integer, integer, timestamptz, jsonb) IS 'internal: notes that a step is done';

/* Steps of a task that go together: all of them at once, as long as the data allows. */
CREATE FUNCTION sqlite_mig_internal._run_task(migration text, run integer, task integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	steps sqlite_mig.journal[];
BEGIN
	SELECT array_agg(j ORDER BY j.step) INTO steps FROM sqlite_mig.journal AS j WHERE (j.migration, j.run, j.task) = (_run_task.migration, _run_task.run, _run_task.task);
	PERFORM sqlite_mig_internal._run_batch(steps);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._run_task(text, integer, integer) IS 'internal: the steps of a task, all at once';

/* Verifications of several small tables. */
CREATE FUNCTION sqlite_mig_internal._verify_task(migration text, run integer, task integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan    constant sqlite_mig.migration := sqlite_mig_internal._migration(migration, true);
	level   constant text := plan.running -> 'args' ->> 'verify_level';
	began   constant timestamptz := plan.running ->> 'began';
	steps   sqlite_mig.journal[];
	started timestamptz[];
	seconds numeric[];
	step    sqlite_mig.journal;
BEGIN
	SELECT array_agg(j ORDER BY j.step) INTO steps FROM sqlite_mig.journal AS j WHERE (j.migration, j.run, j.task) = (_verify_task.migration, _verify_task.run, _verify_task.task);
	FOREACH step IN ARRAY steps LOOP
		started := array_append(started, clock_timestamp());
		PERFORM sqlite_mig_internal._verify_table(plan, step.table_name, level, began, true);
		seconds := array_append(seconds, extract(epoch FROM clock_timestamp() - started[cardinality(started)]));
	END LOOP;
	PERFORM sqlite_mig_internal._note_times(steps, started, seconds);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._verify_task(text, integer, integer) IS 'internal: verifies several small tables';

/* What follows the copies in the task of small tables: all of it at once, as long as the data allows. */
CREATE FUNCTION sqlite_mig_internal._rest_of_task(migration text, run integer, task integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	steps sqlite_mig.journal[];
BEGIN
	-- they were made before their copies
	UPDATE sqlite_mig.journal AS j SET started_at = transaction_timestamp(), seconds = 0, outcome = jsonb_build_object('relation', to_regclass(j.object_name)::oid)
		WHERE (j.migration, j.run, j.task) = (_rest_of_task.migration, _rest_of_task.run, _rest_of_task.task) AND j.object_kind = 'table';
	-- sorted here: a query with ORDER BY step would read the whole run in that order
	SELECT array_agg(j ORDER BY j.step) INTO steps FROM sqlite_mig.journal AS j
		WHERE (j.migration, j.run, j.task) = (_rest_of_task.migration, _rest_of_task.run, _rest_of_task.task) AND j.object_kind NOT IN ('table', 'copy');
	IF steps IS NOT NULL THEN
		PERFORM sqlite_mig_internal._run_batch(steps);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._rest_of_task(text, integer, integer) IS 'internal: what small tables get after their copies';
