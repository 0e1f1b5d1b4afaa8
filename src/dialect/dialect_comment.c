/*-------------------------------------------------------------------------
 *
 * dialect_comment.c
 *	  Comments inside CREATE TABLE that clearly say something of the table or of
 *	  one of its columns.
 *
 * SQLite keeps the text of a statement with its comments. One belongs to a
 * column if it stands behind the column's definition on the same line, inside
 * it, or on lines of its own just above; to the table if it stands before or
 * behind the opening bracket on its line. Everything else (above an empty
 * line, above a constraint, at the end) is nobody's, and so is what looks like
 * a definition that was taken out, or like a ruler.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_parser.h"

#include <ctype.h>

/* Where the walk through a statement is. */
typedef struct CommentWalk
{
	DialectParser p;
	List	   *comments;		/* of DialectComment, in the order of the text */
	DialectComment table;		/* of the table itself */
	DialectComment *item;		/* the column whose definition this is; NULL in a constraint, and outside */
	DialectComment *last;		/* that of the definition before the comma */
	StringInfo	pending;		/* what waits for the next definition, NULL if nothing does */
	int			on_line;		/* definitions that began on this line */
} CommentWalk;

/* A comment between two tokens. */
typedef struct GapComment
{
	const char *text;			/* without its marks */
	int			len;
	bool		same_line;		/* as the token before it */
	bool		apart;			/* an empty line follows */
} GapComment;

static bool next_comment(const char **at, const char *end, bool *same_line, GapComment *comment);
static bool says_something(const char *text, int len);
static void append_cleaned(StringInfo *buf, const char *from, int len);
static void take_gap(CommentWalk *walk, bool in_body, bool at_item, bool at_end);
static void begin_item(CommentWalk *walk);

/*
 * Returns a list of DialectComment, palloc'd, one per column that has a
 * comment, in their order, and one without a column for the table; NIL for a
 * statement that is no CREATE TABLE. Throws nothing.
 */
List *
dialect_table_comments(const char *sql)
{
	CommentWalk walk = {0};
	DialectParser *p = &walk.p;
	bool		at_item = false;
	int			depth = 0;

	dialect_parser_init(p, sql);
	if (!dialect_accept_keyword(p, KW_CREATE))
		return NIL;
	if (dialect_at_word(p, "virtual"))
		return NIL;
	for (;;)
	{
		bool		is_end = p->token.kind == DIALECT_END || p->token.kind == DIALECT_ERROR || (depth == 1 && dialect_at_mark(p, ")"));

		take_gap(&walk, depth > 0, at_item, is_end);
		if (is_end)
			break;
		if (at_item)
			begin_item(&walk);
		at_item = false;
		if (dialect_at_mark(p, "("))
			at_item = depth++ == 0;
		else if (dialect_at_mark(p, ")"))
			depth--;
		else if (depth == 1 && dialect_at_mark(p, ","))
		{
			at_item = true;
			walk.last = walk.item;
			walk.item = NULL;
		}
		else if (depth == 0 && p->keyword == KW_AS)
			return NIL;
		dialect_advance(p);
	}
	return walk.table.text != NULL ? lcons(memcpy(palloc(sizeof(DialectComment)), &walk.table, sizeof(DialectComment)), walk.comments) : walk.comments;
}

/* The definition that the token in hand begins; what stood above it is its. */
static void
begin_item(CommentWalk *walk)
{
	static const DialectKeyword constraints[] = {KW_CONSTRAINT, KW_PRIMARY, KW_UNIQUE, KW_CHECK, KW_FOREIGN};
	DialectToken token = walk->p.token;

	walk->on_line++;
	walk->item = NULL;
	for (int i = 0; i < lengthof(constraints); i++)
	{
		if (walk->p.keyword == constraints[i])
			token.kind = DIALECT_END;
	}
	if (token.kind == DIALECT_WORD || token.kind == DIALECT_QUOTED || token.kind == DIALECT_STRING)
	{
		walk->item = palloc0(sizeof(DialectComment));
		walk->item->column = dialect_name(&walk->p.lexer, &token);
		if (walk->pending != NULL)
		{
			walk->item->text = walk->pending;
			walk->comments = lappend(walk->comments, walk->item);
		}
	}
	walk->pending = NULL;
}

/* What a comment says, to what it belongs to; without a column and not the table's it is nobody's. */
static void
add_to(CommentWalk *walk, DialectComment *target, const GapComment *comment)
{
	if (target == NULL)
		return;
	if (target->text == NULL && target->column != NULL)
		walk->comments = lappend(walk->comments, target);
	append_cleaned(&target->text, comment->text, comment->len);
}

