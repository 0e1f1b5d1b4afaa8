/*-------------------------------------------------------------------------
 *
 * conv_raw.c
 *	  Values as SQLite has them, outside of SQLite.
 *
 * A value is one byte, its storage class, and then 8 bytes (INTEGER, REAL),
 * 4 bytes of length and the bytes (TEXT as UTF-8, BLOB), or nothing (NULL).
 * What is too long to be kept is a TEXT or BLOB with its length alone, and a mark in the first byte.
 * Nothing is aligned. The form lives in memory only; what is kept is the jsonb.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "common/shortest_dec.h"
#include "common/string.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#include "convert/convert_internal.h"

/* In the byte of the storage class: the bytes are not there. */
#define LENGTH_ONLY		0x40

static void append_bytes(StringInfo buf, int storage_class, const void *bytes, int len);
static void append_length(StringInfo buf, int storage_class, int len);
static bool *choose_unheld(const char *raw, int n);
static Size held_size(const char *raw);
static void push_value(JsonbParseState **state, const char *raw);
static void push_length(JsonbParseState **state, const char *raw);
static void push_string(JsonbParseState **state, JsonbIteratorToken token, const char *text, int len);
static void push_real(JsonbParseState **state, double real);
static bool json_can_hold(const char *text, int len);
static void push_hex(JsonbParseState **state, const char *bytes, int len);
static const char *raw_class_name(const char *raw);
static int	raw_length(const char *raw);

void
conv_raw_append(StringInfo buf, struct sqlite3_stmt *stmt, int ncols)
{
	for (int i = 0; i < ncols; i++)
		conv_raw_append_one(buf, stmt, i);
}

void
conv_raw_append_one(StringInfo buf, struct sqlite3_stmt *stmt, int col)
{
	int			storage_class = sqlite3_column_type(stmt, col);
	int64		integer;
	double		real;
	const void *bytes;

	switch (storage_class)
	{
		case SQLITE_INTEGER:
			integer = sqlite3_column_int64(stmt, col);
			appendStringInfoCharMacro(buf, SQLITE_INTEGER);
			appendBinaryStringInfo(buf, (char *) &integer, sizeof(integer));
			break;
		case SQLITE_FLOAT:
			real = sqlite3_column_double(stmt, col);
			appendStringInfoCharMacro(buf, SQLITE_FLOAT);
			appendBinaryStringInfo(buf, (char *) &real, sizeof(real));
			break;
		case SQLITE_TEXT:
			/* in this order: the text may have to be made first */
			bytes = sqlite3_column_text(stmt, col);
			append_bytes(buf, SQLITE_TEXT, bytes, sqlite3_column_bytes(stmt, col));
			break;
		case SQLITE_BLOB:
			bytes = sqlite3_column_blob(stmt, col);
			append_bytes(buf, SQLITE_BLOB, bytes, sqlite3_column_bytes(stmt, col));
			break;
		default:
			appendStringInfoCharMacro(buf, (char) storage_class);
			break;
	}
}

/* Bytes of a row beyond which a value is its length alone: a StringInfo ends at 1 GB. */
#define MOST_RAW	((Size) 700 * 1024 * 1024)

/* Most bytes of values in one jsonb: its own limit is 256 MB, for what stands in one object. */
#define MOST_HELD	((Size) 200 * 1024 * 1024)

static void
append_bytes(StringInfo buf, int storage_class, const void *bytes, int len)
{
	if (bytes == NULL && len > 0)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory in SQLite")));
	if (unlikely((Size) len > MOST_HELD || (Size) buf->len + len > MOST_RAW))
	{
		append_length(buf, storage_class, len);
		return;
	}
	appendStringInfoCharMacro(buf, (char) storage_class);
	appendBinaryStringInfo(buf, (char *) &len, sizeof(len));
	if (len > 0)
		appendBinaryStringInfo(buf, bytes, len);
}

static void
append_length(StringInfo buf, int storage_class, int len)
{
	appendStringInfoCharMacro(buf, (char) (storage_class | LENGTH_ONLY));
	appendBinaryStringInfo(buf, (char *) &len, sizeof(len));
}

void
conv_raw_append_unread(StringInfo buf, struct sqlite3_stmt *stmt, int col, int len)
{
	append_length(buf, sqlite3_column_type(stmt, col), len);
}

Datum
conv_raw_jsonb(const char **raw, char *const *names, int n)
{
	JsonbParseState *state = NULL;
	const bool *unheld = choose_unheld(*raw, n);

	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	for (int i = 0; i < n; i++)
	{
		push_string(&state, WJB_KEY, names[i], strlen(names[i]));
		pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
		push_string(&state, WJB_KEY, "class", 5);
		push_string(&state, WJB_VALUE, raw_class_name(*raw), strlen(raw_class_name(*raw)));
		if ((**raw & LENGTH_ONLY) || (unheld && unheld[i]))
			push_length(&state, *raw);
		else
			push_value(&state, *raw);
		pushJsonbValue(&state, WJB_END_OBJECT, NULL);
		*raw += raw_length(*raw);
	}
	return JsonbPGetDatum(JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_OBJECT, NULL)));
}

