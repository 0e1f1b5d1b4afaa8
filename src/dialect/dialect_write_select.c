/*-------------------------------------------------------------------------
 *
 * dialect_write_select.c
 *	  Writer of queries: WITH, compounds, result columns, GROUP BY, windows,
 *	  ORDER BY with SQLite's place for NULLs, LIMIT.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_writer.h"

static void write_query(DialectWriter *w, DialectSelect *select, bool name_all);
static void write_core(DialectWriter *w, DialectSelect *select, DialectCore *core, List *types, bool name_all);
static bool fits_types(DialectSelect *select, List *types);
static void write_order(DialectWriter *w, DialectSelect *select);
static void write_limit(DialectWriter *w, DialectSelect *select);
static List *compound_types(DialectWriter *w, DialectSelect *select);
static bool orders_by_name(const DialectSelect *select);

static void
save(DialectWriter *w, DialectFrame *saved)
{
	saved->outer = w->outer;
	saved->scope = w->scope;
	saved->extreme = w->group_extreme;
	saved->group = w->group;
	saved->in_aggregate_query = w->in_aggregate_query;
	saved->in_aggregate = w->in_aggregate;
	saved->no_aliases = w->no_aliases;
	saved->wide_literals = w->wide_literals;
	saved->row_name = w->row_name;
}

static void
restore(DialectWriter *w, const DialectFrame *saved)
{
	w->outer = saved->outer;
	w->scope = saved->scope;
	w->group_extreme = saved->extreme;
	w->group = saved->group;
	w->in_aggregate_query = saved->in_aggregate_query;
	w->in_aggregate = saved->in_aggregate;
	w->no_aliases = saved->no_aliases;
	w->wide_literals = saved->wide_literals;
	w->row_name = saved->row_name;
}

/*
 * Writes a query; the writer's state is as before then.
 */
void
dialect_write_select(DialectWriter *w, DialectSelect *select)
{
	write_query(w, select, false);
}

/*
 * The same, and result columns that SQLite names after their text get that name.
 */
void
dialect_write_named_select(DialectWriter *w, DialectSelect *select)
{
	write_query(w, select, true);
}

static void
write_query(DialectWriter *w, DialectSelect *select, bool name_all)
{
	bool		wide = w->wide_literals;
	List	   *types;
	DialectFrame saved;
	ListCell   *lc;
	bool		mixed = false;
	int			parentheses = 0;

	save(w, &saved);
	w->outer = &saved;
	w->wide_literals = false;
	w->in_aggregate_query = w->in_aggregate = w->no_aliases = false;
	w->row_name = NULL;
	dialect_write_with(w, select);

	/* INTERSECT binds tighter than the others in PostgreSQL, as tight in SQLite */
	foreach(lc, select->cores)
	{
		DialectCore *core = lfirst(lc);

		if (core->operator == NULL)
			continue;
		if (strcmp(core->operator, "INTERSECT") == 0 && mixed)
		{
			parentheses++;
			mixed = false;
		}
		else if (strcmp(core->operator, "INTERSECT") != 0)
			mixed = true;
	}
	appendStringInfoSpaces(&w->out, parentheses);
	memset(w->out.data + w->out.len - parentheses, '(', parentheses);

	types = w->target_types;
	w->target_types = NIL;
	if (types == NIL || !fits_types(select, types))
		types = compound_types(w, select);
	mixed = false;
	foreach(lc, select->cores)
	{
		DialectCore *core = lfirst(lc);

		if (core->operator != NULL)
		{
			bool		is_intersect = strcmp(core->operator, "INTERSECT") == 0;

			appendStringInfo(&w->out, "%s %s ", is_intersect && mixed ? ")" : "", core->operator);
			mixed = !is_intersect;
		}
		w->scope = select->scope;
		w->wide_literals = wide && core->operator == NULL;
		w->orders_by_name = orders_by_name(select);
		write_core(w, select, core, types, name_all && core->operator == NULL);
		w->wide_literals = false;
	}
	if (list_length(select->cores) > 1)
		w->scope = select->scope;
	write_order(w, select);
	write_limit(w, select);
	restore(w, &saved);
}

/*
 * Whether each SELECT of a query has as many plain result columns as there are types.
 */
