
-- Level full: what both engines say of a table, each on its own, keys and sequences, samples, and what the records explain.

CREATE TYPE sqlite_mig_internal._check AS (check_name text, source_value text, target_value text, ok boolean, detail text);
COMMENT ON TYPE sqlite_mig_internal._check IS 'internal: a check of a verification';

/* Writes a check of a table into the record of the verification that began at that time. */
CREATE FUNCTION sqlite_mig_internal._record(migration text, began timestamptz, table_name text, outcome sqlite_mig_internal._check, started timestamptz, place integer) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO sqlite_mig.verification (migration, verified_at, table_name, check_name, source_value, target_value, ok, detail, seconds, place)
		VALUES (_record.migration, _record.began, _record.table_name, (_record.outcome).check_name, (_record.outcome).source_value, (_record.outcome).target_value,
			coalesce((_record.outcome).ok, false), (_record.outcome).detail, extract(epoch FROM clock_timestamp() - _record.started), _record.place);
END;
COMMENT ON FUNCTION sqlite_mig_internal._record(text, timestamptz, text, sqlite_mig_internal._check, timestamptz, integer) IS 'internal: records a check of a verification';

/*
 * The columns of a table as each engine measures them. A difference is no fault where every value is as it was agreed to
 * be: "proved" says that the checksums are equal, and the ledger has an entry about what became of the column's values.
 */
CREATE FUNCTION sqlite_mig_internal._check_columns(plan sqlite_mig.migration, source_table text, target text, condition text, proved boolean) RETURNS SETOF sqlite_mig_internal._check
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	measures sqlite_mig_internal._measure[] := ARRAY(SELECT m FROM sqlite_mig_internal._column_measures(plan, source_table) AS m);
	here     record;
	there    record;
	item     record;
	skipped  text;
	held     bigint;
	agreed   text;
	outcome  record;
BEGIN
	-- SQLite does not know of rows that were rejected, or repaired
	SELECT count(*) INTO held FROM sqlite_mig.rejected AS r WHERE r.migration = plan.migration AND r.table_name = _check_columns.source_table;
	IF held > 0 OR condition IS NOT NULL THEN
		RETURN NEXT ROW ('columns', NULL, NULL, true, CASE WHEN held > 0 THEN format('not measured: rows of the table are or were in the quarantine: %s; the checksum takes them as they are', held)
			ELSE 'not measured: there may be other rows beside those of the source' END)::sqlite_mig_internal._check;
		RETURN;
	END IF;
	SELECT s.* INTO there FROM sqlite_mig_internal._measure_source(plan.server, source_table, ARRAY(SELECT m.source FROM unnest(measures) WITH ORDINALITY AS m (name, check_name, how, source, target, reason, n) ORDER BY m.n)) AS s;
	SELECT t.* INTO here FROM sqlite_mig_internal._measure_target(target, ARRAY(SELECT coalesce(m.target, 'NULL') FROM unnest(measures) WITH ORDINALITY AS m (name, check_name, how, source, target, reason, n) ORDER BY m.n), condition) AS t;
	IF there.error IS NOT NULL OR here.error IS NOT NULL THEN
		RETURN NEXT ROW ('columns', NULL, NULL, false, concat_ws('; ', 'SQLite: ' || there.error, 'PostgreSQL: ' || here.error))::sqlite_mig_internal._check;
		RETURN;
	END IF;
	FOR item IN SELECT m.*, there."values"[m.n] AS source_value, here."values"[m.n] AS target_value, lead(m.name) OVER (ORDER BY m.n) IS DISTINCT FROM m.name AS last
			FROM unnest(measures) WITH ORDINALITY AS m (name, check_name, how, source, target, reason, n) ORDER BY m.n LOOP
		IF item.check_name = 'nulls' THEN
			skipped := item.reason;
		ELSIF item.check_name = 'odd' THEN
			skipped := CASE WHEN item.source_value <> '0' THEN format('values %s: %s', item.reason, item.source_value) END;
		END IF;
		IF item.check_name = 'nulls' OR item.check_name <> 'odd' AND skipped IS NULL THEN
			SELECT a.* INTO outcome FROM sqlite_mig_internal._measure_agrees(item.how, item.source_value, item.target_value) AS a;
			agreed := NULL;
			IF NOT outcome.ok AND proved THEN
				SELECT string_agg(DISTINCT e.detail, '; ') INTO agreed FROM sqlite_mig.ledger_entry AS e JOIN sqlite_mig.plan_column AS p ON p.migration = e.migration AND e.object_name = p.source_table || '.' || p.source_name
					WHERE e.migration = plan.migration AND e.object_kind = 'column' AND p.source_table = _check_columns.source_table AND p.target_name = item.name AND e.effect IN ('lossy', 'changed', 'converted', 'guessed');
			END IF;
			RETURN NEXT ROW (format('%s(%s)', item.check_name, item.name), outcome.source, outcome.target, outcome.ok OR agreed IS NOT NULL,
				CASE WHEN NOT outcome.ok THEN coalesce('every value is as agreed: ' || agreed, 'the engines differ') END)::sqlite_mig_internal._check;
		END IF;
		IF item.last AND skipped IS NOT NULL THEN
			RETURN NEXT ROW (format('range(%s)', item.name), NULL, NULL, true, 'not measured: ' || skipped)::sqlite_mig_internal._check;
		END IF;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_columns(sqlite_mig.migration, text, text, text, boolean) IS 'internal: columns of a table as each engine measures them';

