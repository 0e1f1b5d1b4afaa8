/*-------------------------------------------------------------------------
 *
 * fdw_join.c
 *	  Joins of tables of one SQLite file: inner, left, full, semi and anti.
 *
 * Only what is decided by SQLite alone is joined there: no condition of a side
 * may be left to PostgreSQL. A right side is a single table, so that FROM is a
 * plain list; a semi-join is IN or EXISTS.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "nodes/nodeFuncs.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/planmain.h"
#include "optimizer/restrictinfo.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "fdw/fdw_query.h"

/* FULL JOIN came with this version of SQLite. */
#define FULL_JOIN_MAJOR 3
#define FULL_JOIN_MINOR 39

/* Of all tables together: SQLite has a limit of 1000. */
#define MAX_JOIN_CONDITIONS (4 * FDW_MAX_CONDITIONS)

/* What SQLite spends on looking up a row: in a b-tree that its page cache holds, and in a larger one. */
#define NEAR_LOOKUP_COST 0.03
#define FAR_LOOKUP_COST 0.1
#define NEAR_ROWS 20000

static bool can_join(PlannerInfo *root, RelOptInfo *joinrel, RelOptInfo *outer, RelOptInfo *inner, JoinType type);
static bool sort_clauses(PlannerInfo *root, RelOptInfo *joinrel, FdwRel *rel, List *rinfos);
static bool all_exact(PlannerInfo *root, RelOptInfo *joinrel, List *rinfos, Relids hidden);
static bool has_constrained(PlannerInfo *root, RelOptInfo *joinrel, Relids relids);
static bool has_plain_target(RelOptInfo *joinrel, Relids relids);
static bool has_full_join(void);
static void set_cost(RelOptInfo *joinrel, FdwRel *rel);
static Cost loop_cost(const RelOptInfo *joinrel, const FdwRel *rel, const RelOptInfo *from, const RelOptInfo *to);
static void append_conditions(FdwShip *ship, List *rinfos);

void
fdwGetForeignJoinPaths(PlannerInfo *root, RelOptInfo *joinrel, RelOptInfo *outer, RelOptInfo *inner,
					   JoinType type, JoinPathExtraData *extra)
{
	FdwRel	   *rel;
	FdwRel	   *inner_rel = inner->fdw_private;

	if (joinrel->fdw_private != NULL || !base_pushdown() || root->rowMarks != NIL || root->parse->commandType != CMD_SELECT)
		return;

	/* the sides of an inner join may be changed to have the single table on the right */
	if (type == JOIN_INNER && inner_rel != NULL && inner_rel->join != NULL)
	{
		RelOptInfo *swap = outer;

		outer = inner;
		inner = swap;
	}
	if (!can_join(root, joinrel, outer, inner, type))
		return;
	rel = palloc0(sizeof(FdwRel));
	rel->join = palloc0(sizeof(FdwJoin));
	rel->join->type = type;
	rel->join->outer = outer;
	rel->join->inner = inner;
	joinrel->fdw_private = rel;
	if (!sort_clauses(root, joinrel, rel, extra->restrictlist))
	{
		joinrel->fdw_private = NULL;
		return;
	}
	set_cost(joinrel, rel);
	fdw_add_path(joinrel,
			 compat_create_foreign_join_path(root, joinrel, NULL, joinrel->rows, rel->startup_cost, rel->total_cost,
											 NIL, joinrel->lateral_relids, NULL, NIL, NIL));
}

static bool
can_join(PlannerInfo *root, RelOptInfo *joinrel, RelOptInfo *outer, RelOptInfo *inner, JoinType type)
{
	FdwRel	   *outer_rel = outer->fdw_private;
	FdwRel	   *inner_rel = inner->fdw_private;

	if (!fdw_is_complete(outer) || !fdw_is_complete(inner) || inner_rel->table == NULL ||
		!bms_is_empty(joinrel->lateral_relids) ||
		!has_plain_target(joinrel, type == JOIN_SEMI || type == JOIN_ANTI ? outer->relids : joinrel->relids))
		return false;
	switch (type)
	{
		case JOIN_INNER:
		case JOIN_SEMI:
		case JOIN_ANTI:
			return true;
		case JOIN_LEFT:
			/* a constant would stay what it is where the side has no row */
			return !inner_rel->table->constants;
		case JOIN_FULL:
			/* conditions of a side cannot be told from those of the join */
			return has_full_join() && outer_rel->table != NULL && !outer_rel->table->constants && !inner_rel->table->constants && outer_rel->exact == NIL && inner_rel->exact == NIL;
		default:
			return false;
	}
}

