/*-------------------------------------------------------------------------
 *
 * sqlite_forward.c
 *	  The library's own function behind one of ours of the same name.
 *
 * Ours looks at the arguments first; a database in memory, which does not have ours, then
 * runs the library's. Nothing here may throw or palloc.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "sqlite/sqlite_function.h"

/* calls with so many arguments keep their statement */
#define KEPT_ARGUMENTS	8

/* "SELECT name(?, …)": two bytes for each argument */
#define MOST_ARGUMENTS	1000

struct SqliteForward
{
	const char *name;
	int			encoding;
	sqlite3    *handle;			/* opened when it is first called */
	sqlite3_stmt *kept[KEPT_ARGUMENTS + 1];
};

SqliteForward *
sqlite_forward_make(const char *name, int encoding)
{
	SqliteForward *forward = sqlite3_malloc(sizeof(SqliteForward));

	if (forward != NULL)
	{
		memset(forward, 0, sizeof(SqliteForward));
		forward->name = name;
		forward->encoding = encoding;
	}
	return forward;
}

void
sqlite_forward_free(void *arg)
{
	SqliteForward *forward = arg;

	for (int i = 0; i < lengthof(forward->kept); i++)
		sqlite3_finalize(forward->kept[i]);
	sqlite3_close(forward->handle);
	sqlite3_free(forward);
}

/* Returns a result code. */
static int
prepare(SqliteForward *forward, int nargs, sqlite3_stmt **stmt)
{
	char		sql[64 + 2 * MOST_ARGUMENTS];
	int			len;
	int			rc = SQLITE_OK;

	if (nargs > MOST_ARGUMENTS)
		return SQLITE_TOOBIG;
	if (forward->handle == NULL && (rc = sqlite3_open(":memory:", &forward->handle)) != SQLITE_OK)
	{
		sqlite3_close(forward->handle);
		forward->handle = NULL;
		return rc;
	}
	len = snprintf(sql, 64, "SELECT %s(", forward->name);
	for (int i = 0; i < nargs; i++)
	{
		sql[len++] = '?';
		sql[len++] = i + 1 < nargs ? ',' : ')';
	}
	if (nargs == 0)
		sql[len++] = ')';
	return sqlite3_prepare_v2(forward->handle, sql, len, stmt, NULL);
}

/* A blob that the function reads as a text is one in the encoding of its database. Returns a result code. */
static int
bind(SqliteForward *forward, sqlite3_stmt *stmt, int n, sqlite3_value *value)
{
	const char *bytes;

	if (forward->encoding == 0 || sqlite3_value_type(value) != SQLITE_BLOB)
		return sqlite3_bind_value(stmt, n, value);
	bytes = sqlite3_value_blob(value);
	if (bytes == NULL && sqlite3_value_bytes(value) > 0)
		return SQLITE_NOMEM;
	return sqlite3_bind_text64(stmt, n, bytes ? bytes : "", sqlite3_value_bytes(value), SQLITE_TRANSIENT, forward->encoding);
}

int
sqlite_forward(SqliteForward *forward, sqlite3_context *context, int nargs, sqlite3_value **args)
{
	sqlite3_stmt *stmt = nargs <= KEPT_ARGUMENTS ? forward->kept[nargs] : NULL;
	int			type = SQLITE_NULL;
	int			rc = SQLITE_OK;

	if (stmt == NULL)
		rc = prepare(forward, nargs, &stmt);
	for (int i = 0; i < nargs && rc == SQLITE_OK; i++)
		rc = bind(forward, stmt, i + 1, args[i]);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
	{
		type = sqlite3_column_type(stmt, 0);
		sqlite3_result_value(context, sqlite3_column_value(stmt, 0));
	}
	else
	{
		sqlite3_result_error(context, forward->handle ? sqlite3_errmsg(forward->handle) : sqlite3_errstr(rc), -1);
		sqlite3_result_error_code(context, rc);
	}
	if (nargs > KEPT_ARGUMENTS)
		sqlite3_finalize(stmt);
	else if (stmt != NULL)
	{
		(void) sqlite3_reset(stmt);
		(void) sqlite3_clear_bindings(stmt);
		forward->kept[nargs] = stmt;
	}
	return type;
}
