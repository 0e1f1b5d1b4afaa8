/*-------------------------------------------------------------------------
 *
 * api_pool.c
 *	  SQL-callable: background workers of a migration, and what a table is
 *	  divided by between them.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "migrate/migrate.h"
#include "migrate/pool.h"

MIG_FUNCTION(mig_pool_start);
MIG_FUNCTION(mig_pool_tasks);
MIG_FUNCTION(mig_pool_call);
MIG_FUNCTION(mig_pool_stop);
MIG_FUNCTION(mig_in_worker);
MIG_FUNCTION(mig_source_state);
MIG_FUNCTION(mig_rowid_bounds);

static void check_caller(void);
static void read_task(HeapTuple tuple, TupleDesc desc, const int *numbers, int n, MigTask *task);
static Datum *read_array(HeapTuple tuple, TupleDesc desc, int column, Oid type, int *n);

/*
 * A worker logs in as the session did: code that runs with the rights of another
 * role must not get at that.
 */
static void
check_caller(void)
{
	if (InLocalUserIdChange() || InSecurityRestrictedOperation())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("cannot use background workers within a security-definer function or a security-restricted operation"),
				 errhint("Call migrate directly, or without workers.")));
}

/*
 * _pool_open(server text, workers integer): server NULL = workers that read none
 */
Datum
mig_pool_start(PG_FUNCTION_ARGS)
{
	int32		n = PG_GETARG_INT32(1);

	if (n < 1 || n > MIG_MAX_WORKERS)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("workers must be between 1 and %d", MIG_MAX_WORKERS)));
	check_caller();

	/* what only cleans up may run in a transaction block */
	if (!PG_ARGISNULL(0) && IsTransactionBlock())
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("a migration with background workers cannot run inside a transaction block"),
				 errdetail("Its workers commit what they have done, each for itself."),
				 errhint("Call it outside of a transaction block, or with mode => 'atomic' and without workers.")));
	mig_pool_open(PG_ARGISNULL(0) ? InvalidOid : server_lookup(text_to_cstring(PG_GETARG_TEXT_PP(0))), n);
	PG_RETURN_VOID();
}

/*
 * _pool_run(query text): the query returns tasks, the most urgent first: their
 * number, statements text[], and integer[] numbers of the tasks before; returns
 * how many there were.
 */
Datum
mig_pool_tasks(PG_FUNCTION_ARGS)
{
	char	   *query = text_to_cstring(PG_GETARG_TEXT_PP(0));
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig tasks", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext;
	MigTask    *tasks;
	int		   *numbers;
	int			n;
	int			i;

	check_caller();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute(query, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "the tasks are not a query");
	oldcontext = MemoryContextSwitchTo(context);
	n = SPI_processed;
	tasks = palloc0(Max(n, 1) * sizeof(MigTask));
	numbers = palloc0(Max(n, 1) * sizeof(int));
	for (i = 0; i < n; i++)
	{
		bool		isnull;

		numbers[i] = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &isnull));
	}
	for (i = 0; i < n; i++)
		read_task(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, numbers, n, &tasks[i]);
	MemoryContextSwitchTo(oldcontext);
	SPI_finish();

	mig_pool_run(tasks, n);
	MemoryContextDelete(context);
	PG_RETURN_INT64(n);
}

/*
 * Tasks to wait for that are not in the list are done already.
 */
static void
read_task(HeapTuple tuple, TupleDesc desc, const int *numbers, int n, MigTask *task)
{
	Datum	   *after;
	Datum	   *statements;
	int			nafter;
	int			i;
	int			j;

	statements = read_array(tuple, desc, 2, TEXTOID, &task->nstatements);
	task->statements = palloc(Max(task->nstatements, 1) * sizeof(char *));
	for (i = 0; i < task->nstatements; i++)
		task->statements[i] = TextDatumGetCString(statements[i]);
	after = read_array(tuple, desc, 3, INT4OID, &nafter);
	task->after = palloc(Max(nafter, 1) * sizeof(int));
	for (i = 0; i < nafter; i++)
		for (j = 0; j < n; j++)
			if (numbers[j] == DatumGetInt32(after[i]))
			{
				task->after[task->nafter++] = j;
				break;
			}
}

static Datum *
read_array(HeapTuple tuple, TupleDesc desc, int column, Oid type, int *n)
{
	bool		isnull;
	Datum		array = SPI_getbinval(tuple, desc, column, &isnull);
	Datum	   *values = NULL;

	*n = 0;
	if (isnull)
		return NULL;
	deconstruct_array(DatumGetArrayTypeP(array), type, type == TEXTOID ? -1 : 4, type != TEXTOID, TYPALIGN_INT, &values, NULL, n);
	return values;
}

/*
 * _pool_ask(statement text): has a worker run a statement; returns the first
 * column of its first row
 */
Datum
mig_pool_call(PG_FUNCTION_ARGS)
{
	char	   *result;

	check_caller();
	result = mig_pool_ask(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(result));
}

Datum
mig_pool_stop(PG_FUNCTION_ARGS)
{
	mig_pool_close();
	PG_RETURN_VOID();
}

Datum
mig_in_worker(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(mig_is_worker());
}

/*
 * _source_state(server text): what the files look like, to be compared
 */
Datum
mig_source_state(PG_FUNCTION_ARGS)
{
	Oid			serverid = server_lookup(text_to_cstring(PG_GETARG_TEXT_PP(0)));

	(void) server_session(serverid);
	PG_RETURN_TEXT_P(cstring_to_text(server_fingerprint(serverid)));
}

/*
 * _rowid_bounds(server text, table_name text) → (first bigint, last bigint);
 * NULL for what has no rowid, and for an empty table
 */
Datum
mig_rowid_bounds(PG_FUNCTION_ARGS)
{
	SqliteDb   *db = server_session(server_lookup(text_to_cstring(PG_GETARG_TEXT_PP(0))));
	SqliteTable *table = sqlite_table(db, text_to_cstring(PG_GETARG_TEXT_PP(1)));
	const char *rowid = NULL;
	char	   *error = NULL;
	TupleDesc	desc;
	Datum		values[2] = {0};
	bool		nulls[2] = {true, true};
	int64		first;
	int64		last;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (table != NULL && table->kind == SQLITE_KIND_TABLE)
		rowid = sqlite_rowid_name(table, sqlite_columns(db, table, &error));
	if (rowid != NULL && mig_source_bounds(db, table, rowid, &first, &last))
	{
		nulls[0] = nulls[1] = false;
		values[0] = Int64GetDatum(first);
		values[1] = Int64GetDatum(last);
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
