-- date, time, timestamp, timestamptz: ISO text, counts since 1970, Julian days, time zones
\getenv srcdir PG_ABS_SRCDIR
\getenv builddir PG_ABS_BUILDDIR
\set helper :srcdir '/sql/include/conv.psql'
\set file :builddir '/results/conv_datetime.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE iso AS SELECT '2024-12-09', '2024-12-09 14:30', '2024-12-09 14:30:00', '2024-12-09T14:30:00.123456Z', '2024-12-09 14:30:00.123456+02:00', '2024-12-09 14:30:00 -0530', '2024-12-09t14:30:00.1z', '2024-12-09 14:30:00+02', '2024-12-09 14:30:00+01:23:45', '2024-12-09 00:00:00', '2024-12-09T00:00:00.000Z', '2024-12-09 00:00:00+02', '14:30', '14:30:00', '14:30:00.5', '14:30:00Z', '24:00:00', '23:59:60', 'infinity', '-Infinity', NULL"
\! sqlite3 "$FILE" "CREATE TABLE edge AS SELECT '2024-12-31 24:00:00', '2024-12-31 23:59:60', '2024-12-31 23:59:60.5', '2024-12-31 24:00:00.1', '2024-12-31 25:00:00', '2024-12-31 12:60:00', '2024-12-31 12:30:60.25', '2024-12-31 12:30:61', '2024-02-29', '2023-02-29', '1900-02-29', '2000-02-29', '2024-13-01', '2024-00-10', '2024-01-00', '2024-04-31', '0000-00-00', '0000-00-00 00:00:00', '0001-01-01', '9999-12-31 23:59:59.999999', '10000-01-01', '294276-12-31 23:59:59.999999', '294277-01-01', '294277-01-01 00:00:00+01', '5874897-12-31', '5874898-01-01', '12345678-01-01', '2024-01-01 00:00:00+15:59', '2024-01-01 00:00:00+16', '2024-01-01 00:00:00-15:60', '2024-01-01 00:00:00.1234560000', '2024-01-01 00:00:00.1234564', '2024-01-01 00:00:00.1234565', '2024-01-01 00:00:00.1234575', '2024-01-01 23:59:59.9999999'"
\! sqlite3 "$FILE" "CREATE TABLE garbage AS SELECT '', ' ', 'now', 'today', 'epoch', 'abc', '2024', '20241209', '2024-12', '2024-1-5', '24-12-09', '2024/12/09', '09.12.2024', '2024-12-09 ', ' 2024-12-09', '2024-12-09T', '2024-12-09 14', '2024-12-09 14:3', '2024-12-09 14:30:', '2024-12-09 14:30:00.', '2024-12-09 14:30:00,5', '2024-12-09 2:30:00 PM', '2024-12-09 14:30:00+', '2024-12-09 14:30:00+2', '2024-12-09 14:30:00 UTC', '2024-12-09 14:30:00 CEST', '2024-12-09Z', '-0044-03-15', '0044-03-15 BC', '1733754600', '2460654.1', CAST(x'323032342d31322d303900' AS TEXT) AS nul, 1733754600, 2460654.1, x'32'"
\! sqlite3 "$FILE" "CREATE TABLE counts AS SELECT 0, 1589283931, 1733754600, -1, 1733702400, '1733754600', '-0.5', 1733754600.123456, 1733754600.1234567, '1733754600.0000005', 1e300, 9e999, 9223372036854775807, -9223372036854775808, '', 'abc', '2024-12-09', x'00', NULL"
\! sqlite3 "$FILE" "CREATE TABLE fine AS SELECT 1733754600123, 1733754600123456, 1733754600123456789, 1733754600123456500, -1500, -500, -499, 1733754600123.4567"
\! sqlite3 "$FILE" "CREATE TABLE julian AS SELECT 2458981.99, 2460654.1, 2440587.5, 2460653.5, 2451545, 0, 0.5, 109203527.4, 109203527.5, -1, 1e300, 9e999, julianday('2024-12-09 14:30:00.123') AS sqlites_own, 2460654.00000001, '2460654.1', x'00'"
\! sqlite3 "$FILE" "CREATE TABLE dst AS SELECT '2024-03-10 01:59:59', '2024-03-10 02:30:00', '2024-03-10 03:00:00', '2024-11-03 00:59:59', '2024-11-03 01:30:00', '2024-11-03 02:00:00', '2024-07-01', '2024-07-01 12:00:00Z', '1883-11-18 12:00:00', '294276-12-31 23:00:00'"
\! sqlite3 "$FILE" "CREATE TABLE dst_counts AS SELECT 1710054000, 1730611800, 1730615400, 1719806400, 1719820800"
\! sqlite3 "$FILE" "CREATE TABLE limits AS SELECT 9224318015999, 9224318016000, 9224318015999.999, -210866803200, -210866803201, -62135596800, -62135596801, 253402300799, 253402300800, '9224318015999.9999994', '9224318015999.9999995', -0.0000004, -0.0000005, '-1.5', 1e12, '1e3', '+5', '007'"
\! sqlite3 "$FILE" "CREATE TABLE words AS SELECT 'now', 'today', 'tomorrow', 'yesterday', 'epoch', 'noon', 'allballs', 'NOW', '2024-01-01 allballs', 'today 12:00', '-infinity', 'J2451187'"
\! sqlite3 "$FILE" "CREATE TABLE changes (id INTEGER PRIMARY KEY, ts); INSERT INTO changes VALUES (1, '2024-03-10 02:30:00'), (2, '2024-11-03 01:30:00'), (3, '2024-01-01 00:00:00.1234567'), (5, '2024-11-03 01:00:00'), (7, '2024-11-03 01:59:59.9999999'), (8, 'later'), (9, '2024-11-03 01:45:00'), (10, '2024-06-01 12:00:00+02'), (11, NULL)"
\i :helper
CREATE SERVER conv_datetime FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT * FROM pg_temp.conv('conv_datetime', 'iso', 'date');
SELECT * FROM pg_temp.conv('conv_datetime', 'iso', 'time');
SELECT * FROM pg_temp.conv('conv_datetime', 'iso', 'timestamp');
SELECT * FROM pg_temp.conv('conv_datetime', 'iso', 'timestamptz');
SELECT * FROM pg_temp.conv('conv_datetime', 'edge', 'timestamptz', 'iso');
SELECT * FROM pg_temp.conv('conv_datetime', 'edge', 'date') WHERE value !~ ' ';
SELECT * FROM pg_temp.conv('conv_datetime', 'garbage', 'timestamptz');
SELECT value, result FROM pg_temp.conv('conv_datetime', 'garbage', 'timestamp') WHERE result NOT LIKE '!%';
SELECT value, result FROM pg_temp.conv('conv_datetime', 'garbage', 'date') WHERE result NOT LIKE '!%';
SELECT value, result FROM pg_temp.conv('conv_datetime', 'garbage', 'time') WHERE result NOT LIKE '!%' OR value LIKE '1733754600';

