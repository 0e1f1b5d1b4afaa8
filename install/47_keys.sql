-- Indexes, primary keys, unique constraints, foreign keys and checks of the plan. Owns what of them PostgreSQL can hold
-- to; what it cannot is in the plan with include = false, and a row of the ledger. Columns are named as in SQLite.

CREATE FUNCTION sqlite_mig_internal._sorted(names text[]) RETURNS text[]
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT array_agg(lower(n COLLATE "C") ORDER BY lower(n COLLATE "C") COLLATE "C") FROM unnest(names) AS n;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sorted(text[]) IS 'internal: names in lower case and sorted, to compare sets of columns';

/* The names as the table spells them, NULL when one is no column of it. SQLite's names are case-insensitive. */
CREATE FUNCTION sqlite_mig_internal._spelled(migration text, source_table text, names text[]) RETURNS text[]
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE WHEN count(c.source_name) = count(*) THEN array_agg(c.source_name ORDER BY n.position) END
		FROM unnest(_spelled.names) WITH ORDINALITY AS n (name, position)
			LEFT JOIN sqlite_mig.plan_column AS c ON c.migration = _spelled.migration AND c.source_table = _spelled.source_table
				AND lower(c.source_name COLLATE "C") = lower(n.name COLLATE "C");
END;
COMMENT ON FUNCTION sqlite_mig_internal._spelled(text, text, text[]) IS 'internal: column names as the plan spells them';

/* Fills plan_index from CREATE INDEX. Called first of all, so that indexes keep their names. */
CREATE FUNCTION sqlite_mig_internal._plan_indexes(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan     sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	item     record;
	obstacle text;
	target   text;
	later    boolean;
BEGIN
	FOR item IN
		SELECT s.*, t.source_name AS source_table, t.include,
			-- what the index compares with, where it is not the comparison of the column itself
			(SELECT string_agg(DISTINCT upper(u.coll COLLATE "C"), ', ') FROM unnest(s.columns, s.collations) AS u (col, coll)
				JOIN sqlite_mig.plan_column AS c ON c.migration = plan.migration AND c.source_table = t.source_name AND c.source_name = u.col
				WHERE upper(u.coll COLLATE "C") <> 'BINARY' OR sqlite_mig_internal._ignores_case(c)) AS coll
		FROM sqlite_mig.source_indexes(plan.server) WITH ORDINALITY AS s
			JOIN sqlite_mig.plan_table AS t ON t.migration = plan.migration AND t.source_name = s.table_name
		WHERE s.origin = 'create index'
		ORDER BY s.ordinality
	LOOP
		-- _plan_index_expressions decides when all types are chosen; until then such an index is no key for anything
		later := item.partial OR array_position(item.columns, NULL) IS NOT NULL OR item.coll IS NOT NULL
			AND NOT (item.is_unique AND EXISTS (SELECT FROM sqlite_mig.source_foreign_keys(plan.server) AS f
				WHERE lower(f.parent_table COLLATE "C") = lower(item.table_name COLLATE "C") AND sqlite_mig_internal._sorted(f.parent_columns) = sqlite_mig_internal._sorted(item.columns)));
		obstacle := CASE WHEN later THEN NULL
			WHEN cardinality(item.columns) > 32 THEN 'an index has at most 32 columns in PostgreSQL'
			WHEN sqlite_mig_internal._spelled(plan.migration, item.source_table, item.columns) IS NULL THEN 'its columns are not in the plan' END;
		target := sqlite_mig_internal._free_name(plan.migration, item.index_name);
		INSERT INTO sqlite_mig.plan_index (migration, source_table, source_name, target_name, include, is_unique, columns, descending, source_sql, reason)
			VALUES (plan.migration, item.source_table, item.index_name, target, obstacle IS NULL AND NOT later, item.is_unique, item.columns,
				item.descending, item.sql, obstacle);
		CONTINUE WHEN NOT item.include;
		IF obstacle IS NOT NULL THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'index', item.index_name, item.source_table, 'warning', 'skipped', 'index', obstacle, sample => item.sql);
		ELSIF target <> item.index_name THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'index', item.index_name, item.source_table, 'info', 'converted', 'name',
				format('is called "%s"', target));
		END IF;
		IF obstacle IS NULL AND item.coll <> 'BINARY' AND NOT later AND NOT EXISTS (SELECT FROM sqlite_mig.plan_column AS c
				WHERE c.migration = plan.migration AND c.source_table = item.source_table AND c.source_name = ANY (item.columns) AND sqlite_mig_internal._ignores_case(c)) THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'index', item.index_name, item.source_table, 'warning', 'changed', 'collation',
				format('compared with %s in SQLite, compares exactly now', item.coll), sample => item.sql);
		END IF;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_indexes(text) IS 'internal: fills plan_index';