/* Whether only plain columns of these tables are wanted of the join. */
static bool
has_plain_target(RelOptInfo *joinrel, Relids relids)
{
	ListCell   *lc;

	foreach(lc, joinrel->reltarget->exprs)
	{
		Var		   *var = lfirst(lc);

		if (!IsA(var, Var) || var->varattno <= 0 || !bms_is_member(var->varno, relids))
			return false;
	}
	return true;
}

static bool
has_full_join(void)
{
	int			major = 0;
	int			minor = 0;

	(void) sscanf(sqlite_version(), "%d.%d", &major, &minor);
	return major > FULL_JOIN_MAJOR || (major == FULL_JOIN_MAJOR && minor >= FULL_JOIN_MINOR);
}

/*
 * Sorts conditions into those of the join (ON, or within EXISTS) and those
 * of its result (WHERE). False when one of them cannot be sent.
 */
static bool
sort_clauses(PlannerInfo *root, RelOptInfo *joinrel, FdwRel *rel, List *rinfos)
{
	FdwJoin    *join = rel->join;
	FdwRel	   *outer_rel = join->outer->fdw_private;
	FdwRel	   *inner_rel = join->inner->fdw_private;
	Relids		hidden = join->type == JOIN_INNER ? NULL : join->type == JOIN_FULL ? joinrel->relids : join->inner->relids;
	ListCell   *lc;

	rel->exact = list_copy(outer_rel->exact);
	if (join->type == JOIN_INNER)
		rel->exact = list_concat(rel->exact, inner_rel->exact);
	else
		join->on = list_copy(inner_rel->exact);
	foreach(lc, rinfos)
	{
		RestrictInfo *rinfo = lfirst(lc);

		if (rinfo->pseudoconstant)
			return false;
		if (join->type == JOIN_INNER || (IS_OUTER_JOIN(join->type) && RINFO_IS_PUSHED_DOWN(rinfo, joinrel->relids)))
			rel->exact = lappend(rel->exact, rinfo);
		else
			join->on = lappend(join->on, rinfo);
	}

	/* every row with every row is made faster here than fetched */
	if (rinfos == NIL)
		return false;
	return list_length(rel->exact) + list_length(join->on) <= MAX_JOIN_CONDITIONS &&
		all_exact(root, joinrel, rel->exact, hidden) && all_exact(root, joinrel, join->on, hidden) &&
		!has_constrained(root, joinrel, hidden);
}

/*
 * Whether the join shows columns of some tables that are of a domain with
 * constraints. A row that has no partner has NULL there, which is no value of the
 * table and is not tested.
 */
static bool
has_constrained(PlannerInfo *root, RelOptInfo *joinrel, Relids relids)
{
	ListCell   *lc;

	foreach(lc, pull_var_clause((Node *) joinrel->reltarget->exprs, PVC_RECURSE_PLACEHOLDERS))
	{
		Var		   *var = lfirst(lc);

		if (!bms_is_member(var->varno, relids) || getBaseType(var->vartype) == var->vartype)
			continue;
		record_plan_type_dependency(root, var->vartype);
		if (DomainHasConstraints(var->vartype))
			return true;
	}
	return false;
}

/* "hidden": tables whose columns cannot be converted to see whether their domains hold them. */
static bool
all_exact(PlannerInfo *root, RelOptInfo *joinrel, List *rinfos, Relids hidden)
{
	FdwShip		ship;
	StringInfoData scratch;
	ListCell   *lc;

	initStringInfo(&scratch);
	fdw_ship_init(&ship, root, joinrel->relids, &scratch);
	foreach(lc, rinfos)
	{
		if (!fdw_ship_condition(&ship, ((RestrictInfo *) lfirst(lc))->clause) || !ship.exact)
			return false;
	}
	foreach(lc, ship.constrained)
	{
		if (bms_is_member(((Var *) lfirst(lc))->varno, hidden))
			return false;
	}
	return true;
}

