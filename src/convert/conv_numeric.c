/*-------------------------------------------------------------------------
 *
 * conv_numeric.c
 *	  numeric and numeric(p,s).
 *
 * Integers and decimal text never pass through a double; a REAL value is the
 * shortest decimal that reads back as the same double. Rounding to the scale
 * is half away from zero, as numeric itself rounds. Numbers that fit 64
 * bits are built from an integer, the rest by numeric_in, which cannot refuse what
 * was checked here before.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "common/int.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "convert/convert_internal.h"

/* Limits of numeric itself: "up to 131072 digits before the point, 16383 after". */
#define MAX_BEFORE_POINT 131072
#define MAX_AFTER_POINT 16383
#define INT64_SAFE_DIGITS 18

/* Every decimal of so many digits is another double. */
#define DOUBLE_SAFE_INTEGER 1e15

/* Decimals of so few digits are told apart by a double. */
#define MAX_SHORT_SCALE 4
#define SHORT_FACTOR 10000.0
#define MAX_SHORT_REAL 1e9

typedef struct NumericState
{
	bool		limited;		/* there is a typmod */
	int			precision;
	int			scale;
	bool		fast_integer;	/* integers up to max_integer become integer * factor / 10^scale */
	int64		max_integer;
	int64		factor;
	double		max_scaled;		/* reals that are an integer up to it, divided by the factor, are built from that integer */
} NumericState;

/* A numeric as it is kept: digits of base 10000, and a header of 16 bits for the usual scales and sizes. */
#define DIGITS_IN_GROUP 4
#define GROUP 10000
#define MAX_GROUPS 8
#define MAX_MADE_SCALE 18
#define SHORT_NUMERIC 0x8000
#define SHORT_NEGATIVE 0x2000
#define SHORT_SCALE_SHIFT 7
#define SHORT_WEIGHT_MASK 0x007F

