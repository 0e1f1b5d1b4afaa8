/*-------------------------------------------------------------------------
 *
 * fdw_query.c
 *	  Makes the SQL of a whole SELECT, or finds that a part of it cannot be sent.
 *
 * Without groups, a column whose unconvertible values a condition might let
 * through is added to the result, so that its converter sees it. With groups
 * there is no row to add it to: SQLite is asked to check it.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "fdw/fdw_query.h"
#include "fdw/fdw_result.h"
#include "fdw/fdw_ship.h"

/* Rows of a table from which on a look at its indexes is worth it. */
#define WORTH_A_PROOF 10000

static FdwStatement *make_statement(PlannerInfo *root, const FdwQuery *query, bool proven);
static char *proof_statement(List *proofs);
static bool append_groups(FdwShip *ship, const FdwQuery *query);
static void append_limits(FdwShip *ship, const FdwQuery *query);
static void append_bound(FdwShip *ship, FdwBindKind kind, Node *bound);
static List *append_output(FdwShip *ship, const FdwQuery *query, Expr *expr);
static FdwForm append_group(FdwShip *ship, Expr *expr);
static List *append_group_output(FdwShip *ship, Expr *expr);
static void append_checks(FdwShip *ship, StringInfo source);
static bool append_sort_key(FdwShip *ship, PathKey *pathkey, bool last);
static Expr *sort_expression(FdwShip *ship, PathKey *pathkey);
static bool all_extremes(const FdwQuery *query);

/*
 * What is known before the statement runs and is given to it. As an output it would
 * be taken from the row that it is needed for (setrefs.c).
 */
static bool
is_bound(PlannerInfo *root, const FdwQuery *query, Node *output)
{
	return !IsA(output, Const) && !contain_agg_clause(output) && !bms_overlap(pull_varnos(root, output), query->scan->relids);
}

FdwStatement *
fdw_query_statement(PlannerInfo *root, const FdwQuery *query)
{
	return make_statement(root, query, false);
}

/*
 * The guards against overflow take a fifth of the time of a simple condition. They
 * can be left out while the greatest values are known, which only a server that is
 * not written to promises for the time of the query.
 */
FdwStatement *
fdw_query_proven(PlannerInfo *root, const FdwQuery *query)
{
	const FdwTable *table = ((FdwRel *) query->scan->fdw_private)->table;
	FdwStatement *statement;

	if (table == NULL || table->options->updatable || query->scan->tuples < WORTH_A_PROOF)
		return NULL;
	statement = make_statement(root, query, true);
	return statement->proof != NULL ? statement : NULL;
}

static FdwStatement *
make_statement(PlannerInfo *root, const FdwQuery *query, bool proven)
{
	FdwStatement *statement = palloc0(sizeof(FdwStatement));
	FdwShip		ship;
	StringInfoData source;
	StringInfoData tail;
	StringInfoData select;
	StringInfoData output;
	List	   *selected = NIL;
	ListCell   *lc;

	initStringInfo(&source);
	initStringInfo(&tail);
	initStringInfo(&select);
	fdw_ship_init(&ship, root, query->scan->relids, &source);
	ship.proven = proven;
	appendStringInfoString(&source, " FROM ");
	fdw_append_tables(&ship, query->scan);
	fdw_append_where(&ship, query->scan);
	ship.sql = &tail;
	if (!append_groups(&ship, query) ||
		(query->pathkeys != NIL && !fdw_append_order(&ship, query->pathkeys)))
		return NULL;
	append_limits(&ship, query);

	statement->outputs = list_copy(query->outputs);
	if (!query->grouped)
		statement->outputs = list_concat_unique(list_concat_unique(statement->outputs, ship.checked), ship.constrained);
	for (int i = 0; i < list_length(statement->outputs); i++)
	{
		List	   *description;

		if (is_bound(root, query, list_nth(statement->outputs, i)))
			return NULL;
		initStringInfo(&output);
		ship.sql = &output;
		description = append_output(&ship, query, list_nth(statement->outputs, i));
		if (description == NIL)
			return NULL;
		statement->results = lappend(statement->results, description);
		selected = lappend(selected, output.data);
	}
	if (query->grouped)
	{
		if (ship.constrained != NIL)
			return NULL;		/* none of the values that count would be converted */
		append_checks(&ship, &source);
	}

	appendStringInfoString(&select, "SELECT ");
	foreach(lc, selected)
	{
		appendStringInfoString(&select, foreach_current_index(lc) > 0 ? ", " : "");
		if (all_extremes(query))
			appendStringInfo(&select, "(SELECT %s%s)", (char *) lfirst(lc), source.data);
		else
			appendStringInfoString(&select, lfirst(lc));
	}
	if (selected == NIL)
		appendStringInfoString(&select, "NULL");
	if (!all_extremes(query))
		appendStringInfo(&select, "%s%s", source.data, tail.data);
	statement->sql = select.data;
	if (ship.proofs != NIL && !ship.unproven)
		statement->proof = proof_statement(ship.proofs);
	statement->exprs = ship.exprs;
	statement->binds = ship.binds;
	return statement;
}

