/*-------------------------------------------------------------------------
 *
 * sqlite_copy.c
 *	  Private copy of a database that cannot be read in place without writing.
 *
 * The source is never written, so a hot journal or an orphaned WAL is recovered
 * in a copy. It lies in the server's folder for temporary files under a name
 * that the server removes itself when it starts after a crash.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <fcntl.h>
#include <unistd.h>

#include "common/file_utils.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/fd.h"
#include "storage/ipc.h"
#include "utils/memutils.h"

#include "sqlite/driver_internal.h"

/* The database itself last: its companions decide what it means. */
static const char *const suffixes[SQLITE_FILES] = {"-journal", "-wal", ""};

#define COPY_BUFFER		(1024 * 1024)
#define COPY_ATTEMPTS	5

/* distinguishes several copies of one backend; never reset */
static int	copies_made = 0;

void
sqlite_copy_look(const char *path, SqliteFileState *states)
{
	for (int i = 0; i < lengthof(suffixes); i++)
	{
		char	   *name = psprintf("%s%s", path, suffixes[i]);
		struct stat st;

		memset(&states[i], 0, sizeof(SqliteFileState));
		if (stat(name, &st) == 0)
		{
			states[i].exists = true;
			states[i].size = st.st_size;
			states[i].mtime = st.st_mtim;
			states[i].ino = st.st_ino;
		}
		pfree(name);
	}
}

static void
write_bytes(int fd, const char *name, const void *bytes, ssize_t amount)
{
	errno = 0;
	if (write(fd, bytes, amount) != amount)
	{
		if (errno == 0)
			errno = ENOSPC;
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not write file \"%s\": %m", name)));
	}
}

/*
 * Copies the database itself, through the connection. A file that has become
 * shorter meanwhile ends the copy early; the caller sees that it has changed.
 */
static void
copy_database(SqliteDb *db, int out, const char *to, int64 size)
{
	char	   *buffer = palloc(COPY_BUFFER);

	for (int64 done = 0; done < size; done += COPY_BUFFER)
	{
		int			amount = Min(COPY_BUFFER, size - done);
		int			rc;

		CHECK_FOR_INTERRUPTS();
		rc = sqlite_read_part(db, buffer, amount, done);
		if (rc == SQLITE_IOERR_SHORT_READ || rc == SQLITE_CORRUPT)
			break;
		if (rc != SQLITE_OK)
			sqlite_raise(db, rc, "copy the SQLite database", NULL);
		write_bytes(out, to, buffer, amount);
	}
	pfree(buffer);
}

/*
 * Copies a journal or WAL, on which nobody holds locks.
 */
static void
copy_companion(const char *from, int out, const char *to)
{
	char	   *buffer = palloc(COPY_BUFFER);
	int			in = OpenTransientFile(from, O_RDONLY | O_NOFOLLOW | PG_BINARY);
	ssize_t		n;

	if (in < 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not open file \"%s\": %m", from)));
	while ((n = read(in, buffer, COPY_BUFFER)) > 0)
	{
		CHECK_FOR_INTERRUPTS();
		write_bytes(out, to, buffer, n);
	}
	if (n < 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not read file \"%s\": %m", from)));
	CloseTransientFile(in);
	pfree(buffer);
}

/*
 * Copies the files as they are. Descriptors are the resource owner's on error.
 */
static void
copy_all(SqliteDb *db, const char *private_path, const SqliteFileState *states)
{
	for (int i = 0; i < lengthof(suffixes); i++)
	{
		char	   *to;
		int			out;

		if (!states[i].exists)
			continue;
		to = psprintf("%s%s", private_path, suffixes[i]);
		out = OpenTransientFile(to, O_WRONLY | O_CREAT | O_EXCL | PG_BINARY);
		if (out < 0)
			ereport(ERROR,
					(errcode_for_file_access(),
					 errmsg("could not create file \"%s\": %m", to)));
		if (suffixes[i][0] == '\0')
			copy_database(db, out, to, states[i].size);
		else
			copy_companion(psprintf("%s%s", db->path, suffixes[i]), out, to);
		CloseTransientFile(out);
		pfree(to);
	}
}

char *
sqlite_copy_name(void)
{
	char		folder[MAXPGPATH];
	char		name[MAXPGPATH];

	snprintf(folder, sizeof(folder), "%s/base/%s", DataDir, PG_TEMP_FILES_DIR);
	if (MakePGDirectory(folder) < 0 && errno != EEXIST)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not create directory \"%s\": %m", folder)));
	snprintf(name, sizeof(name), "%s/base/%s/%s_sqlite_mig_%d_%d", DataDir,
			 PG_TEMP_FILES_DIR, PG_TEMP_FILE_PREFIX, MyProcPid, ++copies_made);
	return MemoryContextStrdup(TopMemoryContext, name);
}

/* Called when a copy is not finished; frees its name. */
static void
forget_copy(int code, Datum path)
{
	sqlite_copy_remove(DatumGetCString(path));
	pfree(DatumGetCString(path));
}

char *
sqlite_copy_private(SqliteDb *db, SqliteFileState *state)
{
	const char *path = db->path;
	char	   *result = sqlite_copy_name();

	/* it may be large, and it is not the file the user named */
	ereport(NOTICE,
			(errmsg("reading a private copy of the SQLite database"),
			 errdetail("Reading it in place would need to write: its journal or write-ahead log cannot be used without.")));

	/* nobody should be writing: there is no lock to hold, so the files must not have moved meanwhile */
	for (int attempt = 0; attempt < COPY_ATTEMPTS; attempt++)
	{
		sqlite_copy_remove(result);
		sqlite_copy_look(path, state);

		/* files have no resource owner: a half-made copy is removed when this throws, and when the backend is told to end */
		PG_ENSURE_ERROR_CLEANUP(forget_copy, CStringGetDatum(result));
		{
			copy_all(db, result, state);
		}
		PG_END_ENSURE_ERROR_CLEANUP(forget_copy, CStringGetDatum(result));
		if (!sqlite_copy_outdated(path, state))
			return result;
	}
	sqlite_copy_remove(result);
	pfree(result);
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_IN_USE),
			 errmsg("SQLite database \"%s\" is being written to", path),
			 errdetail("It cannot be read in place without write permission, and it changed while it was copied."),
			 errhint("Give the server's user write permission on its folder, or stop the application for a moment.")));
}

bool
sqlite_copy_outdated(const char *path, const SqliteFileState *state)
{
	SqliteFileState now[SQLITE_FILES];

	sqlite_copy_look(path, now);
	/* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): sqlite_copy_look clears what lies between the fields */
	return memcmp(now, state, sizeof(now)) != 0;
}

void
sqlite_copy_remove(const char *private_path)
{
	static const char *const leftovers[] = {"", "-journal", "-wal", "-shm"};
	char		name[MAXPGPATH];

	for (int i = 0; i < lengthof(leftovers); i++)
	{
		snprintf(name, sizeof(name), "%s%s", private_path, leftovers[i]);
		(void) unlink(name);
	}
}
