/*-------------------------------------------------------------------------
 *
 * fdw_plan.c
 *	  Planner side of a foreign scan: which conditions SQLite gets, the paths,
 *	  the statement.
 *
 * Only the columns that the query needs are fetched. What may be computed in
 * SQLite is decided in fdw_ship.c, what it costs in fdw_cost.c.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/sysattr.h"
#include "executor/executor.h"
#include "nodes/makefuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "optimizer/planmain.h"
#include "optimizer/restrictinfo.h"

#include "fdw/fdw_modify.h"
#include "fdw/fdw_query.h"
#include "fdw/fdw_result.h"

static double estimate_rows(const RelOptInfo *baserel, const FdwTable *table);
static void sort_conditions(PlannerInfo *root, RelOptInfo *baserel);
static void add_sorted_path(PlannerInfo *root, RelOptInfo *baserel);
static List *outer_relids(PlannerInfo *root, RelOptInfo *baserel);
static void add_outer_relids(PlannerInfo *root, RelOptInfo *baserel, RestrictInfo *rinfo, List **result);
static void append_where(FdwShip *ship, List *clauses, List **exact, List **local);
static bool is_equality_on(PlannerInfo *root, RelOptInfo *rel, EquivalenceClass *ec, EquivalenceMember *em, void *arg);

FdwTable *
fdw_planned_table(PlannerInfo *root, Oid relid)
{
	/* a view that the table belongs to may have stayed in a query above */
	for (PlannerInfo *level = root; level != NULL; level = level->parent_root)
		(void) compat_check_query_permissions(level->parse);
	return fdw_table(relid);
}

void
fdwGetForeignRelSize(PlannerInfo *root, RelOptInfo *baserel, Oid relid)
{
	FdwRel	   *rel = palloc0(sizeof(FdwRel));

	baserel->fdw_private = rel;
	rel->table = fdw_planned_table(root, relid);
	rel->tuple_cost = rel->table->options->fdw_tuple_cost;
	baserel->tuples = clamp_row_est(estimate_rows(baserel, rel->table));
	fdw_add_unique_keys(baserel);
	sort_conditions(root, baserel);
	set_baserel_size_estimates(root, baserel);
	fdw_cost_scan(root, baserel, NULL);
}

/*
 * What ANALYZE counted, scaled by how the file has grown since; without
 * that, what SQLite's side tells.
 */
static double
estimate_rows(const RelOptInfo *baserel, const FdwTable *table)
{
	if (baserel->tuples > 0 && baserel->pages > 0)
		return baserel->tuples * (table->pages / baserel->pages);
	return table->rows;
}

/*
 * Sorts the table's own conditions by who decides them.
 */
static void
sort_conditions(PlannerInfo *root, RelOptInfo *baserel)
{
	FdwRel	   *rel = baserel->fdw_private;
	FdwShip		ship;
	StringInfoData scratch;
	ListCell   *lc;

	initStringInfo(&scratch);
	fdw_ship_init(&ship, root, baserel->relids, &scratch);
	foreach(lc, baserel->baserestrictinfo)
		fdw_ship_note(&ship, ((RestrictInfo *) lfirst(lc))->clause);
	foreach(lc, fdw_equalities_first(baserel->baserestrictinfo))
	{
		RestrictInfo *rinfo = lfirst(lc);

		ship.exact = true;
		if (rinfo->pseudoconstant || !base_pushdown() || list_length(rel->exact) == FDW_MAX_CONDITIONS || !fdw_ship_condition(&ship, rinfo->clause))
			rel->local = lappend(rel->local, rinfo);
		else if (ship.exact)
			rel->exact = lappend(rel->exact, rinfo);
		else
			rel->local = lappend(rel->local, rinfo);
	}
}

void
fdwGetForeignPaths(PlannerInfo *root, RelOptInfo *baserel, Oid relid)
{
	FdwRel	   *rel = baserel->fdw_private;
	ListCell   *lc;

	fdw_add_path(baserel,
			 compat_create_foreignscan_path(root, baserel,
											NULL,	/* default pathtarget */
											baserel->rows, rel->startup_cost, rel->total_cost,
											NIL,	/* no ordering known */
											baserel->lateral_relids,
											NULL,	/* no extra plan */
											NIL,
											NIL));
	fdw_add_partial_path(root, baserel);
	if (!base_pushdown())
		return;
	add_sorted_path(root, baserel);
	foreach(lc, outer_relids(root, baserel))
	{
		ParamPathInfo *param = get_baserel_parampathinfo(root, baserel, lfirst(lc));
		FdwPathCost cost = fdw_cost_scan(root, baserel, param);

		fdw_add_path(baserel,
				 compat_create_foreignscan_path(root, baserel,
												NULL,
												param->ppi_rows, cost.startup, cost.total,
												NIL,
												param->ppi_req_outer,
												NULL,
												NIL,
												NIL));
	}
}

