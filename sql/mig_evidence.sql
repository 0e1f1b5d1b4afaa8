-- Types by the values: what prepare() proposes, by which rule, and how sure it is.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_evidence.db'
\setenv FILE :file
SELECT $sqlite$
CREATE TABLE texts (id INTEGER PRIMARY KEY, at TEXT, zoned TEXT, mixed TEXT, fine TEXT, day TEXT, day_gap TEXT, obj TEXT, bad_obj TEXT, twice TEXT, nul_obj TEXT, esc_obj TEXT, big_obj TEXT,
	number TEXT, code TEXT, guid TEXT, guid_real UUID, guid_blob GUID, blob16 BLOB, word TEXT, clock TEXT, addr VARCHAR(40), plain TEXT, untyped, limited VARCHAR(30));
INSERT INTO texts VALUES (1, '2024-01-01 10:00:00', '2024-01-01T10:00:00Z', '2024-01-01 10:00:00', '2024-01-01 10:00:00.1234567', '2024-01-01', '2024-01-01', '{"a": 1}', '{"a": 1}', '{"a": 1, "a": 2}', '{"a": "\u0000"}', '{"\u0061": 1}', '[1e5000]',
	'12', '007', '00000000-0000-1000-8000-000000000001', '00000000-0000-1000-8000-000000000001', x'000102030405060708090a0b0c0d0e0f', x'000102030405060708090a0b0c0d0e0f', 'yes', '10:30', '10.0.0.1', 'x', '2024-01-01 10:00', '2024-01-01 10:00');
INSERT INTO texts VALUES (2, '2024-06-01T11:30', '2024-01-01 10:00:00.5+02:00', '2024-01-01T10:00:00+01', '2024-01-01 10:00:00', '2024-02-29', '', '[]', 'oops', '{}', '{}', '{}', '{}',
	'13.5', '008', '00000000-0000-4000-8000-000000000002', '{00000000-0000-1000-8000-000000000002}', x'00', x'0f0e0d0c0b0a09080706050403020100', 'no', '11:45:10', '::1/64', 'y', '2024-01-02 10:00', '2024-01-02 10:00');
CREATE TABLE epochs (id INTEGER PRIMARY KEY, s DATETIME, ms DATETIME, us TIMESTAMP, ns DATETIME, julian DATE, ticks DATETIME, cocoa TIMESTAMP, webkit DATETIME, two DATETIME, zero DATETIME, frac DATETIME, as_text DATETIME, plain_int INTEGER, day DATETIME, d DATE, ts TIMESTAMP);
INSERT INTO epochs VALUES (1, 1733754600, 1733754600123, 1733754600123456, 1733754600123456000, 2460654.125, 638693514001234560, 755447400, 13378228200123456, 1733754600, 0, 1733754600.1234567, '2024-01-01 00:00:00', 1733754600, '2024-01-01', '2024-01-01', '2024-01-01 00:00:00');
INSERT INTO epochs VALUES (2, 1733754601, 1733754601123, 1733754601123456, 1733754601123456000, 2460655.125, 638693514011234560, 755447401.5, 13378228201123456, 1733754600123, 1733754600, 1733754601, '2024-01-01T00:00:00Z', 1733754601, '2024-01-02', '2024-01-02', '2024-01-02');
CREATE TABLE keys (at TEXT PRIMARY KEY, day TEXT UNIQUE, ref TEXT REFERENCES keys(at), free TEXT);
INSERT INTO keys VALUES ('2024-01-01 10:00:00', '2024-01-01', NULL, '2024-01-01'), ('2024-01-01T10:00:00', '2024-01-02', '2024-01-01 10:00:00', '2024-01-02');
CREATE TABLE numbers (id INTEGER PRIMARY KEY, i INTEGER, small SMALLINT, tiny TINYINT, too SMALLINT, big BIGINT, wide INT, p DECIMAL(6,2), q DECIMAL(6,2), r DECIMAL(6,2), minus DECIMAL(6,2), whole NUMERIC(4), v VARCHAR(3), long VARCHAR(3), b BOOLEAN, two BOOLEAN, flag TINYINT(1));
INSERT INTO numbers VALUES (1, 1, 1, 1, 40000, 1, 2147483648, 1.25, 1.255, 9999.99, -0.0, 1234, 'abc', 'abcd', 0, 0, 1), (2, -5, -300, -3, 1, 2, 1, 2, 3, 12345.6, 1.5, 5, 'éé', 'a', 1, 2, 0);
CREATE TABLE clocks (id INTEGER PRIMARY KEY, at DATETIME, said TEXT, fine DATETIME);
INSERT INTO clocks VALUES (1, '2024-03-31 02:30:00', '2024-10-27 02:30:00', '2024-03-31 02:30:00.1234567'), (2, '2024-03-31 12:30:00', '2024-10-27 02:15', '2024-10-27 02:15');
CREATE TABLE nulls (id INTEGER PRIMARY KEY, made DATETIME NOT NULL, day TEXT, zero DATE, both DATETIME, n INTEGER, t TEXT, k DATE UNIQUE);
INSERT INTO nulls VALUES (1, '', '', '0000-00-00', '0000-00-00 00:00:00', '', '', ''), (2, '2024-01-01 10:00:00', '2024-01-01', '2024-01-01', '', 7, 'x', '2024-01-01'), (3, '2024-01-01 10:00:00', '2024-01-02', '2024-01-01', '2024-01-01 00:00:00', 7, 'x', NULL);
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 "$FILE" "$SQL"

