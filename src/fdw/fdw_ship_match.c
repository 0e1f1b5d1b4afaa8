/*-------------------------------------------------------------------------
 *
 * fdw_ship_match.c
 *	  Full-text queries: sqlite_mig.match, and its operator, as MATCH.
 *
 * SQLite evaluates MATCH by the virtual table's index only, so it must be a
 * condition of its own. PostgreSQL cannot evaluate it at all: what is not sent
 * ends in the function's error.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/transam.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/pathnode.h"
#include "utils/lsyscache.h"

#include "fdw/fdw_ship.h"

static List *match_args(Expr *clause);

/* The arguments of such a call; NIL if it is none. */
static List *
match_args(Expr *clause)
{
	Oid			function;
	List	   *args;
	char	   *name;
	char	   *schema;

	if (IsA(clause, OpExpr))
	{
		set_opfuncid((OpExpr *) clause);
		function = ((OpExpr *) clause)->opfuncid;
		args = ((OpExpr *) clause)->args;
	}
	else if (IsA(clause, FuncExpr))
	{
		function = ((FuncExpr *) clause)->funcid;
		args = ((FuncExpr *) clause)->args;
	}
	else
		return NIL;
	if (function < FirstNormalObjectId || list_length(args) != 2)
		return NIL;
	name = get_func_name(function);
	schema = get_namespace_name(get_func_namespace(function));
	return name != NULL && schema != NULL && strcmp(name, "match") == 0 && strcmp(schema, "sqlite_mig") == 0 ? args : NIL;
}

bool
fdw_ship_match(FdwShip *ship, Expr *clause)
{
	List	   *args = match_args(clause);
	Expr	   *value;
	Var		   *var;
	FdwTable   *table;

	if (args == NIL)
		return false;
	var = (Var *) fdw_strip(linitial(args));
	value = fdw_strip(lsecond(args));
	if (!IsA(var, Var) || var->varlevelsup != 0 || var->varattno < 0 || !bms_is_member(var->varno, ship->relids) ||
		fdw_form_of_type(exprType((Node *) value)) != FORM_TEXT || !fdw_is_parameter(ship, value))
		return false;
	table = ((FdwRel *) find_base_rel(ship->root, var->varno)->fdw_private)->table;
	if (table == NULL || !table->virtual)
		return false;
	appendStringInfoChar(ship->sql, '(');
	if (var->varattno > 0)
		fdw_append_column(ship, (Expr *) var);
	else
	{
		/* the table's own name is the name of a hidden column */
		if (ship->aliased)
			appendStringInfo(ship->sql, "r%d.", var->varno);
		else
			appendStringInfoString(ship->sql, "r.");
		base_append_ident(ship->sql, table->source->table);
	}

	/* FTS5 does not take NULL; the empty phrase is nowhere */
	appendStringInfoString(ship->sql, IsA(value, Const) ? " MATCH " : " MATCH coalesce(");
	(void) fdw_append_parameter(ship, value, FORM_TEXT);
	appendStringInfoString(ship->sql, IsA(value, Const) ? ")" : ", '\"\"'))");
	return true;
}
