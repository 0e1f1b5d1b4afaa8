/*-------------------------------------------------------------------------
 *
 * fdw_modify_exec.c
 *	  Executor side of INSERT, UPDATE and DELETE, row by row, and of TRUNCATE.
 *
 * One prepared statement, one binder per column chosen before the first row. A row
 * is found again by its rowid, or by its key and a hash of the key as it is stored:
 * what is stored in two ways may be read as one value, and written in a third way.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/sysattr.h"
#include "catalog/pg_class.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "fdw/fdw_modify.h"

typedef struct FdwModifyState
{
	FdwTable   *table;
	FdwChange	change;
	bool		view;			/* its triggers do what they like: nothing is said about rows */
	SqliteDb   *db;
	SqliteStmt *stmt;
	SqliteStmt *batch;			/* for batch_rows rows; made at first use */
	int			batch_rows;
	int			nouts;
	AttrNumber *attnums;		/* of the placeholders */
	ConvOut   **outs;
	FdwConstants *constants;	/* columns that are only compared; NULL = none */
	bool		bounded;		/* rows must lie within the bounds of the partition */
	FdwReturned returned;
	AttrNumber	ctid;			/* junk columns of the subplan with the rowid, or the hash of the key */
	AttrNumber	xmin;
	int			nkeys;
	AttrNumber *keys;			/* junk columns, */
	AttrNumber *key_attnums;	/* the columns they hold, */
	ConvOut   **key_outs;		/* and how they are bound */
	bool		found_by_key;	/* every row of the table is found by its key: known after the first one that was not */
	MemoryContext row_context;	/* what binders allocate */
} FdwModifyState;

static FdwModifyState *begin(ResultRelInfo *rri, const FdwChange *change, Plan *subplan);
static void find_identity(FdwModifyState *state, Oid relid, Plan *subplan);
static void bind_row(FdwModifyState *state, SqliteStmt *stmt, int first, TupleTableSlot *slot);
static void bind_identity(FdwModifyState *state, int first, TupleTableSlot *plan_slot);
static void check_missing(FdwModifyState *state, TupleTableSlot *plan_slot);
static bool is_bounded(const ResultRelInfo *rri, const FdwTable *table, CmdType operation);
static void check_bounds(const FdwModifyState *state, ResultRelInfo *rri, TupleTableSlot *slot, EState *estate);
static bool run(FdwModifyState *state, EState *estate, SqliteStmt *stmt, TupleTableSlot *slot);
static void truncate_table(Relation rel, bool restart_seqs);

void
fdwBeginForeignModify(ModifyTableState *mtstate, ResultRelInfo *rri, List *fdw_private, int subplan_index, int eflags)
{
	FdwChange	change = {.operation = mtstate->operation};

	if (eflags & EXEC_FLAG_EXPLAIN_ONLY)
		return;
	change.attnums = linitial(fdw_private);
	change.do_nothing = intVal(lsecond(fdw_private)) != 0;
	change.returned = lthird(fdw_private);
	rri->ri_FdwState = begin(rri, &change, mtstate->operation == CMD_INSERT ? NULL : outerPlanState(mtstate)->plan);
}

/* COPY FROM, and rows that a partitioned table hands on: every column has a value. */
void
fdwBeginForeignInsert(ModifyTableState *mtstate, ResultRelInfo *rri)
{
	TupleDesc	desc = RelationGetDescr(rri->ri_RelationDesc);
	ModifyTable *plan = (ModifyTable *) mtstate->ps.plan;
	FdwChange	change = {.operation = CMD_INSERT};

	fdw_check_updatable(RelationGetRelid(rri->ri_RelationDesc));
	/* a partitioned table with a unique index that it could name has no foreign partitions */
	if (plan != NULL && plan->onConflictAction == ONCONFLICT_UPDATE)
		elog(ERROR, "ON CONFLICT DO UPDATE is not supported on foreign tables");

	/* a row that was moved here would be updated again, when it is the turn of this partition */
	if (plan != NULL && plan->operation == CMD_UPDATE && (rri->ri_usesFdwDirectModify || rri->ri_FdwState != NULL))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot move rows into foreign table \"%s\", which the same statement updates",
						RelationGetRelationName(rri->ri_RelationDesc))));
	change.do_nothing = plan != NULL && plan->onConflictAction == ONCONFLICT_NOTHING;
	for (int i = 0; i < desc->natts; i++)
	{
		if (!TupleDescAttr(desc, i)->attisdropped)
			change.attnums = lappend_int(change.attnums, i + 1);
	}
	change.returned = fdw_wanted_back(rri->ri_RelationDesc, rri->ri_RangeTableIndex, CMD_INSERT, rri->ri_returningList, rri->ri_WithCheckOptions);
	rri->ri_FdwState = begin(rri, &change, NULL);
}

