/*-------------------------------------------------------------------------
 *
 * conv_money.c
 *	  money: numbers in units of the currency, and text as money itself writes it.
 *
 * A number is rounded to the digits of lc_monetary, half away from zero. Text
 * is a decimal number, or exactly what cash_out writes ('$1,234.50'): cash_in
 * alone would take '12,34' for 1234 in one locale and for 12.34 in another.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "common/int.h"
#include "utils/cash.h"
#include "utils/fmgrprotos.h"

#include "convert/convert_internal.h"

typedef struct MoneyState
{
	ConvInput  *input;
	int			digits;			/* after the point */
	int64		unit;			/* 10^digits */
} MoneyState;

static bool convert_money(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool convert_decimal(ConvIn *in, ConvDecimal *decimal, Datum *datum);
static bool convert_text(ConvIn *in, sqlite3_value *value, Datum *datum);
static bool refuse_range(ConvIn *in);

void
conv_choose_money(ConvIn *in)
{
	MoneyState *state = palloc0(sizeof(MoneyState));

	state->input = conv_input_find(in, MONEYOID);

	/* one unit of the currency, in the least amounts that lc_monetary has */
	state->unit = DatumGetCash(DirectFunctionCall1(int8_cash, Int64GetDatum(1)));
	for (int64 unit = state->unit; unit > 1; unit /= 10)
		state->digits++;
	in->state = state;
	in->fn = convert_money;
}

static bool
convert_money(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	MoneyState *state = in->state;
	ConvDecimal decimal;
	Cash		cash;

	switch (sqlite3_value_type(value))
	{
		case SQLITE_INTEGER:
			if (pg_mul_s64_overflow(sqlite3_value_int64(value), state->unit, &cash))
				return refuse_range(in);
			*datum = CashGetDatum(cash);
			return true;
		case SQLITE_FLOAT:
			if (isinf(sqlite3_value_double(value)))
				return refuse_range(in);
			conv_decimal_double(sqlite3_value_double(value), &decimal);
			return convert_decimal(in, &decimal, datum);
		case SQLITE_TEXT:
			return convert_text(in, value, datum);
		default:
			return conv_refuse_class(in, value, "an amount of money");
	}
}

static bool
convert_decimal(ConvIn *in, ConvDecimal *decimal, Datum *datum)
{
	MoneyState *state = in->state;
	int64		cash;

	if (conv_decimal_round(decimal, state->digits))
		conv_adjust(in, CONV_ROUNDED, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "amount would be rounded to %d digits after the point", state->digits);
	if (!conv_decimal_int64(decimal, state->digits, &cash))
		return refuse_range(in);
	*datum = CashGetDatum(cash);
	return true;
}

static bool
convert_text(ConvIn *in, sqlite3_value *value, Datum *datum)
{
	MoneyState *state = in->state;
	ConvDecimal decimal;
	const char *text;
	char	   *copy;
	int			len;

	if (!conv_server_text(in, value, &text, &len))
		return false;
	if (conv_decimal_parse(text, len, &decimal))
	{
		conv_decimal_as_written(in, &decimal);
		return convert_decimal(in, &decimal, datum);
	}
	copy = pnstrdup(text, len);
	if (conv_input_call(in, state->input, copy, state->input->guard, datum) &&
		strcmp(copy, DatumGetCString(DirectFunctionCall1(cash_out, *datum))) == 0)
		return true;
	return conv_refuse(in, ERRCODE_INVALID_TEXT_REPRESENTATION, "text is neither a number nor an amount as lc_monetary writes it");
}

static bool
refuse_range(ConvIn *in)
{
	return conv_refuse(in, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "amount is out of range");
}
