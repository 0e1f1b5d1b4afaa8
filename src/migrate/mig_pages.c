/*-------------------------------------------------------------------------
 *
 * mig_pages.c
 *	  Pages of a heap that are filled in private memory, and the file of a new heap.
 *
 * Owns pages that are being filled; of a new heap their WAL, checksums and writes,
 * and the visibility map, past the buffer manager. Knows nothing of what a row is
 * made of, nor how pages get into a table that others see (mig_append.c).
 *
 * heap_multi_insert looks for a page for each group of rows, adds a page of zeros
 * to the file, and writes that page again when its buffer is needed for another.
 * Where nobody else can see the file, pages may be made in private memory and
 * written once, as PostgreSQL itself does it when it rewrites a table or builds an
 * index (rewriteheap.c, nbtsort.c, from version 17 on bulk_write.c).
 *
 * Why this is safe with a new heap:
 *
 *	- The file came into being with the current subtransaction
 *	  (mig_pages_possible): whatever ends badly takes the whole file away, and
 *	  no page of it is in a shared buffer, because it had no pages.
 *	- Until the transaction has committed, nobody needs what is in the file. A page
 *	  may therefore reach the disk before its WAL does; COMMIT flushes the WAL of all.
 *	- A checkpoint that begins after the WAL of a page must have the page on the disk
 *	  before it is complete, since recovery will begin behind that WAL: see
 *	  write_batch.
 *	- Pages that are not in the WAL (unlogged, or wal_level = minimal) are synced
 *	  by the next checkpoint or by COMMIT, which PostgreSQL arranges for the file.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include <fcntl.h>
#include <unistd.h>

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/visibilitymap.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "access/xloginsert.h"
#include "access/xlogrecord.h"
#include "catalog/catalog.h"
#include "common/relpath.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "storage/fd.h"
#include "storage/predicate.h"
#include "storage/proc.h"
#include "storage/smgr.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/wait_event.h"

#include "migrate/pages.h"

/* Pages that are logged by one record; a record takes no more. */
#define BATCH_PAGES		XLR_MAX_BLOCK_ID

/* Pages of a range that wait for its end: so many at most, 32 MB. */
#define RANGE_PAGES		(128 * BATCH_PAGES)

/* Direct I/O wants buffers that begin at such an address. */
#define PAGE_ALIGNMENT	4096

/* A page of the visibility map has two bits for each page of the heap behind its header (visibilitymap.c). */
#define MAP_BYTES		(BLCKSZ - MAXALIGN(SizeOfPageHeaderData))
#define MAP_PER_BYTE	(BITS_PER_BYTE / BITS_PER_HEAPBLOCK)
#define MAP_PAGES		(MAP_BYTES * MAP_PER_BYTE)

struct MigPages
{
	Relation	rel;
	TransactionId xid;
	CommandId	cid;
	Size		reserve;		/* left free in each page: fillfactor */
	BlockNumber written;		/* blocks of the file; of a range 0: they are counted when they get there */
	int			n;				/* pages in memory; the last is being filled */
	int			most;			/* of them */
	Page	   *pages;			/* memory for them, BATCH_PAGES at a time; used again */
	int			npages;			/* for which there is memory */
	Page		page;			/* the one being filled; NULL: none */
	uint64		rows;
	int			fd;				/* of the segment of the file that was written to last; -1: none */
	BlockNumber segment;		/* its number */
	MigPages   *before;			/* what rows of these pages point to: written first; NULL: nothing */
	bool		appends;		/* the table is one of an earlier transaction */
	MigRange	range;			/* of it */
	bool		marked;			/* the next range knows of this one */
};

static MigPages *open_pages(Relation rel, int most);
static void add_page(MigPages *pages);
static void append_pages(MigPages *pages);
static void write_batch(MigPages *pages);
static void check_file(const MigPages *pages);
static void write_pages(MigPages *pages);
static void write_run(MigPages *pages, int first, int n);
static void write_at_once(MigPages *pages, int first, int n);
static void open_segment(MigPages *pages, BlockNumber segment);
static void close_segment(MigPages *pages);
static void set_visible(const MigPages *pages);
static BlockNumber set_map(const MigPages *pages, BlockNumber first, BlockNumber end, bool complete);

