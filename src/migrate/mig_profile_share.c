/*-------------------------------------------------------------------------
 *
 * mig_profile_share.c
 *	  Profiles of tables by all workers of a pool.
 *
 * Large tables are read in ranges of rowids, small ones several at a time. The
 * result is that of mig_profile, to the last digit: what a range needs to know
 * of the rows before it is found in the first rows of the table, and where that
 * is not enough, the table is read again as a whole.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "migrate/pool.h"
#include "migrate/share.h"

/* So many first rows of a table, of so many bytes, tell what its columns are not. */
#define HEAD_ROWS		4000
#define HEAD_BYTES		4194304.0

/* Small tables that are read together have about so many values at least. */
#define GROUP_VALUES	50000.0

/* The reader of a range has the part of a table, else as many small tables as make a group. */
typedef struct ShareTable
{
	const SqliteTable *table;
	List	   *columns;
	double		values;
	int			parts;			/* 1 = small */
	int64	   *cuts;
	double		row_bytes;
	int			result;			/* of its first part, or of its group */
} ShareTable;

typedef struct Share
{
	const char *server;
	SqliteDb   *db;
	ConvRecognisers *recognisers;
	ShareTable *tables;
	int			ntables;
	char	  **statements;
	int			nstatements;
	int			nresults;		/* room for them */
} Share;

static void plan_share(Share *share, List *tables);
static void add_parts(Share *share, ShareTable *item);
static void add_groups(Share *share, double values);
static void add_group(Share *share, char **names, int n);
static void add_statement(Share *share, char *statement);
static char *list_tried(Share *share, const ShareTable *item);
static MigProfile *gather(Share *share, ShareTable *item, StringInfo bytes, char **error);
static bool merge(Share *share, MigProfile *profile, const MigProfile *next);
static void merge_misses(MigProfileColumn *column, const MigProfileColumn *next);
static void write_profile(StringInfo to, const MigProfile *profile, bool whole);
static MigProfile *read_profile(StringInfo from, const ShareTable *item, char **error);
static void write_misses(StringInfo to, const MigProfileColumn *column, bool whole);
static void read_misses(StringInfo from, MigProfileColumn *column);

void
mig_profile_share(const char *server, SqliteDb *db, List *tables, MigProfileTake take, void *arg)
{
	Share		share = {0};
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig profile", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = CurrentMemoryContext;
	char	  **results;
	StringInfoData *bytes;

	share.server = server;
	share.db = db;
	share.recognisers = conv_recognisers();
	plan_share(&share, tables);
	results = palloc0(Max(share.nstatements, 1) * sizeof(char *));
	bytes = palloc0(Max(share.nstatements, 1) * sizeof(StringInfoData));
	/* with a single reader it is done here */
	if (share.nstatements > 1)
	{
		mig_pool_share(share.statements, share.nstatements, results);
		for (int i = 0; i < share.nstatements; i++)
		{
			mig_share_bytes(results[i], &bytes[i]);
			pfree(results[i]);
		}
	}
	for (int i = 0; i < share.ntables; i++)
	{
		ShareTable *item = &share.tables[i];
		MigProfile *profile;
		char	   *error = NULL;

		MemoryContextSwitchTo(context);
		if (share.nstatements > 1)
			profile = gather(&share, item, bytes, &error);
		else
			profile = mig_profile(db, item->table, -1, NULL, &error);
		take(arg, item->table, profile, error);
		MemoryContextSwitchTo(oldcontext);
		MemoryContextReset(context);
	}
	MemoryContextDelete(context);
}

/*
 * Who reads what: the parts of large tables first, so that small ones fill the end.
 */
static void
plan_share(Share *share, List *tables)
{
	double		values = 0;
	ListCell   *lc;

	share->tables = palloc0(Max(list_length(tables), 1) * sizeof(ShareTable));
	foreach(lc, tables)
	{
		ShareTable *item = &share->tables[share->ntables++];
		char	   *error = NULL;
		double		rows = 0;

		item->table = lfirst(lc);
		item->columns = sqlite_columns(share->db, item->table, &error);
		item->parts = error ? 1 : mig_share_cut(share->db, item->table, item->columns, &item->cuts, &rows, &item->row_bytes);
		if (item->parts == 1)
			values += item->values = rows * list_length(item->columns);
	}
	for (int i = 0; i < share->ntables; i++)
		if (share->tables[i].parts > 1)
			add_parts(share, &share->tables[i]);
	add_groups(share, values);
}