/*
 * SQLite loops over one side and looks up the other; which one of an inner join,
 * it chooses. What IN and EXISTS look into is taken for a list of its own.
 */
static void
set_cost(RelOptInfo *joinrel, FdwRel *rel)
{
	FdwRel	   *outer = rel->join->outer->fdw_private;
	FdwRel	   *inner = rel->join->inner->fdw_private;

	rel->tuple_cost = Max(outer->tuple_cost, inner->tuple_cost);
	rel->startup_cost = outer->startup_cost;
	if (rel->join->type == JOIN_SEMI || rel->join->type == JOIN_ANTI)
		rel->visit_cost = outer->visit_cost + inner->visit_cost + fdw_cost_sort(rel->join->inner->rows) +
			rel->join->outer->rows * (rel->join->inner->rows > NEAR_ROWS ? FAR_LOOKUP_COST : NEAR_LOOKUP_COST);
	else
		rel->visit_cost = loop_cost(joinrel, rel, rel->join->outer, rel->join->inner);
	if (rel->join->type == JOIN_INNER && outer->table != NULL)
		rel->visit_cost = Min(rel->visit_cost, loop_cost(joinrel, rel, rel->join->inner, rel->join->outer));
	rel->total_cost = rel->startup_cost + rel->visit_cost + joinrel->rows * fdw_cost_row(rel);
}

/*
 * What a loop looks up are also rows that the other conditions on them keep out.
 * Where no index serves, SQLite makes one for the purpose.
 */
static Cost
loop_cost(const RelOptInfo *joinrel, const FdwRel *rel, const RelOptInfo *from, const RelOptInfo *to)
{
	const FdwRel *to_rel = to->fdw_private;
	double		lookups = Max(from->rows, joinrel->rows * to->tuples / clamp_row_est(to->rows));
	Cost		cost = ((FdwRel *) from->fdw_private)->visit_cost;
	bool		indexed = false;
	ListCell   *lc;

	foreach(lc, rel->join->type == JOIN_INNER ? rel->exact : rel->join->on)
	{
		RestrictInfo *rinfo = lfirst(lc);
		bool		unique;

		if (!bms_overlap(rinfo->clause_relids, from->relids) || !fdw_is_indexed(to_rel->table, to->relid, rinfo->clause, &unique))
			continue;
		indexed = true;
		if (unique)
			lookups = from->rows;
	}
	if (!indexed)
	{
		lookups = Max(from->rows, joinrel->rows);
		cost += to_rel->visit_cost + fdw_cost_sort(to->rows);
	}
	return cost + lookups * (to->tuples > NEAR_ROWS ? FAR_LOOKUP_COST : NEAR_LOOKUP_COST);
}

bool
fdw_is_complete(RelOptInfo *rel)
{
	FdwRel	   *info = rel->fdw_private;

	return info != NULL && (info->table != NULL || info->join != NULL) && info->local == NIL;
}

/*
 * FROM: tables in a row, each with its kind of join. A semi-join adds
 * nothing here.
 */
void
fdw_append_tables(FdwShip *ship, RelOptInfo *scan)
{
	FdwRel	   *rel = scan->fdw_private;
	FdwJoin    *join = rel->join;

	if (join == NULL)
	{
		server_append_source(ship->sql, rel->table->source);
		if (ship->aliased)
			appendStringInfo(ship->sql, " r%d", scan->relid);
		else
			appendStringInfoString(ship->sql, " r");
		return;
	}
	fdw_append_tables(ship, join->outer);
	if (join->type == JOIN_SEMI || join->type == JOIN_ANTI)
		return;
	appendStringInfoString(ship->sql, join->type == JOIN_LEFT ? " LEFT JOIN " : join->type == JOIN_FULL ? " FULL JOIN " : " JOIN ");
	fdw_append_tables(ship, join->inner);
	if (join->type == JOIN_INNER)
		return;
	appendStringInfoString(ship->sql, " ON ");
	if (join->on == NIL)
		appendStringInfoChar(ship->sql, '1');
	append_conditions(ship, join->on);
}

