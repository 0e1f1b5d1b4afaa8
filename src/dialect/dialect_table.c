/*-------------------------------------------------------------------------
 *
 * dialect_table.c
 *	  The clauses of a CREATE TABLE statement, as SQLite's grammar has them.
 *
 * A parser with one token in hand, one function per rule of the grammar, no
 * recursion: expressions are not understood here, only passed over with a
 * count of open parentheses, and handed on as text. What does not follow the
 * grammar ends the parse with a reason and without clauses, so that nobody
 * acts on a wrong one.
 *
 *	  CREATE TABLE name ( column, ..., constraint ... ) options
 *		 parse_head		  parse_column	parse_table_constraint	parse_options
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect.h"

#include "mb/pg_wchar.h"
#include "port.h"

/* Most bytes of the text that a reason quotes. */
#define MAX_QUOTED_BYTES 40

/* Keywords that the rules below ask for; the others of their class are OTHER. */
typedef enum Keyword
{
	KW_NONE,					/* no bare word */
	KW_PLAIN,					/* a word that is a name anywhere */
	KW_JOIN,					/* a name, but neither a type nor a value */
	KW_OTHER,					/* reserved, has no place in CREATE TABLE */
	KW_AS, KW_AUTOINCREMENT, KW_CHECK, KW_COLLATE, KW_CONSTRAINT, KW_CREATE, KW_DEFAULT,
	KW_DEFERRABLE, KW_DELETE, KW_EXISTS, KW_FOREIGN, KW_INSERT, KW_NOT, KW_NULL, KW_ON,
	KW_PRIMARY, KW_REFERENCES, KW_SET, KW_TABLE, KW_UNIQUE, KW_UPDATE
} Keyword;

typedef struct KeywordRow
{
	const char *word;
	Keyword		keyword;
} KeywordRow;

/*
 * Words that SQLite does not take for a name everywhere, in order. All its
 * other keywords fall back to names wherever the rules here have no use for
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

typedef struct Parser
{
	DialectLexer lexer;
	DialectToken token;			/* the token in hand */
	Keyword		keyword;		/* what it is when it is a bare word */
	List	   *clauses;
	const char *column;			/* column being defined, NULL in table constraints */
	char	   *constraint_name;	/* CONSTRAINT name that waits for its constraint */
	DialectClause *foreign_key; /* the last one, which a DEFERRABLE means */
	char	   *error;			/* the first thing that was not understood */
} Parser;

typedef bool (*ClauseParser) (Parser *p);

typedef struct ClauseRule
{
	Keyword		keyword;		/* first word */
	ClauseParser parse;			/* called with that word in hand */
} ClauseRule;

static void advance(Parser *p);
static bool fail(Parser *p, const char *reason);
static bool unexpected(Parser *p);
static bool parse_head(Parser *p);
static bool parse_body(Parser *p);
static bool parse_options(Parser *p);
static bool parse_column(Parser *p);
static bool parse_type(Parser *p);
static bool parse_rules(Parser *p, const ClauseRule *rules, int nrules, bool *found);
static bool parse_name(Parser *p, char **name);
static bool parse_expression(Parser *p, char **body);
static bool parse_conflict(Parser *p, DialectClause *clause);
static bool parse_deferrable(Parser *p, bool negated);
static DialectClause *add_clause(Parser *p, const char *kind);

/*
 * Clauses of the CREATE TABLE statement "sql"; see dialect.h.
 */
List *
dialect_table_clauses(const char *sql, char **error)
{
	Parser		p;

	memset(&p, 0, sizeof(p));
	dialect_lex_init(&p.lexer, sql);
	advance(&p);
	*error = NULL;
	if (parse_head(&p) && parse_body(&p) && parse_options(&p))
		return p.clauses;

	*error = p.error;
	return NIL;
}

/* ---- tokens ---- */

/*
 * The keyword that a token is.
 */
static Keyword
classify(const Parser *p)
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

static void
advance(Parser *p)
{
	p->token = dialect_lex(&p->lexer);
	p->keyword = classify(p);
}

/* Whether the token in hand is this operator. */
static bool
at_mark(const Parser *p, const char *mark)
{
	return p->token.kind == DIALECT_OPERATOR && p->token.len == strlen(mark) &&
		strncmp(p->lexer.text + p->token.start, mark, p->token.len) == 0;
}

