-- Databases that cannot be read in place without a write: recovered in a private copy, the source untouched.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set dir :builddir '/results/sqlite_copy'
\setenv DIR :dir
\! chmod -R u+w "$DIR" 2> /dev/null; rm -rf "$DIR"; mkdir -p "$DIR/hot" "$DIR/wal"
-- a transaction that has written to the file and its journal when the power fails
\! cd "$DIR" && sqlite3 one.db "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT i, 'before ' || hex(zeroblob(50)) FROM n"
\! cd "$DIR" && printf '%s\n' "PRAGMA cache_size = 1;" "BEGIN;" "UPDATE t SET x = 'after ' || hex(zeroblob(50));" ".system cp one.db hot/hot.db; cp one.db-journal hot/hot.db-journal" "ROLLBACK;" | sqlite3 one.db
-- a WAL that nobody has checkpointed, without its -shm, in a folder we may not write to
\! cd "$DIR" && printf '%s\n' "PRAGMA journal_mode = WAL;" "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT);" "INSERT INTO t VALUES (1, 'in the WAL'), (2, 'too');" ".system cp two.db wal/wal.db; cp two.db-wal wal/wal.db-wal" | sqlite3 two.db > /dev/null
\! cd "$DIR" && cat hot/* wal/* | cksum > before; chmod a-w hot wal
\set hot :dir '/hot/hot.db'
\set wal :dir '/wal/wal.db'
CREATE SERVER copy_hot FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'hot');
CREATE SERVER copy_wal FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'wal');
CREATE FOREIGN TABLE copy_hot (id bigint, x text) SERVER copy_hot OPTIONS ("table" 't');
CREATE FOREIGN TABLE copy_wal (id bigint, x text) SERVER copy_wal OPTIONS ("table" 't');
SELECT left(x, 7), count(*) FROM copy_hot GROUP BY 1;
SELECT * FROM copy_wal ORDER BY id;
-- several statements, one copy each; gone with the connection
SELECT count(*) FROM copy_hot;
SELECT count(*) > 0 AS copies FROM pg_ls_tmpdir() WHERE name LIKE '%sqlite_mig%';
SELECT sqlite_mig.disconnect('copy_hot'), sqlite_mig.disconnect('copy_wal');
SELECT count(*) AS copies FROM pg_ls_tmpdir() WHERE name LIKE '%sqlite_mig%';
-- gone with the session too
SELECT count(*) FROM copy_hot;
\c
SELECT pg_sleep(0.2);
SELECT count(*) AS copies FROM pg_ls_tmpdir() WHERE name LIKE '%sqlite_mig%';
-- nothing was written to the sources
\! cd "$DIR" && cat hot/* wal/* | cksum > after; cmp before after && ls hot wal
-- the promise of "immutable" means the file as it is: the WAL is not looked at
ALTER SERVER copy_wal OPTIONS (ADD immutable 'true');
SELECT count(*) AS tables FROM sqlite_mig.source_tables('copy_wal');
ALTER SERVER copy_wal OPTIONS (DROP immutable);
-- a copy is not kept longer than it is true
SELECT count(*) FROM copy_wal;
\! cd "$DIR" && chmod u+w wal && sqlite3 wal/wal.db "INSERT INTO t VALUES (3, 'later')" && chmod a-w wal
SELECT count(*) FROM copy_wal;
SET client_min_messages = warning;
DROP SERVER copy_hot CASCADE;
DROP SERVER copy_wal CASCADE;
\! chmod -R u+w "$DIR"; rm -rf "$DIR"
