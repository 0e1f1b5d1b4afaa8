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
} ImportOptions;

static ImportOptions read_options(List *options);
static bool is_wanted(const ImportForeignSchemaStmt *stmt, const char *name);
static char *create_statement(const ImportForeignSchemaStmt *stmt, const ImportOptions *options,
							  const SqliteTable *table, List *columns);
static char **proposed_types(List *columns);
static char **column_names(List *columns);
static void append_option(StringInfo buf, const char *name, const char *value);
static char *local_name(const char *name, const char *if_empty);

List *
fdwImportForeignSchema(ImportForeignSchemaStmt *stmt, Oid serverOid)
{
	ImportOptions options = read_options(stmt->options);
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
read_options(List *list)
{
	ImportOptions options = {true, true};
	ListCell   *lc;

	foreach(lc, list)
	{
		DefElem    *elem = lfirst(lc);

		if (strcmp(elem->defname, "import_not_null") == 0)
			options.not_null = defGetBoolean(elem);
		else if (strcmp(elem->defname, "import_views") == 0)
			options.views = defGetBoolean(elem);
		else
			ereport(ERROR,
					(errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
					 errmsg("invalid option \"%s\"", elem->defname),
					 errhint("Valid options in this context are: import_not_null, import_views.")));
	}
	return options;
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
