-- What a plan would break, as rows that people read, and its blockers as the error that stops a run before it begins.

/*
 * All findings of a plan, in the order in which they are shown, each text in one line. Without "all_rows" not what only the rows
 * tell that foreign keys and checks would refuse: a run finds that when it makes them.
 */
CREATE FUNCTION sqlite_mig_internal._plan_findings(plan sqlite_mig.migration, all_rows boolean) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE sql
BEGIN ATOMIC
	SELECT f.severity, f.object_kind, f.object_name, f.finding, f.rows, f.sample, f.advice
	FROM (
		SELECT 1 AS part, d.* FROM sqlite_mig_internal._find_definitions((plan).migration) WITH ORDINALITY AS d
		UNION ALL SELECT 2, d.* FROM sqlite_mig_internal._find_names((plan).migration) WITH ORDINALITY AS d
		UNION ALL SELECT 3, d.* FROM sqlite_mig_internal._find_values(plan) WITH ORDINALITY AS d
		UNION ALL SELECT 4, d.* FROM sqlite_mig_internal._find_nulls((plan).migration) WITH ORDINALITY AS d
		UNION ALL SELECT 5, d.* FROM sqlite_mig_internal._find_defaults((plan).migration) WITH ORDINALITY AS d
		UNION ALL SELECT 6, d.* FROM sqlite_mig_internal._find_duplicates(plan) WITH ORDINALITY AS d
		UNION ALL SELECT 7, d.* FROM sqlite_mig_internal._find_references((plan).migration) WITH ORDINALITY AS d
		UNION ALL SELECT 8, d.* FROM sqlite_mig_internal._find_existing(plan) WITH ORDINALITY AS d
		UNION ALL SELECT 9, d.* FROM sqlite_mig_internal._find_policies((plan).migration) WITH ORDINALITY AS d
		UNION ALL SELECT 10, d.* FROM sqlite_mig_internal._find_search((plan).migration) WITH ORDINALITY AS d
		UNION ALL SELECT 11, d.* FROM (SELECT WHERE _plan_findings.all_rows) AS a, sqlite_mig_internal._find_offenders(plan) WITH ORDINALITY AS d
	) AS f
	ORDER BY f.severity, f.part, CASE WHEN f.part IN (1, 2, 7) THEN f.object_kind || ' ' || f.object_name END COLLATE "C", f.ordinality;
END;
COMMENT ON FUNCTION sqlite_mig_internal._plan_findings(sqlite_mig.migration, boolean) IS 'internal: what plan_check shows, in long lines';

CREATE FUNCTION sqlite_mig.plan_check(server text, migration text DEFAULT NULL,
		OUT severity text, OUT object_kind text, OUT object_name text, OUT finding text, OUT rows bigint, OUT sample text, OUT advice text)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	-- expressions and types of the plan are tried, so only in its owner's name
	plan sqlite_mig.migration := sqlite_mig_internal._migration(coalesce(plan_check.migration, plan_check.server), true);
BEGIN
	RETURN QUERY
		WITH f AS MATERIALIZED (SELECT * FROM sqlite_mig_internal._plan_findings(plan, true)),
			w AS MATERIALIZED (SELECT sqlite_mig_internal._room(34 + greatest(max(length(n.object_kind)), 11) + greatest(max(length(n.object_name)), 11), 3, 16) AS width FROM f AS n)
		SELECT f.severity, f.object_kind, f.object_name, sqlite_mig_internal._wrap(f.finding, w.width), f.rows, sqlite_mig_internal._cell(f.sample, w.width, 12), sqlite_mig_internal._wrap(f.advice, w.width)
		FROM f, w;
END;
$$;
COMMENT ON FUNCTION sqlite_mig.plan_check(text, text) IS
	'what the plan, as edited, would break, before anything runs: values that do not fit, NULL, duplicates, rows without a parent, broken checks, names, references, defaults; no rows: nothing was found. '
	'A blocker stops migrate; a warning is something that will be made otherwise, and be in the ledger';

/*
 * Throws 55000 with as many of the blockers as fit in a message; with "reject" values that do not fit are none: their rows
 * go to the quarantine.
 */
CREATE FUNCTION sqlite_mig_internal._stop_at_blockers(plan sqlite_mig.migration, reject boolean, message text, most integer, hint text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	found text[] := ARRAY(SELECT format('%s %s: %s', f.object_kind, f.object_name, concat_ws('; ', f.finding || coalesce(': ' || f.rows, ''), f.sample))
		FROM sqlite_mig_internal._plan_findings(plan, false) WITH ORDINALITY AS f
		WHERE f.severity = 'blocker' AND NOT (reject AND f.object_kind = 'column' AND f.rows > 0) ORDER BY f.ordinality);
BEGIN
	IF cardinality(found) > 0 THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('%s; blockers: %s', message, cardinality(found)),
			detail => array_to_string(found[1:most], E'\n') || CASE WHEN cardinality(found) > most THEN E'\n...' ELSE '' END, hint => hint);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._stop_at_blockers(sqlite_mig.migration, boolean, text, integer, text) IS 'internal: throws when plan_check has blockers';

/* Of a plan that was edited. */
CREATE FUNCTION sqlite_mig_internal._check_edited(plan sqlite_mig.migration, reject boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
BEGIN
	PERFORM sqlite_mig_internal._stop_at_blockers(plan, reject, format('the plan of migration "%s" cannot be carried out', (plan).migration), 10,
		format('SELECT * FROM sqlite_mig.plan_check(%L%s); has them with advice.', (plan).server, CASE WHEN (plan).server <> (plan).migration THEN format(', migration => %L', (plan).migration) ELSE '' END));
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_edited(sqlite_mig.migration, boolean) IS 'internal: stops at blockers of an edited plan';

/* Of a plan that was just made for tables that exist: what these do not take. */
CREATE FUNCTION sqlite_mig_internal._check_load(plan sqlite_mig.migration, reject boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
BEGIN
	PERFORM sqlite_mig_internal._stop_at_blockers(plan, reject, format('the tables of schema "%s" do not take what is in server "%s"', (plan).target_schema, (plan).server), 50,
		format('Change the tables; or make a plan with SELECT * FROM sqlite_mig.prepare(%L, %L, ''{"if_exists": "%s"}'', %L); and edit it.',
			(plan).server, (plan).target_schema, (plan).options ->> 'if_exists', (plan).migration));
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_load(sqlite_mig.migration, boolean) IS 'internal: stops when tables that exist do not take the data';
