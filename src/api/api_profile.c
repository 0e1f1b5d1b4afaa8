/*-------------------------------------------------------------------------
 *
 * api_profile.c
 *	  SQL-callable: sqlite_mig.profile.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"

#include "migrate/migrate.h"

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

static List *choose_tables(SqliteDb *db, FunctionCallInfo fcinfo);
static int64 sample_rows(FunctionCallInfo fcinfo);
static void profile_table(ReturnSetInfo *rsinfo, SqliteDb *db, const SqliteTable *table, int64 sample);
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
 * profile(server, table_name, sample_rows): one row per column.
 */
Datum
mig_profile_tables(PG_FUNCTION_ARGS)
{
	SqliteDb   *db;
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context;
	List	   *tables;
	ListCell   *lc;
	int64		sample = sample_rows(fcinfo);

	if (PG_ARGISNULL(PROFILE_SERVER))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("server must not be NULL")));
	db = server_session(server_lookup(text_to_cstring(PG_GETARG_TEXT_PP(PROFILE_SERVER))));
	tables = choose_tables(db, fcinfo);
	InitMaterializedSRF(fcinfo, 0);

	context = AllocSetContextCreate(caller, "sqlite_fdw_mig profile", ALLOCSET_DEFAULT_SIZES);
	foreach(lc, tables)
	{
		MemoryContextSwitchTo(context);
		profile_table((ReturnSetInfo *) fcinfo->resultinfo, db, lfirst(lc), sample);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(context);
	}
	MemoryContextDelete(context);
	return (Datum) 0;
}

/*
 * The table or view asked for, else all tables: what a view or a virtual table
 * shows comes from them. Throws 42P01.
 */
static List *
choose_tables(SqliteDb *db, FunctionCallInfo fcinfo)
{
	List	   *result = NIL;
	SqliteTable *table;
	ListCell   *lc;
	char	   *name;

	if (PG_ARGISNULL(PROFILE_TABLE))
	{
		foreach(lc, sqlite_tables(db))
			if (((SqliteTable *) lfirst(lc))->kind == SQLITE_KIND_TABLE)
				result = lappend(result, lfirst(lc));
		return result;
	}
	name = text_to_cstring(PG_GETARG_TEXT_PP(PROFILE_TABLE));
	table = sqlite_table(db, name);
	if (table == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("SQLite table \"%s\" does not exist", name),
				 errhint("sqlite_mig.source_tables lists the tables of a server.")));
	return list_make1(table);
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
profile_table(ReturnSetInfo *rsinfo, SqliteDb *db, const SqliteTable *table, int64 sample)
{
	char	   *error;
	MigProfile *profile = mig_profile(db, table, sample, &error);

	if (profile == NULL)
	{
		ereport(WARNING,
				(errcode(ERRCODE_FDW_ERROR),
				 errmsg("SQLite cannot read \"%s\", which has no profile", table->name),
				 errdetail_internal("SQLite: %s", error)));
		return;
	}
	for (int i = 0; i < profile->ncolumns; i++)
		put_column(rsinfo, table, profile, i);
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
