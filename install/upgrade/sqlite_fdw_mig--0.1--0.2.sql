-- Brings version 0.1 to the next. Written by tools/make_upgrade, completed by hand; t/150_upgrade.pl compares the result.
\echo Use "ALTER EXTENSION sqlite_fdw_mig UPDATE" to load this file. \quit
CREATE OR REPLACE FUNCTION sqlite_mig.geometry_wkb(blob bytea) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'mig_geometry_wkb';
COMMENT ON FUNCTION sqlite_mig.geometry_wkb(bytea) IS
	'a geometry of GeoPackage or SpatiaLite, or WKB, as EWKB with its SRID, which PostGIS casts to geometry; an error if the bytes are none';
CREATE OR REPLACE FUNCTION sqlite_mig.geometry_wkb(blob bytea, srid integer) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'mig_geometry_wkb';
COMMENT ON FUNCTION sqlite_mig.geometry_wkb(bytea, integer) IS
	'the same with another SRID; 0 is none';
CREATE OR REPLACE FUNCTION sqlite_mig.geometry_blob(ewkb bytea, format text) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'mig_geometry_blob';
COMMENT ON FUNCTION sqlite_mig.geometry_blob(bytea, text) IS
	'EWKB (ST_AsEWKB) or WKB as a BLOB for SQLite: format gpkg with the envelope of a GeoPackage, spatialite, or wkb';
CREATE OR REPLACE FUNCTION sqlite_mig.geometry_blob(ewkb bytea, format text, srid integer) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'mig_geometry_blob';
COMMENT ON FUNCTION sqlite_mig.geometry_blob(bytea, text, integer) IS
	'the same with another SRID: the srs_id of a GeoPackage, say';
CREATE OR REPLACE FUNCTION sqlite_mig._source_damage(server text, OUT finding text, OUT unknown boolean)
	LANGUAGE c STRICT STABLE AS 'MODULE_PATHNAME', 'mig_source_damage';
COMMENT ON FUNCTION sqlite_mig._source_damage(text) IS 'internal: what SQLite finds damaged in the structure of a file, or why it could not look';
CREATE OR REPLACE FUNCTION sqlite_mig._index_terms(sql text, OUT terms text[], OUT condition text)
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_index_terms';
COMMENT ON FUNCTION sqlite_mig._index_terms(text) IS
	'internal: what CREATE INDEX is on, without COLLATE, and its condition; NULL for another statement';
CREATE OR REPLACE FUNCTION sqlite_mig.prepare(server text, target_schema text DEFAULT 'public', options jsonb DEFAULT '{}', migration text DEFAULT NULL,
		tables text[] DEFAULT NULL, exclude text[] DEFAULT NULL,
		OUT table_name text, OUT target text, OUT columns bigint, OUT rows bigint, OUT findings bigint, OUT remark text)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name  constant text := coalesce(prepare.migration, prepare.server);
	began constant timestamptz := clock_timestamp();
	pool  boolean;
	called text;
BEGIN
	PERFORM sqlite_mig._check_options(prepare.options);
	PERFORM sqlite_mig._lock(name);
	-- a worker that prepares has those of its leader
	pool := (prepare.options ->> 'workers')::integer > 1 AND NOT sqlite_mig._in_worker();
	IF pool THEN
		PERFORM sqlite_mig._pool_open(prepare.server, (prepare.options ->> 'workers')::integer);
	END IF;
	PERFORM sqlite_mig._plan_open(name, prepare.server, prepare.target_schema, prepare.options, prepare.tables, prepare.exclude);
	PERFORM sqlite_mig._plan_tables(name);
	PERFORM sqlite_mig._plan_columns(name);
	PERFORM sqlite_mig._plan_indexes(name);
	PERFORM sqlite_mig._plan_keys(name);
	PERFORM sqlite_mig._plan_foreign_keys(name);
	PERFORM sqlite_mig._plan_nocase_children(name);
	PERFORM sqlite_mig._plan_checks(name);
	PERFORM sqlite_mig._plan_index_expressions(name);
	PERFORM sqlite_mig._plan_collated_constraints(name);
	PERFORM sqlite_mig._plan_defaults(name);
	PERFORM sqlite_mig._plan_search_columns(name);
	PERFORM sqlite_mig._plan_objects(name);
	IF prepare.options ->> 'if_exists' IN ('load', 'truncate') THEN
		PERFORM sqlite_mig._adopt(name);
	END IF;
	PERFORM sqlite_mig._make_source(name);
	PERFORM sqlite_mig._plan_generated(name);
	PERFORM sqlite_mig._plan_samples(name);
	PERFORM sqlite_mig._plan_duplicate_indexes(name);
	PERFORM sqlite_mig._plan_accept(name, began);
	IF pool THEN
		PERFORM sqlite_mig._pool_close();
	END IF;
	UPDATE sqlite_mig.migration AS m SET plan_hash = sqlite_mig._plan_hash(name) WHERE m.migration = name;
	-- one line of context: nobody but the user has called
	GET DIAGNOSTICS called = PG_CONTEXT;
	IF strpos(called, E'\n') = 0 THEN
		RAISE NOTICE 'migration "%": planned, nothing is copied yet. Next: CALL sqlite_mig.migrate(%);', name,
			quote_literal(prepare.server) || CASE WHEN name <> prepare.server THEN format(', migration => %L', name) ELSE '' END;
	END IF;
	RETURN QUERY
		SELECT p.source_name, CASE WHEN p.include THEN format('%I.%I', prepare.target_schema, p.target_name) END, coalesce(c.columns, 0), p.rows, coalesce(e.findings, 0), p.reason
		FROM sqlite_mig.plan_table AS p
			LEFT JOIN (SELECT c.source_table, count(*) AS columns FROM sqlite_mig.plan_column AS c WHERE c.migration = name AND c.include GROUP BY c.source_table) AS c
				ON c.source_table = p.source_name
			LEFT JOIN (SELECT e.table_name, count(*) AS findings FROM sqlite_mig.ledger_entry AS e WHERE e.migration = name AND e.severity <> 'info' GROUP BY e.table_name) AS e
				ON e.table_name = p.source_name
		WHERE p.migration = name ORDER BY p.load_order;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._sample_limit() RETURNS bigint
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT 10000;
END;
COMMENT ON FUNCTION sqlite_mig._sample_limit() IS 'internal: rows on which expressions are compared';
CREATE TYPE sqlite_mig._probe AS (
	kind       text,
	name       text,
	part       text,
	original   text,
	translated text,
	type       text
);
COMMENT ON TYPE sqlite_mig._probe IS 'internal: an expression of an object of the plan, for SQLite and for PostgreSQL; part is what of the object it is';
CREATE OR REPLACE FUNCTION sqlite_mig._index_probes(migration text, source_table text) RETURNS SETOF sqlite_mig._probe
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := _index_probes.migration;
	server constant text := (sqlite_mig._migration(mig)).server;
	found  sqlite_mig._probe[] := '{}';
	item   record;
