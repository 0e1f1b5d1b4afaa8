/*-------------------------------------------------------------------------
 *
 * dialect_group.c
 *	  Columns that are neither grouped nor aggregated. SQLite takes them from
 *	  some row of the group, with one min() or max() from that row; PostgreSQL
 *	  refuses them, so they are wrapped in an aggregate that does the same.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_writer.h"

/* With more terms in GROUP BY than this nothing is wrapped: each column is compared with each term. */
#define MAX_GROUP_TERMS 100

/* Longest argument of min() or max() that is repeated for each bare column, in bytes of the source. */
#define MAX_EXTREME_BYTES 200

static DialectExpr *find_extreme(DialectSelect *select, DialectCore *core);
static bool is_grouped(List *group, const DialectExpr *e, const DialectScopeItem *item);
static bool write_outer_bare(DialectWriter *w, DialectExpr *e);

/*
 * Whether an aggregate of this query occurs in an expression.
 */
static bool
has_aggregate(const DialectExpr *e)
{
	ListCell   *lc;

	if (e == NULL)
		return false;
	if (dialect_is_aggregate(e))
		return true;
	foreach(lc, e->args)
	{
		if (has_aggregate(lfirst(lc)))
			return true;
	}
	return has_aggregate(e->left) || has_aggregate(e->right) || has_aggregate(e->third);
}

/*
 * Whether two expressions are the same but for case, positions and qualifiers
 * that one of them leaves out. Two queries never are.
 */
bool
dialect_same_expr(const DialectExpr *a, const DialectExpr *b)
{
	ListCell   *la;
	ListCell   *lb;

	if (a == NULL || b == NULL || a == b)
		return a == b;
	if (a->kind != b->kind || a->op != b->op || a->height != b->height || a->negated != b->negated || a->distinct != b->distinct ||
		a->select || b->select || a->from || b->from || a->window || b->window || list_length(a->args) != list_length(b->args))
		return false;
	if ((a->text == NULL) != (b->text == NULL))
		return false;
	if (a->text != NULL && (a->kind == EXPR_STRING ? strcmp(a->text, b->text) != 0 : !dialect_same_name(a->text, b->text)))
		return false;
	if (a->table != NULL && b->table != NULL && !dialect_same_name(a->table, b->table))
		return false;
	forboth(la, a->args, lb, b->args)
	{
		if (!dialect_same_expr(lfirst(la), lfirst(lb)))
			return false;
	}
	return dialect_same_expr(a->left, b->left) && dialect_same_expr(a->right, b->right) && dialect_same_expr(a->third, b->third);
}

/*
 * What is grouped and aggregated in a query whose scope is the current one.
 * The caller keeps the writer's state and puts it back.
 */
void
dialect_enter_group(DialectWriter *w, DialectSelect *select, DialectCore *core)
{
	ListCell   *lc;

	w->group = NIL;
	w->group_extreme = NULL;
	w->in_aggregate = false;
	w->in_aggregate_query = core->group != NIL || has_aggregate(core->having);
	foreach(lc, core->results)
	{
		if (!w->in_aggregate_query && has_aggregate(((DialectResult *) lfirst(lc))->expr))
			w->in_aggregate_query = true;
	}
	foreach(lc, list_length(select->cores) == 1 ? select->order : NIL)
		w->in_aggregate_query |= has_aggregate(((DialectTerm *) lfirst(lc))->expr);
	if (!w->in_aggregate_query)
		return;
	if (list_length(core->group) > MAX_GROUP_TERMS)
	{
		w->in_aggregate_query = false;
		return;
	}
	w->group_extreme = find_extreme(select, core);
	foreach(lc, core->group)
	{
		DialectExpr *e = lfirst(lc);
		DialectColumn column;

		/* a position or an alias stands for its result column */
		if (e->kind == EXPR_NUMBER)
		{
			int			n = atoi(e->text);

			if (n >= 1 && n <= list_length(core->results))
				e = ((DialectResult *) list_nth(core->results, n - 1))->expr;
		}
		else if (e->kind == EXPR_COLUMN && e->table == NULL && dialect_find_column(w, e, &column, NULL) != FOUND_COLUMN)
		{
			DialectExpr *aliased = dialect_find_alias(w, e->text);

			if (aliased != NULL)
				e = aliased;
		}
		/* with its collation in plain sight, so that the column alone is not grouped */
		w->group = lappend(w->group, e->kind == EXPR_COLUMN ? dialect_with_collation(e, dialect_collation(w, e)) : e);
	}
}

