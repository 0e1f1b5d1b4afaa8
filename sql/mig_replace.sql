-- Triggers with INSERT OR REPLACE: what is in the way by the primary key, and by a unique key, as in SQLite; refused where several may be.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_replace.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE source (k TEXT, n INTEGER, v INTEGER); CREATE TABLE by_key (code TEXT PRIMARY KEY, v INTEGER); CREATE TABLE by_unique (id INTEGER PRIMARY KEY, name TEXT UNIQUE, v INTEGER, w INTEGER DEFAULT 7); CREATE TABLE by_pair (a TEXT, b INTEGER, v INTEGER, UNIQUE (a, b)); CREATE TABLE by_index (v INTEGER, a TEXT); CREATE UNIQUE INDEX by_index_a ON by_index (a); CREATE TABLE by_both (code TEXT PRIMARY KEY, n INTEGER UNIQUE, v INTEGER); CREATE TABLE by_some (code TEXT PRIMARY KEY, n INTEGER, v INTEGER); CREATE UNIQUE INDEX by_some_n ON by_some (n) WHERE v > 0; CREATE TRIGGER key AFTER INSERT ON source BEGIN INSERT OR REPLACE INTO by_key VALUES (new.k, new.v); END; CREATE TRIGGER uni AFTER INSERT ON source BEGIN INSERT OR REPLACE INTO by_unique (name, v) VALUES (new.k, new.v); END; CREATE TRIGGER pair AFTER INSERT ON source BEGIN INSERT OR REPLACE INTO by_pair VALUES (new.k, new.n, new.v); END; CREATE TRIGGER idx AFTER INSERT ON source BEGIN REPLACE INTO by_index (a, v) VALUES (new.k, new.v); END; CREATE TRIGGER both_keys AFTER INSERT ON source BEGIN INSERT OR REPLACE INTO by_both VALUES (new.k, new.n, new.v); END; CREATE TRIGGER some AFTER INSERT ON source BEGIN INSERT OR REPLACE INTO by_some VALUES (new.k, new.n, new.v); END; INSERT INTO source VALUES ('a', 1, 10), ('b', 2, 20); UPDATE by_unique SET w = 8"
CREATE SERVER mig_replace FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT * FROM sqlite_mig.prepare('mig_replace', 'mig_replace') \g /dev/null
SELECT object_name, severity, effect, detail FROM sqlite_mig.ledger WHERE migration = 'mig_replace' AND object_kind = 'trigger' ORDER BY object_name;
CALL sqlite_mig.migrate('mig_replace');

-- the same rows in both: a hit on each kind of key, and none
\! sqlite3 "$FILE" "INSERT INTO source VALUES ('a', 1, 11), ('c', 3, 30), ('b', 9, 21)"
INSERT INTO mig_replace.source VALUES ('a', 1, 11), ('c', 3, 30), ('b', 9, 21);
SELECT t.name, t.pg, t.pg = t.lite AS same FROM (
	SELECT 'by_key', (SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM mig_replace.by_key AS t), (SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM sqlite_mig_replace.by_key AS t)
	UNION ALL SELECT 'by_unique', (SELECT string_agg((name, v, w)::text, ' ' ORDER BY name) FROM mig_replace.by_unique AS t), (SELECT string_agg((name, v, w)::text, ' ' ORDER BY name) FROM sqlite_mig_replace.by_unique AS t)
	UNION ALL SELECT 'by_pair', (SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM mig_replace.by_pair AS t), (SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM sqlite_mig_replace.by_pair AS t)
	UNION ALL SELECT 'by_index', (SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM mig_replace.by_index AS t), (SELECT string_agg(t::text, ' ' ORDER BY t::text) FROM sqlite_mig_replace.by_index AS t)) AS t (name, pg, lite);
SELECT * FROM mig_replace.by_both ORDER BY code;
SET client_min_messages = error;
DROP SCHEMA mig_replace, sqlite_mig_replace CASCADE;
DELETE FROM sqlite_mig.migration WHERE server = 'mig_replace';
DROP SERVER mig_replace CASCADE;
