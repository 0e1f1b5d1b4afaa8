-- Schemas written in another encoding than UTF-8: shown as far as they can be, and what cannot be addressed is said.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/sqlite_schema.db'
\setenv FILE :file
\! rm -f "$FILE"
-- \374 and \366 are u and o with dots in Latin-1
\! printf "CREATE TABLE fine (id INTEGER PRIMARY KEY, x TEXT /* f\374r */ DEFAULT 'gr\366\337e'); INSERT INTO fine (id) VALUES (1); CREATE TABLE cols (a INT, \"gr\366\337e\" INT); INSERT INTO cols VALUES (1, 2); CREATE TABLE \"\374bel\" (a INT); INSERT INTO \"\374bel\" VALUES (3); CREATE VIEW v AS SELECT a AS \"\374\" FROM cols; CREATE INDEX \"i\374\" ON fine (x);" | sqlite3 "$FILE"
CREATE SERVER sqlite_schema FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', on_invalid_utf8 'latin1');
SELECT table_name, kind, sql, error FROM sqlite_mig.source_tables('sqlite_schema');
SELECT table_name, column_name, default_value FROM sqlite_mig.source_columns('sqlite_schema');
SELECT index_name, columns FROM sqlite_mig.source_indexes('sqlite_schema');
CREATE SCHEMA sqlite_schema;
IMPORT FOREIGN SCHEMA main FROM SERVER sqlite_schema INTO sqlite_schema;
SELECT * FROM sqlite_schema.fine;
DROP SCHEMA sqlite_schema CASCADE;
CALL sqlite_mig.migrate('sqlite_schema', 'sqlite_schema');
SELECT * FROM sqlite_schema.fine;
SELECT severity, effect, object_kind, object_name, detail FROM sqlite_mig.ledger WHERE migration = 'sqlite_schema' AND effect <> 'converted' ORDER BY entry;
SELECT verdict FROM sqlite_mig.status('sqlite_schema');
DROP SCHEMA sqlite_schema CASCADE;
DROP SERVER sqlite_schema CASCADE;
DROP SCHEMA sqlite_sqlite_schema CASCADE;
DELETE FROM sqlite_mig.migration WHERE migration = 'sqlite_schema';
