-- One call carries a database over: rows, keys, sequences; what the data does not allow is said and does not lose the load.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
CREATE EXTENSION IF NOT EXISTS pg_visibility SCHEMA public;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_migrate.db'
\setenv FILE :file
SELECT $sqlite$
CREATE TABLE artist (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(40) NOT NULL UNIQUE, mentor INTEGER REFERENCES artist(id) DEFERRABLE INITIALLY DEFERRED);
INSERT INTO artist VALUES (1, 'one', NULL), (2, 'two', 1), (7, 'seven', 2);
UPDATE sqlite_sequence SET seq = 100 WHERE name = 'artist';
CREATE TABLE album (id INTEGER PRIMARY KEY, artist INTEGER NOT NULL REFERENCES artist ON DELETE CASCADE ON UPDATE RESTRICT, title TEXT DEFAULT 'untitled', price DECIMAL(6,2) DEFAULT 9.99, live BOOLEAN DEFAULT 0, at DATETIME DEFAULT CURRENT_TIMESTAMP);
INSERT INTO album VALUES (1, 1, 'a', 1.5, 1, '2020-01-01 10:00:00'), (5, 2, NULL, NULL, 0, '2021-06-30T23:59:59.5Z'), (9, 99, 'orphan', 3, 0, NULL), (10, 98, 'orphan', 3, 0, NULL);
CREATE TABLE disc (album INTEGER, nr INTEGER, label TEXT, PRIMARY KEY (album, nr), FOREIGN KEY (album) REFERENCES album) WITHOUT ROWID;
INSERT INTO disc VALUES (1, 1, 'x'), (1, 2, 'y');
CREATE TABLE take (id INTEGER PRIMARY KEY, album INTEGER, nr INTEGER, FOREIGN KEY (album, nr) REFERENCES disc (album, nr));
INSERT INTO take VALUES (-3, 1, 2), (-2, NULL, 5);
CREATE TABLE hen (id INTEGER PRIMARY KEY, egg INTEGER REFERENCES egg);
CREATE TABLE egg (id INTEGER PRIMARY KEY AUTOINCREMENT, hen INTEGER REFERENCES hen);
INSERT INTO hen VALUES (1, 1);
INSERT INTO egg VALUES (1, 1);
CREATE TABLE never (id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT);
CREATE TABLE stamp (at TIMESTAMP UNIQUE, other TIMESTAMP, lone TIMESTAMP);
INSERT INTO stamp VALUES ('2020-01-01 00:00', 1, '2020-01-01 00:00'), ('2020-01-01T00:00:00', 2, '2020-01-01T00:00:00'), ('2021-01-01', 3, '2021-01-01');
CREATE UNIQUE INDEX stamp_at ON stamp (at, other DESC);
CREATE UNIQUE INDEX stamp_lone ON stamp (lone);
CREATE INDEX stamp_again ON stamp (at DESC);
CREATE INDEX album_title ON album (title, artist);
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 "$FILE" "$SQL"
CREATE SERVER mig_migrate FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');

CALL sqlite_mig.migrate('mig_migrate', 'mig_migrate', options => '{"policy": "not valid"}');
SELECT migration, phase, verdict, tables, rows, findings, duration > '0' AS took, reason FROM sqlite_mig.status('mig_migrate');
SELECT severity, effect, object_kind AS kind, object_name AS name, rule, detail, rows, sample FROM sqlite_mig.ledger WHERE migration = 'mig_migrate' AND severity <> 'info' ORDER BY entry;
SELECT step, object_kind, object_name, rows, seconds >= 0 AS took, error, fallback FROM sqlite_mig.journal WHERE migration = 'mig_migrate' ORDER BY step;
SELECT table_name, check_name, source_value = target_value AS same, ok, detail FROM sqlite_mig.verification WHERE migration = 'mig_migrate' ORDER BY table_name, check_name;
\d mig_migrate.artist
\d mig_migrate.album
\d mig_migrate.stamp
\d mig_migrate.take
SELECT * FROM mig_migrate.artist ORDER BY id;
SELECT * FROM mig_migrate.album ORDER BY id;
SELECT * FROM mig_migrate.disc ORDER BY album, nr;

