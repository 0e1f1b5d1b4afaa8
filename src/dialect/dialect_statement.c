/*-------------------------------------------------------------------------
 *
 * dialect_statement.c
 *	  Parser of SQLite's statements: what each begins with, and those that
 *	  change rows. CREATE and ALTER are in dialect_create.c.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_ast.h"

typedef void (*StatementParser) (DialectParser *p, DialectStatement *s);

typedef struct StatementRow
{
	const char *word;
	DialectStatementKind kind;
	StatementParser parse;		/* called with that word in hand */
} StatementRow;

static void parse_with_statement(DialectParser *p, DialectStatement *s);
static void parse_query_statement(DialectParser *p, DialectStatement *s);
static void parse_insert(DialectParser *p, DialectStatement *s);
static void parse_update(DialectParser *p, DialectStatement *s);
static void parse_delete(DialectParser *p, DialectStatement *s);
static void parse_drop(DialectParser *p, DialectStatement *s);
static void parse_transaction(DialectParser *p, DialectStatement *s);
static void parse_maintenance(DialectParser *p, DialectStatement *s);
static void parse_opaque(DialectParser *p, DialectStatement *s);

static const StatementRow statements[] = {
	{"select", STMT_SELECT, parse_query_statement},
	{"values", STMT_SELECT, parse_query_statement},
	{"with", STMT_SELECT, parse_with_statement},
	{"insert", STMT_INSERT, parse_insert},
	{"replace", STMT_INSERT, parse_insert},
	{"update", STMT_UPDATE, parse_update},
	{"delete", STMT_DELETE, parse_delete},
	{"create", STMT_CREATE_TABLE, dialect_parse_create},
	{"alter", STMT_ALTER, dialect_parse_alter},
	{"drop", STMT_DROP, parse_drop},
	{"begin", STMT_TRANSACTION, parse_transaction},
	{"commit", STMT_TRANSACTION, parse_transaction},
	{"end", STMT_TRANSACTION, parse_transaction},
	{"rollback", STMT_TRANSACTION, parse_transaction},
	{"savepoint", STMT_TRANSACTION, parse_transaction},
	{"release", STMT_TRANSACTION, parse_transaction},
	{"vacuum", STMT_MAINTENANCE, parse_maintenance},
	{"analyze", STMT_MAINTENANCE, parse_maintenance},
	{"reindex", STMT_MAINTENANCE, parse_maintenance},
	{"pragma", STMT_PRAGMA, parse_opaque},
	{"attach", STMT_ATTACH, parse_opaque},
	{"detach", STMT_DETACH, parse_opaque}
};

/*
 * Moves to the end of a statement that was not understood, from its
 * beginning: the ; that is not inside of a trigger, or the end of the text. A
 * trigger that does not end is left at its first ;, once per script, so that
 * the time stays linear.
 */
static void
skip_statement(DialectParser *p, const DialectStatement *s)
{
	bool		is_create;
	bool		is_trigger = false;
	int			first_end = -1;
	int			cases = 0;
	int			words = 0;

	p->error = NULL;
	p->depth = 0;
	p->open_ctes = NIL;
	p->lexer.pos = s->start;
	dialect_advance(p);
	is_create = dialect_at_word(p, "create") && !p->lost_trigger;
	while (p->token.kind != DIALECT_END && p->token.kind != DIALECT_ERROR)
	{
		if (p->token.kind == DIALECT_WORD)
		{
			words++;
			if (is_create && words <= 3 && dialect_at_word(p, "trigger"))
				is_trigger = true;
			else if (is_trigger && dialect_at_word(p, "case"))
				cases++;
			else if (is_trigger && dialect_at_word(p, "end"))
			{
				if (cases > 0)
					cases--;
				else
					is_trigger = false;
			}
		}
		else if (dialect_at_mark(p, ";"))
		{
			if (!is_trigger)
				return;
			if (first_end < 0)
				first_end = p->token.start;
		}
		dialect_advance(p);
	}
	if (first_end >= 0)
	{
		p->lost_trigger = true;
		p->lexer.pos = first_end;
		dialect_advance(p);
		p->last_end = first_end;
		return;
	}
	/* behind an illegal token nothing can be told apart */
	p->lexer.pos = p->lexer.len;
	p->token.kind = DIALECT_END;
}

