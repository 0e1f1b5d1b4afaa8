/*-------------------------------------------------------------------------
 *
 * convert.h
 *	  One SQLite value to one Datum. The converter is chosen once per column;
 *	  per value there is no catalog look-up and no decision about types.
 *
 * Converters never throw for bad data: they return false and leave the reason
 * in ConvIn.error, so that a caller may raise, reject or try another type.
 * (Types without a converter of their own go through their input function,
 * which may throw; see conv_generic.c.)
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_CONVERT_H
#define SQLITE_FDW_MIG_CONVERT_H

#include "base/base.h"

#include "lib/stringinfo.h"

struct sqlite3;
struct sqlite3_stmt;
struct sqlite3_value;

/* What happens with a NUL byte inside text. */
typedef enum ConvNul
{
	CONV_NUL_ERROR, CONV_NUL_STRIP, CONV_NUL_REPLACE	/* U+2400 SYMBOL FOR NULL */
} ConvNul;

/* What happens with bytes that are no UTF-8. */
typedef enum ConvUtf8
{
	CONV_UTF8_ERROR, CONV_UTF8_REPLACE, CONV_UTF8_LATIN1, CONV_UTF8_WINDOWS1252
} ConvUtf8;

/* What happens with a value that is refused. */
typedef enum ConvOnError
{
	CONV_ON_ERROR_RAISE, CONV_ON_ERROR_NULL
} ConvOnError;

/* The ways in which a value arrives other than it was, all of them agreed to by plan or options. */
typedef enum ConvKind
{
	CONV_ROUNDED,				/* digits beyond what the type keeps, also of seconds */
	CONV_GAP,					/* local time that the clocks of its zone skipped */
	CONV_OVERLAP,				/* local time that they showed twice */
	CONV_OFFSET,				/* offset that a timestamp without time zone cannot keep */
	CONV_NUL,					/* NUL byte stripped or replaced */
	CONV_UTF8,					/* invalid UTF-8 replaced or read in another encoding */
	CONV_BLANKS,				/* blanks at the end of char(n), varchar(n) */
	CONV_REWRITTEN,				/* number written as no number is written back: '007', -0.0 */
	CONV_DUPLICATE,				/* keys given twice in JSON, of which jsonb keeps the last */
	CONV_RETYPED,				/* number or blob that became text */
	CONV_NULLED					/* refused, and NULL instead: on_error */
} ConvKind;

#define CONV_KINDS (CONV_NULLED + 1)

/* What a column becomes. Everything here is known before the first row. */
typedef struct ConvSpec
{
	Oid			typid;			/* target type */
	int32		typmod;
	const char *format;			/* stored form (column option "format"); NULL = by type */
	const char *time_zone;		/* zone of naive times; NULL = UTC */
	ConvNul		on_nul;
	ConvUtf8	on_invalid_utf8;
	bool		empty_as_null;	/* '' becomes NULL */
	ConvOnError on_error;
	bool		exact;			/* refuse what loses anything, even what a cast would round; on_error does not count */
} ConvSpec;

/* Why a value was refused. The reason is a fragment after "cannot convert … to TYPE: ". */
typedef struct ConvError
{
	int			sqlstate;
	char		reason[160];	/* English fragment, lower case, no period */
	bool		lossy;			/* refused only because of ConvSpec.exact */
	const char *hint;			/* a sentence with the next step, static; NULL if none is known */
} ConvError;

typedef struct ConvIn ConvIn;

/*
 * Converts a value that is not NULL. Memory comes from CurrentMemoryContext.
 * True: *datum is set, or *isnull (empty_as_null). False: in->error is set.
 * The caller sets *isnull to false before: call it through conv_row or
 * conv_column, which also know what becomes of NULLs and of refusals.
 */
typedef bool (*ConvFn) (ConvIn *in, struct sqlite3_value *value, Datum *datum, bool *isnull);

