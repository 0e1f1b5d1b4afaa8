
-- What the application beside the database needs: how large its connection pools may be.

/*
 * Connections that are free for an application, as the settings of this server,
 * the limits of the database and of the role, and the sessions of others leave
 * them. Internal slots of workers do not count against max_connections.
 */
CREATE FUNCTION sqlite_mig_internal._free_connections(role text, others integer, OUT reserved integer, OUT others_now integer, OUT free integer, OUT limited_by text)
	LANGUAGE plpgsql STABLE PARALLEL RESTRICTED SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	role_limit     integer;
	database_limit integer;
BEGIN
	-- (reserved_connections is new in PostgreSQL 16)
	reserved := current_setting('superuser_reserved_connections')::integer + coalesce(current_setting('reserved_connections', true), '0')::integer;
	-- what kind a session of somebody else is may be hidden, its database is not
	others_now := coalesce(others, (SELECT count(*) FROM pg_stat_activity AS a
		WHERE a.pid <> pg_backend_pid() AND (a.backend_type = 'client backend' OR a.backend_type IS NULL AND a.datid IS NOT NULL)));
	free := current_setting('max_connections')::integer - reserved - others_now;
	limited_by := 'max_connections';
	SELECT r.rolconnlimit INTO role_limit FROM pg_roles AS r WHERE r.rolname = role;
	IF NOT FOUND THEN
		PERFORM sqlite_mig_internal._refuse('undefined_object', format('role "%s" does not exist', role));
	END IF;
	SELECT d.datconnlimit INTO database_limit FROM pg_database AS d WHERE d.datname = current_database();
	-- (negative: no limit)
	IF database_limit >= 0 AND database_limit < free THEN
		free := database_limit;
		limited_by := format('CONNECTION LIMIT of database "%s"', current_database());
	END IF;
	IF role_limit >= 0 AND role_limit < free THEN
		free := role_limit;
		limited_by := format('CONNECTION LIMIT of role "%s"', role);
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._free_connections(text, integer) IS 'internal: connections that this server has left for an application';

CREATE FUNCTION sqlite_mig.pool_size(
	processes integer, threads integer DEFAULT 1, instances integer DEFAULT 1, others integer DEFAULT NULL, cores integer DEFAULT NULL, role text DEFAULT CURRENT_USER,
	OUT item text, OUT value bigint, OUT explanation text)
	RETURNS SETOF record
	LANGUAGE plpgsql STABLE PARALLEL RESTRICTED ROWS 12 SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	server   record;
	pools    bigint;
	total    bigint;
	missing  bigint;
	bouncer  bigint;
	possible bigint;
BEGIN
	IF processes IS NULL OR threads IS NULL OR instances IS NULL OR least(processes, threads, instances, coalesce(cores, 1)) < 1 OR others < 0 THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'processes, threads, instances and cores must be at least 1, others at least 0',
			DETAIL = format('processes is %s, threads is %s, instances is %s, cores is %s, others is %s.', processes, threads, instances, cores, others);
	END IF;
	SELECT * INTO server FROM sqlite_mig_internal._free_connections(role, others);
	pools := processes::bigint * instances;
	total := pools * threads;
	missing := greatest(total - server.free, 0);
	possible := greatest(server.free, 0) / pools;
	bouncer := least(total, CASE WHEN cores IS NULL THEN least(20, greatest(server.free, 1)) ELSE least(2 * cores::bigint + 1, greatest(server.free, 1)) END);

	RETURN QUERY SELECT v.item, v.value, sqlite_mig_internal._wrap(v.explanation, 72) FROM (VALUES
		('maxconn', threads::bigint, 'for each process: a connection for each thread that works at once; a pool of psycopg2 does not wait when it is exhausted, it raises PoolError'),
		('minconn', CASE WHEN missing = 0 THEN threads ELSE 1 END::bigint,
			CASE WHEN missing = 0 THEN 'for each process: as many as maxconn; psycopg2 closes each connection beyond minconn that comes back, and opens it again for the next request'
				ELSE 'for each process: one, as they do not all fit; psycopg2 then opens and closes the others with each request' END),
		('total', total, format('%s x %s x %s: instances, processes, connections of each; a process makes its pool after it was forked', instances, processes, threads)),
		('max_connections', current_setting('max_connections')::bigint, 'setting of this server; a change needs a restart'),
		('reserved', server.reserved::bigint, 'of them for superusers and for roles with pg_use_reserved_connections: superuser_reserved_connections, and reserved_connections since PostgreSQL 16'),
		('others', server.others_now::bigint, CASE WHEN others IS NULL THEN 'client sessions that there are now beside this one; say others => N for what there will be: jobs, monitoring, psql'
			ELSE 'connections of others, as said' END),
		('free', server.free::bigint, format('connections that are left for the application; what limits them is %s', server.limited_by)),
		('headroom', server.free - total, CASE WHEN missing = 0 THEN 'connections that would still be free; new processes need them while old ones still run during a deployment'
			ELSE 'so many connections are missing: the last processes to start are refused with "too many clients already"' END),
		('max_connections_needed', total + server.reserved + server.others_now, 'max_connections with which it would fit exactly'),
		('pgbouncer_default_pool_size', bouncer,
			format('with PgBouncer in transaction mode so many connections to this server do for all %s: %s', total,
				CASE WHEN cores IS NULL THEN '20 is its default; say cores => N of the server for 2 N + 1' ELSE format('2 x %s cores + 1, more only wait for each other', cores) END)),
		('pgbouncer_max_client_conn', total, 'PgBouncer''s side towards the application; minconn and maxconn stay. Sessions are shared there: SET, temporary tables, LISTEN, session advisory locks and PREPARE do not last beyond a transaction')) AS v (item, value, explanation);
	RETURN QUERY SELECT 'verdict', server.free - total, sqlite_mig_internal._wrap(CASE
		WHEN missing = 0 AND total > 2 * bouncer AND total > 50 THEN format('fits, but %s sessions are many: PgBouncer would do with %s', total, bouncer)
		WHEN missing = 0 THEN 'fits'
		WHEN possible >= 1 THEN format('does not fit: raise %s to %s, or give each process no more than %s threads, or use PgBouncer', server.limited_by,
			CASE server.limited_by WHEN 'max_connections' THEN total + server.reserved + server.others_now ELSE total END, possible)
		ELSE format('does not fit: %s processes are more than the %s connections that are free; use PgBouncer, or fewer processes', pools, greatest(server.free, 0)) END, 72);
	IF missing > 0 THEN
		RAISE WARNING USING MESSAGE = 'the pools do not fit into the connections of this server',
			DETAIL = format('They may open %s connections, and %s are free, limited by %s.', total, greatest(server.free, 0), server.limited_by),
			HINT = 'The row "verdict" says what would help.';
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_mig.pool_size(integer, integer, integer, integer, integer, text) IS
	'sizes of the connection pools of an application with so many processes and threads, against what this server has left; warns when they do not fit';
