/*-------------------------------------------------------------------------
 *
 * sqlite_function.h
 *	  What the SQL functions that a connection gives SQLite share.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_SQLITE_FUNCTION_H
#define SQLITE_FDW_MIG_SQLITE_FUNCTION_H

#include "sqlite/driver_internal.h"

/* The greatest power of ten among them, and the most digits of a decimal that is kept in an int64. */
#define MAX_PRECISION 18

/* in sqlite_function.c */
extern const int64 sqlite_powers[MAX_PRECISION + 1];
extern const char *const sqlite_nan_words[];
extern const char *const sqlite_plus_words[];
extern const char *const sqlite_minus_words[];

/* An integer, or a real that is one. */
extern bool sqlite_read_integer(sqlite3_value *value, int64 *integer);

/* What numeric(precision, scale) makes of a value, times 10^scale; or NaN. */
extern bool sqlite_read_decimal(sqlite3_value *value, int precision, int scale, int64 *scaled, bool *nan);

/* Whether a text is one of some words, in any case. */
extern bool sqlite_is_special(sqlite3_value *value, const char *const *words);

/* Makes an error of a value that the column's type does not hold. */
extern void sqlite_refuse(sqlite3_context *context, sqlite3_value *value, const char *type);

/* in sqlite_sum.c: the aggregates mig_sum and mig_avg */
extern void sqlite_sum_step(sqlite3_context *context, int nargs, sqlite3_value **args);
extern void sqlite_sum_final(sqlite3_context *context);
extern void sqlite_average_final(sqlite3_context *context);

/*
 * in sqlite_forward.c: the library's function of a name, for which blobs are texts in an encoding (0: they stay blobs); freed by SQLite with sqlite_forward_free, NULL without memory.
 * Its result becomes that of the context, an error too; returns the class of the result.
 */
typedef struct SqliteForward SqliteForward;
extern SqliteForward *sqlite_forward_make(const char *name, int encoding);
extern void sqlite_forward_free(void *forward);
extern int	sqlite_forward(SqliteForward *forward, sqlite3_context *context, int nargs, sqlite3_value **args);

#endif							/* SQLITE_FDW_MIG_SQLITE_FUNCTION_H */
