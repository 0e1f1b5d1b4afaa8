/*-------------------------------------------------------------------------
 *
 * conv_array.c
 *	  Arrays: TEXT that is a JSON array, or an array as PostgreSQL writes it.
 *
 *	  [1, 2, null]		JSON; read by jsonb. null is a NULL element
 *	  [[1, 2], [3, 4]]	dimensions, when all rows are of one length
 *	  {1,2,NULL}		PostgreSQL; read by array_in as an array of texts
 *
 * Every element then goes through the converter of the element type, as a value
 * of the column itself would: same rules, same formats, same refusals. That
 * converter reads SQLite values, so each element is handed through a statement
 * "SELECT ?1" of a SQLite database in memory, which holds nothing else.
 *
 * For json[] and jsonb[] only the outer array counts; arrays in it are elements.
 *
 *-------------------------------------------------------------------------
 */
#include "base/compat.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"

#include "convert/convert_internal.h"

typedef struct ArrayState
{
	ConvIn	   *element;
	Oid			base;			/* of the element type, below its domains */
	bool		strings;		/* the elements are texts */
	int16		typlen;
	bool		typbyval;
	char		typalign;
	ConvInput  *jsonb;
	ConvInput  *texts;			/* text[] */
	sqlite3_stmt *stmt;			/* SELECT ?1 */
	MemoryContextCallback finalize;
} ArrayState;

/* An array in the making. */
typedef struct ArrayBuild
{
	ConvIn	   *in;
	Datum	   *values;
	bool	   *nulls;
	int			n;
	int			room;
	int			ndims;			/* 0 = no element yet */
	int			dims[MAXDIM];	/* -1 = not known yet */
} ArrayBuild;

static bool convert_array(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull);
static bool is_literal(const char *text, int len);
static bool read_json(ArrayBuild *build, sqlite3_value *value);
static bool read_level(ArrayBuild *build, JsonbContainer *container, int depth);
static bool read_json_element(ArrayBuild *build, JsonbValue *element, int depth);
static bool bind_json(ArrayBuild *build, JsonbValue *element);
static bool bind_number(ArrayBuild *build, Numeric number);
static bool bind_whole(ArrayBuild *build, JsonbValue *element);
static bool read_literal(ArrayBuild *build, const char *literal, int len, Datum *datum);
static bool bind_text(ArrayBuild *build, const char *text, int len);
static bool add_bound(ArrayBuild *build);
static bool add_null(ArrayBuild *build);
static void add(ArrayBuild *build, Datum datum, bool isnull);
static bool take_refusal(ArrayBuild *build);
static bool refuse_ragged(ArrayBuild *build);
static sqlite3_stmt *open_statement(void);
static void finalize_statement(void *arg);

void
conv_choose_array(ConvIn *in)
{
	ArrayState *state = palloc0(sizeof(ArrayState));
	ConvSpec	spec = in->spec;
	char		category;
	bool		preferred;

	spec.typid = get_element_type(in->spec.typid);
	spec.empty_as_null = false;
	spec.on_error = CONV_ON_ERROR_RAISE;
	state->element = conv_choose(&spec);
	state->base = getBaseType(spec.typid);
	get_type_category_preferred(state->base, &category, &preferred);
	state->strings = category == TYPCATEGORY_STRING;
	get_typlenbyvalalign(spec.typid, &state->typlen, &state->typbyval, &state->typalign);
	state->jsonb = conv_input_find(in, JSONBOID);
	state->texts = conv_input_find(in, TEXTARRAYOID);

	/* the context of the converter ends the statement */
	state->stmt = open_statement();
	state->finalize.func = finalize_statement;
	state->finalize.arg = state->stmt;
	MemoryContextRegisterResetCallback(in->context, &state->finalize);
	in->state = state;
	in->slow = state->element->slow;
	in->fn = convert_array;
}

static bool
convert_array(ConvIn *in, sqlite3_value *value, Datum *datum, bool *isnull)
{
	ArrayState *state = in->state;
	ArrayBuild	build = {.in = in};
	int			bounds[MAXDIM];
	const char *text;
	int			len;

	if (sqlite3_value_type(value) != SQLITE_TEXT)
		return conv_refuse_class(in, value, "an array");
	if (!conv_raw_text(in, value, &text, &len))
		return false;
	while (len > 0 && strchr(" \t\n\r", *text) && *text)
	{
		text++;
		len--;
	}
	for (int i = 0; i < MAXDIM; i++)
	{
		build.dims[i] = -1;
		bounds[i] = 1;
	}
	if (is_literal(text, len))
		return conv_server_text(in, value, &text, &len) && read_literal(&build, text, len, datum);
	if (*text != '[')
	{
		conv_refuse(in, ERRCODE_INVALID_TEXT_REPRESENTATION, "text is not an array");
		in->error.hint = "An array is written as a JSON array, [1, 2], or as PostgreSQL does, {1,2}.";
		return false;
	}
	if (!read_json(&build, value))
		return false;
	if (build.n == 0)
		*datum = PointerGetDatum(construct_empty_array(state->element->spec.typid));
	else
		*datum = PointerGetDatum(construct_md_array(build.values, build.nulls, build.ndims, build.dims, bounds,
													state->element->spec.typid, state->typlen, state->typbyval, state->typalign));
	return true;
}

