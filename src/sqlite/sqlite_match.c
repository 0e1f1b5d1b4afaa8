/*-------------------------------------------------------------------------
 *
 * sqlite_match.c
 *	  LIKE and GLOB as SQLite has them, but such that a cancel works.
 *
 * They take the product of pattern and text, either of which a view, check or
 * index of a hostile file can make long, within one instruction of SQLite, which
 * looks for a wish to stop between two. So short ones are given to the library's
 * own matcher, and what could take a good part of a second to the one below.
 *
 * With a function of ours SQLite no longer makes a range of an index from the
 * beginning of a pattern: whoever sends a condition sends the range as well
 * (fdw_ship_text.c). Nothing here may throw or palloc.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "sqlite/sqlite_function.h"

/* Bytes of the text times those of the pattern that the library is trusted with; it takes some 2 ns for each. */
#define LIBRARYS_PRODUCT	INT64CONST(10000000)

/* Steps between two looks, and the longest search in one call */
#define STEPS_BETWEEN_LOOKS 500000

/* What the signs of a pattern are, as SQLite names them; 0 is none. */
typedef struct MatchSigns
{
	uint32		all;
	uint32		one;
	uint32		set;
	bool		fold;			/* letters of ASCII are equal in both cases */
} MatchSigns;

static const MatchSigns like_signs = {'%', '_', 0, true};
static const MatchSigns glob_signs = {'*', '?', '[', false};

/* One comparison. */
typedef struct Match
{
	MatchSigns	signs;
	uint32		escape;			/* 0 is none */
	int64		steps;			/* since the last look */
	bool		stopped;
} Match;

/* What the pattern has at a place. */
typedef enum ItemKind
{
	ITEM_END, ITEM_ALL, ITEM_ONE, ITEM_SET, ITEM_CHARACTER, ITEM_BROKEN
} ItemKind;

typedef struct Item
{
	ItemKind	kind;
	uint32		character;
	const unsigned char *next;	/* behind it; of a set, behind its bracket */
} Item;

/* Whether the library's blobs match as texts do; it can be built either way. */
static bool blobs_match = false;

/* Whether its LIKE is the one described, and no other that knows more letters or less. */
static bool like_is_plain = false;

/*
 * A character as SQLite reads it, in bytes that end with NUL: overlong ones,
 * surrogates and the like are U+FFFD, and a lone byte is what it is.
 */
static inline uint32
read_character(const unsigned char **p)
{
	uint32		c = *(*p)++;

	if (c < 0xc0)
		return c;
	c &= c < 0xe0 ? 0x1f : c < 0xf0 ? 0x0f : c < 0xf8 ? 0x07 : c < 0xfc ? 0x03 : c < 0xfe ? 0x01 : 0;
	while ((**p & 0xc0) == 0x80)
		c = (c << 6) + (*(*p)++ & 0x3f);
	if (c < 0x80 || (c & 0xfffff800) == 0xd800 || (c & 0xfffffffe) == 0xfffe)
		return 0xfffd;
	return c;
}

