/*-------------------------------------------------------------------------
 *
 * sqlite_share.c
 *	  One snapshot of a database for several processes.
 *
 * SQLite has no way to hand a snapshot on (its snapshot interface is not built
 * in where we run). But a connection can tell whether anybody has committed since
 * it last looked: processes that begin between two looks that say "nobody" read
 * the same. In rollback-journal mode the first reader's lock keeps writers out
 * anyhow. Who begins when is decided above.
 *
 * What has been begun already can be told by a mark. Of a write-ahead log it is
 * the header of its index, in memory that all processes share and that every
 * commit changes: when it is the same before and after a transaction begins, that
 * is what the transaction reads.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "port/atomics.h"
#include "utils/memutils.h"

#include "sqlite/driver_internal.h"

/* Of the file header: the file change counter, which rollback-journal mode counts up with each transaction */
#define CHANGE_COUNTER_OFFSET	24
#define CHANGE_COUNTER_SIZE		4

/* Of the file header: 2 when there is a write-ahead log */
#define FORMAT_VERSION_OFFSET	18

/* Of the index of the write-ahead log, which lies in shared memory in parts of this size; its header stands there twice */
#define WAL_INDEX_PART			32768

/* How often a transaction is begun, when others commit in just that moment */
#define BEGIN_ATTEMPTS			3

enum MarkKind
{
	MARK_UNCHANGING,			/* nobody writes to what is read */
	MARK_LOCKED,				/* nobody commits while it is read */
	MARK_WAL
};

static bool has_wal(SqliteDb *db);
static bool read_wal_header(SqliteDb *db, unsigned char *header);

int
sqlite_take_snapshot(SqliteDb *db, SqliteControl begin)
{
	unsigned char before[SQLITE_WAL_MARK];
	int			rc;

	db->marked = false;
	if (db->immutable || db->private_path != NULL || begin != CONTROL_BEGIN)
		return sqlite_take_lock(db, begin);
	for (int attempt = 1;; attempt++)
	{
		bool		known = db->has_wal && read_wal_header(db, before);

		rc = sqlite_take_lock(db, begin);
		if (rc != SQLITE_OK)
			return rc;
		if (!db->looked)
		{
			/* the log is open now, so that it can be looked at before the next attempt */
			db->looked = true;
			db->has_wal = has_wal(db);
		}
		if (known && read_wal_header(db, db->wal_mark) && memcmp(before, db->wal_mark, SQLITE_WAL_MARK) == 0)
			db->marked = true;
		if (!db->has_wal || db->marked || attempt == BEGIN_ATTEMPTS)
			return rc;
		(void) sqlite_control(db, CONTROL_ROLLBACK);
	}
}

bool
sqlite_mark(SqliteDb *db, SqliteMark *mark)
{
	struct stat st;

	memset(mark, 0, sizeof(*mark));
	if (!db->in_transaction || sqlite_is_writing(db))
		return false;
	if (db->private_path != NULL)
		return true;

	/* the same name must still be the same file, or others open another one */
	if (stat(db->path, &st) != 0 || st.st_dev != db->dev || st.st_ino != db->ino)
		return false;
	mark->dev = db->dev;
	mark->ino = db->ino;
	if (db->immutable)
		return true;
	mark->kind = MARK_LOCKED;
	if (!has_wal(db))
		return true;

	/* gone over to a log since it was opened: known from the next transaction on */
	db->has_wal = true;
	mark->kind = MARK_WAL;
	memcpy(mark->header, db->wal_mark, sizeof(mark->header));
	return db->marked;
}

/* Within a transaction, when nobody changes it. */
static bool
has_wal(SqliteDb *db)
{
	unsigned char version = 0;

	return sqlite_read_bytes(db, &version, 1, FORMAT_VERSION_OFFSET) && version == 2;
}

/*
 * Only of a connection that has the log open, and so its index; false when
 * somebody writes the header in this moment.
 */
static bool
read_wal_header(SqliteDb *db, unsigned char *header)
{
	sqlite3_file *file = NULL;
	void volatile *part = NULL;
	unsigned char second[SQLITE_WAL_MARK];
	int			rc;

	if (sqlite3_file_control(db->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK ||
		file == NULL || file->pMethods == NULL || file->pMethods->iVersion < 2)
		return false;
	rc = file->pMethods->xShmMap(file, 0, WAL_INDEX_PART, 0, &part);
	if ((rc != SQLITE_OK && rc != SQLITE_READONLY) || part == NULL)
		return false;
	memcpy(header, (const void *) part, SQLITE_WAL_MARK);
	pg_read_barrier();
	memcpy(second, (const unsigned char *) part + SQLITE_WAL_MARK, SQLITE_WAL_MARK);
	return memcmp(header, second, SQLITE_WAL_MARK) == 0;
}

void
sqlite_place(SqliteDb *db, SqlitePlace *place)
{
	memset(place, 0, sizeof(*place));
	if (strlcpy(place->path, db->path, sizeof(place->path)) >= sizeof(place->path))
		ereport(ERROR,
				(errcode(ERRCODE_NAME_TOO_LONG),
				 errmsg("path of SQLite database \"%s\" is too long", db->path)));
	if (db->private_path)
		strlcpy(place->copy, db->private_path, sizeof(place->copy));
	place->immutable = db->immutable;
}

SqliteDb *
sqlite_open_place(const SqlitePlace *place, const SqliteOpenSpec *spec)
{
	SqliteDb   *db = MemoryContextAllocZero(TopMemoryContext, sizeof(SqliteDb));

	db->path = MemoryContextStrdup(TopMemoryContext, place->path);
	db->private_path = MemoryContextStrdup(TopMemoryContext, place->copy);
	db->borrowed = true;
	db->immutable = place->immutable;
	db->cache_size_kb = spec->cache_size_kb;
	db->busy_timeout_ms = spec->busy_timeout_ms;
	return sqlite_finish_open(db);
}

int64
sqlite_data_version(SqliteDb *db)
{
	sqlite3_stmt *stmt = NULL;
	int64		version = -1;
	int			rc = sqlite3_prepare_v2(db->handle, "PRAGMA data_version", -1, &stmt, NULL);

	if (rc == SQLITE_OK)
	{
		rc = sqlite3_step(stmt);
		if (rc == SQLITE_ROW)
			version = sqlite3_column_int64(stmt, 0);
	}
	sqlite3_finalize(stmt);
	if (version < 0 && (rc & 0xff) != SQLITE_BUSY)
		sqlite_raise(db, rc, "read the SQLite database", NULL);
	return version;
}

char *
sqlite_fingerprint(SqliteDb *db)
{
	SqliteFileState states[SQLITE_FILES];
	unsigned char counter[CHANGE_COUNTER_SIZE] = {0};
	StringInfoData text;

	sqlite_copy_look(db->path, states);
	initStringInfo(&text);
	for (int i = 0; i < SQLITE_FILES; i++)
	{
		if (states[i].exists)
			appendStringInfo(&text, "%lld:%lld.%09ld:%llu ", (long long) states[i].size, (long long) states[i].mtime.tv_sec,
							 states[i].mtime.tv_nsec, (unsigned long long) states[i].ino);
		else
			appendStringInfoString(&text, "- ");
	}
	/* of a private copy it is the source's at that time, unless it had to be recovered */
	if (!sqlite_read_bytes(db, counter, sizeof(counter), CHANGE_COUNTER_OFFSET))
		memset(counter, 0, sizeof(counter));
	appendStringInfo(&text, "%02x%02x%02x%02x", counter[0], counter[1], counter[2], counter[3]);
	return text.data;
}
