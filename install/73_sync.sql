-- Keeping a migrated schema in step with its source, or the source with it. Owns the record of syncs, what a sync works on,
-- and the order of its steps; how differences are found is in 73_sync_stage, how they are written in 73_sync_write and
-- 73_sync_to_sqlite, what a log of changes is in 74_capture.

CREATE TABLE sqlite_mig.sync_run (
	migration   text NOT NULL REFERENCES sqlite_mig.migration ON DELETE CASCADE,
	sync        integer NOT NULL,
	table_name  text NOT NULL,
	direction   text NOT NULL CHECK (direction IN ('to_postgres', 'to_sqlite')),
	method      text NOT NULL CHECK (method IN ('checksum', 'compare', 'rows', 'log')),
	inserted    bigint NOT NULL,
	updated     bigint NOT NULL,
	deleted     bigint NOT NULL,
	unchanged   bigint,
	kept        bigint NOT NULL,
	rejected    bigint NOT NULL,
	started_at  timestamptz NOT NULL,
	seconds     numeric NOT NULL,
	PRIMARY KEY (migration, sync, table_name)
);
COMMENT ON TABLE sqlite_mig.sync_run IS 'what each sync did, one row per table; sync counts the calls';
COMMENT ON COLUMN sqlite_mig.sync_run.method IS
	'checksum: both sides had the same one; compare: row by row, by key; rows: whole rows, because there is no key; log: the keys that triggers of capture_install have noted';
COMMENT ON COLUMN sqlite_mig.sync_run.kept IS 'rows that only the other side has and that deletes => false has left there';
COMMENT ON COLUMN sqlite_mig.sync_run.seconds IS 'to find what differs; all tables are written together';
GRANT SELECT, INSERT, UPDATE, DELETE ON sqlite_mig.sync_run TO PUBLIC;
ALTER TABLE sqlite_mig.sync_run ENABLE ROW LEVEL SECURITY;
CREATE POLICY owner ON sqlite_mig.sync_run USING (EXISTS (SELECT FROM sqlite_mig.migration AS m WHERE m.migration = sync_run.migration));
SELECT pg_catalog.pg_extension_config_dump('sqlite_mig.sync_run', '');

CREATE TYPE sqlite_mig_internal._sync_table AS (
	number       integer,
	source_name  text,
	source       text,
	target       text,
	relation     oid,
	kind         "char",
	key          text[],
	columns      text[],
	stage        text
);
COMMENT ON TYPE sqlite_mig_internal._sync_table IS 'internal: a table to sync: names of its foreign table and its target, the key that tells rows apart (NULL: none), columns, and the temporary table of what differs';

CREATE TYPE sqlite_mig_internal._log_state AS (
	applied  bigint,
	last     bigint,
	entries  jsonb,
	based    boolean
);
COMMENT ON TYPE sqlite_mig_internal._log_state IS 'internal: entries of the log that are not applied yet: by number of the table, how many';

/*
 * The key by which rows of both sides are told to be the same: the primary one of
 * the target, else a unique one that is never NULL; of what is no table here, the
 * primary key in SQLite. NULL when there is none.
 */
CREATE FUNCTION sqlite_mig_internal._sync_key(migration text, source_table text, relation oid, columns text[]) RETURNS text[]
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT k.columns FROM (
			SELECT NOT i.indisprimary AS later, i.indexrelid::bigint AS number, (SELECT array_agg(a.attname::text ORDER BY u.n) FROM unnest(i.indkey) WITH ORDINALITY AS u (attnum, n)
					JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = u.attnum WHERE u.n <= i.indnkeyatts AND (a.attnotnull OR i.indisprimary) HAVING count(*) = i.indnkeyatts) AS columns
				FROM pg_index AS i WHERE i.indrelid = _sync_key.relation AND i.indisunique AND i.indimmediate AND i.indisvalid AND i.indexprs IS NULL AND i.indpred IS NULL
			UNION ALL SELECT true, 0, array_agg(p.target_name ORDER BY p.primary_key) FROM sqlite_mig.plan_column AS p, pg_class AS r
				WHERE r.oid = _sync_key.relation AND r.relkind IN ('f', 'v') AND p.migration = _sync_key.migration AND p.source_table = _sync_key.source_table AND p.primary_key IS NOT NULL
		) AS k WHERE k.columns <@ _sync_key.columns ORDER BY k.later, k.number LIMIT 1;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sync_key(text, text, oid, text[]) IS 'internal: the key by which rows of both sides are the same';

