/*-------------------------------------------------------------------------
 *
 * dialect_scope.c
 *	  Which table and column a name means, as far as the script and the caller
 *	  have told: tables that were created, CTEs, subqueries, aliases.
 *
 * Scopes and relations are made once per query and kept in the nodes. What is
 * not known stays in doubt; nothing is guessed here.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_writer.h"

/* Most queries that a name is followed through: SELECT * FROM (SELECT * FROM … */
#define MAX_LOOKUPS 32

/* Most queries that one name is sought in: a CTE that reads another one twice doubles them with each step. */
#define MAX_VISITS 200

static DialectFound find_in_relation(DialectWriter *w, DialectRelation *relation, const char *name, DialectColumn *column);
static DialectFound find_in_core(DialectWriter *w, DialectRelation *relation, const char *name, DialectColumn *column);
static DialectFound find_in_items(DialectWriter *w, DialectScope *scope, const char *table, const char *name, DialectColumn *column, DialectScopeItem **item);

/* ---- tables ---- */

DialectRelation *
dialect_new_relation(const char *source, const char *name)
{
	DialectRelation *relation = palloc0(sizeof(DialectRelation));

	relation->source = pstrdup(source);
	relation->name = pstrdup(name);
	relation->columns = dialect_names_new();
	relation->known = true;
	return relation;
}

DialectColumn *
dialect_add_column(DialectRelation *relation, const char *source, const char *name, DialectType type)
{
	DialectColumn *column = palloc0(sizeof(DialectColumn));

	column->source = pstrdup(source);
	column->name = pstrdup(name);
	column->type = type;
	dialect_names_put(relation->columns, column->source, column);
	relation->list = lappend(relation->list, column);
	return column;
}

/*
 * A key of a relation, given as names or as terms of which all are names.
 */
static void
learn_key(DialectRelation *relation, List *names, bool is_primary)
{
	List	   *key = NIL;
	ListCell   *lc;

	foreach(lc, names)
	{
		DialectColumn *column = dialect_names_get(relation->columns, lfirst(lc));

		if (column == NULL)
			return;
		if (is_primary)
			column->not_null = true;
		key = lappend(key, column);
	}
	if (is_primary)
	{
		relation->keys = lcons(key, relation->keys);
		relation->has_primary = true;
	}
	else
		relation->keys = lappend(relation->keys, key);
}

static List *
term_names(List *terms)
{
	List	   *names = NIL;
	ListCell   *lc;

	foreach(lc, terms)
	{
		DialectExpr *e = ((DialectTerm *) lfirst(lc))->expr;

		while (e->kind == EXPR_COLLATE)
			e = e->left;
		if (e->kind != EXPR_COLUMN && e->kind != EXPR_STRING)
			return NIL;
		names = lappend(names, e->text);
	}
	return names;
}

/*
 * What the constraints of a column tell of it.
 */
void
dialect_learn_column_rules(DialectRelation *relation, DialectColumn *column, const DialectColumnDef *def)
{
	ListCell   *lc;

	foreach(lc, def->constraints)
	{
		DialectRule *rule = lfirst(lc);

		if (rule->kind == RULE_NOT_NULL)
			column->not_null = true;
		else if (rule->kind == RULE_GENERATED)
			column->generated = true;
		else if (rule->kind == RULE_COLLATE)
		{
			column->nocase = dialect_same_name(rule->text ? rule->text : "", "nocase");
			column->rtrim = dialect_same_name(rule->text ? rule->text : "", "rtrim");
		}
		else if (rule->kind == RULE_PRIMARY_KEY)
		{
			learn_key(relation, list_make1(column->source), true);
			if (def->type != NULL && dialect_same_name(def->type, "integer") && !rule->descending)
				column->is_rowid = true;
		}
		else if (rule->kind == RULE_UNIQUE)
			learn_key(relation, list_make1(column->source), false);
	}
}

/*
 * Remembers the table of a CREATE TABLE statement.
 */
