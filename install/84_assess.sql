-- Phase 1: what a file and its surroundings say about a move, before anything is planned. A plan is made to see what it finds,
-- and undone; nothing is left behind. The sections stand in the order in which one reads them.

CREATE TYPE sqlite_mig_internal._assessment AS (section text, object text, severity text, finding text, advice text);
COMMENT ON TYPE sqlite_mig_internal._assessment IS 'internal: a row of assess()';

/* What a trial of prepare() found, and how long it took. */
CREATE TYPE sqlite_mig_internal._assess_plan AS (
	failure text, tables bigint, columns bigint, rows bigint, indexes bigint, views bigint, triggers bigint, left_out bigint, json bigint, search bigint, times bigint,
	largest text, largest_rows bigint, read_seconds numeric, sample_rows bigint, sample_seconds numeric, entries sqlite_mig.ledger_entry[]);
COMMENT ON TYPE sqlite_mig_internal._assess_plan IS 'internal: what a plan that was made on trial says';

/* Copies some rows of the largest table of a plan into a temporary one, to learn how fast that goes. */
CREATE FUNCTION sqlite_mig_internal._trial_copy(migration text, INOUT trial sqlite_mig_internal._assess_plan)
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	source    text;
	statement text;
	started   timestamptz;
	n         bigint;
BEGIN
	SELECT t.source_name, coalesce(t.rows, t.estimated_rows), format('%I.%I', m.source_schema, t.target_name) INTO trial.largest, trial.largest_rows, source
		FROM sqlite_mig.plan_table AS t JOIN sqlite_mig.migration AS m ON m.migration = t.migration
		WHERE t.migration = _trial_copy.migration AND t.include ORDER BY coalesce(t.rows, t.estimated_rows) DESC NULLS LAST, t.load_order LIMIT 1;
	IF NOT FOUND THEN
		RETURN;
	END IF;
	EXECUTE format('CREATE TEMP TABLE sqlite_mig_trial ON COMMIT DROP AS SELECT * FROM %s LIMIT 0', source);
	FOR statement IN SELECT format('ALTER TABLE pg_temp.sqlite_mig_trial ALTER COLUMN %I SET COMPRESSION %I', c.target_name, c.compression)
			FROM sqlite_mig.plan_column AS c WHERE c.migration = _trial_copy.migration AND c.source_table = trial.largest AND c.include AND c.compression IS NOT NULL LOOP
		EXECUTE statement;
	END LOOP;
	started := clock_timestamp();
	EXECUTE format('INSERT INTO pg_temp.sqlite_mig_trial SELECT * FROM %s LIMIT 20000', source);
	GET DIAGNOSTICS n = ROW_COUNT;
	trial.sample_rows := n;
	trial.sample_seconds := extract(epoch FROM clock_timestamp() - started);
EXCEPTION
	-- a value that does not fit is a finding of the plan, and there is no time to tell then
	WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded THEN
		trial.sample_rows := NULL;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._trial_copy(text, sqlite_mig_internal._assess_plan) IS 'internal: how fast rows arrive';

/* Makes a plan, looks at it, and undoes it. */
CREATE FUNCTION sqlite_mig_internal._assess_plan(server text, options jsonb, tables text[], exclude text[]) RETURNS sqlite_mig_internal._assess_plan
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
#variable_conflict use_column
DECLARE
	mig     constant text := 'assess ' || gen_random_uuid();
	trial   sqlite_mig_internal._assess_plan;
	started timestamptz := clock_timestamp();
	detail  text;
