/*-------------------------------------------------------------------------
 *
 * mig_copy.c
 *	  Copies a foreign table of this wrapper into a native table.
 *
 * Owns the pairing of columns, the loop and its counters. mig_source.c makes the rows, mig_sink.c stores them.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/table.h"
#include "miscadmin.h"
#include "parser/parse_relation.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "migrate/migrate.h"

/* The progress view is told after so many rows. */
#define MIG_PROGRESS_ROWS	1000

/* Which column goes where. */
typedef struct CopyColumns
{
	int			n;
	AttrNumber *source;			/* attnums of the foreign table */
	AttrNumber *target;			/* attnums of the native table */
	int		   *slot;			/* target attnum - 1 */
} CopyColumns;

/* What the error context says. */
typedef struct CopyContext
{
	const char *target;
	const MigSink *sink;		/* NULL while no row is on its way into the table */
	uint64		row;			/* being read; 0 = none yet */
} CopyContext;

static void copy_rows(const SourceRelation *from, MigSource *source, MigSink *sink, CopyContext *context, MigCopyResult *result);
static void count_changes(const MigSource *source, Relation target, const CopyColumns *columns, MigCopyResult *result);
static CopyColumns *match_columns(Relation source, Relation target);
static void raise_missing(Relation source, Relation target, StringInfo missing) pg_attribute_noreturn();
static void use_target_types(SourceRelation *source, Relation target, const CopyColumns *columns);
static void copy_error_callback(void *arg);

void
mig_copy(Oid source, Oid target, MigCopyResult *result)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig copy", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = MemoryContextSwitchTo(context);
	Relation	source_rel = table_open(source, AccessShareLock);
	SourceRelation *from = server_relation(source);
	Relation	target_rel = table_open(target, RowExclusiveLock);
	CopyColumns *columns;
	CopyContext error = {RelationGetRelationName(target_rel), NULL, 0};
	ErrorContextCallback callback = {error_context_stack, copy_error_callback, &error};
	MigSource  *reader;
	MigSink    *sink;

	mig_sink_check(target_rel);
	columns = match_columns(source_rel, target_rel);
	mig_source_check_select(source_rel, columns->source, columns->n);
	use_target_types(from, target_rel, columns);
	memset(result, 0, sizeof(*result));

	error_context_stack = &callback;
	sink = mig_sink_open(target_rel, columns->target, columns->n);
	result->frozen = mig_sink_frozen(sink);
	reader = mig_source_open(from, columns->source, columns->slot, columns->n);
	mig_progress_start(target, 0);
	mig_progress_describe(MIG_COPYING, error.target);
	copy_rows(from, reader, sink, &error, result);
	error.sink = sink;
	result->inserted = mig_sink_close(sink);
	error_context_stack = callback.previous;
	mig_progress_end();

	result->skipped = result->rows_read - result->inserted;
	MemoryContextSwitchTo(oldcontext);
	count_changes(reader, target_rel, columns, result);

	/* locks stay until the end of the transaction */
	table_close(source_rel, NoLock);
	table_close(target_rel, NoLock);
	MemoryContextDelete(context);
}

/*
 * The loop: a row is converted in a context of its own, the sink copies it.
 */
static void
copy_rows(const SourceRelation *from, MigSource *source, MigSink *sink, CopyContext *context, MigCopyResult *result)
{
	MemoryContext row_context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig row", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = CurrentMemoryContext;

	for (;;)
	{
		TupleTableSlot *slot = mig_sink_slot(sink);
		bool		found;

		CHECK_FOR_INTERRUPTS();
		context->row = result->rows_read + 1;
		MemoryContextSwitchTo(row_context);
		found = mig_source_next(source, slot->tts_values, slot->tts_isnull);
		MemoryContextSwitchTo(oldcontext);
		if (!found)
			break;

		result->rows_read++;
		context->sink = sink;
		mig_sink_store(sink, slot, context->row);
		context->sink = NULL;
		MemoryContextReset(row_context);
		/* a small table is gone before anybody has asked */
		if (result->rows_read == MIG_PROGRESS_ROWS)
			mig_progress_expect(server_estimate_rows(from));
		if (result->rows_read % MIG_PROGRESS_ROWS == 0)
			mig_progress_rows(result->rows_read, mig_sink_bytes(sink));
	}
	context->row = 0;
	mig_progress_rows(result->rows_read, mig_sink_bytes(sink));
	MemoryContextDelete(row_context);
}

