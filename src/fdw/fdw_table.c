/*-------------------------------------------------------------------------
 *
 * fdw_table.c
 *	  A foreign table with what its SQLite table says: affinities, collations,
 *	  indexes; and from that the form of each column, which decides what may be
 *	  computed in SQLite.
 *
 * SQLite stores any value in any column, but what a column's affinity does with
 * values on their way in is certain: in a column of a numeric affinity there is
 * no text that is written as a number, in one of affinity TEXT there is no
 * number. So a comparison of the stored values misses no value that converts.
 * Views and virtual tables give no such promise.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/attnum.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "foreign/foreign.h"
#include "mb/pg_wchar.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "fdw/fdw_internal.h"

#define NUMERIC_AFFINITIES (1 << AFFINITY_NUMERIC | 1 << AFFINITY_INTEGER)
#define NUMBER_AFFINITIES (NUMERIC_AFFINITIES | 1 << AFFINITY_REAL)
#define ANY_AFFINITY (NUMBER_AFFINITIES | 1 << AFFINITY_TEXT | 1 << AFFINITY_NONE)

/* Which stored form a column's "format" means. */
typedef enum StoredAs
{
	STORED_PLAIN,				/* no format */
	STORED_ISO,					/* "iso", or none */
	STORED_COUNT				/* a count since some epoch */
} StoredAs;

/* THE table of forms: by type, format and affinity. What is not here is opaque. */
static const struct
{
	Oid			type;
	StoredAs	stored;
	int			affinities;
	FdwForm		form;
}			forms[] = {
	{INT8OID, STORED_PLAIN, NUMERIC_AFFINITIES, FORM_INTEGER},
	{INT4OID, STORED_PLAIN, NUMERIC_AFFINITIES, FORM_INTEGER},
	{INT2OID, STORED_PLAIN, NUMERIC_AFFINITIES, FORM_INTEGER},
	{NUMERICOID, STORED_PLAIN, NUMBER_AFFINITIES, FORM_NUMBER},
	{FLOAT8OID, STORED_PLAIN, NUMBER_AFFINITIES, FORM_NUMBER},
	{BOOLOID, STORED_PLAIN, NUMERIC_AFFINITIES, FORM_BOOLEAN},
	{TEXTOID, STORED_PLAIN, 1 << AFFINITY_TEXT, FORM_TEXT},
	{VARCHAROID, STORED_PLAIN, 1 << AFFINITY_TEXT, FORM_TEXT},
	{BYTEAOID, STORED_PLAIN, 1 << AFFINITY_TEXT | 1 << AFFINITY_NONE, FORM_BYTES},
	{UUIDOID, STORED_PLAIN, ANY_AFFINITY, FORM_UUID},
	{JSONOID, STORED_PLAIN, ANY_AFFINITY, FORM_JSON},
	{JSONBOID, STORED_PLAIN, ANY_AFFINITY, FORM_JSON},
	{TIMESTAMPTZOID, STORED_COUNT, NUMBER_AFFINITIES, FORM_NUMBER},
	{TIMESTAMPOID, STORED_COUNT, NUMBER_AFFINITIES, FORM_NUMBER},
	{TIMESTAMPTZOID, STORED_ISO, ANY_AFFINITY, FORM_ISO},
	{TIMESTAMPOID, STORED_ISO, ANY_AFFINITY, FORM_ISO},
	{DATEOID, STORED_ISO, ANY_AFFINITY, FORM_ISO},
};

/* What fdw_table keeps from one planning to the next. */
typedef struct TableEntry
{
	Oid			relid;			/* hash key */
	FdwTable   *table;			/* NULL = to be read */
	MemoryContext context;		/* where it lives */
	SqliteState state;			/* of the database when it was read */
} TableEntry;

/* Created at first use, lives as long as the backend; emptied by invalidations. */
static HTAB *tables = NULL;

