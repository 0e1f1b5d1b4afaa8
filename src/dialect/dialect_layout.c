/*-------------------------------------------------------------------------
 *
 * dialect_layout.c
 *	  Long statements of PostgreSQL's SQL in lines, broken where a person
 *	  would: at clauses, joins, OR and AND, commas, ||, then inside parentheses.
 *
 * Works on text that the writers of this layer or the plan's builders made:
 * words of the language are in upper case there, and names in upper case are
 * quoted. Only blanks between words become line ends; strings and quoted names
 * stay as they are, and a text with comments or dollar quotes is left alone.
 * Knows no grammar: at worst a line is long.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "dialect/dialect.h"

#define INDENT 4

/* Where a line may end, the outermost first. */
typedef enum LayoutLevel
{
	LEVEL_CLAUSE, LEVEL_JOIN, LEVEL_OR, LEVEL_AND, LEVEL_COMMA, LEVEL_CONCAT, LEVEL_GROUP
} LayoutLevel;

/* What a statement is decides which words begin a clause of it. */
typedef enum LayoutKind
{
	KIND_QUERY,					/* and all that changes data, and views */
	KIND_COLUMNS,				/* CREATE TABLE, of which each column has a line already */
	KIND_DEFINITION,			/* ALTER TABLE, CREATE INDEX */
	KIND_COMMENT
} LayoutKind;

typedef struct Layout
{
	StringInfoData out;
	int			line;			/* byte at which the line being written begins */
	int			width;
	LayoutKind	kind;
} Layout;

/* A word of the text, the beginning of the one before it, and whether a BETWEEN waits for its AND. */
typedef struct Words
{
	const char *word;
	int			len;
	char		before[16];
	bool		between;
} Words;

static void lay(Layout *l, const char *start, const char *end, int indent, LayoutLevel level);

/* Behind a string or quoted name that begins at p. */
static const char *
behind_quoted(const char *begin, const char *p, const char *end)
{
	char		quote = *p;
	bool		escapes = quote == '\'' && p > begin && (p[-1] == 'E' || p[-1] == 'e') && (p - 1 == begin || !isalnum((unsigned char) p[-2]));

	for (p++; p < end; p++)
	{
		if (escapes && *p == '\\' && p + 1 < end)
			p++;
		else if (*p == quote)
		{
			if (p + 1 < end && p[1] == quote)
				p++;
			else
				return p + 1;
		}
	}
	return end;
}

static bool
is_word(unsigned char c)
{
	return isalnum(c) || c == '_' || IS_HIGHBIT_SET(c);
}

static bool
is(const Words *w, const char *word)
{
	return w->len == strlen(word) && memcmp(w->word, word, w->len) == 0;
}

static bool
is_one_of(const char *word, int len, const char *const *words, int n)
{
	int			i;

	for (i = 0; i < n; i++)
	{
		if (len == strlen(words[i]) && memcmp(word, words[i], len) == 0)
			return true;
	}
	return false;
}

