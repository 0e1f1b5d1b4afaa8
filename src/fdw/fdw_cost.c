/*-------------------------------------------------------------------------
 *
 * fdw_cost.c
 *	  What a scan costs: SQLite walks the table or an index, and hands over what
 *	  its conditions let through.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "optimizer/cost.h"
#include "optimizer/optimizer.h"

#include "fdw/fdw_internal.h"

/* What SQLite spends on a row that it does not hand over, in PostgreSQL's unit: it is about as fast. */
#define VISIT_COST 0.01

/* Descending a b-tree whose pages are in memory. */
#define DESCENT_COST 0.3

static bool is_indexed(const FdwTable *table, Index relid, Expr *clause);
static void add_clauses(PlannerInfo *root, RelOptInfo *baserel, List *rinfos, List **shipped, List **indexed, List **local);

FdwPathCost
fdw_cost_scan(PlannerInfo *root, RelOptInfo *baserel, ParamPathInfo *param)
{
	FdwRel	   *rel = baserel->fdw_private;
	FdwPathCost cost;
	List	   *shipped = NIL;
	List	   *indexed = NIL;
	List	   *local = NIL;
	double		visited;
	double		fetched;
	QualCost	local_cost;

	add_clauses(root, baserel, baserel->baserestrictinfo, &shipped, &indexed, &local);
	if (param != NULL)
		add_clauses(root, baserel, param->ppi_clauses, &shipped, &indexed, &local);

	visited = clamp_row_est(baserel->tuples * clauselist_selectivity(root, indexed, baserel->relid, JOIN_INNER, NULL));
	fetched = clamp_row_est(baserel->tuples * clauselist_selectivity(root, shipped, baserel->relid, JOIN_INNER, NULL));
	cost_qual_eval(&local_cost, local, root);

	/* rescans do not open or prepare anything */
	cost.startup = (param == NULL ? rel->table->options->fdw_startup_cost : 0) + DESCENT_COST + local_cost.startup;
	cost.total = cost.startup + visited * VISIT_COST +
		fetched * (rel->table->options->fdw_tuple_cost + cpu_tuple_cost + local_cost.per_tuple);
	if (param == NULL)
	{
		rel->fetched = fetched;
		rel->startup_cost = cost.startup;
		rel->total_cost = cost.total;
	}
	return cost;
}

/*
 * Sorts conditions by what becomes of them: shipped, shipped and served by an
 * index, evaluated here.
 */
static void
add_clauses(PlannerInfo *root, RelOptInfo *baserel, List *rinfos, List **shipped, List **indexed, List **local)
{
	FdwRel	   *rel = baserel->fdw_private;
	FdwShip		ship;
	StringInfoData scratch;
	ListCell   *lc;

	initStringInfo(&scratch);
	fdw_ship_init(&ship, root, baserel->relids, &scratch);
	foreach(lc, rinfos)
		fdw_ship_note(&ship, ((RestrictInfo *) lfirst(lc))->clause);
	foreach(lc, rinfos)
	{
		RestrictInfo *rinfo = lfirst(lc);

		ship.exact = true;
		if (rinfo->pseudoconstant || !base_pushdown() || !fdw_ship_condition(&ship, rinfo->clause))
		{
			*local = lappend(*local, rinfo);
			continue;
		}
		*shipped = lappend(*shipped, rinfo);
		if (!ship.exact)
			*local = lappend(*local, rinfo);
		if (is_indexed(rel->table, baserel->relid, rinfo->clause))
			*indexed = lappend(*indexed, rinfo);
	}
}

/*
 * Whether some index begins with the column that a condition compares.
 */
static bool
is_indexed(const FdwTable *table, Index relid, Expr *clause)
{
	List	   *args = IsA(clause, OpExpr) ? ((OpExpr *) clause)->args :
		IsA(clause, ScalarArrayOpExpr) && ((ScalarArrayOpExpr *) clause)->useOr ? ((ScalarArrayOpExpr *) clause)->args : NIL;
	ListCell   *lc;
	ListCell   *index;

	foreach(lc, args)
	{
		Var		   *var = (Var *) fdw_strip(lfirst(lc));

		if (!IsA(var, Var) || var->varno != relid)
			continue;
		foreach(index, table->indexes)
		{
			FdwIndex   *i = lfirst(index);

			if (!i->partial && i->attnums[0] == var->varattno && i->attnums[0] != 0)
				return true;
		}
	}
	return false;
}
