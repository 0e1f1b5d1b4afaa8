/*-------------------------------------------------------------------------
 *
 * conv_row.c
 *	  The current row of a statement through its converters, and what is said
 *	  about a value that was refused.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "mb/pg_wchar.h"
#include "utils/memutils.h"

#include "convert/convert_internal.h"

/* How much of a text or blob a message shows. */
#define SHOWN_CHARS 50
#define SHOWN_BYTES 24

static bool null_instead(ConvIn *in, Datum *datum, bool *isnull);
static void count_marks(ConvIn *in);
static const char *default_hint(struct sqlite3_stmt *stmt, int col);
static int	show_char(StringInfo buf, const char *text, int len);

/* conv_value, where it runs for every value. */
static inline bool
convert_value(ConvIn *in, int storage_class, sqlite3_value *value, Datum *datum, bool *isnull)
{
	in->storage_class = storage_class;
	if (storage_class == SQLITE_NULL)
		return conv_null(in, datum, isnull);
	*isnull = false;
	in->marks = 0;
	in->error.lossy = false;
	if (unlikely(!in->fn(in, value, datum, isnull) || in->error.lossy) && !null_instead(in, datum, isnull))
		return false;
	if (unlikely(in->marks != 0))
		count_marks(in);
	return true;
}

int
conv_row(ConvIn *const *cols, const int *target, int ncols,
		 struct sqlite3_stmt *stmt, int first, Datum *values, bool *nulls)
{
	for (int i = 0; i < ncols; i++)
	{
		ConvIn	   *in = cols[i];
		sqlite3_value *value = sqlite3_column_value(stmt, first + i);
		int			storage_class = sqlite3_value_type(value);

		if (storage_class == in->own_class)
		{
			values[target[i]] = conv_own_datum(storage_class, value);
			nulls[target[i]] = false;
		}
		else if (storage_class == SQLITE_NULL && in->any_null)
		{
			values[target[i]] = (Datum) 0;
			nulls[target[i]] = true;
		}
		else if (unlikely(!convert_value(in, storage_class, value, &values[target[i]], &nulls[target[i]])))
			return i;
	}
	return -1;
}

/*
 * The value is taken without the copy that SQLite's manual asks for: that is
 * about handles shared by threads, and a backend has one.
 */
bool
conv_column(ConvIn *in, struct sqlite3_stmt *stmt, int col, Datum *datum, bool *isnull)
{
	sqlite3_value *value = sqlite3_column_value(stmt, col);

	return convert_value(in, sqlite3_value_type(value), value, datum, isnull);
}

bool
conv_value(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	return convert_value(in, sqlite3_value_type(value), value, datum, isnull);
}

/*
 * True if a refused value becomes NULL by the option "on_error". What was
 * changed on the way to the refusal arrives nowhere. A NULL that the domain
 * refuses has the domain's reason.
 */
static bool
null_instead(ConvIn *in, Datum *datum, bool *isnull)
{
	if (in->spec.on_error != CONV_ON_ERROR_NULL || in->spec.exact || !conv_is_data_error(in->error.sqlstate))
		return false;
	in->marks = 0;
	conv_mark(in, CONV_NULLED);
	return conv_null(in, datum, isnull);
}

static void
count_marks(ConvIn *in)
{
	in->adjusted++;
	for (int kind = 0; kind < CONV_KINDS; kind++)
		in->kinds[kind] += (in->marks >> kind) & 1;
}

const char *
conv_storage_class(struct sqlite3_stmt *stmt, int col)
{
	return conv_class_name(sqlite3_value_type(sqlite3_column_value(stmt, col)));
}

char *
conv_show(struct sqlite3_stmt *stmt, int col)
{
	sqlite3_value *value = sqlite3_column_value(stmt, col);
	char		number[CONV_NUMBER_LEN];
	const void *bytes;

	switch (sqlite3_value_type(value))
	{
		case SQLITE_INTEGER:
			conv_number_text(value, number);
			return pstrdup(number);
		case SQLITE_FLOAT:
			conv_number_text(value, number);

			/* 1 and 1.0 are not the same to SQLite */
			return strpbrk(number, ".eI") ? pstrdup(number) : psprintf("%s.0", number);
		case SQLITE_TEXT:
			bytes = sqlite3_value_text(value);
			return bytes ? conv_show_text(bytes, sqlite3_value_bytes(value)) : pstrdup("(out of memory)");
		case SQLITE_BLOB:
			bytes = sqlite3_value_blob(value);
			return conv_show_blob(bytes, bytes ? sqlite3_value_bytes(value) : 0);
		default:
			return pstrdup("NULL");
	}
}

void
conv_raise(const ConvIn *in, struct sqlite3_stmt *stmt, int col,
		   const char *table, const char *column, const char *row)
{
	const ConvError *error = &in->error;
	const char *hint = error->hint ? error->hint : default_hint(stmt, col);

	ereport(ERROR,
			(errcode(error->sqlstate),
			 errmsg("cannot convert %s value of column \"%s\" to %s", conv_storage_class(stmt, col), column, in->type_name),
			 row ? errdetail("%s of table \"%s\", value %s: %s.", row, table, conv_show(stmt, col), error->reason)
			 : errdetail("Table \"%s\", value %s: %s.", table, conv_show(stmt, col), error->reason),
			 hint ? errhint("%s", hint) : 0));
}

/* What reads a value of this storage class whatever it holds; NULL if nothing does. */
static const char *
default_hint(struct sqlite3_stmt *stmt, int col)
{
	switch (sqlite3_value_type(sqlite3_column_value(stmt, col)))
	{
		case SQLITE_NULL:
			return NULL;
		case SQLITE_BLOB:
			return "Choose type bytea for this column, or type text with the column option \"format\" set to \"any\".";
		default:
			return "Choose type text for this column to read every value.";
	}
}

/* Quoted, shortened, with \xHH for what is no printable character of the server's encoding. */
char *
conv_show_text(const char *text, int len)
{
	StringInfoData buf;
	int			at = 0;

	initStringInfo(&buf);
	appendStringInfoChar(&buf, '\'');
	for (int n = 0; at < len && n < SHOWN_CHARS; n++)
		at += show_char(&buf, text + at, len - at);
	appendStringInfoString(&buf, at < len ? "...'" : "'");
	return buf.data;
}

/* Appends one character or one bad byte; returns how many bytes it took. */
static int
show_char(StringInfo buf, const char *text, int len)
{
	unsigned char c = *text;
	int			size = pg_encoding_verifymbchar(PG_UTF8, text, len);

	if (c < 0x20 || c == 0x7F || size < 1)
	{
		appendStringInfo(buf, "\\x%02x", c);
		return 1;
	}
	if (c < 0x80 || GetDatabaseEncoding() == PG_UTF8)
		appendBinaryStringInfo(buf, text, size);
	else
		appendStringInfo(buf, "\\u%04x", utf8_to_unicode((const unsigned char *) text));
	return size;
}

char *
conv_show_blob(const unsigned char *bytes, int len)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "x'");
	for (int i = 0; i < Min(len, SHOWN_BYTES); i++)
		appendStringInfo(&buf, "%02x", bytes[i]);
	appendStringInfoString(&buf, len > SHOWN_BYTES ? "...'" : "'");
	return buf.data;
}
