-- types read by their input functions: inet, cidr, macaddr, ranges; no word stands for the time of reading
\getenv srcdir PG_ABS_SRCDIR
\getenv builddir PG_ABS_BUILDDIR
\set helper :srcdir '/sql/include/conv.psql'
\set file :builddir '/results/conv_net.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t AS SELECT '0.0.0.0', '255.255.255.255/32', '256.0.0.1', '10.0.0.1/8', '10.0.0.0/8', '10.0.0.1/33', '::', '::1/128', '::ffff:1.2.3.4', 'fe80::1%eth0', '2001:db8::/32', '2001:db8::/129', '10.1', ' 10.0.0.1', '', 167772161, x'0a000001', NULL"
\! sqlite3 "$FILE" "CREATE TABLE mac AS SELECT '08:00:2b:01:02:03', '08-00-2B-01-02-03', '08002b:010203', '0800.2b01.0203', '08002b010203', 'ff:ff:ff:ff:ff:ff', '08:00:2b:01:02', '08:00:2b:01:02:03:04', '08:00:2b:01:02:03:04:05', '08:00:2b:01:02:0g', '', 8796814508547, x'08002b010203', NULL"
\! sqlite3 "$FILE" "CREATE TABLE times AS SELECT '[2024-01-01,2024-02-01)', '[2024-02-01,2024-01-01)', '[today,tomorrow)', '[2024-01-01,now]', '(,NOW)', '{[2024-01-01,yesterday]}', '[2024-01-01,)', 'empty', 'now', 'NOW', '14:30:00+02', 'nowhere', '(1,today)', '(1,2024-01-01)'"
\i :helper
CREATE SERVER conv_net FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT * FROM pg_temp.conv('conv_net', 't', 'inet');
SELECT * FROM pg_temp.conv('conv_net', 't', 'cidr');
SELECT * FROM pg_temp.conv('conv_net', 'mac', 'macaddr');
SELECT * FROM pg_temp.conv('conv_net', 'mac', 'macaddr8') WHERE value ~ '04|ff|08:00:2b:01:02''';
SELECT * FROM pg_temp.conv('conv_net', 'times', 'daterange') WHERE value ~ '^''[[({e]' AND value !~ '\(1';
SELECT * FROM pg_temp.conv('conv_net', 'times', 'tsmultirange') WHERE value ~ '{';
SELECT * FROM pg_temp.conv('conv_net', 'times', 'timetz') WHERE value !~ '[[({,]';
CREATE TYPE conv_pair AS (n integer, d date);
SELECT * FROM pg_temp.conv('conv_net', 'times', 'public.conv_pair') WHERE value ~ '\(1|^''now''';
DROP SERVER conv_net CASCADE;
DROP TYPE conv_pair;
