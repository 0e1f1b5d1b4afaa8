/*-------------------------------------------------------------------------
 *
 * fdw_value.c
 *	  Operands of what is computed in SQLite: columns, constants, placeholders.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/pg_type.h"
#include "common/shortest_dec.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/planmain.h"
#include "parser/parsetree.h"
#include "utils/builtins.h"
#include "utils/typcache.h"
#include "utils/uuid.h"

#include "fdw/fdw_modify.h"

/* As many digits a sum in SQLite is sure to hold, however many rows there are. */
#define MAX_DECIMAL_DIGITS 18

static bool varies(Node *node, void *known);
static void note_domain(FdwShip *ship, Var *var, const FdwColumn *column);
static void append_blob(FdwShip *ship, Oid type, Datum value);
static void append_number(FdwShip *ship, const FdwBound *bound);
static bool reads_back(SqliteDb *db, const char *literal, double real);

Expr *
fdw_strip(Expr *expr)
{
	while (expr != NULL && IsA(expr, RelabelType))
		expr = ((RelabelType *) expr)->arg;
	return expr;
}

FdwColumn *
fdw_column_of(FdwShip *ship, Expr *expr)
{
	Var		   *var = (Var *) fdw_strip(expr);
	FdwRel	   *rel;

	if (var == NULL || !IsA(var, Var) || var->varlevelsup != 0 || !bms_is_member(var->varno, ship->relids) || var->varattno <= 0)
		return NULL;
	rel = find_base_rel(ship->root, var->varno)->fdw_private;
	return var->varattno <= rel->table->natts ? &rel->table->columns[var->varattno - 1] : NULL;
}

bool
fdw_is_parameter(FdwShip *ship, Expr *expr)
{
	return !bms_overlap(pull_varnos(ship->root, (Node *) expr), ship->relids) &&
		!contain_volatile_functions((Node *) expr) &&
		!contain_subplans((Node *) expr) &&
		!contain_agg_clause((Node *) expr) &&
		!contain_window_function((Node *) expr) &&
		!(fdw_varies((Node *) expr, NULL) && fdw_modifies_server(ship->root, fdw_server_of(ship->root, ship->relids)));
}

/*
 * A parameter may have another value with the next row. A scan of what the statement
 * itself changes is read once, before the first change.
 */
bool
fdw_varies(Node *expr, Bitmapset *known)
{
	return varies(expr, known);
}

static bool
varies(Node *node, void *known)
{
	if (node == NULL)
		return false;
	if (IsA(node, Param) && ((Param *) node)->paramkind == PARAM_EXEC)
		return !bms_is_member(((Param *) node)->paramid, known);
	if (IsA(node, Var) || (IsA(node, Param) && ((Param *) node)->paramkind != PARAM_EXTERN))
		return true;
	return expression_tree_walker(node, varies, known);
}

/* Whether there is a subplan that is run for each row. */
static bool
has_subplan(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, SubPlan) || IsA(node, AlternativeSubPlan))
		return true;
	return IsA(node, Query) ? query_tree_walker((Query *) node, has_subplan, context, 0) : expression_tree_walker(node, has_subplan, context);
}

/* Whether a subquery may write: it must not be run for what has to be read before that. */
static bool
may_write(PlannerInfo *root)
{
	ListCell   *lc;

	if (has_subplan((Node *) root->parse, NULL) || contain_volatile_functions((Node *) root->parse))
		return true;
	foreach(lc, root->init_plans)
	{
		if (may_write(list_nth(root->glob->subroots, lfirst_node(SubPlan, lc)->plan_id - 1)))
			return true;
	}
	return false;
}

List *
fdw_init_plans(PlannerInfo *root, List *exprs)
{
	List	   *result = NIL;
	ListCell   *lc;

	if (!fdw_varies((Node *) exprs, NULL))
		return NIL;
	for (; root != NULL; root = root->parent_root)
	{
		foreach(lc, root->init_plans)
		{
			SubPlan    *init = lfirst_node(SubPlan, lc);

			if (init->subLinkType == EXPR_SUBLINK && list_length(init->setParam) == 1 && !may_write(list_nth(root->glob->subroots, init->plan_id - 1)))
				result = lappend_int(lappend_int(result, linitial_int(init->setParam)), init->plan_id);
		}
	}
	return result;
}

