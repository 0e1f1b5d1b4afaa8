/*-------------------------------------------------------------------------
 *
 * dialect_ast.h
 *	  What the parser of SQLite's statements makes and the writer reads:
 *	  expressions, queries, statements. For this layer only.
 *
 * Every node is palloc'd and never freed by itself. Positions are bytes of the
 * text that was parsed. No tree is higher than DIALECT_MAX_DEPTH, so whoever
 * walks one may recurse.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_DIALECT_AST_H
#define SQLITE_FDW_MIG_DIALECT_AST_H

#include "dialect/dialect_parser.h"

/* SQLite's own limits: height of an expression, terms of a compound, tables of a join. */
#define DIALECT_MAX_DEPTH 1000
#define DIALECT_MAX_TERMS 500
#define DIALECT_MAX_TABLES 64
#define DIALECT_MAX_COLUMNS 2000

typedef struct DialectExpr DialectExpr;
typedef struct DialectSelect DialectSelect;
typedef struct DialectFrom DialectFrom;
typedef struct DialectWindow DialectWindow;
typedef struct DialectRelation DialectRelation;
typedef struct DialectScope DialectScope;

/* What a value is, as far as the text tells: SQLite's classes and the target's types that matter. */
typedef enum DialectType
{
	TYPE_UNSET = 0,				/* nobody has asked yet */
	TYPE_UNKNOWN,
	TYPE_NULL,
	TYPE_BOOL,
	TYPE_INT,
	TYPE_REAL,
	TYPE_NUMERIC,
	TYPE_TEXT,
	TYPE_DYNAMIC,				/* text in PostgreSQL, any scalar in SQLite: what ->> gives */
	TYPE_BLOB,
	TYPE_JSON,
	TYPE_DATE,
	TYPE_TIME,
	TYPE_TIMESTAMP,
	TYPE_TIMESTAMPTZ,
	TYPE_OTHER					/* known, and none of these */
} DialectType;

typedef enum DialectExprKind
{
	EXPR_NULL,
	EXPR_NUMBER,				/* text: as written */
	EXPR_STRING,				/* text: the value */
	EXPR_BLOB,					/* text: hex digits */
	EXPR_BOOL,					/* TRUE, FALSE: text */
	EXPR_NOW,					/* CURRENT_DATE, _TIME, _TIMESTAMP: text in lower case */
	EXPR_PARAMETER,				/* text: as written */
	EXPR_COLUMN,				/* schema.table.text */
	EXPR_STAR,					/* * or table.* */
	EXPR_UNARY,					/* op left */
	EXPR_BINARY,				/* left op right */
	EXPR_LIKE,					/* left [NOT] op right [ESCAPE third] */
	EXPR_BETWEEN,				/* left [NOT] BETWEEN right AND third */
	EXPR_IN,					/* left [NOT] IN (args | select | from) */
	EXPR_CASE,					/* CASE left WHEN args[0] THEN args[1] … ELSE right */
	EXPR_CAST,					/* CAST (left AS text) */
	EXPR_COLLATE,				/* left COLLATE text */
	EXPR_FUNCTION,				/* text(args) FILTER (third) OVER window */
	EXPR_EXISTS,				/* EXISTS (select) */
	EXPR_SUBQUERY,				/* (select) */
	EXPR_ROW,					/* (args), two or more */
	EXPR_RAISE					/* RAISE(text, left) */
} DialectExprKind;

typedef enum DialectOp
{
	OP_NONE,
	OP_OR, OP_AND, OP_NOT,
	OP_EQ, OP_NE, OP_IS, OP_IS_NOT, OP_ISNULL, OP_NOTNULL,
	OP_LIKE, OP_GLOB, OP_REGEXP, OP_MATCH, OP_IN, OP_BETWEEN,
	OP_LT, OP_LE, OP_GT, OP_GE,
	OP_BITAND, OP_BITOR, OP_LSHIFT, OP_RSHIFT,
	OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD,
	OP_CONCAT, OP_ARROW, OP_ARROW2, OP_COLLATE,
	OP_NEG, OP_POS, OP_BITNOT
} DialectOp;

struct DialectExpr
{
	DialectExprKind kind;
	DialectOp	op;
	bool		negated;		/* NOT LIKE, NOT IN, NOT BETWEEN, NOT EXISTS */
	bool		distinct;		/* f(DISTINCT …) */
	bool		star;			/* f(*) */
	bool		quoted;			/* a column whose name was in "…" and may be a string */
	int			start;			/* first byte */
	int			end;			/* behind the last byte */
	int			at;				/* the operator or the word that a finding points to */
	int			height;			/* of the tree below, itself counted */
	char	   *text;
	char	   *table;			/* qualifier of a column or star */
	char	   *schema;			/* qualifier of that */
	DialectExpr *left;
	DialectExpr *right;
	DialectExpr *third;
	List	   *args;			/* of DialectExpr */
	List	   *order;			/* ORDER BY inside an aggregate: of DialectTerm */
	DialectSelect *select;
	DialectFrom *from;			/* x IN table */
	DialectWindow *window;		/* OVER */
	DialectType type;			/* memo of dialect_type() */
};

