/*-------------------------------------------------------------------------
 *
 * sqlite_write.c
 *	  Writing: the write lock, commit, savepoints, statements of users.
 *
 * A writable connection reads from a snapshot until it writes; then it needs the
 * write lock, which SQLite gives only while the snapshot is the newest state. Which
 * transaction of PostgreSQL all this belongs to is decided above.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "sqlite/driver_internal.h"

#define VERSION_RETURNING		3035000

static int	upgrade(SqliteDb *db);
static char *lock_statement(SqliteDb *db);
static bool is_rollback_journal(SqliteDb *db);
static void reset_writers(SqliteDb *db);
static sqlite3_stmt *compile_user_statement(SqliteDb *db, const char *utf8, const char *sql, const char **tail);

void
sqlite_begin_write(SqliteDb *db)
{
	int			rc;

	Assert(db->writable);
	if (db->in_transaction)
	{
		sqlite_begin(db);		/* only checks that the transaction is still there */
		if (db->writing)
			return;
		rc = upgrade(db);
	}
	else
		rc = sqlite_try_begin(db, CONTROL_BEGIN_WRITE);
	if (rc == SQLITE_BUSY && db->in_transaction && is_rollback_journal(db))
		ereport(ERROR,
				(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				 errmsg("could not lock the SQLite database for writing"),
				 errdetail("Another process is writing to it, and has to wait for the end of this transaction, which has read it."),
				 errhint("Roll back and start again; a transaction that begins with a write waits for its turn."),
				 errcontext("SQLite database \"%s\"", db->path)));
	if (rc != SQLITE_OK)
		sqlite_raise(db, rc, "lock the SQLite database for writing", NULL);
	db->in_transaction = true;
	db->writing = true;
}

/*
 * From reading to writing. SQLite does not wait here. In rollback-journal mode
 * waiting would be in vain: the other process cannot commit while this one reads.
 * In WAL mode it can, but then the snapshot is old. So what is waited for is only
 * that it gives up. Returns a result code.
 */
static int
upgrade(SqliteDb *db)
{
	char	   *sql = lock_statement(db);
	bool		wait = !is_rollback_journal(db);
	int			attempts = 0;
	int			rc;

	do
	{
		rc = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
	} while (rc == SQLITE_BUSY && wait && sqlite_wait(db, attempts++));
	return rc;
}

/*
 * A statement that takes the lock and writes nothing, palloc'd. Where there is no
 * table, writing a number of the header that stays what it is.
 */
static char *
lock_statement(SqliteDb *db)
{
	ListCell   *lc;

	foreach(lc, sqlite_tables(db))
	{
		SqliteTable *table = lfirst(lc);
		StringInfoData sql;

		if (table->kind != SQLITE_KIND_TABLE || table->bad_name)
			continue;
		initStringInfo(&sql);
		appendStringInfoString(&sql, "DELETE FROM main.");
		base_append_ident(&sql, table->name);
		appendStringInfoString(&sql, " WHERE 0");
		return base_to_utf8(sql.data);
	}
	return psprintf("PRAGMA main.user_version = " INT64_FORMAT, sqlite_pragma_number(db, "PRAGMA main.user_version"));
}

static bool
is_rollback_journal(SqliteDb *db)
{
	SqliteStmt *stmt = sqlite_prepare_again(db, "PRAGMA main.journal_mode");
	char	   *mode = sqlite_step(stmt) ? sqlite_text(stmt, 0) : NULL;

	sqlite_release(stmt);
	return mode == NULL || strcmp(mode, "wal") != 0;
}

bool
sqlite_is_writing(SqliteDb *db)
{
	return db->writing;
}

void
sqlite_commit(SqliteDb *db)
{
	int			rc;

	sqlite_begin(db);			/* only checks that the transaction is still there */
	reset_writers(db);
	rc = sqlite_control(db, CONTROL_COMMIT);
	if (rc != SQLITE_OK)
		sqlite_raise(db, rc, "commit to the SQLite database", NULL);
	db->in_transaction = false;
	db->state_known = false;
	db->writing = false;
}

/*
 * A statement that writes and has rows left to give stands in the way of savepoints
 * and of COMMIT.
 */
static void
reset_writers(SqliteDb *db)
{
	sqlite3_stmt *stmt = NULL;

	while ((stmt = sqlite3_next_stmt(db->handle, stmt)) != NULL)
	{
		if (!sqlite3_stmt_readonly(stmt))
			sqlite3_reset(stmt);
	}
}

static int
run_savepoint(SqliteDb *db, const char *action, int level)
{
	char		sql[64];

	snprintf(sql, sizeof(sql), "%s mig_%d", action, level);
	return sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
}

void
sqlite_savepoint(SqliteDb *db, int level)
{
	int			rc = run_savepoint(db, "SAVEPOINT", level);

	if (rc != SQLITE_OK)
		sqlite_raise(db, rc, "set a savepoint in the SQLite database", NULL);
}

void
sqlite_release_savepoint(SqliteDb *db, int level)
{
	int			rc;

	sqlite_begin(db);			/* only checks that the transaction is still there */
	rc = run_savepoint(db, "RELEASE", level);
	if (rc != SQLITE_OK)
		sqlite_raise(db, rc, "release a savepoint in the SQLite database", NULL);
}

