-- instr, replace and trim of our own give what SQLite's give: the shell computes them with its own, a foreign table with ours.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/sqlite_text.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE v (x); INSERT INTO v VALUES (NULL), (''), ('a'), ('aa'), ('aaa'), ('ab'), ('aba'), ('b'), ('abab'), (1), (11), (121), (-1), (1.5), (1e300), (x''), (x'61'), (x'6162'), (x'00'), (x'6100'), ('a' || char(0) || 'b'), (char(0)), (char(233)), (char(233, 97, 233)), (x'c3'), (x'a9'), (CAST(x'c3' AS TEXT)), (CAST(x'a9' AS TEXT)), (CAST(x'a9a9' AS TEXT)), (CAST(x'61a961' AS TEXT)), (CAST(x'c3a9a9a9' AS TEXT)), (char(8364, 128512)), (char(128512)), (' '), (' a '), ('  '), (CAST(x'f09f98' AS TEXT)), (CAST(x'ff' AS TEXT)), (x'61c3a961')"
\! sqlite3 "$FILE" "CREATE TABLE done AS SELECT a.x AS a, b.x AS b, c.x AS c, instr(a.x, b.x) AS i, replace(a.x, b.x, c.x) AS r, trim(a.x, b.x) AS t, ltrim(a.x, b.x) AS l, rtrim(a.x, b.x) AS g FROM v AS a, v AS b, v AS c"
CREATE SERVER sqlite_text FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE FOREIGN TABLE sqlite_text (n bigint, instr bigint, replace bigint, trim bigint, ltrim bigint, rtrim bigint) SERVER sqlite_text OPTIONS (query
	'SELECT count(*) AS n, sum(quote(i) IS NOT quote(instr(a, b)) OR typeof(i) <> typeof(instr(a, b))) AS "instr", sum(hex(r) IS NOT hex(replace(a, b, c)) OR typeof(r) <> typeof(replace(a, b, c))) AS "replace", sum(hex(t) IS NOT hex(trim(a, b)) OR typeof(t) <> typeof(trim(a, b))) AS "trim", sum(hex(l) IS NOT hex(ltrim(a, b)) OR typeof(l) <> typeof(ltrim(a, b))) AS "ltrim", sum(hex(g) IS NOT hex(rtrim(a, b)) OR typeof(g) <> typeof(rtrim(a, b))) AS "rtrim" FROM done');
SELECT * FROM sqlite_text;
-- what an argument is stays what it is
ALTER FOREIGN TABLE sqlite_text OPTIONS (SET query 'SELECT count(*) AS n, sum(typeof(x) = ''blob'') AS "instr" FROM (SELECT x, instr(x, ''a'') AS i FROM v WHERE typeof(x) = ''blob'') WHERE i >= 0');
SELECT n, instr FROM sqlite_text;
-- they are deterministic and may stand in an index and in a generated column
\! sqlite3 "$FILE" "CREATE TABLE made (x TEXT, g AS (replace(trim(x, '-'), 'a', 'b'))); INSERT INTO made VALUES ('-banana-'), ('none'); CREATE INDEX made_x ON made (instr(x, 'n'))"
CREATE FOREIGN TABLE sqlite_text_made (x text, g text) SERVER sqlite_text OPTIONS ("table" 'made');
SELECT * FROM sqlite_text_made ORDER BY x COLLATE "C";
DROP SERVER sqlite_text CASCADE;
