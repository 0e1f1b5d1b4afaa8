/*-------------------------------------------------------------------------
 *
 * fdw_ship_choice.c
 *	  Expressions in SQLite that choose among values (CASE, COALESCE, NULLIF,
 *	  GREATEST, LEAST), and IS DISTINCT FROM and comparisons of rows.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"

#include "fdw/fdw_ship.h"

/* GREATEST of more would repeat its arguments too often. */
#define MAX_GREATEST 3

static Node *put_in_place(Node *node, void *value);
static OpExpr *as_comparison(const OpExpr *expr);
static bool append_greatest(FdwShip *ship, const MinMaxExpr *expr, int n, FdwForm wanted);

/* CASE x WHEN y is CASE WHEN x = y: what is sent has no side effects. */
static Node *
put_in_place(Node *node, void *value)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, CaseTestExpr))
		return copyObject(value);

	/* a CASE within has a value of its own */
	if (IsA(node, CaseExpr) && ((CaseExpr *) node)->arg != NULL)
		return copyObject(node);
	return expression_tree_mutator(node, put_in_place, value);
}

bool
fdw_ship_case(FdwShip *ship, const CaseExpr *expr, FdwForm wanted)
{
	ListCell   *lc;

	appendStringInfoString(ship->sql, "CASE");
	foreach(lc, expr->args)
	{
		CaseWhen   *when = lfirst(lc);
		Node	   *condition = (Node *) when->expr;

		if (expr->arg != NULL)
			condition = put_in_place(condition, expr->arg);
		appendStringInfoString(ship->sql, " WHEN ");
		if (!fdw_ship_exact(ship, (Expr *) condition, FORM_BOOLEAN))
			return false;
		appendStringInfoString(ship->sql, " THEN ");
		if (!fdw_ship_exact(ship, when->result, wanted))
			return false;
	}
	appendStringInfoString(ship->sql, " ELSE ");
	if (!fdw_ship_exact(ship, expr->defresult, wanted))
		return false;
	appendStringInfoString(ship->sql, " END");
	return true;
}

bool
fdw_ship_coalesce(FdwShip *ship, const CoalesceExpr *expr, FdwForm wanted)
{
	ListCell   *lc;

	if (list_length(expr->args) < 2)
		return false;
	appendStringInfoString(ship->sql, "coalesce(");
	foreach(lc, expr->args)
	{
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(ship->sql, ", ");
		if (!fdw_ship_exact(ship, lfirst(lc), wanted))
			return false;
	}
	appendStringInfoChar(ship->sql, ')');
	return true;
}

/* The comparison in NULLIF or IS DISTINCT FROM, which have the same node. */
static OpExpr *
as_comparison(const OpExpr *expr)
{
	OpExpr	   *comparison = makeNode(OpExpr);

	*comparison = *expr;
	comparison->xpr.type = T_OpExpr;
	comparison->opresulttype = BOOLOID;
	return comparison;
}

bool
fdw_ship_nullif(FdwShip *ship, const NullIfExpr *expr, FdwForm wanted)
{
	appendStringInfoString(ship->sql, "CASE WHEN ");
	if (!fdw_ship_exact(ship, (Expr *) as_comparison(expr), FORM_BOOLEAN))
		return false;
	appendStringInfoString(ship->sql, " THEN NULL ELSE ");
	if (!fdw_ship_exact(ship, linitial(expr->args), wanted))
		return false;
	appendStringInfoString(ship->sql, " END");
	return true;
}

/* Texts are greater than others only where an order by bytes is theirs. */
bool
fdw_ship_greatest(FdwShip *ship, const MinMaxExpr *expr, FdwForm wanted)
{
	if (list_length(expr->args) > MAX_GREATEST ||
		(wanted != FORM_INTEGER && (wanted != FORM_TEXT || !fdw_collation_is_bytes(expr->inputcollid))))
		return false;
	return append_greatest(ship, expr, list_length(expr->args), wanted);
}