static bool
fits_types(DialectSelect *select, List *types)
{
	ListCell   *lc;
	ListCell   *r;

	foreach(lc, select->cores)
	{
		DialectCore *core = lfirst(lc);

		if (core->is_values || list_length(core->results) != list_length(types))
			return false;
		foreach(r, core->results)
		{
			if (((DialectResult *) lfirst(r))->expr->kind == EXPR_STAR)
				return false;
		}
	}
	return true;
}

/*
 * The common type of each result column of a compound, as a list of integers;
 * NIL where nothing needs to be said.
 */
static List *
compound_types(DialectWriter *w, DialectSelect *select)
{
	DialectScope *saved = w->scope;
	List	  **columns = NULL;
	List	   *types = NIL;
	int			n = -1;
	ListCell   *lc;
	ListCell   *r;
	int			i;

	if (list_length(select->cores) < 2)
		return NIL;
	foreach(lc, select->cores)
	{
		DialectCore *core = lfirst(lc);

		if (core->is_values || (n >= 0 && n != list_length(core->results)))
			return NIL;
		n = list_length(core->results);
		if (columns == NULL)
			columns = palloc0(sizeof(List *) * n);
		w->scope = saved;
		(void) dialect_enter_core(w, core);
		foreach(r, core->results)
		{
			DialectExpr *e = ((DialectResult *) lfirst(r))->expr;

			if (e->kind == EXPR_STAR)
			{
				w->scope = saved;
				return NIL;
			}
			(void) dialect_type(w, e);
			columns[foreach_current_index(r)] = lappend(columns[foreach_current_index(r)], e);
		}
	}
	w->scope = saved;
	for (i = 0; i < n; i++)
		types = lappend_int(types, dialect_common_type(w, columns[i]));
	return types;
}

/*
 * WITH, and the CTEs' scope is the current one from now on.
 */
void
dialect_write_with(DialectWriter *w, DialectSelect *select)
{
	bool		recursive = select->recursive;
	ListCell   *lc;
	ListCell   *c;

	(void) dialect_enter_select(w, select);
	if (select->ctes == NIL)
		return;
	foreach(lc, select->ctes)
		recursive |= ((DialectCte *) lfirst(lc))->is_recursive;
	appendStringInfoString(&w->out, recursive ? "WITH RECURSIVE " : "WITH ");
	foreach(lc, select->ctes)
	{
		DialectCte *cte = lfirst(lc);

		if (foreach_current_index(lc) > 0)
			appendStringInfoString(&w->out, ", ");
		dialect_write_name(w, cte->name);
		foreach(c, cte->columns)
		{
			appendStringInfoString(&w->out, foreach_current_index(c) > 0 ? ", " : "(");
			dialect_write_name(w, lfirst(c));
		}
		appendStringInfoString(&w->out, cte->columns != NIL ? ") AS " : " AS ");
		if (cte->materialized > 0)
			appendStringInfoString(&w->out, cte->materialized == 1 ? "MATERIALIZED " : "NOT MATERIALIZED ");
		appendStringInfoChar(&w->out, '(');
		if (cte->is_recursive && list_length(cte->select->cores) > 1)
		{
			if (cte->select->order != NIL)
				dialect_note(w, FIND_RECURSIVE, ((DialectTerm *) linitial(cte->select->order))->expr->start, "ORDER BY");
			if (cte->select->limit != NULL)
				dialect_note(w, FIND_RECURSIVE, cte->select->limit->start, "LIMIT");
			w->wide_literals = true;
		}
		dialect_write_select(w, cte->select);
		w->wide_literals = false;
		appendStringInfoChar(&w->out, ')');
	}
	appendStringInfoChar(&w->out, ' ');
}

/* ---- one SELECT or VALUES ---- */

/*
 * The common type of each column of VALUES.
 */
static List *
row_types(DialectWriter *w, List *rows)
{
	int			n = list_length(linitial(rows));
	List	   *types = NIL;
	ListCell   *lc;
	int			i;

	for (i = 0; i < n; i++)
	{
		List	   *column = NIL;

		foreach(lc, rows)
		{
			if (i < list_length(lfirst(lc)))
				column = lappend(column, list_nth(lfirst(lc), i));
		}
		types = lappend_int(types, dialect_common_type(w, column));
	}
	return types;
}

/*
 * A value in the type of its column; a NULL says which one it is of.
 */
