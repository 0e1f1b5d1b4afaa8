/*-------------------------------------------------------------------------
 *
 * sqlite_sum.c
 *	  Sums and averages as PostgreSQL computes them, exact: see the list in
 *	  sqlite_function.c. Nothing here may throw or palloc.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "common/shortest_dec.h"

#include "sqlite/sqlite_function.h"

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

static bool add_number(Sum *sum, sqlite3_value *value);
static Decimal shortest_decimal(double real);
static void add_decimal(Sum *sum, Decimal decimal);
static void spill(Sum *sum, int128 digits, int scale);
static void normalize(Sum *sum);
static int	print_limbs(Sum *sum, char *buf);
static int	print_sum(Sum *sum, char *buf);

void
sqlite_sum_step(sqlite3_context *context, int nargs, sqlite3_value **args)
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
		if (!sqlite_read_integer(args[0], &number))
		{
			sqlite_refuse(context, args[0], "an integer");
			return;
		}
	}
	else if (sqlite3_value_int(args[1]) == 0)
	{
		if (!add_number(sum, args[0]))
			sqlite_refuse(context, args[0], "a number");
		else
			sum->count++;
		return;
	}
	else
	{
		sum->scale = sqlite3_value_int(args[2]);
		if (!sqlite_read_decimal(args[0], sqlite3_value_int(args[1]), sum->scale, &number, &nan))
		{
			sqlite_refuse(context, args[0], "a number that the column's type holds");
			return;
		}
	}
	sum->count++;
	if (nan)
		sum->nan = true;
	else
		sum->total += number;
}

void
sqlite_sum_final(sqlite3_context *context)
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

void
sqlite_average_final(sqlite3_context *context)
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
			if (sqlite_is_special(value, sqlite_nan_words))
				sum->nan = true;
			else if (sqlite_is_special(value, sqlite_plus_words))
				sum->plus_infinity = true;
			else if (sqlite_is_special(value, sqlite_minus_words))
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
		decimal.digits = (int64) rint(real * sqlite_powers[scale]);
		decimal.scale = scale;
		if ((double) decimal.digits / sqlite_powers[scale] == real)
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
		sum->total *= sqlite_powers[decimal.scale - sum->scale];
		sum->scale = decimal.scale;
	}
	if (decimal.scale <= sum->scale && decimal.scale >= sum->scale - MAX_PRECISION)
	{
		digits *= sqlite_powers[sum->scale - decimal.scale];
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
		int64		part = (int64) (rest % LIMB_BASE) * sqlite_powers[place % LIMB_DIGITS] + carry;

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
		int			digit = (int) (sum->limbs[place / LIMB_DIGITS] / sqlite_powers[place % LIMB_DIGITS] % 10);

		if (place == LIMB_SHIFT - 1)
			buf[len++] = '.';
		started |= digit != 0 || place == LIMB_SHIFT;
		if (started)
			buf[len++] = '0' + digit;
	}
	buf[len] = '\0';
	return len;
}
