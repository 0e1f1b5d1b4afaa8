-- types through their input functions; domains
\getenv srcdir PG_ABS_SRCDIR
\getenv builddir PG_ABS_BUILDDIR
\set helper :srcdir '/sql/include/conv.psql'
\set file :builddir '/results/conv_generic.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t AS SELECT 'sad', 'mad', '{1,2}', '{1,x}', '10.0.0.1/8', '1 day', '42', '', 42, 1.5, x'00', NULL, CAST(x'610062' AS TEXT) AS nul, 'ab', 'a', '12.345', replace(hex(zeroblob(35)), '0', 'n') AS seventy, '<a>x</a>', '101', '(1,2)'"
\i :helper
CREATE SERVER conv_generic FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE TYPE mood AS ENUM ('sad', 'happy');
SELECT * FROM pg_temp.conv('conv_generic', 't', 'public.mood');
SELECT value, result FROM pg_temp.conv('conv_generic', 't', 'integer[]') WHERE value ~ '^.[{4]|NULL';
SELECT value, result FROM pg_temp.conv('conv_generic', 't', 'inet') WHERE result NOT LIKE '! 22P02%';
SELECT value, result FROM pg_temp.conv('conv_generic', 't', 'interval') WHERE value ~ 'day|4|1.5|''$';
SELECT value, result FROM pg_temp.conv('conv_generic', 't', 'oid') WHERE value ~ '^4|1.5|''42|sad|^x';
SELECT value, result FROM pg_temp.conv('conv_generic', 't', 'bit(3)') WHERE value ~ '101|^..?$|42';
SELECT value, result FROM pg_temp.conv('conv_generic', 't', 'name') WHERE value ~ 'sad|seventy|nul';
SELECT value, result FROM pg_temp.conv('conv_generic', 't', '"char"') WHERE value ~ 'sad|^''a';
SELECT value, result FROM pg_temp.conv('conv_generic', 't', 'point') WHERE value ~ '\(|42';
SELECT value, result FROM pg_temp.conv('conv_generic', 't', 'int4range') WHERE value ~ '\(|42';

-- a format belongs to the types that know it
CREATE FOREIGN TABLE f (a integer OPTIONS (format 'unixepoch')) SERVER conv_generic OPTIONS ("table" 't');
SELECT a FROM f;
CREATE FOREIGN TABLE g (a timestamptz OPTIONS (format 'unix')) SERVER conv_generic OPTIONS ("table" 't');
SELECT a FROM g;
CREATE FOREIGN TABLE h (a timestamptz OPTIONS (time_zone 'Europe/Nowhere')) SERVER conv_generic OPTIONS ("table" 't');
SELECT a FROM h;

-- domains: the converter of the base type, then the constraints, of NULL too
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN money2 AS numeric(10,2) CONSTRAINT small CHECK (VALUE < 40);
CREATE DOMAIN needed AS text NOT NULL;
CREATE DOMAIN strange AS integer CHECK (1 / (VALUE - 42) IS NOT NULL);
CREATE DOMAIN nested AS positive CHECK (VALUE < 40);
CREATE DOMAIN plain AS varchar(3);
SELECT value, result FROM pg_temp.conv('conv_generic', 't', 'public.positive') WHERE value ~ '^''?[4-]|NULL|''$' AND value !~ '1|^''[sm]';
SELECT * FROM pg_temp.conv('conv_generic', 't', 'public.money2') WHERE value ~ '42|12|1.5|NULL';
SELECT value, result FROM pg_temp.conv('conv_generic', 't', 'public.needed') WHERE value ~ '''ab|NULL|''$' AND length(value) < 5;
SELECT value, result FROM pg_temp.conv('conv_generic', 't', 'public.needed', options => 'empty_as_null ''true''') WHERE value ~ '^''''$';
SELECT value, result FROM pg_temp.conv('conv_generic', 't', 'public.strange') WHERE value ~ '42|NULL';
SELECT value, result FROM pg_temp.conv('conv_generic', 't', 'public.nested') WHERE value ~ '42|NULL';
SELECT value, result FROM pg_temp.conv('conv_generic', 't', 'public.plain') WHERE value ~ '42|NULL|1 day|sad';

-- after a refusal inside its guard the transaction goes on
BEGIN;
SELECT value, result FROM pg_temp.conv('conv_generic', 't', 'public.mood') WHERE value = '''mad''';
SELECT count(*) FROM pg_class WHERE relname = 'pg_class';
COMMIT;
DROP SERVER conv_generic CASCADE;
DROP DOMAIN nested, positive, money2, needed, strange, plain;
DROP TYPE mood;
