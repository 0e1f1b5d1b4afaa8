/*-------------------------------------------------------------------------
 *
 * api_source.c
 *	  sqlite_mig.source_…: the schema of a server's SQLite file as rows.
 *
 * Rows only: what a table, a column or an estimate is, the driver knows. What
 * is the same for all tables is asked in one statement for the whole file, so
 * that a schema of many tables stays cheap. All of it reads the one snapshot
 * that the transaction has of the file.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include <sys/stat.h>

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "server/server.h"
#include "sqlite/driver.h"

MIG_FUNCTION(mig_source_tables);
MIG_FUNCTION(mig_source_columns);
MIG_FUNCTION(mig_source_indexes);
MIG_FUNCTION(mig_source_foreign_keys);
MIG_FUNCTION(mig_source_objects);
MIG_FUNCTION(mig_source_sequences);
MIG_FUNCTION(mig_source_info);
MIG_FUNCTION(mig_source_surroundings);
MIG_FUNCTION(mig_source_count);
MIG_FUNCTION(mig_source_value);
MIG_FUNCTION(mig_source_damage);

/* No function here returns more columns. */
#define MAX_COLUMNS 12

/* The result of a function while it is filled, a column after the other. */
typedef struct Rows
{
	ReturnSetInfo *result;
	SqliteDb   *db;
	MemoryContext caller;		/* lives as long as the call; statements belong here */
	MemoryContext scratch;		/* what one row needs; current between begin_rows and end_rows */
	int			n;				/* columns put so far */
	Datum		values[MAX_COLUMNS];
	bool		nulls[MAX_COLUMNS];
} Rows;

/* Elements of a text[] or boolean[] that is being collected. */
typedef struct Elements
{
	Oid			type;
	int			n;
	int			room;
	Datum	   *values;
	bool	   *nulls;
} Elements;

static void begin_rows(FunctionCallInfo fcinfo, Rows *rows);
static char *table_argument(FunctionCallInfo fcinfo, Rows *rows);
static SqliteStmt *query(Rows *rows, const char *sql, const char *table);
static void end_rows(Rows *rows);
static void put_datum(Rows *rows, Datum value, bool is_null);
static void put_text(Rows *rows, const char *text);
static void put_elements(Rows *rows, const Elements *elements);
static void end_row(Rows *rows);
static Elements no_elements(Oid type);
static void add_element(Elements *elements, Datum value, bool is_null);
static void add_text(Elements *elements, const char *text);
static void put_table(Rows *rows, const SqliteTable *table);
static void put_columns(Rows *rows, const SqliteTable *table);
static char *pragma_text(Rows *rows, const char *name);
static int64 pragma_number(Rows *rows, const char *name);

/*
 * source_tables(server): every table and view but sqlite_%.
 */
Datum
mig_source_tables(PG_FUNCTION_ARGS)
{
	Rows		rows;
	List	   *tables;
	ListCell   *lc;

	begin_rows(fcinfo, &rows);
	tables = sqlite_tables(rows.db);
	MemoryContextSwitchTo(rows.scratch);
	foreach(lc, tables)
		put_table(&rows, lfirst(lc));
	end_rows(&rows);
	return (Datum) 0;
}

static void
put_table(Rows *rows, const SqliteTable *table)
{
	static const char *const kinds[] = {
		[SQLITE_KIND_TABLE] = "table",
		[SQLITE_KIND_VIEW] = "view",
		[SQLITE_KIND_VIRTUAL] = "virtual",
		[SQLITE_KIND_SHADOW] = "shadow"
	};
	char	   *error;
	List	   *columns = sqlite_columns(rows->db, table, &error);
	const char *rowid_name = NULL;
	const char *source = NULL;
	double		estimate = 0;

	if (error == NULL)
	{
		rowid_name = sqlite_rowid_name(table, columns);
		estimate = sqlite_estimate_rows(rows->db, table, rowid_name, &source);
		/* statistics are a table that anybody may write */
		estimate = Max(0, Min(estimate, PG_INT64_MAX / 2.0));
	}
	put_text(rows, table->name);
	put_text(rows, kinds[table->kind]);
	put_datum(rows, BoolGetDatum(table->without_rowid), false);
	put_datum(rows, BoolGetDatum(table->strict), false);
	put_text(rows, rowid_name);
	put_datum(rows, Int64GetDatum((int64) estimate), error != NULL);
	put_text(rows, source);
	put_text(rows, table->sql);
	put_text(rows, error);
	end_row(rows);
}

/*
 * source_columns(server, table_name): columns of one table or of all. A table
 * that cannot be read has none; source_tables tells why.
 */
