-- Phase 2: makes a plan from what the source says of itself and from its values. Owns the order of the steps, options
-- and tables; names are in 43_names, columns in 46_columns, keys and indexes in 47_keys, views and triggers in 49_objects. Writes plan rows and ledger rows and
-- makes the foreign tables; touches no target.

/* Throws 22023 for an option that does not exist or has the wrong kind of value. */
CREATE FUNCTION sqlite_mig_internal._check_options(options jsonb) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	known constant jsonb := jsonb '{"time_zone": "string", "source_schema": "string", "replace": "boolean", "fit_values": "boolean", "identity": "string",
		"serial": "boolean", "names": "string", "fit_integers": "boolean", "varchar": "string", "empty_as_null": "boolean",
		"zero_dates_as_null": "boolean", "sample_rows": "number", "workers": "number", "if_exists": "string", "on_conflict": "string", "policy": "string",
		"text_search_config": "string", "nocase": "string"}';
	words constant jsonb := jsonb '{"identity": ["by default", "always"], "names": ["preserve", "lower", "snake"], "varchar": ["fit", "text", "declared"], "nocase": ["lower", "citext", "icu"],
		"if_exists": ["error", "load", "truncate", "replace"], "on_conflict": ["error", "nothing", "update"],
		"policy": ["stop", "not valid", "quarantine", "set null"]}';
	item  record;
BEGIN
	IF jsonb_typeof(options) IS DISTINCT FROM 'object' THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', 'options must be a JSON object',
			hint => 'For example: options => ''{"time_zone": "Europe/Berlin"}''.');
	END IF;
	FOR item IN SELECT o.key, o.value, known ->> o.key AS wanted FROM jsonb_each(options) AS o LOOP
		IF item.wanted IS NULL THEN
			PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', format('unknown option "%s"', item.key),
				hint => format('Valid options are: %s.', (SELECT string_agg(k, ', ' ORDER BY k) FROM jsonb_object_keys(known) AS k)));
		ELSIF jsonb_typeof(item.value) <> item.wanted THEN
			PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', format('option "%s" must be a %s', item.key, item.wanted));
		END IF;
	END LOOP;
	FOR item IN SELECT w.key, w.value, options -> w.key AS given FROM jsonb_each(words) AS w WHERE options ? w.key LOOP
		IF NOT item.value @> item.given THEN
			PERFORM sqlite_mig_internal._refuse('invalid_parameter_value',
				format('option "%s" must be %s', item.key, (SELECT string_agg(format('"%s"', v), ' or ' ORDER BY n)
					FROM jsonb_array_elements_text(item.value) WITH ORDINALITY AS e (v, n))));
		END IF;
	END LOOP;
	IF (options ->> 'sample_rows')::numeric NOT BETWEEN 1 AND 9223372036854775807 OR (options ->> 'sample_rows')::numeric % 1 <> 0 THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', 'option "sample_rows" must be a whole number of at least 1',
			hint => 'Leave it out to read all rows.');
	END IF;
	IF (options ->> 'workers')::numeric NOT BETWEEN 0 AND 64 OR (options ->> 'workers')::numeric % 1 <> 0 THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', 'option "workers" must be a whole number between 0 and 64');
	END IF;
	PERFORM timezone(options ->> 'time_zone', now());
	PERFORM (options ->> 'text_search_config')::regconfig;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_options(jsonb) IS 'internal: checks the options of prepare';

/* Patterns with * and ?, case-insensitive as SQLite's names are. */
CREATE FUNCTION sqlite_mig_internal._matches(name text, patterns text[]) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT coalesce(bool_or(lower(_matches.name COLLATE "C") ~
			('^' || replace(replace(regexp_replace(lower(p COLLATE "C"), '([^[:alnum:]_*?])', '\\\1', 'g'), '*', '.*'), '?', '.') || '$')), false)
		FROM unnest(patterns) AS p;
END;
COMMENT ON FUNCTION sqlite_mig_internal._matches(text, text[]) IS 'internal: does a name match one of the patterns';

/*
 * Makes room for a plan: checks that there is none that would be lost, drops
 * the foreign tables of the old one and writes the row of the migration.
 * Ledger entries that were accepted are kept, for _plan_accept.
 */
