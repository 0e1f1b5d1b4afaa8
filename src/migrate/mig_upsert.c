/*-------------------------------------------------------------------------
 *
 * mig_upsert.c
 *	  The upsert sink: rows by INSERT, into whatever takes INSERT.
 *
 * A batch of rows becomes a relation that only our statement sees (an ephemeral
 * named relation, as the transition tables of triggers are): values of every
 * type stand in it as they are, so there is neither text nor an array between
 * converter and executor. One statement, planned once, inserts the batch; the
 * executor does the rest: rights, policies, partitions, triggers, rules, other
 * servers.
 *
 * With ON CONFLICT DO UPDATE a row is written only if a column would change,
 * byte for byte: then a second copy writes nothing, and every type can be
 * compared, whether or not it has an operator "=".
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "parser/parse_relation.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/queryenvironment.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "migrate/migrate.h"

/* The name of the batch in our statement; it hides any table of that name. */
#define BATCH_NAME "sqlite_mig_batch"

typedef struct UpsertSink
{
	MigSink		pub;
	MigBatch	batch;
	bool		update;			/* the statement returns two counts */
	bool		executed;
	SPIPlanPtr	plan;
	EphemeralNamedRelationData relation;
	TupleDesc	desc;			/* of the batch: the columns that the caller fills */
	TupleTableSlot *slot;		/* for the caller */
	TupleTableSlot *stored;		/* for rows of the batch */
	MinimalTuple tuples[MIG_MAX_BUFFERED_ROWS];

	/* with a quarantine, where a row is stored as it comes */
	MigGuard   *guard;			/* NULL: constraints are asked by the executor alone */
	EState	   *estate;
	TupleTableSlot *whole;		/* a row of the target */
	const AttrNumber *attnums;
} UpsertSink;

static TupleTableSlot *upsert_slot(MigSink *pub);
static void upsert_store(MigSink *pub, TupleTableSlot *slot, const MigRow *row);
static void upsert_close(MigSink *pub);
static void upsert_write(MigBatch *batch, int first, int n);
static void init_guard(UpsertSink *sink, Relation rel, const AttrNumber *attnums, int ncols);
static const MigFault *ask_guard(UpsertSink *sink);
static TupleDesc batch_desc(Relation rel, const AttrNumber *attnums, int ncols);
static char *statement(Relation rel, const AttrNumber *attnums, int ncols, const MigCopySpec *spec);
static void append_is_new(StringInfo sql, Relation rel, Bitmapset *key, const char *target);
static void append_key(StringInfo sql, Relation rel, Bitmapset *key, const char *before);
static Bitmapset *conflict_key(Relation rel, Bitmapset *filled, const MigCopySpec *spec);
static Bitmapset *named_key(Relation rel, Bitmapset *filled, const MigCopySpec *spec);
static Bitmapset *index_key(Relation index);
static void raise_no_key(Relation rel, const MigCopySpec *spec) pg_attribute_noreturn();
static void append_columns(StringInfo sql, Relation rel, const AttrNumber *attnums, int ncols, Bitmapset *without, const char *before);

/*
 * Everything is allocated in CurrentMemoryContext. Throws 42P10 when no unique
 * key serves on_conflict, 0A000 where the kind of relation does not allow it,
 * 25006 in a read-only transaction.
 */
MigSink *
mig_upsert_open(Relation rel, const AttrNumber *attnums, int ncols, const MigCopySpec *spec, MigRejects *rejects)
{
	UpsertSink *sink = palloc0(sizeof(UpsertSink));
	MemoryContext context = CurrentMemoryContext;

	if (!rel->rd_islocaltemp)
		PreventCommandIfReadOnly("copy_table()");
	sink->pub.slot = upsert_slot;
	sink->pub.store = upsert_store;
	sink->pub.close = upsert_close;
	sink->desc = batch_desc(rel, attnums, ncols);
	sink->slot = MakeSingleTupleTableSlot(sink->desc, &TTSOpsVirtual);
	sink->stored = MakeSingleTupleTableSlot(sink->desc, &TTSOpsMinimalTuple);
	mig_batch_init(&sink->batch, &sink->pub, rejects, spec->replay);
	sink->batch.write = upsert_write;
	if (rejects)
		init_guard(sink, rel, attnums, ncols);

	sink->relation.md.name = BATCH_NAME;
	sink->relation.md.reliddesc = InvalidOid;
	sink->relation.md.tupdesc = sink->desc;
	sink->relation.md.enrtype = ENR_NAMED_TUPLESTORE;
	sink->relation.md.enrtuples = MIG_MAX_BUFFERED_ROWS;
	if (SPI_register_relation(&sink->relation) != SPI_OK_REL_REGISTER)
		elog(ERROR, "could not register the batch of a copy");
	sink->plan = SPI_prepare(statement(rel, attnums, ncols, spec), 0, NULL);
	if (sink->plan == NULL)
		elog(ERROR, "could not prepare the INSERT of a copy: %s", SPI_result_code_string(SPI_result));
	sink->update = SPI_is_cursor_plan(sink->plan);
	MemoryContextSwitchTo(context);
	return &sink->pub;
}

