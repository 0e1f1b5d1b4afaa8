-- The cut-over: the moment from which on PostgreSQL's tables are the ones that count. Owns the order of its steps, its
-- record, and the triggers that make a SQLite file refuse writes.

CREATE TABLE sqlite_mig.cutover_run (
	migration      text NOT NULL REFERENCES sqlite_mig.migration ON DELETE CASCADE,
	cut_over_at    timestamptz NOT NULL,
	level          text NOT NULL,
	refuse_writes  boolean NOT NULL,
	downtime       interval NOT NULL,
	undone_at      timestamptz,
	PRIMARY KEY (migration, cut_over_at)
);
COMMENT ON TABLE sqlite_mig.cutover_run IS 'cut-overs; a migration is cut over while there is one that was not undone';
COMMENT ON COLUMN sqlite_mig.cutover_run.downtime IS 'from when the write lock of the SQLite file was held to the end of the last step; the commit comes after that';
GRANT SELECT, INSERT, UPDATE, DELETE ON sqlite_mig.cutover_run TO PUBLIC;
ALTER TABLE sqlite_mig.cutover_run ENABLE ROW LEVEL SECURITY;
CREATE POLICY owner ON sqlite_mig.cutover_run USING (EXISTS (SELECT FROM sqlite_mig.migration AS m WHERE m.migration = cutover_run.migration));
SELECT pg_catalog.pg_extension_config_dump('sqlite_mig.cutover_run', '');

/* Throws 55000 for a sync that would overwrite what was written to PostgreSQL since the cut-over. */
CREATE FUNCTION sqlite_mig_internal._check_cut_over(plan sqlite_mig.migration, direction text) RETURNS void
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	at timestamptz := (SELECT max(c.cut_over_at) FROM sqlite_mig.cutover_run AS c WHERE c.migration = plan.migration AND c.undone_at IS NULL);
BEGIN
	IF direction = 'to_postgres' AND at IS NOT NULL THEN
		PERFORM sqlite_mig_internal._refuse('object_not_in_prerequisite_state', format('migration "%s" was cut over', plan.migration),
			detail => 'What was written to PostgreSQL since then would be overwritten.',
			hint => format('SELECT * FROM sqlite_mig.sync(%L, direction => ''to_sqlite''); brings the SQLite file up to PostgreSQL; SELECT * FROM sqlite_mig.cutover_undo(%1$L); makes the SQLite file the one that counts.', plan.server));
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._check_cut_over(sqlite_mig.migration, text) IS 'internal: throws when a sync would overwrite what came after the cut-over';

/* Triggers that refuse writes to the tables of a plan, in SQLite's SQL. */
CREATE FUNCTION sqlite_mig_internal._refuse_statements(plan sqlite_mig.migration) RETURNS SETOF text
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT format('CREATE TRIGGER IF NOT EXISTS _sqlite_mig_refuse_%s_%s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, %s); END', i.number, lower(left(e.event, 1) COLLATE "C"), e.event, sqlite_mig_internal._sqlite_name(i.source_name),
			sqlite_mig_internal._sqlite_string(format('this database has moved to PostgreSQL (database %s, schema %s): table %s is read-only here', current_database(), (plan).target_schema, i.source_name)))
		FROM (SELECT row_number() OVER (ORDER BY t.load_order, t.source_name) AS number, t.source_name FROM sqlite_mig.plan_table AS t
				WHERE t.migration = (plan).migration AND t.include AND t.kind = 'table') AS i, unnest('{INSERT,UPDATE,DELETE}'::text[]) AS e (event)
		ORDER BY i.number, e.event;
END;
COMMENT ON FUNCTION sqlite_mig_internal._refuse_statements(sqlite_mig.migration) IS 'internal: statements that make a SQLite file refuse writes';

CREATE TYPE sqlite_mig_internal._cutover_step AS (step text, detail text, seconds numeric);
COMMENT ON TYPE sqlite_mig_internal._cutover_step IS 'internal: a step of a cut-over';

