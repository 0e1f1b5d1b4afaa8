/*-------------------------------------------------------------------------
 *
 * dialect_write_expr.c
 *	  Writer of expressions: values, conditions, and values of a wanted type.
 *
 * SQLite has no booleans: what it calls a condition is a value, and a value
 * may stand where a condition is wanted. So each expression is written in one
 * of two ways, and the place says in which. "min" is the loosest precedence
 * that needs no parentheses there.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_writer.h"

#include <ctype.h>
#include <math.h>

static void write_leaf(DialectWriter *w, DialectExpr *e);
static void write_number(DialectWriter *w, const DialectExpr *e);
static void write_case(DialectWriter *w, DialectExpr *e);
static void write_cast(DialectWriter *w, DialectExpr *e);
static void write_unary(DialectWriter *w, DialectExpr *e, int min);
static void write_collate(DialectWriter *w, DialectExpr *e, int min);
static void write_predicate(DialectWriter *w, DialectExpr *e, int min);
static void write_boolean(DialectWriter *w, DialectExpr *e);
static void write_moment_as(DialectWriter *w, DialectExpr *e, DialectType from, DialectType type);

/* Parentheses around what binds looser than its place wants. */
void
dialect_open(DialectWriter *w, int precedence, int min)
{
	if (precedence < min)
		appendStringInfoChar(&w->out, '(');
}

void
dialect_close(DialectWriter *w, int precedence, int min)
{
	if (precedence < min)
		appendStringInfoChar(&w->out, ')');
}

/*
 * Gives the statement up when its translation grows out of all proportion.
 */
static bool
is_too_large(DialectWriter *w, const DialectExpr *e)
{
	if (w->out.len <= w->limit)
		return false;
	if (!w->impossible)
		dialect_note(w, FIND_TOO_LARGE, e->start, NULL);
	return true;
}

/*
 * Writes an expression as a value.
 */
void
dialect_write_expr(DialectWriter *w, DialectExpr *e, int min)
{
	if (is_too_large(w, e) || dialect_write_bare(w, e, min))
		return;
	if (dialect_is_predicate(e))
	{
		if (e->kind != EXPR_BOOL)
			dialect_note(w, FIND_BOOLEAN_VALUE, e->at, NULL);
		else
		{
			appendStringInfoString(&w->out, strcmp(e->text, "true") == 0 ? "1" : "0");
			return;
		}
		appendStringInfoString(&w->out, "CAST(");
		write_predicate(w, e, OUT_ANY);
		appendStringInfoString(&w->out, " AS integer)");
		return;
	}
	switch (e->kind)
	{
		case EXPR_UNARY:
			write_unary(w, e, min);
			break;
		case EXPR_BINARY:
			dialect_write_binary(w, e, min);
			break;
		case EXPR_CASE:
			write_case(w, e);
			break;
		case EXPR_CAST:
			write_cast(w, e);
			break;
		case EXPR_COLLATE:
			write_collate(w, e, min);
			break;
		case EXPR_FUNCTION:
			dialect_write_function(w, e);
			break;
		case EXPR_SUBQUERY:
			appendStringInfoChar(&w->out, '(');
			dialect_write_select(w, e->select);
			appendStringInfoChar(&w->out, ')');
			break;
		case EXPR_ROW:
			appendStringInfoChar(&w->out, '(');
			dialect_write_list(w, e->args);
			appendStringInfoChar(&w->out, ')');
			break;
		default:
			write_leaf(w, e);
			break;
	}
}

/*
 * Writes what has no parts.
 */
