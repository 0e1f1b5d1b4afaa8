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

#include "access/sysattr.h"
#include "executor/executor.h"
#include "parser/parse_node.h"
#include "parser/parse_relation.h"
#include "utils/rel.h"

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
	char	   *order;			/* tail of the statement */
	uint64		rows;			/* produced so far */
};

static int	column_index(const SourceRelation *rel, AttrNumber attnum);
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
	const char *rowid;
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
	server_select(&sql, rel, source->cols, ncols);
	source->order = mig_source_order(source->db, rel->table, &rowid);
	appendStringInfoString(&sql, source->order);
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

const ConvIn *
mig_source_column(const MigSource *source, int col)
{
	return source->conv[col];
}

void
mig_source_check_select(Relation rel, const AttrNumber *attnums, int ncols)
{
	ParseState *pstate = make_parsestate(NULL);
	ParseNamespaceItem *nsitem;
	int			i;

	nsitem = addRangeTableEntryForRelation(pstate, rel, AccessShareLock, NULL, false, false);
	compat_perminfo(nsitem)->requiredPerms = ACL_SELECT;
	for (i = 0; i < ncols; i++)
		compat_perminfo(nsitem)->selectedCols =
			bms_add_member(compat_perminfo(nsitem)->selectedCols,
						   attnums[i] - FirstLowInvalidHeapAttributeNumber);
	(void) compat_ExecCheckPermissions(pstate);
}

char *
mig_source_order(SqliteDb *db, const char *table, const char **rowid)
{
	SqliteTable *found = sqlite_table(db, table);
	List	   *columns;
	List	   *key = NIL;
	ListCell   *lc;
	char	   *error = NULL;
	StringInfoData order;

	*rowid = NULL;
	initStringInfo(&order);
	if (found == NULL || found->kind == SQLITE_KIND_VIEW || found->kind == SQLITE_KIND_VIRTUAL)
		return order.data;

	columns = sqlite_columns(db, found, &error);
	*rowid = sqlite_rowid_name(found, columns);
	if (*rowid != NULL)
	{
		appendStringInfoString(&order, " ORDER BY ");
		base_append_ident(&order, *rowid);
	}
	else if (found->without_rowid)
	{
		foreach(lc, columns)
			if (((SqliteColumn *) lfirst(lc))->pk > 0)
				key = lappend(key, lfirst(lc));
		list_sort(key, key_compare);
		foreach(lc, key)
		{
			appendStringInfoString(&order, lc == list_head(key) ? " ORDER BY " : ", ");
			base_append_ident(&order, ((SqliteColumn *) lfirst(lc))->name);
		}
	}
	return order.data;
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
			   server_row_name(source->db, rel, source->cols, source->ncols, source->order, source->rows - 1));
}
