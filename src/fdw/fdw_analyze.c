/*-------------------------------------------------------------------------
 *
 * fdw_analyze.c
 *	  ANALYZE of foreign tables: a sample of the rows, for PostgreSQL's own
 *	  statistics.
 *
 * Where the rowids lie close together, one row is looked up in each of as many
 * stretches of them as rows are wanted: that reads a part of the file only.
 * Elsewhere all rows are stepped over and a reservoir keeps some. Either
 * way no more rows are in memory than are wanted.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "access/htup_details.h"
#include "commands/vacuum.h"
#include "common/pg_prng.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/sampling.h"

#include "fdw/fdw_internal.h"

/* Look-ups pay when less than one row in so many is wanted, */
#define ROWS_PER_LOOKUP 4

/* and when at least one in so many rowids is in use. */
#define MAX_ROWIDS_PER_ROW 4

typedef struct Sample
{
	Relation	relation;
	SourceRelation *source;
	SqliteDb   *db;
	const char *rowid;			/* NULL if there is none */
	double		total;			/* rows of the table */
	int64		first;			/* least and greatest rowid */
	int64		last;
	ConvIn	  **conv;
	int			wanted;
	HeapTuple  *rows;
	int			nrows;
	MemoryContext scratch;		/* of one row */
	int64		refused;		/* values that do not convert */
} Sample;

static int	acquire_rows(Relation relation, int elevel, HeapTuple *rows, int wanted, double *total, double *dead);
static void measure(Sample *sample);
static SqliteStmt *prepare_rows(const Sample *sample, const char *extra, const char *tail);
static void look_up(Sample *sample);
static void step_over(Sample *sample);
static HeapTuple make_row(Sample *sample, SqliteStmt *stmt);

bool
fdwAnalyzeForeignTable(Relation relation, AcquireSampleRowsFunc *func, BlockNumber *totalpages)
{
	SourceRelation *source = server_relation(RelationGetRelid(relation));
	SqliteStmt *stmt = sqlite_prepare(server_session(source->serverid), "PRAGMA main.page_count");

	*func = acquire_rows;
	*totalpages = sqlite_step(stmt) ? Max(sqlite_integer(stmt, 0), 1) : 1;
	sqlite_finalize(stmt);
	return true;
}

static int
acquire_rows(Relation relation, int elevel, HeapTuple *rows, int wanted, double *total, double *dead)
{
	Sample		sample = {.relation = relation,.wanted = wanted,.rows = rows};

	sample.source = server_relation(RelationGetRelid(relation));
	sample.db = server_session(sample.source->serverid);
	sample.scratch = AllocSetContextCreate(CurrentMemoryContext, "SQLite sample row", ALLOCSET_DEFAULT_SIZES);
	sample.conv = palloc(sizeof(ConvIn *) * Max(sample.source->ncols, 1));
	for (int i = 0; i < sample.source->ncols; i++)
		sample.conv[i] = conv_choose(&sample.source->cols[i].spec);
	measure(&sample);
	if (sample.rowid != NULL && sample.total > (double) wanted * ROWS_PER_LOOKUP &&
		(double) sample.last - (double) sample.first < sample.total * MAX_ROWIDS_PER_ROW)
		look_up(&sample);
	else
		step_over(&sample);

	if (sample.refused > 0)
		ereport(WARNING,
				(errmsg("statistics of \"%s\" take values that do not convert for NULL", RelationGetRelationName(relation)),
				 errdetail("There are " INT64_FORMAT " of them in the sample.", sample.refused)));
	ereport(elevel,
			(errmsg("\"%s\": table contains %.0f rows; %d rows in sample",
					RelationGetRelationName(relation), sample.total, sample.nrows)));
	MemoryContextDelete(sample.scratch);
	*total = sample.total;
	*dead = 0;
	return sample.nrows;
}

