-- Joins of tables of one SQLite file: what is sent, what is not, and the answer of native copies.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_join.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER, s TEXT, c TEXT COLLATE NOCASE, d DATE); CREATE TABLE b (id INTEGER PRIMARY KEY, x INTEGER NOT NULL, s TEXT); CREATE TABLE c (b INTEGER, n INTEGER); CREATE INDEX a_b ON a (b)"
\! sqlite3 "$FILE" "WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 300) INSERT INTO a SELECT i, nullif(i % 40, 0), char(97 + i % 20), char(65 + (i % 2) * 32 + i % 5), date('2024-01-01', i || ' days') FROM i; INSERT INTO b SELECT id, id % 3, upper(s) FROM a WHERE id <= 30; INSERT INTO b VALUES (1000, 7, NULL); INSERT INTO c SELECT id % 35, id FROM a WHERE id < 60; INSERT INTO c VALUES (NULL, 1)"
-- a dear start, so that one scan is better than two whatever else the planner thinks
CREATE SERVER fdw_join FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', fdw_startup_cost '500');
CREATE SCHEMA fdw_join;
CREATE SCHEMA fdw_join_native;
SET search_path = fdw_join;
CREATE FOREIGN TABLE a (id bigint, b integer, s text COLLATE "en-x-icu", c text COLLATE "en-x-icu", d date) SERVER fdw_join;
CREATE FOREIGN TABLE b (id bigint, x integer, s text COLLATE "en-x-icu") SERVER fdw_join;
CREATE FOREIGN TABLE c (b integer, n integer) SERVER fdw_join;
CREATE TABLE fdw_join_native.a AS SELECT * FROM a;
CREATE TABLE fdw_join_native.b AS SELECT * FROM b;
CREATE TABLE fdw_join_native.c AS SELECT * FROM c;

-- the statement as SQLite gets it when all is sent, and whether the rows are those of the copies
CREATE FUNCTION check_join(queries text[], OUT query text, OUT sent text, OUT rows bigint, OUT same boolean)
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
		SET LOCAL search_path = fdw_join;
		FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
			top := coalesce(top, line ~ '^Foreign Scan');
			IF line ~ 'SQLite SQL' THEN
				sent := CASE WHEN top THEN substring(line FROM 'SQLite SQL: (.*)') END;
			END IF;
		END LOOP;
		EXECUTE format('SELECT array_agg(q::text ORDER BY q::text COLLATE "C") FROM (%s) q', query) INTO there;
		SET LOCAL search_path = fdw_join_native;
		EXECUTE format('SELECT array_agg(q::text ORDER BY q::text COLLATE "C") FROM (%s) q', query) INTO here;
		rows := coalesce(cardinality(there), 0);
		same := there IS NOT DISTINCT FROM here;
		RETURN NEXT;
	END LOOP;
	SET LOCAL search_path = fdw_join;
END $$;

-- without nested loops into SQLite, which are nearly as cheap for few rows
SET enable_nestloop = off;
SELECT * FROM check_join('{SELECT a.id AS i FROM a JOIN b ON a.b = b.id, "SELECT a.id, b.s FROM a JOIN b ON a.b = b.id WHERE b.x = 1 AND a.s = ''d''", "SELECT a.id, b.s FROM a LEFT JOIN b ON a.b = b.id WHERE a.id < 50", "SELECT a.id, b.s FROM a LEFT JOIN b ON a.b = b.id AND b.x = 1",
	SELECT a.id FROM a LEFT JOIN b ON a.b = b.id WHERE b.id IS NULL, "SELECT a.id, b.x FROM b RIGHT JOIN a ON a.b = b.id AND a.id > 5", "SELECT a.id AS i, b.id AS j FROM a FULL JOIN b ON a.b = b.id", "SELECT a.id AS i, b.id AS j FROM (SELECT * FROM a WHERE id < 9) a FULL JOIN b ON a.b = b.id",
	"SELECT a.id, b.x, c.n FROM a JOIN b ON a.b = b.id JOIN c ON c.b = b.id", "SELECT a.id, c.n FROM a LEFT JOIN b ON a.b = b.id LEFT JOIN c ON c.b = b.id WHERE a.id < 30", "SELECT a.id, c.n FROM a LEFT JOIN (b JOIN c ON c.b = b.id) ON a.b = b.id WHERE a.id < 30",
	"SELECT a.id FROM a JOIN b ON lower(b.s) = a.s", "SELECT a.id FROM a JOIN b ON a.s = b.s", "SELECT a.id, b.id AS j FROM a JOIN b ON a.c = b.s", "SELECT a.id, b.id AS j FROM a, b WHERE a.id < 3 AND b.id < 3", "SELECT a.id FROM a JOIN b ON a.b > b.id AND b.x = a.id",
	"SELECT a.id, b.id AS j FROM a JOIN b ON a.b = b.id AND upper(b.s) = upper(a.s)", "SELECT a.id FROM a JOIN b ON a.b = b.id WHERE a.d < ''2024-02-01''", "SELECT x.id, y.id AS j FROM a x JOIN a y ON x.b = y.id"}');
