-- What converters and binders do at the edges of types and formats, where nothing else of the tests comes.
\getenv srcdir PG_ABS_SRCDIR
\getenv builddir PG_ABS_BUILDDIR
\set helper :srcdir '/sql/include/conv.psql'
\set file :builddir '/results/conv_edges.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE dates AS SELECT '9999999-01-01', '5874897-12-31', '5874898-01-01', '-4714-01-01', '2024-12-09 14:30:00+2:30', '2024-12-09 14:30:00+02:3', '2024-12-09 14:30:00+02:30:1'"
\! sqlite3 "$FILE" "CREATE TABLE counts AS SELECT '1.99999999999999999999', '9223372036854775807.5', '92233720368547758079223372036854775807', '-0.99999999999'"
\! sqlite3 "$FILE" "CREATE TABLE numbers AS SELECT '1e5x', '1e', '1e+', '12e-3', '1e999999999999', '9007199254740993.5', '5e-324'"
\! sqlite3 "$FILE" "CREATE TABLE written (a); CREATE TABLE typed (r REAL, n NUMERIC, t TEXT, i INTEGER, x)"
\! sqlite3 "$FILE" "CREATE TABLE midnights (d TEXT); INSERT INTO midnights VALUES ('2020-01-01T00:00:00Z')"
\! sqlite3 "$FILE" "CREATE TABLE days (d TEXT); INSERT INTO days VALUES ('2020-01-01')"
\! sqlite3 "$FILE" "CREATE TABLE offsets (d TEXT); INSERT INTO offsets VALUES ('2020-01-01 00:00:00+00:00'); CREATE TABLE texts AS SELECT CAST(x'41c0' AS TEXT) AS c0, CAST(x'e08041' AS TEXT) AS overlong, CAST(x'eda080' AS TEXT) AS surrogate, CAST(x'f0808041' AS TEXT) AS four, CAST(x'f4908080' AS TEXT) AS beyond, CAST(x'c341' AS TEXT) AS two"
\i :helper
CREATE SERVER conv_edges FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');

-- reading
SELECT * FROM pg_temp.conv('conv_edges', 'dates', 'date');
SELECT * FROM pg_temp.conv('conv_edges', 'dates', 'timestamptz');
SELECT * FROM pg_temp.conv('conv_edges', 'counts', 'timestamptz', 'unixepoch');
SELECT * FROM pg_temp.conv('conv_edges', 'counts', 'timestamptz', 'unixepoch_us');
SELECT * FROM pg_temp.conv('conv_edges', 'numbers', 'numeric');
SELECT * FROM pg_temp.conv('conv_edges', 'numbers', 'double precision');
-- the parts of a character that is none: one U+FFFD for the longest part that could have begun one
ALTER SERVER conv_edges OPTIONS (ADD on_invalid_utf8 'replace');
SELECT * FROM pg_temp.conv('conv_edges', 'texts', 'text');
ALTER SERVER conv_edges OPTIONS (DROP on_invalid_utf8);

-- writing: what SQLite would not give back, and dates and times beside what the column holds
CREATE FUNCTION pg_temp.put(target text, value text, col text, options text DEFAULT '', source_table text DEFAULT 'typed') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text; hint text; stored text; back text;
BEGIN
	EXECUTE format('CREATE FOREIGN TABLE public.conv_put (v %s OPTIONS (column_name %L%s)) SERVER conv_edges OPTIONS ("table" %L)', target, col, options, source_table);
	BEGIN
		EXECUTE format('INSERT INTO public.conv_put VALUES (%L)', value);
		EXECUTE format('CREATE FOREIGN TABLE public.conv_stored (v text) SERVER conv_edges OPTIONS (query %L)',
			format('SELECT typeof(%1$I) || '' '' || quote(%1$I) AS v FROM %2$I ORDER BY rowid DESC LIMIT 1', col, source_table));
		SELECT s.v INTO stored FROM public.conv_stored AS s;
		DROP FOREIGN TABLE public.conv_stored;
		-- and what is read again
		EXECUTE 'SELECT v::text FROM public.conv_put OFFSET (SELECT count(*) - 1 FROM public.conv_put)' INTO back;
		stored := concat_ws('; ', stored, 'read: ' || back);
		IF source_table = 'typed' THEN
			EXECUTE 'DELETE FROM public.conv_put';
		END IF;
	EXCEPTION WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
		stored := '! ' || concat_ws('; ', SQLSTATE || ' ' || SQLERRM, nullif(detail, ''), nullif(hint, ''));
	END;
	DROP FOREIGN TABLE public.conv_put;
	RETURN stored;
END $$;
\pset format unaligned
SELECT c.target, c.value, trim(', ' FROM c.options) AS options, pg_temp.put(c.target, c.value, c.col, c.options) AS stored FROM (VALUES
	('text', ' 12 ', 'n', ''), ('text', '1.50 ', 'n', ''), ('text', 'x', 'n', ''), ('json', '12 ', 'n', ''), ('json', ' 0.1', 'n', ''), ('json', '0.10000000000000000001', 'n', ''),
	('jsonb', '0.1', 'r', ''), ('jsonb', '1e400', 'r', ''),
	('integer[]', '[0:1]={1,2}', 't', ''), ('integer[]', '{1,2}', 't', ', format ''json'''),
	('date', '2024-05-06', 't', ''), ('date', '0044-03-15 BC', 't', ''),
	('timestamptz', '0044-03-15 00:00:00+00 BC', 't', ''), ('timestamptz', '1847-01-01 00:00+00', 't', ', time_zone ''Europe/London'''),
	('date', 'infinity', 'i', ', format ''unixepoch'''), ('date', '5874897-12-31', 'i', ', format ''unixepoch'''), ('timestamp', 'infinity', 'i', ', format ''unixepoch'''),
	('timestamp', '294276-12-31 23:59:59.999999', 'i', ', format ''unixepoch_us'''), ('timestamp', '294276-12-31 23:59:59.999999', 'i', ', format ''unixepoch_ns'''),
	('timestamp', '294276-12-31 23:59:59.999999', 'r', ', format ''unixepoch'''), ('timestamp', '2024-03-31 02:30', 'i', ', format ''unixepoch'', time_zone ''Europe/Berlin'''),
	('timestamp', '-infinity', 'r', ', format ''julianday'''), ('interval', '9000000000.000001 seconds', 'r', ', format ''seconds'''), ('interval', '1 day', 'r', ', format ''seconds'''),
	('date', '294277-01-01', 'i', ', format ''cocoa''')
) AS c (target, value, col, options);
SELECT pg_temp.put('date', '2024-05-06', 'd', '', 'midnights') AS "beside a midnight with Z", pg_temp.put('timestamptz', '2024-05-06 07:00+00', 'd', ', time_zone ''Asia/Tokyo''', 'days') AS "beside days";
-- midnight that happens twice, and an offset of seconds
SELECT pg_temp.put('timestamptz', '2024-11-03 04:00+00', 'd', ', time_zone ''America/Havana''', 'days') AS first, pg_temp.put('timestamptz', '2024-11-03 05:00+00', 'd', ', time_zone ''America/Havana''', 'days') AS second,
	pg_temp.put('timestamptz', '1847-01-01 00:00+00', 'd', ', time_zone ''Europe/London''', 'offsets') AS "to the second";
DROP SERVER conv_edges CASCADE;
