/*-------------------------------------------------------------------------
 *
 * fdw_scan.c
 *	  Executor side of a foreign scan.
 *
 * One statement of SQLite, one converter per column chosen before the first
 * row. A rescan binds new parameters to the same statement, which dies with the
 * executor's query context.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "executor/executor.h"
#include "utils/rel.h"

#include "fdw/fdw_bind.h"
#include "fdw/fdw_internal.h"

typedef struct FdwScanState
{
	SourceRelation *source;
	SqliteDb   *db;
	SqliteStmt *stmt;
	FdwBinds   *binds;			/* placeholders; NULL if there is none */
	bool		bound;			/* they have values */
	char	   *tail;			/* of the statement, behind FROM */
	int			ncols;
	int		   *cols;			/* index into source->cols of each result column */
	int		   *target;			/* index into the slot of each result column */
	ConvIn	  **conv;
	uint64		rows;			/* read since the last rescan */
} FdwScanState;

static void refuse(FdwScanState *state, int col) pg_attribute_noreturn();

void
fdwBeginForeignScan(ForeignScanState *node, int eflags)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	List	   *attnums = list_nth(plan->fdw_private, FDW_SCAN_COLUMNS);
	FdwScanState *state;

	if (eflags & EXEC_FLAG_EXPLAIN_ONLY)
		return;

	state = palloc0(sizeof(FdwScanState));
	node->fdw_state = state;
	state->source = server_relation(RelationGetRelid(node->ss.ss_currentRelation));
	state->ncols = list_length(attnums);
	state->cols = palloc(sizeof(int) * Max(state->ncols, 1));
	state->target = palloc(sizeof(int) * Max(state->ncols, 1));
	state->conv = palloc(sizeof(ConvIn *) * Max(state->ncols, 1));
	for (int i = 0; i < state->ncols; i++)
	{
		AttrNumber	attnum = list_nth_int(attnums, i);
		int			col = 0;

		while (state->source->cols[col].attnum != attnum)
			col++;
		state->cols[i] = col;
		state->target[i] = attnum - 1;
		state->conv[i] = conv_choose(&state->source->cols[col].spec);
	}
	state->db = server_session(state->source->serverid);
	state->stmt = sqlite_prepare(state->db, strVal(list_nth(plan->fdw_private, FDW_SCAN_SQL)));
	state->tail = strVal(list_nth(plan->fdw_private, FDW_SCAN_TAIL));
	if (plan->fdw_exprs != NIL)
		state->binds = fdw_binds(&node->ss.ps, plan->fdw_exprs, list_nth(plan->fdw_private, FDW_SCAN_BINDS));
}

TupleTableSlot *
fdwIterateForeignScan(ForeignScanState *node)
{
	FdwScanState *state = node->fdw_state;
	TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;
	int			refused;

	ExecClearTuple(slot);
	if (unlikely(state->binds != NULL && !state->bound))
	{
		fdw_bind(state->binds, state->db, state->stmt, node->ss.ps.ps_ExprContext);
		state->bound = true;
	}
	if (!sqlite_step(state->stmt))
		return slot;

	/* CurrentMemoryContext is the per-tuple context here */
	memset(slot->tts_isnull, true, sizeof(bool) * slot->tts_tupleDescriptor->natts);
	refused = conv_row(state->conv, state->target, state->ncols, sqlite_raw(state->stmt), 0,
					   slot->tts_values, slot->tts_isnull);
	if (unlikely(refused >= 0))
		refuse(state, refused);
	state->rows++;
	return ExecStoreVirtualTuple(slot);
}

/*
 * Raises the ERROR for a value that its column's type does not hold. The row
 * has a name only if the statement can be run again without parameters.
 */
static void
refuse(FdwScanState *state, int col)
{
	char	   *row = state->binds != NULL ? NULL :
		server_row_name(state->db, state->source, state->cols, state->ncols, state->tail, state->rows);

	conv_raise(state->conv[col], sqlite_raw(state->stmt), col,
			   state->source->table, state->source->cols[state->cols[col]].name, row);
}

void
fdwReScanForeignScan(ForeignScanState *node)
{
	FdwScanState *state = node->fdw_state;

	sqlite_rewind(state->stmt);
	state->bound = false;
	state->rows = 0;
}

void
fdwEndForeignScan(ForeignScanState *node)
{
	FdwScanState *state = node->fdw_state;

	if (state != NULL)
		sqlite_finalize(state->stmt);
}
