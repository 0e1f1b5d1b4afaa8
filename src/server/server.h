/*-------------------------------------------------------------------------
 *
 * server.h
 *	  A foreign server as the other layers see it: options and connection.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_SERVER_H
#define SQLITE_FDW_MIG_SERVER_H

#include "access/attnum.h"
#include "lib/ilist.h"
#include "utils/resowner.h"

#include "convert/convert.h"
#include "sqlite/driver.h"

typedef struct ServerOptions
{
	char	   *database;		/* path as written by the user */
	bool		immutable;
	bool		updatable;		/* may be written to */
	bool		truncatable;	/* by TRUNCATE, too */
	int			batch_size;		/* rows inserted at a time */
	int			busy_timeout;	/* ms */
	int			cache_size;		/* kB, 0 = SQLite's default */
	bool		keep_connections;
	double		fdw_startup_cost;
	double		fdw_tuple_cost;
	char	   *time_zone;		/* zone of naive times, NULL = UTC */
	int			on_nul;			/* ConvNul */
	int			on_invalid_utf8;	/* ConvUtf8 */
} ServerOptions;

typedef struct TableOptions
{
	char	   *table;			/* name in SQLite; NULL = relation's name */
	char	   *query;			/* SELECT of SQLite instead of a table */
	bool		updatable;		/* may be written to, if the server may */
	bool		truncatable;	/* by TRUNCATE, too, if the server may */
	int			batch_size;		/* 0 = the server's */
} TableOptions;

typedef struct ColumnOptions
{
	char	   *column_name;	/* name in SQLite; NULL = attribute's name */
	char	   *constant;		/* not in SQLite: every row has this; NULL = none */
	bool		key;			/* part of the row's key */
	char	   *format;			/* stored form; NULL = by type */
	char	   *time_zone;		/* overrides the server's */
	bool		empty_as_null;
	int			on_error;		/* ConvOnError */
} ColumnOptions;

/* in server_option.c */

/*
 * Checks an option list for a catalog (ForeignDataWrapperRelationId,
 * ForeignServerRelationId, ForeignTableRelationId, AttributeRelationId …).
 * Throws HV00D for an unknown name (hint: the valid ones), HV024 for a bad
 * value, 42501 when the role may not name server files.
 */
extern void server_option_validate(List *options, Oid catalog);

/* Options as structs with defaults filled in; palloc'd in CurrentMemoryContext. */
extern ServerOptions *server_options(Oid serverid);
extern TableOptions *server_table_options(Oid relid);
extern ColumnOptions *server_column_options(Oid relid, AttrNumber attnum);

/* in server_cache.c */

/* Registers the transaction and invalidation callbacks; called from _PG_init. */
extern void server_cache_init(void);

/*
 * The connection of a server, opened if need be, inside its read transaction:
 * one snapshot of the file per PostgreSQL transaction.
 */
extern SqliteDb *server_session(Oid serverid);

/*
 * The same for the planner, which looks at the schema: what is read that way does
 * not keep a later write from beginning with the newest state.
 */
extern SqliteDb *server_plan_session(Oid serverid);

/*
 * Copies the server's database into the new file "path" (checked by the caller).
 * A transaction that has read the server already copies its snapshot; otherwise
 * the file is locked for no longer than the copy takes. Throws as sqlite_backup.
 */
extern void server_backup(Oid serverid, const char *path, SqliteBackup *result);

/*
 * Copies the database, as this transaction sees it, and reads the copy for the
 * rest of the transaction: no lock is held on the file any longer. False when a
 * private copy is read already. Throws 55006 while the server is being read, and
 * as sqlite_snapshot.
 */
extern bool server_take_snapshot(Oid serverid, SqliteBackup *result);

/*
 * One snapshot for several processes. The one that leads (it has a session)
 * shares its place, and until all have joined it, looks whether somebody wrote:
 * server_watch() returns a number that differs from the one before in that case,
 * -1 when that cannot be told, and 0 always for a file that nobody writes to.
 */
extern void server_share(Oid serverid, SqlitePlace *place);
extern int64 server_watch(Oid serverid);

/* Begins the leader's own read anew, after what was written. Throws 55006 while a statement reads. False when a lock is met for wait_ms. */
extern bool server_begin_anew(Oid serverid, int wait_ms);

/*
 * Reads what another process reads, in this and all later transactions until
 * server_leave. False when a lock is met for longer than wait_ms, or the file can
 * only be read from a copy of one's own.
 */
extern bool server_join(Oid serverid, const SqlitePlace *place, int wait_ms);
extern void server_leave(Oid serverid);

/*
 * One snapshot for the processes of a parallel query, whose leader goes on with
 * what it reads. False when others cannot read that: it has written, or cannot be told apart.
 */
typedef struct ServerShare
{
	SqlitePlace place;
	SqliteMark	mark;
} ServerShare;

extern bool server_share_read(Oid serverid, ServerShare *share);

/*
 * Reads the same for the rest of the transaction. False when somebody has written
 * since, or a lock is met for wait_ms; nothing is open then. Throws as server_session.
 */
extern bool server_join_read(Oid serverid, const ServerShare *share, int wait_ms);

