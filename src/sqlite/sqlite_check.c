/*-------------------------------------------------------------------------
 *
 * sqlite_check.c
 *	  Whether a file is damaged, as far as SQLite can tell from its structure.
 *
 * A page that nothing points to any more costs rows, and every scan succeeds all
 * the same. So a copy that equals what can be read is not yet all there was.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "lib/stringinfo.h"

#include "sqlite/driver_internal.h"

/* What is told of a damaged file. SQLite looks at the structure before it looks at rows, whose complaints are not counted. */
#define CHECK_LINES		"20"

/* How complaints begin or go on that are about constraints and not about the file. */
static const char *const about_rows[] = {
	"NULL value in ", " value in ", "CHECK constraint failed in "
};

static bool
is_about_rows(const char *line)
{
	for (int i = 0; i < lengthof(about_rows); i++)
	{
		if (strstr(line, about_rows[i]) != NULL)
			return true;
	}
	return false;
}

char *
sqlite_damage(SqliteDb *db, bool *unknown)
{
	static const char *const sql = "PRAGMA main.quick_check(" CHECK_LINES ")";
	sqlite3_stmt *stmt = NULL;
	StringInfoData lines;
	char	   *message;
	int			rc;

	*unknown = false;
	initStringInfo(&lines);
	/* of no interest, and they may call functions that only the application has */
	if (!db->writable)
		(void) sqlite3_exec(db->handle, "PRAGMA ignore_check_constraints=ON", NULL, NULL, NULL);
	rc = sqlite3_prepare_v2(db->handle, sql, -1, &stmt, NULL);
	while (rc == SQLITE_OK || rc == SQLITE_ROW)
	{
		const char *line;

		rc = sqlite3_step(stmt);
		if (rc != SQLITE_ROW)
			break;
		line = (const char *) sqlite3_column_text(stmt, 0);
		if (line != NULL && strcmp(line, "ok") != 0 && !is_about_rows(line))
			appendStringInfo(&lines, "%s%s", lines.len > 0 ? "\n" : "", sqlite_readable(line));
	}
	message = sqlite_unknown_collation(db);
	if (message != NULL)
	{
		/* the order of a key that only the application can check; what was found before may be due to it */
		*unknown = true;
		resetStringInfo(&lines);
		appendStringInfoString(&lines, message);
	}
	else if (rc != SQLITE_DONE)
	{
		if ((rc & 0xff) == SQLITE_INTERRUPT || (rc & 0xff) == SQLITE_NOMEM)
		{
			sqlite3_finalize(stmt);
			sqlite_raise(db, rc, "check the SQLite database", sql);
		}
		*unknown = lines.len == 0 && (rc & 0xff) != SQLITE_CORRUPT && (rc & 0xff) != SQLITE_NOTADB;
		appendStringInfo(&lines, "%s%s", lines.len > 0 ? "\n" : "", sqlite_readable(sqlite3_errmsg(db->handle)));
	}
	sqlite3_finalize(stmt);
	return lines.len > 0 ? lines.data : NULL;
}
