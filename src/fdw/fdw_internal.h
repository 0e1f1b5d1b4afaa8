/*-------------------------------------------------------------------------
 *
 * fdw_internal.h
 *	  What the planner's files share: a foreign table with what SQLite says of
 *	  it, and what may be computed there.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_FDW_INTERNAL_H
#define SQLITE_FDW_MIG_FDW_INTERNAL_H

#include "fdw/fdw.h"

#include "nodes/pathnodes.h"

#include "server/server.h"

/* SQLite's type affinities. */
typedef enum FdwAffinity
{
	AFFINITY_NONE,
	AFFINITY_TEXT,
	AFFINITY_NUMERIC,
	AFFINITY_INTEGER,
	AFFINITY_REAL
} FdwAffinity;

/*
 * How the stored values of a column relate to its values in PostgreSQL: what
 * decides which comparisons SQLite gets right.
 */
typedef enum FdwForm
{
	FORM_OPAQUE,				/* nothing but NULL is known */
	FORM_INTEGER,				/* the same integer */
	FORM_NUMBER,				/* a number that grows with the value; compared with constants at a boundary */
	FORM_BOOLEAN,				/* 0, 1 and the words for truth */
	FORM_TEXT,					/* the same bytes */
	FORM_BYTES,					/* a blob, or a text of the same bytes */
	FORM_UUID,					/* a blob of 16 bytes, or hex digits in some way of writing */
	FORM_JSON,					/* what json and jsonb take: looked into by mig_json */
	FORM_ISO					/* text whose first ten characters are a date: narrows, proves nothing */
} FdwForm;

typedef struct FdwColumn
{
	const SourceColumn *source;
	const SqliteColumn *remote; /* NULL for the rowid by its own name, and for what SQLite does not list */
	Oid			base_type;		/* below domains */
	int32		typmod;			/* below domains */
	FdwAffinity affinity;
	FdwForm		form;
	bool		binary;			/* compared by bytes: collation BINARY */
	bool		foreign_order;	/* its collation is the application's: no index in that order can be searched */
	bool		nulls;			/* NULL where SQLite has NULL, and nowhere else */
	bool		proven;			/* SQLite itself keeps out what the type does not hold */
	bool		rowid;			/* INTEGER PRIMARY KEY */
	bool		never_null;		/* NOT NULL in SQLite, and kept by it */
	bool		words;			/* boolean: texts may stand for truth */
	bool		infinities;		/* text may stand for an infinity: below all numbers, where SQLite puts it above */
	int			max_chars;		/* varchar(n): longer text loses blanks; -1 = no limit */
} FdwColumn;

typedef struct FdwIndex
{
	int			ncols;			/* columns in order; the rowid counts as one */
	AttrNumber *attnums;		/* 0 = expression, or a column that is no column of the foreign table */
	bool	   *descending;
	bool	   *binary;			/* collation BINARY */
	bool		unique;			/* and not partial */
	bool		partial;
} FdwIndex;

/* A foreign table and what its SQLite table says, read once per planning. */
typedef struct FdwTable
{
	SourceRelation *source;
	ServerOptions *options;
	double		rows;			/* by SQLite's statistics, rowids or pages */
	double		pages;			/* of the whole file */
	int			natts;			/* highest attnum */
	FdwColumn  *columns;		/* by attnum - 1; source is NULL for dropped ones */
	List	   *indexes;		/* of FdwIndex; the rowid is the first where there is one */
	const char *rowid;			/* usable spelling; NULL = there is none */
	bool		view;
	bool		ordinary;		/* a table, no view and no virtual table: affinities hold */
	bool		virtual;		/* a virtual table: may know MATCH */
	bool		constants;		/* columns that SQLite does not have */
	bool		utf8;			/* both sides keep text in UTF-8 */
} FdwTable;

/* Conditions beyond so many are left to PostgreSQL: SQLite has a limit. */
#define FDW_MAX_CONDITIONS 200

