/*-------------------------------------------------------------------------
 *
 * sqlite_giant.c
 *	  Where in a table the value is that SQLite refuses to read.
 *
 * SQLite lets nothing in that is longer than its limit, but a file may have it:
 * from a library that was built otherwise, or by damage. Its error names neither
 * row nor column, so the table is read again, row by row, up to the one that fails.
 * Without rowids it is counted how many rows come before it.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "lib/stringinfo.h"
#include "utils/memutils.h"

#include "sqlite/driver_internal.h"

/* Characters of a key's value that a message shows. */
#define SHOWN "100"

/* How the rows of a table or view are told apart. */
typedef struct Rows
{
	SqliteDb   *db;
	char	   *from;			/* "main.t NOT INDEXED", so that each statement finds the same order */
	const char *table;
	const char *rowid;			/* NULL: by their number */
	List	   *columns;		/* of SqliteColumn; NIL if they are not known */
	bool		keyed;			/* they have a primary key instead of rowids */
} Rows;

/*
 * A statement on the row with the rowid that is bound, or behind so many rows; NULL where SQLite does not take it.
 */
static sqlite3_stmt *
prepare_row(const Rows *rows, const char *columns)
{
	sqlite3_stmt *stmt = NULL;
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT %s FROM %s", columns, rows->from);
	if (rows->rowid)
	{
		appendStringInfoString(&sql, " WHERE ");
		base_append_ident(&sql, rows->rowid);
		appendStringInfoString(&sql, " = ?");
	}
	else
		appendStringInfoString(&sql, " LIMIT 1 OFFSET ?");
	(void) sqlite3_prepare_v2(rows->db->handle, base_to_utf8(sql.data), -1, &stmt, NULL);
	return stmt;
}

static bool
is_too_big(sqlite3_stmt *stmt, int64 number)
{
	(void) sqlite3_bind_int64(stmt, 1, number);
	(void) sqlite3_step(stmt);

	/* sqlite3_reset returns what the step has found */
	return (sqlite3_reset(stmt) & 0xff) == SQLITE_TOOBIG;
}

/* False for what cannot be read by its name. */
static bool
open_rows(Rows *rows, SqliteDb *db, const char *name)
{
	SqliteTable *table = sqlite_table(db, name);
	char	   *error = NULL;
	StringInfoData from;

	if (table == NULL)
		return false;
	rows->db = db;
	rows->table = name;
	rows->columns = sqlite_columns(db, table, &error);
	if (error == NULL && table->kind == SQLITE_KIND_TABLE)
	{
		rows->rowid = sqlite_rowid_name(table, rows->columns);
		rows->keyed = table->without_rowid;
	}
	initStringInfo(&from);
	appendStringInfoString(&from, "main.");
	base_append_ident(&from, name);
	if (table->kind == SQLITE_KIND_TABLE)
		appendStringInfoString(&from, " NOT INDEXED");
	rows->from = from.data;
	return error == NULL;
}

/* rowid, or number of the first row that is too big, from 0; false if there is none. Rows are only counted where they are read whole. */
static bool
find_giant(const Rows *rows, int64 *number)
{
	StringInfoData sql;
	SqliteStmt *all;
	SqliteStmt *row = NULL;
	char	   *error;

	initStringInfo(&sql);
	if (rows->rowid)
		base_append_ident(&sql, rows->rowid);
	else
		appendStringInfoChar(&sql, '*');
	all = sqlite_try_prepare(rows->db, psprintf("SELECT %s FROM %s", sql.data, rows->from), &error);
	if (all == NULL)
		return false;
	if (rows->rowid)
	{
		row = sqlite_adopt(rows->db, prepare_row(rows, "*"), "");
		while (row != NULL && sqlite_step(all))
		{
			*number = sqlite_integer(all, 0);
			if (is_too_big(row->handle, *number))
				return true;
		}
		return false;
	}
	for (*number = 0;; (*number)++)
	{
		SqliteStep	step = sqlite_step_over(all);

		if (step != SQLITE_STEP_ROW)
			return step == SQLITE_STEP_GIANT;
	}
}

/* Whether one column of the row is too big. */
static bool
is_column(const Rows *rows, const char *name, int64 number)
{
	StringInfoData column;
	SqliteStmt *stmt;

	initStringInfo(&column);
	base_append_ident(&column, name);
	stmt = sqlite_adopt(rows->db, prepare_row(rows, column.data), "");
	return stmt != NULL && is_too_big(stmt->handle, number);
}