CREATE FUNCTION sqlite_mig_internal._plan_open(migration text, server text, target_schema text, options jsonb, tables text[], exclude text[])
	RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name     constant text := _plan_open.migration;
	schema   constant text := coalesce(_plan_open.options ->> 'source_schema', sqlite_mig_internal._short_name('sqlite_' || name));
	plan     sqlite_mig.migration;
	obstacle text;
BEGIN
	IF schema = _plan_open.target_schema THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value',
			format('source schema and target schema are both "%s"', schema),
			detail => 'Foreign tables and native tables have the same names.',
			hint => 'Choose another one with options => ''{"source_schema": "..."}''.');
	END IF;
	INSERT INTO sqlite_mig.migration (migration, server, target_schema, source_schema)
		VALUES (name, _plan_open.server, _plan_open.target_schema, schema) ON CONFLICT DO NOTHING;
	IF NOT FOUND THEN
		IF NOT EXISTS (SELECT FROM sqlite_mig.migration AS m WHERE m.migration = name) THEN
			PERFORM sqlite_mig_internal._refuse('insufficient_privilege', format('migration "%s" belongs to another role', name),
				hint => 'Choose a name of your own with migration => ''...''.');
		END IF;
		plan := sqlite_mig_internal._migration(name, true);
		obstacle := CASE WHEN plan.state = 'migrated' THEN 'was carried out already; its ledger and journal are the record of that'
			WHEN plan.state = 'running' THEN format('belongs to run %s, which was interrupted and has made tables', plan.run)
			WHEN plan.plan_hash <> sqlite_mig_internal._plan_hash(name) THEN 'was edited since it was prepared' END;
		IF obstacle IS NOT NULL AND NOT coalesce((_plan_open.options ->> 'replace')::boolean, false) THEN
			PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('the plan of migration "%s" %s', name, obstacle),
				hint => CASE WHEN plan.state = 'running' THEN 'The same call of migrate as before goes on with it. ' ELSE '' END
					|| 'Replace it with options => ''{"replace": true}'', or choose another name with migration => ''...''.');
		END IF;
		IF plan.state = 'running' THEN
			-- its tables would be in the way; a plan that the run made goes with it
			PERFORM sqlite_mig_internal._undo_run(name);
			INSERT INTO sqlite_mig.migration (migration, server, target_schema, source_schema)
				VALUES (name, _plan_open.server, _plan_open.target_schema, schema) ON CONFLICT DO NOTHING;
		END IF;
		PERFORM sqlite_mig_internal._drop_source(name);
	END IF;
	UPDATE sqlite_mig.migration AS m SET server = _plan_open.server, target_schema = _plan_open.target_schema, source_schema = schema,
			options = _plan_open.options - '{replace,workers}'::text[], tables = _plan_open.tables, exclude = _plan_open.exclude,
			state = 'prepared', plan_hash = NULL, prepared_at = clock_timestamp(),
			started_at = NULL, finished_at = NULL, verified_at = NULL, rows_copied = NULL
		WHERE m.migration = name;
	DELETE FROM sqlite_mig.plan_table AS p WHERE p.migration = name;
	DELETE FROM sqlite_mig.plan_view AS p WHERE p.migration = name;
	DELETE FROM sqlite_mig.plan_trigger AS p WHERE p.migration = name;
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = name AND NOT e.accepted;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_open(text, text, text, jsonb, text[], text[]) IS 'internal: makes room for a new plan';

