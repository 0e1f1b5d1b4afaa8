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
#include "lib/stringinfo.h"
#include "nodes/execnodes.h"
#include "tcop/dest.h"
#include "utils/relcache.h"

#include "convert/convert.h"
#include "server/server.h"

/* Sum of rows, see mig_checksum.c. Sums of parts add up to the sum of the whole. */
typedef struct MigChecksum
{
	int64		rows;
	uint64		sum[2];			/* of the lanes of their hashes, modulo 2^64 */
} MigChecksum;

static inline void
mig_checksum_add(MigChecksum *sum, const ConvHash *row)
{
	sum->rows++;
	sum->sum[0] += row->lane[0];
	sum->sum[1] += row->lane[1];
}

static inline void
mig_checksum_merge(MigChecksum *sum, const MigChecksum *part)
{
	sum->rows += part->rows;
	sum->sum[0] += part->sum[0];
	sum->sum[1] += part->sum[1];
}

/* in mig_copy.c */

/* What happens with a row whose key is taken. */
typedef enum MigConflict
{
	MIG_CONFLICT_ERROR, MIG_CONFLICT_NOTHING, MIG_CONFLICT_UPDATE
} MigConflict;

typedef struct MigCopySpec
{
	Oid			source;
	Oid			target;
	MigConflict on_conflict;
	int			nconflict;		/* columns of the key; 0 = the primary key, or any unique one */
	char	  **conflict;
	bool		reject;			/* bad rows go to the quarantine */
	int64		reject_limit;	/* so many at most; -1 = any number */
	const char *migration;		/* that they belong to, NULL = none */
	bool		replay;			/* the rows are those of the quarantine, see mig_replay.c */
	bool		checksum;		/* of the source, on the way */
	int64	   *first;			/* only rows from this rowid on; NULL = all */
	int64	   *end;			/* and before this one; NULL = all */
	const char *policy;			/* why rows go there, NULL = the copy refuses them; see mig_expel */
} MigCopySpec;

typedef struct MigCopyResult
{
	int64		rows_read;
	int64		inserted;
	int64		updated;
	int64		skipped;		/* by BEFORE ROW triggers, by on_conflict, or because the same row is there */
	int64		rejected;
	int64		adjusted;		/* values changed by agreement, see ConvIn */
	int64		nulled;			/* of these: refused, and NULL instead */
	char	   *changes;		/* adjusted by column and kind: {"column": {"gap": 2}}; palloc'd */
	bool		frozen;			/* rows arrived frozen */
	bool		summed;			/* the checksum is that of the whole source, and no row was rejected */
	MigChecksum checksum;		/* over all columns of the foreign table in their order; zeros unless summed */
} MigCopyResult;

/*
 * Copies every row of a foreign table of this wrapper into another relation;
 * columns are matched by name. Checks SELECT on the source and INSERT on the
 * target. Throws; nothing is committed here.
 */
extern void mig_copy(const MigCopySpec *spec, MigCopyResult *result);

/* A row on its way. */
typedef struct MigRow
{
	uint64		number;			/* in the source, from 1 */
	const char *raw;			/* its values as SQLite has them, then its key (conv_raw.c); NULL: not wanted */
	int			raw_len;
	int64		reject;			/* its row of the quarantine when that is where it comes from */
} MigRow;

/* Why a row did not get where it should. */
typedef struct MigFault
{
	int			sqlstate;
	char	   *column;			/* NULL if it is no single one */
	bool		of_source;		/* the column's name is that in SQLite */
	char	   *message;
	char	   *detail;			/* NULL if there is none */
} MigFault;

/* in mig_source.c: rows of a foreign table, in rowid or key order */

typedef enum MigRead
{
	MIG_READ_END, MIG_READ_ROW, MIG_READ_REFUSED	/* a value cannot be converted */
} MigRead;

typedef struct MigSource MigSource;

/* in mig_giant.c: rows with values that SQLite does not read */

/* A row: so many behind the first of a range of rowids, or, of a table without rowids, of the table in the order of its key. */
typedef struct MigPlace
{
	const char *rowid;			/* usable spelling; NULL: the rows have none */
	const int64 *first;			/* NULL: from the beginning */
	const int64 *end;			/* before this one; NULL: to the end */
	int64		rows;
} MigPlace;

