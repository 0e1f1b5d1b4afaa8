/*-------------------------------------------------------------------------
 *
 * mig_checksum.c
 *	  Order-independent 128-bit checksum of a relation, native or in SQLite.
 *
 * A row has a hash of two lanes; each lane is summed modulo 2^64. A sum, unlike
 * an exclusive or, sees a row that is there twice, and the sums of parts of a
 * table add up to that of the table.
 *
 * Owns the two ways to the rows: SQLite's values straight from the statement,
 * or a query through the executor, with the rights and policies of the role. An
 * aggregate sums up the rows of that query, so that PostgreSQL's own workers
 * can share a large table, also while the transaction that fills it is open.
 * The canonical form itself belongs to conv_canon.c.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/table.h"
#include "catalog/pg_class.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "optimizer/paths.h"
#include "parser/parse_relation.h"
#include "port/pg_bswap.h"
#include "storage/bufmgr.h"
#include "tcop/dest.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/uuid.h"

#include "migrate/migrate.h"

/* Seeds of the two hashes of a key: any two different numbers. */
static const uint64 seeds[2] = {UINT64CONST(0x73716c6974655f66), UINT64CONST(0x64775f6d69670000)};

/* Receiver of the executor's rows; the first field makes it one. */
typedef struct RowReceiver
{
	DestReceiver pub;
	MigTakeDatums take;
	void	   *state;
	MemoryContext row_context;
} RowReceiver;

/* What adds up rows: Datums, or those of a source, once its converters are known. */
typedef struct ChecksumState
{
	ConvCanon  *canon;
	MigChecksum *result;
	MemoryContext context;		/* outlives the scan */
} ChecksumState;

/* A row of the quarantine: 128 bits of what identifies it, and how often it is there. */
typedef struct HeldKey
{
	uint64		hash[2];
} HeldKey;

typedef struct HeldRow
{
	HeldKey		key;
	int64		rows;
	int64		waiting;		/* of them not loaded */
} HeldRow;

static void checksum_source(Relation rel, const AttrNumber *attnums, const MigChecksumSpec *spec, MigChecksum *result);
static void add_source_row(MigSource *source, void *state);
static HTAB *read_held(MigSource *scan, const char *migration, MemoryContext row_context, MigTakeRow take, void *state);
static bool is_held(HTAB *held, MigSource *scan, int64 *waiting);
static HeldKey held_key(const MigSource *source);
static void checksum_query(Relation rel, const AttrNumber *attnums, int ncols, const char *condition, MigChecksum *result);
static void checksum_aggregate(Relation rel, const AttrNumber *attnums, int ncols, const char *condition, MigChecksum *result);
static bool is_mostly_toast(Relation rel);
static char *query_text(Relation rel, const AttrNumber *attnums, int ncols, const char *aggregate, const char *condition);
static void add_datums(Datum *values, bool *nulls, void *state);
static bool receive_row(TupleTableSlot *slot, DestReceiver *self);
static void receiver_startup(DestReceiver *self, int operation, TupleDesc desc);
static void receiver_nothing(DestReceiver *self);

void
mig_checksum(const MigChecksumSpec *spec, MigChecksum *result)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig checksum", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = MemoryContextSwitchTo(context);
	Relation	rel = table_open(spec->relid, AccessShareLock);
	AttrNumber *attnums = mig_find_columns(rel, spec->columns, spec->ncolumns);

	memset(result, 0, sizeof(*result));
	if (rel->rd_rel->relkind == RELKIND_FOREIGN_TABLE && server_is_ours(GetForeignTable(spec->relid)->serverid))
		checksum_source(rel, attnums, spec, result);
	else if (spec->ncolumns > 0 && spec->ncolumns < FUNC_MAX_ARGS)
		checksum_aggregate(rel, attnums, spec->ncolumns, spec->condition, result);
	else
		checksum_query(rel, attnums, spec->ncolumns, spec->condition, result);

	table_close(rel, NoLock);
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(context);
}