static void
write_leaf(DialectWriter *w, DialectExpr *e)
{
	switch (e->kind)
	{
		case EXPR_NULL:
			appendStringInfoString(&w->out, "NULL");
			break;
		case EXPR_NUMBER:
			write_number(w, e);
			break;
		case EXPR_STRING:
			dialect_write_string(w, e->text);
			break;
		case EXPR_BLOB:
			appendStringInfo(&w->out, "CAST(E'\\\\x%s' AS bytea)", e->text);
			break;
		case EXPR_NOW:
			(void) dialect_write_now(w, e);
			break;
		case EXPR_PARAMETER:
			appendStringInfoString(&w->out, e->text);
			break;
		case EXPR_COLUMN:
			dialect_write_column(w, e);
			break;
		case EXPR_STAR:
			if (e->table != NULL)
			{
				dialect_write_name(w, e->table);
				appendStringInfoChar(&w->out, '.');
			}
			appendStringInfoChar(&w->out, '*');
			break;
		case EXPR_RAISE:
			dialect_note(w, FIND_RAISE, e->start, NULL);
			break;
		default:
			break;
	}
}

/*
 * Expressions with commas between them.
 */
void
dialect_write_list(DialectWriter *w, List *exprs)
{
	ListCell   *lc;

	foreach(lc, exprs)
	{
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(&w->out, ", ");
		dialect_write_expr(w, lfirst(lc), OUT_ANY);
	}
}

/*
 * A number literal: hexadecimal and underscores are newer in PostgreSQL than 15.
 */
static void
write_number(DialectWriter *w, const DialectExpr *e)
{
	bool		number_is_real = e->type == TYPE_REAL;
	const char *c;

	if (e->text[0] == '0' && (e->text[1] == 'x' || e->text[1] == 'X'))
	{
		uint64		value = 0;

		for (c = e->text + 2; *c; c++)
		{
			if (*c != '_')
				value = value * 16 + (isdigit((unsigned char) *c) ? *c - '0' : pg_ascii_tolower(*c) - 'a' + 10);
		}
		appendStringInfo(&w->out, (int64) value < 0 ? "(" INT64_FORMAT ")" : INT64_FORMAT, (int64) value);
		return;
	}
	/* a double that is too large: numeric would hold it, and no double takes that number */
	if (strpbrk(e->text, "eE") != NULL && isinf(strtod(e->text, NULL)))
	{
		appendStringInfoString(&w->out, "CAST('Infinity' AS double precision)");
		return;
	}
	if (w->wide_literals)
		appendStringInfoString(&w->out, "CAST(");
	for (c = e->text; *c; c++)
	{
		if (*c != '_')
			appendStringInfoChar(&w->out, *c);
	}
	if (w->wide_literals)
		appendStringInfo(&w->out, " AS %s)", dialect_type_name(number_is_real ? TYPE_REAL : TYPE_INT));
}

static void
write_unary(DialectWriter *w, DialectExpr *e, int min)
{
	DialectType type;

	if (e->op == OP_POS)
	{
		dialect_write_expr(w, e->left, min);
		return;
	}
	dialect_open(w, e->op == OP_NEG ? OUT_SIGN : OUT_OTHER, min);
	appendStringInfoChar(&w->out, e->op == OP_NEG ? '-' : '~');
	type = dialect_type(w, e->left);
	/* two signs in a row would begin a comment */
	if (e->left->kind == EXPR_NULL)
		dialect_write_cast(w, e->left, "bigint");
	else if (type == TYPE_BOOL || type == TYPE_TEXT || type == TYPE_DYNAMIC)
		dialect_write_as(w, e->left, type == TYPE_BOOL ? TYPE_INT : TYPE_NUMERIC);
	else
		dialect_write_expr(w, e->left, OUT_PRIMARY);
	dialect_close(w, e->op == OP_NEG ? OUT_SIGN : OUT_OTHER, min);
}

/*
 * As what the values of CASE x WHEN are written: the type of x, but as numbers
 * when x is a boolean and not all of them are 0 or 1.
 */
static DialectType
case_type(DialectWriter *w, DialectExpr *e)
{
	DialectType type = dialect_type(w, e->left);
	int			i;

	for (i = 0; type == TYPE_BOOL && i < list_length(e->args); i += 2)
	{
		DialectExpr *when = list_nth(e->args, i);

		if (dialect_type(w, when) == TYPE_INT && !dialect_is_predicate(when) &&
			!(when->kind == EXPR_NUMBER && (strcmp(when->text, "0") == 0 || strcmp(when->text, "1") == 0)))
			type = TYPE_INT;
	}
	return type;
}