static FdwTable *read_table(Oid relid, SqliteDb *db);
static void forget_table(TableEntry *entry);
static void remove_table(TableEntry *entry);
static void relation_changed(Datum arg, Oid relid);
static void server_changed(Datum arg, int cacheid, uint32 hashvalue);
static void read_columns(FdwTable *table, const SqliteTable *remote, List *columns);
static void describe_constant(FdwColumn *column, FdwTable *table);
static void describe_rowid(FdwColumn *column);
static void describe_column(FdwColumn *column, const FdwTable *table, const SqliteTable *remote, const SqliteColumn *remote_column);
static FdwAffinity affinity(const SqliteTable *remote, const char *type);
static FdwForm form(const FdwColumn *column, const FdwTable *table);
static StoredAs stored_as(const FdwColumn *column);
static void read_indexes(FdwTable *table, SqliteDb *db, const SqliteTable *remote);
static AttrNumber attnum_of(const FdwTable *table, const char *name);
static void add_rowid_index(FdwTable *table);
static double page_count(SqliteDb *db);
static bool is_utf8(SqliteDb *db);

/*
 * Reads only when the foreign table, its server, or the SQLite database has
 * changed since. Throws 42P01 when the SQLite table is not there any more.
 */
FdwTable *
fdw_table(Oid relid)
{
	SqliteDb   *db = server_plan_session(server_of_table(relid));
	SqliteState state = sqlite_state(db);
	TableEntry *entry;
	MemoryContext caller;
	MemoryContext context;
	FdwTable   *table;
	bool		found;

	if (tables == NULL)
	{
		HASHCTL		ctl;

		ctl.keysize = sizeof(Oid);
		ctl.entrysize = sizeof(TableEntry);
		ctl.hcxt = CacheMemoryContext;
		tables = hash_create("sqlite_fdw_mig tables", 64, &ctl, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
		CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
		CacheRegisterSyscacheCallback(FOREIGNSERVEROID, server_changed, (Datum) 0);
	}
	entry = hash_search(tables, &relid, HASH_FIND, NULL);
	if (entry != NULL && entry->table != NULL && entry->state.connection == state.connection &&
		entry->state.schema_version == state.schema_version && entry->state.data_version == state.data_version)
		return entry->table;

	context = AllocSetContextCreate(CurrentMemoryContext, "SQLite table", ALLOCSET_SMALL_SIZES);
	caller = MemoryContextSwitchTo(context);
	table = read_table(relid, db);
	MemoryContextSwitchTo(caller);

	/* reading it may have changed the table of tables */
	entry = hash_search(tables, &relid, HASH_ENTER, &found);
	if (!found)
		entry->table = NULL;
	forget_table(entry);
	MemoryContextSetParent(context, CacheMemoryContext);
	entry->table = table;
	entry->context = context;
	entry->state = state;
	return table;
}

/* A planner run further up may still look at it: it goes with the transaction. */
static void
forget_table(TableEntry *entry)
{
	if (entry->table == NULL)
		return;
	entry->table = NULL;
	if (IsTransactionState())
		MemoryContextSetParent(entry->context, TopTransactionContext);
	else
		MemoryContextDelete(entry->context);
}

/* It may have been dropped: no entry stays of it. */
static void
remove_table(TableEntry *entry)
{
	forget_table(entry);
	(void) hash_search(tables, &entry->relid, HASH_REMOVE, NULL);
}

/* Callback: a relation has changed, or all have. */
static void
relation_changed(Datum arg, Oid relid)
{
	HASH_SEQ_STATUS scan;
	TableEntry *entry;

	if (OidIsValid(relid))
	{
		entry = hash_search(tables, &relid, HASH_FIND, NULL);
		if (entry != NULL)
			remove_table(entry);
		return;
	}
	hash_seq_init(&scan, tables);
	while ((entry = hash_seq_search(&scan)) != NULL)
		remove_table(entry);
}

static void
server_changed(Datum arg, int cacheid, uint32 hashvalue)
{
	relation_changed((Datum) 0, InvalidOid);
}

static FdwTable *
read_table(Oid relid, SqliteDb *db)
{
	FdwTable   *table = palloc0(sizeof(FdwTable));
	SqliteTable *remote;
	List	   *columns;
	const char *how;
	char	   *error;

	table->source = server_relation(relid);
	table->options = server_options(table->source->serverid);
	table->pages = page_count(db);
	if (table->source->query != NULL)
	{
		table->rows = SERVER_QUERY_ROWS;
		read_columns(table, NULL, NIL);
		return table;
	}
	remote = sqlite_table(db, table->source->table);
	if (remote == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("table \"%s\" does not exist in SQLite database \"%s\"", table->source->table, sqlite_path(db)),
				 errhint("Check the foreign table's option \"table\", or import the schema again.")));
	columns = sqlite_columns(db, remote, &error);
	table->rowid = sqlite_rowid_name(remote, columns);
	table->view = remote->kind == SQLITE_KIND_VIEW;
	table->rows = sqlite_estimate_rows(db, remote, table->rowid, &how);
	table->ordinary = remote->kind == SQLITE_KIND_TABLE || remote->kind == SQLITE_KIND_SHADOW;
	table->virtual = remote->kind == SQLITE_KIND_VIRTUAL;
	table->utf8 = GetDatabaseEncoding() == PG_UTF8 && is_utf8(db);
	read_columns(table, remote, columns);
	if (table->ordinary)
		read_indexes(table, db, remote);
	return table;
}

