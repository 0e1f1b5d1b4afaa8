/*-------------------------------------------------------------------------
 *
 * conv_out.c
 *	  The other direction: a Datum into a column of SQLite, in the form that its
 *	  converter reads. THE table of types that are written.
 *
 * The binder is chosen once per column. What cannot be stored so that it is read
 * back as the same value is refused. Where a type may be stored in several styles
 * (upper case, 'T' between date and time, true or t), a value that the column holds
 * already shows which one the application uses.
 *
 * Numbers, dates and times are in conv_out_number.c and conv_out_time.c.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "common/shortest_dec.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/uuid.h"

#include "convert/conv_geometry.h"
#include "convert/convert_internal.h"

/* Shortens what a message shows of a value. */
#define SHOWN_BYTES 60

typedef struct OutType
{
	Oid			typid;
	ConvOutFn	fn;				/* NULL: "choose" sets it */
	void		(*choose) (ConvOut *out);
	bool		style;			/* a sample tells how it is written */
} OutType;

/* What must come back of a text that SQLite makes a number of. */
typedef enum Keeping
{
	KEEP_NUMBER,				/* an equal number */
	KEEP_TEXT,					/* every letter */
	KEEP_CLASS					/* a text: the type is not read from numbers (conv_generic.c) */
} Keeping;

/* How values of a type that has no function here are written. */
typedef struct OtherType
{
	FmgrInfo	output;
	Keeping		keeping;
} OtherType;