void
dialect_learn_table(DialectWriter *w, const DialectStatement *s)
{
	DialectRelation *relation = dialect_new_relation(s->name, s->name);
	ListCell   *lc;

	relation->without_rowid = s->without_rowid;
	foreach(lc, s->columns)
	{
		DialectColumnDef *def = lfirst(lc);
		const char *target;
		DialectColumn *column = dialect_add_column(relation, def->name, def->name,
												   dialect_declared_type(def->type, &target));

		dialect_learn_column_rules(relation, column, def);
		if (column->is_rowid && !s->without_rowid)
			relation->rowid = column;
	}
	foreach(lc, s->constraints)
	{
		DialectRule *rule = lfirst(lc);
		List	   *names = term_names(rule->terms);

		if (names == NIL || (rule->kind != RULE_PRIMARY_KEY && rule->kind != RULE_UNIQUE))
			continue;
		learn_key(relation, names, rule->kind == RULE_PRIMARY_KEY);
		if (rule->kind == RULE_PRIMARY_KEY && list_length(names) == 1 && !s->without_rowid)
		{
			DialectColumn *column = dialect_names_get(relation->columns, linitial(names));
			ListCell   *c;

			foreach(c, s->columns)
			{
				DialectColumnDef *def = lfirst(c);

				if (column != NULL && def->type != NULL && dialect_same_name(def->name, column->source) && dialect_same_name(def->type, "integer"))
				{
					column->is_rowid = true;
					relation->rowid = column;
				}
			}
		}
	}
	dialect_names_put(w->tables, relation->source, relation);
}

/*
 * Remembers the columns of a view, or of CREATE TABLE AS.
 */
void
dialect_learn_view(DialectWriter *w, const DialectStatement *s)
{
	DialectRelation *relation = dialect_new_relation(s->name, s->name);

	relation->select = s->select;
	relation->is_view = true;
	relation->aliases = s->kind == STMT_CREATE_VIEW ? s->columns : NIL;
	relation->known = false;
	relation->columns = NULL;
	dialect_names_put(w->tables, relation->source, relation);
}

/*
 * The CTE that a name means at this place, NULL if none.
 */
static DialectCte *
find_cte(DialectScope *scope, const char *name, DialectScope **home)
{
	for (; scope != NULL; scope = scope->parent)
	{
		DialectCte *cte = dialect_names_get(scope->ctes, name);

		if (cte != NULL)
		{
			*home = scope;
			return cte;
		}
	}
	return NULL;
}

/*
 * Whether a name is that of a CTE here: its query, else NULL.
 */
DialectSelect *
dialect_named_select(DialectScope *scope, const char *name)
{
	DialectScope *home;
	DialectCte *cte = find_cte(scope, name, &home);

	return cte ? cte->select : NULL;
}

static DialectRelation *
query_relation(DialectSelect *select, List *aliases, DialectScope *home)
{
	DialectRelation *relation = palloc0(sizeof(DialectRelation));

	relation->select = select;
	relation->aliases = aliases;
	relation->home = home;
	return relation;
}

/*
 * The relation that a name in FROM means; one of which nothing is known when
 * nobody has told. Never NULL.
 */
DialectRelation *
dialect_find_relation(DialectWriter *w, const char *schema, const char *name)
{
	DialectScope *home;
	DialectCte *cte = schema == NULL ? find_cte(w->scope, name, &home) : NULL;
	DialectRelation *relation;

	if (cte != NULL)
	{
		if (cte->relation == NULL)
			cte->relation = query_relation(cte->select, cte->columns, home);
		return cte->relation;
	}
	relation = dialect_names_get(w->tables, name);
	if (relation == NULL)
	{
		relation = palloc0(sizeof(DialectRelation));
		relation->source = relation->name = pstrdup(name);
		if (schema == NULL)
			dialect_names_put(w->tables, relation->source, relation);
	}
	return relation;
}

/* ---- scopes ---- */

/*
 * The scope of a query, in which its CTEs are known; made once.
 */
DialectScope *
dialect_enter_select(DialectWriter *w, DialectSelect *select)
{
	ListCell   *lc;

	if (select->scope == NULL)
	{
		select->scope = palloc0(sizeof(DialectScope));
		select->scope->parent = w->scope;
		if (select->ctes != NIL)
			select->scope->ctes = dialect_names_new();
		foreach(lc, select->ctes)
		{
			DialectCte *cte = lfirst(lc);

			dialect_names_put(select->scope->ctes, cte->name, cte);
		}
	}
	w->scope = select->scope;
	return select->scope;
}

