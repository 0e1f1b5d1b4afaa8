-- Deliberate damage to a migrated table: each is found by checksum, and diff names the row and the column. Damage that is
-- what a wrong converter would have written is found too: SQLite's values are not read by the converters here.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
SET timezone = 'UTC';
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_verify_damage.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, i INTEGER, r REAL, n DECIMAL(12,4), s TEXT, b BLOB, flag BOOLEAN, d DATE, at DATETIME, seen INTEGER, clock TIME, u UUID, j JSON)"
\! sqlite3 "$FILE" "WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 400) INSERT INTO t SELECT i, i * 7919, i / 7.0, i, CASE WHEN i % 50 <> 0 THEN 'row ' || i END, CAST('blob ' || i AS BLOB), i % 2, date('2020-01-01', '+' || i || ' days'), datetime('2020-01-01', '+' || i || ' hours'), 1600000000 + i, printf('%02d:%02d:00', i % 24, i % 60), printf('%08x-0000-4000-8000-%012x', i, i), json_object('a', i, 'b', json_array(i, 'x')) FROM k"
CREATE SERVER mig_verify_damage FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT count(*) > 0 AS prepared FROM sqlite_mig.prepare('mig_verify_damage', 'mig_verify_damage');
UPDATE sqlite_mig.plan_column SET target_type = 'timestamptz', format = 'unixepoch' WHERE migration = 'mig_verify_damage' AND source_name = 'seen';
CALL sqlite_mig.migrate('mig_verify_damage');
SELECT target_name, target_type FROM sqlite_mig.plan_column WHERE migration = 'mig_verify_damage' ORDER BY position;
-- a doubled row must be possible
ALTER TABLE mig_verify_damage.t DROP CONSTRAINT t_pkey;
-- what verify and diff find after a statement, which is undone
CREATE FUNCTION mig_verify_damage.damage(statement text, OUT failed text, OUT rows text, OUT differs text) LANGUAGE plpgsql AS
$$
BEGIN
	EXECUTE replace(statement, 'UPDATE t', 'UPDATE mig_verify_damage.t');
	SELECT string_agg(v.check_name, ', ' ORDER BY v.check_name) INTO failed FROM sqlite_mig.verify('mig_verify_damage') AS v WHERE NOT v.ok;
	SELECT string_agg(DISTINCT d.status || ' ' || d.key::text || coalesce(' ' || d.columns::text, ''), ', ') INTO rows FROM sqlite_mig.diff('sqlite_mig_verify_damage.t', 'mig_verify_damage.t', key_columns => '{id}') AS d;
	SELECT string_agg(format('%s: %s / %s', c, coalesce(d.source ->> c, 'NULL'), coalesce(d.target ->> c, 'NULL')), ', ' ORDER BY d.key ->> 'id', c) INTO differs
		FROM sqlite_mig.diff('sqlite_mig_verify_damage.t', 'mig_verify_damage.t', key_columns => '{id}') AS d, unnest(d.columns) AS c;
	RAISE EXCEPTION USING ERRCODE = 'ZZ001', MESSAGE = 'undo';
EXCEPTION
	WHEN SQLSTATE 'ZZ001' THEN
		RETURN;
