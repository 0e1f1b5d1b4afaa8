-- A log of changes in the SQLite file: triggers write the key of each row that is inserted, updated or deleted into a table,
-- and sync then looks at these keys only. Owns what is put into the file, and how far the log was read; what is done with
-- the rows is in 73_sync.

CREATE TABLE sqlite_mig.capture (
	migration     text PRIMARY KEY REFERENCES sqlite_mig.migration ON DELETE CASCADE,
	server        text NOT NULL,
	token         uuid NOT NULL,
	applied       bigint NOT NULL DEFAULT 0,
	applied_in    xid8,
	installed_at  timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
	based_at      timestamptz
);
COMMENT ON TABLE sqlite_mig.capture IS 'migrations whose source logs its changes; capture_install adds one';
COMMENT ON COLUMN sqlite_mig.capture.token IS 'is in the definition of the log too: that this is the log that was installed';
COMMENT ON COLUMN sqlite_mig.capture.applied IS 'number of the last entry of the log that was applied, in the same transaction as its row';
COMMENT ON COLUMN sqlite_mig.capture.applied_in IS 'the transaction that applied it: the log is trimmed in a later one only';
COMMENT ON COLUMN sqlite_mig.capture.based_at IS 'when both sides were compared in full since the log began; NULL: the first sync does that, unless the copy began after it';

CREATE TABLE sqlite_mig.capture_table (
	migration   text NOT NULL REFERENCES sqlite_mig.capture ON DELETE CASCADE,
	id          integer NOT NULL,
	table_name  text NOT NULL,
	columns     text[],
	PRIMARY KEY (migration, id)
);
COMMENT ON TABLE sqlite_mig.capture_table IS 'tables whose changes are logged, and the columns in SQLite whose values are noted; NULL: rows have no key, so a change leads to a comparison of the table';

DO
$$
DECLARE
	rel text;
BEGIN
	FOREACH rel IN ARRAY '{capture,capture_table}'::text[] LOOP
		EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON sqlite_mig.%I TO PUBLIC', rel);
		EXECUTE format('ALTER TABLE sqlite_mig.%I ENABLE ROW LEVEL SECURITY', rel);
		EXECUTE format('CREATE POLICY owner ON sqlite_mig.%I USING (EXISTS (SELECT FROM sqlite_mig.migration AS m WHERE m.migration = %I.migration))', rel, rel);
		PERFORM pg_catalog.pg_extension_config_dump('sqlite_mig.' || rel, '');
	END LOOP;
END;
$$;

/* Is this the name of an object that capture_install or cutover has put into a file? */
CREATE FUNCTION sqlite_mig_internal._is_capture(name text) RETURNS boolean
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT lower(name COLLATE "C") ~ '^_sqlite_mig_(log$|capture_|refuse_)';
END;
COMMENT ON FUNCTION sqlite_mig_internal._is_capture(text) IS 'internal: is an object of a SQLite file one of sqlite_fdw_mig';

/* What the log has that was not applied yet; NULL when there is none that can be relied on. */
CREATE FUNCTION sqlite_mig_internal._log_state(plan sqlite_mig.migration) RETURNS sqlite_mig_internal._log_state
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	capture sqlite_mig.capture;
	state   sqlite_mig_internal._log_state;
	missing bigint;
BEGIN
	SELECT c.* INTO capture FROM sqlite_mig.capture AS c WHERE c.migration = plan.migration;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	IF NOT EXISTS (SELECT FROM sqlite_mig.source_objects(plan.server) AS o WHERE o.name = '_sqlite_mig_log' AND strpos(o.sql, capture.token::text) > 0) THEN
		RAISE WARNING 'server "%" does not have the log of changes that capture_install made; everything is compared', plan.server;
		RETURN NULL;
	END IF;
	SELECT count(*) INTO missing FROM sqlite_mig.capture_table AS t, unnest('{i,u,d}'::text[]) AS k
		WHERE t.migration = plan.migration AND format('_sqlite_mig_capture_%s_%s', t.id, k) NOT IN (SELECT o.name FROM sqlite_mig.source_objects(plan.server) AS o WHERE o.type = 'trigger');
	IF missing > 0 THEN
		RAISE WARNING 'triggers of capture_install are missing in server "%": %; everything is compared', plan.server, missing
			USING HINT = 'A table that was dropped or rebuilt loses them; remove the log with capture_remove and install it again.';
		RETURN NULL;
	END IF;
	state.applied := capture.applied;
	state.last := coalesce(sqlite_mig_internal._source_value(plan.server, '(SELECT max(seq) FROM _sqlite_mig_log)')::bigint, 0);
	IF state.last < state.applied THEN
		RAISE WARNING 'the log of changes of server "%" is older than what was applied; everything is compared', plan.server
			USING HINT = 'If the file was replaced, install the log again with capture_remove and capture_install.';
		RETURN NULL;
	END IF;
	state.entries := sqlite_mig_internal._source_value(plan.server, format('(SELECT json_group_object(t, n) FROM (SELECT t, count(*) AS n FROM _sqlite_mig_log WHERE seq > %s GROUP BY t))', state.applied))::jsonb;
	state.based := capture.based_at IS NOT NULL OR coalesce(plan.started_at > capture.installed_at, false);
	RETURN state;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._log_state(sqlite_mig.migration) IS 'internal: what the log of changes has';

