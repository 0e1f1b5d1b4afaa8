/*-------------------------------------------------------------------------
 *
 * dialect.h
 *	  SQLite SQL text: tokens, the clauses of CREATE TABLE, and the translation
 *	  into PostgreSQL's SQL. Text in, text out; knows no catalog and no database
 *	  handle. Time and memory are linear in the text; nesting is limited.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_DIALECT_H
#define SQLITE_FDW_MIG_DIALECT_H

#include "base/base.h"

#include "nodes/pg_list.h"

/* in dialect_token.c */

typedef enum DialectTokenKind
{
	DIALECT_END,				/* end of the text */
	DIALECT_WORD,				/* bare identifier or keyword */
	DIALECT_QUOTED,				/* "x", [x] or `x` */
	DIALECT_STRING,				/* 'x' */
	DIALECT_BLOB,				/* x'00' */
	DIALECT_NUMBER,
	DIALECT_PARAMETER,			/* ? ?1 :a @a $a */
	DIALECT_OPERATOR,			/* one operator or punctuation mark */
	DIALECT_ERROR				/* unterminated or illegal; the text goes to the end */
} DialectTokenKind;

typedef struct DialectToken
{
	DialectTokenKind kind;
	int			start;			/* byte offset in the text */
	int			len;			/* bytes */
} DialectToken;

typedef struct DialectLexer
{
	const char *text;
	int			len;
	int			pos;
} DialectLexer;

extern void dialect_lex_init(DialectLexer *lexer, const char *text);

/* Next token; white space and comments are skipped. */
extern DialectToken dialect_lex(DialectLexer *lexer);

/* The name that a WORD, QUOTED or STRING token stands for, unquoted; palloc'd. */
extern char *dialect_name(const DialectLexer *lexer, const DialectToken *token);

/* in dialect_table.c */

/* One clause of a CREATE TABLE that PRAGMAs do not tell, or not wholly. */
typedef struct DialectClause
{
	const char *clause;			/* "primary key","unique","check","foreign key","default","collate","generated","not null" */
	char	   *name;			/* CONSTRAINT name, NULL if none */
	char	   *column;			/* column it was written with, NULL for a table constraint */
	List	   *columns;		/* names (char *) in the parentheses of a table constraint, NIL if an expression */
	char	   *body;			/* check/default/generated: the expression text; foreign key: parent table; collate: collation; else NULL */
	List	   *parent_columns; /* foreign key: names, NIL if none were given */
	char	   *conflict;		/* ON CONFLICT resolution, NULL if none */
	bool		stored;			/* generated: STORED */
	bool		deferrable;
	bool		deferred;		/* INITIALLY DEFERRED */
	bool		autoincrement;
	bool		descending;		/* PRIMARY KEY DESC of a column */
} DialectClause;

/*
 * Clauses of a CREATE TABLE statement in order of appearance: list of
 * DialectClause, palloc'd. NIL and *error = reason when the text is none or
 * cannot be understood (CREATE TABLE … AS, virtual tables, damage).
 */
extern List *dialect_table_clauses(const char *sql, char **error);

/* in dialect_comment.c */

typedef struct DialectComment
{
	char	   *column;			/* NULL: of the table */
	StringInfo	text;
} DialectComment;

/* What the comments of a CREATE TABLE say of the table and of single columns, where that is clear. */
extern List *dialect_table_comments(const char *sql);

/* in dialect_virtual.c */

/* An argument of a virtual table: "name = value" as full-text tables take their options, or "name rest" as for a column. */
typedef struct DialectArgument
{
	char	   *name;			/* without quotes; NULL if it does not begin with a name */
	char	   *value;			/* of an option, without quotes around it; NULL for a column */
	char	   *rest;			/* of a column: what follows its name, as written; NULL if nothing does */
} DialectArgument;

/* The arguments of CREATE VIRTUAL TABLE: list of DialectArgument, palloc'd; *module = NULL if the text is none. */
extern List *dialect_virtual_table(const char *sql, char **module);

/* in dialect_index.c */

/* What an index is on: list of char *, palloc'd; *condition is what stands behind WHERE, NULL if nothing does. */
extern List *dialect_index_terms(const char *sql, char **condition);

/* in dialect_translate.c */

typedef struct DialectTranslator DialectTranslator;

/* What a translation has to say about one place of the text; see dialect_finding.c. */
typedef struct DialectPlacedFinding
{
	int			position;		/* characters from 1, as are line and column */
	int			line;
	int			column;
	const char *severity;		/* info, warning, blocker */
	const char *rule;
	const char *message;
	const char *advice;
} DialectPlacedFinding;

typedef struct DialectTranslation
{
	int			statement;		/* number in the script, from 1 */
	char	   *original;
	char	   *translated;		/* NULL if a finding is a blocker */
	List	   *findings;		/* of DialectPlacedFinding, in the order of the text */
} DialectTranslation;

extern DialectTranslator *dialect_translator(const char *sql);

/* What the caller knows: CREATE statements, or single columns with their names in both databases. */
extern void dialect_learn(DialectTranslator *t, const char *schema);
extern void dialect_learn_column(DialectTranslator *t, const char *table, const char *target_table, const char *column, const char *target,
								 const char *type, const char *flags);

/* Schema that tables, views and functions of the translation are in; none when nobody says so. */
extern void dialect_set_schema(DialectTranslator *t, const char *schema);

/* The statements of a script one by one, or the whole text as one expression. None of them throws for any text. */
extern bool dialect_next(DialectTranslator *t, DialectTranslation *translation);
extern void dialect_expression(DialectTranslator *t, const char *table, bool is_condition, const char *type, bool immutable,
							   DialectTranslation *translation);

/* in dialect_placeholder.c */

typedef enum DialectPlaceholderStyle
{
	PLACEHOLDER_FORMAT,			/* %s */
	PLACEHOLDER_PYFORMAT,		/* %(name)s */
	PLACEHOLDER_NUMERIC			/* $1 */
} DialectPlaceholderStyle;

extern char *dialect_placeholders(const char *sql, DialectPlaceholderStyle style);

/* in dialect_layout.c */

/* A statement of PostgreSQL's SQL in lines, palloc'd; the same text but for blanks. */
extern char *dialect_layout(const char *sql, int width);

#endif							/* SQLITE_FDW_MIG_DIALECT_H */
