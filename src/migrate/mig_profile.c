/*-------------------------------------------------------------------------
 *
 * mig_profile.c
 *	  What is in the columns of a SQLite table, told by one pass over it.
 *
 * Owns the loop, the samples of what recognisers missed, and the names of
 * their rows. What a value counts for is conv_profile.c's. Knows nothing of
 * proposals.
 *
 * Long blobs are most of a file that has them, and nothing depends on their
 * bytes. Once a column has shown some, and no sample is wanted of it, its long
 * blobs are left where they are: typeof() and length() of a blob look at the head
 * of the row only. The others, and every text, are read as before.
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
	SqliteDb   *db;
	const SqliteTable *table;
	SourceRelation rel;			/* made by hand: the columns, then the rowid if none of them is it */
	const char *rowid_name;		/* NULL: there is none */
	int		   *cols;			/* 0, 1, ... : all of rel */
	const int64 *first;			/* where the statement began; NULL: with the table */
	const int64 *end;			/* of the range; NULL: of the table */
	int64		before;			/* rows read before it began */
	MigGiant   *giant;			/* the row is one that SQLite does not give; NULL: it is as it is */
	char	   *order;
	int			nlong;			/* columns whose long blobs are not read */
	int		   *length;			/* by column: that of the statement with the length of its blob; 0 = it is read */
	SqliteBlob **blob;			/* by column: the way to its first bytes */
	int			rowid;			/* column of the statement with the rowid; -1 if there is none */
	int		   *key;			/* columns of the primary key of a WITHOUT ROWID table */
	int			nkey;
	MemoryContext result_context;
	MemoryContext scratch;		/* of a sample that is being made */
} ProfileState;

static bool open_statement(ProfileState *state, SqliteDb *db, const SqliteTable *table, List *columns, const MigProfileRange *range, char **error);
static bool leave_out(ProfileState *state, List *columns);
static void find_key(ProfileState *state, const SqliteTable *table, List *columns);
static void init_columns(ProfileState *state, List *columns, const uint32 *tried);
static void read_rows(ProfileState *state, int64 sample_rows);
static inline uint32 profile_column(ProfileState *state, int col);
static bool find_long_blobs(ProfileState *state, int64 sample_rows);
static inline bool next_row(ProfileState *state);
static void take_giant(ProfileState *state);
static void go_on_behind(ProfileState *state);
static char *column_name(const char *name);
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
	read_rows(&state, sample_rows);
	mig_progress_end();

	sqlite_finalize(state.stmt);
	for (int i = 0; i < state.result->ncolumns; i++)
		if (state.blob[i])
			sqlite_blob_close(state.blob[i]);
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
	SourceRelation *rel = &state->rel;
	int			ncolumns = list_length(columns);
	int		   *cols = palloc((ncolumns + 1) * sizeof(int));
	StringInfoData sql;
	ListCell   *lc;

	state->db = db;
	state->table = table;
	state->order = mig_source_order(db, table->name, &state->rowid_name);
	state->first = range ? range->first : NULL;
	state->end = range ? range->end : NULL;
	state->cols = cols;
	state->length = palloc0(Max(ncolumns, 1) * sizeof(int));
	state->blob = palloc0(Max(ncolumns, 1) * sizeof(SqliteBlob *));
	rel->table = table->name;
	rel->cols = palloc0((ncolumns + 1) * sizeof(SourceColumn));
	foreach(lc, columns)
		rel->cols[rel->ncols++].name = ((SqliteColumn *) lfirst(lc))->name;
	find_key(state, table, columns);
	if (state->rowid_name != NULL && state->rowid < 0 && ncolumns < MIG_RESULT_COLUMNS)
	{
		state->rowid = ncolumns;
		rel->cols[rel->ncols++].name = pstrdup(state->rowid_name);
	}
	for (int i = 0; i < rel->ncols; i++)
		cols[i] = i;

	initStringInfo(&sql);
	do
	{
		resetStringInfo(&sql);
		server_select(&sql, rel, cols, rel->ncols);
		if (range != NULL)
			appendStringInfoString(&sql, mig_source_range(table->name, state->rowid_name, range->first, range->end));
		appendStringInfoString(&sql, state->order);
		state->stmt = sqlite_try_prepare(db, sql.data, error);
	} while (state->stmt == NULL && leave_out(state, columns));
	if (state->stmt == NULL)
		return false;
	sqlite_tells_of(state->stmt, table->name);
	state->raw = sqlite_raw(state->stmt);
	return true;
}

