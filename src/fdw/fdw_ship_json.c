/*-------------------------------------------------------------------------
 *
 * fdw_ship_json.c
 *	  What is at a path of a JSON text, in SQLite: -> and ->>, #> and #>>, ?.
 *
 * The function mig_json (conv_json_path.c) gets the whole way from the column to
 * the text. Only ways that are constants.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "fdw/fdw_ship.h"

/* Indexes of more digits are no int for sure. */
#define MAX_INDEX_DIGITS 9

static bool add_steps(FdwShip *ship, Oid function, List *args, List **steps, Expr **column);
static bool is_end(int32 index);
static bool add_path(Datum value, bool binary, List **steps);
static bool is_path_step(const char *element);

/* Functions that take a step, with its kind in mig_json. */
static const struct
{
	Oid			function;
	char		kind;
}			json_steps[] = {
	{F_JSON_OBJECT_FIELD, 'k'}, {F_JSON_OBJECT_FIELD_TEXT, 'k'}, {F_JSONB_OBJECT_FIELD, 'k'}, {F_JSONB_OBJECT_FIELD_TEXT, 'k'},
	{F_JSON_ARRAY_ELEMENT, 'i'}, {F_JSON_ARRAY_ELEMENT_TEXT, 'i'}, {F_JSONB_ARRAY_ELEMENT, 'i'}, {F_JSONB_ARRAY_ELEMENT_TEXT, 'i'},
	{F_JSON_EXTRACT_PATH, 'p'}, {F_JSON_EXTRACT_PATH_TEXT, 'p'}, {F_JSONB_EXTRACT_PATH, 'p'}, {F_JSONB_EXTRACT_PATH_TEXT, 'p'},
	{F_JSONB_EXISTS, 'h'},
};

bool
fdw_look_into_json(FdwShip *ship, const ShipCall *call)
{
	List	   *steps = NIL;
	Expr	   *column;
	ListCell   *lc;

	if (!add_steps(ship, call->function, call->args, &steps, &column))
		return false;

	/* an error of its own for what is no JSON: it must wait for what decides before */
	ship->guarded = lappend(ship->guarded, fdw_strip(column));
	appendStringInfo(ship->sql, "%s(", call->sql);
	fdw_append_column(ship, column);
	appendStringInfoString(ship->sql, fdw_column_of(ship, column)->base_type == JSONBOID ? ", 'jsonb'" : ", 'json'");
	foreach(lc, steps)
	{
		appendStringInfoString(ship->sql, ", ");
		base_append_literal(ship->sql, lfirst(lc));
	}
	appendStringInfoChar(ship->sql, ')');
	return true;
}

/* The steps of a call and of those below it, down to the column. */
static bool
add_steps(FdwShip *ship, Oid function, List *args, List **steps, Expr **column)
{
	Expr	   *left;
	const Const *right;
	FdwColumn  *found;
	char		kind = '\0';
	bool		binary;

	for (int i = 0; i < lengthof(json_steps); i++)
	{
		if (json_steps[i].function == function)
			kind = json_steps[i].kind;
	}
	if (kind == '\0' || list_length(args) != 2)
		return false;
	left = fdw_strip(linitial(args));
	right = (const Const *) fdw_strip(lsecond(args));
	if (!IsA(right, Const) || right->constisnull)
		return false;
	found = fdw_column_of(ship, left);
	if (found != NULL)
	{
		if (found->form != FORM_JSON)
			return false;
		*column = left;

		/* a number that stands alone is its own first element, and last, but its text is not SQLite's */
		if (kind == 'i' && found->affinity != AFFINITY_TEXT && is_end(DatumGetInt32(right->constvalue)))
			return false;
	}
	else if (IsA(left, OpExpr))
	{
		set_opfuncid((OpExpr *) left);
		if (!add_steps(ship, ((OpExpr *) left)->opfuncid, ((OpExpr *) left)->args, steps, column))
			return false;
	}
	else if (!IsA(left, FuncExpr) || !add_steps(ship, ((FuncExpr *) left)->funcid, ((FuncExpr *) left)->args, steps, column))
		return false;

	binary = exprType((Node *) left) == JSONBOID;
	if (kind == 'p')
		return add_path(right->constvalue, binary, steps);
	if (kind == 'i')
		*steps = lappend(*steps, psprintf("i%d", DatumGetInt32(right->constvalue)));
	else
		*steps = lappend(*steps, psprintf("%c%s", kind, TextDatumGetCString(right->constvalue)));
	return true;
}

/* Whether jsonb finds a value that stands alone by this index. */
static bool
is_end(int32 index)
{
	return index == 0 || index == -1;
}

/* json looks for a path of several steps in one go, and finds another one where keys are given twice. */
static bool
add_path(Datum value, bool binary, List **steps)
{
	Datum	   *elements;
	bool	   *nulls;
	int			n;

	deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	if (n < 1 || (n > 1 && !binary))
		return false;
	for (int i = 0; i < n; i++)
	{
		char	   *element = nulls[i] ? NULL : TextDatumGetCString(elements[i]);

		if (element == NULL || !is_path_step(element))
			return false;
		*steps = lappend(*steps, psprintf("p%s", element));
	}
	return true;
}

/* Whether it is certain what an element of a path means in an array: an index as it is written plainly, or nothing. */
static bool
is_path_step(const char *element)
{
	size_t		digits = strspn(element + (element[0] == '-'), "0123456789");

	if (element[0] == '\0' || strchr(" \t\n\v\f\r+-0123456789", element[0]) == NULL)
		return true;
	return digits > 0 && digits <= MAX_INDEX_DIGITS && element[(element[0] == '-') + digits] == '\0';
}
