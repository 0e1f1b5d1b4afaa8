/*-------------------------------------------------------------------------
 *
 * fdw_scan.c
 *	  Executor side of a foreign scan.
 *
 * One statement of SQLite, one converter per column chosen before the first
 * row. A rescan binds new parameters to the same statement. The connection keeps it
 * for the next execution; after an error it dies with the executor's query context.
 * In a parallel scan the statement is run for one range of rowids after the other;
 * which, and what a worker reads, is decided in fdw_parallel.c.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/parallel.h"
#include "executor/executor.h"
#include "utils/rel.h"

#include "fdw/fdw_bind.h"
#include "fdw/fdw_modify.h"
#include "fdw/fdw_parallel.h"
#include "fdw/fdw_result.h"

/* How much was read ahead, into a spool. */
typedef enum FdwAhead
{
	AHEAD_NONE,
	AHEAD_BROKEN,				/* is being read, or an error ended that */
	AHEAD_REST,					/* what was left then */
	AHEAD_WHOLE,				/* all rows */
} FdwAhead;

typedef struct FdwScanState
{
	SqliteDb   *db;
	SqliteStmt *stmt;
	const char *sql;			/* what is sent, unless values say otherwise */
	SqliteStmt *other;			/* what was sent for the values before; NULL if nothing else was */
	FdwBinds   *binds;			/* placeholders; NULL if there is none */
	bool		ready;			/* to be stepped: opened, bound, and on a part */
	FdwParts   *parts;			/* of a parallel scan; else NULL */
	int64		first;			/* the present part: rowids from here */
	int64		last;			/* to here */
	int			ncols;
	FdwResult  *results;
	int		   *target;			/* index into the slot of each result column */
	ConvIn	  **conv;			/* of each result column */
	bool		computed;		/* not all results are values for a converter */
	bool		rowid;			/* behind the results comes the rowid */
	bool		varies;			/* what is bound may be something else with each rescan */
	bool		own_changes;	/* the statement that it is part of may change what it reads */
	bool		ended;			/* there are no more rows */
	bool		busy;			/* a row is being read */
	FdwAhead	ahead;
	FdwSpool   *spool;			/* NULL unless rows were read ahead */
	ServerReader reader;
	uint64		rows;			/* read since the last rescan, or of the present part */
} FdwScanState;

static void open_statement(ForeignScanState *node);
static void prepare(ForeignScanState *node, const char *sql);
static const char *choose_statement(const ForeignScan *plan, SqliteDb *db);
static bool get_ready(ForeignScanState *node);
static bool next_part(FdwScanState *state);
static bool fetch(ForeignScanState *node, TupleTableSlot *slot, int64 *rowid);
static bool fetch_row(ForeignScanState *node, TupleTableSlot *slot, int64 *rowid);
static bool fetch_spooled(ForeignScanState *node, TupleTableSlot *slot, int64 *rowid);
static void fill_spool(ForeignScanState *node);
static void read_ahead(void *arg, bool same_statement);
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
	if (plan->fdw_exprs != NIL)
	{
		state->binds = fdw_binds(&node->ss.ps, plan->fdw_exprs, list_nth(plan->fdw_private, FDW_SCAN_BINDS));
		state->varies = fdw_varies((Node *) plan->fdw_exprs,
								   fdw_known_params(node->ss.ps.state->es_plannedstmt, list_nth(plan->fdw_private, FDW_SCAN_CONSTANTS)));
	}
	if (plan->scan.plan.parallel_aware)
		state->parts = fdw_parts_begin(list_nth(plan->fdw_private, FDW_SCAN_PARTS), plan->fs_server);

	/* a worker does not know yet what it is to read */
	if (state->parts == NULL || !IsParallelWorker())
		open_statement(node);
}