bool
sqlite_rollback_to_savepoint(SqliteDb *db, int level)
{
	reset_writers(db);
	sqlite_renumber(db);		/* the numbers of versions come again, with other contents */
	return run_savepoint(db, "ROLLBACK TO", level) == SQLITE_OK &&
		run_savepoint(db, "RELEASE", level) == SQLITE_OK;
}

int64
sqlite_changes(SqliteDb *db)
{
	return sqlite3_changes(db->handle);
}

bool
sqlite_has_returning(void)
{
	return sqlite3_libversion_number() >= VERSION_RETURNING;
}

int
sqlite_max_params(SqliteDb *db)
{
	return sqlite3_limit(db->handle, SQLITE_LIMIT_VARIABLE_NUMBER, -1);
}

bool
sqlite_has_sequences(SqliteDb *db)
{
	return sqlite3_table_column_metadata(db->handle, "main", "sqlite_sequence", NULL, NULL, NULL, NULL, NULL, NULL) == SQLITE_OK;
}

void
sqlite_run(SqliteDb *db, const char *sql)
{
	SqliteStmt *stmt = sqlite_prepare(db, sql);

	while (sqlite_step(stmt))
		;
	sqlite_finalize(stmt);
}

int64
sqlite_execute(SqliteDb *db, const char *sql)
{
	const char *utf8 = base_to_utf8(sql);
	const char *tail;
	const char *rest;
	sqlite3_stmt *more;
	SqliteStmt *stmt;
	int			before;
	int64		changes;

	stmt = sqlite_adopt(db, compile_user_statement(db, utf8, sql, &tail), sql);
	if (stmt == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("there is no statement for SQLite")));
	more = compile_user_statement(db, tail, sql, &rest);
	if (more != NULL)
	{
		sqlite3_finalize(more);
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("there is more than one statement for SQLite"),
				 errhint("Call the function once for each.")));
	}
	db->state_known = false;
	before = sqlite3_total_changes(db->handle);
	while (sqlite_step(stmt))
		;

	/* what SQLite says of the last change is of an older one when nothing was changed */
	changes = sqlite3_total_changes(db->handle) != before ? sqlite3_changes(db->handle) : 0;
	sqlite_finalize(stmt);
	return changes;
}

/*
 * NULL where there is nothing but blanks and comments.
 */
static sqlite3_stmt *
compile_user_statement(SqliteDb *db, const char *utf8, const char *sql, const char **tail)
{
	sqlite3_stmt *handle = NULL;
	int			rc;

	db->users_statement = true;
	rc = sqlite3_prepare_v2(db->handle, utf8, -1, &handle, tail);
	db->users_statement = false;
	if (rc != SQLITE_OK)
		sqlite_raise(db, rc, "prepare a statement for SQLite", sql);
	return handle;
}

/* What a statement of a user may not do, whatever its arguments. */
static const int forbidden_actions[] = {
	SQLITE_TRANSACTION, SQLITE_SAVEPOINT, SQLITE_ATTACH, SQLITE_DETACH,

	/* temporary objects would outlive the transaction, unseen */
	SQLITE_CREATE_TEMP_INDEX, SQLITE_CREATE_TEMP_TABLE, SQLITE_CREATE_TEMP_TRIGGER, SQLITE_CREATE_TEMP_VIEW,
	SQLITE_DROP_TEMP_INDEX, SQLITE_DROP_TEMP_TABLE, SQLITE_DROP_TEMP_TRIGGER, SQLITE_DROP_TEMP_VIEW
};

/* Pragmas that a statement of a user may contain. */
static const struct
{
	const char *name;
	bool		argument;		/* with an argument, too: what is asked about, or a harmless value */
}			user_pragmas[] = {
	{"application_id", true},
	{"user_version", true},
	{"defer_foreign_keys", true},
	{"optimize", true},
	{"encoding", false},
	{"auto_vacuum", false},
	{"collation_list", false},
	{"compile_options", false},
	{"data_version", false},
	{"database_list", false},
	{"foreign_keys", false},
	{"freelist_count", false},
	{"function_list", false},
	{"journal_mode", false},
	{"page_count", false},
	{"page_size", false},
	{"schema_version", false},
	{"foreign_key_check", true},
	{"foreign_key_list", true},
	{"index_info", true},
	{"index_list", true},
	{"index_xinfo", true},
	{"integrity_check", true},
	{"quick_check", true},
	{"table_info", true},
	{"table_list", true},
	{"table_xinfo", true},
};

bool
sqlite_user_may(int action, const char *arg1, const char *arg2)
{
	for (int i = 0; i < lengthof(forbidden_actions); i++)
	{
		if (forbidden_actions[i] == action)
			return false;
	}
	if (action != SQLITE_PRAGMA)
		return true;
	for (int i = 0; i < lengthof(user_pragmas); i++)
	{
		if (sqlite3_stricmp(user_pragmas[i].name, arg1) == 0)
			return arg2 == NULL || user_pragmas[i].argument;
	}
	return false;
}
