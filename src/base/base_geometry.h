/*-------------------------------------------------------------------------
 *
 * base_geometry.h
 *	  Geometries as bytes: GeoPackage, SpatiaLite and WKB, read and written.
 *
 * Plain C over bytes: no palloc, no error, nothing of PostgreSQL or SQLite, so that
 * it runs inside callbacks of SQLite and in a fuzzer.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_BASE_GEOMETRY_H
#define SQLITE_FDW_MIG_BASE_GEOMETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum GeoFormat
{
	GEO_GPKG,					/* GeoPackage: a header, then ISO WKB */
	GEO_SPATIALITE,				/* SpatiaLite's BLOB, compressed lines and TinyPoint too */
	GEO_WKB						/* ISO WKB or EWKB, as it stands */
} GeoFormat;

/* Numbers of types as WKB has them; GEO_ANY is the abstract type. */
typedef enum GeoType
{
	GEO_ANY, GEO_POINT, GEO_LINESTRING, GEO_POLYGON, GEO_MULTIPOINT, GEO_MULTILINESTRING, GEO_MULTIPOLYGON,
	GEO_COLLECTION, GEO_CIRCULARSTRING, GEO_COMPOUNDCURVE, GEO_CURVEPOLYGON, GEO_MULTICURVE, GEO_MULTISURFACE,
	GEO_CURVE, GEO_SURFACE, GEO_POLYHEDRALSURFACE, GEO_TIN, GEO_TRIANGLE
} GeoType;

#define GEO_TYPES (GEO_TRIANGLE + 1)

/* Levels of collections in collections. */
#define GEO_MAX_DEPTH 64

/* What was found in a geometry. */
typedef struct GeoInfo
{
	int32_t		srid;			/* as the bytes have it; 0 in WKB that has none */
	GeoType		type;
	bool		z,
				m;
	bool		special;		/* has curves, surfaces of triangles … with rules beyond those that are checked here, or points of NaN, which are empty ones */
	bool		empty;			/* no coordinates at all; this and what follows only when the extent was asked for */
	double		min[2];			/* of x and y, unless empty */
	double		max[2];
} GeoInfo;

/* Why bytes are no geometry: English fragment, static, and the byte at which it shows. */
typedef struct GeoError
{
	const char *reason;
	size_t		at;
} GeoError;

/* in base_geometry.c */

/* Bytes that base_geometry_read may write for so many of a format. */
extern size_t base_geometry_room(GeoFormat format, size_t len);

/*
 * Checks a whole geometry and writes it as EWKB in the byte order of the machine, with "srid"
 * unless that is 0 (which SRID belongs to the stored one is known only when that was read:
 * base_geometry_srid). Returns the bytes written; 0 and *error if it is none. "out" NULL:
 * only checks, and returns 1. With "extent" the extent is found, too.
 */
extern size_t base_geometry_read(GeoFormat format, const unsigned char *bytes, size_t len, int32_t srid,
								 unsigned char *out, bool extent, GeoInfo *info, GeoError *error);

/* The SRID that bytes begin with; false when they have none for all that their beginning shows. */
extern bool base_geometry_srid(GeoFormat format, const unsigned char *bytes, size_t len, int32_t *srid);

/* In which format bytes are, by how they begin and end: GeoPackage, SpatiaLite, or else WKB; false for neither. */
extern bool base_geometry_guess(const unsigned char *bytes, size_t len, GeoFormat *format);

/* Where the type of the outermost geometry stands, behind heads and its byte order; 0 for a TinyPoint, which has none. Of what was read without error. */
extern size_t base_geometry_body(GeoFormat format, const unsigned char *bytes);

/* "LineString" …; GEO_ANY is "Geometry". */
extern const char *base_geometry_type_name(GeoType type);

/* in base_geometry_write.c */

/* Bytes that base_geometry_write may write for EWKB of so many. */
extern size_t base_geometry_write_room(size_t len);

/*
 * The other direction: checked EWKB in a format, little-endian, with the SRID that the file is to have. In GeoPackage with
 * an envelope unless it is a point or empty; "head" false leaves its header out. Returns the bytes written, 0 and *error if the bytes
 * are none, or the format has no such type.
 */
extern size_t base_geometry_write(GeoFormat format, const unsigned char *ewkb, size_t len, int32_t srid, bool head,
								  unsigned char *out, GeoError *error);

#endif							/* SQLITE_FDW_MIG_BASE_GEOMETRY_H */
