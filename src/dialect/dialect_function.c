/*-------------------------------------------------------------------------
 *
 * dialect_function.c
 *	  SQLite's functions and what PostgreSQL calls them: one table.
 *
 * A row's form is text with $1, $2 … for arguments, $* for all of them and $o
 * for where FILTER and OVER go (the end, when it has none). No argument occurs
 * twice in a form: nested calls would grow without bound. A row without a form
 * is the function of that name in schema sqlite_compat.
 *
 * Argument classes, one letter each, the last one for all that follow:
 *	  a as it is	t text		n number	d double precision	i integer
 *	  s text for certain: cast where the type is not known
 *	  o ordered		b condition	c one type with the other c	v any value of SQLite
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_writer.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"

typedef enum FunctionFlags
{
	F_PLAIN = 0,
	F_AGGREGATE = 1,
	F_WINDOW = 2,				/* of windows only */
	F_VOLATILE = 4,				/* not the same each time */
	F_MOMENT = 8,				/* date and time: "now" makes it volatile */
	F_UTF8 = 16					/* the row counts in databases in UTF8 only */
} FunctionFlags;

/* Besides the types, a function's result may be that of its arguments. */
#define RESULT_FIRST ((DialectType) 100)
#define RESULT_COMMON ((DialectType) 101)
#define RESULT_SUM ((DialectType) 102)

#define NO_RULE ((DialectRuleId) -1)
#define MANY 127

typedef struct DialectFunction
{
	const char *name;
	int			min;
	int			max;
	const char *form;			/* NULL: sqlite_compat.name($*) */
	const char *classes;
	DialectType result;
	int			flags;
	DialectRuleId rule;			/* what is said about it, NO_RULE for nothing */
} DialectFunction;

