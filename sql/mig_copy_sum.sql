-- A copy sums up its source on the way: the same as checksum() says of the source, or nothing; and what verification makes of it.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_copy_sum.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (id INTEGER PRIMARY KEY, i INTEGER, r REAL, n NUMERIC, s TEXT, b BLOB, f INTEGER, d TEXT, ts TEXT, u TEXT, j TEXT, m)"
\! sqlite3 "$FILE" "WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 3000) INSERT INTO t SELECT i, i * 7919 - 500000, i / 8.0, i || '.25', 'row ' || i || ' é', CAST('b' || i AS BLOB), i % 2, date('2020-01-01', '+' || i || ' days'), datetime('2020-01-01', '+' || i || ' minutes'), printf('%08x-0000-4000-8000-%012x', i, i), json_object('a', i, 'b', 'x'), CASE i % 4 WHEN 0 THEN i WHEN 1 THEN i || '.5' WHEN 2 THEN i / 2.0 END FROM k"
\! sqlite3 "$FILE" "INSERT INTO t (id) VALUES (3001); INSERT INTO t VALUES (3002, '17', 3, '1e3', '', x'', 'yes', '1970-01-01', '1970-01-01T00:00:00Z', '{00000000000000000000000000000000}', '[]', '')"
CREATE SERVER mig_copy_sum FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA mig_copy_sum;
SET search_path = mig_copy_sum;
CREATE FOREIGN TABLE src (id bigint, i integer, r double precision, n numeric, s text OPTIONS (empty_as_null 'true'), b bytea, f boolean, d date, ts timestamptz, u uuid, j jsonb, m numeric OPTIONS (empty_as_null 'true'))
	SERVER mig_copy_sum OPTIONS ("table" 't');
