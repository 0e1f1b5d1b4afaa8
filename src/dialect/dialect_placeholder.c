/*-------------------------------------------------------------------------
 *
 * dialect_placeholder.c
 *	  Placeholders of SQLite's SQL in the style of a PostgreSQL driver.
 *
 * Only tokens are looked at: strings, comments, quoted names and operators
 * stay as they are, but for % in the styles of psycopg, which is doubled
 * everywhere.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_writer.h"

#include <ctype.h>

typedef struct Placeholders
{
	DialectPlaceholderStyle style;
	StringInfoData out;
	DialectNames *numbers;		/* number of each name, as a pointer to int */
	int			highest;		/* largest number so far */
} Placeholders;

static void
copy_text(Placeholders *p, const char *text, int len)
{
	int			i;

	for (i = 0; i < len; i++)
	{
		if (text[i] == '%' && p->style != PLACEHOLDER_NUMERIC)
			appendStringInfoChar(&p->out, '%');
		appendStringInfoChar(&p->out, text[i]);
	}
}

/*
 * The number of a parameter: as SQLite counts them.
 */
static int
number_of(Placeholders *p, const char *token)
{
	int		   *number;
	const char *name = token + 1;

	if (token[0] == '?' && *name == '\0')
		return ++p->highest;
	if (strspn(name, "0123456789") == strlen(name) && strlen(name) < 6)
	{
		int			n = atoi(name);

		p->highest = Max(p->highest, n);
		return n;
	}
	number = dialect_names_get(p->numbers, token);
	if (number == NULL)
	{
		number = palloc(sizeof(int));
		*number = ++p->highest;
		dialect_names_put(p->numbers, pstrdup(token), number);
	}
	return *number;
}

static void
write_placeholder(Placeholders *p, const char *token)
{
	int			number = number_of(p, token);
	const char *c;

	switch (p->style)
	{
		case PLACEHOLDER_FORMAT:
			appendStringInfoString(&p->out, "%s");
			break;
		case PLACEHOLDER_NUMERIC:
			appendStringInfo(&p->out, "$%d", number);
			break;
		case PLACEHOLDER_PYFORMAT:
			if (isdigit((unsigned char) token[1]) || token[1] == '\0')
			{
				appendStringInfo(&p->out, "%%(p%d)s", number);
				break;
			}
			appendStringInfoString(&p->out, "%(");
			for (c = token + 1; *c; c++)
				appendStringInfoChar(&p->out, isalnum((unsigned char) *c) || IS_HIGHBIT_SET(*c) ? *c : '_');
			appendStringInfoString(&p->out, ")s");
			break;
	}
}

/*
 * The text with its placeholders in another style, palloc'd.
 */
char *
dialect_placeholders(const char *sql, DialectPlaceholderStyle style)
{
	Placeholders p;
	DialectLexer lexer;
	DialectToken token;
	int			done = 0;

	p.style = style;
	p.numbers = dialect_names_new();
	p.highest = 0;
	initStringInfo(&p.out);
	dialect_lex_init(&lexer, sql);
	for (;;)
	{
		token = dialect_lex(&lexer);
		if (token.kind == DIALECT_ERROR && strncmp(sql + token.start, "::", 2) == 0)
		{
			/* a cast of PostgreSQL: the text is translated already */
			lexer.pos = token.start + 2;
			continue;
		}
		if (token.kind == DIALECT_END || token.kind == DIALECT_ERROR)
			break;
		if (token.kind != DIALECT_PARAMETER)
			continue;
		copy_text(&p, sql + done, token.start - done);
		write_placeholder(&p, pnstrdup(sql + token.start, token.len));
		done = token.start + token.len;
	}
	copy_text(&p, sql + done, lexer.len - done);
	return p.out.data;
}
