/*-------------------------------------------------------------------------
 *
 * api_parent.c
 *	  The half of a foreign key that asks for a parent, but not in a restore.
 *
 * Owns the trigger that takes the place of the foreign key's own in the extension's
 * tables; 78_parents.sql tells why there is one. What it asks, how it locks and what
 * it throws is the foreign key's (ri_triggers.c).
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/htup_details.h"
#include "catalog/pg_constraint.h"
#include "commands/trigger.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/syscache.h"

MIG_FUNCTION(mig_check_parent);

/*
 * A restore? check_function_bodies is off in every session of pg_restore and in every
 * script of pg_dump, and whom row-level security does not bind owns the table or is a
 * superuser.
 */
static bool
in_restore(Oid relid)
{
	return !check_function_bodies && check_enable_rls(relid, InvalidOid, true) != RLS_ENABLED;
}

/*
 * _check_parent(constraint): trigger after INSERT or UPDATE of a row. Throws what the
 * foreign key of that name throws, 23503.
 */
Datum
mig_check_parent(PG_FUNCTION_ARGS)
{
	LOCAL_FCINFO(asked, 0);
	TriggerData data;
	Trigger		trigger;
	HeapTuple	constraint;

	if (!CALLED_AS_TRIGGER(fcinfo) || ((TriggerData *) fcinfo->context)->tg_trigger->tgnargs != 1)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("not called as a trigger of a foreign key")));
	data = *(TriggerData *) fcinfo->context;
	if (in_restore(RelationGetRelid(data.tg_relation)))
		PG_RETURN_POINTER(NULL);
	trigger = *data.tg_trigger;
	trigger.tgconstraint = get_relation_constraint_oid(RelationGetRelid(data.tg_relation), trigger.tgargs[0], false);
	constraint = SearchSysCache1(CONSTROID, ObjectIdGetDatum(trigger.tgconstraint));
	if (!HeapTupleIsValid(constraint))
		elog(ERROR, "cache lookup failed for constraint %u", trigger.tgconstraint);
	trigger.tgconstrrelid = ((Form_pg_constraint) GETSTRUCT(constraint))->confrelid;
	ReleaseSysCache(constraint);
	data.tg_trigger = &trigger;
	InitFunctionCallInfoData(*asked, fcinfo->flinfo, 0, InvalidOid, (Node *) &data, NULL);
	if (TRIGGER_FIRED_BY_UPDATE(data.tg_event))
		return RI_FKey_check_upd(asked);
	return RI_FKey_check_ins(asked);
}
