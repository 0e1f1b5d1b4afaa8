/*-------------------------------------------------------------------------
 *
 * api_dialect.c
 *	  sqlite_mig.parse_table, to_postgres, convert_placeholders and what the
 *	  plan calls: SQLite's SQL text in, rows out.
 *
 * Needs no server and reads no file.
 *
 *-------------------------------------------------------------------------
 */
#include "base/base.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "dialect/dialect.h"

MIG_FUNCTION(mig_parse_table);
MIG_FUNCTION(mig_virtual_table);
MIG_FUNCTION(mig_table_comments);
MIG_FUNCTION(mig_index_terms);
MIG_FUNCTION(mig_to_postgres);
MIG_FUNCTION(mig_translate_expr);
MIG_FUNCTION(mig_convert_placeholders);
MIG_FUNCTION(mig_layout);

/* Lines of translated SQL that people read: beside other columns in a window of 120. */
#define READABLE_WIDTH 72

/* Columns of a row of the catalog that the plan gives: table, column, both names, type, flags. */
#define CATALOG_COLUMNS 6

static void put_clause(ReturnSetInfo *result, const DialectClause *clause);
static void put_text(Datum *values, bool *nulls, int column, const char *text);
static void put_names(Datum *values, bool *nulls, int column, List *names);
static Datum findings_jsonb(List *findings);
static void learn_catalog(DialectTranslator *t, ArrayType *catalog);
static char *text_argument(FunctionCallInfo fcinfo, int i);

/* Columns of the result, in the order of install/25_dialect.sql. */
enum
{
	COL_CLAUSE, COL_NAME, COL_COLUMN, COL_COLUMNS, COL_BODY, COL_PARENT_COLUMNS, COL_CONFLICT,
	COL_STORED, COL_DEFERRABLE, COL_DEFERRED, COL_AUTOINCREMENT, COL_DESCENDING, NCOLS
};

/*
 * parse_table(sql text): a row per clause, or one row "error" with the reason.
 */
Datum
mig_parse_table(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	List	   *clauses;
	ListCell   *lc;
	char	   *error;

	clauses = dialect_table_clauses(text_to_cstring(PG_GETARG_TEXT_PP(0)), &error);
	InitMaterializedSRF(fcinfo, 0);
	foreach(lc, clauses)
	{
		CHECK_FOR_INTERRUPTS();
		put_clause(result, lfirst(lc));
	}
	if (error != NULL)
	{
		DialectClause clause = {.clause = "error",.body = error};

		put_clause(result, &clause);
	}
	return (Datum) 0;
}

/*
 * _virtual_table(sql text): the module, then a row per argument; none for
 * another statement.
 */
