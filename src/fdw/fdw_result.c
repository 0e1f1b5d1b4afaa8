/*-------------------------------------------------------------------------
 *
 * fdw_result.c
 *	  Result columns of a statement: described in the plan, so that the executor
 *	  reads no options, and converted.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "utils/builtins.h"
#include "utils/numeric.h"

#include "fdw/fdw_result.h"

/* Numbers of a description, in its list of int. */
enum
{
	NUMBER_KIND, NUMBER_RELID, NUMBER_ATTNUM, NUMBER_TYPE, NUMBER_TYPMOD,
	NUMBER_ON_NUL, NUMBER_ON_INVALID_UTF8, NUMBER_EMPTY_AS_NULL, NUMBER_ON_ERROR
};

/* Texts of a description, and its numbers. */
enum
{
	TEXT_TABLE, TEXT_COLUMN, TEXT_FORMAT, TEXT_ZONE, NUMBERS
};

static List *describe(const ConvSpec *spec, FdwResultKind kind, const char *table, const char *column, Oid relid, AttrNumber attnum);

List *
fdw_describe_column(const FdwTable *table, const SourceColumn *column, Oid relid)
{
	return describe(&column->spec, RESULT_VALUE, table->source->table, column->name, relid, column->attnum);
}

List *
fdw_describe_computed(Oid type, FdwResultKind kind, const char *what)
{
	ConvSpec	spec = {.typid = type,.typmod = -1};

	return describe(&spec, kind, "", what, InvalidOid, 0);
}

static List *
describe(const ConvSpec *spec, FdwResultKind kind, const char *table, const char *column, Oid relid, AttrNumber attnum)
{
	const int	numbers[] = {
		[NUMBER_KIND] = kind,
		[NUMBER_RELID] = (int) relid,
		[NUMBER_ATTNUM] = attnum,
		[NUMBER_TYPE] = (int) spec->typid,
		[NUMBER_TYPMOD] = spec->typmod,
		[NUMBER_ON_NUL] = spec->on_nul,
		[NUMBER_ON_INVALID_UTF8] = spec->on_invalid_utf8,
		[NUMBER_EMPTY_AS_NULL] = spec->empty_as_null,
		[NUMBER_ON_ERROR] = spec->on_error,
	};
	List	   *list = NIL;

	for (int i = 0; i < lengthof(numbers); i++)
		list = lappend_int(list, numbers[i]);
	return list_make5(makeString(pstrdup(table)), makeString(pstrdup(column)),
					  makeString(pstrdup(spec->format ? spec->format : "")),
					  makeString(pstrdup(spec->time_zone ? spec->time_zone : "")), list);
}

void
fdw_read_result(FdwResult *result, List *description)
{
	List	   *numbers = list_nth(description, NUMBERS);
	char	   *format = strVal(list_nth(description, TEXT_FORMAT));
	char	   *zone = strVal(list_nth(description, TEXT_ZONE));
	ConvSpec	spec = {0};

	result->kind = list_nth_int(numbers, NUMBER_KIND);
	result->relid = (Oid) list_nth_int(numbers, NUMBER_RELID);
	result->attnum = list_nth_int(numbers, NUMBER_ATTNUM);
	result->table = strVal(list_nth(description, TEXT_TABLE));
	result->column = strVal(list_nth(description, TEXT_COLUMN));
	spec.typid = (Oid) list_nth_int(numbers, NUMBER_TYPE);
	spec.typmod = list_nth_int(numbers, NUMBER_TYPMOD);
	spec.on_nul = list_nth_int(numbers, NUMBER_ON_NUL);
	spec.on_invalid_utf8 = list_nth_int(numbers, NUMBER_ON_INVALID_UTF8);
	spec.empty_as_null = list_nth_int(numbers, NUMBER_EMPTY_AS_NULL) != 0;
	spec.on_error = list_nth_int(numbers, NUMBER_ON_ERROR);
	spec.format = format[0] ? format : NULL;
	spec.time_zone = zone[0] ? zone : NULL;
	result->conv = conv_choose(&spec);
}

Datum
fdw_result_datum(const FdwResult *result, SqliteStmt *stmt, int col, bool *isnull)
{
	char	   *sum = sqlite_text(stmt, col);
	char	   *count;

	*isnull = sum == NULL;
	if (sum == NULL)
		return (Datum) 0;
	count = strchr(sum, '/');
	if (count == NULL)
		elog(ERROR, "average from SQLite has no count: %s", sum);
	*count++ = '\0';
	return DirectFunctionCall2(numeric_div,
							   DirectFunctionCall3(numeric_in, CStringGetDatum(sum), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)),
							   DirectFunctionCall3(numeric_in, CStringGetDatum(count), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}
