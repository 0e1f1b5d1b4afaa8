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

RESET search_path;
SET client_min_messages = warning;
DROP SERVER fdw_analyze CASCADE;
DROP SCHEMA fdw_analyze CASCADE;
