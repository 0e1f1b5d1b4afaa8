/*-------------------------------------------------------------------------
 *
 * conv_recognise.c
 *	  What a value looks like: THE table of recognisers.
 *
 * A recogniser says yes or no to one value. Most are ruled out by storage
 * class, first byte and length before they are called. Knows nothing of
 * columns, of counting or of target types; whether a converter takes a whole
 * column is for mig_fit to say.
 *
 * Numbers that count time are told by their size alone. The ranges do not
 * overlap, so that a number is of one kind at most; times are in UTC:
 *
 *	  cocoa			seconds since 2001: 2005 (when applications of that platform began to use
 *					SQLite) to 2031, 126230400 .. 946684799
 *	  unixepoch		seconds since 1970: 2000 (SQLite is no older) to 2100, 946684800 .. 4102444799
 *	  unixepoch_ms	1980 to 2100, 315532800e3 .. 4102444800e3
 *	  unixepoch_us	1980 to 2100, 315532800e6 .. 4102444800e6
 *	  webkit		microseconds since 1601: 1980 to 2100, 11960006400e6 .. 15746918400e6
 *	  dotnet_ticks	100 ns since 0001: 1980 to 2100, 624511296e9 .. 662380416e9
 *	  unixepoch_ns	1991 (1980 to 1990 are dotnet_ticks) to 2100, 662688e12 .. 4102444800e9
 *	  julianday		REAL only: 1980 to 2100, 2444239.5 .. 2488069.5
 *
 * They bear the names of the formats of conv_datetime.c.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "port/pg_bitutils.h"

#include "convert/conv_recognise.h"

/* Storage classes, as bits. */
#define CLASS(storage_class)	(1 << (storage_class))
#define INTEGERS	CLASS(SQLITE_INTEGER)
#define REALS		CLASS(SQLITE_FLOAT)
#define TEXTS		CLASS(SQLITE_TEXT)
#define BLOBS		CLASS(SQLITE_BLOB)

/* Bytes that a text may begin with. */
#define DIGITS		"0123456789"
#define HEX			DIGITS "abcdefABCDEF"
#define NUMBER		DIGITS "-.,"
#define BLANKS		" \t\r\n"

/* A timestamp beyond is a typing error at best, and may be more than the types hold. */
#define MAX_YEAR	9999

typedef struct Recogniser Recogniser;

struct Recogniser
{
	const char *name;
	int			classes;
	bool		(*match) (const Recogniser *self, RecogniseValue *value);
	const char *first;			/* TEXT: possible first bytes */
	int			min_len;		/* TEXT and BLOB: bytes */
	int			max_len;		/* 0 = any */
	int64		low;			/* of match_count */
	int64		high;			/* first one beyond */
};

static bool match_boolean_words(const Recogniser *self, RecogniseValue *value);
static bool match_zero_one(const Recogniser *self, RecogniseValue *value);
static bool match_date(const Recogniser *self, RecogniseValue *value);
static bool match_time(const Recogniser *self, RecogniseValue *value);
static bool match_timestamp(const Recogniser *self, RecogniseValue *value);
static bool match_timestamptz(const Recogniser *self, RecogniseValue *value);
static bool match_zero_date(const Recogniser *self, RecogniseValue *value);
static bool match_count(const Recogniser *self, RecogniseValue *value);
static bool match_julian(const Recogniser *self, RecogniseValue *value);
static bool match_uuid(const Recogniser *self, RecogniseValue *value);
static bool match_uuid_hex(const Recogniser *self, RecogniseValue *value);
static bool match_uuid_blob(const Recogniser *self, RecogniseValue *value);
static bool match_json_object(const Recogniser *self, RecogniseValue *value);
static bool match_json_array(const Recogniser *self, RecogniseValue *value);
static bool match_numeric_point(const Recogniser *self, RecogniseValue *value);
static bool match_numeric_comma(const Recogniser *self, RecogniseValue *value);
static bool match_mac(const Recogniser *self, RecogniseValue *value);
static bool match_ip(const Recogniser *self, RecogniseValue *value);

