/*-------------------------------------------------------------------------
 *
 * api_profile.c
 *	  SQL-callable: sqlite_mig.profile, and what it is shared by.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "migrate/pool.h"
#include "migrate/share.h"

/* Arguments of the function, in order. */
enum ProfileArg
{
	PROFILE_SERVER, PROFILE_TABLE, PROFILE_SAMPLE_ROWS
};

#define PROFILE_RESULT_COLUMNS 30

/* A row of the result while it is filled, a column after the other. */
typedef struct Row
{
	int			n;
	Datum		values[PROFILE_RESULT_COLUMNS];
	bool		nulls[PROFILE_RESULT_COLUMNS];
} Row;

MIG_FUNCTION(mig_profile_tables);
MIG_FUNCTION(mig_profile_list);
MIG_FUNCTION(mig_profile_range);

static char *server_name(FunctionCallInfo fcinfo);
static List *all_tables(SqliteDb *db);
static List *named_tables(SqliteDb *db, ArrayType *names);
static SqliteTable *find_table(SqliteDb *db, char *name);
static int64 sample_rows(FunctionCallInfo fcinfo);
static void profile_tables(FunctionCallInfo fcinfo, const char *server, SqliteDb *db, List *tables, int64 sample);
static void put_profile(void *arg, const SqliteTable *table, const MigProfile *profile, const char *error);
static uint32 *read_tried(ArrayType *array, int ncolumns);
static void put_column(ReturnSetInfo *rsinfo, const SqliteTable *table, const MigProfile *profile, int col);
static void put_classes(Row *row, const ConvProfile *profile);
static void put_numbers(Row *row, const ConvProfile *profile);
static void put_texts(Row *row, const ConvProfile *profile);
static void put(Row *row, Datum value);
static void put_int64(Row *row, int64 value);
static void put_int64_if(Row *row, bool known, int64 value);
static Datum recognised(const MigProfileColumn *column);
static void append_misses(StringInfo json, const MigProfileColumn *column, int recogniser);

/*
 * profile(server, table_name, sample_rows): one row per column. Without a table
 * of all tables: what a view or a virtual table shows comes from them.
 */
Datum
mig_profile_tables(PG_FUNCTION_ARGS)
{
	int64		sample = sample_rows(fcinfo);
	char	   *server = server_name(fcinfo);
	SqliteDb   *db = server_session(server_lookup(server));
	List	   *tables;

	if (PG_ARGISNULL(PROFILE_TABLE))
		tables = all_tables(db);
	else
		tables = list_make1(find_table(db, text_to_cstring(PG_GETARG_TEXT_PP(PROFILE_TABLE))));
	profile_tables(fcinfo, server, db, tables, sample);
	return (Datum) 0;
}

/*
 * _profile(server, tables text[], sample_rows): the same of several tables, which
 * the workers of a pool read together.
 */
Datum
mig_profile_list(PG_FUNCTION_ARGS)
{
	int64		sample = sample_rows(fcinfo);
	char	   *server = server_name(fcinfo);
	SqliteDb   *db = server_session(server_lookup(server));

	if (PG_ARGISNULL(PROFILE_TABLE))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("tables must not be NULL")));
	profile_tables(fcinfo, server, db, named_tables(db, PG_GETARG_ARRAYTYPE_P(PROFILE_TABLE)), sample);
	return (Datum) 0;
}

/*
 * _profile_part(server, tables text[], first bigint, end bigint, tried bigint[]):
 * what a worker contributes, as bytes.
 */
Datum
mig_profile_range(PG_FUNCTION_ARGS)
{
	SqliteDb   *db = server_session(server_lookup(server_name(fcinfo)));
	MigProfileRange range = {0};
	List	   *tables;
	int64		first = PG_ARGISNULL(2) ? 0 : PG_GETARG_INT64(2);
	int64		end = PG_ARGISNULL(3) ? 0 : PG_GETARG_INT64(3);
	char	   *error = NULL;

	if (PG_ARGISNULL(PROFILE_TABLE))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("tables must not be NULL")));
	tables = named_tables(db, PG_GETARG_ARRAYTYPE_P(PROFILE_TABLE));
	range.first = PG_ARGISNULL(2) ? NULL : &first;
	range.end = PG_ARGISNULL(3) ? NULL : &end;
	if (!PG_ARGISNULL(4) && list_length(tables) == 1)
		range.tried = read_tried(PG_GETARG_ARRAYTYPE_P(4), list_length(sqlite_columns(db, linitial(tables), &error)));
	PG_RETURN_BYTEA_P(mig_profile_part(db, tables, range.first || range.end ? &range : NULL));
}

