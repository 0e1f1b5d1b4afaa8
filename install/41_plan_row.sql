-- What every step asks of a plan and writes into its ledger: whose it is, whether it was edited, that nobody edits it now.

CREATE FUNCTION sqlite_mig_internal._plan_hash(migration text) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT md5(coalesce(string_agg(line, chr(10) ORDER BY line COLLATE "C"), '')) FROM (
		SELECT 'table ' || p::text FROM sqlite_mig.plan_table AS p WHERE p.migration = _plan_hash.migration
		UNION ALL SELECT 'column ' || p::text FROM sqlite_mig.plan_column AS p WHERE p.migration = _plan_hash.migration
		UNION ALL SELECT 'index ' || p::text FROM sqlite_mig.plan_index AS p WHERE p.migration = _plan_hash.migration
		UNION ALL SELECT 'constraint ' || p::text FROM sqlite_mig.plan_constraint AS p WHERE p.migration = _plan_hash.migration
		UNION ALL SELECT 'view ' || p::text FROM sqlite_mig.plan_view AS p WHERE p.migration = _plan_hash.migration
		UNION ALL SELECT 'trigger ' || p::text FROM sqlite_mig.plan_trigger AS p WHERE p.migration = _plan_hash.migration
		UNION ALL SELECT 'search ' || p::text FROM sqlite_mig.plan_search AS p WHERE p.migration = _plan_hash.migration
	) AS lines (line);
END;
COMMENT ON FUNCTION sqlite_mig_internal._plan_hash(text) IS 'internal: hash of the plan as it stands';

/*
 * The row of a migration; throws 42704 when there is none that the role can
 * see, and with "own" 42501 when it belongs to another role: a plan holds
 * expressions that are executed, and the names of relations that are read, so
 * only its owner has that done in his name.
 */
CREATE FUNCTION sqlite_mig_internal._migration(migration text, own boolean DEFAULT false) RETURNS sqlite_mig.migration
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	found_row sqlite_mig.migration;
BEGIN
	SELECT m.* INTO found_row FROM sqlite_mig.migration AS m WHERE m.migration = _migration.migration;
	IF NOT FOUND THEN
		PERFORM sqlite_mig_internal._refuse('undefined_object',
			format('there is no migration "%s"', _migration.migration),
			hint => CASE WHEN EXISTS (SELECT FROM pg_foreign_server AS s WHERE s.srvname = _migration.migration)
				THEN format('Make a plan with SELECT * FROM sqlite_mig.prepare(%L); or migrate at once with CALL sqlite_mig.migrate(%L);',
					_migration.migration, _migration.migration)
				ELSE 'SELECT migration, server FROM sqlite_mig.migration; shows those that you may see.' END);
	END IF;
	IF own AND found_row.owner <> current_user THEN
		PERFORM sqlite_mig_internal._refuse('insufficient_privilege',
			format('migration "%s" belongs to role "%s"', _migration.migration, found_row.owner),
			detail => 'What a plan and its tables contain is executed, so only the role that owns it runs, replaces or verifies it.',
			hint => format('SET ROLE %I; or choose a name of your own with migration => ''...''.', found_row.owner));
	END IF;
	RETURN found_row;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._migration(text, boolean) IS 'internal: the row of a migration, or a clear error';

/* Keeps others from editing a plan while it is run: what is verified at the end is what was planned at the start. */
CREATE FUNCTION sqlite_mig_internal._hold_plan(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM FROM sqlite_mig.plan_table AS p WHERE p.migration = _hold_plan.migration FOR SHARE;
	PERFORM FROM sqlite_mig.plan_column AS p WHERE p.migration = _hold_plan.migration FOR SHARE;
	PERFORM FROM sqlite_mig.plan_index AS p WHERE p.migration = _hold_plan.migration FOR SHARE;
	PERFORM FROM sqlite_mig.plan_constraint AS p WHERE p.migration = _hold_plan.migration FOR SHARE;
	PERFORM FROM sqlite_mig.plan_view AS p WHERE p.migration = _hold_plan.migration FOR SHARE;
	PERFORM FROM sqlite_mig.plan_trigger AS p WHERE p.migration = _hold_plan.migration FOR SHARE;
	PERFORM FROM sqlite_mig.plan_search AS p WHERE p.migration = _hold_plan.migration FOR SHARE;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._hold_plan(text) IS 'internal: locks the rows of a plan against edits';

CREATE FUNCTION sqlite_mig_internal._note(migration text, phase text, object_kind text, object_name text, table_name text,
		severity text, effect text, rule text, detail text, rows bigint DEFAULT NULL, sample text DEFAULT NULL, accepted boolean DEFAULT false)
	RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO sqlite_mig.ledger_entry (migration, phase, object_kind, object_name, table_name, severity, effect, rule, detail, rows, sample, accepted)
		VALUES (_note.migration, _note.phase, _note.object_kind, _note.object_name, _note.table_name, _note.severity,
			_note.effect, _note.rule, _note.detail, _note.rows, _note.sample, _note.accepted);
END;
COMMENT ON FUNCTION sqlite_mig_internal._note(text, text, text, text, text, text, text, text, text, bigint, text, boolean) IS 'internal: writes a row of the ledger';
