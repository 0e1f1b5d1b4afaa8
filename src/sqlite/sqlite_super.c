/*-------------------------------------------------------------------------
 *
 * sqlite_super.c
 *	  The other file that a journal may name.
 *
 * The journal of a transaction across several databases ends in the name of a
 * super-journal. As long as that file exists the transaction was not committed;
 * SQLite rolls it back, reads the names of all the journals in that file, and
 * deletes it when none of them has any use for it. A journal is input from
 * strangers, and the name may be of any file: it would be deleted with the
 * server's rights.
 *
 * So nothing is deleted but journals and logs of databases that are open here,
 * and the super-journal is never read: where a rollback finds it, it stays. Whether
 * it exists is told of names only that SQLite gives to super-journals.
 *
 * These are callbacks of SQLite: nothing may throw or palloc.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <ctype.h>

#include "sqlite/driver_internal.h"

/* What SQLite puts between the name of a database and the digits of its super-journal, of which there are eight or nine. */
#define SUPER_MARK		"-mj"
#define MIN_DIGITS		8
#define MAX_DIGITS		9

static SqliteOwnName *own_names = NULL;

void
sqlite_own(SqliteOwnName *own, const char *name)
{
	own->name = name;
	own->next = own_names;
	own_names = own;
}

void
sqlite_disown(SqliteOwnName *own)
{
	for (SqliteOwnName **link = &own_names; *link != NULL; link = &(*link)->next)
	{
		if (*link == own)
		{
			*link = own->next;
			return;
		}
	}
}

/* Whether a file is the journal or log of a database that is open here. */
static bool
is_own(const char *name)
{
	for (SqliteOwnName *own = own_names; own != NULL; own = own->next)
	{
		size_t		length = strlen(own->name);

		if (strncmp(name, own->name, length) == 0 &&
			(strcmp(name + length, "-journal") == 0 || strcmp(name + length, "-wal") == 0))
			return true;
	}
	return false;
}

static bool
is_like_super(const char *name)
{
	size_t		digits = 0;
	size_t		length = strlen(name);

	while (digits < length && isxdigit((unsigned char) name[length - 1 - digits]))
		digits++;
	return digits >= MIN_DIGITS && digits <= MAX_DIGITS && length >= digits + strlen(SUPER_MARK) &&
		strncmp(name + length - digits - strlen(SUPER_MARK), SUPER_MARK, strlen(SUPER_MARK)) == 0;
}

int
sqlite_guarded_access(sqlite3_vfs *real, const char *name, int flags, int *result)
{
	if (!is_own(name) && !is_like_super(name))
		return SQLITE_CORRUPT;
	return real->xAccess(real, name, flags, result);
}

int
sqlite_guarded_delete(sqlite3_vfs *real, const char *name, int sync_folder)
{
	return is_own(name) ? real->xDelete(real, name, sync_folder) : SQLITE_OK;
}

static int
super_close(sqlite3_file *file)
{
	return SQLITE_OK;
}

static int
super_read(sqlite3_file *file, void *buffer, int amount, sqlite3_int64 offset)
{
	memset(buffer, 0, amount);
	return amount == 0 ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int
super_size(sqlite3_file *file, sqlite3_int64 *size)
{
	*size = 0;
	return SQLITE_OK;
}

/* An empty file, which names no journals. Nothing else is asked of it. */
static const sqlite3_io_methods super_methods = {
	.iVersion = 1, .xClose = super_close, .xRead = super_read, .xFileSize = super_size
};

int
sqlite_super_open(sqlite3_file *file, int flags, int *out_flags)
{
	file->pMethods = &super_methods;
	if (out_flags != NULL)
		*out_flags = flags;
	return SQLITE_OK;
}
