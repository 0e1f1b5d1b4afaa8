-- alembic_revision: literals of Python, words for types, errors, and a whole revision (Alembic itself runs it in t/070_alembic.pl)
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET TimeZone = 'UTC';
\set VERBOSITY default
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_alembic.db'
\setenv FILE :file
SELECT $sqlite$
CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER REFERENCES b, name VARCHAR(20) NOT NULL DEFAULT 'it''s \ 5% :x');
CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES a ON DELETE CASCADE, at TIMESTAMP, UNIQUE (a, at));
CREATE INDEX b_at ON b (at DESC);
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 "$FILE" "$SQL"
CREATE SERVER mig_alembic FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');

-- a literal says what the text was: read back by rules of its own
SELECT v, sqlite_mig_internal._py(v) AS python FROM (VALUES (''), ('a'), ('it''s'), ('"x"'), ('it''s "x"'), ('\'), ('\n'), ('ends \'), (E'a\nb\tc\rd'), (E'\x01\x7f'), (E'\u0085\u2028'), ('"""'), ('''''''"""'), ('{} %s %% :x $1'), ('пять 🌙')) AS v (v);
SELECT sqlite_mig_internal._py(NULL) IS NULL AS nothing;
CREATE FUNCTION pg_temp.unquoted(literal text) RETURNS text LANGUAGE plpgsql AS
$$
DECLARE
	mark   text := left(literal, 1);
	rest   text := substr(literal, 2);
	result text := '';
BEGIN
	WHILE rest <> mark LOOP
		IF left(rest, 1) = mark OR left(rest, 1) ~ '[\n\r]' THEN
			RAISE EXCEPTION 'the literal ends early: %', literal;
		ELSIF rest ~ '^\\x' THEN
			result := result || chr(('x' || substr(rest, 3, 2))::bit(8)::int);
			rest := substr(rest, 5);
		ELSIF rest ~ '^\\' THEN
			result := result || CASE substr(rest, 2, 1) WHEN 'n' THEN E'\n' WHEN 't' THEN E'\t' ELSE substr(rest, 2, 1) END;
			rest := substr(rest, 3);
		ELSE
			result := result || left(rest, 1);
			rest := substr(rest, 2);
		END IF;
	END LOOP;
	RETURN result;
END;
$$;
-- every string of up to four letters from these
WITH RECURSIVE s (v) AS (VALUES ('') UNION ALL SELECT s.v || l FROM s, unnest(ARRAY['''', '"', '\', E'\n', E'\r', E'\x01', 'n', 'x0']) AS l WHERE length(s.v) < 4)
SELECT count(*), count(*) FILTER (WHERE pg_temp.unquoted(sqlite_mig_internal._py(v)) <> v) AS wrong FROM s;

SELECT t, sqlite_mig_internal._py_type(t) FROM unnest('{smallint,integer,bigint,boolean,real,double precision,numeric,"numeric(8,2)","numeric(4,-2)",text,character varying,character varying(5),character(3),
	bytea,date,timestamp with time zone,timestamp(3) without time zone,time(0) without time zone,interval,interval(3),jsonb,json,uuid,inet,macaddr8,tsvector,tstzrange,bit(4),bit varying,"\"char\"",xml,
	"text[]","numeric(6,2)[]","public.mood[]","\"My \"\"schema\"\"\".t"}'::text[]) WITH ORDINALITY AS t (t, n) ORDER BY n;
SELECT sqlite_mig_internal._py_names('{user,lateral,"a b"}');

-- errors
SELECT * FROM sqlite_mig.alembic_revision('mig_alembic');
SELECT table_name, columns FROM sqlite_mig.prepare('mig_alembic', 'mig_alembic_app');
SELECT * FROM sqlite_mig.alembic_revision('mig_alembic');
CALL sqlite_mig.migrate('mig_alembic');
SELECT * FROM sqlite_mig.alembic_revision('mig_alembic', revision_id => 'a-b');
SELECT * FROM sqlite_mig.alembic_revision('mig_alembic', down_revision => '''; DROP TABLE x');
SELECT * FROM sqlite_mig.alembic_revision('mig_alembic', revision_id => repeat('a', 33));

-- a cycle, so that one foreign key comes afterwards
\pset format unaligned
\pset tuples_only on
SELECT content FROM sqlite_mig.alembic_revision('mig_alembic', revision_id => 'first');
SELECT filename, revision FROM sqlite_mig.alembic_revision('mig_alembic');
SELECT stamp FROM sqlite_mig.alembic_revision('mig_alembic', NULL, 'before', 'after');
SELECT content ~ E'\nRevises: before\n' AND content ~ E'\ndown_revision = ''before''\n' AS down FROM sqlite_mig.alembic_revision('mig_alembic', NULL, 'before', 'after');
\pset tuples_only off
\pset format aligned
-- what is left out is said
CREATE TRIGGER "its own" BEFORE UPDATE ON mig_alembic_app.a FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
SELECT revision FROM sqlite_mig.alembic_revision('mig_alembic');
-- what is no plain table, and a type that would have to be made
CREATE TYPE mig_alembic_app.pair AS (x int, y int);
ALTER TABLE mig_alembic_app.a ADD COLUMN pair mig_alembic_app.pair;
SELECT * FROM sqlite_mig.alembic_revision('mig_alembic');
ALTER TABLE mig_alembic_app.a RENAME TO was_a;
CREATE VIEW mig_alembic_app.a AS SELECT * FROM mig_alembic_app.was_a;
SELECT * FROM sqlite_mig.alembic_revision('mig_alembic');

DELETE FROM sqlite_mig.migration WHERE server = 'mig_alembic';
DROP SCHEMA mig_alembic_app, sqlite_mig_alembic CASCADE;
DROP SERVER mig_alembic CASCADE;