static bool
begins_clause(const Layout *l, const Words *w)
{
	static const char *const query[] = {"WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "UNION", "INTERSECT", "EXCEPT", "SELECT", "VALUES", "SET", "RETURNING"};
	static const char *const columns[] = {"GENERATED", "DEFAULT", "REFERENCES", "CHECK"};
	static const char *const definition[] = {"ADD", "FOREIGN", "PRIMARY", "UNIQUE", "CHECK", "REFERENCES", "ON", "DEFERRABLE", "WHERE", "USING"};

	if (l->kind == KIND_COMMENT)
		return is(w, "IS");
	if (l->kind == KIND_DEFINITION)
		return is_one_of(w->word, w->len, definition, lengthof(definition)) && strcmp(w->before, "CREATE") != 0;
	if (l->kind == KIND_COLUMNS)
		return is_one_of(w->word, w->len, columns, lengthof(columns)) && strcmp(w->before, "BY") != 0 && strcmp(w->before, "SET") != 0;
	if (is(w, "FROM"))
		return strcmp(w->before, "DISTINCT") != 0 && strcmp(w->before, "DELETE") != 0;
	if (is(w, "ON"))
		return strncmp(w->word, "ON CONFLICT", strlen("ON CONFLICT")) == 0;
	/* not in WITHIN GROUP, nor in DO UPDATE SET */
	return strcmp(w->before, "WITHIN") != 0 && strcmp(w->before, "UPDATE") != 0 && is_one_of(w->word, w->len, query, lengthof(query));
}

static bool
begins_join(const Words *w)
{
	static const char *const joins[] = {"JOIN", "NATURAL", "LEFT", "RIGHT", "FULL", "CROSS", "INNER"};

	/* LEFT JOIN is one place, and left(...) is none: a function is in lower case */
	return is_one_of(w->word, w->len, joins, lengthof(joins)) && !is_one_of(w->before, strlen(w->before), joins, lengthof(joins)) && strcmp(w->before, "OUTER") != 0;
}

/* May a line end before this word? */
static bool
breaks_at(const Layout *l, const Words *w, LayoutLevel level)
{
	switch (level)
	{
		case LEVEL_CLAUSE:
			return begins_clause(l, w);
		case LEVEL_JOIN:
			return begins_join(w);
		case LEVEL_OR:
			return is(w, "OR");
		case LEVEL_AND:
			return is(w, "AND") && !w->between;
		default:
			return false;
	}
}

/*
 * The first place behind "start" and outside of parentheses and of CASE where
 * a line may end at this level; NULL if there is none.
 */
static const char *
next_break(Layout *l, const char *start, const char *end, LayoutLevel level)
{
	const char *p = start;
	int			depth = 0;
	Words		w = {0};

	while (p < end)
	{
		if (*p == '\'' || *p == '"')
		{
			p = behind_quoted(start, p, end);
			strcpy(w.before, "?");
		}
		else if (is_word(*p))
		{
			w.word = p;
			while (p < end && is_word(*p))
				p++;
			w.len = p - w.word;
			if (is(&w, "CASE"))
				depth++;
			else if (is(&w, "END"))
				depth--;
			if (depth == 0 && w.word > start && w.word[-1] == ' ' && breaks_at(l, &w, level))
				return w.word;
			if (depth == 0 && is(&w, "BETWEEN"))
				w.between = true;
			else if (depth == 0 && is(&w, "AND"))
				w.between = false;
			/* (strlcpy would look for the end of the text) */
			memset(w.before, 0, sizeof(w.before));
			memcpy(w.before, w.word, Min(w.len, sizeof(w.before) - 1));
		}
		else
		{
			if (*p == '(' || *p == '[')
				depth++;
			else if (*p == ')' || *p == ']')
				depth--;
			else if (*p == ',' && depth == 0 && level == LEVEL_COMMA && p + 1 < end && p[1] == ' ')
				return p + 2;
			else if (*p == '|' && depth == 0 && level == LEVEL_CONCAT && p > start && p + 1 < end && p[1] == '|')
				return p;
			p++;
		}
	}
	return NULL;
}

/* Characters of the last line that was written. */
static int
column(const Layout *l)
{
	return pg_mbstrlen_with_len(l->out.data + l->line, l->out.len - l->line);
}

static void
new_line(Layout *l, int indent)
{
	while (l->out.len > 0 && l->out.data[l->out.len - 1] == ' ')
		l->out.data[--l->out.len] = '\0';
	appendStringInfoChar(&l->out, '\n');
	l->line = l->out.len;
	appendStringInfoSpaces(&l->out, indent);
}

static bool
is_query(const char *p)
{
	return strncmp(p, "SELECT ", 7) == 0 || strncmp(p, "VALUES ", 7) == 0 || strncmp(p, "WITH ", 5) == 0;
}

/*
 * Writes a piece in which nothing but parentheses may be broken.
 */
static void
lay_groups(Layout *l, const char *start, const char *end, int indent)
{
	const char *p = start;
	const char *written = start;
	const char *open = NULL;
	int			depth = 0;

	while (p < end)
	{
		if (*p == '\'' || *p == '"')
		{
			p = behind_quoted(start, p, end);
			continue;
		}
		if (*p == '(' && depth++ == 0)
			open = p + 1;
		else if (*p == ')' && depth > 0 && --depth == 0)
		{
			int			width = l->width;

			/* what is closed behind it, and a short name, stay on its last line */
			l->width -= Min(end - p, INDENT * INDENT);
			appendBinaryStringInfo(&l->out, written, open - written);
			/* extract(x FROM y) and array_agg(x ORDER BY y) are no queries */
			lay(l, open, p, is_query(open) ? indent + INDENT : indent, is_query(open) ? LEVEL_CLAUSE : LEVEL_OR);
			l->width = width;
			written = p;
		}
		p++;
	}
	appendBinaryStringInfo(&l->out, written, end - written);
}

/*
 * Writes a piece of a line, in several lines when it is too long, of which the
 * second and later ones begin at "indent".
 */
static void
lay(Layout *l, const char *start, const char *end, int indent, LayoutLevel level)
{
	const char *next;
	const char *after;

	check_stack_depth();
	if (column(l) + pg_mbstrlen_with_len(start, end - start) <= l->width)
	{
		appendBinaryStringInfo(&l->out, start, end - start);
		return;
	}
	while (level < LEVEL_GROUP && next_break(l, start, end, level) == NULL)
		level++;
	if (level == LEVEL_GROUP)
	{
		lay_groups(l, start, end, indent);
		return;
	}
	/* what begins a clause of a query stands below the others, all else further in */
	if (level > LEVEL_CLAUSE || l->kind != KIND_QUERY)
		indent += INDENT;
	for (; start < end; start = next)
	{
		next = next_break(l, start, end, level);
		if (next == NULL)
			next = end;
		lay(l, start, next, indent, level + 1);
		/* items of a list share a line as long as they fit */
		after = level == LEVEL_COMMA && next < end ? next_break(l, next, end, level) : NULL;
		if (next < end && (level != LEVEL_COMMA || column(l) + pg_mbstrlen_with_len(next, (after ? after : end) - next) > l->width))
			new_line(l, indent);
	}
}

/* The end of the line that begins at p; a line end inside of a string is none. NULL if comments or dollar quotes stand in it. */
static const char *
line_end(const char *p)
{
	const char *begin = p;
	const char *end = p + strlen(p);

	while (p < end && *p != '\n')
	{
		if (*p == '\'' || *p == '"')
			p = behind_quoted(begin, p, end);
		else if (*p == '$' || (p[0] == '-' && p[1] == '-') || (p[0] == '/' && p[1] == '*'))
			return NULL;
		else
			p++;
	}
	return p;
}

/*
 * A statement, palloc'd, in lines of "width" characters where that can be had:
 * lines that it has already are kept, those that are longer are broken. One
 * that has comments or dollar quotes is returned as it is.
 */
char *
dialect_layout(const char *sql, int width)
{
	static const struct
	{
		const char *start;
		LayoutKind	kind;
	}			starts[] = {
		{"CREATE TABLE ", KIND_COLUMNS}, {"CREATE FOREIGN ", KIND_COLUMNS}, {"ALTER ", KIND_DEFINITION}, {"CREATE INDEX ", KIND_DEFINITION},
		{"CREATE UNIQUE ", KIND_DEFINITION}, {"COMMENT ", KIND_COMMENT}
	};
	Layout		l;
	const char *p;
	const char *end;
	int			i;

	for (p = sql; *p != '\0'; p = *end != '\0' ? end + 1 : end)
	{
		end = line_end(p);
		if (end == NULL)
			return pstrdup(sql);
	}
	initStringInfo(&l.out);
	l.width = width;
	l.kind = KIND_QUERY;
	for (i = 0; i < lengthof(starts); i++)
	{
		if (strncmp(sql, starts[i].start, strlen(starts[i].start)) == 0)
			l.kind = starts[i].kind;
	}
	for (p = sql; *p != '\0'; p = end)
	{
		int			indent = strspn(p, " ");

		end = line_end(p);
		l.line = l.out.len;
		appendStringInfoSpaces(&l.out, indent);
		lay(&l, p + indent, end, indent, LEVEL_CLAUSE);
		if (*end == '\n')
			appendStringInfoChar(&l.out, *end++);
	}
	return l.out.data;
}