static void
write_typed(DialectWriter *w, DialectExpr *e, List *types, int i)
{
	DialectType type = i < list_length(types) ? list_nth_int(types, i) : TYPE_UNKNOWN;
	DialectType own = dialect_type(w, e);

	if (type == TYPE_TEXT && dialect_is_number(own))
		dialect_note(w, FIND_MIXED, e->start, NULL);
	if (e->kind == EXPR_NULL && type != TYPE_UNKNOWN && type != TYPE_NULL && type != TYPE_OTHER)
		dialect_write_cast(w, e, dialect_type_name(type));
	else
		dialect_write_typed(w, e, type);
}

/*
 * Writes a value as one of this type, if that is known.
 */
void
dialect_write_typed(DialectWriter *w, DialectExpr *e, DialectType type)
{
	if (type == TYPE_UNKNOWN || type == TYPE_NULL || type == TYPE_OTHER || (dialect_type(w, e) == type && type != TYPE_REAL))
		dialect_write_expr(w, e, OUT_ANY);
	else
		dialect_write_as(w, e, type);
}

/*
 * VALUES (…), …: each value as the type of its column, where "types" has one.
 */
static void
write_rows(DialectWriter *w, List *rows, List *types)
{
	ListCell   *lc;
	ListCell   *v;

	appendStringInfoString(&w->out, "VALUES ");
	foreach(lc, rows)
	{
		appendStringInfoString(&w->out, foreach_current_index(lc) > 0 ? ", (" : "(");
		foreach(v, (List *) lfirst(lc))
		{
			if (foreach_current_index(v) > 0)
				appendStringInfoString(&w->out, ", ");
			write_typed(w, lfirst(v), types, foreach_current_index(v));
		}
		appendStringInfoChar(&w->out, ')');
	}
}

/* Whether rows of a part are compared with those of the next one. */
static bool
compares_next(const DialectSelect *select, const DialectCore *core)
{
	ListCell   *lc;
	bool		here = false;

	foreach(lc, select->cores)
	{
		if (here)
			return strcmp(((DialectCore *) lfirst(lc))->operator, "UNION ALL") != 0;
		here = lfirst(lc) == core;
	}
	return false;
}

static void
write_core(DialectWriter *w, DialectSelect *select, DialectCore *core, List *types, bool name_all)
{
	bool		compared;		/* its rows with those of another part of the query */
	ListCell   *lc;

	(void) dialect_enter_core(w, core);
	if (core->is_values)
	{
		w->in_aggregate_query = false;
		write_rows(w, core->rows, list_length(core->rows) > 1 ? row_types(w, core->rows) : NIL);
		return;
	}
	dialect_plan_joins(w, core->from);
	dialect_enter_group(w, select, core);
	compared = (core->operator != NULL && strcmp(core->operator, "UNION ALL") != 0) || compares_next(select, core);
	if (core->distinct || compared)
		dialect_note_collations(w, core, !compared);
	appendStringInfoString(&w->out, core->distinct ? "SELECT DISTINCT " : "SELECT ");
	dialect_write_results(w, core->results, types, name_all);
	if (core->from != NIL)
	{
		bool		saved = w->in_aggregate_query;

		w->in_aggregate_query = false;
		appendStringInfoString(&w->out, " FROM ");
		dialect_write_from(w, core->from);
		w->in_aggregate_query = saved;
	}
	if (core->where != NULL)
	{
		bool		saved = w->in_aggregate_query;

		w->in_aggregate_query = false;
		appendStringInfoString(&w->out, " WHERE ");
		dialect_write_condition(w, core->where, OUT_ANY);
		w->in_aggregate_query = saved;
	}
	foreach(lc, core->group)
	{
		DialectExpr *e = lfirst(lc);
		DialectColumn column;
		bool		saved = w->in_aggregate_query;

		w->in_aggregate_query = false;
		appendStringInfoString(&w->out, foreach_current_index(lc) > 0 ? ", " : " GROUP BY ");
		if (saved && ((DialectExpr *) list_nth(w->group, foreach_current_index(lc)))->kind == EXPR_COLLATE)
			dialect_write_expr(w, list_nth(w->group, foreach_current_index(lc)), OUT_ANY);
		/* an alias stays one: PostgreSQL knows it as a whole term */
		else if (e->kind == EXPR_COLUMN && e->table == NULL && dialect_find_alias(w, e->text) != NULL &&
			dialect_find_column(w, e, &column, NULL) != FOUND_COLUMN)
			dialect_write_name(w, e->text);
		else
			dialect_write_expr(w, e, OUT_ANY);
		w->in_aggregate_query = saved;
	}
	if (core->having != NULL)
	{
		appendStringInfoString(&w->out, " HAVING ");
		dialect_write_condition(w, core->having, OUT_ANY);
	}
	foreach(lc, core->windows)
	{
		DialectWindow *window = lfirst(lc);

		appendStringInfoString(&w->out, foreach_current_index(lc) > 0 ? ", " : " WINDOW ");
		dialect_write_name(w, window->name);
		appendStringInfoString(&w->out, " AS ");
		dialect_write_window(w, window);
	}
}

