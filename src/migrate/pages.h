/*-------------------------------------------------------------------------
 *
 * pages.h
 *	  Pages of a new table that are made here: what mig_pages.c and mig_rows.c
 *	  give to the bulk sink and to each other.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_PAGES_H
#define SQLITE_FDW_MIG_PAGES_H

#include "postgres.h"

#include "access/htup.h"
#include "utils/relcache.h"

/* in mig_pages.c: the file of one relation */

typedef struct MigPages MigPages;

/*
 * Whether the relation may be filled this way: a heap that came into being with the
 * current subtransaction, without a block so far, and that nobody decodes from the WAL.
 */
extern bool mig_pages_possible(Relation rel);

/*
 * "rel" stays the caller's; palloc'd in CurrentMemoryContext. What is in "before" is written before
 * these pages are, so that their rows never point to what is not there.
 */
extern MigPages *mig_pages_open(Relation rel, MigPages *before);

/*
 * Zeroed room for a row of "len" bytes, at most MaxHeapTupleSize. It is a row of the
 * table only after mig_pages_keep; without that the caller leaves the room zeroed and asks again.
 */
extern HeapTupleHeader mig_pages_room(MigPages *pages, Size len);

/* The header is completed here, but for what heap_fill_tuple has set, t_hoff and the number of columns; its ctid is its place. */
extern void mig_pages_keep(MigPages *pages, HeapTupleHeader row, Size len);

/* Writes what is left and the visibility map, and counts the rows for the statistics. */
extern void mig_pages_close(MigPages *pages);

/* in mig_rows.c: rows of a table and their long values */

typedef struct MigRows MigRows;

/*
 * NULL if the table, or its TOAST table, cannot be filled this way, or something may look at it before
 * mig_rows_close. The caller has seen to it that rows may arrive frozen and that there is no index. palloc'd in CurrentMemoryContext.
 */
extern MigRows *mig_rows_open(Relation rel);

/* Stores a row; returns its size in the table. What it allocates is in CurrentMemoryContext. */
extern Size mig_rows_put(MigRows *rows, const Datum *values, const bool *isnull);
extern void mig_rows_close(MigRows *rows);

#endif							/* SQLITE_FDW_MIG_PAGES_H */
