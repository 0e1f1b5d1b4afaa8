/*-------------------------------------------------------------------------
 *
 * mig_share.c
 *	  Where a table of the source is cut when several processes read it.
 *
 * Owns the question whether that is worth while, and the names that tell SQL
 * functions of a part. Knows nothing of what is read.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "migrate/pool.h"
#include "migrate/share.h"

/* Below this a table is read by one process: to hand out a part costs about a millisecond. */
#define MIN_ROWS		1000

/* Such a part of sqlite_fdw_mig.range_size, and so many parts for each process at most: reading is quicker than copying, and the last part is waited for. */
#define RANGE_PARTS		8
#define PARTS_EACH		4

/* What a value takes at least, as far as the time to read it goes */
#define VALUE_BYTES		8.0

static double table_bytes(SqliteDb *db, double rows, int ncolumns);

int
mig_share_cut(SqliteDb *db, const SqliteTable *table, List *columns, int64 **cuts, double *rows, double *row_bytes)
{
	const char *rowid = table->kind == SQLITE_KIND_TABLE ? sqlite_rowid_name(table, columns) : NULL;
	const char *how;
	double		bytes;
	int64		first;
	int64		last;
	double		span;
	int			n;

	*cuts = NULL;
	*rows = sqlite_estimate_rows(db, table, rowid, &how);
	/* a row must have its rowid in the result, to be named */
	if (rowid == NULL || *rows < MIN_ROWS || list_length(columns) >= MIG_RESULT_COLUMNS)
		return 1;
	bytes = table_bytes(db, *rows, list_length(columns));
	n = Min(ceil(bytes / (base_range_bytes() / RANGE_PARTS)), PARTS_EACH * mig_pool_sharers());
	if (n < 2 || !mig_source_bounds(db, table, rowid, &first, &last))
		return 1;
	span = (double) last - first;
	if (span < n)
		return 1;
	*row_bytes = bytes / *rows;
	*cuts = palloc((n - 1) * sizeof(int64));
	for (int i = 1; i < n; i++)
		(*cuts)[i - 1] = first + (int64) (span / n * i);
	return n;
}

/*
 * From its values, or if it may have long ones from the size of the file, which
 * all tables share. Only to tell small from large.
 */
static double
table_bytes(SqliteDb *db, double rows, int ncolumns)
{
	SqliteStmt *stmt = sqlite_prepare(db, "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)");
	double		file = sqlite_step(stmt) ? sqlite_integer(stmt, 0) : 0;

	sqlite_finalize(stmt);
	return Max(rows * ncolumns * VALUE_BYTES, file / Max(list_length(sqlite_tables(db)), 1));
}

void
mig_share_range(StringInfo sql, const int64 *cuts, int parts, int part)
{
	if (part > 0)
		appendStringInfo(sql, ", " INT64_FORMAT, cuts[part - 1]);
	else
		appendStringInfoString(sql, ", NULL");
	if (part < parts - 1)
		appendStringInfo(sql, ", " INT64_FORMAT, cuts[part]);
	else
		appendStringInfoString(sql, ", NULL");
}

void
mig_share_text_array(StringInfo sql, char **elements, int n)
{
	Datum	   *values = palloc(Max(n, 1) * sizeof(Datum));
	bool	   *nulls = palloc(Max(n, 1) * sizeof(bool));
	int			bounds[] = {1};
	Oid			output;
	bool		isvarlena;

	for (int i = 0; i < n; i++)
	{
		nulls[i] = elements[i] == NULL;
		values[i] = nulls[i] ? (Datum) 0 : CStringGetTextDatum(elements[i]);
	}
	getTypeOutputInfo(TEXTARRAYOID, &output, &isvarlena);
	appendStringInfo(sql, "%s::text[]", quote_literal_cstr(OidOutputFunctionCall(output,
		PointerGetDatum(construct_md_array(values, nulls, 1, &n, bounds, TEXTOID, -1, false, TYPALIGN_INT)))));
}

void
mig_share_bytes(const char *result, StringInfo bytes)
{
	bytea	   *value;

	if (result == NULL)
		elog(ERROR, "a part of a table has no result");
	value = DatumGetByteaPP(DirectFunctionCall1(byteain, CStringGetDatum(result)));
	bytes->data = VARDATA_ANY(value);
	bytes->len = VARSIZE_ANY_EXHDR(value);
	bytes->maxlen = bytes->len;
	bytes->cursor = 0;
}
