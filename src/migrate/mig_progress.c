/*-------------------------------------------------------------------------
 *
 * mig_progress.c
 *	  Shows a running copy in pg_stat_progress_copy.
 *
 * The view knows no commands but its own: a copy appears as COPY FROM of type
 * CALLBACK. When a transaction aborts, PostgreSQL itself ends the entry.
 *
 * COPY leaves most parameters of the entry unused. We keep there what its view
 * has no column for and sqlite_mig.progress shows, above all the name of the
 * table: until the transaction ends, no other session can look it up.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "commands/progress.h"
#include "mb/pg_wchar.h"
#include "pgstat.h"
#include "port/pg_bswap.h"
#include "utils/timestamp.h"

#include "migrate/migrate.h"

/* Parameters that COPY does not use; install/85_progress.sql reads them by number, which counts from 1 there. */
#define PROGRESS_MIG_PHASE		9
#define PROGRESS_MIG_ROWS		10
#define PROGRESS_MIG_START		11
#define PROGRESS_MIG_NAME		12	/* and the seven after it */

#define NAME_WORDS	(NAMEDATALEN / sizeof(uint64))

StaticAssertDecl(PROGRESS_MIG_NAME + NAME_WORDS <= PGSTAT_NUM_PROGRESS_PARAM, "a name does not fit the parameters");

/*
 * Begins the entry for target "relid"; bytes_total 0 = unknown.
 */
void
mig_progress_start(Oid relid, int64 bytes_total)
{
	const int	params[] = {PROGRESS_COPY_COMMAND, PROGRESS_COPY_TYPE, PROGRESS_COPY_BYTES_TOTAL};
	const int64 values[] = {PROGRESS_COPY_COMMAND_FROM, PROGRESS_COPY_TYPE_CALLBACK, bytes_total};

	pgstat_progress_start_command(PROGRESS_COMMAND_COPY, relid);
	pgstat_progress_update_multi_param(lengthof(params), params, values);
}

/*
 * The name goes into eight parameters, of which int8send makes bytes again; what is
 * longer than a name of PostgreSQL is cut.
 */
void
mig_progress_describe(MigPhase phase, const char *table)
{
	int			params[3 + NAME_WORDS] = {PROGRESS_MIG_PHASE, PROGRESS_MIG_ROWS, PROGRESS_MIG_START};
	int64		values[3 + NAME_WORDS] = {phase, 0, GetCurrentTimestamp()};
	char		name[NAMEDATALEN] = {0};
	uint64		word;
	int			i;

	strlcpy(name, table, pg_mbcliplen(table, strlen(table), NAMEDATALEN - 1) + 1);
	for (i = 0; i < NAME_WORDS; i++)
	{
		memcpy(&word, name + i * sizeof(word), sizeof(word));
		params[3 + i] = PROGRESS_MIG_NAME + i;
		values[3 + i] = (int64) pg_ntoh64(word);
	}
	pgstat_progress_update_multi_param(lengthof(params), params, values);
}

/*
 * Sets how many rows there are likely to be.
 */
void
mig_progress_expect(double rows)
{
	pgstat_progress_update_param(PROGRESS_MIG_ROWS, (int64) rows);
}

/*
 * Sets the rows and bytes stored so far.
 */
void
mig_progress_rows(int64 rows, int64 bytes)
{
	const int	params[] = {PROGRESS_COPY_TUPLES_PROCESSED, PROGRESS_COPY_BYTES_PROCESSED};
	const int64 values[] = {rows, bytes};

	pgstat_progress_update_multi_param(lengthof(params), params, values);
}

void
mig_progress_end(void)
{
	pgstat_progress_end_command();
}
