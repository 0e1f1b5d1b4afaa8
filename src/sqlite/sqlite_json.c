/*-------------------------------------------------------------------------
 *
 * sqlite_json.c
 *	  How long the values are that SQLite's JSON functions are given.
 *
 * They look for no cancel, and take 10 to 40 ns for each byte of a document: up to ten seconds for
 * the longest that SQLite reads. Replaced by functions of ours they would lose what SQLite keeps of a document from
 * one call to the next, and what they know of each other's results. So a statement that calls
 * them reads and makes no longer values than these, which take less than a second. The authorizer tells which
 * statements that are: views and queries. Not those of this extension's own making, whose plain columns are
 * of any length; so generated columns are no part of it, nor what is written.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "sqlite/driver_internal.h"

/* Documents that are read, with as many paths as a call may have */
#define MOST_READ		20000000

/* Texts that become part of one: 5 ns for each byte */
#define MOST_WRITTEN	100000000

static const char *const writers[] = {
	"json_array", "json_object", "json_quote", "json_group_array", "json_group_object"
};

int
sqlite_json_bytes(const char *name)
{
	if (name == NULL || (sqlite3_strnicmp(name, "json", 4) != 0 && strcmp(name, "->") != 0 && strcmp(name, "->>") != 0))
		return SQLITE_MOST_BYTES;
	for (int i = 0; i < lengthof(writers); i++)
	{
		if (sqlite3_stricmp(name, writers[i]) == 0)
			return MOST_WRITTEN;
	}
	return MOST_READ;
}

bool
sqlite_json_lists_only(const char *sql)
{
	/* as fdw_ship_array.c writes it; whatever else has the word in it is taken for the other */
	static const char list[] = "json_each(?";

	for (const char *p = sql; *p != '\0'; p++)
	{
		if (sqlite3_strnicmp(p, "json", 4) == 0 && strncmp(p, list, strlen(list)) != 0)
			return false;
	}
	return true;
}
