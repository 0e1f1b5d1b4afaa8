/*-------------------------------------------------------------------------
 *
 * fdw_ship.c
 *	  What may be computed in SQLite: THE table of functions and operators,
 *	  and one short function per kind of expression.
 *
 * An expression goes to SQLite when SQLite's result is PostgreSQL's, for every
 * value that a column can hold and its converter accepts. A condition may also
 * go when it only narrows: when it is true wherever PostgreSQL's is; then
 * PostgreSQL decides again. A value that its column's type does not hold is an
 * error where it is read, and never makes a row appear.
 *
 * doc/pushdown.md says the same in words; a test compares the two.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "fdw/fdw_query.h"
#include "fdw/fdw_ship.h"

/* Words that conv_bool reads as truth, but for case; digits are numbers in a column that has them. */
#define TRUE_WORDS "('t', 'true', 'y', 'yes', 'on')"
#define FALSE_WORDS "('f', 'false', 'n', 'no', 'off')"

/* Bytes of AND or OR that are still written twice: what stands within may have been already. */
#define MAX_IN_ORDER 20000

/* No build of SQLite has a parser without room for so many parentheses and CASEs within each other. */
#define SURE_DEPTH 10

/* So many parts of AND or OR stand side by side: to SQLite each is a level below the one before, and it has a limit of 1000. */
#define LOGIC_GROUP 64

static bool compare_booleans(FdwShip *ship, const ShipCall *call);