/* Drops the foreign tables that were made for a plan. */
CREATE FUNCTION sqlite_mig_internal._drop_source(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	statement text;
BEGIN
	FOR statement IN
		SELECT format('DROP FOREIGN TABLE %I.%I', n.nspname, c.relname)
		FROM sqlite_mig.migration AS m
			JOIN pg_namespace AS n ON n.nspname = m.source_schema
			JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = ANY (m.source_tables)
			JOIN pg_foreign_table AS f ON f.ftrelid = c.oid
			JOIN pg_foreign_server AS s ON s.oid = f.ftserver AND s.srvname = m.server
		WHERE m.migration = _drop_source.migration
	LOOP
		EXECUTE statement;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._drop_source(text) IS 'internal: drops the foreign tables of a plan';

/* A migration that is deleted takes its foreign tables with it, or they would be in the way of the next plan. */
CREATE FUNCTION sqlite_mig_internal._migration_deleted() RETURNS trigger
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	PERFORM sqlite_mig_internal._drop_source(OLD.migration);
	RETURN OLD;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._migration_deleted() IS 'internal: drops the foreign tables of a migration that is deleted';
CREATE TRIGGER drop_source BEFORE DELETE ON sqlite_mig.migration FOR EACH ROW EXECUTE FUNCTION sqlite_mig_internal._migration_deleted();
COMMENT ON TRIGGER drop_source ON sqlite_mig.migration IS 'drops the foreign tables of a migration that is deleted';

/* Does the call that made the plan leave an object out? */
CREATE FUNCTION sqlite_mig_internal._left_out(plan sqlite_mig.migration, name text) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT (plan).tables IS NOT NULL AND NOT sqlite_mig_internal._matches(_left_out.name, (plan).tables) OR sqlite_mig_internal._matches(_left_out.name, (plan).exclude);
END;
COMMENT ON FUNCTION sqlite_mig_internal._left_out(sqlite_mig.migration, text) IS 'internal: is an object left out by the patterns of a plan';

/* Fills plan_table; notes what is not carried over as a table. */
CREATE FUNCTION sqlite_mig_internal._plan_tables(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan   sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	absent text;
	item   record;
BEGIN
	FOR item IN
		WITH found AS MATERIALIZED (
			SELECT s.*, x.left_out, x.is_ours, b.kind AS books, CASE
					WHEN x.left_out THEN 'left out by the call'
					WHEN x.is_ours THEN 'is the log of changes of capture_install, and no table of the application'
					WHEN b.reason IS NOT NULL THEN b.reason
					WHEN s.error IS NOT NULL THEN 'SQLite cannot read it: ' || s.error
					WHEN s.kind = 'virtual' THEN sqlite_mig_internal._virtual_obstacle(plan, s.sql)
					WHEN s.kind = 'shadow' THEN 'holds the inner data of a virtual table' END AS obstacle
			FROM sqlite_mig.source_tables(plan.server) WITH ORDINALITY AS s
				LEFT JOIN sqlite_mig_internal._geometry_leftovers(plan.server) AS b ON b.name = s.table_name
				CROSS JOIN LATERAL (SELECT sqlite_mig_internal._left_out(plan, s.table_name), s.table_name = '_sqlite_mig_log' AND s.sql LIKE '%for sqlite_fdw_mig%') AS x (left_out, is_ours)
			WHERE s.kind <> 'view'
		), planned AS (
			INSERT INTO sqlite_mig.plan_table (migration, source_name, kind, target_name, include, load_order, estimated_rows, without_rowid, source_sql, reason)
				SELECT plan.migration, f.table_name, f.kind, sqlite_mig_internal._short_name(sqlite_mig_internal._styled_name(f.table_name, plan.options ->> 'names')), f.obstacle IS NULL,
					f.ordinality, f.estimated_rows, coalesce(f.without_rowid, false), f.sql, f.obstacle
				FROM found AS f
		)
		SELECT f.* FROM found AS f WHERE f.obstacle IS NOT NULL OR sqlite_mig_internal._is_bookkeeping(f.table_name) ORDER BY f.ordinality
	LOOP
		IF item.obstacle IS NOT NULL THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', CASE item.kind WHEN 'table' THEN 'table' ELSE item.kind || ' table' END,
				item.table_name, item.table_name,
				CASE WHEN item.left_out OR item.is_ours OR item.books IS NOT NULL OR item.kind = 'shadow' THEN 'info' WHEN item.kind = 'virtual' THEN 'warning' ELSE 'blocker' END,
				CASE WHEN item.left_out THEN 'skipped' WHEN item.is_ours OR item.books IS NOT NULL THEN 'converted' ELSE 'skipped' END,
				CASE WHEN item.left_out THEN 'left out' WHEN item.is_ours THEN 'capture' WHEN item.books = 'index' THEN 'spatial index' WHEN item.books = 'book' THEN 'books' WHEN item.kind = 'table' THEN 'unreadable' ELSE item.kind END,
				item.obstacle,
				-- what the caller left out, and what belongs to a table listed anyway, is no open question
				accepted => item.left_out OR item.kind = 'shadow' AND item.books IS NULL);
		ELSE
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'table', item.table_name, item.table_name, 'info', 'converted', 'bookkeeping', sqlite_mig_internal._bookkeeping_advice(item.table_name));
		END IF;
	END LOOP;

	SELECT string_agg(format('"%s"', p), ', ') INTO absent FROM unnest(plan.tables || plan.exclude) AS p
		WHERE NOT EXISTS (SELECT FROM sqlite_mig.source_tables(plan.server) AS s WHERE sqlite_mig_internal._matches(s.table_name, ARRAY[p]));
	IF absent IS NOT NULL THEN
		PERFORM sqlite_mig_internal._refuse('undefined_table', format('no table or view of server "%s" matches %s', plan.server, absent),
			hint => format('SELECT table_name FROM sqlite_mig.source_tables(%L); shows them.', plan.server));
	END IF;
	PERFORM sqlite_mig_internal._plan_search(plan);
	PERFORM sqlite_mig_internal._plan_table_names(plan.migration);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_tables(text) IS 'internal: fills plan_table';