static void
open_statement(ForeignScanState *node)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	FdwScanState *state = node->fdw_state;
	MemoryContext caller = MemoryContextSwitchTo(node->ss.ps.state->es_query_cxt);

	if (fdw_scan_writes(node, &state->own_changes))
		state->db = server_write_session(plan->fs_server);
	else
		state->db = server_session(plan->fs_server);
	state->sql = choose_statement(plan, state->db);
	prepare(node, state->sql);
	state->rowid = plan->fsSystemCol && sqlite_column_count(state->stmt) > state->ncols;
	state->reader.db = state->db;
	state->reader.statement = node->ss.ps.state;
	state->reader.read_ahead = read_ahead;
	state->reader.arg = node;
	server_reader_begin(&state->reader);
	MemoryContextSwitchTo(caller);
}

static void
prepare(ForeignScanState *node, const char *sql)
{
	FdwScanState *state = node->fdw_state;
	MemoryContext caller = MemoryContextSwitchTo(node->ss.ps.state->es_query_cxt);

	state->stmt = sqlite_prepare_again(state->db, sql);
	if (state->ncols > 0)
		sqlite_tells_of(state->stmt, state->results[0].table);
	MemoryContextSwitchTo(caller);
}

/* Goes over to the statement that is right for the present values of parameters, and binds them. */
static void
bind(ForeignScanState *node)
{
	FdwScanState *state = node->fdw_state;
	ExprContext *econtext = node->ss.ps.ps_ExprContext;
	MemoryContext caller = MemoryContextSwitchTo(econtext->ecxt_per_tuple_memory);
	const char *sql = fdw_bind_statement(state->binds, state->sql, econtext);

	if (strcmp(sql, sqlite_sql(state->stmt)) != 0)
	{
		SqliteStmt *other = state->other;

		state->other = state->stmt;
		state->stmt = other;
		if (other == NULL || strcmp(sql, sqlite_sql(other)) != 0)
		{
			state->stmt = NULL;
			sqlite_release(other);
			prepare(node, sql);
		}
	}
	MemoryContextSwitchTo(caller);
	fdw_bind(state->binds, state->db, state->stmt, econtext);
}

/* What is proven now holds as long as the snapshot. */
static const char *
choose_statement(const ForeignScan *plan, SqliteDb *db)
{
	SqliteStmt *proof;
	bool		proven;

	if (list_length(plan->fdw_private) <= FDW_SCAN_PROOF)
		return strVal(list_nth(plan->fdw_private, FDW_SCAN_SQL));
	proof = sqlite_prepare_again(db, strVal(list_nth(plan->fdw_private, FDW_SCAN_PROOF)));
	proven = sqlite_step(proof) && sqlite_integer(proof, 0) == 1;
	sqlite_release(proof);
	return strVal(list_nth(plan->fdw_private, proven ? FDW_SCAN_PROVEN : FDW_SCAN_SQL));
}

/*
 * False when there is nothing to read for this process.
 */
static bool
get_ready(ForeignScanState *node)
{
	FdwScanState *state = node->fdw_state;

	if (state->stmt == NULL)
	{
		if (!fdw_parts_join(state->parts))
			return false;
		open_statement(node);
	}
	if (state->binds != NULL)
		bind(node);
	if (state->parts != NULL && !next_part(state))
		return false;
	state->ready = true;
	return true;
}

/*
 * Goes on to the next range of rowids; false when there is none.
 */
static bool
next_part(FdwScanState *state)
{
	int			params = state->binds != NULL ? fdw_bind_count(state->binds) : 0;

	sqlite_rewind(state->stmt);
	state->rows = 0;
	if (!fdw_parts_next(state->parts, &state->first, &state->last))
	{
		state->ready = false;
		return false;
	}
	sqlite_bind_int64(state->stmt, params + 1, state->first);
	sqlite_bind_int64(state->stmt, params + 2, state->last);
	return true;
}

TupleTableSlot *
fdwIterateForeignScan(ForeignScanState *node)
{
	FdwScanState *state = node->fdw_state;
	TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;
	int64		rowid = 0;

	ExecClearTuple(slot);
	if (unlikely(state->own_changes || state->ahead != AHEAD_NONE))
	{
		if (!fetch_spooled(node, slot, &rowid))
			return slot;
	}
	else if (!fetch(node, slot, &rowid))
		return slot;
	if (unlikely(state->rowid))
		fdw_store_with_rowid(slot, rowid);
	else
		ExecStoreVirtualTuple(slot);
	return slot;
}

