-- Arguments that only a mistake gives, each refused with its own words; geometries that end too soon; settings and servers that are changed in between
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/api_corners.db'
\set other :builddir '/results/api_corners_2.db'
\setenv FILE :file
\setenv OTHER :other
\! rm -f "$FILE" "$OTHER"; sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'x'), (2, NULL), (3, 'x')"; sqlite3 "$OTHER" "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (7, 'other')"
CREATE SERVER api_corners FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA api_corners;
SET search_path = api_corners;
CREATE FOREIGN TABLE t (id bigint, a text) SERVER api_corners;
CREATE TABLE copied AS SELECT * FROM t;

-- NULL where there is no place for it
SELECT * FROM sqlite_mig_internal._diff(NULL, 'copied', '{id}', '{id,a}', NULL, false);
SELECT * FROM sqlite_mig_internal._diff('t', 'copied', '{id}', '{id,NULL}', NULL, false);
SELECT sqlite_mig_internal._expel('none', 't', 'copied', '{id,NULL}', 'SELECT false, c.id FROM copied AS c', 'quarantine', '23505', 'message', '{}', 'already exists');
SELECT * FROM sqlite_mig_internal._fit('api_corners', 't', '{a}', ARRAY[1, NULL], '{text,text}', '{NULL,NULL}');
SELECT sqlite_mig_internal._profile_part('api_corners', NULL, NULL, NULL, NULL);
-- an expression of SQLite's, of no row, of a first row, of NULL
SELECT sqlite_mig_internal._source_value(NULL, '1') AS none, sqlite_mig_internal._source_value('api_corners', NULL) AS no_expression, sqlite_mig_internal._source_value('api_corners', 'NULL') AS "null",
	sqlite_mig_internal._source_value('api_corners', 'NULLIF(id, 1)', 't') AS of_a_row, sqlite_mig_internal._source_value('api_corners', 'id', 't') AS value, sqlite_mig_internal._source_value('api_corners', '6 * 7') AS computed;