/* Finds min() and max() in an expression; false when there are two that differ. */
static bool
only_extreme(DialectExpr *e, DialectExpr **extreme)
{
	ListCell   *lc;

	if (e == NULL)
		return true;
	if (dialect_is_aggregate(e))
	{
		if (!dialect_same_name(e->text, "min") && !dialect_same_name(e->text, "max"))
			return true;
		if (*extreme != NULL && !dialect_same_expr(*extreme, e))
			return false;
		*extreme = e;
		return true;
	}
	foreach(lc, e->args)
	{
		if (!only_extreme(lfirst(lc), extreme))
			return false;
	}
	return only_extreme(e->left, extreme) && only_extreme(e->right, extreme) && only_extreme(e->third, extreme);
}

/*
 * The one min() or max() of a query, wherever it stands, NULL if there is none or
 * another one: the other columns are those of its row.
 */
static DialectExpr *
find_extreme(DialectSelect *select, DialectCore *core)
{
	DialectExpr *extreme = NULL;
	ListCell   *lc;

	foreach(lc, core->results)
	{
		if (!only_extreme(((DialectResult *) lfirst(lc))->expr, &extreme))
			return NULL;
	}
	foreach(lc, list_length(select->cores) == 1 ? select->order : NIL)
	{
		if (!only_extreme(((DialectTerm *) lfirst(lc))->expr, &extreme))
			return NULL;
	}
	if (!only_extreme(core->having, &extreme))
		return NULL;
	return extreme == NULL || extreme->end - extreme->start > MAX_EXTREME_BYTES ? NULL : extreme;
}

/*
 * The table of the current query that a column belongs to; false when it
 * belongs to a query around it.
 */
static bool
is_of_query(DialectWriter *w, const DialectExpr *e, DialectScopeItem **item)
{
	DialectScope *scope = w->scope;
	DialectColumn column;
	ListCell   *lc;

	*item = NULL;
	if (dialect_find_column(w, e, &column, item) == FOUND_COLUMN)
		return list_member_ptr(scope->items, *item);
	if (e->table == NULL)
		return true;
	foreach(lc, scope->items)
	{
		DialectScopeItem *candidate = lfirst(lc);

		if (candidate->alias != NULL && dialect_same_name(candidate->alias, e->table))
			return true;
	}
	return false;
}

/*
 * Writes an expression of a query with aggregates that needs more care than
 * usual: one that is grouped as a whole, or a column that is not grouped.
 * False, and nothing written, where it needs none.
 */
bool
dialect_write_bare(DialectWriter *w, DialectExpr *e, int min)
{
	DialectScopeItem *item;
	ListCell   *lc;

	if (e->kind == EXPR_COLUMN && w->outer != NULL && write_outer_bare(w, e))
		return true;
	if (!w->in_aggregate_query || w->in_aggregate)
		return false;
	if (e->kind != EXPR_COLUMN)
	{
		foreach(lc, w->group)
		{
			if (((DialectExpr *) lfirst(lc))->kind != EXPR_COLUMN && dialect_same_expr(lfirst(lc), e))
			{
				w->in_aggregate_query = false;
				dialect_write_expr(w, e, min);
				w->in_aggregate_query = true;
				return true;
			}
		}
		return false;
	}
	if (!is_of_query(w, e, &item) || is_grouped(w->group, e, item))
		return false;
	/* not a column at all? */
	if (item == NULL && e->table == NULL)
	{
		DialectColumn column;

		if (!w->no_aliases && dialect_find_alias(w, e->text) != NULL)
			return false;
		if (dialect_find_column(w, e, &column, NULL) == FOUND_NOTHING)
			return false;
	}

	dialect_note(w, FIND_BARE_COLUMN, e->at, e->text);
	w->in_aggregate = true;
	appendStringInfoString(&w->out, "(array_agg(");
	dialect_write_expr(w, e, OUT_ANY);
	if (w->group_extreme != NULL)
	{
		appendStringInfoString(&w->out, " ORDER BY ");
		if (w->group_extreme->third != NULL)
		{
			appendStringInfoString(&w->out, "CASE WHEN ");
			dialect_write_condition(w, w->group_extreme->third, OUT_ANY);
			appendStringInfoString(&w->out, " THEN ");
		}
		dialect_write_expr(w, linitial(w->group_extreme->args), OUT_ANY);
		appendStringInfoString(&w->out, w->group_extreme->third != NULL ? " END" : "");
		appendStringInfoString(&w->out, dialect_same_name(w->group_extreme->text, "max") ? " DESC NULLS LAST" : " NULLS LAST");
	}
	appendStringInfoString(&w->out, "))[1]");
	w->in_aggregate = false;
	return true;
}