/*
 * The next statement of a script, up to its ; which is moved over. Never
 * NULL: a text that was not understood is STMT_ERROR, and nothing between two
 * ; is STMT_EMPTY.
 */
DialectStatement *
dialect_parse_statement(DialectParser *p)
{
	DialectStatement *s = palloc0(sizeof(DialectStatement));
	int			i;

	s->start = s->word_at = p->token.start;
	s->kind = STMT_EMPTY;
	if (dialect_accept_word(p, "explain"))
	{
		s->explain = true;
		if (dialect_accept_word(p, "query"))
			(void) dialect_expect_word(p, "plan");
	}
	for (i = 0; i < lengthof(statements) && !dialect_at_word(p, statements[i].word); i++)
		;
	if (i < lengthof(statements))
	{
		s->kind = statements[i].kind;
		s->word_at = p->token.start;
		statements[i].parse(p, s);
	}
	else if (s->explain || !dialect_at_mark(p, ";"))
	{
		if (s->explain || p->token.kind != DIALECT_END)
			(void) dialect_unexpected(p);
	}
	if (p->error == NULL && p->token.kind != DIALECT_END && !dialect_at_mark(p, ";"))
		(void) dialect_unexpected(p);
	s->end = Max(p->last_end, s->start);
	if (p->error != NULL)
	{
		s->kind = STMT_ERROR;
		s->error = p->error;
		s->error_at = p->error_at;
		skip_statement(p, s);
		s->end = p->token.kind == DIALECT_END ? p->lexer.len : p->last_end;
	}
	(void) dialect_accept_mark(p, ";");
	return s;
}

/*
 * INSERT, UPDATE, DELETE or a query, as the body of a trigger has them.
 */
DialectStatement *
dialect_parse_change(DialectParser *p)
{
	DialectStatement *s = palloc0(sizeof(DialectStatement));
	int			i;

	s->start = s->word_at = p->token.start;
	for (i = 0; i < lengthof(statements) && statements[i].kind <= STMT_DELETE; i++)
	{
		if (dialect_at_word(p, statements[i].word))
		{
			s->kind = statements[i].kind;
			statements[i].parse(p, s);
			s->end = p->last_end;
			return s;
		}
	}
	(void) dialect_unexpected(p);
	return s;
}

static void
parse_query_statement(DialectParser *p, DialectStatement *s)
{
	s->select = dialect_parse_select(p);
}

/*
 * WITH … and the statement that it belongs to
 */
static void
parse_with_statement(DialectParser *p, DialectStatement *s)
{
	DialectSelect *with = dialect_parse_with(p);

	s->word_at = p->token.start;
	if (dialect_at_word(p, "insert") || dialect_at_word(p, "replace"))
	{
		s->kind = STMT_INSERT;
		s->with = with;
		parse_insert(p, s);
	}
	else if (dialect_at_word(p, "update"))
	{
		s->kind = STMT_UPDATE;
		s->with = with;
		parse_update(p, s);
	}
	else if (dialect_at_word(p, "delete"))
	{
		s->kind = STMT_DELETE;
		s->with = with;
		parse_delete(p, s);
	}
	else
	{
		dialect_parse_query(p, with);
		s->select = with;
	}
}

/*
 * [schema.]name into the statement
 */
void
dialect_parse_qualified(DialectParser *p, DialectStatement *s)
{
	s->name_at = p->token.start;
	if (!dialect_parse_name(p, &s->name))
		s->name = pstrdup("");
	if (dialect_accept_mark(p, "."))
	{
		s->schema = s->name;
		(void) dialect_parse_name(p, &s->name);
	}
}

/*
 * [OR ROLLBACK|ABORT|FAIL|IGNORE|REPLACE] into s->word
 */
static void
parse_or(DialectParser *p, DialectStatement *s)
{
	static const char *const words[][2] = {
		{"rollback", "ROLLBACK"}, {"abort", "ABORT"}, {"fail", "FAIL"}, {"ignore", "IGNORE"}, {"replace", "REPLACE"}
	};
	int			i;

	if (!dialect_at_word(p, "or"))
		return;
	s->word_at = p->token.start;
	dialect_advance(p);
	for (i = 0; i < lengthof(words); i++)
	{
		if (dialect_accept_word(p, words[i][0]))
		{
			s->word = (char *) words[i][1];
			return;
		}
	}
	(void) dialect_unexpected(p);
}

/*
 * column = expression, (column, …) = expression, …
 */