/* Does the log say that nothing in a table has changed? */
CREATE FUNCTION sqlite_mig_internal._log_is_quiet(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table, log sqlite_mig_internal._log_state) RETURNS boolean
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT coalesce((log).based AND EXISTS (SELECT FROM sqlite_mig.capture_table AS t WHERE t.migration = (plan).migration AND t.table_name = (item).source_name AND NOT (log).entries ? t.id::text), false);
END;
COMMENT ON FUNCTION sqlite_mig_internal._log_is_quiet(sqlite_mig.migration, sqlite_mig_internal._sync_table, sqlite_mig_internal._log_state) IS 'internal: does the log say that nothing in a table has changed';

/*
 * The keys of a table that the log has, as a temporary table; its name, NULL when
 * the log does not know the table by the key that is wanted.
 */
CREATE FUNCTION sqlite_mig_internal._log_keys(plan sqlite_mig.migration, item sqlite_mig_internal._sync_table, log sqlite_mig_internal._log_state) RETURNS text
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	logged  sqlite_mig.capture_table;
	keys    constant text := item.stage || '_keys';
	source  constant text := format('%I.%I', plan.source_schema, 'sqlite_mig_log_keys');
	wanted  text[];
	list    text := (SELECT string_agg(format('%I', k), ', ' ORDER BY n) FROM unnest(item.key) WITH ORDINALITY AS u (k, n));
BEGIN
	IF log.based IS NOT TRUE THEN
		RETURN NULL;
	END IF;
	SELECT t.* INTO logged FROM sqlite_mig.capture_table AS t WHERE t.migration = plan.migration AND t.table_name = item.source_name;
	IF NOT FOUND THEN
		RETURN NULL;
	END IF;
	wanted := ARRAY(SELECT c.source_name FROM unnest(item.key) WITH ORDINALITY AS k (name, n)
		JOIN sqlite_mig.plan_column AS c ON c.migration = plan.migration AND c.source_table = item.source_name AND c.target_name = k.name ORDER BY k.n);
	IF logged.columns IS NULL OR NOT (logged.columns @> wanted AND logged.columns <@ wanted) THEN
		RETURN NULL;
	END IF;
	EXECUTE format('CREATE FOREIGN TABLE %s (seq bigint, %s) SERVER %I OPTIONS (query %L)', source,
		(SELECT string_agg(format('%I %s%s', c.target_name, c.target_type, ' OPTIONS (' || nullif(o.list, '') || ')'), ', ' ORDER BY c.position)
			FROM sqlite_mig.plan_column AS c, LATERAL (SELECT concat_ws(', ', format('column_name %L', 'k' || array_position(logged.columns, c.source_name)), 'format ' || quote_literal(c.format),
				'time_zone ' || quote_literal(c.time_zone), CASE WHEN c.empty_as_null THEN 'empty_as_null ''true''' END) AS list) AS o
			WHERE c.migration = plan.migration AND c.source_table = item.source_name AND c.target_name = ANY (item.key)),
		plan.server, format('SELECT seq, %s FROM _sqlite_mig_log WHERE t = %s AND seq > %s', (SELECT string_agg('k' || n, ', ') FROM generate_series(1, cardinality(logged.columns)) AS n), logged.id, log.applied));
	EXECUTE format('CREATE TEMP TABLE %s ON COMMIT DROP AS SELECT DISTINCT %s FROM %s', keys, list, source);
	EXECUTE format('DROP FOREIGN TABLE %s', source);
	EXECUTE format('ANALYZE %s', keys);
	RETURN keys;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._log_keys(sqlite_mig.migration, sqlite_mig_internal._sync_table, sqlite_mig_internal._log_state) IS 'internal: the keys of a table that the log has';

/* The entries that this sync has seen are applied when it is: one transaction. */
CREATE FUNCTION sqlite_mig_internal._log_done(plan sqlite_mig.migration, log sqlite_mig_internal._log_state) RETURNS void
	LANGUAGE sql
