/*-------------------------------------------------------------------------
 *
 * conv_canon_read.c
 *	  A second reading of stored values, for checksums.
 *
 * The usual forms of dates, times, timestamps and UUIDs as text, and of timestamps
 * and numeric as integers, read in the simplest way and by nothing that the
 * converters use: where the two do not agree, one of them is wrong. Every
 * other form is left to the converter, never guessed at.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "convert/conv_canon_read.h"

#define USECS INT64CONST(1000000)
#define DAY_SECONDS INT64CONST(86400)

/* Days from 0001-01-01 to 2000-01-01, and seconds from 1970 to 2000. */
#define DAYS_TO_2000 730119
#define SECONDS_TO_2000 INT64CONST(946684800)

static bool read_number(const char *text, int digits, int *number);
static int	hex_value(char c);

/* YYYY-MM-DD: days since 2000 */
bool
conv_canon_date(const char *text, int len, int64 *days)
{
	static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
	int			year;
	int			month;
	int			day;
	bool		leap;

	if (len != 10 || text[4] != '-' || text[7] != '-' ||
		!read_number(text, 4, &year) || !read_number(text + 5, 2, &month) || !read_number(text + 8, 2, &day) ||
		year < 1 || month < 1 || month > 12)
		return false;
	leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	if (day < 1 || day > before[month] - before[month - 1] + (leap && month == 2))
		return false;
	*days = 365 * (year - 1) + (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 +
		before[month - 1] + (leap && month > 2) + day - 1 - DAYS_TO_2000;
	return true;
}

/* YYYY-MM-DD HH:MM:SS[.f…], a T for the blank, a Z behind it: microseconds since 2000 of a clock that shows UTC */
bool
conv_canon_timestamp(const char *text, int len, int64 *usecs)
{
	int64		days;

	if (len > 0 && text[len - 1] == 'Z')
		len--;
	if (len < 19 || (text[10] != ' ' && text[10] != 'T') || !conv_canon_date(text, 10, &days) || !conv_canon_time(text + 11, len - 11, usecs))
		return false;
	*usecs += days * DAY_SECONDS * USECS;
	return true;
}

/* HH:MM:SS[.f…]: microseconds of the day */
bool
conv_canon_time(const char *text, int len, int64 *usecs)
{
	int			hour;
	int			minute;
	int			second;
	int			fraction = 0;

	if (len < 8 || text[2] != ':' || text[5] != ':' ||
		!read_number(text, 2, &hour) || !read_number(text + 3, 2, &minute) || !read_number(text + 6, 2, &second) ||
		hour > 23 || minute > 59 || second > 59)
		return false;
	if (len > 8)
	{
		int			digits = len - 9;

		if (text[8] != '.' || digits < 1 || digits > 6 || !read_number(text + 9, digits, &fraction))
			return false;
		for (; digits < 6; digits++)
			fraction *= 10;
	}
	*usecs = (int64) (hour * 3600 + minute * 60 + second) * USECS + fraction;
	return true;
}

/* A count of 1/units seconds since 1970; limited to what is certainly a timestamp. */
bool
conv_canon_epoch(int64 count, int64 units, int64 *usecs)
{
	if (count / units > 10000 * 365 * DAY_SECONDS || count / units < -1900 * 365 * DAY_SECONDS)
		return false;
	*usecs = count * (USECS / units) - SECONDS_TO_2000 * USECS;
	return true;
}

/* xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx */
bool
conv_canon_uuid(const char *text, int len, unsigned char *uuid)
{
	int			at = 0;

	if (len != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
		return false;
	for (int i = 0; i < 16; i++)
	{
		int			high;
		int			low;

		if (text[at] == '-')
			at++;
		high = hex_value(text[at]);
		low = hex_value(text[at + 1]);
		if (high < 0 || low < 0)
			return false;
		uuid[i] = high << 4 | low;
		at += 2;
	}
	return true;
}

int
conv_canon_digits(int64 number, int16 *digits, int *weight)
{
	uint64		rest = number < 0 ? -(uint64) number : (uint64) number;
	int16		reversed[CONV_CANON_DIGITS];
	int			n = 0;
	int			zeros = 0;

	for (; rest != 0; rest /= 10000)
		reversed[n++] = rest % 10000;
	while (zeros < n && reversed[zeros] == 0)
		zeros++;
	for (int i = 0; i < n - zeros; i++)
		digits[i] = reversed[n - 1 - i];
	*weight = Max(n - 1, 0);
	return n - zeros;
}

static bool
read_number(const char *text, int digits, int *number)
{
	*number = 0;
	for (int i = 0; i < digits; i++)
	{
		if (text[i] < '0' || text[i] > '9')
			return false;
		*number = *number * 10 + (text[i] - '0');
	}
	return true;
}

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
