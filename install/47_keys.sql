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
	plan sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	item record;
BEGIN
	FOR item IN
		WITH source AS MATERIALIZED (
			SELECT s.*, t.include,
				-- what the index compares with, where it is not the comparison of the column itself
				(SELECT string_agg(DISTINCT upper(u.coll COLLATE "C"), ', ') FROM unnest(s.columns, s.collations) AS u (col, coll)
					JOIN sqlite_mig.plan_column AS c ON c.migration = plan.migration AND c.source_table = t.source_name AND c.source_name = u.col
					WHERE upper(u.coll COLLATE "C") <> 'BINARY' OR sqlite_mig_internal._ignores_case(c)) AS coll
			FROM sqlite_mig.source_indexes(plan.server) WITH ORDINALITY AS s
				JOIN sqlite_mig.plan_table AS t ON t.migration = plan.migration AND t.source_name = s.table_name
			WHERE s.origin = 'create index'
		), judged AS MATERIALIZED (
			SELECT s.*, l.later, CASE WHEN l.later THEN NULL
					WHEN cardinality(s.columns) > 32 THEN 'an index has at most 32 columns in PostgreSQL'
					WHEN sqlite_mig_internal._spelled(plan.migration, s.table_name, s.columns) IS NULL THEN 'its columns are not in the plan' END AS obstacle
			-- _plan_index_expressions decides when all types are chosen; until then such an index is no key for anything
			FROM source AS s, LATERAL (SELECT s.partial OR array_position(s.columns, NULL) IS NOT NULL OR s.coll IS NOT NULL
				AND NOT (s.is_unique AND EXISTS (SELECT FROM sqlite_mig.source_foreign_keys(plan.server) AS f
					WHERE lower(f.parent_table COLLATE "C") = lower(s.table_name COLLATE "C") AND sqlite_mig_internal._sorted(f.parent_columns) = sqlite_mig_internal._sorted(s.columns))) AS later OFFSET 0) AS l
		), named AS MATERIALIZED (
			SELECT j.*, n.target
			FROM (SELECT j.*, row_number() OVER (ORDER BY j.ordinality) AS n FROM judged AS j) AS j
				JOIN unnest(sqlite_mig_internal._free_names(plan.migration, ARRAY(SELECT j.index_name FROM judged AS j ORDER BY j.ordinality))) WITH ORDINALITY AS n (target, n) ON n.n = j.n
		), planned AS (
			INSERT INTO sqlite_mig.plan_index (migration, source_table, source_name, target_name, include, is_unique, columns, descending, source_sql, reason)
				SELECT plan.migration, i.table_name, i.index_name, i.target, i.obstacle IS NULL AND NOT i.later, i.is_unique, i.columns, i.descending, i.sql, i.obstacle FROM named AS i
		)
		SELECT i.* FROM named AS i WHERE i.include AND (i.obstacle IS NOT NULL OR i.target <> i.index_name OR i.coll <> 'BINARY' AND NOT i.later) ORDER BY i.ordinality
	LOOP
		IF item.obstacle IS NOT NULL THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'index', item.index_name, item.table_name, 'warning', 'skipped', 'index', item.obstacle, sample => item.sql);
		ELSIF item.target <> item.index_name THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'index', item.index_name, item.table_name, 'info', 'converted', 'name',
				format('is called "%s"', item.target));
		END IF;
		IF item.obstacle IS NULL AND item.coll <> 'BINARY' AND NOT item.later AND NOT EXISTS (SELECT FROM sqlite_mig.plan_column AS c
				WHERE c.migration = plan.migration AND c.source_table = item.table_name AND c.source_name = ANY (item.columns) AND sqlite_mig_internal._ignores_case(c)) THEN
			PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'index', item.index_name, item.table_name, 'warning', 'changed', 'collation',
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
		WITH key AS MATERIALIZED (
			SELECT t.source_name, t.target_name, t.include, array_agg(c.source_name ORDER BY c.primary_key) AS columns, bool_and(c.not_null) AS holds,
				string_agg(c.source_name, ', ' ORDER BY c.primary_key) FILTER (WHERE NOT c.not_null) AS nullable,
				max((c.evidence ->> 'nulls')::bigint) AS nulls, row_number() OVER (ORDER BY t.load_order) AS n,
				coalesce((SELECT min(p.constraint_name) FROM sqlite_mig.parse_table(t.source_sql) AS p WHERE p.clause = 'primary key'), t.target_name || '_pkey') AS wanted
			FROM sqlite_mig.plan_table AS t JOIN sqlite_mig.plan_column AS c ON c.migration = t.migration AND c.source_table = t.source_name
			WHERE t.migration = plan.migration AND c.primary_key IS NOT NULL
			GROUP BY t.source_name, t.target_name, t.include, t.load_order, t.source_sql
		), planned AS (
			INSERT INTO sqlite_mig.plan_constraint (migration, source_table, target_name, kind, include, columns, reason)
				SELECT plan.migration, k.source_name, f.name, CASE WHEN k.holds THEN 'primary key' ELSE 'unique' END, true, k.columns, CASE WHEN NOT k.holds THEN 'primary key in SQLite, but it holds NULL' END
				FROM key AS k JOIN unnest(sqlite_mig_internal._free_names(plan.migration, ARRAY(SELECT k.wanted FROM key AS k ORDER BY k.n))) WITH ORDINALITY AS f (name, n) ON f.n = k.n
		)
		SELECT k.* FROM key AS k WHERE NOT k.holds AND k.include ORDER BY k.n
	LOOP
		PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'primary key', item.source_name, item.source_name, 'warning', 'changed', 'primary key',
			format('is a unique constraint: NULL in %s', item.nullable), item.nulls);
	END LOOP;

	WITH key AS MATERIALIZED (
		SELECT s.table_name, s.columns, row_number() OVER (ORDER BY s.ordinality) AS n, coalesce(p.name, t.target_name || '_' || array_to_string(s.columns, '_') || '_key') AS wanted
		FROM sqlite_mig.source_indexes(plan.server) WITH ORDINALITY AS s
			JOIN sqlite_mig.plan_table AS t ON t.migration = plan.migration AND t.source_name = s.table_name,
			LATERAL (SELECT min(p.constraint_name) AS name FROM sqlite_mig.parse_table(t.source_sql) AS p
				WHERE p.clause = 'unique' AND sqlite_mig_internal._sorted(coalesce(nullif(p.columns, '{}'), ARRAY[p.column_name])) = sqlite_mig_internal._sorted(s.columns)) AS p
		WHERE s.origin = 'unique' AND array_position(s.columns, NULL) IS NULL
	)
	INSERT INTO sqlite_mig.plan_constraint (migration, source_table, target_name, kind, include, columns)
		SELECT plan.migration, k.table_name, f.name, 'unique', true, k.columns
		FROM key AS k JOIN unnest(sqlite_mig_internal._free_names(plan.migration, ARRAY(SELECT k.wanted FROM key AS k ORDER BY k.n))) WITH ORDINALITY AS f (name, n) ON f.n = k.n;

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
					AND (c.columns = _foreign_key_obstacle.parent_columns OR sqlite_mig_internal._sorted(c.columns) = sqlite_mig_internal._sorted(_foreign_key_obstacle.parent_columns)))
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
	plan sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	item record;
