-- arrays: of JSON and as PostgreSQL writes them, each element through its own converter
\getenv srcdir PG_ABS_SRCDIR
\getenv builddir PG_ABS_BUILDDIR
\set helper :srcdir '/sql/include/conv.psql'
\set file :builddir '/results/conv_array.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE json AS SELECT '[]', '[1, 2, null]', '[9223372036854775807, -9223372036854775808]' AS limits, '[9223372036854775808]' AS beyond, '[1.0, 1e2]', '[1.5]', '[\"7\", \"007\"]' AS quoted, '[\"a\", \"b,c\", \"{\", \"NULL\", \"\", \"é\"]' AS texts, '[\"\\u00e9\", \"\\ud83d\\ude00\"]' AS escapes, '[\"\\u0000\"]' AS zero, '[true, false, null]', '[{\"a\":1}, [1,2], \"x\", 3.10, null]' AS mixed, ' [1] ', '[[1,2],[3,4]]', '[[1,2],[3]]', '[[1],2]', '[1,[2]]', '[[1],null]', '[[],[]]', '[[[1,2],[3,4]],[[5,6],[7,8]]]', '[[[[[[1]]]]]]' AS six, '[[[[[[[1]]]]]]]' AS seven, '[1,', '[1 2]', '[', '{\"a\":1}' AS object, '1', '\"x\"' AS string, '', 42, 1.5, x'5b5d', NULL, CAST(x'5b2261ff225d' AS TEXT) AS invalid, CAST(x'5b315d005d' AS TEXT) AS nul"
\! sqlite3 "$FILE" "CREATE TABLE literal AS SELECT '{}', '{1,2,NULL}', '{{1,2},{3,4}}', '{{1,2},{3}}', '[0:1]={7,8}', '{1,x}', '{1.0}', '{\"a b\",c,\"NULL\",null}' AS quoted, '{1', '{1}x', '{9223372036854775808}'"
\! sqlite3 "$FILE" "CREATE TABLE typed AS SELECT '[\"2024-12-09T14:30:00Z\", \"2024-12-09 14:30\", null]' AS stamps, '[1733754600, 1733754600.5]' AS epochs, '[\"now\"]' AS now_json, '{now}' AS now_literal, '[1.005, \"2.50\", 12345678901234567890.12]' AS numbers, '[0.1, 12345678901234567890.12]' AS floats, '[\"abcd\", \"ab\"]' AS words, '[\"J\", \"nein\", 1, false]' AS bools, '[\"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\", 7]' AS uuids, '[\"10.0.0.1\"]' AS addresses"
\i :helper
CREATE SERVER conv_array FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT * FROM pg_temp.conv('conv_array', 'json', 'bigint[]');
SELECT * FROM pg_temp.conv('conv_array', 'json', 'text[]') WHERE value ~ '^.? ?\[|^[a-z]' AND value !~ '\[\[|1 2|\[''|1,''';
SELECT * FROM pg_temp.conv('conv_array', 'json', 'jsonb[]') WHERE result !~ '^! 42804';
SELECT * FROM pg_temp.conv('conv_array', 'json', 'boolean[]') WHERE value ~ 'true|1, 2';
SELECT * FROM pg_temp.conv('conv_array', 'literal', 'bigint[]');
SELECT * FROM pg_temp.conv('conv_array', 'literal', 'text[]') WHERE value ~ 'quoted|1,x|\[0';
-- element types with rules of their own: zones, formats, precision, length
SELECT * FROM pg_temp.conv('conv_array', 'typed', 'timestamptz[]', options => 'time_zone ''Asia/Kolkata''') WHERE value ~ 'stamps|epochs|now';
SELECT * FROM pg_temp.conv('conv_array', 'typed', 'timestamptz[]', 'unixepoch') WHERE value ~ 'stamps|epochs';
SELECT * FROM pg_temp.conv('conv_array', 'typed', 'numeric(22,2)[]') WHERE value ~ 'numbers|floats';
SELECT * FROM pg_temp.conv('conv_array', 'typed', 'double precision[]') WHERE value ~ 'numbers|floats';
SELECT * FROM pg_temp.conv('conv_array', 'typed', 'varchar(3)[]') WHERE value ~ 'words|numbers';
SELECT * FROM pg_temp.conv('conv_array', 'typed', 'boolean[]', 'J/N,Nein') WHERE value ~ 'bools|words';
SELECT * FROM pg_temp.conv('conv_array', 'typed', 'uuid[]') WHERE value ~ 'uuids|words';
SELECT * FROM pg_temp.conv('conv_array', 'typed', 'inet[]') WHERE value ~ 'addresses|words';
-- domains below and above
CREATE DOMAIN conv_small AS bigint CHECK (VALUE < 3);
CREATE DOMAIN conv_needed AS bigint NOT NULL;
CREATE DOMAIN conv_short AS bigint[] CHECK (array_length(VALUE, 1) < 3);
SELECT * FROM pg_temp.conv('conv_array', 'json', 'public.conv_small[]') WHERE value ~ '1, 2|1\] |,4';
SELECT * FROM pg_temp.conv('conv_array', 'json', 'public.conv_needed[]') WHERE value ~ '1, 2|1\] ';
SELECT * FROM pg_temp.conv('conv_array', 'json', 'public.conv_short') WHERE value ~ '1, 2|1\] |NULL';
-- long ones
\! sqlite3 "$FILE" "CREATE TABLE many (a); INSERT INTO many WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT '[' || group_concat(i) || ']' FROM n; INSERT INTO many SELECT a FROM many"
CREATE FOREIGN TABLE many (a bigint[]) SERVER conv_array;
SELECT array_length(a, 1) AS length, (SELECT sum(x) FROM unnest(a) x) AS sum, pg_typeof(a) FROM many;
-- int2vector has elements, but is written in another way
SELECT value, result FROM pg_temp.conv('conv_array', 'json', 'int2vector') WHERE value IN ('''1''', '''[1 2]''');
DROP SERVER conv_array CASCADE;
DROP DOMAIN conv_small, conv_needed, conv_short;