/* The first row of a name that takes so many arguments counts. */
static const DialectFunction functions[] = {
	/* aggregates */
	{"avg", 1, 1, "CAST(avg($1)$o AS double precision)", "n", TYPE_REAL, F_AGGREGATE, FIND_AVG},
	{"count", 0, 0, "count(*)", "a", TYPE_INT, F_AGGREGATE, NO_RULE},
	{"count", 1, 1, "count($1)", "a", TYPE_INT, F_AGGREGATE, NO_RULE},
	{"group_concat", 1, 1, "string_agg($1, ',')", "s", TYPE_TEXT, F_AGGREGATE, FIND_GROUP_CONCAT},
	{"group_concat", 2, 2, "string_agg($1, $2)", "st", TYPE_TEXT, F_AGGREGATE, FIND_GROUP_CONCAT},
	{"string_agg", 2, 2, "string_agg($1, $2)", "st", TYPE_TEXT, F_AGGREGATE, NO_RULE},
	{"max", 1, 1, "max($1)", "o", RESULT_FIRST, F_AGGREGATE, NO_RULE},
	{"min", 1, 1, "min($1)", "o", RESULT_FIRST, F_AGGREGATE, NO_RULE},
	{"sum", 1, 1, "sum($1)", "n", RESULT_SUM, F_AGGREGATE, NO_RULE},
	{"total", 1, 1, "coalesce(CAST(sum($1)$o AS double precision), 0)", "n", TYPE_REAL, F_AGGREGATE, NO_RULE},
	{"json_group_array", 1, 1, NULL, "v", TYPE_JSON, F_AGGREGATE, FIND_FUNCTION},
	{"json_group_object", 2, 2, NULL, "v", TYPE_JSON, F_AGGREGATE, FIND_FUNCTION},
	{"jsonb_group_array", 1, 1, "jsonb_agg($1)", "a", TYPE_JSON, F_AGGREGATE, FIND_JSON},
	{"jsonb_group_object", 2, 2, "jsonb_object_agg($1, $2)", "ta", TYPE_JSON, F_AGGREGATE, FIND_JSON},
	/* windows */
	{"row_number", 0, 0, "row_number()", "", TYPE_INT, F_WINDOW, NO_RULE},
	{"rank", 0, 0, "rank()", "", TYPE_INT, F_WINDOW, NO_RULE},
	{"dense_rank", 0, 0, "dense_rank()", "", TYPE_INT, F_WINDOW, NO_RULE},
	{"percent_rank", 0, 0, "percent_rank()", "", TYPE_REAL, F_WINDOW, NO_RULE},
	{"cume_dist", 0, 0, "cume_dist()", "", TYPE_REAL, F_WINDOW, NO_RULE},
	{"ntile", 1, 1, "ntile($1)", "i", TYPE_INT, F_WINDOW, NO_RULE},
	{"lag", 1, 3, "lag($*)", "cic", RESULT_FIRST, F_WINDOW, NO_RULE},
	{"lead", 1, 3, "lead($*)", "cic", RESULT_FIRST, F_WINDOW, NO_RULE},
	{"first_value", 1, 1, "first_value($1)", "a", RESULT_FIRST, F_WINDOW, NO_RULE},
	{"last_value", 1, 1, "last_value($1)", "a", RESULT_FIRST, F_WINDOW, NO_RULE},
	{"nth_value", 2, 2, "nth_value($1, $2)", "ai", RESULT_FIRST, F_WINDOW, NO_RULE},
	/* values */
	{"coalesce", 2, MANY, "coalesce($*)", "c", RESULT_COMMON, F_PLAIN, NO_RULE},
	{"ifnull", 2, 2, "coalesce($*)", "c", RESULT_COMMON, F_PLAIN, NO_RULE},
	{"if", 2, 2, "CASE WHEN $1 THEN $2 END", "bc", RESULT_COMMON, F_PLAIN, NO_RULE},
	{"iif", 2, 2, "CASE WHEN $1 THEN $2 END", "bc", RESULT_COMMON, F_PLAIN, NO_RULE},
	{"iif", 3, 3, "CASE WHEN $1 THEN $2 ELSE $3 END", "bc", RESULT_COMMON, F_PLAIN, NO_RULE},
	{"if", 3, 3, "CASE WHEN $1 THEN $2 ELSE $3 END", "bc", RESULT_COMMON, F_PLAIN, NO_RULE},
	{"nullif", 2, 2, "nullif($1, $2)", "c", RESULT_FIRST, F_PLAIN, NO_RULE},
	{"likely", 1, 1, "($1)", "a", RESULT_FIRST, F_PLAIN, NO_RULE},
	{"unlikely", 1, 1, "($1)", "a", RESULT_FIRST, F_PLAIN, NO_RULE},
	{"likelihood", 2, 2, "($1)", "a", RESULT_FIRST, F_PLAIN, NO_RULE},
	{"typeof", 1, 1, NULL, "a", TYPE_TEXT, F_PLAIN, FIND_FUNCTION},
	{"quote", 1, 1, NULL, "v", TYPE_TEXT, F_PLAIN, FIND_FUNCTION},
	/* texts */
	{"char", 1, 1, "chr($1)", "i", TYPE_TEXT, F_UTF8, NO_RULE},
	{"char", 0, MANY, NULL, "n", TYPE_TEXT, F_PLAIN, FIND_FUNCTION},
	{"concat", 1, MANY, "concat($*)", "a", TYPE_TEXT, F_PLAIN, NO_RULE},
	{"concat_ws", 2, MANY, "concat_ws($*)", "ta", TYPE_TEXT, F_PLAIN, NO_RULE},
	{"format", 1, MANY, NULL, "tv", TYPE_TEXT, F_PLAIN, FIND_FUNCTION},
	{"printf", 1, MANY, NULL, "tv", TYPE_TEXT, F_PLAIN, FIND_FUNCTION},
	{"glob", 2, 2, "CAST(sqlite_compat.glob($*) AS integer)", "v", TYPE_INT, F_PLAIN, FIND_FUNCTION},
	{"like", 2, 3, "CAST(sqlite_compat.\"like\"($*) AS integer)", "v", TYPE_INT, F_PLAIN, FIND_FUNCTION},
	{"hex", 1, 1, NULL, "v", TYPE_TEXT, F_PLAIN, FIND_FUNCTION},
	{"unhex", 1, 2, NULL, "t", TYPE_BLOB, F_PLAIN, FIND_FUNCTION},
	{"instr", 2, 2, "strpos($1, $2)", "t", TYPE_INT, F_PLAIN, NO_RULE},
	{"length", 1, 1, "length($1)", "t", TYPE_INT, F_PLAIN, NO_RULE},
	{"octet_length", 1, 1, "octet_length($1)", "t", TYPE_INT, F_PLAIN, NO_RULE},
	{"lower", 1, 1, "lower($1)", "t", TYPE_TEXT, F_PLAIN, FIND_CASE_FOLD},
	{"upper", 1, 1, "upper($1)", "t", TYPE_TEXT, F_PLAIN, FIND_CASE_FOLD},
	{"ltrim", 1, 2, "ltrim($*)", "t", TYPE_TEXT, F_PLAIN, NO_RULE},
	{"rtrim", 1, 2, "rtrim($*)", "t", TYPE_TEXT, F_PLAIN, NO_RULE},
	{"trim", 1, 2, "btrim($*)", "t", TYPE_TEXT, F_PLAIN, NO_RULE},
	{"replace", 3, 3, "replace($*)", "t", TYPE_TEXT, F_PLAIN, FIND_FUNCTION},
	{"substr", 2, 3, NULL, "tn", TYPE_TEXT, F_PLAIN, FIND_FUNCTION},
	{"substring", 2, 3, NULL, "tn", TYPE_TEXT, F_PLAIN, FIND_FUNCTION},
	{"unicode", 1, 1, NULL, "t", TYPE_INT, F_PLAIN, FIND_FUNCTION},
	{"soundex", 1, 1, NULL, "t", TYPE_TEXT, F_PLAIN, FIND_FUNCTION},
	/* numbers */
	{"abs", 1, 1, "abs($1)", "n", RESULT_FIRST, F_PLAIN, NO_RULE},
	{"ceil", 1, 1, "ceil($1)", "n", RESULT_FIRST, F_PLAIN, NO_RULE},
	{"ceiling", 1, 1, "ceil($1)", "n", RESULT_FIRST, F_PLAIN, NO_RULE},
	{"floor", 1, 1, "floor($1)", "n", RESULT_FIRST, F_PLAIN, NO_RULE},
	{"trunc", 1, 1, "trunc($1)", "n", RESULT_FIRST, F_PLAIN, NO_RULE},
	{"round", 1, 2, NULL, "vn", TYPE_REAL, F_PLAIN, FIND_FUNCTION},
	{"sign", 1, 1, NULL, "v", TYPE_INT, F_PLAIN, FIND_FUNCTION},
	{"mod", 2, 2, NULL, "d", TYPE_REAL, F_PLAIN, FIND_FUNCTION},
	{"exp", 1, 1, NULL, "d", TYPE_REAL, F_PLAIN, FIND_FUNCTION},
	{"ln", 1, 1, NULL, "d", TYPE_REAL, F_PLAIN, FIND_FUNCTION},
	{"log", 1, 1, NULL, "d", TYPE_REAL, F_PLAIN, FIND_FUNCTION},
	{"log10", 1, 1, NULL, "d", TYPE_REAL, F_PLAIN, FIND_FUNCTION},
	{"log2", 1, 1, NULL, "d", TYPE_REAL, F_PLAIN, FIND_FUNCTION},
	{"log", 2, 2, NULL, "d", TYPE_REAL, F_PLAIN, FIND_FUNCTION},
	{"pi", 0, 0, "pi()", "", TYPE_REAL, F_PLAIN, NO_RULE},
	{"pow", 2, 2, NULL, "d", TYPE_REAL, F_PLAIN, FIND_FUNCTION},
	{"power", 2, 2, NULL, "d", TYPE_REAL, F_PLAIN, FIND_FUNCTION},
	{"sqrt", 1, 1, NULL, "d", TYPE_REAL, F_PLAIN, FIND_FUNCTION},
	{"degrees", 1, 1, "degrees($1)", "d", TYPE_REAL, F_PLAIN, NO_RULE},
	{"radians", 1, 1, "radians($1)", "d", TYPE_REAL, F_PLAIN, NO_RULE},
	{"acos", 1, 1, NULL, "d", TYPE_REAL, F_PLAIN, FIND_FUNCTION},
	{"asin", 1, 1, NULL, "d", TYPE_REAL, F_PLAIN, FIND_FUNCTION},
	{"atan", 1, 1, "atan($1)", "d", TYPE_REAL, F_PLAIN, NO_RULE},
	{"atan2", 2, 2, "atan2($*)", "d", TYPE_REAL, F_PLAIN, NO_RULE},
	{"acosh", 1, 1, NULL, "d", TYPE_REAL, F_PLAIN, FIND_FUNCTION},
	{"asinh", 1, 1, "asinh($1)", "d", TYPE_REAL, F_PLAIN, NO_RULE},
	{"atanh", 1, 1, NULL, "d", TYPE_REAL, F_PLAIN, FIND_FUNCTION},
	{"cos", 1, 1, "cos($1)", "d", TYPE_REAL, F_PLAIN, NO_RULE},
	{"sin", 1, 1, "sin($1)", "d", TYPE_REAL, F_PLAIN, NO_RULE},
	{"tan", 1, 1, "tan($1)", "d", TYPE_REAL, F_PLAIN, NO_RULE},
	{"cosh", 1, 1, "cosh($1)", "d", TYPE_REAL, F_PLAIN, NO_RULE},
	{"sinh", 1, 1, "sinh($1)", "d", TYPE_REAL, F_PLAIN, NO_RULE},
	{"tanh", 1, 1, "tanh($1)", "d", TYPE_REAL, F_PLAIN, NO_RULE},
	{"random", 0, 0, NULL, "", TYPE_INT, F_VOLATILE, FIND_FUNCTION},
	{"randomblob", 1, 1, NULL, "n", TYPE_BLOB, F_VOLATILE, FIND_FUNCTION},
	{"zeroblob", 1, 1, NULL, "n", TYPE_BLOB, F_PLAIN, FIND_FUNCTION},
	{"max", 2, MANY, NULL, "c", RESULT_COMMON, F_PLAIN, FIND_FUNCTION},
	{"min", 2, MANY, NULL, "c", RESULT_COMMON, F_PLAIN, FIND_FUNCTION},
	/* dates and times */
	{"date", 0, MANY, NULL, "vt", TYPE_TEXT, F_MOMENT, FIND_FUNCTION},
	{"time", 0, MANY, NULL, "vt", TYPE_TEXT, F_MOMENT, FIND_FUNCTION},
	{"datetime", 0, MANY, NULL, "vt", TYPE_TEXT, F_MOMENT, FIND_FUNCTION},
	{"julianday", 0, MANY, NULL, "vt", TYPE_REAL, F_MOMENT, FIND_FUNCTION},
	{"unixepoch", 0, MANY, NULL, "vt", TYPE_INT, F_MOMENT, FIND_FUNCTION},
	{"strftime", 1, MANY, NULL, "tvt", TYPE_TEXT, F_MOMENT, FIND_FUNCTION},
	{"timediff", 2, 2, NULL, "v", TYPE_TEXT, F_MOMENT, FIND_FUNCTION},
	/* JSON */
	{"json", 1, 1, NULL, "v", TYPE_JSON, F_PLAIN, FIND_FUNCTION},
	{"jsonb", 1, 1, "CAST($1 AS jsonb)", "a", TYPE_JSON, F_PLAIN, FIND_JSON},
	{"json_array", 0, MANY, NULL, "v", TYPE_JSON, F_PLAIN, FIND_FUNCTION},
	{"jsonb_array", 0, MANY, "jsonb_build_array($*)", "a", TYPE_JSON, F_PLAIN, FIND_JSON},
	{"json_object", 0, MANY, NULL, "v", TYPE_JSON, F_PLAIN, FIND_FUNCTION},
	{"jsonb_object", 0, MANY, "jsonb_build_object($*)", "a", TYPE_JSON, F_PLAIN, FIND_JSON},
	{"json_array_length", 1, 2, NULL, "vt", TYPE_INT, F_PLAIN, FIND_FUNCTION},
	{"json_extract", 2, MANY, NULL, "vt", TYPE_DYNAMIC, F_PLAIN, FIND_FUNCTION},
	{"jsonb_extract", 2, MANY, "sqlite_compat.json_extract($*)", "vt", TYPE_DYNAMIC, F_PLAIN, FIND_FUNCTION},
	{"jsonb_insert", 1, MANY, "CAST(sqlite_compat.json_insert($*) AS jsonb)", "v", TYPE_JSON, F_PLAIN, FIND_FUNCTION},
	{"jsonb_replace", 1, MANY, "CAST(sqlite_compat.json_replace($*) AS jsonb)", "v", TYPE_JSON, F_PLAIN, FIND_FUNCTION},
	{"jsonb_set", 1, MANY, "CAST(sqlite_compat.json_set($*) AS jsonb)", "v", TYPE_JSON, F_PLAIN, FIND_FUNCTION},
	{"jsonb_remove", 1, MANY, "CAST(sqlite_compat.json_remove($*) AS jsonb)", "vt", TYPE_JSON, F_PLAIN, FIND_FUNCTION},
	{"jsonb_patch", 2, 2, "CAST(sqlite_compat.json_patch($*) AS jsonb)", "v", TYPE_JSON, F_PLAIN, FIND_FUNCTION},
	{"json_insert", 1, MANY, NULL, "v", TYPE_JSON, F_PLAIN, FIND_FUNCTION},
	{"json_replace", 1, MANY, NULL, "v", TYPE_JSON, F_PLAIN, FIND_FUNCTION},
	{"json_set", 1, MANY, NULL, "v", TYPE_JSON, F_PLAIN, FIND_FUNCTION},
	{"json_remove", 1, MANY, NULL, "vt", TYPE_JSON, F_PLAIN, FIND_FUNCTION},
	{"json_patch", 2, 2, NULL, "v", TYPE_JSON, F_PLAIN, FIND_FUNCTION},
	{"json_quote", 1, 1, NULL, "v", TYPE_JSON, F_PLAIN, FIND_FUNCTION},
	{"json_type", 1, 2, NULL, "vt", TYPE_TEXT, F_PLAIN, FIND_FUNCTION},
	{"json_valid", 1, 1, "CAST(sqlite_compat.json_valid($1) AS integer)", "v", TYPE_INT, F_PLAIN, FIND_FUNCTION},
	/* the connection */
	{"last_insert_rowid", 0, 0, "lastval()", "", TYPE_INT, F_VOLATILE, FIND_LAST_ROWID},
	{"changes", 0, 0, "NULL", "", TYPE_INT, F_VOLATILE, FIND_CHANGES},
	{"total_changes", 0, 0, "NULL", "", TYPE_INT, F_VOLATILE, FIND_CHANGES},
	{"sqlite_version", 0, 0, "version()", "", TYPE_TEXT, F_VOLATILE, NO_RULE},
	{"sqlite_source_id", 0, 0, "version()", "", TYPE_TEXT, F_VOLATILE, NO_RULE}
};

