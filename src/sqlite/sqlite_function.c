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

#include "common/shortest_dec.h"
#include "mb/pg_wchar.h"

#include "sqlite/driver_internal.h"

/* Decimals of so many digits are told apart by a double. */
#define DOUBLE_DIGITS_LIMIT INT64CONST(1000000000000000)

#define MAX_PRECISION 18

/* Text of an int128 with sign, point and NUL. */
#define INT128_LEN 48

/* Text of a sum of doubles. */
#define SUM_LEN (LIMBS * 9 + 8)

/*
 * Numbers too great or too small for a total of 128 bits are added up in limbs
 * of nine decimal digits that reach over all doubles: limb i counts 10^(9i - LIMB_SHIFT).
 */
#define LIMB_DIGITS 9
#define LIMB_BASE 1000000000
#define LIMB_SHIFT 351
#define LIMBS 76

/* Limbs are brought below LIMB_BASE after so many additions, long before they overflow. */
#define LIMB_ADDITIONS 1000000000

/* The total of 128 bits holds values up to here, as often as there can be rows. */
#define MAX_SMALL (INT64CONST(1) << 62)

/* State of an aggregate; SQLite zeroes it. */
typedef struct Sum
{
	int128		total;			/* times 10^scale */
	int64		count;
	int			scale;
	int			dscale;			/* most digits after the point of any number */
	bool		nan;
	bool		plus_infinity;
	bool		minus_infinity;
	bool		spilled;		/* limbs are in use */
	int			additions;		/* to the limbs, since they were normalized */
	int64		limbs[LIMBS];
} Sum;

/* A decimal number: digits * 10^-scale. */
typedef struct Decimal
{
	int64		digits;
	int			scale;			/* may be negative */
} Decimal;

typedef enum CheckKind
{
	CHECK_INTEGER, CHECK_NUMBER, CHECK_BOOLEAN, CHECK_TEXT, CHECK_NOTHING
} CheckKind;

static void sum_step(sqlite3_context *context, int nargs, sqlite3_value **args);
static void sum_final(sqlite3_context *context);
static void average_final(sqlite3_context *context);
static void check_value(sqlite3_context *context, int nargs, sqlite3_value **args);
static bool add_number(Sum *sum, sqlite3_value *value);
static Decimal shortest_decimal(double real);
static void add_decimal(Sum *sum, Decimal decimal);
static void spill(Sum *sum, int128 digits, int scale);
static void normalize(Sum *sum);
static int	print_limbs(Sum *sum, char *buf);
static void rank_value(sqlite3_context *context, int nargs, sqlite3_value **args);
static void cut_text(sqlite3_context *context, int nargs, sqlite3_value **args);
static void raise_overflow(sqlite3_context *context, int nargs, sqlite3_value **args);
static bool read_integer(sqlite3_value *value, int64 *integer);
static bool read_decimal(sqlite3_value *value, int precision, int scale, int64 *scaled, bool *nan);
static bool round_real(double real, int scale, int64 *scaled);
static bool round_digits(double real, int scale, int64 *scaled);
static bool is_special(sqlite3_value *value, const char *const *words);
static int	print_sum(Sum *sum, char *buf);
static void refuse(sqlite3_context *context, sqlite3_value *value, const char *type);

static const int64 powers[] = {
	INT64CONST(1), INT64CONST(10), INT64CONST(100), INT64CONST(1000), INT64CONST(10000), INT64CONST(100000),
	INT64CONST(1000000), INT64CONST(10000000), INT64CONST(100000000), INT64CONST(1000000000),
	INT64CONST(10000000000), INT64CONST(100000000000), INT64CONST(1000000000000), INT64CONST(10000000000000),
	INT64CONST(100000000000000), INT64CONST(1000000000000000), INT64CONST(10000000000000000),
	INT64CONST(100000000000000000), INT64CONST(1000000000000000000)
};

