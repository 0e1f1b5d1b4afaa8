/*-------------------------------------------------------------------------
 *
 * server_cache.c
 *	  Connections: one a server, its read transaction tied to PostgreSQL's.
 *
 * The connection is opened at first use, begins a read transaction at first use
 * in each PostgreSQL transaction and ends it with that, so that all tables are
 * read from one snapshot of the file. What is different when it writes is in
 * server_write.c. It is reopened when the server's options
 * change or the file was replaced. A snapshot is a connection to a copy of the
 * file that takes the place of the other until the transaction ends.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/htup_details.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_proc.h"
#include "commands/defrem.h"
#include "common/hashfn.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "storage/ipc.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "server/server_internal.h"

/* Created at first use, lives as long as the backend. */
static HTAB *cache = NULL;
static bool some_invalid = false;	/* a connection may be marked so */

/* Counts uses of connections, for last_used. */
static uint64 use_counter = 0;

/* Whether the callbacks at the end of the transaction have anything to do; they reset it. */
static bool used_in_transaction = false;

static void xact_callback(XactEvent event, void *arg);
static void subxact_callback(SubXactEvent event, SubTransactionId mySubid, SubTransactionId parentSubid, void *arg);
static void server_changed(Datum arg, int cacheid, uint32 hashvalue);
static void close_all(int code, Datum arg);

void
server_cache_init(void)
{
	RegisterXactCallback(xact_callback, NULL);
	RegisterSubXactCallback(subxact_callback, NULL);
	CacheRegisterSyscacheCallback(FOREIGNSERVEROID, server_changed, (Datum) 0);
	before_shmem_exit(close_all, (Datum) 0);
	sqlite_add_also(conv_add_functions);
}

static void
close_entry(CacheEntry *entry)
{
	if (entry->db == NULL)
		return;
	sqlite_end(entry->db);
	sqlite_close(entry->db);
	ReleaseExternalFD();
	sqlite_close(entry->watch);
	entry->watch = NULL;
	entry->db = NULL;
	entry->in_transaction = false;
	entry->snapshot = false;
	entry->joined = false;
	entry->failed = false;
	entry->spoilt = false;
	entry->read = false;
}

/*
 * Closes the idle connection that was used longest ago when as many are open as
 * may be kept; false when there is nothing to close.
 */
static bool
close_oldest(void)
{
	HASH_SEQ_STATUS scan;
	CacheEntry *entry;
	CacheEntry *oldest = NULL;
	int			open = 0;

	hash_seq_init(&scan, cache);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		if (entry->db == NULL)
			continue;
		open++;
		if (!entry->in_transaction && (oldest == NULL || entry->last_used < oldest->last_used))
			oldest = entry;
	}
	if (open < base_max_connections() || oldest == NULL)
		return false;
	close_entry(oldest);
	return true;
}

/*
 * Hash of the options of a server, to tell whether it was altered.
 */
static uint64
hash_options(Oid serverid)
{
	uint64		result = 0;
	ListCell   *lc;

	foreach(lc, GetForeignServer(serverid)->options)
	{
		DefElem    *elem = lfirst(lc);
		char	   *value = defGetString(elem);

		/* with the zero bytes at their ends, so that no two lists read the same */
		result = hash_bytes_extended((unsigned char *) elem->defname, strlen(elem->defname) + 1, result);
		result = hash_bytes_extended((unsigned char *) value, strlen(value) + 1, result);
	}
	return result;
}

/*
 * A connection that was marked invalid: closes it if the server was altered
 * indeed. PostgreSQL marks all of them when many objects were changed at once,
 * which must not cost a transaction its snapshot.
 */
static void
check_invalid(CacheEntry *entry)
{
	if (hash_options(entry->serverid) == entry->options)
		entry->invalid = false;
	else if (sqlite_is_writing(entry->db))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("server \"%s\" was altered in a transaction that has written to it", GetForeignServer(entry->serverid)->servername),
				 errhint("Alter it in a transaction of its own.")));
	else if (entry->snapshot || entry->joined)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("server \"%s\" was altered while a snapshot of its file is read", GetForeignServer(entry->serverid)->servername),
				 errhint("Alter it in a transaction of its own.")));
	else if (!sqlite_has_statements(entry->db))
		close_entry(entry);
}

