/*-------------------------------------------------------------------------
 *
 * fdw_ship.c
 *	  What may be computed in SQLite: THE table of functions and operators,
 *	  and one short function per kind of expression.
 *
 * An expression goes to SQLite when SQLite's result is PostgreSQL's, for every
 * value that a column can hold and its converter accepts. A condition may also
 * go when it only narrows: when it is true wherever PostgreSQL's is; then
 * PostgreSQL decides again. A value that its column's type does not hold is an
 * error where it is read, and never makes a row appear.
 *
 * doc/pushdown.md says the same in words; a test compares the two.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/pg_type.h"
#include "common/int.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "utils/array.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "fdw/fdw_query.h"
#include "fdw/fdw_ship.h"

/* Words that conv_bool reads as truth, but for case; digits are numbers in a column that has them. */
#define TRUE_WORDS "('t', 'true', 'y', 'yes', 'on')"
#define FALSE_WORDS "('f', 'false', 'n', 'no', 'off')"

typedef bool (*ShipHandler) (FdwShip *ship, const ShipCall *call);

static bool compare_integers(FdwShip *ship, const ShipCall *call);
static bool add_constant(FdwShip *ship, const ShipCall *call);
static bool divide_by_constant(FdwShip *ship, const ShipCall *call);
static bool compare_numbers(FdwShip *ship, const ShipCall *call);
static bool compare_times(FdwShip *ship, const ShipCall *call);

