/*-------------------------------------------------------------------------
 *
 * mig_guard.c
 *	  Constraints of a plain table, answered without an error.
 *
 * The executor throws when a row breaks a constraint, and an error costs a
 * subtransaction. Here the same constraints are asked beforehand, in the same
 * order and with the same messages. The answer about unique keys holds unless
 * another session is faster; the executor still has the last word on them.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/genam.h"
#include "catalog/index.h"
#include "executor/executor.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"

#include "migrate/migrate.h"

typedef struct GuardCheck
{
	const char *name;
	ExprState  *expr;
} GuardCheck;

/* How the key of an index is shown. */
typedef struct KeyShow
{
	bool		known;			/* what follows was looked up */
	char	   *names;			/* "(a, b)"; NULL: the role may not see it */
	FmgrInfo	out[INDEX_MAX_KEYS];
} KeyShow;

struct MigGuard
{
	ResultRelInfo *rri;
	EState	   *estate;
	bool		complete;
	int			nnot_null;
	int		   *not_null;		/* attnum - 1 */
	int			nchecks;
	GuardCheck *checks;
	int			nunique;
	int		   *unique;			/* indexes of rri that forbid rows, at once */
	KeyShow    *shows;			/* by place in "unique" */
	MemoryContext context;		/* of all this */
};

static MigFault *not_null_fault(Relation rel, int column);
static MigFault *unique_fault(MigGuard *guard, int nth, TupleTableSlot *slot);
static char *show_key(MigGuard *guard, int nth, Datum *values, bool *nulls);

/* Allocated in CurrentMemoryContext; lives as long as "estate". */
MigGuard *
mig_guard_open(ResultRelInfo *rri, EState *estate)
{
	MigGuard   *guard = palloc0(sizeof(MigGuard));
	Relation	rel = rri->ri_RelationDesc;
	TupleDesc	desc = RelationGetDescr(rel);
	int			i;

	guard->rri = rri;
	guard->estate = estate;
	guard->not_null = palloc(Max(desc->natts, 1) * sizeof(int));
	for (i = 0; i < desc->natts; i++)
		if (TupleDescAttr(desc, i)->attnotnull && !TupleDescAttr(desc, i)->attisdropped)
			guard->not_null[guard->nnot_null++] = i;

	/* expressions over columns that are never stored are the executor's affair */
	guard->complete = !compat_has_generated_virtual(desc);
	if (desc->constr && guard->complete)
	{
		guard->checks = palloc(Max(desc->constr->num_check, 1) * sizeof(GuardCheck));
		for (i = 0; i < desc->constr->num_check; i++)
		{
			const ConstrCheck *check = &desc->constr->check[i];

			if (!compat_check_enforced(check))
				continue;
			guard->checks[guard->nchecks].name = check->ccname;
			guard->checks[guard->nchecks++].expr = ExecPrepareExpr(stringToNode(check->ccbin), estate);
		}
	}

	guard->unique = palloc(Max(rri->ri_NumIndices, 1) * sizeof(int));
	for (i = 0; i < rri->ri_NumIndices; i++)
	{
		const IndexInfo *info = rri->ri_IndexRelationInfo[i];

		if ((info->ii_Unique || info->ii_ExclusionOps) && info->ii_ReadyForInserts &&
			rri->ri_IndexRelationDescs[i]->rd_index->indimmediate)
			guard->unique[guard->nunique++] = i;
	}
	guard->shows = palloc0(Max(guard->nunique, 1) * sizeof(KeyShow));
	guard->context = CurrentMemoryContext;
	return guard;
}

bool
mig_guard_complete(const MigGuard *guard)
{
	return guard->complete;
}

bool
mig_guard_checks(const MigGuard *guard)
{
	return guard->nchecks > 0 || !guard->complete;
}

MigFault *
mig_guard_constraints(MigGuard *guard, TupleTableSlot *slot)
{
	Relation	rel = guard->rri->ri_RelationDesc;
	ExprContext *econtext;
	MigFault   *fault;
	int			i;

	for (i = 0; i < guard->nnot_null; i++)
		if (slot_attisnull(slot, guard->not_null[i] + 1))
			return not_null_fault(rel, guard->not_null[i]);

	if (guard->nchecks == 0)
		return NULL;
	econtext = GetPerTupleExprContext(guard->estate);
	econtext->ecxt_scantuple = slot;
	for (i = 0; i < guard->nchecks; i++)
		if (!ExecCheck(guard->checks[i].expr, econtext))
		{
			fault = palloc0(sizeof(MigFault));
			fault->sqlstate = ERRCODE_CHECK_VIOLATION;
			fault->message = psprintf("new row for relation \"%s\" violates check constraint \"%s\"",
									  RelationGetRelationName(rel), guard->checks[i].name);
			return fault;
		}
	return NULL;
}

