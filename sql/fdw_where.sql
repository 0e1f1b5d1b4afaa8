-- Conditions: what SQLite decides, what it narrows, what stays; always the answer of a native copy.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_where.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, s TEXT, v VARCHAR(5), c TEXT COLLATE NOCASE, d DECIMAL(10,2), u NUMERIC, f REAL, ok BOOLEAN, ts TEXT, day TEXT, e INTEGER, x, w TEXT); CREATE INDEX t_n ON t (n)"
\! sqlite3 "$FILE" "INSERT INTO t VALUES (1, 10, 'a', 'a  ', 'A', 1.005, 0.1, 0.1, 1, '2024-01-01 10:00', '2024-01-01', 1700000000, 7, '')"
\! sqlite3 "$FILE" "INSERT INTO t VALUES (2, 20, 'B', 'b', 'a', 2, 'NaN', '-inf', 0, '2024-02-01T10:00+05', '2024-01-02 00:00', 1700000001.5, '7', 'x')"
\! sqlite3 "$FILE" "INSERT INTO t (id) VALUES (3)"
\! sqlite3 "$FILE" "INSERT INTO t VALUES (4, 30, 'ab', 'ab     ', 'b', 0.30000000000000004, 9007199254740993, 'Infinity', 'No', '12024-02-01', '10000-01-01', -5, '08', 'y')"
\! sqlite3 "$FILE" "INSERT INTO t VALUES (5, -9223372036854775808, 'ä[*?', 'abcde  ', 'Ä', -2.505, '-Infinity', 1e300, 'Yes', 'infinity', '-infinity', 0, NULL, NULL)"
\! sqlite3 "$FILE" "CREATE VIEW tv AS SELECT id, n, s FROM t"
CREATE SERVER fdw_where FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA fdw_where;
SET search_path = fdw_where;
SET timezone = 'UTC';
CREATE FOREIGN TABLE t (id bigint, n bigint, s text COLLATE "en-x-icu", v varchar(5), c text, d numeric(10,2), u numeric, f float8, ok boolean,
	ts timestamp, day date, e timestamptz OPTIONS (format 'unixepoch'), x integer, w text OPTIONS (empty_as_null 'true')) SERVER fdw_where;
CREATE TABLE native AS SELECT * FROM t;
TABLE native ORDER BY id;

-- the condition as SQLite gets it, whether PostgreSQL decides again, the rows, and whether they are those of the copy
CREATE FUNCTION check_where(conditions text[], OUT condition text, OUT sent text, OUT again boolean, OUT rows text, OUT same boolean)
RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
	line text;
	native text;
BEGIN
	FOREACH condition IN ARRAY conditions LOOP
		sent := NULL;
		again := false;
		FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM t WHERE ' || condition LOOP
			again := again OR line ~ '^ *Filter:';
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

-- integers
SELECT * FROM check_where('{n = 10, n > 10, 20 >= n, n <> 10, n = 9223372036854775807, n < -9223372036854775807, n = 10::smallint,
	"n IN (10, 30)", "n IN (10, NULL)", "n NOT IN (10, 30)", "n NOT IN (10, NULL)", "n = ANY (''{}'')", n = id * 10, id = n,
	n IS NULL, n IS NOT NULL, n IS DISTINCT FROM 10, n + 1 = 11, "n - 1 > 9 AND id < 5", n % 20 = 10, n / 10 = 2, "(n - 7) % 1000 = 3 AND id < 5", n % x = 1, n = 10.0, "coalesce(n, 7) = 7"}');
