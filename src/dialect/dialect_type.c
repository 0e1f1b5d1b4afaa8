/*-------------------------------------------------------------------------
 *
 * dialect_type.c
 *	  Which type the translation of an expression has, as far as literals,
 *	  operators, functions and the columns that are known tell.
 *
 * A condition that stands where a value is wanted counts as integer: that is
 * what the writer makes of it.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_writer.h"

#include <ctype.h>

/* Most steps of one question through queries inside queries. */
#define MAX_TYPE_DEPTH 300

/* Higher trees than this are no constants worth computing. */
#define MAX_CONSTANT_HEIGHT 8

typedef struct TypeRow
{
	const char *word;			/* in lower case */
	bool		anywhere;		/* in any place of the declaration, else as its first word */
	DialectType type;
	const char *target;
} TypeRow;

/* The first row that fits decides; the last ones are SQLite's affinities. */
static const TypeRow declared_types[] = {
	{"bool", false, TYPE_BOOL, "boolean"},
	{"boolean", false, TYPE_BOOL, "boolean"},
	{"decimal", false, TYPE_NUMERIC, "numeric"},
	{"dec", false, TYPE_NUMERIC, "numeric"},
	{"numeric", false, TYPE_NUMERIC, "numeric"},
	{"number", false, TYPE_NUMERIC, "numeric"},
	{"money", false, TYPE_NUMERIC, "numeric"},
	{"json", false, TYPE_JSON, "jsonb"},
	{"jsonb", false, TYPE_JSON, "jsonb"},
	{"uuid", false, TYPE_OTHER, "uuid"},
	{"guid", false, TYPE_OTHER, "uuid"},
	{"bytea", false, TYPE_BLOB, "bytea"},
	{"timestamp without", true, TYPE_TIMESTAMP, "timestamp"},
	{"timestamp", false, TYPE_TIMESTAMPTZ, "timestamptz"},
	{"timestamptz", false, TYPE_TIMESTAMPTZ, "timestamptz"},
	{"datetime", false, TYPE_TIMESTAMPTZ, "timestamptz"},
	{"date", false, TYPE_DATE, "date"},
	{"time", false, TYPE_TIME, "time"},
	{"string", false, TYPE_TEXT, "text"},
	{"enum", false, TYPE_TEXT, "text"},
	{"set", false, TYPE_TEXT, "text"},
	{"int", true, TYPE_INT, "bigint"},
	{"char", true, TYPE_TEXT, "text"},
	{"clob", true, TYPE_TEXT, "text"},
	{"text", true, TYPE_TEXT, "text"},
	{"blob", true, TYPE_BLOB, "bytea"},
	{"real", true, TYPE_REAL, "double precision"},
	{"floa", true, TYPE_REAL, "double precision"},
	{"doub", true, TYPE_REAL, "double precision"},
	{"any", false, TYPE_UNKNOWN, "text"},
	{"", true, TYPE_NUMERIC, "numeric"}
};

static DialectType compute_type(DialectWriter *w, DialectExpr *e);
static DialectType column_type(DialectWriter *w, DialectExpr *e);

static bool
is_row_of(const TypeRow *row, const char *declared)
{
	int			len = strlen(row->word);

	return row->anywhere ? strstr(declared, row->word) != NULL :
		strncmp(declared, row->word, len) == 0 && !isalnum((unsigned char) declared[len]) && declared[len] != '_';
}

/*
 * What a declared type becomes when nothing but the declaration is known;
 * *target is PostgreSQL's type, a constant. NULL is a column without a type.
 */
DialectType
dialect_declared_type(const char *declared, const char **target)
{
	char	   *lower;
	char	   *c;
	int			i;

	*target = "text";
	if (declared == NULL || *declared == '\0')
		return TYPE_UNKNOWN;
	lower = pstrdup(declared);
	for (c = lower; *c; c++)
		*c = pg_ascii_tolower((unsigned char) *c);
	/* the last row takes every word */
	for (i = 0; !is_row_of(&declared_types[i], lower); i++)
		;
	*target = declared_types[i].target;
	return declared_types[i].type;
}

/*
 * The same for a type of PostgreSQL, where timestamp has no zone.
 */
DialectType
dialect_target_type(const char *type)
{
	const char *ignored;

	if (type != NULL && pg_strncasecmp(type, "timestamp", 9) == 0 && pg_strncasecmp(type, "timestamptz", 11) != 0 &&
		strstr(type, "with time zone") == NULL)
		return TYPE_TIMESTAMP;
	return dialect_declared_type(type, &ignored);
}

/*
 * The name of a type as CAST has it.
 */
