/*-------------------------------------------------------------------------
 *
 * sqlite_error.c
 *	  The one place where SQLite fails: result codes become SQLSTATEs.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "sqlite/driver_internal.h"

typedef struct ErrorCode
{
	int			rc;				/* extended or primary result code */
	int			sqlstate;
	const char *hint;			/* next step for the user, or NULL */
} ErrorCode;

#define HINT_LOCKS "The file system has no working locks for this file, as a network file system without its lock service. Copy the file to a local disk; if nobody writes to it, the server option \"immutable\" reads it without locks."

/* Extended codes first: the first row that matches wins. */
static const ErrorCode error_codes[] = {
	{SQLITE_BUSY_SNAPSHOT, ERRCODE_T_R_SERIALIZATION_FAILURE, "Roll back and start again."},
	{SQLITE_CONSTRAINT_UNIQUE, ERRCODE_UNIQUE_VIOLATION, NULL},
	{SQLITE_CONSTRAINT_PRIMARYKEY, ERRCODE_UNIQUE_VIOLATION, NULL},
	{SQLITE_CONSTRAINT_ROWID, ERRCODE_UNIQUE_VIOLATION, NULL},
	{SQLITE_CONSTRAINT_FOREIGNKEY, ERRCODE_FOREIGN_KEY_VIOLATION, NULL},
	{SQLITE_CONSTRAINT_NOTNULL, ERRCODE_NOT_NULL_VIOLATION, NULL},
	{SQLITE_CONSTRAINT_CHECK, ERRCODE_CHECK_VIOLATION, NULL},
	{SQLITE_CONSTRAINT_TRIGGER, ERRCODE_RAISE_EXCEPTION, NULL},
	{SQLITE_CONSTRAINT_DATATYPE, ERRCODE_DATATYPE_MISMATCH, NULL},
	{SQLITE_BUSY, ERRCODE_LOCK_NOT_AVAILABLE,
	"Raise the server option \"busy_timeout\", or try again when the other process has finished writing. If there is none, the file system has no working locks, as a network file system without its lock service."},
	{SQLITE_PROTOCOL, ERRCODE_LOCK_NOT_AVAILABLE, HINT_LOCKS},
	{SQLITE_IOERR_LOCK, ERRCODE_IO_ERROR, HINT_LOCKS},
	{SQLITE_IOERR_RDLOCK, ERRCODE_IO_ERROR, HINT_LOCKS},
	{SQLITE_IOERR_UNLOCK, ERRCODE_IO_ERROR, HINT_LOCKS},
	{SQLITE_IOERR_CHECKRESERVEDLOCK, ERRCODE_IO_ERROR, HINT_LOCKS},
	{SQLITE_IOERR_SHMLOCK, ERRCODE_IO_ERROR, HINT_LOCKS},
	{SQLITE_LOCKED, ERRCODE_LOCK_NOT_AVAILABLE, NULL},
	{SQLITE_PERM, ERRCODE_INSUFFICIENT_PRIVILEGE,
	"The operating system user that runs the database server needs write permission on the file and its folder."},
	{SQLITE_AUTH, ERRCODE_INSUFFICIENT_PRIVILEGE, NULL},
	{SQLITE_NOMEM, ERRCODE_OUT_OF_MEMORY,
	"SQLite may use as much memory in a session as the parameter \"sqlite_fdw_mig.memory_limit\" says."},
	{SQLITE_READONLY, ERRCODE_READ_ONLY_SQL_TRANSACTION, NULL},
	{SQLITE_INTERRUPT, ERRCODE_QUERY_CANCELED, NULL},
	{SQLITE_IOERR, ERRCODE_IO_ERROR, NULL},
	{SQLITE_CORRUPT, ERRCODE_DATA_CORRUPTED,
	"Run \"PRAGMA integrity_check\" on a copy of the file; the sqlite3 shell's \".recover\" may save what is readable. A migration leaves a table out that is named in \"exclude\"."},
	{SQLITE_FULL, ERRCODE_DISK_FULL, NULL},
	{SQLITE_CANTOPEN, ERRCODE_FDW_UNABLE_TO_ESTABLISH_CONNECTION,
	"The operating system user that runs the database server needs read permission on the file and its folder."},
	{SQLITE_TOOBIG, ERRCODE_PROGRAM_LIMIT_EXCEEDED,
	"SQLite lets no value or row in that has more than a billion bytes, unless it was built otherwise. It is in the row after the last one that was read."},
	{SQLITE_CONSTRAINT, ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION, NULL},
	{SQLITE_MISMATCH, ERRCODE_DATATYPE_MISMATCH, NULL},
	{SQLITE_NOTADB, ERRCODE_INVALID_PARAMETER_VALUE,
	"An encrypted database (SQLCipher, SEE) looks like this too: decrypt it first. What .dump of sqlite3 writes is a script: sqlite3 /full/path/of/a/new/file <script makes a database of it."},
};