Datum
mig_source_columns(PG_FUNCTION_ARGS)
{
	Rows		rows;
	List	   *tables;
	ListCell   *lc;
	char	   *name;

	begin_rows(fcinfo, &rows);
	name = table_argument(fcinfo, &rows);
	tables = name ? list_make1(sqlite_table(rows.db, name)) : sqlite_tables(rows.db);
	MemoryContextSwitchTo(rows.scratch);
	foreach(lc, tables)
		put_columns(&rows, lfirst(lc));
	end_rows(&rows);
	return (Datum) 0;
}

static void
put_columns(Rows *rows, const SqliteTable *table)
{
	static const char *const generated[] = {NULL, NULL, "virtual", "stored"};
	char	   *error;
	List	   *columns;
	ListCell   *lc;

	/* not in the scratch context, which ends with each row */
	MemoryContextSwitchTo(rows->caller);
	columns = sqlite_columns(rows->db, table, &error);
	MemoryContextSwitchTo(rows->scratch);
	foreach(lc, columns)
	{
		const SqliteColumn *column = lfirst(lc);

		put_text(rows, table->name);
		put_datum(rows, Int32GetDatum(foreach_current_index(lc) + 1), false);
		put_text(rows, column->name);
		put_text(rows, column->type);
		put_datum(rows, BoolGetDatum(column->notnull), false);
		put_text(rows, column->dflt);
		put_datum(rows, Int32GetDatum(column->pk), column->pk == 0);
		put_text(rows, generated[column->hidden]);
		put_text(rows, column->collation);
		put_datum(rows, BoolGetDatum(column->rowid_alias), false);
		put_datum(rows, BoolGetDatum(column->autoincrement), false);
		end_row(rows);
	}
}

/*
 * source_indexes(server, table_name): indexes with their key columns, the
 * automatic ones of constraints too.
 */
Datum
mig_source_indexes(PG_FUNCTION_ARGS)
{
	static const char sql[] =
	"SELECT x.seqno, t.name, i.name, i.\"unique\","
	" CASE i.origin WHEN 'c' THEN 'create index' WHEN 'u' THEN 'unique' WHEN 'pk' THEN 'primary key' END,"
	" i.partial, s.sql, x.name, x.\"desc\", x.coll"
	" FROM sqlite_schema t CROSS JOIN pragma_index_list(t.name) i CROSS JOIN pragma_index_xinfo(i.name) x"
	" LEFT JOIN sqlite_schema s ON s.type = 'index' AND s.name = i.name"
	" WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND x.\"key\""
	" AND (?1 IS NULL OR t.name = ?1 COLLATE NOCASE)"
	" ORDER BY t.rowid, s.rowid, i.seq DESC, x.seqno";
	Rows		rows;
	SqliteStmt *stmt;
	bool		more;

	begin_rows(fcinfo, &rows);
	stmt = query(&rows, sql, table_argument(fcinfo, &rows));
	more = sqlite_step(stmt);
	while (more)
	{
		Elements	columns = no_elements(TEXTOID);
		Elements	descending = no_elements(BOOLOID);
		Elements	collations = no_elements(TEXTOID);
		char	   *index_sql = sqlite_text(stmt, 6);

		put_text(&rows, sqlite_text(stmt, 1));
		put_text(&rows, sqlite_text(stmt, 2));
		put_datum(&rows, BoolGetDatum(sqlite_integer(stmt, 3) != 0), false);
		put_text(&rows, sqlite_text(stmt, 4));
		put_datum(&rows, BoolGetDatum(sqlite_integer(stmt, 5) != 0), false);
		do
		{
			add_text(&columns, sqlite_text(stmt, 7));
			add_element(&descending, BoolGetDatum(sqlite_integer(stmt, 8) != 0), false);
			add_text(&collations, sqlite_text(stmt, 9));
			more = sqlite_step(stmt);
		} while (more && sqlite_integer(stmt, 0) != 0);
		put_elements(&rows, &columns);
		put_elements(&rows, &descending);
		put_elements(&rows, &collations);
		put_text(&rows, index_sql);
		end_row(&rows);
	}
	end_rows(&rows);
	return (Datum) 0;
}

/*
 * source_foreign_keys(server, table_name): in the order in which they were
 * written, which is the opposite of SQLite's numbers.
 */
