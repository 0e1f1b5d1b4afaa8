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
 *	  mig_check(x, 'type')		true, or an error if x is no value of the type
 *
 * A value that a column's type does not hold is an error, as it is where the
 * value itself is read. NULLs do not count. Nothing here may throw or palloc.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "mb/pg_wchar.h"

#include "sqlite/driver_internal.h"

/* Decimals of so many digits are told apart by a double. */
#define DOUBLE_DIGITS_LIMIT INT64CONST(1000000000000000)

#define MAX_PRECISION 18

/* Text of an int128 with sign, point and NUL. */
#define INT128_LEN 48

/* State of an aggregate; SQLite zeroes it. */
typedef struct Sum
{
	int128		total;			/* times 10^scale */
	int64		count;
	int			scale;
	bool		nan;
} Sum;

typedef enum CheckKind
{
	CHECK_INTEGER, CHECK_NUMBER, CHECK_BOOLEAN, CHECK_TEXT, CHECK_NOTHING
} CheckKind;

static void sum_step(sqlite3_context *context, int nargs, sqlite3_value **args);
static void sum_final(sqlite3_context *context);
static void average_final(sqlite3_context *context);
static void check_value(sqlite3_context *context, int nargs, sqlite3_value **args);
static bool read_integer(sqlite3_value *value, int64 *integer);
static bool read_decimal(sqlite3_value *value, int precision, int scale, int64 *scaled, bool *nan);
static bool round_real(double real, int scale, int64 *scaled);
static bool round_digits(double real, int scale, int64 *scaled);
static bool is_special(sqlite3_value *value, const char *const *words);
static int	print_sum(const Sum *sum, char *buf);
static void refuse(sqlite3_context *context, sqlite3_value *value, const char *type);

static const int64 powers[] = {
	INT64CONST(1), INT64CONST(10), INT64CONST(100), INT64CONST(1000), INT64CONST(10000), INT64CONST(100000),
	INT64CONST(1000000), INT64CONST(10000000), INT64CONST(100000000), INT64CONST(1000000000),
	INT64CONST(10000000000), INT64CONST(100000000000), INT64CONST(1000000000000), INT64CONST(10000000000000),
	INT64CONST(100000000000000), INT64CONST(1000000000000000), INT64CONST(10000000000000000),
	INT64CONST(100000000000000000), INT64CONST(1000000000000000000)
};

static const char *const nan_words[] = {"nan", NULL};
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
		{"mig_sum", 1, NULL, sum_step, sum_final},
		{"mig_sum", 3, NULL, sum_step, sum_final},
		{"mig_avg", 1, NULL, sum_step, average_final},
		{"mig_avg", 3, NULL, sum_step, average_final},
		{"mig_check", 2, check_value, NULL, NULL},
	};
	int			rc = SQLITE_OK;

	for (int i = 0; i < lengthof(functions) && rc == SQLITE_OK; i++)
		rc = sqlite3_create_function_v2(handle, functions[i].name, functions[i].nargs,
										SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL,
										functions[i].function, functions[i].step, functions[i].final, NULL);
	return rc;
}

static void
sum_step(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	Sum		   *sum;
	int64		number;
	bool		nan = false;

	if (sqlite3_value_type(args[0]) == SQLITE_NULL)
		return;
	sum = sqlite3_aggregate_context(context, sizeof(Sum));
	if (sum == NULL)
	{
		sqlite3_result_error_nomem(context);
		return;
	}
	if (nargs == 1)
	{
		if (!read_integer(args[0], &number))
		{
			refuse(context, args[0], "an integer");
			return;
		}
	}
	else
	{
		sum->scale = sqlite3_value_int(args[2]);
		if (!read_decimal(args[0], sqlite3_value_int(args[1]), sum->scale, &number, &nan))
		{
			refuse(context, args[0], "a number that the column's type holds");
			return;
		}
	}
	sum->count++;
	if (nan)
		sum->nan = true;
	else
		sum->total += number;
}

static void
sum_final(sqlite3_context *context)
{
	Sum		   *sum = sqlite3_aggregate_context(context, 0);
	char		buf[INT128_LEN];

	if (sum == NULL || sum->count == 0)
		sqlite3_result_null(context);
	else if (sum->scale == 0 && !sum->nan && sum->total >= PG_INT64_MIN && sum->total <= PG_INT64_MAX)
		sqlite3_result_int64(context, (int64) sum->total);
	else
		sqlite3_result_text(context, buf, print_sum(sum, buf), SQLITE_TRANSIENT);
}