bool
mig_pages_possible(Relation rel)
{
	SubTransactionId subxact = GetCurrentSubTransactionId();

	return rel->rd_tableam == GetHeapamTableAmRoutine() &&
		(rel->rd_rel->relpersistence == RELPERSISTENCE_PERMANENT || rel->rd_rel->relpersistence == RELPERSISTENCE_UNLOGGED) &&
		!RelationIsLogicallyLogged(rel) &&
		(rel->rd_createSubid == subxact || compat_rd_newRelfileSubid(rel) == subxact) &&
		smgrnblocks(RelationGetSmgr(rel), MAIN_FORKNUM) == 0;
}

MigPages *
mig_pages_open(Relation rel, MigPages *before)
{
	MigPages   *pages = open_pages(rel, BATCH_PAGES);

	/* what heap_multi_insert asks for each page: in this file nobody can get in the way later */
	CheckForSerializableConflictIn(rel, NULL, InvalidBlockNumber);
	pages->before = before;
	return pages;
}

MigPages *
mig_pages_open_range(Relation rel, const MigRange *range)
{
	MigPages   *pages = open_pages(rel, RANGE_PAGES);

	pages->appends = true;
	pages->range = *range;
	pages->marked = mig_append_begin(rel, range);
	return pages;
}

static MigPages *
open_pages(Relation rel, int most)
{
	MigPages   *pages = palloc0(sizeof(MigPages));

	pages->rel = rel;
	pages->xid = GetCurrentTransactionId();
	pages->cid = GetCurrentCommandId(true);
	pages->reserve = RelationGetTargetPageFreeSpace(rel, HEAP_DEFAULT_FILLFACTOR);
	pages->fd = -1;
	pages->most = most;
	pages->pages = palloc(most * sizeof(Page));
	return pages;
}

HeapTupleHeader
mig_pages_room(MigPages *pages, Size len)
{
	Size		size = MAXALIGN(len);

	/* an empty page takes any row, whatever the fillfactor */
	if (pages->page && PageGetHeapFreeSpace(pages->page) < size + pages->reserve)
		pages->page = NULL;
	if (pages->page == NULL)
		add_page(pages);
	return (HeapTupleHeader) (pages->page + ((PageHeader) pages->page)->pd_upper - size);
}

static void
add_page(MigPages *pages)
{
	if (pages->n == pages->most)
	{
		/* a range that is too large gives up its place in the order: others would wait for all of it */
		if (pages->appends)
			append_pages(pages);
		else
			write_batch(pages);
	}
	if (pages->n == pages->npages)
	{
		char	   *memory = MemoryContextAlloc(GetMemoryChunkContext(pages), BATCH_PAGES * BLCKSZ + PAGE_ALIGNMENT);

		memory = (char *) TYPEALIGN(PAGE_ALIGNMENT, memory);
		for (int i = 0; i < BATCH_PAGES; i++)
			pages->pages[pages->npages++] = memory + (Size) i * BLCKSZ;
	}
	pages->page = pages->pages[pages->n++];
	PageInit(pages->page, BLCKSZ, 0);
	if (!pages->appends)
		PageSetAllVisible(pages->page);
}

void
mig_pages_keep(MigPages *pages, HeapTupleHeader row, Size len)
{
	PageHeader	header = (PageHeader) pages->page;
	OffsetNumber offset = PageGetMaxOffsetNumber(pages->page) + 1;

	Assert((char *) row == pages->page + header->pd_upper - MAXALIGN(len));
	header->pd_upper -= MAXALIGN(len);
	header->pd_lower += sizeof(ItemIdData);
	ItemIdSetNormal(PageGetItemId(pages->page, offset), header->pd_upper, len);

	HeapTupleHeaderSetXmin(row, pages->xid);
	if (!pages->appends)
		HeapTupleHeaderSetXminFrozen(row);
	HeapTupleHeaderSetCmin(row, pages->cid);
	HeapTupleHeaderSetXmax(row, InvalidTransactionId);
	row->t_infomask |= HEAP_XMAX_INVALID;
	ItemPointerSet(&row->t_ctid, pages->written + pages->n - 1, offset);
	pages->rows++;
}

