/*-------------------------------------------------------------------------
 *
 * conv_generic.c
 *	  Every type without a converter of its own: through its input function.
 *
 * Ranges, inet, macaddr, xml, types of other extensions … read TEXT; types of
 * the category "numeric" (oid …) read numbers too. A number under any other
 * type is refused: '42' may mean something to the input function (42.0.0.0/8),
 * but nobody said so. Words that mean the time at which they are read are
 * refused.
 *
 * This file also owns the guard that turns a throw into a refusal.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include "access/parallel.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "convert/convert_internal.h"

typedef struct GenericState
{
	ConvInput  *input;
	bool		numbers;		/* INTEGER and REAL are read too */
	bool		times;			/* the input function may take 'now' for a time */
	int			max_bytes;		/* longer text would be cut in silence; 0 = never */
} GenericState;

static const char *moving_word(const char *text);
static bool convert_generic(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);

void
conv_choose_generic(ConvIn *in)
{
	GenericState *state = palloc0(sizeof(GenericState));
	char		category;
	bool		preferred;

	state->input = conv_input_find(in, in->spec.typid);
	get_type_category_preferred(in->spec.typid, &category, &preferred);
	state->numbers = category == TYPCATEGORY_NUMERIC;
	state->times = in->spec.typid == TIMETZOID || category == TYPCATEGORY_RANGE || category == TYPCATEGORY_COMPOSITE;

	/* the two core types whose input functions cut what is too long */
	if (in->spec.typid == NAMEOID)
		state->max_bytes = NAMEDATALEN - 1;
	else if (in->spec.typid == CHAROID)
		state->max_bytes = 1;
	in->state = state;
	in->slow = state->input->guard;
	in->fn = convert_generic;
}

ConvInput *
conv_input_find(ConvIn *in, Oid typid)
{
	ConvInput  *input = palloc0(sizeof(ConvInput));
	Oid			function;

	getTypeInputInfo(typid, &function, &input->ioparam);
	fmgr_info_cxt(function, &input->function, in->context);

	/* core's own functions are soft where there are soft errors at all; others need not be */
	input->guard = !COMPAT_SOFT_INPUT || function >= FirstNormalObjectId;
	return input;
}

/* What an input function is called with, through conv_guarded. */
typedef struct InputCall
{
	ConvInput  *input;
	char	   *text;
	int32		typmod;
	Datum		datum;
	ErrorData  *error;			/* of a soft error, NULL when it is done */
} InputCall;

static void
call_input(void *arg)
{
	InputCall  *call = arg;

	(void) compat_input(&call->input->function, call->text, call->input->ioparam, call->typmod, &call->datum, &call->error);
}

bool
conv_input_call(ConvIn *in, ConvInput *input, char *text, bool guard, Datum *datum)
{
	InputCall	call = {.input = input, .text = text, .typmod = in->spec.typmod};

	if (!guard)
		call_input(&call);
	else if (!conv_guarded(in, call_input, &call))
		return false;
	if (call.error != NULL)
		return conv_refuse(in, call.error->sqlerrcode, "%s", call.error->message);
	*datum = call.datum;
	return true;
}

/*
 * A throw of code that is not ours may leave locks, buffer pins, snapshots and
 * half-done catalog work behind; only the abort of a subtransaction undoes
 * those, so PG_TRY alone would not do. Hot types never come here.
 *
 * In a parallel query no subtransaction may begin: the error is thrown then,
 * as it stands. Whoever must not see it (a copy) does not run in one.
 */
bool
conv_guarded(ConvIn *in, ConvBody body, void *arg)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	if (IsInParallelMode())
	{
		body(arg);
		return true;
	}
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		body(arg);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;

	if (error == NULL)
		return true;
	if (!conv_is_data_error(error->sqlerrcode))
		ReThrowError(error);
	return conv_refuse(in, error->sqlerrcode, "%s", error->message);
}

static bool
convert_generic(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	GenericState *state = in->state;
	int			storage_class = sqlite3_value_type(value);
	const char *bytes;
	char	   *text;
	int			len;

	if (storage_class == SQLITE_TEXT)
	{
		if (!conv_server_text(in, value, &bytes, &len))
			return false;
		if (state->max_bytes > 0 && len > state->max_bytes)
			return conv_refuse(in, ERRCODE_STRING_DATA_RIGHT_TRUNCATION, "text has %d bytes, %d are allowed", len, state->max_bytes);
		text = pnstrdup(bytes, len);
		if (state->times && moving_word(text))
			return conv_refuse(in, ERRCODE_INVALID_DATETIME_FORMAT, "text has the word \"%s\", which means another time whenever it is read", moving_word(text));
	}
	else if (state->numbers && (storage_class == SQLITE_INTEGER || storage_class == SQLITE_FLOAT))
	{
		text = palloc(CONV_NUMBER_LEN);
		conv_number_text(value, text);
	}
	else
		return conv_refuse(in, ERRCODE_DATATYPE_MISMATCH, "%s is not read as %s", conv_class_name(storage_class), in->type_name);
	return conv_input_call(in, state->input, text, state->input->guard, datum);
}

/* The first whole word that means the time of reading; NULL if there is none. */
static const char *
moving_word(const char *text)
{
	static const char *const words[] = {"now", "today", "tomorrow", "yesterday"};
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	for (text += strcspn(text, letters); *text; text += strcspn(text, letters))
	{
		size_t		len = strspn(text, letters);

		for (int i = 0; i < lengthof(words); i++)
		{
			if (len == strlen(words[i]) && pg_strncasecmp(text, words[i], len) == 0)
				return words[i];
		}
		text += len;
	}
	return NULL;
}

/*
 * False for what no other value would cure: cancel and shutdown (57), lack of
 * resources (53), broken files and internal errors (58, XX, F0), transaction
 * conflicts (25, 40), objects that are not ready, like a label that this
 * transaction has added to its enumeration (55).
 */
bool
conv_is_data_error(int sqlstate)
{
	static const int others[] = {
		MAKE_SQLSTATE('5', '7', '0', '0', '0'), MAKE_SQLSTATE('5', '3', '0', '0', '0'),
		MAKE_SQLSTATE('5', '8', '0', '0', '0'), MAKE_SQLSTATE('X', 'X', '0', '0', '0'),
		MAKE_SQLSTATE('F', '0', '0', '0', '0'), MAKE_SQLSTATE('2', '5', '0', '0', '0'),
		MAKE_SQLSTATE('4', '0', '0', '0', '0'), MAKE_SQLSTATE('5', '5', '0', '0', '0'),
	};

	for (int i = 0; i < lengthof(others); i++)
	{
		if (ERRCODE_TO_CATEGORY(sqlstate) == others[i])
			return false;
	}
	return true;
}
