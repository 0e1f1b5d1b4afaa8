/*-------------------------------------------------------------------------
 *
 * mig_bulk.c
 *	  The bulk sink: rows into one plain table, the way COPY does it.
 *
 * Owns the buffer, the bulk insert state, defaults of columns that nobody
 * fills, constraints, index entries and triggers. Knows nothing of SQLite or
 * of where the rows come from.
 *
 * The path of a row:
 *
 *	1. bulk_slot		a cleared slot; the caller fills its columns
 *	2. fill_defaults	the other columns
 *	3. admit_row		BEFORE ROW triggers, generated columns, constraints
 *	4. buffer_row		the slot copies its values; its row number is kept
 *	5. flush			table_multi_insert, then per row the index entries and
 *						AFTER ROW triggers
 *
 * A new table whose rows may arrive frozen, and a range of one that was made before, without indexes
 * and triggers, take the row straight from 3 into a page (mig_rows.c).
 *
 * With BEFORE ROW triggers or volatile defaults, either of which may look at
 * the table, steps 4 and 5 are replaced by insert_row, a row at a time.
 *
 * With a quarantine there are two ways. Where NOT NULL is all that a row can
 * break, step 3 asks for it without an error, and the rest is as above: rows may
 * still arrive frozen. Else step 4 comes first, and 3 and 5 run for the rows of
 * the buffer in a subtransaction (guarded_write, called by mig_batch.c).
 *
 * Memory: slots own their rows between 4 and 5; everything else that is
 * allocated per row lives in the per-tuple context of the EState, which is
 * reset after each row and each flush. On error nothing is freed by hand:
 * memory context, resource owner and the transaction's trigger state do it.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/catalog.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "executor/nodeModifyTable.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_node.h"
#include "parser/parse_relation.h"
#include "rewrite/rewriteHandler.h"
#include "storage/bufmgr.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "migrate/migrate.h"
#include "migrate/pages.h"

/* A column that the caller does not fill. */
typedef struct SinkDefault
{
	int			index;			/* attnum - 1 */
	ExprState  *expr;			/* NULL: the column stays NULL */
} SinkDefault;

typedef struct BulkSink
{
	MigSink		pub;
	Relation	rel;			/* the caller's */
	EState	   *estate;			/* its query context holds everything below */
	ResultRelInfo *rri;
	TransitionCaptureState *transition;
	CommandId	cid;
	int			options;		/* TABLE_INSERT_… */
	BulkInsertState bistate;
	MigRows    *pages;			/* rows go straight into pages; NULL: through table_multi_insert */

	/* what a row needs, decided once */
	bool		before_row;		/* BEFORE ROW triggers */
	bool		generated;		/* stored generated columns */
	bool		constrained;	/* NOT NULL or CHECK */
	bool		checked;		/* CHECK */
	int			nnotnull;		/* columns that are NOT NULL */
	int		   *notnull;		/* attnum - 1 */
	bool		after_row;		/* AFTER ROW triggers or transition table */
	bool		single;			/* no buffering */
	int			ndefaults;
	SinkDefault *defaults;

	/* the buffer; slots are made when first needed */
	int			nused;
	Size		nbytes;
	TupleDesc	desc;			/* of the slots */
	TupleTableSlot *slots[MIG_MAX_BUFFERED_ROWS];
	uint64		rows[MIG_MAX_BUFFERED_ROWS];	/* their numbers in the source */

	/* with a quarantine */
	MigRejects *rejects;
	MigGuard   *guard;
	MigBatch   *batch;			/* NULL: no row can fail but for NOT NULL */
	bool		careful;		/* unique keys are asked before each row */
	bool		duplicates;		/* some were found in this batch */
	TupleTableSlot *scratch;	/* what BEFORE ROW triggers work on */
} BulkSink;

