-- Transactions of an updatable server: commit, rollback, savepoints, locks.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_transaction.db'
\setenv FILE :file
\! rm -f "$FILE" "$FILE"-*; sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'one');"

-- the messages without the source line and without the path
CREATE FUNCTION pg_temp.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	m text; d text; h text;
BEGIN
	EXECUTE statement;
	RETURN 'ok';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS m = MESSAGE_TEXT, d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
	RETURN regexp_replace(SQLSTATE || ' ' || m || coalesce(E'\n  detail: ' || nullif(d, ''), '') || coalesce(E'\n  hint: ' || nullif(h, ''), ''),
		'"/[^"]*/', '"', 'g');
END $$;
CREATE FUNCTION pg_temp.run(statement text) RETURNS bigint LANGUAGE sql AS $$SELECT sqlite_mig_internal._source_execute('tx', statement)$$;

CREATE SCHEMA fdw_transaction;
CREATE SERVER tx FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE FOREIGN TABLE fdw_transaction.t (id bigint, a text) SERVER tx;

-- nothing is written unless the server says so
SELECT pg_temp.try($$SELECT pg_temp.run('DELETE FROM t')$$);
SELECT pg_temp.try($$SELECT sqlite_mig_internal._source_lock('tx')$$);

-- the option, and the right to set it
SELECT pg_temp.try($$ALTER SERVER tx OPTIONS (ADD updatable 'perhaps')$$);
SELECT pg_temp.try($$ALTER SERVER tx OPTIONS (ADD updatable 'true', ADD immutable 'true')$$);
CREATE ROLE fdw_transaction_reader;
GRANT pg_read_server_files TO fdw_transaction_reader;
GRANT USAGE ON FOREIGN DATA WRAPPER sqlite_fdw_mig TO fdw_transaction_reader;
ALTER SERVER tx OWNER TO fdw_transaction_reader;
GRANT USAGE ON FOREIGN SERVER tx TO fdw_transaction_reader;
SET ROLE fdw_transaction_reader;
SELECT pg_temp.try($$ALTER SERVER tx OPTIONS (ADD updatable 'true')$$);
SELECT pg_temp.try($$ALTER SERVER tx OPTIONS (ADD updatable 'false')$$);
RESET ROLE;
ALTER SERVER tx OPTIONS (SET updatable 'true');
SET ROLE fdw_transaction_reader;
-- who cannot make a server updatable cannot point one that is at another file
SELECT pg_temp.try($$ALTER SERVER tx OPTIONS (SET database '/nowhere/x.db')$$);
SELECT pg_temp.try($$SELECT sqlite_mig_internal._source_execute('tx', 'DELETE FROM t')$$);
SELECT pg_temp.try($$SELECT sqlite_mig_internal._source_lock('tx')$$);
RESET ROLE;
REVOKE USAGE ON FOREIGN SERVER tx FROM fdw_transaction_reader;
ALTER SERVER tx OWNER TO CURRENT_USER;

-- commit and rollback; a transaction reads its own writes
SELECT pg_temp.run($$INSERT INTO t (a) VALUES ('two'), ('three')$$);
\! sqlite3 "$FILE" "SELECT * FROM t"
BEGIN;
SELECT pg_temp.run($$UPDATE t SET a = upper(a)$$);
SELECT * FROM fdw_transaction.t ORDER BY id;
\! sqlite3 "$FILE" "SELECT * FROM t"
ROLLBACK;
SELECT * FROM fdw_transaction.t ORDER BY id;
SELECT pg_temp.run('DELETE FROM t WHERE id > 1'), pg_temp.run('DELETE FROM t WHERE id > 1'), pg_temp.run('SELECT count(*) FROM t');

-- a schema change is rolled back, and another one seen
BEGIN;
SELECT pg_temp.run('CREATE TABLE x (v TEXT)'), pg_temp.run($$INSERT INTO x VALUES ('first')$$);
CREATE FOREIGN TABLE fdw_transaction.x (v text) SERVER tx;
SELECT * FROM fdw_transaction.x;
ROLLBACK;
BEGIN;
SELECT pg_temp.run('CREATE TABLE x (w INTEGER, v INTEGER)'), pg_temp.run($$INSERT INTO x VALUES (1, 2)$$);
CREATE FOREIGN TABLE fdw_transaction.x (v integer) SERVER tx;
SELECT * FROM fdw_transaction.x WHERE v = 2;
SAVEPOINT a;
SELECT pg_temp.run('DROP TABLE x'), pg_temp.run('CREATE TABLE x (v TEXT)');
SELECT count(*) FROM fdw_transaction.x;
ROLLBACK TO a;
SELECT * FROM fdw_transaction.x WHERE v = 2;
ROLLBACK;

