-- What migrations, verification and sync do where no other test comes; the topics are in the order of the install files.
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_branches.db'
\setenv FILE :file
SELECT $sqlite$
CREATE TABLE item (id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER, bytes BLOB DEFAULT 'abc', at TEXT, flag INTEGER);
INSERT INTO item (id, n, at, flag) VALUES (1, 10, '2024-01-01 00:00:00', 1), (2, 20, '2024-01-02 00:00:00', 0), (3, 'thirty', '2024-01-03 00:00:00', 1), (4, 40, 'never', 2), (5, 50, '2024-01-05 00:00:00', 1);
CREATE TABLE big (a INTEGER, sq AS (a * a), sh AS (a + 1));
INSERT INTO big VALUES (10000000000), (3);
CREATE VIEW one AS SELECT id AS two FROM item;
CREATE VIEW two AS SELECT id AS one FROM item;
CREATE TABLE held (id INTEGER PRIMARY KEY, n INTEGER);
INSERT INTO held VALUES (1, 10), (2, 20), (3, 50);
CREATE TABLE parent (name TEXT, v INT);
CREATE UNIQUE INDEX parent_name ON parent (name COLLATE NOCASE);
CREATE TABLE child (name TEXT REFERENCES parent (name));
$sqlite$ || 'CREATE TABLE wide (' || string_agg('c' || i, ', ' ORDER BY i) || '); CREATE INDEX wide_all ON wide (' || string_agg('c' || i, ', ' ORDER BY i) || ');' AS sql FROM generate_series(1, 33) AS i \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 "$FILE" "$SQL"
CREATE SERVER mig_branches FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');

-- arguments of migrate
CALL sqlite_mig.migrate('mig_branches', 'mig_branches', mode => 'at once');
CALL sqlite_mig.migrate('mig_branches', 'mig_branches', mode => NULL);
CALL sqlite_mig.migrate('mig_branches', 'mig_branches', workers => 2, if_exists => 'replace');

-- the plan: views that seem to rest on each other, an index that is too wide, a key that compares otherwise, a square that is too large
SELECT count(*) FROM sqlite_mig.prepare('mig_branches', 'mig_branches');
SELECT source_name, make_order, include FROM sqlite_mig.plan_view WHERE migration = 'mig_branches' ORDER BY 1;
SELECT object_kind, object_name, effect, rule, detail FROM sqlite_mig.ledger WHERE migration = 'mig_branches' AND rule IN ('index', 'collation', 'generated') ORDER BY entry;
SELECT source_table, source_name, target_type, default_expr FROM sqlite_mig.plan_column WHERE migration = 'mig_branches' AND default_source IS NOT NULL;

-- rows of a plan belong to a plan; pg_restore, which says so with this setting, brings them in any order
INSERT INTO sqlite_mig.plan_table (migration, source_name, target_name, kind, include, load_order) SELECT 'no such', source_name, target_name, kind, include, load_order FROM sqlite_mig.plan_table WHERE source_name = 'item';
INSERT INTO sqlite_mig.plan_index (migration, source_table, source_name, target_name, include, is_unique, columns, descending) VALUES ('mig_branches', 'no such', 'x', 'x', true, false, '{id}', '{f}');
BEGIN;
SET LOCAL check_function_bodies = off;
INSERT INTO sqlite_mig.plan_index (migration, source_table, source_name, target_name, include, is_unique, columns, descending) VALUES ('mig_branches', 'no such', 'x', 'x', true, false, '{id}', '{f}');
ROLLBACK;

-- two types that are tried together, of which one has no such format; NOT NULL of a plan that has not seen all values
UPDATE sqlite_mig.plan_column SET target_type = 'timestamp', format = 'unixepoch' WHERE migration = 'mig_branches' AND source_table = 'item' AND source_name = 'flag';
UPDATE sqlite_mig.plan_column SET target_type = 'integer', format = 'unixepoch' WHERE migration = 'mig_branches' AND source_table = 'item' AND source_name = 'n';
SELECT object_name, finding, rows, sample FROM sqlite_mig.plan_check('mig_branches') WHERE object_kind = 'column';
SELECT count(*) FROM sqlite_mig.prepare('mig_branches', 'mig_branches_s', '{"sample_rows": 1}', migration => 'sampled', tables => '{big}');
UPDATE sqlite_mig.plan_column SET not_null = true WHERE migration = 'sampled' AND source_name = 'a';
\! sqlite3 "$FILE" "INSERT INTO big VALUES (NULL)"
SELECT object_name, finding, rows, advice FROM sqlite_mig.plan_check('mig_branches', 'sampled');
DELETE FROM sqlite_mig.migration WHERE migration = 'sampled';

