-- Conditions and expressions larger than SQLite's parser takes: what does not fit is left to PostgreSQL, and the answer stays the same.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_limits.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, s TEXT, ok BOOLEAN); WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 2000) INSERT INTO t SELECT i, i % 100, 's' || i, i % 2 FROM i"
CREATE SERVER fdw_limits FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');
CREATE SCHEMA fdw_limits;
SET search_path = fdw_limits;
CREATE FOREIGN TABLE t (id bigint, n bigint, s text, ok boolean) SERVER fdw_limits;
CREATE TABLE native AS SELECT * FROM t;

-- n copies of a part, with its number in place of #
CREATE FUNCTION many(part text, separator text, n integer) RETURNS text LANGUAGE sql AS $$ SELECT string_agg(replace(part, '#', i::text), separator ORDER BY i) FROM generate_series(1, n) i $$;
-- a part around itself: @ is what was there before
CREATE FUNCTION nested(start text, part text, n integer) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1 .. n LOOP
		start := replace(replace(part, '#', i::text), '@', start);
	END LOOP;
	RETURN start;
END $$;
CREATE FUNCTION check_limit(condition text, OUT whole boolean, OUT there bigint, OUT same boolean) LANGUAGE plpgsql AS $$
DECLARE
	here bigint;
	line text;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) SELECT count(*) FROM t WHERE ' || condition LOOP
		whole := coalesce(whole, line = 'Foreign Scan');
	END LOOP;
	EXECUTE 'SELECT count(*) FROM t WHERE ' || condition INTO there;
	EXECUTE 'SELECT count(*) FROM native WHERE ' || condition INTO here;
	same := there = here;
END $$;

SELECT * FROM check_limit(many('id = # AND ok', ' OR ', 1500));
SELECT * FROM check_limit(many('id <> #', ' AND ', 1500));
SELECT * FROM check_limit('ok AND (' || many('s LIKE ''%#%''', ' OR ', 1100) || ')');
SELECT * FROM check_limit('NOT (' || many('id = # AND ok', ' OR ', 1500) || ')');
SELECT * FROM check_limit('id IN (' || many('#', ', ', 3000) || ')');
SELECT * FROM check_limit('n + 1 = ANY (ARRAY[' || many('#', ', ', 3000) || '])');
SELECT * FROM check_limit(many('n + # > 7', ' OR ', 100));
SELECT * FROM check_limit(nested('n > 7', '(@) IS NOT TRUE AND n + # > 2', 20));
SELECT * FROM check_limit(nested('id = 1', 'CASE WHEN ok THEN @ ELSE id = # END', 10));
-- patterns: 50000 bytes as SQLite writes them, where a star of the pattern takes three
SELECT n, (check_limit(format('s LIKE %L', '%' || repeat('s', n)))).*, (check_limit(format('s NOT LIKE %L', repeat('*', n) || '%'))).whole AS escaped FROM unnest('{16666, 16667, 49999, 50000, 100001}'::int[]) AS n;
SELECT (check_limit(format('starts_with(s, %L)', repeat('s', 60000)))).*;
PREPARE alike(text) AS SELECT count(*) FROM t WHERE s LIKE $1;
SET plan_cache_mode = force_generic_plan;
EXECUTE alike('s1%' || repeat('%', 49000)); EXECUTE alike('s1%' || repeat('%', 60000)); EXECUTE alike('s1%' || repeat('\s', 60000));
RESET plan_cache_mode;
-- newer libraries have room for these
SELECT (check_limit(nested('id = 1', 'CASE WHEN ok THEN @ ELSE id = # END', 300))).same;
SELECT (check_limit(nested('id = 1', '(@) IS TRUE', 300))).same;
SELECT (check_limit(nested('s', '(@ || ''x'')', 300) || ' LIKE ''s1%''')).same;
SELECT count(*) FROM (SELECT n % 7, count(*) FROM t GROUP BY 1) g;
DO $$
DECLARE
	there bigint;
	here bigint;
	query text := 'SELECT count(*) FROM (SELECT ' || nested('s', '(@ || ''x'')', 200) || ' AS k, count(*) FROM %s GROUP BY 1) g';
BEGIN
	EXECUTE format(query, 't') INTO there;
	EXECUTE format(query, 'native') INTO here;
	ASSERT there = here, 'groups';
	query := 'SELECT count(*) FROM %1$s a JOIN %1$s b ON a.id = b.n WHERE ' || many('a.id <> #', ' AND ', 600) || ' AND ' || many('b.id <> #', ' AND ', 600);
	EXECUTE format(query, 't') INTO there;
	EXECUTE format(query, 'native') INTO here;
	ASSERT there = here, 'join';
	query := 'UPDATE %s SET n = n WHERE ' || many('id <> #', ' AND ', 1500);
	EXECUTE format(query, 't');
	GET DIAGNOSTICS there = ROW_COUNT;
	ASSERT there = 500, 'update';
END $$;

SET client_min_messages = warning;
DROP SERVER fdw_limits CASCADE;
DROP SCHEMA fdw_limits CASCADE;
