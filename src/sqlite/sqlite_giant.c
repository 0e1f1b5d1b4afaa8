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
 * One row, or one column of it, NULL stands for all; NULL where SQLite does not take it.
 */
static sqlite3_stmt *
prepare_row(SqliteDb *db, const char *column, const char *table, const char *rowid)
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
	appendStringInfoString(&sql, " WHERE ");
	base_append_ident(&sql, rowid);
	appendStringInfoString(&sql, " = ?");
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

/* A name of the rowid that no column hides; NULL if there is none, as of a view or a table without rowids. */
static const char *
find_rowid(SqliteDb *db, const char *name)
{
	SqliteTable *table = sqlite_table(db, name);
	char	   *error = NULL;
	List	   *columns;

	if (table == NULL || table->kind != SQLITE_KIND_TABLE)
		return NULL;
	columns = sqlite_columns(db, table, &error);
	return error == NULL ? sqlite_rowid_name(table, columns) : NULL;
}

char *
sqlite_giant_place(SqliteDb *db, const char *table)
{
	MemoryContext before = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(before, "SQLite giant", ALLOCSET_SMALL_SIZES);
	SqliteStmt *rows = NULL;
	SqliteStmt *row = NULL;
	const char *rowid_name;
	char	   *error;
	char	   *place = NULL;
	StringInfoData sql;

	/* (the statements die with the context, also when somebody cancels) */
	MemoryContextSwitchTo(context);
	rowid_name = find_rowid(db, table);
	if (rowid_name != NULL)
	{
		initStringInfo(&sql);
		appendStringInfoString(&sql, "SELECT ");
		base_append_ident(&sql, rowid_name);
		appendStringInfoString(&sql, " FROM main.");
		base_append_ident(&sql, table);
		rows = sqlite_try_prepare(db, sql.data, &error);
		row = rows ? sqlite_adopt(db, prepare_row(db, NULL, table, rowid_name), "") : NULL;
	}
	while (row != NULL && place == NULL && sqlite_step(rows))
	{
		int64		rowid = sqlite_integer(rows, 0);

		if (!is_too_big(row->handle, rowid))
			continue;
		place = psprintf("the row with rowid %lld of table \"%s\"", (long long) rowid, table);
		for (int i = 0; i < sqlite3_column_count(row->handle); i++)
		{
			char	   *name = sqlite_readable(sqlite3_column_name(row->handle, i));
			SqliteStmt *column = sqlite_adopt(db, prepare_row(db, name, table, rowid_name), "");

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
