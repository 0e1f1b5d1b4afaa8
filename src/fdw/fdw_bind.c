/*-------------------------------------------------------------------------
 *
 * fdw_bind.c
 *	  Placeholders of a statement: evaluated and bound before its first row.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "fdw/fdw_bind.h"
#include "fdw/fdw_modify.h"

typedef struct FdwBind
{
	FdwBindKind kind;
	bool		upper;			/* what is bound must lie above, where nothing exact can be said */
	Oid			relid;			/* column whose scale a bound is on */
	AttrNumber	attnum;
	Oid			type;			/* of the expression; of its elements if it is an array */
	bool		is_array;
	ExprState  *expr;
	FdwBounder *bounder;		/* made at first use */
	ConvOut    *out;			/* of BIND_VALUE; made at first use */
} FdwBind;

struct FdwBinds
{
	int			n;
	FdwBind    *binds;
	MemoryContext context;		/* where bounders live */
};

static void bind_one(FdwBinds *binds, FdwBind *bind, SqliteDb *db, SqliteStmt *stmt, int param, Datum value);
static void bind_nothing(FdwBindKind kind, SqliteStmt *stmt, int param);
static void bind_extreme(FdwBinds *binds, FdwBind *bind, SqliteDb *db, SqliteStmt *stmt, int param, Datum array);
static char *array_json(Oid type, Datum array);
static int	array_values(Oid type, Datum array, Datum **values, bool **nulls);
static void bind_number(FdwBinds *binds, FdwBind *bind, SqliteDb *db, SqliteStmt *stmt, int param, Datum value);
static FdwBounder *find_bounder(FdwBinds *binds, FdwBind *bind, SqliteDb *db);
static void bind_value(FdwBinds *binds, FdwBind *bind, SqliteDb *db, SqliteStmt *stmt, int param, Datum value, bool isnull);

FdwBinds *
fdw_binds(PlanState *parent, List *exprs, List *list)
{
	FdwBinds   *binds = palloc0(sizeof(FdwBinds));

	binds->n = list_length(exprs);
	binds->binds = palloc0(sizeof(FdwBind) * binds->n);
	binds->context = CurrentMemoryContext;
	for (int i = 0; i < binds->n; i++)
	{
		List	   *numbers = list_nth(list, i);
		Expr	   *expr = list_nth(exprs, i);

		binds->binds[i].kind = linitial_int(numbers);
		binds->binds[i].upper = lsecond_int(numbers) != 0;
		binds->binds[i].relid = lthird_int(numbers);
		binds->binds[i].attnum = lfourth_int(numbers);
		binds->binds[i].type = exprType((Node *) expr);
		if (OidIsValid(get_element_type(binds->binds[i].type)))
		{
			binds->binds[i].is_array = true;
			binds->binds[i].type = get_element_type(binds->binds[i].type);
		}
		binds->binds[i].expr = ExecInitExpr(expr, parent);
	}
	return binds;
}

void
fdw_bind(FdwBinds *binds, SqliteDb *db, SqliteStmt *stmt, ExprContext *econtext)
{
	MemoryContext caller = MemoryContextSwitchTo(econtext->ecxt_per_tuple_memory);

	for (int i = 0; i < binds->n; i++)
	{
		bool		isnull;
		Datum		value = ExecEvalExpr(binds->binds[i].expr, econtext, &isnull);

		if (binds->binds[i].kind == BIND_VALUE)
			bind_value(binds, &binds->binds[i], db, stmt, i + 1, value, isnull);
		else if (isnull)
			bind_nothing(binds->binds[i].kind, stmt, i + 1);
		else if (binds->binds[i].is_array && binds->binds[i].kind != BIND_ARRAY)
			bind_extreme(binds, &binds->binds[i], db, stmt, i + 1, value);
		else
			bind_one(binds, &binds->binds[i], db, stmt, i + 1, value);
	}
	MemoryContextSwitchTo(caller);
}

