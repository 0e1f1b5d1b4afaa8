/*-------------------------------------------------------------------------
 *
 * dialect_write_operator.c
 *	  Writer of operators: arithmetic, comparisons with SQLite's affinities,
 *	  IN, BETWEEN, LIKE and GLOB.
 *
 * SQLite compares any two values; PostgreSQL wants operands of one type. What
 * the types of both sides tell decides which side is written as what
 * (decide_types); where nothing is known both are written as they are.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_writer.h"

#include "mb/pg_wchar.h"

#include <ctype.h>

typedef enum Fold
{
	FOLD_NONE, FOLD_CASE, FOLD_BLANKS
} Fold;

static void write_arithmetic(DialectWriter *w, DialectExpr *e, int min);
static void write_operand(DialectWriter *w, DialectExpr *e, DialectExpr *other, int min);
static void write_divisor(DialectWriter *w, DialectExpr *e, DialectExpr *other);
static void write_concat(DialectWriter *w, DialectExpr *e, int min);
static void write_bits(DialectWriter *w, DialectExpr *e, int min);
static void decide_types(DialectWriter *w, const DialectExpr *e, DialectExpr *left, DialectExpr *right, DialectType *as_left, DialectType *as_right);
static void write_side(DialectWriter *w, DialectExpr *e, DialectType as, Fold fold, int min);
static Fold find_fold(DialectWriter *w, DialectExpr *left, DialectExpr *right);
static bool write_glob(DialectWriter *w, DialectExpr *e, int min);

/*
 * Operators whose result is a value.
 */
void
dialect_write_binary(DialectWriter *w, DialectExpr *e, int min)
{
	switch (e->op)
	{
		case OP_CONCAT:
			write_concat(w, e, min);
			break;
		case OP_ARROW:
		case OP_ARROW2:
			dialect_write_arrow(w, e, min);
			break;
		case OP_BITAND:
		case OP_BITOR:
		case OP_LSHIFT:
		case OP_RSHIFT:
			write_bits(w, e, min);
			break;
		default:
			write_arithmetic(w, e, min);
			break;
	}
}

/* ---- numbers ---- */

static void
write_arithmetic(DialectWriter *w, DialectExpr *e, int min)
{
	bool		is_sum = e->op == OP_ADD || e->op == OP_SUB;
	int			precedence = is_sum ? OUT_ADD : OUT_MUL;
	DialectType left = dialect_type(w, e->left);
	DialectType right = dialect_type(w, e->right);
	const char *mark = e->op == OP_ADD ? " + " : e->op == OP_SUB ? " - " : e->op == OP_MUL ? " * " : e->op == OP_DIV ? " / " : " % ";
	double		value;

	/* of whole numbers in SQLite, whatever the operands are */
	if (e->op == OP_MOD && (left == TYPE_REAL || right == TYPE_REAL || left == TYPE_NUMERIC || right == TYPE_NUMERIC))
	{
		appendStringInfoString(&w->out, "sqlite_compat.remainder(");
		dialect_write_as(w, e->left, TYPE_REAL);
		appendStringInfoString(&w->out, ", ");
		dialect_write_as(w, e->right, TYPE_REAL);
		appendStringInfoChar(&w->out, ')');
		return;
	}
	if (e->op == OP_DIV && (left == TYPE_UNKNOWN || right == TYPE_UNKNOWN) && !(left >= TYPE_REAL && left <= TYPE_NUMERIC) &&
		!(right >= TYPE_REAL && right <= TYPE_NUMERIC))
		dialect_note(w, FIND_INTEGER_DIVISION, e->at, NULL);
	if (e->op == OP_DIV && ((left == TYPE_NUMERIC && right != TYPE_REAL) || (right == TYPE_NUMERIC && left != TYPE_REAL)))
		dialect_note(w, FIND_NUMERIC_DIVISION, e->at, NULL);
	dialect_open(w, precedence, min);
	if (left == TYPE_INT && right == TYPE_INT && dialect_constant(e, &value) && (value > PG_INT32_MAX || value < PG_INT32_MIN))
		dialect_write_cast(w, e->left, "bigint");
	else
		write_operand(w, e->left, e->right, precedence);
	appendStringInfoString(&w->out, mark);
	if (e->op == OP_DIV || e->op == OP_MOD)
		write_divisor(w, e->right, e->left);
	else
		write_operand(w, e->right, e->left, precedence + 1);
	dialect_close(w, precedence, min);
}

