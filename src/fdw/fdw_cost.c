/*-------------------------------------------------------------------------
 *
 * fdw_cost.c
 *	  What a scan costs: SQLite walks the table or an index, and hands over what
 *	  its conditions let through.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/paths.h"

#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "fdw/fdw_internal.h"

/* What SQLite spends on a row that it does not hand over, in PostgreSQL's unit: it is about as fast. */
#define VISIT_COST 0.01

/* Descending a b-tree whose pages are in memory. */
#define DESCENT_COST 0.3

/* A comparison of SQLite's sorter, which works on bytes, beside one of PostgreSQL's, which calls a function. */
#define SORT_FACTOR 0.25

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
		fetched * (fdw_cost_row(rel) + local_cost.per_tuple);
	if (param == NULL)
	{
		rel->visit_cost = visited * VISIT_COST;
		rel->startup_cost = cost.startup;
		rel->total_cost = cost.total;
	}
	return cost;
}

FdwPathCost
fdw_cost_partial(PlannerInfo *root, RelOptInfo *baserel, double processes)
{
	FdwRel	   *rel = baserel->fdw_private;
	FdwPathCost cost;
	List	   *shipped = NIL;
	List	   *indexed = NIL;
	List	   *local = NIL;
	double		fetched;
	QualCost	local_cost;

	add_clauses(root, baserel, baserel->baserestrictinfo, &shipped, &indexed, &local);
	fetched = clamp_row_est(baserel->tuples * clauselist_selectivity(root, shipped, baserel->relid, JOIN_INNER, NULL));
	cost_qual_eval(&local_cost, local, root);
	cost.startup = rel->table->options->fdw_startup_cost + DESCENT_COST + local_cost.startup;
	cost.total = cost.startup +
		(baserel->tuples * VISIT_COST + fetched * (fdw_cost_row(rel) + local_cost.per_tuple)) / processes;
	return cost;
}

Cost
fdw_cost_row(const FdwRel *rel)
{
	return rel->tuple_cost + cpu_tuple_cost;
}

Cost
fdw_cost_sort(double rows)
{
	return rows * log2(Max(rows, 2)) * cpu_operator_cost * SORT_FACTOR;
}

/* Whether ORDER BY is of the bare column, and says nothing of NULLs. */
static bool
is_ordered(const FdwColumn *column, List *pathkeys)
{
	switch (column->form)
	{
		case FORM_INTEGER:
		case FORM_TEXT:
			return column->never_null && column->max_chars < 0;
		case FORM_NUMBER:
			return column->never_null && !column->infinities && (column->proven || list_length(pathkeys) == 1);
		default:
			return false;
	}
}

/*
 * An index has the order when its first column is the first key, running in
 * either direction; more keys are taken to be a matter of few rows.
 */
Cost
fdw_cost_order(PlannerInfo *root, RelOptInfo *baserel, List *pathkeys)
{
	FdwRel	   *rel = baserel->fdw_private;
	PathKey    *first = linitial(pathkeys);
	EquivalenceMember *member;
	ListCell   *index;

	if (rel->table == NULL)
		return fdw_cost_sort(baserel->rows);
	compat_foreach_member(member, first->pk_eclass, baserel->relids)
	{
		Var		   *var = (Var *) fdw_strip(member->em_expr);

		if (!IsA(var, Var) || var->varno != baserel->relid || var->varattno <= 0)
			continue;
		foreach(index, rel->table->indexes)
		{
			FdwIndex   *i = lfirst(index);

			if (!i->partial && i->attnums[0] == var->varattno && i->binary[0] && is_ordered(&rel->table->columns[var->varattno - 1], pathkeys))
				return 0;
		}
	}
	return fdw_cost_sort(baserel->rows);
}

/*
 * Tells the planner which keys are unique, as for a table of its own: rows of
 * lookups and joins are estimated by it. Only of columns whose values differ
 * when what is stored differs. No access method, so that nobody means to use it.
 */
void
fdw_add_unique_keys(RelOptInfo *baserel)
{
	FdwRel	   *rel = baserel->fdw_private;
	ListCell   *lc;

	foreach(lc, rel->table->indexes)
	{
		FdwIndex   *index = lfirst(lc);
		IndexOptInfo *info;
		bool		usable = index->unique;

		for (int i = 0; i < index->ncols && usable; i++)
		{
			FdwColumn  *column = index->attnums[i] > 0 ? &rel->table->columns[index->attnums[i] - 1] : NULL;

			usable = column != NULL &&
				column->form == FORM_INTEGER;
		}
		if (!usable)
			continue;
		info = makeNode(IndexOptInfo);
		info->rel = baserel;
		info->unique = true;
		info->immediate = true;
		info->ncolumns = info->nkeycolumns = index->ncols;
		info->indexkeys = palloc(sizeof(int) * index->ncols);
		info->indexcollations = palloc0(sizeof(Oid) * index->ncols);
		info->opfamily = palloc(sizeof(Oid) * index->ncols);
		info->opcintype = palloc(sizeof(Oid) * index->ncols);
		for (int i = 0; i < index->ncols; i++)
		{
			FdwColumn  *column = &rel->table->columns[index->attnums[i] - 1];

			info->indexkeys[i] = index->attnums[i];
			info->opfamily[i] = lookup_type_cache(column->base_type, TYPECACHE_BTREE_OPFAMILY)->btree_opf;
			info->opcintype[i] = column->base_type;
			info->indexcollations[i] = column->source->spec.typid == column->base_type ? get_typcollation(column->base_type) : InvalidOid;
		}
		baserel->indexlist = lappend(baserel->indexlist, info);
	}
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
	bool		unique;
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
		if (fdw_is_indexed(rel->table, baserel->relid, rinfo->clause, &unique))
			*indexed = lappend(*indexed, rinfo);
	}
}

bool
fdw_is_indexed(const FdwTable *table, Index relid, Expr *clause, bool *unique)
{
	List	   *args = IsA(clause, OpExpr) ? ((OpExpr *) clause)->args :
		IsA(clause, ScalarArrayOpExpr) && ((ScalarArrayOpExpr *) clause)->useOr ? ((ScalarArrayOpExpr *) clause)->args : NIL;
	bool		found = false;
	ListCell   *lc;
	ListCell   *index;

	*unique = false;
	foreach(lc, args)
	{
		Var		   *var = (Var *) fdw_strip(lfirst(lc));

		if (!IsA(var, Var) || var->varno != relid)
			continue;
		foreach(index, table->indexes)
		{
			FdwIndex   *i = lfirst(index);

			if (i->partial || i->attnums[0] != var->varattno || i->attnums[0] == 0)
				continue;
			found = true;
			*unique |= i->unique && i->ncols == 1;
		}
	}
	return found;
}
