/*-------------------------------------------------------------------------
 *
 * sqlite_collation.c
 *	  Collations that only the application has: unicase, LOCALIZED, …
 *
 * SQLite prepares no statement that could need a collation it does not know: none at all with a condition
 * or an order on a table WITHOUT ROWID whose key has one. Most of them never compare two texts by it, so the
 * name is given to something that is never asked. When it is asked after all, nobody
 * knows the answer: the statement ends, and sqlite_raise says why.
 *
 * Not where the file may be written to: an index would get entries in a wrong place.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "sqlite/driver_internal.h"

typedef struct Unknown
{
	SqliteDb   *db;
	char		name[FLEXIBLE_ARRAY_MEMBER];
} Unknown;

static int
compare(void *arg, int length1, const void *text1, int length2, const void *text2)
{
	Unknown    *unknown = arg;

	if (unknown->db->unknown_collation[0] == '\0')
		strlcpy(unknown->db->unknown_collation, unknown->name, sizeof(unknown->db->unknown_collation));
	sqlite3_interrupt(unknown->db->handle);
	return 0;
}

/* SQLite has met a name that it does not know. Without memory it stays unknown. */
static void
needed(void *arg, sqlite3 *handle, int encoding, const char *name)
{
	Unknown    *unknown;

	/* those are asked for, too, in a file of UTF-16: SQLite has them in UTF-8, and makes the others of them then */
	if (sqlite_is_own_collation(name))
		return;
	unknown = sqlite3_malloc64(offsetof(Unknown, name) + strlen(name) + 1);
	if (unknown == NULL)
		return;
	unknown->db = arg;
	strcpy(unknown->name, name);

	/* unlike its siblings for functions, it frees nothing when it fails */
	if (sqlite3_create_collation_v2(handle, name, SQLITE_UTF8, unknown, compare, sqlite3_free) != SQLITE_OK)
		sqlite3_free(unknown);
}

int
sqlite_add_collations(SqliteDb *db)
{
	return db->writable ? SQLITE_OK : sqlite3_collation_needed(db->handle, db, needed);
}

char *
sqlite_unknown_collation(SqliteDb *db)
{
	char	   *message = NULL;

	if (db->unknown_collation[0] != '\0')
		message = psprintf("no such collation sequence: %s", sqlite_readable(db->unknown_collation));
	db->unknown_collation[0] = '\0';
	return message;
}

bool
sqlite_is_own_collation(const char *name)
{
	return pg_strcasecmp(name, "BINARY") == 0 || pg_strcasecmp(name, "NOCASE") == 0 || pg_strcasecmp(name, "RTRIM") == 0;
}
