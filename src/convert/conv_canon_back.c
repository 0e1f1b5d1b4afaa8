/*-------------------------------------------------------------------------
 *
 * conv_canon_back.c
 *	  Whether a converted value leads back to what was stored.
 *
 * Of values that a checksum does not read raw, but takes from their converter.
 * Nothing here is shared with the converters, and every function goes the other
 * way than they do: from the Datum to the stored value. Where that is not exact
 * or takes long the answer is no, which means that nothing is proved.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "convert/conv_canon_back.h"
#include "convert/conv_geometry.h"

#define EXACT_DOUBLE	(INT64CONST(1) << 53)	/* integers up to here are doubles */
#define EXACT_POWER		22		/* so are the powers of ten */
#define TEXT_DIGITS		18		/* fit an int64 */
#define JULIAN_2000		2451544.5
#define JULIAN_ERROR	1e-9	/* two units in the last place of today's Julian days */

static bool back_integer(FmgrInfo *output, Datum datum, sqlite3_value *value);
static bool back_int4(FmgrInfo *output, Datum datum, sqlite3_value *value);
static bool back_int2(FmgrInfo *output, Datum datum, sqlite3_value *value);
static bool same_integer(int64 number, sqlite3_value *value);
static bool back_float8(FmgrInfo *output, Datum datum, sqlite3_value *value);
static bool back_numeric(FmgrInfo *output, Datum datum, sqlite3_value *value);
static bool read_decimal(const char *text, int len, int64 *mantissa, int *scale);
static bool back_bytes(FmgrInfo *output, Datum datum, sqlite3_value *value);
static bool back_bpchar(FmgrInfo *output, Datum datum, sqlite3_value *value);
static bool back_uuid(FmgrInfo *output, Datum datum, sqlite3_value *value);
static bool back_julian(FmgrInfo *output, Datum datum, sqlite3_value *value);
static bool back_gpkg(FmgrInfo *output, Datum datum, sqlite3_value *value);
static bool back_spatialite(FmgrInfo *output, Datum datum, sqlite3_value *value);
static bool back_wkb(FmgrInfo *output, Datum datum, sqlite3_value *value);
static bool back_output(FmgrInfo *output, Datum datum, sqlite3_value *value);

static const struct
{
	Oid			typid;
	const char *format;			/* NULL: none */
	ConvBack	back;
}			backs[] = {
	{INT8OID, NULL, back_integer},
	{INT4OID, NULL, back_int4},
	{INT2OID, NULL, back_int2},
	{FLOAT8OID, NULL, back_float8},
	{NUMERICOID, NULL, back_numeric},
	{TEXTOID, NULL, back_bytes},
	{TEXTOID, "any", back_bytes},
	{VARCHAROID, NULL, back_bytes},
	{BYTEAOID, NULL, back_bytes},
	{BPCHAROID, NULL, back_bpchar},
	{UUIDOID, NULL, back_uuid},
	{TIMESTAMPOID, "julianday", back_julian},
	{TIMESTAMPTZOID, "julianday", back_julian},
};

ConvBack
conv_canon_back(Oid base, char kind, const ConvSpec *spec)
{
	static const ConvBack geometries[] = {[GEO_GPKG] = back_gpkg, [GEO_SPATIALITE] = back_spatialite, [GEO_WKB] = back_wkb};
	GeometryFormat format;

	if ((kind == 'g' || base == BYTEAOID) && spec->format != NULL && conv_geometry_format(spec->format, &format))
		return geometries[format.form];
	for (int i = 0; i < lengthof(backs); i++)
	{
		if (backs[i].typid != base || (backs[i].format == NULL) != (spec->format == NULL))
			continue;
		if (spec->format == NULL || strcmp(spec->format, backs[i].format) == 0)
			return backs[i].back;
	}
	return kind == 'o' && spec->format == NULL ? back_output : NULL;
}

static bool
same_bytes(const void *bytes, int len, sqlite3_value *value)
{
	const void *stored = sqlite3_value_type(value) == SQLITE_BLOB ? sqlite3_value_blob(value) : (const void *) sqlite3_value_text(value);

	return sqlite3_value_bytes(value) == len && (len == 0 || (stored != NULL && memcmp(bytes, stored, len) == 0));
}

static bool
back_integer(FmgrInfo *output, Datum datum, sqlite3_value *value)
{
	return same_integer(DatumGetInt64(datum), value);
}

static bool
back_int4(FmgrInfo *output, Datum datum, sqlite3_value *value)
{
	return same_integer(DatumGetInt32(datum), value);
}

static bool
back_int2(FmgrInfo *output, Datum datum, sqlite3_value *value)
{
	return same_integer(DatumGetInt16(datum), value);
}

static bool
same_integer(int64 number, sqlite3_value *value)
{
	char		text[32];

	switch (sqlite3_value_type(value))
	{
		case SQLITE_FLOAT:
			return number > -EXACT_DOUBLE && number < EXACT_DOUBLE && (double) number == sqlite3_value_double(value);
		case SQLITE_TEXT:
			snprintf(text, sizeof(text), INT64_FORMAT, number);
			return same_bytes(text, strlen(text), value);
		default:
			return false;
	}
}

static bool
back_float8(FmgrInfo *output, Datum datum, sqlite3_value *value)
{
	int64		number;

	if (sqlite3_value_type(value) != SQLITE_INTEGER)
		return false;
	number = sqlite3_value_int64(value);
	return number > -EXACT_DOUBLE && number < EXACT_DOUBLE && (double) number == DatumGetFloat8(datum);
}

