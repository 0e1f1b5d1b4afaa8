-- IMPORT FOREIGN SCHEMA: what is imported, what is skipped and said, types, names, LIMIT TO and EXCEPT.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_import.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE types (id INTEGER PRIMARY KEY AUTOINCREMENT, i INT NOT NULL, ub UNSIGNED BIG INT, b BOOLEAN, r REAL, d DOUBLE PRECISION, n NUMERIC, dec DECIMAL(10,2), vc VARCHAR(20), nc NVARCHAR(70), c CHAR(3), t TEXT, bl BLOB, none, dt DATETIME, ts TIMESTAMP, da DATE, ti TIME, j JSON, u UUID, odd byte[], g INT AS (i + 1))"
\! sqlite3 "$FILE" "INSERT INTO types (i) VALUES (1); CREATE TABLE \"Select\" (\"From\" TEXT PRIMARY KEY, \"a.b\" TEXT, \"ß\" TEXT) WITHOUT ROWID; CREATE TABLE \"\" (\"\" TEXT)"
\! sqlite3 "$FILE" "CREATE VIEW good AS SELECT i FROM types; CREATE VIEW broken AS SELECT no_such_function(i) AS x FROM types; CREATE VIEW orphan AS SELECT * FROM nowhere"
\! sqlite3 "$FILE" "CREATE VIRTUAL TABLE docs USING fts5(title, body); INSERT INTO docs VALUES ('a', 'b c')"
\! sqlite3 "$FILE" "CREATE TABLE a_very_long_name_that_is_longer_than_sixty_three_bytes_for_postgresql_one (x INT); CREATE TABLE a_very_long_name_that_is_longer_than_sixty_three_bytes_for_postgresql_two (x INT)"
\! sqlite3 "$FILE" "CREATE TABLE box (xmin REAL, xmax REAL, ctid INT, xmin_ INT, \"\" INT, column5 INT, tableoid TEXT); INSERT INTO box VALUES (1.5, 2.5, 3, 4, 5, 6, 'seven')"
CREATE SERVER fdw_import FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA fdw_import;
IMPORT FOREIGN SCHEMA main FROM SERVER fdw_import INTO fdw_import;
SELECT relname, relnatts FROM pg_class WHERE relnamespace = 'fdw_import'::regnamespace ORDER BY relname COLLATE "C";
\d fdw_import.types
\d fdw_import."Select"
\d fdw_import.unnamed
SELECT id, i, g FROM fdw_import.types;
SELECT * FROM fdw_import.good;
SELECT * FROM fdw_import.docs;
SELECT * FROM fdw_import.box;

-- choices
CREATE SCHEMA fdw_import_2;
IMPORT FOREIGN SCHEMA main LIMIT TO (types, good) FROM SERVER fdw_import INTO fdw_import_2 OPTIONS (import_not_null 'false');
\det fdw_import_2.*
SELECT attname FROM pg_attribute WHERE attrelid = 'fdw_import_2.types'::regclass AND attnotnull AND attnum > 0;
SET client_min_messages = error;
DROP SCHEMA fdw_import_2 CASCADE;
CREATE SCHEMA fdw_import_2;
IMPORT FOREIGN SCHEMA main EXCEPT (types, docs) FROM SERVER fdw_import INTO fdw_import_2 OPTIONS (import_views 'false');
RESET client_min_messages;
SELECT relname FROM pg_class WHERE relnamespace = 'fdw_import_2'::regnamespace ORDER BY relname COLLATE "C";
IMPORT FOREIGN SCHEMA main FROM SERVER fdw_import INTO fdw_import_2 OPTIONS (import_everything 'true');
-- defaults that mean the same here, and generated columns or none
SET client_min_messages = error;
DROP SCHEMA fdw_import_2 CASCADE;
CREATE SCHEMA fdw_import_2;
RESET client_min_messages;
\! sqlite3 "$FILE" "CREATE TABLE preset (id INTEGER PRIMARY KEY DEFAULT 7, t TEXT DEFAULT 'it''s', n DECIMAL(5,2) DEFAULT 1.50, b BOOLEAN DEFAULT 1, at TIMESTAMP DEFAULT '2024-05-06 07:08:09', now TIMESTAMP DEFAULT CURRENT_TIMESTAMP, f TEXT DEFAULT (lower('X')), none INT DEFAULT NULL, g INT AS (id * 2) STORED, v TEXT AS (t || '!'))"
ALTER SERVER fdw_import OPTIONS (ADD time_zone 'Europe/Berlin', ADD updatable 'true');
IMPORT FOREIGN SCHEMA main LIMIT TO (preset) FROM SERVER fdw_import INTO fdw_import_2 OPTIONS (import_default 'true', import_generated 'false');
SELECT a.attname, pg_get_expr(d.adbin, d.adrelid) AS "default" FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE a.attrelid = 'fdw_import_2.preset'::regclass AND a.attnum > 0 ORDER BY a.attnum;
INSERT INTO fdw_import_2.preset (id) VALUES (3) RETURNING id, t, n, b, at AT TIME ZONE 'UTC' AS at, now IS NOT NULL AS now, f, none;
\! sqlite3 "$FILE" "SELECT id, t, n, b, at, f, quote(none), g, v FROM preset"
SET client_min_messages = warning;
DROP SERVER fdw_import CASCADE;
DROP SCHEMA fdw_import, fdw_import_2 CASCADE;
