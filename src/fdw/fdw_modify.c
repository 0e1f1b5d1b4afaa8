/*-------------------------------------------------------------------------
 *
 * fdw_modify.c
 *	  Planner side of INSERT, UPDATE and DELETE: what may be written to, how rows
 *	  are found again, which columns get values.
 *
 * The plan holds decisions that need the query; everything that needs SQLite is
 * left to the executor, so that planning an INSERT reads nothing from the file.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/sysattr.h"
#include "access/table.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "foreign/foreign.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/appendinfo.h"
#include "optimizer/inherit.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "parser/parsetree.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "fdw/fdw_modify.h"

static List *inserted_columns(PlannerInfo *root, Relation rel);
static List *updated_columns(PlannerInfo *root, Relation rel, Index varno);
static List *all_columns(Relation rel);
static bool changes_server(Query *query, Oid serverid);

int
fdwIsForeignRelUpdatable(Relation rel)
{
	if (!server_table_is_updatable(RelationGetRelid(rel)))
		return 0;
	return (1 << CMD_INSERT) | (1 << CMD_UPDATE) | (1 << CMD_DELETE);
}

void
fdw_check_updatable(Oid relid)
{
	if (!server_table_is_updatable(relid))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("foreign table \"%s\" is not updatable", get_rel_name(relid)),
				 server_table_options(relid)->query != NULL ? errdetail("It shows a query.") : 0,
				 errhint("The server needs the option \"updatable\", and the foreign table must not say otherwise.")));
}

/*
 * The rowid has 64 bits. Of the system columns that a row on its way through a
 * plan may carry, ctid takes 48 of them and xmin the rest. Where there is no rowid
 * they carry a hash of the key as it is stored, beside its values.
 */
void
fdwAddForeignUpdateTargets(PlannerInfo *root, Index rtindex, RangeTblEntry *target_rte, Relation target_relation)
{
	FdwTable   *table = fdw_planned_table(root, RelationGetRelid(target_relation));
	FdwIdentity identity = fdw_identity(table);

	if (identity != IDENTITY_NONE)
	{
		add_row_identity_var(root, makeVar(rtindex, SelfItemPointerAttributeNumber, TIDOID, -1, InvalidOid, 0), rtindex, "ctid");
		add_row_identity_var(root, makeVar(rtindex, MinTransactionIdAttributeNumber, XIDOID, -1, InvalidOid, 0), rtindex, "xmin");
	}
	switch (identity)
	{
		case IDENTITY_ROWID:
			break;
		case IDENTITY_KEY:
			for (int i = 0; i < table->natts; i++)
			{
				Form_pg_attribute att = TupleDescAttr(RelationGetDescr(target_relation), i);

				if (table->columns[i].source != NULL && fdw_is_key(table, &table->columns[i]))
					add_row_identity_var(root, makeVar(rtindex, i + 1, att->atttypid, att->atttypmod, att->attcollation, 0), rtindex,
										 fdw_key_name(RelationGetRelid(target_relation), i + 1));
			}
			break;
		case IDENTITY_NONE:
			fdw_check_updatable(RelationGetRelid(target_relation));
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("rows of foreign table \"%s\" cannot be updated or deleted", RelationGetRelationName(target_relation)),
					 errdetail("\"%s\" has neither a rowid nor a key.", table->source->table),
					 errhint("Give the columns of its key the option \"key\".")));
	}
}

char *
fdw_key_name(Oid relid, AttrNumber attnum)
{
	return psprintf("sqlite_key_%u_%d", relid, attnum);
}

List *
fdwPlanForeignModify(PlannerInfo *root, ModifyTable *plan, Index resultRelation, int subplan_index)
{
	RangeTblEntry *rte = planner_rt_fetch(resultRelation, root);
	Relation	rel;
	List	   *attnums = NIL;
	List	   *returning = plan->returningLists ? list_nth(plan->returningLists, subplan_index) : NIL;
	List	   *checks = plan->withCheckOptionLists ? list_nth(plan->withCheckOptionLists, subplan_index) : NIL;
	List	   *returned;

	/* there is no unique index that it could name */
	if (plan->onConflictAction == ONCONFLICT_UPDATE)
		elog(ERROR, "ON CONFLICT DO UPDATE is not supported on foreign tables");
	fdw_check_updatable(rte->relid);

	/* the core code has locked it */
	rel = table_open(rte->relid, NoLock);
	if (plan->operation == CMD_INSERT)
		attnums = inserted_columns(root, rel);
	else if (plan->operation == CMD_UPDATE)
		attnums = updated_columns(root, rel, resultRelation);
	returned = fdw_wanted_back(rel, resultRelation, plan->operation, returning, checks);
	table_close(rel, NoLock);
	return list_make3(attnums, makeInteger(plan->onConflictAction == ONCONFLICT_NOTHING), returned);
}

/*
 * Only columns that the statement gives a value, so that SQLite's own defaults
 * count for the others. A trigger may give any column one.
 */
static List *
inserted_columns(PlannerInfo *root, Relation rel)
{
	TupleDesc	desc = RelationGetDescr(rel);
	List	   *result = NIL;

	if (rel->trigdesc && rel->trigdesc->trig_insert_before_row)
		return all_columns(rel);
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		bool		named = att->attgenerated != '\0';
		ListCell   *lc;

		if (att->attisdropped)
			continue;
		foreach(lc, root->parse->targetList)
			named |= ((TargetEntry *) lfirst(lc))->resno == i + 1;
		if (named)
			result = lappend_int(result, i + 1);
	}
	return result;
}

static List *
updated_columns(PlannerInfo *root, Relation rel, Index varno)
{
	Bitmapset  *updated;
	List	   *result = NIL;
	int			col = -1;

	if (rel->trigdesc && rel->trigdesc->trig_update_before_row)
		return all_columns(rel);
	updated = get_rel_all_updated_cols(root, find_base_rel(root, varno));
	while ((col = bms_next_member(updated, col)) >= 0)
	{
		AttrNumber	attnum = col + FirstLowInvalidHeapAttributeNumber;

		if (attnum <= InvalidAttrNumber)
			elog(ERROR, "system-column update is not supported");
		result = lappend_int(result, attnum);
	}
	return result;
}

static List *
all_columns(Relation rel)
{
	TupleDesc	desc = RelationGetDescr(rel);
	List	   *result = NIL;

	for (int i = 0; i < desc->natts; i++)
	{
		if (!TupleDescAttr(desc, i)->attisdropped)
			result = lappend_int(result, i + 1);
	}
	return result;
}

/*
 * A subquery that changes rows is at the top, in a WITH clause.
 */
bool
fdw_modifies_server(PlannerInfo *root, Oid serverid)
{
	ListCell   *lc;

	while (root->parent_root != NULL)
		root = root->parent_root;
	if (root->parse->commandType != CMD_SELECT && changes_server(root->parse, serverid))
		return true;
	if (!root->parse->hasModifyingCTE)
		return false;
	foreach(lc, root->parse->cteList)
	{
		Query	   *query = castNode(Query, ((CommonTableExpr *) lfirst(lc))->ctequery);

		if (query->commandType != CMD_SELECT && changes_server(query, serverid))
			return true;
	}
	return false;
}

/* Of a partitioned table, some partition may lie anywhere. */
static bool
changes_server(Query *query, Oid serverid)
{
	RangeTblEntry *rte = rt_fetch(query->resultRelation, query->rtable);

	if (rte->relkind == RELKIND_FOREIGN_TABLE)
		return GetForeignTable(rte->relid)->serverid == serverid;
	return rte->inh && has_subclass(rte->relid) && server_is_updatable(serverid);
}