/* The tables of a migration as sync takes them, parents first; columns that the side to be written computes are left out (one that is gone is not: _sync_plan tells). */
CREATE FUNCTION sqlite_mig_internal._sync_tables(plan sqlite_mig.migration, direction text DEFAULT 'to_postgres') RETURNS SETOF sqlite_mig_internal._sync_table
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT row_number() OVER (ORDER BY t.load_order, t.source_name)::integer, t.source_name, format('%I.%I', (plan).source_schema, p.target_name), t.name, t.relation, r.relkind,
			sqlite_mig_internal._sync_key((plan).migration, t.source_name, t.relation, c.columns), c.columns,
			format('pg_temp.sqlite_mig_sync_%s', row_number() OVER (ORDER BY t.load_order, t.source_name))
		FROM sqlite_mig_internal._targets((plan).migration) AS t
			JOIN sqlite_mig.plan_table AS p ON p.migration = (plan).migration AND p.source_name = t.source_name
			LEFT JOIN pg_class AS r ON r.oid = t.relation,
			LATERAL (SELECT array_agg(c.target_name ORDER BY c.position) FILTER (WHERE coalesce(a.attgenerated, '') = '') AS columns
				FROM sqlite_mig.plan_column AS c LEFT JOIN pg_attribute AS a ON a.attrelid = t.relation AND a.attname = c.target_name AND a.attnum > 0 AND NOT a.attisdropped
				WHERE c.migration = (plan).migration AND c.source_table = t.source_name AND c.include AND (_sync_tables.direction = 'to_postgres' OR c.generated IS NULL)) AS c
		ORDER BY t.load_order, t.source_name;
END;
COMMENT ON FUNCTION sqlite_mig_internal._sync_tables(sqlite_mig.migration, text) IS 'internal: the tables to sync';

