/*-------------------------------------------------------------------------
 *
 * server_option.c
 *	  THE option table: which options exist, where, of what kind, and into
 *	  which field of which struct they go.
 *
 * A new option is one row here, one field in server.h, one use, one line in
 * doc/sqlite_fdw_mig.md and one test.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "catalog/pg_attribute.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_user_mapping.h"
#include "commands/defrem.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "pgtime.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "server/server.h"

/* Kinds of values. */
typedef enum OptionKind
{
	OPT_BOOL,
	OPT_MS,						/* int, milliseconds; units allowed */
	OPT_KB,						/* int, kilobytes; units allowed */
	OPT_COUNT,					/* int, at least 1 */
	OPT_REAL,					/* double, not negative */
	OPT_STRING,					/* char *; may be empty: SQLite allows the name "" */
	OPT_PATH,					/* char *, needs the right to read server files */
	OPT_ZONE,					/* char *, a time zone PostgreSQL knows */
	OPT_ENUM					/* int, from a list of words */
} OptionKind;

typedef struct OptionEnum
{
	const char *word;
	int			value;
} OptionEnum;

static const OptionEnum nul_words[] = {
	{"error", CONV_NUL_ERROR}, {"strip", CONV_NUL_STRIP}, {"replace", CONV_NUL_REPLACE}, {NULL, 0}
};

static const OptionEnum utf8_words[] = {
	{"error", CONV_UTF8_ERROR}, {"replace", CONV_UTF8_REPLACE}, {"latin1", CONV_UTF8_LATIN1},
	{"windows-1252", CONV_UTF8_WINDOWS1252}, {NULL, 0}
};

static const OptionEnum error_words[] = {
	{"error", CONV_ON_ERROR_RAISE}, {"null", CONV_ON_ERROR_NULL}, {NULL, 0}
};

typedef struct OptionDef
{
	const char *name;
	Oid			catalog;		/* where it may stand */
	OptionKind	kind;
	size_t		offset;			/* in the struct of that catalog */
	const char *dflt;			/* as text, NULL = zero */
	const OptionEnum *words;	/* OPT_ENUM */
} OptionDef;

static const OptionDef option_table[] = {
	{"database", ForeignServerRelationId, OPT_PATH, offsetof(ServerOptions, database), NULL, NULL},
	{"immutable", ForeignServerRelationId, OPT_BOOL, offsetof(ServerOptions, immutable), "false", NULL},
	{"updatable", ForeignServerRelationId, OPT_BOOL, offsetof(ServerOptions, updatable), "false", NULL},
	{"truncatable", ForeignServerRelationId, OPT_BOOL, offsetof(ServerOptions, truncatable), "true", NULL},
	{"batch_size", ForeignServerRelationId, OPT_COUNT, offsetof(ServerOptions, batch_size), "16", NULL},
	{"busy_timeout", ForeignServerRelationId, OPT_MS, offsetof(ServerOptions, busy_timeout), "5s", NULL},
	{"cache_size", ForeignServerRelationId, OPT_KB, offsetof(ServerOptions, cache_size), "0", NULL},
	{"keep_connections", ForeignServerRelationId, OPT_BOOL, offsetof(ServerOptions, keep_connections), "true", NULL},
	{"fdw_startup_cost", ForeignServerRelationId, OPT_REAL, offsetof(ServerOptions, fdw_startup_cost), "10", NULL},
	{"fdw_tuple_cost", ForeignServerRelationId, OPT_REAL, offsetof(ServerOptions, fdw_tuple_cost), "0.02", NULL},
	{"time_zone", ForeignServerRelationId, OPT_ZONE, offsetof(ServerOptions, time_zone), NULL, NULL},
	{"on_nul", ForeignServerRelationId, OPT_ENUM, offsetof(ServerOptions, on_nul), "error", nul_words},
	{"on_invalid_utf8", ForeignServerRelationId, OPT_ENUM, offsetof(ServerOptions, on_invalid_utf8), "error", utf8_words},

	{"table", ForeignTableRelationId, OPT_STRING, offsetof(TableOptions, table), NULL, NULL},
	{"query", ForeignTableRelationId, OPT_STRING, offsetof(TableOptions, query), NULL, NULL},
	{"updatable", ForeignTableRelationId, OPT_BOOL, offsetof(TableOptions, updatable), "true", NULL},
	{"truncatable", ForeignTableRelationId, OPT_BOOL, offsetof(TableOptions, truncatable), "true", NULL},
	{"batch_size", ForeignTableRelationId, OPT_COUNT, offsetof(TableOptions, batch_size), NULL, NULL},

	{"column_name", AttributeRelationId, OPT_STRING, offsetof(ColumnOptions, column_name), NULL, NULL},
	{"constant", AttributeRelationId, OPT_STRING, offsetof(ColumnOptions, constant), NULL, NULL},
	{"key", AttributeRelationId, OPT_BOOL, offsetof(ColumnOptions, key), "false", NULL},
	{"format", AttributeRelationId, OPT_STRING, offsetof(ColumnOptions, format), NULL, NULL},
	{"time_zone", AttributeRelationId, OPT_ZONE, offsetof(ColumnOptions, time_zone), NULL, NULL},
	{"empty_as_null", AttributeRelationId, OPT_BOOL, offsetof(ColumnOptions, empty_as_null), "false", NULL},
	{"on_error", AttributeRelationId, OPT_ENUM, offsetof(ColumnOptions, on_error), "error", error_words},
};

