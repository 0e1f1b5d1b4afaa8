-- A migration that is rolled back: what it tells. That it is run and rolled back is migrate's.

/* What came of the run of a migration, as lines for a person: verdict, tables with types and times, ledger. */
CREATE FUNCTION sqlite_mig_internal._outcome(migration text, took interval) RETURNS text[]
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig   constant text := _outcome.migration;
	plan  sqlite_mig.migration := sqlite_mig_internal._migration(mig);
	found record;
BEGIN
	SELECT v.* INTO found FROM sqlite_mig_internal._verdict(plan) AS v;
	RETURN ARRAY[format('dry run of migration "%s": would be %s: %s', mig, found.verdict, regexp_replace(found.reason, ';.*$', '')),
			format('%s, %s in %s; nothing of it is left', sqlite_mig_internal._count((SELECT count(*) FROM sqlite_mig_internal._targets(mig)), 'table'), sqlite_mig_internal._count(plan.rows_copied, 'row'),
				sqlite_mig_internal._took(extract(epoch FROM took)))]
		|| ARRAY(SELECT format(E'table %s: %s in %s\n    %s', j.object_name, sqlite_mig_internal._count(j.rows, 'row'), sqlite_mig_internal._took(j.seconds), replace(sqlite_mig_internal._wrap(c.list, 100), E'\n', E'\n    '))
			FROM sqlite_mig.journal AS j, LATERAL (SELECT string_agg(concat_ws(' ', format('%I', c.target_name), c.target_type, CASE WHEN c.not_null THEN 'NOT NULL' END), ', ' ORDER BY c.position) AS list
				FROM sqlite_mig.plan_column AS c WHERE c.migration = mig AND c.source_table = j.table_name AND c.include) AS c
			WHERE j.migration = mig AND j.run = plan.run AND j.object_kind = 'copy' ORDER BY j.step)
		|| ARRAY(SELECT replace(sqlite_mig_internal._wrap(format('%s, %s: %s %s: %s', e.severity, e.effect, e.object_kind, e.object_name, concat_ws('; ', e.detail, 'rows: ' || e.rows, e.sample)), 104), E'\n', E'\n    ')
			FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig AND e.severity <> 'info' AND NOT e.accepted ORDER BY e.entry LIMIT 100)
		|| ARRAY(SELECT format('and more warnings and blockers: %s', count(*) - 100) FROM sqlite_mig.ledger_entry AS e
			WHERE e.migration = mig AND e.severity <> 'info' AND NOT e.accepted HAVING count(*) > 100);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._outcome(text, interval) IS 'internal: what came of a run, as lines';

/* A rollback does not take setval() back: the dry run of a load leaves sequences that exist as they are. */
CREATE FUNCTION sqlite_mig_internal._keeps_sequences(migration text) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(current_setting('sqlite_mig.dry_run', true) = _keeps_sequences.migration, false) AND sqlite_mig_internal._if_exists(_keeps_sequences.migration) IN ('load', 'truncate');
END;
COMMENT ON FUNCTION sqlite_mig_internal._keeps_sequences(text) IS 'internal: is this the dry run of a load';
