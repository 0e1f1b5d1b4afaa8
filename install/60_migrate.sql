-- Phase 3: runs a plan that 60_check has let pass. Owns the order of stages and the journal; what happens when the data does not allow a key is in
-- 56_constraints. The statements are those of 55_ddl; the rows are carried by copy_table.

/* Does a statement say what a run was begun to do? Not those that depend on what is there, nor policies, which may change. */
CREATE FUNCTION sqlite_mig_internal._is_lasting(object_kind text) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT object_kind NOT IN ('source schema', 'schema', 'collation', 'drop', 'orphans');
END;
COMMENT ON FUNCTION sqlite_mig_internal._is_lasting(text) IS 'internal: does a statement say what a run was begun to do';

/*
 * Opens a run: the journal gets every statement, the ledger and the quarantine
 * forget the run before; returns the number of the run and the hash of what it was begun to do. Copies get what migrate
 * was told about bad rows; on_conflict is for tables that are there already, and
 * means nothing for those that the run itself makes.
 */
CREATE FUNCTION sqlite_mig_internal._run_open(migration text, began timestamptz, on_conflict text, on_error text, reject_limit bigint,
		OUT number integer, OUT plan text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	UPDATE sqlite_mig.migration AS m SET run = m.run + 1, started_at = began, finished_at = NULL, verified_at = NULL, rows_copied = 0
		WHERE m.migration = _run_open.migration RETURNING m.run INTO number;
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = _run_open.migration AND e.phase IN ('migrate', 'sync');
	-- both of one reading: it is a tenth of the time of what a run with hundreds of tables does before its workers have work
	WITH every AS MATERIALIZED (
		SELECT s.* FROM sqlite_mig_internal._statements(_run_open.migration) AS s
	), noted AS (
		INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, table_name, statement)
			SELECT _run_open.migration, number, s.step, s.object_kind, s.object_name, s.source_table, s.statement
			FROM every AS s WHERE s.object_kind NOT IN ('source schema', 'foreign table')
	)
	SELECT md5(coalesce(string_agg(s.statement, chr(10) ORDER BY s.step), '')) INTO plan FROM every AS s WHERE sqlite_mig_internal._is_lasting(s.object_kind);
	DELETE FROM sqlite_mig.rejected AS r WHERE r.migration = _run_open.migration;
	IF on_conflict <> 'error' OR on_error <> 'stop' THEN
		UPDATE sqlite_mig.journal AS j SET statement = left(j.statement, -1)
				|| CASE WHEN on_conflict <> 'error' AND j.table_name NOT IN (SELECT t.table_name FROM sqlite_mig.journal AS t
						WHERE t.migration = _run_open.migration AND t.run = number AND t.object_kind = 'table' AND t.table_name IS NOT NULL)
					THEN sqlite_mig_internal._merge_arguments(j.migration, j.table_name) ELSE '' END
				|| CASE WHEN on_error <> 'stop' THEN format(', on_error => %L%s, migration => %L', on_error, ', reject_limit => ' || reject_limit, j.migration) ELSE '' END || ')'
			WHERE j.migration = _run_open.migration AND j.run = number AND j.object_kind = 'copy';
	END IF;

	-- numbers of rows that wait in the quarantine are given: a later one would be in the way when they are loaded
	IF on_error <> 'stop' OR EXISTS (SELECT FROM sqlite_mig.migration AS m WHERE m.migration = _run_open.migration AND m.options ->> 'policy' = 'quarantine')
			OR EXISTS (SELECT FROM sqlite_mig.plan_constraint AS k WHERE k.migration = _run_open.migration AND k.policy = 'quarantine')
			OR EXISTS (SELECT FROM sqlite_mig.plan_index AS i WHERE i.migration = _run_open.migration AND i.policy = 'quarantine') THEN
		UPDATE sqlite_mig.journal AS j SET statement = left(j.statement, -length(') AS last) AS s'))
				|| format(', (SELECT max(source_rowid) FROM sqlite_mig.rejected WHERE (migration, table_name) = (%L, %L) AND replayed_at IS NULL)) AS last) AS s', j.migration, j.table_name)
			WHERE j.migration = _run_open.migration AND j.run = number AND j.object_kind = 'sequence' AND right(j.statement, length(') AS last) AS s')) = ') AS last) AS s';
	END IF;
	PERFORM sqlite_mig_internal._note_edits(_run_open.migration, number);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._run_open(text, timestamptz, text, text, bigint) IS 'internal: opens a run of a migration';

