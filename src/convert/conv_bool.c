/*-------------------------------------------------------------------------
 *
 * conv_bool.c
 *	  boolean: 0 and 1, and words.
 *
 * Column option "format":
 *
 *	  words (default)	the words of boolin as wholes: t true y yes on 1, f false n no off 0
 *	  J,Ja/N,Nein		words of its own: those for true, a slash, those for
 *						false; they replace the default words
 *
 * Words match in any case. INTEGER and REAL are read as 0 and 1, unless some
 * word of the column is a number: then as those words say ('-1/0'). All else is
 * refused: 2 and 'maybe' are no truth.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "catalog/pg_collation.h"
#include "utils/builtins.h"
#include "utils/formatting.h"

#include "convert/convert_internal.h"

typedef struct BoolWord
{
	char	   *word;			/* in lower case */
	int			len;
	bool		truth;
} BoolWord;

typedef struct BoolState
{
	BoolWord   *words;
	int			nwords;
	bool		own;			/* words of the column, not the default ones */
	bool		numbers;		/* some of the own words are numbers */
	int			max_len;		/* no text of more bytes is a word */
} BoolState;

/* No letter takes more than four bytes in lower case. */
#define MAX_CASE_GROWTH 4

static BoolWord default_words[] = {
	{"1", 1, true}, {"t", 1, true}, {"true", 4, true}, {"y", 1, true}, {"yes", 3, true}, {"on", 2, true},
	{"0", 1, false}, {"f", 1, false}, {"false", 5, false}, {"n", 1, false}, {"no", 2, false}, {"off", 3, false},
};

