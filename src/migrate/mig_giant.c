/*-------------------------------------------------------------------------
 *
 * mig_giant.c
 *	  Rows that SQLite does not give, because a value is longer than its limit.
 *
 * A scan ends at such a row with an error that tells neither row nor column, and
 * cannot be stepped beyond it. Here the row is found by its rowid, which can be read, and
 * made once more with a short text in the place of each value that cannot. Who
 * scanned goes on with a new statement behind it. Nothing of this costs anything before the error.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "migrate/migrate.h"

static bool find_rowid(SqliteDb *db, const SourceRelation *rel, const MigPlace *place, int64 *rowid);
static SqliteStmt *prepare_row(SqliteDb *db, const char *columns, const SourceRelation *rel, const MigPlace *place, int64 rowid);
static bool is_giant(SqliteDb *db, const char *column, const SourceRelation *rel, const MigPlace *place, int64 rowid);
static char *stand_in(SqliteDb *db, const SourceRelation *rel, const char *name, const char *column, const MigPlace *place, MigGiant *giant, int *bytes);

MigGiant *
mig_giant(SqliteDb *db, const SourceRelation *rel, const int *cols, int ncols, const MigPlace *place)
{
	MigGiant   *giant = palloc0(sizeof(MigGiant));
	StringInfoData columns;
	StringInfoData key;

	if (place->rowid == NULL || !find_rowid(db, rel, place, &giant->rowid))
		return NULL;
	giant->bytes = palloc0(Max(ncols, 1) * sizeof(int));
	initStringInfo(&columns);
	for (int i = 0; i < ncols; i++)
	{
		const SourceColumn *column = &rel->cols[cols[i]];
		StringInfoData name;
		char	   *value;

		initStringInfo(&name);
		if (column->constant)
			appendStringInfoString(&name, column->constant);
		else
		{
			appendStringInfoString(&name, "r.");
			base_append_ident(&name, column->name);
		}
		value = name.data;
		if (is_giant(db, name.data, rel, place, giant->rowid))
			value = stand_in(db, rel, column->name, name.data, place, giant, &giant->bytes[i]);
		appendStringInfo(&columns, "%s, ", value);
	}
	if (giant->fault.message == NULL)
		return NULL;
	initStringInfo(&key);
	base_append_ident(&key, place->rowid);
	appendStringInfo(&columns, "r.%s", key.data);
	giant->stmt = prepare_row(db, columns.data, rel, place, giant->rowid);
	return sqlite_step(giant->stmt) ? giant : NULL;
}

/*
 * So many rows behind the first of the range: no value is read for that.
 */
static bool
find_rowid(SqliteDb *db, const SourceRelation *rel, const MigPlace *place, int64 *rowid)
{
	StringInfoData sql;
	SqliteStmt *stmt;
	bool		found;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT r.");
	base_append_ident(&sql, place->rowid);
	appendStringInfoString(&sql, " FROM ");
	server_append_source(&sql, rel);
	appendStringInfo(&sql, " r%s ORDER BY r.", mig_source_range(rel->table, place->rowid, place->first, place->end));
	base_append_ident(&sql, place->rowid);
	appendStringInfo(&sql, " LIMIT 1 OFFSET " INT64_FORMAT, place->rows);
	stmt = sqlite_prepare(db, sql.data);
	found = sqlite_step(stmt);
	if (found)
		*rowid = sqlite_integer(stmt, 0);
	sqlite_finalize(stmt);
	return found;
}

static SqliteStmt *
prepare_row(SqliteDb *db, const char *columns, const SourceRelation *rel, const MigPlace *place, int64 rowid)
{
	StringInfoData sql;
	SqliteStmt *stmt;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT %s FROM ", columns);
	server_append_source(&sql, rel);
	appendStringInfoString(&sql, " r WHERE r.");
	base_append_ident(&sql, place->rowid);
	appendStringInfoString(&sql, " = ?1");
	stmt = sqlite_prepare(db, sql.data);
	sqlite_bind_int64(stmt, 1, rowid);
	return stmt;
}

static bool
is_giant(SqliteDb *db, const char *column, const SourceRelation *rel, const MigPlace *place, int64 rowid)
{
	SqliteStmt *stmt = prepare_row(db, column, rel, place, rowid);
	bool		giant = sqlite_step_over(stmt) == SQLITE_STEP_GIANT;

	sqlite_finalize(stmt);
	return giant;
}

/*
 * A text, or a blob, that says what stood there: it is read where the value would be, so that it
 * counts as one of its class that is no number, no date and not short. Notes the fault of the row.
 */
static char *
stand_in(SqliteDb *db, const SourceRelation *rel, const char *name, const char *column, const MigPlace *place, MigGiant *giant, int *bytes)
{
	SqliteBlob *blob = sqlite_blob(db, rel->table, name);
	int			len = sqlite_blob_bytes(blob, giant->rowid);
	SqliteStmt *stmt = prepare_row(db, psprintf("typeof(%s)", column), rel, place, giant->rowid);
	bool		is_blob = sqlite_step_over(stmt) == SQLITE_STEP_ROW && strcmp(sqlite_text(stmt, 0), "blob") == 0;
	const char *class = is_blob ? "blob" : "text";
	char	   *length = len >= 0 ? psprintf("%d bytes", len) : pstrdup("unknown length");

	sqlite_finalize(stmt);
	sqlite_blob_close(blob);
	*bytes = len > 0 ? len : -1;
	if (giant->fault.message == NULL)
	{
		giant->fault.sqlstate = ERRCODE_PROGRAM_LIMIT_EXCEEDED;
		giant->fault.column = pstrdup(name);
		giant->fault.of_source = true;
		giant->fault.message = psprintf("SQLite does not read the value of column \"%s\": it is longer than SQLite's limit", name);
		giant->fault.detail = psprintf("%s of %s", class, length);
	}
	return psprintf("CAST('(%s of %s, too long for SQLite)' AS %s)", class, length, class);
}
