-- column option on_error: a refused value becomes NULL and is counted
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/conv_on_error.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, i, tz, tx, mood, ip, small)"
\! sqlite3 "$FILE" "INSERT INTO t VALUES (1, 1, '2024-12-09', 'a', 'sad', '10.0.0.1', 1), (2, 'abc', '0000-00-00', CAST(x'6100' AS TEXT), 'mad', '10.0.0.256', 7), (3, 3000000000, 'now', CAST(x'61ff' AS TEXT), '', '', -1), (4, NULL, NULL, NULL, NULL, NULL, NULL), (5, x'01', '2024-03-31 02:30', '', 'sad', x'00', 'x')"
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
SET timezone = 'UTC';
CREATE SERVER conv_on_error FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', time_zone 'Europe/Berlin');
CREATE TYPE conv_feeling AS ENUM ('sad', 'happy');
CREATE DOMAIN conv_small AS integer CHECK (VALUE < 5);
CREATE FOREIGN TABLE source (id bigint, i integer OPTIONS (on_error 'null'), tz timestamptz OPTIONS (on_error 'NULL'), tx text OPTIONS (on_error 'null'),
	mood conv_feeling OPTIONS (on_error 'null'), ip inet OPTIONS (on_error 'null'), small conv_small OPTIONS (on_error 'null'))
	SERVER conv_on_error OPTIONS ("table" 't');
SELECT * FROM source ORDER BY id;
CREATE TABLE target (id bigint, i integer, tz timestamptz, tx text, mood conv_feeling, ip inet, small conv_small);
SELECT rows_read, inserted, adjusted, nulled, jsonb_pretty(changes) AS changes FROM sqlite_mig.copy_table('source', 'target');
SELECT * FROM target ORDER BY id;
-- what SQLite has and what became of it have the same checksum, column by column
SELECT c, (SELECT checksum FROM sqlite_mig.checksum('source', ARRAY[c])) = (SELECT checksum FROM sqlite_mig.checksum('target', ARRAY[c])) AS equal
FROM unnest('{id,i,tz,tx,mood,ip,small}'::text[]) c;
UPDATE target SET i = 0, small = 0 WHERE id = 2;
SELECT c, (SELECT checksum FROM sqlite_mig.checksum('source', ARRAY[c])) = (SELECT checksum FROM sqlite_mig.checksum('target', ARRAY[c])) AS equal
FROM unnest('{i,tx,small}'::text[]) c;
-- _fit asks whether the values fit, whatever the column says; it names what a copy would only change
SELECT target_type, refused, lossy, first_row, value, changes FROM sqlite_mig_internal._fit('conv_on_error', 't', '{i,tz}', '{1,2,2}', '{integer,timestamptz,timestamp}', '{NULL,NULL,NULL}');

-- NOT NULL refuses these NULLs like any other
CREATE TABLE strict_target (id bigint, i integer NOT NULL);
CREATE FOREIGN TABLE strict_source (id bigint, i integer OPTIONS (on_error 'null')) SERVER conv_on_error OPTIONS ("table" 't');
SELECT * FROM sqlite_mig.copy_table('strict_source', 'strict_target');
-- and so does a domain, which has the last word
CREATE DOMAIN conv_needed AS integer NOT NULL;
CREATE FOREIGN TABLE needed (id bigint, i conv_needed OPTIONS (on_error 'null')) SERVER conv_on_error OPTIONS ("table" 't');
SELECT id, i FROM needed;

-- the default, said aloud; other words
CREATE FOREIGN TABLE aloud (id bigint, i integer OPTIONS (on_error 'error')) SERVER conv_on_error OPTIONS ("table" 't');
SELECT i FROM aloud;
ALTER FOREIGN TABLE aloud ALTER i OPTIONS (SET on_error 'skip');
-- policies come first: what they mend is no error
ALTER SERVER conv_on_error OPTIONS (ADD on_nul 'strip');
SELECT id, tx FROM source ORDER BY id;
TRUNCATE target;
SELECT nulled, changes -> 'tx' AS tx FROM sqlite_mig.copy_table('source', 'target');

-- what a migration writes into its ledger about it
SET client_min_messages = warning;
\! sqlite3 "$FILE" "CREATE TABLE told (\"A b\" INTEGER PRIMARY KEY, c TEXT); INSERT INTO told VALUES (1, '7'), (2, 'x'), (3, '08')"
CALL sqlite_mig.migrate('conv_on_error', 'conv_told', tables => '{told}');
RESET client_min_messages;
CREATE FOREIGN TABLE told (c integer OPTIONS (on_error 'null')) SERVER conv_on_error;
CREATE TABLE told_target (c integer);
SELECT sqlite_mig_internal._copied(j, r, 1) FROM sqlite_mig.journal AS j, sqlite_mig.copy_table('told', 'told_target') AS r
WHERE j.migration = 'conv_on_error' AND j.object_kind = 'copy';
SELECT object_kind, object_name, table_name, severity, effect, rule, detail, rows FROM sqlite_mig.ledger
WHERE migration = 'conv_on_error' AND effect = 'lossy' ORDER BY entry;
DELETE FROM sqlite_mig.migration WHERE migration = 'conv_on_error';
SET client_min_messages = warning;
DROP SCHEMA conv_told, sqlite_conv_on_error CASCADE;
RESET client_min_messages;
DROP TABLE target, strict_target, told_target;
DROP SERVER conv_on_error CASCADE;
DROP DOMAIN conv_needed, conv_small;
DROP TYPE conv_feeling;
