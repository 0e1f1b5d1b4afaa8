/*-------------------------------------------------------------------------
 *
 * mig_replay.c
 *	  Rows of the quarantine as a source.
 *
 * A row is read again from SQLite by its key: it may have been repaired there.
 * One that was edited in the quarantine, or has no key, is made of what the
 * quarantine holds: SQLite gives the values back as bound parameters, so that
 * both kinds go through the same converters.
 *
 * Knows the quarantine's form of a value (conv_raw.c writes it). What a person
 * writes there may be a plain JSON value too: a number, a string, null, true.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "foreign/foreign.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"

#include "migrate/migrate.h"

/* Rows are fetched so many at a time: they may be long. */
#define FETCH_ROWS	16

/* The columns of the query. */
enum
{
	Q_REJECT = 1, Q_ROWID, Q_KEY, Q_ROW, Q_EDITED
};

static const char rows_query[] =
"SELECT reject, source_rowid, key_values, \"row\", edited_at IS NOT NULL FROM sqlite_mig.rejected"
" WHERE server OPERATOR(pg_catalog.=) $1 AND table_name OPERATOR(pg_catalog.=) $2 AND migration IS NOT DISTINCT FROM $3"
" AND on_conflict OPERATOR(pg_catalog.=) $4 AND conflict_columns IS NOT DISTINCT FROM $5"
" AND ($3 IS NOT NULL OR target_relation OPERATOR(pg_catalog.=) $6)"
" AND replayed_at IS NULL AND NOT accepted ORDER BY reject";

/* Rows that the target does not have as the source has them. */
static const char held_query[] =
"SELECT reject, source_rowid, key_values, \"row\", replayed_at IS NOT NULL FROM sqlite_mig.rejected"
" WHERE server OPERATOR(pg_catalog.=) $1 AND table_name OPERATOR(pg_catalog.=) $2 AND migration OPERATOR(pg_catalog.=) $3"
" AND (replayed_at IS NULL OR edited_at IS NOT NULL) ORDER BY reject";

typedef struct ReplaySource
{
	MigSource	pub;
	Portal		portal;
	SPITupleTable *rows;
	uint64		nrows;
	uint64		at;
	SqliteStmt *by_key;			/* NULL: rows have no key */
	SqliteStmt *by_value;
	MemoryContext context;		/* of a row */
} ReplaySource;

static Datum query_value(const ReplaySource *source, int column, bool *isnull);
static MigRead replay_next(MigSource *pub, Datum *values, bool *nulls);
static bool fetch_row(ReplaySource *source);
static MigRead replay_row(ReplaySource *source, Datum *values, bool *nulls);
static bool bind_key(ReplaySource *source, SqliteStmt *stmt, int first);
static bool bind_columns(ReplaySource *source);
static bool is_unheld(Jsonb *row, const char *name);
static bool bind_object(SqliteStmt *stmt, int param, Jsonb *row, const char *name);
static bool bind_json(SqliteStmt *stmt, int param, const JsonbValue *value);
static bool bind_classed(SqliteStmt *stmt, int param, JsonbContainer *object);
static bool bind_number(SqliteStmt *stmt, int param, const char *text, bool real);
static bool bind_hex(SqliteStmt *stmt, int param, const JsonbValue *hex, bool text);
static char *json_text(const JsonbValue *value);
static MigRead refuse(ReplaySource *source, int sqlstate, const char *column, const char *message);
static ReplaySource *wrap(MigSource *scan);
static Portal open_held(const MigSource *source, const char *migration);
static Portal open_cursor(const MigSource *source, const MigCopySpec *spec);
static SqliteStmt *prepare_by_key(const MigSource *source);
static SqliteStmt *prepare_by_value(const MigSource *source);

MigSource *
mig_replay_open(MigSource *scan, const MigCopySpec *spec)
{
	ReplaySource *source = wrap(scan);

	sqlite_finalize(scan->stmt);
	source->pub.next = replay_next;
	if (scan->nkey > 0)
		source->by_key = prepare_by_key(scan);
	source->portal = open_cursor(scan, spec);
	return &source->pub;
}

MigSource *
mig_held_open(MigSource *scan, const char *migration)
{
	ReplaySource *source = wrap(scan);

	source->pub.raw = makeStringInfo();
	source->portal = open_held(scan, migration);
	return &source->pub;
}

