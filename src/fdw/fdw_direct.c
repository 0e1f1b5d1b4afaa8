/*-------------------------------------------------------------------------
 *
 * fdw_direct.c
 *	  UPDATE and DELETE that SQLite does as a whole, without its rows passing here.
 *
 * Only where SQLite decides every condition, and what is assigned is either known
 * beforehand, so that it can be bound, or an integer or text that SQLite computes as
 * PostgreSQL does. Everything else goes row by row (fdw_modify.c).
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/sysattr.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "nodes/makefuncs.h"
#include "optimizer/appendinfo.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "parser/parsetree.h"
#include "utils/memutils.h"
#include "utils/partcache.h"
#include "utils/rel.h"

#include "fdw/fdw_bind.h"
#include "fdw/fdw_modify.h"
#include "fdw/fdw_query.h"
#include "fdw/fdw_ship.h"

typedef struct FdwDirectState
{
	SqliteDb   *db;
	SqliteStmt *stmt;
	FdwTable   *table;
	FdwBinds   *binds;			/* NULL if there is no placeholder */
	FdwReturned returned;
	FdwSpool   *spool;			/* rows for RETURNING; NULL = none are wanted */
	bool		set_processed;	/* the rows count for the command tag */
	bool		done;
} FdwDirectState;

static ForeignScan *find_scan(PlannerInfo *root, ModifyTable *plan, Index resultRelation, int subplan_index);
static bool append_assignments(FdwShip *ship, const FdwTable *table, Oid relid, Index varno, List *exprs, List *attnums);
static bool append_assignment(FdwShip *ship, const FdwColumn *column, Index varno, AttrNumber attnum, Expr *expr);
static bool may_leave_partition(Oid relid, List *attnums);
static void append_checks(FdwShip *ship);
static void run(ForeignScanState *node);

bool
fdwPlanDirectModify(PlannerInfo *root, ModifyTable *plan, Index resultRelation, int subplan_index)
{
	ForeignScan *scan = find_scan(root, plan, resultRelation, subplan_index);
	RangeTblEntry *rte = planner_rt_fetch(resultRelation, root);
	RelOptInfo *rel;
	FdwTable   *table;
	FdwShip		ship;
	StringInfoData sql;
	List	   *exprs = NIL;
	List	   *attnums = NIL;
	List	   *returning = plan->returningLists ? list_nth(plan->returningLists, subplan_index) : NIL;
	List	   *returned;
	Relation	relation;
	ListCell   *lc;

	if (scan == NULL || scan->scan.plan.qual != NIL || !base_pushdown())
		return false;
	rel = find_base_rel(root, resultRelation);
	table = ((FdwRel *) rel->fdw_private)->table;
	if (!table->ordinary || (returning != NIL && !sqlite_has_returning()))
		return false;
	fdw_check_updatable(rte->relid);

	initStringInfo(&sql);
	fdw_ship_init(&ship, root, rel->relids, &sql);
	foreach(lc, scan->fdw_recheck_quals)
		fdw_ship_note(&ship, lfirst(lc));
	appendStringInfo(&sql, "%s main.", plan->operation == CMD_UPDATE ? "UPDATE" : "DELETE FROM");
	base_append_ident(&sql, table->source->table);
	appendStringInfoString(&sql, " AS r");
	if (plan->operation == CMD_UPDATE)
	{
		get_translated_update_targetlist(root, resultRelation, &exprs, &attnums);
		if (may_leave_partition(rte->relid, attnums) || !append_assignments(&ship, table, rte->relid, resultRelation, exprs, attnums))
			return false;
	}
	foreach(lc, scan->fdw_recheck_quals)
	{
		ship.exact = true;
		appendStringInfoString(&sql, ship.filtered ? " AND " : " WHERE ");
		if (!fdw_ship_condition(&ship, lfirst(lc)) || !ship.exact)
			return false;
		ship.filtered = true;
	}
	if (ship.constrained != NIL)
		return false;
	append_checks(&ship);

	relation = RelationIdGetRelation(rte->relid);
	returned = fdw_wanted_back(relation, resultRelation, plan->operation, returning, NIL);
	RelationClose(relation);
	if (returning != NIL && returned == NIL)
		returned = list_make1_int(table->source->cols[0].attnum);	/* any, to have the rows */
	fdw_append_returning(&sql, table, returned);

	scan->operation = plan->operation;
	scan->resultRelation = resultRelation;
	scan->fdw_exprs = ship.exprs;
	scan->fdw_recheck_quals = NIL;	/* no row comes back here to be looked at again */
	scan->fdw_private = list_make4(makeString(sql.data), ship.binds, returned, makeInteger(plan->canSetTag));
	return true;
}

