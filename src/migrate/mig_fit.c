/*-------------------------------------------------------------------------
 *
 * mig_fit.c
 *	  Which target types hold every value of the columns of a SQLite table.
 *
 * Owns the pass over a table in which candidate types are tried on every value
 * that is not NULL, with the converters that a copy would use, set to refuse
 * whatever a copy would change. Knows nothing of how candidates are chosen or
 * judged.
 *
 * A lazy fit tries the first candidate of each column, which mostly fits, and
 * reads the table a second time only for the columns where it did not, or only
 * by reading text as numbers.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "migrate/migrate.h"

typedef struct FitCandidate
{
	ConvIn	   *in;
	MigFitResult *result;
} FitCandidate;

/* The candidates of a column stand together. */
typedef struct FitColumn
{
	int			ncandidates;
	FitCandidate *candidates;
	int			from;			/* tried in this pass: from … to - 1 */
	int			to;
} FitColumn;

typedef struct FitState
{
	SqliteDb   *db;
	SqliteStmt *stmt;
	struct sqlite3_stmt *raw;
	SourceRelation rel;			/* made by hand: the columns asked for, then the rowid if there is one */
	int		   *cols;			/* 0, 1, … : all of rel */
	const char *rowid;			/* its usable spelling; NULL if there is none */
	char	   *order;
	int			ncolumns;		/* asked for */
	FitColumn  *columns;
	ConvTally  *tallies;
	int64		rows;			/* read so far */
	const int64 *first;			/* where the statement began; NULL: with the table */
	const int64 *end;			/* of the range; NULL: of the table */
	int64		before;			/* rows read before it began */
	MigGiant   *giant;			/* the row is one that SQLite does not give; NULL: it is as it is */
	MemoryContext context;		/* of the state */
	MemoryContext row_context;
	MemoryContext result_context;
	char	   *row_name;		/* of row "named", in result_context */
	int64		named;
} FitState;

static void init_relation(FitState *state, const char *table, char **columns);
static void init_candidates(FitState *state, const MigFitCandidate *candidates, int ncandidates, MigFitResult *results);
static void open_statement(FitState *state, const int64 *first, int64 left_out);
static inline bool next_row(FitState *state);
static void take_giant(FitState *state);
static void go_on_behind(FitState *state);
static void read_rows(FitState *state, bool tally);
static bool is_reading(const FitCandidate *candidate, const ConvTally *tally);
static bool plan_second_pass(FitState *state);
static void try_column(FitState *state, int col);
static void note_changes(FitState *state, const FitCandidate *candidate);
static void note_refusal(FitState *state, const FitCandidate *candidate, int col);
static char *name_row(FitState *state);

/*
 * The examples in "result_out" are allocated in CurrentMemoryContext. Throws
 * what preparing the statement, reading and choosing a converter throw.
 */
int64
mig_fit(SqliteDb *db, const char *table, char **columns, int ncolumns,
		const MigFitCandidate *candidates, int ncandidates, bool lazy, const int64 *first, const int64 *end,
		ConvTally *column_out, MigFitResult *result_out)
{
	FitState	state = {0};
	int64		rows;
	int			i;

	state.db = db;
	state.ncolumns = ncolumns;
	state.tallies = column_out;
	state.result_context = CurrentMemoryContext;
	state.context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig fit", ALLOCSET_DEFAULT_SIZES);
	state.row_context = AllocSetContextCreate(state.context, "sqlite_fdw_mig row", ALLOCSET_DEFAULT_SIZES);
	memset(column_out, 0, ncolumns * sizeof(ConvTally));
	memset(result_out, 0, ncandidates * sizeof(MigFitResult));

	MemoryContextSwitchTo(state.context);
	init_relation(&state, table, columns);
	init_candidates(&state, candidates, ncandidates, result_out);
	state.end = end;
	open_statement(&state, first, 0);

	for (i = 0; i < ncolumns; i++)
	{
		FitColumn  *column = &state.columns[i];

		column->to = lazy ? Min(column->ncandidates, 1) : column->ncandidates;
	}
	read_rows(&state, true);
	rows = state.rows;
	if (lazy && plan_second_pass(&state))
	{
		sqlite_finalize(state.stmt);
		open_statement(&state, first, 0);
		read_rows(&state, false);
	}
	MemoryContextSwitchTo(state.result_context);
	MemoryContextDelete(state.context);
	return rows;
}