static TupleTableSlot *
upsert_slot(MigSink *pub)
{
	return ExecClearTuple(((UpsertSink *) pub)->slot);
}

static void
upsert_store(MigSink *pub, TupleTableSlot *slot, const MigRow *row)
{
	UpsertSink *sink = (UpsertSink *) pub;
	MemoryContext oldcontext = MemoryContextSwitchTo(sink->batch.context);
	MinimalTuple tuple = ExecCopySlotMinimalTuple(ExecStoreVirtualTuple(slot));

	MemoryContextSwitchTo(oldcontext);
	sink->tuples[mig_batch_add(&sink->batch, row, tuple->t_len)] = tuple;
	if (mig_batch_full(&sink->batch))
		mig_batch_flush(&sink->batch);
}

static void
upsert_close(MigSink *pub)
{
	UpsertSink *sink = (UpsertSink *) pub;

	if (sink->batch.n > 0)
		mig_batch_flush(&sink->batch);

	/* a source without rows too needs rights and fires statement triggers */
	if (!sink->executed)
		upsert_write(&sink->batch, 0, 0);
	SPI_freeplan(sink->plan);
	SPI_unregister_relation(BATCH_NAME);
	ExecDropSingleTupleTableSlot(sink->slot);
	ExecDropSingleTupleTableSlot(sink->stored);
	if (sink->guard)
	{
		ExecDropSingleTupleTableSlot(sink->whole);
		FreeExecutorState(sink->estate);
	}
}

/*
 * Runs the statement with rows of the batch; its memory goes with the batch.
 */
static void
upsert_write(MigBatch *batch, int first, int n)
{
	UpsertSink *sink = (UpsertSink *) batch->sink;
	Tuplestorestate *store = tuplestore_begin_heap(false, false, work_mem);
	int			result;
	int			i;

	sink->executed = true;
	for (i = first; i < first + n; i++)
	{
		ExecStoreMinimalTuple(sink->tuples[i], sink->stored, false);
		if (sink->guard && (batch->faults[i] = ask_guard(sink)) != NULL)
			continue;
		tuplestore_puttupleslot(store, sink->stored);
		sink->pub.bytes += sink->tuples[i]->t_len;
	}
	ExecClearTuple(sink->stored);

	sink->relation.reldata = store;
	result = SPI_execute_plan(sink->plan, NULL, NULL, false, 0);
	if (result < 0)
		elog(ERROR, "could not execute the INSERT of a copy: %s", SPI_result_code_string(result));
	if (sink->update)
	{
		bool		isnull;

		sink->pub.inserted += DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
		sink->pub.updated += DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull));
		SPI_freetuptable(SPI_tuptable);
	}
	else
		sink->pub.inserted += SPI_processed;
	tuplestore_end(store);
}

/*
 * NOT NULL and CHECK can be asked without an error where nothing changes a row
 * between here and there: a plain table without triggers and rules before that,
 * all of whose columns are copied.
 */
static void
init_guard(UpsertSink *sink, Relation rel, const AttrNumber *attnums, int ncols)
{
	TupleDesc	desc = RelationGetDescr(rel);
	ResultRelInfo *rri;
	int			live = 0;
	int			i;

	for (i = 0; i < desc->natts; i++)
		live += !TupleDescAttr(desc, i)->attisdropped;
	if (rel->rd_rel->relkind != RELKIND_RELATION || live != ncols || rel->rd_rules ||
		(rel->trigdesc && rel->trigdesc->trig_insert_before_row))
		return;
	sink->estate = CreateExecutorState();
	rri = makeNode(ResultRelInfo);
	InitResultRelInfo(rri, rel, 0, NULL, 0);
	sink->guard = mig_guard_open(rri, sink->estate);
	sink->whole = MakeSingleTupleTableSlot(desc, &TTSOpsVirtual);
	sink->attnums = attnums;
}

/*
 * What the row in "stored" breaks; NULL if nothing.
 */
