/*-------------------------------------------------------------------------
 *
 * conv_text.c
 *	  text, varchar(n), char(n) and bytea, and what every text passes: the
 *	  check of its bytes, the policies on_nul and on_invalid_utf8, and the way
 *	  into a server encoding other than UTF8.
 *
 * Good text is verified and copied once. Only text with a flaw goes through
 * the slow half of this file. A value that is not valid UTF-8 is read as
 * latin1 or windows-1252 as a whole: half a value in each would be a guess.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "convert/conv_geometry.h"
#include "convert/convert_internal.h"

/* No step below makes a text more than four times as long. */
#define MAX_GROWTH 4
#define MAX_REPAIR (MaxAllocSize / MAX_GROWTH - 1)

typedef struct TextState
{
	bool		any;			/* format 'any': every storage class has a text form */
	int			max_chars;		/* varchar(n), char(n); -1 = no limit */
	bool		padded;			/* char(n) */
} TextState;

/* What is wrong with a text: offsets of the first flaw of each kind, -1 if none. */
typedef struct TextFlaw
{
	int			nul;
	int			invalid;
} TextFlaw;

static void choose_characters(ConvIn *in, bool padded);
static bool convert_text(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool convert_limited(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool convert_bytea(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool any_text(ConvIn *in, sqlite3_value *value, const char **text, int *len);
static void number_text(ConvIn *in, sqlite3_value *value, const char **text, int *len);
static bool blob_text(ConvIn *in, sqlite3_value *value, const char **text, int *len);
static bool cut_blanks(ConvIn *in, const char *text, int *len, int *chars, int max_chars);
static Datum padded_datum(const char *text, int len, int blanks);
static bool repair_text(ConvIn *in, const char **text, int *len);
static TextFlaw find_flaws(const char *text, int len);
static bool refuse_flaws(ConvIn *in, TextFlaw flaw);
static bool append_repaired(ConvIn *in, StringInfo buf, const char *text, int len);
static bool append_single_byte(ConvIn *in, StringInfo buf, const char *text, int len);
static void append_nul(ConvIn *in, StringInfo buf);
static void append_char(StringInfo buf, pg_wchar c);
static int	invalid_length(const char *text, int len);
static bool to_server_encoding(ConvIn *in, const char **text, int *len);

void
conv_choose_text(ConvIn *in)
{
	TextState  *state = palloc0(sizeof(TextState));

	state->any = in->spec.format != NULL;	/* the only format there is */
	state->max_chars = -1;
	in->state = state;
	in->fn = convert_text;
	in->own_text = true;
}

void
conv_choose_varchar(ConvIn *in)
{
	choose_characters(in, false);
}

void
conv_choose_bpchar(ConvIn *in)
{
	choose_characters(in, true);
}

void
conv_choose_bytea(ConvIn *in)
{
	if (in->spec.format != NULL)
		conv_choose_geometry(in);
	else
		in->fn = convert_bytea;
}

bool
conv_raw_text(ConvIn *in, sqlite3_value *value, const char **text, int *len)
{
	*text = (const char *) sqlite3_value_text(value);
	if (*text == NULL)
		return conv_refuse_memory(in);
	*len = sqlite3_value_bytes(value);
	return true;
}

bool
conv_server_text(ConvIn *in, sqlite3_value *value, const char **text, int *len)
{
	if (!conv_raw_text(in, value, text, len))
		return false;

	if (conv_is_plain(*text, *len))
		return true;

	/* stops at a NUL byte as well as at invalid UTF-8 */
	if (pg_encoding_verifymbstr(PG_UTF8, *text, *len) != *len && !repair_text(in, text, len))
		return false;
	if (GetDatabaseEncoding() == PG_UTF8 || GetDatabaseEncoding() == PG_SQL_ASCII)
		return true;
	return to_server_encoding(in, text, len);
}

static void
choose_characters(ConvIn *in, bool padded)
{
	TextState  *state;

	conv_choose_text(in);
	if (in->spec.typmod < (int32) VARHDRSZ)
		return;
	state = in->state;
	state->max_chars = in->spec.typmod - VARHDRSZ;
	state->padded = padded;
	in->fn = convert_limited;
	in->own_text = !padded;
}

static bool
convert_text(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	const char *text;
	int			len;

	if (!any_text(in, value, &text, &len))
		return false;
	*datum = conv_text_datum(text, len);
	return true;
}

static bool
convert_limited(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	TextState  *state = in->state;
	const char *text;
	int			len;
	int			chars;

	if (!any_text(in, value, &text, &len))
		return false;
	if (len <= state->max_chars && !state->padded)
	{
		/* no more bytes than characters allowed: nothing to count */
		*datum = conv_text_datum(text, len);
		return true;
	}
	chars = pg_mbstrlen_with_len(text, len);
	if (chars > state->max_chars && !cut_blanks(in, text, &len, &chars, state->max_chars))
		return false;

	/* char(n) cannot tell the blanks of the value from its own */
	if (state->padded && chars < state->max_chars && len > 0 && text[len - 1] == ' ')
		conv_adjust(in, CONV_BLANKS, ERRCODE_STRING_DATA_RIGHT_TRUNCATION, "text ends in blanks, which mean nothing in %s", in->type_name);
	*datum = padded_datum(text, len, state->padded ? state->max_chars - chars : 0);
	return true;
}

/* A blob is taken as it is, text as its bytes in UTF-8. */
static bool
convert_bytea(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	int			storage_class = in->storage_class;
	const void *bytes;
	int			len;
	bytea	   *result;

	if (storage_class == SQLITE_BLOB)
		bytes = sqlite3_value_blob(value);
	else if (storage_class == SQLITE_TEXT)
		bytes = sqlite3_value_text(value);
	else
		return conv_refuse_class(in, value, "a sequence of bytes");

	/* an empty blob has no address, so NULL alone does not say out of memory */
	len = sqlite3_value_bytes(value);
	if (bytes == NULL && len > 0)
		return conv_refuse_memory(in);
	result = palloc(VARHDRSZ + len);
	SET_VARSIZE(result, VARHDRSZ + len);
	if (len > 0)
		memcpy(VARDATA(result), bytes, len);
	*datum = PointerGetDatum(result);
	return true;
}

/* The text form of a value of any class, as far as the column allows it. */
static bool
any_text(ConvIn *in, sqlite3_value *value, const char **text, int *len)
{
	switch (in->storage_class)
	{
		case SQLITE_TEXT:
			return conv_server_text(in, value, text, len);
		case SQLITE_BLOB:
			return blob_text(in, value, text, len);
		default:
			number_text(in, value, text, len);
			return true;
	}
}

static void
number_text(ConvIn *in, sqlite3_value *value, const char **text, int *len)
{
	TextState  *state = in->state;
	char	   *buf = palloc(CONV_NUMBER_LEN);

	*len = conv_number_text(value, buf);
	*text = buf;
	if (state->any)
		conv_mark(in, CONV_RETYPED);	/* the declared form: counted, but exact columns take it */
	else
		conv_adjust(in, CONV_RETYPED, ERRCODE_DATATYPE_MISMATCH, "%s would become text", conv_class_name(sqlite3_value_type(value)));
}

/* '\x' and hex digits, as bytea is written. */
static bool
blob_text(ConvIn *in, sqlite3_value *value, const char **text, int *len)
{
	TextState  *state = in->state;
	const void *bytes;
	int			size;
	char	   *buf;

	if (!state->any)
	{
		conv_refuse_class(in, value, "text");
		in->error.hint = "Choose type bytea, or set the column option \"format\" to \"any\" to read blobs as hexadecimal text.";
		return false;
	}
	bytes = sqlite3_value_blob(value);
	size = sqlite3_value_bytes(value);
	if (bytes == NULL && size > 0)
		return conv_refuse_memory(in);
	if (size > MAX_REPAIR)
		return conv_refuse(in, ERRCODE_PROGRAM_LIMIT_EXCEEDED, "blob of %d bytes is too long for a text", size);
	conv_mark(in, CONV_RETYPED);
	buf = palloc(2 + 2 * (Size) size);
	buf[0] = '\\';
	buf[1] = 'x';
	if (size > 0)
		hex_encode(bytes, size, buf + 2);
	*text = buf;
	*len = 2 + 2 * size;
	return true;
}

/* What is too long is cut when only blanks go, as an assignment cast does. */
static bool
cut_blanks(ConvIn *in, const char *text, int *len, int *chars, int max_chars)
{
	int			keep = pg_mbcharcliplen(text, *len, max_chars);

	for (int i = keep; i < *len; i++)
	{
		if (text[i] != ' ')
		{
			conv_refuse(in, ERRCODE_STRING_DATA_RIGHT_TRUNCATION, "text has %d characters, %d are allowed", *chars, max_chars);
			in->error.hint = "Choose type text, or a greater length.";
			return false;
		}
	}
	conv_adjust(in, CONV_BLANKS, ERRCODE_STRING_DATA_RIGHT_TRUNCATION,
				"text has %d characters, %d are allowed, and blanks at its end would be cut", *chars, max_chars);
	*len = keep;
	*chars = max_chars;
	return true;
}

static Datum
padded_datum(const char *text, int len, int blanks)
{
	char	   *result = palloc(VARHDRSZ + len + blanks);

	SET_VARSIZE(result, VARHDRSZ + len + blanks);
	memcpy(result + VARHDRSZ, text, len);
	memset(result + VARHDRSZ + len, ' ', blanks);
	return PointerGetDatum(result);
}

/* Applies the policies to a text that has a flaw: *text becomes valid UTF-8 without NUL. */
static bool
repair_text(ConvIn *in, const char **text, int *len)
{
	TextFlaw	flaw = find_flaws(*text, *len);
	StringInfoData buf;
	bool		decoded = flaw.invalid >= 0 && in->spec.on_invalid_utf8 != CONV_UTF8_REPLACE;

	if (refuse_flaws(in, flaw))
		return false;
	if (*len > MAX_REPAIR)
		return conv_refuse(in, ERRCODE_PROGRAM_LIMIT_EXCEEDED, "text of %d bytes is too long to be repaired", *len);
	initStringInfo(&buf);
	if (!(decoded ? append_single_byte(in, &buf, *text, *len) : append_repaired(in, &buf, *text, *len)))
		return false;
	if (flaw.nul >= 0)
		conv_adjust(in, CONV_NUL, ERRCODE_CHARACTER_NOT_IN_REPERTOIRE, "NUL byte at byte %d would be changed", flaw.nul);
	if (flaw.invalid >= 0)
		conv_adjust(in, CONV_UTF8, ERRCODE_CHARACTER_NOT_IN_REPERTOIRE, "invalid UTF-8 at byte %d would be changed", flaw.invalid);
	*text = buf.data;
	*len = buf.len;
	return true;
}

static TextFlaw
find_flaws(const char *text, int len)
{
	TextFlaw	flaw = {-1, -1};

	for (int at = 0; at < len && (flaw.nul < 0 || flaw.invalid < 0);)
	{
		at += pg_encoding_verifymbstr(PG_UTF8, text + at, len - at);
		if (at == len)
			break;
		if (text[at] != '\0' && flaw.invalid < 0)
			flaw.invalid = at;
		if (text[at] == '\0' && flaw.nul < 0)
			flaw.nul = at;
		at++;
	}
	return flaw;
}

/* True when a policy refuses the text; the error is set. */
static bool
refuse_flaws(ConvIn *in, TextFlaw flaw)
{
	if (flaw.nul >= 0 && in->spec.on_nul == CONV_NUL_ERROR)
	{
		conv_refuse(in, ERRCODE_CHARACTER_NOT_IN_REPERTOIRE, "NUL byte at byte %d", flaw.nul);
		in->error.hint = "Set the server option \"on_nul\" to \"strip\" or \"replace\", or choose type bytea.";
		return true;
	}
	if (flaw.invalid >= 0 && in->spec.on_invalid_utf8 == CONV_UTF8_ERROR)
	{
		conv_refuse(in, ERRCODE_CHARACTER_NOT_IN_REPERTOIRE, "invalid UTF-8 at byte %d", flaw.invalid);
		in->error.hint = "Set the server option \"on_invalid_utf8\" to \"replace\", \"latin1\" or \"windows-1252\", or choose type bytea.";
		return true;
	}
	return false;
}

/* Copies valid stretches; U+FFFD for each invalid sequence. */
static bool
append_repaired(ConvIn *in, StringInfo buf, const char *text, int len)
{
	for (int at = 0; at < len;)
	{
		int			good = pg_encoding_verifymbstr(PG_UTF8, text + at, len - at);

		appendBinaryStringInfo(buf, text + at, good);
		at += good;
		if (at == len)
			break;
		if (text[at] == '\0')
		{
			append_nul(in, buf);
			at++;
		}
		else
		{
			append_char(buf, 0xFFFD);
			at += invalid_length(text + at, len - at);
		}
	}
	return true;
}

/* Every byte is a character of latin1 or windows-1252. */
static bool
append_single_byte(ConvIn *in, StringInfo buf, const char *text, int len)
{
	/* 0x80 to 0x9f; 0 = not assigned. All else is as in latin1. */
	static const uint16 windows1252[32] = {
		0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
		0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
		0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
		0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
	};
	bool		windows = in->spec.on_invalid_utf8 == CONV_UTF8_WINDOWS1252;

	for (int i = 0; i < len; i++)
	{
		unsigned char c = text[i];
		pg_wchar	character = c;

		if (windows && c >= 0x80 && c <= 0x9F)
		{
			character = windows1252[c - 0x80];
			if (character == 0)
				return conv_refuse(in, ERRCODE_CHARACTER_NOT_IN_REPERTOIRE,
								   "byte 0x%02x at byte %d is no character of windows-1252", c, i);
		}
		if (c == '\0')
			append_nul(in, buf);
		else
			append_char(buf, character);
	}
	return true;
}

static void
append_nul(ConvIn *in, StringInfo buf)
{
	if (in->spec.on_nul == CONV_NUL_REPLACE)
		append_char(buf, 0x2400);
}

static void
append_char(StringInfo buf, pg_wchar c)
{
	unsigned char utf8[4];

	unicode_to_utf8(c, utf8);
	appendBinaryStringInfo(buf, (char *) utf8, pg_utf_mblen(utf8));
}

/*
 * Length of the invalid sequence at the start of "text": the longest part that
 * could have begun a character, at least one byte. So a cut-off character is
 * one U+FFFD, as Unicode recommends.
 */
static int
invalid_length(const char *text, int len)
{
	const unsigned char *s = (const unsigned char *) text;
	unsigned char low = 0x80;
	unsigned char high = 0xBF;
	int			want;
	int			n = 1;

	if (s[0] >= 0xC2 && s[0] <= 0xDF)
		want = 2;
	else if (s[0] >= 0xE0 && s[0] <= 0xEF)
		want = 3;
	else if (s[0] >= 0xF0 && s[0] <= 0xF4)
		want = 4;
	else
		return 1;

	/* no overlong forms, no surrogates, nothing beyond U+10FFFF */
	if (s[0] == 0xE0)
		low = 0xA0;
	else if (s[0] == 0xED)
		high = 0x9F;
	else if (s[0] == 0xF0)
		low = 0x90;
	else if (s[0] == 0xF4)
		high = 0x8F;

	while (n < want && n < len && s[n] >= low && s[n] <= high)
	{
		low = 0x80;
		high = 0xBF;
		n++;
	}
	return n;
}

/* UTF-8 into the encoding of the database; a character without equivalent refuses the value. */
static bool
to_server_encoding(ConvIn *in, const char **text, int *len)
{
	int			encoding = GetDatabaseEncoding();
	Oid			proc = ((ConvFull *) in)->from_utf8;
	char	   *buf;
	int			done;

	if (*len > MAX_REPAIR)
		return conv_refuse(in, ERRCODE_PROGRAM_LIMIT_EXCEEDED, "text of %d bytes is too long to be converted", *len);
	if (!OidIsValid(proc))
		return conv_refuse(in, ERRCODE_UNDEFINED_FUNCTION, "there is no conversion from UTF8 to %s", GetDatabaseEncodingName());

	buf = palloc((Size) *len * MAX_CONVERSION_GROWTH + 1);
	done = pg_do_encoding_conversion_buf(proc, PG_UTF8, encoding, (unsigned char *) *text, *len,
										 (unsigned char *) buf, *len * MAX_CONVERSION_GROWTH + 1, true);
	if (done != *len)
	{
		conv_refuse(in, ERRCODE_UNTRANSLATABLE_CHARACTER, "character at byte %d does not exist in %s", done, GetDatabaseEncodingName());
		in->error.hint = "Choose type bytea for this column, or use a database with encoding UTF8.";
		return false;
	}
	*text = buf;
	*len = strlen(buf);
	return true;
}
