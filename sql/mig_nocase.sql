-- COLLATE NOCASE and RTRIM: indexes beside constraints, citext, an ICU collation; keys and foreign keys on such columns
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
CREATE EXTENSION IF NOT EXISTS citext;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_nocase.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE u (id INTEGER PRIMARY KEY, email TEXT COLLATE NOCASE UNIQUE, name TEXT COLLATE NOCASE, tag TEXT COLLATE RTRIM UNIQUE, CONSTRAINT who UNIQUE (name, id)); INSERT INTO u VALUES (1, 'A@x', 'Bob', 't '), (2, 'ä', 'bob', 'u'), (3, 'Ä', 'BOB', NULL); CREATE TABLE k (code TEXT COLLATE NOCASE PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO k VALUES ('AA', 1), ('bb', 2); CREATE TABLE c (code TEXT REFERENCES k (code), mail VARCHAR(9) REFERENCES u (email)); INSERT INTO c VALUES ('AA', 'A@x'), (NULL, NULL);"
\! sqlite3 "$FILE" "CREATE INDEX u_email ON u (email); CREATE UNIQUE INDEX u_exact ON u (name COLLATE BINARY); CREATE INDEX u_blank ON u (name COLLATE RTRIM, email DESC); CREATE VIEW of_a AS SELECT id FROM u WHERE email = 'a@X'; CREATE VIEW names AS SELECT DISTINCT name FROM u; CREATE VIEW both_names AS SELECT name FROM u WHERE id = 1 UNION SELECT code FROM k; CREATE TABLE chk (x TEXT COLLATE NOCASE CHECK (x LIKE 'a%')); INSERT INTO chk VALUES ('Abc');"
CREATE SERVER mig_nocase FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE FUNCTION pg_temp.made(schema text) RETURNS TABLE (made text) LANGUAGE sql AS $$
	SELECT x.line FROM (SELECT regexp_replace(pg_get_indexdef(indexrelid), '^CREATE |' || schema || '\.', '', 'g') FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE relnamespace = schema::regnamespace
	UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = schema::regnamespace AND contype IN ('p', 'u', 'f', 'c')
	UNION ALL SELECT concat_ws(' ', 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), l.collname) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' LEFT JOIN pg_collation l ON l.oid = a.attcollation
		WHERE relnamespace = schema::regnamespace AND a.attnum > 0 AND (l.collname <> 'default' OR a.atttypid = 'citext'::regtype)
	) AS x (line) ORDER BY x.line COLLATE "C" $$;
\pset format unaligned
-- by default text, with indexes on lower(), which takes ASCII letters alone as SQLite does
CALL sqlite_mig.migrate('mig_nocase', 'mig_nocase');
SELECT object_kind, object_name, effect, detail FROM sqlite_mig.ledger WHERE migration = 'mig_nocase' AND rule = 'collation' ORDER BY 1, 2;
SELECT * FROM pg_temp.made('mig_nocase');
SELECT * FROM mig_nocase.of_a;
INSERT INTO mig_nocase.u (email, name) VALUES ('a@X', 'q');
INSERT INTO mig_nocase.u (email, name, tag) VALUES ('b', 'q', 't');
INSERT INTO mig_nocase.k VALUES ('aa', 3);
-- as citext: keys and references without case, of all letters
CALL sqlite_mig.migrate('mig_nocase', 'mig_nocase2', migration => 'mig_nocase2', options => '{"nocase": "citext", "policy": "quarantine"}');
SELECT object_kind, object_name, effect, detail FROM sqlite_mig.ledger WHERE migration = 'mig_nocase2' AND rule IN ('collation', 'rejected') ORDER BY 1, 2;
SELECT * FROM pg_temp.made('mig_nocase2');
SELECT * FROM mig_nocase2.of_a;
SELECT count(*) FROM mig_nocase2.names;
INSERT INTO mig_nocase2.c VALUES ('bB', NULL);
INSERT INTO mig_nocase2.k VALUES ('aa', 3);
SELECT table_name, check_name FROM sqlite_mig.verification WHERE migration = 'mig_nocase2' AND NOT ok;
-- as an ICU collation, with workers; what PostgreSQL does not do with one is told
CALL sqlite_mig.migrate('mig_nocase', 'mig_nocase3', migration => 'mig_nocase3', options => '{"nocase": "icu", "policy": "quarantine"}', exclude => '{chk}', workers => 2);
SELECT object_kind, object_name, effect, detail FROM sqlite_mig.ledger WHERE migration = 'mig_nocase3' AND rule IN ('collation', 'rejected') ORDER BY 1, 2;
SELECT * FROM pg_temp.made('mig_nocase3');
SELECT * FROM mig_nocase3.of_a;
INSERT INTO mig_nocase3.c VALUES ('bB', NULL);
SELECT * FROM sqlite_mig.prepare('mig_nocase', options => '{"nocase": "upper", "replace": true}');
SELECT sqlite_mig_internal._undo_run('mig_nocase3');
SELECT to_regnamespace('mig_nocase3');
DELETE FROM sqlite_mig.migration WHERE server = 'mig_nocase';
DROP SCHEMA mig_nocase, mig_nocase2, sqlite_mig_nocase, sqlite_mig_nocase2 CASCADE;
DROP SERVER mig_nocase;
DROP EXTENSION citext;