static void write_form(DialectWriter *w, DialectExpr *e, const DialectFunction *f, const char *form);
static void write_argument(DialectWriter *w, DialectExpr *e, const DialectFunction *f, int i);
static void write_suffix(DialectWriter *w, DialectExpr *e);
static const char *choose_form(DialectWriter *w, DialectExpr *e, const DialectFunction *f);

/*
 * The row of a function call, NULL if SQLite has no such function.
 */
static const DialectFunction *
find_function(const DialectExpr *e)
{
	int			nargs = list_length(e->args);
	int			i;

	for (i = 0; i < lengthof(functions); i++)
	{
		const DialectFunction *f = &functions[i];

		if (nargs >= f->min && nargs <= f->max && dialect_same_name(f->name, e->text) &&
			(!(f->flags & F_UTF8) || GetDatabaseEncoding() == PG_UTF8))
			return f;
	}
	return NULL;
}

/*
 * Whether a call sums up rows: an aggregate that is not used as a window function.
 */
bool
dialect_is_aggregate(const DialectExpr *e)
{
	const DialectFunction *f;

	if (e->kind != EXPR_FUNCTION || e->window != NULL)
		return false;
	f = find_function(e);
	return f != NULL && (f->flags & F_AGGREGATE) != 0;
}

/*
 * The type that the translation of a call has.
 */
