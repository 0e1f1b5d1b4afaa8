-- interval: PostgreSQL's forms and ISO 8601; numbers only as seconds
\getenv srcdir PG_ABS_SRCDIR
\getenv builddir PG_ABS_BUILDDIR
\set helper :srcdir '/sql/include/conv.psql'
\set file :builddir '/results/conv_interval.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t AS SELECT '1 day', '1 year 2 mons 3 days 04:05:06.789', '-3 days', '25:30:00', '00:00:00.000001', '@ 1 minute ago', 'P1Y2M3DT4H5M6.789S', 'P1W', 'PT36H', 'P0001-02-03T04:05:06', 'P-1D', 'PT0.5S', 'P', 'P1', '1-2', '1 fortnight', '178000000 years', '178956971 years', '1.5 months', '00:00:01.1234567', 'PT1.0000001S', '00:00:01.12345600', 'now', 'today', '', CAST(x'3120646179007a' AS TEXT) AS nul"
\! sqlite3 "$FILE" "CREATE TABLE n AS SELECT 0, 90, -90, 1.5, 0.0000015, 0.1234567, 1e300, 9e999, 9223372036854, 9223372036855, -9223372036854, 9223372036854775807, '90', '-0.5', '007', '1e2', '1 day', 'NaN', '', x'00', NULL"
\i :helper
CREATE SERVER conv_interval FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT * FROM pg_temp.conv('conv_interval', 't', 'interval');
-- what fields and precision do not keep
SELECT * FROM pg_temp.conv('conv_interval', 't', 'interval(0)') WHERE value ~ '\.';
SELECT * FROM pg_temp.conv('conv_interval', 't', 'interval day to minute') WHERE value ~ '25:30|04:05|PT36H|1 day';
-- a number counts nothing, unless the column says so
SELECT * FROM pg_temp.conv('conv_interval', 'n', 'interval');
SELECT * FROM pg_temp.conv('conv_interval', 'n', 'interval', 'seconds');
SELECT * FROM pg_temp.conv('conv_interval', 'n', 'interval(3)', 'seconds') WHERE value ~ '0.1234|1.5';
DROP SERVER conv_interval CASCADE;
