/*-------------------------------------------------------------------------
 *
 * dialect_write_from.c
 *	  Writer of FROM: tables, joins, subqueries, table functions.
 *
 * In SQLite a comma and the word JOIN bind alike, any join may go without a
 * condition, and a subquery needs no name. In PostgreSQL JOIN binds tighter
 * than a comma, and conditions and (before 16) names must be there.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_writer.h"

#include "utils/builtins.h"

static void write_join(DialectWriter *w, const DialectFrom *from, bool commas);
static void write_item(DialectWriter *w, DialectFrom *from);
static void write_table_function(DialectWriter *w, DialectFrom *from);
static void write_using_as_on(DialectWriter *w, List *items, const DialectFrom *from);

/* A column of one table of the current scope. */
static DialectExpr *
column_of(const DialectFrom *from, char *name)
{
	DialectExpr *e = dialect_new_expr(EXPR_COLUMN, from->start);

	e->end = from->end;
	e->height = 1;
	e->table = from->alias ? from->alias : from->table;
	e->text = name;
	return e;
}

/*
 * How many columns of a name PostgreSQL has among some tables, those behind "end" left out; joins with USING make one of two. The first
 * table that has it goes to *first.
 */
static int
count_columns(DialectWriter *w, List *items, const DialectFrom *end, char *name, DialectFrom **first)
{
	int			n = 0;
	ListCell   *lc;

	foreach(lc, items)
	{
		DialectFrom *from = lfirst(lc);
		DialectColumn column;
		bool		is_merged;
		ListCell   *c;
		int			here = 0;

		if (from == end)
			break;
		is_merged = from->natural;
		if (from->items != NIL)
			here = count_columns(w, from->items, NULL, name, first);
		else if ((from->alias || from->table) && dialect_find_column(w, column_of(from, name), &column, NULL) == FOUND_COLUMN)
		{
			here = 1;
			if (*first == NULL)
				*first = from;
		}
		foreach(c, from->unmerged ? NIL : from->using)
			is_merged |= dialect_same_name(lfirst(c), name);
		n += here > 0 && n > 0 && is_merged ? here - 1 : here;
	}
	return n;
}

/*
 * USING takes the first of several columns of that name in SQLite, and is an error in PostgreSQL: such joins are marked, to be written with
 * ON. Without the name of a table the column is an error in SQLite too. Not where * stands for one column less because of USING, and not where
 * the rows of the right side stay: the column has the value of either side then.
 */
void
dialect_plan_joins(DialectWriter *w, List *items)
{
	ListCell   *lc;
	ListCell   *c;

	foreach(lc, w->scope->core != NULL ? w->scope->core->results : NIL)
	{
		const DialectExpr *e = ((DialectResult *) lfirst(lc))->expr;

		if (e->kind == EXPR_STAR && e->table == NULL)
			return;
	}
	foreach(lc, items)
	{
		DialectFrom *from = lfirst(lc);

		if (from->join >= FROM_RIGHT)
			return;
		foreach(c, from->using)
		{
			DialectFrom *first = NULL;

			if (count_columns(w, items, from, lfirst(c), &first) > 1)
				from->unmerged = true;
		}
	}
}

/*
 * USING as ON: the first table before this one that has the column is meant.
 */
static void
write_using_as_on(DialectWriter *w, List *items, const DialectFrom *from)
{
	ListCell   *lc;

	foreach(lc, from->using)
	{
		DialectFrom *first = NULL;
		DialectExpr *e = dialect_new_expr(EXPR_BINARY, from->start);

		(void) count_columns(w, items, from, lfirst(lc), &first);
		e->end = from->end;
		e->op = OP_EQ;
		e->height = 2;
		e->left = column_of(first ? first : from, lfirst(lc));
		e->right = column_of(from, lfirst(lc));
		appendStringInfoString(&w->out, foreach_current_index(lc) > 0 ? " AND " : " ON ");
		dialect_write_condition(w, e, OUT_AND);
	}
}

