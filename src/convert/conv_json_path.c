/*-------------------------------------------------------------------------
 *
 * conv_json_path.c
 *	  A function that a connection gives SQLite: what is at a path of a JSON text,
 *	  as PostgreSQL's -> and ->> have it.
 *
 *	  mig_json(x, type, step, ...)	the text of what is there; NULL if nothing is
 *
 * The type is 'json' or 'jsonb'. A step begins with a letter: k a key of an
 * object, i an index of an array (from the end when negative), p one or the other
 * as in #>>; h, as the last step, is the question whether there is such a key or
 * element. SQLite's own functions take the first of two equal keys, show true as
 * 1 and 1.50 as 1.5, and do not see a key that is written with an escape.
 *
 * A text that its column's converter does not take is an error. Nothing here may
 * throw or palloc.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <limits.h>
#include <math.h>

#include "mb/pg_wchar.h"

#include "convert/conv_json_scan.h"
#include "convert/convert_internal.h"

/* Numeric's limits: digits before the point, and behind it. */
#define NUMERIC_MAX_DIGITS	131072
#define NUMERIC_MAX_SCALE	16383

/* No number with such an exponent has a value within them, but for zero. */
#define FAR_EXPONENT		1000000

/* Tokens of which room is made at first, and kept at most from one call to the next. */
#define FIRST_TOKENS		256
#define KEPT_TOKENS			65536

/* So much of it, a power of two, is done between two looks for a wish to stop: some milliseconds. */
#define WORK_BETWEEN_LOOKS	65536

/* A JSON text that is looked into. */
typedef struct JsonPath
{
	const char *text;
	char	   *wrapped;		/* the text as the element of an array, when it is neither array nor object; else NULL */
	bool		binary;			/* as jsonb has it */
	ConvJsonTokens tokens;
	sqlite3_str *out;
	bool		nomem;			/* something could not be allocated on the way to the result */
	uint32		work;			/* parts and characters gone through */
	bool		stopped;		/* somebody wanted to stop: the result is none */
} JsonPath;

/* A key of an object that is written in jsonb's order. */
typedef struct JsonMember
{
	const char *key;
	int			len;
	int			token;			/* of the key */
	char	   *owned;			/* the key without its escapes, to be freed; or NULL */
} JsonMember;

static void json_call(sqlite3_context *context, int nargs, sqlite3_value **args);
static bool read_document(JsonPath *path, sqlite3_value *value, ConvJson *scan);
static bool scan_tokens(JsonPath *path, const char *text, int len, ConvJson *scan);
static bool holds_numbers(JsonPath *path);
static int	take_step(JsonPath *path, int at, const char *step);
static int	find_key(JsonPath *path, int object, const char *key, int len);
static int	find_element(JsonPath *path, int array, int64 index);
static bool has_key(JsonPath *path, int at, const char *key);
static bool is_string(JsonPath *path, const ConvJsonToken *token, const char *string, int len);
static void give_result(sqlite3_context *context, JsonPath *path, int at);
static void put_result(JsonPath *path, int at);
static void put_decoded(JsonPath *path, const ConvJsonToken *token);
static void put_jsonb(JsonPath *path, int at);
static void put_object(JsonPath *path, int at);
static void put_array(JsonPath *path, int at);
static void put_quoted(JsonPath *path, const char *text, int len);
static bool put_numeric(sqlite3_str *out, const char *text, int len);
static int	text_end(JsonPath *path, int at);
static int	compare_members(const void *a, const void *b);

/* The document whose members are being sorted. */
static JsonPath *sorting = NULL;

int
conv_add_functions(sqlite3 *handle)
{
	return sqlite3_create_function_v2(handle, "mig_json", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL,
									  json_call, NULL, NULL, NULL);
}

/* Whether it is wished to stop, asked now and then; from then on it is. */
static inline bool
is_stopped(JsonPath *path)
{
	if (++path->work % WORK_BETWEEN_LOOKS == 0 && !path->stopped)
		path->stopped = base_stop_wanted();
	return path->stopped;
}

