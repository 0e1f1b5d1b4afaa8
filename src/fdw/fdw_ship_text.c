/*-------------------------------------------------------------------------
 *
 * fdw_ship_text.c
 *	  Comparisons and functions of texts in SQLite.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "fdw/fdw_ship.h"

static bool limited_text_equal(FdwShip *ship, Expr *column, Expr *value);
static bool match_parameter(FdwShip *ship, const ShipCall *call, Expr *pattern);
static void append_range(FdwShip *ship, Expr *subject, const char *like);
static void append_range_parameters(FdwShip *ship, Expr *subject, Expr *pattern);
static char *glob_pattern(const char *like, bool *is_prefix, int *prefix_chars);

/* Equality of texts is equality of bytes, unless the collation says otherwise. */
bool
fdw_compare_texts(FdwShip *ship, const ShipCall *call)
{
	Expr	   *column;
	Expr	   *value;
	const char *op;
	bool		plain = fdw_column_and_value(ship, call, &column, &value, &op);
	bool		equal = strcmp(call->sql, "=") == 0;

	if (!get_collation_isdeterministic(call->collation))
		return false;
	if (plain && fdw_column_of(ship, column)->form == FORM_TEXT && equal && !fdw_column_of(ship, column)->foreign_order)
	{
		if (fdw_column_of(ship, column)->max_chars >= 0)
			return limited_text_equal(ship, column, value);
		if (fdw_column_of(ship, column)->binary)
		{
			fdw_append_unless_negated(ship, column);
			appendStringInfoString(ship->sql, " = ");
			return fdw_append_parameter(ship, value, FORM_TEXT);
		}

		/* under the column's own collation first: its index serves, and what is equal by bytes is equal there */
		appendStringInfoChar(ship->sql, '(');
		fdw_append_column(ship, column);
		appendStringInfoString(ship->sql, " = ");
		if (!fdw_append_parameter(ship, value, FORM_TEXT))
			return false;
		appendStringInfoString(ship->sql, " AND ");
	}
	else
		appendStringInfoChar(ship->sql, '(');
	if (!fdw_ship_value(ship, linitial(call->args), FORM_TEXT))
		return false;

	/* SQLite makes one IN of several, and that takes the collation from its left side */
	if (plain && fdw_column_of(ship, column)->foreign_order)
		appendStringInfoString(ship->sql, " COLLATE BINARY");
	appendStringInfo(ship->sql, " %s ", call->sql);
	if (!fdw_ship_value(ship, lsecond(call->args), FORM_TEXT))
		return false;
	appendStringInfoString(ship->sql, " COLLATE BINARY)");
	return true;
}

/*
 * varchar(n): of a longer text the blanks at its end are cut. Only a constant
 * shorter than n cannot be what is left of one.
 */
static bool
limited_text_equal(FdwShip *ship, Expr *column, Expr *value)
{
	const Const *constant = (Const *) value;

	if (!fdw_column_of(ship, column)->binary)
		return false;
	if (IsA(value, Const) && !constant->constisnull)
	{
		if (pg_mbstrlen(TextDatumGetCString(constant->constvalue)) < fdw_column_of(ship, column)->max_chars)
		{
			fdw_append_unless_negated(ship, column);
			appendStringInfoString(ship->sql, " = ");
			return fdw_append_parameter(ship, value, FORM_TEXT);
		}
	}
	ship->exact = false;
	appendStringInfoChar(ship->sql, '(');
	fdw_append_checked(ship, column);
	appendStringInfoString(ship->sql, " >= ");
	if (!fdw_append_parameter(ship, value, FORM_TEXT))
		return false;
	appendStringInfoString(ship->sql, " AND ");
	fdw_append_column(ship, column);
	appendStringInfoString(ship->sql, " < ");
	if (!fdw_append_parameter(ship, value, FORM_TEXT))
		return false;

	/* the character after the blank */
	appendStringInfoString(ship->sql, " || '!')");
	return true;
}