/* A string as SQLite's SQL has it, which knows no escapes: %L would write E'...' where there is a backslash. */
CREATE FUNCTION sqlite_mig_internal._sqlite_string(value text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT '''' || replace(value, '''', '''''') || '''';
END;
COMMENT ON FUNCTION sqlite_mig_internal._sqlite_string(text) IS 'internal: a string as SQLite''s SQL has it';

/* What of the source's schema is not as it was when the plan was made; "lost": the plan needs it. Objects of capture_install are not the application's. */
CREATE FUNCTION sqlite_mig_internal._schema_changes(plan sqlite_mig.migration) RETURNS TABLE (object_kind text, object_name text, table_name text, lost boolean, finding text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET enable_nestloop = off AS
$$
#variable_conflict use_column
DECLARE
	mig constant text := plan.migration;
BEGIN
	RETURN QUERY
		WITH there AS MATERIALIZED (
			SELECT s.table_name AS name, s.kind FROM sqlite_mig.source_tables(plan.server) AS s WHERE s.kind <> 'view' AND NOT sqlite_mig_internal._is_capture(s.table_name)
		), planned AS MATERIALIZED (
			SELECT t.source_name AS name, t.kind, t.include, t.load_order FROM sqlite_mig.plan_table AS t WHERE t.migration = mig
		), columns AS MATERIALIZED (
			SELECT c.table_name, c.column_name, c.declared_type, c.position FROM sqlite_mig.source_columns(plan.server) AS c
		), planned_columns AS MATERIALIZED (
			SELECT c.source_table, c.source_name, c.declared_type, c.include, c.position FROM sqlite_mig.plan_column AS c WHERE c.migration = mig
		)
		SELECT n.object_kind, n.object_name, n.table_name, n.lost, n.finding FROM (
			SELECT 1 AS part, 0 AS load_order, 0 AS position, 'table' AS object_kind, s.name AS object_name, s.name AS table_name, false AS lost, 'is new in the source' AS finding
				FROM there AS s WHERE s.name NOT IN (SELECT t.name FROM planned AS t)
			UNION ALL SELECT 2, t.load_order, 0, 'table', t.name, t.name, t.include, 'is gone from the source'
				FROM planned AS t WHERE t.name NOT IN (SELECT s.name FROM there AS s) AND NOT sqlite_mig_internal._is_capture(t.name)
			UNION ALL SELECT 3, t.load_order, c.position, 'column', c.table_name || '.' || c.column_name, c.table_name, false, 'is new in the source'
				FROM planned AS t JOIN columns AS c ON c.table_name = t.name
				WHERE t.include AND t.kind = 'table' AND (c.table_name, c.column_name) NOT IN (SELECT p.source_table, p.source_name FROM planned_columns AS p)
			UNION ALL SELECT 4, t.load_order, p.position, 'column', p.source_table || '.' || p.source_name, p.source_table, p.include, 'is gone from the source'
				FROM planned AS t JOIN planned_columns AS p ON p.source_table = t.name JOIN there AS s ON s.name = t.name
				WHERE t.include AND (p.source_table, p.source_name) NOT IN (SELECT c.table_name, c.column_name FROM columns AS c)
					-- (the key of a full-text table, which SQLite lists nowhere: see 49_search)
					AND NOT (t.kind = 'virtual' AND p.source_name IN ('rowid', 'docid'))
			UNION ALL SELECT 5, t.load_order, p.position, 'column', p.source_table || '.' || p.source_name, p.source_table, false,
					format('is declared "%s" in the source now, and was "%s"', c.declared_type, p.declared_type)
				FROM planned AS t JOIN planned_columns AS p ON p.source_table = t.name JOIN columns AS c ON c.table_name = p.source_table AND c.column_name = p.source_name
				WHERE t.include AND t.kind = 'table' AND c.declared_type <> p.declared_type
		) AS n ORDER BY n.part, n.load_order, n.position, n.object_name;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._schema_changes(sqlite_mig.migration) IS 'internal: how the schema of the source differs from the plan';

/* Throws 55000 when the source's schema has changed and that is not agreed to, or the plan cannot be followed; else it is in the ledger. */
CREATE FUNCTION sqlite_mig_internal._check_schema(plan sqlite_mig.migration, schema_changes text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	found text[];
	lost  boolean;
BEGIN
	SELECT array_agg(format('%s "%s" %s', c.object_kind, c.object_name, c.finding) ORDER BY c.n), bool_or(c.lost) INTO found, lost
		FROM sqlite_mig_internal._schema_changes(plan) WITH ORDINALITY AS c (object_kind, object_name, table_name, lost, finding, n);
	IF found IS NOT NULL AND (lost OR _check_schema.schema_changes = 'stop') THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state',
			format('the schema of server "%s" has changed since the plan of migration "%s" was made: %s', plan.server, plan.migration, cardinality(found)),
			detail => array_to_string(found[1:50], E'\n') || CASE WHEN cardinality(found) > 50 THEN E'\n...' ELSE '' END,
			hint => CASE WHEN lost THEN 'Leave out in plan_table and plan_column what is gone, or migrate again with options => ''{"replace": true}''.'
				ELSE 'Say schema_changes => ''note'' to sync what the plan has, with a row of the ledger for each of these; or migrate again with options => ''{"replace": true}''.' END);
	END IF;
	-- as it is now: an entry that was accepted stays
	DELETE FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration AND e.rule = 'schema change'
		AND NOT EXISTS (SELECT FROM sqlite_mig_internal._schema_changes(plan) AS c WHERE (c.object_kind, c.object_name, c.finding) = (e.object_kind, e.object_name, e.detail));
	PERFORM sqlite_mig_internal._note(plan.migration, 'sync', c.object_kind, c.object_name, c.table_name, 'warning', CASE c.finding WHEN 'is new in the source' THEN 'skipped' ELSE 'changed' END, 'schema change', c.finding)
		FROM sqlite_mig_internal._schema_changes(plan) AS c
		WHERE NOT EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e
			WHERE e.migration = plan.migration AND e.rule = 'schema change' AND (c.object_kind, c.object_name, c.finding) = (e.object_kind, e.object_name, e.detail));
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_schema(sqlite_mig.migration, text) IS 'internal: stops when the schema of the source has changed, or notes it';

/* Throws 22023 for arguments of sync that do not exist or mean nothing together. */
CREATE FUNCTION sqlite_mig_internal._check_sync(direction text, on_error text, reject_limit bigint, schema_changes text) RETURNS void
	LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF direction IS NULL OR direction NOT IN ('to_postgres', 'to_sqlite') THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', format('unknown direction "%s"', direction), hint => 'Valid directions are: to_postgres, to_sqlite.');
	ELSIF schema_changes IS NULL OR schema_changes NOT IN ('stop', 'note') THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', format('unknown value "%s" for schema_changes', schema_changes), hint => 'Valid values are: stop, note.');
	ELSIF direction = 'to_sqlite' AND on_error = 'reject' THEN
		PERFORM sqlite_mig_internal._refuse('feature_not_supported', 'rows on their way to SQLite cannot be rejected',
			detail => 'The quarantine holds rows of SQLite.', hint => 'Leave out on_error.');
	END IF;
	PERFORM sqlite_mig_internal._check_rows('error', on_error, reject_limit);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_sync(text, text, bigint, text) IS 'internal: checks the arguments of sync';

/* The plan of a migration that is to be synced, locked and with the foreign tables that it means; throws 55000 when it was not carried out, or rows would go that never came from its source. */
CREATE FUNCTION sqlite_mig_internal._sync_plan(migration text, server text, direction text, deletes boolean) RETURNS sqlite_mig.migration
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	plan sqlite_mig.migration := sqlite_mig_internal._migration(migration, true);
	gone text;
BEGIN
	IF plan.state <> 'migrated' THEN
		RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state', MESSAGE = format('migration "%s" was prepared, but not carried out', plan.migration),
			HINT = format('CALL sqlite_mig.migrate(%L);', plan.server);
	ELSIF plan.server <> _sync_plan.server THEN
		PERFORM sqlite_mig_internal._refuse('invalid_parameter_value', format('migration "%s" is one of server "%s"', plan.migration, plan.server),
			hint => format('Give both: %L, migration => %L.', plan.server, plan.migration));
	END IF;
	PERFORM sqlite_mig_internal._hold_plan(plan.migration);
	IF plan.plan_hash <> sqlite_mig_internal._plan_hash(plan.migration) THEN
		PERFORM sqlite_mig_internal._check_retyped(plan.migration);
		PERFORM sqlite_mig_internal._check_plan(plan.migration);
		PERFORM sqlite_mig_internal._drop_source(plan.migration);
		PERFORM sqlite_mig_internal._make_source(plan.migration);
	END IF;
	IF direction = 'to_postgres' AND deletes AND sqlite_mig_internal._merges(plan) THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('the tables of migration "%s" were loaded beside rows that were there', plan.migration),
			detail => 'These are not in the source, and would be deleted.', hint => 'Say deletes => false; or what is not in the source goes: leave on_conflict out of the options of sqlite_mig.migration.');
	END IF;
	SELECT string_agg(t.target, ', ' ORDER BY t.number) INTO gone FROM sqlite_mig_internal._sync_tables(plan) AS t WHERE t.relation IS NULL;
	IF gone IS NOT NULL THEN
		PERFORM sqlite_mig_internal._refuse('undefined_table', format('tables of migration "%s" do not exist any more: %s', plan.migration, gone),
			hint => 'Leave them out in sqlite_mig.plan_table, or migrate again.');
	END IF;
	SELECT string_agg(format('%s.%I', t.target, c), ', ' ORDER BY t.number) INTO gone FROM sqlite_mig_internal._sync_tables(plan) AS t, unnest(t.columns) AS c
		WHERE NOT EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = t.relation AND a.attname = c AND a.attnum > 0 AND NOT a.attisdropped);
	IF gone IS NOT NULL THEN
		PERFORM sqlite_mig_internal._refuse('undefined_column', format('columns of migration "%s" do not exist any more: %s', plan.migration, gone),
			hint => 'Leave them out in sqlite_mig.plan_column.');
	END IF;
	RETURN plan;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._sync_plan(text, text, text, boolean) IS 'internal: the plan of a migration that is to be synced';

