/*-------------------------------------------------------------------------
 *
 * conv_datetime.c
 *	  date, time, timestamp and timestamptz, in every form that SQLite
 *	  applications store (column option "format"):
 *
 *	  iso (default)	TEXT 2024-12-09, 2024-12-09 14:30, 2024-12-09T14:30:00.123456,
 *					followed by Z, +02, +0200 or +02:00 where there is an offset
 *	  unixepoch		seconds since 1970-01-01 00:00 UTC: INTEGER, REAL or decimal TEXT
 *	  unixepoch_ms, unixepoch_us, unixepoch_ns	the same in smaller units
 *	  dotnet_ticks	100 ns since 0001-01-01 00:00 UTC (DateTime.Ticks of .NET)
 *	  cocoa, apple	seconds since 2001-01-01 00:00 UTC (Core Data, NSDate)
 *	  webkit		microseconds since 1601-01-01 00:00 UTC (Chrome's history)
 *					all three INTEGER, REAL or decimal TEXT too
 *	  julianday		REAL or INTEGER days since noon of 4714-11-24 BC, to the
 *					millisecond, which is all that SQLite itself keeps
 *
 * A number under "iso" is refused: its unit would be a guess. Texts without an
 * offset are times of ConvSpec.time_zone. Text is read by position, not by the
 * input functions: those take far more than timestamps for one, and 'now'.
 *
 * A local time that the clocks of the zone skipped is read with the offset from
 * before the change, which moves it forward by the gap; one that they showed twice
 * is the second, with the offset from after the change. That is PostgreSQL's
 * rule; both are counted (CONV_GAP, CONV_OVERLAP).
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "common/int.h"
#include "datatype/timestamp.h"
#include "pgtime.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "convert/convert_internal.h"
#include "convert/conv_iso.h"

/* Between 1970-01-01 and PostgreSQL's 2000-01-01. */
#define UNIX_EPOCH_DAYS (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE)
#define UNIX_EPOCH_USECS (UNIX_EPOCH_DAYS * USECS_PER_DAY)
#define MSECS_PER_DAY INT64CONST(86400000)

/* Digits of a second that PostgreSQL keeps. */
#define MAX_FRACTION 6

static const int64 powers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};

typedef bool (*InstantReader) (ConvIn *in, sqlite3_value *value, Timestamp *instant);

typedef struct DateTimeState
{
	pg_tz	   *zone;			/* of naive times; NULL = UTC */
	InstantReader reader;		/* of a format that counts from an epoch; NULL = iso */
	int			digits;			/* decimal digits of the unit below a second: 3 = ms */
	int64		epoch;			/* where the count begins, as a Timestamp */
	int64		unit;			/* microseconds that times are rounded to (typmod); 1 = all kept */
} DateTimeState;

/* Values of the option "format". */
static const struct
{
	const char *name;
	int			digits;
	int64		epoch;			/* seconds since 1970 */
}			epochs[] = {
	{"unixepoch", 0, 0}, {"unixepoch_ms", 3, 0}, {"unixepoch_us", 6, 0}, {"unixepoch_ns", 9, 0},
	{"dotnet_ticks", 7, INT64CONST(-62135596800)},
	{"cocoa", 0, INT64CONST(978307200)}, {"apple", 0, INT64CONST(978307200)},
	{"webkit", 6, INT64CONST(-11644473600)},
};