bool
mig_held_next(MigSource *pub, bool *loaded)
{
	ReplaySource *source = (ReplaySource *) pub;
	MemoryContext oldcontext;
	bool		isnull;
	bool		bound;

	if (source->at == source->nrows && !fetch_row(source))
		return false;
	MemoryContextReset(source->context);
	pub->stmt = source->by_value;
	sqlite_rewind(pub->stmt);
	*loaded = DatumGetBool(query_value(source, Q_EDITED, &isnull));
	oldcontext = MemoryContextSwitchTo(source->context);

	/* a row that is not there is known by its key alone, if it has one */
	bound = bind_columns(source) || (pub->nkey > 0 && !*loaded);
	bound = bound && bind_key(source, pub->stmt, pub->ncols + 1);
	MemoryContextSwitchTo(oldcontext);
	if (!bound || !sqlite_step(pub->stmt))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("row " INT64_FORMAT " of the quarantine cannot be read", DatumGetInt64(query_value(source, Q_REJECT, &isnull)))));
	source->at++;
	resetStringInfo(pub->raw);
	conv_raw_append(pub->raw, sqlite_raw(pub->stmt), pub->ncols + pub->nkey);
	pub->row.raw = pub->raw->data;
	pub->row.raw_len = pub->raw->len;
	return true;
}

static ReplaySource *
wrap(MigSource *scan)
{
	ReplaySource *source = palloc0(sizeof(ReplaySource));

	source->pub = *scan;
	source->context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig replay", ALLOCSET_DEFAULT_SIZES);
	source->by_value = prepare_by_value(scan);
	return source;
}

static Portal
open_held(const MigSource *source, const char *migration)
{
	MemoryContext oldcontext = CurrentMemoryContext;
	Oid			types[] = {TEXTOID, TEXTOID, TEXTOID};
	Datum		values[3];
	Portal		portal;

	values[0] = CStringGetTextDatum(GetForeignServer(source->rel->serverid)->servername);
	values[1] = CStringGetTextDatum(source->rel->table);
	values[2] = CStringGetTextDatum(migration);
	portal = SPI_cursor_open_with_args(NULL, held_query, lengthof(types), types, values, NULL, true, 0);
	MemoryContextSwitchTo(oldcontext);
	return portal;
}

static Portal
open_cursor(const MigSource *source, const MigCopySpec *spec)
{
	static const char *const conflicts[] = {"error", "nothing", "update"};
	MemoryContext oldcontext = CurrentMemoryContext;
	Oid			types[] = {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID, TEXTOID};
	Datum		values[6] = {0};
	char		nulls[] = "      ";
	Datum	   *columns = palloc(Max(spec->nconflict, 1) * sizeof(Datum));
	Portal		portal;
	int			i;

	values[0] = CStringGetTextDatum(GetForeignServer(source->rel->serverid)->servername);
	values[1] = CStringGetTextDatum(source->rel->table);
	values[3] = CStringGetTextDatum(conflicts[spec->on_conflict]);
	values[5] = CStringGetTextDatum(quote_qualified_identifier(get_namespace_name(get_rel_namespace(spec->target)), get_rel_name(spec->target)));
	if (spec->migration)
		values[2] = CStringGetTextDatum(spec->migration);
	else
		nulls[2] = 'n';
	for (i = 0; i < spec->nconflict; i++)
		columns[i] = CStringGetTextDatum(spec->conflict[i]);
	if (spec->nconflict > 0)
		values[4] = PointerGetDatum(construct_array(columns, spec->nconflict, TEXTOID, -1, false, TYPALIGN_INT));
	else
		nulls[4] = 'n';
	portal = SPI_cursor_open_with_args(NULL, rows_query, lengthof(types), types, values, nulls, true, 0);
	MemoryContextSwitchTo(oldcontext);
	return portal;
}

/* SELECT columns, key … WHERE key = ?1 … */
static SqliteStmt *
prepare_by_key(const MigSource *source)
{
	StringInfoData key;
	StringInfoData sql;
	int			i;

	initStringInfo(&key);
	initStringInfo(&sql);
	for (i = 0; i < source->nkey; i++)
	{
		appendStringInfoString(&key, i > 0 ? ", r." : "r.");
		base_append_ident(&key, source->key[i]);
	}
	server_select_with(&sql, source->rel, source->cols, source->ncols, key.data);
	for (i = 0; i < source->nkey; i++)
	{
		appendStringInfoString(&sql, i > 0 ? " AND r." : " WHERE r.");
		base_append_ident(&sql, source->key[i]);
		appendStringInfo(&sql, " = ?%d%s", i + 1, source->key_unsearchable ? " COLLATE BINARY" : "");
	}
	return sqlite_prepare(source->db, sql.data);
}

/* SELECT ?1, ?2 …: columns, then key */
static SqliteStmt *
prepare_by_value(const MigSource *source)
{
	StringInfoData sql;
	int			i;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT ");
	for (i = 0; i < source->ncols + source->nkey; i++)
		appendStringInfo(&sql, "%s?%d", i > 0 ? ", " : "", i + 1);
	if (i == 0)
		appendStringInfoString(&sql, "NULL");
	return sqlite_prepare(source->db, sql.data);
}