/* What a placeholder of the statement is bound to. */
typedef enum FdwBindKind
{
	BIND_INTEGER,				/* the integer; boolean as 0 and 1 */
	BIND_TEXT,					/* the text */
	BIND_BYTES,					/* the bytes, as a blob; of a uuid its 16 */
	BIND_AT_LEAST,				/* the least stored number whose value is not below */
	BIND_ABOVE,					/* the least stored number whose value is above */
	BIND_VALUE,					/* the value as its column stores it */
	BIND_DAY,					/* ISO text of the first or last day of the value */
	BIND_PATTERN,				/* of LIKE, as one of GLOB */
	BIND_FROM,					/* the least text that begins as the pattern of LIKE */
	BIND_BELOW,					/* the least that lies above all those */
	BIND_ARRAY,					/* the elements of an array of integers or texts, as JSON */
	BIND_LIMIT,					/* number of rows; none when NULL */
	BIND_OFFSET
} FdwBindKind;

struct FdwQuery;

/* A join made by SQLite. */
typedef struct FdwJoin
{
	JoinType	type;			/* INNER, LEFT, FULL, SEMI or ANTI */
	RelOptInfo *outer;
	RelOptInfo *inner;			/* a single table */
	List	   *on;				/* RestrictInfos of the join itself; those of an inner join are in FdwRel.exact */
} FdwJoin;

/* In RelOptInfo.fdw_private. */
typedef struct FdwRel
{
	FdwTable   *table;			/* of a foreign table */
	FdwJoin    *join;			/* of a join */
	struct FdwQuery *query;		/* of an upper relation; nothing else is set then */
	List	   *exact;			/* RestrictInfos that SQLite decides */
	List	   *local;			/* RestrictInfos that PostgreSQL decides; SQLite may narrow them */
	Cost		tuple_cost;		/* option fdw_tuple_cost */
	Cost		visit_cost;		/* of the rows that SQLite looks at, handed over or not */
	Cost		startup_cost;	/* of a plain scan */
	Cost		total_cost;
} FdwRel;

/* One run of making SQLite's SQL from expressions. */
typedef struct FdwShip
{
	PlannerInfo *root;
	Relids		relids;			/* tables of the statement; columns of others are parameters */
	bool		aliased;		/* r1, r2 … by place in the range table; "r" for a single table */
	StringInfo	sql;
	List	   *exprs;			/* expressions of the placeholders: ForeignScan.fdw_exprs */
	List	   *binds;			/* for each placeholder: list of int, see fdw_scan.c */
	bool		filtered;		/* WHERE has been written */
	bool		exact;			/* SQLite's answer is PostgreSQL's; else it is true at least where that is */
	List	   *fixed;			/* columns that equal something known beforehand */
	List	   *guarded;		/* columns that an error may be raised for */
	bool		proven;			/* overflows are ruled out otherwise: */
	List	   *proofs;			/* by these conditions, strings */
	bool		unproven;		/* one cannot be */
	bool		whole;			/* the table is walked by its rowids: no condition may lead into it another way */
	bool		negated;		/* within what may turn an unconvertible value's "no" into "yes" */
	List	   *bounded;		/* columns of FORM_ISO that some condition keeps below the year 10000 */
	List	   *checked;		/* Vars whose unconvertible values might pass: they must be converted */
	List	   *constrained;	/* Vars of domains with constraints, which SQLite does not know: they must be converted, too */
} FdwShip;

/* in fdw_table.c */
extern FdwTable *fdw_table(Oid relid);

/* in fdw_plan.c */

/*
 * The same for the planner. Throws 42501 when the role may not run the query: the executor
 * asks too, but later, and the planner's errors would tell of a file whether it is there.
 */
extern FdwTable *fdw_planned_table(PlannerInfo *root, Oid relid);

/* in fdw_cost.c */
typedef struct FdwPathCost
{
	Cost		startup;
	Cost		total;
} FdwPathCost;

/* Cost of a scan; one without parameters leaves it in the FdwRel, too. */
extern FdwPathCost fdw_cost_scan(PlannerInfo *root, RelOptInfo *baserel, ParamPathInfo *param);