static FdwModifyState *
begin(ResultRelInfo *rri, const FdwChange *change, Plan *subplan)
{
	FdwModifyState *state = palloc0(sizeof(FdwModifyState));
	Oid			relid = RelationGetRelid(rri->ri_RelationDesc);
	ListCell   *lc;

	state->db = server_write_session(server_of_table(relid));
	state->table = fdw_table(relid);
	state->view = state->table->view;
	state->change = *change;
	state->change.attnums = NIL;
	state->attnums = palloc(sizeof(AttrNumber) * Max(list_length(change->attnums), 1));
	state->outs = palloc(sizeof(ConvOut *) * Max(list_length(change->attnums), 1));
	foreach(lc, change->attnums)
	{
		const FdwColumn *column = &state->table->columns[lfirst_int(lc) - 1];

		if (fdw_is_generated(column) || column->source->constant != NULL)
			continue;			/* SQLite computes it, or does not have it */
		state->change.attnums = lappend_int(state->change.attnums, lfirst_int(lc));
		state->attnums[state->nouts] = lfirst_int(lc);
		state->outs[state->nouts++] = fdw_choose_out(state->db, state->table, column);
	}

	state->bounded = is_bounded(rri, state->table, change->operation);
	state->constants = fdw_constants(state->db, state->table, rri->ri_RelationDesc, change->attnums);

	/* SQLite does not give back all columns of a view; what was sent to it is all that is known */
	if (state->view && change->operation != CMD_DELETE)
		state->change.returned = NIL;
	fdw_returned(&state->returned, state->table, state->change.returned);
	if (change->operation != CMD_INSERT)
		find_identity(state, relid, subplan);
	if (change->operation != CMD_UPDATE || state->nouts > 0)
		state->stmt = sqlite_prepare_again(state->db, fdw_change_sql(state->table, &state->change, 1));
	state->batch_rows = 1;
	state->row_context = AllocSetContextCreate(CurrentMemoryContext, "SQLite row to write", ALLOCSET_DEFAULT_SIZES);
	return state;
}

static void
find_identity(FdwModifyState *state, Oid relid, Plan *subplan)
{
	int			natts = state->table->natts;

	state->ctid = ExecFindJunkAttributeInTlist(subplan->targetlist, "ctid");
	state->xmin = ExecFindJunkAttributeInTlist(subplan->targetlist, "xmin");
	if (!AttributeNumberIsValid(state->ctid) || !AttributeNumberIsValid(state->xmin))
		elog(ERROR, "could not find the junk columns of a rowid");
	if (fdw_identity(state->table) == IDENTITY_ROWID)
		return;
	state->keys = palloc(sizeof(AttrNumber) * natts);
	state->key_attnums = palloc(sizeof(AttrNumber) * natts);
	state->key_outs = palloc(sizeof(ConvOut *) * natts);
	for (int i = 0; i < natts; i++)
	{
		const FdwColumn *column = &state->table->columns[i];

		if (column->source == NULL || !fdw_is_key(state->table, column))
			continue;
		state->keys[state->nkeys] = ExecFindJunkAttributeInTlist(subplan->targetlist, fdw_key_name(relid, i + 1));
		if (!AttributeNumberIsValid(state->keys[state->nkeys]))
			elog(ERROR, "could not find the junk columns of a key");
		state->key_attnums[state->nkeys] = i + 1;
		state->key_outs[state->nkeys++] = fdw_choose_out(state->db, state->table, column);
	}
}

TupleTableSlot *
fdwExecForeignInsert(EState *estate, ResultRelInfo *rri, TupleTableSlot *slot, TupleTableSlot *plan_slot)
{
	FdwModifyState *state = rri->ri_FdwState;

	MemoryContextReset(state->row_context);
	bind_row(state, state->stmt, 0, slot);
	check_bounds(state, rri, slot, estate);
	return run(state, estate, state->stmt, slot) ? slot : NULL;
}

int
fdwGetForeignModifyBatchSize(ResultRelInfo *rri)
{
	FdwModifyState *state = rri->ri_FdwState;
	Oid			relid = RelationGetRelid(rri->ri_RelationDesc);
	int			size = server_table_batch_size(relid);

	/* what is done after each row needs each row */
	if (rri->ri_projectReturning != NULL || rri->ri_WithCheckOptions != NIL ||
		(rri->ri_TrigDesc && (rri->ri_TrigDesc->trig_insert_before_row || rri->ri_TrigDesc->trig_insert_after_row)) ||
		(state != NULL && (state->nouts == 0 || state->change.do_nothing)))
		return 1;
	if (state == NULL)
		return size;			/* EXPLAIN */
	state->batch_rows = Max(1, Min(size, sqlite_max_params(state->db) / state->nouts));
	return state->batch_rows;
}

