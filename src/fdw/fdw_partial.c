/*-------------------------------------------------------------------------
 *
 * fdw_partial.c
 *	  Planner side of a parallel scan: several processes share the rows of one
 *	  table, by ranges of rowids.
 *
 * Only tables that have a rowid are shared. The ranges are walked by rowid: no
 * index and no condition on the rowid may lead SQLite another way, or each range
 * would cost as much as the whole. What SQLite joins, groups or sorts stays with
 * the leader, and so does whatever has to be read as a whole.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/pg_proc.h"
#include "nodes/makefuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/paths.h"
#include "optimizer/plancat.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "fdw/fdw_parallel.h"

/* What SQLite and PostgreSQL spend on a row beside its values, bytes. */
#define ROW_OVERHEAD 16

/* Width of the first ranges, in rowids: so that there are some, but not so wide that one may take long. */
#define FIRST_RANGES			64
#define LEAST_FIRST_WIDTH		8
#define GREATEST_FIRST_WIDTH	1024

/* Share of a worker that a leader loses for each of its workers, as PostgreSQL counts it. */
#define LEADER_LOSS 0.3

static double heap_pages(const RelOptInfo *baserel, Oid relid);
static bool converts_safely(const FdwTable *table);
static bool type_is_safe(Oid type);
static bool may_be_appended(PlannerInfo *root, const RelOptInfo *baserel);

/*
 * Whether workers may have to do with the table at all. That its scans as a
 * whole are not for them is said by fdw_add_path.
 */
bool
fdwIsForeignScanParallelSafe(PlannerInfo *root, RelOptInfo *rel, RangeTblEntry *rte)
{
	FdwTable   *table = fdw_planned_table(root, rte->relid);

	/* what cannot be read by a worker is read by the leader, if he reads; what a transaction has written only it sees */
	return table->rowid != NULL && parallel_leader_participation &&
		!server_is_updatable(table->source->serverid);
}

void
fdw_add_path(RelOptInfo *rel, ForeignPath *path)
{
	path->path.parallel_safe = false;
	add_path(rel, (Path *) path);
}

void
fdw_add_partial_path(PlannerInfo *root, RelOptInfo *baserel)
{
	Oid			relid = planner_rt_fetch(baserel->relid, root)->relid;
	ForeignPath *path;
	FdwPathCost cost;
	double		processes;
	int			workers;

	if (!baserel->consider_parallel || !bms_is_empty(baserel->lateral_relids))
		return;
	workers = compute_parallel_worker(baserel, heap_pages(baserel, relid), -1, max_parallel_workers_per_gather);

	/* what a worker cannot read as a whole it must share, to be joined with what is worth it */
	if (bms_membership(root->all_baserels) == BMS_MULTIPLE)
		workers = Max(workers, Min(1, max_parallel_workers_per_gather));
	if (workers <= 0 || !converts_safely(((FdwRel *) baserel->fdw_private)->table))
		return;
	processes = workers + Max(1.0 - LEADER_LOSS * workers, 0);
	cost = fdw_cost_partial(root, baserel, processes);
	path = compat_create_foreignscan_path(root, baserel, NULL,
										  clamp_row_est(baserel->rows / processes), cost.startup, cost.total,
										  NIL, NULL, NULL, NIL, NIL);
	path->path.parallel_aware = true;
	path->path.parallel_safe = true;
	path->path.parallel_workers = workers;
	add_partial_path(baserel, (Path *) path);
}

/*
 * Whether a worker may convert the columns: checks of domains and input functions
 * of types that others have made may do anything.
 */
static bool
converts_safely(const FdwTable *table)
{
	for (int i = 0; i < table->source->ncols; i++)
	{
		if (!type_is_safe(table->source->cols[i].spec.typid))
			return false;
	}
	return true;
}

static bool
type_is_safe(Oid type)
{
	Oid			base = getBaseType(type);
	Oid			element = get_element_type(base);
	Oid			input;
	Oid			param;

	if (base != type && DomainHasConstraints(type))
		return false;
	if (OidIsValid(element))
		return type_is_safe(element);
	getTypeInputInfo(base, &input, &param);
	return func_parallel(input) == PROPARALLEL_SAFE;
}

/*
 * How many pages PostgreSQL would need for the table: what it decides the number
 * of workers by.
 */
static double
heap_pages(const RelOptInfo *baserel, Oid relid)
{
	return baserel->tuples * (get_relation_data_width(relid, NULL) + ROW_OVERHEAD) / BLCKSZ;
}

List *
fdw_plan_parts(PlannerInfo *root, RelOptInfo *baserel, const char **rowid)
{
	const FdwTable *table = ((FdwRel *) baserel->fdw_private)->table;
	StringInfoData name;
	StringInfoData probe;

	initStringInfo(&name);
	appendStringInfoString(&name, "r.");
	base_append_ident(&name, table->rowid);
	*rowid = name.data;

	initStringInfo(&probe);
	appendStringInfo(&probe, "SELECT %s FROM ", name.data);
	server_append_source(&probe, table->source);
	appendStringInfo(&probe, " r NOT INDEXED WHERE %s >= ?1 ORDER BY %s LIMIT 1", name.data, name.data);
	return list_make3(makeString(probe.data), makeInteger(may_be_appended(root, baserel)),
					  makeInteger(Min(Max(baserel->tuples / FIRST_RANGES, LEAST_FIRST_WIDTH), GREATEST_FIRST_WIDTH)));
}

/*
 * Whether a Parallel Append may stand above the scan. It takes a scan that ends
 * in one process for one that needs no other.
 */
static bool
may_be_appended(PlannerInfo *root, const RelOptInfo *baserel)
{
	if (IS_OTHER_REL(baserel))
		return true;
	for (; root != NULL; root = root->parent_root)
	{
		if (root->parent_root != NULL && (root->parent_root->append_rel_list != NIL || root->parent_root->parse->setOperations != NULL))
			return true;
	}
	return false;
}
