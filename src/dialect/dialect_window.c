/*-------------------------------------------------------------------------
 *
 * dialect_window.c
 *	  Parser of what stands in OVER (…) and behind WINDOW name AS.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_ast.h"

/*
 * UNBOUNDED PRECEDING, CURRENT ROW, x FOLLOWING … as bound number i
 */
static void
parse_bound(DialectParser *p, DialectWindow *window, int i)
{
	if (dialect_accept_word(p, "unbounded"))
		window->bounds[i] = dialect_accept_word(p, "preceding") ? "UNBOUNDED PRECEDING" : "UNBOUNDED FOLLOWING";
	else if (dialect_at_word(p, "current") && dialect_is_word(p, dialect_peek(p), "row"))
	{
		dialect_advance(p);
		dialect_advance(p);
		window->bounds[i] = "CURRENT ROW";
		return;
	}
	else
	{
		window->offsets[i] = dialect_parse_expr(p);
		window->bounds[i] = dialect_accept_word(p, "preceding") ? "PRECEDING" : "FOLLOWING";
	}
	if (strstr(window->bounds[i], "FOLLOWING") != NULL)
		(void) dialect_expect_word(p, "following");
}

/*
 * ROWS|RANGE|GROUPS bound | BETWEEN bound AND bound [EXCLUDE …]
 */
static void
parse_frame(DialectParser *p, DialectWindow *window)
{
	if (dialect_accept_word(p, "between"))
	{
		parse_bound(p, window, 0);
		(void) dialect_expect_word(p, "and");
		parse_bound(p, window, 1);
	}
	else
		parse_bound(p, window, 0);
	if (!dialect_accept_word(p, "exclude"))
		return;
	if (dialect_accept_word(p, "no"))
	{
		(void) dialect_expect_word(p, "others");
		window->exclude = "NO OTHERS";
	}
	else if (dialect_accept_word(p, "current"))
	{
		(void) dialect_expect_word(p, "row");
		window->exclude = "CURRENT ROW";
	}
	else if (dialect_accept_word(p, "group"))
		window->exclude = "GROUP";
	else
	{
		(void) dialect_expect_word(p, "ties");
		window->exclude = "TIES";
	}
}

/*
 * ( [base] [PARTITION BY …] [ORDER BY …] [frame] )
 */
DialectWindow *
dialect_parse_window(DialectParser *p)
{
	static const char *const frames[][2] = {{"rows", "ROWS"}, {"range", "RANGE"}, {"groups", "GROUPS"}};
	DialectWindow *window = palloc0(sizeof(DialectWindow));
	int			i;

	(void) dialect_expect_mark(p, "(");
	if (dialect_at_name(p) && !dialect_at_word(p, "partition") && !dialect_at_word(p, "rows") &&
		!dialect_at_word(p, "range") && !dialect_at_word(p, "groups"))
		(void) dialect_parse_name(p, &window->base);
	if (dialect_accept_word(p, "partition"))
	{
		(void) dialect_expect_word(p, "by");
		window->partition = dialect_parse_exprs(p);
	}
	if (dialect_accept_word(p, "order"))
	{
		(void) dialect_expect_word(p, "by");
		window->order = dialect_parse_terms(p);
	}
	for (i = 0; i < lengthof(frames) && window->frame == NULL; i++)
	{
		if (dialect_accept_word(p, frames[i][0]))
		{
			window->frame = (char *) frames[i][1];
			parse_frame(p, window);
		}
	}
	(void) dialect_expect_mark(p, ")");
	return window;
}