/* '{…}' and '[0:1]={…}'; a JSON array has no colon after its first number. */
static bool
is_literal(const char *text, int len)
{
	size_t		at = 1;

	if (len == 0 || *text == '{')
		return len > 0;
	if (*text != '[')
		return false;
	at += strspn(text + at, " ");
	at += strspn(text + at, "+-");
	return text[at + strspn(text + at, "0123456789")] == ':';
}

static bool
read_json(ArrayBuild *build, sqlite3_value *value)
{
	ArrayState *state = build->in->state;
	Datum		datum;

	return conv_jsonb(build->in, state->jsonb, value, &datum) &&
		read_level(build, &DatumGetJsonbP(datum)->root, 0);
}

/* One array of JSON and the arrays in it. */
static bool
read_level(ArrayBuild *build, JsonbContainer *container, int depth)
{
	JsonbIterator *it = JsonbIteratorInit(container);
	JsonbValue	element;
	int			n;

	(void) JsonbIteratorNext(&it, &element, true);
	n = element.val.array.nElems;
	if (n == 0 && depth == 0)
		return true;
	if (depth == MAXDIM)
		return conv_refuse(build->in, ERRCODE_PROGRAM_LIMIT_EXCEEDED, "array has more than %d dimensions", MAXDIM);
	if (n == 0 || (build->ndims > 0 && depth >= build->ndims) || (build->dims[depth] >= 0 && build->dims[depth] != n))
		return refuse_ragged(build);
	build->dims[depth] = n;
	while (JsonbIteratorNext(&it, &element, true) == WJB_ELEM)
	{
		CHECK_FOR_INTERRUPTS();
		if (!read_json_element(build, &element, depth))
			return false;
	}
	return true;
}

static bool
read_json_element(ArrayBuild *build, JsonbValue *element, int depth)
{
	ArrayState *state = build->in->state;
	bool		json = state->base == JSONOID || state->base == JSONBOID;

	if (!json && element->type == jbvBinary && JsonContainerIsArray(element->val.binary.data))
		return read_level(build, element->val.binary.data, depth + 1);
	if (build->ndims == 0)
		build->ndims = depth + 1;
	if (build->ndims != depth + 1)
		return refuse_ragged(build);
	if (element->type == jbvNull)
		return add_null(build);
	return (json ? bind_whole(build, element) : bind_json(build, element)) && add_bound(build);
}

/* Binds a scalar as the SQLite value that means the same. */
static bool
bind_json(ArrayBuild *build, JsonbValue *element)
{
	ArrayState *state = build->in->state;

	switch (element->type)
	{
		case jbvString:
			return bind_text(build, element->val.string.val, element->val.string.len);
		case jbvNumeric:
			return bind_number(build, element->val.numeric);
		case jbvBool:
			if (state->strings)
			{
				conv_adjust(build->in, CONV_RETYPED, ERRCODE_DATATYPE_MISMATCH, "element %d: boolean would become text", build->n + 1);
				return bind_text(build, element->val.boolean ? "true" : "false", element->val.boolean ? 4 : 5);
			}
			if (state->base == BOOLOID)
				return sqlite3_bind_int64(state->stmt, 1, element->val.boolean) == SQLITE_OK || conv_refuse_memory(build->in);
			return conv_refuse(build->in, ERRCODE_DATATYPE_MISMATCH, "element %d is a boolean", build->n + 1);
		default:
			return conv_refuse(build->in, ERRCODE_DATATYPE_MISMATCH, "element %d is an object", build->n + 1);
	}
}

/* INTEGER, or REAL where a double is exactly this number, else its digits as TEXT. */
static bool
bind_number(ArrayBuild *build, Numeric number)
{
	ArrayState *state = build->in->state;
	char	   *text = DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number)));
	ConvDecimal decimal;
	ConvDecimal read;
	int64		integer;
	double		real;

	if (state->strings)
	{
		conv_adjust(build->in, CONV_RETYPED, ERRCODE_DATATYPE_MISMATCH, "element %d: number would become text", build->n + 1);
		return bind_text(build, text, strlen(text));
	}
	if (!conv_decimal_parse(text, strlen(text), &decimal))
		elog(ERROR, "JSON number has no decimal form: %s", text);
	if (decimal.dscale == 0 && conv_decimal_int64(&decimal, 0, &integer))
		return sqlite3_bind_int64(state->stmt, 1, integer) == SQLITE_OK || conv_refuse_memory(build->in);
	real = strtod(text, NULL);
	if (isinf(real))
		return bind_text(build, text, strlen(text));
	conv_decimal_double(real, &read);
	if (!conv_decimal_equal(&decimal, &read))
		return bind_text(build, text, strlen(text));
	return sqlite3_bind_double(state->stmt, 1, real) == SQLITE_OK || conv_refuse_memory(build->in);
}