typedef struct MigGiant
{
	int64		rowid;			/* 0 in a table without */
	char	   *row;			/* as server_row_name says it */
	int		   *bytes;			/* by column: of a value that SQLite does not read, -1 if it is unknown; 0: it is read */
	SqliteStmt *stmt;			/* on the row, with a short text or blob in the place of such values; behind the columns the rowid or key */
	MigFault	fault;
} MigGiant;

/*
 * After SQLITE_STEP_GIANT: the row of which it was, with these columns; NULL if it is not found, as in a view.
 * palloc'd; the statement dies with CurrentMemoryContext.
 */
extern MigGiant *mig_giant(SqliteDb *db, const SourceRelation *rel, const int *cols, int ncols, const MigPlace *place);

/* A source: how it makes the next row, and what is known of its columns. */
struct MigSource
{
	MigRead		(*next) (MigSource *source, Datum *values, bool *nulls);
	const SourceRelation *rel;
	SqliteDb   *db;
	SqliteStmt *stmt;			/* positioned on the row */
	struct sqlite3_stmt *handle;	/* of it */
	int			ncols;
	int		   *cols;			/* result column → index into rel->cols */
	int		   *target;			/* result column → index into values */
	ConvIn	  **conv;			/* by result column */
	char	  **target_names;	/* of the columns that they fill */
	char	   *order;			/* tail of the statement */
	const char *rowid;			/* usable spelling, NULL if rows have none */
	int			nkey;			/* columns of the key that follow in MigRow.raw */
	bool		key_unsearchable;	/* its index is in an order that only the application knows */
	char	  **key;
	MigRow		row;			/* read last */
	StringInfo	raw;			/* its raw values; NULL: not wanted */
	int			refused;		/* column that refused it */
	ConvCanon  *canon;			/* for the hash of each row; NULL: not wanted */
	ConvHash	hash;			/* of the row, once it is converted */
	const MigFault *fault;		/* what else is wrong with it; NULL if it is the column */
	uint64		before;			/* rows read before the statement began */
	const int64 *first;			/* where it began; NULL = with the first row */
	MigGiant   *giant;			/* the row is one that SQLite does not give; its raw values are there all the same */
};

/*
 * Opens a scan over the columns "attnums" of a foreign table; result column i
 * is written to values[target[i]]. With "keep" rows carry their raw values.
 * The statement dies with CurrentMemoryContext.
 */
extern MigSource *mig_source_open(const SourceRelation *rel, const AttrNumber *attnums, const int *target, int ncols, bool keep);

/*
 * Steps to the next row and counts it; false at the end. With "keep" the rows that SQLite does
 * not give are rows too, see "giant": only their raw values and their fault are there.
 */
extern bool mig_source_step(MigSource *source);

/* Notes the raw values of a row that is not converted. */
extern void mig_source_keep(MigSource *source);

/* Converts the row on which "stmt" stands, for sources that have their own statements; sets the handle. */
extern MigRead mig_source_convert(MigSource *source, Datum *values, bool *nulls);

/* Raises the error for the value that was refused last. */
extern void mig_source_raise(const MigSource *source) pg_attribute_noreturn();

/* Throws 42501 unless the role may read the columns of a foreign table: what is read past the executor is checked here. */
extern void mig_source_check_select(Relation rel, const AttrNumber *attnums, int ncols);

/*
 * " ORDER BY …" after server_select: a table in the order in which it is stored,
 * so that SQLite neither sorts it nor walks an index instead; "" for a view or
 * virtual table. *rowid = usable spelling of rowid, NULL if there is none. palloc'd.
 */
extern char *mig_source_order(SqliteDb *db, const char *table, const char **rowid);

/*
 * The key of a table without rowids as columns of a SELECT, and the tail of one in its order, in which
 * every statement of a snapshot finds its rows: palloc'd; NULL if it is another table, or there is no such order.
 */
extern const char *mig_source_key(SqliteDb *db, const char *table, const char **order);

/* " WHERE …" before it, for the rowids from *first on and before *end (NULL: without that end); palloc'd. Throws 42809 for a range of a table without them. */
extern char *mig_source_range(const char *table, const char *rowid, const int64 *first, const int64 *end);

