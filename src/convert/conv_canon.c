/*-------------------------------------------------------------------------
 *
 * conv_canon.c
 *	  Canonical bytes of a value, for checksums: the same for a Datum and for
 *	  the SQLite value it came from.
 *
 * A value is a tag and its bytes; integers are 8 bytes big endian, everything
 * of variable length has its length in front, so that no two rows can run into
 * the same bytes by shifting a border:
 *
 *	  n		NULL
 *	  i		integers, boolean as 0 and 1: int64
 *	  r		float4 and float8: bits of the double, every NaN the same
 *	  t		text types: UTF-8 bytes; char(n) without its blanks
 *	  b		bytea
 *	  d		date, time, timestamp(tz): int64
 *	  u		uuid: 16 bytes
 *	  j		jsonb: its binary form, of which there is one for each output text
 *	  o		others: output text; numeric without trailing zeros
 *
 * The source side is read raw where a storage class and a type define each
 * other; that is an independent second reading, which a defect of a converter
 * cannot fool. All else goes through the converter.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "port/pg_bswap.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "convert/convert_internal.h"

#define NO_RAW_CLASS 0			/* no SQLite storage class has this number */

typedef struct CanonType CanonType;

struct ConvCanon
{
	ConvIn	   *in;
	const CanonType *type;
	int			raw_class;		/* read raw when the value is of this class */
	FmgrInfo	output;			/* of types that are written as text */
};

/* How a type is written, and its raw storage class. */
struct CanonType
{
	Oid			typid;
	void		(*write) (ConvCanon *canon, Datum datum, StringInfo buf);
	int			raw_class;
	int64		raw_min;		/* INTEGER outside of these goes through the converter, to be refused there */
	int64		raw_max;
};

static void write_int8(ConvCanon *canon, Datum datum, StringInfo buf);
static void write_int4(ConvCanon *canon, Datum datum, StringInfo buf);
static void write_int2(ConvCanon *canon, Datum datum, StringInfo buf);
static void write_bool(ConvCanon *canon, Datum datum, StringInfo buf);
static void write_float8(ConvCanon *canon, Datum datum, StringInfo buf);
static void write_float4(ConvCanon *canon, Datum datum, StringInfo buf);
static void write_text(ConvCanon *canon, Datum datum, StringInfo buf);
static void write_bpchar(ConvCanon *canon, Datum datum, StringInfo buf);
static void write_bytea(ConvCanon *canon, Datum datum, StringInfo buf);
static void write_date(ConvCanon *canon, Datum datum, StringInfo buf);
static void write_time(ConvCanon *canon, Datum datum, StringInfo buf);
static void write_uuid(ConvCanon *canon, Datum datum, StringInfo buf);
static void write_jsonb(ConvCanon *canon, Datum datum, StringInfo buf);
static void write_numeric(ConvCanon *canon, Datum datum, StringInfo buf);
static void write_output(ConvCanon *canon, Datum datum, StringInfo buf);
static bool write_raw(ConvCanon *canon, sqlite3_value *value, StringInfo buf);
static int	raw_class_of(const ConvSpec *spec, const CanonType *type);
static void append_int64(StringInfo buf, char tag, int64 number);
static void append_double(StringInfo buf, double number);
static void append_bytes(StringInfo buf, char tag, const void *bytes, int len);
static void append_server_text(StringInfo buf, char tag, const char *text, int len);

