-- What a plan, as edited, would break, before anything runs: plan_check (59_blockers) shows it. A function per kind of finding, each returns rows; nothing is
-- changed, and values are read only where the plan differs from what prepare proved.

CREATE TYPE sqlite_mig_internal._finding AS (
	severity     text,
	object_kind  text,
	object_name  text,
	finding      text,
	rows         bigint,
	sample       text,
	advice       text
);
COMMENT ON TYPE sqlite_mig_internal._finding IS 'internal: a row of plan_check';

/* Tables and columns that cannot be created as the plan says. */
CREATE FUNCTION sqlite_mig_internal._find_definitions(migration text) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 'blocker', 'table', t.source_name, 'is included, but none of its columns is', NULL::bigint, NULL::text, 'include a column, or leave the table out in plan_table'
		FROM sqlite_mig.plan_table AS t
		WHERE t.migration = _find_definitions.migration AND t.include
			AND NOT EXISTS (SELECT FROM sqlite_mig.plan_column AS c WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include)
	UNION ALL
	SELECT 'blocker', 'column', c.source_table || '.' || c.source_name, n.finding, NULL, NULL, n.advice
		FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include,
			LATERAL (VALUES
				(sqlite_mig_internal._type_name(c.target_type) IS NULL, format('type "%s" does not exist', c.target_type), 'correct target_type in plan_column'),
				(c.identity IS NOT NULL AND c.target_type NOT IN ('bigint', 'integer', 'smallint'), format('is an identity column, but %s does not count', c.target_type),
					'set identity to NULL, or target_type to bigint')
			) AS n (applies, finding, advice)
		WHERE c.migration = _find_definitions.migration AND c.include AND n.applies;
END;
COMMENT ON FUNCTION sqlite_mig_internal._find_definitions(text) IS 'internal: tables and columns that cannot be created';

/* Names that two objects would have, that are taken, or that PostgreSQL does not take. */
CREATE FUNCTION sqlite_mig_internal._find_names(migration text) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH relation AS (
		SELECT 'table' AS kind, t.source_name AS name, t.target_name FROM sqlite_mig.plan_table AS t WHERE t.migration = _find_names.migration AND t.include
		UNION ALL SELECT 'index', i.source_name, i.target_name FROM sqlite_mig.plan_index AS i
			JOIN sqlite_mig.plan_table AS t ON t.migration = i.migration AND t.source_name = i.source_table AND t.include
			WHERE i.migration = _find_names.migration AND i.include
		-- these make an index of their name
		UNION ALL SELECT k.kind, k.target_name, k.target_name FROM sqlite_mig.plan_constraint AS k
			JOIN sqlite_mig.plan_table AS t ON t.migration = k.migration AND t.source_name = k.source_table AND t.include
			WHERE k.migration = _find_names.migration AND k.include AND k.kind IN ('primary key', 'unique')
		UNION ALL SELECT 'index', s.index_name, s.index_name FROM sqlite_mig_internal._search_columns(_find_names.migration) AS s
			JOIN sqlite_mig.plan_table AS t ON t.migration = _find_names.migration AND t.source_name = s.source_table AND t.include
	), col AS (
		SELECT c.source_table, c.source_name, c.target_name, c.position FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
			WHERE c.migration = _find_names.migration AND c.include
		UNION ALL SELECT s.source_table, s.column_name, s.column_name, 2000 FROM sqlite_mig_internal._search_columns(_find_names.migration) AS s
			JOIN sqlite_mig.plan_table AS t ON t.migration = _find_names.migration AND t.source_name = s.source_table AND t.include
			WHERE s.column_name IS NOT NULL
	)
	SELECT 'blocker', r.kind, r.name, format('the name "%s" is used more than once', r.target_name), NULL::bigint,
			(SELECT string_agg(format('%s %s', o.kind, o.name), ', ' ORDER BY o.kind, o.name) FROM relation AS o WHERE o.target_name = r.target_name), 'choose another target_name'
		FROM (SELECT DISTINCT ON (r.target_name) r.* FROM relation AS r ORDER BY r.target_name, r.kind, r.name) AS r
		WHERE (SELECT count(*) FROM relation AS o WHERE o.target_name = r.target_name) > 1
	UNION ALL
	SELECT 'blocker', r.kind, r.name, format('schema "%s" already has a relation %s', m.target_schema, CASE WHEN r.target_name = r.name THEN 'of this name' ELSE '"' || r.target_name || '"' END), NULL, NULL,
			'drop or rename it, or choose another target_name or target schema'
		FROM relation AS r, sqlite_mig.migration AS m, LATERAL (SELECT to_regclass(format('%I.%I', m.target_schema, r.target_name))::oid AS oid) AS o
		WHERE m.migration = _find_names.migration AND o.oid IS NOT NULL AND sqlite_mig_internal._if_exists(m.migration) IN ('error', 'replace')
			AND NOT sqlite_mig_internal._is_replaced(m.migration, o.oid)
	UNION ALL
	SELECT 'blocker', r.kind, r.name, format('"%s" is no name in PostgreSQL, which takes 1 to 63 bytes', r.target_name), NULL, NULL, 'choose another target_name'
		FROM relation AS r WHERE octet_length(r.target_name) NOT BETWEEN 1 AND 63
	UNION ALL
	SELECT 'blocker', 'column', c.source_table || '.' || c.source_name, format('"%s" is no name of a column in PostgreSQL', c.target_name), NULL, NULL, 'choose another target_name'
		FROM col AS c WHERE octet_length(c.target_name) NOT BETWEEN 1 AND 63 OR c.target_name IN ('ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid')
	UNION ALL
	SELECT 'blocker', 'column', min(c.source_table || '.' || c.source_name), format('the name "%s" is used more than once', c.target_name), NULL,
			string_agg(c.source_name, ', ' ORDER BY c.position), 'choose another target_name'
		FROM col AS c GROUP BY c.source_table, c.target_name HAVING count(*) > 1;
