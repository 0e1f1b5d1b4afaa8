/*-------------------------------------------------------------------------
 *
 * conv_iso.c
 *	  Reads dates and times in ISO form by position:
 *
 *	  text   = date | time [offset] | date sep time [offset] | infinity | -infinity
 *	  date   = YYYY-MM-DD		years 0001 to 9999999, four digits at least
 *	  sep    = 'T' | ' '
 *	  time   = HH:MM[:SS[.digits]]
 *	  offset = [' ']( 'Z' | (+|-)HH | (+|-)HHMM | (+|-)HH:MM[:SS] )
 *
 * Knows nothing of time zones, types or ranges of types.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "datatype/timestamp.h"
#include "utils/datetime.h"

#include "convert/conv_iso.h"

#define YEAR_DIGITS_MIN 4
#define YEAR_DIGITS_MAX 7
#define MAX_FRACTION 6

static const char *const not_iso = "text is not a date or time in ISO form";
static const char *const no_such_day = "date does not exist";
static const char *const no_such_time = "time does not exist";
static const char *const no_such_offset = "offset from UTC is out of range";

static const char *read_date(const char **at, IsoTime *iso);
static const char *read_time(const char **at, IsoTime *iso);
static const char *read_offset(const char **at, IsoTime *iso);
static void read_fraction(const char **at, IsoTime *iso);
static bool two_digits(const char *at, int *number);
static int	count_digits(const char *at);
static bool read_infinity(const char *text, int len, IsoTime *iso);

const char *
conv_iso_parse(const char *text, int len, IsoTime *iso, int *sqlstate)
{
	const char *at = text;
	const char *problem = NULL;
	bool		time_follows = true;

	memset(iso, 0, sizeof(*iso));
	if (read_infinity(text, len, iso))
		return NULL;

	if (count_digits(at) >= YEAR_DIGITS_MIN)
	{
		problem = read_date(&at, iso);
		time_follows = *at == ' ' || *at == 'T' || *at == 't';
		if (time_follows)
			at++;
	}
	if (problem == NULL && time_follows)
	{
		problem = read_time(&at, iso);
		if (problem == NULL)
			problem = read_offset(&at, iso);
	}

	/* a NUL byte inside the text ends it too early */
	if (problem == NULL && at != text + len)
		problem = not_iso;
	if (problem == not_iso)
		*sqlstate = ERRCODE_INVALID_DATETIME_FORMAT;
	else if (problem == no_such_offset)
		*sqlstate = ERRCODE_INVALID_TIME_ZONE_DISPLACEMENT_VALUE;
	else
		*sqlstate = ERRCODE_DATETIME_VALUE_OUT_OF_RANGE;
	return problem;
}

static const char *
read_date(const char **at, IsoTime *iso)
{
	const char *p = *at;
	int			digits = count_digits(p);

	if (digits > YEAR_DIGITS_MAX)
		return not_iso;
	for (; digits > 0; digits--)
		iso->year = iso->year * 10 + (*p++ - '0');
	if (p[0] != '-' || !two_digits(p + 1, &iso->month) || p[3] != '-' || !two_digits(p + 4, &iso->day))
		return not_iso;
	if (iso->year < 1 || iso->month < 1 || iso->month > MONTHS_PER_YEAR || iso->day < 1 ||
		iso->day > day_tab[isleap(iso->year)][iso->month - 1])
		return no_such_day;
	iso->has_date = true;
	*at = p + 6;
	return NULL;
}

/* Second 60 and hour 24 are let through as core does: up to 24:00:00 in all. */
static const char *
read_time(const char **at, IsoTime *iso)
{
	const char *p = *at;
	int			hour;
	int			minute;
	int			second = 0;

	if (!two_digits(p, &hour) || p[2] != ':' || !two_digits(p + 3, &minute))
		return not_iso;
	p += 5;
	if (*p == ':')
	{
		if (!two_digits(p + 1, &second))
			return not_iso;
		p += 3;
		if (*p == '.')
		{
			p++;
			if (count_digits(p) == 0)
				return not_iso;
			read_fraction(&p, iso);
		}
	}
	iso->usecs += ((hour * MINS_PER_HOUR + minute) * (int64) SECS_PER_MINUTE + second) * USECS_PER_SEC;
	if (hour > HOURS_PER_DAY || minute >= MINS_PER_HOUR || second > SECS_PER_MINUTE || iso->usecs > USECS_PER_DAY)
		return no_such_time;
	iso->has_time = true;
	*at = p;
	return NULL;
}

/* Digits after the point of the second into iso->usecs. */
static void
read_fraction(const char **at, IsoTime *iso)
{
	const char *p = *at;
	int			digits = count_digits(p);
	int			n;

	for (n = 0; n < MAX_FRACTION; n++)
		iso->usecs = iso->usecs * 10 + (n < digits ? p[n] - '0' : 0);
	for (; n < digits; n++)
	{
		if (p[n] != '0')
			iso->rounded = true;
	}
	if (iso->rounded)
	{
		/* as core rounds: through a double, ties to even; the point is at p[-1] */
		iso->usecs = (int64) rint(strtod(p - 1, NULL) * USECS_PER_SEC);
	}
	*at = p + digits;
}

static const char *
read_offset(const char **at, IsoTime *iso)
{
	const char *p = *at;
	bool		west;
	int			hour;
	int			minute = 0;
	int			second = 0;

	if (*p == ' ')
		p++;
	if (*p == 'Z' || *p == 'z')
	{
		iso->has_offset = true;
		*at = p + 1;
		return NULL;
	}
	if (*p != '+' && *p != '-')
		return *p == '\0' && p == *at ? NULL : not_iso;
	west = *p == '-';
	if (!two_digits(p + 1, &hour))
		return not_iso;
	p += 3;
	if (two_digits(p, &minute))
		p += 2;
	else if (*p == ':')
	{
		if (!two_digits(p + 1, &minute))
			return not_iso;
		p += 3;
		if (*p == ':')
		{
			if (!two_digits(p + 1, &second))
				return not_iso;
			p += 3;
		}
	}
	if (hour > MAX_TZDISP_HOUR || minute >= MINS_PER_HOUR || second >= SECS_PER_MINUTE)
		return no_such_offset;
	iso->has_offset = true;
	iso->offset = (hour * MINS_PER_HOUR + minute) * SECS_PER_MINUTE + second;
	if (west)
		iso->offset = -iso->offset;
	*at = p;
	return NULL;
}

static bool
two_digits(const char *at, int *number)
{
	if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
		return false;
	*number = (at[0] - '0') * 10 + (at[1] - '0');
	return true;
}

static int
count_digits(const char *at)
{
	int			n = 0;

	while (at[n] >= '0' && at[n] <= '9')
		n++;
	return n;
}

/* The words PostgreSQL itself writes; a copy that went to SQLite and back has them. */
static bool
read_infinity(const char *text, int len, IsoTime *iso)
{
	if (len == 8 && pg_strcasecmp(text, "infinity") == 0)
		iso->infinite = 1;
	else if (len == 9 && pg_strcasecmp(text, "-infinity") == 0)
		iso->infinite = -1;
	return iso->infinite != 0;
}
