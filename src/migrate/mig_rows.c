/*-------------------------------------------------------------------------
 *
 * mig_rows.c
 *	  Rows straight into pages of a table, their long values into pages of its
 *	  TOAST table.
 *
 * Owns the form of a row and of a chunk, and which values leave the row. Knows
 * nothing of files and WAL (mig_pages.c).
 *
 * A row is formed where it will stay. What is too long for that is compressed and
 * moved by the rules of heap_toast_insert_or_update, whose parts PostgreSQL
 * exports: the same values end up in the same form. The difference is that
 * a chunk is copied from the value into its page, where PostgreSQL makes a tuple of
 * it, and that entries of the TOAST index are made without a look-up for each
 * value: in an empty table an OID is new when the counter has not come round.
 * Of a table of an earlier transaction, whose TOAST table others use too,
 * heap_toast_insert_or_update itself does it.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/detoast.h"
#include "access/genam.h"
#include "access/heapam.h"
#include "access/heaptoast.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/toast_helper.h"
#include "access/toast_internals.h"
#include "access/transam.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/typcache.h"

#include "migrate/pages.h"

/* A chunk of a value: its header, OID of the value, number, bytes as a varlena with a long header. */
typedef struct Chunk
{
	Oid			value;
	int32		number;
	int32		size;			/* of a varlena */
	char		data[FLEXIBLE_ARRAY_MEMBER];
} Chunk;

#define CHUNK_COLUMNS	3
#define CHUNK_HEADER	MAXALIGN(SizeofHeapTupleHeader)

struct MigRows
{
	Relation	rel;
	TupleDesc	desc;
	MigForm    *form;			/* short rows; NULL: it cannot make those of this table */
	MigPages   *pages;
	bool		range;			/* of a table of an earlier transaction */
	Relation	toast;			/* NULL: the table has none, or it is PostgreSQL that fills it */
	Relation	index;			/* of that */
	MigPages   *chunks;
	Oid			first;			/* OID of the first value; 0: none yet */
	Oid			last;
	bool		round;			/* the counter has come to its end since then */

	/* a row that is toasted */
	Datum	   *values;
	bool	   *isnull;
	ToastAttrInfo *attributes;
};

/* What is known of a row before it is formed. */
typedef struct RowForm
{
	bool		hasnull;
	Size		header;
	Size		size;			/* with the header */
} RowForm;

/* The rounds in which values are made smaller until the row is small enough, as heap_toast_insert_or_update has them. */
typedef struct ToastRound
{
	bool		compress;
	bool		main;			/* columns with STORAGE MAIN, else those with EXTENDED and EXTERNAL */
	bool		last;			/* down to what a page can take, no further */
} ToastRound;

static const ToastRound toast_rounds[] = {
	{true, false, false},
	{false, false, false},
	{true, true, false},
	{false, true, true},
};

static bool looks_at_tables(Relation rel);
static bool type_has_conditions(Oid type);
static bool open_toast(MigRows *rows);
static Size put_short(MigRows *rows, const Datum *values, const bool *isnull);
static RowForm row_form(const MigRows *rows, const Datum *values, const bool *isnull);
static void check_size(Size size);
static bool put_row(MigRows *rows, const Datum *values, const bool *isnull, const RowForm *form, bool external);
static Size put_toasted(MigRows *rows, const Datum *values, const bool *isnull);
static void toast_row(MigRows *rows, const Datum *values, const bool *isnull, Size header);
static Datum as_stored(Form_pg_attribute att, Datum value);
static void run_round(MigRows *rows, ToastTupleContext *context, const ToastRound *round, Size limit);
static void compress_or_pass(MigRows *rows, ToastTupleContext *context, int i, Size limit);
static void externalize(MigRows *rows, ToastTupleContext *context, int i);
static Datum save_value(MigRows *rows, struct varlena *value);
static void save_chunk(MigRows *rows, Oid value, int32 number, const char *data, Size size);
static Oid	next_value(MigRows *rows);

MigRows *
mig_rows_open(Relation rel, const MigRange *range)
{
	MigRows    *rows;

	if (looks_at_tables(rel) || !(range ? mig_append_possible(rel) : mig_pages_possible(rel)))
		return NULL;
	rows = palloc0(sizeof(MigRows));
	rows->rel = rel;
	rows->desc = RelationGetDescr(rel);
	rows->range = range != NULL;
	rows->form = mig_form_open(rows->desc);
	if (range)
	{
		rows->pages = mig_pages_open_range(rel, range);
		return rows;
	}
	if (!open_toast(rows))
		return NULL;
	rows->pages = mig_pages_open(rel, rows->chunks);
	rows->values = palloc(rows->desc->natts * sizeof(Datum));
	rows->isnull = palloc(rows->desc->natts * sizeof(bool));
	rows->attributes = palloc(rows->desc->natts * sizeof(ToastAttrInfo));
	return rows;
}

