/*-------------------------------------------------------------------------
 *
 * sqlite_printf.c
 *	  printf() and format() as SQLite has them, but not of one character very often, nor with very long texts in quotes.
 *
 * "%.*c" repeats a character as often as its precision says, in libraries before 3.43 one at a
 * time: ten seconds for the greatest, and no cancel ends them. So whoever wants more than
 * a hundred million is refused, and all others have the library's own function. "%q", "%Q" and "%w"
 * look at each character of a text twice: two hundred million are enough.
 * Nothing here may throw or palloc.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "sqlite/sqlite_function.h"

/* Characters of all conversions of one call: half a second, at 5 ns for each. */
#define MOST_REPEATED	INT64CONST(100000000)

/* Bytes of all texts to be quoted in one call: a second, at 5 ns for each. */
#define MOST_QUOTED		INT64CONST(200000000)

/* What a format is read by. */
typedef struct FormatReader
{
	const char *p;
	sqlite3_value **args;		/* the next one */
	int			nargs;			/* that are left */
} FormatReader;

/* The next argument; NULL when there is none, which SQLite takes for 0. */
static sqlite3_value *
next_argument(FormatReader *reader)
{
	if (reader->nargs == 0)
		return NULL;
	reader->nargs--;
	return *reader->args++;
}

/* A number of the format, or the argument that "*" stands for; 0 without either. */
static int64
read_number(FormatReader *reader)
{
	int64		number = 0;

	if (*reader->p == '*')
	{
		sqlite3_value *value = next_argument(reader);

		reader->p++;
		/* the library keeps 32 bits of it, whose sign does not matter for a precision */
		number = value ? (int) sqlite3_value_int64(value) : 0;
		return number < 0 ? -number : number;
	}
	for (; *reader->p >= '0' && *reader->p <= '9'; reader->p++)
		number = Min(number * 10 + (*reader->p - '0'), PG_INT32_MAX);
	return number;
}

/* How many characters the conversions "c" of a format repeat, and how many bytes are quoted. */
static void
count_characters(FormatReader *reader, int64 *repeated, int64 *quoted)
{
	*repeated = *quoted = 0;

	while ((reader->p = strchr(reader->p, '%')) != NULL)
	{
		int64		precision = 0;

		reader->p += 1 + strspn(reader->p + 1, "-+ #!0,");
		(void) read_number(reader);
		if (*reader->p == '.')
		{
			reader->p++;
			precision = read_number(reader);
		}
		while (*reader->p == 'l')
			reader->p++;
		if (*reader->p == 'c')
			*repeated += precision;
		if (*reader->p == '\0')
			break;
		if (*reader->p != '%' && *reader->p != 'n')
		{
			sqlite3_value *value = next_argument(reader);

			if (value != NULL && strchr("qQw", *reader->p) != NULL && sqlite3_value_type(value) == SQLITE_TEXT)
				*quoted += sqlite3_value_bytes(value);
		}
		reader->p++;
	}
}

static void
print(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	const char *format = nargs > 0 ? (const char *) sqlite3_value_text(args[0]) : NULL;

	if (base_stop_wanted())
	{
		sqlite3_result_error_code(context, SQLITE_INTERRUPT);
		return;
	}
	if (format != NULL && strchr(format, '%') != NULL)
	{
		FormatReader reader = {format, args + 1, nargs - 1};
		int64		repeated;
		int64		quoted;

		count_characters(&reader, &repeated, &quoted);
		if (repeated > MOST_REPEATED || quoted > MOST_QUOTED)
		{
			sqlite3_result_error(context, repeated > MOST_REPEATED ? "printf of one character too often" : "printf of quoted texts that are too long", -1);
			return;
		}
	}
	(void) sqlite_forward(sqlite3_user_data(context), context, nargs, args);
}

int
sqlite_add_printf(sqlite3 *handle)
{
	/* SQLite takes the one of the database's encoding; format is printf since 3.38 */
	static const struct
	{
		const char *name;
		int			encoding;
	}			functions[] = {
		{"printf", SQLITE_UTF8},
		{"printf", SQLITE_UTF16LE},
		{"printf", SQLITE_UTF16BE},
		{"format", SQLITE_UTF8},
		{"format", SQLITE_UTF16LE},
		{"format", SQLITE_UTF16BE},
	};
	int			n = sqlite3_libversion_number() >= 3038000 ? lengthof(functions) : 3;
	int			rc = SQLITE_OK;

	for (int i = 0; i < n && rc == SQLITE_OK; i++)
	{
		SqliteForward *forward = sqlite_forward_make(functions[i].name, functions[i].encoding);

		if (forward == NULL)
			return SQLITE_NOMEM;
		rc = sqlite3_create_function_v2(handle, functions[i].name, -1, functions[i].encoding | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, forward,
										print, NULL, NULL, sqlite_forward_free);
	}
	return rc;
}
