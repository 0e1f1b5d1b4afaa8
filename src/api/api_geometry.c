/*-------------------------------------------------------------------------
 *
 * api_geometry.c
 *	  SQL-callable: geometries of GeoPackage and SpatiaLite as EWKB and back, for
 *	  BLOBs that were carried over as they are.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "utils/builtins.h"
#include "utils/memutils.h"

#include "base/base_geometry.h"

MIG_FUNCTION(mig_geometry_wkb);
MIG_FUNCTION(mig_geometry_blob);

/* geometry_wkb(blob [, srid]): the SRID is that of the blob unless another is given. */
Datum
mig_geometry_wkb(PG_FUNCTION_ARGS)
{
	bytea	   *blob = PG_GETARG_BYTEA_PP(0);
	const unsigned char *bytes = (const unsigned char *) VARDATA_ANY(blob);
	size_t		len = VARSIZE_ANY_EXHDR(blob);
	bytea	   *ewkb;
	size_t		size;
	GeoFormat	format;
	int32		srid;
	GeoInfo		info;
	GeoError	error;

	if (!base_geometry_guess(bytes, len, &format))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("bytes are no geometry of GeoPackage or SpatiaLite, and no WKB")));
	(void) base_geometry_srid(format, bytes, len, &srid);
	if (PG_NARGS() > 1)
		srid = PG_GETARG_INT32(1);
	if (base_geometry_room(format, len) > MaxAllocSize - VARHDRSZ)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("geometry of %zu bytes is too long", len)));
	ewkb = palloc(VARHDRSZ + base_geometry_room(format, len));
	size = base_geometry_read(format, bytes, len, Max(srid, 0), (unsigned char *) VARDATA(ewkb), false, &info, &error);
	if (size == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("bytes are no valid geometry"),
				 errdetail("At byte %zu: %s.", error.at, error.reason)));
	SET_VARSIZE(ewkb, VARHDRSZ + size);
	PG_RETURN_BYTEA_P(ewkb);
}

/* geometry_blob(ewkb, format [, srid]) */
Datum
mig_geometry_blob(PG_FUNCTION_ARGS)
{
	static const struct
	{
		const char *name;
		GeoFormat	format;
	}			formats[] = {{"gpkg", GEO_GPKG}, {"spatialite", GEO_SPATIALITE}, {"wkb", GEO_WKB}};
	bytea	   *ewkb = PG_GETARG_BYTEA_PP(0);
	const unsigned char *bytes = (const unsigned char *) VARDATA_ANY(ewkb);
	size_t		len = VARSIZE_ANY_EXHDR(ewkb);
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(1));
	bytea	   *blob;
	size_t		size;
	int32		srid;
	GeoError	error;

	(void) base_geometry_srid(GEO_WKB, bytes, len, &srid);
	if (PG_NARGS() > 2)
		srid = PG_GETARG_INT32(2);
	if (len > MaxAllocSize - 64)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("geometry of %zu bytes is too long", len)));
	for (int i = 0; i < lengthof(formats); i++)
	{
		if (strcmp(name, formats[i].name) != 0)
			continue;
		blob = palloc(VARHDRSZ + base_geometry_write_room(len));
		size = base_geometry_write(formats[i].format, bytes, len, srid, true, (unsigned char *) VARDATA(blob), &error);
		if (size == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
					 errmsg("geometry cannot be written in format \"%s\"", name),
					 errdetail("At byte %zu: %s.", error.at, error.reason)));
		SET_VARSIZE(blob, VARHDRSZ + size);
		PG_RETURN_BYTEA_P(blob);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown format \"%s\"", name),
			 errhint("Formats are gpkg, spatialite and wkb.")));
}
