/*-------------------------------------------------------------------------
 *
 * mig_copy.c
 *	  Copies a foreign table of this wrapper into another relation.
 *
 * Owns the pairing of columns, the choice of source and sink, the loop and its
 * counters. A source makes the rows (mig_source.c, mig_replay.c), a sink takes
 * them (mig_bulk.c, mig_upsert.c), and mig_reject.c those that do not get there.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/table.h"
#include "executor/spi.h"
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
	AttrNumber *target;			/* attnums of the target */
	char	  **names;			/* of these */
	int		   *slot;			/* place in the slot of the sink */
	bool		all;			/* none of the source is left to a generated column of the target */
} CopyColumns;

/* What the error context says. */
typedef struct CopyContext
{
	const char *target;
	const MigSink *sink;		/* NULL while no row is on its way into the table */
	uint64		row;			/* being read; 0 = none yet */
} CopyContext;

static MigSource *open_source(const MigCopySpec *spec, const SourceRelation *from, const CopyColumns *columns);
static void copy_rows(const SourceRelation *from, MigSource *source, MigSink *sink, MigRejects *rejects, CopyContext *context, MigCopyResult *result);
static void count_changes(const MigSource *source, Relation target, const CopyColumns *columns, MigCopyResult *result);
static CopyColumns *match_columns(Relation source, Relation target, bool bulk);
static void raise_missing(Relation source, Relation target, StringInfo missing) pg_attribute_noreturn();
static void use_target_types(SourceRelation *source, Relation target, const CopyColumns *columns);
static void copy_error_callback(void *arg);

void
mig_copy(const MigCopySpec *spec, MigCopyResult *result)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig copy", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = MemoryContextSwitchTo(context);
	Relation	source_rel = table_open(spec->source, AccessShareLock);
	SourceRelation *from = server_relation(spec->source);
	Relation	target_rel = table_open(spec->target, RowExclusiveLock);
	bool		bulk = mig_sink_bulk(target_rel, spec->on_conflict);
	CopyColumns *columns = match_columns(source_rel, target_rel, bulk);
	CopyContext error = {RelationGetRelationName(target_rel), NULL, 0};
	ErrorContextCallback callback = {error_context_stack, copy_error_callback, &error};
	MigSource  *source;
	MigRejects *rejects = NULL;
	MigSink    *sink;

	mig_source_check_select(source_rel, columns->source, columns->n);
	from->first = spec->first;
	from->end = spec->end;
	use_target_types(from, target_rel, columns);
	memset(result, 0, sizeof(*result));

	if (spec->reject || !bulk)
	{
		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		MemoryContextSwitchTo(context);
	}
	error_context_stack = &callback;
	source = open_source(spec, from, columns);
	if (spec->reject)
		rejects = mig_rejects_open(spec, source_rel, target_rel, source);
	sink = bulk ? mig_bulk_open(target_rel, columns->target, columns->n, spec, rejects)
		: mig_upsert_open(target_rel, columns->target, columns->n, spec, rejects);
	result->frozen = sink->frozen;
	mig_progress_start(spec->target, 0);
	mig_progress_describe(MIG_COPYING, RelationGetRelationName(target_rel));
	copy_rows(from, source, sink, rejects, &error, result);
	error.sink = sink;
	sink->close(sink);
	error_context_stack = callback.previous;
	mig_progress_end();

	if (rejects)
		result->rejected = mig_rejects_close(rejects);
	if (spec->reject || !bulk)
		SPI_finish();
	result->inserted = sink->inserted;
	result->updated = sink->updated;
	result->summed = source->canon != NULL && result->rejected == 0;
	if (!result->summed)
		memset(&result->checksum, 0, sizeof(result->checksum));
	result->skipped = result->rows_read - result->inserted - result->updated - result->rejected;
	MemoryContextSwitchTo(oldcontext);
	count_changes(source, target_rel, columns, result);

	/* locks stay until the end of the transaction */
	table_close(source_rel, NoLock);
	table_close(target_rel, NoLock);
	MemoryContextDelete(context);
}

