/*-------------------------------------------------------------------------
 *
 * mig_expel.c
 *	  Rows that were copied and have to leave again: into the quarantine.
 *
 * A statement takes rows out of a target and returns them as they were. Which
 * rows of the source they are is found by what is in them: the statement's rows
 * are hashed in the form in which checksums compare both sides, and one scan of
 * the source looks its rows up. So it needs no key in the target, and rows that
 * look alike are interchangeable. Each is written to the quarantine with its key
 * and raw values in the source; if one were not found, nothing would be done.
 *
 * Stages:
 *	  read_rows		runs the statement, hashes its rows
 *	  write_rows	scans the source, sends what is found to the quarantine
 *
 * Knows nothing of constraints: 56_constraints.sql says which rows, and why.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/table.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "parser/parse_relation.h"
#include "tcop/dest.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "migrate/migrate.h"

/* Rows that look alike. */
typedef struct AlikeRows
{
	ConvHash	key;
	int64		gone;			/* so many have left the target */
	int64		stayed;			/* so many that the statement returned are still there */
} AlikeRows;

/* Receiver of the statement's rows; the first field makes it one. */
typedef struct RowReceiver
{
	DestReceiver pub;
	ConvCanon  *canon;
	HTAB	   *rows;
	int64		gone;
	MemoryContext row_context;
} RowReceiver;

static AttrNumber *find_columns(Relation rel, char *const *columns, int ncolumns);
static HTAB *read_rows(const MigExpelSpec *spec, Relation target, int64 *gone);
static bool receive_row(TupleTableSlot *slot, DestReceiver *self);
static void receiver_startup(DestReceiver *self, int operation, TupleDesc desc);
static void receiver_nothing(DestReceiver *self);
static int64 write_rows(const MigExpelSpec *spec, Relation source_rel, Relation target, HTAB *rows, int64 gone);
static char *key_detail(const MigExpelSpec *spec, const MigSource *source);

int64
mig_expel(const MigExpelSpec *spec)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig expel", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = MemoryContextSwitchTo(context);
	Relation	source = table_open(spec->copy.source, AccessShareLock);
	Relation	target = table_open(spec->copy.target, RowExclusiveLock);
	int64		gone;
	int64		found = 0;
	HTAB	   *rows;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	MemoryContextSwitchTo(context);
	rows = read_rows(spec, target, &gone);
	if (gone > 0)
		found = write_rows(spec, source, target, rows, gone);
	SPI_finish();
	if (found < gone)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("rows of table \"%s\" are not in its source any more: " INT64_FORMAT, RelationGetRelationName(target), gone - found),
				 errdetail("They would have to leave the table, and the quarantine could not hold them."),
				 errhint("The file was changed after the rows were copied: migrate again.")));

	table_close(source, NoLock);
	table_close(target, NoLock);
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(context);
	return gone;
}

static AttrNumber *
find_columns(Relation rel, char *const *columns, int ncolumns)
{
	AttrNumber *attnums = palloc(Max(ncolumns, 1) * sizeof(AttrNumber));
	int			i;

	for (i = 0; i < ncolumns; i++)
	{
		attnums[i] = attnameAttNum(rel, columns[i], false);
		if (attnums[i] == InvalidAttrNumber)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("column \"%s\" of relation \"%s\" does not exist", columns[i], RelationGetRelationName(rel))));
	}
	return attnums;
}

/*
 * The rows of the statement by their hash; *gone = how many have left.
 */
