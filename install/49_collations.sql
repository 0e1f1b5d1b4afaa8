-- Collations NOCASE and RTRIM in the plan: the option nocase, the keys of indexes that compare as SQLite did, and what the
-- ledger says of each. NOCASE takes ASCII letters alone for the same; what PostgreSQL has takes all letters, but for lower() in collation "C".

/* The type citext with its schema, NULL while the extension is not there. */
CREATE FUNCTION sqlite_mig_internal._citext() RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT format('%I.citext', n.nspname) FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
		WHERE t.typname = 'citext' AND EXISTS (SELECT FROM pg_depend AS d JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'citext'
			WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.refclassid = 'pg_extension'::regclass);
END;
COMMENT ON FUNCTION sqlite_mig_internal._citext() IS 'internal: the type citext with its schema';

/* Does a planned column compare without case by itself? */
CREATE FUNCTION sqlite_mig_internal._ignores_case(c sqlite_mig.plan_column) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT (c).target_type ~ '(^|\.)citext$' OR (c).target_collation IS NOT NULL AND upper((c)."collation" COLLATE "C") = 'NOCASE';
END;
COMMENT ON FUNCTION sqlite_mig_internal._ignores_case(sqlite_mig.plan_column) IS 'internal: does a planned column compare without case';

/*
 * Key of an index over columns alone, of which some compare otherwise than PostgreSQL does; NULL for another index. NOCASE
 * is lower(): of ASCII letters alone, as in SQLite, where it decides what is unique; else as the translator writes it in
 * queries, so that they find the index.
 */
CREATE FUNCTION sqlite_mig_internal._collated_keys(server text, i sqlite_mig.plan_index) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT '(' || string_agg(CASE WHEN sqlite_mig_internal._ignores_case(c) THEN format(CASE WHEN upper(u.coll COLLATE "C") = 'NOCASE' THEN '%1$I' WHEN upper(u.coll COLLATE "C") = 'RTRIM' THEN '(rtrim(%1$I%2$s, '' ''))' WHEN c.target_collation IS NULL THEN '(%1$I%2$s)' ELSE '%1$I%2$s' END,
					c.target_name, CASE WHEN c.target_collation IS NULL THEN '::text' ELSE ' COLLATE "C"' END)
				WHEN c.target_type !~ '^(text|varchar)' THEN quote_ident(c.target_name)
				ELSE format(CASE upper(u.coll COLLATE "C") WHEN 'NOCASE' THEN CASE WHEN (i).is_unique THEN '(lower(%I COLLATE "C"))' ELSE '(lower(%I))' END
					WHEN 'RTRIM' THEN '(rtrim(%I, '' ''))' ELSE '%I' END, c.target_name) END
			|| CASE WHEN u.descending THEN ' DESC' ELSE '' END, ', ' ORDER BY u.n) || ')'
		FROM sqlite_mig.source_indexes(_collated_keys.server, (i).source_table) AS s,
			LATERAL unnest(s.columns, s.collations, s.descending) WITH ORDINALITY AS u (name, coll, descending, n)
			JOIN sqlite_mig.plan_column AS c ON c.migration = (i).migration AND c.source_table = (i).source_table AND c.source_name = u.name
		WHERE s.index_name = (i).source_name AND NOT s.partial AND array_position(s.columns, NULL) IS NULL
		HAVING bool_and(upper(u.coll COLLATE "C") IN ('BINARY', 'NOCASE', 'RTRIM'));
END;
COMMENT ON FUNCTION sqlite_mig_internal._collated_keys(text, sqlite_mig.plan_index) IS 'internal: key of an index with collations of SQLite';