static const CanonType canon_types[] = {
	{INT8OID, write_int8, SQLITE_INTEGER, PG_INT64_MIN, PG_INT64_MAX},
	{INT4OID, write_int4, SQLITE_INTEGER, PG_INT32_MIN, PG_INT32_MAX},
	{INT2OID, write_int2, SQLITE_INTEGER, PG_INT16_MIN, PG_INT16_MAX},
	{BOOLOID, write_bool, NO_RAW_CLASS, 0, 0},
	{FLOAT8OID, write_float8, SQLITE_FLOAT, 0, 0},
	{FLOAT4OID, write_float4, NO_RAW_CLASS, 0, 0},
	{TEXTOID, write_text, SQLITE_TEXT, 0, 0},
	{VARCHAROID, write_text, SQLITE_TEXT, 0, 0},
	{BPCHAROID, write_bpchar, NO_RAW_CLASS, 0, 0},
	{BYTEAOID, write_bytea, SQLITE_BLOB, 0, 0},
	{DATEOID, write_date, NO_RAW_CLASS, 0, 0},
	{TIMEOID, write_time, NO_RAW_CLASS, 0, 0},
	{TIMESTAMPOID, write_time, NO_RAW_CLASS, 0, 0},
	{TIMESTAMPTZOID, write_time, NO_RAW_CLASS, 0, 0},
	{UUIDOID, write_uuid, NO_RAW_CLASS, 0, 0},
	{JSONBOID, write_jsonb, NO_RAW_CLASS, 0, 0},
	{NUMERICOID, write_numeric, NO_RAW_CLASS, 0, 0},
};
static const CanonType other_type = {InvalidOid, write_output, NO_RAW_CLASS, 0, 0};

ConvCanon *
conv_canon(const ConvSpec *spec)
{
	ConvCanon  *canon = palloc0(sizeof(ConvCanon));
	Oid			base = getBaseType(spec->typid);
	Oid			output;
	bool		varlena;

	canon->in = conv_choose(spec);
	canon->type = &other_type;
	for (int i = 0; i < lengthof(canon_types); i++)
	{
		if (canon_types[i].typid == base)
			canon->type = &canon_types[i];
	}
	canon->raw_class = raw_class_of(&canon->in->spec, canon->type);
	if (canon->type == &other_type)
	{
		getTypeOutputInfo(base, &output, &varlena);
		fmgr_info(output, &canon->output);
	}
	return canon;
}

bool
conv_canon_is_raw(const ConvCanon *canon)
{
	return canon->raw_class != NO_RAW_CLASS;
}

void
conv_canon_datum(ConvCanon *canon, Datum datum, bool isnull, StringInfo buf)
{
	if (isnull)
		appendStringInfoChar(buf, 'n');
	else
		canon->type->write(canon, datum, buf);
}

bool
conv_canon_source(ConvCanon *canon, struct sqlite3_stmt *stmt, int col, StringInfo buf, const ConvError **error)
{
	sqlite3_value *value = sqlite3_column_value(stmt, col);
	Datum		datum;
	bool		isnull;

	if (sqlite3_value_type(value) == canon->raw_class && write_raw(canon, value, buf))
		return true;
	if (!conv_column(canon->in, stmt, col, &datum, &isnull))
	{
		*error = &canon->in->error;
		return false;
	}
	conv_canon_datum(canon, datum, isnull, buf);
	return true;
}

/* False when this value must go through the converter after all. */
static bool
write_raw(ConvCanon *canon, sqlite3_value *value, StringInfo buf)
{
	const void *bytes;
	int			len;
	int64		number;

	switch (canon->raw_class)
	{
		case SQLITE_INTEGER:
			number = sqlite3_value_int64(value);
			if (number < canon->type->raw_min || number > canon->type->raw_max)
				return false;
			append_int64(buf, 'i', number);
			return true;
		case SQLITE_FLOAT:
			append_double(buf, sqlite3_value_double(value));
			return true;
		case SQLITE_TEXT:
			bytes = sqlite3_value_text(value);
			len = sqlite3_value_bytes(value);

			/* '' may be NULL, more bytes than varchar(n) has characters may be too long */
			if (bytes == NULL || (len == 0 && canon->in->spec.empty_as_null) ||
				(canon->in->spec.typmod >= 0 && len > canon->in->spec.typmod - VARHDRSZ))
				return false;
			append_bytes(buf, 't', bytes, len);
			return true;
		default:
			bytes = sqlite3_value_blob(value);
			len = sqlite3_value_bytes(value);
			if (bytes == NULL && len > 0)
				return false;
			append_bytes(buf, 'b', bytes, len);
			return true;
	}
}

/*
 * Raw text is what arrives only while no policy may change it, and any raw value
 * only while a refusal is an error.
 */
static int
raw_class_of(const ConvSpec *spec, const CanonType *type)
{
	if (spec->on_error != CONV_ON_ERROR_RAISE)
		return NO_RAW_CLASS;
	if (type->raw_class == SQLITE_TEXT &&
		(spec->on_nul != CONV_NUL_ERROR || spec->on_invalid_utf8 != CONV_UTF8_ERROR))
		return NO_RAW_CLASS;
	return type->raw_class;
}