END;
$$;
CREATE TABLE mig_verify_damage.damages (n serial, name text, statement text);
INSERT INTO mig_verify_damage.damages (name, statement) VALUES
	('none', 'SELECT 1'),
	('one flipped bit of an integer', 'UPDATE t SET i = i # 1 WHERE id = 200'),
	('the highest bit', 'UPDATE t SET i = i # (1::bigint << 62) WHERE id = 200'),
	('one flipped bit of a blob', $$UPDATE t SET b = set_bit(b, 17, 1 - get_bit(b, 17)) WHERE id = 200$$),
	('one flipped bit of a text', $$UPDATE t SET s = overlay(s PLACING 'sow' FROM 1 FOR 3) WHERE id = 200 - 1$$),
	('the last bit of a double', 'UPDATE t SET r = 28.571428571428577 WHERE id = 200'),
	('a negative zero', $$UPDATE t SET i = 0, r = '-0' WHERE id = 200$$),
	('a digit of a numeric', 'UPDATE t SET n = n + 0.0001 WHERE id = 200'),
	('a pair of values swapped', 'UPDATE t SET i = CASE id WHEN 200 THEN 201 * 7919 ELSE 200 * 7919 END WHERE id IN (200, 201)'),
	('two columns of a row swapped', 'UPDATE t SET i = n::bigint, n = i WHERE id = 2'),
	('a lost row', 'DELETE FROM mig_verify_damage.t WHERE id = 200'),
	('a doubled row', 'INSERT INTO mig_verify_damage.t SELECT * FROM mig_verify_damage.t WHERE id = 200'),
	('one row lost, another doubled', 'UPDATE t SET (id, i, r, n, s, b, flag, d, at, seen, clock, u, j) = (SELECT o.* FROM mig_verify_damage.t AS o WHERE o.id = 201) WHERE id = 200'),
	('the empty string for NULL', $$UPDATE t SET s = '' WHERE id = 200$$),
	('NULL for a value', 'UPDATE t SET b = NULL WHERE id = 200'),
	('one microsecond', $$UPDATE t SET at = at + interval '1 microsecond' WHERE id = 200$$),
	('one day', 'UPDATE t SET d = d + 1 WHERE id = 200'),
	('a time', $$UPDATE t SET clock = clock + interval '1 second' WHERE id = 200$$),
	('a blank at the end', $$UPDATE t SET s = s || ' ' WHERE id = 199$$),
	('a capital letter', $$UPDATE t SET s = upper(s) WHERE id = 199$$),
	('a number in jsonb', $$UPDATE t SET j = jsonb_set(j, '{b,0}', '201') WHERE id = 200$$),
	('a number in jsonb as a text', $$UPDATE t SET j = jsonb_set(j, '{a}', '"200"') WHERE id = 200$$),
	('a digit of a UUID', $$UPDATE t SET u = overlay(u::text PLACING 'a' FROM 36)::uuid WHERE id = 200$$),
	('a boolean', 'UPDATE t SET flag = NOT flag WHERE id = 200'),
	-- what converters with a defect would have written
	('converter: times read in a wrong zone', $$UPDATE t SET at = at AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin'$$),
	('converter: seconds taken for milliseconds', $$UPDATE t SET seen = timestamptz '1970-01-01 00:00Z' + interval '1 millisecond' * extract(epoch FROM seen)$$),
	('converter: the epoch of another system', $$UPDATE t SET seen = seen + interval '978307200 seconds'$$),
	('converter: month and day exchanged', $$UPDATE t SET d = make_date(extract(year FROM d)::int, extract(day FROM d)::int, extract(month FROM d)::int) WHERE extract(day FROM d) <= 12$$),
	('converter: integers cut to 16 bits', 'UPDATE t SET i = i & 65535'),
	('converter: doubles through 4 bytes', 'UPDATE t SET r = r::real'),
	('converter: booleans inverted', 'UPDATE t SET flag = NOT flag'),
	('converter: texts trimmed of a character', 'UPDATE t SET s = left(s, 6)'),
	('converter: bytes of UUIDs in another order', $$UPDATE t SET u = (substr(u::text, 7, 2) || substr(u::text, 5, 2) || substr(u::text, 3, 2) || substr(u::text, 1, 2) || substr(u::text, 9))::uuid$$),
	('converter: numbers to a hundredth', 'UPDATE t SET n = n / 100');
\pset format unaligned
SELECT d.name, f.failed, CASE WHEN d.name LIKE 'converter%' THEN length(f.rows) > 500 ELSE true END AS many, CASE WHEN d.name NOT LIKE 'converter%' THEN f.rows END AS rows, CASE WHEN d.name NOT LIKE 'converter%' THEN f.differs END AS "columns: source / target"
	FROM (SELECT * FROM mig_verify_damage.damages ORDER BY n) AS d, LATERAL mig_verify_damage.damage(d.statement) AS f;
\pset format aligned
DELETE FROM sqlite_mig.migration WHERE server = 'mig_verify_damage';
DROP SCHEMA mig_verify_damage, sqlite_mig_verify_damage CASCADE;
DROP SERVER mig_verify_damage CASCADE;