static inline uint32
folded(uint32 c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static bool
look(Match *match, int64 steps)
{
	match->steps += steps;
	if (match->steps > STEPS_BETWEEN_LOOKS)
	{
		match->steps = 0;
		match->stopped = base_stop_wanted();
	}
	return !match->stopped;
}

static inline void
read_item(const Match *match, const unsigned char *pattern, Item *item)
{
	uint32		c = read_character(&pattern);

	item->kind = ITEM_CHARACTER;
	if (c == 0)
		item->kind = ITEM_END;
	else if (c == match->signs.all)
		item->kind = ITEM_ALL;
	else if (c == match->signs.set)
		item->kind = ITEM_SET;
	else if (c == match->escape)
	{
		c = read_character(&pattern);
		if (c == 0)
			item->kind = ITEM_BROKEN;
	}
	else if (c == match->signs.one)
		item->kind = ITEM_ONE;
	item->character = c;
	item->next = pattern;
}

static inline bool
is_same(const Match *match, uint32 wanted, uint32 c)
{
	return wanted == c || (match->signs.fold && wanted < 0x80 && folded(wanted) == folded(c));
}

/*
 * Whether a character is in the set that begins at *pattern, which is moved
 * behind it. One without an end holds nothing, not even inverted.
 */
static bool
is_in_set(Match *match, const unsigned char **pattern, uint32 c)
{
	const unsigned char *p = *pattern;
	uint32		prior = 0;
	bool		seen = false;
	bool		invert = false;
	uint32		c2 = read_character(&p);

	if (c2 == '^')
	{
		invert = true;
		c2 = read_character(&p);
	}
	if (c2 == ']')
	{
		seen = c == ']';
		c2 = read_character(&p);
	}
	while (c2 != 0 && c2 != ']')
	{
		if (c2 == '-' && *p != ']' && *p != '\0' && prior > 0)
		{
			c2 = read_character(&p);
			seen |= c >= prior && c <= c2;
			prior = 0;
		}
		else
		{
			seen |= c == c2;
			prior = c2;
		}
		c2 = read_character(&p);
	}
	(void) look(match, p - *pattern);
	*pattern = p;
	return c2 != 0 && seen != invert;
}

/*
 * The first place from which on a character of ASCII is there; the text's end if
 * there is none, NULL if it is wished to stop.
 */
static const unsigned char *
find_ascii(Match *match, const unsigned char *text, const unsigned char *end, uint32 c)
{
	bool		fold = match->signs.fold && folded(c) >= 'a' && folded(c) <= 'z';

	while (text < end)
	{
		const unsigned char *part = text + Min(end - text, STEPS_BETWEEN_LOOKS);
		const unsigned char *found = text;

		if (fold)
		{
			while (found < part && folded(*found) != folded(c))
				found++;
		}
		else if ((found = memchr(text, (int) c, part - text)) == NULL)
			found = part;
		if (!look(match, found - text + 1))
			return NULL;
		if (found < part)
			return found;
		text = part;
	}
	return end;
}

/*
 * Whether the whole text is what the pattern says. Of all the places that a "%"
 * can end at only those of the last one met have to be tried: what stands before
 * it has matched with as little as possible.
 */
static bool
matches(Match *match, const unsigned char *pattern, const unsigned char *text)
{
	const unsigned char *end = text + strlen((const char *) text);
	const unsigned char *after_all = NULL;	/* of the pattern, behind the last "%" */
	const unsigned char *tried = NULL;	/* of the text, where what follows it was tried */

	for (;;)
	{
		const unsigned char *rest = text;
		uint32		c = read_character(&rest);
		Item		item;
		bool		good;

		/* (a character can have any number of bytes, at the end of the text it has one) */
		read_item(match, pattern, &item);
		if (!look(match, rest - text))
			return false;
		switch (item.kind)
		{
			case ITEM_ALL:
				after_all = pattern = item.next;
				tried = text;
				read_item(match, pattern, &item);
				if (item.kind == ITEM_END)
					return true;
				good = true;
				rest = text;
				break;
			case ITEM_ONE:
				good = c != 0;
				pattern = item.next;
				break;
			case ITEM_SET:
				good = c != 0 && is_in_set(match, &item.next, c);
				pattern = item.next;
				break;
			case ITEM_CHARACTER:
				good = is_same(match, item.character, c);
				pattern = item.next;
				break;
			case ITEM_END:
				good = c == 0;
				if (good)
					return true;
				break;
			default:
				return false;
		}
		if (good)
		{
			text = rest;
			continue;
		}
		if (after_all == NULL || tried >= end)
			return false;

		/* from the next character on, and at once from where its first one is */
		(void) read_character(&tried);
		pattern = after_all;
		read_item(match, pattern, &item);
		if (item.kind == ITEM_CHARACTER && item.character < 0x80)
			tried = find_ascii(match, tried, end, item.character);
		if (tried == NULL)
			return false;
		text = tried;
	}
}

/* How many characters there are, counted to two. */
static int
count_to_two(const unsigned char *text)
{
	int			n = 0;

	for (; n < 2 && *text != '\0'; n++)
		(void) read_character(&text);
	return n;
}

/* like(Y, X), like(Y, X, Z) and glob(Y, X); the signs are the function's data */
static void
match_text(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	Match		match = {.signs = *(const MatchSigns *) sqlite3_user_data(context)};
	const unsigned char *pattern;
	const unsigned char *text;
	int			pattern_len;
	bool		result;

	if (!blobs_match && (sqlite3_value_type(args[0]) == SQLITE_BLOB || sqlite3_value_type(args[1]) == SQLITE_BLOB))
	{
		sqlite3_result_int(context, 0);
		return;
	}
	pattern_len = sqlite3_value_bytes(args[0]);
	if (pattern_len > SQLITE_MAX_PATTERN)
	{
		sqlite3_result_error(context, "LIKE or GLOB pattern too complex", -1);
		return;
	}
	if (nargs == 3)
	{
		const unsigned char *escape = sqlite3_value_text(args[2]);

		if (escape == NULL)
			return;
		if (count_to_two(escape) != 1)
		{
			sqlite3_result_error(context, "ESCAPE expression must be a single character", -1);
			return;
		}
		match.escape = read_character(&escape);
	}
	pattern = sqlite3_value_text(args[0]);
	text = sqlite3_value_text(args[1]);
	if (pattern == NULL || text == NULL)
		return;
	if ((int64) sqlite3_value_bytes(args[1]) * pattern_len <= LIBRARYS_PRODUCT &&
		match.escape != like_signs.all && match.escape != like_signs.one)
		result = match.signs.set != 0 ? sqlite3_strglob((const char *) pattern, (const char *) text) == 0 :
			sqlite3_strlike((const char *) pattern, (const char *) text, match.escape) == 0;
	else
	{
		/* (a sign that is the escape is no sign) */
		if (match.escape == match.signs.all)
			match.signs.all = 0;
		if (match.escape == match.signs.one)
			match.signs.one = 0;
		result = matches(&match, pattern, text);
	}
	if (match.stopped)
		sqlite3_result_error_code(context, SQLITE_INTERRUPT);
	else
		sqlite3_result_int(context, result);
}

/*
 * What the library's own do, asked on a database of its own: a statement on the
 * file would read the file. Asked once; returns a result code.
 */
static int
ask_library(void)
{
	static bool asked = false;
	sqlite3    *handle = NULL;
	sqlite3_stmt *stmt = NULL;
	int			rc;

	if (asked)
		return SQLITE_OK;
	rc = sqlite3_open(":memory:", &handle);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(handle, "SELECT x'61' GLOB 'a', 'a' LIKE 'A' AND NOT char(228) LIKE char(196)", -1, &stmt, NULL);
	if (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW)
	{
		blobs_match = sqlite3_column_int(stmt, 0) != 0;
		like_is_plain = sqlite3_column_int(stmt, 1) != 0;
		asked = true;
		rc = SQLITE_OK;
	}
	sqlite3_finalize(stmt);
	sqlite3_close(handle);
	return rc;
}

/* A library whose LIKE is another one (of ICU, or that tells cases apart) keeps it: it cannot be stopped there. */
int
sqlite_add_match_functions(sqlite3 *handle)
{
	static const struct
	{
		const char *name;
		int			nargs;
		const MatchSigns *signs;
	}			functions[] = {
		{"glob", 2, &glob_signs},
		{"like", 2, &like_signs},
		{"like", 3, &like_signs},
	};
	int			rc = ask_library();

	for (int i = 0; i < lengthof(functions) && rc == SQLITE_OK; i++)
	{
		if (functions[i].signs == &like_signs && !like_is_plain)
			continue;
		rc = sqlite3_create_function_v2(handle, functions[i].name, functions[i].nargs,
										SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, (void *) functions[i].signs,
										match_text, NULL, NULL, NULL);
	}
	return rc;
}