/* An element of json[] or jsonb[]: its JSON text. */
static bool
bind_whole(ArrayBuild *build, JsonbValue *element)
{
	Jsonb	   *json = JsonbValueToJsonb(element);
	char	   *text = JsonbToCString(NULL, &json->root, VARSIZE(json));

	return bind_text(build, text, strlen(text));
}

/* The texts of a literal become elements; dimensions and their bounds stay. */
static bool
read_literal(ArrayBuild *build, const char *literal, int len, Datum *datum)
{
	ConvIn	   *in = build->in;
	ArrayState *state = in->state;
	Datum		array;
	ArrayType  *texts;
	Datum	   *elements;
	bool	   *nulls;
	int			n;

	if (!conv_input_call(in, state->texts, pnstrdup(literal, len), state->texts->guard, &array))
	{
		if (in->error.sqlstate == ERRCODE_INVALID_TEXT_REPRESENTATION)
			conv_refuse(in, in->error.sqlstate, "text is not an array in PostgreSQL's form");
		return false;
	}
	texts = DatumGetArrayTypeP(array);
	deconstruct_array(texts, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		text	   *element = nulls[i] ? NULL : DatumGetTextPP(elements[i]);

		CHECK_FOR_INTERRUPTS();
		if (!(element == NULL ? add_null(build) :
			  bind_text(build, VARDATA_ANY(element), VARSIZE_ANY_EXHDR(element)) && add_bound(build)))
			return false;
	}
	*datum = PointerGetDatum(construct_md_array(build->values, build->nulls, ARR_NDIM(texts), ARR_DIMS(texts), ARR_LBOUND(texts),
												state->element->spec.typid, state->typlen, state->typbyval, state->typalign));
	return true;
}

/* SQLite takes UTF-8; the text must live until the element is read. */
static bool
bind_text(ArrayBuild *build, const char *text, int len)
{
	ArrayState *state = build->in->state;
	char	   *utf8 = pg_server_to_any(text, len, PG_UTF8);

	if (utf8 != text)
		len = strlen(utf8);
	return sqlite3_bind_text(state->stmt, 1, utf8, len, SQLITE_STATIC) == SQLITE_OK || conv_refuse_memory(build->in);
}

/* Converts what is bound. */
static bool
add_bound(ArrayBuild *build)
{
	ArrayState *state = build->in->state;
	ConvIn	   *element = state->element;
	Datum		datum = (Datum) 0;
	bool		isnull;
	bool		fits;

	if (sqlite3_step(state->stmt) != SQLITE_ROW)
	{
		sqlite3_reset(state->stmt);
		return conv_refuse_memory(build->in);
	}
	fits = conv_value(element, sqlite3_column_value(state->stmt, 0), &datum, &isnull);
	sqlite3_reset(state->stmt);
	build->in->marks |= element->marks;
	if (!fits && !take_refusal(build))
		return false;
	add(build, datum, isnull);
	return true;
}

static bool
add_null(ArrayBuild *build)
{
	ArrayState *state = build->in->state;
	Datum		datum;
	bool		isnull;

	state->element->error.lossy = false;
	if (!conv_null(state->element, &datum, &isnull) && !take_refusal(build))
		return false;
	add(build, datum, isnull);
	return true;
}

static void
add(ArrayBuild *build, Datum datum, bool isnull)
{
	if (build->n == build->room)
	{
		build->room = Max(build->room * 2, 16);
		build->values = build->values ? repalloc(build->values, build->room * sizeof(Datum)) : palloc(build->room * sizeof(Datum));
		build->nulls = build->nulls ? repalloc(build->nulls, build->room * sizeof(bool)) : palloc(build->room * sizeof(bool));
	}
	build->values[build->n] = datum;
	build->nulls[build->n++] = isnull;
}

/* The element's refusal becomes the array's; true when only exactness is the reason: a later one may be harder. */
static bool
take_refusal(ArrayBuild *build)
{
	ArrayState *state = build->in->state;
	const ConvError *error = &state->element->error;

	conv_refuse(build->in, error->sqlstate, "element %d: %s", build->n + 1, error->reason);
	build->in->error.hint = error->hint;
	build->in->error.lossy = error->lossy;
	return error->lossy;
}

static bool
refuse_ragged(ArrayBuild *build)
{
	conv_refuse(build->in, ERRCODE_ARRAY_SUBSCRIPT_ERROR, "arrays in the array differ in length or depth");
	build->in->error.hint = "Choose type jsonb, which keeps any nesting.";
	return false;
}

/* Throws 53200. The database in memory belongs to the process; it never has a table. */
static sqlite3_stmt *
open_statement(void)
{
	static sqlite3 *scratch = NULL;
	sqlite3_stmt *stmt;

	if ((scratch == NULL &&
		 sqlite3_open_v2(":memory:", &scratch, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) ||
		sqlite3_prepare_v2(scratch, "SELECT ?1", -1, &stmt, NULL) != SQLITE_OK)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("SQLite is out of memory")));
	return stmt;
}

static void
finalize_statement(void *arg)
{
	sqlite3_finalize(arg);
}
