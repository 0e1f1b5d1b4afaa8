-- Rows that are loaded beside others that may be there: what tells which are, and what can be proved of them afterwards.

/* Is a plan for loading rows beside others that may be there? */
CREATE FUNCTION sqlite_mig_internal._merges(plan sqlite_mig.migration) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce((plan).options ->> 'if_exists', 'error') = 'load' AND coalesce((plan).options ->> 'on_conflict', 'error') <> 'error';
END;
COMMENT ON FUNCTION sqlite_mig_internal._merges(sqlite_mig.migration) IS 'internal: is a plan for loading rows beside others';

CREATE TYPE sqlite_mig_internal._merge AS (
	migration    text,
	on_conflict  text,
	source       text,
	target       text,
	key          text[],
	condition    text
);
COMMENT ON TYPE sqlite_mig_internal._merge IS 'internal: how rows that are loaded beside others are told from them; all NULL when none are';

/*
 * How the rows of the source are found among those of the target, by a key that
 * is never NULL: the primary one, else another unique one. What is no table of
 * this database shows no keys: there it is the primary key in SQLite. The key is
 * NULL when there is none; "condition" is about a row "t" of the target.
 */
CREATE FUNCTION sqlite_mig_internal._merge(plan sqlite_mig.migration, source_table text) RETURNS sqlite_mig_internal._merge
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT (plan).migration, (plan).options ->> 'on_conflict', s.name, t.name, k.columns,
			(SELECT format('EXISTS (SELECT FROM %s AS s WHERE %s)', s.name, string_agg(format('s.%1$I = t.%1$I', c), ' AND ')) FROM unnest(k.columns) AS c HAVING count(*) > 0)
				-- rows that were rejected, and are there from before
				|| coalesce((SELECT format(' AND NOT EXISTS (SELECT FROM sqlite_mig.rejected AS r WHERE (r.migration, r.table_name) = (%L, %L) AND r.replayed_at IS NULL AND r.source_rowid = t.%I)',
					(plan).migration, _merge.source_table, min(p.target_name)) FROM sqlite_mig.plan_column AS p JOIN sqlite_mig.plan_table AS l ON l.migration = p.migration AND l.source_name = p.source_table
					WHERE p.migration = (plan).migration AND p.source_table = _merge.source_table AND p.primary_key IS NOT NULL
					HAVING array_agg(p.target_name) = k.columns AND bool_and(upper(p.declared_type COLLATE "C") = 'INTEGER' AND NOT l.without_rowid)), '')
		FROM sqlite_mig_internal._targets((plan).migration) AS t JOIN pg_class AS r ON r.oid = t.relation,
			LATERAL (SELECT format('%I.%I', (plan).source_schema, r.relname) AS name,
				(SELECT array_agg(p.target_name) FROM sqlite_mig.plan_column AS p WHERE p.migration = (plan).migration AND p.source_table = _merge.source_table AND p.include) AS columns) AS s
			LEFT JOIN LATERAL (SELECT k.columns FROM (
				SELECT NOT i.indisprimary AS later, i.indexrelid::bigint AS number, (SELECT array_agg(a.attname::text ORDER BY u.n) FROM unnest(i.indkey) WITH ORDINALITY AS u (attnum, n)
						JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = u.attnum WHERE u.n <= i.indnkeyatts AND (a.attnotnull OR i.indisprimary) HAVING count(*) = i.indnkeyatts) AS columns
					FROM pg_index AS i WHERE i.indrelid = r.oid AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indexprs IS NULL AND i.indpred IS NULL
				UNION ALL SELECT true, 0, array_agg(p.target_name ORDER BY p.primary_key) FROM sqlite_mig.plan_column AS p
					WHERE r.relkind IN ('f', 'v') AND p.migration = (plan).migration AND p.source_table = _merge.source_table AND p.primary_key IS NOT NULL
				) AS k WHERE k.columns <@ s.columns ORDER BY k.later, k.number LIMIT 1) AS k ON true
		WHERE sqlite_mig_internal._merges(plan) AND t.source_name = _merge.source_table;