static double
page_count(SqliteDb *db)
{
	SqliteStmt *stmt = sqlite_prepare(db, "PRAGMA main.page_count");
	double		pages = sqlite_step(stmt) ? sqlite_integer(stmt, 0) : 0;

	sqlite_finalize(stmt);
	return pages;
}

static bool
is_utf8(SqliteDb *db)
{
	SqliteStmt *stmt = sqlite_prepare(db, "PRAGMA main.encoding");
	bool		result = sqlite_step(stmt) && strcmp(sqlite_text(stmt, 0), "UTF-8") == 0;

	sqlite_finalize(stmt);
	return result;
}

static void
read_columns(FdwTable *table, const SqliteTable *remote, List *columns)
{
	const SourceRelation *source = table->source;

	if (source->ncols > 0)
		table->natts = source->cols[source->ncols - 1].attnum;
	table->columns = palloc0(sizeof(FdwColumn) * Max(table->natts, 1));
	for (int i = 0; i < source->ncols; i++)
	{
		FdwColumn  *column = &table->columns[source->cols[i].attnum - 1];
		const ConvSpec *spec = &source->cols[i].spec;
		ListCell   *lc;

		column->source = &source->cols[i];
		column->max_chars = -1;
		column->typmod = spec->typmod;
		column->base_type = getBaseTypeAndTypmod(spec->typid, &column->typmod);
		column->nulls = !spec->empty_as_null && spec->on_error == CONV_ON_ERROR_RAISE;
		if (column->source->constant != NULL)
		{
			describe_constant(column, table);
			continue;
		}
		if (remote != NULL && table->ordinary && pg_strcasecmp(source->cols[i].name, "rowid") == 0 && !remote->without_rowid)
			describe_rowid(column);
		foreach(lc, columns)
		{
			SqliteColumn *remote_column = lfirst(lc);

			if (pg_strcasecmp(remote_column->name, source->cols[i].name) == 0)
				describe_column(column, table, remote, remote_column);
		}
	}
}

/* The rowid by its own name, where no column has that name: described further if one has. */
static void
describe_rowid(FdwColumn *column)
{
	column->affinity = AFFINITY_INTEGER;
	column->binary = true;
	column->rowid = true;
	column->never_null = true;
	if (column->base_type == INT8OID && column->source->spec.typid == INT8OID)
	{
		column->form = FORM_INTEGER;
		column->proven = true;
	}
}

