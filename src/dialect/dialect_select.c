/*-------------------------------------------------------------------------
 *
 * dialect_select.c
 *	  Parser of SQLite's queries: WITH, SELECT, VALUES, compounds, joins.
 *
 *	  parse_with → parse_query → parse_core → results, FROM, WHERE, GROUP BY …
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_ast.h"

static DialectCore *parse_core(DialectParser *p);
static void parse_select_core(DialectParser *p, DialectCore *core);
static char *parse_alias(DialectParser *p);
static DialectFrom *parse_table(DialectParser *p);
static bool parse_join(DialectParser *p, DialectFrom *join);

/*
 * Whether a query begins here.
 */
bool
dialect_at_select(const DialectParser *p)
{
	DialectToken next;

	if (dialect_at_word(p, "select"))
		return true;
	if (dialect_at_word(p, "values"))
	{
		next = dialect_peek(p);
		return dialect_is_mark(p, next, "(");
	}
	if (!dialect_at_word(p, "with"))
		return false;
	next = dialect_peek(p);
	return next.kind == DIALECT_WORD || next.kind == DIALECT_QUOTED;
}

/*
 * A whole query. Never NULL; p->error says whether it is one.
 */
DialectSelect *
dialect_parse_select(DialectParser *p)
{
	DialectSelect *select;

	if (!dialect_enter(p))
		return palloc0(sizeof(DialectSelect));
	select = dialect_parse_with(p);
	dialect_parse_query(p, select);
	dialect_leave(p);
	return select;
}

static int
expr_height(const DialectExpr *e)
{
	return e ? e->height : 0;
}

static int
exprs_height(List *exprs)
{
	int			height = 0;
	ListCell   *lc;

	foreach(lc, exprs)
		height = Max(height, expr_height(lfirst(lc)));
	return height;
}

static int
terms_height(List *terms)
{
	int			height = 0;
	ListCell   *lc;

	foreach(lc, terms)
		height = Max(height, expr_height(((DialectTerm *) lfirst(lc))->expr));
	return height;
}

static int
from_height(List *items)
{
	int			height = 0;
	ListCell   *lc;

	foreach(lc, items)
	{
		DialectFrom *from = lfirst(lc);
		int			inner = from_height(from->items) + 1;	/* Max() would ask twice, and each level twice as often */

		height = Max(height, inner);
		height = Max(height, expr_height(from->on));
		height = Max(height, exprs_height(from->args));
		height = Max(height, from->select ? from->select->height : 0);
	}
	return height;
}

static int
core_height(const DialectCore *core)
{
	int			height = Max(expr_height(core->where), expr_height(core->having));
	ListCell   *lc;

	foreach(lc, core->rows)
		height = Max(height, exprs_height(lfirst(lc)));
	foreach(lc, core->results)
		height = Max(height, expr_height(((DialectResult *) lfirst(lc))->expr));
	return Max(Max(height, exprs_height(core->group)), from_height(core->from));
}

/*
 * [WITH [RECURSIVE] name [(columns)] AS [[NOT] MATERIALIZED] (query), …]: a
 * query that has its CTEs and nothing else yet.
 */
DialectSelect *
dialect_parse_with(DialectParser *p)
{
	DialectSelect *select = palloc0(sizeof(DialectSelect));

	select->start = p->token.start;
	if (!dialect_accept_word(p, "with"))
		return select;
	if (dialect_at_word(p, "recursive") && !dialect_is_word(p, dialect_peek(p), "as"))
	{
		dialect_advance(p);
		select->recursive = true;
	}
	do
	{
		DialectCte *cte = palloc0(sizeof(DialectCte));

		cte->start = p->token.start;
		if (!dialect_parse_name(p, &cte->name))
			return select;
		if (dialect_accept_mark(p, "("))
		{
			cte->columns = dialect_parse_names(p);
			(void) dialect_expect_mark(p, ")");
		}
		(void) dialect_expect_keyword(p, KW_AS);
		if (dialect_accept_keyword(p, KW_NOT))
		{
			(void) dialect_expect_word(p, "materialized");
			cte->materialized = 2;
		}
		else if (dialect_accept_word(p, "materialized"))
			cte->materialized = 1;
		(void) dialect_expect_mark(p, "(");
		p->open_ctes = lcons(cte, p->open_ctes);
		cte->select = dialect_parse_select(p);
		p->open_ctes = list_delete_first(p->open_ctes);
		(void) dialect_expect_mark(p, ")");
		select->height = Max(select->height, cte->select->height);
		select->ctes = lappend(select->ctes, cte);
	} while (dialect_accept_mark(p, ","));
	return select;
}

/*
 * What follows WITH: the terms of a compound, ORDER BY, LIMIT.
 */
