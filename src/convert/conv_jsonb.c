/*-------------------------------------------------------------------------
 *
 * conv_jsonb.c
 *	  jsonb from the tokens of a JSON text, straight into its binary form.
 *
 * The form is that of utils/jsonb.h: a container has its JEntrys in front, then
 * the values; an object has all its keys before its values, shorter ones first.
 * jsonb_in, which comes by the same bytes, builds a tree in between, with an
 * allocation or more for each value.
 *
 * Knows nothing of JSON's syntax: the scan has understood every token.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "convert/conv_json_scan.h"

/* So many digits are a number of 64 bits for sure. */
#define INT64_SAFE_DIGITS 18

/* Objects with more members sort their keys in memory of their own. */
#define JSONB_FEW_KEYS 32

typedef struct JsonbBuild
{
	const char *text;
	const ConvJsonToken *tokens;
	StringInfoData out;
} JsonbBuild;

/* The JEntrys of a container that is being written. */
typedef struct JsonbEntries
{
	int			at;				/* where the next one goes, in the output */
	int			i;				/* how many are there */
	uint32		total;			/* bytes of what they stand for */
} JsonbEntries;

static JEntry put_value(JsonbBuild *build, const ConvJsonToken *token);
static JEntry put_container(JsonbBuild *build, const ConvJsonToken *token);
static void put_members(JsonbBuild *build, const ConvJsonToken *object, JsonbEntries *entries);
static void put_elements(JsonbBuild *build, const ConvJsonToken *array, JsonbEntries *entries);
static void put_entry(JsonbBuild *build, JsonbEntries *entries, JEntry entry);
static JEntry put_string(JsonbBuild *build, const ConvJsonToken *token);
static const char *put_code(char **to, const char *at);
static int	hex_code(const char *at);
static JEntry put_number(JsonbBuild *build, const ConvJsonToken *token);
static Numeric read_number(const char *text, int len);
static inline void reserve(StringInfo out, int needed);
static void align(StringInfo out);
static void sort_keys(const char *text, const ConvJsonToken **keys, int n);
static inline int compare_keys(const char *text, const ConvJsonToken *a, const ConvJsonToken *b);
static int	compare_keys_arg(const void *a, const void *b, void *text);

struct varlena *
conv_jsonb_build(const char *text, const ConvJsonTokens *tokens)
{
	const ConvJsonToken *last = &tokens->list[tokens->n - 1];
	JsonbBuild	build;

	/* about what it takes: the strings, a JEntry for each token, some bytes more for a number */
	build.text = text;
	build.tokens = tokens->list;
	build.out.maxlen = last->start + last->len + tokens->n * 12 + 64;
	build.out.data = palloc(build.out.maxlen);
	build.out.len = VARHDRSZ;
	build.out.cursor = 0;
	(void) put_container(&build, tokens->list);
	SET_VARSIZE(build.out.data, build.out.len);
	return (struct varlena *) build.out.data;
}

/* Appends a value and returns its JEntry. */
static JEntry
put_value(JsonbBuild *build, const ConvJsonToken *token)
{
	switch (token->kind)
	{
		case CONV_JSON_STRING:
			return put_string(build, token);
		case CONV_JSON_NUMBER:
			return put_number(build, token);
		case CONV_JSON_TRUE:
			return JENTRY_ISBOOL_TRUE;
		case CONV_JSON_FALSE:
			return JENTRY_ISBOOL_FALSE;
		case CONV_JSON_NULL:
			return JENTRY_ISNULL;
		default:
			return put_container(build, token);
	}
}

/* The scan lets no more levels through than any stack has room for. */
static JEntry
put_container(JsonbBuild *build, const ConvJsonToken *token)
{
	bool		is_object = token->kind == CONV_JSON_OBJECT;
	int			nentries = is_object ? 2 * token->count : token->count;
	uint32		header = token->count | (is_object ? JB_FOBJECT : JB_FARRAY);
	int			start = build->out.len;
	JsonbEntries entries = {0};

	align(&build->out);
	reserve(&build->out, (nentries + 1) * sizeof(JEntry));
	memcpy(build->out.data + build->out.len, &header, sizeof(header));
	entries.at = build->out.len + sizeof(header);
	build->out.len = entries.at + nentries * sizeof(JEntry);
	if (is_object)
		put_members(build, token, &entries);
	else
		put_elements(build, token, &entries);
	return JENTRY_ISCONTAINER | (build->out.len - start);
}

static void
put_members(JsonbBuild *build, const ConvJsonToken *object, JsonbEntries *entries)
{
	const ConvJsonToken *few[JSONB_FEW_KEYS];
	const ConvJsonToken **keys = object->count <= JSONB_FEW_KEYS ? few : palloc(object->count * sizeof(ConvJsonToken *));
	const ConvJsonToken *token = object + 1;
	int			i;

	for (i = 0; i < object->count; i++)
	{
		keys[i] = token;
		token = build->tokens + token[1].end;
	}
	sort_keys(build->text, keys, object->count);
	for (i = 0; i < object->count; i++)
		put_entry(build, entries, put_string(build, keys[i]));
	for (i = 0; i < object->count; i++)
		put_entry(build, entries, put_value(build, keys[i] + 1));
}