/* Names of tables: no two alike, and a note for each that is not the one in SQLite. */
CREATE FUNCTION sqlite_mig_internal._plan_table_names(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	-- those that keep their name first, then in order
	UPDATE sqlite_mig.plan_table AS t SET target_name = u.target
		FROM (SELECT array_agg(p.source_name ORDER BY p.target_name <> p.source_name, p.load_order) AS names,
				sqlite_mig_internal._distinct_names(array_agg(p.target_name ORDER BY p.target_name <> p.source_name, p.load_order)) AS targets
			FROM sqlite_mig.plan_table AS p WHERE p.migration = _plan_table_names.migration
			HAVING count(DISTINCT p.target_name) < count(*)) AS k, LATERAL unnest(k.names, k.targets) AS u (name, target)
		WHERE t.migration = _plan_table_names.migration AND t.source_name = u.name AND t.target_name <> u.target;
	PERFORM sqlite_mig_internal._note(t.migration, 'prepare', 'table', t.source_name, t.source_name, n.severity, n.effect, n.rule, n.detail)
		FROM sqlite_mig.plan_table AS t
			JOIN sqlite_mig.migration AS m ON m.migration = t.migration,
			sqlite_mig_internal._reserved_words() AS w (words),
			LATERAL (SELECT t.target_name = sqlite_mig_internal._styled_name(t.source_name, m.options ->> 'names') AS asked) AS s,
			LATERAL (VALUES
				(t.target_name <> t.source_name AND s.asked, 'info', 'converted', 'name', format('is called "%s", as the option names says', t.target_name)),
				(t.target_name <> t.source_name AND NOT s.asked, 'warning', 'changed', 'name', format(CASE WHEN octet_length(t.source_name) BETWEEN 1 AND 63
					THEN 'is called "%s": another table has its name' ELSE 'is called "%s": PostgreSQL takes names of 1 to 63 bytes' END, t.target_name)),
				(t.target_name = ANY (w.words), 'info', 'converted', 'reserved word', sqlite_mig_internal._reserved_advice(t.target_name))
			) AS n (applies, severity, effect, rule, detail)
		WHERE t.migration = _plan_table_names.migration AND t.include AND n.applies
		ORDER BY t.load_order, n.rule;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_table_names(text) IS 'internal: makes table names unique';

/* Entries of the plan before this one that were accepted stay accepted, if the same was found again. */
CREATE FUNCTION sqlite_mig_internal._plan_accept(migration text, since timestamptz) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.ledger_entry AS e SET accepted = true
		FROM sqlite_mig.ledger_entry AS o
		WHERE e.migration = _plan_accept.migration AND e.recorded_at >= since AND o.migration = e.migration AND o.recorded_at < since
			AND (e.object_kind, e.object_name, e.effect, e.rule, e.detail) = (o.object_kind, o.object_name, o.effect, o.rule, o.detail);
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = _plan_accept.migration AND e.recorded_at < since;
END;
COMMENT ON FUNCTION sqlite_mig_internal._plan_accept(text, timestamptz) IS 'internal: carries agreement over to a new plan';

/* Makes the foreign tables of a plan; throws 42P07 when a name is taken by something else. */
CREATE FUNCTION sqlite_mig_internal._make_source(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan      sqlite_mig.migration := sqlite_mig_internal._migration(migration, true);
	taken     text;
	statement text;
BEGIN
	PERFORM sqlite_mig_internal._need_schema(plan.source_schema, 'options => ''{"source_schema": "..."}''');
	SELECT sqlite_mig_internal._listed(array_agg(c.relname::text ORDER BY c.relname)) INTO taken
		FROM sqlite_mig.plan_table AS p
			JOIN pg_namespace AS n ON n.nspname = plan.source_schema
			JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = p.target_name
		WHERE p.migration = plan.migration AND p.include;
	IF taken IS NOT NULL THEN
		PERFORM sqlite_mig_internal._refuse('duplicate_table', format('schema "%s" already has relations with the names of foreign tables', plan.source_schema),
			detail => format('In the way: %s.', taken), hint => 'Choose another schema with options => ''{"source_schema": "..."}''.');
	END IF;
	-- the name is free, so only what creates
	FOR statement IN
		SELECT s.statement FROM sqlite_mig_internal._sql_schemas(plan.migration) AS s WHERE s.object_kind = 'source schema'
		UNION ALL SELECT s.statement FROM sqlite_mig_internal._sql_foreign_tables(plan.migration) AS s WHERE s.statement LIKE 'CREATE %'
	LOOP
		EXECUTE statement;
	END LOOP;
	UPDATE sqlite_mig.migration AS m SET source_tables = ARRAY(SELECT t.target_name FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.include)
		WHERE m.migration = plan.migration;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._make_source(text) IS 'internal: makes the foreign tables of a plan';

CREATE FUNCTION sqlite_mig_internal._need_schema(schema text, advice text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF to_regnamespace(quote_ident(schema)) IS NULL AND NOT has_database_privilege(current_database(), 'CREATE') THEN
		PERFORM sqlite_mig_internal._refuse('insufficient_privilege', format('schema "%s" does not exist and you may not create it', schema),
			hint => format('Name a schema of yours with %s, or GRANT CREATE ON DATABASE %I TO %I.', advice, current_database(), current_user));
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._need_schema(text, text) IS 'internal: a clear error when a schema is missing and cannot be made';

CREATE FUNCTION sqlite_mig_internal._in_worker() RETURNS boolean
	LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_in_worker';
COMMENT ON FUNCTION sqlite_mig_internal._in_worker() IS 'internal: is this a background worker of a migration';

CREATE FUNCTION sqlite_mig_internal._lock(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	-- a worker's leader has the lock
	IF NOT sqlite_mig_internal._in_worker() AND NOT pg_try_advisory_xact_lock(hashtext('sqlite_mig.migration'), hashtext(migration)) THEN
		PERFORM sqlite_mig_internal._refuse('lock_not_available', format('another session is working on migration "%s"', migration),
			hint => 'Wait for it to finish: SELECT pid, query FROM pg_stat_activity WHERE query ILIKE ''%sqlite_mig%'';');
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._lock(text) IS 'internal: one session per migration';

CREATE FUNCTION sqlite_mig.prepare(server text, target_schema text DEFAULT 'public', options jsonb DEFAULT '{}', migration text DEFAULT NULL,
		tables text[] DEFAULT NULL, exclude text[] DEFAULT NULL,
		OUT table_name text, OUT target text, OUT columns bigint, OUT rows bigint, OUT findings bigint, OUT remark text)
	RETURNS SETOF record
	-- the plan has no statistics: what is guessed of it would make small queries worth compiling
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET enable_nestloop = off SET jit = off SET sqlite_mig.spatial = '' AS
$$
#variable_conflict use_column
DECLARE
	name  constant text := coalesce(prepare.migration, prepare.server);
	began constant timestamptz := clock_timestamp();
	pool  boolean;
	called text;
BEGIN
	IF prepare.server IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'server must not be null',
			HINT = 'SELECT srvname FROM pg_foreign_server; shows the servers that there are.';
	END IF;
	IF prepare.target_schema IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'target_schema must not be null',
			HINT = 'Leave it out for the schema "public".';
	END IF;
	PERFORM sqlite_mig_internal._check_options(prepare.options);
	PERFORM sqlite_mig_internal._lock(name);
	-- a worker that prepares has those of its leader
	pool := (prepare.options ->> 'workers')::integer > 1 AND NOT sqlite_mig_internal._in_worker();
	IF pool THEN
		PERFORM sqlite_mig_internal._pool_open(prepare.server, (prepare.options ->> 'workers')::integer);
	END IF;
	-- the first to read the file, so that what cannot be opened is said here
	PERFORM FROM sqlite_mig.source_info(prepare.server);
	PERFORM set_config('sqlite_mig.spatial', sqlite_mig_internal._spatial(prepare.server)::text, true);
	PERFORM sqlite_mig_internal._plan_open(name, prepare.server, prepare.target_schema, prepare.options, prepare.tables, prepare.exclude);
	PERFORM sqlite_mig_internal._plan_tables(name);
	PERFORM sqlite_mig_internal._plan_columns(name);
	PERFORM sqlite_mig_internal._plan_indexes(name);
	PERFORM sqlite_mig_internal._plan_keys(name);
	PERFORM sqlite_mig_internal._plan_foreign_keys(name);
	PERFORM sqlite_mig_internal._plan_nocase_children(name);
	PERFORM sqlite_mig_internal._plan_checks(name);
	PERFORM sqlite_mig_internal._plan_index_expressions(name);
	PERFORM sqlite_mig_internal._plan_collated_constraints(name);
	PERFORM sqlite_mig_internal._plan_defaults(name);
	PERFORM sqlite_mig_internal._plan_search_columns(name);
	PERFORM sqlite_mig_internal._plan_spatial(name);
	PERFORM sqlite_mig_internal._plan_objects(name);
	IF prepare.options ->> 'if_exists' IN ('load', 'truncate') THEN
		PERFORM sqlite_mig_internal._adopt(name);
	END IF;
	PERFORM sqlite_mig_internal._make_source(name);
	PERFORM sqlite_mig_internal._plan_generated(name);
	PERFORM sqlite_mig_internal._plan_samples(name);
	PERFORM sqlite_mig_internal._plan_duplicate_indexes(name);
	PERFORM sqlite_mig_internal._plan_accept(name, began);
	IF pool THEN
		PERFORM sqlite_mig_internal._pool_close();
	END IF;
	UPDATE sqlite_mig.migration AS m SET plan_hash = sqlite_mig_internal._plan_hash(name) WHERE m.migration = name;
	-- one line of context: nobody but the user has called
	GET DIAGNOSTICS called = PG_CONTEXT;
	IF strpos(called, E'\n') = 0 THEN
		RAISE NOTICE 'migration "%": planned, nothing is copied yet. Next: CALL sqlite_mig.migrate(%);', name,
			quote_literal(prepare.server) || CASE WHEN name <> prepare.server THEN format(', migration => %L', name) ELSE '' END;
	END IF;
	RETURN QUERY
		SELECT p.source_name, CASE WHEN p.include THEN format('%I.%I', prepare.target_schema, p.target_name) END, coalesce(c.columns, 0), p.rows, coalesce(e.findings, 0), sqlite_mig_internal._wrap(p.reason, 36)
		FROM sqlite_mig.plan_table AS p
			LEFT JOIN (SELECT c.source_table, count(*) AS columns FROM sqlite_mig.plan_column AS c WHERE c.migration = name AND c.include GROUP BY c.source_table) AS c
				ON c.source_table = p.source_name
			LEFT JOIN (SELECT e.table_name, count(*) AS findings FROM sqlite_mig.ledger_entry AS e WHERE e.migration = name AND e.severity <> 'info' GROUP BY e.table_name) AS e
				ON e.table_name = p.source_name
		WHERE p.migration = name ORDER BY p.load_order;
END;
$$;
COMMENT ON FUNCTION sqlite_mig.prepare(text, text, jsonb, text, text[], text[]) IS
	'makes the plan of a migration and foreign tables that show the converted rows; edit plan_table, plan_column ... and see ddl(). '
	'tables and exclude are patterns with * and ?; options: time_zone, source_schema, identity (by default, always), serial, '
	'names (preserve, lower, snake), nocase (lower, citext, icu), text_search_config, fit_integers, varchar (fit, text, declared), empty_as_null, zero_dates_as_null, sample_rows, '
	'workers (background workers that read the values), fit_values (false: trust declarations, do not read values), if_exists (error, load, truncate, replace, as in migrate), replace';
