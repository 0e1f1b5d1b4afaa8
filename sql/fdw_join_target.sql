-- Joins made by SQLite whose result is not its columns but what is computed from them.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_join_target.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE a (i INT, j INT, t TEXT); CREATE TABLE b (i INT, k INT); INSERT INTO a VALUES (1, 2, 'one'), (2, 3, 'two'); INSERT INTO b VALUES (1, 5), (3, 6)"
CREATE SERVER fdw_join_target FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA fdw_join_target;
SET search_path = fdw_join_target;
CREATE FOREIGN TABLE a (i integer, j integer, t text) SERVER fdw_join_target;
CREATE FOREIGN TABLE b (i integer, k integer) SERVER fdw_join_target;
CREATE FOREIGN TABLE b8 (i bigint, k oid) SERVER fdw_join_target OPTIONS ("table" 'b');
-- the merged column of a full join
SELECT * FROM a FULL JOIN b USING (i) ORDER BY i, k, t;
-- rows made of columns
SELECT ROW(x.*) FROM a JOIN b USING (i) AS x WHERE a.t = 'one';
SELECT ROW(a.j, b.k), a.j + b.k AS sum FROM a JOIN b USING (i);
-- constants of subqueries, also on the side that may have no row
SELECT * FROM (SELECT i, j AS p, 1 AS x FROM a) AS s NATURAL JOIN (SELECT i, k, 2 AS y FROM b) AS u;
SELECT * FROM a LEFT JOIN (SELECT i, k, 2 AS y FROM b) AS u USING (i) ORDER BY i;
-- groups of a column whose type was widened
SELECT i, count(*) FROM a LEFT JOIN b8 USING (i) GROUP BY i ORDER BY i;
-- the same column twice
SELECT 1 FROM a WHERE (i, j) IN (SELECT i, i FROM b);
-- constants among the groups are no places of columns
SELECT count(j) AS w, i AS x, 5 AS y, 7.0 AS z FROM a GROUP BY 2, y, 9.0::integer ORDER BY 2;
SET client_min_messages = warning;
DROP SCHEMA fdw_join_target CASCADE;
DROP SERVER fdw_join_target;
