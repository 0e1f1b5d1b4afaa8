/*-------------------------------------------------------------------------
 *
 * mig_diff.c
 *	  The rows in which two relations differ.
 *
 *	1. Each relation is read once into a sketch (mig_sketch.c): checksums by
 *	   parts of the keys. Where all are equal, that is all.
 *	2. The rows of the parts that differ are read again, and sorted by their keys:
 *	   only these ranges of an integer key that an index leads to, else by another
 *	   pass that leaves the other rows out.
 *	3. The two sorted streams are merged. Rows with the same key are paired; as
 *	   often as a row is there more than on the other side, it is reported.
 *
 * The sort is by hashes of the keys, so that no order of the engines is relied on;
 * it takes work_mem and then files, whatever the number of rows. How a row comes
 * to SQL belongs here too: as jsonb, with every digit.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "catalog/pg_class.h"
#include "catalog/pg_operator_d.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/tuplesort.h"

#include "migrate/migrate.h"

/* Columns of a sorted row before those of the relation: key and hash, two words each. */
#define HASH_COLUMNS 4

/* More ranges than these are not worth an index scan each. */
#define MAX_RANGES 200

/* Rows with one key that wait for a partner; a key that is no key must not fill the memory. */
#define MAX_WAITING 1000

/* One side: what is sorted, and the row on which its stream stands. */
typedef struct DiffStream
{
	MigSide    *side;
	TupleDesc	desc;			/* of sorted rows */
	Tuplesortstate *sort;
	TupleTableSlot *in;
	TupleTableSlot *out;
	bool		ended;
	List	   *waiting;		/* MinimalTuples without a partner, of the key that is merged */
	TupleTableSlot *partner;	/* one of them */
	MigHasher  *hasher;
	ConvCanon **canon;			/* of single columns */
	TupleDesc	row_desc;		/* of rows and keys, as they are shown */
	TupleDesc	key_desc;
} DiffStream;

typedef struct DiffState
{
	const MigDiffSpec *spec;
	MigSketchShape shape;
	bool	   *differs;		/* by part */
	int64	   *ranges;			/* of the key, first and last in turn; NULL: all rows are looked at */
	int			nranges;
	DiffStream	source;
	DiffStream	target;
	MemoryContext group;		/* rows that wait */
	MemoryContext scratch;		/* of a row that is shown */
	MigDiffEmit emit;
	void	   *emit_state;
} DiffState;

static bool compare_sketches(DiffState *state);
static void find_ranges(DiffState *state, const MigSketch *source, const MigSketch *target);
static void open_stream(DiffState *state, DiffStream *stream);
static void read_stream(DiffState *state, DiffStream *stream);
static void take_source_row(MigSource *source, void *arg);
static void take_datums(Datum *values, bool *nulls, void *arg);
static void put_row(DiffStream *stream, const MigKey *key, const ConvHash *hash);
static char *range_condition(const DiffState *state, const MigSide *side);
static void merge(DiffState *state);
static TupleDesc row_descriptor(const MigDiffSpec *spec, const MigSide *side, int ncols);
static void merge_key(DiffState *state);
static void advance(DiffStream *stream);
static inline int64 slot_word(TupleTableSlot *slot, int i);
static int	compare(const DiffStream *a, const DiffStream *b, int first, int n);
static bool same_key(const DiffStream *stream, const int64 *key);
static void wait_for_partner(DiffState *state, DiffStream *stream);
static void emit_waiting(DiffState *state, DiffStream *stream, int keep);
static void emit_row(DiffState *state, TupleTableSlot *source, TupleTableSlot *target);
static Datum changed_columns(DiffState *state, TupleTableSlot *source, TupleTableSlot *target);
static Datum slot_jsonb(TupleTableSlot *slot, TupleDesc desc);

/* What the callbacks of a scan get. */
typedef struct TakeState
{
	DiffState  *diff;
	DiffStream *stream;
	const int64 *range;			/* of keys, first and last: repaired rows of the quarantine come with every range; NULL: all */
} TakeState;