static void
add_parts(Share *share, ShareTable *item)
{
	char	   *tried = list_tried(share, item);
	char	   *name = item->table->name;

	item->result = share->nstatements;
	for (int i = 0; i < item->parts; i++)
	{
		StringInfoData sql;

		initStringInfo(&sql);
		appendStringInfo(&sql, "SELECT %s._profile_part(%s, ", base_internal_schema(), quote_literal_cstr(share->server));
		mig_share_text_array(&sql, &name, 1);
		mig_share_range(&sql, item->cuts, item->parts, i);
		appendStringInfo(&sql, ", %s)", i == 0 ? "NULL" : tried);
		add_statement(share, sql.data);
	}
}

/*
 * What the columns still try when their first rows are read, as an array. Later rows add
 * nothing to that when there were enough values; what has had too few tries everything.
 */
static char *
list_tried(Share *share, const ShareTable *item)
{
	double		rows = Min(HEAD_ROWS, HEAD_BYTES / item->row_bytes);
	StringInfoData array;
	char	   *error = NULL;
	MigProfile *head = mig_profile(share->db, item->table, Max((int64) rows, 1), NULL, &error);

	if (head == NULL)
		return "NULL";
	initStringInfo(&array);
	for (int i = 0; i < head->ncolumns; i++)
		appendStringInfo(&array, "%s%u", i > 0 ? "," : "'{", head->columns[i].profile.tried);
	appendStringInfoString(&array, head->ncolumns > 0 ? "}'" : "NULL");
	return array.data;
}

static void
add_groups(Share *share, double values)
{
	double		limit = Max(values / (4 * mig_pool_sharers()), GROUP_VALUES);
	char	  **names = palloc(Max(share->ntables, 1) * sizeof(char *));
	double		sum = 0;
	int			n = 0;

	for (int i = 0; i < share->ntables; i++)
	{
		ShareTable *item = &share->tables[i];

		if (item->parts > 1)
			continue;
		item->result = share->nstatements;
		names[n++] = item->table->name;
		sum += item->values;
		if (sum < limit)
			continue;
		add_group(share, names, n);
		sum = n = 0;
	}
	if (n > 0)
		add_group(share, names, n);
}

static void
add_group(Share *share, char **names, int n)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT %s._profile_part(%s, ", base_internal_schema(), quote_literal_cstr(share->server));
	mig_share_text_array(&sql, names, n);
	appendStringInfoString(&sql, ", NULL, NULL, NULL)");
	add_statement(share, sql.data);
}

static void
add_statement(Share *share, char *statement)
{
	if (share->nstatements == share->nresults)
	{
		share->nresults = Max(2 * share->nresults, 64);
		share->statements = share->statements ? repalloc(share->statements, share->nresults * sizeof(char *)) :
			palloc(share->nresults * sizeof(char *));
	}
	share->statements[share->nstatements++] = statement;
}

/*
 * The profile of a table from the bytes of its parts, or the next one of its group.
 */
static MigProfile *
gather(Share *share, ShareTable *item, StringInfo bytes, char **error)
{
	MigProfile *result = read_profile(&bytes[item->result], item, error);

	for (int i = 1; result != NULL && i < item->parts; i++)
	{
		MigProfile *next = read_profile(&bytes[item->result + i], item, error);

		if (next == NULL || !merge(share, result, next))
			return mig_profile(share->db, item->table, -1, NULL, error);
	}
	return result;
}

static bool
merge(Share *share, MigProfile *profile, const MigProfile *next)
{
	profile->rows += next->rows;
	for (int i = 0; i < profile->ncolumns; i++)
	{
		merge_misses(&profile->columns[i], &next->columns[i]);
		if (!conv_profile_merge(&profile->columns[i].profile, share->recognisers, &next->columns[i].profile))
			return false;
	}
	return true;
}

