-- LIKE and GLOB of our own give what SQLite's give: the shell computes them with its own, a foreign table with ours, once as they are (the
-- library's matcher behind our function), and once with a text and a pattern that begin with 4000 times the same letter (our matcher).
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/sqlite_match.db'
\setenv FILE :file
\set wide :builddir '/results/sqlite_match_16.db'
\setenv WIDE :wide
\! rm -f "$FILE" "$WIDE"; sqlite3 "$FILE" "CREATE TABLE v (x); INSERT INTO v VALUES (''), ('a'), ('A'), ('aa'), ('aB'), ('ab'), ('bab'), ('abab'), ('aaab'), ('%'), ('_'), ('*'), ('?'), ('%a'), ('a%'), ('%a%'), ('%b%a'), ('_b'), ('%_'), ('a*'), ('*a'), ('*b*a'), ('?b'), ('*?'), ('**b'), ('[ab]'), ('[^a]'), ('[a-c]b'), ('*[^a]b'), ('[]a]'), ('['), ('[a'), ('a-]'), ('[a-]'), ('[]'), ('\%'), ('\'), ('a\b'), ('%\'), ('\_b'), ('%\%'), (char(228)), (char(196)), ('%' || char(228)), ('*' || char(228) || 'a'), (char(228, 97)), ('[' || char(200) || '-' || char(300) || ']'), (char(8364)), (CAST(x'c3' AS TEXT)), (CAST(x'a4' AS TEXT)), (CAST(x'c080' AS TEXT)), (char(65533)), (CAST(x'eda08061' AS TEXT)), ('a' || char(0) || 'b')"
\! sqlite3 "$FILE" "CREATE TABLE w (x); INSERT INTO w SELECT x FROM v; INSERT INTO w VALUES (NULL), (1), (12), (-1.5), (1e300), (x'61'), (x''), (x'61ff'); CREATE TABLE e (x); INSERT INTO e VALUES ('\'), ('a'), ('A'), ('%'), ('_'), (char(228)), ('['), ('*')"
\! sqlite3 "$FILE" "CREATE TABLE done AS SELECT p.x AS p, t.x AS t, t.x LIKE p.x AS l, t.x GLOB p.x AS g FROM w AS p, w AS t; CREATE TABLE escaped AS SELECT p.x AS p, t.x AS t, e.x AS e, t.x LIKE p.x ESCAPE e.x AS l FROM w AS p, w AS t, e WHERE length(p.x) > 1"
\! sqlite3 "$FILE" .dump | sqlite3 "$WIDE" "PRAGMA encoding = 'UTF-16be'" ".read /dev/stdin"
CREATE SERVER sqlite_match FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SERVER sqlite_match_16 FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'wide');
CREATE FOREIGN TABLE sqlite_match (n bigint, matches boolean, "like" bigint, glob bigint) SERVER sqlite_match OPTIONS (query
	'SELECT count(*) AS n, sum(CASE WHEN typeof(p) <> ''blob'' AND typeof(t) <> ''blob'' THEN l + g END) > 500 AS matches, sum(l IS NOT (t LIKE p)) AS "like", sum(g IS NOT (t GLOB p)) AS glob FROM done');
CREATE FOREIGN TABLE sqlite_match_escape (n bigint, matches boolean, "like" bigint) SERVER sqlite_match OPTIONS (query
	'SELECT count(*) AS n, sum(CASE WHEN typeof(p) <> ''blob'' AND typeof(t) <> ''blob'' THEN l END) > 500 AS matches, sum(l IS NOT (t LIKE p ESCAPE e)) AS "like" FROM escaped');
CREATE FOREIGN TABLE sqlite_match_long (n bigint, matches boolean, "like" bigint, glob bigint) SERVER sqlite_match OPTIONS (query
	'WITH z (z) AS (SELECT printf(''%.*c'', 4000, ''z'')) SELECT count(*) AS n, sum(CASE WHEN typeof(p) <> ''blob'' AND typeof(t) <> ''blob'' THEN l + g END) > 500 AS matches, sum(l IS NOT ((z || t) LIKE (z || p))) AS "like", sum(g IS NOT ((z || t) GLOB (z || p))) AS glob FROM z, done WHERE typeof(p) <> ''blob'' AND typeof(t) <> ''blob''');
CREATE FOREIGN TABLE sqlite_match_long_escape (n bigint, matches boolean, "like" bigint) SERVER sqlite_match OPTIONS (query
	'WITH z (z) AS (SELECT printf(''%.*c'', 4000, ''z'')) SELECT count(*) AS n, sum(CASE WHEN typeof(p) <> ''blob'' AND typeof(t) <> ''blob'' THEN l END) > 500 AS matches, sum(l IS NOT ((z || t) LIKE (z || p) ESCAPE e)) AS "like" FROM z, escaped WHERE typeof(p) <> ''blob'' AND typeof(t) <> ''blob''');
CREATE FOREIGN TABLE sqlite_match_16 (n bigint, matches boolean, "like" bigint, glob bigint) SERVER sqlite_match_16 OPTIONS (query
	'SELECT count(*) AS n, sum(CASE WHEN typeof(p) <> ''blob'' AND typeof(t) <> ''blob'' THEN l + g END) > 500 AS matches, sum(l IS NOT (t LIKE p)) AS "like", sum(g IS NOT (t GLOB p)) AS glob FROM done');
SELECT * FROM sqlite_match;
SELECT * FROM sqlite_match_escape;
SELECT * FROM sqlite_match_long;
SELECT * FROM sqlite_match_long_escape;
SELECT n, "like", glob FROM sqlite_match_16;
-- an escape of more than one character, a pattern that is too long, and the longest
CREATE FOREIGN TABLE sqlite_match_one (x bigint) SERVER sqlite_match OPTIONS (query 'SELECT ''a'' LIKE ''a'' ESCAPE ''ab'' AS x');
\set SHOW_CONTEXT never
SELECT * FROM sqlite_match_one;
ALTER FOREIGN TABLE sqlite_match_one OPTIONS (SET query 'SELECT ''a'' GLOB printf(''%.*c'', 50001, ''a'') AS x');
SELECT * FROM sqlite_match_one;
ALTER FOREIGN TABLE sqlite_match_one OPTIONS (SET query 'SELECT printf(''%.*c'', 99998, ''a'') || ''b'' GLOB ''*'' || printf(''%.*c'', 49998, ''a'') || ''b'' AS x');
SELECT * FROM sqlite_match_one;
-- they are deterministic and may stand in an index and in a generated column
\! sqlite3 "$FILE" "CREATE TABLE made (x TEXT, g AS (x LIKE 'B%'), CHECK (x GLOB '[a-z]*')); INSERT INTO made VALUES ('banana'), ('none'); CREATE INDEX made_x ON made (x LIKE '%n%a'); CREATE INDEX made_part ON made (x) WHERE x GLOB 'b*'"
CREATE FOREIGN TABLE sqlite_match_made (x text, g bigint) SERVER sqlite_match OPTIONS ("table" 'made');
SELECT * FROM sqlite_match_made ORDER BY x COLLATE "C";
DROP SERVER sqlite_match CASCADE;
DROP SERVER sqlite_match_16 CASCADE;
