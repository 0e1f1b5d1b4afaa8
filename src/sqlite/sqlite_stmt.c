/*-------------------------------------------------------------------------
 *
 * sqlite_stmt.c
 *	  Prepared statements: each dies with the memory context it was made in.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "sqlite/driver_internal.h"

static void disown(SqliteStmt *stmt);
static void raise_step(SqliteStmt *stmt) pg_attribute_noreturn();
static void raise_long_json(SqliteStmt *stmt) pg_attribute_noreturn();

/*
 * Reset callback of the statement's memory context. The connection may be
 * closed already; SQLite keeps what the statement needs (sqlite3_close_v2).
 */
static void
finalize_callback(void *arg)
{
	SqliteStmt *stmt = arg;

	if (stmt->handle == NULL)
		return;
	sqlite3_finalize(stmt->handle);
	disown(stmt);
}

/* The statement is gone, or the connection's again. */
static void
disown(SqliteStmt *stmt)
{
	SqliteDb   *db = stmt->db;

	stmt->handle = NULL;
	stmt->db = NULL;
	db->nstatements--;
	if (db->closed && db->nstatements == 0)
		sqlite_free(db);
}

/* CurrentMemoryContext owns the statement from now on. */
static void
adopt(SqliteStmt *stmt)
{
	stmt->reads = sqlite3_stmt_readonly(stmt->handle) != 0;
	stmt->most_bytes = SQLITE_MOST_BYTES;
	stmt->callback.func = finalize_callback;
	stmt->callback.arg = stmt;
	stmt->db->nstatements++;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &stmt->callback);
}

/*
 * Compiles. Returns NULL and sets *rc when SQLite refuses.
 */
static SqliteStmt *
prepare(SqliteDb *db, const char *sql, int *rc)
{
	SqliteStmt *stmt = palloc0(sizeof(SqliteStmt));

	stmt->db = db;
	stmt->sql = pstrdup(sql);
	/* the authorizer finds less */
	db->most_bytes = SQLITE_MOST_BYTES;
	db->lists_only = sqlite_json_lists_only(sql);
	*rc = sqlite3_prepare_v3(db->handle, base_to_utf8(sql), -1, 0, &stmt->handle, NULL);
	if (*rc != SQLITE_OK)
		return NULL;
	Assert(stmt->handle != NULL);
	adopt(stmt);
	if (stmt->reads)
		stmt->most_bytes = db->most_bytes;
	return stmt;
}

SqliteStmt *
sqlite_adopt(SqliteDb *db, sqlite3_stmt *handle, const char *sql)
{
	SqliteStmt *stmt;

	if (handle == NULL)
		return NULL;
	stmt = palloc0(sizeof(SqliteStmt));
	stmt->db = db;
	stmt->sql = pstrdup(sql);
	stmt->handle = handle;
	adopt(stmt);
	return stmt;
}

SqliteStmt *
sqlite_prepare(SqliteDb *db, const char *sql)
{
	int			rc;
	SqliteStmt *stmt = prepare(db, sql, &rc);

	if (stmt == NULL)
		sqlite_raise(db, rc, "prepare a statement for SQLite", sql);
	return stmt;
}

SqliteStmt *
sqlite_try_prepare(SqliteDb *db, const char *sql, char **error)
{
	int			rc;
	SqliteStmt *stmt = prepare(db, sql, &rc);

	*error = NULL;
	if (stmt != NULL)
		return stmt;
	if ((rc & 0xff) != SQLITE_ERROR && (rc & 0xff) != SQLITE_AUTH)
		sqlite_raise(db, rc, "prepare a statement for SQLite", sql);
	*error = pstrdup(sqlite3_errmsg(db->handle));
	if (!pg_verify_mbstr(PG_UTF8, *error, strlen(*error), true))
		*error = pstrdup(sqlite3_errstr(rc));
	*error = base_from_utf8(*error, strlen(*error));
	return NULL;
}

/*
 * What is idle belongs to the connection; what is in use belongs to a memory
 * context, like every other statement, so that an error cannot leave it behind.
 */