DialectType
dialect_function_type(DialectWriter *w, const DialectExpr *e)
{
	const DialectFunction *f = find_function(e);
	List	   *alternatives = NIL;
	DialectType type;
	int			i;

	if (f == NULL)
		return TYPE_UNKNOWN;
	if (f->result < RESULT_FIRST)
		return f->result;
	if (f->result == RESULT_COMMON)
	{
		for (i = 0; i < list_length(e->args); i++)
		{
			if (f->classes[Min(i, strlen(f->classes) - 1)] == 'c')
				alternatives = lappend(alternatives, list_nth(e->args, i));
		}
		return dialect_common_type(w, alternatives);
	}
	type = dialect_type(w, linitial(e->args));
	if (f->result == RESULT_SUM)
		return type == TYPE_BOOL ? TYPE_INT : type == TYPE_TEXT || type == TYPE_DYNAMIC ? TYPE_REAL : type;
	if (type == TYPE_BOOL && (f->classes[0] == 'o' || f->classes[0] == 'n'))
		return TYPE_INT;
	return f->classes[0] == 'n' && (type == TYPE_TEXT || type == TYPE_DYNAMIC) ? TYPE_REAL : type;
}

/* ---- writing ---- */

/*
 * Whether the value is one of 'now' or CURRENT_…, or missing, which means now.
 */