-- precision
SELECT * FROM pg_temp.conv('conv_datetime', 'iso', 'timestamp(3)') WHERE value LIKE '%.%';
SELECT * FROM pg_temp.conv('conv_datetime', 'edge', 'timestamptz(0)') WHERE value LIKE '%.%';
SELECT * FROM pg_temp.conv('conv_datetime', 'iso', 'time(0)') WHERE value LIKE '%14:30:00.5%';

-- numbers, where the column says what they count
SELECT * FROM pg_temp.conv('conv_datetime', 'counts', 'timestamptz', 'unixepoch');
SELECT * FROM pg_temp.conv('conv_datetime', 'counts', 'timestamp', 'unixepoch') WHERE result NOT LIKE '!%';
SELECT * FROM pg_temp.conv('conv_datetime', 'counts', 'date', 'unixepoch') WHERE value ~ '^-?[0-9]{1,10}$';
SELECT * FROM pg_temp.conv('conv_datetime', 'fine', 'timestamptz', 'unixepoch_ms');
SELECT * FROM pg_temp.conv('conv_datetime', 'fine', 'timestamptz', 'unixepoch_us');
SELECT * FROM pg_temp.conv('conv_datetime', 'fine', 'timestamptz', 'unixepoch_ns');
SELECT * FROM pg_temp.conv('conv_datetime', 'fine', 'timestamptz(0)', 'unixepoch_ms') WHERE value ~ '^-|23$';
SELECT * FROM pg_temp.conv('conv_datetime', 'julian', 'timestamptz', 'julianday');
SELECT * FROM pg_temp.conv('conv_datetime', 'julian', 'date', 'julianday') WHERE value IN ('2458981.99', '2460653.5');

-- as far as timestamps reach, to the microsecond, before 1970 too
SELECT * FROM pg_temp.conv('conv_datetime', 'limits', 'timestamptz', 'unixepoch');
SELECT * FROM pg_temp.conv('conv_datetime', 'limits', 'date', 'unixepoch') WHERE value ~ '^-?[0-9]{11,}$';

-- words are no times: not even those that always mean the same
SELECT value, result FROM pg_temp.conv('conv_datetime', 'words', 'timestamptz');
SELECT target, value, result FROM unnest('{timestamp,date,time}'::text[]) target, pg_temp.conv('conv_datetime', 'words', target) WHERE result NOT LIKE '!%';

-- what would be changed, and in which rows
SELECT target_type, refused, lossy, first_row, reason, jsonb_pretty(changes) AS changes
FROM sqlite_mig_internal._fit('conv_datetime', 'changes', '{ts}', '{1,1}', '{timestamptz,timestamp(0)}', '{NULL,NULL}', 'America/New_York');

