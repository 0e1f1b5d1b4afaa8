-- Sources at the edge: names, sizes, keys that cannot be, nothing at all. Every row arrives or the reason is in the ledger.
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET TimeZone = 'America/New_York';
SET DateStyle = 'ISO';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_edges.db'
\setenv FILE :file
SELECT $sqlite$
CREATE TABLE "per%cent %s \ back" ("a
line" INTEGER PRIMARY KEY, "%I" TEXT DEFAULT '%L', "it's ""x""" TEXT, [sp ace] INT, `tick` INT, "$$" INT, "Ω😀" TEXT);
INSERT INTO "per%cent %s \ back" VALUES (1, '%', 'q', 2, 3, 4, '😀');
CREATE TABLE "ääääääääääääääääääääääääääääääää" ("ääääääääääääääääääääääääääääääää" TEXT);
INSERT INTO "ääääääääääääääääääääääääääääääää" VALUES ('ä');
CREATE INDEX "an index name that is longer than PostgreSQL takes, which is sixty-three bytes" ON "per%cent %s \ back" ("%I");
CREATE TABLE pg_class (oid INTEGER, xmin INTEGER, "user" TEXT, "table" TEXT);
INSERT INTO pg_class VALUES (1, 2, 'u', 't');
CREATE TABLE longtext (t TEXT, u TEXT);
INSERT INTO longtext VALUES (hex(randomblob(20000)), 'u');
CREATE INDEX longtext_t ON longtext (t);
CREATE TABLE words (id TEXT PRIMARY KEY);
INSERT INTO words VALUES ('1');
CREATE TABLE refs (w INTEGER REFERENCES words, at DATETIME DEFAULT '2020-07-01 00:00:00');
INSERT INTO refs (w) VALUES (1);
CREATE TABLE seq (id INTEGER PRIMARY KEY AUTOINCREMENT);
INSERT INTO seq VALUES (5);
UPDATE sqlite_sequence SET seq = 5000000000 WHERE name = 'seq';
CREATE TABLE strict (i INT, r REAL, t TEXT, b BLOB, a ANY) STRICT;
INSERT INTO strict VALUES (1, 1, 'x', x'00', 'any'), (NULL, NULL, NULL, NULL, 1.5);
CREATE TABLE twice (k INTEGER PRIMARY KEY UNIQUE, v TEXT, UNIQUE (v), UNIQUE (v, k));
CREATE UNIQUE INDEX twice_v_key ON twice (v, v);
CREATE TABLE nullable (a INTEGER NOT NULL, b TEXT PRIMARY KEY NOT NULL);
INSERT INTO nullable VALUES (1, 'x');
PRAGMA writable_schema = on;
UPDATE sqlite_schema SET sql = 'CREATE TABLE nullable (a INTEGER NOT NULL, b TEXT PRIMARY KEY NOT NULL, c NOT NULL)' WHERE name = 'nullable';
$sqlite$ || 'CREATE TABLE wide (' || string_agg('c' || i, ', ' ORDER BY i) || '); INSERT INTO wide (c1) VALUES (1); CREATE TABLE fits (' || string_agg('c' || i, ', ' ORDER BY i) FILTER (WHERE i <= 1600) || '); INSERT INTO fits (c1, c1600) VALUES (1, 1600);' AS sql FROM generate_series(1, 1601) AS i \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 "$FILE" ".dbconfig defensive off" "$SQL" > /dev/null
CREATE SERVER mig_edges FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');

CALL sqlite_mig.migrate('mig_edges', 'mig edges');
SELECT phase, verdict, tables, rows FROM sqlite_mig.status('mig_edges');
SELECT severity, effect, object_kind AS kind, object_name AS name, rule, regexp_replace(detail, 'row size \d+', 'row size N') AS detail, rows, CASE WHEN rule <> 'data' THEN sample END AS sample FROM sqlite_mig.ledger
	WHERE migration = 'mig_edges' AND rule NOT IN ('identity', 'no values') ORDER BY entry;
SELECT table_name, bool_and(ok) FROM sqlite_mig.verification WHERE migration = 'mig_edges' GROUP BY 1 ORDER BY table_name COLLATE "C";
SELECT * FROM "mig edges"."per%cent %s \ back";
SELECT octet_length(relname::text) AS bytes, reltuples FROM pg_class WHERE relnamespace = '"mig edges"'::regnamespace AND relname LIKE 'ä%';
SELECT * FROM "mig edges".pg_class;
SELECT c1, c1600 FROM "mig edges".fits;
INSERT INTO "mig edges".refs (w) VALUES (NULL) RETURNING at AT TIME ZONE 'UTC' AS at;
\d "mig edges".twice
\d "mig edges".nullable

-- a sequence beyond the type that the plan was given does not cost the load
SELECT count(*) FROM sqlite_mig.prepare('mig_edges', 'mig_edges_int', migration => 'int', tables => '{seq}');
UPDATE sqlite_mig.plan_column SET target_type = 'integer' WHERE migration = 'int' AND source_table = 'seq';
CALL sqlite_mig.migrate('mig_edges', migration => 'int');
SELECT object_kind, object_name, effect, detail FROM sqlite_mig.ledger WHERE migration = 'int' AND severity <> 'info';
TABLE mig_edges_int.seq;

-- nothing to migrate; a source that is gone
\set empty :builddir '/results/mig_edges_empty.db'
\setenv EMPTY :empty
\! rm -f "$EMPTY"; sqlite3 "$EMPTY" "VACUUM"
CREATE SERVER mig_edges_empty FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'empty');
CALL sqlite_mig.migrate('mig_edges_empty', 'mig_edges_empty');
SELECT verdict, tables, rows, reason FROM sqlite_mig.status('mig_edges_empty');

DELETE FROM sqlite_mig.migration WHERE server LIKE 'mig_edges%';
DROP SCHEMA "mig edges", mig_edges_int, mig_edges_empty, sqlite_mig_edges, sqlite_int, sqlite_mig_edges_empty CASCADE;
DROP SERVER mig_edges CASCADE;
DROP SERVER mig_edges_empty CASCADE;
