-- sqlite_compat where SQLite cannot be asked: arguments of PostgreSQL's types, errors, indexes, and what functions may be
-- used for (what they answer is compared with SQLite in t/055_compat.pl).
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\set VERBOSITY terse
SET timezone = 'America/New_York';
SET datestyle = 'German';

-- every type that may stand where a value is wanted, and what SQLite would hold
CREATE TEMP TABLE typed AS SELECT 7::smallint AS s, 8::integer AS i, 9::bigint AS b, true AS t, 1.5::real AS r, 0.1::double precision AS d, 12345.67::numeric AS n,
	3::numeric AS whole, 1e30::numeric AS big, 'x'::text AS x, 'v'::varchar(5) AS v, 'c'::char(3) AS c, '\x00ff'::bytea AS y, '{"a": 1}'::json AS j, '{"b": [1, 2]}'::jsonb AS jb,
	'2024-02-29 23:30:00.25'::timestamp AS ts, '2024-02-29 23:30:00.25+00'::timestamptz AS tz, '2024-02-29'::date AS da, '23:30:00.5'::time AS ti,
	'00000000-0000-0000-0000-000000000001'::uuid AS u;
SELECT sqlite_compat.json_array(s, i, b, t, r, d, n, whole, big, x, v, c, j, jb, ts, tz, da, ti, u, NULL, 'literal', 1, 2.5) FROM typed;
SELECT sqlite_compat.quote(s) AS s, sqlite_compat.quote(t) AS t, sqlite_compat.quote(d) AS d, sqlite_compat.quote(whole) AS whole, sqlite_compat.quote(big) AS big, sqlite_compat.quote(y) AS y,
	sqlite_compat.quote(jb) AS jb, sqlite_compat.quote(tz) AS tz, sqlite_compat.quote('it''s') AS literal, sqlite_compat.quote(NULL) AS "null" FROM typed;
SELECT sqlite_compat.typeof(s) AS s, sqlite_compat.typeof(t) AS t, sqlite_compat.typeof(r) AS r, sqlite_compat.typeof(n) AS n, sqlite_compat.typeof(whole) AS whole, sqlite_compat.typeof(big) AS big,
	sqlite_compat.typeof(c) AS c, sqlite_compat.typeof(y) AS y, sqlite_compat.typeof(jb) AS jb, sqlite_compat.typeof(tz) AS tz, sqlite_compat.typeof('x') AS literal, sqlite_compat.typeof(NULL) AS "null",
	sqlite_compat.typeof(sqlite_compat.value(1)) AS value, sqlite_compat.typeof('{1}'::int[]) AS other FROM typed;
-- values keep their class: what is put in comes out
SELECT sqlite_compat.cast_integer(b), sqlite_compat.cast_real(d), sqlite_compat.cast_text(n), sqlite_compat.cast_numeric(n), sqlite_compat.cast_blob(y), sqlite_compat.cast_text(E'\x01i5'::text) = E'\x01i5' AS escaped FROM typed;
SELECT sqlite_compat.typeof(v), sqlite_compat.cast_text(v) FROM (VALUES (sqlite_compat.value('NaN'::float8)), (sqlite_compat.value('-Infinity'::float8)), (sqlite_compat.value('NaN'::numeric)),
	(sqlite_compat.value(9223372036854775808)), (sqlite_compat.value(1e400)), (sqlite_compat.value(-0.0::float8)), (sqlite_compat.value('infinity'::timestamp)), (sqlite_compat.value('0044-03-15 BC'::date)),
	(sqlite_compat.value('infinity'::date)), (sqlite_compat.value('12:00'::time))) AS x (v);

-- dates of migrated columns: timestamptz is UTC, whatever the zone and the style of the session
SELECT sqlite_compat.date(tz), sqlite_compat.datetime(ts, '+1 day'), sqlite_compat.time(ti), sqlite_compat.julianday(da), sqlite_compat.unixepoch(tz), sqlite_compat.datetime(b, 'unixepoch'),
	sqlite_compat.datetime(tz, 'localtime') AS local, sqlite_compat.datetime(ts, 'utc') AS utc, sqlite_compat.timediff(tz, da) FROM typed;
