/*-------------------------------------------------------------------------
 *
 * mig_append.c
 *	  Pages that were filled in private memory, at the end of a heap that others
 *	  use meanwhile.
 *
 * Owns their WAL, checksums and writes, the places of their rows, and the order
 * in which ranges of a table get there. Knows nothing of what a row is made of,
 * nor of ranges that run in another process, but that they hold a lock.
 *
 * Several processes that insert into one table take turns page by page: what they
 * write is in the order of nobody's keys, and the index of the key has to sort it.
 * Here each fills the pages of its range for itself, and adds them in one go,
 * after those of the range before.
 *
 * The steps of mig_append_pages, all under the lock for the extension of the relation:
 *
 *	1. the end of the file becomes the place of the first page
 *	2. WAL: an image of each page, by this transaction
 *	3. this WAL is flushed
 *	4. the file is extended by the pages, each written once as it is in the WAL
 *
 * Why this is safe:
 *
 *	- Rows are ordinary ones of a transaction that is under way: not frozen,
 *	  without hints, not in the visibility map. Whoever comes across them asks whether
 *	  it has committed. When it never does they are dead rows, as those that
 *	  heap_multi_insert leaves, and VACUUM removes them.
 *	- Nobody else adds pages meanwhile, because all extend under that lock; and nobody
 *	  takes pages away or gives the table another file, because all that does has a lock
 *	  that RowExclusiveLock keeps out until the end of the transaction, VACUUM's
 *	  truncation among them.
 *	- No page of these is in a shared buffer before 4: a block beyond the end of
 *	  the file cannot be read. From 4 on it has its final content, which whoever reads it finds.
 *	  (Were the file extended by empty pages first, and filled later, VACUUM would offer them to others,
 *	  whose buffers our writes would pass by.)
 *	- A crash before 3: no page is in the file, or recovery puts some there, of a
 *	  transaction that it aborts. Between 3 and 4, or within 4: recovery
 *	  puts all of them there. In any case our transaction number is in the WAL before it is in the file: one that is
 *	  not could be given to another transaction after a crash, whose COMMIT would
 *	  make our rows true. That is why 3 comes before 4, where in a new file
 *	  (mig_pages.c) COMMIT may flush them all. No page is on the disk whose LSN is
 *	  beyond the end of the WAL either.
 *	- A crash after 4: a checkpoint that begins after our WAL has our pages synced
 *	  before it is complete, as write_batch in mig_pages.c has it, which says how
 *	  DELAY_CHKPT_START sees to that.
 *	- The images are in the WAL whatever full_page_writes says, and pages have their
 *	  LSN: a change of a page before the next checkpoint needs no other image, also when
 *	  our write was torn. A standby, and a base backup that is being taken, get the pages from the WAL.
 *	- With wal_level = minimal a table of an earlier transaction is logged as
 *	  always. Who decodes the WAL would not see the rows: mig_append_possible.
 *	- An unlogged table has no WAL, and is emptied by recovery: what would be
 *	  left of a crash is gone. A clean shutdown syncs its pages like those of others.
 *	- A full disk in 4: pages that are in the WAL are not in the file, whose next blocks
 *	  others will use; a standby would keep rows there that VACUUM here never sees. For those blocks
 *	  an image without rows is logged before the lock is given back (log_emptied).
 *
 * The order of ranges is a matter of speed only. A range holds the lock of a page of the
 * relation, which nobody uses for heaps, whose number stands for where the range ends; the one
 * that begins there waits for it. It asks again and again rather than queueing, so that it is part of no deadlock, does
 * not run into lock_timeout, and goes on after a while in any case.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "access/xloginsert.h"
#include "catalog/catalog.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/bufpage.h"
#include "storage/latch.h"
#include "storage/lmgr.h"
#include "storage/predicate.h"
#include "storage/proc.h"
#include "storage/smgr.h"
#include "utils/rel.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "migrate/pages.h"

/* How often a range asks whether the one before has ended, and for how long at most, ms. */
#define TURN_INTERVAL	1
#define TURN_LIMIT		10000

static BlockNumber mark_of(int64 rowid);
static void place_rows(Page page, BlockNumber block);
static void log_pages(Relation rel, BlockNumber first, Page *page, int n);
static void extend(Relation rel, BlockNumber first, Page *page, int n, volatile int *written);
static void log_emptied(Relation rel, BlockNumber first, Page *page, int n);

/*
 * A heap of an earlier transaction: others may see it, but nobody decodes it from the WAL.
 */