/* Violations: SQLite's words, and what is said of the columns behind them. */
typedef struct Violation
{
	const char *start;			/* of SQLite's message; columns as table.column, … follow */
	const char *with_columns;
	const char *message;		/* where it names no columns */
} Violation;

static const Violation violations[] = {
	{"UNIQUE constraint failed: ", "duplicate key value violates a unique constraint of SQLite table \"%s\"",
	"duplicate key value violates a unique index of SQLite"},
	{"NOT NULL constraint failed: ", "null value violates a not-null constraint of SQLite table \"%s\"",
	"null value violates a not-null constraint of SQLite"},
	{"CHECK constraint failed: ", NULL, "new row violates a check constraint of SQLite"},
	{"FOREIGN KEY constraint failed", NULL, "insert, update or delete violates a foreign key constraint of SQLite"},
};

/* SQLITE_ERROR says only in its text what is wrong. */
typedef struct ErrorText
{
	const char *start;
	int			sqlstate;
} ErrorText;

static const ErrorText error_texts[] = {
	{"no such table", ERRCODE_UNDEFINED_TABLE},
	{"no such column", ERRCODE_UNDEFINED_COLUMN},
	{"no such function", ERRCODE_UNDEFINED_FUNCTION},
	{"unknown function", ERRCODE_UNDEFINED_FUNCTION},
	{"no such module", ERRCODE_UNDEFINED_OBJECT},
	{"no such collation", ERRCODE_UNDEFINED_OBJECT},
	{"too many columns", ERRCODE_TOO_MANY_COLUMNS},
	{"malformed database schema", ERRCODE_DATA_CORRUPTED},
	{"integer overflow", ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE},
	{"cannot convert a value", ERRCODE_DATATYPE_MISMATCH},
	{"not authorized", ERRCODE_INSUFFICIENT_PRIVILEGE},
	{"unsafe use of", ERRCODE_INSUFFICIENT_PRIVILEGE},
	{"cannot modify", ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE},
	{"cannot VACUUM", ERRCODE_ACTIVE_SQL_TRANSACTION},
	{"LIKE or GLOB pattern too complex", ERRCODE_STATEMENT_TOO_COMPLEX},
	{"json_patch of documents", ERRCODE_PROGRAM_LIMIT_EXCEEDED},
	{"printf of one character", ERRCODE_PROGRAM_LIMIT_EXCEEDED},
	{"printf of quoted texts", ERRCODE_PROGRAM_LIMIT_EXCEEDED},
	{"strftime of too many", ERRCODE_PROGRAM_LIMIT_EXCEEDED},
	{"malformed JSON", ERRCODE_INVALID_TEXT_REPRESENTATION},
};

static const ErrorCode *
find_code(int rc)
{
	for (int i = 0; i < lengthof(error_codes); i++)
	{
		if (error_codes[i].rc == rc || error_codes[i].rc == (rc & 0xff))
			return &error_codes[i];
	}
	return NULL;
}

/* SQLSTATE for an (extended) SQLite result code. */
static int
errcode_of(int rc)
{
	const ErrorCode *code = find_code(rc);

	return code ? code->sqlstate : ERRCODE_FDW_ERROR;
}

static int
text_errcode(int rc, const char *message)
{
	if ((rc & 0xff) == SQLITE_ERROR)
	{
		for (int i = 0; i < lengthof(error_texts); i++)
		{
			if (strncmp(message, error_texts[i].start, strlen(error_texts[i].start)) == 0)
				return error_texts[i].sqlstate;
		}
		if (strstr(message, "syntax error") != NULL)
			return ERRCODE_SYNTAX_ERROR;
	}
	return errcode_of(rc);
}

char *
sqlite_readable(const char *message)
{
	char	   *copy = pstrdup(message ? message : sqlite3_errstr(SQLITE_NOMEM));

	if (!pg_verify_mbstr(PG_UTF8, copy, strlen(copy), true))
	{
		for (char *p = copy; *p; p++)
		{
			if (IS_HIGHBIT_SET(*p))
				*p = '?';
		}
	}
	return base_from_utf8(copy, strlen(copy));
}

/*
 * What SQLite says of a failure.
 */
static char *
readable_message(SqliteDb *db, int rc)
{
	const char *message = NULL;

	if (db != NULL && db->handle != NULL && (sqlite3_errcode(db->handle) & 0xff) == (rc & 0xff))
		message = sqlite3_errmsg(db->handle);
	return sqlite_readable(message ? message : sqlite3_errstr(rc));
}

/*
 * A file whose header promises more pages than there are: SQLite only says
 * "malformed".
 */
static void
add_truncation_detail(SqliteDb *db, StringInfo detail)
{
	unsigned char header[32];
	struct stat st;
	int64		page_size;
	int64		pages;

	if (stat(db->path, &st) != 0 || !sqlite_read_bytes(db, header, sizeof(header), 0))
		return;
	page_size = (header[16] << 8) | header[17];
	if (page_size == 1)
		page_size = 65536;
	pages = ((int64) header[28] << 24) | (header[29] << 16) | (header[30] << 8) | header[31];
	if (pages * page_size > st.st_size)
		appendStringInfo(detail, " The header promises %lld pages of %lld bytes, but the file has %lld bytes: it is truncated.",
						 (long long) pages, (long long) page_size, (long long) st.st_size);
}