/* Whether the bounds of a partition are about one of these columns: then each row is looked at (fdw_modify_exec.c). */
static bool
may_leave_partition(Oid relid, List *attnums)
{
	Relation	relation = RelationIdGetRelation(relid);
	Bitmapset  *used = NULL;
	ListCell   *lc;

	pull_varattnos((Node *) RelationGetPartitionQual(relation), 1, &used);
	RelationClose(relation);
	foreach(lc, attnums)
	{
		if (bms_is_member(lfirst_int(lc) - FirstLowInvalidHeapAttributeNumber, used))
			return true;
	}
	return false;
}

/* The scan that the rows to be changed come from, when they come from nowhere else. */
static ForeignScan *
find_scan(PlannerInfo *root, ModifyTable *plan, Index resultRelation, int subplan_index)
{
	Plan	   *subplan = outerPlan(plan);

	if (plan->operation != CMD_UPDATE && plan->operation != CMD_DELETE)
		return NULL;

	/* of an inheritance tree, a member each; there may be a Result that makes their columns alike */
	if (IsA(subplan, Append) && subplan_index < list_length(((Append *) subplan)->appendplans))
		subplan = list_nth(((Append *) subplan)->appendplans, subplan_index);
	else if (IsA(subplan, Result) && outerPlan(subplan) != NULL && IsA(outerPlan(subplan), Append) && ((Result *) subplan)->resconstantqual == NULL)
	{
		Append	   *append = (Append *) outerPlan(subplan);

		if (subplan_index < list_length(append->appendplans))
			subplan = list_nth(append->appendplans, subplan_index);
	}
	if (!IsA(subplan, ForeignScan) || ((Scan *) subplan)->scanrelid != resultRelation)
		return NULL;
	return (ForeignScan *) subplan;
}

/* Appends SET …; the entries for columns come first in the target list. */
static bool
append_assignments(FdwShip *ship, const FdwTable *table, Oid relid, Index varno, List *exprs, List *attnums)
{
	ListCell   *lc;
	ListCell   *lc2;

	appendStringInfoString(ship->sql, " SET ");
	forboth(lc, exprs, lc2, attnums)
	{
		TargetEntry *entry = lfirst(lc);
		AttrNumber	attnum = lfirst_int(lc2);
		const FdwColumn *column = &table->columns[attnum - 1];

		if (column->source == NULL || column->source->constant != NULL || fdw_is_generated(column))
			return false;
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(ship->sql, ", ");
		base_append_ident(ship->sql, column->source->name);
		appendStringInfoString(ship->sql, " = ");
		if (!append_assignment(ship, column, varno, attnum, entry->expr))
			return false;
	}
	return true;
}

/*
 * What is known beforehand goes through the column's binder. Of what SQLite computes,
 * integers are stored alike in all columns, and texts in those that keep texts.
 */
static bool
append_assignment(FdwShip *ship, const FdwColumn *column, Index varno, AttrNumber attnum, Expr *expr)
{
	const ConvSpec *spec = &column->source->spec;

	ship->exact = true;
	if (fdw_is_parameter(ship, expr))
	{
		fdw_append_bind(ship, BIND_VALUE, expr, (Expr *) makeVar(varno, attnum, spec->typid, spec->typmod, InvalidOid, 0), false);
		return true;
	}
	if (spec->format != NULL || spec->empty_as_null || column->base_type != spec->typid)
		return false;
	switch (column->base_type)
	{
		case INT8OID:
		case INT4OID:
		case INT2OID:
			return fdw_ship_exact(ship, expr, FORM_INTEGER);
		case TEXTOID:
			return (column->affinity == AFFINITY_TEXT || column->affinity == AFFINITY_NONE) && fdw_ship_exact(ship, expr, FORM_TEXT);
		default:
			return false;
	}
}

