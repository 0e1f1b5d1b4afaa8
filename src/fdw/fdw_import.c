/*-------------------------------------------------------------------------
 *
 * fdw_import.c
 *	  IMPORT FOREIGN SCHEMA: a CREATE FOREIGN TABLE for each table and view.
 *
 * Types are proposed from the declared types alone, by the same rules as a
 * migration (table sqlite_mig.type_rule); what the values say is asked by
 * sqlite_mig.prepare.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/htup_details.h"
#include "catalog/heap.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "executor/spi.h"
#include "foreign/foreign.h"
#include "nodes/parsenodes.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "base/base.h"
#include "fdw/fdw.h"
#include "server/server.h"

typedef struct ImportOptions
{
	bool		not_null;		/* import_not_null */
	bool		views;			/* import_views */
	bool		generated;		/* import_generated */
	bool		defaults;		/* import_default */
	const char *time_zone;		/* of the server: that of defaults without one */
} ImportOptions;

static ImportOptions read_options(List *options, Oid serverOid);
static List *without_generated(List *columns);
static bool is_wanted(const ImportForeignSchemaStmt *stmt, const char *name);
static char *create_statement(const ImportForeignSchemaStmt *stmt, const ImportOptions *options,
							  const SqliteTable *table, List *columns);
static char **proposed_types(List *columns);
static char **default_expressions(List *columns, char **types, const char *time_zone);
static char **column_names(List *columns);
static void append_option(StringInfo buf, const char *name, const char *value);
static char *local_name(const char *name, const char *if_empty);

List *
fdwImportForeignSchema(ImportForeignSchemaStmt *stmt, Oid serverOid)
{
	ImportOptions options = read_options(stmt->options, serverOid);
	SqliteDb   *db = server_session(serverOid);
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, sqlite_tables(db))
	{
		SqliteTable *table = lfirst(lc);
		List	   *columns;
		char	   *error;

		if (table->kind == SQLITE_KIND_SHADOW ||
			(table->kind == SQLITE_KIND_VIEW && !options.views) ||
			!is_wanted(stmt, local_name(table->name, "unnamed")))
			continue;
		columns = sqlite_columns(db, table, &error);
		if (error != NULL)
		{
			ereport(WARNING,
					(errcode(ERRCODE_FDW_UNABLE_TO_CREATE_REPLY),
					 errmsg("skipping SQLite %s \"%s\"", table->kind == SQLITE_KIND_VIEW ? "view" :
							table->kind == SQLITE_KIND_TABLE ? "table" : "virtual table", table->name),
					 errdetail("SQLite cannot read it: %s.", error)));
			continue;
		}
		if (!options.generated)
			columns = without_generated(columns);
		if (list_length(columns) > MaxHeapAttributeNumber)
		{
			ereport(WARNING,
					(errcode(ERRCODE_TOO_MANY_COLUMNS),
					 errmsg("skipping SQLite table \"%s\"", table->name),
					 errdetail("It has %d columns; a PostgreSQL table can have at most %d.",
							   list_length(columns), MaxHeapAttributeNumber)));
			continue;
		}
		result = lappend(result, create_statement(stmt, &options, table, columns));
	}
	return result;
}

static ImportOptions
read_options(List *list, Oid serverOid)
{
	ImportOptions options = {true, true, true, false, "UTC"};
	ListCell   *lc;

	foreach(lc, list)
	{
		DefElem    *elem = lfirst(lc);

		if (strcmp(elem->defname, "import_not_null") == 0)
			options.not_null = defGetBoolean(elem);
		else if (strcmp(elem->defname, "import_views") == 0)
			options.views = defGetBoolean(elem);
		else if (strcmp(elem->defname, "import_generated") == 0)
			options.generated = defGetBoolean(elem);
		else if (strcmp(elem->defname, "import_default") == 0)
			options.defaults = defGetBoolean(elem);
		else
			ereport(ERROR,
					(errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
					 errmsg("invalid option \"%s\"", elem->defname),
					 errhint("Valid options in this context are: import_default, import_generated, import_not_null, import_views.")));
	}
	foreach(lc, GetForeignServer(serverOid)->options)
	{
		DefElem    *elem = lfirst(lc);

		if (strcmp(elem->defname, "time_zone") == 0)
			options.time_zone = defGetString(elem);
	}
	return options;
}

