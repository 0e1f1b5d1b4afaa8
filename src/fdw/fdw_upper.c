/*-------------------------------------------------------------------------
 *
 * fdw_upper.c
 *	  What comes on top of a scan: groups and aggregates, DISTINCT, ORDER BY with
 *	  LIMIT. Sent whole, or not at all: then PostgreSQL does it over the scan.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/planmain.h"
#include "optimizer/tlist.h"
#include "utils/selfuncs.h"

#include "fdw/fdw_query.h"

/* A statement of so many bytes has not the conditions to reach a limit of SQLite. */
#define SURE_LENGTH 4000

static bool can_send(PlannerInfo *root, const FdwQuery *query);
static bool group_query(PlannerInfo *root, RelOptInfo *output, GroupPathExtraData *extra, FdwQuery *query);
static Expr *group_expression(const PathTarget *target, const SortGroupClause *clause);
static bool add_outputs(FdwQuery *query, List *exprs);
static bool distinct_query(PlannerInfo *root, FdwQuery *query);
static bool limit_query(PlannerInfo *root, FinalPathExtraData *extra, FdwQuery *query);
static void add_grouped_path(PlannerInfo *root, RelOptInfo *output, FdwRel *rel, PathTarget *target);
static void add_limited_path(PlannerInfo *root, RelOptInfo *output, FdwRel *rel, FinalPathExtraData *extra);

void
fdwGetForeignUpperPaths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input, RelOptInfo *output, void *extra)
{
	FdwRel	   *rel;
	FdwRel	   *below = input->fdw_private;
	FdwQuery   *query;

	if (!base_pushdown() || below == NULL || output->fdw_private != NULL || root->parse->hasTargetSRFs)
		return;
	rel = palloc0(sizeof(FdwRel));
	rel->query = query = palloc0(sizeof(FdwQuery));
	query->scan = below->query != NULL ? below->query->scan : input;
	if (!fdw_is_complete(query->scan))
		return;
	switch (stage)
	{
		case UPPERREL_GROUP_AGG:
			if (below->query != NULL || !group_query(root, output, extra, query) || !can_send(root, query))
				return;
			add_grouped_path(root, output, rel, output->reltarget);
			break;
		case UPPERREL_DISTINCT:
			if (below->query != NULL || !distinct_query(root, query) || !can_send(root, query))
				return;
			add_grouped_path(root, output, rel, root->upper_targets[UPPERREL_DISTINCT]);
			break;
		case UPPERREL_ORDERED:
			if (below->query != NULL)
				return;

			/* no path: the scan has a sorted one itself; LIMIT may come */
			query->pathkeys = root->sort_pathkeys;
			break;
		case UPPERREL_FINAL:
			if (below->query != NULL && (below->query->grouped || below->query->pathkeys == NIL))
				return;
			query->pathkeys = below->query != NULL ? below->query->pathkeys : NIL;
			if (!limit_query(root, extra, query) || !can_send(root, query))
				return;
			add_limited_path(root, output, rel, extra);
			break;
		default:
			return;
	}
	output->fdw_private = rel;
}

/* Whether the query can be written, and SQLite has room for it; it is asked only when that is in doubt. */
static bool
can_send(PlannerInfo *root, const FdwQuery *query)
{
	FdwStatement *statement = fdw_query_statement(root, query);
	SqliteStmt *stmt;
	char	   *error;

	if (statement == NULL)
		return false;
	if (strlen(statement->sql) < SURE_LENGTH && !fdw_is_nested(statement->sql))
		return true;
	stmt = sqlite_try_prepare(server_plan_session(fdw_server_of(root, query->scan->relids)), statement->sql, &error);
	sqlite_finalize(stmt);
	return stmt != NULL;
}

static bool
group_query(PlannerInfo *root, RelOptInfo *output, GroupPathExtraData *extra, FdwQuery *query)
{
	Query	   *parse = root->parse;
	ListCell   *lc;

	/* of groups that lie in one partition the partition gives the result, but of others only a part of it */
	if (parse->groupingSets != NIL || (extra != NULL && extra->patype == PARTITIONWISE_AGGREGATE_PARTIAL))
		return false;
	query->grouped = true;
	foreach(lc, parse->groupClause)
	{
		Expr	   *expr = group_expression(output->reltarget, lfirst(lc));

		query->groups = list_append_unique(query->groups, expr);
		query->outputs = list_append_unique(query->outputs, expr);
	}
	if (extra != NULL)
		query->having = (List *) extra->havingQual;
	return add_outputs(query, output->reltarget->exprs);
}

/* As it is in the target: that of a partition has the partition's columns. */
static Expr *
group_expression(const PathTarget *target, const SortGroupClause *clause)
{
	ListCell   *lc;

	foreach(lc, target->exprs)
	{
		if (get_pathtarget_sortgroupref(target, foreach_current_index(lc)) == clause->tleSortGroupRef)
			return lfirst(lc);
	}
	elog(ERROR, "group is not in the target");
}

/*
 * Outputs that a target of groups is made of: groups, and the aggregates in its
 * expressions. Other columns depend on the groups by some key: not sent.
 */
