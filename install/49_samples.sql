-- Do translated expressions mean the same? Checks, conditions and expressions of indexes are evaluated by both engines on rows of
-- the source. Owns the comparison and what becomes of an expression that differs; generated columns are compared in 49_expressions,
-- with all rows, and views in 69_view_content. Needs the foreign tables' schema.

/* Most rows of a table on which expressions are compared: of a larger table half of them are its first, and half its last. */
CREATE FUNCTION sqlite_mig_internal._sample_limit() RETURNS bigint
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT 10000;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sample_limit() IS 'internal: rows on which expressions are compared';

CREATE TYPE sqlite_mig_internal._probe AS (
	kind       text,
	name       text,
	part       text,
	original   text,
	translated text,
	type       text
);
COMMENT ON TYPE sqlite_mig_internal._probe IS 'internal: an expression of an object of the plan, for SQLite and for PostgreSQL; part is what of the object it is';

/*
 * What PostgreSQL makes of the indexes of a table that hold more than columns: each is made on an empty table like the planned
 * one, which is rolled back, and asked for its expressions and condition.
 */
CREATE FUNCTION sqlite_mig_internal._index_probes(migration text, source_table text) RETURNS SETOF sqlite_mig_internal._probe
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := _index_probes.migration;
	server constant text := (sqlite_mig_internal._migration(mig)).server;
	found  sqlite_mig_internal._probe[] := '{}';
	item   record;
BEGIN
	BEGIN
		EXECUTE (SELECT format('CREATE TEMPORARY TABLE sqlite_mig_trial (%s)', string_agg(format('%I %s%s', c.target_name, c.target_type, ' COLLATE ' || o.name), ', ' ORDER BY c.position))
			FROM sqlite_mig.plan_column AS c, LATERAL (SELECT CASE WHEN c.target_collation LIKE 'pg_catalog.%' THEN c.target_collation END AS name) AS o
			WHERE c.migration = mig AND c.source_table = _index_probes.source_table AND c.include);
		FOR item IN SELECT i.source_name, i.is_unique, i.target_sql, t.terms, t.condition, s.collations
				FROM sqlite_mig.plan_index AS i JOIN sqlite_mig.source_indexes(server, _index_probes.source_table) AS s ON s.index_name = i.source_name, LATERAL sqlite_mig_internal._index_terms(i.source_sql) AS t
				WHERE i.migration = mig AND i.source_table = _index_probes.source_table AND i.include AND i.target_sql IS NOT NULL ORDER BY i.source_name COLLATE "C" LOOP
			EXECUTE format('CREATE INDEX sqlite_mig_trial_index ON sqlite_mig_trial %s', item.target_sql);
			found := found || ARRAY(
				-- an expression that is compared with a collation is made what the collation makes of it
				SELECT ROW('index', item.source_name, item.terms[k.n], format(CASE upper(item.collations[k.n] COLLATE "C") WHEN 'NOCASE' THEN E'lower(%s\n)' WHEN 'RTRIM' THEN E'rtrim(%s\n)' ELSE E'(%s\n)' END, item.terms[k.n]),
						pg_get_indexdef(x.indexrelid, k.n::integer, true), format_type(a.atttypid, a.atttypmod))::sqlite_mig_internal._probe
					FROM pg_index AS x CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k (attnum, n) JOIN pg_attribute AS a ON a.attrelid = x.indexrelid AND a.attnum = k.n
					WHERE x.indexrelid = to_regclass('pg_temp.sqlite_mig_trial_index') AND k.attnum = 0 AND cardinality(item.terms) = x.indnatts
				UNION ALL SELECT ROW('index', item.source_name, 'condition', format(E'CASE WHEN (%s\n) THEN 1 ELSE 0 END', item.condition), format('(%s) IS TRUE', pg_get_expr(x.indpred, x.indrelid)), 'boolean')::sqlite_mig_internal._probe
					FROM pg_index AS x WHERE x.indexrelid = to_regclass('pg_temp.sqlite_mig_trial_index') AND x.indpred IS NOT NULL);
			EXECUTE 'DROP INDEX pg_temp.sqlite_mig_trial_index';
		END LOOP;
		RAISE EXCEPTION USING ERRCODE = 'MIGTR', MESSAGE = 'the end of a trial';
	EXCEPTION
		WHEN SQLSTATE 'MIGTR' THEN
			NULL;
		WHEN insufficient_privilege THEN
			-- without temporary tables no such index was tried, and so none is in the plan
			RETURN;
	END;
	RETURN QUERY SELECT * FROM unnest(found);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._index_probes(text, text) IS 'internal: expressions and conditions of the indexes of a table';