Datum
mig_virtual_table(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	DialectArgument head = {0};
	List	   *arguments = dialect_virtual_table(text_to_cstring(PG_GETARG_TEXT_PP(0)), &head.name);
	Datum		values[4];
	bool		nulls[4] = {0};
	ListCell   *lc;
	int			n = 0;

	InitMaterializedSRF(fcinfo, 0);
	if (head.name == NULL)
		return (Datum) 0;
	foreach(lc, lcons(&head, arguments))
	{
		DialectArgument *argument = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		values[0] = Int32GetDatum(n++);
		put_text(values, nulls, 1, argument->name);
		put_text(values, nulls, 2, argument->value);
		put_text(values, nulls, 3, argument->rest);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/*
 * _table_comments(sql text): a row per column with a comment, and one without
 * a column for the table.
 */
Datum
mig_table_comments(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Datum		values[2];
	bool		nulls[2] = {0};
	ListCell   *lc;

	InitMaterializedSRF(fcinfo, 0);
	foreach(lc, dialect_table_comments(text_to_cstring(PG_GETARG_TEXT_PP(0))))
	{
		DialectComment *comment = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		put_text(values, nulls, 0, comment->column);
		put_text(values, nulls, 1, comment->text->data);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/*
 * _index_terms(sql text): what an index is on, and its condition; NULL for
 * another statement.
 */
Datum
mig_index_terms(PG_FUNCTION_ARGS)
{
	char	   *condition;
	List	   *terms = dialect_index_terms(text_to_cstring(PG_GETARG_TEXT_PP(0)), &condition);
	TupleDesc	desc;
	Datum		values[2];
	bool		nulls[2];

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	put_names(values, nulls, 0, terms);
	put_text(values, nulls, 1, condition);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}

static void
put_clause(ReturnSetInfo *result, const DialectClause *clause)
{
	Datum		values[NCOLS];
	bool		nulls[NCOLS] = {0};

	put_text(values, nulls, COL_CLAUSE, clause->clause);
	put_text(values, nulls, COL_NAME, clause->name);
	put_text(values, nulls, COL_COLUMN, clause->column);
	put_names(values, nulls, COL_COLUMNS, clause->columns);
	put_text(values, nulls, COL_BODY, clause->body);
	put_names(values, nulls, COL_PARENT_COLUMNS, clause->parent_columns);
	put_text(values, nulls, COL_CONFLICT, clause->conflict);
	values[COL_STORED] = BoolGetDatum(clause->stored);
	values[COL_DEFERRABLE] = BoolGetDatum(clause->deferrable);
	values[COL_DEFERRED] = BoolGetDatum(clause->deferred);
	values[COL_AUTOINCREMENT] = BoolGetDatum(clause->autoincrement);
	values[COL_DESCENDING] = BoolGetDatum(clause->descending);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static void
put_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = text == NULL;
	values[column] = text ? CStringGetTextDatum(text) : (Datum) 0;
}

/* A list of C strings as text[]; NULL when it is empty. */
static void
put_names(Datum *values, bool *nulls, int column, List *names)
{
	Datum	   *elements = palloc(sizeof(Datum) * Max(list_length(names), 1));
	ListCell   *lc;

	nulls[column] = names == NIL;
	foreach(lc, names)
		elements[foreach_current_index(lc)] = CStringGetTextDatum(lfirst(lc));
	values[column] = PointerGetDatum(construct_array(elements, list_length(names), TEXTOID, -1, false, TYPALIGN_INT));
}

/* ---- translation ---- */

/* Argument number i as a C string, NULL for NULL. */
static char *
text_argument(FunctionCallInfo fcinfo, int i)
{
	return PG_ARGISNULL(i) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(i));
}

/*
 * to_postgres(sql text, schema text) and _translate(sql text, schema text,
 * catalog text[], target_schema text): a row per statement.
 */
Datum
mig_to_postgres(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	char	   *sql = text_argument(fcinfo, 0);
	char	   *schema = text_argument(fcinfo, 1);
	DialectTranslator *t;
	DialectTranslation translation;
	Datum		values[4];
	bool		nulls[4] = {0};

	InitMaterializedSRF(fcinfo, 0);
	if (sql == NULL)
		return (Datum) 0;
	t = dialect_translator(sql);
	if (schema != NULL)
		dialect_learn(t, schema);
	if (PG_NARGS() > 2 && !PG_ARGISNULL(2))
		learn_catalog(t, PG_GETARG_ARRAYTYPE_P(2));
	if (PG_NARGS() > 3)
		dialect_set_schema(t, text_argument(fcinfo, 3));
	while (dialect_next(t, &translation))
	{
		CHECK_FOR_INTERRUPTS();
		values[0] = Int32GetDatum(translation.statement);
		put_text(values, nulls, 1, translation.original);
		/* people read that of to_postgres, the plan makes statements of that of _translate */
		put_text(values, nulls, 2, translation.translated && PG_NARGS() == 2 ? dialect_layout(translation.translated, READABLE_WIDTH) : translation.translated);
		values[3] = findings_jsonb(translation.findings);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/*
 * _translate_expr(expr text, context text, table_name text, target_type text,
 * catalog text[]): the translation and its findings as one row.
 */
Datum
mig_translate_expr(PG_FUNCTION_ARGS)
{
	char	   *expr = text_argument(fcinfo, 0);
	char	   *context = text_argument(fcinfo, 1);
	DialectTranslator *t;
	DialectTranslation translation;
	TupleDesc	desc;
	Datum		values[2];
	bool		nulls[2] = {0};
	bool		is_condition;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (expr == NULL || context == NULL)
		PG_RETURN_NULL();
	is_condition = strcmp(context, "check") == 0 || strcmp(context, "predicate") == 0;
	if (!is_condition && strcmp(context, "default") != 0 && strcmp(context, "index") != 0 &&
		strcmp(context, "generated") != 0 && strcmp(context, "value") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is no context of an expression", context),
				 errhint("Valid contexts are: check, default, generated, index, predicate, value.")));
	t = dialect_translator(expr);
	if (!PG_ARGISNULL(4))
		learn_catalog(t, PG_GETARG_ARRAYTYPE_P(4));
	dialect_expression(t, text_argument(fcinfo, 2), is_condition, text_argument(fcinfo, 3),
					   strcmp(context, "index") == 0 || strcmp(context, "predicate") == 0 || strcmp(context, "generated") == 0,
					   &translation);
	put_text(values, nulls, 0, translation.translated);
	values[1] = findings_jsonb(translation.findings);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}

/*
 * _layout(sql text, width integer) → text
 */
Datum
mig_layout(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(dialect_layout(text_to_cstring(PG_GETARG_TEXT_PP(0)), PG_GETARG_INT32(1))));
}

/*
 * convert_placeholders(sql text, style text) → text
 */
Datum
mig_convert_placeholders(PG_FUNCTION_ARGS)
{
	static const struct
	{
		const char *name;
		DialectPlaceholderStyle style;
	}			styles[] = {
		{"format", PLACEHOLDER_FORMAT}, {"pyformat", PLACEHOLDER_PYFORMAT}, {"numeric", PLACEHOLDER_NUMERIC}
	};
	char	   *style = text_to_cstring(PG_GETARG_TEXT_PP(1));
	int			i;

	for (i = 0; i < lengthof(styles); i++)
	{
		if (strcmp(style, styles[i].name) == 0)
			PG_RETURN_TEXT_P(cstring_to_text(dialect_placeholders(text_to_cstring(PG_GETARG_TEXT_PP(0)), styles[i].style)));
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" is no style of placeholders", style),
			 errhint("Valid styles are: format, pyformat, numeric.")));
}

static void
push_string(JsonbParseState **state, const char *key, const char *value)
{
	JsonbValue	v;

	v.type = jbvString;
	v.val.string.val = (char *) key;
	v.val.string.len = strlen(key);
	(void) pushJsonbValue(state, WJB_KEY, &v);
	v.val.string.val = (char *) value;
	v.val.string.len = strlen(value);
	(void) pushJsonbValue(state, WJB_VALUE, &v);
}

static void
push_number(JsonbParseState **state, const char *key, int value)
{
	JsonbValue	v;

	v.type = jbvString;
	v.val.string.val = (char *) key;
	v.val.string.len = strlen(key);
	(void) pushJsonbValue(state, WJB_KEY, &v);
	v.type = jbvNumeric;
	v.val.numeric = DatumGetNumeric(DirectFunctionCall1(int4_numeric, Int32GetDatum(value)));
	(void) pushJsonbValue(state, WJB_VALUE, &v);
}

/* The findings as an array of objects. */
static Datum
findings_jsonb(List *findings)
{
	JsonbParseState *state = NULL;
	JsonbValue *array;
	ListCell   *lc;

	(void) pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	foreach(lc, findings)
	{
		DialectPlacedFinding *finding = lfirst(lc);

		(void) pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
		push_number(&state, "position", finding->position);
		push_number(&state, "line", finding->line);
		push_number(&state, "column", finding->column);
		push_string(&state, "severity", finding->severity);
		push_string(&state, "rule", finding->rule);
		push_string(&state, "finding", finding->message);
		push_string(&state, "advice", finding->advice);
		(void) pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	}
	array = pushJsonbValue(&state, WJB_END_ARRAY, NULL);
	return JsonbPGetDatum(JsonbValueToJsonb(array));
}

/* What the plan knows of columns: rows of CATALOG_COLUMNS texts. */
static void
learn_catalog(DialectTranslator *t, ArrayType *catalog)
{
	Datum	   *elements;
	bool	   *nulls;
	int			n;
	int			i;
	int			j;

	deconstruct_array(catalog, TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	if (n % CATALOG_COLUMNS != 0 || (n > 0 && (ARR_NDIM(catalog) != 2 || ARR_DIMS(catalog)[1] != CATALOG_COLUMNS)))
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("the catalog must be an array of rows with %d texts", CATALOG_COLUMNS)));
	for (i = 0; i < n; i += CATALOG_COLUMNS)
	{
		char	   *row[CATALOG_COLUMNS];

		for (j = 0; j < CATALOG_COLUMNS; j++)
			row[j] = nulls[i + j] ? pstrdup("") : TextDatumGetCString(elements[i + j]);
		dialect_learn_column(t, row[0], row[1], row[2], row[3], row[4], row[5]);
	}
}
