/*-------------------------------------------------------------------------
 *
 * conv_decimal.c
 *	  Decimal numbers as text: read, rounded and compared digit by digit, so
 *	  that nothing passes through a double that was not a double.
 *
 * Knows nothing of types; used for numeric, real and epoch times.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "common/int.h"
#include "common/shortest_dec.h"
#include "utils/builtins.h"

#include "convert/convert_internal.h"

#define POINT_LIMIT 1000000000	/* a greater exponent fits no type */
#define INT64_DIGITS 19

static bool read_exponent(const char *text, const char *end, int64 *exponent);
static void drop_digits(ConvDecimal *decimal, int64 keep, bool up);
static int	significant(const ConvDecimal *decimal);

bool
conv_decimal_parse(const char *text, int len, ConvDecimal *decimal)
{
	const char *end = text + len;
	int64		exponent = 0;
	int64		before = 0;
	int64		after = 0;
	bool		point = false;
	bool		digit = false;
	int			n = 0;

	decimal->padded = len > 0 && *text == '+';
	decimal->negative = len > 0 && *text == '-';
	if (decimal->padded || decimal->negative)
		text++;
	if (end - text > 1 && text[0] == '0' && text[1] >= '0' && text[1] <= '9')
		decimal->padded = true;
	decimal->digits = (end - text) > sizeof(decimal->room) ? palloc(end - text) : decimal->room;

	for (; text < end; text++)
	{
		if (*text >= '0' && *text <= '9')
		{
			digit = true;
			if (n > 0 || *text != '0')
			{
				decimal->digits[n++] = *text;
				if (!point)
					before++;
			}
			else if (point)
				before--;		/* a zero between the point and the first digit */
			if (point)
				after++;
		}
		else if (*text == '.' && !point)
			point = true;
		else
			break;
	}
	if (!digit)
		return false;
	if (text < end && !((*text == 'e' || *text == 'E') && read_exponent(text + 1, end, &exponent)))
		return false;

	decimal->ndigits = n;
	decimal->point = n == 0 ? 0 : Min(Max(before + exponent, -POINT_LIMIT), POINT_LIMIT);
	decimal->dscale = Max(after - exponent, 0);
	return true;
}

void
conv_decimal_double(double number, ConvDecimal *decimal)
{
	char		text[DOUBLE_SHORTEST_DECIMAL_LEN];
	int			len = double_to_shortest_decimal_bufn(number, text);

	if (!conv_decimal_parse(text, len, decimal))
		elog(ERROR, "double has no decimal form: %.*s", len, text);
}

bool
conv_decimal_round(ConvDecimal *decimal, int scale)
{
	int64		keep = decimal->point + scale;
	bool		changed;

	if (keep >= decimal->ndigits)
		return false;
	if (keep < 0)
	{
		changed = decimal->ndigits > 0;
		decimal->ndigits = 0;
		decimal->point = 0;
	}
	else
	{
		changed = significant(decimal) > keep;
		drop_digits(decimal, keep, decimal->digits[keep] >= '5');
	}
	return changed;
}

bool
conv_decimal_int64(const ConvDecimal *decimal, int scale, int64 *result)
{
	int64		total = decimal->point + scale;
	int64		number = 0;

	if (decimal->ndigits == 0)
	{
		*result = 0;
		return true;
	}
	if (total > INT64_DIGITS || total < significant(decimal))
		return false;

	/* summed up below zero, where the range is one wider */
	for (int i = 0; i < total; i++)
	{
		if (pg_mul_s64_overflow(number, 10, &number) ||
			pg_sub_s64_overflow(number, i < decimal->ndigits ? decimal->digits[i] - '0' : 0, &number))
			return false;
	}
	*result = number;
	return decimal->negative || !pg_sub_s64_overflow(0, number, result);
}

void
conv_decimal_as_written(ConvIn *in, const ConvDecimal *decimal)
{
	if (decimal->padded)
		conv_adjust(in, CONV_REWRITTEN, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "number has a plus or zeros in front, which would be lost");
}

bool
conv_decimal_equal(const ConvDecimal *a, const ConvDecimal *b)
{
	int			n = significant(a);

	if (n != significant(b))
		return false;
	if (n == 0)
		return true;
	return a->negative == b->negative && a->point == b->point &&
		memcmp(a->digits, b->digits, n) == 0;
}

char *
conv_decimal_text(const ConvDecimal *decimal)
{
	if (decimal->ndigits == 0)
		return pstrdup("0");
	return psprintf("%s%.*se" INT64_FORMAT, decimal->negative ? "-" : "", decimal->ndigits,
					decimal->digits, decimal->point - decimal->ndigits);
}

int
conv_number_text(sqlite3_value *value, char *buf)
{
	StaticAssertStmt(CONV_NUMBER_LEN > DOUBLE_SHORTEST_DECIMAL_LEN && CONV_NUMBER_LEN > MAXINT8LEN, "room for a number");

	if (sqlite3_value_type(value) == SQLITE_INTEGER)
		return pg_lltoa(sqlite3_value_int64(value), buf);
	return double_to_shortest_decimal_buf(sqlite3_value_double(value), buf);
}

bool
conv_special_number(const char *text, int len, double *number)
{
	static const struct
	{
		const char *name;
		double		number;
	}			specials[] = {
		{"nan", NAN},
		{"inf", INFINITY}, {"+inf", INFINITY}, {"-inf", -INFINITY},
		{"infinity", INFINITY}, {"+infinity", INFINITY}, {"-infinity", -INFINITY},
	};

	for (int i = 0; i < lengthof(specials); i++)
	{
		if (len == strlen(specials[i].name) && pg_strncasecmp(text, specials[i].name, len) == 0)
		{
			*number = specials[i].number;
			return true;
		}
	}
	return false;
}

/* [+-]digits up to the end, clamped to a number that fits no type. */
static bool
read_exponent(const char *text, const char *end, int64 *exponent)
{
	bool		negative = false;
	int64		number = 0;

	if (text < end && (*text == '+' || *text == '-'))
		negative = (*text++ == '-');
	if (text == end)
		return false;
	for (; text < end; text++)
	{
		if (*text < '0' || *text > '9')
			return false;
		number = Min(number * 10 + (*text - '0'), 2 * (int64) POINT_LIMIT);
	}
	*exponent = negative ? -number : number;
	return true;
}

/* Keeps the first digits; "up" adds one to the last of them. */
static void
drop_digits(ConvDecimal *decimal, int64 keep, bool up)
{
	int			n = keep;

	if (up)
	{
		while (n > 0 && decimal->digits[n - 1] == '9')
			n--;
		if (n == 0)
		{
			/* 0.99 becomes 1: one digit, one place further left */
			decimal->digits[0] = '1';
			decimal->point++;
			n = 1;
		}
		else
			decimal->digits[n - 1]++;
	}
	decimal->ndigits = n;
	if (n == 0)
		decimal->point = 0;
}

/* Number of digits without the trailing zeros. */
static int
significant(const ConvDecimal *decimal)
{
	int			n = decimal->ndigits;

	while (n > 0 && decimal->digits[n - 1] == '0')
		n--;
	return n;
}