SqliteStmt *
sqlite_prepare_again(SqliteDb *db, const char *sql)
{
	const char *utf8 = base_to_utf8(sql);
	SqliteStmt *stmt;

	for (int i = 0; i < db->nidle; i++)
	{
		sqlite3_stmt *handle = db->idle[i];

		if (strcmp(sqlite3_sql(handle), utf8) != 0)
			continue;
		stmt = palloc0(sizeof(SqliteStmt));
		stmt->db = db;
		stmt->sql = pstrdup(sql);
		stmt->handle = handle;
		adopt(stmt);
		db->nidle--;
		/* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
		memmove(&db->idle[i], &db->idle[i + 1], sizeof(db->idle[0]) * (db->nidle - i));
		return stmt;
	}
	return sqlite_prepare(db, sql);
}

void
sqlite_release(SqliteStmt *stmt)
{
	SqliteDb   *db;

	if (stmt == NULL || stmt->handle == NULL)
		return;
	db = stmt->db;

	/* the result repeats an error that sqlite_step has raised already */
	(void) sqlite3_reset(stmt->handle);
	(void) sqlite3_clear_bindings(stmt->handle);
	if (stmt->most_bytes < SQLITE_MOST_BYTES)
	{
		/* an idle one does not say so */
		finalize_callback(stmt);
		return;
	}
	if (db->nidle == SQLITE_IDLE_STATEMENTS)
		sqlite3_finalize(db->idle[--db->nidle]);
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
	memmove(&db->idle[1], &db->idle[0], sizeof(db->idle[0]) * db->nidle);
	db->idle[0] = stmt->handle;
	db->nidle++;
	disown(stmt);
}

void
sqlite_forget_statements(SqliteDb *db)
{
	while (db->nidle > 0)
		sqlite3_finalize(db->idle[--db->nidle]);
	for (int i = 0; i < SQLITE_CONTROLS; i++)
	{
		sqlite3_finalize(db->controls[i]);
		db->controls[i] = NULL;
	}
}

/*
 * May be called where nothing may be thrown or palloc'd. The connection keeps
 * the code and message of a failure.
 */
int
sqlite_control(SqliteDb *db, SqliteControl control)
{
	static const char *const texts[] = {
		[CONTROL_BEGIN] = "BEGIN",
		[CONTROL_BEGIN_WRITE] = "BEGIN IMMEDIATE",
		[CONTROL_PROBE] = "SELECT 1 FROM sqlite_schema LIMIT 1",
		[CONTROL_COMMIT] = "COMMIT",
		[CONTROL_ROLLBACK] = "ROLLBACK",
	};
	int			rc = SQLITE_OK;

	if (db->controls[control] == NULL)
		rc = sqlite3_prepare_v3(db->handle, texts[control], -1, SQLITE_PREPARE_PERSISTENT, &db->controls[control], NULL);
	if (rc != SQLITE_OK)
		return rc;
	(void) sqlite3_step(db->controls[control]);
	return sqlite3_reset(db->controls[control]);
}

static inline int
step(SqliteStmt *stmt)
{
	int			rc;

	CHECK_FOR_INTERRUPTS();
	sqlite_set_reading(stmt->reads && !stmt->db->writing);
	if (likely(stmt->most_bytes == SQLITE_MOST_BYTES))
		rc = sqlite3_step(stmt->handle);
	else
	{
		(void) sqlite3_limit(stmt->db->handle, SQLITE_LIMIT_LENGTH, stmt->most_bytes);
		rc = sqlite3_step(stmt->handle);
		(void) sqlite3_limit(stmt->db->handle, SQLITE_LIMIT_LENGTH, SQLITE_MOST_BYTES);
	}
	sqlite_set_reading(false);

	/* what it says then may come of the wrong order: it looks for an interrupt where it goes back only */
	if (unlikely(stmt->db->unknown_collation[0] != '\0'))
		raise_step(stmt);
	return rc;
}

bool
sqlite_step(SqliteStmt *stmt)
{
	int			rc = step(stmt);

	if (likely(rc == SQLITE_ROW))
		return true;
	if (rc == SQLITE_DONE)
		return false;
	raise_step(stmt);
}

SqliteStep
sqlite_step_over(SqliteStmt *stmt)
{
	int			rc = step(stmt);

	if (likely(rc == SQLITE_ROW))
		return SQLITE_STEP_ROW;
	if (rc == SQLITE_DONE)
		return SQLITE_STEP_END;
	if ((rc & 0xff) == SQLITE_TOOBIG)
		return SQLITE_STEP_GIANT;
	raise_step(stmt);
}

static void
raise_step(SqliteStmt *stmt)
{
	int			rc = stmt->db->unknown_collation[0] != '\0' ? SQLITE_INTERRUPT : sqlite3_extended_errcode(stmt->db->handle);

	if ((rc & 0xff) == SQLITE_TOOBIG)
		sqlite_raise_giant(stmt);
	sqlite_raise(stmt->db, rc, sqlite3_stmt_readonly(stmt->handle) ? "read from SQLite" : "write to SQLite", stmt->sql);
}

void
sqlite_tells_of(SqliteStmt *stmt, const char *table)
{
	stmt->table = table;
}

/* What no cancel would end. */
static void
raise_long_json(SqliteStmt *stmt)
{
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("could not read from SQLite"),
			 errdetail("SQLite says: %s. A statement that calls JSON functions of SQLite has values of at most %d bytes.",
					   sqlite3_errstr(SQLITE_TOOBIG), stmt->most_bytes),
			 errhint("Read the documents themselves, from their table, and compute in PostgreSQL."),
			 errcontext("SQLite statement: %s", stmt->sql),
			 errcontext("SQLite database \"%s\"", stmt->db->path)));
}

