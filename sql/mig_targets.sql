-- Rows into tables of the application that may hold some already, and into what is no plain table: partitions, another server, views.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
CREATE EXTENSION IF NOT EXISTS postgres_fdw SCHEMA public;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_targets.db'
\setenv FILE :file
SELECT $sqlite$
CREATE TABLE part (id INTEGER PRIMARY KEY, code TEXT UNIQUE, n INTEGER);
INSERT INTO part VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3);
CREATE TABLE stock (part INTEGER REFERENCES part, place TEXT, kg REAL, note TEXT, PRIMARY KEY (part, place));
INSERT INTO stock VALUES (1, 'x', 0.5, NULL), (2, 'y', 1.5, 'n');
CREATE TABLE log (line TEXT);
CREATE TABLE a_line (id INTEGER PRIMARY KEY, at DATE, remote INTEGER REFERENCES remote, v REAL);
INSERT INTO a_line VALUES (1, '2024-01-01', 1, 0.5), (2, '2025-01-01', 2, 1.5), (30, '2023-05-05', NULL, 2);
CREATE TABLE remote (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO remote VALUES (1, 'one'), (2, 'two');
CREATE TABLE shown (id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT);
INSERT INTO shown VALUES (5, 'five'), (6, 'six');
CREATE TABLE acted (id INTEGER PRIMARY KEY, x TEXT);
INSERT INTO acted VALUES (7, 'seven');
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 "$FILE" "$SQL"
CREATE SERVER mig_targets FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA mig_targets;
CREATE VIEW pg_temp.proof AS SELECT v.table_name, v.check_name, v.source_value = v.target_value AS same, v.ok, v.detail
	FROM sqlite_mig.verification AS v JOIN sqlite_mig.migration AS m USING (migration, verified_at) WHERE m.migration = 'mig_targets' ORDER BY 1, 2;

-- beside rows that are there: nothing leaves them as they are, update makes them what the source has; none touches others
CREATE TABLE mig_targets.part (id serial PRIMARY KEY, code varchar(10) UNIQUE, n integer, extra text DEFAULT 'd');
CREATE TABLE mig_targets.stock (part bigint NOT NULL REFERENCES mig_targets.part, place text NOT NULL, kg double precision, note text, UNIQUE (note), UNIQUE (place, part));
CREATE TABLE mig_targets.log (line text UNIQUE);
INSERT INTO mig_targets.part VALUES (1, 'a', 100, 'mine'), (77, 'zz', 0, 'mine');
CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'load', tables => '{part,stock,log}');
CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'load', on_conflict => 'nothing', tables => '{part,stock,log}');
CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'load', on_conflict => 'nothing', tables => '{part,stock}');
TABLE mig_targets.part ORDER BY id;
SELECT * FROM pg_temp.proof;
SELECT severity, effect, object_name, rule, detail, rows, accepted FROM sqlite_mig.ledger WHERE migration = 'mig_targets' AND phase = 'migrate' AND rule <> 'edited' ORDER BY entry;
SELECT verdict FROM sqlite_mig.status('mig_targets');
SELECT statement FROM sqlite_mig.journal WHERE migration = 'mig_targets' AND object_kind = 'copy' ORDER BY step;
-- a second time, and a third: no row is written
CREATE TABLE mig_targets.before AS SELECT 'part' AS t, id, xmin::text AS written_by, ctid AS place FROM mig_targets.part UNION ALL SELECT 'stock', part, xmin::text, ctid FROM mig_targets.stock;
CREATE VIEW pg_temp.touched AS SELECT count(*) AS rows, count(*) FILTER (WHERE (n.written_by, n.place) IS DISTINCT FROM (b.written_by, b.place)) AS touched
	FROM (SELECT 'part' AS t, id, xmin::text AS written_by, ctid AS place FROM mig_targets.part UNION ALL SELECT 'stock', part, xmin::text, ctid FROM mig_targets.stock) AS n
		FULL JOIN mig_targets.before AS b USING (t, id);
