/*-------------------------------------------------------------------------
 *
 * mig_reject.c
 *	  The quarantine: rows that did not get where they should.
 *
 * Rows are collected and written to sqlite_mig.rejected a batch at a time, with
 * the rights and policies of the role. In a replay they are there already: what
 * has become of them is written instead.
 *
 * Knows the table, not why a row comes here. Must be called outside of any
 * subtransaction that may be rolled back.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/queryenvironment.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "migrate/migrate.h"

/* The name of the collected rows in our statement. */
#define REJECTS_NAME "sqlite_mig_rejects"

#define MAX_COLLECTED_ROWS	1000
#define MAX_COLLECTED_BYTES (256 * 1024)

/* The columns of collected rows. */
enum
{
	COL_REJECT, COL_LOADED, COL_SOURCE_KEY, COL_ROWID, COL_KEY, COL_ROW, COL_COLUMN, COL_SQLSTATE, COL_MESSAGE, COL_DETAIL
};

static const struct
{
	const char *name;
	Oid			type;
}			collected_columns[] = {
	{"reject", INT8OID}, {"loaded", BOOLOID}, {"source_key", TEXTOID}, {"source_rowid", INT8OID}, {"key_values", JSONBOID},
	{"row", JSONBOID}, {"column_name", TEXTOID}, {"sqlstate", TEXTOID}, {"message", TEXTOID}, {"detail", TEXTOID}
};

#define COLLECTED_COLUMNS lengthof(collected_columns)

/* What is the same for all rows of a copy: parameters of the statement. */
enum
{
	PARAM_MIGRATION, PARAM_RUN, PARAM_SERVER, PARAM_TABLE, PARAM_SOURCE, PARAM_TARGET, PARAM_ON_CONFLICT, PARAM_CONFLICT_COLUMNS, PARAM_POLICY, PARAMS
};

static const char insert_statement[] =
"INSERT INTO sqlite_mig.rejected (migration, run, server, table_name, source_relation, target_relation, on_conflict, conflict_columns, policy,"
" source_key, source_rowid, key_values, \"row\", column_name, sqlstate, message, detail)"
" SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, b.source_key, b.source_rowid, b.key_values, b.\"row\", b.column_name, b.sqlstate, b.message, b.detail"
" FROM " REJECTS_NAME " AS b";

/* A row that was edited in the quarantine stays as it was edited. */
static const char update_statement[] =
"UPDATE sqlite_mig.rejected AS r SET replayed_at = CASE WHEN b.loaded THEN pg_catalog.clock_timestamp() END,"
" rejected_at = CASE WHEN b.loaded THEN r.rejected_at ELSE pg_catalog.clock_timestamp() END,"
" \"row\" = CASE WHEN b.loaded OR r.edited_at IS NOT NULL OR b.\"row\" IS NULL THEN r.\"row\" ELSE b.\"row\" END,"
" column_name = CASE WHEN b.loaded THEN r.column_name ELSE b.column_name END,"
" sqlstate = CASE WHEN b.loaded THEN r.sqlstate ELSE b.sqlstate END,"
" message = CASE WHEN b.loaded THEN r.message ELSE b.message END,"
" detail = CASE WHEN b.loaded THEN r.detail ELSE b.detail END"
" FROM " REJECTS_NAME " AS b WHERE r.reject OPERATOR(pg_catalog.=) b.reject";

struct MigRejects
{
	const MigCopySpec *spec;
	const MigSource *source;
	char	  **names;			/* of the values in MigRow.raw: columns, then key */
	int64		count;
	MemoryContext context;		/* of a row */
	MemoryContext batch_context;	/* of the rows collected */
	TupleDesc	desc;
	Tuplestorestate *store;		/* NULL: nothing is collected */
	int			collected;
	Size		collected_bytes;
	SPIPlanPtr	plan;
	EphemeralNamedRelationData relation;
	Datum		params[PARAMS];
	char		nulls[PARAMS];	/* as SPI takes them */
};

