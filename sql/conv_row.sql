-- what is said about a value that was refused
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/conv_row.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, i, ts, tx, b, long); INSERT INTO t VALUES (1, 1, '2024-01-01', 'a', x'00', 'x'), (17, 'abc', 1733754600, CAST(x'6100ff0a62' AS TEXT), replace(hex(zeroblob(30)), '0', 'f'), replace(hex(zeroblob(40)), '0', 'ü'))"
\! sqlite3 "$FILE" "CREATE TABLE w (a TEXT, b INTEGER, v, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO w VALUES ('key', 7, x'0102030405060708090a0b0c0d0e0f101112131415161718191a'); CREATE VIEW vw AS SELECT v FROM w"
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
CREATE SERVER conv_row FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE FOREIGN TABLE t (id bigint, i integer, ts timestamptz, tx text, b bytea, long integer) SERVER conv_row;
CREATE FOREIGN TABLE w (a text, b integer, v integer) SERVER conv_row;
CREATE FOREIGN TABLE vw (v integer) SERVER conv_row;
SELECT i FROM t;
SELECT ts FROM t;
SELECT tx FROM t;
SELECT long FROM t;
SELECT v FROM w;
SELECT v FROM vw;

-- only what is fetched is converted, and the good columns of a bad row are good
SELECT id FROM t ORDER BY id;
SELECT id, octet_length(b) FROM t ORDER BY id;
DROP SERVER conv_row CASCADE;
