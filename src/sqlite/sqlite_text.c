/*-------------------------------------------------------------------------
 *
 * sqlite_text.c
 *	  instr, replace and trim as SQLite has them, but such that a cancel works.
 *
 * SQLite looks for the wish to stop between two instructions, and a function is
 * one. Its own versions take the product of two lengths, either of which a
 * hostile view can make a hundred million: nobody could stop the backend then.
 * These find the same in time linear in the text, or look for themselves.
 * Nothing here may throw or palloc.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "sqlite/sqlite_function.h"

/* Bytes compared between two looks */
#define BYTES_BETWEEN_CHECKS	1000000

/*
 * What replace gives where there is nothing to look for: the value as it is, or,
 * in later versions, as a text. The library was asked before its function is gone.
 */
static bool replace_keeps_class = true;

#define TRIM_LEFT	1
#define TRIM_RIGHT	2

static bool
is_continuation(unsigned char c)
{
	return (c & 0xc0) == 0x80;
}

/*
 * Where the text or blob is in the other, counted in characters or bytes from 1;
 * 0 for nowhere. A match begins at the start or with a byte that begins a character.
 */
static int64
find_in(const unsigned char *text, int len, const unsigned char *wanted, int wanted_len, bool is_text)
{
	const unsigned char *found;
	int64		place = 1;

	if (wanted_len == 0)
		return 1;
	if (wanted_len > len || text == NULL)
		return 0;
	if (is_text && is_continuation(wanted[0]))
		return memcmp(text, wanted, wanted_len) == 0 ? 1 : 0;
	found = memmem(text, len, wanted, wanted_len);
	if (found == NULL)
		return 0;
	if (!is_text)
		return found - text + 1;
	for (const unsigned char *p = text + 1; p <= found; p++)
		place += !is_continuation(*p);
	return place;
}

/* Whether it is wished to stop, asked now and then. */
static bool
is_stopped(int64 *compared, int64 more)
{
	*compared += more;
	if (*compared <= BYTES_BETWEEN_CHECKS)
		return false;
	*compared = 0;
	return base_stop_wanted();
}

/* instr(X, Y) */
static void
instr_text(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	int			types[2] = {sqlite3_value_type(args[0]), sqlite3_value_type(args[1])};
	bool		is_text = types[0] != SQLITE_BLOB || types[1] != SQLITE_BLOB;
	sqlite3_value *copies[2] = {NULL, NULL};
	const unsigned char *texts[2];
	int			lengths[2];

	if (types[0] == SQLITE_NULL || types[1] == SQLITE_NULL)
		return;
	for (int i = 0; i < 2; i++)
	{
		sqlite3_value *value = args[i];

		/* reading a blob as a text changes it for others who have it */
		if (is_text && types[i] == SQLITE_BLOB)
			value = copies[i] = sqlite3_value_dup(args[i]);
		texts[i] = is_text ? sqlite3_value_text(value) : sqlite3_value_blob(value);
		lengths[i] = sqlite3_value_bytes(value);
	}
	if (lengths[1] > 0 && (texts[1] == NULL || (texts[0] == NULL && lengths[0] > 0)))
		sqlite3_result_error_nomem(context);
	else if (lengths[0] > BYTES_BETWEEN_CHECKS && base_stop_wanted())
		sqlite3_result_error_code(context, SQLITE_INTERRUPT);
	else
		sqlite3_result_int64(context, find_in(texts[0], lengths[0], texts[1], lengths[1], is_text));
	sqlite3_value_free(copies[0]);
	sqlite3_value_free(copies[1]);
}