/* Whether the token in hand is this bare word, written in lower case here. */
static bool
at_word(const Parser *p, const char *word)
{
	const char *s = p->lexer.text + p->token.start;
	int			i;

	if (p->token.kind != DIALECT_WORD || p->token.len != strlen(word))
		return false;
	for (i = 0; i < p->token.len; i++)
	{
		if (pg_ascii_tolower(s[i]) != (unsigned char) word[i])
			return false;
	}
	return true;
}

/* Moves over the token if it is this keyword, operator or word. */
static bool
accept_keyword(Parser *p, Keyword keyword)
{
	if (p->keyword != keyword)
		return false;
	advance(p);
	return true;
}

static bool
accept_mark(Parser *p, const char *mark)
{
	if (!at_mark(p, mark))
		return false;
	advance(p);
	return true;
}

static bool
accept_word(Parser *p, const char *word)
{
	if (!at_word(p, word))
		return false;
	advance(p);
	return true;
}

/* The same where the grammar leaves no choice: fails if it is another token. */
static bool
expect_keyword(Parser *p, Keyword keyword)
{
	return accept_keyword(p, keyword) || unexpected(p);
}

static bool
expect_mark(Parser *p, const char *mark)
{
	return accept_mark(p, mark) || unexpected(p);
}

static bool
expect_word(Parser *p, const char *word)
{
	return accept_word(p, word) || unexpected(p);
}

/*
 * Remembers why the text cannot be understood; returns false for the caller
 * to return in its turn.
 */
static bool
fail(Parser *p, const char *reason)
{
	if (p->error == NULL)
		p->error = pstrdup(reason);
	return false;
}

/*
 * Fails because of the token in hand.
 */
static bool
unexpected(Parser *p)
{
	const char *s = p->lexer.text + p->token.start;
	int			len = p->token.len;

	if (p->error != NULL)
		return false;
	if (p->token.kind == DIALECT_END)
		return fail(p, "unexpected end of the statement");
	if (len > MAX_QUOTED_BYTES)
		len = pg_mbcliplen(s, len, MAX_QUOTED_BYTES);
	p->error = psprintf(p->token.kind == DIALECT_ERROR ?
						"unterminated or illegal token at byte %d: %.*s" :
						"unexpected text at byte %d: %.*s", p->token.start + 1, len, s);
	return false;
}

/* ---- the statement ---- */

/*
 * CREATE [TEMP] TABLE [IF NOT EXISTS] [schema.]name
 */
static bool
parse_head(Parser *p)
{
	char	   *name;

	if (!accept_keyword(p, KW_CREATE))
		return fail(p, "not a CREATE TABLE statement");
	if (!accept_word(p, "temp"))
		(void) accept_word(p, "temporary");
	if (at_word(p, "virtual"))
		return fail(p, "a virtual table has no clauses");
	if (!accept_keyword(p, KW_TABLE))
		return fail(p, "not a CREATE TABLE statement");

	if (at_word(p, "if"))
	{
		/* IF is a name as well; NOT tells which */
		if (!parse_name(p, &name))
			return false;
		if (accept_keyword(p, KW_NOT))
		{
			if (!expect_keyword(p, KW_EXISTS) || !parse_name(p, &name))
				return false;
		}
	}
	else if (!parse_name(p, &name))
		return false;
	if (accept_mark(p, ".") && !parse_name(p, &name))
		return false;
	if (p->keyword == KW_AS)
		return fail(p, "CREATE TABLE AS has no clauses");
	return true;
}

/*
 * CONSTRAINT name, which the next constraint takes.
 */
static bool
parse_constraint_name(Parser *p)
{
	advance(p);
	return parse_name(p, &p->constraint_name);
}

/*
 * The clause that has just begun, at the end of the list.
 */
static DialectClause *
add_clause(Parser *p, const char *kind)
{
	DialectClause *clause = palloc0(sizeof(DialectClause));

	clause->clause = kind;
	clause->name = p->constraint_name;
	clause->column = p->column ? pstrdup(p->column) : NULL;
	p->constraint_name = NULL;
	p->clauses = lappend(p->clauses, clause);
	return clause;
}

