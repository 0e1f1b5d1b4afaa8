-- profile: what the values of every column are like
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_profile.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, mixed, num DECIMAL(10,2), word TEXT, none, empty TEXT)"
\! sqlite3 "$FILE" "INSERT INTO t VALUES (10, 1, 12.5, 'dé', NULL, ''), (20, -7, 0.25, 'x ', NULL, ''), (30, 2.5, 3, '', NULL, NULL), (40, 'abc', '-1.005', '🐘🐘', NULL, ''), (50, x'0001ff', NULL, NULL, NULL, ''), (60, NULL, 9e999, 'dé', NULL, ''), (70, 9223372036854775807, 100.0, ' ', NULL, ''), (80, -9223372036854775808, '007', 'it''s \"q\"', NULL, '')"
CREATE SERVER mig_profile FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');

-- the counts
\x
SELECT * FROM sqlite_mig.profile('mig_profile') ORDER BY position;
\x

-- every recogniser: what it takes, then what it does not; a converter takes whatever was recognised
CREATE TEMP TABLE recogniser (name text, target text, format text, matches text, misses text);
INSERT INTO recogniser VALUES
	('boolean_words', 'boolean', NULL, $$('true'), ('FALSE'), ('t'), ('f'), ('Yes'), ('no'), ('y'), ('n'), ('on'), ('Off')$$, $$('maybe'), ('tru'), (2)$$),
	('zero_one', 'boolean', NULL, $$(0), (1), (0.0), (1.0), ('0'), ('1')$$, $$(2), ('01'), (0.5)$$),
	('iso_date', 'date', NULL, $$('2024-02-29'), ('0001-01-01'), ('12024-01-01')$$, $$('2023-02-29'), ('2024-1-5'), ('20240229')$$),
	('iso_time', 'time', NULL, $$('14:30'), ('14:30:59'), ('00:00:00.123456'), ('24:00:00')$$, $$('25:00'), ('14:30Z'), ('1:30')$$),
	('iso_timestamp', 'timestamp', NULL, $$('2024-02-29 14:30'), ('2024-02-29T14:30:59'), ('2024-02-29 00:00:00.123456')$$, $$('2024-02-29 14:30Z'), ('2024-02-30 00:00:00'), ('29.02.2024 14:30')$$),
	('iso_timestamptz', 'timestamptz', NULL, $$('2024-02-29 14:30Z'), ('2024-02-29T14:30:59.5+02:00'), ('2024-02-29 14:30:59 -0530'), ('2024-02-29 14:30:59+00')$$, $$('2024-02-29 14:30'), ('14:30:00Z'), ('2024-02-29 14:30:59 CET')$$),
	('zero_date', NULL, NULL, $$('0000-00-00'), ('0000-00-00 00:00:00'), ('0000-00-00T00:00:00.000')$$, $$('0000-00-01'), ('0000-00-00 00:00:01'), ('0000-00-00 00')$$),
	('cocoa', 'timestamptz', 'cocoa', $$(126230400), (755447400.125), (946684799)$$, $$(126230399), (-755447400), ('755447400')$$),
	('unixepoch', 'timestamptz', 'unixepoch', $$(946684800), (1733754600.125), ('1733754600'), ('1733754600.5'), (4102444799)$$, $$(946684799.9), (4102444800), ('+1733754600')$$),
	('unixepoch_ms', 'timestamptz', 'unixepoch_ms', $$(315532800000), (1733754600123.5), ('1733754600123'), (4102444799999)$$, $$(315532799999), (4102444800000), ('1733754600123,5')$$),
	('unixepoch_us', 'timestamptz', 'unixepoch_us', $$(315532800000000), (1733754600123456), ('1733754600123456'), (4102444799999999)$$, $$(315532799999999), (4102444800000000), ('1733754600123456 ')$$),
	('unixepoch_ns', 'timestamptz', 'unixepoch_ns', $$(662688000000000000), (1733754600123456000), ('1733754600123456000'), (4102444799999999000)$$, $$(662687999999999999), (4102444800000000000), (x'00')$$),
	('webkit', 'timestamptz', 'webkit', $$(11960006400000000), (13378228200123456), ('13378228200123456'), (15746918399999999)$$, $$(11960006399999999), (15746918400000000), (13378228200123456.0)$$),
	('dotnet_ticks', 'timestamptz', 'dotnet_ticks', $$(624511296000000000), (638693514001234560), ('638693514001234560'), (662380415999999990)$$, $$(624511295999999999), (662380416000000000), (638693514001234560.0)$$),
	('julianday', 'timestamptz', 'julianday', $$(2444239.5), (2460654.125), (2488069.0)$$, $$(2444239.0), (2488069.5), (2460654)$$),
	('uuid', 'uuid', NULL, $$('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'), ('A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'), ('{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}')$$, $$('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1g'), ('a0eebc999c0b-4ef8-bb6d-6bb9bd380a1111'), ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}}')$$),
	('uuid_hex', 'uuid', NULL, $$('a0eebc999c0b4ef8bb6d6bb9bd380a11'), ('A0EEBC999C0B4EF8BB6D6BB9BD380A11')$$, $$('a0eebc999c0b0ef8bb6d6bb9bd380a11'), ('d41d8cd98f00b204e9800998ecf8427g'), ('d41d8cd98f004204c9800998ecf8427e')$$),
	('uuid_blob', 'uuid', NULL, $$(x'a0eebc999c0b4ef8bb6d6bb9bd380a11'), (zeroblob(16))$$, $$(zeroblob(15)), (zeroblob(17)), ('a0eebc999c0b4ef8')$$),
	('json_object', 'jsonb', NULL, $$('{}'), (' {"a": [1, -2.5e+3, true, false, null, {"b": {}}, []], "é\n\ud83d\ude00": ""} '), ('{"a":{"a":{"a":1}}}')$$, $$('{"a":1,}'), ('{a:1}'), ('{"a":1} x')$$),
	('json_array', 'jsonb', NULL, $$('[]'), ('[[[]], {"a": [1]}]'), ('["a", 0, -0, 0.5, 1e5]')$$, $$('[1,]'), ('[01]'), ('["\ud800"]')$$),
	('numeric_point', 'numeric', NULL, $$('0'), ('-12'), ('12.50'), ('.5'), ('-1e3'), ('1.5E-7'), ('100000000000000000000.01')$$, $$('007'), ('1,5'), ('12 ')$$),
	('numeric_comma', NULL, NULL, $$('12,50'), ('-0,5'), ('1.234,5'), ('12.345.678,90')$$, $$('1,2,3'), ('1.23,5'), ('12,5 €')$$),
	('mac', 'macaddr', NULL, $$('08:00:2b:01:02:03'), ('08-00-2B-01-02-03'), ('0800.2b01.0203')$$, $$('08:00-2b:01:02:03'), ('08:00:2b:01:02:0g'), ('08002b010203')$$),
	('ip', 'inet', NULL, $$('192.168.0.1'), ('10.0.0.0/8'), ('::'), ('::1'), ('2001:db8::ff00:42:8329'), ('1:2:3:4:5:6:7:8'), ('::ffff:10.0.0.1'), ('fe80::/10'), ('1::')$$, $$('256.1.1.1'), ('1:2:3'), ('10.0.0.0/33')$$);
