/*-------------------------------------------------------------------------
 *
 * dialect_writer.h
 *	  For the writers of this layer only: trees of SQLite's SQL to text of
 *	  PostgreSQL's, with what is known about names and types on the way.
 *
 * Nothing here fails: what has no equal becomes a finding that is a blocker,
 * and the text of that statement is thrown away at the end.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_DIALECT_WRITER_H
#define SQLITE_FDW_MIG_DIALECT_WRITER_H

#include "dialect/dialect_ast.h"

/* Names without regard to the case of ASCII letters, as SQLite compares them. */
typedef struct DialectNames DialectNames;

/* What is known of a column. */
typedef struct DialectColumn
{
	char	   *source;			/* name in SQLite */
	char	   *name;			/* name in PostgreSQL */
	DialectType type;
	bool		not_null;
	bool		nocase;			/* COLLATE NOCASE */
	bool		folds;			/* its type compares so by itself: citext */
	bool		rtrim;			/* COLLATE RTRIM */
	bool		generated;
	bool		is_rowid;		/* INTEGER PRIMARY KEY */
} DialectColumn;

/* A table, view, subquery or CTE. */
struct DialectRelation
{
	char	   *source;			/* name in SQLite, NULL for a subquery */
	char	   *name;			/* name in PostgreSQL */
	bool		known;			/* all columns of a table are here */
	DialectNames *columns;		/* DialectColumn by source name */
	List	   *list;			/* the same in their order */
	List	   *keys;			/* primary key and unique keys: lists of DialectColumn */
	List	   *uniques;		/* those of the keys that the catalog has numbered, from 1 */
	bool		other_keys;		/* there are unique indexes of expressions, of some rows, or under collations */
	DialectColumn *rowid;		/* the column that is the rowid, NULL if none is */
	bool		has_primary;	/* the first of the keys is the primary key */
	bool		without_rowid;
	DialectSelect *select;		/* a query instead */
	List	   *aliases;		/* its column names, where a CTE gives them */
	bool		is_view;		/* of equal names of its columns the later ones are x:1, x:2 */
	DialectScope *home;			/* where it stands */
};

typedef struct DialectScopeItem
{
	char	   *alias;			/* in SQLite */
	char	   *name;			/* in PostgreSQL, what a qualified column says */
	DialectRelation *relation;
} DialectScopeItem;

/* Where names are looked up: the tables of one FROM and the CTEs around it. */
struct DialectScope
{
	DialectScope *parent;
	List	   *items;			/* of DialectScopeItem */
	DialectNames *ctes;			/* DialectCte by name */
	DialectCore *core;			/* whose result columns have aliases, NULL if none */
	bool		is_outer;		/* an outer join may make any column NULL */
	bool		is_merged;		/* NATURAL or USING makes one column of two */
};

typedef enum DialectSeverity
{
	DIALECT_INFO, DIALECT_WARNING, DIALECT_BLOCKER
} DialectSeverity;

