/*-------------------------------------------------------------------------
 *
 * sqlite_backup.c
 *	  Copies of a database that is in use, through SQLite's backup API: into a
 *	  file that somebody names, or as a snapshot that this session reads instead
 *	  of the file.
 *
 * The source is read inside the read transaction of its connection, so a copy
 * is of one moment and is never started over because somebody writes. Who may
 * write where is decided above.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <fcntl.h>
#include <unistd.h>

#include "commands/progress.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/fd.h"
#include "storage/ipc.h"
#include "utils/guc.h"

#include "sqlite/driver_internal.h"

/* Between two looks for a cancel: 1 MB of a file with pages of 4 kB */
#define PAGES_PER_STEP		256

/* Lines of PRAGMA integrity_check that are of use to somebody */
#define INTEGRITY_LINES		"10"

/* Files that SQLite would take for a part of the database, were they there before it */
static const char *const companions[] = {"-journal", "-wal"};

static void remove_file(int code, Datum path);
static void remove_copy(int code, Datum path);
static int	create_file(const char *path);
static void copy_pages(SqliteDb *db, const char *target, SqliteBackup *result);
static sqlite3 *open_target(SqliteDb *db, const char *target, const char *doing);
static int64 source_size(SqliteDb *db, int64 *page_size);
static void sync_file(int fd, const char *path);

void
sqlite_backup(SqliteDb *db, const char *target, SqliteBackup *result)
{
	struct stat st;
	int			fd;

	for (int i = 0; i < lengthof(companions); i++)
	{
		char	   *name = psprintf("%s%s", target, companions[i]);

		if (lstat(name, &st) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_DUPLICATE_FILE),
					 errmsg("file \"%s\" exists", name),
					 errdetail("SQLite would take it for a part of the backup."),
					 errhint("Choose another name for the backup.")));
	}

	fd = create_file(target);

	/* files have no resource owner: a half-made copy is removed when this throws, and when the backend is told to end */
	PG_ENSURE_ERROR_CLEANUP(remove_file, CStringGetDatum(target));
	{
		copy_pages(db, target, result);
		sync_file(fd, target);
		if (fstat(fd, &st) != 0)
			ereport(ERROR,
					(errcode_for_file_access(),
					 errmsg("could not stat file \"%s\": %m", target)));
		result->bytes = st.st_size;
	}
	PG_END_ENSURE_ERROR_CLEANUP(remove_file, CStringGetDatum(target));
	CloseTransientFile(fd);
}

/* Called when a copy is not finished. */
static void
remove_file(int code, Datum path)
{
	(void) unlink(DatumGetCString(path));
}

/*
 * Creates an empty file that nobody else may read. Returns its transient
 * descriptor.
 */
static int
create_file(const char *path)
{
	int			fd = OpenTransientFilePerm(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | PG_BINARY, S_IRUSR | S_IWUSR);
	bool		exists = fd < 0 && errno == EEXIST;

	if (fd < 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not create file \"%s\": %m", path),
				 exists ? errhint("A file that exists is never overwritten: choose another name.") : 0));
	return fd;
}

/*
 * Copies every page into the empty file "target" and counts them; shown in
 * pg_stat_progress_copy as COPY TO a file. Leaves the file where it is when it
 * throws.
 */
static void
copy_pages(SqliteDb *db, const char *target, SqliteBackup *result)
{
	const int	params[] = {PROGRESS_COPY_COMMAND, PROGRESS_COPY_TYPE, PROGRESS_COPY_BYTES_TOTAL};
	int64		values[] = {PROGRESS_COPY_COMMAND_TO, PROGRESS_COPY_TYPE_FILE, 0};
	const char *doing = psprintf("copy the SQLite database to \"%s\"", target);
	int64		page_size;
	sqlite3    *volatile copy = NULL;
	sqlite3_backup *volatile backup = NULL;
	int			rc;

	values[2] = source_size(db, &page_size);
	pgstat_progress_start_command(PROGRESS_COMMAND_COPY, InvalidOid);
	pgstat_progress_update_multi_param(lengthof(params), params, values);

	/* SQLite's handles have no resource owner: they are closed here, whatever happens */
	PG_TRY();
	{
		copy = open_target(db, target, doing);
		backup = sqlite3_backup_init(copy, "main", db->handle, "main");
		if (backup == NULL)
			sqlite_raise(db, sqlite3_extended_errcode(copy), doing, NULL);
		do
		{
			CHECK_FOR_INTERRUPTS();
			rc = sqlite3_backup_step(backup, PAGES_PER_STEP);
			if (rc != SQLITE_OK && rc != SQLITE_DONE)
				sqlite_raise(db, rc, doing, NULL);
			result->pages = sqlite3_backup_pagecount(backup);
			pgstat_progress_update_param(PROGRESS_COPY_BYTES_PROCESSED,
										 (result->pages - sqlite3_backup_remaining(backup)) * page_size);
		} while (rc != SQLITE_DONE);
		result->bytes = result->pages * page_size;
	}
	PG_FINALLY();
	{
		/* repeats an error that sqlite3_backup_step has told */
		(void) sqlite3_backup_finish(backup);
		sqlite3_close_v2(copy);
	}
	PG_END_TRY();
	pgstat_progress_end_command();
}

/*
 * Opens the empty file for writing without a journal of its own: a copy that
 * fails is removed as a whole.
 */
