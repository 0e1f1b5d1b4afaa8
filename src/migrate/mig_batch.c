/*-------------------------------------------------------------------------
 *
 * mig_batch.c
 *	  Rows that are written together, and what is done when that fails.
 *
 * A group of rows is written in a subtransaction. When it fails, the rows are
 * halved until the bad ones stand alone; each goes to the quarantine, or is the
 * error of the copy when there is none. While bad rows are many, fewer are tried
 * together: an error costs as much as several rows, so one bad row in ten makes groups of three.
 *
 * Owns subtransactions, halving and the size of groups. Knows nothing of how rows
 * are written.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/xact.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "migrate/migrate.h"

static int	write_rows(MigBatch *batch, int first, int n);
static ErrorData *try_rows(MigBatch *batch, int first, int n);
static void report_rows(MigBatch *batch, int first, int n);
static bool is_row_error(int sqlstate);
static MigFault *fault_of(const ErrorData *error);

/* Everything that outlives a batch is allocated in CurrentMemoryContext. */
void
mig_batch_init(MigBatch *batch, MigSink *sink, MigRejects *rejects, bool replay)
{
	batch->sink = sink;
	batch->rejects = rejects;
	batch->replay = replay;
	batch->context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig batch", ALLOCSET_DEFAULT_SIZES);
	batch->group = MIG_MAX_BUFFERED_ROWS;
}

int
mig_batch_add(MigBatch *batch, const MigRow *row, Size bytes)
{
	MigRow	   *copy = &batch->rows[batch->n];

	*copy = *row;
	if (row->raw)
	{
		char	   *raw = MemoryContextAllocHuge(batch->context, row->raw_len);

		memcpy(raw, row->raw, row->raw_len);
		copy->raw = raw;
		batch->bytes += row->raw_len;
	}
	batch->bytes += bytes;
	return batch->n++;
}

bool
mig_batch_full(const MigBatch *batch)
{
	/* rows with their raw values are there twice */
	return batch->n == MIG_MAX_BUFFERED_ROWS ||
		batch->bytes >= (batch->rejects ? 2 : 1) * MIG_MAX_BUFFERED_BYTES;
}

void
mig_batch_flush(MigBatch *batch)
{
	int			first = 0;
	int			failed = 0;

	while (first < batch->n)
	{
		int			n = Min(batch->group, batch->n - first);

		failed += write_rows(batch, first, n);
		first += n;
	}
	if (failed == 0)
		batch->group = Min(batch->group * 2, MIG_MAX_BUFFERED_ROWS);
	else
		batch->group = Max(batch->n * 3 / (failed * 10), 1);
	batch->sink->row = 0;
	batch->n = 0;
	batch->bytes = 0;
	MemoryContextReset(batch->context);
}

void
mig_batch_refuse(MigRejects *rejects, const MigRow *row, const MigFault *fault)
{
	if (rejects != NULL && mig_rejects_add(rejects, row, fault))
		return;
	ereport(ERROR,
			(errcode(fault->sqlstate),
			 errmsg_internal("%s", fault->message),
			 fault->detail ? errdetail_internal("%s", fault->detail) : 0));
}

/*
 * Writes the rows, except those that go to the quarantine; returns how many of
 * them had to be found by halving. Rows stay in order.
 */
static int
write_rows(MigBatch *batch, int first, int n)
{
	ErrorData  *error = try_rows(batch, first, n);

	if (error != NULL && batch->again && batch->again(batch, error))
		error = try_rows(batch, first, n);
	if (error == NULL)
	{
		report_rows(batch, first, n);
		return 0;
	}
	if (!is_row_error(error->sqlerrcode))
		ReThrowError(error);
	if (n > 1)
		return write_rows(batch, first, n / 2) + write_rows(batch, first + n / 2, n - n / 2);
	if (batch->rejects == NULL || !mig_rejects_add(batch->rejects, &batch->rows[first], fault_of(error)))
		ReThrowError(error);
	return 1;
}

/*
 * Writes rows in a subtransaction. Returns NULL, or the error, after which
 * nothing of them is left: whatever was thrown may have left locks, pins and
 * half-done work behind, and only the abort of a subtransaction undoes those.
 */
static ErrorData *
try_rows(MigBatch *batch, int first, int n)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;
	const int64 inserted = batch->sink->inserted;
	const int64 updated = batch->sink->updated;
	const int64 bytes = batch->sink->bytes;

	batch->sink->row = n == 1 ? batch->rows[first].number : 0;
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
	memset(&batch->faults[first], 0, n * sizeof(batch->faults[0]));

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(batch->context);
	PG_TRY();
	{
		batch->write(batch, first, n);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(batch->context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;

	if (error != NULL)
	{
		batch->sink->inserted = inserted;
		batch->sink->updated = updated;
		batch->sink->bytes = bytes;
	}
	return error;
}

/* Says of rows that were written, or refused on the way, what became of them. */
static void
report_rows(MigBatch *batch, int first, int n)
{
	for (int i = first; i < first + n; i++)
	{
		batch->sink->row = batch->rows[i].number;
		if (batch->faults[i] != NULL)
			mig_batch_refuse(batch->rejects, &batch->rows[i], batch->faults[i]);
		else if (batch->replay)
			mig_rejects_loaded(batch->rejects, &batch->rows[i]);
	}
}

/*
 * Whether an error is about a row: data (22), constraints (23), the check of a
 * view (44), limits of size (54), what a trigger raises (P0), and a command that
 * would change the same row twice (21). Anything else would stop the next row too.
 */
static bool
is_row_error(int sqlstate)
{
	static const int classes[] = {
		MAKE_SQLSTATE('2', '1', '0', '0', '0'), MAKE_SQLSTATE('2', '2', '0', '0', '0'),
		MAKE_SQLSTATE('2', '3', '0', '0', '0'), MAKE_SQLSTATE('4', '4', '0', '0', '0'),
		MAKE_SQLSTATE('5', '4', '0', '0', '0'), MAKE_SQLSTATE('P', '0', '0', '0', '0'),
	};

	for (int i = 0; i < lengthof(classes); i++)
	{
		if (ERRCODE_TO_CATEGORY(sqlstate) == classes[i])
			return true;
	}
	return false;
}

static MigFault *
fault_of(const ErrorData *error)
{
	MigFault   *fault = palloc0(sizeof(MigFault));

	fault->sqlstate = error->sqlerrcode;
	fault->column = error->column_name;
	fault->message = error->message;
	fault->detail = error->detail;
	return fault;
}
