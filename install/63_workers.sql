-- Background workers and their leader: how a run begins, goes on after an interruption, ends, and what it leaves when it
-- fails. A worker only runs the statements it is sent; the tasks are those of 61_tasks.

CREATE FUNCTION sqlite_mig_internal._pool_open(server text, workers integer) RETURNS void
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_pool_start';
COMMENT ON FUNCTION sqlite_mig_internal._pool_open(text, integer) IS 'internal: starts background workers that read one snapshot of a server; NULL: of none';
CREATE FUNCTION sqlite_mig_internal._pool_run(query text) RETURNS bigint
	LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_pool_tasks';
COMMENT ON FUNCTION sqlite_mig_internal._pool_run(text) IS 'internal: has background workers run the tasks that a query returns';
CREATE FUNCTION sqlite_mig_internal._pool_ask(statement text) RETURNS text
	LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_pool_call';
COMMENT ON FUNCTION sqlite_mig_internal._pool_ask(text) IS 'internal: has a background worker run a statement';
CREATE FUNCTION sqlite_mig_internal._pool_close() RETURNS void
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_pool_stop';
COMMENT ON FUNCTION sqlite_mig_internal._pool_close() IS 'internal: ends the background workers';
CREATE FUNCTION sqlite_mig_internal._source_state(server text) RETURNS text
	LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_source_state';
COMMENT ON FUNCTION sqlite_mig_internal._source_state(text) IS 'internal: what the files of a SQLite database look like, for comparison';
/*
 * Takes away what the last run of a migration has made: its views and tables, when
 * they are still those, and its schema if that is empty then. A plan that the run itself
 * made goes too. Tables that were there before are not touched.
 */
CREATE FUNCTION sqlite_mig_internal._undo_run(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan    sqlite_mig.migration := sqlite_mig_internal._migration(_undo_run.migration, true);
	made    text;
	schemas text[];
	schema  text;
BEGIN
	SELECT string_agg(j.object_name, ', ' ORDER BY j.step) INTO made FROM sqlite_mig.journal AS j
		WHERE j.migration = plan.migration AND j.run = plan.run AND j.object_kind = 'view' AND j.error IS NULL AND to_regclass(j.object_name)::oid = (j.outcome ->> 'relation')::oid;
	IF made IS NOT NULL THEN
		EXECUTE 'DROP VIEW ' || made;
	END IF;
	SELECT string_agg(j.object_name, ', ' ORDER BY j.step) INTO made FROM sqlite_mig.journal AS j
		WHERE j.migration = plan.migration AND j.run = plan.run AND j.object_kind = 'table' AND to_regclass(j.object_name)::oid = (j.outcome ->> 'relation')::oid;
	IF made IS NOT NULL THEN
		EXECUTE 'DROP TABLE ' || made;
	END IF;
	-- no trigger has it any more
	SELECT string_agg(j.object_name || '()', ', ' ORDER BY j.step) INTO made FROM sqlite_mig.journal AS j
		WHERE j.migration = plan.migration AND j.run = plan.run AND j.object_kind = 'trigger' AND j.error IS NULL
			AND to_regprocedure(j.object_name || '()')::oid = (j.outcome ->> 'function')::oid;
	IF made IS NOT NULL THEN
		EXECUTE 'DROP FUNCTION ' || made;
	END IF;
	PERFORM sqlite_mig_internal._try('DROP COLLATION ' || j.object_name) FROM sqlite_mig.journal AS j WHERE j.migration = plan.migration AND j.run = plan.run AND j.object_kind = 'collation' AND j.seconds IS NOT NULL;
	schemas := ARRAY(SELECT j.object_name FROM sqlite_mig.journal AS j WHERE j.migration = plan.migration AND j.run = plan.run AND j.object_kind = 'schema' AND j.seconds IS NOT NULL);
	DELETE FROM sqlite_mig.rejected AS r WHERE r.migration = plan.migration;
	DELETE FROM sqlite_mig.verification AS v WHERE v.migration = plan.migration AND v.verified_at = (plan.running ->> 'began')::timestamptz;
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.phase = 'migrate';
	UPDATE sqlite_mig.migration AS m SET state = 'prepared', running = NULL, started_at = NULL, finished_at = NULL, verified_at = NULL, rows_copied = NULL WHERE m.migration = plan.migration;
	IF (plan.running ->> 'made_plan')::boolean THEN
		PERFORM sqlite_mig_internal._drop_source(plan.migration);
		DELETE FROM sqlite_mig.migration AS m WHERE m.migration = plan.migration;
		schemas := schemas || plan.source_schema;
	END IF;
	FOREACH schema IN ARRAY schemas LOOP
		-- of others' objects nothing is taken: a schema that is not empty stays
		PERFORM sqlite_mig_internal._try(format('DROP SCHEMA IF EXISTS %I', schema)) WHERE NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.refclassid = 'pg_namespace'::regclass
			AND d.refobjid = to_regnamespace(quote_ident(schema)) AND d.deptype = 'n');
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._undo_run(text) IS 'internal: takes away what an unfinished run has made';

