/*-------------------------------------------------------------------------
 *
 * conv_tally.c
 *	  Counts what kinds of values a SQLite column has.
 *
 * Owns the evidence about values that needs no target type: storage classes,
 * range of integers, lengths. Knows nothing of candidates or tables.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include <sqlite3.h>

#include "convert/convert.h"

static void tally_integer(ConvTally *tally, int64 value);
static void tally_text(ConvTally *tally, sqlite3_stmt *stmt, int col);

/*
 * Adds column "col" of the current row. Never throws; false when it is NULL.
 */
bool
conv_tally(ConvTally *tally, struct sqlite3_stmt *stmt, int col)
{
	switch (sqlite3_column_type(stmt, col))
	{
		case SQLITE_NULL:
			tally->nulls++;
			return false;
		case SQLITE_INTEGER:
			tally_integer(tally, sqlite3_column_int64(stmt, col));
			return true;
		case SQLITE_FLOAT:
			tally->reals++;
			return true;
		case SQLITE_TEXT:
			tally_text(tally, stmt, col);
			return true;
		default:
			tally->blobs++;
			tally->max_bytes = Max(tally->max_bytes, sqlite3_column_bytes(stmt, col));
			return true;
	}
}

static void
tally_integer(ConvTally *tally, int64 value)
{
	if (tally->integers++ == 0)
		tally->min_int = tally->max_int = value;
	else if (value < tally->min_int)
		tally->min_int = value;
	else if (value > tally->max_int)
		tally->max_int = value;
}

/*
 * Characters are counted as bytes that do not continue a character, and only
 * when there are enough bytes for a new maximum.
 */
static void
tally_text(ConvTally *tally, sqlite3_stmt *stmt, int col)
{
	const unsigned char *text = sqlite3_column_text(stmt, col);
	int			bytes = sqlite3_column_bytes(stmt, col);
	int64		chars = 0;
	int			i;

	tally->texts++;
	tally->max_bytes = Max(tally->max_bytes, bytes);
	if (bytes <= tally->max_chars || text == NULL)
		return;
	for (i = 0; i < bytes; i++)
		chars += (text[i] & 0xC0) != 0x80;
	tally->max_chars = Max(tally->max_chars, chars);
}

void
conv_tally_merge(ConvTally *tally, const ConvTally *next)
{
	if (next->integers > 0)
	{
		tally->min_int = tally->integers > 0 ? Min(tally->min_int, next->min_int) : next->min_int;
		tally->max_int = tally->integers > 0 ? Max(tally->max_int, next->max_int) : next->max_int;
	}
	tally->integers += next->integers;
	tally->reals += next->reals;
	tally->texts += next->texts;
	tally->blobs += next->blobs;
	tally->nulls += next->nulls;
	tally->max_chars = Max(tally->max_chars, next->max_chars);
	tally->max_bytes = Max(tally->max_bytes, next->max_bytes);
}
