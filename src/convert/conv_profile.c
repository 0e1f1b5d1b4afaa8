/*-------------------------------------------------------------------------
 *
 * conv_profile.c
 *	  What the values of a SQLite column are like: the evidence that a proposal
 *	  of types rests on.
 *
 * Owns the counting. What a single value looks like is told by
 * conv_recognise.c. Knows nothing of tables, rows or candidates. A whole
 * database passes through here: nothing is allocated per value, and what can
 * be derived at the end is not counted on the way.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "lib/hyperloglog.h"
#include "mb/pg_wchar.h"
#include "port/pg_bitutils.h"

#include "convert/conv_hash.h"
#include "convert/conv_recognise.h"

/*
 * A recogniser that has missed so many values of a column without a single
 * match is no longer tried there, and so is not reported, even if a later
 * value would match. One that matched among them is tried on every value, and
 * its count is exact.
 */
#define HOPELESS_MISSES 1000

/* 16384 registers of a byte: a standard error of 0.8 percent. */
#define DISTINCT_BITS 14

/* As many as tell any two doubles apart. */
#define DOUBLE_DIGITS 17
#define LOG10_OF_2 0.30102999566398119521

static void profile_real(ConvProfile *profile, double real);
static inline void real_scale(ConvProfile *profile, double real);
static void longer_scale(ConvProfile *profile, double real);
static void profile_text(ConvProfile *profile, RecogniseValue *value);
static int64 check_characters(ConvProfile *profile, RecogniseValue *value);
static int	ascii_length(const char *text, int len);
static void check_flaws(ConvProfile *profile, RecogniseValue *value);
static inline uint32 recognise(ConvProfile *profile, const ConvRecognisers *recognisers, RecogniseValue *value);
static void note_found(ConvProfile *profile, const ConvRecognisers *recognisers, uint32 found, const RecogniseValue *value);
static inline void add_distinct(ConvProfile *profile, uint64 number);
static inline void add_register(ConvProfile *profile, uint32 hash);
static uint32 profile_blob(ConvProfile *profile, const ConvRecognisers *recognisers, RecogniseValue *value);
static void add_distinct_bytes(ConvProfile *profile, const char *bytes, int len, int hashed);
static int	integer_digits(int64 number);
static int	digits_before(double number);

void
conv_profile_init(ConvProfile *profile, const ConvRecognisers *recognisers)
{
	memset(profile, 0, sizeof(*profile));
	profile->tried = profile->sampled = recognisers->bits.all;
	profile->narrow_at = HOPELESS_MISSES;
	profile->distinct = conv_profile_registers();
}

struct hyperLogLogState *
conv_profile_registers(void)
{
	hyperLogLogState *registers = palloc(sizeof(hyperLogLogState));

	initHyperLogLog(registers, DISTINCT_BITS);
	return registers;
}

uint32
conv_profile(ConvProfile *profile, const ConvRecognisers *recognisers, struct sqlite3_stmt *stmt, int col)
{
	sqlite3_value *from = sqlite3_column_value(stmt, col);
	int			storage_class = sqlite3_value_type(from);
	ConvTally  *tally = &profile->tally;
	RecogniseValue value;

	switch (storage_class)
	{
		case SQLITE_NULL:
			tally->nulls++;
			return 0;
		case SQLITE_INTEGER:
			value.integer = sqlite3_value_int64(from);
			if (tally->integers++ == 0)
				tally->min_int = tally->max_int = value.integer;
			tally->min_int = Min(tally->min_int, value.integer);
			tally->max_int = Max(tally->max_int, value.integer);
			add_distinct(profile, value.integer);
			break;
		case SQLITE_FLOAT:
			value.real = sqlite3_value_double(from);
			profile_real(profile, value.real);
			break;
		case SQLITE_TEXT:
			value.text = (const char *) sqlite3_value_text(from);
			value.len = sqlite3_value_bytes(from);
			if (value.text == NULL)
				ereport(ERROR,
						(errcode(ERRCODE_OUT_OF_MEMORY),
						 errmsg("SQLite is out of memory")));
			profile_text(profile, &value);
			if (value.len == 0)
				return 0;
			break;
		default:
			value.text = sqlite3_value_blob(from);
			value.len = sqlite3_value_bytes(from);
			if (value.text == NULL && value.len > 0)
				ereport(ERROR,
						(errcode(ERRCODE_OUT_OF_MEMORY),
						 errmsg("SQLite is out of memory")));
			return profile_blob(profile, recognisers, &value);
	}
	value.storage_class = storage_class;
	return recognise(profile, recognisers, &value);
}

uint32
conv_profile_long_blob(ConvProfile *profile, const ConvRecognisers *recognisers, const char *prefix, int len)
{
	RecogniseValue value;

	value.text = prefix;
	value.len = len;
	return profile_blob(profile, recognisers, &value);
}

