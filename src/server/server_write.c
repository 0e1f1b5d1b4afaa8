/*-------------------------------------------------------------------------
 *
 * server_write.c
 *	  Writing sessions: the write lock, and savepoints for subtransactions.
 *
 * SQLite's transaction is committed just before PostgreSQL's, so that a failure
 * of SQLite's makes PostgreSQL roll back. There is no second phase: what happens
 * when PostgreSQL fails after that is said in doc/transactions.md.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/parallel.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "server/server_internal.h"

/* Was the option given to the server? Then it is SET, else ADDed. */
static bool
has_option(const ForeignServer *server, const char *name)
{
	ListCell   *lc;

	foreach(lc, server->options)
	{
		if (strcmp(((DefElem *) lfirst(lc))->defname, name) == 0)
			return true;
	}
	return false;
}

SqliteDb *
server_write_session(Oid serverid)
{
	CacheEntry *entry;
	int			level = GetCurrentTransactionNestLevel();

	if (IsInParallelMode())
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TRANSACTION_STATE),
				 errmsg("cannot write to SQLite during a parallel operation")));
	entry = server_connected(serverid);
	if (!entry->writable && !server_is_updatable(serverid))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("server \"%s\" is not updatable", GetForeignServer(serverid)->servername),
				 errhint("ALTER SERVER %s OPTIONS (%s updatable 'true');", quote_identifier(GetForeignServer(serverid)->servername),
						 has_option(GetForeignServer(serverid), "updatable") ? "SET" : "ADD")));
	if (!entry->writable || entry->snapshot || entry->joined)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("cannot write to server \"%s\" while a snapshot of its file is read", GetForeignServer(serverid)->servername),
				 errhint("Write in a transaction of its own.")));
	if (!sqlite_is_writing(entry->db))
	{
		entry->savepoints = 1;

		/* nobody has seen a row of the old snapshot: the newest state will do, and can be waited for */
		if (entry->in_transaction && !entry->read && !sqlite_has_statements(entry->db))
		{
			sqlite_end(entry->db);
			entry->in_transaction = false;
		}
	}
	if (!entry->in_transaction)
		server_begins(entry);
	sqlite_begin_write(entry->db);
	server_has_begun(entry);
	while (entry->savepoints < level)
	{
		sqlite_savepoint(entry->db, entry->savepoints + 1);
		entry->savepoints++;
	}
	return entry->db;
}

void
server_refuse_written(CacheEntry *entry, const char *what)
{
	if (entry->db != NULL && sqlite_is_writing(entry->db))
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("cannot %s SQLite database \"%s\" because this transaction has written to it", what, sqlite_path(entry->db)),
				 errhint("Commit first.")));
}

static void
commit_entry(CacheEntry *entry, int arg)
{
	if (!entry->in_transaction || !sqlite_is_writing(entry->db))
		return;
	if (entry->spoilt)
		ereport(ERROR,
				(errcode(ERRCODE_TRANSACTION_ROLLBACK),
				 errmsg("cannot commit to SQLite database \"%s\"", sqlite_path(entry->db)),
				 errdetail("A subtransaction could not be rolled back there."),
				 errhint("Roll back and start again.")));
	sqlite_commit(entry->db);
}

void
server_commit_writes(void)
{
	server_visit(commit_entry, 0);
}

static void
commit_level(CacheEntry *entry, int level)
{
	if (!entry->in_transaction || !sqlite_is_writing(entry->db) || entry->savepoints < level)
		return;
	sqlite_release_savepoint(entry->db, level);
	entry->savepoints = level - 1;
}

void
server_commit_subtransaction(int level)
{
	server_visit(commit_level, level);
}

/*
 * Nothing may be thrown: what fails here shows when the transaction goes on, at
 * the latest when it is to be committed.
 */
static void
abort_level(CacheEntry *entry, int level)
{
	if (!entry->in_transaction || !sqlite_is_writing(entry->db) || entry->savepoints < level)
		return;
	if (!sqlite_rollback_to_savepoint(entry->db, level))
		entry->spoilt = true;
	entry->savepoints = level - 1;
}

void
server_abort_subtransaction(int level)
{
	server_visit(abort_level, level);
}
