-- The upsert sink: INSERT, with or without ON CONFLICT, into whatever takes it.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
CREATE EXTENSION IF NOT EXISTS postgres_fdw SCHEMA public;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_upsert.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE item (id INTEGER PRIMARY KEY, n INTEGER, name TEXT); WITH RECURSIVE s(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM s WHERE i < 2500) INSERT INTO item SELECT i, i % 7, 'name ' || i FROM s; CREATE TABLE none (id INTEGER PRIMARY KEY, n INTEGER, name TEXT)"
\! sqlite3 "$FILE" "CREATE TABLE kind (id INTEGER PRIMARY KEY, j TEXT, jb TEXT, ints TEXT, who TEXT, mood TEXT, span TEXT, num TEXT, raw BLOB, box TEXT, pad TEXT, x TEXT); INSERT INTO kind VALUES (1, '{\"a\": 1}', '{\"a\":1}', '{1,2,NULL}', '(7,\"x, y\")', 'sad', '[1,5)', '1.50', x'00ff', '(1,1),(0,0)', 'ab', '10.0.0.0/8'), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)"
CREATE SERVER mig_upsert FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA mig_upsert;
SET search_path = mig_upsert;
CREATE FOREIGN TABLE src (id bigint, n int, name text) SERVER mig_upsert OPTIONS ("table" 'item');
CREATE FOREIGN TABLE src_none (id bigint, n int, name text) SERVER mig_upsert OPTIONS ("table" 'none');
CREATE FUNCTION pg_temp.copy(target regclass, on_conflict text DEFAULT 'error', conflict_columns text[] DEFAULT NULL, source regclass DEFAULT 'src',
		OUT rows_read bigint, OUT inserted bigint, OUT updated bigint, OUT skipped bigint) LANGUAGE sql AS
	$$ SELECT rows_read, inserted, updated, skipped FROM sqlite_mig.copy_table(source, target, on_conflict, conflict_columns) $$;

-- update and nothing; a second run touches no row
CREATE TABLE item (name text, id bigint PRIMARY KEY, n int, made int GENERATED ALWAYS AS (n * 2) STORED, extra text DEFAULT 'd');
SELECT * FROM pg_temp.copy('item', 'update');
SELECT count(*), count(*) FILTER (WHERE made = n * 2 AND extra = 'd' AND name = 'name ' || id) FROM item;
CREATE TABLE before AS SELECT id, xmin::text AS written_by, ctid AS place FROM item;
SELECT * FROM pg_temp.copy('item', 'update');
SELECT * FROM pg_temp.copy('item', 'nothing');
SELECT count(*) AS touched FROM item JOIN before USING (id) WHERE item.ctid <> place OR item.xmin::text <> written_by;
UPDATE item SET n = NULL, extra = 'mine' WHERE id <= 10;
UPDATE item SET name = 'NAME 11' WHERE id = 11;
DELETE FROM item WHERE id > 2490;
SELECT * FROM pg_temp.copy('item', 'nothing');
SELECT count(*) FROM item WHERE n IS NULL;
SELECT * FROM pg_temp.copy('item', 'update');
SELECT count(*), count(*) FILTER (WHERE extra = 'mine') FROM item WHERE name = 'name ' || id AND n = id % 7;
SELECT * FROM sqlite_mig.copy_table('src', 'item', 'error');

-- which key: the primary one, the one that is named, any unique one; what is none
CREATE TABLE keys (id bigint PRIMARY KEY, n int, name text, UNIQUE (name), UNIQUE (n, name));
INSERT INTO keys VALUES (-1, 5, 'name 5'), (6, 6, 'six');
SELECT * FROM pg_temp.copy('keys', 'nothing');
SELECT * FROM keys WHERE id IN (-1, 5, 6) ORDER BY id;
SELECT * FROM sqlite_mig.copy_table('src', 'keys', 'nothing', '{id}');
SELECT * FROM sqlite_mig.copy_table('src', 'keys', 'update');
DELETE FROM keys WHERE id = 6;
SELECT * FROM pg_temp.copy('keys', 'update', '{name}');
SELECT * FROM keys WHERE id IN (-1, 5, 6) ORDER BY id;
SELECT * FROM pg_temp.copy('keys', 'update', '{name,n}');
SELECT * FROM sqlite_mig.copy_table('src', 'keys', 'update', '{n}');
SELECT * FROM sqlite_mig.copy_table('src', 'keys', 'update', '{nowhere}');
SELECT * FROM sqlite_mig.copy_table('src', 'keys', 'update', '{}');
SELECT * FROM sqlite_mig.copy_table('src', 'keys', 'update', '{NULL}');
SELECT * FROM sqlite_mig.copy_table('src', 'keys', 'error', '{id}');
SELECT * FROM sqlite_mig.copy_table('src', 'keys', 'replace');
CREATE TABLE keyless (id bigint, n int, name text);
SELECT * FROM sqlite_mig.copy_table('src', 'keyless', 'nothing');
SELECT * FROM sqlite_mig.copy_table('src', 'keyless', 'update');
CREATE UNIQUE INDEX ON keyless (id) WHERE n > 0;
CREATE TABLE other_key (key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id bigint, n int, name text);
SELECT * FROM sqlite_mig.copy_table('src', 'other_key', 'update');
SELECT * FROM sqlite_mig.copy_table('src', 'other_key', 'update', '{key}');
ALTER TABLE other_key ADD UNIQUE (id) DEFERRABLE;
SELECT * FROM sqlite_mig.copy_table('src', 'other_key', 'update', '{id}');
CREATE TABLE always (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int, name text);
SELECT * FROM pg_temp.copy('always', 'update');
SELECT * FROM pg_temp.copy('always', 'update');
CREATE TABLE only_key (id bigint, n int, name text, PRIMARY KEY (id, n, name));
SELECT * FROM pg_temp.copy('only_key', 'update');
SELECT * FROM pg_temp.copy('only_key', 'update');
-- rows of the source with the same key: one after the other, the last one stays, and the counts tell
CREATE TABLE few (n int PRIMARY KEY, id bigint, name text);
SELECT * FROM pg_temp.copy('few', 'update');
SELECT * FROM few ORDER BY n;