-- semi and anti
SELECT * FROM check_join('{SELECT id FROM b WHERE EXISTS (SELECT 1 FROM a WHERE a.b = b.id AND a.s = ''d''), SELECT id FROM b WHERE id IN (SELECT b FROM c), SELECT id FROM b WHERE NOT EXISTS (SELECT 1 FROM a WHERE a.b = b.id), SELECT id FROM b WHERE id NOT IN (SELECT b FROM c),
	SELECT id FROM b WHERE EXISTS (SELECT 1 FROM a WHERE a.b = b.id AND a.id > b.x), SELECT count(*) FROM b WHERE EXISTS (SELECT 1 FROM a WHERE a.b = b.id AND a.id > 100), SELECT id FROM b WHERE EXISTS (SELECT 1 FROM a), "SELECT b.id, a.id AS i FROM b JOIN a ON a.b = b.id WHERE EXISTS (SELECT 1 FROM c WHERE c.b = a.b)"}');
-- with what comes on top
SELECT * FROM check_join('{"SELECT count(*), sum(a.id) FROM a JOIN b ON a.b = b.id WHERE b.x = 1", "SELECT b.x, count(*), min(a.id) FROM a LEFT JOIN b ON a.b = b.id GROUP BY b.x", "SELECT a.id, b.x FROM a JOIN b ON a.b = b.id ORDER BY a.id DESC LIMIT 3", "SELECT DISTINCT b.x FROM a JOIN b ON a.b = b.id",
	"SELECT b.id, count(*) FROM a JOIN b ON a.b = b.id GROUP BY b.id HAVING count(*) > 7"}');
RESET enable_nestloop;
-- rows that are locked must be found again one by one
EXPLAIN (VERBOSE, COSTS OFF) SELECT a.id FROM a JOIN b ON a.b = b.id FOR UPDATE;
-- nothing is sent together with a table of another server
CREATE SERVER fdw_join_too FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE FOREIGN TABLE b_too (id bigint, x integer) SERVER fdw_join_too OPTIONS ("table" 'b');
SELECT count(*) FROM a JOIN b_too ON a.b = b_too.id;

-- values that their types do not hold are an error, not a result
\set SHOW_CONTEXT never
\! sqlite3 "$FILE" "INSERT INTO a (id, b) VALUES (500, 'one'); INSERT INTO c (b) VALUES ('one')"
SELECT a.id FROM a JOIN c ON a.b = c.b WHERE a.id >= 500;
SELECT a.id FROM a WHERE EXISTS (SELECT 1 FROM c WHERE a.b = c.b) AND id >= 500;
SELECT count(*) FROM a JOIN b ON a.b = b.id;

RESET search_path;
SET client_min_messages = warning;
DROP SERVER fdw_join CASCADE;
DROP SERVER fdw_join_too CASCADE;
DROP SCHEMA fdw_join CASCADE;
DROP SCHEMA fdw_join_native CASCADE;