/* Brings the ledger in line with a plan that was edited: what was decided by hand is agreed to, and nothing is left out silently. */
CREATE FUNCTION sqlite_mig_internal._note_edits(migration text, run integer) RETURNS void
	-- the plan has no statistics, so a join would be taken for one of a few rows; what has no other way than a nested loop would then look worth compiling
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET enable_nestloop = off SET jit = off AS
$$
#variable_conflict use_column
DECLARE
	mig constant text := _note_edits.migration;
BEGIN
	-- what prepare could not decide and the plan now does
	WITH edited AS MATERIALIZED (
		SELECT c.source_table, c.source_table || '.' || c.source_name AS object_name,
			c.evidence ->> 'proposed' <> concat_ws('/', c.target_type, c.format) AS type, c.default_expr IS NOT NULL AS value
		FROM sqlite_mig.plan_column AS c
		WHERE c.migration = mig AND (c.evidence ->> 'proposed' <> concat_ws('/', c.target_type, c.format) OR c.default_expr IS NOT NULL)
	)
	DELETE FROM sqlite_mig.ledger_entry AS e USING edited AS c
		WHERE e.migration = mig AND e.phase = 'prepare' AND (e.table_name, e.object_name) = (c.source_table, c.object_name)
			AND (c.type AND e.rule IN ('type', 'values', 'nulled', 'gap', 'overlap', 'mixed offsets', 'time zone', 'json', 'no values', 'text as bytes') OR c.value AND e.rule = 'default');
	DELETE FROM sqlite_mig.ledger_entry AS e USING sqlite_mig.journal AS j
		WHERE e.migration = mig AND e.phase = 'prepare' AND e.effect = 'skipped' AND j.migration = mig AND j.run = _note_edits.run
			AND e.object_kind IN ('check', 'foreign key') AND (e.object_name, e.table_name) = (j.object_name, j.table_name);
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig AND e.phase = 'prepare' AND e.effect = 'skipped'
		AND (e.object_kind = 'view' AND e.object_name IN (SELECT v.source_name FROM sqlite_mig.plan_view AS v WHERE v.migration = mig AND v.include AND v.target_sql IS NOT NULL)
			OR e.object_kind = 'trigger' AND e.object_name IN (SELECT g.source_name FROM sqlite_mig.plan_trigger AS g WHERE g.migration = mig AND g.include AND g.target_sql IS NOT NULL));
	DELETE FROM sqlite_mig.ledger_entry AS e USING sqlite_mig.plan_index AS i
		WHERE e.migration = mig AND e.phase = 'prepare' AND e.effect = 'skipped' AND e.object_kind = 'index'
			AND i.migration = mig AND i.source_name = e.object_name AND i.include;
	DELETE FROM sqlite_mig.ledger_entry AS e USING sqlite_mig.plan_table AS t
		WHERE e.migration = mig AND e.phase = 'prepare' AND e.object_kind <> 'trigger'
			AND t.migration = mig AND t.source_name = e.table_name AND NOT t.include AND t.reason IS NULL;
	UPDATE sqlite_mig.ledger_entry AS e SET accepted = true FROM sqlite_mig.plan_table AS t
		WHERE e.migration = mig AND e.phase = 'prepare' AND e.object_kind = 'trigger' AND t.migration = mig AND t.source_name = e.table_name AND NOT t.include;

	PERFORM sqlite_mig_internal._note(mig, 'migrate', n.kind, n.name, n.table_name, 'info', n.effect, 'edited', n.detail, accepted => n.effect = 'skipped')
	FROM (
		SELECT 1, t.load_order, 'table', t.source_name, t.source_name, 'skipped', 'left out in the plan' FROM sqlite_mig.plan_table AS t
			WHERE t.migration = mig AND NOT t.include AND t.reason IS NULL
		UNION ALL SELECT 2, t.load_order, 'column', c.source_table || '.' || c.source_name, c.source_table, CASE WHEN c.include THEN 'converted' ELSE 'skipped' END,
				CASE WHEN c.include THEN format('became %s as the plan says, not %s as proposed', concat_ws('/', c.target_type, c.format), c.evidence ->> 'proposed')
					ELSE 'left out in the plan' END
			FROM sqlite_mig.plan_column AS c JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
			WHERE c.migration = mig AND (NOT c.include AND NOT coalesce(c.evidence ?| '{absent,not computed}', false) OR c.evidence ->> 'proposed' <> concat_ws('/', c.target_type, c.format))
		UNION ALL SELECT 1, t.load_order, 'table', t.source_name, t.source_name, 'converted', format('is called "%s" as the plan says', t.target_name)
			FROM sqlite_mig.plan_table AS t
			WHERE t.migration = mig AND t.include AND t.target_name <> t.source_name AND NOT EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e
				WHERE e.migration = mig AND e.rule = 'name' AND e.object_kind = 'table' AND e.object_name = t.source_name)
		UNION ALL SELECT 2, t.load_order, 'column', c.source_table || '.' || c.source_name, c.source_table, 'converted', format('is called "%s" as the plan says', c.target_name)
			FROM sqlite_mig.plan_column AS c JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
			WHERE c.migration = mig AND c.include AND c.target_name <> c.source_name AND NOT EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e
				WHERE e.migration = mig AND e.rule = 'name' AND e.object_kind = 'column' AND e.object_name = c.source_table || '.' || c.source_name)
		UNION ALL SELECT 3, t.load_order, k.kind, k.target_name, k.source_table, 'skipped', 'left out in the plan'
			FROM sqlite_mig.plan_constraint AS k JOIN sqlite_mig.plan_table AS t ON t.migration = k.migration AND t.source_name = k.source_table AND t.include
			WHERE k.migration = mig AND NOT k.include AND k.reason IS NULL
		UNION ALL SELECT 4, t.load_order, 'index', i.source_name, i.source_table, 'skipped', 'left out in the plan'
			FROM sqlite_mig.plan_index AS i JOIN sqlite_mig.plan_table AS t ON t.migration = i.migration AND t.source_name = i.source_table AND t.include
			WHERE i.migration = mig AND NOT i.include AND i.reason IS NULL
		UNION ALL SELECT 5, v.make_order, 'view', v.source_name, NULL, 'skipped', 'left out in the plan' FROM sqlite_mig.plan_view AS v
			WHERE v.migration = mig AND NOT v.include AND v.reason IS NULL
		UNION ALL SELECT 6, 0, 'trigger', g.source_name, g.source_table, 'skipped', 'left out in the plan' FROM sqlite_mig.plan_trigger AS g
			WHERE g.migration = mig AND NOT g.include AND g.reason IS NULL
		UNION ALL SELECT 7, t.load_order, 'virtual table', s.source_name, s.source_table, 'skipped', 'its search was left out in the plan'
			FROM sqlite_mig.plan_search AS s JOIN sqlite_mig.plan_table AS t ON t.migration = s.migration AND t.source_name = s.source_table AND t.include
			WHERE s.migration = mig AND NOT s.include AND s.reason IS NULL
	) AS n (part, load_order, kind, name, table_name, effect, detail) ORDER BY n.part, n.load_order, n.name;

	PERFORM sqlite_mig_internal._note(mig, 'migrate', 'index', i.source_name, i.source_table, 'warning', 'changed', 'index', 'made for all rows, without its condition', sample => i.source_sql)
		FROM sqlite_mig.plan_index AS i JOIN sqlite_mig.plan_table AS t ON t.migration = i.migration AND t.source_name = i.source_table AND t.include
		WHERE i.migration = mig AND i.include AND i.target_sql IS NULL AND i.source_sql ~* '\)\s*WHERE\M' COLLATE "C" ORDER BY t.load_order, i.source_name;

	-- what is included but rests on something that is not
	PERFORM sqlite_mig_internal._note(mig, 'migrate', n.kind, n.target_name, n.source_table, 'warning', 'skipped', 'not included',
			'rests on a table or column that the plan does not include, or has no expression')
	FROM (
		SELECT k.kind, k.target_name, k.source_table FROM sqlite_mig.plan_constraint AS k
			JOIN sqlite_mig.plan_table AS t ON t.migration = k.migration AND t.source_name = k.source_table
			WHERE k.migration = mig AND k.include AND t.include
		UNION ALL SELECT CASE WHEN i.is_unique THEN 'unique index' ELSE 'index' END, i.target_name, i.source_table FROM sqlite_mig.plan_index AS i
			JOIN sqlite_mig.plan_table AS t ON t.migration = i.migration AND t.source_name = i.source_table
			WHERE i.migration = mig AND i.include AND t.include
		UNION ALL SELECT 'index', s.index_name, s.source_table FROM sqlite_mig.plan_search AS s
			JOIN sqlite_mig.plan_table AS t ON t.migration = s.migration AND t.source_name = s.source_table
			WHERE s.migration = mig AND s.include AND t.include
		EXCEPT SELECT j.object_kind, j.object_name, j.table_name FROM sqlite_mig.journal AS j WHERE j.migration = mig AND j.run = _note_edits.run
	) AS n ORDER BY n.source_table, n.target_name;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._note_edits(text, integer) IS 'internal: brings the ledger in line with an edited plan';

