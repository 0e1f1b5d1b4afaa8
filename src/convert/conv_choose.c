/*-------------------------------------------------------------------------
 *
 * conv_choose.c
 *	  Chooses the converter of a column: THE table of types, and the wrappers
 *	  that every type may have (empty text as NULL, domain constraints).
 *
 * The last decision about types: below conv_choose nobody looks one up.
 * Also how a converter refuses a value.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "convert/conv_geometry.h"
#include "convert/convert_internal.h"

#define INSTANT_FORMATS "iso, unixepoch, unixepoch_ms, unixepoch_us, unixepoch_ns, dotnet_ticks, cocoa, apple, webkit, julianday"

/* A type with a converter of its own; all others are read by their input function. */
typedef struct ConvType
{
	Oid			typid;
	ConvChoose	choose;
	const char *formats;		/* valid values of the column option "format"; NULL = "choose" checks it */
} ConvType;

static const ConvType conv_types[] = {
	{INT8OID, conv_choose_int8, ""},
	{INT4OID, conv_choose_int4, ""},
	{INT2OID, conv_choose_int2, ""},
	{BOOLOID, conv_choose_bool, NULL},
	{FLOAT8OID, conv_choose_float8, ""},
	{FLOAT4OID, conv_choose_float4, ""},
	{NUMERICOID, conv_choose_numeric, ""},
	{TEXTOID, conv_choose_text, "any"},
	{VARCHAROID, conv_choose_varchar, "any"},
	{BPCHAROID, conv_choose_bpchar, "any"},
	{BYTEAOID, conv_choose_bytea, NULL},
	{DATEOID, conv_choose_date, INSTANT_FORMATS},
	{TIMEOID, conv_choose_time, "iso"},
	{TIMESTAMPOID, conv_choose_timestamp, INSTANT_FORMATS},
	{TIMESTAMPTZOID, conv_choose_timestamptz, INSTANT_FORMATS},
	{UUIDOID, conv_choose_uuid, ""},
	{JSONOID, conv_choose_json, ""},
	{JSONBOID, conv_choose_jsonb, ""},
	{MONEYOID, conv_choose_money, ""},
	{INTERVALOID, conv_choose_interval, "seconds"},
};

/* Kinds of types. The format of an array is that of its elements. */
static const ConvType array_type = {InvalidOid, conv_choose_array, NULL};
static const ConvType enum_type = {InvalidOid, conv_choose_enum, ""};
static const ConvType geometry_type = {InvalidOid, conv_choose_geometry, NULL};
static const ConvType other_type = {InvalidOid, conv_choose_generic, ""};

