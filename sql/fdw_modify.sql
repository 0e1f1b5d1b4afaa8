-- INSERT, UPDATE, DELETE, TRUNCATE and COPY FROM on the tables of an updatable server.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\set SHOW_CONTEXT never
SET timezone = 'UTC';
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_modify.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n REAL, d TEXT DEFAULT 'by SQLite', u TEXT); INSERT INTO t VALUES (1, 'one', 1.5, 'x', 'y');"
\! sqlite3 "$FILE" "CREATE TABLE k (a TEXT, b INTEGER, v INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO k VALUES ('a', 1, 1), ('a', 2, 2), ('b', 1, 3); CREATE TABLE plain (a TEXT, v INTEGER); CREATE TABLE big (id INTEGER PRIMARY KEY, x INTEGER, y INTEGER);"
\! sqlite3 "$FILE" "CREATE TABLE gen (a INTEGER, b INTEGER GENERATED ALWAYS AS (a * 2) STORED, c INTEGER AS (a + 1)); CREATE TABLE log (what TEXT); CREATE TABLE trig (id INTEGER PRIMARY KEY, v TEXT);"
\! sqlite3 "$FILE" "CREATE TRIGGER i AFTER INSERT ON trig BEGIN INSERT INTO log VALUES ('inserted ' || new.v); UPDATE trig SET v = upper(v) WHERE id = new.id; END; CREATE TRIGGER u BEFORE UPDATE ON trig WHEN new.v = 'bad' BEGIN SELECT RAISE(ABORT, 'no bad values, please'); END; CREATE TRIGGER d AFTER DELETE ON trig BEGIN INSERT INTO log VALUES ('deleted ' || old.v); END;"
\! sqlite3 "$FILE" "CREATE VIEW vk AS SELECT a, b, v FROM k; CREATE TRIGGER vi INSTEAD OF INSERT ON vk BEGIN INSERT INTO k VALUES (new.a, new.b, new.v); END; CREATE TRIGGER vu INSTEAD OF UPDATE ON vk BEGIN UPDATE k SET v = new.v WHERE a = old.a AND b = old.b; END;"
CREATE SCHEMA fdw_modify;
CREATE SERVER fdw_modify FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');
SET search_path = fdw_modify, public;
CREATE FOREIGN TABLE t (id bigint, a text, n float8, d text, u uuid OPTIONS (on_error 'null')) SERVER fdw_modify;
CREATE FOREIGN TABLE k (a text, b integer, v integer) SERVER fdw_modify;
CREATE FOREIGN TABLE plain (a text, v integer) SERVER fdw_modify;
CREATE FOREIGN TABLE big (id bigint, x integer, y integer) SERVER fdw_modify;

