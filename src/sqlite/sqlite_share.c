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
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "utils/memutils.h"

#include "sqlite/driver_internal.h"

/* Of the file header: the file change counter, which rollback-journal mode counts up with each transaction */
#define CHANGE_COUNTER_OFFSET	24
#define CHANGE_COUNTER_SIZE		4

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