static bool
is_now(const DialectExpr *e, int i)
{
	const DialectExpr *arg;

	if (list_length(e->args) <= i)
		return true;
	arg = list_nth(e->args, i);
	return arg->kind == EXPR_NOW || (arg->kind == EXPR_STRING && dialect_same_name(arg->text, "now"));
}

/*
 * Whether substr() counts from the front in both databases.
 */
static bool
is_plain_substr(DialectWriter *w, const DialectExpr *e)
{
	double		from;
	double		length = 0;
	DialectType type = dialect_type(w, linitial(e->args));

	if (type == TYPE_BLOB || !dialect_constant(lsecond(e->args), &from) || from < 1)
		return false;
	return list_length(e->args) == 2 || (dialect_constant(lthird(e->args), &length) && length >= 0);
}

/*
 * Whether replace() is the same: with an empty pattern SQLite gives the text
 * back even where the replacement is NULL.
 */
static bool
is_plain_replace(const DialectExpr *e)
{
	const DialectExpr *pattern = lsecond(e->args);
	const DialectExpr *replacement = lthird(e->args);

	return replacement->kind == EXPR_STRING || replacement->kind == EXPR_NUMBER ||
		(pattern->kind == EXPR_STRING && *pattern->text != '\0');
}

/*
 * What a call compares with each other: equal values of DISTINCT, the arguments of min and max.
 */
