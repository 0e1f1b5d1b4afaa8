/*-------------------------------------------------------------------------
 *
 * api_backup.c
 *	  SQL-callable: sqlite_mig.backup, sqlite_mig_internal._snapshot.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/htup_details.h"
#include "catalog/pg_authid.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "portability/instr_time.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "server/server.h"

MIG_FUNCTION(mig_backup);
MIG_FUNCTION(mig_snapshot);

static double
seconds_since(instr_time start)
{
	instr_time	now;

	INSTR_TIME_SET_CURRENT(now);
	INSTR_TIME_SUBTRACT(now, start);
	return INSTR_TIME_GET_DOUBLE(now);
}

static void
check_write_right(void)
{
	if (!superuser() && !has_privs_of_role(GetUserId(), ROLE_PG_WRITE_SERVER_FILES))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to write a file on the database server"),
				 errdetail("Only superusers and members of role pg_write_server_files may do so.")));
}

/*
 * backup(server text, path text) → (pages, bytes, seconds, integrity)
 */
Datum
mig_backup(PG_FUNCTION_ARGS)
{
	SqliteBackup backup;
	Oid			serverid;
	char	   *path;
	char	   *integrity;
	bool		unknown;
	instr_time	start;
	TupleDesc	desc;
	Datum		values[4];
	bool		nulls[4] = {false};

	/* not STRICT: a backup that silently does nothing would look like success */
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be NULL", PG_ARGISNULL(0) ? "server" : "path")));
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");

	serverid = server_lookup(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	check_write_right();
	path = base_check_new_file(text_to_cstring(PG_GETARG_TEXT_PP(1)));
	INSTR_TIME_SET_CURRENT(start);
	server_backup(serverid, path, &backup);
	integrity = sqlite_backup_check(path, &unknown);
	if (strcmp(integrity, "ok") != 0)
		ereport(WARNING,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 unknown ? errmsg("backup \"%s\" cannot be checked", path) : errmsg("backup \"%s\" is not intact", path),
				 errdetail_internal("%s", integrity),
				 unknown ? errhint("Only the application knows in which order an index of it is. The backup was kept.")
				 : errhint("The source is damaged in the same way. The backup was kept.")));

	values[0] = Int64GetDatum(backup.pages);
	values[1] = Int64GetDatum(backup.bytes);
	values[2] = DirectFunctionCall3(numeric_in, CStringGetDatum(psprintf("%.3f", seconds_since(start))),
									ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	values[3] = CStringGetTextDatum(integrity);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}

/*
 * _snapshot(server text): the rest of the transaction reads a copy
 */
Datum
mig_snapshot(PG_FUNCTION_ARGS)
{
	SqliteBackup backup;
	instr_time	start;

	INSTR_TIME_SET_CURRENT(start);
	if (server_take_snapshot(server_lookup(text_to_cstring(PG_GETARG_TEXT_PP(0))), &backup))
		ereport(NOTICE,
				(errmsg("reading a snapshot of the SQLite database: %.1f MB copied in %.2f s",
						backup.bytes / (1024.0 * 1024.0), seconds_since(start))));
	else
		ereport(NOTICE,
				(errmsg("this transaction reads a private copy of the SQLite database already")));
	PG_RETURN_VOID();
}