/* The statement of a copy with the function that tells the checksum of the source too, which a reader of the journal need not know. */
CREATE FUNCTION sqlite_mig_internal._copy_summed(statement text, checksum boolean) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT regexp_replace(left(statement, -1), '^SELECT \* FROM sqlite_mig\.copy_table\(', 'SELECT * FROM sqlite_mig_internal._copy_table(') || format(', checksum => %L)', checksum);
END;
COMMENT ON FUNCTION sqlite_mig_internal._copy_summed(text, boolean) IS 'internal: statement of a copy that tells the checksum of the source';

/*
 * Rows that a run has brought into the target: without those that left it again
 * because they break a constraint. Written once, at the end: in one transaction
 * every version of a row is in the way of those who look for it later.
 */
CREATE FUNCTION sqlite_mig_internal._rows_copied(migration text, run integer) RETURNS bigint
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT (SELECT coalesce(sum(j.rows), 0) FROM sqlite_mig.journal AS j WHERE j.migration = _rows_copied.migration AND j.run = _rows_copied.run AND j.object_kind IN ('copy', 'copied'))
		- (SELECT count(*) FROM sqlite_mig.rejected AS r WHERE r.migration = _rows_copied.migration AND r.policy = 'quarantine');
END;
COMMENT ON FUNCTION sqlite_mig_internal._rows_copied(text, integer) IS 'internal: rows that a run has brought into the target';

