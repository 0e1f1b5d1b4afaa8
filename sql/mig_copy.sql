-- copy_table: the bulk path into new and old tables, what it refuses, what a failure says and leaves.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
CREATE EXTENSION IF NOT EXISTS pg_visibility SCHEMA public;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_copy.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price REAL); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500) INSERT INTO item SELECT i * 10, CASE WHEN i % 7 THEN 'item ' || i END, i / 4.0 FROM n"
\! sqlite3 "$FILE" "CREATE TABLE none (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE odd (a INTEGER, b TEXT); CREATE INDEX odd_a ON odd (a); INSERT INTO odd VALUES (30, 'x'), (20, 'y'), (10, 'nan'), (5, 'z')"
\! sqlite3 "$FILE" "CREATE TABLE pair (k1 TEXT, k2 INTEGER, v TEXT, PRIMARY KEY (k2, k1)) WITHOUT ROWID; INSERT INTO pair VALUES ('b', 2, '1'), ('a', 2, '2'), ('z', 1, 'three')"
\! sqlite3 "$FILE" "CREATE TABLE wide (id INTEGER PRIMARY KEY, body BLOB, word TEXT); INSERT INTO wide VALUES (1, zeroblob(200000), 'a'), (2, randomblob(70000), 'b'), (3, NULL, 'c'), (4, x'00', printf('%.100000c', 'w'))"
\! sqlite3 "$FILE" "CREATE VIEW half AS SELECT id, name FROM item WHERE id <= 50; CREATE TABLE nul (id INTEGER PRIMARY KEY, t TEXT); INSERT INTO nul VALUES (1, 'a' || char(0) || 'b'), (2, 'c')"
CREATE SERVER mig_copy FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', on_nul 'strip');
CREATE SCHEMA mig_copy;
SET search_path = mig_copy;
CREATE FOREIGN TABLE src_item (id bigint, name text, price double precision) SERVER mig_copy OPTIONS ("table" 'item');
CREATE FOREIGN TABLE src_none (id bigint, name text) SERVER mig_copy OPTIONS ("table" 'none');
CREATE FOREIGN TABLE src_wide (id bigint, body bytea, word text) SERVER mig_copy OPTIONS ("table" 'wide');

-- all rows of a new table arrive frozen, and an aborted copy leaves nothing
-- (of the pages with rows: newer servers extend a table by more than it needs)
CREATE FUNCTION pg_temp.frozen(t regclass) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	answer text;
BEGIN
	EXECUTE format($q$
		SELECT CASE WHEN bool_and(v.all_frozen AND v.all_visible) THEN 'frozen' WHEN bool_or(v.all_frozen) THEN 'mixed' ELSE 'not frozen' END
		FROM (SELECT DISTINCT (ctid::text::point)[0]::bigint AS page FROM %1$s) p, public.pg_visibility_map(%1$L::regclass, p.page) v $q$, t) INTO answer;
	RETURN answer;
END $$;
BEGIN;
CREATE TABLE item (id bigint, name text, price double precision);
SELECT * FROM sqlite_mig.copy_table('src_item', 'item');
COMMIT;
SELECT pg_temp.frozen('item');
SELECT count(*) FROM (TABLE item EXCEPT ALL TABLE src_item) x;
SELECT count(*) FROM (TABLE src_item EXCEPT ALL TABLE item) x;
SELECT ctid, * FROM item ORDER BY ctid LIMIT 3;
BEGIN;
TRUNCATE item;
SELECT inserted FROM sqlite_mig.copy_table('src_item', 'item');
COMMIT;
SELECT pg_temp.frozen('item');
BEGIN;
TRUNCATE item;
SELECT inserted FROM sqlite_mig.copy_table('src_item', 'item');
ROLLBACK;
SELECT count(*), pg_temp.frozen('item') FROM item;
DO $$
BEGIN
	CREATE TABLE in_do (id bigint, name text, price double precision);
	PERFORM sqlite_mig.copy_table('mig_copy.src_item', 'mig_copy.in_do');
