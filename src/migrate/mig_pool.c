/*-------------------------------------------------------------------------
 *
 * mig_pool.c
 *	  Leads background workers that run the tasks of a migration.
 *
 * Owns the start of the workers, the snapshot that they share, the order in
 * which tasks are handed out, messages and errors on their way to the user, and
 * the end of the workers, whatever ends the leader. Knows nothing of what a task
 * does: that is SQL text.
 *
 * How all read one snapshot:
 *	1. The leader begins to read. In rollback-journal mode its lock now keeps
 *	   everybody from committing.
 *	2. It notes the data version, which counts commits of others.
 *	3. All workers begin to read.
 *	4. The data version is still the same: nobody has committed since 2, so all
 *	   read the same. Else all end and start again; and after some attempts the
 *	   leader makes a private copy, which all read.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/xact.h"
#include "libpq/pqformat.h"
#include "libpq/pqmq.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "storage/dsm.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "storage/shm_mq.h"
#include "storage/shm_toc.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "migrate/pool.h"

/* Times that all workers begin before the file is copied instead */
#define JOIN_ATTEMPTS	20

/* Between two attempts, ms: a writer must get through */
#define JOIN_PAUSE		20

/* The leader looks at least so often whether its workers still live, ms */
#define LOOK_INTERVAL	1000

typedef struct PoolWorker
{
	BackgroundWorkerHandle *handle;
	shm_mq_handle *in;			/* from the worker */
	shm_mq_handle *out;			/* to the worker */
	int			task;			/* index of what it runs, -1 = nothing */
	bool		told;			/* an answer is due */
} PoolWorker;

typedef struct Pool
{
	dsm_segment *seg;
	Oid			serverid;
	SubTransactionId subid;		/* that opened it */
	int			n;
	PoolWorker	workers[FLEXIBLE_ARRAY_MEMBER];
} Pool;

/* The pool of the present transaction; in TopMemoryContext, closed at its end at the latest. */
static Pool *pool = NULL;

static void register_callbacks(void);
static void need_pool(void);
static void start_workers(shm_toc *toc);
static void share_snapshot(void);
static bool join_all(void);
static bool tell_all(char what, const void *data, Size size);
static void tell(PoolWorker *worker, const void *data, Size size);
static void send_task(PoolWorker *worker, char what, char **statements, int n);
static void run_tasks(const MigTask *tasks, int ntasks, char **results);
static void share(PoolWorker *worker, int n, char *statements);
static int	wait_any(char *what, int *number, char **text);
static bool take_answer(PoolWorker *worker, StringInfo message, char *what, int *number, char **text);
static void raise_lost(int i) pg_attribute_noreturn();
static void forward_message(StringInfo message, int worker);
static void stop_workers(bool wait);
static void forget_pool(void);
static void end_of_transaction(XactEvent event, void *arg);
static void end_of_subtransaction(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *arg);

/*
 * Once in the life of a backend.
 */
static void
register_callbacks(void)
{
	static bool registered = false;

	if (registered)
		return;
	RegisterXactCallback(end_of_transaction, NULL);
	RegisterSubXactCallback(end_of_subtransaction, NULL);
	registered = true;
}

/*
 * Anybody may call the functions behind this in any order.
 */
static void
need_pool(void)
{
	if (pool == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("this transaction has no background workers of a migration")));
}

