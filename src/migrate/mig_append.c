/*-------------------------------------------------------------------------
 *
 * mig_append.c
 *	  Pages that were filled in private memory, at the end of a heap that others
 *	  use meanwhile.
 *
 * Owns their WAL, the places of their rows, and the order in which ranges of a
 * table get there. Knows nothing of what a row is made of, nor of ranges that run
 * in another process, but that they hold a lock.
 *
 * Several processes that insert into one table take turns page by page: what they
 * write is in the order of nobody's keys, and the index of the key has to sort it.
 * Here each fills the pages of its range for itself, and adds them in one go,
 * after those of the range before.
 *
 * A batch of pages is 32 new buffers, locked, into which the pages are copied, and a WAL
 * record with their images, as PostgreSQL's log_newpage_range has them; the extension of the relation
 * is locked from the first batch to the last.
 *
 * Why this is safe:
 *
 *	- All goes by the buffer manager and its rules, as with heap_multi_insert: blocks are
 *	  added as zeros under the lock that everybody has to have for that, nobody sees
 *	  them before their buffers are unlocked with rows in them, no page reaches
 *	  the disk before its WAL, and checkpoints find it dirty if its WAL is before their beginning.
 *	- Rows are ordinary ones of a transaction that is under way: not frozen,
 *	  without hints, not in the visibility map. Whoever comes across them asks whether
 *	  it has committed. When it never does they are dead rows, as those that
 *	  heap_multi_insert leaves, and VACUUM removes them. Its number is in the WAL with
 *	  each image, so that it is not given away again after a crash.
 *	- What a crash or a full disk interrupts: pages of zeros at the end of the file, which
 *	  everybody skips and VACUUM offers to others, or pages of rows that are dead.
 *	- Nobody takes pages away or gives the table another file meanwhile, because all that does has a lock
 *	  that RowExclusiveLock keeps out until the end of the transaction, VACUUM's
 *	  truncation among them.
 *	- The images are in the WAL whatever full_page_writes says, and standbys have
 *	  them from there. With wal_level = minimal a table of an earlier transaction is logged as
 *	  always. Who decodes the WAL would not see the rows: mig_append_possible.
 *	- An unlogged table has no WAL; its buffers are written by a shutdown, and it is emptied by recovery.
 *
 * Past the buffer manager, as in mig_pages.c, pages would have to be flushed to the WAL before they
 * are written, since a torn one would stay: a fifth of the time of a range, with a
 * processor idle. And here they are in shared buffers for statistics and indexes, which come next.
 *
 * The order of ranges is a matter of speed only. A range holds the lock of a page of the
 * relation, which nobody uses for heaps, whose number stands for where the range ends;
 * the one that begins there waits for it. It asks again and again rather than
 * queueing, so that it is part of no deadlock, does not run into lock_timeout, and
 * goes on after a while in any case.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/xact.h"
#include "access/xloginsert.h"
#include "access/xlogrecord.h"
#include "catalog/catalog.h"
#include "catalog/pg_control.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "storage/latch.h"
#include "storage/lmgr.h"
#include "storage/predicate.h"
#include "utils/rel.h"
#include "utils/timestamp.h"
#include "utils/wait_event.h"

#include "migrate/pages.h"

/* Pages that are logged by one record; a record takes no more. */
#define BATCH_PAGES		XLR_MAX_BLOCK_ID

/* How often a range asks whether the one before has ended, and for how long at most, ms. */
#define TURN_INTERVAL	1
#define TURN_LIMIT		10000

static BlockNumber mark_of(int64 rowid);
static void append_batch(Relation rel, Page *page, int n, BufferAccessStrategy strategy);
static void place_rows(Page page, BlockNumber block);

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
	BlockNumber size;
	BufferAccessStrategy strategy = NULL;

	if (n == 0)
		return;
	CheckForSerializableConflictIn(rel, NULL, InvalidBlockNumber);
	LockRelationForExtension(rel, ExclusiveLock);
	size = RelationGetNumberOfBlocks(rel);

	/* a table that a scan would not keep in shared buffers does not drive out there what is of use */
	if ((uint64) size + n > NBuffers / 4)
		strategy = GetAccessStrategy(BAS_BULKWRITE);
	for (int i = 0; i < n; i += BATCH_PAGES)
		append_batch(rel, page + i, Min(n - i, BATCH_PAGES), strategy);
	UnlockRelationForExtension(rel, ExclusiveLock);
	if (strategy)
		FreeAccessStrategy(strategy);
}

/*
 * An error leaves the locks of buffers to the end of the (sub)transaction, which gives all of them back.
 */
static void
append_batch(Relation rel, Page *page, int n, BufferAccessStrategy strategy)
{
	Buffer		buffer[BATCH_PAGES];

	for (int i = 0; i < n; i++)
	{
		buffer[i] = ReadBufferExtended(rel, MAIN_FORKNUM, P_NEW, RBM_ZERO_AND_LOCK, strategy);
		place_rows(page[i], BufferGetBlockNumber(buffer[i]));
	}
	XLogEnsureRecordSpace(BATCH_PAGES - 1, 0);

	START_CRIT_SECTION();
	for (int i = 0; i < n; i++)
	{
		memcpy(BufferGetPage(buffer[i]), page[i], BLCKSZ);
		MarkBufferDirty(buffer[i]);
	}
	if (RelationNeedsWAL(rel))
	{
		XLogRecPtr	place;

		XLogBeginInsert();
		for (int i = 0; i < n; i++)
			XLogRegisterBuffer(i, buffer[i], REGBUF_FORCE_IMAGE | REGBUF_STANDARD);
		place = XLogInsert(RM_XLOG_ID, XLOG_FPI);
		for (int i = 0; i < n; i++)
			PageSetLSN(BufferGetPage(buffer[i]), place);
	}
	END_CRIT_SECTION();
	for (int i = 0; i < n; i++)
		UnlockReleaseBuffer(buffer[i]);
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
