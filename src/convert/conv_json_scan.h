/*-------------------------------------------------------------------------
 *
 * conv_json_scan.h
 *	  Whether a text is a JSON object or array, and what it consists of.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SQLITE_FDW_MIG_CONV_JSON_SCAN_H
#define SQLITE_FDW_MIG_CONV_JSON_SCAN_H

#include "base/compat.h"

typedef struct ConvJson
{
	bool		is_object;		/* else an array */
	bool		u0000;			/* has \u0000, which jsonb refuses */
	bool		duplicate_keys; /* an object has a key twice: jsonb keeps the last one only */
	bool		stopped;		/* somebody wanted to stop: the text was not read to its end, and is none */
	bool		unsure;			/* has what the scan does not see through: escaped or very many keys, long numbers, many levels */
} ConvJson;

typedef enum ConvJsonKind
{
	CONV_JSON_OBJECT, CONV_JSON_ARRAY, CONV_JSON_STRING, CONV_JSON_NUMBER, CONV_JSON_TRUE, CONV_JSON_FALSE, CONV_JSON_NULL
} ConvJsonKind;

/* A value, or a key, which is a string in front of its value. What is in a container follows it. */
typedef struct ConvJsonToken
{
	ConvJsonKind kind;
	bool		escaped;		/* a string with backslashes */
	int			start;			/* in the text; of a string without its quotes */
	int			len;			/* of a string or number */
	int			count;			/* members of an object, elements of an array */
	int			end;			/* index of the first token behind this one and what is in it */
} ConvJsonToken;

typedef struct ConvJsonTokens
{
	ConvJsonToken *list;
	int			n;
	int			max;			/* room in the list */
} ConvJsonTokens;

/*
 * True when the whole text is a JSON object or array that jsonb takes as far
 * as its form goes (but for \u0000). The text is valid UTF-8 and followed by a
 * NUL byte. Never recurses. With "tokens" NULL it allocates nothing and never
 * throws; else what it found stands there in the order of the text, unless
 * there was no room for it: unsure.
 */
extern bool conv_json_scan(const char *text, int len, ConvJson *json, ConvJsonTokens *tokens);

/* in conv_jsonb.c */

/*
 * The same jsonb that jsonb_in makes of the text, in a UTF8 database; palloc'd. The tokens are those of a
 * scan that was true and has neither u0000, duplicate_keys nor unsure.
 */
extern struct varlena *conv_jsonb_build(const char *text, const ConvJsonTokens *tokens);

/* Writes what a string of a scanned text means, which is no longer than how it is written; returns its length. Never throws. */
extern int	conv_json_unescape(const char *text, int len, char *out);

#endif							/* SQLITE_FDW_MIG_CONV_JSON_SCAN_H */