/* ---- parts of many rules ---- */

/* Whether a name is in hand: a word that is not reserved, or anything in quotes, '…' too. */
static bool
at_name(const Parser *p)
{
	return p->keyword == KW_PLAIN || p->keyword == KW_JOIN ||
		p->token.kind == DIALECT_QUOTED || p->token.kind == DIALECT_STRING;
}

/*
 * Any name, unquoted into *name.
 */
static bool
parse_name(Parser *p, char **name)
{
	if (!at_name(p))
		return unexpected(p);
	*name = dialect_name(&p->lexer, &p->token);
	advance(p);
	return true;
}

/*
 * ( expression ) with the opening parenthesis in hand. *body is the text from
 * the first token inside to the last one: comments at its ends would swallow
 * what a caller writes behind it.
 */
static bool
parse_expression(Parser *p, char **body)
{
	int			depth = 0;
	int			start;
	int			end;

	if (!expect_mark(p, "("))
		return false;
	start = end = p->token.start;
	while (depth > 0 || !at_mark(p, ")"))
	{
		if (p->token.kind == DIALECT_END || p->token.kind == DIALECT_ERROR || at_mark(p, ";"))
			return unexpected(p);
		if (at_mark(p, "("))
			depth++;
		else if (at_mark(p, ")"))
			depth--;
		end = p->token.start + p->token.len;
		advance(p);
	}
	if (end == start)
		return unexpected(p);
	*body = pnstrdup(p->lexer.text + start, end - start);
	advance(p);
	return true;
}

/*
 * [ON CONFLICT resolution]
 */
static bool
parse_conflict(Parser *p, DialectClause *clause)
{
	static const char *const resolutions[] = {"rollback", "abort", "fail", "ignore", "replace"};
	int			i;

	if (!accept_keyword(p, KW_ON))
		return true;
	if (!expect_word(p, "conflict"))
		return false;
	for (i = 0; i < lengthof(resolutions); i++)
	{
		if (accept_word(p, resolutions[i]))
		{
			if (clause != NULL)
				clause->conflict = pstrdup(resolutions[i]);
			return true;
		}
	}
	return unexpected(p);
}

/*
 * [ASC|DESC]
 */
static bool
parse_direction(Parser *p)
{
	if (accept_word(p, "desc"))
		return true;
	(void) accept_word(p, "asc");
	return false;
}

/*
 * [COLLATE name]; *collation is left alone when there is none.
 */
static bool
parse_collation(Parser *p, char **collation)
{
	if (!accept_keyword(p, KW_COLLATE))
		return true;
	if (p->keyword == KW_JOIN)
		return unexpected(p);
	return parse_name(p, collation);
}

/*
 * ( name, ... ), the opening parenthesis in hand. Old files have collations
 * and directions in such a list, which mean nothing.
 */
static bool
parse_name_list(Parser *p, List **names)
{
	char	   *name;
	char	   *ignored;

	do
	{
		advance(p);
		if (!parse_name(p, &name) || !parse_collation(p, &ignored))
			return false;
		(void) parse_direction(p);
		*names = lappend(*names, name);
	} while (at_mark(p, ","));
	return expect_mark(p, ")");
}

/* ---- REFERENCES ---- */

/*
 * What may follow ON DELETE and ON UPDATE; PRAGMA foreign_key_list tells it,
 * so it is checked and forgotten.
 */
static bool
parse_action(Parser *p)
{
	if (accept_keyword(p, KW_SET))
		return accept_keyword(p, KW_NULL) || expect_keyword(p, KW_DEFAULT);
	if (accept_word(p, "no"))
		return expect_word(p, "action");
	return accept_word(p, "cascade") || expect_word(p, "restrict");
}

/*
 * REFERENCES parent [(columns)] [MATCH name] [ON event action] ... into
 * "clause", the word REFERENCES in hand.
 */