#define SIX(prefix, handler) \
	{prefix##EQ, FORM_BOOLEAN, handler, "="}, {prefix##NE, FORM_BOOLEAN, handler, "<>"}, \
	{prefix##LT, FORM_BOOLEAN, handler, "<"}, {prefix##LE, FORM_BOOLEAN, handler, "<="}, \
	{prefix##GT, FORM_BOOLEAN, handler, ">"}, {prefix##GE, FORM_BOOLEAN, handler, ">="}
#define SIX_(prefix, handler) SIX(prefix##_, handler)

/* THE table: a row per function, or function of an operator, that SQLite can stand in for. */
static const ShipRule rules[] = {
	/* integers: the same numbers, whatever their widths */
	SIX(F_INT2, fdw_compare_integers), SIX(F_INT24, fdw_compare_integers), SIX(F_INT28, fdw_compare_integers),
	SIX(F_INT42, fdw_compare_integers), SIX(F_INT4, fdw_compare_integers), SIX(F_INT48, fdw_compare_integers),
	SIX(F_INT82, fdw_compare_integers), SIX(F_INT84, fdw_compare_integers), SIX(F_INT8, fdw_compare_integers),

	/* arithmetic with a constant: overflow is an error in both, and there is no division by zero */
	{F_INT2PL, FORM_INTEGER, fdw_add_constant, "+"}, {F_INT2MI, FORM_INTEGER, fdw_add_constant, "-"},
	{F_INT4PL, FORM_INTEGER, fdw_add_constant, "+"}, {F_INT4MI, FORM_INTEGER, fdw_add_constant, "-"},
	{F_INT8PL, FORM_INTEGER, fdw_add_constant, "+"}, {F_INT8MI, FORM_INTEGER, fdw_add_constant, "-"},
	{F_INT24PL, FORM_INTEGER, fdw_add_constant, "+"}, {F_INT24MI, FORM_INTEGER, fdw_add_constant, "-"},
	{F_INT84PL, FORM_INTEGER, fdw_add_constant, "+"}, {F_INT84MI, FORM_INTEGER, fdw_add_constant, "-"},
	{F_INT48PL, FORM_INTEGER, fdw_add_constant, "+"}, {F_INT48MI, FORM_INTEGER, fdw_add_constant, "-"},
	{F_INT2MOD, FORM_INTEGER, fdw_divide_by_constant, "%"}, {F_INT2DIV, FORM_INTEGER, fdw_divide_by_constant, "/"},
	{F_INT4MOD, FORM_INTEGER, fdw_divide_by_constant, "%"}, {F_INT4DIV, FORM_INTEGER, fdw_divide_by_constant, "/"},
	{F_INT8MOD, FORM_INTEGER, fdw_divide_by_constant, "%"}, {F_INT8DIV, FORM_INTEGER, fdw_divide_by_constant, "/"},
	{F_INT24DIV, FORM_INTEGER, fdw_divide_by_constant, "/"}, {F_INT84DIV, FORM_INTEGER, fdw_divide_by_constant, "/"},
	{F_INT48DIV, FORM_INTEGER, fdw_divide_by_constant, "/"},

	/* numbers: a stored number lies on the same side of a bound as its value */
	SIX_(F_NUMERIC, fdw_compare_numbers),
	SIX(F_FLOAT8, fdw_compare_numbers),

	/* instants: counts since an epoch as numbers; ISO texts are narrowed by day */
	SIX_(F_TIMESTAMPTZ, fdw_compare_times),
	SIX_(F_TIMESTAMP, fdw_compare_times),
	SIX_(F_DATE, fdw_compare_times),

	/* texts: equal when their bytes are; ordered by bytes under the collations that do so */
	{F_TEXTEQ, FORM_BOOLEAN, fdw_compare_texts, "="},
	{F_TEXTNE, FORM_BOOLEAN, fdw_compare_texts, "<>"},
	{F_TEXT_LT, FORM_BOOLEAN, fdw_order_texts, "<"},
	{F_TEXT_LE, FORM_BOOLEAN, fdw_order_texts, "<="},
	{F_TEXT_GT, FORM_BOOLEAN, fdw_order_texts, ">"},
	{F_TEXT_GE, FORM_BOOLEAN, fdw_order_texts, ">="},
	{F_TEXTLIKE, FORM_BOOLEAN, fdw_match_pattern, "GLOB"},
	{F_TEXTNLIKE, FORM_BOOLEAN, fdw_match_pattern, "NOT GLOB"},
	{F_LIKE_TEXT_TEXT, FORM_BOOLEAN, fdw_match_pattern, "GLOB"},
	{F_NOTLIKE_TEXT_TEXT, FORM_BOOLEAN, fdw_match_pattern, "NOT GLOB"},
	{F_LENGTH_TEXT, FORM_INTEGER, fdw_call_length, "length"},
	{F_CHAR_LENGTH_TEXT, FORM_INTEGER, fdw_call_length, "length"},
	{F_CHARACTER_LENGTH_TEXT, FORM_INTEGER, fdw_call_length, "length"},
	{F_TEXTLEN, FORM_INTEGER, fdw_call_length, "length"},
	{F_SUBSTR_TEXT_INT4_INT4, FORM_TEXT, fdw_call_substr, "substr"},
	{F_SUBSTRING_TEXT_INT4_INT4, FORM_TEXT, fdw_call_substr, "substr"},
	{F_SUBSTR_TEXT_INT4, FORM_TEXT, fdw_call_substr, "substr"},
	{F_SUBSTRING_TEXT_INT4, FORM_TEXT, fdw_call_substr, "substr"},
	{F_TEXTCAT, FORM_TEXT, fdw_call_concat, "||"},
	{F_BTRIM_TEXT, FORM_TEXT, fdw_call_with_texts, "trim"},
	{F_BTRIM_TEXT_TEXT, FORM_TEXT, fdw_call_with_texts, "trim"},
	{F_LTRIM_TEXT, FORM_TEXT, fdw_call_with_texts, "ltrim"},
	{F_LTRIM_TEXT_TEXT, FORM_TEXT, fdw_call_with_texts, "ltrim"},
	{F_RTRIM_TEXT, FORM_TEXT, fdw_call_with_texts, "rtrim"},
	{F_RTRIM_TEXT_TEXT, FORM_TEXT, fdw_call_with_texts, "rtrim"},
	{F_REPLACE, FORM_TEXT, fdw_call_with_texts, "replace"},
	{F_STRPOS, FORM_INTEGER, fdw_call_with_texts, "instr"},
	{F_POSITION_TEXT_TEXT, FORM_INTEGER, fdw_call_with_texts, "instr"},
	{F_STARTS_WITH, FORM_BOOLEAN, fdw_match_beginning, "GLOB"},
	{F_LEFT, FORM_TEXT, fdw_call_left, "substr"},
	{F_LOWER_TEXT, FORM_TEXT, fdw_change_case, "lower"},
	{F_UPPER_TEXT, FORM_TEXT, fdw_change_case, "upper"},
	{F_OCTET_LENGTH_TEXT, FORM_INTEGER, fdw_call_octet_length, "length"},

	/* bytes: of a text they are its own; a uuid has 16 however it is written */
	SIX(F_BYTEA, fdw_compare_bytes),
	SIX_(F_UUID, fdw_compare_bytes),

	/* JSON: a function of ours looks into it, SQLite's show something else */
	{F_JSON_OBJECT_FIELD_TEXT, FORM_TEXT, fdw_look_into_json, "mig_json"},
	{F_JSON_ARRAY_ELEMENT_TEXT, FORM_TEXT, fdw_look_into_json, "mig_json"},
	{F_JSON_EXTRACT_PATH_TEXT, FORM_TEXT, fdw_look_into_json, "mig_json"},
	{F_JSONB_OBJECT_FIELD_TEXT, FORM_TEXT, fdw_look_into_json, "mig_json"},
	{F_JSONB_ARRAY_ELEMENT_TEXT, FORM_TEXT, fdw_look_into_json, "mig_json"},
	{F_JSONB_EXTRACT_PATH_TEXT, FORM_TEXT, fdw_look_into_json, "mig_json"},
	{F_JSONB_EXISTS, FORM_BOOLEAN, fdw_look_into_json, "mig_json"},

	/* truth values are 0 and 1 where they are computed */
	{F_BOOLEQ, FORM_BOOLEAN, compare_booleans, "="},
	{F_BOOLNE, FORM_BOOLEAN, compare_booleans, "<>"},
};

static bool is_readable(FdwShip *ship, int start);
static bool ship_aggregate(FdwShip *ship, Aggref *aggregate, FdwForm wanted);
static bool ship_boolean(FdwShip *ship, Expr *expr);
static bool ship_truth(FdwShip *ship, Expr *expr, bool truth);
static bool ship_logic(FdwShip *ship, const BoolExpr *expr);
static bool append_in_order(FdwShip *ship, int start, List *begins, BoolExprType type);
static bool ship_null_test(FdwShip *ship, const NullTest *test);
static bool ship_truth_test(FdwShip *ship, const BooleanTest *test);
static bool ship_call(FdwShip *ship, Oid function, List *args, Oid collation, FdwForm wanted);

void
fdw_ship_init(FdwShip *ship, PlannerInfo *root, Relids relids, StringInfo sql)
{
	memset(ship, 0, sizeof(FdwShip));
	ship->root = root;
	ship->relids = relids;
	ship->aliased = bms_membership(relids) == BMS_MULTIPLE;
	ship->sql = sql;
	ship->exact = true;
}

/*
 * Where a column equals something known beforehand, SQLite puts that in its
 * place everywhere and computes with it although there may be no such row. An
 * error would be raised for nothing.
 */
static bool
is_misled(FdwShip *ship)
{
	return list_intersection(ship->fixed, ship->guarded) != NIL;
}

List *
fdw_equalities_first(List *clauses)
{
	List	   *others = NIL;
	List	   *result = NIL;
	ListCell   *lc;

	foreach(lc, clauses)
	{
		Node	   *clause = lfirst(lc);
		OpExpr	   *op = (OpExpr *) (IsA(clause, RestrictInfo) ? (Node *) ((RestrictInfo *) clause)->clause : clause);

		if (IsA(op, OpExpr) && list_length(op->args) == 2 && get_oprrest(op->opno) == F_EQSEL &&
			(IsA(fdw_strip(linitial(op->args)), Var) || IsA(fdw_strip(lsecond(op->args)), Var)))
			result = lappend(result, clause);
		else
			others = lappend(others, clause);
	}
	return list_concat(result, others);
}

/*
 * Whether SQLite's parser has room for what was appended from a place on, and
 * some more around it. It is asked only when that is in doubt. That it knows no
 * columns here comes after parsing.
 */
static bool
is_readable(FdwShip *ship, int start)
{
	char	   *error;
	SqliteStmt *stmt;

	if (!fdw_is_nested(ship->sql->data + start))
		return true;
	stmt = sqlite_try_prepare(server_plan_session(fdw_server_of(ship->root, ship->relids)), psprintf("SELECT ((((((((((((((((%s))))))))))))))))", ship->sql->data + start), &error);
	sqlite_finalize(stmt);
	return stmt != NULL || strncmp(error, "no such column", strlen("no such column")) == 0;
}

bool
fdw_is_nested(const char *sql)
{
	int			depth = 0;
	bool		quoted = false;

	for (const char *c = sql; *c != '\0'; c++)
	{
		quoted ^= *c == '\'' || *c == '"';
		if (quoted)
			continue;
		if (*c == '(' || strncmp(c, "CASE", 4) == 0)
			depth++;
		else if (*c == ')' || (strncmp(c, " END", 4) == 0))
			depth--;
		if (depth > SURE_DEPTH)
			return true;
	}
	return false;
}

bool
fdw_ship_condition(FdwShip *ship, Expr *clause)
{
	FdwShip		before = *ship;
	int			len = ship->sql->len;
	int			nexprs = list_length(ship->exprs);
	int			nchecked = list_length(ship->checked);
	int			nconstrained = list_length(ship->constrained);
	int			nfixed = list_length(ship->fixed);
	int			nguarded = list_length(ship->guarded);

	if (fdw_ship_match(ship, clause))
		return true;
	if (fdw_ship_value(ship, clause, FORM_BOOLEAN) && !is_misled(ship) && is_readable(ship, len))
		return true;
	ship->fixed = list_truncate(ship->fixed, nfixed);
	ship->guarded = list_truncate(ship->guarded, nguarded);
	ship->sql->data[ship->sql->len = len] = '\0';
	ship->exprs = list_truncate(ship->exprs, nexprs);
	ship->binds = list_truncate(ship->binds, nexprs);
	ship->checked = list_truncate(ship->checked, nchecked);
	ship->constrained = list_truncate(ship->constrained, nconstrained);
	ship->exact = before.exact;
	return false;
}

void
fdw_ship_note(FdwShip *ship, Expr *clause)
{
	const ShipRule *rule;
	ShipCall	call;
	Expr	   *column;
	Expr	   *value;
	const char *op;

	if (!IsA(clause, OpExpr) || list_length(((OpExpr *) clause)->args) != 2)
		return;
	set_opfuncid((OpExpr *) clause);
	call.args = ((OpExpr *) clause)->args;
	rule = fdw_ship_rule(((OpExpr *) clause)->opfuncid);
	if (rule == NULL || rule->handler != fdw_compare_times)
		return;
	call.sql = rule->sql;
	if (fdw_column_and_value(ship, &call, &column, &value, &op) && (op[0] == '<' || op[0] == '=') && strcmp(op, "<>") != 0 &&
		IsA(value, Const) && fdw_has_plain_year((Const *) value))
		ship->bounded = lappend(ship->bounded, column);
}

bool
fdw_ship_value(FdwShip *ship, Expr *expr, FdwForm wanted)
{
	FdwColumn  *column;

	check_stack_depth();
	expr = fdw_strip(expr);
	column = fdw_column_of(ship, expr);
	if (column != NULL)
	{
		if (column->form != wanted || wanted == FORM_OPAQUE)
			return false;
		if (wanted == FORM_BOOLEAN)
			return ship_truth(ship, expr, true);
		if (wanted == FORM_TEXT && column->max_chars >= 0)
		{
			ship->checked = list_append_unique(ship->checked, expr);
			fdw_append_text(ship, expr);
		}
		else if (wanted == FORM_BYTES || wanted == FORM_UUID)
			fdw_append_bytes(ship, expr);
		else
			fdw_append_checked(ship, expr);
		return true;
	}
	if (fdw_is_parameter(ship, expr))
		return fdw_append_parameter(ship, expr, wanted);
	switch (nodeTag(expr))
	{
		case T_OpExpr:
			set_opfuncid((OpExpr *) expr);
			return ship_call(ship, ((OpExpr *) expr)->opfuncid, ((OpExpr *) expr)->args, ((OpExpr *) expr)->inputcollid, wanted);
		case T_FuncExpr:
			return ship_call(ship, ((FuncExpr *) expr)->funcid, ((FuncExpr *) expr)->args, ((FuncExpr *) expr)->inputcollid, wanted);
		case T_Aggref:
			return ship_aggregate(ship, (Aggref *) expr, wanted);
		case T_CaseExpr:
			return fdw_ship_case(ship, (CaseExpr *) expr, wanted);
		case T_CoalesceExpr:
			return fdw_ship_coalesce(ship, (CoalesceExpr *) expr, wanted);
		case T_NullIfExpr:
			return fdw_ship_nullif(ship, (NullIfExpr *) expr, wanted);
		case T_MinMaxExpr:
			return fdw_ship_greatest(ship, (MinMaxExpr *) expr, wanted);
		default:
			return wanted == FORM_BOOLEAN && ship_boolean(ship, expr);
	}
}

bool
fdw_ship_exact(FdwShip *ship, Expr *expr, FdwForm wanted)
{
	bool		negated = ship->negated;
	bool		done;

	ship->negated = true;
	done = fdw_ship_value(ship, expr, wanted) && ship->exact;
	ship->negated = negated;
	return done;
}

/* An aggregate in HAVING: counts and sums that are integers, texts. */
static bool
ship_aggregate(FdwShip *ship, Aggref *aggregate, FdwForm wanted)
{
	return fdw_form_of_type(aggregate->aggtype) == wanted && fdw_ship_aggregate(ship, aggregate) != NIL;
}

FdwForm
fdw_form_of_type(Oid type)
{
	switch (type)
	{
		case INT8OID:
		case INT4OID:
		case INT2OID:
			return FORM_INTEGER;
		case TEXTOID:
		case VARCHAROID:
			return FORM_TEXT;
		case BOOLOID:
			return FORM_BOOLEAN;
		case BYTEAOID:
			return FORM_BYTES;
		case UUIDOID:
			return FORM_UUID;
		default:
			return FORM_OPAQUE;
	}
}

static bool
ship_boolean(FdwShip *ship, Expr *expr)
{
	switch (nodeTag(expr))
	{
		case T_BoolExpr:
			return ship_logic(ship, (BoolExpr *) expr);
		case T_NullTest:
			return ship_null_test(ship, (NullTest *) expr);
		case T_BooleanTest:
			return ship_truth_test(ship, (BooleanTest *) expr);
		case T_ScalarArrayOpExpr:
			return fdw_ship_array_test(ship, (ScalarArrayOpExpr *) expr);
		case T_DistinctExpr:
			return fdw_ship_distinct(ship, (DistinctExpr *) expr);
		case T_RowCompareExpr:
			return fdw_ship_row_compare(ship, (RowCompareExpr *) expr);
		default:
			return false;
	}
}

/*
 * A column in a comparison that no unconvertible value passes; its negation is
 * one that they all do.
 */
void
fdw_append_unless_negated(FdwShip *ship, Expr *column)
{
	if (ship->negated)
		fdw_append_checked(ship, column);
	else
		fdw_append_column(ship, column);
}

/*
 * A boolean column as a condition: 1, or a word. Bare, so that an index serves;
 * what is neither true nor false passes on no side.
 */
static bool
ship_truth(FdwShip *ship, Expr *expr, bool truth)
{
	bool		words = fdw_column_of(ship, expr)->words;

	appendStringInfoString(ship->sql, words ? "(" : "");
	fdw_append_unless_negated(ship, expr);
	appendStringInfo(ship->sql, " = %d", truth);
	if (!words)
		return true;
	appendStringInfoString(ship->sql, " OR (");
	fdw_append_column(ship, expr);
	appendStringInfoString(ship->sql, " >= '' AND lower(");
	fdw_append_column(ship, expr);
	appendStringInfo(ship->sql, ") IN %s))", truth ? TRUE_WORDS : FALSE_WORDS);
	return true;
}

static bool
compare_booleans(FdwShip *ship, const ShipCall *call)
{
	appendStringInfoString(ship->sql, "((");
	if (!fdw_ship_exact(ship, linitial(call->args), FORM_BOOLEAN))
		return false;
	appendStringInfo(ship->sql, ") %s (", call->sql);
	if (!fdw_ship_exact(ship, lsecond(call->args), FORM_BOOLEAN))
		return false;
	appendStringInfoString(ship->sql, "))");
	return true;
}

static bool
ship_logic(FdwShip *ship, const BoolExpr *expr)
{
	const char *word = expr->boolop == AND_EXPR ? " AND " : " OR ";
	List	   *begins = NIL;
	bool		grouped = list_length(expr->args) > LOGIC_GROUP;
	bool		guarded = false;
	int			start;
	ListCell   *lc;

	if (expr->boolop == NOT_EXPR)
	{
		FdwColumn  *column = fdw_column_of(ship, linitial(expr->args));

		if (column != NULL)
			return column->form == FORM_BOOLEAN && ship_truth(ship, linitial(expr->args), false);
		appendStringInfoString(ship->sql, "NOT (");
		if (!fdw_ship_exact(ship, linitial(expr->args), FORM_BOOLEAN))
			return false;
		appendStringInfoChar(ship->sql, ')');
		return true;
	}
	start = ship->sql->len;
	appendStringInfoString(ship->sql, grouped ? "((" : "(");
	foreach(lc, expr->args)
	{
		int			i = foreach_current_index(lc);
		int			nguarded = list_length(ship->guarded);

		if (i > 0 && grouped && i % LOGIC_GROUP == 0)
			appendStringInfo(ship->sql, ")%s(", word);
		else if (i > 0)
			appendStringInfoString(ship->sql, word);
		begins = lappend_int(begins, ship->sql->len);
		if (!fdw_ship_value(ship, lfirst(lc), FORM_BOOLEAN))
			return false;
		guarded |= i > 0 && list_length(ship->guarded) > nguarded;
	}
	appendStringInfoString(ship->sql, grouped ? "))" : ")");
	return !guarded || (!grouped && append_in_order(ship, start, begins, expr->boolop));
}

/*
 * A part of AND or OR behind the first may raise an error. SQLite computes all of
 * them where it wants their value; PostgreSQL only up to the one that decides.
 * "begins" says where the parts begin. False when it would become too long.
 */
static bool
append_in_order(FdwShip *ship, int start, List *begins, BoolExprType type)
{
	char	   *whole = pstrdup(ship->sql->data + start);
	int			word = type == AND_EXPR ? strlen(" AND ") : strlen(" OR ");

	if (strlen(whole) > MAX_IN_ORDER)
		return false;
	ship->sql->data[ship->sql->len = start] = '\0';
	appendStringInfoString(ship->sql, "CASE");
	for (int i = 0; i < list_length(begins) - 1; i++)
	{
		int			begin = list_nth_int(begins, i) - start;
		int			end = list_nth_int(begins, i + 1) - start - word;

		appendStringInfo(ship->sql, " WHEN (%.*s)%s THEN %d", end - begin, whole + begin, type == AND_EXPR ? " IS 0" : "", type == OR_EXPR);
	}
	appendStringInfo(ship->sql, " ELSE %s END", whole);
	return true;
}

/*
 * What converts is NULL exactly where it is stored as NULL, whatever its type,
 * unless a column option makes NULLs. An expression has to be computed.
 */
static bool
ship_null_test(FdwShip *ship, const NullTest *test)
{
	FdwColumn  *column = fdw_column_of(ship, test->arg);

	if (test->argisrow)
		return false;
	if (column == NULL)
	{
		FdwForm		form = fdw_form_of_type(exprType((Node *) test->arg));

		appendStringInfoChar(ship->sql, '(');
		if (form == FORM_OPAQUE || !fdw_ship_exact(ship, test->arg, form))
			return false;
		appendStringInfoString(ship->sql, test->nulltesttype == IS_NULL ? ") IS NULL" : ") IS NOT NULL");
		return true;
	}
	if (!column->nulls)
		return false;
	if (test->nulltesttype == IS_NULL)
		fdw_append_column(ship, test->arg);
	else
		fdw_append_checked(ship, test->arg);
	appendStringInfoString(ship->sql, test->nulltesttype == IS_NULL ? " IS NULL" : " IS NOT NULL");
	return true;
}

static bool
ship_truth_test(FdwShip *ship, const BooleanTest *test)
{
	static const char *const words[] = {
		[IS_TRUE] = "IS 1", [IS_NOT_TRUE] = "IS NOT 1", [IS_FALSE] = "IS 0", [IS_NOT_FALSE] = "IS NOT 0",
		[IS_UNKNOWN] = "IS NULL", [IS_NOT_UNKNOWN] = "IS NOT NULL",
	};

	appendStringInfoChar(ship->sql, '(');
	if (!fdw_ship_exact(ship, test->arg, FORM_BOOLEAN))
		return false;
	appendStringInfo(ship->sql, ") %s", words[test->booltesttype]);
	return true;
}

const ShipRule *
fdw_ship_rule(Oid function)
{
	for (int i = 0; i < lengthof(rules); i++)
	{
		if (rules[i].function == function)
			return &rules[i];
	}
	return NULL;
}

static bool
ship_call(FdwShip *ship, Oid function, List *args, Oid collation, FdwForm wanted)
{
	const ShipRule *rule = fdw_ship_rule(function);
	ShipCall	call = {rule ? rule->sql : NULL, args, collation, function};

	return rule != NULL && rule->result == wanted && rule->handler(ship, &call);
}

/* The operator with its sides changed. */
static const char *
commuted(const char *op)
{
	switch (op[0])
	{
		case '<':
			return op[1] == '=' ? ">=" : op[1] == '>' ? op : ">";
		case '>':
			return op[1] == '=' ? "<=" : "<";
		default:
			return op;
	}
}

/*
 * Sorts a comparison into a column and what is known beforehand. False when it
 * is no such comparison.
 */
bool
fdw_column_and_value(FdwShip *ship, const ShipCall *call, Expr **column, Expr **value, const char **op)
{
	Expr	   *left = fdw_strip(linitial(call->args));
	Expr	   *right = fdw_strip(lsecond(call->args));
	bool		swap = fdw_column_of(ship, left) == NULL;

	*column = swap ? right : left;
	*value = swap ? left : right;
	*op = swap ? commuted(call->sql) : call->sql;
	return fdw_column_of(ship, *column) != NULL && fdw_is_parameter(ship, *value);
}