/* Columns of a key as both engines call them. By a collation that only the application has, SQLite compares nothing here: by bytes, as PostgreSQL does. */
CREATE FUNCTION sqlite_mig_internal._key_names(plan sqlite_mig.migration, source_table text, columns text[], OUT source text[], OUT target text[])
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT array_agg(sqlite_mig_internal._sqlite_name(k.name) || CASE WHEN upper(p."collation" COLLATE "C") NOT IN ('NOCASE', 'RTRIM', 'BINARY') THEN ' COLLATE BINARY' ELSE '' END ORDER BY k.n), array_agg(quote_ident(p.target_name) ORDER BY k.n)
		FROM unnest(_key_names.columns) WITH ORDINALITY AS k (name, n)
			JOIN sqlite_mig.plan_column AS p ON (p.migration, p.source_table) = ((plan).migration, _key_names.source_table) AND p.source_name = k.name AND p.include;
END;
COMMENT ON FUNCTION sqlite_mig_internal._key_names(sqlite_mig.migration, text, text[]) IS 'internal: columns of a key as both engines call them';

/* One number from each engine: SQLite's as an expression, PostgreSQL's as a query. */
CREATE FUNCTION sqlite_mig_internal._both_count(server text, source text, target text, OUT source_count bigint, OUT target_count bigint, OUT error text)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	source_count := sqlite_mig_internal._source_value(server, source);
	EXECUTE target INTO target_count;
EXCEPTION
	WHEN fdw_error OR data_exception OR syntax_error_or_access_rule_violation OR data_corrupted THEN
		error := SQLERRM;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._both_count(text, text, text) IS 'internal: one number from each engine';