static void
fill_spec(const ServerOptions *options, SqliteOpenSpec *spec)
{
	spec->path = base_check_file(options->database);
	spec->immutable = options->immutable;
	spec->writable = options->updatable;
	spec->busy_timeout_ms = options->busy_timeout;
	spec->cache_size_kb = options->cache_size;
}

/*
 * Opens the database of a server; with a place that of another process' private
 * copy.
 */
static void
open_entry(CacheEntry *entry, const SqlitePlace *place)
{
	ServerOptions *options = server_options(entry->serverid);
	SqliteOpenSpec spec;

	fill_spec(options, &spec);
	if (place)
		spec.writable = false;	/* it reads what another process reads */
	while (close_oldest())
		;
	if (!AcquireExternalFD())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_RESOURCES),
				 errmsg("too many open files to open SQLite database \"%s\"", options->database),
				 errhint("Raise max_files_per_process, or close connections with sqlite_mig.disconnect_all().")));
	ReleaseExternalFD();		/* an error in sqlite_open must not leave it counted */
	entry->db = place && place->copy[0] ? sqlite_open_place(place, &spec) : sqlite_open(&spec);
	ReserveExternalFD();
	entry->keep = options->keep_connections;
	entry->writable = spec.writable;
	entry->options = hash_options(entry->serverid);
	entry->hashvalue = GetSysCacheHashValue1(FOREIGNSERVEROID, ObjectIdGetDatum(entry->serverid));
}

/* Entry of a server, made if need be. */
static CacheEntry *
find_entry(Oid serverid)
{
	CacheEntry *entry;
	bool		found;

	if (cache == NULL)
	{
		HASHCTL		ctl;

		ctl.keysize = sizeof(Oid);
		ctl.entrysize = sizeof(CacheEntry);
		ctl.hcxt = TopMemoryContext;
		cache = hash_create("sqlite_fdw_mig connections", 8, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	entry = hash_search(cache, &serverid, HASH_ENTER, &found);
	if (!found)
	{
		memset(entry, 0, sizeof(CacheEntry));
		entry->serverid = serverid;
	}
	return entry;
}

CacheEntry *
server_connected(Oid serverid)
{
	CacheEntry *entry = find_entry(serverid);

	if (entry->db != NULL && entry->failed)
		close_entry(entry);
	if (entry->db != NULL && entry->invalid)
		check_invalid(entry);
	if (entry->db != NULL && !entry->in_transaction && sqlite_file_changed(entry->db))
		close_entry(entry);
	if (entry->db == NULL)
	{
		entry->invalid = false;
		open_entry(entry, NULL);
	}
	entry->last_used = ++use_counter;
	return entry;
}

/* A connection that cannot begin is not kept. */
void
server_begins(CacheEntry *entry)
{
	used_in_transaction = true;
	entry->failed = true;
}

void
server_has_begun(CacheEntry *entry)
{
	entry->failed = false;
	entry->in_transaction = true;
}

SqliteDb *
server_session(Oid serverid)
{
	CacheEntry *entry = server_connected(serverid);

	if (!entry->in_transaction)
		server_begins(entry);
	sqlite_begin(entry->db);	/* within a transaction only checks that the snapshot is still there */
	server_has_begun(entry);
	entry->read = true;
	return entry->db;
}

SqliteDb *
server_plan_session(Oid serverid)
{
	CacheEntry *entry = server_connected(serverid);
	bool		read = entry->in_transaction && entry->read;

	(void) server_session(serverid);
	entry->read = read;
	return entry->db;
}

/*
 * The entry of a server whose session has been opened.
 */
static CacheEntry *
session_entry(Oid serverid)
{
	CacheEntry *entry = hash_search(cache, &serverid, HASH_FIND, NULL);

	if (entry == NULL || entry->db == NULL)
		elog(ERROR, "server %u has no connection", serverid);
	return entry;
}

void
server_backup(Oid serverid, const char *path, SqliteBackup *result)
{
	CacheEntry *entry = cache ? hash_search(cache, &serverid, HASH_FIND, NULL) : NULL;
	bool		was_reading = entry != NULL && entry->in_transaction;
	SqliteDb   *db = server_session(serverid);

	server_refuse_written(session_entry(serverid), "back up");
	sqlite_backup(db, path, result);
	if (!was_reading)
	{
		sqlite_end(db);
		session_entry(serverid)->in_transaction = false;
	}
}

bool
server_take_snapshot(Oid serverid, SqliteBackup *result)
{
	SqliteDb   *db = server_session(serverid);
	CacheEntry *entry = session_entry(serverid);
	SqliteDb   *copy;

	if (sqlite_reads_copy(db))
		return false;
	server_refuse_written(entry, "take a snapshot of");
	if (sqlite_has_statements(db))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("cannot take a snapshot of SQLite database \"%s\" because it is being read", sqlite_path(db)),
				 errhint("Close the cursors on its foreign tables, or take the snapshot first.")));
	copy = sqlite_snapshot(db, result);
	close_entry(entry);
	entry->db = copy;
	ReserveExternalFD();
	entry->snapshot = true;
	entry->in_transaction = true;
	sqlite_begin(copy);
	return true;
}

