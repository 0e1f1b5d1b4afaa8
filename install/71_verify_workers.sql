
-- Verification shared among background workers: a table each, large ones in ranges of rowids, of which each worker compares both sides.

/* The checksums of both sides of a range of rowids, recorded as "range n of m"; a value that cannot be read is left to the table's own check. */
CREATE FUNCTION sqlite_mig_internal._verify_range(plan sqlite_mig.migration, source_table text, began timestamptz, number integer, ranges integer, first bigint, "end" bigint) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	started constant timestamptz := clock_timestamp();
	item    record;
	source  record;
	target  record;
BEGIN
	SELECT format('%I.%I', plan.source_schema, t.target_name)::regclass AS source, format('%I.%I', plan.target_schema, t.target_name)::regclass AS target,
			array_agg(c.target_name ORDER BY c.position) AS columns, max(c.target_name) FILTER (WHERE c.primary_key IS NOT NULL) AS key
		INTO STRICT item FROM sqlite_mig.plan_table AS t JOIN sqlite_mig.plan_column AS c ON c.migration = t.migration AND c.source_table = t.source_name
		WHERE t.migration = plan.migration AND t.source_name = _verify_range.source_table AND c.include GROUP BY t.target_name;
	SELECT c.* INTO source FROM sqlite_mig_internal._checksum(item.source, item.columns, NULL, NULL, _verify_range.first, _verify_range."end") AS c;
	SELECT c.* INTO target FROM sqlite_mig_internal._checksum(item.target, item.columns, NULL,
		coalesce(nullif(concat_ws(' AND ', format('t.%I >= ', item.key) || _verify_range.first, format('t.%I < ', item.key) || _verify_range."end"), ''), 'true')) AS c;
	INSERT INTO sqlite_mig.verification (migration, verified_at, table_name, check_name, source_value, target_value, ok, detail, seconds, place, proof)
		VALUES (plan.migration, began, source_table, format('range %s of %s', number, ranges), source.rows || ' ' || source.checksum, target.rows || ' ' || target.checksum,
			(source.rows, source.checksum) = (target.rows, target.checksum), format('keys from %s to %s', coalesce(_verify_range.first::text, 'the first'), coalesce((_verify_range."end" - 1)::text, 'the last')),
			extract(epoch FROM clock_timestamp() - started), number - ranges - 2, source.proof);
EXCEPTION
	WHEN data_exception OR undefined_column OR undefined_table OR datatype_mismatch THEN
		RETURN;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._verify_range(sqlite_mig.migration, text, timestamptz, integer, integer, bigint, bigint) IS 'internal: compares a range of rowids of a table';

/* Rows and checksums of a table from those of its ranges, if all of them are there; NULL if not. */
CREATE FUNCTION sqlite_mig_internal._range_sums(migration text, began timestamptz, source_table text, OUT source_rows bigint, OUT source_checksum uuid, OUT target_rows bigint, OUT target_checksum uuid, OUT proof jsonb)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT sum(split_part(v.source_value, ' ', 1)::bigint)::bigint, sqlite_mig_internal._checksum_total(split_part(v.source_value, ' ', 2)::uuid),
			sum(split_part(v.target_value, ' ', 1)::bigint)::bigint, sqlite_mig_internal._checksum_total(split_part(v.target_value, ' ', 2)::uuid),
			-- a column is proved as well as in the worst range: "converted" comes before "raw", "round-trip" after it
			(SELECT jsonb_object_agg(p.key, p.proof) FROM (SELECT e.key, CASE WHEN bool_or(e.value = 'converted') THEN 'converted' ELSE max(e.value) END AS proof
				FROM sqlite_mig.verification AS w, jsonb_each_text(w.proof) AS e
				WHERE w.migration = _range_sums.migration AND w.verified_at = _range_sums.began AND w.table_name = _range_sums.source_table AND w.check_name LIKE 'range % of %' GROUP BY e.key) AS p)
		FROM sqlite_mig.verification AS v
		WHERE v.migration = _range_sums.migration AND v.verified_at = _range_sums.began AND v.table_name = _range_sums.source_table AND v.check_name LIKE 'range % of %'
		HAVING count(*) = max(split_part(v.check_name, ' ', 4)::integer);
END;
COMMENT ON FUNCTION sqlite_mig_internal._range_sums(text, timestamptz, text) IS 'internal: rows and checksums of a table from those of its ranges';

/*
 * The tasks of a verification: large tables in ranges, if the rowid is their key, every row of the source is in the target
 * and nothing else; then each table, which adds them up.
 */
