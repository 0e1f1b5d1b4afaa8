/*-------------------------------------------------------------------------
 *
 * conv_enum.c
 *	  Enumerations: TEXT that is one of the labels, letter by letter.
 *
 * The labels are read from the catalog once. enum_in itself is asked about a
 * label when it is first used: it refuses labels that were added in this
 * transaction and are not safe to store yet.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/genam.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_enum.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "convert/convert_internal.h"

/* How much of the list of labels a reason shows. */
#define SHOWN_LABELS 100

typedef struct EnumLabel
{
	char	   *label;
	bool		known;			/* enum_in has said what it is */
	Datum		datum;
} EnumLabel;

typedef struct EnumState
{
	ConvInput  *input;
	EnumLabel  *labels;			/* in the order of the type */
	int			nlabels;
	char	   *shown;			/* the labels, shortened, for the reason */
} EnumState;

static bool convert_enum(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static void read_labels(EnumState *state, Oid typid);
static char *shown_labels(const EnumState *state);

void
conv_choose_enum(ConvIn *in)
{
	EnumState  *state = palloc0(sizeof(EnumState));

	state->input = conv_input_find(in, in->spec.typid);
	read_labels(state, in->spec.typid);
	state->shown = shown_labels(state);
	in->state = state;
	in->fn = convert_enum;
}

static bool
convert_enum(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	EnumState  *state = in->state;
	const char *text;
	int			len;

	if (sqlite3_value_type(value) != SQLITE_TEXT)
		return conv_refuse_class(in, value, "a label of an enumeration");
	if (!conv_server_text(in, value, &text, &len))
		return false;
	for (int i = 0; i < state->nlabels; i++)
	{
		EnumLabel  *label = &state->labels[i];

		if (strncmp(text, label->label, len) != 0 || label->label[len] != '\0')
			continue;
		label->known = label->known || conv_input_call(in, state->input, label->label, state->input->guard, &label->datum);
		*datum = label->datum;
		return label->known;
	}
	return conv_refuse(in, ERRCODE_INVALID_TEXT_REPRESENTATION, "text is none of the labels: %s", state->shown);
}

static void
read_labels(EnumState *state, Oid typid)
{
	Relation	rel = table_open(EnumRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	int			room = 8;

	state->labels = palloc(room * sizeof(EnumLabel));
	ScanKeyInit(&key, Anum_pg_enum_enumtypid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(typid));
	scan = systable_beginscan(rel, EnumTypIdSortOrderIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_enum form = (Form_pg_enum) GETSTRUCT(tuple);

		if (state->nlabels == room)
			state->labels = repalloc(state->labels, (room *= 2) * sizeof(EnumLabel));
		state->labels[state->nlabels++] = (EnumLabel) {.label = pstrdup(NameStr(form->enumlabel))};
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
}

static char *
shown_labels(const EnumState *state)
{
	StringInfoData buf;

	if (state->nlabels == 0)
		return pstrdup("there are none");
	initStringInfo(&buf);
	for (int i = 0; i < state->nlabels; i++)
	{
		const char *comma = i > 0 ? ", " : "";

		if (buf.len + strlen(state->labels[i].label) > SHOWN_LABELS && i > 0)
		{
			appendStringInfo(&buf, " and %d more", state->nlabels - i);
			break;
		}
		appendStringInfo(&buf, "%s%s", comma, state->labels[i].label);
	}
	return buf.data;
}
