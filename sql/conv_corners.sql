-- Single values, each for one branch of a reader or a writer that no ordinary value takes; beside each what PostgreSQL or SQLite says of it.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET lc_monetary = 'C';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/conv_corners.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE start (a)"
CREATE SCHEMA conv_corners;
SET search_path = conv_corners;
CREATE SERVER conv_corners FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');

-- proofs: whether a value's canonical form was read from what is stored, leads back to it, or is taken from the converter
\! sqlite3 "$FILE" "CREATE TABLE proof (domain_double, domain_int, zeros, scaled, wide, exponent, float, minute, network, doc, price); INSERT INTO proof VALUES (0.1, 7, '1000000000000000000000000000000', 1e-25, 9007199254740992.0, '1e2', 5, '2024-02-29 14:30:59.5+02', '10.0.0.1', 5, 5), (-2.5, -7, '12', 0.5, 1.0, '12.50', 6, '2024-02-29 14:30:59.5', '10.0.0.2', '[1]', '6.50')"
CREATE DOMAIN positive_or_not AS double precision CHECK (value < 1000);
CREATE DOMAIN small_number AS integer CHECK (value < 1000);
CREATE FOREIGN TABLE proof (domain_double positive_or_not, domain_int small_number, zeros numeric, scaled numeric, wide numeric, exponent numeric, float double precision, minute timestamptz, network inet, doc json, price money) SERVER conv_corners;
CREATE TABLE proved AS SELECT * FROM proof;
TABLE proof;
SELECT attname AS name, s.proof ->> attname AS proof, s.checksum = t.checksum AS same, s.rows FROM pg_attribute, sqlite_mig_internal._checksum('proof', ARRAY[attname::text], NULL, NULL) AS s, sqlite_mig.checksum('proved', ARRAY[attname::text]) AS t
	WHERE attrelid = 'proof'::regclass AND attnum > 0 ORDER BY attnum;