/*
 * One side of + - * / %: a number. A literal with decimals is numeric in
 * PostgreSQL and a double in SQLite, which shows where it meets no double.
 */
static void
write_operand(DialectWriter *w, DialectExpr *e, DialectExpr *other, int min)
{
	DialectType type = dialect_type(w, e);

	if (type == TYPE_BOOL)
		dialect_write_cast(w, e, "integer");
	else if (type == TYPE_TEXT || type == TYPE_DYNAMIC)
		dialect_write_as(w, e, TYPE_NUMERIC);
	else if (type == TYPE_REAL && e->kind == EXPR_NUMBER && (dialect_type(w, other) != TYPE_REAL || other->kind == EXPR_NUMBER))
		dialect_write_cast(w, e, "double precision");
	else
		dialect_write_expr(w, e, min);
}

/*
 * Division by zero is NULL in SQLite and an error in PostgreSQL.
 */
static void
write_divisor(DialectWriter *w, DialectExpr *e, DialectExpr *other)
{
	double		value;

	if (dialect_constant(e, &value) && value != 0)
	{
		write_operand(w, e, other, OUT_MUL + 1);
		return;
	}
	appendStringInfoString(&w->out, "nullif(");
	write_operand(w, e, other, OUT_ANY);
	appendStringInfoString(&w->out, ", 0)");
}

static void
write_integer(DialectWriter *w, DialectExpr *e, int min)
{
	DialectType type = dialect_type(w, e);

	if (type == TYPE_BOOL)
		dialect_write_cast(w, e, "integer");
	else if (type == TYPE_REAL || type == TYPE_NUMERIC || type == TYPE_TEXT || type == TYPE_DYNAMIC)
	{
		appendStringInfoString(&w->out, "sqlite_compat.cast_integer(");
		dialect_write_expr(w, e, OUT_ANY);
		appendStringInfoChar(&w->out, ')');
	}
	else
		dialect_write_expr(w, e, min);
}

/*
 * & | << >>: of 64 bits in SQLite, and shifted by an integer of 32 in PostgreSQL.
 */
static void
write_bits(DialectWriter *w, DialectExpr *e, int min)
{
	bool		is_shift = e->op == OP_LSHIFT || e->op == OP_RSHIFT;

	dialect_open(w, OUT_OTHER, min);
	if (is_shift && e->left->kind == EXPR_NUMBER)
		dialect_write_cast(w, e->left, "bigint");
	else
		write_integer(w, e->left, OUT_OTHER);
	appendStringInfoString(&w->out, e->op == OP_BITAND ? " & " : e->op == OP_BITOR ? " | " : e->op == OP_LSHIFT ? " << " : " >> ");
	if (is_shift && e->right->kind != EXPR_NUMBER)
		dialect_write_cast(w, e->right, "integer");
	else
		write_integer(w, e->right, OUT_OTHER + 1);
	dialect_close(w, OUT_OTHER, min);
}

/* ---- texts and JSON ---- */

static bool
is_textual(DialectType type)
{
	return type != TYPE_UNKNOWN && type != TYPE_NULL;
}

static void
write_concat(DialectWriter *w, DialectExpr *e, int min)
{
	DialectType left = dialect_type(w, e->left);
	DialectType right = dialect_type(w, e->right);

	if (dialect_is_number(left) || dialect_is_number(right))
		dialect_note(w, FIND_CONCAT, e->at, NULL);
	dialect_open(w, OUT_OTHER, min);
	/* one side at least must be known to PostgreSQL as text */
	if (!is_textual(left) && !is_textual(right))
		dialect_write_cast(w, e->left, "text");
	else
		dialect_write_text(w, e->left, OUT_OTHER);
	appendStringInfoString(&w->out, " || ");
	dialect_write_text(w, e->right, OUT_OTHER + 1);
	dialect_close(w, OUT_OTHER, min);
}