void
server_share(Oid serverid, SqlitePlace *place)
{
	SqliteDb   *db = server_session(serverid);

	server_refuse_written(session_entry(serverid), "share a snapshot of");
	sqlite_place(db, place);
}

int64
server_watch(Oid serverid)
{
	CacheEntry *entry = session_entry(serverid);

	if (sqlite_reads_copy(entry->db) || server_options(serverid)->immutable)
		return 0;
	if (entry->watch == NULL)
	{
		SqliteOpenSpec spec;

		fill_spec(server_options(serverid), &spec);
		spec.writable = false;
		spec.busy_timeout_ms = 0;
		entry->watch = sqlite_open(&spec);
	}
	return sqlite_data_version(entry->watch);
}

bool
server_begin_anew(Oid serverid, int wait_ms)
{
	CacheEntry *entry = session_entry(serverid);

	server_refuse_written(entry, "read anew");
	if (sqlite_has_statements(entry->db))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("SQLite database \"%s\" is being read in this transaction", sqlite_path(entry->db)),
				 errhint("Close the cursors on its foreign tables.")));
	sqlite_end(entry->db);
	entry->in_transaction = sqlite_begin_within(entry->db, wait_ms);
	return entry->in_transaction;
}

bool
server_join(Oid serverid, const SqlitePlace *place, int wait_ms)
{
	CacheEntry *entry = find_entry(serverid);

	close_entry(entry);
	entry->invalid = false;
	open_entry(entry, place);
	used_in_transaction = true;
	entry->failed = true;		/* unless it is there in the end */
	if (strcmp(sqlite_path(entry->db), place->path) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("server \"%s\" was altered while it is being read", GetForeignServer(serverid)->servername)));
	if (!sqlite_begin_within(entry->db, wait_ms))
	{
		close_entry(entry);
		return false;
	}
	entry->failed = false;
	entry->in_transaction = true;
	entry->joined = true;
	entry->last_used = ++use_counter;
	return true;
}

void
server_leave(Oid serverid)
{
	close_entry(find_entry(serverid));
}

bool
server_share_read(Oid serverid, ServerShare *share)
{
	SqliteDb   *db = server_session(serverid);

	sqlite_place(db, &share->place);
	return sqlite_mark(db, &share->mark);
}

