/*-------------------------------------------------------------------------
 *
 * fdw_spool.c
 *	  Rows that a scan reads ahead, and which scans must.
 *
 * A statement sees the state before it (server/server_reader.c has the reasons). What
 * may be changed before a scan has come to its end goes through a tuplestore, which is
 * on disk where the rows are many.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/tupdesc.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "parser/parsetree.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "fdw/fdw_modify.h"

struct FdwSpool
{
	Tuplestorestate *store;
	TupleTableSlot *slot;		/* the row of the relation and a rowid behind it */
	MemoryContext context;		/* where rows from disk live until the next one is read */
};

static bool insert_reaches(Oid target, ForeignScanState *node);

bool
fdw_scan_writes(ForeignScanState *node, bool *spool)
{
	PlannedStmt *stmt = node->ss.ps.state->es_plannedstmt;
	Oid			serverid = ((ForeignScan *) node->ss.ps.plan)->fs_server;
	bool		writes = false;
	ListCell   *lc;

	*spool = false;
	if (stmt == NULL || (stmt->commandType == CMD_SELECT && !stmt->hasModifyingCTE) || stmt->resultRelations == NIL)
		return false;
	foreach(lc, stmt->resultRelations)
	{
		RangeTblEntry *rte = rt_fetch(lfirst_int(lc), stmt->rtable);

		if (rte->relkind == RELKIND_FOREIGN_TABLE)
		{
			if (GetForeignTable(rte->relid)->serverid != serverid)
				continue;
			writes = true;
			*spool |= stmt->commandType != CMD_INSERT || stmt->hasModifyingCTE || insert_reaches(rte->relid, node);
		}
		else if (rte->relkind == RELKIND_PARTITIONED_TABLE && server_is_updatable(serverid))
			*spool = true;		/* a partition may be any table of the server */
	}
	return writes;
}

/*
 * Whether an INSERT may change what a scan reads: the same table, or any by way of
 * triggers, or of foreign keys where a constraint replaces rows.
 */
static bool
insert_reaches(Oid target, ForeignScanState *node)
{
	FdwTable   *table = fdw_table(target);
	SqliteDb   *db;
	SqliteStmt *stmt;
	bool		more;

	if (node->ss.ss_currentRelation == NULL || !table->ordinary ||
		pg_strcasecmp(table->source->table, fdw_table(RelationGetRelid(node->ss.ss_currentRelation))->source->table) == 0)
		return true;
	db = server_plan_session(table->source->serverid);
	stmt = sqlite_prepare_again(db, "SELECT 1 FROM sqlite_schema WHERE (type = 'trigger' OR sql LIKE '%replace%') AND tbl_name = ?1 COLLATE NOCASE");
	sqlite_bind_text(stmt, 1, table->source->table);
	more = sqlite_step(stmt);
	sqlite_release(stmt);
	return more || !fdw_table(RelationGetRelid(node->ss.ss_currentRelation))->ordinary;
}

FdwSpool *
fdw_spool_begin(TupleDesc desc)
{
	FdwSpool   *spool = palloc(sizeof(FdwSpool));
	TupleDesc	with_rowid = CreateTemplateTupleDesc(desc->natts + 1);

	for (int i = 1; i <= desc->natts; i++)
		TupleDescCopyEntry(with_rowid, i, desc, i);
	TupleDescInitEntry(with_rowid, desc->natts + 1, "rowid", INT8OID, -1, 0);
	spool->slot = MakeSingleTupleTableSlot(with_rowid, &TTSOpsMinimalTuple);
	spool->store = tuplestore_begin_heap(true, false, work_mem);
	spool->context = CurrentMemoryContext;
	return spool;
}

void
fdw_spool_put(FdwSpool *spool, TupleTableSlot *slot, int64 rowid)
{
	TupleDesc	desc = spool->slot->tts_tupleDescriptor;
	Datum	   *values = palloc(sizeof(Datum) * desc->natts);
	bool	   *nulls = palloc(sizeof(bool) * desc->natts);

	memcpy(values, slot->tts_values, sizeof(Datum) * (desc->natts - 1));
	memcpy(nulls, slot->tts_isnull, sizeof(bool) * (desc->natts - 1));
	values[desc->natts - 1] = Int64GetDatum(rowid);
	nulls[desc->natts - 1] = false;
	tuplestore_putvalues(spool->store, desc, values, nulls);
}

bool
fdw_spool_get(FdwSpool *spool, TupleTableSlot *slot, int64 *rowid)
{
	int			natts = spool->slot->tts_tupleDescriptor->natts;
	MemoryContext caller = MemoryContextSwitchTo(spool->context);
	bool		found = tuplestore_gettupleslot(spool->store, true, false, spool->slot);

	MemoryContextSwitchTo(caller);
	if (!found)
		return false;
	slot_getallattrs(spool->slot);
	memcpy(slot->tts_values, spool->slot->tts_values, sizeof(Datum) * (natts - 1));
	memcpy(slot->tts_isnull, spool->slot->tts_isnull, sizeof(bool) * (natts - 1));
	*rowid = DatumGetInt64(spool->slot->tts_values[natts - 1]);
	return true;
}

void
fdw_spool_rewind(FdwSpool *spool)
{
	tuplestore_rescan(spool->store);
}

void
fdw_spool_end(FdwSpool *spool)
{
	ExecDropSingleTupleTableSlot(spool->slot);
	tuplestore_end(spool->store);
	pfree(spool);
}