/* ---- comparisons ---- */

static const char *
compare_mark(DialectOp op)
{
	switch (op)
	{
		case OP_EQ:
			return " = ";
		case OP_NE:
			return " <> ";
		case OP_LT:
			return " < ";
		case OP_LE:
			return " <= ";
		case OP_GT:
			return " > ";
		case OP_GE:
			return " >= ";
		case OP_IS:
			return " IS NOT DISTINCT FROM ";
		default:
			return " IS DISTINCT FROM ";
	}
}

/*
 * left op right, where "e" is what findings point to.
 */
void
dialect_write_compare(DialectWriter *w, DialectExpr *e, DialectOp op, DialectExpr *left, DialectExpr *right, int min)
{
	bool		is_is = op == OP_IS || op == OP_IS_NOT;
	int			precedence = is_is ? OUT_IS : OUT_COMPARE;
	DialectType as_left = TYPE_UNSET;
	DialectType as_right = TYPE_UNSET;
	Fold		fold;

	dialect_note_doubt(w, right);
	if (left->kind == EXPR_ROW)
		dialect_note_collation(w, left);
	dialect_open(w, precedence, min);
	if (is_is && right->kind == EXPR_BOOL)
	{
		dialect_write_condition(w, left, OUT_COMPARE);
		appendStringInfo(&w->out, " IS %s%s", op == OP_IS_NOT ? "NOT " : "", right->text);
	}
	else if (dialect_is_predicate(left) && dialect_is_predicate(right))
	{
		dialect_write_condition(w, left, OUT_COMPARE + 1);
		appendStringInfoString(&w->out, compare_mark(op));
		dialect_write_condition(w, right, OUT_COMPARE + 1);
	}
	else
	{
		fold = find_fold(w, left, right);
		decide_types(w, e, left, right, &as_left, &as_right);
		write_side(w, left, as_left, fold, OUT_COMPARE + 1);
		appendStringInfoString(&w->out, compare_mark(op));
		write_side(w, right, as_right, fold, OUT_COMPARE + 1);
	}
	dialect_close(w, precedence, min);
}

static Fold
as_fold(const char *collation)
{
	return collation == NULL ? FOLD_NONE : strcmp(collation, "NOCASE") == 0 ? FOLD_CASE : FOLD_BLANKS;
}

/*
 * The collation that a comparison uses: of the left side, else of the right.
 */
static Fold
find_fold(DialectWriter *w, DialectExpr *left, DialectExpr *right)
{
	if (left->kind == EXPR_COLLATE)
		return as_fold(dialect_collation(w, left));
	if (right->kind == EXPR_COLLATE)
		return as_fold(dialect_collation(w, right));
	/* of two columns the left one decides, also when it says nothing */
	return as_fold(dialect_collation(w, left->kind == EXPR_COLUMN ? left : right));
}

/*
 * One side of a comparison in the type that was decided.
 */
static void
write_side(DialectWriter *w, DialectExpr *e, DialectType as, Fold fold, int min)
{
	if (fold != FOLD_NONE)
	{
		if (e->kind == EXPR_COLLATE)
			e = e->left;
		if (e->type == TYPE_NULL || dialect_is_number(dialect_type(w, e)))
			fold = FOLD_NONE;
		else
			dialect_note(w, FIND_COLLATION, e->at, fold == FOLD_CASE ? "NOCASE" : "RTRIM");
	}
	if (fold != FOLD_NONE)
	{
		appendStringInfoString(&w->out, fold == FOLD_CASE ? "lower(" : "rtrim(");
		dialect_write_text(w, e, OUT_ANY);
		appendStringInfoChar(&w->out, ')');
	}
	else if (as == TYPE_UNSET)
		dialect_write_expr(w, e, min);
	else if (as == TYPE_TEXT)
		dialect_write_text(w, e, min);
	else if (as == TYPE_BOOL && (dialect_is_predicate(e) || e->kind == EXPR_NUMBER))
		dialect_write_condition(w, e, min);
	else
		dialect_write_as(w, e, as);
}