const char *
fdw_bind_statement(FdwBinds *binds, const char *sql, ExprContext *econtext)
{
	for (int i = 0; i < binds->n; i++)
	{
		FdwBindKind kind = binds->binds[i].kind;
		bool		isnull;
		Datum		value;
		char	   *condition;
		const char *found;

		if (kind != BIND_FROM && kind != BIND_BELOW)
			continue;
		value = ExecEvalExprSwitchContext(binds->binds[i].expr, econtext, &isnull);
		if (isnull || fdw_like_from(TextDatumGetCString(value))[0] != '\0')
			continue;

		/* (where somebody's constant looks the same the condition stays: it is true, and only slower) */
		condition = psprintf("(?%d%s", i + 1, kind == BIND_FROM ? FDW_FROM_OPERATOR : FDW_BELOW_OPERATOR);
		found = strstr(sql, condition);
		if (found != NULL && strstr(found + 1, condition) == NULL)
			sql = psprintf("%.*s(1 OR %s", (int) (found - sql), sql, found + 1);
	}
	return sql;
}

int
fdw_bind_count(const FdwBinds *binds)
{
	return binds->n;
}

/* NULL has a meaning of its own as a limit, and as an array it leaves nothing certain. */
static void
bind_nothing(FdwBindKind kind, SqliteStmt *stmt, int param)
{
	switch (kind)
	{
		case BIND_LIMIT:
			sqlite_bind_int64(stmt, param, -1);
			break;
		case BIND_OFFSET:
			sqlite_bind_int64(stmt, param, 0);
			break;
		case BIND_ARRAY:
			sqlite_bind_text(stmt, param, "[null]");
			break;
		default:
			sqlite_bind_null(stmt, param);
			break;
	}
}

static void
bind_one(FdwBinds *binds, FdwBind *bind, SqliteDb *db, SqliteStmt *stmt, int param, Datum value)
{
	const char *bytes;
	int			len;
	char	   *day;
	char	   *bound;

	switch (bind->kind)
	{
		case BIND_INTEGER:
			sqlite_bind_int64(stmt, param, fdw_integer(bind->type, value));
			break;
		case BIND_TEXT:
			sqlite_bind_text(stmt, param, TextDatumGetCString(value));
			break;
		case BIND_PATTERN:
			sqlite_bind_text(stmt, param, fdw_like_as_glob(TextDatumGetCString(value)));
			break;
		case BIND_FROM:
			sqlite_bind_text(stmt, param, fdw_like_from(TextDatumGetCString(value)));
			break;
		case BIND_BELOW:
			bound = fdw_like_below(TextDatumGetCString(value));
			if (bound != NULL)
				sqlite_bind_text(stmt, param, bound);
			else				/* a blob lies above all texts */
				sqlite_bind_bytes(stmt, param, "", 0, false);
			break;
		case BIND_BYTES:
			bytes = fdw_bytes(bind->type, value, &len);
			sqlite_bind_bytes(stmt, param, bytes, len, false);
			break;
		case BIND_DAY:
			day = fdw_day(bind->type, value, bind->upper);
			if (day != NULL)
				sqlite_bind_text(stmt, param, day);
			else
				sqlite_bind_bytes(stmt, param, "", 0, !bind->upper);
			break;
		case BIND_VALUE:
			elog(ERROR, "a value for a column is bound elsewhere");
			break;
		case BIND_AT_LEAST:
		case BIND_ABOVE:
			bind_number(binds, bind, db, stmt, param, value);
			break;
		case BIND_ARRAY:
			sqlite_bind_text(stmt, param, array_json(bind->type, value));
			break;
		case BIND_LIMIT:
			if (DatumGetInt64(value) < 0)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_ROW_COUNT_IN_LIMIT_CLAUSE), errmsg("LIMIT must not be negative")));
			sqlite_bind_int64(stmt, param, DatumGetInt64(value));
			break;
		case BIND_OFFSET:
			if (DatumGetInt64(value) < 0)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_ROW_COUNT_IN_RESULT_OFFSET_CLAUSE), errmsg("OFFSET must not be negative")));
			sqlite_bind_int64(stmt, param, DatumGetInt64(value));
			break;
	}
}

