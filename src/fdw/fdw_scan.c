/*-------------------------------------------------------------------------
 *
 * fdw_scan.c
 *	  Executor side of a foreign scan.
 *
 * One statement of SQLite, one converter per column chosen before the first
 * row. A rescan binds new parameters to the same statement. The connection keeps it
 * for the next execution; after an error it dies with the executor's query context.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "executor/executor.h"
#include "utils/rel.h"

#include "fdw/fdw_bind.h"
#include "fdw/fdw_internal.h"
#include "fdw/fdw_result.h"

typedef struct FdwScanState
{
	SqliteDb   *db;
	SqliteStmt *stmt;
	FdwBinds   *binds;			/* placeholders; NULL if there is none */
	bool		bound;			/* they have values */
	int			ncols;
	FdwResult  *results;
	int		   *target;			/* index into the slot of each result column */
	ConvIn	  **conv;			/* of each result column */
	bool		computed;		/* not all results are values for a converter */
	uint64		rows;			/* read since the last rescan */
} FdwScanState;

static int	convert(FdwScanState *state, TupleTableSlot *slot);
static void refuse(ForeignScanState *node, int col) pg_attribute_noreturn();
static char *row_name(ForeignScanState *node);

void
fdwBeginForeignScan(ForeignScanState *node, int eflags)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	List	   *results = list_nth(plan->fdw_private, FDW_SCAN_RESULTS);
	FdwScanState *state;

	if (eflags & EXEC_FLAG_EXPLAIN_ONLY)
		return;

	state = palloc0(sizeof(FdwScanState));
	node->fdw_state = state;
	state->ncols = list_length(results);
	state->results = palloc0(sizeof(FdwResult) * Max(state->ncols, 1));
	state->target = palloc(sizeof(int) * Max(state->ncols, 1));
	state->conv = palloc(sizeof(ConvIn *) * Max(state->ncols, 1));
	for (int i = 0; i < state->ncols; i++)
	{
		FdwResult  *result = &state->results[i];

		fdw_read_result(result, list_nth(results, i));
		state->conv[i] = result->conv;
		state->target[i] = plan->scan.scanrelid > 0 ? result->attnum - 1 : i;
		state->computed |= result->kind != RESULT_VALUE;
	}
	state->db = server_session(plan->fs_server);
	state->stmt = sqlite_prepare_again(state->db, strVal(list_nth(plan->fdw_private, FDW_SCAN_SQL)));
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
	refused = state->computed ? convert(state, slot) :
		conv_row(state->conv, state->target, state->ncols, sqlite_raw(state->stmt), 0,
				 slot->tts_values, slot->tts_isnull);
	if (unlikely(refused >= 0))
		refuse(node, refused);
	state->rows++;
	return ExecStoreVirtualTuple(slot);
}

/* conv_row for results of all kinds. */
static int
convert(FdwScanState *state, TupleTableSlot *slot)
{
	for (int i = 0; i < state->ncols; i++)
	{
		Datum	   *datum = &slot->tts_values[state->target[i]];
		bool	   *isnull = &slot->tts_isnull[state->target[i]];

		if (state->results[i].kind != RESULT_VALUE)
			*datum = fdw_result_datum(&state->results[i], state->stmt, i, isnull);
		else if (!conv_column(state->conv[i], sqlite_raw(state->stmt), i, datum, isnull))
			return i;
	}
	return -1;
}

/*
 * Raises the ERROR for a value that its column's type does not hold.
 */
static void
refuse(ForeignScanState *node, int col)
{
	FdwScanState *state = node->fdw_state;
	FdwResult  *result = &state->results[col];

	conv_raise(state->conv[col], sqlite_raw(state->stmt), col, result->table, result->column, row_name(node));
}

/*
 * The name of the current row, palloc'd; NULL if it has none: the statement must
 * be one that can be run again, on one table and without parameters.
 */
static char *
row_name(ForeignScanState *node)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	FdwScanState *state = node->fdw_state;
	SourceRelation *source;
	int		   *cols = palloc(sizeof(int) * Max(state->ncols, 1));

	if (state->binds != NULL || plan->scan.scanrelid == 0)
		return NULL;
	source = server_relation(RelationGetRelid(node->ss.ss_currentRelation));
	for (int i = 0; i < state->ncols; i++)
	{
		for (cols[i] = 0; source->cols[cols[i]].attnum != state->results[i].attnum;)
			cols[i]++;
	}
	return server_row_name(state->db, source, cols, state->ncols,
						   strVal(list_nth(plan->fdw_private, FDW_SCAN_TAIL)), state->rows);
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
		sqlite_release(state->stmt);
}