/*
 * Whether something that is asked for each row may look at the table, which has but some of its rows
 * in its file while it is loaded, or write to it: a trigger, or a condition that is not a function of the row.
 */
static bool
looks_at_tables(Relation rel)
{
	TupleDesc	desc = RelationGetDescr(rel);

	if (rel->trigdesc)
		return true;
	for (int i = 0; desc->constr && i < desc->constr->num_check; i++)
	{
		if (contain_mutable_functions(stringToNode(desc->constr->check[i].ccbin)))
			return true;
	}
	for (int i = 0; i < desc->natts; i++)
	{
		if (!TupleDescAttr(desc, i)->attisdropped && type_has_conditions(TupleDescAttr(desc, i)->atttypid))
			return true;
	}
	return false;
}

/*
 * A domain with a condition; a row, which may have one inside; an array of these.
 */
static bool
type_has_conditions(Oid type)
{
	Oid			element = get_element_type(getBaseType(type));

	if (OidIsValid(element) && type_has_conditions(element))
		return true;
	return get_typtype(getBaseType(type)) == TYPTYPE_COMPOSITE || DomainHasConstraints(type);
}

/*
 * Opens the TOAST table, if there is one, and its index. False if it cannot be
 * filled here; nothing stays open then.
 */
static bool
open_toast(MigRows *rows)
{
	List	   *indexes;

	if (!OidIsValid(rows->rel->rd_rel->reltoastrelid))
		return true;
	rows->toast = table_open(rows->rel->rd_rel->reltoastrelid, RowExclusiveLock);
	indexes = RelationGetIndexList(rows->toast);
	if (list_length(indexes) == 1 && !OidIsValid(rows->rel->rd_toastoid) && mig_pages_possible(rows->toast))
	{
		rows->index = index_open(linitial_oid(indexes), RowExclusiveLock);
		rows->chunks = mig_pages_open(rows->toast, NULL);
		return true;
	}
	table_close(rows->toast, RowExclusiveLock);
	return false;
}

Size
mig_rows_put(MigRows *rows, const Datum *values, const bool *isnull)
{
	RowForm		form;
	Size		size = rows->form ? put_short(rows, values, isnull) : 0;

	if (size > 0)
		return size;
	form = row_form(rows, values, isnull);
	if (form.size > TOAST_TUPLE_THRESHOLD || !put_row(rows, values, isnull, &form, false))
	{
		if (rows->range)
			return put_toasted(rows, values, isnull);
		toast_row(rows, values, isnull, form.header);
		form = row_form(rows, rows->values, rows->isnull);
		(void) put_row(rows, rows->values, rows->isnull, &form, true);
	}
	return form.size;
}

/*
 * Stores a row that has to be neither compressed nor moved; 0, and nothing done, if it is another.
 */
static Size
put_short(MigRows *rows, const Datum *values, const bool *isnull)
{
	const MigFormed *formed = mig_form_row(rows->form, values, isnull);
	HeapTupleHeader row;
	Size		nulls;
	Size		header;

	if (formed == NULL)
		return 0;
	nulls = (formed->infomask & HEAP_HASNULL) != 0 ? BITMAPLEN(rows->desc->natts) : 0;
	header = MAXALIGN(SizeofHeapTupleHeader + nulls);
	if (header + formed->len > TOAST_TUPLE_THRESHOLD)
		return 0;
	row = mig_pages_room(rows->pages, header + formed->len);
	row->t_infomask = formed->infomask;
	row->t_hoff = header;
	HeapTupleHeaderSetNatts(row, rows->desc->natts);
	memcpy(row->t_bits, formed->bits, nulls);
	memcpy((char *) row + header, formed->data, formed->len);
	mig_pages_keep(rows->pages, row, header + formed->len);
	return header + formed->len;
}

void
mig_rows_close(MigRows *rows)
{
	if (rows->toast)
	{
		mig_pages_close(rows->chunks);
		index_close(rows->index, NoLock);
		table_close(rows->toast, NoLock);
	}
	mig_pages_close(rows->pages);
}

/*
 * How long a row is with these values.
 */
