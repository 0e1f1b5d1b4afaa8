/*-------------------------------------------------------------------------
 *
 * dialect_virtual.c
 *	  The arguments of CREATE VIRTUAL TABLE … USING module (…).
 *
 * SQLite hands them to the module as text, cut at commas; what they mean is
 * the module's affair. Those of full-text tables are columns and options, and
 * that much is told apart here: an option has "=" behind its name.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_parser.h"

/* Text from one place to another without the quotes around it, if it is one quoted token; palloc'd. */
static char *
unquoted(DialectLexer lexer, int start, int end)
{
	DialectToken token;

	lexer.pos = start;
	token = dialect_lex(&lexer);
	if ((token.kind == DIALECT_STRING || token.kind == DIALECT_QUOTED) && token.start + token.len == end)
		return dialect_name(&lexer, &token);
	return pnstrdup(lexer.text + start, end - start);
}

/*
 * The argument whose first token is in hand, palloc'd; afterwards the comma or
 * bracket behind it is.
 */
static DialectArgument *
parse_argument(DialectParser *p)
{
	DialectArgument *argument = palloc0(sizeof(DialectArgument));
	bool		is_option = false;
	int			depth = 0;
	int			rest;

	if (p->token.kind == DIALECT_WORD || p->token.kind == DIALECT_QUOTED || p->token.kind == DIALECT_STRING)
	{
		argument->name = dialect_name(&p->lexer, &p->token);
		dialect_advance(p);
		is_option = dialect_accept_mark(p, "=");
	}
	rest = p->token.start;
	while (p->token.kind != DIALECT_END && p->token.kind != DIALECT_ERROR &&
		   (depth > 0 || (!dialect_at_mark(p, ",") && !dialect_at_mark(p, ")"))))
	{
		if (dialect_at_mark(p, "("))
			depth++;
		else if (dialect_at_mark(p, ")"))
			depth--;
		dialect_advance(p);
	}
	if (is_option)
		argument->value = p->last_end > rest ? unquoted(p->lexer, rest, p->last_end) : pstrdup("");
	else if (p->last_end > rest)
		argument->rest = pnstrdup(p->lexer.text + rest, p->last_end - rest);
	return argument;
}

List *
dialect_virtual_table(const char *sql, char **module)
{
	DialectParser p;
	List	   *arguments = NIL;
	char	   *name;

	*module = NULL;
	dialect_parser_init(&p, sql);
	if (!dialect_accept_keyword(&p, KW_CREATE) || !dialect_accept_word(&p, "virtual") || !dialect_accept_keyword(&p, KW_TABLE))
		return NIL;
	if (dialect_accept_word(&p, "if"))
	{
		(void) dialect_expect_keyword(&p, KW_NOT);
		(void) dialect_expect_keyword(&p, KW_EXISTS);
	}
	if (!dialect_parse_name(&p, &name))
		return NIL;
	if (dialect_accept_mark(&p, ".") && !dialect_parse_name(&p, &name))
		return NIL;
	if (!dialect_expect_word(&p, "using") || !dialect_parse_name(&p, module))
		return NIL;
	if (dialect_accept_mark(&p, "("))
	{
		do
			arguments = lappend(arguments, parse_argument(&p));
		while (dialect_accept_mark(&p, ","));
	}
	return arguments;
}