-- savepoints
BEGIN;
SELECT pg_temp.run($$INSERT INTO t VALUES (10, 'before')$$);
SAVEPOINT a;
SELECT pg_temp.run($$INSERT INTO t VALUES (11, 'in a')$$);
SAVEPOINT b;
SELECT pg_temp.run($$INSERT INTO t VALUES (12, 'in b')$$);
RELEASE b;
SELECT array_agg(id ORDER BY id) FROM fdw_transaction.t;
ROLLBACK TO a;
SELECT array_agg(id ORDER BY id) FROM fdw_transaction.t;
SELECT pg_temp.run($$INSERT INTO t VALUES (13, 'in a again')$$);
ROLLBACK TO a;
ROLLBACK TO a;
SELECT pg_temp.run($$INSERT INTO t VALUES (14, 'a third time')$$);
RELEASE a;
-- an error aborts as ROLLBACK TO does
SAVEPOINT c;
SELECT pg_temp.run($$INSERT INTO t VALUES (15, 'in c')$$);
SELECT 1 / (SELECT pg_temp.run($$DELETE FROM t WHERE id = 99$$));
ROLLBACK TO c;
-- one that was first read in, then written
SAVEPOINT d;
SELECT count(*) FROM fdw_transaction.t;
SAVEPOINT e;
SELECT pg_temp.run($$INSERT INTO t VALUES (16, 'in e')$$);
RELEASE e;
ROLLBACK TO d;
COMMIT;
SELECT * FROM fdw_transaction.t ORDER BY id;
SELECT pg_temp.run('DELETE FROM t WHERE id > 1');

-- the first write happens in a subtransaction that is rolled back: the next one counts
BEGIN;
SAVEPOINT a;
SELECT pg_temp.run($$INSERT INTO t VALUES (20, 'no')$$);
ROLLBACK TO a;
SELECT pg_temp.run($$INSERT INTO t VALUES (21, 'yes')$$);
COMMIT;
SELECT array_agg(id ORDER BY id) FROM fdw_transaction.t;