CREATE FUNCTION pg_temp.copied(args text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result record;
	source record;
BEGIN
	EXECUTE format('SELECT * FROM sqlite_mig_internal._copy_table(%s)', args) INTO result;
	SELECT * INTO source FROM sqlite_mig.checksum('mig_copy_sum.src');
	RETURN format('read %s, inserted %s, updated %s, skipped %s, rejected %s: %s', result.rows_read, result.inserted, result.updated, result.skipped, result.rejected,
		CASE WHEN result.source_checksum IS NULL AND result.source_rows IS NULL THEN 'no sum'
			WHEN (result.source_rows, result.source_checksum) = (source.rows, source.checksum) THEN 'sum of the source' ELSE 'another sum' END);
END $$;

-- every way into a table
CREATE TABLE t (LIKE src);
SELECT pg_temp.copied($$'src', 't'$$);
SELECT (SELECT checksum FROM sqlite_mig.checksum('src')) = (SELECT checksum FROM sqlite_mig.checksum('t')) AS same;
SELECT pg_temp.copied($$'src', 't', checksum => false$$);
TRUNCATE t;
ALTER TABLE t ADD PRIMARY KEY (id);
SELECT pg_temp.copied($$'src', 't', on_error => 'reject'$$);
SELECT pg_temp.copied($$'src', 't', on_conflict => 'nothing'$$);
DELETE FROM t WHERE id % 3 = 0;
UPDATE t SET s = s || '!' WHERE id % 7 = 0;
SELECT pg_temp.copied($$'src', 't', on_conflict => 'update'$$);
SELECT (SELECT checksum FROM sqlite_mig.checksum('src')) = (SELECT checksum FROM sqlite_mig.checksum('t')) AS same;
-- types of the target
CREATE TABLE other (LIKE src);
ALTER TABLE other ALTER i TYPE bigint, ALTER s TYPE varchar(20), ALTER n TYPE numeric(20,2);
SELECT pg_temp.copied($$'src', 'other'$$);
-- a row that is not taken over as it is: rejected by a type, by a constraint; a column that is not read
CREATE TABLE small (LIKE src);
ALTER TABLE small ALTER i TYPE smallint;
SELECT pg_temp.copied($$'src', 'small', on_error => 'reject'$$);
CREATE TABLE strict (LIKE src, CHECK (id <> 12));
SELECT pg_temp.copied($$'src', 'strict', on_error => 'reject'$$);
CREATE TABLE computed (LIKE src);
ALTER TABLE computed DROP COLUMN r, ADD COLUMN r double precision GENERATED ALWAYS AS (id / 8.0) STORED;
SELECT pg_temp.copied($$'src', 'computed'$$);

-- migrate: the source is not read again, and what happened to the rows after they were read is seen
CALL sqlite_mig.migrate('mig_copy_sum', 'mig_copy_sum_1');
SELECT j.object_kind, j.source_rows = 3002 AS rows, j.source_checksum::text = v.source_value AS sum, v.ok, v.detail
FROM sqlite_mig.journal j JOIN sqlite_mig.verification v USING (migration, table_name) WHERE j.migration = 'mig_copy_sum' AND j.object_kind = 'copy' AND v.check_name = 'checksum';
SELECT table_name, check_name, ok, detail FROM sqlite_mig.verify('mig_copy_sum');
SELECT n.source_value = f.source_value AS same FROM sqlite_mig.verification n JOIN sqlite_mig.verification f USING (migration, table_name, check_name)
WHERE n.migration = 'mig_copy_sum' AND check_name = 'checksum' AND n.verified_at > f.verified_at;
CREATE FUNCTION mig_copy_sum.damage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_ARGV[0] = 'lose' AND NEW.id = 77 THEN
		RETURN NULL;
	ELSIF TG_ARGV[0] = 'flip' AND NEW.id = 77 THEN
		NEW.i := NEW.i # 1;
	ELSIF TG_ARGV[0] = 'swap' AND NEW.id IN (77, 78) THEN
		NEW.r := (155 - NEW.id) / 8.0;
	ELSIF TG_ARGV[0] = 'blank' AND NEW.id = 77 THEN
		NEW.s := NEW.s || ' ';
	END IF;
	RETURN NEW;
END $$;
CREATE FUNCTION pg_temp.damaged(how text) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
	TRUNCATE mig_copy_sum_1.t;
	EXECUTE format('CREATE TRIGGER damage BEFORE INSERT ON mig_copy_sum_1.t FOR EACH ROW EXECUTE FUNCTION mig_copy_sum.damage(%L)', how);
	CALL sqlite_mig.migrate('mig_copy_sum', if_exists => 'load', options => '{"replace": true}');
	DROP TRIGGER damage ON mig_copy_sum_1.t;
	RETURN QUERY SELECT format('%s %s: %s%s', how, v.check_name, CASE WHEN v.ok THEN 'ok' ELSE 'seen' END, ', ' || v.detail) FROM sqlite_mig.verification v JOIN sqlite_mig.migration m USING (migration, verified_at)
		WHERE m.migration = 'mig_copy_sum' ORDER BY v.check_name DESC;
END $$;
SELECT pg_temp.damaged(how) FROM unnest('{none,lose,flip,swap,blank}'::text[]) how;
-- with rejected rows it is read again
TRUNCATE mig_copy_sum_1.t;
ALTER TABLE mig_copy_sum_1.t ADD CHECK (id <> 12);
CALL sqlite_mig.migrate('mig_copy_sum', if_exists => 'load', on_error => 'reject', options => '{"replace": true}');
SELECT v.check_name, v.ok, v.detail FROM sqlite_mig.verification v JOIN sqlite_mig.migration m USING (migration, verified_at) WHERE m.migration = 'mig_copy_sum' ORDER BY v.check_name DESC;
-- and with a mere count nothing is summed up
TRUNCATE mig_copy_sum_1.t;
ALTER TABLE mig_copy_sum_1.t DROP CONSTRAINT t_id_check;
CALL sqlite_mig.migrate('mig_copy_sum', if_exists => 'load', on_error => 'reject', verify_level => 'counts', options => '{"replace": true}');
SELECT source_rows, source_checksum FROM sqlite_mig.journal JOIN sqlite_mig.migration USING (migration, run) WHERE migration = 'mig_copy_sum' AND object_kind = 'copy';

DROP SCHEMA mig_copy_sum, mig_copy_sum_1, sqlite_mig_copy_sum CASCADE;
DELETE FROM sqlite_mig.migration WHERE migration = 'mig_copy_sum';
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_copy_sum';
DROP SERVER mig_copy_sum CASCADE;
