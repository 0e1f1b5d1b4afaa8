/*-------------------------------------------------------------------------
 *
 * fdw_collation.c
 *	  Which collations of PostgreSQL order texts as their bytes, and which know
 *	  the letters of ASCII only.
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

static char find_locale(Oid collation, bool ctype, char **locale);
static bool is_one_of(const char *locale, const char *const *names);

/*
 * C and POSIX, the built-in ones, and C.UTF-8 of libc: code points, which UTF-8
 * keeps in order.
 */
bool
fdw_collation_is_bytes(Oid collation)
{
	static const char *const names[] = {"C", "POSIX", "C.UTF-8", "C.UTF8", NULL};
	char	   *locale;
	char		provider = find_locale(collation, false, &locale);

	return provider == COMPAT_COLLPROVIDER_BUILTIN || (provider == COLLPROVIDER_LIBC && is_one_of(locale, names));
}

bool
fdw_collation_is_ascii(Oid collation)
{
	static const char *const names[] = {"C", "POSIX", NULL};
	char	   *locale;

	return find_locale(collation, true, &locale) == COLLPROVIDER_LIBC && is_one_of(locale, names);
}

/*
 * The provider of a collation, and its locale (for letters: ctype) if that is
 * libc's; 0 for no collation.
 */
static char
find_locale(Oid collation, bool ctype, char **locale)
{
	bool		is_default = collation == DEFAULT_COLLATION_OID;
	int			cache = is_default ? DATABASEOID : COLLOID;
	AttrNumber	attribute;
	HeapTuple	tuple;
	char		provider;
	Datum		datum;
	bool		isnull;

	*locale = NULL;
	if (!OidIsValid(collation))
		return 0;
	tuple = SearchSysCache1(cache, ObjectIdGetDatum(is_default ? MyDatabaseId : collation));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for collation %u", collation);
	provider = is_default ? ((Form_pg_database) GETSTRUCT(tuple))->datlocprovider : ((Form_pg_collation) GETSTRUCT(tuple))->collprovider;
	if (is_default)
		attribute = ctype ? Anum_pg_database_datctype : Anum_pg_database_datcollate;
	else
		attribute = ctype ? Anum_pg_collation_collctype : Anum_pg_collation_collcollate;
	datum = SysCacheGetAttr(cache, tuple, attribute, &isnull);
	if (!isnull)
		*locale = TextDatumGetCString(datum);
	ReleaseSysCache(tuple);
	return provider;
}

static bool
is_one_of(const char *locale, const char *const *names)
{
	for (; locale != NULL && *names != NULL; names++)
	{
		if (pg_strcasecmp(locale, *names) == 0)
			return true;
	}
	return false;
}
