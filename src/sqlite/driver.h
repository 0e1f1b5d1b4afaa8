/*-------------------------------------------------------------------------
 *
 * driver.h
 *	  The SQLite driver: handles, statements, transactions, errors, schema.
 *
 * Every failure of SQLite becomes an ereport here, after the SQLite call has
 * returned: never inside a callback. Handles are opaque; sqlite3.h stays in
 * src/sqlite and src/convert.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_DRIVER_H
#define SQLITE_FDW_MIG_DRIVER_H

#include "base/base.h"

#include <sys/types.h>

#include "nodes/pg_list.h"

struct sqlite3;
struct sqlite3_stmt;
struct sqlite3_value;

typedef struct SqliteDb SqliteDb;	/* a connection; lives until sqlite_close */
typedef struct SqliteStmt SqliteStmt;	/* dies with the memory context it was prepared in */

/* Bytes of the longest pattern of LIKE and GLOB, as SQLite has it by itself. */
#define SQLITE_MAX_PATTERN	50000

/* Bytes of the longest value or row that is read, also where the library would let more in: less than PostgreSQL's 1 GB */
#define SQLITE_MOST_BYTES	1000000000

/* How to open a file; all of it decided by the caller. */
typedef struct SqliteOpenSpec
{
	const char *path;			/* absolute, symbolic links resolved (base_check_file) */
	bool		immutable;		/* promise that nobody writes: no locks, no -wal, no -shm */
	bool		writable;		/* opened for writing; a hot journal is rolled back in place */
	int			busy_timeout_ms;	/* how long a lock of another process is waited for */
	int			cache_size_kb;	/* page cache; 0 = SQLite's default */
} SqliteOpenSpec;

/* in sqlite_open.c */

/*
 * Opens read-only unless spec says otherwise, with every safety SQLite has
 * (defensive, untrusted schema, no extensions, no ATTACH, cell size check, limits,
 * no mmap). Malloc'd, owned by the caller until sqlite_close. Throws: 58P01, 42501
 * (also a file that cannot be written to, when it is to be writable), 55000 (hot
 * journal or WAL that a read-only connection cannot recover), XX001 (corrupt),
 * 22000-class "is not a SQLite database".
 */
extern SqliteDb *sqlite_open(const SqliteOpenSpec *spec);

/* From now on each connection is opened with the functions that "add" gives it; it returns a result code and never throws. */
extern void sqlite_add_also(int (*add) (struct sqlite3 *handle));

/* Finalizes what is left and closes. Never throws; NULL is allowed. */
extern void sqlite_close(SqliteDb *db);

/* Version of the SQLite library, "3.40.1". */
extern const char *sqlite_version(void);

/* Path as opened, for messages; valid as long as the handle. */
extern const char *sqlite_path(SqliteDb *db);

/*
 * Begins a read transaction and takes the snapshot at once, so that a lock is
 * met here (55P03 after busy_timeout). No-op inside one.
 */
extern void sqlite_begin(SqliteDb *db);

/*
 * The same, but a lock of another process is waited for no longer than wait_ms
 * milliseconds, and no private copy is made: false then.
 */
extern bool sqlite_begin_within(SqliteDb *db, int wait_ms);

/* Resets running statements and ends the read transaction. Never throws. */
extern void sqlite_end(SqliteDb *db);

/* Whether statements of this connection are still in use somewhere. */
extern bool sqlite_has_statements(SqliteDb *db);

/* What tells whether anything read before may still be relied on. */
typedef struct SqliteState
{
	uint64		connection;		/* a number that no other connection of this backend has had */
	int64		schema_version;
	int64		data_version;	/* changes with every commit of another connection */
} SqliteState;

extern SqliteState sqlite_state(SqliteDb *db);

/*
 * Whether the connection no longer shows what lies at the path: the file was
 * replaced (device, inode), or the source of a private copy has changed.
 */
extern bool sqlite_file_changed(SqliteDb *db);

/* Whether the connection reads a private copy instead of the file itself. */
extern bool sqlite_reads_copy(SqliteDb *db);

/* in sqlite_around.c */

