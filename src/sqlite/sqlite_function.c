/*-------------------------------------------------------------------------
 *
 * sqlite_function.c
 *	  SQL functions that a connection gives SQLite, so that it computes what
 *	  PostgreSQL computes:
 *
 *	  mig_sum(x)				sum of integers, exact, as decimal text
 *	  mig_avg(x)				the same, a slash, and how many there were
 *	  mig_sum(x, p, s)			sum of what numeric(p,s) makes of x, p at most 18
 *	  mig_avg(x, p, s)			the same, a slash, and how many there were
 *	  mig_sum(x, 0, 0)			sum of what numeric makes of x; mig_avg too
 *	  mig_rank(x)				texts for infinity as numbers, for ORDER BY
 *	  mig_cut(x, n)				x without the blanks behind n characters; an error if there is more
 *	  mig_scaled(x, p, s)		what numeric(p,s) makes of x times 10^s, p at most 18
 *	  mig_number(x)				x such that what numeric makes equal is equal
 *	  mig_uuid(x)				the 16 bytes of a uuid, however it is written; x if it is none
 *	  mig_key(x, ...)			64 bits that tell stored values from others, storage class and all
 *	  mig_overflow(x)			an error, unless x is NULL
 *	  mig_check(x, 'type')		true, or an error if x is no value of the type
 *
 * A value that a column's type does not hold is an error, as it is where the
 * value itself is read. NULLs do not count. Nothing here may throw or palloc.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "common/hashfn.h"
#include "common/shortest_dec.h"
#include "mb/pg_wchar.h"

#include "sqlite/sqlite_function.h"

/* Decimals of so many digits are told apart by a double. */
#define DOUBLE_DIGITS_LIMIT INT64CONST(1000000000000000)

/* Integers up to here are exact as doubles. */
#define EXACT_DOUBLE 9007199254740992.0

#define UUID_BYTES 16

/* Bytes of a value that a message shows. */
#define MAX_SHOWN_VALUE 100

typedef enum CheckKind
{
	CHECK_INTEGER, CHECK_NUMBER, CHECK_BOOLEAN, CHECK_TEXT, CHECK_SEQUENCE, CHECK_UUID, CHECK_NOTHING
} CheckKind;

static void check_value(sqlite3_context *context, int nargs, sqlite3_value **args);
static void rank_value(sqlite3_context *context, int nargs, sqlite3_value **args);
static void scale_value(sqlite3_context *context, int nargs, sqlite3_value **args);
static void unify_number(sqlite3_context *context, int nargs, sqlite3_value **args);
static void unify_uuid(sqlite3_context *context, int nargs, sqlite3_value **args);
static bool read_uuid(const char *text, int len, unsigned char *bytes);
static void hash_key(sqlite3_context *context, int nargs, sqlite3_value **args);
static void cut_text(sqlite3_context *context, int nargs, sqlite3_value **args);
static void raise_overflow(sqlite3_context *context, int nargs, sqlite3_value **args);
static bool round_real(double real, int scale, int64 *scaled);
static bool round_digits(double real, int scale, int64 *scaled);
static bool is_uuid(sqlite3_value *value);

const int64 sqlite_powers[] = {
	INT64CONST(1), INT64CONST(10), INT64CONST(100), INT64CONST(1000), INT64CONST(10000), INT64CONST(100000),
	INT64CONST(1000000), INT64CONST(10000000), INT64CONST(100000000), INT64CONST(1000000000),
	INT64CONST(10000000000), INT64CONST(100000000000), INT64CONST(1000000000000), INT64CONST(10000000000000),
	INT64CONST(100000000000000), INT64CONST(1000000000000000), INT64CONST(10000000000000000),
	INT64CONST(100000000000000000), INT64CONST(1000000000000000000)
};

const char *const sqlite_nan_words[] = {"nan", NULL};
const char *const sqlite_plus_words[] = {"inf", "+inf", "infinity", "+infinity", NULL};
const char *const sqlite_minus_words[] = {"-inf", "-infinity", NULL};
static const char *const special_words[] = {"nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity", NULL};
static const char *const truth_words[] = {"t", "true", "y", "yes", "on", "f", "false", "n", "no", "off", "0", "1", NULL};

