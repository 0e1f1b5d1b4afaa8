-- hex and strftime of our own give what SQLite's give: the shell computes them with its own, a foreign table with ours.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/sqlite_long.db'
\setenv FILE :file
\set wide :builddir '/results/sqlite_long_16.db'
\setenv WIDE :wide
\! rm -f "$FILE" "$WIDE"; sqlite3 "$FILE" "CREATE TABLE v (x); INSERT INTO v VALUES (NULL), (''), ('a'), ('aZz@[\`{'), ('it''s'), (''''), (''''''''''), (1), (-1), (9223372036854775807), (1.5), (1e300), (0.1), (-0.0), (9e999), (x''), (x'00'), (x'61ff00'), ('a' || char(0) || 'b'), (char(233, 201)), (char(8364, 128512)), ('%Y-%m-%d'), ('%s %j %W %f'), ('%q'), ('%%'), (x'2559'), ('2024-02-30'), ('2024-02-29 12:34:56.789'), ('garbage'), (0), (2460000.5), (1700000000)"
\! sqlite3 "$FILE" .dump | sed 's/(Inf)/(9e999)/; s/(-Inf)/(-9e999)/' | sqlite3 "$WIDE" "PRAGMA encoding = 'UTF-16le'" ".read /dev/stdin"
\! for F in "$FILE" "$WIDE"; do sqlite3 "$F" "CREATE TABLE done AS SELECT x, hex(x) AS h FROM v; CREATE TABLE times AS SELECT a.x AS f, b.x AS t, strftime(a.x, b.x) AS s, strftime(a.x, b.x, '+1 month') AS m FROM v AS a, v AS b"; done
CREATE SERVER sqlite_long FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');
CREATE SERVER sqlite_long_16 FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'wide');
CREATE FOREIGN TABLE sqlite_long (n bigint, hex bigint) SERVER sqlite_long OPTIONS (query
	'SELECT count(*) AS n, sum(h IS NOT hex(x) OR typeof(h) <> typeof(hex(x))) AS "hex" FROM done');
CREATE FOREIGN TABLE sqlite_long_times (n bigint, shown boolean, s bigint, m bigint) SERVER sqlite_long OPTIONS (query
	'SELECT count(*) AS n, count(s) > 100 AS shown, sum(s IS NOT strftime(f, t)) AS s, sum(m IS NOT strftime(f, t, ''+1 month'')) AS m FROM times');
CREATE FOREIGN TABLE sqlite_long_16 (n bigint, hex bigint) SERVER sqlite_long_16 OPTIONS (query
	'SELECT count(*) AS n, sum(h IS NOT hex(x) OR typeof(h) <> typeof(hex(x))) AS "hex" FROM done');
CREATE FOREIGN TABLE sqlite_long_times_16 (n bigint, shown boolean, s bigint, m bigint) SERVER sqlite_long_16 OPTIONS (query
	'SELECT count(*) AS n, count(s) > 100 AS shown, sum(s IS NOT strftime(f, t)) AS s, sum(m IS NOT strftime(f, t, ''+1 month'')) AS m FROM times');
SELECT * FROM sqlite_long;
SELECT * FROM sqlite_long_times;
SELECT * FROM sqlite_long_16;
SELECT * FROM sqlite_long_times_16;
-- the ends of the parts in which long ones are written
CREATE FOREIGN TABLE sqlite_long_parts (n bigint, len bigint, hex boolean) SERVER sqlite_long OPTIONS (query
	'SELECT n, length(k) AS len, hex(k) = replace(k, ''b'', ''62'') AS hex FROM (SELECT n, replace(hex(zeroblob(n)), ''00'', ''b'') AS k FROM (SELECT 999999 AS n UNION ALL SELECT 1000000 UNION ALL SELECT 1000001 UNION ALL SELECT 2000000))');
SELECT * FROM sqlite_long_parts ORDER BY n;
-- of random bytes their number, and that they are others each time, for each row
CREATE FOREIGN TABLE sqlite_long_random (a bigint, b bigint, others boolean, many boolean) SERVER sqlite_long OPTIONS (query
	'SELECT min(length(randomblob(x))) AS a, max(length(randomblob(-5))) AS b, randomblob(1500000) <> randomblob(1500000) AS others, count(DISTINCT randomblob(16)) = count(*) AS many FROM v WHERE x IS NULL OR x IN (0, 1, -1)');
SELECT a, b, others, many FROM sqlite_long_random;
-- what is deterministic may stand in an index and in a generated column
\! sqlite3 "$FILE" "CREATE TABLE made (x TEXT, g AS (hex(x)), y AS (strftime('%Y', x))); INSERT INTO made (x) VALUES ('2024-01-31'), ('none'); CREATE INDEX made_x ON made (strftime('%m', x), hex(x))"
CREATE FOREIGN TABLE sqlite_long_made (x text, g text, y text) SERVER sqlite_long OPTIONS ("table" 'made');
INSERT INTO sqlite_long_made (x) VALUES ('2025-02-28');
SELECT * FROM sqlite_long_made ORDER BY x COLLATE "C";
\! sqlite3 "$FILE" "PRAGMA integrity_check" "SELECT x FROM made INDEXED BY made_x WHERE strftime('%m', x) = '02'"
-- the time is that of the call
CREATE FOREIGN TABLE sqlite_long_now (d text, same boolean) SERVER sqlite_long OPTIONS (query 'SELECT strftime(''%Y'', ''now'') AS d, strftime(''%Y-%m-%d'') IN (date(''now''), date(''now'', ''-1 minute'')) AS same');
SELECT d = to_char(now() AT TIME ZONE 'UTC', 'YYYY') OR now()::text LIKE '____-01-01%' AS year, same FROM sqlite_long_now;
\set SHOW_CONTEXT never
CREATE FOREIGN TABLE sqlite_long_limit (x bigint) SERVER sqlite_long OPTIONS (query 'SELECT length(strftime(hex(zeroblob(5000001)), 0)) AS x');
SELECT x FROM sqlite_long_limit;
ALTER FOREIGN TABLE sqlite_long_limit OPTIONS (SET query 'SELECT length(strftime(hex(zeroblob(4999999)), 0)) AS x');
SELECT x FROM sqlite_long_limit;
ALTER FOREIGN TABLE sqlite_long_limit OPTIONS (SET query 'SELECT length(hex(zeroblob(500000001))) AS x');
SELECT x FROM sqlite_long_limit;
ALTER FOREIGN TABLE sqlite_long_limit OPTIONS (SET query 'SELECT length(randomblob(1000000001)) AS x');
SELECT x FROM sqlite_long_limit;
DROP SERVER sqlite_long CASCADE;
DROP SERVER sqlite_long_16 CASCADE;
