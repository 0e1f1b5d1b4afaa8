-- profile leaves long blobs where they are, once a column has shown some: what it finds is the same
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/sqlite_blob.db'
\setenv FILE :file
\! rm -f "$FILE"
-- blobs of all lengths around the limit, texts and numbers between them, the longest one last; the view has no rowid, so all of it is read
\! sqlite3 "$FILE" "CREATE TABLE b (id INTEGER PRIMARY KEY, v BLOB, n INTEGER, \"odd \"\"name\" BLOB, t TEXT)" "WITH RECURSIVE e (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM e WHERE n < 3500) INSERT INTO b SELECT n * 3, CASE n % 7 WHEN 1 THEN CAST(printf('%020d', n % 500) || zeroblob(16366 + n % 3 - 1) AS BLOB) WHEN 2 THEN zeroblob(16384 + n % 2) WHEN 3 THEN NULL WHEN 4 THEN n WHEN 5 THEN 'text ' || n WHEN 6 THEN n + 0.5 ELSE zeroblob(n % 20) END, n, CASE WHEN n > 1500 AND n % 100 = 0 THEN CAST(n || zeroblob(30000) AS BLOB) ELSE zeroblob(n % 3) END, 'behind ' || n FROM e" "CREATE TABLE hidden (rowid BLOB, oid TEXT, _rowid_ TEXT)" "INSERT INTO hidden SELECT v, n, t FROM b" "CREATE VIEW whole AS SELECT * FROM b ORDER BY id"
CREATE SERVER sqlite_blob FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT column_name, rows, nulls, integers, reals, texts, blobs, max_bytes FROM sqlite_mig.profile('sqlite_blob', 'b') ORDER BY position;
SELECT count(*) AS columns, count(*) FILTER (WHERE to_jsonb(t) - '{table_name,declared_type,recognised}'::text[] = to_jsonb(v) - '{table_name,declared_type,recognised}'::text[]) AS same,
		count(*) FILTER (WHERE (SELECT jsonb_object_agg(key, value -> 'matches') FROM jsonb_each(t.recognised)) IS NOT DISTINCT FROM (SELECT jsonb_object_agg(key, value -> 'matches') FROM jsonb_each(v.recognised))) AS same_matches
	FROM sqlite_mig.profile('sqlite_blob', 'b') AS t JOIN sqlite_mig.profile('sqlite_blob', 'whole') AS v USING (position);
-- a table whose rows cannot be come back to
SELECT rows, nulls, integers, reals, texts, blobs, max_bytes FROM sqlite_mig.profile('sqlite_blob', 'hidden') WHERE position = 1;
-- a sample ends where it was asked to
SELECT n, rows, complete, max_int FROM unnest('{999,1000,1001,2000,3499,3500,3501}'::int[]) AS n, sqlite_mig.profile('sqlite_blob', 'b', n) WHERE column_name = 'n' ORDER BY n;
DROP SERVER sqlite_blob;

-- the greatest rowid there is, as the one behind which the pass would go on
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE b (v BLOB)" "WITH RECURSIVE e (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM e WHERE n < 1000) INSERT INTO b (rowid, v) SELECT 9223372036854775807 - 1000 + n, zeroblob(16000 + n) FROM e"
CREATE SERVER sqlite_blob FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT rows, complete, blobs, max_bytes, distinct_estimate BETWEEN 980 AND 1020 AS distinct FROM sqlite_mig.profile('sqlite_blob', 'b');
DROP SERVER sqlite_blob;

-- that the rest of a long blob is not read shows where it is broken: the view, which is read, stumbles over it, as the copy does
\! rm -f "$FILE"; sqlite3 "$FILE" "PRAGMA page_size = 4096; CREATE TABLE b (id INTEGER PRIMARY KEY, v BLOB); CREATE VIEW whole AS SELECT * FROM b" "INSERT INTO b VALUES (1, zeroblob(20000)); WITH RECURSIVE e (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM e WHERE n < 1000) INSERT INTO b SELECT n, CAST(n AS BLOB) FROM e" "INSERT INTO b VALUES (1001, zeroblob(100000))"; printf '\377\377\377\377' | dd of="$FILE" bs=1 seek=$(($(wc -c < "$FILE") - 10 * 4096)) conv=notrunc 2> /dev/null
CREATE SERVER sqlite_blob FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT column_name, rows, blobs, max_bytes, distinct_estimate BETWEEN 980 AND 1020 AS distinct FROM sqlite_mig.profile('sqlite_blob', 'b') WHERE column_name = 'v';
\set VERBOSITY sqlstate
SELECT rows FROM sqlite_mig.profile('sqlite_blob', 'whole') WHERE column_name = 'v';
\set VERBOSITY default
DROP SERVER sqlite_blob;
