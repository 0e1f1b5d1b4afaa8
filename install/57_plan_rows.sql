-- Rows that foreign keys and checks of a plan would refuse, for plan_check and assess: counted by the values as they are
-- converted, through foreign tables that are made for it and dropped. What becomes of such rows is the business of 56_constraints.

/* Makes a foreign table with columns of a table as the plan says, all that are included without "columns"; gives its name. */
CREATE FUNCTION sqlite_mig_internal._make_spare(plan sqlite_mig.migration, name text, source_table text, columns text[]) RETURNS text
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	spare constant text := format('%I.%I', (plan).source_schema, sqlite_mig_internal._short_name(name || '_' || (plan).migration));
BEGIN
	EXECUTE format('CREATE FOREIGN TABLE %s (%s) SERVER %I OPTIONS ("table" %L)', spare,
		(SELECT string_agg(format('%I %s OPTIONS (%s)', c.target_name, c.target_type, concat_ws(', ', format('column_name %L', c.source_name), 'format ' || quote_literal(c.format),
				'time_zone ' || quote_literal(c.time_zone), CASE WHEN c.empty_as_null THEN 'empty_as_null ''true''' END, 'on_error ' || quote_literal(c.on_error))), ', ' ORDER BY c.position)
			FROM sqlite_mig.plan_column AS c WHERE c.migration = (plan).migration AND c.source_table = _make_spare.source_table AND c.include AND (_make_spare.columns IS NULL OR c.source_name = ANY (_make_spare.columns))),
		(plan).server, source_table);
	RETURN spare;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._make_spare(sqlite_mig.migration, text, text, text[]) IS 'internal: makes a foreign table to look at planned values';

/* Counts the rows of a query for keys, of which it shows the first three. */
CREATE FUNCTION sqlite_mig_internal._count_keys(query text, OUT rows bigint, OUT sample text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	EXECUTE format('WITH d AS MATERIALIZED (SELECT key, count(*) AS n FROM (%s) AS k (key) GROUP BY key) '
		'SELECT sum(d.n)::bigint, (SELECT string_agg(format(''(%%s)'', s.key), '', '') FROM (SELECT * FROM d ORDER BY d.key COLLATE "C" LIMIT 3) AS s) FROM d', query) INTO rows, sample;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._count_keys(text) IS 'internal: counts rows, and shows some keys';

/*
 * Rows without a parent, and rows that break a check: SQLite looks at neither unless the application asks, and a check does not
 * hold for rows that are older than it. A key that cannot be made at all is told by _find_references.
 */
CREATE FUNCTION sqlite_mig_internal._find_offenders(plan sqlite_mig.migration) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := (plan).migration;
	item   record;
	child  text;
	parent text;
	query  text;
	found  record;
BEGIN
	FOR item IN
		SELECT k.source_table, k.kind, k.target_name, k.columns, k.parent_table, k.parent_columns, k.target_sql, sqlite_mig_internal._policy(mig, k.source_table, k.kind, k.columns, k.policy) AS policy,
				sqlite_mig_internal._quoted_columns(mig, k.source_table, k.columns) AS names, sqlite_mig_internal._quoted_columns(mig, k.parent_table, k.parent_columns) AS parent_names
			FROM sqlite_mig.plan_constraint AS k JOIN sqlite_mig.plan_table AS t ON t.migration = k.migration AND t.source_name = k.source_table AND t.include
			WHERE k.migration = mig AND k.include AND (k.kind = 'check' AND k.target_sql IS NOT NULL OR k.kind = 'foreign key')
				AND NOT EXISTS (SELECT FROM sqlite_mig.plan_column AS c WHERE c.migration = mig AND c.source_table IN (k.source_table, k.parent_table) AND c.include AND sqlite_mig_internal._type_name(c.target_type) IS NULL)
				AND (k.kind = 'check' OR NOT EXISTS (SELECT FROM sqlite_mig_internal._find_references(mig) AS r WHERE r.object_kind = k.kind AND r.object_name = k.target_name))
			ORDER BY t.load_order, k.kind, k.target_name
	LOOP
		BEGIN
			IF item.kind = 'check' THEN
				child := sqlite_mig_internal._make_spare(plan, 'sqlite_mig_child', item.source_table, NULL);
				query := format('SELECT %s FROM %s AS c WHERE NOT (%s)', sqlite_mig_internal._shown_key(sqlite_mig_internal._rule(mig, item.kind, item.target_name, item.source_table)), child, item.target_sql);
			ELSE
				child := sqlite_mig_internal._make_spare(plan, 'sqlite_mig_child', item.source_table, item.columns);
				parent := sqlite_mig_internal._make_spare(plan, 'sqlite_mig_parent', item.parent_table, item.parent_columns);
				SELECT format('SELECT left(concat_ws('', '', %s), 100) FROM %s AS c WHERE %s AND NOT EXISTS (SELECT FROM %s AS p WHERE %s)', string_agg('c.' || u.c, ', ' ORDER BY u.n), child,
						string_agg(format('c.%s IS NOT NULL', u.c), ' AND ' ORDER BY u.n), parent, string_agg(format('p.%s %s c.%s', u.p, sqlite_mig_internal._equals(mig, item.source_table, u.source_name), u.c), ' AND ' ORDER BY u.n)) INTO query
					FROM unnest(item.names, item.parent_names, item.columns) WITH ORDINALITY AS u (c, p, source_name, n);
			END IF;
			SELECT f.rows, f.sample INTO found FROM sqlite_mig_internal._count_keys(query) AS f;
			EXECUTE concat_ws(', ', 'DROP FOREIGN TABLE ' || child, CASE WHEN item.kind = 'foreign key' THEN parent END);
			IF found.rows > 0 THEN
				RETURN NEXT ROW(CASE item.policy WHEN 'stop' THEN 'blocker' ELSE 'warning' END, item.kind, item.target_name, CASE item.kind WHEN 'check' THEN 'rows break it' ELSE 'rows have no parent' END, found.rows, found.sample,
					CASE item.policy WHEN 'stop' THEN 'mend the source, or say in the policy of plan_constraint what becomes of the rows: quarantine, not valid' || CASE item.kind WHEN 'foreign key' THEN ', set null' ELSE '' END
						WHEN 'quarantine' THEN 'they will go to sqlite_mig.rejected, as its policy says' WHEN 'set null' THEN 'their references will become NULL, as its policy says'
						ELSE 'it will be NOT VALID, as its policy says' END)::sqlite_mig_internal._finding;
			END IF;
		EXCEPTION
			-- a value that does not convert is a finding about its column, and what PostgreSQL does not take is told by the ledger
			WHEN data_exception OR fdw_error OR syntax_error_or_access_rule_violation THEN
				NULL;
		END;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._find_offenders(sqlite_mig.migration) IS 'internal: rows that foreign keys and checks of a plan would refuse';