/* Smallest and largest rowid; false for a table without rows. */
extern bool mig_source_bounds(SqliteDb *db, const SqliteTable *table, const char *rowid, int64 *first, int64 *last);

/* in mig_replay.c: rows of the quarantine */

/* Turns a source that was opened with "keep" into one that reads the quarantine, inside the caller's SPI connection. */
extern MigSource *mig_replay_open(MigSource *source, const MigCopySpec *spec);

/*
 * The rows of a migration that the target lacks, or has as they were edited in
 * the quarantine (*loaded); "stmt" of the source stands on the row. The scan
 * "source", which was opened with "keep", stays as it is.
 */
extern MigSource *mig_held_open(MigSource *source, const char *migration);
extern bool mig_held_next(MigSource *held, bool *loaded);

/* in mig_reject.c: the quarantine */

typedef struct MigRejects MigRejects;

/*
 * Opens the quarantine for a copy, inside the caller's SPI connection. Throws
 * 42704 or 42501 when the migration is none of the role's.
 */
extern MigRejects *mig_rejects_open(const MigCopySpec *spec, Relation source, Relation target, const MigSource *reader);

/* Takes a row; false when the limit is reached: the caller throws the fault then. */
extern bool mig_rejects_add(MigRejects *rejects, const MigRow *row, const MigFault *fault);

/* The fault of a row that the source could not convert; palloc'd. */
extern const MigFault *mig_rejects_refusal(const MigSource *source);

/* A row of the quarantine has found its place. */
extern void mig_rejects_loaded(MigRejects *rejects, const MigRow *row);

extern int64 mig_rejects_close(MigRejects *rejects);	/* writes what is left; returns how many were rejected */

/* in mig_expel.c: rows that leave a target again */

typedef struct MigExpelSpec
{
	MigCopySpec copy;			/* the copy that brought them: source, target, migration; policy */
	int			ncolumns;
	char	  **columns;		/* of the target, all that were copied */
	const char *statement;		/* takes rows out; returns whether each has left, then its columns as they were */
	MigFault	fault;			/* why; its detail is made here */
	int			nkey;
	char	  **key;			/* columns in the source whose values the detail shows */
	const char *key_fault;		/* what is wrong with them */
} MigExpelSpec;

/*
 * Runs the statement and writes the rows that have left to the quarantine as
 * the source has them; returns how many. Throws XX001 when one is not found
 * there: no row leaves without a row of the quarantine.
 */
extern int64 mig_expel(const MigExpelSpec *spec);

/* in mig_sink.c: rows into a relation */

typedef struct MigSink MigSink;

/* A sink: what it does with rows, and what it has done with them. */
struct MigSink
{
	/* a cleared slot; the caller sets tts_values and tts_isnull of its columns */
	TupleTableSlot *(*slot) (MigSink *sink);
	/* takes the filled slot as a row of the source; copies its values; writes when it has enough */
	void		(*store) (MigSink *sink, TupleTableSlot *slot, const MigRow *row);
	/* writes what is left, fires triggers, frees everything but the struct itself */
	void		(*close) (MigSink *sink);

	uint64		row;			/* source row in work, for error contexts; 0 = several */
	int64		inserted;
	int64		updated;
	int64		bytes;			/* of the rows stored so far */
	bool		frozen;			/* rows arrive frozen */
};

/* Throws 0A000 for a relation that cannot be loaded at all. True if it takes the bulk sink, false if only INSERT will do. */
extern bool mig_sink_bulk(Relation rel, MigConflict on_conflict);

/* in mig_bulk.c: buffered multi-insert into one plain table */

/*
 * "rel" has passed mig_sink_bulk and is locked RowExclusive or stronger by the caller, who fills the columns
 * "attnums"; the others get their defaults. Checks the INSERT privilege. "rejects" NULL: the first bad row is an error.
 */
extern MigSink *mig_bulk_open(Relation rel, const AttrNumber *attnums, int ncols, const MigCopySpec *spec, MigRejects *rejects);

