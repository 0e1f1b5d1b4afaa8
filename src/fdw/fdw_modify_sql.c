/*-------------------------------------------------------------------------
 *
 * fdw_modify_sql.c
 *	  The statements that change rows of SQLite, and what each column needs for it.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/sysattr.h"
#include "nodes/bitmapset.h"
#include "optimizer/optimizer.h"
#include "utils/rel.h"

#include "fdw/fdw_modify.h"

/* Rows among which a value is looked for that shows how a column is written. */
#define SAMPLE_ROWS 100

/* SQLite takes 127 arguments of a function, if it was not built otherwise. */
#define MAX_HASH_ARGS 100

static void append_insert(StringInfo sql, const FdwTable *table, const FdwChange *change, int rows);
static void append_identity(StringInfo sql, const FdwTable *table, int param);

/*
 * The rowid names a row whatever its key holds. Columns with the option key, or
 * else those of the primary key, are for what has none: WITHOUT ROWID, views.
 */
FdwIdentity
fdw_identity(const FdwTable *table)
{
	if (table->source->query != NULL)
		return IDENTITY_NONE;
	if (table->rowid != NULL)
		return IDENTITY_ROWID;
	for (int i = 0; i < table->natts; i++)
	{
		if (table->columns[i].source != NULL && fdw_is_key(table, &table->columns[i]))
			return IDENTITY_KEY;
	}
	return IDENTITY_NONE;
}

bool
fdw_is_key(const FdwTable *table, const FdwColumn *column)
{
	bool		any = false;

	for (int i = 0; i < table->source->ncols; i++)
		any |= table->source->cols[i].key && table->source->cols[i].constant == NULL;
	if (any)
		return column->source->key && column->source->constant == NULL;
	return column->remote != NULL && column->remote->pk > 0;
}

bool
fdw_is_generated(const FdwColumn *column)
{
	return column->remote != NULL && column->remote->hidden >= 2;
}

static const FdwColumn *
column_at(const FdwTable *table, AttrNumber attnum)
{
	return &table->columns[attnum - 1];
}

char *
fdw_change_sql(const FdwTable *table, const FdwChange *change, int rows)
{
	StringInfoData sql;
	int			params = 0;
	ListCell   *lc;

	initStringInfo(&sql);
	switch (change->operation)
	{
		case CMD_INSERT:
			append_insert(&sql, table, change, rows);
			break;
		case CMD_UPDATE:
			appendStringInfoString(&sql, "UPDATE main.");
			base_append_ident(&sql, table->source->table);
			appendStringInfoString(&sql, " SET ");
			foreach(lc, change->attnums)
			{
				if (params > 0)
					appendStringInfoString(&sql, ", ");
				base_append_ident(&sql, column_at(table, lfirst_int(lc))->source->name);
				appendStringInfo(&sql, " = ?%d", ++params);
			}
			append_identity(&sql, table, params);
			break;
		case CMD_DELETE:
			appendStringInfoString(&sql, "DELETE FROM main.");
			base_append_ident(&sql, table->source->table);
			append_identity(&sql, table, 0);
			break;
		default:
			elog(ERROR, "unexpected operation %d", (int) change->operation);
	}
	fdw_append_returning(&sql, table, change->returned);
	return sql.data;
}

static void
append_insert(StringInfo sql, const FdwTable *table, const FdwChange *change, int rows)
{
	int			params = 0;
	ListCell   *lc;

	appendStringInfo(sql, "INSERT%s INTO main.", change->attnums == NIL && change->do_nothing ? " OR IGNORE" : "");
	base_append_ident(sql, table->source->table);
	if (change->attnums == NIL)
	{
		appendStringInfoString(sql, " DEFAULT VALUES");
		return;
	}
	foreach(lc, change->attnums)
	{
		appendStringInfoString(sql, foreach_current_index(lc) == 0 ? " (" : ", ");
		base_append_ident(sql, column_at(table, lfirst_int(lc))->source->name);
	}
	appendStringInfoString(sql, ") VALUES ");
	for (int row = 0; row < rows; row++)
	{
		appendStringInfoString(sql, row == 0 ? "(" : ", (");
		for (int i = 0; i < list_length(change->attnums); i++)
			appendStringInfo(sql, "%s?%d", i == 0 ? "" : ", ", ++params);
		appendStringInfoChar(sql, ')');
	}
	if (change->do_nothing)
		appendStringInfoString(sql, " ON CONFLICT DO NOTHING");
}

char *
fdw_key_hash(const FdwTable *table)
{
	StringInfoData args;
	int			nargs = 0;

	initStringInfo(&args);
	for (int i = 0; i < table->natts; i++)
	{
		const FdwColumn *column = &table->columns[i];

		if (column->source == NULL || !fdw_is_key(table, column))
			continue;
		if (nargs == MAX_HASH_ARGS)
		{
			char	   *hash = psprintf("mig_key(%s)", args.data);

			resetStringInfo(&args);
			appendStringInfoString(&args, hash);
			nargs = 1;
		}
		if (nargs++ > 0)
			appendStringInfoString(&args, ", ");
		base_append_ident(&args, column->source->name);
	}
	return psprintf("mig_key(%s)", args.data);
}