static bool
parse_references(Parser *p, DialectClause *clause)
{
	char	   *match;

	advance(p);
	if (!parse_name(p, &clause->body))
		return false;
	if (at_mark(p, "(") && !parse_name_list(p, &clause->parent_columns))
		return false;
	for (;;)
	{
		if (accept_word(p, "match"))
		{
			if (!parse_name(p, &match))
				return false;
		}
		else if (accept_keyword(p, KW_ON))
		{
			if (!accept_keyword(p, KW_DELETE) && !accept_keyword(p, KW_UPDATE) &&
				!expect_keyword(p, KW_INSERT))
				return false;
			if (!parse_action(p))
				return false;
		}
		else
			break;
	}
	p->foreign_key = clause;
	return true;
}

/*
 * DEFERRABLE [INITIALLY DEFERRED|IMMEDIATE], that word in hand. It means the
 * last foreign key of the table so far, wherever that was written, and
 * nothing when there is none.
 */
static bool
parse_deferrable(Parser *p, bool negated)
{
	bool		deferred = false;

	advance(p);
	if (accept_word(p, "initially"))
	{
		deferred = accept_word(p, "deferred");
		if (!deferred && !expect_word(p, "immediate"))
			return false;
	}
	if (p->foreign_key != NULL)
	{
		p->foreign_key->deferrable = !negated;
		p->foreign_key->deferred = !negated && deferred;
	}
	return true;
}

static bool
parse_deferrable_clause(Parser *p)
{
	return parse_deferrable(p, false);
}

/* ---- constraints of a column ---- */

/*
 * DEFAULT followed by a literal, a word, a number with a sign, or ( … ).
 */
static bool
parse_default(Parser *p)
{
	DialectClause *clause = add_clause(p, "default");
	int			start;
	bool		has_sign;

	advance(p);
	if (at_mark(p, "("))
		return parse_expression(p, &clause->body);

	start = p->token.start;
	has_sign = accept_mark(p, "+") || accept_mark(p, "-");
	switch (p->token.kind)
	{
		case DIALECT_NUMBER:
		case DIALECT_STRING:
		case DIALECT_BLOB:
			break;
		case DIALECT_QUOTED:
			if (has_sign)
				return unexpected(p);
			break;
		case DIALECT_WORD:
			if (p->keyword == KW_NULL || at_word(p, "current_date") ||
				at_word(p, "current_time") || at_word(p, "current_timestamp"))
				break;
			if (!has_sign && (p->keyword == KW_PLAIN || at_word(p, "indexed")))
				break;
			return unexpected(p);
		default:
			return unexpected(p);
	}
	clause->body = pnstrdup(p->lexer.text + start, p->token.start + p->token.len - start);
	advance(p);
	return true;
}

/*
 * NULL [ON CONFLICT …], which forbids nothing.
 */
static bool
parse_null(Parser *p)
{
	advance(p);
	p->constraint_name = NULL;
	return parse_conflict(p, NULL);
}

/*
 * NOT NULL or NOT DEFERRABLE
 */
static bool
parse_not(Parser *p)
{
	advance(p);
	if (p->keyword == KW_DEFERRABLE)
		return parse_deferrable(p, true);
	if (!expect_keyword(p, KW_NULL))
		return false;
	return parse_conflict(p, add_clause(p, "not null"));
}

/*
 * PRIMARY KEY [ASC|DESC] [ON CONFLICT …] [AUTOINCREMENT]
 */
static bool
parse_column_primary_key(Parser *p)
{
	DialectClause *clause = add_clause(p, "primary key");

	advance(p);
	if (!expect_word(p, "key"))
		return false;
	clause->descending = parse_direction(p);
	if (!parse_conflict(p, clause))
		return false;
	clause->autoincrement = accept_keyword(p, KW_AUTOINCREMENT);
	return true;
}

static bool
parse_column_unique(Parser *p)
{
	advance(p);
	return parse_conflict(p, add_clause(p, "unique"));
}

static bool
parse_column_check(Parser *p)
{
	DialectClause *clause = add_clause(p, "check");

	advance(p);
	return parse_expression(p, &clause->body);
}

static bool
parse_column_references(Parser *p)
{
	return parse_references(p, add_clause(p, "foreign key"));
}

static bool
parse_column_collate(Parser *p)
{
	DialectClause *clause = add_clause(p, "collate");

	return parse_collation(p, &clause->body);
}

/*
 * AS ( expression ) [VIRTUAL|STORED]
 */