BEGIN ATOMIC
	UPDATE sqlite_mig.capture AS c SET applied = (log).last, applied_in = pg_current_xact_id(), based_at = coalesce(c.based_at, clock_timestamp()) WHERE c.migration = (plan).migration AND (log).last IS NOT NULL;
END;
COMMENT ON FUNCTION sqlite_mig_internal._log_done(sqlite_mig.migration, sqlite_mig_internal._log_state) IS 'internal: remembers how far the log was applied';

CREATE TYPE sqlite_mig_internal._capture_plan AS (
	id          integer,
	table_name  text,
	columns     text[],
	noted       text[],
	uniques     text[],
	"unique"    text[]
);
COMMENT ON TYPE sqlite_mig_internal._capture_plan IS 'internal: a table to capture: the key (NULL: none), the expressions noted of a row, conditions for rows of which NEW takes the place, and the columns that these look at';

/*
 * How the tables of a plan are captured. REPLACE takes rows out without a DELETE
 * trigger; those with the same key need nothing, and for those with the same value
 * of another unique index "uniques" has a condition. A unique index over an
 * expression cannot be looked up so: such a table is captured without a key.
 */
CREATE FUNCTION sqlite_mig_internal._capture_plan(plan sqlite_mig.migration) RETURNS SETOF sqlite_mig_internal._capture_plan
	LANGUAGE sql STABLE
BEGIN ATOMIC
	WITH synced AS MATERIALIZED (
		SELECT y.* FROM sqlite_mig_internal._sync_tables(plan) AS y
	), item AS MATERIALIZED (
		SELECT row_number() OVER (ORDER BY t.load_order, t.source_name)::integer AS id, t.source_name, s.rowid_name, coalesce(
				(SELECT array_agg(c.source_name ORDER BY k.n) FROM synced AS y, unnest(y.key) WITH ORDINALITY AS k (name, n)
						JOIN sqlite_mig.plan_column AS c ON c.migration = (plan).migration AND c.target_name = k.name
					WHERE y.source_name = t.source_name AND c.source_table = t.source_name AND y.relation IS NOT NULL),
				(SELECT k.columns FROM sqlite_mig.plan_constraint AS k WHERE k.migration = (plan).migration AND k.source_table = t.source_name AND k.kind = 'primary key' AND k.include
					AND to_regclass(format('%I.%I', (plan).target_schema, t.target_name)) IS NULL)) AS key,
				(SELECT c.column_name FROM sqlite_mig.source_columns((plan).server, t.source_name) AS c WHERE c.rowid_alias) AS alias
			FROM sqlite_mig.plan_table AS t JOIN sqlite_mig.source_tables((plan).server) AS s ON s.table_name = t.source_name
			WHERE t.migration = (plan).migration AND t.include AND s.kind = 'table'
	), condition AS MATERIALIZED (
		SELECT i.id, bool_or(x.columns IS NULL OR array_position(x.columns, NULL) IS NOT NULL) AS unknown,
				array_agg((SELECT string_agg(format('%s = NEW.%1$s%s', sqlite_mig_internal._sqlite_name(u.name), ' COLLATE ' || nullif(sqlite_mig_internal._sqlite_name(u.coll), '"BINARY"')), ' AND ' ORDER BY u.n)
					FROM unnest(x.columns, x.collations) WITH ORDINALITY AS u (name, coll, n)) ORDER BY x.index_name) AS uniques,
				array_agg(array_to_string(ARRAY(SELECT sqlite_mig_internal._sqlite_name(u) FROM unnest(x.columns) AS u), ', ')) AS "unique"
			FROM item AS i, LATERAL (
				SELECT x.index_name, x.columns, x.collations FROM sqlite_mig.source_indexes((plan).server, i.source_name) AS x WHERE x.is_unique
				UNION ALL SELECT '', ARRAY[i.alias], ARRAY['BINARY'] WHERE i.alias IS NOT NULL) AS x
			WHERE i.key IS NULL OR x.columns IS NULL OR NOT (x.columns @> i.key AND x.columns <@ i.key) GROUP BY i.id
	)
	SELECT i.id, i.source_name, CASE WHEN c.unknown IS NOT TRUE THEN i.key END,
			CASE WHEN i.key IS NOT NULL THEN ARRAY(SELECT sqlite_mig_internal._sqlite_name(k.name) FROM unnest(i.key) WITH ORDINALITY AS k (name, n) ORDER BY k.n) WHEN i.rowid_name IS NOT NULL THEN ARRAY[i.rowid_name] ELSE '{NULL}' END,
			CASE WHEN i.key IS NOT NULL AND c.unknown IS NOT TRUE THEN coalesce(c.uniques, '{}') ELSE '{}' END, c."unique"
		FROM item AS i LEFT JOIN condition AS c ON c.id = i.id ORDER BY i.id;