static void init_params(MigRejects *rejects, Relation source, Relation target);
static void init_statement(MigRejects *rejects);
static int	migration_run(const char *migration);
static void describe_row(MigRejects *rejects, const MigRow *row, Datum *values, bool *nulls);
static void collect(MigRejects *rejects, Datum *values, bool *nulls, Size bytes);
static void write_collected(MigRejects *rejects);
static const char *source_column_name(MigRejects *rejects, const char *column);
static Datum qualified_name(Relation rel);

MigRejects *
mig_rejects_open(const MigCopySpec *spec, Relation source, Relation target, const MigSource *reader)
{
	MigRejects *rejects = palloc0(sizeof(MigRejects));
	int			i;

	rejects->spec = spec;
	rejects->source = reader;
	rejects->context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig reject", ALLOCSET_DEFAULT_SIZES);
	rejects->batch_context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig rejects", ALLOCSET_DEFAULT_SIZES);
	rejects->names = palloc((reader->ncols + reader->nkey) * sizeof(char *) + 1);
	for (i = 0; i < reader->ncols; i++)
		rejects->names[i] = reader->rel->cols[reader->cols[i]].name;
	for (i = 0; i < reader->nkey; i++)
		rejects->names[reader->ncols + i] = reader->key[i];
	init_params(rejects, source, target);
	init_statement(rejects);
	return rejects;
}

static void
init_params(MigRejects *rejects, Relation source, Relation target)
{
	const MigCopySpec *spec = rejects->spec;
	static const char *const conflicts[] = {"error", "nothing", "update"};
	Datum	   *params = rejects->params;
	Datum	   *columns;
	int			i;

	memset(rejects->nulls, ' ', PARAMS);
	if (spec->migration)
	{
		params[PARAM_MIGRATION] = CStringGetTextDatum(spec->migration);
		params[PARAM_RUN] = Int32GetDatum(migration_run(spec->migration));
	}
	else
		rejects->nulls[PARAM_MIGRATION] = rejects->nulls[PARAM_RUN] = 'n';
	params[PARAM_SERVER] = CStringGetTextDatum(GetForeignServer(rejects->source->rel->serverid)->servername);
	params[PARAM_TABLE] = CStringGetTextDatum(rejects->source->rel->table);
	params[PARAM_SOURCE] = qualified_name(source);
	params[PARAM_TARGET] = qualified_name(target);
	params[PARAM_ON_CONFLICT] = CStringGetTextDatum(conflicts[spec->on_conflict]);
	if (spec->nconflict > 0)
	{
		columns = palloc(spec->nconflict * sizeof(Datum));
		for (i = 0; i < spec->nconflict; i++)
			columns[i] = CStringGetTextDatum(spec->conflict[i]);
		params[PARAM_CONFLICT_COLUMNS] = PointerGetDatum(construct_array(columns, spec->nconflict, TEXTOID, -1, false, TYPALIGN_INT));
	}
	else
		rejects->nulls[PARAM_CONFLICT_COLUMNS] = 'n';
	if (spec->policy)
		params[PARAM_POLICY] = CStringGetTextDatum(spec->policy);
	else
		rejects->nulls[PARAM_POLICY] = 'n';
}

static void
init_statement(MigRejects *rejects)
{
	Oid			types[PARAMS] = {TEXTOID, INT4OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID, TEXTOID};
	MemoryContext oldcontext = CurrentMemoryContext;
	int			i;

	rejects->desc = CreateTemplateTupleDesc(COLLECTED_COLUMNS);
	for (i = 0; i < COLLECTED_COLUMNS; i++)
		TupleDescInitEntry(rejects->desc, i + 1, collected_columns[i].name, collected_columns[i].type, -1, 0);
	rejects->relation.md.name = REJECTS_NAME;
	rejects->relation.md.reliddesc = InvalidOid;
	rejects->relation.md.tupdesc = rejects->desc;
	rejects->relation.md.enrtype = ENR_NAMED_TUPLESTORE;
	rejects->relation.md.enrtuples = MAX_COLLECTED_ROWS;
	if (SPI_register_relation(&rejects->relation) != SPI_OK_REL_REGISTER)
		elog(ERROR, "could not register the rejected rows of a copy");
	rejects->plan = rejects->spec->replay ? SPI_prepare(update_statement, 0, NULL) : SPI_prepare(insert_statement, PARAMS, types);
	if (rejects->plan == NULL)
		elog(ERROR, "could not prepare the quarantine: %s", SPI_result_code_string(SPI_result));
	MemoryContextSwitchTo(oldcontext);
}