/* The query of SQLite that gives columns of a table and the value of each probe, of the rows to compare on. */
CREATE FUNCTION sqlite_mig_internal._sample_query(plan sqlite_mig.migration, source_table text, columns text[], probes sqlite_mig_internal._probe[]) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT format(CASE WHEN t.rows <= n.most OR s.rowid_name IS NULL THEN 'SELECT %1$s FROM %2$s LIMIT %3$s' ELSE 'SELECT * FROM (SELECT %1$s FROM %2$s LIMIT %4$s) UNION ALL SELECT * FROM (SELECT %1$s FROM %2$s ORDER BY %5$s DESC LIMIT %4$s)' END,
			concat_ws(', ', (SELECT string_agg(q.quoted, ', ' ORDER BY c.n) FROM unnest(_sample_query.columns) WITH ORDINALITY AS c (name, n), LATERAL sqlite_mig_internal._sqlite_name(c.name) AS q (quoted)),
				(SELECT string_agg(format('%s AS sqlite_mig_%s', p.original, p.n), ', ' ORDER BY p.n) FROM unnest(_sample_query.probes) WITH ORDINALITY AS p (kind, name, part, original, translated, type, n))),
			'main.' || sqlite_mig_internal._sqlite_name(t.source_name), n.most, n.most / 2, s.rowid_name)
		FROM sqlite_mig.plan_table AS t CROSS JOIN (SELECT sqlite_mig_internal._sample_limit() AS most) AS n
			-- (asked for all tables, so only where it is needed)
			CROSS JOIN LATERAL (SELECT CASE WHEN (t.rows <= n.most) IS NOT TRUE THEN (SELECT o.rowid_name FROM sqlite_mig.source_tables((plan).server) AS o WHERE o.table_name = t.source_name) END AS rowid_name) AS s
		WHERE t.migration = (plan).migration AND t.source_name = _sample_query.source_table;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sample_query(sqlite_mig.migration, text, text[], sqlite_mig_internal._probe[]) IS 'internal: query of SQLite for rows and the values of expressions';

/*
 * Evaluates the expressions of a table on both sides: of each a sentence about the rows where they differ, NULL where there are none;
 * or, in "error", why that cannot be done. Makes a foreign table and rolls it back.
 */
