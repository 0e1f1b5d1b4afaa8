/*-------------------------------------------------------------------------
 *
 * mig_sink.c
 *	  Which sink a relation takes.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "catalog/catalog.h"
#include "catalog/pg_class.h"
#include "commands/trigger.h"
#include "utils/rel.h"
#include "utils/rls.h"

#include "migrate/migrate.h"

static bool has_instead_trigger(Relation rel);
static void refuse(Relation rel, const char *message, const char *hint) pg_attribute_noreturn();

bool
mig_sink_bulk(Relation rel, MigConflict on_conflict)
{
	if (IsSystemRelation(rel))
		refuse(rel, "cannot copy into system catalog \"%s\"", "Copy into a table of your own.");
	if (RELATION_IS_OTHER_TEMP(rel))
		refuse(rel, "cannot copy into temporary table \"%s\" of another session", "Copy into a table of your own.");

	switch (rel->rd_rel->relkind)
	{
		case RELKIND_RELATION:
			return on_conflict == MIG_CONFLICT_ERROR &&
				check_enable_rls(RelationGetRelid(rel), InvalidOid, false) != RLS_ENABLED;
		case RELKIND_PARTITIONED_TABLE:
			return false;
		case RELKIND_FOREIGN_TABLE:
			if (on_conflict == MIG_CONFLICT_UPDATE)
				refuse(rel, "cannot update rows of foreign table \"%s\" when they are there already",
					   "PostgreSQL knows no ON CONFLICT DO UPDATE for foreign tables: use on_conflict => 'nothing', or run the copy where the table is.");
			return false;
		case RELKIND_VIEW:
			if (on_conflict == MIG_CONFLICT_UPDATE)
				refuse(rel, "cannot update rows of view \"%s\" when they are there already", "Copy into the table below the view.");
			if (on_conflict == MIG_CONFLICT_NOTHING && has_instead_trigger(rel))
				refuse(rel, "cannot skip rows of view \"%s\" when they are there already",
					   "The trigger of the view decides what an INSERT means: let it skip them.");
			return false;
		case RELKIND_MATVIEW:
			refuse(rel, "cannot copy into materialized view \"%s\"", "Define the materialized view over the foreign table and refresh it.");
		default:
			refuse(rel, "cannot copy into \"%s\", which is not a table", "Copy into a table.");
	}
}

static bool
has_instead_trigger(Relation rel)
{
	return rel->trigdesc && rel->trigdesc->trig_insert_instead_row;
}

static void
refuse(Relation rel, const char *message, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg_internal(message, RelationGetRelationName(rel)),
			 errhint("%s", hint)));
}