static bool convert_bool(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static void read_words(BoolState *state, const char *format);
static void read_word(BoolState *state, const char *format, const char *text, int len, bool truth);
static void raise_format(const char *format, const char *problem) pg_attribute_noreturn();
static bool number_bool(ConvIn *in, sqlite3_value *value, Datum *datum);
static bool text_bool(ConvIn *in, sqlite3_value *value, Datum *datum);
static const BoolWord *find_word(const BoolState *state, const char *word, int len);
static char *lower_case(const char *text, int len);

/* Throws HV024 for a format that is no list of words. */
void
conv_choose_bool(ConvIn *in)
{
	BoolState  *state = palloc0(sizeof(BoolState));
	const char *format = in->spec.format;

	if (format == NULL || strcmp(format, "words") == 0)
	{
		state->words = default_words;
		state->nwords = lengthof(default_words);
	}
	else
		read_words(state, format);
	for (int i = 0; i < state->nwords; i++)
		state->max_len = Max(state->max_len, state->words[i].len * MAX_CASE_GROWTH);
	in->state = state;
	in->fn = convert_bool;
}

static bool
convert_bool(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	switch (in->storage_class)
	{
		case SQLITE_INTEGER:
		case SQLITE_FLOAT:
			return number_bool(in, value, datum);
		case SQLITE_TEXT:
			return text_bool(in, value, datum);
		default:
			return conv_refuse_class(in, value, "a truth value");
	}
}

/* Reads "true,words/false,words". */
static void
read_words(BoolState *state, const char *format)
{
	const char *at = format;
	bool		truth = true;

	state->own = true;
	state->words = palloc((strlen(format) + 1) * sizeof(BoolWord));
	for (;;)
	{
		int			len = strcspn(at, ",/");

		read_word(state, format, at, len, truth);
		at += len;
		if (*at == '\0')
			break;
		if (*at++ == ',')
			continue;
		if (!truth)
			raise_format(format, "there is more than one slash");
		truth = false;
	}
	if (truth)
		raise_format(format, "there is no slash");
}

/* Takes one word, without the blanks around it. */
static void
read_word(BoolState *state, const char *format, const char *text, int len, bool truth)
{
	BoolWord   *word = &state->words[state->nwords];
	const BoolWord *same;

	for (; len > 0 && *text == ' '; len--)
		text++;
	while (len > 0 && text[len - 1] == ' ')
		len--;
	if (len == 0)
		raise_format(format, "a word is empty");
	word->word = lower_case(text, len);
	word->len = strlen(word->word);
	word->truth = truth;
	same = find_word(state, word->word, word->len);
	if (same && same->truth != truth)
		raise_format(format, "a word means both true and false");
	state->numbers |= strspn(word->word, "+-0123456789") == word->len;
	state->nwords++;
}

void
conv_bool_words(const char *format, char **yes, char **no)
{
	const char *slash = strchr(format, '/');

	for (; *format == ' '; format++)
		;
	*yes = pnstrdup(format, strcspn(format, ",/"));
	for (slash++; *slash == ' '; slash++)
		;
	*no = pnstrdup(slash, strcspn(slash, ","));
	for (char *end = *yes + strlen(*yes); end > *yes && end[-1] == ' '; *--end = '\0')
		;
	for (char *end = *no + strlen(*no); end > *no && end[-1] == ' '; *--end = '\0')
		;
}

static void
raise_format(const char *format, const char *problem)
{
	ereport(ERROR,
			(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
			 errmsg("type boolean has no format \"%s\": %s", format, problem),
			 errhint("Say \"words\", or the words for true, a slash and those for false, such as \"J,Ja/N,Nein\".")));
}

static bool
number_bool(ConvIn *in, sqlite3_value *value, Datum *datum)
{
	BoolState  *state = in->state;
	double		real = sqlite3_value_double(value);
	int64		number = sqlite3_value_int64(value);
	char		text[CONV_NUMBER_LEN];

	if (sqlite3_value_type(value) == SQLITE_FLOAT && (double) number != real)
		return conv_refuse(in, ERRCODE_INVALID_TEXT_REPRESENTATION, "real is neither 0 nor 1");
	if (state->numbers)
	{
		const BoolWord *word;

		word = find_word(state, text, pg_lltoa(number, text));
		if (word == NULL)
			return conv_refuse(in, ERRCODE_INVALID_TEXT_REPRESENTATION,
							   "number " INT64_FORMAT " is none of the words of format \"%s\"", number, in->spec.format);
		*datum = BoolGetDatum(word->truth);
		return true;
	}
	if (number != 0 && number != 1)
		return conv_refuse(in, ERRCODE_INVALID_TEXT_REPRESENTATION, "%s " INT64_FORMAT " is neither 0 nor 1",
						   conv_class_name(sqlite3_value_type(value)), number);
	*datum = BoolGetDatum(number == 1);
	return true;
}

static bool
text_bool(ConvIn *in, sqlite3_value *value, Datum *datum)
{
	BoolState  *state = in->state;
	const BoolWord *word = NULL;
	const char *text;
	int			len;

	/* words of the column may have letters that are not ASCII: those need the server's encoding */
	if (!(state->own ? conv_server_text(in, value, &text, &len) : conv_raw_text(in, value, &text, &len)))
		return false;
	if (len <= state->max_len)
		word = find_word(state, text, len);
	if (word == NULL && state->own && len <= state->max_len)
	{
		char	   *lowered = lower_case(text, len);

		word = find_word(state, lowered, strlen(lowered));
	}
	if (word == NULL && state->own)
		return conv_refuse(in, ERRCODE_INVALID_TEXT_REPRESENTATION, "text is none of the words of format \"%s\"", in->spec.format);
	if (word == NULL)
		return conv_refuse(in, ERRCODE_INVALID_TEXT_REPRESENTATION, "text is not a truth value");
	*datum = BoolGetDatum(word->truth);
	return true;
}

static const BoolWord *
find_word(const BoolState *state, const char *word, int len)
{
	for (int i = 0; i < state->nwords; i++)
	{
		if (len == state->words[i].len && pg_strncasecmp(word, state->words[i].word, len) == 0)
			return &state->words[i];
	}
	return NULL;
}

/* In lower case by the rules of the database; palloc'd. */
static char *
lower_case(const char *text, int len)
{
	return str_tolower(text, len, DEFAULT_COLLATION_OID);
}
