/*-------------------------------------------------------------------------
 *
 * conv_recognise.h
 *	  One value as the recognisers see it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_CONV_RECOGNISE_H
#define SQLITE_FDW_MIG_CONV_RECOGNISE_H

#include "convert/conv_iso.h"
#include "convert/conv_json_scan.h"
#include "convert/convert_internal.h"

/* A text read as a number by position: no rounding, no limits. */
typedef struct NumberText
{
	bool		comma;			/* has a decimal comma */
	int64		before;			/* digits before the point, without zeros in front */
	int64		scale;			/* digits after it, as written */
} NumberText;

typedef struct RecogniseValue
{
	int			storage_class;	/* not NULL */
	int64		integer;		/* INTEGER */
	double		real;			/* REAL */
	const char *text;			/* TEXT and BLOB; a NUL byte follows a TEXT */
	int			len;			/* > 0 for TEXT */
	bool		clean;			/* TEXT: valid UTF-8 without NUL bytes */

	/* read by the first recogniser that asks; zeroed by the caller */
	bool		iso_read,
				is_iso,
				json_read,
				is_json,
				number_read,
				is_number;
	IsoTime		iso;
	ConvJson	json;
	NumberText	number;
} RecogniseValue;

/* Bits of the recognisers, for those that the profile asks about by name. */
typedef struct RecogniseBits
{
	uint32		all;
	uint32		json;			/* object or array */
	uint32		number;			/* texts with a point or comma */
	uint32		rare;			/* worth looking for however long there was none */
} RecogniseBits;

/* A text longer than this has no length of its own in the tables. */
#define RECOGNISE_LENGTHS 64

/* Which recognisers a value can interest, by what is seen at a glance. */
struct ConvRecognisers
{
	RecogniseBits bits;
	uint32		by_class[SQLITE_NULL + 1];
	uint32		by_first[256];	/* first byte of a TEXT */
	uint32		by_length[RECOGNISE_LENGTHS + 1];	/* bytes of a TEXT or BLOB */
};

/* The recognisers among "tried" that know the value, as bits. Never throws. */
extern uint32 conv_recognise(const ConvRecognisers *recognisers, uint32 tried, RecogniseValue *value);

#endif							/* SQLITE_FDW_MIG_CONV_RECOGNISE_H */