static const Recogniser table[] = {
	{"boolean_words", TEXTS, match_boolean_words, "tTfFyYnNoO", 1, 5, 0, 0},
	{"zero_one", INTEGERS | REALS | TEXTS, match_zero_one, "01", 1, 1, 0, 0},
	{"iso_date", TEXTS, match_date, DIGITS, 10, 13, 0, 0},
	{"iso_time", TEXTS, match_time, DIGITS, 5, 0, 0, 0},
	{"iso_timestamp", TEXTS, match_timestamp, DIGITS, 16, 0, 0, 0},
	{"iso_timestamptz", TEXTS, match_timestamptz, DIGITS, 17, 0, 0, 0},
	{"zero_date", TEXTS, match_zero_date, "0", 10, 0, 0, 0},
	{"cocoa", INTEGERS | REALS, match_count, "", 0, 0, INT64CONST(126230400), INT64CONST(946684800)},
	{"unixepoch", INTEGERS | REALS | TEXTS, match_count, DIGITS, 1, 0, INT64CONST(946684800), INT64CONST(4102444800)},
	{"unixepoch_ms", INTEGERS | REALS | TEXTS, match_count, DIGITS, 1, 0, INT64CONST(315532800000), INT64CONST(4102444800000)},
	{"unixepoch_us", INTEGERS | REALS | TEXTS, match_count, DIGITS, 1, 0, INT64CONST(315532800000000), INT64CONST(4102444800000000)},
	{"webkit", INTEGERS | TEXTS, match_count, DIGITS, 1, 0, INT64CONST(11960006400000000), INT64CONST(15746918400000000)},
	{"dotnet_ticks", INTEGERS | TEXTS, match_count, DIGITS, 1, 0, INT64CONST(624511296000000000), INT64CONST(662380416000000000)},
	{"unixepoch_ns", INTEGERS | REALS | TEXTS, match_count, DIGITS, 1, 0, INT64CONST(662688000000000000), INT64CONST(4102444800000000000)},
	{"julianday", REALS, match_julian, "", 0, 0, 0, 0},
	{"uuid", TEXTS, match_uuid, HEX "{", 36, 38, 0, 0},
	{"uuid_hex", TEXTS, match_uuid_hex, HEX, 32, 32, 0, 0},
	{"uuid_blob", BLOBS, match_uuid_blob, "", 16, 16, 0, 0},
	{"json_object", TEXTS, match_json_object, "{" BLANKS, 2, 0, 0, 0},
	{"json_array", TEXTS, match_json_array, "[" BLANKS, 2, 0, 0, 0},
	{"numeric_point", TEXTS, match_numeric_point, NUMBER, 1, 0, 0, 0},
	{"numeric_comma", TEXTS, match_numeric_comma, NUMBER, 2, 0, 0, 0},
	{"mac", TEXTS, match_mac, HEX, 14, 17, 0, 0},
	{"ip", TEXTS, match_ip, HEX ":", 2, 49, 0, 0},
};

StaticAssertDecl(lengthof(table) == CONV_RECOGNISERS && CONV_RECOGNISERS < 32, "recognisers are bits of a uint32");

static bool read_iso(RecogniseValue *value);
static bool read_json(RecogniseValue *value);
static bool read_number(RecogniseValue *value);
static bool scan_number(const char *text, int len, NumberText *number);
static bool scan_grouped(const char *text, int len, NumberText *number);
static bool scan_exponent(const char **at, int64 *exponent);
static const char *skip_digits(const char *at);
static bool is_hex(char c);
static bool all_hex(const char *text, const char *pattern);
static const char *skip_ipv4(const char *at);
static const char *skip_ipv6(const char *at);
static bool is_prefix_length(const char *at, const char *end, int max);