static const ConvType *find_type(Oid typid);
static void check_format(const ConvIn *in, const char *formats);
static void wrap_empty(ConvFull *full);
static void wrap_domain(ConvFull *full, Oid domain);
static bool convert_unless_empty(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool convert_domain(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static void set_error(ConvIn *in, int sqlstate, const char *format, va_list args) pg_attribute_printf(3, 0);

ConvIn *
conv_choose(const ConvSpec *spec)
{
	ConvFull   *full = palloc0(sizeof(ConvFull));
	ConvIn	   *in = &full->in;
	const ConvType *type;
	Oid			base;

	in->spec = *spec;
	in->spec.format = spec->format ? pstrdup(spec->format) : NULL;
	in->spec.time_zone = spec->time_zone ? pstrdup(spec->time_zone) : NULL;
	in->type_name = format_type_with_typemod(spec->typid, spec->typmod);
	in->context = CurrentMemoryContext;

	if (GetDatabaseEncoding() != PG_UTF8 && GetDatabaseEncoding() != PG_SQL_ASCII)
		full->from_utf8 = FindDefaultConversionProc(PG_UTF8, GetDatabaseEncoding());

	base = getBaseTypeAndTypmod(spec->typid, &in->spec.typmod);
	in->spec.typid = base;
	type = find_type(base);
	if (type->formats)
		check_format(in, type->formats);
	type->choose(in);

	in->any_null = true;
	if (spec->empty_as_null)
		wrap_empty(full);
	if (base != spec->typid && DomainHasConstraints(spec->typid))
		wrap_domain(full, spec->typid);
	in->spec.typid = spec->typid;
	return in;
}

bool
conv_refuse(ConvIn *in, int sqlstate, const char *format,...)
{
	va_list		args;

	va_start(args, format);
	set_error(in, sqlstate, format, args);
	va_end(args);
	in->error.lossy = false;
	return false;
}

void
conv_adjust(ConvIn *in, ConvKind kind, int sqlstate, const char *format,...)
{
	va_list		args;

	conv_mark(in, kind);
	if (!in->spec.exact)
		return;
	va_start(args, format);
	set_error(in, sqlstate, format, args);
	va_end(args);
	in->error.lossy = true;
}

bool
conv_refuse_class(ConvIn *in, sqlite3_value *value, const char *what)
{
	return conv_refuse(in, ERRCODE_DATATYPE_MISMATCH, "%s is not %s",
					   conv_class_name(sqlite3_value_type(value)), what);
}

bool
conv_refuse_memory(ConvIn *in)
{
	return conv_refuse(in, ERRCODE_OUT_OF_MEMORY, "SQLite is out of memory");
}

const char *
conv_class_name(int storage_class)
{
	static const char *const names[] = {
		[SQLITE_INTEGER] = "integer",
		[SQLITE_FLOAT] = "real",
		[SQLITE_TEXT] = "text",
		[SQLITE_BLOB] = "blob",
		[SQLITE_NULL] = "null",
	};

	Assert(storage_class >= SQLITE_INTEGER && storage_class <= SQLITE_NULL);
	return names[storage_class];
}

const char *
conv_kind_name(ConvKind kind)
{
	static const char *const names[] = {
		[CONV_ROUNDED] = "rounded",
		[CONV_GAP] = "gap",
		[CONV_OVERLAP] = "overlap",
		[CONV_OFFSET] = "offset",
		[CONV_NUL] = "nul",
		[CONV_UTF8] = "utf8",
		[CONV_BLANKS] = "blanks",
		[CONV_REWRITTEN] = "rewritten",
		[CONV_DUPLICATE] = "duplicate",
		[CONV_RETYPED] = "retyped",
		[CONV_NULLED] = "nulled",
	};

	Assert(kind < CONV_KINDS);
	return names[kind];
}

static const ConvType *
find_type(Oid typid)
{
	for (int i = 0; i < lengthof(conv_types); i++)
	{
		if (conv_types[i].typid == typid)
			return &conv_types[i];
	}
	if (get_typtype(typid) == TYPTYPE_ENUM)
		return &enum_type;

	/* int2vector and its like have elements, but are written in another way */
	if (OidIsValid(get_element_type(typid)) && get_array_type(get_element_type(typid)) == typid)
		return &array_type;
	return conv_is_geometry(typid) ? &geometry_type : &other_type;
}

/* Throws unless the format of the column is one of the list "a, b, c". */
static void
check_format(const ConvIn *in, const char *formats)
{
	const char *format = in->spec.format;
	const char *at = formats;

	if (format == NULL)
		return;
	while (*at)
	{
		size_t		len = strcspn(at, ",");

		if (len == strlen(format) && strncmp(at, format, len) == 0)
			return;
		at += len;
		at += strspn(at, ", ");
	}
	ereport(ERROR,
			(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
			 errmsg("type %s has no format \"%s\"", in->type_name, format),
			 *formats ? errhint("Valid formats are: %s.", formats)
			 : errhint("Leave the option \"format\" out for this type.")));
}

static void
wrap_empty(ConvFull *full)
{
	full->empty_fn = full->in.fn;
	full->in.fn = convert_unless_empty;
}

static void
wrap_domain(ConvFull *full, Oid domain)
{
	full->domain_fn = full->in.fn;
	full->domain = domain;
	full->in.fn = convert_domain;
	full->in.own_class = 0;
	full->in.own_text = false;
	full->in.any_null = false;
}

static bool
convert_unless_empty(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	if (sqlite3_value_type(value) == SQLITE_TEXT && sqlite3_value_bytes(value) == 0)
	{
		*isnull = true;
		return true;
	}
	return ((ConvFull *) in)->empty_fn(in, value, datum, isnull);
}

/* What domain_check needs, through conv_guarded. */
typedef struct DomainCheck
{
	ConvFull   *full;
	Datum		datum;
	bool		isnull;
} DomainCheck;

static void
check_domain(void *arg)
{
	DomainCheck *check = arg;

	domain_check(check->datum, check->isnull, check->full->domain,
				 &check->full->domain_cache, check->full->in.context);
}

static bool
convert_domain(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	ConvFull   *full = (ConvFull *) in;
	DomainCheck check = {.full = full};

	if (!full->domain_fn(in, value, datum, isnull))
		return false;
	check.datum = *isnull ? (Datum) 0 : *datum;
	check.isnull = *isnull;
	return conv_guarded(in, check_domain, &check);
}

/* NOT NULL and CHECK of a domain decide about a NULL too. */
bool
conv_null(ConvIn *in, Datum *datum, bool *isnull)
{
	ConvFull   *full = (ConvFull *) in;
	DomainCheck check = {.full = full,.isnull = true};

	*datum = (Datum) 0;
	*isnull = true;
	return !OidIsValid(full->domain) || conv_guarded(in, check_domain, &check);
}

static void
set_error(ConvIn *in, int sqlstate, const char *format, va_list args)
{
	char	   *reason = in->error.reason;
	int			len;

	in->error.sqlstate = sqlstate;
	in->error.hint = NULL;
	vsnprintf(reason, sizeof(in->error.reason), format, args);

	/* a message of an input function may have been cut inside a character */
	len = strlen(reason);
	if (len == sizeof(in->error.reason) - 1)
		reason[pg_encoding_mbcliplen(GetDatabaseEncoding(), reason, len, len)] = '\0';
}
