/*-------------------------------------------------------------------------
 *
 * conv_canon.c
 *	  Canonical form of a row, for checksums: the same for Datums and for the
 *	  SQLite values they came from.
 *
 * A row is a sequence of 64-bit words, which are hashed as they come (conv_hash.h).
 * The kinds of its columns come first; they are the same for all rows and are
 * hashed once. Then, for each column, NULL, which is no word, or
 *
 *	  i		integers, boolean as 0 and 1: the number
 *	  r		float4 and float8: bits of the double, every NaN the same
 *	  t		text types: number of bytes, UTF-8; char(n) without its blanks
 *	  b		bytea: number of bytes, the bytes
 *	  d		date, time, timestamp(tz): the number
 *	  u		uuid: 16 bytes
 *	  j		jsonb: number of bytes, its binary form, of which there is one for
 *			each output text
 *	  n		numeric: sign, weight and number of its digits to base 10000, then
 *			these; how many zeros follow them does not count
 *	  g		geometry and geography: number of bytes, EWKB as PostGIS sends it
 *	  o		others: number of bytes, output text
 *
 * Each value says by itself where it ends, so that no two rows can run into the
 * same words by shifting a border.
 *
 * The source side is read raw where a storage class and a type define each
 * other, or a value has the usual form of its type (conv_canon_read.c); that is
 * an independent second reading, which a defect of a converter cannot fool. All
 * else goes through the converter, and is taken back to what was stored where
 * that is possible (conv_canon_back.c).
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/uuid.h"

#include "convert/conv_canon_back.h"
#include "convert/conv_canon_read.h"
#include "convert/conv_geometry.h"
#include "convert/conv_hash.h"
#include "convert/convert_internal.h"

#define NO_RAW_CLASS 0			/* no SQLite storage class has this number */

/* How a Datum is taken: those that are a number are taken in place. */
typedef enum CanonForm
{
	FORM_INT8, FORM_INT4, FORM_INT2, FORM_BOOL, FORM_FLOAT8, FORM_FLOAT4, FORM_WRITTEN
} CanonForm;

typedef struct CanonColumn CanonColumn;

/* Reads a raw value of a class that takes more than reading; false when the converter must do it after all. */
typedef bool (*CanonText) (const char *text, int len, ConvHash *hash);
typedef bool (*CanonInteger) (const CanonColumn *col, int64 number, ConvHash *hash);

/* How a type is written, and its raw storage class. */
typedef struct CanonType
{
	Oid			typid;
	char		kind;
	CanonForm	form;
	void		(*write) (CanonColumn *col, Datum datum, ConvHash *hash);
	int			raw_class;
	int64		raw_min;		/* INTEGER outside of these goes through the converter, to be refused there */
	int64		raw_max;
	CanonText	text;			/* how such TEXT is read; NULL: as its bytes */
} CanonType;

struct CanonColumn
{
	CanonForm	form;
	void		(*write) (CanonColumn *col, Datum datum, ConvHash *hash);
	int			raw_class;		/* read raw when the value is of this class */
	int64		raw_min;
	int64		raw_max;
	CanonText	text;			/* NULL: as bytes */
	int			raw_bytes;		/* of which more go through the converter */
	bool		own_text;		/* text or varchar that most texts are as they are */
	bool		empty_as_null;
	CanonInteger integer;		/* NULL: as the number it is */
	int64		units;			/* of read_epoch, in a second */
	ConvIn	   *in;				/* NULL: rows are Datums */
	FmgrInfo	output;			/* of types that are written as text; of geometries their send function */
	bytea	   *sent;			/* what that made of the last value; lives as long as the row */
	ConvBack	back;			/* of values that are converted; NULL: none can be taken back */
	bool		taken_back;		/* a converted value has led back to what was stored */
	bool		converted;		/* one has not, or cannot */
};

struct ConvCanon
{
	ConvHash	start;			/* after the kinds of the columns */
	int			ncols;
	CanonColumn cols[FLEXIBLE_ARRAY_MEMBER];
};

