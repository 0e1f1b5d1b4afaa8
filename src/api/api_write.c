/*-------------------------------------------------------------------------
 *
 * api_write.c
 *	  SQL-callable: sqlite_mig_internal._source_execute, sqlite_mig_internal._source_lock.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/pg_authid.h"
#include "miscadmin.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/builtins.h"

#include "server/server.h"

MIG_FUNCTION(mig_source_execute);
MIG_FUNCTION(mig_source_lock);

/* The writing session of a server, if the role may do what it likes with the file. */
static SqliteDb *
write_session(text *name, const char *command)
{
	Oid			serverid = server_lookup(text_to_cstring(name));

	if (!superuser() && !has_privs_of_role(GetUserId(), ROLE_PG_WRITE_SERVER_FILES))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to write a file on the database server"),
				 errdetail("Only superusers and members of role pg_write_server_files may do so.")));
	PreventCommandIfReadOnly(command);
	return server_write_session(serverid);
}

/*
 * _source_execute(server text, statement text) → rows changed
 */
Datum
mig_source_execute(PG_FUNCTION_ARGS)
{
	SqliteDb   *db = write_session(PG_GETARG_TEXT_PP(0), "_source_execute()");

	server_before_write(db, NULL);
	PG_RETURN_INT64(sqlite_execute(db, text_to_cstring(PG_GETARG_TEXT_PP(1))));
}

/*
 * _source_lock(server text)
 */
Datum
mig_source_lock(PG_FUNCTION_ARGS)
{
	(void) write_session(PG_GETARG_TEXT_PP(0), "_source_lock()");
	PG_RETURN_VOID();
}