static void choose_datetime(ConvIn *in, ConvFn iso, ConvFn counted);
static bool convert_date_iso(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool convert_time_iso(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool convert_timestamp_iso(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool convert_timestamptz_iso(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool infinite_timestamp(const IsoTime *iso, Datum *datum);
static bool convert_date_counted(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool convert_timestamp_counted(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool convert_timestamptz_counted(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool read_iso(ConvIn *in, sqlite3_value *value, IsoTime *iso);
static bool read_epoch(ConvIn *in, sqlite3_value *value, Timestamp *instant);
static bool read_julian(ConvIn *in, sqlite3_value *value, Timestamp *instant);
static bool epoch_integer(ConvIn *in, int64 number, Timestamp *instant);
static bool epoch_decimal(ConvIn *in, ConvDecimal *decimal, Timestamp *instant);
static bool epoch_instant(ConvIn *in, int64 units, int64 usecs, Timestamp *instant);
static bool local_date(ConvIn *in, const IsoTime *iso, DateADT *date);
static bool local_timestamp(ConvIn *in, const IsoTime *iso, Timestamp *timestamp);
static bool instant_of(ConvIn *in, const IsoTime *iso, Timestamp *instant);
static Timestamp instant_to_local(const DateTimeState *state, Timestamp instant);
static void note_clock_change(ConvIn *in, Timestamp local, Timestamp instant);
static bool zone_offset(pg_tz *zone, Timestamp instant, int64 *offset);
static bool finish_timestamp(ConvIn *in, Timestamp timestamp, Datum *datum);
static void round_usecs(ConvIn *in, int64 *usecs);
static bool refuse_range(ConvIn *in);

void
conv_choose_date(ConvIn *in)
{
	choose_datetime(in, convert_date_iso, convert_date_counted);
}

void
conv_choose_time(ConvIn *in)
{
	choose_datetime(in, convert_time_iso, NULL);
}

void
conv_choose_timestamp(ConvIn *in)
{
	choose_datetime(in, convert_timestamp_iso, convert_timestamp_counted);
}

void
conv_choose_timestamptz(ConvIn *in)
{
	choose_datetime(in, convert_timestamptz_iso, convert_timestamptz_counted);
}

static void
choose_datetime(ConvIn *in, ConvFn iso, ConvFn counted)
{
	DateTimeState *state = palloc0(sizeof(DateTimeState));
	const char *format = in->spec.format;

	state->zone = conv_find_zone(in->spec.time_zone);
	state->unit = 1;
	if (in->spec.typmod >= 0)
	{
		for (int i = in->spec.typmod; i < 6; i++)
			state->unit *= 10;
	}
	in->state = state;
	in->fn = iso;
	if (format == NULL || strcmp(format, "iso") == 0)
		return;

	in->fn = counted;
	state->reader = conv_find_epoch(format, &state->digits, &state->epoch) ? read_epoch : read_julian;
}

/* False for a format that does not count from an epoch; the epoch is a Timestamp. */
bool
conv_find_epoch(const char *format, int *digits, int64 *epoch)
{
	for (int i = 0; i < lengthof(epochs); i++)
	{
		if (strcmp(epochs[i].name, format) == 0)
		{
			*digits = epochs[i].digits;
			*epoch = epochs[i].epoch * USECS_PER_SEC - UNIX_EPOCH_USECS;
			return true;
		}
	}
	return false;
}

/* NULL for UTC, which needs no look-up of offsets. Throws HV024 for an unknown name. */
pg_tz *
conv_find_zone(const char *name)
{
	pg_tz	   *zone;

	if (name == NULL || pg_strcasecmp(name, "UTC") == 0)
		return NULL;
	zone = pg_tzset(name);
	if (zone == NULL || !pg_tz_acceptable(zone))
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				 errmsg("time zone \"%s\" is not known", name),
				 errhint("The view pg_timezone_names has the names.")));
	return zone;
}

static bool
convert_date_iso(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	IsoTime		iso;
	DateADT		date;

	if (!read_iso(in, value, &iso))
		return false;
	if (iso.infinite)
	{
		if (iso.infinite < 0)
			DATE_NOBEGIN(date);
		else
			DATE_NOEND(date);
	}
	else
	{
		if (!iso.has_date)
			return conv_refuse(in, ERRCODE_INVALID_DATETIME_FORMAT, "text has no date");
		if (iso.usecs != 0)
			return conv_refuse(in, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "text has a time of day that a date cannot keep");
		if (iso.has_offset && iso.offset != 0)
			return conv_refuse(in, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "text has an offset that a date cannot keep");
		if (!local_date(in, &iso, &date))
			return false;
	}
	*datum = DateADTGetDatum(date);
	return true;
}

static bool
convert_time_iso(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	IsoTime		iso;
	int64		usecs;

	if (!read_iso(in, value, &iso))
		return false;
	if (iso.infinite || !iso.has_time)
		return conv_refuse(in, ERRCODE_INVALID_DATETIME_FORMAT, "text is not a time");
	if (iso.has_date)
		return conv_refuse(in, ERRCODE_INVALID_DATETIME_FORMAT, "text has a date that a time cannot keep");
	if (iso.has_offset)
		return conv_refuse(in, ERRCODE_INVALID_DATETIME_FORMAT, "text has an offset that a time cannot keep");
	usecs = iso.usecs;
	round_usecs(in, &usecs);
	*datum = TimeADTGetDatum(usecs);
	return true;
}

static bool
convert_timestamp_iso(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	IsoTime		iso;
	Timestamp	timestamp;

	if (!read_iso(in, value, &iso))
		return false;
	if (iso.infinite)
		return infinite_timestamp(&iso, datum);
	if (!iso.has_offset)
		return local_timestamp(in, &iso, &timestamp) && finish_timestamp(in, timestamp, datum);

	/* the offset itself is lost, even where the instant can be told */
	conv_adjust(in, CONV_OFFSET, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "text has an offset that a timestamp without time zone cannot keep");
	return instant_of(in, &iso, &timestamp) &&
		finish_timestamp(in, instant_to_local(in->state, timestamp), datum);
}

static bool
convert_timestamptz_iso(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	IsoTime		iso;
	TimestampTz instant;

	if (!read_iso(in, value, &iso))
		return false;
	if (iso.infinite)
		return infinite_timestamp(&iso, datum);
	return instant_of(in, &iso, &instant) && finish_timestamp(in, instant, datum);
}

static bool
infinite_timestamp(const IsoTime *iso, Datum *datum)
{
	*datum = TimestampGetDatum(iso->infinite < 0 ? DT_NOBEGIN : DT_NOEND);
	return true;
}

/* A count is a date when it is midnight in the zone of the column. */
static bool
convert_date_counted(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	DateTimeState *state = in->state;
	Timestamp	local;

	if (!state->reader(in, value, &local))
		return false;
	local = instant_to_local(state, local);
	if (local % USECS_PER_DAY != 0)
		return conv_refuse(in, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "value has a time of day that a date cannot keep");
	*datum = DateADTGetDatum((DateADT) (local / USECS_PER_DAY));
	return true;
}

static bool
convert_timestamp_counted(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	DateTimeState *state = in->state;
	Timestamp	instant;
	Timestamp	local;

	if (!state->reader(in, value, &instant))
		return false;
	local = instant_to_local(state, instant);
	if (state->zone != NULL)
		note_clock_change(in, local, instant);
	return finish_timestamp(in, local, datum);
}

static bool
convert_timestamptz_counted(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	DateTimeState *state = in->state;
	TimestampTz instant;

	return state->reader(in, value, &instant) && finish_timestamp(in, instant, datum);
}

/* The parts of an ISO text; a number is refused, never guessed at. */
static bool
read_iso(ConvIn *in, sqlite3_value *value, IsoTime *iso)
{
	const char *text;
	int			len;
	int			sqlstate;
	const char *reason;

	if (in->storage_class != SQLITE_TEXT)
	{
		conv_refuse(in, ERRCODE_DATATYPE_MISMATCH, "%s is not a date or time in ISO form", conv_class_name(sqlite3_value_type(value)));
		if (sqlite3_value_type(value) != SQLITE_BLOB && in->fn != convert_time_iso)
			in->error.hint = "Say in the column option \"format\" what the number counts, for example \"unixepoch\", \"unixepoch_ms\" or \"julianday\".";
		return false;
	}
	if (!conv_raw_text(in, value, &text, &len))
		return false;
	reason = conv_iso_parse(text, len, iso, &sqlstate);
	if (reason)
		return conv_refuse(in, sqlstate, "%s", reason);
	if (iso->rounded)
		conv_adjust(in, CONV_ROUNDED, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "fraction of a second has more than 6 digits");
	return true;
}

/* A count of the column's unit since the epoch of the format. */
static bool
read_epoch(ConvIn *in, sqlite3_value *value, Timestamp *instant)
{
	ConvDecimal decimal;
	const char *text;
	int			len;

	switch (in->storage_class)
	{
		case SQLITE_INTEGER:
			return epoch_integer(in, sqlite3_value_int64(value), instant);
		case SQLITE_FLOAT:
			if (isinf(sqlite3_value_double(value)))
				return refuse_range(in);
			conv_decimal_double(sqlite3_value_double(value), &decimal);
			return epoch_decimal(in, &decimal, instant);
		case SQLITE_TEXT:
			if (!conv_raw_text(in, value, &text, &len))
				return false;
			if (!conv_decimal_parse(text, len, &decimal))
				return conv_refuse(in, ERRCODE_INVALID_DATETIME_FORMAT, "text is not a number, which format \"%s\" needs", in->spec.format);
			return epoch_decimal(in, &decimal, instant);
		default:
			return conv_refuse_class(in, value, "a number");
	}
}

static bool
read_julian(ConvIn *in, sqlite3_value *value, Timestamp *instant)
{
	int			storage_class = in->storage_class;
	double		days;
	double		exact_msecs;
	double		msecs;

	if (storage_class != SQLITE_INTEGER && storage_class != SQLITE_FLOAT)
		return conv_refuse_class(in, value, "a Julian day number");
	days = sqlite3_value_double(value);

	/* about the years 4714 BC to 294276; the double would overflow beyond */
	if (!(days >= 0 && days <= 110000000.0))
		return refuse_range(in);
	exact_msecs = days * MSECS_PER_DAY;
	msecs = rint(exact_msecs);

	/* a double of today's day numbers is exact to 0.04 ms: less than 0.1 is noise, not a fraction */
	if (fabs(exact_msecs - msecs) > 0.1)
		conv_adjust(in, CONV_ROUNDED, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "Julian day is not a whole millisecond");

	/* Julian days begin at noon */
	*instant = ((int64) msecs - MSECS_PER_DAY / 2) * 1000 - (POSTGRES_EPOCH_JDATE - 1) * USECS_PER_DAY;
	if (!IS_VALID_TIMESTAMP(*instant))
		return refuse_range(in);
	return true;
}

static bool
epoch_integer(ConvIn *in, int64 number, Timestamp *instant)
{
	DateTimeState *state = in->state;
	int64		power;
	int64		rest;

	if (state->digits <= MAX_FRACTION)
		return epoch_instant(in, number, 0, instant);
	power = powers[state->digits - MAX_FRACTION];
	rest = number % power;
	number /= power;
	if (rest != 0)
	{
		if (llabs(rest) * 2 >= power)
			number += rest > 0 ? 1 : -1;
		conv_adjust(in, CONV_ROUNDED, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "time is not a whole microsecond");
	}
	return epoch_instant(in, 0, number, instant);
}

static bool
epoch_decimal(ConvIn *in, ConvDecimal *decimal, Timestamp *instant)
{
	DateTimeState *state = in->state;
	int			scale = MAX_FRACTION - state->digits;
	ConvDecimal whole;
	int64		units = 0;
	int64		usecs;

	if (conv_decimal_round(decimal, scale))
		conv_adjust(in, CONV_ROUNDED, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "time is not a whole microsecond");
	if (scale >= 0 && decimal->point > 0)
	{
		/* whole units apart from what is after the point: the microseconds of both need not fit 64 bits */
		whole = *decimal;
		whole.ndigits = Min(whole.ndigits, whole.point);
		if (!conv_decimal_int64(&whole, 0, &units))
			return refuse_range(in);
		decimal->digits += whole.ndigits;
		decimal->ndigits -= whole.ndigits;
		decimal->point = 0;
	}
	if (!conv_decimal_int64(decimal, scale, &usecs))
		return refuse_range(in);
	return epoch_instant(in, units, usecs, instant);
}

/*
 * The instant of a count. The epoch, a whole number of every unit, is added to
 * the units: what PostgreSQL holds last is more than 2^63 microseconds after 1970.
 */
static bool
epoch_instant(ConvIn *in, int64 units, int64 usecs, Timestamp *instant)
{
	DateTimeState *state = in->state;
	int64		power = powers[Max(MAX_FRACTION - state->digits, 0)];

	if (pg_add_s64_overflow(units, state->epoch / power, &units) ||
		pg_mul_s64_overflow(units, power, &units) ||
		pg_add_s64_overflow(units, usecs, instant) || !IS_VALID_TIMESTAMP(*instant))
		return refuse_range(in);
	return true;
}

static bool
local_date(ConvIn *in, const IsoTime *iso, DateADT *date)
{
	if (!IS_VALID_JULIAN(iso->year, iso->month, iso->day))
		return refuse_range(in);
	*date = date2j(iso->year, iso->month, iso->day) - POSTGRES_EPOCH_JDATE;
	if (!IS_VALID_DATE(*date))
		return refuse_range(in);
	return true;
}

/* The date and time as written, whatever the zone. */
static bool
local_timestamp(ConvIn *in, const IsoTime *iso, Timestamp *timestamp)
{
	DateADT		date = 0;

	if (!iso->has_date)
		return conv_refuse(in, ERRCODE_INVALID_DATETIME_FORMAT, "text has no date");
	if (!local_date(in, iso, &date))
		return false;
	if (date > END_TIMESTAMP / USECS_PER_DAY)
		return refuse_range(in);

	/* a day after the last one still fits 64 bits: the offset may bring it back */
	*timestamp = date * USECS_PER_DAY + iso->usecs;
	if (!iso->has_offset && !IS_VALID_TIMESTAMP(*timestamp))
		return refuse_range(in);
	return true;
}

/* The instant: by the offset of the text, else by the zone of the column. */
static bool
instant_of(ConvIn *in, const IsoTime *iso, Timestamp *instant)
{
	DateTimeState *state = in->state;
	Timestamp	local;
	int			west;			/* seconds to add to reach UTC */

	if (!local_timestamp(in, iso, &local))
		return false;
	*instant = local;
	if (iso->has_offset)
		west = -iso->offset;
	else if (state->zone == NULL)
		return true;
	else
	{
		struct pg_tm tm = {
			.tm_year = iso->year, .tm_mon = iso->month, .tm_mday = iso->day,
			.tm_hour = iso->usecs / USECS_PER_HOUR,
			.tm_min = iso->usecs / USECS_PER_MINUTE % MINS_PER_HOUR,
			.tm_sec = iso->usecs / USECS_PER_SEC % SECS_PER_MINUTE,
			.tm_isdst = -1,
		};

		west = DetermineTimeZoneOffset(&tm, state->zone);
	}
	*instant += west * USECS_PER_SEC;
	if (!IS_VALID_TIMESTAMP(*instant))
		return refuse_range(in);
	if (!iso->has_offset)
		note_clock_change(in, local, *instant);
	return true;
}

/*
 * A local time that the clocks of the zone skipped is moved, and one that they
 * showed twice is a choice: both as PostgreSQL does it, but neither unseen.
 */
static void
note_clock_change(ConvIn *in, Timestamp local, Timestamp instant)
{
	DateTimeState *state = in->state;
	int64		offset = local - instant;
	int64		before;
	int64		after;
	int64		now;

	/* either can happen only near a change of the offset; the ends of the range are too far off to care */
	if (!zone_offset(state->zone, instant - USECS_PER_DAY, &before) ||
		!zone_offset(state->zone, instant + USECS_PER_DAY, &after) ||
		!zone_offset(state->zone, instant, &now) ||
		before == after)
		return;
	if (now != offset)
		conv_adjust(in, CONV_GAP, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "time does not exist in time zone %s", in->spec.time_zone);
	else
	{
		int64		other = offset == after ? before : after;

		if (zone_offset(state->zone, local - other, &now) && now == other)
			conv_adjust(in, CONV_OVERLAP, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "time happens twice in time zone %s", in->spec.time_zone);
	}
}

/* What the clocks of the column's zone show at an instant, which a timestamp holds. */
static Timestamp
instant_to_local(const DateTimeState *state, Timestamp instant)
{
	int64		offset;

	if (state->zone == NULL)
		return instant;
	if (!zone_offset(state->zone, instant, &offset))
		elog(ERROR, "timestamp out of range");
	return instant + offset;
}

/* Microseconds east of UTC at an instant; false where there is no calendar. */
static bool
zone_offset(pg_tz *zone, Timestamp instant, int64 *offset)
{
	struct pg_tm tm;
	fsec_t		fsec;
	int			west;

	if (!IS_VALID_TIMESTAMP(instant) || timestamp2tm(instant, &west, &tm, &fsec, NULL, zone) != 0)
		return false;
	*offset = -west * USECS_PER_SEC;
	return true;
}

static bool
finish_timestamp(ConvIn *in, Timestamp timestamp, Datum *datum)
{
	round_usecs(in, &timestamp);
	if (!IS_VALID_TIMESTAMP(timestamp))
		return refuse_range(in);
	*datum = TimestampGetDatum(timestamp);
	return true;
}

/* To the digits of timestamp(p) or time(p), half away from zero as core does. */
static void
round_usecs(ConvIn *in, int64 *usecs)
{
	DateTimeState *state = in->state;
	int64		rest = *usecs % state->unit;

	if (rest == 0)
		return;
	*usecs -= rest;
	if (llabs(rest) * 2 >= state->unit)
		*usecs += rest > 0 ? state->unit : -state->unit;
	conv_adjust(in, CONV_ROUNDED, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "fraction of a second has more than %d digits", in->spec.typmod);
}

static bool
refuse_range(ConvIn *in)
{
	return conv_refuse(in, ERRCODE_DATETIME_VALUE_OUT_OF_RANGE, "date or time is out of range");
}
