/*-------------------------------------------------------------------------
 *
 * conv_json_scan.c
 *	  Checks JSON texts of whole tables: one loop over the bytes, the open
 *	  objects and arrays in a bit each.
 *
 * Strict as PostgreSQL is: no comments, no single quotes, no commas at the
 * end, escaped surrogates in pairs. Stricter in one point: more than
 * JSON_MAX_DEPTH levels are refused, as SQLite's own functions do.
 * Knows nothing of numeric's limits: a number is good when its form is.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "port/pg_bitutils.h"

#include "base/base.h"
#include "convert/conv_json_scan.h"

#define JSON_MAX_DEPTH	1000

/* Keys and values that are read between two looks for a wish to stop: some milliseconds. */
#define STEPS_BETWEEN_LOOKS	100000

/* Keys of all open objects that are compared; of an object with more, the others are not. */
#define JSON_MAX_KEYS	128

typedef struct JsonKey
{
	const char *text;			/* as written: "a" and "\u0061" are two keys here */
	int			len;
} JsonKey;

typedef struct JsonScan
{
	const char *at;				/* stops at the NUL byte after the text at the latest */
	const char *text;
	const char *end;			/* of it */
	ConvJson   *json;
	ConvJsonTokens *tokens;		/* NULL: not wanted, or no longer */
	bool		escaped;		/* the last string had a backslash */
	int			depth;
	int			nkeys;
	bool		is_object[JSON_MAX_DEPTH];
	int			container[JSON_MAX_DEPTH];	/* its token */
	uint8		first_key[JSON_MAX_DEPTH];	/* of the object, index into keys */
	JsonKey		keys[JSON_MAX_KEYS];
} JsonScan;

/* A number with no more digits, or with a shorter exponent, is in the range of numeric. */
#define JSON_SURE_DIGITS	1000
#define JSON_SURE_EXPONENT	3

/* No stack is too small for so many levels. */
#define JSON_SURE_DEPTH		64

/* What comes next. */
typedef enum JsonState
{
	JSON_VALUE, JSON_KEY, JSON_AFTER_VALUE, JSON_WRONG
} JsonState;

/* Bytes at which reading a string stops: control characters, one of which ends the text, quote and backslash. */
static const bool json_stops[256] = {
	true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
	true, true, true, true, true, true, true, true, true, true, true, true, true, true, true, true,
	['"'] = true, ['\\'] = true,
};

StaticAssertDecl(JSON_MAX_KEYS <= PG_UINT8_MAX, "first_key counts keys");

static JsonState read_value(JsonScan *scan);
static bool read_scalar(JsonScan *scan);
static bool read_text(JsonScan *scan);
static void note_token(JsonScan *scan, ConvJsonKind kind, const char *start, const char *end);
static JsonState open_container(JsonScan *scan, char close);
static JsonState read_key(JsonScan *scan);
static void note_key(JsonScan *scan, const char *text, int len);
static JsonState after_value(JsonScan *scan);
static void skip_blanks(JsonScan *scan);
static bool read_word(JsonScan *scan, const char *word);
static bool read_number(JsonScan *scan);
static bool read_digits(JsonScan *scan);
static inline const char *find_stop(const JsonScan *scan, const char *at);
static bool read_string(JsonScan *scan);
static bool read_escape(JsonScan *scan);
static bool read_hex(const char *at, int *code);

bool
conv_json_scan(const char *text, int len, ConvJson *json, ConvJsonTokens *tokens)
{
	JsonScan	scan;
	JsonState	state;
	int			left = STEPS_BETWEEN_LOOKS;

	memset(json, 0, sizeof(*json));
	scan.at = text;
	scan.text = text;
	scan.end = text + len;
	scan.json = json;
	scan.tokens = tokens;
	scan.escaped = false;
	if (tokens)
		tokens->n = 0;
	scan.depth = 0;
	scan.nkeys = 0;

	skip_blanks(&scan);
	if (*scan.at != '{' && *scan.at != '[')
		return false;
	json->is_object = *scan.at == '{';
	state = read_value(&scan);
	while (state != JSON_WRONG && scan.depth > 0)
	{
		if (unlikely(--left == 0))
		{
			left = STEPS_BETWEEN_LOOKS;
			json->stopped = base_stop_wanted();
			if (json->stopped)
				return false;
		}
		if (state == JSON_AFTER_VALUE)
			state = after_value(&scan);
		else if (state == JSON_KEY)
			state = read_key(&scan);
		else
			state = read_value(&scan);
	}
	skip_blanks(&scan);
	return state != JSON_WRONG && scan.at == text + len;
}

