/*-------------------------------------------------------------------------
 *
 * fuzz_dialect.c
 *	  libFuzzer target: any text through every entrance of the dialect layer.
 *
 * What must hold beside what the sanitizers see: a translation is missing where
 * there is a blocker and only there, findings lie in the text, and lines change nothing but blanks.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "dialect/dialect.h"
#include "shim.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* No statement of any use has more, and what is nested is found in less. */
#define MAX_TEXT	20000

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void
check_layout(const char *text)
{
	const char *p = dialect_layout(text, 100);

	for (;;)
	{
		while (is_blank(*text))
			text++;
		while (is_blank(*p))
			p++;
		if (*text != *p)
			abort();
		if (*text == '\0')
			return;
		text++;
		p++;
	}
}

static void
check(const char *text, const DialectTranslation *translation)
{
	bool		blocked = false;
	ListCell   *lc;

	foreach(lc, translation->findings)
	{
		DialectPlacedFinding *finding = lfirst(lc);

		if (strcmp(finding->severity, "blocker") == 0)
			blocked = true;
		if (finding->position < 1 || finding->position > (int) strlen(text) + 1 || finding->line < 1 || finding->column < 1)
			abort();
		if (finding->rule == NULL || finding->message == NULL)
			abort();
	}
	if (blocked != (translation->translated == NULL))
		abort();
	if (translation->translated != NULL)
		check_layout(translation->translated);
}

static void
translate(const char *text, const char *schema)
{
	DialectTranslator *t = dialect_translator(text);
	DialectTranslation translation;
	int			n = 0;

	if (schema != NULL)
	{
		dialect_learn(t, schema);
		dialect_learn_column(t, "t", "t", "a", "a", "bigint", "");
		dialect_set_schema(t, "app");
	}
	while (dialect_next(t, &translation))
	{
		if (++n > MAX_TEXT + 1)
			abort();			/* each statement takes some of the text */
		check(text, &translation);
	}
}

static void
express(const char *text, bool is_condition, const char *type)
{
	DialectTranslator *t = dialect_translator(text);
	DialectTranslation translation;

	memset(&translation, 0, sizeof(translation));
	dialect_expression(t, "t", is_condition, type, type != NULL, &translation);
	check(text, &translation);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *text;
	char	   *error;
	char	   *module;
	char	   *condition;
	DialectLexer lexer;
	DialectToken token;
	int			before = 0;

	/* the server's texts are valid in its encoding and have no NUL */
	if (size > MAX_TEXT || memchr(data, '\0', size) != NULL)
		return 0;
	shim_stack();
	text = palloc(size + 1);
	memcpy(text, data, size);
	text[size] = '\0';
	for (size_t i = 0; i < size; i++)
	{
		if ((unsigned char) text[i] >= 0x80)
			text[i] = '?';
	}

	dialect_lex_init(&lexer, text);
	do
	{
		token = dialect_lex(&lexer);
		if (token.start < before || token.start + token.len > (int) size || (token.len <= 0 && token.kind != DIALECT_END))
			abort();
		if (token.kind == DIALECT_WORD || token.kind == DIALECT_QUOTED || token.kind == DIALECT_STRING)
			(void) dialect_name(&lexer, &token);
		before = token.start + token.len;
	} while (token.kind != DIALECT_END && token.kind != DIALECT_ERROR);

	(void) dialect_table_clauses(text, &error);
	(void) dialect_table_comments(text);
	(void) dialect_virtual_table(text, &module);
	(void) dialect_index_terms(text, &condition);
	check_layout(text);
	for (int style = PLACEHOLDER_FORMAT; style <= PLACEHOLDER_NUMERIC; style++)
		(void) dialect_placeholders(text, style);
	translate(text, NULL);
	translate(text, "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT COLLATE NOCASE, c REAL, d BLOB, e DATETIME, f BOOLEAN, g JSON); CREATE TABLE u (a, b); CREATE VIEW v AS SELECT a, b FROM t");
	express(text, true, NULL);
	express(text, false, "text");
	shim_reset();
	return 0;
}
