/*-------------------------------------------------------------------------
 *
 * mig_sink.c
 *	  Rows into one plain table, the way COPY does it.
 *
 * Owns the buffer, the bulk insert state, defaults of columns that nobody
 * fills, constraints, index entries and triggers. Knows nothing of SQLite or
 * of where the rows come from.
 *
 * The path of a row:
 *
 *	1. mig_sink_slot	a cleared slot; the caller fills its columns
 *	2. fill_defaults	the other columns
 *	3. admit_row		BEFORE ROW triggers, generated columns, constraints
 *	4. buffer_row		the slot copies its values; its row number is kept
 *	5. flush			table_multi_insert, then per row the index entries and
 *						AFTER ROW triggers
 *
 * With BEFORE ROW triggers or volatile defaults, either of which may look at
 * the table, steps 4 and 5 are replaced by insert_row, a row at a time.
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
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

#include "migrate/migrate.h"

/*
 * A buffer is written when it has this many rows or this many bytes. More rows
 * save little: a page of narrow rows is full after some hundred of them. The
 * bytes bound the memory of wide rows.
 */
#define MIG_MAX_BUFFERED_ROWS	1000
#define MIG_MAX_BUFFERED_BYTES	65536

/* A column that the caller does not fill. */
typedef struct SinkDefault
{
	int			index;			/* attnum - 1 */
	ExprState  *expr;			/* NULL: the column stays NULL */
} SinkDefault;

struct MigSink
{
	Relation	rel;			/* the caller's */
	EState	   *estate;			/* its query context holds everything here */
	ResultRelInfo *rri;
	TransitionCaptureState *transition;
	CommandId	cid;
	int			options;		/* TABLE_INSERT_… */
	BulkInsertState bistate;

	/* what a row needs, decided once */
	bool		before_row;		/* BEFORE ROW triggers */
	bool		generated;		/* stored generated columns */
	bool		constrained;	/* NOT NULL or CHECK */
	bool		after_row;		/* AFTER ROW triggers or transition table */
	bool		single;			/* no buffering */
	int			ndefaults;
	SinkDefault *defaults;

	/* the buffer; slots are made when first needed */
	int			nused;
	Size		nbytes;
	TupleTableSlot *slots[MIG_MAX_BUFFERED_ROWS];
	uint64		rows[MIG_MAX_BUFFERED_ROWS];	/* their numbers in the source */

	uint64		row;			/* source row in work; 0 = a whole buffer */
	int64		stored;
	int64		stored_bytes;
};

/* Kinds of relation with a name and an advice of their own; all but plain tables are refused. */
static const struct
{
	char		relkind;
	const char *name;
	const char *hint;
}			refused_kinds[] = {
	{RELKIND_PARTITIONED_TABLE, "partitioned table",
	"Copy into a plain table and attach it as a partition, or use INSERT with a SELECT from the foreign table."},
	{RELKIND_FOREIGN_TABLE, "foreign table",
	"Use INSERT with a SELECT from the foreign table."},
	{RELKIND_VIEW, "view",
	"Copy into the table below the view, or use INSERT with a SELECT from the foreign table."},
	{RELKIND_MATVIEW, "materialized view",
	"Define the materialized view over the foreign table and refresh it."},
};

static void refuse_kind(Relation rel) pg_attribute_noreturn();
static ParseState *target_parsestate(Relation rel, const AttrNumber *attnums, int ncols);
static int	insert_options(Relation rel);
static void init_row_work(MigSink *sink);
static void init_defaults(MigSink *sink, const AttrNumber *attnums, int ncols);
static Expr *column_default(Relation rel, Form_pg_attribute att);
static void fill_defaults(MigSink *sink, TupleTableSlot *slot);
static bool admit_row(MigSink *sink, TupleTableSlot *slot);
static void insert_row(MigSink *sink, TupleTableSlot *slot);
static void buffer_row(MigSink *sink, TupleTableSlot *slot);
static Size slot_bytes(TupleTableSlot *slot);
static void flush(MigSink *sink);
static void finish_row(MigSink *sink, TupleTableSlot *slot);

/*
 * Throws unless the relation is a plain user table of this session.
 */