static bool
is_numeric_text(const char *text)
{
	char	   *end;

	if (!isdigit((unsigned char) *text) && *text != '-' && *text != '+' && *text != '.')
		return false;
	(void) strtod(text, &end);
	return end != text && *end == '\0' && strpbrk(text, "xXnN") == NULL;
}

/*
 * The same decision for one order of the sides; false if it has none.
 */
static bool
decide_for(DialectWriter *w, const DialectExpr *e, DialectExpr *one, DialectExpr *other, DialectType *as_one, DialectType *as_other)
{
	DialectType a = dialect_type(w, one);
	DialectType b = dialect_type(w, other);

	if (a == TYPE_BOOL && b != TYPE_BOOL && b != TYPE_UNKNOWN && b != TYPE_NULL)
	{
		if (dialect_is_predicate(other) || other->kind == EXPR_STRING ||
			(other->kind == EXPR_NUMBER && (strcmp(other->text, "0") == 0 || strcmp(other->text, "1") == 0)))
			*as_other = TYPE_BOOL;
		else
			*as_one = TYPE_INT;
		return true;
	}
	if (dialect_is_moment(a) && (b == TYPE_TEXT || b == TYPE_DYNAMIC || dialect_is_number(b)))
	{
		*as_other = a;
		return true;
	}
	if (dialect_is_number(a) && b == TYPE_DYNAMIC)
	{
		*as_other = TYPE_NUMERIC;
		return true;
	}
	/* what a JSON path gives may be a number, which SQLite never takes for equal to a string */
	if (a == TYPE_DYNAMIC && other->kind == EXPR_STRING && is_numeric_text(other->text))
	{
		dialect_note(w, FIND_STRING_NUMBER, e->at, "a text and a number");
		return false;
	}
	if (dialect_is_number(a) && b == TYPE_TEXT)
	{
		if (other->kind == EXPR_STRING && is_numeric_text(other->text))
			return true;
		dialect_note(w, other->kind == EXPR_STRING ? FIND_STRING_NUMBER : FIND_IMPLICIT, e->at, "a text and a number");
		*as_one = TYPE_TEXT;
		return true;
	}
	if (a == TYPE_BLOB && b == TYPE_TEXT)
	{
		dialect_note(w, FIND_IMPLICIT, e->at, "a blob and a text");
		*as_other = TYPE_BLOB;
		return true;
	}
	if ((a == TYPE_JSON || a == TYPE_OTHER) && (b == TYPE_TEXT || b == TYPE_DYNAMIC) &&
		(other->kind != EXPR_STRING || one->kind == EXPR_FUNCTION) && one->kind != EXPR_ROW)
	{
		*as_one = TYPE_TEXT;
		return true;
	}
	return false;
}

/*
 * As what each side of a comparison is to be written; TYPE_UNSET is as it is.
 */
static void
decide_types(DialectWriter *w, const DialectExpr *e, DialectExpr *left, DialectExpr *right, DialectType *as_left, DialectType *as_right)
{
	*as_left = *as_right = TYPE_UNSET;
	if (!decide_for(w, e, left, right, as_left, as_right))
		(void) decide_for(w, e, right, left, as_right, as_left);
}

/*
 * x BETWEEN a AND b
 */