/* replace(X, Y, Z) */
static void
replace_text(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	const char *text = (const char *) sqlite3_value_text(args[0]);
	size_t		len = sqlite3_value_bytes(args[0]);
	const char *wanted = (const char *) sqlite3_value_text(args[1]);
	size_t		wanted_len = sqlite3_value_bytes(args[1]);
	const char *other;
	size_t		other_len;
	const char *end;
	const char *found;
	const char *p;
	size_t		n = 0;
	int64		compared = 0;
	bool		stopped = false;
	size_t		size;
	char	   *result;
	char	   *to;

	if (text == NULL || wanted == NULL)
		return;
	if (wanted[0] == '\0')
	{
		if (replace_keeps_class)
			sqlite3_result_value(context, args[0]);
		else
			sqlite3_result_text64(context, text, len, SQLITE_TRANSIENT, SQLITE_UTF8);
		return;
	}
	other = (const char *) sqlite3_value_text(args[2]);
	other_len = sqlite3_value_bytes(args[2]);
	if (other == NULL)
		return;
	end = text + len;
	for (p = text; !stopped && (found = memmem(p, end - p, wanted, wanted_len)) != NULL; p = found + wanted_len)
	{
		n++;
		stopped = is_stopped(&compared, found - p + wanted_len);
	}
	/* what was looked through after the last of them counts, too: the next call in a line has no other look */
	if (stopped || is_stopped(&compared, end - p))
	{
		sqlite3_result_error_code(context, SQLITE_INTERRUPT);
		return;
	}
	size = len - n * wanted_len + n * other_len;
	if (size > (size_t) sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1))
	{
		sqlite3_result_error_toobig(context);
		return;
	}
	result = to = sqlite3_malloc64(size + 1);
	if (result == NULL)
	{
		sqlite3_result_error_nomem(context);
		return;
	}
	for (p = text; n > 0 && !stopped; n--, p = found + wanted_len)
	{
		found = memmem(p, end - p, wanted, wanted_len);
		memcpy(to, p, found - p);
		to += found - p;
		memcpy(to, other, other_len);
		to += other_len;
		stopped = is_stopped(&compared, found - p + other_len);
	}
	if (stopped)
	{
		sqlite3_free(result);
		sqlite3_result_error_code(context, SQLITE_INTERRUPT);
		return;
	}
	memcpy(to, p, end - p);
	result[size] = '\0';
	sqlite3_result_text64(context, result, size, sqlite3_free, SQLITE_UTF8);
}

/* The end of a character as SQLite sees it, in a text that ends with a NUL byte. */
static const unsigned char *
character_end(const unsigned char *p)
{
	if (*p++ >= 0xc0)
	{
		while (is_continuation(*p))
			p++;
	}
	return p;
}

/*
 * How many bytes at one end of a text are the first character of a set that is
 * there; 0 if none is, -1 if it is wished to stop.
 */
static int
trimmed(const unsigned char *text, int len, const unsigned char *set, bool right, int64 *compared)
{
	for (const unsigned char *c = set; *c != '\0';)
	{
		const unsigned char *end = character_end(c);
		int			n = end - c;

		if (is_stopped(compared, n))
			return -1;
		if (n <= len && memcmp(right ? text + len - n : text, c, n) == 0)
			return n;
		c = end;
	}
	return 0;
}

/* trim(X, Y), ltrim, rtrim; the sides are the function's data */
static void
trim_text(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	int			sides = *(const int *) sqlite3_user_data(context);
	const unsigned char *text = sqlite3_value_text(args[0]);
	int			len = sqlite3_value_bytes(args[0]);
	const unsigned char *set = sqlite3_value_text(args[1]);
	int64		compared = 0;
	int			n = 0;

	if (text == NULL || set == NULL)
		return;
	while ((sides & TRIM_LEFT) && len > 0 && (n = trimmed(text, len, set, false, &compared)) > 0)
	{
		text += n;
		len -= n;
	}
	while ((sides & TRIM_RIGHT) && n >= 0 && len > 0 && (n = trimmed(text, len, set, true, &compared)) > 0)
		len -= n;
	if (n < 0)
		sqlite3_result_error_code(context, SQLITE_INTERRUPT);
	else
		sqlite3_result_text(context, (const char *) text, len, SQLITE_TRANSIENT);
}

/*
 * Sets replace_keeps_class by the library's own function, on a database of its own:
 * a statement on the file would read the file. Asked once; returns a result code.
 */
static int
ask_replace(void)
{
	static bool asked = false;
	sqlite3    *handle = NULL;
	sqlite3_stmt *stmt = NULL;
	int			rc = SQLITE_OK;

	if (asked)
		return SQLITE_OK;
	rc = sqlite3_open(":memory:", &handle);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(handle, "SELECT replace(1, '', '')", -1, &stmt, NULL);
	if (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
	{
		replace_keeps_class = sqlite3_column_type(stmt, 0) == SQLITE_INTEGER;
		asked = true;
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	sqlite3_close(handle);
	return rc;
}

int
sqlite_add_text_functions(sqlite3 *handle)
{
	static const int left = TRIM_LEFT;
	static const int right = TRIM_RIGHT;
	static const int both = TRIM_LEFT | TRIM_RIGHT;
	static const struct
	{
		const char *name;
		int			nargs;
		const int  *data;
		void		(*function) (sqlite3_context *context, int nargs, sqlite3_value **args);
	}			functions[] = {
		{"instr", 2, NULL, instr_text},
		{"replace", 3, NULL, replace_text},
		{"trim", 2, &both, trim_text},
		{"ltrim", 2, &left, trim_text},
		{"rtrim", 2, &right, trim_text},
	};
	int			rc = ask_replace();

	for (int i = 0; i < lengthof(functions) && rc == SQLITE_OK; i++)
		rc = sqlite3_create_function_v2(handle, functions[i].name, functions[i].nargs,
										SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, (void *) functions[i].data,
										functions[i].function, NULL, NULL, NULL);
	return rc;
}
