-- Every construct of a SQLite schema: each object is in PostgreSQL, or in the ledger with a reason; nothing is missing from both
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET client_min_messages = warning;
\getenv srcdir PG_ABS_SRCDIR
\getenv builddir PG_ABS_BUILDDIR
\set helper :srcdir '/sql/include/accounted.psql'
\i :helper
\set file :builddir '/results/mig_every.db'
\setenv FILE :file
SELECT $sqlite$
PRAGMA user_version = 12; PRAGMA application_id = 99;
CREATE TABLE auto (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT NOT NULL DEFAULT 'x', b INTEGER DEFAULT (1 + 1), c TEXT DEFAULT (datetime('now')), d BOOLEAN DEFAULT 1, e TEXT DEFAULT "quoted", f DEFAULT NULL, g DEFAULT 'null', h BLOB DEFAULT x'00', i REAL DEFAULT -1.5, j TEXT DEFAULT CURRENT_TIMESTAMP, k DATE DEFAULT 'never', l INTEGER DEFAULT (last_insert_rowid()));
INSERT INTO auto (a, k) VALUES ('one', '2020-01-01');
CREATE TABLE plain (a, b);
CREATE TABLE "Odd Name" ("a b" INTEGER, [c d] TEXT, `e``f` REAL, "select" TEXT, UNIQUE ("a b", [c d]));
CREATE TABLE descending (id INTEGER PRIMARY KEY DESC, a TEXT UNIQUE);
INSERT INTO descending VALUES (1, 'x'), (NULL, 'y');
CREATE TABLE without (a TEXT, b INTEGER, c, PRIMARY KEY (b, a)) WITHOUT ROWID;
CREATE TABLE strict (a INT NOT NULL, b ANY, c REAL, d TEXT, e BLOB) STRICT;
CREATE TABLE composite (a INTEGER, b TEXT, c TEXT COLLATE NOCASE, d TEXT COLLATE RTRIM, PRIMARY KEY (a, b), UNIQUE (c), CONSTRAINT named UNIQUE (d, a));
CREATE TABLE child (id INTEGER PRIMARY KEY, up INTEGER REFERENCES child, a INTEGER, b TEXT, c TEXT REFERENCES composite (c), nowhere INTEGER REFERENCES missing (id), loose TEXT REFERENCES plain (a), wrong INTEGER REFERENCES composite (zz),
	later INTEGER REFERENCES cycle_b DEFERRABLE INITIALLY DEFERRED, FOREIGN KEY (a, b) REFERENCES composite ON DELETE CASCADE ON UPDATE SET NULL, FOREIGN KEY (a) REFERENCES auto, FOREIGN KEY (a) REFERENCES auto (id) ON DELETE SET DEFAULT);
CREATE TABLE cycle_a (id INTEGER PRIMARY KEY, b INTEGER REFERENCES cycle_b (id));
CREATE TABLE cycle_b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES cycle_a (id));
CREATE TABLE checks (a INTEGER CHECK (a > 0), b TEXT CHECK (length(b) < 5) CHECK (b <> ''), c TEXT CONSTRAINT good CHECK (c GLOB '[a-z]*'), d CHECK (d MATCH 'x' OR 1), CHECK (a < 10 OR b IS NULL), CHECK (a > 0), CHECK (json_valid(c) OR 1));
CREATE TABLE computed (a INTEGER, b INTEGER AS (a * 2), c TEXT AS (printf('%d', a)) STORED, d TEXT GENERATED ALWAYS AS (typeof(e)) VIRTUAL, e, f INTEGER AS (b + 1));
INSERT INTO computed (a, e) VALUES (1, 2.5);
CREATE TABLE nulls (a TEXT PRIMARY KEY, b TEXT NOT NULL);
INSERT INTO nulls VALUES (NULL, 'x');
CREATE TABLE conflict (a INTEGER UNIQUE ON CONFLICT IGNORE, b TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'z');
CREATE INDEX i_plain ON auto (a); CREATE INDEX i_two ON auto (a DESC, b); CREATE UNIQUE INDEX i_unique ON auto (b); CREATE INDEX i_same ON auto (a); CREATE UNIQUE INDEX i_part ON auto (c) WHERE d;
CREATE INDEX i_expr ON auto (lower(a), b + 1); CREATE INDEX i_nocase ON auto (a COLLATE NOCASE); CREATE INDEX i_cover ON composite (a, b); CREATE INDEX i_random ON auto (abs(b), typeof(a)); CREATE INDEX "odd index" ON "Odd Name" ("c d" COLLATE RTRIM);
CREATE INDEX i_local ON auto (strftime('%s', c, 'utc')) WHERE a LIKE 'x%';
CREATE VIEW v_one AS SELECT id, a FROM auto WHERE b > 1; CREATE VIEW v_two (x, y) AS SELECT a, count(*) FROM v_one GROUP BY 1; CREATE VIEW "v odd" AS SELECT "a b" AS "x y" FROM "Odd Name"; CREATE VIEW v_rowid AS SELECT rowid, a FROM plain;
CREATE VIEW v_broken AS SELECT no_such FROM auto; CREATE VIEW v_over AS SELECT * FROM v_broken; CREATE VIEW v_schema AS SELECT name FROM sqlite_schema;
CREATE TRIGGER t_insert AFTER INSERT ON auto BEGIN INSERT INTO plain VALUES (new.id, 'added'); END; CREATE TRIGGER t_view INSTEAD OF UPDATE ON v_one BEGIN UPDATE auto SET a = new.a WHERE id = new.id; END;
CREATE TRIGGER t_odd BEFORE DELETE ON auto WHEN old.b > 5 BEGIN SELECT RAISE(ABORT, 'no'); END; CREATE TRIGGER t_select AFTER UPDATE ON plain BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE search USING fts5(a, content='auto', content_rowid='id'); CREATE TRIGGER t_search AFTER INSERT ON auto BEGIN INSERT INTO search (rowid, a) VALUES (new.id, new.a); END;
CREATE VIRTUAL TABLE notes USING fts4(body, tokenize=porter); CREATE VIRTUAL TABLE empty USING fts5(a, content=''); CREATE VIRTUAL TABLE place USING rtree(id, x0, x1); CREATE VIRTUAL TABLE terms USING fts5vocab('search', 'row');
-- keys that are no rowid, and one that is by a constraint of the table
CREATE TABLE no_alias (id INT PRIMARY KEY, b INTEGER NOT NULL DEFAULT 0, c BOOLEAN NOT NULL DEFAULT FALSE, d TEXT DEFAULT (NULL), e DEFAULT -0x10, CONSTRAINT named UNIQUE (b, c));
CREATE TABLE alias (b TEXT, "key" INTEGER, PRIMARY KEY ("key")); INSERT INTO alias VALUES ('x', 7);
CREATE TABLE unsaid (a BIGINT UNSIGNED, b NOT NULL, c VARCHAR (10) NULL, d DECIMAL(10, 2) DEFAULT 1.50, PRIMARY KEY (a DESC, b COLLATE NOCASE)); INSERT INTO unsaid VALUES (1, 'x', 'y', 2.5);
-- remarks
CREATE TABLE remarks ( -- what the table is for
	id INTEGER PRIMARY KEY, -- the key of it
	a TEXT /* what a is */, b INTEGER);
