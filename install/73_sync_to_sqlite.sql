-- The way back: writes what 73_sync_stage has found into the SQLite file, through its foreign tables.

/* Triggers that would fire for the rows that are written; those that refuse writes always. Their texts make them again. */
CREATE FUNCTION sqlite_mig_internal._sqlite_triggers(plan sqlite_mig.migration, items sqlite_mig_internal._sync_table[], work jsonb, triggers boolean) RETURNS TABLE (name text, sql text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT o.name, o.sql FROM sqlite_mig.source_objects((plan).server) WITH ORDINALITY AS o (type, name, table_name, sql, n)
			JOIN unnest(items) AS t ON lower(t.source_name COLLATE "C") = lower(o.table_name COLLATE "C")
		WHERE o.type = 'trigger' AND work ? t.number::text AND (NOT triggers OR o.name LIKE '\_sqlite\_mig\_refuse\_%') ORDER BY o.n;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sqlite_triggers(sqlite_mig.migration, sqlite_mig_internal._sync_table[], jsonb, boolean) IS 'internal: triggers of SQLite that must not fire';

/*
 * Columns of a table whose values are unique in SQLite, apart from the key, and an
 * expression for a value that stands in for one, so that another row "s" can have it.
 * NULL for a column that may not be NULL and is neither text nor a number.
 */
CREATE FUNCTION sqlite_mig_internal._sqlite_parking(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table) RETURNS TABLE (name text, expression text)
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT DISTINCT c.target_name, CASE WHEN NOT c.not_null THEN 'NULL'
			WHEN c.target_type = 'text' THEN format('''sqlite_mig '' || md5(ROW (%s)::text)', k.list)
			WHEN c.target_type ~ '^(varchar|char)' THEN format('left(md5(ROW (%s)::text), %s)', k.list, coalesce(substring(c.target_type FROM '\d+'), '32'))
			WHEN c.target_type ~ '^(bigint|numeric$|double precision)' THEN format('-9000000000000000000 - abs(hashtextextended(ROW (%s)::text, 0) %% 1000000000)', k.list)
			WHEN c.target_type = 'integer' THEN format('-2000000000 - abs(hashtextextended(ROW (%s)::text, 0) %% 100000000)::integer', k.list) END
		FROM sqlite_mig.source_indexes((plan).server, (item).source_name) AS x, unnest(x.columns) AS u (name)
			JOIN sqlite_mig.plan_column AS c ON c.source_name = u.name,
			LATERAL (SELECT string_agg(format('s.%I', n), ', ') AS list FROM unnest((item).key) AS n) AS k
		WHERE x.is_unique AND c.migration = (plan).migration AND c.source_table = (item).source_name AND c.target_name = ANY ((item).columns) AND c.target_name <> ALL ((item).key);
END;
COMMENT ON FUNCTION sqlite_mig_internal._sqlite_parking(sqlite_mig.migration, sqlite_mig_internal._sync_table) IS 'internal: unique columns, and values that stand in for theirs';

/*
 * The statements that write one table: "u" changes the columns that differ and no
 * others, so that the rest stays byte by byte as it is; "d" deletes, "i" inserts;
 * "n" gives rows that change or go other unique values first, so that these are free.
 */
CREATE FUNCTION sqlite_mig_internal._sqlite_statements(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table, step text) RETURNS SETOF text
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	list   constant text := (SELECT string_agg(format('%I', c), ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n));
	same   constant text := CASE WHEN item.key IS NOT NULL THEN sqlite_mig_internal._sync_match(item.key, 't', 's')
		ELSE format('sha256(convert_to(ROW (%s)::text, getdatabaseencoding())) = s."sqlite_mig hash"', (SELECT string_agg(format('t.%I', c), ', ' ORDER BY n) FROM unnest(item.columns) WITH ORDINALITY AS u (c, n))) END;
	part   text[];
	assign text;
BEGIN
	IF step = 'd' THEN
		RETURN NEXT format('DELETE FROM %s AS t USING %s AS s WHERE s."sqlite_mig op" = ''d'' AND %s', item.source, item.stage, same);
	ELSIF step = 'i' THEN
		RETURN NEXT format('INSERT INTO %s (%s) SELECT %s FROM %s AS s WHERE s."sqlite_mig op" = ''i''', item.source, list, list, item.stage);
	ELSIF step = 'u' THEN
		FOR part IN EXECUTE format('SELECT DISTINCT s."sqlite_mig columns" FROM %s AS s WHERE s."sqlite_mig op" = ''u'' ORDER BY 1', item.stage) LOOP
			assign := (SELECT string_agg(format('%1$I = s.%1$I', c), ', ' ORDER BY n) FROM unnest(part) WITH ORDINALITY AS u (c, n));
			RETURN NEXT format('UPDATE %s AS t SET %s FROM %s AS s WHERE s."sqlite_mig op" = ''u'' AND s."sqlite_mig columns" = %L AND %s', item.source, assign, item.stage, part, same);
		END LOOP;
	ELSIF item.key IS NOT NULL THEN
		FOR part IN EXECUTE format('SELECT DISTINCT s."sqlite_mig columns" FROM %s AS s WHERE s."sqlite_mig op" IN (''d'', ''u'') ORDER BY 1', item.stage) LOOP
			-- of a row that goes, all of them
			assign := (SELECT string_agg(format('%I = %s', p.name, p.expression), ', ' ORDER BY p.name) FROM sqlite_mig_internal._sqlite_parking(plan, item) AS p
				WHERE p.expression IS NOT NULL AND (part IS NULL OR p.name = ANY (part)));
			IF assign IS NOT NULL THEN
				RETURN NEXT format('UPDATE %s AS t SET %s FROM %s AS s WHERE s."sqlite_mig op" IN (''d'', ''u'') AND s."sqlite_mig columns" IS NOT DISTINCT FROM %L AND %s', item.source, assign, item.stage, part, same);
			END IF;
		END LOOP;
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._sqlite_statements(sqlite_mig.migration, sqlite_mig_internal._sync_table, text) IS 'internal: statements that write a table of SQLite';

/*
 * Writes all tables; false, and nothing is written, when a unique value is in the
 * way and "parking" may help. Rows move to other parents before theirs go, and
 * children go before parents, so that ON DELETE finds none; foreign keys of SQLite
 * are checked at the end of the transaction.
 */
CREATE FUNCTION sqlite_mig_internal._sqlite_try(plan sqlite_mig.migration, items sqlite_mig_internal._sync_table[], work jsonb, parking boolean) RETURNS boolean
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET extra_float_digits = 3 AS
$$
DECLARE
	step      text;
	item      sqlite_mig_internal._sync_table;
	statement text;
BEGIN
	FOREACH step IN ARRAY CASE WHEN parking THEN '{n,u,d,i}' ELSE '{u,d,i}' END::text[] LOOP
		FOR item IN SELECT t.* FROM unnest(items) AS t WHERE work ? t.number::text ORDER BY CASE WHEN step = 'd' THEN -t.number ELSE t.number END LOOP
			FOR statement IN SELECT s FROM sqlite_mig_internal._sqlite_statements(plan, item, step) AS s LOOP
				EXECUTE statement;
			END LOOP;
		END LOOP;
	END LOOP;
	RETURN true;
EXCEPTION
	WHEN unique_violation THEN
		IF parking THEN
			RAISE;
		END IF;
		RETURN false;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._sqlite_try(sqlite_mig.migration, sqlite_mig_internal._sync_table[], jsonb, boolean) IS 'internal: writes all tables of SQLite, or none';

/* Numbers that AUTOINCREMENT would give go on after those that PostgreSQL has given. */
CREATE FUNCTION sqlite_mig_internal._sqlite_sequences(plan sqlite_mig.migration) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item record;
BEGIN
	FOR item IN
		SELECT q.table_name, greatest(q.seq, coalesce(pg_sequence_last_value(pg_get_serial_sequence(t.name, c.target_name)::regclass), q.seq)) AS seq
			FROM sqlite_mig.source_sequences(plan.server) AS q JOIN sqlite_mig_internal._targets(plan.migration) AS t ON t.source_name = q.table_name JOIN pg_class AS r ON r.oid = t.relation AND r.relkind IN ('r', 'p')
				JOIN sqlite_mig.plan_column AS c ON c.migration = plan.migration AND c.source_table = t.source_name AND c.primary_key IS NOT NULL AND c.include
	LOOP
		PERFORM sqlite_mig_internal._source_execute(plan.server, format('UPDATE sqlite_sequence SET seq = %s WHERE name = %s AND seq < %s', item.seq, sqlite_mig_internal._sqlite_string(item.table_name), item.seq));
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._sqlite_sequences(sqlite_mig.migration) IS 'internal: sqlite_sequence goes on after what PostgreSQL has given';

/*
 * Writes what was found, then compares again: foreign keys of SQLite may have
 * taken rows along that are to stay, and these are put back. Throws XX001 when the
 * sides do not come to agree.
 */
CREATE FUNCTION sqlite_mig_internal._sync_to_sqlite(plan sqlite_mig.migration, items sqlite_mig_internal._sync_table[], work jsonb, deletes boolean, triggers boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	todo  jsonb := work;
	round integer := 0;
	gone  record;
	away  text[] := '{}';
	again text[] := '{}';
	item  sqlite_mig_internal._sync_table;
	found sqlite_mig_internal._staged;
BEGIN
	FOR gone IN SELECT t.name, t.sql FROM sqlite_mig_internal._sqlite_triggers(plan, items, (SELECT jsonb_object_agg(t.number, 0) FROM unnest(items) AS t), triggers) AS t WHERE work <> '{}' LOOP
		away := away || format('DROP TRIGGER %s', sqlite_mig_internal._sqlite_name(gone.name));
		again := again || gone.sql;
	END LOOP;
	PERFORM sqlite_mig_internal._source_execute(plan.server, s) FROM unnest(away) AS s;
	WHILE todo <> '{}' LOOP
		round := round + 1;
		IF round > 3 THEN
			PERFORM sqlite_mig_internal._refuse('data_corrupted', format('server "%s" does not keep what is written to it', plan.server),
				detail => format('After %s rounds tables still differ: %s.', round - 1, (SELECT string_agg(format('"%s"', t.source_name), ', ' ORDER BY t.number) FROM unnest(items) AS t WHERE todo ? t.number::text)),
				hint => 'Does a value not survive its format, or does a foreign key of SQLite change rows?');
		END IF;
		PERFORM sqlite_mig_internal._source_execute(plan.server, 'PRAGMA defer_foreign_keys = ON');
		IF NOT sqlite_mig_internal._sqlite_try(plan, items, todo, false) THEN
			PERFORM sqlite_mig_internal._sqlite_try(plan, items, todo, true);
		END IF;
		PERFORM sqlite_mig_internal._sync_drop(items);
		todo := '{}';
		FOREACH item IN ARRAY items LOOP
			found := sqlite_mig_internal._stage(plan, item, NULL, 'to_sqlite', deletes, 'stop', NULL);
			IF found.inserted + found.updated + found.deleted > 0 THEN
				todo := todo || jsonb_build_object(item.number, jsonb_build_array(found.inserted, found.updated, found.deleted));
			END IF;
		END LOOP;
	END LOOP;
	PERFORM sqlite_mig_internal._sqlite_sequences(plan);
	PERFORM sqlite_mig_internal._source_execute(plan.server, s) FROM unnest(again) AS s;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._sync_to_sqlite(sqlite_mig.migration, sqlite_mig_internal._sync_table[], jsonb, boolean, boolean) IS 'internal: writes what differs into the SQLite file';