/*
 * Is a copied table told of? At a pace that can be read: of more than 20 tables only those that took a second, and every five seconds how far it is. The
 * count is kept in a setting of the transaction; a worker, which has one for each table, does without: sqlite_mig.progress knows.
 */
CREATE FUNCTION sqlite_mig_internal._is_told(migration text, rows bigint, seconds numeric) RETURNS boolean
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	told   text[] := string_to_array(current_setting('sqlite_mig.told', true), ' ');
	now    constant double precision := extract(epoch FROM clock_timestamp());
	is_due boolean;
BEGIN
	-- (not asked again for each of hundreds)
	IF (told[1] = md5(migration)) IS NOT TRUE THEN
		IF (SELECT count(*) FROM (SELECT FROM sqlite_mig.plan_table AS t WHERE t.migration = _is_told.migration AND t.include LIMIT 21) AS s) <= 20 THEN
			RETURN true;
		ELSIF sqlite_mig_internal._in_worker() THEN
			RETURN seconds >= 1;
		END IF;
		told := ARRAY[md5(migration), '0', '0', now::text];
		RAISE NOTICE 'migration "%": many tables; told are those that take a second, and every five seconds how far it is', migration;
	END IF;
	is_due := now - told[4]::double precision >= 5;
	told := ARRAY[told[1], (told[2]::bigint + 1)::text, (told[3]::bigint + rows)::text, CASE WHEN is_due THEN now::text ELSE told[4] END];
	IF is_due THEN
		RAISE NOTICE 'migration "%": %, % so far', migration, sqlite_mig_internal._count(told[2]::bigint, 'table'), sqlite_mig_internal._count(told[3]::bigint, 'row');
	END IF;
	PERFORM set_config('sqlite_mig.told', array_to_string(told, ' '), true);
	RETURN seconds >= 1;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._is_told(text, bigint, numeric) IS 'internal: is a copied table told of, or many at a time';