/* Puts the values of the next row into a slot; false when there is none. */
static inline bool
fetch(ForeignScanState *node, TupleTableSlot *slot, int64 *rowid)
{
	FdwScanState *state = node->fdw_state;
	bool		found;

	if (unlikely(!state->ready) && !state->ended && !get_ready(node))
		return false;
	state->busy = true;
	found = fetch_row(node, slot, rowid);
	state->busy = false;
	return found;
}

static inline bool
fetch_row(ForeignScanState *node, TupleTableSlot *slot, int64 *rowid)
{
	FdwScanState *state = node->fdw_state;
	int			refused;

	if (unlikely(state->ended))
		return false;
	while (!sqlite_step(state->stmt))
	{
		if (state->parts == NULL || !next_part(state))
		{
			state->ended = true;
			server_reader_end(&state->reader);
			return false;
		}
	}

	/* CurrentMemoryContext is the per-tuple context here */
	memset(slot->tts_isnull, true, sizeof(bool) * slot->tts_tupleDescriptor->natts);
	refused = state->computed ? convert(state, slot) :
		conv_row(state->conv, state->target, state->ncols, sqlite_raw(state->stmt), 0,
				 slot->tts_values, slot->tts_isnull);
	if (unlikely(refused >= 0))
		refuse(node, refused);
	if (unlikely(state->rowid))
		*rowid = sqlite_integer(state->stmt, state->ncols);
	state->rows++;
	return true;
}

/* The same from the spool. */
static bool
fetch_spooled(ForeignScanState *node, TupleTableSlot *slot, int64 *rowid)
{
	FdwScanState *state = node->fdw_state;

	if (state->ahead == AHEAD_NONE)
		fill_spool(node);
	else if (state->ahead == AHEAD_BROKEN)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("cannot go on reading from SQLite"),
				 errdetail("Something was to be written, and an error came up when the remaining rows were read before."),
				 errhint("Handle the error outside of the loop or the cursor that reads.")));
	return fdw_spool_get(state->spool, slot, rowid);
}

/* Reads all rows that are left. The slot of the node may hold a row that is being looked at. */
static void
fill_spool(ForeignScanState *node)
{
	FdwScanState *state = node->fdw_state;
	TupleDesc	desc = node->ss.ss_ScanTupleSlot->tts_tupleDescriptor;
	FdwAhead	ahead = state->ready || state->varies ? AHEAD_REST : AHEAD_WHOLE;
	ResourceOwner owner = CurrentResourceOwner;
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext row_context = AllocSetContextCreate(caller, "SQLite row", ALLOCSET_DEFAULT_SIZES);
	TupleTableSlot *slot = MakeSingleTupleTableSlot(desc, &TTSOpsVirtual);
	int64		rowid = 0;

	/* it lives as long as the scan, longer perhaps than what is to be written; so does what a subquery holds that is run for a parameter */
	CurrentResourceOwner = state->reader.owner;
	MemoryContextSwitchTo(node->ss.ps.state->es_query_cxt);
	state->spool = fdw_spool_begin(desc);
	state->ahead = AHEAD_BROKEN;
	MemoryContextSwitchTo(row_context);
	while (fetch(node, slot, &rowid))
	{
		fdw_spool_put(state->spool, slot, rowid);
		MemoryContextReset(row_context);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(row_context);
	CurrentResourceOwner = owner;
	ExecDropSingleTupleTableSlot(slot);
	state->ahead = ahead;
}

/*
 * Something is to be written. What the statement itself writes matters to some of its
 * scans only. A scan that waits for values to be bound reads what is there by then.
 */
static void
read_ahead(void *arg, bool same_statement)
{
	ForeignScanState *node = arg;
	FdwScanState *state = node->fdw_state;

	/* a constraint of a domain does not do that */
	if (state->busy)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("cannot write to SQLite while a row of it is being read"),
				 errdetail("A function that is called for a value of the row writes.")));
	if (state->ahead == AHEAD_NONE && (same_statement ? state->own_changes : state->ready || !state->varies))
		fill_spool(node);
}