/*
 * The relation of one table in FROM, made once.
 */
DialectRelation *
dialect_from_relation(DialectWriter *w, DialectFrom *from)
{
	if (from->relation == NULL)
	{
		if (from->select != NULL)
			from->relation = query_relation(from->select, NIL, w->scope);
		else if (from->is_function || from->table == NULL)
			from->relation = palloc0(sizeof(DialectRelation));
		else
			from->relation = dialect_find_relation(w, from->schema, from->table);
	}
	return from->relation;
}

static void
add_items(DialectWriter *w, DialectScope *scope, List *items)
{
	ListCell   *lc;

	foreach(lc, items)
	{
		DialectFrom *from = lfirst(lc);
		DialectScopeItem *item;

		if (from->items != NIL)
		{
			add_items(w, scope, from->items);
			continue;
		}
		if (from->join >= FROM_LEFT)
			scope->is_outer = true;
		if (from->natural || from->using != NIL)
			scope->is_merged = true;
		item = palloc0(sizeof(DialectScopeItem));
		item->relation = dialect_from_relation(w, from);
		item->alias = from->alias ? from->alias : from->table;
		item->name = from->alias ? from->alias : item->relation->name ? item->relation->name : from->table;
		scope->items = lappend(scope->items, item);
	}
}

/*
 * The scope of one SELECT of a query, with the tables of its FROM; made once,
 * and the current one from now on.
 */
DialectScope *
dialect_enter_core(DialectWriter *w, DialectCore *core)
{
	if (core->scope == NULL)
	{
		DialectScope *scope = palloc0(sizeof(DialectScope));

		scope->parent = w->scope;
		scope->core = core;
		core->scope = scope;
		add_items(w, scope, core->from);
	}
	w->scope = core->scope;
	return core->scope;
}

/*
 * The scope of a statement that changes a table; the current one from now on.
 */
DialectScope *
dialect_enter_table(DialectWriter *w, DialectRelation *relation, const char *alias, List *from)
{
	DialectScope *scope = palloc0(sizeof(DialectScope));
	DialectScopeItem *item = palloc0(sizeof(DialectScopeItem));

	scope->parent = w->scope;
	item->relation = relation;
	item->alias = (char *) (alias ? alias : relation->source);
	item->name = (char *) (alias ? alias : relation->name);
	scope->items = list_make1(item);
	add_items(w, scope, from);
	w->scope = scope;
	return scope;
}

/* ---- columns ---- */

/*
 * What the column name of "e" means here. FOUND_COLUMN fills *column, and
 * *item if that is not NULL.
 */
DialectFound
dialect_find_column(DialectWriter *w, const DialectExpr *e, DialectColumn *column, DialectScopeItem **item)
{
	DialectScope *scope;
	DialectFound found = FOUND_NOTHING;
	DialectScopeItem *ignored;

	for (scope = w->scope; scope != NULL; scope = scope->parent)
	{
		DialectFound here = find_in_items(w, scope, e->table, e->text, column, item ? item : &ignored);

		if (here == FOUND_COLUMN)
			return here;
		if (here == FOUND_DOUBT)
			found = FOUND_DOUBT;
	}
	return found;
}

static DialectFound
find_in_items(DialectWriter *w, DialectScope *scope, const char *table, const char *name, DialectColumn *column, DialectScopeItem **item)
{
	DialectFound found = FOUND_NOTHING;
	ListCell   *lc;

	foreach(lc, scope->items)
	{
		DialectScopeItem *candidate = lfirst(lc);
		DialectFound here;

		if (table != NULL && (candidate->alias == NULL || !dialect_same_name(candidate->alias, table)))
			continue;
		here = find_in_relation(w, candidate->relation, name, column);
		if (here == FOUND_COLUMN)
		{
			*item = candidate;
			return here;
		}
		if (here == FOUND_DOUBT)
			found = FOUND_DOUBT;
	}
	return found;
}

