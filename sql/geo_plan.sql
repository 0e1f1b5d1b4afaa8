-- Plans of files with geometries where PostGIS is not installed: a GeoPackage and map tiles. t/130_geometry.pl has those with PostGIS.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/geo_plan.gpkg'
\set tiles :builddir '/results/geo_plan.mbtiles'
\setenv FILE :file
\setenv TILES :tiles
\! rm -f "$FILE" "$TILES"
\! sqlite3 "$FILE" "PRAGMA application_id = 1196444487; CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY, organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT); CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '', last_change DATETIME, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER REFERENCES gpkg_spatial_ref_sys); CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name))"
\! sqlite3 "$FILE" "INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, 'GEOGCS', NULL), ('site', 100001, 'NONE', 100001, 'LOCAL_CS', NULL); INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES ('towns', 'features', 'Towns', 'of the district', 4326), ('shapes', 'features', 'shapes', '', 100001); INSERT INTO gpkg_geometry_columns VALUES ('towns', 'geom', 'POINT', 4326, 0, 0), ('shapes', 'Shape', 'CURVE', 100001, 2, 0)"
\! sqlite3 "$FILE" "CREATE TABLE towns (fid INTEGER PRIMARY KEY, geom POINT, name TEXT); CREATE TABLE shapes (fid INTEGER PRIMARY KEY, shape BLOB); INSERT INTO towns VALUES (1, x'47500001e61000000101000000000000000000f03f0000000000000040', 'A'), (2, NULL, 'B'); INSERT INTO shapes VALUES (1, x'47500001a18601000101000000000000000000f03f0000000000000040'); CREATE VIRTUAL TABLE rtree_towns_geom USING rtree(id, minx, maxx, miny, maxy); INSERT INTO rtree_towns_geom VALUES (1, 1, 1, 2, 2); CREATE TRIGGER rtree_towns_geom_insert AFTER INSERT ON towns WHEN (new.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom)) BEGIN INSERT OR REPLACE INTO rtree_towns_geom VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)); END"
\! sqlite3 "$FILE" "CREATE TABLE sites (fid INTEGER PRIMARY KEY, kind TEXT, height REAL, code TEXT, free TEXT); INSERT INTO sites VALUES (1, 'o''er', 2.5, 'A1', NULL); CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT, PRIMARY KEY (table_name, column_name)); CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT, UNIQUE (constraint_name, constraint_type, value)); INSERT INTO gpkg_data_columns VALUES ('sites', 'kind', 'kind', 'Kind', 'What it is', NULL, 'kinds'), ('Sites', 'Height', NULL, 'height', 'in metres', NULL, 'heights'), ('sites', 'code', NULL, 'Code', NULL, NULL, 'codes'), ('sites', 'free', NULL, 'free', NULL, NULL, 'absent'), ('absent', 'x', NULL, 'X', NULL, NULL, 'kinds'); INSERT INTO gpkg_data_column_constraints (constraint_name, constraint_type, value, min, max) VALUES ('kinds', 'enum', 'o''er', NULL, NULL), ('kinds', 'enum', 'under', NULL, NULL), ('heights', 'range', NULL, 0, 8848.5), ('codes', 'glob', '[A-Z][0-9]', NULL, NULL)"
\! sqlite3 "$TILES" "PRAGMA application_id = 1297105496; CREATE TABLE metadata (name TEXT, value TEXT); INSERT INTO metadata VALUES ('name', 'test'), ('format', 'png'); CREATE TABLE map (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_id TEXT); CREATE TABLE images (tile_data BLOB, tile_id TEXT); CREATE UNIQUE INDEX map_index ON map (zoom_level, tile_column, tile_row); CREATE UNIQUE INDEX images_id ON images (tile_id); CREATE VIEW tiles AS SELECT map.zoom_level AS zoom_level, map.tile_column AS tile_column, map.tile_row AS tile_row, images.tile_data AS tile_data FROM map JOIN images ON images.tile_id = map.tile_id; INSERT INTO map VALUES (0, 0, 0, 'a'), (1, 0, 1, 'b'), (1, 1, 1, 'a'); INSERT INTO images VALUES (x'89504e470d0a1a0a', 'a'), (x'89504e47', 'b')"
CREATE SERVER geo_plan FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SERVER geo_tiles FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'tiles');