void
mig_sink_check(Relation rel)
{
	if (rel->rd_rel->relkind != RELKIND_RELATION)
		refuse_kind(rel);
	if (IsSystemRelation(rel))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot copy into system catalog \"%s\"", RelationGetRelationName(rel)),
				 errhint("Copy into a table of your own.")));
	if (RELATION_IS_OTHER_TEMP(rel))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot copy into temporary table \"%s\" of another session", RelationGetRelationName(rel)),
				 errhint("Copy into a table of your own.")));
}

/*
 * Opens a sink in a child of CurrentMemoryContext. Fires BEFORE STATEMENT
 * triggers. Throws 42501 without the right, 0A000 under row-level security,
 * 25006 in a read-only transaction.
 */
MigSink *
mig_sink_open(Relation rel, const AttrNumber *attnums, int ncols)
{
	ParseState *pstate;
	EState	   *estate;
	MigSink    *sink;
	MemoryContext oldcontext;

	pstate = target_parsestate(rel, attnums, ncols);
	(void) compat_ExecCheckPermissions(pstate);
	if (check_enable_rls(RelationGetRelid(rel), InvalidOid, false) == RLS_ENABLED)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot copy into table \"%s\", which has row-level security",
						RelationGetRelationName(rel)),
				 errhint("Use INSERT with a SELECT from the foreign table, or a role that bypasses row-level security.")));
	if (!rel->rd_islocaltemp)
		PreventCommandIfReadOnly("copy_table()");

	estate = CreateExecutorState();
	oldcontext = MemoryContextSwitchTo(estate->es_query_cxt);
	sink = palloc0(sizeof(MigSink));
	sink->rel = rel;
	sink->estate = estate;
	sink->cid = GetCurrentCommandId(true);
	sink->options = insert_options(rel);

	compat_ExecInitRangeTable(estate, pstate);
	sink->rri = makeNode(ResultRelInfo);
	ExecInitResultRelation(estate, sink->rri, 1);
	ExecOpenIndices(sink->rri, false);

	AfterTriggerBeginQuery();
	sink->transition = MakeTransitionCaptureState(rel->trigdesc, RelationGetRelid(rel), CMD_INSERT);

	init_row_work(sink);
	init_defaults(sink, attnums, ncols);
	sink->bistate = GetBulkInsertState();

	ExecBSInsertTriggers(estate, sink->rri);
	MemoryContextSwitchTo(oldcontext);
	return sink;
}

/*
 * Returns a cleared slot of the sink, good until the next mig_sink_store.
 */
TupleTableSlot *
mig_sink_slot(MigSink *sink)
{
	TupleTableSlot *slot = sink->slots[sink->nused];

	if (slot == NULL)
	{
		MemoryContext oldcontext = MemoryContextSwitchTo(sink->estate->es_query_cxt);

		slot = table_slot_create(sink->rel, &sink->estate->es_tupleTable);
		sink->slots[sink->nused] = slot;
		MemoryContextSwitchTo(oldcontext);
	}
	ExecClearTuple(slot);
	return slot;
}

/*
 * Takes over the row in "slot"; its values may be freed afterwards. Throws what
 * constraints, triggers and defaults throw, for this row or an earlier one.
 */
void
mig_sink_store(MigSink *sink, TupleTableSlot *slot, uint64 row)
{
	sink->row = row;
	if (sink->ndefaults > 0)
		fill_defaults(sink, slot);
	ExecStoreVirtualTuple(slot);

	/* constraints and triggers may ask for tableoid */
	slot->tts_tableOid = RelationGetRelid(sink->rel);

	if (admit_row(sink, slot))
	{
		if (sink->single)
			insert_row(sink, slot);
		else
			buffer_row(sink, slot);
	}
	ResetPerTupleExprContext(sink->estate);
}

/*
 * Writes what is left, fires the triggers that wait for the end and frees the
 * sink; the relation stays open and locked. Returns the number of rows stored.
 */
int64
mig_sink_close(MigSink *sink)
{
	EState	   *estate = sink->estate;
	int64		stored;

	if (sink->nused > 0)
		flush(sink);
	stored = sink->stored;
	sink->row = 0;
	FreeBulkInsertState(sink->bistate);

	ExecASInsertTriggers(estate, sink->rri, sink->transition);
	AfterTriggerEndQuery(estate);

	ExecResetTupleTable(estate->es_tupleTable, false);
	table_finish_bulk_insert(sink->rel, sink->options);
	ExecCloseResultRelations(estate);
	ExecCloseRangeTableRelations(estate);
	FreeExecutorState(estate);
	return stored;
}