static List *
parse_sets(DialectParser *p)
{
	List	   *sets = NIL;

	do
	{
		DialectSet *set = palloc0(sizeof(DialectSet));

		if (dialect_accept_mark(p, "("))
		{
			set->columns = dialect_parse_names(p);
			(void) dialect_expect_mark(p, ")");
		}
		else
		{
			char	   *name = NULL;

			if (!dialect_parse_name(p, &name))
				return sets;
			set->columns = list_make1(name);
		}
		(void) dialect_expect_mark(p, "=");
		set->expr = dialect_parse_expr(p);
		sets = lappend(sets, set);
	} while (dialect_accept_mark(p, ","));
	return sets;
}

/*
 * ON CONFLICT [(target) [WHERE …]] DO NOTHING | DO UPDATE SET … [WHERE …]
 */
static DialectUpsert *
parse_upsert(DialectParser *p)
{
	DialectUpsert *upsert = palloc0(sizeof(DialectUpsert));

	upsert->start = p->token.start;
	dialect_advance(p);
	(void) dialect_expect_word(p, "conflict");
	if (dialect_accept_mark(p, "("))
	{
		upsert->target = dialect_parse_terms(p);
		(void) dialect_expect_mark(p, ")");
		if (dialect_accept_word(p, "where"))
			upsert->target_where = dialect_parse_expr(p);
	}
	(void) dialect_expect_word(p, "do");
	if (dialect_accept_word(p, "nothing"))
		return upsert;
	upsert->do_update = true;
	(void) dialect_expect_keyword(p, KW_UPDATE);
	(void) dialect_expect_keyword(p, KW_SET);
	upsert->sets = parse_sets(p);
	if (dialect_accept_word(p, "where"))
		upsert->where = dialect_parse_expr(p);
	return upsert;
}

static void
parse_returning(DialectParser *p, DialectStatement *s)
{
	if (dialect_accept_word(p, "returning"))
		s->returning = dialect_parse_results(p);
}

/*
 * INSERT [OR …] INTO or REPLACE INTO, to the end of the statement
 */
static void
parse_insert(DialectParser *p, DialectStatement *s)
{
	if (dialect_accept_word(p, "replace"))
		s->word = "REPLACE";
	else
	{
		dialect_advance(p);
		parse_or(p, s);
	}
	(void) dialect_expect_word(p, "into");
	dialect_parse_qualified(p, s);
	if (dialect_accept_keyword(p, KW_AS))
		(void) dialect_parse_name(p, &s->alias);
	if (dialect_accept_mark(p, "("))
	{
		s->columns = dialect_parse_names(p);
		(void) dialect_expect_mark(p, ")");
	}
	if (dialect_accept_keyword(p, KW_DEFAULT))
		(void) dialect_expect_word(p, "values");
	else
	{
		s->select = dialect_parse_select(p);
		while (p->keyword == KW_ON)
			s->upserts = lappend(s->upserts, parse_upsert(p));
	}
	parse_returning(p, s);
}

/*
 * [INDEXED BY name | NOT INDEXED]: dropped without a word, it changes no result.
 */
static void
skip_index_hint(DialectParser *p)
{
	char	   *name;

	if (dialect_accept_word(p, "indexed"))
	{
		(void) dialect_expect_word(p, "by");
		(void) dialect_parse_name(p, &name);
	}
	else if (p->keyword == KW_NOT)
	{
		dialect_advance(p);
		(void) dialect_expect_word(p, "indexed");
	}
}

/*
 * [ORDER BY …] [LIMIT …], which only some builds of SQLite take here
 */
static void
parse_limited(DialectParser *p, DialectStatement *s)
{
	if (dialect_accept_word(p, "order"))
	{
		(void) dialect_expect_word(p, "by");
		s->terms = dialect_parse_terms(p);
	}
	if (dialect_accept_word(p, "limit"))
		s->limit = dialect_parse_expr(p);
}

static void
parse_update(DialectParser *p, DialectStatement *s)
{
	dialect_advance(p);
	parse_or(p, s);
	dialect_parse_qualified(p, s);
	if (dialect_accept_keyword(p, KW_AS) || dialect_at_alias(p))
		(void) dialect_parse_name(p, &s->alias);
	skip_index_hint(p);
	(void) dialect_expect_keyword(p, KW_SET);
	s->sets = parse_sets(p);
	if (dialect_accept_word(p, "from"))
		s->from = dialect_parse_from(p);
	if (dialect_accept_word(p, "where"))
		s->where = dialect_parse_expr(p);
	parse_returning(p, s);
	parse_limited(p, s);
}