static bool
parse_generated(Parser *p)
{
	DialectClause *clause = add_clause(p, "generated");

	advance(p);
	if (!parse_expression(p, &clause->body))
		return false;
	clause->stored = accept_word(p, "stored");
	if (!clause->stored)
		(void) accept_word(p, "virtual");
	return true;
}

/*
 * name [type] [constraint …]
 */
static bool
parse_column(Parser *p)
{
	static const ClauseRule rules[] = {
		{KW_CONSTRAINT, parse_constraint_name},
		{KW_DEFAULT, parse_default},
		{KW_NULL, parse_null},
		{KW_NOT, parse_not},
		{KW_PRIMARY, parse_column_primary_key},
		{KW_UNIQUE, parse_column_unique},
		{KW_CHECK, parse_column_check},
		{KW_REFERENCES, parse_column_references},
		{KW_DEFERRABLE, parse_deferrable_clause},
		{KW_COLLATE, parse_column_collate},
		{KW_AS, parse_generated}
	};
	char	   *name;
	bool		found = true;

	p->constraint_name = NULL;
	if (!parse_name(p, &name) || !parse_type(p))
		return false;
	p->column = name;
	while (found)
	{
		/* behind a type these two words are names; parse_type has taken them there */
		if (accept_word(p, "generated") && (!expect_word(p, "always") || p->keyword != KW_AS))
			return unexpected(p);
		if (!parse_rules(p, rules, lengthof(rules), &found))
			return false;
	}
	p->column = NULL;
	return true;
}

/*
 * The declared type: any number of words that are not reserved, then
 * (number) or (number, number). GENERATED ALWAYS that follow a word are taken
 * for a part of it, in SQLite as well: AS is what counts.
 */
static bool
parse_type(Parser *p)
{
	bool		is_empty = true;
	int			numbers;

	while (p->keyword == KW_PLAIN || p->token.kind == DIALECT_QUOTED || p->token.kind == DIALECT_STRING)
	{
		is_empty = false;
		advance(p);
	}
	if (is_empty || !at_mark(p, "("))
		return true;
	for (numbers = 0; numbers < 2; numbers++)
	{
		advance(p);
		if (!accept_mark(p, "+"))
			(void) accept_mark(p, "-");
		if (p->token.kind != DIALECT_NUMBER)
			return unexpected(p);
		advance(p);
		if (!at_mark(p, ","))
			break;
	}
	return expect_mark(p, ")");
}

/* ---- constraints of the table ---- */

/*
 * One element of the list of a PRIMARY KEY or UNIQUE constraint; *name is
 * NULL when it is an expression. Parentheses around a name and a collation
 * change nothing about what the name means.
 */
static bool
parse_key_element(Parser *p, char **name)
{
	char	   *ignored;
	int			depth = 0;

	*name = NULL;
	while (accept_mark(p, "("))
		depth++;
	if (at_name(p))
	{
		if (!parse_name(p, name))
			return false;
		while (p->keyword == KW_COLLATE || (depth > 0 && at_mark(p, ")")))
		{
			if (accept_mark(p, ")"))
				depth--;
			else if (!parse_collation(p, &ignored))
				return false;
		}
		if (depth == 0)
			(void) parse_direction(p);
		if (depth == 0 && (at_mark(p, ",") || at_mark(p, ")") || p->keyword == KW_AUTOINCREMENT))
			return true;
		*name = NULL;
	}

	/* an expression: on to the mark that ends it */
	while (depth > 0 || !(at_mark(p, ",") || at_mark(p, ")") || p->keyword == KW_AUTOINCREMENT))
	{
		if (p->token.kind == DIALECT_END || p->token.kind == DIALECT_ERROR || at_mark(p, ";"))
			return unexpected(p);
		if (at_mark(p, "("))
			depth++;
		else if (at_mark(p, ")"))
			depth--;
		advance(p);
	}
	return true;
}

/*
 * ( element, … [AUTOINCREMENT] ) [ON CONFLICT …]. Names only when every
 * element is one: half a key would be a wrong key.
 */
