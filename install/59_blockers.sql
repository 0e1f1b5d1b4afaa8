-- What stops a run before it begins: the blockers that plan_check finds, as an error.

/*
 * Throws 55000 with as many of the blockers as fit in a message; with "reject" values that do not fit are none: their rows
 * go to the quarantine.
 */
CREATE FUNCTION sqlite_mig_internal._stop_at_blockers(plan sqlite_mig.migration, reject boolean, message text, most integer, hint text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	found text[] := ARRAY(SELECT format('%s %s: %s', f.object_kind, f.object_name, concat_ws('; ', f.finding || coalesce(': ' || f.rows, ''), f.sample))
		FROM sqlite_mig.plan_check((plan).server, (plan).migration) WITH ORDINALITY AS f
		WHERE f.severity = 'blocker' AND NOT (reject AND f.object_kind = 'column' AND f.rows > 0) ORDER BY f.ordinality);
BEGIN
	IF cardinality(found) > 0 THEN
		RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('%s; blockers: %s', message, cardinality(found)),
			DETAIL = array_to_string(found[1:most], E'\n') || CASE WHEN cardinality(found) > most THEN E'\n...' ELSE '' END, HINT = hint;
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