/* Which finding; the rows with their texts are in dialect_finding.c. */
typedef enum DialectRuleId
{
	FIND_SYNTAX, FIND_PRAGMA, FIND_ATTACH, FIND_VIRTUAL, FIND_LIKE, FIND_GLOB, FIND_REGEXP, FIND_MATCH,
	FIND_INTEGER_DIVISION, FIND_NUMERIC_DIVISION, FIND_IMPLICIT, FIND_STRING_NUMBER, FIND_QUOTED_STRING, FIND_QUOTED_DOUBT, FIND_TRUTH, FIND_BOOLEAN_VALUE,
	FIND_BARE_COLUMN, FIND_ROWID, FIND_NO_ROWID, FIND_OR_REPLACE, FIND_OR_REPLACE_KEYS, FIND_OR_REPLACE_BOTH, FIND_OR_REPLACE_ROWID, FIND_OR_KEY, FIND_OR_IGNORE, FIND_OR_FAIL,
	FIND_UPDATE_OR, FIND_NOW, FIND_NOW_TEXT, FIND_MIXED, FIND_NULL_KEY, FIND_ALIAS,
	FIND_INDEX_HINT, FIND_NULLS_ORDER, FIND_FUNCTION, FIND_NO_FUNCTION, FIND_LAST_ROWID, FIND_CHANGES, FIND_JSON, FIND_COLLATION,
	FIND_NO_COLLATION, FIND_CASE_FOLD, FIND_CAST, FIND_SCHEMA_NAME, FIND_SYSTEM_TABLE, FIND_TABLE_FUNCTION, FIND_LIMITED, FIND_RECURSIVE,
	FIND_UPSERTS, FIND_UPSERT_TARGET, FIND_BEGIN, FIND_TRIGGER, FIND_DROP_TRIGGER, FIND_WITHOUT_ROWID, FIND_STRICT, FIND_CONFLICT_CLAUSE,
	FIND_GENERATED, FIND_MAINTENANCE, FIND_RAISE, FIND_TRIGGER_DEPTH, FIND_TRIGGER_BEFORE, FIND_VIEW_EXISTS, FIND_TOO_LARGE, FIND_NOT_IMMUTABLE, FIND_CONCAT, FIND_RANDOM,
	FIND_GROUP_CONCAT, FIND_EXPLAIN, FIND_TYPE, FIND_SORT, FIND_ORDER_DISTINCT, FIND_AVG, FIND_AGGREGATE,
	FIND_COLLATION_LOST
} DialectRuleId;

typedef struct DialectFinding
{
	int			at;				/* byte of the text */
	DialectSeverity severity;
	const char *rule;
	char	   *message;
	const char *advice;
} DialectFinding;

/* What a query around the one being written must not lose. */
typedef struct DialectFrame
{
	const struct DialectFrame *outer;
	DialectScope *scope;
	DialectExpr *extreme;
	List	   *group;
	bool		in_aggregate_query;
	bool		in_aggregate;
	bool		no_aliases;
	bool		wide_literals;
	const char *row_name;
} DialectFrame;

typedef struct DialectWriter
{
	const char *text;			/* what is translated; positions are bytes of it */
	int			limit;			/* most bytes that the translation of a statement may have */
	StringInfoData out;
	List	   *findings;		/* of DialectFinding */
	bool		impossible;		/* a blocker was found in this statement */
	bool		immutable;		/* only functions that always give the same may be used */
	const char *schema;			/* of tables and functions, NULL if none is written */
	DialectNames *tables;		/* DialectRelation by name: what the script and the caller told */
	DialectNames *spellings;	/* how a name was written first */
	DialectNames *triggers;		/* table (char *) by trigger name */
	DialectScope *scope;
	DialectExpr *group_extreme; /* the min() or max() whose row gives the bare columns */
	List	   *group;			/* GROUP BY of the query being written, with aliases replaced */
	bool		in_aggregate_query; /* bare columns must be wrapped */
	bool		in_aggregate;	/* inside the arguments of an aggregate */
	const DialectFrame *outer;	/* the query around this one, NULL if none is */
	bool		no_aliases;		/* a name is no alias of a result column here */
	bool		orders_by_name; /* the query has ORDER BY a name: no other result column may get it */
	bool		wide_literals;	/* in the first term of a recursive CTE: integers are bigint */
	const char *row_name;		/* table that bare columns of DO UPDATE belong to */
	List	   *target_types;	/* of the columns that the next query is inserted into */
	int			subqueries;		/* how many got a name */
	int			lookups;		/* depth of look-ups through queries */
	int			visits;			/* how many queries the present one has looked into */
	int			type_depth;
} DialectWriter;

/* Precedence of PostgreSQL's operators, from loosest to tightest. */
enum
{
	OUT_ANY = 0, OUT_OR, OUT_AND, OUT_NOT, OUT_IS, OUT_COMPARE, OUT_LIKE, OUT_OTHER, OUT_ADD, OUT_MUL, OUT_SIGN, OUT_PRIMARY
};