\set sql :builddir '/results/mig_profile.sql'
\setenv SQL :sql
SELECT format('CREATE TABLE %1$I (v); INSERT INTO %1$I VALUES %2$s, %3$s;', name, matches, misses) FROM recogniser
\g (format=unaligned tuples_only=on) :sql
\set file :builddir '/results/mig_profile_r.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" < "$SQL"
CREATE SERVER mig_profile_r FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE TEMP TABLE outcome AS
SELECT p.table_name, p.rows, r.key AS recognised, (r.value ->> 'matches')::int AS matches, r.value -> 'misses' AS misses
FROM sqlite_mig.profile('mig_profile_r') p LEFT JOIN jsonb_each(recognised) r ON true;
SELECT table_name, rows, matches, (SELECT string_agg(m ->> 'value', ' | ' ORDER BY ord) FROM jsonb_array_elements(misses) WITH ORDINALITY e(m, ord)) AS misses
FROM outcome WHERE recognised = table_name ORDER BY table_name COLLATE "C";
-- what else was seen in these tables
SELECT table_name, recognised, matches FROM outcome WHERE recognised <> table_name ORDER BY table_name COLLATE "C", recognised COLLATE "C";
-- every recogniser has matched its table, but for the three misses: no rows
SELECT r.name, o.rows, o.matches FROM recogniser r LEFT JOIN outcome o ON o.table_name = r.name AND o.recognised = r.name WHERE o.matches IS DISTINCT FROM o.rows - 3;
-- converters take at least what was recognised: no rows
SELECT r.name, f.refused, f.value, f.reason FROM recogniser r JOIN outcome o ON o.table_name = r.name AND o.recognised = r.name,
	sqlite_mig_internal._fit('mig_profile_r', r.name, '{v}', '{1}', ARRAY[r.target], ARRAY[r.format]) f
