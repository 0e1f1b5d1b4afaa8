-- Operators of json and jsonb in SQLite: the answer of a native copy, for whatever can stand in a JSON text.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_json.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, b TEXT, j TEXT, n JSON)"
CREATE SERVER fdw_json FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');
CREATE SCHEMA fdw_json;
SET search_path = fdw_json;
CREATE FOREIGN TABLE texts (id bigint, b text, j text, n text) SERVER fdw_json OPTIONS ("table" 't');
INSERT INTO texts (id, b) SELECT place, text FROM unnest(ARRAY[
	'{"a": 1, "b": "x"}', '{"a": "1", "b": {"c": [10, 20.50, null, "ü", true]}}', '{"a": null, "b": false}', '[1, 2, {"a": "in"}]', '"a"', '5', '-0.50', 'null', 'true', NULL,
	'{"a": 1, "a": 2}', '{"a": {"c": 1}, "a": {"b": 2}}', '{"\u0061": "escaped key"}', '{"a": "\u00e9\ud83d\ude00\n\t\"\\\/"}', '{"a": ""}', '{"": "empty key", "b": []}', ' { "a" : [ 1 , {"z":1, "yy":2, "b":3, "z":4} ] , "b" : { } } ',
	'{"a": -0, "b": -0.0}', '{"a": 1E+2, "b": 12e-5}', '{"a": 0e-3, "b": 0.0e5}', '{"a": 1.50e1, "b": -1.5e-1}', '{"a": 123456789012345678901234567890.10, "b": 1e30}', '{"a": 10.00, "b": 100e-2}',
	'{"a": {"k": "\u0001\u001f\u007f\b\f/\"\\", "\u006b\u006b": 1.0e1}, "b": ["a", "b"]}', '["b", "a", ["c"]]', '{"a": [[1, 2], [3, [4]]], "b": [{"c": "deep"}]}', '{"-1": "minus", "1": "one", "a b": {"''": "quote"}}', '0e999999', '{"a": 1e-400, "b": 5e400}'
]) WITH ORDINALITY u(text, place);
\! sqlite3 "$FILE" "UPDATE t SET j = b, n = b"
CREATE FOREIGN TABLE t (id bigint, b jsonb, j json, n jsonb) SERVER fdw_json;
CREATE TABLE native AS SELECT * FROM t;

-- what of the expression is sent as a condition, and the ids and values, when those of the copy are the same
CREATE FUNCTION check_json(expressions text, OUT expression text, OUT sent text, OUT rows bigint, OUT same boolean)
RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
	line text;
	there text;
	here text;
	quoted text;
BEGIN
	FOREACH expression IN ARRAY string_to_array(trim(expressions, E'\n'), E'\n') LOOP
		sent := NULL;
		FOR line IN EXECUTE format('EXPLAIN (VERBOSE, COSTS OFF) SELECT (%s)::text, count(*) FROM t GROUP BY 1', expression) LOOP
			IF line ~ 'SQLite SQL' THEN
				sent := substring(line FROM 'GROUP BY (.*)$');
			END IF;
		END LOOP;
		EXECUTE format('SELECT string_agg(q::text, '' '' ORDER BY q::text COLLATE "C"), count(*) FROM (SELECT (%s)::text, count(*), min(id) FROM t GROUP BY 1) q', expression) INTO there, rows;
		EXECUTE format('SELECT string_agg(q::text, '' '' ORDER BY q::text COLLATE "C") FROM (SELECT (%s)::text, count(*), min(id) FROM native GROUP BY 1) q', expression) INTO here;
		same := there IS NOT DISTINCT FROM here;
		IF NOT same THEN
			RAISE NOTICE '% | %', there, here;
		END IF;
		RETURN NEXT;
	END LOOP;