/* SQLite's max and min are NULL when one argument is; here it does not count. */
static bool
append_greatest(FdwShip *ship, const MinMaxExpr *expr, int n, FdwForm wanted)
{
	Expr	   *last = list_nth(expr->args, n - 1);

	if (n == 1)
		return fdw_ship_exact(ship, last, wanted);
	appendStringInfo(ship->sql, "coalesce(%s(", expr->op == IS_GREATEST ? "max" : "min");
	if (!append_greatest(ship, expr, n - 1, wanted))
		return false;
	appendStringInfoString(ship->sql, wanted == FORM_TEXT ? " COLLATE BINARY, " : ", ");
	if (!fdw_ship_exact(ship, last, wanted))
		return false;
	appendStringInfoString(ship->sql, "), ");
	if (!append_greatest(ship, expr, n - 1, wanted))
		return false;
	appendStringInfoString(ship->sql, ", ");
	if (!fdw_ship_exact(ship, last, wanted))
		return false;
	appendStringInfoChar(ship->sql, ')');
	return true;
}

/*
 * Values of the same form differ when SQLite says that one IS NOT the other; from
 * a constant they also differ when it is not true that they are equal.
 */
bool
fdw_ship_distinct(FdwShip *ship, const DistinctExpr *expr)
{
	Expr	   *left = linitial(expr->args);
	Expr	   *right = lsecond(expr->args);
	const Const *constant = (const Const *) fdw_strip(IsA(fdw_strip(left), Const) ? left : right);
	FdwForm		form = fdw_form_of_type(exprType((Node *) fdw_strip(left)));

	appendStringInfoChar(ship->sql, '(');
	if (IsA(constant, Const) && !constant->constisnull)
	{
		appendStringInfoChar(ship->sql, '(');
		if (!fdw_ship_exact(ship, (Expr *) as_comparison(expr), FORM_BOOLEAN))
			return false;
		appendStringInfoString(ship->sql, ") IS NOT 1)");
		return true;
	}
	if (form == FORM_OPAQUE || fdw_form_of_type(exprType((Node *) fdw_strip(right))) != form ||
		(form == FORM_TEXT && !get_collation_isdeterministic(expr->inputcollid)) ||
		!fdw_ship_exact(ship, left, form))
		return false;
	appendStringInfoString(ship->sql, form == FORM_TEXT ? " COLLATE BINARY IS NOT " : " IS NOT ");
	if (!fdw_ship_exact(ship, right, form))
		return false;
	appendStringInfoChar(ship->sql, ')');
	return true;
}

/* (a, b) < (c, d): SQLite compares rows by the same rules, NULLs included. */
bool
fdw_ship_row_compare(FdwShip *ship, const RowCompareExpr *expr)
{
	const ShipRule *first = fdw_ship_rule(get_opcode(linitial_oid(expr->opnos)));

	for (int side = 0; side < 2; side++)
	{
		List	   *operands = side == 0 ? expr->largs : expr->rargs;

		appendStringInfoChar(ship->sql, '(');
		for (int i = 0; i < list_length(operands); i++)
		{
			const ShipRule *rule = fdw_ship_rule(get_opcode(list_nth_oid(expr->opnos, i)));
			FdwColumn  *column = fdw_column_of(ship, list_nth(operands, i));
			bool		text;

			if (first == NULL || rule == NULL || strcmp(rule->sql, first->sql) != 0)
				return false;
			text = rule->handler == fdw_order_texts && fdw_collation_is_bytes(list_nth_oid(expr->inputcollids, i));
			appendStringInfoString(ship->sql, i > 0 ? ", " : "");
			if ((!text && rule->handler != fdw_compare_integers) ||
				!fdw_ship_exact(ship, list_nth(operands, i), text ? FORM_TEXT : FORM_INTEGER))
				return false;
			if (text && side == 0 && (column == NULL || !column->binary))
				appendStringInfoString(ship->sql, " COLLATE BINARY");
		}
		appendStringInfoChar(ship->sql, ')');
		if (side == 0)
			appendStringInfo(ship->sql, " %s ", first->sql);
	}
	return true;
}