/*
 * Sums up which values were changed by agreement; the JSON is palloc'd in
 * CurrentMemoryContext.
 */
static void
count_changes(const MigSource *source, Relation target, const CopyColumns *columns, MigCopyResult *result)
{
	StringInfoData json;
	int			i;
	int			kind;

	initStringInfo(&json);
	for (i = 0; i < columns->n; i++)
	{
		const ConvIn *in = mig_source_column(source, i);
		const char *comma = "";

		result->adjusted += in->adjusted;
		result->nulled += in->kinds[CONV_NULLED];
		if (in->adjusted == 0)
			continue;
		appendStringInfoString(&json, json.len > 0 ? ", " : "{");
		escape_json(&json, NameStr(TupleDescAttr(RelationGetDescr(target), columns->slot[i])->attname));
		appendStringInfoString(&json, ": {");
		for (kind = 0; kind < CONV_KINDS; kind++)
			if (in->kinds[kind] > 0)
			{
				appendStringInfo(&json, "%s\"%s\": " INT64_FORMAT, comma, conv_kind_name(kind), in->kinds[kind]);
				comma = ", ";
			}
		appendStringInfoChar(&json, '}');
	}
	appendStringInfoString(&json, json.len > 0 ? "}" : "{}");
	result->changes = json.data;
}

/*
 * Pairs columns by name. Generated columns of the target compute themselves;
 * any other column of the source must have its place, or data would be lost.
 */
static CopyColumns *
match_columns(Relation source, Relation target)
{
	TupleDesc	from = RelationGetDescr(source);
	TupleDesc	to = RelationGetDescr(target);
	CopyColumns *columns = palloc0(sizeof(CopyColumns));
	StringInfoData missing;
	int			i;

	initStringInfo(&missing);
	columns->source = palloc(from->natts * sizeof(AttrNumber));
	columns->target = palloc(from->natts * sizeof(AttrNumber));
	columns->slot = palloc(from->natts * sizeof(int));
	for (i = 0; i < from->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(from, i);
		AttrNumber	attnum;

		if (att->attisdropped)
			continue;
		attnum = attnameAttNum(target, NameStr(att->attname), false);
		if (attnum == InvalidAttrNumber)
		{
			appendStringInfo(&missing, "%s%s", missing.len ? ", " : "", quote_identifier(NameStr(att->attname)));
			continue;
		}
		if (TupleDescAttr(to, attnum - 1)->attgenerated)
			continue;
		columns->source[columns->n] = att->attnum;
		columns->target[columns->n] = attnum;
		columns->slot[columns->n++] = attnum - 1;
	}
	if (missing.len > 0)
		raise_missing(source, target, &missing);
	return columns;
}

static void
raise_missing(Relation source, Relation target, StringInfo missing)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("table \"%s\" lacks columns of foreign table \"%s\"",
					RelationGetRelationName(target), RelationGetRelationName(source)),
			 errdetail("Missing columns: %s.", missing->data),
			 errhint("Add them to the table, or drop them from the foreign table if they are not wanted.")));
}

/*
 * Values are converted straight to what the native table stores; the foreign
 * table says how they are stored in SQLite.
 */
static void
use_target_types(SourceRelation *source, Relation target, const CopyColumns *columns)
{
	int			i;
	int			j;

	for (i = 0; i < columns->n; i++)
		for (j = 0; j < source->ncols; j++)
			if (source->cols[j].attnum == columns->source[i])
			{
				Form_pg_attribute att = TupleDescAttr(RelationGetDescr(target), columns->slot[i]);

				source->cols[j].spec.typid = att->atttypid;
				source->cols[j].spec.typmod = att->atttypmod;
			}
}

/*
 * Says which row it was. The sink knows better when it works through a buffer.
 */
static void
copy_error_callback(void *arg)
{
	const CopyContext *context = arg;
	uint64		row = context->sink ? mig_sink_row(context->sink) : context->row;

	if (row > 0)
		errcontext("copying table \"%s\", row %llu", context->target, (unsigned long long) row);
	else
		errcontext("copying table \"%s\"", context->target);
}