/* in mig_upsert.c: INSERT … ON CONFLICT into anything that takes INSERT, inside the caller's SPI connection */
extern MigSink *mig_upsert_open(Relation rel, const AttrNumber *attnums, int ncols, const MigCopySpec *spec, MigRejects *rejects);

/* in mig_batch.c: rows written together, and what is done when that fails */

/*
 * A buffer is written when it has this many rows or this many bytes. More rows
 * save little: a page of narrow rows is full after some hundred of them. The
 * bytes bound the memory of wide rows.
 */
#define MIG_MAX_BUFFERED_ROWS	1000
#define MIG_MAX_BUFFERED_BYTES	65536

typedef struct MigBatch MigBatch;

struct MigBatch
{
	/* writes rows first .. first+n-1 and counts them; sets faults of those it refuses without an error; throws */
	void		(*write) (MigBatch *batch, int first, int n);
	/* after an error: whether the same rows are to be written once more, because the sink will do it otherwise */
	bool		(*again) (MigBatch *batch, const ErrorData *error);
	MigSink    *sink;
	MigRejects *rejects;		/* NULL: the first fault is an error */
	bool		replay;
	MemoryContext context;		/* of the rows in the batch */
	int			group;			/* rows that are tried together */
	int			n;
	Size		bytes;
	MigRow		rows[MIG_MAX_BUFFERED_ROWS];
	const MigFault *faults[MIG_MAX_BUFFERED_ROWS];
};

extern void mig_batch_init(MigBatch *batch, MigSink *sink, MigRejects *rejects, bool replay);

/* Notes a row, with a copy of its raw values; its place in the batch is the one returned. */
extern int	mig_batch_add(MigBatch *batch, const MigRow *row, Size bytes);
extern bool mig_batch_full(const MigBatch *batch);

/* Writes all rows of the batch and empties it. */
extern void mig_batch_flush(MigBatch *batch);

/* Sends a row that was refused without an error to the quarantine; throws its fault when there is none, or no room. */
extern void mig_batch_refuse(MigRejects *rejects, const MigRow *row, const MigFault *fault);

/* in mig_guard.c: constraints of a plain table, answered without an error */

typedef struct MigGuard MigGuard;

/* The indexes of "rri" were opened for speculative insertion. */
extern MigGuard *mig_guard_open(ResultRelInfo *rri, EState *estate);
extern bool mig_guard_complete(const MigGuard *guard);	/* knows every NOT NULL and CHECK of the table */
extern bool mig_guard_checks(const MigGuard *guard);	/* the table has a CHECK */

/* The first NOT NULL or CHECK constraint that the row breaks; NULL if none. palloc'd. */
extern MigFault *mig_guard_constraints(MigGuard *guard, TupleTableSlot *slot);

/* The first unique or exclusion constraint for which a row is in the way; NULL if none. palloc'd. */
extern MigFault *mig_guard_unique(MigGuard *guard, TupleTableSlot *slot);

/* in mig_progress.c: pg_stat_progress_copy */
extern void mig_progress_start(Oid relid, int64 bytes_total);

typedef enum MigPhase
{
	MIG_READING = 1,			/* a table of SQLite, for its types */
	MIG_COPYING,
	MIG_COMPARING,				/* both sides of a table, by sync */
	MIG_WRITING					/* what differs, all tables */
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

/*
 * A candidate whose values cost a subtransaction each is given up after so many
 * refusals: it has lost anyway.
 */
#define MIG_FIT_HOPELESS	100

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
	bool		slow;			/* a candidate that is given up after MIG_FIT_HOPELESS refusals */
	bool		stopped;		/* no longer tried after many refusals: "refused" is a lower bound */
	MigFitChange changes[CONV_KINDS];	/* values that fit, or would but for what they lose */
} MigFitResult;

/*
 * One pass over a table of the source: counts storage classes per column and
 * tries every candidate on every value. With "lazy" only the first candidate of
 * each column, and in a second pass the others of columns where it was refused
 * or read text as numbers. With "first" or "end" only the rows from this rowid on
 * and before that one.
 * Constant memory, interruptible. Returns the number of rows.
 */