static List *
without_generated(List *columns)
{
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, columns)
	{
		SqliteColumn *column = lfirst(lc);

		if (column->hidden != 2 && column->hidden != 3)
			result = lappend(result, column);
	}
	return result;
}

/*
 * LIMIT TO and EXCEPT. PostgreSQL filters again; this saves the work.
 */
static bool
is_wanted(const ImportForeignSchemaStmt *stmt, const char *name)
{
	ListCell   *lc;

	if (stmt->list_type == FDW_IMPORT_SCHEMA_ALL)
		return true;
	foreach(lc, stmt->table_list)
	{
		if (strcmp(((RangeVar *) lfirst(lc))->relname, name) == 0)
			return stmt->list_type == FDW_IMPORT_SCHEMA_LIMIT_TO;
	}
	return stmt->list_type == FDW_IMPORT_SCHEMA_EXCEPT;
}

static char *
create_statement(const ImportForeignSchemaStmt *stmt, const ImportOptions *options,
				 const SqliteTable *table, List *columns)
{
	StringInfoData buf;
	char	  **types = proposed_types(columns);
	char	  **names = column_names(columns);
	char	  **defaults = options->defaults ? default_expressions(columns, types, options->time_zone) : NULL;

	initStringInfo(&buf);
	appendStringInfo(&buf, "CREATE FOREIGN TABLE %s.%s (",
					 quote_identifier(stmt->local_schema),
					 quote_identifier(local_name(table->name, "unnamed")));
	for (int i = 0; i < list_length(columns); i++)
	{
		SqliteColumn *column = list_nth(columns, i);

		appendStringInfo(&buf, "%s\n  %s %s OPTIONS (", i > 0 ? "," : "",
						 quote_identifier(names[i]), types[i]);
		append_option(&buf, "column_name", column->name);
		if (column->pk > 0)
		{
			appendStringInfoString(&buf, ", ");
			append_option(&buf, "key", "true");
		}
		appendStringInfoChar(&buf, ')');
		if (options->not_null && (column->notnull || column->rowid_alias))
			appendStringInfoString(&buf, " NOT NULL");
		if (defaults && defaults[i])
			appendStringInfo(&buf, " DEFAULT %s", defaults[i]);
	}
	appendStringInfo(&buf, "\n) SERVER %s OPTIONS (", quote_identifier(stmt->server_name));
	append_option(&buf, "table", table->name);
	appendStringInfoChar(&buf, ')');
	return buf.data;
}

/*
 * The PostgreSQL type for each column's declared type. Asked in one query.
 */
static char **
proposed_types(List *columns)
{
	int			n = list_length(columns);
	char	  **types = palloc0(sizeof(char *) * Max(n, 1));
	Datum	   *declared = palloc(sizeof(Datum) * Max(n, 1));
	Datum		argument;
	Oid			argtype = TEXTARRAYOID;
	MemoryContext caller = CurrentMemoryContext;

	for (int i = 0; i < n; i++)
		declared[i] = CStringGetTextDatum(((SqliteColumn *) list_nth(columns, i))->type);
	argument = PointerGetDatum(construct_array(declared, n, TEXTOID, -1, false, TYPALIGN_INT));

	SPI_connect();
	if (SPI_execute_with_args(psprintf("SELECT pg_catalog.unnest(%s._import_types($1))", base_internal_schema()),
							  1, &argtype, &argument, NULL, true, 0) != SPI_OK_SELECT ||
		SPI_processed != n)
		elog(ERROR, "_import_types gave %llu types for %d columns", (unsigned long long) SPI_processed, n);
	for (int i = 0; i < n; i++)
	{
		char	   *type = SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1);

		if (type == NULL)
			elog(ERROR, "_import_types gave no type for column %d", i + 1);
		types[i] = MemoryContextStrdup(caller, type);
	}
	SPI_finish();
	return types;
}

