/*-------------------------------------------------------------------------
 *
 * pool.h
 *	  Background workers that run the tasks of a migration.
 *
 * mig_pool.c leads them from the session of the user, mig_worker.c is what each
 * of them does; they share a segment of dynamic shared memory.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_POOL_H
#define SQLITE_FDW_MIG_POOL_H

#include "server/server.h"

#define MIG_MAX_WORKERS		64

/* A task: statements that a worker runs in one transaction. */
typedef struct MigTask
{
	char	  **statements;		/* see mig_pool_run */
	int			nstatements;
	int		   *after;			/* indexes of tasks that must be done before */
	int			nafter;
} MigTask;

/*
 * Starts "n" workers in the caller's database, role and settings, which all read
 * one snapshot of the server, the one that the caller's session reads from now on.
 * When somebody writes all the time, that of a private copy, with a NOTICE. With
 * InvalidOid they read none. Throws 53000 when the server has no room for so many
 * workers, 55006 while there is a pool already. Workers are told to stop at the end
 * of the transaction, or the abort of the subtransaction, that started them.
 */
extern void mig_pool_open(Oid serverid, int n);

/*
 * Runs tasks, each as soon as those before it are done; of several that are ready
 * the first in the list. A task's statements see $1, the first column of the first
 * row that the statement before returned, as text, and $2, the time at which that
 * began; when the first statement of a task returns false, the rest is left out.
 * Messages of the workers become the caller's. The first error is thrown here,
 * with its context, after the others were stopped; so is a cancel.
 */
extern void mig_pool_run(const MigTask *tasks, int ntasks);

/* The same with one statement, whose result (palloc'd, NULL for none) is returned. */
extern char *mig_pool_ask(const char *statement);

/*
 * How many processes can share what only reads: the workers of the pool, for the
 * session that leads them and for a worker that was asked; 0 for anybody else.
 */
extern int	mig_pool_sharers(void);

/*
 * Runs statements that only read, all workers at once; results[i] = first column of the
 * first row of each as text (palloc'd, NULL for none). They see what is committed and the
 * snapshot of the source that all read. For those that mig_pool_sharers counts for.
 */
extern void mig_pool_share(char **statements, int n, char **results);

/* Stops the workers and waits until they are gone. */
extern void mig_pool_close(void);

/* Whether this process is a worker of a pool. */
extern bool mig_is_worker(void);

/* in mig_worker.c */
extern int	mig_worker_sharers(void);
extern void mig_worker_share(char **statements, int n, char **results);

/* Shared by leader and workers */

#define MIG_POOL_MAGIC		0x6d696770
#define MIG_QUEUE_SIZE		65536

/* Keys in the segment; queues of worker i are at FIRST + i. */
#define MIG_KEY_HEADER		1
#define MIG_KEY_SETTINGS	2
#define MIG_KEY_TO_WORKER	1000
#define MIG_KEY_TO_LEADER	2000

typedef struct MigPoolHeader
{
	Oid			database;
	Oid			login;			/* role that the session was opened by */
	Oid			role;			/* role that runs the call */
	Oid			serverid;
	int			workers;
} MigPoolHeader;

/* Messages to a worker: a byte, and what it needs. */
#define MIG_TELL_JOIN		'J' /* SqlitePlace: begin to read */
#define MIG_TELL_LEAVE		'L' /* end that again */
#define MIG_TELL_RUN		'R' /* number of statements, statements: a transaction */
#define MIG_TELL_ASK		'A' /* the same; it may share its reading with the others */
#define MIG_TELL_RESULTS	'S' /* of all that was shared, see MIG_ANSWER_SHARE: for each 1 and the result, or 0 */

/* Answers, besides the server's own messages ('E', 'N' …) */
#define MIG_ANSWER_READY	'r' /* connected */
#define MIG_ANSWER_JOINED	'j' /* int32: 1 done, 0 not possible now */
#define MIG_ANSWER_DONE		'd' /* int32: 1 a result follows; the result */

/*
 * A worker that was asked wants statements run by all: number of them, statements.
 * It gets some of them itself (MIG_TELL_RUN, run within its transaction) until the
 * results come.
 */
#define MIG_ANSWER_SHARE	'h'

/* How long a lock on the source is waited for while all begin, ms */
#define MIG_JOIN_WAIT		500

#endif							/* SQLITE_FDW_MIG_POOL_H */