static const char *const nan_words[] = {"nan", NULL};
static const char *const plus_words[] = {"inf", "+inf", "infinity", "+infinity", NULL};
static const char *const minus_words[] = {"-inf", "-infinity", NULL};
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
		{"mig_rank", 1, rank_value, NULL, NULL},
		{"mig_cut", 2, cut_text, NULL, NULL},
		{"mig_overflow", 1, raise_overflow, NULL, NULL},
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
	else if (sqlite3_value_int(args[1]) == 0)
	{
		if (!add_number(sum, args[0]))
			refuse(context, args[0], "a number");
		else
			sum->count++;
		return;
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
	char		buf[SUM_LEN];

	if (sum == NULL || sum->count == 0)
		sqlite3_result_null(context);
	else if (sum->scale == 0 && !sum->nan && !sum->plus_infinity && !sum->minus_infinity && !sum->spilled &&
			 sum->total >= PG_INT64_MIN && sum->total <= PG_INT64_MAX)
		sqlite3_result_int64(context, (int64) sum->total);
	else
		sqlite3_result_text(context, buf, print_sum(sum, buf), SQLITE_TRANSIENT);
}

static void
average_final(sqlite3_context *context)
{
	Sum		   *sum = sqlite3_aggregate_context(context, 0);
	char		buf[SUM_LEN + 24];
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

/* Decimal text of the sum; returns its length. Infinities as numeric adds them up. */
static int
print_sum(Sum *sum, char *buf)
{
	char		digits[INT128_LEN];
	int			n = 0;
	int			len = 0;
	bool		negative = sum->total < 0;
	uint128		rest = negative ? -(uint128) sum->total : (uint128) sum->total;

	if (sum->nan || (sum->plus_infinity && sum->minus_infinity))
		return sprintf(buf, "NaN");
	if (sum->plus_infinity || sum->minus_infinity)
		return sprintf(buf, sum->plus_infinity ? "Infinity" : "-Infinity");
	if (sum->spilled)
	{
		spill(sum, sum->total, sum->scale);
		sum->total = 0;
		return print_limbs(sum, buf);
	}
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

/* Adds what numeric without limits makes of a value. */
static bool
add_number(Sum *sum, sqlite3_value *value)
{
	Decimal		decimal;
	double		real;

	switch (sqlite3_value_type(value))
	{
		case SQLITE_INTEGER:
			decimal.digits = sqlite3_value_int64(value);
			decimal.scale = 0;
			add_decimal(sum, decimal);
			return true;
		case SQLITE_FLOAT:
			real = sqlite3_value_double(value);
			if (isinf(real))
			{
				sum->plus_infinity |= real > 0;
				sum->minus_infinity |= real < 0;
			}
			else
				add_decimal(sum, shortest_decimal(real));
			return true;
		case SQLITE_TEXT:
			if (is_special(value, nan_words))
				sum->nan = true;
			else if (is_special(value, plus_words))
				sum->plus_infinity = true;
			else if (is_special(value, minus_words))
				sum->minus_infinity = true;
			else
				return false;
			return true;
		default:
			return false;
	}
}

/*
 * The shortest decimal that reads back as the double. Few digits after the
 * point are usual: a decimal of so few that is the double's own is the shortest.
 */
static Decimal
shortest_decimal(double real)
{
	Decimal		decimal = {0, 0};
	char		text[DOUBLE_SHORTEST_DECIMAL_LEN];
	bool		fraction = false;
	const char *p = text;

	for (int scale = 0; scale <= 4 && fabs(real) < 1e9; scale++)
	{
		decimal.digits = (int64) rint(real * powers[scale]);
		decimal.scale = scale;
		if ((double) decimal.digits / powers[scale] == real)
			return decimal;
	}
	double_to_shortest_decimal_buf(real, text);
	decimal.digits = 0;
	decimal.scale = 0;
	for (p = text + (*text == '-'); *p && *p != 'e'; p++)
	{
		if (*p == '.')
		{
			fraction = true;
			continue;
		}
		decimal.digits = decimal.digits * 10 + (*p - '0');
		decimal.scale += fraction;
	}
	if (*p == 'e')
		decimal.scale -= atoi(p + 1);
	if (*text == '-')
		decimal.digits = -decimal.digits;
	return decimal;
}

static void
add_decimal(Sum *sum, Decimal decimal)
{
	int128		digits = decimal.digits;

	sum->dscale = Max(sum->dscale, decimal.scale);
	if (decimal.scale > sum->scale && decimal.scale <= MAX_PRECISION && sum->total > -MAX_SMALL && sum->total < MAX_SMALL)
	{
		sum->total *= powers[decimal.scale - sum->scale];
		sum->scale = decimal.scale;
	}
	if (decimal.scale <= sum->scale && decimal.scale >= sum->scale - MAX_PRECISION)
	{
		digits *= powers[sum->scale - decimal.scale];
		if (digits > -MAX_SMALL && digits < MAX_SMALL)
		{
			sum->total += digits;
			return;
		}
	}
	spill(sum, decimal.digits, decimal.scale);
}

/* Adds digits * 10^-scale to the limbs. */
static void
spill(Sum *sum, int128 digits, int scale)
{
	int			place = LIMB_SHIFT - scale;
	int			limb = place / LIMB_DIGITS;
	bool		negative = digits < 0;
	uint128		rest = negative ? -(uint128) digits : (uint128) digits;
	int64		carry = 0;

	sum->spilled = true;

	/* limb by limb: times the power of ten that is left over, which need not fit */
	for (; (rest > 0 || carry > 0) && limb < LIMBS; limb++)
	{
		int64		part = (int64) (rest % LIMB_BASE) * powers[place % LIMB_DIGITS] + carry;

		rest /= LIMB_BASE;
		carry = part / LIMB_BASE;
		part %= LIMB_BASE;
		sum->limbs[limb] += negative ? -part : part;
	}
	if (++sum->additions >= LIMB_ADDITIONS)
		normalize(sum);
}

/* Every limb below LIMB_BASE, all of one sign but the last. */
static void
normalize(Sum *sum)
{
	for (int i = 0; i < LIMBS - 1; i++)
	{
		int64		carry = sum->limbs[i] / LIMB_BASE;

		sum->limbs[i] %= LIMB_BASE;
		if (sum->limbs[i] < 0)
		{
			sum->limbs[i] += LIMB_BASE;
			carry--;
		}
		sum->limbs[i + 1] += carry;
	}
	sum->additions = 0;
}

static int
print_limbs(Sum *sum, char *buf)
{
	bool		negative;
	int			len = 0;
	bool		started = false;

	normalize(sum);
	negative = sum->limbs[LIMBS - 1] < 0;
	if (negative)
	{
		for (int i = 0; i < LIMBS; i++)
			sum->limbs[i] = -sum->limbs[i];
		normalize(sum);
		buf[len++] = '-';
	}
	for (int place = LIMBS * LIMB_DIGITS - 1; place >= LIMB_SHIFT - sum->dscale; place--)
	{
		int			digit = (int) (sum->limbs[place / LIMB_DIGITS] / powers[place % LIMB_DIGITS] % 10);

		if (place == LIMB_SHIFT - 1)
			buf[len++] = '.';
		started |= digit != 0 || place == LIMB_SHIFT;
		if (started)
			buf[len++] = '0' + digit;
	}
	buf[len] = '\0';
	return len;
}

/* Where a text for a special number stands among the numbers: NaN above all. */
static void
rank_value(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	if (sqlite3_value_type(args[0]) == SQLITE_TEXT && is_special(args[0], plus_words))
		sqlite3_result_double(context, INFINITY);
	else if (sqlite3_value_type(args[0]) == SQLITE_TEXT && is_special(args[0], minus_words))
		sqlite3_result_double(context, -INFINITY);
	else if (sqlite3_value_type(args[0]) == SQLITE_TEXT && is_special(args[0], nan_words))
		sqlite3_result_text(context, "NaN", 3, SQLITE_STATIC);
	else
		sqlite3_result_value(context, args[0]);
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
		refuse(context, args[0], "a text that the column's type holds");
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
		refuse(context, args[0], "an integer");
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
