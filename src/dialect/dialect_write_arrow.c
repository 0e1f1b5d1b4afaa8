/*-------------------------------------------------------------------------
 *
 * dialect_write_arrow.c
 *	  Writes -> and ->> of JSON.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_writer.h"

#include <ctype.h>

/* An element of an array literal, in quotes where it must have them. */
static void
append_key(StringInfo buf, const char *key, int len)
{
	bool		quoted = pg_strncasecmp(key, "null", Max(len, 4)) == 0;

	for (int i = 0; i < len; i++)
		quoted |= strchr("\"{},", key[i]) != NULL || isspace((unsigned char) key[i]);
	appendStringInfoString(buf, quoted ? "\"" : "");
	for (int i = 0; i < len; i++)
		appendStringInfo(buf, key[i] == '"' ? "\\%c" : "%c", key[i]);
	appendStringInfoString(buf, quoted ? "\"" : "");
}

/*
 * A path such as $.a.b[0] as elements of an array literal: a,b,0. NULL if it
 * is not of this plain kind.
 */
static char *
read_path(const char *path)
{
	StringInfoData buf;
	const char *c = path;

	if (*c++ != '$')
		return NULL;
	initStringInfo(&buf);
	while (*c)
	{
		const char *start = c + 1;
		int			len;

		if (buf.len > 0)
			appendStringInfoChar(&buf, ',');
		if (c[0] == '.' && c[1] == '"')
		{
			start++;
			len = strcspn(start, "\"\\");
			if (len == 0 || start[len] != '"')
				return NULL;
			appendStringInfo(&buf, "\"%.*s\"", len, start);
			c = start + len + 1;
		}
		else if (c[0] == '.')
		{
			/* a key without quotes may have anything in it but these */
			len = strcspn(start, ".[");
			if (len == 0 || memchr(start, '\\', len) != NULL || strspn(start, "-0123456789") >= len)
				return NULL;	/* (digits would be an index where there is an array) */
			append_key(&buf, start, len);
			c = start + len;
		}
		else if (c[0] == '[')
		{
			/* from the end: [#-1] */
			if (*start == '#' && start[1] == '-')
				start++;
			else if (*start == '-')
				return NULL;
			len = (*start == '-') + strspn(start + (*start == '-'), "0123456789");
			if (len == 0 || len > 9 || start[len] != ']')
				return NULL;
			appendBinaryStringInfo(&buf, start, len);
			c = start + len + 1;
		}
		else
			return NULL;
	}
	return buf.data;
}

/*
 * -> and ->>: with a key or a number as in SQLite, with a path as #> and #>>; ->> with
 * another path is a function.
 */
void
dialect_write_arrow(DialectWriter *w, DialectExpr *e, int min)
{
	bool		is_text = e->op == OP_ARROW2;
	DialectType left = dialect_type(w, e->left);
	char	   *path = e->right->kind == EXPR_STRING ? read_path(e->right->text) : NULL;

	if (path == NULL && is_text && e->right->kind == EXPR_STRING && e->right->text[0] == '$')
	{
		dialect_note(w, FIND_FUNCTION, e->at, "json_extract");
		appendStringInfoString(&w->out, "sqlite_compat.json_extract(");
		dialect_write_expr(w, e->left, OUT_ANY);
		appendStringInfoString(&w->out, ", ");
		dialect_write_string(w, e->right->text);
		appendStringInfoChar(&w->out, ')');
		return;
	}
	dialect_note(w, FIND_JSON, e->at, is_text ? "->>" : "->");
	dialect_open(w, OUT_OTHER, min);
	/* of jsonb itself the cast is nothing, and an index on the expression still serves it */
	if (left != TYPE_JSON && left != TYPE_OTHER)
		dialect_write_cast(w, e->left, "jsonb");
	else
		dialect_write_expr(w, e->left, OUT_OTHER);
	if (path != NULL)
	{
		appendStringInfoString(&w->out, is_text ? " #>> " : " #> ");
		dialect_write_string(w, psprintf("{%s}", path));
	}
	else
	{
		appendStringInfoString(&w->out, is_text ? " ->> " : " -> ");
		dialect_write_expr(w, e->right, OUT_OTHER + 1);
	}
	dialect_close(w, OUT_OTHER, min);
}
