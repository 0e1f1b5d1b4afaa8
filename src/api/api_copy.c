/*-------------------------------------------------------------------------
 *
 * api_copy.c
 *	  SQL-callable: sqlite_mig.copy_table, _copy_table behind migrate, and
 *	  _replay_table behind replay.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/uuid.h"

#include "migrate/migrate.h"

MIG_FUNCTION(mig_copy_table);
MIG_FUNCTION(mig_copy_table_summed);
MIG_FUNCTION(mig_replay_table);

/* All functions have the same arguments, but for the last three. */
enum
{
	ARG_SOURCE, ARG_TARGET, ARG_ON_CONFLICT, ARG_CONFLICT_COLUMNS, ARG_ON_ERROR, ARG_REJECT_LIMIT, ARG_MIGRATION, ARG_CHECKSUM, ARG_FIRST, ARG_END
};

/* Columns of copy_table's result, and of _copy_table's. */
#define RESULT_COLUMNS	8
#define SUMMED_COLUMNS	10

static const char *const conflict_words[] = {"error", "nothing", "update"};
static const char *const error_words[] = {"stop", "reject"};

static Datum run_copy(FunctionCallInfo fcinfo, MigCopySpec *spec);
static void read_arguments(FunctionCallInfo fcinfo, MigCopySpec *spec);
static void read_conflict_columns(FunctionCallInfo fcinfo, MigCopySpec *spec);
static int	read_word(FunctionCallInfo fcinfo, int arg, const char *name, const char *const *words, int nwords);

/*
 * copy_table(source regclass, target regclass, on_conflict text,
 * conflict_columns text[], on_error text, reject_limit bigint, migration text)
 * → (rows_read, inserted, updated, skipped, rejected, adjusted, nulled, changes)
 */
Datum
mig_copy_table(PG_FUNCTION_ARGS)
{
	MigCopySpec spec = {0};

	return run_copy(fcinfo, &spec);
}

/*
 * _copy_table(…, checksum boolean, first bigint, "end" bigint) → (…, source_rows,
 * source_checksum): what sqlite_mig.checksum says of the source, if asked for and
 * known; of the rows from rowid "first" on and before rowid "end", NULL is no limit.
 */
Datum
mig_copy_table_summed(PG_FUNCTION_ARGS)
{
	MigCopySpec spec = {0};
	int64		first;
	int64		end;

	spec.checksum = !PG_ARGISNULL(ARG_CHECKSUM) && PG_GETARG_BOOL(ARG_CHECKSUM);
	if (!PG_ARGISNULL(ARG_FIRST))
	{
		first = PG_GETARG_INT64(ARG_FIRST);
		spec.first = &first;
	}
	if (!PG_ARGISNULL(ARG_END))
	{
		end = PG_GETARG_INT64(ARG_END);
		spec.end = &end;
	}
	return run_copy(fcinfo, &spec);
}

/*
 * The same with the rows that were rejected in a copy from this source with the
 * same on_conflict, conflict_columns and migration.
 */
Datum
mig_replay_table(PG_FUNCTION_ARGS)
{
	MigCopySpec spec = {.replay = true};

	return run_copy(fcinfo, &spec);
}

static Datum
run_copy(FunctionCallInfo fcinfo, MigCopySpec *spec)
{
	MigCopyResult result;
	TupleDesc	desc;
	Datum		values[SUMMED_COLUMNS];
	bool		nulls[SUMMED_COLUMNS] = {false};

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	read_arguments(fcinfo, spec);
	mig_copy(spec, &result);

	values[0] = Int64GetDatum(result.rows_read);
	values[1] = Int64GetDatum(result.inserted);
	values[2] = Int64GetDatum(result.updated);
	values[3] = Int64GetDatum(result.skipped);
	values[4] = Int64GetDatum(result.rejected);
	values[5] = Int64GetDatum(result.adjusted);
	values[6] = Int64GetDatum(result.nulled);
	values[7] = DirectFunctionCall1(jsonb_in, CStringGetDatum(result.changes));
	if (desc->natts > RESULT_COLUMNS)
	{
		nulls[8] = nulls[9] = !result.summed;
		values[8] = Int64GetDatum(result.checksum.rows);
		values[9] = UUIDPGetDatum(mig_checksum_uuid(&result.checksum));
	}
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls));
}

/*
 * Not STRICT: a copy that silently does nothing would look like success.
 */
static void
read_arguments(FunctionCallInfo fcinfo, MigCopySpec *spec)
{
	if (PG_ARGISNULL(ARG_SOURCE) || PG_ARGISNULL(ARG_TARGET))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s table must not be NULL", PG_ARGISNULL(ARG_SOURCE) ? "source" : "target")));
	spec->source = PG_GETARG_OID(ARG_SOURCE);
	spec->target = PG_GETARG_OID(ARG_TARGET);
	spec->on_conflict = read_word(fcinfo, ARG_ON_CONFLICT, "on_conflict", conflict_words, lengthof(conflict_words));
	spec->reject = read_word(fcinfo, ARG_ON_ERROR, "on_error", error_words, lengthof(error_words)) == 1;
	read_conflict_columns(fcinfo, spec);

	spec->reject_limit = -1;
	if (!PG_ARGISNULL(ARG_REJECT_LIMIT))
	{
		spec->reject_limit = PG_GETARG_INT64(ARG_REJECT_LIMIT);
		if (spec->reject_limit < 0 || !spec->reject)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 spec->reject ? errmsg("reject_limit must not be negative") :
					 errmsg("reject_limit means nothing when on_error is \"stop\""),
					 errhint("Say on_error => 'reject' and how many rows may be rejected at most.")));
	}
	if (!PG_ARGISNULL(ARG_MIGRATION))
		spec->migration = text_to_cstring(PG_GETARG_TEXT_PP(ARG_MIGRATION));
}

static void
read_conflict_columns(FunctionCallInfo fcinfo, MigCopySpec *spec)
{
	Datum	   *columns;
	bool	   *nulls;
	int			i;

	if (PG_ARGISNULL(ARG_CONFLICT_COLUMNS))
		return;
	if (spec->on_conflict == MIG_CONFLICT_ERROR)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("conflict_columns mean nothing when on_conflict is \"error\""),
				 errhint("Say on_conflict => 'nothing' or on_conflict => 'update'.")));
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(ARG_CONFLICT_COLUMNS), TEXTOID, -1, false, TYPALIGN_INT, &columns, &nulls, &spec->nconflict);
	spec->conflict = palloc(Max(spec->nconflict, 1) * sizeof(char *));
	for (i = 0; i < spec->nconflict; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("conflict_columns must not have NULL in it")));
		spec->conflict[i] = TextDatumGetCString(columns[i]);
	}
	if (spec->nconflict == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("conflict_columns must not be empty"),
				 errhint("Leave them out to use the primary key.")));
}

/*
 * The place of an argument in its list of words; the first one for NULL.
 */
static int
read_word(FunctionCallInfo fcinfo, int arg, const char *name, const char *const *words, int nwords)
{
	StringInfoData hint;
	char	   *word;
	int			i;

	if (PG_ARGISNULL(arg))
		return 0;
	word = text_to_cstring(PG_GETARG_TEXT_PP(arg));
	initStringInfo(&hint);
	for (i = 0; i < nwords; i++)
	{
		if (strcmp(word, words[i]) == 0)
			return i;
		appendStringInfo(&hint, "%s%s", i > 0 ? ", " : "", words[i]);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown value \"%s\" for %s", word, name),
			 errhint("Valid values are: %s.", hint.data)));
}