/*
 * * and table.*: column by column where columns are aggregated, or where a
 * view would have two of one name, if they are known. False, and nothing
 * written, where a star will do.
 */
static bool
write_star(DialectWriter *w, DialectExpr *star, DialectNames *used)
{
	List	   *names = NIL;
	List	   *items = NIL;
	ListCell   *lc;
	bool		repeats = false;

	if (!w->in_aggregate_query && used == NULL)
		return false;
	if (!dialect_star_names(w, w->scope, star, &names, &items))
	{
		if (w->in_aggregate_query)
			dialect_note(w, FIND_BARE_COLUMN, star->start, "*");
		return false;
	}
	if (used != NULL)
	{
		DialectNames *own = dialect_names_new();

		foreach(lc, names)
		{
			if (dialect_names_get(used, lfirst(lc)) != NULL || dialect_names_get(own, lfirst(lc)) != NULL)
				repeats = true;
			dialect_names_put(own, lfirst(lc), own);
		}
	}
	if (!w->in_aggregate_query && !repeats)
	{
		foreach(lc, names)
			(void) dialect_unused_name(used, lfirst(lc));
		return false;
	}
	foreach(lc, names)
	{
		DialectExpr *e = dialect_new_expr(EXPR_COLUMN, star->start);
		const char *name = dialect_unused_name(used, lfirst(lc));
		int			start = w->out.len + (foreach_current_index(lc) > 0 ? 2 : 0);

		e->table = ((DialectScopeItem *) list_nth(items, foreach_current_index(lc)))->alias;
		e->text = lfirst(lc);
		appendStringInfoString(&w->out, foreach_current_index(lc) > 0 ? ", " : "");
		dialect_write_expr(w, e, OUT_ANY);
		if (name != e->text || w->out.data[start] == '(')
		{
			appendStringInfoString(&w->out, " AS ");
			dialect_write_name(w, name);
		}
	}
	return names != NIL;
}

/*
 * Whether PostgreSQL names a result column after a column inside of it, and
 * ORDER BY that name would be ambiguous.
 */
static bool
takes_name(const DialectExpr *e)
{
	return e->kind == EXPR_CAST || e->kind == EXPR_COLLATE || e->kind == EXPR_SUBQUERY || (e->kind == EXPR_CASE && e->right != NULL) ||
		(e->kind == EXPR_FUNCTION && dialect_same_name(e->text, "iif"));
}

static bool
orders_by_name(const DialectSelect *select)
{
	ListCell   *lc;

	foreach(lc, select->order)
	{
		const DialectExpr *e = ((DialectTerm *) lfirst(lc))->expr;

		if (e->kind == EXPR_COLUMN && e->table == NULL)
			return true;
	}
	return false;
}

/*
 * The result columns of a query or of RETURNING; "types" as in write_typed().
 * A column that had to be wrapped keeps its name. With "name_all" they are
 * those of a view: each has a name of its own.
 */
void
dialect_write_results(DialectWriter *w, List *results, List *types, bool name_all)
{
	bool		saved = w->no_aliases;
	DialectNames *used = name_all ? dialect_names_new() : NULL;
	bool		by_name = w->orders_by_name;
	ListCell   *lc;

	w->orders_by_name = false;
	w->no_aliases = true;
	foreach(lc, results)
	{
		DialectResult *result = lfirst(lc);
		const char *name = NULL;
		int			start;

		if (foreach_current_index(lc) > 0)
			appendStringInfoString(&w->out, ", ");
		if (result->expr->kind == EXPR_STAR)
		{
			if (!write_star(w, result->expr, used))
				dialect_write_expr(w, result->expr, OUT_ANY);
			continue;
		}
		start = w->out.len;
		write_typed(w, result->expr, types, foreach_current_index(lc));
		if (result->alias != NULL)
			name = dialect_unused_name(used, result->alias);
		else if (result->expr->kind == EXPR_COLUMN)
		{
			name = dialect_unused_name(used, result->expr->text);
			if (name == result->expr->text && w->out.data[start] != '(')
				name = NULL;
		}
		else if (name_all || result->is_wanted || (by_name && takes_name(result->expr)))
			name = dialect_unused_name(used, result->source);
		if (name != NULL)
		{
			appendStringInfoString(&w->out, " AS ");
			dialect_write_name(w, name);
		}
	}
	w->no_aliases = saved;
}

