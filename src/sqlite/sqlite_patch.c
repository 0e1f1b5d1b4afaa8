/*-------------------------------------------------------------------------
 *
 * sqlite_patch.c
 *	  json_patch as SQLite has it, but not of two documents with very many members.
 *
 * It looks for each member of one object among all those of the other, within
 * one instruction of SQLite, which no cancel ends: some seconds for two objects of
 * half a megabyte, and hours for two of thirty. So those with many members are refused, and all
 * others are given to the library's own function, which only a database without
 * ours has. Nothing here may throw or palloc.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "sqlite/sqlite_function.h"

/* Members of one document times those of the other: some four seconds, at 2 ns for each. */
#define GREATEST_PRODUCT	INT64CONST(2000000000)

/* What marks a text as JSON for SQLite's other functions */
#define SUBTYPE_JSON		'J'

#ifdef SQLITE_RESULT_SUBTYPE
#define GIVES_SUBTYPE		SQLITE_RESULT_SUBTYPE
#else
#define GIVES_SUBTYPE		0
#endif

/* The library's function, of one connection; opened when it is first called. */
typedef struct Patcher
{
	sqlite3    *handle;
	sqlite3_stmt *stmt;
} Patcher;

static void
close_patcher(void *arg)
{
	Patcher    *patcher = arg;

	sqlite3_finalize(patcher->stmt);
	sqlite3_close(patcher->handle);
	sqlite3_free(patcher);
}

/* Returns a result code. */
static int
open_patcher(Patcher *patcher)
{
	int			rc = SQLITE_OK;

	if (patcher->handle == NULL && (rc = sqlite3_open(":memory:", &patcher->handle)) != SQLITE_OK)
	{
		sqlite3_close(patcher->handle);
		patcher->handle = NULL;
	}
	if (rc == SQLITE_OK && patcher->stmt == NULL)
		rc = sqlite3_prepare_v2(patcher->handle, "SELECT json_patch(?1, ?2)", -1, &patcher->stmt, NULL);
	return rc;
}

/* At least as many as its objects have members. */
static int64
count_members(sqlite3_value *document)
{
	const char *bytes = (const char *) sqlite3_value_text(document);
	const char *end = bytes + (bytes ? sqlite3_value_bytes(document) : 0);
	int64		n = 0;

	while (bytes < end && (bytes = memchr(bytes, ':', end - bytes)) != NULL)
	{
		n++;
		bytes++;
	}
	return n;
}

static void
patch(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	Patcher    *patcher = sqlite3_user_data(context);
	int64		members[2];
	int			rc;

	/* (a blob is no JSON text; the binary JSON of newer libraries has two bytes or more for a member) */
	for (int i = 0; i < 2; i++)
		members[i] = sqlite3_value_type(args[i]) == SQLITE_BLOB ? sqlite3_value_bytes(args[i]) / 2 : count_members(args[i]);
	if (members[0] > 0 && members[1] > GREATEST_PRODUCT / members[0])
	{
		sqlite3_result_error(context, "json_patch of documents with too many members", -1);
		return;
	}
	rc = open_patcher(patcher);
	for (int i = 0; i < 2 && rc == SQLITE_OK; i++)
		rc = sqlite3_bind_value(patcher->stmt, i + 1, args[i]);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(patcher->stmt);
	if (rc == SQLITE_ROW)
	{
		sqlite3_result_value(context, sqlite3_column_value(patcher->stmt, 0));
		if (sqlite3_column_type(patcher->stmt, 0) == SQLITE_TEXT)
			sqlite3_result_subtype(context, SUBTYPE_JSON);
	}
	else
	{
		sqlite3_result_error(context, patcher->handle ? sqlite3_errmsg(patcher->handle) : sqlite3_errstr(rc), -1);
		sqlite3_result_error_code(context, rc);
	}
	if (patcher->stmt != NULL)
	{
		(void) sqlite3_reset(patcher->stmt);
		(void) sqlite3_clear_bindings(patcher->stmt);
	}
}

int
sqlite_add_patch(sqlite3 *handle)
{
	Patcher    *patcher;

	/* a library without JSON stays so: it says so where a statement has the function */
	if (sqlite3_compileoption_used("OMIT_JSON"))
		return SQLITE_OK;
	patcher = sqlite3_malloc(sizeof(Patcher));
	if (patcher == NULL)
		return SQLITE_NOMEM;
	memset(patcher, 0, sizeof(Patcher));
	return sqlite3_create_function_v2(handle, "json_patch", 2,
									  SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS | GIVES_SUBTYPE, patcher,
									  patch, NULL, NULL, close_patcher);
}
