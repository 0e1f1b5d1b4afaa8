/*-------------------------------------------------------------------------
 *
 * conv_interval.c
 *	  interval: TEXT in every form that PostgreSQL takes, ISO 8601 among them;
 *	  with the column option "format" set to "seconds" also plain numbers.
 *
 * Without that option a number is refused, also as text: interval_in would
 * take '42' for seconds, but nobody said so.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "common/int.h"
#include "datatype/timestamp.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "convert/convert_internal.h"

#define MAX_FRACTION 6

typedef struct IntervalState
{
	ConvInput  *input;
	int32		typmod;
	bool		seconds;		/* numbers are seconds */
} IntervalState;

static bool convert_interval(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool convert_text(ConvIn *in, sqlite3_value *value, Datum *datum);
static bool convert_seconds(ConvIn *in, ConvDecimal *decimal, Datum *datum);
static bool long_fraction(const char *text);
static bool refuse_number(ConvIn *in, sqlite3_value *value);
static void apply_typmod(ConvIn *in, Datum *datum);

void
conv_choose_interval(ConvIn *in)
{
	IntervalState *state = palloc0(sizeof(IntervalState));

	state->input = conv_input_find(in, INTERVALOID);
	state->seconds = in->spec.format != NULL;	/* the only format there is */

	/* interval_in would round without a word: apply_typmod does it instead */
	state->typmod = in->spec.typmod;
	in->spec.typmod = -1;
	in->state = state;
	in->slow = state->input->guard;
	in->fn = convert_interval;
}

static bool
convert_interval(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	IntervalState *state = in->state;
	ConvDecimal decimal;
	char		text[CONV_NUMBER_LEN];

	switch (sqlite3_value_type(value))
	{
		case SQLITE_TEXT:
			if (!convert_text(in, value, datum))
				return false;
			break;
		case SQLITE_INTEGER:
		case SQLITE_FLOAT:
			if (!state->seconds)
				return refuse_number(in, value);
			if (!conv_decimal_parse(text, conv_number_text(value, text), &decimal))
				return conv_refuse(in, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "interval is out of range");
			if (!convert_seconds(in, &decimal, datum))
				return false;
			break;
		default:
			return conv_refuse_class(in, value, "an interval");
	}
	apply_typmod(in, datum);
	return true;
}

static bool
convert_text(ConvIn *in, sqlite3_value *value, Datum *datum)
{
	IntervalState *state = in->state;
	ConvDecimal decimal;
	const char *text;
	char	   *copy;
	int			len;

	if (!conv_server_text(in, value, &text, &len))
		return false;
	if (conv_decimal_parse(text, len, &decimal))
		return state->seconds ? convert_seconds(in, &decimal, datum) : refuse_number(in, value);
	copy = pnstrdup(text, len);
	if (!conv_input_call(in, state->input, copy, state->input->guard, datum))
		return false;
	if (long_fraction(copy))
		conv_adjust(in, CONV_ROUNDED, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "fraction has more than %d digits", MAX_FRACTION);
	return true;
}

static bool
convert_seconds(ConvIn *in, ConvDecimal *decimal, Datum *datum)
{
	Interval   *interval = palloc0(sizeof(Interval));
	int64		usecs;

	if (conv_decimal_round(decimal, MAX_FRACTION))
		conv_adjust(in, CONV_ROUNDED, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "interval is not a whole microsecond");
	if (!conv_decimal_int64(decimal, MAX_FRACTION, &usecs))
		return conv_refuse(in, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "interval is out of range");
	interval->time = usecs;
	*datum = IntervalPGetDatum(interval);
	return true;
}

/* True if a fraction has digits beyond microseconds, which may have been rounded. */
static bool
long_fraction(const char *text)
{
	for (const char *point = strpbrk(text, ".,"); point; point = strpbrk(point + 1, ".,"))
	{
		size_t		digits = strspn(point + 1, "0123456789");

		while (digits > MAX_FRACTION && point[digits] == '0')
			digits--;
		if (digits > MAX_FRACTION)
			return true;
	}
	return false;
}

static bool
refuse_number(ConvIn *in, sqlite3_value *value)
{
	conv_refuse(in, ERRCODE_DATATYPE_MISMATCH, "%s is a number, and what it counts is not known",
				conv_class_name(sqlite3_value_type(value)));
	in->error.hint = "Set the column option \"format\" to \"seconds\" if it counts seconds.";
	return false;
}

/* interval(p), interval day to hour …: what the declared fields do not keep. */
static void
apply_typmod(ConvIn *in, Datum *datum)
{
	IntervalState *state = in->state;
	Interval   *full = DatumGetIntervalP(*datum);
	Interval   *kept;

	if (state->typmod < 0)
		return;
	*datum = DirectFunctionCall2(interval_scale, *datum, Int32GetDatum(state->typmod));
	kept = DatumGetIntervalP(*datum);
	if (kept->time != full->time || kept->day != full->day || kept->month != full->month)
		conv_adjust(in, CONV_ROUNDED, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "%s does not keep all of it", in->type_name);
}