END $$;
SELECT count(*), pg_temp.frozen('in_do') FROM in_do;
DROP TABLE in_do;

-- not frozen: an older table, an open cursor, a table of an outer subtransaction
CREATE TABLE older (id bigint, name text, price double precision);
SELECT inserted FROM sqlite_mig.copy_table('src_item', 'older');
SELECT count(*), pg_temp.frozen('older') FROM older;
DROP TABLE older;
BEGIN;
DECLARE c CURSOR FOR SELECT generate_series(1, 3);
FETCH 1 FROM c;
CREATE TABLE cursor_open (id bigint, name text, price double precision);
SELECT inserted FROM sqlite_mig.copy_table('src_item', 'cursor_open');
COMMIT;
SELECT count(*), pg_temp.frozen('cursor_open') FROM cursor_open;
BEGIN;
CREATE TABLE outer_table (id bigint, name text, price double precision);
SAVEPOINT s;
SELECT inserted FROM sqlite_mig.copy_table('src_item', 'outer_table');
ROLLBACK TO s;
SELECT count(*) FROM outer_table;
SAVEPOINT s;
SELECT inserted FROM sqlite_mig.copy_table('src_item', 'outer_table');
COMMIT;
SELECT count(*), pg_temp.frozen('outer_table') FROM outer_table;
DROP TABLE cursor_open, outer_table;

-- no rows, views, wide rows, keys without rowid; rowid order although an index would be shorter
CREATE TABLE none (id bigint, name text);
SELECT * FROM sqlite_mig.copy_table('src_none', 'none');
CREATE FOREIGN TABLE src_half (id bigint, name text) SERVER mig_copy OPTIONS ("table" 'half');
SELECT * FROM sqlite_mig.copy_table('src_half', 'none');
SELECT * FROM none ORDER BY id;
CREATE TABLE wide (word text, id int, body bytea);
SELECT * FROM sqlite_mig.copy_table('src_wide', 'wide');
SELECT w.id, length(w.body), length(w.word), w.body IS NOT DISTINCT FROM s.body AND w.word = s.word AS same FROM wide w JOIN src_wide s USING (id) ORDER BY id;
CREATE FOREIGN TABLE src_pair (k1 text, k2 bigint, v text) SERVER mig_copy OPTIONS ("table" 'pair');
CREATE TABLE pair (k1 text, k2 bigint, v text);
SELECT inserted FROM sqlite_mig.copy_table('src_pair', 'pair');
SELECT * FROM pair ORDER BY ctid;
CREATE FOREIGN TABLE src_odd (a bigint) SERVER mig_copy OPTIONS ("table" 'odd');
CREATE TABLE odd (a bigint);
SELECT inserted FROM sqlite_mig.copy_table('src_odd', 'odd');
SELECT * FROM odd ORDER BY ctid;

-- values changed by agreement are counted
CREATE FOREIGN TABLE src_nul (id bigint, t text) SERVER mig_copy OPTIONS ("table" 'nul');
CREATE TABLE nul (id bigint, t text);
SELECT * FROM sqlite_mig.copy_table('src_nul', 'nul');
SELECT * FROM nul ORDER BY id;

-- types with an input function only, guarded or not; failures inside a block can be caught and repeated
\! sqlite3 "$FILE" "CREATE TABLE net (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO net VALUES (1, '10.0.0.1'), (2, '::1'), (3, NULL); CREATE TABLE badnet AS SELECT * FROM net; INSERT INTO badnet VALUES (4, 'nowhere')"
CREATE FOREIGN TABLE src_net (id bigint, a inet) SERVER mig_copy OPTIONS ("table" 'net');
CREATE FOREIGN TABLE src_badnet (id bigint, a inet) SERVER mig_copy OPTIONS ("table" 'badnet');
BEGIN;
CREATE TABLE net (id bigint PRIMARY KEY, a inet);
SELECT inserted FROM sqlite_mig.copy_table('src_net', 'net');
COMMIT;
SELECT * FROM net ORDER BY id;
SELECT pg_temp.frozen('net');
TRUNCATE net;
DO $$
BEGIN
	FOR i IN 1..3 LOOP
		BEGIN
			PERFORM sqlite_mig.copy_table('mig_copy.src_badnet', 'mig_copy.net');
		EXCEPTION WHEN data_exception THEN
			RAISE NOTICE '% %', SQLSTATE, SQLERRM;
		END;
	END LOOP;
	PERFORM sqlite_mig.copy_table('mig_copy.src_net', 'mig_copy.net');
