/*-------------------------------------------------------------------------
 *
 * fdw_ship_number.c
 *	  Comparisons of integers, numbers, dates and times in SQLite, and arithmetic.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/pathnode.h"
#include "utils/lsyscache.h"

#include "fdw/fdw_ship.h"

static void add_proof(FdwShip *ship, Expr *column, bool up, int64 bound);
static bool compare_at_bounds(FdwShip *ship, const char *op, Expr *column, Expr *value);
static bool compare_days(FdwShip *ship, const char *op, Expr *column, Expr *value);

/* Whether an operand is a column that holds nothing but integers. */
static bool
is_proven(FdwShip *ship, Expr *expr)
{
	FdwColumn  *column = fdw_column_of(ship, expr);

	return column != NULL && column->proven;
}

bool
fdw_compare_integers(FdwShip *ship, const ShipCall *call)
{
	Expr	   *column;
	Expr	   *value;
	const char *op;
	int			nchecked;

	/* an integer equals no value that is none */
	if (strcmp(call->sql, "=") == 0 && fdw_column_and_value(ship, call, &column, &value, &op) &&
		fdw_column_of(ship, column)->form == FORM_INTEGER)
	{
		fdw_append_unless_negated(ship, column);
		ship->fixed = lappend(ship->fixed, column);
		appendStringInfoString(ship->sql, " = ");
		return fdw_append_parameter(ship, value, FORM_INTEGER);
	}
	nchecked = list_length(ship->checked);
	appendStringInfoChar(ship->sql, '(');
	if (!fdw_ship_value(ship, linitial(call->args), FORM_INTEGER))
		return false;
	appendStringInfo(ship->sql, " %s ", call->sql);
	if (!fdw_ship_value(ship, lsecond(call->args), FORM_INTEGER))
		return false;
	appendStringInfoChar(ship->sql, ')');
	if (strcmp(call->sql, "=") == 0 && !ship->negated && (is_proven(ship, linitial(call->args)) || is_proven(ship, lsecond(call->args))))
		ship->checked = list_truncate(ship->checked, nchecked);
	return true;
}

/* The constant on the right, if there is one that is not NULL. */
static bool
right_constant(const ShipCall *call, int64 *number)
{
	Const	   *constant = (Const *) fdw_strip(lsecond(call->args));

	if (!IsA(constant, Const) || constant->constisnull)
		return false;
	*number = fdw_integer(constant->consttype, constant->constvalue);
	return true;
}

/*
 * A column and a constant, as long as the result fits its type: beyond, SQLite
 * is told to raise an error, instead of going over to floating point.
 */
bool
fdw_add_constant(FdwShip *ship, const ShipCall *call)
{
	FdwColumn  *column = fdw_column_of(ship, linitial(call->args));
	Oid			type = get_func_rettype(call->function);
	int64		least = type == INT8OID ? PG_INT64_MIN : type == INT4OID ? PG_INT32_MIN : PG_INT16_MIN;
	int64		greatest = type == INT8OID ? PG_INT64_MAX : type == INT4OID ? PG_INT32_MAX : PG_INT16_MAX;
	int64		number;
	int64		bound;
	bool		up;

	if (column == NULL || column->form != FORM_INTEGER || !right_constant(call, &number))
		return false;
	up = (number > 0) == (call->sql[0] == '+');
	/* (from the end of the range that the sum goes to, back into it) */
	bound = call->sql[0] == '+' ? (up ? greatest : least) - number : (up ? greatest : least) + number;
	ship->guarded = lappend(ship->guarded, fdw_strip(linitial(call->args)));
	if (ship->proven)
	{
		add_proof(ship, linitial(call->args), up, bound);
		appendStringInfoChar(ship->sql, '(');
		fdw_append_checked(ship, linitial(call->args));
		appendStringInfo(ship->sql, " %s " INT64_FORMAT ")", call->sql, number);
		return true;
	}
	appendStringInfoString(ship->sql, "CASE WHEN ");
	fdw_append_checked(ship, linitial(call->args));
	appendStringInfo(ship->sql, " %s " INT64_FORMAT " THEN ", up ? "<=" : ">=", bound);
	fdw_append_column(ship, linitial(call->args));
	appendStringInfo(ship->sql, " %s " INT64_FORMAT " ELSE mig_overflow(", call->sql, number);
	fdw_append_column(ship, linitial(call->args));
	appendStringInfoString(ship->sql, ") END");
	return true;
}

/*
 * That the greatest (or least) value of a column lies within a bound: of an
 * index SQLite knows it at once. A text is greater than all numbers.
 */
static void
add_proof(FdwShip *ship, Expr *column, bool up, int64 bound)
{
	Var		   *var = (Var *) fdw_strip(column);
	const FdwTable *table = ((FdwRel *) find_base_rel(ship->root, var->varno)->fdw_private)->table;
	StringInfoData proof;
	ListCell   *lc;

	foreach(lc, table->indexes)
	{
		const FdwIndex *index = lfirst(lc);

		if (index->partial || !index->binary[0] || index->attnums[0] != var->varattno)
			continue;
		initStringInfo(&proof);
		appendStringInfo(&proof, "coalesce((SELECT %s(r.", up ? "max" : "min");
		base_append_ident(&proof, fdw_column_of(ship, column)->source->name);
		appendStringInfoString(&proof, ") FROM ");
		server_append_source(&proof, table->source);
		appendStringInfo(&proof, " r), 0) %s " INT64_FORMAT, up ? "<=" : ">=", bound);
		ship->proofs = lappend(ship->proofs, proof.data);
		return;
	}
	ship->unproven = true;
}