/* State of the files behind a session, see sqlite_fingerprint. palloc'd. */
extern char *server_fingerprint(Oid serverid);

/* Oid of a server of this wrapper that the current role may use; throws 42704, 42501, 42809. */
extern Oid	server_lookup(const char *name);

/* Whether a server belongs to this wrapper. */
extern bool server_is_ours(Oid serverid);

/* Throws 42809 when a server belongs to another wrapper. */
extern void server_check_ours(Oid serverid);

/* Every open connection: list of ServerConnection, palloc'd. */
typedef struct ServerConnection
{
	Oid			serverid;
	char	   *path;
	bool		in_transaction; /* holds a read snapshot now */
	bool		valid;			/* false: the server was altered; reopened at the next transaction */
} ServerConnection;

extern List *server_connections(void);

/* Closes connections (InvalidOid: all) that this transaction has not used; returns how many were closed; *busy = how many could not be. */
extern int	server_disconnect(Oid serverid, int *busy);

/* in server_updatable.c */

/*
 * Whether a foreign table shows a table of SQLite, and it and its server have the option
 * updatable; the rows inserted at a time; and the server. All are kept, so that asking
 * costs no reading of catalogs.
 */
extern bool server_table_is_updatable(Oid relid);
extern int	server_table_batch_size(Oid relid);
extern Oid	server_of_table(Oid relid);

/* Whether a server has the option updatable. Its one connection reads what the transaction has written; another process would not. */
extern bool server_is_updatable(Oid serverid);

/* in server_write.c */

/*
 * The connection of a server with the write lock held, and a savepoint for each
 * open subtransaction. Throws 55000 for a server that is not updatable, 40001 when
 * somebody has written since this transaction began to read, 55P03 when the lock is
 * not to be had.
 */
extern SqliteDb *server_write_session(Oid serverid);

/* in server_reader.c */

/* Who reads rows bit by bit. Zeroed first; lives in "arg", which is palloc'd, and is forgotten with it. */
typedef struct ServerReader
{
	SqliteDb   *db;
	const void *statement;		/* of PostgreSQL, that it is part of */
	void		(*read_ahead) (void *arg, bool same_statement); /* reads to the end before something is written */
	void	   *arg;

	/* private, but for owner: of what it holds */
	ResourceOwner owner;
	bool		listed;
	dlist_node	node;
	MemoryContextCallback callback;
} ServerReader;

/* Lists a reader, from now on or again; and takes it off the list. */
extern void server_reader_begin(ServerReader *reader);
extern void server_reader_end(ServerReader *reader);

/*
 * To be called before something is written: has the readers of the same connection read
 * to their end. "statement" is that of PostgreSQL which writes; NULL for none.
 */
extern void server_before_write(SqliteDb *db, const void *statement);

/* in server_relation.c */

/* One column of a foreign table that is read, with everything the scan needs. */
typedef struct SourceColumn
{
	AttrNumber	attnum;
	char	   *name;			/* in SQLite */
	char	   *constant;		/* SQL of the value that every row has, where there is no such column; NULL = none */
	bool		key;
	ConvSpec	spec;
} SourceColumn;

/* A foreign table resolved: names and options, no connection. */
typedef struct SourceRelation
{
	Oid			serverid;
	char	   *table;			/* in SQLite; for a query, what messages call it */
	char	   *query;			/* SELECT that is read instead of a table; NULL for none */
	int			ncols;			/* undropped columns, in order of attnum */
	SourceColumn *cols;
	int64	   *first;			/* only rows from this rowid on; NULL = all */
	int64	   *end;			/* and before this one; NULL = all */
} SourceRelation;

/* Reads the catalog once; palloc'd in CurrentMemoryContext. Throws 42809 when relid is no foreign table of this wrapper. */
extern SourceRelation *server_relation(Oid relid);

/* Appends what stands in FROM: main."t", or (SELECT …). */
extern void server_append_source(StringInfo sql, const SourceRelation *rel);

/* Appends: SELECT r."a", r."b" FROM main."t" r for the columns in "cols" (indexes into rel->cols); "NULL" when there is none. */
extern void server_select(StringInfo sql, const SourceRelation *rel, const int *cols, int ncols);

/* The same with "extra", columns as SQL text, behind them; NULL for none. */
extern void server_select_with(StringInfo sql, const SourceRelation *rel, const int *cols, int ncols, const char *extra);

/*
 * Names the n-th row (0-based) that server_select followed by "tail" (such as an
 * ORDER BY, "" for none) has produced: "rowid 17", or "key (1, 'x')", or "row 3".
 * Runs one more query on the same snapshot, so it costs nothing until something
 * fails. palloc'd.
 */
extern char *server_row_name(SqliteDb *db, const SourceRelation *rel, const int *cols, int ncols,
							 const char *tail, uint64 n);

/* Rows that a query is taken to have, of which nothing is known. */
#define SERVER_QUERY_ROWS 1000

/* Rows that the table may have, see sqlite_estimate_rows; it has been read already. */
extern double server_estimate_rows(const SourceRelation *rel);

#endif							/* SQLITE_FDW_MIG_SERVER_H */