\setenv PGDATABASE :DBNAME
\! psql -XqAt -v SHOW_CONTEXT=never -c "CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'load', on_conflict => 'nothing', tables => '{part,stock}')" 2>&1
SELECT * FROM pg_temp.touched;
\! psql -XqAt -v SHOW_CONTEXT=never -c "CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'load', on_conflict => 'update', tables => '{part,stock}')" 2>&1
SELECT * FROM pg_temp.touched;
TABLE mig_targets.part ORDER BY id;
SELECT * FROM pg_temp.proof;
SELECT count(*) AS kept FROM sqlite_mig.ledger WHERE migration = 'mig_targets' AND rule = 'kept';
DROP TABLE mig_targets.before CASCADE;
CREATE TABLE mig_targets.before AS SELECT 'part' AS t, id, xmin::text AS written_by, ctid AS place FROM mig_targets.part UNION ALL SELECT 'stock', part, xmin::text, ctid FROM mig_targets.stock;
CREATE VIEW pg_temp.touched AS SELECT count(*) AS rows, count(*) FILTER (WHERE (n.written_by, n.place) IS DISTINCT FROM (b.written_by, b.place)) AS touched
	FROM (SELECT 'part' AS t, id, xmin::text AS written_by, ctid AS place FROM mig_targets.part UNION ALL SELECT 'stock', part, xmin::text, ctid FROM mig_targets.stock) AS n
		FULL JOIN mig_targets.before AS b USING (t, id);
CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'load', on_conflict => 'update', tables => '{part,stock}');
SELECT * FROM pg_temp.touched;
-- what is missing, or is not what was loaded, is seen; what was there before the run is not called that
BEGIN;
DELETE FROM mig_targets.stock WHERE part = 2;
UPDATE mig_targets.part SET n = -1 WHERE id = 2;
SELECT table_name, check_name, ok, detail FROM sqlite_mig.verify('mig_targets') WHERE NOT ok;
ROLLBACK;
DELETE FROM mig_targets.stock;
DELETE FROM mig_targets.part WHERE id = 2;
CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'load', on_conflict => 'nothing', tables => '{part,stock}');
UPDATE mig_targets.part SET n = -1 WHERE id < 4;
SELECT table_name, check_name, ok, detail FROM sqlite_mig.verify('mig_targets') WHERE NOT ok OR detail IS NOT NULL;
-- a row in conflict by another key than that is an error, not a row that is silently missing
UPDATE mig_targets.stock SET place = 'z', note = 'n' WHERE part = 2;
CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'load', on_conflict => 'nothing', tables => '{part,stock}');
CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'load', on_conflict => 'nothing', on_error => 'reject', tables => '{part,stock}');
SELECT table_name, source_key, sqlstate, detail FROM sqlite_mig.rejected WHERE migration = 'mig_targets';
SELECT * FROM pg_temp.proof WHERE table_name = 'stock';
-- a row that is rejected although its key is there: repaired by hand in the table, say
\! sqlite3 "$FILE" "UPDATE part SET n = 'many' WHERE id = 3"
UPDATE mig_targets.stock SET note = NULL;
DELETE FROM mig_targets.stock WHERE place = 'z';
CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'load', on_conflict => 'update', on_error => 'reject', tables => '{part,stock}');
SELECT table_name, source_key, sqlstate FROM sqlite_mig.rejected WHERE migration = 'mig_targets';
SELECT * FROM pg_temp.proof;
CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'load', on_conflict => 'nothing', on_error => 'reject', tables => '{part,stock}');
SELECT * FROM pg_temp.proof;
DROP TABLE mig_targets.part, mig_targets.stock, mig_targets.log, mig_targets.before CASCADE;
DELETE FROM sqlite_mig.migration WHERE migration = 'mig_targets';

