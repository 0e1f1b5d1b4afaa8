/*-------------------------------------------------------------------------
 *
 * conv_float.c
 *	  double precision and real.
 *
 * A REAL value is taken bit for bit. Other numbers are taken when the double
 * says the same; otherwise they are rounded, counted, and refused for an
 * exact column.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "convert/convert_internal.h"

static bool convert_float8(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool convert_float4(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool read_double(ConvIn *in, sqlite3_value *value, double *number);
static void integer_double(ConvIn *in, int64 integer, double *number);
static bool text_double(ConvIn *in, sqlite3_value *value, double *number);

void
conv_choose_float8(ConvIn *in)
{
	in->fn = convert_float8;
	in->own_class = SQLITE_FLOAT;
}

void
conv_choose_float4(ConvIn *in)
{
	in->fn = convert_float4;
}

static bool
convert_float8(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	double		number;

	if (in->storage_class == SQLITE_FLOAT)
		number = sqlite3_value_double(value);
	else if (!read_double(in, value, &number))
		return false;
	*datum = Float8GetDatum(number);
	return true;
}

static bool
convert_float4(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	double		number;
	float		single;

	if (!read_double(in, value, &number))
		return false;
	single = (float) number;
	if (isinf(single) && !isinf(number))
		return conv_refuse(in, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "number is out of range");
	if (single == 0.0f && number != 0.0)
		return conv_refuse(in, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "number is too close to zero");
	if ((double) single != number && !isnan(number))
		conv_adjust(in, CONV_ROUNDED, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "number would lose digits in 4 bytes");
	*datum = Float4GetDatum(single);
	return true;
}

static bool
read_double(ConvIn *in, sqlite3_value *value, double *number)
{
	switch (in->storage_class)
	{
		case SQLITE_FLOAT:
			*number = sqlite3_value_double(value);
			return true;
		case SQLITE_INTEGER:
			integer_double(in, sqlite3_value_int64(value), number);
			return true;
		case SQLITE_TEXT:
			return text_double(in, value, number);
		default:
			return conv_refuse_class(in, value, "a number");
	}
}

static void
integer_double(ConvIn *in, int64 integer, double *number)
{
	*number = (double) integer;

	/* 2^63, which the greatest integers round to, does not go back */
	if (*number >= 9223372036854775808.0 || (int64) *number != integer)
		conv_adjust(in, CONV_ROUNDED, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "integer " INT64_FORMAT " would be rounded to %.0f", integer, *number);
}

static bool
text_double(ConvIn *in, sqlite3_value *value, double *number)
{
	const char *text;
	int			len;
	ConvDecimal written;
	ConvDecimal read;

	if (!conv_raw_text(in, value, &text, &len))
		return false;
	if (conv_special_number(text, len, number))
		return true;
	if (!conv_decimal_parse(text, len, &written))
		return conv_refuse(in, ERRCODE_INVALID_TEXT_REPRESENTATION, "text is not a number");
	*number = strtod(text, NULL);
	if (isinf(*number) || (*number == 0.0 && written.ndigits > 0))
		return conv_refuse(in, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "number is out of range");
	conv_decimal_double(*number, &read);
	if (!conv_decimal_equal(&written, &read))
		conv_adjust(in, CONV_ROUNDED, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "number has more digits than a double keeps");
	conv_decimal_as_written(in, &written);
	return true;
}