void
fdw_store_with_rowid(TupleTableSlot *slot, int64 rowid)
{
	HeapTuple	tuple = heap_form_tuple(slot->tts_tupleDescriptor, slot->tts_values, slot->tts_isnull);

	fdw_rowid_to_system(rowid, tuple);
	ExecStoreHeapTuple(tuple, slot, false);
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
	const char *tail = strVal(list_nth(plan->fdw_private, FDW_SCAN_TAIL));
	int		   *cols = palloc(sizeof(int) * Max(state->ncols, 1));

	if (state->binds != NULL || plan->scan.scanrelid == 0)
		return NULL;
	source = server_relation(RelationGetRelid(node->ss.ss_currentRelation));
	for (int i = 0; i < state->ncols; i++)
	{
		for (cols[i] = 0; source->cols[cols[i]].attnum != state->results[i].attnum;)
			cols[i]++;
	}
	if (state->parts != NULL)
		tail = psprintf("%s BETWEEN " INT64_FORMAT " AND " INT64_FORMAT, tail, state->first, state->last);
	return server_row_name(state->db, source, cols, state->ncols, tail, state->rows);
}

void
fdwReScanForeignScan(ForeignScanState *node)
{
	FdwScanState *state = node->fdw_state;

	if (state->ahead == AHEAD_WHOLE)
	{
		fdw_spool_rewind(state->spool);
		return;
	}
	if (state->ahead != AHEAD_NONE)
	{
		fdw_spool_end(state->spool);
		state->spool = NULL;
		state->ahead = AHEAD_NONE;
	}
	if (state->stmt != NULL)
		sqlite_rewind(state->stmt);
	if (state->parts != NULL)
		fdw_parts_rewind(state->parts);
	state->ready = state->ended = false;
	state->rows = 0;
	if (state->reader.owner != NULL)
		server_reader_begin(&state->reader);
}

void
fdwEndForeignScan(ForeignScanState *node)
{
	FdwScanState *state = node->fdw_state;

	if (state == NULL)
		return;
	server_reader_end(&state->reader);
	sqlite_release(state->stmt);
	sqlite_release(state->other);
	if (state->spool != NULL)
		fdw_spool_end(state->spool);
	if (state->parts != NULL)
		fdw_parts_end(state->parts);
}

Size
fdwEstimateDSMForeignScan(ForeignScanState *node, ParallelContext *context)
{
	return fdw_parts_size();
}

void
fdwInitializeDSMForeignScan(ForeignScanState *node, ParallelContext *context, void *space)
{
	fdw_parts_share(((FdwScanState *) node->fdw_state)->parts, space);
}

void
fdwReInitializeDSMForeignScan(ForeignScanState *node, ParallelContext *context, void *space)
{
	fdw_parts_share_again(((FdwScanState *) node->fdw_state)->parts, space);
}

void
fdwInitializeWorkerForeignScan(ForeignScanState *node, shm_toc *toc, void *space)
{
	fdw_parts_attach(((FdwScanState *) node->fdw_state)->parts, space);
}

/* Before the shared memory goes. */
void
fdwShutdownForeignScan(ForeignScanState *node)
{
	FdwScanState *state = node->fdw_state;

	if (((ForeignScan *) node->ss.ps.plan)->operation != CMD_SELECT)
		return;					/* the state is another one: fdw_direct.c */
	if (state != NULL && state->parts != NULL)
		fdw_parts_end(state->parts);
}

int
fdw_scan_left_out(ForeignScanState *node)
{
	FdwScanState *state = node->fdw_state;

	return state != NULL && state->parts != NULL ? fdw_parts_left_out(state->parts) : 0;
}
