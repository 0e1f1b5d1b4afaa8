-- Writes what 73_sync_stage has found into the target. All tables are written by one statement: PostgreSQL checks foreign
-- keys at its end, so neither cycles nor rows that refer to their own table need an order, and nothing has to be deferrable.

/*
 * The statement: rows that go, then those that change, then new ones, for a unique
 * value may wander from one row to another. "work" has counts of the tables that
 * have any, by their number. With "anew", changed rows are taken out and put in
 * again, which also lets two rows exchange a unique value; columns that the source
 * does not have keep their values.
 */
CREATE FUNCTION sqlite_mig_internal._sync_statement(items sqlite_mig_internal._sync_table[], work jsonb, anew boolean) RETURNS text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH item AS MATERIALIZED (
		SELECT t.number, t.target, t.stage,
				CASE WHEN t.key IS NULL THEN 't.ctid = s."sqlite_mig row" AND t.tableoid = s."sqlite_mig part"' ELSE sqlite_mig_internal._sync_match(t.key, 't', 's') END AS match,
				CASE WHEN t.key IS NULL THEN 'false' ELSE sqlite_mig_internal._sync_match(t.key, 't', 's') END AS same,
				(SELECT string_agg(format('%I', c), ', ' ORDER BY n) FROM unnest(t.columns) WITH ORDINALITY AS u (c, n)) AS list,
				(SELECT string_agg(format('s.%I', c), ', ' ORDER BY n) FROM unnest(t.columns) WITH ORDINALITY AS u (c, n)) AS given,
				(SELECT string_agg(format('%1$I = s.%1$I', c), ', ' ORDER BY n) FROM unnest(t.columns) WITH ORDINALITY AS u (c, n) WHERE c <> ALL (t.key)) AS assign,
				(SELECT array_agg(a.attname::text ORDER BY a.attnum) FROM pg_attribute AS a WHERE a.attrelid = t.relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attname <> ALL (t.columns)) AS others,
				(work -> t.number::text ->> 0)::bigint AS inserted, (work -> t.number::text ->> 1)::bigint AS updated, (work -> t.number::text ->> 2)::bigint AS deleted
			FROM unnest(items) AS t WHERE work ? t.number::text
	), part AS (
		SELECT 1 AS part, i.number, 'd' || i.number AS name, format('DELETE FROM %s AS t USING %s AS s WHERE s."sqlite_mig op" %s AND %s RETURNING 1',
				i.target, i.stage, CASE WHEN anew THEN 'IN (''d'', ''u'')' ELSE '= ''d''' END, i.match) AS statement
			FROM item AS i WHERE i.deleted > 0 OR anew AND i.updated > 0
		UNION ALL SELECT 3, i.number, 'u' || i.number, format('UPDATE %s AS t SET %s FROM %s AS s WHERE s."sqlite_mig op" = ''u'' AND %s AND (SELECT n FROM deleted) IS NOT NULL RETURNING 1', i.target, i.assign, i.stage, i.match)
			FROM item AS i WHERE i.updated > 0 AND NOT anew
		UNION ALL SELECT 5, i.number, 'i' || i.number, format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s AS s WHERE s."sqlite_mig op" = ''i'' AND (SELECT n FROM updated) IS NOT NULL RETURNING 1',
				i.target, i.list, i.given, i.stage)
			FROM item AS i WHERE i.inserted > 0
		-- the statement still sees the rows that it has taken out
		UNION ALL SELECT 5, i.number, 'a' || i.number, format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s AS s JOIN %s AS t ON %s WHERE s."sqlite_mig op" = ''u'' AND (SELECT n FROM updated) IS NOT NULL RETURNING 1',
				i.target, i.list || coalesce((SELECT string_agg(format(', %I', c), '' ORDER BY n) FROM unnest(i.others) WITH ORDINALITY AS u (c, n)), ''),
				i.given || coalesce((SELECT string_agg(format(', t.%I', c), '' ORDER BY n) FROM unnest(i.others) WITH ORDINALITY AS u (c, n)), ''), i.stage, i.target, i.same)
			FROM item AS i WHERE i.updated > 0 AND anew
		UNION ALL SELECT 2, 0, 'deleted', 'SELECT ' || coalesce((SELECT string_agg(format('(SELECT count(*) FROM d%s)', i.number), ' + ' ORDER BY i.number) FROM item AS i WHERE i.deleted > 0 OR anew AND i.updated > 0), '0') || ' AS n'
		UNION ALL SELECT 4, 0, 'updated', 'SELECT n' || coalesce((SELECT string_agg(format(' + (SELECT count(*) FROM u%s)', i.number), '' ORDER BY i.number) FROM item AS i WHERE i.updated > 0 AND NOT anew), '') || ' AS n FROM deleted'
	)
	SELECT format(E'WITH %s\nSELECT n%s FROM updated', string_agg(format('%I AS MATERIALIZED (%s)', p.name, p.statement), E',\n' ORDER BY p.part, p.number),
			coalesce(string_agg(format(' + (SELECT count(*) FROM %I)', p.name), '' ORDER BY p.number) FILTER (WHERE p.part = 5), ''))
		FROM part AS p;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sync_statement(sqlite_mig_internal._sync_table[], jsonb, boolean) IS 'internal: the statement that writes all tables of a sync';