/*
 * The run of a migration of the role; throws when it is none of its own.
 */
static int
migration_run(const char *migration)
{
	Oid			type = TEXTOID;
	Datum		param = CStringGetTextDatum(migration);
	MemoryContext oldcontext = CurrentMemoryContext;
	bool		isnull;
	int			run;

	if (SPI_execute_with_args(psprintf("SELECT run FROM %s._migration($1, true)", base_internal_schema()), 1, &type, &param, NULL, true, 1) != SPI_OK_SELECT ||
		SPI_processed != 1)
		elog(ERROR, "could not read the run of a migration");
	run = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	SPI_freetuptable(SPI_tuptable);
	MemoryContextSwitchTo(oldcontext);
	return run;
}

bool
mig_rejects_add(MigRejects *rejects, const MigRow *row, const MigFault *fault)
{
	MemoryContext oldcontext;
	Datum		values[COLLECTED_COLUMNS] = {0};
	bool		nulls[COLLECTED_COLUMNS];
	const char *column = fault->column;

	if (rejects->spec->reject_limit >= 0 && rejects->count >= rejects->spec->reject_limit)
	{
		/* what the caller throws is about this row, and would not say why it was not rejected like those before it */
		ereport(WARNING,
				(errmsg("reject_limit is reached: rows of table \"%s\" that were rejected: " INT64_FORMAT ", and one more would have to be",
						rejects->source->rel->table, rejects->count)));
		return false;
	}
	rejects->count++;

	oldcontext = MemoryContextSwitchTo(rejects->context);
	memset(nulls, true, sizeof(nulls));
	describe_row(rejects, row, values, nulls);
	if (column && !fault->of_source)
		column = source_column_name(rejects, column);
	if (column)
	{
		values[COL_COLUMN] = CStringGetTextDatum(column);
		nulls[COL_COLUMN] = false;
	}
	values[COL_SQLSTATE] = CStringGetTextDatum(unpack_sql_state(fault->sqlstate));
	values[COL_MESSAGE] = CStringGetTextDatum(fault->message);
	nulls[COL_SQLSTATE] = nulls[COL_MESSAGE] = false;
	if (fault->detail)
	{
		values[COL_DETAIL] = CStringGetTextDatum(fault->detail);
		nulls[COL_DETAIL] = false;
	}
	collect(rejects, values, nulls, row->raw_len);
	MemoryContextSwitchTo(oldcontext);
	MemoryContextReset(rejects->context);
	return true;
}

const MigFault *
mig_rejects_refusal(const MigSource *source)
{
	MigFault   *fault;
	const ConvIn *in;

	if (source->fault)
		return source->fault;
	in = source->conv[source->refused];
	fault = palloc0(sizeof(MigFault));
	fault->sqlstate = in->error.sqlstate;
	fault->column = source->rel->cols[source->cols[source->refused]].name;
	fault->of_source = true;
	fault->message = psprintf("cannot convert %s value of column \"%s\" to %s",
							  conv_storage_class(sqlite_raw(source->stmt), source->refused), fault->column, in->type_name);
	fault->detail = psprintf("Value %s: %s.", conv_show(sqlite_raw(source->stmt), source->refused), in->error.reason);
	return fault;
}

void
mig_rejects_loaded(MigRejects *rejects, const MigRow *row)
{
	Datum		values[COLLECTED_COLUMNS] = {0};
	bool		nulls[COLLECTED_COLUMNS];

	memset(nulls, true, sizeof(nulls));
	values[COL_REJECT] = Int64GetDatum(row->reject);
	values[COL_LOADED] = BoolGetDatum(true);
	nulls[COL_REJECT] = nulls[COL_LOADED] = false;
	collect(rejects, values, nulls, 0);
}