/* Keys that are there more than once, and rows without a parent, on both sides: counted, whatever indexes and constraints say. */
CREATE FUNCTION sqlite_mig_internal._check_keys(plan sqlite_mig.migration, source_table text, target text) RETURNS SETOF sqlite_mig_internal._check
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
		SELECT n.* INTO own FROM sqlite_mig_internal._key_names(plan, source_table, item.columns) AS n;
		CONTINUE WHEN cardinality(own.source) IS DISTINCT FROM cardinality(item.columns);
		IF item.kind <> 'foreign key' THEN
			SELECT b.* INTO found FROM sqlite_mig_internal._both_count(plan.server,
				format('(SELECT count(*) FROM (SELECT 1 FROM main.%s WHERE %s GROUP BY %s HAVING count(*) > 1))', sqlite_mig_internal._sqlite_name(source_table),
					(SELECT string_agg(c || ' IS NOT NULL', ' AND ') FROM unnest(own.source) AS c), array_to_string(own.source, ', ')),
				format('SELECT count(*) FROM (SELECT FROM %s WHERE %s GROUP BY %s HAVING count(*) > 1) AS k', target,
					(SELECT string_agg(c || ' IS NOT NULL', ' AND ') FROM unnest(own.target) AS c), array_to_string(own.target, ', '))) AS b;
			RETURN NEXT ROW (format('duplicates(%s)', item.target_name), found.source_count, found.target_count, found.target_count <= found.source_count,
				coalesce(found.error, CASE WHEN found.target_count > 0 THEN 'keys that are there more than once' WHEN found.source_count > 0 THEN 'the ledger says what became of them' END))::sqlite_mig_internal._check;
			CONTINUE;
		END IF;
		SELECT n.* INTO parent FROM sqlite_mig_internal._key_names(plan, item.parent_table, coalesce(item.parent_columns,
			ARRAY(SELECT p.source_name FROM sqlite_mig.plan_column AS p WHERE (p.migration, p.source_table) = (plan.migration, item.parent_table) AND p.primary_key IS NOT NULL ORDER BY p.primary_key))) AS n;
		CONTINUE WHEN cardinality(parent.source) IS DISTINCT FROM cardinality(own.source);
		SELECT b.* INTO found FROM sqlite_mig_internal._both_count(plan.server,
			format('(SELECT count(*) FROM main.%s AS c LEFT JOIN main.%s AS p ON %s WHERE %s AND p.%s IS NULL)', sqlite_mig_internal._sqlite_name(source_table), sqlite_mig_internal._sqlite_name(item.parent_table),
				(SELECT string_agg(format('p.%s = c.%s', k.p, k.c), ' AND ') FROM unnest(parent.source, own.source) AS k (p, c)), (SELECT string_agg(format('c.%s IS NOT NULL', c), ' AND ') FROM unnest(own.source) AS c), parent.source[1]),
			(SELECT format('SELECT count(*) FROM %s AS c WHERE %s AND NOT EXISTS (SELECT FROM %I.%I AS p WHERE %s)', target, (SELECT string_agg(format('c.%s IS NOT NULL', c), ' AND ') FROM unnest(own.target) AS c),
				plan.target_schema, t.target_name, (SELECT string_agg(format('p.%s = c.%s', k.p, k.c), ' AND ') FROM unnest(parent.target, own.target) AS k (p, c)))
				FROM sqlite_mig.plan_table AS t WHERE (t.migration, t.source_name) = (plan.migration, item.parent_table))) AS b;
		IF found.error IS NOT NULL AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conrelid = target::regclass AND c.conname = item.target_name) THEN
			-- it could not be made, of which the ledger has a row: mostly because its types do not compare
			RETURN NEXT ROW (format('orphans(%s)', item.target_name), NULL, NULL, true, 'not measured, there is no such foreign key: ' || found.error)::sqlite_mig_internal._check;
			CONTINUE;
		END IF;
		RETURN NEXT ROW (format('orphans(%s)', item.target_name), found.source_count, found.target_count, found.target_count <= found.source_count,
			coalesce(found.error, CASE WHEN found.target_count > 0 THEN 'rows whose parent is not there' WHEN found.source_count > 0 THEN 'the ledger says what became of them' END))::sqlite_mig_internal._check;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_keys(sqlite_mig.migration, text, text) IS 'internal: duplicates and orphans of a table in both engines';

