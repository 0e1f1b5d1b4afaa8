/*-------------------------------------------------------------------------
 *
 * api_copy.c
 *	  SQL-callable: sqlite_mig.copy_table.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/fmgrprotos.h"

#include "migrate/migrate.h"

MIG_FUNCTION(mig_copy_table);

/*
 * copy_table(source regclass, target regclass) → (rows_read, inserted,
 * updated, skipped, rejected, adjusted, nulled, changes)
 */
Datum
mig_copy_table(PG_FUNCTION_ARGS)
{
	MigCopyResult result;
	TupleDesc	desc;
	Datum		values[8];
	bool		nulls[8] = {false};

	/* not STRICT: a copy that silently does nothing would look like success */
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s table must not be NULL", PG_ARGISNULL(0) ? "source" : "target")));
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	mig_copy(PG_GETARG_OID(0), PG_GETARG_OID(1), &result);

	values[0] = Int64GetDatum(result.rows_read);
	values[1] = Int64GetDatum(result.inserted);
	values[2] = Int64GetDatum(result.updated);
	values[3] = Int64GetDatum(result.skipped);
	values[4] = Int64GetDatum(result.rejected);
	values[5] = Int64GetDatum(result.adjusted);
	values[6] = Int64GetDatum(result.nulled);
	values[7] = DirectFunctionCall1(jsonb_in, CStringGetDatum(result.changes));
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
