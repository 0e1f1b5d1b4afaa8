/*-------------------------------------------------------------------------
 *
 * conv_geometry.h
 *	  Columns of geometries: what their type and format say.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_CONV_GEOMETRY_H
#define SQLITE_FDW_MIG_CONV_GEOMETRY_H

#include "base/base_geometry.h"
#include "convert/convert_internal.h"

#define GEOMETRY_FORMATS "gpkg, spatialite, wkb, each also with the SRIDs of file and database, as in \"gpkg 100001=27700\""

/* The column option "format", taken apart. */
typedef struct GeometryFormat
{
	GeoFormat	form;
	bool		renumbered;		/* an SRID of the file has another number here */
	int32		file_srid;
	int32		srid;
} GeometryFormat;

/* in conv_geometry.c */

/* Is it PostGIS's type geometry or geography, whatever schema that is in? */
extern bool conv_is_geometry(Oid typid);

/* False when the text is no format of geometries. */
extern bool conv_geometry_format(const char *text, GeometryFormat *format);

/* The converter of geometries, geographies, and of bytea with a format (which becomes EWKB). */
extern void conv_choose_geometry(ConvIn *in);

/*
 * The EWKB of the value that a geometry's converter has just made, where PostGIS is known to send it as the same bytes; NULL where it
 * must be asked.
 */
extern bytea *conv_geometry_plain(const ConvIn *in);

/* in conv_out_geometry.c: the binder of the same with a format */
extern void conv_choose_out_geometry(ConvOut *out);

/*
 * For conv_canon_back.c: whether EWKB, written in the format again, has the bytes that are stored, behind the
 * head. The datum is a bytea.
 */
extern bool conv_geometry_is_stored(GeoFormat format, Datum ewkb, sqlite3_value *value);

#endif							/* SQLITE_FDW_MIG_CONV_GEOMETRY_H */
