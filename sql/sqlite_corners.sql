-- What SQLite is told and asks at its corners: our functions one call at a time, beside PostgreSQL's arithmetic or SQLite's own; messages about names of all kinds
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/sqlite_corners.db'
\setenv FILE :file
\! rm -f "$FILE"*; sqlite3 "$FILE" "CREATE TABLE start (a)"
CREATE SERVER sqlite_corners FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');
CREATE SCHEMA sqlite_corners;
SET search_path = sqlite_corners;
-- what SQLite says of an expression, or the error
CREATE FUNCTION says(expression text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	RETURN coalesce(sqlite_mig_internal._source_value('sqlite_corners', expression), '(null)');
EXCEPTION
	WHEN OTHERS THEN
		GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
		-- (how many digits of a double are shown differs from version to version)
		RETURN concat_ws(': ', SQLSTATE, regexp_replace(substring(coalesce(nullif(detail, ''), SQLERRM) FROM '(?:SQLite says: )?(.*)'), 'real [-0-9.e+]+', 'real'));
END $$;
CREATE FUNCTION native(expression text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	result text;
BEGIN
	EXECUTE 'SELECT ' || expression INTO result;
	RETURN coalesce(result, '(null)');
EXCEPTION
	WHEN OTHERS THEN
		RETURN SQLSTATE;
END $$;

-- mig_scaled(x, p, s): what numeric(p,s) makes of it, times 10^s; refused by both or by none
CREATE TABLE scaled AS SELECT x, p, s, says(format('mig_scaled(%s, %s, %s)', x, p, s)) AS there, native(format('((%s)::double precision::text::numeric(%s,%s) * 1e%s)::numeric(40,0)', CASE WHEN x LIKE '%.%' OR x LIKE '%e%' THEN x ELSE x || '.0' END, p, s, s)) AS here
	FROM unnest('{1e17,1.5e17,123456789012345680.0,9.2e18,9.5e18,9e17,-9e17,1e15,1.5e-5,0.5,2.5,-0.5,0.125,1.005,99999.99,-1e-300,4503599627370497.5,1e300,0.045,900719925474099.25,70368744177664.015625}'::text[]) AS x,
		(VALUES (18, 0), (18, 1), (18, 3), (12, 2), (18, 18), (5, 5)) AS t (p, s);
SELECT count(*), count(*) FILTER (WHERE there ~ '^42804') AS refused FROM scaled;
SELECT * FROM scaled WHERE CASE WHEN there ~ '^42804' THEN here <> '22003' ELSE there IS DISTINCT FROM here END ORDER BY x, p, s;
SELECT x, says(format('mig_scaled(%s, 18, 2)', x)) FROM unnest(ARRAY['NULL', '''NaN''', '''nan''', '''1''', '''inf''', 'x''31''', '9e999', '1e19', '12345678901234567', '1234567890123456', '-1234567890123456']) AS x;

-- mig_number(x): equal for what numeric makes equal, in columns that hold integers, doubles and texts
CREATE TABLE numbers AS SELECT x, says(format('typeof(mig_number(%s))', x)) AS class, says(format('mig_number(%s)', x)) AS said FROM unnest(ARRAY['9007199254740992', '9007199254740992.0', '9007199254740993', '9007199254740993.0', '9007199254740994.0', '100000000000000000', '1e17', '9223372036854775807', '9223372036854775807.0', '-9223372036854775808',
	'-9223372036854775808.0', '9223372036854774784.0', '-9223372036854774784.0', '9.3e18', '1e300', '-1e300', '2.5', '2.0', '2', '''NaN''', '''nan''', '''Infinity''', '''+inf''', '9e999', '''-inf''', '-9e999']) AS x;
TABLE numbers;
CREATE FUNCTION as_numeric(x text) RETURNS numeric LANGUAGE sql AS $$ SELECT CASE WHEN trim('''' FROM x) ~ '^-?\d+$' THEN x::numeric ELSE replace(replace(trim('''' FROM x), '9e999', 'inf'), '-9e999', '-inf')::double precision::text::numeric END $$;
SELECT a.x, b.x FROM numbers AS a, numbers AS b WHERE (as_numeric(a.x) = as_numeric(b.x)) <> (says(format('mig_number(%s) IS mig_number(%s)', a.x, b.x)) = '1');
-- as a group: doubles in a column that was declared NUMERIC later, which made them no integers
\! sqlite3 -cmd ".dbconfig defensive off" "$FILE" "CREATE TABLE later (n BLOB); WITH n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 2999) INSERT INTO later SELECT CASE i % 5 WHEN 0 THEN 9007199254740992 WHEN 1 THEN 9007199254740992.0 WHEN 2 THEN 9007199254740993 WHEN 3 THEN 1e17 ELSE 100000000000000000 END FROM n; PRAGMA writable_schema = on; UPDATE sqlite_schema SET sql = replace(sql, 'BLOB', 'NUMERIC') WHERE name = 'later'; PRAGMA writable_schema = reset"
CREATE FOREIGN TABLE later (n numeric) SERVER sqlite_corners;
EXPLAIN (VERBOSE, COSTS OFF) SELECT n, count(*) FROM later GROUP BY n;
SELECT n, count(*) FROM later GROUP BY n ORDER BY n;
SELECT count(DISTINCT n) FROM later;

-- mig_uuid(x), mig_cut(x, n), mig_rank(x), mig_check(x, type): the converters' rules
SELECT x, says(format('quote(mig_uuid(%s))', x)) AS uuid, says(format('mig_check(%s, ''uuid'')', x)) AS checked, native(x || '::uuid') AS "PostgreSQL"
	FROM unnest(ARRAY['''a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11''', '''{a0eebc999c0b4ef8bb6d6bb9bd380a11}''', '''{a0eebc999c0b4ef8bb6d6bb9bd380a11''', '''{a0eebc999c0b4ef8bb6d6bb9bd380a1''', '''a0eebc999c0b4ef8bb6d6bb9bd380a1''', '''a0eebc999c0b4ef8bb6d6bb9bd380a1g''',
		'''a0eebc999c0b4ef8bb6d6bb9bd380a11}''', '''a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11''', '''a-0eebc999c0b4ef8bb6d6bb9bd380a11''', '''''', '1', 'NULL']) AS x;
SELECT x, says(format('mig_check(%s, ''uuid'')', x)) FROM unnest(ARRAY['x''a0eebc999c0b4ef8bb6d6bb9bd380a11''', 'x''a0''', '1.5', 'char(0)']) AS x;
SELECT x, n, says(format('''<'' || mig_cut(%s, %s) || ''>''', x, n)) AS there, native(format('''<'' || cast_cut || ''>'' FROM (VALUES (%s)) AS v (c), LATERAL (SELECT CASE WHEN rtrim(substr(c, %s + 1)) = '''' THEN left(c, %s) END AS cast_cut) AS q', x, n, n)) AS here
	FROM unnest(ARRAY['''äöü''', '''äöü  ''', '''äöüß''', '''''', '''  ''', '''€🐘a''', '''€🐘ab''']) AS x, unnest(ARRAY[0, 3]) AS n;
SELECT x, says(format('mig_cut(%s, 3)', x)) FROM unnest(ARRAY['NULL', '12', 'x''3132''']) AS x;
SELECT kind, x, says(format('mig_check(%s, %L)', x, kind)) FROM unnest('{integer,number,boolean,text,sequence,any}'::text[]) WITH ORDINALITY AS k (kind, i), unnest(ARRAY['NULL', '1', '2.0', '2.5', '1e19', '''x''', '''on''', '''Infinity''', 'CAST(x''ff'' AS TEXT)', 'x''00''']) WITH ORDINALITY AS v (x, j) ORDER BY i, j;

-- mig_sum and mig_avg: values of each class, beside numeric's
SELECT v, says(format('(SELECT mig_sum(column1, 0, 0) || '' '' || mig_avg(column1, 0, 0) FROM (VALUES %s))', v)) AS numeric, says(format('(SELECT mig_sum(column1, 12, 2) || '' '' || mig_avg(column1, 12, 2) FROM (VALUES %s))', v)) AS "numeric(12,2)", says(format('(SELECT mig_sum(column1) || '' '' || mig_avg(column1) FROM (VALUES %s))', v)) AS bigint
	FROM unnest(ARRAY['(NULL)', '(NULL), (1)', '(1), (2.0), (-4)', '(0.1), (0.2), (1e-20)', '(1e30), (-1e30), (1.5)', '(''NaN''), (1)', '(''inf''), (1)', '(''inf''), (''-Infinity'')', '(''x''), (1)', '(x''31''), (1)', '(9223372036854775807), (9223372036854775807)', '(9007199254740992.0), (9007199254740993)', '(9.3e18)', '(1), (1e10), (0.005)']) AS v;
SELECT sum(x), avg(x), sum(x::numeric(12,2)), avg(x::numeric(12,2)) FROM (VALUES (1), (2.0), (-4)) AS v (x);
SELECT sum(x), sum(x::numeric(12,2)) FROM (VALUES (0.1), (0.2), (1e-20)) AS v (x);

-- LIKE with the sign as its own escape, and a pattern that ends with it; replace beyond the longest text; formats of many arguments
SELECT e, says(e) FROM unnest(ARRAY['''ab'' LIKE ''a%'' ESCAPE ''%''', '''a%'' LIKE ''a%%'' ESCAPE ''%''', '''a_'' LIKE ''a__'' ESCAPE ''_''', '''ab'' LIKE ''a_'' ESCAPE ''_''', '''a%b'' LIKE ''%%%%b'' ESCAPE ''%''']) AS e;
\! sqlite3 :memory: "SELECT 'ab' LIKE 'a%' ESCAPE '%', 'a%' LIKE 'a%%' ESCAPE '%', 'a_' LIKE 'a__' ESCAPE '_', 'ab' LIKE 'a_' ESCAPE '_', 'a%b' LIKE '%%%%b' ESCAPE '%'"
SELECT e, says(e) FROM unnest(ARRAY['length(replace(hex(zeroblob(1000)), ''0'', hex(zeroblob(500000))))', 'replace(NULL, ''a'', ''b'')', 'replace(''a'', NULL, ''b'')', 'replace(''a'', ''a'', NULL)', 'CAST(replace(12, '''', ''b'') AS TEXT)', 'replace(''aXbX'', ''X'', ''-'')']) AS e;

-- a message that is not UTF-8; an index of an expression, and names with a comma or a point, which leave open what is a column: then SQLite's own words
\! sqlite3 "$FILE" "$(printf 'CREATE VIEW bad_bytes AS SELECT * FROM "gone\374"')" "CREATE TABLE e (a TEXT); CREATE UNIQUE INDEX e_a ON e (lower(a)); CREATE TABLE u (a TEXT, \"x, y\" TEXT, \"a.b\" TEXT UNIQUE, UNIQUE (a, \"x, y\")); CREATE TABLE \"t.u\" (v TEXT UNIQUE, z NOT NULL); CREATE TABLE pair (a, b, z NOT NULL, UNIQUE (a, b)); INSERT INTO e VALUES ('a'); INSERT INTO u VALUES ('a', 'b', 'c'); INSERT INTO \"t.u\" VALUES ('a', 1); INSERT INTO pair VALUES ('a', 'b', 1)"
CREATE FOREIGN TABLE bad_bytes (a text) SERVER sqlite_corners;
CREATE FOREIGN TABLE e (a text) SERVER sqlite_corners;
CREATE FOREIGN TABLE u (a text, xy text OPTIONS (column_name 'x, y'), ab text OPTIONS (column_name 'a.b')) SERVER sqlite_corners;
CREATE FOREIGN TABLE tu (v text, z text) SERVER sqlite_corners OPTIONS ("table" 't.u');
CREATE FOREIGN TABLE pair (a text, b text, z text) SERVER sqlite_corners;
SELECT * FROM bad_bytes;
SELECT count(*) FROM sqlite_mig.source_columns('sqlite_corners', 'bad_bytes');
INSERT INTO e VALUES ('A');
INSERT INTO u VALUES ('a', 'b', 'z');
INSERT INTO u VALUES ('z', 'z', 'c');
INSERT INTO tu VALUES ('a', '2');
INSERT INTO tu VALUES ('b', NULL);
INSERT INTO pair VALUES ('a', 'b', '2');
INSERT INTO pair VALUES ('a', 'c', NULL);

-- files: with the largest pages and cut, with what is left of a journal, whose first object is a view
\set large :file '.large'
\set beside :file '.beside'
\set view :file '.view'
\! sqlite3 "$FILE.large" "PRAGMA page_size = 65536; CREATE TABLE t (a); INSERT INTO t SELECT randomblob(100000)"; truncate -s 131072 "$FILE.large"
\! sqlite3 "$FILE.beside" "CREATE TABLE t (a); INSERT INTO t VALUES (1)"; head -c 1000 /dev/zero > "$FILE.beside-journal"; sqlite3 "$FILE.view" "CREATE VIEW a AS SELECT 1 AS one; CREATE TABLE t (a); INSERT INTO t VALUES (1)"
CREATE SERVER sqlite_corners_large FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'large');
CREATE SERVER sqlite_corners_beside FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'beside');
CREATE SERVER sqlite_corners_view FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'view', updatable 'true');
CREATE FOREIGN TABLE large (a bytea) SERVER sqlite_corners_large OPTIONS ("table" 't');
CREATE FOREIGN TABLE beside (a bigint) SERVER sqlite_corners_beside OPTIONS ("table" 't');
CREATE FOREIGN TABLE view_first (a bigint) SERVER sqlite_corners_view OPTIONS ("table" 't');
SELECT length(a) FROM large;
SELECT * FROM beside;
SELECT wal_size, journal_size, modified > now() - interval '1 hour' AS modified, holders, writer FROM sqlite_mig_internal._source_surroundings('sqlite_corners_beside');
INSERT INTO view_first VALUES (2);
BEGIN;
SELECT * FROM view_first;
UPDATE view_first SET a = a + 10;
SELECT * FROM view_first ORDER BY a;
COMMIT;
\! sqlite3 "$FILE.view" "SELECT a FROM t ORDER BY a"
-- a log that is open here, which is no other process
\! sqlite3 "$FILE.wal" "PRAGMA journal_mode = wal; CREATE TABLE t (a); INSERT INTO t VALUES (1)"
\set wal :file '.wal'
CREATE SERVER sqlite_corners_wal FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'wal');
CREATE FOREIGN TABLE wal (a bigint) SERVER sqlite_corners_wal OPTIONS ("table" 't');
BEGIN;
SELECT * FROM wal;
SELECT holders, writer FROM sqlite_mig_internal._source_surroundings('sqlite_corners_wal');
ROLLBACK;
-- an index in an order that only the application has: what is found by an order that is not it is no finding
\! sqlite3 -cmd ".dbconfig defensive off" "$FILE.own" "CREATE TABLE w (a TEXT PRIMARY KEY COLLATE NOCASE, n INTEGER) WITHOUT ROWID; INSERT INTO w VALUES ('b', 1), ('A', 2), ('Z', 4), ('c', 5); PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, 'NOCASE', 'german'); PRAGMA writable_schema = RESET" > /dev/null
\set own :file '.own'
\set copy :file '.copy'
CREATE SERVER sqlite_corners_own FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'own');
SET client_min_messages = error;
SELECT integrity FROM sqlite_mig.backup('sqlite_corners_own', :'copy');
SET client_min_messages = warning;
SELECT * FROM sqlite_mig_internal._source_damage('sqlite_corners_own');
DROP SCHEMA sqlite_corners CASCADE;
DROP SERVER sqlite_corners, sqlite_corners_large, sqlite_corners_beside, sqlite_corners_view, sqlite_corners_wal, sqlite_corners_own CASCADE;