/*
 * A path in the order that the query wants in the end, or that a merge join above wants.
 */
static void
add_sorted_path(PlannerInfo *root, RelOptInfo *baserel)
{
	FdwRel	   *rel = baserel->fdw_private;
	FdwShip		ship;
	StringInfoData scratch;
	Cost		sort;

	initStringInfo(&scratch);
	fdw_ship_init(&ship, root, baserel->relids, &scratch);
	if (root->query_pathkeys == NIL || !fdw_append_order(&ship, root->query_pathkeys))
		return;
	sort = fdw_cost_order(root, baserel, root->query_pathkeys);
	fdw_add_path(baserel,
			 compat_create_foreignscan_path(root, baserel, NULL,
											baserel->rows,
											rel->startup_cost + (sort > 0 ? rel->visit_cost + sort : 0),
											rel->total_cost * 1.05 + sort,
											root->query_pathkeys,
											baserel->lateral_relids, NULL, NIL, NIL));
}

/*
 * Sets of other relations whose rows can be parameters of a scan, so that a
 * nested loop looks up its inner side in SQLite: list of Relids.
 */
static List *
outer_relids(PlannerInfo *root, RelOptInfo *baserel)
{
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, baserel->joininfo)
	{
		RestrictInfo *rinfo = lfirst(lc);

		if (join_clause_is_movable_to(rinfo, baserel))
			add_outer_relids(root, baserel, rinfo, &result);
	}
	if (!baserel->has_eclass_joins)
		return result;
	for (int i = 0; i < list_length(baserel->reltarget->exprs); i++)
	{
		Expr	   *column = list_nth(baserel->reltarget->exprs, i);
		List	   *clauses;

		if (!IsA(column, Var))
			continue;
		clauses = generate_implied_equalities_for_column(root, baserel, is_equality_on, column, baserel->lateral_referencers);
		foreach(lc, clauses)
		{
			RestrictInfo *rinfo = lfirst(lc);

			if (join_clause_is_movable_to(rinfo, baserel))
				add_outer_relids(root, baserel, rinfo, &result);
		}
	}
	return result;
}

static void
add_outer_relids(PlannerInfo *root, RelOptInfo *baserel, RestrictInfo *rinfo, List **result)
{
	FdwShip		ship;
	StringInfoData scratch;
	Relids		outer = bms_union(rinfo->clause_relids, baserel->lateral_relids);
	ListCell   *lc;

	initStringInfo(&scratch);
	fdw_ship_init(&ship, root, baserel->relids, &scratch);
	outer = bms_del_member(outer, baserel->relid);
	if (bms_is_empty(outer) || !fdw_ship_condition(&ship, rinfo->clause))
		return;
	foreach(lc, *result)
	{
		if (bms_equal(lfirst(lc), outer))
			return;
	}
	*result = lappend(*result, outer);
}

static bool
is_equality_on(PlannerInfo *root, RelOptInfo *rel, EquivalenceClass *ec, EquivalenceMember *em, void *arg)
{
	return equal(fdw_strip(em->em_expr), arg);
}

/*
 * Indexes into source->cols of the columns that are looked at here.
 */
static List *
needed_columns(const SourceRelation *source, RelOptInfo *baserel, List *clauses, List *checked)
{
	Bitmapset  *used = NULL;
	List	   *result = NIL;
	bool		whole_row;

	pull_varattnos((Node *) baserel->reltarget->exprs, baserel->relid, &used);
	pull_varattnos((Node *) clauses, baserel->relid, &used);
	pull_varattnos((Node *) checked, baserel->relid, &used);
	whole_row = bms_is_member(0 - FirstLowInvalidHeapAttributeNumber, used);
	for (int i = 0; i < source->ncols; i++)
	{
		if (whole_row || bms_is_member(source->cols[i].attnum - FirstLowInvalidHeapAttributeNumber, used))
			result = lappend_int(result, i);
	}
	return result;
}