/* in dialect_names.c */

extern DialectNames *dialect_names_new(void);
extern void *dialect_names_get(const DialectNames *names, const char *name);
extern void dialect_names_put(DialectNames *names, const char *name, void *value);
extern bool dialect_same_name(const char *a, const char *b);
extern void dialect_write_name(DialectWriter *w, const char *name);
extern void dialect_write_string(DialectWriter *w, const char *value);

/* in dialect_finding.c */

extern void dialect_note(DialectWriter *w, DialectRuleId rule, int at, const char *what);
extern List *dialect_sorted_findings(DialectWriter *w);

/* in dialect_scope.c */

extern DialectRelation *dialect_new_relation(const char *source, const char *name);
extern DialectColumn *dialect_add_column(DialectRelation *relation, const char *source, const char *name, DialectType type);
extern void dialect_learn_column_rules(DialectRelation *relation, DialectColumn *column, const DialectColumnDef *def);
extern void dialect_learn_table(DialectWriter *w, const DialectStatement *s);
extern void dialect_learn_view(DialectWriter *w, const DialectStatement *s);
extern DialectRelation *dialect_find_relation(DialectWriter *w, const char *schema, const char *name);
extern DialectScope *dialect_enter_select(DialectWriter *w, DialectSelect *select);
extern DialectScope *dialect_enter_core(DialectWriter *w, DialectCore *core);
extern DialectScope *dialect_enter_table(DialectWriter *w, DialectRelation *relation, const char *alias, List *from);
extern DialectRelation *dialect_from_relation(DialectWriter *w, DialectFrom *from);

typedef enum DialectFound
{
	FOUND_COLUMN,				/* known */
	FOUND_NOTHING,				/* all tables are known, none has it */
	FOUND_DOUBT					/* not all tables are known */
} DialectFound;

extern DialectFound dialect_find_column(DialectWriter *w, const DialectExpr *e, DialectColumn *column, DialectScopeItem **item);
extern DialectExpr *dialect_find_alias(DialectWriter *w, const char *name);
extern const char *dialect_unused_name(DialectNames *used, const char *name);
extern bool dialect_star_names(DialectWriter *w, DialectScope *scope, const DialectExpr *star, List **names, List **items);
extern DialectSelect *dialect_named_select(DialectScope *scope, const char *name);

/* in dialect_type.c */

extern DialectType dialect_type(DialectWriter *w, DialectExpr *e);
extern DialectType dialect_declared_type(const char *declared, const char **target);
extern DialectType dialect_target_type(const char *type);
extern DialectType dialect_select_type(DialectWriter *w, DialectSelect *select);
extern DialectType dialect_common_type(DialectWriter *w, List *exprs);
extern const char *dialect_type_name(DialectType type);
extern bool dialect_is_number(DialectType type);
extern bool dialect_is_moment(DialectType type);
extern bool dialect_is_predicate(const DialectExpr *e);
extern bool dialect_constant(const DialectExpr *e, double *value);

/* in dialect_function.c */

extern DialectType dialect_function_type(DialectWriter *w, const DialectExpr *e);
extern bool dialect_is_aggregate(const DialectExpr *e);
extern void dialect_write_function(DialectWriter *w, DialectExpr *e);

/* in dialect_moment.c */

extern bool dialect_write_moment(DialectWriter *w, DialectExpr *e, DialectType type);
extern bool dialect_write_now(DialectWriter *w, DialectExpr *e);

/* in dialect_write_expr.c */

extern void dialect_write_expr(DialectWriter *w, DialectExpr *e, int min);
extern void dialect_write_condition(DialectWriter *w, DialectExpr *e, int min);
extern void dialect_write_as(DialectWriter *w, DialectExpr *e, DialectType type);
extern void dialect_write_text(DialectWriter *w, DialectExpr *e, int min);
extern void dialect_write_list(DialectWriter *w, List *exprs);
extern void dialect_write_cast(DialectWriter *w, DialectExpr *e, const char *type);
extern void dialect_write_terms(DialectWriter *w, List *terms, bool is_index);