CREATE VIEW v_early AS SELECT x FROM v_late; CREATE VIEW v_late AS WITH RECURSIVE c (x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c WHERE x < 3) SELECT x, row_number() OVER (ORDER BY x DESC) AS n FROM c;
CREATE TRIGGER u_of AFTER UPDATE OF a, b ON auto FOR EACH ROW WHEN new.a IS NOT old.a BEGIN UPDATE plain SET b = new.a WHERE a = old.id; DELETE FROM plain WHERE b IS NULL; INSERT OR IGNORE INTO no_alias (id) VALUES (old.b + new.b); END;
CREATE TRIGGER u_ignore BEFORE INSERT ON plain WHEN new.a IS NULL BEGIN SELECT RAISE(IGNORE); END; CREATE TRIGGER u_fail BEFORE UPDATE ON plain BEGIN SELECT CASE WHEN new.a < 0 THEN RAISE(FAIL, 'negative') END; END;
CREATE TRIGGER u_rollback AFTER DELETE ON alias BEGIN SELECT RAISE(ROLLBACK, 'kept') WHERE old.b = 'x'; END; CREATE TRIGGER u_instead INSTEAD OF INSERT ON v_one BEGIN INSERT INTO auto (a, b) VALUES (new.a, 9); END; CREATE TRIGGER u_delete INSTEAD OF DELETE ON v_one BEGIN DELETE FROM auto WHERE id = old.id; END;
CREATE UNIQUE INDEX i_bare ON no_alias (c) WHERE b > 0; CREATE INDEX i_case ON composite (c DESC, a COLLATE NOCASE); CREATE INDEX i_cover_2 ON auto (b, a, c, d); CREATE INDEX i_reversed ON no_alias (b DESC, c DESC);
ANALYZE;
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 -cmd ".dbconfig dqs_ddl on" -cmd ".dbconfig trusted_schema on" "$FILE" "$SQL" > /dev/null
CREATE SERVER mig_every FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CALL sqlite_mig.migrate('mig_every', 'mig_every');
-- sqlite_schema itself: as many objects as SQLite says
\! sqlite3 -cmd ".dbconfig trusted_schema on" "$FILE" "SELECT type, count(*) FROM sqlite_schema GROUP BY 1 ORDER BY 1" | grep '|'
SELECT type, count(*) FROM sqlite_mig.source_objects('mig_every') GROUP BY 1 ORDER BY 1;
SELECT kind, count(*) AS objects, count(*) FILTER (WHERE made) AS made, count(*) FILTER (WHERE NOT made AND told) AS told, count(*) FILTER (WHERE NOT made AND NOT told) AS missing
	FROM public.accounted('mig_every') GROUP BY kind ORDER BY kind;
SELECT kind, name FROM public.accounted('mig_every') WHERE NOT made AND NOT told ORDER BY 1, 2;
-- remarks are comments, the numbers of AUTOINCREMENT go on
SELECT objsubid, description FROM pg_description WHERE objoid = 'mig_every.remarks'::regclass ORDER BY 1;
SELECT nextval(pg_get_serial_sequence('mig_every.auto', 'id')) AS auto, nextval(pg_get_serial_sequence('mig_every.alias', 'key')) AS alias;
-- it would find what is missing
SELECT count(*) > 10 AS enough FROM public.accounted('mig_every') WHERE NOT made;
DELETE FROM sqlite_mig.ledger_entry WHERE migration = 'mig_every' AND object_name IN ('v_broken', 'terms', 'auto.k', 't_select');
SELECT kind, name FROM public.accounted('mig_every') WHERE NOT made AND NOT told ORDER BY 1, 2;
DROP FUNCTION public.accounted(text);
DELETE FROM sqlite_mig.migration WHERE server = 'mig_every';
DROP SCHEMA mig_every, sqlite_mig_every CASCADE;
DROP SERVER mig_every;
