/*-------------------------------------------------------------------------
 *
 * fdw.h
 *	  Planner and executor of foreign tables.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_FDW_H
#define SQLITE_FDW_MIG_FDW_H

#include "base/base.h"

#include "foreign/fdwapi.h"

/* in fdw_plan.c */
extern void fdwGetForeignRelSize(PlannerInfo *root, RelOptInfo *baserel, Oid relid);
extern void fdwGetForeignPaths(PlannerInfo *root, RelOptInfo *baserel, Oid relid);
extern ForeignScan *fdwGetForeignPlan(PlannerInfo *root, RelOptInfo *baserel, Oid relid, ForeignPath *best_path,
									  List *tlist, List *scan_clauses, Plan *outer_plan);

/* in fdw_join.c */
extern void fdwGetForeignJoinPaths(PlannerInfo *root, RelOptInfo *joinrel, RelOptInfo *outer, RelOptInfo *inner,
								   JoinType type, JoinPathExtraData *extra);

/* in fdw_upper.c */
extern void fdwGetForeignUpperPaths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input, RelOptInfo *output, void *extra);

/* What fdwGetForeignPlan leaves in ForeignScan.fdw_private, in this order. */
enum FdwScanPrivate
{
	FDW_SCAN_SQL,				/* String: statement sent to SQLite */
	FDW_SCAN_RESULTS,			/* List of descriptions of the result columns, see fdw_result.c */
	FDW_SCAN_BINDS,				/* List of lists of int, for each of fdw_exprs, see fdw_bind.c */
	FDW_SCAN_TAIL,				/* String: what follows FROM in the statement; empty for more than one table */
	FDW_SCAN_PARTS,				/* of a parallel scan: List for fdw_parts_begin */
	FDW_SCAN_CONSTANTS,			/* List of int: see fdw_init_plans */
	FDW_SCAN_PROOF,				/* String: asks whether nothing can overflow; this and the next only where it can be asked */
	FDW_SCAN_PROVEN				/* String: the statement to be sent then, which does not look for overflows */
};

/* in fdw_scan.c */
extern void fdwBeginForeignScan(ForeignScanState *node, int eflags);
extern TupleTableSlot *fdwIterateForeignScan(ForeignScanState *node);
extern void fdwReScanForeignScan(ForeignScanState *node);
extern void fdwEndForeignScan(ForeignScanState *node);

/* in fdw_partial.c */
extern bool fdwIsForeignScanParallelSafe(PlannerInfo *root, RelOptInfo *rel, RangeTblEntry *rte);

/* in fdw_scan.c: parallel scans */
extern Size fdwEstimateDSMForeignScan(ForeignScanState *node, ParallelContext *context);
extern void fdwInitializeDSMForeignScan(ForeignScanState *node, ParallelContext *context, void *space);
extern void fdwReInitializeDSMForeignScan(ForeignScanState *node, ParallelContext *context, void *space);
extern void fdwInitializeWorkerForeignScan(ForeignScanState *node, shm_toc *toc, void *space);
extern void fdwShutdownForeignScan(ForeignScanState *node);

/* in fdw_modify.c */
extern int	fdwIsForeignRelUpdatable(Relation rel);
extern void fdwAddForeignUpdateTargets(PlannerInfo *root, Index rtindex, RangeTblEntry *target_rte, Relation target_relation);
extern List *fdwPlanForeignModify(PlannerInfo *root, ModifyTable *plan, Index resultRelation, int subplan_index);

/* What fdwPlanDirectModify leaves in ForeignScan.fdw_private, in this order. */
enum FdwDirectPrivate
{
	FDW_DIRECT_SQL,				/* String: statement sent to SQLite */
	FDW_DIRECT_BINDS,			/* as FDW_SCAN_BINDS */
	FDW_DIRECT_RETURNED,		/* List of int: columns that come back */
	FDW_DIRECT_SET_PROCESSED	/* Integer: the rows count for the command tag */
};

/* in fdw_direct.c */
extern bool fdwPlanDirectModify(PlannerInfo *root, ModifyTable *plan, Index resultRelation, int subplan_index);
extern void fdwBeginDirectModify(ForeignScanState *node, int eflags);
extern TupleTableSlot *fdwIterateDirectModify(ForeignScanState *node);
extern void fdwEndDirectModify(ForeignScanState *node);

/* in fdw_modify_exec.c */
extern void fdwBeginForeignModify(ModifyTableState *mtstate, ResultRelInfo *rri, List *fdw_private, int subplan_index, int eflags);
extern void fdwBeginForeignInsert(ModifyTableState *mtstate, ResultRelInfo *rri);
extern TupleTableSlot *fdwExecForeignInsert(EState *estate, ResultRelInfo *rri, TupleTableSlot *slot, TupleTableSlot *plan_slot);
extern int	fdwGetForeignModifyBatchSize(ResultRelInfo *rri);
extern TupleTableSlot **fdwExecForeignBatchInsert(EState *estate, ResultRelInfo *rri, TupleTableSlot **slots, TupleTableSlot **plan_slots, int *nslots);
extern TupleTableSlot *fdwExecForeignUpdate(EState *estate, ResultRelInfo *rri, TupleTableSlot *slot, TupleTableSlot *plan_slot);
extern TupleTableSlot *fdwExecForeignDelete(EState *estate, ResultRelInfo *rri, TupleTableSlot *slot, TupleTableSlot *plan_slot);
extern void fdwEndForeignModify(EState *estate, ResultRelInfo *rri);
extern void fdwExecForeignTruncate(List *rels, DropBehavior behavior, bool restart_seqs);

/* in fdw_analyze.c */
extern bool fdwAnalyzeForeignTable(Relation relation, AcquireSampleRowsFunc *func, BlockNumber *totalpages);

/* in fdw_explain.c */
extern void fdwExplainForeignScan(ForeignScanState *node, struct ExplainState *es);
extern void fdwExplainForeignModify(ModifyTableState *mtstate, ResultRelInfo *rri, List *fdw_private, int subplan_index, struct ExplainState *es);
extern void fdwExplainDirectModify(ForeignScanState *node, struct ExplainState *es);

/* in fdw_import.c */
extern List *fdwImportForeignSchema(ImportForeignSchemaStmt *stmt, Oid serverOid);

#endif							/* SQLITE_FDW_MIG_FDW_H */
