-- Odd values that other tools load wrong, lose, or die of (tables v_… of include/peers.sql). What is right stands beside each.
\set name peers_values
\getenv srcdir PG_ABS_SRCDIR
\set helper :srcdir '/sql/include/peers.psql'
\i :helper
CALL sqlite_mig.migrate('peers_values', 'peers_values', tables => '{v_*,p27_*}');
SELECT pg_temp.read_migrated('peers_values') > 50 AS read;
SELECT verdict FROM sqlite_mig.status('peers_values');
SELECT count(*) AS checks, count(*) FILTER (WHERE NOT ok) AS failed FROM sqlite_mig.verify('peers_values');

\pset format unaligned
\pset fieldsep ' | '
\pset null '(null)'
SELECT * FROM pg_temp.outcome('peers_values', 'v_%');

-- the same again as it was reasoned, not as it came out: nothing may differ
CREATE TEMP TABLE reasoned ("case" text, type text, value text, effect text);
INSERT INTO reasoned VALUES
	-- 64 bits fit in bigint, whatever the declaration; nothing is cut to 32 or 16 bits
	('v_integer.max', 'bigint', '9223372036854775807', NULL), ('v_integer.min', 'bigint', '-9223372036854775808', NULL),
	('v_integer.big_bigint', 'bigint', '4611686018427387904', NULL), ('v_integer.big_int', 'bigint', '3000000000', NULL),
	('v_integer.small', 'bigint', '70000', NULL), ('v_integer.unsigned', 'bigint', '5', NULL),
	-- text is no number: it stays text, and the ledger says that the column is no number any more
	('v_integer.text', 'text', 'abc', 'changed'), ('v_integer.empty', 'text', '', 'changed'),
	-- an integer goes to numeric as it is, not through a double
	('v_numeric.over_2_53', 'numeric', '9007199254740993', NULL),
	-- a double becomes the shortest decimal that reads back as it: 1234567890123456.8 is the same double as …6.75
	('v_numeric.decimal_20_4', 'numeric(20,4)', '1234567890123456.8000', NULL), ('v_numeric.half', 'numeric(10,2)', '2.50', NULL),
	-- 1.005 has three digits: numeric(10,2) would make 1.01 of it (or 1.00), so the column has no scale
	('v_numeric.decimal_10_2', 'numeric', '1.005', 'converted'),
	('v_numeric.inf', 'numeric', 'Infinity', NULL), ('v_numeric.minus_inf', 'numeric', '-Infinity', NULL), ('v_numeric.nan', 'numeric', 'NaN', NULL),
	-- SQLite itself made a double of the text when it was written: these digits are all there is
	('v_numeric.too_long', 'numeric', '12345678901234567000', NULL), ('v_numeric.text', 'text', 'n/a', 'changed'),
	-- 8 bytes, never 4; the shortest digits that read back as the same double
	('v_real.sum', 'double precision', '0.30000000000000004', NULL), ('v_real.least', 'double precision', '5e-324', NULL),
	('v_real.inf', 'double precision', 'Infinity', NULL), ('v_real.minus_inf', 'double precision', '-Infinity', NULL),
	('v_real.text', 'text', 'n/a', 'changed'), ('v_real.nan', 'double precision', 'NaN', NULL),
	('v_real.big_int', 'double precision', '9.007199254740992e+15', NULL),
	-- SQLite has made 0.0 of it: whole numbers are integers in its files
	('v_real.minus_zero', 'double precision', '0', NULL),
	('v_real.third', 'double precision', '0.3333333333333333', NULL), ('v_real.third_double', 'double precision', '0.3333333333333333', NULL),
	-- 2 is no truth value
	('v_boolean.one', 'boolean', 'true', NULL), ('v_boolean.word', 'boolean', 'true', NULL), ('v_boolean.two', 'bigint', '2', 'changed'),
	('v_date.day', 'date', '2024-12-09', NULL), ('v_date.empty', 'text', '', 'changed'), ('v_date.time', 'time', '14:30:00', NULL),
	-- no zone is UTC; Z and +02:00 are what they say
	('v_date.at', 'timestamptz', '2024-12-09 14:30:00+00', 'converted'), ('v_date.at_timestamp', 'timestamptz', '2024-12-09 14:30:00+00', 'converted'),
	('v_date.zulu', 'timestamptz', '2024-12-09 14:30:00.123456+00', 'converted'), ('v_date.zone', 'timestamptz', '2024-12-09 12:30:00.123456+00', 'converted'),
	-- a lone number is not guessed to be a time: it stays the number
	('v_date.epoch', 'timestamptz/unixepoch', '2024-12-09 14:30:00+00', 'converted'), ('v_date.julian', 'timestamptz/julianday', '2024-12-09 14:24:00+00', 'converted'),
	-- PostgreSQL's text holds neither NUL nor what is no UTF-8: all bytes are kept, as bytes
	('v_text.nul', 'bytea', '\x610062', 'changed'), ('v_text.invalid', 'bytea', '\xfffe', 'changed'),
	-- the empty string is not NULL, digits in TEXT are text, char(n) is not padded, a length that values exceed is none
	('v_text.empty', 'text', '', NULL), ('v_text.number', 'text', '123', NULL), ('v_text.control', 'text', E'tab\there\\n nl\nx', NULL),
	('v_text.long', 'text', 'toolong', 'converted'), ('v_text.short', 'varchar(36)', 'x', NULL),
	('v_other.uuid', 'uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', NULL), ('v_other.json', 'jsonb', '{"a": 1}', 'converted'),
	('v_other.blob', 'bytea', '\x0001', NULL), ('v_other.text_in_blob', 'bytea', '\x7465787420696e20626c6f62', 'changed'), ('v_other.empty_blob', 'bytea', '\x', NULL),
	('v_other.untyped_text', 'text', 'untyped', 'converted'), ('v_other.untyped_real', 'double precision', '1.5', 'converted');