-- rows that wait in the quarantine: what is measured of them, and that a sync to SQLite does not take them for deleted ones
\! sqlite3 "$FILE" "DELETE FROM big WHERE a IS NULL"
DELETE FROM sqlite_mig.migration WHERE migration = 'mig_branches';
SELECT count(*) FROM sqlite_mig.prepare('mig_branches', 'mig_branches', tables => '{item}');
UPDATE sqlite_mig.plan_column SET target_type = CASE source_name WHEN 'n' THEN 'integer' WHEN 'at' THEN 'timestamp' WHEN 'flag' THEN 'boolean' ELSE target_type END, format = CASE source_name WHEN 'at' THEN 'iso' END,
	on_error = CASE source_name WHEN 'flag' THEN 'null' ELSE 'error' END WHERE migration = 'mig_branches' AND source_table = 'item';
CALL sqlite_mig.migrate('mig_branches', on_error => 'reject', reject_limit => 10);
TABLE mig_branches.item ORDER BY id;
SELECT source_key, column_name, sqlstate, policy FROM sqlite_mig.rejected WHERE migration = 'mig_branches' ORDER BY 1, 2;
SELECT check_name, source_value, target_value, ok, detail FROM sqlite_mig.verify('mig_branches', 'full') ORDER BY check_name COLLATE "C";
-- (they cannot be read, so nothing can be compared)
SELECT * FROM sqlite_mig.sync('mig_branches', direction => 'to_sqlite');
-- what only PostgreSQL does not take can
CREATE SCHEMA mig_branches2;
CREATE TABLE mig_branches2.held (id integer PRIMARY KEY, n integer CHECK (n < 40));
CALL sqlite_mig.migrate('mig_branches', 'mig_branches2', migration => 'held', tables => '{held}', if_exists => 'load', on_error => 'reject', reject_limit => 10);
SELECT source_key, sqlstate, message FROM sqlite_mig.rejected WHERE migration = 'held';
DELETE FROM mig_branches2.held WHERE id = 1;
INSERT INTO mig_branches2.held VALUES (9, 9);
SELECT table_name, method, inserted, updated, deleted, kept FROM sqlite_mig.sync('mig_branches', 'held', 'to_sqlite');
\! sqlite3 "$FILE" "SELECT * FROM held"
SELECT table_name, method, inserted, updated, deleted, kept FROM sqlite_mig.sync('mig_branches', 'held', 'to_sqlite');
-- what a constraint refuses is an error in any case, also beside a value that cannot be read; an accepted row is left out
SELECT * FROM sqlite_mig.sync('mig_branches', 'held', on_error => 'reject');
\! sqlite3 "$FILE" "INSERT INTO held VALUES (4, 'four'), (5, 5)"
SELECT * FROM sqlite_mig.sync('mig_branches', 'held', on_error => 'reject');
UPDATE sqlite_mig.rejected SET accepted = true WHERE migration = 'held';
SELECT table_name, method, inserted, updated, deleted, rejected FROM sqlite_mig.sync('mig_branches', 'held', on_error => 'reject');
SELECT source_key, target_relation, sqlstate, accepted FROM sqlite_mig.rejected WHERE migration = 'held' ORDER BY reject;
TABLE mig_branches2.held ORDER BY id;
-- the table of rejected rows is not there any more; nor a column, nor a sequence
ALTER TABLE mig_branches2.held RENAME TO gone;
SELECT * FROM sqlite_mig.replay('mig_branches', 'held');
ALTER TABLE mig_branches2.gone RENAME TO held;
ALTER TABLE mig_branches2.held RENAME n TO m;
SELECT * FROM sqlite_mig.sync('mig_branches', 'held');
ALTER TABLE mig_branches.item ALTER id DROP IDENTITY;
SELECT check_name, source_value, target_value, ok, detail FROM sqlite_mig.verify('mig_branches', 'full') WHERE check_name LIKE 'sequence%';

