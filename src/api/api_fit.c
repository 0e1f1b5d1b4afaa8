/*-------------------------------------------------------------------------
 *
 * api_fit.c
 *	  SQL-callable: sqlite_mig_internal._fit.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "parser/parse_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"

#include "migrate/pool.h"
#include "migrate/share.h"

/* Arguments of the function, in order. */
enum FitArg
{
	FIT_SERVER, FIT_TABLE, FIT_COLUMNS, FIT_CAND_COLUMN, FIT_CAND_TYPE, FIT_CAND_FORMAT, FIT_TIME_ZONE, FIT_LAZY,
	/* of _fit_part */
	FIT_FIRST = FIT_LAZY, FIT_END
};

#define FIT_RESULT_COLUMNS	21

/* The candidates as the caller wrote them, for the result. */
typedef struct FitCall
{
	char	  **columns;
	int			ncolumns;
	char	  **types;
	char	  **formats;
	const char *time_zone;
	MigFitCandidate *candidates;
	int			ncandidates;
} FitCall;

MIG_FUNCTION(mig_fit_table);
MIG_FUNCTION(mig_fit_range);

static char *part_call(FunctionCallInfo fcinfo, const FitCall *call);
static void require_arguments(FunctionCallInfo fcinfo);
static void read_candidates(FunctionCallInfo fcinfo, FitCall *call, const ServerOptions *server);
static char **text_array(ArrayType *array, const char *name, bool nulls_allowed, int *n);
static int *int_array(ArrayType *array, const char *name, int *n);
static void put_result(ReturnSetInfo *rsinfo, const FitCall *call, int i, int64 rows,
					   const ConvTally *tally, const MigFitResult *result);
static Datum changes_json(const MigFitResult *result);
static Datum text_or_null(const char *value, bool *isnull);

/*
 * _fit(server, table_name, columns, cand_column, cand_type, cand_format,
 * time_zone): one row per candidate, in order.
 */
Datum
mig_fit_table(PG_FUNCTION_ARGS)
{
	FitCall		call = {0};
	ConvTally  *tallies;
	MigFitResult *results;
	Oid			serverid;
	char	   *table;
	bool		lazy;
	int64		rows;
	int			i;

	require_arguments(fcinfo);
	serverid = server_lookup(text_to_cstring(PG_GETARG_TEXT_PP(FIT_SERVER)));
	call.columns = text_array(PG_GETARG_ARRAYTYPE_P(FIT_COLUMNS), "columns", false, &call.ncolumns);
	read_candidates(fcinfo, &call, server_options(serverid));
	InitMaterializedSRF(fcinfo, 0);

	tallies = palloc0(call.ncolumns * sizeof(ConvTally));
	results = palloc0(call.ncandidates * sizeof(MigFitResult));
	table = text_to_cstring(PG_GETARG_TEXT_PP(FIT_TABLE));
	lazy = !PG_ARGISNULL(FIT_LAZY) && PG_GETARG_BOOL(FIT_LAZY);
	if (lazy || mig_pool_sharers() < 2 ||
		!mig_fit_share(part_call(fcinfo, &call), server_session(serverid), table, call.ncolumns, call.candidates, call.ncandidates, tallies, results, &rows))
		rows = mig_fit(server_session(serverid), table, call.columns, call.ncolumns, call.candidates, call.ncandidates, lazy, NULL, NULL, tallies, results);
	for (i = 0; i < call.ncandidates; i++)
		put_result((ReturnSetInfo *) fcinfo->resultinfo, &call, i, rows,
				   &tallies[call.candidates[i].column], &results[i]);
	return (Datum) 0;
}

/*
 * _fit_part(server, table_name, columns, cand_column, cand_type, cand_format,
 * time_zone, first, end): what a worker contributes, as bytes.
 */
