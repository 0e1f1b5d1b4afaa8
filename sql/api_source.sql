-- source_* functions: the schema of a SQLite file as rows
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/api_source.db'
\set file16 :builddir '/results/api_source16.db'
\set empty :builddir '/results/api_source_empty.db'
\set script :builddir '/results/api_source.sqlite'
\setenv FILE :file
\setenv FILE16 :file16
\setenv EMPTY :empty
\setenv SCRIPT :script
\pset null '(null)'

\pset tuples_only on
\pset format unaligned
\o :script
SELECT $sqlite$
PRAGMA user_version = -7; PRAGMA application_id = -268435455;
CREATE TABLE plain(id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(20) NOT NULL DEFAULT 'x', amount DECIMAL(10,2) DEFAULT (1 + 1), any_type, note TEXT COLLATE NOCASE);
CREATE TABLE quirk(id INTEGER PRIMARY KEY DESC, rowid TEXT);
CREATE TABLE no_alias(id INT PRIMARY KEY, rowid, _rowid_, oid);
CREATE TABLE wr(b TEXT, a INTEGER, c, PRIMARY KEY(a, b DESC)) WITHOUT ROWID;
CREATE TABLE st(i INT, r REAL, t TEXT, b BLOB, a ANY) STRICT;
CREATE TABLE gen(a INT, v INT GENERATED ALWAYS AS (a + 1), s TEXT NOT NULL AS (a || 'x') STORED);
CREATE VIEW good AS SELECT id, upper(name) AS name FROM plain;
CREATE VIEW broken AS SELECT nosuch(id) FROM plain;
CREATE VIEW orphan AS SELECT * FROM gone;
CREATE VIRTUAL TABLE search USING fts5(title, body);
CREATE VIRTUAL TABLE area USING rtree(id, x0, x1);
CREATE TABLE search_not_shadow(a);
CREATE TABLE "quote""d 'table' [x] `y`"("col""umn" INT, 'it''s' TEXT DEFAULT 'it''s');
CREATE TABLE "two
lines"("col
umn" INT);
CREATE TABLE "Größe 日本 😀"("Ä" TEXT, "select" INT);
CREATE TABLE ""("" INT, " " TEXT);
CREATE TABLE "back\slash {brace},comma"("a{,}b" INT UNIQUE, "NULL" INT UNIQUE);
CREATE TABLE sqliteX(a);
CREATE INDEX i_expr ON plain(name DESC, lower(note), amount COLLATE RTRIM);
CREATE UNIQUE INDEX i_partial ON plain(note) WHERE note IS NOT NULL;
CREATE INDEX "index ""q""" ON "quote""d 'table' [x] `y`"("col""umn");
CREATE TABLE u(a UNIQUE, b, c INTEGER, UNIQUE(b, c), UNIQUE(c, b));
CREATE TABLE parent(a INT, b INT, PRIMARY KEY(a, b));
CREATE TABLE child(x INT, y INT, p INTEGER REFERENCES plain, q INTEGER REFERENCES PLAIN(ID) ON DELETE CASCADE ON UPDATE SET NULL,
	z REFERENCES missing, FOREIGN KEY(x, y) REFERENCES parent, FOREIGN KEY(y, x) REFERENCES parent(a, b) MATCH FULL ON DELETE SET DEFAULT, FOREIGN KEY(x) REFERENCES "Größe 日本 😀"("Ä"));
CREATE TRIGGER tr AFTER INSERT ON plain BEGIN SELECT 1; END;
INSERT INTO plain(id, name) VALUES (3, 'a'), (12, 'b'); DELETE FROM plain WHERE id = 12;
INSERT INTO wr VALUES ('x', 1, 2); INSERT INTO st(i) VALUES (1), (2);
INSERT INTO sqlite_sequence VALUES ('odd', 'no number'), ('none', NULL), ('big', 9223372036854775807), (NULL, 1);
ANALYZE st; ANALYZE u;
.dbconfig defensive off
PRAGMA writable_schema = ON;
INSERT INTO sqlite_schema VALUES ('table', 'no_module', 'no_module', 0, 'CREATE VIRTUAL TABLE no_module USING nosuchmodule(a)');
$sqlite$;
\o
\pset tuples_only off
\pset format aligned
\! rm -f "$FILE" "$FILE16" "$EMPTY"; sqlite3 -bail "$FILE" < "$SCRIPT" > /dev/null
\! sqlite3 "$FILE16" "PRAGMA encoding = 'UTF-16le'; PRAGMA page_size = 1024; CREATE TABLE \"Größe 😀\"(\"Ä\" TEXT DEFAULT 'ß' CHECK (\"Ä\" <> '日'), b REFERENCES \"Größe 😀\"(\"Ä\")); CREATE INDEX \"Ü\" ON \"Größe 😀\"(\"Ä\")"
\! sqlite3 "$EMPTY" "VACUUM"
CREATE SERVER api_source FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SERVER api_source16 FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file16');
CREATE SERVER api_source_empty FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'empty');