/*
 * Values are allocated in CurrentMemoryContext.
 */
static MigRead
replay_next(MigSource *pub, Datum *values, bool *nulls)
{
	ReplaySource *source = (ReplaySource *) pub;
	MigRead		read;

	if (source->at == source->nrows && !fetch_row(source))
		return MIG_READ_END;
	MemoryContextReset(source->context);
	pub->row.number++;
	pub->row.raw = NULL;
	pub->row.raw_len = 0;
	pub->fault = NULL;
	read = replay_row(source, values, nulls);
	source->at++;
	return read;
}

static bool
fetch_row(ReplaySource *source)
{
	MemoryContext oldcontext = CurrentMemoryContext;

	if (source->rows)
		SPI_freetuptable(source->rows);
	SPI_cursor_fetch(source->portal, true, FETCH_ROWS);
	source->rows = SPI_tuptable;
	source->nrows = SPI_processed;
	source->at = 0;
	MemoryContextSwitchTo(oldcontext);
	return source->nrows > 0;
}

static Datum
query_value(const ReplaySource *source, int column, bool *isnull)
{
	return SPI_getbinval(source->rows->vals[source->at], source->rows->tupdesc, column, isnull);
}

static MigRead
replay_row(ReplaySource *source, Datum *values, bool *nulls)
{
	MemoryContext oldcontext;
	bool		isnull;
	bool		bound;

	source->pub.row.reject = DatumGetInt64(query_value(source, Q_REJECT, &isnull));
	if (source->by_key && !DatumGetBool(query_value(source, Q_EDITED, &isnull)))
	{
		sqlite_rewind(source->by_key);
		source->pub.stmt = source->by_key;
		oldcontext = MemoryContextSwitchTo(source->context);
		bound = bind_key(source, source->by_key, 1);
		MemoryContextSwitchTo(oldcontext);
		if (!bound)
			return refuse(source, ERRCODE_INVALID_TEXT_REPRESENTATION, NULL, "the key of the row in the quarantine cannot be read");
		switch (sqlite_step_over(source->by_key))
		{
			case SQLITE_STEP_END:
				return refuse(source, ERRCODE_NO_DATA_FOUND, NULL, "the row is not in the source any more");
			case SQLITE_STEP_GIANT:
				return refuse(source, ERRCODE_PROGRAM_LIMIT_EXCEEDED, NULL, "a value of the row is longer than SQLite's limit: repair the row in the source");
			case SQLITE_STEP_ROW:
				break;
		}
	}
	else
	{
		sqlite_rewind(source->by_value);
		source->pub.stmt = source->by_value;
		oldcontext = MemoryContextSwitchTo(source->context);
		bound = bind_columns(source) && bind_key(source, source->by_value, source->pub.ncols + 1);
		MemoryContextSwitchTo(oldcontext);
		if (!bound)
			return source->pub.fault ? MIG_READ_REFUSED :
				refuse(source, ERRCODE_INVALID_TEXT_REPRESENTATION, NULL, "the key of the row in the quarantine cannot be read");
		if (!sqlite_step(source->by_value))
			elog(ERROR, "SQLite did not give bound values back");
	}
	return mig_source_convert(&source->pub, values, nulls);
}

static MigRead
refuse(ReplaySource *source, int sqlstate, const char *column, const char *message)
{
	MigFault   *fault = MemoryContextAllocZero(source->context, sizeof(MigFault));

	fault->sqlstate = sqlstate;
	fault->column = unconstify(char *, column);
	fault->of_source = true;
	fault->message = MemoryContextStrdup(source->context, message);
	source->pub.fault = fault;
	return MIG_READ_REFUSED;
}

/* Binds what identifies the row, from parameter "first" on. */
static bool
bind_key(ReplaySource *source, SqliteStmt *stmt, int first)
{
	bool		isnull;
	Datum		key;
	int			i;

	if (source->pub.nkey == 0)
		return true;
	if (source->pub.rowid)
	{
		key = query_value(source, Q_ROWID, &isnull);
		if (!isnull)
			sqlite_bind_int64(stmt, first, DatumGetInt64(key));
		return !isnull;
	}
	key = query_value(source, Q_KEY, &isnull);
	if (isnull)
		return false;
	for (i = 0; i < source->pub.nkey; i++)
		if (!bind_object(stmt, first + i, DatumGetJsonbP(key), source->pub.key[i]))
			return false;
	return true;
}

