/*-------------------------------------------------------------------------
 *
 * valgrind_planted.c
 *	  Faults of memory, one for each kind that tools/valgrind is to find.
 *
 * Compiled and loaded by "tools/valgrind --self-test" only. A function whose name
 * begins with planted_ must be reported, one that begins with clean_ must not be,
 * and blind_ is what cannot be seen in a server that was built without
 * USE_VALGRIND. All return the same, so that nothing is told by a result.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <sqlite3.h>
#include <unistd.h>

#include "fmgr.h"

PG_MODULE_MAGIC;

static volatile int sink;

/* no optimizer looks through it */
static void *volatile passed;

static char *
pass(void *memory)
{
	passed = memory;
	return passed;
}

PG_FUNCTION_INFO_V1(planted_read);
Datum
planted_read(PG_FUNCTION_ARGS)
{
	char	   *bytes = pass(malloc(100));

	sink = bytes[100];
	free(bytes);
	PG_RETURN_INT32(1);
}

PG_FUNCTION_INFO_V1(planted_write);
Datum
planted_write(PG_FUNCTION_ARGS)
{
	char	   *bytes = pass(sqlite3_malloc(100));

	bytes[104] = 1;				/* SQLite rounds up to eight */
	sqlite3_free(bytes);
	PG_RETURN_INT32(1);
}

PG_FUNCTION_INFO_V1(planted_use_after_free);
Datum
planted_use_after_free(PG_FUNCTION_ARGS)
{
	char	   *bytes = pass(sqlite3_malloc(100));

	sqlite3_free(bytes);
	sink = bytes[50];
	PG_RETURN_INT32(1);
}

PG_FUNCTION_INFO_V1(planted_jump);
Datum
planted_jump(PG_FUNCTION_ARGS)
{
	char	   *bytes = pass(malloc(100));

	if (bytes[7] == 7)
		sink = 1;
	free(bytes);
	PG_RETURN_INT32(1);
}

PG_FUNCTION_INFO_V1(planted_system_call);
Datum
planted_system_call(PG_FUNCTION_ARGS)
{
	char	   *bytes = pass(malloc(100));
	int			pipes[2];

	if (pipe(pipes) == 0)
	{
		sink = write(pipes[1], bytes, 100);
		close(pipes[0]);
		close(pipes[1]);
	}
	free(bytes);
	PG_RETURN_INT32(1);
}

PG_FUNCTION_INFO_V1(planted_free_twice);
Datum
planted_free_twice(PG_FUNCTION_ARGS)
{
	char	   *bytes = pass(malloc(100));

	free(bytes);
	free(pass(bytes));
	PG_RETURN_INT32(1);
}

PG_FUNCTION_INFO_V1(planted_leak);
Datum
planted_leak(PG_FUNCTION_ARGS)
{
	(void) pass(sqlite3_malloc(100));
	(void) pass(NULL);
	PG_RETURN_INT32(1);
}

/* a chunk of a memory context is part of a block that is valid as a whole */
PG_FUNCTION_INFO_V1(blind_palloc);
Datum
blind_palloc(PG_FUNCTION_ARGS)
{
	char	   *bytes = pass(palloc(100));

	sink = bytes[130];
	PG_RETURN_INT32(1);
}

PG_FUNCTION_INFO_V1(clean_read);
Datum
clean_read(PG_FUNCTION_ARGS)
{
	char	   *bytes = pass(malloc(100));

	memset(bytes, 7, 100);
	if (bytes[99] == 7)
		sink = 1;
	free(bytes);
	PG_RETURN_INT32(1);
}