void
dialect_write_between(DialectWriter *w, DialectExpr *e, int min)
{
	DialectType as_left;
	DialectType as_low;
	DialectType as_high;
	DialectType ignored;
	Fold		fold = find_fold(w, e->left, e->right);

	decide_types(w, e, e->left, e->right, &as_left, &as_low);
	decide_types(w, e, e->left, e->third, &ignored, &as_high);
	dialect_note_doubt(w, e->right);
	dialect_note_doubt(w, e->third);
	dialect_open(w, OUT_LIKE, min);
	write_side(w, e->left, as_left, fold, OUT_LIKE + 1);
	appendStringInfoString(&w->out, e->negated ? " NOT BETWEEN " : " BETWEEN ");
	write_side(w, e->right, as_left == TYPE_TEXT ? TYPE_TEXT : as_low, fold, OUT_LIKE + 1);
	appendStringInfoString(&w->out, " AND ");
	write_side(w, e->third, as_left == TYPE_TEXT ? TYPE_TEXT : as_high, fold, OUT_LIKE + 1);
	dialect_close(w, OUT_LIKE, min);
}

/*
 * x IN (list)
 */
static void
write_in_list(DialectWriter *w, DialectExpr *e)
{
	DialectType as_left = TYPE_UNSET;
	DialectType as;
	Fold		fold = find_fold(w, e->left, e->left);
	ListCell   *lc;

	foreach(lc, e->args)
	{
		DialectType wanted;

		decide_types(w, e, e->left, lfirst(lc), &wanted, &as);
		/* a boolean among several elements makes a number of itself, and no boolean of the left side */
		if (wanted == TYPE_BOOL && list_length(e->args) > 1)
			wanted = TYPE_INT;
		if (wanted != TYPE_UNSET)
			as_left = wanted;
	}
	write_side(w, e->left, as_left, fold, OUT_LIKE + 1);
	appendStringInfoString(&w->out, e->negated ? " NOT IN (" : " IN (");
	foreach(lc, e->args)
	{
		DialectType ignored;

		dialect_note_doubt(w, lfirst(lc));
		decide_types(w, e, e->left, lfirst(lc), &ignored, &as);
		/* one element that is no boolean makes a number of all */
		if (as_left == TYPE_INT)
			as = dialect_type(w, lfirst(lc)) == TYPE_BOOL ? TYPE_INT : TYPE_UNSET;
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(&w->out, ", ");
		write_side(w, lfirst(lc), as_left == TYPE_TEXT ? TYPE_TEXT : as, fold, OUT_ANY);
	}
	appendStringInfoChar(&w->out, ')');
}

/* The class of what IN looks into. */
static DialectType
type_within(DialectWriter *w, const DialectExpr *e)
{
	const DialectRelation *relation;

	if (e->select != NULL)
		return dialect_select_type(w, e->select);
	relation = dialect_find_relation(w, e->from->schema, e->from->table);
	if (e->from->is_function || !relation->known || relation->select != NULL || list_length(relation->list) != 1)
		return TYPE_UNKNOWN;
	return ((DialectColumn *) linitial(relation->list))->type;
}

/*
 * What the sides of IN with a query are to be written as, like those of "="; TYPE_UNSET is as they are.
 */
static void
decide_within(DialectWriter *w, const DialectExpr *e, DialectType *as_left, DialectType *as_right)
{
	DialectType left = dialect_type(w, e->left);
	DialectType right = type_within(w, e);

	*as_left = *as_right = TYPE_UNSET;
	if ((left == TYPE_BOOL || dialect_is_number(left)) && right == TYPE_TEXT)
		*as_left = TYPE_TEXT;
	else if (left == TYPE_TEXT && (right == TYPE_BOOL || dialect_is_number(right)))
		*as_right = TYPE_TEXT;
	else if (left == TYPE_BOOL && dialect_is_number(right))
		*as_left = TYPE_INT;
	else if (dialect_is_number(left) && right == TYPE_BOOL)
		*as_right = TYPE_INT;
	if (*as_left == TYPE_TEXT || *as_right == TYPE_TEXT)
		dialect_note(w, FIND_IMPLICIT, e->at, "a text and a number");
}

static void
write_within(DialectWriter *w, DialectExpr *e)
{
	if (e->select != NULL)
		dialect_write_select(w, e->select);
	else
	{
		if (e->from->is_function)
			dialect_note(w, FIND_TABLE_FUNCTION, e->from->start, e->from->table);
		appendStringInfoString(&w->out, "TABLE ");
		dialect_write_relation(w, e->from->schema, e->from->table, e->from->start);
	}
}

