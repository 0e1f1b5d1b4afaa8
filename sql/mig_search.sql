-- Virtual tables: full-text search becomes tables and generated columns, R-Trees tables; what kept an index in step is not needed
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_search.db'
\setenv FILE :file
-- no line numbers of a context
\set SHOW_CONTEXT never
-- the statement of a virtual table taken apart
SELECT * FROM sqlite_mig_internal._virtual_table($$CREATE VIRTUAL TABLE IF NOT EXISTS "a b".[c] USING fts5('x y' UNINDEXED, [b], tokenize = 'porter unicode61', content='', z=1 + (2, 3))$$);
SELECT * FROM sqlite_mig_internal._virtual_table('create virtual table t using m');
SELECT * FROM sqlite_mig_internal._virtual_table('CREATE TABLE t (a)') UNION ALL SELECT * FROM sqlite_mig_internal._virtual_table('CREATE VIRTUAL TABLE t') UNION ALL SELECT * FROM sqlite_mig_internal._virtual_table('');
-- a damaged one ends
SELECT * FROM sqlite_mig_internal._virtual_table('CREATE VIRTUAL TABLE t USING m(a, ''b');

\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE doc (id INTEGER PRIMARY KEY, Title TEXT, body TEXT, search INTEGER); INSERT INTO doc VALUES (1, 'Dogs', 'The quick foxes are running', 1), (5, 'Cats', NULL, 2); CREATE VIRTUAL TABLE doc_fts USING fts5(title, body, content='doc', content_rowid='id', tokenize='porter unicode61'); INSERT INTO doc_fts (doc_fts) VALUES ('rebuild'); INSERT INTO doc_fts (doc_fts, rank) VALUES ('rank', 'bm25(1.0, 10.0)');"
\! sqlite3 "$FILE" "CREATE TRIGGER doc_ai AFTER INSERT ON doc BEGIN INSERT INTO doc_fts (rowid, title, body) VALUES (new.id, new.title, new.body); END; CREATE TRIGGER doc_au AFTER UPDATE ON doc BEGIN INSERT INTO \"doc_fts\" (doc_fts, rowid, title, body) VALUES ('delete', old.id, old.title, old.body); INSERT INTO doc_fts (rowid, title, body) VALUES (new.id, new.title, new.body); END; CREATE TRIGGER doc_both AFTER UPDATE ON doc BEGIN INSERT INTO doc_fts (rowid, title, body) VALUES (new.id, new.title, new.body); UPDATE doc SET search = 3 WHERE id = new.id; END;"
\! sqlite3 "$FILE" "CREATE VIRTUAL TABLE note USING fts4(subject, body, notindexed=body, languageid=lid); INSERT INTO note (docid, subject, body) VALUES (7, 'Hello world', 'x'), (9, 42, 'y'); CREATE TRIGGER doc_note AFTER DELETE ON doc BEGIN DELETE FROM note WHERE docid = old.id; END; CREATE VIRTUAL TABLE old USING fts3(body TEXT, tokenize porter); INSERT INTO old VALUES ('walking');"
\! sqlite3 "$FILE" "CREATE VIEW titles AS SELECT id AS n, Title AS t FROM doc; CREATE VIRTUAL TABLE of_view USING fts5(t, content='titles', content_rowid='n'); CREATE VIRTUAL TABLE none USING fts5(x, content=''); INSERT INTO none VALUES ('gone'); CREATE VIRTUAL TABLE part USING fts5(x, y UNINDEXED, tokenize='trigram'); INSERT INTO part VALUES ('abcdef', 1); CREATE VIRTUAL TABLE place USING rtree(id, minx, maxx, miny, maxy, +name TEXT); INSERT INTO place VALUES (4, 0.5, 1.5, 2, 3, 'here'); CREATE VIRTUAL TABLE words USING fts5vocab('doc_fts', 'row'); CREATE VIEW found AS SELECT * FROM note WHERE note MATCH 'hello';"
CREATE SERVER mig_search FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SET client_min_messages = warning;
CALL sqlite_mig.migrate('mig_search', 'mig_search');
SELECT source_name, source_table, include, columns, weights, config, column_name, index_name, tokenizer, reason FROM sqlite_mig.plan_search WHERE migration = 'mig_search' ORDER BY 1;
SELECT object_kind, object_name, effect, rule, regexp_replace(detail, '^SQLite cannot read it: unsafe use of MATCH\(\)', 'MATCH belongs to a virtual table') AS detail, accepted FROM sqlite_mig.ledger
	WHERE migration = 'mig_search' AND (object_kind IN ('virtual table', 'trigger', 'view')) ORDER BY 1, 2, 5;