-- tables: in order of creation, without sqlite_%; what cannot be read says why
SELECT table_name, kind, without_rowid, strict, rowid_name, error FROM sqlite_mig.source_tables('api_source');
SELECT table_name, CASE WHEN estimate_source = 'pages' THEN '> 0' ELSE estimated_rows::text END AS estimated_rows, estimate_source
FROM sqlite_mig.source_tables('api_source') WHERE kind <> 'shadow' AND estimated_rows > 0;
-- the text is the one that SQLite keeps
SELECT count(*), count(*) FILTER (WHERE t.sql = o.sql) AS same
FROM sqlite_mig.source_tables('api_source') t JOIN sqlite_mig.source_objects('api_source') o ON o.name = t.table_name AND o.type IN ('table', 'view');

-- columns
SELECT * FROM sqlite_mig.source_columns('api_source', 'plain');
SELECT * FROM sqlite_mig.source_columns('api_source', 'PLAIN') WHERE "position" = 1;
SELECT table_name, "position", column_name, declared_type, not_null, default_value, primary_key, generated, rowid_alias
FROM sqlite_mig.source_columns('api_source') WHERE table_name NOT IN ('plain', 'child', 'parent') AND table_name NOT LIKE 'search_%' AND table_name NOT LIKE 'area_%';
SELECT count(*) FROM sqlite_mig.source_columns('api_source', 'broken');
SELECT count(*) FROM sqlite_mig.source_columns('api_source', 'no_module');
-- every readable table has columns, and one by one they are the same as all at once
SELECT table_name FROM sqlite_mig.source_tables('api_source') t WHERE error IS NULL AND NOT EXISTS (SELECT FROM sqlite_mig.source_columns('api_source', t.table_name));
SELECT count(*) > 50 AS many FROM sqlite_mig.source_columns('api_source');
SELECT c.* FROM sqlite_mig.source_tables('api_source') t, sqlite_mig.source_columns('api_source', t.table_name) c
EXCEPT ALL SELECT * FROM sqlite_mig.source_columns('api_source');

-- indexes: descending, expression, collation, partial, automatic, keys of WITHOUT ROWID tables
SELECT table_name, index_name, is_unique, origin, partial, columns, descending, collations FROM sqlite_mig.source_indexes('api_source')
WHERE table_name NOT LIKE 'search_%' AND table_name NOT LIKE 'area_%';
SELECT index_name, sql FROM sqlite_mig.source_indexes('api_source', 'Plain');
SELECT array_length(columns, 1), columns[1] IS NULL, columns[2] IS NULL FROM sqlite_mig.source_indexes('api_source') WHERE index_name = 'i_expr';
SELECT count(*) FROM sqlite_mig.source_indexes('api_source', 'good');

-- foreign keys, as written; without columns they mean the parent's primary key
SELECT * FROM sqlite_mig.source_foreign_keys('api_source');
SELECT count(*) FROM sqlite_mig.source_foreign_keys('api_source', 'parent');

-- everything
SELECT type, count(*) FROM sqlite_mig.source_objects('api_source') WHERE name NOT LIKE 'sqlite_stat%' GROUP BY type ORDER BY type;
SELECT * FROM sqlite_mig.source_objects('api_source') WHERE type = 'trigger' OR name IN ('good', 'sqlite_sequence', 'sqlite_autoindex_wr_1', 'i_partial') ORDER BY name;

-- sequences: what is no integer is no number
SELECT * FROM sqlite_mig.source_sequences('api_source');
SELECT * FROM sqlite_mig.source_sequences('api_source16');

-- the file
SELECT path = :'file' AS path, file_size = page_size * page_count AS size, page_size, page_count > 20 AS pages, freelist_count, encoding, journal_mode,
	user_version, application_id, sqlite_version ~ '^3\.\d+\.\d+$' AS version