void
mig_pool_open(Oid serverid, int n)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(TopMemoryContext);
	shm_toc_estimator estimator;
	shm_toc    *toc;
	MigPoolHeader *header;
	Size		settings = EstimateGUCStateSpace();
	Size		size;
	char	   *space;
	int			i;

	if (pool != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("this transaction has background workers of a migration already")));
	if (OidIsValid(serverid))
		(void) server_session(serverid);
	register_callbacks();

	shm_toc_initialize_estimator(&estimator);
	shm_toc_estimate_chunk(&estimator, sizeof(MigPoolHeader));
	shm_toc_estimate_chunk(&estimator, settings);
	for (i = 0; i < 2 * n; i++)
		shm_toc_estimate_chunk(&estimator, MIG_QUEUE_SIZE);
	shm_toc_estimate_keys(&estimator, 2 + 2 * n);
	size = shm_toc_estimate(&estimator);

	pool = MemoryContextAllocZero(TopMemoryContext, offsetof(Pool, workers) + n * sizeof(PoolWorker));
	pool->serverid = serverid;
	pool->subid = GetCurrentSubTransactionId();
	pool->n = n;
	pool->seg = dsm_create(size, 0);
	dsm_pin_mapping(pool->seg);
	toc = shm_toc_create(MIG_POOL_MAGIC, dsm_segment_address(pool->seg), size);

	header = shm_toc_allocate(toc, sizeof(MigPoolHeader));
	header->database = MyDatabaseId;
	header->login = GetAuthenticatedUserId();
	header->role = GetUserId();
	header->serverid = serverid;
	header->workers = n;
	shm_toc_insert(toc, MIG_KEY_HEADER, header);
	space = shm_toc_allocate(toc, settings);
	SerializeGUCState(settings, space);
	shm_toc_insert(toc, MIG_KEY_SETTINGS, space);

	start_workers(toc);
	MemoryContextSwitchTo(oldcontext);
	for (i = 0; i < n; i++)
	{
		char		what;
		int			number;
		char	   *text;

		pool->workers[i].told = true;
		(void) wait_any(&what, &number, &text);
	}
	if (OidIsValid(serverid))
		share_snapshot();
}

/*
 * Makes the queues and registers the workers.
 */
static void
start_workers(shm_toc *toc)
{
	BackgroundWorker spec;
	int			i;

	memset(&spec, 0, sizeof(spec));
	spec.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	spec.bgw_start_time = BgWorkerStart_RecoveryFinished;
	spec.bgw_restart_time = BGW_NEVER_RESTART;
	spec.bgw_notify_pid = MyProcPid;
	spec.bgw_main_arg = UInt32GetDatum(dsm_segment_handle(pool->seg));
	snprintf(spec.bgw_library_name, sizeof(spec.bgw_library_name), "sqlite_fdw_mig");
	snprintf(spec.bgw_function_name, sizeof(spec.bgw_function_name), "mig_worker_main");
	snprintf(spec.bgw_type, sizeof(spec.bgw_type), "sqlite_fdw_mig worker");
	for (i = 0; i < pool->n; i++)
	{
		PoolWorker *worker = &pool->workers[i];
		shm_mq	   *in = shm_mq_create(shm_toc_allocate(toc, MIG_QUEUE_SIZE), MIG_QUEUE_SIZE);
		shm_mq	   *out = shm_mq_create(shm_toc_allocate(toc, MIG_QUEUE_SIZE), MIG_QUEUE_SIZE);

		shm_toc_insert(toc, MIG_KEY_TO_LEADER + i, in);
		shm_toc_insert(toc, MIG_KEY_TO_WORKER + i, out);
		shm_mq_set_receiver(in, MyProc);
		shm_mq_set_sender(out, MyProc);

		snprintf(spec.bgw_name, sizeof(spec.bgw_name), "sqlite_fdw_mig worker %d of process %d", i + 1, MyProcPid);
		memcpy(spec.bgw_extra, &i, sizeof(i));
		if (!RegisterDynamicBackgroundWorker(&spec, &worker->handle))
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_RESOURCES),
					 errmsg("the server has no room for background worker %d of %d", i + 1, pool->n),
					 errdetail("max_worker_processes is %d, and others use of it what is missing here.", max_worker_processes),
					 errhint("Say workers => %d, or raise max_worker_processes and restart the server.", i)));
		worker->in = shm_mq_attach(in, pool->seg, worker->handle);
		worker->out = shm_mq_attach(out, pool->seg, worker->handle);
		worker->task = -1;
	}
}