/* The steps of a cut-over. Throws when one fails; all of it is undone then. */
CREATE FUNCTION sqlite_mig_internal._cutover(plan sqlite_mig.migration, level text, refuse_writes boolean, schema_changes text, triggers boolean) RETURNS sqlite_mig_internal._cutover_step[]
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	steps  sqlite_mig_internal._cutover_step[] := '{}';
	locked timestamptz;
	began  timestamptz := clock_timestamp();
	found  record;
	sum    record;
	-- setval is not rolled back, so a dry run leaves sequences as they are
	rehearsal constant boolean := coalesce(current_setting('sqlite_mig.dry_run', true), '') = plan.migration;
BEGIN
	PERFORM sqlite_mig_internal._source_lock(plan.server);
	locked := clock_timestamp();
	steps := steps || ROW ('lock', format('nobody but this transaction writes to server %I', plan.server), round(extract(epoch FROM locked - began), 3))::sqlite_mig_internal._cutover_step;
	began := clock_timestamp();
	SELECT sum(s.inserted) AS inserted, sum(s.updated) AS updated, sum(s.deleted) AS deleted, count(*) AS tables INTO sum
		FROM sqlite_mig.sync(plan.server, migration => plan.migration, deletes => NOT sqlite_mig_internal._merges(plan),
			schema_changes => _cutover.schema_changes, triggers => _cutover.triggers) AS s;
	steps := steps || ROW ('sync', format('inserted: %s, updated: %s, deleted: %s, in %s tables; sequences %s', coalesce(sum.inserted, 0), coalesce(sum.updated, 0), coalesce(sum.deleted, 0), sum.tables,
		CASE WHEN rehearsal THEN 'stay in a dry run' ELSE 'set' END),
		round(extract(epoch FROM clock_timestamp() - began), 3))::sqlite_mig_internal._cutover_step;
	began := clock_timestamp();
	IF level <> 'none' THEN
		SELECT count(*) AS checks, count(*) FILTER (WHERE NOT v.ok) AS failed, string_agg(format('%s, %s: %s', v.table_name, v.check_name, replace(v.detail, E'\n', ' ')), E'\n') FILTER (WHERE NOT v.ok) AS list INTO found
			FROM sqlite_mig.verify(plan.server, level => _cutover.level, migration => plan.migration) AS v
			-- those of views are entries of the ledger
			WHERE v.check_name NOT IN ('view rows', 'view content', 'verdict') AND NOT (rehearsal AND v.check_name LIKE 'sequence(%');
		IF found.failed > 0 THEN
			PERFORM sqlite_mig_internal._refuse('data_corrupted', format('both sides of migration "%s" are not the same after the last sync; checks that failed: %s', plan.migration, found.failed),
				detail => found.list, hint => 'Nothing is changed, and the SQLite file stays the one that counts.');
		END IF;
		steps := steps || ROW ('verify', format('%s: checks that hold: %s', level, found.checks), round(extract(epoch FROM clock_timestamp() - began), 3))::sqlite_mig_internal._cutover_step;
		began := clock_timestamp();
	END IF;
	IF refuse_writes THEN
		PERFORM sqlite_mig_internal._source_execute(plan.server, s) FROM sqlite_mig_internal._refuse_statements(plan) AS s;
		steps := steps || ROW ('refuse writes', format('triggers in the SQLite file: %s', (SELECT count(*) FROM sqlite_mig_internal._refuse_statements(plan) AS s)),
			round(extract(epoch FROM clock_timestamp() - began), 3))::sqlite_mig_internal._cutover_step;
	END IF;
	began := clock_timestamp();
	INSERT INTO sqlite_mig.cutover_run (migration, cut_over_at, level, refuse_writes, downtime) VALUES (plan.migration, began, _cutover.level, _cutover.refuse_writes, began - locked);
	RETURN steps || ROW ('downtime', 'since the lock was held', round(extract(epoch FROM began - locked), 3))::sqlite_mig_internal._cutover_step;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._cutover(sqlite_mig.migration, text, boolean, text, boolean) IS 'internal: the steps of a cut-over';

CREATE FUNCTION sqlite_mig.cutover(server text, level text DEFAULT 'checksum', migration text DEFAULT NULL, refuse_writes boolean DEFAULT false, dry_run boolean DEFAULT false,
		schema_changes text DEFAULT 'stop', triggers boolean DEFAULT false,
		OUT step text, OUT detail text, OUT seconds numeric)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	name  constant text := coalesce(cutover.migration, cutover.server);
	plan  sqlite_mig.migration;
	steps sqlite_mig_internal._cutover_step[];