-- sequences go on where SQLite would: after AUTOINCREMENT's number, after the largest key, at 1
INSERT INTO mig_migrate.artist (name) VALUES ('new') RETURNING id;
INSERT INTO mig_migrate.album (artist) VALUES (1) RETURNING id, title, price, live, at IS NOT NULL AS at;
INSERT INTO mig_migrate.never (x) VALUES ('first') RETURNING id;
INSERT INTO mig_migrate.take (nr) VALUES (1) RETURNING id;
INSERT INTO mig_migrate.egg DEFAULT VALUES RETURNING id;
-- the key that is not valid yet holds for new rows
INSERT INTO mig_migrate.album (artist) VALUES (12345);

-- rows arrived frozen and the statistics are there
SELECT relname, relallvisible = relpages AS visible, reltuples FROM pg_class WHERE relnamespace = 'mig_migrate'::regnamespace AND relkind = 'r' AND relname IN ('artist', 'disc') ORDER BY 1;
SELECT count(*) FROM pg_stats WHERE schemaname = 'mig_migrate' AND tablename = 'artist';
SELECT all_frozen > 0 AS frozen FROM public.pg_visibility_map_summary('mig_migrate.disc');

-- a second time: refused before anything is done
CALL sqlite_mig.migrate('mig_migrate', 'mig_migrate');
CALL sqlite_mig.migrate('mig_migrate');
CALL sqlite_mig.migrate('mig_migrate', 'mig_other');
SELECT * FROM sqlite_mig.prepare('mig_migrate', 'mig_migrate');
SELECT verdict FROM sqlite_mig.status('mig_migrate');

-- agreed: the verdict follows
UPDATE sqlite_mig.ledger SET accepted = true WHERE migration = 'mig_migrate' AND effect = 'failed';
SELECT verdict, findings, reason FROM sqlite_mig.status('mig_migrate');

-- an edited plan is run as it is
SELECT table_name, rows FROM sqlite_mig.prepare('mig_migrate', 'mig_edited', '{"policy": "not valid"}', 'edited', tables => '{artist,album,disc,take,stamp}');
UPDATE sqlite_mig.plan_table SET target_name = 'record' WHERE migration = 'edited' AND source_name = 'album';
UPDATE sqlite_mig.plan_table SET include = false WHERE migration = 'edited' AND source_name = 'disc';
UPDATE sqlite_mig.plan_column SET target_name = 'cents', target_type = 'double precision', default_expr = NULL WHERE migration = 'edited' AND (source_table, source_name) = ('album', 'price');
UPDATE sqlite_mig.plan_column SET include = false WHERE migration = 'edited' AND (source_table, source_name) = ('album', 'live');
UPDATE sqlite_mig.plan_column SET target_type = 'timestamptz', format = 'unixepoch' WHERE migration = 'edited' AND (source_table, source_name) = ('stamp', 'other');
SET client_min_messages = notice;
CALL sqlite_mig.migrate('mig_migrate', 'elsewhere', migration => 'edited');
SET client_min_messages = warning;
CALL sqlite_mig.migrate('mig_migrate', migration => 'edited');
SELECT migration, verdict, tables, rows FROM sqlite_mig.status('mig_migrate', 'edited');
SELECT object_kind, object_name, effect, detail FROM sqlite_mig.ledger WHERE migration = 'edited' AND phase = 'migrate' ORDER BY entry;
\d mig_edited.record
SELECT * FROM mig_edited.record ORDER BY id;
SELECT other FROM mig_edited.stamp ORDER BY 1;
SELECT relname FROM pg_class WHERE relnamespace = 'sqlite_edited'::regnamespace ORDER BY 1;

-- what was made is gone: it may be made again, and a run says what it does as it goes
DROP SCHEMA mig_edited CASCADE;
\setenv PGDATABASE :DBNAME
\! psql -XqAt -v SHOW_CONTEXT=never -c "CALL sqlite_mig.migrate('mig_migrate', migration => 'edited')" 2>&1 | sed -E 's/in ([0-9]+ ms|[0-9.]+ s( \([0-9]+ rows.s\))?)/in N ms/'
SELECT run, rows_copied FROM sqlite_mig.migration WHERE migration = 'edited';
SELECT run, count(*) FILTER (WHERE object_kind = 'copy') AS copies FROM sqlite_mig.journal WHERE migration = 'edited' GROUP BY 1 ORDER BY 1;

