/*-------------------------------------------------------------------------
 *
 * fdw_ship_array.c
 *	  A value beside an array in SQLite: IN, = ANY, <> ALL and the others.
 *
 * Integers and texts become IN, with the elements spelled out or, when they are
 * not known to the planner, as one JSON array that SQLite takes apart. What is
 * compared at bounds becomes a chain of comparisons, each of which an index
 * may serve; of an array that is not known then, the least and the greatest
 * element narrow.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/lsyscache.h"

#include "fdw/fdw_ship.h"

/* Longer chains are left to PostgreSQL: SQLite has a limit on the depth of expressions. */
#define MAX_CHAIN 100

static FdwForm membership_form(const ScalarArrayOpExpr *test, const ShipRule *rule);
static bool array_elements(Expr *array, List **elements);
static bool ship_in(FdwShip *ship, const ScalarArrayOpExpr *test, FdwForm form, bool known, List *elements);
static bool ship_chain(FdwShip *ship, const ScalarArrayOpExpr *test, const ShipRule *rule, List *elements);
static bool ship_range(FdwShip *ship, const ScalarArrayOpExpr *test, const ShipRule *rule);

bool
fdw_ship_array_test(FdwShip *ship, const ScalarArrayOpExpr *test)
{
	const ShipRule *rule;
	FdwColumn  *column = fdw_column_of(ship, linitial(test->args));
	Expr	   *array = fdw_strip(lsecond(test->args));
	FdwForm		form;
	List	   *elements = NIL;
	bool		known;

	set_sa_opfuncid((ScalarArrayOpExpr *) test);
	rule = fdw_ship_rule(test->opfuncid);
	if (rule == NULL || (IsA(array, Const) && ((Const *) array)->constisnull))
		return false;
	known = array_elements(array, &elements);
	form = membership_form(test, rule);

	/* under another collation than BINARY, or cut, a column's index serves single comparisons only */
	if (form != FORM_OPAQUE && (!known || column == NULL || (column->binary && column->max_chars < 0)))
		return ship_in(ship, test, form, known, elements);
	if (known)
		return list_length(elements) <= MAX_CHAIN && ship_chain(ship, test, rule, elements);
	return ship_range(ship, test, rule);
}

/* Whether the test is IN or NOT IN of what is compared by what it is; else FORM_OPAQUE. */
static FdwForm
membership_form(const ScalarArrayOpExpr *test, const ShipRule *rule)
{
	if (strcmp(rule->sql, test->useOr ? "=" : "<>") != 0)
		return FORM_OPAQUE;
	if (rule->handler == fdw_compare_integers)
		return FORM_INTEGER;
	if (rule->handler == fdw_compare_texts && get_collation_isdeterministic(test->inputcollid))
		return FORM_TEXT;
	return FORM_OPAQUE;
}

/* Elements of a constant, or of ARRAY[…]; false when they are not known. */
static bool
array_elements(Expr *array, List **elements)
{
	Const	   *constant = (Const *) array;
	Oid			type = get_element_type(exprType((Node *) array));
	Datum	   *values;
	bool	   *nulls;
	int			n;
	int16		length;
	bool		byval;
	char		align;

	*elements = NIL;
	if (IsA(array, ArrayExpr) && !((ArrayExpr *) array)->multidims)
	{
		*elements = ((ArrayExpr *) array)->elements;
		return true;
	}
	if (!IsA(array, Const) || !OidIsValid(type))
		return false;
	get_typlenbyvalalign(type, &length, &byval, &align);
	deconstruct_array(DatumGetArrayTypeP(constant->constvalue), type, length, byval, align, &values, &nulls, &n);
	for (int i = 0; i < n; i++)
		*elements = lappend(*elements, makeConst(type, -1, constant->constcollid, length, values[i], nulls[i], byval));
	return true;
}

/* IN () with a NULL in the list means the same in both. */
static bool
ship_in(FdwShip *ship, const ScalarArrayOpExpr *test, FdwForm form, bool known, List *elements)
{
	Expr	   *scalar = fdw_strip(linitial(test->args));
	Expr	   *array = fdw_strip(lsecond(test->args));
	FdwColumn  *column = fdw_column_of(ship, scalar);
	ListCell   *lc;

	if (column != NULL && column->form == form && column->max_chars < 0)
	{
		if (test->useOr)
			fdw_append_unless_negated(ship, scalar);
		else
			fdw_append_checked(ship, scalar);
	}
	else
	{
		appendStringInfoChar(ship->sql, '(');
		if (!fdw_ship_exact(ship, scalar, form))
			return false;
		appendStringInfoChar(ship->sql, ')');
	}
	if (form == FORM_TEXT && (column == NULL || !column->binary))
		appendStringInfoString(ship->sql, " COLLATE BINARY");
	appendStringInfoString(ship->sql, test->useOr ? " IN (" : " NOT IN (");
	if (!known)
	{
		if (fdw_form_of_type(get_element_type(exprType((Node *) array))) != form || !fdw_is_parameter(ship, array))
			return false;
		appendStringInfoString(ship->sql, "SELECT value FROM json_each(");
		fdw_append_bind(ship, BIND_ARRAY, array, NULL, false);
		appendStringInfoString(ship->sql, "))");
		return true;
	}
	foreach(lc, elements)
	{
		appendStringInfoString(ship->sql, foreach_current_index(lc) > 0 ? ", " : "");
		if (!fdw_ship_exact(ship, lfirst(lc), form))
			return false;
	}
	appendStringInfoChar(ship->sql, ')');
	return true;
}

static bool
ship_chain(FdwShip *ship, const ScalarArrayOpExpr *test, const ShipRule *rule, List *elements)
{
	ListCell   *lc;

	if (elements == NIL)
		appendStringInfoString(ship->sql, test->useOr ? "0" : "1");
	else
		appendStringInfoChar(ship->sql, '(');
	foreach(lc, elements)
	{
		ShipCall	call = {rule->sql, list_make2(linitial(test->args), lfirst(lc)), test->inputcollid, test->opfuncid};

		if (foreach_current_index(lc) > 0)
			appendStringInfoString(ship->sql, test->useOr ? " OR " : " AND ");
		if (IsA(lfirst(lc), Const) && ((Const *) lfirst(lc))->constisnull)
			appendStringInfoString(ship->sql, "NULL");
		else if (!rule->handler(ship, &call))
			return false;
	}
	if (elements != NIL)
		appendStringInfoChar(ship->sql, ')');
	return true;
}

/* What equals some element lies between the least and the greatest. */
static bool
ship_range(FdwShip *ship, const ScalarArrayOpExpr *test, const ShipRule *rule)
{
	ShipCall	call = {rule->sql, test->args, test->inputcollid, test->opfuncid};

	if (!test->useOr || strcmp(rule->sql, "=") != 0 ||
		(rule->handler != fdw_compare_numbers && rule->handler != fdw_compare_times) ||
		!fdw_is_parameter(ship, lsecond(test->args)) || !rule->handler(ship, &call))
		return false;
	ship->exact = false;
	return true;
}