/*
 * Begins a run, or goes on with one that was interrupted; in a worker. "args"
 * are the arguments of the call. Returns the number of the run.
 */
CREATE FUNCTION sqlite_mig_internal._begin_run(migration text, args jsonb) RETURNS integer
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name   constant text := _begin_run.migration;
	server constant text := args ->> 'server';
	began  constant timestamptz := clock_timestamp();
	files  constant text := sqlite_mig_internal._source_state(server);
	known  boolean;
	plan   sqlite_mig.migration;
	number integer;
	todo   text;
	edited boolean := false;
	left_over bigint;
BEGIN
	SELECT m.* INTO plan FROM sqlite_mig.migration AS m WHERE m.migration = name;
	known := FOUND;
	-- the answer to the call that ended it may have been lost
	IF plan.state = 'migrated' AND args ->> 'mode' = 'resumable' AND sqlite_mig_internal._same_call(plan.running -> 'args', args) AND plan.running ->> 'source' = files
		AND plan.running ->> 'plan' = sqlite_mig_internal._statements_hash(name) AND NOT coalesce((args -> 'options' ->> 'replace')::boolean, false)
		AND NOT EXISTS (SELECT FROM sqlite_mig_internal._targets(name) AS t WHERE t.relation IS NULL) AND sqlite_mig_internal._if_exists(name) = 'error' THEN
		plan := sqlite_mig_internal._migration(name, true);
		RAISE NOTICE 'migration "%": run % is complete already', name, plan.run;
		RETURN plan.run;
	END IF;
	IF plan.state = 'running' THEN
		plan := sqlite_mig_internal._migration(name, true);
		IF sqlite_mig_internal._same_call(plan.running -> 'args', args) AND args ->> 'mode' = 'resumable' AND plan.running ->> 'plan' = sqlite_mig_internal._statements_hash(name)
			AND plan.running ->> 'source' = files AND NOT sqlite_mig_internal._run_gone(name, plan.run) THEN
			UPDATE sqlite_mig.migration AS m SET options = m.options || CASE WHEN args -> 'options' ? 'policy' THEN jsonb_build_object('policy', args -> 'options' -> 'policy') ELSE '{}' END WHERE m.migration = name;
			-- whoever was there meanwhile may have changed rows, and a policy may take some away now: what was verified before does not count
			UPDATE sqlite_mig.journal AS j SET seconds = NULL WHERE j.migration = name AND j.run = plan.run AND j.object_kind IN ('target sum', 'verify', 'verify view');
			DELETE FROM sqlite_mig.verification AS v WHERE v.migration = name AND v.verified_at = (plan.running ->> 'began')::timestamptz;
			IF EXISTS (SELECT FROM sqlite_mig.plan_table AS t WHERE t.migration = name AND t.include
					AND to_regclass(format('%I.%I', plan.source_schema, t.target_name)) IS NULL) THEN
				PERFORM sqlite_mig_internal._drop_source(name);
				PERFORM sqlite_mig_internal._make_source(name);
			END IF;
			SELECT count(DISTINCT j.task) FILTER (WHERE j.seconds IS NULL) INTO left_over FROM sqlite_mig.journal AS j WHERE j.migration = name AND j.run = plan.run;
			RAISE NOTICE 'migration "%": going on with run %; tasks left: %', name, plan.run, left_over;
			RETURN plan.run;
		END IF;
		PERFORM sqlite_mig_internal._check_resume(plan, args, files);
		-- a plan that was edited is its editor's, whoever made it, and is what the same call is about now
		edited := plan.plan_hash <> sqlite_mig_internal._plan_hash(name) AND NOT coalesce((args -> 'options' ->> 'replace')::boolean, false);
		IF edited THEN
			UPDATE sqlite_mig.migration AS m SET running = m.running || '{"made_plan": false}' WHERE m.migration = name;
		END IF;
		PERFORM sqlite_mig_internal._undo_run(name);
		known := edited OR NOT coalesce((plan.running ->> 'made_plan')::boolean, false);
		edited := edited AND sqlite_mig_internal._same_call(plan.running -> 'args', args);
	END IF;
	PERFORM sqlite_mig_internal._ready(name, server, args ->> 'target_schema',
		CASE WHEN edited THEN jsonb_strip_nulls(jsonb_build_object('policy', args -> 'options' -> 'policy')) ELSE args -> 'options' END
			|| jsonb_build_object('if_exists', args ->> 'if_exists', 'on_conflict', args ->> 'on_conflict'),
		CASE WHEN NOT edited THEN sqlite_mig_internal._text_array(args -> 'tables') END, CASE WHEN NOT edited THEN sqlite_mig_internal._text_array(args -> 'exclude') END, args ->> 'on_error' = 'reject');
	PERFORM sqlite_mig_internal._check_targets(name);
	SELECT o.number, o.plan INTO number, todo FROM sqlite_mig_internal._run_open(name, began, args ->> 'on_conflict', args ->> 'on_error', (args ->> 'reject_limit')::bigint) AS o;
	PERFORM sqlite_mig_internal._tasks_make(name, number, args ->> 'verify_level', began, (args ->> 'reject_limit')::bigint, args ->> 'mode' = 'resumable');
	UPDATE sqlite_mig.migration AS m SET state = 'running', running = jsonb_build_object('args', args, 'plan', todo, 'source', files, 'began', began, 'made_plan', NOT known)
		WHERE m.migration = name;
	RETURN number;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._begin_run(text, jsonb) IS 'internal: begins a run with workers, or goes on with it';

