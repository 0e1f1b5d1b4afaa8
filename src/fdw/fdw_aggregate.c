/*-------------------------------------------------------------------------
 *
 * fdw_aggregate.c
 *	  Aggregates that SQLite can compute: THE table of them.
 *
 * Sums and averages are exact, by functions of our own (sqlite_function.c):
 * SQLite's go over to floating point. Those of floating point are not sent:
 * what they give depends on the order of the rows.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "fdw/fdw_query.h"
#include "fdw/fdw_result.h"
#include "fdw/fdw_ship.h"

typedef struct AggregateRule AggregateRule;

typedef List *(*AggregateHandler) (FdwShip *ship, const AggregateRule *rule, const Aggref *aggregate);

struct AggregateRule
{
	Oid			function;
	AggregateHandler handler;
	const char *sql;
	FdwResultKind result;
};

static List *count_rows(FdwShip *ship, const AggregateRule *rule, const Aggref *aggregate);
static List *count_values(FdwShip *ship, const AggregateRule *rule, const Aggref *aggregate);
static List *sum_integers(FdwShip *ship, const AggregateRule *rule, const Aggref *aggregate);
static List *sum_numerics(FdwShip *ship, const AggregateRule *rule, const Aggref *aggregate);
static List *all_or_any(FdwShip *ship, const AggregateRule *rule, const Aggref *aggregate);
static List *extreme(FdwShip *ship, const AggregateRule *rule, const Aggref *aggregate);

/* THE table */
static const AggregateRule rules[] = {
	{F_COUNT_, count_rows, "count", RESULT_VALUE},
	{F_COUNT_ANY, count_values, "count", RESULT_VALUE},

	{F_SUM_INT2, sum_integers, "mig_sum", RESULT_VALUE},
	{F_SUM_INT4, sum_integers, "mig_sum", RESULT_VALUE},
	{F_SUM_INT8, sum_integers, "mig_sum", RESULT_VALUE},
	{F_AVG_INT2, sum_integers, "mig_avg", RESULT_AVERAGE},
	{F_AVG_INT4, sum_integers, "mig_avg", RESULT_AVERAGE},
	{F_AVG_INT8, sum_integers, "mig_avg", RESULT_AVERAGE},
	{F_SUM_NUMERIC, sum_numerics, "mig_sum", RESULT_VALUE},
	{F_AVG_NUMERIC, sum_numerics, "mig_avg", RESULT_AVERAGE},

	{F_BOOL_AND, all_or_any, "min", RESULT_VALUE},
	{F_EVERY, all_or_any, "min", RESULT_VALUE},
	{F_BOOL_OR, all_or_any, "max", RESULT_VALUE},

	{F_MIN_INT2, extreme, "min", RESULT_VALUE}, {F_MAX_INT2, extreme, "max", RESULT_VALUE},
	{F_MIN_INT4, extreme, "min", RESULT_VALUE}, {F_MAX_INT4, extreme, "max", RESULT_VALUE},
	{F_MIN_INT8, extreme, "min", RESULT_VALUE}, {F_MAX_INT8, extreme, "max", RESULT_VALUE},
	{F_MIN_TEXT, extreme, "min", RESULT_VALUE}, {F_MAX_TEXT, extreme, "max", RESULT_VALUE},
	{F_MIN_NUMERIC, extreme, "min", RESULT_VALUE}, {F_MAX_NUMERIC, extreme, "max", RESULT_VALUE},
	{F_MIN_FLOAT8, extreme, "min", RESULT_VALUE}, {F_MAX_FLOAT8, extreme, "max", RESULT_VALUE},
	{F_MIN_TIMESTAMP, extreme, "min", RESULT_VALUE}, {F_MAX_TIMESTAMP, extreme, "max", RESULT_VALUE},
	{F_MIN_TIMESTAMPTZ, extreme, "min", RESULT_VALUE}, {F_MAX_TIMESTAMPTZ, extreme, "max", RESULT_VALUE},
};

static const AggregateRule *
find_rule(Oid function)
{
	for (int i = 0; i < lengthof(rules); i++)
	{
		if (rules[i].function == function)
			return &rules[i];
	}
	return NULL;
}

List *
fdw_ship_aggregate(FdwShip *ship, Aggref *aggregate)
{
	const AggregateRule *rule = find_rule(aggregate->aggfnoid);
	List	   *description;

	if (rule == NULL || aggregate->aggsplit != AGGSPLIT_SIMPLE || aggregate->aggorder != NIL ||
		aggregate->aggdirectargs != NIL || aggregate->agglevelsup > 0)
		return NIL;
	description = rule->handler(ship, rule, aggregate);
	if (description == NIL || aggregate->aggfilter == NULL)
		return description;
	appendStringInfoString(ship->sql, " FILTER (WHERE ");
	if (!fdw_ship_condition(ship, aggregate->aggfilter) || !ship->exact)
		return NIL;
	appendStringInfoChar(ship->sql, ')');
	return description;
}

bool
fdw_is_extreme(Expr *expr)
{
	const AggregateRule *rule;

	if (!IsA(expr, Aggref) || ((Aggref *) expr)->aggfilter != NULL)
		return false;
	rule = find_rule(((Aggref *) expr)->aggfnoid);
	return rule != NULL && rule->handler == extreme;
}

static Expr *
argument(const Aggref *aggregate)
{
	return fdw_strip(((TargetEntry *) linitial(aggregate->args))->expr);
}