bool
mig_sink_frozen(const MigSink *sink)
{
	return (sink->options & TABLE_INSERT_FROZEN) != 0;
}

int64
mig_sink_bytes(const MigSink *sink)
{
	return sink->stored_bytes;
}

uint64
mig_sink_row(const MigSink *sink)
{
	return sink->row;
}

static void
refuse_kind(Relation rel)
{
	int			i;

	for (i = 0; i < lengthof(refused_kinds); i++)
		if (rel->rd_rel->relkind == refused_kinds[i].relkind)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("cannot copy into %s \"%s\"", refused_kinds[i].name, RelationGetRelationName(rel)),
					 errhint("%s", refused_kinds[i].hint)));
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("cannot copy into \"%s\", which is not a table", RelationGetRelationName(rel)),
			 errhint("Copy into a plain table.")));
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
 * Decides what has to happen to each row.
 */
static void
init_row_work(MigSink *sink)
{
	TupleConstr *constr = RelationGetDescr(sink->rel)->constr;
	TriggerDesc *triggers = sink->rri->ri_TrigDesc;

	sink->before_row = triggers && triggers->trig_insert_before_row;
	sink->after_row = triggers && (triggers->trig_insert_after_row || triggers->trig_insert_new_table);
	sink->constrained = constr != NULL;
	sink->generated = constr && constr->has_generated_stored;
	sink->single = sink->before_row;
}

/*
 * Prepares the columns that the caller does not fill. nextval() is the one
 * volatile default that cannot look at the table and so may be buffered.
 */
static void
init_defaults(MigSink *sink, const AttrNumber *attnums, int ncols)
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
fill_defaults(MigSink *sink, TupleTableSlot *slot)
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
admit_row(MigSink *sink, TupleTableSlot *slot)
{
	if (sink->before_row && !ExecBRInsertTriggers(sink->estate, sink->rri, slot))
		return false;
	if (sink->generated)
		ExecComputeStoredGenerated(sink->rri, sink->estate, slot, CMD_INSERT);
	if (sink->constrained)
		ExecConstraints(sink->rri, slot, sink->estate);
	if (sink->rel->rd_rel->relispartition)
		ExecPartitionCheck(sink->rri, slot, sink->estate, true);
	return true;
}

static void
insert_row(MigSink *sink, TupleTableSlot *slot)
{
	table_tuple_insert(sink->rel, slot, sink->cid, sink->options, sink->bistate);
	sink->stored++;
	sink->stored_bytes += slot_bytes(slot);
	finish_row(sink, slot);
}

/*
 * The slot gets its own copy of the row and waits for the flush.
 */
static void
buffer_row(MigSink *sink, TupleTableSlot *slot)
{
	ExecMaterializeSlot(slot);
	sink->rows[sink->nused++] = sink->row;
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
flush(MigSink *sink)
{
	uint64		row = sink->row;
	MemoryContext oldcontext = MemoryContextSwitchTo(GetPerTupleMemoryContext(sink->estate));
	int			i;

	sink->row = 0;
	table_multi_insert(sink->rel, sink->slots, sink->nused, sink->cid, sink->options, sink->bistate);
	for (i = 0; i < sink->nused; i++)
	{
		sink->row = sink->rows[i];
		finish_row(sink, sink->slots[i]);
		ExecClearTuple(sink->slots[i]);
	}
	sink->stored += sink->nused;
	sink->stored_bytes += sink->nbytes;
	sink->nused = 0;
	sink->nbytes = 0;
	sink->row = row;
	MemoryContextSwitchTo(oldcontext);
	ResetPerTupleExprContext(sink->estate);
}

/*
 * Index entries and AFTER ROW triggers of a row that is in the table.
 */
static void
finish_row(MigSink *sink, TupleTableSlot *slot)
{
	List	   *recheck = NIL;

	if (sink->rri->ri_NumIndices > 0)
		recheck = compat_ExecInsertIndexTuples(sink->rri, slot, sink->estate);
	if (sink->after_row || recheck != NIL)
		ExecARInsertTriggers(sink->estate, sink->rri, slot, recheck, sink->transition);
}
