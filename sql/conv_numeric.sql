-- numeric and numeric(p,s)
\getenv srcdir PG_ABS_SRCDIR
\getenv builddir PG_ABS_BUILDDIR
\set helper :srcdir '/sql/include/conv.psql'
\set file :builddir '/results/conv_numeric.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE whole AS SELECT 0, 42, -1, 99999999, 100000000, -99999999, -100000000, 9007199254740993, 9223372036854775807, -9223372036854775808, NULL"
\! sqlite3 "$FILE" "CREATE TABLE reals AS SELECT 0.0, -0.0, 1.5, 0.1, 1.005, -1.005, 2.675, 0.004, -0.004, 0.005, 99999999.99, 99999999.995, 99999999.994, 1e22, 1.2345678901234567e15, 1e-7, 4.9406564584124654e-324, 1.7976931348623157e308, 9e999, -9e999"
\! sqlite3 "$FILE" "CREATE TABLE texts AS SELECT '0', '0.00', '-0.0', '1.50', '.5', '5.', '+7', '007', '1.005', '-0.995', '9.995', '12345678901234567890.123', '123456789012345678', '1234567890123456789', '9223372036854775807', '9223372036854775808', '0.000000000000000000001', '1e3', '1.5e1', '1.50e1', '15e-1', '1E+2', '-1e-2', '1e131071', '1e131072', '1e-16383', '1e-16384', '1e999999999999', '0e999999999999', 'NaN', 'Infinity', '-inf', 'nano', '', ' 1', '1 ', '1e', '1e+', '--1', '.', '0x1F', '1_000', '12,5', CAST(x'310032' AS TEXT) AS nul, x'31'"
\! sqlite3 "$FILE" "CREATE TABLE edge AS SELECT 999, 9999, 949, 950, 9950.5, 9949.9, '-950', '0.0499', '0.5', '99.949', '99.950', 12, 0.0123, '0.00995'"
\i :helper
CREATE SERVER conv_numeric FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT * FROM pg_temp.conv('conv_numeric', 'whole', 'numeric');
SELECT * FROM pg_temp.conv('conv_numeric', 'whole', 'numeric(10,2)');
SELECT value, CASE WHEN length(result) > 60 THEN format('%s digits, md5 %s', length(result), md5(result)) ELSE result END AS result, exact
	FROM pg_temp.conv('conv_numeric', 'reals', 'numeric');
SELECT * FROM pg_temp.conv('conv_numeric', 'reals', 'numeric(10,2)');
SELECT value, CASE WHEN length(result) > 120 THEN format('%s bytes, %s significant', length(result), length(trim('0.' FROM result))) ELSE result END AS result, exact
	FROM pg_temp.conv('conv_numeric', 'texts', 'numeric');
SELECT * FROM pg_temp.conv('conv_numeric', 'texts', 'numeric(10,2)');

-- the edges of precision: no fraction, negative scale, scale beyond precision, more than an int64
SELECT * FROM pg_temp.conv('conv_numeric', 'edge', 'numeric(3)');
SELECT * FROM pg_temp.conv('conv_numeric', 'edge', 'numeric(2,-2)');
SELECT * FROM pg_temp.conv('conv_numeric', 'edge', 'numeric(2,4)');
SELECT * FROM pg_temp.conv('conv_numeric', 'edge', 'numeric(40,30)');

-- rounding and limits are those of numeric itself: every text against its own cast
CREATE FUNCTION pg_temp.cast_result(value text, target text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
	EXECUTE format('SELECT (%L::numeric)::%s::text', value, target) INTO result;
	RETURN result;
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE;
END $$;
SELECT count(*) AS compared, count(*) FILTER (WHERE ours IS DISTINCT FROM theirs) AS different
FROM unnest('{numeric,"numeric(10,2)",numeric(3),"numeric(2,-2)","numeric(2,4)","numeric(40,30)"}'::text[]) target
CROSS JOIN unnest('{texts,edge,whole}'::text[]) source
CROSS JOIN LATERAL (SELECT trim('''' FROM value) AS value, CASE WHEN result LIKE '!%' THEN substr(result, 3, 5) ELSE result END AS ours
	FROM pg_temp.conv('conv_numeric', source, target)) ours
CROSS JOIN LATERAL (SELECT pg_temp.cast_result(value, target) AS theirs) theirs
WHERE value ~ '^[-+.0-9eE]+$' AND value NOT IN ('0e999999999999', '1e999999999999', '1e-16384');	-- where an exponent alone is too much for numeric_in

CREATE FOREIGN TABLE exact ("9007199254740993" numeric, "9223372036854775807" numeric) SERVER conv_numeric OPTIONS ("table" 'whole');
SELECT sum("9007199254740993"), sum("9223372036854775807") FROM exact;
DROP SERVER conv_numeric CASCADE;
