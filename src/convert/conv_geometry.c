/*-------------------------------------------------------------------------
 *
 * conv_geometry.c
 *	  BLOBs of GeoPackage and SpatiaLite, and WKB, as PostGIS's types, or as the
 *	  EWKB that PostGIS takes (bytea with one of these formats).
 *
 * PostGIS is found at run time, by the names of its types and of their receive
 * functions; what is not known of it is how it keeps a geometry. A value is checked to the last
 * byte (base_geometry.c) and against the modifier of the type, and handed over
 * as EWKB. What could make the receive function throw after that is guarded: curves and surfaces,
 * which have more rules, and modifiers that are not understood here.
 *
 * Without a format such a type is like any other: text through its input function.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "convert/conv_geometry.h"

/* PostGIS makes another number of a greater one. */
#define MAX_SRID 999999

typedef struct GeometryState
{
	GeometryFormat format;
	bool		is_bytea;
	bool		is_geography;
	bool		guard;			/* always */
	FmgrInfo	receive;
	Oid			ioparam;
	struct varlena *plain;		/* EWKB of the last value, if PostGIS keeps all of it as it is; lives as long as the value */

	/* what the modifier asks for, if there is one */
	bool		modified;
	GeoType		type;			/* GEO_ANY: all of these dimensions */
	bool		z,
				m;
	int32		srid;			/* 0: any */
} GeometryState;

static bool convert_geometry(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool read_modifier(const char *type_name, GeometryState *state);
static bool check_modifier(ConvIn *in, const GeometryState *state, const GeoInfo *info, int32 srid);
static bool find_srid(ConvIn *in, const GeometryState *state, int32 stored, int32 *srid);
static bool receive_geometry(ConvIn *in, GeometryState *state, const GeoInfo *info, char *ewkb, int len, Datum *datum);

bool
conv_is_geometry(Oid typid)
{
	HeapTuple	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(typid));
	Form_pg_type type;
	char	   *receive = NULL;
	bool		found = false;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for type %u", typid);
	type = (Form_pg_type) GETSTRUCT(tuple);
	if (typid >= FirstNormalObjectId && OidIsValid(type->typreceive) && OidIsValid(type->typsend))
		receive = get_func_name(type->typreceive);
	if (receive != NULL)
		found = (strcmp(NameStr(type->typname), "geometry") == 0 && strcmp(receive, "geometry_recv") == 0) ||
			(strcmp(NameStr(type->typname), "geography") == 0 && strcmp(receive, "geography_recv") == 0);
	ReleaseSysCache(tuple);
	return found;
}

bool
conv_geometry_format(const char *text, GeometryFormat *format)
{
	static const char *const names[] = {[GEO_GPKG] = "gpkg", [GEO_SPATIALITE] = "spatialite", [GEO_WKB] = "wkb"};
	int			end = 0;

	memset(format, 0, sizeof(GeometryFormat));
	for (int i = 0; i < lengthof(names); i++)
	{
		size_t		len = strlen(names[i]);

		if (strncmp(text, names[i], len) != 0)
			continue;
		format->form = (GeoFormat) i;
		if (text[len] == '\0')
			return true;
		format->renumbered = true;
		return sscanf(text + len, " %9d=%9d%n", &format->file_srid, &format->srid, &end) == 2 &&
			text[len] == ' ' && text[len + end] == '\0' && format->srid >= 0 && format->srid <= MAX_SRID;
	}
	return false;
}

void
conv_choose_geometry(ConvIn *in)
{
	GeometryState *state;
	Oid			receive;

	if (in->spec.format == NULL)
	{
		conv_choose_generic(in);
		return;
	}
	state = palloc0(sizeof(GeometryState));
	if (!conv_geometry_format(in->spec.format, &state->format))
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				 errmsg("type %s has no format \"%s\"", in->type_name, in->spec.format),
				 errhint("Valid formats are: %s.", GEOMETRY_FORMATS)));
	state->is_bytea = in->spec.typid == BYTEAOID;
	if (!state->is_bytea)
	{
		char	   *name = format_type_with_typemod(in->spec.typid, in->spec.typmod);

		getTypeBinaryInputInfo(in->spec.typid, &receive, &state->ioparam);
		fmgr_info_cxt(receive, &state->receive, in->context);
		state->is_geography = strcmp(get_func_name(receive), "geography_recv") == 0;
		state->guard = state->is_geography || (in->spec.typmod >= 0 && !read_modifier(name, state));
	}
	in->state = state;
	in->slow = state->guard;
	in->fn = convert_geometry;
}