/*
 * One pass. The first one tallies the storage classes as well.
 */
static void
read_rows(FitState *state, bool tally)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(state->row_context);
	int			i;
	int			j;

	for (i = 0; i < state->ncolumns; i++)
		for (j = state->columns[i].from; j < state->columns[i].to; j++)
			state->columns[i].candidates[j].result->tried = true;
	state->rows = 0;
	state->named = -1;
	while (next_row(state))
	{
		CHECK_FOR_INTERRUPTS();
		state->rows++;
		for (i = 0; i < state->ncolumns; i++)
		{
			const FitColumn *column = &state->columns[i];

			if (tally ? conv_tally(&state->tallies[i], state->raw, i) : column->from < column->to)
				try_column(state, i);
		}
		MemoryContextReset(state->row_context);
	}
	MemoryContextSwitchTo(oldcontext);
}

/* As sqlite_step; rows that SQLite does not give are rows with something else in them. */
static inline bool
next_row(FitState *state)
{
	SqliteStep	step;

	if (unlikely(state->giant != NULL))
		go_on_behind(state);
	step = sqlite_step_over(state->stmt);
	if (unlikely(step == SQLITE_STEP_GIANT))
		take_giant(state);
	return step != SQLITE_STEP_END;
}

static void
take_giant(FitState *state)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(state->context);
	MigPlace	place = {state->rowid, state->first, state->end, state->rows - state->before};

	state->giant = mig_giant(state->db, &state->rel, state->cols, state->rel.ncols, &place);
	if (state->giant == NULL)
		sqlite_raise_giant(state->stmt);
	sqlite_finalize(state->stmt);
	state->stmt = state->giant->stmt;
	state->raw = sqlite_raw(state->stmt);
	MemoryContextSwitchTo(oldcontext);
}

static void
go_on_behind(FitState *state)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(state->context);
	const int64 *end = state->end;
	int64	   *first = palloc(sizeof(int64));
	bool		last = state->giant->rowid == PG_INT64_MAX;

	sqlite_finalize(state->stmt);
	if (state->rowid == NULL)
		open_statement(state, NULL, state->rows);
	else
	{
		*first = state->giant->rowid + !last;
		if (last)
			state->end = first;
		open_statement(state, first, 0);
		state->end = end;
		state->before = state->rows;
	}
	MemoryContextSwitchTo(oldcontext);
}

/*
 * Does a candidate hold values only by reading them as what they are not, text
 * as numbers or reals as integers? Who asks may prefer another one.
 */
static bool
is_reading(const FitCandidate *candidate, const ConvTally *tally)
{
	Oid			typid = candidate->in->spec.typid;

	if (typid != INT8OID && typid != FLOAT8OID && typid != NUMERICOID)
		return false;
	return tally->texts > 0 || (typid == INT8OID && tally->reals > 0);
}

/*
 * What is left to try: all other candidates of a column whose first one was
 * refused or only reads values so. False when that is nothing.
 */
static bool
plan_second_pass(FitState *state)
{
	bool		any = false;
	int			i;

	for (i = 0; i < state->ncolumns; i++)
	{
		FitColumn  *column = &state->columns[i];
		bool		again = column->ncandidates > 1 &&
			(column->candidates[0].result->refused > 0 || is_reading(&column->candidates[0], &state->tallies[i]));

		column->from = column->to;
		column->to = again ? column->ncandidates : column->from;
		any = any || again;
	}
	return any;
}

/*
 * A relation as the server layer wants it. The rowid comes along, so that a
 * row can be named without another query.
 */
static void
init_relation(FitState *state, const char *table, char **columns)
{
	int			i;

	state->order = mig_source_order(state->db, table, &state->rowid);
	state->rel.table = pstrdup(table);
	state->rel.ncols = state->ncolumns + (state->rowid != NULL);
	state->rel.cols = palloc0((state->ncolumns + 1) * sizeof(SourceColumn));
	state->cols = palloc((state->ncolumns + 1) * sizeof(int));
	for (i = 0; i < state->rel.ncols; i++)
	{
		state->rel.cols[i].name = i < state->ncolumns ? columns[i] : pstrdup(state->rowid);
		state->cols[i] = i;
	}
}

/*
 * Chooses the converters and sorts the candidates by column.
 */
