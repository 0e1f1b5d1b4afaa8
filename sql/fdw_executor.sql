-- What the executor asks of a scan beside rows: cursors, scans again, plans kept, subtransactions.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_executor.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, s TEXT); INSERT INTO t VALUES (1, 10, 'one'), (2, 20, 'two'), (3, 30, 'three'), (4, 40, 'four'), (5, NULL, 'five'); CREATE INDEX t_n ON t (n); CREATE TABLE u (t INTEGER REFERENCES t, v INTEGER); INSERT INTO u VALUES (1, 100), (1, 101), (3, 300), (9, 900); CREATE INDEX u_t ON u (t); CREATE TABLE e (a INTEGER, b INTEGER); WITH RECURSIVE g (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 2000) INSERT INTO e SELECT i % 20, i % 20 * 3 FROM g"
CREATE SERVER fdw_executor FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA fdw_executor;
IMPORT FOREIGN SCHEMA main FROM SERVER fdw_executor INTO fdw_executor;
SET search_path = fdw_executor, public;

-- cursors: several on one table, backward over what is kept, beyond the transaction
BEGIN;
DECLARE a CURSOR FOR SELECT id, s FROM t ORDER BY id;
DECLARE b SCROLL CURSOR FOR SELECT id, s FROM t ORDER BY id DESC;
DECLARE held CURSOR WITH HOLD FOR SELECT id, n FROM t WHERE n > 10 ORDER BY n;
FETCH 2 FROM a;
FETCH 2 FROM b;
FETCH 2 FROM a;
FETCH BACKWARD 1 FROM b;
FETCH ABSOLUTE 4 FROM b;
MOVE FORWARD ALL IN a;
FETCH 1 FROM a;
FETCH 1 FROM held;
COMMIT;
FETCH ALL FROM held;
CLOSE held;

-- an error in a subtransaction; what is open goes on
BEGIN;
DECLARE a CURSOR FOR SELECT id FROM t ORDER BY id;
FETCH 1 FROM a;
SAVEPOINT s;
DECLARE inner_one CURSOR FOR SELECT s FROM t ORDER BY id;
FETCH 1 FROM inner_one;
SELECT 1 / (n - n) FROM t WHERE id = 1;
ROLLBACK TO s;
FETCH 1 FROM a;
SELECT count(*) FROM t;
RELEASE s;
FETCH ALL FROM a;
COMMIT;
DO $$
DECLARE
	r record;
	k integer := 0;
BEGIN
	FOR r IN SELECT id, s FROM fdw_executor.t ORDER BY id LOOP
		BEGIN
			k := k + 100 / (r.id - 3);
			PERFORM v FROM fdw_executor.u WHERE t = r.id;
		EXCEPTION WHEN division_by_zero THEN
			RAISE NOTICE 'not %', r.s;
		END;
	END LOOP;
	RAISE NOTICE '%', k;
END $$;

-- scanned again: uncorrelated, with other parameters, from a table of PostgreSQL, in a subquery
SELECT t.id, (SELECT string_agg(v::text, ',' ORDER BY v) FROM u WHERE u.t = t.id) AS v FROM t ORDER BY id;
CREATE TABLE native (id integer, k integer);
INSERT INTO native VALUES (1, 1), (2, 3), (3, NULL), (4, 9), (5, 1);
SET enable_hashjoin = off;
SET enable_mergejoin = off;
SET enable_material = off;
SET enable_memoize = off;
EXPLAIN (COSTS OFF, VERBOSE) SELECT native.id, u.v FROM native LEFT JOIN u ON u.t = native.k ORDER BY 1, 2;
SELECT native.id, u.v FROM native LEFT JOIN u ON u.t = native.k ORDER BY 1, 2;
SELECT native.id, l.v FROM native, LATERAL (SELECT v FROM u WHERE u.t >= native.k ORDER BY v DESC LIMIT 2) l ORDER BY 1, 2;
SELECT count(*) FROM native, t WHERE native.id * t.id > 10;
RESET enable_material;
RESET enable_memoize;
RESET enable_hashjoin;
RESET enable_mergejoin;
WITH RECURSIVE chain (id, n) AS (SELECT id, n FROM t WHERE id = 1 UNION ALL SELECT t.id, t.n FROM chain JOIN t ON t.id = chain.id + 1)
	SELECT * FROM chain ORDER BY id;

-- the same plan many times; the file changes between two of them
PREPARE one (bigint) AS SELECT id, n, s FROM t WHERE id = $1;
PREPARE several (text, integer) AS SELECT id FROM t WHERE s LIKE $1 AND n >= $2 ORDER BY id;
SET plan_cache_mode = force_generic_plan;
EXECUTE one (2);
EXECUTE one (NULL);
EXECUTE several ('t%', 20);
\! sqlite3 "$FILE" "UPDATE t SET s = 'zwei' WHERE id = 2; ALTER TABLE t ADD COLUMN more TEXT"
EXECUTE one (2);
EXECUTE several ('t%', 20);
ALTER FOREIGN TABLE t OPTIONS (SET "table" 'u');
\set VERBOSITY terse
EXECUTE one (2);
\set VERBOSITY default
ALTER FOREIGN TABLE t OPTIONS (SET "table" 't');
EXECUTE one (3);
RESET plan_cache_mode;

-- rows of foreign tables in changes of others
UPDATE native SET k = t.n FROM t WHERE t.id = native.id AND t.n > 10;
DELETE FROM native USING u WHERE u.t = native.id;
INSERT INTO native SELECT id, n FROM t WHERE n IS NULL RETURNING *;
MERGE INTO native USING t ON t.id = native.id WHEN MATCHED THEN UPDATE SET k = -1 WHEN NOT MATCHED THEN INSERT VALUES (t.id, t.n);
SELECT * FROM native ORDER BY id, k;
SELECT id FROM t WHERE n > 10 ORDER BY id FOR UPDATE;

-- statistics of several columns, which PostgreSQL could not know
CREATE FUNCTION estimate(query text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	EXECUTE 'EXPLAIN ' || query INTO line;
	RETURN substring(line FROM 'rows=(\d+)');
END $$;
SET sqlite_fdw_mig.pushdown = off;
ANALYZE e;
SELECT estimate('SELECT * FROM e WHERE a = 1 AND b = 3'), estimate('SELECT a, b FROM e GROUP BY a, b');
CREATE STATISTICS e_stat (dependencies, ndistinct) ON a, b FROM e;
ANALYZE e;
SELECT estimate('SELECT * FROM e WHERE a = 1 AND b = 3'), estimate('SELECT a, b FROM e GROUP BY a, b');
RESET sqlite_fdw_mig.pushdown;
SELECT estimate('SELECT * FROM e WHERE a = 1 AND b = 3');

RESET search_path;
SET client_min_messages = warning;
DROP SERVER fdw_executor CASCADE;
DROP SCHEMA fdw_executor CASCADE;
