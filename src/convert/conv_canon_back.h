/*-------------------------------------------------------------------------
 *
 * conv_canon_back.h
 *	  Whether a converted value leads back to what was stored.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_CONV_CANON_BACK_H
#define SQLITE_FDW_MIG_CONV_CANON_BACK_H

#include "convert/convert_internal.h"

/*
 * What numeric is stored as, which numeric.c keeps to itself: a head of two
 * bytes, or two of them, then digits to base 10000 without zeros at either end.
 */
#define NUMERIC_KIND(head)		((head) & 0xC000)
#define NUMERIC_KIND_SHORT		0x8000
#define NUMERIC_KIND_SPECIAL	0xC000	/* NaN and infinities: the head is all there is */
#define NUMERIC_KIND_NEGATIVE	0x4000
#define NUMERIC_SHORT_NEGATIVE	0x2000
#define NUMERIC_SHORT_BELOW		0x0040	/* sign of the weight */
#define NUMERIC_SHORT_WEIGHT	0x003F

typedef struct CanonNumeric
{
	uint16		head;
	bool		special;
	bool		negative;
	int16		weight;			/* power of 10000 of the first digit */
	const char *digits;			/* unaligned */
	int			len;			/* bytes of them */
} CanonNumeric;

static inline void
conv_canon_numeric(const struct varlena *value, CanonNumeric *number)
{
	number->digits = VARDATA_ANY(value);
	number->len = VARSIZE_ANY_EXHDR(value);
	memcpy(&number->head, number->digits, sizeof(number->head));
	number->digits += sizeof(number->head);
	number->len -= sizeof(number->head);
	number->special = NUMERIC_KIND(number->head) == NUMERIC_KIND_SPECIAL;
	number->negative = false;
	number->weight = 0;
	if (number->special)
		return;
	if (NUMERIC_KIND(number->head) == NUMERIC_KIND_SHORT)
	{
		number->negative = (number->head & NUMERIC_SHORT_NEGATIVE) != 0;
		number->weight = number->head & NUMERIC_SHORT_WEIGHT;
		if (number->head & NUMERIC_SHORT_BELOW)
			number->weight -= NUMERIC_SHORT_WEIGHT + 1;
		return;
	}
	number->negative = NUMERIC_KIND(number->head) == NUMERIC_KIND_NEGATIVE;
	memcpy(&number->weight, number->digits, sizeof(number->weight));
	number->digits += sizeof(number->weight);
	number->len -= sizeof(number->weight);
}

/* Takes a Datum back; "output" is the type's output function where its form is that text. False also when it cannot tell. */
typedef bool (*ConvBack) (FmgrInfo *output, Datum datum, sqlite3_value *value);

/* What takes values of a base type back; NULL when nothing does. */
extern ConvBack conv_canon_back(Oid base, char kind, const ConvSpec *spec);

#endif							/* SQLITE_FDW_MIG_CONV_CANON_BACK_H */