/*
 * Makes the functions known to a connection. Returns a result code.
 */
int
sqlite_add_functions(sqlite3 *handle)
{
	static const struct
	{
		const char *name;
		int			nargs;
		void		(*function) (sqlite3_context *context, int nargs, sqlite3_value **args);
		void		(*step) (sqlite3_context *context, int nargs, sqlite3_value **args);
		void		(*final) (sqlite3_context *context);
	}			functions[] = {
		{"mig_sum", 1, NULL, sqlite_sum_step, sqlite_sum_final},
		{"mig_sum", 3, NULL, sqlite_sum_step, sqlite_sum_final},
		{"mig_avg", 1, NULL, sqlite_sum_step, sqlite_average_final},
		{"mig_avg", 3, NULL, sqlite_sum_step, sqlite_average_final},
		{"mig_check", 2, check_value, NULL, NULL},
		{"mig_rank", 1, rank_value, NULL, NULL},
		{"mig_cut", 2, cut_text, NULL, NULL},
		{"mig_scaled", 3, scale_value, NULL, NULL},
		{"mig_number", 1, unify_number, NULL, NULL},
		{"mig_uuid", 1, unify_uuid, NULL, NULL},
		{"mig_key", -1, hash_key, NULL, NULL},
		{"mig_overflow", 1, raise_overflow, NULL, NULL},
	};
	int			rc = SQLITE_OK;

	for (int i = 0; i < lengthof(functions) && rc == SQLITE_OK; i++)
		rc = sqlite3_create_function_v2(handle, functions[i].name, functions[i].nargs,
										SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL,
										functions[i].function, functions[i].step, functions[i].final, NULL);
	return rc;
}

/* Each value's bytes and storage class are the seed of the next one. */
static void
hash_key(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	uint64		hash = 0;

	for (int i = 0; i < nargs; i++)
	{
		int			type = sqlite3_value_type(args[i]);
		int64		integer;
		double		real;
		const void *bytes = NULL;
		int			len = 0;

		switch (type)
		{
			case SQLITE_INTEGER:
				integer = sqlite3_value_int64(args[i]);
				bytes = &integer;
				len = sizeof(integer);
				break;
			case SQLITE_FLOAT:
				real = sqlite3_value_double(args[i]);
				bytes = &real;
				len = sizeof(real);
				break;
			case SQLITE_TEXT:
				bytes = sqlite3_value_text(args[i]);
				if (bytes == NULL)
				{
					sqlite3_result_error_nomem(context);
					return;
				}
				len = sqlite3_value_bytes(args[i]);
				break;
			case SQLITE_BLOB:
				bytes = sqlite3_value_blob(args[i]);
				len = sqlite3_value_bytes(args[i]);
				break;
		}
		hash = hash_bytes_extended(len > 0 ? bytes : (const void *) "", len, hash_combine64(hash, (uint64) type));
	}
	sqlite3_result_int64(context, (int64) hash);
}

/* Where a text for a special number stands among the numbers: NaN above all. */
static void
rank_value(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	if (sqlite3_value_type(args[0]) == SQLITE_TEXT && sqlite_is_special(args[0], sqlite_plus_words))
		sqlite3_result_double(context, INFINITY);
	else if (sqlite3_value_type(args[0]) == SQLITE_TEXT && sqlite_is_special(args[0], sqlite_minus_words))
		sqlite3_result_double(context, -INFINITY);
	else if (sqlite3_value_type(args[0]) == SQLITE_TEXT && sqlite_is_special(args[0], sqlite_nan_words))
		sqlite3_result_text(context, "NaN", 3, SQLITE_STATIC);
	else
		sqlite3_result_value(context, args[0]);
}