struct ConvIn
{
	ConvFn		fn;
	ConvSpec	spec;
	char	   *type_name;		/* format_type_with_typemod, for messages */
	void	   *state;			/* private to the converter: time zone, FmgrInfo … */
	MemoryContext context;		/* where the state lives */
	int			storage_class;	/* of the value being converted: SQLITE_INTEGER … */
	bool		slow;			/* every value costs a subtransaction: an input function that may throw */
	int			own_class;		/* storage class whose values are Datums as they are: INTEGER of bigint, REAL of double precision; 0 = none */
	bool		own_text;		/* short ASCII text that is not too long is a Datum as it is */
	bool		any_null;		/* NULL becomes NULL, whatever the row */
	ConvError	error;			/* of the last value refused */
	uint32		marks;			/* of the last value: 1 << ConvKind, for each way in which it was changed */
	int64		adjusted;		/* values changed by agreement */
	int64		kinds[CONV_KINDS];	/* the same by kind: a value may have been changed in two ways */
};

/* in conv_choose.c */

/*
 * Converter for a column, allocated in CurrentMemoryContext. Throws
 * HV024 (invalid attribute value) when the format does not fit the type.
 */
extern ConvIn *conv_choose(const ConvSpec *spec);

/* Name of a kind in reports: "rounded", "gap", "nul" … */
extern const char *conv_kind_name(ConvKind kind);

/* in conv_row.c */

/*
 * Converts columns first .. first+ncols-1 of the current row into
 * values[target[i]] / nulls[target[i]]. Returns -1, or the index i of the
 * first column that was refused (cols[i]->error says why).
 */
extern int	conv_row(ConvIn *const *cols, const int *target, int ncols,
					 struct sqlite3_stmt *stmt, int first, Datum *values, bool *nulls);

/* One column of the current row; the same meaning as ConvFn, NULL included. */
extern bool conv_column(ConvIn *in, struct sqlite3_stmt *stmt, int col, Datum *datum, bool *isnull);

/* in conv_json_path.c: gives a connection the SQL functions that read what a converter reads; returns a result code of SQLite, never throws */
extern int	conv_add_functions(struct sqlite3 *handle);

/* "integer", "real", "text", "blob", "null" of a column of the current row. */
extern const char *conv_storage_class(struct sqlite3_stmt *stmt, int col);

/*
 * The value as a person would recognise it, at most about 60 characters,
 * always valid in the server encoding: 42, 1.5, 'text…', x'00ff…'. palloc'd.
 */
extern char *conv_show(struct sqlite3_stmt *stmt, int col);

/*
 * Raises the ERROR for a refused value of column "col" of the current row.
 * "row" names it, for example "rowid 17" or "row 3"; NULL if unknown.
 */
extern void conv_raise(const ConvIn *in, struct sqlite3_stmt *stmt, int col,
					   const char *table, const char *column, const char *row) pg_attribute_noreturn();

/* in conv_out.c: the other direction, a Datum into a column of SQLite */

typedef enum ConvAffinity
{
	CONV_AFFINITY_NONE, CONV_AFFINITY_TEXT, CONV_AFFINITY_NUMERIC, CONV_AFFINITY_INTEGER, CONV_AFFINITY_REAL
} ConvAffinity;

/* What a value is written into. */
typedef struct ConvTarget
{
	ConvAffinity affinity;		/* of the SQLite column */
	bool		binary;			/* declared as BLOB, BINARY … */
	bool		notnull;		/* NULL is stored as the empty text where that is read as NULL */
	const char *sample;			/* a text that the column holds, whose style is followed; NULL for none */
} ConvTarget;

typedef struct ConvOut ConvOut;

/*
 * Binds a value that is not NULL. Memory is the value's, or comes from
 * CurrentMemoryContext, and must live until the statement has been stepped. False:
 * out->error is set; the column could not give the same value back.
 */
typedef bool (*ConvOutFn) (ConvOut *out, Datum value, struct sqlite3_stmt *stmt, int param);

struct ConvOut
{
	ConvOutFn	fn;
	ConvSpec	spec;			/* typid and typmod of the type below domains */
	ConvTarget	target;
	char	   *type_name;
	void	   *state;			/* private to the function */
	ConvError	error;			/* of the last value refused */
};

/* In CurrentMemoryContext. Throws as conv_choose. */
extern ConvOut *conv_choose_out(const ConvSpec *spec, const ConvTarget *target);

/* Whether a sample would say how a type is written. */
extern bool conv_out_has_style(const ConvSpec *spec);

/* Binds a value or NULL; false as ConvOutFn. Throws only when SQLite is out of memory. */
extern bool conv_bind(ConvOut *out, Datum value, bool isnull, struct sqlite3_stmt *stmt, int param);