/* What lies and who works around a database file. */
typedef struct SqliteSurroundings
{
	int			mode;			/* permission bits */
	time_t		modified;		/* last write to the file, or to a journal of it */
	int64		wal_size;		/* bytes of the -wal, 0 = none */
	int64		journal_size;	/* bytes of the -journal, 0 = none */
	int64		free_bytes;		/* left for the user on the file system; -1 = unknown */
	const char *file_system;	/* nfs, smb, 9p, fuse, tmpfs, local; NULL = unknown */
	int			holders;		/* other processes that hold locks on it at this moment; -1 = unknown */
	bool		writer;			/* and whether one of these locks is for writing */
} SqliteSurroundings;

/* Throws 58P01 and the like when the file has gone. */
extern void sqlite_look_around(SqliteDb *db, SqliteSurroundings *around);

/* in sqlite_write.c: of a writable connection */

/*
 * Takes the write lock, which sqlite_commit or sqlite_end gives back; begins the
 * transaction if need be. No-op when it is held. Throws 40001 when somebody has
 * written since the snapshot was taken, 55P03 after busy_timeout, 40000 when SQLite
 * has rolled the transaction back by itself.
 */
extern void sqlite_begin_write(SqliteDb *db);

/* Whether the write lock is held, and anything may have been written. */
extern bool sqlite_is_writing(SqliteDb *db);

/* Makes what was written last. Throws as sqlite_begin_write, 23503 for deferred foreign keys; the transaction is open still then. */
extern void sqlite_commit(SqliteDb *db);

/* Savepoints, one a level of nesting. The last returns false, and throws never, when SQLite refuses. */
extern void sqlite_savepoint(SqliteDb *db, int level);
extern void sqlite_release_savepoint(SqliteDb *db, int level);
extern bool sqlite_rollback_to_savepoint(SqliteDb *db, int level);

/* Rows that the last statement changed, those that its triggers and foreign keys changed not among them. */
extern int64 sqlite_changes(SqliteDb *db);

/* Whether this SQLite knows RETURNING. */
extern bool sqlite_has_returning(void);

/* How many placeholders a statement may have. */
extern int	sqlite_max_params(SqliteDb *db);

/* Whether there is a table of AUTOINCREMENT's numbers. */
extern bool sqlite_has_sequences(SqliteDb *db);

/* Runs one statement to its end. */
extern void sqlite_run(SqliteDb *db, const char *sql);

/*
 * Runs one statement of a user, of any kind but those that reach outside of the
 * file, of the transaction, or of the connection's life (42501). Result rows are
 * dropped. Returns the rows inserted, updated or deleted by it. Throws 42601 when
 * there is none, or more than one.
 */
extern int64 sqlite_execute(SqliteDb *db, const char *sql);

/* in sqlite_share.c: one snapshot for several processes */

/* Where a database lies as one connection reads it, for connections of other processes. */
typedef struct SqlitePlace
{
	char		path[MAXPGPATH];	/* of the source */
	char		copy[MAXPGPATH];	/* of the private copy that is read instead; "" = none */
	bool		immutable;		/* nobody writes to what is read */
} SqlitePlace;

extern void sqlite_place(SqliteDb *db, SqlitePlace *place);

/* Opens a private copy that belongs to another process, which removes it. Throws as sqlite_open. */
extern SqliteDb *sqlite_open_place(const SqlitePlace *place, const SqliteOpenSpec *spec);

/*
 * What tells one snapshot of a database from another, in whatever process it is
 * read: two connections whose marks are the same bytes read the same rows.
 */
typedef struct SqliteMark
{
	dev_t		dev;			/* of the source; 0 for a private copy */
	ino_t		ino;
	int			kind;			/* in sqlite_share.c */
	unsigned char header[48];	/* of the index of the write-ahead log */
} SqliteMark;

/* The mark of what a connection reads now; false when it has none, for one because it has written. */
extern bool sqlite_mark(SqliteDb *db, SqliteMark *mark);

/*
 * A number that differs from the one before if somebody has committed in between;
 * only of use within one connection, which must not be in a transaction. -1 when a
 * lock is in the way. Throws as sqlite_begin.
 */
extern int64 sqlite_data_version(SqliteDb *db);

/*
 * What the files of the source look like now: sizes, times, identity, and the
 * change counter; text that is only good for comparison. palloc'd.
 */
extern char *sqlite_fingerprint(SqliteDb *db);

/* in sqlite_backup.c */

/* What a copy came to. */
typedef struct SqliteBackup
{
	int64		pages;
	int64		bytes;
} SqliteBackup;

