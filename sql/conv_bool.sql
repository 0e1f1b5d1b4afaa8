-- boolean: 0 and 1, the usual words, words of the column
\getenv srcdir PG_ABS_SRCDIR
\getenv builddir PG_ABS_BUILDDIR
\set helper :srcdir '/sql/include/conv.psql'
\set file :builddir '/results/conv_bool.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE words AS SELECT 'J', 'ja', 'JA', 'N', 'nein', 'Nein ', 'j,ja', 'true', 't', '1', 'maybe', '', 'Ö', 'x', CAST(x'6a00' AS TEXT) AS nul, 0, 1, 2, -1, 1.0, 2.0, 0.5, 9e999, x'6a', NULL"
\i :helper
CREATE SERVER conv_bool FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT * FROM pg_temp.conv('conv_bool', 'words', 'boolean', 'J,Ja/N,Nein');
SELECT * FROM pg_temp.conv('conv_bool', 'words', 'boolean', 'words') WHERE value ~ 'true|''t|1|2|maybe|J';
-- words that are numbers are the only numbers then
SELECT * FROM pg_temp.conv('conv_bool', 'words', 'boolean', '-1/0') WHERE value ~ '^-?[0-9]|''1|true';
SELECT * FROM pg_temp.conv('conv_bool', 'words', 'boolean', '1 / 2, x ,Ö') WHERE value ~ '^[0-9]|x|Ö|''J';
-- the same word twice on one side says nothing new
SELECT * FROM pg_temp.conv('conv_bool', 'words', 'boolean', 'x,X/Ö') WHERE value ~ '^''(x|Ö)';
-- no list of words
CREATE FUNCTION pg_temp.format_error(target text, format text, OUT error text, OUT hint text) LANGUAGE plpgsql AS $$
BEGIN
	PERFORM * FROM sqlite_mig_internal._fit('conv_bool', 'words', ARRAY['NULL'], ARRAY[1], ARRAY[target], ARRAY[format]);
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS error = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
	error := SQLSTATE || ' ' || error;
END $$;
SELECT e.* FROM unnest('{"",yes,a/b/c,/b,a/,"a,/b","a, /b",a/A,"a,b/c,B",word}'::text[]) f, LATERAL pg_temp.format_error('boolean', f) e;
SELECT * FROM pg_temp.format_error('integer', 'J/N');
SELECT * FROM pg_temp.format_error('boolean[]', 'J');
DROP SERVER conv_bool CASCADE;
