/*-------------------------------------------------------------------------
 *
 * fdw_constant.c
 *	  Columns with the option "constant" in rows that are written: SQLite has no
 *	  place for them, so they must hold what every row shows.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/typcache.h"

#include "fdw/fdw_modify.h"

typedef struct FdwConstant
{
	AttrNumber	attnum;
	Oid			collation;
	FmgrInfo	equal;
	Datum		value;
	bool		isnull;
} FdwConstant;

struct FdwConstants
{
	Relation	rel;
	int			n;
	FdwConstant constants[FLEXIBLE_ARRAY_MEMBER];
};

static void read_constant(FdwConstant *constant, SqliteDb *db, const FdwTable *table, const SourceColumn *column);

FdwConstants *
fdw_constants(SqliteDb *db, const FdwTable *table, Relation rel, const List *attnums)
{
	FdwConstants *result = NULL;
	ListCell   *lc;

	foreach(lc, attnums)
	{
		AttrNumber	attnum = lfirst_int(lc);
		Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), attnum - 1);
		const SourceColumn *column = table->columns[attnum - 1].source;
		TypeCacheEntry *type;

		if (column->constant == NULL)
			continue;
		if (result == NULL)
		{
			result = palloc0(offsetof(FdwConstants, constants) + sizeof(FdwConstant) * list_length(attnums));
			result->rel = rel;
		}
		type = lookup_type_cache(att->atttypid, TYPECACHE_EQ_OPR);
		if (!OidIsValid(type->eq_opr))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_FUNCTION),
					 errmsg("could not identify an equality operator for type %s", format_type_be(att->atttypid))));
		fmgr_info(get_opcode(type->eq_opr), &result->constants[result->n].equal);
		result->constants[result->n].attnum = attnum;
		result->constants[result->n].collation = att->attcollation;
		read_constant(&result->constants[result->n++], db, table, column);
	}
	return result;
}

/* Through the column's converter, as a scan reads it. */
static void
read_constant(FdwConstant *constant, SqliteDb *db, const FdwTable *table, const SourceColumn *column)
{
	SqliteStmt *stmt = sqlite_prepare(db, psprintf("SELECT %s", column->constant));
	ConvIn	   *conv = conv_choose(&column->spec);
	int16		len;
	bool		byval;

	(void) sqlite_step(stmt);
	if (!conv_column(conv, sqlite_raw(stmt), 0, &constant->value, &constant->isnull))
		conv_raise(conv, sqlite_raw(stmt), 0, table->source->table, column->name, NULL);
	get_typlenbyval(column->spec.typid, &len, &byval);
	if (!constant->isnull)
		constant->value = datumCopy(constant->value, byval, len);
	sqlite_finalize(stmt);
}

void
fdw_check_constants(FdwConstants *constants, TupleTableSlot *slot)
{
	for (int i = 0; constants != NULL && i < constants->n; i++)
	{
		FdwConstant *constant = &constants->constants[i];
		bool		isnull;
		Datum		value = slot_getattr(slot, constant->attnum, &isnull);

		if (isnull == constant->isnull &&
			(isnull || DatumGetBool(FunctionCall2Coll(&constant->equal, constant->collation, value, constant->value))))
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("new row of foreign table \"%s\" has another value in column \"%s\" than all its rows have",
						RelationGetRelationName(constants->rel),
						NameStr(TupleDescAttr(RelationGetDescr(constants->rel), constant->attnum - 1)->attname)),
				 errdetail("The column's option \"constant\" says the value; SQLite does not hold it.")));
	}
}
