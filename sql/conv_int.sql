-- smallint, integer, bigint, boolean
\getenv srcdir PG_ABS_SRCDIR
\getenv builddir PG_ABS_BUILDDIR
\set helper :srcdir '/sql/include/conv.psql'
\set file :builddir '/results/conv_int.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE ints AS SELECT 0, -1, 32767, 32768, -32768, -32769, 2147483647, 2147483648, -2147483648, -2147483649, 3000000000, 9223372036854775807, -9223372036854775808, NULL"
\! sqlite3 "$FILE" "CREATE TABLE reals AS SELECT 1.0, -0.0, 1.5, -0.1, 1e15, 32768.0, 9.2233720368547748e18, 9.2233720368547758e18, -9.2233720368547758e18, -9.3e18, 1e300, 9e999, -9e999"
\! sqlite3 "$FILE" "CREATE TABLE texts AS SELECT '42', '+42', '-42', '00012', '0', '-0', '-007', '', 'abc', '-', '+-1', ' 42', '42 ', '1e3', '0x10', '1.0', '1_000', '32768', '2147483648', '9223372036854775807', '9223372036854775808', '-9223372036854775808', '-9223372036854775809', '99999999999999999999999999', CAST(x'34320030' AS TEXT) AS nul, x'31', x'', '٣' AS arabic"
\! sqlite3 "$FILE" "CREATE TABLE bools AS SELECT 0, 1, 2, -1, NULL, 0.0, 1.0, 0.5, 't', 'f', 'true', 'FALSE', 'Yes', 'no', 'on', 'OFF', 'y', 'N', '1', '0', '2', 'maybe', 'tr', ' true', '', CAST(x'740066' AS TEXT) AS nul, x'01'"
\i :helper
CREATE SERVER conv_int FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT * FROM pg_temp.conv('conv_int', 'ints', 'smallint');
SELECT * FROM pg_temp.conv('conv_int', 'ints', 'integer');
SELECT * FROM pg_temp.conv('conv_int', 'ints', 'bigint');
SELECT * FROM pg_temp.conv('conv_int', 'reals', 'integer');
SELECT * FROM pg_temp.conv('conv_int', 'reals', 'bigint');
SELECT * FROM pg_temp.conv('conv_int', 'texts', 'integer');
SELECT * FROM pg_temp.conv('conv_int', 'texts', 'bigint');
SELECT * FROM pg_temp.conv('conv_int', 'bools', 'boolean');

-- '' becomes NULL where the column says so, and only ''
SELECT value, result FROM pg_temp.conv('conv_int', 'texts', 'integer', options => 'empty_as_null ''true''') WHERE value IN ('''''', ''' 42''');

-- sums of the greatest integers stay exact
CREATE FOREIGN TABLE sums ("9223372036854775807" bigint) SERVER conv_int OPTIONS ("table" 'ints');
SELECT sum("9223372036854775807") FROM sums;
DROP SERVER conv_int CASCADE;
