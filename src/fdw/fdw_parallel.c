/*-------------------------------------------------------------------------
 *
 * fdw_parallel.c
 *	  Executor side of a parallel scan: the processes take ranges of rowids in
 *	  turn, and all read the leader's snapshot.
 *
 * A range begins at the first rowid that is there, so gaps cost nothing, and is as
 * wide as a range may be that takes some milliseconds: the width follows the time
 * that the ranges before have taken, so it fits few wide rows, many narrow ones,
 * rowids far apart, and costly expressions above the scan.
 *
 * A worker opens the file itself. It reads what the leader reads if nobody has
 * written since the leader began; in rollback-journal mode nobody can, in WAL mode
 * the mark of the snapshot says it (sqlite_share.c). A worker that cannot have
 * the snapshot leaves the rows to the others, of which the leader is one.
 *
 * Under a Parallel Append such a worker must not end the scan early, which would
 * end it for all who have not begun it: it waits there until the others have
 * taken all parts.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "pgstat.h"
#include "portability/instr_time.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "storage/spin.h"
#include "utils/wait_event.h"

#include "fdw/fdw_parallel.h"

/* Bounds of a range's width, in rowids */
#define LEAST_WIDTH		8
#define GREATEST_WIDTH	((int64) 1 << 60)

/* A range that takes less than this makes the next ones wider, one that takes more narrower; ms */
#define SHORT_RANGE		3.0
#define LONG_RANGE		12.0

/* How long a worker waits for a lock that keeps it from reading, ms */
#define JOIN_WAIT		100

/* A worker that waits for others looks so often, ms; and gives up when the leader has waited for it so many times */
#define LOOK_INTERVAL	10
#define LOOKS_AT_LEADER	1000

struct FdwSharedParts
{
	bool		readable;		/* workers may read what the leader reads, as "share" says */
	bool		leader_helps;	/* what a worker leaves is read by the leader */
	slock_t		mutex;			/* for what follows */
	bool		done;			/* all parts are taken, or nobody wants them any more */
	int64		next;			/* rowids below it are taken */
	int64		width;
	int			left_out;		/* workers that could not have the snapshot */
	ServerShare share;
};

struct FdwParts
{
	MemoryContext context;		/* where it lives */
	Oid			serverid;
	const char *probe_sql;
	SqliteStmt *probe;			/* finds the first rowid from a place on; prepared at first use */
	int			first_width;
	bool		appended;		/* maybe under a Parallel Append */
	FdwSharedParts *shared;		/* NULL = nobody shares */
	bool		worker;
	bool		over;			/* no more for this process */
	int64		width;			/* of the range that is being read; 0 = none yet */
	instr_time	began;			/* and when that began */
	int			left_out;
};

static void adapt_width(FdwParts *parts);
static bool first_rowid(FdwParts *parts, int64 from, int64 *rowid);
static bool take_range(FdwSharedParts *shared, int64 from, int64 first, int64 last);
static bool is_done(FdwSharedParts *shared);
static void set_done(FdwSharedParts *shared);
static void reset_shared(FdwParts *parts, FdwSharedParts *shared);
static void wait_for_others(FdwSharedParts *shared);
static void raise_no_snapshot(void) pg_attribute_noreturn();

FdwParts *
fdw_parts_begin(List *plan, Oid serverid)
{
	FdwParts   *parts = palloc0(sizeof(FdwParts));

	parts->context = CurrentMemoryContext;
	parts->serverid = serverid;
	parts->probe_sql = strVal(linitial(plan));
	parts->appended = intVal(lsecond(plan)) != 0;
	parts->first_width = intVal(lthird(plan));
	return parts;
}

bool
fdw_parts_join(FdwParts *parts)
{
	FdwSharedParts *shared = parts->shared;

	if (parts->over || is_done(shared))
		return false;
	if (shared->readable && server_join_read(parts->serverid, &shared->share, JOIN_WAIT))
		return true;
	if (!shared->leader_helps)
		raise_no_snapshot();
	SpinLockAcquire(&shared->mutex);
	shared->left_out++;
	SpinLockRelease(&shared->mutex);
	parts->over = true;
	if (parts->appended)
		wait_for_others(shared);
	return false;
}

bool
fdw_parts_next(FdwParts *parts, int64 *first, int64 *last)
{
	FdwSharedParts *shared = parts->shared;

	if (parts->over)
		return false;
	if (shared == NULL)
	{
		*first = PG_INT64_MIN;
		*last = PG_INT64_MAX;
		parts->over = true;
		return true;
	}
	adapt_width(parts);
	for (;;)
	{
		int64		from;
		bool		done;

		SpinLockAcquire(&shared->mutex);
		done = shared->done;
		from = shared->next;
		parts->width = shared->width;
		SpinLockRelease(&shared->mutex);

		if (!done && !first_rowid(parts, from, first))
		{
			set_done(shared);
			done = true;
		}
		if (done)
		{
			parts->over = true;
			return false;
		}
		*last = *first > PG_INT64_MAX - parts->width ? PG_INT64_MAX : *first + parts->width - 1;
		if (take_range(shared, from, *first, *last))
			break;
	}
	INSTR_TIME_SET_CURRENT(parts->began);
	return true;
}