/* The next number of each sequence is above what both sides have given. */
CREATE FUNCTION sqlite_mig_internal._check_sequences(plan sqlite_mig.migration, source_table text, target text) RETURNS SETOF sqlite_mig_internal._check
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
		given := greatest(sqlite_mig_internal._source_value(plan.server, format('max(%s)', sqlite_mig_internal._sqlite_name(item.source_name)), source_table)::numeric,
			(SELECT s.seq FROM sqlite_mig.source_sequences(plan.server) AS s WHERE s.table_name = _check_sequences.source_table));
		IF name IS NULL THEN
			RETURN NEXT ROW (format('sequence(%s)', item.target_name), given, NULL, false, 'the column has no sequence')::sqlite_mig_internal._check;
			CONTINUE;
		END IF;
		EXECUTE format('SELECT max(%I) FROM %s', item.target_name, target) INTO held;
		-- numeric: beyond the largest number there is no next one
		EXECUTE format('SELECT q.last_value::numeric + CASE WHEN q.is_called THEN s.seqincrement ELSE 0 END FROM %s AS q, pg_sequence AS s WHERE s.seqrelid = %L::regclass', name, name) INTO next;
		RETURN NEXT ROW (format('sequence(%s)', item.target_name), given, next, next > coalesce(greatest(given, held), 0),
			CASE WHEN next <= coalesce(greatest(given, held), 0) THEN 'its next number is taken, or was once' WHEN next > 9223372036854775807 THEN 'the largest number is given, there is no next one' ELSE 'highest number given, next number' END)::sqlite_mig_internal._check;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_sequences(sqlite_mig.migration, text, text) IS 'internal: sequences of a table against its numbers';

/* The objects of a table that are planned, and those that are there. What is missing is no fault when the ledger says why. */
CREATE FUNCTION sqlite_mig_internal._check_objects(plan sqlite_mig.migration, source_table text, target text) RETURNS SETOF sqlite_mig_internal._check
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT ROW (p.plural, count(*)::text, count(*) FILTER (WHERE p.there)::text, coalesce(bool_and(p.there OR p.noted), true),
			'not there: ' || string_agg(p.name || CASE WHEN p.noted THEN ' (see the ledger)' ELSE '' END, ', ' ORDER BY p.name) FILTER (WHERE NOT p.there))::sqlite_mig_internal._check
		FROM (
			SELECT o.plural, o.name, EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = r.oid AND k.conname = o.name)
					OR EXISTS (SELECT FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid WHERE i.indrelid = r.oid AND c.relname = o.name) AS there,
				EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = (plan).migration AND (e.object_name IN (o.name, o.source_name) OR e.object_name LIKE '%.' || o.name)
					AND (e.table_name IS NULL OR e.table_name = _check_objects.source_table) AND e.effect <> 'converted') AS noted
			FROM (
				SELECT CASE k.kind WHEN 'primary key' THEN 'primary keys' WHEN 'unique' THEN 'unique constraints' WHEN 'foreign key' THEN 'foreign keys' ELSE 'checks' END AS plural, k.target_name AS name, k.target_name AS source_name
					FROM sqlite_mig.plan_constraint AS k WHERE (k.migration, k.source_table) = ((plan).migration, _check_objects.source_table) AND k.include AND (k.kind <> 'check' OR k.target_sql IS NOT NULL)
				UNION ALL SELECT 'indexes', i.target_name, i.source_name FROM sqlite_mig.plan_index AS i
					WHERE (i.migration, i.source_table) = ((plan).migration, _check_objects.source_table) AND i.include
				) AS o, (SELECT to_regclass(_check_objects.target)::oid AS oid) AS r
			) AS p
		WHERE sqlite_mig_internal._if_exists((plan).migration) IN ('error', 'replace')
		GROUP BY p.plural ORDER BY p.plural;
END;
COMMENT ON FUNCTION sqlite_mig_internal._check_objects(sqlite_mig.migration, text, text) IS 'internal: objects of a table that are planned, and those that are there';