static TupleTableSlot *bulk_slot(MigSink *pub);
static void bulk_store(MigSink *pub, TupleTableSlot *slot, const MigRow *row);
static void bulk_close(MigSink *pub);
static void store_checked(MigSink *pub, TupleTableSlot *slot, const MigRow *row);
static void store_guarded(MigSink *pub, TupleTableSlot *slot, const MigRow *row);
static void close_guarded(MigSink *pub);
static void flush_guarded(BulkSink *sink);
static void close_relation(BulkSink *sink);
static void init_guard(BulkSink *sink, bool replay);
static void guarded_write(MigBatch *batch, int first, int n);
static int	guarded_rows(BulkSink *sink, int first, int n, TupleTableSlot **ready, uint64 *numbers);
static bool guarded_again(MigBatch *batch, const ErrorData *error);
static void forget_pins(EState *estate);
static ParseState *target_parsestate(Relation rel, const AttrNumber *attnums, int ncols);
static int	insert_options(Relation rel);
static void open_pages(BulkSink *sink, const MigCopySpec *spec);
static void init_row_work(BulkSink *sink);
static void init_constraints(BulkSink *sink, const TupleConstr *constr);
static inline bool may_violate(const BulkSink *sink, TupleTableSlot *slot);
static void init_defaults(BulkSink *sink, const AttrNumber *attnums, int ncols);
static Expr *column_default(Relation rel, Form_pg_attribute att);
static inline void complete_slot(BulkSink *sink, TupleTableSlot *slot, uint64 row);
static void fill_defaults(BulkSink *sink, TupleTableSlot *slot);
static bool admit_row(BulkSink *sink, TupleTableSlot *slot);
static void take_row(BulkSink *sink, TupleTableSlot *slot);
static void insert_row(BulkSink *sink, TupleTableSlot *slot);
static void buffer_row(BulkSink *sink, TupleTableSlot *slot);
static Size slot_bytes(TupleTableSlot *slot);
static void flush(BulkSink *sink);
static void finish_row(BulkSink *sink, TupleTableSlot *slot);

/*
 * Opens a sink in a child of CurrentMemoryContext. Fires BEFORE STATEMENT
 * triggers. Throws 42501 without the right, 25006 in a read-only transaction.
 */
MigSink *
mig_bulk_open(Relation rel, const AttrNumber *attnums, int ncols, const MigCopySpec *spec, MigRejects *rejects)
{
	ParseState *pstate;
	EState	   *estate;
	BulkSink   *sink;
	MemoryContext oldcontext;

	pstate = target_parsestate(rel, attnums, ncols);
	(void) compat_ExecCheckPermissions(pstate);
	if (!rel->rd_islocaltemp)
		PreventCommandIfReadOnly("copy_table()");

	sink = palloc0(sizeof(BulkSink));
	estate = CreateExecutorState();
	oldcontext = MemoryContextSwitchTo(estate->es_query_cxt);
	sink->pub.slot = bulk_slot;
	sink->pub.store = bulk_store;
	sink->pub.close = bulk_close;
	sink->rel = rel;
	sink->rejects = rejects;
	sink->estate = estate;
	sink->cid = GetCurrentCommandId(true);
	sink->options = insert_options(rel);

	compat_ExecInitRangeTable(estate, pstate);
	sink->rri = makeNode(ResultRelInfo);
	ExecInitResultRelation(estate, sink->rri, 1);
	ExecOpenIndices(sink->rri, rejects != NULL);
	init_row_work(sink);
	init_defaults(sink, attnums, ncols);
	if (rejects)
		init_guard(sink, spec->replay);
	if (sink->batch == NULL)
	{
		AfterTriggerBeginQuery();
		sink->transition = MakeTransitionCaptureState(rel->trigdesc, RelationGetRelid(rel), CMD_INSERT);
		sink->bistate = GetBulkInsertState();
		ExecBSInsertTriggers(estate, sink->rri);
		if (!sink->single && sink->rri->ri_NumIndices == 0)
			open_pages(sink, spec);
	}
	sink->pub.frozen = (sink->options & TABLE_INSERT_FROZEN) != 0;
	MemoryContextSwitchTo(oldcontext);
	return &sink->pub;
}

/*
 * Returns a cleared slot of the sink, good until the next call of store.
 */
