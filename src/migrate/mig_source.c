/*-------------------------------------------------------------------------
 *
 * mig_source.c
 *	  Rows of a foreign table as Datums, in the order of its key.
 *
 * Owns the statement that reads a source table from one end to the other and
 * the converters of its columns. Knows nothing of where the rows go. Catalogs
 * are read when it is opened, never per row.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "migrate/migrate.h"

struct MigSource
{
	const SourceRelation *rel;
	SqliteDb   *db;
	SqliteStmt *stmt;
	struct sqlite3_stmt *raw;
	int			ncols;
	int		   *cols;			/* result column → index into rel->cols */
	int		   *target;			/* result column → index into values */
	ConvIn	  **conv;			/* by result column */
	uint64		rows;			/* produced so far */
};

static int	column_index(const SourceRelation *rel, AttrNumber attnum);
static void append_order(StringInfo sql, SqliteDb *db, const char *name);
static int	key_compare(const ListCell *a, const ListCell *b);
static void raise_refused(const MigSource *source, int col) pg_attribute_noreturn();

/*
 * Everything is allocated in CurrentMemoryContext; "rel" must outlive the scan.
 * Throws what opening the file, preparing the statement and choosing the
 * converters throw.
 */
MigSource *
mig_source_open(const SourceRelation *rel, const AttrNumber *attnums, const int *target, int ncols)
{
	MigSource  *source = palloc0(sizeof(MigSource));
	StringInfoData sql;
	int			i;

	source->rel = rel;
	source->db = server_session(rel->serverid);
	source->ncols = ncols;
	source->cols = palloc(ncols * sizeof(int));
	source->target = palloc(ncols * sizeof(int));
	source->conv = palloc(ncols * sizeof(ConvIn *));
	for (i = 0; i < ncols; i++)
	{
		source->cols[i] = column_index(rel, attnums[i]);
		source->target[i] = target[i];
		source->conv[i] = conv_choose(&rel->cols[source->cols[i]].spec);
	}

	initStringInfo(&sql);
	mig_source_sql(&sql, source->db, rel, source->cols, ncols);
	source->stmt = sqlite_prepare(source->db, sql.data);
	source->raw = sqlite_raw(source->stmt);
	return source;
}

/*
 * Values are allocated in CurrentMemoryContext; the caller resets it.
 */
bool
mig_source_next(MigSource *source, Datum *values, bool *nulls)
{
	int			refused;

	if (!sqlite_step(source->stmt))
		return false;
	source->rows++;
	refused = conv_row(source->conv, source->target, source->ncols, source->raw, 0, values, nulls);
	if (refused >= 0)
		raise_refused(source, refused);
	return true;
}

int64
mig_source_adjusted(const MigSource *source, int col)
{
	return source->conv[col]->adjusted;
}

void
mig_source_sql(StringInfo sql, SqliteDb *db, const SourceRelation *rel, const int *cols, int ncols)
{
	server_select(sql, rel, cols, ncols);
	append_order(sql, db, rel->table);
}

static int
column_index(const SourceRelation *rel, AttrNumber attnum)
{
	int			i;

	for (i = 0; i < rel->ncols; i++)
		if (rel->cols[i].attnum == attnum)
			return i;
	elog(ERROR, "column %d of source table \"%s\" not found", attnum, rel->table);
}

/*
 * The order in which the table is stored: SQLite reads it without sorting, and
 * cannot choose to walk an index instead. Views and virtual tables have none.
 */
static void
append_order(StringInfo sql, SqliteDb *db, const char *name)
{
	SqliteTable *table = sqlite_table(db, name);
	List	   *columns;
	List	   *key = NIL;
	ListCell   *lc;
	const char *rowid;
	char	   *error = NULL;

	if (table == NULL || table->kind == SQLITE_KIND_VIEW || table->kind == SQLITE_KIND_VIRTUAL)
		return;
	columns = sqlite_columns(db, table, &error);
	rowid = sqlite_rowid_name(table, columns);
	if (rowid != NULL)
	{
		appendStringInfoString(sql, " ORDER BY ");
		base_append_ident(sql, rowid);
		return;
	}
	if (!table->without_rowid)
		return;

	foreach(lc, columns)
		if (((SqliteColumn *) lfirst(lc))->pk > 0)
			key = lappend(key, lfirst(lc));
	list_sort(key, key_compare);
	foreach(lc, key)
	{
		appendStringInfoString(sql, lc == list_head(key) ? " ORDER BY " : ", ");
		base_append_ident(sql, ((SqliteColumn *) lfirst(lc))->name);
	}
}

static int
key_compare(const ListCell *a, const ListCell *b)
{
	return ((const SqliteColumn *) lfirst(a))->pk - ((const SqliteColumn *) lfirst(b))->pk;
}

static void
raise_refused(const MigSource *source, int col)
{
	const SourceRelation *rel = source->rel;

	conv_raise(source->conv[col], source->raw, col, rel->table, rel->cols[source->cols[col]].name,
			   server_row_name(source->db, rel, source->cols, source->ncols, source->rows - 1));
}
