-- A statement sees the state that it began with, whoever writes while it is under way: itself, a function that it calls, a loop or a cursor's user.
-- Each case is run on foreign tables and on copies of them, in the same transaction.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_before.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER); INSERT INTO t SELECT value, value % 7 FROM generate_series(1, 100); CREATE TABLE k (a TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID; INSERT INTO k SELECT 'k' || value, value FROM generate_series(1, 100); CREATE TABLE p1 (id INTEGER PRIMARY KEY, v INTEGER); CREATE TABLE p2 (id INTEGER PRIMARY KEY, v INTEGER); INSERT INTO p1 SELECT value, value FROM generate_series(1, 9); INSERT INTO p2 SELECT value, value FROM generate_series(1001, 1009); CREATE TABLE o (id INTEGER PRIMARY KEY, v INTEGER); CREATE TABLE dirty (id INTEGER PRIMARY KEY, v INTEGER); INSERT INTO dirty SELECT value, value FROM generate_series(1, 80); UPDATE dirty SET v = 'oops' WHERE id = 70; CREATE TABLE long (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO long SELECT value, hex(zeroblob(500)) FROM generate_series(1, 2000); CREATE TABLE parent (id INTEGER PRIMARY KEY, u INTEGER UNIQUE ON CONFLICT REPLACE); CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent ON UPDATE CASCADE ON DELETE CASCADE); INSERT INTO parent SELECT value, value FROM generate_series(1, 5); INSERT INTO child SELECT value, value FROM generate_series(1, 5);"
CREATE SCHEMA fdw_before;
CREATE SCHEMA fdw_before_own;
CREATE SERVER fdw_before FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');
SET search_path = fdw_before, public;
CREATE FOREIGN TABLE t (id bigint OPTIONS (key 'true'), v bigint) SERVER fdw_before;
CREATE FOREIGN TABLE o (id bigint OPTIONS (key 'true'), v bigint) SERVER fdw_before;
CREATE FOREIGN TABLE k (a text OPTIONS (key 'true'), n bigint) SERVER fdw_before;
CREATE FOREIGN TABLE dirty (id bigint OPTIONS (key 'true'), v bigint) SERVER fdw_before;
CREATE FOREIGN TABLE long (id bigint OPTIONS (key 'true'), v text) SERVER fdw_before;
CREATE FOREIGN TABLE p1 (id bigint, v bigint) SERVER fdw_before;
CREATE FOREIGN TABLE p2 (id bigint, v bigint) SERVER fdw_before;
CREATE TABLE p (id bigint, v bigint) PARTITION BY RANGE (id);
ALTER TABLE p ATTACH PARTITION p1 FOR VALUES FROM (MINVALUE) TO (1000);
ALTER TABLE p ATTACH PARTITION p2 FOR VALUES FROM (1000) TO (MAXVALUE);
CREATE TABLE fdw_before_own.t AS TABLE t;
CREATE TABLE fdw_before_own.o AS TABLE o;
CREATE TABLE fdw_before_own.k AS TABLE k;
CREATE TABLE fdw_before_own.p AS TABLE p;
CREATE TABLE fdw_before_own.long AS TABLE long;

-- a piece of PL/pgSQL run on both; "said" is what it leaves in the setting fdw_before.said, and nothing else of it stays
CREATE FUNCTION run(code text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	PERFORM set_config('fdw_before.said', '', true);
	EXECUTE format('DO %L', code);
	RAISE EXCEPTION USING ERRCODE = 'UNDO1', MESSAGE = current_setting('fdw_before.said');
EXCEPTION
	WHEN SQLSTATE 'UNDO1' THEN
		RETURN sqlerrm;
END $$;
CREATE FUNCTION twice(code text, OUT said text, OUT same boolean) LANGUAGE plpgsql AS $$
DECLARE
	own text;
BEGIN
	said := run(code);
	PERFORM set_config('search_path', 'fdw_before_own, fdw_before, public', true);
	own := run(code);
	PERFORM set_config('search_path', 'fdw_before, public', true);
	same := said = own;
	IF NOT same THEN
		RAISE WARNING 'of PostgreSQL''s own tables: %', own;
	END IF;
END $$;
CREATE FUNCTION says(what text) RETURNS void LANGUAGE sql AS $$ SELECT set_config('fdw_before.said', current_setting('fdw_before.said') || what || ' ', true) $$;
CREATE FUNCTION insert_t(i bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t VALUES (i + 100000, i); RETURN i; END $$;
CREATE FUNCTION insert_o(i bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN INSERT INTO o VALUES (i + 100000, i); RETURN i; END $$;
SET statement_timeout = '2min';

-- a function that writes what the query reads, as the first to write and as the second
SELECT * FROM twice($$ BEGIN PERFORM says(count(insert_t(id)) || ' ' || max(id)) FROM t; PERFORM says(count(*)::text) FROM t; END $$);
SELECT * FROM twice($$ BEGIN UPDATE t SET v = 0 WHERE id = 1; PERFORM says(count(insert_t(id)) || ' ' || max(id)) FROM t; PERFORM says(count(*)::text) FROM t; END $$);
-- and in a join, where the rest of both sides was not read yet
SELECT * FROM twice($$ BEGIN SET LOCAL sqlite_fdw_mig.pushdown = off; PERFORM says(count(insert_t(a.id)) || ' ' || max(b.id)) FROM t a JOIN t b ON b.id = 101 - a.id AND b.v < 3; PERFORM says(count(*)::text) FROM t; END $$);
-- a table that the query comes to later
SELECT * FROM twice($$ BEGIN PERFORM says(string_agg(id || '', ',')) FROM (SELECT insert_t(id) AS id FROM t WHERE id < 4 UNION ALL SELECT id FROM t WHERE id > 98) AS u; END $$);
SELECT * FROM twice($$ BEGIN PERFORM says(string_agg(n || '', ',')) FROM (SELECT insert_o(id), CASE WHEN id < 3 THEN NULL ELSE (SELECT count(*) FROM o) END AS n FROM t WHERE id < 5) AS q; END $$);

-- loops
SELECT * FROM twice($$ DECLARE r record; n int := 0; BEGIN FOR r IN SELECT id FROM t LOOP INSERT INTO t VALUES (r.id + 100000, 1); n := n + 1; END LOOP; PERFORM says(n::text); END $$);
SELECT * FROM twice($$ DECLARE r record; n int := 0; BEGIN FOR r IN SELECT id FROM t LOOP UPDATE t SET id = id + 1000 WHERE id = r.id; n := n + 1; END LOOP; PERFORM says(n || ' ' || min(id) || ' ' || max(id)) FROM t; END $$);
SELECT * FROM twice($$ DECLARE r record; i int := 0; BEGIN FOR r IN SELECT a FROM k LOOP UPDATE k SET a = a || 'x' WHERE a = r.a; i := i + 1; END LOOP; PERFORM says(i || ' ' || max(length(k.a))) FROM k; END $$);
SELECT * FROM twice($$ DECLARE r record; n int := 0; BEGIN FOR r IN SELECT id FROM t LOOP DELETE FROM t WHERE id > 60; n := n + 1; END LOOP; PERFORM says(n::text); END $$);
SELECT * FROM twice($$ DECLARE r record; n int := 0; BEGIN INSERT INTO o VALUES (1, 1); FOR r IN SELECT t.id FROM t, o LOOP TRUNCATE p; n := n + 1; END LOOP; PERFORM says(n::text); END $$);
SELECT * FROM twice($$ DECLARE r record; s record; n int := 0; BEGIN FOR r IN SELECT id FROM t WHERE id > 90 LOOP FOR s IN SELECT id FROM t WHERE v = 1 LOOP INSERT INTO t VALUES (n - 100000, 1); n := n + 1; END LOOP; END LOOP; PERFORM says(n::text); END $$);

-- cursors: begun, and not begun; scrolled and opened again
SELECT * FROM twice($$ DECLARE c refcursor; r bigint; BEGIN OPEN c FOR SELECT id FROM t ORDER BY id; FETCH c INTO r; PERFORM says(r::text); DELETE FROM t WHERE id > 1; FETCH c INTO r; PERFORM says(r::text); MOVE 97 IN c; FETCH c INTO r; PERFORM says(r::text); FETCH c INTO r; PERFORM says(coalesce(r::text, 'end')); END $$);
SELECT * FROM twice($$ DECLARE c CURSOR (m bigint) FOR SELECT count(*) FROM t WHERE id < m; r bigint; BEGIN OPEN c(50); DELETE FROM t WHERE id < 40; FETCH c INTO r; PERFORM says(r::text); CLOSE c; OPEN c(60); FETCH c INTO r; PERFORM says(r::text); END $$);
SELECT * FROM twice($$ DECLARE c refcursor; r record; BEGIN OPEN c SCROLL FOR SELECT id, v FROM t WHERE v = 3; FETCH c INTO r; UPDATE t SET v = v + 1; FETCH c INTO r; PERFORM says(r::text); MOVE FORWARD ALL IN c; FETCH PRIOR FROM c INTO r; PERFORM says(r::text); FETCH FIRST FROM c INTO r; PERFORM says(r::text); END $$);
-- with values that subqueries give: they are asked before something is written, those that may write not
SELECT * FROM twice($$ DECLARE c refcursor; r record; BEGIN OPEN c FOR SELECT count(*), sum(id) FROM (SELECT id FROM t WHERE id > (SELECT 90 OFFSET 0) AND v < (SELECT max(v) FROM t) ORDER BY id LIMIT (SELECT 5 OFFSET 0)) AS q; DELETE FROM t; FETCH c INTO r; PERFORM says(r::text); END $$);
SELECT * FROM twice($$ DECLARE c refcursor; r record; BEGIN OPEN c FOR SELECT id FROM t WHERE id > (SELECT 90 OFFSET 0) UNION ALL SELECT id FROM t WHERE id < (SELECT 9 OFFSET 0); DELETE FROM t WHERE id = 91; FETCH c INTO r; PERFORM says(r::text); MOVE 16 IN c; FETCH c INTO r; PERFORM says(r::text); END $$);
SELECT * FROM twice($$ DECLARE c refcursor; r record; BEGIN OPEN c FOR SELECT count(*) FROM t WHERE id > (SELECT insert_o(7) + 90 OFFSET 0); DELETE FROM t WHERE id < 50; FETCH c INTO r; PERFORM says(r::text || count(*)) FROM o; END $$);
-- one that is not read any more
SELECT * FROM twice($$ DECLARE c refcursor; r bigint; BEGIN OPEN c FOR SELECT id FROM t; FETCH c INTO r; CLOSE c; DELETE FROM t WHERE id < 10; OPEN c FOR SELECT id FROM t WHERE id < 3; FETCH c INTO r; PERFORM says(coalesce(r::text, 'end')); INSERT INTO t VALUES (1, 1); FETCH c INTO r; PERFORM says(coalesce(r::text, 'end')); END $$);

-- what a subtransaction wrote, and took back; a cursor of a subtransaction that ended, well or not
SELECT * FROM twice($$ DECLARE c refcursor; r bigint; BEGIN OPEN c FOR SELECT id FROM t; FETCH c INTO r; BEGIN DELETE FROM t; FETCH c INTO r; PERFORM says(r::text); RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END; FETCH c INTO r; PERFORM says(r::text); INSERT INTO t VALUES (0, 0); FETCH c INTO r; PERFORM says(r::text); END $$);
SELECT * FROM twice($$ DECLARE c refcursor; r bigint; BEGIN BEGIN OPEN c FOR SELECT id FROM t ORDER BY id; FETCH c INTO r; EXCEPTION WHEN division_by_zero THEN NULL; END; DELETE FROM t; FETCH c INTO r; PERFORM says(r::text); END $$);
SELECT * FROM twice($$ DECLARE c refcursor; r bigint; BEGIN BEGIN OPEN c FOR SELECT id FROM t; FETCH c INTO r; RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END; DELETE FROM t; PERFORM says(count(*)::text) FROM t; END $$);
-- a cursor that failed in a subtransaction is not read on
SELECT * FROM twice($$ DECLARE c refcursor; r bigint; BEGIN OPEN c FOR SELECT 1 / (id - 2) FROM t; FETCH c INTO r; BEGIN FETCH c INTO r; EXCEPTION WHEN division_by_zero THEN PERFORM says('failed'); END; DELETE FROM t; PERFORM says(count(*)::text) FROM t; END $$);
-- a function of SQL that failed within an expression that lives on
CREATE FUNCTION of_sql(d bigint) RETURNS SETOF bigint LANGUAGE sql VOLATILE AS $$ SELECT id / (d - id) FROM t ORDER BY id $$;
SELECT * FROM twice($$ DECLARE r bigint; BEGIN FOR i IN 1..3 LOOP BEGIN r := of_sql(i); PERFORM says(r::text); EXCEPTION WHEN division_by_zero THEN PERFORM says('failed'); END; DELETE FROM t WHERE id = 50 + i; END LOOP; PERFORM says(count(*)::text) FROM t; END $$);
-- more rows than memory holds, read ahead within a subtransaction that ends before they are taken
SET work_mem = '64kB';
SELECT * FROM twice($$ DECLARE c refcursor; r bigint; s bigint; BEGIN OPEN c FOR SELECT id FROM long WHERE v <> 'x'; FETCH c INTO r; BEGIN DELETE FROM long WHERE id > 1; EXCEPTION WHEN division_by_zero THEN NULL; END; MOVE 1990 IN c; FETCH c INTO r; SELECT count(*) INTO s FROM long; PERFORM says(r || ' ' || s); END $$);
SELECT * FROM twice($$ DECLARE c refcursor; r bigint; s bigint; BEGIN OPEN c FOR SELECT id FROM long WHERE v <> 'x'; FETCH c INTO r; BEGIN DELETE FROM long WHERE id > 1; RAISE division_by_zero; EXCEPTION WHEN division_by_zero THEN NULL; END; MOVE 1990 IN c; FETCH c INTO r; SELECT count(*) INTO s FROM long; PERFORM says(r || ' ' || s); END $$);
RESET work_mem;

-- what one statement itself writes: partitions, branches, common table expressions, subplans that come later
SELECT * FROM twice($$ DECLARE a bigint; b bigint; BEGIN WITH w AS (INSERT INTO p SELECT id + 500, v FROM p RETURNING id) SELECT count(*), sum(id) INTO a, b FROM w; PERFORM says(a || ' ' || b); PERFORM says(count(*) || ' ' || sum(id)) FROM p; END $$);
SELECT * FROM twice($$ DECLARE a bigint; BEGIN INSERT INTO p SELECT id + 500, v FROM p UNION ALL SELECT id + 600, v FROM p; GET DIAGNOSTICS a = ROW_COUNT; PERFORM says(a::text); END $$);
SELECT * FROM twice($$ DECLARE a bigint; BEGIN INSERT INTO t SELECT id + 1000, v FROM t UNION ALL SELECT id + 2000, v FROM t UNION ALL SELECT 3000 + v, count(*) FROM t GROUP BY v; GET DIAGNOSTICS a = ROW_COUNT; PERFORM says(a || ' ' || sum(v)) FROM t; END $$);
SELECT * FROM twice($$ DECLARE a bigint; b bigint; BEGIN WITH w AS (DELETE FROM t WHERE id > 90 RETURNING id) SELECT count(*), (SELECT count(*) FROM t) INTO a, b FROM w; PERFORM says(a || ' ' || b); END $$);
SELECT * FROM twice($$ DECLARE a bigint; b bigint; BEGIN WITH w AS (UPDATE t SET v = v + 10 RETURNING id, v) SELECT count(*), sum(t.v) INTO a, b FROM w LEFT JOIN t USING (id); PERFORM says(a || ' ' || b); END $$);
SELECT * FROM twice($$ BEGIN UPDATE t SET v = CASE WHEN id < 50 THEN 0 ELSE (SELECT sum(v) FROM t) END; PERFORM says(sum(v)::text) FROM t; END $$);
SELECT * FROM twice($$ BEGIN INSERT INTO t SELECT id + 1000, CASE WHEN id < 50 THEN 0 ELSE (SELECT count(*) FROM t) END FROM t; PERFORM says(sum(v)::text) FROM t; END $$);
SELECT * FROM twice($$ BEGIN DELETE FROM k USING t WHERE k.n = t.id AND EXISTS (SELECT 1 FROM k l WHERE l.n = k.n + 1); PERFORM says(string_agg(a, ',')) FROM k; END $$);
-- a trigger that writes to another table that the statement reads
CREATE FUNCTION triggered() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO o VALUES (new.id, new.v); RETURN new; END $$;
CREATE TRIGGER t BEFORE INSERT ON fdw_before.t FOR EACH ROW EXECUTE FUNCTION triggered();
CREATE TRIGGER t BEFORE INSERT ON fdw_before_own.t FOR EACH ROW EXECUTE FUNCTION triggered();
SELECT * FROM twice($$ DECLARE a bigint; BEGIN INSERT INTO o VALUES (1, 1), (2, 2); INSERT INTO t SELECT id + 1000, v FROM o; GET DIAGNOSTICS a = ROW_COUNT; PERFORM says(a || ' ' || count(*)) FROM o; END $$);
DROP TRIGGER t ON fdw_before.t;
DROP TRIGGER t ON fdw_before_own.t;
-- what SQLite does on its own: rows that a conflict replaces take those with them that refer to them, an update of a key goes on
CREATE FOREIGN TABLE parent (id bigint, u bigint) SERVER fdw_before;
CREATE FOREIGN TABLE child (id bigint, parent bigint) SERVER fdw_before;
BEGIN;
INSERT INTO parent SELECT 10 + id, 6 - parent FROM child RETURNING *;
SELECT count(*) FROM child;
ROLLBACK;
BEGIN;
WITH w AS (UPDATE parent SET id = id + 100) INSERT INTO o SELECT id, parent FROM child RETURNING *;
SELECT min(parent) FROM child;
ROLLBACK;

-- from a table into another nothing is read ahead: what does not convert is met when its turn comes
BEGIN;
DECLARE c CURSOR FOR SELECT id, v FROM dirty;
MOVE 68 IN c;
FETCH c;
FETCH c;
ROLLBACK;
INSERT INTO o SELECT id, v FROM dirty LIMIT 60;
-- where somebody else writes it is met then; and the rows that are left are not skipped
BEGIN;
DECLARE c CURSOR FOR SELECT id, v FROM dirty;
FETCH c;
INSERT INTO o VALUES (1000, 1);
ROLLBACK;
BEGIN;
DECLARE c CURSOR FOR SELECT id, v FROM dirty;
FETCH c;
SAVEPOINT s;
INSERT INTO o VALUES (1000, 1);
ROLLBACK TO s;
FETCH c;
ROLLBACK TO s;
-- it can be written then
INSERT INTO o VALUES (1000, 1);
SELECT count(*) FROM o WHERE id = 1000;
ROLLBACK;
-- a statement of SQLite's own kind
BEGIN;
DECLARE c CURSOR FOR SELECT count(*), max(id) FROM o;
DECLARE d CURSOR FOR SELECT id FROM o ORDER BY id;
FETCH d;
SELECT sqlite_mig_internal._source_execute('fdw_before', 'DELETE FROM o WHERE id > 1');
FETCH c;
FETCH d;
ROLLBACK;

-- a row cannot be written to while it is taken apart
CREATE DOMAIN writes AS bigint CHECK (insert_o(VALUE) IS NOT NULL);
CREATE FOREIGN TABLE odd (id writes, v bigint) SERVER fdw_before OPTIONS ("table" 't');
SELECT * FROM odd;
SELECT count(*) FROM o WHERE id > 100000;

-- what is read with values of each row sees what was written since the row before
BEGIN;
SELECT id, insert_o(id + 1000) IS NOT NULL AS inserted, (SELECT count(*) FROM o WHERE o.id > t.id + 900 AND o.id > 100000) FROM t WHERE id IN (1, 2, 3);
ROLLBACK;
\! sqlite3 "$FILE" "SELECT count(*), min(id), max(id) FROM t; SELECT count(*) FROM o"
DROP SERVER fdw_before CASCADE;
DROP SCHEMA fdw_before, fdw_before_own CASCADE;
