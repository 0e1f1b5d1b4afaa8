/*-------------------------------------------------------------------------
 *
 * convert_internal.h
 *	  What the files of the convert layer share among themselves.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_CONVERT_INTERNAL_H
#define SQLITE_FDW_MIG_CONVERT_INTERNAL_H

#include <sqlite3.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "convert/convert.h"

/*
 * A ConvIn with the converters that wrap it: NULL for empty text, then the
 * constraints of a domain. conv_choose allocates this and gives out &full->in.
 */
typedef struct ConvFull
{
	ConvIn		in;				/* first, so that a ConvIn * is a ConvFull * */
	Oid			from_utf8;		/* conversion into a server encoding other than UTF8 */
	ConvFn		empty_fn;		/* below the test for empty text */
	ConvFn		domain_fn;		/* below the domain */
	Oid			domain;			/* InvalidOid: no domain, or one without constraints */
	void	   *domain_cache;	/* of domain_check */
} ConvFull;

/*
 * Fills in->fn and in->state for in->spec. The format has been checked against
 * the type table already; throws only for a bad time zone.
 */
typedef void (*ConvChoose) (ConvIn *in);

extern void conv_choose_int2(ConvIn *in);
extern void conv_choose_int4(ConvIn *in);
extern void conv_choose_int8(ConvIn *in);
extern void conv_choose_bool(ConvIn *in);
extern void conv_choose_float4(ConvIn *in);
extern void conv_choose_float8(ConvIn *in);
extern void conv_choose_numeric(ConvIn *in);
extern void conv_choose_text(ConvIn *in);
extern void conv_choose_varchar(ConvIn *in);
extern void conv_choose_bpchar(ConvIn *in);
extern void conv_choose_bytea(ConvIn *in);
extern void conv_choose_date(ConvIn *in);
extern void conv_choose_time(ConvIn *in);
extern void conv_choose_timestamp(ConvIn *in);
extern void conv_choose_timestamptz(ConvIn *in);
extern void conv_choose_uuid(ConvIn *in);
extern void conv_choose_json(ConvIn *in);
extern void conv_choose_jsonb(ConvIn *in);
extern void conv_choose_money(ConvIn *in);
extern void conv_choose_interval(ConvIn *in);
extern void conv_choose_enum(ConvIn *in);
extern void conv_choose_array(ConvIn *in);
extern void conv_choose_generic(ConvIn *in);

/* in conv_choose.c */

/* Fills in->error; always false, so that a converter can return it. */
extern bool conv_refuse(ConvIn *in, int sqlstate, const char *format,...) pg_attribute_printf(3, 4);

/* The storage class cannot become this type: "blob is not a number". Always false. */
extern bool conv_refuse_class(ConvIn *in, sqlite3_value *value, const char *what);

/* SQLite could not allocate. Always false. */
extern bool conv_refuse_memory(ConvIn *in);

/*
 * A value changed by what was agreed: counted. For an exact column the text,
 * which says what the change is, becomes the refusal; conv_column returns it
 * once the converter is through, so that it never hides a harder reason.
 */
extern void conv_adjust(ConvIn *in, ConvKind kind, int sqlstate, const char *format,...) pg_attribute_printf(4, 5);

/* The same for a change that exact columns take too. */
static inline void
conv_mark(ConvIn *in, ConvKind kind)
{
	in->marks |= 1U << kind;
}

/*
 * What a column makes of NULL: NULL, unless a domain refuses it. Also for a
 * value that became NULL.
 */
extern bool conv_null(ConvIn *in, Datum *datum, bool *isnull);

extern const char *conv_class_name(int storage_class);

/* in conv_row.c */

/* conv_column for a value at hand. */
extern bool conv_value(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);

/* A value of in->own_class: most of a table of numbers, which no function need be called for. */
static inline Datum
conv_own_datum(int storage_class, sqlite3_value *value)
{
	if (storage_class == SQLITE_INTEGER)
		return Int64GetDatum(sqlite3_value_int64(value));
	return Float8GetDatum(sqlite3_value_double(value));
}