/*
 * An integer and a power of ten that are both doubles: their quotient is the
 * double next to the number, by the rules of IEEE arithmetic.
 */
static bool
back_numeric(FmgrInfo *output, Datum datum, sqlite3_value *value)
{
	CanonNumeric number;
	int64		mantissa = 0;
	int			scale;
	int			text_scale;
	int64		text_mantissa;

	conv_canon_numeric(PG_DETOAST_DATUM_PACKED(datum), &number);
	if (number.special || number.len > 4 * sizeof(int16))
		return false;
	for (int at = 0; at < number.len; at += sizeof(int16))
	{
		int16		digit;

		memcpy(&digit, number.digits + at, sizeof(digit));
		mantissa = mantissa * 10000 + digit;
	}
	for (scale = 4 * (number.len / (int) sizeof(int16) - 1 - number.weight); scale < 0; scale++)
	{
		if (mantissa > PG_INT64_MAX / 10)
			return false;
		mantissa *= 10;
	}
	if (number.negative)
		mantissa = -mantissa;
	if (sqlite3_value_type(value) == SQLITE_FLOAT)
	{
		double		power = 1;

		if (mantissa <= -EXACT_DOUBLE || mantissa >= EXACT_DOUBLE || scale > EXACT_POWER)
			return false;
		for (int i = 0; i < scale; i++)
			power *= 10;
		return (double) mantissa / power == sqlite3_value_double(value);
	}
	if (sqlite3_value_type(value) != SQLITE_TEXT ||
		!read_decimal((const char *) sqlite3_value_text(value), sqlite3_value_bytes(value), &text_mantissa, &text_scale))
		return false;
	for (; scale > 0 && mantissa % 10 == 0; scale--)
		mantissa /= 10;
	for (; text_scale > 0 && text_mantissa % 10 == 0; text_scale--)
		text_mantissa /= 10;
	return mantissa == text_mantissa && (scale == text_scale || mantissa == 0);
}

/* [-+]digits[.digits], no more than an int64 holds */
static bool
read_decimal(const char *text, int len, int64 *mantissa, int *scale)
{
	bool		negative = len > 0 && text[0] == '-';
	int			digits = 0;
	int			point = -1;

	*mantissa = 0;
	for (int i = negative || (len > 0 && text[0] == '+') ? 1 : 0; i < len; i++)
	{
		if (text[i] == '.' && point < 0)
			point = digits;
		else if (text[i] < '0' || text[i] > '9' || ++digits > TEXT_DIGITS)
			return false;
		else
			*mantissa = *mantissa * 10 + (text[i] - '0');
	}
	if (negative)
		*mantissa = -*mantissa;
	*scale = point < 0 ? 0 : digits - point;
	return digits > 0;
}

/* text that was changed by no policy, or written from an integer; bytea from text */
static bool
back_bytes(FmgrInfo *output, Datum datum, sqlite3_value *value)
{
	struct varlena *bytes = PG_DETOAST_DATUM_PACKED(datum);

	/* a real is not written as SQLite would */
	return sqlite3_value_type(value) != SQLITE_FLOAT && same_bytes(VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes), value);
}

/* Blanks at the end do not count. */
static bool
back_bpchar(FmgrInfo *output, Datum datum, sqlite3_value *value)
{
	BpChar	   *padded = DatumGetBpCharPP(datum);
	const char *stored;
	int			len;

	if (sqlite3_value_type(value) != SQLITE_TEXT)
		return false;
	stored = (const char *) sqlite3_value_text(value);
	len = bpchartruelen((char *) stored, sqlite3_value_bytes(value));
	return len == bpchartruelen(VARDATA_ANY(padded), VARSIZE_ANY_EXHDR(padded)) && memcmp(stored, VARDATA_ANY(padded), len) == 0;
}

static bool
back_uuid(FmgrInfo *output, Datum datum, sqlite3_value *value)
{
	return sqlite3_value_type(value) == SQLITE_BLOB && same_bytes(DatumGetUUIDP(datum)->data, UUID_LEN, value);
}

static bool
back_julian(FmgrInfo *output, Datum datum, sqlite3_value *value)
{
	double		days = JULIAN_2000 + (double) DatumGetTimestamp(datum) / USECS_PER_DAY;

	return fabs(days - sqlite3_value_double(value)) <= JULIAN_ERROR;
}

/* The datum is EWKB: of a geometry what PostGIS sends. */
static bool
back_gpkg(FmgrInfo *output, Datum datum, sqlite3_value *value)
{
	return conv_geometry_is_stored(GEO_GPKG, datum, value);
}

static bool
back_spatialite(FmgrInfo *output, Datum datum, sqlite3_value *value)
{
	return conv_geometry_is_stored(GEO_SPATIALITE, datum, value);
}

static bool
back_wkb(FmgrInfo *output, Datum datum, sqlite3_value *value)
{
	return conv_geometry_is_stored(GEO_WKB, datum, value);
}

/* What PostgreSQL writes is what was stored, to the letter. */
static bool
back_output(FmgrInfo *output, Datum datum, sqlite3_value *value)
{
	char	   *text;

	if (sqlite3_value_type(value) != SQLITE_TEXT)
		return false;
	text = OutputFunctionCall(output, datum);
	return same_bytes(text, strlen(text), value);
}