static JsonState
read_value(JsonScan *scan)
{
	skip_blanks(scan);
	if (scan->tokens && scan->depth > 0)
		scan->tokens->list[scan->container[scan->depth - 1]].count++;
	switch (*scan->at)
	{
		case '{':
			return open_container(scan, '}');
		case '[':
			return open_container(scan, ']');
		default:
			return read_scalar(scan) ? JSON_AFTER_VALUE : JSON_WRONG;
	}
}

static bool
read_scalar(JsonScan *scan)
{
	const char *start = scan->at;
	ConvJsonKind kind;
	bool		good;

	switch (*start)
	{
		case '"':
			return read_text(scan);
		case 't':
			kind = CONV_JSON_TRUE;
			good = read_word(scan, "true");
			break;
		case 'f':
			kind = CONV_JSON_FALSE;
			good = read_word(scan, "false");
			break;
		case 'n':
			kind = CONV_JSON_NULL;
			good = read_word(scan, "null");
			break;
		default:
			kind = CONV_JSON_NUMBER;
			good = read_number(scan);
			break;
	}
	if (good && scan->tokens)
		note_token(scan, kind, start, scan->at);
	return good;
}

/* A string as a value or key. */
static bool
read_text(JsonScan *scan)
{
	const char *start = scan->at;

	if (!read_string(scan))
		return false;
	if (scan->tokens)
		note_token(scan, CONV_JSON_STRING, start + 1, scan->at - 1);
	return true;
}

static void
note_token(JsonScan *scan, ConvJsonKind kind, const char *start, const char *end)
{
	ConvJsonTokens *tokens = scan->tokens;
	ConvJsonToken *token = &tokens->list[tokens->n];

	if (tokens->n == tokens->max)
	{
		scan->json->unsure = true;
		scan->tokens = NULL;
		return;
	}
	token->kind = kind;
	token->escaped = scan->escaped;
	token->start = start - scan->text;
	token->len = end - start;
	token->count = 0;
	token->end = ++tokens->n;
}

static JsonState
open_container(JsonScan *scan, char close)
{
	if (scan->depth == JSON_MAX_DEPTH)
		return JSON_WRONG;
	if (scan->tokens)
	{
		scan->container[scan->depth] = scan->tokens->n;
		note_token(scan, close == '}' ? CONV_JSON_OBJECT : CONV_JSON_ARRAY, scan->at, scan->at + 1);
	}
	scan->is_object[scan->depth] = close == '}';
	scan->first_key[scan->depth] = scan->nkeys;
	scan->depth++;
	if (scan->depth > JSON_SURE_DEPTH)
		scan->json->unsure = true;
	scan->at++;
	skip_blanks(scan);
	if (*scan->at == close)
		return JSON_AFTER_VALUE;	/* which closes it */
	return close == '}' ? JSON_KEY : JSON_VALUE;
}

static JsonState
read_key(JsonScan *scan)
{
	const char *start;

	skip_blanks(scan);
	start = scan->at;
	if (*start != '"' || !read_text(scan))
		return JSON_WRONG;
	note_key(scan, start, scan->at - start);
	skip_blanks(scan);
	if (*scan->at != ':')
		return JSON_WRONG;
	scan->at++;
	return JSON_VALUE;
}

static void
note_key(JsonScan *scan, const char *text, int len)
{
	/* (more of them tell nothing new) */
	for (int i = scan->first_key[scan->depth - 1]; i < scan->nkeys && !scan->json->duplicate_keys; i++)
	{
		if (scan->keys[i].len == len && memcmp(scan->keys[i].text, text, len) == 0)
			scan->json->duplicate_keys = true;
	}
	if (scan->escaped || scan->nkeys == JSON_MAX_KEYS)
		scan->json->unsure = true;
	if (scan->nkeys < JSON_MAX_KEYS)
	{
		scan->keys[scan->nkeys].text = text;
		scan->keys[scan->nkeys++].len = len;
	}
}