-- a unique value that changes places where triggers fire; a trigger that changes what it is given; and one that has both sides never the same
\! sqlite3 "$FILE" "CREATE TABLE seat (id INTEGER PRIMARY KEY, name TEXT UNIQUE); INSERT INTO seat VALUES (1, 'a'), (2, 'b'); CREATE TABLE sign (id INTEGER PRIMARY KEY, t TEXT); INSERT INTO sign VALUES (1, 'x')"
CALL sqlite_mig.migrate('mig_branches', 'mig_branches3', migration => 'seat', tables => '{seat,sign}');
CREATE TABLE mig_branches3.audit (what text);
CREATE FUNCTION mig_branches3.note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO mig_branches3.audit VALUES (TG_OP || ' ' || coalesce(NEW.id, OLD.id)); RETURN NULL; END $$;
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON mig_branches3.seat FOR EACH ROW EXECUTE FUNCTION mig_branches3.note();
\! sqlite3 "$FILE" "UPDATE seat SET name = 'c' WHERE id = 1; UPDATE seat SET name = 'a' WHERE id = 2; UPDATE seat SET name = 'b' WHERE id = 1"
SELECT table_name, updated FROM sqlite_mig.sync('mig_branches', 'seat', triggers => true) WHERE updated > 0;
TABLE mig_branches3.seat ORDER BY id;
SELECT * FROM mig_branches3.audit ORDER BY what COLLATE "C";
CREATE FUNCTION mig_branches3.shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.t := upper(NEW.t); RETURN NEW; END $$;
CREATE TRIGGER shout BEFORE INSERT OR UPDATE ON mig_branches3.sign FOR EACH ROW EXECUTE FUNCTION mig_branches3.shout();
\! sqlite3 "$FILE" "INSERT INTO sign VALUES (2, 'y')"
SELECT step FROM sqlite_mig.cutover('mig_branches', migration => 'seat', triggers => true);
TABLE mig_branches3.sign;
\! sqlite3 "$FILE" "DELETE FROM sign WHERE id = 2; CREATE TRIGGER whisper AFTER INSERT ON sign BEGIN UPDATE sign SET t = lower(t) WHERE id = NEW.id; END; CREATE TRIGGER whispers AFTER UPDATE ON sign WHEN NEW.t <> lower(NEW.t) BEGIN UPDATE sign SET t = lower(t) WHERE id = NEW.id; END"
INSERT INTO mig_branches3.sign VALUES (3, 'z');
SELECT * FROM sqlite_mig.sync('mig_branches', 'seat', 'to_sqlite', triggers => true);
\! sqlite3 "$FILE" "SELECT * FROM sign"

-- connections of a database
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 7', current_database()); END $$;
SELECT value, explanation FROM sqlite_mig.pool_size(2, others => 0) WHERE explanation LIKE '%CONNECTION LIMIT%';
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT -1', current_database()); END $$;

DELETE FROM sqlite_mig.migration WHERE server = 'mig_branches';
DROP SCHEMA mig_branches, mig_branches2, mig_branches3 CASCADE;
DROP SERVER mig_branches CASCADE;
-- copies into what has an exclusion constraint, or is a partition: which rows they refuse, and in whose words
\set file :builddir '/results/mig_branches_target.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b INTEGER); INSERT INTO t VALUES (1, 1, 5), (2, 4, 8), (3, 10, 12), (4, 11, 11), (5, 200, 300); CREATE TABLE w (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO w VALUES (1, 'x')"
CREATE SERVER mig_branches_target FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');
CREATE SCHEMA mig_branches_target;
IMPORT FOREIGN SCHEMA main FROM SERVER mig_branches_target INTO mig_branches_target;
SET search_path = mig_branches_target;
CREATE TABLE ex (id bigint, a bigint, b bigint, EXCLUDE USING gist (int8range(a, b, '[]') WITH &&));
SELECT inserted, rejected FROM sqlite_mig.copy_table('t', 'ex', on_error => 'reject');
SELECT source_key, column_name, sqlstate, message FROM sqlite_mig.rejected WHERE server = 'mig_branches_target' ORDER BY reject;
TABLE ex ORDER BY id;
TRUNCATE ex;
SELECT * FROM sqlite_mig.copy_table('t', 'ex');
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_branches_target';
CREATE TABLE parts (id bigint, a bigint, b bigint) PARTITION BY RANGE (a);
CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (10);
SELECT * FROM sqlite_mig.copy_table('t', 'part');
SELECT inserted, rejected FROM sqlite_mig.copy_table('t', 'part', on_error => 'reject');
SELECT source_key, sqlstate, message, detail FROM sqlite_mig.rejected WHERE server = 'mig_branches_target' ORDER BY reject;
TABLE part ORDER BY id;
-- a query that reads what it changes sees the rows before that
WITH ins AS (INSERT INTO w VALUES (2, 'y') RETURNING id) SELECT w.*, (SELECT count(*) FROM ins) FROM w ORDER BY id;
WITH upd AS (UPDATE w SET v = v || '!' RETURNING id, v) SELECT w.id, w.v, upd.v FROM w JOIN upd USING (id) ORDER BY id;
TABLE w ORDER BY id;
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_branches_target';
RESET search_path;
SET client_min_messages = error;
DROP SCHEMA mig_branches_target CASCADE;
DROP SERVER mig_branches_target CASCADE;

