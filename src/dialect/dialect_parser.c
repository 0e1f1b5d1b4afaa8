/*-------------------------------------------------------------------------
 *
 * dialect_parser.c
 *	  What the parsers of SQLite's statements have in common: one token in
 *	  hand, keywords, names, expressions passed over, and the first failure.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_parser.h"

#include "mb/pg_wchar.h"
#include "port.h"

/* Most bytes of the text that a reason quotes. */
#define MAX_QUOTED_BYTES 40

/* Most rules inside each other, (((…; SQLite's own parser gives up at 100. */
#define MAX_NESTING 200

typedef struct KeywordRow
{
	const char *word;
	DialectKeyword keyword;
} KeywordRow;

/*
 * Words that SQLite does not take for a name everywhere, in order. All its
 * other keywords fall back to names wherever a rule has no use for
 * them, so they need no row.
 */
static const KeywordRow keywords[] = {
	{"add", KW_OTHER},
	{"all", KW_OTHER},
	{"alter", KW_OTHER},
	{"and", KW_OTHER},
	{"as", KW_AS},
	{"autoincrement", KW_AUTOINCREMENT},
	{"between", KW_OTHER},
	{"case", KW_OTHER},
	{"check", KW_CHECK},
	{"collate", KW_COLLATE},
	{"commit", KW_OTHER},
	{"constraint", KW_CONSTRAINT},
	{"create", KW_CREATE},
	{"cross", KW_JOIN},
	{"default", KW_DEFAULT},
	{"deferrable", KW_DEFERRABLE},
	{"delete", KW_DELETE},
	{"distinct", KW_OTHER},
	{"drop", KW_OTHER},
	{"else", KW_OTHER},
	{"escape", KW_OTHER},
	{"except", KW_OTHER},
	{"exists", KW_EXISTS},
	{"foreign", KW_FOREIGN},
	{"from", KW_OTHER},
	{"full", KW_JOIN},
	{"group", KW_OTHER},
	{"having", KW_OTHER},
	{"in", KW_OTHER},
	{"index", KW_OTHER},
	{"indexed", KW_JOIN},
	{"inner", KW_JOIN},
	{"insert", KW_INSERT},
	{"intersect", KW_OTHER},
	{"into", KW_OTHER},
	{"is", KW_OTHER},
	{"isnull", KW_OTHER},
	{"join", KW_OTHER},
	{"left", KW_JOIN},
	{"limit", KW_OTHER},
	{"natural", KW_JOIN},
	{"not", KW_NOT},
	{"nothing", KW_OTHER},
	{"notnull", KW_OTHER},
	{"null", KW_NULL},
	{"on", KW_ON},
	{"or", KW_OTHER},
	{"order", KW_OTHER},
	{"outer", KW_JOIN},
	{"primary", KW_PRIMARY},
	{"references", KW_REFERENCES},
	{"returning", KW_OTHER},
	{"right", KW_JOIN},
	{"select", KW_OTHER},
	{"set", KW_SET},
	{"table", KW_TABLE},
	{"then", KW_OTHER},
	{"to", KW_OTHER},
	{"transaction", KW_OTHER},
	{"union", KW_OTHER},
	{"unique", KW_UNIQUE},
	{"update", KW_UPDATE},
	{"using", KW_OTHER},
	{"values", KW_OTHER},
	{"when", KW_OTHER},
	{"where", KW_OTHER}
};

static DialectKeyword classify(const DialectParser *p);

/*
 * Starts at the beginning of "sql" with its first token in hand.
 */
void
dialect_parser_init(DialectParser *p, const char *sql)
{
	memset(p, 0, sizeof(DialectParser));
	dialect_lex_init(&p->lexer, sql);
	dialect_advance(p);
}

/*
 * The keyword that a token is.
 */