static bool out_int8(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_int4(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_int2(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_float8(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_float4(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_bool(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_text(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_bpchar(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_bytea(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_uuid(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_jsonb(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_array(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_other(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static void choose_bool(ConvOut *out);
static void choose_bool_words(ConvOut *out, const char *sample);
static void choose_bytea(ConvOut *out);
static void choose_geometry(ConvOut *out);
static void choose_array(ConvOut *out);
static void choose_other(ConvOut *out);
static const OutType *find_type(Oid typid);
static bool bind_bytes(ConvOut *out, const char *text, int len, Keeping keeping, sqlite3_stmt *stmt, int param);
static bool survives_as_number(ConvOut *out, const char *text, int len, Keeping keeping);

static const OutType out_types[] = {
	{INT8OID, out_int8, NULL, false},
	{INT4OID, out_int4, NULL, false},
	{INT2OID, out_int2, NULL, false},
	{FLOAT8OID, out_float8, NULL, false},
	{FLOAT4OID, out_float4, NULL, false},
	{NUMERICOID, conv_out_numeric, NULL, false},
	{MONEYOID, conv_out_money, NULL, false},
	{BOOLOID, out_bool, choose_bool, true},
	{TEXTOID, out_text, NULL, false},
	{VARCHAROID, out_text, NULL, false},
	{JSONOID, out_text, NULL, false},
	{BPCHAROID, out_bpchar, NULL, false},
	{BYTEAOID, out_bytea, choose_bytea, false},
	{DATEOID, NULL, conv_choose_out_time, true},
	{TIMEOID, NULL, conv_choose_out_time, true},
	{TIMESTAMPOID, NULL, conv_choose_out_time, true},
	{TIMESTAMPTZOID, NULL, conv_choose_out_time, true},
	{INTERVALOID, NULL, conv_choose_out_time, false},
	{UUIDOID, out_uuid, NULL, true},
	{JSONBOID, out_jsonb, NULL, false},
};
static const OutType array_type = {InvalidOid, out_array, choose_array, true};
static const OutType geometry_type = {InvalidOid, out_other, choose_geometry, false};
static const OutType other_type = {InvalidOid, out_other, choose_other, false};

static const OutType *
find_type(Oid typid)
{
	for (int i = 0; i < lengthof(out_types); i++)
	{
		if (out_types[i].typid == typid)
			return &out_types[i];
	}
	if (OidIsValid(get_element_type(typid)))
		return &array_type;
	return conv_is_geometry(typid) ? &geometry_type : &other_type;
}

bool
conv_out_has_style(const ConvSpec *spec)
{
	return find_type(getBaseType(spec->typid))->style;
}

ConvOut *
conv_choose_out(const ConvSpec *spec, const ConvTarget *target)
{
	ConvOut    *out = palloc0(sizeof(ConvOut));
	const OutType *type;

	out->spec = conv_choose(spec)->spec;	/* a bad format is an error here, too */
	out->target = *target;
	out->type_name = format_type_with_typemod(spec->typid, spec->typmod);
	out->spec.typid = getBaseTypeAndTypmod(spec->typid, &out->spec.typmod);
	type = find_type(out->spec.typid);
	out->fn = type->fn;
	if (type->choose != NULL)
		type->choose(out);
	return out;
}

bool
conv_bind(ConvOut *out, Datum value, bool isnull, struct sqlite3_stmt *stmt, int param)
{
	if (!isnull)
		return out->fn(out, value, stmt, param);
	if (out->spec.empty_as_null && out->target.notnull)
		return sqlite3_bind_text(stmt, param, "", 0, SQLITE_STATIC) == SQLITE_OK;
	return sqlite3_bind_null(stmt, param) == SQLITE_OK;
}

bool
conv_out_refuse(ConvOut *out, int sqlstate, const char *format,...)
{
	va_list		args;

	va_start(args, format);
	vsnprintf(out->error.reason, sizeof(out->error.reason), format, args);
	va_end(args);
	out->error.sqlstate = sqlstate;
	return false;
}

/* SQLite refuses to bind only what is too long, or when it has no memory. */
static bool
bound(ConvOut *out, int rc)
{
	if (rc == SQLITE_OK)
		return true;
	if (rc == SQLITE_TOOBIG)
		return conv_out_refuse(out, ERRCODE_PROGRAM_LIMIT_EXCEEDED, "it is longer than SQLite allows");
	return conv_out_refuse(out, ERRCODE_OUT_OF_MEMORY, "SQLite is out of memory");
}

void
conv_bind_raise(const ConvOut *out, Datum value, const char *table, const char *column)
{
	Oid			output;
	bool		varlena;
	char	   *text;
	int			len;

	getTypeOutputInfo(out->spec.typid, &output, &varlena);
	text = OidOutputFunctionCall(output, value);
	len = strlen(text);
	if (len > SHOWN_BYTES)
		text = psprintf("%s...", pnstrdup(text, pg_mbcliplen(text, len, SHOWN_BYTES)));
	ereport(ERROR,
			(errcode(out->error.sqlstate),
			 errmsg("cannot write %s value to column \"%s\" of SQLite table \"%s\"", out->type_name, column, table),
			 errdetail("Value %s: %s.", text, out->error.reason),
			 out->error.hint ? errhint("%s", out->error.hint) : 0));
}

static bool
out_int8(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	return bound(out, sqlite3_bind_int64(stmt, param, DatumGetInt64(value)));
}

static bool
out_int4(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	return bound(out, sqlite3_bind_int64(stmt, param, DatumGetInt32(value)));
}

static bool
out_int2(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	return bound(out, sqlite3_bind_int64(stmt, param, DatumGetInt16(value)));
}

/* SQLite would make a NULL of NaN, and a text of 15 digits of a number. */
bool
conv_bind_real(ConvOut *out, double number, sqlite3_stmt *stmt, int param)
{
	char	   *text;
	int			len;

	if (isnan(number))
		return conv_bind_ascii(out, "NaN", 3, stmt, param);
	if (out->target.affinity != CONV_AFFINITY_TEXT)
		return bound(out, sqlite3_bind_double(stmt, param, number));
	text = palloc(CONV_NUMBER_LEN + 2);
	len = double_to_shortest_decimal_buf(number, text);
	if (strpbrk(text, ".eI") == NULL)
		len += sprintf(text + len, ".0");	/* 1 and 1.0 are not the same to SQLite */
	return conv_bind_ascii(out, text, len, stmt, param);
}

bool
conv_bind_ascii(ConvOut *out, const char *text, int len, sqlite3_stmt *stmt, int param)
{
	return bound(out, sqlite3_bind_text(stmt, param, text, len, SQLITE_STATIC));
}

static bool
out_float8(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	return conv_bind_real(out, DatumGetFloat8(value), stmt, param);
}

static bool
out_float4(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	return conv_bind_real(out, DatumGetFloat4(value), stmt, param);
}

/* The two values of a boolean column; texts, or NULL for 1 and 0. */
typedef struct BoolWords
{
	char	   *words[2];
	bool		integers;		/* which are written as integers */
	int64		numbers[2];
} BoolWords;

static void
choose_bool(ConvOut *out)
{
	BoolWords  *state = palloc0(sizeof(BoolWords));
	char	   *end[2];

	out->state = state;
	state->integers = true;
	state->numbers[1] = 1;
	if (out->spec.format == NULL || strcmp(out->spec.format, "words") == 0)
	{
		if (out->target.sample != NULL)
			choose_bool_words(out, out->target.sample);
		return;
	}
	conv_bool_words(out->spec.format, &state->words[1], &state->words[0]);
	for (int i = 0; i < 2; i++)
	{
		state->numbers[i] = strtoll(state->words[i], &end[i], 10);
		if (*end[i] != '\0')
			state->integers = false;
		state->words[i] = base_to_utf8(state->words[i]);
	}
}

/* As the sample is written: its word or the opposite one, in its case. */
static void
choose_bool_words(ConvOut *out, const char *sample)
{
	static const char *const pairs[][2] = {{"false", "true"}, {"f", "t"}, {"no", "yes"}, {"n", "y"}, {"off", "on"}};
	BoolWords  *state = out->state;

	for (int i = 0; i < lengthof(pairs) * 2; i++)
	{
		const char *word = pairs[i / 2][i % 2];

		if (pg_strcasecmp(word, sample) != 0)
			continue;
		state->integers = false;
		for (int truth = 0; truth < 2; truth++)
		{
			state->words[truth] = pstrdup(pairs[i / 2][truth]);
			for (int at = 0; state->words[truth][at]; at++)
			{
				/* the case of its first letter, then that of its second, if it has one */
				if (isupper((unsigned char) sample[Min(at, Min(1, strlen(sample) - 1))]))
					state->words[truth][at] = pg_toupper(state->words[truth][at]);
			}
		}
		return;
	}
}

static bool
out_bool(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	BoolWords  *state = out->state;
	int			truth = DatumGetBool(value) ? 1 : 0;

	if (state->integers)
		return bound(out, sqlite3_bind_int64(stmt, param, state->numbers[truth]));
	return conv_bind_ascii(out, state->words[truth], strlen(state->words[truth]), stmt, param);
}

/*
 * Binds text of the server's encoding. "keeping": what must come back of it from a
 * column that turns texts into numbers.
 */
static bool
bind_bytes(ConvOut *out, const char *text, int len, Keeping keeping, sqlite3_stmt *stmt, int param)
{
	if (GetDatabaseEncoding() == PG_SQL_ASCII)
	{
		if (!pg_verify_mbstr(PG_UTF8, text, len, true))
			return conv_out_refuse(out, ERRCODE_CHARACTER_NOT_IN_REPERTOIRE, "text is not valid UTF-8");
	}
	else if (GetDatabaseEncoding() != PG_UTF8)
	{
		const char *utf8 = pg_server_to_any(text, len, PG_UTF8);

		if (utf8 != text)
			len = strlen(utf8);
		text = utf8;
	}
	if (unlikely(out->target.affinity >= CONV_AFFINITY_NUMERIC) && !survives_as_number(out, text, len, keeping))
		return false;
	return bound(out, sqlite3_bind_text(stmt, param, text, len, SQLITE_STATIC));
}

/*
 * A column of numeric affinity makes a number of a text that looks like one, and
 * keeps all others.
 */
static bool
survives_as_number(ConvOut *out, const char *text, int len, Keeping keeping)
{
	ConvDecimal decimal;
	ConvDecimal kept;
	char		shown[CONV_NUMBER_LEN + 2];
	char	   *copy;
	int64		integer;
	double		real;
	int			written = len;

	for (; len > 0 && isspace((unsigned char) *text); len--)
		text++;
	while (len > 0 && isspace((unsigned char) text[len - 1]))
		len--;
	if (!conv_decimal_parse(text, len, &decimal))
		return true;
	copy = pnstrdup(text, len);
	if (keeping != KEEP_CLASS && out->target.affinity != CONV_AFFINITY_REAL && decimal.dscale <= 0 && conv_decimal_int64(&decimal, 0, &integer))
	{
		snprintf(shown, sizeof(shown), INT64_FORMAT, integer);
		if (keeping == KEEP_NUMBER || (len == written && strcmp(shown, copy) == 0))
			return true;
	}
	real = strtod(copy, NULL);
	if (keeping == KEEP_NUMBER && !isinf(real))
	{
		conv_decimal_double(real, &kept);
		if (conv_decimal_equal(&decimal, &kept))
			return true;
	}
	out->error.hint = "Declare the SQLite column TEXT.";
	return conv_out_refuse(out, ERRCODE_INVALID_TEXT_REPRESENTATION, "SQLite would store this text as a number and not give it back as it is");
}

static bool
out_text(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	text	   *packed = DatumGetTextPP(value);

	return bind_bytes(out, VARDATA_ANY(packed), VARSIZE_ANY_EXHDR(packed), out->spec.typid != JSONOID ? KEEP_TEXT : KEEP_NUMBER, stmt, param);
}

/* Without the blanks at the end, which char(n) does not count. */
static bool
out_bpchar(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	text	   *packed = DatumGetTextPP(value);
	int			len = VARSIZE_ANY_EXHDR(packed);

	return bind_bytes(out, VARDATA_ANY(packed), bpchartruelen(VARDATA_ANY(packed), len), KEEP_TEXT, stmt, param);
}

static void
choose_bytea(ConvOut *out)
{
	if (out->spec.format != NULL)
		conv_choose_out_geometry(out);
}

static bool
out_bytea(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	bytea	   *packed = DatumGetByteaPP(value);

	return bound(out, sqlite3_bind_blob(stmt, param, VARDATA_ANY(packed), VARSIZE_ANY_EXHDR(packed), SQLITE_STATIC));
}

/* 16 bytes in a column for bytes; else text, with upper case letters or without dashes where the column has such. */
static bool
out_uuid(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	const char *sample = out->target.sample;
	const char *digits = "0123456789abcdef";
	const unsigned char *bytes = DatumGetUUIDP(value)->data;
	bool		dashes = sample == NULL || strspn(sample, "0123456789abcdefABCDEF") != UUID_LEN * 2;
	char	   *text;
	char	   *at;

	if (out->target.binary && sample == NULL)
		return bound(out, sqlite3_bind_blob(stmt, param, bytes, UUID_LEN, SQLITE_STATIC));
	if (sample != NULL && strpbrk(sample, "ABCDEF") != NULL && strpbrk(sample, "abcdef") == NULL)
		digits = "0123456789ABCDEF";
	at = text = palloc(UUID_LEN * 2 + 5);
	for (int i = 0; i < UUID_LEN; i++)
	{
		if (dashes && (i == 4 || i == 6 || i == 8 || i == 10))
			*at++ = '-';
		*at++ = digits[bytes[i] >> 4];
		*at++ = digits[bytes[i] & 15];
	}
	return bind_bytes(out, text, at - text, KEEP_TEXT, stmt, param);
}

static bool
out_jsonb(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	Jsonb	   *jsonb = DatumGetJsonbP(value);
	StringInfoData text;

	initStringInfo(&text);
	(void) JsonbToCString(&text, &jsonb->root, VARSIZE(jsonb));
	return bind_bytes(out, text.data, text.len, KEEP_NUMBER, stmt, param);
}

static void
choose_array(ConvOut *out)
{
	if (out->spec.format != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("arrays of format \"%s\" cannot be written", out->spec.format)));
	choose_other(out);
}

/* As JSON, or as PostgreSQL writes arrays where the column has such. */
static bool
out_array(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	ArrayType  *array = DatumGetArrayTypeP(value);
	const char *sample = out->target.sample;
	text	   *json;

	for (int i = 0; i < ARR_NDIM(array); i++)
	{
		if (ARR_LBOUND(array)[i] != 1)
			return conv_out_refuse(out, ERRCODE_ARRAY_SUBSCRIPT_ERROR, "an array whose subscripts do not begin at 1 is not read back as it is");
	}
	if (sample != NULL && sample[0] == '{')
		return out_other(out, PointerGetDatum(array), stmt, param);
	json = DatumGetTextPP(OidFunctionCall1(F_ARRAY_TO_JSON_ANYARRAY, PointerGetDatum(array)));
	return bind_bytes(out, VARDATA_ANY(json), VARSIZE_ANY_EXHDR(json), KEEP_NUMBER, stmt, param);
}

static void
choose_geometry(ConvOut *out)
{
	if (out->spec.format != NULL)
		conv_choose_out_geometry(out);
	else
		choose_other(out);
}

/* All other types: as their output function writes them. */
static void
choose_other(ConvOut *out)
{
	OtherType  *other = palloc(sizeof(OtherType));
	Oid			function;
	bool		varlena;
	char		category;
	bool		preferred;

	getTypeOutputInfo(out->spec.typid, &function, &varlena);
	fmgr_info(function, &other->output);
	get_type_category_preferred(out->spec.typid, &category, &preferred);
	other->keeping = category == TYPCATEGORY_NUMERIC ? KEEP_NUMBER : KEEP_CLASS;
	out->state = other;
}

/* Settings that change what output functions write get the values that every input function takes. */
static bool
out_other(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	OtherType  *other = out->state;
	int			level = NewGUCNestLevel();
	char	   *text;

	if (DateStyle != USE_ISO_DATES)
		(void) set_config_option("datestyle", "ISO", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	if (IntervalStyle != INTSTYLE_POSTGRES)
		(void) set_config_option("intervalstyle", "postgres", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	if (extra_float_digits < 1)
		(void) set_config_option("extra_float_digits", "1", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	text = OutputFunctionCall(&other->output, value);
	AtEOXact_GUC(true, level);
	return bind_bytes(out, text, strlen(text), other->keeping, stmt, param);
}
