/*-------------------------------------------------------------------------
 *
 * server_relation.c
 *	  A foreign table resolved once: names in SQLite, conversions, row names.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "foreign/foreign.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "server/server.h"

static char *constant_sql(const char *value, Oid type);

SourceRelation *
server_relation(Oid relid)
{
	SourceRelation *result = palloc0(sizeof(SourceRelation));
	ServerOptions *server;
	TableOptions *table;
	Relation	rel;
	TupleDesc	desc;

	if (get_rel_relkind(relid) != RELKIND_FOREIGN_TABLE)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a foreign table", get_rel_name(relid) ? get_rel_name(relid) : "?"),
				 errhint("Make one with IMPORT FOREIGN SCHEMA or sqlite_mig.prepare().")));
	result->serverid = GetForeignTable(relid)->serverid;
	server_check_ours(result->serverid);
	server = server_options(result->serverid);
	table = server_table_options(relid);

	/* the caller holds a lock already */
	rel = table_open(relid, NoLock);
	desc = RelationGetDescr(rel);
	result->query = table->query;
	if (table->query)
		result->table = psprintf("query of %s", RelationGetRelationName(rel));
	else
		result->table = table->table ? table->table : pstrdup(RelationGetRelationName(rel));
	result->cols = palloc0(sizeof(SourceColumn) * Max(desc->natts, 1));
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		SourceColumn *col = &result->cols[result->ncols];
		ColumnOptions *options;

		if (att->attisdropped)
			continue;
		options = server_column_options(relid, att->attnum);
		col->attnum = att->attnum;
		col->name = options->column_name ? options->column_name : pstrdup(NameStr(att->attname));
		col->constant = options->constant ? constant_sql(options->constant, att->atttypid) : NULL;
		col->key = options->key;
		col->spec.typid = att->atttypid;
		col->spec.typmod = att->atttypmod;
		col->spec.format = options->format;
		col->spec.time_zone = options->time_zone ? options->time_zone : server->time_zone;
		col->spec.on_nul = server->on_nul;
		col->spec.on_invalid_utf8 = server->on_invalid_utf8;
		col->spec.empty_as_null = options->empty_as_null;
		col->spec.on_error = options->on_error;
		result->ncols++;
	}
	table_close(rel, NoLock);
	return result;
}

/*
 * A whole number for a type of whole numbers, else a text. Never a bare number:
 * GROUP BY and ORDER BY take one for the place of a result column.
 */
static char *
constant_sql(const char *value, Oid type)
{
	Oid			base = getBaseType(type);
	StringInfoData sql;
	char	   *end;
	int64		number;

	initStringInfo(&sql);
	errno = 0;
	number = strtoll(value, &end, 10);
	if ((base == INT8OID || base == INT4OID || base == INT2OID) && errno == 0 && end != value && *end == '\0')
		appendStringInfo(&sql, "CAST(" INT64_FORMAT " AS INTEGER)", number);
	else
		base_append_literal(&sql, value);
	return sql.data;
}

/* Appends r."name", or the constant. */
static void
append_column(StringInfo sql, const SourceColumn *column)
{
	if (column->constant)
	{
		appendStringInfoString(sql, column->constant);
		return;
	}
	appendStringInfoString(sql, "r.");
	base_append_ident(sql, column->name);
}

/*
 * The columns are qualified, because SQLite reads "name" alone as a text when
 * there is no such column.
 */
void
server_select_with(StringInfo sql, const SourceRelation *rel, const int *cols, int ncols, const char *extra)
{
	appendStringInfoString(sql, "SELECT ");
	for (int i = 0; i < ncols; i++)
	{
		if (i > 0)
			appendStringInfoString(sql, ", ");
		append_column(sql, &rel->cols[cols[i]]);
	}
	if (ncols == 0 && extra == NULL)
		appendStringInfoString(sql, "NULL");
	if (extra != NULL)
		appendStringInfo(sql, "%s%s", ncols > 0 ? ", " : "", extra);
	appendStringInfoString(sql, " FROM ");
	server_append_source(sql, rel);
	appendStringInfoString(sql, " r");
}

/* A comment at the end of a query must not swallow the bracket. */
void
server_append_source(StringInfo sql, const SourceRelation *rel)
{
	if (rel->query)
	{
		appendStringInfo(sql, "(%s\n)", rel->query);
		return;
	}
	appendStringInfoString(sql, "main.");
	base_append_ident(sql, rel->table);
}

