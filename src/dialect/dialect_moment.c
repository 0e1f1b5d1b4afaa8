/*-------------------------------------------------------------------------
 *
 * dialect_moment.c
 *	  SQLite's date and time functions where PostgreSQL has a plain equal:
 *	  the present moment, moved by whole units, as a date or time type.
 *
 * Everything else stays a function of schema sqlite_compat, which gives text.
 * Months and years stay there as well: the last day of a month moves
 * differently in SQLite.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_writer.h"

#include <ctype.h>

/* Written around the moment while the modifiers are read from left to right. */
typedef struct Moment
{
	StringInfoData before;		/* opening calls, outermost first */
	StringInfoData after;
	bool		is_zoned;		/* timestamptz, else timestamp in UTC */
} Moment;

/*
 * '+1 day', '-30 minutes' … as the text of an interval; NULL if it is none.
 */
static char *
read_shift(const char *modifier, bool *negative)
{
	static const char *const units[] = {"day", "hour", "minute", "second"};
	const char *c = modifier;
	char	   *number;
	int			i;

	*negative = *c == '-';
	if (*c == '+' || *c == '-')
		c++;
	if (!isdigit((unsigned char) *c))
		return NULL;
	number = pnstrdup(c, strspn(c, "0123456789"));
	c += strlen(number);
	c += strspn(c, " ");
	for (i = 0; i < lengthof(units); i++)
	{
		int			len = strlen(units[i]);

		if (pg_strncasecmp(c, units[i], len) == 0 && (c[len] == '\0' || (pg_ascii_tolower(c[len]) == 's' && c[len + 1] == '\0')))
			return psprintf("%s %s%s", number, units[i], strcmp(number, "1") == 0 ? "" : "s");
	}
	return NULL;
}

/*
 * Adds one modifier; false if it is none of the plain ones.
 */
static bool
add_modifier(Moment *moment, const DialectExpr *modifier)
{
	static const char *const fields[] = {"day", "month", "year"};
	bool		negative;
	char	   *shift;
	int			i;

	if (modifier->kind != EXPR_STRING)
		return false;
	shift = read_shift(modifier->text, &negative);
	if (shift != NULL)
	{
		appendStringInfo(&moment->after, " %c interval '%s'", negative ? '-' : '+', shift);
		return true;
	}
	if (pg_strncasecmp(modifier->text, "start of ", 9) != 0)
		return false;
	for (i = 0; i < lengthof(fields); i++)
	{
		if (pg_strcasecmp(modifier->text + 9, fields[i]) == 0)
		{
			char	   *before = pstrdup(moment->before.data);

			resetStringInfo(&moment->before);
			appendStringInfo(&moment->before, "date_trunc('%s', %s", fields[i], before);
			appendStringInfoString(&moment->after, moment->is_zoned ? ", 'UTC')" : ")");
			return true;
		}
	}
	return false;
}

/*
 * Whether a call is date(), time() or datetime() of the present moment.
 */
static bool
is_present(const DialectExpr *e)
{
	const DialectExpr *first;

	if (e->kind != EXPR_FUNCTION || list_length(e->args) > 8 ||
		(!dialect_same_name(e->text, "date") && !dialect_same_name(e->text, "datetime") && !dialect_same_name(e->text, "time")))
		return false;
	if (e->args == NIL)
		return true;
	first = linitial(e->args);
	return first->kind == EXPR_NOW || (first->kind == EXPR_STRING && dialect_same_name(first->text, "now"));
}

/*
 * Writes CURRENT_… or a date function as a value of a date or time type;
 * false, and nothing written, when that needs more than PostgreSQL's own words.
 */
bool
dialect_write_moment(DialectWriter *w, DialectExpr *e, DialectType type)
{
	Moment		moment;
	bool		is_day;
	ListCell   *lc;

	if (e->kind != EXPR_NOW && !is_present(e))
		return false;
	is_day = e->kind == EXPR_NOW ? strcmp(e->text, "current_date") == 0 : dialect_same_name(e->text, "date");
	if ((type == TYPE_TIME) != (e->kind == EXPR_NOW ? strcmp(e->text, "current_time") == 0 : dialect_same_name(e->text, "time")))
		return false;
	initStringInfo(&moment.before);
	initStringInfo(&moment.after);
	moment.is_zoned = type == TYPE_TIMESTAMPTZ;
	foreach(lc, e->args)
	{
		if (foreach_current_index(lc) > 0 && !add_modifier(&moment, lfirst(lc)))
			return false;
	}
	dialect_note(w, FIND_NOW, e->start, e->text);
	if (type == TYPE_DATE || type == TYPE_TIME)
		appendStringInfoString(&w->out, "CAST(");
	else if (is_day)
		appendStringInfoString(&w->out, "date_trunc('day', ");
	else if (moment.after.len > 0)
		appendStringInfoChar(&w->out, '(');
	appendStringInfoString(&w->out, moment.before.data);
	appendStringInfoString(&w->out, moment.is_zoned ? "CURRENT_TIMESTAMP" : "(CURRENT_TIMESTAMP AT TIME ZONE 'UTC')");
	appendStringInfoString(&w->out, moment.after.data);
	if (type == TYPE_DATE || type == TYPE_TIME)
		appendStringInfoString(&w->out, type == TYPE_DATE ? " AS date)" : " AS time(0))");
	else if (is_day)
		appendStringInfoString(&w->out, moment.is_zoned ? ", 'UTC')" : ")");
	else if (moment.after.len > 0)
		appendStringInfoChar(&w->out, ')');
	return true;
}

/*
 * Writes CURRENT_… , and date(), time(), datetime() and unixepoch() of the
 * present moment, as the text or number that SQLite gives; false, and nothing
 * written, for anything else.
 */
bool
dialect_write_now(DialectWriter *w, DialectExpr *e)
{
	static const struct
	{
		const char *word;
		const char *function;
		const char *form;
	}			forms[] = {
		{"current_timestamp", "datetime", "to_char(CURRENT_TIMESTAMP AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')"},
		{"current_date", "date", "to_char(CURRENT_TIMESTAMP AT TIME ZONE 'UTC', 'YYYY-MM-DD')"},
		{"current_time", "time", "to_char(CURRENT_TIMESTAMP AT TIME ZONE 'UTC', 'HH24:MI:SS')"},
		{NULL, "unixepoch", "CAST(floor(extract(epoch FROM CURRENT_TIMESTAMP)) AS bigint)"}
	};
	int			i;

	if (e->kind == EXPR_FUNCTION && (list_length(e->args) > 1 || e->window != NULL || e->third != NULL))
		return false;
	for (i = 0; i < lengthof(forms); i++)
	{
		if (e->kind == EXPR_NOW)
		{
			if (forms[i].word == NULL || strcmp(e->text, forms[i].word) != 0)
				continue;
		}
		else
		{
			DialectExpr *first = e->args ? linitial(e->args) : NULL;

			if (!dialect_same_name(e->text, forms[i].function) ||
				(first != NULL && (first->kind != EXPR_STRING || !dialect_same_name(first->text, "now"))))
				continue;
		}
		if (w->immutable)
			dialect_note(w, FIND_NOT_IMMUTABLE, e->start, e->text);
		else if (forms[i].word != NULL)
			dialect_note(w, FIND_NOW_TEXT, e->start, e->text);
		appendStringInfoString(&w->out, forms[i].form);
		return true;
	}
	return false;
}