/* Raises the ERROR for a refused value. */
extern void conv_bind_raise(const ConvOut *out, Datum value, const char *table, const char *column) pg_attribute_noreturn();

/* in conv_raw.c: values as SQLite has them, outside of SQLite */

/* Appends the first "ncols" columns of the current row, each with its storage class, byte for byte. */
extern void conv_raw_append(StringInfo buf, struct sqlite3_stmt *stmt, int ncols);
extern void conv_raw_append_one(StringInfo buf, struct sqlite3_stmt *stmt, int col);

/* A text or blob that is not read: its class is that of the column, its length -1 if it is unknown. */
extern void conv_raw_append_unread(StringInfo buf, struct sqlite3_stmt *stmt, int col, int len);

/*
 * Values of such a row as a jsonb object, each under its name:
 * {"n": {"class": "integer", "value": 42}, "b": {"class": "blob", "hex": "00ff"}}.
 * Text that JSON cannot hold has "hex" too; infinities and -0.0 are strings. Of
 * rows with more than 200 MB the longest values have "bytes", their length, instead.
 * palloc'd; *raw is where the next value of the row begins, afterwards.
 */
extern Datum conv_raw_jsonb(const char **raw, char *const *names, int n);

/* The values that follow after skipping "n" of them. */
extern const char *conv_raw_skip(const char *raw, int n);

/* A value as a person would recognise it, see conv_show; palloc'd. */
extern char *conv_raw_show(const char *raw);

/* A value that is an integer. */
extern int64 conv_raw_integer(const char *raw);

/* in conv_tally.c */

/* What kinds of values a column has. Zeroed by the caller before the first row. */
typedef struct ConvTally
{
	int64		integers, reals, texts, blobs, nulls;
	int64		min_int, max_int;	/* of the integers; 0 when there is none */
	int64		max_chars;		/* of the texts, in characters */
	int64		max_bytes;		/* of the texts (as UTF-8) and blobs */
} ConvTally;

/* Counts one column of the current row; false when it is NULL. Allocates nothing. */
extern bool conv_tally(ConvTally *tally, struct sqlite3_stmt *stmt, int col);

/* Adds the counts of other rows. */
extern void conv_tally_merge(ConvTally *tally, const ConvTally *next);

/* in conv_recognise.c */

#define CONV_RECOGNISERS 24

/* What tells which recognisers a value can interest; shared by the columns of a pass. palloc'd. */
typedef struct ConvRecognisers ConvRecognisers;
extern ConvRecognisers *conv_recognisers(void);

/* "iso_date", "unixepoch_ms" … of 0 .. CONV_RECOGNISERS - 1 */
extern const char *conv_recogniser_name(int i);

/* in conv_profile.c */

/* Evidence about the values of a column that needs no target type. */
typedef struct ConvProfile
{
	ConvTally	tally;
	int64		empty_strings;	/* texts of no bytes: in tally.texts too, but in nothing below that counts texts */
	double		min_real;		/* of tally.reals; infinities included */
	double		max_real;
	double		magnitude;		/* greatest absolute value of the finite ones */
	int64		integral_reals; /* whole numbers among the reals */
	int64		numbers;		/* finite reals, and texts that are numbers */
	int64		text_before;	/* most digits before the point in a text that is a number */
	int64		max_scale;		/* most digits after the point of any number */
	int64		min_chars;		/* of the texts; '' has 0 */
	int64		invalid_utf8;	/* texts that have it */
	int64		nul_bytes;		/* texts that have one */
	int64		json_u0000;		/* JSON texts with \u0000 in them */
	int64		json_duplicate_keys;	/* JSON texts with an object that has a key twice */
	int64		json_unsure;	/* JSON texts that jsonb may refuse or change for all that was seen */
	int64		trailing_blanks;	/* texts that end in a blank */
	int64		values;			/* neither NULL nor '': what the recognisers see */
	int64		matches[CONV_RECOGNISERS];
	int64		first[CONV_RECOGNISERS];	/* which of "values" was the first match; 0 = none */
	int64		narrow_at;		/* after so many values what has matched none of them is no longer tried; 0 = never */
	uint32		tried;			/* recognisers, as bits */
	uint32		matched;		/* at least once */
	uint32		sampled;		/* misses are wanted as samples: cleared by the caller when it has enough */
	struct hyperLogLogState *distinct;	/* NULL: the number of distinct values is "estimate" */
	double		estimate;
} ConvProfile;