MigFault *
mig_guard_unique(MigGuard *guard, TupleTableSlot *slot)
{
	ItemPointerData conflict;
	ItemPointerData nowhere;
	int			i;

	ItemPointerSetInvalid(&nowhere);
	for (i = 0; i < guard->nunique; i++)
	{
		Relation	index = guard->rri->ri_IndexRelationDescs[guard->unique[i]];

		if (!compat_ExecCheckIndexConstraints(guard->rri, slot, guard->estate, &conflict, &nowhere,
											  list_make1_oid(RelationGetRelid(index))))
			return unique_fault(guard, i, slot);
	}
	return NULL;
}

static MigFault *
not_null_fault(Relation rel, int column)
{
	MigFault   *fault = palloc0(sizeof(MigFault));

	fault->sqlstate = ERRCODE_NOT_NULL_VIOLATION;
	fault->column = pstrdup(NameStr(TupleDescAttr(RelationGetDescr(rel), column)->attname));
	fault->message = psprintf("null value in column \"%s\" of relation \"%s\" violates not-null constraint",
							  fault->column, RelationGetRelationName(rel));
	return fault;
}

static MigFault *
unique_fault(MigGuard *guard, int nth, TupleTableSlot *slot)
{
	int			index = guard->unique[nth];
	Relation	rel = guard->rri->ri_IndexRelationDescs[index];
	IndexInfo  *info = guard->rri->ri_IndexRelationInfo[index];
	MigFault   *fault = palloc0(sizeof(MigFault));
	Datum		values[INDEX_MAX_KEYS];
	bool		nulls[INDEX_MAX_KEYS];
	char	   *key;

	GetPerTupleExprContext(guard->estate)->ecxt_scantuple = slot;
	FormIndexDatum(info, slot, guard->estate, values, nulls);
	key = show_key(guard, nth, values, nulls);
	if (info->ii_ExclusionOps)
	{
		fault->sqlstate = ERRCODE_EXCLUSION_VIOLATION;
		fault->message = psprintf("conflicting key value violates exclusion constraint \"%s\"", RelationGetRelationName(rel));
		fault->detail = key ? psprintf("Key %s conflicts with existing key.", key) : NULL;
	}
	else
	{
		fault->sqlstate = ERRCODE_UNIQUE_VIOLATION;
		fault->message = psprintf("duplicate key value violates unique constraint \"%s\"", RelationGetRelationName(rel));
		fault->detail = key ? psprintf("Key %s already exists.", key) : NULL;
	}
	if (info->ii_NumIndexKeyAttrs == 1 && info->ii_IndexAttrNumbers[0] > 0)
		fault->column = pstrdup(NameStr(TupleDescAttr(RelationGetDescr(guard->rri->ri_RelationDesc),
													  info->ii_IndexAttrNumbers[0] - 1)->attname));
	return fault;
}

/*
 * What BuildIndexValueDescription says, without asking the catalog again for
 * each of a million rows; NULL when the role may not see the key.
 */
static char *
show_key(MigGuard *guard, int nth, Datum *values, bool *nulls)
{
	Relation	index = guard->rri->ri_IndexRelationDescs[guard->unique[nth]];
	int			nkey = IndexRelationGetNumberOfKeyAttributes(index);
	KeyShow    *show = &guard->shows[nth];
	StringInfoData text;
	int			i;

	if (!show->known)
	{
		MemoryContext oldcontext = MemoryContextSwitchTo(guard->context);

		if (BuildIndexValueDescription(index, values, nulls))
			show->names = pg_get_indexdef_columns(RelationGetRelid(index), true);
		for (i = 0; i < nkey; i++)
		{
			Oid			output;
			bool		is_varlena;

			getTypeOutputInfo(index->rd_opcintype[i], &output, &is_varlena);
			fmgr_info(output, &show->out[i]);
		}
		show->known = true;
		MemoryContextSwitchTo(oldcontext);
	}
	if (show->names == NULL)
		return NULL;
	initStringInfo(&text);
	appendStringInfo(&text, "(%s)=(", show->names);
	for (i = 0; i < nkey; i++)
		appendStringInfo(&text, "%s%s", i > 0 ? ", " : "", nulls[i] ? "null" : OutputFunctionCall(&show->out[i], values[i]));
	appendStringInfoChar(&text, ')');
	return text.data;
}
