/*-------------------------------------------------------------------------
 *
 * api_service.c
 *	  version(), connections(), disconnect(), disconnect_all().
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/pg_type.h"
#include "foreign/foreign.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "server/server.h"

MIG_FUNCTION(mig_version);
MIG_FUNCTION(mig_connections);
MIG_FUNCTION(mig_disconnect);
MIG_FUNCTION(mig_disconnect_all);

/*
 * "sqlite_fdw_mig 0.1, SQLite 3.40.1"
 */
Datum
mig_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("sqlite_fdw_mig %s, SQLite %s", MIG_VERSION, sqlite_version())));
}

/*
 * One row per open connection of this backend.
 */
Datum
mig_connections(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	ListCell   *lc;

	InitMaterializedSRF(fcinfo, 0);
	foreach(lc, server_connections())
	{
		ServerConnection *connection = lfirst(lc);
		ForeignServer *server = GetForeignServerExtended(connection->serverid, FSV_MISSING_OK);
		Datum		values[4];
		bool		nulls[4] = {false};

		nulls[0] = server == NULL;	/* dropped in this transaction */
		if (server != NULL)
			values[0] = CStringGetTextDatum(server->servername);
		values[1] = CStringGetTextDatum(connection->path);
		values[2] = BoolGetDatum(connection->in_transaction);
		values[3] = BoolGetDatum(connection->valid);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

static Datum
disconnect(Oid serverid, const char *what)
{
	int			busy;
	int			closed = server_disconnect(serverid, &busy);

	if (busy > 0)
		ereport(WARNING,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("cannot close %s because this transaction has used it", what),
				 errdetail("All reads of a transaction are of one snapshot of the file."),
				 errhint("Close it after COMMIT or ROLLBACK.")));
	return BoolGetDatum(closed > 0);
}

/*
 * Closes the connection of one server; true if there was one to close.
 */
Datum
mig_disconnect(PG_FUNCTION_ARGS)
{
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(0));

	return disconnect(server_lookup(name), psprintf("the connection of server \"%s\"", name));
}

/*
 * The same for all servers.
 */
Datum
mig_disconnect_all(PG_FUNCTION_ARGS)
{
	return disconnect(InvalidOid, "a connection");
}