/* Is something gone, or another thing of that name, that an unfinished run has made? */
CREATE FUNCTION sqlite_mig_internal._run_gone(migration text, run integer) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT EXISTS (SELECT FROM sqlite_mig.journal AS j WHERE (j.migration, j.run) = (_run_gone.migration, _run_gone.run) AND j.seconds IS NOT NULL
		AND (j.object_kind = 'table' AND to_regclass(j.object_name)::oid IS DISTINCT FROM (j.outcome ->> 'relation')::oid
			OR j.object_kind = 'schema' AND to_regnamespace(quote_ident(j.object_name)) IS NULL));
END;
COMMENT ON FUNCTION sqlite_mig_internal._run_gone(text, integer) IS 'internal: is something gone that an unfinished run has made';

/* What a run was begun to do, as _run_open has it. */
CREATE FUNCTION sqlite_mig_internal._statements_hash(migration text) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT md5(coalesce(string_agg(s.statement, chr(10) ORDER BY s.step), '')) FROM sqlite_mig_internal._statements(_statements_hash.migration) AS s
		WHERE sqlite_mig_internal._is_lasting(s.object_kind);
END;
COMMENT ON FUNCTION sqlite_mig_internal._statements_hash(text) IS 'internal: hash of the statements of a migration';

/* Do the arguments of two calls ask for the same run? Another policy for rows that break a constraint is no other run. */
CREATE FUNCTION sqlite_mig_internal._same_call(a jsonb, b jsonb) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT a #- '{options,policy}' = b #- '{options,policy}';
END;
COMMENT ON FUNCTION sqlite_mig_internal._same_call(jsonb, jsonb) IS 'internal: do two calls ask for the same run';

CREATE FUNCTION sqlite_mig_internal._text_array(list jsonb) RETURNS text[]
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN jsonb_typeof(list) = 'array' THEN ARRAY(SELECT jsonb_array_elements_text(list)) END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._text_array(jsonb) IS 'internal: a JSON array as text[]';

/* An interrupted run cannot simply go on: throws unless it may be started anew, and says why it is. */
CREATE FUNCTION sqlite_mig_internal._check_resume(plan sqlite_mig.migration, args jsonb, files text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	resumable constant boolean := plan.running -> 'args' ->> 'mode' = 'resumable';
	same      constant boolean := sqlite_mig_internal._same_call(plan.running -> 'args', args);
	anew      constant boolean := coalesce((args -> 'options' ->> 'replace')::boolean, false);
	reason    constant text := CASE WHEN NOT resumable THEN 'it was to be all or nothing' WHEN NOT same THEN 'the call has other arguments'
		WHEN plan.running ->> 'source' <> files THEN 'the SQLite database has changed since it began' WHEN sqlite_mig_internal._run_gone(plan.migration, plan.run) THEN 'what it had made is not there any more'
		ELSE 'the plan was edited since it began' END;
BEGIN
	IF plan.running -> 'args' ->> 'if_exists' = 'load' AND NOT (anew AND args ->> 'if_exists' IN ('truncate', 'replace')) AND EXISTS (SELECT FROM sqlite_mig.journal AS j
			WHERE j.migration = plan.migration AND j.run = plan.run AND j.object_kind = 'copy' AND j.seconds IS NOT NULL) THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('run %s of migration "%s" was interrupted and cannot go on: %s', plan.run, plan.migration, reason),
			detail => 'Tables that were there before hold rows of it.', hint => 'Empty them with if_exists => ''truncate'', options => ''{"replace": true}''.');
	END IF;
	IF resumable AND NOT same AND NOT anew THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('run %s of migration "%s" was interrupted and can go on', plan.run, plan.migration),
			detail => format('But %s: %s.', reason, plan.running -> 'args'),
			hint => 'Make the same call again to go on, if need be with another policy in its options; or start anew, without what it has made, with options => ''{"replace": true}''.');
	END IF;
	RAISE NOTICE 'migration "%": run % was interrupted and starts anew: %', plan.migration, plan.run, reason;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_resume(sqlite_mig.migration, jsonb, text) IS 'internal: may an interrupted run start anew';