static RowForm
row_form(const MigRows *rows, const Datum *values, const bool *isnull)
{
	RowForm		form;

	form.hasnull = memchr(isnull, true, rows->desc->natts * sizeof(bool)) != NULL;
	form.header = MAXALIGN(SizeofHeapTupleHeader + (form.hasnull ? BITMAPLEN(rows->desc->natts) : 0));
	form.size = form.header + heap_compute_data_size(rows->desc, (Datum *) values, (bool *) isnull);
	return form;
}

static void
check_size(Size size)
{
	if (MAXALIGN(size) > MaxHeapTupleSize)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("row is too big: size %zu, maximum size %zu", MAXALIGN(size), MaxHeapTupleSize)));
}

/*
 * Forms the row in its page. False, and nothing done, if a value is a TOAST pointer
 * and that is not expected: a default or another function may return one of another table.
 */
static bool
put_row(MigRows *rows, const Datum *values, const bool *isnull, const RowForm *form, bool external)
{
	HeapTupleHeader row;

	check_size(form->size);
	row = mig_pages_room(rows->pages, form->size);
	row->t_hoff = form->header;
	HeapTupleHeaderSetNatts(row, rows->desc->natts);
	heap_fill_tuple(rows->desc, (Datum *) values, (bool *) isnull, (char *) row + form->header, form->size - form->header,
					&row->t_infomask, form->hasnull ? row->t_bits : NULL);
	if (!external && (row->t_infomask & HEAP_HASEXTERNAL) != 0)
	{
		memset(row, 0, form->size);
		return false;
	}
	mig_pages_keep(rows->pages, row, form->size);
	return true;
}

/*
 * Stores a row of a table of an earlier transaction as heap_insert would; returns its size.
 */
static Size
put_toasted(MigRows *rows, const Datum *values, const bool *isnull)
{
	HeapTuple	tuple = heap_form_tuple(rows->desc, (Datum *) values, (bool *) isnull);
	HeapTupleHeader row;

	tuple->t_tableOid = RelationGetRelid(rows->rel);
	/* a row that is formed may be marked as one that is a value */
	tuple->t_data->t_infomask &= ~HEAP_XACT_MASK;
	tuple->t_data->t_infomask2 &= ~HEAP2_XACT_MASK;
	tuple = heap_toast_insert_or_update(rows->rel, tuple, NULL, 0);
	check_size(tuple->t_len);
	row = mig_pages_room(rows->pages, tuple->t_len);
	memcpy(row, tuple->t_data, tuple->t_len);
	mig_pages_keep(rows->pages, row, tuple->t_len);
	return tuple->t_len;
}

/*
 * Leaves the row in rows->values as it is to be stored.
 */
static void
toast_row(MigRows *rows, const Datum *values, const bool *isnull, Size header)
{
	ToastTupleContext context = {0};

	for (int i = 0; i < rows->desc->natts; i++)
	{
		rows->isnull[i] = isnull[i];
		rows->values[i] = isnull[i] ? (Datum) 0 : as_stored(TupleDescAttr(rows->desc, i), values[i]);
	}
	context.ttc_rel = rows->rel;
	context.ttc_values = rows->values;
	context.ttc_isnull = rows->isnull;
	context.ttc_attr = rows->attributes;
	toast_tuple_init(&context);
	for (int i = 0; i < lengthof(toast_rounds); i++)
	{
		Size		target = toast_rounds[i].last ? TOAST_TUPLE_TARGET_MAIN : RelationGetToastTupleTarget(rows->rel, TOAST_TUPLE_TARGET);

		run_round(rows, &context, &toast_rounds[i], target - header);
	}
}

/*
 * A short value has a short header in a row: its size decides which is the biggest.
 */
static Datum
as_stored(Form_pg_attribute att, Datum value)
{
	struct varlena *from = (struct varlena *) DatumGetPointer(value);
	struct varlena *to;
	Size		size;

	if (att->attlen != -1 || att->attstorage == TYPSTORAGE_PLAIN || !VARATT_CAN_MAKE_SHORT(from))
		return value;
	size = VARATT_CONVERTED_SHORT_SIZE(from);
	to = palloc(size);
	SET_VARSIZE_SHORT(to, size);
	memcpy(VARDATA_SHORT(to), VARDATA(from), size - VARHDRSZ_SHORT);
	return PointerGetDatum(to);
}

static void
run_round(MigRows *rows, ToastTupleContext *context, const ToastRound *round, Size limit)
{
	if (!round->compress && rows->toast == NULL)
		return;
	while (heap_compute_data_size(rows->desc, rows->values, rows->isnull) > limit)
	{
		int			i = toast_tuple_find_biggest_attribute(context, round->compress, round->main);

		if (i < 0)
			break;
		if (!round->compress)
			externalize(rows, context, i);
		else if (round->main)
			toast_tuple_try_compression(context, i);
		else
			compress_or_pass(rows, context, i, limit);
	}
}

