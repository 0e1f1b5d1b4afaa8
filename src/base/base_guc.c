/*-------------------------------------------------------------------------
 *
 * base_guc.c
 *	  Configuration parameters, and the one place that decides whether a
 *	  server file may be opened.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"
#include "utils/varlena.h"

#include "base/base.h"

/* sqlite_fdw_mig.allowed_directories; set by the GUC machinery only */
static char *allowed_directories = NULL;

/* sqlite_fdw_mig.range_size, kB; SQL reads it by current_setting() */
static int	range_size = 0;

/* sqlite_fdw_mig.max_connections; set by the GUC machinery only */
static int	max_connections = 0;

/* sqlite_fdw_mig.memory_limit, MB; set by the GUC machinery only */
static int	memory_limit = 0;

/* sqlite_fdw_mig.pushdown and .explain_query_plan; set by the GUC machinery only */
static bool pushdown = true;
static bool explain_query_plan = false;

/* The limit whose value in this session is not the server's, NULL when there is none; see keep_limit */
static const char *hidden_limit = NULL;

static GucSource source_of(const char *name);
static void keep_limit(const char *name, GucSource before);
static void check_hidden_limit(void);
static void check_allowed(const char *path, const char *resolved);
static void check_missing(const char *path, const char *missing);
static bool lies_in(const char *path, const char *directory);
static bool check_allowed_directories(char **newval, void **extra, GucSource source);
static const char *file_kind(mode_t mode);

void
base_guc_init(void)
{
	GucSource	directories = source_of("sqlite_fdw_mig.allowed_directories");
	GucSource	memory = source_of("sqlite_fdw_mig.memory_limit");

	DefineCustomStringVariable("sqlite_fdw_mig.allowed_directories",
							   "Directories below which SQLite files may be opened, separated by commas.",
							   "Empty means anywhere. Symbolic links are resolved before the comparison.",
							   &allowed_directories,
							   "",
							   PGC_SUSET,
							   GUC_LIST_INPUT | GUC_SUPERUSER_ONLY,
							   check_allowed_directories, NULL, NULL);
	DefineCustomIntVariable("sqlite_fdw_mig.range_size",
							"Background workers share a table in ranges of about this size.",
							"A table that is smaller is copied and indexed in one transaction.",
							&range_size,
							32 * 1024,
							8,
							INT_MAX,
							PGC_USERSET,
							GUC_UNIT_KB,
							NULL, NULL, NULL);
	DefineCustomIntVariable("sqlite_fdw_mig.max_connections",
							"SQLite files that a session keeps open.",
							"Of those that the transaction does not use, the one used longest ago is closed for another.",
							&max_connections,
							64,
							1,
							10000,
							PGC_USERSET,
							0,
							NULL, NULL, NULL);
	DefineCustomIntVariable("sqlite_fdw_mig.memory_limit",
							"Memory that SQLite may use in a session.",
							"A view in a file can ask for any amount. 0 means no limit.",
							&memory_limit,
							2048,
							0,
							INT_MAX,
							PGC_SUSET,
							GUC_UNIT_MB,
							NULL, NULL, NULL);
	DefineCustomBoolVariable("sqlite_fdw_mig.pushdown",
							 "Lets SQLite compute what it computes as PostgreSQL does.",
							 "Off, foreign scans read whole tables and PostgreSQL does everything.",
							 &pushdown,
							 true,
							 PGC_USERSET,
							 GUC_EXPLAIN,
							 NULL, NULL, NULL);
	DefineCustomBoolVariable("sqlite_fdw_mig.explain_query_plan",
							 "Shows SQLite's own query plan in EXPLAIN VERBOSE of a foreign scan.",
							 NULL,
							 &explain_query_plan,
							 false,
							 PGC_USERSET,
							 0,
							 NULL, NULL, NULL);
	MarkGUCPrefixReserved("sqlite_fdw_mig");
	keep_limit("sqlite_fdw_mig.allowed_directories", directories);
	keep_limit("sqlite_fdw_mig.memory_limit", memory);
}

/*
 * Who has said what a parameter is when nothing is set in the session: the
 * configuration, the role, the client ... Also of one that is only a name yet.
 */
static GucSource
source_of(const char *name)
{
	int			n;
	struct config_generic **parameters = compat_get_guc_variables(&n);

	for (int i = 0; i < n; i++)
	{
		if (pg_strcasecmp(parameters[i]->name, name) == 0)
			return parameters[i]->reset_source;
	}
	return PGC_S_DEFAULT;
}

/*
 * A client may send any value for a name that is not defined yet when it
 * connects. It hides the one of postgresql.conf, of the role or the database,
 * and is refused when the library comes, if the role may not set it: what
 * counts then is the default, which is no limit. So where what was there did
 * not come into force no file is opened in this session.
 */
static void
keep_limit(const char *name, GucSource before)
{
	if (source_of(name) < before)
		hidden_limit = name;
}

/*
 * Throws 42501 when the server's limits are not those of this session.
 */
static void
check_hidden_limit(void)
{
	if (hidden_limit != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to set parameter \"%s\"", hidden_limit),
				 errdetail("This session began with a value of its own for it, or with one that is not valid, and does not see that of the server."),
				 errhint("Connect without it, for example without PGOPTIONS.")));
}

double
base_range_bytes(void)
{
	return range_size * 1024.0;
}

int
base_max_connections(void)
{
	return max_connections;
}

int64
base_memory_limit(void)
{
	return memory_limit * INT64CONST(1048576);
}

