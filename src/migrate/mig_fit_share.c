/*-------------------------------------------------------------------------
 *
 * mig_fit_share.c
 *	  Which target types hold every value of a large table, told by all workers
 *	  of a pool: each tries a range of its rows.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "migrate/pool.h"
#include "migrate/share.h"

static void merge_changes(MigFitChange *change, const MigFitChange *next);
static void write_string(StringInfo to, const char *string);
static char *read_string(StringInfo from);
static void write_result(StringInfo to, const MigFitResult *result);
static void read_result(StringInfo from, MigFitResult *result);
static bool merge_result(MigFitResult *result, const MigFitResult *next);

bool
mig_fit_share(const char *call, SqliteDb *db, const char *table, int ncolumns, const MigFitCandidate *candidates, int ncandidates,
			  ConvTally *column_out, MigFitResult *result_out, int64 *rows)
{
	const SqliteTable *found = sqlite_table(db, table);
	char	   *error = NULL;
	List	   *columns = found ? sqlite_columns(db, found, &error) : NIL;
	int64	   *cuts;
	double		estimate;
	double		row_bytes;
	int			parts = found && !error ? mig_share_cut(db, found, columns, &cuts, &estimate, &row_bytes) : 1;
	char	  **statements;
	char	  **results;

	if (parts < 2)
		return false;
	statements = palloc(parts * sizeof(char *));
	results = palloc(parts * sizeof(char *));
	for (int i = 0; i < parts; i++)
	{
		StringInfoData sql;

		initStringInfo(&sql);
		appendStringInfoString(&sql, call);
		mig_share_range(&sql, cuts, parts, i);
		appendStringInfoChar(&sql, ')');
		statements[i] = sql.data;
	}
	mig_pool_share(statements, parts, results);

	*rows = 0;
	memset(column_out, 0, ncolumns * sizeof(ConvTally));
	memset(result_out, 0, ncandidates * sizeof(MigFitResult));
	for (int i = 0; i < parts; i++)
	{
		StringInfoData bytes;

		mig_share_bytes(results[i], &bytes);
		*rows += pq_getmsgint64(&bytes);
		for (int j = 0; j < ncolumns; j++)
		{
			ConvTally	tally;

			memcpy(&tally, pq_getmsgbytes(&bytes, sizeof(tally)), sizeof(tally));
			conv_tally_merge(&column_out[j], &tally);
		}
		for (int j = 0; j < ncandidates; j++)
		{
			MigFitResult result = {0};

			read_result(&bytes, &result);
			/* what the whole would have counted until it stopped is not known */
			if (!merge_result(&result_out[j], &result))
				return false;
		}
	}
	return true;
}

/*
 * False when a candidate was, or the whole would have been, given up after too many
 * refusals.
 */
static bool
merge_result(MigFitResult *result, const MigFitResult *next)
{
	if (next->stopped || (next->slow && result->refused + next->refused >= MIG_FIT_HOPELESS))
		return false;
	if (result->refused == 0 && next->refused > 0)
	{
		result->row = next->row;
		result->storage_class = next->storage_class;
		result->value = next->value;
		result->reason = next->reason;
	}
	result->tried = true;
	result->refused += next->refused;
	result->lossy += next->lossy;
	for (int i = 0; i < CONV_KINDS; i++)
		merge_changes(&result->changes[i], &next->changes[i]);
	return true;
}

static void
merge_changes(MigFitChange *change, const MigFitChange *next)
{
	for (int64 i = change->values; i < MIG_FIT_EXAMPLES && i - change->values < next->values; i++)
		change->rows[i] = next->rows[i - change->values];
	change->values += next->values;
}

bytea *
mig_fit_write(int64 rows, const ConvTally *tallies, int ncolumns, const MigFitResult *results, int ncandidates)
{
	StringInfoData bytes;

	pq_begintypsend(&bytes);
	pq_sendint64(&bytes, rows);
	appendBinaryStringInfo(&bytes, (const char *) tallies, ncolumns * sizeof(ConvTally));
	for (int i = 0; i < ncandidates; i++)
		write_result(&bytes, &results[i]);
	return pq_endtypsend(&bytes);
}

static void
write_result(StringInfo to, const MigFitResult *result)
{
	pq_sendint64(to, result->refused);
	pq_sendint64(to, result->lossy);
	pq_sendbyte(to, result->stopped);
	pq_sendbyte(to, result->slow);
	write_string(to, result->row);
	write_string(to, result->storage_class);
	write_string(to, result->value);
	write_string(to, result->reason);
	for (int i = 0; i < CONV_KINDS; i++)
	{
		pq_sendint64(to, result->changes[i].values);
		for (int j = 0; j < Min(result->changes[i].values, MIG_FIT_EXAMPLES); j++)
			write_string(to, result->changes[i].rows[j]);
	}
}

static void
read_result(StringInfo from, MigFitResult *result)
{
	result->refused = pq_getmsgint64(from);
	result->lossy = pq_getmsgint64(from);
	result->stopped = pq_getmsgbyte(from);
	result->slow = pq_getmsgbyte(from);
	result->row = read_string(from);
	result->storage_class = read_string(from);
	result->value = read_string(from);
	result->reason = read_string(from);
	for (int i = 0; i < CONV_KINDS; i++)
	{
		result->changes[i].values = pq_getmsgint64(from);
		for (int j = 0; j < Min(result->changes[i].values, MIG_FIT_EXAMPLES); j++)
			result->changes[i].rows[j] = read_string(from);
	}
}

/* NULL is as good as "": none of them is ever empty. */
static void
write_string(StringInfo to, const char *string)
{
	appendBinaryStringInfo(to, string ? string : "", string ? strlen(string) + 1 : 1);
}

static char *
read_string(StringInfo from)
{
	const char *string = pq_getmsgrawstring(from);

	return *string ? pstrdup(string) : NULL;
}