bool
conv_profile_digits(const ConvProfile *profile, int *digits, int *scale)
{
	int64		before = profile->text_before;

	if (profile->tally.integers + profile->numbers == 0)
		return false;
	before = Max(before, integer_digits(profile->tally.min_int));
	before = Max(before, integer_digits(profile->tally.max_int));
	before = Max(before, digits_before(profile->magnitude));

	/* a text may claim any exponent; more than this fits no type */
	*scale = Min(profile->max_scale, PG_INT16_MAX);
	*digits = Max(Min(before, PG_INT32_MAX / 2) + *scale, 1);
	return true;
}

/*
 * The estimate of PostgreSQL's library. While more than 0.29 of the registers
 * are empty, that is the count of the empty ones, whatever is in the others
 * (their sum of inverse powers of two cannot take it out of the small range);
 * the powers of two alone would be a third of the profile of a small table.
 */
double
conv_profile_estimate(hyperLogLogState *registers)
{
	int			empty = 0;

	for (Size i = 0; i < registers->nRegisters; i++)
		empty += registers->hashesArr[i] == 0;
	if (empty > 0.29 * registers->nRegisters)
		return registers->nRegisters * log((double) registers->nRegisters / empty);
	return estimateHyperLogLog(registers);
}

int64
conv_profile_distinct(const ConvProfile *profile)
{
	int64		most = profile->values + (profile->empty_strings > 0);
	double		estimate = profile->distinct ? conv_profile_estimate(profile->distinct) : profile->estimate;

	return Min(Max((int64) rint(estimate), most > 0), most);
}

static void
profile_real(ConvProfile *profile, double real)
{
	int64		whole = 0;
	bool		small = fabs(real) < 9e18;
	bool		integral = true;	/* beyond 2^53 there are no fractions */
	uint64		bits;

	if (profile->tally.reals++ == 0)
		profile->min_real = profile->max_real = real;
	profile->min_real = Min(profile->min_real, real);
	profile->max_real = Max(profile->max_real, real);
	if (small)
	{
		whole = (int64) real;
		integral = (double) whole == real;
	}
	else if (isinf(real))
	{
		add_distinct(profile, real > 0 ? PG_UINT64_MAX : PG_UINT64_MAX - 1);
		return;
	}
	profile->numbers++;
	profile->magnitude = Max(profile->magnitude, fabs(real));
	if (integral)
		profile->integral_reals++;
	else
		real_scale(profile, real);

	/* a whole number is the same value as an integer */
	memcpy(&bits, &real, sizeof(bits));
	add_distinct(profile, integral && small ? (uint64) whole : bits);
}

/*
 * Digits after the point of the shortest decimal that is this number. Most
 * values have no more than were seen before, and that is proved faster than
 * the digits are found.
 */
static inline void
real_scale(ConvProfile *profile, double real)
{
	static const double powers[] = {
		1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
	};
	int			scale = profile->max_scale;

	/*
	 * Up to 15 digits a decimal and its double stand for each other, and one
	 * correctly rounded division by an exact power gives that double.
	 */
	if (likely(scale < lengthof(powers)))
	{
		double		number = real * powers[scale];

		if (fabs(number) < 1e15 && (double) (int64) (number + (number < 0 ? -0.5 : 0.5)) / powers[scale] == real)
			return;
	}
	longer_scale(profile, real);
}

static void
longer_scale(ConvProfile *profile, double real)
{
	int			scale = profile->max_scale;
	ConvDecimal decimal;
	int			exponent;

	/* |real| >= 2^(exponent - 1) bounds the place of the first digit, and 17 digits are enough for a double */
	(void) frexp(real, &exponent);
	if (DOUBLE_DIGITS - (int) floor((exponent - 1) * LOG10_OF_2) - 1 <= scale)
		return;
	conv_decimal_double(real, &decimal);
	profile->max_scale = Max(profile->max_scale, decimal.dscale);
}

static void
profile_text(ConvProfile *profile, RecogniseValue *value)
{
	ConvTally  *tally = &profile->tally;
	int64		chars = 0;

	if (value->len > 0)
	{
		chars = check_characters(profile, value);
		profile->trailing_blanks += value->text[value->len - 1] == ' ';
	}
	else
		profile->empty_strings++;
	if (tally->texts++ == 0)
		profile->min_chars = chars;
	profile->min_chars = Min(profile->min_chars, chars);
	tally->max_chars = Max(tally->max_chars, chars);
	tally->max_bytes = Max(tally->max_bytes, value->len);
	add_distinct_bytes(profile, value->text, value->len, value->len);
}

static uint32
profile_blob(ConvProfile *profile, const ConvRecognisers *recognisers, RecogniseValue *value)
{
	value->storage_class = SQLITE_BLOB;
	profile->tally.blobs++;
	profile->tally.max_bytes = Max(profile->tally.max_bytes, value->len);
	add_distinct_bytes(profile, value->text, value->len, value->len > CONV_PROFILE_LONG_BLOB ? CONV_PROFILE_PREFIX : value->len);
	return recognise(profile, recognisers, value);
}

