-- Comments inside CREATE TABLE: what clearly belongs to a column or to the table
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\pset format unaligned
CREATE FUNCTION pg_temp.c(sql text) RETURNS SETOF text LANGUAGE sql AS $$ SELECT coalesce(column_name, '(table)') || ': ' || replace(comment, E'\n', '|') FROM sqlite_mig_internal._table_comments(sql) $$;
SELECT pg_temp.c($$CREATE TABLE t ( -- people we know
	id INTEGER PRIMARY KEY, -- the number
	-- who it is,
	-- in full
	name TEXT DEFAULT '-- no comment /* at all */',
	/* the age
	 * in years */
	age INTEGER CHECK (age > 0 /* none is unborn */), -- or zero
	"odd -- name" TEXT -- the last one
)$$);
-- commas in front; a table comment before the bracket; several in one place
SELECT pg_temp.c($$CREATE TEMP TABLE IF NOT EXISTS t -- what it is
( a INTEGER -- first
, b TEXT /* second */ -- and more
, PRIMARY KEY (a) -- of the key
)$$);
-- nobody's: two definitions on a line, above an empty line, above a constraint, what was taken out, rulers, at the end
SELECT pg_temp.c($$CREATE TABLE t (
	a INTEGER, b INTEGER, -- both
	-- a heading

	c TEXT,
	-- old TEXT,
	d TEXT, -- --------
	-- =====
	e TEXT,
	-- unique
	UNIQUE (a),
	f TEXT
	-- the end
)$$);
SELECT pg_temp.c($$CREATE TABLE t (a /* in it */ INTEGER, b, -- ok
	c NUMERIC(10, -- inner
	2))$$);
SELECT pg_temp.c('CREATE TABLE t (a -- x') UNION ALL SELECT pg_temp.c('CREATE TABLE t (a, /* x') UNION ALL SELECT pg_temp.c('CREATE TABLE t (a ''b -- x') UNION ALL SELECT pg_temp.c('CREATE VIEW v AS SELECT 1 -- x')
	UNION ALL SELECT pg_temp.c('CREATE TABLE t AS SELECT (1 -- x)') UNION ALL SELECT pg_temp.c('-- x') UNION ALL SELECT pg_temp.c('');
-- a migration keeps them
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/dialect_comment.db'
\setenv FILE :file
SELECT $sqlite$CREATE TABLE "it's" ( -- it's a table
	id INTEGER PRIMARY KEY, -- the "id"
	gone TEXT, -- renamed
	-- name
	Name TEXT
); INSERT INTO "it's" VALUES (1, 'a', 'b'); CREATE TABLE none (a);$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 "$FILE" "$SQL"
CREATE SERVER dialect_comment FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SET client_min_messages = warning;
SELECT count(*) FROM sqlite_mig.prepare('dialect_comment', 'dialect_comment');
UPDATE sqlite_mig.plan_column SET target_name = 'kept' WHERE migration = 'dialect_comment' AND source_name = 'gone';
UPDATE sqlite_mig.plan_column SET comment = NULL WHERE migration = 'dialect_comment' AND source_name = 'Name';
CALL sqlite_mig.migrate('dialect_comment');
SELECT object_kind, object_name, statement, error FROM sqlite_mig.journal WHERE migration = 'dialect_comment' AND object_kind = 'comment' ORDER BY step;
SELECT a.attname, col_description(a.attrelid, a.attnum), obj_description(a.attrelid, 'pg_class') FROM pg_attribute AS a WHERE a.attrelid = 'dialect_comment."it''s"'::regclass AND a.attnum > 0 ORDER BY a.attnum;
CALL sqlite_mig.migrate('dialect_comment', 'dialect_comment2', migration => 'dialect_comment2', workers => 2);
SELECT a.attname, col_description(a.attrelid, a.attnum), obj_description(a.attrelid, 'pg_class') FROM pg_attribute AS a WHERE a.attrelid = 'dialect_comment2."it''s"'::regclass AND a.attnum > 0 ORDER BY a.attnum;
DELETE FROM sqlite_mig.migration WHERE server = 'dialect_comment';
DROP SCHEMA dialect_comment, dialect_comment2, sqlite_dialect_comment, sqlite_dialect_comment2 CASCADE;
DROP SERVER dialect_comment;
-- within a definition, on lines of their own; definitions that were taken out
SELECT pg_temp.c($$CREATE TABLE t (
	a INTEGER
		-- counted
		NOT NULL,
	b TEXT /* the name */
		-- for people
		DEFAULT 'x',
	-- old DECIMAL(10, 2),
	-- CHECK (a > 0),
	-- unique (
	-- price real,
	c TEXT
)$$);
