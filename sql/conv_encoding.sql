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
\c contrib_regression
DROP DATABASE conv_latin1;
