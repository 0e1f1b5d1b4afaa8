/*-------------------------------------------------------------------------
 *
 * sqlite_memory.c
 *	  The library's memory: none of a size that matters once somebody wants to stop.
 *
 * SQLite asks whether to stop where its machine jumps back. A view of one row may
 * have many calls in a line before that, of which each makes a value of hundreds of
 * megabytes within seconds. A value that long needs memory, in steps that
 * double it: so that is where such a line is asked, too. What is refused
 * is an error of the statement (SQLITE_NOMEM) like any lack of memory; sqlite_raise makes
 * the cancel of it.
 *
 * Lines of calls that need little each, such as JSON functions of a text that is
 * there already, are asked in the same way, but only in statements that read, and some
 * time after the wish: where its machine jumps back a statement ends in better order, which
 * keeps the transaction, and what writes may need memory to undo it.
 *
 * It holds for all users of the library in this process. Where one of them, such as PROJ for
 * PostGIS, was first, the library takes no other memory any more, and lines of calls end when they end.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "miscadmin.h"

#include "sqlite/driver_internal.h"

/* Bytes; shorter values take no time. Well above what a statement or a transaction needs to end in good order. */
#define LARGE_BLOCK		(4 * 1024 * 1024)

/* How long a wish is left to other places that look for it, in ms, before small blocks are refused. */
#define PATIENCE_MS		100

/* the library's own */
static sqlite3_mem_methods library;

/* The running step belongs to a statement that reads, in a transaction that has written nothing; set for each step. */
static bool reading = false;

/* When a wish to stop was first seen in this step; zero: not yet. */
static instr_time seen;

void
sqlite_set_reading(bool reads)
{
	reading = reads;
	INSTR_TIME_SET_ZERO(seen);
}

static bool
is_refused(int size)
{
	instr_time	now;

	if (!base_stop_wanted())
		return false;
	if (size >= LARGE_BLOCK || !reading)
		return size >= LARGE_BLOCK;
	INSTR_TIME_SET_CURRENT(now);
	if (INSTR_TIME_IS_ZERO(seen))
		seen = now;
	INSTR_TIME_SUBTRACT(now, seen);
	return INSTR_TIME_GET_MILLISEC(now) >= PATIENCE_MS;
}

static void *
watched_malloc(int size)
{
	return unlikely(InterruptPending) && is_refused(size) ? NULL : library.xMalloc(size);
}

static void *
watched_realloc(void *block, int size)
{
	return unlikely(InterruptPending) && is_refused(size) ? NULL : library.xRealloc(block, size);
}

void
sqlite_watch_memory(void)
{
	static bool tried = false;
	sqlite3_mem_methods watched;

	if (tried)
		return;
	tried = true;
	/* both are refused when the library is in use */
	if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &library) != SQLITE_OK)
		return;
	watched = library;
	watched.xMalloc = watched_malloc;
	watched.xRealloc = watched_realloc;
	(void) sqlite3_config(SQLITE_CONFIG_MALLOC, &watched);
}
