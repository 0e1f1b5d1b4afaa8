/*-------------------------------------------------------------------------
 *
 * migrate.h
 *	  The hot loops of a migration: profile, fit, copy, checksum.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_MIGRATE_H
#define SQLITE_FDW_MIG_MIGRATE_H

#include "executor/tuptable.h"
#include "utils/relcache.h"

#include "convert/convert.h"
#include "server/server.h"

/* in mig_copy.c */

typedef struct MigCopyResult
{
	int64		rows_read;
	int64		inserted;
	int64		updated;
	int64		skipped;		/* by BEFORE ROW triggers */
	int64		rejected;
	int64		adjusted;		/* values changed by agreement, see ConvIn */
	int64		nulled;			/* of these: refused, and NULL instead */
	char	   *changes;		/* adjusted by column and kind: {"column": {"gap": 2}}; palloc'd */
	bool		frozen;			/* rows arrived frozen */
} MigCopyResult;

/*
 * Copies every row of a foreign table of this wrapper into a native table;
 * columns are matched by name. Checks SELECT on the source and INSERT on the
 * target. Throws; nothing is committed here.
 */
extern void mig_copy(Oid source, Oid target, MigCopyResult *result);

/* in mig_source.c: rows of a foreign table, in rowid or key order */

typedef struct MigSource MigSource;

/*
 * Opens a scan over the columns "attnums" of a foreign table; result column i
 * is written to values[target[i]]. The statement dies with CurrentMemoryContext.
 */
extern MigSource *mig_source_open(const SourceRelation *rel, const AttrNumber *attnums, const int *target, int ncols);

/* Next row; false at the end. Raises on a value that cannot be converted. */
extern bool mig_source_next(MigSource *source, Datum *values, bool *nulls);

/* The converter of a column, for its counters of values changed by agreement. */
extern const ConvIn *mig_source_column(const MigSource *source, int col);

/* Throws 42501 unless the role may read the columns of a foreign table: what is read past the executor is checked here. */
extern void mig_source_check_select(Relation rel, const AttrNumber *attnums, int ncols);

/*
 * " ORDER BY …" after server_select: a table in the order in which it is stored,
 * so that SQLite neither sorts it nor walks an index instead; "" for a view or
 * virtual table. *rowid = usable spelling of rowid, NULL if there is none. palloc'd.
 */
extern char *mig_source_order(SqliteDb *db, const char *table, const char **rowid);

/* in mig_sink.c: buffered multi-insert into one plain table */

typedef struct MigSink MigSink;

/* Throws 0A000 for a relation that cannot be loaded this way. */
extern void mig_sink_check(Relation rel);

/*
 * "rel" has passed mig_sink_check and is locked RowExclusive or stronger by the caller, who fills the columns
 * "attnums"; the others get their defaults. Checks the INSERT privilege.
 */
extern MigSink *mig_sink_open(Relation rel, const AttrNumber *attnums, int ncols);

/* A cleared slot; the caller sets tts_values and tts_isnull of its columns. */
extern TupleTableSlot *mig_sink_slot(MigSink *sink);

/* Takes the filled slot as row "row" of the source (for messages); copies its values; flushes when full. */
extern void mig_sink_store(MigSink *sink, TupleTableSlot *slot, uint64 row);

extern int64 mig_sink_close(MigSink *sink); /* flush, fire triggers, finish; returns rows stored */
extern bool mig_sink_frozen(const MigSink *sink);
extern int64 mig_sink_bytes(const MigSink *sink);	/* of the tuples stored so far */

/* Source row that is being stored now; 0 while a whole buffer is written. For error contexts. */
extern uint64 mig_sink_row(const MigSink *sink);

/* in mig_progress.c: pg_stat_progress_copy */
extern void mig_progress_start(Oid relid, int64 bytes_total);

typedef enum MigPhase
{
	MIG_READING = 1,			/* a table of SQLite, for its types */
	MIG_COPYING
} MigPhase;

/* After mig_progress_start: what the view sqlite_mig.progress shows besides. */
extern void mig_progress_describe(MigPhase phase, const char *table);
extern void mig_progress_expect(double rows);
extern void mig_progress_rows(int64 rows, int64 bytes);
extern void mig_progress_end(void);

/* in mig_fit.c: which of several target types holds every value of a column */

typedef struct MigFitCandidate
{
	int			column;			/* index into the columns asked for */
	ConvSpec	spec;
} MigFitCandidate;

#define MIG_FIT_EXAMPLES	3

/* Values that would arrive changed in one way. */
typedef struct MigFitChange
{
	int64		values;
	char	   *rows[MIG_FIT_EXAMPLES]; /* the first ones, as server_row_name says it */
} MigFitChange;

typedef struct MigFitResult
{
	bool		tried;			/* false: not needed (lazy), nothing is known */
	int64		refused;		/* values that did not fit */
	int64		lossy;			/* of these: only because something would be rounded */
	char	   *row;			/* first such row, as server_row_name says it */
	char	   *storage_class;
	char	   *value;			/* shown shortened */
	char	   *reason;
	bool		stopped;		/* no longer tried after many refusals: "refused" is a lower bound */
	MigFitChange changes[CONV_KINDS];	/* values that fit, or would but for what they lose */
} MigFitResult;

/*
 * One pass over a table of the source: counts storage classes per column and
 * tries every candidate on every value. With "lazy" only the first candidate of
 * each column, and in a second pass the others of columns where it was refused
 * or read text as numbers.
 * Constant memory, interruptible. Returns the number of rows.
 */
extern int64 mig_fit(SqliteDb *db, const char *table, char **columns, int ncolumns,
					 const MigFitCandidate *candidates, int ncandidates, bool lazy,
					 ConvTally *column_out, MigFitResult *result_out);

/* in mig_profile.c */

/* A value that a recogniser missed. */
typedef struct MigProfileMiss
{
	char	   *row;			/* as server_row_name says it */
	const char *storage_class;
	char	   *value;			/* shown shortened, a text without its quotes */
} MigProfileMiss;

#define MIG_PROFILE_MISSES 3

typedef struct MigProfileColumn
{
	const SqliteColumn *column;
	ConvProfile profile;
	const MigProfileMiss *miss[CONV_RECOGNISERS][MIG_PROFILE_MISSES];	/* the first ones, NULL after them */
} MigProfileColumn;

typedef struct MigProfile
{
	int64		rows;
	bool		complete;		/* all rows of the table, not sample_rows of them */
	int			ncolumns;
	MigProfileColumn *columns;
} MigProfile;

/*
 * One pass over a table or view of the source. Allocated in
 * CurrentMemoryContext, which the caller resets after each table; the size
 * does not depend on the rows. sample_rows < 0 = all. NULL when SQLite cannot
 * expand the table: *error = its message. Shown in pg_stat_progress_copy.
 */
extern MigProfile *mig_profile(SqliteDb *db, const SqliteTable *table, int64 sample_rows, char **error);

/* in mig_checksum.c */

typedef struct MigChecksum
{
	int64		rows;
	uint64		sum[2];			/* 128 bit: sums mod 2^64 of two independent row hashes */
} MigChecksum;

/*
 * Order-independent checksum over the canonical form of the named columns, in
 * the order given: two relations are compared with the same list. A foreign
 * table of this wrapper is read from SQLite (raw where ConvCanon allows),
 * anything else through the executor, with the caller's rights and policies.
 * Throws 42703 for an unknown column, 42809 for a relation without rows.
 */
extern void mig_checksum(Oid relid, char **columns, int ncolumns, MigChecksum *result);

#endif							/* SQLITE_FDW_MIG_MIGRATE_H */