static void
parse_delete(DialectParser *p, DialectStatement *s)
{
	dialect_advance(p);
	(void) dialect_expect_word(p, "from");
	dialect_parse_qualified(p, s);
	if (dialect_accept_keyword(p, KW_AS) || dialect_at_alias(p))
		(void) dialect_parse_name(p, &s->alias);
	skip_index_hint(p);
	if (dialect_accept_word(p, "where"))
		s->where = dialect_parse_expr(p);
	parse_returning(p, s);
	parse_limited(p, s);
}

/*
 * DROP TABLE|INDEX|VIEW|TRIGGER [IF EXISTS] name
 */
static void
parse_drop(DialectParser *p, DialectStatement *s)
{
	static const char *const words[][2] = {{"table", "TABLE"}, {"index", "INDEX"}, {"view", "VIEW"}, {"trigger", "TRIGGER"}};
	int			i;

	dialect_advance(p);
	for (i = 0; i < lengthof(words) && s->word == NULL; i++)
	{
		if (dialect_accept_word(p, words[i][0]))
			s->word = (char *) words[i][1];
	}
	if (s->word == NULL)
	{
		(void) dialect_unexpected(p);
		return;
	}
	if (dialect_at_word(p, "if") && dialect_is_word(p, dialect_peek(p), "exists"))
	{
		dialect_advance(p);
		dialect_advance(p);
		s->if_exists = true;
	}
	dialect_parse_qualified(p, s);
}

/*
 * BEGIN [DEFERRED|IMMEDIATE|EXCLUSIVE] [TRANSACTION], COMMIT, END, ROLLBACK [TO], SAVEPOINT, RELEASE
 */
static void
parse_transaction(DialectParser *p, DialectStatement *s)
{
	char	   *name;

	if (dialect_accept_word(p, "begin"))
	{
		s->word = "BEGIN";
		if (dialect_accept_word(p, "immediate") || dialect_accept_word(p, "exclusive"))
			s->word = "BEGIN IMMEDIATE";
		else
			(void) dialect_accept_word(p, "deferred");
	}
	else if (dialect_accept_word(p, "commit") || dialect_accept_word(p, "end"))
		s->word = "COMMIT";
	else if (dialect_accept_word(p, "rollback"))
		s->word = "ROLLBACK";
	else if (dialect_accept_word(p, "savepoint"))
	{
		s->word = "SAVEPOINT";
		(void) dialect_parse_name(p, &s->name);
		return;
	}
	else
	{
		dialect_advance(p);
		s->word = "RELEASE";
		(void) dialect_accept_word(p, "savepoint");
		(void) dialect_parse_name(p, &s->name);
		return;
	}
	if (dialect_accept_word(p, "transaction") && dialect_at_name(p))
		(void) dialect_parse_name(p, &name);
	if (strcmp(s->word, "ROLLBACK") == 0 && dialect_accept_word(p, "to"))
	{
		(void) dialect_accept_word(p, "savepoint");
		s->word = "ROLLBACK TO";
		(void) dialect_parse_name(p, &s->name);
	}
}

/*
 * VACUUM, ANALYZE, REINDEX [name]
 */
static void
parse_maintenance(DialectParser *p, DialectStatement *s)
{
	s->word = dialect_at_word(p, "vacuum") ? "VACUUM" : dialect_at_word(p, "analyze") ? "ANALYZE" : "REINDEX";
	dialect_advance(p);
	if (dialect_at_name(p))
		dialect_parse_qualified(p, s);
	if (dialect_accept_word(p, "into"))
	{
		s->word = "VACUUM INTO";
		(void) dialect_parse_expr(p);
	}
}

/*
 * PRAGMA, ATTACH, DETACH: the word, the name, and whatever follows
 */
static void
parse_opaque(DialectParser *p, DialectStatement *s)
{
	int			depth = 0;

	dialect_advance(p);
	if (s->kind == STMT_PRAGMA)
		dialect_parse_qualified(p, s);
	while (p->token.kind != DIALECT_END && !dialect_at_mark(p, ";"))
	{
		if (!dialect_pass(p, &depth))
			return;
	}
}
