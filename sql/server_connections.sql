-- Connections: how many are kept, what closes them, a file that was replaced.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set folder :builddir '/results/server_connections'
\setenv FOLDER :folder
\! rm -rf "$FOLDER"; mkdir "$FOLDER"; sqlite3 "$FOLDER/0.db" "PRAGMA journal_mode = wal; CREATE TABLE t (v INTEGER); INSERT INTO t VALUES (0);" >/dev/null; sqlite3 "$FOLDER/0.db" "PRAGMA journal_mode = delete" >/dev/null; tee $(seq -f "$FOLDER/%g.db" 1 1000) <"$FOLDER/0.db" >/dev/null
CREATE SCHEMA server_connections;
SET search_path = server_connections, public;
SET server_connections.folder = :'folder';
DO $$
BEGIN
	FOR i IN 1 .. 1000 LOOP
		EXECUTE format('CREATE SERVER sc_%s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database %L, updatable %L)',
			i, format('%s/%s.db', current_setting('server_connections.folder'), i), i % 2 = 0);
		EXECUTE format('CREATE FOREIGN TABLE t_%s (v integer) SERVER sc_%1$s OPTIONS ("table" ''t'')', i);
	END LOOP;
END $$;
SELECT sqlite_mig.disconnect_all() IS NOT NULL AS closed;

-- 1,000 files, each in a transaction of its own
CREATE PROCEDURE visit_all() LANGUAGE plpgsql AS $$
BEGIN
	FOR i IN 1 .. 1000 LOOP
		IF i IN (2, 4, 6) OR i % 10 = 0 THEN
			EXECUTE format('INSERT INTO t_%s VALUES (%1$s)', i);
		ELSE
			EXECUTE format('SELECT * FROM t_%s', i);
		END IF;
		COMMIT;
	END LOOP;
END $$;
CALL visit_all();
SELECT count(*) FROM sqlite_mig.connections();
SELECT count(*) < 150 AS "few descriptors", count(*) < (regexp_match(pg_read_file('/proc/self/limits'), 'Max open files\s+(\d+)'))[1]::integer / 2 AS "far from the limit"
	FROM pg_ls_dir('/proc/self/fd');
-- what the last transaction wrote is there in each of them, and nothing elsewhere
\! cd "$FOLDER"; for i in 1 10 999 1000; do sqlite3 $i.db "SELECT '$i: ' || group_concat(v) FROM t"; done
-- those used last are kept
SELECT server_name, in_transaction, valid FROM sqlite_mig.connections() ORDER BY length(server_name), server_name LIMIT 2;
SET sqlite_fdw_mig.max_connections = 3;
SELECT * FROM t_7;
SELECT server_name FROM sqlite_mig.connections() ORDER BY 1;
-- a transaction may use more, and gets what it needs
BEGIN;
SELECT (SELECT count(*) FROM t_1), (SELECT count(*) FROM t_2), (SELECT count(*) FROM t_3), (SELECT count(*) FROM t_4), (SELECT count(*) FROM t_5);
SELECT count(*), bool_and(in_transaction) FROM sqlite_mig.connections();
SELECT sqlite_mig.disconnect('sc_1');
COMMIT;
SELECT * FROM t_6;
SELECT count(*) FROM sqlite_mig.connections();
SELECT sqlite_mig.disconnect('sc_6'), sqlite_mig.disconnect('sc_6'), sqlite_mig.disconnect_all(), sqlite_mig.disconnect_all();
RESET sqlite_fdw_mig.max_connections;

-- not kept
ALTER SERVER sc_1 OPTIONS (ADD keep_connections 'false');
SELECT * FROM t_1;
SELECT count(*) FROM sqlite_mig.connections();
-- a replaced file is noticed at the next transaction, by readers and by writers
SELECT * FROM t_2;
SELECT * FROM t_3;
\! for i in 2 3; do sqlite3 "$FOLDER/new.db" "CREATE TABLE t (v INTEGER); INSERT INTO t VALUES (1000)"; mv "$FOLDER/new.db" "$FOLDER/$i.db"; done
SELECT * FROM t_2;
INSERT INTO t_2 VALUES (1001);
SELECT * FROM t_3;
\! sqlite3 "$FOLDER/2.db" "SELECT * FROM t"
-- an altered server is opened anew, in a transaction that has not written to it
BEGIN;
SELECT * FROM t_4;
ALTER SERVER sc_4 OPTIONS (SET updatable 'false');
INSERT INTO t_4 VALUES (4);
ROLLBACK;
ALTER SERVER sc_4 OPTIONS (SET updatable 'false');
SELECT * FROM t_4;
DELETE FROM t_4;
ALTER SERVER sc_4 OPTIONS (SET updatable 'true');
DELETE FROM t_4;
SELECT * FROM t_4;

SET client_min_messages = warning;
DROP SCHEMA server_connections CASCADE;
DO $$
BEGIN
	FOR i IN 1 .. 1000 LOOP
		EXECUTE format('DROP SERVER sc_%s', i);
	END LOOP;
END $$;
\! rm -rf "$FOLDER"

-- another file in the middle of a transaction: what has read the old one goes on with that to its end, cursors and new statements alike, as with postgres_fdw
\set other :builddir '/results/server_connections_other.db'
\setenv OTHER :other
\set one :builddir '/results/server_connections_one.db'
\setenv ONE :one
\! rm -f "$ONE" "$OTHER"; sqlite3 "$ONE" "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1), (2), (3)"; sqlite3 "$OTHER" "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (101), (102)"
CREATE SERVER sc_moved FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'one');
CREATE FOREIGN TABLE sc_moved (n integer) SERVER sc_moved OPTIONS ("table" 't');
BEGIN;
DECLARE c CURSOR FOR SELECT n FROM sc_moved;
FETCH c;
ALTER SERVER sc_moved OPTIONS (SET database :'other');
FETCH c;
SELECT sum(n) FROM sc_moved;
FETCH c;
COMMIT;
SELECT sum(n) FROM sc_moved;
-- one that has not read yet reads the new one
BEGIN;
ALTER SERVER sc_moved OPTIONS (SET database :'one');
SELECT sum(n) FROM sc_moved;
ROLLBACK;
SELECT sum(n) FROM sc_moved;
DROP SERVER sc_moved CASCADE;
