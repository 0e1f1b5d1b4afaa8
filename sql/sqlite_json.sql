-- JSON functions in a generated column and in an index: some builds of SQLite take their own for unsafe ones.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/sqlite_json.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE track (id INTEGER PRIMARY KEY, doc TEXT, title TEXT AS (json_extract(doc, '$.title')) STORED, year AS (json_extract(doc, '$.year'))); CREATE INDEX track_artist ON track (json_extract(doc, '$.artist')); INSERT INTO track (doc) VALUES ('{\"title\": \"one\", \"artist\": \"a\", \"year\": 1999}'), ('{\"title\": \"two\"}'); CREATE TABLE plain (a); INSERT INTO plain VALUES (1)"
CREATE SERVER sqlite_json FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE FOREIGN TABLE sqlite_json_track (id bigint, title text, year bigint) SERVER sqlite_json OPTIONS ("table" 'track');
SELECT * FROM sqlite_json_track ORDER BY id;
CALL sqlite_mig.migrate('sqlite_json', 'sqlite_json');
SELECT id, title, year FROM sqlite_json.track ORDER BY id;
SELECT bool_and(ok) FROM sqlite_mig.verify('sqlite_json');
-- functions that reach outside of the file stay forbidden, whatever the schema says
\! sqlite3 "$FILE" "CREATE VIEW bad AS SELECT load_extension('x')"
CREATE FOREIGN TABLE sqlite_json_bad (x text) SERVER sqlite_json OPTIONS ("table" 'bad');
SELECT * FROM sqlite_json_bad;

DROP SCHEMA sqlite_json CASCADE;
DROP SERVER sqlite_json CASCADE;
DROP SCHEMA sqlite_sqlite_json CASCADE;
DELETE FROM sqlite_mig.migration WHERE migration = 'sqlite_json';