ConvRecognisers *
conv_recognisers(void)
{
	ConvRecognisers *result = palloc0(sizeof(ConvRecognisers));

	for (int i = 0; i < lengthof(table); i++)
	{
		const Recogniser *recogniser = &table[i];
		uint32		bit = (uint32) 1 << i;

		result->bits.all |= bit;
		if (recogniser->match == match_json_object || recogniser->match == match_json_array)
			result->bits.json |= bit;
		if (recogniser->match == match_numeric_point || recogniser->match == match_numeric_comma)
			result->bits.number |= bit;
		if (recogniser->match == match_zero_date)
			result->bits.rare |= bit;
		for (int storage_class = SQLITE_INTEGER; storage_class < SQLITE_NULL; storage_class++)
			if (recogniser->classes & CLASS(storage_class))
				result->by_class[storage_class] |= bit;
		for (const char *first = recogniser->first; *first; first++)
			result->by_first[(unsigned char) *first] |= bit;
		for (int len = 0; len <= RECOGNISE_LENGTHS; len++)
			if (len >= recogniser->min_len && (recogniser->max_len == 0 || len <= recogniser->max_len))
				result->by_length[len] |= bit;
	}
	return result;
}

const char *
conv_recogniser_name(int i)
{
	return table[i].name;
}

uint32
conv_recognise(const ConvRecognisers *recognisers, uint32 tried, RecogniseValue *value)
{
	uint32		left = tried & recognisers->by_class[value->storage_class];
	uint32		found = 0;

	if (value->storage_class == SQLITE_TEXT || value->storage_class == SQLITE_BLOB)
	{
		left &= recognisers->by_length[Min(value->len, RECOGNISE_LENGTHS)];
		if (value->storage_class == SQLITE_TEXT)
			left &= recognisers->by_first[(unsigned char) value->text[0]];
	}
	while (left != 0)
	{
		int			i = pg_rightmost_one_pos32(left);

		left &= left - 1;
		if (table[i].match(&table[i], value))
			found |= (uint32) 1 << i;
	}
	return found;
}

/* The words of boolin as wholes, as the converter takes them; 1 and 0 are match_zero_one's. */
static bool
match_boolean_words(const Recogniser *self, RecogniseValue *value)
{
	static const char *const words[] = {"t", "true", "y", "yes", "on", "f", "false", "n", "no", "off"};

	for (int i = 0; i < lengthof(words); i++)
		if (value->len == strlen(words[i]) && pg_strncasecmp(value->text, words[i], value->len) == 0)
			return true;
	return false;
}

static bool
match_zero_one(const Recogniser *self, RecogniseValue *value)
{
	if (value->storage_class == SQLITE_INTEGER)
		return value->integer == 0 || value->integer == 1;
	if (value->storage_class == SQLITE_FLOAT)
		return value->real == 0.0 || value->real == 1.0;
	return true;				/* one byte that is 0 or 1 */
}

static bool
match_date(const Recogniser *self, RecogniseValue *value)
{
	return read_iso(value) && value->iso.has_date && !value->iso.has_time;
}

static bool
match_time(const Recogniser *self, RecogniseValue *value)
{
	return value->text[2] == ':' && read_iso(value) && !value->iso.has_offset;
}

static bool
match_timestamp(const Recogniser *self, RecogniseValue *value)
{
	return read_iso(value) && value->iso.has_date && value->iso.has_time && !value->iso.has_offset && value->iso.year <= MAX_YEAR;
}

static bool
match_timestamptz(const Recogniser *self, RecogniseValue *value)
{
	return read_iso(value) && value->iso.has_date && value->iso.has_time && value->iso.has_offset && value->iso.year <= MAX_YEAR;
}

/* 0000-00-00, alone or with a time of 00:00:00 */
static bool
match_zero_date(const Recogniser *self, RecogniseValue *value)
{
	static const char zero[] = "0000-00-00 00:00:00.";

	for (int i = 0; i < value->len; i++)
	{
		char		expected = i < strlen(zero) ? zero[i] : '0';

		if (value->text[i] != expected && !(i == 10 && value->text[i] == 'T'))
			return false;
	}
	return value->len == 10 || value->len >= 19;
}

/* A number in the range of the row, as a text too. */
static bool
match_count(const Recogniser *self, RecogniseValue *value)
{
	double		number = value->real;

	if (value->storage_class == SQLITE_INTEGER)
		return value->integer >= self->low && value->integer < self->high;
	if (value->storage_class == SQLITE_TEXT)
	{
		if (!read_number(value) || value->number.comma)
			return false;
		number = strtod(value->text, NULL);
	}
	return number >= (double) self->low && number < (double) self->high;
}

