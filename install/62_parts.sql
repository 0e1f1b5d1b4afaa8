-- Tables that several workers share: their rows in ranges, their indexes side by side, their verification in parts. Owns
-- which steps stand for one, and how they become one again; when they are run is in 61_tasks.

/* Puts copies of ranges of rowids in the place of the copy of a large table, if it has rowids. */
CREATE FUNCTION sqlite_mig_internal._ranges_make(copy sqlite_mig.journal, size numeric, summed boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	bounds record;
	parts  integer;
BEGIN
	SELECT b.first, b.last::numeric - b.first AS span INTO bounds
		FROM sqlite_mig.migration AS m, LATERAL sqlite_mig_internal._rowid_bounds(m.server, copy.table_name) AS b WHERE m.migration = copy.migration;
	SELECT least(ceil(w.bytes / size), 1024)::integer INTO parts FROM sqlite_mig_internal._weights(copy.migration) AS w WHERE w.source_name = copy.table_name;
	IF bounds.span IS NULL OR bounds.span < parts THEN
		RETURN;
	END IF;
	INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, table_name, statement)
		SELECT copy.migration, copy.run, m.last + s.n, s.kind, copy.object_name, copy.table_name, s.statement
		FROM (SELECT max(j.step) AS last FROM sqlite_mig.journal AS j WHERE j.migration = copy.migration AND j.run = copy.run) AS m, LATERAL (
			-- the first one has all that is smaller, the last all that is larger
			SELECT n, 'range' AS kind, left(sqlite_mig_internal._copy_summed(copy.statement, summed), -1)
					|| CASE WHEN n > 1 THEN format(', first => %s', trunc(bounds.first + bounds.span * (n - 1) / parts)) ELSE '' END
					|| CASE WHEN n < parts THEN format(', "end" => %s', trunc(bounds.first + bounds.span * n / parts)) ELSE '' END || ')' AS statement
				FROM generate_series(1, parts) AS n
			UNION ALL SELECT parts + 1, 'copied', format('SELECT sqlite_mig_internal._gather(%L, %s, %L)', copy.migration, copy.run, copy.table_name)) AS s;
	DELETE FROM sqlite_mig.journal AS j WHERE (j.migration, j.run, j.step) = (copy.migration, copy.run, copy.step);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._ranges_make(sqlite_mig.journal, numeric, boolean) IS 'internal: divides the copy of a large table';

/* All ranges of a table are copied: reports them as one copy. */
CREATE FUNCTION sqlite_mig_internal._gather(migration text, run integer, table_name text) RETURNS jsonb
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	own    sqlite_mig.journal;
	counts record;
BEGIN
	SELECT j.* INTO STRICT own FROM sqlite_mig.journal AS j
		WHERE (j.migration, j.run, j.table_name, j.object_kind) = (_gather.migration, _gather.run, _gather.table_name, 'copied');
	SELECT sum((r.outcome ->> 'rows_read')::bigint)::bigint AS rows_read, sum((r.outcome ->> 'inserted')::bigint)::bigint AS inserted, sum((r.outcome ->> 'updated')::bigint)::bigint AS updated,
			sum((r.outcome ->> 'rejected')::bigint)::bigint AS rejected, NULL::jsonb AS changes, extract(epoch FROM max(r.started_at + make_interval(secs => r.seconds::double precision)) - min(r.started_at)) AS seconds
		INTO counts FROM sqlite_mig.journal AS r WHERE (r.migration, r.run, r.table_name, r.object_kind) = (_gather.migration, _gather.run, _gather.table_name, 'range');
	counts.changes := (SELECT coalesce(jsonb_object_agg(c.name, c.kinds), '{}') FROM (
		SELECT k.name, jsonb_object_agg(k.kind, k.n) AS kinds FROM (
			SELECT c.key AS name, v.key AS kind, sum(v.value::bigint) AS n
				FROM sqlite_mig.journal AS r, jsonb_each(r.outcome -> 'changes') AS c, jsonb_each_text(c.value) AS v
				WHERE (r.migration, r.run, r.table_name, r.object_kind) = (_gather.migration, _gather.run, _gather.table_name, 'range')
				GROUP BY c.key, v.key) AS k
			GROUP BY k.name) AS c);
	UPDATE sqlite_mig.journal AS j SET rows = counts.inserted WHERE (j.migration, j.run, j.step) = (own.migration, own.run, own.step);
	PERFORM sqlite_mig_internal._copied(own, counts, counts.seconds);
	RETURN jsonb_build_object('pages', pg_relation_size(own.object_name::regclass) / current_setting('block_size')::bigint);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._gather(text, integer, text) IS 'internal: reports a table that was copied by ranges';