static ConvCanon *make_canon(int ncols);
static const CanonType *find_type(Oid typid);
static void choose_column(ConvCanon *canon, int i, Oid type);
static void choose_raw(CanonColumn *col, const CanonType *type, const ConvSpec *spec);
static void choose_time(CanonColumn *col, const CanonType *type, const ConvSpec *spec);
static void choose_numeric(CanonColumn *col, const ConvSpec *spec);
static inline bool take_row(ConvCanon *canon, struct sqlite3_stmt *stmt, const int *target,
							Datum *values, bool *nulls, ConvHash *hash, int *refused);
static inline bool take_text(const CanonColumn *col, sqlite3_value *value, ConvHash *hash, Datum *datum);
static void try_back(CanonColumn *col, Datum datum, sqlite3_value *value);
static inline bool take_raw(const CanonColumn *col, sqlite3_value *value, ConvHash *hash);
static bool read_date(const char *text, int len, ConvHash *hash);
static bool read_time(const char *text, int len, ConvHash *hash);
static bool read_timestamp(const char *text, int len, ConvHash *hash);
static bool read_uuid(const char *text, int len, ConvHash *hash);
static bool read_epoch(const CanonColumn *col, int64 number, ConvHash *hash);
static bool read_numeric(const CanonColumn *col, int64 number, ConvHash *hash);
static inline void take_datum(CanonColumn *col, Datum datum, ConvHash *hash);
static inline uint64 double_word(double number);
static void write_foreign_text(CanonColumn *col, Datum datum, ConvHash *hash);
static void write_bpchar(CanonColumn *col, Datum datum, ConvHash *hash);
static void write_bytes(CanonColumn *col, Datum datum, ConvHash *hash);
static void write_uuid(CanonColumn *col, Datum datum, ConvHash *hash);
static void write_numeric(CanonColumn *col, Datum datum, ConvHash *hash);
static void add_numeric(const void *digits, int len, int16 weight, bool negative, ConvHash *hash);
static void write_geometry(CanonColumn *col, Datum datum, ConvHash *hash);
static void write_output(CanonColumn *col, Datum datum, ConvHash *hash);
static void add_text(const char *text, int len, ConvHash *hash);

static const CanonType canon_types[] = {
	{INT8OID, 'i', FORM_INT8, NULL, SQLITE_INTEGER, PG_INT64_MIN, PG_INT64_MAX, NULL},
	{INT4OID, 'i', FORM_INT4, NULL, SQLITE_INTEGER, PG_INT32_MIN, PG_INT32_MAX, NULL},
	{INT2OID, 'i', FORM_INT2, NULL, SQLITE_INTEGER, PG_INT16_MIN, PG_INT16_MAX, NULL},
	{BOOLOID, 'i', FORM_BOOL, NULL, SQLITE_INTEGER, 0, 1, NULL},
	{FLOAT8OID, 'r', FORM_FLOAT8, NULL, SQLITE_FLOAT, 0, 0, NULL},
	{FLOAT4OID, 'r', FORM_FLOAT4, NULL, NO_RAW_CLASS, 0, 0, NULL},
	{TEXTOID, 't', FORM_WRITTEN, write_bytes, SQLITE_TEXT, 0, 0, NULL},
	{VARCHAROID, 't', FORM_WRITTEN, write_bytes, SQLITE_TEXT, 0, 0, NULL},
	{BPCHAROID, 't', FORM_WRITTEN, write_bpchar, NO_RAW_CLASS, 0, 0, NULL},
	{BYTEAOID, 'b', FORM_WRITTEN, write_bytes, SQLITE_BLOB, 0, 0, NULL},
	{DATEOID, 'd', FORM_INT4, NULL, SQLITE_TEXT, 0, 0, read_date},
	{TIMEOID, 'd', FORM_INT8, NULL, SQLITE_TEXT, 0, 0, read_time},
	{TIMESTAMPOID, 'd', FORM_INT8, NULL, SQLITE_TEXT, 0, 0, read_timestamp},
	{TIMESTAMPTZOID, 'd', FORM_INT8, NULL, SQLITE_TEXT, 0, 0, read_timestamp},
	{UUIDOID, 'u', FORM_WRITTEN, write_uuid, SQLITE_TEXT, 0, 0, read_uuid},
	{JSONBOID, 'j', FORM_WRITTEN, write_bytes, NO_RAW_CLASS, 0, 0, NULL},
	{NUMERICOID, 'n', FORM_WRITTEN, write_numeric, SQLITE_INTEGER, PG_INT64_MIN, PG_INT64_MAX, NULL},
};
static const CanonType geometry_type = {InvalidOid, 'g', FORM_WRITTEN, write_geometry, NO_RAW_CLASS, 0, 0, NULL};
static const CanonType other_type = {InvalidOid, 'o', FORM_WRITTEN, write_output, NO_RAW_CLASS, 0, 0, NULL};

