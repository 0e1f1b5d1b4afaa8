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
	int64		members[2];

	/* (a blob is no JSON text; the binary JSON of newer libraries has two bytes or more for a member) */
	for (int i = 0; i < 2; i++)
		members[i] = sqlite3_value_type(args[i]) == SQLITE_BLOB ? sqlite3_value_bytes(args[i]) / 2 : count_members(args[i]);
	if (members[0] > 0 && members[1] > GREATEST_PRODUCT / members[0])
	{
		sqlite3_result_error(context, "json_patch of documents with too many members", -1);
		return;
	}
	if (sqlite_forward(sqlite3_user_data(context), context, nargs, args) == SQLITE_TEXT)
		sqlite3_result_subtype(context, SUBTYPE_JSON);
}

int
sqlite_add_patch(sqlite3 *handle)
{
	SqliteForward *forward;

	/* a library without JSON stays so: it says so where a statement has the function */
	if (sqlite3_compileoption_used("OMIT_JSON"))
		return SQLITE_OK;
	forward = sqlite_forward_make("json_patch", 0);
	if (forward == NULL)
		return SQLITE_NOMEM;
	return sqlite3_create_function_v2(handle, "json_patch", 2,
									  SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS | GIVES_SUBTYPE, forward,
									  patch, NULL, NULL, sqlite_forward_free);
}
