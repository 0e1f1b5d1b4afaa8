/*-------------------------------------------------------------------------
 *
 * conv_int.c
 *	  smallint, integer and bigint.
 *
 * An INTEGER value is exact, with a range check. A REAL value counts when it
 * is a whole number that fits; TEXT when all of it is an optional sign and
 * digits (SQLite's INTEGER affinity has converted what it could before). Zeros
 * and a plus in front are a change: '00501' may be a post code.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "common/int.h"

#include "convert/convert_internal.h"

static bool convert_int2(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool convert_int4(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool convert_int8(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool refuse_narrow(ConvIn *in, int64 number);
static bool whole_number(ConvIn *in, sqlite3_value *value, int64 *number);
static bool real_number(ConvIn *in, double real, int64 *number);
static bool text_number(ConvIn *in, sqlite3_value *value, int64 *number);

void
conv_choose_int2(ConvIn *in)
{
	in->fn = convert_int2;
}

void
conv_choose_int4(ConvIn *in)
{
	in->fn = convert_int4;
}

void
conv_choose_int8(ConvIn *in)
{
	in->fn = convert_int8;
	in->own_class = SQLITE_INTEGER;
}

static bool
convert_int8(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	int64		number;

	if (in->storage_class == SQLITE_INTEGER)
		number = sqlite3_value_int64(value);
	else if (!whole_number(in, value, &number))
		return false;
	*datum = Int64GetDatum(number);
	return true;
}

static bool
convert_int4(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	int64		number;

	if (!whole_number(in, value, &number))
		return false;
	if (number < PG_INT32_MIN || number > PG_INT32_MAX)
		return refuse_narrow(in, number);
	*datum = Int32GetDatum((int32) number);
	return true;
}

static bool
convert_int2(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	int64		number;

	if (!whole_number(in, value, &number))
		return false;
	if (number < PG_INT16_MIN || number > PG_INT16_MAX)
		return refuse_narrow(in, number);
	*datum = Int16GetDatum((int16) number);
	return true;
}

static bool
refuse_narrow(ConvIn *in, int64 number)
{
	conv_refuse(in, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "integer " INT64_FORMAT " is out of range", number);
	in->error.hint = "Choose type bigint for this column.";
	return false;
}

static bool
whole_number(ConvIn *in, sqlite3_value *value, int64 *number)
{
	switch (in->storage_class)
	{
		case SQLITE_INTEGER:
			*number = sqlite3_value_int64(value);
			return true;
		case SQLITE_FLOAT:
			return real_number(in, sqlite3_value_double(value), number);
		case SQLITE_TEXT:
			return text_number(in, value, number);
		default:
			return conv_refuse_class(in, value, "a number");
	}
}

static bool
real_number(ConvIn *in, double real, int64 *number)
{
	/* the limits are powers of two: exact as doubles; 2^63 itself does not fit */
	if (!(real >= -9223372036854775808.0 && real < 9223372036854775808.0))
		return conv_refuse(in, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "real is out of range");
	if (real != floor(real))
		return conv_refuse(in, ERRCODE_DATATYPE_MISMATCH, "real is not a whole number");
	*number = (int64) real;
	if (*number == 0 && signbit(real))
		conv_adjust(in, CONV_REWRITTEN, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "negative zero would lose its sign");
	return true;
}

static bool
text_number(ConvIn *in, sqlite3_value *value, int64 *number)
{
	const char *text;
	int			len;
	int			at = 0;
	bool		negative = false;
	int64		result = 0;

	if (!conv_raw_text(in, value, &text, &len))
		return false;
	if (len > 0 && (text[0] == '-' || text[0] == '+'))
		negative = (text[at++] == '-');
	if (at == len)
		return conv_refuse(in, ERRCODE_INVALID_TEXT_REPRESENTATION, "text is not a whole number");
	for (int i = at; i < len; i++)
	{
		if (text[i] < '0' || text[i] > '9')
			return conv_refuse(in, ERRCODE_INVALID_TEXT_REPRESENTATION, "text is not a whole number");
	}

	/* summed up below zero, where the range is one wider */
	for (; at < len; at++)
	{
		if (pg_mul_s64_overflow(result, 10, &result) ||
			pg_sub_s64_overflow(result, text[at] - '0', &result))
			return conv_refuse(in, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "number is out of range");
	}
	if (!negative && pg_sub_s64_overflow(0, result, &result))
		return conv_refuse(in, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "number is out of range");
	*number = result;

	if (text[0] == '+' || (text[negative] == '0' && len > 1))
		conv_adjust(in, CONV_REWRITTEN, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "text is not written as the number " INT64_FORMAT " is", result);
	return true;
}