Datum
mig_source_foreign_keys(PG_FUNCTION_ARGS)
{
	static const char sql[] =
	"SELECT f.seq, t.name, f.id, f.\"table\", f.on_update, f.on_delete, f.\"match\", f.\"from\", f.\"to\""
	" FROM sqlite_schema t CROSS JOIN pragma_foreign_key_list(t.name) f"
	" WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
	" AND (?1 IS NULL OR t.name = ?1 COLLATE NOCASE)"
	" ORDER BY t.rowid, f.id DESC, f.seq";
	Rows		rows;
	SqliteStmt *stmt;
	bool		more;

	begin_rows(fcinfo, &rows);
	stmt = query(&rows, sql, table_argument(fcinfo, &rows));
	more = sqlite_step(stmt);
	while (more)
	{
		Elements	columns = no_elements(TEXTOID);
		Elements	parent_columns = no_elements(TEXTOID);
		bool		implicit = sqlite_is_null(stmt, 8);
		char	   *on_update = sqlite_text(stmt, 4);
		char	   *on_delete = sqlite_text(stmt, 5);
		char	   *match = sqlite_text(stmt, 6);

		put_text(&rows, sqlite_text(stmt, 1));
		put_datum(&rows, Int32GetDatum((int32) sqlite_integer(stmt, 2)), false);
		put_text(&rows, sqlite_text(stmt, 3));
		do
		{
			add_text(&columns, sqlite_text(stmt, 7));
			add_text(&parent_columns, sqlite_text(stmt, 8));
			more = sqlite_step(stmt);
		} while (more && sqlite_integer(stmt, 0) != 0);
		put_elements(&rows, &columns);
		if (implicit)
			put_datum(&rows, (Datum) 0, true);
		else
			put_elements(&rows, &parent_columns);
		put_text(&rows, on_update);
		put_text(&rows, on_delete);
		put_text(&rows, match);
		end_row(&rows);
	}
	end_rows(&rows);
	return (Datum) 0;
}

/*
 * source_objects(server): sqlite_schema as it is.
 */
Datum
mig_source_objects(PG_FUNCTION_ARGS)
{
	Rows		rows;
	SqliteStmt *stmt;

	begin_rows(fcinfo, &rows);
	stmt = query(&rows, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid", NULL);
	while (sqlite_step(stmt))
	{
		int			i;

		for (i = 0; i < 4; i++)
			put_text(&rows, sqlite_text(stmt, i));
		end_row(&rows);
	}
	end_rows(&rows);
	return (Datum) 0;
}

/*
 * source_sequences(server): the last numbers given by AUTOINCREMENT. The
 * table is an ordinary one that anybody may write: what is no integer there
 * is no number, hence NULL.
 */
Datum
mig_source_sequences(PG_FUNCTION_ARGS)
{
	Rows		rows;
	SqliteStmt *stmt;
	bool		exists;

	begin_rows(fcinfo, &rows);
	stmt = query(&rows, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'sqlite_sequence'", NULL);
	exists = sqlite_step(stmt);
	if (exists)
	{
		stmt = query(&rows, "SELECT name, seq, typeof(seq) = 'integer' FROM sqlite_sequence ORDER BY rowid", NULL);
		while (sqlite_step(stmt))
		{
			put_text(&rows, sqlite_text(stmt, 0));
			put_datum(&rows, Int64GetDatum(sqlite_integer(stmt, 1)), sqlite_integer(stmt, 2) == 0);
			end_row(&rows);
		}
	}
	end_rows(&rows);
	return (Datum) 0;
}

/*
 * source_info(server): one row about the file. Throws 58P01 and the like when
 * the file has gone since it was opened.
 */
Datum
mig_source_info(PG_FUNCTION_ARGS)
{
	Rows		rows;
	struct stat st;
	const char *path;
	SqliteStmt *stmt;

	begin_rows(fcinfo, &rows);
	path = sqlite_path(rows.db);
	if (stat(path, &st) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not stat file \"%s\": %m", path)));

	MemoryContextSwitchTo(rows.scratch);
	put_text(&rows, path);
	put_datum(&rows, Int64GetDatum((int64) st.st_size), false);
	put_datum(&rows, Int32GetDatum((int32) pragma_number(&rows, "page_size")), false);
	put_datum(&rows, Int64GetDatum(pragma_number(&rows, "page_count")), false);
	put_datum(&rows, Int64GetDatum(pragma_number(&rows, "freelist_count")), false);
	put_text(&rows, pragma_text(&rows, "encoding"));
	put_text(&rows, pragma_text(&rows, "journal_mode"));
	put_datum(&rows, Int32GetDatum((int32) pragma_number(&rows, "user_version")), false);
	/* SQLite prints the four bytes with a sign; registered ids have none */
	put_datum(&rows, Int64GetDatum((int64) (uint32) pragma_number(&rows, "application_id")), false);
	stmt = sqlite_prepare(rows.db, "SELECT sqlite_version()");
	put_text(&rows, sqlite_step(stmt) ? sqlite_text(stmt, 0) : NULL);
	end_row(&rows);
	end_rows(&rows);
	return (Datum) 0;
}