/*
 * Throws 23503 when a row that goes, or whose key changes, would take others with
 * it that the source still has: what ON DELETE CASCADE and the like do is for
 * the source to decide, and a row that it keeps is not lost without a word.
 */
CREATE FUNCTION sqlite_mig_internal._check_cascades(items sqlite_mig_internal._sync_table[], work jsonb, anew boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item   record;
	orphans bigint;
BEGIN
	FOR item IN
		SELECT k.conname, k.conrelid::regclass AS child_name, p.target AS parent_name, format('SELECT count(*) FROM %s AS c JOIN %s AS p ON %s JOIN %s AS d ON d."sqlite_mig op" %s AND %s%s',
				k.conrelid::regclass, p.target, f.match, p.stage, CASE WHEN o.deletes AND (o.updates OR anew) THEN 'IN (''d'', ''u'')' WHEN o.deletes THEN '= ''d''' ELSE '= ''u''' END, sqlite_mig_internal._sync_match(p.key, 'p', 'd'),
				CASE WHEN o.changed <> '' THEN format(' AND (d."sqlite_mig op" = ''d''%s OR ROW (%s)::record *<> ROW (%s)::record)', CASE WHEN anew THEN ' OR true' ELSE '' END, o.changed, o.before) ELSE '' END)
			|| CASE WHEN work ? c.number::text THEN format(' WHERE NOT EXISTS (SELECT FROM %s AS x WHERE %s AND (x."sqlite_mig op" = ''d'' OR x."sqlite_mig op" = ''u'' AND ROW (%s)::record *<> ROW (%s)::record))',
				c.stage, CASE WHEN c.key IS NULL THEN 'c.ctid = x."sqlite_mig row" AND c.tableoid = x."sqlite_mig part"' ELSE sqlite_mig_internal._sync_match(c.key, 'c', 'x') END, f.now, f.then) ELSE '' END AS query
		FROM unnest(items) AS p
			JOIN pg_constraint AS k ON k.confrelid = p.relation AND k.contype = 'f' AND k.conparentid = 0
			LEFT JOIN unnest(items) AS c ON c.relation = k.conrelid
			CROSS JOIN LATERAL (SELECT k.confdeltype IN ('c', 'n', 'd') AND ((work -> p.number::text ->> 2)::bigint > 0 OR anew AND (work -> p.number::text ->> 1)::bigint > 0) AS deletes,
				k.confupdtype IN ('c', 'n', 'd') AND (work -> p.number::text ->> 1)::bigint > 0 AS updates,
				coalesce((SELECT string_agg(format('d.%I', b.attname), ', ' ORDER BY b.attnum) FROM pg_attribute AS b WHERE b.attrelid = p.relation AND b.attnum = ANY (k.confkey) AND b.attname = ANY (p.columns)), '') AS changed,
				coalesce((SELECT string_agg(format('p.%I', b.attname), ', ' ORDER BY b.attnum) FROM pg_attribute AS b WHERE b.attrelid = p.relation AND b.attnum = ANY (k.confkey) AND b.attname = ANY (p.columns)), '') AS before) AS o
			CROSS JOIN LATERAL (SELECT string_agg(format('c.%I = p.%I', a.attname, b.attname), ' AND ') AS match,
				coalesce(string_agg(format('c.%I', a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE a.attname = ANY (c.columns)), 'NULL::integer') AS now,
				coalesce(string_agg(format('x.%I', a.attname), ', ' ORDER BY a.attnum) FILTER (WHERE a.attname = ANY (c.columns)), 'NULL::integer') AS then
				FROM unnest(k.conkey, k.confkey) AS u (child, parent) JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.child JOIN pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = u.parent) AS f
		WHERE work ? p.number::text AND p.key IS NOT NULL AND (o.deletes OR o.updates) ORDER BY p.number, k.conname
	LOOP
		EXECUTE item.query INTO orphans;
		IF orphans > 0 THEN
			PERFORM sqlite_mig_internal._refuse('foreign_key_violation',
				format('rows of table %s refer to rows of table %s that go or change their key: %s', item.child_name, item.parent_name, orphans),
				detail => format('Foreign key "%s" would delete or change them, and the source still has them as they are.', item.conname),
				hint => 'Repair the source, or drop the foreign key for the time of the sync.', constraint_name => item.conname);
		END IF;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_cascades(sqlite_mig_internal._sync_table[], jsonb, boolean) IS 'internal: throws when a foreign key would take rows along that the source keeps';

/* Statements that switch the triggers off that would fire for the rows of a sync, and on again as they were. */
CREATE FUNCTION sqlite_mig_internal._sync_triggers(items sqlite_mig_internal._sync_table[], work jsonb, OUT off text[], OUT "on" text[])
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce(array_agg(format('ALTER TABLE %s DISABLE TRIGGER %I', g.tgrelid::regclass, g.tgname) ORDER BY t.number, g.tgrelid, g.tgname), '{}'),
			coalesce(array_agg(format('ALTER TABLE %s ENABLE %sTRIGGER %I', g.tgrelid::regclass, CASE g.tgenabled WHEN 'A' THEN 'ALWAYS ' WHEN 'R' THEN 'REPLICA ' ELSE '' END, g.tgname) ORDER BY t.number, g.tgrelid, g.tgname), '{}')
		FROM unnest(items) AS t JOIN pg_trigger AS g ON g.tgrelid = t.relation OR t.kind = 'p' AND g.tgrelid IN (SELECT p.relid FROM pg_partition_tree(t.relation) AS p)
		WHERE work ? t.number::text AND t.kind IN ('r', 'p') AND NOT g.tgisinternal AND g.tgparentid = 0 AND g.tgenabled <> 'D';
END;
COMMENT ON FUNCTION sqlite_mig_internal._sync_triggers(sqlite_mig_internal._sync_table[], jsonb) IS 'internal: statements that switch triggers off and on';

/* Writes all tables; NULL when a unique value is in the way, and nothing was written. */
CREATE FUNCTION sqlite_mig_internal._sync_try(items sqlite_mig_internal._sync_table[], work jsonb, OUT written bigint)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	PERFORM sqlite_mig_internal._check_cascades(items, work, false);
	EXECUTE sqlite_mig_internal._sync_statement(items, work, false) INTO written;
EXCEPTION
	WHEN unique_violation OR exclusion_violation THEN
		IF (SELECT sum((w.value ->> 1)::bigint) FROM jsonb_each(work) AS w) = 0 THEN
			RAISE;
		END IF;
		written := NULL;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._sync_try(sqlite_mig_internal._sync_table[], jsonb) IS 'internal: writes all tables of a sync; NULL when a unique value is in the way';

/*
 * Writes all tables, changed rows by taking them out and putting them in again:
 * for rows that exchange a unique value. Where that would set off ON DELETE
 * CASCADE, foreign keys are off for the statement and checked by queries
 * afterwards; a role that may not switch them off gets an error.
 */
CREATE FUNCTION sqlite_mig_internal._sync_anew(items sqlite_mig_internal._sync_table[], work jsonb, triggers boolean, OUT written bigint)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	was  constant text := current_setting('session_replication_role');
	item record;
BEGIN
	IF triggers OR NOT has_parameter_privilege('session_replication_role', 'SET') THEN
		PERFORM sqlite_mig_internal._check_cascades(items, work, true);
		EXECUTE sqlite_mig_internal._sync_statement(items, work, true) INTO written;
		RETURN;
	END IF;
	PERFORM set_config('session_replication_role', 'replica', true);
	EXECUTE sqlite_mig_internal._sync_statement(items, work, true) INTO written;
	PERFORM set_config('session_replication_role', was, true);
	FOR item IN SELECT DISTINCT k.conrelid::regclass AS child, k.conname FROM unnest(items) AS t JOIN pg_constraint AS k ON t.relation IN (k.conrelid, k.confrelid)
			WHERE k.contype = 'f' AND k.conparentid = 0 AND k.convalidated AND work ? t.number::text ORDER BY 1, 2 LOOP
		PERFORM sqlite_mig_internal._check_foreign_key(item.child, item.conname);
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._sync_anew(sqlite_mig_internal._sync_table[], jsonb, boolean) IS 'internal: writes all tables of a sync, changed rows anew';

/* Writes what was found into the tables. */
CREATE FUNCTION sqlite_mig_internal._sync_apply(items sqlite_mig_internal._sync_table[], work jsonb, triggers boolean) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	off       text[] := '{}';
	"on"      text[] := '{}';
	statement text;
	wanted    bigint := (SELECT sum((w.value ->> 0)::bigint + (w.value ->> 1)::bigint + (w.value ->> 2)::bigint) FROM jsonb_each(work) AS w);
	written   bigint;
BEGIN
	IF work = '{}' THEN
		RETURN;
	END IF;
	IF NOT triggers THEN
		SELECT t.off, t."on" INTO off, "on" FROM sqlite_mig_internal._sync_triggers(items, work) AS t;
	END IF;
	FOREACH statement IN ARRAY off LOOP
		EXECUTE statement;
	END LOOP;
	written := sqlite_mig_internal._sync_try(items, work);
	IF written IS NULL THEN
		-- rows that exchange a unique value; each changed one counts twice then
		wanted := wanted + (SELECT sum((w.value ->> 1)::bigint) FROM jsonb_each(work) AS w);
		written := sqlite_mig_internal._sync_anew(items, work, triggers);
	END IF;
	IF written <> wanted AND NOT triggers THEN
		PERFORM sqlite_mig_internal._refuse('data_corrupted', format('rows to write: %s, rows written: %s', wanted, written),
			hint => 'Is there a rule, a row security policy or a view that keeps rows from being written?');
	END IF;
	-- now, and not when the transaction ends: triggers are not switched on again while checks wait
	SET CONSTRAINTS ALL IMMEDIATE;
	FOREACH statement IN ARRAY "on" LOOP
		EXECUTE statement;
	END LOOP;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._sync_apply(sqlite_mig_internal._sync_table[], jsonb, boolean) IS 'internal: writes what differs into the tables';

/* Sequences go on after the largest value; none goes back. */
CREATE FUNCTION sqlite_mig_internal._sync_sequences(plan sqlite_mig.migration) RETURNS bigint
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	statement text;
	moved     bigint := 0;
	last      bigint;
BEGIN
	-- a rollback would not take it back
	IF coalesce(current_setting('sqlite_mig.dry_run', true), '') = plan.migration THEN
		RETURN 0;
	END IF;
	FOR statement IN SELECT s.statement FROM sqlite_mig_internal._sql_loaded_sequences(plan.migration) AS s LOOP
		EXECUTE statement INTO last;
		moved := moved + (last IS NOT NULL)::integer;
	END LOOP;
	RETURN moved;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._sync_sequences(sqlite_mig.migration) IS 'internal: sequences go on after what a sync has brought';