AttrNumber *
mig_find_columns(Relation rel, char **columns, int ncolumns)
{
	AttrNumber *attnums = palloc(ncolumns * sizeof(AttrNumber));
	int			i;

	for (i = 0; i < ncolumns; i++)
	{
		attnums[i] = attnameAttNum(rel, columns[i], false);
		if (attnums[i] == InvalidAttrNumber)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("column \"%s\" of relation \"%s\" does not exist",
							columns[i], RelationGetRelationName(rel))));
	}
	return attnums;
}

/*
 * Rows from SQLite, without Datums where the canonical form allows.
 */
static void
checksum_source(Relation rel, const AttrNumber *attnums, const MigChecksumSpec *spec, MigChecksum *result)
{
	ChecksumState state = {.result = result,.context = CurrentMemoryContext};
	SourceRelation *from = server_relation(spec->relid);
	int64		held;

	from->first = spec->first;
	from->end = spec->end;
	held = mig_source_rows(rel, from, attnums, spec->ncolumns, spec->migration, add_source_row, &state);
	if (spec->held)
		*spec->held = held;
	for (int i = 0; spec->proofs != NULL && i < spec->ncolumns; i++)
		spec->proofs[i] = state.canon ? conv_canon_proof(state.canon, i) : "raw";
}

/*
 * Returns how many rows of the source wait in the quarantine; one that the
 * source has no longer is not among them. The memory of the scan is freed at the
 * end, with its statement.
 */
int64
mig_source_rows(Relation rel, const SourceRelation *from, const AttrNumber *attnums, int ncols,
				const char *migration, MigTakeRow take, void *state)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig source", ALLOCSET_DEFAULT_SIZES);
	MemoryContext row_context = AllocSetContextCreate(context, "sqlite_fdw_mig row", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = MemoryContextSwitchTo(context);
	int		   *target = palloc0(ncols * sizeof(int));
	MigSource  *scan;
	HTAB	   *held = NULL;
	int64		waiting = 0;

	mig_source_check_select(rel, attnums, ncols);
	scan = mig_source_open(from, attnums, target, ncols, migration != NULL);
	if (migration)
		held = read_held(scan, migration, row_context, take, state);

	while (mig_source_step(scan))
	{
		MemoryContextSwitchTo(row_context);
		if (held == NULL || !is_held(held, scan, &waiting))
		{
			if (scan->giant != NULL)
				mig_source_raise(scan);
			take(scan, state);
		}
		MemoryContextSwitchTo(context);
		MemoryContextReset(row_context);
	}
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(context);
	return waiting;
}

/*
 * Adds the row on which the statement stands.
 */
static void
add_source_row(MigSource *source, void *arg)
{
	ChecksumState *state = arg;
	ConvHash	hash;

	if (unlikely(state->canon == NULL))
	{
		MemoryContext oldcontext = MemoryContextSwitchTo(state->context);

		state->canon = conv_canon_source(source->conv, source->ncols);
		MemoryContextSwitchTo(oldcontext);
	}
	source->refused = conv_canon_row(state->canon, sqlite_raw(source->stmt), &hash);
	if (source->refused >= 0)
		mig_source_raise(source);
	mig_checksum_add(state->result, &hash);
}

/*
 * The rows of the quarantine by the hash of their key, or of all they hold if
 * they have none; NULL if there are none. Those that were edited and loaded are
 * taken as they were edited.
 */