/* A statement that changes the row needs what tells it from others; it comes as ctid and xmin. NULL if it is not wanted. */
static const char *
wanted_identity(RelOptInfo *baserel, const FdwTable *table, List *clauses)
{
	Bitmapset  *used = NULL;

	pull_varattnos((Node *) baserel->reltarget->exprs, baserel->relid, &used);
	pull_varattnos((Node *) clauses, baserel->relid, &used);
	if (!bms_is_member(SelfItemPointerAttributeNumber - FirstLowInvalidHeapAttributeNumber, used) &&
		!bms_is_member(MinTransactionIdAttributeNumber - FirstLowInvalidHeapAttributeNumber, used))
		return NULL;
	return fdw_identity(table) == IDENTITY_KEY ? fdw_key_hash(table) : table->rowid;
}

/*
 * Appends WHERE with what can be sent of the conditions; sorts them by who has
 * the last word.
 */
static void
append_where(FdwShip *ship, List *clauses, List **exact, List **local)
{
	StringInfo	sql = ship->sql;
	int			nshipped = 0;
	ListCell   *lc;

	foreach(lc, clauses)
		fdw_ship_note(ship, lfirst(lc));
	foreach(lc, fdw_equalities_first(clauses))
	{
		Expr	   *clause = lfirst(lc);
		int			start = sql->len;

		ship->exact = true;
		appendStringInfoString(sql, ship->filtered ? " AND " : " WHERE ");
		if (!base_pushdown() || nshipped == FDW_MAX_CONDITIONS || !fdw_ship_condition(ship, clause))
		{
			sql->data[sql->len = start] = '\0';
			*local = lappend(*local, clause);
			continue;
		}
		ship->filtered = true;
		nshipped++;
		if (ship->exact)
			*exact = lappend(*exact, clause);
		else
			*local = lappend(*local, clause);
	}
	ship->exact = true;
}

ForeignScan *
fdwGetForeignPlan(PlannerInfo *root, RelOptInfo *baserel, Oid relid, ForeignPath *best_path,
				  List *tlist, List *scan_clauses, Plan *outer_plan)
{
	FdwRel	   *rel = baserel->fdw_private;
	const SourceRelation *source;
	FdwShip		ship;
	StringInfoData tail;
	StringInfoData sql;
	List	   *local = NIL;
	List	   *exact = NIL;
	List	   *columns;
	List	   *results = NIL;
	List	   *parts = NIL;
	const char *rowid = NULL;
	int		   *cols;

	if (rel->query != NULL)
		return fdw_query_plan(root, rel->query, tlist, outer_plan);
	if (rel->join != NULL)
	{
		/* by now the target of a join at the top may be what is computed from its columns */
		FdwQuery	query = {.scan = baserel};

		query.outputs = list_concat_unique(NIL, pull_var_clause((Node *) baserel->reltarget->exprs, PVC_RECURSE_PLACEHOLDERS));
		return fdw_query_plan(root, &query, tlist, outer_plan);
	}
	source = rel->table->source;
	initStringInfo(&tail);
	fdw_ship_init(&ship, root, baserel->relids, &tail);
	scan_clauses = extract_actual_clauses(scan_clauses, false);
	if (best_path->path.parallel_aware)
	{
		parts = fdw_plan_parts(root, baserel, &rowid);
		ship.whole = true;
		appendStringInfoString(&tail, " NOT INDEXED");
	}
	append_where(&ship, scan_clauses, &exact, &local);
	if (best_path->path.pathkeys != NIL && !fdw_append_order(&ship, best_path->path.pathkeys))
		elog(ERROR, "order of a foreign table cannot be sent any more");

	columns = needed_columns(source, baserel, local, list_concat_unique(ship.checked, ship.constrained));
	cols = palloc(sizeof(int) * Max(list_length(columns), 1));
	for (int i = 0; i < list_length(columns); i++)
	{
		cols[i] = list_nth_int(columns, i);
		results = lappend(results, fdw_describe_column(rel->table, &source->cols[cols[i]], relid));
	}
	initStringInfo(&sql);
	server_select_with(&sql, source, cols, list_length(columns), wanted_identity(baserel, rel->table, local));
	appendStringInfoString(&sql, tail.data);

	/* the range is bound beside the expressions; messages about a row add their own */
	if (parts != NIL)
	{
		rowid = psprintf("%s%s", ship.filtered ? " AND " : " WHERE ", rowid);
		appendStringInfo(&sql, "%s BETWEEN ?%d AND ?%d", rowid, list_length(ship.exprs) + 1, list_length(ship.exprs) + 2);
		appendStringInfoString(&tail, rowid);
	}

	return make_foreignscan(tlist, local, baserel->relid,
							ship.exprs,
							lappend(list_make5(makeString(sql.data), results, ship.binds, makeString(tail.data), parts), fdw_init_plans(root, ship.exprs)),
							NIL,	/* scan tuple is the table's row */
							exact,	/* for rechecks of locked rows */
							outer_plan);
}