CREATE FUNCTION sqlite_mig_internal._progress(phase integer, table_name text DEFAULT NULL, rows bigint DEFAULT NULL) RETURNS void
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_show_progress';
COMMENT ON FUNCTION sqlite_mig_internal._progress(integer, text, bigint) IS 'internal: what the view progress shows of this session: 3 comparing, 4 writing, 0 nothing any more';

CREATE FUNCTION sqlite_mig.sync(server text, migration text DEFAULT NULL, direction text DEFAULT 'to_postgres', deletes boolean DEFAULT true,
		on_error text DEFAULT 'stop', reject_limit bigint DEFAULT NULL, triggers boolean DEFAULT false, schema_changes text DEFAULT 'stop', compare boolean DEFAULT false,
		OUT table_name text, OUT method text, OUT inserted bigint, OUT updated bigint, OUT deleted bigint, OUT unchanged bigint, OUT kept bigint, OUT rejected bigint, OUT seconds numeric)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET jit = off AS
$$
#variable_conflict use_column
DECLARE
	name   constant text := coalesce(sync.migration, sync.server);
	began  constant timestamptz := clock_timestamp();
	plan   sqlite_mig.migration;
	call   integer;
	item   sqlite_mig_internal._sync_table;
	items  sqlite_mig_internal._sync_table[];
	log    sqlite_mig_internal._log_state;
	found  sqlite_mig_internal._staged;
	work   jsonb := '{}';
