/*-------------------------------------------------------------------------
 *
 * fdw_bind.c
 *	  Placeholders of a statement: evaluated and bound before its first row.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "executor/executor.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"

#include "fdw/fdw_bind.h"

typedef struct FdwBind
{
	FdwBindKind kind;
	bool		upper;			/* what is bound must lie above, where nothing exact can be said */
	Oid			relid;			/* column whose scale a bound is on */
	AttrNumber	attnum;
	Oid			type;			/* of the expression */
	ExprState  *expr;
	FdwBounder *bounder;		/* made at first use */
} FdwBind;

struct FdwBinds
{
	int			n;
	FdwBind    *binds;
	MemoryContext context;		/* where bounders live */
};

static void bind_one(FdwBinds *binds, FdwBind *bind, SqliteDb *db, SqliteStmt *stmt, int param, Datum value);
static void bind_number(FdwBinds *binds, FdwBind *bind, SqliteDb *db, SqliteStmt *stmt, int param, Datum value);
static FdwBounder *find_bounder(FdwBinds *binds, FdwBind *bind, SqliteDb *db);

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

		if (isnull)
			sqlite_bind_null(stmt, i + 1);
		else
			bind_one(binds, &binds->binds[i], db, stmt, i + 1, value);
	}
	MemoryContextSwitchTo(caller);
}

int
fdw_bind_count(const FdwBinds *binds)
{
	return binds->n;
}

static void
bind_one(FdwBinds *binds, FdwBind *bind, SqliteDb *db, SqliteStmt *stmt, int param, Datum value)
{
	char	   *day;

	switch (bind->kind)
	{
		case BIND_INTEGER:
			sqlite_bind_int64(stmt, param, fdw_integer(bind->type, value));
			break;
		case BIND_TEXT:
			sqlite_bind_text(stmt, param, TextDatumGetCString(value));
			break;
		case BIND_DAY:
			day = fdw_day(bind->type, value, bind->upper);
			if (day != NULL)
				sqlite_bind_text(stmt, param, day);
			else
				sqlite_bind_bytes(stmt, param, "", 0, !bind->upper);
			break;
		case BIND_AT_LEAST:
		case BIND_ABOVE:
			bind_number(binds, bind, db, stmt, param, value);
			break;
	}
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
