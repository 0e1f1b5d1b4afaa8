/*-------------------------------------------------------------------------
 *
 * sqlite_around.c
 *	  What lies and who works around a database file: its journals, the file
 *	  system, other processes. Only looks, with the means of the operating system.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "storage/fd.h"

#include "sqlite/driver_internal.h"

/* Kinds of file systems that matter to SQLite, by the magic number of statfs(2). */
static const struct
{
	uint32		magic;
	const char *name;
}			file_systems[] = {
	{0x6969, "nfs"},
	{0x517B, "smb"},
	{0xFF534D42, "smb"},
	{0xFE534D42, "smb"},
	{0x01021997, "9p"},
	{0x65735546, "fuse"},
	{0x01021994, "tmpfs"},
};

static const char *
file_system(const char *path)
{
	struct statfs fs;

	if (statfs(path, &fs) != 0)
		return NULL;
	for (int i = 0; i < lengthof(file_systems); i++)
	{
		if (file_systems[i].magic == (uint32) fs.f_type)
			return file_systems[i].name;
	}
	return "local";
}

/* The size of a file beside the database, 0 when there is none; *modified becomes its time if that is later. */
static int64
size_beside(const char *path, const char *suffix, time_t *modified)
{
	char	   *name = psprintf("%s%s", path, suffix);
	struct stat st;
	int64		size = 0;

	if (lstat(name, &st) == 0 && S_ISREG(st.st_mode))
	{
		size = st.st_size;
		if (size > 0)
			*modified = Max(*modified, st.st_mtime);
	}
	pfree(name);
	return size;
}

/* Whether a line of /proc/locks is about one of the files, for another process. */
static bool
is_lock_on(const char *line, const struct stat *files, int nfiles, int *pid, bool *writes)
{
	char		kind[16];
	unsigned int major_number;
	unsigned int minor_number;
	unsigned long inode;

	if (sscanf(line, "%*s %*s %*s %15s %d %x:%x:%lu", kind, pid, &major_number, &minor_number, &inode) != 5 || *pid == (int) getpid())
		return false;
	*writes = strcmp(kind, "WRITE") == 0;
	for (int i = 0; i < nfiles; i++)
	{
		if (files[i].st_ino == inode && major(files[i].st_dev) == major_number && minor(files[i].st_dev) == minor_number)
			return true;
	}
	return false;
}

/* How many other processes hold locks on the database or its -shm; -1 when that cannot be told. */
static int
count_holders(const char *path, bool *writes)
{
	struct stat files[2];
	int			nfiles = 0;
	char	   *shm = psprintf("%s-shm", path);
	FILE	   *locks = AllocateFile("/proc/locks", "r");
	char		line[256];
	List	   *pids = NIL;

	*writes = false;
	if (locks == NULL)
		return -1;
	if (stat(path, &files[nfiles]) == 0)
		nfiles++;
	if (lstat(shm, &files[nfiles]) == 0)
		nfiles++;
	while (fgets(line, sizeof(line), locks) != NULL)
	{
		int			pid;
		bool		writer;

		if (!is_lock_on(line, files, nfiles, &pid, &writer))
			continue;
		pids = list_append_unique_int(pids, pid);
		*writes = *writes || writer;
	}
	FreeFile(locks);
	pfree(shm);
	return list_length(pids);
}

void
sqlite_look_around(SqliteDb *db, SqliteSurroundings *around)
{
	struct stat st;
	struct statvfs fs;
	const char *path = sqlite_path(db);

	if (stat(path, &st) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not stat file \"%s\": %m", path)));
	around->mode = (int) (st.st_mode & 07777);
	around->modified = st.st_mtime;
	around->wal_size = size_beside(path, "-wal", &around->modified);
	around->journal_size = size_beside(path, "-journal", &around->modified);
	around->free_bytes = statvfs(path, &fs) == 0 ? (int64) fs.f_bavail * (int64) fs.f_frsize : -1;
	around->file_system = file_system(path);
	around->holders = count_holders(path, &around->writer);
}