bool
server_join_read(Oid serverid, const ServerShare *share, int wait_ms)
{
	CacheEntry *entry = find_entry(serverid);
	bool		opened = entry->db == NULL;
	SqliteMark	mark;

	if (opened)
	{
		entry->invalid = false;
		open_entry(entry, &share->place);
		used_in_transaction = true;
		entry->failed = true;	/* unless it is there in the end */
		/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): open_entry may be given no place, but not here */
		if (strcmp(sqlite_path(entry->db), share->place.path) == 0)
			entry->in_transaction = sqlite_begin_within(entry->db, wait_ms);
		entry->last_used = ++use_counter;
	}
	/* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): sqlite_mark clears what lies between the fields */
	if (entry->in_transaction && sqlite_mark(entry->db, &mark) && memcmp(&mark, &share->mark, sizeof(mark)) == 0)
	{
		entry->failed = false;
		entry->snapshot = true; /* to be found nowhere else */
		return true;
	}
	if (opened)
		close_entry(entry);
	return false;
}

char *
server_fingerprint(Oid serverid)
{
	return sqlite_fingerprint(session_entry(serverid)->db);
}

void
server_visit(void (*visit) (CacheEntry *entry, int arg), int arg)
{
	HASH_SEQ_STATUS scan;
	CacheEntry *entry;

	hash_seq_init(&scan, cache);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		if (entry->db != NULL)
			visit(entry, arg);
	}
}

/*
 * End of the transaction, for all connections it has used.
 */
static void
end_sessions(void)
{
	HASH_SEQ_STATUS scan;
	CacheEntry *entry;

	server_end_readers(NULL);
	hash_seq_init(&scan, cache);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		if (entry->db == NULL || entry->joined)
			continue;
		sqlite_end(entry->db);
		entry->in_transaction = false;
		entry->spoilt = false;
		entry->read = false;
		sqlite_close(entry->watch);
		entry->watch = NULL;
		if (entry->failed || entry->invalid || !entry->keep || entry->snapshot)
			close_entry(entry);
	}
	used_in_transaction = false;
}

/*
 * Connections whose server was altered or dropped, in a transaction that has used none:
 * nobody may come back to them, and they would keep their files open.
 */
static void
close_invalid(void)
{
	HASH_SEQ_STATUS scan;
	CacheEntry *entry;

	some_invalid = false;
	hash_seq_init(&scan, cache);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		if (entry->db == NULL || !entry->invalid)
			continue;
		if (entry->joined)
			some_invalid = true;
		else
			close_entry(entry);
	}
}

static void
xact_callback(XactEvent event, void *arg)
{
	if (!used_in_transaction)
	{
		if (some_invalid && (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT))
			close_invalid();
		return;
	}
	switch (event)
	{
		case XACT_EVENT_COMMIT:
		case XACT_EVENT_PARALLEL_COMMIT:
		case XACT_EVENT_ABORT:
		case XACT_EVENT_PARALLEL_ABORT:
		case XACT_EVENT_PREPARE:
			end_sessions();
			break;
		case XACT_EVENT_PRE_PREPARE:
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("cannot PREPARE a transaction that has used SQLite databases")));
			break;
		case XACT_EVENT_PRE_COMMIT:
			server_commit_writes();
			break;
		case XACT_EVENT_PARALLEL_PRE_COMMIT:
			break;
	}
}

static void
subxact_callback(SubXactEvent event, SubTransactionId mySubid, SubTransactionId parentSubid, void *arg)
{
	if (!used_in_transaction)
		return;
	switch (event)
	{
		case SUBXACT_EVENT_PRE_COMMIT_SUB:
			server_commit_subtransaction(GetCurrentTransactionNestLevel());
			break;
		case SUBXACT_EVENT_ABORT_SUB:
			server_end_readers(CurTransactionResourceOwner);
			server_abort_subtransaction(GetCurrentTransactionNestLevel());
			break;
		case SUBXACT_EVENT_COMMIT_SUB:
			server_end_readers(CurTransactionResourceOwner);
			break;
		case SUBXACT_EVENT_START_SUB:
			break;
	}
}

