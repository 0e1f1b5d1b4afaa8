-- Columns of the plan: names, declared types, NOT NULL, identity, and what the ledger says of them. What the values make
-- of the types is in 44_values; every choice that is not the plain reading of the declaration becomes a ledger row.

/* Fills plan_column for every table of the plan, with the type that the declaration alone suggests; leaves out tables too wide for PostgreSQL. */
CREATE FUNCTION sqlite_mig_internal._plan_columns(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan  sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	tabs  text[];
BEGIN
	INSERT INTO sqlite_mig.plan_column (migration, source_table, source_name, position, target_name, declared_type, target_type, format,
			not_null, default_source, identity, generated, "collation", primary_key, confidence, reason)
		WITH source AS MATERIALIZED (
			SELECT s.* FROM sqlite_mig.source_columns(plan.server) AS s
				JOIN sqlite_mig.plan_table AS t ON t.migration = plan.migration AND t.source_name = s.table_name AND (t.kind = 'table' OR t.kind = 'virtual' AND t.include)
		), kind AS MATERIALIZED (
			SELECT d.declared_type, k.* FROM (SELECT DISTINCT s.declared_type FROM source AS s) AS d,
				LATERAL (SELECT c.target_type, c.format, c.reason FROM sqlite_mig.type_candidates(d.declared_type) AS c ORDER BY c.if_empty DESC, c.ordinal LIMIT 1) AS k
		)
		SELECT plan.migration, s.table_name, s.column_name, s.position, sqlite_mig_internal._column_name(s.column_name, s.position, plan.options ->> 'names'), s.declared_type,
			CASE WHEN s.rowid_alias THEN 'bigint' ELSE k.target_type END, k.format,
			s.not_null OR s.primary_key IS NOT NULL, s.default_value,
			CASE WHEN s.rowid_alias THEN CASE WHEN (plan.options ->> 'serial')::boolean THEN 'serial' ELSE coalesce(plan.options ->> 'identity', 'by default') END END,
			s.generated, CASE WHEN upper(s."collation" COLLATE "C") <> 'BINARY' THEN s."collation" END, s.primary_key, CASE WHEN s.rowid_alias THEN 1 ELSE 0.5 END,
			CASE WHEN s.rowid_alias THEN 'rowid alias' ELSE k.reason END
		FROM source AS s JOIN kind AS k ON k.declared_type = s.declared_type;

	PERFORM sqlite_mig_internal._plan_computed(plan);
	PERFORM sqlite_mig_internal._plan_virtual_keys(plan);
	PERFORM sqlite_mig_internal._plan_comments(plan.migration);
	PERFORM sqlite_mig_internal._plan_column_names(plan.migration);
	PERFORM sqlite_mig_internal._plan_keyed(plan.migration);

	WITH wide AS (
		UPDATE sqlite_mig.plan_table AS t SET include = false, reason = 'more than 1600 columns, which is all a table can have in PostgreSQL'
		WHERE t.migration = plan.migration AND t.include
			AND (SELECT count(*) FROM sqlite_mig.plan_column AS c WHERE c.migration = t.migration AND c.source_table = t.source_name) > 1600
		RETURNING t.*)
	SELECT array_agg(w.source_name) INTO tabs
		FROM wide AS w, LATERAL sqlite_mig_internal._note(plan.migration, 'prepare', 'table', w.source_name, w.source_name, 'blocker', 'skipped', 'too wide', w.reason);

	IF coalesce((plan.options ->> 'fit_values')::boolean, true) THEN
		PERFORM sqlite_mig_internal._plan_values(plan.migration);
	ELSE
		PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'migration', plan.migration, NULL, 'warning', 'guessed', 'declarations only',
			'types and NOT NULL follow the declarations; the values were not read (option fit_values)');
	END IF;
	PERFORM sqlite_mig_internal._plan_empty_geometries(plan);
	PERFORM sqlite_mig_internal._plan_search_types(plan.migration);
	UPDATE sqlite_mig.plan_column AS c SET time_zone = plan.options ->> 'time_zone'
		WHERE c.migration = plan.migration AND plan.options ? 'time_zone'
			AND (c.target_type = 'timestamptz' AND c.format IS NULL OR c.target_type = 'timestamp');
	PERFORM sqlite_mig_internal._plan_nocase(plan);
	PERFORM sqlite_mig_internal._plan_compression(plan.migration);
	PERFORM sqlite_mig_internal._plan_column_notes(plan.migration);
	PERFORM sqlite_mig_internal._plan_type_notes(plan.migration);
	PERFORM sqlite_mig_internal._plan_value_notes(plan.migration);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_columns(text) IS 'internal: fills plan_column';

