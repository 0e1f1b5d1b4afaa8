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

static MigRead scan_next(MigSource *source, Datum *values, bool *nulls);
static void use_statement(MigSource *source, const char *sql);
static void take_giant(MigSource *source);
static void go_on_behind(MigSource *source);
static inline MigRead convert(MigSource *source, Datum *values, bool *nulls);
static char *find_key(MigSource *source);
static List *key_columns(SqliteDb *db, const char *table, const char **rowid);
static int	column_index(const SourceRelation *rel, AttrNumber attnum);
static int	key_compare(const ListCell *a, const ListCell *b);

/*
 * Everything is allocated in CurrentMemoryContext; "rel" must outlive the scan.
 * Throws what opening the file, preparing the statement and choosing the
 * converters throw.
 */
MigSource *
mig_source_open(const SourceRelation *rel, const AttrNumber *attnums, const int *target, int ncols, bool keep)
{
	MigSource  *source = palloc0(sizeof(MigSource));
	StringInfoData sql;
	int			i;

	source->next = scan_next;
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
	server_select_with(&sql, rel, source->cols, ncols, keep ? find_key(source) : NULL);
	source->order = mig_source_order(source->db, rel->table, &source->rowid);
	if (rel->first || rel->end)
		source->order = psprintf("%s%s", mig_source_range(rel->table, source->rowid, rel->first, rel->end), source->order);
	appendStringInfoString(&sql, source->order);
	source->first = rel->first;
	use_statement(source, sql.data);
	if (keep)
		source->raw = makeStringInfo();
	return source;
}

static void
use_statement(MigSource *source, const char *sql)
{
	source->stmt = sqlite_prepare(source->db, sql);
	sqlite_tells_of(source->stmt, source->rel->table);
	source->handle = sqlite_raw(source->stmt);
}

bool
mig_source_step(MigSource *source)
{
	SqliteStep	step;

	if (source->raw == NULL)
		step = sqlite_step(source->stmt) ? SQLITE_STEP_ROW : SQLITE_STEP_END;
	else
	{
		if (unlikely(source->giant != NULL))
			go_on_behind(source);
		step = sqlite_step_over(source->stmt);
		if (unlikely(step == SQLITE_STEP_GIANT))
			take_giant(source);
	}
	if (step == SQLITE_STEP_END)
		return false;
	source->row.number++;
	return true;
}

/*
 * The row that SQLite does not give: what it has besides, and the lengths of what cannot be read. It stays
 * the source's until the next step.
 */
static void
take_giant(MigSource *source)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(GetMemoryChunkContext(source));
	MigPlace	place = {source->rowid, source->first, source->rel->end, source->row.number - source->before};
	MigGiant   *giant = mig_giant(source->db, source->rel, source->cols, source->ncols, &place);
	struct sqlite3_stmt *row;

	if (giant == NULL)
		sqlite_raise_giant(source->stmt);
	row = sqlite_raw(giant->stmt);
	resetStringInfo(source->raw);
	for (int i = 0; i < source->ncols; i++)
	{
		if (giant->bytes[i] != 0)
			conv_raw_append_unread(source->raw, row, i, giant->bytes[i]);
		else
			conv_raw_append_one(source->raw, row, i);
	}
	for (int i = 0; i < source->nkey; i++)
		conv_raw_append_one(source->raw, row, source->ncols + i);
	source->row.raw = source->raw->data;
	source->row.raw_len = source->raw->len;
	source->giant = giant;
	source->fault = &giant->fault;
	MemoryContextSwitchTo(oldcontext);
}