BEGIN
	BEGIN
		EXECUTE (SELECT format('CREATE TEMPORARY TABLE sqlite_mig_trial (%s)', string_agg(format('%I %s%s', c.target_name, c.target_type, ' COLLATE ' || o.name), ', ' ORDER BY c.position))
			FROM sqlite_mig.plan_column AS c, LATERAL (SELECT CASE WHEN c.target_collation LIKE 'pg_catalog.%' THEN c.target_collation END AS name) AS o
			WHERE c.migration = mig AND c.source_table = _index_probes.source_table AND c.include);
		FOR item IN SELECT i.source_name, i.is_unique, i.target_sql, t.terms, t.condition, s.collations
				FROM sqlite_mig.plan_index AS i JOIN sqlite_mig.source_indexes(server, _index_probes.source_table) AS s ON s.index_name = i.source_name, LATERAL sqlite_mig._index_terms(i.source_sql) AS t
				WHERE i.migration = mig AND i.source_table = _index_probes.source_table AND i.include AND i.target_sql IS NOT NULL ORDER BY i.source_name COLLATE "C" LOOP
			EXECUTE format('CREATE INDEX sqlite_mig_trial_index ON sqlite_mig_trial %s', item.target_sql);
			found := found || ARRAY(
				-- an expression that is compared with a collation is made what the collation makes of it
				SELECT ROW('index', item.source_name, item.terms[k.n], format(CASE upper(item.collations[k.n]) WHEN 'NOCASE' THEN E'lower(%s\n)' WHEN 'RTRIM' THEN E'rtrim(%s\n)' ELSE E'(%s\n)' END, item.terms[k.n]),
						pg_get_indexdef(x.indexrelid, k.n::integer, true), format_type(a.atttypid, a.atttypmod))::sqlite_mig._probe
					FROM pg_index AS x CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k (attnum, n) JOIN pg_attribute AS a ON a.attrelid = x.indexrelid AND a.attnum = k.n
					WHERE x.indexrelid = to_regclass('pg_temp.sqlite_mig_trial_index') AND k.attnum = 0 AND cardinality(item.terms) = x.indnatts
				UNION ALL SELECT ROW('index', item.source_name, 'condition', format(E'CASE WHEN (%s\n) THEN 1 ELSE 0 END', item.condition), format('(%s) IS TRUE', pg_get_expr(x.indpred, x.indrelid)), 'boolean')::sqlite_mig._probe
					FROM pg_index AS x WHERE x.indexrelid = to_regclass('pg_temp.sqlite_mig_trial_index') AND x.indpred IS NOT NULL);
			EXECUTE 'DROP INDEX pg_temp.sqlite_mig_trial_index';
		END LOOP;
		RAISE EXCEPTION USING ERRCODE = 'MIGTR', MESSAGE = 'the end of a trial';
	EXCEPTION
		WHEN SQLSTATE 'MIGTR' THEN
			NULL;
	END;
	RETURN QUERY SELECT * FROM unnest(found);
END;
$$;
COMMENT ON FUNCTION sqlite_mig._index_probes(text, text) IS 'internal: expressions and conditions of the indexes of a table';
CREATE OR REPLACE FUNCTION sqlite_mig._sample_query(plan sqlite_mig.migration, source_table text, columns text[], probes sqlite_mig._probe[]) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT format(CASE WHEN t.rows <= n.most OR s.rowid_name IS NULL THEN 'SELECT %1$s FROM %2$s LIMIT %3$s' ELSE 'SELECT * FROM (SELECT %1$s FROM %2$s LIMIT %4$s) UNION ALL SELECT * FROM (SELECT %1$s FROM %2$s ORDER BY %5$s DESC LIMIT %4$s)' END,
			concat_ws(', ', (SELECT string_agg(q.quoted, ', ' ORDER BY c.n) FROM unnest(_sample_query.columns) WITH ORDINALITY AS c (name, n), LATERAL sqlite_mig._sqlite_name(c.name) AS q (quoted)),
				(SELECT string_agg(format('%s AS sqlite_mig_%s', p.original, p.n), ', ' ORDER BY p.n) FROM unnest(_sample_query.probes) WITH ORDINALITY AS p (kind, name, part, original, translated, type, n))),
			'main.' || sqlite_mig._sqlite_name(t.source_name), n.most, n.most / 2, s.rowid_name)
		FROM sqlite_mig.plan_table AS t LEFT JOIN sqlite_mig.source_tables((plan).server) AS s ON s.table_name = t.source_name, LATERAL (SELECT sqlite_mig._sample_limit() AS most) AS n
		WHERE t.migration = (plan).migration AND t.source_name = _sample_query.source_table;
