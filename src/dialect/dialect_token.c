/*-------------------------------------------------------------------------
 *
 * dialect_token.c
 *	  Tokens of SQLite's SQL, by the rules of SQLite's own tokenizer.
 *
 * One pass over the text, no look-back, nothing allocated per token. Knows
 * words, not keywords: which word means what is the parser's business. The
 * text is in the server's encoding; like SQLite, every byte from 0x80 up is a
 * letter, which holds for each encoding that a server can have.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect.h"

static int	skip_blank(const DialectLexer *lexer);
static DialectTokenKind scan(const char *s, int *len);
static DialectTokenKind scan_quoted(const char *s, int *len);
static DialectTokenKind scan_number(const char *s, int *len);
static DialectTokenKind scan_blob(const char *s, int *len);
static DialectTokenKind scan_parameter(const char *s, int *len);
static int	operator_length(const char *s);

static inline bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static inline bool
is_word_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || IS_HIGHBIT_SET(c);
}

static inline bool
is_word(char c)
{
	return is_word_start(c) || is_digit(c) || c == '$';
}

static inline bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/*
 * Starts at the beginning of "text", which must outlive the lexer.
 */
void
dialect_lex_init(DialectLexer *lexer, const char *text)
{
	lexer->text = text;
	lexer->len = strlen(text);
	lexer->pos = 0;
}

/*
 * Returns the next token and moves behind it. After DIALECT_ERROR, which
 * covers the rest of the text, and after DIALECT_END there is only
 * DIALECT_END. Throws nothing.
 */
DialectToken
dialect_lex(DialectLexer *lexer)
{
	DialectToken token;

	token.start = skip_blank(lexer);
	if (token.start >= lexer->len)
	{
		token.kind = DIALECT_END;
		token.len = 0;
	}
	else
	{
		token.kind = scan(lexer->text + token.start, &token.len);
		if (token.kind == DIALECT_ERROR)
			token.len = lexer->len - token.start;
	}
	lexer->pos = token.start + token.len;
	return token;
}

/*
 * Returns the name that a WORD, QUOTED or STRING token stands for: palloc'd,
 * without its quotes, doubled quotes halved.
 */
char *
dialect_name(const DialectLexer *lexer, const DialectToken *token)
{
	const char *from = lexer->text + token->start;
	const char *end = from + token->len;
	char	   *name;
	char	   *to;
	char		quote;

	if (token->kind == DIALECT_WORD)
		return pnstrdup(from, token->len);

	quote = *from++;
	end--;
	name = to = palloc(token->len);
	while (from < end)
	{
		/* inside the quotes a quote can only be the first of a pair; [x] has none */
		if (*from == quote && quote != '[')
			from++;
		*to++ = *from++;
	}
	*to = '\0';
	return name;
}

/*
 * Returns where the white space and the comments at the lexer's position end.
 * A comment that nobody closed ends with the text, as in SQLite.
 */
static int
skip_blank(const DialectLexer *lexer)
{
	const char *s = lexer->text + lexer->pos;
	const char *end;

	for (;;)
	{
		if (is_space(*s))
		{
			/* SQLite takes a vertical tab as white space only behind other white space */
			if (*s == '\v')
				break;
			while (is_space(*s))
				s++;
		}
		else if (s[0] == '-' && s[1] == '-')
		{
			while (*s != '\0' && *s != '\n')
				s++;
		}
		else if (s[0] == '/' && s[1] == '*' && s[2] != '\0')
		{
			end = strstr(s + 2, "*/");
			s = end != NULL ? end + 2 : lexer->text + lexer->len;
		}
		else if (strncmp(s, "\xEF\xBB\xBF", 3) == 0)
			s += 3;				/* a byte order mark, wherever it stands */
		else
			break;
	}
	return s - lexer->text;
}

/*
 * Returns the kind of the token that begins at "s" (not at the end, not at
 * white space) and its length.
 */