static const MigFault *
ask_guard(UpsertSink *sink)
{
	const MigFault *fault;
	int			i;

	slot_getallattrs(sink->stored);
	ExecClearTuple(sink->whole);
	memset(sink->whole->tts_isnull, true, sink->whole->tts_tupleDescriptor->natts * sizeof(bool));
	for (i = 0; i < sink->desc->natts; i++)
	{
		sink->whole->tts_values[sink->attnums[i] - 1] = sink->stored->tts_values[i];
		sink->whole->tts_isnull[sink->attnums[i] - 1] = sink->stored->tts_isnull[i];
	}
	ExecStoreVirtualTuple(sink->whole);
	fault = mig_guard_constraints(sink->guard, sink->whole);
	ResetPerTupleExprContext(sink->estate);
	return fault;
}

/*
 * Columns of the target in the order in which the caller fills them.
 */
static TupleDesc
batch_desc(Relation rel, const AttrNumber *attnums, int ncols)
{
	TupleDesc	desc = CreateTemplateTupleDesc(ncols);
	int			i;

	for (i = 0; i < ncols; i++)
	{
		Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), attnums[i] - 1);

		TupleDescInitEntry(desc, i + 1, NameStr(att->attname), att->atttypid, att->atttypmod, att->attndims);
		TupleDescInitEntryCollation(desc, i + 1, att->attcollation);
	}
	return desc;
}

/*
 * INSERT without ON CONFLICT DO UPDATE says how many rows it has written; with
 * it the statement returns how many of them are new and how many are not.
 */
static char *
statement(Relation rel, const AttrNumber *attnums, int ncols, const MigCopySpec *spec)
{
	char	   *target = quote_qualified_identifier(get_namespace_name(RelationGetNamespace(rel)), RelationGetRelationName(rel));
	Bitmapset  *filled = NULL;
	Bitmapset  *key;
	StringInfoData sql;
	int			i;

	for (i = 0; i < ncols; i++)
		filled = bms_add_member(filled, attnums[i]);
	key = spec->on_conflict == MIG_CONFLICT_ERROR ? NULL : conflict_key(rel, filled, spec);

	initStringInfo(&sql);
	appendStringInfo(&sql, "INSERT INTO %s AS t (", target);
	append_columns(&sql, rel, attnums, ncols, NULL, "");
	appendStringInfoString(&sql, ") OVERRIDING SYSTEM VALUE SELECT ");
	append_columns(&sql, rel, attnums, ncols, NULL, "b.");
	appendStringInfoString(&sql, " FROM " BATCH_NAME " AS b");
	if (spec->on_conflict == MIG_CONFLICT_ERROR)
		return sql.data;

	appendStringInfoString(&sql, " ON CONFLICT");
	if (key)
	{
		appendStringInfoString(&sql, " (");
		append_key(&sql, rel, key, "");
		appendStringInfoChar(&sql, ')');
	}
	if (spec->on_conflict == MIG_CONFLICT_NOTHING || bms_is_subset(filled, key))
	{
		appendStringInfoString(&sql, " DO NOTHING");
		return sql.data;
	}

	appendStringInfoString(&sql, " DO UPDATE SET (");
	append_columns(&sql, rel, attnums, ncols, key, "");
	appendStringInfoString(&sql, ") = ROW (");
	append_columns(&sql, rel, attnums, ncols, key, "excluded.");
	/* as records: of two ROWs the columns would be compared, one by one */
	appendStringInfoString(&sql, ") WHERE ROW (");
	append_columns(&sql, rel, attnums, ncols, key, "t.");
	appendStringInfoString(&sql, ")::pg_catalog.record OPERATOR(pg_catalog.*<>) ROW (");
	append_columns(&sql, rel, attnums, ncols, key, "excluded.");
	appendStringInfoString(&sql, ")::pg_catalog.record RETURNING ");
	append_is_new(&sql, rel, key, target);
	return psprintf("WITH written (new) AS (%s) SELECT pg_catalog.count(*) FILTER (WHERE new), pg_catalog.count(*) FILTER (WHERE NOT new) FROM written",
					sql.data);
}

/*
 * Whether a written row is new. One that was updated has an xmax, from the lock
 * that ON CONFLICT took first. A partition may have no room for that in the row
 * that it returns: there the key is looked for among the rows as they were before
 * the statement.
 */