/*
 * The columns' defaults as expressions of PostgreSQL, asked in one query; NULL
 * where there is none, or none that is understood: then SQLite's own counts,
 * where an INSERT names no value.
 */
static char **
default_expressions(List *columns, char **types, const char *time_zone)
{
	int			n = list_length(columns);
	char	  **defaults = palloc0(sizeof(char *) * Max(n, 1));
	Datum	   *texts = palloc(sizeof(Datum) * Max(n, 1));
	Datum	   *names = palloc(sizeof(Datum) * Max(n, 1));
	bool	   *missing = palloc(sizeof(bool) * Max(n, 1));
	int			lower = 1;
	Datum		arguments[3];
	Oid			argtypes[3] = {TEXTARRAYOID, TEXTARRAYOID, TEXTOID};
	MemoryContext caller = CurrentMemoryContext;

	for (int i = 0; i < n; i++)
	{
		SqliteColumn *column = list_nth(columns, i);

		missing[i] = column->dflt == NULL || column->rowid_alias;
		texts[i] = missing[i] ? (Datum) 0 : CStringGetTextDatum(column->dflt);
		names[i] = CStringGetTextDatum(types[i]);
	}
	arguments[0] = PointerGetDatum(construct_md_array(texts, missing, 1, &n, &lower, TEXTOID, -1, false, TYPALIGN_INT));
	arguments[1] = PointerGetDatum(construct_array(names, n, TEXTOID, -1, false, TYPALIGN_INT));
	arguments[2] = CStringGetTextDatum(time_zone);

	SPI_connect();
	if (SPI_execute_with_args(psprintf("SELECT %s._default_expr(d.source, d.type, $3) FROM ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) "
									   "WITH ORDINALITY AS d (source, type, n) ORDER BY d.n", base_internal_schema()),
							  3, argtypes, arguments, NULL, true, 0) != SPI_OK_SELECT ||
		SPI_processed != n)
		elog(ERROR, "_default_expr gave %llu defaults for %d columns", (unsigned long long) SPI_processed, n);
	for (int i = 0; i < n; i++)
	{
		char	   *expression = SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1);

		if (expression)
			defaults[i] = MemoryContextStrdup(caller, expression);
	}
	SPI_finish();
	return defaults;
}

/*
 * The columns' names in PostgreSQL, each once: of two that would have the same, the one that keeps
 * its own name has it, and an underscore is added to the other. xmin and the like are system columns.
 */
static char **
column_names(List *columns)
{
	int			n = list_length(columns);
	char	  **names = palloc0(sizeof(char *) * Max(n, 1));

	for (int i = 0; i < n; i++)
	{
		const char *name = ((SqliteColumn *) list_nth(columns, i))->name;

		if (name[0] && SystemAttributeByName(name) == NULL)
			names[i] = base_shorten_ident(name);
	}
	for (int i = 0; i < n; i++)
	{
		const char *name = ((SqliteColumn *) list_nth(columns, i))->name;
		char	   *wanted;
		bool		taken = true;

		if (names[i])
			continue;
		wanted = name[0] ? psprintf("%s_", name) : psprintf("column%d", i + 1);
		while (taken)
		{
			taken = false;
			for (int other = 0; other < n && !taken; other++)
				taken = names[other] && strcmp(names[other], wanted) == 0;
			if (taken)
				wanted = psprintf("%s_", wanted);
		}
		names[i] = wanted;
	}
	return names;
}

static void
append_option(StringInfo buf, const char *name, const char *value)
{
	appendStringInfo(buf, "%s %s", quote_identifier(name), quote_literal_cstr(value));
}

/*
 * Name in PostgreSQL: SQLite allows any length, and the empty name.
 */
static char *
local_name(const char *name, const char *if_empty)
{
	return base_shorten_ident(name[0] ? name : if_empty);
}