\set VERBOSITY terse
SELECT id FROM t WHERE n - 1 > 0 ORDER BY id;
SELECT count(*) FROM t WHERE n - 1 > 0;
\set VERBOSITY default
-- a column without affinity may hold a number as text: nothing but NULL is certain
SELECT * FROM check_where('{x = 7, x > 7, x = 8, x IS NULL}');
-- texts: bytes for equality, an order only under C; padding of varchar, cases, patterns
SELECT * FROM check_where('{s = ''a'', s <> ''a'', s > ''a'', "s > ''a'' COLLATE \"C\"", "''a'' < s COLLATE \"C\"", "s IN (''a'', ''B'')",
	v = ''a'', v = ''a  '', v = ''abcde'', v = ''ab   '', v <> ''a'', "v IN (''a'')", c = ''a'', c = ''A'', c <> ''A'', "c > ''A'' COLLATE \"C\"",
	s LIKE ''a%'', s LIKE ''_b'', s NOT LIKE ''%b'', s LIKE ''ä[*_'', s LIKE ''A%'', s ILIKE ''A%'', s ~~ ''%[*?'', v LIKE ''ab%'', v LIKE ''abcdef%'', v LIKE ''%b%'',
	s LIKE ''a\%'', length(s) = 1, length(v) > 2, "substr(s, 1, 1) = ''a''", "substr(s, 0, 2) = ''a''", "substr(s, x, 1) = ''''", s || ''x'' = ''ax'',
	upper(s) = ''A'', s = c, w = ''x'', w IS NULL}');
-- numbers at their bounds: rounded by a type, special values as text
SELECT * FROM check_where('{d = 1.01, d = 1.005, d > 1.00, d >= 1.01, d < 1.01, d <= -2.51, d <> 1.01, d > 99999999999, d < 99999999999, d = 1,
	u = 0.1, u > 0, u < 0, u <= 0.1, u <> 0.1, u = 9007199254740993, u > 9007199254740992, u = ''NaN'', u > ''-Infinity'',
	f = 0.1, f < 0, f > 0, f >= 1e300, f <> 0.1, f = ''-infinity'', f > ''NaN'', f < ''infinity''}');
-- truth: 0, 1 and words
SELECT * FROM check_where('{ok, NOT ok, ok IS TRUE, ok IS NOT TRUE, ok IS FALSE, ok IS UNKNOWN, ok = (n = 10), ok OR n = 20, NOT (ok OR n = 20), ok IS NULL}');
-- dates and times: counts decide, ISO texts narrow; beyond the year 9999 the texts sort elsewhere
SELECT * FROM check_where('{e = ''2023-11-14 22:13:20+00'', e > ''2023-11-14 22:13:20+00'', e >= ''2023-11-14 22:13:21.5+00'', e < ''1970-01-01 00:00:00+00'', e <= ''infinity'', e > ''-infinity'',
	e <> ''2023-11-14 22:13:20+00'', ts < ''2024-01-15'', ts > ''2024-01-15'', "ts BETWEEN ''2024-01-15'' AND ''2024-03-01''", ts = ''2024-02-01 05:00'', ts = ''12024-02-01'', ts <= ''infinity'', ts = ''infinity'',
	"ts > ''2024-01-15'' AND ts < ''12025-01-01''", ts <> ''2024-02-01 05:00'', day = ''2024-01-02'', "day BETWEEN ''2024-01-02'' AND ''2024-01-02''", day >= ''2024-01-02'', day < ''2024-01-02'', day = ''10000-01-01''}');
-- compositions
SELECT * FROM check_where('{n = 10 OR s = ''B'', NOT (n = 10 AND s = ''a''), n = 10 OR s > ''b'', CASE WHEN n = 10 THEN s = ''a'' ELSE ok END,
	"coalesce(s, ''?'') = ''?''", n = 10 OR ts < ''2024-01-02'', NOT (ts < ''2024-01-02'' AND n = 10), (n = 10) IS NOT TRUE, (n = 10) = ok, random() < 2 AND n = 10}');

-- parameters, evaluated once; infinities and NaN among them
SET plan_cache_mode = force_generic_plan;
PREPARE number(numeric) AS SELECT id FROM t WHERE u > $1 ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE number(0);
EXECUTE number(0); EXECUTE number('-infinity'); EXECUTE number('NaN'); EXECUTE number(NULL);
PREPARE real(float8) AS SELECT id FROM t WHERE f <= $1 ORDER BY id;
EXECUTE real(0.1); EXECUTE real('-infinity'); EXECUTE real('infinity'); EXECUTE real('NaN');
PREPARE instant(timestamptz) AS SELECT id FROM t WHERE e >= $1 ORDER BY id;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE instant('now');
EXECUTE instant('2023-11-14 22:13:21'); EXECUTE instant('infinity'); EXECUTE instant('-infinity');
PREPARE day(date) AS SELECT id FROM t WHERE day = $1;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE day('now');
EXECUTE day('2024-01-02'); EXECUTE day('10000-01-01'); EXECUTE day('-infinity'); EXECUTE day(NULL);
PREPARE texts(text, varchar) AS SELECT id FROM t WHERE s = $1 OR v = $2;
EXPLAIN (VERBOSE, COSTS OFF) EXECUTE texts('a', 'b');
EXECUTE texts('a', 'ab   '); EXECUTE texts('it''s', 'abcde');
RESET plan_cache_mode;
EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM t WHERE e < now() - interval '1 day';
SELECT id FROM t WHERE e < now() - interval '1 day' AND n = (SELECT 10);
SELECT id, (SELECT max(i.s) FROM t i WHERE i.n = o.n) FROM t o ORDER BY id;

-- nested loops look up the inner side
SET enable_hashjoin = off; SET enable_mergejoin = off;
SET sqlite_fdw_mig.explain_query_plan = on;
EXPLAIN (VERBOSE, COSTS OFF) SELECT g, t.s FROM generate_series(10, 30, 10) g LEFT JOIN t ON t.n = g;
RESET sqlite_fdw_mig.explain_query_plan;
SELECT g, t.s FROM generate_series(0, 30, 10) g LEFT JOIN t ON t.n = g ORDER BY g;
SELECT k, t.id FROM (VALUES ('a'), ('B'), (NULL), ('ä[*?')) v(k) LEFT JOIN t ON t.s = k ORDER BY t.id;
RESET enable_hashjoin; RESET enable_mergejoin;

-- views make no promise about what they hold
IMPORT FOREIGN SCHEMA main LIMIT TO (tv) FROM SERVER fdw_where INTO fdw_where;
EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM tv WHERE n IS NULL AND s = 'a';

-- nondeterministic collations compare more than bytes
CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM t WHERE s = 'b' COLLATE loose;
SELECT id FROM t WHERE s = 'b' COLLATE loose;

-- what SQLite lets through is still converted, also where nobody asks for it
\! sqlite3 "$FILE" "INSERT INTO t (id, n, ok) VALUES (6, 'much', 2)"
SELECT id FROM t WHERE n > 10 ORDER BY id;
SELECT id FROM t WHERE n <> 10 ORDER BY id;
SELECT id FROM t WHERE ok IS NOT TRUE ORDER BY id;
-- a row that a condition keeps out is not looked at
SELECT id FROM t WHERE n = 10;
SELECT id FROM t WHERE ok ORDER BY id;

-- off, PostgreSQL does everything
SET sqlite_fdw_mig.pushdown = off;
EXPLAIN (VERBOSE, COSTS OFF) SELECT id FROM t WHERE n = 10;
RESET sqlite_fdw_mig.pushdown;

RESET search_path;
SET client_min_messages = warning;
DROP SERVER fdw_where CASCADE;
DROP SCHEMA fdw_where CASCADE;