END $$;
SELECT count(*) FROM net;

-- columns: by name, in any order, dropped ones on both sides, defaults, identity, generated, domains
CREATE DOMAIN must AS int NOT NULL;
CREATE TABLE full_table (gone int, extra text DEFAULT 'd' || 'ef', price numeric(10,1), made text GENERATED ALWAYS AS (coalesce(name, '?') || '!') STORED,
	name varchar(20), serial int GENERATED ALWAYS AS IDENTITY, id int, nothing int, stamp timestamptz DEFAULT clock_timestamp());
ALTER TABLE full_table DROP COLUMN gone;
ALTER FOREIGN TABLE src_item ADD COLUMN dead int;
ALTER FOREIGN TABLE src_item DROP COLUMN dead;
SELECT * FROM sqlite_mig.copy_table('src_item', 'full_table');
SELECT extra, price, made, name, serial, id, nothing, stamp IS NOT NULL AS stamped FROM full_table ORDER BY id LIMIT 8;
SELECT count(*), count(DISTINCT serial), count(DISTINCT stamp) > 1 AS volatile FROM full_table;
CREATE FOREIGN TABLE src_generated (id bigint, made text) SERVER mig_copy OPTIONS ("table" 'item');
ALTER FOREIGN TABLE src_generated ALTER made OPTIONS (ADD column_name 'name');
CREATE TABLE generated (id bigint, made text GENERATED ALWAYS AS ('mine') STORED);
SELECT inserted FROM sqlite_mig.copy_table('src_generated', 'generated');
SELECT DISTINCT made FROM generated;
CREATE TABLE needs (id bigint, m must);
SELECT * FROM sqlite_mig.copy_table('src_none', 'needs');
CREATE FOREIGN TABLE src_id (id bigint) SERVER mig_copy OPTIONS ("table" 'item');
SELECT * FROM sqlite_mig.copy_table('src_id', 'needs');
CREATE TABLE must_name (id bigint, name must);
SELECT * FROM sqlite_mig.copy_table('src_id', 'must_name');
CREATE FOREIGN TABLE src_ghost (id bigint, ghost text) SERVER mig_copy OPTIONS ("table" 'item');
CREATE TABLE ghost (id bigint, ghost text);
\set SHOW_CONTEXT never
SELECT * FROM sqlite_mig.copy_table('src_ghost', 'ghost');
\set SHOW_CONTEXT errors
CREATE TABLE lacks (name text);
SELECT * FROM sqlite_mig.copy_table('src_item', 'lacks');

