-- What runs now, seen from any session. PostgreSQL's own progress view has no name for a table that only the running
-- transaction can see; mig_progress.c leaves name, phase, start and expected rows in parameters that COPY does not use.

CREATE VIEW sqlite_mig.progress WITH (security_invoker = true) AS
	WITH work AS (
		SELECT l.pid FROM pg_catalog.pg_locks AS l
			-- that of _lock
			WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted AND l.classid::bigint = (pg_catalog.hashtext('sqlite_mig.migration')::bigint & 4294967295)
				AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
		UNION
		SELECT a.pid FROM pg_catalog.pg_stat_activity AS a WHERE a.backend_type = 'sqlite_fdw_mig worker' AND a.datname = pg_catalog.current_database()
		UNION
		SELECT p.pid FROM pg_catalog.pg_stat_get_progress_info('COPY') AS p
			WHERE p.param10 > 0 AND p.datid = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database())
	)
	SELECT w.pid, a.usename AS role, s.phase, t.name AS table_name, c.param3 AS rows, nullif(c.param11, 0) AS rows_expected,
			nullif(c.param1, 0) AS bytes, CASE WHEN c.param11 > 0 AND c.param3 > 0 AND c.param1 > 0 THEN (c.param1::numeric / c.param3 * greatest(c.param11, c.param3))::bigint END AS bytes_expected,
			pg_catalog.round((c.param3 / s.seconds)::numeric) AS rows_per_second, pg_catalog.make_interval(secs => s.seconds) AS elapsed,
			CASE WHEN c.param11 > 0 AND c.param3 > 0 THEN pg_catalog.make_interval(secs => s.seconds * greatest(c.param11 - c.param3, 0) / c.param3) END AS eta,
			a.query_start
		FROM work AS w
			LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = w.pid
			LEFT JOIN pg_catalog.pg_stat_get_progress_info('COPY') AS c ON c.pid = w.pid AND c.param10 > 0
			LEFT JOIN pg_catalog.pg_stat_progress_create_index AS i ON i.pid = w.pid,
			LATERAL (SELECT CASE c.param10 WHEN 1 THEN 'reading' WHEN 2 THEN 'copying' WHEN 3 THEN 'comparing' WHEN 4 THEN 'writing' ELSE CASE WHEN i.pid IS NOT NULL THEN 'indexing' WHEN a.state = 'active' THEN 'other' ELSE a.state END END AS phase,
				greatest(extract(epoch FROM pg_catalog.clock_timestamp() - ('2000-01-01 00:00:00+00'::timestamptz + c.param12 * interval '1 microsecond')), 0.000001)::double precision AS seconds) AS s,
			LATERAL (SELECT pg_catalog.convert_from(pg_catalog.rtrim(pg_catalog.int8send(c.param13) || pg_catalog.int8send(c.param14) || pg_catalog.int8send(c.param15) || pg_catalog.int8send(c.param16)
				|| pg_catalog.int8send(c.param17) || pg_catalog.int8send(c.param18) || pg_catalog.int8send(c.param19) || pg_catalog.int8send(c.param20), '\x00'::bytea), pg_catalog.getdatabaseencoding()) AS name) AS t;
COMMENT ON VIEW sqlite_mig.progress IS
	'what sqlite_fdw_mig does now in this database, one row per session: phase (reading a table for its types, copying, comparing, writing, indexing, other), rows and bytes, rate and time left; '
	'of sessions of other roles only members of pg_read_all_stats see more than pid and role';
GRANT SELECT ON sqlite_mig.progress TO PUBLIC;