-- now is the beginning of the statement, in UTC
SELECT sqlite_compat.datetime('now') = to_char(statement_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') AS datetime,
	sqlite_compat.unixepoch() = floor(extract(epoch FROM statement_timestamp())) AS unixepoch,
	sqlite_compat.strftime('%f', 'now') = to_char(date_trunc('milliseconds', statement_timestamp()), 'SS.MS') AS milliseconds,
	sqlite_compat.time('subsec') = to_char(date_trunc('milliseconds', statement_timestamp()) AT TIME ZONE 'UTC', 'HH24:MI:SS.MS') AS subsec;

-- what must always be the same can be indexed and generated; the rest cannot, and says so
CREATE TEMP TABLE event (at text, day text GENERATED ALWAYS AS (sqlite_compat.immutable_date(at)) STORED, label text CHECK (sqlite_compat.length(label) < 5), made text DEFAULT sqlite_compat.datetime('now'));
CREATE INDEX ON event (sqlite_compat.immutable_strftime('%Y-%m', at));
CREATE INDEX ON event (sqlite_compat.lower(label), sqlite_compat.immutable_julianday(at));
CREATE INDEX ON event (sqlite_compat.date(at));
INSERT INTO event (at, label) VALUES ('2024-02-29 10:00', 'ok');
SELECT at, day, made > '2024' AS made FROM event;
INSERT INTO event (at) VALUES ('now');
INSERT INTO event (label) VALUES ('too long');
SELECT sqlite_compat.immutable_datetime('2024-01-01', 'localtime');
-- simple functions are expressions for the planner
CREATE FUNCTION pg_temp.is_inlined(expression text) RETURNS boolean LANGUAGE plpgsql AS
$$
DECLARE
	line text;
BEGIN
	FOR line IN EXECUTE format('EXPLAIN (COSTS OFF, VERBOSE) SELECT %s FROM event', expression) LOOP
		IF line ~ 'Output' THEN
			RETURN line !~ 'sqlite_compat';
		END IF;
	END LOOP;
END;
$$;
SELECT x AS expression, pg_temp.is_inlined(x) FROM unnest(ARRAY['sqlite_compat."like"(''A%'', label)', 'sqlite_compat.glob(''a[b-d]*'', label)', 'sqlite_compat.upper(label)', 'sqlite_compat.instr(label, ''x'')',
	'sqlite_compat.divide(length(label), 2)', 'sqlite_compat.json_extract(to_jsonb(label), ''$.a'')', 'sqlite_compat.date(label)']) AS x;

-- SQLite's own errors
SELECT sqlite_compat.json('{bad}');
SELECT sqlite_compat.json_extract('{"a":1}', 'a');
SELECT sqlite_compat.json_extract('{"a":1}', '$.');
SELECT sqlite_compat.json_extract('[1]', '$[x]');
SELECT sqlite_compat.json_extract('{"a":1}', '$.b.');
SELECT sqlite_compat.json_array('\x00'::bytea);
SELECT sqlite_compat.json_object('a');
SELECT sqlite_compat.json_object(1, 2);
SELECT sqlite_compat.json_set('{}', '$.a');
SELECT sqlite_compat."like"('a', 'b', 'xx');
SELECT sqlite_compat.abs(-9223372036854775808);
SELECT sqlite_compat.printf('%2000000000d', 1);
-- and those of PostgreSQL that SQLite has not
SELECT sqlite_compat.char(65, 0);
SELECT sqlite_compat.cast_text('\xff'::bytea);
SELECT sqlite_compat.divide((-9223372036854775808)::bigint, -1::bigint);
SELECT sqlite_compat.quote(point '(1,2)');


-- a jsonb is read by another way than its text, with the same answers
CREATE TEMP TABLE document (d jsonb);
INSERT INTO document VALUES ('{}'), ('[]'), ('null'), ('5'), ('"a"'), ('{"a": {"b": [1, 2.50, "x", null, true, {"c": 1e300}]}, "0": "zero", "a b": "blank", "é": "\"quoted\""}'), ('[[1, 2], {"0": 3, "a": [4]}, "s"]'), ('{"a": [0, [1, 2, 3]]}'), ('12345678901234567890.5');
SELECT count(*) AS compared, count(*) FILTER (WHERE sqlite_compat.json_extract(d, p) IS DISTINCT FROM sqlite_compat.json_extract(d::json, p)) AS extract_differs,
	count(*) FILTER (WHERE sqlite_compat.json_get_text(d, p) IS DISTINCT FROM sqlite_compat.json_get_text(d::json, p)) AS get_differs, count(DISTINCT sqlite_compat.json_extract(d, p)) AS different
	FROM document, unnest('{$,$.a,$.a.b,$.a.b[0],$.a.b[1],$.a.b[#-1].c,$.a.b[#-6],$.a.b[#-7],$.a.b[#],$[0],$[1].a,$[1].0,"$[1].\"0\"",$[#-1],$[0][#-1],$[0][0],"$.\"a b\"",$.0,$.é,$[99999999999999999999],$.a[1][#-3],$.a[0],$.x.y}'::text[]) AS p;
SELECT sqlite_compat.json_get_text(d, 'a b'), sqlite_compat.json_get_text(d, '$.a.b[2]'), sqlite_compat.json_get_text(d, 0) FROM document WHERE d ? 'a b';
SELECT sqlite_compat.json_extract(d, '$.a[x]') FROM document;
DROP TABLE document;

-- arithmetic by the types of its operands
SELECT pg_typeof(sqlite_compat.divide(7, 2)), sqlite_compat.divide(7, 2), pg_typeof(sqlite_compat.divide(7, 2::bigint)), pg_typeof(sqlite_compat.divide(7::smallint, 2::smallint)), pg_typeof(sqlite_compat.divide(7, 2.0)),
	sqlite_compat.divide(7, 2.0), sqlite_compat.divide(7, 0) IS NULL AS by_zero, sqlite_compat.remainder(-7, 2), sqlite_compat.remainder(7.9, 2);
SELECT sqlite_compat.max(1, 2.5, -3), sqlite_compat.max('a', 'B', 'c'), sqlite_compat.min('b', 'A'), sqlite_compat.max(1, NULL) IS NULL AS "null", sqlite_compat.max('2024-01-01'::date, '2024-02-01'), sqlite_compat.iif(2, 'yes', 'no'), sqlite_compat.iif('0x', 1, 0),
	sqlite_compat.ifnull(NULL, 5);

-- aggregates: an order, distinct values, a filter, a window
SELECT sqlite_compat.group_concat(x ORDER BY x DESC), sqlite_compat.group_concat(x, '-' ORDER BY x), sqlite_compat.group_concat(DISTINCT x % 2), sqlite_compat.group_concat(x) FILTER (WHERE x > 5) AS nothing, sqlite_compat.total(x), sqlite_compat.total(x) FILTER (WHERE x > 5) AS zero,
	sqlite_compat.sum(x), pg_typeof(sqlite_compat.sum(x)), pg_typeof(sqlite_compat.sum(x::float8)), sqlite_compat.avg(x), sqlite_compat.json_group_array(x ORDER BY x), sqlite_compat.json_group_array(x) FILTER (WHERE x > 5) AS none,
	sqlite_compat.json_group_object('k' || x, x ORDER BY x) FROM generate_series(1, 3) AS x;
SELECT x, sqlite_compat.group_concat(x::text, ',') OVER (ORDER BY x), sqlite_compat.total(x) OVER (ORDER BY x ROWS 1 PRECEDING), sqlite_compat.json_group_array(x) OVER (ORDER BY x) FROM generate_series(1, 3) AS x ORDER BY x;
SELECT length(sqlite_compat.group_concat(x::text)) AS of_text, length(sqlite_compat.group_concat(x)) AS of_values, json_array_length(sqlite_compat.json_group_array(x)) FROM generate_series(1, 20000) AS x;

-- random numbers differ, and blobs have the length that was asked for
SELECT count(DISTINCT sqlite_compat.random()) AS different, bool_or(sqlite_compat.random() < 0) AS negative, bool_or(sqlite_compat.random() > 4611686018427387904) AS large FROM generate_series(1, 200);
SELECT n, length(sqlite_compat.randomblob(n)), length(sqlite_compat.zeroblob(n)), sqlite_compat.randomblob(n) <> sqlite_compat.randomblob(n) AS different FROM unnest('{-1,9,12,13,1000}'::bigint[]) AS n ORDER BY n;

-- whoever is nobody may use all of it
CREATE ROLE compat_nobody;
SET ROLE compat_nobody;
SELECT sqlite_compat.date('2024-01-01'), sqlite_compat.printf('%d', 1), count(*) FROM sqlite_compat.json_each('[1,2]');
RESET ROLE;
DROP ROLE compat_nobody;
DROP TABLE typed, event;
