-- Expressions of the plan: checks, defaults, generated columns, and indexes that hold more than columns. Owns what of them PostgreSQL takes; the
-- translation is that of the dialect layer. Each is tried on an empty table like the one that is planned, and is in the
-- plan with its text, and in the ledger with a reason, when it cannot be made.

/* What the translator is to know of unique keys: by numbers those that a column is a part of, and whether there are indexes that no ON CONFLICT (columns) names. */
CREATE FUNCTION sqlite_mig_internal._unique_flags(t sqlite_mig.plan_table, source_name text) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT string_agg(CASE WHEN NOT k.plain THEN 'x' WHEN _unique_flags.source_name = ANY (k.columns) THEN 'u' || k.n END, '' ORDER BY k.n)
		FROM (SELECT u.columns, u.plain, row_number() OVER (ORDER BY u.part, u.name COLLATE "C") AS n
			FROM (SELECT 1 AS part, k.target_name AS name, k.columns, true AS plain FROM sqlite_mig.plan_constraint AS k
					WHERE k.migration = (t).migration AND k.source_table = (t).source_name AND k.kind = 'unique' AND k.include
				UNION ALL SELECT 2, i.source_name, i.columns, i.target_sql IS NULL AND array_position(i.columns, NULL) IS NULL FROM sqlite_mig.plan_index AS i
					WHERE i.migration = (t).migration AND i.source_table = (t).source_name AND i.is_unique AND i.include) AS u) AS k;
END;
COMMENT ON FUNCTION sqlite_mig_internal._unique_flags(sqlite_mig.plan_table, text) IS 'internal: unique keys of a planned column as the translator wants them';

/* What the translator must know of tables: of one, or of all of a plan; rows for _translate, NULL without columns. */
CREATE FUNCTION sqlite_mig_internal._catalog(migration text, source_table text DEFAULT NULL) RETURNS text[]
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT array_agg(ARRAY[t.source_name, t.target_name, c.source_name, c.target_name, CASE WHEN sqlite_mig_internal._ignores_case(c) THEN 'text' ELSE c.target_type END,
			concat(CASE WHEN c.not_null THEN 'n' END, CASE WHEN c.primary_key IS NOT NULL THEN 'k' END, CASE WHEN c.primary_key IS NOT NULL AND c.identity IS NOT NULL THEN 'r' END,
				-- (what = is for citext depends on the search path: lower() does not)
				CASE WHEN c.target_collation IS NULL THEN CASE upper(c."collation" COLLATE "C") WHEN 'NOCASE' THEN CASE WHEN sqlite_mig_internal._ignores_case(c) THEN 'ci' ELSE 'c' END WHEN 'RTRIM' THEN 't' END END, CASE WHEN c.generated IS NOT NULL THEN 'g' END,
				-- (asked for OR REPLACE alone, which is in the way of few plans)
				CASE WHEN EXISTS (SELECT FROM sqlite_mig.plan_trigger AS g WHERE g.migration = _catalog.migration AND g.source_sql ~* '\mREPLACE\M' COLLATE "C")
					THEN sqlite_mig_internal._unique_flags(t, c.source_name) END)] ORDER BY t.load_order, c.position)
		FROM (SELECT _catalog.source_table AS name WHERE _catalog.source_table IS NOT NULL
				UNION ALL SELECT p.source_name FROM sqlite_mig.plan_table AS p WHERE p.migration = _catalog.migration AND _catalog.source_table IS NULL) AS n
			JOIN sqlite_mig.plan_table AS t ON t.migration = _catalog.migration AND t.source_name = n.name
			-- (OFFSET: by the key of the one table, not all columns of the plan)
			CROSS JOIN LATERAL (SELECT * FROM sqlite_mig.plan_column AS c WHERE c.migration = t.migration AND c.source_table = t.source_name AND c.include OFFSET 0) AS c;
END;
COMMENT ON FUNCTION sqlite_mig_internal._catalog(text, text) IS 'internal: tables of the plan as the translator wants them';