/* What copy_table reported, for ledger and the person who waits; the journal has it. */
CREATE FUNCTION sqlite_mig_internal._copied(step sqlite_mig.journal, result record, seconds numeric) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	merges constant boolean := step.statement ~ 'on_conflict => ';
BEGIN
	IF result.changes <> '{}' THEN
		PERFORM sqlite_mig_internal._note(step.migration, 'migrate', 'column', step.table_name || '.' || coalesce(p.source_name, c.key), step.table_name, 'warning', 'lossy',
				CASE k.key WHEN 'nulled' THEN 'on_error' ELSE k.key END, sqlite_mig_internal._change_finding(k.key), k.value::bigint)
			FROM jsonb_each(result.changes) AS c CROSS JOIN LATERAL jsonb_each_text(c.value) AS k
				LEFT JOIN sqlite_mig.plan_column AS p ON (p.migration, p.source_table, p.target_name) = (step.migration, step.table_name, c.key)
			-- what prepare has told already, with the rows
			WHERE NOT EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = step.migration AND e.phase = 'prepare' AND e.effect = 'lossy'
				AND (e.object_name, e.rule, e.rows) = (step.table_name || '.' || coalesce(p.source_name, c.key), k.key, k.value::bigint))
			ORDER BY c.key, k.key;
	END IF;
	IF result.rejected > 0 THEN
		PERFORM sqlite_mig_internal._note_rejected(step.migration, step.table_name);
		RAISE WARNING 'table "%": rejected rows: %; they wait in sqlite_mig.rejected', step.table_name, result.rejected;
	END IF;
	IF result.inserted + result.updated + result.rejected <> result.rows_read AND NOT merges THEN
		PERFORM sqlite_mig_internal._note(step.migration, 'migrate', 'table', step.table_name, step.table_name, 'blocker', 'failed', 'rows',
			format('%s rows were read, but %s inserted', result.rows_read, result.inserted), result.rows_read - result.inserted - result.updated - result.rejected);
	END IF;
	IF NOT sqlite_mig_internal._is_told(step.migration, result.inserted + result.updated, seconds) THEN
		RETURN;
	ELSIF merges THEN
		RAISE NOTICE '%: rows read: %, inserted: %, updated: %, left as they are: %', step.object_name, result.rows_read, result.inserted, result.updated, result.skipped;
		RETURN;
	END IF;
	RAISE NOTICE '%: % in %', step.object_name, sqlite_mig_internal._count(result.inserted, 'row'), sqlite_mig_internal._took(seconds)
		-- of less the rate says nothing
		|| CASE WHEN seconds >= 1 THEN format(' (%s rows/s)', round(result.inserted / seconds)) ELSE '' END;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._copied(sqlite_mig.journal, record, numeric) IS 'internal: reports a copied table';