/*
 * x IN (query) or table. What is done to each value of the query for the
 * comparison is done around it.
 */
static void
write_in_query(DialectWriter *w, DialectExpr *e)
{
	DialectType right = type_within(w, e);
	DialectType as_left;
	DialectType as_right;
	const char *collation = e->left->kind == EXPR_COLUMN || e->left->kind == EXPR_COLLATE || e->select == NULL ?
		dialect_collation(w, e->left) : dialect_select_collation(w, e->select);
	Fold		fold = dialect_is_number(right) ? FOLD_NONE : as_fold(collation);

	decide_within(w, e, &as_left, &as_right);
	write_side(w, e->left, as_left, fold, OUT_LIKE + 1);
	appendStringInfoString(&w->out, e->negated ? " NOT IN (" : " IN (");
	if (fold == FOLD_NONE && as_right == TYPE_UNSET)
		write_within(w, e);
	else
	{
		appendStringInfoString(&w->out, "SELECT ");
		if (fold != FOLD_NONE)
			appendStringInfoString(&w->out, fold == FOLD_CASE ? "lower(q.c)" : "rtrim(q.c)");
		else if (as_right == TYPE_INT)
			appendStringInfoString(&w->out, "CAST(q.c AS integer)");
		else if (right == TYPE_BOOL)
			appendStringInfoString(&w->out, "CAST(CAST(q.c AS integer) AS text)");
		else
			appendStringInfoString(&w->out, right == TYPE_INT ? "CAST(q.c AS text)" : "sqlite_compat.cast_text(q.c)");
		appendStringInfoString(&w->out, " FROM (");
		write_within(w, e);
		appendStringInfoString(&w->out, ") AS q (c)");
	}
	appendStringInfoChar(&w->out, ')');
}

/*
 * x IN (list), (query) or table
 */
void
dialect_write_in(DialectWriter *w, DialectExpr *e, int min)
{
	if (e->select == NULL && e->from == NULL && e->args == NIL)
	{
		/* SQLite takes an empty list, and nothing is in it */
		appendStringInfoString(&w->out, e->negated ? "true" : "false");
		return;
	}
	if (e->left->kind == EXPR_ROW)
		dialect_note_collation(w, e->left);
	dialect_open(w, OUT_LIKE, min);
	if (e->args != NIL)
		write_in_list(w, e);
	else
		write_in_query(w, e);
	dialect_close(w, OUT_LIKE, min);
}

/* ---- patterns ---- */

static bool
has_letters(const char *text)
{
	for (; *text; text++)
	{
		if (isalpha((unsigned char) *text) || IS_HIGHBIT_SET(*text))
			return true;
	}
	return false;
}

/*
 * LIKE, GLOB, REGEXP, MATCH
 */
void
dialect_write_like(DialectWriter *w, DialectExpr *e, int min)
{
	bool		is_literal = e->right->kind == EXPR_STRING;

	dialect_note_doubt(w, e->right);
	if (e->op == OP_MATCH)
	{
		dialect_note(w, FIND_MATCH, e->at, NULL);
		return;
	}
	if (e->op == OP_GLOB && write_glob(w, e, min))
		return;
	dialect_open(w, OUT_LIKE, min);
	if (e->op == OP_GLOB)
	{
		dialect_note(w, FIND_GLOB, e->at, "sqlite_compat.glob()");
		appendStringInfoString(&w->out, e->negated ? "NOT sqlite_compat.glob(" : "sqlite_compat.glob(");
		dialect_write_expr(w, e->right, OUT_ANY);
		appendStringInfoString(&w->out, ", ");
		dialect_write_expr(w, e->left, OUT_ANY);
		appendStringInfoChar(&w->out, ')');
	}
	else
	{
		bool		folds = !is_literal || has_letters(e->right->text);

		dialect_write_text(w, e->left, OUT_LIKE + 1);
		if (e->op == OP_REGEXP)
		{
			dialect_note(w, FIND_REGEXP, e->at, NULL);
			appendStringInfoString(&w->out, e->negated ? " !~ " : " ~ ");
		}
		else
		{
			if (folds)
				dialect_note(w, FIND_LIKE, e->at, NULL);
			appendStringInfo(&w->out, " %s%s ", e->negated ? "NOT " : "", folds ? "ILIKE" : "LIKE");
		}
		dialect_write_text(w, e->right, OUT_LIKE + 1);
		if (e->third != NULL)
		{
			appendStringInfoString(&w->out, " ESCAPE ");
			dialect_write_expr(w, e->third, OUT_LIKE + 1);
		}
		else if (e->op == OP_LIKE && (!is_literal || strchr(e->right->text, '\\') != NULL))
			appendStringInfoString(&w->out, " ESCAPE ''");
	}
	dialect_close(w, OUT_LIKE, min);
}