/*
 * The comments between the token before and the one in hand.
 */
static void
take_gap(CommentWalk *walk, bool in_body, bool at_item, bool at_end)
{
	const char *at = walk->p.lexer.text + walk->p.last_end;
	const char *end = walk->p.lexer.text + walk->p.token.start;
	bool		same_line = true;
	GapComment	comment;

	while (next_comment(&at, end, &same_line, &comment))
	{
		if (!says_something(comment.text, comment.len))
			walk->pending = NULL;
		else if (!in_body)
			add_to(walk, &walk->table, &comment);
		else if (comment.same_line && walk->on_line <= 1)
			add_to(walk, !at_item ? walk->item : walk->on_line == 0 ? &walk->table : walk->last, &comment);
		else if (!comment.same_line && at_item && !at_end)
		{
			append_cleaned(&walk->pending, comment.text, comment.len);
			if (comment.apart)
				walk->pending = NULL;
		}
		else if (!comment.same_line && !at_item && !at_end)
			add_to(walk, walk->item, &comment);
	}
	if (!same_line)
		walk->on_line = 0;
}

/*
 * The next comment from *at on, which moves behind it; *same_line becomes false with the first line break. False: there is none.
 */
static bool
next_comment(const char **at, const char *end, bool *same_line, GapComment *comment)
{
	const char *s = *at;
	int			breaks = 0;

	while (s < end && !(s + 1 < end && ((s[0] == '-' && s[1] == '-') || (s[0] == '/' && s[1] == '*'))))
	{
		if (*s++ == '\n')
			*same_line = false;
	}
	if (s >= end)
		return false;
	comment->same_line = *same_line;
	comment->text = s + 2;
	if (*s == '-')
	{
		const char *stop = memchr(s, '\n', end - s);

		s = stop ? stop : end;
		comment->len = s - comment->text;
	}
	else
	{
		for (s += 2; s < end && !(s[0] == '*' && s + 1 < end && s[1] == '/'); s++)
		{
			if (*s == '\n')
				*same_line = false;
		}
		comment->len = s - comment->text;
		s = Min(s + 2, end);
	}
	*at = s;
	for (; s < end && isspace((unsigned char) *s); s++)
		breaks += *s == '\n';
	comment->apart = breaks > 1;
	return true;
}

/* A definition that was taken out: a name and a type, or a constraint, with the comma behind it. */
static bool
is_definition(const char *text, int len)
{
	static const char *const types[] = {"int", "text", "real", "blob", "num", "varchar", "char", "bool", "date", "time", "double", "float", "decimal"};
	static const char *const constraints[] = {"primary", "unique", "foreign", "check", "constraint"};
	const char *end = text + len;
	const char *word = text;

	if (strchr(",;(", text[len - 1]) == NULL)
		return false;
	while (word < end && !isalnum((unsigned char) *word))
		word++;
	for (int i = 0; i < lengthof(constraints); i++)
	{
		if (pg_strncasecmp(word, constraints[i], Min(strlen(constraints[i]), end - word)) == 0)
			return true;
	}
	while (word < end && !isspace((unsigned char) *word))
		word++;
	while (word < end && isspace((unsigned char) *word))
		word++;
	for (int i = 0; i < lengthof(types); i++)
	{
		if (word < end && pg_strncasecmp(word, types[i], Min(strlen(types[i]), end - word)) == 0)
			return true;
	}
	return false;
}

/* Is there a word in it, and not those of a definition? */
static bool
says_something(const char *text, int len)
{
	bool		letters = false;

	while (len > 0 && isspace((unsigned char) text[len - 1]))
		len--;
	for (int i = 0; i < len; i++)
		letters |= isalnum((unsigned char) text[i]) || IS_HIGHBIT_SET(text[i]);
	return letters && !is_definition(text, len);
}

/* Appends a comment line by line, without the blanks and stars that decorate lines; *buf is made if there is none yet. */
static void
append_cleaned(StringInfo *buf, const char *from, int len)
{
	const char *end = from + len;

	if (*buf == NULL)
		*buf = makeStringInfo();
	while (from < end)
	{
		const char *stop = memchr(from, '\n', end - from);
		const char *next = stop ? stop + 1 : end;

		stop = stop ? stop : end;
		while (from < stop && (isspace((unsigned char) *from) || *from == '*' || *from == '-'))
			from++;
		while (stop > from && (isspace((unsigned char) stop[-1]) || stop[-1] == '*'))
			stop--;
		if (stop > from && (*buf)->len > 0)
			appendStringInfoChar(*buf, '\n');
		appendBinaryStringInfo(*buf, from, stop - from);
		from = next;
	}
}
