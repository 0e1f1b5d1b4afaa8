/*-------------------------------------------------------------------------
 *
 * conv_iso.h
 *	  Dates and times in ISO form, taken apart.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_CONV_ISO_H
#define SQLITE_FDW_MIG_CONV_ISO_H

#include "base/compat.h"

typedef struct IsoTime
{
	int			infinite;		/* 1 'infinity', -1 '-infinity': nothing else is set */
	bool		has_date;
	int			year;			/* 1 to 9999999 */
	int			month;
	int			day;			/* exists in its month */
	bool		has_time;
	int64		usecs;			/* since midnight, 24:00:00 included; 0 without a time */
	bool		rounded;		/* digits beyond the microsecond were rounded away */
	bool		has_offset;
	int			offset;			/* seconds east of UTC */
} IsoTime;

/*
 * Takes a whole text apart. NULL, or why it cannot be understood (static text)
 * and the SQLSTATE. The text must be followed by a NUL byte. Never throws.
 */
extern const char *conv_iso_parse(const char *text, int len, IsoTime *iso, int *sqlstate);

#endif							/* SQLITE_FDW_MIG_CONV_ISO_H */
