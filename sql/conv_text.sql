-- text, varchar(n), char(n), bytea; NUL bytes and invalid UTF-8
\getenv srcdir PG_ABS_SRCDIR
\getenv builddir PG_ABS_BUILDDIR
\set helper :srcdir '/sql/include/conv.psql'
\set file :builddir '/results/conv_text.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE texts AS SELECT '', 'abc', 'toolong', 'über', 'a  ', 'abc   ', '    ', '123', 'tab' || char(9) || 'nl' || char(10) || '\\n' AS controls, '日本語' AS japanese, '😀' AS emoji, NULL"
\! sqlite3 "$FILE" "CREATE TABLE others AS SELECT 42, -9223372036854775808, 1.5, 1.0, 1e100, 9e999, 0.1 + 0.2, x'', x'00ff', x'616263'"
\! sqlite3 "$FILE" "CREATE TABLE nuls AS SELECT CAST(x'61620063' AS TEXT) AS inside, CAST(x'00' AS TEXT) AS only, CAST(x'0061' AS TEXT) AS first, CAST(x'6100' AS TEXT) AS last, CAST(x'610000c3a9' AS TEXT) AS two"
\! sqlite3 "$FILE" "CREATE TABLE bad AS SELECT CAST(x'fffe' AS TEXT) AS ff_fe, CAST(x'636166e9' AS TEXT) AS cafe, CAST(x'c3a9e9' AS TEXT) AS mixed, CAST(x'61e282' AS TEXT) AS cut, CAST(x'e28261' AS TEXT) AS cut_a, CAST(x'c0af' AS TEXT) AS overlong, CAST(x'eda080' AS TEXT) AS surrogate, CAST(x'f4908080' AS TEXT) AS beyond, CAST(x'6180' AS TEXT) AS lone, CAST(x'80818d' AS TEXT) AS c1, CAST(x'93e293' AS TEXT) AS quotes, CAST(x'e90061' AS TEXT) AS with_nul, CAST(x'6100e9' AS TEXT) AS nul_first"
\i :helper
CREATE SERVER conv_text FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT * FROM pg_temp.conv('conv_text', 'texts', 'text');
SELECT value, '[' || result || ']' AS result, exact FROM pg_temp.conv('conv_text', 'texts', 'varchar(3)');
SELECT value, '[' || result || ']' AS result, exact FROM pg_temp.conv('conv_text', 'texts', 'varchar');
SELECT value, '[' || result || ']' AS result, exact FROM pg_temp.conv('conv_text', 'texts', 'char(5)');
CREATE FOREIGN TABLE padded ("'abc'" char(5), "'über'" char(5), "japanese" char(5)) SERVER conv_text OPTIONS ("table" 'texts');
SELECT octet_length("'abc'"), octet_length("'über'"), octet_length("japanese"), "'abc'" = 'abc' AS blanks_mean_nothing FROM padded;
SELECT * FROM pg_temp.conv('conv_text', 'texts', 'bytea');

-- other storage classes: numbers have a text form, blobs only where the column says "any"
SELECT * FROM pg_temp.conv('conv_text', 'others', 'text');
SELECT * FROM pg_temp.conv('conv_text', 'others', 'text', 'any');
SELECT * FROM pg_temp.conv('conv_text', 'others', 'varchar(5)', 'any');
SELECT * FROM pg_temp.conv('conv_text', 'others', 'bytea');

-- an untyped column with every class: each value as its own class says, and no text is taken for a number
\! sqlite3 "$FILE" "CREATE TABLE untyped (v); INSERT INTO untyped VALUES (1), (1.0), ('1'), (x'31'), (9007199254740993), (9007199254740993.0), (-9223372036854775808), (9223372036854775807), (0.1), (0.1 + 0.2), (1e15), (1e16), (1e22), (123456789012345680.0), (5e-324), (1.7976931348623157e308), (-0.0), (9e999), (-9e999), ('0x10'), ('1e3'), ('007'), ('NULL'), (NULL), (''), (x''), (zeroblob(3))"
CREATE FOREIGN TABLE untyped (v text OPTIONS (format 'any')) SERVER conv_text;
SELECT v FROM untyped;
SELECT count(*) AS numbers, count(*) FILTER (WHERE v::double precision::text <> v) AS not_shortest FROM untyped WHERE v <> '1e3' AND v ~ '^-?([0-9.]+e[+-]?[0-9]+|[0-9]{1,15}[.][0-9]+|Infinity)$';
CREATE TABLE untyped_copy (v text);
SELECT rows_read, adjusted, nulled, changes FROM sqlite_mig.copy_table('untyped', 'untyped_copy');
SELECT s.checksum = t.checksum AS equal FROM sqlite_mig.checksum('untyped') s, sqlite_mig.checksum('untyped_copy') t;
DROP TABLE untyped_copy;