CREATE TEMP TABLE got AS
	SELECT c.source_table || '.' || c.source_name AS "case", concat_ws('/', c.target_type, c.format) AS type, v.value,
		(SELECT string_agg(e.effect, ',') FROM sqlite_mig.ledger e WHERE e.migration = c.migration AND e.object_name = c.source_table || '.' || c.source_name) AS effect
	FROM sqlite_mig.plan_column c JOIN migrated v USING (source_table, source_name) WHERE c.migration = 'peers_values' AND c.source_table LIKE 'v\_%' AND c.identity IS NULL;
SELECT count(*) FROM got;
SELECT 'got' AS what, * FROM (TABLE got EXCEPT TABLE reasoned) x UNION ALL SELECT 'reasoned', * FROM (TABLE reasoned EXCEPT TABLE got) x ORDER BY 2, 1;
-- a value that is not the same has a row in the ledger that says so
SELECT "case", "SQLite", type, "PostgreSQL" FROM pg_temp.outcome('peers_values', '%') WHERE exact <> '=' AND coalesce(ledger, '') !~ '(changed|lossy|failed|skipped):';

-- foreign tables answer as native ones do: rows, rows that differ between the two, the answer
CREATE COLLATION pg_temp.icu (provider = icu, locale = 'en-US');
SELECT q.n, q.what, s.* FROM (VALUES
	-- sqlite_fdw: 2, because SQLite compares bytes; by the rules of a language all of a, B, é, Z, b come after 'a', bar 'a' itself
	(1, 'text range, ICU', $$SELECT id FROM REL WHERE w COLLATE pg_temp.icu > 'a'$$),
	(2, 'text range, C', $$SELECT id FROM REL WHERE w COLLATE "C" > 'a'$$),
	(3, 'order, ICU', $$SELECT string_agg(w, ' ' ORDER BY w COLLATE pg_temp.icu) FROM REL WHERE w <> ''$$),
	(4, 'order, C', $$SELECT string_agg(w, ' ' ORDER BY w COLLATE "C") FROM REL WHERE w <> ''$$),
	(5, 'greatest, ICU', $$SELECT max(w COLLATE pg_temp.icu), min(w COLLATE pg_temp.icu) FROM REL WHERE w <> ''$$),
	-- sqlite_fdw: 1 row; PostgreSQL rounds halves of doubles to even, so 1.5 and 2.5 are both 2
	(6, 'round', $$SELECT id FROM REL WHERE round(f) = 2$$),
	(7, 'round of numeric', $$SELECT id, round(f::numeric) FROM REL$$),
	-- an error in sqlite_fdw
	(8, 'regular expression', $$SELECT id FROM REL WHERE w ~ '^[aA-Z]'$$),
	-- SQLite's LIKE knows no case
	(9, 'like', $$SELECT id FROM REL WHERE w LIKE 'b%'$$),
	(10, 'ilike', $$SELECT id FROM REL WHERE w ILIKE 'b%'$$),
	(11, 'like with a wildcard as text', $$SELECT id FROM REL WHERE w LIKE '\%' OR w LIKE '_' $$),
	-- sqlite_fdw: 9223372036854776000
	(12, 'sum of the largest integers', $$SELECT sum(i), avg(i), count(i), max(i) FROM REL WHERE i > 7$$),
	-- sqlite_fdw: no row
	(13, 'date arithmetic', $$SELECT id FROM REL WHERE d + 1 > date '2020-05-13'$$),
	(14, 'integer division', $$SELECT id, i / 2, i % 4 FROM REL WHERE i < 100$$),
	(15, 'order of NULL', $$SELECT array_agg(id ORDER BY f DESC, id), array_agg(id ORDER BY f, id) FROM REL$$),
	(16, 'lower and upper', $$SELECT id, upper(w), lower(w), length(w) FROM REL$$),
	(17, 'NULL and empty', $$SELECT id FROM REL WHERE w = '' OR f IS NULL$$),
	(18, 'distinct, limit', $$SELECT DISTINCT d FROM REL ORDER BY d NULLS FIRST LIMIT 3$$),
	(19, 'system columns and casts', $$SELECT id, w::bytea, f::real, i::text FROM REL$$)
	) AS q (n, what, query), LATERAL pg_temp.same(q.query, 'sqlite_peers_values.p27_words', 'peers_values.p27_words') AS s ORDER BY q.n;
