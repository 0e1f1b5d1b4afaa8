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
#include "access/xact.h"
#include "catalog/pg_constraint.h"
#include "commands/trigger.h"
#include "executor/tuptable.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/syscache.h"

/* A foreign key, by the trigger that asks in its place, and the parent that its last row had. */
typedef struct ParentKey
{
	Oid			trigger;		/* hash key */
	bool		known;			/* the next four are true */
	Oid			constraint;
	Oid			parent;			/* table */
	int			ncolumns;
	AttrNumber	column[INDEX_MAX_KEYS];
	bool		found;			/* a row with these values has a parent, as the last question said */
	StringInfoData values;		/* in TopMemoryContext */
} ParentKey;

static HTAB *parent_keys = NULL;

/*
 * How long a parent that was found is known to be there: while the rows of one command are checked. Each command has a
 * number, and each question that is asked here takes the next; while the number is that of the last question, nothing else was
 * done, and the parent, which the question locked, cannot go.
 */
static TransactionId asked_xid = InvalidTransactionId;
static SubTransactionId asked_subid = InvalidSubTransactionId;
static CommandId asked_cid = InvalidCommandId;

static StringInfoData row_values = {0};

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

/* syscache callback */
static void
constraint_changed(Datum arg, int cacheid, uint32 hashvalue)
{
	HASH_SEQ_STATUS status;
	ParentKey  *key;

	hash_seq_init(&status, parent_keys);
	while ((key = hash_seq_search(&status)) != NULL)
		key->known = false;
}

static void
make_parent_keys(void)
{
	HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(ParentKey)};
	MemoryContext old = MemoryContextSwitchTo(TopMemoryContext);

	initStringInfo(&row_values);
	MemoryContextSwitchTo(old);
	parent_keys = hash_create("parents of plans and results", 32, &control, HASH_ELEM | HASH_BLOBS);
	CacheRegisterSyscacheCallback(CONSTROID, constraint_changed, (Datum) 0);
}

/* reads the foreign key whose name the trigger has as its argument; throws when there is none */
static void
read_parent_key(ParentKey *key, const TriggerData *data)
{
	Oid			constraint = get_relation_constraint_oid(RelationGetRelid(data->tg_relation), data->tg_trigger->tgargs[0], false);
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	AttrNumber	parent_column[INDEX_MAX_KEYS];
	Form_pg_constraint form;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for constraint %u", constraint);
	form = (Form_pg_constraint) GETSTRUCT(tuple);
	key->constraint = constraint;
	key->parent = form->confrelid;
	DeconstructFkConstraintRow(tuple, &key->ncolumns, key->column, parent_column, NULL, NULL, NULL, NULL, NULL);
	ReleaseSysCache(tuple);
	key->known = true;
}
/*
 * Puts the row's values of the key's columns into row_values; false when they cannot be compared as bytes
 * as they are: one is NULL, stored elsewhere, or of a type of fixed length.
 */
static bool
collect_values(const ParentKey *key, TupleTableSlot *row)
{
	resetStringInfo(&row_values);
	for (int i = 0; i < key->ncolumns; i++)
	{
		bool		isnull;
		Datum		value = slot_getattr(row, key->column[i], &isnull);
		int			length;

		if (isnull || TupleDescAttr(row->tts_tupleDescriptor, key->column[i] - 1)->attlen != -1)
			return false;
		if (VARATT_IS_EXTENDED(DatumGetPointer(value)) && !VARATT_IS_SHORT(DatumGetPointer(value)))
			return false;
		length = VARSIZE_ANY_EXHDR(DatumGetPointer(value));
		appendBinaryStringInfo(&row_values, (char *) &length, sizeof(length));
		appendBinaryStringInfo(&row_values, VARDATA_ANY(DatumGetPointer(value)), length);
	}
	return true;
}

/* was the parent of a row with row_values found while rows of the same command were checked? */
static bool
found_before(const ParentKey *key)
{
	return key->found && key->values.len == row_values.len && memcmp(key->values.data, row_values.data, row_values.len) == 0;
}

/* A question that is not the next thing after the last one: whatever was found may be gone. */
static void
forget_parents(void)
{
	HASH_SEQ_STATUS status;
	ParentKey  *key;

	if (asked_cid == GetCurrentCommandId(false) && asked_subid == GetCurrentSubTransactionId() && asked_xid == GetTopTransactionIdIfAny())
		return;
	hash_seq_init(&status, parent_keys);
	while ((key = hash_seq_search(&status)) != NULL)
		key->found = false;
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
	ParentKey  *key;
	bool		exists;
	bool		comparable;

	if (!CALLED_AS_TRIGGER(fcinfo) || ((TriggerData *) fcinfo->context)->tg_trigger->tgnargs != 1)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("not called as a trigger of a foreign key")));
	data = *(TriggerData *) fcinfo->context;
	if (in_restore(RelationGetRelid(data.tg_relation)))
		PG_RETURN_POINTER(NULL);
	if (parent_keys == NULL)
		make_parent_keys();
	key = hash_search(parent_keys, &data.tg_trigger->tgoid, HASH_ENTER, &exists);
	if (!exists)
	{
		key->known = key->found = false;
		memset(&key->values, 0, sizeof(key->values));
	}
	if (!key->known)
	{
		key->found = false;
		read_parent_key(key, &data);
	}

	forget_parents();
	comparable = collect_values(key, TRIGGER_FIRED_BY_UPDATE(data.tg_event) ? data.tg_newslot : data.tg_trigslot);
	if (comparable && found_before(key))
		PG_RETURN_POINTER(NULL);

	trigger = *data.tg_trigger;
	trigger.tgconstraint = key->constraint;
	trigger.tgconstrrelid = key->parent;
	data.tg_trigger = &trigger;
	InitFunctionCallInfoData(*asked, fcinfo->flinfo, 0, InvalidOid, (Node *) &data, NULL);
	if (TRIGGER_FIRED_BY_UPDATE(data.tg_event))
		RI_FKey_check_upd(asked);
	else
		RI_FKey_check_ins(asked);

	key->found = comparable;
	if (comparable)
	{
		if (key->values.data == NULL)
		{
			MemoryContext old = MemoryContextSwitchTo(TopMemoryContext);

			initStringInfo(&key->values);
			MemoryContextSwitchTo(old);
		}
		resetStringInfo(&key->values);
		appendBinaryStringInfo(&key->values, row_values.data, row_values.len);
	}
	asked_xid = GetTopTransactionIdIfAny();
	asked_subid = GetCurrentSubTransactionId();
	asked_cid = GetCurrentCommandId(false);
	PG_RETURN_POINTER(NULL);
}