/* A backend has one thread, and the function does not call itself: the tokens' room is kept. */
static void
json_call(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	static ConvJsonTokens kept = {0};
	JsonPath	path = {0};
	ConvJson	scan = {0};
	const char *step = NULL;
	int			at;

	if (nargs < 3 || sqlite3_value_type(args[0]) == SQLITE_NULL)
		return;
	path.binary = sqlite3_value_bytes(args[1]) > 4;
	path.tokens = kept;
	if (!read_document(&path, args[0], &scan) || scan.u0000 || (path.binary && scan.unsure && !holds_numbers(&path)))
		sqlite3_result_error(context, "cannot convert a value: it is not JSON that the column's type holds", -1);
	else
	{
		at = path.wrapped != NULL ? 1 : 0;
		for (int i = 2; i < nargs && at >= 0; i++)
		{
			step = (const char *) sqlite3_value_text(args[i]);
			if (step == NULL || step[0] == '\0')
				at = -1;
			else if (step[0] == 'h')
				sqlite3_result_int(context, has_key(&path, at, step + 1));
			else
				at = take_step(&path, at, step);
		}
		if (at >= 0 && step[0] != 'h' && path.tokens.list[at].kind != CONV_JSON_NULL)
			give_result(context, &path, at);
	}
	if (path.stopped || scan.stopped)
		sqlite3_result_error_code(context, SQLITE_INTERRUPT);
	sqlite3_free(path.wrapped);
	kept = path.tokens;
	if (kept.max > KEPT_TOKENS)
	{
		sqlite3_free(kept.list);
		memset(&kept, 0, sizeof(kept));
	}
}

/*
 * The text of a value and its tokens. False when its class, its bytes or its
 * form are none that the converters of json and jsonb take.
 */
static bool
read_document(JsonPath *path, sqlite3_value *value, ConvJson *scan)
{
	int			storage_class = sqlite3_value_type(value);
	const char *text;
	int			len;

	if (storage_class == SQLITE_BLOB || (storage_class == SQLITE_FLOAT && isinf(sqlite3_value_double(value))))
		return false;
	text = (const char *) sqlite3_value_text(value);
	len = sqlite3_value_bytes(value);
	if (text == NULL || (storage_class == SQLITE_TEXT && pg_encoding_verifymbstr(PG_UTF8, text, len) != len))
		return false;
	if (scan_tokens(path, text, len, scan))
		return true;
	if (path->tokens.n > 0)
		return false;			/* it began as an array or object */

	/* a scalar by itself: the one element of an array */
	path->wrapped = sqlite3_mprintf("[%s]", text);
	if (path->wrapped == NULL || !scan_tokens(path, path->wrapped, strlen(path->wrapped), scan))
		return false;
	return path->tokens.n == 2 && path->tokens.list[1].kind >= CONV_JSON_STRING;
}

/* With room for all tokens, of which a text has at most one for every byte. */
static bool
scan_tokens(JsonPath *path, const char *text, int len, ConvJson *scan)
{
	ConvJsonTokens *tokens = &path->tokens;

	path->text = text;
	for (;;)
	{
		int			max = tokens->max == 0 ? FIRST_TOKENS : tokens->max * 2;
		ConvJsonToken *list;

		if (tokens->max > 0)
		{
			bool		good = conv_json_scan(text, len, scan, tokens);

			if (!good || tokens->n < tokens->max)
				return good;
		}
		list = sqlite3_realloc64(tokens->list, max * sizeof(ConvJsonToken));
		if (list == NULL)
			return false;
		tokens->list = list;
		tokens->max = max;
	}
}

/* Whether numeric can hold all numbers, as in jsonb it must. */
static bool
holds_numbers(JsonPath *path)
{
	for (int i = 0; i < path->tokens.n && !is_stopped(path); i++)
	{
		const ConvJsonToken *token = &path->tokens.list[i];

		if (token->kind == CONV_JSON_NUMBER && !put_numeric(NULL, path->text + token->start, token->len))
			return false;
	}
	return true;
}

