-- money: numbers, and text as money writes it; no guess about commas
\getenv srcdir PG_ABS_SRCDIR
\getenv builddir PG_ABS_BUILDDIR
\set helper :srcdir '/sql/include/conv.psql'
\set file :builddir '/results/conv_money.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t AS SELECT 0, 42, -42, 92233720368547758, 92233720368547759, -92233720368547758, 1.5, 0.1 + 0.2 AS noise, 12.345, -12.345, 1e15, 1e17, 9e999, -0.0, '12.34', '12.345', '-0.005', '92233720368547758.07', '92233720368547758.08', '-92233720368547758.08', '007', '\$1,234.50', '-\$1,234.50', '\$12.3', '\$1234.50', '12,34', '1,234', '1.234,50', '12.34 €', '(5)', '1e2', 'NaN', 'abc', '', x'00', NULL"
\i :helper
CREATE SERVER conv_money FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT * FROM pg_temp.conv('conv_money', 't', 'money');
SELECT value, result FROM pg_temp.conv('conv_money', 't', 'money', options => 'empty_as_null ''true''') WHERE value = '''''';
DROP SERVER conv_money CASCADE;
