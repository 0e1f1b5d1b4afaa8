-- Statements for views, triggers, comments and full-text search, and what a statement of the plan is; see 55_ddl for the others. Reads the plan, executes
-- nothing.

CREATE TYPE sqlite_mig_internal._statement AS (
	step         integer,
	object_kind  text,
	object_name  text,
	source_table text,
	statement    text
);
COMMENT ON TYPE sqlite_mig_internal._statement IS 'internal: one statement of a migration';

/* What the plan says, or the translation with the names that the plan has now. */
CREATE FUNCTION sqlite_mig_internal._object_sql(target_sql text, proposed text, fresh text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN target_sql IS NOT DISTINCT FROM proposed THEN coalesce(fresh, target_sql) ELSE target_sql END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._object_sql(text, text, text) IS 'internal: text of a view or trigger';

/* Views of the target schema with the names of views to make. */
CREATE FUNCTION sqlite_mig_internal._target_views(migration text) RETURNS TABLE (relation regclass)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT c.oid FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_view AS v USING (migration)
			JOIN pg_namespace AS n ON n.nspname = m.target_schema JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = v.target_name AND c.relkind = 'v'
		WHERE m.migration = _target_views.migration AND v.include;
END;
COMMENT ON FUNCTION sqlite_mig_internal._target_views(text) IS 'internal: views of the target schema with the names of views to make';

/* Functions in the way of triggers to make, which only tables and views of the plan use. */
CREATE FUNCTION sqlite_mig_internal._target_functions(migration text) RETURNS TABLE (name text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT format('%I.%I()', m.target_schema, g.source_name)
		FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_trigger AS g USING (migration)
			JOIN pg_proc AS p ON p.oid = to_regprocedure(format('%I.%I()', m.target_schema, g.source_name)) AND p.prorettype = 'trigger'::regtype
		WHERE m.migration = _target_functions.migration AND g.include
			AND EXISTS (SELECT FROM pg_trigger AS r WHERE r.tgfoid = p.oid)
			AND NOT EXISTS (SELECT FROM pg_trigger AS r WHERE r.tgfoid = p.oid
				AND r.tgrelid NOT IN (SELECT c.oid FROM sqlite_mig.plan_table AS t JOIN pg_class AS c ON c.relname = t.target_name AND c.relnamespace = to_regnamespace(quote_ident(m.target_schema))
					WHERE t.migration = m.migration AND t.include
					UNION SELECT v.relation::oid FROM sqlite_mig_internal._target_views(m.migration) AS v));
END;
COMMENT ON FUNCTION sqlite_mig_internal._target_functions(text) IS 'internal: functions in the way of triggers to make';

CREATE FUNCTION sqlite_mig_internal._sql_views(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH fresh AS MATERIALIZED (
		-- nothing is translated where there is nothing to make
		SELECT t.* FROM sqlite_mig_internal._translated(_sql_views.migration) AS t
			WHERE EXISTS (SELECT FROM sqlite_mig.plan_view AS v WHERE v.migration = _sql_views.migration AND v.include
				UNION ALL SELECT FROM sqlite_mig.plan_trigger AS g WHERE g.migration = _sql_views.migration AND g.include)
	)
	SELECT 0, s.kind, format('%I.%I', m.target_schema, s.name), s.source_table, s.statement
		FROM sqlite_mig.migration AS m, LATERAL (
			SELECT 1 AS part, v.make_order, 'view' AS kind, v.target_name AS name, NULL::text AS source_table,
					format('CREATE VIEW %I.%I%s AS %s', m.target_schema, v.target_name, (SELECT format(' (%s)', string_agg(quote_ident(c.name), ', ' ORDER BY c.n))
						FROM unnest(v.columns) WITH ORDINALITY AS c (name, n) HAVING count(*) > 0), x.sql) AS statement
				FROM sqlite_mig.plan_view AS v LEFT JOIN fresh AS t ON t.kind = 'view' AND t.source_name = v.source_name,
					LATERAL sqlite_mig_internal._object_sql(v.target_sql, v.proposed, t.translated) AS x (sql)
				WHERE v.migration = m.migration AND v.include AND x.sql IS NOT NULL
			UNION ALL SELECT 2, row_number() OVER (ORDER BY g.source_table, g.source_name), 'trigger', g.source_name, g.source_table,
					-- a function that no trigger has is what is left when its table was dropped
					CASE WHEN EXISTS (SELECT FROM pg_proc AS p WHERE p.oid = to_regprocedure(format('%I.%I()', m.target_schema, g.source_name)) AND p.prorettype = 'trigger'::regtype
							AND NOT EXISTS (SELECT FROM pg_trigger AS r WHERE r.tgfoid = p.oid))
						THEN regexp_replace(x.sql, '^CREATE FUNCTION ', 'CREATE OR REPLACE FUNCTION ') ELSE x.sql END
				FROM sqlite_mig.plan_trigger AS g LEFT JOIN fresh AS t ON t.kind = 'trigger' AND t.source_name = g.source_name,
					LATERAL sqlite_mig_internal._object_sql(g.target_sql, g.proposed, t.translated) AS x (sql)
				WHERE g.migration = m.migration AND g.include AND x.sql IS NOT NULL) AS s
		WHERE m.migration = _sql_views.migration
		ORDER BY s.part, s.make_order, s.name;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sql_views(text) IS 'internal: statements for views and triggers';

CREATE FUNCTION sqlite_mig_internal._sql_search_indexes(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'index', s.index_name, t.source_name, format('CREATE INDEX %I ON %I.%I USING gin (%s)', s.index_name, m.target_schema, t.target_name, coalesce(s.trigrams, quote_ident(s.column_name)))
		FROM sqlite_mig.migration AS m
			JOIN sqlite_mig.plan_table AS t USING (migration),
			LATERAL sqlite_mig_internal._search_columns(m.migration) AS s
		WHERE m.migration = _sql_search_indexes.migration AND t.include AND s.source_table = t.source_name
		ORDER BY t.load_order, t.source_name, s.index_name;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sql_search_indexes(text) IS 'internal: statements for indexes of full-text search';

CREATE FUNCTION sqlite_mig_internal._sql_comments(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'comment', n.name, t.source_name, format('COMMENT ON %s %s IS %L', n.kind, n.name, n.comment)
		FROM sqlite_mig.migration AS m
			JOIN sqlite_mig.plan_table AS t ON t.migration = m.migration AND t.include,
			LATERAL (SELECT 'TABLE' AS kind, format('%I.%I', m.target_schema, t.target_name) AS name, t.comment, 0 AS position WHERE t.comment <> ''
				UNION ALL SELECT 'COLUMN', format('%I.%I.%I', m.target_schema, t.target_name, c.target_name), c.comment, c.position FROM sqlite_mig.plan_column AS c
					WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include AND c.comment <> '') AS n
		WHERE m.migration = _sql_comments.migration
		ORDER BY t.load_order, t.source_name, n.kind DESC, n.position;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sql_comments(text) IS 'internal: statements for comments';

CREATE FUNCTION sqlite_mig_internal._sql_systems(migration text) RETURNS SETOF sqlite_mig_internal._statement
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT 0, 'reference system', s.srid::text, NULL::text, s.statement FROM sqlite_mig.migration AS m, LATERAL sqlite_mig_internal._system_statements(m) AS s
		WHERE m.migration = _sql_systems.migration AND s.allowed ORDER BY s.srid;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sql_systems(text) IS 'internal: statements for reference systems';