bool
fdw_order_texts(FdwShip *ship, const ShipCall *call)
{
	Expr	   *left = linitial(call->args);
	Expr	   *right = lsecond(call->args);
	FdwColumn  *column = fdw_column_of(ship, left) ? fdw_column_of(ship, left) : fdw_column_of(ship, right);

	if (!fdw_collation_is_bytes(call->collation))
		return false;
	appendStringInfoChar(ship->sql, '(');
	if (!fdw_ship_value(ship, left, FORM_TEXT))
		return false;
	appendStringInfo(ship->sql, " %s ", call->sql);
	if (!fdw_ship_value(ship, right, FORM_TEXT))
		return false;

	/* spelled out only where it is not the column's own: an index is found more easily without */
	appendStringInfoString(ship->sql, column && column->binary && column->max_chars < 0 ? ")" : " COLLATE BINARY)");
	return true;
}

/*
 * LIKE with a constant pattern, as GLOB: both tell cases apart. In a varchar(n)
 * a beginning of at most n characters is there whatever is cut. Where the bare
 * column is compared, the range of what begins as the pattern is sent too: SQLite
 * makes none by itself from a GLOB that is not its own (sqlite_match.c).
 */
bool
fdw_match_pattern(FdwShip *ship, const ShipCall *call)
{
	Expr	   *subject = linitial(call->args);
	Const	   *pattern = (Const *) fdw_strip(lsecond(call->args));
	FdwColumn  *column = fdw_column_of(ship, subject);
	bool		bare;
	bool		is_prefix;
	int			prefix_chars;
	char	   *glob;

	if (!get_collation_isdeterministic(call->collation))
		return false;
	if (!IsA(pattern, Const))
		return match_parameter(ship, call, (Expr *) pattern);
	if (pattern->constisnull)
		return false;
	glob = glob_pattern(TextDatumGetCString(pattern->constvalue), &is_prefix, &prefix_chars);
	if (glob == NULL)
		return false;
	bare = column != NULL && column->form == FORM_TEXT &&
		(column->max_chars < 0 || (is_prefix && prefix_chars <= column->max_chars));
	appendStringInfoChar(ship->sql, '(');
	if (bare && strcmp(call->sql, "GLOB") == 0 && !ship->negated)
		append_range(ship, subject, TextDatumGetCString(pattern->constvalue));
	if (bare)
		fdw_append_checked(ship, subject);
	else if (!fdw_ship_value(ship, subject, FORM_TEXT))
		return false;
	appendStringInfo(ship->sql, " %s ", call->sql);
	base_append_literal(ship->sql, glob);
	appendStringInfoChar(ship->sql, ')');
	return true;
}

/*
 * A pattern that is not known yet: what is bound lets everything through when
 * the pattern is none, or too long for SQLite, so PostgreSQL decides again.
 */
static bool
match_parameter(FdwShip *ship, const ShipCall *call, Expr *pattern)
{
	Expr	   *subject = linitial(call->args);
	FdwColumn  *column = fdw_column_of(ship, subject);

	if (strcmp(call->sql, "GLOB") != 0 || !fdw_is_parameter(ship, pattern) ||
		fdw_form_of_type(exprType((Node *) pattern)) != FORM_TEXT)
		return false;
	ship->exact = false;
	appendStringInfoChar(ship->sql, '(');
	if (column != NULL && column->form == FORM_TEXT && column->max_chars < 0 && !ship->negated)
		append_range_parameters(ship, subject, pattern);
	if (!fdw_ship_value(ship, subject, FORM_TEXT))
		return false;
	appendStringInfoString(ship->sql, " GLOB ");
	fdw_append_bind(ship, BIND_PATTERN, pattern, NULL, false);
	appendStringInfoChar(ship->sql, ')');
	return true;
}

/* A bound in a comparison by bytes. */
static void
append_bytewise(FdwShip *ship, Expr *subject)
{
	if (!fdw_column_of(ship, subject)->binary)
		appendStringInfoString(ship->sql, " COLLATE BINARY");
}

/* The range of what begins as a pattern does, "… AND "; nothing when it begins with a sign. */
static void
append_range(FdwShip *ship, Expr *subject, const char *like)
{
	char	   *from = fdw_like_from(like);
	char	   *below = fdw_like_below(like);

	if (from[0] == '\0')
		return;
	fdw_append_column(ship, subject);
	appendStringInfoString(ship->sql, " >= ");
	base_append_literal(ship->sql, from);
	append_bytewise(ship, subject);
	appendStringInfoString(ship->sql, " AND ");
	if (below == NULL)
		return;
	fdw_append_column(ship, subject);
	appendStringInfoString(ship->sql, " < ");
	base_append_literal(ship->sql, below);
	append_bytewise(ship, subject);
	appendStringInfoString(ship->sql, " AND ");
}

