/*-------------------------------------------------------------------------
 *
 * conv_out_time.c
 *	  date, time, timestamp, timestamptz and interval into a column of SQLite, in
 *	  the stored form that the column option "format" says (conv_datetime.c).
 *
 * ISO text follows the style of a value that the column holds: ' ' or 'T', how many
 * digits of a second, 'Z' or an offset. A count is an integer where it is a whole
 * number, else a REAL.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "common/int.h"
#include "datatype/timestamp.h"
#include "miscadmin.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "convert/convert_internal.h"
#include "convert/conv_iso.h"

#define MAX_FRACTION 6
#define ISO_LEN 64

static const int64 powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};

/* How a column writes ISO text. */
typedef struct IsoStyle
{
	char		separator;		/* ' ' or 'T' */
	int			fraction;		/* digits of a second that are always there */
	bool		minutes;		/* seconds are left out where they are zero */
	bool		days;			/* the time is left out at midnight */
	bool		zulu;			/* ends in Z */
	bool		offset;			/* ends in an offset */
} IsoStyle;

typedef struct TimeOut
{
	pg_tz	   *zone;			/* of naive times; NULL = UTC */
	IsoStyle	style;
	bool		reals;			/* whole numbers are REAL, too */
	int			digits;			/* of a format that counts from an epoch */
	int64		epoch;
} TimeOut;

