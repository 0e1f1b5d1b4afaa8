/*-------------------------------------------------------------------------
 *
 * mig_profile.c
 *	  What is in the columns of a SQLite table, told by one pass over it.
 *
 * Owns the loop, the samples of what recognisers missed, and the names of
 * their rows. What a value counts for is conv_profile.c's. Knows nothing of
 * proposals.
 *
 * The values come from the pages of the file where that is possible, else from a
 * statement. A sample is always SQLite's: it is asked for by its rowid.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "portability/instr_time.h"
#include "utils/memutils.h"

#include "migrate/migrate.h"

/* The progress view is told after so many rows. */
#define MIG_PROGRESS_ROWS	1000

/* A pass that took longer is worth a word, seconds. */
#define MIG_PROFILE_NOTICE	2.0

/* A result of SQLite has no more columns, whatever the table has. */
#define MAX_RESULT_COLUMNS	2000

typedef struct ProfileState
{
	MigProfile *result;
	SqliteStmt *stmt;
	struct sqlite3_stmt *raw;
	SqliteDb   *db;
	ConvRecognisers *recognisers;
	SqliteStmt *by_rowid;		/* the same for one row; made when first needed */
	char	   *select;			/* of both, without their end */
	const char *rowid_name;		/* NULL: there is none */
	int64		stands_on;		/* row of the result that by_rowid is at; 0 = none */
	int			rowid;			/* column of the statement with the rowid; -1 if there is none */
	int		   *key;			/* columns of the primary key of a WITHOUT ROWID table */
	int			nkey;
	MemoryContext result_context;
	MemoryContext scratch;		/* of a sample that is being made */
} ProfileState;

static bool open_statement(ProfileState *state, SqliteDb *db, const SqliteTable *table, List *columns, char **error);
static void find_key(ProfileState *state, const SqliteTable *table, List *columns);
static void init_columns(ProfileState *state, List *columns);
static bool read_pages(ProfileState *state, const SqliteTable *table, List *columns, int64 sample_rows);
static inline uint32 profile_field(ProfileState *state, int col, const SqliteField *field);
static bool stand_on(ProfileState *state, int64 rowid);
static void read_rows(ProfileState *state, const SqliteTable *table, int64 sample_rows);
static inline bool count_row(ProfileState *state, int64 sample_rows);
static inline void show_rows(ProfileState *state, const SqliteTable *table, int64 sample_rows);
static double expected_rows(SqliteDb *db, const SqliteTable *table, int64 sample_rows);
static void note_misses(ProfileState *state, int col, uint32 recognisers);
static bool add_miss(MigProfileColumn *column, int recogniser, const MigProfileMiss *miss);
static MigProfileMiss *make_miss(ProfileState *state, int col);
static char *name_row(ProfileState *state);
static void say_duration(const SqliteTable *table, int64 rows, instr_time start);

MigProfile *
mig_profile(SqliteDb *db, const SqliteTable *table, int64 sample_rows, char **error)
{
	ProfileState state = {0};
	List	   *columns = sqlite_columns(db, table, error);
	instr_time	start;

	INSTR_TIME_SET_CURRENT(start);
	if (*error != NULL || !open_statement(&state, db, table, columns, error))
		return NULL;
	state.result = palloc0(sizeof(MigProfile));
	state.result_context = CurrentMemoryContext;
	state.scratch = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig profile sample", ALLOCSET_DEFAULT_SIZES);
	state.recognisers = conv_recognisers();

	mig_progress_start(InvalidOid, 0);
	mig_progress_describe(MIG_READING, table->name);
	if (!read_pages(&state, table, columns, sample_rows))
	{
		init_columns(&state, columns);
		read_rows(&state, table, sample_rows);
	}
	mig_progress_end();

	sqlite_finalize(state.by_rowid);
	sqlite_finalize(state.stmt);
	MemoryContextDelete(state.scratch);
	say_duration(table, state.result->rows, start);
	return state.result;
}

/*
 * All columns in order, and the rowid if no column is it. False: *error is set.
 */