static bool
match_julian(const Recogniser *self, RecogniseValue *value)
{
	return value->real >= 2444239.5 && value->real < 2488069.5;
}

/* With its hyphens, in braces or not. */
static bool
match_uuid(const Recogniser *self, RecogniseValue *value)
{
	static const char pattern[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	if (value->len == 36)
		return all_hex(value->text, pattern);
	return value->len == 38 && value->text[0] == '{' && value->text[37] == '}' && all_hex(value->text + 1, pattern);
}

/* Without hyphens only those of a known version and variant, or every MD5 sum would be one. */
static bool
match_uuid_hex(const Recogniser *self, RecogniseValue *value)
{
	return value->text[12] >= '1' && value->text[12] <= '8' && strchr("89abAB", value->text[16]) != NULL &&
		all_hex(value->text, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
}

static bool
match_uuid_blob(const Recogniser *self, RecogniseValue *value)
{
	return true;				/* the length is all there is to see */
}

static bool
match_json_object(const Recogniser *self, RecogniseValue *value)
{
	return read_json(value) && value->json.is_object;
}

static bool
match_json_array(const Recogniser *self, RecogniseValue *value)
{
	return read_json(value) && !value->json.is_object;
}

/* Whole numbers count here. */
static bool
match_numeric_point(const Recogniser *self, RecogniseValue *value)
{
	return read_number(value) && !value->number.comma;
}

static bool
match_numeric_comma(const Recogniser *self, RecogniseValue *value)
{
	return read_number(value) && value->number.comma;
}

/* aa:bb:cc:dd:ee:ff, aa-bb-cc-dd-ee-ff, aabb.ccdd.eeff */
static bool
match_mac(const Recogniser *self, RecogniseValue *value)
{
	if (value->len == 17)
		return all_hex(value->text, value->text[2] == '-' ? "xx-xx-xx-xx-xx-xx" : "xx:xx:xx:xx:xx:xx");
	return value->len == 14 && all_hex(value->text, "xxxx.xxxx.xxxx");
}

/* An address of version 4 or 6, with the length of a network or without. */
static bool
match_ip(const Recogniser *self, RecogniseValue *value)
{
	const char *end = value->text + value->len;
	const char *at = skip_ipv4(value->text);
	int			bits = 32;

	if (at == NULL)
	{
		at = skip_ipv6(value->text);
		bits = 128;
	}
	return at != NULL && (at == end || (*at == '/' && is_prefix_length(at + 1, end, bits)));
}

static bool
read_iso(RecogniseValue *value)
{
	int			sqlstate;

	if (!value->iso_read)
	{
		value->iso_read = true;
		value->is_iso = conv_iso_parse(value->text, value->len, &value->iso, &sqlstate) == NULL;
	}
	return value->is_iso;
}

static bool
read_json(RecogniseValue *value)
{
	if (!value->json_read)
	{
		value->json_read = true;
		value->is_json = value->clean && conv_json_scan(value->text, value->len, &value->json, NULL);
	}
	return value->is_json;
}

static bool
read_number(RecogniseValue *value)
{
	if (!value->number_read)
	{
		value->number_read = true;
		value->is_number = scan_number(value->text, value->len, &value->number) ||
			scan_grouped(value->text, value->len, &value->number);
	}
	return value->is_number;
}

/*
 * [-]digits[mark digits][e[+-]digits], mark a point or comma. A plus or zeros
 * in front are no number: such a text is a code, and would not survive.
 */
static bool
scan_number(const char *text, int len, NumberText *number)
{
	const char *at = text + (*text == '-');
	const char *whole = at;
	const char *fraction;
	int64		exponent = 0;
	int64		point;			/* digits before the point; negative: zeros after it */

	at = fraction = skip_digits(at);
	point = at - whole;
	if (point > 1 && *whole == '0')
		return false;
	number->comma = *at == ',';
	number->scale = 0;
	if (*at == '.' || *at == ',')
	{
		fraction = ++at;
		at = skip_digits(at);
		number->scale = at - fraction;
	}
	if (point + number->scale == 0)
		return false;
	if (!number->comma && (*at == 'e' || *at == 'E') && !scan_exponent(&at, &exponent))
		return false;
	if (at != text + len)
		return false;

	if (point == 0 || *whole == '0')
	{
		point = 0;
		while (-point < number->scale && fraction[-point] == '0')
			point--;
		if (-point == number->scale)
			exponent = 0;		/* zero */
	}
	number->before = Max(point + exponent, 0);
	number->scale = Max(number->scale - exponent, 0);
	return true;
}

/* [-]1.234.567,89: a decimal comma with points between thousands */
static bool
scan_grouped(const char *text, int len, NumberText *number)
{
	const char *at = text + (*text == '-');
	const char *group = at;

	at = skip_digits(at);
	if (at == group || at - group > 3 || *group == '0' || *at != '.')
		return false;
	number->comma = true;
	number->before = at - group;
	while (*at == '.')
	{
		group = at + 1;
		at = skip_digits(group);
		if (at - group != 3)
			return false;
		number->before += 3;
	}
	if (*at != ',')
		return false;
	group = at + 1;
	at = skip_digits(group);
	number->scale = at - group;
	return number->scale > 0 && at == text + len;
}

/* Four digits at most: more fit no type. */
static bool
scan_exponent(const char **at, int64 *exponent)
{
	const char *p = *at + 1;
	bool		negative = *p == '-';
	const char *digits;

	if (*p == '+' || *p == '-')
		p++;
	digits = p;
	p = skip_digits(p);
	if (p == digits || p - digits > 4)
		return false;
	for (; digits < p; digits++)
		*exponent = *exponent * 10 + (*digits - '0');
	if (negative)
		*exponent = -*exponent;
	*at = p;
	return true;
}

static const char *
skip_digits(const char *at)
{
	while (*at >= '0' && *at <= '9')
		at++;
	return at;
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The text has at least as many bytes as the pattern: x is a hex digit, anything else itself. */
static bool
all_hex(const char *text, const char *pattern)
{
	for (int i = 0; pattern[i]; i++)
		if (pattern[i] == 'x' ? !is_hex(text[i]) : text[i] != pattern[i])
			return false;
	return true;
}

/* Four numbers up to 255 without zeros in front; what follows them, NULL if it is none. */
static const char *
skip_ipv4(const char *at)
{
	for (int i = 0; i < 4; i++)
	{
		const char *start;
		int			number = 0;

		if (i > 0 && *at++ != '.')
			return NULL;
		start = at;
		at = skip_digits(at);
		if (at == start || at - start > 3 || (*start == '0' && at - start > 1))
			return NULL;
		while (start < at)
			number = number * 10 + (*start++ - '0');
		if (number > 255)
			return NULL;
	}
	return at;
}

/* Eight groups, or fewer with one "::"; the last two may be an address of version 4. */
static const char *
skip_ipv6(const char *at)
{
	int			groups = 0;
	bool		gap = false;

	if (*at == ':')
	{
		if (at[1] != ':')
			return NULL;
		gap = true;
		at += 2;
	}
	while (is_hex(*at) && groups < 8)
	{
		const char *start = at;
		const char *after = groups <= 6 ? skip_ipv4(at) : NULL;

		if (after != NULL)
		{
			groups += 2;
			at = after;
			break;
		}
		while (is_hex(*at))
			at++;
		if (at - start > 4)
			return NULL;
		groups++;
		if (*at != ':' || groups == 8)
			break;
		at++;
		if (*at == ':')
		{
			if (gap)
				return NULL;
			gap = true;
			at++;
		}
		else if (!is_hex(*at))
			return NULL;
	}
	return (gap ? groups <= 7 : groups == 8) ? at : NULL;
}

/* Digits up to the end of the text. */
static bool
is_prefix_length(const char *at, const char *end, int max)
{
	return end > at && end - at <= 3 && skip_digits(at) == end && atoi(at) <= max;
}