/*
 * A server was altered or dropped: its connection is closed at the next chance.
 */
static void
server_changed(Datum arg, int cacheid, uint32 hashvalue)
{
	HASH_SEQ_STATUS scan;
	CacheEntry *entry;

	if (cache == NULL)
		return;
	hash_seq_init(&scan, cache);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		if (entry->db != NULL && (hashvalue == 0 || entry->hashvalue == hashvalue))
			entry->invalid = some_invalid = true;
	}
}

/*
 * The backend ends: private copies must not outlive it.
 */
static void
close_all(int code, Datum arg)
{
	HASH_SEQ_STATUS scan;
	CacheEntry *entry;

	if (cache == NULL)
		return;
	hash_seq_init(&scan, cache);
	while ((entry = hash_seq_search(&scan)) != NULL)
		close_entry(entry);
}

/*
 * Whether a wrapper is ours, under whatever name it was created.
 */
static bool
is_our_wrapper(Oid fdwid)
{
	ForeignDataWrapper *wrapper = GetForeignDataWrapper(fdwid);
	HeapTuple	tuple;
	Datum		source;
	bool		isnull;
	bool		ours = false;

	if (!OidIsValid(wrapper->fdwhandler))
		return false;
	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(wrapper->fdwhandler));
	if (!HeapTupleIsValid(tuple))
		return false;
	source = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &isnull);
	if (!isnull)
	{
		char	   *symbol = TextDatumGetCString(source);

		ours = strcmp(symbol, "mig_fdw_handler") == 0;
		pfree(symbol);
	}
	ReleaseSysCache(tuple);
	return ours;
}

bool
server_is_ours(Oid serverid)
{
	return is_our_wrapper(GetForeignServer(serverid)->fdwid);
}

void
server_check_ours(Oid serverid)
{
	ForeignServer *server = GetForeignServer(serverid);

	if (!is_our_wrapper(server->fdwid))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("server \"%s\" is not a SQLite server", server->servername),
				 errhint("Create one of another name: CREATE SERVER ... FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database '/full/path/of/the/file');")));
}

Oid
server_lookup(const char *name)
{
	Oid			serverid = get_foreign_server_oid(name, true);
	AclResult	acl;

	if (!OidIsValid(serverid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("server \"%s\" does not exist", name),
				 errhint("CREATE SERVER %s FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database '/full/path/of/the/file');", quote_identifier(name))));
	acl = compat_foreign_server_aclcheck(serverid, GetUserId(), ACL_USAGE);
	if (acl != ACLCHECK_OK)
		aclcheck_error(acl, OBJECT_FOREIGN_SERVER, name);
	server_check_ours(serverid);
	return serverid;
}

List *
server_connections(void)
{
	HASH_SEQ_STATUS scan;
	CacheEntry *entry;
	List	   *result = NIL;

	if (cache == NULL)
		return NIL;
	hash_seq_init(&scan, cache);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		ServerConnection *connection;

		if (entry->db == NULL)
			continue;
		connection = palloc0(sizeof(ServerConnection));
		connection->serverid = entry->serverid;
		connection->path = pstrdup(sqlite_path(entry->db));
		connection->in_transaction = entry->in_transaction;
		connection->valid = !entry->invalid;
		result = lappend(result, connection);
	}
	return result;
}

int
server_disconnect(Oid serverid, int *busy)
{
	HASH_SEQ_STATUS scan;
	CacheEntry *entry;
	int			closed = 0;

	*busy = 0;
	if (cache == NULL)
		return 0;
	hash_seq_init(&scan, cache);
	while ((entry = hash_seq_search(&scan)) != NULL)
	{
		if (entry->db == NULL || (OidIsValid(serverid) && entry->serverid != serverid))
			continue;
		/* within a transaction the next read would be of another snapshot */
		if (entry->in_transaction)
			(*busy)++;
		else
		{
			close_entry(entry);
			closed++;
		}
	}
	return closed;
}
