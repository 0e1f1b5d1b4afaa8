-- migrate_many: files of one kind, one for each tenant
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\pset format unaligned
\getenv builddir PG_ABS_BUILDDIR
\set dir :builddir '/results/mig_many'
\setenv DIR :dir
\! rm -rf "$DIR"; mkdir -p "$DIR"
\! schema="CREATE TABLE author (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(20) NOT NULL UNIQUE, born DATE); CREATE TABLE book (id INTEGER PRIMARY KEY, author_id INTEGER REFERENCES author (id), title TEXT NOT NULL, price, stars INTEGER CHECK (stars >= 0)); CREATE INDEX book_author ON book (author_id); CREATE VIEW written AS SELECT name, title FROM author JOIN book ON book.author_id = author.id;"; for f in acme Big-Corp zoo; do sqlite3 "$DIR/$f.db" "$schema"; done
\! sqlite3 "$DIR/acme.db" "INSERT INTO author VALUES (1, 'Ann', '1970-01-02'), (7, 'Bob', NULL); INSERT INTO book VALUES (1, 1, 'One', 5, 3), (2, 7, 'Two', 7, 0)"
\! sqlite3 "$DIR/Big-Corp.db" "ALTER TABLE author ADD COLUMN mail TEXT; INSERT INTO author VALUES (1, 'Ann', '1980-01-02', 'a@b'), (100, 'Cyd', '2000-12-31', NULL); INSERT INTO book VALUES (1, 100, 'Uno', 2.5, NULL)"
\! sqlite3 "$DIR/zoo.db" "INSERT INTO author VALUES (3, 'Zed', NULL); INSERT INTO book VALUES (9, 3, 'Last', 'free', 1); CREATE TABLE animal (name TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO animal VALUES ('cat')"
\! head -c 20000 /dev/zero | tr '\0' 'x' > "$DIR/broken.db"; echo note > "$DIR/readme.txt"; cp "$DIR/acme.db" "$DIR/orphan.sqlite"; sqlite3 "$DIR/orphan.sqlite" "UPDATE book SET author_id = 55"

SELECT file, regexp_replace(name, '^mig_many_', '') AS name FROM (SELECT regexp_replace(f, '^.*/', '') AS file, 'mig_many_' || sqlite_mig_internal._tenant_of(f) AS name
	FROM unnest('{/a/Big-Corp.db,/a/b/x y.z.sqlite,__.db,Käse.db,noext}'::text[]) AS f) AS t;
SELECT t, sqlite_mig_internal._common_type(t) FROM (VALUES ('{text}'::text[]), ('{bigint,integer}'), ('{bigint,double precision}'), ('{bigint,"numeric(8,2)"}'), ('{timestamp,timestamptz}'), ('{date,timestamp}'), ('{varchar(5),varchar(9)}'), ('{bytea,text}')) AS v (t);

-- partitions
SELECT regexp_replace(file, '^.*/', '') AS file, tenant, server, verdict, tables_migrated, rows, replace(reason, :'dir', 'DIR') AS reason
	FROM sqlite_mig.migrate_many(:'dir', 'mig_many');
\d mig_many.author
\d mig_many.book
\d mig_many_big_corp.book
SELECT tenant, id, name, born, mail FROM mig_many.author ORDER BY tenant, id;
SELECT tenant, id, author_id, title, price, stars FROM mig_many.book ORDER BY tenant, id;
SELECT tenant, name FROM mig_many.animal;
SELECT * FROM mig_many_acme.written ORDER BY title;
EXPLAIN (COSTS OFF) SELECT title FROM mig_many.book WHERE tenant = 'acme' AND price = '7';

-- numbers go on behind the highest of all; a row goes where it belongs, and keys hold within a tenant
INSERT INTO mig_many.author (tenant, name) VALUES ('zoo', 'New') RETURNING tableoid::regclass, tenant, id;
INSERT INTO mig_many.book (tenant, author_id, title) VALUES ('acme', 55, 'Nobody''s');
INSERT INTO mig_many.author (tenant, id, name) VALUES ('zoo', 3, 'Twice') ON CONFLICT (tenant, id) DO UPDATE SET born = '2001-01-01' RETURNING name, born;
DELETE FROM mig_many.author WHERE name = 'New';
UPDATE mig_many.author SET born = NULL WHERE name = 'Zed';
-- each is still held against its file
SELECT table_name, check_name, ok FROM sqlite_mig.verify('mig_many_zoo') ORDER BY 1, 2;

-- again: what is done is not done again; a new file joins in, the one that was mended too
\! cp "$DIR/acme.db" "$DIR/broken.db"
SELECT tenant, verdict, rows, reason FROM sqlite_mig.migrate_many(:'dir', 'mig_many', pattern => '^(acme|broken)');
SELECT tenant, count(*), min(price), max(id) FROM mig_many.book GROUP BY tenant ORDER BY tenant;