/*
 * x of CASE x WHEN …; NULL says of which type it is.
 */
static void
write_case_base(DialectWriter *w, DialectExpr *e, DialectType base)
{
	DialectExpr *x = dialect_with_collation(e->left, base == TYPE_TEXT ? dialect_collation(w, e->left) : NULL);

	appendStringInfoChar(&w->out, ' ');
	if (x->kind == EXPR_NULL)
		dialect_write_cast(w, x, dialect_type_name(dialect_type(w, linitial(e->args))));
	else if (dialect_type(w, x) != base)
		dialect_write_as(w, x, base);
	else
		dialect_write_expr(w, x, OUT_ANY);
}

/*
 * CASE: its comparisons are comparisons, its results want one type.
 */
static void
write_case(DialectWriter *w, DialectExpr *e)
{
	DialectType type = dialect_type(w, e);
	DialectType base = e->left ? case_type(w, e) : TYPE_UNKNOWN;
	int			i;

	appendStringInfoString(&w->out, "CASE");
	if (e->left != NULL)
		write_case_base(w, e, base);
	for (i = 0; i <= list_length(e->args); i++)
	{
		DialectExpr *part = i < list_length(e->args) ? list_nth(e->args, i) : e->right;
		bool		is_when = i % 2 == 0 && i < list_length(e->args);

		if (part == NULL)
			break;
		appendStringInfoString(&w->out, is_when ? " WHEN " : i < list_length(e->args) ? " THEN " : " ELSE ");
		if (is_when && e->left == NULL)
			dialect_write_condition(w, part, OUT_ANY);
		else if (is_when)
		{
			const char *collation = base == TYPE_TEXT ? dialect_collation(w, e->left) : NULL;

			if (base == TYPE_TEXT && collation == NULL && e->left->kind != EXPR_COLUMN && e->left->kind != EXPR_COLLATE)
				dialect_note_collation(w, part);
			dialect_write_as(w, dialect_with_collation(part, collation), base);
		}
		else if (type == TYPE_UNKNOWN || type == TYPE_NULL)
			dialect_write_expr(w, part, OUT_ANY);
		else
		{
			if (type == TYPE_TEXT && dialect_type(w, part) != TYPE_TEXT && dialect_type(w, part) != TYPE_NULL)
				dialect_note(w, FIND_MIXED, part->start, NULL);
			dialect_write_as(w, part, type);
		}
	}
	appendStringInfoString(&w->out, " END");
}

void
dialect_write_cast(DialectWriter *w, DialectExpr *e, const char *type)
{
	appendStringInfoString(&w->out, "CAST(");
	dialect_write_expr(w, e, OUT_ANY);
	appendStringInfo(&w->out, " AS %s)", type);
}

/*
 * CAST: of a text SQLite takes the number at its beginning, of a real it cuts
 * the decimals; PostgreSQL refuses and rounds.
 */
static void
write_cast(DialectWriter *w, DialectExpr *e)
{
	DialectType from = dialect_type(w, e->left);
	DialectType to = dialect_type(w, e);
	const char *function = NULL;

	if (to == TYPE_TEXT)
	{
		if (from != TYPE_UNKNOWN || e->left->kind == EXPR_PARAMETER)
		{
			dialect_write_text(w, e->left, OUT_ANY);
			return;
		}
		/* 1.0 and true are other texts in PostgreSQL */
		function = "sqlite_compat.cast_text";
	}
	else if (from == to || from == TYPE_NULL || (to != TYPE_BLOB && from == TYPE_BOOL))
	{
		dialect_write_cast(w, e->left, to == TYPE_INT && from == TYPE_BOOL ? "integer" : dialect_type_name(to));
		return;
	}
	if (to == TYPE_INT)
		function = "sqlite_compat.cast_integer";
	else if (to == TYPE_BLOB)
		function = "sqlite_compat.cast_blob";
	else if (!dialect_is_number(from))
		function = to == TYPE_REAL ? "sqlite_compat.cast_real" : "sqlite_compat.cast_numeric";
	if (function == NULL)
	{
		dialect_write_cast(w, e->left, dialect_type_name(to));
		return;
	}
	dialect_note(w, FIND_CAST, e->start, function);
	appendStringInfo(&w->out, "%s(", function);
	dialect_write_expr(w, e->left, OUT_ANY);
	appendStringInfoChar(&w->out, ')');
}