TupleTableSlot **
fdwExecForeignBatchInsert(EState *estate, ResultRelInfo *rri, TupleTableSlot **slots, TupleTableSlot **plan_slots, int *nslots)
{
	FdwModifyState *state = rri->ri_FdwState;

	MemoryContextReset(state->row_context);
	if (*nslots == state->batch_rows && state->batch_rows > 1)
	{
		if (state->batch == NULL)
		{
			MemoryContext caller = MemoryContextSwitchTo(GetMemoryChunkContext(state));

			state->batch = sqlite_prepare_again(state->db, fdw_change_sql(state->table, &state->change, state->batch_rows));
			MemoryContextSwitchTo(caller);
		}
		for (int i = 0; i < *nslots; i++)
		{
			bind_row(state, state->batch, i * state->nouts, slots[i]);
			check_bounds(state, rri, slots[i], estate);
		}
		(void) run(state, estate, state->batch, NULL);
		return slots;
	}
	for (int i = 0; i < *nslots; i++)
	{
		bind_row(state, state->stmt, 0, slots[i]);
		check_bounds(state, rri, slots[i], estate);
		(void) run(state, estate, state->stmt, NULL);
	}
	return slots;
}

TupleTableSlot *
fdwExecForeignUpdate(EState *estate, ResultRelInfo *rri, TupleTableSlot *slot, TupleTableSlot *plan_slot)
{
	FdwModifyState *state = rri->ri_FdwState;

	if (state->stmt == NULL)
	{
		fdw_check_constants(state->constants, slot);
		check_bounds(state, rri, slot, estate);
		return slot;			/* only columns that SQLite computes or does not have */
	}
	MemoryContextReset(state->row_context);
	bind_row(state, state->stmt, 0, slot);
	check_bounds(state, rri, slot, estate);
	bind_identity(state, state->nouts, plan_slot);
	if (run(state, estate, state->stmt, slot))
		return slot;
	check_missing(state, plan_slot);
	return NULL;
}

TupleTableSlot *
fdwExecForeignDelete(EState *estate, ResultRelInfo *rri, TupleTableSlot *slot, TupleTableSlot *plan_slot)
{
	FdwModifyState *state = rri->ri_FdwState;

	MemoryContextReset(state->row_context);
	bind_identity(state, 0, plan_slot);
	if (state->returned.ncols > 0)
		ExecStoreAllNullTuple(slot);
	if (run(state, estate, state->stmt, slot))
		return slot;
	check_missing(state, plan_slot);
	return NULL;
}

/*
 * Whether PostgreSQL leaves the bounds of a partition to us. It routes rows that
 * come through the parent, but neither moves updated rows out of a foreign table
 * nor looks at them: those would be where no query searches for them. A constant
 * of the table has no value in a row that is inserted, and is right by itself.
 */
static bool
is_bounded(const ResultRelInfo *rri, const FdwTable *table, CmdType operation)
{
	if (!rri->ri_RelationDesc->rd_rel->relispartition || operation == CMD_DELETE)
		return false;
	if (operation == CMD_UPDATE)
		return true;
	for (int i = 0; i < table->source->ncols; i++)
	{
		if (table->source->cols[i].constant != NULL)
			return false;
	}
	return rri->ri_RootResultRelInfo == NULL;
}

static void
check_bounds(const FdwModifyState *state, ResultRelInfo *rri, TupleTableSlot *slot, EState *estate)
{
	if (state->bounded)
		(void) ExecPartitionCheck(rri, slot, estate, true);
}

void
fdwEndForeignModify(EState *estate, ResultRelInfo *rri)
{
	FdwModifyState *state = rri->ri_FdwState;

	if (state == NULL)
		return;
	sqlite_release(state->stmt);
	sqlite_release(state->batch);
}

/* Binds the columns of a row behind the "first" first placeholders. */
static void
bind_row(FdwModifyState *state, SqliteStmt *stmt, int first, TupleTableSlot *slot)
{
	MemoryContext caller = MemoryContextSwitchTo(state->row_context);

	fdw_check_constants(state->constants, slot);
	slot_getallattrs(slot);
	for (int i = 0; i < state->nouts; i++)
	{
		AttrNumber	attnum = state->attnums[i];
		Datum		value = slot->tts_values[attnum - 1];

		if (!conv_bind(state->outs[i], value, slot->tts_isnull[attnum - 1], sqlite_raw(stmt), first + i + 1))
			conv_bind_raise(state->outs[i], value, state->table->source->table, state->table->columns[attnum - 1].source->name);
	}
	MemoryContextSwitchTo(caller);
}