static HTAB *
read_rows(const MigExpelSpec *spec, Relation target, int64 *gone)
{
	AttrNumber *attnums = find_columns(target, spec->columns, spec->ncolumns);
	HASHCTL		ctl = {.keysize = sizeof(ConvHash),.entrysize = sizeof(AlikeRows),.hcxt = CurrentMemoryContext};
	MemoryContext context = CurrentMemoryContext;
	RowReceiver receiver = {0};
	SPIExecuteOptions options = {0};
	Oid		   *types = palloc(Max(spec->ncolumns, 1) * sizeof(Oid));
	int			result;
	int			i;

	receiver.pub.receiveSlot = receive_row;
	receiver.pub.rStartup = receiver_startup;
	receiver.pub.rShutdown = receiver_nothing;
	receiver.pub.rDestroy = receiver_nothing;
	receiver.pub.mydest = DestNone;
	for (i = 0; i < spec->ncolumns; i++)
		types[i] = TupleDescAttr(RelationGetDescr(target), attnums[i] - 1)->atttypid;
	receiver.canon = conv_canon_types(types, spec->ncolumns);
	receiver.rows = hash_create("sqlite_fdw_mig expelled rows", 1024, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	receiver.row_context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig row", ALLOCSET_DEFAULT_SIZES);

	options.dest = &receiver.pub;
	result = SPI_execute_extended(spec->statement, &options);
	if (result < 0)
		elog(ERROR, "could not take rows out of a table: %s", SPI_result_code_string(result));
	MemoryContextSwitchTo(context);
	*gone = receiver.gone;
	return receiver.rows;
}

/*
 * Whether it has left, then its columns.
 */
static bool
receive_row(TupleTableSlot *slot, DestReceiver *self)
{
	RowReceiver *receiver = (RowReceiver *) self;
	MemoryContext oldcontext = MemoryContextSwitchTo(receiver->row_context);
	AlikeRows  *alike;
	ConvHash	hash;
	bool		gone;
	bool		found;

	slot_getallattrs(slot);
	gone = DatumGetBool(slot->tts_values[0]);
	hash = conv_canon_datums(receiver->canon, slot->tts_values + 1, slot->tts_isnull + 1);
	alike = hash_search(receiver->rows, &hash, HASH_ENTER, &found);
	if (!found)
		alike->gone = alike->stayed = 0;
	if (gone)
	{
		alike->gone++;
		receiver->gone++;
	}
	else
		alike->stayed++;
	MemoryContextSwitchTo(oldcontext);
	MemoryContextReset(receiver->row_context);
	return true;
}

static void
receiver_startup(DestReceiver *self, int operation, TupleDesc desc)
{
	/* everything was prepared before the statement */
}

static void
receiver_nothing(DestReceiver *self)
{
	/* nothing is held beyond the memory context */
}

/*
 * Writes the rows of the source that have left to the quarantine; returns how
 * many. Of rows that look alike the first ones are those that stayed.
 */
static int64
write_rows(const MigExpelSpec *spec, Relation source_rel, Relation target, HTAB *rows, int64 gone)
{
	SourceRelation *from = server_relation(spec->copy.source);
	MemoryContext context = CurrentMemoryContext;
	MemoryContext row_context = AllocSetContextCreate(context, "sqlite_fdw_mig row", ALLOCSET_DEFAULT_SIZES);
	AttrNumber *attnums = find_columns(source_rel, spec->columns, spec->ncolumns);
	int		   *slot = palloc0(Max(spec->ncolumns, 1) * sizeof(int));
	int64		found = 0;
	MigSource  *source;
	MigRejects *rejects;
	ConvCanon  *canon;

	mig_source_check_select(source_rel, attnums, spec->ncolumns);
	source = mig_source_open(from, attnums, slot, spec->ncolumns, true);
	source->target_names = spec->columns;
	canon = conv_canon_source(source->conv, source->ncols);
	rejects = mig_rejects_open(&spec->copy, source_rel, target, source);

	while (found < gone && mig_source_step(source))
	{
		AlikeRows  *alike = NULL;
		ConvHash	hash;

		MemoryContextSwitchTo(row_context);
		/* before the canonical form, which may change how SQLite holds a value */
		mig_source_keep(source);
		/* a row that cannot be read or converted was never in the target */
		if (source->giant == NULL && conv_canon_row(canon, source->handle, &hash) < 0)
			alike = hash_search(rows, &hash, HASH_FIND, NULL);
		if (alike != NULL && alike->stayed > 0)
			alike->stayed--;
		else if (alike != NULL && alike->gone > 0)
		{
			MigFault	fault = spec->fault;

			alike->gone--;
			found++;
			fault.detail = key_detail(spec, source);
			(void) mig_rejects_add(rejects, &source->row, &fault);
		}
		MemoryContextSwitchTo(context);
		MemoryContextReset(row_context);
	}
	(void) mig_rejects_close(rejects);
	return found;
}

/*
 * "Key (a, b)=(1, 'x') …", with the values that SQLite has; NULL without columns.
 */
static char *
key_detail(const MigExpelSpec *spec, const MigSource *source)
{
	StringInfoData detail;
	int			i;
	int			j;

	if (spec->nkey == 0)
		return NULL;
	initStringInfo(&detail);
	for (i = 0; i < spec->nkey; i++)
		appendStringInfo(&detail, "%s%s", i > 0 ? ", " : "Key (", spec->key[i]);
	for (i = 0; i < spec->nkey; i++)
	{
		appendStringInfoString(&detail, i > 0 ? ", " : ")=(");
		for (j = 0; j < source->ncols; j++)
			if (strcmp(source->rel->cols[source->cols[j]].name, spec->key[i]) == 0)
				appendStringInfoString(&detail, conv_raw_show(conv_raw_skip(source->row.raw, j)));
	}
	appendStringInfo(&detail, ") %s.", spec->key_fault);
	return detail.data;
}