/* The array as JSON; palloc'd. */
static char *
array_json(Oid type, Datum array)
{
	StringInfoData json;
	Datum	   *values;
	bool	   *nulls;
	int			n = array_values(type, array, &values, &nulls);

	initStringInfo(&json);
	appendStringInfoChar(&json, '[');
	for (int i = 0; i < n; i++)
	{
		appendStringInfoString(&json, i > 0 ? "," : "");
		if (nulls[i])
			appendStringInfoString(&json, "null");
		else if (type == TEXTOID || type == VARCHAROID)
			escape_json(&json, TextDatumGetCString(values[i]));
		else
			appendStringInfo(&json, INT64_FORMAT, fdw_integer(type, values[i]));
	}
	appendStringInfoChar(&json, ']');
	return json.data;
}

static int
array_values(Oid type, Datum array, Datum **values, bool **nulls)
{
	int16		length;
	bool		byval;
	char		align;
	int			n;

	get_typlenbyvalalign(type, &length, &byval, &align);
	deconstruct_array(DatumGetArrayTypeP(array), type, length, byval, align, values, nulls, &n);
	return n;
}

/*
 * The bound of the least or the greatest element. One that has no place leaves
 * no bound on either side; without elements there is nothing to be equal to.
 */
static void
bind_extreme(FdwBinds *binds, FdwBind *bind, SqliteDb *db, SqliteStmt *stmt, int param, Datum array)
{
	FmgrInfo   *compare = &lookup_type_cache(bind->type, TYPECACHE_CMP_PROC_FINFO)->cmp_proc_finfo;
	Datum	   *values;
	bool	   *nulls;
	int			n = array_values(bind->type, array, &values, &nulls);
	int			best = -1;

	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			continue;
		if (bind->kind == BIND_DAY ? !fdw_has_days(bind->type, values[i]) : fdw_is_special(bind->type, values[i]))
		{
			best = i;
			break;
		}
		if (best < 0 || (DatumGetInt32(FunctionCall2Coll(compare, InvalidOid, values[i], values[best])) > 0) == bind->upper)
			best = i;
	}
	if (best < 0)
		sqlite_bind_null(stmt, param);
	else if (bind->kind == BIND_DAY && !fdw_has_days(bind->type, values[best]))
		sqlite_bind_bytes(stmt, param, "", 0, !bind->upper);
	else
		bind_one(binds, bind, db, stmt, param, values[best]);
}

/*
 * A blob lies above every number and text. Where a value has no place among the
 * numbers, every row must come through: PostgreSQL decides then.
 */
static void
bind_number(FdwBinds *binds, FdwBind *bind, SqliteDb *db, SqliteStmt *stmt, int param, Datum value)
{
	FdwBound	bound;

	if (fdw_is_special(bind->type, value))
	{
		if (bind->upper)
			sqlite_bind_bytes(stmt, param, "", 0, false);
		else
			sqlite_bind_double(stmt, param, -INFINITY);
		return;
	}
	bound = fdw_bound(find_bounder(binds, bind, db), value, bind->kind == BIND_ABOVE);
	switch (bound.kind)
	{
		case BOUND_INTEGER:
			sqlite_bind_int64(stmt, param, bound.integer);
			break;
		case BOUND_REAL:
			sqlite_bind_double(stmt, param, bound.real);
			break;
		case BOUND_BEYOND:
			sqlite_bind_text(stmt, param, "");
			break;
	}
}

static FdwBounder *
find_bounder(FdwBinds *binds, FdwBind *bind, SqliteDb *db)
{
	if (bind->bounder == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(binds->context);
		FdwTable   *table = fdw_table(bind->relid);
		FdwColumn  *column = &table->columns[bind->attnum - 1];

		bind->bounder = fdw_bounder(db, &column->source->spec, column->affinity == AFFINITY_REAL);
		MemoryContextSwitchTo(caller);
	}
	return bind->bounder;
}

/* What is bound lives in the current context until the statement is stepped. */
static void
bind_value(FdwBinds *binds, FdwBind *bind, SqliteDb *db, SqliteStmt *stmt, int param, Datum value, bool isnull)
{
	FdwTable   *table = fdw_table(bind->relid);
	FdwColumn  *column = &table->columns[bind->attnum - 1];

	if (bind->out == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(binds->context);

		bind->out = fdw_choose_out(db, table, column);
		MemoryContextSwitchTo(caller);
	}
	if (!conv_bind(bind->out, value, isnull, sqlite_raw(stmt), param))
		conv_bind_raise(bind->out, value, table->source->table, column->source->name);
}