static void
share_snapshot(void)
{
	SqliteBackup copy;
	int			attempt;

	for (attempt = 0; attempt < JOIN_ATTEMPTS; attempt++)
	{
		if (join_all())
			return;
		(void) tell_all(MIG_TELL_LEAVE, NULL, 0);
		pg_usleep(JOIN_PAUSE * 1000L);
		CHECK_FOR_INTERRUPTS();
	}

	(void) server_session(pool->serverid);
	if (server_take_snapshot(pool->serverid, &copy))
		ereport(NOTICE,
				(errmsg("the SQLite database is written to all the time: reading a snapshot of it, %.1f MB",
						copy.bytes / (1024.0 * 1024.0))));
	if (!join_all())
		ereport(ERROR,
				(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
				 errmsg("background workers cannot read the SQLite database"),
				 errhint("Try again, or without workers.")));
}

/*
 * Lets everybody begin; true if all read the same.
 */
static bool
join_all(void)
{
	SqlitePlace place;
	int64		version;

	version = server_watch(pool->serverid);
	if (version < 0)
		return false;
	server_share(pool->serverid, &place);
	if (place.copy[0] == '\0' && !server_begin_anew(pool->serverid, MIG_JOIN_WAIT))
		return false;
	return tell_all(MIG_TELL_JOIN, &place, sizeof(place)) && server_watch(pool->serverid) == version;
}

/*
 * Tells all workers the same; true if all answer with 1.
 */
static bool
tell_all(char what, const void *data, Size size)
{
	StringInfoData message;
	bool		result = true;
	int			i;

	initStringInfo(&message);
	appendStringInfoChar(&message, what);
	if (size > 0)
		appendBinaryStringInfo(&message, data, size);
	for (i = 0; i < pool->n; i++)
		tell(&pool->workers[i], message.data, message.len);
	for (i = 0; i < pool->n; i++)
	{
		char		answer;
		int			number;
		char	   *text;

		(void) wait_any(&answer, &number, &text);
		result = result && number == 1;
	}
	pfree(message.data);
	return result;
}

static void
tell(PoolWorker *worker, const void *data, Size size)
{
	if (shm_mq_send(worker->out, size, data, false, true) != SHM_MQ_SUCCESS)
		raise_lost(worker - pool->workers);
	worker->told = true;
}

void
mig_pool_run(const MigTask *tasks, int ntasks)
{
	need_pool();
	run_tasks(tasks, ntasks, NULL);
}

/*
 * With "results" the result of each task is kept there.
 */
static void
run_tasks(const MigTask *tasks, int ntasks, char **results)
{
	int		   *missing = palloc0(Max(ntasks, 1) * sizeof(int));	/* tasks that are waited for */
	bool	   *sent = palloc0(Max(ntasks, 1) * sizeof(bool));
	int			first = 0;		/* all before it are sent */
	int			done = 0;
	int			i;
	int			j;

	for (i = 0; i < ntasks; i++)
		missing[i] = tasks[i].nafter;
	while (done < ntasks)
	{
		char		what;
		int			number;
		char	   *text;
		int			w;
		int			running = 0;

		/* hand out what is ready */
		for (w = 0; w < pool->n; w++)
		{
			if (pool->workers[w].task >= 0)
			{
				running++;
				continue;
			}
			while (first < ntasks && sent[first])
				first++;
			for (i = first; i < ntasks && (sent[i] || missing[i] > 0); i++)
				;
			if (i == ntasks)
				break;
			send_task(&pool->workers[w], MIG_TELL_RUN, tasks[i].statements, tasks[i].nstatements);
			pool->workers[w].task = i;
			sent[i] = true;
			running++;
		}
		for (; w < pool->n; w++)
			if (pool->workers[w].task >= 0)
				running++;
		if (running == 0)
			elog(ERROR, "the tasks of the migration wait for each other");

		w = wait_any(&what, &number, &text);
		if (results)
			results[pool->workers[w].task] = text;
		for (i = 0; i < ntasks; i++)
			for (j = 0; j < tasks[i].nafter; j++)
				if (tasks[i].after[j] == pool->workers[w].task)
					missing[i]--;
		pool->workers[w].task = -1;
		done++;
	}
	pfree(missing);
	pfree(sent);
}

