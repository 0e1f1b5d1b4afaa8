/*-------------------------------------------------------------------------
 *
 * mig_form.c
 *	  The data of a row as a page holds them, made in one pass.
 *
 * Owns the layout of short rows of plain values. Knows nothing of pages, nor of
 * values that have to leave the row (mig_rows.c).
 *
 * heap_compute_data_size and heap_fill_tuple each go through all columns, look at the
 * catalog's description of each, and at each varlena's header. With many columns
 * that takes as long as the conversion of their values. Here the description is
 * reduced to one byte or two per column once per table, and a row is made in
 * memory of its own, in one go, and copied to its place when its size is known. The
 * bytes are those of heap_fill_tuple (t/054_pages.pl compares them). Whatever is not
 * plain, or too long, is left to it.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "access/heaptoast.h"
#include "access/htup_details.h"
#include "access/tupmacs.h"
#include "catalog/pg_type.h"

#include "migrate/pages.h"

typedef enum FormKind
{
	FORM_8,						/* by value, of so many bytes */
	FORM_4,
	FORM_2,
	FORM_1,
	FORM_BYTES,					/* of a length that does not change, by reference */
	FORM_VARLENA,
} FormKind;

typedef struct FormColumn
{
	uint8		kind;
	uint8		align;			/* 1, 2, 4 or 8 */
	bool		packable;		/* may have a header of one byte */
	int16		len;			/* FORM_BYTES */
} FormColumn;

struct MigForm
{
	MigFormed	row;			/* the last one */
	int			n;
	FormColumn	columns[FLEXIBLE_ARRAY_MEMBER];
};

static bool describe(FormColumn *column, Form_pg_attribute att);
static uint8 alignment(char attalign);
static inline char *aligned(const MigForm *form, char *to, int align);
static inline char *put_varlena(const MigForm *form, const FormColumn *column, char *to, struct varlena *value);

MigForm *
mig_form_open(TupleDesc desc)
{
	MigForm    *form = palloc0(offsetof(MigForm, columns) + desc->natts * sizeof(FormColumn));
	Size		room = TOAST_TUPLE_THRESHOLD;

	for (int i = 0; i < desc->natts; i++)
	{
		FormColumn *column = &form->columns[form->n++];

		if (!describe(column, TupleDescAttr(desc, i)))
			return NULL;

		/* beside varlenas, which are measured: with what comes before them to be aligned, and aligned() writes */
		room += column->len + 2 * MAXIMUM_ALIGNOF;
	}
	form->row.data = palloc(room);
	form->row.bits = palloc(BITMAPLEN(desc->natts));
	return form;
}

static bool
describe(FormColumn *column, Form_pg_attribute att)
{
	static const FormKind kinds[] = {[1] = FORM_1, [2] = FORM_2, [4] = FORM_4, [8] = FORM_8};

	column->align = alignment(att->attalign);
	column->packable = att->attstorage != TYPSTORAGE_PLAIN;
	if (att->attbyval)
		column->kind = kinds[att->attlen];
	else if (att->attlen > 0)
	{
		column->kind = FORM_BYTES;
		column->len = att->attlen;
	}
	else
		column->kind = FORM_VARLENA;
	return att->attlen >= -1;
}

static uint8
alignment(char attalign)
{
	switch (attalign)
	{
		case TYPALIGN_CHAR:
			return 1;
		case TYPALIGN_SHORT:
			return ALIGNOF_SHORT;
		case TYPALIGN_INT:
			return ALIGNOF_INT;
		default:
			return ALIGNOF_DOUBLE;
	}
}

const MigFormed *
mig_form_row(MigForm *form, const Datum *values, const bool *isnull)
{
	MigFormed  *row = &form->row;
	char	   *to = row->data;

	row->infomask = 0;
	if (memchr(isnull, true, form->n * sizeof(bool)) != NULL)
	{
		row->infomask = HEAP_HASNULL;
		memset(row->bits, 0, BITMAPLEN(form->n));
		for (int i = 0; i < form->n; i++)
			row->bits[i >> 3] |= !isnull[i] << (i & 7);
	}
	for (int i = 0; i < form->n; i++)
	{
		const FormColumn *column = &form->columns[i];

		if (isnull[i])
			continue;
		switch ((FormKind) column->kind)
		{
			case FORM_8:
				to = aligned(form, to, column->align);
				memcpy(to, &values[i], sizeof(Datum));
				to += sizeof(int64);
				break;
			case FORM_4:
				to = aligned(form, to, column->align);
				*(int32 *) to = DatumGetInt32(values[i]);
				to += sizeof(int32);
				break;
			case FORM_2:
				to = aligned(form, to, column->align);
				*(int16 *) to = DatumGetInt16(values[i]);
				to += sizeof(int16);
				break;
			case FORM_1:
				*to++ = DatumGetChar(values[i]);
				break;
			case FORM_BYTES:
				to = aligned(form, to, column->align);
				memcpy(to, DatumGetPointer(values[i]), column->len);
				to += column->len;
				break;
			case FORM_VARLENA:
				to = put_varlena(form, column, to, (struct varlena *) DatumGetPointer(values[i]));
				if (to == NULL)
					return NULL;
				row->infomask |= HEAP_HASVARWIDTH;
				break;
		}
	}
	row->len = to - row->data;
	return row;
}

/*
 * The next place for something that is aligned so; what is left out is zero.
 */
static inline char *
aligned(const MigForm *form, char *to, int align)
{
	memset(to, 0, MAXIMUM_ALIGNOF);
	return form->row.data + TYPEALIGN(align, to - form->row.data);
}

/*
 * The place behind it; NULL if it is not here, or the row becomes too long with it.
 */
static inline char *
put_varlena(const MigForm *form, const FormColumn *column, char *to, struct varlena *value)
{
	Size		size;

	if (VARATT_IS_EXTERNAL(value) || to - form->row.data + VARSIZE_ANY(value) > TOAST_TUPLE_THRESHOLD)
		return NULL;
	if (VARATT_IS_SHORT(value))
	{
		size = VARSIZE_SHORT(value);
		memcpy(to, value, size);
	}
	else if (column->packable && VARATT_CAN_MAKE_SHORT(value))
	{
		size = VARATT_CONVERTED_SHORT_SIZE(value);
		SET_VARSIZE_SHORT(to, size);
		memcpy(to + VARHDRSZ_SHORT, VARDATA(value), size - VARHDRSZ_SHORT);
	}
	else
	{
		to = aligned(form, to, column->align);
		size = VARSIZE(value);
		memcpy(to, value, size);
	}
	return to + size;
}