extern int64 mig_fit(SqliteDb *db, const char *table, char **columns, int ncolumns,
					 const MigFitCandidate *candidates, int ncandidates, bool lazy, const int64 *first, const int64 *end,
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

/* A part of a table with rowids. */
typedef struct MigProfileRange
{
	const int64 *first;			/* only rows from this rowid on; NULL = all */
	const int64 *end;			/* and before this one; NULL = all */
	const uint32 *tried;		/* by column: what is still tried where the part begins, see conv_profile_continue; NULL: it is the first part */
} MigProfileRange;

/*
 * One pass over a table or view of the source, or over the range of it. Allocated in
 * CurrentMemoryContext, which the caller resets after each table; the size
 * does not depend on the rows. sample_rows < 0 = all; range NULL = all. NULL when SQLite cannot
 * expand the table: *error = its message. Shown in pg_stat_progress_copy.
 */
extern MigProfile *mig_profile(SqliteDb *db, const SqliteTable *table, int64 sample_rows, const MigProfileRange *range, char **error);

/* in mig_checksum.c; the type is above */

/*
 * Order-independent checksum over the canonical form of the named columns, in
 * the order given: two relations are compared with the same list. A foreign
 * table of this wrapper is read from SQLite (raw where ConvCanon allows),
 * anything else through the executor, with the caller's rights and policies; of
 * that, with a condition, the rows "t" for which it is true. Throws 42703 for an unknown column, 42809 for a relation without rows. With
 * a migration a foreign table is taken as the migration loaded it: without the
 * rows that are rejected, and with those that were repaired in the quarantine.
 */
typedef struct MigChecksumSpec
{
	Oid			relid;
	int			ncolumns;
	char	  **columns;
	const char *migration;		/* NULL: none */
	const char *condition;		/* NULL: all rows */
	int64	   *first;			/* of a foreign table: only rows from this rowid on; NULL = all */
	int64	   *end;			/* and before this one; NULL = all */
	const char **proofs;		/* NULL, or room for what conv_canon_proof says of each column of a foreign table */
	int64	   *held;			/* NULL, or room for how many rows of a foreign table wait in the quarantine */
} MigChecksumSpec;

extern void mig_checksum(const MigChecksumSpec *spec, MigChecksum *result);

/* Takes the row on which a source stands; CurrentMemoryContext is the row's. */
typedef void (*MigTakeRow) (MigSource *source, void *state);

/*
 * Calls "take" for each row of a foreign table of this wrapper, as a migration
 * loaded it if one is named; the scan has the columns "attnums" in that order.
 * Returns how many of its rows wait in the quarantine.
 */
extern int64 mig_source_rows(Relation rel, const SourceRelation *from, const AttrNumber *attnums, int ncols,
							const char *migration, MigTakeRow take, void *state);

/* Attribute numbers of columns by name, palloc'd. Throws 42703. */
extern AttrNumber *mig_find_columns(Relation rel, char **columns, int ncolumns);

/* Runs a query with the rights and policies of the role on the active snapshot, inside the caller's SPI connection; rows go to "receiver", NULL: to SPI. */
extern void mig_query(const char *sql, DestReceiver *receiver);

/* The same; "take" gets the columns of each row in the row's memory context. */
typedef void (*MigTakeDatums) (Datum *values, bool *nulls, void *state);
extern void mig_query_rows(const char *sql, MigTakeDatums take, void *state);

/* The sum, without the number of rows, as SQL has it; palloc'd. And back. */
extern struct pg_uuid_t *mig_checksum_uuid(const MigChecksum *sum);
extern void mig_checksum_read(MigChecksum *sum, const struct pg_uuid_t *uuid);

/* in mig_sketch.c: checksums of a relation by parts of its keys */

#define MIG_SKETCH_BITS		16
#define MIG_SKETCH_PARTS	(1 << MIG_SKETCH_BITS)

/* Which part a row is in. No padding: it travels as bytes. */
typedef struct MigSketchShape
{
	int64		first;			/* the least key, of ranges */
	int32		shift;			/* bits of the distance from it that are left out */
	int16		nkey;			/* the first columns are the key */
	int16		ranges;			/* of a key that is one integer; else by its hash */
} MigSketchShape;

typedef struct MigSketch
{
	MigSketchShape shape;
	MigChecksum parts[MIG_SKETCH_PARTS];
} MigSketch;

/* One of two relations that are compared: columns in the same order, those of the key first. */
typedef struct MigSide
{
	Relation	rel;
	SourceRelation *source;		/* NULL: no foreign table of this wrapper */
	bool		cast;			/* some columns are cast: it is read by a query */
	int			ncols;
	int			nkey;			/* ncols: a row is what is in it */
	AttrNumber *attnums;
	Oid		   *types;			/* after casts */
	int32	   *typmods;
} MigSide;

/* The key of a row: the number itself, or a hash. */
typedef struct MigKey
{
	int64		word[2];
} MigKey;

/* What hashes keys and rows. */
typedef struct MigHasher
{
	MigSketchShape shape;
	bool		whole;			/* the key is the row */
	Oid			key_type;		/* of ranges */
	ConvCanon  *row;
	ConvCanon  *key;
} MigHasher;

/* palloc'd; keeps a lock on the relation. Throws 42703. */
extern MigSide *mig_side_open(Oid relid, char **columns, int ncols, int nkey);
extern void mig_side_close(MigSide *side);

/* Casts columns of a side whose types cannot hold the same values as those of the other. */
extern void mig_side_match(MigSide *side, const MigSide *other);

/* Whether it is read straight from SQLite. */
extern bool mig_side_is_raw(const MigSide *side);

/* "SELECT <before>columns<behind> FROM relation AS t", and "t.column"; palloc'd. */
extern char *mig_side_query(const MigSide *side, const char *before, const char *behind);
extern const char *mig_side_column(const MigSide *side, int i);

/* Whether the key of a foreign table of this wrapper is the rowid. */
extern bool mig_side_key_is_rowid(const MigSide *side);

/* "migration": that loaded the target, NULL for none. */
extern void mig_sketch_shape(const MigSide *source, const MigSide *target, const char *migration, MigSketchShape *shape);

/* One pass over a relation, as a migration loaded it if one is named. palloc'd, of a size that does not depend on the rows. */
extern MigSketch *mig_sketch(const MigSide *side, const MigSketchShape *shape, const char *migration);
extern void mig_sketch_merge(MigSketch *sketch, const MigSketch *other);
extern void mig_sketch_datums(MigSketch *sketch, MigHasher *hasher, const Datum *values, const bool *nulls);

/* Of rows of Datums, or of a source; the latter lives as long as the source. */
extern MigHasher *mig_hasher(const MigSketchShape *shape, const Oid *types, int ncols);
extern MigHasher *mig_hasher_source(const MigSketchShape *shape, const MigSource *source);

/* The key of a row; returns its part. Those of a source throw as mig_source_raise. */
extern int	mig_key_datums(MigHasher *hasher, const Datum *values, const bool *nulls, MigKey *key);
extern int	mig_key_source(MigHasher *hasher, MigSource *source, MigKey *key);
extern ConvHash mig_row_source(MigHasher *hasher, MigSource *source);

/* in mig_diff.c: rows in which two relations differ */

typedef struct MigDiffSpec
{
	Oid			source;
	Oid			target;
	int			ncolumns;		/* those of the key first */
	char	  **columns;
	int			nkey;			/* ncolumns: a row is what is in it */
	bool		keys_only;		/* no more than status and key is wanted */
	const char *migration;		/* that loaded the target, NULL = none */
} MigDiffSpec;

/* A differing row: status, key, columns, source, target, as sqlite_mig.diff returns them. */
#define MIG_DIFF_COLUMNS	5
typedef void (*MigDiffEmit) (Datum *values, bool *nulls, void *state);

/* Throws 42703, 42804 or 42846 for types that cannot be compared, and what reading throws. Memory does not depend on the rows. */
extern void mig_diff(const MigDiffSpec *spec, MigDiffEmit emit, void *state);

/* in mig_sketch.c: the checksums of both, of so many parts of the keys; rows as sqlite_mig.checksum_ranges returns them */
#define MIG_RANGE_COLUMNS	8
extern void mig_sketch_ranges(const MigDiffSpec *spec, int ranges, MigDiffEmit emit, void *state);

#endif							/* SQLITE_FDW_MIG_MIGRATE_H */
