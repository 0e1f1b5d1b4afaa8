/*-------------------------------------------------------------------------
 *
 * api_diff.c
 *	  SQL-callable: sqlite_mig_internal._diff and _checksum_ranges, and the aggregate that
 *	  sketches a relation.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "migrate/migrate.h"

MIG_FUNCTION(mig_diff_rows);
MIG_FUNCTION(mig_checksum_parts);
MIG_FUNCTION(mig_sketch_transition);
MIG_FUNCTION(mig_sketch_combine);
MIG_FUNCTION(mig_sketch_serialize);
MIG_FUNCTION(mig_sketch_deserialize);
MIG_FUNCTION(mig_sketch_final);

/* What the transition function keeps between calls. */
typedef struct SketchArguments
{
	MigHasher  *hasher;
	int			n;
	Datum		values[FUNC_MAX_ARGS];
	bool		nulls[FUNC_MAX_ARGS];
} SketchArguments;

static MigDiffSpec read_spec(FunctionCallInfo fcinfo);
static void name_columns(ArrayType *array, MigDiffSpec *spec);
static void put_row(Datum *values, bool *nulls, void *state);
static SketchArguments *find_arguments(FunctionCallInfo fcinfo);
static MigSketch *new_state(FunctionCallInfo fcinfo);

/*
 * _diff(source, target, key text[], columns text[], migration, keys_only): key
 * NULL means that a row is what is in it.
 */
Datum
mig_diff_rows(PG_FUNCTION_ARGS)
{
	MigDiffSpec spec = read_spec(fcinfo);

	spec.keys_only = !PG_ARGISNULL(5) && PG_GETARG_BOOL(5);
	InitMaterializedSRF(fcinfo, 0);
	mig_diff(&spec, put_row, fcinfo->resultinfo);
	return (Datum) 0;
}

/*
 * _checksum_ranges(source, target, key text[], columns text[], migration, ranges)
 */
Datum
mig_checksum_parts(PG_FUNCTION_ARGS)
{
	MigDiffSpec spec = read_spec(fcinfo);
	int			ranges = PG_ARGISNULL(5) ? 0 : PG_GETARG_INT32(5);

	if (ranges < 1 || ranges > MIG_SKETCH_PARTS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("number of ranges must be from 1 to %d", MIG_SKETCH_PARTS)));
	InitMaterializedSRF(fcinfo, 0);
	mig_sketch_ranges(&spec, ranges, put_row, fcinfo->resultinfo);
	return (Datum) 0;
}

/* The first five arguments. */
static MigDiffSpec
read_spec(FunctionCallInfo fcinfo)
{
	MigDiffSpec spec = {0};

	for (int i = 0; i < 4; i++)
		if (PG_ARGISNULL(i) && i != 2)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("relations and columns must not be NULL")));
	spec.source = PG_GETARG_OID(0);
	spec.target = PG_GETARG_OID(1);
	if (!PG_ARGISNULL(2))
	{
		name_columns(PG_GETARG_ARRAYTYPE_P(2), &spec);
		spec.nkey = spec.ncolumns;
	}
	name_columns(PG_GETARG_ARRAYTYPE_P(3), &spec);
	if (PG_ARGISNULL(2))
		spec.nkey = spec.ncolumns;
	if (!PG_ARGISNULL(4))
		spec.migration = text_to_cstring(PG_GETARG_TEXT_PP(4));
	return spec;
}

/* Adds the columns of an array that are not there yet. */
static void
name_columns(ArrayType *array, MigDiffSpec *spec)
{
	Datum	   *elements;
	bool	   *nulls;
	int			n;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	spec->columns = spec->columns ? repalloc(spec->columns, (spec->ncolumns + n + 1) * sizeof(char *)) : palloc((n + 1) * sizeof(char *));
	for (int i = 0; i < n; i++)
	{
		char	   *name;
		bool		known = false;

		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("names of columns must not be NULL")));
		name = TextDatumGetCString(elements[i]);
		for (int c = 0; c < spec->ncolumns; c++)
			known |= strcmp(spec->columns[c], name) == 0;
		if (!known)
			spec->columns[spec->ncolumns++] = name;
	}
}

