/*-------------------------------------------------------------------------
 *
 * fdw_day.c
 *	  The days between which the ISO text of a date or time must lie.
 *
 * A date is written as it is. A time may be written with an offset, or in a
 * time zone of the column: both less than a day, together less than two.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/pg_type.h"
#include "datatype/timestamp.h"
#include "utils/date.h"
#include "utils/datetime.h"

#include "fdw/fdw_internal.h"

/* Days by which a written time may be off. */
#define TIME_MARGIN 2

static bool day_of(Oid type, Datum value, int *julian, int *margin);

static bool
day_of(Oid type, Datum value, int *julian, int *margin)
{
	if (type == DATEOID)
	{
		DateADT		date = DatumGetDateADT(value);

		*julian = date + POSTGRES_EPOCH_JDATE;
		*margin = 0;
		return !DATE_NOT_FINITE(date);
	}
	else
	{
		Timestamp	timestamp = DatumGetTimestamp(value);
		Timestamp	days = timestamp / USECS_PER_DAY - (timestamp % USECS_PER_DAY < 0);

		*julian = days + POSTGRES_EPOCH_JDATE;
		*margin = TIME_MARGIN;
		return !TIMESTAMP_NOT_FINITE(timestamp);
	}
}

char *
fdw_day(Oid type, Datum value, bool upper)
{
	int			julian;
	int			margin;
	int			year;
	int			month;
	int			day;

	if (!day_of(type, value, &julian, &margin))
		return NULL;

	/* above: below the day after the last */
	j2date(julian + (upper ? margin + 1 : -margin), &year, &month, &day);
	if (year < 1 || year > 9999)
		return NULL;
	return psprintf("%04d-%02d-%02d", year, month, day);
}

bool
fdw_has_days(Oid type, Datum value)
{
	return fdw_day(type, value, false) != NULL && fdw_day(type, value, true) != NULL;
}

bool
fdw_has_plain_year(const Const *constant)
{
	int			julian;
	int			margin;
	int			year;
	int			month;
	int			day;

	if (constant->constisnull || !day_of(constant->consttype, constant->constvalue, &julian, &margin))
		return false;
	j2date(julian, &year, &month, &day);
	return year >= 1 && year <= 9998;
}