-- What a copy refuses, and in whose words; a quarantine that cannot be read; files whose tables cannot be read, or are not what their statistics say.
\set file :builddir '/results/mig_branches_refuse.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT); INSERT INTO t VALUES (1, 1, 'x'), (2, 1, 'y'), (3, 1, 'X'), (4, 4, 'z'); CREATE TABLE l (id INTEGER PRIMARY KEY, n TEXT); INSERT INTO l VALUES (1, '[1,2]'), (2, '[1,-2]'), (3, NULL); CREATE TABLE g (a TEXT, b AS (sha3(a))); INSERT INTO g (a) VALUES ('x'); CREATE TABLE big (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO big VALUES (1, 'x'); CREATE TABLE empty (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE k (k TEXT PRIMARY KEY, v TEXT) WITHOUT ROWID; INSERT INTO k VALUES ('1', 'one'), ('2', 'two'), ('drei', 'three'); ANALYZE; DELETE FROM sqlite_stat1; INSERT INTO sqlite_stat1 VALUES ('big', NULL, '50000000'), ('empty', NULL, '50000000'), ('g', NULL, '50000000')"
CREATE SERVER mig_branches_refuse FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');
CREATE SCHEMA mig_branches_refuse;
SET search_path = mig_branches_refuse;
CREATE FOREIGN TABLE t (id bigint, a bigint, b text) SERVER mig_branches_refuse;
CREATE FOREIGN TABLE l (id bigint, n integer[]) SERVER mig_branches_refuse;
CREATE FUNCTION refused() RETURNS TABLE (source_key text, column_name text, sqlstate text, message text, detail text) LANGUAGE sql AS
	$$WITH gone AS (DELETE FROM sqlite_mig.rejected WHERE server = 'mig_branches_refuse' RETURNING *) SELECT source_key, column_name, sqlstate, message, detail FROM gone ORDER BY reject$$;
