-- Groups, aggregates, DISTINCT, ORDER BY and LIMIT in SQLite: what is sent, what is not, and the answer of a native copy.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_upper.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, g INTEGER, s TEXT NOT NULL, v VARCHAR(3), c TEXT COLLATE NOCASE, d DECIMAL(10,2), f REAL, n BIGINT, ok BOOLEAN, e INTEGER, ts TEXT); CREATE INDEX t_s ON t (s); CREATE INDEX t_d ON t (d)"
\! sqlite3 "$FILE" "WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 200) INSERT INTO t SELECT i, nullif(i % 7, 0), char(65 + i % 26) || i, 'v' || (i % 5), CASE i % 4 WHEN 0 THEN 'a' WHEN 1 THEN 'A' WHEN 2 THEN 'b' END, i * 1.005 - 50, i / 8.0, 9223372036854775807 - i, CASE i % 5 WHEN 0 THEN 1 WHEN 1 THEN 0 WHEN 2 THEN 'yes' WHEN 3 THEN 'No' END, 1700000000 + i, '2024-01-01' FROM i"
CREATE SERVER fdw_upper FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA fdw_upper;
SET search_path = fdw_upper;
SET timezone = 'UTC';
CREATE FOREIGN TABLE t (id bigint, g integer, s text COLLATE "C", v varchar(3), c text COLLATE "en-x-icu", d numeric(10,2), f float8, n bigint, ok boolean,
	e timestamptz OPTIONS (format 'unixepoch'), ts date) SERVER fdw_upper;
CREATE TABLE native AS SELECT * FROM t;

-- the statement as SQLite gets it when all is sent, and whether the rows are those of the copy
CREATE FUNCTION check_query(queries text[], OUT query text, OUT sent text, OUT rows bigint, OUT same boolean)
RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
	line text;
	top boolean;
	there text[];
	here text[];
BEGIN
	FOREACH query IN ARRAY queries LOOP
		sent := NULL;
		top := NULL;
		FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
			top := coalesce(top, line ~ '^Foreign Scan');
			IF line ~ 'SQLite SQL' THEN
				sent := CASE WHEN top THEN substring(line FROM 'SQLite SQL: (.*)') END;
			END IF;
		END LOOP;
		EXECUTE format('SELECT array_agg(q::text) FROM (%s) q', query) INTO there;
		EXECUTE format('SELECT array_agg(q::text) FROM (%s) q', replace(query, 'FROM t', 'FROM native')) INTO here;
		rows := coalesce(cardinality(there), 0);
		IF query !~ 'ORDER BY' THEN
			SELECT array_agg(r ORDER BY r COLLATE "C") INTO there FROM unnest(there) r;
			SELECT array_agg(r ORDER BY r COLLATE "C") INTO here FROM unnest(here) r;
		END IF;
		same := there IS NOT DISTINCT FROM here;
		RETURN NEXT;
	END LOOP;
END $$;

-- aggregates
SELECT * FROM check_query('{SELECT count(*) FROM t, SELECT count(*) FROM t WHERE g = 3, SELECT count(*) FROM t WHERE g > 3, "SELECT count(g), count(ts) FROM t", SELECT count(DISTINCT g) FROM t,
	SELECT count(DISTINCT c) FROM t, SELECT count(DISTINCT d) FROM t, "SELECT sum(g), avg(g) FROM t", "SELECT sum(n), avg(n) FROM t", "SELECT sum(d), avg(d) FROM t", SELECT sum(f) FROM t,
	SELECT sum(length(s)) FROM t, "SELECT sum(g), avg(d) FROM t WHERE id < 0", SELECT count(*) FILTER (WHERE g = 3) FROM t, SELECT count(*) FILTER (WHERE ts = ''2024-01-01'') FROM t,
	"SELECT min(s), max(s) FROM t", SELECT min(c) FROM t, "SELECT min(d), max(d) FROM t", "SELECT min(f), max(f) FROM t", "SELECT min(e), max(e) FROM t", SELECT min(ts) FROM t, "SELECT min(g), max(s) FROM t WHERE g = 3",
	SELECT count(*) + sum(g) FROM t, SELECT every(ok) FROM t}');
SELECT * FROM check_query(ARRAY['SELECT string_agg(s, '','' ORDER BY s) FROM t', 'SELECT array_agg(g) FROM t WHERE id < 4']);
-- groups
SELECT * FROM check_query('{"SELECT g, count(*) FROM t GROUP BY g", "SELECT v, count(*), avg(d) FROM t GROUP BY v", "SELECT c, count(*) FROM t GROUP BY c", "SELECT ok, count(*) FROM t GROUP BY ok",
	"SELECT d, count(*) FROM t GROUP BY d", "SELECT e, count(*) FROM t GROUP BY e", "SELECT g, c, max(id) FROM t WHERE id > 10 GROUP BY g, c", "SELECT g, count(*) FROM t GROUP BY g HAVING count(*) > 28",
	"SELECT g FROM t GROUP BY g HAVING sum(n) > 1", "SELECT substr(s, 1, 1), count(*) FROM t GROUP BY 1", "SELECT g + 1, count(*) FROM t GROUP BY g", "SELECT g, sum(id) FROM t GROUP BY GROUPING SETS (g, ())",
	SELECT DISTINCT g FROM t, "SELECT DISTINCT ok, v FROM t", SELECT DISTINCT ts FROM t, SELECT DISTINCT ON (g) g FROM t}');