static TupleTableSlot *
bulk_slot(MigSink *pub)
{
	BulkSink   *sink = (BulkSink *) pub;
	TupleTableSlot **slot = &sink->slots[sink->batch ? sink->batch->n : sink->nused];

	if (*slot == NULL)
	{
		MemoryContext oldcontext = MemoryContextSwitchTo(sink->estate->es_query_cxt);

		/* a descriptor of our own: that of the relation would be counted by the resource owner for each slot */
		if (sink->desc == NULL)
			sink->desc = CreateTupleDescCopyConstr(RelationGetDescr(sink->rel));
		*slot = ExecAllocTableSlot(&sink->estate->es_tupleTable, sink->desc, table_slot_callbacks(sink->rel));
		MemoryContextSwitchTo(oldcontext);
	}
	ExecClearTuple(*slot);
	return *slot;
}

/*
 * Takes over the row in "slot"; its values may be freed afterwards. Throws what
 * constraints, triggers and defaults throw, for this row or an earlier one.
 */
static void
bulk_store(MigSink *pub, TupleTableSlot *slot, const MigRow *row)
{
	BulkSink   *sink = (BulkSink *) pub;

	complete_slot(sink, slot, row->number);
	if (admit_row(sink, slot))
		take_row(sink, slot);
	ResetPerTupleExprContext(sink->estate);
}

/*
 * The same for a table whose rows cannot break anything but NOT NULL.
 */
static void
store_checked(MigSink *pub, TupleTableSlot *slot, const MigRow *row)
{
	BulkSink   *sink = (BulkSink *) pub;
	MemoryContext oldcontext;
	MigFault   *fault;

	complete_slot(sink, slot, row->number);
	oldcontext = MemoryContextSwitchTo(GetPerTupleMemoryContext(sink->estate));
	fault = mig_guard_constraints(sink->guard, slot);
	MemoryContextSwitchTo(oldcontext);
	if (fault)
		mig_batch_refuse(sink->rejects, row, fault);
	else
		take_row(sink, slot);
	ResetPerTupleExprContext(sink->estate);
}

/*
 * The same for any table: the row waits for its batch as it is.
 */
static void
store_guarded(MigSink *pub, TupleTableSlot *slot, const MigRow *row)
{
	BulkSink   *sink = (BulkSink *) pub;

	complete_slot(sink, slot, row->number);
	ExecMaterializeSlot(slot);
	mig_batch_add(sink->batch, row, slot_bytes(slot));
	ResetPerTupleExprContext(sink->estate);
	if (mig_batch_full(sink->batch))
		flush_guarded(sink);
}

/*
 * Defaults of the columns that the caller has not filled.
 */
static inline void
complete_slot(BulkSink *sink, TupleTableSlot *slot, uint64 row)
{
	sink->pub.row = row;
	if (sink->ndefaults > 0)
		fill_defaults(sink, slot);
	ExecStoreVirtualTuple(slot);

	/* constraints and triggers may ask for tableoid */
	slot->tts_tableOid = RelationGetRelid(sink->rel);
}

/*
 * Writes what is left, fires the triggers that wait for the end and frees what
 * the sink holds; the relation stays open and locked.
 */
static void
bulk_close(MigSink *pub)
{
	BulkSink   *sink = (BulkSink *) pub;

	if (sink->nused > 0)
		flush(sink);
	pub->row = 0;
	if (sink->pages)
		mig_rows_close(sink->pages);
	FreeBulkInsertState(sink->bistate);
	ExecASInsertTriggers(sink->estate, sink->rri, sink->transition);
	AfterTriggerEndQuery(sink->estate);
	close_relation(sink);
}

static void
close_guarded(MigSink *pub)
{
	BulkSink   *sink = (BulkSink *) pub;

	if (sink->batch->n > 0)
		flush_guarded(sink);
	pub->row = 0;
	forget_pins(sink->estate);
	close_relation(sink);
}

static void
flush_guarded(BulkSink *sink)
{
	sink->duplicates = false;
	mig_batch_flush(sink->batch);
	sink->careful &= sink->duplicates;
}

/* The sink itself lives in the caller's context: its counters are still to be read. */
static void
close_relation(BulkSink *sink)
{
	EState	   *estate = sink->estate;

	ExecResetTupleTable(estate->es_tupleTable, false);
	table_finish_bulk_insert(sink->rel, sink->options);
	ExecCloseResultRelations(estate);
	ExecCloseRangeTableRelations(estate);
	FreeExecutorState(estate);
}

