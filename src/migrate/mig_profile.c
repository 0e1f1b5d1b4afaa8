/*-------------------------------------------------------------------------
 *
 * mig_profile.c
 *	  What is in the columns of a SQLite table, told by one pass over it.
 *
 * Owns the loop, the samples of what recognisers missed, and the names of
 * their rows. What a value counts for is conv_profile.c's. Knows nothing of
 * proposals.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "portability/instr_time.h"
#include "utils/memutils.h"

#include "migrate/share.h"

/* The progress view is told after so many rows. */
#define MIG_PROGRESS_ROWS	1000

/* A pass that took longer is worth a word, seconds. */
#define MIG_PROFILE_NOTICE	2.0

typedef struct ProfileState
{
	MigProfile *result;
	SqliteStmt *stmt;
	struct sqlite3_stmt *raw;
	ConvRecognisers *recognisers;
	int			rowid;			/* column of the statement with the rowid; -1 if there is none */
	int		   *key;			/* columns of the primary key of a WITHOUT ROWID table */
	int			nkey;
	MemoryContext result_context;
	MemoryContext scratch;		/* of a sample that is being made */
} ProfileState;

static bool open_statement(ProfileState *state, SqliteDb *db, const SqliteTable *table, List *columns, const MigProfileRange *range, char **error);
static void find_key(ProfileState *state, const SqliteTable *table, List *columns);
static void init_columns(ProfileState *state, List *columns, const uint32 *tried);
static void read_rows(ProfileState *state, SqliteDb *db, const SqliteTable *table, int64 sample_rows);
static double expected_rows(SqliteDb *db, const SqliteTable *table, int64 sample_rows);
static void note_misses(ProfileState *state, int col, uint32 recognisers);
static bool add_miss(MigProfileColumn *column, int recogniser, const MigProfileMiss *miss);
static MigProfileMiss *make_miss(ProfileState *state, int col);
static char *name_row(ProfileState *state);
static void say_duration(const SqliteTable *table, int64 rows, instr_time start);

MigProfile *
mig_profile(SqliteDb *db, const SqliteTable *table, int64 sample_rows, const MigProfileRange *range, char **error)
{
	ProfileState state = {0};
	List	   *columns = sqlite_columns(db, table, error);
	instr_time	start;

	INSTR_TIME_SET_CURRENT(start);
	if (*error != NULL || !open_statement(&state, db, table, columns, range, error))
		return NULL;
	state.result = palloc0(sizeof(MigProfile));
	state.result_context = CurrentMemoryContext;
	state.scratch = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig profile sample", ALLOCSET_DEFAULT_SIZES);
	init_columns(&state, columns, range ? range->tried : NULL);

	mig_progress_start(InvalidOid, 0);
	mig_progress_describe(MIG_READING, table->name);
	read_rows(&state, db, table, sample_rows);
	mig_progress_end();

	sqlite_finalize(state.stmt);
	MemoryContextDelete(state.scratch);
	if (range == NULL)
		say_duration(table, state.result->rows, start);
	return state.result;
}

/*
 * All columns in order, and the rowid if no column is it. False: *error is set.
 */
static bool
open_statement(ProfileState *state, SqliteDb *db, const SqliteTable *table, List *columns, const MigProfileRange *range, char **error)
{
	SourceRelation rel = {0};
	int			ncolumns = list_length(columns);
	int		   *cols = palloc((ncolumns + 1) * sizeof(int));
	const char *rowid;
	char	   *order = mig_source_order(db, table->name, &rowid);
	StringInfoData sql;
	ListCell   *lc;

	rel.table = table->name;
	rel.cols = palloc0((ncolumns + 1) * sizeof(SourceColumn));
	foreach(lc, columns)
		rel.cols[rel.ncols++].name = ((SqliteColumn *) lfirst(lc))->name;
	find_key(state, table, columns);
	if (rowid != NULL && state->rowid < 0 && ncolumns < MIG_RESULT_COLUMNS)
	{
		state->rowid = ncolumns;
		rel.cols[rel.ncols++].name = pstrdup(rowid);
	}
	for (int i = 0; i < rel.ncols; i++)
		cols[i] = i;

	initStringInfo(&sql);
	server_select(&sql, &rel, cols, rel.ncols);
	if (range != NULL)
		appendStringInfoString(&sql, mig_source_range(table->name, rowid, range->first, range->end));
	appendStringInfoString(&sql, order);
	state->stmt = sqlite_try_prepare(db, sql.data, error);
	if (state->stmt == NULL)
		return false;
	state->raw = sqlite_raw(state->stmt);
	return true;
}

/*
 * Which columns name a row: the one that is the rowid, or the primary key.
 */
static void
find_key(ProfileState *state, const SqliteTable *table, List *columns)
{
	ListCell   *lc;

	state->rowid = -1;
	state->key = palloc(Max(list_length(columns), 1) * sizeof(int));
	foreach(lc, columns)
		if (((SqliteColumn *) lfirst(lc))->rowid_alias)
			state->rowid = foreach_current_index(lc);
	if (!table->without_rowid)
		return;
	for (int place = 1; place <= list_length(columns); place++)
		foreach(lc, columns)
			if (((SqliteColumn *) lfirst(lc))->pk == place)
				state->key[state->nkey++] = foreach_current_index(lc);
}

