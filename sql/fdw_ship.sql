-- What SQLite computes beyond plain comparisons: arrays, bytes, choices, functions of texts, groups of numbers, limits.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_ship.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, s TEXT, v VARCHAR(3), c TEXT COLLATE NOCASE, d DECIMAL(10,2), u NUMERIC, f REAL, g NUMERIC, ok BOOLEAN, ts TEXT, e INTEGER, k TEXT, b BLOB); CREATE INDEX t_n ON t (n); CREATE INDEX t_s ON t (s); CREATE INDEX t_e ON t (e); CREATE INDEX t_k ON t (k)"
\! sqlite3 "$FILE" "INSERT INTO t VALUES (1, 10, 'a', 'a  ', 'A', 1.005, 1, 0.1, 9007199254740993, 1, '2024-01-01 10:00', 1700000000, '550e8400-e29b-41d4-a716-446655440000', x'6162')"
\! sqlite3 "$FILE" "INSERT INTO t VALUES (2, 20, ' B ', 'b', 'a', 1.01, 1.0, '-inf', 9007199254740992, 0, '2024-02-01T10:00+05', 1700000001.5, '{550E8400E29B41D4A716446655440000}', 'ab')"
\! sqlite3 "$FILE" "INSERT INTO t (id) VALUES (3)"
\! sqlite3 "$FILE" "INSERT INTO t VALUES (4, 30, 'ab', 'ab     ', 'b', 1.014, 4611686018427387904, '-Infinity', 1, 'No', '12024-02-01', -5, x'550e8400e29b41d4a716446655440000', x'00')"
\! sqlite3 "$FILE" "INSERT INTO t VALUES (5, -9223372036854775808, 'it''s \"x\" \\ ä', 'abc  ', 'Ä', 'NaN', 4611686018427387904.0 + 1e5, 1e300, 1.5, 'Yes', 'infinity', 0, '00000000-0000-0000-0000-00000000000f', x'')"
CREATE SERVER fdw_ship FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA fdw_ship;
SET search_path = fdw_ship;
SET timezone = 'UTC';
CREATE FOREIGN TABLE t (id bigint, n bigint, s text COLLATE "C", v varchar(3), c text, d numeric(10,2), u numeric, f float8, g float8, ok boolean,
	ts timestamp, e timestamptz OPTIONS (format 'unixepoch'), k uuid, b bytea) SERVER fdw_ship;
CREATE TABLE native AS SELECT * FROM t;

-- the query as SQLite gets it, with the answer, and whether that is the one of a native copy; %s is the table
CREATE FUNCTION check_query(queries text, OUT query text, OUT sent text, OUT again boolean, OUT rows text, OUT same boolean)
RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
	line text;
	native text;
BEGIN
	FOREACH query IN ARRAY string_to_array(ltrim(queries, E'\n'), E'\n') LOOP
		sent := NULL;
		again := false;
		FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || replace(query, '%s', 't') LOOP
			again := again OR line ~ '^ *(->  )?(Filter|Limit|HashAggregate|GroupAggregate|Aggregate)\M';
			IF line ~ 'SQLite SQL' THEN
				sent := substring(line FROM '(?:WHERE|GROUP BY|ORDER BY|LIMIT) .*');
			END IF;
		END LOOP;
		EXECUTE format('SELECT string_agg(q::text, '' '') FROM (%s) q', replace(query, '%s', 't')) INTO rows;
		EXECUTE format('SELECT string_agg(q::text, '' '') FROM (%s) q', replace(query, '%s', 'native')) INTO native;
		same := rows IS NOT DISTINCT FROM native;
		RETURN NEXT;
	END LOOP;
END $$;
CREATE FUNCTION check_where(conditions text, OUT condition text, OUT sent text, OUT again boolean, OUT rows text, OUT same boolean)
RETURNS SETOF record LANGUAGE sql AS $$
	SELECT c, regexp_replace(q.sent, '^WHERE | ORDER BY r."id" ASC$', '', 'g'), q.again, q.rows, q.same
	FROM string_to_table(ltrim(conditions, E'\n'), E'\n') WITH ORDINALITY u(c, place), check_query('SELECT id FROM %s WHERE ' || c || ' ORDER BY id') q ORDER BY place;
$$;