/*
 * A range table of one entry that asks for INSERT on the filled columns: what
 * the executor wants to see, for rights and for the details of its messages.
 */
static ParseState *
target_parsestate(Relation rel, const AttrNumber *attnums, int ncols)
{
	ParseState *pstate = make_parsestate(NULL);
	ParseNamespaceItem *nsitem;
	int			i;

	nsitem = addRangeTableEntryForRelation(pstate, rel, RowExclusiveLock, NULL, false, false);
	compat_perminfo(nsitem)->requiredPerms = ACL_INSERT;
	for (i = 0; i < ncols; i++)
		compat_perminfo(nsitem)->insertedCols =
			bms_add_member(compat_perminfo(nsitem)->insertedCols,
						   attnums[i] - FirstLowInvalidHeapAttributeNumber);
	return pstate;
}

/*
 * A new file has no free space worth looking for. Its rows may arrive frozen
 * under the conditions of COPY FREEZE: the file is of exactly this
 * subtransaction, so that an abort takes it away, and no snapshot or open
 * cursor of ours could be surprised by rows that everybody sees. One
 * registered snapshot is the running query's own.
 */
static int
insert_options(Relation rel)
{
	SubTransactionId subxact = GetCurrentSubTransactionId();
	int			options = 0;

	if (rel->rd_createSubid != InvalidSubTransactionId ||
		compat_rd_firstRelfileSubid(rel) != InvalidSubTransactionId)
		options |= TABLE_INSERT_SKIP_FSM;

	InvalidateCatalogSnapshot();
	if ((rel->rd_createSubid == subxact || compat_rd_newRelfileSubid(rel) == subxact) &&
		ThereAreNoPriorRegisteredSnapshots() && ThereAreNoReadyPortals())
		options |= TABLE_INSERT_FROZEN;
	return options;
}

/*
 * Lets rows go straight into pages where that can be: of a new table, or of a range of a large one, which several processes fill.
 */
static void
open_pages(BulkSink *sink, const MigCopySpec *spec)
{
	MigRange	range = {spec->first, spec->end};

	if ((sink->options & TABLE_INSERT_FROZEN) != 0)
		sink->pages = mig_rows_open(sink->rel, NULL);
	else if (range.first || range.end)
		sink->pages = mig_rows_open(sink->rel, &range);
}

/*
 * Decides what has to happen to each row.
 */
static void
init_row_work(BulkSink *sink)
{
	TupleConstr *constr = RelationGetDescr(sink->rel)->constr;
	TriggerDesc *triggers = sink->rri->ri_TrigDesc;

	sink->before_row = triggers && triggers->trig_insert_before_row;
	sink->after_row = triggers && (triggers->trig_insert_after_row || triggers->trig_insert_new_table);
	init_constraints(sink, constr);
	sink->generated = constr && constr->has_generated_stored;
	sink->single = sink->before_row;
}

/* Most tables have no CHECK: their NOT NULL is asked here, and the executor only for its message. */
static void
init_constraints(BulkSink *sink, const TupleConstr *constr)
{
	TupleDesc	desc = RelationGetDescr(sink->rel);

	sink->constrained = constr != NULL;
	sink->checked = constr && constr->num_check > 0;
	sink->notnull = palloc(desc->natts * sizeof(int));
	for (int i = 0; i < desc->natts; i++)
	{
		if (TupleDescAttr(desc, i)->attnotnull)
			sink->notnull[sink->nnotnull++] = i;
	}
}

static inline bool
may_violate(const BulkSink *sink, TupleTableSlot *slot)
{
	if (sink->checked)
		return true;
	slot_getallattrs(slot);
	for (int i = 0; i < sink->nnotnull; i++)
	{
		if (slot->tts_isnull[sink->notnull[i]])
			return true;
	}
	return false;
}

/*
 * Prepares the columns that the caller does not fill. nextval() is the one
 * volatile default that cannot look at the table and so may be buffered.
 */