static bool
convert_geometry(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	GeometryState *state = in->state;
	const unsigned char *bytes;
	struct varlena *ewkb;
	size_t		len;
	size_t		room;
	size_t		size;
	int32		stored;
	int32		srid = 0;
	GeoInfo		info;
	GeoError	error;

	state->plain = NULL;
	if (sqlite3_value_type(value) != SQLITE_BLOB)
		return conv_refuse_class(in, value, "a geometry");
	bytes = sqlite3_value_blob(value);
	len = sqlite3_value_bytes(value);
	if (bytes == NULL && len > 0)
		return conv_refuse_memory(in);
	if (base_geometry_srid(state->format.form, bytes, len, &stored) && !find_srid(in, state, stored, &srid))
		return false;
	room = base_geometry_room(state->format.form, len);
	if (room > MaxAllocSize - VARHDRSZ)
		return conv_refuse(in, ERRCODE_PROGRAM_LIMIT_EXCEEDED, "blob of %zu bytes is too long for a geometry", len);

	/* whoever asks whether a value fits needs no EWKB, unless PostGIS or a domain must be asked */
	if (in->spec.exact && !state->is_bytea && !state->guard && !OidIsValid(((ConvFull *) in)->domain) &&
		base_geometry_read(state->format.form, bytes, len, srid, NULL, false, &info, &error) != 0 && !info.special)
	{
		*datum = (Datum) 0;
		return check_modifier(in, state, &info, srid);
	}
	ewkb = palloc(VARHDRSZ + room);
	size = base_geometry_read(state->format.form, bytes, len, srid, (unsigned char *) VARDATA(ewkb), state->is_geography, &info, &error);
	if (size == 0)
	{
		conv_refuse(in, ERRCODE_INVALID_BINARY_REPRESENTATION, "%s (byte %zu)", error.reason, error.at);
		in->error.hint = "Type bytea without the column option \"format\" takes the bytes as they are.";
		return false;
	}
	SET_VARSIZE(ewkb, VARHDRSZ + size);
	*datum = PointerGetDatum(ewkb);
	if (state->is_bytea)
		return true;
	if (!check_modifier(in, state, &info, srid))
		return false;
	if (!state->guard && !info.special)
		state->plain = ewkb;
	return receive_geometry(in, state, &info, VARDATA(ewkb), size, datum);
}

bytea *
conv_geometry_plain(const ConvIn *in)
{
	return in->spec.format ? ((GeometryState *) in->state)->plain : NULL;
}

/* The number in the database. GeoPackage has two for no system at all, -1 and 0. */
static bool
find_srid(ConvIn *in, const GeometryState *state, int32 stored, int32 *srid)
{
	if (state->format.renumbered && stored == state->format.file_srid)
		*srid = state->format.srid;
	else if (stored >= -1 && stored <= MAX_SRID)
		*srid = Max(stored, 0);
	else
		return conv_refuse(in, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "SRID %d is not one that PostGIS takes", stored);
	return true;
}

/* Reads "geometry(PointZ,4326)" as PostGIS writes types. False: it is something else. */
static bool
read_modifier(const char *type_name, GeometryState *state)
{
	const char *at = strchr(type_name, '(');
	const char *end;
	int			used = 0;

	if (at == NULL)
		return false;
	at++;
	end = at + strcspn(at, ",)");
	if (*end == ',' && (sscanf(end, ",%9d)%n", &state->srid, &used) != 1 || used == 0 || end[used] != '\0'))
		return false;
	for (int type = GEO_ANY; type < GEO_TYPES; type++)
	{
		const char *name = base_geometry_type_name((GeoType) type);
		size_t		len = strlen(name);

		if (pg_strncasecmp(at, name, len) != 0 || len > end - at)
			continue;
		for (used = len; at + used < end; used++)
		{
			if (pg_toupper(at[used]) == 'Z' && !state->z && !state->m)
				state->z = true;
			else if (pg_toupper(at[used]) == 'M' && !state->m)
				state->m = true;
			else
				break;
		}
		if (at + used == end)
		{
			state->modified = true;
			state->type = (GeoType) type;
			return true;
		}
	}
	return false;
}

/* Stricter than PostGIS, which gives a geometry without SRID that of its column. */
static bool
check_modifier(ConvIn *in, const GeometryState *state, const GeoInfo *info, int32 srid)
{
	static const char *const dims[] = {"", "Z", "M", "ZM"};

	if (state->is_geography && !info->empty && (info->min[0] < -180 || info->max[0] > 180 || info->min[1] < -90 || info->max[1] > 90))
		return conv_refuse(in, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "coordinates are beyond longitudes and latitudes");
	if (!state->modified)
		return true;
	if (state->z != info->z || state->m != info->m ||
		(state->type != GEO_ANY && state->type != info->type &&
		 !(state->type == GEO_COLLECTION && info->type >= GEO_MULTIPOINT && info->type <= GEO_MULTIPOLYGON)))
		return conv_refuse(in, ERRCODE_DATATYPE_MISMATCH, "geometry is a %s%s", base_geometry_type_name(info->type), dims[info->z + 2 * info->m]);
	if (state->srid != 0 && state->srid != srid)
		return conv_refuse(in, ERRCODE_DATATYPE_MISMATCH, "geometry has SRID %d", srid);
	return true;
}

/* What the receive function is called with, through conv_guarded. */
typedef struct ReceiveCall
{
	GeometryState *state;
	int32		typmod;
	StringInfoData buf;
	Datum		datum;
} ReceiveCall;

static void
call_receive(void *arg)
{
	ReceiveCall *call = arg;

	call->datum = ReceiveFunctionCall(&call->state->receive, &call->buf, call->state->ioparam, call->typmod);
}

/* PostGIS raises what is wrong with a geometry as an internal error; a guard must know it for one of data. */
static void
call_receive_guarded(void *arg)
{
	MemoryContext context = CurrentMemoryContext;
	ErrorData  *error;

	PG_TRY();
	{
		call_receive(arg);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		if (error->sqlerrcode != ERRCODE_INTERNAL_ERROR)
			PG_RE_THROW();
		FlushErrorState();
		error->sqlerrcode = ERRCODE_INVALID_BINARY_REPRESENTATION;
		ReThrowError(error);
	}
	PG_END_TRY();
}

static bool
receive_geometry(ConvIn *in, GeometryState *state, const GeoInfo *info, char *ewkb, int len, Datum *datum)
{
	ReceiveCall call = {.state = state,.typmod = in->spec.typmod,.buf = {.data = ewkb,.len = len,.maxlen = len}};

	if (!state->guard && !info->special)
		call_receive(&call);
	else if (!conv_guarded(in, call_receive_guarded, &call))
		return false;
	*datum = call.datum;
	return true;
}