/* One that is no column in SQLite. */
static void
describe_constant(FdwColumn *column, FdwTable *table)
{
	const ConvSpec *spec = &column->source->spec;

	table->constants = true;
	column->affinity = column->source->constant[0] == '\'' ? AFFINITY_TEXT : AFFINITY_INTEGER;
	column->binary = true;
	column->never_null = column->nulls;
	if (column->base_type == VARCHAROID && column->typmod >= (int32) VARHDRSZ)
		column->max_chars = column->typmod - VARHDRSZ;
	column->proven = column->nulls && column->affinity == AFFINITY_INTEGER && column->base_type == INT8OID && spec->typid == INT8OID &&
		spec->format == NULL;
	column->form = form(column, table);
}

/*
 * Everything about one column. One that SQLite does not list (rowid, hidden
 * columns) keeps FORM_OPAQUE and no promise about NULL.
 */
static void
describe_column(FdwColumn *column, const FdwTable *table, const SqliteTable *remote, const SqliteColumn *remote_column)
{
	const ConvSpec *spec = &column->source->spec;
	bool		plain;

	column->remote = remote_column;
	column->affinity = affinity(remote, remote_column->type);
	column->binary = pg_strcasecmp(remote_column->collation, "BINARY") == 0;
	column->foreign_order = !sqlite_is_own_collation(remote_column->collation);
	column->rowid = remote_column->rowid_alias;
	column->never_null = table->ordinary && (column->rowid || remote_column->notnull);
	if (column->base_type == VARCHAROID && column->typmod >= (int32) VARHDRSZ)
		column->max_chars = column->typmod - VARHDRSZ;
	column->form = form(column, table);

	plain = column->base_type == spec->typid;
	column->proven = plain && table->ordinary &&
		((column->base_type == INT8OID && (column->rowid || (remote->strict && column->affinity == AFFINITY_INTEGER))) ||
		 (column->base_type == FLOAT8OID && remote->strict && column->affinity == AFFINITY_REAL));
	column->words = !remote->strict;
	column->infinities = !column->proven &&
		(column->base_type == FLOAT8OID || (column->base_type == NUMERICOID && column->typmod < 0));
}

/*
 * SQLite's rules for the affinity of a declared type, in their order.
 */
static FdwAffinity
affinity(const SqliteTable *remote, const char *type)
{
	static const struct
	{
		const char *part;
		FdwAffinity affinity;
	}			rules[] = {
		{"INT", AFFINITY_INTEGER},
		{"CHAR", AFFINITY_TEXT}, {"CLOB", AFFINITY_TEXT}, {"TEXT", AFFINITY_TEXT},
		{"BLOB", AFFINITY_NONE},
		{"REAL", AFFINITY_REAL}, {"FLOA", AFFINITY_REAL}, {"DOUB", AFFINITY_REAL},
	};
	char	   *upper = pstrdup(type);

	for (char *c = upper; *c; c++)
		*c = pg_ascii_toupper((unsigned char) *c);
	if (upper[0] == '\0' || (remote->strict && strcmp(upper, "ANY") == 0))
		return AFFINITY_NONE;
	for (int i = 0; i < lengthof(rules); i++)
	{
		if (strstr(upper, rules[i].part) != NULL)
			return rules[i].affinity;
	}
	return AFFINITY_NUMERIC;
}

static FdwForm
form(const FdwColumn *column, const FdwTable *table)
{
	const ConvSpec *spec = &column->source->spec;
	StoredAs	stored = stored_as(column);

	if (!table->ordinary || spec->on_error != CONV_ON_ERROR_RAISE)
		return FORM_OPAQUE;
	for (int i = 0; i < lengthof(forms); i++)
	{
		if (forms[i].type != column->base_type || forms[i].stored != stored ||
			(forms[i].affinities & (1 << column->affinity)) == 0)
			continue;
		if (forms[i].form == FORM_ISO)
			return column->binary && table->utf8 ? FORM_ISO : FORM_OPAQUE;
		if (spec->empty_as_null)
			return FORM_OPAQUE;
		if (forms[i].form == FORM_BYTES && !table->utf8)
			return FORM_OPAQUE;
		if (forms[i].form == FORM_JSON && spec->typid != column->base_type)
			return FORM_OPAQUE; /* a domain may refuse more */
		if ((forms[i].form == FORM_TEXT || forms[i].form == FORM_JSON) &&
			(!table->utf8 || spec->on_nul != CONV_NUL_ERROR || spec->on_invalid_utf8 != CONV_UTF8_ERROR))
			return FORM_OPAQUE;
		return forms[i].form;
	}
	return FORM_OPAQUE;
}