/* A number of the column as an integer; NaN stays a text, above all. */
static void
scale_value(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	int64		scaled;
	bool		nan = false;

	if (sqlite3_value_type(args[0]) == SQLITE_NULL)
		return;
	if (!sqlite_read_decimal(args[0], sqlite3_value_int(args[1]), sqlite3_value_int(args[2]), &scaled, &nan))
		sqlite_refuse(context, args[0], "a number that the column's type holds");
	else if (nan)
		sqlite3_result_text(context, "NaN", 3, SQLITE_STATIC);
	else
		sqlite3_result_int64(context, scaled);
}

/*
 * SQLite takes a great integer for equal to a double whose shortest decimal is
 * another number: such doubles become the integer that it is, or texts beyond those.
 */
static void
unify_number(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	char		text[DOUBLE_SHORTEST_DECIMAL_LEN];
	double		real;
	int64		integer;

	if (sqlite3_value_type(args[0]) == SQLITE_TEXT)
		rank_value(context, nargs, args);
	else if (sqlite3_value_type(args[0]) == SQLITE_FLOAT && fabs(real = sqlite3_value_double(args[0])) >= EXACT_DOUBLE && !isinf(real))
	{
		if (fabs(real) < 1e19 && round_digits(real, 0, &integer))
		{
			sqlite3_result_int64(context, integer);
			return;
		}
		double_to_shortest_decimal_buf(real, text);
		sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
	}
	else
		sqlite3_result_value(context, args[0]);
}

static void
unify_uuid(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	unsigned char bytes[UUID_BYTES];
	const char *text = NULL;

	if (sqlite3_value_type(args[0]) == SQLITE_TEXT)
		text = (const char *) sqlite3_value_text(args[0]);
	if (text != NULL && read_uuid(text, sqlite3_value_bytes(args[0]), bytes))
		sqlite3_result_blob(context, bytes, UUID_BYTES, SQLITE_TRANSIENT);
	else
		sqlite3_result_value(context, args[0]);
}

/* The ways of writing that the column's converter takes: hyphens after each fourth digit, braces around all. */
static bool
read_uuid(const char *text, int len, unsigned char *bytes)
{
	bool		braces = len > 0 && text[0] == '{';
	int			at = braces;

	for (int i = 0; i < UUID_BYTES; i++)
	{
		bytes[i] = 0;
		for (int end = at + 2; at < end; at++)
		{
			const char *digit = at < len ? strchr("0123456789abcdef", pg_ascii_tolower((unsigned char) text[at])) : NULL;

			if (digit == NULL || text[at] == '\0')
				return false;
			bytes[i] = bytes[i] * 16 + (*digit <= '9' ? *digit - '0' : *digit - 'a' + 10);
		}
		if (at < len && text[at] == '-' && i % 2 == 1 && i < UUID_BYTES - 1)
			at++;
	}
	if (braces && (at >= len || text[at++] != '}'))
		return false;
	return at == len;
}

static void
cut_text(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	const char *text = sqlite3_value_type(args[0]) == SQLITE_TEXT ? (const char *) sqlite3_value_text(args[0]) : NULL;
	int			len = text ? sqlite3_value_bytes(args[0]) : 0;
	int			left = sqlite3_value_int(args[1]);
	int			keep = 0;

	if (sqlite3_value_type(args[0]) == SQLITE_NULL)
		return;
	for (; text != NULL && keep < len && left > 0; left--)
	{
		keep++;
		while (keep < len && (text[keep] & 0xC0) == 0x80)
			keep++;
	}
	for (int i = keep; i < len; i++)
	{
		if (text[i] != ' ')
			text = NULL;
		if (text == NULL)
			break;
	}
	if (text == NULL)
		sqlite_refuse(context, args[0], "a text that the column's type holds");
	else
		sqlite3_result_text(context, text, keep, SQLITE_TRANSIENT);
}

/* The message begins as sqlite_error.c expects it. */
static void
raise_overflow(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	if (sqlite3_value_type(args[0]) == SQLITE_NULL)
		sqlite3_result_null(context);
	else if (sqlite3_value_type(args[0]) == SQLITE_INTEGER)
		sqlite3_result_error(context, "integer overflow", -1);
	else
		sqlite_refuse(context, args[0], "an integer");
}

