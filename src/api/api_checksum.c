/*-------------------------------------------------------------------------
 *
 * api_checksum.c
 *	  SQL-callable: sqlite_mig.checksum, and the aggregates that it rests on.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/rel.h"
#include "utils/uuid.h"

#include "migrate/migrate.h"

MIG_FUNCTION(mig_checksum_relation);
MIG_FUNCTION(mig_checksum_transition);
MIG_FUNCTION(mig_checksum_combine);
MIG_FUNCTION(mig_checksum_serialize);
MIG_FUNCTION(mig_checksum_deserialize);
MIG_FUNCTION(mig_checksum_final);
MIG_FUNCTION(mig_checksum_plus);

/* What the transition function keeps between calls. */
typedef struct ChecksumArguments
{
	ConvCanon  *canon;
	int			n;
	Datum		values[FUNC_MAX_ARGS];
	bool		nulls[FUNC_MAX_ARGS];
} ChecksumArguments;

static Datum proofs_jsonb(const MigChecksumSpec *spec);
static Datum checksum_row(FunctionCallInfo fcinfo, const MigChecksum *sum, Datum proof, int64 held);
static ChecksumArguments *find_arguments(FunctionCallInfo fcinfo);
static MigChecksum *new_state(FunctionCallInfo fcinfo);
static char **all_columns(Oid relid, int *n);
static char **named_columns(ArrayType *array, int *n);

/*
 * checksum(relation regclass, columns text[]) → (rows, checksum uuid); NULL
 * columns means all of them. _checksum has arguments more: a migration, a
 * condition, the first rowid and the one behind the last; and returns the proof
 * of each column of a source, and how many of its rows wait in the quarantine.
 */
Datum
mig_checksum_relation(PG_FUNCTION_ARGS)
{
	MigChecksumSpec spec = {0};
	MigChecksum result;
	int64		bounds[2];
	int64		held = 0;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("relation must not be NULL")));
	spec.relid = PG_GETARG_OID(0);
	if (PG_ARGISNULL(1))
		spec.columns = all_columns(spec.relid, &spec.ncolumns);
	else
		spec.columns = named_columns(PG_GETARG_ARRAYTYPE_P(1), &spec.ncolumns);
	if (PG_NARGS() == 2)
	{
		mig_checksum(&spec, &result);
		return checksum_row(fcinfo, &result, (Datum) 0, 0);
	}
	if (!PG_ARGISNULL(2))
		spec.migration = text_to_cstring(PG_GETARG_TEXT_PP(2));
	if (!PG_ARGISNULL(3))
		spec.condition = text_to_cstring(PG_GETARG_TEXT_PP(3));
	for (int i = 0; i < 2; i++)
		if (!PG_ARGISNULL(4 + i))
		{
			bounds[i] = PG_GETARG_INT64(4 + i);
			*(i == 0 ? &spec.first : &spec.end) = &bounds[i];
		}
	spec.held = &held;
	spec.proofs = palloc0(Max(spec.ncolumns, 1) * sizeof(char *));
	mig_checksum(&spec, &result);
	return checksum_row(fcinfo, &result, proofs_jsonb(&spec), held);
}

/* {"column": "raw", ...}; 0 when it was no source. */
static Datum
proofs_jsonb(const MigChecksumSpec *spec)
{
	StringInfoData json;

	if (spec->ncolumns == 0 || spec->proofs[0] == NULL)
		return (Datum) 0;
	initStringInfo(&json);
	for (int i = 0; i < spec->ncolumns; i++)
	{
		appendStringInfoString(&json, i > 0 ? ", " : "{");
		escape_json(&json, spec->columns[i]);
		appendStringInfo(&json, ": \"%s\"", spec->proofs[i]);
	}
	appendStringInfoChar(&json, '}');
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data));
}

/* "proof" and "held" are used where the result has columns for them; a proof of 0 is NULL. */
static Datum
checksum_row(FunctionCallInfo fcinfo, const MigChecksum *sum, Datum proof, int64 held)
{
	TupleDesc	desc;
	Datum		values[4];
	bool		nulls[4] = {false, false, proof == (Datum) 0, false};

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	values[0] = Int64GetDatum(sum->rows);
	values[1] = UUIDPGetDatum(mig_checksum_uuid(sum));
	values[2] = proof;
	values[3] = Int64GetDatum(held);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}

/*
 * _checksum_agg(VARIADIC "any"): a row is its arguments. They are detoasted in
 * the context of the row, in which PostgreSQL calls.
 */