Bitmapset *
fdw_known_params(const PlannedStmt *stmt, const List *init_plans)
{
	Bitmapset  *known = NULL;

	for (int i = 0; i < list_length(init_plans); i += 2)
	{
		Plan	   *plan = list_nth(stmt->subplans, list_nth_int(init_plans, i + 1) - 1);

		/* a worker does not have those that it is not to run */
		if (plan != NULL && bms_is_empty(plan->extParam))
			known = bms_add_member(known, list_nth_int(init_plans, i));
	}
	return known;
}

Oid
fdw_server_of(PlannerInfo *root, Relids relids)
{
	int			relid = -1;

	/* from PostgreSQL 16 on outer joins are among the relids, and no relations */
	do
		relid = bms_next_member(relids, relid);
	while (relid >= 0 && root->simple_rel_array[relid] == NULL);
	if (relid < 0)
		elog(ERROR, "statement on foreign tables has no table");
	return root->simple_rel_array[relid]->serverid;
}

/*
 * What a domain's constraints refuse is known to PostgreSQL alone. They are looked up
 * anew, and the plan is made anew when they change.
 */
static void
note_domain(FdwShip *ship, Var *var, const FdwColumn *column)
{
	Oid			type = column->source->spec.typid;

	if (type == column->base_type || list_member(ship->constrained, var))
		return;
	record_plan_type_dependency(ship->root, type);
	if (DomainHasConstraints(type))
		ship->constrained = lappend(ship->constrained, var);
}

void
fdw_append_column(FdwShip *ship, Expr *expr)
{
	Var		   *var = (Var *) fdw_strip(expr);
	FdwColumn  *column = fdw_column_of(ship, expr);

	note_domain(ship, var, column);
	if (column->source->constant)
	{
		appendStringInfoString(ship->sql, column->source->constant);
		return;
	}
	if (ship->whole && column->rowid)
		appendStringInfoChar(ship->sql, '+');
	if (ship->aliased)
		appendStringInfo(ship->sql, "r%d.", var->varno);
	else
		appendStringInfoString(ship->sql, "r.");
	base_append_ident(ship->sql, column->source->name);
}

void
fdw_append_checked(FdwShip *ship, Expr *expr)
{
	if (!fdw_column_of(ship, expr)->proven)
		ship->checked = list_append_unique(ship->checked, fdw_strip(expr));
	fdw_append_column(ship, expr);
}

void
fdw_append_text(FdwShip *ship, Expr *expr)
{
	int			max_chars = fdw_column_of(ship, expr)->max_chars;

	if (max_chars < 0)
	{
		fdw_append_column(ship, expr);
		return;
	}
	appendStringInfoString(ship->sql, "CASE WHEN length(");
	fdw_append_column(ship, expr);
	appendStringInfo(ship->sql, ") <= %d THEN ", max_chars);
	fdw_append_column(ship, expr);
	appendStringInfoString(ship->sql, " ELSE mig_cut(");
	fdw_append_column(ship, expr);
	appendStringInfo(ship->sql, ", %d) END", max_chars);
}

void
fdw_append_rank(FdwShip *ship, Expr *expr)
{
	if (!fdw_column_of(ship, expr)->infinities)
	{
		fdw_append_column(ship, expr);
		return;
	}

	/* numbers lie below all texts; a call only for what does not */
	appendStringInfoString(ship->sql, "CASE WHEN ");
	fdw_append_column(ship, expr);
	appendStringInfoString(ship->sql, " < '' THEN ");
	fdw_append_column(ship, expr);
	appendStringInfoString(ship->sql, " ELSE mig_rank(");
	fdw_append_column(ship, expr);
	appendStringInfoString(ship->sql, ") END");
}