/* The token that a step from one leads to; -1 for none. */
static int
take_step(JsonPath *path, int at, const char *step)
{
	ConvJsonKind kind = path->tokens.list[at].kind;
	bool		digits = step[1] == '-' || (step[1] >= '0' && step[1] <= '9');

	if (kind == CONV_JSON_OBJECT)
		return step[0] == 'i' ? -1 : find_key(path, at, step + 1, strlen(step + 1));
	if (kind == CONV_JSON_ARRAY)
		return step[0] == 'k' || !digits ? -1 : find_element(path, at, strtoll(step + 1, NULL, 10));

	/* jsonb keeps a scalar that stands alone in an array */
	return step[0] == 'i' && path->binary && (strcmp(step, "i0") == 0 || strcmp(step, "i-1") == 0) ? at : -1;
}

/* The value of the last member with a key. */
static int
find_key(JsonPath *path, int object, const char *key, int len)
{
	const ConvJsonToken *list = path->tokens.list;
	int			at = object + 1;
	int			found = -1;

	for (int i = 0; i < list[object].count && !is_stopped(path); i++)
	{
		if (is_string(path, &list[at], key, len))
			found = at + 1;
		at = list[at + 1].end;
	}
	return found;
}

static int
find_element(JsonPath *path, int array, int64 index)
{
	const ConvJsonToken *list = path->tokens.list;
	int			at = array + 1;

	if (index < 0)
		index += list[array].count;
	if (index < 0 || index >= list[array].count)
		return -1;
	while (index-- > 0)
		at = list[at].end;
	return at;
}

/* A key of an object, a string in an array, or that string itself. */
static bool
has_key(JsonPath *path, int at, const char *key)
{
	const ConvJsonToken *list = path->tokens.list;
	int			len = strlen(key);
	int			element = at + 1;

	if (list[at].kind == CONV_JSON_OBJECT)
		return find_key(path, at, key, len) >= 0;
	if (list[at].kind != CONV_JSON_ARRAY)
		return is_string(path, &list[at], key, len);
	for (int i = 0; i < list[at].count && !is_stopped(path); i++)
	{
		if (is_string(path, &list[element], key, len))
			return true;
		element = list[element].end;
	}
	return false;
}

static bool
is_string(JsonPath *path, const ConvJsonToken *token, const char *string, int len)
{
	char	   *decoded;
	bool		same;

	if (token->kind != CONV_JSON_STRING || token->len < len)
		return false;
	if (!token->escaped)
		return token->len == len && memcmp(path->text + token->start, string, len) == 0;
	decoded = sqlite3_malloc(token->len);
	if (decoded == NULL)
		return false;
	same = conv_json_unescape(path->text + token->start, token->len, decoded) == len && memcmp(decoded, string, len) == 0;
	sqlite3_free(decoded);
	return same;
}

static void
give_result(sqlite3_context *context, JsonPath *path, int at)
{
	const ConvJsonToken *token = &path->tokens.list[at];
	int			len;

	if (token->kind == CONV_JSON_STRING && !token->escaped)
	{
		sqlite3_result_text(context, path->text + token->start, token->len, SQLITE_TRANSIENT);
		return;
	}
	path->out = sqlite3_str_new(sqlite3_context_db_handle(context));
	put_result(path, at);
	len = sqlite3_str_length(path->out);
	if (path->nomem || sqlite3_str_errcode(path->out) == SQLITE_NOMEM)
		sqlite3_result_error_nomem(context);
	else if (sqlite3_str_errcode(path->out) != SQLITE_OK)
		sqlite3_result_error_toobig(context);
	else
		sqlite3_result_text(context, len > 0 ? sqlite3_str_value(path->out) : "", len, SQLITE_TRANSIENT);
	sqlite3_free(sqlite3_str_finish(path->out));
}