-- what the books say
SELECT source_table, source_name, owner, format, type_name, z, m, file_srid, index_table FROM sqlite_mig_internal._geometries('geo_plan') ORDER BY 1;
SELECT count(*) FROM sqlite_mig_internal._geometries('geo_tiles');
SELECT sqlite_mig_internal._postgis() IS NULL AS without_postgis;
SET client_min_messages = warning;
CALL sqlite_mig.migrate('geo_plan', 'geo_plan');
CALL sqlite_mig.migrate('geo_tiles', 'geo_tiles', verify_level => 'full');
RESET client_min_messages;
-- geometries are the bytes that they were, and the ledger says what to do
SELECT source_table, source_name, target_type, format FROM sqlite_mig.plan_column WHERE migration = 'geo_plan' AND source_table IN ('towns', 'shapes') ORDER BY source_table, position;
SELECT object_name, severity, effect, detail FROM sqlite_mig.ledger WHERE migration = 'geo_plan' AND rule IN ('geometry', 'application_id') ORDER BY object_name;
SELECT obj_description('geo_plan.towns'::regclass), obj_description('geo_plan.shapes'::regclass);
-- what a GeoPackage says of columns: comments, and statements that do what they say
SELECT attname, col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = 'geo_plan.sites'::regclass AND attnum > 0 ORDER BY attnum;
SELECT object_name, detail FROM sqlite_mig.ledger WHERE migration = 'geo_plan' AND rule = 'books' AND object_name LIKE 'sites.%' ORDER BY 1;
SELECT substring(detail FROM 'ALTER TABLE .*\)') FROM sqlite_mig.ledger WHERE migration = 'geo_plan' AND rule = 'books' AND object_name LIKE 'sites.%' ORDER BY object_name \gexec
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'geo_plan.sites'::regclass AND contype = 'c' ORDER BY conname;
SELECT fid, encode(sqlite_mig.geometry_wkb(geom), 'hex') FROM geo_plan.towns ORDER BY fid;
-- tiles are as they were, a view too
SELECT object_kind, object_name, severity, effect, detail FROM sqlite_mig.ledger WHERE migration = 'geo_tiles' AND rule IN ('tiles', 'application_id') ORDER BY object_name;
SELECT zoom_level, tile_column, tile_row, (1 << zoom_level::integer) - 1 - tile_row AS from_north, encode(tile_data, 'hex') AS tile_data FROM geo_tiles.tiles ORDER BY 1, 2, 3;
SELECT verdict FROM sqlite_mig.status('geo_tiles');
SELECT count(*) FILTER (WHERE NOT ok) AS failed FROM sqlite_mig.last_verification WHERE migration IN ('geo_plan', 'geo_tiles');

-- ddl reads the books of no file without geometries; with PostGIS see t/130_geometry.pl
SET track_functions = 'pl';
BEGIN;
SELECT count(*) > 0 AS statements FROM sqlite_mig.ddl('geo_tiles');
SELECT coalesce(pg_stat_get_xact_function_calls('sqlite_mig_internal._spatial(text)'::regprocedure), 0) AS readings;
COMMIT;
RESET track_functions;

-- books that are damaged say nothing, and stop nothing
\! sqlite3 "$FILE" "DROP TABLE gpkg_geometry_columns; CREATE TABLE gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id, z, m); INSERT INTO gpkg_geometry_columns VALUES ('towns', 'geom', 17, 'many', NULL, 'x'), ('absent', 'geom', 'POINT', 1, 0, 0), (NULL, NULL, NULL, NULL, NULL, NULL)"
SELECT source_table, source_name, type_name, z, m, file_srid, index_table FROM sqlite_mig_internal._geometries('geo_plan') ORDER BY 1;
\! sqlite3 "$FILE" "INSERT INTO gpkg_geometry_columns (table_name) VALUES (x'ff')"
SELECT source_table, source_name, type_name, z, m, file_srid, index_table FROM sqlite_mig_internal._geometries('geo_plan') ORDER BY 1;
\! sqlite3 "$FILE" "DROP TABLE gpkg_geometry_columns; CREATE TABLE gpkg_geometry_columns (other)"
SELECT source_table, source_name, type_name, z, m, file_srid, index_table FROM sqlite_mig_internal._geometries('geo_plan') ORDER BY 1;

SET client_min_messages = warning;
DROP SCHEMA geo_plan, geo_tiles CASCADE;
DELETE FROM sqlite_mig.migration WHERE migration IN ('geo_plan', 'geo_tiles');
DROP SCHEMA sqlite_geo_plan, sqlite_geo_tiles CASCADE;
DROP SERVER geo_plan CASCADE;
DROP SERVER geo_tiles CASCADE;