/* What is on record about a table: rows in the quarantine, entries of the ledger. For reading, never a fault: the verdict weighs it. */
CREATE FUNCTION sqlite_mig_internal._check_records(plan sqlite_mig.migration, source_table text) RETURNS SETOF sqlite_mig_internal._check
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT ROW ('rejected', sum(r.n)::text, sum(r.n) FILTER (WHERE r.loaded)::text, true, string_agg(format('%s (%s): %s', CASE WHEN r.loaded THEN 'repaired' WHEN r.accepted THEN 'accepted' ELSE 'waiting' END, r.sqlstate, r.n), ', ' ORDER BY r.loaded, r.sqlstate, r.accepted))::sqlite_mig_internal._check
		FROM (SELECT q.sqlstate, q.replayed_at IS NOT NULL AS loaded, q.accepted, count(*) AS n FROM sqlite_mig.rejected AS q
			WHERE q.migration = (plan).migration AND q.table_name = _check_records.source_table GROUP BY 1, 2, 3) AS r
		HAVING count(*) > 0
	UNION ALL
	SELECT ROW ('ledger', sum(l.n)::text, sum(l.n) FILTER (WHERE l.accepted)::text, true, string_agg(format('%s (%s): %s', l.effect, l.rule, l.n), ', ' ORDER BY l.effect, l.rule, l.accepted))::sqlite_mig_internal._check
		FROM (SELECT e.effect, e.rule, e.accepted, count(*) AS n FROM sqlite_mig.ledger_entry AS e
			WHERE e.migration = (plan).migration AND coalesce(e.table_name, e.object_name) = _check_records.source_table GROUP BY 1, 2, 3) AS l
		HAVING count(*) > 0;
END;
COMMENT ON FUNCTION sqlite_mig_internal._check_records(sqlite_mig.migration, text) IS 'internal: what is on record about a table';

/*
 * Rows side by side: the first ones in the order of the key of the target, and the same in the source. A key of one integer is
 * asked at even distances instead. A key of SQLite may be NULL, even in many rows: such rows are not asked for.
 */
CREATE FUNCTION sqlite_mig_internal._check_samples(plan sqlite_mig.migration, source_table text, source text, target text, columns text[], sample_rows integer, condition text, stay boolean) RETURNS SETOF sqlite_mig_internal._check
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS
$$
#variable_conflict use_column
DECLARE
	key    constant text[] := sqlite_mig_internal._diff_key(source, target);
	-- to_jsonb would make GeoJSON of a geometry, which has neither curves nor all digits
	names  constant text := (SELECT string_agg(CASE WHEN t.typname = 'geometry' AND p.schema IS NOT NULL THEN format('%1$s.ST_AsEWKT(r.%2$I) AS %2$I', p.schema, u.c) WHEN t.typname = 'geography' THEN format('r.%1$I::text AS %1$I', u.c)
			ELSE format('r.%I', u.c) END, ', ' ORDER BY u.n)
		FROM (SELECT sqlite_mig_internal._postgis() AS schema) AS p, unnest(columns) WITH ORDINALITY AS u (c, n)
			LEFT JOIN pg_attribute AS a ON a.attrelid = target::regclass AND a.attname = u.c LEFT JOIN pg_type AS t ON t.oid = a.atttypid);
	match  text;
	lowest numeric;
	height numeric;
	item   record;
	n      integer := 0;
