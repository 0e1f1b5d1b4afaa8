/*-------------------------------------------------------------------------
 *
 * conv_raw.c
 *	  Values as SQLite has them, outside of SQLite.
 *
 * A value is one byte, its storage class, and then 8 bytes (INTEGER, REAL),
 * 4 bytes of length and the bytes (TEXT as UTF-8, BLOB), or nothing (NULL).
 * Nothing is aligned. The form lives in memory only; what is kept is the JSON.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "common/string.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/memutils.h"

#include "convert/convert_internal.h"

static void append_bytes(StringInfo buf, const void *bytes, int len);
static const char *append_json(StringInfo json, const char *raw);
static void append_json_real(StringInfo json, double number);
static bool json_can_hold(const char *text, int len);
static void append_hex(StringInfo json, const char *bytes, int len);
static int	raw_length(const char *raw);

void
conv_raw_append(StringInfo buf, struct sqlite3_stmt *stmt, int ncols)
{
	for (int i = 0; i < ncols; i++)
	{
		int			storage_class = sqlite3_column_type(stmt, i);
		int64		integer;
		double		real;
		const void *bytes;

		appendStringInfoCharMacro(buf, (char) storage_class);
		switch (storage_class)
		{
			case SQLITE_INTEGER:
				integer = sqlite3_column_int64(stmt, i);
				appendBinaryStringInfo(buf, (char *) &integer, sizeof(integer));
				break;
			case SQLITE_FLOAT:
				real = sqlite3_column_double(stmt, i);
				appendBinaryStringInfo(buf, (char *) &real, sizeof(real));
				break;
			case SQLITE_TEXT:
				/* in this order: the text may have to be made first */
				bytes = sqlite3_column_text(stmt, i);
				append_bytes(buf, bytes, sqlite3_column_bytes(stmt, i));
				break;
			case SQLITE_BLOB:
				bytes = sqlite3_column_blob(stmt, i);
				append_bytes(buf, bytes, sqlite3_column_bytes(stmt, i));
				break;
			default:
				break;
		}
	}
}

static void
append_bytes(StringInfo buf, const void *bytes, int len)
{
	if (bytes == NULL && len > 0)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory in SQLite")));
	appendBinaryStringInfo(buf, (char *) &len, sizeof(len));
	if (len > 0)
		appendBinaryStringInfo(buf, bytes, len);
}

const char *
conv_raw_json(StringInfo json, const char *raw, char *const *names, int n)
{
	appendStringInfoChar(json, '{');
	for (int i = 0; i < n; i++)
	{
		if (i > 0)
			appendStringInfoString(json, ", ");
		escape_json(json, names[i]);
		appendStringInfo(json, ": {\"class\": \"%s\"", conv_class_name(*raw));
		raw = append_json(json, raw);
		appendStringInfoChar(json, '}');
	}
	appendStringInfoChar(json, '}');
	return raw;
}

const char *
conv_raw_skip(const char *raw, int n)
{
	while (n-- > 0)
		raw += raw_length(raw);
	return raw;
}

char *
conv_raw_show(const char *raw)
{
	char		number[CONV_NUMBER_LEN];
	double		real;
	int64		integer;
	int			len;

	switch (*raw)
	{
		case SQLITE_INTEGER:
			memcpy(&integer, raw + 1, sizeof(integer));
			return psprintf(INT64_FORMAT, integer);
		case SQLITE_FLOAT:
			memcpy(&real, raw + 1, sizeof(real));
			double_to_shortest_decimal_buf(real, number);
			return strpbrk(number, ".eI") ? pstrdup(number) : psprintf("%s.0", number);
		case SQLITE_TEXT:
			memcpy(&len, raw + 1, sizeof(len));
			return conv_show_text(raw + 1 + sizeof(len), len);
		case SQLITE_BLOB:
			memcpy(&len, raw + 1, sizeof(len));
			return conv_show_blob((const unsigned char *) raw + 1 + sizeof(len), len);
		default:
			return pstrdup("NULL");
	}
}

bool
conv_raw_integer(const char *raw, int64 *value)
{
	if (*raw != SQLITE_INTEGER)
		return false;
	memcpy(value, raw + 1, sizeof(*value));
	return true;
}

/* What follows the class of a value in JSON; returns where the next value begins. */
static const char *
append_json(StringInfo json, const char *raw)
{
	const char *body = raw + 1;
	int64		integer;
	double		real;
	int			len;

	switch (*raw)
	{
		case SQLITE_INTEGER:
			memcpy(&integer, body, sizeof(integer));
			appendStringInfo(json, ", \"value\": " INT64_FORMAT, integer);
			break;
		case SQLITE_FLOAT:
			memcpy(&real, body, sizeof(real));
			append_json_real(json, real);
			break;
		case SQLITE_TEXT:
			memcpy(&len, body, sizeof(len));
			body += sizeof(len);
			if (json_can_hold(body, len))
			{
				char	   *text = pnstrdup(body, len);

				appendStringInfoString(json, ", \"value\": ");
				escape_json(json, text);
				pfree(text);
			}
			else
				append_hex(json, body, len);
			break;
		case SQLITE_BLOB:
			memcpy(&len, body, sizeof(len));
			append_hex(json, body + sizeof(len), len);
			break;
		default:
			break;
	}
	return raw + raw_length(raw);
}

/* The shortest digits that give the same double again; jsonb knows neither infinities nor -0. */
static void
append_json_real(StringInfo json, double number)
{
	char		digits[CONV_NUMBER_LEN];

	double_to_shortest_decimal_buf(number, digits);
	if (isinf(number) || (number == 0 && signbit(number)))
		appendStringInfo(json, ", \"value\": \"%s\"", digits);
	else
		appendStringInfo(json, ", \"value\": %s", digits);
}

/*
 * JSON is in the server's encoding. Another one than UTF-8 may lack characters
 * of the text, so there only ASCII is held as it is.
 */
static bool
json_can_hold(const char *text, int len)
{
	if (memchr(text, '\0', len) != NULL)
		return false;
	if (GetDatabaseEncoding() == PG_UTF8)
		return pg_encoding_verifymbstr(PG_UTF8, text, len) == len;
	return pg_encoding_verifymbstr(PG_SQL_ASCII, text, len) == len && pg_is_ascii(pnstrdup(text, len));
}

static void
append_hex(StringInfo json, const char *bytes, int len)
{
	appendStringInfoString(json, ", \"hex\": \"");
	if (len > (MaxAllocSize - json->len) / 2 - 2)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("value of %d bytes is too long for the quarantine", len)));
	enlargeStringInfo(json, len * 2);
	json->len += hex_encode(bytes, len, json->data + json->len);
	appendStringInfoChar(json, '"');
}

static int
raw_length(const char *raw)
{
	int			len;

	switch (*raw)
	{
		case SQLITE_INTEGER:
		case SQLITE_FLOAT:
			return 1 + 8;
		case SQLITE_TEXT:
		case SQLITE_BLOB:
			memcpy(&len, raw + 1, sizeof(len));
			return 1 + sizeof(len) + len;
		default:
			return 1;
	}
}