static const OptionDef *find_option(const char *name, Oid catalog);
static void parse_option(const OptionDef *def, const char *value, void *target);
static void check_file_right(void);
static void check_write_right(const ServerOptions *options);
static void fill(void *target, List *options, Oid catalog);

/*
 * Names valid in a catalog, for the hint.
 */
static char *
valid_names(Oid catalog)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < lengthof(option_table); i++)
	{
		if (option_table[i].catalog == catalog)
			appendStringInfo(&buf, "%s%s", buf.len > 0 ? ", " : "", option_table[i].name);
	}
	return buf.data;
}

void
server_option_validate(List *options, Oid catalog)
{
	bool		has_database = false;
	int			sources = 0;
	ListCell   *lc;
	union
	{
		ServerOptions server;
		TableOptions table;
		ColumnOptions column;
	}			scratch = {0};

	foreach(lc, options)
	{
		DefElem    *elem = lfirst(lc);
		const OptionDef *def = find_option(elem->defname, catalog);

		if (def == NULL)
		{
			char	   *names = valid_names(catalog);

			ereport(ERROR,
					(errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
					 errmsg("invalid option \"%s\"", elem->defname),
					 names[0] ? errhint("Valid options in this context are: %s.", names)
					 : errhint("There are no valid options in this context.")));
		}
		if (def->kind == OPT_PATH)
		{
			check_file_right();
			has_database = true;
		}
		if (catalog == ForeignTableRelationId && (strcmp(def->name, "table") == 0 || strcmp(def->name, "query") == 0))
			sources++;
		parse_option(def, defGetString(elem), &scratch);
	}

	if (sources > 1)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
				 errmsg("options \"table\" and \"query\" exclude each other"),
				 errhint("A foreign table shows either a table of SQLite or a query.")));
	if (catalog == ForeignServerRelationId)
		check_write_right(&scratch.server);
	if (catalog == ForeignServerRelationId && !has_database)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_DYNAMIC_PARAMETER_VALUE_NEEDED),
				 errmsg("option \"database\" is required for a server of wrapper sqlite_fdw_mig"),
				 errhint("Say OPTIONS (database '/full/path/of/the/file').")));
}

static const OptionDef *
find_option(const char *name, Oid catalog)
{
	for (int i = 0; i < lengthof(option_table); i++)
	{
		if (option_table[i].catalog == catalog && strcmp(option_table[i].name, name) == 0)
			return &option_table[i];
	}
	return NULL;
}

/*
 * Naming a server file gives the right to read it, so it needs that right.
 */
static void
check_file_right(void)
{
	if (!superuser() && !has_privs_of_role(GetUserId(), ROLE_PG_READ_SERVER_FILES))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to set option \"database\""),
				 errdetail("Only superusers and members of role pg_read_server_files may name a file on the database server.")));
}

/*
 * To make a server updatable gives the right to write its file.
 */
static void
check_write_right(const ServerOptions *options)
{
	if (!options->updatable)
		return;
	if (!superuser() && !has_privs_of_role(GetUserId(), ROLE_PG_WRITE_SERVER_FILES))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to set option \"updatable\""),
				 errdetail("Only superusers and members of role pg_write_server_files may write to a file on the database server.")));
	if (options->immutable)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
				 errmsg("options \"updatable\" and \"immutable\" exclude each other"),
				 errhint("A file that nobody writes to cannot be written to.")));
}