/* Columns declared COLLATE NOCASE, as the option nocase says; where the server has not what it asks for, as without it. */
CREATE FUNCTION sqlite_mig_internal._plan_nocase(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	asked constant text := coalesce((plan).options ->> 'nocase', 'lower');
	lacks constant text := CASE asked WHEN 'citext' THEN CASE WHEN sqlite_mig_internal._citext() IS NULL THEN 'the extension citext is not there: CREATE EXTENSION citext before prepare' END
		WHEN 'icu' THEN CASE WHEN NOT EXISTS (SELECT FROM pg_collation AS c WHERE c.collprovider = 'i') THEN 'this PostgreSQL was built without ICU' END END;
BEGIN
	IF lacks IS NOT NULL THEN
		PERFORM sqlite_mig_internal._note((plan).migration, 'prepare', 'migration', (plan).migration, NULL, 'warning', 'changed', 'collation', format('nocase is lower and not %s, as the options say: %s', asked, lacks))
			WHERE EXISTS (SELECT FROM sqlite_mig.plan_column AS c WHERE c.migration = (plan).migration AND upper(c."collation" COLLATE "C") = 'NOCASE');
		RETURN;
	END IF;
	UPDATE sqlite_mig.plan_column AS c SET target_type = CASE asked WHEN 'citext' THEN sqlite_mig_internal._citext() ELSE c.target_type END,
			target_collation = CASE asked WHEN 'icu' THEN format('%I.nocase', (plan).target_schema) END,
			evidence = c.evidence || jsonb_build_object('proposed', concat_ws('/', CASE asked WHEN 'citext' THEN sqlite_mig_internal._citext() ELSE c.target_type END, c.format))
		WHERE c.migration = (plan).migration AND asked IN ('citext', 'icu') AND upper(c."collation" COLLATE "C") = 'NOCASE' AND c.target_type ~ '^(text|varchar)' AND c.format IS NULL;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_nocase(sqlite_mig.migration) IS 'internal: what becomes of COLLATE NOCASE';

/* What the ledger says of a column with a collation of its own. */
CREATE FUNCTION sqlite_mig_internal._collation_finding(c sqlite_mig.plan_column) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE
		WHEN (c).target_type ~ '(^|\.)citext$' THEN 'compared with NOCASE in SQLite, is citext: compares without the case of any letters, where NOCASE knows ASCII letters alone'
		WHEN sqlite_mig_internal._ignores_case(c) THEN format('compared with NOCASE in SQLite, is COLLATE %s: compares without the case of any letters, where NOCASE knows ASCII letters alone; LIKE, and functions that look for a part of a text, are errors on it before PostgreSQL 18', (c).target_collation)
		WHEN upper((c)."collation" COLLATE "C") = 'NOCASE' AND (c).target_type ~ '^(text|varchar)' THEN format('compared with NOCASE in SQLite, compares exactly now; compare lower(%1$I), or see the option nocase', (c).target_name)
		WHEN upper((c)."collation" COLLATE "C") = 'RTRIM' AND (c).target_type ~ '^(text|varchar)' THEN format('compared with RTRIM in SQLite, compares exactly now; compare rtrim(%I, '' '')', (c).target_name)
		ELSE format('compared with %s in SQLite, compares exactly now', (c)."collation") END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._collation_finding(sqlite_mig.plan_column) IS 'internal: what the ledger says of a collation';

/*
 * Primary keys and unique constraints over columns with NOCASE or RTRIM: a constraint of PostgreSQL compares exactly, so a
 * unique index beside it refuses what SQLite refuses. And a reference to such a key, which finds its row in its exact spelling only.
 */
CREATE FUNCTION sqlite_mig_internal._plan_collated_constraints(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan constant sqlite_mig.migration := sqlite_mig_internal._migration(_plan_collated_constraints.migration);
	mig  constant text := plan.migration;
	item record;
	made sqlite_mig.plan_index;
BEGIN
	FOR item IN
		SELECT s.*, k.kind, k.target_name, t.include
		FROM sqlite_mig.plan_table AS t JOIN sqlite_mig.source_indexes(plan.server) WITH ORDINALITY AS s ON s.table_name = t.source_name AND s.origin <> 'create index'
			-- constraints over the same columns may differ in their collations alone: each index belongs to one of them
			CROSS JOIN LATERAL (SELECT k.kind, k.target_name FROM sqlite_mig.plan_constraint AS k WHERE k.migration = mig AND k.source_table = t.source_name
				AND k.kind IN ('primary key', 'unique') AND k.columns = s.columns ORDER BY k.kind = s.origin DESC, k.target_name LIMIT 1) AS k
		WHERE t.migration = mig AND t.include AND EXISTS (SELECT FROM unnest(s.columns, s.collations) AS u (name, coll)
			JOIN sqlite_mig.plan_column AS c ON c.migration = mig AND c.source_table = t.source_name AND c.source_name = u.name
			WHERE upper(u.coll COLLATE "C") IN ('NOCASE', 'RTRIM') AND c.target_type ~ '^(text|varchar)' AND NOT sqlite_mig_internal._ignores_case(c))
		ORDER BY t.load_order, s.ordinality
	LOOP
		INSERT INTO sqlite_mig.plan_index (migration, source_table, source_name, target_name, include, is_unique, columns, descending)
			VALUES (mig, item.table_name, item.index_name, sqlite_mig_internal._free_name(mig, item.target_name || '_collated'), true, true, item.columns, item.descending) RETURNING * INTO made;
		UPDATE sqlite_mig.plan_index AS i SET target_sql = x.keys, proposed = x.keys, include = x.keys IS NOT NULL
			FROM sqlite_mig_internal._collated_keys(plan.server, made) AS x (keys) WHERE i.migration = mig AND i.source_name = made.source_name RETURNING i.* INTO made;
		PERFORM sqlite_mig_internal._note(mig, 'prepare', item.kind, item.target_name, item.table_name, 'info', 'converted', 'collation',
				format('unique index "%s" beside it keeps SQLite''s comparison', made.target_name), sample => made.target_sql) WHERE made.include;
	END LOOP;
	PERFORM sqlite_mig_internal._note(mig, 'prepare', 'foreign key', k.target_name, k.source_table, 'warning', 'changed', 'collation',
			format('finds its row in "%s" in the same spelling only; SQLite compares otherwise, see the option nocase', k.parent_table))
		FROM sqlite_mig.plan_constraint AS k JOIN sqlite_mig.plan_table AS t ON t.migration = k.migration AND t.source_name = k.source_table AND t.include
		WHERE k.migration = mig AND k.kind = 'foreign key' AND k.include AND EXISTS (SELECT FROM sqlite_mig.plan_column AS c
			WHERE c.migration = mig AND c.source_table = k.parent_table AND c.source_name = ANY (k.parent_columns) AND upper(c."collation" COLLATE "C") IN ('NOCASE', 'RTRIM')
				AND c.target_type ~ '^(text|varchar)' AND NOT sqlite_mig_internal._ignores_case(c))
		ORDER BY t.load_order, k.target_name;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_collated_constraints(text) IS 'internal: unique indexes and ledger rows for constraints with collations of SQLite';

/* What refers to a column that compares without case has to do so itself. */
CREATE FUNCTION sqlite_mig_internal._plan_nocase_children(migration text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.plan_column AS c SET target_type = p.target_type, target_collation = p.target_collation, "collation" = p."collation",
			evidence = c.evidence || jsonb_build_object('proposed', concat_ws('/', p.target_type, c.format)), reason = format('compares as %s.%s, which it refers to', p.source_table, p.source_name)
		FROM sqlite_mig.plan_constraint AS k, LATERAL unnest(k.columns, k.parent_columns) AS u (child, parent), sqlite_mig.plan_column AS p
		WHERE k.migration = _plan_nocase_children.migration AND k.kind = 'foreign key' AND k.include
			AND p.migration = k.migration AND p.source_table = k.parent_table AND p.source_name = u.parent AND sqlite_mig_internal._ignores_case(p)
			AND c.migration = k.migration AND c.source_table = k.source_table AND c.source_name = u.child AND c.target_type ~ '^(text|varchar)' AND NOT sqlite_mig_internal._ignores_case(c);
END;
COMMENT ON FUNCTION sqlite_mig_internal._plan_nocase_children(text) IS 'internal: columns that refer to one that compares without case';

/* The operator by which values of a planned column are equal: that of an extension is not in pg_catalog. */
CREATE FUNCTION sqlite_mig_internal._equals(migration text, source_table text, source_name text) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE WHEN c.target_type ~ '(^|\.)citext$' THEN format('OPERATOR(%s.=)', regexp_replace(c.target_type, '\.?citext$', '')) ELSE '=' END
		FROM sqlite_mig.plan_column AS c WHERE c.migration = _equals.migration AND c.source_table = _equals.source_table AND c.source_name = _equals.source_name;
END;
COMMENT ON FUNCTION sqlite_mig_internal._equals(text, text, text) IS 'internal: equality of a planned column';
