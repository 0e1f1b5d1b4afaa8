/*-------------------------------------------------------------------------
 *
 * api_giant.c
 *	  _source_giants(): which rows of a table have values that SQLite does not read.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "funcapi.h"
#include "utils/builtins.h"

#include "migrate/migrate.h"

/*
 * _source_giants(server, table_name) -> (source_row, detail): a row for each, none for views
 */
MIG_FUNCTION(mig_source_giants);

Datum
mig_source_giants(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	SqliteDb   *db = server_session(server_lookup(text_to_cstring(PG_GETARG_TEXT_PP(0))));
	SqliteTable *table = sqlite_table(db, text_to_cstring(PG_GETARG_TEXT_PP(1)));
	SourceRelation rel = {0};
	MigPlace	place = {0};
	int64		next;
	int		   *cols;
	char	   *error = NULL;
	List	   *columns;
	ListCell   *lc;
	char	   *order;
	int64		done = 0;		/* rows of a table without rowids that were looked at */

	InitMaterializedSRF(fcinfo, 0);
	columns = table ? sqlite_columns(db, table, &error) : NIL;
	if (columns == NIL || table->kind != SQLITE_KIND_TABLE)
		return (Datum) 0;
	rel.table = table->name;
	order = mig_source_order(db, rel.table, &place.rowid);
	rel.cols = palloc0(list_length(columns) * sizeof(SourceColumn));
	cols = palloc(list_length(columns) * sizeof(int));
	foreach(lc, columns)
	{
		cols[rel.ncols] = rel.ncols;
		rel.cols[rel.ncols++].name = ((SqliteColumn *) lfirst(lc))->name;
	}
	for (;;)
	{
		MigGiant   *giant;
		Datum		values[2];
		bool		nulls[2] = {false};
		SqliteStmt *stmt;
		SqliteStep	step;
		StringInfoData sql;

		initStringInfo(&sql);
		server_select(&sql, &rel, cols, rel.ncols);
		appendStringInfo(&sql, "%s%s", mig_source_range(rel.table, place.rowid, place.first, NULL), order);
		if (done > 0)
			appendStringInfo(&sql, " LIMIT -1 OFFSET " INT64_FORMAT, done);
		stmt = sqlite_prepare(db, sql.data);
		place.rows = done;
		while ((step = sqlite_step_over(stmt)) == SQLITE_STEP_ROW)
			place.rows++;
		sqlite_finalize(stmt);
		giant = step == SQLITE_STEP_GIANT ? mig_giant(db, &rel, cols, rel.ncols, &place) : NULL;
		if (giant == NULL)
			break;
		values[0] = CStringGetTextDatum(giant->row);
		values[1] = CStringGetTextDatum(psprintf("column %s: %s", giant->fault.column, giant->fault.detail));
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
		sqlite_finalize(giant->stmt);
		if (place.rowid == NULL)
		{
			done = place.rows + 1;
			continue;
		}
		if (giant->rowid == PG_INT64_MAX)
			break;
		next = giant->rowid + 1;
		place.first = &next;
	}
	return (Datum) 0;
}
