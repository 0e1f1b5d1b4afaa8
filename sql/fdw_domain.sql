-- Columns of domains: what their constraints refuse is known to PostgreSQL alone, so it is an error with push-down where it is one without.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\set VERBOSITY terse
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_domain.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, s TEXT, m INTEGER); INSERT INTO t VALUES (1, 5, 'a', 1), (2, -3, 'b', 2), (3, 7, 'c', NULL), (4, 8, 'd', 4); CREATE TABLE o (id INTEGER PRIMARY KEY, t INTEGER); INSERT INTO o VALUES (1, 1), (2, 3), (3, 9)"
CREATE SCHEMA fdw_domain;
SET search_path = fdw_domain, public;
CREATE SERVER fdw_domain FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');
CREATE DOMAIN positive AS integer CHECK (value > 0);
CREATE DOMAIN needed AS integer NOT NULL;
CREATE DOMAIN plain AS integer;
CREATE FOREIGN TABLE t (id bigint, n positive, s text, m needed) SERVER fdw_domain OPTIONS ("table" 't');
CREATE FOREIGN TABLE p (id bigint, n plain, s text, m plain) SERVER fdw_domain OPTIONS ("table" 't');
CREATE FOREIGN TABLE o (id bigint, t integer) SERVER fdw_domain;
CREATE FUNCTION outcome(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SELECT coalesce(string_agg(q::text, '' '' ORDER BY q::text), ''none'') FROM (%s) AS q', query) INTO result;
	RETURN result;
EXCEPTION
	WHEN OTHERS THEN RETURN SQLERRM;
END $$;
CREATE FUNCTION beside(query text, OUT sent text, OUT own text) LANGUAGE plpgsql AS $$
BEGIN
	sent := outcome(query);
	SET LOCAL sqlite_fdw_mig.pushdown = off;
	own := outcome(query);
	SET LOCAL sqlite_fdw_mig.pushdown = on;
END $$;

-- every row is looked at: the same without push-down, errors included
SELECT q, b.sent = b.own AS same, b.sent FROM unnest(ARRAY['SELECT sum(n) FROM t', 'SELECT max(n) FROM t', 'SELECT min(n) FROM t', 'SELECT avg(n) FROM t', 'SELECT count(n) FROM t', 'SELECT count(DISTINCT n) FROM t',
	'SELECT count(m) FROM t', 'SELECT sum(m) FROM t', 'SELECT n, count(*) FROM t GROUP BY n', 'SELECT DISTINCT n FROM t', 'SELECT count(*) FROM t', 'SELECT sum(id) FROM t', 'SELECT max(id) FROM t WHERE n < 0', 'SELECT count(*) FROM t WHERE n <> 5',
	'SELECT count(*) FILTER (WHERE n < 6) FROM t', 'SELECT s FROM t WHERE n < 6', 'SELECT s FROM t WHERE n <> 5', 'SELECT s FROM t WHERE NOT n > 6', 'SELECT s FROM t WHERE m IS NULL', 'SELECT s FROM t ORDER BY n', 'SELECT s FROM t ORDER BY n LIMIT 1',
	'SELECT o.id, t.s FROM o JOIN t ON t.id = o.t + 1 AND t.n > -9']) AS q, beside(q) AS b;

-- a row that the conditions keep out is not read, here as with other values that a column does not hold
SELECT q, b.* FROM unnest(ARRAY['SELECT s FROM t WHERE n = 7', 'SELECT count(*) FROM t WHERE n > 5', 'SELECT sum(n) FROM t WHERE n > 5',
	'SELECT o.id, t.s FROM o JOIN t ON t.id = o.t AND t.n > -9', 'SELECT o.id, t.m FROM o LEFT JOIN t ON t.id = o.t WHERE o.id <> 2', 'SELECT o.id FROM o WHERE NOT EXISTS (SELECT FROM t WHERE t.n = o.t)']) AS q, beside(q) AS b;

-- what is sent: the condition always, aggregates and groups of domains without constraints
EXPLAIN (VERBOSE, COSTS OFF) SELECT sum(n), count(m) FROM t WHERE n > 5;
EXPLAIN (VERBOSE, COSTS OFF) SELECT s FROM t WHERE n > 5;
EXPLAIN (VERBOSE, COSTS OFF) SELECT sum(id) FROM t WHERE s = 'a';
EXPLAIN (VERBOSE, COSTS OFF) SELECT max(n), sum(m) FROM p WHERE n > 5;
SELECT sum(n), count(m), max(n) FROM p;
EXPLAIN (VERBOSE, COSTS OFF) SELECT o.id, p.s FROM o LEFT JOIN p ON p.n = o.t;

-- a change by a condition that lets such a row through
DELETE FROM t WHERE n < 6;
DELETE FROM t WHERE n = 8;
SELECT id, n FROM p ORDER BY id;

-- a plan follows the domain
SET plan_cache_mode = force_generic_plan;
PREPARE total AS SELECT sum(n) FROM p;
EXECUTE total;
ALTER DOMAIN plain ADD CONSTRAINT above CHECK (value > 0);
EXECUTE total;
ALTER DOMAIN plain DROP CONSTRAINT above;
EXECUTE total;

RESET search_path;
SET client_min_messages = error;
DROP SCHEMA fdw_domain CASCADE;
DROP SERVER fdw_domain CASCADE;
