/*-------------------------------------------------------------------------
 *
 * api_refuse.c
 *	  What a call cannot do, as an error without the frames between the
 *	  function that was called and the one that found it out.
 *
 * A wrong argument or a plan that cannot be carried out is found many
 * functions below the one that the user has called. psql prints each with the
 * statement that called it: a screen that hides message and hint, and says
 * nothing to somebody who did not write them. The frames of the user's own
 * functions stay.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "utils/builtins.h"

MIG_FUNCTION(mig_refuse);

/* In the text of a frame of ours that is not for users. */
#define INTERNAL "sqlite_mig_internal."

/*
 * The part of a context behind the last frame with something internal. A
 * statement may have several lines: a frame ends where its quotes are closed.
 */
static const char *
without_internal(const char *context)
{
	const char *found = strstr(context, INTERNAL);
	const char *p = context;
	bool		quoted = false;

	if (found == NULL)
		return context;
	while (strstr(found + 1, INTERNAL) != NULL)
		found = strstr(found + 1, INTERNAL);
	for (; *p != '\0'; p++)
	{
		if (*p == '"')
			quoted = !quoted;
		else if (*p == '\n' && !quoted && p > found)
			return p + 1;
	}
	return p;
}

/* Argument number i as a C string, NULL for NULL. */
static char *
text_argument(FunctionCallInfo fcinfo, int i)
{
	return PG_ARGISNULL(i) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(i));
}

/* The SQLSTATE of a condition as PL/pgSQL names it, or of five characters. */
static int
condition_code(const char *condition)
{
	static const struct
	{
		const char *name;
		int			code;
	}			conditions[] = {
		{"active_sql_transaction", ERRCODE_ACTIVE_SQL_TRANSACTION},
		{"data_corrupted", ERRCODE_DATA_CORRUPTED},
		{"data_exception", ERRCODE_DATA_EXCEPTION},
		{"dependent_objects_still_exist", ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST},
		{"duplicate_column", ERRCODE_DUPLICATE_COLUMN},
		{"duplicate_object", ERRCODE_DUPLICATE_OBJECT},
		{"duplicate_table", ERRCODE_DUPLICATE_TABLE},
		{"feature_not_supported", ERRCODE_FEATURE_NOT_SUPPORTED},
		{"foreign_key_violation", ERRCODE_FOREIGN_KEY_VIOLATION},
		{"insufficient_privilege", ERRCODE_INSUFFICIENT_PRIVILEGE},
		{"invalid_parameter_value", ERRCODE_INVALID_PARAMETER_VALUE},
		{"lock_not_available", ERRCODE_LOCK_NOT_AVAILABLE},
		{"object_not_in_prerequisite_state", ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE},
		{"undefined_column", ERRCODE_UNDEFINED_COLUMN},
		{"undefined_object", ERRCODE_UNDEFINED_OBJECT},
		{"undefined_table", ERRCODE_UNDEFINED_TABLE}
	};
	int			i;

	for (i = 0; i < lengthof(conditions); i++)
	{
		if (strcmp(condition, conditions[i].name) == 0)
			return conditions[i].code;
	}
	if (strlen(condition) != 5)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown condition \"%s\"", condition)));
	return MAKE_SQLSTATE(condition[0], condition[1], condition[2], condition[3], condition[4]);
}

/*
 * _refuse(condition, message, detail, hint, table_name, constraint_name):
 * throws, always.
 */
Datum
mig_refuse(PG_FUNCTION_ARGS)
{
	char	   *condition = text_argument(fcinfo, 0);
	char	   *message = text_argument(fcinfo, 1);
	char	   *detail = text_argument(fcinfo, 2);
	char	   *hint = text_argument(fcinfo, 3);
	char	   *table = text_argument(fcinfo, 4);
	char	   *constraint = text_argument(fcinfo, 5);
	int			code = condition_code(condition ? condition : "");
	char	   *stack = GetErrorContextStack();
	const char *context = without_internal(stack ? stack : "");

	/* it is in the text already; whoever catches the error puts its own stack back */
	error_context_stack = NULL;
	ereport(ERROR,
			(errcode(code), errmsg_internal("%s", message ? message : ""),
			 detail ? errdetail_internal("%s", detail) : 0, hint ? errhint("%s", hint) : 0,
			 table ? err_generic_string(PG_DIAG_TABLE_NAME, table) : 0,
			 constraint ? err_generic_string(PG_DIAG_CONSTRAINT_NAME, constraint) : 0,
			 *context != '\0' ? errcontext("%s", context) : 0));
	PG_RETURN_VOID();
}
