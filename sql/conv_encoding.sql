-- a database whose encoding is not UTF8
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/conv_encoding.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, good TEXT, euro TEXT, bad TEXT, j TEXT); INSERT INTO t VALUES (1, 'über', 'a€', CAST(x'fc' AS TEXT), '{\"a\":\"\\u00fc\"}'), (2, '', NULL, NULL, '{\"a\":\"\\u20ac\"}')"
CREATE DATABASE conv_latin1 ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C';
\c conv_latin1
SET client_encoding = 'UTF8';
SET client_min_messages = warning;
CREATE EXTENSION sqlite_fdw_mig;
RESET client_min_messages;
CREATE SERVER conv_encoding FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE FOREIGN TABLE t (id bigint, good text, euro text, bad text, j text) SERVER conv_encoding;
CREATE FOREIGN TABLE v (id bigint, good varchar(4), euro bytea, j jsonb) SERVER conv_encoding OPTIONS ("table" 't');
SELECT id, good, length(good), octet_length(good) FROM t ORDER BY id;
SELECT euro FROM t;
SELECT bad FROM t;
SELECT id, good, euro FROM v ORDER BY id;
SELECT j FROM v LIMIT 1;
-- the words differ from version to version
\set VERBOSITY sqlstate
SELECT j FROM v;
\set VERBOSITY default
ALTER SERVER conv_encoding OPTIONS (ADD on_invalid_utf8 'latin1');
SELECT bad FROM t;
ALTER SERVER conv_encoding OPTIONS (SET on_invalid_utf8 'replace');
SELECT bad FROM t;
CREATE TABLE native AS SELECT id, good FROM t;
SELECT s.checksum = n.checksum AS equal FROM sqlite_mig.checksum('t', '{id,good}') s, sqlite_mig.checksum('native') n;
-- written, it is UTF-8 again: as text, in arrays and JSON, in keys and conditions, and in what SQLite is asked
\! sqlite3 "$FILE" "CREATE TABLE w (k TEXT PRIMARY KEY, a TEXT, c CHAR(9), j JSON, e TEXT) WITHOUT ROWID; INSERT INTO w VALUES ('äß', '[\"ü\",\"ÿ\"]', 'é', '{\"ö\":1}', 'ü')"
ALTER SERVER conv_encoding OPTIONS (DROP on_invalid_utf8, ADD updatable 'true');
CREATE TYPE umlaut AS ENUM ('ü', 'ä');
CREATE FOREIGN TABLE w (k text, a text[], c char(9), j jsonb, e umlaut) SERVER conv_encoding OPTIONS ("table" 'w');
SELECT k, a, c, j, e, octet_length(k) FROM w;
INSERT INTO w VALUES ('ñ', '{ø,"þ,"}', 'Ç', '{"ê": "ë"}', 'ä');
UPDATE w SET a = a || 'ö'::text, c = 'ý' WHERE k = 'äß';
DELETE FROM w WHERE k = upper('Ö');
SELECT k FROM w WHERE k > 'æ' AND c LIKE 'Ç%' AND a[1] = 'ø';
\! sqlite3 "$FILE" "SELECT k, hex(k), a, c, j, e FROM w"
-- in the quarantine only ASCII is shown, all other texts are the bytes of UTF-8; what is repaired there is read again
\! sqlite3 "$FILE" "CREATE TABLE q (id INTEGER PRIMARY KEY, n TEXT, w TEXT); INSERT INTO q VALUES (1, '10', 'fine'), (2, 'twenty', 'plain'), (3, 'dreißig', 'süß'), (4, 'forty', 'a€')"
SET client_min_messages = error;
SELECT count(*) FROM sqlite_mig.prepare('conv_encoding', 'quarantine', tables => '{q}');
UPDATE sqlite_mig.plan_column SET target_type = 'integer' WHERE source_name = 'n';
CALL sqlite_mig.migrate('conv_encoding', on_error => 'reject', reject_limit => 10);
SELECT source_key, column_name, "row" FROM sqlite_mig.rejected ORDER BY source_key;
UPDATE sqlite_mig.rejected SET "row" = jsonb_set("row", '{n}', '30') WHERE source_rowid = 3;
SELECT * FROM sqlite_mig.replay('conv_encoding');
TABLE quarantine.q ORDER BY id;
\c contrib_regression
DROP DATABASE conv_latin1;
-- and in one without an encoding, which takes any bytes and gives SQLite UTF-8 only
CREATE DATABASE conv_ascii ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C';
\c conv_ascii
SET client_min_messages = warning;
CREATE EXTENSION sqlite_fdw_mig;
CREATE SERVER conv_encoding FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');
CREATE FOREIGN TABLE w (k text, a text[], c char(9), j jsonb) SERVER conv_encoding OPTIONS ("table" 'w');
SELECT k, a, octet_length(k) FROM w ORDER BY octet_length(k), k;
INSERT INTO w (k) VALUES (chr(252));
INSERT INTO w (k, a) VALUES ('ü', '{ü}');
\! sqlite3 "$FILE" "SELECT hex(k), hex(a) FROM w WHERE k = 'ü'"
\c contrib_regression
DROP DATABASE conv_ascii;
