/*-------------------------------------------------------------------------
 *
 * sqlite_fdw_mig.c
 *	  Front door: module magic, start-up, FDW handler table and validator.
 *
 * Everything else is in src/, a folder a layer; doc/architecture.md has the map.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/reloptions.h"
#include "foreign/fdwapi.h"

#include "base/base.h"
#include "fdw/fdw.h"
#include "server/server.h"

PG_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

MIG_FUNCTION(mig_fdw_handler);
MIG_FUNCTION(mig_fdw_validator);

void
_PG_init(void)
{
	base_guc_init();
	server_cache_init();
}

/*
 * The callbacks of the wrapper.
 */
Datum
mig_fdw_handler(PG_FUNCTION_ARGS)
{
	FdwRoutine *routine = makeNode(FdwRoutine);

	/* planner */
	routine->GetForeignRelSize = fdwGetForeignRelSize;
	routine->GetForeignPaths = fdwGetForeignPaths;
	routine->GetForeignPlan = fdwGetForeignPlan;
	routine->GetForeignJoinPaths = fdwGetForeignJoinPaths;
	routine->GetForeignUpperPaths = fdwGetForeignUpperPaths;

	/* executor */
	routine->BeginForeignScan = fdwBeginForeignScan;
	routine->IterateForeignScan = fdwIterateForeignScan;
	routine->ReScanForeignScan = fdwReScanForeignScan;
	routine->EndForeignScan = fdwEndForeignScan;

	/* writing */
	routine->IsForeignRelUpdatable = fdwIsForeignRelUpdatable;
	routine->AddForeignUpdateTargets = fdwAddForeignUpdateTargets;
	routine->PlanForeignModify = fdwPlanForeignModify;
	routine->BeginForeignModify = fdwBeginForeignModify;
	routine->BeginForeignInsert = fdwBeginForeignInsert;
	routine->ExecForeignInsert = fdwExecForeignInsert;
	routine->GetForeignModifyBatchSize = fdwGetForeignModifyBatchSize;
	routine->ExecForeignBatchInsert = fdwExecForeignBatchInsert;
	routine->ExecForeignUpdate = fdwExecForeignUpdate;
	routine->ExecForeignDelete = fdwExecForeignDelete;
	routine->EndForeignModify = fdwEndForeignModify;
	routine->EndForeignInsert = fdwEndForeignModify;
	routine->ExecForeignTruncate = fdwExecForeignTruncate;
	routine->PlanDirectModify = fdwPlanDirectModify;
	routine->BeginDirectModify = fdwBeginDirectModify;
	routine->IterateDirectModify = fdwIterateDirectModify;
	routine->EndDirectModify = fdwEndDirectModify;

	/* parallel scans */
	routine->IsForeignScanParallelSafe = fdwIsForeignScanParallelSafe;
	routine->EstimateDSMForeignScan = fdwEstimateDSMForeignScan;
	routine->InitializeDSMForeignScan = fdwInitializeDSMForeignScan;
	routine->ReInitializeDSMForeignScan = fdwReInitializeDSMForeignScan;
	routine->InitializeWorkerForeignScan = fdwInitializeWorkerForeignScan;
	routine->ShutdownForeignScan = fdwShutdownForeignScan;

	/* ANALYZE, EXPLAIN and IMPORT FOREIGN SCHEMA */
	routine->AnalyzeForeignTable = fdwAnalyzeForeignTable;
	routine->ExplainForeignScan = fdwExplainForeignScan;
	routine->ExplainForeignModify = fdwExplainForeignModify;
	routine->ExplainDirectModify = fdwExplainDirectModify;
	routine->ImportForeignSchema = fdwImportForeignSchema;

	PG_RETURN_POINTER(routine);
}

/*
 * Checks the options of one object; server_option.c has the table of them.
 */
Datum
mig_fdw_validator(PG_FUNCTION_ARGS)
{
	List	   *options = untransformRelOptions(PG_GETARG_DATUM(0));

	server_option_validate(options, PG_GETARG_OID(1));
	PG_RETURN_VOID();
}
