/*-------------------------------------------------------------------------
 *
 * sqlite_long.c
 *	  hex, randomblob and strftime as SQLite has them, but such that a cancel works.
 *
 * SQLite's own take seconds for a value of some hundred megabytes, after they have got the memory for
 * it (sqlite_memory.c) and within one instruction. hex and randomblob ask now and then whether somebody wants
 * to stop. strftime is the library's, but not with a format of megabytes, which it writes one
 * character at a time. Nothing here may throw or palloc.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "sqlite/sqlite_function.h"

/* Bytes written between two looks: a millisecond or two. */
#define BYTES_BETWEEN_LOOKS		1000000

/* Bytes of a format for strftime: a tenth of a second, at 10 ns for each. */
#define MOST_FORMAT				10000000

typedef void (*WritePart) (char *to, const char *from, size_t n);

/* Memory for a result; NULL: the error is that of the context. */
static char *
make_room(sqlite3_context *context, uint64 size)
{
	char	   *room;

	if (size > (uint64) sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1))
	{
		sqlite3_result_error_toobig(context);
		return NULL;
	}
	room = sqlite3_malloc64(size + 1);
	if (room == NULL)
		sqlite3_result_error_nomem(context);
	return room;
}

/* Writes "scale" bytes for each of n, a part at a time; false, the memory freed, if it is wished to stop. */
static bool
write_parts(sqlite3_context *context, char *room, const char *from, size_t n, int scale, WritePart write)
{
	for (size_t at = 0; at < n; at += BYTES_BETWEEN_LOOKS)
	{
		if (at > 0 && base_stop_wanted())
		{
			sqlite3_free(room);
			sqlite3_result_error_code(context, SQLITE_INTERRUPT);
			return false;
		}
		write(room + at * scale, from ? from + at : NULL, Min(n - at, BYTES_BETWEEN_LOOKS));
	}
	return true;
}

static void
write_hex(char *to, const char *from, size_t n)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < n; i++)
	{
		to[2 * i] = digits[((unsigned char) from[i]) >> 4];
		to[2 * i + 1] = digits[from[i] & 15];
	}
}

static void
write_random(char *to, const char *from, size_t n)
{
	sqlite3_randomness((int) n, to);
}

/* hex(X): of NULL an empty text */
static void
hex(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	const char *bytes = sqlite3_value_blob(args[0]);
	uint64		len = bytes ? sqlite3_value_bytes(args[0]) : 0;
	char	   *room;

	if (bytes == NULL && sqlite3_value_type(args[0]) == SQLITE_BLOB && sqlite3_value_bytes(args[0]) > 0)
	{
		sqlite3_result_error_nomem(context);
		return;
	}
	room = make_room(context, len * 2);
	if (room != NULL && write_parts(context, room, bytes, len, 2, write_hex))
		sqlite3_result_text64(context, room, len * 2, sqlite3_free, SQLITE_UTF8);
}

/* randomblob(N) */
static void
random_blob(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	int64		len = Max(sqlite3_value_int64(args[0]), 1);
	char	   *room = make_room(context, len);

	if (room != NULL && write_parts(context, room, NULL, len, 1, write_random))
		sqlite3_result_blob64(context, room, len, sqlite3_free);
}

/* strftime(FORMAT, TIME, MODIFIER ...) */
static void
format_time(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	int64		len = 0;

	for (int i = 0; i < nargs; i++)
	{
		if (sqlite3_value_type(args[i]) == SQLITE_TEXT || sqlite3_value_type(args[i]) == SQLITE_BLOB)
			len += sqlite3_value_bytes(args[i]);
	}
	if (len > MOST_FORMAT)
		sqlite3_result_error(context, "strftime of too many bytes", -1);
	else
		(void) sqlite_forward(sqlite3_user_data(context), context, nargs, args);
}

int
sqlite_add_long_functions(sqlite3 *handle)
{
	static const int encodings[] = {SQLITE_UTF8, SQLITE_UTF16LE, SQLITE_UTF16BE};
	int			rc;

	rc = sqlite3_create_function_v2(handle, "hex", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, NULL, hex, NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_create_function_v2(handle, "randomblob", 1, SQLITE_UTF8 | SQLITE_INNOCUOUS, NULL, random_blob, NULL, NULL, NULL);

	/* SQLite takes the one of the database's encoding */
	for (int i = 0; i < lengthof(encodings) && rc == SQLITE_OK; i++)
	{
		SqliteForward *forward = sqlite_forward_make("strftime", encodings[i]);

		if (forward == NULL)
			return SQLITE_NOMEM;
		rc = sqlite3_create_function_v2(handle, "strftime", -1, encodings[i] | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, forward,
										format_time, NULL, NULL, sqlite_forward_free);
	}
	return rc;
}
