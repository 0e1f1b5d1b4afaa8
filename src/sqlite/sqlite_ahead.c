/*-------------------------------------------------------------------------
 *
 * sqlite_ahead.c
 *	  A layer over SQLite's access to files that reads ahead: who goes through a
 *	  table reads page after page, and asking the system for each takes a good
 *	  part of the time.
 *
 * Pages that were read ahead may be handed out as long as nobody can change them
 * for this connection: while it holds a lock on the file, and up to the next
 * lock of any kind that it takes or gives back. In rollback mode the lock keeps
 * writers out. With a write-ahead log a checkpoint writes into the file no page
 * that a snapshot in use reads from there, so what was read holds until the
 * snapshot is given back, which takes a lock of the log's index. A write of our
 * own forgets what was read.
 *
 * It is also where a cancel is seen in the instructions of SQLite that go through
 * a whole table by themselves (to count it, to check it), within which there is no
 * progress callback: a read fails then. Not while anything is written: a rollback
 * reads, too, and must come to its end.
 *
 * Only the database file itself is read so; journals, logs and temporary files are
 * SQLite's alone. These are callbacks of SQLite: nothing may throw or palloc.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "sqlite/driver_internal.h"

#define VFS_NAME "sqlite_fdw_mig"

/* Bytes that are read at once. */
#define BLOCK_SIZE 65536

/* Reads of less are of a header, and may come without a lock. */
#define MIN_PAGE 512

/* The lock of the index of a write-ahead log that a writer holds: SQLite's WAL_WRITE_LOCK */
#define LOG_WRITE_LOCK 0

/* So many pages, one close behind the other, are taken for a way through the file. */
#define MIN_RUN 4

typedef struct AheadFile
{
	sqlite3_file base;			/* first, so that an AheadFile * is a sqlite3_file * */
	sqlite3_file *real;			/* behind this struct */
	bool		unlocked;		/* SQLite takes no locks: nobody writes */
	bool		locked;			/* SHARED or more */
	bool		writing;		/* RESERVED or more, or the lock of the log */
	sqlite3_int64 size;			/* of the file when that began, less what was cut off since */
	int			run;
	sqlite3_int64 next;			/* where the last read ended */
	sqlite3_int64 start;		/* of the block */
	bool		filled;
	char	   *block;			/* NULL until it is needed */
	SqliteOwnName own;
} AheadFile;

static sqlite3_vfs *real_vfs = NULL;

static AheadFile *
forget(sqlite3_file *file)
{
	AheadFile  *ahead = (AheadFile *) file;

	ahead->filled = false;
	return ahead;
}

static sqlite3_file *
real_of(sqlite3_file *file)
{
	return ((AheadFile *) file)->real;
}

static int
ahead_close(sqlite3_file *file)
{
	AheadFile  *ahead = forget(file);

	sqlite_disown(&ahead->own);
	sqlite3_free(ahead->block);
	ahead->block = NULL;
	return ahead->real->pMethods->xClose(ahead->real);
}

/* Fills the block from where a read begins; false near the end of the file, or for lack of memory. */
static bool
fill(AheadFile *ahead, sqlite3_int64 offset)
{
	if (ahead->block == NULL)
		ahead->block = sqlite3_malloc(BLOCK_SIZE);
	ahead->start = offset;
	ahead->filled = ahead->block != NULL &&
		ahead->real->pMethods->xRead(ahead->real, ahead->block, BLOCK_SIZE, offset) == SQLITE_OK;
	return ahead->filled;
}

/*
 * SQLite takes what a disk cannot read for damage of the database; it is not. And it
 * takes what lies behind the end of the file for zeros: of a page that others have cut
 * off since the transaction began it would make a value that nobody has stored. (A
 * writer may come to pages of its own that were never written.)
 */
static int
read_real(AheadFile *ahead, void *buffer, int amount, sqlite3_int64 offset)
{
	int			rc = ahead->real->pMethods->xRead(ahead->real, buffer, amount, offset);

	if (rc == SQLITE_IOERR_CORRUPTFS)
		return SQLITE_IOERR_READ;
	if (rc == SQLITE_IOERR_SHORT_READ && amount >= MIN_PAGE && offset > 0 &&
		(!ahead->writing || offset + amount <= ahead->size))
		return SQLITE_CORRUPT;
	return rc;
}

static int
ahead_read(sqlite3_file *file, void *buffer, int amount, sqlite3_int64 offset)
{
	AheadFile  *ahead = (AheadFile *) file;
	bool		inside;

	if (amount >= MIN_PAGE && !ahead->writing && base_stop_wanted())
		return SQLITE_INTERRUPT;
	if (amount < MIN_PAGE || amount > BLOCK_SIZE / 2 || !(ahead->locked || ahead->unlocked))
		return read_real(ahead, buffer, amount, offset);
	if (offset >= ahead->next && offset < ahead->next + BLOCK_SIZE)
		ahead->run++;
	else
		ahead->run = 0;
	ahead->next = offset + amount;
	inside = ahead->filled && offset >= ahead->start && offset + amount <= ahead->start + BLOCK_SIZE;
	if (!inside && (ahead->run < MIN_RUN || !fill(ahead, offset)))
		return read_real(ahead, buffer, amount, offset);
	memcpy(buffer, ahead->block + (offset - ahead->start), amount);
	return SQLITE_OK;
}

static int
ahead_write(sqlite3_file *file, const void *buffer, int amount, sqlite3_int64 offset)
{
	AheadFile  *ahead = forget(file);

	return ahead->real->pMethods->xWrite(ahead->real, buffer, amount, offset);
}

static int
ahead_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	AheadFile  *ahead = forget(file);

	ahead->size = Min(ahead->size, size);
	return ahead->real->pMethods->xTruncate(ahead->real, size);
}