int64
mig_rejects_close(MigRejects *rejects)
{
	if (rejects->store)
		write_collected(rejects);
	SPI_freeplan(rejects->plan);
	SPI_unregister_relation(REJECTS_NAME);
	return rejects->count;
}

/*
 * Which row it is, and what is in it.
 */
static void
describe_row(MigRejects *rejects, const MigRow *row, Datum *values, bool *nulls)
{
	const MigSource *source = rejects->source;
	const char *raw = row->raw;

	values[COL_REJECT] = Int64GetDatum(row->reject);
	values[COL_LOADED] = BoolGetDatum(false);
	nulls[COL_REJECT] = nulls[COL_LOADED] = false;
	if (raw == NULL)
		return;
	values[COL_ROW] = conv_raw_jsonb(&raw, rejects->names, source->ncols);
	nulls[COL_ROW] = false;
	nulls[COL_SOURCE_KEY] = false;
	if (source->nkey == 0)
		values[COL_SOURCE_KEY] = CStringGetTextDatum(psprintf("row " UINT64_FORMAT, row->number));
	else if (source->rowid)
	{
		int64		rowid = conv_raw_integer(raw);

		values[COL_SOURCE_KEY] = CStringGetTextDatum(psprintf("rowid " INT64_FORMAT, rowid));
		values[COL_ROWID] = Int64GetDatum(rowid);
		nulls[COL_ROWID] = false;
	}
	else
	{
		StringInfoData name;
		const char *part = raw;
		int			i;

		initStringInfo(&name);
		for (i = 0; i < source->nkey; i++, part = conv_raw_skip(part, 1))
			appendStringInfo(&name, "%s%s", i > 0 ? ", " : "key (", conv_raw_show(part));
		appendStringInfoChar(&name, ')');
		values[COL_SOURCE_KEY] = CStringGetTextDatum(name.data);
		values[COL_KEY] = conv_raw_jsonb(&raw, source->key, source->nkey);
		nulls[COL_KEY] = false;
	}
}

static void
collect(MigRejects *rejects, Datum *values, bool *nulls, Size bytes)
{
	if (rejects->store == NULL)
	{
		MemoryContext oldcontext = MemoryContextSwitchTo(rejects->batch_context);

		rejects->store = tuplestore_begin_heap(false, false, work_mem);
		MemoryContextSwitchTo(oldcontext);
	}
	tuplestore_putvalues(rejects->store, rejects->desc, values, nulls);
	rejects->collected++;
	rejects->collected_bytes += bytes;
	if (rejects->collected == MAX_COLLECTED_ROWS || rejects->collected_bytes >= MAX_COLLECTED_BYTES)
		write_collected(rejects);
}

static void
write_collected(MigRejects *rejects)
{
	MemoryContext oldcontext = CurrentMemoryContext;
	int			result;

	rejects->relation.reldata = rejects->store;
	result = rejects->spec->replay ? SPI_execute_plan(rejects->plan, NULL, NULL, false, 0)
		: SPI_execute_plan(rejects->plan, rejects->params, rejects->nulls, false, 0);
	if (result < 0)
		elog(ERROR, "could not write to the quarantine: %s", SPI_result_code_string(result));
	MemoryContextSwitchTo(oldcontext);
	tuplestore_end(rejects->store);
	rejects->store = NULL;
	rejects->collected = 0;
	rejects->collected_bytes = 0;
	MemoryContextReset(rejects->batch_context);
}

/*
 * The name in SQLite of what fills a column of the target; the name itself when
 * nothing does.
 */
static const char *
source_column_name(MigRejects *rejects, const char *column)
{
	int			i;

	for (i = 0; i < rejects->source->ncols; i++)
		if (strcmp(rejects->source->target_names[i], column) == 0)
			return rejects->names[i];
	return column;
}

static Datum
qualified_name(Relation rel)
{
	return CStringGetTextDatum(quote_qualified_identifier(get_namespace_name(RelationGetNamespace(rel)), RelationGetRelationName(rel)));
}