END;
COMMENT ON FUNCTION sqlite_mig_internal._find_names(text) IS 'internal: names that collide or that PostgreSQL does not take';

/* Default expressions that a column of its type does not take. A temporary table tells, as it would the real one. */
CREATE FUNCTION sqlite_mig_internal._find_defaults(migration text) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	c     sqlite_mig.plan_column;
	zone  constant text := sqlite_mig_internal._source_zone(migration);
	error record;
BEGIN
	FOR c IN
		SELECT c.* FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
		WHERE c.migration = _find_defaults.migration AND c.include AND c.default_expr IS NOT NULL AND c.identity IS NULL
			AND sqlite_mig_internal._type_name(c.target_type) IS NOT NULL
			AND c.default_expr IS DISTINCT FROM sqlite_mig_internal._default_expr(c.default_source, c.target_type, coalesce(c.time_zone, zone), c.declared_type)
		ORDER BY t.load_order, c.position
	LOOP
		SELECT e.* INTO error FROM sqlite_mig_internal._try(format('CREATE TEMPORARY TABLE sqlite_mig_check (c %s DEFAULT %s)', c.target_type, c.default_expr)) AS e;
		IF error.code IS NULL THEN
			DROP TABLE pg_temp.sqlite_mig_check;
		ELSE
			RETURN NEXT ROW('blocker', 'default', c.source_table || '.' || c.source_name, format('the default is none for %s: %s', c.target_type, error.message), NULL::bigint,
				c.default_expr, 'correct default_expr in plan_column, or set it to NULL')::sqlite_mig_internal._finding;
		END IF;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._find_defaults(text) IS 'internal: defaults that do not fit their columns';

