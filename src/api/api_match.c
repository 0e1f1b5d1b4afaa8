/*-------------------------------------------------------------------------
 *
 * api_match.c
 *	  SQL-callable: what stands for MATCH of SQLite in a query. Foreign scans
 *	  send it; whoever calls it has come to a place where SQLite cannot be asked.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

MIG_FUNCTION(mig_match);

Datum
mig_match(PG_FUNCTION_ARGS)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("a full-text query cannot be sent to SQLite here"),
			 errhint("sqlite_mig.match takes a column or the row of a foreign table on a full-text table, as a condition of its own in WHERE, joined to others by AND.")));
}