WHERE r.target IS NOT NULL AND (f.refused - f.lossy > 3 OR f.rows <> o.rows);

-- a number counts one thing at most: the ends of all ranges
WITH range(low, high) AS (VALUES (126230400, 946684800), (946684800, 4102444800), (315532800000, 4102444800000), (315532800000000, 4102444800000000),
	(11960006400000000, 15746918400000000), (624511296000000000, 662380416000000000), (662688000000000000, 4102444800000000000)),
	v(n) AS (SELECT low - 1 FROM range UNION SELECT low FROM range UNION SELECT high - 1 FROM range UNION SELECT high FROM range)
SELECT format('CREATE TABLE counted AS SELECT %s;', string_agg(format('%s AS "%s"', n, n), ', ')) FROM v
\g (format=unaligned tuples_only=on) :sql
\! sqlite3 "$FILE" < "$SQL"
SELECT min_int, (SELECT string_agg(k, ', ') FROM jsonb_object_keys(recognised) k) AS recognised FROM sqlite_mig.profile('mig_profile_r', 'counted') ORDER BY min_int;

-- flaws of texts and of JSON
\! sqlite3 "$FILE" "CREATE TABLE flaw (plain, utf8, nul, both, blanks); INSERT INTO flaw VALUES ('a', CAST(x'61ff' AS TEXT), CAST(x'610062' AS TEXT), CAST(x'00ff' AS TEXT), 'a '), ('é', CAST(x'c3' AS TEXT), 'é', CAST(x'ff6100' AS TEXT), ' a'), ('abcdefghi', CAST(x'6162636465666768eda080' AS TEXT), CAST(x'6162636465666768690000' AS TEXT), 'abcdefghi', '   ')"
SELECT column_name, texts, min_chars, max_chars, max_bytes, invalid_utf8, nul_bytes, trailing_blanks FROM sqlite_mig.profile('mig_profile_r', 'flaw') ORDER BY position;
SELECT $$CREATE TABLE j (name, v); INSERT INTO j VALUES
	('u0000', '{"a":"\u0000"}'), ('u0000', '["\\\u0000"]'), ('u0000', '{"\u0000":1}'),
	('not u0000', '["\\u0000"]'), ('not u0000', '["\u0001"]'),
	('twice', '{"a":1,"b":2,"a":3}'), ('twice', '[{"x":{"k":1,"k":1}}]'), ('twice', '{"a":{"b":1},"a":{}}'),
	('once', '{"a":{"a":1},"b":[{"a":1},{"a":2}]}'), ('once', '["a","a"]'), ('once', '{"a":"b","b":"a"}'),
	('deep', printf('%.1000c%.1000c', '[', ']')), ('deep', replace(printf('%.1000c', '@'), '@', '{"a":') || 0 || printf('%.1000c', '}')),
	('too deep', printf('%.1001c%.1001c', '[', ']')),
	('bad', '["\u000"]'), ('bad', '["\x"]'), ('bad', '["\u0000]'), ('bad', '["'), ('bad', '["\'), ('bad', '[}'), ('bad', '{"a"}'), ('bad', '{"a":}'), ('bad', '{,}'), ('bad', '[1 2]'), ('bad', '{"a":1 "b":2}'),
	('bad', '['), ('bad', '[nul]'), ('bad', '[-]'), ('bad', '[1.]'), ('bad', '[.5]'), ('bad', '[1e]'), ('bad', '[+1]'), ('bad', '[NaN]'), ('bad', '["' || char(9) || '"]'), ('bad', '["\udc00"]'), ('bad', '["\ud83d\u0041"]'), ('bad', '[''a'']'),
	('bad', CAST(x'5b22ff225d' AS TEXT)), ('bad', CAST(x'5b5d00' AS TEXT)), ('bad', CAST(x'5b22005d' AS TEXT)), ('bad', '[]]'), ('bad', '{}{}'), ('bad', '1'), ('bad', '"a"');
	CREATE VIEW j_u0000 AS SELECT v FROM j WHERE name = 'u0000'; CREATE VIEW j_no_u0000 AS SELECT v FROM j WHERE name = 'not u0000';
	CREATE VIEW j_twice AS SELECT v FROM j WHERE name = 'twice'; CREATE VIEW j_once AS SELECT v FROM j WHERE name = 'once';
	CREATE VIEW j_deep AS SELECT v FROM j WHERE name = 'deep'; CREATE VIEW j_too_deep AS SELECT v FROM j WHERE name = 'too deep'; CREATE VIEW j_bad AS SELECT v FROM j WHERE name = 'bad'$$
\g (format=unaligned tuples_only=on) :sql
\! sqlite3 "$FILE" < "$SQL"
SELECT p.table_name, texts, json_u0000, json_duplicate_keys, (SELECT sum((value ->> 'matches')::int) FROM jsonb_each(recognised) WHERE key LIKE 'json%') AS json
FROM unnest('{j_u0000,j_no_u0000,j_twice,j_once,j_deep,j_too_deep,j_bad}'::text[]) WITH ORDINALITY t(name, ord), sqlite_mig.profile('mig_profile_r', t.name) p ORDER BY ord;
-- jsonb agrees, but for \u0000 and for what is too deep here
SELECT refused, lossy, reason FROM sqlite_mig_internal._fit('mig_profile_r', 'j_bad', '{v}', '{1}', '{jsonb}', '{NULL}');

-- max_digits and max_scale are the least numeric that holds all
SELECT $$CREATE TABLE d (ints, reals, texts, small, big, zero, whole, mixed); INSERT INTO d VALUES
	(0, 0.1, '0.10', 1e-7, 1e22, 0, 1e15, 0.001), (-99, 1234.5678, '-1e3', 0.000123, 123456789012345680.0, 0.0, -2.0, 123456), (100, 0.1 + 0.2, '1.5E-3', -2.5e-9, 1.0, '0', 3, '-12345678.9'), (7, -33.333333333333336, '12,5', 0.5, 0.5, '0.0', 4, 'x')$$
\g (format=unaligned tuples_only=on) :sql
\! sqlite3 "$FILE" < "$SQL"
SELECT p.column_name, p.max_digits, p.max_scale,
	(SELECT refused FROM sqlite_mig_internal._fit('mig_profile_r', 'd', ARRAY[p.column_name], '{1}', ARRAY[format('numeric(%s,%s)', max_digits, max_scale)], '{NULL}')) AS refused,
	(SELECT refused FROM sqlite_mig_internal._fit('mig_profile_r', 'd', ARRAY[p.column_name], '{1}', ARRAY[format('numeric(%s,%s)', greatest(max_digits - 1, 1), max_scale)], '{NULL}')) AS refused_of_less,
	(SELECT refused FROM sqlite_mig_internal._fit('mig_profile_r', 'd', ARRAY[p.column_name], '{1}', ARRAY[format('numeric(%s,%s)', greatest(max_digits - 1, 1), greatest(max_scale - 1, 0))], '{NULL}')) AS refused_of_less_scale
FROM sqlite_mig.profile('mig_profile_r', 'd') p ORDER BY position;

-- a recogniser that has missed the first 1000 values (NULL and '' are none) is given up; zero dates are looked for to the end
\! sqlite3 "$FILE" "CREATE TABLE h (first, early, late, missed, zero); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO h SELECT CASE i WHEN 1 THEN '2024-01-01' ELSE 'x' END, CASE i WHEN 1000 THEN '2024-01-01' ELSE 'x' END, CASE i WHEN 1001 THEN '2024-01-01' WHEN 1 THEN NULL WHEN 2 THEN '' WHEN 3 THEN 'true' ELSE 'x' END, CASE i WHEN 1001 THEN '2024-01-01' ELSE 'x' END, CASE i WHEN 2999 THEN '0000-00-00' ELSE 'x' END FROM n"
SELECT column_name, r.key, r.value ->> 'matches' AS matches, r.value -> 'misses' ->> 0 AS miss FROM sqlite_mig.profile('mig_profile_r', 'h') LEFT JOIN jsonb_each(recognised) r ON true ORDER BY position, r.key;
-- distinct values: few are counted nearly exactly, many are estimated
\! sqlite3 "$FILE" "CREATE TABLE u AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i, i * 0.1 AS r, 'text ' || i AS t, CAST('blob ' || i AS BLOB) AS b, i % 10 AS few, CASE i % 3 WHEN 0 THEN 1 WHEN 1 THEN 1.0 END AS same, CASE WHEN i % 2 THEN '' END AS empty FROM n"
SELECT column_name, CASE WHEN distinct_estimate > 1000 THEN abs(distinct_estimate - 100000) < 4000 ELSE NULL END AS near, CASE WHEN distinct_estimate <= 1000 THEN distinct_estimate END AS few FROM sqlite_mig.profile('mig_profile_r', 'u') ORDER BY position;

-- names of rows
\! sqlite3 "$FILE" "CREATE TABLE w (a TEXT, b INTEGER, v, PRIMARY KEY (b, a)) WITHOUT ROWID; INSERT INTO w VALUES ('x', 2, 'no'), ('it''s \"q\" \\', 1, '1'), ('a', 2, '6'); CREATE TABLE hidden (rowid, _rowid_, oid, v); INSERT INTO hidden VALUES (1, 2, 3, 1), (1, 2, 3, 'a'), (1, 2, 3, 'b'); CREATE VIEW vw AS SELECT v FROM w ORDER BY v; CREATE TABLE plain (v); INSERT INTO plain (rowid, v) VALUES (-5, 0), (17, x'00ff')"
SELECT t.name, r.value -> 'misses' AS misses FROM unnest('{w,hidden,vw,plain}'::text[]) WITH ORDINALITY t(name, ord), sqlite_mig.profile('mig_profile_r', t.name) p, jsonb_each(recognised) r WHERE column_name = 'v' AND r.key = 'zero_one' ORDER BY ord;

-- a sample is the first rows, and says so
SELECT s, p.rows, complete, max_int FROM unnest('{1,2,3,4,99}'::bigint[]) s, sqlite_mig.profile('mig_profile_r', 'w', s) p WHERE column_name = 'b' ORDER BY s;

-- tables only, unless named; without rows; generated columns; names of any kind; none that SQLite cannot read
\set file :builddir '/results/mig_profile_k.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE \"it's \"\"a\"\" Täble\" (\"C ö\"\"l\" INT, g AS (\"C ö\"\"l\" * 2), s TEXT AS ('x') STORED); INSERT INTO \"it's \"\"a\"\" Täble\" VALUES (21); CREATE TABLE none (a, b); CREATE VIEW v AS SELECT 1 AS one; CREATE VIEW broken AS SELECT no_such_function(a) FROM none; CREATE VIEW gone AS SELECT * FROM dropped"
CREATE SERVER mig_profile_k FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT table_name, position, column_name, declared_type, rows, complete, min_int, max_chars, distinct_estimate FROM sqlite_mig.profile('mig_profile_k') ORDER BY table_name COLLATE "C", position;
SELECT table_name, column_name, rows, min_int FROM sqlite_mig.profile('mig_profile_k', 'V');
SELECT count(*) FROM sqlite_mig.profile('mig_profile_k', 'broken');
SELECT count(*) FROM sqlite_mig.profile('mig_profile_k', 'gone');

-- a pass without end can be stopped, and the connection goes on
\! sqlite3 "$FILE" "CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n; CREATE VIEW silent AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0"
SET statement_timeout = '100ms';
SELECT count(*) FROM sqlite_mig.profile('mig_profile_k', 'endless');
SELECT count(*) FROM sqlite_mig.profile('mig_profile_k', 'silent');
RESET statement_timeout;
SELECT p.rows, complete FROM sqlite_mig.profile('mig_profile_k', 'endless', 5000) p;

-- what is refused
SELECT * FROM sqlite_mig.profile('mig_profile_k', 'nothing');
SELECT * FROM sqlite_mig.profile('mig_profile_k', sample_rows => 0);
SELECT * FROM sqlite_mig.profile(NULL);
SELECT * FROM sqlite_mig.profile('no_server');
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_mig_profile;
RESET client_min_messages;
CREATE ROLE regress_mig_profile;
SET ROLE regress_mig_profile;
SELECT * FROM sqlite_mig.profile('mig_profile_k');
RESET ROLE;
DROP ROLE regress_mig_profile;
DROP SERVER mig_profile;
DROP SERVER mig_profile_r;
DROP SERVER mig_profile_k;
