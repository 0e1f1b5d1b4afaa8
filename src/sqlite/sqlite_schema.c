/*-------------------------------------------------------------------------
 *
 * sqlite_schema.c
 *	  The schema reader: tables, columns, row identity, row estimates.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "utils/memutils.h"

#include "sqlite/driver_internal.h"

/* SQLite 3.37: PRAGMA table_list tells kind, WITHOUT ROWID and STRICT */
#define VERSION_TABLE_LIST		3037000

/* What a row takes at the very least in a b-tree page, bytes: bounds the guess from rowids */
#define LEAST_ROW_BYTES			4

/* Guess for a row whose table has neither statistics nor rowids, bytes */
#define GUESSED_ROW_BYTES		64

/* Rows of a view or virtual table, of which nothing is known (PostgreSQL assumes as much of a function) */
#define GUESSED_VIEW_ROWS		1000

#define TABLES_WHERE	" WHERE s.type IN ('table', 'view') AND s.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"

/* table_list is read once, or thousands of tables would take seconds. */
static const char tables_query[] =
"WITH l AS MATERIALIZED (SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main') "
"SELECT s.name, s.rootpage, s.sql, s.type, l.type, l.wr, l.strict FROM sqlite_schema s"
" LEFT JOIN l ON l.name = s.name" TABLES_WHERE " ORDER BY s.rowid";

/*
 * Before 3.37 a WITHOUT ROWID table shows itself by refusing "rowid", which the
 * caller cannot see from here; such a table has an index that is the table.
 */
static const char tables_query_old[] =
"SELECT s.name, s.rootpage, s.sql, s.type,"
"       CASE WHEN s.type = 'view' THEN 'view'"
"            WHEN s.sql LIKE 'CREATE VIRTUAL%' THEN 'virtual'"
"            WHEN EXISTS (SELECT 1 FROM sqlite_schema v WHERE v.sql LIKE 'CREATE VIRTUAL%'"
"                            AND s.name LIKE replace(v.name, '_', '\\_') || '\\_%' ESCAPE '\\'"
"                            AND substr(s.name, length(v.name) + 2) IN ('content', 'data', 'idx', 'docsize', 'config',"
"                                'segments', 'segdir', 'stat', 'node', 'rowid', 'parent')) THEN 'shadow'"
"            ELSE 'table' END,"
"       EXISTS (SELECT 1 FROM pragma_index_list(s.name) i WHERE i.origin = 'pk'"
"                  AND NOT EXISTS (SELECT 1 FROM sqlite_schema x WHERE x.type = 'index' AND x.name = i.name)),"
"       0"
"  FROM sqlite_schema s" TABLES_WHERE " ORDER BY s.rowid";

/* A table and where it stands among all, for those that differ in case only, which a hand-made schema may hold. */
typedef struct TablePlace
{
	SqliteTable *table;
	int			place;
} TablePlace;

static SqliteTable *
read_table(SqliteStmt *stmt)
{
	static const struct
	{
		const char *name;
		SqliteTableKind kind;
	}			kinds[] = {
		{"view", SQLITE_KIND_VIEW},
		{"virtual", SQLITE_KIND_VIRTUAL},
		{"shadow", SQLITE_KIND_SHADOW},
	};
	SqliteTable *table = palloc0(sizeof(SqliteTable));
	char	   *kind = sqlite_text(stmt, 4);

	table->name = sqlite_text(stmt, 0);
	table->bad_name = !sqlite_text_is_valid(stmt, 0);
	table->rootpage = sqlite_integer(stmt, 1);
	table->sql = sqlite_text(stmt, 2);
	table->without_rowid = sqlite_integer(stmt, 5) != 0;
	table->strict = sqlite_integer(stmt, 6) != 0;
	if (kind == NULL)
		kind = sqlite_text(stmt, 3);
	table->kind = SQLITE_KIND_TABLE;
	for (int i = 0; i < lengthof(kinds); i++)
	{
		if (strcmp(kind, kinds[i].name) == 0)
			table->kind = kinds[i].kind;
	}
	return table;
}

static double
pragma_number(SqliteDb *db, const char *pragma)
{
	SqliteStmt *stmt = sqlite_prepare(db, psprintf("PRAGMA main.%s", pragma));
	double		number = sqlite_step(stmt) ? sqlite_integer(stmt, 0) : 0;

	sqlite_finalize(stmt);
	return number;
}

static List *
read_tables(SqliteDb *db)
{
	List	   *tables = NIL;
	SqliteStmt *stmt = sqlite_prepare(db, sqlite3_libversion_number() >= VERSION_TABLE_LIST ? tables_query : tables_query_old);

	while (sqlite_step(stmt))
		tables = lappend(tables, read_table(stmt));
	sqlite_finalize(stmt);
	return tables;
}

static int
compare_places(const ListCell *a, const ListCell *b)
{
	const TablePlace *x = lfirst(a);
	const TablePlace *y = lfirst(b);
	int			order = sqlite3_stricmp(x->table->name, y->table->name);

	return order != 0 ? order : x->place - y->place;
}