static void
go_on_behind(MigSource *source)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(GetMemoryChunkContext(source));
	StringInfoData sql;

	initStringInfo(&sql);
	if (source->rowid != NULL)
	{
		int64	   *first = palloc(sizeof(int64));
		bool		last = source->giant->rowid == PG_INT64_MAX;
		StringInfoData key;

		*first = source->giant->rowid + !last;
		initStringInfo(&key);
		appendStringInfoString(&key, "r.");
		base_append_ident(&key, source->rowid);
		server_select_with(&sql, source->rel, source->cols, source->ncols, key.data);
		appendStringInfo(&sql, "%s ORDER BY %s", mig_source_range(source->rel->table, source->rowid, first, last ? first : source->rel->end), key.data);
		source->first = first;
		source->before = source->row.number;
	}
	else
	{
		const char *order;
		const char *key = mig_source_key(source->db, source->rel->table, &order);

		server_select_with(&sql, source->rel, source->cols, source->ncols, key);
		appendStringInfo(&sql, "%s LIMIT -1 OFFSET " UINT64_FORMAT, order, source->row.number);
	}
	sqlite_finalize(source->giant->stmt);
	sqlite_finalize(source->stmt);
	use_statement(source, sql.data);
	source->giant = NULL;
	source->fault = NULL;
	MemoryContextSwitchTo(oldcontext);
}

void
mig_source_keep(MigSource *source)
{
	if (source->giant != NULL)
		return;
	resetStringInfo(source->raw);
	conv_raw_append(source->raw, source->handle, source->ncols + source->nkey);
	source->row.raw = source->raw->data;
	source->row.raw_len = source->raw->len;
}

/*
 * Values are allocated in CurrentMemoryContext; the caller resets it.
 */
static MigRead
scan_next(MigSource *source, Datum *values, bool *nulls)
{
	if (!mig_source_step(source))
		return MIG_READ_END;
	if (unlikely(source->giant != NULL))
		return MIG_READ_REFUSED;
	return convert(source, values, nulls);
}

MigRead
mig_source_convert(MigSource *source, Datum *values, bool *nulls)
{
	source->handle = sqlite_raw(source->stmt);
	return convert(source, values, nulls);
}

static inline MigRead
convert(MigSource *source, Datum *values, bool *nulls)
{
	/* before the converters, which may change how SQLite holds a value */
	if (source->raw)
		mig_source_keep(source);
	if (source->canon)
		source->refused = conv_canon_copy(source->canon, source->target, source->handle, values, nulls, &source->hash);
	else
		source->refused = conv_row(source->conv, source->target, source->ncols, source->handle, 0, values, nulls);
	return source->refused < 0 ? MIG_READ_ROW : MIG_READ_REFUSED;
}

void
mig_source_raise(const MigSource *source)
{
	const SourceRelation *rel = source->rel;
	int			col = source->refused;

	if (source->giant != NULL)
		sqlite_raise_giant(source->stmt);
	conv_raise(source->conv[col], sqlite_raw(source->stmt), col, rel->table, rel->cols[source->cols[col]].name,
			   server_row_name(source->db, rel, source->cols, source->ncols, source->order, source->row.number - 1));
}

char *
mig_source_range(const char *table, const char *rowid, const int64 *first, const int64 *end)
{
	StringInfoData where;

	initStringInfo(&where);
	if (rowid == NULL && (first || end))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("table \"%s\" cannot be read by ranges: its rows have no rowid", table)));
	if (first)
	{
		appendStringInfoString(&where, " WHERE r.");
		base_append_ident(&where, rowid);
		appendStringInfo(&where, " >= " INT64_FORMAT, *first);
	}
	if (end)
	{
		appendStringInfoString(&where, first ? " AND r." : " WHERE r.");
		base_append_ident(&where, rowid);
		appendStringInfo(&where, " < " INT64_FORMAT, *end);
	}
	return where.data;
}