/* Fills plan_constraint with primary keys, unique constraints and checks. */
CREATE FUNCTION sqlite_mig_internal._plan_keys(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan   sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	item   record;
	target text;
BEGIN
	-- primary keys; SQLite allows NULL in most of them
	FOR item IN
		SELECT t.source_name, t.target_name, t.include, array_agg(c.source_name ORDER BY c.primary_key) AS columns, bool_and(c.not_null) AS holds,
			string_agg(c.source_name, ', ' ORDER BY c.primary_key) FILTER (WHERE NOT c.not_null) AS nullable,
			max((c.evidence ->> 'nulls')::bigint) AS nulls,
			(SELECT min(p.constraint_name) FROM sqlite_mig.parse_table(t.source_sql) AS p WHERE p.clause = 'primary key') AS name
		FROM sqlite_mig.plan_table AS t JOIN sqlite_mig.plan_column AS c ON c.migration = t.migration AND c.source_table = t.source_name
		WHERE t.migration = plan.migration AND c.primary_key IS NOT NULL
		GROUP BY t.source_name, t.target_name, t.include, t.load_order, t.source_sql ORDER BY t.load_order
	LOOP
		INSERT INTO sqlite_mig.plan_constraint (migration, source_table, target_name, kind, include, columns, reason)
			VALUES (plan.migration, item.source_name, sqlite_mig_internal._free_name(plan.migration, coalesce(item.name, item.target_name || '_pkey')),
				CASE WHEN item.holds THEN 'primary key' ELSE 'unique' END, true, item.columns,
				CASE WHEN NOT item.holds THEN 'primary key in SQLite, but it holds NULL' END);
		IF NOT item.holds AND item.include THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'primary key', item.source_name, item.source_name, 'warning', 'changed', 'primary key',
				format('is a unique constraint: NULL in %s', item.nullable), item.nulls);
		END IF;
	END LOOP;

	FOR item IN
		SELECT s.*, t.target_name, p.name
		FROM sqlite_mig.source_indexes(plan.server) WITH ORDINALITY AS s
			JOIN sqlite_mig.plan_table AS t ON t.migration = plan.migration AND t.source_name = s.table_name,
			LATERAL (SELECT min(p.constraint_name) AS name FROM sqlite_mig.parse_table(t.source_sql) AS p
				WHERE p.clause = 'unique' AND sqlite_mig_internal._sorted(coalesce(nullif(p.columns, '{}'), ARRAY[p.column_name])) = sqlite_mig_internal._sorted(s.columns)) AS p
		WHERE s.origin = 'unique' AND array_position(s.columns, NULL) IS NULL
		ORDER BY s.ordinality
	LOOP
		INSERT INTO sqlite_mig.plan_constraint (migration, source_table, target_name, kind, include, columns)
			VALUES (plan.migration, item.table_name, sqlite_mig_internal._free_name(plan.migration,
				coalesce(item.name, item.target_name || '_' || array_to_string(item.columns, '_') || '_key')), 'unique', true, item.columns);
	END LOOP;

	FOR item IN
		SELECT t.source_name, t.target_name, t.include, p.*
		FROM sqlite_mig.plan_table AS t, LATERAL sqlite_mig.parse_table(t.source_sql) WITH ORDINALITY AS p
		WHERE t.migration = plan.migration AND t.kind = 'table' AND p.clause IN ('check', 'error')
		ORDER BY t.load_order, p.ordinality
	LOOP
		target := item.source_name;
		IF item.clause = 'check' THEN
			target := sqlite_mig_internal._free_name(plan.migration, coalesce(item.constraint_name, concat_ws('_', item.target_name, item.column_name, 'check')));
			-- _plan_checks decides when all types are chosen
			INSERT INTO sqlite_mig.plan_constraint (migration, source_table, target_name, kind, include, source_sql)
				VALUES (plan.migration, item.source_name, target, 'check', false, item.body);
		ELSIF item.include THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'table', target, item.source_name, 'warning', 'skipped', item.clause,
				'the text of CREATE TABLE was not understood, so checks and names of constraints are unknown', sample => item.body);
		END IF;
	END LOOP;

	PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', p.clause, concat_ws('.', t.source_name, coalesce(p.column_name, array_to_string(p.columns, ', '))), t.source_name,
			'warning', 'changed', 'on conflict', format('ON CONFLICT %s is not carried over: a row that breaks it is an error', upper(p.conflict COLLATE "C")))
		FROM sqlite_mig.plan_table AS t, LATERAL sqlite_mig.parse_table(t.source_sql) WITH ORDINALITY AS p
		WHERE t.migration = plan.migration AND t.kind = 'table' AND t.include AND upper(p.conflict COLLATE "C") IN ('IGNORE', 'REPLACE')
		ORDER BY t.load_order, p.ordinality;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_keys(text) IS 'internal: fills plan_constraint but for foreign keys';