void
mig_pages_close(MigPages *pages)
{
	if (pages->appends)
	{
		mig_append_turn(pages->rel, &pages->range);
		append_pages(pages);
		if (pages->marked)
			mig_append_end(pages->rel, &pages->range);
	}
	else
	{
		write_batch(pages);
		close_segment(pages);
		if (pages->written % MAP_PAGES > 0)
			(void) set_map(pages, pages->written, pages->written, true);
	}
	pgstat_count_heap_insert(pages->rel, pages->rows);
}

static void
append_pages(MigPages *pages)
{
	mig_append_pages(pages->rel, pages->pages, pages->n);
	pages->n = 0;
	pages->page = NULL;
}

/*
 * Logs and writes the pages of the batch and empties it.
 *
 * A checkpoint decides first from where on recovery would read the WAL, and then has everything
 * synced that was written and announced to it. Had it decided between the WAL of our pages and the
 * announcement of their writes, and collected the announcements before ours came, then recovery
 * would not read this WAL and the pages would not be on the disk. DELAY_CHKPT_START keeps it from
 * that: having decided, a checkpoint waits for everybody who had set the flag to be done, and only
 * then collects. So it has either our WAL behind its beginning, or our announcement.
 */
static void
write_batch(MigPages *pages)
{
	if (pages->n == 0)
		return;
	if (pages->before)
		write_batch(pages->before);
	check_file(pages);

	/* an error of a full disk may end a subtransaction only, which would leave the flag */
	Assert((MyProc->delayChkptFlags & DELAY_CHKPT_START) == 0);
	MyProc->delayChkptFlags |= DELAY_CHKPT_START;
	PG_TRY();
	{
		write_pages(pages);
	}
	PG_FINALLY();
	{
		MyProc->delayChkptFlags &= ~DELAY_CHKPT_START;
	}
	PG_END_TRY();
	set_visible(pages);
	pages->written += pages->n;
	pages->n = 0;
	pages->page = NULL;
}

/*
 * Nobody else has a way to the file, but for functions that the copy itself calls: a page that one of them has added must
 * not be written over.
 */
static void
check_file(const MigPages *pages)
{
	if (smgrnblocks(RelationGetSmgr(pages->rel), MAIN_FORKNUM) != pages->written)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("table \"%s\" was written to while it was loaded", RelationGetRelationName(pages->rel)),
				 errhint("Load it without what writes to it, or create it in an earlier transaction.")));
	if (pages->n > MaxBlockNumber - pages->written)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("table \"%s\" cannot have more than %u pages", RelationGetRelationName(pages->rel), MaxBlockNumber)));
}

/*
 * The WAL writer is told of the WAL as of that of an asynchronous commit: it writes meanwhile what this process would have to write,
 * page by page, as soon as wal_buffers are full, and COMMIT finds most of it on the disk.
 */
static void
write_pages(MigPages *pages)
{
	if (RelationNeedsWAL(pages->rel))
	{
		BlockNumber blocks[BATCH_PAGES];

		for (int i = 0; i < pages->n; i++)
			blocks[i] = pages->written + i;
		log_newpages(compat_rd_locator(pages->rel), MAIN_FORKNUM, pages->n, blocks, pages->pages, true);
		XLogSetAsyncXactLSN(XactLastRecEnd);
	}
	for (int i = 0; i < pages->n; i++)
		PageSetChecksumInplace(pages->pages[i], pages->written + i);
	for (int done = 0; done < pages->n;)
	{
		int			n = Min(pages->n - done, RELSEG_SIZE - (pages->written + done) % RELSEG_SIZE);

		write_run(pages, done, n);
		done += n;
	}
}

/*
 * Writes pages of one segment. The storage manager takes the last one, and announces the segment to the checkpointer
 * with it, and the first one of a segment, whose file it makes. It has no call for those between but one for each page, which
 * costs the kernel more than twice as much as a write of all.
 */