END;
COMMENT ON FUNCTION sqlite_mig._sample_query(sqlite_mig.migration, text, text[], sqlite_mig._probe[]) IS 'internal: query of SQLite for rows and the values of expressions';
CREATE OR REPLACE FUNCTION sqlite_mig._run_probes(plan sqlite_mig.migration, source_table text, probes sqlite_mig._probe[], OUT findings text[], OUT error text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_variable
DECLARE
	spare constant text := format('%I.%I', (plan).source_schema, sqlite_mig._short_name('sqlite_mig_sample_' || source_table));
	zone  constant text := sqlite_mig._source_zone((plan).migration);
	-- what is not mentioned is not read
	wanted constant sqlite_mig.plan_column[] := ARRAY(SELECT c FROM sqlite_mig.plan_column AS c WHERE c.migration = (plan).migration AND c.source_table = _run_probes.source_table AND c.include
		AND EXISTS (SELECT FROM unnest(probes) AS p WHERE strpos(lower(p.translated), lower(c.target_name)) > 0) ORDER BY c.position);
	detail text;
BEGIN
	EXECUTE format('CREATE FOREIGN TABLE %s (%s) SERVER %I OPTIONS (query %L)', spare, concat_ws(', ',
			(SELECT string_agg(format('%I %s OPTIONS (column_name %L%s)', c.target_name, c.target_type, c.source_name, concat(', format ' || quote_literal(c.format), ', time_zone ' || quote_literal(c.time_zone),
				CASE WHEN c.empty_as_null THEN ', empty_as_null ''true''' END, ', on_error ' || quote_literal(c.on_error))), ', ' ORDER BY c.position) FROM unnest(wanted) AS c),
			(SELECT string_agg(format('sqlite_mig_%s %s%s', p.n, p.type, CASE WHEN p.type ~ '^(text|character varying)' THEN ' OPTIONS (format ''any'')' WHEN p.type ~ '^timestamp' THEN format(' OPTIONS (time_zone %L)', zone) END), ', ' ORDER BY p.n)
				FROM unnest(probes) WITH ORDINALITY AS p (kind, name, part, original, translated, type, n))),
		(plan).server, sqlite_mig._sample_query(plan, source_table, ARRAY(SELECT c.source_name FROM unnest(wanted) AS c ORDER BY c.position), probes));
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
COMMENT ON FUNCTION sqlite_mig._run_probes(sqlite_mig.migration, text, sqlite_mig._probe[]) IS 'internal: evaluates expressions on both sides';
CREATE OR REPLACE FUNCTION sqlite_mig._settle_difference(migration text, source_table text, probe sqlite_mig._probe, finding text) RETURNS void
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
	PERFORM sqlite_mig._note(mig, 'prepare', (probe).kind, name, source_table, CASE WHEN decides THEN 'warning' ELSE 'info' END, CASE WHEN decides THEN 'skipped' ELSE 'converted' END, 'other values',
		said || CASE WHEN decides THEN '' ELSE '; it is made, for it serves queries that say the same as PostgreSQL' END, sample => format('%s -> %s', source, target));
END;
$$;
COMMENT ON FUNCTION sqlite_mig._settle_difference(text, text, sqlite_mig._probe, text) IS 'internal: what becomes of an expression that differs';
CREATE OR REPLACE FUNCTION sqlite_mig._plan_samples(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_variable
DECLARE
	plan    constant sqlite_mig.migration := sqlite_mig._migration(migration);
	item    record;
	probes  sqlite_mig._probe[];
	found   record;
	alone   record;
BEGIN
	IF sqlite_mig._if_exists(plan.migration) IN ('load', 'truncate') THEN
		RETURN;
	END IF;
	FOR item IN SELECT t.source_name FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.include AND t.rows IS DISTINCT FROM 0 AND (
			EXISTS (SELECT FROM sqlite_mig.plan_constraint AS k WHERE k.migration = t.migration AND k.source_table = t.source_name AND k.kind = 'check' AND k.include)
			OR EXISTS (SELECT FROM sqlite_mig.plan_index AS i WHERE i.migration = t.migration AND i.source_table = t.source_name AND i.include AND i.target_sql IS NOT NULL)) ORDER BY t.load_order LOOP
		probes := ARRAY(
			SELECT ROW('check', k.target_name, 'condition', format(E'CASE WHEN NOT (%s\n) THEN 0 ELSE 1 END', k.source_sql), format('(%s) IS NOT FALSE', k.target_sql), 'boolean')::sqlite_mig._probe
				FROM sqlite_mig.plan_constraint AS k WHERE k.migration = plan.migration AND k.source_table = item.source_name AND k.kind = 'check' AND k.include
			UNION ALL SELECT p FROM sqlite_mig._index_probes(plan.migration, item.source_name) AS p);
		CONTINUE WHEN cardinality(probes) = 0;
		SELECT r.* INTO found FROM sqlite_mig._run_probes(plan, item.source_name, probes) AS r;
		FOR n IN 1 .. cardinality(probes) LOOP
			SELECT found.findings[n] AS finding, found.error INTO alone;
			IF found.error IS NOT NULL AND cardinality(probes) > 1 THEN
				SELECT r.findings[1] AS finding, r.error INTO alone FROM sqlite_mig._run_probes(plan, item.source_name, probes[n : n]) AS r;
			END IF;
			IF alone.error IS NOT NULL THEN
				PERFORM sqlite_mig._note(plan.migration, 'prepare', (probes[n]).kind, (probes[n]).name, item.source_name, 'warning', 'guessed', 'other values',
					format('its %s could not be compared with SQLite: %s', (probes[n]).part, alone.error), sample => (probes[n]).translated);
			ELSIF alone.finding IS NOT NULL THEN
				PERFORM sqlite_mig._settle_difference(plan.migration, item.source_name, probes[n], alone.finding);
			END IF;
		END LOOP;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig._plan_samples(text) IS 'internal: compares checks, conditions and expressions of indexes on rows of the source';
CREATE OR REPLACE FUNCTION sqlite_mig._contentless_advice(sql text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT format('is contentless: the file has an index of words, but no texts. To the table that has the texts, whose keys are the rowids of this one: '
			'ALTER TABLE ... ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector(%1$L, %2$s)) STORED; CREATE INDEX ON ... USING gin (search); and MATCH is search @@ websearch_to_tsquery(%1$L, ...)',
			CASE k.config WHEN 'trigram' THEN 'simple' ELSE k.config END,
			(SELECT string_agg(format('coalesce(%I, '''')', v.name), ' || '' '' || ' ORDER BY v.place) FROM sqlite_mig._virtual_table(_contentless_advice.sql) AS v
				WHERE v.place > 0 AND v.value IS NULL AND v.name IS NOT NULL AND lower(coalesce(v.rest, '')) !~ 'unindexed' AND lower(v.name) <> 'tokenize'))
		FROM (SELECT sqlite_mig._search_config(coalesce(sqlite_mig._virtual_option(_contentless_advice.sql, 'tokenize'), '')) AS config) AS k;
END;
COMMENT ON FUNCTION sqlite_mig._contentless_advice(text) IS 'internal: what to do about a contentless full-text table';
CREATE OR REPLACE FUNCTION sqlite_mig._virtual_obstacle(plan sqlite_mig.migration, sql text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE
		WHEN (plan).options ->> 'if_exists' IN ('load', 'truncate') THEN 'is a virtual table, which is not loaded into tables that exist'
		WHEN sqlite_mig._is_search(_virtual_obstacle.sql) AND sqlite_mig._virtual_option(_virtual_obstacle.sql, 'content') = ''
			THEN sqlite_mig._contentless_advice(_virtual_obstacle.sql)
		WHEN sqlite_mig._is_search(_virtual_obstacle.sql) OR m.module IN ('rtree', 'rtree_i32', 'geopoly') THEN NULL
		ELSE format('is a virtual table of module %s, which PostgreSQL does not have', coalesce(m.module, 'unknown')) END
		FROM (SELECT sqlite_mig._module(_virtual_obstacle.sql) AS module) AS m;
END;
CREATE OR REPLACE FUNCTION sqlite_mig._weights(migration text) RETURNS TABLE (source_name text, load_order integer, bytes numeric)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH width AS MATERIALIZED (
		SELECT c.source_table, sum(8 + least(coalesce((c.evidence ->> 'max_bytes')::numeric, 64), 65536) / 2) AS bytes FROM sqlite_mig.plan_column AS c
			WHERE c.migration = _weights.migration AND c.include GROUP BY c.source_table
	), guess AS MATERIALIZED (
		SELECT t.source_name, t.load_order, coalesce(t.rows, t.estimated_rows, 0) * coalesce(w.bytes, 0) AS bytes
			FROM sqlite_mig.plan_table AS t LEFT JOIN width AS w ON w.source_table = t.source_name WHERE t.migration = _weights.migration AND t.include
	)
	SELECT g.source_name, g.load_order, g.bytes * CASE WHEN f.read THEN 1 ELSE greatest(f.bytes / nullif((SELECT sum(a.bytes) FROM guess AS a), 0), 1) END
		FROM guess AS g, (SELECT coalesce((m.options ->> 'fit_values')::boolean, true), i.page_size::numeric * (i.page_count - i.freelist_count)
			FROM sqlite_mig.migration AS m, LATERAL sqlite_mig.source_info(m.server) AS i WHERE m.migration = _weights.migration) AS f (read, bytes);
END;
CREATE OR REPLACE FUNCTION sqlite_mig._tasks_make(migration text, run integer, level text, began timestamptz, reject_limit bigint) RETURNS void
	-- plan and journal have no statistics, so a join would be taken for one of a few rows
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET enable_nestloop = off SET jit = off AS
$$
#variable_conflict use_column
DECLARE
	mig    constant text := _tasks_make.migration;
	number constant integer := _tasks_make.run;
	size   constant numeric := pg_size_bytes(current_setting('sqlite_fdw_mig.range_size'));
	fresh  constant boolean := sqlite_mig._if_exists(mig) IN ('error', 'replace');
	-- a foreign key that waits for the end of the transaction, or a setting for its time, keep all copies in one
	whole  constant boolean := EXISTS (SELECT FROM sqlite_mig.journal AS j
		WHERE j.migration = mig AND j.run = number AND j.object_kind IN ('constraints', 'setting', 'foreign key check'));
	moves  constant boolean := sqlite_mig._moves_rows(mig);
	large  constant text[] := ARRAY(SELECT w.source_name FROM sqlite_mig._weights(mig) AS w WHERE fresh AND w.bytes > size);
	item   sqlite_mig.journal;
BEGIN
	FOR item IN SELECT j.* FROM sqlite_mig.journal AS j
			-- the limit counts the rejects of one copy
			WHERE j.migration = mig AND j.run = number AND j.object_kind = 'copy' AND j.table_name = ANY (large) AND reject_limit IS NULL ORDER BY j.step LOOP
		PERFORM sqlite_mig._ranges_make(item, size, level <> 'counts');
	END LOOP;
	UPDATE sqlite_mig.journal AS j SET statement = sqlite_mig._copy_summed(j.statement, level <> 'counts') WHERE j.migration = mig AND j.run = number AND j.object_kind = 'copy';
	-- rows that break a key leave before its index is made
	IF NOT moves THEN
		PERFORM sqlite_mig._key_indexes_make(mig, number, large);
	END IF;
	IF level <> 'counts' THEN
		PERFORM sqlite_mig._sums_make(mig, number, size);
	END IF;
	INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, table_name, statement)
		SELECT mig, number, m.last + row_number() OVER (ORDER BY w.load_order, w.source_name), 'verify', w.source_name, w.source_name,
			format('SELECT sqlite_mig._verify_table(sqlite_mig._migration(%L, true), %L, %L, %L, true)', mig, w.source_name, level, began)
		FROM sqlite_mig._weights(mig) AS w, (SELECT coalesce(max(j.step), 0) AS last FROM sqlite_mig.journal AS j WHERE j.migration = mig AND j.run = number) AS m;
	INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, statement)
		SELECT mig, number, m.last + row_number() OVER (ORDER BY v.make_order), 'verify view', v.source_name,
			format('SELECT sqlite_mig._verify_view(sqlite_mig._migration(%L, true), %L, %L, %L)', mig, v.source_name, level, began)
		FROM sqlite_mig.plan_view AS v, (SELECT coalesce(max(j.step), 0) AS last FROM sqlite_mig.journal AS j WHERE j.migration = mig AND j.run = number) AS m
		WHERE v.migration = mig AND v.include AND fresh;
	UPDATE sqlite_mig.journal AS j SET stage = CASE
			WHEN j.object_kind IN ('view', 'trigger', 'verify view') THEN 12
			WHEN j.object_kind = 'verify' THEN 11
			WHEN j.object_kind = 'target sum' THEN 10
			WHEN j.object_kind = 'foreign key' THEN 9
			WHEN j.object_kind = 'orphans' THEN 8
			WHEN j.object_kind IN ('schema', 'collation', 'drop', 'truncate') OR whole AND j.object_kind NOT IN ('sequence', 'analyze', 'comment') THEN 0
			WHEN j.object_kind = 'range' THEN 2
			WHEN j.object_kind = 'copied' THEN 3
			WHEN j.table_name <> ALL (large) THEN 7
			WHEN j.object_kind IN ('table', 'copy') THEN 1
			WHEN j.object_kind IN ('primary key', 'unique') AND EXISTS (SELECT FROM sqlite_mig.journal AS i
				WHERE i.migration = mig AND i.run = number AND i.object_kind = 'key index' AND i.table_name = j.table_name AND i.object_name = j.object_name) THEN 6
			WHEN j.object_kind IN ('primary key', 'unique', 'check') THEN 4
			-- statistics beside verification, which an index build may not be beside; those of an expression need its index
			WHEN j.object_kind = 'analyze' AND NOT moves AND NOT EXISTS (SELECT FROM sqlite_mig.plan_index AS i
				WHERE i.migration = mig AND i.source_table = j.table_name AND i.include AND i.target_sql IS NOT NULL) THEN 4
			WHEN j.object_kind IN ('index', 'unique index', 'key index') THEN 5
			ELSE 7 END
		WHERE j.migration = mig AND j.run = number;
	-- what all wait for; then a table at a time, the largest first, and small ones several at a time; then foreign keys, then proof
	WITH weight AS MATERIALIZED (
		SELECT w.*, CASE WHEN fresh AND w.bytes < size / 32 THEN floor((sum(greatest(w.bytes, size / 256)) OVER o - greatest(w.bytes, size / 256)) / (size / 32)) END AS batch
			FROM sqlite_mig._weights(mig) AS w WINDOW o AS (ORDER BY w.bytes DESC, w.load_order, w.source_name ROWS UNBOUNDED PRECEDING)
	), place AS MATERIALIZED (
		-- of the first table of its batch
		SELECT w.source_name, first_value(w.bytes) OVER o AS bytes, first_value(w.load_order) OVER o AS load_order, first_value(w.source_name) OVER o AS first
			FROM weight AS w WINDOW o AS (PARTITION BY w.batch, CASE WHEN w.batch IS NULL THEN w.source_name END ORDER BY w.bytes DESC, w.load_order, w.source_name)
	)
	UPDATE sqlite_mig.journal AS j SET task = t.task
		FROM (SELECT i.step, dense_rank() OVER (ORDER BY CASE WHEN i.stage = 0 THEN 0 WHEN i.stage < 8 THEN 1 ELSE i.stage END,
					CASE WHEN i.stage = 0 AND NOT whole THEN i.step END,
					CASE WHEN i.stage BETWEEN 1 AND 11 THEN -p.bytes END, CASE WHEN i.stage BETWEEN 1 AND 11 THEN p.load_order END,
					CASE WHEN i.stage BETWEEN 1 AND 11 THEN p.first END,
					i.stage, CASE WHEN i.stage IN (2, 5, 10) THEN i.step END) AS task
				FROM sqlite_mig.journal AS i LEFT JOIN place AS p ON p.source_name = i.table_name
				WHERE i.migration = mig AND i.run = number) AS t
		WHERE j.migration = mig AND j.run = number AND j.step = t.step;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._tasks(migration text, run integer, workers integer) RETURNS TABLE (task integer, statements text[], after integer[])
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH step AS MATERIALIZED (
		SELECT j.*, count(*) FILTER (WHERE j.stage = 5) OVER (PARTITION BY j.table_name) AS beside
			FROM sqlite_mig.journal AS j WHERE j.migration = _tasks.migration AND j.run = _tasks.run AND j.seconds IS NULL
	), item AS MATERIALIZED (
		SELECT s.task, s.stage, s.table_name, bool_or(s.object_kind IN ('copy', 'range', 'copied')) AS copies, bool_and(s.object_kind = 'analyze') AS reads FROM step AS s GROUP BY s.task, s.stage, s.table_name
	), used AS MATERIALIZED (
		-- which tables a foreign key locks
		SELECT i.task, i.table_name FROM item AS i WHERE i.stage = 9
		UNION SELECT s.task, k.parent_table FROM step AS s JOIN sqlite_mig.plan_constraint AS k ON k.migration = s.migration AND k.source_table = s.table_name AND k.target_name = s.object_name
			WHERE s.stage = 9
	), edge AS (
		SELECT i.task, b.task AS before FROM item AS i JOIN item AS b ON b.table_name = i.table_name AND b.stage < i.stage
			-- only rows and what locks out readers keep a table from being verified, unless rows may still leave it
			WHERE i.stage < 10 OR b.copies OR b.stage <= 4 AND NOT b.reads OR b.stage = 10
				OR (SELECT sqlite_mig._moves_rows(m.migration) OR m.running -> 'args' ->> 'verify_level' = 'full' FROM sqlite_mig.migration AS m WHERE m.migration = _tasks.migration)
		UNION SELECT i.task, b.task FROM item AS i JOIN item AS b ON b.stage = 0 AND b.task < i.task
		UNION SELECT i.task, b.task FROM item AS i JOIN item AS b ON b.stage < 8 WHERE i.stage = 8
		UNION SELECT i.task, b.task FROM item AS i JOIN item AS b ON b.stage = 8 WHERE i.stage > 8
		UNION SELECT i.task, b.task FROM item AS i JOIN item AS b ON b.stage < 12 WHERE i.stage = 12
		UNION SELECT u.task, b.task FROM used AS u JOIN item AS b ON b.table_name = u.table_name AND b.stage < 8
		UNION SELECT u.task, lag(u.task) OVER (PARTITION BY u.table_name ORDER BY u.task) FROM used AS u
		UNION SELECT i.task, b.task FROM item AS i JOIN sqlite_mig._loaded_keys(_tasks.migration) AS k ON k.source_name = i.table_name
			JOIN item AS b ON b.table_name = k.parent_name AND b.stage = 7
			WHERE i.stage = 7 AND b.task <> i.task AND sqlite_mig._if_exists(_tasks.migration) IN ('load', 'truncate')
	)
	SELECT s.task, ARRAY[format('SELECT sqlite_mig._claim(%L, %s, %s)', _tasks.migration, _tasks.run, s.task)] || CASE
				-- rows arrive frozen when table and copy are statements of their own; for the rest one is enough
				WHEN bool_or(s.object_kind = 'table' AND s.stage = 7) THEN array_agg(CASE WHEN s.object_kind = 'copy' AND x.n = 2
						THEN format('SELECT sqlite_mig._rest_of_table(%L, %s, %s, %L, $2, $1::jsonb)', _tasks.migration, _tasks.run, s.task, s.table_name) ELSE x.statement END ORDER BY s.table_name, s.step, x.n)
					FILTER (WHERE s.object_kind = 'copy' OR s.object_kind = 'table' AND x.n = 1)
				-- of several small tables
				WHEN min(s.stage) = 9 AND count(DISTINCT s.table_name) > 1 THEN ARRAY[format('SELECT sqlite_mig._run_task(%L, %s, %s)', _tasks.migration, _tasks.run, s.task)]
				ELSE array_agg(x.statement ORDER BY s.step, x.n) END,
			ARRAY(SELECT e.before FROM edge AS e WHERE e.task = s.task AND e.before IS NOT NULL)
		FROM step AS s, LATERAL unnest(sqlite_mig._step_statements(s.migration, s.run, s.step, s.object_kind, s.statement,
			-- indexes of one table are made side by side, each by one process unless workers are left over; a lone worker has the server's parallel workers
			CASE WHEN _tasks.workers > 1 THEN greatest(_tasks.workers / nullif(s.beside, 0)::integer, 1) END)) WITH ORDINALITY AS x (statement, n)
		GROUP BY s.task ORDER BY s.task;
END;
CREATE OR REPLACE FUNCTION sqlite_mig._sort_memory(step sqlite_mig.journal, processes integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	most constant bigint := pg_size_bytes(current_setting('maintenance_work_mem'));
	rows bigint;
BEGIN
	SELECT coalesce(t.rows, t.estimated_rows) INTO rows FROM sqlite_mig.plan_table AS t WHERE t.migration = step.migration AND t.source_name = step.table_name;
	IF rows IS NULL OR processes IS NULL OR step.statement LIKE '% USING %' OR step.object_kind = 'key index' AND EXISTS (
			SELECT FROM sqlite_mig.plan_constraint AS k JOIN sqlite_mig.plan_column AS c ON c.migration = k.migration AND c.source_table = k.source_table AND k.columns = ARRAY[c.source_name]
			WHERE k.migration = step.migration AND k.source_table = step.table_name AND k.target_name = step.object_name AND c.identity IS NOT NULL) THEN
		RETURN;
	END IF;
	-- a merge takes 256 kB for each piece: with the square root of its size a sort of any size is merged in one pass or two
	PERFORM set_config('maintenance_work_mem', (least(most, greatest(4 * 1024 * 1024, 3000 * sqrt(rows), CASE WHEN processes > 1 THEN processes * 32 * 1024 * 1024 END)) / 1024)::bigint || 'kB', true);
END;
$$;
COMMENT ON FUNCTION sqlite_mig._sort_memory(sqlite_mig.journal, integer) IS 'internal: how much memory an index build takes';
CREATE OR REPLACE FUNCTION sqlite_mig._run_index(step sqlite_mig.journal, processes integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	failure record;
BEGIN
	PERFORM set_config('max_parallel_maintenance_workers', least(current_setting('max_parallel_maintenance_workers')::integer, processes - 1)::text, true);
	PERFORM sqlite_mig._sort_memory(step, processes);
	IF step.object_kind <> 'key index' THEN
		PERFORM sqlite_mig._run_guarded(step);
		RETURN;
	END IF;
	SELECT t.* INTO failure FROM sqlite_mig._try(step.statement) AS t;
	IF failure.code IS NOT NULL THEN
		UPDATE sqlite_mig.journal AS j SET error = format('%s: %s', failure.code, failure.message) WHERE (j.migration, j.run, j.step) = (step.migration, step.run, step.step);
	END IF;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._verify_file(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	damage  record;
	finding text;
BEGIN
	SELECT d.* INTO damage FROM sqlite_mig._source_damage(plan.server) AS d;
	finding := CASE WHEN damage.unknown THEN 'SQLite cannot check the file for damage: ' ELSE
		'the file is damaged, rows may be missing in it; run PRAGMA integrity_check, compare with a backup, and accept this if nothing is missing: ' END || damage.finding;
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.object_kind = 'database' AND e.rule = 'damage' AND e.detail IS DISTINCT FROM finding;
	IF finding IS NOT NULL AND NOT EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.object_kind = 'database' AND e.rule = 'damage') THEN
		PERFORM sqlite_mig._note(plan.migration, 'migrate', 'database', plan.server, NULL, 'warning', CASE WHEN damage.unknown THEN 'guessed' ELSE 'failed' END, 'damage', finding);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig._verify_file(sqlite_mig.migration) IS 'internal: notes damage of the source in the ledger';
CREATE OR REPLACE FUNCTION sqlite_mig._verify(migration text, level text, copied boolean, sample_rows integer DEFAULT 3, workers integer DEFAULT 0) RETURNS timestamptz
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan    sqlite_mig.migration := sqlite_mig._migration(migration, true);
	began   constant timestamptz := clock_timestamp();
	item    record;
BEGIN
	IF workers > 0 THEN
		PERFORM sqlite_mig._verify_shared(plan, level, began, sample_rows, workers);
	END IF;
	FOR item IN SELECT t.source_name FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.include AND workers = 0 ORDER BY t.load_order, t.source_name LOOP
		PERFORM sqlite_mig._verify_table(plan, item.source_name, level, began, copied, sample_rows);
	END LOOP;
	FOR item IN SELECT v.source_name FROM sqlite_mig.plan_view AS v
			WHERE v.migration = plan.migration AND v.include AND sqlite_mig._if_exists(plan.migration) IN ('error', 'replace') ORDER BY v.make_order LOOP
		PERFORM sqlite_mig._verify_view(plan, item.source_name, level, began);
	END LOOP;
	IF level <> 'counts' THEN
		PERFORM sqlite_mig._verify_file(plan);
	END IF;
	UPDATE sqlite_mig.migration AS m SET verified_at = began WHERE m.migration = plan.migration;
	IF level = 'full' THEN
		PERFORM sqlite_mig._verify_whole(plan.migration, began);
	END IF;
	RETURN began;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._column_measures(plan sqlite_mig.migration, source_table text) RETURNS SETOF sqlite_mig._measure
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT c.target_name, CASE WHEN k.kind = 'bytes' AND m.what = 'sum' THEN 'length' WHEN k.kind = 'bytes' AND m.what IN ('min', 'max') THEN m.what || ' length' ELSE m.what END, m.how, m.source, m.target, coalesce(k.reason, k.odd_means)
		FROM (SELECT CASE i.encoding WHEN 'UTF-8' THEN 'sum(length(CAST({e} AS BLOB)))' ELSE 'sum(length({e}))' END AS length,
				-- SQLite gives the bytes of UTF-16 files, so their texts are measured in characters
				CASE WHEN i.encoding <> 'UTF-8' THEN 'sum(char_length({h}))' WHEN getdatabaseencoding() = 'UTF8' THEN 'sum(octet_length({h}))' ELSE 'sum(octet_length(convert_to({h}, ''UTF8'')))' END AS target_length FROM sqlite_mig.source_info((plan).server) AS i) AS f,
			(SELECT * FROM sqlite_mig.plan_column AS p WHERE (p.migration, p.source_table) = ((plan).migration, _column_measures.source_table) AND p.include) AS c,
			LATERAL (SELECT CASE WHEN c.empty_as_null THEN format('nullif(%s, '''')', sqlite_mig._sqlite_name(c.source_name)) ELSE sqlite_mig._sqlite_name(c.source_name) END AS v, format('t.%I', c.target_name) AS t) AS n,
			LATERAL (SELECT m.kind, d.reason, m.extremes, m.sum, m.odd_means, replace(replace(m.odd, '{e}', m.reads), '{v}', n.v) AS odd, replace(m.reads, '{v}', n.v) AS e,
					replace(replace(replace(m.has, '{zone}', quote_literal(d.zone)), '{units}', coalesce(d.units, '')), '{t}', n.t) AS h
				FROM sqlite_mig._measure_kind(plan, c) AS d LEFT JOIN sqlite_mig._measure_kinds() AS m ON m.kind = d.kind) AS k,
			LATERAL (VALUES
				('nulls', 'same', format('count(*) - count(%s)', n.v), format('count(*) - count(%s)', n.t)),
				('odd', 'odd', format('coalesce(sum(%s), 0)', k.odd), NULL),
				('min', k.extremes, CASE k.extremes WHEN 'bytes' THEN format('CASE WHEN count(%1$s) > 0 THEN hex(substr(CAST(min(%1$s COLLATE BINARY) AS BLOB), 1, 120)) END', k.e) WHEN 'near' THEN format('CASE WHEN count(%1$s) > 0 THEN printf(''%%!.17g'', min(%1$s)) END', k.e) ELSE format('min(%s)', k.e) END,
					CASE k.extremes WHEN 'bytes' THEN format('upper(encode(substring(convert_to(min(%s COLLATE "C"), ''UTF8'') FROM 1 FOR 120), ''hex''))', k.h) ELSE format('min(%s)', k.h) END),
				('max', k.extremes, CASE k.extremes WHEN 'bytes' THEN format('CASE WHEN count(%1$s) > 0 THEN hex(substr(CAST(max(%1$s COLLATE BINARY) AS BLOB), 1, 120)) END', k.e) WHEN 'near' THEN format('CASE WHEN count(%1$s) > 0 THEN printf(''%%!.17g'', max(%1$s)) END', k.e) ELSE format('max(%s)', k.e) END,
					CASE k.extremes WHEN 'bytes' THEN format('upper(encode(substring(convert_to(max(%s COLLATE "C"), ''UTF8'') FROM 1 FOR 120), ''hex''))', k.h) ELSE format('max(%s)', k.h) END),
				-- SQLite's sums of integers overflow: the two halves of the numbers apart
				('sum', CASE WHEN k.sum = 'exact' THEN 'halves' END, format('sum((%1$s) >> 32) || '' '' || sum((%1$s) & 4294967295)', k.e), format('sum(%s)', k.h)),
				('sum', CASE WHEN k.sum = 'total' THEN 'total' END, format('CASE WHEN count(%1$s) > 0 THEN printf(''%%!.17g'', total(%1$s)) || '' '' || printf(''%%!.17g'', total(abs(%1$s))) END', k.e), format('sum((%s)::numeric)', k.h)),
				('length', CASE WHEN k.sum = 'length' THEN 'same' END, replace(f.length, '{e}', k.e), replace(f.target_length, '{h}', k.h)),
				('objects', CASE WHEN k.sum = 'types' THEN 'same' END, format('coalesce(sum((%s) = ''object''), 0)', k.e), format('count(*) FILTER (WHERE (%s) = ''object'')', k.h)),
				('arrays', CASE WHEN k.sum = 'types' THEN 'same' END, format('coalesce(sum((%s) = ''array''), 0)', k.e), format('count(*) FILTER (WHERE (%s) = ''array'')', k.h))
				) AS m (what, how, source, target)
		WHERE m.how IS NOT NULL AND (m.what = 'nulls' OR k.odd IS NOT NULL)
		ORDER BY c.position, array_position(ARRAY['nulls', 'odd', 'min', 'max', 'sum', 'length', 'objects', 'arrays'], m.what);
END;
CREATE OR REPLACE FUNCTION sqlite_mig._key_names(plan sqlite_mig.migration, source_table text, columns text[], OUT source text[], OUT target text[])
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT array_agg(sqlite_mig._sqlite_name(k.name) ORDER BY k.n), array_agg(quote_ident(p.target_name) ORDER BY k.n)
		FROM unnest(_key_names.columns) WITH ORDINALITY AS k (name, n)
			JOIN sqlite_mig.plan_column AS p ON (p.migration, p.source_table) = ((plan).migration, _key_names.source_table) AND p.source_name = k.name AND p.include;
END;
CREATE OR REPLACE FUNCTION sqlite_mig._check_keys(plan sqlite_mig.migration, source_table text, target text) RETURNS SETOF sqlite_mig._check
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item   record;
	own    record;
	parent record;
	found  record;
BEGIN
	FOR item IN SELECT k.target_name, k.kind, k.columns, k.parent_table, k.parent_columns FROM sqlite_mig.plan_constraint AS k
			WHERE (k.migration, k.source_table) = (plan.migration, _check_keys.source_table) AND k.include AND k.kind <> 'check' AND cardinality(k.columns) > 0
		UNION ALL SELECT i.target_name, 'unique', i.columns, NULL, NULL FROM sqlite_mig.plan_index AS i
			WHERE (i.migration, i.source_table) = (plan.migration, _check_keys.source_table) AND i.include AND i.is_unique AND i.target_sql IS NULL AND array_position(i.columns, NULL) IS NULL
			ORDER BY 1 LOOP
		SELECT n.* INTO own FROM sqlite_mig._key_names(plan, source_table, item.columns) AS n;
		CONTINUE WHEN cardinality(own.source) IS DISTINCT FROM cardinality(item.columns);
		IF item.kind <> 'foreign key' THEN
			SELECT b.* INTO found FROM sqlite_mig._both_count(plan.server,
				format('(SELECT count(*) FROM (SELECT 1 FROM main.%s WHERE %s GROUP BY %s HAVING count(*) > 1))', sqlite_mig._sqlite_name(source_table),
					(SELECT string_agg(c || ' IS NOT NULL', ' AND ') FROM unnest(own.source) AS c), array_to_string(own.source, ', ')),
				format('SELECT count(*) FROM (SELECT FROM %s WHERE %s GROUP BY %s HAVING count(*) > 1) AS k', target,
					(SELECT string_agg(c || ' IS NOT NULL', ' AND ') FROM unnest(own.target) AS c), array_to_string(own.target, ', '))) AS b;
			RETURN NEXT ROW (format('duplicates(%s)', item.target_name), found.source_count, found.target_count, found.target_count <= found.source_count,
				coalesce(found.error, CASE WHEN found.target_count > 0 THEN 'keys that are there more than once' WHEN found.source_count > 0 THEN 'the ledger says what became of them' END))::sqlite_mig._check;
			CONTINUE;
		END IF;
		SELECT n.* INTO parent FROM sqlite_mig._key_names(plan, item.parent_table, coalesce(item.parent_columns,
			ARRAY(SELECT p.source_name FROM sqlite_mig.plan_column AS p WHERE (p.migration, p.source_table) = (plan.migration, item.parent_table) AND p.primary_key IS NOT NULL ORDER BY p.primary_key))) AS n;
		CONTINUE WHEN cardinality(parent.source) IS DISTINCT FROM cardinality(own.source);
		SELECT b.* INTO found FROM sqlite_mig._both_count(plan.server,
			format('(SELECT count(*) FROM main.%s AS c LEFT JOIN main.%s AS p ON %s WHERE %s AND p.%s IS NULL)', sqlite_mig._sqlite_name(source_table), sqlite_mig._sqlite_name(item.parent_table),
				(SELECT string_agg(format('p.%s = c.%s', k.p, k.c), ' AND ') FROM unnest(parent.source, own.source) AS k (p, c)), (SELECT string_agg(format('c.%s IS NOT NULL', c), ' AND ') FROM unnest(own.source) AS c), parent.source[1]),
			(SELECT format('SELECT count(*) FROM %s AS c WHERE %s AND NOT EXISTS (SELECT FROM %I.%I AS p WHERE %s)', target, (SELECT string_agg(format('c.%s IS NOT NULL', c), ' AND ') FROM unnest(own.target) AS c),
				plan.target_schema, t.target_name, (SELECT string_agg(format('p.%s = c.%s', k.p, k.c), ' AND ') FROM unnest(parent.target, own.target) AS k (p, c)))
				FROM sqlite_mig.plan_table AS t WHERE (t.migration, t.source_name) = (plan.migration, item.parent_table))) AS b;
		RETURN NEXT ROW (format('orphans(%s)', item.target_name), found.source_count, found.target_count, found.target_count <= found.source_count,
			coalesce(found.error, CASE WHEN found.target_count > 0 THEN 'rows whose parent is not there' WHEN found.source_count > 0 THEN 'the ledger says what became of them' END))::sqlite_mig._check;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._check_sequences(plan sqlite_mig.migration, source_table text, target text) RETURNS SETOF sqlite_mig._check
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item   record;
	name   text;
	given  numeric;
	held   numeric;
	next   numeric;
BEGIN
	FOR item IN SELECT p.source_name, p.target_name FROM sqlite_mig.plan_column AS p
			WHERE (p.migration, p.source_table) = (plan.migration, _check_sequences.source_table) AND p.include AND p.identity IS NOT NULL ORDER BY p.position LOOP
		name := (SELECT pg_get_serial_sequence(target, item.target_name) FROM pg_attribute AS a WHERE a.attrelid = to_regclass(target) AND a.attname = item.target_name AND NOT a.attisdropped);
		given := greatest(sqlite_mig._source_value(plan.server, format('max(%s)', sqlite_mig._sqlite_name(item.source_name)), source_table)::numeric,
			(SELECT s.seq FROM sqlite_mig.source_sequences(plan.server) AS s WHERE s.table_name = _check_sequences.source_table));
		IF name IS NULL THEN
			RETURN NEXT ROW (format('sequence(%s)', item.target_name), given, NULL, false, 'the column has no sequence')::sqlite_mig._check;
			CONTINUE;
		END IF;
		EXECUTE format('SELECT max(%I) FROM %s', item.target_name, target) INTO held;
		EXECUTE format('SELECT q.last_value + CASE WHEN q.is_called THEN s.seqincrement ELSE 0 END FROM %s AS q, pg_sequence AS s WHERE s.seqrelid = %L::regclass', name, name) INTO next;
		RETURN NEXT ROW (format('sequence(%s)', item.target_name), given, next, next > coalesce(greatest(given, held), 0),
			CASE WHEN next <= coalesce(greatest(given, held), 0) THEN 'its next number is taken, or was once' ELSE 'highest number given, next number' END)::sqlite_mig._check;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._verify_tasks(migration text, level text, began timestamptz, sample_rows integer, workers integer) RETURNS TABLE (task integer, statements text[], after integer[])
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan   sqlite_mig.migration := sqlite_mig._migration(migration, true);
	size   constant numeric := pg_size_bytes(current_setting('sqlite_fdw_mig.range_size'));
	item   record;
	ranges integer;
	lowest numeric;
	width  numeric;
	first  bigint;
	"end"  bigint;
BEGIN
	task := 0;
	FOR item IN SELECT w.source_name, w.bytes, k.name FROM sqlite_mig._weights(plan.migration) AS w
			LEFT JOIN LATERAL (SELECT min(p.source_name) AS name FROM sqlite_mig.plan_column AS p JOIN sqlite_mig.plan_table AS t ON t.migration = p.migration AND t.source_name = p.source_table
				WHERE p.migration = plan.migration AND p.source_table = w.source_name AND p.primary_key IS NOT NULL AND NOT t.without_rowid
				HAVING count(*) = 1 AND bool_and(p.include AND upper(p.declared_type) = 'INTEGER' AND p.target_type IN ('bigint', 'integer', 'smallint'))) AS k
				ON NOT sqlite_mig._merges(plan) AND NOT EXISTS (SELECT FROM sqlite_mig.rejected AS r WHERE r.migration = plan.migration AND r.table_name = w.source_name)
			ORDER BY w.bytes DESC, w.source_name LOOP
		ranges := CASE WHEN level <> 'counts' AND item.name IS NOT NULL AND item.bytes > size THEN least(greatest(ceil(item.bytes / size), workers), 256) ELSE 0 END;
		after := '{}';
		lowest := CASE WHEN ranges > 1 THEN sqlite_mig._source_value(plan.server, format('min(%s)', sqlite_mig._sqlite_name(item.name)), item.source_name) END;
		IF lowest IS NOT NULL THEN
			width := (sqlite_mig._source_value(plan.server, format('max(%s)', sqlite_mig._sqlite_name(item.name)), item.source_name)::numeric - lowest + 1) / ranges;
			FOR n IN 1 .. ranges LOOP
				task := task + 1;
				first := CASE WHEN n > 1 THEN trunc(lowest + width * (n - 1)) END;
				"end" := CASE WHEN n < ranges THEN trunc(lowest + width * n) END;
				statements := ARRAY[format('SELECT sqlite_mig._verify_range(sqlite_mig._migration(%L, true), %L, %L, %s, %s, %L, %L)', plan.migration, item.source_name, began, n, ranges, first, "end")];
				RETURN NEXT;
			END LOOP;
			after := ARRAY(SELECT generate_series(task - ranges + 1, task));
		END IF;
		task := task + 1;
		statements := ARRAY[format('SELECT sqlite_mig._verify_table(sqlite_mig._migration(%L, true), %L, %L, %L, false, %s)', plan.migration, item.source_name, level, began, sample_rows)];
		RETURN NEXT;
	END LOOP;
END;
$$;
CREATE OR REPLACE FUNCTION sqlite_mig._wrap(words text, width integer) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT string_agg(rtrim(regexp_replace(l.line, format('(.{1,%s})(\s+|$)', _wrap.width), E'\\1\n', 'g'), E'\n'), E'\n' ORDER BY l.n) FROM regexp_split_to_table(words, '\n') WITH ORDINALITY AS l (line, n);
END;
COMMENT ON FUNCTION sqlite_mig._wrap(text, integer) IS 'internal: a text in lines';
CREATE OR REPLACE FUNCTION sqlite_mig._assess(server text, options jsonb, tables text[], exclude text[],
		OUT section text, OUT object text, OUT severity text, OUT finding text, OUT advice text)
	RETURNS SETOF record
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	trial sqlite_mig._assess_plan;
BEGIN
	PERFORM sqlite_mig._check_options(_assess.options);
	trial := sqlite_mig._assess_plan(_assess.server, _assess.options, _assess.tables, _assess.exclude);
	RETURN QUERY SELECT r.* FROM sqlite_mig._reasons(_assess.server, trial) AS r;
	IF trial.failure IS NOT NULL THEN
		RETURN QUERY SELECT 'file', 'damage', 'blocker', trial.failure, 'mend it first: the sqlite3 command .recover, or a backup; nothing more can be said before';
		RETURN;
	END IF;
	RETURN QUERY SELECT i.* FROM sqlite_mig._inventory(_assess.server, trial) AS i;
	-- what a person has to look at, table by table; what becomes something else without loss is counted
	RETURN QUERY
		SELECT 'decision', CASE e.object_kind WHEN 'migration' THEN 'all' ELSE concat_ws(' ', e.object_kind, e.object_name) END, e.severity, e.detail || coalesce(': ' || left(e.sample, 200) || CASE WHEN length(e.sample) > 200 THEN ' ...' ELSE '' END, ''), CASE
				WHEN e.effect IN ('skipped', 'failed') AND e.object_kind IN ('view', 'trigger', 'check', 'default', 'index') THEN 'write it in PostgreSQL''s words, target_sql of the plan; or agree in the ledger'
				WHEN e.effect IN ('skipped', 'failed') THEN 'mend the source, change the plan, or agree in the ledger'
				WHEN e.effect = 'lossy' THEN 'choose another type in plan_column, or agree in the ledger'
				ELSE 'change the plan, or agree in the ledger' END
			FROM unnest(trial.entries) WITH ORDINALITY AS e WHERE e.severity <> 'info' AND NOT e.accepted ORDER BY e.severity, e.ordinality;
	RETURN QUERY
		SELECT 'converted', e.rule, 'info', format('%s: %s', count(*), (array_agg(e.object_name || ': ' || e.detail ORDER BY e.ordinality))[1] || CASE WHEN count(*) > 1 THEN ', ...' ELSE '' END), NULL
			FROM unnest(trial.entries) WITH ORDINALITY AS e WHERE e.severity = 'info' OR e.accepted GROUP BY e.rule ORDER BY count(*) DESC, e.rule;
	RETURN QUERY
		SELECT 'effort', 'level ' || e.level, 'info', format('%s hours of work with the plan, by this rule: %s', round(e.minutes / 60, 1), e.rule),
				'the code of the application is not in it: lint_sql() finds what changes there; A: nothing to decide, B: up to five days, C: more'
			FROM sqlite_mig._effort(trial) AS e;
	RETURN QUERY
		SELECT 'effort', 'time', 'info', CASE
				WHEN trial.sample_rows > 0 AND trial.sample_seconds > 0 THEN format('about %s: reading schema and values took %s s, and %s rows of "%s" arrived in %s s; all %s rows so, and as long again for keys, indexes and checksums',
					(SELECT CASE WHEN s < 120 THEN ceil(s) || ' s' WHEN s < 7200 THEN round(s / 60) || ' minutes' ELSE round(s / 3600) || ' hours' END
						FROM (SELECT trial.read_seconds + 2 * trial.rows * trial.sample_seconds / trial.sample_rows AS s) AS t), round(trial.read_seconds, 2),
					trial.sample_rows, trial.largest, round(trial.sample_seconds, 3), trial.rows)
				ELSE format('reading schema and values took %s s; no row could be copied for a measure', round(trial.read_seconds, 2)) END,
			'measured here and now, in one session; CALL sqlite_mig.migrate(..., dry_run => true) tells exactly';
END;
$$;
COMMENT ON FUNCTION sqlite_mig._assess(text, jsonb, text[], text[]) IS 'internal: what assess says, in long lines';
CREATE OR REPLACE FUNCTION sqlite_mig.assess(server text, options jsonb DEFAULT '{}', tables text[] DEFAULT NULL, exclude text[] DEFAULT NULL,
		OUT section text, OUT object text, OUT severity text, OUT finding text, OUT advice text)
	RETURNS SETOF record
	LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT a.section, a.object, a.severity, sqlite_mig._wrap(a.finding, 40), sqlite_mig._wrap(a.advice, 30)
		FROM sqlite_mig._assess(assess.server, assess.options, assess.tables, assess.exclude) WITH ORDINALITY AS a ORDER BY a.ordinality;
END;
CREATE OR REPLACE FUNCTION sqlite_mig._html_style() RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT $css$
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --ground: #ffffff; --card: #f6f8fa; --good: #116329; --good-ground: #dafbe1; --fair: #7d4e00; --fair-ground: #fff8c5; --bad: #a40e26; --bad-ground: #ffebe9; --bar: #54aeff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9da7b1; --line: #3d444d; --ground: #0d1117; --card: #161b22; --good: #7ee787; --good-ground: #12361f; --fair: #f2cc60; --fair-ground: #3b2e0a; --bad: #ffa198; --bad-ground: #4c1519; --bar: #1f6feb; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; overflow-wrap: anywhere; } h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; }
.verdict { border: 1px solid var(--line); border-left: .5rem solid var(--good); background: var(--card); padding: 1rem 1.2rem; border-radius: .4rem; overflow-wrap: anywhere; }
.verdict strong { font-size: 1.5rem; display: block; color: var(--good); } .verdict.fair { border-left-color: var(--fair); } .verdict.fair strong { color: var(--fair); } .verdict.bad { border-left-color: var(--bad); } .verdict.bad strong { color: var(--bad); }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .6rem 1.2rem; margin: 1.2rem 0; } dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .92rem; } th, td { text-align: left; vertical-align: top; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; } tbody th { font-weight: 600; min-width: 8rem; } .number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.bar { display: block; height: .5rem; min-width: 2px; background: var(--bar); border-radius: .2rem; } td:has(> .bar) { min-width: 6rem; vertical-align: middle; }
.badge { display: inline-block; padding: 0 .5rem; border-radius: .8rem; border: 1px solid var(--line); white-space: nowrap; } .good { color: var(--good); background: var(--good-ground); border-color: transparent; } .bad { color: var(--bad); background: var(--bad-ground); border-color: transparent; } .fair { color: var(--fair); } .badge.fair { background: var(--fair-ground); border-color: transparent; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; padding: .8rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; } li { overflow-wrap: anywhere; } footer { color: var(--soft); font-size: .85rem; margin-top: 3rem; }
details summary { cursor: pointer; color: var(--soft); margin: 2.2rem 0 0; }
@media (max-width: 40rem) { .wide { position: relative; } thead { position: absolute; display: block; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } table, tbody, tr { display: block; } tbody th, td { display: flex; justify-content: space-between; gap: 1rem; border: 0; padding: .15rem 0; text-align: right; white-space: normal; }
	tbody th { font-size: 1rem; text-align: left; } td::before { content: attr(data-head); color: var(--soft); text-align: left; flex: none; } tr { border-bottom: 1px solid var(--line); padding: .6rem 0; } td:has(> .bar) { display: block; } td:has(> .bar)::before { content: none; } }
@media print { body { font-size: 11px; } main { max-width: none; padding: 0; } .wide { overflow: visible; } tr { break-inside: avoid; } .verdict { break-inside: avoid; } }
$css$;
END;
DROP FUNCTION sqlite_mig._sqlite_ident (name text);
