/*-------------------------------------------------------------------------
 *
 * fdw_ship_bytes.c
 *	  Comparisons of bytea and uuid in SQLite.
 *
 * The values of a bytea column are blobs or texts, which SQLite never finds
 * equal; those of a uuid column may be written in many ways. Compared are the
 * bytes that PostgreSQL sees. Where a value is looked for in an index, every way
 * in which it may be stored is.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/pathnode.h"
#include "utils/uuid.h"

#include "fdw/fdw_ship.h"

/* So many hex digits of a uuid are looked up: no hyphen can stand before them. */
#define PREFIX_DIGITS 4

static bool has_index(FdwShip *ship, Expr *expr);
static void append_prefixes(FdwShip *ship, Expr *column, const unsigned char *bytes);

void
fdw_append_bytes(FdwShip *ship, Expr *expr)
{
	FdwForm		form = fdw_column_of(ship, expr)->form;

	appendStringInfoString(ship->sql, form == FORM_UUID ? "mig_uuid(" : "CAST(");
	fdw_append_checked(ship, expr);
	appendStringInfoString(ship->sql, form == FORM_UUID ? ")" : " AS BLOB)");
}

bool
fdw_compare_bytes(FdwShip *ship, const ShipCall *call)
{
	Expr	   *column;
	Expr	   *value;
	const char *op;
	FdwForm		form = fdw_form_of_type(exprType((Node *) fdw_strip(linitial(call->args))));
	bool		found = fdw_column_and_value(ship, call, &column, &value, &op) && fdw_column_of(ship, column)->form == form &&
		strcmp(op, "=") == 0 && !ship->negated;
	const Const *constant = (const Const *) value;

	if (found && form == FORM_BYTES && fdw_column_of(ship, column)->binary)
	{
		fdw_append_column(ship, column);
		appendStringInfoString(ship->sql, " IN (");
		if (!fdw_append_parameter(ship, value, form))
			return false;
		appendStringInfoString(ship->sql, ", CAST(");
		if (!fdw_append_parameter(ship, value, form))
			return false;
		appendStringInfoString(ship->sql, " AS TEXT))");
		return true;
	}
	appendStringInfoChar(ship->sql, '(');
	if (found && form == FORM_UUID && IsA(constant, Const) && !constant->constisnull && has_index(ship, column))
		append_prefixes(ship, column, DatumGetUUIDP(constant->constvalue)->data);
	if (!fdw_ship_value(ship, linitial(call->args), form))
		return false;
	appendStringInfo(ship->sql, " %s ", call->sql);
	if (!fdw_ship_value(ship, lsecond(call->args), form))
		return false;
	appendStringInfoChar(ship->sql, ')');
	return true;
}

/* Whether an index begins with a column and finds texts by their bytes. */
static bool
has_index(FdwShip *ship, Expr *expr)
{
	Var		   *var = (Var *) fdw_strip(expr);
	FdwTable   *table = ((FdwRel *) find_base_rel(ship->root, var->varno)->fdw_private)->table;
	ListCell   *lc;

	foreach(lc, table->indexes)
	{
		FdwIndex   *index = lfirst(lc);

		if (index->attnums[0] == var->varattno && index->binary[0] && !index->partial)
			return table->utf8 && fdw_column_of(ship, expr)->binary;
	}
	return false;
}

/*
 * Where a uuid may stand in an index: as a blob, or as text that begins with its
 * first digits, in small or capital letters, in braces or not.
 */
static void
append_prefixes(FdwShip *ship, Expr *column, const unsigned char *bytes)
{
	char		digits[PREFIX_DIGITS + 1];

	snprintf(digits, sizeof(digits), "%02x%02x", bytes[0], bytes[1]);
	appendStringInfoChar(ship->sql, '(');
	fdw_append_column(ship, column);
	appendStringInfoString(ship->sql, " = x'");
	for (int i = 0; i < UUID_LEN; i++)
		appendStringInfo(ship->sql, "%02x", bytes[i]);
	appendStringInfoChar(ship->sql, '\'');
	for (int variant = 0; variant < 2 << PREFIX_DIGITS; variant++)
	{
		char		prefix[PREFIX_DIGITS + 2];
		bool		wanted = true;
		int			len = 0;

		if (variant & 1)
			prefix[len++] = '{';
		for (int i = 0; i < PREFIX_DIGITS; i++)
		{
			bool		capital = (variant >> (i + 1)) & 1;

			wanted &= !capital || digits[i] >= 'a';
			prefix[len++] = capital ? pg_ascii_toupper((unsigned char) digits[i]) : digits[i];
		}
		prefix[len] = '\0';
		if (!wanted)
			continue;

		/* what follows is a digit or a hyphen */
		appendStringInfoString(ship->sql, " OR (");
		fdw_append_column(ship, column);
		appendStringInfo(ship->sql, " > '%s' AND ", prefix);
		fdw_append_column(ship, column);
		appendStringInfo(ship->sql, " < '%sg')", prefix);
	}
	appendStringInfoString(ship->sql, ") AND ");
}
