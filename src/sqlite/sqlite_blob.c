/*-------------------------------------------------------------------------
 *
 * sqlite_blob.c
 *	  The beginnings of long values: SQLite's incremental I/O, which reads the
 *	  pages that are asked for, and not those behind.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "sqlite/driver_internal.h"

struct SqliteBlob
{
	SqliteDb   *db;
	sqlite3_blob *handle;		/* NULL: not open */
	char	   *table;			/* UTF-8 */
	char	   *column;
	MemoryContextCallback callback;
};

/* The connection may be closed already; SQLite keeps what the handle needs (sqlite3_close_v2). */
static void
close_callback(void *arg)
{
	SqliteBlob *blob = arg;

	/* the result repeats an error that was raised already */
	(void) sqlite3_blob_close(blob->handle);
	blob->handle = NULL;
}

SqliteBlob *
sqlite_blob(SqliteDb *db, const char *table, const char *column)
{
	SqliteBlob *blob = palloc0(sizeof(SqliteBlob));

	blob->db = db;
	blob->table = pstrdup(base_to_utf8(table));
	blob->column = pstrdup(base_to_utf8(column));
	blob->callback.func = close_callback;
	blob->callback.arg = blob;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &blob->callback);
	return blob;
}

/* Returns a result code. */
static int
seek(SqliteBlob *blob, int64 rowid)
{
	if (blob->handle == NULL)
		return sqlite3_blob_open(blob->db->handle, "main", blob->table, blob->column, rowid, 0, &blob->handle);
	return sqlite3_blob_reopen(blob->handle, rowid);
}

int
sqlite_blob_bytes(SqliteBlob *blob, int64 rowid)
{
	return seek(blob, rowid) == SQLITE_OK ? sqlite3_blob_bytes(blob->handle) : -1;
}

void
sqlite_blob_read(SqliteBlob *blob, int64 rowid, char *buffer, int bytes)
{
	int			rc = seek(blob, rowid);

	if (rc == SQLITE_OK)
		rc = sqlite3_blob_read(blob->handle, buffer, bytes, 0);
	if (rc != SQLITE_OK)
		sqlite_raise(blob->db, sqlite3_extended_errcode(blob->db->handle), "read the beginning of a blob from SQLite", NULL);
}

void
sqlite_blob_close(SqliteBlob *blob)
{
	close_callback(blob);
}