static void
mind_collation(DialectWriter *w, DialectExpr *e, const DialectFunction *f)
{
	bool		is_extreme = strcmp(f->name, "min") == 0 || strcmp(f->name, "max") == 0;
	ListCell   *lc;

	if (e->args == NIL)
		return;
	if (e->distinct && strcmp(f->name, "count") == 0)
		linitial(e->args) = dialect_with_collation(linitial(e->args), dialect_collation(w, linitial(e->args)));
	else if (e->distinct || is_extreme)
	{
		foreach(lc, e->args)
			dialect_note_collation(w, lfirst(lc));
	}
}

/*
 * The form of a call; what the types of the arguments decide is decided here.
 */
static const char *
choose_form(DialectWriter *w, DialectExpr *e, const DialectFunction *f)
{
	bool		is_substr = strncmp(f->name, "substr", 6) == 0;
	DialectType first;

	if (e->args == NIL)
		return f->form;
	first = dialect_type(w, linitial(e->args));
	if (strcmp(f->name, "nullif") == 0 && first == TYPE_INT && dialect_is_number(dialect_type(w, lsecond(e->args))) && dialect_type(w, lsecond(e->args)) != TYPE_INT)
		return "CAST(nullif($1, $2) AS bigint)";
	if (strcmp(f->name, "nullif") == 0 && first == TYPE_TEXT && dialect_compared_by(w, linitial(e->args), lsecond(e->args)) != NULL)
	{
		const char *collation = dialect_compared_by(w, linitial(e->args), lsecond(e->args));

		dialect_note(w, FIND_COLLATION, e->at, collation);
		return strcmp(collation, "NOCASE") == 0 ? "CASE WHEN lower($1) = lower($2) THEN NULL ELSE $1 END" :
			"CASE WHEN rtrim($1) = rtrim($2) THEN NULL ELSE $1 END";
	}
	if (strcmp(f->name, "replace") == 0 && !is_plain_replace(e))
		return "sqlite_compat.replace($*)";
	if (strcmp(f->name, "avg") == 0 && first == TYPE_REAL)
		return "avg($1)";
	if (strcmp(f->name, "sum") == 0 && (first == TYPE_INT || first == TYPE_BOOL))
		return "CAST(sum($1)$o AS bigint)";
	if (strcmp(f->name, "sum") == 0 && first == TYPE_UNKNOWN)
		dialect_note(w, FIND_AGGREGATE, e->at, NULL);
	if (is_substr && is_plain_substr(w, e))
		return "substr($*)";
	if (is_substr)
		return "sqlite_compat.substr($*)";
	if (first == TYPE_BLOB && (strcmp(f->name, "length") == 0 || strcmp(f->name, "octet_length") == 0))
		return "octet_length($1)";
	if (first == TYPE_BLOB && strcmp(f->name, "instr") == 0)
		return "position($2 IN $1)";
	/* jsonb holds nothing else */
	if (first == TYPE_JSON && strcmp(f->name, "json_valid") == 0)
		return "CASE WHEN $1 IS NOT NULL THEN 1 END";
	return f->form;
}