void
mig_diff(const MigDiffSpec *spec, MigDiffEmit emit, void *emit_state)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "sqlite_fdw_mig diff", ALLOCSET_DEFAULT_SIZES);
	MemoryContext oldcontext = MemoryContextSwitchTo(context);
	DiffState	state = {.spec = spec,.emit = emit,.emit_state = emit_state};

	state.source.side = mig_side_open(spec->source, spec->columns, spec->ncolumns, spec->nkey);
	state.target.side = mig_side_open(spec->target, spec->columns, spec->ncolumns, spec->nkey);
	mig_side_match(state.source.side, state.target.side);
	if (compare_sketches(&state))
	{
		state.group = AllocSetContextCreate(context, "sqlite_fdw_mig group", ALLOCSET_DEFAULT_SIZES);
		state.scratch = AllocSetContextCreate(context, "sqlite_fdw_mig row", ALLOCSET_DEFAULT_SIZES);
		open_stream(&state, &state.source);
		open_stream(&state, &state.target);
		read_stream(&state, &state.source);
		read_stream(&state, &state.target);
		merge(&state);
		tuplesort_end(state.source.sort);
		tuplesort_end(state.target.sort);
	}
	mig_side_close(state.source.side);
	mig_side_close(state.target.side);
	MemoryContextSwitchTo(oldcontext);
	MemoryContextDelete(context);
}

/*
 * Whether anything differs, and where.
 */
static bool
compare_sketches(DiffState *state)
{
	MigSketch  *source;
	MigSketch  *target;
	bool		any = false;

	mig_sketch_shape(state->source.side, state->target.side, state->spec->migration, &state->shape);
	source = mig_sketch(state->source.side, &state->shape, state->spec->migration);
	target = mig_sketch(state->target.side, &state->shape, NULL);
	state->differs = palloc(MIG_SKETCH_PARTS * sizeof(bool));
	for (int i = 0; i < MIG_SKETCH_PARTS; i++)
	{
		state->differs[i] = memcmp(&source->parts[i], &target->parts[i], sizeof(MigChecksum)) != 0;
		any |= state->differs[i];
	}
	if (any && state->shape.ranges)
		find_ranges(state, source, target);
	pfree(source);
	pfree(target);
	return any;
}

/*
 * The ranges of the key that differ, neighbours joined; none when that is so
 * much that a scan is cheaper. The last part is no range: it has the NULLs.
 */
static void
find_ranges(DiffState *state, const MigSketch *source, const MigSketch *target)
{
	int64		rows = 0;
	int64		differing = 0;

	state->ranges = palloc(2 * MAX_RANGES * sizeof(int64));
	for (int i = 0; i < MIG_SKETCH_PARTS; i++)
	{
		uint64		first = (uint64) state->shape.first + ((uint64) i << state->shape.shift);

		rows += source->parts[i].rows + target->parts[i].rows;
		if (!state->differs[i])
			continue;
		differing += source->parts[i].rows + target->parts[i].rows;
		if (i == 0 || !state->differs[i - 1])
		{
			if (state->nranges == MAX_RANGES)
				break;
			state->ranges[2 * state->nranges++] = (int64) first;
		}
		state->ranges[2 * state->nranges - 1] = (int64) (first + (((uint64) 1 << state->shape.shift) - 1));
	}
	if (state->nranges == MAX_RANGES || differing > rows / 4 || state->differs[MIG_SKETCH_PARTS - 1])
		state->ranges = NULL;
}

static void
open_stream(DiffState *state, DiffStream *stream)
{
	const MigSide *side = stream->side;
	AttrNumber	attnums[HASH_COLUMNS] = {1, 2, 3, 4};
	Oid			operators[HASH_COLUMNS] = {Int8LessOperator, Int8LessOperator, Int8LessOperator, Int8LessOperator};
	Oid			collations[HASH_COLUMNS] = {InvalidOid, InvalidOid, InvalidOid, InvalidOid};
	bool		nulls_first[HASH_COLUMNS] = {false, false, false, false};

	stream->desc = CreateTemplateTupleDesc(HASH_COLUMNS + side->ncols);
	for (int i = 0; i < HASH_COLUMNS; i++)
		TupleDescInitEntry(stream->desc, i + 1, "hash", INT8OID, -1, 0);
	for (int i = 0; i < side->ncols; i++)
		TupleDescInitEntry(stream->desc, HASH_COLUMNS + i + 1, state->spec->columns[i], side->types[i], side->typmods[i], 0);
	stream->in = MakeSingleTupleTableSlot(stream->desc, &TTSOpsVirtual);
	stream->out = MakeSingleTupleTableSlot(stream->desc, &TTSOpsMinimalTuple);
	stream->partner = MakeSingleTupleTableSlot(stream->desc, &TTSOpsMinimalTuple);
	stream->sort = tuplesort_begin_heap(stream->desc, HASH_COLUMNS, attnums, operators, collations, nulls_first, work_mem, NULL, TUPLESORT_NONE);
}