Datum
mig_fit_range(PG_FUNCTION_ARGS)
{
	FitCall		call = {0};
	ConvTally  *tallies;
	MigFitResult *results;
	Oid			serverid;
	int64		first = PG_ARGISNULL(FIT_FIRST) ? 0 : PG_GETARG_INT64(FIT_FIRST);
	int64		end = PG_ARGISNULL(FIT_END) ? 0 : PG_GETARG_INT64(FIT_END);
	int64		rows;

	require_arguments(fcinfo);
	serverid = server_lookup(text_to_cstring(PG_GETARG_TEXT_PP(FIT_SERVER)));
	call.columns = text_array(PG_GETARG_ARRAYTYPE_P(FIT_COLUMNS), "columns", false, &call.ncolumns);
	read_candidates(fcinfo, &call, server_options(serverid));
	tallies = palloc0(call.ncolumns * sizeof(ConvTally));
	results = palloc0(call.ncandidates * sizeof(MigFitResult));
	rows = mig_fit(server_session(serverid), text_to_cstring(PG_GETARG_TEXT_PP(FIT_TABLE)), call.columns, call.ncolumns, call.candidates, call.ncandidates,
				   false, PG_ARGISNULL(FIT_FIRST) ? NULL : &first, PG_ARGISNULL(FIT_END) ? NULL : &end, tallies, results);
	PG_RETURN_BYTEA_P(mig_fit_write(rows, tallies, call.ncolumns, results, call.ncandidates));
}

/*
 * The call of _fit_part without its range and the parenthesis that ends it.
 */
static char *
part_call(FunctionCallInfo fcinfo, const FitCall *call)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT %s._fit_part(%s, %s, ", base_internal_schema(), quote_literal_cstr(text_to_cstring(PG_GETARG_TEXT_PP(FIT_SERVER))),
					 quote_literal_cstr(text_to_cstring(PG_GETARG_TEXT_PP(FIT_TABLE))));
	mig_share_text_array(&sql, call->columns, call->ncolumns);
	for (int i = 0; i < call->ncandidates; i++)
		appendStringInfo(&sql, "%s%d", i > 0 ? "," : ", '{", call->candidates[i].column + 1);
	appendStringInfoString(&sql, call->ncandidates > 0 ? "}', " : ", '{}', ");
	mig_share_text_array(&sql, call->types, call->ncandidates);
	appendStringInfoString(&sql, ", ");
	mig_share_text_array(&sql, call->formats, call->ncandidates);
	appendStringInfo(&sql, ", %s", call->time_zone ? quote_literal_cstr(call->time_zone) : "NULL");
	return sql.data;
}

static void
require_arguments(FunctionCallInfo fcinfo)
{
	int			i;

	for (i = FIT_SERVER; i <= FIT_CAND_FORMAT; i++)
		if (PG_ARGISNULL(i))
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("argument %d must not be NULL", i + 1)));
}

/*
 * Turns the three parallel arrays into candidates.
 */
static void
read_candidates(FunctionCallInfo fcinfo, FitCall *call, const ServerOptions *server)
{
	const char *time_zone = PG_ARGISNULL(FIT_TIME_ZONE) ? server->time_zone :
		text_to_cstring(PG_GETARG_TEXT_PP(FIT_TIME_ZONE));
	int			ntypes;
	int			nformats;
	int			i;
	int		   *columns = int_array(PG_GETARG_ARRAYTYPE_P(FIT_CAND_COLUMN), "cand_column", &call->ncandidates);

	call->time_zone = time_zone;
	call->types = text_array(PG_GETARG_ARRAYTYPE_P(FIT_CAND_TYPE), "cand_type", false, &ntypes);
	call->formats = text_array(PG_GETARG_ARRAYTYPE_P(FIT_CAND_FORMAT), "cand_format", true, &nformats);
	if (ntypes != call->ncandidates || nformats != call->ncandidates)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("cand_column, cand_type and cand_format must have the same number of elements")));

	call->candidates = palloc0(call->ncandidates * sizeof(MigFitCandidate));
	for (i = 0; i < call->ncandidates; i++)
	{
		MigFitCandidate *candidate = &call->candidates[i];

		if (columns[i] < 1 || columns[i] > call->ncolumns)
			ereport(ERROR,
					(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
					 errmsg("column %d of candidate %d is not between 1 and %d",
							columns[i], i + 1, call->ncolumns)));
		candidate->column = columns[i] - 1;
		compat_parseTypeString(call->types[i], &candidate->spec.typid, &candidate->spec.typmod);
		candidate->spec.format = call->formats[i];
		candidate->spec.time_zone = time_zone;
		candidate->spec.on_nul = server->on_nul;
		candidate->spec.on_invalid_utf8 = server->on_invalid_utf8;
	}
}

static void
raise_null_element(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("elements of %s must not be NULL", name)));
}

