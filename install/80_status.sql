-- The verdict. One row, from plan, ledger and the last verification; decides nothing for the user and changes nothing.

/*
 * The verdict and why, with the next command:
 *	incomplete		not carried out; not verified by checksum; a check of the last verification failed; rows wait in the
 *					quarantine; or something was skipped or failed and nobody has agreed to it
 *	lossy as agreed	something was lossy, changed or guessed, or was skipped and agreed to
 *	lossless		neither; what is 'converted' in the ledger lost nothing
 */
CREATE FUNCTION sqlite_mig_internal._verdict(plan sqlite_mig.migration, OUT verdict text, OUT reason text)
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
DECLARE
	named   constant text := quote_literal(plan.server) || CASE WHEN plan.server <> plan.migration THEN ', migration => ' || quote_literal(plan.migration) ELSE '' END;
	look    constant text := format('SELECT effect, object_name, detail FROM sqlite_mig.ledger WHERE migration = %L', plan.migration);
	checks  bigint;
	broken  bigint;
	tables  bigint;
	held    bigint;
	open    bigint;
	agreed  bigint;
	without bigint;
BEGIN
	verdict := 'incomplete';
	IF plan.state = 'running' THEN
		SELECT count(DISTINCT j.task), count(DISTINCT j.task) FILTER (WHERE j.seconds IS NULL) INTO checks, broken FROM sqlite_mig.journal AS j WHERE j.migration = plan.migration AND j.run = plan.run;
		reason := format('running, or interrupted: tasks done: %s of %s; the same CALL sqlite_mig.migrate(%s, ...); goes on', checks - broken, checks, named);
		RETURN;
	ELSIF plan.state <> 'migrated' THEN
		reason := format('prepared, nothing is copied yet; CALL sqlite_mig.migrate(%s);', named);
		RETURN;
	END IF;
	SELECT count(*) FILTER (WHERE v.check_name = 'checksum'), count(*) FILTER (WHERE NOT v.ok), count(DISTINCT v.table_name) FILTER (WHERE NOT v.ok)
		INTO checks, broken, tables
		FROM sqlite_mig.verification AS v WHERE v.migration = plan.migration AND v.verified_at = plan.verified_at
			-- those of views are entries of the ledger
			AND v.check_name NOT IN ('view rows', 'view content', 'verdict');
	IF broken > 0 THEN
		reason := format('failed checks: %s, in tables: %s; SELECT * FROM sqlite_mig.verify(%s) WHERE NOT ok;', broken, tables, named);
		RETURN;
	END IF;
	SELECT count(*) INTO tables FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND t.include;
	IF plan.verified_at IS NULL OR checks < tables THEN
		reason := format('not every table was verified by checksum; SELECT * FROM sqlite_mig.verify(%s);', named);
		RETURN;
	END IF;
	SELECT count(*) FILTER (WHERE NOT r.agreed), count(*) FILTER (WHERE r.agreed) INTO held, without
		FROM (SELECT q.accepted OR EXISTS (SELECT FROM sqlite_mig.ledger_entry AS e
				WHERE e.migration = q.migration AND e.table_name = q.table_name AND e.rule = 'rejected' AND e.accepted) AS agreed
			FROM sqlite_mig.rejected AS q WHERE q.migration = plan.migration AND q.replayed_at IS NULL) AS r;
	IF held > 0 THEN
		reason := format('rejected rows: %s; SELECT reject, table_name, source_key, message FROM sqlite_mig.rejected WHERE migration = %L AND replayed_at IS NULL AND NOT accepted; '
			'repair them and SELECT * FROM sqlite_mig.replay(%s);', held, plan.migration, named);
		RETURN;
	END IF;
	SELECT count(*) FILTER (WHERE e.effect IN ('skipped', 'failed') AND NOT e.accepted AND e.rule <> 'rejected'),
			count(*) FILTER (WHERE e.effect IN ('lossy', 'changed', 'guessed') OR e.effect IN ('skipped', 'failed') AND (e.accepted OR e.rule = 'rejected'))
		INTO open, agreed FROM sqlite_mig.ledger_entry AS e WHERE e.migration = plan.migration;
	IF open > 0 THEN
		reason := format('skipped or failed and not accepted: %s; %s AND effect IN (''skipped'', ''failed'') AND NOT accepted;', open, look);
	ELSIF without > 0 THEN
		verdict := 'lossy as agreed';
		reason := format('every row is there, verified by checksum, but those that were rejected and accepted: %s, and not all is as it was: %s; '
			'%s AND effect <> ''converted'';', without, agreed, look);
	ELSIF agreed > 0 THEN
		verdict := 'lossy as agreed';
		reason := format('every row%s is there, verified by checksum, but not all is as it was: %s; %s AND effect <> ''converted'';',
			CASE WHEN EXISTS (SELECT FROM sqlite_mig.plan_table AS t WHERE t.migration = plan.migration AND NOT t.include AND t.kind = 'table')
				THEN ' of the tables in the plan' ELSE '' END, agreed, look);
	ELSE
		verdict := 'lossless';
		reason := CASE WHEN tables = 0 THEN 'there was no table in the source'
			ELSE 'every row is there, verified by checksum, and nothing was left out or changed' END;
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._verdict(sqlite_mig.migration) IS 'internal: the verdict on a migration';

