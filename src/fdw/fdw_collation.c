/*-------------------------------------------------------------------------
 *
 * fdw_collation.c
 *	  Which collations of PostgreSQL order texts as their bytes.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_database.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

#include "fdw/fdw_internal.h"

/*
 * C and POSIX, the built-in ones, and C.UTF-8 of libc: code points, which UTF-8
 * keeps in order.
 */
bool
fdw_collation_is_bytes(Oid collation)
{
	static const char *const names[] = {"C", "POSIX", "C.UTF-8", "C.UTF8"};
	bool		is_default = collation == DEFAULT_COLLATION_OID;
	int			cache = is_default ? DATABASEOID : COLLOID;
	HeapTuple	tuple;
	char		provider;
	char	   *locale = NULL;
	Datum		datum;
	bool		isnull;

	if (!OidIsValid(collation))
		return false;
	tuple = SearchSysCache1(cache, ObjectIdGetDatum(is_default ? MyDatabaseId : collation));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for collation %u", collation);
	provider = is_default ? ((Form_pg_database) GETSTRUCT(tuple))->datlocprovider : ((Form_pg_collation) GETSTRUCT(tuple))->collprovider;
	datum = SysCacheGetAttr(cache, tuple, is_default ? Anum_pg_database_datcollate : Anum_pg_collation_collcollate, &isnull);
	if (!isnull)
		locale = TextDatumGetCString(datum);
	ReleaseSysCache(tuple);

	if (provider == COMPAT_COLLPROVIDER_BUILTIN)
		return true;
	for (int i = 0; provider == COLLPROVIDER_LIBC && locale != NULL && i < lengthof(names); i++)
	{
		if (pg_strcasecmp(locale, names[i]) == 0)
			return true;
	}
	return false;
}