BEGIN
	IF EXISTS (SELECT FROM sqlite_mig.rejected AS r WHERE r.migration = plan.migration AND r.table_name = _check_samples.source_table) THEN
		RETURN NEXT ROW ('samples', NULL, NULL, true, 'not taken: rows of the table are or were in the quarantine')::sqlite_mig_internal._check;
		RETURN;
	ELSIF key IS NULL THEN
		RETURN NEXT ROW ('samples', NULL, NULL, true, 'no key tells which rows belong together')::sqlite_mig_internal._check;
		RETURN;
	END IF;
	match := (SELECT string_agg(format('r.%1$I IS NOT DISTINCT FROM _mig_t.%1$I', c), ' AND ') FROM unnest(key) AS c);
	IF cardinality(key) = 1 AND (SELECT a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) FROM pg_attribute AS a WHERE a.attrelid = target::regclass AND a.attname = key[1]) THEN
		EXECUTE format('SELECT min(%1$I), max(%1$I)::numeric - min(%1$I) FROM %2$s', key[1], source) INTO lowest, height;
		match := NULL;
	END IF;
	FOR item IN EXECUTE CASE WHEN match IS NULL THEN format($query$
			SELECT (SELECT to_jsonb(_mig_k) FROM (SELECT %1$s FROM %2$s AS r WHERE r.%4$I = p.at) AS _mig_k) AS here, (SELECT to_jsonb(_mig_k) FROM (SELECT %1$s FROM %3$s AS r WHERE r.%4$I = p.at) AS _mig_k) AS there
				FROM (SELECT DISTINCT (SELECT r.%4$I FROM %2$s AS r WHERE r.%4$I >= trunc(%5$L + %6$L::numeric * _mig_i.n / greatest(%7$s - 1, 1))::bigint ORDER BY r.%4$I LIMIT 1) AS at FROM generate_series(0, %7$s - 1) AS _mig_i (n)) AS p ORDER BY p.at$query$,
			names, source, target, key[1], coalesce(lowest, 0), coalesce(height, 0), sample_rows)
		ELSE format($query$
			SELECT (SELECT to_jsonb(_mig_k) FROM (SELECT %1$s FROM %2$s AS r WHERE %3$s LIMIT 1) AS _mig_k) AS here, to_jsonb(_mig_t) AS there FROM (SELECT %1$s FROM (SELECT t.* FROM %4$s AS t WHERE %7$s) AS r WHERE %6$s LIMIT %5$s) AS _mig_t$query$,
			names, source, match, target, sample_rows, (SELECT string_agg(format('r.%I IS NOT NULL', c), ' AND ') FROM unnest(key) AS c), coalesce(condition, 'true')) END LOOP
		CONTINUE WHEN item.here IS NULL AND item.there IS NULL;
		n := n + 1;
		RETURN NEXT ROW (format('sample %s', n), sqlite_mig_internal._start(item.here::text), sqlite_mig_internal._start(item.there::text), item.here IS NOT DISTINCT FROM item.there OR stay AND item.here IS NOT NULL AND item.there IS NOT NULL,
			CASE WHEN item.here IS NULL THEN 'not in the source' WHEN item.there IS NULL THEN 'not in the target'
				WHEN item.here <> item.there THEN 'differs in: ' || (SELECT string_agg(h.key, ', ' ORDER BY h.key) FROM jsonb_each(item.here) AS h WHERE h.value IS DISTINCT FROM item.there -> h.key)
					|| CASE WHEN stay THEN ', was there already and stays as it is' ELSE '' END END)::sqlite_mig_internal._check;
	END LOOP;
EXCEPTION
	-- a row that was rejected cannot be read; the checksum leaves it out
	WHEN data_exception THEN
		RETURN NEXT ROW ('samples', NULL, NULL, true, 'not taken: ' || SQLERRM)::sqlite_mig_internal._check;
	WHEN undefined_column OR data_corrupted THEN
		RETURN NEXT ROW ('samples', NULL, NULL, false, 'not taken: ' || SQLERRM)::sqlite_mig_internal._check;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_samples(sqlite_mig.migration, text, text, text, text[], integer, text, boolean) IS 'internal: rows of both sides beside each other';

