/*-------------------------------------------------------------------------
 *
 * share.h
 *	  Reading a table of the source in parts, by the workers of a pool.
 *
 * What reads a table as a whole (mig_profile, mig_fit) has a twin here that
 * gives the same result when it is read in parts. A part is a call of a SQL
 * function in one of the workers, whose result travels as bytes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_SHARE_H
#define SQLITE_FDW_MIG_SHARE_H

#include "migrate/migrate.h"

/* in mig_share.c */

/* A result of SQLite has no more columns, whatever the table has. */
#define MIG_RESULT_COLUMNS	2000

/*
 * Into how many parts a table should be cut; *rows = about how many it has, *cuts = the
 * rowids at which all parts but the first begin, *row_bytes = about how long a row is
 * (both only for 2 parts and more).
 */
extern int	mig_share_cut(SqliteDb *db, const SqliteTable *table, List *columns, int64 **cuts, double *rows, double *row_bytes);

/* Appends ", first, end" of a part (from 0) to a call. */
extern void mig_share_range(StringInfo sql, const int64 *cuts, int parts, int part);

/* Appends an array of text, whose elements may be NULL. */
extern void mig_share_text_array(StringInfo sql, char **elements, int n);

/* A bytea as a worker returned it, ready to be read. Throws when there is none. */
extern void mig_share_bytes(const char *result, StringInfo bytes);

/* in mig_profile_share.c */

/* Gets the profile of a table, or NULL and the message of SQLite; both are gone when it returns. */
typedef void (*MigProfileTake) (void *arg, const SqliteTable *table, const MigProfile *profile, const char *error);

/* Profiles tables with all workers; each is given to "take" in the order of the list. */
extern void mig_profile_share(const char *server, SqliteDb *db, List *tables, MigProfileTake take, void *arg);

/* Bytes of the profiles of tables, or of a part of one; what a worker does for the former. */
extern bytea *mig_profile_part(SqliteDb *db, List *tables, const MigProfileRange *range);

/* in mig_fit_share.c */

/* mig_fit with all workers, when the table is worth it; false when it is not, or only a reading as a whole can tell. */
extern bool mig_fit_share(const char *call, SqliteDb *db, const char *table, int ncolumns, const MigFitCandidate *candidates, int ncandidates,
						  ConvTally *column_out, MigFitResult *result_out, int64 *rows);

/* Bytes of the fit of a part. */
extern bytea *mig_fit_write(int64 rows, const ConvTally *tallies, int ncolumns, const MigFitResult *results, int ncandidates);

#endif							/* SQLITE_FDW_MIG_SHARE_H */
