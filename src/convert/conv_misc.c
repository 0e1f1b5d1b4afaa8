/*-------------------------------------------------------------------------
 *
 * conv_misc.c
 *	  uuid, json and jsonb.
 *
 * A uuid is text in any form that uuid_in takes, or a blob of 16 bytes. JSON
 * is text, or a number: those are JSON scalars as they stand. What is wrong
 * with a JSON text is said in our words, so that it reads the same on every
 * server version.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "common/jsonapi.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

#include "convert/conv_json_scan.h"
#include "convert/convert_internal.h"

/* Deeper nesting might exhaust the stack, longer numbers overflow numeric: see risky_json. */
#define SAFE_JSON_DEPTH 64
#define SAFE_JSON_NUMBER 1000
#define SAFE_JSON_LENGTH (64 * 1024 * 1024)

/* A text with more of them goes the long way: the list must not take much memory. */
#define MAX_JSON_TOKENS 65536

static bool convert_uuid(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool convert_json(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool convert_jsonb(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool parse_uuid(const char *text, int len, pg_uuid_t *uuid);
static int	hex_digit(char c);
static bool json_text(ConvIn *in, sqlite3_value *value, char **text, int *len);
static bool check_json(ConvIn *in, char *text, int len, bool need_escapes);
static int64 fields_in_text(const char *text, int len);
static int64 fields_in_jsonb(Jsonb *jsonb);
static void parse_json(void *arg);
static bool risky_json(const char *text, int len);

void
conv_choose_uuid(ConvIn *in)
{
	in->fn = convert_uuid;
}

void
conv_choose_json(ConvIn *in)
{
	in->fn = convert_json;
}

void
conv_choose_jsonb(ConvIn *in)
{
	in->state = conv_input_find(in, JSONBOID);
	in->fn = convert_jsonb;
}

static bool
convert_uuid(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	int			storage_class = sqlite3_value_type(value);
	pg_uuid_t  *uuid = palloc(sizeof(pg_uuid_t));
	const char *text;
	int			len;

	*datum = UUIDPGetDatum(uuid);
	if (storage_class == SQLITE_TEXT)
	{
		if (!conv_raw_text(in, value, &text, &len))
			return false;
		return parse_uuid(text, len, uuid) ||
			conv_refuse(in, ERRCODE_INVALID_TEXT_REPRESENTATION, "text is not a UUID");
	}
	if (storage_class == SQLITE_BLOB)
	{
		const void *bytes = sqlite3_value_blob(value);

		len = sqlite3_value_bytes(value);
		if (len != UUID_LEN)
			return conv_refuse(in, ERRCODE_INVALID_BINARY_REPRESENTATION, "blob has %d byte%s, a UUID has %d", len, len == 1 ? "" : "s", UUID_LEN);
		if (bytes == NULL)
			return conv_refuse_memory(in);
		memcpy(uuid->data, bytes, UUID_LEN);
		return true;
	}
	return conv_refuse_class(in, value, "a UUID");
}

/* Kept as written: only checked. */
static bool
convert_json(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	char	   *text;
	int			len;

	if (!json_text(in, value, &text, &len) || !check_json(in, text, len, false))
		return false;
	*datum = PointerGetDatum(cstring_to_text_with_len(text, len));
	return true;
}

static bool
convert_jsonb(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	return conv_jsonb(in, in->state, value, datum);
}

/*
 * Most texts are an object or array that our scan understands whole: those are
 * built from what it found. Of the rest, where jsonb_in can throw, the text is checked first,
 * so that the usual bad value costs no subtransaction; what this check cannot
 * see is guarded. Of a key given twice jsonb keeps the last value: lossy.
 */
bool
conv_jsonb(ConvIn *in, ConvInput *input, sqlite3_value *value, Datum *datum)
{
	char	   *text;
	int			len;
	bool		guard;
	ConvJson	scan;
	ConvJsonTokens tokens;

	if (!json_text(in, value, &text, &len))
		return false;
	if (len <= SAFE_JSON_LENGTH && GetDatabaseEncoding() == PG_UTF8)
	{
		/* no token is shorter than a byte with the one that parts it from the next */
		tokens.max = Min(len / 2 + 1, MAX_JSON_TOKENS);
		tokens.list = palloc(tokens.max * sizeof(ConvJsonToken));
		if (conv_json_scan(text, len, &scan, &tokens) && !scan.u0000 && !scan.duplicate_keys && !scan.unsure)
		{
			*datum = PointerGetDatum(conv_jsonb_build(text, &tokens));
			return true;
		}
	}
	guard = risky_json(text, len);
	if (!COMPAT_SOFT_INPUT && !check_json(in, text, len, true))
		return false;
	if (conv_input_call(in, input, text, guard, datum))
	{
		int64		fields = fields_in_text(text, len);

		if (fields > 1 && fields != fields_in_jsonb(DatumGetJsonbP(*datum)))
			conv_adjust(in, CONV_DUPLICATE, ERRCODE_DUPLICATE_JSON_OBJECT_KEY_VALUE, "JSON object has a key twice, of which jsonb keeps one");
		return true;
	}

	/* the parser's words about a text it cannot read are replaced by ours; other reasons stay */
	if (in->error.sqlstate == ERRCODE_INVALID_TEXT_REPRESENTATION ||
		(in->error.sqlstate == ERRCODE_UNTRANSLATABLE_CHARACTER && GetDatabaseEncoding() == PG_UTF8))
		(void) check_json(in, text, len, true);
	return false;
}

/* How many members the objects in a valid JSON text have: colons outside of strings. */
static int64
fields_in_text(const char *text, int len)
{
	bool		quoted = false;
	int64		fields = 0;

	for (int i = 0; i < len; i++)
	{
		if (text[i] == '"')
			quoted = !quoted;
		else if (quoted && text[i] == '\\')
			i++;
		else if (!quoted && text[i] == ':')
			fields++;
	}
	return fields;
}

static int64
fields_in_jsonb(Jsonb *jsonb)
{
	JsonbIterator *iterator = JsonbIteratorInit(&jsonb->root);
	JsonbIteratorToken token;
	JsonbValue	value;
	int64		fields = 0;

	while ((token = JsonbIteratorNext(&iterator, &value, false)) != WJB_DONE)
		fields += token == WJB_KEY;
	return fields;
}

/* Hex digits in pairs, a hyphen allowed after each fourth digit, all of it in braces or not. */
static bool
parse_uuid(const char *text, int len, pg_uuid_t *uuid)
{
	const char *at = text;
	bool		braces = *at == '{';

	if (braces)
		at++;
	for (int i = 0; i < UUID_LEN; i++)
	{
		int			high = hex_digit(at[0]);
		int			low = high < 0 ? -1 : hex_digit(at[1]);

		if (low < 0)
			return false;
		uuid->data[i] = (unsigned char) (high * 16 + low);
		at += 2;
		if (*at == '-' && i % 2 == 1 && i < UUID_LEN - 1)
			at++;
	}
	if (braces && *at++ != '}')
		return false;
	return at == text + len;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The text of a JSON value in the server encoding, NUL terminated; SQLite's own or palloc'd, and not to be changed. */
static bool
json_text(ConvIn *in, sqlite3_value *value, char **text, int *len)
{
	const char *bytes;

	switch (sqlite3_value_type(value))
	{
		case SQLITE_TEXT:
			if (!conv_server_text(in, value, &bytes, len))
				return false;
			*text = unconstify(char *, bytes);
			return true;
		case SQLITE_FLOAT:
			if (isinf(sqlite3_value_double(value)))
				return conv_refuse(in, ERRCODE_INVALID_TEXT_REPRESENTATION, "infinity is not a JSON number");
			/* FALLTHROUGH */
		case SQLITE_INTEGER:
			*text = palloc(CONV_NUMBER_LEN);
			*len = conv_number_text(value, *text);
			return true;
		default:
			return conv_refuse_class(in, value, "JSON");
	}
}

/* What parse_json needs, through conv_guarded. */
typedef struct JsonCheck
{
	char	   *text;
	int			len;
	bool		need_escapes;
	JsonParseErrorType result;
	int			at;				/* offset of the token that is wrong */
} JsonCheck;

static bool
check_json(ConvIn *in, char *text, int len, bool need_escapes)
{
	JsonCheck	check = {.text = text, .len = len, .need_escapes = need_escapes};

	if (!risky_json(text, len))
		parse_json(&check);
	else if (!conv_guarded(in, parse_json, &check))
		return false;
	if (check.result == JSON_SUCCESS)
		return true;
	if (check.result == JSON_UNICODE_CODE_POINT_ZERO)
	{
		conv_refuse(in, ERRCODE_UNTRANSLATABLE_CHARACTER, "JSON string at byte %d has \\u0000, which jsonb cannot keep", check.at);
		in->error.hint = "Choose type json, which keeps the escape, or type text.";
		return false;
	}
	if (len == 0)
		return conv_refuse(in, ERRCODE_INVALID_TEXT_REPRESENTATION, "text is empty, not JSON");
	if (check.at == len)
		return conv_refuse(in, ERRCODE_INVALID_TEXT_REPRESENTATION, "text is not valid JSON: it ends too early");
	return conv_refuse(in, ERRCODE_INVALID_TEXT_REPRESENTATION, "text is not valid JSON at byte %d", check.at);
}

static void
parse_json(void *arg)
{
	JsonCheck  *check = arg;
	JsonLexContext *lex = compat_json_lex(check->text, check->len, check->need_escapes);

	check->result = pg_parse_json(lex, &nullSemAction);

	/* no token is wrong when one is missing at the end */
	check->at = lex->token_start ? lex->token_start - lex->input : check->len;
}

/*
 * True if a JSON text could make the parser or jsonb throw for other reasons
 * than its syntax: deep nesting, numbers out of numeric's range, great length,
 * escapes that must go into an encoding other than UTF8. May be true without
 * need, never false in need.
 */
static bool
risky_json(const char *text, int len)
{
	bool		quoted = false;
	int			depth = 0;
	int			number = 0;		/* length of the number so far */
	bool		exponent = false;

	if (len > SAFE_JSON_LENGTH || GetDatabaseEncoding() != PG_UTF8)
		return true;
	for (int i = 0; i < len; i++)
	{
		char		c = text[i];

		if (quoted)
		{
			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = false;
			continue;
		}
		if ((c >= '0' && c <= '9') || (number > 0 && strchr("+-.eE", c) != NULL))
		{
			number++;
			exponent |= c == 'e' || c == 'E';
			if (number > SAFE_JSON_NUMBER || (exponent && number > 6))
				return true;
			continue;
		}
		number = 0;
		exponent = false;
		if (c == '"')
			quoted = true;
		else if ((c == '[' || c == '{') && ++depth > SAFE_JSON_DEPTH)
			return true;
		else if (c == ']' || c == '}')
			depth--;
	}
	return false;
}