CREATE FUNCTION uses_index(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE line text;
BEGIN
	SET LOCAL sqlite_fdw_mig.explain_query_plan = on;
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
		IF line ~ 'SQLite Plan' THEN
			RETURN line !~ 'SCAN r';
		END IF;
	END LOOP;
END $$;

-- arrays that the planner knows
SELECT * FROM check_where($$
d IN (1.01, 7)
d NOT IN (1.01, 7)
d IN (1.01, NULL)
d = ANY ('{NaN}')
f IN (0.1, 1e300)
f < ANY ('{0.1, 0.2}')
n >= ALL ('{10, 20}')
e IN ('2023-11-14 22:13:20+00', '1970-01-01 00:00:00+00')
ts IN ('2024-01-01 10:00', '2024-03-01')
ts NOT IN ('2024-01-01 10:00', '2024-03-01')
v IN ('a', 'abc')
c IN ('a', 'b')
c <> ALL ('{a,b}')
n % 20 IN (10)
length(s) IN (1, 2)
10 = ANY (ARRAY[n, id])
n = ANY (ARRAY[10, id])
ok IN (true)$$);
-- arrays that it does not know: from a prepared statement, or a subquery
SET plan_cache_mode = force_generic_plan;
PREPARE integers(bigint[]) AS SELECT id FROM t WHERE n = ANY ($1) ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE integers('{10}');
SELECT uses_index($$EXECUTE integers('{10}')$$);
EXECUTE integers('{10,30,NULL,-9223372036854775808}'); EXECUTE integers('{}'); EXECUTE integers(NULL); EXECUTE integers('{{10,20},{30,40}}');
PREPARE not_integers(int[]) AS SELECT id FROM t WHERE n <> ALL ($1) ORDER BY id;
EXECUTE not_integers('{10}'); EXECUTE not_integers('{10,NULL}'); EXECUTE not_integers('{}'); EXECUTE not_integers(NULL);
PREPARE texts(text[], varchar[]) AS SELECT id FROM t WHERE s = ANY ($1) OR v = ANY ($2) ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE texts('{a}', '{b}');
EXECUTE texts(ARRAY['it''s "x" \ ä', NULL], '{b,ab}'); EXECUTE texts('{}', NULL);
PREPARE folded(text[]) AS SELECT id FROM t WHERE c = ANY ($1) ORDER BY id;
EXECUTE folded('{a,ä}');
PREPARE numbers(numeric[]) AS SELECT id FROM t WHERE u = ANY ($1) ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE numbers('{1}');
EXECUTE numbers('{1,NULL}'); EXECUTE numbers('{1,NaN,4611686018427487744}'); EXECUTE numbers('{}'); EXECUTE numbers(NULL);
PREPARE reals(float8[]) AS SELECT id FROM t WHERE f = ANY ($1) ORDER BY id;
EXECUTE reals('{-Infinity,0.1}'); EXECUTE reals('{1e300}');
PREPARE instants(timestamptz[]) AS SELECT id FROM t WHERE e = ANY ($1) ORDER BY id;
EXECUTE instants('{2023-11-14 22:13:20+00,1970-01-01 00:00:00+00}'); EXECUTE instants('{infinity,2023-11-14 22:13:20+00}');
PREPARE days(timestamp[]) AS SELECT id FROM t WHERE ts = ANY ($1) ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE days('{2024-01-01}');
EXECUTE days('{2024-01-01 10:00,2024-02-01 05:00}'); EXECUTE days('{infinity}'); EXECUTE days('{12024-02-01,2024-01-01 10:00}'); EXECUTE days('{NULL}');
RESET plan_cache_mode;
SELECT id FROM t WHERE n = ANY ((SELECT array_agg(x) FROM generate_series(5, 25, 5) x)::bigint[]) ORDER BY id;
SELECT a, (SELECT string_agg(id::text, ' ' ORDER BY id) FROM t WHERE n = ANY (a)) FROM (VALUES ('{10,20}'::bigint[]), ('{30}'), (NULL)) v(a);

-- bytes, however they are stored; a uuid is looked up in an index in every way of writing
SELECT * FROM check_where($$
b = '\x6162'
b <> '\x6162'
b > '\x00'
b = '\x'
NOT b = '\x6162'
b IN ('\x6162', '\x')
k <> '550e8400-e29b-41d4-a716-446655440000'
k > '550e8400-e29b-41d4-a716-446655440000'
k IS NULL$$);
EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM t WHERE k = '550e8400-e29b-41d4-a716-446655440000';
SELECT q, uses_index('SELECT id FROM t WHERE ' || q) FROM (VALUES ($$k = '550e8400-e29b-41d4-a716-446655440000'$$), ($$e IN ('2023-11-14 22:13:20+00', '1970-01-01 00:00:00+00')$$), ($$s IN ('a', 'b')$$), ('(n, id) > (10, 1)'), ('n + 1 = 11')) v(q);
SELECT id FROM t WHERE k = '550e8400-e29b-41d4-a716-446655440000' ORDER BY id;
SET plan_cache_mode = force_generic_plan;
PREPARE bytes(uuid, bytea) AS SELECT id FROM t WHERE k = $1 OR b = $2 ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE bytes('550e8400-e29b-41d4-a716-446655440000', '\x00');
EXECUTE bytes('550e8400-e29b-41d4-a716-446655440000', ''); EXECUTE bytes(NULL, '\x6162');
RESET plan_cache_mode;

-- choices
SELECT * FROM check_where($$
nullif(n, 10) IS NULL
nullif(s, 'a') = 'ab'
greatest(n, 15) = 15
least(n, id) = id
greatest(n, NULL, 7) = 7
greatest(s, 'aa') = 'aa'
greatest(c, 'aa') = 'aa'
CASE n WHEN 10 THEN 1 WHEN 20 THEN 2 ELSE 0 END > 0
CASE s WHEN 'a' THEN ok ELSE NOT ok END
n IS DISTINCT FROM 10
n IS NOT DISTINCT FROM NULL
n IS DISTINCT FROM id
s IS DISTINCT FROM v
d IS DISTINCT FROM 1.01
ok IS DISTINCT FROM true
(n, id) > (10, 1)
(s, id) < ('ab', 4)
(c, id) < ('b', 4)
(n, s) >= (10, 'a')
(n = 10) = ok$$);
-- functions of texts
SELECT * FROM check_where($$
btrim(s) = 'B'
ltrim(s, 'a ') = 'B '
rtrim(v) = 'a'
replace(s, 'a', 'x') = 'xb'
strpos(s, 'b') = 2
position('' in s) = 1
starts_with(s, 'a')
s ^@ ' B'
starts_with(s, '')
left(s, 1) = 'a'
left(s, -1) = 'a'
octet_length(s) = 2
upper(s) = 'A'
lower(s) = ' b '
upper(c) = 'A'
initcap(s) = 'A'$$);
\! sqlite3 "$FILE" "UPDATE t SET k = 'none' WHERE id = 3"
\set VERBOSITY terse
SELECT id FROM t WHERE k = '550e8400-e29b-41d4-a716-446655440000' ORDER BY id;
SELECT id FROM t WHERE k <> '550e8400-e29b-41d4-a716-446655440000' ORDER BY id;
SELECT count(*) FROM t WHERE k <> '550e8400-e29b-41d4-a716-446655440000';
\set VERBOSITY default
\! sqlite3 "$FILE" "UPDATE t SET k = NULL WHERE id = 3"

-- groups and order of numbers, bytes and truth
SELECT * FROM check_query($$
SELECT d, count(*) FROM %s GROUP BY d ORDER BY d
SELECT u, count(*) FROM %s GROUP BY u ORDER BY u
SELECT f, count(*) FROM %s GROUP BY f ORDER BY f
SELECT g, count(*) FROM %s GROUP BY g ORDER BY g
SELECT k, count(*) FROM %s GROUP BY k ORDER BY k
SELECT b, count(*) FROM %s GROUP BY b ORDER BY b
SELECT count(DISTINCT d), count(DISTINCT u), count(DISTINCT f), count(DISTINCT g), count(DISTINCT k), count(DISTINCT b) FROM %s
SELECT bool_and(ok), bool_or(ok), every(n > 0), bool_and(n > 100) FILTER (WHERE id < 3) FROM %s
SELECT e, count(*) FROM %s GROUP BY e ORDER BY e
SELECT ts FROM %s GROUP BY ts ORDER BY ts$$);
SELECT * FROM check_query($$
SELECT id FROM %s ORDER BY d DESC NULLS LAST, id DESC LIMIT 4
SELECT id FROM %s ORDER BY f, id LIMIT 4
SELECT id FROM %s ORDER BY g, id LIMIT 4
SELECT id FROM %s ORDER BY u, id LIMIT 4
SELECT id FROM %s ORDER BY k, id LIMIT 4
SELECT id FROM %s ORDER BY b, id DESC LIMIT 4
SELECT id FROM %s ORDER BY id LIMIT NULL OFFSET 2
SELECT id FROM %s ORDER BY id LIMIT (SELECT 2 OFFSET 0) OFFSET (SELECT 1 OFFSET 0)$$);
-- patterns that are known only when the statement is run
SET plan_cache_mode = force_generic_plan;
PREPARE alike(text) AS SELECT id FROM t WHERE s LIKE $1 ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE alike('a%');
EXECUTE alike('a%'); EXECUTE alike('_b'); EXECUTE alike('%"x"%'); EXECUTE alike(NULL); EXECUTE alike(repeat('a', 2000) || '%');
EXECUTE alike('%\');
RESET plan_cache_mode;
-- limits that are known only when the statement is run
SET plan_cache_mode = force_generic_plan;
PREPARE page(bigint, bigint) AS SELECT id FROM t ORDER BY n NULLS FIRST, id LIMIT $1 OFFSET $2;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE page(1, 1);
EXECUTE page(2, 1); EXECUTE page(NULL, 3); EXECUTE page(1, NULL); EXECUTE page(0, 0);
EXECUTE page(-1, 0);
EXECUTE page(1, -1);
RESET plan_cache_mode;

RESET search_path;
SET client_min_messages = warning;
DROP SERVER fdw_ship CASCADE;
DROP SCHEMA fdw_ship CASCADE;
