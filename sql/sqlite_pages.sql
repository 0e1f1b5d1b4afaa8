-- profile reads the pages of a file itself where that is safe: what it finds is what SQLite finds
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/sqlite_pages.db'
\setenv FILE :file
-- every serial type; records with and without overflow pages; columns younger than rows; reals stored as integers; deleted rows; a tree of several levels
\set shapes :builddir '/results/sqlite_pages.sql'
\setenv SHAPES :shapes
\set QUIET on
\o :shapes
\qecho 'CREATE TABLE numbers (id INTEGER PRIMARY KEY, i INTEGER, r REAL, d DOUBLE PRECISION, p FLOATING POINT, n NUMERIC, x, t TEXT, b BLOB);'
\qecho 'WITH RECURSIVE e (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM e WHERE n < 63) INSERT INTO numbers (i, r, d, p, n, x, t, b)'
\qecho ' SELECT v, v, v + 0.5, v, v, v * 1.0, v, CAST(v AS BLOB) FROM (SELECT (1 << n) - d AS v FROM e, (SELECT -1 AS d UNION SELECT 0 UNION SELECT 1 UNION SELECT 2) UNION ALL SELECT -(1 << n) FROM e);'
\qecho 'INSERT INTO numbers (r, x) VALUES (9e999, -9e999), (-0.0, 1e-300), (NULL, NULL), (9007199254740993, 3.0);'
\qecho 'CREATE TABLE sizes (id INTEGER PRIMARY KEY, t TEXT, b BLOB, n INTEGER, t2 TEXT);'
\qecho 'WITH RECURSIVE e (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM e WHERE n < 900) INSERT INTO sizes SELECT n * 7, replace(printf(''%.*c'', n, ''x''), ''xxxxx'', ''äx☃''), zeroblob(n * 3 % 700), n, n || '''' FROM e;'
\qecho 'INSERT INTO sizes (t, b, n, t2) SELECT ''before'', CAST(replace(printf(''%.*c'', n, ''y''), ''y'', ''0123456789'') AS BLOB), n, ''after '' || n FROM (SELECT 400 AS n UNION SELECT 1638 UNION SELECT 1639 UNION SELECT 6000 UNION SELECT 20000);'
\qecho 'INSERT INTO sizes (t2, t) SELECT ''last'', replace(printf(''%.*c'', n, ''y''), ''y'', ''{"a": "0123456789"}'') FROM (SELECT 1 AS n UNION SELECT 300 UNION SELECT 5000);'
\qecho 'DELETE FROM sizes WHERE id % 5 = 0;'
\qecho 'CREATE TABLE younger (a TEXT);'
\qecho 'INSERT INTO younger VALUES (''one''), (''two'');'
\qecho 'ALTER TABLE younger ADD COLUMN c; INSERT INTO younger VALUES (''three'', 3);'
\qecho 'CREATE TABLE youngest (a TEXT); INSERT INTO youngest VALUES (''one'');'
\qecho 'ALTER TABLE youngest ADD COLUMN c INTEGER DEFAULT 7; INSERT INTO youngest VALUES (''two'', 8);'
\qecho 'CREATE TABLE generated (a INTEGER, g AS (a * 2), s AS (a + 1) STORED); INSERT INTO generated VALUES (1), (2);'
\qecho 'CREATE TABLE keyed (k TEXT PRIMARY KEY, v REAL) WITHOUT ROWID; INSERT INTO keyed VALUES (''x'', 1), (''y'', 2);'
\qecho 'CREATE TABLE hidden (rowid TEXT, oid TEXT, _rowid_ INTEGER PRIMARY KEY); INSERT INTO hidden VALUES (''a'', ''b'', 5), (''c'', ''d'', -5);'
\qecho 'CREATE TABLE nameless (rowid TEXT, oid TEXT, _rowid_ TEXT); INSERT INTO nameless VALUES (''a'', ''b'', 1);'
\qecho 'CREATE TABLE empty (a INTEGER, b REAL);'
\qecho 'CREATE TABLE typed (a ANY, r REAL, i INT) STRICT; INSERT INTO typed VALUES (1, 2, 3), (''1'', 2.5, 4), (1.0, 3, 5);'
\qecho 'CREATE TABLE many (id INTEGER PRIMARY KEY, v); WITH RECURSIVE e (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM e WHERE n < 20000) INSERT INTO many SELECT n, n * 37 % 1000 FROM e;'
\o
\set QUIET off
\! cd "$(dirname "$FILE")" && for size in 512 1024 4096 65536; do for mode in delete wal; do f=sqlite_pages_${size}_$mode.db; rm -f $f*; { echo "PRAGMA page_size = $size; PRAGMA auto_vacuum = $((size / 1024 % 2)); PRAGMA journal_mode = $mode;"; cat "$SHAPES"; } | sqlite3 $f > /dev/null; done; done
CREATE TEMP TABLE found (size int, mode text, profile jsonb);
CREATE FUNCTION pg_temp.look(folder text, size int, mode text, encoding text DEFAULT '') RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('CREATE SERVER sqlite_pages FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database %L)', format('%s/results/sqlite_pages%s_%s_%s.db', folder, encoding, size, mode));
	INSERT INTO found SELECT size, mode || encoding, to_jsonb(p) FROM sqlite_mig.profile('sqlite_pages') AS p;
	DROP SERVER sqlite_pages;
END $$;
SELECT pg_temp.look(:'builddir', s, m) FROM unnest('{512,1024,4096,65536}'::int[]) s, unnest('{delete,wal}'::text[]) m \g /dev/null
SELECT size, mode, count(DISTINCT profile ->> 'table_name') AS tables, count(*) AS columns, max((profile ->> 'rows')::int) AS rows, max((profile ->> 'max_bytes')::int) AS bytes FROM found GROUP BY size, mode ORDER BY size, mode;
-- differences between pages and SQLite: none
SELECT a.size, a.profile, b.profile FROM found a JOIN found b ON a.size = b.size AND a.mode = 'delete' AND b.mode = 'wal' AND a.profile -> 'table_name' = b.profile -> 'table_name' AND a.profile -> 'position' = b.profile -> 'position' WHERE a.profile <> b.profile;
-- UTF-16 and reserved bytes
\! cd "$(dirname "$FILE")" && for mode in delete wal; do f=sqlite_pages_utf16_1024_$mode.db; rm -f $f*; { echo "PRAGMA page_size = 1024; PRAGMA encoding = 'UTF-16'; PRAGMA journal_mode = $mode;"; cat "$SHAPES"; } | sqlite3 $f > /dev/null; f=sqlite_pages_reserved_1024_$mode.db; rm -f $f*; { echo ".filectrl reserve_bytes 200"; echo "PRAGMA page_size = 1024; VACUUM; PRAGMA journal_mode = $mode;"; cat "$SHAPES"; } | sqlite3 $f > /dev/null; done
SELECT pg_temp.look(:'builddir', 1024, m, e) FROM unnest('{delete,wal}'::text[]) m, unnest('{_utf16,_reserved}'::text[]) e \g /dev/null
SELECT a.mode, count(*) AS columns, count(*) FILTER (WHERE a.profile <> b.profile) AS different FROM found a JOIN found b ON b.mode = replace(a.mode, 'delete', 'wal') AND a.size = b.size AND a.profile -> 'table_name' = b.profile -> 'table_name' AND a.profile -> 'position' = b.profile -> 'position'
	WHERE a.mode LIKE 'delete\_%' GROUP BY a.mode ORDER BY a.mode;

-- a sample has as many rows as it was asked for
\set file :builddir '/results/sqlite_pages_4096_delete.db'
CREATE SERVER sqlite_pages FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT n, rows, complete, min_int, max_int FROM unnest('{1,19999,20000,20001}'::int[]) n, sqlite_mig.profile('sqlite_pages', 'many', n) WHERE position = 1 ORDER BY n;
DROP SERVER sqlite_pages;

-- Of a long blob only the beginning is read: what is broken behind it does not show. That it was read from the pages shows in
-- that, for SQLite stumbles over it. (The first values are samples, which come from SQLite.)
\! cd "$(dirname "$FILE")" && for mode in delete wal; do f=sqlite_pages_broken_$mode.db; rm -f $f*; sqlite3 $f "PRAGMA journal_mode = $mode; CREATE TABLE b (id INTEGER PRIMARY KEY, v BLOB, t TEXT)" "INSERT INTO b VALUES (1, x'01', ''), (2, x'02', NULL), (3, x'03', NULL), (4, x'04', NULL), (5, zeroblob(100000), NULL)" > /dev/null; printf '\377\377\377\377' | dd of=$f bs=1 seek=$((10 * 4096)) conv=notrunc 2> /dev/null; done
\set file :builddir '/results/sqlite_pages_broken_delete.db'
CREATE SERVER sqlite_pages FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT column_name, rows, blobs, max_bytes, distinct_estimate FROM sqlite_mig.profile('sqlite_pages') WHERE column_name = 'v';
DROP SERVER sqlite_pages;
\set file :builddir '/results/sqlite_pages_broken_wal.db'
CREATE SERVER sqlite_pages FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
\set VERBOSITY sqlstate
SELECT column_name, rows, blobs, max_bytes, distinct_estimate FROM sqlite_mig.profile('sqlite_pages') WHERE column_name = 'v';
\set VERBOSITY default
DROP SERVER sqlite_pages;
DROP TABLE found;
\! cd "$(dirname "$FILE")" && rm -f sqlite_pages_*.db*