static DialectKeyword
classify(const DialectParser *p)
{
	const char *word = p->lexer.text + p->token.start;
	int			low = 0;
	int			high = lengthof(keywords) - 1;

	if (p->token.kind != DIALECT_WORD)
		return KW_NONE;
	while (low <= high)
	{
		int			middle = (low + high) / 2;
		const char *k = keywords[middle].word;
		int			i = 0;
		int			order;

		while (i < p->token.len && k[i] != '\0' && pg_ascii_tolower(word[i]) == (unsigned char) k[i])
			i++;
		order = (i < p->token.len ? pg_ascii_tolower(word[i]) : 0) - (unsigned char) k[i];
		if (order == 0)
			return keywords[middle].keyword;
		if (order < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return KW_PLAIN;
}

/*
 * Takes the next token in hand.
 */
void
dialect_advance(DialectParser *p)
{
	p->last_end = p->token.start + p->token.len;
	p->token = dialect_lex(&p->lexer);
	p->keyword = classify(p);
}

/* Whether a token is this operator. */
bool
dialect_is_mark(const DialectParser *p, DialectToken token, const char *mark)
{
	return token.kind == DIALECT_OPERATOR && token.len == strlen(mark) &&
		strncmp(p->lexer.text + token.start, mark, token.len) == 0;
}

/* Whether a token is this bare word, written in lower case here. */
bool
dialect_is_word(const DialectParser *p, DialectToken token, const char *word)
{
	const char *s = p->lexer.text + token.start;
	int			i;

	if (token.kind != DIALECT_WORD || token.len != strlen(word))
		return false;
	for (i = 0; i < token.len; i++)
	{
		if (pg_ascii_tolower(s[i]) != (unsigned char) word[i])
			return false;
	}
	return true;
}

/* The same of the token in hand. */
bool
dialect_at_mark(const DialectParser *p, const char *mark)
{
	return dialect_is_mark(p, p->token, mark);
}

bool
dialect_at_word(const DialectParser *p, const char *word)
{
	return dialect_is_word(p, p->token, word);
}

/*
 * The token behind the one in hand, which stays in hand.
 */
DialectToken
dialect_peek(const DialectParser *p)
{
	DialectLexer ahead = p->lexer;

	return dialect_lex(&ahead);
}

/* Moves over the token if it is this keyword, operator or word; whether it was. */
bool
dialect_accept_keyword(DialectParser *p, DialectKeyword keyword)
{
	if (p->keyword != keyword)
		return false;
	dialect_advance(p);
	return true;
}

bool
dialect_accept_mark(DialectParser *p, const char *mark)
{
	if (!dialect_at_mark(p, mark))
		return false;
	dialect_advance(p);
	return true;
}

bool
dialect_accept_word(DialectParser *p, const char *word)
{
	if (!dialect_at_word(p, word))
		return false;
	dialect_advance(p);
	return true;
}

/* The same where the grammar leaves no choice: fails if it is another token. */
bool
dialect_expect_keyword(DialectParser *p, DialectKeyword keyword)
{
	return dialect_accept_keyword(p, keyword) || dialect_unexpected(p);
}

bool
dialect_expect_mark(DialectParser *p, const char *mark)
{
	return dialect_accept_mark(p, mark) || dialect_unexpected(p);
}

bool
dialect_expect_word(DialectParser *p, const char *word)
{
	return dialect_accept_word(p, word) || dialect_unexpected(p);
}

/*
 * Remembers why the text cannot be understood; returns false for the caller
 * to return in its turn.
 */
bool
dialect_fail(DialectParser *p, const char *reason)
{
	if (p->error == NULL)
	{
		p->error = pstrdup(reason);
		p->error_at = p->token.start;
	}
	p->lexer.pos = p->lexer.len;
	p->token.kind = DIALECT_END;
	p->token.start = p->lexer.len;
	p->token.len = 0;
	p->keyword = KW_NONE;
	return false;
}

/*
 * Fails because of the token in hand.
 */
bool
dialect_unexpected(DialectParser *p)
{
	const char *s = p->lexer.text + p->token.start;
	int			len = p->token.len;

	if (p->error != NULL)
		return false;
	if (p->token.kind == DIALECT_END)
		return dialect_fail(p, "unexpected end of the statement");
	if (len > MAX_QUOTED_BYTES)
		len = pg_mbcliplen(s, len, MAX_QUOTED_BYTES);
	return dialect_fail(p, psprintf(p->token.kind == DIALECT_ERROR ?
									"unterminated or illegal token at byte %d: %.*s" :
									"unexpected text at byte %d: %.*s", p->token.start + 1, len, s));
}

/* Whether a name is in hand: a word that is not reserved, or anything in quotes, '…' too. */
bool
dialect_at_name(const DialectParser *p)
{
	return p->keyword == KW_PLAIN || p->keyword == KW_JOIN ||
		p->token.kind == DIALECT_QUOTED || p->token.kind == DIALECT_STRING;
}

/* Whether a name is in hand that may stand behind an expression or a table without AS. */
bool
dialect_at_alias(const DialectParser *p)
{
	return p->keyword == KW_PLAIN || p->token.kind == DIALECT_QUOTED || p->token.kind == DIALECT_STRING;
}

/*
 * Any name, unquoted into *name.
 */
bool
dialect_parse_name(DialectParser *p, char **name)
{
	if (!dialect_at_name(p))
		return dialect_unexpected(p);
	*name = dialect_name(&p->lexer, &p->token);
	dialect_advance(p);
	return true;
}

/*
 * Passes over one token of an expression and counts open parentheses in
 * *depth. Fails where no expression can go on.
 */
bool
dialect_pass(DialectParser *p, int *depth)
{
	if (p->token.kind == DIALECT_END || p->token.kind == DIALECT_ERROR || dialect_at_mark(p, ";"))
		return dialect_unexpected(p);
	if (dialect_at_mark(p, "("))
		(*depth)++;
	else if (dialect_at_mark(p, ")"))
		(*depth)--;
	dialect_advance(p);
	return true;
}

/*
 * ( expression ) with the opening parenthesis in hand. *body is the text from
 * the first token inside to the last one: comments at its ends would swallow
 * what a caller writes behind it.
 */
bool
dialect_parse_expression(DialectParser *p, char **body)
{
	int			depth = 0;
	int			start;
	int			end;

	if (!dialect_expect_mark(p, "("))
		return false;
	start = end = p->token.start;
	while (depth > 0 || !dialect_at_mark(p, ")"))
	{
		end = p->token.start + p->token.len;
		if (!dialect_pass(p, &depth))
			return false;
	}
	if (end == start)
		return dialect_unexpected(p);
	*body = pnstrdup(p->lexer.text + start, end - start);
	dialect_advance(p);
	return true;
}

/*
 * Around a rule that calls itself: fails when it has done so too often.
 */
bool
dialect_enter(DialectParser *p)
{
	if (p->depth >= MAX_NESTING)
		return dialect_fail(p, "nested too deep");
	p->depth++;
	return true;
}

void
dialect_leave(DialectParser *p)
{
	p->depth--;
}