END $$;
SELECT * FROM check_json($$
b->>'a'
b->>'b'
j->>'a'
j->>'b'
n->>'a'
n->>'b'
b->>0
j->>0
n->>0
b->>-1
j->>-1
b->'a'->>'c'
j->'a'->>'c'
b->'b'->'c'->>1
j->'b'->'c'->>-2
b->'a'->>0
j->'a'->>0
b->'a'->0->>0
b#>>'{b,c,1}'
b#>>'{a}'
j#>>'{a}'
j#>>'{b,c}'
b#>>'{1}'
b#>>'{-1}'
b#>>'{a,1,z}'
b#>'{a,1}'->>'z'
b->'b'#>>'{c,3}'
b#>>'{a,01}'
b#>>'{a,+1}'
b#>>'{a, x}'
b#>>'{}'
b#>>'{"a b",''}'
b->>''
b->>NULL
b->>substr(id::text, 1, 0)
n->'b'->>'c'
jsonb_extract_path_text(b, 'b', 'c', '0')
upper(b->>'b' COLLATE "C")
length(j->>'a')
coalesce(b->>'a', 'none')
b->'a'
$$);

-- as conditions
CREATE FUNCTION check_where(conditions text, OUT condition text, OUT sent text, OUT rows text, OUT same boolean)
RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
	line text;
	native text;
BEGIN
	FOREACH condition IN ARRAY string_to_array(trim(conditions, E'\n'), E'\n') LOOP
		sent := NULL;
		FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM t WHERE ' || condition LOOP
			IF line ~ 'SQLite SQL' THEN
				sent := substring(line FROM 'WHERE (.*)');
			END IF;
		END LOOP;
		EXECUTE 'SELECT string_agg(id::text, '' '' ORDER BY id) FROM t WHERE ' || condition INTO rows;
		EXECUTE 'SELECT string_agg(id::text, '' '' ORDER BY id) FROM native WHERE ' || condition INTO native;
		same := rows IS NOT DISTINCT FROM native;
		RETURN NEXT;
	END LOOP;
END $$;
SELECT * FROM check_where($$
b->>'a' = '1'
j->>'a' = '1E+2'
b->>'a' = '100'
b->>'a' IN ('1', '2')
b->>'a' IS NULL
b->>'a' LIKE '1%'
(b->>'a') COLLATE "C" > '2'
b->>'a' <> j->>'a'
b ? 'a'
n ? 'b'
b->'b' ? 'a'
NOT b ? 'a'
b ? 'a' AND NOT b ? 'b'
b @> '{"a": 1}'
b = '5'
(b->>'a') IS DISTINCT FROM '1' AND id < 5
$$);
EXPLAIN (VERBOSE, COSTS OFF) SELECT b->>'a', count(*) FROM t WHERE j->>'b' IS NOT NULL GROUP BY 1;

-- in what SQLite changes, in sorted scans, and in a scan by several processes
EXPLAIN (VERBOSE, COSTS OFF) UPDATE texts SET j = '{"a": "new"}' FROM t WHERE texts.id = t.id AND t.b->>'a' = '100';
EXPLAIN (VERBOSE, COSTS OFF) DELETE FROM t WHERE b->>'a' = '100' AND NOT n ? 'b';
BEGIN;
DELETE FROM t WHERE b->>'a' = '100' AND n ? 'b';
SELECT count(*) FROM t;
ROLLBACK;
SELECT id FROM t WHERE b ? 'a' ORDER BY (b->>'a') COLLATE "C" DESC, id LIMIT 3;
BEGIN;
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0;
SELECT count(md5(b::text)) FROM t WHERE b->>'a' LIKE '1%';
COMMIT;

-- steps that only somebody who writes SQLite's SQL can make up
CREATE FOREIGN TABLE odd (a text, b text, c text, d text, e text) SERVER fdw_json
	OPTIONS (query $$SELECT mig_json('{"": 1}', 'jsonb', '') AS a, mig_json('[1]', 'json') AS b, mig_json('[1]', NULL, 'i0', NULL) AS c, mig_json('[[1]]', '', 'i0', 'h', 'i0') AS d, mig_json('"a"', 'jsonb', 'ha', 'i0') AS e$$);