static void
init_defaults(BulkSink *sink, const AttrNumber *attnums, int ncols)
{
	TupleDesc	desc = RelationGetDescr(sink->rel);
	bool	   *filled = palloc0(desc->natts * sizeof(bool));
	int			i;

	for (i = 0; i < ncols; i++)
		filled[attnums[i] - 1] = true;
	sink->defaults = palloc(desc->natts * sizeof(SinkDefault));
	for (i = 0; i < desc->natts; i++)
	{
		SinkDefault *def;
		Expr	   *expr;

		if (filled[i])
			continue;
		def = &sink->defaults[sink->ndefaults++];
		def->index = i;
		def->expr = NULL;
		expr = column_default(sink->rel, TupleDescAttr(desc, i));
		if (expr == NULL)
			continue;
		expr = expression_planner(expr);
		if (contain_volatile_functions_not_nextval((Node *) expr))
			sink->single = true;
		def->expr = ExecInitExpr(expr, NULL);
	}
}

/*
 * Default of a column; NULL when it is NULL or computed elsewhere. The NULL of
 * a domain is an expression: the domain may forbid it.
 */
static Expr *
column_default(Relation rel, Form_pg_attribute att)
{
	Expr	   *expr;
	Oid			base;
	int32		typmod = att->atttypmod;

	if (att->attisdropped || att->attgenerated)
		return NULL;
	expr = (Expr *) build_column_default(rel, att->attnum);
	if (expr != NULL || get_typtype(att->atttypid) != TYPTYPE_DOMAIN)
		return expr;
	base = getBaseTypeAndTypmod(att->atttypid, &typmod);
	return (Expr *) coerce_to_domain((Node *) makeNullConst(base, typmod, att->attcollation),
									 base, typmod, att->atttypid,
									 COERCION_IMPLICIT, COERCE_IMPLICIT_CAST, -1, false);
}

static void
fill_defaults(BulkSink *sink, TupleTableSlot *slot)
{
	ExprContext *econtext = GetPerTupleExprContext(sink->estate);
	int			i;

	for (i = 0; i < sink->ndefaults; i++)
	{
		const SinkDefault *def = &sink->defaults[i];

		if (def->expr)
			slot->tts_values[def->index] = ExecEvalExprSwitchContext(def->expr, econtext, &slot->tts_isnull[def->index]);
		else
			slot->tts_isnull[def->index] = true;
	}
}

/*
 * Runs BEFORE ROW triggers, computes generated columns and checks constraints.
 * False when a trigger says that the row is not to be stored.
 */
static bool
admit_row(BulkSink *sink, TupleTableSlot *slot)
{
	if (sink->before_row && !ExecBRInsertTriggers(sink->estate, sink->rri, slot))
		return false;
	if (sink->generated)
		ExecComputeStoredGenerated(sink->rri, sink->estate, slot, CMD_INSERT);
	if (sink->constrained && may_violate(sink, slot))
		ExecConstraints(sink->rri, slot, sink->estate);
	if (sink->rel->rd_rel->relispartition)
		ExecPartitionCheck(sink->rri, slot, sink->estate, true);
	return true;
}

static void
take_row(BulkSink *sink, TupleTableSlot *slot)
{
	if (sink->pages)
	{
		MemoryContext oldcontext = MemoryContextSwitchTo(GetPerTupleMemoryContext(sink->estate));

		slot_getallattrs(slot);
		sink->pub.bytes += mig_rows_put(sink->pages, slot->tts_values, slot->tts_isnull);
		sink->pub.inserted++;
		MemoryContextSwitchTo(oldcontext);
	}
	else if (sink->single)
		insert_row(sink, slot);
	else
		buffer_row(sink, slot);
}

static void
insert_row(BulkSink *sink, TupleTableSlot *slot)
{
	table_tuple_insert(sink->rel, slot, sink->cid, sink->options, sink->bistate);
	sink->pub.inserted++;
	sink->pub.bytes += slot_bytes(slot);
	finish_row(sink, slot);
}

/*
 * The slot gets its own copy of the row and waits for the flush.
 */
static void
buffer_row(BulkSink *sink, TupleTableSlot *slot)
{
	ExecMaterializeSlot(slot);
	sink->rows[sink->nused++] = sink->pub.row;
	sink->nbytes += slot_bytes(slot);
	if (sink->nused == MIG_MAX_BUFFERED_ROWS || sink->nbytes >= MIG_MAX_BUFFERED_BYTES)
		flush(sink);
}