static bool
add_outputs(FdwQuery *query, List *exprs)
{
	ListCell   *lc;
	ListCell   *part;

	foreach(lc, exprs)
	{
		if (list_member(query->groups, lfirst(lc)))
			continue;
		foreach(part, pull_var_clause(lfirst(lc), PVC_INCLUDE_AGGREGATES | PVC_INCLUDE_PLACEHOLDERS))
		{
			if (IsA(lfirst(part), Aggref))
				query->outputs = list_append_unique(query->outputs, lfirst(part));
			else if (!list_member(query->groups, lfirst(part)))
				return false;
		}
	}
	return true;
}

/* DISTINCT of all columns is GROUP BY of all. */
static bool
distinct_query(PlannerInfo *root, FdwQuery *query)
{
	Query	   *parse = root->parse;

	if (parse->hasDistinctOn || parse->distinctClause == NIL)
		return false;
	query->grouped = true;
	query->groups = list_copy(root->upper_targets[UPPERREL_DISTINCT]->exprs);
	query->outputs = list_copy(query->groups);
	return query->groups != NIL;
}

/*
 * Constants that are not negative, or what is known when the statement is run. The
 * rows' columns are sent, expressions are made of them here.
 */
static bool
limit_query(PlannerInfo *root, FinalPathExtraData *extra, FdwQuery *query)
{
	Query	   *parse = root->parse;
	Node	   *bounds[] = {parse->limitCount, parse->limitOffset};

	if (parse->commandType != CMD_SELECT || parse->rowMarks != NIL || !extra->limit_needed ||
		parse->limitOption == LIMIT_OPTION_WITH_TIES || (parse->sortClause != NIL) != (query->pathkeys != NIL))
		return false;
	for (int i = 0; i < lengthof(bounds); i++)
	{
		Const	   *constant = (Const *) bounds[i];

		if (constant == NULL)
			continue;
		if (!IsA(constant, Const) ? contain_volatile_functions(bounds[i]) || contain_subplans(bounds[i]) :
			!constant->constisnull && DatumGetInt64(constant->constvalue) < 0)
			return false;
	}
	query->limit = parse->limitCount;
	query->offset = parse->limitOffset;
	query->outputs = pull_var_clause((Node *) root->upper_targets[UPPERREL_FINAL]->exprs, PVC_RECURSE_PLACEHOLDERS);
	query->outputs = list_concat_unique(NIL, query->outputs);
	return true;
}

static void
add_grouped_path(PlannerInfo *root, RelOptInfo *output, FdwRel *rel, PathTarget *target)
{
	FdwQuery   *query = rel->query;
	FdwRel	   *scan = query->scan->fdw_private;
	double		rows = 1;
	Cost		startup;

	if (query->groups != NIL)
		rows = estimate_num_groups(root, query->groups, query->scan->rows, NULL, NULL);
	if (query->having != NIL)
		rows = clamp_row_est(rows * clauselist_selectivity(root, query->having, 0, JOIN_INNER, NULL));
	startup = scan->startup_cost + scan->visit_cost +
		query->scan->rows * cpu_operator_cost * (1 + list_length(query->outputs));
	if (query->groups != NIL)
		startup += fdw_cost_sort(query->scan->rows);
	fdw_add_path(output,
			 compat_create_foreign_upper_path(root, output, target, rows, startup,
											  startup + rows * fdw_cost_row(scan), NIL, NULL, NIL, NIL));
}

static void
add_limited_path(PlannerInfo *root, RelOptInfo *output, FdwRel *rel, FinalPathExtraData *extra)
{
	FdwQuery   *query = rel->query;
	FdwRel	   *scan = query->scan->fdw_private;
	double		rows = query->scan->rows;
	Cost		startup = scan->startup_cost;
	Cost		visit = scan->visit_cost;

	adjust_limit_rows_costs(&rows, &startup, &visit, extra->offset_est, extra->count_est);
	visit -= startup;
	if (query->pathkeys != NIL)
	{
		Cost		sort = fdw_cost_order(root, query->scan, query->pathkeys);

		/* no order for free: all rows have to be seen */
		if (sort > 0)
			startup = scan->startup_cost + scan->visit_cost + sort * log2(rows + 2) / log2(query->scan->rows + 2);
	}
	fdw_add_path(output,
			 compat_create_foreign_upper_path(root, output, root->upper_targets[UPPERREL_FINAL], rows, startup,
											  startup + Max(visit, 0) + rows * fdw_cost_row(scan), query->pathkeys, NULL, NIL, NIL));
}

ForeignScan *
fdw_query_plan(PlannerInfo *root, const FdwQuery *query, List *tlist, Plan *outer_plan)
{
	FdwStatement *statement = fdw_query_statement(root, query);
	FdwStatement *proven;
	List	   *private;
	List	   *scan_tlist = NIL;
	ListCell   *lc;

	if (statement == NULL)
		elog(ERROR, "statement on foreign tables cannot be made any more");
	foreach(lc, statement->outputs)
		scan_tlist = lappend(scan_tlist, makeTargetEntry(lfirst(lc), foreach_current_index(lc) + 1, NULL, false));
	private = list_make5(makeString(statement->sql), statement->results, statement->binds, makeString(""), NIL);
	private = lappend(private, fdw_init_plans(root, statement->exprs));
	proven = fdw_query_proven(root, query);
	if (proven != NULL)
		private = list_concat(private, list_make2(makeString(proven->proof), makeString(proven->sql)));
	return make_foreignscan(tlist, NIL, 0,
							statement->exprs,
							private,
							scan_tlist,
							NIL,
							outer_plan);
}
