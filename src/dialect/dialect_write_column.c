/*-------------------------------------------------------------------------
 *
 * dialect_write_column.c
 *	  Writer of column names: what each means is decided here. A column, the
 *	  alias of a result column, the rowid, or a string in double quotes.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_writer.h"

/* Longest alias expression that is written in place of its name, in bytes of the source. */
#define MAX_ALIAS_BYTES 1000

static bool write_rowid(DialectWriter *w, DialectExpr *e);
static bool write_alias(DialectWriter *w, DialectExpr *e, DialectFound found);

/*
 * Writes table.column as the catalog knows it, or as it is written.
 */
void
dialect_write_column(DialectWriter *w, DialectExpr *e)
{
	DialectColumn column;
	DialectScopeItem *item = NULL;
	DialectFound found = dialect_find_column(w, e, &column, &item);

	if (found == FOUND_COLUMN)
	{
		if (e->table != NULL)
			dialect_write_name(w, item->name ? item->name : e->table);
		else if (w->row_name != NULL)
			dialect_write_name(w, w->row_name);
		if (e->table != NULL || w->row_name != NULL)
			appendStringInfoChar(&w->out, '.');
		dialect_write_name(w, column.name);
		return;
	}
	if (write_rowid(w, e) || (e->table == NULL && write_alias(w, e, found)))
		return;
	if (found == FOUND_NOTHING && e->quoted)
	{
		dialect_note(w, FIND_QUOTED_STRING, e->start, e->text);
		dialect_write_string(w, e->text);
		return;
	}
	if (e->table != NULL)
		dialect_write_name(w, e->table);
	else if (w->row_name != NULL)
		dialect_write_name(w, w->row_name);
	if (e->table != NULL || w->row_name != NULL)
		appendStringInfoChar(&w->out, '.');
	dialect_write_name(w, e->text);
}

/*
 * A name in double quotes that may be a string, in a place where strings are
 * usual: says so when it is not known.
 */
void
dialect_note_doubt(DialectWriter *w, const DialectExpr *e)
{
	DialectColumn column;

	if (e->kind == EXPR_COLUMN && e->quoted && dialect_find_column(w, e, &column, NULL) == FOUND_DOUBT)
		dialect_note(w, FIND_QUOTED_DOUBT, e->start, e->text);
}

static DialectScopeItem *
find_item(DialectWriter *w, const char *table)
{
	DialectScope *scope;
	ListCell   *lc;

	for (scope = w->scope; scope != NULL; scope = scope->parent)
	{
		foreach(lc, scope->items)
		{
			DialectScopeItem *item = lfirst(lc);

			if (table == NULL || (item->alias != NULL && dialect_same_name(item->alias, table)))
				return item;
		}
	}
	return NULL;
}

/*
 * rowid, oid, _rowid_: the column that is the rowid, where there is one.
 */
static bool
write_rowid(DialectWriter *w, DialectExpr *e)
{
	DialectScopeItem *item;

	if (!dialect_same_name(e->text, "rowid") && !dialect_same_name(e->text, "_rowid_") && !dialect_same_name(e->text, "oid"))
		return false;
	item = find_item(w, e->table);
	if (item == NULL || item->relation->select != NULL)
		return false;
	if (!item->relation->known)
	{
		dialect_note(w, FIND_ROWID, e->start, e->text);
		return false;
	}
	if (item->relation->rowid == NULL)
	{
		dialect_note(w, FIND_NO_ROWID, e->start, e->text);
		return true;
	}
	if (e->table != NULL || w->row_name != NULL)
	{
		dialect_write_name(w, e->table ? item->name : w->row_name);
		appendStringInfoChar(&w->out, '.');
	}
	dialect_write_name(w, item->relation->rowid->name);
	return true;
}

/*
 * Whether a column of this name occurs in an expression.
 */
bool
dialect_mentions(const DialectExpr *e, const char *name)
{
	ListCell   *lc;

	if (e == NULL)
		return false;
	if (e->kind == EXPR_COLUMN && dialect_same_name(e->text, name))
		return true;
	foreach(lc, e->args)
	{
		if (dialect_mentions(lfirst(lc), name))
			return true;
	}
	return dialect_mentions(e->left, name) || dialect_mentions(e->right, name) || dialect_mentions(e->third, name);
}

/*
 * The alias of a result column inside an expression: the expression in its
 * place. In doubt a name that the expression itself uses is a column.
 */
static bool
write_alias(DialectWriter *w, DialectExpr *e, DialectFound found)
{
	DialectExpr *aliased = w->no_aliases ? NULL : dialect_find_alias(w, e->text);

	if (aliased == NULL || aliased == e || aliased->kind == EXPR_STAR)
		return false;
	if (aliased->end - aliased->start > MAX_ALIAS_BYTES)
	{
		dialect_note(w, FIND_TOO_LARGE, e->start, NULL);
		return true;
	}
	if (found == FOUND_DOUBT && dialect_mentions(aliased, e->text))
		return false;
	dialect_note(w, FIND_ALIAS, e->start, e->text);
	w->no_aliases = true;
	dialect_write_expr(w, aliased, OUT_PRIMARY);
	w->no_aliases = false;
	return true;
}