/*
 * Size of a stored row; a table access method other than heap may keep its rows in slots
 * without a tuple.
 */
static Size
slot_bytes(TupleTableSlot *slot)
{
	if (TTS_IS_HEAPTUPLE(slot) || TTS_IS_BUFFERTUPLE(slot))
		return ((HeapTupleTableSlot *) slot)->tuple->t_len;
	slot_getallattrs(slot);
	return heap_compute_data_size(slot->tts_tupleDescriptor, slot->tts_values, slot->tts_isnull);
}

/*
 * Writes the buffer. table_multi_insert and the index access methods may leak:
 * they run in the per-tuple context.
 */
static void
flush(BulkSink *sink)
{
	uint64		row = sink->pub.row;
	MemoryContext oldcontext = MemoryContextSwitchTo(GetPerTupleMemoryContext(sink->estate));
	int			i;

	sink->pub.row = 0;
	table_multi_insert(sink->rel, sink->slots, sink->nused, sink->cid, sink->options, sink->bistate);
	for (i = 0; i < sink->nused; i++)
	{
		sink->pub.row = sink->rows[i];
		finish_row(sink, sink->slots[i]);
		ExecClearTuple(sink->slots[i]);
	}
	sink->pub.inserted += sink->nused;
	sink->pub.bytes += sink->nbytes;
	sink->nused = 0;
	sink->nbytes = 0;
	sink->pub.row = row;
	MemoryContextSwitchTo(oldcontext);
	ResetPerTupleExprContext(sink->estate);
}

/*
 * Index entries and AFTER ROW triggers of a row that is in the table.
 */
static void
finish_row(BulkSink *sink, TupleTableSlot *slot)
{
	List	   *recheck = NIL;

	if (sink->rri->ri_NumIndices > 0)
		recheck = compat_ExecInsertIndexTuples(sink->rri, slot, sink->estate);
	if (sink->after_row || recheck != NIL)
		ExecARInsertTriggers(sink->estate, sink->rri, slot, recheck, sink->transition);
}

/*
 * Chooses between the two ways with a quarantine. Rows that are written in a
 * subtransaction are not frozen: its abort could not take them away.
 */
static void
init_guard(BulkSink *sink, bool replay)
{
	sink->guard = mig_guard_open(sink->rri, sink->estate);
	if (!replay && !sink->before_row && !sink->after_row && !sink->generated && !mig_guard_checks(sink->guard) &&
		sink->rri->ri_NumIndices == 0 && !sink->rel->rd_rel->relispartition)
	{
		sink->pub.store = store_checked;
		return;
	}
	sink->pub.store = store_guarded;
	sink->pub.close = close_guarded;
	sink->options &= ~TABLE_INSERT_FROZEN;
	sink->batch = palloc0(sizeof(MigBatch));
	mig_batch_init(sink->batch, &sink->pub, sink->rejects, replay);
	sink->batch->write = guarded_write;
	sink->batch->again = guarded_again;
	if (sink->before_row)
		sink->scratch = table_slot_create(sink->rel, &sink->estate->es_tupleTable);

	/* what the executor would make at first need, inside a subtransaction, that is with its resources */
	(void) ExecGetTriggerOldSlot(sink->estate, sink->rri);
	(void) ExecGetTriggerNewSlot(sink->estate, sink->rri);

	/* and in the memory of a batch, with which all would be gone that a trigger's function keeps from one call to the next */
	for (int i = 0; sink->rri->ri_TrigDesc && i < sink->rri->ri_TrigDesc->numtriggers; i++)
		fmgr_info(sink->rri->ri_TrigDesc->triggers[i].tgfoid, &sink->rri->ri_TrigFunctions[i]);
}

/*
 * Writes rows of the batch as a command of its own, with its own statement
 * triggers: foreign keys are asked now, and not at the end of the copy.
 */