/*
 * ( [base] [PARTITION BY …] [ORDER BY …] [frame] )
 */
void
dialect_write_window(DialectWriter *w, DialectWindow *window)
{
	const char *space = "";
	int			i;

	appendStringInfoChar(&w->out, '(');
	if (window->base != NULL)
	{
		dialect_write_name(w, window->base);
		space = " ";
	}
	if (window->partition != NIL)
	{
		ListCell   *lc;

		foreach(lc, window->partition)
			lfirst(lc) = dialect_with_collation(lfirst(lc), dialect_collation(w, lfirst(lc)));
		appendStringInfo(&w->out, "%sPARTITION BY ", space);
		dialect_write_list(w, window->partition);
		space = " ";
	}
	if (window->order != NIL)
	{
		appendStringInfo(&w->out, "%sORDER BY ", space);
		dialect_write_terms(w, window->order, false);
		space = " ";
	}
	if (window->frame != NULL)
	{
		appendStringInfo(&w->out, "%s%s%s", space, window->frame, window->bounds[1] ? " BETWEEN " : " ");
		for (i = 0; i < 2 && window->bounds[i] != NULL; i++)
		{
			appendStringInfoString(&w->out, i > 0 ? " AND " : "");
			if (window->offsets[i] != NULL)
			{
				dialect_write_expr(w, window->offsets[i], OUT_ADD);
				appendStringInfoChar(&w->out, ' ');
			}
			appendStringInfoString(&w->out, window->bounds[i]);
		}
		if (window->exclude != NULL)
			appendStringInfo(&w->out, " EXCLUDE %s", window->exclude);
	}
	appendStringInfoChar(&w->out, ')');
}

/* ---- ORDER BY and LIMIT ---- */

/*
 * Whether a term can be NULL, as far as is known.
 */
static bool
may_be_null(DialectWriter *w, DialectExpr *e)
{
	DialectColumn column;
	DialectExpr *aliased;

	if (e->kind == EXPR_COLLATE)
		e = e->left;
	if (e->kind == EXPR_NUMBER && w->scope != NULL && w->scope->core != NULL)
	{
		int			n = atoi(e->text);
		List	   *results = w->scope->core->results;

		if (n < 1 || n > list_length(results))
			return true;
		e = ((DialectResult *) list_nth(results, n - 1))->expr;
	}
	if (e->kind == EXPR_COLUMN && e->table == NULL && (aliased = dialect_find_alias(w, e->text)) != NULL)
		e = aliased;
	if (e->kind == EXPR_COLUMN)
		return dialect_find_column(w, e, &column, NULL) != FOUND_COLUMN || !column.not_null || w->scope->is_outer;
	if (e->kind == EXPR_STRING || e->kind == EXPR_NUMBER)
		return false;
	return e->kind != EXPR_FUNCTION || !(dialect_same_name(e->text, "count") || dialect_same_name(e->text, "random") ||
										 dialect_same_name(e->text, "total") || dialect_same_name(e->text, "row_number") || dialect_same_name(e->text, "rank") ||
										 dialect_same_name(e->text, "dense_rank"));
}

/*
 * One term of ORDER BY without its direction.
 */