-- more unique rows than may be rejected; a key that the caller may not see; a column that the source does not have
CREATE TABLE once (id bigint, a bigint UNIQUE, b text);
SELECT inserted, rejected FROM sqlite_mig.copy_table('t', 'once', on_error => 'reject', reject_limit => 1);
SELECT count(*) FROM once;
SELECT inserted, rejected FROM sqlite_mig.copy_table('t', 'once', on_error => 'reject');
SELECT * FROM refused();
TRUNCATE once;
CREATE ROLE mig_branches_low;
GRANT USAGE ON SCHEMA mig_branches_refuse TO mig_branches_low;
GRANT INSERT ON once TO mig_branches_low;
GRANT SELECT ON t TO mig_branches_low;
SET ROLE mig_branches_low;
SELECT * FROM sqlite_mig.copy_table('t', 'once');
SELECT inserted, rejected FROM sqlite_mig.copy_table('t', 'once', on_error => 'reject');
RESET ROLE;
SELECT * FROM refused();
REVOKE INSERT ON once FROM mig_branches_low;
REVOKE SELECT ON t FROM mig_branches_low;
REVOKE USAGE ON SCHEMA mig_branches_refuse FROM mig_branches_low;
DROP ROLE mig_branches_low;
CREATE TABLE extra (id bigint, a bigint, b text, "more" integer NOT NULL);
SELECT inserted, rejected FROM sqlite_mig.copy_table('t', 'extra', on_error => 'reject', reject_limit => 10);
SELECT * FROM refused();
-- what is there already, by an index over an expression and a partial one; arrays of what a domain refuses
CREATE TABLE folded (id bigint, a bigint, b text);
SELECT * FROM sqlite_mig.copy_table('t', 'folded', on_conflict => 'nothing');
CREATE UNIQUE INDEX ON folded (lower(b));
SELECT inserted, skipped FROM sqlite_mig.copy_table('t', 'folded', on_conflict => 'nothing');
SELECT * FROM sqlite_mig.copy_table('t', 'folded', on_conflict => 'update');
DROP INDEX folded_lower_idx;
CREATE UNIQUE INDEX folded_a ON folded (a) WHERE a > 1;
SELECT inserted, skipped FROM sqlite_mig.copy_table('t', 'folded', on_conflict => 'nothing');
SELECT b, count(*) FROM folded GROUP BY b ORDER BY b COLLATE "C";
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TABLE listed (id bigint, n positive[]);
SELECT * FROM sqlite_mig.copy_table('l', 'listed');
BEGIN;
CREATE TABLE new_listed (id bigint, n positive[]);
SELECT inserted, rejected FROM sqlite_mig.copy_table('l', 'new_listed', on_error => 'reject');
COMMIT;
SELECT inserted, rejected FROM sqlite_mig.copy_table('l', 'listed', on_error => 'reject');
SELECT (SELECT array_agg(s ORDER BY id) FROM new_listed AS s) = (SELECT array_agg(ROW(s.id, s.n)::new_listed ORDER BY id) FROM listed AS s) AS same;
TABLE listed ORDER BY id;
SELECT * FROM refused();
RESET search_path;
-- a table that SQLite here cannot read, by itself and among others; tables that are far smaller than their statistics say
SET client_min_messages = warning;
SELECT count(*) FROM sqlite_mig.profile('mig_branches_refuse', 'g');
SELECT table_name, rows, column_name FROM sqlite_mig.profile('mig_branches_refuse') ORDER BY table_name, position;
CALL sqlite_mig.migrate('mig_branches_refuse', 'mig_branches_shared', migration => 'shared', tables => '{big,empty,t}', workers => 2);
SELECT verdict FROM sqlite_mig.status('shared');
CALL sqlite_mig.migrate('mig_branches_refuse', 'mig_branches_cut', migration => 'cut', tables => '{g,t,l,k}', workers => 2);
SELECT count(*) FROM mig_branches_cut.t;
SELECT object_kind, object_name, effect, rule, detail FROM sqlite_mig.ledger WHERE migration = 'cut' AND table_name = 'g' ORDER BY entry;
SET client_min_messages = error;
SELECT check_name, table_name, source_value, target_value FROM sqlite_mig.verify('mig_branches_refuse', 'full', migration => 'shared', workers => 2) WHERE check_name = 'rows' ORDER BY table_name;
-- what stands in the quarantine is no row of SQLite's any more
SELECT count(*) FROM sqlite_mig.prepare('mig_branches_refuse', 'mig_branches_held', tables => '{t,k}', migration => 'held');
UPDATE sqlite_mig.plan_column SET target_type = 'integer', format = NULL WHERE migration = 'held' AND (source_name = 'b' OR source_name = 'k');
CALL sqlite_mig.migrate('mig_branches_refuse', migration => 'held', on_error => 'reject', reject_limit => 10);
SELECT table_name, source_key, key_values, "row" FROM sqlite_mig.rejected WHERE migration = 'held' ORDER BY reject;
\! sqlite3 "$FILE" "UPDATE k SET k = 'two' WHERE k = '2'"
SELECT check_name, table_name, ok, detail FROM sqlite_mig.verify('mig_branches_refuse', 'full', migration => 'held') WHERE NOT ok ORDER BY 1, 2;
UPDATE sqlite_mig.rejected SET "row" = jsonb_set("row", '{a}', '[1, 2]'), edited_at = now() WHERE migration = 'held' AND source_rowid = 1;
UPDATE sqlite_mig.rejected SET "row" = jsonb_set("row", '{a}', '{"class": "none"}'), edited_at = now() WHERE migration = 'held' AND source_rowid = 2;
SELECT table_name, loaded, still_rejected FROM sqlite_mig.replay('mig_branches_refuse', 'held') ORDER BY 1;
SELECT source_key, message FROM sqlite_mig.rejected WHERE migration = 'held' ORDER BY reject;
SELECT check_name, table_name, ok, detail FROM sqlite_mig.verify('mig_branches_refuse', 'full', migration => 'held') WHERE NOT ok ORDER BY 1, 2;
UPDATE sqlite_mig.rejected SET "row" = jsonb_set("row", '{a}', '{"class": true}') WHERE migration = 'held' AND source_rowid = 1;
UPDATE sqlite_mig.rejected SET "row" = jsonb_set("row", '{a}', '{"class": "integer", "value": [1]}') WHERE migration = 'held' AND source_rowid = 2;
UPDATE sqlite_mig.rejected SET source_rowid = NULL WHERE migration = 'held' AND source_rowid IN (1, 3);
UPDATE sqlite_mig.rejected SET key_values = '{"k": [1]}' WHERE migration = 'held' AND table_name = 'k';
SELECT table_name, loaded, still_rejected FROM sqlite_mig.replay('mig_branches_refuse', 'held') ORDER BY 1;
SELECT source_key, message FROM sqlite_mig.rejected WHERE migration = 'held' ORDER BY reject;
SELECT check_name, table_name, regexp_replace(regexp_replace(detail, '\s+', ' ', 'g'), 'row [0-9]+', 'row N') AS detail FROM sqlite_mig.verify('mig_branches_refuse', 'full', migration => 'held') WHERE NOT ok ORDER BY 1, 2;
SELECT * FROM sqlite_mig.sync('mig_branches_refuse', 'held');
-- a key that cannot be read is compared with nothing
SELECT count(*) FROM sqlite_mig.prepare('mig_branches_refuse', 'mig_branches_key', tables => '{k}', migration => 'key');
UPDATE sqlite_mig.plan_column SET target_type = 'integer', format = NULL WHERE migration = 'key' AND source_name = 'k';
CALL sqlite_mig.migrate('mig_branches_refuse', migration => 'key', on_error => 'reject', reject_limit => 10);
TABLE mig_branches_key.k;
SELECT * FROM sqlite_mig.sync('mig_branches_refuse', 'key');
-- rows that are to leave a table, but are not in the source; columns that are not there
SELECT sqlite_mig_internal._expel('held', 'mig_branches_refuse.t', 'mig_branches_refuse.folded', '{id,a,b}', 'DELETE FROM mig_branches_refuse.folded RETURNING true, 99::bigint, a, b', 'quarantine', '23505', 'twice', '{}', '');
SELECT sqlite_mig_internal._expel('held', 'mig_branches_refuse.t', 'mig_branches_refuse.folded', '{id,c}', 'SELECT true, id, 1 FROM mig_branches_refuse.folded', 'quarantine', '23505', 'twice', '{}', '');
SELECT count(*) FROM mig_branches_refuse.folded;
-- workers that a part of a transaction has started
SET client_min_messages = notice;
DO $$
BEGIN
	BEGIN
		PERFORM sqlite_mig_internal._pool_open(NULL, 1);
		RAISE division_by_zero;
	EXCEPTION WHEN division_by_zero THEN
		NULL;
	END;
	BEGIN
		PERFORM sqlite_mig_internal._pool_ask('SELECT 1');
	EXCEPTION WHEN OTHERS THEN
		RAISE NOTICE '%', SQLERRM;
	END;
	BEGIN
		PERFORM sqlite_mig_internal._pool_open(NULL, 1);
	EXCEPTION WHEN division_by_zero THEN
		NULL;
	END;
	RAISE NOTICE '%', sqlite_mig_internal._pool_ask('SELECT 6 * 7');
	PERFORM sqlite_mig_internal._pool_close();
END $$;
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_branches_refuse';
DELETE FROM sqlite_mig.migration WHERE server = 'mig_branches_refuse';
SET client_min_messages = error;
DROP SCHEMA IF EXISTS mig_branches_refuse, mig_branches_shared, mig_branches_cut, mig_branches_key, mig_branches_held CASCADE;
DROP SERVER mig_branches_refuse CASCADE;
