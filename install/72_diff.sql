
-- The rows in which two relations differ.

/*
 * Columns by which the rows of two relations are matched when nobody says: the primary key of the target or of the source,
 * a unique key without NULLs, the columns with the option "key" of a foreign table of this wrapper. NULL: there is no key,
 * a row is what is in it.
 */
CREATE FUNCTION sqlite_mig_internal._diff_key(source regclass, target regclass) RETURNS text[]
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
COMMENT ON FUNCTION sqlite_mig_internal._diff_key(regclass, regclass) IS 'internal: columns by which the rows of two relations are matched';

/* Columns of the source, in its order; throws 42703 when the target lacks one. */
CREATE FUNCTION sqlite_mig_internal._diff_columns(source regclass, target regclass, columns text[]) RETURNS text[]
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	name text;
BEGIN
	IF source IS NULL OR target IS NULL THEN
		RAISE EXCEPTION USING ERRCODE = 'null_value_not_allowed', MESSAGE = 'source and target must not be NULL';
	END IF;
	columns := coalesce(columns, ARRAY(SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = source AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum));
	FOREACH name IN ARRAY columns LOOP
		IF NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND a.attname = name) THEN
			PERFORM sqlite_mig_internal._refuse('undefined_column', format('column "%s" of relation "%s" does not exist', name, target),
				hint => 'Name the columns to compare with columns => ARRAY[...]; both relations must have them.');
		END IF;
	END LOOP;
	RETURN columns;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._diff_columns(regclass, regclass, text[]) IS 'internal: columns in which two relations are compared';

CREATE FUNCTION sqlite_mig_internal._sketch_transition(state internal, shape bytea, VARIADIC "any") RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_sketch_transition';
COMMENT ON FUNCTION sqlite_mig_internal._sketch_transition(internal, bytea, "any") IS 'internal: adds a row to the checksums by parts of the keys';

CREATE FUNCTION sqlite_mig_internal._sketch_combine(state internal, part internal) RETURNS internal
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_sketch_combine';
COMMENT ON FUNCTION sqlite_mig_internal._sketch_combine(internal, internal) IS 'internal: adds up the checksums by parts of parallel workers';

CREATE FUNCTION sqlite_mig_internal._sketch_serialize(state internal) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_sketch_serialize';
COMMENT ON FUNCTION sqlite_mig_internal._sketch_serialize(internal) IS 'internal: checksums by parts on their way between processes';

CREATE FUNCTION sqlite_mig_internal._sketch_deserialize(bytes bytea, dummy internal) RETURNS internal
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_sketch_deserialize';
COMMENT ON FUNCTION sqlite_mig_internal._sketch_deserialize(bytea, internal) IS 'internal: checksums by parts on their way between processes';

CREATE FUNCTION sqlite_mig_internal._sketch_final(state internal) RETURNS bytea
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_sketch_final';
COMMENT ON FUNCTION sqlite_mig_internal._sketch_final(internal) IS 'internal: checksums by parts as bytes';

CREATE AGGREGATE sqlite_mig_internal._sketch_agg(shape bytea, VARIADIC "any") (
	SFUNC = sqlite_mig_internal._sketch_transition, STYPE = internal, SSPACE = 1600000, FINALFUNC = sqlite_mig_internal._sketch_final,
	COMBINEFUNC = sqlite_mig_internal._sketch_combine, SERIALFUNC = sqlite_mig_internal._sketch_serialize, DESERIALFUNC = sqlite_mig_internal._sketch_deserialize,
	PARALLEL = SAFE);
COMMENT ON AGGREGATE sqlite_mig_internal._sketch_agg(bytea, "any") IS 'internal: checksums of rows by parts of their keys';

CREATE FUNCTION sqlite_mig_internal._diff(source regclass, target regclass, key_columns text[], columns text[], migration text, keys_only boolean)
	RETURNS TABLE (status text, key jsonb, columns text[], source jsonb, target jsonb)
	LANGUAGE c VOLATILE PARALLEL UNSAFE SET extra_float_digits = 1 AS 'MODULE_PATHNAME', 'mig_diff_rows';