-- order and limit
SELECT * FROM check_query('{SELECT id FROM t ORDER BY id DESC LIMIT 3, "SELECT id, s FROM t ORDER BY s LIMIT 3 OFFSET 2", SELECT id FROM t ORDER BY c LIMIT 3, "SELECT id FROM t ORDER BY c COLLATE \"C\", id LIMIT 3", "SELECT id FROM t ORDER BY g DESC NULLS LAST, id LIMIT 3", "SELECT g, id FROM t ORDER BY g DESC, id LIMIT 3",
	SELECT d FROM t ORDER BY d LIMIT 3, "SELECT d FROM t ORDER BY d, id LIMIT 3", SELECT f FROM t ORDER BY f LIMIT 3, SELECT e FROM t ORDER BY e DESC LIMIT 3, "SELECT ok, id FROM t ORDER BY ok, id LIMIT 3",
	SELECT upper(s) FROM t ORDER BY id LIMIT 2, SELECT id FROM t WHERE g > 2 ORDER BY id LIMIT 2, SELECT id FROM t WHERE ts > ''2023-01-01'' ORDER BY id LIMIT 2, SELECT id FROM t ORDER BY id FETCH FIRST 2 ROWS WITH TIES, SELECT id FROM t ORDER BY id OFFSET 197,
	SELECT length(s) FROM t ORDER BY length(s) DESC LIMIT 2, SELECT id FROM t ORDER BY id LIMIT 0}');
SELECT count(*) FROM (SELECT * FROM t LIMIT 10) q;
-- over a scan that SQLite orders
EXPLAIN (VERBOSE, COSTS OFF) SELECT id, ts FROM t WHERE ts = '2024-01-01' ORDER BY s LIMIT 1;
SELECT id, ts FROM t WHERE ts = '2024-01-01' ORDER BY s LIMIT 1;
-- an index serves each min and max
SET sqlite_fdw_mig.explain_query_plan = on;
EXPLAIN (VERBOSE, COSTS OFF) SELECT min(d), max(d) FROM t;
EXPLAIN (VERBOSE, COSTS OFF) SELECT id, s FROM t ORDER BY s DESC LIMIT 3;
RESET sqlite_fdw_mig.explain_query_plan;
-- parameters in HAVING and WHERE
PREPARE p(bigint, integer) AS SELECT g, count(*) FROM t WHERE g <> $2 GROUP BY g HAVING count(*) > $1 ORDER BY g;
SET plan_cache_mode = force_generic_plan;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE p(28, 1);
EXECUTE p(28, 1); EXECUTE p(28, 4);
-- a parameter, or a result of another part of the plan, as a group
PREPARE g(integer) AS SELECT $1 AS p, count(*), sum(g) FROM t GROUP BY 1;
EXECUTE g(7);
PREPARE d(integer) AS SELECT DISTINCT $1 + 1 AS p, g IS NULL AS n FROM t ORDER BY 2;
EXECUTE d(7);
SELECT exists(SELECT FROM pg_type) AS e, count(*), max(id) FROM t GROUP BY 1;
SELECT DISTINCT (SELECT max(oid) IS NULL FROM pg_type) AS e FROM t;
SELECT count(*), (SELECT 1 FROM pg_type LIMIT 1) AS e FROM t GROUP BY g HAVING count(*) > (SELECT 28 FROM pg_type LIMIT 1) ORDER BY 1;
RESET plan_cache_mode;

-- values that their types do not hold are an error, not a result
\set SHOW_CONTEXT never
\! sqlite3 "$FILE" "INSERT INTO t (id, g, s, v, d) VALUES (201, 'many', x'00', 'abc ', 1e9), (202, 2, 'z', 'abc  ', 0)"
SELECT count(*) FROM t WHERE g > 3;
SELECT count(*) FROM t WHERE g = 3;
SELECT sum(g) FROM t;
SELECT sum(d) FROM t;
SELECT sum(length(s)) FROM t;
SELECT g, count(*) FROM t GROUP BY g;
SELECT v, count(*) FROM t GROUP BY v;

RESET search_path;
SET client_min_messages = warning;
DROP SERVER fdw_upper CASCADE;
DROP SCHEMA fdw_upper CASCADE;