/*
 * Sorts the rows of one side that lie in parts that differ.
 */
static void
read_stream(DiffState *state, DiffStream *stream)
{
	MigSide    *side = stream->side;
	TakeState	take = {.diff = state,.stream = stream};

	if (!mig_side_is_raw(side))
	{
		stream->hasher = mig_hasher(&state->shape, side->types, side->ncols);
		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		mig_query_rows(psprintf("%s%s", mig_side_query(side, "", ""), range_condition(state, side)), take_datums, &take);
		SPI_finish();
	}
	else if (state->ranges == NULL || !mig_side_key_is_rowid(side))
		mig_source_rows(side->rel, side->source, side->attnums, side->ncols, state->spec->migration, take_source_row, &take);
	else
	{
		for (int i = 0; i < state->nranges; i++)
		{
			SourceRelation part = *side->source;
			int64		end = state->ranges[2 * i + 1];

			part.first = &state->ranges[2 * i];
			part.end = end < PG_INT64_MAX ? &end : NULL;
			end++;
			stream->hasher = NULL;
			take.range = &state->ranges[2 * i];
			mig_source_rows(side->rel, &part, side->attnums, side->ncols, state->spec->migration, take_source_row, &take);
		}
	}
	tuplesort_performsort(stream->sort);
	advance(stream);
}

static void
take_source_row(MigSource *source, void *arg)
{
	TakeState  *take = arg;
	DiffStream *stream = take->stream;
	MigKey		key;
	ConvHash	hash;
	int			part;

	if (unlikely(stream->hasher == NULL))
		stream->hasher = mig_hasher_source(&take->diff->shape, source);
	part = mig_key_source(stream->hasher, source, &key);
	if (!take->diff->differs[part] || (take->range && (key.word[0] < take->range[0] || key.word[0] > take->range[1])))
		return;
	hash = mig_row_source(stream->hasher, source);
	ExecClearTuple(stream->in);
	for (int i = 0; i < source->ncols; i++)
		(void) conv_column(source->conv[i], sqlite_raw(source->stmt), i,
						   &stream->in->tts_values[HASH_COLUMNS + i], &stream->in->tts_isnull[HASH_COLUMNS + i]);
	put_row(stream, &key, &hash);
}

static void
take_datums(Datum *values, bool *nulls, void *arg)
{
	TakeState  *take = arg;
	DiffStream *stream = take->stream;
	int			ncols = stream->side->ncols;
	MigKey		key;
	ConvHash	hash;

	if (!take->diff->differs[mig_key_datums(stream->hasher, values, nulls, &key)])
		return;
	hash = conv_canon_datums(stream->hasher->row, values, nulls);
	ExecClearTuple(stream->in);
	memcpy(stream->in->tts_values + HASH_COLUMNS, values, ncols * sizeof(Datum));
	memcpy(stream->in->tts_isnull + HASH_COLUMNS, nulls, ncols * sizeof(bool));
	put_row(stream, &key, &hash);
}

/* The columns of the row are in the slot already. */
static void
put_row(DiffStream *stream, const MigKey *key, const ConvHash *hash)
{
	TupleTableSlot *slot = stream->in;

	for (int i = 0; i < 2; i++)
	{
		slot->tts_values[i] = Int64GetDatum(key->word[i]);
		slot->tts_values[2 + i] = Int64GetDatum((int64) hash->lane[i]);
	}
	memset(slot->tts_isnull, false, HASH_COLUMNS * sizeof(bool));
	ExecStoreVirtualTuple(slot);
	tuplesort_puttupleslot(stream->sort, slot);
}

/* The ranges as a condition, which an index of PostgreSQL leads to; "" for all rows. palloc'd. */
static char *
range_condition(const DiffState *state, const MigSide *side)
{
	StringInfoData condition;

	initStringInfo(&condition);
	for (int i = 0; state->ranges != NULL && i < state->nranges; i++)
		appendStringInfo(&condition, "%s(%s OPERATOR(pg_catalog.>=) '" INT64_FORMAT "' AND %s OPERATOR(pg_catalog.<=) '" INT64_FORMAT "')", i > 0 ? " OR " : " WHERE ",
						 mig_side_column(side, 0), state->ranges[2 * i], mig_side_column(side, 0), state->ranges[2 * i + 1]);
	return condition.data;
}

