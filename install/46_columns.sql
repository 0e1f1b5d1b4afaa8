-- Columns of the plan: names, types that hold every value, NOT NULL, identity, defaults. The values are read once per
-- table, by _fit; every choice that is not the plain reading of the declaration becomes a ledger row.

/* Fills plan_column for every table of the plan, with the type that the declaration alone suggests; leaves out tables too wide for PostgreSQL. */
CREATE FUNCTION sqlite_mig._plan_columns(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan  sqlite_mig.migration := sqlite_mig._migration(migration);
	tabs  text[];
BEGIN
	INSERT INTO sqlite_mig.plan_column (migration, source_table, source_name, position, target_name, declared_type, target_type, format,
			not_null, default_source, identity, generated, "collation", primary_key, confidence, reason)
		SELECT plan.migration, s.table_name, s.column_name, s.position, sqlite_mig._column_name(s.column_name, s.position), s.declared_type,
			CASE WHEN s.rowid_alias THEN 'bigint' ELSE k.target_type END, k.format,
			s.not_null OR s.primary_key IS NOT NULL, s.default_value,
			CASE WHEN s.rowid_alias THEN coalesce(plan.options ->> 'identity', 'by default') END,
			s.generated, CASE WHEN upper(s."collation") <> 'BINARY' THEN s."collation" END, s.primary_key, CASE WHEN s.rowid_alias THEN 1 ELSE 0.5 END,
			CASE WHEN s.rowid_alias THEN 'rowid alias' ELSE k.reason END
		FROM sqlite_mig.source_columns(plan.server) AS s
			JOIN sqlite_mig.plan_table AS t ON t.migration = plan.migration AND t.source_name = s.table_name AND t.kind = 'table',
			LATERAL (SELECT c.target_type, c.format, c.reason FROM sqlite_mig.type_candidates(s.declared_type) AS c ORDER BY c.if_empty DESC, c.ordinal LIMIT 1) AS k;

	WITH wide AS (
		UPDATE sqlite_mig.plan_table AS t SET include = false, reason = 'more than 1600 columns, which is all a table can have in PostgreSQL'
		WHERE t.migration = plan.migration AND t.include
			AND (SELECT count(*) FROM sqlite_mig.plan_column AS c WHERE c.migration = t.migration AND c.source_table = t.source_name) > 1600
		RETURNING t.*)
	SELECT array_agg(w.source_name) INTO tabs
		FROM wide AS w, LATERAL sqlite_mig._note(plan.migration, 'prepare', 'table', w.source_name, w.source_name, 'blocker', 'skipped', 'too wide', w.reason);

	IF coalesce((plan.options ->> 'fit_values')::boolean, true) THEN
		-- an array, not a loop over a query: _fit reads whole tables and should not hold a portal open above it
		tabs := ARRAY(SELECT t.source_name FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.include ORDER BY t.load_order);
		FOR i IN 1 .. cardinality(tabs) LOOP
			PERFORM sqlite_mig._plan_fit(plan.migration, tabs[i]);
		END LOOP;
	ELSE
		PERFORM sqlite_mig._note(plan.migration, 'prepare', 'migration', plan.migration, NULL, 'warning', 'guessed', 'declarations only',
			'types and NOT NULL follow the declarations; the values were not read (option fit_values)');
	END IF;
	UPDATE sqlite_mig.plan_column AS c SET time_zone = plan.options ->> 'time_zone'
		WHERE c.migration = plan.migration AND c.target_type IN ('timestamptz', 'timestamp') AND plan.options ? 'time_zone';
	PERFORM sqlite_mig._plan_column_notes(plan.migration);
	PERFORM sqlite_mig._plan_type_notes(plan.migration);
END;
$$;
COMMENT ON FUNCTION sqlite_mig._plan_columns(text) IS 'internal: fills plan_column';

/* A column name that PostgreSQL takes: system columns have names of their own, and a name has 1 to 63 bytes. */
CREATE FUNCTION sqlite_mig._column_name(name text, number integer) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN _column_name.name = '' THEN 'column_' || _column_name.number
		WHEN _column_name.name IN ('ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid') THEN _column_name.name || '_'
		ELSE sqlite_mig._short_name(_column_name.name) END;
END;
COMMENT ON FUNCTION sqlite_mig._column_name(text, integer) IS 'internal: a column name that PostgreSQL takes';

/* One pass over the values of a table: the first candidate that holds every value of a column becomes its type. */
CREATE FUNCTION sqlite_mig._plan_fit(migration text, source_table text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	-- no joins of candidates with results: both can have thousands of rows, and the planner cannot know
	WITH ask AS (
		SELECT array_agg(k.col ORDER BY k.col, k.ordinal) AS cols, array_agg(k.target_type ORDER BY k.col, k.ordinal) AS types,
			array_agg(k.format ORDER BY k.col, k.ordinal) AS formats, array_agg(k.ordinal ORDER BY k.col, k.ordinal) AS ordinals,
			array_agg(k.if_empty ORDER BY k.col, k.ordinal) AS if_empty, array_agg(k.rule ORDER BY k.col, k.ordinal) AS rules,
			array_agg(k.untyped ORDER BY k.col, k.ordinal) AS untyped,
			array_agg(k.source_name ORDER BY k.col) FILTER (WHERE k.ordinal = k.first) AS columns
		FROM (SELECT c.source_name, sqlite_mig._normal_type(c.declared_type) IN ('', 'ANY') AS untyped, t.*, dense_rank() OVER (ORDER BY c.position)::integer AS col, min(t.ordinal) OVER (PARTITION BY c.position) AS first
			FROM sqlite_mig.plan_column AS c, LATERAL sqlite_mig.type_candidates(c.declared_type) AS t
			WHERE c.migration = _plan_fit.migration AND c.source_table = _plan_fit.source_table
				AND (c.identity IS NULL OR t.target_type = 'bigint')) AS k
	), fit AS (
		SELECT f.*, a.ordinals[f.ordinality] AS ordinal, a.if_empty[f.ordinality] AS if_empty, a.rules[f.ordinality] AS rule,
			-- it fits, and where SQLite turns nothing into anything '1' is no number and 1.0 no integer; or it is text in which
			-- only what the options of the server agree to would change
			f.refused = 0 AND NOT (a.untyped[f.ordinality] AND f.target_type IN ('bigint', 'double precision', 'numeric')
					AND (f.texts > 0 OR f.reals > 0 AND f.target_type = 'bigint'))
				OR (f.target_type = 'text' AND f.format IS NULL AND f.refused = f.lossy AND f.integers + f.reals + f.blobs = 0) AS fits
		FROM sqlite_mig.migration AS m, ask AS a,
			LATERAL sqlite_mig._fit(m.server, _plan_fit.source_table, a.columns, a.cols, a.types, a.formats, m.options ->> 'time_zone', true) WITH ORDINALITY AS f
		WHERE m.migration = _plan_fit.migration
	), ranked AS (
		-- without a value the declaration decides; else the first that fits; else the last, which is text in any form
		SELECT f.*, first_value(f.ordinal) OVER (PARTITION BY f.column_name
			ORDER BY CASE WHEN f.rows = f.nulls THEN NOT f.if_empty ELSE NOT f.fits END, CASE WHEN f.fits THEN f.ordinal ELSE -f.ordinal END) AS chosen
		FROM fit AS f
	), verdict AS (
		SELECT r.column_name, max(r.chosen) AS ordinal, max(r.target_type) FILTER (WHERE r.ordinal = r.chosen) AS target_type,
			max(r.format) FILTER (WHERE r.ordinal = r.chosen) AS format, max(t.reason) AS reason, max(r.rows) AS rows, max(r.nulls) AS nulls,
			max(r.refused) FILTER (WHERE r.ordinal = r.chosen) AS refused,
			jsonb_build_object('rows', max(r.rows), 'nulls', max(r.nulls), 'integers', max(r.integers), 'reals', max(r.reals), 'texts', max(r.texts),
				'blobs', max(r.blobs), 'min_int', max(r.min_int), 'max_int', max(r.max_int), 'max_chars', max(r.max_chars), 'max_bytes', max(r.max_bytes),
				'refused', max(r.refused) FILTER (WHERE r.ordinal = r.chosen), 'lossy', max(r.lossy) FILTER (WHERE r.ordinal = r.chosen),
				'against', coalesce(jsonb_agg(jsonb_build_object('type', r.target_type, 'format', r.format, 'refused', r.refused, 'lossy', r.lossy,
						'row', r.first_row, 'class', r.storage_class, 'value', r.value, 'reason', r.reason) ORDER BY r.ordinal)
					FILTER (WHERE r.ordinal <= r.chosen AND r.refused > 0), '[]')) AS evidence
		FROM ranked AS r LEFT JOIN sqlite_mig.type_rule AS t ON t.priority = r.rule
		GROUP BY r.column_name
	), counted AS (
		UPDATE sqlite_mig.plan_table AS t SET rows = (SELECT max(v.rows) FROM verdict AS v)
		WHERE t.migration = _plan_fit.migration AND t.source_name = _plan_fit.source_table
	)
	UPDATE sqlite_mig.plan_column AS c SET target_type = v.target_type, format = v.format,
		not_null = c.not_null AND v.nulls = 0,
		confidence = CASE WHEN c.identity IS NOT NULL THEN 1 WHEN v.rows = v.nulls THEN 0.5 WHEN v.refused > 0 THEN 0
			WHEN v.ordinal = 1 THEN 1 ELSE 0.8 END,
		reason = CASE WHEN c.identity IS NOT NULL THEN c.reason
			WHEN v.rows = v.nulls THEN v.reason || '; no value to look at'
			WHEN v.ordinal = 1 THEN v.reason || '; every value fits'
			ELSE v.reason || '; first candidate that holds every value' END,
		evidence = v.evidence || jsonb_build_object('proposed', concat_ws('/', v.target_type, v.format), 'declared_not_null', c.not_null)
	FROM verdict AS v
	WHERE c.migration = _plan_fit.migration AND c.source_table = _plan_fit.source_table AND c.source_name = v.column_name;
END;
COMMENT ON FUNCTION sqlite_mig._plan_fit(text, text) IS 'internal: decides the types of one table by its values';

/* How two types are alike: a number stays a number and a text a text when one is chosen instead of the other. */
CREATE FUNCTION sqlite_mig._type_family(type text, format text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN _type_family.format IS NOT NULL THEN _type_family.type || '/' || _type_family.format
		WHEN _type_family.type ~ '^(bigint|integer|smallint|numeric|double precision|real)\M' THEN 'number'
		WHEN _type_family.type ~ '^(text|varchar|character varying)\M' THEN 'text'
		ELSE _type_family.type END;
END;
COMMENT ON FUNCTION sqlite_mig._type_family(text, text) IS 'internal: number, text, or the type itself';

/* The time zone of times without one: the plan's, else the server's, else UTC. */
CREATE FUNCTION sqlite_mig._source_zone(migration text) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(m.options ->> 'time_zone',
			(SELECT o.option_value FROM pg_foreign_server AS s, pg_options_to_table(s.srvoptions) AS o
				WHERE s.srvname = m.server AND o.option_name = 'time_zone'), 'UTC')
		FROM sqlite_mig.migration AS m WHERE m.migration = _source_zone.migration;
END;
COMMENT ON FUNCTION sqlite_mig._source_zone(text) IS 'internal: the time zone of times without one';

/* Writes to the ledger what the columns of included tables became, apart from types the values did not allow. */
CREATE FUNCTION sqlite_mig._plan_column_notes(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	zone text := sqlite_mig._source_zone(migration);
BEGIN
	PERFORM sqlite_mig._note(c.migration, 'prepare', 'column', c.source_table || '.' || c.source_name, c.source_table, n.severity, n.effect, n.rule, n.detail, n.rows)
	FROM sqlite_mig.plan_column AS c
		JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include,
		LATERAL (VALUES
			(c.target_name <> c.source_name, 'warning', 'changed', 'name',
				format('is called "%s": "%s" is no column name in PostgreSQL', c.target_name, c.source_name), NULL::bigint),
			((c.evidence ->> 'declared_not_null')::boolean AND NOT c.not_null AND c.primary_key IS NULL, 'warning', 'changed', 'not null',
				'is not NOT NULL: it holds NULL', (c.evidence ->> 'nulls')::bigint),
			(c.generated IS NOT NULL, 'warning', 'changed', 'generated',
				format('was generated (%s), is an ordinary column with the values it has now', c.generated), NULL),
			(upper(c."collation") <> 'BINARY', 'warning', 'changed', 'collation',
				format('compared with %s in SQLite, compares exactly now', c."collation"), NULL),
			(c.identity IS NOT NULL, 'info', 'converted', 'identity',
				format('rowid alias, is GENERATED %s AS IDENTITY', upper(c.identity)), NULL),
			(c.identity IS NOT NULL AND (c.evidence ->> 'max_int')::bigint = 9223372036854775807, 'warning', 'changed', 'identity',
				'the largest key there can be is in use: the sequence can give no further one', NULL),
			(c.target_type = 'timestamptz' AND (c.evidence ->> 'texts')::bigint > 0, 'info', 'converted', 'time zone',
				format('text became %s; times without a zone are taken as %s', c.target_type, zone), (c.evidence ->> 'texts')::bigint),
			(c.target_type = 'jsonb' AND (c.evidence ->> 'texts')::bigint > 0, 'info', 'converted', 'json',
				'text became jsonb, which keeps neither blanks nor the order of keys', (c.evidence ->> 'texts')::bigint),
			(c.target_type = 'bytea' AND (c.evidence ->> 'texts')::bigint > 0 AND c.evidence -> 'against' = '[]', 'warning', 'changed', 'text as bytes',
				'values that were text are bytes now; if all are text, choose text in plan_column', (c.evidence ->> 'texts')::bigint),
			(c.evidence ->> 'rows' = c.evidence ->> 'nulls' AND c.reason ~ '^(no declared type|NUMERIC affinity)', 'info', 'guessed', 'no values',
				format('%s, became %s without a value to look at', coalesce('declared ' || nullif(c.declared_type, ''), 'no declared type'), c.target_type), NULL)
		) AS n (applies, severity, effect, rule, detail, rows)
	WHERE c.migration = _plan_column_notes.migration AND n.applies
	ORDER BY t.load_order, c.position;
END;
$$;
COMMENT ON FUNCTION sqlite_mig._plan_column_notes(text) IS 'internal: ledger rows for columns';

/*
 * Writes to the ledger the columns whose values did not allow the type that
 * the declaration asked for, which is the first candidate.
 */
CREATE FUNCTION sqlite_mig._plan_type_notes(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item   record;
	effect text;
	detail text;
	hint   text;
BEGIN
	FOR item IN
		SELECT c.*, coalesce('declared ' || nullif(c.declared_type, ''), 'no declared type') AS declared,
			c.evidence -> 'against' -> 0 AS first, c.evidence -> 'against' -> CASE WHEN c.evidence -> 'refused' = '0' THEN 0 ELSE -1 END AS witness,
			c.evidence -> 'refused' <> '0' AS nothing_fits, c.evidence -> 'refused' = c.evidence -> 'lossy' AS only_lossy
		FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
		WHERE c.migration = _plan_type_notes.migration AND c.evidence -> 'against' -> 0 IS NOT NULL
		ORDER BY t.load_order, c.position
	LOOP
		IF item.nothing_fits THEN
			effect := CASE WHEN item.only_lossy THEN 'lossy' ELSE 'failed' END;
			detail := format(CASE effect WHEN 'lossy' THEN 'values that change in %s, as the options of the server say: %s'
				ELSE 'no type holds every value; values that do not fit %s: %s' END, item.target_type, item.witness ->> 'refused');
		ELSE
			-- where the declaration says nothing there is nothing to differ from
			effect := CASE WHEN item.format IS NULL AND (item.reason ~ '^(no declared type|NUMERIC affinity)'
					OR sqlite_mig._type_family(item.first ->> 'type', NULL) = sqlite_mig._type_family(item.target_type, NULL))
				THEN 'converted' ELSE 'changed' END;
			hint := CASE WHEN item.first ->> 'type' IN ('timestamptz', 'timestamp', 'date', 'time') AND item.target_type IN ('bigint', 'double precision')
				THEN '; if they are seconds since 1970: target_type timestamptz and format unixepoch in plan_column' END;
			detail := format('%s, became %s; values that do not fit %s exactly: %s', item.declared,
				item.target_type || coalesce(' in format ' || item.format, ''), item.first ->> 'type', item.first ->> 'refused') || coalesce(hint, '');
		END IF;
		PERFORM sqlite_mig._note(item.migration, 'prepare', 'column', item.source_table || '.' || item.source_name, item.source_table,
			CASE effect WHEN 'failed' THEN 'blocker' WHEN 'converted' THEN 'info' ELSE 'warning' END, effect, 'type', detail,
			(item.witness ->> 'refused')::bigint,
			concat_ws(' ', item.witness ->> 'row', item.witness ->> 'class', item.witness ->> 'value', '(' || (item.witness ->> 'reason') || ')'));
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig._plan_type_notes(text) IS 'internal: ledger rows for types';
