-- Carries the weather cache over in one call. The file must be readable for the PostgreSQL server:
--
--     examples/make_sqlite weather_cache /srv/weather.db
--     psql -v file=/srv/weather.db -f examples/weather_cache/migrate.sql

\set ON_ERROR_STOP on
\set QUIET on
\pset footer off

\echo '=== One server, one call'
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
CREATE SERVER weather FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CALL sqlite_mig.migrate('weather', 'weather');

\echo '=== The verdict'
SELECT verdict, reason FROM sqlite_mig.status('weather');

\echo '=== What became of the columns'
SELECT source_table, source_name, declared_type, target_type
	FROM sqlite_mig.plan_column
	WHERE migration = 'weather'
	ORDER BY source_table, position;

\echo '=== The cache as PostgreSQL sees it: answers that were good at a moment, windiest first'
SELECT w.city, w.country, w.temperature, w.payload #>> '{wind,speed}' AS wind, w.fetched_at + make_interval(secs => w.ttl) AS good_until
	FROM weather.weather_cache AS w
	JOIN weather.locations AS l USING (city, country)
	WHERE w.fetched_at <= '2025-03-30 12:10:00+00' AND w.fetched_at + make_interval(secs => w.ttl) > '2025-03-30 12:10:00+00'
	ORDER BY (w.payload #> '{wind,speed}')::int DESC NULLS LAST, w.city COLLATE "C";