void
server_select(StringInfo sql, const SourceRelation *rel, const int *cols, int ncols)
{
	server_select_with(sql, rel, cols, ncols, NULL);
}

/*
 * What names a row: the rowid, or the columns of the primary key; NULL for a
 * view or virtual table.
 */
static char *
row_identity(SqliteDb *db, const char *table_name, bool *is_rowid)
{
	SqliteTable *table = sqlite_table(db, table_name);
	char	   *error;
	List	   *columns;
	const char *rowid;
	StringInfoData buf;
	ListCell   *lc;

	*is_rowid = false;
	if (table == NULL || table->kind == SQLITE_KIND_VIEW || table->kind == SQLITE_KIND_VIRTUAL)
		return NULL;
	columns = sqlite_columns(db, table, &error);
	rowid = sqlite_rowid_name(table, columns);
	initStringInfo(&buf);
	if (rowid != NULL)
	{
		*is_rowid = true;
		base_append_ident(&buf, rowid);
		return buf.data;
	}
	for (int place = 1; place <= list_length(columns); place++)
	{
		foreach(lc, columns)
		{
			SqliteColumn *column = lfirst(lc);

			if (column->pk != place)
				continue;
			if (buf.len > 0)
				appendStringInfoString(&buf, ", ");
			base_append_ident(&buf, column->name);
		}
	}
	return buf.len > 0 ? buf.data : NULL;
}

char *
server_row_name(SqliteDb *db, const SourceRelation *rel, const int *cols, int ncols, const char *tail, uint64 n)
{
	bool		is_rowid;
	char	   *identity = rel->query ? NULL : row_identity(db, rel->table, &is_rowid);
	StringInfoData sql;
	StringInfoData name;
	SqliteStmt *stmt;
	SqliteStep	step;

	if (identity == NULL)
		return psprintf("row " UINT64_FORMAT, n + 1);

	/*
	 * The same columns and one more that every index has: SQLite walks the rows
	 * in the same order, so that the n-th is the one that failed.
	 */
	initStringInfo(&sql);
	server_select_with(&sql, rel, cols, ncols, identity);
	appendStringInfo(&sql, "%s LIMIT 1 OFFSET " UINT64_FORMAT, tail, n);
	stmt = sqlite_prepare(db, sql.data);
	step = sqlite_step_over(stmt);
	if (step == SQLITE_STEP_GIANT && strstr(tail, " ORDER BY ") != NULL)
	{
		/* a value of it cannot be read; the order is that of the key */
		sqlite_finalize(stmt);
		resetStringInfo(&sql);
		ncols = 0;
		server_select_with(&sql, rel, cols, 0, identity);
		appendStringInfo(&sql, "%s LIMIT 1 OFFSET " UINT64_FORMAT, tail, n);
		stmt = sqlite_prepare(db, sql.data);
		step = sqlite_step_over(stmt);
	}
	initStringInfo(&name);
	if (step != SQLITE_STEP_ROW)
		appendStringInfo(&name, "row " UINT64_FORMAT, n + 1);
	else if (is_rowid)
		appendStringInfo(&name, "rowid " INT64_FORMAT, sqlite_integer(stmt, ncols));
	else
	{
		appendStringInfoString(&name, "key (");
		for (int i = ncols; i < sqlite_column_count(stmt); i++)
			appendStringInfo(&name, "%s%s", i > ncols ? ", " : "", conv_show(sqlite_raw(stmt), i));
		appendStringInfoChar(&name, ')');
	}
	sqlite_finalize(stmt);
	return name.data;
}

/*
 * Rows the SQLite table may have, from its statistics or its rowids.
 */
double
server_estimate_rows(const SourceRelation *source)
{
	SqliteDb   *db = server_session(source->serverid);
	SqliteTable *table = sqlite_table(db, source->table);
	const char *how;
	char	   *error;

	if (source->query)
		return SERVER_QUERY_ROWS;
	if (table == NULL)
		elog(ERROR, "table \"%s\" does not exist in SQLite database \"%s\"", source->table, sqlite_path(db));
	return sqlite_estimate_rows(db, table, sqlite_rowid_name(table, sqlite_columns(db, table, &error)), &how);
}