static void
average_final(sqlite3_context *context)
{
	Sum		   *sum = sqlite3_aggregate_context(context, 0);
	char		buf[INT128_LEN + 24];
	int			len;

	if (sum == NULL || sum->count == 0)
	{
		sqlite3_result_null(context);
		return;
	}
	len = print_sum(sum, buf);
	len += snprintf(buf + len, sizeof(buf) - len, "/" INT64_FORMAT, sum->count);
	sqlite3_result_text(context, buf, len, SQLITE_TRANSIENT);
}

/* Decimal text of the total; returns its length. */
static int
print_sum(const Sum *sum, char *buf)
{
	char		digits[INT128_LEN];
	int			n = 0;
	int			len = 0;
	bool		negative = sum->total < 0;
	uint128		rest = negative ? -(uint128) sum->total : (uint128) sum->total;

	if (sum->nan)
		return sprintf(buf, "NaN");
	do
	{
		digits[n++] = '0' + (int) (rest % 10);
		rest /= 10;
	} while (rest > 0 || n <= sum->scale);
	if (negative)
		buf[len++] = '-';
	while (n > 0)
	{
		buf[len++] = digits[--n];
		if (n == sum->scale && n > 0)
			buf[len++] = '.';
	}
	buf[len] = '\0';
	return len;
}

/* An integer, or a real that is one. */
static bool
read_integer(sqlite3_value *value, int64 *integer)
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
static bool
read_decimal(sqlite3_value *value, int precision, int scale, int64 *scaled, bool *nan)
{
	int64		integer;

	*scaled = 0;
	switch (sqlite3_value_type(value))
	{
		case SQLITE_INTEGER:
			integer = sqlite3_value_int64(value);
			if (integer <= -powers[precision - scale] || integer >= powers[precision - scale])
				return false;
			*scaled = integer * powers[scale];
			return true;
		case SQLITE_FLOAT:
			return round_real(sqlite3_value_double(value), scale, scaled) &&
				*scaled > -powers[precision] && *scaled < powers[precision];
		case SQLITE_TEXT:
			*nan = is_special(value, nan_words);
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
	double		product = real * powers[scale];
	int64		nearest;

	if (!(fabs(product) < 1e19))
		return false;
	if (fabs(product) < DOUBLE_DIGITS_LIMIT)
	{
		nearest = (int64) rint(product);
		if ((double) nearest / powers[scale] == real)
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
static bool
is_special(sqlite3_value *value, const char *const *words)
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
			good = storage_class == SQLITE_NULL || read_integer(args[0], &integer);
			break;
		case CHECK_NUMBER:
			good = storage_class == SQLITE_INTEGER || storage_class == SQLITE_FLOAT || storage_class == SQLITE_NULL ||
				(storage_class == SQLITE_TEXT && is_special(args[0], special_words));
			break;
		case CHECK_BOOLEAN:
			good = storage_class == SQLITE_NULL ||
				(storage_class == SQLITE_TEXT ? is_special(args[0], truth_words) :
				 read_integer(args[0], &integer) && (integer == 0 || integer == 1));
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
		case CHECK_NOTHING:
			break;
	}
	if (good || kinds[kind].kind == CHECK_NOTHING)
		sqlite3_result_int(context, 1);
	else
		refuse(context, args[0], kinds[kind].what);
}

/* The message begins as sqlite_error.c expects it. */
static void
refuse(sqlite3_context *context, sqlite3_value *value, const char *type)
{
	static const char *const names[] = {
		[SQLITE_INTEGER] = "integer", [SQLITE_FLOAT] = "real", [SQLITE_TEXT] = "text",
		[SQLITE_BLOB] = "blob", [SQLITE_NULL] = "null",
	};
	char		message[256];
	int			storage_class = sqlite3_value_type(value);
	const char *text = storage_class == SQLITE_BLOB ? NULL : (const char *) sqlite3_value_text(value);

	snprintf(message, sizeof(message), "cannot convert a value: %s %.100s is not %s",
			 names[storage_class], text ? text : "", type);
	sqlite3_result_error(context, message, -1);
}
