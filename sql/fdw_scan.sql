-- Foreign scans: columns fetched, rescans, joins, system columns, odd names, EXPLAIN, snapshots.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_scan.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE artist (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born DATE, score REAL); INSERT INTO artist VALUES (1, 'Nina', '1933-02-21', 9.5), (2, 'Björk', '1965-11-21', NULL), (5, '', NULL, -0.0)"
\! sqlite3 "$FILE" "CREATE TABLE track (artist INTEGER, n INTEGER, title TEXT, PRIMARY KEY (artist, n)) WITHOUT ROWID; INSERT INTO track VALUES (1, 1, 'Feeling Good'), (1, 2, 'Sinnerman'), (2, 1, 'Jóga')"
\! sqlite3 "$FILE" "CREATE VIEW loud AS SELECT upper(name) AS name, count(*) AS tracks FROM artist JOIN track ON artist = id GROUP BY id"
\! sqlite3 "$FILE" "CREATE TABLE \"Odd \"\"name\"\" ü\" (\"select\" INTEGER, \"with space\" TEXT, \"quo\"\"te\" TEXT, \"UPPER\" TEXT)"
\! sqlite3 "$FILE" "INSERT INTO \"Odd \"\"name\"\" ü\" VALUES (1, 'a', 'b', 'c')"
CREATE SERVER fdw_scan FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA fdw_scan;
IMPORT FOREIGN SCHEMA main FROM SERVER fdw_scan INTO fdw_scan;
SET search_path = fdw_scan;
\d artist
\d track
SELECT * FROM artist ORDER BY id;
SELECT * FROM track ORDER BY artist, n;
SELECT * FROM loud ORDER BY name;
SELECT * FROM "Odd ""name"" ü";

-- only what is needed is fetched
EXPLAIN (VERBOSE, COSTS OFF) SELECT name FROM artist WHERE id > 1;
EXPLAIN (VERBOSE, COSTS OFF) SELECT count(*) FROM artist;
EXPLAIN (VERBOSE, COSTS OFF) SELECT artist FROM artist;
EXPLAIN (VERBOSE, COSTS OFF) SELECT "quo""te" FROM "Odd ""name"" ü";
SELECT count(*) FROM artist;
SELECT artist FROM artist ORDER BY artist.id;
SELECT tableoid::regclass, name FROM artist WHERE score IS NOT NULL ORDER BY id;

-- joins, rescans, correlated subqueries, parameters, cursors
SELECT a.name, t.title FROM artist a JOIN track t ON t.artist = a.id ORDER BY 1, 2;
SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_material = off;
SELECT a.name, t.title FROM artist a LEFT JOIN track t ON t.artist = a.id ORDER BY 1, 2;
RESET enable_hashjoin; RESET enable_mergejoin; RESET enable_material;
SELECT name, (SELECT count(*) FROM track t WHERE t.artist = a.id) FROM artist a ORDER BY id;
PREPARE p(int) AS SELECT title FROM track WHERE artist = $1 ORDER BY n;
EXECUTE p(1); EXECUTE p(2);
DEALLOCATE p;
BEGIN;
DECLARE c SCROLL CURSOR WITH HOLD FOR SELECT n FROM track ORDER BY artist, n;
FETCH 2 FROM c;
FETCH BACKWARD 1 FROM c;
COMMIT;
FETCH ALL FROM c;
CLOSE c;

-- estimates differ by table: statistics where SQLite has them, else the span of rowids
\! sqlite3 "$FILE" "CREATE TABLE big (id INTEGER PRIMARY KEY); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO big SELECT i FROM n; CREATE TABLE counted (a); CREATE INDEX counted_a ON counted (a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700) INSERT INTO counted(rowid, a) SELECT i * 1000000, i FROM n; ANALYZE counted;"
IMPORT FOREIGN SCHEMA main LIMIT TO (big, counted) FROM SERVER fdw_scan INTO fdw_scan;
CREATE FUNCTION pg_temp.estimate(t regclass) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE plan json;
BEGIN
	EXECUTE format('EXPLAIN (FORMAT json) SELECT * FROM %s', t) INTO plan;
	RETURN plan->0->'Plan'->>'Plan Rows';
END $$;
SELECT t, pg_temp.estimate(t) FROM unnest('{artist,big,counted}'::regclass[]) t;

-- one snapshot of the file for the whole transaction
BEGIN;
SELECT count(*) FROM artist;
\! sqlite3 -cmd ".timeout 0" "$FILE" "INSERT INTO artist VALUES (9, 'Late', NULL, NULL)" 2>&1 | sed 's/.*database is locked.*/locked out/'
SELECT count(*) FROM artist;
SELECT server_name, in_transaction, valid FROM sqlite_mig.connections() WHERE server_name = 'fdw_scan';
SAVEPOINT s;
SELECT 1 / 0;
ROLLBACK TO s;
SELECT count(*) FROM artist;
COMMIT;
SELECT server_name, in_transaction, valid FROM sqlite_mig.connections() WHERE server_name = 'fdw_scan';
SELECT sqlite_mig.disconnect('fdw_scan'), sqlite_mig.disconnect('fdw_scan');
-- not within a transaction that has used it: its reads are of one snapshot
BEGIN;
SELECT count(*) FROM artist;
SELECT sqlite_mig.disconnect('fdw_scan'), sqlite_mig.disconnect_all();
SELECT in_transaction FROM sqlite_mig.connections() WHERE server_name = 'fdw_scan';
COMMIT;
-- in WAL mode a writer is not kept out, and the transaction does not see it
\! sqlite3 "$FILE" "PRAGMA journal_mode=WAL" > /dev/null
BEGIN;
SELECT count(*) FROM artist;
\! sqlite3 "$FILE" "INSERT INTO artist VALUES (9, 'Late', NULL, NULL)"
SELECT count(*) FROM artist;
COMMIT;
SELECT count(*) FROM artist;
BEGIN;
SELECT count(*) FROM artist;
PREPARE TRANSACTION 'fdw_scan';

-- reading only
INSERT INTO artist VALUES (10, 'x', NULL, NULL);
UPDATE artist SET name = 'x';
DELETE FROM artist;

-- a value that its type does not hold names its place; the backend goes on
\! sqlite3 "$FILE" "INSERT INTO track VALUES (7, 'seven', 'x'); INSERT INTO artist VALUES (77, 'Bad', 'not a day', 1)"
SELECT * FROM track;
SELECT born FROM artist;
SELECT name FROM artist WHERE id = 77;

RESET search_path;
SET client_min_messages = warning;
DROP SERVER fdw_scan CASCADE;
DROP SCHEMA fdw_scan CASCADE;