/* Conditions that raise an error for a value that was looked at and that its column's type does not hold. */
static void
append_checks(FdwShip *ship)
{
	ListCell   *lc;

	foreach(lc, ship->checked)
	{
		FdwForm		form = fdw_column_of(ship, lfirst(lc))->form;

		if (form == FORM_OPAQUE || form == FORM_ISO || form == FORM_JSON)
			continue;
		appendStringInfoString(ship->sql, ship->filtered ? " AND " : " WHERE ");
		fdw_append_check(ship, lfirst(lc));
		ship->filtered = true;
	}
}

void
fdwBeginDirectModify(ForeignScanState *node, int eflags)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	List	   *returned = list_nth(plan->fdw_private, FDW_DIRECT_RETURNED);
	ResultRelInfo *rri = node->resultRelInfo;
	FdwDirectState *state;

	if (eflags & EXEC_FLAG_EXPLAIN_ONLY)
		return;
	state = palloc0(sizeof(FdwDirectState));
	node->fdw_state = state;
	state->db = server_write_session(plan->fs_server);
	state->table = fdw_table(RelationGetRelid(rri->ri_RelationDesc));
	state->stmt = sqlite_prepare_again(state->db, strVal(list_nth(plan->fdw_private, FDW_DIRECT_SQL)));
	if (plan->fdw_exprs != NIL)
		state->binds = fdw_binds(&node->ss.ps, plan->fdw_exprs, list_nth(plan->fdw_private, FDW_DIRECT_BINDS));
	fdw_returned(&state->returned, state->table, returned);
	if (returned != NIL)
		state->spool = fdw_spool_begin(node->ss.ss_ScanTupleSlot->tts_tupleDescriptor);
	state->set_processed = intVal(list_nth(plan->fdw_private, FDW_DIRECT_SET_PROCESSED)) != 0;
}

TupleTableSlot *
fdwIterateDirectModify(ForeignScanState *node)
{
	FdwDirectState *state = node->fdw_state;
	TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;
	int64		rowid;

	if (!state->done)
		run(node);
	state->done = true;
	ExecClearTuple(slot);
	if (state->spool == NULL || !fdw_spool_get(state->spool, slot, &rowid))
		return slot;

	/* the row is asked for ctid and xmin too, in vain */
	fdw_store_with_rowid(slot, rowid);
	node->resultRelInfo->ri_projectReturning->pi_exprContext->ecxt_scantuple = slot;
	return slot;
}

/*
 * Runs the statement to its end, so that nothing of it is under way when what is
 * above looks at the rows.
 */
static void
run(ForeignScanState *node)
{
	FdwDirectState *state = node->fdw_state;
	TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;
	MemoryContext row_context = AllocSetContextCreate(CurrentMemoryContext, "SQLite row", ALLOCSET_DEFAULT_SIZES);
	MemoryContext caller;
	int64		rows = 0;

	server_before_write(state->db, node->ss.ps.state);
	if (state->binds != NULL)
		fdw_bind(state->binds, state->db, state->stmt, node->ss.ps.ps_ExprContext);
	caller = MemoryContextSwitchTo(row_context);
	while (sqlite_step(state->stmt))
	{
		ExecStoreAllNullTuple(slot);
		fdw_take_returned(&state->returned, state->table, state->stmt, slot);
		slot_getallattrs(slot);
		fdw_spool_put(state->spool, slot, 0);
		ExecClearTuple(slot);
		MemoryContextReset(row_context);
		rows++;
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(row_context);
	if (state->spool == NULL)
		rows = sqlite_changes(state->db);
	sqlite_rewind(state->stmt);
	if (state->set_processed)
		node->ss.ps.state->es_processed += rows;
	if (state->spool == NULL && node->ss.ps.instrument)
		node->ss.ps.instrument->tuplecount += rows;
}

void
fdwEndDirectModify(ForeignScanState *node)
{
	FdwDirectState *state = node->fdw_state;

	if (state == NULL)
		return;
	sqlite_release(state->stmt);
	if (state->spool != NULL)
		fdw_spool_end(state->spool);
}