static char *
proof_statement(List *proofs)
{
	StringInfoData sql;
	ListCell   *lc;

	initStringInfo(&sql);
	foreach(lc, proofs)
		appendStringInfo(&sql, "%s%s", foreach_current_index(lc) > 0 ? " AND " : "SELECT ", (char *) lfirst(lc));
	return sql.data;
}

/*
 * min and max alone: SQLite takes each from an index only when it is the only
 * one of its SELECT.
 */
static bool
all_extremes(const FdwQuery *query)
{
	ListCell   *lc;

	if (!query->grouped || query->groups != NIL || query->having != NIL || query->outputs == NIL)
		return false;
	foreach(lc, query->outputs)
	{
		if (!fdw_is_extreme(lfirst(lc)))
			return false;
	}
	return true;
}

static bool
append_groups(FdwShip *ship, const FdwQuery *query)
{
	ListCell   *lc;

	foreach(lc, query->groups)
	{
		appendStringInfoString(ship->sql, foreach_current_index(lc) > 0 ? ", " : " GROUP BY ");
		if (append_group(ship, lfirst(lc)) == FORM_OPAQUE)
			return false;
	}
	foreach(lc, query->having)
	{
		appendStringInfoString(ship->sql, foreach_current_index(lc) > 0 ? " AND " : " HAVING ");
		if (!fdw_ship_condition(ship, lfirst(lc)) || !ship->exact)
			return false;
	}
	return true;
}

/*
 * Appends an expression of GROUP BY; returns its form, FORM_OPAQUE when groups
 * of what is stored are not groups of values.
 */
static FdwForm
append_group(FdwShip *ship, Expr *expr)
{
	FdwColumn  *column = fdw_column_of(ship, expr);
	Oid			type = exprType((Node *) fdw_strip(expr));
	FdwForm		form = fdw_form_of_type(type);

	if (form == FORM_TEXT && !get_collation_isdeterministic(exprCollation((Node *) expr)))
		return FORM_OPAQUE;
	if (column != NULL && column->form == form && form == FORM_TEXT)
		fdw_append_text(ship, expr);
	else if (column != NULL && column->form == form && form == FORM_INTEGER)
		fdw_append_column(ship, expr);
	else if (column != NULL && column->form == FORM_NUMBER)
		return fdw_append_key(ship, expr, false) ? FORM_NUMBER : FORM_OPAQUE;
	else if (form == FORM_OPAQUE || !fdw_ship_value(ship, expr, form) || !ship->exact)
		return FORM_OPAQUE;
	if (form == FORM_TEXT && (column == NULL || !column->binary))
		appendStringInfoString(ship->sql, " COLLATE BINARY");

	/* a number by itself would mean a column by its place */
	if (form == FORM_INTEGER && IsA(fdw_strip(expr), Const))
		appendStringInfoString(ship->sql, " + 0");
	return form;
}