/*
 * The same of a pattern that is known when the statement runs. One without a
 * beginning has no range, and an index would be the longer way to all rows:
 * fdw_bind_statement then disables these conditions, which it knows by their form.
 */
static void
append_range_parameters(FdwShip *ship, Expr *subject, Expr *pattern)
{
	appendStringInfoChar(ship->sql, '(');
	fdw_append_bind(ship, BIND_FROM, pattern, NULL, false);
	appendStringInfoString(ship->sql, FDW_FROM_OPERATOR);
	fdw_append_column(ship, subject);
	append_bytewise(ship, subject);
	appendStringInfoString(ship->sql, ") AND (");
	fdw_append_bind(ship, BIND_BELOW, pattern, NULL, false);
	appendStringInfoString(ship->sql, FDW_BELOW_OPERATOR);
	fdw_append_column(ship, subject);
	append_bytewise(ship, subject);
	appendStringInfoString(ship->sql, ") AND ");
}

char *
fdw_like_from(const char *like)
{
	StringInfoData from;
	bool		is_prefix;
	int			prefix_chars;

	initStringInfo(&from);
	if (glob_pattern(like, &is_prefix, &prefix_chars) == NULL)
		return from.data;
	for (const char *p = like; *p != '\0' && *p != '%' && *p != '_'; p++)
	{
		if (*p == '\\')
			p++;
		appendStringInfoChar(&from, *p);
	}
	return from.data;
}

char *
fdw_like_below(const char *like)
{
	char	   *from = fdw_like_from(like);
	size_t		length = strlen(from);
	unsigned char *below = palloc(length + MAX_MULTIBYTE_CHAR_LEN + 1);

	memcpy(below, from, length);
	while (length > 0)
	{
		pg_wchar	next;

		for (length--; length > 0 && (below[length] & 0xC0) == 0x80;)
			length--;
		next = utf8_to_unicode(below + length) + 1;
		if (next == 0xD800)		/* those up to here are no characters */
			next = 0xE000;
		if (next > 0x10FFFF)
			continue;
		unicode_to_utf8(next, below + length);
		below[length + pg_utf_mblen(below + length)] = '\0';
		return (char *) below;
	}
	return NULL;
}

char *
fdw_like_as_glob(const char *like)
{
	bool		is_prefix;
	int			prefix_chars;
	char	   *glob = glob_pattern(like, &is_prefix, &prefix_chars);

	return glob != NULL ? glob : "*";
}

/* starts_with() and ^@, as LIKE with everything escaped. */
bool
fdw_match_beginning(FdwShip *ship, const ShipCall *call)
{
	Const	   *beginning = (Const *) fdw_strip(lsecond(call->args));
	ShipCall	like = *call;
	StringInfoData pattern;

	if (!IsA(beginning, Const) || beginning->constisnull)
		return false;
	initStringInfo(&pattern);
	for (const char *p = TextDatumGetCString(beginning->constvalue); *p; p++)
	{
		if (*p == '\\' || *p == '%' || *p == '_')
			appendStringInfoChar(&pattern, '\\');
		appendStringInfoChar(&pattern, *p);
	}
	appendStringInfoChar(&pattern, '%');
	like.args = list_make2(linitial(call->args),
						   makeConst(TEXTOID, -1, beginning->constcollid, -1, CStringGetTextDatum(pattern.data), false, false));
	return fdw_match_pattern(ship, &like);
}

/*
 * The pattern of GLOB, palloc'd; NULL when it is too long or ends in an escape,
 * which is an error that PostgreSQL has to report.
 */