/*
 * Rows of keys that only one side has are reported as they come; the others key
 * by key.
 */
static void
merge(DiffState *state)
{
	int			order;

	for (int i = 0; i < 2; i++)
	{
		DiffStream *stream = i == 0 ? &state->source : &state->target;

		stream->canon = palloc(stream->side->ncols * sizeof(ConvCanon *));
		for (int c = 0; c < stream->side->ncols; c++)
			stream->canon[c] = conv_canon_types(&stream->side->types[c], 1);
		stream->row_desc = row_descriptor(state->spec, stream->side, stream->side->ncols);
		stream->key_desc = row_descriptor(state->spec, stream->side, stream->side->nkey);
	}
	while (!state->source.ended || !state->target.ended)
	{
		CHECK_FOR_INTERRUPTS();
		order = state->source.ended ? 1 : state->target.ended ? -1 : compare(&state->source, &state->target, 0, 2);
		if (order == 0)
			merge_key(state);
		else
		{
			DiffStream *stream = order < 0 ? &state->source : &state->target;

			emit_row(state, order < 0 ? stream->out : NULL, order < 0 ? NULL : stream->out);
			advance(stream);
		}
	}
}

/* The named columns of a side's rows, as a type that can be shown: geometries as text, of which jsonb would make GeoJSON, which knows neither curves nor all digits. */
static TupleDesc
row_descriptor(const MigDiffSpec *spec, const MigSide *side, int ncols)
{
	TupleDesc	desc = CreateTemplateTupleDesc(ncols);

	for (int i = 0; i < ncols; i++)
	{
		bool		geometry = conv_canon_kind(side->types[i]) == 'g';

		TupleDescInitEntry(desc, i + 1, spec->columns[i], geometry ? TEXTOID : side->types[i], geometry ? -1 : side->typmods[i], 0);
	}
	return BlessTupleDesc(desc);
}

/*
 * All rows of one key, in the order of their hashes: what both sides have is
 * left out, what remains is paired.
 */
static void
merge_key(DiffState *state)
{
	int64		key[2];

	for (int i = 0; i < 2; i++)
		key[i] = slot_word(state->source.out, i);
	for (;;)
	{
		bool		source = same_key(&state->source, key);
		bool		target = same_key(&state->target, key);
		int			order;

		if (!source && !target)
			break;
		order = !source ? 1 : !target ? -1 : compare(&state->source, &state->target, 2, 2);
		if (order == 0)
		{
			advance(&state->source);
			advance(&state->target);
			continue;
		}
		wait_for_partner(state, order < 0 ? &state->source : &state->target);
		CHECK_FOR_INTERRUPTS();
	}
	emit_waiting(state, &state->source, 0);
	emit_waiting(state, &state->target, 0);
	MemoryContextReset(state->group);
}

static void
advance(DiffStream *stream)
{
	stream->ended = !tuplesort_gettupleslot(stream->sort, true, false, stream->out, NULL);
}

/* One of the words before the columns. */
static inline int64
slot_word(TupleTableSlot *slot, int i)
{
	bool		isnull;

	return DatumGetInt64(slot_getattr(slot, i + 1, &isnull));
}

/* Of words first … first + n - 1 of the rows on which two streams stand. */
static int
compare(const DiffStream *a, const DiffStream *b, int first, int n)
{
	for (int i = first; i < first + n; i++)
	{
		int64		left = slot_word(a->out, i);
		int64		right = slot_word(b->out, i);

		if (left != right)
			return left < right ? -1 : 1;
	}
	return 0;
}

static bool
same_key(const DiffStream *stream, const int64 *key)
{
	return !stream->ended && slot_word(stream->out, 0) == key[0] && slot_word(stream->out, 1) == key[1];
}

/*
 * The row on which the stream stands differs: it is a pair with one of the other
 * side that waits, or waits itself.
 */