/*
 * Whether a column is in GROUP BY, or depends on a primary key that is.
 */
static bool
is_grouped(List *group, const DialectExpr *e, const DialectScopeItem *item)
{
	ListCell   *lc;
	ListCell   *k;

	foreach(lc, group)
	{
		if (dialect_same_expr(lfirst(lc), e))
			return true;
	}
	if (item == NULL || !item->relation->has_primary)
		return false;
	foreach(k, linitial(item->relation->keys))
	{
		bool		found = false;

		foreach(lc, group)
		{
			DialectExpr *grouped = lfirst(lc);

			if (grouped->kind == EXPR_COLUMN && dialect_same_name(grouped->text, ((DialectColumn *) lfirst(k))->source) &&
				(grouped->table == NULL || dialect_same_name(grouped->table, item->alias)))
				found = true;
		}
		if (!found)
			return false;
	}
	return true;
}

/*
 * A column of a query around this one with the name of its table, NULL where
 * that means something else here.
 */
static DialectExpr *
column_from_here(DialectWriter *w, const DialectFrame *frame, const DialectExpr *e)
{
	DialectScope *saved = w->scope;
	DialectScopeItem *item = NULL;
	DialectScopeItem *here = NULL;
	DialectColumn column;
	DialectExpr *copy;
	bool		found;

	if (e->kind != EXPR_COLUMN)
		return NULL;
	w->scope = frame->scope;
	found = dialect_find_column(w, e, &column, &item) == FOUND_COLUMN;
	w->scope = saved;
	if (!found || item->alias == NULL)
		return NULL;
	copy = dialect_new_expr(EXPR_COLUMN, e->start);
	copy->end = e->end;
	copy->height = 1;
	copy->table = item->alias;
	copy->text = e->text;
	return dialect_find_column(w, copy, &column, &here) == FOUND_COLUMN && here == item ? copy : NULL;
}

/*
 * The same as dialect_write_bare for a column of a query around this one, which has aggregates and
 * names this query among its results: an aggregate over nothing but its columns
 * belongs to that query, in PostgreSQL as well.
 */
static bool
write_outer_bare(DialectWriter *w, DialectExpr *e)
{
	DialectScopeItem *item = NULL;
	DialectColumn column;
	const DialectFrame *frame;
	DialectExpr *arg;

	for (frame = w->outer; frame != NULL && (!frame->in_aggregate_query || frame->in_aggregate); frame = frame->outer)
		;
	if (frame == NULL || dialect_find_column(w, e, &column, &item) != FOUND_COLUMN)
		return false;
	for (frame = w->outer; frame != NULL && (frame->scope == NULL || !list_member_ptr(frame->scope->items, item)); frame = frame->outer)
		;
	if (frame == NULL || !frame->in_aggregate_query || frame->in_aggregate || is_grouped(frame->group, e, item))
		return false;
	arg = frame->extreme != NULL && frame->extreme->third == NULL ? linitial(frame->extreme->args) : NULL;
	if (arg != NULL && (arg = column_from_here(w, frame, arg)) == NULL)
		return false;
	dialect_note(w, FIND_BARE_COLUMN, e->at, e->text);
	appendStringInfoString(&w->out, "(array_agg(");
	dialect_write_column(w, e);
	if (arg != NULL)
	{
		appendStringInfoString(&w->out, " ORDER BY ");
		dialect_write_column(w, arg);
		appendStringInfoString(&w->out, dialect_same_name(frame->extreme->text, "max") ? " DESC NULLS LAST" : " NULLS LAST");
	}
	appendStringInfoString(&w->out, "))[1]");
	return true;
}