/*
 * _source_surroundings(server): one row about what lies and who works around the file.
 */
Datum
mig_source_surroundings(PG_FUNCTION_ARGS)
{
	Rows		rows;
	SqliteSurroundings around;

	begin_rows(fcinfo, &rows);
	sqlite_look_around(rows.db, &around);
	MemoryContextSwitchTo(rows.scratch);
	put_text(&rows, psprintf("%04o", around.mode));
	put_datum(&rows, TimestampTzGetDatum(time_t_to_timestamptz(around.modified)), false);
	put_datum(&rows, Int64GetDatum(around.wal_size), false);
	put_datum(&rows, Int64GetDatum(around.journal_size), false);
	put_datum(&rows, Int64GetDatum(around.free_bytes), around.free_bytes < 0);
	put_text(&rows, around.file_system);
	put_datum(&rows, Int32GetDatum(around.holders), around.holders < 0);
	put_datum(&rows, BoolGetDatum(around.writer), around.holders < 0);
	end_row(&rows);
	end_rows(&rows);
	return (Datum) 0;
}

/*
 * The value of a PRAGMA about the file, palloc'd.
 */
static char *
pragma_text(Rows *rows, const char *name)
{
	SqliteStmt *stmt = sqlite_prepare(rows->db, psprintf("PRAGMA main.%s", name));
	char	   *value = sqlite_step(stmt) ? sqlite_text(stmt, 0) : NULL;

	sqlite_finalize(stmt);
	return value;
}

static int64
pragma_number(Rows *rows, const char *name)
{
	SqliteStmt *stmt = sqlite_prepare(rows->db, psprintf("PRAGMA main.%s", name));
	int64		value = sqlite_step(stmt) ? sqlite_integer(stmt, 0) : 0;

	sqlite_finalize(stmt);
	return value;
}

/* ---- the result ---- */

/*
 * Opens the server of the first argument and the result. Throws 22004 when
 * the server is NULL, else what server_lookup and server_session throw.
 */
static void
begin_rows(FunctionCallInfo fcinfo, Rows *rows)
{
	Oid			serverid;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("server must not be null")));
	serverid = server_lookup(text_to_cstring(PG_GETARG_TEXT_PP(0)));

	memset(rows, 0, sizeof(Rows));
	rows->db = server_session(serverid);
	InitMaterializedSRF(fcinfo, 0);
	rows->result = (ReturnSetInfo *) fcinfo->resultinfo;
	rows->caller = CurrentMemoryContext;
	rows->scratch = AllocSetContextCreate(CurrentMemoryContext, "sqlite_mig source row", ALLOCSET_SMALL_SIZES);
}

/*
 * The argument table_name, NULL for all tables. Throws 42P01 when SQLite has
 * no such table.
 */
static char *
table_argument(FunctionCallInfo fcinfo, Rows *rows)
{
	char	   *name;

	if (PG_ARGISNULL(1))
		return NULL;
	name = text_to_cstring(PG_GETARG_TEXT_PP(1));
	if (sqlite_table(rows->db, name) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("SQLite table \"%s\" does not exist", name),
				 errhint("SELECT table_name FROM sqlite_mig.source_tables('...'); lists the tables of a server.")));
	return name;
}

/*
 * Prepares a statement, binds "table" to ?1 if the statement has it, and makes
 * the scratch context current.
 */
static SqliteStmt *
query(Rows *rows, const char *sql, const char *table)
{
	SqliteStmt *stmt;

	MemoryContextSwitchTo(rows->caller);
	stmt = sqlite_prepare(rows->db, sql);
	if (table != NULL)
		sqlite_bind_text(stmt, 1, table);
	MemoryContextSwitchTo(rows->scratch);
	return stmt;
}

static void
end_rows(Rows *rows)
{
	MemoryContextSwitchTo(rows->caller);
	MemoryContextDelete(rows->scratch);
}

static void
put_datum(Rows *rows, Datum value, bool is_null)
{
	Assert(rows->n < MAX_COLUMNS);
	rows->values[rows->n] = value;
	rows->nulls[rows->n] = is_null;
	rows->n++;
}

/* Text as it is, NULL for NULL. */
static void
put_text(Rows *rows, const char *text)
{
	put_datum(rows, text ? CStringGetTextDatum(text) : (Datum) 0, text == NULL);
}