static DialectFound
find_in_relation(DialectWriter *w, DialectRelation *relation, const char *name, DialectColumn *column)
{
	DialectColumn *known;
	DialectFound found;

	if (relation->select != NULL)
	{
		if (w->lookups == 0)
			w->visits = 0;
		if (w->lookups >= MAX_LOOKUPS || w->visits++ >= MAX_VISITS)
			return FOUND_DOUBT;
		w->lookups++;
		found = find_in_core(w, relation, name, column);
		if (found == FOUND_NOTHING && relation->is_view && strrchr(name, ':') != NULL)
		{
			/* x:1 of a view is the second x, of which the type at least is known */
			found = find_in_core(w, relation, pnstrdup(name, strrchr(name, ':') - name), column);
			if (found == FOUND_COLUMN)
				column->source = column->name = (char *) name;
		}
		w->lookups--;
		return found;
	}
	known = dialect_names_get(relation->columns, name);
	if (known == NULL)
		return relation->known ? FOUND_NOTHING : FOUND_DOUBT;
	*column = *known;
	return FOUND_COLUMN;
}

/*
 * The name of a result column: without alias and if it is no column its text.
 * NULL for a star.
 */
static const char *
result_name(const DialectResult *result)
{
	if (result->alias != NULL)
		return result->alias;
	if (result->expr->kind == EXPR_STAR)
		return NULL;
	return result->expr->kind == EXPR_COLUMN ? result->expr->text : result->source;
}

/*
 * The result columns of a query by name; of equal names the first counts.
 */
static void
index_results(DialectCore *core)
{
	ListCell   *lc;

	if (core->names != NULL)
		return;
	core->names = dialect_names_new();
	foreach(lc, core->results)
	{
		DialectResult *result = lfirst(lc);
		const char *name = result_name(result);

		if (name != NULL && dialect_names_get(core->names, name) == NULL)
			dialect_names_put(core->names, name, result);
	}
}

/*
 * Fills *column with what is known of a result column.
 */
static void
describe_result(DialectWriter *w, DialectExpr *e, const char *name, DialectColumn *column)
{
	memset(column, 0, sizeof(*column));
	if (e->kind == EXPR_COLUMN && dialect_find_column(w, e, column, NULL) == FOUND_COLUMN)
	{
		/* a column of a query has the name that the query gives it */
		if (!dialect_same_name(column->source, name))
			column->name = (char *) name;
		column->is_rowid = false;
		column->generated = false;
	}
	else
	{
		column->type = dialect_type(w, e);
		column->name = (char *) name;
	}
	column->source = (char *) name;
}

/*
 * The same where a CTE or view gives the names of its columns.
 */
static DialectFound
find_in_aliases(DialectWriter *w, DialectRelation *relation, DialectCore *core, const char *name, DialectColumn *column)
{
	ListCell   *lc;
	int			i = 0;

	foreach(lc, relation->aliases)
	{
		if (dialect_same_name(lfirst(lc), name))
		{
			memset(column, 0, sizeof(*column));
			column->source = column->name = lfirst(lc);
			column->type = TYPE_UNKNOWN;
			if (core->is_values && i < list_length(linitial(core->rows)))
				column->type = dialect_type(w, list_nth(linitial(core->rows), i));
			else if (i < list_length(core->results) && list_length(core->results) == list_length(relation->aliases))
				describe_result(w, ((DialectResult *) list_nth(core->results, i))->expr, column->name, column);
			return FOUND_COLUMN;
		}
		i++;
	}
	return FOUND_NOTHING;
}

/*
 * The same for a query: its result columns by name, then what its stars stand for.
 */
