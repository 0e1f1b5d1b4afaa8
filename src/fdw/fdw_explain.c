/*-------------------------------------------------------------------------
 *
 * fdw_explain.c
 *	  EXPLAIN VERBOSE of a foreign scan: SQLite's SQL, and if asked for, how
 *	  SQLite means to run it.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "commands/explain.h"
#ifdef COMPAT_EXPLAIN_INCLUDES_18
#include "commands/explain_format.h"
#include "commands/explain_state.h"
#endif
#include "utils/rel.h"

#include "fdw/fdw_modify.h"

static List *query_plan(Oid serverid, const char *sql);

void
fdwExplainForeignScan(ForeignScanState *node, ExplainState *es)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	const char *sql = strVal(list_nth(plan->fdw_private, FDW_SCAN_SQL));

	if (es->analyze && fdw_scan_left_out(node) > 0)
		ExplainPropertyInteger("Workers Without Snapshot", NULL, fdw_scan_left_out(node), es);
	if (!es->verbose)
		return;
	ExplainPropertyText("SQLite SQL", sql, es);
	if (list_length(plan->fdw_private) > FDW_SCAN_PROOF)
	{
		ExplainPropertyText("Unless Proven", strVal(list_nth(plan->fdw_private, FDW_SCAN_PROOF)), es);
		ExplainPropertyText("SQLite SQL If Proven", strVal(list_nth(plan->fdw_private, FDW_SCAN_PROVEN)), es);
	}
	if (base_explain_query_plan())
		ExplainPropertyList("SQLite Plan", query_plan(plan->fs_server, sql), es);
}

void
fdwExplainForeignModify(ModifyTableState *mtstate, ResultRelInfo *rri, List *fdw_private, int subplan_index, ExplainState *es)
{
	FdwTable   *table;
	FdwChange	change = {.operation = mtstate->operation};
	ListCell   *lc;

	if (!es->verbose)
		return;
	table = fdw_table(RelationGetRelid(rri->ri_RelationDesc));
	foreach(lc, (List *) linitial(fdw_private))
	{
		if (!fdw_is_generated(&table->columns[lfirst_int(lc) - 1]))
			change.attnums = lappend_int(change.attnums, lfirst_int(lc));
	}
	change.do_nothing = intVal(lsecond(fdw_private)) != 0;
	change.returned = lthird(fdw_private);
	if (change.operation == CMD_UPDATE && change.attnums == NIL)
		return;
	ExplainPropertyText("SQLite SQL", fdw_change_sql(table, &change, 1), es);
	if (change.operation == CMD_INSERT && rri->ri_BatchSize > 1)
		ExplainPropertyInteger("Batch Size", NULL, rri->ri_BatchSize, es);
}

void
fdwExplainDirectModify(ForeignScanState *node, ExplainState *es)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	const char *sql = strVal(list_nth(plan->fdw_private, FDW_DIRECT_SQL));

	if (!es->verbose)
		return;
	ExplainPropertyText("SQLite SQL", sql, es);
	if (base_explain_query_plan())
		ExplainPropertyList("SQLite Plan", query_plan(plan->fs_server, sql), es);
}

/*
 * The lines of EXPLAIN QUERY PLAN.
 */
static List *
query_plan(Oid serverid, const char *sql)
{
	SqliteStmt *stmt = sqlite_prepare(server_session(serverid), psprintf("EXPLAIN QUERY PLAN %s", sql));
	List	   *lines = NIL;

	while (sqlite_step(stmt))
		lines = lappend(lines, sqlite_text(stmt, 3));
	sqlite_finalize(stmt);
	return lines;
}
