/*-------------------------------------------------------------------------
 *
 * fdw_parallel.h
 *	  The parts of a table that the processes of a parallel scan take in turn.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_FDW_PARALLEL_H
#define SQLITE_FDW_MIG_FDW_PARALLEL_H

#include "fdw/fdw_internal.h"

typedef struct FdwParts FdwParts;	/* as one process sees them */
typedef struct FdwSharedParts FdwSharedParts;	/* in shared memory */

/* From what fdw_plan_parts has made. All parts are one, until others share them. In CurrentMemoryContext. */
extern FdwParts *fdw_parts_begin(List *plan, Oid serverid);

/*
 * Opens what a worker reads. False when there is nothing to read for it: all is
 * done, or it cannot have the leader's snapshot. Throws 55P03 when the rows
 * would not be read by anybody then.
 */
extern bool fdw_parts_join(FdwParts *parts);

/* The next part: rowids from *first to *last, both included. False when there is no more. */
extern bool fdw_parts_next(FdwParts *parts, int64 *first, int64 *last);

/* From the start again. */
extern void fdw_parts_rewind(FdwParts *parts);

/* This process needs no more of them: takes along what EXPLAIN shows. */
extern void fdw_parts_end(FdwParts *parts);

/* Shared memory of a leader, and how the others come to it. */
extern Size fdw_parts_size(void);
extern void fdw_parts_share(FdwParts *parts, FdwSharedParts *shared);
extern void fdw_parts_share_again(FdwParts *parts, FdwSharedParts *shared);
extern void fdw_parts_attach(FdwParts *parts, FdwSharedParts *shared);

/* How many workers could not have the snapshot; after fdw_parts_end. */
extern int	fdw_parts_left_out(const FdwParts *parts);

#endif							/* SQLITE_FDW_MIG_FDW_PARALLEL_H */
