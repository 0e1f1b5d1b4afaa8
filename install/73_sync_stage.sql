-- What differs between the two sides of a table, as rows of a temporary table: by key, by whole rows where there is no
-- key, or of the keys that a log has. Owns that table; writes neither side. "From" is the side that is right, "to" the
-- one to be brought up to it.

CREATE TYPE sqlite_mig_internal._staged AS (
	method     text,
	inserted   bigint,
	updated    bigint,
	deleted    bigint,
	unchanged  bigint,
	kept       bigint,
	rejected   bigint,
	seconds    numeric
);
COMMENT ON TYPE sqlite_mig_internal._staged IS 'internal: what has to be done to a table';

/* Nobody else writes the targets from here to the end: what is compared is what is written to. */
CREATE FUNCTION sqlite_mig_internal._sync_hold(items sqlite_mig_internal._sync_table[]) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	list text := (SELECT string_agg(t.target, ', ' ORDER BY t.number) FROM unnest(items) AS t WHERE t.kind IN ('r', 'p'));
BEGIN
	IF list IS NOT NULL THEN
		EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', list);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._sync_hold(sqlite_mig_internal._sync_table[]) IS 'internal: locks the tables that a sync writes';

CREATE FUNCTION sqlite_mig_internal._sync_drop(items sqlite_mig_internal._sync_table[]) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	list text := (SELECT string_agg(n.name, ', ' ORDER BY t.number) FROM unnest(items) AS t, LATERAL (VALUES (t.stage), (t.stage || '_keys')) AS n (name) WHERE to_regclass(n.name) IS NOT NULL);
BEGIN
	IF list IS NOT NULL THEN
		EXECUTE 'DROP TABLE ' || list;
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._sync_drop(sqlite_mig_internal._sync_table[]) IS 'internal: drops the temporary tables of a sync';