/* A value as ->> shows it. */
static void
put_result(JsonPath *path, int at)
{
	const ConvJsonToken *token = &path->tokens.list[at];

	if (token->kind == CONV_JSON_STRING)
		put_decoded(path, token);
	else if (path->binary)
		put_jsonb(path, at);
	else
		sqlite3_str_append(path->out, path->text + token->start, text_end(path, at) - token->start);
}

static void
put_decoded(JsonPath *path, const ConvJsonToken *token)
{
	char	   *decoded = sqlite3_malloc(token->len);

	path->nomem |= decoded == NULL;
	if (decoded != NULL)
		sqlite3_str_append(path->out, decoded, conv_json_unescape(path->text + token->start, token->len, decoded));
	sqlite3_free(decoded);
}

/* A value as jsonb is written. */
static void
put_jsonb(JsonPath *path, int at)
{
	const ConvJsonToken *token = &path->tokens.list[at];
	char	   *decoded;

	switch (token->kind)
	{
		case CONV_JSON_OBJECT:
			put_object(path, at);
			break;
		case CONV_JSON_ARRAY:
			put_array(path, at);
			break;
		case CONV_JSON_STRING:
			decoded = token->escaped ? sqlite3_malloc(token->len) : NULL;
			path->nomem |= token->escaped && decoded == NULL;
			if (decoded != NULL)
				put_quoted(path, decoded, conv_json_unescape(path->text + token->start, token->len, decoded));
			else
				put_quoted(path, path->text + token->start, token->len);
			sqlite3_free(decoded);
			break;
		case CONV_JSON_NUMBER:
			(void) put_numeric(path->out, path->text + token->start, token->len);
			break;
		default:
			sqlite3_str_appendall(path->out, token->kind == CONV_JSON_TRUE ? "true" : token->kind == CONV_JSON_FALSE ? "false" : "null");
			break;
	}
}

static void
put_array(JsonPath *path, int at)
{
	const ConvJsonToken *list = path->tokens.list;
	int			element = at + 1;

	sqlite3_str_appendchar(path->out, 1, '[');
	for (int i = 0; i < list[at].count && !is_stopped(path); i++)
	{
		sqlite3_str_append(path->out, ", ", i > 0 ? 2 : 0);
		put_jsonb(path, element);
		element = list[element].end;
	}
	sqlite3_str_appendchar(path->out, 1, ']');
}

/* Shorter keys first; of equal ones the last. */
static void
put_object(JsonPath *path, int at)
{
	const ConvJsonToken *list = path->tokens.list;
	int			n = list[at].count;
	JsonMember *members = sqlite3_malloc64((n + 1) * sizeof(JsonMember));
	int			key = at + 1;
	bool		first = true;

	path->nomem |= members == NULL;
	if (members == NULL)
		return;
	for (int i = 0; i < n; i++)
	{
		members[i].owned = NULL;
		if (is_stopped(path))
		{
			n = i;
			break;
		}
		members[i].token = key;
		members[i].key = path->text + list[key].start;
		members[i].len = list[key].len;
		members[i].owned = list[key].escaped ? sqlite3_malloc(list[key].len) : NULL;
		path->nomem |= list[key].escaped && members[i].owned == NULL;
		if (members[i].owned != NULL)
		{
			members[i].len = conv_json_unescape(members[i].key, members[i].len, members[i].owned);
			members[i].key = members[i].owned;
		}
		key = list[key + 1].end;
	}
	sorting = path;
	qsort(members, n, sizeof(JsonMember), compare_members);
	sqlite3_str_appendchar(path->out, 1, '{');
	for (int i = 0; i < n && !is_stopped(path); i++)
	{
		if (i + 1 < n && members[i].len == members[i + 1].len && memcmp(members[i].key, members[i + 1].key, members[i].len) == 0)
			continue;
		sqlite3_str_append(path->out, ", ", first ? 0 : 2);
		first = false;
		put_quoted(path, members[i].key, members[i].len);
		sqlite3_str_append(path->out, ": ", 2);
		put_jsonb(path, members[i].token + 1);
	}
	sqlite3_str_appendchar(path->out, 1, '}');
	for (int i = 0; i < n; i++)
		sqlite3_free(members[i].owned);
	sqlite3_free(members);
}