BEGIN
	FOR item IN
		WITH key AS MATERIALIZED (
			SELECT f.*, t.include, o.source_name AS parent, coalesce(p.deferrable, false) AS "deferrable", coalesce(p.deferred, false) AS deferred,
				s.spelled, s.parents, sqlite_mig_internal._foreign_key_obstacle(plan.migration, s.spelled, o.source_name, s.parents) AS obstacle,
				row_number() OVER (ORDER BY t.load_order, f.id DESC) AS n, coalesce(p.constraint_name, t.target_name || '_' || array_to_string(f.columns, '_') || '_fkey') AS wanted
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
		), named AS MATERIALIZED (
			SELECT k.*, f.name FROM key AS k JOIN unnest(sqlite_mig_internal._free_names(plan.migration, ARRAY(SELECT k.wanted FROM key AS k ORDER BY k.n))) WITH ORDINALITY AS f (name, n) ON f.n = k.n
		), planned AS (
			INSERT INTO sqlite_mig.plan_constraint (migration, source_table, target_name, kind, include, columns, parent_table, parent_columns,
					on_update, on_delete, "deferrable", deferred, reason)
				SELECT plan.migration, k.table_name, k.name, 'foreign key', k.obstacle IS NULL, coalesce(k.spelled, k.columns), coalesce(k.parent, k.parent_table), coalesce(k.parents, k.parent_columns),
					k.on_update, k.on_delete, k.deferrable, k.deferred, k.obstacle
				FROM named AS k
		)
		SELECT k.* FROM named AS k WHERE k.obstacle IS NOT NULL AND k.include ORDER BY k.n
	LOOP
		PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'foreign key', item.name, item.table_name, 'warning', 'skipped', 'foreign key', item.obstacle,
			sample => format('(%s) REFERENCES %s%s', array_to_string(item.columns, ', '), item.parent_table, ' (' || array_to_string(item.parent_columns, ', ') || ')'));
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
