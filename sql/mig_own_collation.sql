-- Collations that only the application has (unicase of Anki, LOCALIZED of Android): the file is read and migrated, and never compared by them
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET client_min_messages = warning;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_own_collation.db'
\setenv FILE :file
-- made with NOCASE, so that its indexes are in another order than that of the bytes
\! rm -f "$FILE"; sqlite3 -cmd ".dbconfig defensive off" "$FILE" "CREATE TABLE tag (tag TEXT PRIMARY KEY COLLATE NOCASE, n INTEGER) WITHOUT ROWID; INSERT INTO tag VALUES ('b', 1), ('A', 2), ('Z', 4), ('c', 5), ('D', 6), ('e', 7); CREATE TABLE deck (id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE, n INT COLLATE NOCASE, f TEXT); CREATE INDEX deck_n ON deck (n); CREATE INDEX deck_f ON deck (f COLLATE NOCASE); INSERT INTO deck VALUES (1, 'Alpha', 1, 'q'), (2, 'beta', 2, 'R'), (3, 'Gamma', 3, NULL); CREATE TABLE pair (a TEXT COLLATE NOCASE, b INT, v, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO pair VALUES ('x', 1, 1), ('Y', 2, 'late'), ('z', 3, x'ff'); CREATE TABLE card (deck TEXT COLLATE NOCASE REFERENCES deck (name)); INSERT INTO card VALUES ('Alpha'), ('beta'); CREATE VIEW one AS SELECT n FROM deck WHERE name = 'ALPHA'; PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, 'NOCASE', 'unicase'); PRAGMA writable_schema = RESET;" > /dev/null
CREATE SERVER mig_own_collation FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT table_name, target, rows, remark FROM sqlite_mig.prepare('mig_own_collation', 'mig_own_collation');
CALL sqlite_mig.migrate('mig_own_collation');
SELECT object_name, effect, rule, detail FROM sqlite_mig.ledger WHERE migration = 'mig_own_collation' AND effect <> 'converted' ORDER BY entry;
-- rows and keys are compared by bytes; the view compares by what is not there
SELECT table_name, check_name, detail FROM sqlite_mig.verify('mig_own_collation', 'full') WHERE NOT ok AND check_name <> 'verdict';
SELECT check_name, source_value, target_value FROM sqlite_mig.verification WHERE migration = 'mig_own_collation' AND check_name ~ '^(duplicates|orphans)' ORDER BY 1;
TABLE mig_own_collation.tag ORDER BY tag COLLATE "C";
-- workers, and a row that is read again by such a key
CALL sqlite_mig.migrate('mig_own_collation', 'mig_own_collation2', migration => 'mig_own_collation2', mode => 'resumable', workers => 2, on_error => 'reject', options => '{"fit_values": false}');
SELECT table_name, source_key, column_name, sqlstate FROM sqlite_mig.rejected WHERE migration = 'mig_own_collation2' ORDER BY 1, 2;
ALTER TABLE mig_own_collation2.pair ALTER v TYPE bytea USING convert_to(v, 'UTF8');
SELECT * FROM sqlite_mig.replay('mig_own_collation', migration => 'mig_own_collation2');
-- conditions, orders and groups: no index in that order is searched, so no row is missed
SELECT * FROM sqlite_mig_own_collation.tag WHERE tag = 'A';
SELECT * FROM sqlite_mig_own_collation.tag WHERE tag IN ('A', 'b', 'D') ORDER BY n;
SELECT * FROM sqlite_mig_own_collation.tag WHERE tag = 'A' OR tag = 'e' ORDER BY n;
SELECT * FROM sqlite_mig_own_collation.tag WHERE tag > 'Z' COLLATE "C" ORDER BY tag COLLATE "C";
SELECT * FROM sqlite_mig_own_collation.tag WHERE tag LIKE 'D%' OR n = 5 ORDER BY n;
SELECT min(tag COLLATE "C"), max(tag COLLATE "C"), count(DISTINCT tag) FROM sqlite_mig_own_collation.tag;
SELECT name, count(*) FROM sqlite_mig_own_collation.deck GROUP BY name ORDER BY name COLLATE "C";
SELECT id FROM sqlite_mig_own_collation.deck WHERE name = 'beta' AND n = 2 AND f = 'R';
SELECT d.id, c.deck FROM sqlite_mig_own_collation.deck AS d JOIN sqlite_mig_own_collation.card AS c ON c.deck = d.name ORDER BY 1;
SELECT * FROM sqlite_mig_own_collation.pair WHERE a = 'Y' AND b = 2;
EXPLAIN (VERBOSE, COSTS OFF) SELECT n FROM sqlite_mig_own_collation.tag WHERE tag IN ('A', 'b');
-- what does need it says so, and the session goes on
CREATE SCHEMA mig_own_collation_raw;
IMPORT FOREIGN SCHEMA main LIMIT TO (one) FROM SERVER mig_own_collation INTO mig_own_collation_raw;
SELECT * FROM mig_own_collation_raw.one;
CREATE FOREIGN TABLE mig_own_collation_raw.some (tag text) SERVER mig_own_collation OPTIONS (query 'SELECT tag FROM tag ORDER BY tag');
SELECT * FROM mig_own_collation_raw.some;
-- sync finds what has changed
\! sqlite3 -cmd ".dbconfig defensive off" "$FILE" "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, 'unicase', 'NOCASE'); PRAGMA writable_schema = RESET; UPDATE tag SET n = 22 WHERE tag = 'A'; INSERT INTO tag VALUES ('f', 8); DELETE FROM tag WHERE tag = 'Z'; PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, 'NOCASE', 'unicase'); PRAGMA writable_schema = RESET;" > /dev/null
SELECT table_name, inserted, updated, deleted FROM sqlite_mig.sync('mig_own_collation') WHERE table_name = 'tag';
SELECT * FROM sqlite_mig.diff('sqlite_mig_own_collation.tag', 'mig_own_collation.tag');
-- two keys over the same columns that differ in their collations alone
\! rm -f "$FILE.2"; sqlite3 "$FILE.2" "CREATE TABLE k (a TEXT COLLATE RTRIM, b TEXT, PRIMARY KEY (a COLLATE NOCASE, b), UNIQUE (a, b COLLATE NOCASE)); CREATE TABLE u (n TEXT UNIQUE, UNIQUE (n COLLATE NOCASE)); INSERT INTO k VALUES ('a', 'b'); INSERT INTO u VALUES ('c');"
\set file :file '.2'
CREATE SERVER mig_own_collation2 FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CALL sqlite_mig.migrate('mig_own_collation2', 'mig_own_collation3', migration => 'mig_own_collation3');
SELECT indexname, regexp_replace(indexdef, '^.* USING ', '') AS definition FROM pg_indexes WHERE schemaname = 'mig_own_collation3' ORDER BY indexname COLLATE "C";
INSERT INTO mig_own_collation3.u VALUES ('C');
-- in a file of UTF-16, SQLite asks for its own collations, too
\! rm -f "$FILE.16"; sqlite3 -cmd ".dbconfig defensive off" "$FILE.16" "PRAGMA encoding = 'UTF-16be'; CREATE TABLE k (a TEXT COLLATE NOCASE PRIMARY KEY, b TEXT COLLATE RTRIM) WITHOUT ROWID; INSERT INTO k VALUES ('b', 'x'), ('A', 'y'), ('c', 'Z'); PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, 'RTRIM', 'own'); PRAGMA writable_schema = RESET;" > /dev/null
\getenv file FILE
\set file :file '.16'
CREATE SERVER mig_own_collation16 FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CALL sqlite_mig.migrate('mig_own_collation16', 'mig_own_collation16');
SELECT * FROM sqlite_mig_own_collation16.k WHERE a = 'A' OR b = 'Z' ORDER BY a COLLATE "C";
SELECT check_name FROM sqlite_mig.verify('mig_own_collation16', 'full') WHERE NOT ok;
-- a backup has every page; whether it is intact only the application could say
\set copy :builddir '/results/mig_own_collation.copy.db'
\setenv COPY :copy
\! rm -f "$COPY"
\set VERBOSITY sqlstate
SELECT pages > 5 AS pages, integrity FROM sqlite_mig.backup('mig_own_collation', :'copy') \gset
\set VERBOSITY default
\echo :pages :integrity
SET client_min_messages = error;
DELETE FROM sqlite_mig.migration WHERE migration ~ '^mig_own_collation';
DROP SCHEMA mig_own_collation, mig_own_collation2, mig_own_collation3, sqlite_mig_own_collation, sqlite_mig_own_collation2, sqlite_mig_own_collation3, mig_own_collation_raw, mig_own_collation16, sqlite_mig_own_collation16 CASCADE;
DROP SERVER mig_own_collation CASCADE;
DROP SERVER mig_own_collation2 CASCADE;
DROP SERVER mig_own_collation16 CASCADE;