/*
 * The tables as they are now, kept with the connection: a migration asks for
 * each of them many times, and SQLite looks through all of its schema each time.
 */
static void
load_tables(SqliteDb *db)
{
	double		version = pragma_number(db, "schema_version");
	MemoryContext context;
	MemoryContext oldcontext;
	List	   *tables;
	ListCell   *lc;

	if (db->schema != NULL && db->schema_version == version)
		return;
	context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig tables", ALLOCSET_SMALL_SIZES);
	oldcontext = MemoryContextSwitchTo(context);
	tables = read_tables(db);
	if (db->schema != NULL)
		MemoryContextDelete(db->schema);
	db->tables = tables;
	db->by_name = NIL;
	foreach(lc, tables)
	{
		TablePlace *place = palloc(sizeof(TablePlace));

		place->table = lfirst(lc);
		place->place = foreach_current_index(lc);
		/* a name that is not valid UTF-8 is shown, but asked for by nobody */
		if (!place->table->bad_name)
			db->by_name = lappend(db->by_name, place);
	}
	list_sort(db->by_name, compare_places);
	MemoryContextSwitchTo(oldcontext);
	MemoryContextSetParent(context, TopMemoryContext);
	db->schema = context;
	db->schema_version = version;
}

static SqliteTable *
copy_table(const SqliteTable *table)
{
	SqliteTable *copy = palloc(sizeof(SqliteTable));

	*copy = *table;
	copy->name = pstrdup(table->name);
	if (table->sql != NULL)
		copy->sql = pstrdup(table->sql);
	return copy;
}

List *
sqlite_tables(SqliteDb *db)
{
	List	   *tables = NIL;
	ListCell   *lc;

	load_tables(db);
	foreach(lc, db->tables)
		tables = lappend(tables, copy_table(lfirst(lc)));
	return tables;
}

