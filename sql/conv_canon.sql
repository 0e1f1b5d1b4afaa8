-- the canonical form of a value is the same for SQLite's value and for what it became
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/conv_canon.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, i2, i4, i8, b, f4, f8, n, n2, tx, vc, bc, by, d, ti, ts, tz, u, j, jb, mood, arr)"
\! sqlite3 "$FILE" "INSERT INTO t VALUES (1, 1, 2, 3, 1, 0.5, 0.1, 1.50, 1.005, 'über', 'abc', 'ab', x'0001', '2024-12-09', '14:30', '2024-12-09 14:30:00', '2024-12-09T14:30:00.5Z', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '{\"b\" : 1}', '{\"b\":1.0,\"a\":[]}', 'sad', '{1, 2}')"
\! sqlite3 "$FILE" "INSERT INTO t (id) VALUES (2)"
\! sqlite3 "$FILE" "INSERT INTO t VALUES (3, '-32768', 2147483647.0, 9223372036854775807, 'no', 0.1, '1e300', '12345678901234567890.1200', 7, '', '', '', x'', 'infinity', '24:00:00', 'infinity', '1999-12-31 23:59:60', x'a0eebc999c0b4ef8bb6d6bb9bd380a11', '1', 1.5, 'happy', '{}')"
\! sqlite3 "$FILE" "INSERT INTO t VALUES (4, 1.0, '7', '-9223372036854775808', 0, 1, -0.0, 9e999, '-0.004', 42, 7, 7, 'bytes', '0001-01-01', '00:00:00.000001', '0001-01-01', '2024-12-09 14:30:00+05:30', NULL, 'null', 'null', NULL, NULL)"
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
CREATE SERVER conv_canon FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE TYPE conv_mood AS ENUM ('sad', 'happy');
CREATE FOREIGN TABLE source (id bigint, i2 smallint, i4 integer, i8 bigint, b boolean, f4 real, f8 double precision, n numeric, n2 numeric(10,2),
	tx text, vc varchar(3), bc char(5), by bytea, d date, ti time, ts timestamp, tz timestamptz, u uuid, j json, jb jsonb, mood conv_mood, arr integer[])
	SERVER conv_canon OPTIONS ("table" 't');
CREATE TABLE target AS SELECT * FROM source;

-- column by column
CREATE FUNCTION pg_temp.differing() RETURNS text LANGUAGE plpgsql AS $$
DECLARE col text; result text := '';
BEGIN
	FOR col IN SELECT attname FROM pg_attribute WHERE attrelid = 'target'::regclass AND attnum > 0 ORDER BY attnum LOOP
		IF (SELECT checksum FROM sqlite_mig.checksum('source', ARRAY[col])) <> (SELECT checksum FROM sqlite_mig.checksum('target', ARRAY[col])) THEN
			result := concat_ws(' ', nullif(result, ''), col);
		END IF;
	END LOOP;
	RETURN result;
END $$;
SELECT pg_temp.differing() AS differing;
SELECT s.rows, t.rows, s.checksum = t.checksum AS equal FROM sqlite_mig.checksum('source') s, sqlite_mig.checksum('target') t;

-- what only looks different is equal
BEGIN;
UPDATE target SET n = n * 1.000, bc = bc || '', jb = jb || '{}' WHERE id = 1;
SELECT pg_temp.differing() AS differing;
ROLLBACK;

-- each change of a value shows in its column and nowhere else
BEGIN;
UPDATE target SET i2 = i2 + 1, i4 = i4 + 1, i8 = i8 + 1, b = NOT b, f4 = f4 + 1, f8 = f8 + 1e-16, n = n + 1e-20, n2 = n2 + 0.01, tx = tx || ' ', vc = 'abd', bc = ' ab',
	by = by || '\x00', d = d + 1, ti = ti + interval '1 microsecond', ts = ts + interval '1 microsecond', tz = tz + interval '1 microsecond',
	u = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', j = '{"b": 1}', jb = '{"b":1.0,"a":{}}', mood = 'happy', arr = '{2,1}' WHERE id = 1;
