/*-------------------------------------------------------------------------
 *
 * dialect_collation.c
 *	  COLLATE NOCASE and RTRIM: which expressions have one, and what is said
 *	  where a translation compares without it.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_writer.h"

static const char *
of_column(const DialectColumn *column)
{
	return column->nocase ? "NOCASE" : column->rtrim ? "RTRIM" : NULL;
}

/* That of a column or of COLLATE; NULL is none, or BINARY. */
const char *
dialect_collation(DialectWriter *w, const DialectExpr *e)
{
	DialectColumn column;

	if (e->kind == EXPR_COLLATE)
		return dialect_same_name(e->text ? e->text : "", "nocase") ? "NOCASE" : dialect_same_name(e->text ? e->text : "", "rtrim") ? "RTRIM" : NULL;
	if (e->kind == EXPR_COLUMN && dialect_find_column(w, e, &column, NULL) == FOUND_COLUMN)
		return of_column(&column);
	return NULL;
}

/* That of the first result column of a query. */
const char *
dialect_select_collation(DialectWriter *w, DialectSelect *select)
{
	DialectScope *saved = w->scope;
	const char *collation = NULL;
	DialectCore *core;

	if (select->cores == NIL)
		return NULL;
	(void) dialect_enter_select(w, select);
	core = linitial(select->cores);
	(void) dialect_enter_core(w, core);
	if (!core->is_values)
		collation = dialect_collation(w, ((DialectResult *) linitial(core->results))->expr);
	w->scope = saved;
	return collation;
}

/* An expression with a collation in plain sight. */
DialectExpr *
dialect_with_collation(DialectExpr *e, const char *collation)
{
	DialectExpr *with;

	if (collation == NULL || e->kind == EXPR_COLLATE)
		return e;
	with = dialect_new_expr(EXPR_COLLATE, e->start);
	with->end = e->end;
	with->height = e->height + 1;
	with->left = e;
	with->text = (char *) collation;
	return with;
}

/*
 * Says so when an expression, or one of a row, has a collation that the
 * translation leaves out of account.
 */
void
dialect_note_collation(DialectWriter *w, const DialectExpr *e)
{
	const char *collation = dialect_collation(w, e);
	ListCell   *lc;

	if (collation != NULL)
		dialect_note(w, FIND_COLLATION_LOST, e->start, collation);
	foreach(lc, e->kind == EXPR_ROW ? e->args : NIL)
		dialect_note_collation(w, lfirst(lc));
}

/* The same of *, of a join that makes one of two columns. */
static void
note_merged(DialectWriter *w, const DialectScope *scope, const DialectExpr *star)
{
	ListCell   *lc;
	ListCell   *c;

	foreach(lc, scope->items)
	{
		foreach(c, ((DialectScopeItem *) lfirst(lc))->relation->list)
		{
			if (of_column(lfirst(c)) != NULL)
				dialect_note(w, FIND_COLLATION_LOST, star->start, of_column(lfirst(c)));
		}
	}
}

/* Whether a result column is one whose type compares so by itself: DISTINCT does, while UNION may make a text of it. */
static bool
folds(DialectWriter *w, const DialectExpr *e)
{
	DialectColumn column;

	return e->kind == EXPR_COLUMN && dialect_find_column(w, e, &column, NULL) == FOUND_COLUMN && column.folds;
}

/*
 * The same of the result columns of DISTINCT, or of a part of UNION and the like;
 * "distinct": of DISTINCT alone. * is all columns of the tables.
 */
void
dialect_note_collations(DialectWriter *w, const DialectCore *core, bool distinct)
{
	ListCell   *lc;
	ListCell   *n;

	foreach(lc, core->results)
	{
		const DialectExpr *e = ((DialectResult *) lfirst(lc))->expr;
		List	   *names = NIL;
		List	   *items = NIL;

		if (e->kind != EXPR_STAR)
		{
			if (!distinct || !folds(w, e))
				dialect_note_collation(w, e);
		}
		else if (!dialect_star_names(w, core->scope, e, &names, &items))
			note_merged(w, core->scope, e);
		foreach(n, items)
		{
			DialectExpr *column = dialect_new_expr(EXPR_COLUMN, e->start);

			column->table = ((DialectScopeItem *) lfirst(n))->alias;
			column->text = list_nth(names, foreach_current_index(n));
			if (!distinct || !folds(w, column))
				dialect_note_collation(w, column);
		}
	}
}

/* The collation of a comparison: of the left side, and where that is neither a column nor says one, of the right. */
const char *
dialect_compared_by(DialectWriter *w, const DialectExpr *left, const DialectExpr *right)
{
	return dialect_collation(w, left->kind == EXPR_COLUMN || left->kind == EXPR_COLLATE ? left : right);
}