static sqlite3 *
open_target(SqliteDb *db, const char *target, const char *doing)
{
	sqlite3    *copy;
	int			rc = sqlite3_open_v2(target, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc == SQLITE_OK)
	{
		sqlite3_extended_result_codes(copy, 1);
		/* somebody may look at the new file, and lock it */
		sqlite3_busy_handler(copy, sqlite_wait, db);
		rc = sqlite3_exec(copy, "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA mmap_size=0;", NULL, NULL, NULL);
	}
	if (rc != SQLITE_OK)
	{
		sqlite3_close_v2(copy);
		sqlite_raise(db, rc, doing, NULL);
	}
	return copy;
}

/*
 * Bytes that the database takes, as the transaction sees it.
 */
static int64
source_size(SqliteDb *db, int64 *page_size)
{
	SqliteStmt *stmt = sqlite_prepare(db, "SELECT s.page_size, c.page_count FROM pragma_page_size AS s, pragma_page_count AS c");
	int64		pages;

	if (!sqlite_step(stmt))
		elog(ERROR, "PRAGMA page_count gave no row");
	*page_size = sqlite_integer(stmt, 0);
	pages = sqlite_integer(stmt, 1);
	sqlite_finalize(stmt);
	return pages * *page_size;
}

/*
 * Makes the file and its name last. Errors are no PANIC here: nothing of
 * PostgreSQL's own is at stake.
 */
static void
sync_file(int fd, const char *path)
{
	char	   *folder = pstrdup(path);

	if (pg_fsync(fd) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not fsync file \"%s\": %m", path)));
	get_parent_directory(folder);
	(void) fsync_fname_ext(folder, true, false, ERROR);
}

/*
 * What PRAGMA integrity_check says, or the error that ends it.
 */
static char *
integrity(SqliteDb *db, bool *unknown)
{
	static const char *const sql = "PRAGMA integrity_check(" INTEGRITY_LINES ")";
	sqlite3_stmt *stmt;
	StringInfoData lines;
	char	   *message;
	int			rc;

	initStringInfo(&lines);
	rc = sqlite3_prepare_v2(db->handle, sql, -1, &stmt, NULL);
	while (rc == SQLITE_OK || rc == SQLITE_ROW)
	{
		rc = sqlite3_step(stmt);
		if (rc == SQLITE_ROW)
			appendStringInfo(&lines, "%s%s", lines.len > 0 ? "\n" : "",
							 sqlite_readable((const char *) sqlite3_column_text(stmt, 0)));
	}
	message = sqlite_unknown_collation(db);
	*unknown = message != NULL;
	if (message != NULL)
	{
		/* what it found missing from an index before may be there */
		resetStringInfo(&lines);
		appendStringInfoString(&lines, message);
	}
	else if (rc != SQLITE_DONE)
		appendStringInfo(&lines, "%s%s", lines.len > 0 ? "\n" : "", sqlite_readable(sqlite3_errmsg(db->handle)));
	sqlite3_finalize(stmt);
	if (message == NULL && ((rc & 0xff) == SQLITE_INTERRUPT || (rc & 0xff) == SQLITE_NOMEM))
		sqlite_raise(db, rc, "check the copy of the SQLite database", sql);
	return lines.data;
}

/* The same for a file that nobody else has. */
static char *
file_integrity(const char *path, bool *unknown)
{
	SqliteOpenSpec spec = {.path = path, .immutable = true};
	SqliteDb   *volatile db = NULL;
	char	   *volatile result;

	/* handles have no resource owner */
	PG_TRY();
	{
		db = sqlite_open(&spec);
		result = integrity(db, unknown);
		sqlite_close(db);
	}
	PG_CATCH();
	{
		sqlite_close(db);
		PG_RE_THROW();
	}
	PG_END_TRY();
	return result;
}

char *
sqlite_backup_check(const char *target, bool *unknown)
{
	char	   *result;

	/* nor have files */
	PG_ENSURE_ERROR_CLEANUP(remove_file, CStringGetDatum(target));
	{
		result = file_integrity(target, unknown);
	}
	PG_END_ENSURE_ERROR_CLEANUP(remove_file, CStringGetDatum(target));
	return result;
}

SqliteDb *
sqlite_snapshot(SqliteDb *db, SqliteBackup *result)
{
	char	   *private_path;
	int64		page_size;
	int64		bytes = source_size(db, &page_size);

	if (temp_file_limit >= 0 && bytes > (int64) temp_file_limit * 1024)
		ereport(ERROR,
				(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
				 errmsg("the copy of SQLite database \"%s\" would exceed temp_file_limit (%d kB)", db->path, temp_file_limit),
				 errdetail("It has %lld bytes.", (long long) bytes)));

	/* files have no resource owner: as above */
	private_path = sqlite_copy_name();
	PG_ENSURE_ERROR_CLEANUP(remove_copy, CStringGetDatum(private_path));
	{
		CloseTransientFile(create_file(private_path));
		copy_pages(db, private_path, result);
	}
	PG_END_ENSURE_ERROR_CLEANUP(remove_copy, CStringGetDatum(private_path));
	return sqlite_open_copy(db, private_path);
}

/* Called when a snapshot is not finished; frees its name. */
static void
remove_copy(int code, Datum path)
{
	sqlite_copy_remove(DatumGetCString(path));
	pfree(DatumGetCString(path));
}