BEGIN
	BEGIN
		PERFORM sqlite_mig.prepare(_assess_plan.server, 'public', _assess_plan.options || jsonb_build_object('source_schema', mig), mig, _assess_plan.tables, _assess_plan.exclude);
		trial.read_seconds := extract(epoch FROM clock_timestamp() - started);
		SELECT count(*) FILTER (WHERE t.include), sum(coalesce(t.rows, t.estimated_rows)) FILTER (WHERE t.include), count(*) FILTER (WHERE NOT t.include AND t.kind <> 'shadow')
			INTO trial.tables, trial.rows, trial.left_out FROM sqlite_mig.plan_table AS t WHERE t.migration = mig;
		SELECT count(*), count(*) FILTER (WHERE c.target_type = 'jsonb'), count(*) FILTER (WHERE c.target_type ~ '^(timestamp|date|time)')
			INTO trial.columns, trial.json, trial.times FROM sqlite_mig.plan_column AS c JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
			WHERE c.migration = mig AND c.include;
		SELECT count(*) INTO trial.indexes FROM sqlite_mig.plan_index AS i WHERE i.migration = mig;
		SELECT count(*) INTO trial.views FROM sqlite_mig.plan_view AS v WHERE v.migration = mig;
		SELECT count(*) INTO trial.triggers FROM sqlite_mig.plan_trigger AS g WHERE g.migration = mig;
		SELECT count(*) INTO trial.search FROM sqlite_mig.source_tables(_assess_plan.server) AS s WHERE s.kind = 'virtual' AND s.sql ~* '\yusing\s+fts[345]\y' COLLATE "C";
		trial.entries := ARRAY(SELECT e FROM sqlite_mig.ledger_entry AS e WHERE e.migration = mig ORDER BY e.entry);
		-- rows that keys, foreign keys and checks would refuse: a run stops there, so they are told now; a sample of the values is asked for by who has no time
		IF NOT _assess_plan.options ? 'sample_rows' THEN
			trial.entries := trial.entries || ARRAY(
				SELECT jsonb_populate_record(NULL::sqlite_mig.ledger_entry, jsonb_build_object('severity', f.severity, 'effect', 'refused', 'object_kind', f.object_kind, 'object_name', f.object_name,
						'detail', concat_ws(': ', f.finding, f.rows), 'sample', f.sample, 'rule', 'data', 'accepted', false))
					FROM sqlite_mig.migration AS m, LATERAL (SELECT * FROM sqlite_mig_internal._find_duplicates(m) UNION ALL SELECT * FROM sqlite_mig_internal._find_offenders(m)) AS f WHERE m.migration = mig);
		END IF;
		trial := sqlite_mig_internal._trial_copy(mig, trial);
		RAISE EXCEPTION USING ERRCODE = 'MIGDR', MESSAGE = 'the end of a trial';
	EXCEPTION
		WHEN SQLSTATE 'MIGDR' THEN
			NULL;
		-- of the file, not of the call
		WHEN data_corrupted OR index_corrupted THEN
			GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
			trial.failure := concat_ws(': ', SQLERRM, nullif(detail, ''));
	END;
	RETURN trial;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._assess_plan(text, jsonb, text[], text[]) IS 'internal: what a plan would say';