ConvCanon *
conv_canon_types(const Oid *types, int ncols)
{
	ConvCanon  *canon = make_canon(ncols);

	for (int i = 0; i < ncols; i++)
		choose_column(canon, i, types[i]);
	return canon;
}

ConvCanon *
conv_canon_source(ConvIn *const *cols, int ncols)
{
	ConvCanon  *canon = make_canon(ncols);

	for (int i = 0; i < ncols; i++)
	{
		canon->cols[i].in = cols[i];
		choose_column(canon, i, cols[i]->spec.typid);
	}
	return canon;
}

char
conv_canon_kind(Oid typid)
{
	return find_type(typid)->kind;
}

const char *
conv_canon_proof(const ConvCanon *canon, int col)
{
	return canon->cols[col].converted ? "converted" : canon->cols[col].taken_back ? "round-trip" : "raw";
}

ConvHash
conv_canon_datums(ConvCanon *canon, const Datum *values, const bool *nulls)
{
	ConvHash	hash = canon->start;

	for (int i = 0; i < canon->ncols; i++)
	{
		if (nulls[i])
			conv_hash_null(&hash);
		else
			take_datum(&canon->cols[i], values[i], &hash);
	}
	conv_hash_end(&hash);
	return hash;
}

int
conv_canon_row(ConvCanon *canon, struct sqlite3_stmt *stmt, ConvHash *hash)
{
	int			refused;

	return take_row(canon, stmt, NULL, NULL, NULL, hash, &refused) ? -1 : refused;
}

int
conv_canon_copy(ConvCanon *canon, const int *target, struct sqlite3_stmt *stmt, Datum *values, bool *nulls, ConvHash *hash)
{
	int			refused;

	return take_row(canon, stmt, target, values, nulls, hash, &refused) ? -1 : refused;
}

static ConvCanon *
make_canon(int ncols)
{
	ConvCanon  *canon = palloc0(offsetof(ConvCanon, cols) + ncols * sizeof(CanonColumn));

	canon->ncols = ncols;
	return canon;
}

static const CanonType *
find_type(Oid typid)
{
	Oid			base = getBaseType(typid);

	for (int t = 0; t < lengthof(canon_types); t++)
	{
		if (canon_types[t].typid == base)
			return &canon_types[t];
	}
	return conv_is_geometry(base) ? &geometry_type : &other_type;
}

/* Columns are chosen in their order: each adds its kind to the start. */
static void
choose_column(ConvCanon *canon, int i, Oid typid)
{
	CanonColumn *col = &canon->cols[i];
	const CanonType *type = find_type(typid);

	conv_hash_word(&canon->start, type->kind);
	col->form = type->form;
	col->write = type->write;
	if (type->kind == 't' && GetDatabaseEncoding() != PG_UTF8)
		col->write = write_foreign_text;
	if (type == &other_type)
	{
		Oid			output;
		bool		varlena;

		getTypeOutputInfo(getBaseType(typid), &output, &varlena);
		fmgr_info(output, &col->output);
	}
	else if (type == &geometry_type)
	{
		Oid			send;
		bool		varlena;

		getTypeBinaryOutputInfo(getBaseType(typid), &send, &varlena);
		fmgr_info(send, &col->output);
	}
	if (col->in)
	{
		choose_raw(col, type, &col->in->spec);
		col->back = conv_canon_back(getBaseType(typid), type->kind, &col->in->spec);
	}
}

/*
 * Raw text is what arrives only while no policy may change it, and any raw value
 * only while a refusal is an error.
 */