/*
 * "key (a, b) = (1, 'x')"; *where = what finds it in SQLite, NULL where the words are not all of it. NULL if it cannot be read.
 */
static char *
find_key(const Rows *rows, int64 number, char **where)
{
	StringInfoData names;
	StringInfoData values;
	StringInfoData condition;
	SqliteStmt *stmt;
	ListCell   *lc;
	int			n = 0;

	initStringInfo(&names);
	initStringInfo(&values);
	foreach(lc, rows->columns)
	{
		const SqliteColumn *column = lfirst(lc);
		StringInfoData name;

		if (column->pk == 0)
			continue;
		initStringInfo(&name);
		base_append_ident(&name, column->name);
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", column->name);
		appendStringInfo(&values, "%sCASE WHEN typeof(%s) IN ('text', 'blob') THEN quote(substr(%s, 1, " SHOWN ")) ELSE quote(%s) END, length(%s) > " SHOWN,
						 values.len > 0 ? ", " : "", name.data, name.data, name.data, name.data);
	}
	stmt = sqlite_adopt(rows->db, prepare_row(rows, values.data), "");
	if (stmt == NULL)
		return NULL;
	sqlite_bind_int64(stmt, 1, number);
	if (sqlite_step_over(stmt) != SQLITE_STEP_ROW)
		return NULL;
	resetStringInfo(&values);
	initStringInfo(&condition);
	*where = condition.data;
	foreach(lc, rows->columns)
	{
		const SqliteColumn *column = lfirst(lc);

		if (column->pk == 0)
			continue;
		appendStringInfo(&values, "%s%s", n > 0 ? ", " : "", sqlite_text(stmt, n));
		appendStringInfoString(&condition, n > 0 ? " AND " : "");
		base_append_ident(&condition, column->name);
		appendStringInfo(&condition, " = %s", sqlite_text(stmt, n));
		if (sqlite_integer(stmt, n + 1) != 0)
			*where = NULL;
		n += 2;
	}
	return psprintf("key (%s) = (%s)", names.data, values.data);
}

/* What row it is, in words; *where as find_key. */
static char *
name_row(const Rows *rows, int64 number, char **where)
{
	char	   *key;

	if (rows->rowid)
	{
		*where = psprintf("%s = %lld", rows->rowid, (long long) number);
		return psprintf("the row with rowid %lld of table \"%s\"", (long long) number, rows->table);
	}
	key = rows->keyed ? find_key(rows, number, where) : NULL;
	if (key != NULL)
		return psprintf("the row with %s of table \"%s\"", key, rows->table);
	return psprintf("row %lld of %s \"%s\"", (long long) number + 1, rows->keyed ? "table" : "view", rows->table);
}

static char *
update_text(const char *table, const SqliteColumn *column, const char *where)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "UPDATE ");
	base_append_ident(&sql, table);
	appendStringInfoString(&sql, " SET ");
	base_append_ident(&sql, column->name);
	appendStringInfo(&sql, " = %s WHERE %s", column->notnull ? "''" : "NULL", where);
	return sql.data;
}

char *
sqlite_giant_place(SqliteDb *db, const char *table, char **remedy)
{
	MemoryContext before = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(before, "SQLite giant", ALLOCSET_SMALL_SIZES);
	char	   *place = NULL;
	char	   *update = NULL;
	Rows		rows = {0};
	int64		number;

	/* (the statements die with the context, also when somebody cancels) */
	MemoryContextSwitchTo(context);
	if (open_rows(&rows, db, table) && find_giant(&rows, &number))
	{
		char	   *where = NULL;
		ListCell   *lc;

		place = name_row(&rows, number, &where);
		foreach(lc, rows.columns)
		{
			const SqliteColumn *column = lfirst(lc);

			if (!is_column(&rows, column->name, number))
				continue;
			place = psprintf("column \"%s\" of %s", column->name, place);
			if (where != NULL)
				update = update_text(table, column, where);
			break;
		}
	}
	MemoryContextSwitchTo(before);
	place = place ? pstrdup(place) : NULL;
	*remedy = update ? pstrdup(update) : NULL;
	MemoryContextDelete(context);
	return place;
}
