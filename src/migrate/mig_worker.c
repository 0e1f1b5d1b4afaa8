/*-------------------------------------------------------------------------
 *
 * mig_worker.c
 *	  A background worker of a pool: connects as its leader is connected, reads
 *	  the leader's snapshot of a SQLite file, runs statements that it is sent.
 *
 * Knows nothing of what the statements do. Errors end it: the message goes to
 * the leader first, who stops the others.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "libpq/pqformat.h"
#include "libpq/pqmq.h"
#include "libpq/pqsignal.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/dsm.h"
#include "storage/ipc.h"
#include "storage/shm_mq.h"
#include "storage/shm_toc.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "migrate/pool.h"

extern PGDLLEXPORT void mig_worker_main(Datum arg);

/* Set once, when the process becomes a worker. */
static bool is_worker = false;
static shm_mq_handle *inbox;
static int	workers;			/* of the pool */

/* How far a statement that was asked for may share, or shares, its reading with the others */
static enum
{
	SHARE_NOT, SHARE_MAY, SHARE_WAITS
}			sharing = SHARE_NOT;

static void connect_as_leader(shm_toc *toc, const MigPoolHeader *header);
static void serve(const MigPoolHeader *header);
static void join(StringInfo message, Oid serverid);
static void run(StringInfo message, bool may_share);
static void take_share(StringInfo message);
static void take_results(StringInfo message, int n, char **results);
static bool run_statement(const char *statement, char **result, TimestampTz *began);
static void answer(char what, int number, const char *text);

bool
mig_is_worker(void)
{
	return is_worker;
}

void
mig_worker_main(Datum arg)
{
	dsm_segment *seg;
	shm_toc    *toc;
	MigPoolHeader *header;
	shm_mq	   *queue;
	shm_mq_handle *out;
	int			number;

	is_worker = true;
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();

	CurrentResourceOwner = ResourceOwnerCreate(NULL, "sqlite_fdw_mig worker");
	CurrentMemoryContext = AllocSetContextCreate(TopMemoryContext, "sqlite_fdw_mig worker", ALLOCSET_DEFAULT_SIZES);
	seg = dsm_attach(DatumGetUInt32(arg));
	toc = seg ? shm_toc_attach(MIG_POOL_MAGIC, dsm_segment_address(seg)) : NULL;
	if (toc == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the session that started this worker is gone")));
	dsm_pin_mapping(seg);
	memcpy(&number, MyBgworkerEntry->bgw_extra, sizeof(number));
	header = shm_toc_lookup(toc, MIG_KEY_HEADER, false);

	queue = shm_toc_lookup(toc, MIG_KEY_TO_WORKER + number, false);
	shm_mq_set_receiver(queue, MyProc);
	inbox = shm_mq_attach(queue, seg, NULL);
	queue = shm_toc_lookup(toc, MIG_KEY_TO_LEADER + number, false);
	shm_mq_set_sender(queue, MyProc);
	out = shm_mq_attach(queue, seg, NULL);
	pq_redirect_to_shm_mq(seg, out);

	connect_as_leader(toc, header);
	answer(MIG_ANSWER_READY, 0, NULL);
	workers = header->workers;
	serve(header);

	/* the leader has gone, or has no more work */
	proc_exit(0);
}

/*
 * Same database, role and settings as the session that leads.
 */
static void
connect_as_leader(shm_toc *toc, const MigPoolHeader *header)
{
	BackgroundWorkerInitializeConnectionByOid(header->database, header->login, 0);
	StartTransactionCommand();
	RestoreGUCState(shm_toc_lookup(toc, MIG_KEY_SETTINGS, false));
	CommitTransactionCommand();

	/* messages go to the leader, not to his client */
	SetConfigOption("client_encoding", GetDatabaseEncodingName(), PGC_USERSET, PGC_S_SESSION);
	/* what was not on disk in a crash is done again; the last commit of all waits for the disk */
	SetConfigOption("synchronous_commit", "off", PGC_USERSET, PGC_S_SESSION);

	StartTransactionCommand();
	SetCurrentRoleId(header->role, superuser_arg(header->role));
	CommitTransactionCommand();
}

/*
 * Takes messages until the leader hangs up.
 */
static void
serve(const MigPoolHeader *header)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig task", ALLOCSET_DEFAULT_SIZES);
	void	   *data;
	Size		size;

	for (;;)
	{
		StringInfoData message;

		pgstat_report_activity(STATE_IDLE, NULL);
		if (shm_mq_receive(inbox, &size, &data, false) != SHM_MQ_SUCCESS)
			return;
		MemoryContextReset(context);
		MemoryContextSwitchTo(context);
		initStringInfo(&message);
		appendBinaryStringInfo(&message, data, size);
		switch (pq_getmsgbyte(&message))
		{
			case MIG_TELL_JOIN:
				join(&message, header->serverid);
				break;
			case MIG_TELL_LEAVE:
				server_leave(header->serverid);
				answer(MIG_ANSWER_DONE, 0, NULL);
				break;
			case MIG_TELL_RUN:
				run(&message, false);
				break;
			case MIG_TELL_ASK:
				run(&message, true);
				break;
			default:
				elog(ERROR, "unexpected message from the leader");
		}
		MemoryContextSwitchTo(context);
	}
}