static void
choose_raw(CanonColumn *col, const CanonType *type, const ConvSpec *spec)
{
	if (spec->on_error != CONV_ON_ERROR_RAISE)
		return;
	if (type->kind == 't' && (spec->on_nul != CONV_NUL_ERROR || spec->on_invalid_utf8 != CONV_UTF8_ERROR))
		return;

	/* 0 and 1 are false and true, and blobs bytea, only while no format says otherwise */
	if ((type->typid == BOOLOID || type->typid == BYTEAOID) && spec->format != NULL)
		return;
	col->raw_class = type->raw_class;
	col->raw_min = type->raw_min;
	col->raw_max = type->raw_max;
	col->text = type->text;
	col->empty_as_null = spec->empty_as_null;

	/* more bytes than varchar(n) has characters may be too long */
	col->raw_bytes = type->typid == VARCHAROID && spec->typmod >= 0 ? spec->typmod - VARHDRSZ : PG_INT32_MAX;
	col->own_text = col->in->own_text && col->raw_class == SQLITE_TEXT && col->text == NULL;
	if (type->kind == 'd' && type->raw_class != NO_RAW_CLASS)
		choose_time(col, type, spec);
	if (type->kind == 'n')
		choose_numeric(col, spec);
}

/*
 * Times that nothing has to be known of: UTC, or a day; not rounded; in ISO form
 * or counted from 1970.
 */
static void
choose_time(CanonColumn *col, const CanonType *type, const ConvSpec *spec)
{
	static const struct
	{
		const char *format;
		int64		units;
	}			epochs[] = {{"unixepoch", 1}, {"unixepoch_ms", 1000}, {"unixepoch_us", 1000000}};
	bool		utc = spec->time_zone == NULL || pg_strcasecmp(spec->time_zone, "UTC") == 0;

	if (spec->format == NULL || strcmp(spec->format, "iso") == 0)
	{
		if (spec->typmod >= 0 || (!utc && type->typid != DATEOID && type->typid != TIMEOID))
			col->raw_class = NO_RAW_CLASS;
		return;
	}
	col->raw_class = NO_RAW_CLASS;
	for (int i = 0; i < lengthof(epochs); i++)
	{
		if (strcmp(spec->format, epochs[i].format) == 0 && type->typid != DATEOID && type->typid != TIMEOID && utc && spec->typmod < 0)
		{
			col->raw_class = SQLITE_INTEGER;
			col->raw_min = PG_INT64_MIN;
			col->raw_max = PG_INT64_MAX;
			col->integer = read_epoch;
			col->units = epochs[i].units;
		}
	}
}

/*
 * Integers that fit before the point of numeric(p,s), of which p and s are told
 * by its typmod as numeric.c has it.
 */
static void
choose_numeric(CanonColumn *col, const ConvSpec *spec)
{
	int			precision = ((spec->typmod - VARHDRSZ) >> 16) & 0xffff;
	int			scale = (((spec->typmod - VARHDRSZ) & 0x7ff) ^ 1024) - 1024;

	col->integer = read_numeric;
	if (spec->typmod < (int32) VARHDRSZ)
		return;
	if (scale < 0 || precision <= scale)
		col->raw_class = NO_RAW_CLASS;
	else if (precision - scale <= 18)
	{
		col->raw_max = 1;
		for (int i = 0; i < precision - scale; i++)
			col->raw_max *= 10;
		col->raw_min = -(--col->raw_max);
	}
}

/*
 * With "target" every value is converted too, after it was read raw. False:
 * *refused is the column that was refused.
 */
static inline bool
take_row(ConvCanon *canon, struct sqlite3_stmt *stmt, const int *target, Datum *values, bool *nulls, ConvHash *hash, int *refused)
{
	ConvHash	local = canon->start;

	for (int i = 0; i < canon->ncols; i++)
	{
		CanonColumn *col = &canon->cols[i];
		sqlite3_value *value = sqlite3_column_value(stmt, i);
		int			storage_class = sqlite3_value_type(value);
		Datum		datum = (Datum) 0;
		bool		isnull = false;
		bool		raw;

		/* what nothing is done to has no second reading */
		if (storage_class == col->in->own_class || (storage_class == SQLITE_NULL && col->in->any_null))
		{
			if (storage_class == SQLITE_NULL)
			{
				isnull = true;
				conv_hash_null(&local);
			}
			else
			{
				datum = conv_own_datum(storage_class, value);
				take_datum(col, datum, &local);
			}
			if (target)
			{
				values[target[i]] = datum;
				nulls[target[i]] = isnull;
			}
			continue;
		}
		if (target && storage_class == SQLITE_TEXT && col->own_text && take_text(col, value, &local, &values[target[i]]))
		{
			nulls[target[i]] = false;
			continue;
		}
		raw = storage_class == col->raw_class && take_raw(col, value, &local);
		if (raw && !target)
			continue;
		if (!conv_value(col->in, value, &datum, &isnull))
		{
			*refused = i;
			return false;
		}
		if (target)
		{
			values[target[i]] = datum;
			nulls[target[i]] = isnull;
		}
		if (raw)
			continue;
		if (isnull)
			conv_hash_null(&local);
		else
			take_datum(col, datum, &local);
		if (!isnull && !col->converted)
			try_back(col, datum, value);
	}
	conv_hash_end(&local);
	*hash = local;
	return true;
}