/*
 * The range that was read last has taken some time: says how wide the next
 * ones had better be.
 */
static void
adapt_width(FdwParts *parts)
{
	FdwSharedParts *shared = parts->shared;
	instr_time	now;
	double		took;

	if (parts->width == 0)
		return;
	INSTR_TIME_SET_CURRENT(now);
	INSTR_TIME_SUBTRACT(now, parts->began);
	took = INSTR_TIME_GET_MILLISEC(now);
	SpinLockAcquire(&shared->mutex);
	if (took < SHORT_RANGE && shared->width <= parts->width)
		shared->width = Min(parts->width * 2, GREATEST_WIDTH);
	else if (took > LONG_RANGE && shared->width >= parts->width)
		shared->width = Max(parts->width / 2, LEAST_WIDTH);
	SpinLockRelease(&shared->mutex);
}

static bool
first_rowid(FdwParts *parts, int64 from, int64 *rowid)
{
	bool		found;

	if (parts->probe == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(parts->context);

		parts->probe = sqlite_prepare_again(server_session(parts->serverid), parts->probe_sql);
		MemoryContextSwitchTo(caller);
	}
	sqlite_bind_int64(parts->probe, 1, from);
	found = sqlite_step(parts->probe);
	if (found)
		*rowid = sqlite_integer(parts->probe, 0);
	sqlite_rewind(parts->probe);
	return found;
}

/*
 * False when another process was faster.
 */
static bool
take_range(FdwSharedParts *shared, int64 from, int64 first, int64 last)
{
	bool		taken;

	SpinLockAcquire(&shared->mutex);
	taken = !shared->done && shared->next == from;
	if (taken && last == PG_INT64_MAX)
		shared->done = true;
	else if (taken)
		shared->next = last + 1;
	SpinLockRelease(&shared->mutex);
	return taken;
}

void
fdw_parts_rewind(FdwParts *parts)
{
	parts->over = false;
	parts->width = 0;
}

void
fdw_parts_end(FdwParts *parts)
{
	FdwSharedParts *shared = parts->shared;

	sqlite_release(parts->probe);
	parts->probe = NULL;
	parts->over = true;
	if (shared == NULL || parts->worker)
		return;
	SpinLockAcquire(&shared->mutex);
	parts->left_out += shared->left_out;
	shared->left_out = 0;
	SpinLockRelease(&shared->mutex);

	/* who waits for the leader to read on waits in vain */
	set_done(shared);
	parts->shared = NULL;
}

Size
fdw_parts_size(void)
{
	return sizeof(FdwSharedParts);
}

void
fdw_parts_share(FdwParts *parts, FdwSharedParts *shared)
{
	memset(shared, 0, sizeof(*shared));
	SpinLockInit(&shared->mutex);
	shared->readable = server_share_read(parts->serverid, &shared->share);
	shared->leader_helps = parallel_leader_participation;
	reset_shared(parts, shared);
}

/* Same snapshot, and no process but the leader's is there. */
void
fdw_parts_share_again(FdwParts *parts, FdwSharedParts *shared)
{
	reset_shared(parts, shared);
}

static void
reset_shared(FdwParts *parts, FdwSharedParts *shared)
{
	shared->done = false;
	shared->next = PG_INT64_MIN;
	shared->width = parts->first_width;
	parts->shared = shared;
}

void
fdw_parts_attach(FdwParts *parts, FdwSharedParts *shared)
{
	parts->shared = shared;
	parts->worker = true;
}

int
fdw_parts_left_out(const FdwParts *parts)
{
	return parts->left_out;
}

static bool
is_done(FdwSharedParts *shared)
{
	bool		done;

	SpinLockAcquire(&shared->mutex);
	done = shared->done;
	SpinLockRelease(&shared->mutex);
	return done;
}

static void
set_done(FdwSharedParts *shared)
{
	SpinLockAcquire(&shared->mutex);
	shared->done = true;
	SpinLockRelease(&shared->mutex);
}

/*
 * Until all parts are taken. A leader that stops half-way, without an end of
 * its own scan, waits for its workers: then there is no end to come.
 */
static void
wait_for_others(FdwSharedParts *shared)
{
	int			looks = 0;

	while (!is_done(shared))
	{
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, LOOK_INTERVAL, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
		looks = MyProc->lockGroupLeader != NULL && MyProc->lockGroupLeader->wait_event_info == WAIT_EVENT_PARALLEL_FINISH ? looks + 1 : 0;
		if (looks > LOOKS_AT_LEADER)
			raise_no_snapshot();
	}
}

static void
raise_no_snapshot(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
			 errmsg("a parallel worker cannot read what its leader reads of the SQLite database"),
			 errdetail("Somebody has written to it, or keeps it locked, since the transaction began to read it."),
			 errhint("Try again, or set \"max_parallel_workers_per_gather\" to 0.")));
}