/* Shortened as conv_show does it; palloc'd. */
extern char *conv_show_text(const char *text, int len);
extern char *conv_show_blob(const unsigned char *bytes, int len);

/* in conv_text.c */

/*
 * Bytes of a TEXT value as SQLite has them: UTF-8 unproved, NULs inside. They
 * belong to SQLite and live as long as the value; a NUL byte follows them.
 */
extern bool conv_raw_text(ConvIn *in, sqlite3_value *value, const char **text, int *len);

/*
 * Bytes of a TEXT value fit for PostgreSQL: server encoding, no NUL, policies
 * applied. Either SQLite's own or palloc'd: copy what must live longer. A NUL byte
 * follows them.
 */
extern bool conv_server_text(ConvIn *in, sqlite3_value *value, const char **text, int *len);

#define CONV_SHORT_TEXT	64		/* see conv_is_plain */
#define CONV_PLAIN_BLOCK 32

/*
 * True for a text of ASCII characters without NUL, which is good in every server encoding: sixteen or eight bytes
 * at a time, where the verifier takes one or looks longer at what it takes. Where there are no instructions for
 * sixteen, long texts are left to the verifier.
 */
static inline bool
conv_is_plain(const char *text, int len)
{
	uint64		high = 0;
	uint64		bytes;

#ifdef __SSE2__
	for (; len >= CONV_PLAIN_BLOCK; len -= CONV_PLAIN_BLOCK, text += CONV_PLAIN_BLOCK)
	{
		__m128i		first = _mm_loadu_si128((const __m128i *) text);
		__m128i		second = _mm_loadu_si128((const __m128i *) text + 1);

		/* as signed bytes: the characters from 1 to 127 are above zero */
		if (_mm_movemask_epi8(_mm_cmpgt_epi8(_mm_min_epu8(first, second), _mm_setzero_si128())) != 0xFFFF ||
			_mm_movemask_epi8(_mm_or_si128(first, second)) != 0)
			return false;
	}
#else
	if (len > CONV_SHORT_TEXT)
		return false;
#endif
	for (; len >= sizeof(bytes); len -= sizeof(bytes), text += sizeof(bytes))
	{
		memcpy(&bytes, text, sizeof(bytes));

		/* a byte from 1 to 127 takes no bit from its neighbour, and its own high bit is clear afterwards */
		high |= bytes | (bytes - UINT64CONST(0x0101010101010101));
	}
	for (; len > 0; len--, text++)
		high |= (uint64) *text | ((uint64) *text - 1);
	return (high & UINT64CONST(0x8080808080808080)) == 0;
}

/* cstring_to_text_with_len, without the call. */
static inline Datum
conv_text_datum(const char *bytes, int len)
{
	text	   *result = palloc(VARHDRSZ + len);

	SET_VARSIZE(result, VARHDRSZ + len);
	memcpy(VARDATA(result), bytes, len);
	return PointerGetDatum(result);
}

/* in conv_decimal.c */

/* A decimal number read from text, before any rounding: 0.digits * 10^point. */
typedef struct ConvDecimal
{
	bool		negative;
	char	   *digits;			/* no leading zeros; in "room" or palloc'd */
	int			ndigits;		/* 0 for zero */
	int64		point;			/* clamped to +-10^9, far outside every type */
	int64		dscale;			/* digits after the point as written */
	bool		padded;			/* written with a plus or with zeros in front: '+1', '007' */
	char		room[64];
} ConvDecimal;

/* Reads a whole text as [+-]digits[.digits][e[+-]digits]; false if it is none. */
extern bool conv_decimal_parse(const char *text, int len, ConvDecimal *decimal);

/* Shortest decimal that reads back as the same double; not for infinities. */
extern void conv_decimal_double(double number, ConvDecimal *decimal);