static void
write_term(DialectWriter *w, DialectExpr *e, bool is_index)
{
	/* a string or number in an index or window is a constant, in a query a position */
	if (e->kind == EXPR_FUNCTION && dialect_same_name(e->text, "random") && e->args == NIL)
	{
		dialect_note(w, FIND_RANDOM, e->start, NULL);
		appendStringInfoString(&w->out, "random()");
	}
	else if (e->kind == EXPR_COLUMN && e->table == NULL && !w->no_aliases && dialect_find_alias(w, e->text) != NULL)
		dialect_write_name(w, e->text);
	else if (is_index && e->kind != EXPR_COLUMN && !(e->kind == EXPR_COLLATE && e->left->kind == EXPR_COLUMN && dialect_same_name(e->text, "binary")))
	{
		appendStringInfoChar(&w->out, '(');
		dialect_write_expr(w, e, OUT_ANY);
		appendStringInfoChar(&w->out, ')');
	}
	else
	{
		DialectColumn column;

		if (!is_index && e->kind == EXPR_COLUMN && dialect_find_column(w, e, &column, NULL) == FOUND_COLUMN && (column.nocase || column.rtrim))
		{
			dialect_note(w, FIND_COLLATION, e->at, column.nocase ? "NOCASE" : "RTRIM");
			appendStringInfoString(&w->out, column.nocase ? "lower(" : "rtrim(");
			dialect_write_expr(w, e, OUT_ANY);
			appendStringInfoChar(&w->out, ')');
			return;
		}
		if (!is_index && dialect_type(w, e) == TYPE_TEXT)
			dialect_note(w, FIND_SORT, e->start, NULL);
		dialect_write_expr(w, e, OUT_ANY);
	}
}

/*
 * Terms of ORDER BY, or columns of an index.
 */
void
dialect_write_terms(DialectWriter *w, List *terms, bool is_index)
{
	ListCell   *lc;

	foreach(lc, terms)
	{
		DialectTerm *term = lfirst(lc);
		int			nulls = term->nulls;

		if (foreach_current_index(lc) > 0)
			appendStringInfoString(&w->out, ", ");
		write_term(w, term->expr, is_index);
		if (term->descending)
			appendStringInfoString(&w->out, " DESC");
		if (nulls == 0 && !is_index && may_be_null(w, term->expr))
		{
			nulls = term->descending ? 2 : 1;
			dialect_note(w, FIND_NULLS_ORDER, term->expr->start, nulls == 1 ? "NULLS FIRST" : "NULLS LAST");
		}
		if (nulls != 0 && nulls != (term->descending ? 1 : 2))
			appendStringInfoString(&w->out, nulls == 1 ? " NULLS FIRST" : " NULLS LAST");
	}
}

/*
 * ORDER BY of a compound or of SELECT DISTINCT: only result columns.
 */
static void
check_order(DialectWriter *w, DialectSelect *select)
{
	DialectCore *core = linitial(select->cores);
	bool		is_compound = list_length(select->cores) > 1;
	ListCell   *lc;
	ListCell   *r;

	if (core->is_values || (!is_compound && !core->distinct))
		return;
	foreach(lc, select->order)
	{
		DialectTerm *term = lfirst(lc);
		bool		found = term->expr->kind == EXPR_NUMBER || (term->expr->kind == EXPR_COLUMN && is_compound);

		foreach(r, core->results)
		{
			DialectResult *result = lfirst(r);

			if (found)
				break;
			found = result->expr->kind == EXPR_STAR || dialect_same_expr(result->expr, term->expr) ||
				(term->expr->kind == EXPR_COLUMN && result->alias != NULL && dialect_same_name(result->alias, term->expr->text));
			if (found && is_compound && result->expr->kind != EXPR_STAR)
			{
				/* written as a position */
				term->expr = dialect_new_expr(EXPR_NUMBER, term->expr->start);
				term->expr->text = psprintf("%d", foreach_current_index(r) + 1);
			}
		}
		if (!found)
			dialect_note(w, FIND_ORDER_DISTINCT, term->expr->start, NULL);
	}
}

static void
write_order(DialectWriter *w, DialectSelect *select)
{
	if (select->order == NIL)
		return;
	check_order(w, select);
	appendStringInfoString(&w->out, " ORDER BY ");
	dialect_write_terms(w, select->order, false);
}

/*
 * LIMIT and OFFSET; a negative limit is none.
 */
static void
write_limit(DialectWriter *w, DialectSelect *select)
{
	bool		saved = w->in_aggregate_query;
	double		value;

	w->in_aggregate_query = false;
	if (select->limit != NULL && !(dialect_constant(select->limit, &value) && value < 0))
	{
		appendStringInfoString(&w->out, " LIMIT ");
		dialect_write_expr(w, select->limit, OUT_ANY);
	}
	if (select->offset != NULL && !(dialect_constant(select->offset, &value) && value <= 0))
	{
		appendStringInfoString(&w->out, " OFFSET ");
		dialect_write_expr(w, select->offset, OUT_ANY);
	}
	w->in_aggregate_query = saved;
}