/* What is to be said of a migration, the reason in one line. */
CREATE FUNCTION sqlite_mig_internal._status(server text, migration text DEFAULT NULL,
		OUT migration text, OUT server text, OUT target_schema text, OUT phase text, OUT verdict text, OUT tables bigint, OUT rows bigint,
		OUT findings bigint, OUT started_at timestamptz, OUT duration interval, OUT reason text)
	RETURNS SETOF record
	LANGUAGE sql STABLE ROWS 1
BEGIN ATOMIC
	SELECT m.migration, m.server, m.target_schema,
			CASE WHEN m.state <> 'migrated' THEN m.state
				WHEN EXISTS (SELECT FROM sqlite_mig.cutover_run AS c WHERE c.migration = m.migration AND c.undone_at IS NULL) THEN 'cut over'
				WHEN m.verified_at IS NOT NULL THEN 'verified' WHEN EXISTS (SELECT FROM sqlite_mig.sync_run AS r WHERE r.migration = m.migration AND r.started_at > m.started_at) THEN 'synced' ELSE 'migrated' END, v.verdict,
			(SELECT count(*) FROM sqlite_mig.plan_table AS t WHERE t.migration = m.migration AND t.include), m.rows_copied,
			(SELECT count(*) FROM sqlite_mig.ledger_entry AS e WHERE e.migration = m.migration AND e.severity <> 'info' AND NOT e.accepted),
			m.started_at, m.finished_at - m.started_at, v.reason
		FROM sqlite_mig_internal._migration(coalesce($2, $1)) AS m, LATERAL sqlite_mig_internal._verdict(m) AS v;
END;
COMMENT ON FUNCTION sqlite_mig_internal._status(text, text) IS 'internal: what status says, in long lines, with server, schema and time';

/* Ends the story of a run: the verdict, and the command that comes next. A dry run tells its own. */
CREATE FUNCTION sqlite_mig_internal._tell_verdict(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	found record;
BEGIN
	IF current_setting('sqlite_mig.dry_run', true) = _tell_verdict.migration THEN
		RETURN;
	END IF;
	SELECT s.* INTO STRICT found FROM sqlite_mig_internal._status(_tell_verdict.migration) AS s;
	RAISE NOTICE USING MESSAGE = format('migration "%s": %s: %s', found.migration, found.verdict, split_part(found.reason, '; ', 1)),
		HINT = CASE WHEN strpos(found.reason, '; ') > 0 THEN substr(found.reason, strpos(found.reason, '; ') + 2)
			ELSE format('SELECT sqlite_mig.report(%L%s); has all of it.', found.server, CASE WHEN found.migration <> found.server THEN format(', migration => %L', found.migration) END) END;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._tell_verdict(text) IS 'internal: tells the verdict on a migration';

CREATE FUNCTION sqlite_mig.status(server text DEFAULT NULL, migration text DEFAULT NULL,
		OUT migration text, OUT phase text, OUT verdict text, OUT tables bigint, OUT rows bigint, OUT findings bigint, OUT duration interval, OUT reason text)
	RETURNS SETOF record
	LANGUAGE sql STABLE ROWS 1
BEGIN ATOMIC
	SELECT s.migration, s.phase, s.verdict, s.tables, s.rows, s.findings, date_trunc('milliseconds', s.duration), sqlite_mig_internal._wrap(s.reason, 30)
		FROM (SELECT coalesce($2, $1) AS name WHERE coalesce($2, $1) IS NOT NULL UNION ALL SELECT m.migration FROM sqlite_mig.migration AS m WHERE coalesce($2, $1) IS NULL) AS n,
			LATERAL sqlite_mig_internal._status(n.name) AS s
		ORDER BY n.name COLLATE "C";
END;
COMMENT ON FUNCTION sqlite_mig.status(text, text) IS
	'one row about a migration, or one for each of yours if neither argument is given, with its verdict: incomplete (not carried out, not verified by checksum, a check failed, or something was skipped or failed '
	'and is not accepted), lossy as agreed (something is lossy, changed or guessed, or was skipped and accepted), lossless (neither). '
	'findings counts warnings and blockers that are not accepted; accept with UPDATE sqlite_mig.ledger SET accepted = true WHERE ...';