/* The rowid of a row of the subplan, or the hash of its key. */
static int64
identity_number(const FdwModifyState *state, TupleTableSlot *plan_slot)
{
	bool		isnull;
	Datum		ctid = ExecGetJunkAttribute(plan_slot, state->ctid, &isnull);
	Datum		xmin = isnull ? (Datum) 0 : ExecGetJunkAttribute(plan_slot, state->xmin, &isnull);

	if (isnull)
		elog(ERROR, "rowid is NULL");
	return fdw_rowid_from_system((ItemPointer) DatumGetPointer(ctid), DatumGetTransactionId(xmin));
}

static void
bind_identity(FdwModifyState *state, int first, TupleTableSlot *plan_slot)
{
	MemoryContext caller = MemoryContextSwitchTo(state->row_context);
	bool		isnull;

	for (int i = 0; i < state->nkeys; i++)
	{
		Datum		value = ExecGetJunkAttribute(plan_slot, state->keys[i], &isnull);

		if (!conv_bind(state->key_outs[i], value, isnull, sqlite_raw(state->stmt), first + i + 1))
			conv_bind_raise(state->key_outs[i], value, state->table->source->table,
							state->table->columns[state->key_attnums[i] - 1].source->name);
	}
	sqlite_bind_int64(state->stmt, first + state->nkeys + 1, identity_number(state, plan_slot));
	MemoryContextSwitchTo(caller);
}

static bool
is_found(const FdwModifyState *state, SqliteStmt *lookup, const Datum *values, const bool *nulls, int64 hash)
{
	bool		found = true;

	for (int i = 0; i < state->nkeys; i++)
		found = found && conv_bind(state->key_outs[i], values[i], nulls[i], sqlite_raw(lookup), i + 1);
	sqlite_bind_int64(lookup, state->nkeys + 1, hash);
	found = found && sqlite_step(lookup);
	sqlite_rewind(lookup);
	return found;
}

/*
 * A row that is not found by its key is gone, by a trigger or as a row that met the
 * condition twice; or SQLite holds the key otherwise than it would be written: an
 * array in braces, a uuid in capital letters, a moment between two milliseconds. The
 * first row that is not found has all of the table looked up.
 */
static void
check_missing(FdwModifyState *state, TupleTableSlot *plan_slot)
{
	MemoryContext caller;
	ConvIn	  **conv;
	Datum	   *values;
	bool	   *nulls;
	int64		missing;
	StringInfoData sql;
	SqliteStmt *rows;
	SqliteStmt *lookup;

	if (state->nkeys == 0 || state->found_by_key)
		return;
	caller = MemoryContextSwitchTo(state->row_context);
	conv = palloc(sizeof(ConvIn *) * state->nkeys);
	values = palloc(sizeof(Datum) * state->nkeys);
	nulls = palloc(sizeof(bool) * state->nkeys);
	missing = identity_number(state, plan_slot);
	initStringInfo(&sql);
	for (int i = 0; i < state->nkeys; i++)
	{
		const SourceColumn *column = state->table->columns[state->key_attnums[i] - 1].source;

		conv[i] = conv_choose(&column->spec);
		appendStringInfoString(&sql, i > 0 ? ", " : "SELECT ");
		base_append_ident(&sql, column->name);
	}
	appendStringInfo(&sql, ", %s FROM main.", fdw_key_hash(state->table));
	base_append_ident(&sql, state->table->source->table);
	rows = sqlite_prepare_again(state->db, sql.data);
	lookup = sqlite_prepare_again(state->db, fdw_lookup_sql(state->table));
	state->found_by_key = true;
	while (sqlite_step(rows))
	{
		bool		read = true;
		int64		hash = sqlite_integer(rows, state->nkeys);

		CHECK_FOR_INTERRUPTS();
		for (int i = 0; i < state->nkeys; i++)
			read = read && conv_column(conv[i], sqlite_raw(rows), i, &values[i], &nulls[i]);
		if (!read || is_found(state, lookup, values, nulls, hash))
			continue;
		state->found_by_key = false;
		if (hash == missing)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("a row of SQLite table \"%s\" cannot be found again by its key", state->table->source->table),
					 errdetail("SQLite holds the key in another form than the one in which it would be written."),
					 errhint("Give the columns of the key types that show what is stored, such as text, or change the row in SQLite.")));
	}
	sqlite_release(rows);
	sqlite_release(lookup);
	MemoryContextSwitchTo(caller);
}

