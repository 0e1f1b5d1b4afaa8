/*-------------------------------------------------------------------------
 *
 * mig_progress.c
 *	  Shows a running copy in pg_stat_progress_copy.
 *
 * The view knows no commands but its own: a copy appears as COPY FROM of type
 * CALLBACK. When a transaction aborts, PostgreSQL itself ends the entry.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "commands/progress.h"
#include "pgstat.h"

#include "migrate/migrate.h"

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