/*
 * Takes NULL for generated columns that SQLite cannot compute here, because they call what only the application has; the plan
 * leaves them out. False when there is none, or no other.
 */
static bool
leave_out(ProfileState *state, List *columns)
{
	bool		any = false;
	ListCell   *lc;

	foreach(lc, columns)
	{
		SourceColumn *column = &state->rel.cols[foreach_current_index(lc)];
		int			col = foreach_current_index(lc);
		StringInfoData sql;
		SqliteStmt *stmt;
		char	   *error;

		if (((SqliteColumn *) lfirst(lc))->hidden != 2 || column->constant != NULL)
			continue;
		initStringInfo(&sql);
		server_select(&sql, &state->rel, &col, 1);
		stmt = sqlite_try_prepare(state->db, sql.data, &error);
		if (stmt != NULL)
		{
			sqlite_finalize(stmt);
			continue;
		}
		column->constant = pstrdup("NULL");
		any = true;
	}
	return any;
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
read_rows(ProfileState *state, int64 sample_rows)
{
	MigProfile *result = state->result;

	while (next_row(state))
	{
		if (result->rows == sample_rows)
		{
			result->complete = false;
			break;
		}
		result->rows++;
		for (int i = 0; i < result->ncolumns; i++)
		{
			uint32		missed = profile_column(state, i);

			if (unlikely(missed != 0))
				note_misses(state, i, missed);
		}
		if (result->rows == MIG_PROGRESS_ROWS)
			mig_progress_expect(expected_rows(state->db, state->table, sample_rows));
		if (result->rows % MIG_PROGRESS_ROWS == 0)
		{
			mig_progress_rows(result->rows, 0);
			if (find_long_blobs(state, sample_rows))
				go_on_behind(state);
		}
	}
}

/* As sqlite_step; rows that SQLite does not give are rows with something else in them. */
static inline bool
next_row(ProfileState *state)
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
take_giant(ProfileState *state)
{
	MigProfile *result = state->result;
	MigPlace	place = {state->rowid < 0 ? NULL : state->rowid_name, state->first, state->end, result->rows - state->before};
	MigGiant   *giant = mig_giant(state->db, &state->rel, state->cols, state->rel.ncols, &place);

	if (giant == NULL)
		sqlite_raise_giant(state->stmt);
	for (int i = 0; i < result->ncolumns; i++)
	{
		/* at least, where it is not known */
		int			bytes = giant->bytes[i] < 0 ? SQLITE_MOST_BYTES + 1 : giant->bytes[i];

		result->columns[i].profile.tally.max_bytes = Max(result->columns[i].profile.tally.max_bytes, bytes);
	}
	ereport(WARNING,
			(errmsg("table \"%s\", %s: %s", state->table->name, giant->row, giant->fault.message),
			 errdetail("It is a %s.", giant->fault.detail),
			 errhint("Make it shorter, or let the row go to the quarantine with on_error => 'reject'.")));
	sqlite_finalize(state->stmt);
	state->stmt = giant->stmt;
	state->raw = sqlite_raw(state->stmt);
	state->giant = giant;
}

/* As conv_profile. */
static inline uint32
profile_column(ProfileState *state, int col)
{
	ConvProfile *profile = &state->result->columns[col].profile;
	char		prefix[CONV_PROFILE_PREFIX];
	int64		len;

	if (likely(state->length[col] == 0))
		return conv_profile(profile, state->recognisers, state->raw, col);
	len = sqlite_integer(state->stmt, state->length[col]);
	if (len <= CONV_PROFILE_LONG_BLOB)
		return conv_profile(profile, state->recognisers, state->raw, col);
	sqlite_blob_read(state->blob[col], sqlite_integer(state->stmt, state->rowid), prefix, sizeof(prefix));
	return conv_profile_long_blob(profile, state->recognisers, prefix, len);
}

/*
 * Whether a column has shown long blobs since the last look. They can be left only where a row can be
 * come back to by its rowid. Columns with samples to come are read.
 */
static bool
find_long_blobs(ProfileState *state, int64 sample_rows)
{
	MigProfile *result = state->result;
	int			found = 0;

	if (state->rowid < 0 || state->rowid_name == NULL || state->table->kind != SQLITE_KIND_TABLE || result->rows == sample_rows)
		return false;
	for (int i = 0; i < result->ncolumns; i++)
	{
		const MigProfileColumn *column = &result->columns[i];

		/* the greatest length may be that of a text: then this only costs more than it saves */
		if (state->blob[i] != NULL || column->profile.tally.blobs == 0 || column->profile.tally.max_bytes <= CONV_PROFILE_LONG_BLOB ||
			column->profile.sampled != 0 || column->column->hidden != 0 || state->rel.ncols + state->nlong == MIG_RESULT_COLUMNS)
			continue;
		state->length[i] = state->rel.ncols + state->nlong++;
		state->blob[i] = sqlite_blob(state->db, state->table->name, column->column->name);
		found++;
	}
	return found > 0;
}

/*
 * Goes on behind the current row with a new statement, which gives NULL for long blobs of the columns that have
 * shown some, and their lengths behind all columns.
 */
static void
go_on_behind(ProfileState *state)
{
	int64		last = state->rowid < 0 ? 0 : sqlite_integer(state->stmt, state->rowid);
	int64	   *first = palloc(sizeof(int64));
	StringInfoData sql;

	initStringInfo(&sql);
	for (int i = 0; i < state->rel.ncols; i++)
	{
		const char *name = column_name(state->rel.cols[i].name);

		appendStringInfoString(&sql, i == 0 ? "SELECT " : ", ");
		if (i < state->result->ncolumns && state->length[i] > 0)
			appendStringInfo(&sql, "CASE WHEN typeof(%s) = 'blob' AND length(%s) > %d THEN NULL ELSE %s END", name, name, CONV_PROFILE_LONG_BLOB, name);
		else
			appendStringInfoString(&sql, name);
	}
	for (int place = 0; place < state->nlong; place++)
		for (int i = 0; i < state->result->ncolumns; i++)
			if (state->length[i] == state->rel.ncols + place)
				appendStringInfo(&sql, ", CASE WHEN typeof(%s) = 'blob' THEN length(%s) END", column_name(state->rel.cols[i].name), column_name(state->rel.cols[i].name));
	appendStringInfoString(&sql, " FROM ");
	server_append_source(&sql, &state->rel);
	if (state->rowid < 0)
		appendStringInfo(&sql, " r%s LIMIT -1 OFFSET " INT64_FORMAT, state->order, state->result->rows);
	else
	{
		*first = last + (last < PG_INT64_MAX);
		appendStringInfo(&sql, " r%s%s", mig_source_range(state->table->name, state->rowid_name, first, last < PG_INT64_MAX ? state->end : first), state->order);
		state->first = first;
		state->before = state->result->rows;
	}
	state->giant = NULL;
	sqlite_finalize(state->stmt);
	state->stmt = sqlite_prepare(state->db, sql.data);
	sqlite_tells_of(state->stmt, state->table->name);
	state->raw = sqlite_raw(state->stmt);
}

static char *
column_name(const char *name)
{
	StringInfoData quoted;

	initStringInfo(&quoted);
	appendStringInfoString(&quoted, "r.");
	base_append_ident(&quoted, name);
	return quoted.data;
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
