-- Backups of files, whatever state they are in, and snapshots: a copy that is read for one transaction.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set dir :builddir '/results/sqlite_backup'
\setenv DIR :dir
\! chmod -R u+w "$DIR" 2> /dev/null; rm -rf "$DIR"; mkdir -p "$DIR/out" "$DIR/hot" "$DIR/locked"
\! sqlite3 "$DIR/one.db" "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT i, 'row ' || hex(zeroblob(50)) FROM n"
\set file :dir '/one.db'
CREATE SERVER backup_one FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE FOREIGN TABLE backup_one (id bigint, x text) SERVER backup_one OPTIONS ("table" 't');
-- the messages without the folder of this run
CREATE FUNCTION pg_temp.try(server text, path text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	m text; d text; h text; r record;
BEGIN
	SELECT b.*, b.seconds >= 0 AS timed INTO r FROM sqlite_mig.backup(server, path) AS b;
	RETURN format('%s pages, %s bytes, timed %s: %s', r.pages, r.bytes, r.timed, r.integrity);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS m = MESSAGE_TEXT, d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
	RETURN replace(SQLSTATE || ' ' || m || coalesce(E'\n  detail: ' || nullif(d, ''), '') || coalesce(E'\n  hint: ' || nullif(h, ''), ''),
		current_setting('mig_test.dir'), '…');
END $$;
CREATE FUNCTION pg_temp.try_sql(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE statement;
	RETURN 'ok';
EXCEPTION WHEN OTHERS THEN
	RETURN replace(SQLSTATE || ' ' || SQLERRM, current_setting('mig_test.dir'), '…');
END $$;
SELECT set_config('mig_test.dir', :'dir', false) IS NOT NULL AS known;
\pset format unaligned
\pset tuples_only on

-- a good one: whole, private, alone in its folder, and the same database
SELECT pg_temp.try('backup_one', :'dir' || '/out/one.db') = format('%s pages, %s bytes, timed t: ok', page_count, file_size)
	FROM sqlite_mig.source_info('backup_one');
\! cd "$DIR/out" && ls && stat -c %a one.db && sqlite3 one.db "SELECT count(*), sum(id) FROM t" && sqlite3 ../one.db .dump | cksum > ../before && sqlite3 one.db .dump | cksum | cmp - ../before
-- nothing is held on the source after it, within the transaction too
BEGIN;
SELECT pg_temp.try('backup_one', :'dir' || '/out/again.db') ~ ': ok$';
\! sqlite3 "$DIR/one.db" "INSERT INTO t VALUES (2001, 'written meanwhile')" && echo written
SELECT count(*) FROM backup_one;
-- a transaction that has read already gets what it has read
\! sqlite3 "$DIR/out/again.db" "SELECT count(*) FROM t"
COMMIT;

-- what is refused, and that it leaves nothing
\! rm "$DIR"/out/*; echo mine > "$DIR/out/taken.db"; echo old > "$DIR/out/stale.db-journal"; echo old > "$DIR/out/left.db-wal"; ln -s ../one.db "$DIR/out/link.db"; ln -s nowhere "$DIR/out/dangling.db"; ln -s ../locked "$DIR/out/way"; chmod a-w "$DIR/locked"
SELECT pg_temp.try('backup_one', path) FROM (VALUES
	(1, 'out/one.db'), (2, ''), (3, :'dir'), (4, :'dir' || '/'), (5, :'dir' || '/out/..'), (6, :'dir' || '/missing/one.db'),
	(7, :'dir' || '/out/taken.db'), (8, :'dir' || '/one.db'), (9, :'dir' || '/out/link.db'), (10, :'dir' || '/out/dangling.db'),
	(11, :'dir' || '/out/stale.db'), (12, :'dir' || '/out/left.db'), (13, :'dir' || '/one.db/two.db'), (14, :'dir' || '/locked/one.db'),
	(15, :'dir' || '/out/way/one.db')) AS v (n, path) ORDER BY n;
SELECT pg_temp.try(NULL, :'dir' || '/out/one.db');
SELECT pg_temp.try('backup_one', NULL);
SELECT pg_temp.try('no_such_server', :'dir' || '/out/one.db');
\! cd "$DIR/out" && ls && cat taken.db stale.db-journal left.db-wal
-- only below the allowed directories, and a way that leads out of them is no way
SET sqlite_fdw_mig.allowed_directories = :'dir';
SELECT pg_temp.try('backup_one', :'dir' || '/out/allowed.db') ~ ': ok$';
SELECT replace(pg_temp.try('backup_one', :'builddir' || '/results/sqlite_backup_outside.db'), :'builddir' || '/results', '…');
SELECT replace(pg_temp.try('backup_one', :'dir' || '/../sqlite_backup_outside.db'), :'builddir' || '/results', '…');
SELECT replace(pg_temp.try('backup_one', :'builddir' || '/no_such_folder/outside.db'), :'builddir', '…');
RESET sqlite_fdw_mig.allowed_directories;
-- rights: of the server, and to write files
CREATE ROLE regress_backup;
SET ROLE regress_backup;
SELECT pg_temp.try('backup_one', :'dir' || '/out/role.db');
RESET ROLE;
GRANT USAGE ON FOREIGN SERVER backup_one TO regress_backup;
SET ROLE regress_backup;
SELECT pg_temp.try('backup_one', :'dir' || '/out/role.db');
RESET ROLE;
GRANT pg_write_server_files TO regress_backup;
SET ROLE regress_backup;
SELECT pg_temp.try('backup_one', :'dir' || '/out/role.db') ~ ': ok$';
RESET ROLE;
\! ls "$DIR/out"; ls -A "$DIR/locked"

-- cancelled in the middle: nothing is left
\! sqlite3 "$DIR/big.db" "CREATE TABLE b (x BLOB); INSERT INTO b VALUES (zeroblob(60000000)), (zeroblob(60000000))"; rm "$DIR"/out/*
\set big :dir '/big.db'
CREATE SERVER backup_big FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'big');
SET statement_timeout = '15ms';
SELECT sqlite_mig.backup('backup_big', :'dir' || '/out/big.db');
SELECT sqlite_mig_internal._snapshot('backup_big');
RESET statement_timeout;
\! ls "$DIR/out"
SELECT count(*) FROM pg_ls_tmpdir() WHERE name LIKE '%sqlite_mig%';
-- no room for it
SET temp_file_limit = '100MB';
SELECT pg_temp.try_sql($$SELECT sqlite_mig_internal._snapshot('backup_big')$$);
RESET temp_file_limit;

-- a database in WAL mode, with what only its WAL has; a hot journal, which a private copy rolls back
\! cd "$DIR" && printf '%s\n' "PRAGMA journal_mode = WAL;" "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT);" "INSERT INTO t VALUES (1, 'in the WAL');" ".system cp wal.db hot/wal.db; cp wal.db-wal hot/wal.db-wal" | sqlite3 wal.db > /dev/null
\! cd "$DIR" && cp one.db two.db && printf '%s\n' "PRAGMA cache_size = 1;" "BEGIN;" "UPDATE t SET x = 'after ' || hex(zeroblob(50));" ".system cp two.db hot/hot.db; cp two.db-journal hot/hot.db-journal" "ROLLBACK;" | sqlite3 two.db
\set wal :dir '/hot/wal.db'
\set hot :dir '/hot/hot.db'
CREATE SERVER backup_wal FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'wal');
CREATE SERVER backup_hot FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'hot');
SELECT pg_temp.try('backup_wal', :'dir' || '/out/wal.db') ~ ': ok$';
SELECT pg_temp.try('backup_hot', :'dir' || '/out/hot.db') ~ ': ok$';
\! cd "$DIR/out" && ls && sqlite3 wal.db "SELECT * FROM t" && sqlite3 hot.db "SELECT substr(x, 1, 6), count(*) FROM t GROUP BY 1 ORDER BY 1"

-- a damaged source: the backup is as damaged, is kept, and says so
\! cd "$DIR" && sqlite3 -cmd ".dbconfig defensive off" damaged.db "PRAGMA page_size = 1024; CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); CREATE INDEX t_x ON t (x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO t SELECT i, 'row ' || i FROM n; PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 't_x'" > /dev/null && cp one.db torn.db && printf 'XXXXXXXXXXXXXXXXXXXX' | dd of=torn.db bs=4096 seek=1 conv=notrunc 2> /dev/null && cp one.db short.db && truncate -s 9000 short.db
\set damaged :dir '/damaged.db'
\set torn :dir '/torn.db'
\set short :dir '/short.db'
CREATE SERVER backup_damaged FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'damaged');
CREATE SERVER backup_torn FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'torn');
CREATE SERVER backup_short FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'short');
SET client_min_messages = error;
SELECT integrity ~ 'Page 3' AND integrity ~ '\n' AND pages = 9 FROM sqlite_mig.backup('backup_damaged', :'dir' || '/out/damaged.db');
SELECT integrity <> 'ok' AND pages > 30 FROM sqlite_mig.backup('backup_torn', :'dir' || '/out/torn.db');
RESET client_min_messages;
SELECT pg_temp.try('backup_short', :'dir' || '/out/short.db');
\! cd "$DIR/out" && ls && tail -c +4097 ../torn.db > ../tail && tail -c +4097 torn.db | cmp - ../tail

SELECT sqlite_mig.disconnect('backup_hot');

-- a snapshot: the rest of the transaction reads the copy, whatever is written to the file
SET client_min_messages = warning;
BEGIN;
SELECT sqlite_mig_internal._snapshot('backup_one');
\! sqlite3 "$DIR/one.db" "DELETE FROM t WHERE id > 10; VACUUM" && echo written
SELECT count(*) FROM backup_one;
SELECT replace(database, :'dir', '…'), in_transaction, valid FROM sqlite_mig.connections() WHERE server_name = 'backup_one';
SELECT count(*) FROM pg_ls_tmpdir() WHERE name LIKE '%sqlite_mig%';
-- once is enough
SET client_min_messages = notice;
SELECT sqlite_mig_internal._snapshot('backup_one');
SET client_min_messages = warning;
SELECT count(*) FROM pg_ls_tmpdir() WHERE name LIKE '%sqlite_mig%';
-- a change that is none of the options' concern, and one that is
ALTER SERVER backup_one VERSION '2';
SELECT count(*) FROM backup_one;
SAVEPOINT a;
ALTER SERVER backup_one OPTIONS (ADD busy_timeout '1s');
SELECT pg_temp.try_sql('SELECT count(*) FROM backup_one');
ROLLBACK TO a;
SELECT count(*) FROM backup_one;
COMMIT;
SELECT count(*) FROM backup_one;
SELECT count(*) FROM pg_ls_tmpdir() WHERE name LIKE '%sqlite_mig%';
-- not under somebody who reads; gone when the transaction fails, and with the session
BEGIN;
DECLARE c CURSOR FOR SELECT id FROM backup_one ORDER BY id;
FETCH c;
SELECT pg_temp.try_sql($$SELECT sqlite_mig_internal._snapshot('backup_one')$$);
CLOSE c;
\! sqlite3 "$DIR/one.db" "PRAGMA busy_timeout = 0; DELETE FROM t" 2>&1 | grep -c "database is locked"
SELECT sqlite_mig_internal._snapshot('backup_one');
\! sqlite3 "$DIR/one.db" "PRAGMA busy_timeout = 0; DELETE FROM t" && echo written
SELECT count(*) FROM backup_one;
SELECT 1 / 0;
ROLLBACK;
SELECT count(*) FROM backup_one;
SELECT count(*) FROM pg_ls_tmpdir() WHERE name LIKE '%sqlite_mig%';
BEGIN;
SELECT sqlite_mig_internal._snapshot('backup_one');
\c
SELECT pg_sleep(0.2);
SELECT count(*) FROM pg_ls_tmpdir() WHERE name LIKE '%sqlite_mig%';

SET client_min_messages = warning;
DROP SERVER backup_one CASCADE;
DROP SERVER backup_big CASCADE;
DROP SERVER backup_wal CASCADE;
DROP SERVER backup_hot CASCADE;
DROP SERVER backup_damaged CASCADE;
DROP SERVER backup_torn CASCADE;
DROP SERVER backup_short CASCADE;
DROP ROLE regress_backup;
\! chmod -R u+w "$DIR"; rm -rf "$DIR"