static uint32 *
read_tried(ArrayType *array, int ncolumns)
{
	Datum	   *elements;
	bool	   *nulls;
	uint32	   *result;
	int			n;

	deconstruct_array(array, INT8OID, sizeof(int64), FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &elements, &nulls, &n);
	if (n != ncolumns)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("there are %d columns, but tried has %d elements", ncolumns, n)));
	result = palloc(n * sizeof(uint32));
	for (int i = 0; i < n; i++)
		result[i] = nulls[i] ? 0 : (uint32) DatumGetInt64(elements[i]);
	return result;
}

static char *
server_name(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(PROFILE_SERVER))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("server must not be NULL")));
	return text_to_cstring(PG_GETARG_TEXT_PP(PROFILE_SERVER));
}

static List *
all_tables(SqliteDb *db)
{
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, sqlite_tables(db))
		if (((SqliteTable *) lfirst(lc))->kind == SQLITE_KIND_TABLE)
			result = lappend(result, lfirst(lc));
	return result;
}

static List *
named_tables(SqliteDb *db, ArrayType *names)
{
	List	   *result = NIL;
	Datum	   *elements;
	bool	   *nulls;
	int			n;

	deconstruct_array(names, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	for (int i = 0; i < n; i++)
		if (!nulls[i])
			result = lappend(result, find_table(db, TextDatumGetCString(elements[i])));
	return result;
}

/*
 * A table or view. Throws 42P01.
 */
static SqliteTable *
find_table(SqliteDb *db, char *name)
{
	SqliteTable *table = sqlite_table(db, name);

	if (table == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("SQLite table \"%s\" does not exist", name),
				 errhint("SELECT table_name FROM sqlite_mig.source_tables('...'); lists the tables of a server.")));
	return table;
}

/* -1 = all */
static int64
sample_rows(FunctionCallInfo fcinfo)
{
	int64		rows;

	if (PG_ARGISNULL(PROFILE_SAMPLE_ROWS))
		return -1;
	rows = PG_GETARG_INT64(PROFILE_SAMPLE_ROWS);
	if (rows < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("sample_rows must be at least 1"),
				 errhint("Leave it out to read all rows.")));
	return rows;
}

static void
profile_tables(FunctionCallInfo fcinfo, const char *server, SqliteDb *db, List *tables, int64 sample)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context;
	ListCell   *lc;

	InitMaterializedSRF(fcinfo, 0);
	if (sample < 0 && mig_pool_sharers() > 1)
	{
		mig_profile_share(server, db, tables, put_profile, fcinfo->resultinfo);
		return;
	}
	context = AllocSetContextCreate(caller, "sqlite_fdw_mig profile", ALLOCSET_DEFAULT_SIZES);
	foreach(lc, tables)
	{
		char	   *error = NULL;
		MigProfile *profile;

		MemoryContextSwitchTo(context);
		profile = mig_profile(db, lfirst(lc), sample, NULL, &error);
		put_profile(fcinfo->resultinfo, lfirst(lc), profile, error);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(context);
	}
	MemoryContextDelete(context);
}

static void
put_profile(void *arg, const SqliteTable *table, const MigProfile *profile, const char *error)
{
	if (profile == NULL)
	{
		ereport(WARNING,
				(errcode(ERRCODE_FDW_ERROR),
				 errmsg("SQLite cannot read \"%s\", which has no profile", table->name),
				 errdetail_internal("SQLite: %s", error)));
		return;
	}
	for (int i = 0; i < profile->ncolumns; i++)
		put_column(arg, table, profile, i);
}