/* An integer, or a real that is one. */
bool
sqlite_read_integer(sqlite3_value *value, int64 *integer)
{
	double		real;

	if (sqlite3_value_type(value) == SQLITE_INTEGER)
	{
		*integer = sqlite3_value_int64(value);
		return true;
	}
	if (sqlite3_value_type(value) != SQLITE_FLOAT)
		return false;
	real = sqlite3_value_double(value);
	*integer = 0;
	if (!(real >= -9223372036854775808.0 && real < 9223372036854775808.0) || real != floor(real))
		return false;
	*integer = (int64) real;
	return true;
}

/* What numeric(precision, scale) makes of a value, times 10^scale. */
bool
sqlite_read_decimal(sqlite3_value *value, int precision, int scale, int64 *scaled, bool *nan)
{
	int64		integer;

	*scaled = 0;
	switch (sqlite3_value_type(value))
	{
		case SQLITE_INTEGER:
			integer = sqlite3_value_int64(value);
			if (integer <= -sqlite_powers[precision - scale] || integer >= sqlite_powers[precision - scale])
				return false;
			*scaled = integer * sqlite_powers[scale];
			return true;
		case SQLITE_FLOAT:
			return round_real(sqlite3_value_double(value), scale, scaled) &&
				*scaled > -sqlite_powers[precision] && *scaled < sqlite_powers[precision];
		case SQLITE_TEXT:
			*nan = sqlite_is_special(value, sqlite_nan_words);
			return *nan;
		default:
			return false;
	}
}

/*
 * Rounds the shortest decimal that reads back as the double, half away from
 * zero, as the column's converter does. If the nearest decimal of that scale is
 * the double's own, it is the shortest.
 */
static bool
round_real(double real, int scale, int64 *scaled)
{
	double		product = real * sqlite_powers[scale];
	int64		nearest;

	if (!(fabs(product) < 1e19))
		return false;
	if (fabs(product) < DOUBLE_DIGITS_LIMIT)
	{
		nearest = (int64) rint(product);
		if ((double) nearest / sqlite_powers[scale] == real)
		{
			*scaled = nearest;
			return true;
		}
	}
	return round_digits(real, scale, scaled);
}

/* The same from the digits. */
static bool
round_digits(double real, int scale, int64 *scaled)
{
	char		text[DOUBLE_SHORTEST_DECIMAL_LEN];
	int128		number = 0;
	int			exponent = 0;	/* of ten, to be applied to the digits */
	bool		negative = false;
	bool		fraction = false;
	const char *p = text;

	double_to_shortest_decimal_buf(real, text);
	if (*p == '-')
	{
		negative = true;
		p++;
	}
	for (; *p && *p != 'e'; p++)
	{
		if (*p == '.')
		{
			fraction = true;
			continue;
		}
		number = number * 10 + (*p - '0');
		exponent -= fraction;
	}
	if (*p == 'e')
		exponent += atoi(p + 1);
	exponent += scale;
	for (; exponent > 0; exponent--)
		number *= 10;			/* at most 17 digits, and the number is below 10^19 */
	if (exponent < -MAX_PRECISION - 2)
		number = 0;				/* too small for any digit of the scale */
	for (; exponent < 0 && number != 0; exponent++)
	{
		/* the last digit cut off decides: those behind it make no half */
		number = exponent == -1 ? (number + 5) / 10 : number / 10;
	}
	if (number > PG_INT64_MAX)
		return false;
	*scaled = negative ? -(int64) number : (int64) number;
	return true;
}

/* Whether a text is one of some words, in any case. */
bool
sqlite_is_special(sqlite3_value *value, const char *const *words)
{
	const char *text = (const char *) sqlite3_value_text(value);

	for (; text != NULL && *words != NULL; words++)
	{
		if (sqlite3_stricmp(text, *words) == 0)
			return true;
	}
	return false;
}

/*
 * Whether the converter of a type would read the value. The types are given
 * as words, looked at by their first letters.
 */