CREATE FUNCTION sqlite_mig_internal._verify_tasks(migration text, level text, began timestamptz, sample_rows integer, workers integer) RETURNS TABLE (task integer, statements text[], after integer[])
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan   sqlite_mig.migration := sqlite_mig_internal._migration(migration, true);
	size   constant numeric := pg_size_bytes(current_setting('sqlite_fdw_mig.range_size'));
	item   record;
	ranges integer;
	lowest numeric;
	width  numeric;
	first  bigint;
	"end"  bigint;
BEGIN
	task := 0;
	FOR item IN SELECT w.source_name, w.bytes, k.name FROM sqlite_mig_internal._weights(plan.migration) AS w
			LEFT JOIN LATERAL (SELECT min(p.source_name) AS name FROM sqlite_mig.plan_column AS p JOIN sqlite_mig.plan_table AS t ON t.migration = p.migration AND t.source_name = p.source_table
				WHERE p.migration = plan.migration AND p.source_table = w.source_name AND p.primary_key IS NOT NULL AND NOT t.without_rowid
				HAVING count(*) = 1 AND bool_and(p.include AND upper(p.declared_type COLLATE "C") = 'INTEGER' AND p.target_type IN ('bigint', 'integer', 'smallint'))) AS k
				ON NOT sqlite_mig_internal._merges(plan) AND NOT EXISTS (SELECT FROM sqlite_mig.rejected AS r WHERE r.migration = plan.migration AND r.table_name = w.source_name)
			ORDER BY w.bytes DESC, w.source_name LOOP
		ranges := CASE WHEN level <> 'counts' AND item.name IS NOT NULL AND item.bytes > size THEN least(greatest(ceil(item.bytes / size), workers), 256) ELSE 0 END;
		after := '{}';
		lowest := CASE WHEN ranges > 1 THEN sqlite_mig_internal._source_value(plan.server, format('min(%s)', sqlite_mig_internal._sqlite_name(item.name)), item.source_name) END;
		IF lowest IS NOT NULL THEN
			width := (sqlite_mig_internal._source_value(plan.server, format('max(%s)', sqlite_mig_internal._sqlite_name(item.name)), item.source_name)::numeric - lowest + 1) / ranges;
			FOR n IN 1 .. ranges LOOP
				task := task + 1;
				first := CASE WHEN n > 1 THEN trunc(lowest + width * (n - 1)) END;
				"end" := CASE WHEN n < ranges THEN trunc(lowest + width * n) END;
				statements := ARRAY[format('SELECT sqlite_mig_internal._verify_range(sqlite_mig_internal._migration(%L, true), %L, %L, %s, %s, %L, %L)', plan.migration, item.source_name, began, n, ranges, first, "end")];
				RETURN NEXT;
			END LOOP;
			after := ARRAY(SELECT generate_series(task - ranges + 1, task));
		END IF;
		task := task + 1;
		statements := ARRAY[format('SELECT sqlite_mig_internal._verify_table(sqlite_mig_internal._migration(%L, true), %L, %L, %L, false, %s)', plan.migration, item.source_name, level, began, sample_rows)];
		RETURN NEXT;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._verify_tasks(text, text, timestamptz, integer, integer) IS 'internal: the tasks of a verification with background workers';

/* Has background workers compare the tables of a migration; they commit what they find. */
CREATE FUNCTION sqlite_mig_internal._verify_shared(plan sqlite_mig.migration, level text, began timestamptz, sample_rows integer, workers integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF current_setting('transaction_isolation') <> 'read committed' THEN
		PERFORM sqlite_mig_internal._refuse('active_sql_transaction', 'a verification with background workers needs isolation level READ COMMITTED',
			detail => 'At other levels its leader could not see what its workers have committed.', hint => 'SET default_transaction_isolation = ''read committed'';');
	END IF;
	PERFORM sqlite_mig_internal._pool_open(plan.server, workers);
	BEGIN
		PERFORM sqlite_mig_internal._pool_run(format('SELECT * FROM sqlite_mig_internal._verify_tasks(%L, %L, %L, %s, %s)', plan.migration, level, began, coalesce(sample_rows, 0), workers));
	EXCEPTION
		WHEN OTHERS OR query_canceled THEN
			PERFORM sqlite_mig_internal._pool_close();
			RAISE;
	END;
	PERFORM sqlite_mig_internal._pool_close();
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._verify_shared(sqlite_mig.migration, text, timestamptz, integer, integer) IS 'internal: has background workers compare the tables of a migration';
