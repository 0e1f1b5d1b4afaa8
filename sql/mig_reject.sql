-- The quarantine: what a copy with on_error => 'reject' does with bad rows, and the way out of it.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
CREATE EXTENSION IF NOT EXISTS pg_visibility SCHEMA public;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_reject.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE item (id INTEGER PRIMARY KEY, n, name TEXT, at TEXT); WITH RECURSIVE s(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM s WHERE i < 3000) INSERT INTO item SELECT i, i, 'name ' || i, '2020-01-01 00:00:00' FROM s"
\! sqlite3 "$FILE" "UPDATE item SET n = 'oops' WHERE id = 500; UPDATE item SET n = 9223372036854775807 WHERE id = 501; UPDATE item SET n = 1e30, name = NULL WHERE id = 502; UPDATE item SET n = -0.0 - 0.5 WHERE id = 503; UPDATE item SET n = 9e999 WHERE id = 504; UPDATE item SET n = x'00ff' WHERE id = 505"
\! sqlite3 "$FILE" "UPDATE item SET name = 'a' || char(0) || 'b' WHERE id = 600; UPDATE item SET name = CAST(x'61ff80' AS TEXT) WHERE id = 601; UPDATE item SET name = printf('%.30c', 'x') WHERE id = 602; UPDATE item SET at = '2020-13-45' WHERE id = 603; UPDATE item SET name = 'say \"hi\" \\ ' || char(10) WHERE id = 604; UPDATE item SET at = 'never' WHERE id = 604"
CREATE SERVER mig_reject FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA mig_reject;
SET search_path = mig_reject;
CREATE FOREIGN TABLE src (id bigint, n int, name text, at timestamp) SERVER mig_reject OPTIONS ("table" 'item');
CREATE VIEW held AS SELECT source_key, source_rowid, key_values, column_name, sqlstate, message, detail, "row" FROM sqlite_mig.rejected WHERE server = 'mig_reject' AND replayed_at IS NULL ORDER BY reject;
CREATE VIEW counts AS SELECT target_relation, sqlstate, column_name, count(*), min(message) AS message, min(detail) AS detail FROM sqlite_mig.rejected WHERE server = 'mig_reject' AND replayed_at IS NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