static void
join(StringInfo message, Oid serverid)
{
	SqlitePlace place;
	bool		joined;

	memcpy(&place, pq_getmsgbytes(message, sizeof(place)), sizeof(place));
	StartTransactionCommand();
	joined = server_join(serverid, &place, MIG_JOIN_WAIT);
	CommitTransactionCommand();
	answer(MIG_ANSWER_JOINED, joined, NULL);
}

/*
 * One transaction; the answer is sent when it is committed.
 */
static void
run(StringInfo message, bool may_share)
{
	MemoryContext context = CurrentMemoryContext;
	int			n = pq_getmsgint(message, 4);
	char	   *result = NULL;
	TimestampTz began = GetCurrentTimestamp();
	int			i;

	sharing = may_share ? SHARE_MAY : SHARE_NOT;
	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	for (i = 0; i < n; i++)
	{
		const char *statement = pq_getmsgstring(message);

		debug_query_string = statement;
		pgstat_report_activity(STATE_RUNNING, statement);
		if (!run_statement(statement, &result, &began) && i == 0)
			break;
	}
	if (result)
		result = MemoryContextStrdup(context, result);
	SPI_finish();
	/* an error in what it shared was caught: the leader still waits for that, not for this */
	if (sharing == SHARE_WAITS)
		elog(ERROR, "a shared statement was left");
	CommitTransactionCommand();
	debug_query_string = NULL;
	pgstat_report_stat(true);
	answer(MIG_ANSWER_DONE, result != NULL, result);
}

int
mig_worker_sharers(void)
{
	return sharing == SHARE_MAY ? workers : 0;
}

/*
 * Gives statements to the leader, who has all workers run them, this one too.
 */
void
mig_worker_share(char **statements, int n, char **results)
{
	StringInfoData message;
	const char *query = debug_query_string;

	Assert(sharing == SHARE_MAY);
	sharing = SHARE_WAITS;
	pq_beginmessage(&message, MIG_ANSWER_SHARE);
	pq_sendint32(&message, n);
	for (int i = 0; i < n; i++)
		pq_sendstring(&message, statements[i]);
	pq_endmessage(&message);

	while (sharing == SHARE_WAITS)
	{
		void	   *data;
		Size		size;

		if (shm_mq_receive(inbox, &size, &data, false) != SHM_MQ_SUCCESS)
			ereport(ERROR,
					(errcode(ERRCODE_ADMIN_SHUTDOWN),
					 errmsg("the session that started this worker is gone")));
		initStringInfo(&message);
		appendBinaryStringInfo(&message, data, size);
		switch (pq_getmsgbyte(&message))
		{
			case MIG_TELL_RUN:
				take_share(&message);
				break;
			case MIG_TELL_RESULTS:
				take_results(&message, n, results);
				sharing = SHARE_MAY;
				break;
			default:
				elog(ERROR, "unexpected message from the leader");
		}
		pfree(message.data);
	}
	debug_query_string = query;
}

/*
 * Its own part of what it shares, within its transaction.
 */
static void
take_share(StringInfo message)
{
	MemoryContext context = CurrentMemoryContext;
	TimestampTz began = GetCurrentTimestamp();
	char	   *result = NULL;
	const char *statement;

	(void) pq_getmsgint(message, 4);
	statement = pq_getmsgstring(message);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	debug_query_string = statement;
	pgstat_report_activity(STATE_RUNNING, statement);
	(void) run_statement(statement, &result, &began);
	if (result)
		result = MemoryContextStrdup(context, result);
	SPI_finish();
	answer(MIG_ANSWER_DONE, result != NULL, result);
	if (result)
		pfree(result);
}

static void
take_results(StringInfo message, int n, char **results)
{
	for (int i = 0; i < n; i++)
		results[i] = pq_getmsgbyte(message) ? pstrdup(pq_getmsgstring(message)) : NULL;
}

/*
 * Runs a statement with the result and the time of the one before, and puts its
 * own in their place; false if it returned false.
 *
 * No query runs above it and no cursor is open, so that rows may arrive frozen.
 */
static bool
run_statement(const char *statement, char **result, TimestampTz *began)
{
	Oid			types[] = {TEXTOID, TIMESTAMPTZOID};
	Datum		values[] = {*result ? CStringGetTextDatum(*result) : (Datum) 0, TimestampTzGetDatum(*began)};
	const char	nulls[] = {*result ? ' ' : 'n', ' '};
	int			rc;

	*began = GetCurrentTimestamp();
	PushActiveSnapshot(GetTransactionSnapshot());
	rc = SPI_execute_with_args(statement, 2, types, values, nulls, false, 0);
	if (rc < 0)
		elog(ERROR, "SPI_execute_with_args failed: %s", SPI_result_code_string(rc));
	*result = NULL;
	if (SPI_processed > 0 && SPI_tuptable != NULL)
		*result = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	PopActiveSnapshot();
	return *result == NULL || strcmp(*result, "f") != 0;
}

static void
answer(char what, int number, const char *text)
{
	StringInfoData message;

	pq_beginmessage(&message, what);
	pq_sendint32(&message, number);
	if (text)
		pq_sendstring(&message, text);
	pq_endmessage(&message);
}
