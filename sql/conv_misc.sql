-- uuid, json, jsonb
\getenv srcdir PG_ABS_SRCDIR
\getenv builddir PG_ABS_BUILDDIR
\set helper :srcdir '/sql/include/conv.psql'
\set file :builddir '/results/conv_misc.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE uuids AS SELECT 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11' AS upper, 'a0eebc999c0b4ef8bb6d6bb9bd380a11', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}', 'a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11', '{a0eebc999c0b4ef8bb6d6bb9bd380a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g', '-a0eebc999c0b4ef8bb6d6bb9bd380a11', 'a0eebc999c0b4ef8bb6d6bb9bd380a11-', 'a0-eebc999c0b4ef8bb6d6bb9bd380a11', ' a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '', 'abc', CAST(x'613000' AS TEXT) AS nul, x'a0eebc999c0b4ef8bb6d6bb9bd380a11', x'00', x'', 42, 1.5, NULL"
\! sqlite3 "$FILE" "CREATE TABLE jsons AS SELECT '{\"a\":1}' AS object, ' { \"b\" : [1, 2.50, null] ,\"a\":true}' AS spaces, '[]', '\"text\"' AS string, '42', 'true', 'null', '1e5', '{\"a\":1,\"a\":2}' AS duplicate, '\"\\u00e9\"' AS escaped, '\"\\ud83d\\ude00\"' AS pair, 'über' AS word, '\"über\"' AS umlaut, 42 AS an_integer, -1.5 AS a_real, 1e100 AS big, 9e999 AS infinite, NULL"
\! sqlite3 "$FILE" "CREATE TABLE bad AS SELECT '', ' ', '{', '{\"a\":1' AS cut, '{a:1}', '{\"a\":}' AS no_value, '[1,]', '{\"a\":1}x' AS trailing, 'NaN', '''a''', '\"\\u0000\"' AS zero, '\"a\\u0000b\"' AS zero_inside, '{\"\\u0000\":1}' AS zero_key, '\"\\ud83d\"' AS half_pair, '\"\\x\"' AS bad_escape, '\"\\u12\"' AS short_escape, '\"' || char(10) || '\"' AS raw_newline, '1e1000000' AS huge_exponent, '[1e-1000000]' AS tiny_exponent, '1' || replace(hex(zeroblob(70000)), '0', '9') AS long_number, '01', '1.', '.5', '+1', CAST(x'7b7d00' AS TEXT) AS nul, CAST(x'22ff22' AS TEXT) AS invalid, x'7b7d', replace(hex(zeroblob(50)), '00', '[') AS open50, replace(hex(zeroblob(50000)), '00', '[') || replace(hex(zeroblob(50000)), '00', ']') AS deep, replace(hex(zeroblob(100)), '00', '[') || replace(hex(zeroblob(100)), '00', ']') AS deep100"
\i :helper
CREATE SERVER conv_misc FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT * FROM pg_temp.conv('conv_misc', 'uuids', 'uuid');
SELECT * FROM pg_temp.conv('conv_misc', 'jsons', 'json');
SELECT * FROM pg_temp.conv('conv_misc', 'jsons', 'jsonb');
SELECT value, CASE WHEN length(result) > 150 THEN format('%s characters', length(result)) ELSE result END AS result, exact
	FROM pg_temp.conv('conv_misc', 'bad', 'json') WHERE value <> 'deep';
SELECT value, CASE WHEN length(result) > 150 AND result NOT LIKE '!%' THEN format('%s characters', length(result)) ELSE result END AS result, exact
	FROM pg_temp.conv('conv_misc', 'bad', 'jsonb') WHERE value <> 'deep';
-- so deep that the parser's stack ends: refused like the others
SELECT value, left(result, 7) AS result, exact FROM pg_temp.conv('conv_misc', 'bad', 'json') WHERE value = 'deep';
SELECT value, left(result, 7) AS result, exact FROM pg_temp.conv('conv_misc', 'bad', 'jsonb') WHERE value = 'deep';
-- '' becomes NULL where the column says so
SELECT value, result FROM pg_temp.conv('conv_misc', 'bad', 'jsonb', options => 'empty_as_null ''true''') WHERE value = '''''';
DROP SERVER conv_misc CASCADE;