static void
put_elements(Rows *rows, const Elements *elements)
{
	int			dims[1] = {elements->n};
	int			lbs[1] = {1};
	bool		is_text = elements->type == TEXTOID;
	ArrayType  *array;

	array = construct_md_array(elements->values, elements->nulls, 1, dims, lbs, elements->type,
							   is_text ? -1 : 1, !is_text, is_text ? TYPALIGN_INT : TYPALIGN_CHAR);
	put_datum(rows, PointerGetDatum(array), false);
}

/* Stores the row and forgets all that it took. */
static void
end_row(Rows *rows)
{
	CHECK_FOR_INTERRUPTS();
	Assert(rows->n == rows->result->setDesc->natts);
	tuplestore_putvalues(rows->result->setResult, rows->result->setDesc, rows->values, rows->nulls);
	rows->n = 0;
	MemoryContextReset(rows->scratch);
}

/* An empty list; only text and boolean are known to put_elements. */
static Elements
no_elements(Oid type)
{
	Elements	elements;

	memset(&elements, 0, sizeof(elements));
	elements.type = type;
	return elements;
}

static void
add_element(Elements *elements, Datum value, bool is_null)
{
	if (elements->n == elements->room)
	{
		elements->room = Max(8, elements->room * 2);
		elements->values = elements->n == 0 ? palloc(sizeof(Datum) * elements->room) :
			repalloc(elements->values, sizeof(Datum) * elements->room);
		elements->nulls = elements->n == 0 ? palloc(sizeof(bool) * elements->room) :
			repalloc(elements->nulls, sizeof(bool) * elements->room);
	}
	elements->values[elements->n] = value;
	elements->nulls[elements->n] = is_null;
	elements->n++;
}

static void
add_text(Elements *elements, const char *text)
{
	add_element(elements, text ? CStringGetTextDatum(text) : (Datum) 0, text == NULL);
}

/*
 * _source_count(server, table_name): rows as SQLite itself counts them. It
 * walks the smallest b-tree of the table, which may be an index: in a damaged
 * file that can be another number than a scan of the table finds.
 */
Datum
mig_source_count(PG_FUNCTION_ARGS)
{
	SqliteDb   *db = server_session(server_lookup(text_to_cstring(PG_GETARG_TEXT_PP(0))));
	StringInfoData sql;
	SqliteStmt *stmt;
	int64		count;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT count(*) FROM main.");
	base_append_ident(&sql, text_to_cstring(PG_GETARG_TEXT_PP(1)));
	stmt = sqlite_prepare(db, sql.data);
	(void) sqlite_step(stmt);	/* an aggregate gives one row or an error */
	count = sqlite_integer(stmt, 0);
	sqlite_finalize(stmt);
	PG_RETURN_INT64(count);
}

/*
 * _source_value(server, expression, table_name): the expression as SQLite
 * computes it, as text, NULL for NULL or without a row. Throws what SQLite says
 * of it.
 */
Datum
mig_source_value(PG_FUNCTION_ARGS)
{
	SqliteDb   *db;
	StringInfoData sql;
	SqliteStmt *stmt;
	char	   *value = NULL;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	db = server_session(server_lookup(text_to_cstring(PG_GETARG_TEXT_PP(0))));
	initStringInfo(&sql);
	/* a line break ends a comment at the end of the expression */
	appendStringInfo(&sql, "SELECT CAST((%s\n) AS TEXT)", text_to_cstring(PG_GETARG_TEXT_PP(1)));
	if (!PG_ARGISNULL(2))
	{
		appendStringInfoString(&sql, " FROM main.");
		base_append_ident(&sql, text_to_cstring(PG_GETARG_TEXT_PP(2)));
	}
	stmt = sqlite_prepare(db, sql.data);
	if (sqlite_step(stmt) && !sqlite_is_null(stmt, 0))
		value = sqlite_text(stmt, 0);
	sqlite_finalize(stmt);
	if (value == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(value));
}

/*
 * _source_damage(server) → (finding, unknown): what SQLite finds damaged in the
 * file, NULL for nothing; unknown: that is why it could not look
 */
Datum
mig_source_damage(PG_FUNCTION_ARGS)
{
	TupleDesc	desc;
	Datum		values[2] = {0};
	bool		nulls[2] = {false};
	bool		unknown;
	char	   *finding;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	finding = sqlite_damage(server_session(server_lookup(text_to_cstring(PG_GETARG_TEXT_PP(0)))), &unknown);
	nulls[0] = finding == NULL;
	if (finding != NULL)
		values[0] = CStringGetTextDatum(finding);
	values[1] = BoolGetDatum(unknown);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}