const char *
dialect_type_name(DialectType type)
{
	switch (type)
	{
		case TYPE_BOOL:
			return "boolean";
		case TYPE_INT:
			return "bigint";
		case TYPE_REAL:
			return "double precision";
		case TYPE_NUMERIC:
			return "numeric";
		case TYPE_BLOB:
			return "bytea";
		case TYPE_JSON:
			return "jsonb";
		case TYPE_DATE:
			return "date";
		case TYPE_TIME:
			return "time";
		case TYPE_TIMESTAMP:
			return "timestamp";
		case TYPE_TIMESTAMPTZ:
			return "timestamptz";
		default:
			return "text";
	}
}

bool
dialect_is_number(DialectType type)
{
	return type == TYPE_INT || type == TYPE_REAL || type == TYPE_NUMERIC;
}

bool
dialect_is_moment(DialectType type)
{
	return type == TYPE_DATE || type == TYPE_TIME || type == TYPE_TIMESTAMP || type == TYPE_TIMESTAMPTZ;
}

/*
 * Whether PostgreSQL's operator gives a boolean, of which SQLite makes 1 or 0.
 */
bool
dialect_is_predicate(const DialectExpr *e)
{
	switch (e->kind)
	{
		case EXPR_BOOL:
		case EXPR_LIKE:
		case EXPR_BETWEEN:
		case EXPR_IN:
		case EXPR_EXISTS:
			return true;
		case EXPR_UNARY:
			return e->op == OP_NOT || e->op == OP_ISNULL || e->op == OP_NOTNULL;
		case EXPR_BINARY:
			return e->op <= OP_IS_NOT || (e->op >= OP_LT && e->op <= OP_GE);
		default:
			return false;
	}
}

/*
 * The value of an expression of number literals; false if it is none.
 */
bool
dialect_constant(const DialectExpr *e, double *value)
{
	double		left;
	double		right;

	if (e->height > MAX_CONSTANT_HEIGHT)
		return false;
	if (e->kind == EXPR_NUMBER)
	{
		*value = strtod(e->text, NULL);
		return true;
	}
	if (e->kind == EXPR_UNARY && (e->op == OP_NEG || e->op == OP_POS) && dialect_constant(e->left, &left))
	{
		*value = e->op == OP_NEG ? -left : left;
		return true;
	}
	if (e->kind != EXPR_BINARY || !dialect_constant(e->left, &left) || !dialect_constant(e->right, &right))
		return false;
	switch (e->op)
	{
		case OP_ADD:
			*value = left + right;
			return true;
		case OP_SUB:
			*value = left - right;
			return true;
		case OP_MUL:
			*value = left * right;
			return true;
		default:
			return false;
	}
}

/*
 * The type of the value that the writer makes of "e", in the current scope.
 * Asked once per node.
 */
DialectType
dialect_type(DialectWriter *w, DialectExpr *e)
{
	if (e->type == TYPE_UNSET)
	{
		if (w->type_depth >= MAX_TYPE_DEPTH)
			return TYPE_UNKNOWN;
		/* a query that reads itself finds this while the answer is sought */
		e->type = TYPE_UNKNOWN;
		w->type_depth++;
		e->type = compute_type(w, e);
		w->type_depth--;
	}
	return e->type;
}

static DialectType
number_type(const char *text)
{
	bool		is_hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	int			digits = 0;
	const char *c;

	if (is_hex)
		return TYPE_INT;
	for (c = text; *c; c++)
	{
		if (*c == '.' || *c == 'e' || *c == 'E')
			return TYPE_REAL;
		if (*c != '_' && (digits > 0 || *c != '0'))
			digits++;
	}
	if (digits < 19)
		return TYPE_INT;
	return digits == 19 && strcmp(text, "9223372036854775807") <= 0 ? TYPE_INT : TYPE_REAL;
}

/*
 * The type of + - * / % between two types.
 */
static DialectType
arithmetic_type(DialectType left, DialectType right)
{
	if (left == TYPE_BOOL)
		left = TYPE_INT;
	if (right == TYPE_BOOL)
		right = TYPE_INT;
	if (left == TYPE_REAL || right == TYPE_REAL)
		return TYPE_REAL;
	if (left == TYPE_UNKNOWN || right == TYPE_UNKNOWN)
		return TYPE_UNKNOWN;
	if (left == TYPE_INT && right == TYPE_INT)
		return TYPE_INT;
	if (left == TYPE_NULL || right == TYPE_NULL)
		return left == TYPE_NULL ? right : left;
	return TYPE_NUMERIC;
}

static DialectType
unary_type(DialectWriter *w, DialectExpr *e)
{
	DialectType type;

	if (e->op == OP_BITNOT || dialect_is_predicate(e))
		return TYPE_INT;
	type = dialect_type(w, e->left);
	if (e->op == OP_POS)
		return type;
	return arithmetic_type(TYPE_INT, type);
}