/*
 * x COLLATE name as a value: BINARY is a collation of PostgreSQL, the others
 * are functions. In a comparison both sides get it, see dialect_write_compare().
 */
static void
write_collate(DialectWriter *w, DialectExpr *e, int min)
{
	const char *name = e->text ? e->text : "";
	DialectType type = dialect_type(w, e->left);

	if (type != TYPE_TEXT && type != TYPE_UNKNOWN && type != TYPE_DYNAMIC)
		dialect_write_expr(w, e->left, min);
	else if (dialect_same_name(name, "binary"))
	{
		dialect_write_expr(w, e->left, OUT_PRIMARY);
		if (type != TYPE_UNKNOWN)
			appendStringInfoString(&w->out, " COLLATE \"C\"");
	}
	else if (dialect_same_name(name, "nocase") || dialect_same_name(name, "rtrim"))
	{
		dialect_note(w, FIND_COLLATION, e->at, name);
		appendStringInfoString(&w->out, dialect_same_name(name, "nocase") ? "lower(" : "rtrim(");
		dialect_write_expr(w, e->left, OUT_ANY);
		appendStringInfoChar(&w->out, ')');
	}
	else
		dialect_note(w, FIND_NO_COLLATION, e->at, name);
}

/* ---- conditions ---- */

/*
 * Writes an expression as a condition.
 */
void
dialect_write_condition(DialectWriter *w, DialectExpr *e, int min)
{
	DialectType type;

	if (is_too_large(w, e))
		return;
	if (dialect_is_predicate(e))
	{
		write_predicate(w, e, min);
		return;
	}
	switch (e->kind)
	{
		case EXPR_NUMBER:
			appendStringInfoString(&w->out, strtod(e->text, NULL) != 0 ? "true" : "false");
			return;
		case EXPR_NULL:
		case EXPR_PARAMETER:
			dialect_write_expr(w, e, min);
			return;
		default:
			break;
	}
	type = dialect_type(w, e);
	if (type == TYPE_BOOL)
	{
		dialect_write_expr(w, e, min);
		return;
	}
	dialect_note(w, FIND_TRUTH, e->at, NULL);
	if (dialect_is_number(type))
	{
		dialect_open(w, OUT_COMPARE, min);
		dialect_write_expr(w, e, OUT_COMPARE + 1);
		appendStringInfoString(&w->out, " <> 0");
		dialect_close(w, OUT_COMPARE, min);
		return;
	}
	appendStringInfoString(&w->out, "sqlite_compat.truth(");
	dialect_write_expr(w, e, OUT_ANY);
	appendStringInfoChar(&w->out, ')');
}

/*
 * Writes what gives a boolean in PostgreSQL as it is.
 */