static DialectFound
find_in_core(DialectWriter *w, DialectRelation *relation, const char *name, DialectColumn *column)
{
	DialectScope *saved = w->scope;
	DialectFound found = FOUND_NOTHING;
	DialectCore *core;
	DialectResult *result = NULL;
	ListCell   *lc;

	if (relation->select->cores == NIL)
		return FOUND_DOUBT;
	w->scope = relation->home;
	(void) dialect_enter_select(w, relation->select);
	core = linitial(relation->select->cores);
	(void) dialect_enter_core(w, core);
	if (relation->aliases != NIL)
	{
		found = find_in_aliases(w, relation, core, name, column);
		w->scope = saved;
		return found;
	}
	index_results(core);
	result = dialect_names_get(core->names, name);
	if (result != NULL)
	{
		result->is_wanted = true;
		describe_result(w, result->expr, result_name(result), column);
		found = FOUND_COLUMN;
	}
	else
	{
		foreach(lc, core->results)
		{
			DialectScopeItem *item;

			result = lfirst(lc);
			if (result->expr->kind != EXPR_STAR)
				continue;
			found = find_in_items(w, core->scope, result->expr->table, name, column, &item);
			if (found != FOUND_NOTHING)
				break;
		}
	}
	w->scope = saved;
	return found;
}

/*
 * The expression of the result column with this alias in the query being
 * written, NULL if there is none.
 */
DialectExpr *
dialect_find_alias(DialectWriter *w, const char *name)
{
	DialectCore *core = w->scope ? w->scope->core : NULL;
	DialectResult *result;

	if (core == NULL)
		return NULL;
	index_results(core);
	result = dialect_names_get(core->names, name);
	return result != NULL && result->alias != NULL ? result->expr : NULL;
}

/*
 * A name that no result column of a view has yet: SQLite writes x, x:1, x:2.
 */
const char *
dialect_unused_name(DialectNames *used, const char *name)
{
	const char *unused = name;
	int			n = 0;

	if (used == NULL)
		return name;
	while (dialect_names_get(used, unused) != NULL && n < 100)
		unused = psprintf("%s:%d", name, ++n);
	dialect_names_put(used, unused, used);
	return unused;
}

/*
 * Appends the names (in SQLite) of the columns of a relation, in their order,
 * to *names; false when they are not all known.
 */
static bool
result_names(DialectWriter *w, DialectRelation *relation, List **names)
{
	DialectScope *saved = w->scope;
	DialectNames *used = relation->is_view ? dialect_names_new() : NULL;
	bool		known = true;
	DialectCore *core;
	ListCell   *lc;

	if (relation->select == NULL)
	{
		foreach(lc, relation->list)
			*names = lappend(*names, ((DialectColumn *) lfirst(lc))->source);
		return relation->known;
	}
	if (relation->aliases != NIL)
	{
		foreach(lc, relation->aliases)
			*names = lappend(*names, lfirst(lc));
		return true;
	}
	core = relation->select->cores != NIL ? linitial(relation->select->cores) : NULL;
	if (core == NULL || core->is_values || list_length(*names) > DIALECT_MAX_COLUMNS || w->lookups >= MAX_LOOKUPS)
		return false;
	w->scope = relation->home;
	(void) dialect_enter_select(w, relation->select);
	(void) dialect_enter_core(w, core);
	w->lookups++;
	foreach(lc, core->results)
	{
		DialectResult *result = lfirst(lc);
		List	   *own = NIL;
		ListCell   *n;

		if (result->expr->kind != EXPR_STAR)
			own = list_make1((char *) result_name(result));
		else if (!dialect_star_names(w, core->scope, result->expr, &own, NULL))
		{
			known = false;
			break;
		}
		foreach(n, own)
			*names = lappend(*names, (char *) dialect_unused_name(used, lfirst(n)));
	}
	w->lookups--;
	w->scope = saved;
	return known;
}

/*
 * The names that * or table.* stands for in a scope, with the item that each
 * is of in *items, unless that is NULL; false when they are not all known, or
 * joins make one column of two.
 */
bool
dialect_star_names(DialectWriter *w, DialectScope *scope, const DialectExpr *star, List **names, List **items)
{
	ListCell   *lc;

	if (scope->is_merged)
		return false;
	foreach(lc, scope->items)
	{
		DialectScopeItem *item = lfirst(lc);

		if (star->table != NULL && (item->alias == NULL || !dialect_same_name(item->alias, star->table)))
			continue;
		if (!result_names(w, item->relation, names) || list_length(*names) > DIALECT_MAX_COLUMNS)
			return false;
		while (items != NULL && list_length(*items) < list_length(*names))
			*items = lappend(*items, item);
	}
	return true;
}
