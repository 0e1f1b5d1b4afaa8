/*-------------------------------------------------------------------------
 *
 * conv_out_geometry.c
 *	  Geometries in the form that the file has them in: the inverse of
 *	  conv_geometry.c, and the proof that a value led back to what was stored.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/pg_type.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "convert/conv_geometry.h"

typedef struct OutGeometry
{
	GeometryFormat format;
	bool		is_bytea;
	FmgrInfo	send;
} OutGeometry;

static bool out_geometry(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);

/* The format has been checked by conv_choose. */
void
conv_choose_out_geometry(ConvOut *out)
{
	OutGeometry *state = palloc0(sizeof(OutGeometry));
	Oid			send;
	bool		varlena;

	(void) conv_geometry_format(out->spec.format, &state->format);
	state->is_bytea = out->spec.typid == BYTEAOID;
	if (!state->is_bytea)
	{
		getTypeBinaryOutputInfo(out->spec.typid, &send, &varlena);
		fmgr_info(send, &state->send);
	}
	out->state = state;
	out->fn = out_geometry;
}

static bool
out_geometry(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	OutGeometry *state = out->state;
	bytea	   *ewkb = state->is_bytea ? DatumGetByteaPP(value) : SendFunctionCall(&state->send, value);
	const unsigned char *bytes = (const unsigned char *) VARDATA_ANY(ewkb);
	size_t		len = VARSIZE_ANY_EXHDR(ewkb);
	unsigned char *blob;
	size_t		size;
	int32		srid;
	GeoError	error;

	if (len > MaxAllocSize - 64)
		return conv_out_refuse(out, ERRCODE_PROGRAM_LIMIT_EXCEEDED, "it is too long");
	(void) base_geometry_srid(GEO_WKB, bytes, len, &srid);
	if (state->format.renumbered && srid == state->format.srid)
		srid = state->format.file_srid;
	blob = palloc(base_geometry_write_room(len));
	size = base_geometry_write(state->format.form, bytes, len, srid, true, blob, &error);
	if (size == 0)
		return conv_out_refuse(out, ERRCODE_INVALID_BINARY_REPRESENTATION, "%s", error.reason);
	return sqlite3_bind_blob(stmt, param, blob, size, SQLITE_STATIC) == SQLITE_OK ||
		conv_out_refuse(out, ERRCODE_PROGRAM_LIMIT_EXCEEDED, "it is longer than SQLite allows");
}

bool
conv_geometry_is_stored(GeoFormat format, Datum ewkb, sqlite3_value *value)
{
	bytea	   *packed = DatumGetByteaPP(ewkb);
	const unsigned char *stored = sqlite3_value_blob(value);
	size_t		stored_len = sqlite3_value_bytes(value);
	size_t		len = VARSIZE_ANY_EXHDR(packed);
	unsigned char *body;
	size_t		size;
	size_t		at;
	GeoError	error;

	Assert(sqlite3_value_type(value) == SQLITE_BLOB);
	if (len > MaxAllocSize - 64)
		return false;
	body = palloc(base_geometry_write_room(len));
	size = base_geometry_write(format, (const unsigned char *) VARDATA_ANY(packed), len, 0, false, body, &error);

	/* SpatiaLite has no byte order in front of the type, but a mark at the end */
	at = base_geometry_body(format, stored) - (format == GEO_SPATIALITE ? 0 : 1);
	if (format == GEO_SPATIALITE)
		stored_len--;
	return size > 0 && at <= stored_len && stored_len - at == size && memcmp(stored + at, body, size) == 0;
}
