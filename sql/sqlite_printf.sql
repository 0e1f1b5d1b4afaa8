-- printf and format give what SQLite's own give (the shell computes them), and refuse one character a hundred million times
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/sqlite_printf.db'
\setenv FILE :file
\set wide :builddir '/results/sqlite_printf_16.db'
\setenv WIDE :wide
\! rm -f "$FILE" "$WIDE"; sqlite3 "$FILE" "CREATE TABLE f (f); INSERT INTO f VALUES (''), ('none'), ('%d'), ('%5d|%-5d|%05d|%+d|% d|%,d'), ('%*d'), ('%-*d'), ('%.*f'), ('%8.2f|%e|%g|%G|%!.20g'), ('%s|%10s|%-10s|%.2s'), ('%q|%Q|%w'), ('%c|%5c|%-5c|%.3c|%6.3c|%-6.3c|'), ('%.*c'), ('%*.*c|%s'), ('%x|%X|%o|%#x|%#o'), ('%ld|%lld'), ('100%%|%s'), ('%'), ('%z'), ('%n%d'), ('%i|%u|%p'), ('%999d'), ('%.999c'), (NULL), (12), (x'2564'), (char(228) || '%c%.2c')"
\! sqlite3 "$FILE" "CREATE TABLE a (a, b); INSERT INTO a VALUES (NULL, 1), (0, 'x'), (3, 'abc'), (-3, 42), (1.5, '3'), ('7z', -1e300), (x'6162', NULL), (x'', x'33'), (char(228, 8364), char(128512)), (9223372036854775807, 15000.0), ('', '')"
\! sqlite3 "$FILE" .dump | sqlite3 "$WIDE" "PRAGMA encoding = 'UTF-16le'" ".read /dev/stdin"
\! for F in "$FILE" "$WIDE"; do sqlite3 "$F" "CREATE TABLE done AS SELECT f, a, b, printf(f) AS p0, printf(f, a) AS p1, printf(f, a, b) AS p2, format(f, a, b, b, a, 1, 2, 3, 4, 5, 6, 7) AS p11 FROM f, a"; done
\! sqlite3 "$FILE" "CREATE TABLE made (x, g AS (printf('%05d', x)), CHECK (format('%s', x) <> 'no')); INSERT INTO made VALUES (1), (22); CREATE INDEX made_x ON made (printf('%03d', x))"
CREATE SERVER sqlite_printf FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');
CREATE SERVER sqlite_printf_16 FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'wide');
CREATE FOREIGN TABLE sqlite_printf (n bigint, shown boolean, p0 bigint, p1 bigint, p2 bigint, p11 bigint) SERVER sqlite_printf OPTIONS (query
	'SELECT count(*) AS n, sum(length(p11)) > 5000 AS shown, sum(p0 IS NOT printf(f)) AS p0, sum(p1 IS NOT printf(f, a)) AS p1, sum(p2 IS NOT printf(f, a, b)) AS p2, sum(p11 IS NOT format(f, a, b, b, a, 1, 2, 3, 4, 5, 6, 7)) AS p11 FROM done');
CREATE FOREIGN TABLE sqlite_printf_16 (n bigint, p0 bigint, p1 bigint, p2 bigint, p11 bigint) SERVER sqlite_printf_16 OPTIONS (query
	'SELECT count(*) AS n, sum(p0 IS NOT printf(f)) AS p0, sum(p1 IS NOT printf(f, a)) AS p1, sum(p2 IS NOT printf(f, a, b)) AS p2, sum(p11 IS NOT format(f, a, b, b, a, 1, 2, 3, 4, 5, 6, 7)) AS p11 FROM done');
SELECT * FROM sqlite_printf;
SELECT * FROM sqlite_printf_16;
-- in a generated column, a check and an index
CREATE FOREIGN TABLE sqlite_printf_made (x integer, g text) SERVER sqlite_printf OPTIONS ("table" 'made');
SELECT * FROM sqlite_printf_made ORDER BY x;
INSERT INTO sqlite_printf_made (x) VALUES (333);
SELECT * FROM sqlite_printf_made ORDER BY x;
\! sqlite3 "$FILE" "PRAGMA integrity_check" "SELECT x FROM made INDEXED BY made_x WHERE printf('%03d', x) = '333'"
-- no argument; one character a hundred million times, in one conversion or many, by digits or by an argument
CREATE FOREIGN TABLE sqlite_printf_one (x text) SERVER sqlite_printf OPTIONS (query 'SELECT printf() AS x');
\set SHOW_CONTEXT never
SELECT x IS NULL FROM sqlite_printf_one;
ALTER FOREIGN TABLE sqlite_printf_one OPTIONS (SET query 'SELECT length(printf(''%.*c%2000000000s'', -100000001, ''a'', 1)) AS x');
SELECT x FROM sqlite_printf_one;
ALTER FOREIGN TABLE sqlite_printf_one OPTIONS (SET query 'SELECT length(printf(''%*.*c %s %-9.90000000c %d %.9999999c'', 3, 2, ''a'', ''b'', ''c'', 4, ''d'')) AS x');
SELECT x FROM sqlite_printf_one;
ALTER FOREIGN TABLE sqlite_printf_one OPTIONS (SET query 'SELECT length(format(''%s%%%.99999999999999999c'', 3)) AS x');
SELECT x FROM sqlite_printf_one;
ALTER FOREIGN TABLE sqlite_printf_one OPTIONS (SET query 'SELECT length(printf(''%.*s %.200000000d %.2c'', 200000000, 3, 4, 5)) AS x');
SELECT x FROM sqlite_printf_one;
DROP SERVER sqlite_printf CASCADE;
DROP SERVER sqlite_printf_16 CASCADE;