SELECT a IS NULL AS a, b IS NULL AS b, c IS NULL AS c, d, e FROM odd;

-- what is no value of the column is an error where it is looked at, and nowhere else
\! sqlite3 "$FILE" "INSERT INTO t (id, b) VALUES (101, '{\"a\": }'), (102, '{\"a\": \"\\u0000\"}'), (103, ''), (104, x'7b7d'), (105, '[1, 2'), (106, '{\"b\": 1e200000}'), (107, '1], [2'), (108, CAST(x'22ff22' AS TEXT)), (109, '01'), (110, '{\"a\": 1} x'), (111, '{\"a\": \"\\ud800\"}'), (112, 5)"
\! sqlite3 "$FILE" "INSERT INTO t (id, n) VALUES (201, 9e999), (202, '1e3'), (203, 1.50)"
CREATE FUNCTION attempt(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE query INTO result;
	RETURN coalesce(result, 'null');
EXCEPTION WHEN data_exception OR datatype_mismatch THEN
	RETURN 'error';
END $$;
SELECT id, attempt(format('SELECT count(*) FROM t WHERE id = %s AND b->>''a'' IS NULL', id)) AS shipped, attempt(format('SELECT b->>''a'' FROM t WHERE id = %s', id)) AS here FROM texts WHERE id BETWEEN 100 AND 200 ORDER BY id;
SELECT id, attempt(format('SELECT count(*) FROM t WHERE id = %s AND n->>''a'' IS NULL', id)) AS shipped, attempt(format('SELECT n->>''a'' FROM t WHERE id = %s', id)) AS here FROM texts WHERE id > 200 ORDER BY id;
SELECT count(*) FROM t WHERE id < 101 AND b->>'a' IS NULL;
\set VERBOSITY terse
SELECT count(*) FROM t WHERE b->>'a' = '1';
\set VERBOSITY default

-- an index, over a column that keeps numbers as numbers: sent unless a number that stands alone could be what is found
\! sqlite3 "$FILE" "CREATE TABLE alone (id INTEGER PRIMARY KEY, a JSON, b JSON); INSERT INTO alone (a) VALUES ('[1,2,3]'), ('{\"1\":2}'), ('12'), ('1e300'), ('1.5'), ('\"x\"'), ('null'), ('[1,null]'), ('[]'), ('[[1,2],[3]]'), ('true'), ('123456789012345678901234567890'), (NULL); UPDATE alone SET b = a"
CREATE FOREIGN TABLE alone (id bigint, a json, b jsonb) SERVER fdw_json;
CREATE TABLE alone_copy AS TABLE alone;
CREATE FUNCTION ids(relation text, condition text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE format('SELECT string_agg(id::text, '' '' ORDER BY id) FROM %I WHERE %s', relation, condition) INTO result;
	RETURN result;
END $$;
SELECT count(*) AS conditions, count(ids('alone', w)) AS found, count(*) FILTER (WHERE ids('alone', w) IS DISTINCT FROM ids('alone_copy', w)) AS differ
FROM (SELECT format('(%s->>%s) %s', c, k, w) AS w FROM unnest('{a,b}'::text[]) AS c, generate_series(-3, 2) AS k,
	unnest('{IS NOT NULL,IS NULL,= ''2'',= ''12'',= ''3''}'::text[]) AS w) AS x;
EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM alone WHERE a->>1 IS NOT NULL AND b->>-2 = '2' AND b->>0 = '1' AND b->>-1 = '3';

-- nothing is sent for a column that makes NULLs, or of a domain, which may refuse more
CREATE DOMAIN object AS jsonb CHECK (jsonb_typeof(value) = 'object');
CREATE FOREIGN TABLE other (id bigint, b jsonb OPTIONS (empty_as_null 'true'), n object) SERVER fdw_json OPTIONS ("table" 't');
EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM other WHERE b->>'a' = '1' AND n->>'a' = '1';

SET client_min_messages = warning;
DROP SERVER fdw_json CASCADE;
DROP SCHEMA fdw_json CASCADE;