/*
 * What is too long for the row even when it is compressed leaves it at once.
 */
static void
compress_or_pass(MigRows *rows, ToastTupleContext *context, int i, Size limit)
{
	ToastAttrInfo *attribute = &rows->attributes[i];

	if (TupleDescAttr(rows->desc, i)->attstorage == TYPSTORAGE_EXTENDED)
		toast_tuple_try_compression(context, i);
	else
		attribute->tai_colflags |= TOASTCOL_INCOMPRESSIBLE;
	if (attribute->tai_size > limit && rows->toast)
		externalize(rows, context, i);
}

static void
externalize(MigRows *rows, ToastTupleContext *context, int i)
{
	rows->attributes[i].tai_colflags |= TOASTCOL_IGNORE;
	context->ttc_flags |= TOAST_NEEDS_CHANGE;
	rows->values[i] = save_value(rows, (struct varlena *) DatumGetPointer(rows->values[i]));
}

/*
 * Stores a value in chunks; returns the pointer to it.
 */
static Datum
save_value(MigRows *rows, struct varlena *value)
{
	struct varatt_external pointer;
	struct varlena *result = palloc(TOAST_POINTER_SIZE);
	const char *data = VARDATA_ANY(value);
	int32		size = VARSIZE_ANY_EXHDR(value);

	if (VARATT_IS_COMPRESSED(value))
	{
		data = VARDATA(value);
		size = VARSIZE(value) - VARHDRSZ;
		pointer.va_rawsize = VARDATA_COMPRESSED_GET_EXTSIZE(value) + VARHDRSZ;
		VARATT_EXTERNAL_SET_SIZE_AND_COMPRESS_METHOD(pointer, size, VARDATA_COMPRESSED_GET_COMPRESS_METHOD(value));
	}
	else
	{
		pointer.va_rawsize = size + VARHDRSZ;
		pointer.va_extinfo = size;
	}
	pointer.va_toastrelid = RelationGetRelid(rows->toast);
	pointer.va_valueid = next_value(rows);

	for (int32 i = 0; i * (Size) TOAST_MAX_CHUNK_SIZE < size; i++)
	{
		Size		done = i * (Size) TOAST_MAX_CHUNK_SIZE;

		CHECK_FOR_INTERRUPTS();
		save_chunk(rows, pointer.va_valueid, i, data + done, Min(TOAST_MAX_CHUNK_SIZE, size - done));
	}

	SET_VARTAG_EXTERNAL(result, VARTAG_ONDISK);
	memcpy(VARDATA_EXTERNAL(result), &pointer, sizeof(pointer));
	return PointerGetDatum(result);
}

static void
save_chunk(MigRows *rows, Oid value, int32 number, const char *data, Size size)
{
	Size		len = CHUNK_HEADER + offsetof(Chunk, data) + size;
	HeapTupleHeader row = mig_pages_room(rows->chunks, len);
	Chunk	   *chunk = (Chunk *) ((char *) row + CHUNK_HEADER);
	Datum		values[CHUNK_COLUMNS] = {ObjectIdGetDatum(value), Int32GetDatum(number)};
	bool		isnull[CHUNK_COLUMNS] = {false};

	row->t_hoff = CHUNK_HEADER;
	row->t_infomask = HEAP_HASVARWIDTH;
	HeapTupleHeaderSetNatts(row, CHUNK_COLUMNS);
	chunk->value = value;
	chunk->number = number;
	SET_VARSIZE(&chunk->size, size + VARHDRSZ);
	memcpy(chunk->data, data, size);
	mig_pages_keep(rows->chunks, row, len);
	index_insert(rows->index, values, isnull, &row->t_ctid, rows->toast, UNIQUE_CHECK_NO, false, NULL);
}

/*
 * An OID that no value of the table has: the counter counts up, and has not come round to the first one.
 */
static Oid
next_value(MigRows *rows)
{
	Oid			value = GetNewObjectId();
	bool		round = OidIsValid(rows->first) && value <= rows->last;

	if (!OidIsValid(rows->first))
		rows->first = value;
	if ((round && rows->round) || ((round || rows->round) && value >= rows->first))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("table \"%s\" has too many long values for one copy", RelationGetRelationName(rows->rel)),
				 errhint("Copy it in parts.")));
	rows->last = value;
	rows->round |= round;
	return value;
}