-- indexes, constraints and foreign keys of a table that exists
CREATE TABLE indexed (id bigint PRIMARY KEY, name text, price double precision CHECK (price < 1000));
CREATE INDEX indexed_lower ON indexed (lower(name));
SELECT inserted FROM sqlite_mig.copy_table('src_item', 'indexed');
SET enable_seqscan = off;
SELECT * FROM indexed WHERE lower(name) = 'item 2498';
SELECT count(*) FROM indexed WHERE id BETWEEN 10 AND 20000;
RESET enable_seqscan;
SELECT * FROM sqlite_mig.copy_table('src_item', 'indexed');
SELECT count(*) FROM indexed;
TRUNCATE indexed;
INSERT INTO indexed VALUES (20010, 'taken', 1);
SELECT * FROM sqlite_mig.copy_table('src_item', 'indexed');
SELECT count(*) FROM indexed;
TRUNCATE indexed;
ALTER TABLE indexed ADD CHECK (price < 500);
SELECT * FROM sqlite_mig.copy_table('src_item', 'indexed');
SELECT count(*) FROM indexed;
CREATE TABLE not_null (id bigint, name text NOT NULL, price double precision);
SELECT * FROM sqlite_mig.copy_table('src_item', 'not_null');
CREATE TABLE deferred (id bigint UNIQUE DEFERRABLE INITIALLY DEFERRED, name text, price double precision);
INSERT INTO deferred VALUES (30);
BEGIN;
SELECT inserted FROM sqlite_mig.copy_table('src_item', 'deferred');
DELETE FROM deferred WHERE id = 30 AND name IS NULL;
COMMIT;
SELECT count(*) FROM deferred;
SELECT inserted FROM sqlite_mig.copy_table('src_item', 'deferred');
CREATE TABLE parent (id bigint PRIMARY KEY);
CREATE TABLE child (id bigint REFERENCES parent, name text, price double precision);
INSERT INTO parent SELECT id FROM src_item WHERE id <> 12340;
SELECT * FROM sqlite_mig.copy_table('src_item', 'child');
SELECT count(*) FROM child;
INSERT INTO parent VALUES (12340);
SELECT inserted FROM sqlite_mig.copy_table('src_item', 'child');
CREATE TABLE range (id bigint, name text) PARTITION BY RANGE (id);
CREATE TABLE range_1 PARTITION OF range FOR VALUES FROM (0) TO (40);
SELECT * FROM sqlite_mig.copy_table('src_half', 'range_1');

-- triggers
CREATE TABLE fired (id bigint, name text, price double precision);
CREATE TABLE fired_log (n serial, what text, seen bigint);
CREATE FUNCTION log_statement() RETURNS trigger LANGUAGE plpgsql SET search_path = mig_copy AS $$
BEGIN
	IF TG_WHEN = 'AFTER' THEN
		INSERT INTO fired_log(what, seen) SELECT 'after', count(*) FROM fired_rows;
	ELSE
		INSERT INTO fired_log(what, seen) SELECT 'before', count(*) FROM fired;
	END IF;
	RETURN NULL;
END $$;
CREATE FUNCTION log_row() RETURNS trigger LANGUAGE plpgsql SET search_path = mig_copy AS $$
BEGIN
	INSERT INTO fired_log(what, seen) SELECT 'row ' || NEW.id, count(*) FROM fired;
	RETURN NULL;
END $$;
CREATE TRIGGER t1 BEFORE INSERT ON fired FOR EACH STATEMENT EXECUTE FUNCTION log_statement();
CREATE TRIGGER t2 AFTER INSERT ON fired REFERENCING NEW TABLE AS fired_rows FOR EACH STATEMENT EXECUTE FUNCTION log_statement();
CREATE TRIGGER t3 AFTER INSERT ON fired FOR EACH ROW WHEN (NEW.id % 5000 = 0) EXECUTE FUNCTION log_row();
SELECT * FROM sqlite_mig.copy_table('src_item', 'fired');
SELECT what, seen FROM fired_log ORDER BY n;
-- what another session sees in pg_stat_progress_copy
CREATE TABLE watched (id bigint, name text, price double precision);
CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	p record;
BEGIN
	SELECT * INTO p FROM pg_stat_progress_copy WHERE pid = pg_backend_pid();
	RAISE NOTICE '% % % % rows, bytes: %', p.relid::regclass, p.command, p.type, p.tuples_processed, p.bytes_processed > 50000;
	RETURN NULL;
END $$;
CREATE TRIGGER t AFTER INSERT ON watched FOR EACH STATEMENT EXECUTE FUNCTION watch();
SELECT inserted FROM sqlite_mig.copy_table('src_item', 'watched');
SELECT count(*) FROM pg_stat_progress_copy WHERE pid = pg_backend_pid();
CREATE FUNCTION before_row() RETURNS trigger LANGUAGE plpgsql SET search_path = mig_copy AS $$
BEGIN
	IF NEW.id % 20 = 0 THEN
		RETURN NULL;
	END IF;
	NEW.price := (SELECT count(*) FROM before_table);
	RETURN NEW;