void
dialect_parse_query(DialectParser *p, DialectSelect *select)
{
	int			height = select->height;
	const char *operator = NULL;

	for (;;)
	{
		DialectCore *core = parse_core(p);

		core->operator = (char *) operator;
		height = Max(height, core_height(core));
		select->cores = lappend(select->cores, core);
		if (list_length(select->cores) > DIALECT_MAX_TERMS)
			(void) dialect_fail(p, "too many terms in a compound query");
		if (dialect_accept_word(p, "union"))
			operator = dialect_accept_word(p, "all") ? "UNION ALL" : "UNION";
		else if (dialect_accept_word(p, "except"))
			operator = "EXCEPT";
		else if (dialect_accept_word(p, "intersect"))
			operator = "INTERSECT";
		else
			break;
	}
	if (dialect_accept_word(p, "order"))
	{
		(void) dialect_expect_word(p, "by");
		select->order = dialect_parse_terms(p);
	}
	if (dialect_accept_word(p, "limit"))
	{
		select->limit = dialect_parse_expr(p);
		if (dialect_accept_word(p, "offset"))
			select->offset = dialect_parse_expr(p);
		else if (dialect_accept_mark(p, ","))
		{
			select->offset = select->limit;
			select->limit = dialect_parse_expr(p);
		}
	}
	height = Max(Max(height, terms_height(select->order)), Max(expr_height(select->limit), expr_height(select->offset)));
	select->height = height + 1;
	select->end = p->last_end;
	if (select->height > DIALECT_MAX_DEPTH)
		(void) dialect_fail(p, "query is nested too deep");
}

/*
 * SELECT … or VALUES (…), …
 */
static DialectCore *
parse_core(DialectParser *p)
{
	DialectCore *core = palloc0(sizeof(DialectCore));

	core->start = p->token.start;
	if (dialect_accept_word(p, "values"))
	{
		core->is_values = true;
		do
		{
			(void) dialect_expect_mark(p, "(");
			core->rows = lappend(core->rows, dialect_parse_exprs(p));
			(void) dialect_expect_mark(p, ")");
		} while (dialect_accept_mark(p, ","));
	}
	else if (dialect_expect_word(p, "select"))
		parse_select_core(p, core);
	return core;
}

static void
parse_select_core(DialectParser *p, DialectCore *core)
{
	core->distinct = dialect_accept_word(p, "distinct");
	if (!core->distinct)
		(void) dialect_accept_word(p, "all");
	core->results = dialect_parse_results(p);
	if (dialect_accept_word(p, "from"))
		core->from = dialect_parse_from(p);
	if (dialect_accept_word(p, "where"))
		core->where = dialect_parse_expr(p);
	if (dialect_accept_word(p, "group"))
	{
		(void) dialect_expect_word(p, "by");
		core->group = dialect_parse_exprs(p);
	}
	if (dialect_accept_word(p, "having"))
		core->having = dialect_parse_expr(p);
	if (dialect_accept_word(p, "window"))
	{
		do
		{
			char	   *name = NULL;
			DialectWindow *window;

			(void) dialect_parse_name(p, &name);
			(void) dialect_expect_keyword(p, KW_AS);
			window = dialect_parse_window(p);
			window->name = name ? name : pstrdup("");
			core->windows = lappend(core->windows, window);
		} while (dialect_accept_mark(p, ","));
	}
}

/*
 * expression [AS alias], … or *, table.*
 */
List *
dialect_parse_results(DialectParser *p)
{
	List	   *results = NIL;

	do
	{
		DialectResult *result = palloc0(sizeof(DialectResult));

		if (dialect_at_mark(p, "*"))
		{
			result->expr = dialect_new_expr(EXPR_STAR, p->token.start);
			dialect_advance(p);
			result->expr->end = p->last_end;
		}
		else
		{
			result->expr = dialect_parse_expr(p);
			result->source = pnstrdup(p->lexer.text + result->expr->start, Max(result->expr->end - result->expr->start, 0));
			result->alias = parse_alias(p);
		}
		results = lappend(results, result);
		if (list_length(results) > DIALECT_MAX_COLUMNS)
			(void) dialect_fail(p, "too many result columns");
	} while (dialect_accept_mark(p, ","));
	return results;
}

/*
 * WINDOW as the beginning of a clause, and not as an alias.
 */
static bool
at_window_clause(const DialectParser *p)
{
	DialectLexer ahead = p->lexer;
	DialectToken token;

	if (!dialect_at_word(p, "window"))
		return false;
	token = dialect_lex(&ahead);
	if (token.kind != DIALECT_WORD && token.kind != DIALECT_QUOTED)
		return false;
	token = dialect_lex(&ahead);
	return dialect_is_word(p, token, "as");
}

/*
 * [[AS] alias], NULL if there is none
 */
static char *
parse_alias(DialectParser *p)
{
	char	   *alias = NULL;

	if (dialect_accept_keyword(p, KW_AS) || (dialect_at_alias(p) && !at_window_clause(p)))
		(void) dialect_parse_name(p, &alias);
	return alias;
}

/*
 * name, …
 */