/*
 * Why a foreign key cannot be one in PostgreSQL, NULL when it can; "columns"
 * and "parent_columns" are as the plan spells them, NULL when they do not exist.
 */
CREATE FUNCTION sqlite_mig_internal._foreign_key_obstacle(migration text, columns text[], parent_table text, parent_columns text[]) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE
		WHEN _foreign_key_obstacle.columns IS NULL THEN 'a column of it does not exist'
		WHEN t.source_name IS NULL THEN 'the parent table does not exist'
		WHEN NOT t.include THEN 'the parent table is not migrated'
		WHEN _foreign_key_obstacle.parent_columns IS NULL THEN 'the parent has no such columns or no primary key'
		WHEN cardinality(_foreign_key_obstacle.columns) <> cardinality(_foreign_key_obstacle.parent_columns) THEN 'the numbers of columns differ'
		WHEN NOT EXISTS (SELECT FROM sqlite_mig.plan_constraint AS c
				WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include AND c.kind IN ('primary key', 'unique')
					AND sqlite_mig_internal._sorted(c.columns) = sqlite_mig_internal._sorted(_foreign_key_obstacle.parent_columns))
			AND NOT EXISTS (SELECT FROM sqlite_mig.plan_index AS i
				WHERE i.migration = t.migration AND i.source_table = t.source_name AND i.include AND i.is_unique AND i.target_sql IS NULL
					AND sqlite_mig_internal._sorted(i.columns) = sqlite_mig_internal._sorted(_foreign_key_obstacle.parent_columns))
			THEN 'the columns of the parent are not unique' END
		FROM (VALUES (1)) AS one LEFT JOIN sqlite_mig.plan_table AS t
			ON t.migration = _foreign_key_obstacle.migration AND t.source_name = _foreign_key_obstacle.parent_table;
END;
COMMENT ON FUNCTION sqlite_mig_internal._foreign_key_obstacle(text, text[], text, text[]) IS 'internal: why a foreign key cannot be made';

