/*-------------------------------------------------------------------------
 *
 * fdw_bound.c
 *	  Where a value of PostgreSQL lies among the numbers that SQLite stores.
 *
 * Many columns hold numbers that grow with the value but are not the value: a
 * REAL that is rounded to numeric(10,2), seconds since 1970 for a timestamp. A
 * comparison with a constant is a comparison of the stored number with the
 * least one that converts to the constant or more. That number is looked for with
 * the column's own converter, so that nothing can differ from it: by bisection
 * over the doubles, and over the integers where those are finer.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/typcache.h"

#include "fdw/fdw_internal.h"

/* Integers up to here are exact as doubles. */
#define EXACT_DOUBLE 9007199254740992.0

struct FdwBounder
{
	ConvIn	   *conv;
	SqliteStmt *echo;			/* SELECT ?1: makes a SQLite value of a number */
	FmgrInfo   *compare;		/* btree comparison of the type */
	bool		reals_only;		/* affinity REAL: no integers are stored */
	MemoryContext scratch;		/* of one probe */
	Datum		value;			/* what is looked for */
	bool		above;			/* values above it, not at least it */
	bool		refused;		/* the last probe converts to nothing */
};

static bool reaches(FdwBounder *bounder);
static bool real_reaches(FdwBounder *bounder, double real);
static bool integer_reaches(FdwBounder *bounder, int64 integer);
static double real_at(int64 place);
static bool bisect(FdwBounder *bounder, bool reals, int64 *place);

FdwBounder *
fdw_bounder(SqliteDb *db, const ConvSpec *spec, bool reals_only)
{
	FdwBounder *bounder = palloc0(sizeof(FdwBounder));
	ConvSpec	raising = *spec;
	TypeCacheEntry *type = lookup_type_cache(getBaseType(spec->typid), TYPECACHE_CMP_PROC_FINFO);

	raising.on_error = CONV_ON_ERROR_RAISE;
	raising.typmod = spec->typmod;
	raising.typid = getBaseTypeAndTypmod(spec->typid, &raising.typmod);
	bounder->conv = conv_choose(&raising);
	bounder->echo = sqlite_prepare_again(db, "SELECT ?1");
	bounder->compare = &type->cmp_proc_finfo;
	bounder->reals_only = reals_only;
	bounder->scratch = AllocSetContextCreate(CurrentMemoryContext, "SQLite bound", ALLOCSET_SMALL_SIZES);
	return bounder;
}

void
fdw_bounder_end(FdwBounder *bounder)
{
	sqlite_release(bounder->echo);
	MemoryContextDelete(bounder->scratch);
}

/*
 * The least stored number whose value is at least "value", or above it.
 */
FdwBound
fdw_bound(FdwBounder *bounder, Datum value, bool above)
{
	FdwBound	result = {BOUND_BEYOND, 0, 0};
	int64		place;

	bounder->value = value;
	bounder->above = above;
	if (!bisect(bounder, true, &place))
		return result;
	result.kind = BOUND_REAL;
	result.real = real_at(place);
	if (!bounder->reals_only && fabs(result.real) >= EXACT_DOUBLE && bisect(bounder, false, &place))
	{
		/* such doubles have gaps; whole numbers are stored as integers here */
		result.kind = BOUND_INTEGER;
		result.integer = place;
	}
	else if (result.real == floor(result.real) && fabs(result.real) < EXACT_DOUBLE)
	{
		result.kind = BOUND_INTEGER;
		result.integer = (int64) result.real;
	}
	return result;
}

/*
 * The first place that reaches the value: *place, or false when there is none
 * or nothing there converts.
 */
static bool
bisect(FdwBounder *bounder, bool reals, int64 *place)
{
	int64		low = reals ? PG_INT64_MIN + INT64CONST(0x000FFFFFFFFFFFFF) : PG_INT64_MIN;
	int64		high = reals ? INT64CONST(0x7FF0000000000000) : PG_INT64_MAX;

	if (!(reals ? real_reaches(bounder, real_at(high)) : integer_reaches(bounder, high)))
		return false;
	while (low < high)
	{
		/* their distance may not fit a signed integer */
		int64		middle = low + (int64) (((uint64) high - (uint64) low) / 2);

		if (reals ? real_reaches(bounder, real_at(middle)) : integer_reaches(bounder, middle))
			high = middle;
		else
			low = middle + 1;
	}
	*place = low;
	(void) (reals ? real_reaches(bounder, real_at(low)) : integer_reaches(bounder, low));
	return !bounder->refused;
}

/* The doubles in order, from minus infinity to infinity, as integers. */
static double
real_at(int64 place)
{
	union
	{
		int64		bits;
		double		real;
	}			number;

	/* negative doubles grow away from zero */
	number.bits = place >= 0 ? place : PG_INT64_MIN - place - 1;
	return number.real;
}

static bool
real_reaches(FdwBounder *bounder, double real)
{
	sqlite_rewind(bounder->echo);
	sqlite_bind_double(bounder->echo, 1, real);
	return reaches(bounder) || (bounder->refused && real > 0);
}

static bool
integer_reaches(FdwBounder *bounder, int64 integer)
{
	sqlite_rewind(bounder->echo);
	sqlite_bind_int64(bounder->echo, 1, integer);
	return reaches(bounder) || (bounder->refused && integer > 0);
}

/*
 * Whether the number bound reaches the value. What does not convert is out of
 * range: the callers know by its sign on which side.
 */
static bool
reaches(FdwBounder *bounder)
{
	MemoryContext caller = MemoryContextSwitchTo(bounder->scratch);
	Datum		datum;
	bool		isnull;
	int			order = 0;

	(void) sqlite_step(bounder->echo);
	bounder->refused = !conv_column(bounder->conv, sqlite_raw(bounder->echo), 0, &datum, &isnull) || isnull;
	if (!bounder->refused)
		order = DatumGetInt32(FunctionCall2Coll(bounder->compare, InvalidOid, datum, bounder->value));
	MemoryContextSwitchTo(caller);
	MemoryContextReset(bounder->scratch);
	return !bounder->refused && (bounder->above ? order > 0 : order >= 0);
}

bool
fdw_is_special(Oid type, Datum value)
{
	if (type == FLOAT8OID)
		return isnan(DatumGetFloat8(value)) || isinf(DatumGetFloat8(value));
	if (type == NUMERICOID)
		return numeric_is_nan(DatumGetNumeric(value)) || numeric_is_inf(DatumGetNumeric(value));
	return false;
}
