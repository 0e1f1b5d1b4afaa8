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

static char *libc_locale(Oid collation);

/*
 * C and POSIX, the built-in ones, and C.UTF-8 of libc: code points, which UTF-8
 * keeps in order.
 */
bool
fdw_collation_is_bytes(Oid collation)
{
	char	   *locale;

	if (!OidIsValid(collation))
		return false;
	if (compat_collation_is_c(collation))
		return true;
	locale = libc_locale(collation);
	return locale != NULL && (pg_strcasecmp(locale, "C.UTF-8") == 0 || pg_strcasecmp(locale, "C.UTF8") == 0);
}

/* LC_COLLATE of a collation of libc; NULL for one of another provider. */
static char *
libc_locale(Oid collation)
{
	bool		is_default = collation == DEFAULT_COLLATION_OID;
	int			cache = is_default ? DATABASEOID : COLLOID;
	HeapTuple	tuple = SearchSysCache1(cache, ObjectIdGetDatum(is_default ? MyDatabaseId : collation));
	char		provider;
	char	   *locale = NULL;
	Datum		datum;
	bool		isnull;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for collation %u", collation);
	provider = is_default ? ((Form_pg_database) GETSTRUCT(tuple))->datlocprovider : ((Form_pg_collation) GETSTRUCT(tuple))->collprovider;
	datum = SysCacheGetAttr(cache, tuple, is_default ? Anum_pg_database_datcollate : Anum_pg_collation_collcollate, &isnull);
	if (provider == COLLPROVIDER_LIBC && !isnull)
		locale = TextDatumGetCString(datum);
	ReleaseSysCache(tuple);
	return locale;
}