-- partitions, a table of another server, a view, a view with a trigger: order, proof, sequences, and what cannot be known
\set host `echo "$PGHOST"`
\set port `echo "$PGPORT"`
SELECT current_database() AS db, current_user AS me \gset
CREATE SERVER mig_targets_loop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host :'host', port :'port', dbname :'db');
CREATE USER MAPPING FOR CURRENT_USER SERVER mig_targets_loop OPTIONS (user :'me');
CREATE SCHEMA mig_targets_below;
CREATE TABLE mig_targets_below.remote (id integer PRIMARY KEY, name text NOT NULL);
CREATE FOREIGN TABLE mig_targets.remote (id integer, name text) SERVER mig_targets_loop OPTIONS (schema_name 'mig_targets_below');
CREATE TABLE mig_targets.a_line (id bigint GENERATED BY DEFAULT AS IDENTITY, at date NOT NULL, remote integer, v double precision, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE mig_targets.a_line_old PARTITION OF mig_targets.a_line FOR VALUES FROM (minvalue) TO ('2024-01-01');
CREATE TABLE mig_targets.a_line_new PARTITION OF mig_targets.a_line FOR VALUES FROM ('2024-01-01') TO (maxvalue);
CREATE TABLE mig_targets_below.shown (id serial PRIMARY KEY, x text, extra text DEFAULT 'd');
CREATE VIEW mig_targets.shown AS SELECT id, x FROM mig_targets_below.shown;
CREATE TABLE mig_targets_below.acted (id serial PRIMARY KEY, x text);
CREATE VIEW mig_targets.acted AS SELECT id, upper(x) AS x FROM mig_targets_below.acted;
-- without a trigger the second one takes no rows
CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'load', exclude => '{part,stock,log}');
CREATE FUNCTION mig_targets_below.act() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO mig_targets_below.acted VALUES (NEW.id, NEW.x); RETURN NEW; END';
CREATE TRIGGER act INSTEAD OF INSERT ON mig_targets.acted FOR EACH ROW EXECUTE FUNCTION mig_targets_below.act();
SELECT * FROM sqlite_mig.prepare('mig_targets', 'mig_targets', '{"if_exists": "load"}', exclude => '{part,stock,log}');
SELECT object_kind, object_name FROM sqlite_mig.ddl('mig_targets') WHERE object_kind NOT IN ('foreign table', 'source schema') ORDER BY step;
CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'load');
SELECT * FROM pg_temp.proof;
SELECT severity, effect, object_name, rule, detail FROM sqlite_mig.ledger WHERE migration = 'mig_targets' AND rule = 'existing' ORDER BY entry;
SELECT verdict FROM sqlite_mig.status('mig_targets');
SELECT tableoid::regclass, * FROM mig_targets.a_line ORDER BY id;
TABLE mig_targets_below.remote ORDER BY id;
TABLE mig_targets_below.shown ORDER BY id;
TABLE mig_targets_below.acted;
INSERT INTO mig_targets_below.shown (x) VALUES ('new') RETURNING id;
INSERT INTO mig_targets.a_line (at) VALUES ('2024-01-01') RETURNING id;
-- beside rows that are there
CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'load', on_conflict => 'update');
CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'load', on_conflict => 'nothing');
CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'load', on_conflict => 'nothing', exclude => '{part,stock,log,acted}');
SELECT * FROM pg_temp.proof;
UPDATE mig_targets.a_line SET v = -v;
\! psql -XqAt -v SHOW_CONTEXT=never -c "CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'load', on_conflict => 'update', tables => '{a_line}')" 2>&1 | grep -v 'migration'
\! psql -XqAt -v SHOW_CONTEXT=never -c "CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'load', on_conflict => 'update', tables => '{a_line}')" 2>&1 | grep -v 'migration'
SELECT * FROM pg_temp.proof;
-- emptied
CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'truncate', tables => '{*}', exclude => '{part,stock,log}');
CALL sqlite_mig.migrate('mig_targets', 'mig_targets', if_exists => 'truncate', tables => '{*}', exclude => '{part,stock,log,shown,acted}');
SELECT * FROM pg_temp.proof;

DELETE FROM sqlite_mig.migration WHERE server = 'mig_targets';
DROP SCHEMA mig_targets, mig_targets_below, sqlite_mig_targets CASCADE;
DROP SERVER mig_targets_loop CASCADE;
DROP SERVER mig_targets CASCADE;