static int
ahead_sync(sqlite3_file *file, int flags)
{
	return real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int
ahead_size(sqlite3_file *file, sqlite3_int64 *size)
{
	return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

/* The lock is there; a size that cannot be had only means that less is noticed. */
static void
begin_writing(AheadFile *ahead)
{
	if (!ahead->writing && ahead->real->pMethods->xFileSize(ahead->real, &ahead->size) != SQLITE_OK)
		ahead->size = 0;
	ahead->writing = true;
}

static int
ahead_lock(sqlite3_file *file, int level)
{
	AheadFile  *ahead = forget(file);
	int			rc = ahead->real->pMethods->xLock(ahead->real, level);

	if (rc == SQLITE_OK)
	{
		ahead->locked = level >= SQLITE_LOCK_SHARED;
		if (level >= SQLITE_LOCK_RESERVED)
			begin_writing(ahead);
	}
	return rc;
}

static int
ahead_unlock(sqlite3_file *file, int level)
{
	AheadFile  *ahead = forget(file);

	ahead->locked = level >= SQLITE_LOCK_SHARED;
	ahead->writing = false;
	return ahead->real->pMethods->xUnlock(ahead->real, level);
}

static int
ahead_reserved(sqlite3_file *file, int *result)
{
	return real_of(file)->pMethods->xCheckReservedLock(real_of(file), result);
}

static int
ahead_control(sqlite3_file *file, int op, void *arg)
{
	AheadFile  *ahead = forget(file);

	return ahead->real->pMethods->xFileControl(ahead->real, op, arg);
}

static int
ahead_sector_size(sqlite3_file *file)
{
	return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int
ahead_characteristics(sqlite3_file *file)
{
	return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int
ahead_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **part)
{
	return real_of(file)->pMethods->xShmMap(real_of(file), page, size, extend, part);
}

/* Every snapshot begins and ends here. */
static int
ahead_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	AheadFile  *ahead = forget(file);
	int			rc = ahead->real->pMethods->xShmLock(ahead->real, offset, n, flags);

	if (rc != SQLITE_OK || offset != LOG_WRITE_LOCK || (flags & SQLITE_SHM_EXCLUSIVE) == 0)
		return rc;
	if (flags & SQLITE_SHM_LOCK)
		begin_writing(ahead);
	else
		ahead->writing = false;
	return rc;
}

static void
ahead_shm_barrier(sqlite3_file *file)
{
	real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int
ahead_shm_unmap(sqlite3_file *file, int delete)
{
	AheadFile  *ahead = forget(file);

	return ahead->real->pMethods->xShmUnmap(ahead->real, delete);
}

/* Without a write-ahead log, and with it. Memory-mapped access is left out, as in configure(). */
#define AHEAD_METHODS(version) \
	.iVersion = (version), .xClose = ahead_close, .xRead = ahead_read, .xWrite = ahead_write, .xTruncate = ahead_truncate, \
	.xSync = ahead_sync, .xFileSize = ahead_size, .xLock = ahead_lock, .xUnlock = ahead_unlock, \
	.xCheckReservedLock = ahead_reserved, .xFileControl = ahead_control, .xSectorSize = ahead_sector_size, \
	.xDeviceCharacteristics = ahead_characteristics

static const sqlite3_io_methods plain_methods = {AHEAD_METHODS(1)};
static const sqlite3_io_methods log_methods = {
	AHEAD_METHODS(2),
	.xShmMap = ahead_shm_map, .xShmLock = ahead_shm_lock, .xShmBarrier = ahead_shm_barrier, .xShmUnmap = ahead_shm_unmap
};

static int
ahead_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
	AheadFile  *ahead = (AheadFile *) file;
	int			rc;

	if (flags & SQLITE_OPEN_SUPER_JOURNAL)
		return sqlite_super_open(file, flags, out_flags);
	if ((flags & SQLITE_OPEN_MAIN_DB) == 0)
		return real_vfs->xOpen(real_vfs, name, file, flags, out_flags);
	memset(ahead, 0, sizeof(AheadFile));
	ahead->real = (sqlite3_file *) (ahead + 1);
	ahead->unlocked = sqlite3_uri_boolean(name, "immutable", 0);
	rc = real_vfs->xOpen(real_vfs, name, ahead->real, flags, out_flags);

	/* SQLite closes a file that has methods, also one that could not be opened */
	if (ahead->real->pMethods != NULL)
	{
		ahead->base.pMethods = ahead->real->pMethods->iVersion >= 2 && ahead->real->pMethods->xShmMap != NULL ?
			&log_methods : &plain_methods;
		sqlite_own(&ahead->own, name);
	}
	return rc;
}

static int
ahead_delete(sqlite3_vfs *vfs, const char *name, int sync_folder)
{
	return sqlite_guarded_delete(real_vfs, name, sync_folder);
}

static int
ahead_access(sqlite3_vfs *vfs, const char *name, int flags, int *result)
{
	return sqlite_guarded_access(real_vfs, name, flags, result);
}

const char *
sqlite_ahead_vfs(void)
{
	static sqlite3_vfs vfs;

	if (real_vfs == NULL)
	{
		sqlite3_vfs *found = sqlite3_vfs_find(NULL);

		if (found == NULL)
			return NULL;
		vfs = *found;
		vfs.pNext = NULL;
		vfs.zName = VFS_NAME;
		vfs.szOsFile = sizeof(AheadFile) + found->szOsFile;
		vfs.xOpen = ahead_open;
		vfs.xDelete = ahead_delete;
		vfs.xAccess = ahead_access;
		if (sqlite3_vfs_register(&vfs, 0) != SQLITE_OK)
			return NULL;
		real_vfs = found;
	}
	return VFS_NAME;
}