static int
compare_members(const void *a, const void *b)
{
	const JsonMember *left = a;
	const JsonMember *right = b;
	int			order;

	if (is_stopped(sorting))
		return 0;
	if (left->len != right->len)
		return left->len < right->len ? -1 : 1;
	order = memcmp(left->key, right->key, left->len);
	return order != 0 ? order : left->token - right->token;
}

/* A string with the escapes that PostgreSQL writes, and no others. */
static void
put_quoted(JsonPath *path, const char *text, int len)
{
	static const char meant[] = "\b\f\n\r\t\"\\";
	static const char names[] = "bfnrt\"\\";

	sqlite3_str_appendchar(path->out, 1, '"');
	for (int i = 0; i < len && !is_stopped(path); i++)
	{
		const char *found = memchr(meant, text[i], sizeof(meant) - 1);

		if (found != NULL)
			sqlite3_str_appendf(path->out, "\\%c", names[found - meant]);
		else if ((unsigned char) text[i] < ' ')
			sqlite3_str_appendf(path->out, "\\u%04x", text[i]);
		else
			sqlite3_str_appendchar(path->out, 1, text[i]);
	}
	sqlite3_str_appendchar(path->out, 1, '"');
}

/*
 * A number as numeric shows it: without exponent, the point moved, and as many
 * digits behind it as were written. False when it lies beyond numeric's limits.
 */
static bool
put_numeric(sqlite3_str *out, const char *text, int len)
{
	bool		negative = text[0] == '-';
	int			end = negative;
	int			point = -1;
	int64		digits;			/* before the point */
	int64		scale;
	int			first = -1;		/* which digit is the first that is not 0 */
	int			n = 0;
	int64		exponent;

	while (end < len && text[end] != 'e' && text[end] != 'E')
	{
		if (text[end] == '.')
			point = n;
		else if (text[end] != '0' && first < 0)
			first = n++;
		else
			n++;
		end++;
	}
	exponent = end < len ? strtoll(text + end + 1, NULL, 10) : 0;
	if (first < 0 && exponent > 0 && exponent < INT_MAX / 2)
		exponent = Min(exponent, n);	/* zero without a fraction, however many more there are */
	if (exponent > FAR_EXPONENT || exponent < -FAR_EXPONENT)
		return false;
	digits = (point < 0 ? n : point) + exponent;
	scale = Max(n - digits, 0);
	if (scale > NUMERIC_MAX_SCALE || (first >= 0 && digits - first > NUMERIC_MAX_DIGITS))
		return false;
	if (out == NULL)
		return true;

	sqlite3_str_append(out, "-", negative && first >= 0);
	if (first < 0 || digits <= first)
		sqlite3_str_appendchar(out, 1, '0');
	for (int64 i = Min(first < 0 ? digits : first, digits); i < digits + scale; i++)
	{
		int			at = negative + i + (point >= 0 && i >= point);

		if (i == digits)
			sqlite3_str_appendchar(out, 1, '.');
		sqlite3_str_appendchar(out, 1, i >= 0 && i < n ? text[at] : '0');
	}
	return true;
}

/* Where the text of a value ends. */
static int
text_end(JsonPath *path, int at)
{
	const ConvJsonToken *list = path->tokens.list;
	const ConvJsonToken *token = &list[at];
	int			depth = 0;

	if (token->kind > CONV_JSON_ARRAY)
		return token->kind == CONV_JSON_STRING ? token->start + token->len + 1 : token->start + token->len;
	for (int i = token->start;; i++)
	{
		switch (path->text[i])
		{
			case '"':
				while (path->text[++i] != '"')
					i += path->text[i] == '\\';
				break;
			case '{':
			case '[':
				depth++;
				break;
			case '}':
			case ']':
				if (--depth == 0)
					return i + 1;
				break;
		}
	}
}