static Datum make_numeric(int64 digits, int scale);
static bool convert_numeric(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool convert_integer(ConvIn *in, int64 integer, Datum *datum);
static bool convert_real(ConvIn *in, double real, Datum *datum);
static bool convert_decimal_text(ConvIn *in, sqlite3_value *value, Datum *datum);
static bool convert_special(ConvIn *in, double number, Datum *datum);
static bool convert_decimal(ConvIn *in, ConvDecimal *decimal, Datum *datum);
static Datum call_numeric_in(const char *text, int32 typmod);

void
conv_choose_numeric(ConvIn *in)
{
	NumericState *state = palloc0(sizeof(NumericState));
	int32		typmod = in->spec.typmod;

	in->fn = convert_numeric;
	in->state = state;
	state->limited = typmod >= (int32) VARHDRSZ;
	if (!state->limited)
		return;

	/* numeric.c keeps these to itself: precision, then a scale of 11 bits with its sign */
	state->precision = ((typmod - VARHDRSZ) >> 16) & 0xffff;
	state->scale = (((typmod - VARHDRSZ) & 0x7ff) ^ 1024) - 1024;

	if (state->scale >= 0 && state->precision >= state->scale && state->precision <= INT64_SAFE_DIGITS)
	{
		int64		max = 1;

		state->factor = 1;
		for (int i = 0; i < state->scale; i++)
			state->factor *= 10;
		for (int i = 0; i < state->precision - state->scale; i++)
			max *= 10;
		state->max_integer = max - 1;
		state->fast_integer = true;
		state->max_scaled = Min((double) state->max_integer * state->factor, DOUBLE_SAFE_INTEGER);
	}
}

/*
 * digits / 10^scale, as numeric itself would be made of it, in one allocation and without a variable of unpacked
 * digits. The form is that of the data in tables, which pg_upgrade keeps.
 */
static Datum
make_numeric(int64 digits, int scale)
{
	static const int powers[] = {1, 10, 100, 1000, 10000};
	uint64		rest = digits < 0 ? -(uint64) digits : (uint64) digits;
	int16		groups[MAX_GROUPS];
	int			fraction = (scale + DIGITS_IN_GROUP - 1) / DIGITS_IN_GROUP;
	int			shift = fraction * DIGITS_IN_GROUP - scale;
	int			low = 0;
	int			high = 1;
	int			weight;
	uint16		header = SHORT_NUMERIC | scale << SHORT_SCALE_SHIFT;
	char	   *numeric;
	int16	   *at;

	if (scale < 0 || scale > MAX_MADE_SCALE)
		return NumericGetDatum(int64_div_fast_to_numeric(digits, scale));

	/* from the low end; the last group is filled up with zeros */
	groups[0] = (int16) (rest % powers[DIGITS_IN_GROUP - shift]) * powers[shift];
	rest /= powers[DIGITS_IN_GROUP - shift];
	for (; rest > 0; rest /= GROUP)
		groups[high++] = (int16) (rest % GROUP);
	weight = high - 1 - fraction;
	while (low < high && groups[low] == 0)
		low++;
	if (low < high)
		header |= (digits < 0 ? SHORT_NEGATIVE : 0) | (weight & SHORT_WEIGHT_MASK);
	numeric = palloc(VARHDRSZ + sizeof(header) + (high - low) * sizeof(int16));
	SET_VARSIZE(numeric, VARHDRSZ + sizeof(header) + (high - low) * sizeof(int16));
	memcpy(numeric + VARHDRSZ, &header, sizeof(header));
	for (at = (int16 *) (numeric + VARHDRSZ + sizeof(header)); high > low; at++)
		*at = groups[--high];
	return PointerGetDatum(numeric);
}

static bool
convert_numeric(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	switch (in->storage_class)
	{
		case SQLITE_INTEGER:
			return convert_integer(in, sqlite3_value_int64(value), datum);
		case SQLITE_FLOAT:
			return convert_real(in, sqlite3_value_double(value), datum);
		case SQLITE_TEXT:
			return convert_decimal_text(in, value, datum);
		default:
			return conv_refuse_class(in, value, "a number");
	}
}

static bool
convert_integer(ConvIn *in, int64 integer, Datum *datum)
{
	NumericState *state = in->state;
	ConvDecimal decimal;
	char		text[CONV_NUMBER_LEN];
	int			len;

	if (!state->limited)
	{
		*datum = make_numeric(integer, 0);
		return true;
	}
	if (state->fast_integer && integer >= -state->max_integer && integer <= state->max_integer)
	{
		*datum = make_numeric(integer * state->factor, state->scale);
		return true;
	}
	len = pg_lltoa(integer, text);
	if (!conv_decimal_parse(text, len, &decimal))
		elog(ERROR, "integer has no decimal form: %s", text);
	return convert_decimal(in, &decimal, datum);
}

/*
 * Few digits after the point are usual: when a decimal of so few is the double's
 * own, it is the shortest one. For a type without limits; false when this is no
 * such number.
 */
static bool
convert_short_real(double real, Datum *datum)
{
	int			scale = MAX_SHORT_SCALE;
	int64		digits;

	if (!(fabs(real) < MAX_SHORT_REAL))
		return false;

	/* whatever way the product is rounded: the quotient tells whether it is right */
	digits = (int64) (real * SHORT_FACTOR + (real < 0 ? -0.5 : 0.5));
	if ((double) digits / SHORT_FACTOR != real)
		return false;
	for (; scale > 0 && digits % 10 == 0; scale--)
		digits /= 10;
	*datum = make_numeric(digits, scale);
	return true;
}

/*
 * A real that reads back from a decimal of the column's scale and no more than
 * 15 digits is that decimal: none other so short is the same double. What a
 * negative zero becomes is told, so it goes the long way.
 */
static bool
convert_real(ConvIn *in, double real, Datum *datum)
{
	NumericState *state = in->state;
	double		scaled = rint(real * state->factor);
	ConvDecimal decimal;
	bool		negative_zero = real == 0 && signbit(real);

	if (fabs(scaled) < state->max_scaled && scaled / state->factor == real && !negative_zero)
	{
		*datum = make_numeric((int64) scaled, state->scale);
		return true;
	}
	if (isinf(real))
		return convert_special(in, real, datum);
	if (!state->limited && !negative_zero && convert_short_real(real, datum))
		return true;
	conv_decimal_double(real, &decimal);
	return convert_decimal(in, &decimal, datum);
}

static bool
convert_decimal_text(ConvIn *in, sqlite3_value *value, Datum *datum)
{
	ConvDecimal decimal;
	const char *text;
	double		number;
	int			len;

	if (!conv_raw_text(in, value, &text, &len))
		return false;
	if (conv_decimal_parse(text, len, &decimal))
	{
		conv_decimal_as_written(in, &decimal);
		return convert_decimal(in, &decimal, datum);
	}
	if (conv_special_number(text, len, &number))
		return convert_special(in, number, datum);
	return conv_refuse(in, ERRCODE_INVALID_TEXT_REPRESENTATION, "text is not a number");
}

/* NaN fits every numeric, infinity only one without a precision. */
static bool
convert_special(ConvIn *in, double number, Datum *datum)
{
	NumericState *state = in->state;

	if (isnan(number))
	{
		*datum = call_numeric_in("NaN", -1);
		return true;
	}
	if (state->limited)
		return conv_refuse(in, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "infinity is out of range");
	*datum = call_numeric_in(number < 0 ? "-Infinity" : "Infinity", -1);
	return true;
}

static bool
convert_decimal(ConvIn *in, ConvDecimal *decimal, Datum *datum)
{
	NumericState *state = in->state;
	int64		max_before = state->limited ? state->precision - state->scale : MAX_BEFORE_POINT;
	int64		scale = state->limited ? state->scale : decimal->dscale;
	int64		integer;

	if (scale > MAX_AFTER_POINT)
		return conv_refuse(in, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "number has more than %d digits after the point", MAX_AFTER_POINT);
	if (state->limited && conv_decimal_round(decimal, scale))
		conv_adjust(in, CONV_ROUNDED, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "number would be rounded to scale %d", state->scale);
	if (decimal->ndigits > 0 && decimal->point > max_before)
		return conv_refuse(in, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "number is out of range");

	if (scale >= 0 && conv_decimal_int64(decimal, scale, &integer))
		*datum = make_numeric(integer, scale);
	else
		*datum = call_numeric_in(conv_decimal_text(decimal), in->spec.typmod);
	return true;
}

static Datum
call_numeric_in(const char *text, int32 typmod)
{
	return DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid), Int32GetDatum(typmod));
}
