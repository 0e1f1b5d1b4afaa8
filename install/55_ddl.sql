-- The plan as statements. One builder per kind of object, each reads the plan and returns text; nothing here executes
-- anything. migrate runs the very rows that ddl shows. Those for views and triggers are in 54_ddl_views.

/* Columns of the plan as a list of quoted target names, NULL when one is not included. */
CREATE FUNCTION sqlite_mig_internal._target_columns(migration text, source_table text, names text[], descending boolean[] DEFAULT NULL) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE WHEN count(c.target_name) = cardinality(_target_columns.names)
			THEN string_agg(format('%I', c.target_name) || CASE WHEN _target_columns.descending[n.position] THEN ' DESC' ELSE '' END, ', ' ORDER BY n.position) END
		FROM unnest(_target_columns.names) WITH ORDINALITY AS n (name, position)
			JOIN sqlite_mig.plan_column AS c ON c.migration = _target_columns.migration AND c.source_table = _target_columns.source_table
				AND c.source_name = n.name AND c.include;
END;
COMMENT ON FUNCTION sqlite_mig_internal._target_columns(text, text, text[], boolean[]) IS 'internal: quoted column list of a key or index';

CREATE FUNCTION sqlite_mig_internal._sql_schemas(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	-- only where it is missing: CREATE SCHEMA IF NOT EXISTS asks for the right to create even when there is nothing to do
	SELECT 0, s.kind, s.name, NULL::text, format('CREATE SCHEMA %I', s.name)
		FROM sqlite_mig.migration AS m, LATERAL (VALUES (1, 'source schema', m.source_schema), (2, 'schema', m.target_schema)) AS s (n, kind, name)
		WHERE m.migration = _sql_schemas.migration AND to_regnamespace(quote_ident(s.name)) IS NULL
		ORDER BY s.n;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sql_schemas(text) IS 'internal: statements for schemas';

/* The collation for the option nocase, in the target schema. */
CREATE FUNCTION sqlite_mig_internal._sql_collations(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'collation', x.name, NULL::text, format('CREATE COLLATION %s (provider = icu, locale = ''und-u-ks-level2'', deterministic = false)', x.name)
		FROM sqlite_mig.migration AS m, LATERAL (SELECT format('%I.nocase', m.target_schema) AS name) AS x
		WHERE m.migration = _sql_collations.migration
			AND EXISTS (SELECT FROM sqlite_mig.plan_table AS t JOIN sqlite_mig.plan_column AS c ON c.migration = t.migration AND c.source_table = t.source_name
				WHERE t.migration = m.migration AND t.include AND c.include AND c.target_collation = x.name)
			AND NOT EXISTS (SELECT FROM pg_collation AS o JOIN pg_namespace AS n ON n.oid = o.collnamespace WHERE n.nspname = m.target_schema AND o.collname = 'nocase');
END;
COMMENT ON FUNCTION sqlite_mig_internal._sql_collations(text) IS 'internal: statement for the collation of the option nocase';

CREATE FUNCTION sqlite_mig_internal._sql_foreign_tables(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'foreign table', format('%I.%I', m.source_schema, t.target_name), t.source_name, s.statement
		FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t USING (migration),
			LATERAL (SELECT string_agg(format('%I %s%s%s', c.target_name, c.target_type, ' OPTIONS (' || nullif(o.list, '') || ')',
					CASE WHEN c.not_null THEN ' NOT NULL' ELSE '' END), E',\n    ' ORDER BY c.position) AS list
				FROM sqlite_mig.plan_column AS c,
					-- an option costs an ALTER of its own inside CREATE FOREIGN TABLE, so only those that say something
					LATERAL (SELECT concat_ws(', ', CASE WHEN c.source_name <> c.target_name THEN format('column_name %L', c.source_name) END,
						CASE WHEN c.primary_key IS NOT NULL THEN 'key ''true''' END,
						'format ' || quote_literal(c.format), 'time_zone ' || quote_literal(c.time_zone),
						CASE WHEN c.empty_as_null THEN 'empty_as_null ''true''' END, 'on_error ' || quote_literal(c.on_error)) AS list) AS o
				WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include) AS c,
			LATERAL (VALUES (1, format('DROP FOREIGN TABLE IF EXISTS %I.%I', m.source_schema, t.target_name)),
				(2, format(E'CREATE FOREIGN TABLE %I.%I (\n    %s)\nSERVER %I OPTIONS ("table" %L)', m.source_schema, t.target_name, c.list, m.server, t.source_name))
				) AS s (n, statement)
		WHERE m.migration = _sql_foreign_tables.migration AND t.include
		ORDER BY t.load_order, t.source_name, s.n;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sql_foreign_tables(text) IS 'internal: statements for the foreign tables that show the converted source';

/* The type with a sequence of its own that counts in an integer type; what has none stays as it is. */
CREATE FUNCTION sqlite_mig_internal._serial_type(type text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE type WHEN 'bigint' THEN 'bigserial' WHEN 'integer' THEN 'serial' WHEN 'smallint' THEN 'smallserial' ELSE type END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._serial_type(text) IS 'internal: bigserial for bigint ...';

CREATE FUNCTION sqlite_mig_internal._sql_tables(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'table', format('%I.%I', m.target_schema, t.target_name), t.source_name,
			format(E'CREATE TABLE %I.%I (\n    %s)', m.target_schema, t.target_name,
				(SELECT string_agg(concat_ws(' ', quote_ident(c.target_name), CASE c.identity WHEN 'serial' THEN sqlite_mig_internal._serial_type(c.target_type) ELSE c.target_type END,
						'COMPRESSION ' || CASE WHEN c.compression IS NOT NULL AND sqlite_mig_internal._is_compressible(c.target_type) THEN c.compression END, 'COLLATE ' || c.target_collation,
						'GENERATED ' || upper(nullif(c.identity, 'serial') COLLATE "C") || ' AS IDENTITY', 'GENERATED ALWAYS AS (' || c.generated_expr || ') STORED',
						'DEFAULT ' || CASE WHEN c.identity IS NULL AND c.generated_expr IS NULL THEN c.default_expr END,
						CASE WHEN c.not_null THEN 'NOT NULL' END), E',\n    ' ORDER BY c.position)
					FROM sqlite_mig.plan_column AS c WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include)
				|| coalesce((SELECT string_agg(format(E',\n    %I tsvector GENERATED ALWAYS AS (%s) STORED', s.column_name, s.expression), '' ORDER BY s.source_name)
					FROM sqlite_mig_internal._search_columns(m.migration) AS s WHERE s.source_table = t.source_name), ''))
		FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t USING (migration)
		WHERE m.migration = _sql_tables.migration AND t.include
		ORDER BY t.load_order, t.source_name;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sql_tables(text) IS 'internal: statements for native tables';

CREATE FUNCTION sqlite_mig_internal._sql_copies(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'copy', format('%I.%I', m.target_schema, t.target_name), t.source_name,
			format('SELECT * FROM sqlite_mig.copy_table(%L, %L)', format('%I.%I', m.source_schema, t.target_name), format('%I.%I', m.target_schema, t.target_name))
		FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t USING (migration)
		WHERE m.migration = _sql_copies.migration AND t.include
		ORDER BY t.load_order, t.source_name;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sql_copies(text) IS 'internal: statements that copy rows';

CREATE FUNCTION sqlite_mig_internal._sql_constraints(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, k.kind, k.target_name, t.source_name,
			format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', m.target_schema, t.target_name, k.target_name, CASE k.kind
				WHEN 'check' THEN format('CHECK (%s)', k.target_sql)
				WHEN 'foreign key' THEN format('FOREIGN KEY (%s) REFERENCES %I.%I (%s)%s%s%s%s', c.list, m.target_schema, p.target_name, p.list,
					' ON UPDATE ' || nullif(k.on_update, 'NO ACTION'), ' ON DELETE ' || nullif(k.on_delete, 'NO ACTION'),
					CASE WHEN k.deferrable THEN ' DEFERRABLE' ELSE '' END, CASE WHEN k.deferrable AND k.deferred THEN ' INITIALLY DEFERRED' ELSE '' END)
				ELSE format('%s (%s)', upper(k.kind COLLATE "C"), c.list) END)
		FROM sqlite_mig.migration AS m
			JOIN sqlite_mig.plan_table AS t USING (migration)
			JOIN sqlite_mig.plan_constraint AS k ON k.migration = t.migration AND k.source_table = t.source_name
			LEFT JOIN sqlite_mig.plan_table AS o ON o.migration = k.migration AND o.source_name = k.parent_table AND o.include,
			LATERAL (SELECT sqlite_mig_internal._target_columns(m.migration, t.source_name, k.columns) AS list OFFSET 0) AS c,
			LATERAL (SELECT o.target_name, CASE WHEN o.source_name IS NOT NULL THEN sqlite_mig_internal._target_columns(m.migration, o.source_name, k.parent_columns) END AS list OFFSET 0) AS p
		WHERE m.migration = _sql_constraints.migration AND t.include AND k.include
			AND CASE k.kind WHEN 'check' THEN k.target_sql IS NOT NULL WHEN 'foreign key' THEN c.list IS NOT NULL AND p.list IS NOT NULL ELSE c.list IS NOT NULL END
		ORDER BY array_position('{primary key,unique,check,foreign key}'::text[], k.kind), t.load_order, t.source_name, k.target_name;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sql_constraints(text) IS 'internal: statements for keys, foreign keys and checks; what refers to something not included gives none';

/* Those of some columns that cannot become NULL. */
CREATE FUNCTION sqlite_mig_internal._never_null(migration text, source_table text, columns text[]) RETURNS SETOF text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT c.source_name FROM sqlite_mig.plan_column AS c
		WHERE c.migration = _never_null.migration AND c.source_table = _never_null.source_table AND c.source_name = ANY (_never_null.columns)
			AND (c.not_null OR EXISTS (SELECT FROM sqlite_mig.plan_constraint AS k WHERE k.migration = c.migration AND k.source_table = c.source_table
				AND k.include AND k.kind = 'primary key' AND c.source_name = ANY (k.columns)))
		ORDER BY c.position;
END;
COMMENT ON FUNCTION sqlite_mig_internal._never_null(text, text, text[]) IS 'internal: columns that cannot become NULL';

/* What becomes of rows that break a constraint: as its own policy says, else the option of the migration, else stop. */
CREATE FUNCTION sqlite_mig_internal._policy(migration text, source_table text, kind text, columns text[], policy text) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(_policy.policy, CASE
			WHEN o.said <> 'set null' OR kind = 'foreign key' AND NOT EXISTS (SELECT FROM sqlite_mig_internal._never_null(_policy.migration, _policy.source_table, _policy.columns)) THEN o.said END, 'stop')
		FROM (SELECT m.options ->> 'policy' FROM sqlite_mig.migration AS m WHERE m.migration = _policy.migration) AS o (said);
END;
COMMENT ON FUNCTION sqlite_mig_internal._policy(text, text, text, text[], text) IS 'internal: what becomes of rows that break a constraint';

/* Foreign keys whose rows without a parent leave, or lose the reference: before any foreign key is made, whose ON DELETE would act. */
CREATE FUNCTION sqlite_mig_internal._sql_orphans(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'orphans', m.target_schema, NULL::text, format('SELECT sqlite_mig_internal._settle_orphans(%L)', m.migration)
		FROM sqlite_mig.migration AS m
		WHERE m.migration = _sql_orphans.migration AND EXISTS (SELECT FROM sqlite_mig.plan_constraint AS k
			-- CASE: the planner would ask _policy first, for every foreign key
			WHERE k.migration = m.migration AND k.kind = 'foreign key' AND k.include AND CASE WHEN coalesce(k.policy, m.options ->> 'policy') IN ('quarantine', 'set null')
				THEN sqlite_mig_internal._policy(k.migration, k.source_table, k.kind, k.columns, k.policy) IN ('quarantine', 'set null') END);
END;
COMMENT ON FUNCTION sqlite_mig_internal._sql_orphans(text) IS 'internal: statement that takes rows without a parent out';

CREATE FUNCTION sqlite_mig_internal._sql_indexes(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, CASE WHEN i.is_unique THEN 'unique index' ELSE 'index' END, i.target_name, t.source_name,
			format('CREATE %sINDEX %I ON %I.%I %s', CASE WHEN i.is_unique THEN 'UNIQUE ' ELSE '' END, i.target_name, m.target_schema, t.target_name, coalesce(i.target_sql, CASE WHEN sqlite_mig_internal._module(i.source_sql) = 'rtree' THEN 'USING gist ' ELSE '' END || format('(%s)', c.list)))
		FROM sqlite_mig.migration AS m
			JOIN sqlite_mig.plan_table AS t USING (migration)
			JOIN sqlite_mig.plan_index AS i ON i.migration = t.migration AND i.source_table = t.source_name,
			LATERAL (SELECT sqlite_mig_internal._target_columns(m.migration, t.source_name, i.columns, i.descending) AS list OFFSET 0) AS c
		WHERE m.migration = _sql_indexes.migration AND t.include AND i.include AND (c.list IS NOT NULL OR i.target_sql IS NOT NULL)
		ORDER BY t.load_order, t.source_name, i.target_name;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sql_indexes(text) IS 'internal: statements for indexes';

CREATE FUNCTION sqlite_mig_internal._sql_sequences(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	-- where SQLite would go on: after the largest key and after the last number given, which only AUTOINCREMENT keeps; at 1 when there was none
	SELECT 0, 'sequence', format('%I.%I.%I', m.target_schema, t.target_name, c.target_name), t.source_name,
			format('SELECT setval(pg_get_serial_sequence(%L, %L), greatest(last, 1), last >= 1) FROM (SELECT greatest(0, (SELECT max(%I) FROM %I.%I)%s) AS last) AS s',
				format('%I.%I', m.target_schema, t.target_name), c.target_name, c.target_name, m.target_schema, t.target_name,
				CASE WHEN t.source_sql ~* 'autoincrement' COLLATE "C" THEN format(', (SELECT max(seq) FROM sqlite_mig.source_sequences(%L) WHERE table_name = %L)', m.server, t.source_name) END)
		FROM sqlite_mig.migration AS m
			JOIN sqlite_mig.plan_table AS t USING (migration)
			JOIN sqlite_mig.plan_column AS c ON c.migration = t.migration AND c.source_table = t.source_name
		WHERE m.migration = _sql_sequences.migration AND t.include AND c.include AND c.identity IS NOT NULL
		ORDER BY t.load_order, t.source_name, c.position;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sql_sequences(text) IS 'internal: statements that set identity sequences';

CREATE FUNCTION sqlite_mig_internal._sql_analyze(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'analyze', format('%I.%I', m.target_schema, t.target_name), t.source_name, format('ANALYZE %I.%I', m.target_schema, t.target_name)
		FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t USING (migration)
		WHERE m.migration = _sql_analyze.migration AND t.include
			AND NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = to_regclass(format('%I.%I', m.target_schema, t.target_name)) AND c.relkind = 'v')
		ORDER BY t.load_order, t.source_name;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sql_analyze(text) IS 'internal: statements that gather statistics';

/* What becomes of tables that are there already: error, load, truncate, replace. */
CREATE FUNCTION sqlite_mig_internal._if_exists(migration text) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(m.options ->> 'if_exists', 'error') FROM sqlite_mig.migration AS m WHERE m.migration = _if_exists.migration;
END;
COMMENT ON FUNCTION sqlite_mig_internal._if_exists(text) IS 'internal: what becomes of tables that are there already';

/* The included tables of a plan with the relations of their names. */
CREATE FUNCTION sqlite_mig_internal._targets(migration text) RETURNS TABLE (source_name text, load_order integer, name text, relation oid)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT t.source_name, t.load_order, format('%I.%I', m.target_schema, t.target_name), c.oid
		FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t USING (migration)
			LEFT JOIN pg_namespace AS n ON n.nspname = m.target_schema
			LEFT JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = t.target_name
		WHERE m.migration = _targets.migration AND t.include
		ORDER BY t.load_order, t.source_name;
END;
COMMENT ON FUNCTION sqlite_mig_internal._targets(text) IS 'internal: included tables and their relations';

/* Goes a relation away with the tables that if_exists => 'replace' drops? */
CREATE FUNCTION sqlite_mig_internal._is_replaced(migration text, relation oid) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT sqlite_mig_internal._if_exists(_is_replaced.migration) = 'replace' AND EXISTS (
		SELECT FROM sqlite_mig_internal._targets(_is_replaced.migration) AS t
			LEFT JOIN pg_depend AS d ON d.refobjid = t.relation AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
			LEFT JOIN pg_index AS i ON i.indrelid = t.relation
		WHERE _is_replaced.relation IN (t.relation, d.objid, i.indexrelid));
END;
COMMENT ON FUNCTION sqlite_mig_internal._is_replaced(text, oid) IS 'internal: goes a relation away with the tables that are replaced';

/* Foreign keys between tables to load; "late": the parent is loaded after the child, so they form a cycle. */
CREATE FUNCTION sqlite_mig_internal._loaded_keys(migration text) RETURNS TABLE (source_name text, child text, name text, qualified text, parent_name text, is_deferrable boolean, late boolean)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT c.source_name, c.name, k.conname::text, format('%I.%I', n.nspname, k.conname), p.source_name, k.condeferrable, (p.load_order, p.source_name) > (c.load_order, c.source_name)
		FROM sqlite_mig_internal._targets(_loaded_keys.migration) AS c
			JOIN pg_constraint AS k ON k.conrelid = c.relation AND k.contype = 'f'
			JOIN pg_namespace AS n ON n.oid = k.connamespace
			JOIN sqlite_mig_internal._targets(_loaded_keys.migration) AS p ON p.relation = k.confrelid
		ORDER BY c.load_order, k.conname;
END;
COMMENT ON FUNCTION sqlite_mig_internal._loaded_keys(text) IS 'internal: foreign keys between tables to load';

/*
 * Rows into tables that exist. A foreign key whose parent comes later waits for
 * the end when it is deferrable; else its check is switched off for the copy of
 * that table and made up for by a query over all its rows.
 */
CREATE FUNCTION sqlite_mig_internal._sql_loads(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH key AS MATERIALIZED (
		SELECT k.* FROM sqlite_mig_internal._loaded_keys(_sql_loads.migration) AS k
	)
	SELECT 0, s.kind, s.name, s.source_name, s.statement
	FROM (
		SELECT 1 AS part, 0::bigint AS n, 'truncate' AS kind, m.target_schema AS name, NULL::text AS source_name, 'TRUNCATE ' || string_agg(t.name, ', ' ORDER BY t.load_order) AS statement
			FROM sqlite_mig.migration AS m, LATERAL sqlite_mig_internal._targets(m.migration) AS t
			WHERE m.migration = _sql_loads.migration AND m.options ->> 'if_exists' = 'truncate' GROUP BY m.target_schema HAVING count(*) > 0
		UNION ALL SELECT 2, 0, 'constraints', 'deferred', NULL, format('SET CONSTRAINTS %s DEFERRED', string_agg(k.qualified, ', ' ORDER BY k.qualified)) FROM key AS k
			WHERE k.late AND k.is_deferrable HAVING count(*) > 0
		UNION ALL SELECT 3, 3 * c.ordinality + x.n, x.kind, x.name, c.source_table, x.statement
			FROM sqlite_mig_internal._sql_copies(_sql_loads.migration) WITH ORDINALITY AS c,
				LATERAL (VALUES (0, 'setting', 'session_replication_role', 'SET LOCAL session_replication_role = replica'), (1, c.object_kind, c.object_name, c.statement),
					(2, 'setting', 'session_replication_role', format('SET LOCAL session_replication_role = %s', current_setting('session_replication_role')))) AS x (n, kind, name, statement)
			WHERE x.n = 1 OR EXISTS (SELECT FROM key AS k WHERE k.source_name = c.source_table AND k.late AND NOT k.is_deferrable)
		UNION ALL SELECT 4, 0, 'constraints', 'immediate', NULL, format('SET CONSTRAINTS %s IMMEDIATE', string_agg(k.qualified, ', ' ORDER BY k.qualified)) FROM key AS k
			WHERE k.is_deferrable HAVING count(*) > 0
		UNION ALL SELECT 5, row_number() OVER (ORDER BY k.child, k.name), 'foreign key check', k.name, k.source_name, format('SELECT sqlite_mig_internal._check_foreign_key(%L, %L)', k.child, k.name)
			-- its other foreign keys were off as well
			FROM key AS k WHERE EXISTS (SELECT FROM key AS l WHERE l.source_name = k.source_name AND l.late AND NOT l.is_deferrable)
	) AS s ORDER BY s.part, s.n;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sql_loads(text) IS 'internal: statements that load tables that exist';

/*
 * The sequences that the defaults of loaded columns draw from go on after the
 * largest value; none goes back. Those of a view are of the one table that it is
 * over, of the column of the same name.
 */
CREATE FUNCTION sqlite_mig_internal._sql_loaded_sequences(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'sequence', q.name, t.source_name,
			format('SELECT setval(%L, last) FROM %s AS q, (SELECT greatest((SELECT max(%I) FROM %s)%s)::bigint AS last) AS s '
				'WHERE last > q.last_value OR last = q.last_value AND NOT q.is_called', q.name, q.name, c.target_name, t.name,
				CASE WHEN c.primary_key IS NOT NULL THEN format(', (SELECT max(seq) FROM sqlite_mig.source_sequences(%L) WHERE table_name = %L)', m.server, t.source_name) END)
		FROM sqlite_mig.migration AS m, LATERAL sqlite_mig_internal._targets(m.migration) AS t
			JOIN sqlite_mig.plan_column AS c ON c.source_table = t.source_name AND c.include
			CROSS JOIN LATERAL (SELECT coalesce((SELECT min(d.refobjid) FROM pg_rewrite AS w JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
					AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> t.relation
				WHERE w.ev_class = t.relation AND (SELECT r.relkind = 'v' FROM pg_class AS r WHERE r.oid = t.relation) HAVING count(DISTINCT d.refobjid) = 1), t.relation) AS relation) AS b
			JOIN pg_attribute AS a ON a.attrelid = b.relation AND a.attname = c.target_name AND a.atttypid = ANY ('{smallint,integer,bigint,numeric}'::regtype[]),
			LATERAL (SELECT pg_get_serial_sequence(b.relation::regclass::text, a.attname)::regclass::oid AS oid
				UNION SELECT d.refobjid FROM pg_attrdef AS f JOIN pg_depend AS d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass
				WHERE f.adrelid = a.attrelid AND f.adnum = a.attnum) AS s
			JOIN pg_class AS r ON r.oid = s.oid AND r.relkind = 'S'
			JOIN pg_namespace AS n ON n.oid = r.relnamespace,
			LATERAL (SELECT format('%I.%I', n.nspname, r.relname) AS name) AS q
		WHERE m.migration = _sql_loaded_sequences.migration AND c.migration = m.migration
		ORDER BY t.load_order, c.position, q.name;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sql_loaded_sequences(text) IS 'internal: statements that set the sequences of loaded tables';

/* What if_exists => 'replace' takes away: plain DROP, so that nothing goes that was not named. */
CREATE FUNCTION sqlite_mig_internal._sql_drops(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'drop', m.target_schema, NULL::text, d.statement
		FROM sqlite_mig.migration AS m, LATERAL (
			SELECT 1 AS n, 'DROP VIEW ' || string_agg(v.relation::text, ', ' ORDER BY v.relation::text) AS statement FROM sqlite_mig_internal._target_views(m.migration) AS v
			UNION ALL SELECT 2, 'DROP TABLE ' || string_agg(t.name, ', ' ORDER BY t.load_order) FROM sqlite_mig_internal._targets(m.migration) AS t WHERE t.relation IS NOT NULL
			-- their triggers are gone then
			UNION ALL SELECT 3, 'DROP FUNCTION ' || string_agg(f.name, ', ' ORDER BY f.name) FROM sqlite_mig_internal._target_functions(m.migration) AS f) AS d
		WHERE m.migration = _sql_drops.migration AND d.statement IS NOT NULL
		ORDER BY d.n;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sql_drops(text) IS 'internal: statements that drop the views and tables in the way';

/* Throws when the plan, as edited, cannot be written as statements. */
CREATE FUNCTION sqlite_mig_internal._check_plan(migration text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	bad record;
BEGIN
	SELECT c.* INTO bad FROM sqlite_mig.plan_column AS c JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table
		WHERE c.migration = _check_plan.migration AND c.include AND t.include AND sqlite_mig_internal._type_name(c.target_type) IS NULL
		ORDER BY t.load_order, c.position LIMIT 1;
	IF FOUND THEN
		PERFORM sqlite_mig_internal._refuse('undefined_object',
			format('type "%s" of column "%s" of table "%s" does not exist', bad.target_type, bad.source_name, bad.source_table),
			hint => format('UPDATE sqlite_mig.plan_column SET target_type = ''...'' WHERE (migration, source_table, source_name) = (%L, %L, %L);',
				bad.migration, bad.source_table, bad.source_name));
	END IF;
	SELECT t.* INTO bad FROM sqlite_mig.plan_table AS t
		WHERE t.migration = _check_plan.migration AND t.include AND NOT EXISTS (SELECT FROM sqlite_mig.plan_column AS c
			WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include)
		ORDER BY t.load_order LIMIT 1;
	IF FOUND THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state',
			format('table "%s" is included, but none of its columns is', bad.source_name),
			hint => format('UPDATE sqlite_mig.plan_table SET include = false WHERE (migration, source_name) = (%L, %L);', bad.migration, bad.source_name));
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_plan(text) IS 'internal: throws when a plan cannot be written as statements';

CREATE FUNCTION sqlite_mig_internal._statements(migration text) RETURNS SETOF sqlite_mig_internal._statement
	-- the plan has no statistics: a nested loop would read all constraints for each table
	LANGUAGE sql STABLE SET enable_nestloop = off SET jit = off
BEGIN ATOMIC
	SELECT row_number() OVER (ORDER BY s.part, s.ordinality)::integer, s.object_kind, s.object_name, s.source_table, s.statement
	FROM (SELECT sqlite_mig_internal._if_exists(_statements.migration)) AS e (if_exists), LATERAL (
		SELECT 1 AS part, b.* FROM sqlite_mig_internal._sql_schemas(_statements.migration) WITH ORDINALITY AS b
		UNION ALL SELECT 2, b.* FROM sqlite_mig_internal._sql_foreign_tables(_statements.migration) WITH ORDINALITY AS b
		UNION ALL SELECT 3, b.* FROM sqlite_mig_internal._sql_drops(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists = 'replace'
		UNION ALL SELECT 4, b.* FROM sqlite_mig_internal._sql_collations(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 4, b.* FROM sqlite_mig_internal._sql_systems(_statements.migration) WITH ORDINALITY AS b
		UNION ALL SELECT 4, b.* FROM sqlite_mig_internal._sql_loads(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('load', 'truncate')
		UNION ALL SELECT 5, b.* FROM sqlite_mig_internal._sql_loaded_sequences(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('load', 'truncate')
		UNION ALL SELECT 6, b.* FROM sqlite_mig_internal._sql_tables(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 7, b.* FROM sqlite_mig_internal._sql_copies(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT CASE b.object_kind WHEN 'foreign key' THEN 12 ELSE 8 END, b.* FROM sqlite_mig_internal._sql_constraints(_statements.migration) WITH ORDINALITY AS b
			WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 9, b.* FROM sqlite_mig_internal._sql_indexes(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 10, b.* FROM sqlite_mig_internal._sql_search_indexes(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 11, b.* FROM sqlite_mig_internal._sql_orphans(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 13, b.* FROM sqlite_mig_internal._sql_sequences(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 14, b.* FROM sqlite_mig_internal._sql_analyze(_statements.migration) WITH ORDINALITY AS b
		UNION ALL SELECT 15, b.* FROM sqlite_mig_internal._sql_comments(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
		UNION ALL SELECT 16, b.* FROM sqlite_mig_internal._sql_views(_statements.migration) WITH ORDINALITY AS b WHERE e.if_exists IN ('error', 'replace')
	) AS s
	ORDER BY 1;
END;
COMMENT ON FUNCTION sqlite_mig_internal._statements(text) IS 'internal: all statements of a migration in order';

CREATE FUNCTION sqlite_mig.ddl(server text, migration text DEFAULT NULL,
		OUT step integer, OUT object_kind text, OUT object_name text, OUT statement text)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan sqlite_mig.migration := sqlite_mig_internal._migration(coalesce(ddl.migration, ddl.server));
BEGIN
	PERFORM sqlite_mig_internal._check_plan(plan.migration);
	RETURN QUERY
		WITH s AS MATERIALIZED (SELECT * FROM sqlite_mig_internal._statements(plan.migration)),
			w AS MATERIALIZED (SELECT sqlite_mig_internal._room(19 + max(length(n.object_kind)) + max(length(n.object_name)), 1, 56) AS width FROM s AS n)
		SELECT s.step, s.object_kind, s.object_name, sqlite_mig_internal._layout(s.statement, w.width)
		FROM s, w ORDER BY s.step;
END;
$$;
COMMENT ON FUNCTION sqlite_mig.ddl(text, text) IS
	'every statement of a migration in order, as the plan stands now; nothing is executed. In psql: SELECT statement FROM sqlite_mig.ddl(''...'') \gexec';