static void
put_column(ReturnSetInfo *rsinfo, const SqliteTable *table, const MigProfile *profile, int col)
{
	const MigProfileColumn *column = &profile->columns[col];
	Row			row = {0};

	put(&row, CStringGetTextDatum(table->name));
	put(&row, Int32GetDatum(col + 1));
	put(&row, CStringGetTextDatum(column->column->name));
	put(&row, CStringGetTextDatum(column->column->type));
	put_int64(&row, profile->rows);
	put(&row, BoolGetDatum(profile->complete));
	put_classes(&row, &column->profile);
	put_numbers(&row, &column->profile);
	put_texts(&row, &column->profile);
	put_int64(&row, conv_profile_distinct(&column->profile));
	put(&row, recognised(column));
	Assert(row.n == PROFILE_RESULT_COLUMNS);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, row.values, row.nulls);
}

static void
put_classes(Row *row, const ConvProfile *profile)
{
	put_int64(row, profile->tally.nulls);
	put_int64(row, profile->tally.integers);
	put_int64(row, profile->tally.reals);
	put_int64(row, profile->tally.texts);
	put_int64(row, profile->tally.blobs);
	put_int64(row, profile->empty_strings);
}

static void
put_numbers(Row *row, const ConvProfile *profile)
{
	bool		reals = profile->tally.reals > 0;
	int			digits = 0;
	int			scale = 0;
	bool		numbers = conv_profile_digits(profile, &digits, &scale);

	put_int64_if(row, profile->tally.integers > 0, profile->tally.min_int);
	put_int64_if(row, profile->tally.integers > 0, profile->tally.max_int);
	row->nulls[row->n] = row->nulls[row->n + 1] = !reals;
	put(row, Float8GetDatum(profile->min_real));
	put(row, Float8GetDatum(profile->max_real));
	put_int64(row, profile->integral_reals);
	row->nulls[row->n] = row->nulls[row->n + 1] = !numbers;
	put(row, Int32GetDatum(digits));
	put(row, Int32GetDatum(scale));
}

static void
put_texts(Row *row, const ConvProfile *profile)
{
	bool		texts = profile->tally.texts > 0;

	put_int64_if(row, texts, profile->min_chars);
	put_int64_if(row, texts, profile->tally.max_chars);
	put_int64_if(row, texts || profile->tally.blobs > 0, profile->tally.max_bytes);
	put_int64(row, profile->invalid_utf8);
	put_int64(row, profile->nul_bytes);
	put_int64(row, profile->json_u0000);
	put_int64(row, profile->json_duplicate_keys);
	put_int64(row, profile->json_unsure);
	put_int64(row, profile->trailing_blanks);
}

static void
put(Row *row, Datum value)
{
	Assert(row->n < PROFILE_RESULT_COLUMNS);
	row->values[row->n++] = value;
}

static void
put_int64(Row *row, int64 value)
{
	put(row, Int64GetDatum(value));
}

static void
put_int64_if(Row *row, bool known, int64 value)
{
	row->nulls[row->n] = !known;
	put_int64(row, value);
}

/*
 * {"name": {"matches": n, "misses": [{"row": …, "class": …, "value": …}, …]}, …}
 */
static Datum
recognised(const MigProfileColumn *column)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoChar(&json, '{');
	for (int i = 0; i < CONV_RECOGNISERS; i++)
	{
		if (column->profile.matches[i] == 0)
			continue;
		if (json.len > 1)
			appendStringInfoString(&json, ", ");
		escape_json(&json, conv_recogniser_name(i));
		appendStringInfo(&json, ": {\"matches\": " INT64_FORMAT ", \"misses\": [", column->profile.matches[i]);
		append_misses(&json, column, i);
		appendStringInfoString(&json, "]}");
	}
	appendStringInfoChar(&json, '}');
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data));
}

static void
append_misses(StringInfo json, const MigProfileColumn *column, int recogniser)
{
	for (int i = 0; i < MIG_PROFILE_MISSES && column->miss[recogniser][i] != NULL; i++)
	{
		const MigProfileMiss *miss = column->miss[recogniser][i];

		appendStringInfoString(json, i > 0 ? ", {\"row\": " : "{\"row\": ");
		escape_json(json, miss->row);
		appendStringInfoString(json, ", \"class\": ");
		escape_json(json, miss->storage_class);
		appendStringInfoString(json, ", \"value\": ");
		escape_json(json, miss->value);
		appendStringInfoChar(json, '}');
	}
}