/*
 * Writes a function call.
 */
void
dialect_write_function(DialectWriter *w, DialectExpr *e)
{
	const DialectFunction *f = find_function(e);
	bool		saved = w->in_aggregate;
	const char *form;

	if (f == NULL)
	{
		dialect_note(w, FIND_NO_FUNCTION, e->start, e->text);
		return;
	}
	if (dialect_write_now(w, e))
		return;
	mind_collation(w, e, f);
	form = choose_form(w, e, f);
	if (f->rule != NO_RULE && (f->rule != FIND_FUNCTION || form == NULL || strstr(form, "sqlite_compat") != NULL) &&
		(f->rule != FIND_AVG || form == f->form))
		dialect_note(w, f->rule, e->start, e->text);
	if (w->immutable && ((f->flags & F_VOLATILE) != 0 || ((f->flags & F_MOMENT) != 0 && is_now(e, strcmp(f->name, "strftime") == 0 ? 1 : 0))))
		dialect_note(w, FIND_NOT_IMMUTABLE, e->start, e->text);
	if (dialect_is_aggregate(e))
		w->in_aggregate = true;
	if (form == NULL)
	{
		/* what is the same each time has a name of its own: date('now') is not */
		form = psprintf("sqlite_compat.%s($*)", quote_identifier(psprintf("%s%s", w->immutable && (f->flags & F_MOMENT) ? "immutable_" : "", f->name)));
	}
	write_form(w, e, f, form);
	w->in_aggregate = saved;
}

static void
write_form(DialectWriter *w, DialectExpr *e, const DialectFunction *f, const char *form)
{
	bool		suffixed = false;
	bool		ordered = e->order == NIL;
	const char *c;
	int			i;

	for (c = form; *c; c++)
	{
		if (*c != '$')
		{
			/* before the closing parenthesis of the call itself: ORDER BY of an aggregate */
			if (*c == ')' && !ordered && (c[1] == '\0' || c[1] == '$'))
			{
				ordered = true;
				appendStringInfoString(&w->out, " ORDER BY ");
				dialect_write_terms(w, e->order, false);
			}
			appendStringInfoChar(&w->out, *c);
			continue;
		}
		c++;
		if (*c == 'o')
		{
			write_suffix(w, e);
			suffixed = true;
			continue;
		}
		if (e->distinct && *c != '2')
			appendStringInfoString(&w->out, "DISTINCT ");
		if (*c != '*')
		{
			write_argument(w, e, f, *c - '1');
			continue;
		}
		for (i = 0; i < list_length(e->args); i++)
		{
			if (i > 0)
				appendStringInfoString(&w->out, ", ");
			write_argument(w, e, f, i);
		}
	}
	if (!suffixed)
		write_suffix(w, e);
}

