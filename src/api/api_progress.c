/*-------------------------------------------------------------------------
 *
 * api_progress.c
 *	  SQL-callable: sqlite_mig_internal._progress, for what SQL functions do themselves.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "utils/builtins.h"

#include "migrate/migrate.h"

MIG_FUNCTION(mig_show_progress);

/*
 * _progress(phase integer, table_name text, rows bigint): shows in the view
 * sqlite_mig.progress what the session does from now on; phase 0 ends that.
 * "rows" are those to expect, NULL = not known.
 */
Datum
mig_show_progress(PG_FUNCTION_ARGS)
{
	int32		phase = PG_ARGISNULL(0) ? 0 : PG_GETARG_INT32(0);

	if (phase == 0)
		mig_progress_end();
	else
	{
		mig_progress_start(InvalidOid, 0);
		mig_progress_describe((MigPhase) phase, PG_ARGISNULL(1) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(1)));
		if (!PG_ARGISNULL(2))
			mig_progress_expect((double) PG_GETARG_INT64(2));
	}
	PG_RETURN_VOID();
}