/* Cost of one process' share of a scan by "processes" (a leader counts for less than one), in which no index serves. */
extern FdwPathCost fdw_cost_partial(PlannerInfo *root, RelOptInfo *baserel, double processes);

/* Cost of a row that SQLite hands over. */
extern Cost fdw_cost_row(const FdwRel *rel);

/* Cost of sorting in SQLite; of ORDER BY, which is 0 when an index has the order. */
extern Cost fdw_cost_sort(double rows);
extern Cost fdw_cost_order(PlannerInfo *root, RelOptInfo *baserel, List *pathkeys);

/* Whether some index begins with the column of a table that a condition compares; "unique" if it has no other. */
extern bool fdw_is_indexed(const FdwTable *table, Index relid, Expr *clause, bool *unique);

/* Adds the unique keys of the SQLite table to the relation's indexes, for the planner's estimates. */
extern void fdw_add_unique_keys(RelOptInfo *baserel);

/* in fdw_partial.c */

/* Adds a scan that several processes share, where there is one. */
extern void fdw_add_partial_path(PlannerInfo *root, RelOptInfo *baserel);

/*
 * Adds a path that reads as a whole. That is the leader's in a parallel query: a
 * worker might not get the leader's snapshot, and could not stand aside.
 */
extern void fdw_add_path(RelOptInfo *rel, ForeignPath *path);

/* What the plan of a shared scan says for fdw_parts_begin; "rowid" gets the rowid's name in the statement. */
extern List *fdw_plan_parts(PlannerInfo *root, RelOptInfo *baserel, const char **rowid);

/* in fdw_scan.c: workers that took no part in a parallel scan because they could not have the leader's snapshot */
extern int	fdw_scan_left_out(ForeignScanState *node);

/* in fdw_ship.c */
extern void fdw_ship_init(FdwShip *ship, PlannerInfo *root, Relids relids, StringInfo sql);

/*
 * Appends a condition as SQLite's SQL. False, and nothing appended, when it
 * must stay with PostgreSQL.
 */
extern bool fdw_ship_condition(FdwShip *ship, Expr *clause);

/* Whether SQL has so many levels that a parser might have no room for them. */
extern bool fdw_is_nested(const char *sql);

/* Takes note of a condition, before any is appended, for what it says about the others. */
extern void fdw_ship_note(FdwShip *ship, Expr *clause);

/* Conditions, or their RestrictInfos, that fix a column to a value first: they matter most. */
extern List *fdw_equalities_first(List *clauses);

/*
 * Appends an expression so that SQLite's result has the form (INTEGER, TEXT or
 * BOOLEAN) of PostgreSQL's. False, with rubbish appended, when there is no way.
 */
extern bool fdw_ship_value(FdwShip *ship, Expr *expr, FdwForm wanted);

/* in fdw_value.c: operands */

/* "expr" without the nodes that change its type and not its value. */
extern Expr *fdw_strip(Expr *expr);

/* Its column when the expression is a plain column of the statement; else NULL. */
extern FdwColumn *fdw_column_of(FdwShip *ship, Expr *expr);

/* The server of the tables in a set of relations. */
extern Oid	fdw_server_of(PlannerInfo *root, Relids relids);

/* Whether the expression is known before the statement is stepped. */
extern bool fdw_is_parameter(FdwShip *ship, Expr *expr);

/*
 * Whether what is bound, an expression or a list of them, may have another value with each
 * rescan. "known": numbers of parameters of the executor that have not; NULL for none.
 */
extern bool fdw_varies(Node *expr, Bitmapset *known);

/*
 * Of the parameters that what is bound may have, those that a subquery gives once: pairs
 * of the parameter's number and the subquery's. And in a statement that is executed, the
 * numbers of those whose subqueries depend on nothing.
 */
extern List *fdw_init_plans(PlannerInfo *root, List *exprs);
extern Bitmapset *fdw_known_params(const PlannedStmt *stmt, const List *init_plans);

/* Appends r."name". */
extern void fdw_append_column(FdwShip *ship, Expr *var);