bool
mig_append_possible(Relation rel)
{
	return rel->rd_tableam == GetHeapamTableAmRoutine() &&
		(rel->rd_rel->relpersistence == RELPERSISTENCE_PERMANENT || rel->rd_rel->relpersistence == RELPERSISTENCE_UNLOGGED) &&
		!RelationIsLogicallyLogged(rel) &&
		rel->rd_createSubid == InvalidSubTransactionId && compat_rd_firstRelfileSubid(rel) == InvalidSubTransactionId;
}

/*
 * The lock that stands for the end of a range. Should two have the same, one waits for nothing for a while.
 */
static BlockNumber
mark_of(int64 rowid)
{
	return (BlockNumber) ((uint64) rowid ^ (uint64) rowid >> 32);
}

bool
mig_append_begin(Relation rel, const MigRange *range)
{
	return range->end && ConditionalLockPage(rel, mark_of(*range->end), ShareLock);
}

void
mig_append_turn(Relation rel, const MigRange *range)
{
	TimestampTz began = GetCurrentTimestamp();

	if (range->first == NULL || (range->end && mark_of(*range->first) == mark_of(*range->end)))
		return;
	while (!ConditionalLockPage(rel, mark_of(*range->first), ExclusiveLock))
	{
		if (TimestampDifferenceExceeds(began, GetCurrentTimestamp(), TURN_LIMIT))
			return;
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, TURN_INTERVAL, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
	UnlockPage(rel, mark_of(*range->first), ExclusiveLock);
}

void
mig_append_end(Relation rel, const MigRange *range)
{
	UnlockPage(rel, mark_of(*range->end), ShareLock);
}

void
mig_append_pages(Relation rel, Page *page, int n)
{
	BlockNumber first;
	volatile int written = 0;

	if (n == 0)
		return;
	CheckForSerializableConflictIn(rel, NULL, InvalidBlockNumber);
	LockRelationForExtension(rel, ExclusiveLock);
	first = smgrnblocks(RelationGetSmgr(rel), MAIN_FORKNUM);
	if (n > MaxBlockNumber - first)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("table \"%s\" cannot have more than %u pages", RelationGetRelationName(rel), MaxBlockNumber)));
	for (int i = 0; i < n; i++)
		place_rows(page[i], first + i);

	/* an error of a full disk may end a subtransaction only, which would leave the flag */
	Assert((MyProc->delayChkptFlags & DELAY_CHKPT_START) == 0);
	MyProc->delayChkptFlags |= DELAY_CHKPT_START;
	PG_TRY();
	{
		if (RelationNeedsWAL(rel))
		{
			log_pages(rel, first, page, n);
			XLogFlush(PageGetLSN(page[n - 1]));
		}
		extend(rel, first, page, n, &written);
	}
	PG_CATCH();
	{
		MyProc->delayChkptFlags &= ~DELAY_CHKPT_START;
		if (RelationNeedsWAL(rel))
			log_emptied(rel, first + written, page + written, n - written);
		PG_RE_THROW();
	}
	PG_END_TRY();
	MyProc->delayChkptFlags &= ~DELAY_CHKPT_START;
	UnlockRelationForExtension(rel, ExclusiveLock);
}

static void
place_rows(Page page, BlockNumber block)
{
	OffsetNumber last = PageGetMaxOffsetNumber(page);

	for (OffsetNumber i = FirstOffsetNumber; i <= last; i++)
	{
		HeapTupleHeader row = (HeapTupleHeader) PageGetItem(page, PageGetItemId(page, i));

		ItemPointerSetBlockNumber(&row->t_ctid, block);
	}
}

static void
log_pages(Relation rel, BlockNumber first, Page *page, int n)
{
	BlockNumber *blocks = palloc(n * sizeof(BlockNumber));

	for (int i = 0; i < n; i++)
		blocks[i] = first + i;
	log_newpages(compat_rd_locator(rel), MAIN_FORKNUM, n, blocks, page, true);
	pfree(blocks);
}

/*
 * Counts in *written how many pages are in the file, also when it throws.
 */
static void
extend(Relation rel, BlockNumber first, Page *page, int n, volatile int *written)
{
	SMgrRelation file = RelationGetSmgr(rel);

	for (int i = 0; i < n; i++)
	{
		/* each one is announced to the checkpointer: none may be the last, and those before stay */
		PageSetChecksumInplace(page[i], first + i);
		smgrextend(file, MAIN_FORKNUM, first + i, page[i], false);
		*written = i + 1;
	}
}

/*
 * After an error: what the WAL says of pages that are not in the file is no longer so.
 */
static void
log_emptied(Relation rel, BlockNumber first, Page *page, int n)
{
	for (int i = 0; i < n; i++)
		PageInit(page[i], BLCKSZ, 0);
	if (n > 0)
		log_pages(rel, first, page, n);
}