static void
guarded_write(MigBatch *batch, int first, int n)
{
	BulkSink   *sink = (BulkSink *) batch->sink;
	EState	   *estate = sink->estate;
	TupleTableSlot **ready = palloc(n * sizeof(TupleTableSlot *));
	uint64	   *numbers = palloc(n * sizeof(uint64));
	int			nready;
	int			i;

	forget_pins(estate);
	sink->cid = GetCurrentCommandId(true);
	AfterTriggerBeginQuery();
	sink->transition = MakeTransitionCaptureState(sink->rel->trigdesc, RelationGetRelid(sink->rel), CMD_INSERT);
	sink->bistate = GetBulkInsertState();
	ExecBSInsertTriggers(estate, sink->rri);

	nready = guarded_rows(sink, first, n, ready, numbers);
	if (nready > 0)
	{
		MemoryContext oldcontext = MemoryContextSwitchTo(GetPerTupleMemoryContext(estate));

		table_multi_insert(sink->rel, ready, nready, sink->cid, sink->options, sink->bistate);
		MemoryContextSwitchTo(oldcontext);
		for (i = 0; i < nready; i++)
		{
			sink->pub.row = numbers[i];
			finish_row(sink, ready[i]);
			sink->pub.bytes += slot_bytes(ready[i]);
			ResetPerTupleExprContext(estate);
		}
		sink->pub.row = 0;
		sink->pub.inserted += nready;
	}
	FreeBulkInsertState(sink->bistate);
	ExecASInsertTriggers(estate, sink->rri, sink->transition);
	AfterTriggerEndQuery(estate);
	ResetPerTupleExprContext(estate);
}

/*
 * Admits rows; those that are good and need not be written one by one are left
 * to the caller in "ready", with their numbers. Faults are set for the others.
 */
static int
guarded_rows(BulkSink *sink, int first, int n, TupleTableSlot **ready, uint64 *numbers)
{
	MigBatch   *batch = sink->batch;
	bool		complete = mig_guard_complete(sink->guard) && !sink->before_row;
	int			nready = 0;
	int			i;

	for (i = first; i < first + n; i++)
	{
		TupleTableSlot *slot = sink->slots[i];

		sink->pub.row = batch->rows[i].number;
		if (sink->scratch)
			slot = ExecCopySlot(sink->scratch, slot);
		slot->tts_tableOid = RelationGetRelid(sink->rel);
		if (complete)
		{
			if (sink->generated)
				ExecComputeStoredGenerated(sink->rri, sink->estate, slot, CMD_INSERT);
			batch->faults[i] = mig_guard_constraints(sink->guard, slot);
			if (batch->faults[i] == NULL && sink->rel->rd_rel->relispartition)
				ExecPartitionCheck(sink->rri, slot, sink->estate, true);
		}
		else if (!admit_row(sink, slot))
			continue;
		if (batch->faults[i] == NULL && sink->careful)
		{
			batch->faults[i] = mig_guard_unique(sink->guard, slot);
			sink->duplicates |= batch->faults[i] != NULL;
		}
		if (batch->faults[i] == NULL)
		{
			if (sink->single || sink->careful)
				insert_row(sink, slot);
			else
			{
				ready[nready] = slot;
				numbers[nready++] = sink->pub.row;
			}
		}
		ResetPerTupleExprContext(sink->estate);
	}
	sink->pub.row = 0;
	return nready;
}

/*
 * A duplicate costs an error once: from then on the index is asked before each
 * row, as long as a batch has any.
 */
static bool
guarded_again(MigBatch *batch, const ErrorData *error)
{
	BulkSink   *sink = (BulkSink *) batch->sink;

	if (sink->careful || (error->sqlerrcode != ERRCODE_UNIQUE_VIOLATION && error->sqlerrcode != ERRCODE_EXCLUSION_VIOLATION))
		return false;
	sink->careful = true;
	return true;
}

/*
 * An error leaves slots that hold a buffer whose pin went with the
 * subtransaction: they must not give it back again.
 */
static void
forget_pins(EState *estate)
{
	ListCell   *lc;

	foreach(lc, estate->es_tupleTable)
	{
		TupleTableSlot *slot = lfirst(lc);

		if (TTS_IS_BUFFERTUPLE(slot) && BufferIsValid(((BufferHeapTupleTableSlot *) slot)->buffer))
		{
			((BufferHeapTupleTableSlot *) slot)->buffer = InvalidBuffer;
			ExecClearTuple(slot);
		}
	}
}
