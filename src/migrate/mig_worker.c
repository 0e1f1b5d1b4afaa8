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

static void connect_as_leader(shm_toc *toc, const MigPoolHeader *header);
static void serve(shm_mq_handle *in, const MigPoolHeader *header);
static void join(StringInfo message, Oid serverid);
static void run(StringInfo message);
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
	shm_mq_handle *in;
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
	in = shm_mq_attach(queue, seg, NULL);
	queue = shm_toc_lookup(toc, MIG_KEY_TO_LEADER + number, false);
	shm_mq_set_sender(queue, MyProc);
	out = shm_mq_attach(queue, seg, NULL);
	pq_redirect_to_shm_mq(seg, out);

	connect_as_leader(toc, header);
	answer(MIG_ANSWER_READY, 0, NULL);
	serve(in, header);

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
serve(shm_mq_handle *in, const MigPoolHeader *header)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig task", ALLOCSET_DEFAULT_SIZES);
	void	   *data;
	Size		size;

	for (;;)
	{
		StringInfoData message;

		pgstat_report_activity(STATE_IDLE, NULL);
		if (shm_mq_receive(in, &size, &data, false) != SHM_MQ_SUCCESS)
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
				run(&message);
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
run(StringInfo message)
{
	MemoryContext context = CurrentMemoryContext;
	int			n = pq_getmsgint(message, 4);
	char	   *result = NULL;
	TimestampTz began = GetCurrentTimestamp();
	int			i;

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
	CommitTransactionCommand();
	debug_query_string = NULL;
	pgstat_report_stat(true);
	answer(MIG_ANSWER_DONE, result != NULL, result);
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
