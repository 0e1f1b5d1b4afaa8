-- ANALYZE of foreign tables: samples by rowid and by stepping over all, estimates, values that do not convert.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_analyze.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE dense (id INTEGER PRIMARY KEY, g INTEGER, s TEXT); WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 20000) INSERT INTO dense SELECT i, i % 10, 'text ' || (i % 1000) FROM i; CREATE TABLE sparse (id INTEGER PRIMARY KEY, g INTEGER); INSERT INTO sparse SELECT id * 1000003, g FROM dense; CREATE TABLE keyed (k TEXT PRIMARY KEY, g INTEGER) WITHOUT ROWID; INSERT INTO keyed SELECT 'k' || id, g FROM dense WHERE id <= 500; CREATE VIEW seen AS SELECT g, count(*) AS n FROM dense GROUP BY g; CREATE TABLE bad (a INTEGER); INSERT INTO bad VALUES (1), ('x'), (NULL); CREATE TABLE empty (a INTEGER)"
CREATE SERVER fdw_analyze FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA fdw_analyze;
IMPORT FOREIGN SCHEMA main FROM SERVER fdw_analyze INTO fdw_analyze;
SET search_path = fdw_analyze;
SET default_statistics_target = 10;
ANALYZE dense; ANALYZE sparse; ANALYZE keyed; ANALYZE seen; ANALYZE bad; ANALYZE empty;
SELECT relname, reltuples FROM pg_class WHERE relnamespace = 'fdw_analyze'::regnamespace AND relkind = 'f' ORDER BY 1;
-- ten groups were found in every sample; keys are taken for unique
SELECT tablename, attname, null_frac::numeric(3,2), CASE WHEN n_distinct < 0 THEN 'unique' WHEN attname = 'g' THEN n_distinct::text ELSE 'some' END FROM pg_stats
 WHERE schemaname = 'fdw_analyze' AND attname IN ('id', 'g', 'k', 'a') ORDER BY 1, 2;
CREATE FUNCTION pg_temp.estimate(q text, OUT rows bigint) LANGUAGE plpgsql AS $$
DECLARE plan json;
BEGIN
	EXECUTE 'EXPLAIN (FORMAT json) ' || q INTO plan;
	rows := plan->0->'Plan'->>'Plan Rows';
END $$;
SELECT q, pg_temp.estimate(q) BETWEEN low AND high AS within FROM (VALUES
	('SELECT * FROM dense', 20000, 20000), ('SELECT * FROM dense WHERE g = 3', 1000, 4000), ('SELECT * FROM dense WHERE id BETWEEN 100 AND 2100', 1000, 4000),
	('SELECT g FROM dense GROUP BY g', 10, 10), ('SELECT * FROM sparse WHERE g < 5', 5000, 20000), ('SELECT * FROM dense d JOIN sparse s ON s.id = d.id', 10000, 40000)) v(q, low, high);
CREATE STATISTICS both_ids ON g, s FROM dense;
ANALYZE dense;
SELECT count(*) FROM pg_stats_ext WHERE statistics_name = 'both_ids';

-- tables like those of the benchmark: estimates within a factor of two of what comes
\! sqlite3 "$FILE" "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, active BOOLEAN NOT NULL); WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 2000) INSERT INTO users SELECT i, 'user' || i || '@example.com', i % 5 > 0 FROM i; CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, user_id INTEGER NOT NULL REFERENCES users (id), created_at TEXT NOT NULL, kind VARCHAR(20), amount DECIMAL(10,2), ok BOOLEAN)"
\! sqlite3 "$FILE" "WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 40000) INSERT INTO events SELECT i, 1 + i * 7919 % 2000, datetime(1600000000 + i * 3571 % 40000 * 1000, 'unixepoch'), CASE i % 10 WHEN 0 THEN 'purchase' WHEN 1 THEN 'signup' WHEN 2 THEN 'signup' ELSE 'view' END, CASE WHEN i % 50 > 0 THEN i * 7577 % 1000000 / 100.0 END, CASE WHEN i % 40 > 0 THEN i % 4 > 0 END FROM i; CREATE INDEX events_user_id ON events (user_id); CREATE INDEX events_created_at ON events (created_at); ANALYZE"
CREATE FOREIGN TABLE users (id bigint, email text, active boolean) SERVER fdw_analyze;
CREATE FOREIGN TABLE events (id bigint, user_id bigint, created_at timestamp, kind varchar(20), amount numeric(10,2), ok boolean) SERVER fdw_analyze;
CREATE FUNCTION pg_temp.judged(q text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	rows bigint;
	wanted bigint := pg_temp.estimate(q);
BEGIN
	EXECUTE format('SELECT count(*) FROM (%s) q', q) INTO rows;
	RETURN CASE WHEN wanted BETWEEN rows / 2 AND rows * 2 OR wanted + rows < 5 THEN 'good' ELSE format('%s instead of %s', wanted, rows) END;
END $$;
-- without statistics of PostgreSQL's own, SQLite's tell how many rows there are, and which keys are unique
SELECT q, pg_temp.judged(q) FROM (VALUES ('SELECT * FROM events'), ('SELECT * FROM users'), ('SELECT * FROM users WHERE id = 7'), ('SELECT * FROM events e JOIN users u ON u.id = e.user_id')) v(q);
RESET default_statistics_target;
ANALYZE users; ANALYZE events;
SELECT q, pg_temp.judged(q) FROM string_to_table($$SELECT * FROM events
SELECT * FROM events WHERE user_id = 42
SELECT * FROM events WHERE user_id IN (1, 2, 3)
SELECT * FROM events WHERE user_id < 500
SELECT * FROM events WHERE amount > 9000
SELECT * FROM events WHERE amount BETWEEN 10 AND 2000
SELECT * FROM events WHERE amount IS NULL
SELECT * FROM events WHERE ok
SELECT * FROM events WHERE ok IS NULL
SELECT * FROM events WHERE kind = 'purchase'
SELECT * FROM events WHERE kind = 'purchase' AND amount > 5000
SELECT * FROM events WHERE created_at >= '2021-01-01' AND created_at < '2021-03-01'
SELECT * FROM events e JOIN users u ON u.id = e.user_id WHERE u.active AND e.kind = 'purchase'
SELECT kind, count(*) FROM events GROUP BY kind
SELECT user_id, count(*) FROM events GROUP BY user_id
SELECT * FROM users u WHERE EXISTS (SELECT 1 FROM events e WHERE e.user_id = u.id)
SELECT * FROM events ORDER BY created_at DESC LIMIT 10
SELECT * FROM users WHERE email = 'user7@example.com'$$, E'\n') q;

RESET search_path;
SET client_min_messages = warning;
DROP SERVER fdw_analyze CASCADE;
DROP SCHEMA fdw_analyze CASCADE;