-- other epochs: .NET ticks, Cocoa, WebKit; all at 2024-12-09 14:30:00.123456 UTC, at their zero, and beside what they can hold
\! sqlite3 "$FILE" "CREATE TABLE ticks AS SELECT 638693514001234560, 638693514001234567, 621355968000000000, 0, -1, 3155378975999999999, 9223372036854775807, '638693514001234560', 6.386935e17, x'00'"
\! sqlite3 "$FILE" "CREATE TABLE cocoa AS SELECT 755447400.123456, 755447400, '755447400.5', 0, -978307200, -0.0000004, 1e300, 9e999, 'abc'"
\! sqlite3 "$FILE" "CREATE TABLE webkit AS SELECT 13378228200123456, '13378228200123456', 11644473600000000, 0, -1, 9223372036854775807, -9223372036854775808"
SELECT * FROM pg_temp.conv('conv_datetime', 'ticks', 'timestamptz', 'dotnet_ticks');
SELECT * FROM pg_temp.conv('conv_datetime', 'cocoa', 'timestamptz', 'cocoa');
SELECT value, result FROM pg_temp.conv('conv_datetime', 'cocoa', 'timestamp', 'apple') WHERE value ~ '^7';
SELECT value, result FROM pg_temp.conv('conv_datetime', 'cocoa', 'date', 'cocoa') WHERE value IN ('0', '755447400', '-978307200');
SELECT * FROM pg_temp.conv('conv_datetime', 'webkit', 'timestamptz', 'webkit');

-- time zones: of naive text and, for types without one, of instants; gaps and overlaps as PostgreSQL sees them
SELECT column_name, refused, lossy, reason FROM sqlite_mig_internal._fit('conv_datetime', 'dst', '{"''2024-03-10 01:59:59''","''2024-03-10 02:30:00''","''2024-03-10 03:00:00''","''2024-11-03 00:59:59''","''2024-11-03 01:30:00''","''2024-11-03 02:00:00''"}', '{1,2,3,4,5,6}', array_fill('timestamptz'::text, '{6}'), array_fill(NULL::text, '{6}'), 'America/New_York');
ALTER SERVER conv_datetime OPTIONS (ADD time_zone 'America/New_York');
SELECT value, result FROM pg_temp.conv('conv_datetime', 'dst', 'timestamptz');
SELECT value, result FROM pg_temp.conv('conv_datetime', 'dst', 'timestamp') WHERE value IN ('''2024-03-10 02:30:00''', '''2024-07-01 12:00:00Z''');
SELECT value, result FROM pg_temp.conv('conv_datetime', 'dst_counts', 'timestamp', 'unixepoch');
SELECT value, result FROM pg_temp.conv('conv_datetime', 'dst_counts', 'date', 'unixepoch');
SELECT value, result FROM pg_temp.conv('conv_datetime', 'dst', 'timestamptz', options => 'time_zone ''Asia/Kolkata''') WHERE value = '''2024-07-01''';
SELECT result FROM pg_temp.conv('conv_datetime', 'dst', 'timestamptz', options => 'time_zone ''utc''') WHERE value = '''2024-07-01''';

-- PostgreSQL's own reading is the same: every text that we take
SET timezone = 'America/New_York';
CREATE FUNCTION pg_temp.cast_result(value text, target text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
	EXECUTE format('SELECT %L::%s::text', value, target) INTO result;
	RETURN result;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;
CREATE FUNCTION pg_temp.same_zone(source text, target text, OUT value text, OUT ours text) RETURNS SETOF record LANGUAGE sql AS $$
	SELECT trim('''' FROM value), CASE WHEN result LIKE '!%' THEN substr(result, 3, 5) ELSE result END FROM pg_temp.conv('conv_datetime', source, target);
$$;
ALTER FUNCTION pg_temp.conv SET timezone = 'America/New_York';
SELECT target, count(*) AS compared, count(*) FILTER (WHERE ours IS DISTINCT FROM theirs) AS different
FROM unnest('{timestamptz,timestamptz(3),date,time}'::text[]) target
CROSS JOIN unnest('{iso,edge,dst}'::text[]) source
CROSS JOIN LATERAL pg_temp.same_zone(source, target)
CROSS JOIN LATERAL (SELECT pg_temp.cast_result(value, target) AS theirs) theirs
WHERE value <> 'NULL' AND ours !~ '^22...$' GROUP BY target ORDER BY target;
-- and what is no time to PostgreSQL is none to us
SELECT source, value, ours, theirs
FROM unnest('{iso,edge,dst,garbage}'::text[]) source
CROSS JOIN LATERAL pg_temp.same_zone(source, 'timestamptz')
CROSS JOIN LATERAL (SELECT pg_temp.cast_result(value, 'timestamptz') AS theirs) theirs
WHERE theirs ~ '^22...$' AND ours !~ '^22...$|^42804$' AND value <> 'NULL';
DROP SERVER conv_datetime CASCADE;