/* Number of characters: bytes that do not continue one, as conv_tally.c counts them. */
static int64
check_characters(ConvProfile *profile, RecogniseValue *value)
{
	int			ascii = ascii_length(value->text, value->len);
	int64		chars = ascii;

	value->clean = true;
	if (ascii == value->len)
		return chars;
	for (int i = ascii; i < value->len; i++)
		chars += (value->text[i] & 0xC0) != 0x80;
	check_flaws(profile, value);
	return chars;
}

/* Bytes in front that are ASCII and not NUL, to the word. */
static int
ascii_length(const char *text, int len)
{
	const uint64 ones = UINT64CONST(0x0101010101010101);
	int			at = 0;

	for (; at + (int) sizeof(uint64) <= len; at += sizeof(uint64))
	{
		uint64		word;

		/* the high bit of a byte is set here when it was set, or when the byte was 0 */
		memcpy(&word, text + at, sizeof(word));
		if (((word - ones) | word) & (ones << 7))
			return at;
	}
	while (at < len && text[at] > 0 && !IS_HIGHBIT_SET(text[at]))
		at++;
	return at;
}

static void
check_flaws(ConvProfile *profile, RecogniseValue *value)
{
	bool		nul = false;
	bool		invalid = false;

	/* the verifier stops at a NUL byte as well as at a bad one */
	for (int at = 0; at < value->len && !(nul && invalid);)
	{
		at += pg_encoding_verifymbstr(PG_UTF8, value->text + at, value->len - at);
		if (at == value->len)
			break;
		if (value->text[at] == '\0')
			nul = true;
		else
			invalid = true;
		at++;
	}
	profile->nul_bytes += nul;
	profile->invalid_utf8 += invalid;
	value->clean = !nul && !invalid;
}

static inline uint32
recognise(ConvProfile *profile, const ConvRecognisers *recognisers, RecogniseValue *value)
{
	uint32		tried = profile->tried & recognisers->by_class[value->storage_class];
	uint32		found = 0;

	if (tried != 0)
	{
		value->iso_read = value->json_read = value->number_read = false;
		found = conv_recognise(recognisers, tried, value);
		if (found != 0)
			note_found(profile, recognisers, found, value);
	}
	if (++profile->values == profile->narrow_at)
	{
		profile->tried = profile->matched | recognisers->bits.rare;
		profile->sampled &= profile->tried;
	}
	return profile->sampled & ~found;
}

static void
note_found(ConvProfile *profile, const ConvRecognisers *recognisers, uint32 found, const RecogniseValue *value)
{
	for (uint32 new = found & ~profile->matched; new != 0; new &= new - 1)
		profile->first[pg_rightmost_one_pos32(new)] = profile->values + 1;
	profile->matched |= found;
	if (found & recognisers->bits.json)
	{
		profile->json_u0000 += value->json.u0000;
		profile->json_duplicate_keys += value->json.duplicate_keys;
		profile->json_unsure += value->json.unsure;
	}
	if (found & recognisers->bits.number)
	{
		profile->numbers++;
		profile->text_before = Max(profile->text_before, value->number.before);
		profile->max_scale = Max(profile->max_scale, value->number.scale);
	}
	for (; found != 0; found &= found - 1)
		profile->matches[pg_rightmost_one_pos32(found)]++;
}

/* Mixes the bits of a number (splitmix64's finalizer): neighbours must not look alike. */
static inline void
add_distinct(ConvProfile *profile, uint64 number)
{
	number = (number ^ (number >> 30)) * UINT64CONST(0xbf58476d1ce4e5b9);
	number = (number ^ (number >> 27)) * UINT64CONST(0x94d049bb133111eb);
	add_register(profile, (uint32) (number >> 32));
}

/*
 * What addHyperLogLog of PostgreSQL's library does, in place: the first bits of
 * the hash choose a register, which keeps the longest run of zeros that followed.
 */
static inline void
add_register(ConvProfile *profile, uint32 hash)
{
	uint8	   *reg = &profile->distinct->hashesArr[hash >> (32 - DISTINCT_BITS)];
	uint32		rest = hash << DISTINCT_BITS;
	uint8		run = rest != 0 ? 32 - pg_leftmost_one_pos32(rest) : 32 - DISTINCT_BITS + 1;

	if (unlikely(run > *reg))
		*reg = run;
}

/* By their length and the first ones. */
static void
add_distinct_bytes(ConvProfile *profile, const char *bytes, int len, int hashed)
{
	ConvHash	hash = {{len, len}};

	conv_hash_bytes(&hash, bytes, hashed);
	conv_hash_end(&hash);
	add_register(profile, (uint32) (hash.lane[0] >> 32));
}

static int
integer_digits(int64 number)
{
	int			digits = 0;

	for (; number != 0; number /= 10)
		digits++;
	return digits;
}

/* Digits before the point, 0 for 0.5. */
static int
digits_before(double number)
{
	ConvDecimal decimal;

	if (fabs(number) < 1)
		return 0;
	conv_decimal_double(number, &decimal);
	return decimal.point;
}
