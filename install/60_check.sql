-- Phase 3, what comes before a run: is there a plan, the one that the call asks for; do the values, the names and the mode allow it.
-- Owns those refusals; knows nothing of how a plan is run (60_migrate).

/* Makes sure that there is a plan to run, and that it is the one that the call asks for. */
CREATE FUNCTION sqlite_mig_internal._ready(migration text, server text, target_schema text, options jsonb, tables text[], exclude text[], reject boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name  constant text := _ready.migration;
	plan  sqlite_mig.migration;
	again constant boolean := coalesce((_ready.options ->> 'replace')::boolean, false);
	mode  constant text := coalesce(_ready.options ->> 'if_exists', 'error');
	-- what is said to a run, not to a plan
	wants constant jsonb := _ready.options - '{if_exists,on_conflict,policy}'::text[];
	says  constant jsonb := (SELECT coalesce(jsonb_object_agg(o.key, o.value), '{}') FROM jsonb_each(_ready.options) AS o
		WHERE o.key IN ('if_exists', 'on_conflict') AND o.value <> '"error"' OR o.key = 'policy');
	was   text;
	other boolean;
BEGIN
	PERFORM sqlite_mig_internal._hold_plan(name);
	SELECT m.* INTO plan FROM sqlite_mig.migration AS m WHERE m.migration = name;
	IF FOUND THEN
		plan := sqlite_mig_internal._migration(name, true);
		-- a plan is for tables that exist or for new ones; within that, what was said last counts
		was := sqlite_mig_internal._if_exists(name);
		other := (mode IN ('load', 'truncate')) <> (was IN ('load', 'truncate'));
		UPDATE sqlite_mig.migration AS m SET options = (m.options - '{if_exists,on_conflict}'::text[]) || says
			WHERE m.migration = name RETURNING m.* INTO plan;
		IF plan.state = 'migrated' AND NOT again THEN
			PERFORM sqlite_mig_internal._check_done(plan, coalesce(_ready.target_schema, plan.target_schema));
		END IF;
		IF plan.plan_hash <> sqlite_mig_internal._plan_hash(name) AND NOT again THEN
			IF plan.server <> _ready.server OR wants <> '{}' OR other OR _ready.target_schema <> plan.target_schema
				OR _ready.tables IS NOT NULL OR _ready.exclude IS NOT NULL THEN
				PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('the plan of migration "%s" was edited since it was prepared', name),
					detail => 'The arguments of this call would need a new plan, and the edits would be lost.',
					hint => format('Run the plan as it is with CALL sqlite_mig.migrate(%L%s); or replace it with options => ''{"replace": true}''.',
						plan.server, CASE WHEN plan.server <> name THEN format(', migration => %L', name) ELSE '' END || CASE WHEN was <> 'error' THEN format(', if_exists => %L', was) ELSE '' END));
			END IF;
			RAISE NOTICE 'migration "%": using the plan as it was edited', name;
			PERFORM sqlite_mig_internal._check_plan(name);
			PERFORM sqlite_mig_internal._check_targets(name);
			PERFORM sqlite_mig_internal._check_edited(plan, _ready.reject);
			PERFORM sqlite_mig_internal._drop_source(name);
			PERFORM sqlite_mig_internal._make_source(name);
			RETURN;
		END IF;
	END IF;
	RAISE NOTICE 'migration "%": reading the source and making a plan', name;
	PERFORM sqlite_mig.prepare(_ready.server, coalesce(_ready.target_schema, plan.target_schema, 'public'),
		coalesce(plan.options, '{}') || wants || says || '{"replace": true}', name,
		coalesce(_ready.tables, plan.tables), coalesce(_ready.exclude, plan.exclude));
	IF mode IN ('load', 'truncate') THEN
		PERFORM sqlite_mig_internal._check_load(sqlite_mig_internal._migration(name, true), _ready.reject);
	ELSIF NOT _ready.reject THEN
		PERFORM sqlite_mig_internal._check_values(name);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._ready(text, text, text, jsonb, text[], text[], boolean) IS 'internal: prepares a plan unless there is an edited one';