/* The five reasons to leave SQLite, each with what the file shows and what it cannot show. */
CREATE FUNCTION sqlite_mig_internal._reasons(server text, trial sqlite_mig_internal._assess_plan) RETURNS SETOF sqlite_mig_internal._assessment
	LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT r.section, r.object, r.severity, r.finding, r.advice
	FROM sqlite_mig.source_info(_reasons.server) AS i, sqlite_mig_internal._source_surroundings(_reasons.server) AS a, LATERAL (VALUES
		(1, 'reason', 'write concurrency', CASE WHEN a.holders > 1 OR a.writer THEN 'warning' ELSE 'info' END,
			format('journal mode %s: %s; %s; last written %s', i.journal_mode,
				CASE i.journal_mode WHEN 'wal' THEN format('one writer at a time, beside readers; the -wal has %s', pg_size_pretty(a.wal_size)) ELSE 'one writer at a time, and no reader while it commits' END,
				CASE WHEN a.holders IS NULL THEN 'which other processes use it cannot be told here' WHEN a.holders = 0 THEN 'no other process holds a lock at this moment'
					ELSE format('other processes with locks at this moment: %s%s', a.holders, CASE WHEN a.writer THEN ', one of them for writing' ELSE '' END) END,
				to_char(a.modified AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')),
			'a file does not show how often "database is locked" was met: count it in the logs of the application; PostgreSQL has a lock for each row, and pool_size() says how many sessions it takes'),
		(2, 'reason', 'network access', CASE WHEN a.file_system IN ('nfs', 'smb', '9p', 'fuse') THEN 'warning' ELSE 'info' END,
			CASE WHEN a.file_system IN ('nfs', 'smb', '9p', 'fuse') THEN format('the file lies on a file system of kind %s, where locks of SQLite may not hold', a.file_system)
				ELSE format('the file lies on a file system of kind %s: only processes of this machine can use it', coalesce(a.file_system, 'unknown')) END,
			'a file does not show who would need it from elsewhere; PostgreSQL is asked over the network, with passwords or certificates'),
		(3, 'reason', 'team access', CASE WHEN right(a.mode, 1) IN ('2', '3', '6', '7') THEN 'warning' ELSE 'info' END,
			format('SQLite has no users: whoever may read the file (mode %s) reads all of it%s', a.mode, CASE WHEN right(a.mode, 1) IN ('2', '3', '6', '7') THEN ', and every user of the machine may write to it' ELSE '' END),
			'a file does not show who works with it; PostgreSQL has roles, GRANT, row-level security, and pg_stat_activity to see what others run'),
		(4, 'reason', 'missing features', 'info',
			format('columns of JSON text that become jsonb: %s; of dates and times kept as text or numbers: %s; full-text tables: %s', coalesce(trial.json, 0), coalesce(trial.times, 0), coalesce(trial.search, 0)),
			'a file does not show the queries; lint_sql() reads those of the application. jsonb and GIN indexes, tsvector, exact numeric, timestamptz, uuid, arrays, partitions and parallel plans are there afterwards'),
		(5, 'reason', 'size', CASE WHEN a.free_bytes < i.file_size THEN 'warning' ELSE 'info' END,
			format('%s in %s pages of %s bytes, %s%% of them unused; the -wal has %s; %s are free on its file system', pg_size_pretty(i.file_size), i.page_count, i.page_size,
				round(100.0 * i.freelist_count / greatest(i.page_count, 1)), pg_size_pretty(a.wal_size), coalesce(pg_size_pretty(a.free_bytes), 'an unknown number of bytes')),
			'a file does not show how fast it grows: compare with an old backup. VACUUM of SQLite needs its size once more; PostgreSQL reuses space by itself, and takes backups while it works')
	) AS r (place, section, object, severity, finding, advice)
	ORDER BY r.place;
END;
COMMENT ON FUNCTION sqlite_mig_internal._reasons(text, sqlite_mig_internal._assess_plan) IS 'internal: the five reasons to leave SQLite';

/* What there is, in rows that anybody can check. */
CREATE FUNCTION sqlite_mig_internal._inventory(server text, trial sqlite_mig_internal._assess_plan) RETURNS SETOF sqlite_mig_internal._assessment
	LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT 'inventory', v.object, 'info', v.finding, v.advice
	FROM sqlite_mig.source_info(_inventory.server) AS i,
		LATERAL (SELECT count(*) FILTER (WHERE t.kind = 'virtual') AS virtual, count(*) FILTER (WHERE t.strict) AS strict, count(*) FILTER (WHERE t.without_rowid AND t.kind = 'table') AS without_rowid,
			string_agg(DISTINCT lower(substring(t.sql FROM '(?i)\yusing\s+(\w+)' COLLATE "C") COLLATE "C"), ', ') FILTER (WHERE t.kind = 'virtual') AS modules FROM sqlite_mig.source_tables(_inventory.server) AS t) AS t,
		LATERAL (VALUES
			(1, 'tables', format('%s, with %s columns and %s rows; left out: %s', trial.tables, trial.columns, CASE WHEN trial.tables = 0 THEN 0 ELSE trial.rows END, trial.left_out), 'source_tables(), profile()'),
			(2, 'largest table', CASE WHEN trial.largest IS NOT NULL THEN format('%s, with %s rows', trial.largest, trial.largest_rows) END, 'migrate(workers => 2) divides it by ranges of rowids'),
			(3, 'indexes', trial.indexes::text, 'source_indexes(); those of keys are not counted'),
			(4, 'views and triggers', format('%s views, %s triggers', trial.views, trial.triggers), 'source_objects(); to_postgres() shows their translation'),
			(5, 'virtual tables', format('%s (%s)', t.virtual, t.modules), CASE WHEN t.virtual = 0 THEN NULL ELSE 'see their rows below' END),
			(6, 'kinds of tables', format('STRICT: %s, WITHOUT ROWID: %s', t.strict, t.without_rowid), NULL),
			(7, 'file', format('encoding %s, user_version %s, application_id %s; read with SQLite %s', i.encoding, i.user_version, i.application_id, i.sqlite_version), NULL)
		) AS v (place, object, finding, advice)
	WHERE v.finding IS NOT NULL AND NOT (v.object = 'virtual tables' AND t.virtual = 0) AND NOT (v.object = 'kinds of tables' AND t.strict + t.without_rowid = 0)
		AND NOT (v.object IN ('largest table', 'tables') AND trial.failure IS NOT NULL)
	ORDER BY v.place;
END;
COMMENT ON FUNCTION sqlite_mig_internal._inventory(text, sqlite_mig_internal._assess_plan) IS 'internal: what a file holds';

/*
 * Work that is left for people, in minutes: what is done by itself costs nothing but a look at each table. The levels are
 * those that people know from other assessments: A nothing to decide, B up to five days, C more; 1 to 5 how hard the hardest part is.
 */
CREATE FUNCTION sqlite_mig_internal._effort(trial sqlite_mig_internal._assess_plan, OUT minutes numeric, OUT level text, OUT rule text)
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT w.minutes, CASE WHEN w.decisions = 0 THEN 'A' WHEN w.minutes <= 5 * 8 * 60 THEN 'B' ELSE 'C' END || CASE WHEN w.decisions = 0 THEN 1 WHEN w.blockers + w.code = 0 THEN 2 WHEN w.code = 0 THEN 3 WHEN w.code <= 10 THEN 4 ELSE 5 END,
		format('%s tables at 2 minutes, %s warnings at 5, %s blockers at 30, %s views, triggers and expressions to write by hand at 60', trial.tables, w.warnings, w.blockers, w.code)
	FROM (SELECT s.*, coalesce(trial.tables, 0) * 2 + s.warnings * 5 + s.blockers * 30 + s.code * 60 AS minutes, s.warnings + s.blockers + s.code AS decisions
		FROM (SELECT count(*) FILTER (WHERE e.severity = 'warning' AND NOT c.by_hand) AS warnings, count(*) FILTER (WHERE e.severity = 'blocker' AND NOT c.by_hand) AS blockers,
				count(*) FILTER (WHERE c.by_hand) AS code
			FROM unnest(trial.entries) AS e, LATERAL (SELECT e.object_kind IN ('view', 'trigger', 'check', 'default', 'index') AND e.effect IN ('skipped', 'failed') AND e.severity <> 'info' AS by_hand) AS c
			WHERE NOT e.accepted) AS s) AS w;
END;
COMMENT ON FUNCTION sqlite_mig_internal._effort(sqlite_mig_internal._assess_plan) IS 'internal: how much work is left for people';

CREATE FUNCTION sqlite_mig_internal._assess(server text, options jsonb, tables text[], exclude text[],
		OUT section text, OUT object text, OUT severity text, OUT finding text, OUT advice text)
	RETURNS SETOF record
	LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	trial sqlite_mig_internal._assess_plan;
BEGIN
	PERFORM sqlite_mig_internal._check_options(_assess.options);
	PERFORM FROM sqlite_mig.source_info(_assess.server);
	trial := sqlite_mig_internal._assess_plan(_assess.server, _assess.options, _assess.tables, _assess.exclude);
	RETURN QUERY SELECT r.* FROM sqlite_mig_internal._reasons(_assess.server, trial) AS r;
	IF trial.failure IS NOT NULL THEN
		RETURN QUERY SELECT 'file', 'damage', 'blocker', trial.failure, 'mend it first: the sqlite3 command .recover, or a backup; nothing more can be said before';
		RETURN;
	END IF;
	RETURN QUERY SELECT i.* FROM sqlite_mig_internal._inventory(_assess.server, trial) AS i;
	-- what a person has to look at, table by table; what becomes something else without loss is counted
	RETURN QUERY
		SELECT 'decision', CASE e.object_kind WHEN 'migration' THEN 'all' ELSE concat_ws(' ', e.object_kind, e.object_name) END, e.severity, e.detail || coalesce(': ' || left(e.sample, 200) || CASE WHEN length(e.sample) > 200 THEN ' ...' ELSE '' END, ''), CASE
				WHEN e.effect IN ('skipped', 'failed') AND e.object_kind IN ('view', 'trigger', 'check', 'default', 'index') THEN 'write it in PostgreSQL''s words, target_sql of the plan; or agree in the ledger'
				WHEN e.effect IN ('skipped', 'failed') THEN 'mend the source, change the plan, or agree in the ledger'
				WHEN e.effect = 'refused' THEN 'mend the rows in the source, or say what becomes of them with the option policy: quarantine, not valid, set null'
				WHEN e.effect = 'lossy' THEN 'choose another type in plan_column, or agree in the ledger'
				ELSE 'change the plan, or agree in the ledger' END
			FROM unnest(trial.entries) WITH ORDINALITY AS e WHERE e.severity <> 'info' AND NOT e.accepted ORDER BY e.severity, e.ordinality;
	RETURN QUERY
		SELECT 'converted', e.rule, 'info', format('%s: %s', count(*), (array_agg(e.object_name || ': ' || e.detail ORDER BY e.ordinality))[1] || CASE WHEN count(*) > 1 THEN ', ...' ELSE '' END), NULL
			FROM unnest(trial.entries) WITH ORDINALITY AS e WHERE e.severity = 'info' OR e.accepted GROUP BY e.rule ORDER BY count(*) DESC, e.rule;
	RETURN QUERY
		SELECT 'effort', 'level ' || e.level, 'info', format('%s hours of work with the plan, by this rule: %s', round(e.minutes / 60, 1), e.rule),
				'the code of the application is not in it: lint_sql() finds what changes there; A: nothing to decide, B: up to five days, C: more'
			FROM sqlite_mig_internal._effort(trial) AS e;
	RETURN QUERY
		SELECT 'effort', 'time', 'info', CASE
				WHEN trial.sample_rows > 0 AND trial.sample_seconds > 0 THEN format('about %s: reading schema and values took %s s, and %s rows of "%s" arrived in %s s; all %s rows so, and as long again for keys, indexes and checksums',
					(SELECT CASE WHEN s < 120 THEN ceil(s) || ' s' WHEN s < 7200 THEN round(s / 60) || ' minutes' ELSE round(s / 3600) || ' hours' END
						FROM (SELECT trial.read_seconds + 2 * trial.rows * trial.sample_seconds / trial.sample_rows AS s) AS t), round(trial.read_seconds, 2),
					trial.sample_rows, trial.largest, round(trial.sample_seconds, 3), trial.rows)
				ELSE format('reading schema and values took %s s; no row could be copied for a measure', round(trial.read_seconds, 2)) END,
			'measured here and now, in one session; CALL sqlite_mig.migrate(..., dry_run => true) tells exactly';
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._assess(text, jsonb, text[], text[]) IS 'internal: what assess says, in long lines';

CREATE FUNCTION sqlite_mig.assess(server text, options jsonb DEFAULT '{}', tables text[] DEFAULT NULL, exclude text[] DEFAULT NULL,
		OUT section text, OUT object text, OUT severity text, OUT finding text, OUT advice text)
	RETURNS SETOF record
	LANGUAGE sql VOLATILE
BEGIN ATOMIC
	SELECT a.section, a.object, a.severity, sqlite_mig_internal._wrap(a.finding, 34), sqlite_mig_internal._wrap(a.advice, 26)
		FROM sqlite_mig_internal._assess(assess.server, assess.options, assess.tables, assess.exclude) WITH ORDINALITY AS a ORDER BY a.ordinality;
END;
COMMENT ON FUNCTION sqlite_mig.assess(text, jsonb, text[], text[]) IS
	'what a SQLite file and its surroundings say about a move, before anything is planned: the five reasons to leave SQLite (with what the file shows and cannot show), inventory, what needs a decision, effort and expected time. '
	'A plan is made on trial, with options, tables and exclude as in prepare, and undone';
