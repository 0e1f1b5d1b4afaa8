/*-------------------------------------------------------------------------
 *
 * pages.h
 *	  Pages of tables that are made here: what mig_pages.c, mig_append.c, mig_form.c
 *	  and mig_rows.c give to the bulk sink and to each other.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_PAGES_H
#define SQLITE_FDW_MIG_PAGES_H

#include "postgres.h"

#include "access/htup.h"
#include "access/tupdesc.h"
#include "storage/bufpage.h"
#include "utils/relcache.h"

/* A copy of some rows of a table: those from rowid *first on and before *end. NULL: without that end. */
typedef struct MigRange
{
	const int64 *first;
	const int64 *end;
} MigRange;

/* in mig_append.c: pages at the end of a table that others use too */

/* Whether pages can be made here for a table of an earlier transaction. */
extern bool mig_append_possible(Relation rel);

/* Says to the copy of the next range that this one is under way; false if that cannot be said now. */
extern bool mig_append_begin(Relation rel, const MigRange *range);

/* Waits as long as the copy of the range before is under way: for the order of the rows, nothing depends on it. */
extern void mig_append_turn(Relation rel, const MigRange *range);

/*
 * Adds filled pages to the table. Their rows get their places here; the rest of them is complete, with the
 * current transaction as their maker.
 */
extern void mig_append_pages(Relation rel, Page *page, int n);

/* It is not any more; after a mig_append_begin that was true. The end of the transaction says so too. */
extern void mig_append_end(Relation rel, const MigRange *range);

/* in mig_pages.c: pages of one relation */

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

/* The same for a table for which mig_append_possible is true: its pages arrive when the copy of the range ends, some earlier if they are many. */
extern MigPages *mig_pages_open_range(Relation rel, const MigRange *range);

/*
 * Zeroed room for a row of "len" bytes, at most MaxHeapTupleSize. It is a row of the
 * table only after mig_pages_keep; without that the caller leaves the room zeroed and asks again.
 */
extern HeapTupleHeader mig_pages_room(MigPages *pages, Size len);

/* The header is completed here, but for what heap_fill_tuple has set, t_hoff and the number of columns; its ctid is its place. */
extern void mig_pages_keep(MigPages *pages, HeapTupleHeader row, Size len);

/* Writes what is left and, of a new table, the visibility map; counts the rows for the statistics. */
extern void mig_pages_close(MigPages *pages);

/* in mig_form.c: the data of a row */

typedef struct MigForm MigForm;

typedef struct MigFormed
{
	uint16		infomask;		/* HEAP_HASNULL and HEAP_HASVARWIDTH */
	bits8	   *bits;			/* which columns are not NULL; with HEAP_HASNULL */
	char	   *data;
	Size		len;			/* of data */
} MigFormed;

/* NULL if a column is of a type whose values are not made here. palloc'd in CurrentMemoryContext. */
extern MigForm *mig_form_open(TupleDesc desc);

/*
 * The row's data, good until the next call; NULL, and that is no error, if a value lies elsewhere (external), or the row is
 * longer than TOAST_TUPLE_THRESHOLD already by its first columns. Its whole length is the caller's to look at.
 */
extern const MigFormed *mig_form_row(MigForm *form, const Datum *values, const bool *isnull);

/* in mig_rows.c: rows of a table and their long values */

typedef struct MigRows MigRows;

/*
 * NULL if the table, or its TOAST table, cannot be filled this way, or something may look at it before
 * mig_rows_close. The caller has seen to it that there is no index and, without a range, that rows may arrive frozen. With
 * a range the table is one of an earlier transaction. palloc'd in CurrentMemoryContext.
 */
extern MigRows *mig_rows_open(Relation rel, const MigRange *range);

/* Stores a row; returns its size in the table. What it allocates is in CurrentMemoryContext. */
extern Size mig_rows_put(MigRows *rows, const Datum *values, const bool *isnull);
extern void mig_rows_close(MigRows *rows);

#endif							/* SQLITE_FDW_MIG_PAGES_H */