/* Fills plan_constraint with foreign keys. */
CREATE FUNCTION sqlite_mig_internal._plan_foreign_keys(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan     sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	item     record;
	obstacle text;
	columns  text[];
	parents  text[];
	target   text;
BEGIN
	FOR item IN
		SELECT f.*, t.target_name, t.include, o.source_name AS parent, p.constraint_name, coalesce(p.deferrable, false) AS "deferrable", coalesce(p.deferred, false) AS deferred,
			s.spelled, s.parents, sqlite_mig_internal._foreign_key_obstacle(plan.migration, s.spelled, o.source_name, s.parents) AS obstacle
		FROM sqlite_mig.source_foreign_keys(plan.server) AS f
			JOIN sqlite_mig.plan_table AS t ON t.migration = plan.migration AND t.source_name = f.table_name
			LEFT JOIN sqlite_mig.plan_table AS o ON o.migration = plan.migration AND lower(o.source_name COLLATE "C") = lower(f.parent_table COLLATE "C")
			LEFT JOIN LATERAL (SELECT p.* FROM sqlite_mig.parse_table(t.source_sql) AS p
				WHERE p.clause = 'foreign key' AND lower(p.body COLLATE "C") = lower(f.parent_table COLLATE "C")
					AND lower(coalesce(nullif(p.columns, '{}'), ARRAY[p.column_name])::text COLLATE "C") = lower(f.columns::text COLLATE "C")
				LIMIT 1) AS p ON true
			CROSS JOIN LATERAL (SELECT sqlite_mig_internal._spelled(plan.migration, f.table_name, f.columns) AS spelled,
				CASE WHEN f.parent_columns IS NOT NULL THEN sqlite_mig_internal._spelled(plan.migration, o.source_name, f.parent_columns)
					ELSE (SELECT array_agg(c.source_name ORDER BY c.primary_key) FROM sqlite_mig.plan_column AS c
						WHERE c.migration = plan.migration AND c.source_table = o.source_name AND c.primary_key IS NOT NULL) END AS parents OFFSET 0) AS s
		ORDER BY t.load_order, f.id DESC
	LOOP
		obstacle := item.obstacle;
		columns := item.spelled;
		parents := item.parents;
		target := sqlite_mig_internal._free_name(plan.migration,
			coalesce(item.constraint_name, item.target_name || '_' || array_to_string(item.columns, '_') || '_fkey'));
		INSERT INTO sqlite_mig.plan_constraint (migration, source_table, target_name, kind, include, columns, parent_table, parent_columns,
				on_update, on_delete, "deferrable", deferred, reason)
			VALUES (plan.migration, item.table_name, target, 'foreign key', obstacle IS NULL, coalesce(columns, item.columns), coalesce(item.parent, item.parent_table), coalesce(parents, item.parent_columns),
				item.on_update, item.on_delete, item.deferrable, item.deferred, obstacle);
		IF obstacle IS NOT NULL AND item.include THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'foreign key', target, item.table_name, 'warning', 'skipped', 'foreign key', obstacle,
				sample => format('(%s) REFERENCES %s%s', array_to_string(item.columns, ', '), item.parent_table, ' (' || array_to_string(item.parent_columns, ', ') || ')'));
		END IF;
	END LOOP;

	PERFORM sqlite_mig_internal._plan_child_types(plan.migration);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_foreign_keys(text) IS 'internal: fills plan_constraint with foreign keys';

/* A column without a value to look at takes the type of the column that it refers to, else the foreign key could not be made. */
CREATE FUNCTION sqlite_mig_internal._plan_child_types(migration text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	WITH child AS (
		UPDATE sqlite_mig.plan_column AS c SET target_type = p.target_type, format = p.format,
			reason = format('type of %s.%s, which it refers to', p.source_table, p.source_name),
			evidence = c.evidence || jsonb_build_object('proposed', concat_ws('/', p.target_type, p.format))
		FROM sqlite_mig.plan_constraint AS k, LATERAL unnest(k.columns, k.parent_columns) AS u (child, parent), sqlite_mig.plan_column AS p
		WHERE k.migration = _plan_child_types.migration AND k.kind = 'foreign key' AND k.include
			AND c.migration = k.migration AND c.source_table = k.source_table AND c.source_name = u.child
			AND p.migration = k.migration AND p.source_table = k.parent_table AND p.source_name = u.parent
			AND c.target_type <> p.target_type AND c.evidence ->> 'rows' = c.evidence ->> 'nulls' AND c.identity IS NULL
		RETURNING c.migration, c.source_table, c.source_name
	)
	DELETE FROM sqlite_mig.ledger_entry AS e USING child AS c
		WHERE e.migration = c.migration AND e.object_name = c.source_table || '.' || c.source_name AND e.rule = 'no values';
END;
COMMENT ON FUNCTION sqlite_mig_internal._plan_child_types(text) IS 'internal: types of foreign keys without values';