/* One column that a join may make equal. */
static void
note_merged(DialectWriter *w, List *items, DialectFrom *from, char *name)
{
	DialectFrom *first = NULL;

	if (name == NULL || count_columns(w, items, from, name, &first) == 0 || first == NULL)
		return;
	if (dialect_collation(w, column_of(first, name)) != NULL)
		dialect_note_collation(w, column_of(first, name));
	else
		dialect_note_collation(w, column_of(from, name));
}

/* The columns of NATURAL and USING that have a collation, which is not taken into account. */
static void
note_merged_columns(DialectWriter *w, List *items, DialectFrom *from)
{
	DialectCore *core = from->select != NULL && from->select->cores != NIL ? linitial(from->select->cores) : NULL;
	ListCell   *lc;

	foreach(lc, from->using)
		note_merged(w, items, from, lfirst(lc));
	foreach(lc, from->natural && from->table != NULL ? dialect_find_relation(w, from->schema, from->table)->list : NIL)
		note_merged(w, items, from, ((DialectColumn *) lfirst(lc))->source);
	foreach(lc, from->natural && core != NULL ? core->results : NIL)
	{
		const DialectResult *result = lfirst(lc);

		note_merged(w, items, from, result->alias != NULL ? result->alias : result->expr->kind == EXPR_COLUMN ? result->expr->text : NULL);
	}
}

/*
 * Writes the tables behind FROM, in the scope that they make.
 */
void
dialect_write_from(DialectWriter *w, List *items)
{
	bool		saved = w->no_aliases;
	bool		commas = true;
	ListCell   *lc;

	w->no_aliases = true;
	foreach(lc, items)
	{
		DialectFrom *from = lfirst(lc);

		if ((from->join != FROM_FIRST && from->join != FROM_COMMA) || from->on != NULL || from->using != NIL)
			commas = false;
	}
	foreach(lc, items)
	{
		DialectFrom *from = lfirst(lc);

		write_join(w, from, commas);
		write_item(w, from);
		if (!from->unmerged)
			note_merged_columns(w, items, from);
		if (from->unmerged)
			write_using_as_on(w, items, from);
		else if (from->using != NIL)
		{
			ListCell   *c;

			appendStringInfoString(&w->out, " USING (");
			foreach(c, from->using)
			{
				if (foreach_current_index(c) > 0)
					appendStringInfoString(&w->out, ", ");
				dialect_write_name(w, lfirst(c));
			}
			appendStringInfoChar(&w->out, ')');
		}
		else if (from->on != NULL)
		{
			appendStringInfoString(&w->out, " ON ");
			dialect_write_condition(w, from->on, OUT_ANY);
		}
		else if (!from->natural && from->join >= FROM_LEFT)
			appendStringInfoString(&w->out, " ON true");
	}
	w->no_aliases = saved;
}

static void
write_join(DialectWriter *w, const DialectFrom *from, bool commas)
{
	static const char *const words[] = {"", ", ", "JOIN ", "CROSS JOIN ", "LEFT JOIN ", "RIGHT JOIN ", "FULL JOIN "};
	bool		has_condition = from->on != NULL || from->using != NIL;
	DialectJoin join = from->join;

	if (join == FROM_FIRST || (join == FROM_COMMA && commas))
	{
		appendStringInfoString(&w->out, words[join]);
		return;
	}
	if (join <= FROM_CROSS)
		join = has_condition || from->natural ? FROM_INNER : FROM_CROSS;
	appendStringInfo(&w->out, " %s%s", from->natural ? "NATURAL " : "", words[join]);
}