END $$;
CREATE TABLE before_table (id bigint PRIMARY KEY, name text, price double precision, twice double precision GENERATED ALWAYS AS (price * 2) STORED);
CREATE TRIGGER t BEFORE INSERT ON before_table FOR EACH ROW EXECUTE FUNCTION before_row();
SELECT * FROM sqlite_mig.copy_table('src_item', 'before_table');
SELECT * FROM before_table ORDER BY id LIMIT 3;
SELECT count(*), max(price) FROM before_table;

-- a value that does not fit: table, column, row, class, value; nothing is left
CREATE TABLE ints (id bigint, name int, price double precision);
SELECT * FROM sqlite_mig.copy_table('src_item', 'ints');
CREATE TABLE small (id smallint, name text, price numeric(4,2));
SELECT * FROM sqlite_mig.copy_table('src_item', 'small');
CREATE TABLE pair_int (k1 text, k2 bigint, v int);
SELECT * FROM sqlite_mig.copy_table('src_pair', 'pair_int');
CREATE TABLE half_int (id bigint, name int);
SELECT * FROM sqlite_mig.copy_table('src_half', 'half_int');
SELECT (SELECT count(*) FROM ints) + (SELECT count(*) FROM small) + (SELECT count(*) FROM pair_int) + (SELECT count(*) FROM half_int) AS left_behind;

-- what is refused
SELECT * FROM sqlite_mig.copy_table('item', 'none');
CREATE MATERIALIZED VIEW mv AS SELECT * FROM none;
SELECT * FROM sqlite_mig.copy_table('src_none', 'mv');
SELECT * FROM sqlite_mig.copy_table('src_none', 'fired_log_n_seq');
CREATE FOREIGN TABLE src_oid (oid oid) SERVER mig_copy OPTIONS ("table" 'none');
SELECT * FROM sqlite_mig.copy_table('src_oid', 'pg_catalog.pg_class');
SELECT * FROM sqlite_mig.copy_table(NULL, 'none');
SELECT * FROM sqlite_mig.copy_table('src_none', to_regclass('no_such_table'));
BEGIN READ ONLY;
SELECT * FROM sqlite_mig.copy_table('src_none', 'none');
ROLLBACK;

-- rights: SELECT on the columns read, INSERT on the columns filled, row-level security
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_mig_copy;
RESET client_min_messages;
CREATE ROLE regress_mig_copy;
GRANT USAGE ON SCHEMA mig_copy TO regress_mig_copy;
TRUNCATE none;
SET ROLE regress_mig_copy;
SELECT * FROM sqlite_mig.copy_table('src_half', 'none');
RESET ROLE;
GRANT SELECT (id) ON src_half TO regress_mig_copy;
SET ROLE regress_mig_copy;
SELECT * FROM sqlite_mig.copy_table('src_half', 'none');
RESET ROLE;
GRANT SELECT (name) ON src_half TO regress_mig_copy;
GRANT INSERT (id) ON none TO regress_mig_copy;
SET ROLE regress_mig_copy;
SELECT * FROM sqlite_mig.copy_table('src_half', 'none');
RESET ROLE;
GRANT INSERT (name) ON none TO regress_mig_copy;
SET ROLE regress_mig_copy;
SELECT * FROM sqlite_mig.copy_table('src_half', 'none');
RESET ROLE;
ALTER TABLE none ENABLE ROW LEVEL SECURITY;
SET ROLE regress_mig_copy;
SELECT * FROM sqlite_mig.copy_table('src_half', 'none');
RESET ROLE;
SELECT count(*) FROM none;
SELECT inserted FROM sqlite_mig.copy_table('src_half', 'none');

SET client_min_messages = warning;
DROP SCHEMA mig_copy CASCADE;
DROP SERVER mig_copy CASCADE;
DROP ROLE regress_mig_copy;