static char *
glob_pattern(const char *like, bool *is_prefix, int *prefix_chars)
{
	StringInfoData glob;

	if (strlen(like) > 2 * SQLITE_MAX_PATTERN)	/* even if each character is escaped */
		return NULL;
	initStringInfo(&glob);
	*prefix_chars = 0;
	*is_prefix = false;
	for (const char *p = like; *p; p++)
	{
		bool		escaped = *p == '\\';

		if (escaped && *++p == '\0')
			return NULL;
		if (*p == '%' && !escaped)
		{
			*is_prefix = p[1] == '\0' && strpbrk(glob.data, "?*") == NULL;
			appendStringInfoChar(&glob, '*');
		}
		else if (*p == '_' && !escaped)
			appendStringInfoChar(&glob, '?');
		else if (*p == '*' || *p == '?' || *p == '[')
			appendStringInfo(&glob, "[%c]", *p);
		else
			appendStringInfoChar(&glob, *p);
		if (((unsigned char) *p & 0xC0) != 0x80)
			(*prefix_chars)++;
	}
	(*prefix_chars) -= *is_prefix;
	return glob.len <= SQLITE_MAX_PATTERN ? glob.data : NULL;
}

/* Both count characters. */
bool
fdw_call_length(FdwShip *ship, const ShipCall *call)
{
	appendStringInfoString(ship->sql, "length(");
	if (!fdw_ship_value(ship, linitial(call->args), FORM_TEXT))
		return false;
	appendStringInfoChar(ship->sql, ')');
	return true;
}

/* Places before the first and negative lengths mean other things: only constants that are neither. */
bool
fdw_call_substr(FdwShip *ship, const ShipCall *call)
{
	appendStringInfoString(ship->sql, "substr(");
	if (!fdw_ship_value(ship, linitial(call->args), FORM_TEXT))
		return false;
	for (int i = 1; i < list_length(call->args); i++)
	{
		Const	   *number = list_nth(call->args, i);

		if (!IsA(number, Const) || number->constisnull || DatumGetInt32(number->constvalue) < (i == 1 ? 1 : 0))
			return false;
		appendStringInfo(ship->sql, ", %d", DatumGetInt32(number->constvalue));
	}
	appendStringInfoChar(ship->sql, ')');
	return true;
}

bool
fdw_call_concat(FdwShip *ship, const ShipCall *call)
{
	appendStringInfoChar(ship->sql, '(');
	if (!fdw_ship_value(ship, linitial(call->args), FORM_TEXT))
		return false;
	appendStringInfoString(ship->sql, " || ");
	if (!fdw_ship_value(ship, lsecond(call->args), FORM_TEXT))
		return false;
	appendStringInfoChar(ship->sql, ')');
	return true;
}

/* Functions of texts alone that mean the same: they go by characters and by bytes, not by a collation. */
bool
fdw_call_with_texts(FdwShip *ship, const ShipCall *call)
{
	ListCell   *lc;

	if (OidIsValid(call->collation) && !get_collation_isdeterministic(call->collation))
		return false;
	appendStringInfo(ship->sql, "%s(", call->sql);
	foreach(lc, call->args)
	{
		appendStringInfoString(ship->sql, foreach_current_index(lc) > 0 ? ", " : "");
		if (!fdw_ship_value(ship, lfirst(lc), FORM_TEXT))
			return false;
	}
	appendStringInfoChar(ship->sql, ')');
	return true;
}

/* A negative number means something else. */
bool
fdw_call_left(FdwShip *ship, const ShipCall *call)
{
	Const	   *number = lsecond(call->args);

	appendStringInfoString(ship->sql, "substr(");
	if (!IsA(number, Const) || number->constisnull || DatumGetInt32(number->constvalue) < 0 ||
		!fdw_ship_value(ship, linitial(call->args), FORM_TEXT))
		return false;
	appendStringInfo(ship->sql, ", 1, %d)", DatumGetInt32(number->constvalue));
	return true;
}

bool
fdw_call_octet_length(FdwShip *ship, const ShipCall *call)
{
	appendStringInfoString(ship->sql, "length(CAST(");
	if (!fdw_ship_value(ship, linitial(call->args), FORM_TEXT))
		return false;
	appendStringInfoString(ship->sql, " AS BLOB))");
	return true;
}

/* SQLite knows the letters of ASCII only. */
bool
fdw_change_case(FdwShip *ship, const ShipCall *call)
{
	if (!fdw_collation_is_ascii(call->collation))
		return false;
	return fdw_call_with_texts(ship, call);
}
