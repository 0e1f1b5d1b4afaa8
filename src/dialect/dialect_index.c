/*-------------------------------------------------------------------------
 *
 * dialect_index.c
 *	  The expressions of CREATE INDEX as text: what it is on, and its condition.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_ast.h"

/*
 * The terms of CREATE INDEX without COLLATE, ASC and DESC: list of char *, palloc'd; NIL for another statement.
 * *condition is what stands behind WHERE, palloc'd, or NULL.
 */
List *
dialect_index_terms(const char *sql, char **condition)
{
	DialectParser p;
	DialectStatement *s;
	List	   *terms = NIL;
	ListCell   *lc;

	*condition = NULL;
	dialect_parser_init(&p, sql);
	s = dialect_parse_statement(&p);
	if (p.error != NULL || s->kind != STMT_CREATE_INDEX)
		return NIL;
	foreach(lc, s->terms)
	{
		const DialectTerm *term = lfirst(lc);
		const DialectExpr *expr = term->expr;

		while (expr->kind == EXPR_COLLATE)
			expr = expr->left;
		terms = lappend(terms, pnstrdup(sql + expr->start, expr->end - expr->start));
	}
	if (s->where != NULL)
		*condition = pnstrdup(sql + s->where->start, s->where->end - s->where->start);
	return terms;
}