bool
fdw_append_key(FdwShip *ship, Expr *expr, bool ordered)
{
	FdwColumn  *column = fdw_column_of(ship, expr);
	int			precision;
	int			scale;

	if (column->proven)
		fdw_append_column(ship, expr);
	else if (column->affinity == AFFINITY_REAL && column->infinities)
		fdw_append_rank(ship, expr);
	else if (column->base_type == FLOAT8OID)
	{
		/* integers that are the same double */
		appendStringInfoString(ship->sql, "CASE WHEN ");
		fdw_append_column(ship, expr);
		appendStringInfoString(ship->sql, " < '' THEN CAST(");
		fdw_append_column(ship, expr);
		appendStringInfoString(ship->sql, " AS REAL) ELSE mig_rank(");
		fdw_append_column(ship, expr);
		appendStringInfoString(ship->sql, ") END");
	}
	else if (column->base_type == NUMERICOID && column->typmod < (int32) VARHDRSZ && !ordered)
	{
		appendStringInfoString(ship->sql, "mig_number(");
		fdw_append_column(ship, expr);
		appendStringInfoChar(ship->sql, ')');
	}
	else if (column->base_type == NUMERICOID && fdw_decimal_digits(column->typmod, &precision, &scale))
	{
		appendStringInfoString(ship->sql, "mig_scaled(");
		fdw_append_column(ship, expr);
		appendStringInfo(ship->sql, ", %d, %d)", precision, scale);
	}
	else
		return false;
	return true;
}

/* numeric.c keeps these to itself: precision, then a scale of 11 bits with its sign. */
bool
fdw_decimal_digits(int32 typmod, int *precision, int *scale)
{
	if (typmod < (int32) VARHDRSZ)
		return false;
	*precision = ((typmod - VARHDRSZ) >> 16) & 0xffff;
	*scale = (((typmod - VARHDRSZ) & 0x7ff) ^ 1024) - 1024;
	return *scale >= 0 && *scale <= *precision && *precision <= MAX_DECIMAL_DIGITS;
}

void
fdw_append_bind(FdwShip *ship, FdwBindKind kind, Expr *expr, Expr *column, bool upper)
{
	Var		   *var = (Var *) fdw_strip(column);
	Oid			relid = var ? planner_rt_fetch(var->varno, ship->root)->relid : InvalidOid;

	ship->exprs = lappend(ship->exprs, expr);
	ship->binds = lappend(ship->binds, list_make4_int(kind, upper, relid, var ? var->varattno : 0));
	appendStringInfo(ship->sql, "?%d", list_length(ship->binds));
}

bool
fdw_append_parameter(FdwShip *ship, Expr *expr, FdwForm wanted)
{
	static const struct
	{
		Oid			type;
		FdwForm		form;
		FdwBindKind kind;
	}			kinds[] = {
		{INT8OID, FORM_INTEGER, BIND_INTEGER},
		{INT4OID, FORM_INTEGER, BIND_INTEGER},
		{INT2OID, FORM_INTEGER, BIND_INTEGER},
		{BOOLOID, FORM_BOOLEAN, BIND_INTEGER},
		{TEXTOID, FORM_TEXT, BIND_TEXT},
		{VARCHAROID, FORM_TEXT, BIND_TEXT},
		{BYTEAOID, FORM_BYTES, BIND_BYTES},
		{UUIDOID, FORM_UUID, BIND_BYTES},
	};
	Oid			type = exprType((Node *) expr);

	for (int i = 0; i < lengthof(kinds); i++)
	{
		if (kinds[i].type != type || kinds[i].form != wanted)
			continue;
		if (!IsA(expr, Const))
			fdw_append_bind(ship, kinds[i].kind, expr, NULL, false);
		else if (((Const *) expr)->constisnull)
			appendStringInfoString(ship->sql, "NULL");
		else if (wanted == FORM_TEXT)
			base_append_literal(ship->sql, TextDatumGetCString(((Const *) expr)->constvalue));
		else if (kinds[i].kind == BIND_BYTES)
			append_blob(ship, type, ((Const *) expr)->constvalue);
		else
			appendStringInfo(ship->sql, INT64_FORMAT, fdw_integer(type, ((Const *) expr)->constvalue));
		return true;
	}
	return false;
}