static void
write_int8(ConvCanon *canon, Datum datum, StringInfo buf)
{
	append_int64(buf, 'i', DatumGetInt64(datum));
}

static void
write_int4(ConvCanon *canon, Datum datum, StringInfo buf)
{
	append_int64(buf, 'i', DatumGetInt32(datum));
}

static void
write_int2(ConvCanon *canon, Datum datum, StringInfo buf)
{
	append_int64(buf, 'i', DatumGetInt16(datum));
}

static void
write_bool(ConvCanon *canon, Datum datum, StringInfo buf)
{
	append_int64(buf, 'i', DatumGetBool(datum) ? 1 : 0);
}

static void
write_float8(ConvCanon *canon, Datum datum, StringInfo buf)
{
	append_double(buf, DatumGetFloat8(datum));
}

static void
write_float4(ConvCanon *canon, Datum datum, StringInfo buf)
{
	append_double(buf, DatumGetFloat4(datum));
}

static void
write_text(ConvCanon *canon, Datum datum, StringInfo buf)
{
	text	   *value = DatumGetTextPP(datum);

	append_server_text(buf, 't', VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

static void
write_bpchar(ConvCanon *canon, Datum datum, StringInfo buf)
{
	BpChar	   *value = DatumGetBpCharPP(datum);

	append_server_text(buf, 't', VARDATA_ANY(value), bpchartruelen(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)));
}

static void
write_bytea(ConvCanon *canon, Datum datum, StringInfo buf)
{
	bytea	   *value = DatumGetByteaPP(datum);

	append_bytes(buf, 'b', VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

static void
write_date(ConvCanon *canon, Datum datum, StringInfo buf)
{
	append_int64(buf, 'd', DatumGetDateADT(datum));
}

/* time, timestamp and timestamptz are all an int64 of microseconds */
static void
write_time(ConvCanon *canon, Datum datum, StringInfo buf)
{
	append_int64(buf, 'd', DatumGetInt64(datum));
}

static void
write_uuid(ConvCanon *canon, Datum datum, StringInfo buf)
{
	appendStringInfoChar(buf, 'u');
	appendBinaryStringInfo(buf, (const char *) DatumGetUUIDP(datum)->data, UUID_LEN);
}

/*
 * Keys are sorted, padding is zero, numbers keep their scale: two documents
 * with the same output text have the same bytes, and writing the text would
 * take longer than all else.
 */
static void
write_jsonb(ConvCanon *canon, Datum datum, StringInfo buf)
{
	Jsonb	   *jsonb = DatumGetJsonbP(datum);

	append_bytes(buf, 'j', VARDATA(jsonb), VARSIZE(jsonb) - VARHDRSZ);
}

static void
write_numeric(ConvCanon *canon, Datum datum, StringInfo buf)
{
	char	   *text = numeric_normalize(DatumGetNumeric(datum));

	append_bytes(buf, 'o', text, strlen(text));
}

static void
write_output(ConvCanon *canon, Datum datum, StringInfo buf)
{
	char	   *text = OutputFunctionCall(&canon->output, datum);

	append_bytes(buf, 'o', text, strlen(text));
}

static void
append_int64(StringInfo buf, char tag, int64 number)
{
	uint64		bytes = pg_hton64((uint64) number);

	appendStringInfoCharMacro(buf, tag);
	appendBinaryStringInfo(buf, (const char *) &bytes, sizeof(bytes));
}

static void
append_double(StringInfo buf, double number)
{
	int64		bits;

	if (isnan(number))
		number = NAN;
	memcpy(&bits, &number, sizeof(bits));
	append_int64(buf, 'r', bits);
}

static void
append_bytes(StringInfo buf, char tag, const void *bytes, int len)
{
	append_int64(buf, tag, len);
	if (len > 0)
		appendBinaryStringInfo(buf, bytes, len);
}

static void
append_server_text(StringInfo buf, char tag, const char *text, int len)
{
	char	   *utf8 = pg_server_to_any(text, len, PG_UTF8);

	append_bytes(buf, tag, utf8, utf8 == text ? len : strlen(utf8));
}