CREATE SERVER mig_evidence FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE VIEW pg_temp.proposal AS
	SELECT c.migration, c.source_table AS t, c.source_name AS name, c.declared_type AS declared, concat_ws('/', c.target_type, c.format) AS type, c.evidence ->> 'rule' AS rule, c.confidence AS conf,
		nullif(concat_ws(' ', CASE WHEN c.empty_as_null THEN 'empty_as_null' END, 'on_error ' || c.on_error, CASE WHEN c.not_null THEN 'not null' END), '') AS options, c.reason, t.load_order, c.position
	FROM sqlite_mig.plan_column c JOIN sqlite_mig.plan_table t ON t.migration = c.migration AND t.source_name = c.source_table WHERE c.identity IS NULL;

SELECT table_name, columns, rows, findings FROM sqlite_mig.prepare('mig_evidence', 'mig_evidence_target');
SELECT t, name, declared, type, rule, conf, options, reason FROM pg_temp.proposal WHERE migration = 'mig_evidence' ORDER BY load_order, position;
SELECT severity, effect, object_name AS name, rule, detail, rows, sample FROM sqlite_mig.ledger WHERE migration = 'mig_evidence' AND rule NOT IN ('identity', 'json') ORDER BY entry;
-- the evidence is the row of profile()
SELECT evidence - 'recognised' AS evidence FROM sqlite_mig.plan_column WHERE migration = 'mig_evidence' AND source_table = 'numbers' AND source_name = 'q';
SELECT key, value ->> 'matches' AS matches FROM sqlite_mig.plan_column, jsonb_each(evidence -> 'recognised') WHERE migration = 'mig_evidence' AND source_table = 'texts' AND source_name = 'guid';
-- what is shown is what will be stored
SELECT at, zoned, mixed, day, obj, guid_real, untyped, limited FROM sqlite_mig_evidence.texts ORDER BY id;
SELECT s, ms, us, ns, julian, ticks, cocoa, webkit FROM sqlite_mig_evidence.epochs ORDER BY id;

-- what an application stored for NULL
SELECT count(*) FROM sqlite_mig.prepare('mig_evidence', 'mig_evidence_target', '{"replace": true, "empty_as_null": true, "zero_dates_as_null": true, "time_zone": "Europe/Berlin"}');
SELECT name, declared, type, conf, options FROM pg_temp.proposal WHERE migration = 'mig_evidence' AND t = 'nulls' ORDER BY position;
SELECT severity, effect, object_name AS name, rule, detail, rows FROM sqlite_mig.ledger WHERE migration = 'mig_evidence' AND object_name ~ '^nulls' AND effect <> 'converted' OR rule = 'mixed offsets' ORDER BY entry;
SELECT * FROM sqlite_mig_evidence.nulls ORDER BY id;
-- local times that the zone does not have, or has twice
SELECT name, declared, type, conf FROM pg_temp.proposal WHERE migration = 'mig_evidence' AND t = 'clocks' ORDER BY position;
SELECT severity, effect, object_name AS name, rule, detail, rows FROM sqlite_mig.ledger WHERE migration = 'mig_evidence' AND object_name ~ '^clocks' AND effect <> 'converted' ORDER BY entry;
SELECT * FROM sqlite_mig_evidence.clocks ORDER BY id;
SELECT statement FROM sqlite_mig.ddl('mig_evidence') WHERE object_name = 'sqlite_mig_evidence.nulls' AND statement ~ 'CREATE';