SELECT pg_temp.differing() AS differing;
ROLLBACK;
BEGIN;
UPDATE target SET f8 = 0.0 WHERE id = 4;	-- was -0.0
SELECT pg_temp.differing() AS differing;
ROLLBACK;
BEGIN;
UPDATE target SET tx = NULL, vc = NULL WHERE id = 3;	-- was ''
SELECT pg_temp.differing() AS differing;
ROLLBACK;

-- borders between columns count: 'a','bc' is not 'ab','c'
\! sqlite3 "$FILE" "CREATE TABLE s1 AS SELECT 'a' AS x, 'bc' AS y; CREATE TABLE s2 AS SELECT 'ab' AS x, 'c' AS y"
CREATE FOREIGN TABLE s1 (x text, y text) SERVER conv_canon;
CREATE FOREIGN TABLE s2 (x text, y text) SERVER conv_canon;
SELECT (SELECT checksum FROM sqlite_mig.checksum('s1')) = (SELECT checksum FROM sqlite_mig.checksum('s2')) AS equal;

-- with a policy, text is what the policy made of it
\! sqlite3 "$FILE" "CREATE TABLE nul AS SELECT CAST(x'610062' AS TEXT) AS x, '' AS e"
CREATE FOREIGN TABLE nul (x text, e text OPTIONS (empty_as_null 'true')) SERVER conv_canon;
ALTER SERVER conv_canon OPTIONS (ADD on_nul 'strip');
CREATE TABLE nul_target AS SELECT * FROM nul;
SELECT x, e IS NULL AS null_for_empty FROM nul_target;
SELECT s.checksum = t.checksum AS equal FROM sqlite_mig.checksum('nul') s, sqlite_mig.checksum('nul_target') t;

-- the second reading of times, UUIDs and numbers agrees with the converters, in the usual forms and next to them
\! sqlite3 "$FILE" "CREATE TABLE days (d, t, z); WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) INSERT INTO days SELECT date('0001-01-01', '+' || (i * 36) || ' days'), strftime('%Y-%m-%dT%H:%M:%f', '0001-01-01', '+' || (i * 36) || ' days', '+' || (i * 7.123) || ' seconds') || substr('123Z', 1 + i % 5), datetime('1500-01-01', '+' || (i * 41) || ' hours') || CASE i % 4 WHEN 1 THEN 'Z' WHEN 2 THEN substr('.123456', 1, 2 + i % 6) ELSE '' END FROM n"
\! sqlite3 "$FILE" "CREATE TABLE forms (d, t, z, u); INSERT INTO forms VALUES ('2000-02-29', '2000-02-29 23:59:59.999999', '2000-02-29 23:59:59.9999999', '00112233-4455-6677-8899-aabbccddeeff'), ('1900-02-28', '1900-03-01T24:00:00', '1900-03-01 10:00', 'AABBCCDD-EEFF-0011-2233-445566778899'), ('0004-12-31', '9999-12-31T00:00:00', '2024-01-31 12:00:00+05:30', '{aabbccdd-eeff-0011-2233-445566778899}'), ('2024-12-31', '2016-12-31 23:59:60', '2024-12-31T00:00:00.5Z', 'aabbccddeeff00112233445566778899'), ('infinity', '-infinity', '2024-12-31', x'aabbccddeeff00112233445566778899'), ('10000-01-01', '12024-01-01 00:00:00', '', '')"
\! sqlite3 "$FILE" "CREATE TABLE numbers (n, e, e3, e6); WITH RECURSIVE p (i, n) AS (SELECT 0, 1 UNION ALL SELECT i + 1, n * 10 FROM p WHERE i < 18) INSERT INTO numbers SELECT s.s * (n + d.d), s.s * (n + d.d) % 100000000000, s.s * (n + d.d) % 100000000000000, s.s * (n + d.d) % 100000000000000000 FROM p, (SELECT 1 AS s UNION ALL SELECT -1) AS s, (SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT -1 UNION ALL SELECT 20000) AS d; INSERT INTO numbers VALUES (9223372036854775807, 0, 0, 0), (-9223372036854775807 - 1, -62135596800, 253402300800999, 1.5), (1.5, 1.5, 1.5, NULL), ('0.10', NULL, NULL, NULL)"
CREATE FOREIGN TABLE days (d date, t timestamp, z timestamptz) SERVER conv_canon;
CREATE FOREIGN TABLE forms (d date, t timestamp OPTIONS (empty_as_null 'true'), z timestamptz OPTIONS (empty_as_null 'true'), u uuid OPTIONS (empty_as_null 'true')) SERVER conv_canon;
CREATE FOREIGN TABLE zoned (d date, t timestamp(2), z timestamptz OPTIONS (time_zone 'Asia/Tokyo')) SERVER conv_canon OPTIONS ("table" 'days');
CREATE FOREIGN TABLE numbers (n numeric, e timestamptz OPTIONS (format 'unixepoch'), e3 timestamp OPTIONS (format 'unixepoch_ms'), e6 timestamptz OPTIONS (format 'unixepoch_us')) SERVER conv_canon;
\! sqlite3 "$FILE" "CREATE TABLE fits AS SELECT n AS a, n AS b, 0 AS c FROM numbers WHERE n BETWEEN -99999 AND 99999 AND typeof(n) = 'integer'"
CREATE FOREIGN TABLE fits (a numeric(5,0), b numeric(24,4), c numeric(3,3)) SERVER conv_canon;
CREATE FUNCTION pg_temp.readings(source regclass) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	col text;
BEGIN
	EXECUTE format('CREATE TEMP TABLE reading AS SELECT * FROM %s', source);
	FOR col IN SELECT attname FROM pg_attribute WHERE attrelid = source AND attnum > 0 ORDER BY attnum LOOP
		RETURN QUERY SELECT format('%s.%s: %s rows, %s', source, col, s.rows, CASE WHEN s = t THEN 'same' ELSE 'DIFFERENT' END)
			FROM sqlite_mig.checksum(source, ARRAY[col]) s, sqlite_mig.checksum('reading', ARRAY[col]) t;
	END LOOP;
	DROP TABLE reading;