static void
check_value(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	static const struct
	{
		const char *name;
		const char *what;
		CheckKind	kind;
	}			kinds[] = {
		{"integer", "an integer", CHECK_INTEGER},
		{"number", "a number", CHECK_NUMBER},
		{"boolean", "a truth value", CHECK_BOOLEAN},
		{"text", "a text", CHECK_TEXT},
		{"sequence", "a sequence of bytes", CHECK_SEQUENCE},
		{"uuid", "a UUID", CHECK_UUID},
		{"any", "a value", CHECK_NOTHING},
	};
	const char *name = (const char *) sqlite3_value_text(args[1]);
	int			storage_class = sqlite3_value_type(args[0]);
	int			kind = 0;
	int64		integer;
	bool		good = false;

	while (name != NULL && kind < lengthof(kinds) - 1 && name[0] != kinds[kind].name[0])
		kind++;
	switch (kinds[kind].kind)
	{
		case CHECK_INTEGER:
			good = storage_class == SQLITE_NULL || sqlite_read_integer(args[0], &integer);
			break;
		case CHECK_NUMBER:
			good = storage_class == SQLITE_INTEGER || storage_class == SQLITE_FLOAT || storage_class == SQLITE_NULL ||
				(storage_class == SQLITE_TEXT && sqlite_is_special(args[0], special_words));
			break;
		case CHECK_BOOLEAN:
			good = storage_class == SQLITE_NULL ||
				(storage_class == SQLITE_TEXT ? sqlite_is_special(args[0], truth_words) :
				 sqlite_read_integer(args[0], &integer) && (integer == 0 || integer == 1));
			break;
		case CHECK_TEXT:
			good = storage_class == SQLITE_NULL;
			if (storage_class == SQLITE_TEXT)
			{
				const char *text = (const char *) sqlite3_value_text(args[0]);
				int			len = sqlite3_value_bytes(args[0]);

				good = text != NULL && pg_encoding_verifymbstr(PG_UTF8, text, len) == len;
			}
			break;
		case CHECK_SEQUENCE:
			good = storage_class != SQLITE_INTEGER && storage_class != SQLITE_FLOAT;
			break;
		case CHECK_UUID:
			good = is_uuid(args[0]);
			break;
		case CHECK_NOTHING:
			break;
	}
	if (good || kinds[kind].kind == CHECK_NOTHING)
		sqlite3_result_int(context, 1);
	else
		sqlite_refuse(context, args[0], kinds[kind].what);
}

static bool
is_uuid(sqlite3_value *value)
{
	unsigned char bytes[UUID_BYTES];
	const char *text;

	switch (sqlite3_value_type(value))
	{
		case SQLITE_NULL:
			return true;
		case SQLITE_BLOB:
			return sqlite3_value_bytes(value) == UUID_BYTES;
		case SQLITE_TEXT:
			text = (const char *) sqlite3_value_text(value);
			return text != NULL && read_uuid(text, sqlite3_value_bytes(value), bytes);
		default:
			return false;
	}
}

/* The message begins as sqlite_error.c expects it. */
void
sqlite_refuse(sqlite3_context *context, sqlite3_value *value, const char *type)
{
	static const char *const names[] = {
		[SQLITE_INTEGER] = "integer", [SQLITE_FLOAT] = "real", [SQLITE_TEXT] = "text",
		[SQLITE_BLOB] = "blob", [SQLITE_NULL] = "null",
	};
	char		message[256];
	int			storage_class = sqlite3_value_type(value);
	const char *text = storage_class == SQLITE_BLOB ? NULL : (const char *) sqlite3_value_text(value);
	int			len = text ? pg_encoding_mbcliplen(PG_UTF8, text, strlen(text), MAX_SHOWN_VALUE) : 0;

	snprintf(message, sizeof(message), "cannot convert a value: %s%s%.*s is not %s",
			 names[storage_class], len > 0 ? " " : "", len, text ? text : "", type);
	sqlite3_result_error(context, message, -1);
}