/* With the row that is too big, if it can be found. */
void
sqlite_raise_giant(SqliteStmt *stmt)
{
	char	   *remedy = NULL;
	char	   *place = NULL;

	if (stmt->most_bytes < SQLITE_MOST_BYTES)
		raise_long_json(stmt);
	if (stmt->table)
		place = sqlite_giant_place(stmt->db, stmt->table, &remedy);

	if (place == NULL)
		sqlite_raise(stmt->db, SQLITE_TOOBIG, sqlite3_stmt_readonly(stmt->handle) ? "read from SQLite" : "write to SQLite", stmt->sql);
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("could not read from SQLite"),
			 errdetail("SQLite says: %s. It is %s.", sqlite3_errstr(SQLITE_TOOBIG), place),
			 remedy ? errhint("A value or row has at most a billion bytes. Make it shorter in SQLite (%s), or leave the column or the table out. With on_error => 'reject', migrate and copy_table put such rows into the quarantine.", remedy) :
			 errhint("A value or row has at most a billion bytes. Make it shorter in SQLite, or leave the column out, or the table or view."),
			 errcontext("SQLite statement: %s", stmt->sql),
			 errcontext("SQLite database \"%s\"", stmt->db->path)));
}

void
sqlite_rewind(SqliteStmt *stmt)
{
	/* the result repeats an error that sqlite_step has raised already */
	(void) sqlite3_reset(stmt->handle);
}

void
sqlite_finalize(SqliteStmt *stmt)
{
	if (stmt != NULL)
		finalize_callback(stmt);
}

const char *
sqlite_sql(SqliteStmt *stmt)
{
	return stmt->sql;
}

struct sqlite3_stmt *
sqlite_raw(SqliteStmt *stmt)
{
	return stmt->handle;
}

int
sqlite_column_count(SqliteStmt *stmt)
{
	return sqlite3_column_count(stmt->handle);
}

static void
check_bind(SqliteStmt *stmt, int rc)
{
	if (rc != SQLITE_OK)
		sqlite_raise(stmt->db, rc, "bind a parameter of a SQLite statement", stmt->sql);
}

void
sqlite_bind_int64(SqliteStmt *stmt, int param, int64 value)
{
	check_bind(stmt, sqlite3_bind_int64(stmt->handle, param, value));
}

void
sqlite_bind_text(SqliteStmt *stmt, int param, const char *value)
{
	check_bind(stmt, sqlite3_bind_text(stmt->handle, param, base_to_utf8(value), -1, SQLITE_TRANSIENT));
}

void
sqlite_bind_double(SqliteStmt *stmt, int param, double value)
{
	check_bind(stmt, sqlite3_bind_double(stmt->handle, param, value));
}

void
sqlite_bind_null(SqliteStmt *stmt, int param)
{
	check_bind(stmt, sqlite3_bind_null(stmt->handle, param));
}

void
sqlite_bind_bytes(SqliteStmt *stmt, int param, const char *bytes, int len, bool text)
{
	if (text)
		check_bind(stmt, sqlite3_bind_text(stmt->handle, param, bytes, len, SQLITE_TRANSIENT));
	else
		check_bind(stmt, sqlite3_bind_blob(stmt->handle, param, bytes, len, SQLITE_TRANSIENT));
}

bool
sqlite_is_null(SqliteStmt *stmt, int col)
{
	return sqlite3_column_type(stmt->handle, col) == SQLITE_NULL;
}

int64
sqlite_integer(SqliteStmt *stmt, int col)
{
	return sqlite3_column_int64(stmt->handle, col);
}

char *
sqlite_text(SqliteStmt *stmt, int col)
{
	const char *text;

	if (sqlite_is_null(stmt, col))
		return NULL;
	text = (const char *) sqlite3_column_text(stmt->handle, col);
	if (text == NULL)
		sqlite_raise(stmt->db, SQLITE_NOMEM, "read a text from SQLite", stmt->sql);
	return base_show_utf8(text, strlen(text));
}

bool
sqlite_text_is_valid(SqliteStmt *stmt, int col)
{
	const char *text = (const char *) sqlite3_column_text(stmt->handle, col);

	return text == NULL || pg_verify_mbstr(PG_UTF8, text, strlen(text), true);
}