static MigSource *
open_source(const MigCopySpec *spec, const SourceRelation *from, const CopyColumns *columns)
{
	MigSource  *source = mig_source_open(from, columns->source, columns->slot, columns->n, spec->reject);

	source->target_names = columns->names;

	/* that of all columns or none: what is compared with it later has all of them */
	if (spec->checksum && columns->all && !spec->replay)
		source->canon = conv_canon_source(source->conv, source->ncols);
	return spec->replay ? mig_replay_open(source, spec) : source;
}

/*
 * The loop: a row is converted in a context of its own, the sink copies it.
 */
static void
copy_rows(const SourceRelation *from, MigSource *source, MigSink *sink, MigRejects *rejects, CopyContext *context, MigCopyResult *result)
{
	MemoryContext row_context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig row", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = CurrentMemoryContext;

	for (;;)
	{
		TupleTableSlot *slot = sink->slot(sink);
		MigRead		read;

		CHECK_FOR_INTERRUPTS();
		context->row = result->rows_read + 1;
		MemoryContextSwitchTo(row_context);
		read = source->next(source, slot->tts_values, slot->tts_isnull);
		if (read == MIG_READ_REFUSED &&
			(rejects == NULL || !mig_rejects_add(rejects, &source->row, mig_rejects_refusal(source))))
			mig_source_raise(source);
		MemoryContextSwitchTo(oldcontext);
		if (read == MIG_READ_END)
			break;

		result->rows_read++;
		if (read == MIG_READ_ROW)
		{
			if (source->canon)
				mig_checksum_add(&result->checksum, &source->hash);
			context->sink = sink;
			sink->store(sink, slot, &source->row);
			context->sink = NULL;
		}
		MemoryContextReset(row_context);
		/* a small table is gone before anybody has asked */
		if (result->rows_read == MIG_PROGRESS_ROWS)
			mig_progress_expect(server_estimate_rows(from));
		if (result->rows_read % MIG_PROGRESS_ROWS == 0)
			mig_progress_rows(result->rows_read, sink->bytes);
	}
	context->row = 0;
	mig_progress_rows(result->rows_read, sink->bytes);
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
		const ConvIn *in = source->conv[i];
		const char *comma = "";

		result->adjusted += in->adjusted;
		result->nulled += in->kinds[CONV_NULLED];
		if (in->adjusted == 0)
			continue;
		appendStringInfoString(&json, json.len > 0 ? ", " : "{");
		escape_json(&json, NameStr(TupleDescAttr(RelationGetDescr(target), columns->target[i] - 1)->attname));
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
 * The slot of the bulk sink is a row of the table, that of the other has the
 * filled columns only.
 */
static CopyColumns *
match_columns(Relation source, Relation target, bool bulk)
{
	TupleDesc	from = RelationGetDescr(source);
	TupleDesc	to = RelationGetDescr(target);
	CopyColumns *columns = palloc0(sizeof(CopyColumns));
	StringInfoData missing;
	int			i;

	initStringInfo(&missing);
	columns->source = palloc(from->natts * sizeof(AttrNumber));
	columns->target = palloc(from->natts * sizeof(AttrNumber));
	columns->names = palloc(from->natts * sizeof(char *));
	columns->slot = palloc(from->natts * sizeof(int));
	columns->all = true;
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
		{
			columns->all = false;
			continue;
		}
		columns->source[columns->n] = att->attnum;
		columns->target[columns->n] = attnum;
		columns->names[columns->n] = NameStr(TupleDescAttr(to, attnum - 1)->attname);
		columns->slot[columns->n] = bulk ? attnum - 1 : columns->n;
		columns->n++;
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
				Form_pg_attribute att = TupleDescAttr(RelationGetDescr(target), columns->target[i] - 1);

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
	uint64		row = context->sink ? context->sink->row : context->row;

	if (row > 0)
		errcontext("copying table \"%s\", row %llu", context->target, (unsigned long long) row);
	else
		errcontext("copying table \"%s\"", context->target);
}