-- 100 deep: every level writes, rolls back a part of it, and some are undone with what is below them
CREATE FUNCTION fdw_transaction.deep(level int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM sqlite_mig_internal._source_execute('tx', format('INSERT INTO t VALUES (%s, ''deep'')', 1000 + level));
	INSERT INTO fdw_transaction.native VALUES (1000 + level);
	BEGIN
		PERFORM sqlite_mig_internal._source_execute('tx', format('INSERT INTO t VALUES (%s, ''aside'')', 3000 + level));
		INSERT INTO fdw_transaction.native VALUES (3000 + level);
		IF level % 2 = 0 THEN
			RAISE EXCEPTION 'undo what is aside';
		END IF;
	EXCEPTION WHEN raise_exception THEN
		NULL;
	END;
	IF level < 100 THEN
		BEGIN
			PERFORM fdw_transaction.deep(level + 1);
			IF level > 80 AND level % 7 = 3 THEN
				RAISE EXCEPTION 'undo level % and those below', level + 1;
			END IF;
		EXCEPTION WHEN raise_exception THEN
			PERFORM sqlite_mig_internal._source_execute('tx', format('INSERT INTO t VALUES (%s, ''undone'')', 2000 + level));
			INSERT INTO fdw_transaction.native VALUES (2000 + level);
		END;
	END IF;
END $$;
CREATE TABLE fdw_transaction.native (id bigint);
BEGIN;
SELECT fdw_transaction.deep(1);
COMMIT;
SELECT count(*) FROM fdw_transaction.native;
(SELECT id FROM fdw_transaction.native EXCEPT SELECT id FROM fdw_transaction.t WHERE id > 1000)
UNION ALL (SELECT id FROM fdw_transaction.t WHERE id > 1000 EXCEPT SELECT id FROM fdw_transaction.native);
SELECT pg_temp.run('DELETE FROM t WHERE id > 1');
-- all levels kept
CREATE FUNCTION fdw_transaction.keep(level int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	PERFORM sqlite_mig_internal._source_execute('tx', format('INSERT INTO t VALUES (%s, ''kept'')', level));
	IF level < 101 THEN
		BEGIN
			PERFORM fdw_transaction.keep(level + 1);
		EXCEPTION WHEN division_by_zero THEN
			NULL;
		END;
	ELSE
		BEGIN
			PERFORM sqlite_mig_internal._source_execute('tx', 'DELETE FROM t');
			PERFORM 1 / 0;
		EXCEPTION WHEN division_by_zero THEN
			NULL;
		END;
	END IF;
END $$;
SELECT fdw_transaction.keep(2);
SELECT count(*), min(id), max(id) FROM fdw_transaction.t;
SELECT pg_temp.run('DELETE FROM t WHERE id > 1');

-- a cursor goes on over savepoints, and over what is written and rolled back
SELECT pg_temp.run('WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO t SELECT i, ''n'' FROM n');
DO $$
DECLARE
	r record; rows int := 0;
BEGIN
	FOR r IN SELECT id FROM fdw_transaction.t ORDER BY id LOOP
		rows := rows + 1;
		BEGIN
			PERFORM sqlite_mig_internal._source_execute('tx', format('INSERT INTO t VALUES (%s, ''of a loop'')', -r.id));
			IF r.id % 2 = 0 THEN
				PERFORM 1 / 0;
			END IF;
		EXCEPTION WHEN division_by_zero THEN
			NULL;
		END;
	END LOOP;
	RAISE NOTICE '% rows', rows;
END $$;
SELECT count(*), count(*) FILTER (WHERE id < 0), min(id) FROM fdw_transaction.t;
SELECT pg_temp.run('DELETE FROM t WHERE id <> 1');

-- constraints: each with its SQLSTATE; a failure undoes its statement only
SELECT pg_temp.run('CREATE TABLE parent (id INTEGER PRIMARY KEY, u TEXT UNIQUE NOT NULL CHECK (u <> ''bad''))'),
	pg_temp.run('CREATE TABLE child (p INTEGER REFERENCES parent, q INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)'),
	pg_temp.run('INSERT INTO parent VALUES (1, ''u'')');
SELECT s, pg_temp.try(format('SELECT pg_temp.run(%L)', s)) FROM unnest(ARRAY[
	'INSERT INTO parent VALUES (1, ''v'')', 'INSERT INTO parent VALUES (2, ''u'')', 'INSERT INTO parent VALUES (2, NULL)',
	'INSERT INTO parent VALUES (2, ''bad'')', 'INSERT INTO child VALUES (2, 1)', 'INSERT INTO child VALUES (1, 1)',
	'DELETE FROM parent', 'INSERT INTO parent VALUES (''x'', ''y'')']) s;
-- a deferred one fails at COMMIT, and takes PostgreSQL's part along
BEGIN;
INSERT INTO fdw_transaction.native VALUES (0);
SELECT pg_temp.run('INSERT INTO child VALUES (1, 7)');
COMMIT;
SELECT count(*) FROM fdw_transaction.native WHERE id = 0;
\! sqlite3 "$FILE" "SELECT * FROM child"

-- what a statement may not be
SELECT s, pg_temp.try(format('SELECT pg_temp.run(%L)', s)) FROM unnest(ARRAY[
	'ATTACH ''/nowhere/x.db'' AS x', 'DETACH main', 'COMMIT', 'ROLLBACK', 'BEGIN', 'SAVEPOINT mig_2', 'RELEASE mig_2', 'VACUUM', 'VACUUM INTO ''/nowhere/x.db''',
	'PRAGMA writable_schema = 1', 'PRAGMA journal_mode = off', 'PRAGMA foreign_keys = off', 'PRAGMA trusted_schema = 1', 'PRAGMA mmap_size = 1000000',
	'PRAGMA temp_store_directory = ''/nowhere''', 'PRAGMA query_only = 1', 'PRAGMA no_such', 'SELECT load_extension(''x'')',
	'UPDATE sqlite_schema SET sql = ''x''', 'CREATE TEMP TABLE y (a)', 'CREATE TEMP TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END',
	'', '-- nothing', 'DELETE FROM t; DELETE FROM t', 'DELETE FROM t WHERE 0; -- one', 'SELEC 1', 'DELETE FROM nowhere', 'CREATE VIEW v AS SELECT readfile(''/etc/passwd'')',
	'PRAGMA user_version = 17', 'PRAGMA integrity_check', 'PRAGMA optimize']) s;
SELECT pg_temp.run('CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = upper(a) WHERE id = new.id; END'),
	pg_temp.run('INSERT INTO t VALUES (5, ''five'')');
SELECT * FROM fdw_transaction.t ORDER BY id;
\! sqlite3 "$FILE" "PRAGMA user_version"

-- read only transactions, two phases
BEGIN READ ONLY;
SELECT pg_temp.try($$SELECT sqlite_mig_internal._source_lock('tx')$$);
ROLLBACK;
BEGIN;
SELECT sqlite_mig_internal._source_lock('tx');
PREPARE TRANSACTION 'x';

-- altered in the transaction that writes
BEGIN;
SELECT pg_temp.run('DELETE FROM t WHERE id = 5');
ALTER SERVER tx OPTIONS (ADD busy_timeout '50ms');
SELECT pg_temp.try('SELECT * FROM fdw_transaction.t');
ROLLBACK;
ALTER SERVER tx OPTIONS (ADD busy_timeout '50ms');
SELECT pg_temp.try($$SELECT * FROM sqlite_mig.backup('tx', '/nowhere/x.db')$$);
BEGIN;
SELECT sqlite_mig_internal._source_lock('tx');
SELECT pg_temp.try($$SELECT sqlite_mig_internal._snapshot('tx')$$);
ROLLBACK;
BEGIN;
SET LOCAL client_min_messages = warning;
SELECT sqlite_mig_internal._snapshot('tx');
SELECT pg_temp.try($$SELECT sqlite_mig_internal._source_lock('tx')$$);
ROLLBACK;

-- the lock: taken with the first write, not before, and kept
CREATE SERVER tx2 FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true', busy_timeout '50ms');
CREATE FOREIGN TABLE fdw_transaction.t2 (id bigint, a text) SERVER tx2 OPTIONS ("table" 't');
BEGIN;
SELECT count(*) FROM fdw_transaction.t;
SELECT pg_temp.try($$SELECT sqlite_mig_internal._source_lock('tx2')$$);
SELECT pg_temp.try($$SELECT sqlite_mig_internal._source_lock('tx')$$);
SELECT count(*) FROM fdw_transaction.t2;
ROLLBACK;
-- in rollback-journal mode a reader keeps the writer from committing
BEGIN;
SELECT count(*) FROM fdw_transaction.t2;
SELECT sqlite_mig_internal._source_execute('tx', 'DELETE FROM t WHERE id = 5');
COMMIT;
SELECT count(*) FROM fdw_transaction.t WHERE id = 5;

-- WAL: a snapshot that is no longer the newest state cannot be written to
\! sqlite3 "$FILE" "PRAGMA journal_mode = wal"
BEGIN;
SELECT count(*) FROM fdw_transaction.t;
\! sqlite3 "$FILE" "INSERT INTO t VALUES (30, 'of another process')"
SELECT count(*) FROM fdw_transaction.t;
SELECT pg_temp.try($$SELECT sqlite_mig_internal._source_lock('tx')$$);
ROLLBACK;
-- a transaction that begins by writing sees the newest state
BEGIN;
SELECT sqlite_mig_internal._source_lock('tx');
SELECT id FROM fdw_transaction.t WHERE id = 30;
SELECT count(*) FROM fdw_transaction.t2;
SELECT pg_temp.try($$SELECT sqlite_mig_internal._source_lock('tx2')$$);
SELECT pg_temp.run('DELETE FROM t WHERE id = 30');
SELECT count(*) FROM fdw_transaction.t2;
COMMIT;
SELECT count(*) FROM fdw_transaction.t2;

-- a database without tables can be locked, too
\set file3 :builddir '/results/fdw_transaction_3.db'
\setenv FILE3 :file3
\! rm -f "$FILE3"; sqlite3 "$FILE3" "PRAGMA user_version = 3"
CREATE SERVER tx3 FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file3', updatable 'true');
BEGIN;
IMPORT FOREIGN SCHEMA main FROM SERVER tx3 INTO fdw_transaction;
SELECT sqlite_mig_internal._source_lock('tx3');
SELECT sqlite_mig_internal._source_execute('tx3', 'CREATE TABLE n (a)');
COMMIT;
\! sqlite3 "$FILE3" "PRAGMA user_version" ".tables"
-- a file that cannot be written to
\! chmod a-w "$FILE3"
SELECT sqlite_mig.disconnect('tx3');
SELECT pg_temp.try($$SELECT sqlite_mig_internal._source_lock('tx3')$$);
\! chmod u+w "$FILE3"

SET client_min_messages = warning;
DROP SCHEMA fdw_transaction CASCADE;
DROP SERVER tx;
DROP SERVER tx2;
DROP SERVER tx3;
REVOKE USAGE ON FOREIGN DATA WRAPPER sqlite_fdw_mig FROM fdw_transaction_reader;
REVOKE pg_read_server_files FROM fdw_transaction_reader;
DROP ROLE fdw_transaction_reader;