static void
append_call(FdwShip *ship, const AggregateRule *rule, const Aggref *aggregate)
{
	appendStringInfo(ship->sql, "%s(%s", rule->sql, aggregate->aggdistinct != NIL ? "DISTINCT " : "");
}

static List *
count_rows(FdwShip *ship, const AggregateRule *rule, const Aggref *aggregate)
{
	appendStringInfoString(ship->sql, "count(*)");
	return fdw_describe_computed(INT8OID, RESULT_VALUE, "count");
}

/*
 * Every value that is stored counts; different ones are told apart only where
 * different values are stored differently.
 */
static List *
count_values(FdwShip *ship, const AggregateRule *rule, const Aggref *aggregate)
{
	Expr	   *expr = argument(aggregate);
	FdwColumn  *column = fdw_column_of(ship, expr);
	FdwForm		form = fdw_form_of_type(exprType((Node *) expr));

	append_call(ship, rule, aggregate);
	if (column != NULL && column->nulls && aggregate->aggdistinct == NIL)
		fdw_append_column(ship, expr);
	else if (column != NULL && column->form == FORM_INTEGER)
		fdw_append_column(ship, expr);
	else if (column != NULL && column->form == FORM_NUMBER)
	{
		ship->checked = list_append_unique(ship->checked, expr);
		if (!fdw_append_key(ship, expr, false))
			return NIL;
	}
	else if (form == FORM_TEXT)
	{
		if ((aggregate->aggdistinct != NIL && !get_collation_isdeterministic(aggregate->inputcollid)) ||
			!fdw_ship_value(ship, expr, FORM_TEXT) || !ship->exact)
			return NIL;
		appendStringInfoString(ship->sql, " COLLATE BINARY");
	}
	else if (form == FORM_OPAQUE || !fdw_ship_value(ship, expr, form) || !ship->exact)
		return NIL;
	appendStringInfoChar(ship->sql, ')');
	return fdw_describe_computed(INT8OID, RESULT_VALUE, "count");
}

/* The function refuses what is no integer itself. */
static List *
sum_integers(FdwShip *ship, const AggregateRule *rule, const Aggref *aggregate)
{
	Expr	   *expr = argument(aggregate);
	FdwColumn  *column = fdw_column_of(ship, expr);

	append_call(ship, rule, aggregate);
	if (column != NULL && column->form == FORM_INTEGER)
		fdw_append_column(ship, expr);
	else if (!fdw_ship_value(ship, expr, FORM_INTEGER) || !ship->exact)
		return NIL;
	appendStringInfoChar(ship->sql, ')');
	return fdw_describe_computed(aggregate->aggtype, rule->result, rule->sql);
}

static List *
sum_numerics(FdwShip *ship, const AggregateRule *rule, const Aggref *aggregate)
{
	Expr	   *expr = argument(aggregate);
	FdwColumn  *column = fdw_column_of(ship, expr);
	int			precision;
	int			scale;

	if (column == NULL || column->form != FORM_NUMBER || aggregate->aggdistinct != NIL)
		return NIL;
	if (column->typmod < (int32) VARHDRSZ)
	{
		append_call(ship, rule, aggregate);
		fdw_append_column(ship, expr);
		appendStringInfoString(ship->sql, ", 0, 0)");
		return fdw_describe_computed(NUMERICOID, rule->result, rule->sql);
	}

	if (!fdw_decimal_digits(column->typmod, &precision, &scale))
		return NIL;
	append_call(ship, rule, aggregate);
	fdw_append_column(ship, expr);
	appendStringInfo(ship->sql, ", %d, %d)", precision, scale);
	return fdw_describe_computed(NUMERICOID, rule->result, rule->sql);
}

/* All true: the least truth value is 1. */
static List *
all_or_any(FdwShip *ship, const AggregateRule *rule, const Aggref *aggregate)
{
	appendStringInfo(ship->sql, "%s(", rule->sql);
	if (!fdw_ship_exact(ship, argument(aggregate), FORM_BOOLEAN))
		return NIL;
	appendStringInfoChar(ship->sql, ')');
	return fdw_describe_computed(BOOLOID, RESULT_VALUE, rule->sql);
}

/*
 * min and max by what is stored, where that grows with the value. The result
 * goes through the column's converter.
 */
static List *
extreme(FdwShip *ship, const AggregateRule *rule, const Aggref *aggregate)
{
	Expr	   *expr = argument(aggregate);
	FdwColumn  *column = fdw_column_of(ship, expr);
	bool		text = aggregate->aggtype == TEXTOID;

	if (text && !fdw_collation_is_bytes(aggregate->inputcollid))
		return NIL;
	appendStringInfo(ship->sql, "%s(", rule->sql);
	if (column != NULL && column->form == FORM_NUMBER)
		fdw_append_rank(ship, expr);
	else if (column != NULL && text && column->form == FORM_TEXT)
		fdw_append_text(ship, expr);
	else if (column != NULL && column->form == FORM_INTEGER)
		fdw_append_column(ship, expr);
	else if (!fdw_ship_value(ship, expr, text ? FORM_TEXT : FORM_INTEGER) || !ship->exact)
		return NIL;
	appendStringInfoString(ship->sql, text && (column == NULL || !column->binary || column->max_chars >= 0) ? " COLLATE BINARY)" : ")");
	return column != NULL ? fdw_describe(ship, expr) : fdw_describe_computed(aggregate->aggtype, RESULT_VALUE, rule->sql);
}