static void
init_candidates(FitState *state, const MigFitCandidate *candidates, int ncandidates, MigFitResult *results)
{
	int			i;

	state->columns = palloc0(state->ncolumns * sizeof(FitColumn));
	for (i = 0; i < ncandidates; i++)
		state->columns[candidates[i].column].ncandidates++;
	for (i = 0; i < state->ncolumns; i++)
	{
		state->columns[i].candidates = palloc(state->columns[i].ncandidates * sizeof(FitCandidate));
		state->columns[i].ncandidates = 0;
	}
	for (i = 0; i < ncandidates; i++)
	{
		FitColumn  *column = &state->columns[candidates[i].column];
		FitCandidate *candidate = &column->candidates[column->ncandidates++];
		ConvSpec	spec = candidates[i].spec;

		spec.exact = true;
		candidate->in = conv_choose(&spec);
		candidate->result = &results[i];
		candidate->result->slow = candidate->in->slow;
	}
}

/*
 * From a rowid on, or without so many rows at the beginning.
 */
static void
open_statement(FitState *state, const int64 *first, int64 left_out)
{
	StringInfoData sql;

	initStringInfo(&sql);
	server_select(&sql, &state->rel, state->cols, state->rel.ncols);
	appendStringInfoString(&sql, mig_source_range(state->rel.table, state->rowid, first, state->end));
	appendStringInfoString(&sql, state->order);
	if (left_out > 0)
		appendStringInfo(&sql, " LIMIT -1 OFFSET " INT64_FORMAT, left_out);
	state->first = first;
	state->before = 0;
	state->giant = NULL;
	state->stmt = sqlite_prepare(state->db, sql.data);
	sqlite_tells_of(state->stmt, state->rel.table);
	state->raw = sqlite_raw(state->stmt);
}

/*
 * Tries candidates of a column on its value in the current row.
 */
static void
try_column(FitState *state, int col)
{
	const FitColumn *column = &state->columns[col];
	int			i;

	for (i = column->from; i < column->to; i++)
	{
		const FitCandidate *candidate = &column->candidates[i];
		Datum		datum;
		bool		isnull;

		bool		fits;

		if (candidate->result->stopped)
			continue;
		fits = conv_column(candidate->in, state->raw, col, &datum, &isnull);
		if (candidate->in->marks != 0 && (fits || candidate->in->error.lossy))
			note_changes(state, candidate);
		if (!fits)
			note_refusal(state, candidate, col);
	}
}

/*
 * Counts in which ways the value would be changed, and names the first rows.
 */
static void
note_changes(FitState *state, const FitCandidate *candidate)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(state->result_context);
	int			kind;

	for (kind = 0; kind < CONV_KINDS; kind++)
	{
		MigFitChange *change = &candidate->result->changes[kind];

		if ((candidate->in->marks & (1U << kind)) == 0)
			continue;
		if (change->values < MIG_FIT_EXAMPLES)
			change->rows[change->values] = name_row(state);
		change->values++;
	}
	MemoryContextSwitchTo(oldcontext);
}

/*
 * Counts a refusal. Only the first one is described, so that hopeless
 * candidates stay cheap.
 */
static void
note_refusal(FitState *state, const FitCandidate *candidate, int col)
{
	MigFitResult *result = candidate->result;
	MemoryContext oldcontext;

	result->lossy += candidate->in->error.lossy;
	result->refused++;
	result->stopped = candidate->in->slow && result->refused >= MIG_FIT_HOPELESS;
	if (result->refused > 1)
		return;
	oldcontext = MemoryContextSwitchTo(state->result_context);
	result->row = name_row(state);
	result->storage_class = pstrdup(conv_storage_class(state->raw, col));
	result->value = conv_show(state->raw, col);
	result->reason = pstrdup(candidate->in->error.reason);
	MemoryContextSwitchTo(oldcontext);
}

/*
 * Name of the current row, in CurrentMemoryContext. It is kept, because several candidates
 * are often refused by the same row and finding the name may mean reading up to it again.
 */
static char *
name_row(FitState *state)
{
	if (state->named != state->rows)
	{
		if (state->rowid)
			state->row_name = psprintf("rowid " INT64_FORMAT, sqlite_integer(state->stmt, state->ncolumns));
		else
			state->row_name = server_row_name(state->db, &state->rel, state->cols, state->rel.ncols,
											  state->order, state->rows - 1);
		state->named = state->rows;
	}
	return state->row_name;
}