-- a reason that is cut, where a character begins: the message of an input function, of which the first 200 bytes or so are kept
\! sqlite3 "$FILE" "CREATE TABLE long AS SELECT replace(hex(zeroblob(200)), '00', 'ä') AS a, 'x' || replace(hex(zeroblob(200)), '00', 'ä') AS b, replace(hex(zeroblob(200)), '00', '€') AS c, 'xx' || replace(hex(zeroblob(200)), '00', '€') AS d"
CREATE FOREIGN TABLE long (a inet, b inet, c inet, d inet) SERVER conv_corners;
CREATE FUNCTION said(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	EXECUTE statement;
	RETURN 'done';
EXCEPTION
	WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
		RETURN concat_ws(': ', SQLSTATE, SQLERRM, nullif(detail, ''));
END $$;
SELECT c, octet_length(m) - octet_length(regexp_replace(m, '^.*invalid input', '')) AS before, substring(m FROM 'invalid input.*') AS reason
	FROM unnest('{a,b,c,d}'::text[]) AS c, said(format('SELECT %I FROM long', c)) AS m;

-- times: counts of many digits, midnights in a column of days whose clocks show them twice, a zone that there is not
\! sqlite3 "$FILE" "CREATE TABLE counts AS SELECT '99999999999999999999999999999' AS ns, '-0.99999999999999999999' AS small; CREATE TABLE days (d TEXT); INSERT INTO days VALUES ('2020-01-01'); CREATE TABLE days2 (d TEXT); INSERT INTO days2 VALUES ('2020-01-01')"
CREATE FOREIGN TABLE counts (ns timestamptz OPTIONS (format 'unixepoch_ns'), small timestamptz OPTIONS (format 'unixepoch_ns')) SERVER conv_corners;
SELECT said('SELECT ns FROM counts'), (SELECT small FROM counts) AS small;
CREATE FOREIGN TABLE days (d timestamptz OPTIONS (time_zone 'America/Havana')) SERVER conv_corners;
CREATE FOREIGN TABLE days2 (d timestamptz OPTIONS (time_zone 'America/Havana')) SERVER conv_corners;
INSERT INTO days VALUES ('2024-11-03 05:00+00'), ('2024-11-04 05:00+00');
INSERT INTO days2 VALUES ('2024-11-03 04:00+00');
\! sqlite3 "$FILE" "SELECT quote(d) FROM days; SELECT quote(d) FROM days2"
TABLE days;
TABLE days2;
SELECT said($$SELECT refused FROM sqlite_mig_internal._fit('conv_corners', 'counts', '{ns}', '{1}', '{timestamptz}', '{unixepoch}', 'Nowhere/Land')$$);

-- the ends of what a timestamp holds, in zones whose clocks show what it does not: refused, or read back as it was
\! sqlite3 "$FILE" "CREATE TABLE ends (a TEXT, b TEXT, c INTEGER); INSERT INTO ends VALUES ('294276-12-31 23:59:59-05:00', '294276-12-31 23:59:59+09:00', 0); CREATE TABLE written (v)"
CREATE FOREIGN TABLE ends (a timestamp OPTIONS (time_zone 'America/New_York'), b timestamp OPTIONS (time_zone 'Asia/Tokyo')) SERVER conv_corners;
SELECT said('SELECT a FROM ends'), (SELECT b FROM ends) AS b;
CREATE FOREIGN TABLE wiped (v text) SERVER conv_corners OPTIONS ("table" 'written');
CREATE FUNCTION round_trip(type text, value text, format text, zone text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	back text;
	detail text;
BEGIN
	EXECUTE format('CREATE FOREIGN TABLE written (v %s OPTIONS (format %L, time_zone %L)) SERVER conv_corners', type, format, zone);
	BEGIN
		EXECUTE format('INSERT INTO written VALUES (%L)', value);
		SELECT v INTO STRICT back FROM written;
		back := CASE WHEN back = value THEN 'same' ELSE back END;
	EXCEPTION
		WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
			back := concat_ws(' ', SQLSTATE, detail);
	END;
	EXECUTE 'DROP FOREIGN TABLE written';
	DELETE FROM wiped;
	RETURN back;
END $$;
SELECT t.type, t.value, f.format, z.zone, round_trip(t.type, t.value, f.format, z.zone) FROM (VALUES ('timestamp', '294276-12-31 23:59:59'), ('timestamp', '4714-11-24 00:00:00 BC'), ('timestamptz', '294276-12-31 23:59:59+00'), ('timestamptz', '4714-11-24 00:00:00+00 BC')) AS t (type, value),
	(VALUES ('iso'), ('unixepoch')) AS f (format), (VALUES ('Asia/Tokyo'), ('America/New_York')) AS z (zone) ORDER BY 1, 2, 3, 4;

-- arrays whose elements have a format are read only
\! sqlite3 "$FILE" "CREATE TABLE instants (a TEXT); INSERT INTO instants VALUES ('[0, 86400]')"
CREATE FOREIGN TABLE instants (a timestamptz[] OPTIONS (format 'unixepoch')) SERVER conv_corners;
TABLE instants;
SELECT said($$INSERT INTO instants VALUES ('{2024-01-01}')$$);

-- what is recognised: of two good values and one that is none the number; the input function agrees
CREATE TABLE recognised (kind text, good text, value text);
INSERT INTO recognised SELECT 'ip', '::1', v FROM unnest('{:1,12345::,1::2::3,1:2:x,1:2:3:4:5:6:7:,1:2:3:4:5:6:7::,::1:2:3:4:5:6:7:8,1:2:3:4:5:6:1.2.3.4,::1.2.3.4/129,1::1.2.3}'::text[]) AS v
	UNION ALL SELECT 'numeric_comma', '1.234,5', v FROM unnest('{1.234.56,"1.234.56,7",1.234.567,-1.234,"-12.345.678,90","0.123,4","1234.567,8","1.234,","1.234,5x"}'::text[]) AS v;
SELECT format('CREATE TABLE %s (%s); INSERT INTO %s VALUES (%s), (%s), (%s);', kind, string_agg(format('%I', value), ', ' ORDER BY ctid), kind, string_agg(quote_literal(good), ', '), string_agg(quote_literal(good), ', '), string_agg(quote_literal(value), ', ' ORDER BY ctid))
	FROM recognised GROUP BY kind ORDER BY kind
\set sql :builddir '/results/conv_corners.sql'
\setenv SQL :sql
\g (format=unaligned tuples_only=on) :sql
\! sqlite3 "$FILE" < "$SQL"
SELECT p.table_name, p.column_name, (p.recognised -> p.table_name ->> 'matches')::int - 2 AS recognised, CASE p.table_name WHEN 'ip' THEN said(format('SELECT inet %L', p.column_name)) END AS "PostgreSQL"
	FROM sqlite_mig.profile('conv_corners') AS p WHERE p.table_name IN ('ip', 'numeric_comma') ORDER BY p.table_name, p.position;

-- JSON that SQLite is asked about: numbers at the limits of numeric, documents of many parts, keys in jsonb's order
\! sqlite3 "$FILE" "CREATE TABLE docs (id INTEGER PRIMARY KEY, b TEXT); INSERT INTO docs (b) VALUES ('{\"a\": 1e1000001}'), ('{\"a\": 1e-1000001}'), ('{\"a\": 1e131072}'), ('{\"a\": 1e131071}'), ('{\"a\": 1e-16384}'), ('{\"a\": 1e-16383}'), ('{\"a\": 0e1000001}'), ('{\"a\": 0e-1000001}'), ('{\"a\": ' || replace(hex(zeroblob(600)), '00', '12') || '.5}')"
\! sqlite3 "$FILE" "INSERT INTO docs (id, b) WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) SELECT 10, json_object('a', json_group_object('k' || (i * 7919 % 100000 / 2), i)) FROM n"
CREATE FOREIGN TABLE docs (id integer, b jsonb) SERVER conv_corners;
CREATE FOREIGN TABLE docs_text (id integer, b text) SERVER conv_corners OPTIONS ("table" 'docs');
CREATE TABLE native AS SELECT id, b::jsonb ->> 'a' AS a FROM docs_text WHERE id IN (4, 6, 7, 9, 10);
EXPLAIN (VERBOSE, COSTS OFF) SELECT count(*) FROM docs WHERE id = 1 AND b ->> 'a' = 'one';
SELECT t.id, left(t.b, 20) AS doc, sent, native FROM docs_text AS t, said(format('SELECT count(*) FROM docs WHERE id = %s AND b ->> %L = %L', t.id, 'a', 'one')) AS sent, said(format('SELECT b::jsonb FROM docs_text WHERE id = %s', t.id)) AS native WHERE t.id < 10 ORDER BY 1;
DO $$
DECLARE
	item record;
	n bigint;
BEGIN
	FOR item IN SELECT id, a FROM native ORDER BY id LOOP
		EXECUTE format('SELECT count(*) FROM docs WHERE id = %s AND b ->> %L = %L', item.id, 'a', item.a) INTO n;
		RAISE WARNING 'document %, % characters: %', item.id, length(item.a), n;
	END LOOP;
END $$;

-- keys of every class, as the quarantine names their rows
\! sqlite3 "$FILE" "CREATE TABLE keyed (a, b, n TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO keyed VALUES (x'00ff', 1, 'one'), (2.5, 'it''s', 'two'), ('', x'', 'three'), (3, 4, '5')"
SET client_min_messages = error;
SELECT count(*) FROM sqlite_mig.prepare('conv_corners', 'conv_corners_target', tables => '{keyed}');
UPDATE sqlite_mig.plan_column SET target_type = 'integer' WHERE migration = 'conv_corners' AND source_name = 'n';
UPDATE sqlite_mig.plan_column SET target_type = 'text', format = 'any' WHERE migration = 'conv_corners' AND source_name <> 'n';
CALL sqlite_mig.migrate('conv_corners', on_error => 'reject', reject_limit => 10);
SET client_min_messages = warning;
SELECT source_key, key_values, sqlstate FROM sqlite_mig.rejected WHERE migration = 'conv_corners' ORDER BY source_key COLLATE "C";
TABLE conv_corners_target.keyed;
DELETE FROM sqlite_mig.migration WHERE migration = 'conv_corners';
DROP SCHEMA conv_corners_target, sqlite_conv_corners CASCADE;
-- types whose input functions and conditions may throw, in a query that PostgreSQL computes in parallel, where no subtransaction may begin: the same values, and the same error without SQLite's row
\! sqlite3 "$FILE" "CREATE TABLE many (id INTEGER PRIMARY KEY, net TEXT, small INTEGER); WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO many SELECT i, '10.0.' || (i / 256) || '.' || (i % 256), i % 1000 FROM n"
CREATE FOREIGN TABLE many (id bigint, net inet, small small_number) SERVER conv_corners;
CREATE TABLE many_alone AS TABLE many;
ANALYZE many_alone;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
CREATE FUNCTION gathers(query text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	line text;
	found boolean := false;
BEGIN
	FOR line IN EXECUTE 'EXPLAIN ' || query LOOP
		found := found OR line ~ 'Gather';
	END LOOP;
	RETURN found;
END $$;
SELECT gathers('SELECT (SELECT count(*) FROM many_alone WHERE net < ''10.0.7.0''), count(*) FROM many');
SELECT (SELECT count(*) FROM many_alone WHERE net < '10.0.7.0'), count(*), sum(small::integer), max(net) FROM many WHERE net << '10.0.7.0/24';
SELECT (SELECT count(*) FROM many_alone WHERE net < '10.0.7.0'), count(*), sum(small::integer), max(net) FROM many_alone WHERE net << '10.0.7.0/24';
\! sqlite3 "$FILE" "UPDATE many SET net = '10.0.7' || net WHERE id = 7; UPDATE many SET small = 1000 WHERE id = 19999"
SET sqlite_fdw_mig.pushdown = off;
SELECT said(q || ' FROM many') AS alone, left(said('SELECT (SELECT count(*) FROM many_alone WHERE net < ''10.0.7.0''), q.* FROM (' || q || ' FROM many) AS q'), 5) AS parallel FROM unnest('{SELECT max(net),SELECT sum(small::integer)}'::text[]) AS q;
DROP SCHEMA conv_corners CASCADE;
DROP SERVER conv_corners;