/* _fit, one row per column; a format that a type does not have is told in "reason", with rows NULL. */
CREATE FUNCTION sqlite_mig_internal._fit_columns(server text, source_table text, names text[], types text[], formats text[], zone text)
	RETURNS TABLE (source_name text, target_type text, rows bigint, nulls bigint, refused bigint, lossy bigint, first_row text, storage_class text, value text, reason text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	RETURN QUERY SELECT f.column_name, f.target_type, f.rows, f.nulls, f.refused, f.lossy, f.first_row, f.storage_class, f.value, f.reason
		FROM sqlite_mig_internal._fit(server, source_table, names, ARRAY(SELECT generate_series(1, cardinality(names))), types, formats, zone) AS f;
EXCEPTION
	WHEN fdw_invalid_attribute_value OR invalid_parameter_value OR undefined_object THEN
		IF cardinality(names) = 1 THEN
			RETURN QUERY SELECT names[1], types[1], NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint, NULL::text, NULL::text, NULL::text, SQLERRM;
		ELSE
			FOR i IN 1 .. cardinality(names) LOOP
				RETURN QUERY SELECT f.* FROM sqlite_mig_internal._fit_columns(server, source_table, names[i:i], types[i:i], formats[i:i], zone) AS f;
			END LOOP;
		END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._fit_columns(text, text, text[], text[], text[], text) IS 'internal: tries one type per column';

/*
 * Values that the types of the plan refuse or change, and NULL where the plan
 * says NOT NULL. Read are the columns whose type is not the one that was
 * proved, and of a plan made without all values every column.
 */
CREATE FUNCTION sqlite_mig_internal._find_values(plan sqlite_mig.migration) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	zone  constant text := sqlite_mig_internal._source_zone((plan).migration);
	item  record;
	f     record;
	spare bigint;
	gone  bigint;
	hard  bigint;
	name  text;
BEGIN
	FOR item IN
		SELECT c.source_table, t.load_order, coalesce(c.time_zone, zone) AS zone, array_agg(c.source_name ORDER BY c.position) AS names,
			array_agg(c.target_type ORDER BY c.position) AS types, array_agg(c.format ORDER BY c.position) AS formats
		FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include,
			LATERAL (SELECT coalesce((c.evidence ->> 'complete')::boolean, false) AS complete) AS e
		WHERE c.migration = (plan).migration AND c.include AND sqlite_mig_internal._type_name(c.target_type) IS NOT NULL
			AND (NOT e.complete OR c.evidence ->> 'proposed' IS DISTINCT FROM concat_ws('/', c.target_type, c.format)
				OR c.time_zone IS DISTINCT FROM (plan).options ->> 'time_zone' AND c.time_zone IS NOT NULL)
			AND NOT (e.complete AND (SELECT s.says FROM sqlite_mig_internal._counts(c.evidence) AS n, sqlite_mig_internal._evidence_says(n, c.target_type, c.format, utc => coalesce(c.time_zone, zone) = 'UTC') AS s) = 'proved')
		GROUP BY c.source_table, t.load_order, coalesce(c.time_zone, zone) ORDER BY t.load_order, 3
	LOOP
		FOR f IN
			SELECT f.*, c.empty_as_null, c.on_error, c.not_null, c.evidence
			FROM sqlite_mig_internal._fit_columns((plan).server, item.source_table, item.names, item.types, item.formats, item.zone) AS f
				JOIN sqlite_mig.plan_column AS c ON c.migration = (plan).migration AND c.source_table = item.source_table AND c.source_name = f.source_name
			ORDER BY c.position
		LOOP
			name := item.source_table || '.' || f.source_name;
			IF f.rows IS NULL THEN
				RETURN NEXT ROW('blocker', 'column', name, f.reason, NULL::bigint, NULL::text, 'correct target_type or format in plan_column')::sqlite_mig_internal._finding;
				CONTINUE;
			END IF;
			spare := CASE WHEN f.empty_as_null AND f.target_type !~ '^(text|varchar|bytea)' THEN coalesce((f.evidence ->> 'empty_strings')::bigint, 0) ELSE 0 END;
			hard := greatest(f.refused - f.lossy - spare, 0);
			gone := CASE f.on_error WHEN 'null' THEN hard ELSE 0 END;
			IF hard > 0 THEN
				RETURN NEXT ROW(CASE WHEN gone > 0 THEN 'warning' ELSE 'blocker' END, 'column', name,
					format(CASE WHEN gone > 0 THEN 'values that do not fit %s, and become NULL as on_error says' ELSE 'values that do not fit %s' END, f.target_type), hard,
					format('%s %s %s (%s)', f.first_row, f.storage_class, f.value, f.reason),
					CASE WHEN gone = 0 THEN 'choose another target_type or format, or let them become NULL with on_error ''null'', in plan_column' END)::sqlite_mig_internal._finding;
			END IF;
			IF f.lossy > 0 THEN
				RETURN NEXT ROW('warning', 'column', name, format('values that change in %s', f.target_type), f.lossy,
					CASE WHEN hard = 0 THEN format('%s %s %s (%s)', f.first_row, f.storage_class, f.value, f.reason) END, 'the ledger will count them; another target_type may keep them')::sqlite_mig_internal._finding;
			END IF;
			IF f.not_null AND (f.evidence ->> 'complete') IS DISTINCT FROM 'true' AND f.nulls > 0 THEN
				RETURN NEXT ROW('blocker', 'column', name, 'is NOT NULL, but holds NULL', f.nulls, NULL::text, 'set not_null to false in plan_column')::sqlite_mig_internal._finding;
			ELSIF f.not_null AND gone > 0 THEN
				RETURN NEXT ROW('blocker', 'column', name, 'is NOT NULL, but on_error makes NULL of values', gone, NULL::text, 'set not_null to false in plan_column')::sqlite_mig_internal._finding;
			END IF;
		END LOOP;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._find_values(sqlite_mig.migration) IS 'internal: values that do not fit the types of a plan';

/* NULL where the plan says NOT NULL or primary key, by the counts of prepare. */
CREATE FUNCTION sqlite_mig_internal._find_nulls(migration text) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE WHEN c.not_null OR k.policy = 'stop' THEN 'blocker' ELSE 'warning' END, 'column', c.source_table || '.' || c.source_name,
			CASE WHEN (c.evidence ->> 'nulls')::bigint = 0 THEN 'is NOT NULL, but empty_as_null makes NULL of the empty string'
				WHEN c.not_null THEN 'is NOT NULL, but holds NULL' ELSE 'is in the primary key, but holds NULL' END,
			n.nulls, NULL::text, CASE WHEN c.not_null THEN 'set not_null to false in plan_column' WHEN k.policy <> 'stop' THEN 'its policy says what becomes of the rows: ' || k.policy ELSE 'make the key a unique one: kind ''unique'' in plan_constraint' END
		FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include,
			LATERAL (SELECT (c.evidence ->> 'nulls')::bigint + CASE WHEN c.empty_as_null THEN (c.evidence ->> 'empty_strings')::bigint ELSE 0 END AS nulls) AS n
			LEFT JOIN LATERAL (SELECT sqlite_mig_internal._policy(k.migration, k.source_table, k.kind, k.columns, k.policy) AS policy FROM sqlite_mig.plan_constraint AS k
				WHERE k.migration = c.migration AND k.source_table = c.source_table AND k.include AND k.kind = 'primary key' AND c.source_name = ANY (k.columns)) AS k ON true
		WHERE c.migration = _find_nulls.migration AND c.include AND (c.evidence ->> 'complete')::boolean AND n.nulls > 0 AND (c.not_null OR k.policy IS NOT NULL)
		ORDER BY t.load_order, c.position;
END;
COMMENT ON FUNCTION sqlite_mig_internal._find_nulls(text) IS 'internal: NULL where the plan says NOT NULL';

/*
 * Rows that keys and unique indexes of the plan would refuse. A key that
 * SQLite keeps, of columns whose type tells the same values apart, is not read
 * again; of the others the converted values are counted, by a foreign table
 * that is made for it and dropped.
 */
CREATE FUNCTION sqlite_mig_internal._find_duplicates(plan sqlite_mig.migration) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item   record;
	source text;
	result record;
BEGIN
	FOR item IN
		WITH key AS (
			SELECT k.source_table, k.kind, k.target_name AS name, k.columns, k.policy FROM sqlite_mig.plan_constraint AS k
				WHERE k.migration = (plan).migration AND k.include AND k.kind IN ('primary key', 'unique')
			UNION ALL SELECT i.source_table, 'unique index', i.source_name, i.columns, i.policy FROM sqlite_mig.plan_index AS i
				WHERE i.migration = (plan).migration AND i.include AND i.is_unique AND i.target_sql IS NULL
		), kept AS MATERIALIZED (
			SELECT i.table_name, sqlite_mig_internal._sorted(i.columns) AS columns FROM sqlite_mig.source_indexes((plan).server) AS i
				WHERE i.is_unique AND NOT i.partial AND array_position(i.columns, NULL) IS NULL
			UNION ALL SELECT c.table_name, ARRAY[lower(c.column_name COLLATE "C")] FROM sqlite_mig.source_columns((plan).server) AS c WHERE c.rowid_alias
		)
		SELECT k.source_table, k.kind, k.name, t.load_order, k.columns, c.names, sqlite_mig_internal._policy((plan).migration, k.source_table, k.kind, k.columns, k.policy) AS policy
		FROM key AS k JOIN sqlite_mig.plan_table AS t ON t.migration = (plan).migration AND t.source_name = k.source_table AND t.include,
			LATERAL (SELECT count(*) AS n, bool_and(sqlite_mig_internal._type_name(c.target_type) IS NOT NULL) AS known,
					bool_and(c.format IS NULL AND NOT c.empty_as_null AND c.on_error IS NULL
						AND c.target_type ~ '^(bigint|integer|smallint|numeric$|double precision|text|varchar|bytea)') AS plain,
					array_agg(quote_ident(c.target_name) ORDER BY u.position) AS names
				FROM unnest(k.columns) WITH ORDINALITY AS u (name, position)
					JOIN sqlite_mig.plan_column AS c ON c.migration = (plan).migration AND c.source_table = k.source_table AND c.source_name = u.name AND c.include) AS c
		WHERE c.n = cardinality(k.columns) AND c.known
			AND NOT (c.plain AND EXISTS (SELECT FROM kept AS s WHERE s.table_name = k.source_table AND s.columns = sqlite_mig_internal._sorted(k.columns)))
		ORDER BY t.load_order, k.kind, k.name
	LOOP
		BEGIN
			source := sqlite_mig_internal._make_spare(plan, 'sqlite_mig_check', item.source_table, item.columns);
			EXECUTE format('WITH d AS MATERIALIZED (SELECT concat_ws('', '', %1$s) AS key, count(*) AS n FROM %2$s WHERE (%1$s) IS NOT NULL GROUP BY %1$s HAVING count(*) > 1) '
				'SELECT sum(d.n - 1)::bigint AS rows, (SELECT string_agg(format(''(%%s) %%s times'', s.key, s.n), '', '') FROM (SELECT * FROM d ORDER BY d.key LIMIT 3) AS s) AS sample FROM d',
				array_to_string(item.names, ', '), source) INTO result;
			EXECUTE 'DROP FOREIGN TABLE ' || source;
			IF result.rows > 0 THEN
				RETURN NEXT ROW(CASE item.policy WHEN 'stop' THEN 'blocker' ELSE 'warning' END, item.kind, item.name, 'rows have the key of another row', result.rows, result.sample,
					CASE item.policy WHEN 'stop' THEN 'choose types that tell the values apart, leave the key out in the plan, or say in its policy what becomes of the rows: quarantine, not valid'
						WHEN 'quarantine' THEN 'they will go to sqlite_mig.rejected, as its policy says' ELSE 'a plain index will be made instead, as its policy says' END)::sqlite_mig_internal._finding;
			END IF;
		EXCEPTION
			-- a value that does not convert is a finding about its column
			WHEN data_exception OR fdw_error THEN
				NULL;
			WHEN undefined_function OR datatype_mismatch THEN
				RETURN NEXT ROW('warning', item.kind, item.name, 'cannot be a key: ' || SQLERRM, NULL::bigint, NULL::text, 'leave it out in the plan, or choose other types')::sqlite_mig_internal._finding;
		END;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._find_duplicates(sqlite_mig.migration) IS 'internal: rows that keys of a plan would refuse';

/* Foreign keys that are to lose references where the plan allows no NULL. */
CREATE FUNCTION sqlite_mig_internal._find_policies(migration text) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 'blocker', 'foreign key', k.target_name, format('policy set null, but a column cannot become NULL: %s', string_agg(n.name, ', ')), NULL::bigint,
			format('%s (%s)', k.source_table, array_to_string(k.columns, ', ')), 'choose another policy in plan_constraint, or set not_null to false in plan_column'
		FROM sqlite_mig.plan_constraint AS k JOIN sqlite_mig.plan_table AS t ON t.migration = k.migration AND t.source_name = k.source_table AND t.include,
			LATERAL sqlite_mig_internal._never_null(k.migration, k.source_table, k.columns) AS n (name)
		WHERE k.migration = _find_policies.migration AND k.include AND k.policy = 'set null'
		GROUP BY k.target_name, k.source_table, k.columns ORDER BY k.source_table, k.target_name;
END;
COMMENT ON FUNCTION sqlite_mig_internal._find_policies(text) IS 'internal: policies that cannot be followed';

/* Can a foreign key compare a column of one type with one of another? As PostgreSQL decides it: an operator of B-trees, or a cast that needs no asking. */
CREATE FUNCTION sqlite_mig_internal._types_compare(child text, parent text) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT c.type = p.type
			OR EXISTS (SELECT FROM pg_amop AS a JOIN pg_am AS m ON m.oid = a.amopmethod AND m.amname = 'btree'
				WHERE a.amopstrategy = 3 AND a.amoplefttype = p.type AND a.amoprighttype = c.type)
			OR EXISTS (SELECT FROM pg_cast AS k WHERE k.castsource = c.type AND k.casttarget = p.type AND k.castcontext = 'i')
		FROM (SELECT to_regtype(regexp_replace(child, '\(.*\)', ''))::oid AS type) AS c, (SELECT to_regtype(regexp_replace(parent, '\(.*\)', ''))::oid AS type) AS p;
END;
COMMENT ON FUNCTION sqlite_mig_internal._types_compare(text, text) IS 'internal: can a foreign key compare two types';

/* Foreign keys, keys and indexes that rest on something that the plan leaves out, or whose types do not compare. */
CREATE FUNCTION sqlite_mig_internal._find_references(migration text) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 'warning', 'foreign key', k.target_name, n.finding, NULL::bigint,
			format('%s (%s) REFERENCES %s (%s)', k.source_table, array_to_string(k.columns, ', '), k.parent_table, array_to_string(k.parent_columns, ', ')), n.advice
		FROM sqlite_mig.plan_constraint AS k
			JOIN sqlite_mig.plan_table AS t ON t.migration = k.migration AND t.source_name = k.source_table AND t.include
			LEFT JOIN sqlite_mig.plan_table AS p ON p.migration = k.migration AND p.source_name = k.parent_table,
			LATERAL (SELECT string_agg(format('%s is %s, %s is %s', c.source_name, c.target_type, o.source_name, o.target_type), '; ' ORDER BY u.position) AS pairs
				FROM unnest(k.columns, k.parent_columns) WITH ORDINALITY AS u (child, parent, position)
					JOIN sqlite_mig.plan_column AS c ON c.migration = k.migration AND c.source_table = k.source_table AND c.source_name = u.child
					JOIN sqlite_mig.plan_column AS o ON o.migration = k.migration AND o.source_table = k.parent_table AND o.source_name = u.parent
				WHERE sqlite_mig_internal._type_name(c.target_type) IS NOT NULL AND sqlite_mig_internal._type_name(o.target_type) IS NOT NULL
					AND NOT sqlite_mig_internal._types_compare(c.target_type, o.target_type)) AS y,
			LATERAL (SELECT CASE
					WHEN p.source_name IS NULL THEN 'the parent table does not exist'
					WHEN NOT p.include THEN 'the parent table is not included'
					WHEN sqlite_mig_internal._target_columns(k.migration, k.source_table, k.columns) IS NULL THEN 'a column of it is not included'
					WHEN sqlite_mig_internal._target_columns(k.migration, k.parent_table, k.parent_columns) IS NULL THEN 'a column of the parent is not included'
					WHEN y.pairs IS NOT NULL THEN 'the types do not compare: ' || y.pairs
					ELSE sqlite_mig_internal._foreign_key_obstacle(k.migration, k.columns, k.parent_table, k.parent_columns) END,
				CASE WHEN NOT p.include THEN 'include the parent in plan_table, or leave the foreign key out in plan_constraint'
					WHEN y.pairs IS NOT NULL THEN 'give both columns the same target_type'
					ELSE 'leave the foreign key out in plan_constraint' END) AS n (finding, advice)
		WHERE k.migration = _find_references.migration AND k.kind = 'foreign key' AND k.include AND n.finding IS NOT NULL
	UNION ALL
	SELECT 'warning', k.kind, k.name, 'a column of it is not included, so it is not made', NULL, array_to_string(k.columns, ', '), 'include the column, or leave the key out too'
		FROM (SELECT c.migration, c.source_table, c.kind, c.target_name AS name, c.columns FROM sqlite_mig.plan_constraint AS c WHERE c.include AND c.kind IN ('primary key', 'unique')
				UNION ALL SELECT i.migration, i.source_table, CASE WHEN i.is_unique THEN 'unique index' ELSE 'index' END, i.source_name, i.columns FROM sqlite_mig.plan_index AS i WHERE i.include AND i.target_sql IS NULL) AS k
			JOIN sqlite_mig.plan_table AS t ON t.migration = k.migration AND t.source_name = k.source_table AND t.include
		WHERE k.migration = _find_references.migration AND sqlite_mig_internal._target_columns(k.migration, k.source_table, k.columns) IS NULL;
END;
COMMENT ON FUNCTION sqlite_mig_internal._find_references(text) IS 'internal: keys that rest on something that is left out';

/* Expressions of columns for search that PostgreSQL does not take. */
CREATE FUNCTION sqlite_mig_internal._find_search(migration text) RETURNS SETOF sqlite_mig_internal._finding
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item  record;
	error text;
BEGIN
	FOR item IN SELECT s.* FROM sqlite_mig_internal._search_columns(_find_search.migration) AS s
			JOIN sqlite_mig.plan_table AS t ON t.migration = _find_search.migration AND t.source_name = s.source_table AND t.include
			WHERE s.expression IS NOT NULL ORDER BY t.load_order, s.source_name LOOP
		error := sqlite_mig_internal._search_error(_find_search.migration, item.source_table, item.column_name, item.expression);
		IF error IS NOT NULL THEN
			RETURN NEXT ROW('blocker', 'virtual table', item.source_name, 'its column for search cannot be made: ' || error, NULL::bigint, item.expression,
				'correct config, columns or expression in plan_search, or leave it out')::sqlite_mig_internal._finding;
		END IF;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._find_search(text) IS 'internal: columns for search that cannot be made';