/* The same; a value that cannot be converted might pass, so it has to be fetched. */
extern void fdw_append_checked(FdwShip *ship, Expr *var);

/* Appends a text column; of a varchar(n) what its converter leaves of the text. */
extern void fdw_append_text(FdwShip *ship, Expr *var);

/* Appends a column of FORM_NUMBER so that SQLite's order of it is that of its values. */
extern void fdw_append_rank(FdwShip *ship, Expr *var);

/*
 * Appends an expression for a column of FORM_NUMBER whose values are equal
 * exactly when those of PostgreSQL are, and in their order if that is asked for.
 * False when there is none.
 */
extern bool fdw_append_key(FdwShip *ship, Expr *var, bool ordered);

/* Precision and scale of numeric(p,s); false when SQLite's functions cannot compute with it. */
extern bool fdw_decimal_digits(int32 typmod, int *precision, int *scale);

/* A placeholder. "column" gives the scale of the bounds and days, else NULL. */
extern void fdw_append_bind(FdwShip *ship, FdwBindKind kind, Expr *expr, Expr *column, bool upper);

/* The value of a boolean or integer type. */
extern int64 fdw_integer(Oid type, Datum value);

/* The bytes of a bytea or uuid; detoasted. */
extern const char *fdw_bytes(Oid type, Datum value, int *len);

/* A constant or parameter of a form; false when its type has not this form. */
extern bool fdw_append_parameter(FdwShip *ship, Expr *expr, FdwForm wanted);

/* The bound of a constant or parameter among the numbers that a column stores. */
extern bool fdw_append_bound(FdwShip *ship, Expr *expr, Expr *column, bool above, bool upper);

/* The first (upper: the last) day on which the ISO text of a value may lie. */
extern void fdw_append_day(FdwShip *ship, Expr *expr, Expr *column, bool upper);

/* in fdw_ship_text.c: a pattern of LIKE as one of GLOB that lets through what it does, and maybe more */
extern char *fdw_like_as_glob(const char *like);

/*
 * Of a pattern of LIKE in UTF-8, the range of the texts that begin as it does; palloc'd. The first is
 * empty when it has no such beginning, the second NULL when there is nothing above.
 */
extern char *fdw_like_from(const char *like);
extern char *fdw_like_below(const char *like);

/* What stands between a bound of that range, "(?1", and the column, for fdw_bind_statement. */
#define FDW_FROM_OPERATOR	" <= "
#define FDW_BELOW_OPERATOR	" > "

/* in fdw_collation.c */

/* Whether a collation orders texts as SQLite's BINARY does. */
extern bool fdw_collation_is_bytes(Oid collation);

/* Whether a collation knows no letters but those of ASCII. */
extern bool fdw_collation_is_ascii(Oid collation);

/* in fdw_day.c */

/* The text for such a day; NULL when any text may be the value's. palloc'd. */
extern char *fdw_day(Oid type, Datum value, bool upper);

/* Whether both days of a value have a text. */
extern bool fdw_has_days(Oid type, Datum value);

/* Whether a date or time lies in the years 1 to 9998, which have four digits on either side of every offset. */
extern bool fdw_has_plain_year(const Const *constant);

/* in fdw_bound.c */

/* A place on SQLite's scale: numbers, then text. */
typedef struct FdwBound
{
	enum
	{
		BOUND_INTEGER, BOUND_REAL, BOUND_BEYOND	/* above every number */
	}			kind;
	int64		integer;
	double		real;
} FdwBound;

typedef struct FdwBounder FdwBounder;

extern FdwBounder *fdw_bounder(SqliteDb *db, const ConvSpec *spec, bool reals_only);
extern void fdw_bounder_end(FdwBounder *bounder);
extern FdwBound fdw_bound(FdwBounder *bounder, Datum value, bool above);

/* Whether a constant of the type lies outside the numbers: NaN or infinite. */
extern bool fdw_is_special(Oid type, Datum value);

#endif							/* SQLITE_FDW_MIG_FDW_INTERNAL_H */