CREATE FUNCTION sqlite_mig_internal._run_probes(plan sqlite_mig.migration, source_table text, probes sqlite_mig_internal._probe[], OUT findings text[], OUT error text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_variable
DECLARE
	spare constant text := format('%I.%I', (plan).source_schema, sqlite_mig_internal._short_name('sqlite_mig_sample_' || source_table));
	zone  constant text := sqlite_mig_internal._source_zone((plan).migration);
	-- what is not mentioned is not read
	wanted constant sqlite_mig.plan_column[] := ARRAY(SELECT c FROM sqlite_mig.plan_column AS c WHERE c.migration = (plan).migration AND c.source_table = _run_probes.source_table AND c.include
		AND EXISTS (SELECT FROM unnest(probes) AS p WHERE strpos(lower(p.translated COLLATE "C"), lower(c.target_name COLLATE "C")) > 0) ORDER BY c.position);
	detail text;
BEGIN
	EXECUTE format('CREATE FOREIGN TABLE %s (%s) SERVER %I OPTIONS (query %L)', spare, concat_ws(', ',
			(SELECT string_agg(format('%I %s OPTIONS (column_name %L%s)', c.target_name, c.target_type, c.source_name, concat(', format ' || quote_literal(c.format), ', time_zone ' || quote_literal(c.time_zone),
				CASE WHEN c.empty_as_null THEN ', empty_as_null ''true''' END, ', on_error ' || quote_literal(c.on_error))), ', ' ORDER BY c.position) FROM unnest(wanted) AS c),
			(SELECT string_agg(format('sqlite_mig_%s %s%s', p.n, p.type, CASE WHEN p.type ~ '^(text|character varying)' THEN ' OPTIONS (format ''any'')' WHEN p.type ~ '^timestamp' THEN format(' OPTIONS (time_zone %L)', zone) END), ', ' ORDER BY p.n)
				FROM unnest(probes) WITH ORDINALITY AS p (kind, name, part, original, translated, type, n))),
		(plan).server, sqlite_mig_internal._sample_query(plan, source_table, ARRAY(SELECT c.source_name FROM unnest(wanted) AS c ORDER BY c.position), probes));
	-- OFFSET: what stands below it is computed here, whatever SQLite could do for it
	EXECUTE (SELECT format('SELECT ARRAY[%s] FROM (SELECT %s FROM (SELECT * FROM %s OFFSET 0) AS t OFFSET 0) AS v',
			string_agg(format('CASE WHEN count(*) FILTER (WHERE a%1$s IS DISTINCT FROM b%1$s) > 0 THEN format(''%%s of %%s rows, as %%s'', count(*) FILTER (WHERE a%1$s IS DISTINCT FROM b%1$s), count(*), '
				'min(format(''%%s in SQLite and %%s here'', coalesce(quote_literal(left(a%1$s, 60)), ''NULL''), coalesce(quote_literal(left(b%1$s, 60)), ''NULL'')) COLLATE "C") FILTER (WHERE a%1$s IS DISTINCT FROM b%1$s)) END', p.n), ', ' ORDER BY p.n),
			string_agg(format('sqlite_mig_%1$s::text AS a%1$s, (%2$s)::%3$s::text AS b%1$s', p.n, p.translated, p.type), ', ' ORDER BY p.n), spare)
		FROM unnest(probes) WITH ORDINALITY AS p (kind, name, part, original, translated, type, n)) INTO findings;
	RAISE EXCEPTION USING ERRCODE = 'MIGTR', MESSAGE = 'the end of a trial';
EXCEPTION
	WHEN SQLSTATE 'MIGTR' THEN
		NULL;
	WHEN OTHERS THEN
		-- what is not about the expressions, such as a full disk, is for the caller
		IF left(SQLSTATE, 2) NOT IN ('0A', '22', '23', '2F', '38', '42', '54', 'HV') THEN
			RAISE;
		END IF;
		GET STACKED DIAGNOSTICS error = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
		error := concat_ws(': ', regexp_replace(error, 'column "sqlite_mig_[0-9]+"', 'the expression'), nullif(split_part(detail, E'\n', 1), ''));
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._run_probes(sqlite_mig.migration, text, sqlite_mig_internal._probe[]) IS 'internal: evaluates expressions on both sides';

/*
 * What becomes of a check or index whose translation differs. A check and a unique index decide which rows there may be, so they are
 * not made; another index is only used by queries in the same translation, and is.
 */
CREATE FUNCTION sqlite_mig_internal._settle_difference(migration text, source_table text, probe sqlite_mig_internal._probe, finding text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_variable
DECLARE
	mig     constant text := migration;
	name    constant text := (probe).name;
	said    constant text := CASE WHEN (probe).kind = 'check' THEN 'its translation is something else in ' ELSE format('its %s is something else here in ', (probe).part) END || finding;
	source  text;
	target  text;
	decides boolean := true;
BEGIN
	IF (probe).kind = 'check' THEN
		UPDATE sqlite_mig.plan_constraint AS k SET include = false, reason = said WHERE k.migration = mig AND k.source_table = _settle_difference.source_table AND k.kind = 'check' AND k.target_name = name
			RETURNING k.source_sql, k.target_sql INTO source, target;
	ELSE
		UPDATE sqlite_mig.plan_index AS i SET include = NOT i.is_unique, reason = said WHERE i.migration = mig AND i.source_name = name
			RETURNING i.source_sql, i.target_sql, i.is_unique INTO source, target, decides;
	END IF;
	IF decides THEN
		DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig AND e.phase = 'prepare' AND e.object_kind = (probe).kind AND e.object_name = name AND e.effect IN ('converted', 'changed');
	END IF;
	PERFORM sqlite_mig_internal._note(mig, 'prepare', (probe).kind, name, source_table, CASE WHEN decides THEN 'warning' ELSE 'info' END, CASE WHEN decides THEN 'skipped' ELSE 'converted' END, 'other values',
		said || CASE WHEN decides THEN '' ELSE '; it is made, for it serves queries that say the same as PostgreSQL' END, sample => format('%s -> %s', source, target));
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._settle_difference(text, text, sqlite_mig_internal._probe, text) IS 'internal: what becomes of an expression that differs';

/* Compares the checks of the plan, and what its indexes hold besides columns, on rows of the source. */
CREATE FUNCTION sqlite_mig_internal._plan_samples(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_variable
DECLARE
	plan    constant sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	item    record;
	probes  sqlite_mig_internal._probe[];
	found   record;
	alone   record;
BEGIN
	IF sqlite_mig_internal._if_exists(plan.migration) IN ('load', 'truncate') THEN
		RETURN;
	END IF;
	FOR item IN SELECT t.source_name FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.include AND t.rows IS DISTINCT FROM 0 AND (
			-- IN, which is hashed: each table of a plan without statistics would go through all constraints and indexes
			t.source_name IN (SELECT k.source_table FROM sqlite_mig.plan_constraint AS k WHERE k.migration = plan.migration AND k.kind = 'check' AND k.include)
			OR t.source_name IN (SELECT i.source_table FROM sqlite_mig.plan_index AS i WHERE i.migration = plan.migration AND i.include AND i.target_sql IS NOT NULL AND i.source_sql IS NOT NULL)) ORDER BY t.load_order LOOP
		probes := ARRAY(
			SELECT ROW('check', k.target_name, 'condition', format(E'CASE WHEN NOT (%s\n) THEN 0 ELSE 1 END', k.source_sql), format('(%s) IS NOT FALSE', k.target_sql), 'boolean')::sqlite_mig_internal._probe
				FROM sqlite_mig.plan_constraint AS k WHERE k.migration = plan.migration AND k.source_table = item.source_name AND k.kind = 'check' AND k.include
			UNION ALL SELECT p FROM sqlite_mig_internal._index_probes(plan.migration, item.source_name) AS p);
		CONTINUE WHEN cardinality(probes) = 0;
		SELECT r.* INTO found FROM sqlite_mig_internal._run_probes(plan, item.source_name, probes) AS r;
		FOR n IN 1 .. cardinality(probes) LOOP
			SELECT found.findings[n] AS finding, found.error INTO alone;
			IF found.error IS NOT NULL AND cardinality(probes) > 1 THEN
				SELECT r.findings[1] AS finding, r.error INTO alone FROM sqlite_mig_internal._run_probes(plan, item.source_name, probes[n : n]) AS r;
			END IF;
			IF alone.error IS NOT NULL THEN
				PERFORM sqlite_mig_internal._note(plan.migration, 'prepare', (probes[n]).kind, (probes[n]).name, item.source_name, 'warning', 'guessed', 'other values',
					format('its %s could not be compared with SQLite: %s', (probes[n]).part, alone.error), sample => (probes[n]).translated);
			ELSIF alone.finding IS NOT NULL THEN
				PERFORM sqlite_mig_internal._settle_difference(plan.migration, item.source_name, probes[n], alone.finding);
			END IF;
		END LOOP;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_samples(text) IS 'internal: compares checks, conditions and expressions of indexes on rows of the source';