static char **
text_array(ArrayType *array, const char *name, bool nulls_allowed, int *n)
{
	Datum	   *elements;
	bool	   *nulls;
	char	  **result;
	int			i;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, n);
	result = palloc0(Max(*n, 1) * sizeof(char *));
	for (i = 0; i < *n; i++)
	{
		if (!nulls[i])
			result[i] = TextDatumGetCString(elements[i]);
		else if (!nulls_allowed)
			raise_null_element(name);
	}
	return result;
}

static int *
int_array(ArrayType *array, const char *name, int *n)
{
	Datum	   *elements;
	bool	   *nulls;
	int		   *result;
	int			i;

	deconstruct_array(array, INT4OID, sizeof(int32), true, TYPALIGN_INT, &elements, &nulls, n);
	result = palloc(Max(*n, 1) * sizeof(int));
	for (i = 0; i < *n; i++)
	{
		if (nulls[i])
			raise_null_element(name);
		result[i] = DatumGetInt32(elements[i]);
	}
	return result;
}

static void
put_result(ReturnSetInfo *rsinfo, const FitCall *call, int i, int64 rows,
		   const ConvTally *tally, const MigFitResult *result)
{
	const MigFitCandidate *candidate = &call->candidates[i];
	Datum		values[FIT_RESULT_COLUMNS];
	bool		nulls[FIT_RESULT_COLUMNS] = {false};
	int			n = 0;

	/* without a value every type fits */
	bool		unknown = !result->tried && tally->nulls < rows;

	values[n++] = Int32GetDatum(i + 1);
	values[n++] = CStringGetTextDatum(call->columns[candidate->column]);
	values[n++] = CStringGetTextDatum(call->types[i]);
	values[n] = text_or_null(call->formats[i], &nulls[n]);
	n++;
	values[n++] = Int64GetDatum(rows);
	values[n++] = Int64GetDatum(tally->nulls);
	values[n++] = Int64GetDatum(tally->integers);
	values[n++] = Int64GetDatum(tally->reals);
	values[n++] = Int64GetDatum(tally->texts);
	values[n++] = Int64GetDatum(tally->blobs);
	nulls[n] = nulls[n + 1] = tally->integers == 0;
	values[n++] = Int64GetDatum(tally->min_int);
	values[n++] = Int64GetDatum(tally->max_int);
	values[n++] = Int64GetDatum(tally->max_chars);
	values[n++] = Int64GetDatum(tally->max_bytes);
	nulls[n] = nulls[n + 1] = unknown;
	values[n++] = Int64GetDatum(result->refused);
	values[n++] = Int64GetDatum(result->lossy);
	values[n] = text_or_null(result->row, &nulls[n]);
	n++;
	values[n] = text_or_null(result->storage_class, &nulls[n]);
	n++;
	values[n] = text_or_null(result->value, &nulls[n]);
	n++;
	values[n] = text_or_null(result->stopped ? psprintf("%s (counting stopped)", result->reason) : result->reason, &nulls[n]);
	n++;
	nulls[n] = unknown;
	values[n++] = changes_json(result);
	Assert(n == FIT_RESULT_COLUMNS);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/*
 * {"gap": {"values": 2, "rows": ["rowid 5", "rowid 9"]}, …}
 */
static Datum
changes_json(const MigFitResult *result)
{
	StringInfoData json;
	int			kind;
	int			i;

	initStringInfo(&json);
	for (kind = 0; kind < CONV_KINDS; kind++)
	{
		const MigFitChange *change = &result->changes[kind];

		if (change->values == 0)
			continue;
		appendStringInfo(&json, "%s\"%s\": {\"values\": " INT64_FORMAT ", \"rows\": [",
						 json.len > 0 ? ", " : "{", conv_kind_name(kind), change->values);
		for (i = 0; i < Min(change->values, MIG_FIT_EXAMPLES); i++)
		{
			appendStringInfoString(&json, i > 0 ? ", " : "");
			escape_json(&json, change->rows[i]);
		}
		appendStringInfoString(&json, "]}");
	}
	appendStringInfoString(&json, json.len > 0 ? "}" : "{}");
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data));
}

static Datum
text_or_null(const char *value, bool *isnull)
{
	*isnull = value == NULL;
	return value ? CStringGetTextDatum(value) : (Datum) 0;
}