static bool out_date_iso(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_time_iso(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_timestamp_iso(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_timestamptz_iso(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_counted(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_julian(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_interval(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static bool out_seconds(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param);
static void read_style(IsoStyle *style, const char *sample);
static bool bind_infinity(ConvOut *out, bool below, sqlite3_stmt *stmt, int param);
static int	write_day(char *text, int64 day);
static int	write_time(const IsoStyle *style, char *text, int64 usecs);
static int64 utc_offset(pg_tz *zone, Timestamp instant);
static Timestamp local_to_instant(pg_tz *zone, Timestamp local);
static bool instant_of(ConvOut *out, Datum value, Timestamp *instant);
static bool bind_fraction(ConvOut *out, int64 usecs, int64 unit, sqlite3_stmt *stmt, int param);
static bool refuse_range(ConvOut *out);

void
conv_choose_out_time(ConvOut *out)
{
	TimeOut    *state = palloc0(sizeof(TimeOut));
	const char *format = out->spec.format;
	static const struct
	{
		Oid			typid;
		ConvOutFn	iso;
	}			types[] = {
		{DATEOID, out_date_iso}, {TIMEOID, out_time_iso}, {TIMESTAMPOID, out_timestamp_iso},
		{TIMESTAMPTZOID, out_timestamptz_iso}, {INTERVALOID, out_interval},
	};

	out->state = state;
	state->zone = conv_find_zone(out->spec.time_zone);
	state->style.separator = ' ';
	if (out->target.sample != NULL)
		read_style(&state->style, out->target.sample);
	if (format == NULL || strcmp(format, "iso") == 0)
	{
		for (int i = 0; i < lengthof(types); i++)
		{
			if (types[i].typid == out->spec.typid)
				out->fn = types[i].iso;
		}
		return;
	}
	if (out->spec.typid == INTERVALOID)
		out->fn = out_seconds;
	else
		out->fn = conv_find_epoch(format, &state->digits, &state->epoch) ? out_counted : out_julian;

	/* Core Data declares such columns TIMESTAMP and stores doubles */
	state->reals = strcmp(format, "cocoa") == 0 || strcmp(format, "apple") == 0;
}

static void
read_style(IsoStyle *style, const char *sample)
{
	IsoTime		iso;
	int			sqlstate;
	const char *time;

	if (conv_iso_parse(sample, strlen(sample), &iso, &sqlstate) != NULL || iso.infinite)
		return;
	if (strchr(sample, 'T') != NULL)
		style->separator = 'T';
	style->days = !iso.has_time;
	time = strchr(sample, ':');
	if (time == NULL)
		return;
	style->minutes = time[1] != '\0' && time[2] != '\0' && time[3] != ':';
	time = strchr(time, '.');
	if (time != NULL)
		style->fraction = Min(strspn(time + 1, "0123456789"), MAX_FRACTION);
	style->zulu = strchr(sample, 'Z') != NULL;
	style->offset = iso.has_offset && !style->zulu;
}

static bool
refuse_range(ConvOut *out)
{
	return conv_out_refuse(out, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "date or time is out of the range of format \"%s\"",
						   out->spec.format ? out->spec.format : "iso");
}

static bool
bind_infinity(ConvOut *out, bool below, sqlite3_stmt *stmt, int param)
{
	return conv_bind_ascii(out, below ? "-infinity" : "infinity", below ? 9 : 8, stmt, param);
}

/* Writes a day counted from 2000-01-01; 0 where ISO text knows no such year. */
static int
write_day(char *text, int64 day)
{
	int			year;
	int			month;
	int			mday;

	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &mday);
	return year < 1 ? 0 : sprintf(text, "%04d-%02d-%02d", year, month, mday);
}

/* Milliseconds where they are enough, else microseconds; at least as many digits as the column has. */
static int
write_time(const IsoStyle *style, char *text, int64 usecs)
{
	int			rest = usecs % USECS_PER_SEC;
	int			second = usecs / USECS_PER_SEC % SECS_PER_MINUTE;
	int			digits = rest == 0 ? 0 : rest % 1000 == 0 ? 3 : MAX_FRACTION;
	int			len = sprintf(text, "%02d:%02d", (int) (usecs / USECS_PER_HOUR), (int) (usecs / USECS_PER_MINUTE % MINS_PER_HOUR));

	if (style->minutes && rest == 0 && second == 0)
		return len;
	len += sprintf(text + len, ":%02d", second);
	if (style->fraction > 0 && rest % powers[MAX_FRACTION - style->fraction] == 0)
		digits = style->fraction;
	if (digits > 0)
		len += sprintf(text + len, ".%0*d", digits, (int) (rest / powers[MAX_FRACTION - digits]));
	return len;
}

static bool
out_date_iso(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	DateADT		date = DatumGetDateADT(value);
	TimeOut    *state = out->state;
	char	   *text;
	int			len;

	if (DATE_NOT_FINITE(date))
		return bind_infinity(out, DATE_IS_NOBEGIN(date), stmt, param);
	text = palloc(ISO_LEN);
	len = write_day(text, date);
	if (len == 0)
		return refuse_range(out);

	/* a column that holds midnights goes on holding them */
	if (out->target.sample != NULL && !state->style.days && strchr(out->target.sample, ':') != NULL)
	{
		text[len++] = state->style.separator;
		len += write_time(&state->style, text + len, 0);
		if (state->style.zulu)
			text[len++] = 'Z';
	}
	return conv_bind_ascii(out, text, len, stmt, param);
}

static bool
out_time_iso(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	TimeOut    *state = out->state;
	char	   *text = palloc(ISO_LEN);

	return conv_bind_ascii(out, text, write_time(&state->style, text, DatumGetTimeADT(value)), stmt, param);
}

/* Writes date and time as they stand; 0 as write_day. */
static int
write_timestamp(const TimeOut *state, char *text, Timestamp timestamp)
{
	int64		day = timestamp / USECS_PER_DAY;
	int64		usecs = timestamp % USECS_PER_DAY;
	int			len;

	if (usecs < 0)
	{
		usecs += USECS_PER_DAY;
		day--;
	}
	len = write_day(text, day);
	if (len == 0 || (state->style.days && usecs == 0))
		return len;
	text[len++] = state->style.separator;
	return len + write_time(&state->style, text + len, usecs);
}

static bool
out_timestamp_iso(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	Timestamp	timestamp = DatumGetTimestamp(value);
	char	   *text;
	int			len;

	if (TIMESTAMP_NOT_FINITE(timestamp))
		return bind_infinity(out, TIMESTAMP_IS_NOBEGIN(timestamp), stmt, param);
	text = palloc(ISO_LEN);
	len = write_timestamp(out->state, text, timestamp);
	return len > 0 ? conv_bind_ascii(out, text, len, stmt, param) : refuse_range(out);
}

/*
 * The time that the clocks of the column's zone show. The offset follows where the
 * column has offsets, and where the time would be read as another instant.
 */
static bool
out_timestamptz_iso(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	TimeOut    *state = out->state;
	TimestampTz instant = DatumGetTimestampTz(value);
	int64		offset;
	char	   *text;
	int			len;

	if (TIMESTAMP_NOT_FINITE(instant))
		return bind_infinity(out, TIMESTAMP_IS_NOBEGIN(instant), stmt, param);
	offset = state->style.zulu ? 0 : utc_offset(state->zone, instant);
	if (!IS_VALID_TIMESTAMP(instant + offset))
		return refuse_range(out);
	text = palloc(ISO_LEN);
	len = write_timestamp(state, text, instant + offset);
	if (len == 0)
		return refuse_range(out);
	if (state->style.zulu)
		text[len++] = 'Z';
	else if (state->style.offset || local_to_instant(state->zone, instant + offset) != instant)
	{
		int			seconds = offset / USECS_PER_SEC;

		if (strchr(text, ':') == NULL)
			len += sprintf(text + len, "%c00:00:00", state->style.separator);
		len += sprintf(text + len, "%c%02d:%02d", seconds < 0 ? '-' : '+', abs(seconds) / SECS_PER_HOUR, abs(seconds) / SECS_PER_MINUTE % MINS_PER_HOUR);
		if (seconds % SECS_PER_MINUTE != 0)
			len += sprintf(text + len, ":%02d", abs(seconds) % SECS_PER_MINUTE);
	}
	return conv_bind_ascii(out, text, len, stmt, param);
}

/* Microseconds east of UTC at an instant, which a timestamptz holds. */
static int64
utc_offset(pg_tz *zone, Timestamp instant)
{
	struct pg_tm tm;
	fsec_t		fsec;
	int			west;

	if (zone == NULL)
		return 0;
	if (timestamp2tm(instant, &west, &tm, &fsec, NULL, zone) != 0)
		elog(ERROR, "timestamp out of range");
	return -west * USECS_PER_SEC;
}

/* The instant that the converter reads from a local time, which a timestamp holds. */
static Timestamp
local_to_instant(pg_tz *zone, Timestamp local)
{
	struct pg_tm tm;
	fsec_t		fsec;

	if (zone == NULL)
		return local;
	if (timestamp2tm(local, NULL, &tm, &fsec, NULL, NULL) != 0)
		elog(ERROR, "timestamp out of range");
	tm.tm_isdst = -1;
	return local + DetermineTimeZoneOffset(&tm, zone) * USECS_PER_SEC;
}

/* What a value of any of these types counts as. False after a refusal. */
static bool
instant_of(ConvOut *out, Datum value, Timestamp *instant)
{
	TimeOut    *state = out->state;
	Timestamp	local;

	if (out->spec.typid == TIMESTAMPTZOID)
	{
		*instant = DatumGetTimestampTz(value);
		return !TIMESTAMP_NOT_FINITE(*instant) || refuse_range(out);
	}
	if (out->spec.typid == TIMESTAMPOID)
		local = DatumGetTimestamp(value);
	else
	{
		DateADT		date = DatumGetDateADT(value);

		if (DATE_NOT_FINITE(date) || date >= END_TIMESTAMP / USECS_PER_DAY)
			return refuse_range(out);
		local = date * USECS_PER_DAY;
	}
	if (TIMESTAMP_NOT_FINITE(local))
		return refuse_range(out);
	*instant = local_to_instant(state->zone, local);
	if (!IS_VALID_TIMESTAMP(*instant))
		return refuse_range(out);
	if (*instant + utc_offset(state->zone, *instant) != local)
		return conv_out_refuse(out, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "time does not exist in time zone %s", out->spec.time_zone);
	return true;
}

static bool
out_counted(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	TimeOut    *state = out->state;
	Timestamp	instant;
	int64		count;
	int64		power;

	if (!instant_of(out, value, &instant))
		return false;
	if (pg_sub_s64_overflow(instant, state->epoch, &count))
		return refuse_range(out);
	if (state->digits > MAX_FRACTION)
	{
		if (pg_mul_s64_overflow(count, powers[state->digits - MAX_FRACTION], &count))
			return refuse_range(out);
		power = 1;
	}
	else
		power = powers[MAX_FRACTION - state->digits];
	if (count % power == 0 && !state->reals)
		return sqlite3_bind_int64(stmt, param, count / power) == SQLITE_OK ||
			conv_out_refuse(out, ERRCODE_OUT_OF_MEMORY, "SQLite is out of memory");

	return bind_fraction(out, count, power, stmt, param);
}

/* A number of microseconds in a greater unit; refused where a double does not tell them apart. */
static bool
bind_fraction(ConvOut *out, int64 usecs, int64 unit, sqlite3_stmt *stmt, int param)
{
	double		number = (double) usecs / unit;
	int			scale = 0;
	int64		back;
	ConvDecimal decimal;

	while (powers[scale] < unit)
		scale++;
	conv_decimal_double(number, &decimal);
	(void) conv_decimal_round(&decimal, scale);
	if (!conv_decimal_int64(&decimal, scale, &back) || back != usecs)
	{
		out->error.hint = "Round the value.";
		return conv_out_refuse(out, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "so many digits are more than SQLite keeps of a number");
	}
	return conv_bind_real(out, number, stmt, param);
}

static bool
out_julian(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	Timestamp	instant;
	int64		msecs;

	if (!instant_of(out, value, &instant))
		return false;
	if (instant % 1000 != 0)
	{
		out->error.hint = "Round the value with date_trunc('milliseconds', ...).";
		return conv_out_refuse(out, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "Julian days are kept to the millisecond");
	}
	msecs = instant / 1000 + (POSTGRES_EPOCH_JDATE - 1) * (USECS_PER_DAY / 1000) + USECS_PER_DAY / 2000;
	return conv_bind_real(out, msecs / 86400000.0, stmt, param);
}

/* As "IntervalStyle = postgres" writes it. */
static bool
out_interval(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	Interval   *interval = DatumGetIntervalP(value);
	struct pg_itm itm;
	char	   *text = palloc(MAXDATELEN + 1);

#ifdef INTERVAL_NOT_FINITE
	if (INTERVAL_NOT_FINITE(interval))
		return bind_infinity(out, INTERVAL_IS_NOBEGIN(interval), stmt, param);
#endif
	interval2itm(*interval, &itm);
	EncodeInterval(&itm, INTSTYLE_POSTGRES, text);
	return conv_bind_ascii(out, text, strlen(text), stmt, param);
}

static bool
out_seconds(ConvOut *out, Datum value, sqlite3_stmt *stmt, int param)
{
	Interval   *interval = DatumGetIntervalP(value);

	if (interval->month != 0 || interval->day != 0)
	{
		out->error.hint = "Give it in hours, minutes and seconds.";
		return conv_out_refuse(out, ERRCODE_INTERVAL_FIELD_OVERFLOW, "days and months are no number of seconds");
	}
	if (interval->time % USECS_PER_SEC == 0)
		return sqlite3_bind_int64(stmt, param, interval->time / USECS_PER_SEC) == SQLITE_OK ||
			conv_out_refuse(out, ERRCODE_OUT_OF_MEMORY, "SQLite is out of memory");
	return bind_fraction(out, interval->time, USECS_PER_SEC, stmt, param);
}