static void
write_item(DialectWriter *w, DialectFrom *from)
{
	if (from->index_at >= 0)
		dialect_note(w, FIND_INDEX_HINT, from->index_at, NULL);
	if (from->select != NULL)
	{
		DialectScope *saved = w->scope;

		/* it does not see the tables beside it */
		w->scope = dialect_from_relation(w, from)->home;
		appendStringInfoChar(&w->out, '(');
		dialect_write_select(w, from->select);
		appendStringInfoString(&w->out, ") AS ");
		w->scope = saved;
		if (from->alias != NULL)
			dialect_write_name(w, from->alias);
		else
			appendStringInfo(&w->out, "subquery_%d", ++w->subqueries);
		return;
	}
	if (from->items != NIL)
	{
		/* PostgreSQL has no parentheses around a single table */
		bool		is_join = list_length(from->items) > 1;

		appendStringInfoString(&w->out, is_join ? "(" : "");
		dialect_write_from(w, from->items);
		appendStringInfoString(&w->out, is_join ? ")" : "");
	}
	else if (from->is_function)
	{
		write_table_function(w, from);
		return;
	}
	else
		dialect_write_relation(w, from->schema, from->table, from->start);
	if (from->alias != NULL)
	{
		appendStringInfoString(&w->out, " AS ");
		dialect_write_name(w, from->alias);
	}
}

/*
 * Writes the name of a table: of a CTE, of the catalog, or as it is.
 */
void
dialect_write_relation(DialectWriter *w, const char *schema, const char *name, int at)
{
	static const char *const own[] = {"sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema", "sqlite_sequence", "sqlite_stat1"};
	DialectRelation *relation;
	int			i;

	for (i = 0; i < lengthof(own); i++)
	{
		if (dialect_same_name(name, own[i]))
			dialect_note(w, FIND_SYSTEM_TABLE, at, name);
	}
	if (schema != NULL && dialect_same_name(schema, "temp"))
		appendStringInfoString(&w->out, "pg_temp.");
	else if (schema != NULL && !dialect_same_name(schema, "main"))
	{
		dialect_note(w, FIND_SCHEMA_NAME, at, schema);
		dialect_write_name(w, schema);
		appendStringInfoChar(&w->out, '.');
	}
	relation = dialect_find_relation(w, schema, name);
	if ((schema == NULL || dialect_same_name(schema, "main")) && dialect_named_select(w->scope, name) == NULL)
		dialect_write_schema(w);
	dialect_write_name(w, relation->name ? relation->name : name);
}

/*
 * The schema that the caller wants tables and functions in, with its dot.
 */
void
dialect_write_schema(DialectWriter *w)
{
	if (w->schema != NULL)
		appendStringInfo(&w->out, "%s.", quote_identifier(w->schema));
}

/*
 * generate_series, json_each, json_tree; the others are SQLite's own.
 */
static void
write_table_function(DialectWriter *w, DialectFrom *from)
{
	const char *alias = from->alias ? from->alias : from->table;
	ListCell   *lc;

	if (dialect_same_name(from->table, "generate_series") && list_length(from->args) >= 2)
	{
		appendStringInfoString(&w->out, "generate_series(");
		foreach(lc, from->args)
		{
			if (foreach_current_index(lc) > 0)
				appendStringInfoString(&w->out, ", ");
			dialect_write_cast(w, lfirst(lc), "bigint");
		}
		appendStringInfoString(&w->out, ") AS ");
		dialect_write_name(w, alias);
		appendStringInfoString(&w->out, "(value)");
		return;
	}
	if (!dialect_same_name(from->table, "json_each") && !dialect_same_name(from->table, "json_tree"))
	{
		dialect_note(w, FIND_TABLE_FUNCTION, from->start, from->table);
		return;
	}
	dialect_note(w, FIND_FUNCTION, from->start, from->table);
	appendStringInfoString(&w->out, dialect_same_name(from->table, "json_each") ? "sqlite_compat.json_each(" : "sqlite_compat.json_tree(");
	dialect_write_list(w, from->args);
	appendStringInfoString(&w->out, ") AS ");
	dialect_write_name(w, alias);
}