-- rows that SQLite does not read: none in a table, none that is looked for in what is no table
SELECT n.name, count(g.*) FROM unnest('{t,none}'::text[]) AS n (name) LEFT JOIN LATERAL sqlite_mig_internal._source_giants('api_corners', n.name) AS g ON true GROUP BY 1 ORDER BY 1;
-- a trigger without the name of its foreign key
CREATE TRIGGER no_name AFTER INSERT ON copied FOR EACH ROW EXECUTE FUNCTION sqlite_mig_internal._check_parent();
INSERT INTO copied VALUES (9, 'y');
DROP TRIGGER no_name ON copied;
-- workers: an answer that is NULL, and a task that is none
DO $$
BEGIN
	PERFORM sqlite_mig_internal._pool_open(NULL, 1);
	ASSERT sqlite_mig_internal._pool_ask('SELECT NULL::text') IS NULL;
	ASSERT sqlite_mig_internal._pool_ask('SELECT ''''') = '';
	ASSERT sqlite_mig_internal._pool_run('SELECT 1, NULL::text[], NULL::integer[]') = 1;
	PERFORM sqlite_mig_internal._pool_close();
END $$;

-- geometries: with an SRID of their own, in formats that there are not, and cut at each byte
SELECT format, sqlite_mig.geometry_blob('\x0101000020e6100000000000000000f03f0000000000000040', format, 3857) AS blob FROM unnest('{gpkg,spatialite,wkb}'::text[]) AS format;
SELECT sqlite_mig.geometry_wkb(sqlite_mig.geometry_blob('\x0101000020e6100000000000000000f03f0000000000000040', 'gpkg', 3857));
SELECT sqlite_mig.geometry_blob('\x0101000020e6100000000000000000f03f0000000000000040', 'geojson');
SELECT sqlite_mig.geometry_blob('\x0101000020e6100000000000000000f03f00000000000000', 'gpkg');
SELECT sqlite_mig.geometry_wkb('\x');
SELECT sqlite_mig.geometry_wkb('\x01010000');
SELECT sqlite_mig.geometry_wkb('\x0203040506');
CREATE FUNCTION whole(blob bytea) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
	PERFORM sqlite_mig.geometry_wkb(blob);
	RETURN true;
EXCEPTION
	WHEN invalid_binary_representation THEN
		RETURN false;
END $$;
-- a polygon, and a collection of it and a point, with an SRID (a SpatiaLite geometry ends with a mark, which the parts get, too)
CREATE TABLE shape (name text, ewkb bytea);
INSERT INTO shape VALUES ('polygon', decode('0103000020e61000000100000004000000' || repeat('00', 16) || '000000000000f03f0000000000000000' || '000000000000f03f000000000000f03f' || repeat('00', 16), 'hex'));
INSERT INTO shape SELECT 'collection', '\x0107000020e610000002000000'::bytea || '\x0103000000'::bytea || substr(ewkb, 10) || '\x0101000000000000000000f03f0000000000000040'::bytea FROM shape;
SELECT name, format, length(blob) AS bytes, count(*) FILTER (WHERE whole(substr(blob, 1, n))) AS "read when cut", count(*) FILTER (WHERE n < length(blob) - 1 AND whole(substr(blob, 1, n) || '\xfe')) AS "read when cut and marked", whole(blob) AS whole, sqlite_mig.geometry_wkb(blob, 4326) = ewkb AS same
	FROM shape, unnest('{gpkg,spatialite,wkb}'::text[]) AS format, sqlite_mig.geometry_blob(ewkb, format) AS blob, generate_series(0, length(blob) - 1) AS n GROUP BY name, format, blob, ewkb ORDER BY 1, 2;
SELECT name, count(*) FILTER (WHERE whole(substr(ewkb, 1, n))) AS "read when cut", sqlite_mig.geometry_wkb(ewkb) = ewkb AS same FROM shape, generate_series(0, length(ewkb) - 1) AS n GROUP BY name, ewkb ORDER BY 1;

-- directories: what is no list of absolute paths is no value; the root allows all
SET sqlite_fdw_mig.allowed_directories = '"/tmp';
SET sqlite_fdw_mig.allowed_directories = '/tmp, files';
SET sqlite_fdw_mig.allowed_directories = '/';
CREATE SERVER api_corners_2 FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'other');
SELECT name FROM sqlite_mig.source_objects('api_corners_2');
RESET sqlite_fdw_mig.allowed_directories;

-- a server that is altered in a transaction that has read it: the next statement reads the other file, one that is open goes on
BEGIN;
SELECT * FROM t WHERE id > 2;
ALTER SERVER api_corners OPTIONS (SET database :'other');
SELECT * FROM t;
ROLLBACK;
SELECT count(*) FROM t;
BEGIN;
DECLARE reading CURSOR FOR SELECT id FROM t ORDER BY id;
FETCH reading;
ALTER SERVER api_corners OPTIONS (SET database :'other');
SELECT * FROM t;
FETCH ALL FROM reading;
CLOSE reading;
SELECT * FROM t;
ROLLBACK;

-- how many rows a sketch expects: of a query it is a guess, of a table that is not there there are none to compare
CREATE FOREIGN TABLE q (id bigint, a text) SERVER api_corners OPTIONS (query 'SELECT id, a FROM t');
CREATE FOREIGN TABLE gone (id bigint, a text) SERVER api_corners OPTIONS ("table" 'gone');
TRUNCATE copied;
INSERT INTO copied SELECT * FROM q;
UPDATE copied SET a = 'changed' WHERE id = 3;
SELECT status, key, columns, source, target FROM sqlite_mig_internal._diff('q', 'copied', '{id}', '{id,a}', NULL, false);
\set VERBOSITY sqlstate
SELECT status, key, columns, source, target FROM sqlite_mig_internal._diff('gone', 'copied', '{id}', '{id,a}', NULL, false);
\set VERBOSITY default
DROP SCHEMA api_corners CASCADE;
DROP SERVER api_corners;
DROP SERVER api_corners_2;
