
-- The rows in which two relations differ.

/*
 * Columns by which the rows of two relations are matched when nobody says: the primary key of the target or of the source,
 * a unique key without NULLs, the columns with the option "key" of a foreign table of this wrapper. NULL: there is no key,
 * a row is what is in it.
 */
CREATE FUNCTION sqlite_mig._diff_key(source regclass, target regclass) RETURNS text[]
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT k.columns FROM (
		SELECT CASE WHEN i.indisprimary THEN 0 ELSE 2 END + CASE WHEN i.indrelid = _diff_key.target THEN 0 ELSE 1 END AS place, i.indexrelid::bigint AS number,
				(SELECT array_agg(a.attname::text ORDER BY u.n) FROM unnest(i.indkey) WITH ORDINALITY AS u (attnum, n)
					JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = u.attnum WHERE u.n <= i.indnkeyatts AND a.attnotnull HAVING count(*) = i.indnkeyatts) AS columns
			FROM pg_index AS i WHERE i.indrelid IN (_diff_key.source, _diff_key.target) AND i.indisunique AND i.indisvalid AND i.indexprs IS NULL AND i.indpred IS NULL
		UNION ALL
		SELECT 4 + CASE WHEN f.ftrelid = _diff_key.source THEN 0 ELSE 1 END, 0, array_agg(a.attname::text ORDER BY a.attnum)
			FROM pg_foreign_table AS f JOIN pg_foreign_server AS s ON s.oid = f.ftserver JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw AND w.fdwname = 'sqlite_fdw_mig'
				JOIN pg_attribute AS a ON a.attrelid = f.ftrelid AND a.attnum > 0 AND NOT a.attisdropped AND a.attfdwoptions @> '{key=true}'
			WHERE f.ftrelid IN (_diff_key.source, _diff_key.target) GROUP BY f.ftrelid
		) AS k
		WHERE (SELECT count(DISTINCT a.attrelid) = count(DISTINCT r.oid) AND count(*) = cardinality(k.columns) * count(DISTINCT r.oid)
			FROM unnest(ARRAY[_diff_key.source, _diff_key.target]::oid[]) AS r (oid)
				LEFT JOIN pg_attribute AS a ON a.attrelid = r.oid AND a.attnum > 0 AND a.attname = ANY (k.columns))
		ORDER BY k.place, k.number LIMIT 1;
END;
COMMENT ON FUNCTION sqlite_mig._diff_key(regclass, regclass) IS 'internal: columns by which the rows of two relations are matched';

/* Columns of the source, in its order; throws 42703 when the target lacks one. */
CREATE FUNCTION sqlite_mig._diff_columns(source regclass, target regclass, columns text[]) RETURNS text[]
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	name text;
BEGIN
	columns := coalesce(columns, ARRAY(SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = source AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum));
	FOREACH name IN ARRAY columns LOOP
		IF NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND a.attname = name) THEN
			RAISE EXCEPTION USING ERRCODE = 'undefined_column', MESSAGE = format('column "%s" of relation "%s" does not exist', name, target),
				HINT = 'Name the columns to compare with columns => ARRAY[...]; both relations must have them.';
		END IF;
	END LOOP;
	RETURN columns;
END;
$$;
COMMENT ON FUNCTION sqlite_mig._diff_columns(regclass, regclass, text[]) IS 'internal: columns in which two relations are compared';

/*
 * The differing rows: rows with the same key are paired, what is left over is missing in the target or extra there. As
 * often as a row is there more than on the other side, it is reported.
 */
CREATE FUNCTION sqlite_mig._diff_rows(source regclass, target regclass, key_columns text[], columns text[])
	RETURNS TABLE (status text, key jsonb, differing text[], source_row jsonb, target_row jsonb)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET extra_float_digits = 1 AS
$$
#variable_conflict use_variable
DECLARE
	compared constant text[] := sqlite_mig._diff_columns(source, target, columns);
	keys     constant text[] := coalesce(key_columns, sqlite_mig._diff_key(source, target), compared);
	whole    constant text := (SELECT string_agg(format('r.%I', c), ', ') FROM unnest(compared) AS c);
	part     constant text := (SELECT string_agg(format('r.%I', c), ', ') FROM unnest(keys) AS c);
BEGIN
	RETURN QUERY EXECUTE format($query$
		WITH sides AS (
			SELECT (SELECT to_jsonb(_mig_k) FROM (SELECT %1$s) AS _mig_k) AS key, (SELECT to_jsonb(_mig_k) FROM (SELECT %4$s) AS _mig_k) AS row, 1 AS n FROM %2$s AS r
			UNION ALL
			SELECT (SELECT to_jsonb(_mig_k) FROM (SELECT %1$s) AS _mig_k), (SELECT to_jsonb(_mig_k) FROM (SELECT %4$s) AS _mig_k), -1 FROM %3$s AS r
		), left_over AS (
			SELECT l.key, l.row, l.n, row_number() OVER (PARTITION BY l.key, l.n > 0 ORDER BY l.row, i) AS place
				FROM (SELECT b.key, b.row, sum(b.n) AS n FROM sides AS b GROUP BY b.key, b.row HAVING sum(b.n) <> 0) AS l, generate_series(1, abs(l.n)) AS i
		)
		SELECT CASE WHEN t.key IS NULL THEN 'missing' WHEN s.key IS NULL THEN 'extra' ELSE 'changed' END, coalesce(s.key, t.key),
				CASE WHEN s.key IS NOT NULL AND t.key IS NOT NULL THEN ARRAY(SELECT c FROM unnest($1) WITH ORDINALITY AS c (c, n) WHERE s.row -> c IS DISTINCT FROM t.row -> c ORDER BY c.n) END, s.row, t.row
			FROM (SELECT * FROM left_over WHERE n > 0) AS s FULL JOIN (SELECT * FROM left_over WHERE n < 0) AS t ON t.key = s.key AND t.place = s.place
			ORDER BY 2, 1$query$, part, source, target, whole) USING compared;
END;
$$;
COMMENT ON FUNCTION sqlite_mig._diff_rows(regclass, regclass, text[], text[]) IS 'internal: the rows in which two relations differ';

CREATE FUNCTION sqlite_mig.diff(source regclass, target regclass, key_columns text[] DEFAULT NULL, columns text[] DEFAULT NULL)
	RETURNS TABLE (status text, key jsonb, columns text[], source jsonb, target jsonb)
	LANGUAGE sql
BEGIN ATOMIC
	SELECT d.status, d.key, d.differing, d.source_row, d.target_row FROM sqlite_mig._diff_rows($1, $2, $3, $4) AS d;
END;
COMMENT ON FUNCTION sqlite_mig.diff(regclass, regclass, text[], text[]) IS
	'rows in which two relations differ: missing (only in source), extra (only in target), changed, with the columns that differ and both rows';

CREATE FUNCTION sqlite_mig._diff_keys(source regclass, target regclass, key_columns text[] DEFAULT NULL)
	RETURNS TABLE (status text, key jsonb)
	LANGUAGE sql
BEGIN ATOMIC
	SELECT d.status, d.key FROM sqlite_mig._diff_rows($1, $2, $3, NULL) AS d;
END;
COMMENT ON FUNCTION sqlite_mig._diff_keys(regclass, regclass, text[]) IS 'internal: keys of the rows in which two relations differ; all columns where there is no key';