char *
mig_pool_ask(const char *statement)
{
	char	   *statements[1];
	char		what;
	int			number;
	char	   *text = NULL;

	need_pool();
	statements[0] = pstrdup(statement);
	send_task(&pool->workers[0], MIG_TELL_ASK, statements, 1);
	for (;;)
	{
		(void) wait_any(&what, &number, &text);
		if (what != MIG_ANSWER_SHARE)
			return number == 1 ? text : NULL;
		share(&pool->workers[0], number, text);
	}
}

/*
 * Has all workers run statements that one of them, whose transaction waits for
 * them, wants to be shared; it takes its part.
 */
static void
share(PoolWorker *worker, int n, char *statements)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig shared", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = MemoryContextSwitchTo(context);
	char	  **list = palloc(n * sizeof(char *));
	char	  **results = palloc(n * sizeof(char *));
	StringInfoData message;
	int			i;

	for (i = 0; i < n; i++)
	{
		list[i] = statements;
		statements += strlen(statements) + 1;
	}
	mig_pool_share(list, n, results);
	initStringInfo(&message);
	pq_sendbyte(&message, MIG_TELL_RESULTS);
	for (i = 0; i < n; i++)
	{
		pq_sendbyte(&message, results[i] != NULL);
		if (results[i])
			appendBinaryStringInfo(&message, results[i], strlen(results[i]) + 1);
	}
	tell(worker, message.data, message.len);
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(context);
}

int
mig_pool_sharers(void)
{
	if (mig_is_worker())
		return mig_worker_sharers();
	return pool ? pool->n : 0;
}

void
mig_pool_share(char **statements, int n, char **results)
{
	MigTask    *tasks;
	int			i;

	if (mig_is_worker())
	{
		mig_worker_share(statements, n, results);
		return;
	}
	need_pool();
	tasks = palloc0(Max(n, 1) * sizeof(MigTask));
	for (i = 0; i < n; i++)
	{
		tasks[i].statements = &statements[i];
		tasks[i].nstatements = 1;
	}
	run_tasks(tasks, n, results);
	pfree(tasks);
}

static void
send_task(PoolWorker *worker, char what, char **statements, int n)
{
	StringInfoData message;
	int			i;

	initStringInfo(&message);
	pq_sendbyte(&message, what);
	pq_sendint32(&message, n);
	for (i = 0; i < n; i++)
		appendBinaryStringInfo(&message, statements[i], strlen(statements[i]) + 1);
	tell(worker, message.data, message.len);
	pfree(message.data);
}

/*
 * Waits for the next answer of any worker and returns whose it is. What an error
 * of a worker, its death, or a cancel throws, is thrown when all others have
 * ended.
 */
static int
wait_any(char *what, int *number, char **text)
{
	volatile int found = -1;

	/* the workers must be gone before the caller can react: they would go on committing */
	PG_TRY();
	{
		while (found < 0)
		{
			int			i;

			for (i = 0; i < pool->n && found < 0; i++)
			{
				PoolWorker *worker = &pool->workers[i];
				shm_mq_result result;
				Size		size;
				void	   *data;

				if (!worker->told)
					continue;
				while ((result = shm_mq_receive(worker->in, &size, &data, true)) == SHM_MQ_SUCCESS)
				{
					StringInfoData message;

					initStringInfo(&message);
					appendBinaryStringInfo(&message, data, size);
					if (take_answer(worker, &message, what, number, text))
					{
						found = i;
						worker->told = false;
						break;
					}
				}
				if (result == SHM_MQ_DETACHED)
					raise_lost(i);
			}
			if (found < 0)
			{
				(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, LOOK_INTERVAL, PG_WAIT_EXTENSION);
				ResetLatch(MyLatch);
				CHECK_FOR_INTERRUPTS();
			}
		}
	}
	PG_CATCH();
	{
		stop_workers(true);
		PG_RE_THROW();
	}
	PG_END_TRY();
	return found;
}

/*
 * A message of a worker: true if it is the answer that was waited for.
 */
