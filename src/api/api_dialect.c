/*-------------------------------------------------------------------------
 *
 * api_dialect.c
 *	  sqlite_mig.parse_table: the clauses of a CREATE TABLE text as rows.
 *
 * Needs no server and reads no file.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "dialect/dialect.h"

MIG_FUNCTION(mig_parse_table);

static void put_clause(ReturnSetInfo *result, const DialectClause *clause);
static void put_text(Datum *values, bool *nulls, int column, const char *text);
static void put_names(Datum *values, bool *nulls, int column, List *names);

/* Columns of the result, in the order of install/25_dialect.sql. */
enum
{
	COL_CLAUSE, COL_NAME, COL_COLUMN, COL_COLUMNS, COL_BODY, COL_PARENT_COLUMNS, COL_CONFLICT,
	COL_STORED, COL_DEFERRABLE, COL_DEFERRED, COL_AUTOINCREMENT, COL_DESCENDING, NCOLS
};

/*
 * parse_table(sql text): a row per clause, or one row "error" with the reason.
 */
Datum
mig_parse_table(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	List	   *clauses;
	ListCell   *lc;
	char	   *error;

	clauses = dialect_table_clauses(text_to_cstring(PG_GETARG_TEXT_PP(0)), &error);
	InitMaterializedSRF(fcinfo, 0);
	foreach(lc, clauses)
	{
		CHECK_FOR_INTERRUPTS();
		put_clause(result, lfirst(lc));
	}
	if (error != NULL)
	{
		DialectClause clause = {.clause = "error",.body = error};

		put_clause(result, &clause);
	}
	return (Datum) 0;
}

static void
put_clause(ReturnSetInfo *result, const DialectClause *clause)
{
	Datum		values[NCOLS];
	bool		nulls[NCOLS] = {0};

	put_text(values, nulls, COL_CLAUSE, clause->clause);
	put_text(values, nulls, COL_NAME, clause->name);
	put_text(values, nulls, COL_COLUMN, clause->column);
	put_names(values, nulls, COL_COLUMNS, clause->columns);
	put_text(values, nulls, COL_BODY, clause->body);
	put_names(values, nulls, COL_PARENT_COLUMNS, clause->parent_columns);
	put_text(values, nulls, COL_CONFLICT, clause->conflict);
	values[COL_STORED] = BoolGetDatum(clause->stored);
	values[COL_DEFERRABLE] = BoolGetDatum(clause->deferrable);
	values[COL_DEFERRED] = BoolGetDatum(clause->deferred);
	values[COL_AUTOINCREMENT] = BoolGetDatum(clause->autoincrement);
	values[COL_DESCENDING] = BoolGetDatum(clause->descending);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static void
put_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = text == NULL;
	values[column] = text ? CStringGetTextDatum(text) : (Datum) 0;
}

/* A list of C strings as text[]; NULL when it is empty. */
static void
put_names(Datum *values, bool *nulls, int column, List *names)
{
	Datum	   *elements = palloc(sizeof(Datum) * Max(list_length(names), 1));
	ListCell   *lc;

	nulls[column] = names == NIL;
	foreach(lc, names)
		elements[foreach_current_index(lc)] = CStringGetTextDatum(lfirst(lc));
	values[column] = PointerGetDatum(construct_array(elements, list_length(names), TEXTOID, -1, false, TYPALIGN_INT));
}
