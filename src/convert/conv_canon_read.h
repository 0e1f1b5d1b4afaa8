/*-------------------------------------------------------------------------
 *
 * conv_canon_read.h
 *	  A second reading of stored values, for checksums.
 *
 * Each returns false for a value that is not written in the usual form.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_CONV_CANON_READ_H
#define SQLITE_FDW_MIG_CONV_CANON_READ_H

#include "base/compat.h"

/* Digits to base 10000 that an int64 may have. */
#define CONV_CANON_DIGITS 5

extern bool conv_canon_date(const char *text, int len, int64 *days);
extern bool conv_canon_time(const char *text, int len, int64 *usecs);
extern bool conv_canon_timestamp(const char *text, int len, int64 *usecs);
extern bool conv_canon_epoch(int64 count, int64 units, int64 *usecs);
extern bool conv_canon_uuid(const char *text, int len, unsigned char *uuid);

/* Digits of a number to base 10000 without the zeros at its end; weight is the power of the first one, 0 for zero. */
extern int	conv_canon_digits(int64 number, int16 *digits, int *weight);

#endif							/* SQLITE_FDW_MIG_CONV_CANON_READ_H */