static StoredAs
stored_as(const FdwColumn *column)
{
	const ConvSpec *spec = &column->source->spec;
	bool		time = column->base_type == TIMESTAMPOID || column->base_type == TIMESTAMPTZOID;

	if (time || column->base_type == DATEOID)
	{
		if (spec->format == NULL || strcmp(spec->format, "iso") == 0)
			return STORED_ISO;

		/* where clocks are put back, local time goes back while the count goes on */
		if (time && (column->base_type == TIMESTAMPTZOID || spec->time_zone == NULL || pg_strcasecmp(spec->time_zone, "UTC") == 0))
			return STORED_COUNT;
		return -1;
	}
	if (spec->format == NULL || (column->base_type == BOOLOID && strcmp(spec->format, "words") == 0))
		return STORED_PLAIN;
	return -1;
}

static AttrNumber
attnum_of(const FdwTable *table, const char *name)
{
	for (int i = 0; name != NULL && i < table->source->ncols; i++)
	{
		if (table->source->cols[i].constant == NULL && pg_strcasecmp(table->source->cols[i].name, name) == 0)
			return table->source->cols[i].attnum;
	}
	return 0;
}

static void
read_indexes(FdwTable *table, SqliteDb *db, const SqliteTable *remote)
{
	SqliteStmt *stmt = sqlite_prepare(db, "SELECT l.seq, l.\"unique\", l.partial, x.name, x.\"desc\", x.coll"
									  "  FROM pragma_index_list(?1, 'main') l, pragma_index_xinfo(l.name, 'main') x"
									  " WHERE x.key ORDER BY l.seq, x.seqno");
	FdwIndex   *index = NULL;
	int64		last = -1;

	add_rowid_index(table);
	sqlite_bind_text(stmt, 1, remote->name);
	while (sqlite_step(stmt))
	{
		if (index == NULL || sqlite_integer(stmt, 0) != last)
		{
			last = sqlite_integer(stmt, 0);
			index = palloc0(sizeof(FdwIndex));
			index->partial = sqlite_integer(stmt, 2) != 0;
			index->unique = sqlite_integer(stmt, 1) != 0 && !index->partial;
			table->indexes = lappend(table->indexes, index);
			index->attnums = palloc(0);
			index->descending = palloc(0);
			index->binary = palloc(0);
		}
		index->attnums = repalloc(index->attnums, sizeof(AttrNumber) * (index->ncols + 1));
		index->descending = repalloc(index->descending, sizeof(bool) * (index->ncols + 1));
		index->binary = repalloc(index->binary, sizeof(bool) * (index->ncols + 1));
		index->attnums[index->ncols] = attnum_of(table, sqlite_text(stmt, 3));
		index->descending[index->ncols] = sqlite_integer(stmt, 4) != 0;
		index->binary[index->ncols] = sqlite_is_null(stmt, 5) || strcmp(sqlite_text(stmt, 5), "BINARY") == 0;
		index->ncols++;
	}
	sqlite_finalize(stmt);
}

/* The table itself, as the index by its rowid. */
static void
add_rowid_index(FdwTable *table)
{
	for (int i = 0; i < table->natts; i++)
	{
		FdwIndex   *index;

		if (table->columns[i].source == NULL || !table->columns[i].rowid)
			continue;
		index = palloc0(sizeof(FdwIndex));
		index->ncols = 1;
		index->attnums = palloc(sizeof(AttrNumber));
		index->attnums[0] = i + 1;
		index->descending = palloc0(sizeof(bool));
		index->binary = palloc(sizeof(bool));
		index->binary[0] = true;
		index->unique = true;
		table->indexes = lappend(table->indexes, index);
		return;
	}
}