static void
write_predicate(DialectWriter *w, DialectExpr *e, int min)
{
	int			precedence;

	switch (e->kind)
	{
		case EXPR_BOOL:
			appendStringInfoString(&w->out, e->text);
			break;
		case EXPR_LIKE:
			dialect_write_like(w, e, min);
			break;
		case EXPR_BETWEEN:
			dialect_write_between(w, e, min);
			break;
		case EXPR_IN:
			dialect_write_in(w, e, min);
			break;
		case EXPR_EXISTS:
			dialect_open(w, e->negated ? OUT_NOT : OUT_PRIMARY, min);
			appendStringInfoString(&w->out, e->negated ? "NOT EXISTS (" : "EXISTS (");
			dialect_write_select(w, e->select);
			appendStringInfoChar(&w->out, ')');
			dialect_close(w, e->negated ? OUT_NOT : OUT_PRIMARY, min);
			break;
		case EXPR_UNARY:
			precedence = e->op == OP_NOT ? OUT_NOT : OUT_IS;
			dialect_open(w, precedence, min);
			if (e->op == OP_NOT)
			{
				appendStringInfoString(&w->out, "NOT ");
				dialect_write_condition(w, e->left, OUT_NOT);
			}
			else
			{
				dialect_write_expr(w, e->left, OUT_COMPARE + 1);
				appendStringInfoString(&w->out, e->op == OP_ISNULL ? " IS NULL" : " IS NOT NULL");
			}
			dialect_close(w, precedence, min);
			break;
		default:
			if (e->op == OP_AND || e->op == OP_OR)
			{
				precedence = e->op == OP_AND ? OUT_AND : OUT_OR;
				dialect_open(w, precedence, min);
				dialect_write_condition(w, e->left, precedence);
				appendStringInfoString(&w->out, e->op == OP_AND ? " AND " : " OR ");
				dialect_write_condition(w, e->right, precedence + 1);
				dialect_close(w, precedence, min);
			}
			else
				dialect_write_compare(w, e, e->op, e->left, e->right, min);
			break;
	}
}

/* ---- values of a wanted type ---- */

/*
 * Writes an expression as text.
 */
void
dialect_write_text(DialectWriter *w, DialectExpr *e, int min)
{
	switch (dialect_type(w, e))
	{
		case TYPE_INT:
			if (e->kind == EXPR_NUMBER && e->text[1] != 'x' && e->text[1] != 'X')
			{
				dialect_write_string(w, e->text);
				break;
			}
			dialect_write_cast(w, e, "text");
			break;
		case TYPE_REAL:
		case TYPE_NUMERIC:
		case TYPE_BLOB:
			appendStringInfoString(&w->out, "sqlite_compat.cast_text(");
			dialect_write_expr(w, e, OUT_ANY);
			appendStringInfoChar(&w->out, ')');
			break;
		case TYPE_BOOL:
			appendStringInfoString(&w->out, "CAST(");
			dialect_write_cast(w, e, "integer");
			appendStringInfoString(&w->out, " AS text)");
			break;
		case TYPE_JSON:
		case TYPE_DATE:
		case TYPE_TIME:
		case TYPE_TIMESTAMP:
		case TYPE_TIMESTAMPTZ:
		case TYPE_OTHER:
			dialect_write_cast(w, e, "text");
			break;
		default:
			dialect_write_expr(w, e, min);
			break;
	}
}

/*
 * Writes an expression so that it has this type in PostgreSQL; what is not
 * known to have another one is left alone.
 */
void
dialect_write_as(DialectWriter *w, DialectExpr *e, DialectType type)
{
	DialectType from = dialect_type(w, e);
	const char *function = NULL;

	if (e->kind == EXPR_PARAMETER || e->kind == EXPR_NULL)
	{
		dialect_write_expr(w, e, OUT_ANY);
		return;
	}
	if (type == TYPE_BOOL)
	{
		write_boolean(w, e);
		return;
	}
	if (dialect_is_moment(type))
	{
		write_moment_as(w, e, from, type);
		return;
	}
	if (type == TYPE_TEXT)
	{
		dialect_write_text(w, e, OUT_ANY);
		return;
	}
	if (dialect_is_number(type))
	{
		if (from == TYPE_BOOL)
			dialect_write_cast(w, e, "integer");
		else if (from == TYPE_DYNAMIC)
			dialect_write_cast(w, e, dialect_type_name(type));
		else if (from == TYPE_TEXT && e->kind != EXPR_STRING)
			function = type == TYPE_INT ? "sqlite_compat.cast_integer" : type == TYPE_REAL ? "sqlite_compat.cast_real" : "sqlite_compat.cast_numeric";
		else if (type == TYPE_REAL && from == TYPE_NUMERIC)
			dialect_write_cast(w, e, "double precision");
		else
			dialect_write_expr(w, e, OUT_ANY);
	}
	else if (type == TYPE_JSON && from != TYPE_JSON && e->kind != EXPR_STRING)
		dialect_write_cast(w, e, "jsonb");
	else if (type == TYPE_BLOB && from == TYPE_TEXT)
		function = "sqlite_compat.cast_blob";
	else
		dialect_write_expr(w, e, OUT_ANY);
	if (function != NULL)
	{
		appendStringInfo(&w->out, "%s(", function);
		dialect_write_expr(w, e, OUT_ANY);
		appendStringInfoChar(&w->out, ')');
	}
}

