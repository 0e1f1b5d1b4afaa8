/*-------------------------------------------------------------------------
 *
 * sqlite_giant.c
 *	  Where in a table the value is that SQLite refuses to read.
 *
 * SQLite lets nothing in that is longer than its limit, but a file may have it:
 * from a library that was built otherwise, or by damage. Its error names neither
 * row nor column, so the table is read again, row by row, up to the one that fails.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "lib/stringinfo.h"
#include "utils/memutils.h"

#include "sqlite/driver_internal.h"

/*
 * One row, or one column of it; "*" stands for all. NULL where SQLite does not take it,
 * as of a table without rowids.
 */
static sqlite3_stmt *
prepare_row(SqliteDb *db, const char *column, const char *table)
{
	sqlite3_stmt *stmt = NULL;
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT ");
	if (column != NULL)
		base_append_ident(&sql, column);
	else
		appendStringInfoChar(&sql, '*');
	appendStringInfoString(&sql, " FROM main.");
	base_append_ident(&sql, table);
	appendStringInfoString(&sql, " WHERE _rowid_ = ?");
	(void) sqlite3_prepare_v2(db->handle, base_to_utf8(sql.data), -1, &stmt, NULL);
	return stmt;
}

static bool
is_too_big(sqlite3_stmt *stmt, int64 rowid)
{
	(void) sqlite3_bind_int64(stmt, 1, rowid);
	(void) sqlite3_step(stmt);

	/* sqlite3_reset returns what the step has found */
	return (sqlite3_reset(stmt) & 0xff) == SQLITE_TOOBIG;
}

char *
sqlite_giant_place(SqliteDb *db, const char *table)
{
	MemoryContext before = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(before, "SQLite giant", ALLOCSET_SMALL_SIZES);
	SqliteStmt *rows;
	SqliteStmt *row;
	char	   *error;
	char	   *place = NULL;
	StringInfoData sql;

	/* (the statements die with the context, also when somebody cancels) */
	MemoryContextSwitchTo(context);
	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT _rowid_ FROM main.");
	base_append_ident(&sql, table);
	rows = sqlite_try_prepare(db, sql.data, &error);
	row = rows ? sqlite_adopt(db, prepare_row(db, NULL, table), "") : NULL;
	while (row != NULL && place == NULL && sqlite_step(rows))
	{
		int64		rowid = sqlite_integer(rows, 0);

		if (!is_too_big(row->handle, rowid))
			continue;
		place = psprintf("the row with rowid %lld of table \"%s\"", (long long) rowid, table);
		for (int i = 0; i < sqlite3_column_count(row->handle); i++)
		{
			char	   *name = sqlite_readable(sqlite3_column_name(row->handle, i));
			SqliteStmt *column = sqlite_adopt(db, prepare_row(db, name, table), "");

			if (column != NULL && is_too_big(column->handle, rowid))
			{
				place = psprintf("column \"%s\" of %s", name, place);
				break;
			}
		}
	}
	MemoryContextSwitchTo(before);
	place = place ? pstrdup(place) : NULL;
	MemoryContextDelete(context);
	return place;
}