/* Throws 22000 when the plan says that a value cannot be stored at all: before hours of copying, not after. */
CREATE FUNCTION sqlite_mig_internal._check_values(migration text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	bad   text[];
	first sqlite_mig.ledger_entry;
BEGIN
	bad := ARRAY(SELECT e.object_name FROM sqlite_mig.ledger_entry AS e
		WHERE e.migration = _check_values.migration AND e.phase = 'prepare' AND e.object_kind = 'column' AND e.effect = 'failed' ORDER BY e.entry);
	IF cardinality(bad) > 0 THEN
		SELECT e.* INTO first FROM sqlite_mig.ledger_entry AS e
			WHERE e.migration = _check_values.migration AND e.phase = 'prepare' AND e.object_kind = 'column' AND e.effect = 'failed' ORDER BY e.entry LIMIT 1;
		PERFORM sqlite_mig_internal._refuse('data_exception',
			format(CASE WHEN first.detail ~ '^no type' THEN 'column "%s" holds values that no type can hold' ELSE 'column "%s" holds values that its type cannot hold' END, bad[1]),
			detail => format('%s; %s. Such columns: %s.', first.detail, first.sample, cardinality(bad)),
			hint => CASE WHEN first.detail !~ '^no type' THEN format('Choose another value of the option varchar, or SELECT * FROM sqlite_mig.prepare(%L); and other types in sqlite_mig.plan_column.', (sqlite_mig_internal._migration(migration)).server)
				ELSE format('Agree to a change with ALTER SERVER %I OPTIONS (ADD on_nul ''replace'', ADD on_invalid_utf8 ''replace''); '
				'or SELECT * FROM sqlite_mig.prepare(%1$L); and leave the columns out in sqlite_mig.plan_column.', (sqlite_mig_internal._migration(migration)).server) END);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_values(text) IS 'internal: throws when a value cannot be stored';

/* Throws when what a migration made is still there: its ledger and verification are the record of these tables. */
CREATE FUNCTION sqlite_mig_internal._check_done(plan sqlite_mig.migration, target_schema text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	IF _check_done.target_schema = plan.target_schema THEN
		PERFORM sqlite_mig_internal._check_targets(plan.migration);
	ELSIF EXISTS (SELECT FROM sqlite_mig.plan_table AS t
			WHERE t.migration = plan.migration AND t.include AND to_regclass(format('%I.%I', plan.target_schema, t.target_name)) IS NOT NULL) THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state',
			format('migration "%s" was carried out already, into schema "%s"', plan.migration, plan.target_schema),
			hint => 'Give this one a name of its own with migration => ''...'', or replace the record of the other with options => ''{"replace": true}''.');
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_done(sqlite_mig.migration, text) IS 'internal: throws when what a migration made is still there';

/* Throws 42P07 with every name that is taken in the target schema. */
CREATE FUNCTION sqlite_mig_internal._check_targets(migration text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan  sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	taken text;
BEGIN
	PERFORM sqlite_mig_internal._need_schema(plan.target_schema, 'target_schema => ''...''');
	IF sqlite_mig_internal._if_exists(plan.migration) <> 'error' THEN
		PERFORM sqlite_mig_internal._check_existing(plan);
		RETURN;
	END IF;
	SELECT sqlite_mig_internal._listed(array_agg(c.relname::text ORDER BY c.relname)) INTO taken
		FROM (SELECT t.target_name FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.include
				UNION SELECT v.target_name FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration AND v.include) AS t
			JOIN pg_class AS c ON c.relname = t.target_name AND c.relnamespace = to_regnamespace(quote_ident(plan.target_schema));
	IF taken IS NOT NULL THEN
		PERFORM sqlite_mig_internal._refuse('duplicate_table',
			format('schema "%s" already has relations with the names of tables to migrate', plan.target_schema),
			detail => format('In the way: %s.%s', taken, CASE WHEN plan.state = 'migrated' THEN format(' Migration "%s" was carried out already.', plan.migration) ELSE '' END),
			hint => 'Load them with if_exists => ''load'', or have them replaced with if_exists => ''replace''; or choose another schema with target_schema => ''...''.');
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_targets(text) IS 'internal: throws when a name is taken in the target schema';

/* Throws 22023 for a mode that does not exist, and 0A000 for one that cannot do what the other arguments ask for. */
CREATE FUNCTION sqlite_mig_internal._check_mode(mode text, workers integer, dry_run boolean, if_exists text) RETURNS void
	LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF mode IS NULL OR mode NOT IN ('atomic', 'resumable') THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', coalesce(format('unknown mode "%s"', nullif(mode, '')), 'mode must not be null or empty'), hint => 'Valid modes are: atomic, resumable.');
	ELSIF workers IS NULL OR workers NOT BETWEEN 0 AND 64 THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', 'workers must be between 0 and 64');
	ELSIF dry_run AND (mode <> 'atomic' OR workers > 0) THEN
		PERFORM sqlite_mig_internal._refuse('feature_not_supported', 'a dry run is one transaction, which is rolled back: it has no workers and nothing to resume',
			hint => 'Leave out mode and workers.');
	ELSIF mode = 'atomic' AND workers > 0 AND if_exists <> 'error' THEN
		PERFORM sqlite_mig_internal._refuse('feature_not_supported', format('if_exists => ''%s'' cannot be undone once workers have committed', if_exists),
			hint => 'Say mode => ''resumable'', or leave out workers.');
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_mode(text, integer, boolean, text) IS 'internal: checks the mode of a run';

/* Throws 55000 when a run with workers was interrupted: what it has made would be in the way of another. */
CREATE FUNCTION sqlite_mig_internal._check_interrupted(migration text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan sqlite_mig.migration;
BEGIN
	SELECT m.* INTO plan FROM sqlite_mig.migration AS m WHERE m.migration = _check_interrupted.migration AND m.state = 'running';
	IF FOUND THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('run %s of migration "%s" was interrupted', plan.run, plan.migration),
			detail => format('It was called with %s.', plan.running -> 'args'),
			hint => format('Make the same call again%s; or start anew, without what it has made, with mode => ''resumable'', options => ''{"replace": true}''.',
				CASE WHEN plan.running -> 'args' ->> 'mode' = 'resumable' THEN ' to go on' ELSE '' END));
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_interrupted(text) IS 'internal: throws when a run was interrupted';
