-- Geometries as bytes: for BLOBs of GeoPackage and SpatiaLite that were carried over as they are.

CREATE FUNCTION sqlite_mig.geometry_wkb(blob bytea) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'mig_geometry_wkb';
COMMENT ON FUNCTION sqlite_mig.geometry_wkb(bytea) IS
	'a geometry of GeoPackage or SpatiaLite, or WKB, as EWKB with its SRID, which PostGIS casts to geometry; an error if the bytes are none';

CREATE FUNCTION sqlite_mig.geometry_wkb(blob bytea, srid integer) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'mig_geometry_wkb';
COMMENT ON FUNCTION sqlite_mig.geometry_wkb(bytea, integer) IS
	'the same with another SRID; 0 is none';

CREATE FUNCTION sqlite_mig.geometry_blob(ewkb bytea, format text) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'mig_geometry_blob';
COMMENT ON FUNCTION sqlite_mig.geometry_blob(bytea, text) IS
	'EWKB (ST_AsEWKB) or WKB as a BLOB for SQLite: format gpkg with the envelope of a GeoPackage, spatialite, or wkb';

CREATE FUNCTION sqlite_mig.geometry_blob(ewkb bytea, format text, srid integer) RETURNS bytea
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE COST 100 AS 'MODULE_PATHNAME', 'mig_geometry_blob';
COMMENT ON FUNCTION sqlite_mig.geometry_blob(bytea, text, integer) IS
	'the same with another SRID: the srs_id of a GeoPackage, say';