static void
append_limits(FdwShip *ship, const FdwQuery *query)
{
	if (query->limit == NULL && query->offset == NULL)
		return;

	/* a negative LIMIT is SQLite's word for none */
	appendStringInfoString(ship->sql, " LIMIT ");
	append_bound(ship, BIND_LIMIT, query->limit);
	if (query->offset == NULL)
		return;
	appendStringInfoString(ship->sql, " OFFSET ");
	append_bound(ship, BIND_OFFSET, query->offset);
}

static void
append_bound(FdwShip *ship, FdwBindKind kind, Node *bound)
{
	if (bound == NULL || (IsA(bound, Const) && ((Const *) bound)->constisnull))
		appendStringInfoString(ship->sql, kind == BIND_LIMIT ? "-1" : "0");
	else if (!IsA(bound, Const) || !fdw_append_parameter(ship, (Expr *) bound, FORM_INTEGER))
		fdw_append_bind(ship, kind, (Expr *) bound, NULL, false);
}

/* Appends a result column and returns its description; NIL when it cannot be sent. */
static List *
append_output(FdwShip *ship, const FdwQuery *query, Expr *expr)
{
	if (IsA(expr, Aggref))
		return fdw_ship_aggregate(ship, (Aggref *) expr);
	if (query->grouped)
		return append_group_output(ship, expr);
	if (fdw_column_of(ship, expr) == NULL || fdw_column_of(ship, expr)->source == NULL)
		return NIL;
	fdw_append_column(ship, expr);
	return fdw_describe(ship, expr);
}

/*
 * A group by its expression, which SQLite computes once a group. Numbers that are
 * told apart by another expression than the column are shown by any of theirs.
 */
static List *
append_group_output(FdwShip *ship, Expr *expr)
{
	FdwColumn  *column = fdw_column_of(ship, expr);

	if (column != NULL && column->form == FORM_NUMBER)
	{
		fdw_append_column(ship, expr);
		return fdw_describe(ship, expr);
	}
	switch (append_group(ship, expr))
	{
		case FORM_OPAQUE:
			return NIL;
		case FORM_BOOLEAN:
			return fdw_describe_computed(BOOLOID, RESULT_VALUE, "group");
		default:
			if (fdw_column_of(ship, expr) == NULL)
				return fdw_describe_computed(exprType((Node *) expr), RESULT_VALUE, "group");
			return fdw_describe(ship, expr);
	}
}

List *
fdw_describe(FdwShip *ship, Expr *expr)
{
	Var		   *var = (Var *) fdw_strip(expr);
	FdwRel	   *rel = find_base_rel(ship->root, var->varno)->fdw_private;

	return fdw_describe_column(rel->table, fdw_column_of(ship, expr)->source,
							   planner_rt_fetch(var->varno, ship->root)->relid);
}

/* Asks SQLite to refuse values of a column that its type does not hold. */
void
fdw_append_check(FdwShip *ship, Expr *column)
{
	static const char *const types[] = {
		[FORM_INTEGER] = "integer", [FORM_NUMBER] = "number", [FORM_BOOLEAN] = "boolean", [FORM_TEXT] = "text",
		[FORM_BYTES] = "sequence", [FORM_UUID] = "uuid",
		[FORM_OPAQUE] = "any", [FORM_ISO] = "any", [FORM_JSON] = "any",	/* only their NULLs were looked at */
	};
	FdwForm		form = fdw_column_of(ship, column)->form;

	/* what nearly all values are is seen without a call */
	if (form == FORM_INTEGER)
	{
		appendStringInfoString(ship->sql, "CASE WHEN ");
		fdw_append_column(ship, column);
		appendStringInfoString(ship->sql, " = CAST(");
		fdw_append_column(ship, column);
		appendStringInfoString(ship->sql, " AS INTEGER) THEN 1 ELSE ");
	}
	else if (form == FORM_NUMBER)
	{
		appendStringInfoString(ship->sql, "CASE WHEN ");
		fdw_append_column(ship, column);
		appendStringInfoString(ship->sql, " < '' THEN 1 ELSE ");
	}
	appendStringInfoString(ship->sql, "mig_check(");
	fdw_append_column(ship, column);
	appendStringInfo(ship->sql, ", '%s')%s", types[form], form == FORM_INTEGER || form == FORM_NUMBER ? " END" : "");
}