/* Appends conditions that are known to be sendable, joined by AND. */
static void
append_conditions(FdwShip *ship, List *rinfos)
{
	ListCell   *lc;

	foreach(lc, rinfos)
	{
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(ship->sql, " AND ");
		if (!fdw_ship_condition(ship, ((RestrictInfo *) lfirst(lc))->clause))
			elog(ERROR, "condition on a foreign table cannot be sent any more");
	}
}

/*
 * The outer and inner side of "outer = inner" when that is the only condition of
 * a semi-join with its outer side; both compared by bytes or as numbers.
 */
static bool
is_in(FdwShip *ship, const FdwJoin *join, List **rest, Expr **outer, Expr **inner)
{
	ListCell   *lc;

	*outer = NULL;
	*rest = NIL;
	foreach(lc, join->on)
	{
		RestrictInfo *rinfo = lfirst(lc);
		OpExpr	   *op = (OpExpr *) rinfo->clause;

		if (bms_is_subset(rinfo->clause_relids, join->inner->relids))
		{
			*rest = lappend(*rest, rinfo);
			continue;
		}
		if (*outer != NULL || !IsA(op, OpExpr) || list_length(op->args) != 2 || !rinfo->can_join || rinfo->mergeopfamilies == NIL)
			return false;
		*outer = linitial(op->args);
		*inner = lsecond(op->args);
		if (bms_is_subset(pull_varnos(ship->root, (Node *) *outer), join->inner->relids))
		{
			*outer = lsecond(op->args);
			*inner = linitial(op->args);
		}
		if (fdw_column_of(ship, *outer) == NULL || !fdw_column_of(ship, *outer)->binary ||
			fdw_column_of(ship, *inner) == NULL || !fdw_column_of(ship, *inner)->binary ||
			fdw_column_of(ship, *outer)->form != fdw_column_of(ship, *inner)->form)
			return false;
	}
	return *outer != NULL;
}

/*
 * One semi- or anti-join as a condition. IN is SQLite's to plan from either side;
 * NOT IN would stumble over NULLs.
 */
static void
append_semi(FdwShip *ship, const FdwJoin *join)
{
	List	   *checked = list_copy(ship->checked);
	List	   *rest;
	Expr	   *outer;
	Expr	   *inner;
	ListCell   *lc;
	bool		as_in = join->type == JOIN_SEMI && is_in(ship, join, &rest, &outer, &inner);

	if (as_in)
	{
		fdw_append_checked(ship, outer);
		appendStringInfoString(ship->sql, " IN (SELECT ");
		fdw_append_column(ship, inner);
	}
	else
	{
		rest = join->on;
		appendStringInfo(ship->sql, "%sEXISTS (SELECT 1", join->type == JOIN_ANTI ? "NOT " : "");
	}
	appendStringInfoString(ship->sql, " FROM ");
	fdw_append_tables(ship, join->inner);
	if (rest != NIL)
	{
		appendStringInfoString(ship->sql, " WHERE ");
		append_conditions(ship, rest);
	}

	/* columns of the subquery cannot be fetched */
	foreach(lc, ship->checked)
	{
		Var		   *var = lfirst(lc);

		if (list_member(checked, var))
			continue;
		if (bms_is_member(var->varno, join->inner->relids))
		{
			appendStringInfoString(ship->sql, rest != NIL ? " AND " : " WHERE ");
			fdw_append_check(ship, (Expr *) var);
			rest = join->on;
		}
		else
			checked = lappend(checked, var);
	}
	ship->checked = checked;
	appendStringInfoChar(ship->sql, ')');
}

void
fdw_append_where(FdwShip *ship, RelOptInfo *scan)
{
	FdwRel	   *rel = scan->fdw_private;
	RelOptInfo *level = scan;

	if (rel->exact != NIL)
	{
		appendStringInfoString(ship->sql, " WHERE ");
		append_conditions(ship, rel->exact);
		ship->filtered = true;
	}
	for (; rel->join != NULL; level = rel->join->outer, rel = level->fdw_private)
	{
		if (rel->join->type != JOIN_SEMI && rel->join->type != JOIN_ANTI)
			continue;
		appendStringInfoString(ship->sql, ship->filtered ? " AND " : " WHERE ");
		ship->filtered = true;
		append_semi(ship, rel->join);
	}
}
