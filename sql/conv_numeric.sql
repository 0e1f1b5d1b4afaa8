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

-- reals of all sizes with few digits, with many, and at the limit of what a double can tell apart: each is its shortest decimal, rounded
\! sqlite3 "$FILE" "CREATE TABLE many (id INTEGER PRIMARY KEY, x REAL); WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO many (x) SELECT i * 0.01 FROM n UNION ALL SELECT i * 7919 % 100000 / 10000.0 FROM n UNION ALL SELECT -i * 1.1 / 3 FROM n UNION ALL SELECT i * 333333.0001 FROM n UNION ALL SELECT 99999999.99 - i * 0.001 FROM n UNION ALL SELECT 999999999999.0 + i / 1000.0 FROM n UNION ALL SELECT 9007199254740.0 + i / 128.0 FROM n UNION ALL SELECT 1e14 + i * 0.3 FROM n UNION ALL SELECT i * 1e-17 FROM n"
CREATE FOREIGN TABLE many (id bigint, x double precision) SERVER conv_numeric;
DO $$
DECLARE
	target text;
	rows integer;
	wrong integer;
BEGIN
	FOREACH target IN ARRAY '{numeric,"numeric(18,2)","numeric(18,0)","numeric(18,3)","numeric(36,18)"}'::text[] LOOP
		EXECUTE format('CREATE FOREIGN TABLE as_numeric (id bigint, x %s) SERVER conv_numeric OPTIONS ("table" ''many'')', target);
		EXECUTE format('SELECT count(*), count(*) FILTER (WHERE numeric_send(n.x) <> numeric_send(m.x::text::%s) OR n.x::text <> m.x::text::%1$s::text) FROM many AS m JOIN as_numeric AS n USING (id)', target) INTO rows, wrong;
		RAISE NOTICE '%: % rows, % different', target, rows, wrong;
		DROP FOREIGN TABLE as_numeric;
	END LOOP;
END $$;
DROP FOREIGN TABLE many;
DROP SERVER conv_numeric CASCADE;