static bool
parse_key(Parser *p, DialectClause *clause)
{
	List	   *names = NIL;
	bool		all_names = true;
	char	   *name;

	if (!at_mark(p, "("))
		return unexpected(p);
	do
	{
		advance(p);
		if (at_mark(p, ",") || at_mark(p, ")") || p->keyword == KW_AUTOINCREMENT)
			return unexpected(p);
		if (!parse_key_element(p, &name))
			return false;
		if (name != NULL)
			names = lappend(names, name);
		else
			all_names = false;
	} while (at_mark(p, ","));
	if (all_names)
		clause->columns = names;

	if (strcmp(clause->clause, "primary key") == 0)
		clause->autoincrement = accept_keyword(p, KW_AUTOINCREMENT);
	return expect_mark(p, ")") && parse_conflict(p, clause);
}

static bool
parse_primary_key(Parser *p)
{
	advance(p);
	return expect_word(p, "key") && parse_key(p, add_clause(p, "primary key"));
}

static bool
parse_unique(Parser *p)
{
	advance(p);
	return parse_key(p, add_clause(p, "unique"));
}

/*
 * CHECK ( expression ) [ON CONFLICT …]
 */
static bool
parse_check(Parser *p)
{
	DialectClause *clause = add_clause(p, "check");

	advance(p);
	return parse_expression(p, &clause->body) && parse_conflict(p, clause);
}

/*
 * FOREIGN KEY (columns) REFERENCES … [[NOT] DEFERRABLE …]
 */
static bool
parse_foreign_key(Parser *p)
{
	DialectClause *clause = add_clause(p, "foreign key");

	advance(p);
	if (!expect_word(p, "key"))
		return false;
	if (!at_mark(p, "(") || !parse_name_list(p, &clause->columns))
		return unexpected(p);
	if (p->keyword != KW_REFERENCES || !parse_references(p, clause))
		return unexpected(p);
	if (p->keyword == KW_DEFERRABLE)
		return parse_deferrable(p, false);
	if (accept_keyword(p, KW_NOT))
		return p->keyword == KW_DEFERRABLE ? parse_deferrable(p, true) : unexpected(p);
	return true;
}

static const ClauseRule table_rules[] = {
	{KW_CONSTRAINT, parse_constraint_name},
	{KW_PRIMARY, parse_primary_key},
	{KW_UNIQUE, parse_unique},
	{KW_CHECK, parse_check},
	{KW_FOREIGN, parse_foreign_key}
};

/*
 * Parses the clause whose first word is in hand. *found is false when none of
 * the rules begins with it; returns false when the clause is broken.
 */
static bool
parse_rules(Parser *p, const ClauseRule *rules, int nrules, bool *found)
{
	int			i;

	for (i = 0; i < nrules; i++)
	{
		if (rules[i].keyword == p->keyword)
		{
			*found = true;
			return rules[i].parse(p);
		}
	}
	*found = false;
	return true;
}

/*
 * ( column, … [, constraint …] ). Between constraints the comma may be
 * missing; between a column and a constraint it may not.
 */
static bool
parse_body(Parser *p)
{
	bool		found = false;

	if (!expect_mark(p, "("))
		return false;
	if (!parse_column(p))
		return false;
	while (accept_mark(p, ","))
	{
		p->constraint_name = NULL;
		if (!parse_rules(p, table_rules, lengthof(table_rules), &found))
			return false;
		if (found)
			break;
		if (!parse_column(p))
			return false;
	}
	while (found)
	{
		bool		comma = accept_mark(p, ",");

		if (comma)
			p->constraint_name = NULL;
		if (!parse_rules(p, table_rules, lengthof(table_rules), &found))
			return false;
		if (comma && !found)
			return unexpected(p);
	}
	return expect_mark(p, ")");
}

/*
 * [WITHOUT ROWID] [, STRICT] [;]
 */
static bool
parse_options(Parser *p)
{
	if (p->token.kind == DIALECT_WORD)
	{
		do
		{
			if (accept_word(p, "without"))
			{
				if (!expect_word(p, "rowid"))
					return false;
			}
			else if (!expect_word(p, "strict"))
				return false;
		} while (accept_mark(p, ","));
	}
	while (accept_mark(p, ";"))
		;
	return p->token.kind == DIALECT_END || unexpected(p);
}