List *
dialect_parse_names(DialectParser *p)
{
	List	   *names = NIL;
	char	   *name;

	do
	{
		if (!dialect_parse_name(p, &name))
			break;
		names = lappend(names, name);
	} while (dialect_accept_mark(p, ","));
	return names;
}

/* ---- FROM ---- */

/*
 * table [join table …], as a flat list; SQLite knows no other order than the written one.
 */
List *
dialect_parse_from(DialectParser *p)
{
	List	   *items = NIL;
	DialectFrom *item;
	DialectFrom join;

	if (!dialect_enter(p))
		return NIL;
	memset(&join, 0, sizeof(join));
	do
	{
		item = parse_table(p);
		item->join = join.join;
		item->natural = join.natural;
		if (dialect_accept_keyword(p, KW_ON))
			item->on = dialect_parse_expr(p);
		else if (dialect_accept_word(p, "using"))
		{
			(void) dialect_expect_mark(p, "(");
			item->using = dialect_parse_names(p);
			(void) dialect_expect_mark(p, ")");
		}
		items = lappend(items, item);
		if (list_length(items) > DIALECT_MAX_TABLES)
			(void) dialect_fail(p, "too many tables in a join");
	} while (parse_join(p, &join));
	dialect_leave(p);
	return items;
}

/*
 * The words of a join, or a comma; false if there is none. They come in any
 * order and number, as SQLite has it.
 */
static bool
parse_join(DialectParser *p, DialectFrom *join)
{
	static const struct
	{
		const char *word;
		DialectJoin join;
	}			words[] = {
		{"left", FROM_LEFT}, {"right", FROM_RIGHT}, {"full", FROM_FULL}, {"cross", FROM_CROSS},
		{"inner", FROM_INNER}, {"outer", FROM_FIRST}, {"natural", FROM_FIRST}
	};
	bool		found = false;
	int			i;

	memset(join, 0, sizeof(*join));
	join->join = FROM_INNER;
	if (dialect_accept_mark(p, ","))
	{
		join->join = FROM_COMMA;
		return true;
	}
	while (p->keyword == KW_JOIN)
	{
		for (i = 0; i < lengthof(words) && !dialect_at_word(p, words[i].word); i++)
			;
		if (i == lengthof(words))
			break;
		if (words[i].join != FROM_FIRST)
			join->join = join->join == FROM_LEFT && words[i].join == FROM_RIGHT ? FROM_FULL : words[i].join;
		else if (dialect_at_word(p, "natural"))
			join->natural = true;
		found = true;
		dialect_advance(p);
	}
	if (dialect_accept_word(p, "join"))
		return true;
	if (found)
		(void) dialect_unexpected(p);
	return false;
}

/*
 * A CTE whose query is being parsed is named: it is recursive.
 */
static void
note_recursion(DialectParser *p, const char *name)
{
	ListCell   *lc;

	foreach(lc, p->open_ctes)
	{
		DialectCte *cte = lfirst(lc);

		if (pg_strcasecmp(cte->name, name) == 0)
		{
			cte->is_recursive = true;
			return;
		}
	}
}

bool
dialect_parse_named(DialectParser *p, DialectFrom *from)
{
	if (!dialect_parse_name(p, &from->table))
	{
		from->table = pstrdup("");
		return false;
	}
	if (dialect_accept_mark(p, "."))
	{
		from->schema = from->table;
		(void) dialect_parse_name(p, &from->table);
	}
	if (dialect_accept_mark(p, "("))
	{
		from->is_function = true;
		if (!dialect_at_mark(p, ")"))
			from->args = dialect_parse_exprs(p);
		(void) dialect_expect_mark(p, ")");
	}
	return true;
}

/*
 * [schema.]name [(args)] [[AS] alias] [INDEXED BY …], (query), (join)
 */
static DialectFrom *
parse_table(DialectParser *p)
{
	DialectFrom *from = palloc0(sizeof(DialectFrom));

	from->start = p->token.start;
	from->index_at = -1;
	if (dialect_accept_mark(p, "("))
	{
		if (dialect_at_select(p))
			from->select = dialect_parse_select(p);
		else
			from->items = dialect_parse_from(p);
		(void) dialect_expect_mark(p, ")");
	}
	else
	{
		if (!dialect_parse_named(p, from))
			return from;
		if (!from->is_function && from->schema == NULL)
			note_recursion(p, from->table);
	}
	from->end = p->last_end;
	from->alias = parse_alias(p);
	if (dialect_at_word(p, "indexed"))
	{
		char	   *index;

		from->index_at = p->token.start;
		dialect_advance(p);
		(void) dialect_expect_word(p, "by");
		(void) dialect_parse_name(p, &index);
	}
	else if (p->keyword == KW_NOT && dialect_is_word(p, dialect_peek(p), "indexed"))
	{
		from->index_at = p->token.start;
		dialect_advance(p);
		dialect_advance(p);
	}
	return from;
}