/*
 * The indexes of the keys of large tables, which are made beside other indexes;
 * what is left of the key then changes only the catalog.
 */
CREATE FUNCTION sqlite_mig_internal._key_indexes_make(migration text, run integer, tables text[]) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, table_name, statement)
		SELECT j.migration, j.run, (SELECT max(l.step) FROM sqlite_mig.journal AS l WHERE l.migration = j.migration AND l.run = j.run) + row_number() OVER (ORDER BY j.step),
				'key index', j.object_name, j.table_name,
				format('CREATE UNIQUE INDEX %I ON %I.%I (%s)', j.object_name, m.target_schema, t.target_name, sqlite_mig_internal._target_columns(j.migration, j.table_name, k.columns))
			FROM sqlite_mig.journal AS j
				JOIN sqlite_mig.migration AS m ON m.migration = j.migration
				JOIN sqlite_mig.plan_table AS t ON t.migration = j.migration AND t.source_name = j.table_name
				JOIN sqlite_mig.plan_constraint AS k ON k.migration = j.migration AND k.source_table = j.table_name AND k.kind = j.object_kind AND k.target_name = j.object_name
			WHERE j.migration = _key_indexes_make.migration AND j.run = _key_indexes_make.run AND j.object_kind IN ('primary key', 'unique') AND j.table_name = ANY (_key_indexes_make.tables);
END;
COMMENT ON FUNCTION sqlite_mig_internal._key_indexes_make(text, integer, text[]) IS 'internal: makes the indexes of keys steps of their own';

/*
 * Sorts that index builds do in pieces that a processor's cache holds, and merge in
 * as few passes as that allows, take half the time of one that goes to memory
 * for every comparison. Only for B-trees, only ever less than
 * maintenance_work_mem, and not for the key that the rows come in the order of,
 * which is not sorted. PostgreSQL asks for 32 MB for each process of several.
 */
CREATE FUNCTION sqlite_mig_internal._sort_memory(step sqlite_mig.journal, processes integer) RETURNS void
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
COMMENT ON FUNCTION sqlite_mig_internal._sort_memory(sqlite_mig.journal, integer) IS 'internal: how much memory an index build takes';

/*
 * Makes an index or key where one process does all. PostgreSQL may have as many workers for it as the server is set to; they and it have no more
 * memory than they ask for where texts are sorted, which is done by going to memory for every comparison.
 */
CREATE FUNCTION sqlite_mig_internal._run_alone(step sqlite_mig.journal) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	most constant text := current_setting('maintenance_work_mem');
BEGIN
	IF EXISTS (SELECT FROM sqlite_mig.plan_column AS c
			WHERE c.migration = step.migration AND c.source_table = step.table_name AND c.target_type ~ '^(text|varchar|character|char|bpchar)\M' AND c.source_name = ANY (
				(SELECT i.columns FROM sqlite_mig.plan_index AS i WHERE i.migration = step.migration AND i.source_table = step.table_name AND i.target_name = step.object_name)
				|| (SELECT k.columns FROM sqlite_mig.plan_constraint AS k WHERE k.migration = step.migration AND k.source_table = step.table_name AND k.target_name = step.object_name))) THEN
		PERFORM sqlite_mig_internal._sort_memory(step, current_setting('max_parallel_maintenance_workers')::integer + 1);
	END IF;
	PERFORM sqlite_mig_internal._run_guarded(step);
	PERFORM set_config('maintenance_work_mem', most, true);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._run_alone(sqlite_mig.journal) IS 'internal: makes an index or key in one process';

/*
 * Makes an index of a table that several workers share, with so many processes
 * at most (NULL: as the server is set). The index of a key that the data refuses is no failure yet: its key is
 * made as it would be without, and deals with that.
 */