static void
merge_misses(MigProfileColumn *column, const MigProfileColumn *next)
{
	for (int i = 0; i < CONV_RECOGNISERS; i++)
	{
		int			n = 0;

		while (n < MIG_PROFILE_MISSES && column->miss[i][n] != NULL)
			n++;
		for (int j = 0; n < MIG_PROFILE_MISSES && j < MIG_PROFILE_MISSES; j++)
			column->miss[i][n++] = next->miss[i][j];
	}
}

bytea *
mig_profile_part(SqliteDb *db, List *tables, const MigProfileRange *range)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig profile", ALLOCSET_DEFAULT_SIZES);
	StringInfoData bytes;
	ListCell   *lc;

	pq_begintypsend(&bytes);
	foreach(lc, tables)
	{
		MemoryContext oldcontext = MemoryContextSwitchTo(context);
		char	   *error = NULL;
		MigProfile *profile = mig_profile(db, lfirst(lc), -1, range, &error);

		pq_sendbyte(&bytes, profile != NULL);
		if (profile)
			write_profile(&bytes, profile, range == NULL);
		else
			appendBinaryStringInfo(&bytes, error, strlen(error) + 1);
		MemoryContextSwitchTo(oldcontext);
		MemoryContextReset(context);
	}
	MemoryContextDelete(context);
	return pq_endtypsend(&bytes);
}

static void
write_profile(StringInfo to, const MigProfile *profile, bool whole)
{
	pq_sendint64(to, profile->rows);
	pq_sendint32(to, profile->ncolumns);
	for (int i = 0; i < profile->ncolumns; i++)
	{
		conv_profile_write(to, &profile->columns[i].profile, whole);
		write_misses(to, &profile->columns[i], whole);
	}
}

/*
 * NULL, and its message, when SQLite could not read the table.
 */
static MigProfile *
read_profile(StringInfo from, const ShareTable *item, char **error)
{
	MigProfile *result;

	if (!pq_getmsgbyte(from))
	{
		*error = pstrdup(pq_getmsgrawstring(from));
		return NULL;
	}
	result = palloc0(sizeof(MigProfile));
	result->complete = true;
	result->rows = pq_getmsgint64(from);
	result->ncolumns = pq_getmsgint(from, 4);
	if (result->ncolumns != list_length(item->columns))
		elog(ERROR, "a profile of table \"%s\" has %d columns instead of %d", item->table->name, result->ncolumns, list_length(item->columns));
	result->columns = palloc0(Max(result->ncolumns, 1) * sizeof(MigProfileColumn));
	for (int i = 0; i < result->ncolumns; i++)
	{
		MigProfileColumn *column = &result->columns[i];

		column->column = list_nth(item->columns, i);
		conv_profile_read(from, &column->profile, item->parts == 1);
		read_misses(from, column);
	}
	return result;
}

static void
write_misses(StringInfo to, const MigProfileColumn *column, bool whole)
{
	for (int i = 0; i < CONV_RECOGNISERS; i++)
	{
		int			n = 0;

		/* of a whole table only those are told that found something */
		while ((!whole || column->profile.matches[i] > 0) && n < MIG_PROFILE_MISSES && column->miss[i][n] != NULL)
			n++;
		pq_sendbyte(to, n);
		for (int j = 0; j < n; j++)
		{
			const MigProfileMiss *miss = column->miss[i][j];

			appendBinaryStringInfo(to, miss->row, strlen(miss->row) + 1);
			appendBinaryStringInfo(to, miss->storage_class, strlen(miss->storage_class) + 1);
			appendBinaryStringInfo(to, miss->value, strlen(miss->value) + 1);
		}
	}
}

static void
read_misses(StringInfo from, MigProfileColumn *column)
{
	for (int i = 0; i < CONV_RECOGNISERS; i++)
	{
		int			n = pq_getmsgbyte(from);

		for (int j = 0; j < Min(n, MIG_PROFILE_MISSES); j++)
		{
			MigProfileMiss *miss = palloc(sizeof(MigProfileMiss));

			miss->row = pstrdup(pq_getmsgrawstring(from));
			miss->storage_class = pstrdup(pq_getmsgrawstring(from));
			miss->value = pstrdup(pq_getmsgrawstring(from));
			column->miss[i][j] = miss;
		}
	}
}