-- narrow integers, serial keys, lengths
SELECT count(*) FROM sqlite_mig.prepare('mig_evidence', 'mig_evidence_target', '{"replace": true, "fit_integers": true, "serial": true, "varchar": "text"}', tables => '{numbers}');
SELECT name, declared, type, rule, conf FROM pg_temp.proposal WHERE migration = 'mig_evidence' AND t = 'numbers' AND type ~ 'int|text' ORDER BY position;
SELECT statement FROM sqlite_mig.ddl('mig_evidence') WHERE object_kind IN ('table', 'sequence');
SELECT effect, detail FROM sqlite_mig.ledger WHERE migration = 'mig_evidence' AND rule = 'identity';
SELECT count(*) FROM sqlite_mig.prepare('mig_evidence', 'mig_evidence_target', '{"replace": true, "varchar": "declared"}');
SELECT t, name, declared, type, rule, conf, reason FROM pg_temp.proposal WHERE migration = 'mig_evidence' AND declared ~ 'CHAR' ORDER BY load_order, position;
SELECT severity, effect, object_name, detail, sample FROM sqlite_mig.ledger WHERE migration = 'mig_evidence' AND severity = 'blocker';
CALL sqlite_mig.migrate('mig_evidence', options => '{"replace": true, "varchar": "declared"}', tables => '{numbers}');

-- from a sample: guessed, and it says so
SELECT table_name, rows FROM sqlite_mig.prepare('mig_evidence', 'mig_evidence_target', '{"replace": true, "sample_rows": 1}', tables => '{texts,numbers}') WHERE target IS NOT NULL;
SELECT t, name, declared, type, conf, reason FROM pg_temp.proposal WHERE migration = 'mig_evidence' AND name IN ('at', 'bad_obj', 'q', 'two', 'long') ORDER BY load_order, position;
SELECT severity, effect, object_name, detail FROM sqlite_mig.ledger WHERE migration = 'mig_evidence' AND rule = 'sample' ORDER BY entry;
-- and plan_check reads the rest
SELECT severity, object_name, finding, rows, sample FROM sqlite_mig.plan_check('mig_evidence');

-- rules are rows: another share, another type; a rule of one's own
BEGIN;
UPDATE sqlite_mig.value_rule SET share = 0.5 WHERE priority = 120;
UPDATE sqlite_mig.value_rule SET apply = true WHERE target_type = 'uuid';
INSERT INTO sqlite_mig.value_rule (priority, declared, recognisers, target_type, confidence, reason) VALUES (1, '^TINYINT ?\( ?1 ?\)$', '{zero_one}', 'boolean', 0.8, 'ours');
SELECT count(*) FROM sqlite_mig.prepare('mig_evidence', 'mig_evidence_target', '{"replace": true}');
SELECT name, type, rule, conf, options, reason FROM pg_temp.proposal WHERE migration = 'mig_evidence' AND name IN ('bad_obj', 'guid', 'flag') ORDER BY load_order, position;
SELECT bad_obj, guid FROM sqlite_mig_evidence.texts ORDER BY id;
ROLLBACK;

SELECT * FROM sqlite_mig.prepare('mig_evidence', options => '{"varchar": "max"}', migration => 'm2');
SELECT * FROM sqlite_mig.prepare('mig_evidence', options => '{"names": "upper"}', migration => 'm2');
SELECT * FROM sqlite_mig.prepare('mig_evidence', options => '{"sample_rows": 0}', migration => 'm2');
SELECT * FROM sqlite_mig.prepare('mig_evidence', options => '{"sample_rows": 1.5}', migration => 'm2');

-- all of it, carried over and verified
SET client_min_messages = warning;
CALL sqlite_mig.migrate('mig_evidence', 'mig_evidence_target', migration => 'mig_evidence_all', options => '{"fit_integers": true, "serial": true, "names": "snake", "empty_as_null": true, "zero_dates_as_null": true}');
RESET client_min_messages;
SELECT verdict, tables, rows FROM sqlite_mig.status('mig_evidence', 'mig_evidence_all');
SELECT s, julian, cocoa FROM mig_evidence_target.epochs ORDER BY id;
SELECT made, day, zero, "both", n FROM mig_evidence_target.nulls ORDER BY id;
INSERT INTO mig_evidence_target.numbers (i) VALUES (1) RETURNING id;

SET client_min_messages = warning;
DELETE FROM sqlite_mig.migration WHERE server = 'mig_evidence';
DROP SCHEMA sqlite_mig_evidence, sqlite_mig_evidence_all, mig_evidence_target CASCADE;
DROP SERVER mig_evidence CASCADE;