static void
append_checks(FdwShip *ship, StringInfo source)
{
	ListCell   *lc;

	ship->sql = source;
	foreach(lc, ship->checked)
	{
		FdwForm		form = fdw_column_of(ship, lfirst(lc))->form;

		if (form == FORM_OPAQUE || form == FORM_ISO || form == FORM_JSON)
			continue;
		appendStringInfoString(source, ship->filtered ? " AND " : " WHERE ");
		fdw_append_check(ship, lfirst(lc));
		ship->filtered = true;
	}
}

bool
fdw_append_order(FdwShip *ship, List *pathkeys)
{
	ListCell   *lc;

	foreach(lc, pathkeys)
	{
		appendStringInfoString(ship->sql, foreach_current_index(lc) > 0 ? ", " : " ORDER BY ");
		if (!append_sort_key(ship, lfirst(lc), lnext(pathkeys, lc) == NULL))
			return false;
	}
	return true;
}

/*
 * A key of ORDER BY. Of numbers that become equal when they are converted only
 * the last key may be: the next one would have to decide between them.
 */
static bool
append_sort_key(FdwShip *ship, PathKey *pathkey, bool last)
{
	Expr	   *expr = sort_expression(ship, pathkey);
	FdwColumn  *column = expr ? fdw_column_of(ship, expr) : NULL;
	Oid			collation = pathkey->pk_eclass->ec_collation;
	Oid			type = expr ? exprType((Node *) fdw_strip(expr)) : InvalidOid;
	bool		text = fdw_form_of_type(type) == FORM_TEXT;

	if (expr == NULL || pathkey->pk_opfamily != lookup_type_cache(type, TYPECACHE_BTREE_OPFAMILY)->btree_opf ||
		(text && !fdw_collation_is_bytes(collation)))
		return false;
	if (column != NULL && column->form == FORM_NUMBER)
	{
		if (last || column->proven)
			fdw_append_rank(ship, expr);
		else if (!fdw_append_key(ship, expr, true))
			return false;
	}
	else if (column != NULL && text && column->form == FORM_TEXT)
		fdw_append_text(ship, expr);
	else if (column != NULL && column->form == FORM_INTEGER)
		fdw_append_column(ship, expr);
	else if (!fdw_ship_value(ship, expr, fdw_form_of_type(type)) || !ship->exact)
		return false;
	if (text && (column == NULL || !column->binary))
		appendStringInfoString(ship->sql, " COLLATE BINARY");
	appendStringInfoString(ship->sql, compat_pathkey_descends(pathkey) ? " DESC" : " ASC");

	/* an index serves more surely when nothing is said of NULLs that are not there */
	if (column == NULL || !column->never_null)
		appendStringInfoString(ship->sql, pathkey->pk_nulls_first ? " NULLS FIRST" : " NULLS LAST");
	return true;
}

/* The member of the key's class that the statement's tables give; NULL if there is none. */
static Expr *
sort_expression(FdwShip *ship, PathKey *pathkey)
{
	EquivalenceMember *member;

	compat_foreach_member(member, pathkey->pk_eclass, ship->relids)
	{
		if (!member->em_is_const && !bms_is_empty(member->em_relids) && bms_is_subset(member->em_relids, ship->relids) &&
			!contain_agg_clause((Node *) member->em_expr) && !contain_volatile_functions((Node *) member->em_expr))
			return member->em_expr;
	}
	return NULL;
}