/* Ready for the first row; some kilobytes in CurrentMemoryContext. */
extern void conv_profile_init(ConvProfile *profile, const ConvRecognisers *recognisers);

/*
 * Adds column "col" of the current row. Allocates nothing; throws only when
 * SQLite is out of memory. Returns the recognisers of profile->sampled that the
 * value misses, as bits.
 */
extern uint32 conv_profile(ConvProfile *profile, const ConvRecognisers *recognisers, struct sqlite3_stmt *stmt, int col);

/*
 * Profiles of parts of a column, in the order of its rows. The first part is an
 * ordinary profile. A later one, made ready by conv_profile_init, is told what
 * the column still tries (that of a profile of the first rows), and counts as
 * the whole would have. Merging is false when it cannot be known what the whole
 * would have counted: then it must be read as a whole.
 */
extern void conv_profile_continue(ConvProfile *profile, uint32 tried);
extern bool conv_profile_merge(ConvProfile *profile, const ConvRecognisers *recognisers, const ConvProfile *next);

/*
 * A profile as bytes, for another process of the same server, and back. When it is
 * not to be merged with others ("whole"), the estimate of distinct values stands
 * for what it is made from. Read throws on bytes that are none.
 */
extern void conv_profile_write(StringInfo to, const ConvProfile *profile, bool whole);
extern void conv_profile_read(StringInfo from, ConvProfile *profile, bool whole);

/*
 * The same for a blob of more than CONV_PROFILE_LONG_BLOB bytes, of which only the
 * first CONV_PROFILE_PREFIX are there: no recogniser takes one, and with the length
 * they tell one from another well enough for an estimate.
 */
#define CONV_PROFILE_LONG_BLOB	16384
#define CONV_PROFILE_PREFIX		256
extern uint32 conv_profile_long_blob(ConvProfile *profile, const ConvRecognisers *recognisers, const char *prefix, int len);

/* The least numeric(digits, scale) that holds every number exactly; false when there is none. */
extern bool conv_profile_digits(const ConvProfile *profile, int *digits, int *scale);

/* Estimate of the number of distinct values but NULL, within about 2 percent; 1 and 1.0 are one. */
extern int64 conv_profile_distinct(const ConvProfile *profile);

/* in conv_canon.c */

/* Hash of a row, see conv_hash.h. */
typedef struct ConvHash
{
	uint64		lane[2];
} ConvHash;

/*
 * The canonical form of rows, for checksums: the same for Datums and for the
 * SQLite values they came from. A source column is read raw (integer, real,
 * text, blob: not through the converter) where the two define each other.
 */
typedef struct ConvCanon ConvCanon;

/* Of rows of Datums; CurrentMemoryContext. */
extern ConvCanon *conv_canon_types(const Oid *types, int ncols);

/* Of rows of a source, whose converters stay the caller's; CurrentMemoryContext. */
extern ConvCanon *conv_canon_source(ConvIn *const *cols, int ncols);

/* The kind of a type's canonical form: two values can only be the same when their types are of one kind, or of kind 'o' one type. */
extern char conv_canon_kind(Oid typid);

/*
 * What the rows so far prove of a column of a source: "raw", no value went
 * through its converter; "round-trip", those that did lead back to what was
 * stored; "converted", not all of them do.
 */
extern const char *conv_canon_proof(const ConvCanon *canon, int col);

/* What is detoasted or written as text is left in CurrentMemoryContext. */
extern ConvHash conv_canon_datums(ConvCanon *canon, const Datum *values, const bool *nulls);

/*
 * The first columns of the current source row. Returns -1, or the index of the
 * first one that its converter refused.
 */
extern int	conv_canon_row(ConvCanon *canon, struct sqlite3_stmt *stmt, ConvHash *hash);

/*
 * The same on the way of a copy: conv_row, and the hash of each value before it
 * is converted where it is read raw, else of what it became.
 */
extern int	conv_canon_copy(ConvCanon *canon, const int *target, struct sqlite3_stmt *stmt,
							Datum *values, bool *nulls, ConvHash *hash);

#endif							/* SQLITE_FDW_MIG_CONVERT_H */
