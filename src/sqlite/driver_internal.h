/*-------------------------------------------------------------------------
 *
 * driver_internal.h
 *	  What the files of the driver share among themselves.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_DRIVER_INTERNAL_H
#define SQLITE_FDW_MIG_DRIVER_INTERNAL_H

#include "sqlite/driver.h"

#include <sys/stat.h>

#include <sqlite3.h>

#include "portability/instr_time.h"

/* A database consists of up to three files. */
#define SQLITE_FILES	3

typedef struct SqliteFileState
{
	bool		exists;
	off_t		size;
	struct timespec mtime;
	ino_t		ino;
} SqliteFileState;

/* Bytes of the header of a write-ahead log's index, which change with every commit. */
#define SQLITE_WAL_MARK	48

/* How many idle statements a connection keeps for their next use. */
#define SQLITE_IDLE_STATEMENTS	16

/* Statements that every transaction needs; each is compiled once. */
typedef enum SqliteControl
{
	CONTROL_BEGIN, CONTROL_BEGIN_WRITE, CONTROL_PROBE, CONTROL_COMMIT, CONTROL_ROLLBACK
} SqliteControl;

#define SQLITE_CONTROLS (CONTROL_ROLLBACK + 1)

struct SqliteDb
{
	sqlite3    *handle;
	char	   *path;			/* of the source */
	char	   *private_path;	/* of the private copy that is really read (a snapshot if immutable); NULL if none */
	bool		borrowed;		/* the private copy belongs to another process */
	SqliteFileState copied[SQLITE_FILES];	/* the source when it was copied */
	dev_t		dev;			/* identity of the source when it was opened */
	ino_t		ino;
	uid_t		owner;
	int			system_error;	/* errno of an open that failed, 0 if unknown */
	bool		immutable;
	int			cache_size_kb;
	int			busy_timeout_ms;
	instr_time	busy_since;		/* when the present wait for a lock began */
	bool		in_transaction;
	bool		looked;			/* in sqlite_share.c: it is known whether there is a write-ahead log */
	bool		has_wal;		/* and the connection has it open: so it stays */
	bool		marked;			/* the present transaction reads at wal_mark */
	unsigned char wal_mark[SQLITE_WAL_MARK];
	bool		writable;
	bool		writing;		/* the write lock is held */
	char		unknown_collation[64];	/* that a statement asked for and only the application has; empty if none did */
	bool		users_statement;	/* what is being compiled was written by a user */
	int			most_bytes;		/* what is being compiled reads no longer values; see sqlite_json.c */
	bool		lists_only;		/* and its text has no JSON but lists of ours */
	bool		closed;			/* only kept for the statements that are left */
	int			nstatements;	/* that belong to memory contexts; virtual tables have others */

	/* in sqlite_schema.c: the tables of the file when its schema had this version */
	MemoryContext schema;		/* holds the lists; NULL if not read yet */
	double		schema_version;
	List	   *tables;			/* of SqliteTable, in order of creation */
	List	   *by_name;		/* the same, sorted by name */

	uint64		number;			/* of connections opened so far */
	SqliteState state;			/* what sqlite_state said */
	bool		state_known;	/* and nothing can have changed since */
	sqlite3_stmt *controls[SQLITE_CONTROLS];	/* NULL until they are needed */
	sqlite3_stmt *idle[SQLITE_IDLE_STATEMENTS]; /* the one used last comes first */
	int			nidle;
};

struct SqliteStmt
{
	SqliteDb   *db;				/* may be gone when only the callback is left to run */
	sqlite3_stmt *handle;		/* NULL once finalized */
	char	   *sql;			/* server encoding */
	const char *table;			/* that it reads, for sqlite_giant_place; or NULL */
	bool		reads;			/* and writes nothing */
	int			most_bytes;		/* of a value that it may make or read; less than SQLITE_MOST_BYTES in one that runs JSON functions */
	MemoryContextCallback callback;
};

/*
 * in sqlite_giant.c: "column ... of the row with rowid ... of table ...", palloc'd: the first value
 * or row of a table or view that SQLite refuses to read for its length; NULL if none is found.
 * *remedy = a statement for SQLite that makes it readable, or NULL. Reads the table up to there.
 */
extern char *sqlite_giant_place(SqliteDb *db, const char *table, char **remedy);

/* in sqlite_ahead.c: name of the VFS that reads ahead; NULL, which is SQLite's own, when there is none */
extern const char *sqlite_ahead_vfs(void);

/*
 * in sqlite_super.c: what a journal names is neither read nor deleted; for the VFS. A name
 * is known from sqlite_own() to sqlite_disown().
 */
typedef struct SqliteOwnName
{
	const char *name;			/* of a database, as SQLite gave it to xOpen */
	struct SqliteOwnName *next;
} SqliteOwnName;

extern void sqlite_own(SqliteOwnName *own, const char *name);
extern void sqlite_disown(SqliteOwnName *own);
extern int	sqlite_guarded_access(sqlite3_vfs *real, const char *name, int flags, int *result);
extern int	sqlite_guarded_delete(sqlite3_vfs *real, const char *name, int sync_folder);
extern int	sqlite_super_open(sqlite3_file *file, int flags, int *out_flags);

/* in sqlite_function.c: gives a new connection its SQL functions; returns a result code */
extern int	sqlite_add_functions(sqlite3 *handle);

/* in sqlite_geometry.c */
extern int	sqlite_add_geometry(sqlite3 *handle);

/* in sqlite_collation.c */
extern int	sqlite_add_collations(SqliteDb *db);

