-- UPDATE and DELETE that SQLite does as a whole: which are sent, and that they do what they would do row by row.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\set SHOW_CONTEXT never
SET timezone = 'UTC';
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_direct.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE d (id INTEGER PRIMARY KEY, x INT, s TEXT, v VARCHAR(5), ts DATETIME, f REAL, b BOOLEAN, n NUMERIC, j TEXT, g INTEGER AS (x * 2)); CREATE VIEW w AS SELECT * FROM d; CREATE TRIGGER wd INSTEAD OF DELETE ON w BEGIN DELETE FROM d WHERE id = old.id; END; CREATE TABLE c (id INTEGER PRIMARY KEY, d INTEGER REFERENCES d ON DELETE CASCADE);"
CREATE SCHEMA fdw_direct;
CREATE SERVER fdw_direct FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');
SET search_path = fdw_direct, public;
CREATE FOREIGN TABLE d (id bigint, x integer, s text, v varchar(5), ts timestamptz, f double precision, b boolean, n numeric, j jsonb, g integer) SERVER fdw_direct;
CREATE FOREIGN TABLE w (id bigint OPTIONS (key 'true'), x integer) SERVER fdw_direct;
CREATE FUNCTION fill() RETURNS void LANGUAGE sql AS $$
	TRUNCATE d;
	INSERT INTO d SELECT i, i, 's' || i, 'v', timestamptz '2000-01-01' + i * interval '1 day', i / 4.0, i % 2 = 0, i / 8.0, jsonb_build_object('i', i) FROM generate_series(1, 20) AS i;
$$;

-- "direct" when the plan has no scan whose rows are handed back; then the statement is run, with and without push-down, and its effects are compared
CREATE FUNCTION try(statement text, OUT direct boolean, OUT rows bigint, OUT same boolean) LANGUAGE plpgsql AS $$
DECLARE
	line text; other bigint; after jsonb;
BEGIN
	direct := false;
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || statement LOOP
		direct := direct OR line ~ 'Foreign (Update|Delete) on';
	END LOOP;
	PERFORM fill();
	EXECUTE statement;
	GET DIAGNOSTICS rows = ROW_COUNT;
	after := (SELECT jsonb_agg(d ORDER BY id) FROM d);
	PERFORM fill();
	SET LOCAL sqlite_fdw_mig.pushdown = off;
	EXECUTE statement;
	GET DIAGNOSTICS other = ROW_COUNT;
	SET LOCAL sqlite_fdw_mig.pushdown = on;
	same := rows = other AND after IS NOT DISTINCT FROM (SELECT jsonb_agg(d ORDER BY id) FROM d);
EXCEPTION WHEN OTHERS THEN
	RAISE NOTICE '% %', SQLSTATE, SQLERRM;
END $$;
SELECT s, t.* FROM unnest(ARRAY[
	$$UPDATE d SET x = 5$$,
	$$UPDATE d SET x = x + 1, s = s || '!' WHERE id > 10$$,
	$$UPDATE d SET x = id - 7 WHERE s = 's3'$$,
	$$UPDATE d SET x = NULL, s = NULL, ts = NULL, f = NULL, b = NULL, n = NULL, j = NULL WHERE id IN (1, 2, 30)$$,
	$$UPDATE d SET ts = '2024-05-06 07:08:09.5+02', f = 0.1, b = true, n = 1.50, j = '[1]', v = 'abc' WHERE id = 4$$,
	$$UPDATE d SET ts = now() WHERE id = 4$$,
	$$UPDATE d SET f = random() WHERE id = 99$$,
	$$UPDATE d SET f = f * 2 WHERE id = 4$$,
	$$UPDATE d SET n = n + 1$$,
	$$UPDATE d SET v = v || 'x'$$,
	$$UPDATE d SET v = 'too long for it'$$,
	$$UPDATE d SET b = NOT b$$,
	$$UPDATE d SET id = id + 100 WHERE id > 5$$,
	$$UPDATE d SET s = upper(s) WHERE f < 2$$,
	$$UPDATE d SET x = CASE WHEN x > 5 THEN 1 ELSE 0 END$$,
	$$UPDATE d SET x = (SELECT max(id) FROM d)$$,
	$$UPDATE d SET x = e.x + 1 FROM d AS e WHERE e.id = d.id + 1$$,
	$$UPDATE d SET (x, s) = (SELECT 40 + e.id, 'of ' || e.s FROM d AS e WHERE e.id = 3)$$,
	$$UPDATE d SET (x, s) = (SELECT e.x + 1, e.s FROM d AS e WHERE e.id = d.id - 1) WHERE id < 5$$,
	$$UPDATE d SET (x, s) = (SELECT NULL::integer, 'none' WHERE false)$$,
	$$UPDATE d SET (x, s) = ROW(7, 'row')$$,
	$$UPDATE d SET x = 1 WHERE j @> '{"i": 3}'$$,
	$$UPDATE d SET x = 1 WHERE ts < '2000-01-05'$$,
	$$UPDATE d SET x = 1 WHERE b$$,
	$$UPDATE d SET x = 2147483640 + id$$,
	$$DELETE FROM d$$,
	$$DELETE FROM d WHERE id BETWEEN 3 AND 7 OR x IS NULL$$,
	$$DELETE FROM d WHERE f > 2 AND s LIKE 's1%'$$,
	$$DELETE FROM d WHERE random() < 2$$,
	$$DELETE FROM d USING generate_series(3, 5) AS i WHERE d.id = i$$,
	$$DELETE FROM w WHERE id = 2$$
	]) AS s, try(s) AS t;