CREATE PROCEDURE sqlite_mig.migrate(server text, target_schema text DEFAULT NULL, migration text DEFAULT NULL, options jsonb DEFAULT '{}',
		tables text[] DEFAULT NULL, exclude text[] DEFAULT NULL, verify_level text DEFAULT 'checksum',
		on_conflict text DEFAULT 'error', on_error text DEFAULT 'stop', reject_limit bigint DEFAULT NULL, snapshot boolean DEFAULT false,
		if_exists text DEFAULT 'error', dry_run boolean DEFAULT false, mode text DEFAULT 'atomic', workers integer DEFAULT 0)
	-- (workers have this setting too)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET jit = off AS
$$
#variable_conflict use_column
DECLARE
	name    constant text := coalesce(migrate.migration, migrate.server);
	began   constant timestamptz := clock_timestamp();
	number  integer;
	step    sqlite_mig.journal;
	batch   sqlite_mig.journal[];
	started timestamptz;
	took    numeric;
	result  record;
	outcome text[];
	line    text;
BEGIN
	IF migrate.server IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'server must not be null',
			HINT = 'SELECT srvname FROM pg_foreign_server; shows the servers that there are.';
	END IF;
	PERFORM sqlite_mig_internal._check_mode(migrate.mode, migrate.workers, migrate.dry_run, migrate.if_exists);
	IF migrate.dry_run THEN
		-- all of it in a subtransaction; what there is to tell outlives its end in a variable
		PERFORM sqlite_mig_internal._lock(name);
		BEGIN
			PERFORM set_config('sqlite_mig.dry_run', name, true);
			CALL sqlite_mig.migrate(server => migrate.server, target_schema => migrate.target_schema, migration => migrate.migration, options => migrate.options,
				tables => migrate.tables, exclude => migrate.exclude, verify_level => migrate.verify_level,
				on_conflict => migrate.on_conflict, on_error => migrate.on_error, reject_limit => migrate.reject_limit, snapshot => migrate.snapshot, if_exists => migrate.if_exists,
				mode => migrate.mode, workers => migrate.workers);
			outcome := sqlite_mig_internal._outcome(name, clock_timestamp() - began);
			RAISE EXCEPTION USING ERRCODE = 'MIGDR', MESSAGE = 'the end of a dry run';
		EXCEPTION
			WHEN SQLSTATE 'MIGDR' THEN
				NULL;
		END;
		FOREACH line IN ARRAY outcome LOOP
			RAISE NOTICE '%', line;
		END LOOP;
		RETURN;
	END IF;
	PERFORM sqlite_mig_internal._check_level(verify_level);
	PERFORM sqlite_mig_internal._check_rows(migrate.on_conflict, migrate.on_error, migrate.reject_limit);
	-- the argument of the call counts, not what the plan was made for
	PERFORM sqlite_mig_internal._check_options(migrate.options || jsonb_build_object('if_exists', migrate.if_exists, 'on_conflict', migrate.on_conflict));
	PERFORM sqlite_mig_internal._lock(name);
	IF migrate.mode = 'resumable' OR migrate.workers > 0 THEN
		PERFORM sqlite_mig_internal._lead(name, migrate.workers, migrate.snapshot, jsonb_build_object('server', migrate.server, 'target_schema', migrate.target_schema,
			'options', migrate.options, 'tables', migrate.tables, 'exclude', migrate.exclude, 'verify_level', verify_level, 'on_conflict', migrate.on_conflict,
			'on_error', migrate.on_error, 'reject_limit', migrate.reject_limit, 'if_exists', migrate.if_exists, 'mode', migrate.mode));
		PERFORM sqlite_mig_internal._tell_verdict(name);
		RETURN;
	END IF;
	PERFORM sqlite_mig_internal._check_interrupted(name);
	-- a server or file that is not there is said here, and not by something far below with ten lines of context
	IF NOT migrate.snapshot THEN
		PERFORM FROM sqlite_mig.source_info(migrate.server);
	END IF;
	-- all that follows reads the copy, also what verifies
	IF migrate.snapshot THEN
		PERFORM sqlite_mig_internal._snapshot(migrate.server);
	END IF;
	PERFORM sqlite_mig_internal._ready(name, migrate.server, migrate.target_schema, migrate.options || jsonb_build_object('if_exists', migrate.if_exists, 'on_conflict', migrate.on_conflict), migrate.tables, migrate.exclude,
		migrate.on_error = 'reject');
	PERFORM sqlite_mig_internal._check_targets(name);
	SELECT o.number INTO number FROM sqlite_mig_internal._run_open(name, began, migrate.on_conflict, migrate.on_error, migrate.reject_limit) AS o;

	-- Rows arrive frozen only if the copy has the subtransaction of its table and nothing above it holds a snapshot: so no
	-- exception block and no loop over a query here, and the copy is called from here and nowhere deeper.
	step.step := 0;
	LOOP
		SELECT j.* INTO step FROM sqlite_mig.journal AS j
			WHERE j.migration = name AND j.run = number AND j.step > step.step ORDER BY j.step LIMIT 1;
		EXIT WHEN NOT FOUND;
		batch := CASE WHEN step.object_kind <> 'copy' THEN sqlite_mig_internal._batch(step) END;
		IF batch IS NOT NULL THEN
			PERFORM sqlite_mig_internal._run_batch(batch);
			step := batch[cardinality(batch)];
			CONTINUE;
		END IF;
		started := clock_timestamp();
		IF step.object_kind = 'copy' THEN
			EXECUTE sqlite_mig_internal._copy_summed(step.statement, verify_level <> 'counts') INTO result;
		ELSIF step.object_kind IN ('schema', 'collation', 'table', 'drop', 'truncate', 'constraints', 'setting', 'foreign key check') THEN
			EXECUTE step.statement;
		ELSIF step.object_kind IN ('index', 'unique index', 'unique', 'primary key') THEN
			PERFORM sqlite_mig_internal._run_alone(step);
		ELSIF NOT (step.object_kind = 'sequence' AND sqlite_mig_internal._keeps_sequences(name)) THEN
			PERFORM sqlite_mig_internal._run_guarded(step);
		END IF;
		took := extract(epoch FROM clock_timestamp() - started);
		IF step.object_kind = 'copy' THEN
			UPDATE sqlite_mig.journal AS j SET started_at = started, seconds = took, rows = result.inserted, source_rows = result.source_rows, source_checksum = result.source_checksum
				WHERE j.migration = name AND j.run = number AND j.step = step.step;
			PERFORM sqlite_mig_internal._copied(step, result, took);
		ELSE
			UPDATE sqlite_mig.journal AS j SET started_at = started, seconds = took
				WHERE j.migration = name AND j.run = number AND j.step = step.step;
		END IF;
	END LOOP;

	UPDATE sqlite_mig.migration AS m SET state = 'migrated',
			rows_copied = sqlite_mig_internal._rows_copied(name, number)
		WHERE m.migration = name;
	PERFORM sqlite_mig_internal._verify(name, verify_level, true);
	UPDATE sqlite_mig.migration AS m SET finished_at = clock_timestamp() WHERE m.migration = name;
	PERFORM sqlite_mig_internal._tell_verdict(name);
END;
$$;
COMMENT ON PROCEDURE sqlite_mig.migrate(text, text, text, jsonb, text[], text[], text, text, text, bigint, boolean, text, boolean, text, integer) IS
	'migrates a SQLite database, in one transaction unless there are workers: plan, tables, rows, keys, indexes, foreign keys, sequences, statistics, proof. '
	'Without an edited plan it prepares one (options, tables, exclude as in prepare; target_schema is that of the plan, else public); an edited plan is run as it is. '
	'on_conflict, on_error and reject_limit as in copy_table: with on_error => ''reject'' rows that do not fit go to sqlite_mig.rejected. snapshot: reads a copy of the file, so that an application can go on writing. '
	'if_exists says what becomes of tables that are there: error, load (rows into them, as they are), truncate (emptied, then loaded), replace (dropped and made anew). dry_run does all of it, tells what came of it and rolls it back. '
	'workers: so many background workers share the work, each in transactions of its own; mode: atomic leaves nothing when it fails, resumable keeps what is done, and the same call goes on from there';
