/*-------------------------------------------------------------------------
 *
 * fdw_query.h
 *	  A whole SELECT for SQLite: groups, aggregates, order, limit.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_FDW_QUERY_H
#define SQLITE_FDW_MIG_FDW_QUERY_H

#include "fdw/fdw_internal.h"

/* In FdwRel.query of an upper relation: what is asked on top of the tables' rows. */
typedef struct FdwQuery
{
	RelOptInfo *scan;			/* whose rows: a foreign table, or a join of some */
	List	   *outputs;		/* expressions, in order of the result columns */
	bool		grouped;		/* aggregates or groups */
	List	   *groups;			/* expressions of GROUP BY */
	List	   *having;			/* clauses */
	List	   *pathkeys;		/* ORDER BY */
	Node	   *limit;			/* LIMIT and OFFSET, NULL for none */
	Node	   *offset;
} FdwQuery;

/* A statement made, with all that a plan needs of it. */
typedef struct FdwStatement
{
	char	   *sql;
	List	   *outputs;		/* expressions of the result columns; those that must be converted are added at the end */
	List	   *results;		/* their descriptions */
	List	   *exprs;
	List	   *binds;
	char	   *proof;			/* of fdw_query_proven: the statement that proves it, with 1 as its answer */
} FdwStatement;

/* in fdw_query.c */

/* Makes the statement; NULL when a part of it cannot be sent. palloc'd. */
extern FdwStatement *fdw_query_statement(PlannerInfo *root, const FdwQuery *query);

/*
 * The same statement without guards against overflow, to be used when its proof holds;
 * NULL when there is no proof, or nothing to prove. The statement must be one that can be made.
 */
extern FdwStatement *fdw_query_proven(PlannerInfo *root, const FdwQuery *query);

/* Appends ORDER BY …; false when SQLite's order is not PostgreSQL's. */
extern bool fdw_append_order(FdwShip *ship, List *pathkeys);

/* Description of a column as a result. */
extern List *fdw_describe(FdwShip *ship, Expr *expr);

/* Appends a test that raises an error in SQLite when the column's type does not hold the value. */
extern void fdw_append_check(FdwShip *ship, Expr *column);

/* in fdw_join.c */

/* Whether the rows of a relation are decided by SQLite alone. */
extern bool fdw_is_complete(RelOptInfo *rel);

/* Appends the tables of FROM, with their joins. */
extern void fdw_append_tables(FdwShip *ship, RelOptInfo *scan);

/* Appends WHERE …, if there is anything for it, with the semi-joins. */
extern void fdw_append_where(FdwShip *ship, RelOptInfo *scan);

/* in fdw_aggregate.c */

/* Appends an aggregate; returns the description of its result, or NIL when it cannot be sent. */
extern List *fdw_ship_aggregate(FdwShip *ship, Aggref *aggregate);

/* Whether the aggregate is min or max without filter, which SQLite takes from an index when it is asked alone. */
extern bool fdw_is_extreme(Expr *expr);

/* in fdw_upper.c */
extern ForeignScan *fdw_query_plan(PlannerInfo *root, const FdwQuery *query, List *tlist, Plan *outer_plan);

#endif							/* SQLITE_FDW_MIG_FDW_QUERY_H */