-- single rows, several, from a query; SQLite gives keys and defaults
INSERT INTO t (a, n) VALUES ('two', 2.5), ('three', -1) RETURNING *;
INSERT INTO t (id, a, u) VALUES (-9223372036854775808, 'least', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'), (9223372036854775807, 'greatest', NULL);
INSERT INTO t DEFAULT VALUES;
INSERT INTO t (a, d) VALUES ('by hand', NULL), ('default', DEFAULT) RETURNING id > 0, a, d;
SELECT * FROM t WHERE id BETWEEN -9223372036854775808 AND 3 OR a = 'greatest' ORDER BY id;
\! sqlite3 "$FILE" "SELECT id, a, n, typeof(n), d, u FROM t WHERE a IN ('two', 'least', 'greatest') ORDER BY id"
DELETE FROM t WHERE id < 0 OR id > 3;
UPDATE t SET a = a || '!', n = -n WHERE id > 1 AND random() >= 0 RETURNING id, a, n, d;
DELETE FROM t WHERE random() >= 0 AND id = 2 RETURNING *;
-- what is stored in another form and not changed stays as it is: 'y' is no uuid
UPDATE t SET a = 'uno' WHERE id = 1 AND random() >= 0;
\! sqlite3 "$FILE" "SELECT * FROM t ORDER BY id"
-- defaults of the foreign table count before SQLite's
ALTER FOREIGN TABLE t ALTER COLUMN d SET DEFAULT 'by PostgreSQL';
INSERT INTO t (a) VALUES ('x') RETURNING d;
UPDATE t SET d = DEFAULT WHERE id = 1 RETURNING d;

-- rows without a key, and with one of two columns; keys that change
INSERT INTO plain SELECT 'same', 1 FROM generate_series(1, 4);
DELETE FROM plain WHERE ctid IN (SELECT ctid FROM plain LIMIT 1);
UPDATE plain SET v = 2 WHERE ctid = (SELECT max(ctid) FROM plain);
SELECT * FROM plain ORDER BY v;
UPDATE k SET b = b + 10, v = v * 2 WHERE a = 'a' AND random() >= 0 RETURNING *;
UPDATE k SET a = k.a || k.a FROM plain WHERE plain.v = 2;
DELETE FROM k WHERE v = 4 AND random() >= 0;
SELECT * FROM k ORDER BY a, b;
UPDATE t SET id = id + 100 WHERE random() >= 0;
SELECT id, a FROM t ORDER BY id;

-- constraints: SQLSTATE, table and columns
CREATE FUNCTION try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	m text; d text; h text; t text; c text;
BEGIN
	EXECUTE statement;
	RETURN 'ok';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS m = MESSAGE_TEXT, d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT, t = TABLE_NAME, c = COLUMN_NAME;
	RETURN concat_ws(E'\n  ', SQLSTATE || ' ' || m, nullif(d, ''), nullif(h, ''), 'table ' || nullif(t, ''), 'column ' || nullif(c, ''));
END $$;
SELECT sqlite_mig_internal._source_execute('fdw_modify', 'CREATE TABLE con (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INTEGER, c INTEGER CHECK (c > 0), p INTEGER REFERENCES con, UNIQUE (a, b))'),
	sqlite_mig_internal._source_execute('fdw_modify', 'CREATE UNIQUE INDEX con_lower ON con (lower(a), c)'),
	sqlite_mig_internal._source_execute('fdw_modify', 'CREATE TABLE strict (i INTEGER, t TEXT, r REAL) STRICT');
CREATE FOREIGN TABLE con (id bigint, a text, b integer, c integer, p bigint) SERVER fdw_modify;
CREATE FOREIGN TABLE strict (i text, t text, r double precision) SERVER fdw_modify;
INSERT INTO con VALUES (1, 'a', 1, 1, NULL);
SELECT s, try(s) FROM unnest(ARRAY[
	$$INSERT INTO con VALUES (1, 'b', 1, 1, NULL)$$, $$INSERT INTO con VALUES (2, 'a', 1, 2, NULL)$$, $$INSERT INTO con VALUES (2, 'A', 2, 1, NULL)$$,
	$$INSERT INTO con VALUES (2, NULL, 1, 1, NULL)$$, $$INSERT INTO con VALUES (2, 'b', 1, 0, NULL)$$, $$INSERT INTO con VALUES (2, 'b', 1, 1, 7)$$,
	$$UPDATE con SET c = -1$$, $$INSERT INTO con VALUES (2, 'b', 1, 2, 1)$$, $$DELETE FROM con WHERE id = 1$$, $$INSERT INTO strict VALUES ('x', 'y', 1)$$,
	$$INSERT INTO strict VALUES ('1', 'y', 'NaN')$$, $$INSERT INTO con VALUES (1, 'z', 9, 9, NULL) ON CONFLICT DO NOTHING$$,
	$$INSERT INTO con VALUES (3, NULL, 9, 9, NULL) ON CONFLICT DO NOTHING$$,
	$$INSERT INTO con VALUES (1, 'z', 9, 9, NULL) ON CONFLICT (id) DO NOTHING$$, $$INSERT INTO con VALUES (1, 'z', 9, 9, NULL) ON CONFLICT (id) DO UPDATE SET a = 'q'$$
	]) AS s;
INSERT INTO con VALUES (1, 'z', 9, 9, NULL), (4, 'four', 4, 4, NULL) ON CONFLICT DO NOTHING RETURNING id;
-- a statement that fails changes nothing
INSERT INTO con VALUES (5, 'five', 5, 5, NULL), (6, 'a', 1, 9, NULL);
SELECT id, a FROM con ORDER BY id;

-- columns that SQLite computes
CREATE FOREIGN TABLE gen (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED, c integer) SERVER fdw_modify;
INSERT INTO gen (a) VALUES (1), (2) RETURNING *;
INSERT INTO gen (a, b, c) VALUES (3, DEFAULT, NULL);
UPDATE gen SET a = a * 10 WHERE c = 3 AND random() >= 0 RETURNING *;
-- a column that PostgreSQL computes and SQLite keeps
CREATE FOREIGN TABLE computed (id bigint, x integer, y integer GENERATED ALWAYS AS (x + 1) STORED) SERVER fdw_modify OPTIONS ("table" 'big');
INSERT INTO computed (x) VALUES (10) RETURNING x, y;
UPDATE computed SET x = 20 RETURNING x, y;
DELETE FROM computed RETURNING x, y;

-- triggers of SQLite
CREATE FOREIGN TABLE trig (id bigint, v text) SERVER fdw_modify;
CREATE FOREIGN TABLE log (what text) SERVER fdw_modify;
INSERT INTO trig (v) VALUES ('a'), ('b');
UPDATE trig SET v = 'bad';
SELECT try($$UPDATE trig SET v = 'bad' WHERE id = 1 AND random() >= 0$$);
DELETE FROM trig WHERE id = 1;
SELECT * FROM trig;
SELECT * FROM log;
-- triggers of PostgreSQL: may change the row, or keep it; see what was written
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE NOTICE '% % %: % -> %', TG_NAME, TG_WHEN, TG_OP, old, new;
	IF TG_WHEN = 'BEFORE' AND TG_OP <> 'DELETE' THEN
		new.y := new.x + 1000;
		IF new.x < 0 THEN
			RETURN NULL;
		END IF;
	END IF;
	RETURN coalesce(new, old);
END $$;
CREATE TRIGGER b BEFORE INSERT OR UPDATE OR DELETE ON big FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER a AFTER INSERT OR UPDATE OR DELETE ON big FOR EACH ROW EXECUTE FUNCTION note();
INSERT INTO big (x) VALUES (1), (-1), (2);
UPDATE big SET x = 10 * x WHERE id = 2;
DELETE FROM big WHERE id = 1 RETURNING *;
SELECT * FROM big;
DROP TRIGGER a ON big; DROP TRIGGER b ON big;
DELETE FROM big;

-- views: of PostgreSQL with checks, of SQLite with triggers
CREATE VIEW positive AS SELECT * FROM big WHERE x > 0 WITH CHECK OPTION;
INSERT INTO positive (id, x) VALUES (1, 5) RETURNING *;
SELECT try('INSERT INTO positive (id, x) VALUES (2, -5)');
SELECT try('UPDATE positive SET x = -x');
UPDATE positive SET y = 7 RETURNING *;
DELETE FROM positive;
CREATE FOREIGN TABLE vk (a text OPTIONS (key 'true'), b integer OPTIONS (key 'true'), v integer) SERVER fdw_modify;
CREATE FOREIGN TABLE vk_keyless (a text, b integer, v integer) SERVER fdw_modify OPTIONS ("table" 'vk');
INSERT INTO vk VALUES ('view', 1, 5) RETURNING *;
UPDATE vk SET v = 77 WHERE a = 'view' RETURNING *;
SELECT try($$DELETE FROM vk WHERE a = 'view'$$);
SELECT try($$UPDATE vk_keyless SET v = 1$$);
SELECT * FROM k WHERE a = 'view';

-- a statement sees the state before it, whatever it changes meanwhile
INSERT INTO big SELECT i, i, 0 FROM generate_series(1, 3000) AS i;
UPDATE big SET id = id + 10000, x = x + 1 WHERE random() >= 0;
SELECT count(*), min(id), max(id), sum(x) FROM big;
INSERT INTO big (x) SELECT x FROM big;
SELECT count(*), sum(x) FROM big;
-- more rows than memory: they wait on disk
SET work_mem = '64kB';
UPDATE big SET x = x + 1 WHERE random() >= 0;
UPDATE big SET x = x - 1 WHERE random() >= 0 RETURNING id + x AS sum \g /dev/null
SELECT count(*), sum(x) FROM big;
RESET work_mem;
SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off;
UPDATE big AS b SET x = c.x + 1 FROM big AS c WHERE c.id = b.id + 1 AND b.id < 10010 AND c.id < 10010;
SELECT id, x FROM big WHERE id < 10012 ORDER BY id;
RESET enable_hashjoin; RESET enable_mergejoin; RESET enable_material;
UPDATE big SET y = (SELECT sum(c.y) + 1 FROM big AS c WHERE c.id = big.id - 1 AND c.id < 10010) WHERE id BETWEEN 10002 AND 10010;
SELECT DISTINCT y FROM big WHERE id BETWEEN 10002 AND 10010;
DELETE FROM big USING big AS c WHERE big.id = c.id + 1 AND big.id <= 10010;
SELECT count(*) FROM big WHERE id <= 10010;
WITH gone AS (DELETE FROM big WHERE id < 12000 RETURNING *), more AS (INSERT INTO plain SELECT 'gone', count(*) FROM gone RETURNING v)
	SELECT (SELECT v FROM more) = count(*) FILTER (WHERE id < 12000) AS "sees the state before", count(*) FILTER (WHERE id >= 12000) AS others FROM big;
SELECT count(*) FROM big;
-- a row that a join finds twice is changed once
UPDATE plain SET v = 100;
UPDATE plain SET v = v + 1 FROM generate_series(1, 3);
SELECT DISTINCT v FROM plain;

-- batches
ALTER FOREIGN TABLE big OPTIONS (ADD batch_size '7');
TRUNCATE big;
INSERT INTO big (x, y) SELECT i, -i FROM generate_series(1, 100) AS i;
SELECT count(*), sum(x), sum(y), max(id) FROM big;
INSERT INTO big (x, y) SELECT i, -i FROM generate_series(1, 10) AS i RETURNING id, x;
SELECT try($$INSERT INTO big SELECT 200 + i % 9, i, i FROM generate_series(1, 20) AS i$$);
SELECT try($$ALTER FOREIGN TABLE big OPTIONS (SET batch_size '0')$$);
SELECT count(*) FROM big;

-- COPY FROM
COPY big (id, x) FROM STDIN;
1000	1
1001	\N
\.
COPY big (id, x) FROM STDIN;
1002	1
1000	2
\.
SELECT * FROM big WHERE id >= 1000 ORDER BY id;

-- TRUNCATE
SELECT sqlite_mig_internal._source_execute('fdw_modify', 'CREATE TABLE auto (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT)');
CREATE FOREIGN TABLE auto (id bigint, v text) SERVER fdw_modify;
INSERT INTO auto (v) VALUES ('a'), ('b') RETURNING id;
TRUNCATE auto;
INSERT INTO auto (v) VALUES ('c') RETURNING id;
TRUNCATE auto, big RESTART IDENTITY;
INSERT INTO auto (v) VALUES ('d') RETURNING id;
SELECT try('TRUNCATE auto CASCADE');
ALTER FOREIGN TABLE auto OPTIONS (ADD truncatable 'false');
SELECT try('TRUNCATE auto');

-- partitions, some of them here
CREATE TABLE part (id bigint, region text, v integer) PARTITION BY LIST (region);
CREATE TABLE part_n PARTITION OF part FOR VALUES IN ('native');
SELECT sqlite_mig_internal._source_execute('fdw_modify', 'CREATE TABLE pa (id INTEGER PRIMARY KEY, region TEXT, v INTEGER)'),
	sqlite_mig_internal._source_execute('fdw_modify', 'CREATE TABLE pb (v INTEGER, region TEXT, id INTEGER, PRIMARY KEY (id, region)) WITHOUT ROWID');
CREATE FOREIGN TABLE part_a PARTITION OF part FOR VALUES IN ('a') SERVER fdw_modify OPTIONS ("table" 'pa');
CREATE FOREIGN TABLE part_b (v integer, region text, id bigint) SERVER fdw_modify OPTIONS ("table" 'pb');
ALTER TABLE part ATTACH PARTITION part_b FOR VALUES IN ('b');
INSERT INTO part SELECT i, (ARRAY['native', 'a', 'b'])[1 + i % 3], i FROM generate_series(1, 9) AS i;
INSERT INTO part VALUES (10, 'b', 10), (11, 'native', 11) RETURNING *;
UPDATE part SET v = v * 10 WHERE id > 3 AND random() >= 0;
SELECT tableoid::regclass, * FROM part ORDER BY id;
DELETE FROM part WHERE id IN (1, 2, 3) RETURNING tableoid::regclass, id;
-- out of a native partition rows move; out of a foreign one PostgreSQL does not move them, and no query would find them there
UPDATE part SET region = 'b' WHERE region = 'native' AND id = 6;
UPDATE part SET region = 'b' WHERE id = 4;
SELECT tableoid::regclass, * FROM part ORDER BY id;
COPY part FROM STDIN;
20	a	1
21	b	2
\.
SELECT tableoid::regclass, * FROM part WHERE id >= 20 ORDER BY id;
INSERT INTO part VALUES (20, 'a', 5), (22, 'a', 5) ON CONFLICT DO NOTHING;
SELECT count(*) FROM part WHERE id >= 20;

-- what is not updatable
CREATE FOREIGN TABLE q (a text) SERVER fdw_modify OPTIONS (query 'SELECT a FROM t');
SELECT table_name, is_insertable_into FROM information_schema.tables WHERE table_schema = 'fdw_modify' AND table_name IN ('q', 't');
SELECT try('INSERT INTO q VALUES (1)');
SELECT try('DELETE FROM q');
ALTER FOREIGN TABLE k OPTIONS (ADD updatable 'false');
SELECT try('DELETE FROM k');
SELECT try('TRUNCATE k');
ALTER SERVER fdw_modify OPTIONS (SET updatable 'false');
SELECT try('DELETE FROM plain'), try('INSERT INTO plain VALUES (1)'), try('COPY plain FROM PROGRAM ''echo 1''');
EXPLAIN (COSTS OFF) SELECT count(*) FROM plain;

SET client_min_messages = warning;
DROP SCHEMA fdw_modify CASCADE;
DROP SERVER fdw_modify;
