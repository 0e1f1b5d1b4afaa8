/*-------------------------------------------------------------------------
 *
 * fdw_result.h
 *	  Result columns of a statement: described in the plan, so that the executor
 *	  reads no options, and converted.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_FDW_RESULT_H
#define SQLITE_FDW_MIG_FDW_RESULT_H

#include "fdw/fdw_internal.h"

/* What a result column holds. */
typedef enum FdwResultKind
{
	RESULT_VALUE,				/* a value that a converter reads */
	RESULT_AVERAGE				/* the text "sum/count", which numeric divides */
} FdwResultKind;

typedef struct FdwResult
{
	FdwResultKind kind;
	ConvIn	   *conv;
	char	   *table;			/* in SQLite, for messages */
	char	   *column;
	Oid			relid;			/* foreign table; InvalidOid for what is computed */
	AttrNumber	attnum;
} FdwResult;

/* Description of a column of a foreign table, for the plan. */
extern List *fdw_describe_column(const FdwTable *table, const SourceColumn *column, Oid relid);

/* Description of what SQLite computes: "what" says it in messages. */
extern List *fdw_describe_computed(Oid type, FdwResultKind kind, const char *what);

/* Back from the description. Throws as conv_choose. */
extern void fdw_read_result(FdwResult *result, List *description);

/* Converts column "col" of the current row, which is not of kind RESULT_VALUE. */
extern Datum fdw_result_datum(const FdwResult *result, SqliteStmt *stmt, int col, bool *isnull);

#endif							/* SQLITE_FDW_MIG_FDW_RESULT_H */