/* WHERE with placeholders behind the "params" first ones. */
static void
append_identity(StringInfo sql, const FdwTable *table, int params)
{
	bool		first = true;

	appendStringInfoString(sql, " WHERE ");
	if (fdw_identity(table) == IDENTITY_ROWID)
	{
		appendStringInfo(sql, "%s = ?%d", table->rowid, params + 1);
		return;
	}
	for (int i = 0; i < table->natts; i++)
	{
		const FdwColumn *column = &table->columns[i];

		if (column->source == NULL || !fdw_is_key(table, column))
			continue;
		if (!first)
			appendStringInfoString(sql, " AND ");
		first = false;
		base_append_ident(sql, column->source->name);
		appendStringInfo(sql, " IS ?%d", ++params);
	}
	appendStringInfo(sql, " AND %s = ?%d", fdw_key_hash(table), params + 1);
}

char *
fdw_lookup_sql(const FdwTable *table)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT 1 FROM main.");
	base_append_ident(&sql, table->source->table);
	append_identity(&sql, table, 0);
	return sql.data;
}

void
fdw_append_returning(StringInfo sql, const FdwTable *table, const List *attnums)
{
	ListCell   *lc;

	foreach(lc, attnums)
	{
		const SourceColumn *column = column_at(table, lfirst_int(lc))->source;

		appendStringInfoString(sql, foreach_current_index(lc) == 0 ? " RETURNING " : ", ");
		if (column->constant != NULL)
			appendStringInfoString(sql, column->constant);
		else
			base_append_ident(sql, column->name);
	}
}

List *
fdw_wanted_back(Relation rel, Index varno, CmdType operation, List *returning, List *checks)
{
	TriggerDesc *triggers = rel->trigdesc;
	TupleDesc	desc = RelationGetDescr(rel);
	Bitmapset  *used = NULL;
	List	   *result = NIL;
	bool		all;
	ListCell   *lc;

	pull_varattnos((Node *) returning, varno, &used);
	if (operation == CMD_DELETE)
		checks = NIL;
	foreach(lc, checks)
		pull_varattnos(((WithCheckOption *) lfirst(lc))->qual, varno, &used);

	/* a partition that rows are routed to has no place in the range table that its expressions could be told by */
	all = bms_is_member(0 - FirstLowInvalidHeapAttributeNumber, used) ||
		(varno == 0 && (returning != NIL || checks != NIL)) ||
		(triggers != NULL && ((operation == CMD_INSERT && triggers->trig_insert_after_row) ||
							  (operation == CMD_UPDATE && triggers->trig_update_after_row)));
	for (int i = 0; i < desc->natts; i++)
	{
		if (!TupleDescAttr(desc, i)->attisdropped && (all || bms_is_member(i + 1 - FirstLowInvalidHeapAttributeNumber, used)))
			result = lappend_int(result, i + 1);
	}
	return result;
}

/*
 * What the column holds in one of the rows that were written last; NULL where it
 * holds no text. *blob: it holds blobs.
 */
static char *
find_sample(SqliteDb *db, const FdwTable *table, const FdwColumn *column, bool *blob)
{
	StringInfoData sql;
	SqliteStmt *stmt;
	char	   *sample = NULL;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT c, typeof(c) FROM (SELECT ");
	base_append_ident(&sql, column->source->name);
	appendStringInfoString(&sql, " AS c FROM main.");
	base_append_ident(&sql, table->source->table);
	if (table->rowid != NULL)
		appendStringInfo(&sql, " ORDER BY %s DESC", table->rowid);
	appendStringInfo(&sql, " LIMIT %d) WHERE c IS NOT NULL AND c <> '' LIMIT 1", SAMPLE_ROWS);
	stmt = sqlite_prepare_again(db, sql.data);
	if (sqlite_step(stmt))
	{
		char	   *type = sqlite_text(stmt, 1);

		*blob = strcmp(type, "blob") == 0;
		if (strcmp(type, "text") == 0)
			sample = sqlite_text(stmt, 0);
	}
	sqlite_release(stmt);
	return sample;
}

ConvOut *
fdw_choose_out(SqliteDb *db, const FdwTable *table, const FdwColumn *column)
{
	static const ConvAffinity affinities[] = {
		[AFFINITY_NONE] = CONV_AFFINITY_NONE,
		[AFFINITY_TEXT] = CONV_AFFINITY_TEXT,
		[AFFINITY_NUMERIC] = CONV_AFFINITY_NUMERIC,
		[AFFINITY_INTEGER] = CONV_AFFINITY_INTEGER,
		[AFFINITY_REAL] = CONV_AFFINITY_REAL,
	};
	ConvTarget	target = {.affinity = affinities[column->affinity]};

	if (!table->ordinary)
		target.affinity = CONV_AFFINITY_NONE;
	target.notnull = column->remote != NULL && column->remote->notnull;
	if (column->remote != NULL && pg_strncasecmp(column->remote->type, "blob", 4) == 0)
		target.binary = true;
	if (conv_out_has_style(&column->source->spec) && table->ordinary)
		target.sample = find_sample(db, table, column, &target.binary);
	return conv_choose_out(&column->source->spec, &target);
}
