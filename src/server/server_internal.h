/*-------------------------------------------------------------------------
 *
 * server_internal.h
 *	  What the files of the server layer share: the entry of a connection.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_SERVER_INTERNAL_H
#define SQLITE_FDW_MIG_SERVER_INTERNAL_H

#include "access/xact.h"

#include "server/server.h"

typedef struct CacheEntry
{
	Oid			serverid;		/* hash key */
	SqliteDb   *db;				/* NULL = closed */
	bool		in_transaction; /* used in the present PostgreSQL transaction */
	bool		invalid;		/* to be closed as soon as the transaction allows */
	bool		failed;			/* could not begin: never used again */
	bool		keep;			/* option keep_connections */
	bool		snapshot;		/* read in this transaction only, and not to be had again: of a copy, or of a parallel query's leader */
	bool		joined;			/* reads what another process reads, beyond the end of the transaction */
	bool		writable;		/* option updatable */
	bool		read;			/* rows were read, so that the snapshot has to stay */
	bool		spoilt;			/* SQLite's state is not what PostgreSQL's is to be: never committed */
	int			savepoints;		/* nesting level of the innermost savepoint; 1 = none */
	SqliteDb   *watch;			/* tells whether somebody wrote, see server_watch; NULL = none */
	uint32		hashvalue;		/* of the server in the catalog cache */
	uint64		options;		/* hash of the server's options */
	uint64		last_used;
} CacheEntry;

/* in server_cache.c */

/*
 * Entry with an open connection that fits the server's options and the file, and
 * is not in a transaction unless it was in this one before.
 */
extern CacheEntry *server_connected(Oid serverid);

/* Notes that a transaction began on a connection, or was tried to. */
extern void server_begins(CacheEntry *entry);
extern void server_has_begun(CacheEntry *entry);

/* Calls "visit" for every entry with an open connection. */
extern void server_visit(void (*visit) (CacheEntry *entry, int arg), int arg);

/* in server_write.c */

/* What PostgreSQL's transaction does, before it is done; the first two throw. */
extern void server_commit_writes(void);
extern void server_commit_subtransaction(int level);
extern void server_abort_subtransaction(int level);

/* in server_reader.c: the resources of an owner are about to be released; NULL = all */
extern void server_end_readers(ResourceOwner owner);

/* Throws 25001 when the transaction has written to the server. */
extern void server_refuse_written(CacheEntry *entry, const char *what);

#endif							/* SQLITE_FDW_MIG_SERVER_INTERNAL_H */
