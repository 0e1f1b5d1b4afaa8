-- pool_size: sizes of connection pools against the limits of the server
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set VERBOSITY terse

-- 2 processes of 3 threads, next to nobody: everything that does not depend on this server
SELECT item, CASE WHEN item <> 'verdict' THEN value END AS value, explanation FROM sqlite_mig.pool_size(2, 3, others => 0)
	WHERE item NOT IN ('max_connections', 'reserved', 'free', 'headroom', 'max_connections_needed');
SELECT item, value, explanation FROM sqlite_mig.pool_size(4, instances => 3, others => 0, cores => 2) WHERE item IN ('minconn', 'maxconn', 'total', 'pgbouncer_default_pool_size');

-- and what does, counted by another way
CREATE TEMP VIEW p AS SELECT * FROM sqlite_mig.pool_size(2, 3, others => 5);
SELECT (SELECT value FROM p WHERE item = 'max_connections') = (SELECT setting::int FROM pg_settings WHERE name = 'max_connections') AS max_connections,
	(SELECT value FROM p WHERE item = 'reserved') = (SELECT sum(setting::int) FROM pg_settings WHERE name IN ('superuser_reserved_connections', 'reserved_connections')) AS reserved,
	(SELECT value FROM p WHERE item = 'others') AS others,
	(SELECT value FROM p WHERE item = 'free') = (SELECT sum(value * CASE item WHEN 'max_connections' THEN 1 ELSE -1 END) FROM p WHERE item IN ('max_connections', 'reserved', 'others')) AS free,
	(SELECT value FROM p WHERE item = 'headroom') = (SELECT value FROM p WHERE item = 'free') - 6 AS headroom,
	(SELECT value FROM p WHERE item = 'max_connections_needed') = 6 + 5 + (SELECT value FROM p WHERE item = 'reserved') AS needed;
-- this session is not one of the others
SELECT value = (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') - 1 AS counted FROM sqlite_mig.pool_size(1) WHERE item = 'others';

-- what does not fit is said, and what would
SELECT item, CASE WHEN item IN ('minconn', 'maxconn', 'total') THEN value END AS value, regexp_replace(explanation, '[0-9]+', 'N', 'g') AS explanation
	FROM sqlite_mig.pool_size(2, 20000, others => 0) WHERE item IN ('minconn', 'maxconn', 'total', 'headroom', 'verdict');
SELECT regexp_replace(explanation, '[0-9]+', 'N', 'g') AS explanation FROM sqlite_mig.pool_size(30000, others => 0) WHERE item = 'verdict';
-- exactly as many as there are: fits; one more does not
SELECT value AS free FROM sqlite_mig.pool_size(1, others => 0) WHERE item = 'free' \gset
SELECT value, explanation ~ '^fits' AS fits FROM sqlite_mig.pool_size(1, :free, others => 0) WHERE item = 'verdict';
SELECT value, explanation ~ '^fits' AS fits FROM sqlite_mig.pool_size(:free, 1, others => 1) WHERE item = 'verdict';

-- the limit of a role counts too
CREATE ROLE mig_pool_size_role CONNECTION LIMIT 4;
SELECT item, value, explanation FROM sqlite_mig.pool_size(2, 2, others => 0, role => 'mig_pool_size_role') WHERE item IN ('free', 'headroom', 'verdict');
SELECT item, value FROM sqlite_mig.pool_size(5, others => 0, role => 'mig_pool_size_role') WHERE item IN ('free', 'headroom');
SELECT explanation FROM sqlite_mig.pool_size(2, 3, others => 0, role => 'mig_pool_size_role') WHERE item = 'verdict';
-- anybody may ask
SET ROLE mig_pool_size_role;
SELECT count(*) FROM sqlite_mig.pool_size(1, others => 0);
RESET ROLE;
DROP ROLE mig_pool_size_role;

-- mistakes
SELECT * FROM sqlite_mig.pool_size(0);
SELECT * FROM sqlite_mig.pool_size(1, NULL);
SELECT * FROM sqlite_mig.pool_size(1, others => -1);
SELECT * FROM sqlite_mig.pool_size(1, role => 'no such role');
DROP VIEW p;
