-- functions of SQLite, and what is migrated, in databases of other encodings than UTF8
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/compat_encoding.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE k (name TEXT PRIMARY KEY, val TEXT, vc VARCHAR(4), j JSON, w TEXT CHECK (unicode(w) BETWEEN 12354 AND 12435 AND w GLOB '[あ-ん]*')) WITHOUT ROWID"
\! sqlite3 "$FILE" "INSERT INTO k VALUES ('日本', '海', '日本国', '{\"a\":\"海\"}', 'か'), ('一', '一', 'a', '{}', 'う'), ('海', '日本', '日', '{\"a\":\"一\"}', 'ん'), ('龠', NULL, '日本', '[]', 'あx'), ('ä', 'ß', '', 'null', NULL), ('ア', '龠', '', 'null', NULL), ('abc', 'abc', '', 'null', NULL)"
\! sqlite3 "$FILE" "CREATE VIEW v AS SELECT name, unicode(name) AS u, max(name, val) AS high, min(name, val, 'z') AS low, printf('%5s|%-3s|%.3s|%!3s', name, name, substr(name, 1, 1), name) AS p, char(unicode(name)) || char(26085, 65) AS c, glob('*[' || substr(val, 1, 1) || ']?', 'a' || val || 'ア') AS g, hex(name) AS h, lower(name || 'AÄ') AS l, instr(val, '本') AS i, substr(name, -1) AS s FROM k"
-- what SQLite says
\! sqlite3 "$FILE" "SELECT * FROM v WHERE name <> 'ä' ORDER BY unicode(name)"
CREATE DATABASE compat_euc_jp ENCODING 'EUC_JP' TEMPLATE template0 LOCALE 'C';
\c compat_euc_jp
SET client_encoding = 'UTF8';
SET client_min_messages = warning;
CREATE EXTENSION sqlite_fdw_mig;
CREATE SERVER s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CALL sqlite_mig.migrate('s', 's');
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on
SELECT * FROM s.v WHERE name <> 'ä' ORDER BY u;
\pset tuples_only off
\pset format aligned
SELECT conname, convalidated FROM pg_constraint WHERE connamespace = 's'::regnamespace AND contype = 'c';
SELECT table_name, check_name, detail FROM sqlite_mig.verify('s', 'full') WHERE NOT ok;
-- rows are compared in an order that both have
DELETE FROM s.k WHERE name IN ('海', '龠');
UPDATE s.k SET val = '山' WHERE name = '一';
INSERT INTO s.k (name, w) VALUES ('山', 'い');
SELECT status, key FROM sqlite_mig.diff('sqlite_s.k', 's.k') ORDER BY status, key ->> 'name';
SELECT inserted, updated, deleted FROM sqlite_mig.sync('s') WHERE table_name = 'k';
SELECT count(*) FROM sqlite_mig.diff('sqlite_s.k', 's.k');
-- conditions are as on the table here, wherever they are computed
SELECT count(*) FROM (SELECT name FROM sqlite_s.k WHERE name > '日' COLLATE "C" EXCEPT SELECT name FROM s.k WHERE name > '日' COLLATE "C") AS d;
SELECT (SELECT max(name COLLATE "C") FROM sqlite_s.k) = (SELECT max(name COLLATE "C") FROM s.k) AS max,
	(SELECT array_agg(name ORDER BY name COLLATE "C") FROM sqlite_s.k) = (SELECT array_agg(name ORDER BY name COLLATE "C") FROM s.k) AS "order";
SELECT name FROM sqlite_s.k WHERE vc LIKE '日本_' OR vc LIKE '_本' OR j ->> 'a' = '一' OR name IN ('一', 'ä') ORDER BY name COLLATE "C";
SELECT a.name, b.name FROM sqlite_s.k AS a JOIN sqlite_s.k AS b ON a.name = b.val WHERE a.name ^@ '日' OR length(a.name) = 3;
-- values in their order, sets, characters that are missing
SELECT sqlite_compat.unicode('ア') AS u, 'ア'::sqlite_compat.value OPERATOR(sqlite_compat.<) 'ä' AS lt, '一'::sqlite_compat.value OPERATOR(sqlite_compat.>) 'ア' AS gt;
SELECT sqlite_compat.glob('[^海一]*.[]-]?', '日本.-国') AS yes, sqlite_compat.glob('[海一]*', '日本') AS no, sqlite_compat.glob('[a-z]本', 'ア本') AS no, sqlite_compat.glob('?本', '日本') AS yes;
\set VERBOSITY sqlstate
\set SHOW_CONTEXT never
SELECT sqlite_compat."char"(128512);
\set VERBOSITY default
SELECT sqlite_compat.glob('[あ-ん]', 'か') AS yes, sqlite_compat.glob('[^あ-ん]', 'か') AS no, sqlite_compat.glob('[あ-ん]', 'ア') AS no, sqlite_compat.glob('[ん-あ]', 'か') AS no;
SELECT sqlite_compat.glob('[一-龠]', '日');
SELECT translated FROM sqlite_mig.to_postgres($$SELECT x GLOB '[一-龠]*', x GLOB '[a-z日]-?', x GLOB '日-本*' FROM t$$);
\c contrib_regression
DROP DATABASE compat_euc_jp;
-- encodings of one byte, where letters have other numbers and another order; and of none
CREATE DATABASE compat_koi8 ENCODING 'KOI8R' TEMPLATE template0 LOCALE 'C';
CREATE DATABASE compat_win1251 ENCODING 'WIN1251' TEMPLATE template0 LOCALE 'C';
CREATE DATABASE compat_ascii ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C';
\! sqlite3 :memory: "SELECT unicode('б'), char(1073, 97), max('б', 'ц', 'ю'), min('б', 'ц', 'ю'), printf('%5s|%.2s', 'б', 'бa')"
\set query 'SELECT sqlite_compat.unicode(''б'') AS u, sqlite_compat."char"(1073, 97) AS c, sqlite_compat.max(''б'', ''ц'', ''ю'') AS max, sqlite_compat.min(''б'', ''ц'', ''ю'') AS min, sqlite_compat.printf(''%5s|%.2s'', ''б'', ''бa'') AS p'
\c compat_koi8
SET client_encoding = 'UTF8';
SET client_min_messages = warning;
CREATE EXTENSION sqlite_fdw_mig;
:query;
SELECT sqlite_compat.glob('[цбю]?', 'бa') AS yes, sqlite_compat.glob('[^ц-]', 'ц') AS no;
SELECT sqlite_compat.glob('[а-я]', 'ц');
\c compat_win1251
SET client_encoding = 'UTF8';
SET client_min_messages = warning;
CREATE EXTENSION sqlite_fdw_mig;
:query;
SELECT sqlite_compat.glob('[а-я]', 'ц') AS yes, sqlite_compat.glob('[а-я]', 'Ц') AS no, sqlite_compat.glob('[я-а]', 'ц') AS no;
SELECT sqlite_compat.glob('[a-я]', 'Ц');
\c compat_ascii
SET client_min_messages = warning;
CREATE EXTENSION sqlite_fdw_mig;
:query;
\c contrib_regression
DROP DATABASE compat_koi8;
DROP DATABASE compat_win1251;
DROP DATABASE compat_ascii;