Datum
mig_checksum_transition(PG_FUNCTION_ARGS)
{
	MigChecksum *state = PG_ARGISNULL(0) ? new_state(fcinfo) : (MigChecksum *) PG_GETARG_POINTER(0);
	ChecksumArguments *arguments = fcinfo->flinfo->fn_extra;
	ConvHash	hash;
	int			i;

	if (unlikely(arguments == NULL))
		arguments = find_arguments(fcinfo);
	for (i = 0; i < arguments->n; i++)
	{
		arguments->values[i] = fcinfo->args[i + 1].value;
		arguments->nulls[i] = fcinfo->args[i + 1].isnull;
	}
	hash = conv_canon_datums(arguments->canon, arguments->values, arguments->nulls);
	mig_checksum_add(state, &hash);
	PG_RETURN_POINTER(state);
}

static ChecksumArguments *
find_arguments(FunctionCallInfo fcinfo)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	ChecksumArguments *arguments = palloc0(sizeof(ChecksumArguments));
	Oid			types[FUNC_MAX_ARGS];
	int			i;

	arguments->n = PG_NARGS() - 1;
	for (i = 0; i < arguments->n; i++)
		types[i] = get_fn_expr_argtype(fcinfo->flinfo, i + 1);
	arguments->canon = conv_canon_types(types, arguments->n);
	fcinfo->flinfo->fn_extra = arguments;
	MemoryContextSwitchTo(oldcontext);
	return arguments;
}

static MigChecksum *
new_state(FunctionCallInfo fcinfo)
{
	MemoryContext context;

	if (!AggCheckCallContext(fcinfo, &context))
		elog(ERROR, "aggregate function called in non-aggregate context");
	return MemoryContextAllocZero(context, sizeof(MigChecksum));
}

/*
 * The sum of a parallel worker is added to another one.
 */
Datum
mig_checksum_combine(PG_FUNCTION_ARGS)
{
	MigChecksum *state = PG_ARGISNULL(0) ? new_state(fcinfo) : (MigChecksum *) PG_GETARG_POINTER(0);

	if (!PG_ARGISNULL(1))
		mig_checksum_merge(state, (MigChecksum *) PG_GETARG_POINTER(1));
	PG_RETURN_POINTER(state);
}

Datum
mig_checksum_serialize(PG_FUNCTION_ARGS)
{
	PG_RETURN_BYTEA_P(cstring_to_text_with_len((char *) PG_GETARG_POINTER(0), sizeof(MigChecksum)));
}

Datum
mig_checksum_deserialize(PG_FUNCTION_ARGS)
{
	MigChecksum *state = palloc(sizeof(MigChecksum));

	memcpy(state, VARDATA_ANY(PG_GETARG_BYTEA_PP(0)), sizeof(MigChecksum));
	PG_RETURN_POINTER(state);
}

/*
 * → (rows bigint, checksum uuid), also when there was no row.
 */
Datum
mig_checksum_final(PG_FUNCTION_ARGS)
{
	MigChecksum none = {0};

	return checksum_row(fcinfo, PG_ARGISNULL(0) ? &none : (MigChecksum *) PG_GETARG_POINTER(0), (Datum) 0, 0);
}

/*
 * The checksum of two parts of a table together.
 */
Datum
mig_checksum_plus(PG_FUNCTION_ARGS)
{
	MigChecksum sum = {0};
	MigChecksum part = {0};

	mig_checksum_read(&sum, PG_GETARG_UUID_P(0));
	mig_checksum_read(&part, PG_GETARG_UUID_P(1));
	mig_checksum_merge(&sum, &part);
	PG_RETURN_UUID_P(mig_checksum_uuid(&sum));
}

/*
 * Names of the undropped columns in order.
 */
static char **
all_columns(Oid relid, int *n)
{
	Relation	rel = table_open(relid, AccessShareLock);
	TupleDesc	desc = RelationGetDescr(rel);
	char	  **columns = palloc(Max(desc->natts, 1) * sizeof(char *));
	int			i;

	*n = 0;
	for (i = 0; i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attisdropped)
			columns[(*n)++] = pstrdup(NameStr(TupleDescAttr(desc, i)->attname));
	table_close(rel, NoLock);
	return columns;
}

static char **
named_columns(ArrayType *array, int *n)
{
	Datum	   *elements;
	bool	   *nulls;
	char	  **columns;
	int			i;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, n);
	columns = palloc(Max(*n, 1) * sizeof(char *));
	for (i = 0; i < *n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("names of columns must not be NULL")));
		columns[i] = TextDatumGetCString(elements[i]);
	}
	return columns;
}
