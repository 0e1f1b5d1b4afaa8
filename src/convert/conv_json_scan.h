/*-------------------------------------------------------------------------
 *
 * conv_json_scan.h
 *	  Whether a text is a JSON object or array, without building anything.
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
	bool		unsure;			/* has what the scan does not see through: escaped or very many keys, long numbers, many levels */
} ConvJson;

/*
 * True when the whole text is a JSON object or array that jsonb takes as far
 * as its form goes (but for \u0000). The text is valid UTF-8 and followed by a
 * NUL byte. Allocates nothing, never throws, never recurses.
 */
extern bool conv_json_scan(const char *text, int len, ConvJson *json);

#endif							/* SQLITE_FDW_MIG_CONV_JSON_SCAN_H */
