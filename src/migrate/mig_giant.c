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
 * In a table without rowids it is found by how many are before it in the order of the key: SQLite steps over
 * those without a look at their values. To search for its key instead it would read the whole row. A view or
 * virtual table has no order in which a row would be the same one in two statements.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "migrate/migrate.h"

/* How the row is found. */
typedef struct GiantRow
{
	SqliteDb   *db;
	const SourceRelation *rel;
	const char *rowid;			/* NULL: the table has none */
	int64		number;			/* rowid, or rows before it */
	const char *key;			/* its columns, as of a SELECT */
	const char *order;
} GiantRow;

static bool find_rowid(SqliteDb *db, const SourceRelation *rel, const MigPlace *place, int64 *rowid);
static bool find_row(GiantRow *row, const MigPlace *place);
static SqliteStmt *prepare_row(const GiantRow *row, const char *columns);
static char *name_row(const GiantRow *row, SqliteStmt *stmt, int ncols);
static bool is_giant(const GiantRow *row, const char *column);
static char *stand_in(const GiantRow *row, const char *name, const char *column, MigGiant *giant, int *bytes);
static int	value_bytes(const GiantRow *row, const char *name, const char *column, bool is_blob);

MigGiant *
mig_giant(SqliteDb *db, const SourceRelation *rel, const int *cols, int ncols, const MigPlace *place)
{
	MigGiant   *giant = palloc0(sizeof(MigGiant));
	GiantRow	row = {.db = db,.rel = rel};
	StringInfoData columns;

	if (!find_row(&row, place))
		return NULL;
	giant->rowid = row.rowid ? row.number : 0;
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
		if (is_giant(&row, name.data))
			value = stand_in(&row, column->name, name.data, giant, &giant->bytes[i]);
		appendStringInfo(&columns, "%s, ", value);
	}
	if (giant->fault.message == NULL)
		return NULL;
	appendStringInfoString(&columns, row.key);
	giant->stmt = prepare_row(&row, columns.data);
	if (sqlite_step_over(giant->stmt) != SQLITE_STEP_ROW)
		return NULL;			/* the key itself is too long */
	giant->row = name_row(&row, giant->stmt, ncols);
	return giant;
}

/*
 * Fills in how the row is found; false if it cannot be.
 */
static bool
find_row(GiantRow *row, const MigPlace *place)
{
	StringInfoData key;

	if (place->rowid == NULL)
	{
		row->number = place->rows;
		row->key = mig_source_key(row->db, row->rel->table, &row->order);
		return row->key != NULL;
	}
	row->rowid = place->rowid;
	initStringInfo(&key);
	appendStringInfoString(&key, "r.");
	base_append_ident(&key, place->rowid);
	row->key = key.data;
	return find_rowid(row->db, row->rel, place, &row->number);
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
prepare_row(const GiantRow *row, const char *columns)
{
	StringInfoData sql;
	SqliteStmt *stmt;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT %s FROM ", columns);
	server_append_source(&sql, row->rel);
	if (row->rowid)
		appendStringInfo(&sql, " r WHERE %s = ?1", row->key);
	else
		appendStringInfo(&sql, " r%s LIMIT 1 OFFSET ?1", row->order);
	stmt = sqlite_prepare(row->db, sql.data);
	sqlite_bind_int64(stmt, 1, row->number);
	return stmt;
}

/* The same words as server_row_name's, of the columns behind the others. */
static char *
name_row(const GiantRow *row, SqliteStmt *stmt, int ncols)
{
	StringInfoData name;

	if (row->rowid)
		return psprintf("rowid " INT64_FORMAT, row->number);
	initStringInfo(&name);
	for (int i = ncols; i < sqlite_column_count(stmt); i++)
		appendStringInfo(&name, "%s%s", i > ncols ? ", " : "key (", conv_show(sqlite_raw(stmt), i));
	appendStringInfoChar(&name, ')');
	return name.data;
}

static bool
is_giant(const GiantRow *row, const char *column)
{
	SqliteStmt *stmt = prepare_row(row, column);
	bool		giant = sqlite_step_over(stmt) == SQLITE_STEP_GIANT;

	sqlite_finalize(stmt);
	return giant;
}

/*
 * A text, or a blob, that says what stood there: it is read where the value would be, so that it
 * counts as one of its class that is no number, no date and not short. Notes the fault of the row.
 */
static char *
stand_in(const GiantRow *row, const char *name, const char *column, MigGiant *giant, int *bytes)
{
	SqliteStmt *stmt = prepare_row(row, psprintf("typeof(%s)", column));
	bool		is_blob = sqlite_step_over(stmt) == SQLITE_STEP_ROW && strcmp(sqlite_text(stmt, 0), "blob") == 0;
	const char *class = is_blob ? "blob" : "text";
	int			len = value_bytes(row, name, column, is_blob);
	char	   *length = len > 0 ? psprintf("%d bytes", len) : pstrdup("unknown length");

	sqlite_finalize(stmt);
	*bytes = len;
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

/* How many; -1 if that is unknown, as of a text without a rowid. The length of a blob is told without reading it. */
static int
value_bytes(const GiantRow *row, const char *name, const char *column, bool is_blob)
{
	int			len = -1;

	if (row->rowid)
	{
		SqliteBlob *blob = sqlite_blob(row->db, row->rel->table, name);

		len = sqlite_blob_bytes(blob, row->number);
		sqlite_blob_close(blob);
	}
	else if (is_blob)
	{
		SqliteStmt *stmt = prepare_row(row, psprintf("length(%s)", column));

		if (sqlite_step_over(stmt) == SQLITE_STEP_ROW)
			len = sqlite_integer(stmt, 0);
		sqlite_finalize(stmt);
	}
	return len > 0 ? len : -1;
}