/*
 * The values that are left out because all are more than a jsonb holds: the longest, and as few as possible. NULL: none.
 */
static bool *
choose_unheld(const char *raw, int n)
{
	Size	   *sizes;
	bool	   *unheld = NULL;
	Size		total = 0;

	/* as a rule: hexadecimal digits, at most */
	if ((Size) (conv_raw_skip(raw, n) - raw) <= MOST_HELD / 2)
		return NULL;
	sizes = palloc(n * sizeof(Size));
	for (int i = 0; i < n; i++, raw = conv_raw_skip(raw, 1))
		total += sizes[i] = held_size(raw);
	while (total > MOST_HELD)
	{
		int			longest = 0;

		for (int i = 1; i < n; i++)
			if (sizes[i] > sizes[longest])
				longest = i;
		if (unheld == NULL)
			unheld = palloc0(n * sizeof(bool));
		unheld[longest] = true;
		total -= sizes[longest];
		sizes[longest] = 0;
	}
	return unheld;
}

/* Bytes that a value takes in jsonb: nearly, for a number. */
static Size
held_size(const char *raw)
{
	int			len;

	if (*raw != SQLITE_TEXT && *raw != SQLITE_BLOB)
		return raw_length(raw);
	memcpy(&len, raw + 1, sizeof(len));
	return *raw == SQLITE_TEXT && json_can_hold(raw + 1 + sizeof(len), len) ? (Size) len : (Size) len * 2;
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
		case SQLITE_NULL:
			return pstrdup("NULL");
		default:
			memcpy(&len, raw + 1, sizeof(len));
			return len < 0 ? pstrdup(raw_class_name(raw)) : psprintf("%s of %d bytes", raw_class_name(raw), len);
	}
}

int64
conv_raw_integer(const char *raw)
{
	int64		integer;

	Assert(*raw == SQLITE_INTEGER);
	memcpy(&integer, raw + 1, sizeof(integer));
	return integer;
}

/* What follows the class of a value. */
static void
push_value(JsonbParseState **state, const char *raw)
{
	const char *body = raw + 1;
	JsonbValue	number = {.type = jbvNumeric};
	int64		integer;
	double		real;
	int			len;

	switch (*raw)
	{
		case SQLITE_INTEGER:
			memcpy(&integer, body, sizeof(integer));
			push_string(state, WJB_KEY, "value", 5);
			number.val.numeric = int64_to_numeric(integer);
			pushJsonbValue(state, WJB_VALUE, &number);
			break;
		case SQLITE_FLOAT:
			memcpy(&real, body, sizeof(real));
			push_real(state, real);
			break;
		case SQLITE_TEXT:
			memcpy(&len, body, sizeof(len));
			body += sizeof(len);
			if (json_can_hold(body, len))
			{
				push_string(state, WJB_KEY, "value", 5);
				push_string(state, WJB_VALUE, body, len);
			}
			else
				push_hex(state, body, len);
			break;
		case SQLITE_BLOB:
			memcpy(&len, body, sizeof(len));
			push_hex(state, body + sizeof(len), len);
			break;
		default:
			break;
	}
}

/* What stands for a text or blob that is left out. */
static void
push_length(JsonbParseState **state, const char *raw)
{
	JsonbValue	number = {.type = jbvNumeric};
	int			len;

	memcpy(&len, raw + 1, sizeof(len));
	push_string(state, WJB_KEY, "bytes", 5);
	if (len < 0)
		number.type = jbvNull;
	else
		number.val.numeric = int64_to_numeric(len);
	pushJsonbValue(state, WJB_VALUE, &number);
}

static void
push_string(JsonbParseState **state, JsonbIteratorToken token, const char *text, int len)
{
	JsonbValue	value = {.type = jbvString};

	value.val.string.val = unconstify(char *, text);
	value.val.string.len = len;
	pushJsonbValue(state, token, &value);
}

/* The shortest digits that give the same double again; jsonb knows neither infinities nor -0. */
static void
push_real(JsonbParseState **state, double real)
{
	JsonbValue	number = {.type = jbvNumeric};
	char	   *digits = palloc(CONV_NUMBER_LEN);

	double_to_shortest_decimal_buf(real, digits);
	push_string(state, WJB_KEY, "value", 5);
	if (isinf(real) || (real == 0 && signbit(real)))
	{
		push_string(state, WJB_VALUE, digits, strlen(digits));
		return;
	}
	number.val.numeric = DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(digits), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	pushJsonbValue(state, WJB_VALUE, &number);
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
push_hex(JsonbParseState **state, const char *bytes, int len)
{
	char	   *digits = palloc(len * 2 + 1);

	push_string(state, WJB_KEY, "hex", 3);
	push_string(state, WJB_VALUE, digits, hex_encode(bytes, len, digits));
}

static const char *
raw_class_name(const char *raw)
{
	return conv_class_name(*raw & ~LENGTH_ONLY);
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
			return (*raw & LENGTH_ONLY) ? 1 + sizeof(len) : 1;
	}
}
