/*-------------------------------------------------------------------------
 *
 * base_ident.c
 *	  Names and SQL text between the two databases: quoting for SQLite,
 *	  shortening for PostgreSQL, encodings.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/namespace.h"
#include "common/hashfn.h"
#include "mb/pg_wchar.h"

#include "base/base.h"

static void
append_quoted(StringInfo buf, const char *text, char quote)
{
	const char *p;

	appendStringInfoCharMacro(buf, quote);
	for (p = text; *p; p++)
	{
		if (*p == quote)
			appendStringInfoCharMacro(buf, quote);
		appendStringInfoCharMacro(buf, *p);
	}
	appendStringInfoCharMacro(buf, quote);
}

void
base_append_ident(StringInfo buf, const char *name)
{
	append_quoted(buf, name, '"');
}

void
base_append_literal(StringInfo buf, const char *value)
{
	append_quoted(buf, value, '\'');
}

const char *
base_internal_schema(void)
{
	return OidIsValid(get_namespace_oid("sqlite_mig_internal", true)) ? "sqlite_mig_internal" : "sqlite_mig";
}

char *
base_shorten_ident(const char *name)
{
	int			len = strlen(name);
	int			keep = NAMEDATALEN - 1 - 9; /* "_" and 8 hex digits */

	if (len < NAMEDATALEN)
		return pstrdup(name);
	keep = pg_mbcliplen(name, len, keep);
	return psprintf("%.*s_%08x", keep, name,
					DatumGetUInt32(hash_any((const unsigned char *) name, len)));
}

char *
base_from_utf8(const char *text, int len)
{
	char	   *converted = pg_any_to_server(text, len, PG_UTF8);

	return converted == text ? pnstrdup(text, len) : converted;
}

char *
base_show_utf8(const char *text, int len)
{
	StringInfoData buf;

	if (pg_verify_mbstr(PG_UTF8, text, len, true))
		return base_from_utf8(text, len);
	initStringInfo(&buf);
	while (len > 0)
	{
		int			valid = pg_encoding_verifymbstr(PG_UTF8, text, len);

		appendBinaryStringInfo(&buf, text, valid);
		text += valid;
		len -= valid;
		if (len > 0)
		{
			appendStringInfoString(&buf, "\xEF\xBF\xBD");
			text++;
			len--;
		}
	}
	return base_from_utf8(buf.data, buf.len);
}

char *
base_to_utf8(const char *text)
{
	return pg_server_to_any(text, strlen(text), PG_UTF8);
}
