-- enumerations: a label, letter by letter
\getenv srcdir PG_ABS_SRCDIR
\getenv builddir PG_ABS_BUILDDIR
\set helper :srcdir '/sql/include/conv.psql'
\set file :builddir '/results/conv_enum.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t AS SELECT 'sad', 'Sad', 'sad ', 'sa', 'saddest', 'it''s', 'größe', 'groesse', '', CAST(x'736164ff' AS TEXT) AS invalid, CAST(x'7361640078' AS TEXT) AS nul, 1, 1.0, x'736164', NULL"
\i :helper
CREATE SERVER conv_enum FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE TYPE conv_mood AS ENUM ('sad', 'it''s', 'größe');
SELECT * FROM pg_temp.conv('conv_enum', 't', 'public.conv_mood');
SELECT value, result FROM pg_temp.conv('conv_enum', 't', 'public.conv_mood', options => 'empty_as_null ''true''') WHERE value = '''''';
-- many labels are shown in part; a type may have none
DO $$ BEGIN EXECUTE 'CREATE TYPE conv_many AS ENUM (' || (SELECT string_agg(quote_literal('label_' || i), ', ' ORDER BY i) FROM generate_series(1, 300) i) || ', ''sad'')'; END $$;
CREATE TYPE conv_none AS ENUM ();
SELECT * FROM pg_temp.conv('conv_enum', 't', 'public.conv_many') WHERE value ~* '^''(sad|'')';
SELECT * FROM pg_temp.conv('conv_enum', 't', 'public.conv_none') WHERE value = '''sad''';
-- a label of this transaction is not safe to store yet: no fault of the value, so it does not become NULL either
CREATE FOREIGN TABLE enum_case (good conv_mood OPTIONS (column_name '''sad'''), fresh conv_mood OPTIONS (column_name '''saddest''', on_error 'null'))
	SERVER conv_enum OPTIONS ("table" 't');
SELECT * FROM enum_case;
\set SHOW_CONTEXT never
BEGIN;
ALTER TYPE conv_mood ADD VALUE 'saddest';
SELECT good FROM enum_case;
SELECT fresh FROM enum_case;
ROLLBACK;
ALTER TYPE conv_mood ADD VALUE 'saddest';
SELECT * FROM enum_case;
\set SHOW_CONTEXT errors
-- below a domain
CREATE DOMAIN conv_cheerful AS conv_mood CHECK (VALUE <> 'sad');
SELECT * FROM pg_temp.conv('conv_enum', 't', 'public.conv_cheerful') WHERE value ~ '^''s|it|NULL';
DROP SERVER conv_enum CASCADE;
DROP DOMAIN conv_cheerful;
DROP TYPE conv_mood, conv_many, conv_none;