/*
 * Copies the database, as the connection's read transaction sees it, into the
 * new file "target" (absolute, checked by the caller) and makes it last. Throws
 * 58P02 when the file exists, file access errors, those of sqlite_raise; the
 * file is removed then.
 */
extern void sqlite_backup(SqliteDb *db, const char *target, SqliteBackup *result);

/*
 * Checks such a copy: "ok", or the first lines of what SQLite finds; palloc'd.
 * *unknown: or why it cannot look. Throws when it is cancelled; the file is removed then.
 */
extern char *sqlite_backup_check(const char *target, bool *unknown);

/*
 * Copies the database, as the connection's read transaction sees it, into the
 * folder for temporary files, and returns a connection to the copy, which is
 * removed by sqlite_close. It goes by the path of the source. Throws 53400
 * (temp_file_limit) and as sqlite_backup.
 */
extern SqliteDb *sqlite_snapshot(SqliteDb *db, SqliteBackup *result);

/*
 * in sqlite_check.c: what SQLite finds damaged in the structure of the file, some
 * lines, palloc'd; NULL if nothing. *unknown: that is why it could not look, as
 * when the schema uses a function that is not there. Throws when cancelled.
 */
extern char *sqlite_damage(SqliteDb *db, bool *unknown);

/* in sqlite_error.c */

/*
 * Raises the ERROR for a SQLite result code. "doing" completes "could not …"
 * (for example "read table \"t\""); "sql" goes to the context, may be NULL.
 */
extern void sqlite_raise(SqliteDb *db, int rc, const char *doing, const char *sql) pg_attribute_noreturn();

/* in sqlite_stmt.c */

/*
 * Prepares one statement (UTF-8 or server encoding: converted here). It is
 * finalized when CurrentMemoryContext is reset or deleted. Throws 42P01 /
 * 42703 / 42601 when SQLite cannot compile it.
 */
extern SqliteStmt *sqlite_prepare(SqliteDb *db, const char *sql);

/*
 * The same, but a statement that SQLite cannot compile gives NULL and *error =
 * SQLite's message (palloc'd). Lock, I/O and corruption errors are still thrown.
 */
extern SqliteStmt *sqlite_try_prepare(SqliteDb *db, const char *sql, char **error);

/*
 * sqlite_prepare for a statement that will be wanted again: one that was
 * released before and has the same text is used again.
 */
extern SqliteStmt *sqlite_prepare_again(SqliteDb *db, const char *sql);

/* Resets a statement and keeps it for sqlite_prepare_again. NULL is allowed. */
extern void sqlite_release(SqliteStmt *stmt);

/* Steps: true = a row is there, false = done. Throws; reacts to cancel. */
extern bool sqlite_step(SqliteStmt *stmt);

/*
 * The same for who can go on without a row that has a value too long for SQLite: instead
 * of an error it is SQLITE_STEP_GIANT, and the statement is to be finalized or rewound.
 */
typedef enum SqliteStep
{
	SQLITE_STEP_END, SQLITE_STEP_ROW, SQLITE_STEP_GIANT
} SqliteStep;

extern SqliteStep sqlite_step_over(SqliteStmt *stmt);

/* The error that was left out then. */
extern void sqlite_raise_giant(SqliteStmt *stmt) pg_attribute_noreturn();

/* What a statement reads: an error about a value too long for SQLite then names its row. "table" must live as long as the statement. */
extern void sqlite_tells_of(SqliteStmt *stmt, const char *table);

/* Ready to be stepped from the start again; bindings stay. */
extern void sqlite_rewind(SqliteStmt *stmt);

/* Finalizes now, before its memory context dies. NULL is allowed. */
extern void sqlite_finalize(SqliteStmt *stmt);

/* SQL text (server encoding), for EXPLAIN and messages. */
extern const char *sqlite_sql(SqliteStmt *stmt);

/* For the convert layer: the raw statement, positioned on the current row. */
extern struct sqlite3_stmt *sqlite_raw(SqliteStmt *stmt);

extern int	sqlite_column_count(SqliteStmt *stmt);

/* Parameters, 1-based. */
extern void sqlite_bind_int64(SqliteStmt *stmt, int param, int64 value);
extern void sqlite_bind_text(SqliteStmt *stmt, int param, const char *value);
extern void sqlite_bind_double(SqliteStmt *stmt, int param, double value);
extern void sqlite_bind_null(SqliteStmt *stmt, int param);