/* A term of ORDER BY, or a column of an index. */
typedef struct DialectTerm
{
	DialectExpr *expr;
	bool		descending;
	int			nulls;			/* 0 not said, 1 FIRST, 2 LAST */
} DialectTerm;

struct DialectWindow
{
	char	   *name;			/* of WINDOW name AS; NULL in OVER (…) */
	char	   *base;			/* OVER name, or the window that (name …) adds to */
	bool		bare;			/* OVER name without parentheses */
	List	   *partition;		/* of DialectExpr */
	List	   *order;			/* of DialectTerm */
	char	   *frame;			/* ROWS, RANGE, GROUPS; NULL if there is no frame */
	char	   *bounds[2];		/* words of the two bounds, the second may be NULL */
	DialectExpr *offsets[2];	/* expression before PRECEDING or FOLLOWING */
	char	   *exclude;		/* words behind EXCLUDE */
};

/* A result column of a query, or of RETURNING. */
typedef struct DialectResult
{
	DialectExpr *expr;
	char	   *alias;
	char	   *source;			/* the text, by which SQLite names a column without alias */
	bool		is_wanted;		/* somebody uses that name */
} DialectResult;

typedef enum DialectJoin
{
	FROM_FIRST,					/* the first table */
	FROM_COMMA,
	FROM_INNER,
	FROM_CROSS,
	FROM_LEFT,
	FROM_RIGHT,
	FROM_FULL
} DialectJoin;

/* One table of a FROM clause, with the join that attaches it to those before it. */
struct DialectFrom
{
	DialectJoin join;
	bool		natural;
	DialectExpr *on;
	List	   *using;			/* names (char *) */
	char	   *schema;
	char	   *table;			/* name; NULL for a subquery or a join in parentheses */
	char	   *alias;
	bool		is_function;	/* table(args) */
	List	   *args;
	DialectSelect *select;		/* subquery */
	List	   *items;			/* join in parentheses: of DialectFrom */
	int			start;
	int			end;
	int			index_at;		/* INDEXED BY or NOT INDEXED begins here, -1 if nowhere */
	DialectRelation *relation;	/* memo of the writer */
	bool		unmerged;		/* memo of the writer: USING is written as ON */
};

/* WITH name (columns) AS (select) */
typedef struct DialectCte
{
	char	   *name;
	List	   *columns;		/* names (char *) */
	int			materialized;	/* 0 not said, 1 MATERIALIZED, 2 NOT MATERIALIZED */
	bool		is_recursive;	/* its query names it */
	DialectSelect *select;
	int			start;
	DialectRelation *relation;	/* memo of the writer */
} DialectCte;

/* One SELECT or VALUES of a compound. */
typedef struct DialectCore
{
	char	   *operator;		/* UNION, UNION ALL, INTERSECT, EXCEPT before it; NULL for the first */
	bool		is_values;
	List	   *rows;			/* VALUES: List of lists of DialectExpr */
	bool		distinct;
	List	   *results;		/* of DialectResult */
	List	   *from;			/* of DialectFrom */
	DialectExpr *where;
	List	   *group;			/* of DialectExpr */
	DialectExpr *having;
	List	   *windows;		/* of DialectWindow */
	int			start;
	DialectScope *scope;		/* memo of the writer */
	void	   *names;			/* memo of the writer: result columns by name */
} DialectCore;

struct DialectSelect
{
	bool		recursive;		/* WITH RECURSIVE */
	List	   *ctes;			/* of DialectCte */
	List	   *cores;			/* of DialectCore */
	List	   *order;			/* of DialectTerm */
	DialectExpr *limit;
	DialectExpr *offset;
	int			height;
	int			start;
	int			end;
	DialectScope *scope;		/* memo of the writer: where its CTEs are known */
};

/* col = expr, or (col, …) = expr */
typedef struct DialectSet
{
	List	   *columns;		/* names (char *) */
	DialectExpr *expr;
} DialectSet;

/* ON CONFLICT (target) WHERE … DO … */
typedef struct DialectUpsert
{
	List	   *target;			/* of DialectTerm */
	DialectExpr *target_where;
	bool		do_update;
	List	   *sets;			/* of DialectSet */
	DialectExpr *where;
	int			start;
} DialectUpsert;

typedef enum DialectStatementKind
{
	STMT_EMPTY,
	STMT_SELECT,
	STMT_INSERT,
	STMT_UPDATE,
	STMT_DELETE,
	STMT_CREATE_TABLE,
	STMT_CREATE_TABLE_AS,
	STMT_CREATE_VIRTUAL,
	STMT_CREATE_INDEX,
	STMT_CREATE_VIEW,
	STMT_CREATE_TRIGGER,
	STMT_ALTER,
	STMT_DROP,
	STMT_PRAGMA,
	STMT_ATTACH,
	STMT_DETACH,
	STMT_TRANSACTION,			/* BEGIN … RELEASE */
	STMT_MAINTENANCE,			/* VACUUM, ANALYZE, REINDEX */
	STMT_ERROR
} DialectStatementKind;

