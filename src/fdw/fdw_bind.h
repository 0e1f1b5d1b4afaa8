/*-------------------------------------------------------------------------
 *
 * fdw_bind.h
 *	  Placeholders of a statement: evaluated and bound before its first row.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_FDW_BIND_H
#define SQLITE_FDW_MIG_FDW_BIND_H

#include "nodes/execnodes.h"

#include "fdw/fdw_internal.h"

typedef struct FdwBinds FdwBinds;

/* Prepares fdw_exprs for evaluation; "binds" is the list beside it. In CurrentMemoryContext. */
extern FdwBinds *fdw_binds(PlanState *parent, List *exprs, List *binds);

/* Evaluates all and binds them to a statement that was reset. Leaves nothing in CurrentMemoryContext. */
extern void fdw_bind(FdwBinds *binds, SqliteDb *db, SqliteStmt *stmt, ExprContext *econtext);

/*
 * The statement as it is to be sent for the present values: what would send SQLite
 * through an index for nothing is disabled in it. The same one, or in CurrentMemoryContext.
 */
extern const char *fdw_bind_statement(FdwBinds *binds, const char *sql, ExprContext *econtext);

/* How many placeholders there are. */
extern int	fdw_bind_count(const FdwBinds *binds);

#endif							/* SQLITE_FDW_MIG_FDW_BIND_H */
