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
DROP TABLE target, nul_target;
DROP SERVER conv_canon CASCADE;
DROP TYPE conv_mood;