/*
 * A set of GLOB, [abc], [^a-z], in a regular expression; returns what follows
 * it, NULL if nobody closed it.
 */
static const char *
append_glob_set(StringInfo buf, const char *c)
{
	bool		is_first = true;

	appendStringInfoChar(buf, *c++);
	if (*c == '^')
		appendStringInfoChar(buf, *c++);
	for (; *c && (*c != ']' || is_first); c++)
	{
		if (*c == '\\' || *c == '[')
			appendStringInfoChar(buf, '\\');
		appendStringInfoChar(buf, *c);
		is_first = false;
	}
	if (*c != ']')
		return NULL;
	appendStringInfoChar(buf, *c++);
	return c;
}

/*
 * Whether a pattern may have a range between other letters than those of ASCII
 * where the database's encoding has them in an order of its own.
 */
static bool
is_out_of_order(const char *pattern)
{
	int			encoding = GetDatabaseEncoding();

	if (encoding == PG_UTF8 || encoding == PG_LATIN1 || encoding == PG_SQL_ASCII)
		return false;
	for (const char *c = strchr(pattern, '-'); c != NULL; c = strchr(c + 1, '-'))
	{
		if (IS_HIGHBIT_SET(c[1]))
			return true;
	}
	return false;
}

/*
 * GLOB of a literal: as LIKE when it has * and ? only, else as a regular
 * expression. False, and nothing written, when neither will do.
 */
static bool
write_glob(DialectWriter *w, DialectExpr *e, int min)
{
	bool		is_regex;
	StringInfoData buf;
	const char *c;

	if (e->right->kind != EXPR_STRING)
		return false;
	is_regex = strchr(e->right->text, '[') != NULL;
	if (is_regex && is_out_of_order(e->right->text))
		return false;
	initStringInfo(&buf);
	for (c = e->right->text; c != NULL && *c;)
	{
		if (*c == '[')
		{
			c = append_glob_set(&buf, c);
			continue;
		}
		if (*c == '*' || *c == '?')
			appendStringInfoString(&buf, is_regex ? (*c == '*' ? ".*" : ".") : (*c == '*' ? "%" : "_"));
		else
		{
			if (strchr(is_regex ? ".^$+(){}|\\" : "%_\\", *c) != NULL)
				appendStringInfoChar(&buf, '\\');
			appendStringInfoChar(&buf, *c);
		}
		c++;
	}
	if (c == NULL)
		return false;
	dialect_note(w, FIND_GLOB, e->at, is_regex ? "a regular expression" : "LIKE");
	dialect_open(w, OUT_LIKE, min);
	dialect_write_text(w, e->left, OUT_LIKE + 1);
	if (is_regex)
	{
		appendStringInfoString(&w->out, e->negated ? " !~ " : " ~ ");
		dialect_write_string(w, psprintf("^%s$", buf.data));
	}
	else
	{
		appendStringInfoString(&w->out, e->negated ? " NOT LIKE " : " LIKE ");
		dialect_write_string(w, buf.data);
	}
	dialect_close(w, OUT_LIKE, min);
	return true;
}
