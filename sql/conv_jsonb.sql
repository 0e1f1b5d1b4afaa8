-- jsonb is built by our own code where the text is plain: byte for byte what jsonb_in makes of it
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/conv_jsonb.db'
\setenv FILE :file
\! rm -f "$FILE"
-- 0 to 70 members and elements (every 32nd is stored differently), keys of all lengths in no order, levels up to 70
\! sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, j TEXT); WITH RECURSIVE n(i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < 70) INSERT INTO t (j) SELECT (SELECT '{' || coalesce(group_concat('\"' || substr('zyxwvutsrqponmlkjihgfedcba', k.i % 7 + 1, k.i * 11 % 13) || k.i || '\":' || k.i), '') || '}' FROM n AS k WHERE k.i < n.i) FROM n UNION ALL SELECT (SELECT '[' || coalesce(group_concat(CASE k.i % 5 WHEN 0 THEN '\"' || k.i || '\"' WHEN 1 THEN k.i || '.50' WHEN 2 THEN '{\"a\": [' || k.i || ']}' WHEN 3 THEN 'null' ELSE '[]' END, ', '), '') || ']' FROM n AS k WHERE k.i < n.i) FROM n UNION ALL SELECT replace(substr(hex(zeroblob(n.i)), 1, n.i), '0', '[') || replace(substr(hex(zeroblob(n.i)), 1, n.i), '0', ']') FROM n WHERE i > 0"
\! sqlite3 "$FILE" "INSERT INTO t (j) VALUES ('[0, -0, 0.0, -0.0, 0.000, 1.000, 10000, 100000000, 0.0001, 0.00001, 0.00010, 12345678.12345678, -1.5]'), ('[999999999999999999, -999999999999999999, 1000000000000000000, 9223372036854775807, 9223372036854775808, 0.123456789012345678, 123456789012345678901234567890.5]'), ('[1e5, 1E-5, -2.5e+10, 0e0, 1.10e2, 1e99, 1e-99]'), ('[\"\", \"\\\"\", \"\\\\\\\\\", \"\\/\", \"\\b\\f\\n\\r\\t\", \"\\u0001\\u00e9\\u6771\\ud83d\\udc18\\uD83D\\uDC18\", \"é東🐘\", \"a\\u0062c\"]'), ('{\"é\": {\"b\": true, \"a\": false, \"\": null}, \"a\\u0062\": 1, \"b\": 2}'), ('{\"a\": 1, \"b\": 2, \"a\": 3}'), (' { \"a\" : [ ] , \"b\" : { } } ')"
-- so many elements that the list of what the scan found would take much memory
\! sqlite3 "$FILE" "INSERT INTO t (id, j) WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 70000) SELECT -1, '[' || group_concat(i) || ']' FROM n"
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
CREATE SCHEMA conv_jsonb;
CREATE SERVER conv_jsonb FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE FOREIGN TABLE conv_jsonb.ours (id bigint, j jsonb) SERVER conv_jsonb OPTIONS ("table" 't');
CREATE FOREIGN TABLE conv_jsonb.texts (id bigint, j text) SERVER conv_jsonb OPTIONS ("table" 't');
CREATE TABLE conv_jsonb.theirs AS SELECT id, j::jsonb FROM conv_jsonb.texts;
CREATE TABLE conv_jsonb.stored AS SELECT * FROM conv_jsonb.ours;
-- the checksum is over the binary form
SELECT o.rows, o.checksum = t.checksum AS foreign_is_equal, s.checksum = t.checksum AS stored_is_equal
	FROM sqlite_mig.checksum('conv_jsonb.ours') AS o, sqlite_mig.checksum('conv_jsonb.theirs') AS t, sqlite_mig.checksum('conv_jsonb.stored') AS s;
SELECT id FROM conv_jsonb.stored JOIN conv_jsonb.theirs USING (id)
	WHERE stored.j::text <> theirs.j::text OR pg_column_size(stored.j) <> pg_column_size(theirs.j) ORDER BY id;
-- lookups depend on the order of keys
SELECT count(*) AS members, count(*) FILTER (WHERE s.j -> e.key = e.value) AS found FROM conv_jsonb.stored AS s, jsonb_each(s.j) AS e WHERE jsonb_typeof(s.j) = 'object';
SELECT j FROM conv_jsonb.ours ORDER BY id DESC LIMIT 7;
-- whatever ends a string, or does not, at every place of it: a name of a member, valid or not as PostgreSQL says it
CREATE FUNCTION conv_jsonb.valid(j text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN PERFORM j::jsonb; RETURN true; EXCEPTION WHEN data_exception THEN RETURN false; END$$;
CREATE TABLE conv_jsonb.strings AS
	SELECT i * 1000 + k * 40 + n AS id, '{"' || repeat('k', i) || x || repeat('z', k) || '": "' || repeat('!', k) || x || '"}' AS j
	FROM generate_series(0, 17) i, generate_series(0, 9) k, unnest(ARRAY['', chr(1), chr(9), chr(31), ' ', '!', '"', '#', '\"', '\\', '\x', '\u0041', '\ud83d', '[', ']', chr(127), 'é', '☃', '🐘']) WITH ORDINALITY AS c (x, n);
\set file :builddir '/results/conv_jsonb.csv'
SELECT * FROM conv_jsonb.strings
\g (format=csv tuples_only=on) :file
\setenv CSV :file
\! sqlite3 "$FILE" "CREATE TABLE s (id INTEGER PRIMARY KEY, j TEXT)" ".mode csv" ".import $CSV s"
SELECT p.rows, (p.recognised -> 'json_object' -> 'matches')::bigint AS recognised, (SELECT count(*) FROM conv_jsonb.strings WHERE conv_jsonb.valid(j)) AS valid FROM sqlite_mig.profile('conv_jsonb', 's') AS p WHERE column_name = 'j';
CREATE FOREIGN TABLE conv_jsonb.s (id bigint, j jsonb OPTIONS (on_error 'null')) SERVER conv_jsonb;
SELECT count(*) AS strings, count(*) FILTER (WHERE s.j IS NOT DISTINCT FROM CASE WHEN conv_jsonb.valid(t.j) THEN t.j::jsonb END) AS same FROM conv_jsonb.strings AS t JOIN conv_jsonb.s USING (id);
SET client_min_messages = warning;
DROP SCHEMA conv_jsonb CASCADE;
DROP SERVER conv_jsonb CASCADE;