static void
init_columns(ProfileState *state, List *columns, const uint32 *tried)
{
	MigProfile *result = state->result;
	ListCell   *lc;

	state->recognisers = conv_recognisers();
	result->complete = true;
	result->columns = palloc0(Max(list_length(columns), 1) * sizeof(MigProfileColumn));
	foreach(lc, columns)
	{
		MigProfileColumn *column = &result->columns[result->ncolumns++];

		column->column = lfirst(lc);
		conv_profile_init(&column->profile, state->recognisers);
		if (tried)
			conv_profile_continue(&column->profile, tried[foreach_current_index(lc)]);
	}
}

static void
read_rows(ProfileState *state, SqliteDb *db, const SqliteTable *table, int64 sample_rows)
{
	MigProfile *result = state->result;

	while (sqlite_step(state->stmt))
	{
		if (result->rows == sample_rows)
		{
			result->complete = false;
			break;
		}
		result->rows++;
		for (int i = 0; i < result->ncolumns; i++)
		{
			uint32		missed = conv_profile(&result->columns[i].profile, state->recognisers, state->raw, i);

			if (unlikely(missed != 0))
				note_misses(state, i, missed);
		}
		if (result->rows == MIG_PROGRESS_ROWS)
			mig_progress_expect(expected_rows(db, table, sample_rows));
		if (result->rows % MIG_PROGRESS_ROWS == 0)
			mig_progress_rows(result->rows, 0);
	}
}

static double
expected_rows(SqliteDb *db, const SqliteTable *table, int64 sample_rows)
{
	const char *how;
	char	   *error;
	double		rows = sqlite_estimate_rows(db, table, sqlite_rowid_name(table, sqlite_columns(db, table, &error)), &how);

	return sample_rows > 0 ? Min(rows, (double) sample_rows) : rows;
}

/*
 * Keeps the value of the current row as a sample for these recognisers, which
 * share it. Each takes a few, so that all together are few.
 */
static void
note_misses(ProfileState *state, int col, uint32 recognisers)
{
	MigProfileColumn *column = &state->result->columns[col];
	MigProfileMiss *miss = make_miss(state, col);

	for (int i = 0; i < CONV_RECOGNISERS; i++)
	{
		uint32		bit = (uint32) 1 << i;

		if ((recognisers & bit) && add_miss(column, i, miss))
			column->profile.sampled &= ~bit;
	}
}

/* True when the recogniser has enough now. */
static bool
add_miss(MigProfileColumn *column, int recogniser, const MigProfileMiss *miss)
{
	int			n = 0;

	while (column->miss[recogniser][n] != NULL)
		n++;
	column->miss[recogniser][n] = miss;
	return n + 1 == MIG_PROFILE_MISSES;
}

/* The value of a column of the current row, in the result's context. */
static MigProfileMiss *
make_miss(ProfileState *state, int col)
{
	MigProfileMiss *miss = palloc(sizeof(MigProfileMiss));
	char	   *shown;
	char	   *row;

	miss->storage_class = conv_storage_class(state->raw, col);

	/* what shows a value takes more memory than the value it shows */
	MemoryContextSwitchTo(state->scratch);
	shown = conv_show(state->raw, col);
	row = name_row(state);
	MemoryContextSwitchTo(state->result_context);
	if (*shown == '\'')
		miss->value = pnstrdup(shown + 1, strlen(shown) - 2);
	else
		miss->value = pstrdup(shown);
	miss->row = pstrdup(row);
	MemoryContextReset(state->scratch);
	return miss;
}

/* In CurrentMemoryContext; the same words as server_row_name's. */
static char *
name_row(ProfileState *state)
{
	StringInfoData name;

	if (state->rowid >= 0)
		return psprintf("rowid " INT64_FORMAT, sqlite_integer(state->stmt, state->rowid));
	if (state->nkey == 0)
		return psprintf("row " INT64_FORMAT, state->result->rows);
	initStringInfo(&name);
	for (int i = 0; i < state->nkey; i++)
		appendStringInfo(&name, "%s%s", i == 0 ? "key (" : ", ", conv_show(state->raw, state->key[i]));
	appendStringInfoChar(&name, ')');
	return name.data;
}

static void
say_duration(const SqliteTable *table, int64 rows, instr_time start)
{
	instr_time	duration;

	INSTR_TIME_SET_CURRENT(duration);
	INSTR_TIME_SUBTRACT(duration, start);
	if (INSTR_TIME_GET_DOUBLE(duration) > MIG_PROFILE_NOTICE)
		ereport(NOTICE,
				(errmsg("profiled table \"%s\": %lld rows in %.1f s", table->name,
						(long long) rows, INSTR_TIME_GET_DOUBLE(duration))));
}