BEGIN
	IF cutover.level IS DISTINCT FROM 'none' THEN
		PERFORM sqlite_mig_internal._check_level(cutover.level);
	END IF;
	PERFORM sqlite_mig_internal._lock(name);
	plan := sqlite_mig_internal._migration(name, true);
	PERFORM sqlite_mig_internal._check_cut_over(plan, 'to_postgres');
	IF NOT cutover.dry_run THEN
		steps := sqlite_mig_internal._cutover(plan, cutover.level, cutover.refuse_writes, cutover.schema_changes, cutover.triggers);
	ELSE
		-- in a subtransaction; what there is to tell outlives its end in a variable
		BEGIN
			PERFORM set_config('sqlite_mig.dry_run', name, true);
			steps := sqlite_mig_internal._cutover(plan, cutover.level, cutover.refuse_writes, cutover.schema_changes, cutover.triggers);
			RAISE EXCEPTION USING ERRCODE = 'MIGDR', MESSAGE = 'the end of a dry run';
		EXCEPTION
			WHEN SQLSTATE 'MIGDR' THEN
				NULL;
		END;
	END IF;
	RETURN QUERY SELECT s.step, s.detail || CASE WHEN cutover.dry_run AND s.step = 'downtime' THEN '; a dry run: nothing of it is left' ELSE '' END, s.seconds FROM unnest(steps) WITH ORDINALITY AS s (step, detail, seconds, n) ORDER BY s.n;
END;
$$;
COMMENT ON FUNCTION sqlite_mig.cutover(text, text, text, boolean, boolean, text, boolean) IS
	'makes PostgreSQL''s tables the ones that count: takes the write lock of the SQLite file, syncs, sets sequences, verifies (level as in verify, or none), and with refuse_writes leaves triggers in the file that refuse writes; '
	'one row per step with its time, the last one the downtime. Needs a server with updatable ''true''. When a step fails nothing is changed; dry_run does all of it and rolls it back';

CREATE FUNCTION sqlite_mig.cutover_undo(server text, migration text DEFAULT NULL, OUT step text, OUT detail text)
	RETURNS SETOF record
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	name  constant text := coalesce(cutover_undo.migration, cutover_undo.server);
	plan  sqlite_mig.migration;
	item  record;
	count integer := 0;
BEGIN
	PERFORM sqlite_mig_internal._lock(name);
	plan := sqlite_mig_internal._migration(name, true);
	PERFORM sqlite_mig_internal._source_lock(plan.server);
	FOR item IN SELECT o.name FROM sqlite_mig.source_objects(plan.server) AS o WHERE o.type = 'trigger' AND o.name LIKE '\_sqlite\_mig\_refuse\_%' LOOP
		PERFORM sqlite_mig_internal._source_execute(plan.server, format('DROP TRIGGER %s', sqlite_mig_internal._sqlite_name(item.name)));
		count := count + 1;
	END LOOP;
	step := 'refuse writes';
	detail := format('triggers taken out of the SQLite file: %s', count);
	RETURN NEXT;
	-- PostgreSQL may have been written to: a log of the SQLite file does not know that
	UPDATE sqlite_mig.capture AS c SET based_at = NULL, installed_at = clock_timestamp() WHERE c.migration = name;
	UPDATE sqlite_mig.cutover_run AS c SET undone_at = clock_timestamp() WHERE c.migration = name AND c.undone_at IS NULL;
	step := 'undo';
	detail := CASE WHEN FOUND THEN 'the SQLite file is the one that counts; the next sync overwrites what was written to PostgreSQL since the cut-over' ELSE 'there was no cut-over to undo' END;
	RETURN NEXT;
END;
$$;
COMMENT ON FUNCTION sqlite_mig.cutover_undo(text, text) IS
	'makes the SQLite file the one that counts again: takes the triggers out that refuse writes. To keep what was written to PostgreSQL meanwhile, call sync with direction => ''to_sqlite'' before';