/* Leaves out generated columns that SQLite cannot compute here: they call functions, or compare by collations, that only the application has. */
CREATE FUNCTION sqlite_mig_internal._plan_computed(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item   record;
	detail text;
BEGIN
	FOR item IN
		SELECT c.source_table, c.source_name FROM sqlite_mig.plan_column AS c JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table
			WHERE c.migration = plan.migration AND c.generated = 'virtual' AND t.include ORDER BY t.load_order, c.position
	LOOP
		BEGIN
			-- (compiled and not computed: what fails for the values of a row is another matter)
			PERFORM sqlite_mig_internal._source_value(plan.server, format('CASE WHEN random() IS NULL THEN %s END', sqlite_mig_internal._sqlite_name(item.source_name)), item.source_table);
		EXCEPTION
			WHEN undefined_function OR undefined_object OR undefined_column OR insufficient_privilege OR fdw_error THEN
				GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
				UPDATE sqlite_mig.plan_column AS c SET include = false, reason = 'generated, and SQLite cannot compute it here', evidence = coalesce(c.evidence, '{}') || '{"not computed": true}'
					WHERE c.migration = plan.migration AND c.source_table = item.source_table AND c.source_name = item.source_name;
				PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', 'column', item.source_table || '.' || item.source_name, item.source_table, 'warning', 'skipped', 'generated',
					format('generated, and left out: SQLite cannot compute it here, outside of the application. %s', detail));
		END;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_computed(sqlite_mig.migration) IS 'internal: leaves out generated columns that cannot be computed';