/* All tasks are done: the run becomes the state of the migration. */
CREATE FUNCTION sqlite_mig_internal._end_run(migration text, run integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	running jsonb;
BEGIN
	IF EXISTS (SELECT FROM sqlite_mig.journal AS j WHERE j.migration = _end_run.migration AND j.run = _end_run.run AND j.seconds IS NULL) THEN
		RAISE EXCEPTION USING ERRCODE = 'internal_error', MESSAGE = format('steps of run %s of migration "%s" were left out', run, migration);
	END IF;
	UPDATE sqlite_mig.migration AS m SET state = 'migrated', verified_at = (m.running ->> 'began')::timestamptz, finished_at = clock_timestamp(),
			rows_copied = sqlite_mig_internal._rows_copied(m.migration, m.run)
		WHERE m.migration = _end_run.migration AND m.run = _end_run.run AND m.state = 'running' RETURNING m.running INTO running;
	IF running -> 'args' ->> 'verify_level' = 'full' THEN
		PERFORM sqlite_mig_internal._verify_whole(migration, (running ->> 'began')::timestamptz);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._end_run(text, integer) IS 'internal: ends a run with workers';

/*
 * Leads a run with workers. All that it changes, workers change and commit; the
 * transaction of the caller only waits, holds the lock of the migration, and the
 * read lock of the source. When something fails, what is done stays and the same
 * call goes on (resumable), or is taken away (atomic).
 */
CREATE FUNCTION sqlite_mig_internal._lead(migration text, workers integer, snapshot boolean, args jsonb) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name   constant text := _lead.migration;
	server constant text := args ->> 'server';
	number integer;
BEGIN
	IF current_setting('transaction_isolation') <> 'read committed' THEN
		PERFORM sqlite_mig_internal._refuse('active_sql_transaction', 'a migration with background workers needs isolation level READ COMMITTED',
			detail => 'At other levels its leader could not see what its workers have committed.', hint => 'SET default_transaction_isolation = ''read committed'';');
	END IF;
	IF snapshot THEN
		PERFORM sqlite_mig_internal._snapshot(server);
	END IF;
	PERFORM sqlite_mig_internal._pool_open(server, greatest(workers, 1));
	BEGIN
		number := sqlite_mig_internal._pool_ask(format('SELECT sqlite_mig_internal._begin_run(%L, %L)', name, args))::integer;
		PERFORM sqlite_mig_internal._pool_run(format('SELECT * FROM sqlite_mig_internal._tasks(%L, %s, %s)', name, number, greatest(workers, 1)));
		-- the last commit waits for the disk, and with it all before it
		PERFORM sqlite_mig_internal._pool_ask(format('SELECT sqlite_mig_internal._end_run(%L, %s) FROM set_config(''synchronous_commit'', %L, true)', name, number, current_setting('synchronous_commit')));
	EXCEPTION
		WHEN OTHERS OR query_canceled THEN
			PERFORM sqlite_mig_internal._pool_close();
			PERFORM sqlite_mig_internal._after_failure(name, args ->> 'mode', number IS NOT NULL);
			RAISE;
	END;
	PERFORM sqlite_mig_internal._pool_close();
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._lead(text, integer, boolean, jsonb) IS 'internal: leads a run with background workers';

/* What a failed run leaves: everything, to go on with, or nothing. */
CREATE FUNCTION sqlite_mig_internal._after_failure(migration text, mode text, began boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF NOT began THEN
		RETURN;
	ELSIF mode = 'resumable' THEN
		RAISE WARNING USING MESSAGE = format('migration "%s" has stopped; what is done stays', migration), HINT = 'The same call goes on from here.';
		RETURN;
	END IF;
	PERFORM sqlite_mig_internal._pool_open(NULL, 1);
	PERFORM sqlite_mig_internal._pool_ask(format('SELECT sqlite_mig_internal._undo_run(%L)', migration));
	PERFORM sqlite_mig_internal._pool_close();
EXCEPTION
	WHEN OTHERS OR query_canceled THEN
		RAISE WARNING USING MESSAGE = format('migration "%s" has failed, and what it had made could not be taken away: %s', migration, SQLERRM), HINT = 'The next call of migrate does that first.';
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._after_failure(text, text, boolean) IS 'internal: cleans up after a failed run with workers';