BEGIN
	PERFORM sqlite_mig_internal._check_sync(sync.direction, sync.on_error, sync.reject_limit, sync.schema_changes);
	PERFORM sqlite_mig_internal._lock(name);
	plan := sqlite_mig_internal._sync_plan(name, sync.server, sync.direction, sync.deletes);
	-- a file that is not there is said here, and not by something far below; what reads before the lock could not have it
	IF sync.direction = 'to_sqlite' THEN
		PERFORM sqlite_mig_internal._source_lock(plan.server);
	ELSE
		PERFORM FROM sqlite_mig.source_info(plan.server);
	END IF;
	PERFORM sqlite_mig_internal._check_cut_over(plan, sync.direction);
	PERFORM sqlite_mig_internal._check_schema(plan, sync.schema_changes);
	items := ARRAY(SELECT t FROM sqlite_mig_internal._sync_tables(plan, sync.direction) AS t);
	PERFORM sqlite_mig_internal._sync_hold(items);
	log := sqlite_mig_internal._log_state(plan);
	SELECT coalesce(max(r.sync), 0) + 1 INTO call FROM sqlite_mig.sync_run AS r WHERE r.migration = name;

	FOREACH item IN ARRAY items LOOP
		PERFORM sqlite_mig_internal._progress(3, item.source_name, t.rows) FROM sqlite_mig.plan_table AS t WHERE t.migration = name AND t.source_name = item.source_name;
		found := sqlite_mig_internal._stage(plan, item, CASE WHEN sync.direction = 'to_postgres' AND NOT sync.compare THEN log END, sync.direction, sync.deletes, sync.on_error, sync.reject_limit);
		INSERT INTO sqlite_mig.sync_run (migration, sync, table_name, direction, method, inserted, updated, deleted, unchanged, kept, rejected, started_at, seconds)
			VALUES (name, call, item.source_name, sync.direction, found.method, found.inserted, found.updated, found.deleted, found.unchanged, found.kept, found.rejected, began, found.seconds);
		IF found.inserted + found.updated + found.deleted > 0 THEN
			work := work || jsonb_build_object(item.number, jsonb_build_array(found.inserted, found.updated, found.deleted));
		END IF;
	END LOOP;
	PERFORM sqlite_mig_internal._progress(4);
	IF sync.direction = 'to_postgres' THEN
		PERFORM sqlite_mig_internal._sync_apply(items, work, sync.triggers);
		PERFORM sqlite_mig_internal._sync_sequences(plan);
		PERFORM sqlite_mig_internal._log_done(plan, log);
	ELSE
		PERFORM sqlite_mig_internal._sync_to_sqlite(plan, items, work, sync.deletes, sync.triggers);
	END IF;
	PERFORM sqlite_mig_internal._sync_drop(items);
	PERFORM sqlite_mig_internal._progress(0);
	-- what was verified is not what is there now
	IF work <> '{}' THEN
		UPDATE sqlite_mig.migration AS m SET verified_at = NULL WHERE m.migration = name;
	END IF;
	RETURN QUERY SELECT r.table_name, r.method, r.inserted, r.updated, r.deleted, r.unchanged, r.kept, r.rejected, r.seconds
		FROM sqlite_mig.sync_run AS r JOIN unnest(items) AS t ON t.source_name = r.table_name WHERE r.migration = name AND r.sync = call ORDER BY t.number;
END;
$$;
COMMENT ON FUNCTION sqlite_mig.sync(text, text, text, boolean, text, bigint, boolean, text, boolean) IS
	'brings the tables of a migration up to their source, in one transaction: rows that are new are inserted, others updated, and those that are gone deleted (deletes => false keeps them); one row per table. '
	'direction => ''to_sqlite'' writes to the SQLite file what differs in PostgreSQL. on_error and reject_limit as in migrate. Triggers of the tables that are written do not fire, unless triggers => true: '
	'those of the other side have fired already. schema_changes: stop when the source has new tables or columns, or note them in the ledger. '
	'Where capture_install has put triggers into the file only the keys that these have noted are looked at; else, or with compare => true, both sides are compared';