-- every type as it is: json has no "=", point-like boxes are "=" when their areas are, 1.5 = 1.50
CREATE TYPE who AS (id int, name text);
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN digits AS int[] CHECK (cardinality(value) > 0);
CREATE TABLE kind (id bigint PRIMARY KEY, j json, jb jsonb, ints digits, who who, mood mood, span int4range, num numeric, raw bytea, box box, pad char(5), x cidr);
CREATE FOREIGN TABLE src_kind (id bigint, j json, jb jsonb, ints digits, who who, mood mood, span int4range, num numeric, raw bytea, box box, pad char(5), x cidr) SERVER mig_upsert OPTIONS ("table" 'kind');
SELECT * FROM pg_temp.copy('kind', 'update', source => 'src_kind');
SELECT * FROM pg_temp.copy('kind', 'update', source => 'src_kind');
SELECT * FROM kind ORDER BY id;
UPDATE kind SET box = '(2,0.5),(0,0)', num = 1.5 WHERE id = 1;
SELECT * FROM pg_temp.copy('kind', 'update', source => 'src_kind');
SELECT num, box FROM kind WHERE id = 1;

-- partitions, also with columns in another order; rows without a partition
CREATE TABLE parted (n int, id bigint PRIMARY KEY, name text) PARTITION BY RANGE (id);
CREATE TABLE parted_1 (name text, gone int, id bigint PRIMARY KEY, n int);
ALTER TABLE parted_1 DROP COLUMN gone;
ALTER TABLE parted ATTACH PARTITION parted_1 FOR VALUES FROM (0) TO (1000);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (1000) TO (2000);
SELECT * FROM sqlite_mig.copy_table('src', 'parted');
CREATE TABLE parted_3 PARTITION OF parted DEFAULT;
SELECT * FROM pg_temp.copy('parted');
SELECT tableoid::regclass, count(*) FROM parted GROUP BY 1 ORDER BY 1;
SELECT * FROM sqlite_mig.copy_table('src', 'parted');
SELECT * FROM pg_temp.copy('parted', 'nothing');
UPDATE parted SET n = 99 WHERE id % 100 = 0;
DELETE FROM parted WHERE id % 100 = 1;
SELECT * FROM pg_temp.copy('parted', 'update');
SELECT * FROM pg_temp.copy('parted', 'update');

-- views: simple ones, and with a trigger that decides
CREATE VIEW simple AS SELECT id, n, name FROM keyless;
SELECT * FROM pg_temp.copy('simple');
SELECT * FROM pg_temp.copy('simple', 'nothing');
SELECT * FROM sqlite_mig.copy_table('src', 'simple', 'update');
CREATE VIEW triggered AS SELECT id, n, name FROM item WHERE false;
CREATE TABLE seen (id bigint, name text);
CREATE FUNCTION instead() RETURNS trigger LANGUAGE plpgsql SET search_path = mig_upsert AS $$
BEGIN
	IF NEW.n = 0 THEN
		RETURN NULL;
	END IF;
	INSERT INTO seen VALUES (NEW.id, upper(NEW.name));
	RETURN NEW;
END $$;
CREATE TRIGGER instead INSTEAD OF INSERT ON triggered FOR EACH ROW EXECUTE FUNCTION instead();
SELECT * FROM pg_temp.copy('triggered');
SELECT count(*), min(name), max(id) FROM seen;
SELECT * FROM sqlite_mig.copy_table('src', 'triggered', 'nothing');
SELECT * FROM sqlite_mig.copy_table('src', 'triggered', 'update');
CREATE VIEW fixed AS SELECT count(*) AS id, 1 AS n, 'x' AS name FROM item;
\set SHOW_CONTEXT never
SELECT * FROM sqlite_mig.copy_table('src', 'fixed');
SELECT * FROM sqlite_mig.copy_table('src_none', 'fixed');