-- a plan that cannot be
SELECT count(*) FROM sqlite_mig.prepare('mig_migrate', 'mig_bad', migration => 'bad', tables => '{artist}');
UPDATE sqlite_mig.plan_column SET target_type = 'text); DROP SCHEMA mig_edited CASCADE; --' WHERE migration = 'bad' AND source_name = 'name';
CALL sqlite_mig.migrate('mig_migrate', migration => 'bad');
SELECT statement FROM sqlite_mig.ddl('mig_migrate', 'bad');
UPDATE sqlite_mig.plan_column SET include = false WHERE migration = 'bad';
CALL sqlite_mig.migrate('mig_migrate', migration => 'bad');
CALL sqlite_mig.migrate('mig_migrate', migration => 'bad', options => '{"replace": true}', verify_level => 'none');

-- the source changes under a plan: the error names the value, and nothing is left half made
\! sqlite3 "$FILE" "CREATE TABLE late (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO late VALUES (1, 1)"
SELECT count(*) FROM sqlite_mig.prepare('mig_migrate', 'mig_late', migration => 'late', tables => '{late}', options => '{"replace": true}');
UPDATE sqlite_mig.plan_column SET target_name = 'number' WHERE migration = 'late' AND source_name = 'n';
\! sqlite3 "$FILE" "INSERT INTO late VALUES (2, 'two')"
CALL sqlite_mig.migrate('mig_migrate', migration => 'late');
SELECT to_regclass('mig_late.late'), phase FROM sqlite_mig.status('mig_migrate', 'late');
\! sqlite3 "$FILE" "DROP TABLE late"

-- values that no type can hold are found before the copy
\! sqlite3 "$FILE" "CREATE TABLE nul (id INTEGER PRIMARY KEY, t TEXT, u TEXT); INSERT INTO nul VALUES (1, 1, 'a' || char(0) || 'b'), (2, 2, 'plain'); CREATE TABLE worse (x); INSERT INTO worse VALUES (1), ('a' || char(0) || 'b')"
CALL sqlite_mig.migrate('mig_migrate', 'mig_nul', migration => 'nul', tables => '{nul}');
SELECT object_name, effect, severity, detail, rows FROM sqlite_mig.ledger WHERE migration = 'nul' AND effect <> 'converted' ORDER BY entry;
SELECT * FROM mig_nul.nul ORDER BY id;
CALL sqlite_mig.migrate('mig_migrate', 'mig_worse', migration => 'worse', tables => '{worse}');
ALTER SERVER mig_migrate OPTIONS (ADD on_nul 'replace');
CALL sqlite_mig.migrate('mig_migrate', 'mig_worse', migration => 'worse', tables => '{worse}');
SELECT phase, verdict, reason FROM sqlite_mig.status('mig_migrate', 'worse');
SELECT object_name, effect, severity, detail, rows, sample FROM sqlite_mig.ledger WHERE migration = 'worse' AND effect <> 'skipped' ORDER BY entry;
SELECT * FROM mig_worse.worse;

-- who agreed to it keeps text
CALL sqlite_mig.migrate('mig_migrate', 'mig_agreed', migration => 'agreed', tables => '{nul}');
SELECT object_name, effect, severity, detail, rows FROM sqlite_mig.ledger WHERE migration = 'agreed' AND table_name = 'nul' ORDER BY entry;
SELECT * FROM mig_agreed.nul ORDER BY id;

-- one session per migration
BEGIN;
SELECT count(*) FROM sqlite_mig.prepare('mig_migrate', 'mig_lock', migration => 'locked', tables => '{artist}');
\! psql -XqAt -v SHOW_CONTEXT=never -c "CALL sqlite_mig.migrate('mig_migrate', 'mig_lock', migration => 'locked')" 2>&1
ROLLBACK;

DELETE FROM sqlite_mig.migration WHERE server = 'mig_migrate';
DROP SCHEMA mig_migrate, mig_edited, mig_nul, mig_worse, mig_agreed, sqlite_agreed, sqlite_mig_migrate, sqlite_edited, sqlite_bad, sqlite_late, sqlite_nul, sqlite_worse CASCADE;
DROP SERVER mig_migrate CASCADE;
DROP EXTENSION pg_visibility;
