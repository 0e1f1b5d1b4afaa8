-- sync into tables that were made by others, partitions, views, and by a role that is no superuser.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_sync_targets.db'
\setenv FILE :file
SELECT $sqlite$
CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price REAL, day TEXT);
INSERT INTO item VALUES (1, 'one', 1.5, '2024-01-31'), (2, 'two', 2.25, '2024-06-30'), (3, 'three', NULL, '2024-12-31');
CREATE TABLE part (item INTEGER REFERENCES item, n INTEGER, note TEXT, PRIMARY KEY (item, n));
INSERT INTO part VALUES (1, 1, 'a'), (1, 2, 'b'), (3, 1, 'c');
CREATE TABLE seen (v TEXT);
INSERT INTO seen VALUES ('x');
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 "$FILE" "$SQL"; chmod a+rw "$FILE"
CREATE SERVER mig_sync_targets FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');

-- a partitioned table, one with numbers of its own and a computed column, a view
CREATE SCHEMA mig_sync_targets;
SET search_path = mig_sync_targets;
CREATE TABLE item (id bigint NOT NULL, day date NOT NULL, name varchar(20), price numeric(8,3), half numeric GENERATED ALWAYS AS (price / 2) STORED, mine text DEFAULT 'default', PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE item_1 PARTITION OF item FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
CREATE TABLE item_2 PARTITION OF item FOR VALUES FROM ('2024-07-01') TO ('2026-01-01');
CREATE TABLE part (id bigint GENERATED ALWAYS AS IDENTITY, item integer, n integer, note text, UNIQUE (item, n));
ALTER TABLE part ALTER item SET NOT NULL, ALTER n SET NOT NULL;
CREATE TABLE base (v text PRIMARY KEY, at timestamptz DEFAULT '2025-01-01 UTC');
CREATE VIEW seen AS SELECT v FROM base;
CREATE TABLE heard (what text);
CREATE FUNCTION hear() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO mig_sync_targets.heard VALUES (TG_OP); RETURN NULL; END$$;
CREATE TRIGGER hear AFTER INSERT OR UPDATE OR DELETE ON item FOR EACH ROW EXECUTE FUNCTION hear();
CREATE TRIGGER own AFTER INSERT OR UPDATE OR DELETE ON item_1 FOR EACH ROW EXECUTE FUNCTION hear();
CREATE TABLE watched (phase text, table_name text);
CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO mig_sync_targets.watched SELECT p.phase, p.table_name FROM sqlite_mig.progress AS p WHERE p.pid = pg_backend_pid(); RETURN NULL; END$$;
CREATE TRIGGER always AFTER INSERT OR UPDATE OR DELETE ON part FOR EACH ROW EXECUTE FUNCTION hear();
ALTER TABLE part ENABLE ALWAYS TRIGGER always;
RESET search_path;
CALL sqlite_mig.migrate('mig_sync_targets', 'mig_sync_targets', if_exists => 'load');
TRUNCATE mig_sync_targets.heard;
SELECT * FROM sqlite_mig.sync('mig_sync_targets');
UPDATE sqlite_mig.plan_table SET include = false WHERE migration = 'mig_sync_targets' AND source_name = 'seen';
UPDATE mig_sync_targets.item SET mine = 'kept';
TRUNCATE mig_sync_targets.heard;
\! sqlite3 "$FILE" "UPDATE item SET day = '2025-02-03' WHERE id = 1; UPDATE item SET price = 9.125 WHERE id = 2; DELETE FROM item WHERE id = 3; INSERT INTO item VALUES (4, 'four', 4, '2024-02-29'); UPDATE part SET note = 'z' WHERE n = 2; DELETE FROM part WHERE item = 3; INSERT INTO part VALUES (2, 2, 'new')"
SELECT table_name, method, inserted, updated, deleted, unchanged FROM sqlite_mig.sync('mig_sync_targets');
SELECT tableoid::regclass AS partition, * FROM mig_sync_targets.item ORDER BY id;
SELECT * FROM mig_sync_targets.part ORDER BY item, n;
SELECT count(*) FROM mig_sync_targets.heard;
SELECT tgrelid::regclass, tgname, tgenabled FROM pg_trigger WHERE tgrelid::regclass::text ~ '^mig_sync_targets' AND NOT tgisinternal ORDER BY 1, 2;
SELECT sum(inserted + updated + deleted) FROM sqlite_mig.sync('mig_sync_targets');

-- what another session would see meanwhile
CREATE TRIGGER watch AFTER UPDATE ON mig_sync_targets.part FOR EACH ROW EXECUTE FUNCTION mig_sync_targets.watch();
\! sqlite3 "$FILE" "UPDATE part SET note = 'y' WHERE n = 2 AND item = 1"
SELECT sum(updated) FROM sqlite_mig.sync('mig_sync_targets', triggers => true);
SELECT * FROM mig_sync_targets.watched;
SELECT count(*) FROM sqlite_mig.progress;

-- loaded beside other rows: these would go
SELECT count(*) FROM sqlite_mig.prepare('mig_sync_targets', 'mig_sync_targets', '{"if_exists": "load", "on_conflict": "update", "replace": true}', tables => '{item}');
INSERT INTO mig_sync_targets.item VALUES (100, '2024-01-01', 'not of SQLite');
CALL sqlite_mig.migrate('mig_sync_targets', tables => '{item}', if_exists => 'load', on_conflict => 'update');
SELECT * FROM sqlite_mig.sync('mig_sync_targets');
\! sqlite3 "$FILE" "UPDATE item SET name = 'second' WHERE id = 2"
SELECT table_name, updated, deleted, kept FROM sqlite_mig.sync('mig_sync_targets', deletes => false);
SELECT id, name FROM mig_sync_targets.item ORDER BY id;
DELETE FROM sqlite_mig.migration WHERE migration = 'mig_sync_targets';
DROP SCHEMA mig_sync_targets CASCADE;

-- an ordinary role with the right to read files of the server: it owns the tables, and needs no more
CREATE ROLE mig_sync_owner;
GRANT pg_read_server_files, pg_write_server_files TO mig_sync_owner;
GRANT USAGE ON FOREIGN SERVER mig_sync_targets TO mig_sync_owner;
SELECT format('GRANT CREATE ON DATABASE %I TO mig_sync_owner', current_database()) \gexec
SET ROLE mig_sync_owner;
CALL sqlite_mig.migrate('mig_sync_targets', 'mig_sync_targets', migration => 'mig_sync_owner');
\! sqlite3 "$FILE" "UPDATE item SET name = 'x' WHERE id = 2; DELETE FROM part WHERE item = 1; DELETE FROM item WHERE id = 1"
SELECT table_name, method, updated, deleted FROM sqlite_mig.sync('mig_sync_targets', migration => 'mig_sync_owner') WHERE method <> 'checksum';
SELECT bool_and(ok) FROM sqlite_mig.verify('mig_sync_targets', migration => 'mig_sync_owner');
SELECT * FROM sqlite_mig.sync('mig_sync', migration => 'mig_sync_owner');
RESET ROLE;
SELECT * FROM sqlite_mig.sync('mig_sync_targets', migration => 'mig_sync_owner');
SET ROLE mig_sync_owner;
SELECT count(*) FROM sqlite_mig.sync_run WHERE migration = 'mig_sync_owner';
DELETE FROM sqlite_mig.migration WHERE migration = 'mig_sync_owner';
DROP SCHEMA mig_sync_targets, sqlite_mig_sync_owner CASCADE;
RESET ROLE;
DROP OWNED BY mig_sync_owner;
DROP ROLE mig_sync_owner;
DROP SERVER mig_sync_targets CASCADE;

-- tenants, whose tables are partitions: each is synced with its own file
\set many :builddir '/results/mig_sync_many'
\setenv MANY :many
\! rm -rf "$MANY"; mkdir "$MANY"; for f in red blue; do sqlite3 "$MANY/$f.db" "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT); INSERT INTO t (v) VALUES ('$f 1'), ('$f 2')"; done
SELECT tenant, verdict FROM sqlite_mig.migrate_many(:'many', 'mig_sync_many') ORDER BY tenant;
\! sqlite3 "$MANY/red.db" "UPDATE t SET v = 'changed' WHERE id = 1; INSERT INTO t (v) VALUES ('red 3')"
SELECT table_name, inserted, updated, deleted FROM sqlite_mig.sync('mig_sync_many_red');
SELECT tenant, id, v FROM mig_sync_many.t ORDER BY tenant, id;
DELETE FROM sqlite_mig.migration WHERE migration LIKE 'mig\_sync\_many\_%';
DROP SCHEMA mig_sync_many, mig_sync_many_red, mig_sync_many_blue, sqlite_mig_sync_many_red, sqlite_mig_sync_many_blue CASCADE;
DROP SERVER mig_sync_many_red CASCADE;
DROP SERVER mig_sync_many_blue CASCADE;