END;
COMMENT ON FUNCTION sqlite_mig_internal._capture_plan(sqlite_mig.migration) IS 'internal: how the tables of a plan are captured';

/* The statements that make the log and its triggers, in SQLite's SQL. */
CREATE FUNCTION sqlite_mig_internal._capture_statements(tables sqlite_mig_internal._capture_plan[], token uuid) RETURNS SETOF text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT s.statement FROM (
		SELECT 0 AS id, '' AS kind, format('CREATE TABLE _sqlite_mig_log (seq INTEGER PRIMARY KEY, t INTEGER NOT NULL, %s /* changed keys, for sqlite_fdw_mig: %s */)',
				(SELECT string_agg('k' || n, ', ' ORDER BY n) FROM generate_series(1, (SELECT greatest(1, max(cardinality(t.noted))) FROM unnest(tables) AS t)) AS n), token) AS statement
		UNION ALL SELECT t.id, k.kind, format('CREATE TRIGGER _sqlite_mig_capture_%s_%s %s ON %s BEGIN %s END', t.id, k.kind, k.event, sqlite_mig_internal._sqlite_name(t.table_name), k.body)
			FROM unnest(tables) AS t,
				LATERAL (SELECT string_agg('k' || n, ', ' ORDER BY n) AS list, string_agg(coalesce('NEW.' || e, 'NULL'), ', ' ORDER BY n) AS new, string_agg(coalesce('OLD.' || e, 'NULL'), ', ' ORDER BY n) AS old,
						string_agg(format('OLD.%s IS NOT NEW.%1$s', e), ' OR ' ORDER BY n) AS moved, string_agg(e, ', ' ORDER BY n) AS here,
						string_agg(format('%s IS NOT OLD.%1$s', e), ' OR ' ORDER BY n) AS other FROM unnest(t.noted) WITH ORDINALITY AS u (e, n)) AS c,
				LATERAL (VALUES
					('i', 'AFTER INSERT', format('INSERT INTO _sqlite_mig_log (t, %s) VALUES (%s, %s);', c.list, t.id, c.new)),
					('u', 'AFTER UPDATE', format('INSERT INTO _sqlite_mig_log (t, %s) VALUES (%s, %s);%s', c.list, t.id, c.new,
						format(' INSERT INTO _sqlite_mig_log (t, %s) SELECT %s, %s WHERE %s;', c.list, t.id, c.old, c.moved))),
					('d', 'AFTER DELETE', format('INSERT INTO _sqlite_mig_log (t, %s) VALUES (%s, %s);', c.list, t.id, c.old)),
					-- rows that REPLACE takes out
					('ri', 'BEFORE INSERT', (SELECT string_agg(format('INSERT INTO _sqlite_mig_log (t, %s) SELECT %s, %s FROM %s WHERE %s;', c.list, t.id, c.here, sqlite_mig_internal._sqlite_name(t.table_name), q), ' ')
						FROM unnest(t.uniques) AS q)),
					('ru', 'BEFORE UPDATE OF ' || array_to_string(t."unique", ', '), (SELECT string_agg(format('INSERT INTO _sqlite_mig_log (t, %s) SELECT %s, %s FROM %s WHERE %s AND (%s);', c.list, t.id, c.here,
						sqlite_mig_internal._sqlite_name(t.table_name), q, c.other), ' ') FROM unnest(t.uniques) AS q))) AS k (kind, event, body)
			WHERE k.body IS NOT NULL
	) AS s ORDER BY s.id, s.kind;
END;
COMMENT ON FUNCTION sqlite_mig_internal._capture_statements(sqlite_mig_internal._capture_plan[], uuid) IS 'internal: statements that make the log of changes';

CREATE FUNCTION sqlite_mig.capture_install(server text, migration text DEFAULT NULL, OUT table_name text, OUT columns text[], OUT remark text)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name      constant text := coalesce(capture_install.migration, capture_install.server);
	token     constant uuid := gen_random_uuid();
	plan      sqlite_mig.migration;
	tables    sqlite_mig_internal._capture_plan[];
	statement text;