SELECT object_kind, statement FROM sqlite_mig.ddl('mig_search') WHERE object_kind IN ('table', 'index', 'trigger') ORDER BY step;
SELECT table_name, check_name, source_value, target_value FROM sqlite_mig.verification WHERE migration = 'mig_search' AND check_name = 'rows' AND ok ORDER BY 1;
SELECT count(*) FROM sqlite_mig.verify('mig_search') WHERE NOT ok;
SELECT * FROM mig_search.doc ORDER BY id;
SELECT * FROM mig_search.note ORDER BY docid;
SELECT * FROM mig_search.old;
SELECT * FROM mig_search.place;
-- as the ledger says: words are found, also those of rows that come later, and the rowid goes on
INSERT INTO mig_search.doc (id, "Title", body) VALUES (6, 'New', 'A fox');
SELECT id FROM mig_search.doc WHERE search_2 @@ websearch_to_tsquery('english', 'fox') ORDER BY id;
SELECT id FROM mig_search.doc WHERE search_2 @@ to_tsquery('english', 'dog:B');
INSERT INTO mig_search.note (subject) VALUES ('later') RETURNING docid;
DELETE FROM mig_search.doc WHERE id = 6;
-- another configuration, names of the plan, a column less
SELECT count(*) FROM sqlite_mig.prepare('mig_search', 'mig_search2', migration => 'mig_search2', options => '{"text_search_config": "german", "names": "snake"}', exclude => '{place, words}');
UPDATE sqlite_mig.plan_column SET target_name = 'heading' WHERE migration = 'mig_search2' AND source_name = 'Title';
UPDATE sqlite_mig.plan_search SET column_name = 'vector', columns = '{Title}', weights = '{D}' WHERE migration = 'mig_search2' AND source_name = 'doc_fts';
UPDATE sqlite_mig.plan_search SET include = false WHERE migration = 'mig_search2' AND source_name = 'old';
UPDATE sqlite_mig.plan_search SET config = 'nothing' WHERE migration = 'mig_search2' AND source_name = 'note';
SELECT severity, object_kind, object_name, finding FROM sqlite_mig.plan_check('mig_search', 'mig_search2');
UPDATE sqlite_mig.plan_search SET expression = 'to_tsvector(''simple'', subject)' WHERE migration = 'mig_search2' AND source_name = 'note';
SELECT severity, object_kind, object_name, finding FROM sqlite_mig.plan_check('mig_search', 'mig_search2');
UPDATE sqlite_mig.plan_column SET include = false WHERE migration = 'mig_search2' AND source_table = 'of_view' AND source_name = 't';
CALL sqlite_mig.migrate('mig_search', migration => 'mig_search2', mode => 'resumable', workers => 2);
SELECT table_name, statement FROM sqlite_mig.journal WHERE migration = 'mig_search2' AND object_kind IN ('table', 'index') ORDER BY table_name, step;
SELECT object_kind, object_name, effect, detail FROM sqlite_mig.ledger WHERE migration = 'mig_search2' AND phase = 'migrate' ORDER BY 1, 2;
SELECT id FROM mig_search2.doc WHERE vector @@ to_tsquery('german', 'dogs');
SELECT count(*) FROM sqlite_mig.verification WHERE migration = 'mig_search2' AND NOT ok;
SELECT * FROM sqlite_mig.prepare('mig_search', 'mig_search3', migration => 'mig_search3', options => '{"text_search_config": "klingon"}');
-- beside tables that exist nothing is made
CALL sqlite_mig.migrate('mig_search', 'mig_search', migration => 'mig_search4', tables => '{doc, note}', if_exists => 'truncate');
SELECT object_name, detail FROM sqlite_mig.ledger WHERE migration = 'mig_search4' AND object_kind = 'virtual table' ORDER BY 1;
-- a text with more words than a tsvector holds
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE VIRTUAL TABLE long USING fts5(body); WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) INSERT INTO long SELECT group_concat(i, ' ') FROM n;"
CALL sqlite_mig.migrate('mig_search', 'mig_search5', migration => 'mig_search5');
SELECT max_chars FROM sqlite_mig.plan_search WHERE migration = 'mig_search5';
SELECT detail FROM sqlite_mig.ledger WHERE migration = 'mig_search5' AND rule = 'long texts';
SELECT length(body), length(search) FROM mig_search5.long;
DELETE FROM sqlite_mig.migration WHERE server = 'mig_search';
DROP SCHEMA mig_search, mig_search2, mig_search5, sqlite_mig_search, sqlite_mig_search2, sqlite_mig_search4, sqlite_mig_search5 CASCADE;
DROP SERVER mig_search;