/* Counts the rows, which SQLite does fast, and finds the ends of the rowids. */
static void
measure(Sample *sample)
{
	SqliteTable *table = sqlite_table(sample->db, sample->source->table);
	StringInfoData sql;
	SqliteStmt *stmt;
	char	   *error;

	if (table != NULL)
		sample->rowid = sqlite_rowid_name(table, sqlite_columns(sample->db, table, &error));
	initStringInfo(&sql);
	server_select_with(&sql, sample->source, NULL, 0, "count(*)");
	stmt = sqlite_prepare(sample->db, sql.data);
	if (sqlite_step(stmt))
		sample->total = sqlite_integer(stmt, 0);
	sqlite_finalize(stmt);

	for (int end = 0; sample->rowid != NULL && end < 2; end++)
	{
		resetStringInfo(&sql);
		appendStringInfoString(&sql, end == 0 ? "min(" : "max(");
		base_append_ident(&sql, sample->rowid);
		appendStringInfoChar(&sql, ')');
		stmt = prepare_rows(&(Sample) {.source = sample->source,.db = sample->db}, sql.data, "");
		if (sqlite_step(stmt))
			*(end == 0 ? &sample->first : &sample->last) = sqlite_integer(stmt, 0);
		sqlite_finalize(stmt);
	}
}

/* SELECT of "extra", or of all columns, and what follows FROM. */
static SqliteStmt *
prepare_rows(const Sample *sample, const char *extra, const char *tail)
{
	StringInfoData sql;
	int		   *cols = palloc(sizeof(int) * Max(sample->source->ncols, 1));

	for (int i = 0; i < sample->source->ncols; i++)
		cols[i] = i;
	initStringInfo(&sql);
	server_select_with(&sql, sample->source, cols, sample->conv != NULL ? sample->source->ncols : 0, extra);
	appendStringInfoString(&sql, tail);
	return sqlite_prepare(sample->db, sql.data);
}

/*
 * The first row behind a random rowid in each stretch, if it lies in the same
 * stretch: no row twice, and in order of the table.
 */
static void
look_up(Sample *sample)
{
	StringInfoData rowid;
	SqliteStmt *stmt;
	double		step = ((double) sample->last - (double) sample->first + 1) / sample->wanted;

	initStringInfo(&rowid);
	appendStringInfoString(&rowid, "r.");
	base_append_ident(&rowid, sample->rowid);
	stmt = prepare_rows(sample, rowid.data, psprintf(" WHERE %s >= ?1 ORDER BY %s LIMIT 1", rowid.data, rowid.data));
	for (int i = 0; i < sample->wanted; i++)
	{
		int64		from = sample->first + (int64) floor(step * i);
		int64		to = sample->first + (int64) floor(step * (i + 1));
		int64		at = from + (int64) ((to - from) * pg_prng_double(&pg_global_prng_state));

		sqlite_rewind(stmt);
		sqlite_bind_int64(stmt, 1, at);
		if (sqlite_step(stmt) && sqlite_integer(stmt, sample->source->ncols) < to)
			sample->rows[sample->nrows++] = make_row(sample, stmt);
	}
	sqlite_finalize(stmt);
}

/* Vitter's reservoir, as for tables of PostgreSQL's own. */
static void
step_over(Sample *sample)
{
	SqliteStmt *stmt = prepare_rows(sample, NULL, "");
	ReservoirStateData reservoir;
	double		seen = 0;
	double		skip = -1;

	reservoir_init_selection_state(&reservoir, sample->wanted);
	for (; sqlite_step(stmt); seen++)
	{
		int			place;

		if (sample->nrows < sample->wanted)
		{
			sample->rows[sample->nrows++] = make_row(sample, stmt);
			continue;
		}
		if (skip < 0)
			skip = reservoir_get_next_S(&reservoir, seen, sample->wanted);
		if (skip-- > 0)
			continue;
		place = (int) (sample->wanted * sampler_random_fract(&reservoir.randstate));
		heap_freetuple(sample->rows[place]);
		sample->rows[place] = make_row(sample, stmt);
	}
	sqlite_finalize(stmt);
}

static HeapTuple
make_row(Sample *sample, SqliteStmt *stmt)
{
	TupleDesc	desc = RelationGetDescr(sample->relation);
	MemoryContext caller = MemoryContextSwitchTo(sample->scratch);
	Datum	   *values = palloc0(sizeof(Datum) * desc->natts);
	bool	   *nulls = palloc(sizeof(bool) * desc->natts);
	HeapTuple	row;

	memset(nulls, true, sizeof(bool) * desc->natts);
	for (int i = 0; i < sample->source->ncols; i++)
	{
		int			target = sample->source->cols[i].attnum - 1;

		if (!conv_column(sample->conv[i], sqlite_raw(stmt), i, &values[target], &nulls[target]))
		{
			nulls[target] = true;
			sample->refused++;
		}
	}
	MemoryContextSwitchTo(caller);
	row = heap_form_tuple(desc, values, nulls);
	MemoryContextReset(sample->scratch);
	return row;
}