-- a NUL byte: error, strip, replace
SELECT * FROM pg_temp.conv('conv_text', 'nuls', 'text');
SELECT value, result FROM pg_temp.conv('conv_text', 'nuls', 'bytea');
ALTER SERVER conv_text OPTIONS (ADD on_nul 'strip');
SELECT * FROM pg_temp.conv('conv_text', 'nuls', 'text');
ALTER SERVER conv_text OPTIONS (SET on_nul 'replace');
SELECT * FROM pg_temp.conv('conv_text', 'nuls', 'text');
ALTER SERVER conv_text OPTIONS (DROP on_nul);

-- bytes that are no UTF-8: error, replace, latin1, windows-1252
SELECT * FROM pg_temp.conv('conv_text', 'bad', 'text');
SELECT value, result FROM pg_temp.conv('conv_text', 'bad', 'bytea');
ALTER SERVER conv_text OPTIONS (ADD on_invalid_utf8 'replace');
SELECT * FROM pg_temp.conv('conv_text', 'bad', 'text');
ALTER SERVER conv_text OPTIONS (SET on_invalid_utf8 'latin1');
SELECT value, convert_to(result, 'UTF8'), exact FROM pg_temp.conv('conv_text', 'bad', 'text') WHERE result NOT LIKE '!%';
ALTER SERVER conv_text OPTIONS (SET on_invalid_utf8 'windows-1252');
SELECT * FROM pg_temp.conv('conv_text', 'bad', 'text');
ALTER SERVER conv_text OPTIONS (ADD on_nul 'strip');
SELECT value, result FROM pg_temp.conv('conv_text', 'bad', 'text') WHERE value LIKE '%nul%';
ALTER SERVER conv_text OPTIONS (DROP on_nul, DROP on_invalid_utf8);

-- length counts after a repair
ALTER SERVER conv_text OPTIONS (ADD on_nul 'strip');
SELECT value, result FROM pg_temp.conv('conv_text', 'nuls', 'varchar(2)');

-- '' becomes NULL where the column says so
SELECT value, result FROM pg_temp.conv('conv_text', 'texts', 'text', options => 'empty_as_null ''true''') WHERE value IN ('''''', '''    ''');
SELECT value, result FROM pg_temp.conv('conv_text', 'texts', 'bytea', options => 'empty_as_null ''true''') WHERE value = '''''';

-- a flaw is found wherever it is: one byte in texts of 1 to 80 characters, first to last
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE flaws (size INTEGER, at INTEGER, byte INTEGER, t TEXT); WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 80), b(byte, t) AS (VALUES (0, char(0)), (1, char(1)), (127, char(127)), (128, CAST(x'80' AS TEXT)), (255, CAST(x'ff' AS TEXT))) INSERT INTO flaws SELECT n.i, a.i, b.byte, substr(replace(hex(zeroblob(80)), '0', 'a'), 1, a.i - 1) || b.t || substr(replace(hex(zeroblob(80)), '0', 'a'), 1, n.i - a.i) FROM n JOIN n AS a ON a.i <= n.i CROSS JOIN b"
SELECT sqlite_mig.disconnect_all() IS NULL AS disconnected;
ALTER SERVER conv_text OPTIONS (SET on_nul 'replace', ADD on_invalid_utf8 'replace');
CREATE FOREIGN TABLE flaws (size integer, at integer, byte integer, t text) SERVER conv_text;
SELECT byte, count(*) AS texts, count(*) FILTER (WHERE t = repeat('a', at - 1) || CASE WHEN byte IN (1, 127) THEN chr(byte) WHEN byte = 0 THEN U&'\2400' ELSE U&'\FFFD' END || repeat('a', size - at)) AS right
	FROM flaws GROUP BY byte ORDER BY byte;
DROP FOREIGN TABLE flaws;
ALTER SERVER conv_text OPTIONS (SET on_nul 'strip', DROP on_invalid_utf8);

-- a file in UTF-16: SQLite hands out UTF-8
\! rm -f "$FILE"; sqlite3 "$FILE" "PRAGMA encoding = 'UTF-16le'; CREATE TABLE wide AS SELECT 'abc', 'über', '😀' AS emoji, CAST(x'61000000620000' AS TEXT) AS nul, ''"
SELECT sqlite_mig.disconnect_all() IS NULL AS disconnected;
SELECT * FROM pg_temp.conv('conv_text', 'wide', 'text');
SELECT value, result FROM pg_temp.conv('conv_text', 'wide', 'bytea');
DROP SERVER conv_text CASCADE;