/* t.a = s.a AND t.b = s.b */
CREATE FUNCTION sqlite_mig_internal._sync_match(key text[], a text, b text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT string_agg(format('%s.%I = %s.%I', a, k.name, b, k.name), ' AND ' ORDER BY k.n) FROM unnest(key) WITH ORDINALITY AS k (name, n);
END;
COMMENT ON FUNCTION sqlite_mig_internal._sync_match(text[], text, text) IS 'internal: condition that two rows have the same key';

/* The columns of a relation as a list; cast where another relation has them of another type, for only values of one type can be compared. */
CREATE FUNCTION sqlite_mig_internal._sync_list(alias text, columns text[], relation regclass, "like" regclass) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT string_agg(format(CASE WHEN a.atttypid = b.atttypid THEN '%s.%I' ELSE '%s.%I::%s' END, alias, c.name, format_type(b.atttypid, NULL)), ', ' ORDER BY c.n)
		FROM unnest(columns) WITH ORDINALITY AS c (name, n)
			JOIN pg_attribute AS a ON a.attrelid = relation AND a.attname = c.name
			JOIN pg_attribute AS b ON b.attrelid = "like" AND b.attname = c.name;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sync_list(text, text[], regclass, regclass) IS 'internal: list of columns, cast where the types differ';

/* Makes the temporary table for what differs. */
CREATE FUNCTION sqlite_mig_internal._stage_make(item sqlite_mig_internal._sync_table) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	EXECUTE format('CREATE TEMP TABLE %s ON COMMIT DROP AS SELECT NULL::"char" AS "sqlite_mig op", NULL::tid AS "sqlite_mig row", NULL::oid AS "sqlite_mig part", NULL::bytea AS "sqlite_mig hash", '
			'NULL::text[] AS "sqlite_mig columns", %s FROM %s AS t WITH NO DATA', item.stage,
		(SELECT string_agg(format('t.%I', c), ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n)), item.target);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._stage_make(sqlite_mig_internal._sync_table) IS 'internal: makes the temporary table for what differs';

/*
 * Rows that differ, by key: i, d or u, the row as it should be (of d, the key),
 * and with "which" the columns that differ. "keys" names a table of the keys to
 * look at, NULL for all. Values are compared as they are stored, for -0.0 = 0.0.
 */
CREATE FUNCTION sqlite_mig_internal._stage_by_key(item sqlite_mig_internal._sync_table, "from" text, "to" text, keys text, which boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	first constant text := quote_ident(item.key[1]);
	s     constant text := sqlite_mig_internal._sync_list('s', item.columns, "from"::regclass, "to"::regclass);
	t     constant text := (SELECT string_agg(format('t.%I', c), ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n));
BEGIN
	EXECUTE format('INSERT INTO %s ("sqlite_mig op", "sqlite_mig columns", %s) SELECT CASE WHEN t.%s IS NULL THEN ''i'' WHEN s.%s IS NULL THEN ''d'' ELSE ''u'' END, %s, %s FROM %s '
			'WHERE (t.%s IS NULL) <> (s.%s IS NULL) OR ROW (%s)::record *<> ROW (%s)::record AND s.%s IS NOT NULL',
		item.stage, (SELECT string_agg(format('%I', c), ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n)), first, first,
		CASE WHEN which THEN format('CASE WHEN t.%s IS NOT NULL AND s.%s IS NOT NULL THEN array_remove(ARRAY[%s], NULL) END', first, first,
			(SELECT string_agg(format('CASE WHEN ROW (%s)::record *<> ROW (t.%I)::record THEN %L END', sqlite_mig_internal._sync_list('s', ARRAY[c], "from"::regclass, "to"::regclass), c, c), ', ' ORDER BY n)
				FROM unnest(item.columns) WITH ORDINALITY AS u (c, n))) ELSE 'NULL' END,
		(SELECT string_agg(CASE WHEN c = ANY (item.key) THEN format('coalesce(%s, t.%I)', sqlite_mig_internal._sync_list('s', ARRAY[c], "from"::regclass, "to"::regclass), c)
				ELSE sqlite_mig_internal._sync_list('s', ARRAY[c], "from"::regclass, "to"::regclass) END, ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n)),
		CASE WHEN keys IS NULL THEN format('%s AS s FULL JOIN %s AS t ON %s', "from", "to", sqlite_mig_internal._sync_match(item.key, 't', 's'))
			ELSE format('%s AS k LEFT JOIN %s AS s ON %s LEFT JOIN %s AS t ON %s', keys, "from", sqlite_mig_internal._sync_match(item.key, 's', 'k'), "to", sqlite_mig_internal._sync_match(item.key, 't', 'k')) END,
		first, first, s, t, first);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._stage_by_key(sqlite_mig_internal._sync_table, text, text, text, boolean) IS 'internal: rows that differ, by key';

/*
 * Without a key, rows are the same when all of them is, as many times as there
 * are: i as often as copies are missing, d for each that is too much. With
 * "all_of_them", for a side whose rows have no address: d stands for all copies
 * of a row, and i for those to be put back.
 */
CREATE FUNCTION sqlite_mig_internal._stage_rows(item sqlite_mig_internal._sync_table, "from" text, "to" text, all_of_them boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET extra_float_digits = 3 AS
$$
DECLARE
	s    constant text := sqlite_mig_internal._sync_list('s', item.columns, "from"::regclass, "to"::regclass);
	list constant text := (SELECT string_agg(format('%I', c), ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n));
	t    constant text := (SELECT string_agg(format('t.%I', c), ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n));
	hash constant text := 'sha256(convert_to(ROW (%s)::text, getdatabaseencoding()))';
BEGIN
	-- beside the columns of the table, which can have any name
	IF all_of_them THEN
		EXECUTE format('WITH a AS MATERIALIZED (SELECT %s, "sqlite_mig hash", row_number() OVER (PARTITION BY "sqlite_mig hash") AS "sqlite_mig n" FROM (SELECT %s, %s AS "sqlite_mig hash" FROM %s AS s) AS s), '
				'b AS MATERIALIZED (SELECT h, count(*) AS n FROM (SELECT %s AS h FROM %s AS t) AS t GROUP BY h), c AS MATERIALIZED (SELECT "sqlite_mig hash" AS h, count(*) AS n FROM a GROUP BY "sqlite_mig hash") '
				'INSERT INTO %s ("sqlite_mig op", "sqlite_mig hash", %s) SELECT ''i'', a."sqlite_mig hash", %s FROM a JOIN c ON c.h = a."sqlite_mig hash" LEFT JOIN b ON b.h = c.h WHERE c.n < b.n OR a."sqlite_mig n" > coalesce(b.n, 0) '
				'UNION ALL SELECT ''d'', b.h, %s FROM b LEFT JOIN c ON c.h = b.h LEFT JOIN %s AS s ON false WHERE b.n > coalesce(c.n, 0)',
			list, s, format(hash, s), "from", format(hash, t), "to", item.stage, list, (SELECT string_agg(format('a.%I', c), ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n)),
			s, "from");
		RETURN;
	END IF;
	EXECUTE format('WITH a AS MATERIALIZED (SELECT %s, "sqlite_mig hash", row_number() OVER (PARTITION BY "sqlite_mig hash") AS "sqlite_mig n" FROM (SELECT %s, %s AS "sqlite_mig hash" FROM %s AS s) AS s), '
			'b AS MATERIALIZED (SELECT id, part, h, row_number() OVER (PARTITION BY h) AS n FROM (SELECT t.ctid AS id, t.tableoid AS part, %s AS h FROM %s AS t) AS t) '
			'INSERT INTO %s ("sqlite_mig op", "sqlite_mig row", "sqlite_mig part", %s) SELECT CASE WHEN b.h IS NULL THEN ''i'' ELSE ''d'' END, b.id, b.part, %s '
			'FROM a FULL JOIN b ON a."sqlite_mig hash" = b.h AND a."sqlite_mig n" = b.n WHERE a."sqlite_mig hash" IS NULL OR b.h IS NULL',
		list, s, format(hash, s), "from", format(hash, t), "to", item.stage, list, (SELECT string_agg(format('a.%I', c), ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n)));
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._stage_rows(sqlite_mig_internal._sync_table, text, text, boolean) IS 'internal: whole rows that one side has and the other has not';

/*
 * Keys of the rows that differ, as a temporary table; its name, NULL when none do.
 * Found by checksums of ranges of keys. Rows that wait in the quarantine count:
 * they may have been repaired.
 */
CREATE FUNCTION sqlite_mig_internal._stage_keys(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table) RETURNS text
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	keys  constant text := item.stage || '_keys';
	list  constant text := (SELECT string_agg(format('%I', k), ', ' ORDER BY n) FROM unnest(item.key) WITH ORDINALITY AS u (k, n));
	waits constant boolean := EXISTS (SELECT FROM sqlite_mig.rejected AS r WHERE (r.migration, r.table_name) = (plan.migration, item.source_name)
		AND r.replayed_at IS NULL AND r.policy IS NULL AND NOT r.accepted);
	found bigint;
BEGIN
	EXECUTE format('CREATE TEMP TABLE %s ON COMMIT DROP AS SELECT %s FROM %s WITH NO DATA', keys, list, item.target);
	EXECUTE format('INSERT INTO %1$s SELECT DISTINCT (jsonb_populate_record(NULL::%1$s, d.key)).* FROM sqlite_mig_internal._diff($1, $2, $3, $4, $5, true) AS d', keys)
		USING item.source::regclass, item.target::regclass, item.key, item.columns, CASE WHEN NOT waits THEN plan.migration END;
	GET DIAGNOSTICS found = ROW_COUNT;
	IF found = 0 THEN
		EXECUTE format('DROP TABLE %s', keys);
		RETURN NULL;
	END IF;
	EXECUTE format('ANALYZE %s', keys);
	RETURN keys;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._stage_keys(sqlite_mig.migration, sqlite_mig_internal._sync_table) IS 'internal: keys of the rows that differ';

/* Rows of both sides of a table when they are the same; NULL when not. Throws for a row that cannot be converted. */
CREATE FUNCTION sqlite_mig_internal._same_sums(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table) RETURNS bigint
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	here  record;
	there record;
BEGIN
	SELECT c.* INTO here FROM sqlite_mig_internal._checksum(item.target::regclass, item.columns, NULL, NULL) AS c;
	SELECT c.* INTO there FROM sqlite_mig_internal._checksum(item.source::regclass, item.columns, NULL, NULL) AS c;
	RETURN CASE WHEN (here.rows, here.checksum) = (there.rows, there.checksum) THEN here.rows END;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._same_sums(sqlite_mig.migration, sqlite_mig_internal._sync_table) IS 'internal: rows of both sides of a table when they are the same';

/*
 * The rows of the source that can be converted, as a temporary table; the others
 * are in the quarantine then. Returns how many these are.
 */
CREATE FUNCTION sqlite_mig_internal._stage_copy(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table, copy text, reject_limit bigint, OUT rejected bigint, OUT changes jsonb)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	-- without constraints: what these refuse is an error of the table itself, in any case
	EXECUTE format('CREATE TEMP TABLE %s ON COMMIT DROP AS SELECT %s FROM %s WHERE false', copy, (SELECT string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum)
		FROM pg_attribute AS a JOIN pg_attribute AS f ON f.attrelid = item.source::regclass AND f.attname = a.attname AND f.attnum > 0 AND NOT f.attisdropped
		WHERE a.attrelid = item.target::regclass AND a.attnum > 0 AND NOT a.attisdropped), item.target);
	DELETE FROM sqlite_mig.rejected AS r WHERE (r.migration, r.table_name) = (plan.migration, item.source_name) AND r.replayed_at IS NULL AND r.edited_at IS NULL AND NOT r.accepted AND r.policy IS NULL;
	SELECT c.rejected, c.changes INTO rejected, changes
		FROM sqlite_mig.copy_table(item.source::regclass, copy::regclass, on_error => 'reject', reject_limit => _stage_copy.reject_limit, migration => plan.migration) AS c;
	-- where replay will put them
	UPDATE sqlite_mig.rejected AS r SET target_relation = item.target WHERE (r.migration, r.table_name) = (plan.migration, item.source_name)
		AND r.target_relation = (SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = copy::regclass);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._stage_copy(sqlite_mig.migration, sqlite_mig_internal._sync_table, text, bigint) IS 'internal: a copy of what can be converted';

/* How a row of the quarantine is told to be that of a temporary table: by the rowid when that is the key, else by the values of the key. */
CREATE FUNCTION sqlite_mig_internal._held_match(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT CASE WHEN cardinality((item).key) = 1 AND bool_and(c.primary_key IS NOT NULL AND upper(c.declared_type COLLATE "C") = 'INTEGER' AND NOT t.without_rowid) THEN format('r.source_rowid = s.%I', (item).key[1])
			ELSE string_agg(format('r."row" -> %L ->> ''value'' = s.%I::text', c.source_name, c.target_name), ' AND ') END
		FROM sqlite_mig.plan_column AS c JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table
		WHERE c.migration = (plan).migration AND c.source_table = (item).source_name AND c.target_name = ANY ((item).key);
END;
COMMENT ON FUNCTION sqlite_mig_internal._held_match(sqlite_mig.migration, sqlite_mig_internal._sync_table) IS 'internal: condition that a row r of the quarantine is the row s';

/*
 * Rows that the quarantine has are left as they were decided there: kept out by a
 * policy or by agreement, or loaded as they were repaired. One that waited, and
 * that the source has repaired, has found its place.
 */
CREATE FUNCTION sqlite_mig_internal._stage_settle(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table, direction text, complete boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	held constant text := format('FROM sqlite_mig.rejected AS r WHERE (r.migration, r.table_name) = (%L, %L) AND %s', plan.migration, item.source_name, sqlite_mig_internal._held_match(plan, item));
BEGIN
	IF item.key IS NULL OR NOT EXISTS (SELECT FROM sqlite_mig.rejected AS r WHERE (r.migration, r.table_name) = (plan.migration, item.source_name)) THEN
		RETURN;
	ELSIF direction = 'to_sqlite' THEN
		EXECUTE format('DELETE FROM %s AS s WHERE s."sqlite_mig op" = ''d'' AND EXISTS (SELECT %s AND r.replayed_at IS NULL)', item.stage, held);
		RETURN;
	END IF;
	EXECUTE format('DELETE FROM %s AS s WHERE s."sqlite_mig op" = ''i'' AND EXISTS (SELECT %s AND r.replayed_at IS NULL AND (r.policy = ''quarantine'' OR r.accepted)) '
		'OR s."sqlite_mig op" = ''u'' AND EXISTS (SELECT %s AND (r.policy = ''set null'' OR r.replayed_at IS NOT NULL AND r.edited_at IS NOT NULL))', item.stage, held, held);
	EXECUTE format('UPDATE sqlite_mig.rejected AS q SET replayed_at = clock_timestamp() WHERE q.reject IN (SELECT r.reject FROM %s AS s, sqlite_mig.rejected AS r '
		'WHERE s."sqlite_mig op" IN (''i'', ''u'') AND (r.migration, r.table_name) = (%L, %L) AND %s AND r.replayed_at IS NULL)', item.stage, plan.migration, item.source_name, sqlite_mig_internal._held_match(plan, item));
	IF complete THEN
		-- all of the source was read
		UPDATE sqlite_mig.rejected AS r SET replayed_at = clock_timestamp() WHERE (r.migration, r.table_name) = (plan.migration, item.source_name) AND r.replayed_at IS NULL AND r.policy IS NULL AND NOT r.accepted;
	END IF;
	PERFORM sqlite_mig_internal._note_rejected(plan.migration, item.source_name);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._stage_settle(sqlite_mig.migration, sqlite_mig_internal._sync_table, text, boolean) IS 'internal: leaves rows of the quarantine as they were decided';

/* Fills the temporary table of a table by the way that is known to be right, and says which; "rows" of the source when it was counted. */
CREATE FUNCTION sqlite_mig_internal._stage_fill(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table, log sqlite_mig_internal._log_state, direction text, OUT method text, OUT rows bigint)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	back constant boolean := direction = 'to_sqlite';
	keys text;
BEGIN
	IF item.key IS NULL AND item.kind NOT IN ('r', 'p') THEN
		PERFORM sqlite_mig_internal._refuse('feature_not_supported', format('%s has no key that tells its rows apart', item.target),
			detail => 'Rows of a view or foreign table cannot be told apart otherwise.', hint => 'Leave it out in sqlite_mig.plan_table.');
	END IF;
	keys := CASE WHEN NOT back THEN sqlite_mig_internal._log_keys(plan, item, log) END;
	IF keys IS NOT NULL THEN
		method := 'log';
		BEGIN
			PERFORM sqlite_mig_internal._stage_by_key(item, item.source, item.target, keys, false);
		EXCEPTION
			WHEN data_exception OR datatype_mismatch OR fdw_error THEN
				-- reads the whole table, and names the row
				PERFORM sqlite_mig_internal._checksum(item.source::regclass, item.columns, plan.migration, NULL);
				RAISE;
		END;
		RETURN;
	END IF;
	IF item.key IS NOT NULL THEN
		keys := sqlite_mig_internal._stage_keys(plan, item);
		IF keys IS NOT NULL THEN
			method := 'compare';
			PERFORM sqlite_mig_internal._stage_by_key(item, CASE WHEN back THEN item.target ELSE item.source END, CASE WHEN back THEN item.source ELSE item.target END, keys, back);
		ELSE
			method := 'checksum';
			EXECUTE format('SELECT count(*) FROM %s', item.target) INTO rows;
		END IF;
		RETURN;
	END IF;
	rows := sqlite_mig_internal._same_sums(plan, item);
	method := CASE WHEN rows IS NULL THEN 'rows' ELSE 'checksum' END;
	IF rows IS NULL THEN
		PERFORM sqlite_mig_internal._stage_rows(item, CASE WHEN back THEN item.target ELSE item.source END, CASE WHEN back THEN item.source ELSE item.target END, back);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._stage_fill(sqlite_mig.migration, sqlite_mig_internal._sync_table, sqlite_mig_internal._log_state, text) IS 'internal: finds what differs';

/* Finds what differs in a table. With on_error "reject" a source that cannot be read in full is copied as far as it can be, and the copy is compared. */
CREATE FUNCTION sqlite_mig_internal._stage(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table, log sqlite_mig_internal._log_state, direction text, deletes boolean, on_error text, reject_limit bigint)
	RETURNS sqlite_mig_internal._staged
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	began   constant timestamptz := clock_timestamp();
	copy    constant text := item.stage || '_copy';
	result  sqlite_mig_internal._staged;
	rows    bigint;
	refused jsonb;
BEGIN
	result := ('log', 0, 0, 0, NULL, 0, 0, 0);
	IF sqlite_mig_internal._log_is_quiet(plan, item, log) THEN
		RETURN result;
	END IF;
	PERFORM sqlite_mig_internal._stage_make(item);
	IF on_error = 'reject' THEN
		BEGIN
			SELECT f.method, f.rows INTO result.method, rows FROM sqlite_mig_internal._stage_fill(plan, item, log, direction) AS f;
		EXCEPTION
			-- what a converter throws
			WHEN data_exception OR datatype_mismatch OR fdw_error THEN
				SELECT c.rejected, to_jsonb(c) INTO result.rejected, refused FROM sqlite_mig_internal._stage_copy(plan, item, copy, reject_limit) AS c;
				result.method := CASE WHEN item.key IS NULL THEN 'rows' ELSE 'compare' END;
				IF item.key IS NULL THEN
					PERFORM sqlite_mig_internal._stage_rows(item, copy, item.target, false);
				ELSE
					PERFORM sqlite_mig_internal._stage_by_key(item, copy, item.target, NULL, false);
					-- what the source has, and only cannot be read, is not gone; of another table in DELETE all columns would be read
					EXECUTE format('WITH f AS MATERIALIZED (SELECT %s FROM %s) DELETE FROM %s AS s USING f WHERE s."sqlite_mig op" = ''d'' AND %s',
						(SELECT string_agg(format('%I', k), ', ' ORDER BY n) FROM unnest(item.key) WITH ORDINALITY AS u (k, n)), item.source, item.stage, sqlite_mig_internal._sync_match(item.key, 'f', 's'));
				END IF;
				EXECUTE format('SELECT count(*) FROM %s', copy) INTO rows;
				EXECUTE format('DROP TABLE %s', copy);
		END;
	ELSE
		SELECT f.method, f.rows INTO result.method, rows FROM sqlite_mig_internal._stage_fill(plan, item, log, direction) AS f;
	END IF;
	PERFORM sqlite_mig_internal._stage_settle(plan, item, direction, result.method = 'compare' AND refused IS NULL);
	EXECUTE format('SELECT count(*) FILTER (WHERE "sqlite_mig op" = ''i''), count(*) FILTER (WHERE "sqlite_mig op" = ''u''), count(*) FILTER (WHERE "sqlite_mig op" = ''d'') FROM %s', item.stage)
		INTO result.inserted, result.updated, result.deleted;
	IF direction = 'to_sqlite' AND deletes AND item.key IS NULL AND result.deleted > 0
			AND EXISTS (SELECT FROM sqlite_mig.rejected AS r WHERE (r.migration, r.table_name) = (plan.migration, item.source_name) AND r.replayed_at IS NULL) THEN
		RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('rows of table "%s" wait in the quarantine, and no key tells which they are in SQLite', item.source_name),
			DETAIL = 'SQLite has rows that PostgreSQL has not: they would be deleted, and those of the quarantine may be among them.',
			HINT = format('Load them with SELECT * FROM sqlite_mig.replay(%L); or keep all such rows in SQLite with deletes => false.', plan.server);
	END IF;
	IF NOT deletes AND result.deleted > 0 THEN
		result.kept := result.deleted;
		result.deleted := 0;
		EXECUTE format('DELETE FROM %s WHERE "sqlite_mig op" = ''d''', item.stage);
	END IF;
	IF result.method = 'compare' OR result.method = 'rows' THEN
		IF rows IS NULL THEN
			EXECUTE format('SELECT count(*) FROM %s', item.target) INTO rows;
			rows := rows + CASE direction WHEN 'to_postgres' THEN result.inserted - result.deleted - result.kept ELSE 0 END;
		END IF;
		rows := rows - result.inserted - result.updated;
	END IF;
	result.unchanged := rows;
	result.seconds := round(extract(epoch FROM clock_timestamp() - began), 3);
	EXECUTE format('ANALYZE %s', item.stage);
	RETURN result;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._stage(sqlite_mig.migration, sqlite_mig_internal._sync_table, sqlite_mig_internal._log_state, text, boolean, text, bigint) IS 'internal: finds what differs in a table';