static void
invalid_value(const OptionDef *def, const char *value, const char *expected) pg_attribute_noreturn();

static void
invalid_value(const OptionDef *def, const char *value, const char *expected)
{
	ereport(ERROR,
			(errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
			 errmsg("invalid value for option \"%s\": \"%s\"", def->name, value),
			 errhint("Expected %s.", expected)));
}

/*
 * A number with a unit, as configuration parameters take it.
 */
static int
parse_number(const OptionDef *def, const char *value, int unit, const char *expected)
{
	int			number;
	const char *hint = NULL;

	if (!parse_int(value, &number, unit, &hint) || number < 0)
		invalid_value(def, value, expected);
	return number;
}

static int
parse_enum(const OptionDef *def, const char *value)
{
	StringInfoData expected;

	initStringInfo(&expected);
	for (const OptionEnum *word = def->words; word->word; word++)
	{
		if (pg_strcasecmp(word->word, value) == 0)
			return word->value;
		appendStringInfo(&expected, "%s%s", expected.len > 0 ? ", " : "one of ", word->word);
	}
	invalid_value(def, value, expected.data);
}

/*
 * Writes a value into its field of "target", or throws HV024.
 */
static void
parse_option(const OptionDef *def, const char *value, void *target)
{
	char	   *field = (char *) target + def->offset;
	double		real;

	switch (def->kind)
	{
		case OPT_BOOL:
			if (!parse_bool(value, (bool *) field))
				invalid_value(def, value, "a Boolean value: true or false");
			break;
		case OPT_MS:
			*(int *) field = parse_number(def, value, GUC_UNIT_MS, "a time of at least 0, such as 5s or 200ms");
			break;
		case OPT_KB:
			*(int *) field = parse_number(def, value, GUC_UNIT_KB, "an amount of memory of at least 0, such as 64MB");
			break;
		case OPT_COUNT:
			*(int *) field = parse_number(def, value, 0, "a number of at least 1");
			if (*(int *) field < 1)
				invalid_value(def, value, "a number of at least 1");
			break;
		case OPT_REAL:
			if (!parse_real(value, &real, 0, NULL) || real < 0)
				invalid_value(def, value, "a number of at least 0");
			*(double *) field = real;
			break;
		case OPT_PATH:
			if (!is_absolute_path(value))
				invalid_value(def, value, "the full path of a file on the database server, beginning with \"/\"");
			*(char **) field = pstrdup(value);
			break;
		case OPT_STRING:
			*(char **) field = pstrdup(value);
			break;
		case OPT_ZONE:
			if (pg_tzset(value) == NULL)
				invalid_value(def, value, "a time zone, such as UTC or Europe/Berlin");
			*(char **) field = pstrdup(value);
			break;
		case OPT_ENUM:
			*(int *) field = parse_enum(def, value);
			break;
	}
}

/*
 * Defaults, then the options of one object.
 */
static void
fill(void *target, List *options, Oid catalog)
{
	ListCell   *lc;

	for (int i = 0; i < lengthof(option_table); i++)
	{
		if (option_table[i].catalog == catalog && option_table[i].dflt != NULL)
			parse_option(&option_table[i], option_table[i].dflt, target);
	}
	foreach(lc, options)
	{
		DefElem    *elem = lfirst(lc);
		const OptionDef *def = find_option(elem->defname, catalog);

		if (def != NULL)
			parse_option(def, defGetString(elem), target);
	}
}

ServerOptions *
server_options(Oid serverid)
{
	ServerOptions *result = palloc0(sizeof(ServerOptions));

	fill(result, GetForeignServer(serverid)->options, ForeignServerRelationId);
	return result;
}

TableOptions *
server_table_options(Oid relid)
{
	TableOptions *result = palloc0(sizeof(TableOptions));

	fill(result, GetForeignTable(relid)->options, ForeignTableRelationId);
	return result;
}

ColumnOptions *
server_column_options(Oid relid, AttrNumber attnum)
{
	ColumnOptions *result = palloc0(sizeof(ColumnOptions));

	fill(result, GetForeignColumnOptions(relid, attnum), AttributeRelationId);
	return result;
}