static void
append_is_new(StringInfo sql, Relation rel, Bitmapset *key, const char *target)
{
	if (rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
	{
		appendStringInfoString(sql, "t.xmax OPERATOR(pg_catalog.=) '0'::pg_catalog.xid");
		return;
	}
	appendStringInfo(sql, "NOT EXISTS (SELECT FROM %s AS o WHERE (", target);
	append_key(sql, rel, key, "o.");
	appendStringInfoString(sql, ") = (");
	append_key(sql, rel, key, "t.");
	appendStringInfoString(sql, "))");
}

static void
append_key(StringInfo sql, Relation rel, Bitmapset *key, const char *before)
{
	const char *comma = "";
	int			i = -1;

	while ((i = bms_next_member(key, i)) >= 0)
	{
		appendStringInfo(sql, "%s%s%s", comma, before, quote_identifier(NameStr(TupleDescAttr(RelationGetDescr(rel), i - 1)->attname)));
		comma = ", ";
	}
}

/*
 * The columns that say whether a row is there already; NULL = any unique key.
 */
static Bitmapset *
conflict_key(Relation rel, Bitmapset *filled, const MigCopySpec *spec)
{
	Bitmapset  *wanted = named_key(rel, filled, spec);
	Bitmapset  *chosen = NULL;
	bool		any = false;
	List	   *indexes;
	ListCell   *lc;

	if (rel->rd_rel->relkind != RELKIND_RELATION && rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return wanted;

	indexes = RelationGetIndexList(rel);
	foreach(lc, indexes)
	{
		Relation	index = index_open(lfirst_oid(lc), AccessShareLock);
		Form_pg_index form = index->rd_index;
		Bitmapset  *key = index_key(index);

		if (form->indisunique && form->indimmediate && form->indisvalid)
		{
			if (wanted ? key && bms_equal(key, wanted) : key && bms_is_subset(key, filled))
			{
				any = true;
				if (chosen == NULL || form->indisprimary)
					chosen = key;
			}
			else if (wanted == NULL && key == NULL && spec->on_conflict == MIG_CONFLICT_NOTHING)
				any = true;
		}
		index_close(index, NoLock);
	}
	if (!any)
		raise_no_key(rel, spec);
	return spec->on_conflict == MIG_CONFLICT_UPDATE ? chosen : wanted;
}

/*
 * conflict_columns as attribute numbers; NULL when none are named.
 */
static Bitmapset *
named_key(Relation rel, Bitmapset *filled, const MigCopySpec *spec)
{
	Bitmapset  *key = NULL;
	int			i;

	if (spec->nconflict > 0 && rel->rd_rel->relkind == RELKIND_FOREIGN_TABLE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot name conflict columns of foreign table \"%s\"", RelationGetRelationName(rel)),
				 errhint("Leave conflict_columns out: any unique key of the remote table counts.")));
	for (i = 0; i < spec->nconflict; i++)
	{
		AttrNumber	attnum = attnameAttNum(rel, spec->conflict[i], false);

		if (attnum == InvalidAttrNumber)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("column \"%s\" of relation \"%s\" does not exist", spec->conflict[i], RelationGetRelationName(rel))));
		if (!bms_is_member(attnum, filled))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_COLUMN_REFERENCE),
					 errmsg("conflict column \"%s\" is not copied", spec->conflict[i]),
					 errdetail("Only a value from the source can tell whether a row is there already.")));
		key = bms_add_member(key, attnum);
	}
	return key;
}

/* Columns of a unique index; NULL when it has expressions or a condition. */
static Bitmapset *
index_key(Relation index)
{
	Bitmapset  *key = NULL;
	int			i;

	if (RelationGetIndexExpressions(index) != NIL || RelationGetIndexPredicate(index) != NIL)
		return NULL;
	for (i = 0; i < index->rd_index->indnkeyatts; i++)
		key = bms_add_member(key, index->rd_index->indkey.values[i]);
	return key;
}

static void
raise_no_key(Relation rel, const MigCopySpec *spec)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_COLUMN_REFERENCE),
			 spec->nconflict > 0 ?
			 errmsg("conflict_columns are no unique key of table \"%s\"", RelationGetRelationName(rel)) :
			 errmsg("table \"%s\" has no unique key among the columns copied", RelationGetRelationName(rel)),
			 errdetail("Without one nobody can tell whether a row is there already."),
			 errhint("Give the table a primary key or unique constraint over these columns that is not deferrable.")));
}

/* The filled columns but those in "without", each after "before". */
static void
append_columns(StringInfo sql, Relation rel, const AttrNumber *attnums, int ncols, Bitmapset *without, const char *before)
{
	const char *comma = "";
	int			i;

	for (i = 0; i < ncols; i++)
		if (!bms_is_member(attnums[i], without))
		{
			appendStringInfo(sql, "%s%s%s", comma, before,
							 quote_identifier(NameStr(TupleDescAttr(RelationGetDescr(rel), attnums[i] - 1)->attname)));
			comma = ", ";
		}
}