/*
 * Runs statements about the temporary table "sqlite_mig_trial", which has the
 * columns of a planned table and no rows; all of it is rolled back. Returns the
 * error of each, NULL where there was none.
 */
CREATE FUNCTION sqlite_mig_internal._trial(migration text, source_table text, statements text[]) RETURNS text[]
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	errors    text[] := '{}';
	statement text;
BEGIN
	BEGIN
		EXECUTE (SELECT format('CREATE TEMPORARY TABLE sqlite_mig_trial (%s)', string_agg(format('%I %s', c.target_name, c.target_type), ', ' ORDER BY c.position))
			FROM sqlite_mig.plan_column AS c WHERE c.migration = _trial.migration AND c.source_table = _trial.source_table AND c.include);
		FOREACH statement IN ARRAY statements LOOP
			BEGIN
				EXECUTE statement;
				errors := array_append(errors, NULL);
			EXCEPTION
				WHEN OTHERS THEN
					-- what is not about the expression, such as a full disk, is not for the ledger
					IF left(SQLSTATE, 2) NOT IN ('0A', '22', '23', '2F', '38', '42', '54', 'HV') THEN
						RAISE;
					END IF;
					errors := array_append(errors, SQLERRM);
			END;
		END LOOP;
		RAISE EXCEPTION USING ERRCODE = 'MIGTR', MESSAGE = 'the end of a trial';
	EXCEPTION
		WHEN SQLSTATE 'MIGTR' THEN
			NULL;
		WHEN insufficient_privilege THEN
			errors := array_fill(SQLERRM, ARRAY[cardinality(statements)]);
	END;
	RETURN errors;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._trial(text, text, text[]) IS 'internal: tries statements on an empty table with the columns of a planned one';

/* What keeps something from being translated, as the translator says; NULL when nothing does. */
CREATE FUNCTION sqlite_mig_internal._blockers(findings jsonb) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT string_agg(f.item ->> 'finding', '; ' ORDER BY f.n) FROM jsonb_array_elements(findings) WITH ORDINALITY AS f (item, n) WHERE f.item ->> 'severity' = 'blocker';
END;
COMMENT ON FUNCTION sqlite_mig_internal._blockers(jsonb) IS 'internal: why something has no translation';