/* A blob, or text of these very bytes, whatever they are. Copied. */
extern void sqlite_bind_bytes(SqliteStmt *stmt, int param, const char *bytes, int len, bool text);

/* Current row, 0-based columns: for schema queries, not for table data. */
extern bool sqlite_is_null(SqliteStmt *stmt, int col);
extern int64 sqlite_integer(SqliteStmt *stmt, int col);

/*
 * palloc'd, server encoding; NULL for NULL. Bytes that are no UTF-8 become
 * U+FFFD, so a name that is to be used again needs sqlite_text_is_valid.
 */
extern char *sqlite_text(SqliteStmt *stmt, int col);
extern bool sqlite_text_is_valid(SqliteStmt *stmt, int col);

/* in sqlite_blob.c: the beginnings of long values, whose rest is not read */

typedef struct SqliteBlob SqliteBlob;

/* For a column of a table with rowids; dies with CurrentMemoryContext. Opens nothing yet. */
extern SqliteBlob *sqlite_blob(SqliteDb *db, const char *table, const char *column);

/* The first bytes of the BLOB or TEXT in a row, which has as many. Throws as sqlite_raise. */
extern void sqlite_blob_read(SqliteBlob *blob, int64 rowid, char *buffer, int bytes);

/* How many there are, also of a value that is too long to be read; -1 for what is no BLOB or TEXT, or is computed. */
extern int	sqlite_blob_bytes(SqliteBlob *blob, int64 rowid);

/* Closes now, before its memory context dies. */
extern void sqlite_blob_close(SqliteBlob *blob);

/* in sqlite_schema.c */

typedef enum SqliteTableKind
{
	SQLITE_KIND_TABLE,
	SQLITE_KIND_VIEW,
	SQLITE_KIND_VIRTUAL,
	SQLITE_KIND_SHADOW			/* storage of a virtual table: FTS, R-Tree … */
} SqliteTableKind;

typedef struct SqliteTable
{
	char	   *name;
	bool		bad_name;		/* the name is not valid UTF-8: the table cannot be addressed */
	SqliteTableKind kind;
	bool		without_rowid;
	bool		strict;
	int			rootpage;
	char	   *sql;			/* CREATE statement; NULL only for odd files */
} SqliteTable;

typedef struct SqliteColumn
{
	char	   *name;
	char	   *type;			/* declared type as written, "" if none */
	bool		notnull;
	char	   *dflt;			/* DEFAULT as SQL text, NULL if none */
	int			pk;				/* 1-based place in the primary key, 0 = not in it */
	int			hidden;			/* 0 no, 1 hidden (virtual table), 2 generated virtual, 3 generated stored */
	char	   *collation;		/* BINARY, NOCASE, RTRIM, … */
	bool		autoincrement;
	bool		rowid_alias;	/* INTEGER PRIMARY KEY: the column is the rowid */
} SqliteColumn;

/* All tables and views but sqlite_%, in order of creation: list of SqliteTable, palloc'd. */
extern List *sqlite_tables(SqliteDb *db);

/* One table or view by its name (SQLite compares ASCII-case-insensitively); NULL if there is none. */
extern SqliteTable *sqlite_table(SqliteDb *db, const char *name);

/*
 * Columns in order: list of SqliteColumn. Hidden columns of virtual tables are
 * left out. For a view or virtual table that SQLite cannot expand, or names that
 * are not valid UTF-8: NIL and *error = the reason.
 */
extern List *sqlite_columns(SqliteDb *db, const SqliteTable *table, char **error);

/* Whether SQLite itself has the collation. By others nothing can be compared here, nor looked up in an index. */
extern bool sqlite_is_own_collation(const char *name);

/* The spelling of rowid that no column of the table hides; NULL if there is no rowid. */
extern const char *sqlite_rowid_name(const SqliteTable *table, List *columns);

/*
 * Rows of a table without reading it: sqlite_stat1, else a bound from the
 * smallest and greatest rowid, else from the size of the file. Never exact,
 * always at least 0; *source says which ("stat1", "rowid", "pages", "guess").
 */
extern double sqlite_estimate_rows(SqliteDb *db, const SqliteTable *table, const char *rowid_name, const char **source);

#endif							/* SQLITE_FDW_MIG_DRIVER_H */