COMMENT ON FUNCTION sqlite_mig_internal._diff(regclass, regclass, text[], text[], text, boolean) IS 'internal: rows in which two relations differ; no key: a row is what is in it';

CREATE FUNCTION sqlite_mig.diff(source regclass, target regclass, key_columns text[] DEFAULT NULL, columns text[] DEFAULT NULL, migration text DEFAULT NULL)
	RETURNS TABLE (status text, key jsonb, columns text[], source jsonb, target jsonb)
	LANGUAGE sql
BEGIN ATOMIC
	SELECT d.status, d.key, d.columns, d.source, d.target FROM sqlite_mig_internal._diff($1, $2, coalesce($3, sqlite_mig_internal._diff_key($1, $2)), sqlite_mig_internal._diff_columns($1, $2, $4), $5, false) AS d;
END;
COMMENT ON FUNCTION sqlite_mig.diff(regclass, regclass, text[], text[], text) IS
	'rows in which two relations differ: missing (only in source), extra (only in target), changed, with the columns that differ and both rows; '
	'key_columns match the rows (NULL: the primary or a unique key; where there is none a row is what is in it), columns are compared (NULL: all of the source), '
	'migration leaves out rows of the source that it rejected';

CREATE FUNCTION sqlite_mig_internal._diff_keys(source regclass, target regclass, key_columns text[] DEFAULT NULL, migration text DEFAULT NULL)
	RETURNS TABLE (status text, key jsonb)
	LANGUAGE sql
BEGIN ATOMIC
	SELECT d.status, d.key FROM sqlite_mig_internal._diff($1, $2, coalesce($3, sqlite_mig_internal._diff_key($1, $2)), sqlite_mig_internal._diff_columns($1, $2, NULL), $4, true) AS d;
END;
COMMENT ON FUNCTION sqlite_mig_internal._diff_keys(regclass, regclass, text[], text) IS 'internal: keys of the rows in which two relations differ; all columns where there is no key';

CREATE FUNCTION sqlite_mig_internal._checksum_ranges(source regclass, target regclass, key_columns text[], columns text[], migration text, ranges integer,
		OUT range integer, OUT first_key bigint, OUT last_key bigint, OUT source_rows bigint, OUT target_rows bigint, OUT source_checksum uuid, OUT target_checksum uuid, OUT ok boolean)
	RETURNS SETOF record
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_checksum_parts';
COMMENT ON FUNCTION sqlite_mig_internal._checksum_ranges(regclass, regclass, text[], text[], text, integer) IS 'internal: checksums of two relations by ranges of their keys';

CREATE FUNCTION sqlite_mig.checksum_ranges(source regclass, target regclass, ranges integer DEFAULT 64, key_columns text[] DEFAULT NULL, columns text[] DEFAULT NULL, migration text DEFAULT NULL,
		OUT range integer, OUT first_key bigint, OUT last_key bigint, OUT source_rows bigint, OUT target_rows bigint, OUT source_checksum uuid, OUT target_checksum uuid, OUT ok boolean)
	RETURNS SETOF record
	LANGUAGE sql
BEGIN ATOMIC
	SELECT r.range, r.first_key, r.last_key, r.source_rows, r.target_rows, r.source_checksum, r.target_checksum, r.ok
		FROM sqlite_mig_internal._checksum_ranges($1, $2, coalesce($4, sqlite_mig_internal._diff_key($1, $2)), sqlite_mig_internal._diff_columns($1, $2, $5), $6, $3) AS r;
END;
COMMENT ON FUNCTION sqlite_mig.checksum_ranges(regclass, regclass, integer, text[], text[], text) IS
	'checksums of two relations by ranges of their keys, in one pass over each: of a key of one integer ranges of numbers, else of hashes of the key; arguments as of diff';