/* A comma, or the end of the innermost object or array. */
static JsonState
after_value(JsonScan *scan)
{
	bool		is_object = scan->is_object[scan->depth - 1];

	skip_blanks(scan);
	if (*scan->at == ',')
	{
		scan->at++;
		return is_object ? JSON_KEY : JSON_VALUE;
	}
	if (*scan->at != (is_object ? '}' : ']'))
		return JSON_WRONG;
	scan->at++;
	scan->depth--;
	scan->nkeys = scan->first_key[scan->depth];
	if (scan->tokens)
		scan->tokens->list[scan->container[scan->depth]].end = scan->tokens->n;
	return JSON_AFTER_VALUE;
}

static void
skip_blanks(JsonScan *scan)
{
	while (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' || *scan->at == '\t')
		scan->at++;
}

static bool
read_word(JsonScan *scan, const char *word)
{
	size_t		len = strlen(word);

	if (strncmp(scan->at, word, len) != 0)
		return false;
	scan->at += len;
	return true;
}

static bool
read_number(JsonScan *scan)
{
	const char *start = scan->at;

	if (*scan->at == '-')
		scan->at++;
	if (*scan->at == '0')
		scan->at++;
	else if (!read_digits(scan))
		return false;
	if (*scan->at == '.')
	{
		scan->at++;
		if (!read_digits(scan))
			return false;
	}
	if (scan->at - start > JSON_SURE_DIGITS)
		scan->json->unsure = true;
	if (*scan->at == 'e' || *scan->at == 'E')
	{
		scan->at++;
		if (*scan->at == '+' || *scan->at == '-')
			scan->at++;
		start = scan->at;
		if (!read_digits(scan))
			return false;
		if (scan->at - start > JSON_SURE_EXPONENT)
			scan->json->unsure = true;
	}
	return true;
}

/* False when there is none. */
static bool
read_digits(JsonScan *scan)
{
	const char *start = scan->at;

	while (*scan->at >= '0' && *scan->at <= '9')
		scan->at++;
	return scan->at > start;
}

/*
 * The next character that does not simply belong to a string, eight bytes at a
 * time as long as the text has so many.
 */
static inline const char *
find_stop(const JsonScan *scan, const char *at)
{
	const uint64 ones = UINT64CONST(0x0101010101010101);

	for (; scan->end - at >= (ptrdiff_t) sizeof(uint64); at += sizeof(uint64))
	{
		uint64		bytes;
		uint64		quotes;
		uint64		slashes;
		uint64		stops;

		/* the high bit of a byte is set where it is less than what is taken off; a borrow can only mislead behind the first one */
		memcpy(&bytes, at, sizeof(bytes));
		quotes = bytes ^ (ones * '"');
		slashes = bytes ^ (ones * '\\');
		stops = (((bytes - ones * ' ') & ~bytes) | ((quotes - ones) & ~quotes) | ((slashes - ones) & ~slashes)) & (ones << 7);
		if (stops == 0)
			continue;
#ifndef WORDS_BIGENDIAN
		return at + pg_rightmost_one_pos64(stops) / BITS_PER_BYTE;
#else
		break;
#endif
	}
	while (!json_stops[(unsigned char) *at])
		at++;
	return at;
}

static bool
read_string(JsonScan *scan)
{
	const char *at = scan->at + 1;

	scan->escaped = false;
	for (;;)
	{
		at = find_stop(scan, at);
		if (*at != '\\')
			break;
		scan->escaped = true;
		scan->at = at;
		if (!read_escape(scan))
			return false;
		at = scan->at;
	}
	scan->at = at + 1;
	return *at == '"';
}

static bool
read_escape(JsonScan *scan)
{
	const char *at = scan->at;
	int			code;
	int			low;

	if (at[1] != 'u')
	{
		scan->at += 2;
		return at[1] != '\0' && strchr("\"\\/bfnrt", at[1]) != NULL;
	}
	if (!read_hex(at + 2, &code))
		return false;
	scan->at += 6;
	if (code == 0)
		scan->json->u0000 = true;
	if (code < 0xD800 || code > 0xDFFF)
		return true;
	if (code > 0xDBFF || at[6] != '\\' || at[7] != 'u' || !read_hex(at + 8, &low) ||
		low < 0xDC00 || low > 0xDFFF)
		return false;
	scan->at += 6;
	return true;
}

static bool
read_hex(const char *at, int *code)
{
	*code = 0;
	for (int i = 0; i < 4; i++)
	{
		char		c = at[i];

		if (c >= '0' && c <= '9')
			*code = *code * 16 + (c - '0');
		else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
			*code = *code * 16 + ((c | 0x20) - 'a' + 10);
		else
			return false;
	}
	return true;
}
