-- double precision, real
\getenv srcdir PG_ABS_SRCDIR
\getenv builddir PG_ABS_BUILDDIR
\set helper :srcdir '/sql/include/conv.psql'
\set file :builddir '/results/conv_float.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE reals AS SELECT 0.0, -0.0, 1.5, 0.1, 0.1 + 0.2, 1.0/3, 3.4028234663852886e38, 3.5e38, 1e-45, 1e-46, 4.9406564584124654e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 9e999, -9e999, 16777217.0, 123456789012345680.0"
\! sqlite3 "$FILE" "CREATE TABLE others AS SELECT 0, -7, 16777216, 16777217, 9007199254740992, 9007199254740993, 9223372036854775807, -9223372036854775808, NULL, '1.5', '-1.5e3', '.5', '5.', '+1', '007', '0.1', '1.50', '0.30000000000000004441', '1e400', '1e-400', '0e400', 'NaN', 'nan', 'Infinity', '-inf', '+INF', 'infin', '', 'n/a', '1,5', '0x1p3', '1e', 'e5', '.', '1_0', ' 1', CAST(x'310032' AS TEXT) AS nul, x'00'"
\i :helper
CREATE SERVER conv_float FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT * FROM pg_temp.conv('conv_float', 'reals', 'double precision');
SELECT * FROM pg_temp.conv('conv_float', 'others', 'double precision');
SELECT * FROM pg_temp.conv('conv_float', 'reals', 'real');
SELECT * FROM pg_temp.conv('conv_float', 'others', 'real');

-- bit for bit, also where the shortest decimal does not show it
CREATE FOREIGN TABLE bits ("0.1 + 0.2" double precision, "-0.0" double precision) SERVER conv_float OPTIONS ("table" 'reals');
SELECT encode(float8send("0.1 + 0.2"), 'hex'), encode(float8send("-0.0"), 'hex') FROM bits;
DROP SERVER conv_float CASCADE;