static void
put_elements(JsonbBuild *build, const ConvJsonToken *array, JsonbEntries *entries)
{
	const ConvJsonToken *token = array + 1;

	for (int i = 0; i < array->count; i++)
	{
		put_entry(build, entries, put_value(build, token));
		token = build->tokens + token->end;
	}
}

/* Each JEntry has a length, but every JB_OFFSET_STRIDE'th the offset of its end. */
static void
put_entry(JsonbBuild *build, JsonbEntries *entries, JEntry entry)
{
	entries->total += JBE_OFFLENFLD(entry);
	if (entries->total > JENTRY_OFFLENMASK)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("a JSON object or array takes more than %u bytes in jsonb", JENTRY_OFFLENMASK)));
	if (entries->i++ % JB_OFFSET_STRIDE == 0)
		entry = (entry & JENTRY_TYPEMASK) | entries->total | JENTRY_HAS_OFF;
	memcpy(build->out.data + entries->at, &entry, sizeof(entry));
	entries->at += sizeof(entry);
}

static JEntry
put_string(JsonbBuild *build, const ConvJsonToken *token)
{
	int			start = build->out.len;

	/* no escape is shorter than what it stands for */
	reserve(&build->out, token->len);
	if (token->escaped)
		build->out.len += conv_json_unescape(build->text + token->start, token->len, build->out.data + start);
	else
	{
		memcpy(build->out.data + start, build->text + token->start, token->len);
		build->out.len += token->len;
	}
	return JENTRY_ISSTRING | (build->out.len - start);
}

int
conv_json_unescape(const char *text, int len, char *out)
{
	static const char names[] = "bfnrt";
	static const char meant[] = "\b\f\n\r\t";
	const char *at = text;
	const char *end = text + len;
	char	   *to = out;

	while (at < end)
	{
		const char *name;

		if (*at != '\\')
			*to++ = *at++;
		else if (at[1] == 'u')
			at = put_code(&to, at + 2);
		else
		{
			name = strchr(names, at[1]);
			*to++ = name ? meant[name - names] : at[1];
			at += 2;
		}
	}
	return to - out;
}

/* Four hex digits, or as many and the other half of a surrogate pair; returns what follows. */
static const char *
put_code(char **to, const char *at)
{
	pg_wchar	code = hex_code(at);
	unsigned char utf8[4];
	int			len;

	at += 4;
	if (is_utf16_surrogate_first(code))
	{
		code = surrogate_pair_to_codepoint(code, hex_code(at + 2));
		at += 6;
	}
	unicode_to_utf8(code, utf8);
	len = pg_utf_mblen(utf8);
	memcpy(*to, utf8, len);
	*to += len;
	return at;
}

static int
hex_code(const char *at)
{
	int			code = 0;

	for (int i = 0; i < 4; i++)
		code = code * 16 + (at[i] <= '9' ? at[i] - '0' : (at[i] | 0x20) - 'a' + 10);
	return code;
}

static JEntry
put_number(JsonbBuild *build, const ConvJsonToken *token)
{
	int			start = build->out.len;
	Numeric		number = read_number(build->text + token->start, token->len);

	align(&build->out);
	appendBinaryStringInfoNT(&build->out, (char *) number, VARSIZE_ANY(number));
	return JENTRY_ISNUMERIC | (build->out.len - start);
}

/* Short numbers without an exponent are built from an integer. */
static Numeric
read_number(const char *text, int len)
{
	int64		number = 0;
	int			scale = 0;
	bool		point = false;
	int			i = text[0] == '-';

	if (len - i <= INT64_SAFE_DIGITS)
	{
		for (; i < len; i++)
		{
			if (text[i] == '.')
				point = true;
			else if (text[i] < '0' || text[i] > '9')
				break;
			else
			{
				number = number * 10 + (text[i] - '0');
				scale += point;
			}
		}
		if (i == len)
			return int64_div_fast_to_numeric(text[0] == '-' ? -number : number, scale);
	}
	return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(pnstrdup(text, len)), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

/* enlargeStringInfo, but most of the time there is room. */
static inline void
reserve(StringInfo out, int needed)
{
	if (unlikely(needed >= out->maxlen - out->len))
		enlargeStringInfo(out, needed);
}

/* Zeros up to a place for an int. */
static void
align(StringInfo out)
{
	int			pad = INTALIGN(out->len) - out->len;

	reserve(out, pad);
	for (int i = 0; i < pad; i++)
		out->data[out->len++] = '\0';
}

static void
sort_keys(const char *text, const ConvJsonToken **keys, int n)
{
	if (n > JSONB_FEW_KEYS)
	{
		/* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
		qsort_arg(keys, n, sizeof(keys[0]), compare_keys_arg, unconstify(char *, text));
		return;
	}
	for (int i = 1; i < n; i++)
	{
		const ConvJsonToken *key = keys[i];
		int			j = i;

		for (; j > 0 && compare_keys(text, keys[j - 1], key) > 0; j--)
			keys[j] = keys[j - 1];
		keys[j] = key;
	}
}

static inline int
compare_keys(const char *text, const ConvJsonToken *a, const ConvJsonToken *b)
{
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(text + a->start, text + b->start, a->len);
}

static int
compare_keys_arg(const void *a, const void *b, void *text)
{
	return compare_keys(text, *(const ConvJsonToken *const *) a, *(const ConvJsonToken *const *) b);
}