SqliteTable *
sqlite_table(SqliteDb *db, const char *name)
{
	int			low = 0;
	int			high;

	load_tables(db);
	high = list_length(db->by_name);
	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (sqlite3_stricmp(((TablePlace *) list_nth(db->by_name, middle))->table->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < list_length(db->by_name))
	{
		TablePlace *found = list_nth(db->by_name, low);

		if (sqlite3_stricmp(found->table->name, name) == 0)
			return copy_table(found->table);
	}
	return NULL;
}

/*
 * Whether SQLite keeps an index for the primary key, so that an INTEGER PRIMARY
 * KEY is none of its rowid (the quirk of "INTEGER PRIMARY KEY DESC").
 */
static bool
has_key_index(SqliteDb *db, const char *table)
{
	SqliteStmt *stmt = sqlite_prepare(db, "SELECT 1 FROM pragma_index_list(?1) WHERE origin = 'pk'");
	bool		found;

	sqlite_bind_text(stmt, 1, table);
	found = sqlite_step(stmt);
	sqlite_finalize(stmt);
	return found;
}

/*
 * Collation and AUTOINCREMENT, which no PRAGMA tells.
 */
static void
add_metadata(SqliteDb *db, const SqliteTable *table, SqliteColumn *column)
{
	const char *collation = NULL;
	int			autoincrement = 0;
	int			rc;

	column->collation = pstrdup("BINARY");
	if (table->kind == SQLITE_KIND_VIEW)
		return;
	rc = sqlite3_table_column_metadata(db->handle, "main", base_to_utf8(table->name), base_to_utf8(column->name),
									   NULL, &collation, NULL, NULL, &autoincrement);
	if (rc != SQLITE_OK)
		sqlite_raise(db, rc, psprintf("read the definition of column \"%s\" of SQLite table \"%s\"",
									  column->name, table->name), NULL);
	column->autoincrement = autoincrement != 0;
	if (collation)
		column->collation = base_from_utf8(collation, strlen(collation));
}

List *
sqlite_columns(SqliteDb *db, const SqliteTable *table, char **error)
{
	List	   *columns = NIL;
	SqliteColumn *key = NULL;
	int			nkeys = 0;
	SqliteStmt *stmt;

	*error = NULL;
	if (table->bad_name)
	{
		*error = pstrdup("its name is not valid UTF-8");
		return NIL;
	}
	if (table->kind != SQLITE_KIND_TABLE)
	{
		StringInfoData probe;

		initStringInfo(&probe);
		appendStringInfoString(&probe, "SELECT * FROM main.");
		base_append_ident(&probe, table->name);
		stmt = sqlite_try_prepare(db, probe.data, error);
		if (stmt == NULL)
			return NIL;
		sqlite_finalize(stmt);
	}

	stmt = sqlite_prepare(db, "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1, 'main')");
	sqlite_bind_text(stmt, 1, table->name);
	while (sqlite_step(stmt))
	{
		SqliteColumn *column;

		if (sqlite_integer(stmt, 5) == 1)
			continue;
		if (!sqlite_text_is_valid(stmt, 0))
		{
			*error = psprintf("the name \"%s\" of a column is not valid UTF-8", sqlite_text(stmt, 0));
			sqlite_finalize(stmt);
			return NIL;
		}
		column = palloc0(sizeof(SqliteColumn));
		column->name = sqlite_text(stmt, 0);
		column->type = sqlite_text(stmt, 1);
		if (column->type == NULL)
			column->type = pstrdup("");
		column->notnull = sqlite_integer(stmt, 2) != 0;
		column->dflt = sqlite_text(stmt, 3);
		if (column->dflt != NULL && !sqlite_text_is_valid(stmt, 3))
			/* what is shown is not what it says: nobody may take it for a literal */
			column->dflt = psprintf("%s /* not valid UTF-8 */", column->dflt);
		column->pk = sqlite_integer(stmt, 4);
		column->hidden = sqlite_integer(stmt, 5);
		add_metadata(db, table, column);
		columns = lappend(columns, column);
		if (column->pk > 0)
		{
			key = column;
			nkeys++;
		}
	}
	sqlite_finalize(stmt);

	if (table->kind == SQLITE_KIND_TABLE && !table->without_rowid && nkeys == 1 &&
		pg_strcasecmp(key->type, "INTEGER") == 0 && !has_key_index(db, table->name))
		key->rowid_alias = true;
	return columns;
}

const char *
sqlite_rowid_name(const SqliteTable *table, List *columns)
{
	static const char *const spellings[] = {"rowid", "_rowid_", "oid"};
	ListCell   *lc;

	if (table->without_rowid || table->kind == SQLITE_KIND_VIEW || table->kind == SQLITE_KIND_VIRTUAL)
		return NULL;
	for (int i = 0; i < lengthof(spellings); i++)
	{
		bool		hidden = false;

		foreach(lc, columns)
		{
			if (pg_strcasecmp(((SqliteColumn *) lfirst(lc))->name, spellings[i]) == 0)
				hidden = true;
		}
		if (!hidden)
			return spellings[i];
	}
	foreach(lc, columns)
	{
		if (((SqliteColumn *) lfirst(lc))->rowid_alias)
			return ((SqliteColumn *) lfirst(lc))->name;
	}
	return NULL;
}

/*
 * Rows by sqlite_stat1, or -1. An index that is partial counts less than the
 * table, so the greatest figure is the table's.
 */
static double
rows_from_stat1(SqliteDb *db, const char *table)
{
	char	   *error;
	double		rows = -1;
	SqliteStmt *stmt = sqlite_try_prepare(db, "SELECT max(CAST(stat AS INTEGER)) FROM main.sqlite_stat1"
										  " WHERE tbl = ?1 COLLATE NOCASE", &error);

	if (stmt == NULL)
		return -1;				/* never analyzed: there is no such table */
	sqlite_bind_text(stmt, 1, table);
	if (sqlite_step(stmt) && !sqlite_is_null(stmt, 0))
		rows = sqlite_integer(stmt, 0);
	sqlite_finalize(stmt);
	return rows;
}

/*
 * Distance of the smallest and the greatest rowid: two steps down the b-tree
 * each. Random rowids make it absurd, hence the bound from the file's size.
 */
static double
rows_from_rowid(SqliteDb *db, const char *table, const char *rowid_name, double bytes)
{
	StringInfoData sql;
	SqliteStmt *stmt;
	double		rows = 0;

	initStringInfo(&sql);
	for (int i = 0; i < 2; i++)
	{
		appendStringInfoString(&sql, i == 0 ? "SELECT (SELECT min(" : ", (SELECT max(");
		base_append_ident(&sql, rowid_name);
		appendStringInfoString(&sql, ") FROM main.");
		base_append_ident(&sql, table);
		appendStringInfoChar(&sql, ')');
	}
	stmt = sqlite_prepare(db, sql.data);
	if (sqlite_step(stmt) && !sqlite_is_null(stmt, 0))
		rows = (double) sqlite_integer(stmt, 1) - (double) sqlite_integer(stmt, 0) + 1;
	sqlite_finalize(stmt);
	return Min(rows, ceil(bytes / LEAST_ROW_BYTES));
}

double
sqlite_estimate_rows(SqliteDb *db, const SqliteTable *table, const char *rowid_name, const char **source)
{
	double		rows;
	double		bytes;

	*source = "guess";
	if (table->kind == SQLITE_KIND_VIEW || table->kind == SQLITE_KIND_VIRTUAL)
		return GUESSED_VIEW_ROWS;
	rows = rows_from_stat1(db, table->name);
	if (rows >= 0)
	{
		*source = "stat1";
		return rows;
	}
	bytes = pragma_number(db, "page_count") * pragma_number(db, "page_size");
	if (rowid_name != NULL)
	{
		*source = "rowid";
		return rows_from_rowid(db, table->name, rowid_name, bytes);
	}
	*source = "pages";
	return ceil(bytes / GUESSED_ROW_BYTES);
}