/* The same for a text that nothing is done to; false: it is another one. */
static inline bool
take_text(const CanonColumn *col, sqlite3_value *value, ConvHash *hash, Datum *datum)
{
	const char *text = (const char *) sqlite3_value_text(value);
	int			len = sqlite3_value_bytes(value);

	if (text == NULL || len > col->raw_bytes || !conv_is_plain(text, len) || (len == 0 && col->empty_as_null))
		return false;
	*datum = conv_text_datum(text, len);
	conv_hash_word(hash, len);
	conv_hash_bytes(hash, text, len);
	return true;
}

/* A value that its converter has changed by agreement cannot lead back, but for its storage class. */
static void
try_back(CanonColumn *col, Datum datum, sqlite3_value *value)
{
	if (col->sent != NULL)
		datum = PointerGetDatum(col->sent);
	if (col->back && (col->in->marks & ~(1u << CONV_RETYPED)) == 0 && col->back(&col->output, datum, value))
		col->taken_back = true;
	else
		col->converted = true;
}

/* False when this value must go through the converter after all. */
static inline bool
take_raw(const CanonColumn *col, sqlite3_value *value, ConvHash *hash)
{
	const void *bytes;
	int			len;
	int64		number;

	switch (col->raw_class)
	{
		case SQLITE_INTEGER:
			number = sqlite3_value_int64(value);
			if (number < col->raw_min || number > col->raw_max)
				return false;
			if (col->integer)
				return col->integer(col, number, hash);
			conv_hash_word(hash, number);
			return true;
		case SQLITE_FLOAT:
			conv_hash_word(hash, double_word(sqlite3_value_double(value)));
			return true;
		case SQLITE_TEXT:
			bytes = sqlite3_value_text(value);
			len = sqlite3_value_bytes(value);
			if (bytes == NULL || (len == 0 && col->empty_as_null) || len > col->raw_bytes)
				return false;
			if (col->text)
				return col->text(bytes, len, hash);
			break;
		default:
			bytes = sqlite3_value_blob(value);
			len = sqlite3_value_bytes(value);
			if (bytes == NULL && len > 0)
				return false;
			break;
	}
	conv_hash_word(hash, len);
	conv_hash_bytes(hash, bytes, len);
	return true;
}

static bool
read_date(const char *text, int len, ConvHash *hash)
{
	int64		days;

	if (!conv_canon_date(text, len, &days))
		return false;
	conv_hash_word(hash, days);
	return true;
}

static bool
read_time(const char *text, int len, ConvHash *hash)
{
	int64		usecs;

	if (!conv_canon_time(text, len, &usecs))
		return false;
	conv_hash_word(hash, usecs);
	return true;
}

static bool
read_timestamp(const char *text, int len, ConvHash *hash)
{
	int64		usecs;

	if (!conv_canon_timestamp(text, len, &usecs))
		return false;
	conv_hash_word(hash, usecs);
	return true;
}

static bool
read_uuid(const char *text, int len, ConvHash *hash)
{
	unsigned char uuid[UUID_LEN];

	if (!conv_canon_uuid(text, len, uuid))
		return false;
	conv_hash_bytes(hash, uuid, UUID_LEN);
	return true;
}

static bool
read_epoch(const CanonColumn *col, int64 number, ConvHash *hash)
{
	int64		usecs;

	if (!conv_canon_epoch(number, col->units, &usecs))
		return false;
	conv_hash_word(hash, usecs);
	return true;
}