#define SIX(prefix, handler) \
	{prefix##EQ, FORM_BOOLEAN, handler, "="}, {prefix##NE, FORM_BOOLEAN, handler, "<>"}, \
	{prefix##LT, FORM_BOOLEAN, handler, "<"}, {prefix##LE, FORM_BOOLEAN, handler, "<="}, \
	{prefix##GT, FORM_BOOLEAN, handler, ">"}, {prefix##GE, FORM_BOOLEAN, handler, ">="}
#define SIX_(prefix, handler) SIX(prefix##_, handler)

/* THE table: a row per function, or function of an operator, that SQLite can stand in for. */
static const struct
{
	Oid			function;
	FdwForm		result;
	ShipHandler handler;
	const char *sql;
}			rules[] = {
	/* integers: the same numbers, whatever their widths */
	SIX(F_INT2, compare_integers), SIX(F_INT24, compare_integers), SIX(F_INT28, compare_integers),
	SIX(F_INT42, compare_integers), SIX(F_INT4, compare_integers), SIX(F_INT48, compare_integers),
	SIX(F_INT82, compare_integers), SIX(F_INT84, compare_integers), SIX(F_INT8, compare_integers),

	/* arithmetic with a constant: overflow is an error in both, and there is no division by zero */
	{F_INT2PL, FORM_INTEGER, add_constant, "+"}, {F_INT2MI, FORM_INTEGER, add_constant, "-"},
	{F_INT4PL, FORM_INTEGER, add_constant, "+"}, {F_INT4MI, FORM_INTEGER, add_constant, "-"},
	{F_INT8PL, FORM_INTEGER, add_constant, "+"}, {F_INT8MI, FORM_INTEGER, add_constant, "-"},
	{F_INT24PL, FORM_INTEGER, add_constant, "+"}, {F_INT24MI, FORM_INTEGER, add_constant, "-"},
	{F_INT84PL, FORM_INTEGER, add_constant, "+"}, {F_INT84MI, FORM_INTEGER, add_constant, "-"},
	{F_INT48PL, FORM_INTEGER, add_constant, "+"}, {F_INT48MI, FORM_INTEGER, add_constant, "-"},
	{F_INT2MOD, FORM_INTEGER, divide_by_constant, "%"}, {F_INT2DIV, FORM_INTEGER, divide_by_constant, "/"},
	{F_INT4MOD, FORM_INTEGER, divide_by_constant, "%"}, {F_INT4DIV, FORM_INTEGER, divide_by_constant, "/"},
	{F_INT8MOD, FORM_INTEGER, divide_by_constant, "%"}, {F_INT8DIV, FORM_INTEGER, divide_by_constant, "/"},
	{F_INT24DIV, FORM_INTEGER, divide_by_constant, "/"}, {F_INT84DIV, FORM_INTEGER, divide_by_constant, "/"},
	{F_INT48DIV, FORM_INTEGER, divide_by_constant, "/"},

	/* numbers: a stored number lies on the same side of a bound as its value */
	SIX_(F_NUMERIC, compare_numbers),
	SIX(F_FLOAT8, compare_numbers),

	/* instants: counts since an epoch as numbers; ISO texts are narrowed by day */
	SIX_(F_TIMESTAMPTZ, compare_times),
	SIX_(F_TIMESTAMP, compare_times),
	SIX_(F_DATE, compare_times),

	/* texts: equal when their bytes are; ordered by bytes under the collations that do so */
	{F_TEXTEQ, FORM_BOOLEAN, fdw_compare_texts, "="},
	{F_TEXTNE, FORM_BOOLEAN, fdw_compare_texts, "<>"},
	{F_TEXT_LT, FORM_BOOLEAN, fdw_order_texts, "<"},
	{F_TEXT_LE, FORM_BOOLEAN, fdw_order_texts, "<="},
	{F_TEXT_GT, FORM_BOOLEAN, fdw_order_texts, ">"},
	{F_TEXT_GE, FORM_BOOLEAN, fdw_order_texts, ">="},
	{F_TEXTLIKE, FORM_BOOLEAN, fdw_match_pattern, "GLOB"},
	{F_TEXTNLIKE, FORM_BOOLEAN, fdw_match_pattern, "NOT GLOB"},
	{F_LIKE_TEXT_TEXT, FORM_BOOLEAN, fdw_match_pattern, "GLOB"},
	{F_NOTLIKE_TEXT_TEXT, FORM_BOOLEAN, fdw_match_pattern, "NOT GLOB"},
	{F_LENGTH_TEXT, FORM_INTEGER, fdw_call_length, "length"},
	{F_CHAR_LENGTH_TEXT, FORM_INTEGER, fdw_call_length, "length"},
	{F_CHARACTER_LENGTH_TEXT, FORM_INTEGER, fdw_call_length, "length"},
	{F_TEXTLEN, FORM_INTEGER, fdw_call_length, "length"},
	{F_SUBSTR_TEXT_INT4_INT4, FORM_TEXT, fdw_call_substr, "substr"},
	{F_SUBSTRING_TEXT_INT4_INT4, FORM_TEXT, fdw_call_substr, "substr"},
	{F_SUBSTR_TEXT_INT4, FORM_TEXT, fdw_call_substr, "substr"},
	{F_SUBSTRING_TEXT_INT4, FORM_TEXT, fdw_call_substr, "substr"},
	{F_TEXTCAT, FORM_TEXT, fdw_call_concat, "||"},
};

static bool ship_exact(FdwShip *ship, Expr *expr, FdwForm wanted);
static bool ship_aggregate(FdwShip *ship, Aggref *aggregate, FdwForm wanted);
static bool ship_boolean(FdwShip *ship, Expr *expr);
static bool ship_truth(FdwShip *ship, Expr *expr, bool truth);
static bool ship_logic(FdwShip *ship, const BoolExpr *expr);
static bool ship_null_test(FdwShip *ship, const NullTest *test);
static bool ship_truth_test(FdwShip *ship, const BooleanTest *test);
static bool ship_array_test(FdwShip *ship, const ScalarArrayOpExpr *test);
static bool ship_case(FdwShip *ship, const CaseExpr *expr, FdwForm wanted);
static bool ship_coalesce(FdwShip *ship, const CoalesceExpr *expr, FdwForm wanted);
static bool ship_call(FdwShip *ship, Oid function, List *args, Oid collation, FdwForm wanted);
static bool compare_at_bounds(FdwShip *ship, const char *op, Expr *column, Expr *value);
static bool compare_days(FdwShip *ship, const char *op, Expr *column, Expr *value);

void
fdw_ship_init(FdwShip *ship, PlannerInfo *root, Relids relids, StringInfo sql)
{
	memset(ship, 0, sizeof(FdwShip));
	ship->root = root;
	ship->relids = relids;
	ship->aliased = bms_membership(relids) == BMS_MULTIPLE;
	ship->sql = sql;
	ship->exact = true;
}

/*
 * Where a column equals something known beforehand, SQLite puts that in its
 * place everywhere and computes with it although there may be no such row. An
 * error would be raised for nothing.
 */
static bool
is_misled(FdwShip *ship)
{
	return list_intersection(ship->fixed, ship->guarded) != NIL;
}

List *
fdw_equalities_first(List *clauses)
{
	List	   *others = NIL;
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, clauses)
	{
		Node	   *clause = lfirst(lc);
		OpExpr	   *op = (OpExpr *) (IsA(clause, RestrictInfo) ? (Node *) ((RestrictInfo *) clause)->clause : clause);

		if (IsA(op, OpExpr) && list_length(op->args) == 2 && get_oprrest(op->opno) == F_EQSEL)
			result = lappend(result, clause);
		else
			others = lappend(others, clause);
	}
	return list_concat(result, others);
}

bool
fdw_ship_condition(FdwShip *ship, Expr *clause)
{
	FdwShip		before = *ship;
	int			len = ship->sql->len;
	int			nexprs = list_length(ship->exprs);
	int			nchecked = list_length(ship->checked);
	int			nfixed = list_length(ship->fixed);
	int			nguarded = list_length(ship->guarded);

	if (fdw_ship_value(ship, clause, FORM_BOOLEAN) && !is_misled(ship))
		return true;
	ship->fixed = list_truncate(ship->fixed, nfixed);
	ship->guarded = list_truncate(ship->guarded, nguarded);
	ship->sql->data[ship->sql->len = len] = '\0';
	ship->exprs = list_truncate(ship->exprs, nexprs);
	ship->binds = list_truncate(ship->binds, nexprs);
	ship->checked = list_truncate(ship->checked, nchecked);
	ship->exact = before.exact;
	return false;
}

void
fdw_ship_note(FdwShip *ship, Expr *clause)
{
	ShipCall	call;
	Expr	   *column;
	Expr	   *value;

	if (!IsA(clause, OpExpr) || list_length(((OpExpr *) clause)->args) != 2)
		return;
	set_opfuncid((OpExpr *) clause);
	call.args = ((OpExpr *) clause)->args;
	for (int i = 0; i < lengthof(rules); i++)
	{
		const char *op;

		if (rules[i].function != ((OpExpr *) clause)->opfuncid || rules[i].handler != compare_times)
			continue;
		call.sql = rules[i].sql;
		if (fdw_column_and_value(ship, &call, &column, &value, &op) && (op[0] == '<' || op[0] == '=') && strcmp(op, "<>") != 0 &&
			IsA(value, Const) && fdw_has_plain_year((Const *) value))
			ship->bounded = lappend(ship->bounded, column);
	}
}

bool
fdw_ship_value(FdwShip *ship, Expr *expr, FdwForm wanted)
{
	FdwColumn  *column;

	check_stack_depth();
	expr = fdw_strip(expr);
	column = fdw_column_of(ship, expr);
	if (column != NULL)
	{
		if (column->form != wanted)
			return false;
		if (wanted == FORM_BOOLEAN)
			return ship_truth(ship, expr, true);
		if (wanted == FORM_TEXT && column->max_chars >= 0)
		{
			ship->checked = list_append_unique(ship->checked, expr);
			fdw_append_text(ship, expr);
		}
		else
			fdw_append_checked(ship, expr);
		return true;
	}
	if (fdw_is_parameter(ship, expr))
		return fdw_append_parameter(ship, expr, wanted);
	switch (nodeTag(expr))
	{
		case T_OpExpr:
			set_opfuncid((OpExpr *) expr);
			return ship_call(ship, ((OpExpr *) expr)->opfuncid, ((OpExpr *) expr)->args, ((OpExpr *) expr)->inputcollid, wanted);
		case T_FuncExpr:
			return ship_call(ship, ((FuncExpr *) expr)->funcid, ((FuncExpr *) expr)->args, ((FuncExpr *) expr)->inputcollid, wanted);
		case T_Aggref:
			return ship_aggregate(ship, (Aggref *) expr, wanted);
		case T_CaseExpr:
			return ship_case(ship, (CaseExpr *) expr, wanted);
		case T_CoalesceExpr:
			return ship_coalesce(ship, (CoalesceExpr *) expr, wanted);
		default:
			return wanted == FORM_BOOLEAN && ship_boolean(ship, expr);
	}
}

/*
 * A part of an expression that must be exact: the opposite of what only narrows
 * would lose rows.
 */
static bool
ship_exact(FdwShip *ship, Expr *expr, FdwForm wanted)
{
	bool		negated = ship->negated;
	bool		done;

	ship->negated = true;
	done = fdw_ship_value(ship, expr, wanted) && ship->exact;
	ship->negated = negated;
	return done;
}

/* An aggregate in HAVING: counts and sums that are integers, texts. */
static bool
ship_aggregate(FdwShip *ship, Aggref *aggregate, FdwForm wanted)
{
	FdwForm		form = FORM_OPAQUE;

	if (aggregate->aggtype == INT8OID || aggregate->aggtype == INT4OID || aggregate->aggtype == INT2OID)
		form = FORM_INTEGER;
	else if (aggregate->aggtype == TEXTOID)
		form = FORM_TEXT;
	return form == wanted && fdw_ship_aggregate(ship, aggregate) != NIL;
}

static bool
ship_boolean(FdwShip *ship, Expr *expr)
{
	switch (nodeTag(expr))
	{
		case T_BoolExpr:
			return ship_logic(ship, (BoolExpr *) expr);
		case T_NullTest:
			return ship_null_test(ship, (NullTest *) expr);
		case T_BooleanTest:
			return ship_truth_test(ship, (BooleanTest *) expr);
		case T_ScalarArrayOpExpr:
			return ship_array_test(ship, (ScalarArrayOpExpr *) expr);
		default:
			return false;
	}
}

/*
 * A column in a comparison that no unconvertible value passes; its negation is
 * one that they all do.
 */
void
fdw_append_unless_negated(FdwShip *ship, Expr *column)
{
	if (ship->negated)
		fdw_append_checked(ship, column);
	else
		fdw_append_column(ship, column);
}

/*
 * A boolean column as a condition: 1, or a word. Bare, so that an index serves;
 * what is neither true nor false passes on no side.
 */
static bool
ship_truth(FdwShip *ship, Expr *expr, bool truth)
{
	bool		words = fdw_column_of(ship, expr)->words;

	appendStringInfoString(ship->sql, words ? "(" : "");
	fdw_append_unless_negated(ship, expr);
	appendStringInfo(ship->sql, " = %d", truth);
	if (!words)
		return true;
	appendStringInfoString(ship->sql, " OR (");
	fdw_append_column(ship, expr);
	appendStringInfoString(ship->sql, " >= '' AND lower(");
	fdw_append_column(ship, expr);
	appendStringInfo(ship->sql, ") IN %s))", truth ? TRUE_WORDS : FALSE_WORDS);
	return true;
}

static bool
ship_logic(FdwShip *ship, const BoolExpr *expr)
{
	const char *word = expr->boolop == AND_EXPR ? " AND " : " OR ";
	ListCell   *lc;

	if (expr->boolop == NOT_EXPR)
	{
		FdwColumn  *column = fdw_column_of(ship, linitial(expr->args));

		if (column != NULL)
			return column->form == FORM_BOOLEAN && ship_truth(ship, linitial(expr->args), false);
		appendStringInfoString(ship->sql, "NOT (");
		if (!ship_exact(ship, linitial(expr->args), FORM_BOOLEAN))
			return false;
		appendStringInfoChar(ship->sql, ')');
		return true;
	}
	appendStringInfoChar(ship->sql, '(');
	foreach(lc, expr->args)
	{
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(ship->sql, word);
		if (!fdw_ship_value(ship, lfirst(lc), FORM_BOOLEAN))
			return false;
	}
	appendStringInfoChar(ship->sql, ')');
	return true;
}

/*
 * What converts is NULL exactly where it is stored as NULL, whatever its type,
 * unless a column option makes NULLs.
 */
static bool
ship_null_test(FdwShip *ship, const NullTest *test)
{
	FdwColumn  *column = fdw_column_of(ship, test->arg);

	if (column == NULL || !column->nulls || test->argisrow)
		return false;
	if (test->nulltesttype == IS_NULL)
		fdw_append_column(ship, test->arg);
	else
		fdw_append_checked(ship, test->arg);
	appendStringInfoString(ship->sql, test->nulltesttype == IS_NULL ? " IS NULL" : " IS NOT NULL");
	return true;
}

static bool
ship_truth_test(FdwShip *ship, const BooleanTest *test)
{
	static const char *const words[] = {
		[IS_TRUE] = "IS 1", [IS_NOT_TRUE] = "IS NOT 1", [IS_FALSE] = "IS 0", [IS_NOT_FALSE] = "IS NOT 0",
		[IS_UNKNOWN] = "IS NULL", [IS_NOT_UNKNOWN] = "IS NOT NULL",
	};

	appendStringInfoChar(ship->sql, '(');
	if (!ship_exact(ship, test->arg, FORM_BOOLEAN))
		return false;
	appendStringInfo(ship->sql, ") %s", words[test->booltesttype]);
	return true;
}

/*
 * col = ANY (constant array), col <> ALL (…). IN () with a NULL in the list
 * means the same in both.
 */
static bool
ship_array_test(FdwShip *ship, const ScalarArrayOpExpr *test)
{
	Expr	   *scalar = fdw_strip(linitial(test->args));
	Const	   *array = (Const *) fdw_strip(lsecond(test->args));
	FdwColumn  *column = fdw_column_of(ship, scalar);
	ShipHandler handler = NULL;
	Datum	   *values;
	bool	   *nulls;
	int			n;
	Oid			element_type;
	int16		length;
	bool		byval;
	char		align;

	set_sa_opfuncid((ScalarArrayOpExpr *) test);
	for (int i = 0; i < lengthof(rules); i++)
	{
		if (rules[i].function == test->opfuncid && strcmp(rules[i].sql, test->useOr ? "=" : "<>") == 0)
			handler = rules[i].handler;
	}
	if ((handler != compare_integers && handler != fdw_compare_texts) || column == NULL || !column->binary ||
		column->form != (handler == compare_integers ? FORM_INTEGER : FORM_TEXT) || column->max_chars >= 0 ||
		!IsA(array, Const) || array->constisnull ||
		(handler == fdw_compare_texts && !get_collation_isdeterministic(test->inputcollid)))
		return false;

	element_type = get_element_type(array->consttype);
	get_typlenbyvalalign(element_type, &length, &byval, &align);
	deconstruct_array(DatumGetArrayTypeP(array->constvalue), element_type, length, byval, align, &values, &nulls, &n);
	if (test->useOr)
		fdw_append_unless_negated(ship, scalar);
	else
		fdw_append_checked(ship, scalar);
	appendStringInfoString(ship->sql, test->useOr ? " IN (" : " NOT IN (");
	for (int i = 0; i < n; i++)
	{
		Const		element = *array;

		element.consttype = element_type;
		element.constvalue = values[i];
		element.constisnull = nulls[i];
		appendStringInfoString(ship->sql, i > 0 ? ", " : "");
		if (!fdw_append_parameter(ship, (Expr *) &element, column->form))
			return false;
	}
	appendStringInfoChar(ship->sql, ')');
	return true;
}

static bool
ship_case(FdwShip *ship, const CaseExpr *expr, FdwForm wanted)
{
	ListCell   *lc;

	if (expr->arg != NULL)
		return false;
	appendStringInfoString(ship->sql, "CASE");
	foreach(lc, expr->args)
	{
		CaseWhen   *when = lfirst(lc);

		appendStringInfoString(ship->sql, " WHEN ");
		if (!ship_exact(ship, when->expr, FORM_BOOLEAN))
			return false;
		appendStringInfoString(ship->sql, " THEN ");
		if (!ship_exact(ship, when->result, wanted))
			return false;
	}
	appendStringInfoString(ship->sql, " ELSE ");
	if (expr->defresult == NULL)
		appendStringInfoString(ship->sql, "NULL");
	else if (!ship_exact(ship, expr->defresult, wanted))
		return false;
	appendStringInfoString(ship->sql, " END");
	return true;
}

static bool
ship_coalesce(FdwShip *ship, const CoalesceExpr *expr, FdwForm wanted)
{
	ListCell   *lc;

	if (list_length(expr->args) < 2)
		return false;
	appendStringInfoString(ship->sql, "coalesce(");
	foreach(lc, expr->args)
	{
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(ship->sql, ", ");
		if (!ship_exact(ship, lfirst(lc), wanted))
			return false;
	}
	appendStringInfoChar(ship->sql, ')');
	return true;
}

static bool
ship_call(FdwShip *ship, Oid function, List *args, Oid collation, FdwForm wanted)
{
	for (int i = 0; i < lengthof(rules); i++)
	{
		ShipCall	call = {rules[i].sql, args, collation, function};

		if (rules[i].function == function)
			return rules[i].result == wanted && rules[i].handler(ship, &call);
	}
	return false;
}

/* The operator with its sides changed. */
static const char *
commuted(const char *op)
{
	switch (op[0])
	{
		case '<':
			return op[1] == '=' ? ">=" : op[1] == '>' ? op : ">";
		case '>':
			return op[1] == '=' ? "<=" : "<";
		default:
			return op;
	}
}

/*
 * Sorts a comparison into a column and what is known beforehand. False when it
 * is no such comparison.
 */
bool
fdw_column_and_value(FdwShip *ship, const ShipCall *call, Expr **column, Expr **value, const char **op)
{
	Expr	   *left = fdw_strip(linitial(call->args));
	Expr	   *right = fdw_strip(lsecond(call->args));
	bool		swap = fdw_column_of(ship, left) == NULL;

	*column = swap ? right : left;
	*value = swap ? left : right;
	*op = swap ? commuted(call->sql) : call->sql;
	return fdw_column_of(ship, *column) != NULL && fdw_is_parameter(ship, *value);
}

/* Whether an operand is a column that holds nothing but integers. */
static bool
is_proven(FdwShip *ship, Expr *expr)
{
	FdwColumn  *column = fdw_column_of(ship, expr);

	return column != NULL && column->proven;
}

static bool
compare_integers(FdwShip *ship, const ShipCall *call)
{
	Expr	   *column;
	Expr	   *value;
	const char *op;
	int			nchecked;

	/* an integer equals no value that is none */
	if (strcmp(call->sql, "=") == 0 && fdw_column_and_value(ship, call, &column, &value, &op) &&
		fdw_column_of(ship, column)->form == FORM_INTEGER)
	{
		fdw_append_unless_negated(ship, column);
		ship->fixed = lappend(ship->fixed, column);
		appendStringInfoString(ship->sql, " = ");
		return fdw_append_parameter(ship, value, FORM_INTEGER);
	}
	nchecked = list_length(ship->checked);
	appendStringInfoChar(ship->sql, '(');
	if (!fdw_ship_value(ship, linitial(call->args), FORM_INTEGER))
		return false;
	appendStringInfo(ship->sql, " %s ", call->sql);
	if (!fdw_ship_value(ship, lsecond(call->args), FORM_INTEGER))
		return false;
	appendStringInfoChar(ship->sql, ')');
	if (strcmp(call->sql, "=") == 0 && !ship->negated && (is_proven(ship, linitial(call->args)) || is_proven(ship, lsecond(call->args))))
		ship->checked = list_truncate(ship->checked, nchecked);
	return true;
}

/* The constant on the right, if there is one that is not NULL. */
static bool
right_constant(const ShipCall *call, int64 *number)
{
	Const	   *constant = (Const *) fdw_strip(lsecond(call->args));

	if (!IsA(constant, Const) || constant->constisnull)
		return false;
	*number = fdw_integer(constant->consttype, constant->constvalue);
	return true;
}

/*
 * A column and a constant, as long as the result fits its type: beyond, SQLite
 * is told to raise an error, instead of going over to floating point.
 */
static bool
add_constant(FdwShip *ship, const ShipCall *call)
{
	FdwColumn  *column = fdw_column_of(ship, linitial(call->args));
	Oid			type = get_func_rettype(call->function);
	int64		least = type == INT8OID ? PG_INT64_MIN : type == INT4OID ? PG_INT32_MIN : PG_INT16_MIN;
	int64		greatest = type == INT8OID ? PG_INT64_MAX : type == INT4OID ? PG_INT32_MAX : PG_INT16_MAX;
	int64		number;
	int64		bound;
	bool		up;

	if (column == NULL || column->form != FORM_INTEGER || !right_constant(call, &number))
		return false;
	up = (number > 0) == (call->sql[0] == '+');
	if (call->sql[0] == '+' ? pg_sub_s64_overflow(up ? greatest : least, number, &bound) :
		pg_add_s64_overflow(up ? greatest : least, number, &bound))
		return false;
	ship->guarded = lappend(ship->guarded, fdw_strip(linitial(call->args)));
	appendStringInfoString(ship->sql, "CASE WHEN ");
	fdw_append_checked(ship, linitial(call->args));
	appendStringInfo(ship->sql, " %s " INT64_FORMAT " THEN ", up ? "<=" : ">=", bound);
	fdw_append_column(ship, linitial(call->args));
	appendStringInfo(ship->sql, " %s " INT64_FORMAT " ELSE mig_overflow(", call->sql, number);
	fdw_append_column(ship, linitial(call->args));
	appendStringInfoString(ship->sql, ") END");
	return true;
}

/* Both cut towards zero. By -1 the least integer would overflow. */
static bool
divide_by_constant(FdwShip *ship, const ShipCall *call)
{
	int64		number;

	if (!right_constant(call, &number) || number == 0 || number == -1)
		return false;
	appendStringInfoChar(ship->sql, '(');
	if (!fdw_ship_value(ship, linitial(call->args), FORM_INTEGER))
		return false;
	appendStringInfo(ship->sql, " %s " INT64_FORMAT ")", call->sql, number);
	return true;
}

static bool
compare_numbers(FdwShip *ship, const ShipCall *call)
{
	Expr	   *column;
	Expr	   *value;
	const char *op;

	return fdw_column_and_value(ship, call, &column, &value, &op) &&
		fdw_column_of(ship, column)->form == FORM_NUMBER &&
		compare_at_bounds(ship, op, column, value);
}

static bool
compare_times(FdwShip *ship, const ShipCall *call)
{
	Expr	   *column;
	Expr	   *value;
	const char *op;

	if (!fdw_column_and_value(ship, call, &column, &value, &op) ||
		fdw_column_of(ship, column)->base_type != exprType((Node *) value))
		return false;
	if (fdw_column_of(ship, column)->form == FORM_NUMBER)
		return compare_at_bounds(ship, op, column, value);
	return fdw_column_of(ship, column)->form == FORM_ISO && compare_days(ship, op, column, value);
}

/* One side of a comparison at a bound. */
static bool
append_side(FdwShip *ship, Expr *column, const char *op, Expr *value, bool above)
{
	fdw_append_checked(ship, column);
	appendStringInfo(ship->sql, " %s ", op);
	return fdw_append_bound(ship, value, column, above, op[0] == '<');
}

/* Texts that stand for minus infinity: SQLite sorts them above the numbers. */
static void
append_minus_infinity(FdwShip *ship, Expr *column, const char *before)
{
	appendStringInfo(ship->sql, "%s(", before);
	fdw_append_column(ship, column);
	appendStringInfoString(ship->sql, " >= '' AND lower(");
	fdw_append_column(ship, column);
	appendStringInfoString(ship->sql, ") IN ('-inf', '-infinity'))");
}

/*
 * With P the least stored number whose value is not below v, and Q the least
 * whose value is above it: = is [P, Q), < is below P, > is Q and up.
 */
static bool
compare_at_bounds(FdwShip *ship, const char *op, Expr *column, Expr *value)
{
	static const struct
	{
		const char *op;
		const char *first;		/* comparison with the first bound */
		bool		first_above;	/* which is Q, not P */
		const char *between;	/* NULL: there is no second */
	}			forms[] = {
		{"=", ">=", false, " AND "}, {"<>", "<", false, " OR "},
		{"<", "<", false, NULL}, {"<=", "<", true, NULL},
		{">", ">=", true, NULL}, {">=", ">=", false, NULL},
	};
	bool		infinities = fdw_column_of(ship, column)->infinities;
	bool		upward = op[0] == '>';

	for (int i = 0; i < lengthof(forms); i++)
	{
		if (strcmp(forms[i].op, op) != 0)
			continue;
		appendStringInfoChar(ship->sql, '(');
		if (!append_side(ship, column, forms[i].first, value, forms[i].first_above))
			return false;
		if (forms[i].between != NULL)
		{
			appendStringInfoString(ship->sql, forms[i].between);
			if (!append_side(ship, column, op[0] == '=' ? "<" : ">=", value, true))
				return false;
		}
		else if (infinities && !upward)
			append_minus_infinity(ship, column, " OR ");
		else if (infinities && IsA(value, Const))
			append_minus_infinity(ship, column, " AND NOT ");
		appendStringInfoChar(ship->sql, ')');
		return true;
	}
	return false;
}

/*
 * ISO texts: whatever follows the date, and whatever zone it is in, the text of a
 * value lies within the days around it. A year beyond 9999 has five digits and
 * sorts among the low ones, so that a lower bound alone would lose it: only a
 * text below an upper bound has no such year.
 */
static bool
compare_days(FdwShip *ship, const char *op, Expr *column, Expr *value)
{
	if (strcmp(op, "<>") == 0 || (op[0] == '>' && !list_member(ship->bounded, column)))
		return false;
	ship->exact = false;
	appendStringInfoChar(ship->sql, '(');
	if (op[0] != '<')
	{
		fdw_append_checked(ship, column);
		appendStringInfoString(ship->sql, " >= ");
		fdw_append_day(ship, value, column, false);
	}
	if (op[0] != '>')
	{
		appendStringInfoString(ship->sql, op[0] == '=' ? " AND " : "");
		fdw_append_checked(ship, column);
		appendStringInfoString(ship->sql, " < ");
		fdw_append_day(ship, value, column, true);
	}
	appendStringInfoChar(ship->sql, ')');
	return true;
}