/* What to say of a statement that was ended because it needed a collation that is not there, once; NULL if that was not why. */
extern char *sqlite_unknown_collation(SqliteDb *db);

/* in sqlite_text.c: functions of SQLite that could not be stopped; returns a result code */
extern int	sqlite_add_text_functions(sqlite3 *handle);

/* in sqlite_match.c: the same for LIKE and GLOB */
extern int	sqlite_add_match_functions(sqlite3 *handle);

/* in sqlite_patch.c: the same for json_patch */
extern int	sqlite_add_patch(sqlite3 *handle);

/* in sqlite_long.c: the same for what makes long values */
extern int	sqlite_add_long_functions(sqlite3 *handle);

/* in sqlite_printf.c: printf and format without what takes ten seconds; returns a result code */
extern int	sqlite_add_printf(sqlite3 *handle);

/* in sqlite_stmt.c: runs such a statement; returns a result code */
extern int	sqlite_control(SqliteDb *db, SqliteControl control);

/* in sqlite_stmt.c: a statement compiled elsewhere, owned by CurrentMemoryContext; NULL for NULL */
extern SqliteStmt *sqlite_adopt(SqliteDb *db, sqlite3_stmt *handle, const char *sql);

/* in sqlite_open.c: the first number of a statement's first row; 0 for none */
extern int64 sqlite_pragma_number(SqliteDb *db, const char *sql);

/* in sqlite_stmt.c: finalizes the idle statements, before the connection is closed */
extern void sqlite_forget_statements(SqliteDb *db);

/* in sqlite_json.c: how long values may be in a statement that calls a function or reads a table-valued one of this name */
extern int	sqlite_json_bytes(const char *name);

/* in sqlite_json.c: whether the table-valued functions that the text of a statement names are given parameters, as lists of ours are */
extern bool sqlite_json_lists_only(const char *sql);

/* in sqlite_memory.c: before each step, and after it with false */
extern void sqlite_set_reading(bool reads);

/* Before the first use of the library: a wish to stop ends what makes long values. Only the first call has an effect. */
extern void sqlite_watch_memory(void);

/* in sqlite_open.c: BEGIN, and a first read, which takes the lock and with it the snapshot; returns a result code */
extern int	sqlite_try_begin(SqliteDb *db, SqliteControl begin);

/* in sqlite_open.c: a number that no connection has had: what was learned about the present state is void */
extern void sqlite_renumber(SqliteDb *db);

/* in sqlite_write.c: whether a statement of a user may do this, see sqlite3_set_authorizer */
extern bool sqlite_user_may(int action, const char *arg1, const char *arg2);

/* in sqlite_open.c: a busy handler; arg is the SqliteDb whose busy_timeout counts */
extern int	sqlite_wait(void *arg, int attempts);

/*
 * in sqlite_open.c: a connection like "db", but to a copy at "private_path" (in
 * TopMemoryContext), which nobody writes to. Owns the copy: it is removed when
 * this throws, too.
 */
extern SqliteDb *sqlite_open_copy(SqliteDb *db, char *private_path);

/* in sqlite_open.c: frees the struct of a closed connection, when no statement refers to it any more */
extern void sqlite_free(SqliteDb *db);

/* in sqlite_open.c: opens what "db" describes; when that fails, frees it and throws */
extern SqliteDb *sqlite_finish_open(SqliteDb *db);

/* in sqlite_open.c: BEGIN, and a first read; returns a result code */
extern int	sqlite_take_lock(SqliteDb *db, SqliteControl begin);

/* in sqlite_share.c: sqlite_take_lock, and where it has come to be; returns a result code */
extern int	sqlite_take_snapshot(SqliteDb *db, SqliteControl begin);

/* in sqlite_copy.c: the files of a database as they are now */
extern void sqlite_copy_look(const char *path, SqliteFileState *states);

/* in sqlite_error.c: SQLite's words in the server's encoding, whatever bytes a hostile schema has put into them; palloc'd */
extern char *sqlite_readable(const char *message);

/*
 * Reads bytes of the source through the connection's own descriptor; false if
 * there are fewer. A descriptor of ours would not do: closing it drops all locks
 * that this process holds on the file, also those of another connection.
 */
extern bool sqlite_read_bytes(SqliteDb *db, void *buffer, int amount, int64 offset);

/* The same; returns a result code, SQLITE_IOERR_SHORT_READ or SQLITE_CORRUPT when the file ends before. */
extern int	sqlite_read_part(SqliteDb *db, void *buffer, int amount, int64 offset);

/* in sqlite_copy.c */

/*
 * A new name in the server's folder for temporary files, which is made if need
 * be; in TopMemoryContext. The server removes such files itself when it starts.
 */
extern char *sqlite_copy_name(void);

/*
 * Copies a database that a read-only connection cannot read by itself (hot
 * journal, WAL in a folder we may not write) together with its -journal and
 * -wal into the server's folder for temporary files, where it can be
 * recovered. Returns the path of the copy, in TopMemoryContext, and the state
 * the source was in. Throws 55006 when the source changes meanwhile, and file
 * access errors.
 */
extern char *sqlite_copy_private(SqliteDb *db, SqliteFileState *state);

/* Whether the source is no longer as it was copied. */
extern bool sqlite_copy_outdated(const char *path, const SqliteFileState *state);

/* Removes the copy and its companions. Never throws. */
extern void sqlite_copy_remove(const char *private_path);

#endif							/* SQLITE_FDW_MIG_DRIVER_INTERNAL_H */