/*
 * The columns at the end of a message, "t.a, t.b": false unless all are of one
 * table, also where a point in a name leaves open which. palloc'd.
 */
static bool
split_columns(const char *list, char **table, char **columns)
{
	StringInfoData names;
	const char *dot = strchr(list, '.');

	if (dot == NULL || strncmp(list, "index '", 7) == 0)
		return false;
	*table = pnstrdup(list, dot - list);
	initStringInfo(&names);
	while (list != NULL)
	{
		const char *end = strstr(list, ", ");
		char	   *name;

		if (strncmp(list, *table, strlen(*table)) != 0 || list[strlen(*table)] != '.')
			return false;
		list += strlen(*table) + 1;
		name = end ? pnstrdup(list, end - list) : pstrdup(list);
		if (strchr(name, '.') != NULL)
			return false;
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", name);
		list = end ? end + 2 : NULL;
	}
	*columns = names.data;
	return true;
}

/* A violation of a constraint, in words that say what was violated. */
static void
raise_violation(SqliteDb *db, int rc, const char *message, const char *sql)
{
	const Violation *violation = NULL;
	char	   *table = NULL;
	char	   *columns = NULL;
	bool		known;

	for (int i = 0; i < lengthof(violations); i++)
	{
		if (strncmp(message, violations[i].start, strlen(violations[i].start)) == 0)
			violation = &violations[i];
	}
	known = violation != NULL && violation->with_columns != NULL &&
		split_columns(message + strlen(violation->start), &table, &columns);

	/* a trigger's own words are the message */
	ereport(ERROR,
			(errcode(errcode_of(rc)),
			 known ? errmsg_internal(violation->with_columns, table) : errmsg_internal("%s", violation ? violation->message : message),
			 known ? errdetail("%s: (%s).", strchr(columns, ',') ? "Columns" : "Column", columns) :
			 violation ? errdetail("SQLite says: %s.", message) : 0,
			 table && known ? err_generic_string(PG_DIAG_TABLE_NAME, table) : 0,
			 known && strchr(columns, ',') == NULL ? err_generic_string(PG_DIAG_COLUMN_NAME, columns) : 0,
			 sql ? errcontext("SQLite statement: %s", sql) : 0,
			 errcontext("SQLite database \"%s\"", db->path)));
}

void
sqlite_raise(SqliteDb *db, int rc, const char *doing, const char *sql)
{
	char	   *message;
	const ErrorCode *code = find_code(rc);
	StringInfoData detail;

	/* a cancel ends a long step, a long value or the wait for a lock: PostgreSQL's own message is the better one */
	if ((rc & 0xff) == SQLITE_INTERRUPT || (rc & 0xff) == SQLITE_NOMEM || (rc & 0xff) == SQLITE_BUSY || (rc & 0xff) == SQLITE_PROTOCOL)
		CHECK_FOR_INTERRUPTS();

	if (db != NULL && (rc & 0xff) == SQLITE_CANTOPEN && (db->system_error == EMFILE || db->system_error == ENFILE))
	{
		errno = db->system_error;
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_RESOURCES),
				 errmsg("could not %s: %m", doing),
				 errhint("Let the server's processes have more open files, or lower max_files_per_process."),
				 errcontext("SQLite database \"%s\"", db->path)));
	}

	message = db != NULL && (rc & 0xff) == SQLITE_INTERRUPT ? sqlite_unknown_collation(db) : NULL;
	if (message != NULL)
		rc = SQLITE_ERROR;
	else
		message = readable_message(db, rc);
	if (db != NULL && (rc & 0xff) == SQLITE_CONSTRAINT)
		raise_violation(db, rc, message, sql);
	initStringInfo(&detail);
	appendStringInfo(&detail, "SQLite says: %s.", message);
	if (db != NULL && (rc & 0xff) == SQLITE_CORRUPT)
		add_truncation_detail(db, &detail);
	if (rc == SQLITE_BUSY_SNAPSHOT)
		appendStringInfoString(&detail, " Another process has written since this transaction began to read.");
	else if (db != NULL && (rc & 0xff) == SQLITE_BUSY)
		appendStringInfo(&detail, " Another process holds a lock on it, for more than the %d ms of busy_timeout.", db->busy_timeout_ms);

	ereport(ERROR,
			(errcode(text_errcode(rc, message)),
			 errmsg("could not %s", doing),
			 errdetail_internal("%s", detail.data),
			 code && code->hint ? errhint("%s", code->hint) : 0,
			 sql ? errcontext("SQLite statement: %s", sql) : 0,
			 db ? errcontext("SQLite database \"%s\"", db->path) : 0));
	pg_unreachable();
}