FROM sqlite_mig.source_info('api_source');
SELECT page_size, page_count, freelist_count, encoding, journal_mode, user_version, application_id FROM sqlite_mig.source_info('api_source16');
SELECT (sqlite_mig.source_info('api_source16')).encoding;

-- UTF-16
SELECT table_name, sql FROM sqlite_mig.source_tables('api_source16');
SELECT table_name, column_name, default_value FROM sqlite_mig.source_columns('api_source16', 'Größe 😀');
SELECT table_name, index_name, columns FROM sqlite_mig.source_indexes('api_source16');
SELECT table_name, parent_table, columns, parent_columns FROM sqlite_mig.source_foreign_keys('api_source16');
SELECT clause, column_name, body FROM sqlite_mig.source_tables('api_source16'), sqlite_mig.parse_table(sql);

-- a file without tables
SELECT count(*) FROM sqlite_mig.source_tables('api_source_empty');
SELECT count(*) FROM sqlite_mig.source_columns('api_source_empty');
SELECT count(*) FROM sqlite_mig.source_objects('api_source_empty');
SELECT encoding, user_version, application_id FROM sqlite_mig.source_info('api_source_empty');

-- one snapshot: what another process commits is not seen before the transaction ends
BEGIN;
SELECT count(*) FROM sqlite_mig.source_tables('api_source16');
\! sqlite3 -cmd ".timeout 100" "$FILE16" "CREATE TABLE later(a)" 2>&1 | grep -o "database is locked"
SELECT count(*) FROM sqlite_mig.source_tables('api_source16');
COMMIT;
\! sqlite3 "$FILE16" "CREATE TABLE later(a)"
SELECT count(*) FROM sqlite_mig.source_tables('api_source16');

-- refused: name, rights, NULL
DO $$
DECLARE
	call text;
	state text;
	message text;
BEGIN
	FOREACH call IN ARRAY ARRAY['source_columns(''api_source'', ''nosuch'')', 'source_indexes(''api_source'', '''''' OR 1=1 --'')', 'source_foreign_keys(''api_source'', ''sqlite_sequence'')',
		'source_tables(''nosuch'')', 'source_columns(''nosuch'')', 'source_indexes(''nosuch'')', 'source_foreign_keys(''nosuch'')', 'source_objects(''nosuch'')',
		'source_sequences(''nosuch'')', 'source_info(''nosuch'')', 'source_tables(NULL)', 'source_columns(NULL)', 'source_info(NULL)'] LOOP
		BEGIN
			EXECUTE 'SELECT count(*) FROM sqlite_mig.' || call;
			RAISE NOTICE '%: no error', call;
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
			RAISE INFO '% % %', call, state, message;
		END;
	END LOOP;
END $$;
CREATE ROLE api_source_user;
SET ROLE api_source_user;
SELECT count(*) FROM sqlite_mig.source_tables('api_source');
SELECT count(*) FROM sqlite_mig.source_info('api_source');
RESET ROLE;
GRANT USAGE ON FOREIGN SERVER api_source TO api_source_user;
SET ROLE api_source_user;
SELECT count(*) FROM sqlite_mig.source_tables('api_source') WHERE kind = 'table';
RESET ROLE;

-- many tables: one pass over the schema, not one for each table
\pset tuples_only on
\pset format unaligned
\o :script
SELECT format('CREATE TABLE t%s(id INTEGER PRIMARY KEY, a TEXT UNIQUE, b INT REFERENCES t1, c TEXT DEFAULT ''x''); CREATE INDEX i%1$s ON t%1$s(b, c);', i) FROM generate_series(1, 1000) i;
\o
\pset tuples_only off
\pset format aligned
\! (echo "BEGIN;"; cat "$SCRIPT"; echo "COMMIT;") | sqlite3 -bail "$EMPTY"
SET statement_timeout = '30s';
SELECT (SELECT count(*) FROM sqlite_mig.source_tables('api_source_empty')) AS tables, (SELECT count(*) FROM sqlite_mig.source_columns('api_source_empty')) AS columns,
	(SELECT count(*) FROM sqlite_mig.source_indexes('api_source_empty')) AS indexes, (SELECT count(*) FROM sqlite_mig.source_foreign_keys('api_source_empty')) AS foreign_keys;
RESET statement_timeout;

DROP OWNED BY api_source_user;
DROP ROLE api_source_user;
DROP SERVER api_source;
DROP SERVER api_source16;
DROP SERVER api_source_empty;