/* A column of CREATE TABLE, or of ALTER TABLE ADD COLUMN. */
typedef struct DialectColumnDef
{
	char	   *name;
	char	   *type;			/* as declared, NULL if not */
	List	   *constraints;	/* of DialectRule */
	int			start;
} DialectColumnDef;

typedef enum DialectRuleKind
{
	RULE_PRIMARY_KEY, RULE_UNIQUE, RULE_NOT_NULL, RULE_CHECK, RULE_DEFAULT,
	RULE_COLLATE, RULE_GENERATED, RULE_FOREIGN_KEY
} DialectRuleKind;

typedef struct DialectRule
{
	DialectRuleKind kind;
	char	   *name;
	DialectExpr *expr;			/* check, default, generated */
	List	   *terms;			/* key of a table constraint: of DialectTerm */
	List	   *columns;		/* foreign key of a table: names */
	char	   *text;			/* collation, or parent table */
	List	   *parent_columns;
	char	   *actions;		/* " ON DELETE CASCADE …", as PostgreSQL says it */
	char	   *conflict;		/* ON CONFLICT */
	bool		descending;
	bool		autoincrement;
	bool		stored;
	bool		deferrable;
	bool		deferred;
	int			start;
} DialectRule;

typedef struct DialectStatement
{
	DialectStatementKind kind;
	int			start;
	int			end;
	char	   *error;			/* STMT_ERROR */
	int			error_at;
	bool		explain;
	char	   *word;			/* the verb in upper case: VACUUM, RELEASE; INSERT's OR; object kind of DROP */
	int			word_at;
	bool		temporary;
	bool		if_exists;		/* or IF NOT EXISTS */
	bool		unique;
	bool		without_rowid;
	bool		strict;
	char	   *schema;
	char	   *name;			/* table, view, index, trigger, savepoint, pragma */
	int			name_at;
	char	   *alias;
	char	   *table;			/* of an index or trigger */
	char	   *new_name;		/* ALTER … RENAME */
	char	   *old_name;		/* ALTER … RENAME COLUMN, DROP COLUMN */
	DialectSelect *with;		/* CTEs before INSERT, UPDATE, DELETE */
	DialectSelect *select;		/* query; source of INSERT, view, CREATE TABLE AS */
	List	   *columns;		/* names (char *); of CREATE TABLE: DialectColumnDef */
	List	   *constraints;	/* of CREATE TABLE */
	List	   *terms;			/* of an index; ORDER BY of DELETE and UPDATE */
	List	   *sets;			/* UPDATE */
	List	   *from;			/* UPDATE … FROM */
	DialectExpr *where;			/* also WHEN of a trigger */
	DialectExpr *limit;
	List	   *upserts;		/* INSERT */
	List	   *returning;		/* of DialectResult */
	char	   *timing;			/* trigger: BEFORE, AFTER, INSTEAD OF */
	char	   *event;			/* trigger: INSERT, UPDATE, DELETE */
	List	   *body;			/* trigger: of DialectStatement */
} DialectStatement;

/* in dialect_expr.c */

/* Where the grammar leaves no other choice, each gives a node, also when the text is wrong: the parser has its reason then. */
extern DialectExpr *dialect_parse_expr(DialectParser *p);
extern List *dialect_parse_exprs(DialectParser *p);
extern List *dialect_parse_terms(DialectParser *p);
extern bool dialect_constant_word(DialectParser *p, DialectExpr *e);
extern DialectExpr *dialect_new_expr(DialectExprKind kind, int start);

/* in dialect_window.c */

extern DialectWindow *dialect_parse_window(DialectParser *p);

/* in dialect_select.c */

extern DialectSelect *dialect_parse_select(DialectParser *p);
extern DialectSelect *dialect_parse_with(DialectParser *p);
extern void dialect_parse_query(DialectParser *p, DialectSelect *select);
extern List *dialect_parse_from(DialectParser *p);

/* [schema.]name, or a call of a table function; false when there is no name. */
extern bool dialect_parse_named(DialectParser *p, DialectFrom *from);
extern List *dialect_parse_results(DialectParser *p);
extern List *dialect_parse_names(DialectParser *p);
extern bool dialect_at_select(const DialectParser *p);

/* in dialect_statement.c */

extern DialectStatement *dialect_parse_statement(DialectParser *p);

/* [schema.]name into the statement. */
extern void dialect_parse_qualified(DialectParser *p, DialectStatement *s);

/* One statement of a trigger's body. */
extern DialectStatement *dialect_parse_change(DialectParser *p);

/* in dialect_create.c */

extern void dialect_parse_create(DialectParser *p, DialectStatement *s);
extern void dialect_parse_alter(DialectParser *p, DialectStatement *s);

#endif							/* SQLITE_FDW_MIG_DIALECT_AST_H */