static DialectType
binary_type(DialectWriter *w, DialectExpr *e)
{
	switch (e->op)
	{
		case OP_ADD:
		case OP_SUB:
		case OP_MUL:
		case OP_DIV:
		case OP_MOD:
			return arithmetic_type(dialect_type(w, e->left), dialect_type(w, e->right));
		case OP_CONCAT:
			return TYPE_TEXT;
		case OP_ARROW:
			return TYPE_JSON;
		case OP_ARROW2:
			return TYPE_DYNAMIC;
		default:
			return TYPE_INT;
	}
}

static DialectType
cast_type(const DialectExpr *e)
{
	const char *target;
	DialectType type = dialect_declared_type(e->text, &target);

	/* CAST knows affinities only */
	switch (type)
	{
		case TYPE_BOOL:
		case TYPE_DATE:
		case TYPE_TIME:
		case TYPE_TIMESTAMP:
		case TYPE_TIMESTAMPTZ:
		case TYPE_JSON:
		case TYPE_OTHER:
		case TYPE_UNKNOWN:
			return TYPE_NUMERIC;
		default:
			return type;
	}
}

static List *
case_results(const DialectExpr *e)
{
	List	   *results = NIL;
	int			i;

	for (i = 1; i < list_length(e->args); i += 2)
		results = lappend(results, list_nth(e->args, i));
	return e->right ? lappend(results, e->right) : results;
}

static DialectType
compute_type(DialectWriter *w, DialectExpr *e)
{
	switch (e->kind)
	{
		case EXPR_NULL:
		case EXPR_RAISE:
			return TYPE_NULL;
		case EXPR_NUMBER:
			return number_type(e->text);
		case EXPR_STRING:
		case EXPR_NOW:
			return TYPE_TEXT;
		case EXPR_BLOB:
			return TYPE_BLOB;
		case EXPR_COLUMN:
			return column_type(w, e);
		case EXPR_UNARY:
			return unary_type(w, e);
		case EXPR_BINARY:
			return binary_type(w, e);
		case EXPR_BOOL:
		case EXPR_LIKE:
		case EXPR_BETWEEN:
		case EXPR_IN:
		case EXPR_EXISTS:
			return TYPE_INT;
		case EXPR_CASE:
			return dialect_common_type(w, case_results(e));
		case EXPR_CAST:
			return cast_type(e);
		case EXPR_COLLATE:
			return dialect_type(w, e->left);
		case EXPR_FUNCTION:
			return dialect_function_type(w, e);
		case EXPR_SUBQUERY:
			return dialect_select_type(w, e->select);
		case EXPR_ROW:
			return TYPE_OTHER;
		default:
			return TYPE_UNKNOWN;
	}
}

static DialectType
column_type(DialectWriter *w, DialectExpr *e)
{
	DialectColumn column;
	DialectExpr *aliased;

	switch (dialect_find_column(w, e, &column, NULL))
	{
		case FOUND_COLUMN:
			return column.type;
		case FOUND_NOTHING:
			aliased = e->table == NULL ? dialect_find_alias(w, e->text) : NULL;
			if (aliased != NULL)
				return dialect_type(w, aliased);
			return e->quoted ? TYPE_TEXT : TYPE_UNKNOWN;
		default:
			return TYPE_UNKNOWN;
	}
}

/*
 * The type of the first result column of a query.
 */
DialectType
dialect_select_type(DialectWriter *w, DialectSelect *select)
{
	DialectScope *saved = w->scope;
	DialectType type = TYPE_UNKNOWN;
	DialectCore *core;

	if (select->cores == NIL)
		return type;
	(void) dialect_enter_select(w, select);
	core = linitial(select->cores);
	(void) dialect_enter_core(w, core);
	if (core->is_values)
		type = dialect_type(w, linitial(linitial(core->rows)));
	else if (((DialectResult *) linitial(core->results))->expr->kind != EXPR_STAR)
		type = dialect_type(w, ((DialectResult *) linitial(core->results))->expr);
	w->scope = saved;
	return type;
}

/*
 * The one type for values of two types: TYPE_TEXT when PostgreSQL has none
 * for both, TYPE_UNKNOWN when that is not known.
 */
static DialectType
join_types(DialectType a, DialectType b)
{
	if (a == b || b == TYPE_NULL)
		return a;
	if (a == TYPE_NULL)
		return b;
	if (a == TYPE_UNKNOWN || b == TYPE_UNKNOWN)
		return TYPE_UNKNOWN;
	if (a == TYPE_BOOL)
		a = TYPE_INT;
	if (b == TYPE_BOOL)
		b = TYPE_INT;
	/* of alternatives each keeps its own class in SQLite */
	if (dialect_is_number(a) && dialect_is_number(b))
		return a == b ? a : TYPE_NUMERIC;
	return TYPE_TEXT;
}

/*
 * The type of a list of values that are alternatives.
 */
DialectType
dialect_common_type(DialectWriter *w, List *exprs)
{
	DialectType type = TYPE_NULL;
	ListCell   *lc;

	foreach(lc, exprs)
		type = join_types(type, dialect_type(w, lfirst(lc)));
	return type;
}