/*
 * Runs a statement that has its values; false when it found nothing to change,
 * or ON CONFLICT DO NOTHING did nothing.
 */
static bool
run(FdwModifyState *state, EState *estate, SqliteStmt *stmt, TupleTableSlot *slot)
{
	bool		changed = true;

	server_before_write(state->db, estate);
	if (state->returned.ncols == 0)
	{
		(void) sqlite_step(stmt);
		if (!state->view && (state->change.operation != CMD_INSERT || state->change.do_nothing))
			changed = sqlite_changes(state->db) > 0;
	}
	else
	{
		/* all is done with the first step; the last one makes sure that nothing is left running */
		changed = sqlite_step(stmt);
		if (changed)
			fdw_take_returned(&state->returned, state->table, stmt, slot);
		while (changed && sqlite_step(stmt))
			;
	}
	sqlite_rewind(stmt);
	return changed;
}

void
fdw_returned(FdwReturned *returned, const FdwTable *table, const List *attnums)
{
	ListCell   *lc;

	if (attnums != NIL && !sqlite_has_returning())
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("SQLite %s does not give back the rows that it writes", sqlite_version()),
				 errdetail("RETURNING, checks of views and AFTER ROW triggers on table \"%s\" need SQLite 3.35 or newer.", table->source->table)));
	returned->ncols = 0;
	returned->targets = palloc(sizeof(int) * Max(list_length(attnums), 1));
	returned->conv = palloc(sizeof(ConvIn *) * Max(list_length(attnums), 1));
	foreach(lc, attnums)
	{
		returned->targets[returned->ncols] = lfirst_int(lc) - 1;
		returned->conv[returned->ncols++] = conv_choose(&table->columns[lfirst_int(lc) - 1].source->spec);
	}
}

void
fdw_take_returned(const FdwReturned *returned, const FdwTable *table, SqliteStmt *stmt, TupleTableSlot *slot)
{
	TupleDesc	desc = slot->tts_tupleDescriptor;
	Datum	   *values = palloc(sizeof(Datum) * desc->natts);
	bool	   *nulls = palloc(sizeof(bool) * desc->natts);
	int			refused;

	slot_getallattrs(slot);
	memcpy(values, slot->tts_values, sizeof(Datum) * desc->natts);
	memcpy(nulls, slot->tts_isnull, sizeof(bool) * desc->natts);
	refused = conv_row(returned->conv, returned->targets, returned->ncols, sqlite_raw(stmt), 0, values, nulls);
	if (refused >= 0)
		conv_raise(returned->conv[refused], sqlite_raw(stmt), refused, table->source->table,
				   table->columns[returned->targets[refused]].source->name, "the row written");

	/* the slot owns the copy */
	ExecForceStoreHeapTuple(heap_form_tuple(desc, values, nulls), slot, true);
	pfree(values);
	pfree(nulls);
}

void
fdwExecForeignTruncate(List *rels, DropBehavior behavior, bool restart_seqs)
{
	ListCell   *lc;

	if (behavior == DROP_CASCADE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("TRUNCATE ... CASCADE is not supported on tables of SQLite"),
				 errhint("Foreign keys that are declared ON DELETE CASCADE there have their effect all the same.")));
	foreach(lc, rels)
		truncate_table(lfirst(lc), restart_seqs);
}

static void
truncate_table(Relation rel, bool restart_seqs)
{
	Oid			relid = RelationGetRelid(rel);
	Oid			serverid = GetForeignTable(relid)->serverid;
	const FdwTable *table;
	StringInfoData sql;
	SqliteDb   *db;

	fdw_check_updatable(relid);
	if (!server_table_options(relid)->truncatable || !server_options(serverid)->truncatable)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("foreign table \"%s\" does not allow truncates", RelationGetRelationName(rel)),
				 errhint("See the option \"truncatable\" of the foreign table and its server.")));
	db = server_write_session(serverid);
	table = fdw_table(relid);
	server_before_write(db, NULL);
	initStringInfo(&sql);
	appendStringInfoString(&sql, "DELETE FROM main.");
	base_append_ident(&sql, table->source->table);
	sqlite_run(db, sql.data);
	if (restart_seqs && sqlite_has_sequences(db))
	{
		resetStringInfo(&sql);
		appendStringInfoString(&sql, "DELETE FROM main.sqlite_sequence WHERE name = ");
		base_append_literal(&sql, table->source->table);
		appendStringInfoString(&sql, " COLLATE NOCASE");
		sqlite_run(db, sql.data);
	}
}