/* Binds the columns; false and the fault when one is missing or written wrongly. */
static bool
bind_columns(ReplaySource *source)
{
	bool		isnull;
	Jsonb	   *row = DatumGetJsonbP(query_value(source, Q_ROW, &isnull));
	int			i;

	for (i = 0; i < source->pub.ncols; i++)
	{
		const char *name = source->pub.rel->cols[source->pub.cols[i]].name;

		if (!bind_object(source->by_value, i + 1, row, name))
		{
			(void) refuse(source, ERRCODE_INVALID_TEXT_REPRESENTATION, name, is_unheld(row, name) ?
						  psprintf("the value of column \"%s\" was too long for the quarantine: repair the row in the source", name) :
						  psprintf("the row in the quarantine has no readable value of column \"%s\"", name));
			return false;
		}
	}
	return true;
}

/* Does the length stand for the value? */
static bool
is_unheld(Jsonb *row, const char *name)
{
	JsonbValue *value = JB_ROOT_IS_OBJECT(row) ? getKeyJsonValueFromContainer(&row->root, name, strlen(name), NULL) : NULL;

	return value != NULL && value->type == jbvBinary && JsonContainerIsObject(value->val.binary.data) &&
		getKeyJsonValueFromContainer(value->val.binary.data, "bytes", 5, NULL) != NULL;
}

static bool
bind_object(SqliteStmt *stmt, int param, Jsonb *row, const char *name)
{
	JsonbValue *value = JB_ROOT_IS_OBJECT(row) ? getKeyJsonValueFromContainer(&row->root, name, strlen(name), NULL) : NULL;

	return value != NULL && bind_json(stmt, param, value);
}

/*
 * A value as conv_raw_jsonb writes it, or plain JSON.
 */
static bool
bind_json(SqliteStmt *stmt, int param, const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvNull:
			sqlite_bind_null(stmt, param);
			return true;
		case jbvBool:
			sqlite_bind_int64(stmt, param, value->val.boolean);
			return true;
		case jbvNumeric:
			return bind_number(stmt, param, json_text(value), false);
		case jbvString:
			sqlite_bind_text(stmt, param, json_text(value));
			return true;
		default:
			return value->type == jbvBinary && JsonContainerIsObject(value->val.binary.data) && bind_classed(stmt, param, value->val.binary.data);
	}
}

static bool
bind_classed(SqliteStmt *stmt, int param, JsonbContainer *object)
{
	JsonbValue *class = getKeyJsonValueFromContainer(object, "class", 5, NULL);
	JsonbValue *value = getKeyJsonValueFromContainer(object, "value", 5, NULL);
	JsonbValue *hex = getKeyJsonValueFromContainer(object, "hex", 3, NULL);
	char	   *name = class ? json_text(class) : NULL;
	char	   *text = value ? json_text(value) : NULL;

	if (name == NULL)
		return false;
	if (strcmp(name, "null") == 0)
	{
		sqlite_bind_null(stmt, param);
		return true;
	}
	if (strcmp(name, "integer") == 0)
		return text != NULL && strpbrk(text, ".eE") == NULL && bind_number(stmt, param, text, false);
	if (strcmp(name, "real") == 0)
		return text != NULL && bind_number(stmt, param, text, true);
	if (strcmp(name, "blob") == 0)
		return hex != NULL && bind_hex(stmt, param, hex, false);
	if (strcmp(name, "text") != 0)
		return false;
	if (text != NULL && value->type == jbvString)
	{
		sqlite_bind_text(stmt, param, text);
		return true;
	}
	return hex != NULL && bind_hex(stmt, param, hex, true);
}

/*
 * An integer where it is one that SQLite can hold, unless a REAL is wanted.
 */
static bool
bind_number(SqliteStmt *stmt, int param, const char *text, bool real)
{
	char	   *end;
	double		number;
	int64		integer;

	if (!real && strspn(text, "-0123456789") == strlen(text))
	{
		errno = 0;
		integer = strtoll(text, &end, 10);
		if (errno != 0 || end == text || *end != '\0')
			return false;
		sqlite_bind_int64(stmt, param, integer);
		return true;
	}
	errno = 0;
	number = strtod(text, &end);
	if (end == text || *end != '\0' || (errno == ERANGE && fabs(number) > 1))
		return false;
	sqlite_bind_double(stmt, param, number);
	return true;
}

static bool
bind_hex(SqliteStmt *stmt, int param, const JsonbValue *hex, bool text)
{
	const char *digits = hex->val.string.val;
	int			len;
	char	   *bytes;

	if (hex->type != jbvString)
		return false;
	len = hex->val.string.len;
	if (len % 2 != 0 || strspn(json_text(hex), "0123456789abcdefABCDEF") != len)
		return false;
	bytes = palloc(len / 2 + 1);
	sqlite_bind_bytes(stmt, param, bytes, hex_decode(digits, len, bytes), text);
	return true;
}

/* A string or number as text; NULL for anything else. */
static char *
json_text(const JsonbValue *value)
{
	if (value->type == jbvString)
		return pnstrdup(value->val.string.val, value->val.string.len);
	if (value->type == jbvNumeric)
		return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));
	return NULL;
}
