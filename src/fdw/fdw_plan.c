/*-------------------------------------------------------------------------
 *
 * fdw_plan.c
 *	  Planner side of a foreign scan: row estimates, cost, statement.
 *
 * Only the columns that the query needs are fetched. Conditions are evaluated
 * by PostgreSQL.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/sysattr.h"
#include "nodes/makefuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/planmain.h"
#include "optimizer/restrictinfo.h"

#include "fdw/fdw.h"
#include "server/server.h"

/* What the callbacks of one planner run hand on in RelOptInfo.fdw_private. */
typedef struct FdwRel
{
	SourceRelation *source;
	ServerOptions *options;
} FdwRel;

void
fdwGetForeignRelSize(PlannerInfo *root, RelOptInfo *baserel, Oid relid)
{
	FdwRel	   *rel = palloc0(sizeof(FdwRel));

	rel->source = server_relation(relid);
	rel->options = server_options(rel->source->serverid);
	baserel->fdw_private = rel;
	baserel->tuples = clamp_row_est(server_estimate_rows(rel->source));
	set_baserel_size_estimates(root, baserel);
}

void
fdwGetForeignPaths(PlannerInfo *root, RelOptInfo *baserel, Oid relid)
{
	FdwRel	   *rel = baserel->fdw_private;
	Cost		startup = rel->options->fdw_startup_cost + baserel->baserestrictcost.startup;
	Cost		total = startup + baserel->tuples *
		(rel->options->fdw_tuple_cost + cpu_tuple_cost + baserel->baserestrictcost.per_tuple);

	add_path(baserel, (Path *)
			 compat_create_foreignscan_path(root, baserel,
											NULL,	/* default pathtarget */
											baserel->rows, startup, total,
											NIL,	/* no ordering known */
											baserel->lateral_relids,
											NULL,	/* no extra plan */
											NIL,	/* no restriction evaluated remotely */
											NIL));
}

/*
 * Indexes into source->cols of the columns that the query looks at.
 */
static List *
needed_columns(const SourceRelation *source, RelOptInfo *baserel, List *clauses)
{
	Bitmapset  *used = NULL;
	List	   *result = NIL;
	bool		whole_row;

	pull_varattnos((Node *) baserel->reltarget->exprs, baserel->relid, &used);
	pull_varattnos((Node *) clauses, baserel->relid, &used);
	whole_row = bms_is_member(0 - FirstLowInvalidHeapAttributeNumber, used);
	for (int i = 0; i < source->ncols; i++)
	{
		if (whole_row || bms_is_member(source->cols[i].attnum - FirstLowInvalidHeapAttributeNumber, used))
			result = lappend_int(result, i);
	}
	return result;
}

ForeignScan *
fdwGetForeignPlan(PlannerInfo *root, RelOptInfo *baserel, Oid relid, ForeignPath *best_path,
				  List *tlist, List *scan_clauses, Plan *outer_plan)
{
	FdwRel	   *rel = baserel->fdw_private;
	List	   *clauses = extract_actual_clauses(scan_clauses, false);
	List	   *columns = needed_columns(rel->source, baserel, clauses);
	List	   *attnums = NIL;
	int		   *cols = palloc(sizeof(int) * Max(list_length(columns), 1));
	StringInfoData sql;

	for (int i = 0; i < list_length(columns); i++)
	{
		cols[i] = list_nth_int(columns, i);
		attnums = lappend_int(attnums, rel->source->cols[cols[i]].attnum);
	}
	initStringInfo(&sql);
	server_select(&sql, rel->source, cols, list_length(columns));

	return make_foreignscan(tlist, clauses, baserel->relid,
							NIL,	/* no parameters to evaluate */
							list_make2(makeString(sql.data), attnums),
							NIL,	/* scan tuple is the table's row */
							NIL,	/* no conditions evaluated remotely */
							outer_plan);
}
