/*-------------------------------------------------------------------------
 *
 * sqlite_geometry.c
 *	  SQL functions that a GeoPackage asks of whoever writes to it: the triggers
 *	  of its spatial indexes call them.
 *
 *	  ST_IsEmpty(x)				1 or 0
 *	  ST_MinX(x), ST_MaxX(x), ST_MinY(x), ST_MaxY(x)
 *	  ST_SRID(x)				as the file has it
 *
 * x is a geometry of GeoPackage or SpatiaLite; of anything else, and of an empty
 * one, NULL comes out. Nothing here may throw or palloc.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "base/base_geometry.h"
#include "sqlite/sqlite_function.h"

typedef enum GeoQuestion
{
	ASK_EMPTY, ASK_MIN_X, ASK_MAX_X, ASK_MIN_Y, ASK_MAX_Y, ASK_SRID
} GeoQuestion;

static void answer(sqlite3_context *context, int nargs, sqlite3_value **args);

/*
 * Makes the functions known to a connection. Returns a result code. Innocuous, so that
 * triggers may call them although the schema is not trusted.
 */
int
sqlite_add_geometry(sqlite3 *handle)
{
	static const struct
	{
		const char *name;
		GeoQuestion question;
	}			functions[] = {
		{"ST_IsEmpty", ASK_EMPTY},
		{"ST_MinX", ASK_MIN_X},
		{"ST_MaxX", ASK_MAX_X},
		{"ST_MinY", ASK_MIN_Y},
		{"ST_MaxY", ASK_MAX_Y},
		{"ST_SRID", ASK_SRID},
	};
	int			rc = SQLITE_OK;

	for (int i = 0; i < lengthof(functions) && rc == SQLITE_OK; i++)
		rc = sqlite3_create_function_v2(handle, functions[i].name, 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
										(void *) (intptr_t) functions[i].question, answer, NULL, NULL, NULL);
	return rc;
}

static void
answer(sqlite3_context *context, int nargs, sqlite3_value **args)
{
	GeoQuestion question = (GeoQuestion) (intptr_t) sqlite3_user_data(context);
	const unsigned char *bytes = sqlite3_value_type(args[0]) == SQLITE_BLOB ? sqlite3_value_blob(args[0]) : NULL;
	int			len = bytes ? sqlite3_value_bytes(args[0]) : 0;
	GeoFormat	format;
	GeoInfo		info;
	GeoError	error;

	if (!base_geometry_guess(bytes, len, &format) ||
		base_geometry_read(format, bytes, len, 0, NULL, question != ASK_SRID, &info, &error) == 0)
		return;
	if (question == ASK_EMPTY)
		sqlite3_result_int(context, info.empty);
	else if (question == ASK_SRID)
		sqlite3_result_int(context, info.srid);
	else if (!info.empty)
		sqlite3_result_double(context, question == ASK_MIN_X ? info.min[0] : question == ASK_MAX_X ? info.max[0]
							  : question == ASK_MIN_Y ? info.min[1] : info.max[1]);
}