bool
base_pushdown(void)
{
	return pushdown;
}

bool
base_explain_query_plan(void)
{
	return explain_query_plan;
}

/*
 * A list of absolute paths, or nothing.
 */
static bool
check_allowed_directories(char **newval, void **extra, GucSource source)
{
	char	   *copy = pstrdup(*newval);
	List	   *directories;
	ListCell   *lc;

	if (!SplitDirectoriesString(copy, ',', &directories))
	{
		GUC_check_errdetail("List syntax is invalid.");
		return false;
	}
	foreach(lc, directories)
	{
		if (!is_absolute_path((char *) lfirst(lc)))
		{
			GUC_check_errdetail("\"%s\" is not an absolute path.", (char *) lfirst(lc));
			return false;
		}
	}
	return true;
}

char *
base_check_file(const char *path)
{
	char		resolved[PATH_MAX];
	struct stat st;

	check_hidden_limit();
	if (!is_absolute_path(path))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("path of SQLite database \"%s\" is not absolute", path),
				 errhint("Give the full path of a file on the database server.")));

	/* the rule first: a role must not learn what exists outside of it */
	if (realpath(path, resolved) == NULL)
	{
		int			save_errno = errno;

		check_missing(path, path);
		errno = save_errno;
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not open SQLite database \"%s\": %m", path),
				 errhint("The file must exist on the database server and be readable by the operating system user that runs it.")));
	}
	check_allowed(path, resolved);

	if (stat(resolved, &st) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not stat SQLite database \"%s\": %m", path)));
	if (!S_ISREG(st.st_mode))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a regular file", path),
				 errdetail("It is a %s.", file_kind(st.st_mode)),
				 errhint("Name the database file itself: ALTER SERVER ... OPTIONS (SET database '/full/path/of/the/file');")));
	if (access(resolved, R_OK) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not open SQLite database \"%s\": %m", path),
				 errhint("The operating system user that runs the database server needs read permission on the file.")));
	if (st.st_size == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is not a SQLite database", path),
				 errdetail("The file is empty."),
				 errhint("The command sqlite3 leaves an empty file where a path was misspelt: ALTER SERVER ... OPTIONS (SET database '/full/path/of/the/file');")));
	return pstrdup(resolved);
}

char *
base_check_new_file(const char *path)
{
	char		resolved[PATH_MAX];
	const char *name = last_dir_separator(path);
	char	   *folder;
	char	   *result;

	check_hidden_limit();
	if (!is_absolute_path(path) || name[1] == '\0' || strcmp(name, "/.") == 0 || strcmp(name, "/..") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("\"%s\" is not the absolute path of a file", path),
				 errhint("Give the full path of a new file on the database server.")));
	folder = name == path ? pstrdup("/") : pnstrdup(path, name - path);

	/* the rule first: a role must not learn what exists outside of it */
	if (realpath(folder, resolved) == NULL)
	{
		int			save_errno = errno;

		check_missing(path, folder);
		errno = save_errno;
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not find directory \"%s\": %m", folder),
				 errhint("The directory must exist on the database server.")));
	}
	result = psprintf("%s%s", strcmp(resolved, "/") == 0 ? "" : resolved, name);
	check_allowed(path, result);
	return result;
}

/*
 * Throws 42501 when "resolved" lies outside sqlite_fdw_mig.allowed_directories.
 */
static void
check_allowed(const char *path, const char *resolved)
{
	List	   *directories;
	ListCell   *lc;

	if (allowed_directories == NULL || allowed_directories[0] == '\0')
		return;
	if (!SplitDirectoriesString(pstrdup(allowed_directories), ',', &directories))
		elog(ERROR, "invalid list in sqlite_fdw_mig.allowed_directories");
	foreach(lc, directories)
	{
		char		real[PATH_MAX];

		if (realpath((char *) lfirst(lc), real) != NULL && lies_in(resolved, real))
			return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("SQLite database \"%s\" is outside the allowed directories", path),
			 errhint("A superuser can extend sqlite_fdw_mig.allowed_directories.")));
}

/*
 * The same for a file or folder that is not there: by the nearest folder that is. A link in an allowed directory to another place
 * must not tell what is missing there, and one that leads nowhere counts as outside.
 */
static void
check_missing(const char *path, const char *missing)
{
	char	   *folder = pstrdup(missing);
	char		resolved[PATH_MAX];
	struct stat st;

	while (folder[0] != '\0' && realpath(folder, resolved) == NULL)
	{
		if (lstat(folder, &st) == 0 && S_ISLNK(st.st_mode))
			break;
		folder[last_dir_separator(folder) - folder] = '\0';
	}
	if (folder[0] == '\0')
		check_allowed(path, missing);
	else if (realpath(folder, resolved) != NULL)
		check_allowed(path, psprintf("%s%s", strcmp(resolved, "/") == 0 ? "" : resolved, missing + strlen(folder)));
	else
		check_allowed(path, "/");
}

static bool
lies_in(const char *path, const char *directory)
{
	size_t		len = strlen(directory);

	while (len > 0 && directory[len - 1] == '/')
		len--;
	return strncmp(path, directory, len) == 0 && path[len] == '/' && strstr(path, "/../") == NULL;
}

static const char *
file_kind(mode_t mode)
{
	if (S_ISDIR(mode))
		return "directory";
	if (S_ISFIFO(mode))
		return "named pipe";
	if (S_ISSOCK(mode))
		return "socket";
	return "device";
}