-- char(5) ignores blanks at the end, in a foreign table as in a native one: two rows, where sqlite_fdw finds one
CREATE FOREIGN TABLE sqlite_peers_values.padded (id bigint, c char(5)) SERVER peers_values OPTIONS ("table" 'p27_words');
CREATE TABLE peers_values.padded (id bigint, c char(5));
INSERT INTO peers_values.padded SELECT * FROM sqlite_peers_values.padded;
SELECT q.n, s.* FROM (VALUES (1, $$SELECT id FROM REL WHERE c = 'ab'$$), (2, $$SELECT id FROM REL WHERE c = 'ab   '$$), (3, $$SELECT id, length(c), c || 'x' FROM REL$$), (4, $$SELECT c, count(*) FROM REL GROUP BY c$$),
		(5, $$SELECT id FROM REL WHERE c LIKE 'ab'$$)) AS q (n, query),
	LATERAL pg_temp.same(q.query, 'sqlite_peers_values.padded', 'peers_values.padded') AS s ORDER BY q.n;
-- divisions by zero and overflows are errors, not NULL and not a double
SELECT i / 0 FROM sqlite_peers_values.p27_words WHERE id = 3;
SELECT i + 1 FROM sqlite_peers_values.p27_words WHERE id = 1;
-- text 'NaN' in a numeric column takes sqlite_fdw's whole cluster down
SELECT nan, inf, minus_inf, inf + minus_inf AS sum FROM sqlite_peers_values.v_numeric;

-- tables as IMPORT FOREIGN SCHEMA makes them, which trusts declarations: a value that does not fit is an error that names it, and no other value is
CREATE SCHEMA peers_values_import;
IMPORT FOREIGN SCHEMA main LIMIT TO (v_integer, v_numeric, v_real, v_boolean, v_date, v_text, v_other) FROM SERVER peers_values INTO peers_values_import;
CREATE FUNCTION pg_temp.read_column(relation regclass, name text, OUT value text) LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	EXECUTE format('SELECT %I::text FROM %s', name, relation) INTO value;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	value := format('! %s %s: %s', SQLSTATE, SQLERRM, detail);
END $$;
SELECT a.attrelid::regclass::text || '.' || a.attname AS "case", format_type(a.atttypid, a.atttypmod) AS type, v.value
	FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid, LATERAL pg_temp.read_column(c.oid, a.attname) AS v
	WHERE c.relnamespace = 'peers_values_import'::regnamespace AND a.attnum > 1 ORDER BY c.relname COLLATE "C", a.attnum;

-- what the policies make of the values that text cannot hold
CREATE FOREIGN TABLE sqlite_peers_values.words (nul text, invalid text) SERVER peers_values OPTIONS ("table" 'v_text');
CREATE FOREIGN TABLE sqlite_peers_values.bytes (nul bytea, invalid bytea) SERVER peers_values OPTIONS ("table" 'v_text');
SELECT nul FROM sqlite_peers_values.words;
SELECT invalid FROM sqlite_peers_values.words;
SELECT * FROM sqlite_peers_values.bytes;
ALTER SERVER peers_values OPTIONS (ADD on_nul 'strip', ADD on_invalid_utf8 'replace');
SELECT nul, convert_to(nul, 'UTF8'), convert_to(invalid, 'UTF8') FROM sqlite_peers_values.words;
ALTER SERVER peers_values OPTIONS (SET on_nul 'replace', SET on_invalid_utf8 'latin1');
SELECT convert_to(nul, 'UTF8') AS nul, convert_to(invalid, 'UTF8') AS invalid FROM sqlite_peers_values.words;
SELECT * FROM sqlite_peers_values.bytes;

DELETE FROM sqlite_mig.migration WHERE server = 'peers_values';
DROP SCHEMA peers_values, sqlite_peers_values, peers_values_import CASCADE;
DROP SERVER peers_values CASCADE;