/* A row of the ledger for each way in which a translation may behave differently; what is only spelled otherwise has none. */
CREATE FUNCTION sqlite_mig_internal._note_findings(migration text, object_kind text, object_name text, table_name text, findings jsonb, source_sql text, target_sql text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	SELECT sqlite_mig_internal._note(_note_findings.migration, 'prepare', _note_findings.object_kind, _note_findings.object_name, _note_findings.table_name,
			CASE f.severity WHEN 'info' THEN 'info' ELSE 'warning' END, CASE f.severity WHEN 'info' THEN 'converted' ELSE 'changed' END, f.rule, f.finding,
			sample => format('%s -> %s', _note_findings.source_sql, _note_findings.target_sql))
		FROM (SELECT DISTINCT x.item ->> 'severity' AS severity, x.item ->> 'rule' AS rule, x.item ->> 'finding' AS finding FROM jsonb_array_elements(findings) AS x (item)) AS f
		WHERE f.severity = 'warning' OR f.rule IN ('like', 'glob', 'case', 'function')
		ORDER BY f.rule, f.finding;
END;
COMMENT ON FUNCTION sqlite_mig_internal._note_findings(text, text, text, text, jsonb, text, text) IS 'internal: ledger rows for what a translation changes';

/* Translates the checks of the plan; one that PostgreSQL takes is included. */
CREATE FUNCTION sqlite_mig_internal._plan_checks(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := _plan_checks.migration;
	item   record;
	n      integer;
	why    text;
	errors text[];
BEGIN
	FOR item IN
		SELECT t.source_name AS source_table, array_agg(k.target_name ORDER BY k.target_name) AS names, array_agg(k.source_sql ORDER BY k.target_name) AS sources,
			array_agg(x.translated ORDER BY k.target_name) AS targets, array_agg(x.findings ORDER BY k.target_name) AS findings
		FROM sqlite_mig.plan_table AS t
			JOIN sqlite_mig.plan_constraint AS k ON k.migration = t.migration AND k.source_table = t.source_name AND k.kind = 'check',
			LATERAL sqlite_mig_internal._catalog(mig, t.source_name) AS c (list), LATERAL sqlite_mig_internal._translate_expr(k.source_sql, 'check', t.source_name, NULL, c.list) AS x
		WHERE t.migration = mig AND t.include
		GROUP BY t.source_name, t.load_order ORDER BY t.load_order
	LOOP
		errors := sqlite_mig_internal._trial(mig, item.source_table, ARRAY(SELECT format('ALTER TABLE sqlite_mig_trial ADD CHECK (%s)', coalesce(u.sql, 'true'))
			FROM unnest(item.targets) WITH ORDINALITY AS u (sql, i) ORDER BY u.i));
		FOR n IN 1 .. cardinality(item.names) LOOP
			why := CASE WHEN item.targets[n] IS NULL THEN 'no translation: ' || coalesce(sqlite_mig_internal._blockers(item.findings[n]), 'not understood')
				ELSE 'PostgreSQL does not take its translation: ' || errors[n] END;
			UPDATE sqlite_mig.plan_constraint AS k SET target_sql = item.targets[n], proposed = item.targets[n], include = why IS NULL, reason = why
				WHERE (k.migration, k.source_table, k.target_name) = (mig, item.source_table, item.names[n]);
			IF why IS NULL THEN
				PERFORM sqlite_mig_internal._note_findings(mig, 'check', item.names[n], item.source_table, item.findings[n], item.sources[n], item.targets[n]);
			ELSE
				PERFORM sqlite_mig_internal._note(mig, 'prepare', 'check', item.names[n], item.source_table, 'warning', 'skipped', 'check', why, sample => item.sources[n]);
			END IF;
		END LOOP;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_checks(text) IS 'internal: translates checks';

/* What CREATE INDEX says behind the name of the table, in PostgreSQL's SQL and with the names that the plan has now; NULL where that is impossible. */
CREATE FUNCTION sqlite_mig_internal._index_body(m sqlite_mig.migration, i sqlite_mig.plan_index, OUT body text, OUT findings jsonb)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(sqlite_mig_internal._collated_keys((m).server, i), CASE WHEN strpos(x.translated, h.head) > 0 THEN substr(x.translated, strpos(x.translated, h.head) + length(h.head) - 1) END), x.findings
		FROM sqlite_mig.plan_table AS t, LATERAL sqlite_mig_internal._catalog(t.migration, t.source_name) AS c (list),
			LATERAL (SELECT format(' ON %I.%I (', (m).target_schema, t.target_name) AS head) AS h
			LEFT JOIN LATERAL sqlite_mig_internal._translate((i).source_sql, NULL, c.list, (m).target_schema) AS x ON x.statement = 1
		WHERE t.migration = (m).migration AND t.source_name = (i).source_table;
END;
COMMENT ON FUNCTION sqlite_mig_internal._index_body(sqlite_mig.migration, sqlite_mig.plan_index) IS 'internal: columns, expressions and condition of an index';

/*
 * Translates the indexes of the plan that hold expressions, a condition or a collation; one that PostgreSQL takes is
 * included. A condition is never left out: without it a unique index would refuse rows.
 */
CREATE FUNCTION sqlite_mig_internal._plan_index_expressions(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := _plan_index_expressions.migration;
	item   record;
	n      integer;
	why    text;
	errors text[];
BEGIN
	FOR item IN
		SELECT t.source_name AS source_table, array_agg(i.source_name ORDER BY i.source_name) AS names, array_agg(i.source_sql ORDER BY i.source_name) AS sources,
			array_agg(i.is_unique ORDER BY i.source_name) AS uniques, array_agg(b.body ORDER BY i.source_name) AS targets, array_agg(b.findings ORDER BY i.source_name) AS findings
		FROM sqlite_mig.migration AS m
			JOIN sqlite_mig.plan_table AS t ON t.migration = m.migration AND t.include
			JOIN sqlite_mig.plan_index AS i ON i.migration = t.migration AND i.source_table = t.source_name AND NOT i.include AND i.source_sql IS NOT NULL
				AND cardinality(i.columns) <= 32,
			LATERAL sqlite_mig_internal._index_body(m, i) AS b
		WHERE m.migration = mig
		GROUP BY t.source_name, t.load_order ORDER BY t.load_order
	LOOP
		errors := sqlite_mig_internal._trial(mig, item.source_table, ARRAY(SELECT coalesce(format('CREATE %sINDEX ON sqlite_mig_trial %s', CASE WHEN u.is_unique THEN 'UNIQUE ' END, u.sql), 'SELECT')
			FROM unnest(item.targets, item.uniques) WITH ORDINALITY AS u (sql, is_unique, i) ORDER BY u.i));
		FOR n IN 1 .. cardinality(item.names) LOOP
			why := CASE WHEN item.targets[n] IS NULL THEN 'no translation: ' || coalesce(sqlite_mig_internal._blockers(item.findings[n]), 'not understood')
				ELSE 'PostgreSQL does not take its translation: ' || errors[n] END;
			UPDATE sqlite_mig.plan_index AS i SET target_sql = item.targets[n], proposed = item.targets[n], include = why IS NULL, reason = why
				WHERE (i.migration, i.source_name) = (mig, item.names[n]);
			IF why IS NULL THEN
				PERFORM sqlite_mig_internal._note(mig, 'prepare', 'index', item.names[n], item.source_table, 'info', 'converted', 'collation',
						'SQLite compares without case or trailing blanks: is on an expression, which queries must name', sample => format('%s -> %s', item.sources[n], item.targets[n]))
					WHERE item.targets[n] ~ '\((lower|rtrim)\(' AND item.sources[n] !~* '(lower|rtrim)\s*\(' COLLATE "C";
				PERFORM sqlite_mig_internal._note_findings(mig, 'index', item.names[n], item.source_table, item.findings[n], item.sources[n], item.targets[n]);
			ELSE
				PERFORM sqlite_mig_internal._note(mig, 'prepare', 'index', item.names[n], item.source_table, 'warning', 'skipped', 'index', why, sample => item.sources[n]);
			END IF;
		END LOOP;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_index_expressions(text) IS 'internal: translates indexes that hold more than columns';

/*
 * Indexes that do what the index of a constraint does, or another index, are not made; all the columns backwards are the same. Of two
 * the unique one stays, else the first by name. Called when all indexes are decided.
 */
CREATE FUNCTION sqlite_mig_internal._plan_duplicate_indexes(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig  constant text := _plan_duplicate_indexes.migration;
	item record;
BEGIN
	FOR item IN WITH entry AS (
		SELECT k.source_table, 1 AS part, k.target_name AS name, k.kind, k.columns, NULL::boolean[] AS descending, NULL::text AS target_sql
			FROM sqlite_mig.plan_constraint AS k WHERE k.migration = mig AND k.include AND k.kind IN ('primary key', 'unique')
		UNION ALL SELECT i.source_table, CASE WHEN i.is_unique THEN 2 ELSE 3 END, i.source_name, 'index', i.columns, CASE WHEN true = ALL (i.descending) THEN NULL ELSE i.descending END, i.target_sql
			FROM sqlite_mig.plan_index AS i WHERE i.migration = mig AND i.include
	), key AS (
		-- beside the text of an expression a list of columns is compared as a text, else as it is, which is quicker
		SELECT e.source_table, e.part, e.name, e.kind, coalesce(e.target_sql, CASE WHEN count(e.target_sql) OVER (PARTITION BY e.source_table) > 0
				THEN '(' || sqlite_mig_internal._target_columns(mig, e.source_table, e.columns, e.descending) || ')' ELSE concat(e.columns::text, array_positions(e.descending, true)::text) END) AS body
			FROM entry AS e
	), double AS (
		SELECT k.source_table, k.name, k.kind, first_value(k.name) OVER w AS stays, first_value(k.kind) OVER w AS as_kind, row_number() OVER w AS n
			FROM key AS k WINDOW w AS (PARTITION BY k.source_table, k.body ORDER BY k.part, k.name COLLATE "C")
	)
		SELECT d.name, format('is the same as the %s "%s"', CASE d.as_kind WHEN 'index' THEN 'index' ELSE 'index of ' || d.as_kind END, d.stays) AS why
			FROM double AS d WHERE d.n > 1 AND d.kind = 'index' ORDER BY d.name COLLATE "C"
	LOOP
		UPDATE sqlite_mig.plan_index AS i SET include = false, reason = item.why WHERE i.migration = mig AND i.source_name = item.name;
		PERFORM sqlite_mig_internal._note(mig, 'prepare', 'index', i.source_name, i.source_table, 'info', 'converted', 'duplicate', i.reason || ', and is not made', sample => i.source_sql)
			FROM sqlite_mig.plan_index AS i WHERE i.migration = mig AND i.source_name = item.name;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_duplicate_indexes(text) IS 'internal: leaves out indexes that others do the work of';

/*
 * Throws 22000 when a default does not give what it gives in SQLite; of what changes all the time only that it is of the type.
 * "texts": the column holds times as texts, so that a number is no count of seconds there, nor any time at all.
 */
CREATE FUNCTION sqlite_mig_internal._compare_default(server text, expression text, type text, value text, texts boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	original constant text := sqlite_mig_internal._source_value(server, expression);
	same     text;
BEGIN
	IF texts AND type ~ '^(timestamp|date|time)' AND original ~ '^[0-9.]+$' THEN
		RAISE EXCEPTION USING ERRCODE = 'data_exception', MESSAGE = format('SQLite gives the number %s, where the column holds texts', original);
	ELSIF type = 'bytea' OR type ~ '^(timestamp|date|time)' AND original ~ '^[0-9.]+$' THEN
		RETURN;
	END IF;
	EXECUTE format('SELECT %L::%s::text', original, type) INTO same;
	IF same IS DISTINCT FROM value AND expression !~* '\m(current_\w+|random\w*|now|localtime)\M|\m(date|time|datetime|julianday|unixepoch)\s*\(\s*\)' COLLATE "C" THEN
		RAISE EXCEPTION USING ERRCODE = 'data_exception', MESSAGE = format('SQLite gives %L, PostgreSQL %L', original, value);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._compare_default(text, text, text, text, boolean) IS 'internal: throws when a default does not give what it gives in SQLite';

/*
 * Translates the defaults that 48_defaults does not know. One that PostgreSQL takes for the type, and that gives the value
 * that SQLite gives, goes to default_expr.
 */
CREATE FUNCTION sqlite_mig_internal._plan_default_expressions(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := _plan_default_expressions.migration;
	server constant text := (sqlite_mig_internal._migration(mig)).server;
	-- a literal that is no value of the type would only be bent into one
	simple constant text := '^([xX]?''([^'']|'''')*''|"([^"]|"")*"|[-+]?[0-9.]+([eE][-+]?[0-9]+)?|[A-Za-z]+)$';
	item   record;
	n      integer;
	errors text[];
BEGIN
	FOR item IN
		SELECT t.source_name AS source_table, array_agg(c.source_name ORDER BY c.position) AS names, array_agg(c.default_source ORDER BY c.position) AS sources,
			array_agg(x.translated ORDER BY c.position) AS targets, array_agg(x.findings ORDER BY c.position) AS findings,
			array_agg(c.target_name ORDER BY c.position) AS columns, array_agg(c.target_type ORDER BY c.position) AS types,
			array_agg(c.format IS NULL AND coalesce((c.evidence ->> 'texts')::bigint, 0) > 0 ORDER BY c.position) AS texts
		FROM sqlite_mig.plan_table AS t
			JOIN sqlite_mig.plan_column AS c ON c.migration = t.migration AND c.source_table = t.source_name AND c.default_source IS NOT NULL AND c.default_expr IS NULL
				AND c.identity IS NULL AND c.generated IS NULL AND sqlite_mig_internal._bare(c.default_source) !~ simple
				AND c.default_source !~ '/\* not valid UTF-8 \*/$'
				-- what counts seconds counts in no other unit, and Julian days are no seconds
				AND (c.format IS NULL OR c.format IN ('any', 'unixepoch')) AND NOT (c.target_type ~ '^(timestamp|date|time)' AND c.default_source ~* 'julianday' COLLATE "C"),
			LATERAL sqlite_mig_internal._translate_expr(c.default_source, 'default', t.source_name, regexp_replace(c.target_type, '^varchar.*$', 'text')) AS x
		WHERE t.migration = mig AND t.include AND x.translated IS NOT NULL
		GROUP BY t.source_name, t.load_order ORDER BY t.load_order
	LOOP
		errors := sqlite_mig_internal._trial(mig, item.source_table, ARRAY(SELECT format('ALTER TABLE sqlite_mig_trial ALTER COLUMN %1$I SET DEFAULT %2$s; INSERT INTO sqlite_mig_trial DEFAULT VALUES; '
				'SELECT sqlite_mig_internal._compare_default(%3$L, %4$L, %5$L, (SELECT %1$I::text FROM sqlite_mig_trial), %6$L); TRUNCATE sqlite_mig_trial', u.name, u.sql, server, u.source, u.type, u.texts)
			FROM unnest(item.columns, item.targets, item.sources, item.types, item.texts) WITH ORDINALITY AS u (name, sql, source, type, texts, i) ORDER BY u.i));
		FOR n IN 1 .. cardinality(item.names) LOOP
			IF errors[n] IS NULL THEN
				UPDATE sqlite_mig.plan_column AS c SET default_expr = item.targets[n] WHERE (c.migration, c.source_table, c.source_name) = (mig, item.source_table, item.names[n]);
				PERFORM sqlite_mig_internal._note_findings(mig, 'default', item.source_table || '.' || item.names[n], item.source_table, item.findings[n], item.sources[n], item.targets[n]);
			END IF;
		END LOOP;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_default_expressions(text) IS 'internal: translates defaults that are expressions';

/*
 * How many rows of the source have another value in a generated column than PostgreSQL computes from the other columns; throws what an expression throws.
 */
CREATE FUNCTION sqlite_mig_internal._count_computed_otherwise(migration text, source_table text, target_name text, target_type text, expression text) RETURNS bigint
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_variable
DECLARE
	found bigint;
BEGIN
	EXECUTE (SELECT format('SELECT count(*) FROM %I.%I WHERE (%s)::%s::text IS DISTINCT FROM %I::text', m.source_schema, t.target_name, expression, target_type, _count_computed_otherwise.target_name)
		FROM sqlite_mig.migration AS m JOIN sqlite_mig.plan_table AS t ON t.migration = m.migration
		WHERE m.migration = _count_computed_otherwise.migration AND t.source_name = source_table) INTO found;
	RETURN found;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._count_computed_otherwise(text, text, text, text, text) IS 'internal: rows in which SQLite has computed something else';

/*
 * Translates generated columns. One that PostgreSQL takes, and that has the value of SQLite in every row, is generated;
 * another one is an ordinary column with the values. Needs the foreign tables.
 */
CREATE FUNCTION sqlite_mig_internal._plan_generated(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := _plan_generated.migration;
	item   record;
	n      integer;
	count  bigint;
	why    text;
	errors text[];
BEGIN
	-- tables that exist have columns of their own
	IF sqlite_mig_internal._if_exists(mig) IN ('load', 'truncate') THEN
		RETURN;
	END IF;
	FOR item IN
		SELECT t.source_name AS source_table, array_agg(c.source_name ORDER BY c.position) AS names, array_agg(c.target_name ORDER BY c.position) AS columns, array_agg(c.target_type ORDER BY c.position) AS types,
			array_agg(lower(c.generated COLLATE "C") ORDER BY c.position) AS kinds, array_agg(p.body ORDER BY c.position) AS sources, array_agg(x.translated ORDER BY c.position) AS targets, array_agg(x.findings ORDER BY c.position) AS findings
		FROM sqlite_mig.plan_table AS t
			JOIN sqlite_mig.plan_column AS c ON c.migration = t.migration AND c.source_table = t.source_name AND c.generated IS NOT NULL AND c.include
			LEFT JOIN LATERAL (SELECT min(p.body) AS body FROM sqlite_mig.parse_table(t.source_sql) AS p WHERE p.clause = 'generated' AND lower(p.column_name COLLATE "C") = lower(c.source_name COLLATE "C")) AS p ON true
			LEFT JOIN LATERAL (SELECT x.* FROM sqlite_mig_internal._catalog(mig, t.source_name) AS l (list), sqlite_mig_internal._translate_expr(p.body, 'generated', t.source_name, c.target_type, l.list) AS x) AS x ON true
		WHERE t.migration = mig AND t.include
		GROUP BY t.source_name, t.load_order ORDER BY t.load_order
	LOOP
		errors := sqlite_mig_internal._trial(mig, item.source_table, ARRAY(SELECT coalesce(format('ALTER TABLE sqlite_mig_trial DROP COLUMN %1$I, ADD COLUMN %1$I %2$s GENERATED ALWAYS AS (%3$s) STORED', u.name, u.type, u.sql), 'SELECT')
			FROM unnest(item.columns, item.types, item.targets) WITH ORDINALITY AS u (name, type, sql, i) ORDER BY u.i));
		FOR n IN 1 .. cardinality(item.names) LOOP
			why := CASE WHEN item.targets[n] IS NULL THEN 'no translation: ' || coalesce(sqlite_mig_internal._blockers(item.findings[n]), 'not understood')
				ELSE 'PostgreSQL does not take its translation: ' || errors[n] END;
			IF why IS NULL THEN
				BEGIN
					count := sqlite_mig_internal._count_computed_otherwise(mig, item.source_table, item.columns[n], item.types[n], item.targets[n]);
					why := CASE WHEN count > 0 THEN format('its translation gives other values, in rows: %s', count) END;
				EXCEPTION
					WHEN data_exception OR syntax_error_or_access_rule_violation THEN
						why := 'its translation does not give all values: ' || SQLERRM;
				END;
			END IF;
			IF why IS NULL THEN
				UPDATE sqlite_mig.plan_column AS c SET generated_expr = item.targets[n], evidence = c.evidence || jsonb_build_object('generated', item.targets[n]) WHERE (c.migration, c.source_table, c.source_name) = (mig, item.source_table, item.names[n]);
				PERFORM sqlite_mig_internal._note(mig, 'prepare', 'column', item.source_table || '.' || item.names[n], item.source_table, 'info', 'converted', 'generated',
						'is STORED, was VIRTUAL: it takes space, and may be indexed', sample => format('%s -> %s', item.sources[n], item.targets[n])) WHERE item.kinds[n] = 'virtual';
				PERFORM sqlite_mig_internal._note_findings(mig, 'column', item.source_table || '.' || item.names[n], item.source_table, item.findings[n], item.sources[n], item.targets[n]);
			ELSE
				PERFORM sqlite_mig_internal._note(mig, 'prepare', 'column', item.source_table || '.' || item.names[n], item.source_table, 'warning', 'changed', 'generated',
					format('was generated (%s), is an ordinary column with the values it has now; %s', item.kinds[n], why), sample => item.sources[n]);
			END IF;
		END LOOP;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_generated(text) IS 'internal: translates generated columns';

/*
 * Expressions over the columns of a table, with the names that the plan has now: of those that are still as prepare wrote
 * them. Views and triggers are translated anew with every ddl.
 */
CREATE FUNCTION sqlite_mig_internal._follow_names(migration text, source_table text) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.plan_constraint AS k SET target_sql = x.translated, proposed = x.translated
		FROM sqlite_mig_internal._catalog(_follow_names.migration, _follow_names.source_table) AS c (list), sqlite_mig.plan_constraint AS o,
			LATERAL sqlite_mig_internal._translate_expr(o.source_sql, 'check', o.source_table, NULL, c.list) AS x
		WHERE o.migration = _follow_names.migration AND o.source_table = _follow_names.source_table AND o.kind = 'check' AND o.target_sql = o.proposed AND x.translated IS NOT NULL
			AND k.migration = o.migration AND k.source_table = o.source_table AND k.target_name = o.target_name;
	UPDATE sqlite_mig.plan_index AS i SET target_sql = b.body, proposed = b.body
		FROM sqlite_mig.migration AS m, sqlite_mig.plan_index AS o, LATERAL sqlite_mig_internal._index_body(m, o) AS b
		WHERE m.migration = _follow_names.migration AND o.migration = m.migration AND o.source_table = _follow_names.source_table AND o.target_sql = o.proposed AND b.body IS NOT NULL
			AND i.migration = o.migration AND i.source_name = o.source_name;
	UPDATE sqlite_mig.plan_column AS c SET generated_expr = x.translated, evidence = c.evidence || jsonb_build_object('generated', x.translated)
		FROM sqlite_mig_internal._catalog(_follow_names.migration, _follow_names.source_table) AS l (list), sqlite_mig.plan_column AS o
			JOIN sqlite_mig.plan_table AS t ON t.migration = o.migration AND t.source_name = o.source_table,
			LATERAL (SELECT min(p.body) AS body FROM sqlite_mig.parse_table(t.source_sql) AS p WHERE p.clause = 'generated' AND lower(p.column_name COLLATE "C") = lower(o.source_name COLLATE "C")) AS p,
			LATERAL sqlite_mig_internal._translate_expr(p.body, 'generated', o.source_table, o.target_type, l.list) AS x
		WHERE o.migration = _follow_names.migration AND o.source_table = _follow_names.source_table AND o.generated_expr = o.evidence ->> 'generated' AND x.translated IS NOT NULL
			AND c.migration = o.migration AND c.source_table = o.source_table AND c.source_name = o.source_name;
END;
COMMENT ON FUNCTION sqlite_mig_internal._follow_names(text, text) IS 'internal: writes expressions with the names that the plan has now';

/* A name was changed in the plan: after all rows of the statement, so that each sees all of them. */
CREATE FUNCTION sqlite_mig_internal._plan_renamed() RETURNS trigger
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	PERFORM sqlite_mig_internal._follow_names(NEW.migration, CASE TG_TABLE_NAME WHEN 'plan_table' THEN to_jsonb(NEW) ->> 'source_name' ELSE to_jsonb(NEW) ->> 'source_table' END);
	RETURN NULL;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_renamed() IS 'internal: expressions follow a name that was changed in the plan';
CREATE TRIGGER renamed AFTER UPDATE OF target_name ON sqlite_mig.plan_column FOR EACH ROW WHEN (OLD.target_name <> NEW.target_name) EXECUTE FUNCTION sqlite_mig_internal._plan_renamed();
COMMENT ON TRIGGER renamed ON sqlite_mig.plan_column IS 'checks, indexes and generated columns follow a new target_name';
CREATE TRIGGER renamed AFTER UPDATE OF target_name ON sqlite_mig.plan_table FOR EACH ROW WHEN (OLD.target_name <> NEW.target_name) EXECUTE FUNCTION sqlite_mig_internal._plan_renamed();
COMMENT ON TRIGGER renamed ON sqlite_mig.plan_table IS 'checks, indexes and generated columns follow a new target_name';
