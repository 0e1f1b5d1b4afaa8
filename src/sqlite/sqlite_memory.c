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
 * It holds for all users of the library in this process. Where one of them, such as PROJ for
 * PostGIS, was first, the library takes no other memory any more, and lines of calls end when they end.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "sqlite/driver_internal.h"

/* Bytes; shorter values take no time. Well above what a statement or a transaction needs to end in good order. */
#define LARGE_BLOCK		(4 * 1024 * 1024)

/* the library's own */
static sqlite3_mem_methods library;

static void *
watched_malloc(int size)
{
	return size >= LARGE_BLOCK && sqlite_stop_wanted() ? NULL : library.xMalloc(size);
}

static void *
watched_realloc(void *block, int size)
{
	return size >= LARGE_BLOCK && sqlite_stop_wanted() ? NULL : library.xRealloc(block, size);
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
