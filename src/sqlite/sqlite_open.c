/*-------------------------------------------------------------------------
 *
 * sqlite_open.c
 *	  Connections: opening with every safety on, read transactions, waiting
 *	  for locks, cancel.
 *
 * A file is input from strangers: nothing in its schema may run code, attach
 * another file or write, and no page of it is mapped into memory (a mapped
 * file that somebody truncates is a SIGBUS). A writable connection differs only
 * in that; what it writes is in sqlite_write.c.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <unistd.h>

#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/base.h"
#include "sqlite/driver_internal.h"

/*
 * SQLite looks for a wish to stop each time this many of its instructions have run, at the
 * end of a loop's round. One of them can be a function of a view, check or generated column
 * that takes a second, so there are few: about those of one row. It costs some ns for each row.
 */
#define STEPS_BETWEEN_CHECKS	10

/* Longest sleep between two attempts to get a lock, ms */
#define MAX_BUSY_SLEEP			50

/* Per-connection switches: what is turned off (0) or on (1). */
static const int db_configs[][2] = {
	{SQLITE_DBCONFIG_DEFENSIVE, 1},
	{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
	{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
};

/* Limits against files made to exhaust the server. */
static const int db_limits[][2] = {
	{SQLITE_LIMIT_ATTACHED, 0},
	{SQLITE_LIMIT_WORKER_THREADS, 0},
	{SQLITE_LIMIT_TRIGGER_DEPTH, 32},
	{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, SQLITE_MAX_PATTERN},
	{SQLITE_LIMIT_LENGTH, SQLITE_MOST_BYTES},
	{SQLITE_LIMIT_VDBE_OP, 10000000},
};

/* Gives a connection more functions; see sqlite_add_also. */
static int	(*add_also) (sqlite3 *handle) = NULL;

/* Connections opened by this backend; never reset. */
static uint64 connections = 0;

/* Functions that reach outside of the file, where a build has them. */
static const char *const forbidden_functions[] = {
	"load_extension", "readfile", "writefile", "edit", "fsdir", "lsmode", "fts3_tokenizer", "rtreecheck", "sqlar_uncompress",
	"zipfile", "sqlite_log", "eval"
};

/*
 * Tables that are always there and are no data of the file: the statements of this
 * connection, which may be another role's, and raw pages.
 */
static const char *const forbidden_tables[] = {
	"sqlite_stmt", "sqlite_dbpage", "sqlite_dbdata", "sqlite_dbptr"
};

/* Functions that stand where tables do; the authorizer is not told that they are functions. */
static const char *const json_tables[] = {
	"json_each", "json_tree", "jsonb_each", "jsonb_tree"
};

static int	open_handle(SqliteDb *db);
static int	configure(SqliteDb *db);
static int	json_is_unsafe(bool *unsafe);
static int	check_writable(SqliteDb *db);
static bool needs_private_copy(SqliteDb *db, int rc);
static bool is_wal_of_stranger(SqliteDb *db);
static int	use_private_copy(SqliteDb *db);

static int
progress_callback(void *arg)
{
	return base_stop_wanted();
}

/*
 * Waits for another process' lock in small steps, so that a cancel is seen.
 */
int
sqlite_wait(void *arg, int attempts)
{
	SqliteDb   *db = arg;
	instr_time	now;
	double		waited;
	long		sleep_ms = Min(1 + attempts, MAX_BUSY_SLEEP);

	INSTR_TIME_SET_CURRENT(now);
	if (attempts == 0)
		db->busy_since = now;
	INSTR_TIME_SUBTRACT(now, db->busy_since);
	waited = INSTR_TIME_GET_MILLISEC(now);
	if (waited >= db->busy_timeout_ms || base_stop_wanted())
		return 0;
	sleep_ms = Max(1, Min(sleep_ms, (long) (db->busy_timeout_ms - waited)));
	pg_usleep(sleep_ms * 1000L);
	return !base_stop_wanted();
}

static bool
is_among(const char *name, const char *const *names, int n)
{
	for (int i = 0; i < n && name != NULL; i++)
	{
		if (sqlite3_stricmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/*
 * Last word on what a statement may do: never another file, never code.
 */
static int
authorizer(void *arg, int action, const char *arg1, const char *arg2, const char *arg3, const char *arg4)
{
	SqliteDb   *db = arg;

	if (db->users_statement && !sqlite_user_may(action, arg1, arg2))
		return SQLITE_DENY;
	if (action == SQLITE_ATTACH || action == SQLITE_DETACH)
		return SQLITE_DENY;
	if (action == SQLITE_FUNCTION && is_among(arg2, forbidden_functions, lengthof(forbidden_functions)))
		return SQLITE_DENY;
	if (action == SQLITE_READ && is_among(arg1, forbidden_tables, lengthof(forbidden_tables)))
		return SQLITE_DENY;
	if (action == SQLITE_FUNCTION)
		db->most_bytes = Min(db->most_bytes, sqlite_json_bytes(arg2));
	else if (action == SQLITE_READ && is_among(arg1, json_tables, lengthof(json_tables)) && (arg4 != NULL || !db->lists_only))
		db->most_bytes = Min(db->most_bytes, sqlite_json_bytes(arg1));
	return SQLITE_OK;
}

SqliteDb *
sqlite_open(const SqliteOpenSpec *spec)
{
	SqliteDb   *db = MemoryContextAllocZero(TopMemoryContext, sizeof(SqliteDb));
	struct stat st;

	db->path = MemoryContextStrdup(TopMemoryContext, spec->path);
	db->immutable = spec->immutable;
	db->writable = spec->writable;
	db->cache_size_kb = spec->cache_size_kb;
	db->busy_timeout_ms = spec->busy_timeout_ms;
	if (stat(spec->path, &st) == 0)
	{
		db->dev = st.st_dev;
		db->ino = st.st_ino;
		db->owner = st.st_uid;
	}
	return sqlite_finish_open(db);
}

SqliteDb *
sqlite_open_copy(SqliteDb *db, char *private_path)
{
	SqliteDb   *copy = MemoryContextAllocZero(TopMemoryContext, sizeof(SqliteDb));

	copy->private_path = private_path;
	copy->immutable = true;
	copy->path = MemoryContextStrdup(TopMemoryContext, db->path);
	copy->cache_size_kb = db->cache_size_kb;
	copy->busy_timeout_ms = db->busy_timeout_ms;
	copy->dev = db->dev;
	copy->ino = db->ino;
	return sqlite_finish_open(copy);
}

SqliteDb *
sqlite_finish_open(SqliteDb *db)
{
	int			rc = open_handle(db);

	if (rc != SQLITE_OK)
	{
		SqliteDb	copy = *db;

		/* the message is SQLite's general one: the handle does not outlive this */
		copy.path = pstrdup(db->path);
		copy.system_error = db->handle ? sqlite3_system_errno(db->handle) : 0;
		copy.handle = NULL;
		sqlite_close(db);
		sqlite_raise(&copy, rc, "open the SQLite database", NULL);
	}
	return db;
}

/*
 * Appends a path to a URI: every byte that could mean something is escaped, so
 * that "?", "#" and "%" in a file name stay what they are.
 */
static void
append_uri_path(StringInfo uri, const char *path)
{
	for (const char *p = path; *p; p++)
	{
		if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
			strchr("/._-", *p) != NULL)
			appendStringInfoChar(uri, *p);
		else
			appendStringInfo(uri, "%%%02X", (unsigned char) *p);
	}
}

/*
 * Opens the source, or the private copy if there is one. Returns a result code.
 */
static int
open_handle(SqliteDb *db)
{
	StringInfoData uri;
	int			flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
	int			rc;

	initStringInfo(&uri);
	appendStringInfoString(&uri, "file://");
	append_uri_path(&uri, db->private_path ? db->private_path : db->path);
	if (db->writable || (db->private_path && !db->immutable && !db->borrowed))
		flags |= SQLITE_OPEN_READWRITE; /* of a private copy, to recover it: it is ours */
	else
		flags |= SQLITE_OPEN_READONLY;
	if (!db->private_path)
		flags |= SQLITE_OPEN_NOFOLLOW;	/* the way to our own data directory may have links */
	if (db->immutable)
		appendStringInfoString(&uri, "?immutable=1");

	sqlite_watch_memory();
	(void) sqlite3_hard_heap_limit64(base_memory_limit());
	sqlite_renumber(db);
	db->looked = db->has_wal = false;
	rc = sqlite3_open_v2(uri.data, &db->handle, flags, sqlite_ahead_vfs());
	if (rc == SQLITE_OK && db->writable)
		rc = check_writable(db);
	if (rc == SQLITE_OK)
		rc = configure(db);
	pfree(uri.data);
	return rc;
}

void
sqlite_renumber(SqliteDb *db)
{
	db->number = ++connections;
	db->schema_version = -1;	/* no version's */
	db->state_known = false;
}

/* SQLite opens what it may not write for reading, and says nothing. */
static int
check_writable(SqliteDb *db)
{
	return sqlite3_db_readonly(db->handle, "main") == 0 ? SQLITE_OK : SQLITE_PERM;
}

static int
configure(SqliteDb *db)
{
	char		pragmas[256];
	bool		unsafe = false;
	int			rc = SQLITE_OK;

	sqlite3_extended_result_codes(db->handle, 1);
	for (int i = 0; i < lengthof(db_configs) && rc == SQLITE_OK; i++)
		rc = sqlite3_db_config(db->handle, db_configs[i][0], db_configs[i][1], NULL);
	if (rc == SQLITE_OK)		/* a reader leaves the WAL as it found it */
		rc = sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !db->writable, NULL);
	for (int i = 0; i < lengthof(db_limits); i++)
		sqlite3_limit(db->handle, db_limits[i][0], db_limits[i][1]);
	sqlite3_busy_handler(db->handle, sqlite_wait, db);
	sqlite3_progress_handler(db->handle, STEPS_BETWEEN_CHECKS, progress_callback, NULL);
	/* the authorizer, which knows the unsafe functions by name, is then what keeps them out */
	if (rc == SQLITE_OK)
		rc = json_is_unsafe(&unsafe);
	if (rc == SQLITE_OK && unsafe)
		rc = sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, NULL);
	if (rc != SQLITE_OK)
		return rc;

	snprintf(pragmas, sizeof(pragmas),
			 "PRAGMA mmap_size=0; PRAGMA cell_size_check=ON; PRAGMA temp_store=FILE; PRAGMA %s=ON;",
			 db->writable ? "foreign_keys" : "query_only");
	rc = sqlite3_exec(db->handle, pragmas, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite_add_functions(db->handle);
	if (rc == SQLITE_OK && add_also != NULL)
		rc = add_also(db->handle);
	if (rc == SQLITE_OK)
		rc = sqlite_add_text_functions(db->handle);
	if (rc == SQLITE_OK)
		rc = sqlite_add_match_functions(db->handle);
	if (rc == SQLITE_OK)
		rc = sqlite_add_patch(db->handle);
	if (rc == SQLITE_OK)
		rc = sqlite_add_printf(db->handle);
	if (rc == SQLITE_OK)
		rc = sqlite_add_long_functions(db->handle);
	if (rc == SQLITE_OK)
		rc = sqlite_add_geometry(db->handle);
	if (rc == SQLITE_OK)
		rc = sqlite_add_collations(db);
	if (rc == SQLITE_OK)
		rc = sqlite3_set_authorizer(db->handle, authorizer, db);
	return rc;
}

void
sqlite_add_also(int (*add) (sqlite3 *handle))
{
	add_also = add;
}

void
sqlite_close(SqliteDb *db)
{
	if (db == NULL)
		return;
	sqlite_forget_statements(db);

	/* statements of contexts that still live keep SQLite's part alive until they are finalized */
	sqlite3_close_v2(db->handle);
	if (db->private_path)
	{
		if (!db->borrowed)
			sqlite_copy_remove(db->private_path);
		pfree(db->private_path);
	}
	db->private_path = NULL;
	db->handle = NULL;
	db->closed = true;
	if (db->nstatements == 0)
		sqlite_free(db);
}

void
sqlite_free(SqliteDb *db)
{
	if (db->schema)
		MemoryContextDelete(db->schema);
	pfree(db->path);
	pfree(db);
}

/*
 * Whether this build of SQLite takes its own JSON functions for unsafe ones, as
 * 3.38 to 3.40 do by mistake: with an untrusted schema it then cannot read a
 * table that has one in a generated column or an index. Returns a result code.
 */
static int
json_is_unsafe(bool *unsafe)
{
	static int	answer = -1;	/* asked once: it does not change */
	sqlite3    *handle = NULL;
	int			rc = SQLITE_OK;

	if (answer < 0)
	{
		rc = sqlite3_open(":memory:", &handle);
		if (rc == SQLITE_OK)
			rc = sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
		if (rc == SQLITE_OK)
			rc = sqlite3_exec(handle, "SELECT json('1')", NULL, NULL, NULL);
		if (rc == SQLITE_OK)
			rc = sqlite3_exec(handle, "CREATE TABLE t (a, b AS (json(a))); SELECT b FROM t", NULL, NULL, NULL);
		/* a lack of memory is no answer; SQLITE_ERROR is, for one without JSON too */
		if (rc == SQLITE_OK || rc == SQLITE_ERROR)
			answer = rc == SQLITE_ERROR && sqlite3_exec(handle, "SELECT json('1')", NULL, NULL, NULL) == SQLITE_OK;
		sqlite3_close(handle);
	}
	*unsafe = answer == 1;
	return answer < 0 ? rc : SQLITE_OK;
}

const char *
sqlite_version(void)
{
	return sqlite3_libversion();
}

const char *
sqlite_path(SqliteDb *db)
{
	return db->path;
}

int64
sqlite_pragma_number(SqliteDb *db, const char *sql)
{
	SqliteStmt *stmt = sqlite_prepare_again(db, sql);
	int64		number = sqlite_step(stmt) ? sqlite_integer(stmt, 0) : 0;

	sqlite_release(stmt);
	return number;
}

SqliteState
sqlite_state(SqliteDb *db)
{
	/* within a transaction only a statement of a user, or a rollback, changes it */
	if (!db->state_known)
	{
		db->state.connection = db->number;
		db->state.schema_version = sqlite_pragma_number(db, "PRAGMA main.schema_version");
		db->state.data_version = sqlite_pragma_number(db, "PRAGMA main.data_version");
		db->state_known = db->in_transaction;
	}
	return db->state;
}

bool
sqlite_has_statements(SqliteDb *db)
{
	return db->nstatements > 0;
}

bool
sqlite_reads_copy(SqliteDb *db)
{
	return db->private_path != NULL;
}

bool
sqlite_file_changed(SqliteDb *db)
{
	struct stat st;

	if (db->private_path && !db->borrowed && sqlite_copy_outdated(db->path, db->copied))
		return true;
	return stat(db->path, &st) != 0 || st.st_dev != db->dev || st.st_ino != db->ino;
}

void
sqlite_begin(SqliteDb *db)
{
	int			rc;

	(void) sqlite3_hard_heap_limit64(base_memory_limit());
	if (db->in_transaction)
	{
		if (sqlite3_get_autocommit(db->handle))
			ereport(ERROR,
					(errcode(db->writing ? ERRCODE_TRANSACTION_ROLLBACK : ERRCODE_FDW_ERROR),
					 errmsg("the transaction on SQLite database \"%s\" was lost", db->path),
					 db->writing ? errdetail("SQLite has rolled back what this transaction wrote, after a statement that was cancelled or met an error of the disk.") : 0,
					 errhint("Roll back and start again.")));
		return;
	}

	if (is_wal_of_stranger(db))
		rc = use_private_copy(db);
	else
	{
		rc = sqlite_try_begin(db, CONTROL_BEGIN);
		if (rc != SQLITE_OK && needs_private_copy(db, rc))
			rc = use_private_copy(db);
	}
	if (rc != SQLITE_OK)
		sqlite_raise(db, rc, "read the SQLite database", NULL);
	db->in_transaction = true;
}

bool
sqlite_begin_within(SqliteDb *db, int wait_ms)
{
	int			timeout_ms = db->busy_timeout_ms;
	int			rc;

	if (db->in_transaction)
		return true;
	db->busy_timeout_ms = Min(timeout_ms, wait_ms);
	rc = sqlite_try_begin(db, CONTROL_BEGIN);
	db->busy_timeout_ms = timeout_ms;
	if (((rc & 0xff) == SQLITE_BUSY && !base_stop_wanted()) || needs_private_copy(db, rc))
		return false;
	if (rc != SQLITE_OK)
		sqlite_raise(db, rc, "read the SQLite database", NULL);
	db->in_transaction = true;
	return true;
}

/*
 * Goes over to a private copy of the source and begins there.
 */
static int
use_private_copy(SqliteDb *db)
{
	char	   *private_path = sqlite_copy_private(db, db->copied);
	int			rc;

	sqlite_forget_statements(db);
	sqlite3_close_v2(db->handle);
	db->handle = NULL;
	db->private_path = private_path;
	rc = open_handle(db);
	return rc == SQLITE_OK ? sqlite_try_begin(db, CONTROL_BEGIN) : rc;
}

/* The first read takes the lock and with it the snapshot. */
int
sqlite_take_lock(SqliteDb *db, SqliteControl begin)
{
	int			rc = sqlite_control(db, begin);

	return rc == SQLITE_OK ? sqlite_control(db, CONTROL_PROBE) : rc;
}

int
sqlite_try_begin(SqliteDb *db, SqliteControl begin)
{
	char		pragma[64];
	int			rc = sqlite_take_snapshot(db, begin);

	if (rc == SQLITE_OK && db->cache_size_kb > 0)
	{
		/* it reads the schema, so not when the file is opened: nothing may be read before it is known how */
		snprintf(pragma, sizeof(pragma), "PRAGMA cache_size=-%d", db->cache_size_kb);
		rc = sqlite3_exec(db->handle, pragma, NULL, NULL, NULL);
	}
	if (rc != SQLITE_OK)
	{
		rc = sqlite3_extended_errcode(db->handle);
		if (!sqlite3_get_autocommit(db->handle))
		{
			/* keep the message of the failure for sqlite_raise: ROLLBACK would clear it */
			if ((rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_INTERRUPT || needs_private_copy(db, rc))
				(void) sqlite_control(db, CONTROL_ROLLBACK);
		}
	}
	return rc;
}

void
sqlite_end(SqliteDb *db)
{
	sqlite3_stmt *stmt = NULL;

	if (!db->in_transaction)
		return;
	db->in_transaction = false;
	db->state_known = false;
	while ((stmt = sqlite3_next_stmt(db->handle, stmt)) != NULL)
		sqlite3_reset(stmt);
	/* a failure can only mean that SQLite has ended it already */
	if (!sqlite3_get_autocommit(db->handle))
		(void) sqlite_control(db, CONTROL_ROLLBACK);
	if (db->writing)
		sqlite_renumber(db);	/* the numbers of versions come again, with other contents */
	db->writing = false;
}

/*
 * Results that mean: the content is there, but reading it needs a write
 * (rolling back a hot journal, building the index of a WAL) that a read-only
 * connection must not or cannot do.
 */
static bool
needs_private_copy(SqliteDb *db, int rc)
{
	if (db->immutable || db->private_path != NULL || db->writable)
		return false;
	if (rc == SQLITE_READONLY_ROLLBACK || rc == SQLITE_READONLY_RECOVERY ||
		rc == SQLITE_READONLY_CANTINIT || rc == SQLITE_READONLY_DIRECTORY)
		return true;
	return (rc & 0xff) == SQLITE_CANTOPEN;
}

/*
 * A WAL database of another user that nobody has open (no -shm): opening it
 * would leave a -shm file owned by the server beside it, which its owner could
 * then not write to, so that the application would fail.
 */
static bool
is_wal_of_stranger(SqliteDb *db)
{
	static uid_t me = (uid_t) -1;	/* asked once: it does not change */
	unsigned char header[20];
	struct stat st;
	char	   *shm;
	bool		missing;

	if (me == (uid_t) -1)
		me = geteuid();
	if (db->immutable || db->private_path != NULL || db->writable || db->owner == me)
		return false;
	/* every transaction comes here: one call of the system, unless there is a log */
	if (!sqlite_read_bytes(db, header, sizeof(header), 0) ||
		memcmp(header, "SQLite format 3", 16) != 0 || header[18] != 2)
		return false;
	shm = psprintf("%s-shm", db->path);
	missing = stat(shm, &st) != 0;
	pfree(shm);
	return missing;
}

bool
sqlite_read_bytes(SqliteDb *db, void *buffer, int amount, int64 offset)
{
	return sqlite_read_part(db, buffer, amount, offset) == SQLITE_OK;
}

int
sqlite_read_part(SqliteDb *db, void *buffer, int amount, int64 offset)
{
	sqlite3_file *file = NULL;
	int			rc = SQLITE_CANTOPEN;

	if (db->handle != NULL)
		rc = sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	if (rc == SQLITE_OK && (file == NULL || file->pMethods == NULL))
		rc = SQLITE_CANTOPEN;
	return rc == SQLITE_OK ? file->pMethods->xRead(file, buffer, amount, offset) : rc;
}