/*
 * Rounds to "scale" digits after the point, half away from zero. True if that
 * changed the number.
 */
extern bool conv_decimal_round(ConvDecimal *decimal, int scale);

/*
 * The number times 10^scale when that is an integer of 64 bits: round first.
 * False when it is not.
 */
extern bool conv_decimal_int64(const ConvDecimal *decimal, int scale, int64 *result);

/*
 * A number written as no number is written back ('007' may be a post code):
 * conv_adjust.
 */
extern void conv_decimal_as_written(ConvIn *in, const ConvDecimal *decimal);

/* True if both are the same number, whatever their trailing zeros. */
extern bool conv_decimal_equal(const ConvDecimal *a, const ConvDecimal *b);

/* Text for numeric_in: [-]digits[e…]; palloc'd. */
extern char *conv_decimal_text(const ConvDecimal *decimal);

/*
 * Text of a number: shortest round trip, "Infinity"; at most CONV_NUMBER_LEN
 * bytes with the NUL. Returns the length.
 */
#define CONV_NUMBER_LEN 32
extern int	conv_number_text(sqlite3_value *value, char *buf);

/*
 * Recognises "NaN", "Infinity", "inf" with a sign, any case; *number is the
 * double. False for every other text.
 */
extern bool conv_special_number(const char *text, int len, double *number);

/* in conv_generic.c */

/* What an input function needs; kept in ConvIn.context. */
typedef struct ConvInput
{
	FmgrInfo	function;
	Oid			ioparam;
	bool		guard;			/* it may throw for bad data */
} ConvInput;

extern ConvInput *conv_input_find(ConvIn *in, Oid typid);

/*
 * Calls the input function of a type with in->spec.typmod. "guard" asks for
 * protection by a subtransaction; without it a throw goes to the caller.
 */
extern bool conv_input_call(ConvIn *in, ConvInput *input, char *text, bool guard, Datum *datum);

/* Runs a function that may throw; an error about data becomes a refusal. */
typedef void (*ConvBody) (void *arg);
extern bool conv_guarded(ConvIn *in, ConvBody body, void *arg);

/* False for an error that no other value would cure: cancel, lack of memory, broken files. */
extern bool conv_is_data_error(int sqlstate);

/* in conv_out.c */

/* Fills in out->error; always false. */
extern bool conv_out_refuse(ConvOut *out, int sqlstate, const char *format,...) pg_attribute_printf(3, 4);

/* Binds a number, and for a column that keeps text, its shortest text. */
extern bool conv_bind_real(ConvOut *out, double number, sqlite3_stmt *stmt, int param);

/* Binds ASCII text, palloc'd. */
extern bool conv_bind_ascii(ConvOut *out, const char *text, int len, sqlite3_stmt *stmt, int param);

/* in conv_out_time.c */
extern void conv_choose_out_time(ConvOut *out);

/* in conv_out_number.c */
extern bool conv_out_numeric(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
extern bool conv_out_money(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);

/* in conv_bool.c: the first words for true and false of a format, in the server's encoding as written; palloc'd */
extern void conv_bool_words(const char *format, char **yes, char **no);

/* in conv_datetime.c: the zone of naive times, and where a format begins to count. NULL for UTC; throws HV024 */
extern struct pg_tz *conv_find_zone(const char *name);
extern bool conv_find_epoch(const char *format, int *digits, int64 *epoch);

/* in conv_misc.c */

/* JSON text or a number as jsonb; "input" is that of jsonb. */
extern bool conv_jsonb(ConvIn *in, ConvInput *input, sqlite3_value *value, Datum *datum);

/* in conv_profile.c: the registers of an estimate of distinct values, and that estimate */
struct hyperLogLogState;
extern struct hyperLogLogState *conv_profile_registers(void);
extern double conv_profile_estimate(struct hyperLogLogState *registers);

#endif							/* SQLITE_FDW_MIG_CONVERT_INTERNAL_H */