END $$;
SELECT pg_temp.readings(source) FROM unnest('{days,forms,zoned,numbers,fits}'::regclass[]) source;
-- and takes nothing that they refuse
\! sqlite3 "$FILE" "CREATE TABLE refused AS SELECT '2023-02-29' AS d1, '1900-02-29' AS d2, '2024-00-10' AS d3, '2024-13-01' AS d4, '2024-04-31' AS d5, '0000-01-01' AS d6, '2024-1-010' AS d7, '2024-01-01 24:00:01' AS t1, '2024-01-01 10:60:00' AS t2, '2024-01-01 10:00:61' AS t3, '2024-01-01 10:00:00.' AS t4, '2024-01-01x10:00:00' AS z1, '00112233-4455-6677-8899-aabbccddeefg' AS u1, '00112233-4455-6677-8899-aabbccddeef' AS u2, 100 AS n1, 1 AS n2, 2 AS b, 32768 AS i"
CREATE FOREIGN TABLE refused (d1 date, d2 date, d3 date, d4 date, d5 date, d6 date, d7 date, t1 timestamp, t2 timestamp, t3 timestamp, t4 timestamp, z1 timestamptz, u1 uuid, u2 uuid,
	n1 numeric(3,1), n2 numeric(2,2), b boolean, i smallint) SERVER conv_canon;
CREATE FUNCTION pg_temp.refused(col text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT checksum FROM sqlite_mig.checksum('refused', ARRAY[col]));
EXCEPTION WHEN data_exception OR datatype_mismatch THEN
	RETURN SQLSTATE;
END $$;
SELECT string_agg(attname || ' ' || pg_temp.refused(attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'refused'::regclass AND attnum > 0;

DROP TABLE target, nul_target;
DROP SERVER conv_canon CASCADE;
DROP TYPE conv_mood;