-- pains 1, 12, 14, 18: a bad number, a NUL byte, invalid UTF-8, a text that is too long cost their row, and no other; every
-- value is kept as it was, also those of the row that are good
CREATE TABLE item (id bigint, n int, name varchar(20), at timestamp);
SELECT rows_read, inserted, updated, skipped, rejected FROM sqlite_mig.copy_table('src', 'item', on_error => 'reject');
SELECT count(*), count(*) FILTER (WHERE id IN (500, 501, 502, 504, 505, 600, 601, 602, 603, 604)) AS bad FROM item;
\pset format unaligned
TABLE held;
\pset format aligned
-- the values are those of SQLite
SELECT jsonb_path_query("row", '$.n.value') = to_jsonb(1e30::float8), jsonb_typeof("row" #> '{n,value}') FROM held WHERE source_rowid = 502;
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_reject';

-- the limit: one row more is the error of the copy, and nothing is left
TRUNCATE item;
SELECT rejected FROM sqlite_mig.copy_table('src', 'item', on_error => 'reject', reject_limit => 10);
SELECT * FROM sqlite_mig.copy_table('src', 'item', on_error => 'reject', reject_limit => 9);
SELECT * FROM sqlite_mig.copy_table('src', 'item', on_error => 'reject', reject_limit => 0);
SELECT (SELECT count(*) FROM item), (SELECT count(*) FROM held);
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_reject';

-- frozen where COPY FREEZE would be, and nowhere else
CREATE FUNCTION pg_temp.frozen(t regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE format('SELECT CASE WHEN bool_and(all_frozen) THEN ''frozen'' WHEN bool_or(all_frozen) THEN ''mixed'' ELSE ''not frozen'' END '
		'FROM (SELECT DISTINCT (ctid::text::point)[0]::bigint AS page FROM %1$s) p, public.pg_visibility_map(%1$L::regclass, p.page) v', t) INTO answer;
	RETURN answer;
END $$;
BEGIN;
CREATE TABLE fresh (id bigint, n int NOT NULL, name varchar(20), at timestamp);
SELECT inserted, rejected FROM sqlite_mig.copy_table('src', 'fresh', on_error => 'reject');
CREATE TABLE guarded (id bigint, n int CHECK (n <> 7), name varchar(20), at timestamp);
SELECT inserted, rejected FROM sqlite_mig.copy_table('src', 'guarded', on_error => 'reject');
COMMIT;
SELECT pg_temp.frozen('fresh'), pg_temp.frozen('guarded');
SELECT pg_temp.frozen('item');
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_reject';

-- constraints: NOT NULL, CHECK, unique, exclusion, foreign key, domain, generated columns, triggers; three bad of 3000 and many
CREATE FOREIGN TABLE any_src (id bigint, n text, name text) SERVER mig_reject OPTIONS ("table" 'item');
ALTER SERVER mig_reject OPTIONS (ADD on_nul 'strip', ADD on_invalid_utf8 'replace');
CREATE TABLE parent (id bigint PRIMARY KEY);
INSERT INTO parent SELECT i FROM generate_series(1, 3000) i WHERE i NOT IN (10, 11, 2000) AND i NOT BETWEEN 1000 AND 1099;
CREATE DOMAIN short AS text CHECK (length(value) < 25);
CREATE TABLE strict (id bigint PRIMARY KEY REFERENCES parent, n text UNIQUE CHECK (n <> '77'), name short NOT NULL,
	half int GENERATED ALWAYS AS (1 / (id - 33)) STORED, CHECK (100 / (id - 34) IS NOT NULL));
INSERT INTO strict VALUES (3000, '2999', 'taken');
SELECT rows_read, inserted, rejected FROM sqlite_mig.copy_table('any_src', 'strict', on_error => 'reject');
SELECT sqlstate, column_name, count, message, detail FROM counts;
SELECT count(*) FROM strict;
SELECT min(source_rowid), max(source_rowid), count(DISTINCT source_rowid) FROM held WHERE sqlstate = '23503';
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_reject';
-- (a second time every row is in the way)
SELECT rows_read, inserted, rejected FROM sqlite_mig.copy_table('any_src', 'strict', on_error => 'reject');
SELECT sqlstate, count(*) FROM held GROUP BY 1 ORDER BY 1;
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_reject';
CREATE TABLE fired (id bigint, n text, name text, seen int);
CREATE FUNCTION fired() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.id % 1000 = 0 THEN
		RETURN NULL;
	ELSIF NEW.id % 100 = 1 AND TG_WHEN = 'AFTER' OR NEW.id % 100 = 2 AND TG_WHEN = 'BEFORE' THEN
		RAISE EXCEPTION '% does not like %', TG_WHEN, NEW.id;
	END IF;
	IF TG_WHEN = 'BEFORE' THEN
		NEW.seen := coalesce(NEW.seen, 0) + 1;
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER b BEFORE INSERT ON fired FOR EACH ROW EXECUTE FUNCTION fired();
CREATE TRIGGER a AFTER INSERT ON fired FOR EACH ROW EXECUTE FUNCTION fired();
SELECT rows_read, inserted, skipped, rejected FROM sqlite_mig.copy_table('any_src', 'fired', on_error => 'reject');
SELECT count(*), min(seen), max(seen) FROM fired;
SELECT sqlstate, column_name, count, message FROM counts;
-- functions with settings or rights of their own keep what they know from one batch to the next
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_reject';
TRUNCATE fired;
ALTER FUNCTION fired() SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET work_mem = '8MB';
SELECT rows_read, inserted, skipped, rejected FROM sqlite_mig.copy_table('any_src', 'fired', on_error => 'reject');
SELECT count(*), min(seen), max(seen) FROM fired;
SELECT current_setting('work_mem') = '8MB' AS left_behind;
-- what is no fault of a row stops: here a missing right
CREATE FUNCTION stops() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE insufficient_privilege; END';
CREATE TRIGGER c BEFORE INSERT ON fired FOR EACH ROW EXECUTE FUNCTION stops();
\set SHOW_CONTEXT never
SELECT * FROM sqlite_mig.copy_table('any_src', 'fired', on_error => 'reject');
\set SHOW_CONTEXT errors
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_reject';

-- partitions, and conflicts that are no error
CREATE TABLE parted (id bigint PRIMARY KEY, n text, name text CHECK (length(name) < 25)) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (1) TO (2990);
SELECT inserted, updated, skipped, rejected FROM sqlite_mig.copy_table('any_src', 'parted', 'update', on_error => 'reject');
UPDATE parted SET n = 'x' WHERE id < 10;
SELECT inserted, updated, skipped, rejected FROM sqlite_mig.copy_table('any_src', 'parted', 'update', on_error => 'reject');
SELECT sqlstate, count FROM counts;
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_reject';
-- the same in a plain table, where constraints are asked beforehand
CREATE TABLE plain (id bigint PRIMARY KEY CHECK (id < 2998), n text CHECK (10 / (length(n) - 1) IS NOT NULL), name text NOT NULL);
SELECT inserted, updated, skipped, rejected FROM sqlite_mig.copy_table('any_src', 'plain', 'update', on_error => 'reject');
SELECT inserted, updated, skipped, rejected FROM sqlite_mig.copy_table('any_src', 'plain', 'nothing', on_error => 'reject');
SELECT sqlstate, column_name, count, message FROM counts;
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_reject';
-- a table that refers to itself: parents come in their batch or before it, or the child is replayed
\! sqlite3 "$FILE" "CREATE TABLE tree (id INTEGER PRIMARY KEY, up INTEGER); WITH RECURSIVE s(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM s WHERE i < 2500) INSERT INTO tree SELECT i, CASE i WHEN 1 THEN NULL WHEN 2 THEN 3 WHEN 1200 THEN 2500 WHEN 1300 THEN 9999 ELSE i / 2 END FROM s"
CREATE FOREIGN TABLE src_tree (id bigint, up bigint) SERVER mig_reject OPTIONS ("table" 'tree');
CREATE TABLE tree (id bigint PRIMARY KEY, up bigint REFERENCES tree);
SELECT inserted, rejected FROM sqlite_mig.copy_table('src_tree', 'tree', on_error => 'reject');
SELECT source_key, sqlstate, detail FROM held;
SELECT * FROM sqlite_mig.replay('mig_reject');
SELECT source_key FROM held;
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_reject';

-- replay by hand: from the source, where a row was repaired; from the quarantine, where another was; from neither
TRUNCATE item;
ALTER SERVER mig_reject OPTIONS (DROP on_nul, DROP on_invalid_utf8);
SELECT inserted, rejected FROM sqlite_mig.copy_table('src', 'item', on_error => 'reject');
\! sqlite3 "$FILE" "UPDATE item SET n = 500 WHERE id = 500; DELETE FROM item WHERE id = 501; UPDATE item SET n = 'worse' WHERE id = 502"
UPDATE sqlite_mig.rejected SET "row" = jsonb_set("row", '{n}', '504') WHERE server = 'mig_reject' AND source_rowid = 504;
UPDATE sqlite_mig.rejected SET "row" = jsonb_set("row", '{n}', '{"class": "text", "value": "-505"}') WHERE server = 'mig_reject' AND source_rowid = 505;
UPDATE sqlite_mig.rejected SET "row" = jsonb_set("row", '{name,hex}', '"6162"') WHERE server = 'mig_reject' AND source_rowid IN (600, 601);
UPDATE sqlite_mig.rejected SET "row" = jsonb_set("row", '{name}', '{"class": "text", "hex": "6"}') WHERE server = 'mig_reject' AND source_rowid = 602;
UPDATE sqlite_mig.rejected SET "row" = "row" - 'at' WHERE server = 'mig_reject' AND source_rowid = 603;
UPDATE sqlite_mig.rejected SET accepted = true WHERE server = 'mig_reject' AND source_rowid = 604;
SELECT * FROM sqlite_mig.replay('mig_reject');
SELECT source_key, column_name, sqlstate, message, detail, "row" -> 'n' AS n FROM held;
SELECT source_rowid, edited_at IS NOT NULL AS edited, replayed_at IS NOT NULL AS replayed, accepted FROM sqlite_mig.rejected WHERE server = 'mig_reject' ORDER BY 1;
SELECT * FROM item WHERE id BETWEEN 500 AND 510 OR id BETWEEN 600 AND 605 ORDER BY id;
SELECT * FROM sqlite_mig.replay('mig_reject');
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_reject';

-- keys without rowid, and a view, whose rows have none
\! sqlite3 "$FILE" "CREATE TABLE pair (k1 TEXT, k2 INTEGER, v, PRIMARY KEY (k2, k1)) WITHOUT ROWID; INSERT INTO pair VALUES ('b', 2, '1'), ('a', 2, 'x'), ('z', 1, 'three'), ('it''s', 4, 4); CREATE VIEW both AS SELECT v FROM pair"
CREATE FOREIGN TABLE src_pair (k1 text, k2 bigint, v int) SERVER mig_reject OPTIONS ("table" 'pair');
CREATE FOREIGN TABLE src_both (v int) SERVER mig_reject OPTIONS ("table" 'both');
CREATE TABLE pair (k1 text, k2 bigint, v int);
CREATE TABLE both_rows (v int);
SELECT inserted, rejected FROM sqlite_mig.copy_table('src_pair', 'pair', on_error => 'reject');
SELECT inserted, rejected FROM sqlite_mig.copy_table('src_both', 'both_rows', on_error => 'reject');
SELECT source_key, source_rowid, key_values, "row" FROM held;
\! sqlite3 "$FILE" "UPDATE pair SET v = 3 WHERE k1 = 'z'"
UPDATE sqlite_mig.rejected SET "row" = '{"v": 33}' WHERE server = 'mig_reject' AND table_name = 'both' AND "row" #>> '{v,value}' = 'three';
SELECT * FROM sqlite_mig.replay('mig_reject') ORDER BY 1;
SELECT * FROM pair ORDER BY k2, k1;
SELECT * FROM both_rows ORDER BY v;
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_reject';

-- a whole migration whose plan was edited into one that not every row fits
\! sqlite3 "$FILE" "DROP VIEW both; UPDATE pair SET v = 10 WHERE k1 = 'a'; UPDATE pair SET v = 'bad' WHERE k1 = 'b'"
SET client_min_messages = warning;
SELECT count(*) FROM sqlite_mig.prepare('mig_reject', 'mig_reject_to');
UPDATE sqlite_mig.plan_column SET target_type = 'integer', format = NULL WHERE migration = 'mig_reject' AND source_name IN ('n', 'v');
UPDATE sqlite_mig.plan_column SET not_null = true WHERE migration = 'mig_reject' AND source_table = 'item' AND source_name = 'n';
\set SHOW_CONTEXT never
CALL sqlite_mig.migrate('mig_reject', on_error => 'stop', reject_limit => 3);
CALL sqlite_mig.migrate('mig_reject', on_error => 'sometimes');
CALL sqlite_mig.migrate('mig_reject', on_conflict => 'sometimes');
CALL sqlite_mig.migrate('mig_reject', on_error => 'reject', reject_limit => 1);
SELECT verdict, (SELECT count(*) FROM sqlite_mig.rejected WHERE migration = 'mig_reject') FROM sqlite_mig.status('mig_reject');
CALL sqlite_mig.migrate('mig_reject', on_error => 'reject', on_conflict => 'update');
\set SHOW_CONTEXT errors
SELECT phase, verdict, rows, reason FROM sqlite_mig.status('mig_reject');
SELECT table_name, source_key, column_name, sqlstate, run FROM sqlite_mig.rejected WHERE migration = 'mig_reject' ORDER BY reject;
SELECT object_name, severity, effect, rule, rows, sample FROM sqlite_mig.ledger WHERE migration = 'mig_reject' AND rule = 'rejected' ORDER BY entry;
SELECT table_name, check_name, source_value = target_value AS same, ok, detail FROM sqlite_mig.verify('mig_reject');
-- one row is missing for no reason: that is seen
BEGIN;
DELETE FROM mig_reject_to.item WHERE id = 1;
SELECT table_name, check_name, ok, detail FROM sqlite_mig.verify('mig_reject') WHERE NOT ok;
ROLLBACK;
-- repaired in the quarantine: the source is compared with the rows as they were repaired
UPDATE sqlite_mig.rejected SET "row" = jsonb_set("row", '{n}', '42') WHERE migration = 'mig_reject' AND source_rowid = 504;
UPDATE sqlite_mig.rejected SET "row" = jsonb_set("row", '{v}', '43') WHERE migration = 'mig_reject' AND table_name = 'pair';
SELECT * FROM sqlite_mig.replay('mig_reject') ORDER BY 1;
SELECT table_name, check_name, ok, detail FROM sqlite_mig.verify('mig_reject');
SELECT verdict, rows FROM sqlite_mig.status('mig_reject');
SELECT object_name, effect, rule, rows, sample FROM sqlite_mig.ledger WHERE migration = 'mig_reject' AND rule IN ('rejected', 'repaired') ORDER BY entry;
-- accepted: agreed to
UPDATE sqlite_mig.rejected SET accepted = true WHERE migration = 'mig_reject' AND replayed_at IS NULL;
SELECT verdict FROM sqlite_mig.status('mig_reject');
UPDATE sqlite_mig.rejected SET accepted = false WHERE migration = 'mig_reject';
SELECT verdict FROM sqlite_mig.status('mig_reject');
-- repaired in the plan: another format
UPDATE sqlite_mig.plan_column SET on_error = 'null', not_null = false WHERE migration = 'mig_reject' AND source_name = 'n';
ALTER TABLE mig_reject_to.item ALTER n DROP NOT NULL;
SELECT * FROM sqlite_mig.replay('mig_reject') ORDER BY 1;
SELECT check_name, ok, detail FROM sqlite_mig.verify('mig_reject') WHERE NOT ok;
SELECT verdict FROM sqlite_mig.status('mig_reject');
-- a new run forgets what the one before rejected
DROP SCHEMA mig_reject_to CASCADE;
CALL sqlite_mig.migrate('mig_reject', on_error => 'reject');
SELECT verdict, (SELECT count(*) FROM sqlite_mig.rejected WHERE migration = 'mig_reject') FROM sqlite_mig.status('mig_reject');
RESET client_min_messages;

-- rights: rows belong to who sees the migration, or to who made the copy
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_mig_reject;
RESET client_min_messages;
CREATE ROLE regress_mig_reject;
GRANT USAGE ON SCHEMA mig_reject TO regress_mig_reject;
GRANT SELECT ON src TO regress_mig_reject;
GRANT INSERT ON item TO regress_mig_reject;
SELECT rejected > 0 AS some FROM sqlite_mig.copy_table('src', 'item', on_error => 'reject');
SET ROLE regress_mig_reject;
SELECT count(*) FROM sqlite_mig.rejected;
\set SHOW_CONTEXT never
SELECT * FROM sqlite_mig.copy_table('src', 'item', on_error => 'reject', migration => 'mig_reject');
SELECT * FROM sqlite_mig.copy_table('src', 'item', on_error => 'reject', migration => 'no such');
\set SHOW_CONTEXT errors
SELECT rejected > 0 AS some FROM sqlite_mig.copy_table('src', 'item', on_error => 'reject');
SELECT count(*) > 0 AS own, count(*) FILTER (WHERE owner <> current_user) AS others FROM sqlite_mig.rejected;
INSERT INTO sqlite_mig.rejected (server, table_name, source_relation, target_relation, on_conflict, source_key, "row", sqlstate, message, owner)
	VALUES ('x', 'x', 'x', 'x', 'error', 'x', '{}', 'x', 'x', 'postgres');
INSERT INTO sqlite_mig.rejected (migration, server, table_name, source_relation, target_relation, on_conflict, source_key, "row", sqlstate, message)
	VALUES ('mig_reject', 'x', 'x', 'x', 'x', 'error', 'x', '{}', 'x', 'x');
RESET ROLE;
SELECT count(DISTINCT owner) FROM sqlite_mig.rejected WHERE server = 'mig_reject' AND migration IS NULL;
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_reject';
-- what a copy cannot be told
SELECT * FROM sqlite_mig.copy_table('src', 'item', on_error => 'ignore');
SELECT * FROM sqlite_mig.copy_table('src', 'item', reject_limit => 5);
SELECT * FROM sqlite_mig.copy_table('src', 'item', on_error => 'reject', reject_limit => -1);
SELECT extconfig @> ARRAY['sqlite_mig.rejected'::regclass::oid, 'sqlite_mig.rejected_reject_seq'::regclass::oid] AS dumped FROM pg_extension WHERE extname = 'sqlite_fdw_mig';

SET client_min_messages = warning;
DELETE FROM sqlite_mig.migration WHERE server = 'mig_reject';
SELECT count(*) AS left_behind FROM sqlite_mig.rejected WHERE server = 'mig_reject';
DROP SCHEMA mig_reject, mig_reject_to, sqlite_mig_reject CASCADE;
DROP SERVER mig_reject CASCADE;
DROP ROLE regress_mig_reject;