/* Comments in CREATE TABLE that clearly belong to the table or a column. */
CREATE FUNCTION sqlite_mig_internal._plan_comments(migration text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.plan_table AS t SET comment = c.comment FROM sqlite_mig.plan_table AS p, LATERAL sqlite_mig_internal._table_comments(p.source_sql) AS c
		WHERE p.migration = _plan_comments.migration AND p.kind = 'table' AND c.column_name IS NULL AND t.migration = p.migration AND t.source_name = p.source_name;
	UPDATE sqlite_mig.plan_column AS k SET comment = c.comment FROM sqlite_mig.plan_table AS p, LATERAL sqlite_mig_internal._table_comments(p.source_sql) AS c
		WHERE p.migration = _plan_comments.migration AND p.kind = 'table' AND k.migration = p.migration AND k.source_table = p.source_name AND lower(k.source_name COLLATE "C") = lower(c.column_name COLLATE "C");
END;
COMMENT ON FUNCTION sqlite_mig_internal._plan_comments(text) IS 'internal: comments of tables and columns';

/*
 * PostgreSQL compresses rows of more than 2 kB, the longest values first: two of 1000 bytes make such a row. lz4 takes a fraction of
 * pglz's time, but leaves more bytes of most texts: columns with an index, whose rows have a limit, keep what they would have had.
 */
CREATE FUNCTION sqlite_mig_internal._plan_compression(migration text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	-- (the indexes of the file are asked for once, not for each column)
	WITH indexed AS MATERIALIZED (
		SELECT DISTINCT i.table_name, u AS name
			FROM sqlite_mig.migration AS m, LATERAL sqlite_mig.source_indexes(m.server) AS i, unnest(i.columns) AS u WHERE m.migration = _plan_compression.migration
	)
	UPDATE sqlite_mig.plan_column AS c SET compression = 'lz4'
		WHERE c.migration = _plan_compression.migration
			-- where no value was read, they may be long
			AND CASE WHEN c.evidence ? 'rows' THEN (c.evidence ->> 'max_bytes')::bigint >= 1000 ELSE c.target_type IN ('text', 'bytea', 'jsonb') END
			AND sqlite_mig_internal._is_compressible(c.target_type)
			AND EXISTS (SELECT FROM pg_settings AS s WHERE s.name = 'default_toast_compression' AND 'lz4' = ANY (s.enumvals))
			AND NOT EXISTS (SELECT FROM indexed AS i WHERE i.table_name = c.source_table AND i.name = c.source_name);
END;
COMMENT ON FUNCTION sqlite_mig_internal._plan_compression(text) IS 'internal: proposes lz4 for columns with long values';

/* A column name that PostgreSQL takes: system columns have names of their own, and a name has 1 to 63 bytes. */
CREATE FUNCTION sqlite_mig_internal._column_name(name text, number integer, policy text DEFAULT NULL) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	-- one expression, which becomes part of the query that asks
	SELECT CASE WHEN sqlite_mig_internal._styled_name(_column_name.name, _column_name.policy) = '' THEN 'column_' || _column_name.number::text
		WHEN sqlite_mig_internal._styled_name(_column_name.name, _column_name.policy) IN ('ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid')
			THEN sqlite_mig_internal._styled_name(_column_name.name, _column_name.policy) || '_'
		ELSE sqlite_mig_internal._short_name(sqlite_mig_internal._styled_name(_column_name.name, _column_name.policy)) END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._column_name(text, integer, text) IS 'internal: a column name that PostgreSQL takes';

/* No two columns of a table alike: those that keep their name first, then in order. */
CREATE FUNCTION sqlite_mig_internal._plan_column_names(migration text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	WITH clash AS (
		SELECT c.source_table, array_agg(c.source_name ORDER BY c.target_name <> c.source_name, c.position) AS names,
				array_agg(c.target_name ORDER BY c.target_name <> c.source_name, c.position) AS wanted
			FROM sqlite_mig.plan_column AS c WHERE c.migration = _plan_column_names.migration
			GROUP BY c.source_table HAVING count(DISTINCT c.target_name) < count(*)
	)
	UPDATE sqlite_mig.plan_column AS c SET target_name = u.target
		FROM clash AS k, LATERAL unnest(k.names, sqlite_mig_internal._distinct_names(k.wanted)) AS u (name, target)
		WHERE c.migration = _plan_column_names.migration AND c.source_table = k.source_table AND c.source_name = u.name AND c.target_name <> u.target;
END;
COMMENT ON FUNCTION sqlite_mig_internal._plan_column_names(text) IS 'internal: makes column names unique';

/*
 * Marks the columns of keys and foreign keys. Two spellings of a time are two
 * values of a key as text and one as a time, and both ends of a foreign key
 * must have types that compare: there the declaration decides, not the values.
 */
CREATE FUNCTION sqlite_mig_internal._plan_keyed(migration text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.plan_column AS c SET evidence = '{"keyed": true}'
		FROM (
			SELECT DISTINCT lower(k.table_name COLLATE "C") AS table_name, lower(u.name COLLATE "C") AS column_name
			FROM sqlite_mig.migration AS m,
				LATERAL (SELECT i.table_name, i.columns FROM sqlite_mig.source_indexes(m.server) AS i WHERE i.is_unique
					UNION ALL SELECT f.table_name, f.columns FROM sqlite_mig.source_foreign_keys(m.server) AS f
					UNION ALL SELECT f.parent_table, f.parent_columns FROM sqlite_mig.source_foreign_keys(m.server) AS f) AS k,
				LATERAL unnest(k.columns) AS u (name)
			WHERE m.migration = _plan_keyed.migration) AS k
		WHERE c.migration = _plan_keyed.migration AND lower(c.source_table COLLATE "C") = k.table_name AND (lower(c.source_name COLLATE "C") = k.column_name);
	UPDATE sqlite_mig.plan_column AS c SET evidence = '{"keyed": true}' WHERE c.migration = _plan_keyed.migration AND c.primary_key IS NOT NULL;
END;
COMMENT ON FUNCTION sqlite_mig_internal._plan_keyed(text) IS 'internal: marks the columns of keys';

/* How two types are alike: a number stays a number and a text a text when one is chosen instead of the other. */
CREATE FUNCTION sqlite_mig_internal._type_family(type text, format text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN _type_family.format IS NOT NULL THEN _type_family.type || '/' || _type_family.format
		WHEN _type_family.type ~ '^(bigint|integer|smallint|numeric|double precision|real)\M' THEN 'number'
		WHEN _type_family.type ~ '^(text|varchar|character varying)\M' THEN 'text'
		ELSE _type_family.type END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._type_family(text, text) IS 'internal: number, text, or the type itself';

/* The time zone of times without one: the plan's, else the server's, else UTC. */
CREATE FUNCTION sqlite_mig_internal._source_zone(migration text) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(m.options ->> 'time_zone',
			(SELECT o.option_value FROM pg_foreign_server AS s, pg_options_to_table(s.srvoptions) AS o
				WHERE s.srvname = m.server AND o.option_name = 'time_zone'), 'UTC')
		FROM sqlite_mig.migration AS m WHERE m.migration = _source_zone.migration;
END;
COMMENT ON FUNCTION sqlite_mig_internal._source_zone(text) IS 'internal: the time zone of times without one';

/*
 * Writes to the ledger what the columns of included tables became, apart from
 * types the values did not allow. One SELECT for each kind of finding, so that
 * nothing is worked out for the many columns that it does not apply to.
 */
CREATE FUNCTION sqlite_mig_internal._plan_column_notes(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	zone   text := sqlite_mig_internal._source_zone(migration);
	words  text[] := sqlite_mig_internal._reserved_words();
	-- somebody has named the zone: no guess
	sure   boolean := (sqlite_mig_internal._migration(migration)).options ? 'time_zone' OR EXISTS (
		SELECT FROM pg_foreign_server AS s, pg_options_to_table(s.srvoptions) AS o
			WHERE s.srvname = (sqlite_mig_internal._migration(migration)).server AND o.option_name = 'time_zone');
	policy text := (sqlite_mig_internal._migration(migration)).options ->> 'names';
BEGIN
	INSERT INTO sqlite_mig.ledger_entry (migration, phase, object_kind, object_name, table_name, severity, effect, rule, detail, rows)
	SELECT c.migration, 'prepare', 'column', c.source_table || '.' || c.source_name, c.source_table, n.severity, n.effect, n.rule, n.detail, n.rows
	FROM sqlite_mig.plan_column AS c
		JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include,
		LATERAL (
			SELECT 'warning' AS severity, 'changed' AS effect, 'name' AS rule,
					format(CASE WHEN c.source_name = sqlite_mig_internal._column_name(c.source_name, c.position) THEN 'is called "%s": another column has the name that it would get'
						ELSE 'is called "%s": "%s" is no column name in PostgreSQL' END, c.target_name, c.source_name) AS detail, NULL::bigint AS rows
				WHERE c.target_name <> c.source_name AND (c.target_name <> sqlite_mig_internal._column_name(c.source_name, c.position, policy)
					OR c.target_name = sqlite_mig_internal._column_name(c.source_name, c.position))
			UNION ALL SELECT 'info', 'converted', 'name', format('is called "%s", as the option names says', c.target_name), NULL
				WHERE c.target_name <> c.source_name AND c.target_name = sqlite_mig_internal._column_name(c.source_name, c.position, policy)
					AND c.target_name <> sqlite_mig_internal._column_name(c.source_name, c.position)
			UNION ALL SELECT 'info', 'converted', 'reserved word', sqlite_mig_internal._reserved_advice(c.target_name), NULL
				WHERE c.target_name = ANY (words)
			UNION ALL SELECT 'warning', 'changed', 'not null',
					CASE WHEN (c.evidence ->> 'nulls')::bigint > 0 THEN 'is not NOT NULL: it holds NULL' ELSE 'is not NOT NULL: values become NULL' END,
					(c.evidence ->> 'nulls')::bigint + (c.evidence ->> 'nulled')::bigint
				WHERE (c.evidence ->> 'declared_not_null')::boolean AND NOT c.not_null AND c.primary_key IS NULL
			UNION ALL SELECT 'warning', 'changed', 'collation', sqlite_mig_internal._collation_finding(c), NULL
				WHERE upper(c."collation" COLLATE "C") <> 'BINARY'
			UNION ALL SELECT 'info', 'converted', 'identity',
					CASE c.identity WHEN 'serial' THEN format('rowid alias, is %s', sqlite_mig_internal._serial_type(c.target_type))
						ELSE format('rowid alias, is GENERATED %s AS IDENTITY', upper(c.identity COLLATE "C")) END, NULL
				WHERE c.identity IS NOT NULL
			UNION ALL SELECT 'warning', 'changed', 'identity', 'the largest key there can be is in use: the sequence can give no further one', NULL
				WHERE c.identity IS NOT NULL AND (c.evidence ->> 'max_int')::bigint = 9223372036854775807
			UNION ALL SELECT 'info', 'converted', 'time zone', format('text became %s; times without a zone are taken as %s', c.target_type, coalesce(c.time_zone, zone)),
					(c.evidence ->> 'texts')::bigint
				WHERE c.target_type = 'timestamptz' AND (c.evidence ->> 'texts')::bigint > 0
			UNION ALL SELECT CASE WHEN sure THEN 'info' ELSE 'warning' END, CASE WHEN sure THEN 'converted' ELSE 'guessed' END, 'mixed offsets',
					format('times with an offset from UTC: %s; times without one, which are taken as %s: %s', o.offsets, coalesce(c.time_zone, zone), o.naive), o.naive
				FROM (SELECT sqlite_mig_internal._recognised(c.evidence, '{iso_timestamptz}') AS offsets, sqlite_mig_internal._recognised(c.evidence, '{iso_timestamp}') AS naive) AS o
				WHERE c.target_type = 'timestamptz' AND c.format IS NULL AND o.offsets > 0 AND o.naive > 0
			UNION ALL SELECT 'warning', 'lossy', k.kind,
					sqlite_mig_internal._change_finding(k.kind) || ': ' || (SELECT string_agg(r, ', ') FROM jsonb_array_elements_text(c.evidence #> ARRAY['changes', k.kind, 'rows']) AS r),
					(c.evidence #>> ARRAY['changes', k.kind, 'values'])::bigint
				FROM (VALUES ('gap'), ('overlap'), ('rounded')) AS k (kind)
				WHERE c.evidence -> 'changes' ? k.kind
			UNION ALL SELECT 'warning', 'lossy', 'nulled', format('values that %s has no room for become NULL, as the options say: %s', c.target_type,
						concat_ws(' and ', CASE WHEN c.empty_as_null THEN 'the empty string' END, CASE WHEN c.on_error = 'null' THEN 'what does not convert' END)),
					(c.evidence ->> 'nulled')::bigint
				WHERE (c.evidence ->> 'nulled')::bigint > 0
			UNION ALL SELECT 'info', 'converted', 'json', 'text became jsonb, which keeps neither blanks nor the order of keys', (c.evidence ->> 'texts')::bigint
				WHERE c.target_type = 'jsonb' AND (c.evidence ->> 'texts')::bigint > 0
			UNION ALL SELECT 'warning', 'changed', 'text as bytes', 'values that were text are bytes now; if all are text, choose text in plan_column', (c.evidence ->> 'texts')::bigint
				WHERE c.target_type = 'bytea' AND (c.evidence ->> 'texts')::bigint > 0 AND c.evidence -> 'against' = '[]'
			UNION ALL SELECT 'info', 'guessed', 'no values',
					format('%s, became %s without a value to look at', coalesce('declared ' || nullif(c.declared_type, ''), 'no declared type'), c.target_type), NULL
				WHERE c.evidence ->> 'rows' = c.evidence ->> 'nulls' AND c.reason ~ '^(no declared type|NUMERIC affinity)'
		) AS n
	WHERE c.migration = _plan_column_notes.migration
	ORDER BY t.load_order, c.position, n.rule;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_column_notes(text) IS 'internal: ledger rows for columns';

/* What to do when only '' or dates of zeros keep a column from a type; NULL when there is more in the way. */
CREATE FUNCTION sqlite_mig_internal._null_advice(evidence jsonb, type text, refused bigint) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE
		WHEN refused IS NULL OR refused = 0 OR type ~ '^(text|varchar|bytea)' THEN NULL
		WHEN refused = n.empties THEN format('; all of them are the empty string: with target_type %s and empty_as_null in plan_column, or the option empty_as_null, they become NULL', type)
		WHEN refused = n.zeros + n.empties AND type ~ '^(timestamp|date)' THEN format('; all of them are %sdates of zeros: with target_type %s and on_error ''null'' in plan_column, '
			'or the option zero_dates_as_null%s, they become NULL', CASE WHEN n.empties > 0 THEN 'the empty string or ' END, type, CASE WHEN n.empties > 0 THEN ' and empty_as_null' END) END
		FROM (SELECT (evidence ->> 'empty_strings')::bigint AS empties, sqlite_mig_internal._recognised(evidence, '{zero_date}') AS zeros) AS n;
END;
COMMENT ON FUNCTION sqlite_mig_internal._null_advice(jsonb, text, bigint) IS 'internal: advice where only empty strings or dates of zeros do not fit';

/*
 * Writes to the ledger what values said beyond the declaration: a type that
 * they gave a column, one that some of them kept it from, and one that they
 * suggest but an application would have to know of.
 */
CREATE FUNCTION sqlite_mig_internal._plan_value_notes(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	PERFORM sqlite_mig_internal._note(c.migration, 'prepare', 'column', c.source_table || '.' || c.source_name, c.source_table, n.severity, n.effect, 'values', n.detail, n.rows, n.sample)
	FROM sqlite_mig.plan_column AS c
		JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include,
		LATERAL (SELECT coalesce('declared ' || nullif(c.declared_type, ''), 'no declared type') AS declared,
			(c.evidence ->> 'rows')::bigint - (c.evidence ->> 'nulls')::bigint AS vals, (c.evidence ->> 'empty_strings')::bigint AS empties,
			c.target_type || coalesce(' in format ' || c.format, '') AS type, sqlite_mig_internal._normal_type(c.declared_type) AS normal,
			c.evidence ->> 'rule' LIKE 'value\_rule%' AS by_values) AS v,
		LATERAL (
			SELECT 0, CASE c.evidence ->> 'effect' WHEN 'guessed' THEN 'warning' ELSE 'info' END, c.evidence ->> 'effect',
					format('%s, became %s: %s', v.declared, v.type, r.reason), v.vals, NULL::text
				FROM sqlite_mig.value_rule AS r WHERE v.by_values AND r.priority = split_part(c.evidence ->> 'rule', ' ', 2)::integer
			UNION ALL
			SELECT 1, 'info', 'converted', format('%s, stays %s: %s, but values that do not fit %s exactly: %s', v.declared, v.type, r.reason, a.x ->> 'type', a.x ->> 'refused'),
					(a.x ->> 'refused')::bigint, concat_ws(' ', a.x ->> 'row', a.x ->> 'class', a.x ->> 'value', '(' || (a.x ->> 'reason') || ')')
				FROM jsonb_array_elements(c.evidence -> 'against') AS a (x)
					JOIN sqlite_mig.value_rule AS r ON r.priority = split_part(a.x ->> 'rule', ' ', 2)::integer
				WHERE NOT v.by_values AND a.x ->> 'rule' LIKE 'value\_rule%'
			UNION ALL
			(SELECT 2, 'info', 'converted', format('%s, stays %s: %s%s; target_type %s%s in plan_column would make it one', v.declared, v.type, r.reason,
					CASE WHEN r.matched < v.vals THEN ' or the empty string' ELSE '' END, r.target_type,
					CASE WHEN r.format IS NOT NULL THEN ' and format ' || r.format ELSE '' END || CASE WHEN r.matched < v.vals THEN ' with empty_as_null' ELSE '' END), v.vals, NULL
				FROM (SELECT r.*, sqlite_mig_internal._recognised(c.evidence, r.recognisers) AS matched FROM sqlite_mig.value_rule AS r WHERE c.evidence -> 'recognised' ?| r.recognisers) AS r
				-- one value over and over says nothing
				WHERE NOT v.by_values AND v.normal ~ r.declared AND r.matched > 0 AND r.matched + v.empties >= r.share * v.vals
					AND (NOT r.apply OR r.matched < v.vals) AND (r.apply OR r.matched = v.vals)
					AND NOT c.evidence ? 'keyed' AND (r.apply OR (c.evidence ->> 'distinct_estimate')::bigint > 1) AND (c.target_type, coalesce(c.format, '')) <> (r.target_type, coalesce(r.format, ''))
				ORDER BY r.priority LIMIT 1)
		) AS n (part, severity, effect, detail, rows, sample)
	WHERE c.migration = _plan_value_notes.migration AND c.evidence ? 'rows' AND c.identity IS NULL AND v.vals > 0
	ORDER BY t.load_order, c.position, n.part;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_value_notes(text) IS 'internal: ledger rows for types that values suggest';

/*
 * Writes to the ledger the columns whose values did not allow the type that
 * the declaration asked for, which is the first candidate.
 */
CREATE FUNCTION sqlite_mig_internal._plan_type_notes(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	item   record;
	effect text;
	detail text;
	hint   text;
	beyond boolean;
BEGIN
	FOR item IN
		SELECT c.*, coalesce('declared ' || nullif(c.declared_type, ''), 'no declared type') AS declared,
			w.first, CASE WHEN f.none THEN a.asked -> -1 ELSE w.first END AS witness, (c.evidence ->> 'texts')::bigint AS texts,
			f.none AS nothing_fits, c.evidence -> 'refused' = c.evidence -> 'lossy' AS only_lossy
		FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include,
			-- what the declaration did not ask for but the values suggested is in _plan_value_notes
			LATERAL (SELECT jsonb_agg(x ORDER BY n) AS asked FROM jsonb_array_elements(c.evidence -> 'against') WITH ORDINALITY AS e (x, n)
				WHERE x ->> 'rule' NOT LIKE 'value\_rule%') AS a,
			LATERAL (SELECT c.evidence -> 'refused' <> '0' AND c.evidence -> 'nulled' = '0' AS none) AS f,
			-- texts that are bytes now: what kept them from being text is what there is to know
			LATERAL (SELECT coalesce((SELECT x FROM jsonb_array_elements(a.asked) AS x
				WHERE c.target_type = 'bytea' AND (c.evidence ->> 'texts')::bigint > 0 AND x ->> 'type' = 'text' AND x -> 'format' = 'null' LIMIT 1), a.asked -> 0) AS first) AS w
		WHERE c.migration = _plan_type_notes.migration AND a.asked IS NOT NULL
			AND (c.evidence ->> 'nulled' = '0' OR a.asked -> 0 ->> 'type' <> c.target_type)
		ORDER BY t.load_order, c.position
	LOOP
		beyond := item.target_type ~ '^varchar' AND item.first ->> 'type' = item.target_type AND item.nothing_fits;
		hint := NULL;
		IF beyond THEN
			effect := 'failed';
			detail := format('values that do not fit %s, which the option varchar asks for: %s', item.target_type, item.witness ->> 'refused');
		ELSIF item.nothing_fits THEN
			effect := CASE WHEN item.only_lossy THEN 'lossy' ELSE 'failed' END;
			detail := format(CASE effect WHEN 'lossy' THEN 'values that change in %s, as the options of the server say: %s'
				ELSE 'no type holds every value; values that do not fit %s: %s' END, item.target_type, item.witness ->> 'refused');
		ELSE
			-- where the declaration says nothing there is nothing to differ from
			effect := CASE WHEN item.first ->> 'rule' = 'geometry' AND item.target_type ~ '(^|\.)geometry(\(|$)' OR item.format IS NULL AND (item.reason ~ '^(no declared type|NUMERIC affinity)'
					OR sqlite_mig_internal._type_family(item.first ->> 'type', NULL) = sqlite_mig_internal._type_family(item.target_type, NULL))
				THEN 'converted' ELSE 'changed' END;
			IF item.target_type = 'bytea' AND item.first ->> 'type' = 'text' AND item.texts > 0 THEN
				effect := 'changed';
				hint := format('; texts that are bytes now: %s; or choose target_type text, with on_error => ''reject''', item.texts);
			ELSE
				hint := CASE WHEN item.first ->> 'type' IN ('timestamptz', 'timestamp', 'date', 'time') AND item.target_type IN ('bigint', 'double precision')
						THEN '; if they are seconds since 1970: target_type timestamptz and format unixepoch in plan_column'
					ELSE sqlite_mig_internal._null_advice(item.evidence, item.first ->> 'type', (item.first ->> 'refused')::bigint) END;
			END IF;
			detail := format('%s, became %s; values that do not fit %s exactly: %s', item.declared,
				item.target_type || coalesce(' in format ' || item.format, ''), item.first ->> 'type', item.first ->> 'refused') || coalesce(hint, '');
		END IF;
		PERFORM sqlite_mig_internal._note(item.migration, 'prepare', 'column', item.source_table || '.' || item.source_name, item.source_table,
			CASE effect WHEN 'failed' THEN 'blocker' WHEN 'converted' THEN 'info' ELSE 'warning' END, effect, 'type', detail,
			(item.witness ->> 'refused')::bigint,
			concat_ws(' ', item.witness ->> 'row', item.witness ->> 'class', item.witness ->> 'value', '(' || (item.witness ->> 'reason') || ')'));
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_type_notes(text) IS 'internal: ledger rows for types';
