/*-------------------------------------------------------------------------
 *
 * api_expel.c
 *	  SQL-callable: sqlite_mig_internal._expel, behind the policies of constraints.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "migrate/migrate.h"

MIG_FUNCTION(mig_expel_rows);

static char **text_array(ArrayType *array, int *n);

/*
 * _expel(migration text, source regclass, target regclass, columns text[],
 * statement text, policy text, sqlstate text, message text, key text[],
 * key_fault text) → rows; STRICT.
 */
Datum
mig_expel_rows(PG_FUNCTION_ARGS)
{
	MigExpelSpec spec = {0};
	char	   *state = text_to_cstring(PG_GETARG_TEXT_PP(6));

	if (strlen(state) != 5)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is no SQLSTATE", state)));
	spec.copy.migration = text_to_cstring(PG_GETARG_TEXT_PP(0));
	spec.copy.source = PG_GETARG_OID(1);
	spec.copy.target = PG_GETARG_OID(2);
	spec.copy.reject = true;
	spec.copy.reject_limit = -1;
	spec.columns = text_array(PG_GETARG_ARRAYTYPE_P(3), &spec.ncolumns);
	spec.statement = text_to_cstring(PG_GETARG_TEXT_PP(4));
	spec.copy.policy = text_to_cstring(PG_GETARG_TEXT_PP(5));
	spec.fault.sqlstate = MAKE_SQLSTATE(state[0], state[1], state[2], state[3], state[4]);
	spec.fault.message = text_to_cstring(PG_GETARG_TEXT_PP(7));
	spec.key = text_array(PG_GETARG_ARRAYTYPE_P(8), &spec.nkey);
	spec.key_fault = text_to_cstring(PG_GETARG_TEXT_PP(9));
	spec.fault.of_source = true;
	if (spec.nkey == 1)
		spec.fault.column = spec.key[0];
	PG_RETURN_INT64(mig_expel(&spec));
}

/* Throws 22004 for NULL among the elements. */
static char **
text_array(ArrayType *array, int *n)
{
	Datum	   *elements;
	bool	   *nulls;
	char	  **texts;
	int			i;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, n);
	texts = palloc(Max(*n, 1) * sizeof(char *));
	for (i = 0; i < *n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("names of columns must not be NULL")));
		texts[i] = TextDatumGetCString(elements[i]);
	}
	return texts;
}