static void
write_run(MigPages *pages, int first, int n)
{
	SMgrRelation file = RelationGetSmgr(pages->rel);
	BlockNumber block = pages->written + first;
	int			last = first + n - 1;

	/* 0 is that of files below the data directory, PostgreSQL's only one; relatives of PostgreSQL may have others */
	bool		plain = file->smgr_which == 0;

	for (; first < last && (block % RELSEG_SIZE == 0 || !plain); first++, block++)
		smgrextend(file, MAIN_FORKNUM, block, pages->pages[first], true);
	if (first < last)
		write_at_once(pages, first, last - first);
	smgrextend(file, MAIN_FORKNUM, pages->written + last, pages->pages[last], false);
}

/*
 * The memory of a batch is in one piece (add_page). An error leaves the file descriptor to the end of the (sub)transaction.
 */
static void
write_at_once(MigPages *pages, int first, int n)
{
	BlockNumber block = pages->written + first;
	Size		size = (Size) n * BLCKSZ;
	ssize_t		done;

	if (pages->fd < 0 || pages->segment != block / RELSEG_SIZE)
		open_segment(pages, block / RELSEG_SIZE);
	errno = 0;
	pgstat_report_wait_start(WAIT_EVENT_DATA_FILE_EXTEND);
	done = pg_pwrite(pages->fd, pages->pages[first], size, (off_t) (block % RELSEG_SIZE) * BLCKSZ);
	pgstat_report_wait_end();
	if (done != size)
	{
		/* a disk that takes a part of it is full */
		if (errno == 0)
			errno = ENOSPC;
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not extend table \"%s\": %m", RelationGetRelationName(pages->rel)),
				 errhint("Check free disk space.")));
	}
}

static void
open_segment(MigPages *pages, BlockNumber segment)
{
	char	   *path = compat_relpathperm(pages->rel);

	close_segment(pages);
	if (segment > 0)
		path = psprintf("%s.%u", path, segment);
	pages->fd = OpenTransientFile(path, O_RDWR | PG_BINARY);
	if (pages->fd < 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not open file \"%s\": %m", path)));
	pages->segment = segment;
}

static void
close_segment(MigPages *pages)
{
	if (pages->fd >= 0 && CloseTransientFile(pages->fd) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not close a file of table \"%s\": %m", RelationGetRelationName(pages->rel))));
	pages->fd = -1;
}

/*
 * Says in the visibility map what the pages of the batch say: visible to all, and frozen. Now, while it
 * is true for certain: whoever changes a row later takes it back.
 */
static void
set_visible(const MigPages *pages)
{
	BlockNumber end = pages->written + pages->n;

	for (BlockNumber block = pages->written; block < end;)
		block = set_map(pages, block, end, false);
}

/*
 * Sets the bits of blocks from "first" to before "end", as far as one page of the map goes; returns
 * the block that it came to. The page is logged once, when it is complete: without COMMIT nobody will look at it.
 */
static BlockNumber
set_map(const MigPages *pages, BlockNumber first, BlockNumber end, bool complete)
{
	BlockNumber origin = first - first % MAP_PAGES;
	Buffer		buffer = InvalidBuffer;
	uint8	   *map;

	end = Min(end, origin + MAP_PAGES);
	complete |= end == origin + MAP_PAGES;
	visibilitymap_pin(pages->rel, origin, &buffer);
	LockBuffer(buffer, BUFFER_LOCK_EXCLUSIVE);
	map = (uint8 *) PageGetContents(BufferGetPage(buffer));

	START_CRIT_SECTION();
	for (BlockNumber i = first - origin; i < end - origin; i++)
		map[i / MAP_PER_BYTE] |= (VISIBILITYMAP_ALL_VISIBLE | VISIBILITYMAP_ALL_FROZEN) << (i % MAP_PER_BYTE * BITS_PER_HEAPBLOCK);
	MarkBufferDirty(buffer);
	if (complete && RelationNeedsWAL(pages->rel))
		log_newpage_buffer(buffer, false);
	END_CRIT_SECTION();
	UnlockReleaseBuffer(buffer);
	return end;
}