static void
wait_for_partner(DiffState *state, DiffStream *stream)
{
	DiffStream *other = stream == &state->source ? &state->target : &state->source;

	if (other->waiting != NIL)
	{
		MinimalTuple partner = linitial(other->waiting);

		other->waiting = list_delete_first(other->waiting);
		ExecForceStoreMinimalTuple(partner, other->partner, false);
		emit_row(state, stream == &state->source ? stream->out : other->partner, stream == &state->source ? other->partner : stream->out);
		ExecClearTuple(other->partner);
	}
	else
	{
		MemoryContext oldcontext = MemoryContextSwitchTo(state->group);

		stream->waiting = lappend(stream->waiting, ExecCopySlotMinimalTuple(stream->out));
		MemoryContextSwitchTo(oldcontext);
		emit_waiting(state, stream, MAX_WAITING);
	}
	advance(stream);
}

/* Reports waiting rows that find no partner any more, but for "keep" of them. */
static void
emit_waiting(DiffState *state, DiffStream *stream, int keep)
{
	while (list_length(stream->waiting) > keep)
	{
		ExecForceStoreMinimalTuple(linitial(stream->waiting), stream->partner, false);
		emit_row(state, stream == &state->source ? stream->partner : NULL, stream == &state->source ? NULL : stream->partner);
		ExecClearTuple(stream->partner);
		pfree(linitial(stream->waiting));
		stream->waiting = list_delete_first(stream->waiting);
	}
}

/*
 * Reports a pair, or one row; made in the context of a row.
 */
static void
emit_row(DiffState *state, TupleTableSlot *source, TupleTableSlot *target)
{
	MemoryContext oldcontext = MemoryContextSwitchTo(state->scratch);
	Datum		values[MIG_DIFF_COLUMNS] = {0};
	bool		nulls[MIG_DIFF_COLUMNS] = {false, false, true, true, true};

	values[0] = CStringGetTextDatum(source == NULL ? "extra" : target == NULL ? "missing" : "changed");
	values[1] = source ? slot_jsonb(source, state->source.key_desc) : slot_jsonb(target, state->target.key_desc);
	if (!state->spec->keys_only)
	{
		if (source && target)
			values[2] = changed_columns(state, source, target);
		if (source)
			values[3] = slot_jsonb(source, state->source.row_desc);
		if (target)
			values[4] = slot_jsonb(target, state->target.row_desc);
		nulls[2] = source == NULL || target == NULL;
		nulls[3] = source == NULL;
		nulls[4] = target == NULL;
	}
	state->emit(values, nulls, state->emit_state);
	MemoryContextSwitchTo(oldcontext);
	MemoryContextReset(state->scratch);
}

/* Names of the columns whose canonical forms differ, as text[]. */
static Datum
changed_columns(DiffState *state, TupleTableSlot *source, TupleTableSlot *target)
{
	int			ncols = state->spec->ncolumns;
	Datum	   *names = palloc(Max(ncols, 1) * sizeof(Datum));
	int			n = 0;

	slot_getallattrs(source);
	slot_getallattrs(target);
	for (int i = 0; i < ncols; i++)
	{
		int			at = HASH_COLUMNS + i;
		ConvHash	here = conv_canon_datums(state->source.canon[i], &source->tts_values[at], &source->tts_isnull[at]);
		ConvHash	there = conv_canon_datums(state->target.canon[i], &target->tts_values[at], &target->tts_isnull[at]);

		if (memcmp(&here, &there, sizeof(here)) != 0)
			names[n++] = CStringGetTextDatum(state->spec->columns[i]);
	}
	return PointerGetDatum(construct_array(names, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/* The first columns of a row as a JSON object, as to_jsonb makes it. */
static Datum
slot_jsonb(TupleTableSlot *slot, TupleDesc desc)
{
	Datum	   *values = palloc(Max(desc->natts, 1) * sizeof(Datum));
	HeapTuple	row;
	Datum		json;

	slot_getallattrs(slot);
	for (int i = 0; i < desc->natts; i++)
	{
		Oid			type = TupleDescAttr(slot->tts_tupleDescriptor, HASH_COLUMNS + i)->atttypid;

		values[i] = slot->tts_values[HASH_COLUMNS + i];
		if (type != TupleDescAttr(desc, i)->atttypid && !slot->tts_isnull[HASH_COLUMNS + i])
		{
			Oid			output;
			bool		varlena;

			getTypeOutputInfo(type, &output, &varlena);
			values[i] = CStringGetTextDatum(OidOutputFunctionCall(output, values[i]));
		}
	}
	row = heap_form_tuple(desc, values, slot->tts_isnull + HASH_COLUMNS);
	json = DirectFunctionCall1(row_to_json, HeapTupleGetDatum(row));
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(TextDatumGetCString(json)));
}