/* Both cut towards zero. By -1 the least integer would overflow. */
bool
fdw_divide_by_constant(FdwShip *ship, const ShipCall *call)
{
	int64		number;

	if (!right_constant(call, &number) || number == 0 || number == -1)
		return false;
	appendStringInfoChar(ship->sql, '(');
	if (!fdw_ship_value(ship, linitial(call->args), FORM_INTEGER))
		return false;
	appendStringInfo(ship->sql, " %s " INT64_FORMAT ")", call->sql, number);
	return true;
}

bool
fdw_compare_numbers(FdwShip *ship, const ShipCall *call)
{
	Expr	   *column;
	Expr	   *value;
	const char *op;

	return fdw_column_and_value(ship, call, &column, &value, &op) &&
		fdw_column_of(ship, column)->form == FORM_NUMBER &&
		compare_at_bounds(ship, op, column, value);
}

bool
fdw_compare_times(FdwShip *ship, const ShipCall *call)
{
	Expr	   *column;
	Expr	   *value;
	const char *op;

	Oid			type;

	if (!fdw_column_and_value(ship, call, &column, &value, &op))
		return false;
	type = exprType((Node *) value);
	if (OidIsValid(get_element_type(type)))
		type = get_element_type(type);
	if (fdw_column_of(ship, column)->base_type != type)
		return false;
	if (fdw_column_of(ship, column)->form == FORM_NUMBER)
		return compare_at_bounds(ship, op, column, value);
	return fdw_column_of(ship, column)->form == FORM_ISO && compare_days(ship, op, column, value);
}

/* One side of a comparison at a bound. */
static bool
append_side(FdwShip *ship, Expr *column, const char *op, Expr *value, bool above)
{
	fdw_append_checked(ship, column);
	appendStringInfo(ship->sql, " %s ", op);
	return fdw_append_bound(ship, value, column, above, op[0] == '<');
}

/* Texts that stand for minus infinity: SQLite sorts them above the numbers. */
static void
append_minus_infinity(FdwShip *ship, Expr *column, const char *before)
{
	appendStringInfo(ship->sql, "%s(", before);
	fdw_append_column(ship, column);
	appendStringInfoString(ship->sql, " >= '' AND lower(");
	fdw_append_column(ship, column);
	appendStringInfoString(ship->sql, ") IN ('-inf', '-infinity'))");
}

/*
 * With P the least stored number whose value is not below v, and Q the least
 * whose value is above it: = is [P, Q), < is below P, > is Q and up.
 */
static bool
compare_at_bounds(FdwShip *ship, const char *op, Expr *column, Expr *value)
{
	static const struct
	{
		const char *op;
		const char *first;		/* comparison with the first bound */
		bool		first_above;	/* which is Q, not P */
		const char *between;	/* NULL: there is no second */
	}			forms[] = {
		{"=", ">=", false, " AND "}, {"<>", "<", false, " OR "},
		{"<", "<", false, NULL}, {"<=", "<", true, NULL},
		{">", ">=", true, NULL}, {">=", ">=", false, NULL},
	};
	bool		infinities = fdw_column_of(ship, column)->infinities;
	bool		upward = op[0] == '>';

	for (int i = 0; i < lengthof(forms); i++)
	{
		if (strcmp(forms[i].op, op) != 0)
			continue;
		appendStringInfoChar(ship->sql, '(');
		if (!append_side(ship, column, forms[i].first, value, forms[i].first_above))
			return false;
		if (forms[i].between != NULL)
		{
			appendStringInfoString(ship->sql, forms[i].between);
			if (!append_side(ship, column, op[0] == '=' ? "<" : ">=", value, true))
				return false;
		}
		else if (infinities && !upward)
			append_minus_infinity(ship, column, " OR ");
		else if (infinities && IsA(value, Const))
			append_minus_infinity(ship, column, " AND NOT ");
		appendStringInfoChar(ship->sql, ')');
		return true;
	}
	return false;
}

/*
 * ISO texts: whatever follows the date, and whatever zone it is in, the text of a
 * value lies within the days around it. A year beyond 9999 has five digits and
 * sorts among the low ones, so that a lower bound alone would lose it: only a
 * text below an upper bound has no such year.
 */
static bool
compare_days(FdwShip *ship, const char *op, Expr *column, Expr *value)
{
	if (strcmp(op, "<>") == 0 || (op[0] == '>' && !list_member(ship->bounded, column)))
		return false;
	ship->exact = false;
	appendStringInfoChar(ship->sql, '(');
	if (op[0] != '<')
	{
		fdw_append_checked(ship, column);
		appendStringInfoString(ship->sql, " >= ");
		fdw_append_day(ship, value, column, false);
	}
	if (op[0] != '>')
	{
		appendStringInfoString(ship->sql, op[0] == '=' ? " AND " : "");
		fdw_append_checked(ship, column);
		appendStringInfoString(ship->sql, " < ");
		fdw_append_day(ship, value, column, true);
	}
	appendStringInfoChar(ship->sql, ')');
	return true;
}
