-- Full-text queries that SQLite answers: MATCH of FTS4 and FTS5, and where it cannot be asked.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_match.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE VIRTUAL TABLE docs USING fts5(title, body); INSERT INTO docs VALUES ('Ferrets', 'long and thin animals'), ('Snakes', 'longer and thinner, no ferret'), ('Soup', NULL), ('An ''animal'' farm', 'of animals and a farm')"
\! sqlite3 "$FILE" "CREATE VIRTUAL TABLE notes USING fts4(text); INSERT INTO notes VALUES ('milk and honey'), ('honey'), ('bread'); CREATE TABLE plain (id INTEGER PRIMARY KEY, title TEXT); INSERT INTO plain VALUES (1, 'Ferrets'), (2, 'Soup')"
CREATE SERVER fdw_match FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA fdw_match;
IMPORT FOREIGN SCHEMA main FROM SERVER fdw_match INTO fdw_match;
SET search_path = fdw_match;
EXPLAIN (VERBOSE, COSTS OFF) SELECT title FROM docs WHERE sqlite_mig.match(body, 'animals');
SELECT title FROM docs WHERE sqlite_mig.match(body, 'animals') ORDER BY title;
EXPLAIN (VERBOSE, COSTS OFF) SELECT title FROM docs WHERE docs OPERATOR(sqlite_mig.@~) 'ferret*' AND length(title) > 6;
SELECT title FROM docs WHERE docs OPERATOR(sqlite_mig.@~) 'ferret*' ORDER BY title;
SELECT title FROM docs WHERE docs OPERATOR(sqlite_mig.@~) 'ferret*' AND length(title) > 6;
SELECT title FROM docs WHERE title OPERATOR(sqlite_mig.@~) 'farm' AND body OPERATOR(sqlite_mig.@~) 'animals NOT thin';
SELECT count(*) FROM notes WHERE sqlite_mig.match(text, 'honey -milk');
SELECT text FROM notes WHERE sqlite_mig.match(text, 'honey') ORDER BY text;
SELECT title FROM docs WHERE sqlite_mig.match(body, NULL);
-- parameters, also of an outer row
SET plan_cache_mode = force_generic_plan;
PREPARE search(text) AS SELECT title FROM docs WHERE sqlite_mig.match(docs, $1) ORDER BY title;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE search('x');
EXECUTE search('thin*'); EXECUTE search('soup'); EXECUTE search(NULL);
RESET plan_cache_mode;
SELECT word, (SELECT count(*) FROM docs WHERE sqlite_mig.match(docs, word)) FROM (VALUES ('and'), ('soup'), ('none')) v(word);
SELECT p.id, d.body FROM plain p, docs d WHERE d.title = p.title AND sqlite_mig.match(d, 'animals');
-- what SQLite cannot be asked
\set VERBOSITY terse
SELECT title FROM docs WHERE sqlite_mig.match(body, 'animals') OR title = 'Soup';
SELECT sqlite_mig.match(body, 'animals') FROM docs;
SELECT title FROM plain WHERE sqlite_mig.match(title, 'soup');
SELECT title FROM docs WHERE sqlite_mig.match(docs, '"');
SET sqlite_fdw_mig.pushdown = off;
SELECT title FROM docs WHERE sqlite_mig.match(body, 'animals');
RESET sqlite_fdw_mig.pushdown;
\set VERBOSITY default
SELECT 'x' OPERATOR(sqlite_mig.@~) 'y';

RESET search_path;
SET client_min_messages = warning;
DROP SERVER fdw_match CASCADE;
DROP SCHEMA fdw_match CASCADE;