static bool
take_answer(PoolWorker *worker, StringInfo message, char *what, int *number, char **text)
{
	*what = pq_getmsgbyte(message);
	switch (*what)
	{
		case MIG_ANSWER_READY:
		case MIG_ANSWER_JOINED:
		case MIG_ANSWER_DONE:
			*number = pq_getmsgint(message, 4);
			*text = *what == MIG_ANSWER_DONE && *number == 1 ? pstrdup(pq_getmsgstring(message)) : NULL;
			return true;
		case MIG_ANSWER_SHARE:
			*number = pq_getmsgint(message, 4);
			/* the statements, each with its end */
			*text = message->data + message->cursor;
			return true;
		case 'E':
		case 'N':
			forward_message(message, worker - pool->workers);
			return false;
		default:
			/* notifications and the like, which nobody here waits for */
			return false;
	}
}

/*
 * A worker ended without a word: crashed, or terminated from outside.
 */
static void
raise_lost(int i)
{
	ereport(ERROR,
			(errcode(ERRCODE_ADMIN_SHUTDOWN),
			 errmsg("background worker %d of the migration has ended", i + 1),
			 errhint("The log of the server says why.")));
}

/*
 * Raises in this session what a worker said.
 */
static void
forward_message(StringInfo message, int worker)
{
	ErrorData	edata;

	pq_parse_errornotice(message, &edata);
	edata.elevel = Min(edata.elevel, ERROR);
	if (edata.elevel == ERROR)
		edata.context = psprintf("%s%sbackground worker %d of the migration", edata.context ? edata.context : "",
								 edata.context ? "\n" : "", worker + 1);
	ThrowErrorData(&edata);
}

/*
 * Idle workers go by themselves when their queue closes: a worker that is
 * terminated is FATAL in the server's log, which nobody should see for nothing.
 */
void
mig_pool_close(void)
{
	if (pool == NULL)
		return;
	/* all are told before any is waited for: they end side by side */
	for (int i = 0; i < pool->n; i++)
	{
		PoolWorker *worker = &pool->workers[i];

		if (worker->task >= 0 || worker->told || worker->out == NULL)
			continue;
		shm_mq_detach(worker->out);
		worker->out = NULL;
	}
	for (int i = 0; i < pool->n; i++)
	{
		PoolWorker *worker = &pool->workers[i];

		if (worker->out == NULL && worker->handle && WaitForBackgroundWorkerShutdown(worker->handle) == BGWH_STOPPED)
		{
			pfree(worker->handle);
			worker->handle = NULL;
		}
	}
	stop_workers(true);
	forget_pool();
}

/*
 * Ends the workers, whatever they do.
 */
static void
stop_workers(bool wait)
{
	int			i;

	for (i = 0; i < pool->n; i++)
		if (pool->workers[i].handle)
			TerminateBackgroundWorker(pool->workers[i].handle);
	for (i = 0; i < pool->n && wait; i++)
		if (pool->workers[i].handle)
			(void) WaitForBackgroundWorkerShutdown(pool->workers[i].handle);
}

static void
forget_pool(void)
{
	Pool	   *old = pool;

	pool = NULL;
	for (int i = 0; i < old->n; i++)
	{
		if (old->workers[i].in)
			shm_mq_detach(old->workers[i].in);
		if (old->workers[i].out)
			shm_mq_detach(old->workers[i].out);
		if (old->workers[i].handle)
			pfree(old->workers[i].handle);
	}
	if (old->seg)
		dsm_detach(old->seg);
	pfree(old);
}

static void
end_of_transaction(XactEvent event, void *arg)
{
	if (pool == NULL)
		return;
	if (event == XACT_EVENT_ABORT || event == XACT_EVENT_COMMIT)
	{
		stop_workers(false);
		forget_pool();
	}
}

static void
end_of_subtransaction(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *arg)
{
	if (pool == NULL || pool->subid != mine)
		return;
	if (event == SUBXACT_EVENT_ABORT_SUB)
	{
		stop_workers(false);
		forget_pool();
	}
	else if (event == SUBXACT_EVENT_COMMIT_SUB)
		pool->subid = parent;
}