CREATE FUNCTION sqlite_mig_internal._run_index(step sqlite_mig.journal, processes integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	failure record;
BEGIN
	PERFORM set_config('max_parallel_maintenance_workers', least(current_setting('max_parallel_maintenance_workers')::integer, processes - 1)::text, true);
	PERFORM sqlite_mig_internal._sort_memory(step, processes);
	IF step.object_kind <> 'key index' THEN
		PERFORM sqlite_mig_internal._run_guarded(step);
		RETURN;
	END IF;
	SELECT t.* INTO failure FROM sqlite_mig_internal._try(step.statement) AS t;
	IF failure.code IS NOT NULL THEN
		UPDATE sqlite_mig.journal AS j SET error = format('%s: %s', failure.code, failure.message) WHERE (j.migration, j.run, j.step) = (step.migration, step.run, step.step);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._run_index(sqlite_mig.journal, integer) IS 'internal: makes an index of a large table';

/* Makes a key: of the index that was made for it, else as the plan says. */
CREATE FUNCTION sqlite_mig_internal._run_key(step sqlite_mig.journal) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	ready text;
	code  text;
BEGIN
	SELECT format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s USING INDEX %3$I', m.target_schema, t.target_name, step.object_name, upper(step.object_kind COLLATE "C")) INTO ready
		FROM sqlite_mig.journal AS i JOIN sqlite_mig.migration AS m ON m.migration = i.migration
			JOIN sqlite_mig.plan_table AS t ON t.migration = i.migration AND t.source_name = i.table_name
		WHERE i.migration = step.migration AND i.run = step.run AND i.object_kind = 'key index' AND i.table_name = step.table_name AND i.object_name = step.object_name AND i.error IS NULL;
	IF FOUND THEN
		SELECT t.code INTO code FROM sqlite_mig_internal._try(ready) AS t;
		IF code IS NULL THEN
			UPDATE sqlite_mig.journal AS j SET statement = ready WHERE (j.migration, j.run, j.step) = (step.migration, step.run, step.step);
			RETURN;
		END IF;
		EXECUTE format('DROP INDEX %I.%I', (sqlite_mig_internal._migration(step.migration)).target_schema, step.object_name);
	END IF;
	PERFORM sqlite_mig_internal._run_guarded(step);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._run_key(sqlite_mig.journal) IS 'internal: makes a key';

/* Checksums of parts of the tables that are copied by ranges, for their verification. */
CREATE FUNCTION sqlite_mig_internal._sums_make(migration text, run integer, size numeric) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	INSERT INTO sqlite_mig.journal (migration, run, step, object_kind, object_name, table_name, statement)
		SELECT j.migration, j.run, (SELECT max(l.step) FROM sqlite_mig.journal AS l WHERE l.migration = j.migration AND l.run = j.run) + row_number() OVER (ORDER BY j.step, n.n),
				'target sum', j.object_name, j.table_name, format('SELECT sqlite_mig_internal._target_part(%L, %s, %L, %s, %s)', j.migration, j.run, j.table_name, n.n, p.parts)
			FROM sqlite_mig.journal AS j JOIN sqlite_mig_internal._weights(j.migration) AS w ON w.source_name = j.table_name,
				LATERAL (SELECT least(ceil(w.bytes / (2 * _sums_make.size)), 32)::integer AS parts) AS p, LATERAL generate_series(1, p.parts) AS n (n)
			WHERE j.migration = _sums_make.migration AND j.run = _sums_make.run AND j.object_kind = 'copied';
END;
COMMENT ON FUNCTION sqlite_mig_internal._sums_make(text, integer, numeric) IS 'internal: divides the verification of large tables';

/* Rows and checksum of a part of a table, by its pages as they were when all rows were copied. */
CREATE FUNCTION sqlite_mig_internal._target_part(migration text, run integer, table_name text, part integer, parts integer) RETURNS jsonb
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	target  text;
	pages   bigint;
	columns constant text[] := ARRAY(SELECT c.target_name FROM sqlite_mig.plan_column AS c
		WHERE c.migration = _target_part.migration AND c.source_table = _target_part.table_name AND c.include ORDER BY c.position);
BEGIN
	SELECT j.object_name, (j.outcome ->> 'pages')::bigint INTO STRICT target, pages FROM sqlite_mig.journal AS j
		WHERE (j.migration, j.run, j.table_name, j.object_kind) = (_target_part.migration, _target_part.run, _target_part.table_name, 'copied');
	RETURN (SELECT to_jsonb(m) FROM sqlite_mig_internal._measure(target, columns, 'checksum', NULL,
		-- the first one has no lower end and the last no upper one
		concat_ws(' AND ', CASE WHEN part > 1 THEN format('t.ctid >= ''(%s,0)''', pages * (part - 1) / parts) END,
			CASE WHEN part < parts THEN format('t.ctid < ''(%s,0)''', pages * part / parts) END, 'true')) AS m);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._target_part(text, integer, text, integer, integer) IS 'internal: rows and checksum of a part of a table';