BEGIN
	PERFORM sqlite_mig_internal._lock(name);
	plan := sqlite_mig_internal._migration(name, true);
	-- nobody writes between the first trigger and the commit
	PERFORM sqlite_mig_internal._source_lock(plan.server);
	IF EXISTS (SELECT FROM sqlite_mig.source_objects(plan.server) AS o WHERE o.name = '_sqlite_mig_log') THEN
		RAISE EXCEPTION USING ERRCODE = 'duplicate_object', MESSAGE = format('server "%s" has a log of changes already', plan.server),
			HINT = format('SELECT sqlite_mig.capture_remove(%L); takes it out, if nobody needs it any more.', plan.server);
	END IF;
	tables := ARRAY(SELECT t FROM sqlite_mig_internal._capture_plan(plan) AS t);
	FOR statement IN SELECT s FROM sqlite_mig_internal._capture_statements(tables, token) AS s LOOP
		PERFORM sqlite_mig_internal._source_execute(plan.server, statement);
	END LOOP;
	DELETE FROM sqlite_mig.capture AS c WHERE c.migration = name;
	INSERT INTO sqlite_mig.capture (migration, server, token) VALUES (name, plan.server, token);
	INSERT INTO sqlite_mig.capture_table (migration, id, table_name, columns) SELECT name, t.id, t.table_name, t.columns FROM unnest(tables) AS t;
	RETURN QUERY SELECT t.source_name, c.columns, CASE WHEN c.id IS NULL THEN format('%s: every sync compares it', t.kind)
				WHEN c.columns IS NULL THEN 'no key that a trigger could note: a sync compares it when anything in it was changed' END
		FROM sqlite_mig.plan_table AS t LEFT JOIN unnest(tables) AS c ON c.table_name = t.source_name WHERE t.migration = name AND t.include ORDER BY t.load_order;
END;
$$;
COMMENT ON FUNCTION sqlite_mig.capture_install(text, text) IS
	'puts triggers into the SQLite file that note the key of every row that changes, in the table _sqlite_mig_log, so that sync looks at these rows only; needs a server with updatable ''true''. '
	'One row per table with the columns that are noted';

CREATE FUNCTION sqlite_mig.capture_remove(server text) RETURNS bigint
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	item  record;
	count bigint := 0;
BEGIN
	PERFORM sqlite_mig_internal._source_lock(capture_remove.server);
	FOR item IN SELECT o.type, o.name FROM sqlite_mig.source_objects(capture_remove.server) AS o
			WHERE o.type = 'trigger' AND o.name ~ '^_sqlite_mig_capture_' OR o.type = 'table' AND o.name = '_sqlite_mig_log' ORDER BY o.type DESC, o.name LOOP
		PERFORM sqlite_mig_internal._source_execute(capture_remove.server, format('DROP %s %s', upper(item.type COLLATE "C"), sqlite_mig_internal._sqlite_name(item.name)));
		count := count + 1;
	END LOOP;
	DELETE FROM sqlite_mig.capture AS c WHERE c.server = capture_remove.server;
	RETURN count;
END;
$$;
COMMENT ON FUNCTION sqlite_mig.capture_remove(text) IS 'takes the log of changes and its triggers out of the SQLite file; returns how many objects that were. The next sync compares both sides in full';

CREATE FUNCTION sqlite_mig.capture_trim(server text, migration text DEFAULT NULL) RETURNS bigint
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name    constant text := coalesce(capture_trim.migration, capture_trim.server);
	plan    sqlite_mig.migration;
	capture sqlite_mig.capture;
BEGIN
	PERFORM sqlite_mig_internal._lock(name);
	plan := sqlite_mig_internal._migration(name, true);
	SELECT c.* INTO capture FROM sqlite_mig.capture AS c WHERE c.migration = name;
	IF NOT FOUND THEN
		RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('changes of server "%s" are not captured', plan.server),
			HINT = format('SELECT * FROM sqlite_mig.capture_install(%L);', plan.server);
	ELSIF capture.applied_in = pg_current_xact_id_if_assigned() THEN
		RAISE EXCEPTION USING ERRCODE = 'active_sql_transaction', MESSAGE = 'the log cannot be trimmed in the transaction that has applied it',
			DETAIL = 'If that failed to commit, the entries would be gone.', HINT = 'Commit first.';
	END IF;
	PERFORM sqlite_mig_internal._source_lock(plan.server);
	-- the last one stays: the next number is one more than the largest
	RETURN sqlite_mig_internal._source_execute(plan.server, format('DELETE FROM _sqlite_mig_log WHERE seq < %s', capture.applied));
END;
$$;
COMMENT ON FUNCTION sqlite_mig.capture_trim(text, text) IS 'deletes entries of the log of changes that were applied by a sync that is committed; returns how many. It takes the write lock of the SQLite file for as long as that takes';