/*
 * Writes argument number i in the class that the function wants.
 */
static void
write_argument(DialectWriter *w, DialectExpr *e, const DialectFunction *f, int i)
{
	DialectExpr *arg = list_nth(e->args, i);
	DialectType type = dialect_type(w, arg);
	DialectType common;
	double		ignored;

	switch (f->classes[Min(i, strlen(f->classes) - 1)])
	{
		case 's':
			if (type == TYPE_UNKNOWN)
				dialect_write_cast(w, arg, "text");
			else
				dialect_write_text(w, arg, OUT_ANY);
			break;
		case 't':
			if (type == TYPE_BLOB)
				dialect_write_expr(w, arg, OUT_ANY);
			else
				dialect_write_text(w, arg, OUT_ANY);
			break;
		case 'n':
			if (arg->kind == EXPR_NULL)
				dialect_write_cast(w, arg, "bigint");
			else if (type == TYPE_BOOL || type == TYPE_TEXT || type == TYPE_DYNAMIC)
				dialect_write_as(w, arg, type == TYPE_BOOL ? TYPE_INT : TYPE_REAL);
			else
				dialect_write_expr(w, arg, OUT_ANY);
			break;
		case 'd':
			/* a literal with decimals is numeric, and the function would be another one */
			if (arg->kind == EXPR_NUMBER)
				dialect_write_cast(w, arg, "double precision");
			else
				dialect_write_as(w, arg, TYPE_REAL);
			break;
		case 'i':
			if (type == TYPE_INT && dialect_constant(arg, &ignored))
				dialect_write_expr(w, arg, OUT_ANY);
			else
			{
				appendStringInfoString(&w->out, "CAST(");
				dialect_write_expr(w, arg, OUT_ANY);
				appendStringInfoString(&w->out, " AS integer)");
			}
			break;
		case 'o':
			if (type == TYPE_BOOL)
				dialect_write_cast(w, arg, "integer");
			else
				dialect_write_expr(w, arg, OUT_ANY);
			break;
		case 'v':
			/* a bare NULL fits too many functions */
			if (arg->kind == EXPR_NULL)
				dialect_write_cast(w, arg, "text");
			else
				dialect_write_expr(w, arg, OUT_ANY);
			break;
		case 'b':
			dialect_write_condition(w, arg, OUT_ANY);
			break;
		case 'c':
			common = f->result == RESULT_COMMON ? dialect_type(w, e) : dialect_type(w, linitial(e->args));
			if (f->result == RESULT_COMMON && common == TYPE_TEXT && type != TYPE_TEXT && type != TYPE_NULL)
				dialect_note(w, FIND_MIXED, arg->start, NULL);
			if (common == TYPE_UNKNOWN || common == TYPE_NULL)
				dialect_write_expr(w, arg, OUT_ANY);
			else
				dialect_write_as(w, arg, common);
			break;
		default:
			dialect_write_expr(w, arg, OUT_ANY);
			break;
	}
}

/*
 * FILTER and OVER of a call.
 */
static void
write_suffix(DialectWriter *w, DialectExpr *e)
{
	if (e->third != NULL)
	{
		appendStringInfoString(&w->out, " FILTER (WHERE ");
		dialect_write_condition(w, e->third, OUT_ANY);
		appendStringInfoChar(&w->out, ')');
	}
	if (e->window == NULL)
		return;
	appendStringInfoString(&w->out, " OVER ");
	if (e->window->bare)
		dialect_write_name(w, e->window->base);
	else
		dialect_write_window(w, e->window);
}
