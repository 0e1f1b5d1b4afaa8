/*-------------------------------------------------------------------------
 *
 * fdw_modify.h
 *	  What the files that write to SQLite share.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_FDW_MODIFY_H
#define SQLITE_FDW_MIG_FDW_MODIFY_H

#include "fdw/fdw_internal.h"

#include "access/htup_details.h"
#include "nodes/execnodes.h"

/* How a row to be changed is found again. */
typedef enum FdwIdentity
{
	IDENTITY_NONE,				/* not at all */
	IDENTITY_ROWID,
	IDENTITY_KEY				/* columns: those with the option key, else the primary key; and a hash of what they store */
} FdwIdentity;

/* One statement that changes rows: what it needs, before it has a connection. */
typedef struct FdwChange
{
	CmdType		operation;
	List	   *attnums;		/* columns that get values: list of int */
	List	   *returned;		/* columns that are wanted back */
	bool		do_nothing;		/* ON CONFLICT DO NOTHING */
} FdwChange;

/* in fdw_modify_sql.c */

extern FdwIdentity fdw_identity(const FdwTable *table);

/* Whether a column makes part of IDENTITY_KEY. */
extern bool fdw_is_key(const FdwTable *table, const FdwColumn *column);

/* Expression for a hash of the stored values of IDENTITY_KEY: two of them may be read as one value of PostgreSQL. palloc'd. */
extern char *fdw_key_hash(const FdwTable *table);

/* Whether SQLite computes the column. */
extern bool fdw_is_generated(const FdwColumn *column);

/* The statement for "rows" rows at a time (INSERT), or a row; palloc'd. */
extern char *fdw_change_sql(const FdwTable *table, const FdwChange *change, int rows);

/* SELECT of the row that an UPDATE or DELETE would find, with the same placeholders as DELETE; palloc'd. */
extern char *fdw_lookup_sql(const FdwTable *table);

/* Appends RETURNING and columns. */
extern void fdw_append_returning(StringInfo sql, const FdwTable *table, const List *attnums);

/* Columns that are looked at after a row was written, by RETURNING, checks of views and triggers: list of int. */
extern List *fdw_wanted_back(Relation rel, Index varno, CmdType operation, List *returning, List *checks);

/* Binder for a column; looks at a value that the column holds where that tells the style. */
extern ConvOut *fdw_choose_out(SqliteDb *db, const FdwTable *table, const FdwColumn *column);

/* in fdw_constant.c */

typedef struct FdwConstants FdwConstants;

/* Those of the columns that every row shows with one value; NULL if there is none. Throws as conv_raise. */
extern FdwConstants *fdw_constants(SqliteDb *db, const FdwTable *table, Relation rel, const List *attnums);

/* Throws 23514 when a row that is to be written has another value there. NULL is allowed. */
extern void fdw_check_constants(FdwConstants *constants, TupleTableSlot *slot);

/* in fdw_modify.c */

/* Throws unless the foreign table may be written to. */
extern void fdw_check_updatable(Oid relid);

/* Whether the whole statement changes rows of a server. */
extern bool fdw_modifies_server(PlannerInfo *root, Oid serverid);

/* Name of the junk column that carries a part of a key; palloc'd. */
extern char *fdw_key_name(Oid relid, AttrNumber attnum);

/* A rowid, or the hash of a key, in the system columns of a row: 48 bits in ctid, the others in xmin. */
static inline int64
fdw_rowid_from_system(ItemPointer ctid, TransactionId xmin)
{
	return (int64) (((uint64) xmin << 48) | ((uint64) ItemPointerGetOffsetNumberNoCheck(ctid) << 32) | ItemPointerGetBlockNumberNoCheck(ctid));
}

static inline void
fdw_rowid_to_system(int64 rowid, HeapTuple tuple)
{
	ItemPointerSet(&tuple->t_self, (BlockNumber) ((uint64) rowid & 0xFFFFFFFF), (OffsetNumber) (((uint64) rowid >> 32) & 0xFFFF));
	HeapTupleHeaderSetXmin(tuple->t_data, (TransactionId) ((uint64) rowid >> 48));
}

/* in fdw_modify_exec.c: columns that SQLite gives back, converted */
typedef struct FdwReturned
{
	int			ncols;
	int		   *targets;		/* places in the row */
	ConvIn	  **conv;
} FdwReturned;

extern void fdw_returned(FdwReturned *returned, const FdwTable *table, const List *attnums);

/* Puts the current row into a slot of the relation; other columns stay as they are. */
extern void fdw_take_returned(const FdwReturned *returned, const FdwTable *table, SqliteStmt *stmt, TupleTableSlot *slot);

/* in fdw_spool.c */

/*
 * Whether the statement that a scan belongs to writes to the scan's server; and
 * whether the scan must be read to its end before.
 */
extern bool fdw_scan_writes(ForeignScanState *node, bool *spool);

/* Rows that were read ahead, each with a rowid, on disk where they are many. */
typedef struct FdwSpool FdwSpool;

extern FdwSpool *fdw_spool_begin(TupleDesc desc);
extern void fdw_spool_put(FdwSpool *spool, TupleTableSlot *slot, int64 rowid);
extern bool fdw_spool_get(FdwSpool *spool, TupleTableSlot *slot, int64 *rowid);
extern void fdw_spool_rewind(FdwSpool *spool);
extern void fdw_spool_end(FdwSpool *spool);

/* in fdw_scan.c: makes the values of a slot a row of the table, whose ctid and xmin hold a rowid */
extern void fdw_store_with_rowid(TupleTableSlot *slot, int64 rowid);

#endif							/* SQLITE_FDW_MIG_FDW_MODIFY_H */