static DialectTokenKind
scan(const char *s, int *len)
{
	if ((*s == 'x' || *s == 'X') && s[1] == '\'')
		return scan_blob(s, len);
	if (is_word_start(*s))
	{
		*len = 1;
		while (is_word(s[*len]))
			(*len)++;
		return DIALECT_WORD;
	}
	if (is_digit(*s) || (*s == '.' && is_digit(s[1])))
		return scan_number(s, len);

	switch (*s)
	{
		case '\'':
		case '"':
		case '`':
		case '[':
			return scan_quoted(s, len);
		case '?':
		case ':':
		case '@':
		case '$':
		case '#':
			return scan_parameter(s, len);
		default:
			*len = operator_length(s);
			return *len > 0 ? DIALECT_OPERATOR : DIALECT_ERROR;
	}
}

/*
 * 'x', "x" and `x`, in which the quote is written twice, and [x], in which a
 * bracket cannot be written at all.
 */
static DialectTokenKind
scan_quoted(const char *s, int *len)
{
	char		quote = *s == '[' ? ']' : *s;
	const char *p = s + 1;

	for (;;)
	{
		while (*p != '\0' && *p != quote)
			p++;
		if (*p == '\0')
			return DIALECT_ERROR;
		if (quote == ']' || p[1] != quote)
			break;
		p += 2;
	}
	*len = p + 1 - s;
	return quote == '\'' ? DIALECT_STRING : DIALECT_QUOTED;
}

/*
 * Moves over digits with single underscores between them (SQLite 3.46).
 */
static const char *
skip_digits(const char *p, bool (*is_valid) (char))
{
	while (is_valid(*p) || (*p == '_' && is_valid(p[-1]) && is_valid(p[1])))
		p++;
	return p;
}

/*
 * 1, 1.5, .5, 1., 1e9, 0x1F. Letters that follow at once make it illegal.
 */
static DialectTokenKind
scan_number(const char *s, int *len)
{
	const char *p = s;

	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X') && is_hex(p[2]))
		p = skip_digits(p + 2, is_hex);
	else
	{
		p = skip_digits(p, is_digit);
		if (*p == '.')
			p = skip_digits(p + 1, is_digit);
		if ((*p == 'e' || *p == 'E') &&
			(is_digit(p[1]) || ((p[1] == '+' || p[1] == '-') && is_digit(p[2]))))
			p = skip_digits(p + 2, is_digit);
	}
	*len = p - s;
	return is_word(*p) ? DIALECT_ERROR : DIALECT_NUMBER;
}

/*
 * x'00ff': an even number of hex digits and nothing else.
 */
static DialectTokenKind
scan_blob(const char *s, int *len)
{
	const char *p = s + 2;

	while (is_hex(*p))
		p++;
	*len = p + 1 - s;
	return *p == '\'' && (p - s) % 2 == 0 ? DIALECT_BLOB : DIALECT_ERROR;
}

/*
 * ?, ?1, :a, @a, $a, #1, and the forms for Tcl: $a::b and $a(anything).
 */
static DialectTokenKind
scan_parameter(const char *s, int *len)
{
	const char *p = s + 1;
	bool		named = false;

	if (*s == '?')
	{
		while (is_digit(*p))
			p++;
		*len = p - s;
		return DIALECT_PARAMETER;
	}

	for (;;)
	{
		if (is_word(*p))
		{
			named = true;
			p++;
		}
		else if (p[0] == ':' && p[1] == ':')
			p += 2;
		else
			break;
	}
	if (*p == '(' && named)
	{
		while (*p != '\0' && *p != ')' && !is_space(*p))
			p++;
		if (*p != ')')
			return DIALECT_ERROR;
		p++;
	}
	*len = p - s;
	return named ? DIALECT_PARAMETER : DIALECT_ERROR;
}

/*
 * Length of the longest operator or mark that begins at "s", 0 if none does.
 */
static int
operator_length(const char *s)
{
	/* longer ones first */
	static const char *const operators[] = {
		"->>",
		"->", "||", "<<", "<=", "<>", ">>", ">=", "==", "!=",
		"(", ")", ";", ",", ".", "+", "-", "*", "/", "%", "=", "<", ">", "|", "&", "~"
	};
	int			i;

	for (i = 0; i < lengthof(operators); i++)
	{
		int			len = strlen(operators[i]);

		if (strncmp(s, operators[i], len) == 0)
			return len;
	}
	return 0;
}
