/*-------------------------------------------------------------------------
 *
 * dialect_names.c
 *	  Names of SQLite: compared without case, and written for PostgreSQL.
 *
 * SQLite takes Total, total and "TOTAL" for one name; PostgreSQL does not.
 * So every name is written as it was first, in the whole script.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_writer.h"

#include "common/md5.h"
#include "mb/pg_wchar.h"
#include "port.h"
#include "utils/builtins.h"

/* Hexadecimal digits of an MD5 hash. */
#define MD5_HASH_LEN 32

typedef struct NameSlot
{
	const char *name;			/* NULL: free */
	uint32		hash;
	void	   *value;
} NameSlot;

struct DialectNames
{
	NameSlot   *slots;
	uint32		size;			/* a power of two */
	uint32		used;
};

static uint32
hash_name(const char *name)
{
	uint32		hash = 2166136261u;

	for (; *name; name++)
		hash = (hash ^ pg_ascii_tolower((unsigned char) *name)) * 16777619u;
	return hash;
}

/*
 * Whether SQLite takes the two for one name.
 */
bool
dialect_same_name(const char *a, const char *b)
{
	while (*a && pg_ascii_tolower((unsigned char) *a) == pg_ascii_tolower((unsigned char) *b))
	{
		a++;
		b++;
	}
	return *a == '\0' && *b == '\0';
}

/*
 * An empty map, palloc'd.
 */
DialectNames *
dialect_names_new(void)
{
	DialectNames *names = palloc(sizeof(DialectNames));

	names->size = 8;
	names->used = 0;
	names->slots = palloc0(sizeof(NameSlot) * names->size);
	return names;
}

/*
 * The slot of a name, or the free one where it belongs.
 */
static NameSlot *
find_slot(const DialectNames *names, const char *name, uint32 hash)
{
	uint32		i = hash & (names->size - 1);

	while (names->slots[i].name != NULL &&
		   (names->slots[i].hash != hash || !dialect_same_name(names->slots[i].name, name)))
		i = (i + 1) & (names->size - 1);
	return &names->slots[i];
}

/*
 * The value of a name, NULL if there is none.
 */
void *
dialect_names_get(const DialectNames *names, const char *name)
{
	return names ? find_slot(names, name, hash_name(name))->value : NULL;
}

/*
 * Sets the value of a name; "name" must live as long as the map.
 */
void
dialect_names_put(DialectNames *names, const char *name, void *value)
{
	uint32		hash = hash_name(name);
	NameSlot   *slot = find_slot(names, name, hash);

	if (slot->name == NULL && ++names->used > names->size / 2)
	{
		NameSlot   *old = names->slots;
		uint32		n = names->size;
		uint32		i;

		names->size *= 2;
		names->slots = palloc0(sizeof(NameSlot) * names->size);
		for (i = 0; i < n; i++)
		{
			if (old[i].name != NULL)
				*find_slot(names, old[i].name, old[i].hash) = old[i];
		}
		pfree(old);
		slot = find_slot(names, name, hash);
	}
	slot->name = name;
	slot->hash = hash;
	slot->value = value;
}

/*
 * The name that the plan of a migration gives (sqlite_mig_internal._short_name): itself
 * if PostgreSQL takes it, else its beginning and a hash. palloc'd.
 */
static char *
short_name(const char *name)
{
	int			len = strlen(name);
	char		hash[MD5_HASH_LEN + 1];
	const char *error;

	if (len > 0 && len < NAMEDATALEN)
		return pstrdup(name);
	if (!pg_md5_hash(name, len, hash, &error))
		return base_shorten_ident(name);
	return psprintf("%.*s_%.8s", pg_mbcliplen(name, len, 54), name, hash);
}

/*
 * Writes a name in its one spelling, quoted where PostgreSQL needs it. Names
 * that are too long for it keep apart.
 */
void
dialect_write_name(DialectWriter *w, const char *name)
{
	char	   *spelling = dialect_names_get(w->spellings, name);

	if (spelling == NULL)
	{
		spelling = short_name(name);
		dialect_names_put(w->spellings, pstrdup(name), spelling);
	}
	appendStringInfoString(&w->out, quote_identifier(spelling));
}

/*
 * Writes a string literal.
 */
void
dialect_write_string(DialectWriter *w, const char *value)
{
	const char *p;

	/* with a backslash only E'' means the same whatever standard_conforming_strings says */
	if (strchr(value, '\\') != NULL)
		appendStringInfoChar(&w->out, 'E');
	appendStringInfoChar(&w->out, '\'');
	for (p = value; *p; p++)
	{
		if (*p == '\'' || *p == '\\')
			appendStringInfoChar(&w->out, *p);
		appendStringInfoChar(&w->out, *p);
	}
	appendStringInfoChar(&w->out, '\'');
}