static void
write_boolean(DialectWriter *w, DialectExpr *e)
{
	DialectType from = dialect_type(w, e);

	if (dialect_is_predicate(e) || e->kind == EXPR_NUMBER || dialect_is_number(from))
		dialect_write_condition(w, e, OUT_ANY);
	else if (from == TYPE_TEXT && e->kind != EXPR_STRING)
	{
		appendStringInfoString(&w->out, "sqlite_compat.truth(");
		dialect_write_expr(w, e, OUT_ANY);
		appendStringInfoChar(&w->out, ')');
	}
	else
		dialect_write_expr(w, e, OUT_ANY);
}

/*
 * Whether a text is a date, or a date and time, without a zone.
 */
static bool
is_naive(const char *text, bool *is_day)
{
	const char *pattern = "dddd-dd-dd";
	int			i;

	for (i = 0; pattern[i]; i++)
	{
		if (pattern[i] == 'd' ? !isdigit((unsigned char) text[i]) : text[i] != pattern[i])
			return false;
	}
	*is_day = text[i] == '\0';
	return *is_day || ((text[i] == ' ' || text[i] == 'T') && text[i + 1 + strspn(text + i + 1, "0123456789:.")] == '\0');
}

/* Seconds since 1970, which strftime() gives as text. */
static bool
is_epoch(const DialectExpr *e)
{
	const DialectExpr *format = e->kind == EXPR_FUNCTION && e->args != NIL ? linitial(e->args) : NULL;

	return format != NULL && dialect_same_name(e->text, "strftime") && format->kind == EXPR_STRING && strcmp(format->text, "%s") == 0;
}

static void
write_moment_as(DialectWriter *w, DialectExpr *e, DialectType from, DialectType type)
{
	bool		is_day;

	if (dialect_write_moment(w, e, type))
		return;
	if (e->kind == EXPR_STRING)
	{
		/* in SQLite times without a zone are taken for UTC, whatever the session's zone is */
		if (type == TYPE_TIMESTAMPTZ && is_naive(e->text, &is_day))
			dialect_write_string(w, psprintf("%s%s+00", e->text, is_day ? " 00:00:00" : ""));
		else
			dialect_write_string(w, e->text);
	}
	else if ((from == TYPE_TEXT || from == TYPE_DYNAMIC) && !is_epoch(e))
	{
		appendStringInfoString(&w->out, type == TYPE_TIMESTAMPTZ ? "(CAST(" : "CAST(");
		dialect_write_expr(w, e, OUT_ANY);
		appendStringInfo(&w->out, type == TYPE_TIMESTAMPTZ ? " AS timestamp) AT TIME ZONE 'UTC')" : " AS %s)", dialect_type_name(type));
	}
	else if (type == TYPE_TIMESTAMPTZ && (dialect_is_number(from) || is_epoch(e)))
	{
		dialect_note(w, FIND_IMPLICIT, e->start, "a time and a number");
		appendStringInfoString(&w->out, "to_timestamp(");
		dialect_write_as(w, e, TYPE_REAL);
		appendStringInfoChar(&w->out, ')');
	}
	else
		dialect_write_expr(w, e, OUT_ANY);
}