static bool
open_statement(ProfileState *state, SqliteDb *db, const SqliteTable *table, List *columns, char **error)
{
	SourceRelation rel = {0};
	int			ncolumns = list_length(columns);
	int		   *cols = palloc((ncolumns + 1) * sizeof(int));
	const char *rowid;
	char	   *order = mig_source_order(db, table->name, &rowid);
	StringInfoData sql;
	ListCell   *lc;

	state->db = db;
	state->rowid_name = rowid;
	rel.table = table->name;
	rel.cols = palloc0((ncolumns + 1) * sizeof(SourceColumn));
	foreach(lc, columns)
		rel.cols[rel.ncols++].name = ((SqliteColumn *) lfirst(lc))->name;
	find_key(state, table, columns);
	if (rowid != NULL && state->rowid < 0 && ncolumns < MAX_RESULT_COLUMNS)
	{
		state->rowid = ncolumns;
		rel.cols[rel.ncols++].name = pstrdup(rowid);
	}
	for (int i = 0; i < rel.ncols; i++)
		cols[i] = i;

	initStringInfo(&sql);
	server_select(&sql, &rel, cols, rel.ncols);
	state->select = pstrdup(sql.data);
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
init_columns(ProfileState *state, List *columns)
{
	MigProfile *result = state->result;
	ListCell   *lc;

	result->rows = 0;
	result->ncolumns = 0;
	result->complete = true;
	result->columns = palloc0(Max(list_length(columns), 1) * sizeof(MigProfileColumn));
	foreach(lc, columns)
	{
		MigProfileColumn *column = &result->columns[result->ncolumns++];

		column->column = lfirst(lc);
		conv_profile_init(&column->profile, state->recognisers);
	}
}

/*
 * False when the table must be read with SQLite: what was counted so far does
 * not count.
 */
static bool
read_pages(ProfileState *state, const SqliteTable *table, List *columns, int64 sample_rows)
{
	MigProfile *result = state->result;
	SqlitePages *pages;
	SqlitePagesResult found;
	int64		rowid;

	if (state->rowid < 0 || state->rowid_name == NULL)
		return false;
	pages = sqlite_pages_open(state->db, table, columns, CONV_PROFILE_LONG_BLOB, CONV_PROFILE_PREFIX);
	if (pages == NULL)
		return false;
	init_columns(state, columns);
	while ((found = sqlite_pages_next(pages, &rowid)) == SQLITE_PAGES_ROW && count_row(state, sample_rows))
	{
		const SqliteField *fields = sqlite_pages_fields(pages);

		for (int i = 0; i < result->ncolumns; i++)
		{
			uint32		missed = profile_field(state, i, &fields[i]);

			if (likely(missed == 0))
				continue;
			if (!stand_on(state, rowid))
				return false;
			note_misses(state, i, missed);
		}
		show_rows(state, table, sample_rows);
	}
	return found != SQLITE_PAGES_UNREADABLE;
}

static inline uint32
profile_field(ProfileState *state, int col, const SqliteField *field)
{
	ConvProfile *profile = &state->result->columns[col].profile;
	const ConvRecognisers *recognisers = state->recognisers;
	char	   *end;
	char		after;
	uint32		missed;

	switch (field->storage_class)
	{
		case SQLITE_CLASS_INTEGER:
			return conv_profile_integer(profile, recognisers, field->integer);
		case SQLITE_CLASS_REAL:
			return conv_profile_real(profile, recognisers, field->real);
		case SQLITE_CLASS_TEXT:
			end = field->bytes + field->len;
			after = *end;
			*end = '\0';
			missed = conv_profile_text(profile, recognisers, field->bytes, field->len);
			*end = after;
			return missed;
		case SQLITE_CLASS_BLOB:
			return conv_profile_blob(profile, recognisers, field->bytes, field->len);
		default:
			conv_profile_null(profile);
			return 0;
	}
}

/* Brings SQLite to the row; false when it does not find it: the file is damaged. */
static bool
stand_on(ProfileState *state, int64 rowid)
{
	if (state->stands_on == state->result->rows)
		return true;
	if (state->by_rowid == NULL)
	{
		StringInfoData sql;

		initStringInfo(&sql);
		appendStringInfo(&sql, "%s WHERE r.", state->select);
		base_append_ident(&sql, state->rowid_name);
		appendStringInfoString(&sql, " = ?1");
		state->by_rowid = sqlite_prepare(state->db, sql.data);
		state->raw = sqlite_raw(state->by_rowid);
	}
	sqlite_rewind(state->by_rowid);
	sqlite_bind_int64(state->by_rowid, 1, rowid);
	if (!sqlite_step(state->by_rowid))
		return false;
	state->stands_on = state->result->rows;
	return true;
}

static void
read_rows(ProfileState *state, const SqliteTable *table, int64 sample_rows)
{
	MigProfile *result = state->result;

	sqlite_finalize(state->by_rowid);
	state->by_rowid = NULL;
	state->raw = sqlite_raw(state->stmt);
	while (sqlite_step(state->stmt) && count_row(state, sample_rows))
	{
		for (int i = 0; i < result->ncolumns; i++)
		{
			uint32		missed = conv_profile(&result->columns[i].profile, state->recognisers, state->raw, i);

			if (unlikely(missed != 0))
				note_misses(state, i, missed);
		}
		show_rows(state, table, sample_rows);
	}
}

/* False when the sample has as many rows as were asked for: there is one more. */
static inline bool
count_row(ProfileState *state, int64 sample_rows)
{
	MigProfile *result = state->result;

	if (result->rows == sample_rows)
	{
		result->complete = false;
		return false;
	}
	result->rows++;
	return true;
}

static inline void
show_rows(ProfileState *state, const SqliteTable *table, int64 sample_rows)
{
	int64		rows = state->result->rows;

	if (rows == MIG_PROGRESS_ROWS)
		mig_progress_expect(expected_rows(state->db, table, sample_rows));
	if (rows % MIG_PROGRESS_ROWS == 0)
		mig_progress_rows(rows, 0);
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
		return psprintf("rowid " INT64_FORMAT, sqlite_integer(state->by_rowid ? state->by_rowid : state->stmt, state->rowid));
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