-- another server: whatever INSERT can do there
\set host `echo "$PGHOST"`
\set port `echo "$PGPORT"`
SELECT current_database() AS db, current_user AS me \gset
CREATE SERVER mig_upsert_far FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host :'host', port :'port', dbname :'db', batch_size '100');
CREATE USER MAPPING FOR CURRENT_USER SERVER mig_upsert_far OPTIONS (user :'me');
CREATE TABLE far_table (id bigint PRIMARY KEY, n int CHECK (n < 7), name text);
CREATE FOREIGN TABLE far (id bigint, n int, name text) SERVER mig_upsert_far OPTIONS (schema_name 'mig_upsert', table_name 'far_table');
SELECT * FROM pg_temp.copy('far');
SELECT count(*), count(*) FILTER (WHERE name = 'name ' || id) FROM far;
SELECT * FROM sqlite_mig.copy_table('src', 'far');
DELETE FROM far WHERE id % 2 = 0;
SELECT * FROM pg_temp.copy('far', 'nothing');
SELECT * FROM sqlite_mig.copy_table('src', 'far', 'nothing', '{id}');
SELECT * FROM sqlite_mig.copy_table('src', 'far', 'update');
TRUNCATE far_table;
ALTER TABLE far_table ADD CHECK (n <> 3);
SELECT * FROM sqlite_mig.copy_table('src', 'far');
SELECT count(*) FROM far;
SELECT inserted, rejected FROM sqlite_mig.copy_table('src', 'far', on_error => 'reject');
SELECT sqlstate, count(*), min(source_rowid), max(source_rowid), min(message) FROM sqlite_mig.rejected WHERE server = 'mig_upsert' GROUP BY 1;
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_upsert';
-- (our own foreign tables take no rows)
SELECT * FROM sqlite_mig.copy_table('src', 'src_none');
SELECT * FROM sqlite_mig.copy_table('src_none', 'src_none');

-- rights and policies are those of INSERT, also when there is nothing to insert
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_mig_upsert;
RESET client_min_messages;
CREATE ROLE regress_mig_upsert;
GRANT USAGE ON SCHEMA mig_upsert TO regress_mig_upsert;
GRANT SELECT ON src, src_none TO regress_mig_upsert;
CREATE TABLE own (id bigint PRIMARY KEY, n int, name text);
GRANT INSERT ON own TO regress_mig_upsert;
SET ROLE regress_mig_upsert;
SELECT * FROM sqlite_mig.copy_table('src', 'item', 'nothing');
SELECT * FROM sqlite_mig.copy_table('src_none', 'item', 'nothing');
SELECT * FROM pg_temp.copy('own', 'nothing');
SELECT * FROM sqlite_mig.copy_table('src', 'own', 'update');
RESET ROLE;
GRANT SELECT ON own TO regress_mig_upsert;
SET ROLE regress_mig_upsert;
SELECT * FROM sqlite_mig.copy_table('src', 'own', 'update');
RESET ROLE;
GRANT UPDATE ON own TO regress_mig_upsert;
TRUNCATE own;
ALTER TABLE own ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON own USING (true) WITH CHECK (n < 6);
SET ROLE regress_mig_upsert;
SELECT * FROM sqlite_mig.copy_table('src', 'own');
SELECT * FROM sqlite_mig.copy_table('src', 'own', 'update');
RESET ROLE;
ALTER POLICY p ON own WITH CHECK (n < 7);
SET ROLE regress_mig_upsert;
SELECT * FROM pg_temp.copy('own', 'update');
SELECT * FROM pg_temp.copy('own', 'update');
RESET ROLE;
\set SHOW_CONTEXT errors

-- an error names the row although rows travel together, and leaves nothing
CREATE TABLE picky (id bigint PRIMARY KEY, n int, name text CHECK (name <> 'name 1777'));
SELECT * FROM sqlite_mig.copy_table('src', 'picky', 'update');
SELECT count(*) FROM picky;
BEGIN READ ONLY;
\set SHOW_CONTEXT never
SELECT * FROM sqlite_mig.copy_table('src', 'picky', 'update');
ROLLBACK;
-- a copy within a copy
CREATE FUNCTION nested() RETURNS trigger LANGUAGE plpgsql SET search_path = mig_upsert AS $$
BEGIN
	IF NEW.id = 1500 THEN
		PERFORM sqlite_mig.copy_table('src', 'only_key', 'nothing');
	END IF;
	RETURN NEW;
END $$;
TRUNCATE only_key, item;
CREATE TRIGGER nested BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION nested();
SELECT * FROM pg_temp.copy('item', 'nothing');
SELECT count(*) FROM only_key;

SET client_min_messages = warning;
DROP SCHEMA mig_upsert CASCADE;
DROP SERVER mig_upsert CASCADE;
DROP SERVER mig_upsert_far CASCADE;
DROP ROLE regress_mig_upsert;