static void
append_blob(FdwShip *ship, Oid type, Datum value)
{
	int			len;
	const unsigned char *bytes = (const unsigned char *) fdw_bytes(type, value, &len);

	appendStringInfoString(ship->sql, "x'");
	for (int i = 0; i < len; i++)
		appendStringInfo(ship->sql, "%02x", bytes[i]);
	appendStringInfoChar(ship->sql, '\'');
}

const char *
fdw_bytes(Oid type, Datum value, int *len)
{
	bytea	   *bytes;

	if (type == UUIDOID)
	{
		*len = UUID_LEN;
		return (const char *) DatumGetUUIDP(value)->data;
	}
	bytes = DatumGetByteaPP(value);
	*len = VARSIZE_ANY_EXHDR(bytes);
	return VARDATA_ANY(bytes);
}

int64
fdw_integer(Oid type, Datum value)
{
	switch (type)
	{
		case BOOLOID:
			return DatumGetBool(value);
		case INT2OID:
			return DatumGetInt16(value);
		case INT4OID:
			return DatumGetInt32(value);
		default:
			return DatumGetInt64(value);
	}
}

/*
 * A constant is looked for now, so that the statement shows where it lies; NaN
 * and the infinities lie nowhere and are not shipped. What a parameter will be
 * is not known: for those types that have such values the result only narrows.
 */
bool
fdw_append_bound(FdwShip *ship, Expr *expr, Expr *column_expr, bool above, bool upper)
{
	FdwColumn  *column = fdw_column_of(ship, column_expr);
	Var		   *var = (Var *) fdw_strip(column_expr);
	FdwRel	   *rel = find_base_rel(ship->root, var->varno)->fdw_private;
	SqliteDb   *db = server_plan_session(rel->table->source->serverid);
	const Const *constant = (Const *) expr;
	FdwBounder *bounder;
	FdwBound	bound;
	int			start = ship->sql->len;

	if (!IsA(expr, Const))
	{
		if (column->base_type == NUMERICOID || column->base_type == FLOAT8OID)
			ship->exact = false;
		fdw_append_bind(ship, above ? BIND_ABOVE : BIND_AT_LEAST, expr, column_expr, upper);
		return true;
	}
	if (constant->constisnull || fdw_is_special(constant->consttype, constant->constvalue))
		return false;
	bounder = fdw_bounder(db, &column->source->spec, column->affinity == AFFINITY_REAL);
	bound = fdw_bound(bounder, constant->constvalue, above);
	fdw_bounder_end(bounder);
	append_number(ship, &bound);
	return bound.kind != BOUND_REAL || reads_back(db, ship->sql->data + start, bound.real);
}

void
fdw_append_day(FdwShip *ship, Expr *expr, Expr *column, bool upper)
{
	const Const *constant = (Const *) expr;
	char	   *day = NULL;

	if (!IsA(expr, Const) || constant->constisnull)
	{
		fdw_append_bind(ship, BIND_DAY, expr, column, upper);
		return;
	}
	day = fdw_day(constant->consttype, constant->constvalue, upper);
	if (day != NULL)
		base_append_literal(ship->sql, day);
	else
		appendStringInfoString(ship->sql, upper ? "x''" : "''");
}

static void
append_number(FdwShip *ship, const FdwBound *bound)
{
	char		text[DOUBLE_SHORTEST_DECIMAL_LEN];

	switch (bound->kind)
	{
		case BOUND_INTEGER:
			appendStringInfo(ship->sql, INT64_FORMAT, bound->integer);
			break;
		case BOUND_REAL:
			double_to_shortest_decimal_buf(bound->real, text);
			appendStringInfoString(ship->sql, text);
			break;
		case BOUND_BEYOND:
			appendStringInfoString(ship->sql, "''");
			break;
	}
}

/* Not every SQLite reads every literal as the nearest double. */
static bool
reads_back(SqliteDb *db, const char *literal, double real)
{
	char	   *error;
	SqliteStmt *stmt = sqlite_try_prepare(db, psprintf("SELECT %s = ?1", literal), &error);
	bool		same;

	if (stmt == NULL)
		return false;
	sqlite_bind_double(stmt, 1, real);
	same = sqlite_step(stmt) && sqlite_integer(stmt, 0) == 1;
	sqlite_finalize(stmt);
	return same;
}
