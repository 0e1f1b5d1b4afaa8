-- Rows of the quarantine, edited in every way that there is of writing a value, and some that there are not; keys of each class.
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_repair.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE item (id INTEGER PRIMARY KEY, n, r, t, b, ok); WITH RECURSIVE s (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < 24) INSERT INTO item SELECT i, 'bad', 1.5, 't', x'00ff', 1 FROM s; CREATE TABLE keyed (k PRIMARY KEY, n INTEGER) WITHOUT ROWID; INSERT INTO keyed VALUES (1, 'bad'), (2.5, 'bad'), ('text', 'bad'), (x'00ff', 'bad'), (CAST(x'c328' AS TEXT), 'bad'), (9223372036854775807, 'bad'), (-0.0, 'bad')"
CREATE SCHEMA mig_repair;
SET search_path = mig_repair, public;
CREATE SERVER mig_repair FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE FOREIGN TABLE src (id bigint, n bigint, r double precision, t text, b bytea, ok boolean) SERVER mig_repair OPTIONS ("table" 'item');
CREATE TABLE item (id bigint PRIMARY KEY, n bigint, r double precision, t text, b bytea, ok boolean);
SELECT inserted, rejected FROM sqlite_mig.copy_table('src', 'item', on_error => 'reject');
CREATE TABLE edit (id bigint, col text, value jsonb);
INSERT INTO edit VALUES (1, 'n', '7'), (2, 'n', 'null'), (3, 'n', 'true'), (4, 'n', '"8"'), (5, 'n', '{"class": "integer", "value": 9}'), (6, 'n', '{"class": "null"}'), (7, 'n', '{"class": "real", "value": 10}'), (8, 'n', '{"class": "text", "value": "11"}'),
	(9, 'n', '[12]'), (10, 'n', '{"value": 13}'), (11, 'n', '{"class": "number", "value": 14}'), (12, 'n', '{"class": "integer", "value": 1.5}'), (13, 'n', '9223372036854775808'), (14, 'n', '{"class": "text", "hex": "3135"}'), (15, 'n', '{"class": "blob", "hex": 16}'), (16, 'n', '{"class": "integer"}'),
	(17, 'n', '1'), (17, 'r', '1e400'), (18, 'n', '1'), (18, 'r', '{"class": "real", "value": "-Infinity"}'), (19, 'n', '1'), (19, 'r', '{"class": "real", "value": 1e999}'), (20, 'n', '1'), (20, 't', '{"class": "text", "hex": "4"}'),
	(21, 'n', '1'), (21, 'b', '{"class": "blob", "hex": "CAFE"}'), (22, 'n', '1'), (22, 'ok', 'false'), (23, 'n', '{"class": 5, "value": 1}'), (24, 'n', '{"class": "real", "value": "many"}');
UPDATE sqlite_mig.rejected AS q SET "row" = q."row" || e.changes FROM (SELECT id, jsonb_object_agg(col, value) AS changes FROM edit GROUP BY id) AS e WHERE q.server = 'mig_repair' AND q.source_rowid = e.id;
SELECT table_name, tried, loaded, still_rejected FROM sqlite_mig.replay('mig_repair');
SELECT * FROM item ORDER BY id;
SELECT source_rowid, column_name, sqlstate, message, detail FROM sqlite_mig.rejected WHERE server = 'mig_repair' AND replayed_at IS NULL ORDER BY 1;
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_repair';

-- rows without a rowid are found again by their key, whatever its class; one whose key was edited is not
CREATE FOREIGN TABLE src_keyed (k text, n bigint) SERVER mig_repair OPTIONS ("table" 'keyed');
ALTER FOREIGN TABLE src_keyed ALTER k OPTIONS (format 'any');
CREATE TABLE keyed (k text PRIMARY KEY, n bigint);
SELECT inserted, rejected FROM sqlite_mig.copy_table('src_keyed', 'keyed', on_error => 'reject', conflict_columns => '{k}', on_conflict => 'update');
SELECT source_key, key_values FROM sqlite_mig.rejected WHERE server = 'mig_repair' ORDER BY source_key COLLATE "C";
\! sqlite3 "$FILE" "UPDATE keyed SET n = 5"
UPDATE sqlite_mig.rejected SET key_values = '{"k": [1]}' WHERE server = 'mig_repair' AND source_key LIKE '%2.5%';
UPDATE sqlite_mig.rejected SET key_values = NULL WHERE server = 'mig_repair' AND source_key LIKE '%text%';
SELECT table_name, tried, loaded, still_rejected FROM sqlite_mig.replay('mig_repair');
SELECT source_key, sqlstate, message FROM sqlite_mig.rejected WHERE server = 'mig_repair' AND replayed_at IS NULL ORDER BY source_key COLLATE "C";
SELECT * FROM keyed ORDER BY k COLLATE "C";
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_repair';
DROP SCHEMA mig_repair CASCADE;
DROP SERVER mig_repair CASCADE;
