/*-------------------------------------------------------------------------
 *
 * api_checksum.c
 *	  SQL-callable: sqlite_mig.checksum.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "port/pg_bswap.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/uuid.h"

#include "migrate/migrate.h"

MIG_FUNCTION(mig_checksum_relation);

static char **all_columns(Oid relid, int *n);
static char **named_columns(ArrayType *array, int *n);

/*
 * checksum(relation regclass, columns text[]) → (rows, checksum uuid); NULL
 * columns means all of them. _checksum has two arguments more, a migration and a
 * condition.
 */
Datum
mig_checksum_relation(PG_FUNCTION_ARGS)
{
	MigChecksum result;
	TupleDesc	desc;
	Datum		values[2];
	bool		nulls[2] = {false};
	pg_uuid_t  *uuid = palloc(sizeof(pg_uuid_t));
	char	  **columns;
	char	   *migration = NULL;
	char	   *condition = NULL;
	int			ncolumns;
	int			i;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("relation must not be NULL")));
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (PG_ARGISNULL(1))
		columns = all_columns(PG_GETARG_OID(0), &ncolumns);
	else
		columns = named_columns(PG_GETARG_ARRAYTYPE_P(1), &ncolumns);
	if (PG_NARGS() > 2 && !PG_ARGISNULL(2))
		migration = text_to_cstring(PG_GETARG_TEXT_PP(2));
	if (PG_NARGS() > 3 && !PG_ARGISNULL(3))
		condition = text_to_cstring(PG_GETARG_TEXT_PP(3));
	mig_checksum(PG_GETARG_OID(0), columns, ncolumns, migration, condition, &result);

	for (i = 0; i < 2; i++)
	{
		uint64		big_endian = pg_hton64(result.sum[i]);

		memcpy(uuid->data + i * sizeof(uint64), &big_endian, sizeof(uint64));
	}
	values[0] = Int64GetDatum(result.rows);
	values[1] = UUIDPGetDatum(uuid);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}

/*
 * Names of the undropped columns in order.
 */
static char **
all_columns(Oid relid, int *n)
{
	Relation	rel = table_open(relid, AccessShareLock);
	TupleDesc	desc = RelationGetDescr(rel);
	char	  **columns = palloc(Max(desc->natts, 1) * sizeof(char *));
	int			i;

	*n = 0;
	for (i = 0; i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attisdropped)
			columns[(*n)++] = pstrdup(NameStr(TupleDescAttr(desc, i)->attname));
	table_close(rel, NoLock);
	return columns;
}

static char **
named_columns(ArrayType *array, int *n)
{
	Datum	   *elements;
	bool	   *nulls;
	char	  **columns;
	int			i;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, n);
	columns = palloc(Max(*n, 1) * sizeof(char *));
	for (i = 0; i < *n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("names of columns must not be NULL")));
		columns[i] = TextDatumGetCString(elements[i]);
	}
	return columns;
}