-- the statement, and RETURNING
SELECT fill();
EXPLAIN (VERBOSE, COSTS OFF) UPDATE d SET x = x + 1, ts = '2024-05-06' WHERE id = 7 AND s = 's7' RETURNING id, g;
UPDATE d SET x = x + 1, ts = '2024-05-06' WHERE id = 7 AND s = 's7' RETURNING id, x, ts, g;
UPDATE d SET x = 0 WHERE id < 4 RETURNING 1;
DELETE FROM d WHERE id < 3 RETURNING d, tableoid::regclass;
WITH gone AS (DELETE FROM d WHERE id < 6 RETURNING id, s) SELECT * FROM gone ORDER BY id;
WITH u AS (UPDATE d SET s = 'in a CTE' WHERE id = 8) SELECT count(*) FROM d;
-- functions that look at the rows may write themselves, in subtransactions too
CREATE FUNCTION writes(id bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
	PERFORM sqlite_mig_internal._source_execute('fdw_direct', format('UPDATE d SET x = -%s WHERE id = %1$s', id));
	PERFORM 1 / (id % 2);
	RETURN 0;
EXCEPTION WHEN division_by_zero THEN
	RETURN 1;
END $$;
UPDATE d SET x = 77 WHERE id < 11 RETURNING id, x, writes(id);
SELECT id, x FROM d WHERE id < 11 ORDER BY id;
-- rows of other tables that a foreign key takes along do not count
SELECT sqlite_mig_internal._source_execute('fdw_direct', 'INSERT INTO c (d) SELECT id FROM d');
DELETE FROM d WHERE id = 12 RETURNING id;
\! sqlite3 "$FILE" "SELECT count(*) FROM c WHERE d = 12"
-- more rows than memory
INSERT INTO d (id, s) SELECT i, repeat('x', 100) FROM generate_series(1000, 4000) AS i;
SET work_mem = '64kB';
WITH gone AS (DELETE FROM d WHERE id >= 1000 RETURNING id, s) SELECT count(*), sum(id), sum(length(s)) FROM gone;
RESET work_mem;
-- prepared statements
PREPARE p (bigint, text) AS UPDATE d SET s = $2, x = $1::integer WHERE id = $1 RETURNING id, x, s;
EXECUTE p (13, 'prepared');
SET plan_cache_mode = force_generic_plan;
EXECUTE p (14, NULL);
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE p (14, NULL);
RESET plan_cache_mode;
-- EXPLAIN ANALYZE counts
CREATE FUNCTION analyzed(statement text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	-- 18 shows fractions of rows
	FOR line IN EXECUTE 'EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF, BUFFERS OFF) ' || statement LOOP
		RETURN NEXT replace(line, '.00', '');
	END LOOP;
END $$;
SELECT analyzed('UPDATE d SET x = 0 WHERE id > 17');
EXPLAIN (VERBOSE, COSTS OFF) INSERT INTO d (id, s) SELECT 1, 'x';
EXPLAIN (VERBOSE, COSTS OFF) DELETE FROM d WHERE random() > 2;
-- a value that the type does not hold, where a condition looks at it, is an error, and nothing is changed
SELECT sqlite_mig_internal._source_execute('fdw_direct', 'UPDATE d SET x = ''abc'' WHERE id = 20');
DELETE FROM d WHERE x > 3;
SELECT count(*) FROM d WHERE id >= 6;
-- where nothing looks at it, it does not matter
DELETE FROM d WHERE id = 20;

SET client_min_messages = warning;
DROP SCHEMA fdw_direct CASCADE;
DROP SERVER fdw_direct;