static void
put_row(Datum *values, bool *nulls, void *state)
{
	ReturnSetInfo *result = state;

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * _sketch_agg(shape bytea, VARIADIC "any"): a row is the arguments behind the
 * shape, which is the same for all rows.
 */
Datum
mig_sketch_transition(PG_FUNCTION_ARGS)
{
	MigSketch  *state = PG_ARGISNULL(0) ? new_state(fcinfo) : (MigSketch *) PG_GETARG_POINTER(0);
	SketchArguments *arguments = fcinfo->flinfo->fn_extra;

	if (unlikely(arguments == NULL))
		arguments = find_arguments(fcinfo);
	if (unlikely(PG_ARGISNULL(0)))
		state->shape = arguments->hasher->shape;
	for (int i = 0; i < arguments->n; i++)
	{
		arguments->values[i] = fcinfo->args[i + 2].value;
		arguments->nulls[i] = fcinfo->args[i + 2].isnull;
	}
	mig_sketch_datums(state, arguments->hasher, arguments->values, arguments->nulls);
	PG_RETURN_POINTER(state);
}

/*
 * Throws 22023 for a shape that is none: the function can be called by anybody.
 */
static SketchArguments *
find_arguments(FunctionCallInfo fcinfo)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	SketchArguments *arguments = palloc0(sizeof(SketchArguments));
	bytea	   *bytes = PG_ARGISNULL(1) ? NULL : PG_GETARG_BYTEA_PP(1);
	MigSketchShape shape = {0};
	Oid			types[FUNC_MAX_ARGS] = {InvalidOid};

	arguments->n = PG_NARGS() - 2;
	for (int i = 0; i < arguments->n; i++)
		types[i] = getBaseType(get_fn_expr_argtype(fcinfo->flinfo, i + 2));
	if (bytes && VARSIZE_ANY_EXHDR(bytes) == sizeof(shape))
		memcpy(&shape, VARDATA_ANY(bytes), sizeof(shape));
	if (shape.nkey < 1 || shape.nkey > arguments->n || shape.shift < 0 || shape.shift > 63 ||
		(shape.ranges && types[0] != INT8OID && types[0] != INT4OID && types[0] != INT2OID))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid shape of a sketch")));
	arguments->hasher = mig_hasher(&shape, types, arguments->n);
	fcinfo->flinfo->fn_extra = arguments;
	MemoryContextSwitchTo(oldcontext);
	return arguments;
}

static MigSketch *
new_state(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "aggregate function called in non-aggregate context");
	return MemoryContextAllocZero(context, sizeof(MigSketch));
}

Datum
mig_sketch_combine(PG_FUNCTION_ARGS)
{
	MigSketch  *state = PG_ARGISNULL(0) ? new_state(fcinfo) : (MigSketch *) PG_GETARG_POINTER(0);

	if (!PG_ARGISNULL(1))
	{
		MigSketch  *part = (MigSketch *) PG_GETARG_POINTER(1);

		state->shape = part->shape;
		mig_sketch_merge(state, part);
	}
	PG_RETURN_POINTER(state);
}

Datum
mig_sketch_serialize(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(cstring_to_text_with_len((char *) PG_GETARG_POINTER(0), sizeof(MigSketch)));
}

Datum
mig_sketch_deserialize(PG_FUNCTION_ARGS)
{
	MigSketch  *state = palloc(sizeof(MigSketch));

	memcpy(state, VARDATA_ANY(PG_GETARG_BYTEA_PP(0)), sizeof(MigSketch));
	PG_RETURN_POINTER(state);
}

/*
 * → the sketch as bytes; NULL when there was no row.
 */
Datum
mig_sketch_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	PG_RETURN_BYTEA_P(cstring_to_text_with_len((char *) PG_GETARG_POINTER(0), sizeof(MigSketch)));
}
