/*-------------------------------------------------------------------------
 *
 * dialect_parser.h
 *	  For the parsers of this layer only: the token in hand and what may be
 *	  asked of it. All functions that return bool can be chained: false from
 *	  expect_, parse_, fail or unexpected means that "error" is set.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_DIALECT_PARSER_H
#define SQLITE_FDW_MIG_DIALECT_PARSER_H

#include "dialect/dialect.h"

/* Keywords that the parsers ask for; the others of their class are OTHER. */
typedef enum DialectKeyword
{
	KW_NONE,					/* no bare word */
	KW_PLAIN,					/* a word that is a name anywhere */
	KW_JOIN,					/* a name, but neither a type nor a value */
	KW_OTHER,					/* reserved, asked for nowhere */
	KW_AS, KW_AUTOINCREMENT, KW_CHECK, KW_COLLATE, KW_CONSTRAINT, KW_CREATE, KW_DEFAULT,
	KW_DEFERRABLE, KW_DELETE, KW_EXISTS, KW_FOREIGN, KW_INSERT, KW_NOT, KW_NULL, KW_ON,
	KW_PRIMARY, KW_REFERENCES, KW_SET, KW_TABLE, KW_UNIQUE, KW_UPDATE
} DialectKeyword;

typedef struct DialectParser
{
	DialectLexer lexer;
	DialectToken token;			/* the token in hand */
	DialectKeyword keyword;		/* what it is when it is a bare word */
	int			last_end;		/* where the token before that one ended */
	int			depth;			/* of rules that call themselves */
	List	   *open_ctes;		/* DialectCte whose query is being parsed, innermost first */
	bool		lost_trigger;	/* a damaged trigger had no end: its body is not passed over any more */
	char	   *error;			/* the first thing that was not understood, palloc'd; NULL so far */
	int			error_at;		/* the byte where that is */
} DialectParser;

/* in dialect_parser.c */

extern void dialect_parser_init(DialectParser *p, const char *sql);
extern void dialect_advance(DialectParser *p);

/* Is this the token in hand? Words are written in lower case here. */
extern bool dialect_at_mark(const DialectParser *p, const char *mark);
extern bool dialect_at_word(const DialectParser *p, const char *word);
extern bool dialect_at_name(const DialectParser *p);
extern bool dialect_at_alias(const DialectParser *p);

/* The token behind the one in hand. */
extern DialectToken dialect_peek(const DialectParser *p);
extern bool dialect_is_mark(const DialectParser *p, DialectToken token, const char *mark);
extern bool dialect_is_word(const DialectParser *p, DialectToken token, const char *word);

/* The same, and moves over it if it is. */
extern bool dialect_accept_keyword(DialectParser *p, DialectKeyword keyword);
extern bool dialect_accept_mark(DialectParser *p, const char *mark);
extern bool dialect_accept_word(DialectParser *p, const char *word);

/* The same, and fails if it is not. */
extern bool dialect_expect_keyword(DialectParser *p, DialectKeyword keyword);
extern bool dialect_expect_mark(DialectParser *p, const char *mark);
extern bool dialect_expect_word(DialectParser *p, const char *word);

/*
 * Remembers a reason, or that the token in hand is none that may stand here;
 * always false. From then on the text is at its end, so that loops end and
 * the parsers of statements need not ask after each step.
 */
extern bool dialect_fail(DialectParser *p, const char *reason);
extern bool dialect_unexpected(DialectParser *p);

/* Any name, unquoted; ( expression ) as text; one token of an expression. What they return is palloc'd. */
extern bool dialect_parse_name(DialectParser *p, char **name);
extern bool dialect_parse_expression(DialectParser *p, char **body);
extern bool dialect_pass(DialectParser *p, int *depth);

/* Around a rule that calls itself; false when it may not any more. */
extern bool dialect_enter(DialectParser *p);
extern void dialect_leave(DialectParser *p);

#endif							/* SQLITE_FDW_MIG_DIALECT_PARSER_H */