/* All that level full says of a table beyond rows and checksum. */
CREATE FUNCTION sqlite_mig_internal._verify_table_full(plan sqlite_mig.migration, source_table text, source text, target text, columns text[], condition text, stay boolean, proved boolean, began timestamptz, sample_rows integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	started timestamptz := clock_timestamp();
	outcome sqlite_mig_internal._check;
	n       integer := 0;
BEGIN
	IF to_regclass(target) IS NULL THEN
		RETURN;
	END IF;
	FOR outcome IN SELECT * FROM sqlite_mig_internal._check_columns(plan, source_table, target, condition, proved)
			UNION ALL SELECT * FROM sqlite_mig_internal._check_keys(plan, source_table, target)
			UNION ALL SELECT * FROM sqlite_mig_internal._check_sequences(plan, source_table, target)
			UNION ALL SELECT * FROM sqlite_mig_internal._check_objects(plan, source_table, target)
			UNION ALL SELECT * FROM sqlite_mig_internal._check_records(plan, source_table)
			UNION ALL SELECT s.* FROM (SELECT sample_rows WHERE sample_rows > 0) AS n, sqlite_mig_internal._check_samples(plan, source_table, source, target, columns, n.sample_rows, condition, coalesce(stay, false)) AS s LOOP
		n := n + 1;
		PERFORM sqlite_mig_internal._record(plan.migration, began, source_table, outcome, started, n);
		started := clock_timestamp();
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._verify_table_full(sqlite_mig.migration, text, text, text, text[], text, boolean, boolean, timestamptz, integer) IS 'internal: what level full says of a table beyond rows and checksum';

/* Level full, the whole: objects that belong to no table, and the verdict. Recorded under the table "*". */
CREATE FUNCTION sqlite_mig_internal._verify_whole(migration text, began timestamptz) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan    sqlite_mig.migration := sqlite_mig_internal._migration(migration);
	started timestamptz := clock_timestamp();
	outcome sqlite_mig_internal._check;
	n       integer := 0;
BEGIN
	FOR outcome IN SELECT p.plural, count(*)::text, count(*) FILTER (WHERE p.there)::text, bool_and(p.there OR p.noted),
				'not there: ' || string_agg(p.name || CASE WHEN p.noted THEN ' (see the ledger)' ELSE '' END, ', ' ORDER BY p.name) FILTER (WHERE NOT p.there)
			FROM (SELECT 'tables' AS plural, t.source_name AS name, r.relation IS NOT NULL AS there, false AS noted FROM sqlite_mig_internal._targets(plan.migration) AS r JOIN sqlite_mig.plan_table AS t ON t.migration = plan.migration AND t.source_name = r.source_name
				UNION ALL SELECT 'views', v.source_name, to_regclass(format('%I.%I', plan.target_schema, v.target_name)) IS NOT NULL, EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.object_kind = 'view' AND e.object_name = v.source_name)
					FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration
				UNION ALL SELECT 'triggers', g.source_name, EXISTS (SELECT FROM pg_trigger AS x WHERE g.target_sql LIKE '%' || quote_ident(x.tgname) || '%'
							AND x.tgrelid IN (SELECT r.relation FROM sqlite_mig_internal._targets(plan.migration) AS r
								UNION ALL SELECT to_regclass(format('%I.%I', plan.target_schema, v.target_name)) FROM sqlite_mig.plan_view AS v WHERE v.migration = plan.migration)),
					EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.object_kind = 'trigger' AND e.object_name = g.source_name)
					FROM sqlite_mig.plan_trigger AS g WHERE g.migration = plan.migration) AS p
			WHERE p.plural = 'tables' OR sqlite_mig_internal._if_exists(plan.migration) IN ('error', 'replace')
			GROUP BY p.plural ORDER BY p.plural LOOP
		n := n + 1;
		PERFORM sqlite_mig_internal._record(plan.migration, began, '*', outcome, started, n);
	END LOOP;
	SELECT 'verdict', NULL, v.verdict, v.verdict <> 'incomplete', v.reason INTO outcome FROM sqlite_mig_internal._verdict(plan) AS v;
	PERFORM sqlite_mig_internal._record(plan.migration, began, '*', outcome, began, n + 1);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._verify_whole(text, timestamptz) IS 'internal: objects of a migration that belong to no table, and its verdict';