/* in dialect_group.c */

extern void dialect_enter_group(DialectWriter *w, DialectSelect *select, DialectCore *core);
extern bool dialect_write_bare(DialectWriter *w, DialectExpr *e, int min);
extern bool dialect_same_expr(const DialectExpr *a, const DialectExpr *b);

/* in dialect_write_column.c */

extern void dialect_write_column(DialectWriter *w, DialectExpr *e);
extern bool dialect_mentions(const DialectExpr *e, const char *name);
extern void dialect_note_doubt(DialectWriter *w, const DialectExpr *e);

/* in dialect_write_operator.c */

extern void dialect_write_binary(DialectWriter *w, DialectExpr *e, int min);
extern void dialect_write_like(DialectWriter *w, DialectExpr *e, int min);
extern void dialect_write_compare(DialectWriter *w, DialectExpr *e, DialectOp op, DialectExpr *left, DialectExpr *right, int min);
extern void dialect_write_in(DialectWriter *w, DialectExpr *e, int min);
extern void dialect_write_between(DialectWriter *w, DialectExpr *e, int min);
extern void dialect_open(DialectWriter *w, int precedence, int min);
extern void dialect_close(DialectWriter *w, int precedence, int min);

/* in dialect_collation.c */

extern const char *dialect_collation(DialectWriter *w, const DialectExpr *e);
extern const char *dialect_select_collation(DialectWriter *w, DialectSelect *select);
extern DialectExpr *dialect_with_collation(DialectExpr *e, const char *collation);
extern void dialect_note_collation(DialectWriter *w, const DialectExpr *e);
extern const char *dialect_compared_by(DialectWriter *w, const DialectExpr *left, const DialectExpr *right);
extern void dialect_note_collations(DialectWriter *w, const DialectCore *core, bool distinct);

/* in dialect_write_arrow.c */

extern void dialect_write_arrow(DialectWriter *w, DialectExpr *e, int min);

/* in dialect_write_select.c */

extern void dialect_write_select(DialectWriter *w, DialectSelect *select);
extern void dialect_write_with(DialectWriter *w, DialectSelect *select);
extern void dialect_write_named_select(DialectWriter *w, DialectSelect *select);
extern void dialect_write_results(DialectWriter *w, List *results, List *types, bool name_all);
extern void dialect_write_typed(DialectWriter *w, DialectExpr *e, DialectType type);

/* in dialect_write_from.c */

extern void dialect_write_from(DialectWriter *w, List *items);
extern void dialect_plan_joins(DialectWriter *w, List *items);
extern void dialect_write_relation(DialectWriter *w, const char *schema, const char *name, int at);
extern void dialect_write_schema(DialectWriter *w);
extern void dialect_write_window(DialectWriter *w, DialectWindow *window);

/* in dialect_write_change.c */

extern void dialect_write_insert(DialectWriter *w, DialectStatement *s);
extern void dialect_write_update(DialectWriter *w, DialectStatement *s);
extern void dialect_write_delete(DialectWriter *w, DialectStatement *s);

/* in dialect_write_create.c */

extern void dialect_write_create_table(DialectWriter *w, DialectStatement *s);
extern void dialect_write_create_index(DialectWriter *w, DialectStatement *s);
extern void dialect_write_create_view(DialectWriter *w, DialectStatement *s);
extern void dialect_write_alter(DialectWriter *w, DialectStatement *s);
extern void dialect_write_column_names(DialectWriter *w, DialectRelation *relation, List *names);

/* in dialect_trigger.c */

extern void dialect_write_create_trigger(DialectWriter *w, DialectStatement *s);

#endif							/* SQLITE_FDW_MIG_DIALECT_WRITER_H */
