/*-------------------------------------------------------------------------
 *
 * conv_out_number.c
 *	  numeric and money into a column of SQLite.
 *
 * An integer of 64 bits is one, another number is a REAL where its shortest
 * decimal is that number, and else text, where the column keeps text. A column of
 * numeric affinity would make a rounded number of it: that is refused.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "utils/builtins.h"
#include "utils/cash.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "convert/convert_internal.h"

bool
conv_out_numeric(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	char	   *text = DatumGetCString(DirectFunctionCall1(numeric_out, value));
	int			len = strlen(text);
	ConvDecimal decimal;
	ConvDecimal kept;
	int64		integer;
	double		real;

	if (conv_special_number(text, len, &real))
		return conv_bind_real(out, real, stmt, param);
	if (out->target.affinity == CONV_AFFINITY_TEXT)
		return conv_bind_ascii(out, text, len, stmt, param);
	if (!conv_decimal_parse(text, len, &decimal))
		elog(ERROR, "numeric writes no number: %s", text);
	if (decimal.dscale == 0 && conv_decimal_int64(&decimal, 0, &integer))
		return sqlite3_bind_int64(stmt, param, integer) == SQLITE_OK ||
			conv_out_refuse(out, ERRCODE_OUT_OF_MEMORY, "SQLite is out of memory");
	real = strtod(text, NULL);
	if (!isinf(real))
	{
		conv_decimal_double(real, &kept);
		if (conv_decimal_equal(&decimal, &kept) &&
			(out->target.affinity != CONV_AFFINITY_NONE || out->spec.typmod >= 0 || kept.dscale == decimal.dscale))
			return conv_bind_real(out, real, stmt, param);
	}
	if (out->target.affinity == CONV_AFFINITY_NONE)
		return conv_bind_ascii(out, text, len, stmt, param);
	out->error.hint = "Round the value, or declare the SQLite column TEXT.";
	return conv_out_refuse(out, ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE, "SQLite keeps such numbers to about 15 digits only");
}

bool
conv_out_money(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	return conv_out_numeric(out, DirectFunctionCall1(cash_numeric, value), stmt, param);
}