END;
COMMENT ON FUNCTION sqlite_mig_internal._merge(sqlite_mig.migration, text) IS 'internal: how rows that are loaded beside others are told from them';

/* Arguments of copy_table that say how rows are loaded beside others; '' when that is not asked for. */
CREATE FUNCTION sqlite_mig_internal._merge_arguments(migration text, source_table text) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce((SELECT format(', on_conflict => %L', w.on_conflict) || CASE WHEN c.relkind IN ('r', 'p') THEN format(', conflict_columns => %L', w.key) ELSE '' END
		FROM sqlite_mig_internal._merge(sqlite_mig_internal._migration(_merge_arguments.migration), _merge_arguments.source_table) AS w JOIN pg_class AS c ON c.oid = to_regclass(w.target)), '');
END;
COMMENT ON FUNCTION sqlite_mig_internal._merge_arguments(text, text) IS 'internal: arguments of a copy that loads rows beside others';

/*
 * After a merge: rows of the target that the source does not have, and rows
 * that differ; "stay" when these can only be such as were there before the run,
 * which is agreed to by on_conflict => 'nothing' and noted in the ledger.
 */
CREATE FUNCTION sqlite_mig_internal._look_at_merge(merge sqlite_mig_internal._merge, source_table text, columns text[], matched bigint, differ boolean, OUT extra bigint, OUT differing bigint, OUT stay boolean)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	mig  constant text := (merge).migration;
	kept bigint;
BEGIN
	stay := false;
	IF (merge).condition IS NULL OR to_regclass((merge).target) IS NULL THEN
		RETURN;
	END IF;
	EXECUTE format('SELECT count(*) - %s FROM %s', coalesce(matched, 0), (merge).target) INTO extra;
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig AND e.table_name = _look_at_merge.source_table AND e.rule = 'kept';
	IF differ IS NOT TRUE THEN
		RETURN;
	END IF;
	BEGIN
		EXECUTE format('SELECT count(*) FROM %s AS s JOIN %s AS t ON %s WHERE ROW (%s)::record *<> ROW (%s)::record%s', (merge).source, (merge).target,
			(SELECT string_agg(format('s.%1$I = t.%1$I', c), ' AND ') FROM unnest((merge).key) AS c),
			(SELECT string_agg(format('s.%I', c), ', ') FROM unnest(columns) AS c), (SELECT string_agg(format('t.%I', c), ', ') FROM unnest(columns) AS c),
			-- rows that were rejected, which may not be readable: SQLite leaves them out where the key is its rowid
			(SELECT format(' AND s.%I <> ALL (%L::bigint[])', (merge).key[1], array_agg(r.source_rowid)) FROM sqlite_mig.rejected AS r
				WHERE r.migration = mig AND r.table_name = _look_at_merge.source_table AND r.replayed_at IS NULL AND strpos((merge).condition, 'r.source_rowid = ') > 0 HAVING count(*) > 0)) INTO differing;
	EXCEPTION
		-- another row that was rejected cannot be read; that it waits is said elsewhere
		WHEN data_exception OR datatype_mismatch OR fdw_error THEN
			RETURN;
	END;
	-- all that the run did not insert itself
	SELECT matched - sum(j.rows) INTO kept FROM sqlite_mig.journal AS j JOIN sqlite_mig.migration AS m ON m.migration = j.migration AND m.run = j.run
		WHERE j.migration = mig AND j.table_name = _look_at_merge.source_table AND j.object_kind = 'copy';
	stay := (merge).on_conflict = 'nothing' AND differing BETWEEN 1 AND coalesce(kept, 0);
	IF stay THEN
		PERFORM sqlite_mig_internal._note(mig, 'migrate', 'table', _look_at_merge.source_table, _look_at_merge.source_table, 'warning', 'skipped', 'kept',
			'rows that were there already differ from the source, and stay as they are', differing, accepted => true);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._look_at_merge(sqlite_mig_internal._merge, text, text[], bigint, boolean) IS 'internal: what is in a table into which rows were loaded beside others';