bool
mig_source_bounds(SqliteDb *db, const SqliteTable *table, const char *rowid, int64 *first, int64 *last)
{
	StringInfoData sql;
	SqliteStmt *stmt;
	bool		any;

	initStringInfo(&sql);
	/* each alone: only so does SQLite go straight to the end of the table */
	for (int i = 0; i < 2; i++)
	{
		appendStringInfo(&sql, "%s(SELECT %s(r.", i == 0 ? "SELECT " : ", ", i == 0 ? "min" : "max");
		base_append_ident(&sql, rowid);
		appendStringInfoString(&sql, ") FROM main.");
		base_append_ident(&sql, table->name);
		appendStringInfoString(&sql, " r)");
	}
	stmt = sqlite_prepare(db, sql.data);
	any = sqlite_step(stmt) && !sqlite_is_null(stmt, 0) && !sqlite_is_null(stmt, 1);
	if (any)
	{
		*first = sqlite_integer(stmt, 0);
		*last = sqlite_integer(stmt, 1);
	}
	sqlite_finalize(stmt);
	return any;
}

/*
 * Finds out what identifies a row; returns it as columns of a SELECT, NULL for
 * a view or virtual table.
 */
static char *
find_key(MigSource *source)
{
	List	   *columns = key_columns(source->db, source->rel->table, &source->rowid);
	StringInfoData list;
	ListCell   *lc;

	source->key = palloc(Max(list_length(columns), 1) * sizeof(char *));
	if (source->rowid != NULL)
		source->key[source->nkey++] = pstrdup(source->rowid);
	else
		foreach(lc, columns)
		{
			SqliteColumn *column = lfirst(lc);

			source->key[source->nkey++] = column->name;
			source->key_unsearchable |= !sqlite_is_own_collation(column->collation);
		}
	if (source->nkey == 0)
		return NULL;
	initStringInfo(&list);
	for (int i = 0; i < source->nkey; i++)
	{
		appendStringInfoString(&list, i > 0 ? ", r." : "r.");
		base_append_ident(&list, source->key[i]);
	}
	return list.data;
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
	List	   *key = key_columns(db, table, rowid);
	ListCell   *lc;
	StringInfoData order;

	initStringInfo(&order);
	if (*rowid != NULL)
	{
		appendStringInfoString(&order, " ORDER BY ");
		base_append_ident(&order, *rowid);
	}
	else
		foreach(lc, key)
		{
			SqliteColumn *column = lfirst(lc);

			/* the order that the rows have anyway, and nobody else can make */
			if (!sqlite_is_own_collation(column->collation))
				return pstrdup("");
			appendStringInfoString(&order, lc == list_head(key) ? " ORDER BY " : ", ");
			base_append_ident(&order, column->name);
		}
	return order.data;
}

const char *
mig_source_key(SqliteDb *db, const char *table, const char **order)
{
	const char *rowid;
	List	   *key = key_columns(db, table, &rowid);
	ListCell   *lc;
	StringInfoData list;

	if (rowid != NULL || key == NIL)
		return NULL;
	initStringInfo(&list);
	foreach(lc, key)
	{
		const SqliteColumn *column = lfirst(lc);

		/* rows that are equal by another collation have no order among them */
		if (pg_strcasecmp(column->collation, "BINARY") != 0)
			return NULL;
		appendStringInfoString(&list, list.len > 0 ? ", r." : "r.");
		base_append_ident(&list, column->name);
	}
	*order = mig_source_order(db, table, &rowid);
	return list.data;
}

/*
 * *rowid = its usable spelling; else the columns of the primary key, in its
 * order; neither for a view or virtual table.
 */
static List *
key_columns(SqliteDb *db, const char *table, const char **rowid)
{
	SqliteTable *found = sqlite_table(db, table);
	List	   *columns;
	List	   *key = NIL;
	ListCell   *lc;
	char	   *error = NULL;

	*rowid = NULL;
	if (found == NULL || found->kind == SQLITE_KIND_VIEW || found->kind == SQLITE_KIND_VIRTUAL)
		return NIL;

	columns = sqlite_columns(db, found, &error);
	*rowid = sqlite_rowid_name(found, columns);
	if (*rowid == NULL && found->without_rowid)
	{
		foreach(lc, columns)
			if (((SqliteColumn *) lfirst(lc))->pk > 0)
				key = lappend(key, lfirst(lc));
		list_sort(key, key_compare);
	}
	return key;
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