-- a schema each, and names of one's own
SELECT tenant, server, verdict, rows FROM sqlite_mig.migrate_many(ARRAY[:'dir' || '/acme.db', :'dir' || '/zoo.db'], 'mig_each', tenants => '{First,Second}', layout => 'schemas');
SELECT c.relnamespace::regnamespace, c.relname FROM pg_class AS c WHERE c.relnamespace::regnamespace::text LIKE '%mig_each%' AND c.relkind IN ('r', 'p') ORDER BY 1, 2;

-- names with tabs and umlauts, keys that are long, and the largest number, behind which there is none
\! mkdir -p "$DIR/odd"; for f in one two; do sqlite3 "$DIR/odd/$f.db" "CREATE TABLE \"Größenordnungen der Äpfel und Öle im Übermaß\" (\"id$(printf '\t')1 der Äpfel, Öle und Übergrößen\" INTEGER PRIMARY KEY AUTOINCREMENT, n TEXT); INSERT INTO \"Größenordnungen der Äpfel und Öle im Übermaß\" (n) VALUES ('$f')"; done
\! sqlite3 "$DIR/odd/two.db" "CREATE TABLE last (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO last VALUES (9223372036854775807)"
SELECT tenant, verdict, rows, reason FROM sqlite_mig.migrate_many(:'dir' || '/odd', 'mig_many_odd') ORDER BY tenant;
INSERT INTO mig_many_odd."Größenordnungen der Äpfel und Öle im Übermaß" (tenant, n) VALUES ('one', 'next');
SELECT * FROM mig_many_odd."Größenordnungen der Äpfel und Öle im Übermaß" ORDER BY tenant, 2;
INSERT INTO mig_many_odd.last (tenant) VALUES ('two');
-- indexes whose names say what they are, of tables whose names begin alike; what is in a name is not run
CREATE TABLE mig_many_precious ();
\! mkdir -p "$DIR/names"; for f in one two; do sqlite3 "$DIR/names/$f.db" "CREATE TABLE application_configuration_setting_of_a_user (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT); CREATE TABLE application_configuration_setting_of_a_group (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT); CREATE INDEX \"i USING btree (id); DROP TABLE mig_many_precious; --\" ON application_configuration_setting_of_a_user (v DESC) WHERE v > 'a'; INSERT INTO application_configuration_setting_of_a_user (v) VALUES ('$f')"; done
\! sqlite3 "$DIR/names/two.db" "CREATE TABLE other (v TEXT); CREATE INDEX moved ON other (v)"; sqlite3 "$DIR/names/one.db" "CREATE INDEX moved ON application_configuration_setting_of_a_group (v)"
SELECT tenant, verdict, rows FROM sqlite_mig.migrate_many(:'dir' || '/names', 'mig_many_names') ORDER BY tenant;
SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class AS c ON c.oid = indrelid WHERE relnamespace = 'mig_many_names'::regnamespace ORDER BY 1;
SELECT relname FROM pg_class WHERE relnamespace = 'mig_many_names'::regnamespace AND relkind = 'S' ORDER BY 1;
SELECT count(*) FROM mig_many_precious;
DROP TABLE mig_many_precious;

-- what cannot be
SELECT * FROM sqlite_mig.migrate_many(ARRAY['/x/a.db', '/y/A.db'], 'mig_many');
SELECT * FROM sqlite_mig.migrate_many(ARRAY['/x/a.db'], 'mig_many', tenants => '{a,b}');
SELECT * FROM sqlite_mig.migrate_many(ARRAY['/x/a.db'], 'mig_many', layout => 'heap');
SELECT * FROM sqlite_mig.migrate_many('/usr/share', 'mig_many', pattern => '\.nothing$');
SELECT tenant, verdict, reason FROM sqlite_mig.migrate_many(ARRAY[:'dir' || '/acme.db'], 'mig_many_column', tenant_column => 'title');
SELECT tenant, verdict, reason FROM sqlite_mig.migrate_many(ARRAY[:'dir' || '/acme.db'], 'mig_many', tenants => '{zoo}');
CREATE SCHEMA mig_many_taken CREATE TABLE book (tenant text);
SELECT tenant, verdict, reason FROM sqlite_mig.migrate_many(ARRAY[:'dir' || '/acme.db'], 'mig_many_taken');
SELECT count(*) FROM sqlite_mig.migrate_many('{}'::text[], 'mig_many');
CREATE ROLE mig_many_user;
SET ROLE mig_many_user;
SELECT * FROM sqlite_mig.migrate_many('/nowhere', 'mig_many');
RESET ROLE;
DROP ROLE mig_many_user;

SET client_min_messages = warning;
DELETE FROM sqlite_mig.migration WHERE migration LIKE 'mig\_many%' OR migration LIKE 'mig\_each%';
SELECT string_agg(format('DROP SCHEMA %I CASCADE', nspname), '; ') AS schemas FROM pg_namespace WHERE nspname ~ '^(sqlite_)?mig_(many|each)' \gset
:schemas;
SELECT string_agg(format('DROP SERVER %I CASCADE', srvname), '; ') AS servers FROM pg_foreign_server WHERE srvname ~ '^mig_(many|each)' \gset
:servers;