static HTAB *
read_held(MigSource *scan, const char *migration, MemoryContext row_context, MigTakeRow take, void *state)
{
	MemoryContext context = CurrentMemoryContext;
	HASHCTL		ctl = {.keysize = sizeof(HeldKey),.entrysize = sizeof(HeldRow),.hcxt = context};
	HTAB	   *held = NULL;
	MigSource  *rows;
	bool		loaded;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	MemoryContextSwitchTo(context);
	rows = mig_held_open(scan, migration);
	while (mig_held_next(rows, &loaded))
	{
		HeldKey		key = held_key(rows);
		HeldRow    *entry;
		bool		found;

		if (held == NULL)
			held = hash_create("sqlite_fdw_mig held rows", 1024, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
		entry = hash_search(held, &key, HASH_ENTER, &found);
		entry->rows = found ? entry->rows + 1 : 1;
		entry->waiting = (found ? entry->waiting : 0) + (loaded ? 0 : 1);
		if (loaded)
		{
			MemoryContextSwitchTo(row_context);
			take(rows, state);
			MemoryContextSwitchTo(context);
			MemoryContextReset(row_context);
		}
	}
	SPI_finish();
	MemoryContextSwitchTo(context);
	return held;
}

/*
 * Whether the row of the scan is one of those; each stands for one row. Counts
 * those that were not loaded.
 */
static bool
is_held(HTAB *held, MigSource *scan, int64 *waiting)
{
	HeldKey		key;
	HeldRow    *entry;

	mig_source_keep(scan);
	key = held_key(scan);
	entry = hash_search(held, &key, HASH_FIND, NULL);
	if (entry == NULL || entry->rows == 0)
		return false;
	entry->rows--;
	if (entry->waiting > 0)
	{
		entry->waiting--;
		(*waiting)++;
	}
	return true;
}

static HeldKey
held_key(const MigSource *source)
{
	const char *raw = source->nkey > 0 ? conv_raw_skip(source->row.raw, source->ncols) : source->row.raw;
	int			len = source->row.raw + source->row.raw_len - raw;
	HeldKey		key;
	int			i;

	for (i = 0; i < lengthof(key.hash); i++)
		key.hash[i] = hash_bytes_extended((const unsigned char *) raw, len, seeds[i]);
	return key;
}

/*
 * One row from the executor. SPI plans the query with the rights and policies
 * of the role, for parallel workers too, and runs it on the active snapshot.
 */
static void
checksum_aggregate(Relation rel, const AttrNumber *attnums, int ncols, const char *condition, MigChecksum *result)
{
	HeapTupleHeader row;
	bool		isnull;
	int			nestlevel = NewGUCNestLevel();

	if (is_mostly_toast(rel))
	{
		(void) set_config_option("min_parallel_table_scan_size", "0", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
		(void) set_config_option("parallel_setup_cost", "0", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	}
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	mig_query(query_text(rel, attnums, ncols, psprintf("%s._checksum_agg", base_internal_schema()), condition), NULL);
	row = DatumGetHeapTupleHeader(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	mig_checksum_read(result, DatumGetUUIDP(GetAttributeByNum(row, 2, &isnull)));
	result->rows = DatumGetInt64(GetAttributeByNum(row, 1, &isnull));
	SPI_finish();
	AtEOXact_GUC(true, nestlevel);
}

/*
 * The planner goes by the pages of the table itself, few if all values are long:
 * what PostgreSQL would share among workers if it stood there is worth sharing.
 */
static bool
is_mostly_toast(Relation rel)
{
	Oid			toast = rel->rd_rel->reltoastrelid;
	Relation	toast_rel;
	BlockNumber pages;

	if (!OidIsValid(toast))
		return false;
	toast_rel = table_open(toast, AccessShareLock);
	pages = RelationGetNumberOfBlocks(toast_rel);
	table_close(toast_rel, AccessShareLock);
	return pages > 2 * RelationGetNumberOfBlocks(rel) && pages > (BlockNumber) min_parallel_table_scan_size;
}

/*
 * The same for more columns than a function has arguments, or none: every row
 * comes out of the query and is hashed here; nothing is collected.
 */
static void
checksum_query(Relation rel, const AttrNumber *attnums, int ncols, const char *condition, MigChecksum *result)
{
	Oid		   *types = palloc(Max(ncols, 1) * sizeof(Oid));
	ChecksumState state = {.result = result};
	int			i;

	for (i = 0; i < ncols; i++)
		types[i] = TupleDescAttr(RelationGetDescr(rel), attnums[i] - 1)->atttypid;
	state.canon = conv_canon_types(types, ncols);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	mig_query_rows(query_text(rel, attnums, ncols, "", condition), add_datums, &state);
	SPI_finish();
}

static void
add_datums(Datum *values, bool *nulls, void *arg)
{
	ChecksumState *state = arg;
	ConvHash	hash = conv_canon_datums(state->canon, values, nulls);

	mig_checksum_add(state->result, &hash);
}

/*
 * A copy fills one table, not its children: ONLY. A partitioned table has all
 * its rows in its partitions.
 */
static char *
query_text(Relation rel, const AttrNumber *attnums, int ncols, const char *aggregate, const char *condition)
{
	StringInfoData sql;
	int			i;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT %s%s", aggregate, *aggregate ? "(" : "");
	for (i = 0; i < ncols; i++)
		appendStringInfo(&sql, "%s%s", i > 0 ? ", " : "",
						 quote_identifier(NameStr(TupleDescAttr(RelationGetDescr(rel), attnums[i] - 1)->attname)));
	appendStringInfo(&sql, "%s FROM %s%s", *aggregate ? ")" : "",
					 rel->rd_rel->relkind == RELKIND_RELATION ? "ONLY " : "",
					 quote_qualified_identifier(get_namespace_name(RelationGetNamespace(rel)), RelationGetRelationName(rel)));
	if (condition)
		appendStringInfo(&sql, " AS t WHERE %s", condition);
	return sql.data;
}

void
mig_query(const char *sql, DestReceiver *receiver)
{
	SPIExecuteOptions options = {.read_only = true,.dest = receiver};

	if (SPI_execute_extended(sql, &options) < 0)
		elog(ERROR, "query failed: %s", sql);
}

void
mig_query_rows(const char *sql, MigTakeDatums take, void *state)
{
	RowReceiver receiver = {0};

	receiver.pub.receiveSlot = receive_row;
	receiver.pub.rStartup = receiver_startup;
	receiver.pub.rShutdown = receiver_nothing;
	receiver.pub.rDestroy = receiver_nothing;
	receiver.pub.mydest = DestNone;
	receiver.take = take;
	receiver.state = state;
	receiver.row_context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig row", ALLOCSET_DEFAULT_SIZES);
	mig_query(sql, &receiver.pub);
	MemoryContextDelete(receiver.row_context);
}

/*
 * One row of the query; detoasted values live in the row context only.
 */
static bool
receive_row(TupleTableSlot *slot, DestReceiver *self)
{
	RowReceiver *receiver = (RowReceiver *) self;
	MemoryContext oldcontext = MemoryContextSwitchTo(receiver->row_context);

	slot_getallattrs(slot);
	receiver->take(slot->tts_values, slot->tts_isnull, receiver->state);
	MemoryContextSwitchTo(oldcontext);
	MemoryContextReset(receiver->row_context);
	return true;
}

static void
receiver_startup(DestReceiver *self, int operation, TupleDesc desc)
{
	/* everything was prepared before the query */
}

static void
receiver_nothing(DestReceiver *self)
{
	/* nothing is held beyond the memory context */
}

pg_uuid_t *
mig_checksum_uuid(const MigChecksum *sum)
{
	pg_uuid_t  *uuid = palloc(sizeof(pg_uuid_t));
	int			i;

	for (i = 0; i < lengthof(sum->sum); i++)
	{
		uint64		big_endian = pg_hton64(sum->sum[i]);

		memcpy(uuid->data + i * sizeof(uint64), &big_endian, sizeof(uint64));
	}
	return uuid;
}

void
mig_checksum_read(MigChecksum *sum, const pg_uuid_t *uuid)
{
	int			i;

	for (i = 0; i < lengthof(sum->sum); i++)
	{
		uint64		big_endian;

		memcpy(&big_endian, uuid->data + i * sizeof(uint64), sizeof(uint64));
		sum->sum[i] = pg_ntoh64(big_endian);
	}
}