static bool
read_numeric(const CanonColumn *col, int64 number, ConvHash *hash)
{
	int16		digits[CONV_CANON_DIGITS];
	int			weight;
	int			n = conv_canon_digits(number, digits, &weight);

	add_numeric(digits, n * sizeof(int16), weight, number < 0, hash);
	return true;
}

static inline void
take_datum(CanonColumn *col, Datum datum, ConvHash *hash)
{
	switch (col->form)
	{
		case FORM_INT8:
			conv_hash_word(hash, DatumGetInt64(datum));
			return;
		case FORM_INT4:
			conv_hash_word(hash, (int64) DatumGetInt32(datum));
			return;
		case FORM_INT2:
			conv_hash_word(hash, (int64) DatumGetInt16(datum));
			return;
		case FORM_BOOL:
			conv_hash_word(hash, DatumGetBool(datum) ? 1 : 0);
			return;
		case FORM_FLOAT8:
			conv_hash_word(hash, double_word(DatumGetFloat8(datum)));
			return;
		case FORM_FLOAT4:
			conv_hash_word(hash, double_word(DatumGetFloat4(datum)));
			return;
		case FORM_WRITTEN:
			col->write(col, datum, hash);
			return;
	}
}

static inline uint64
double_word(double number)
{
	uint64		bits;

	if (unlikely(isnan(number)))
		number = NAN;
	memcpy(&bits, &number, sizeof(bits));
	return bits;
}

/* text and varchar of a database that is not UTF-8. */
static void
write_foreign_text(CanonColumn *col, Datum datum, ConvHash *hash)
{
	text	   *value = DatumGetTextPP(datum);

	add_text(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value), hash);
}

static void
write_bpchar(CanonColumn *col, Datum datum, ConvHash *hash)
{
	BpChar	   *value = DatumGetBpCharPP(datum);

	add_text(VARDATA_ANY(value), bpchartruelen(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)), hash);
}

/*
 * bytea; text that is UTF-8; jsonb: keys are sorted, padding is zero, numbers keep their scale:
 * two documents with the same output text have the same bytes, and writing the
 * text would take longer than all else.
 */
static void
write_bytes(CanonColumn *col, Datum datum, ConvHash *hash)
{
	struct varlena *value = PG_DETOAST_DATUM_PACKED(datum);
	int			len = VARSIZE_ANY_EXHDR(value);

	conv_hash_word(hash, len);
	conv_hash_bytes(hash, VARDATA_ANY(value), len);
}

static void
write_uuid(CanonColumn *col, Datum datum, ConvHash *hash)
{
	conv_hash_bytes(hash, DatumGetUUIDP(datum)->data, UUID_LEN);
}

/*
 * The digits as they are stored: as text they would take ten times as long.
 */
static void
write_numeric(CanonColumn *col, Datum datum, ConvHash *hash)
{
	CanonNumeric number;

	conv_canon_numeric(PG_DETOAST_DATUM_PACKED(datum), &number);
	if (number.special)
		conv_hash_word(hash, PG_UINT64_MAX - number.head);
	else
		add_numeric(number.digits, number.len, number.weight, number.negative, hash);
}

static void
add_numeric(const void *digits, int len, int16 weight, bool negative, ConvHash *hash)
{
	conv_hash_word(hash, (uint64) len << 17 | (uint64) (uint16) weight << 1 | negative);
	conv_hash_bytes(hash, digits, len);
}

/*
 * How a geometry is stored is PostGIS's affair, and may differ for the same one: what it sends counts. Of a source that is what it was
 * given, so that a geometry which PostGIS changed would show in the target.
 */
static void
write_geometry(CanonColumn *col, Datum datum, ConvHash *hash)
{
	col->sent = col->in ? conv_geometry_plain(col->in) : NULL;
	if (col->sent == NULL)
		col->sent = SendFunctionCall(&col->output, datum);
	write_bytes(col, PointerGetDatum(col->sent), hash);
}

static void
write_output(CanonColumn *col, Datum datum, ConvHash *hash)
{
	char	   *text = OutputFunctionCall(&col->output, datum);

	add_text(text, strlen(text), hash);
}

static void
add_text(const char *text, int len, ConvHash *hash)
{
	char	   *utf8 = pg_server_to_any(text, len, PG_UTF8);

	if (utf8 != text)
		len = strlen(utf8);
	conv_hash_word(hash, len);
	conv_hash_bytes(hash, utf8, len);
}
