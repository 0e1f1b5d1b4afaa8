/*-------------------------------------------------------------------------
 *
 * dialect_create.c
 *	  Parser of CREATE TABLE, INDEX, VIEW, TRIGGER and of ALTER TABLE, for the
 *	  writer: with expressions as trees.
 *
 * dialect_table.c reads the same CREATE TABLE for the plan, which wants the
 * clauses as text even where an expression in them is damaged.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_ast.h"

static void parse_create_table(DialectParser *p, DialectStatement *s);
static void parse_create_index(DialectParser *p, DialectStatement *s);
static void parse_create_view(DialectParser *p, DialectStatement *s);
static void parse_create_trigger(DialectParser *p, DialectStatement *s);
static void parse_create_virtual(DialectParser *p, DialectStatement *s);
static DialectColumnDef *parse_column(DialectParser *p);
static DialectRule *parse_column_rule(DialectParser *p, List *rules);
static DialectRule *parse_table_rule(DialectParser *p);

/*
 * CREATE …, that word in hand
 */
void
dialect_parse_create(DialectParser *p, DialectStatement *s)
{
	dialect_advance(p);
	s->temporary = dialect_accept_word(p, "temp") || dialect_accept_word(p, "temporary");
	if (dialect_accept_keyword(p, KW_TABLE))
		parse_create_table(p, s);
	else if (dialect_accept_word(p, "view"))
		parse_create_view(p, s);
	else if (dialect_accept_word(p, "trigger"))
		parse_create_trigger(p, s);
	else if (dialect_accept_word(p, "virtual"))
		parse_create_virtual(p, s);
	else
	{
		s->unique = dialect_accept_keyword(p, KW_UNIQUE);
		if (dialect_expect_word(p, "index"))
			parse_create_index(p, s);
	}
}

/*
 * [IF NOT EXISTS] [schema.]name
 */
static void
parse_head(DialectParser *p, DialectStatement *s)
{
	if (dialect_at_word(p, "if") && dialect_is_word(p, dialect_peek(p), "not"))
	{
		dialect_advance(p);
		dialect_advance(p);
		(void) dialect_expect_keyword(p, KW_EXISTS);
		s->if_exists = true;
	}
	dialect_parse_qualified(p, s);
}

static void
parse_create_table(DialectParser *p, DialectStatement *s)
{
	bool		in_rules = false;

	s->kind = STMT_CREATE_TABLE;
	parse_head(p, s);
	if (dialect_accept_keyword(p, KW_AS))
	{
		s->kind = STMT_CREATE_TABLE_AS;
		s->select = dialect_parse_select(p);
		return;
	}
	(void) dialect_expect_mark(p, "(");
	do
	{
		/* the commas between constraints may be missing */
		do
		{
			DialectRule *rule = parse_table_rule(p);

			if (rule == NULL)
				break;
			in_rules = true;
			s->constraints = lappend(s->constraints, rule);
		} while (!dialect_at_mark(p, ",") && !dialect_at_mark(p, ")"));
		if (!in_rules)
			s->columns = lappend(s->columns, parse_column(p));
	} while (dialect_accept_mark(p, ","));
	(void) dialect_expect_mark(p, ")");
	while (p->token.kind == DIALECT_WORD)
	{
		if (dialect_accept_word(p, "strict"))
			s->strict = true;
		else if (dialect_expect_word(p, "without") && dialect_expect_word(p, "rowid"))
			s->without_rowid = true;
		(void) dialect_accept_mark(p, ",");
	}
}

/*
 * The words of a declared type and its (n, m), as they are written.
 */
static char *
parse_type(DialectParser *p)
{
	int			start = p->token.start;
	int			depth = 0;

	while (dialect_at_alias(p) && !dialect_at_word(p, "generated"))
		dialect_advance(p);
	if (p->token.start == start)
		return NULL;
	if (dialect_at_mark(p, "("))
	{
		do
		{
			if (!dialect_pass(p, &depth))
				return NULL;
		} while (depth > 0);
	}
	return pnstrdup(p->lexer.text + start, Max(p->last_end - start, 0));
}

static DialectColumnDef *
parse_column(DialectParser *p)
{
	DialectColumnDef *column = palloc0(sizeof(DialectColumnDef));
	DialectRule *rule;

	column->start = p->token.start;
	if (!dialect_parse_name(p, &column->name))
	{
		column->name = pstrdup("");
		return column;
	}
	column->type = parse_type(p);
	while ((rule = parse_column_rule(p, column->constraints)) != NULL)
		column->constraints = lappend(column->constraints, rule);
	return column;
}

/*
 * [ON CONFLICT …]
 */
static void
parse_conflict(DialectParser *p, DialectRule *rule)
{
	if (!dialect_accept_keyword(p, KW_ON))
		return;
	(void) dialect_expect_word(p, "conflict");
	(void) dialect_parse_name(p, &rule->conflict);
}

/*
 * [CONSTRAINT name …] and a new rule of the kind that follows
 */
static DialectRule *
begin_rule(DialectParser *p)
{
	DialectRule *rule = palloc0(sizeof(DialectRule));

	rule->start = p->token.start;
	while (dialect_accept_keyword(p, KW_CONSTRAINT))
	{
		if (!dialect_parse_name(p, &rule->name))
			break;
	}
	return rule;
}

/*
 * [NOT] DEFERRABLE [INITIALLY …]; false if it is not there
 */
static bool
parse_deferrable(DialectParser *p, DialectRule *rule)
{
	bool		negated = p->keyword == KW_NOT && dialect_is_word(p, dialect_peek(p), "deferrable");
	bool		deferred = false;

	if (negated)
		dialect_advance(p);
	if (!dialect_accept_keyword(p, KW_DEFERRABLE))
		return false;
	if (dialect_accept_word(p, "initially"))
	{
		deferred = dialect_accept_word(p, "deferred");
		if (!deferred)
			(void) dialect_expect_word(p, "immediate");
	}
	if (rule != NULL)
	{
		rule->deferrable = !negated;
		rule->deferred = !negated && deferred;
	}
	return true;
}

/*
 * What a row of a foreign key does when its parent goes: CASCADE, SET NULL …
 */
static const char *
parse_action(DialectParser *p)
{
	if (dialect_accept_keyword(p, KW_SET))
	{
		if (dialect_accept_keyword(p, KW_NULL))
			return "SET NULL";
		(void) dialect_expect_keyword(p, KW_DEFAULT);
		return "SET DEFAULT";
	}
	if (dialect_accept_word(p, "no"))
	{
		(void) dialect_expect_word(p, "action");
		return "NO ACTION";
	}
	if (dialect_accept_word(p, "cascade"))
		return "CASCADE";
	(void) dialect_expect_word(p, "restrict");
	return "RESTRICT";
}

/*
 * REFERENCES parent [(columns)] [ON …] [MATCH …] [DEFERRABLE …]
 */
static void
parse_references(DialectParser *p, DialectRule *rule)
{
	StringInfoData actions;
	char	   *match;

	rule->kind = RULE_FOREIGN_KEY;
	(void) dialect_expect_keyword(p, KW_REFERENCES);
	(void) dialect_parse_name(p, &rule->text);
	if (dialect_accept_mark(p, "("))
	{
		rule->parent_columns = dialect_parse_names(p);
		(void) dialect_expect_mark(p, ")");
	}
	initStringInfo(&actions);
	for (;;)
	{
		if (dialect_accept_word(p, "match"))
			(void) dialect_parse_name(p, &match);
		else if (dialect_accept_keyword(p, KW_ON))
		{
			if (dialect_accept_keyword(p, KW_INSERT))
				(void) parse_action(p);
			else if (dialect_accept_keyword(p, KW_DELETE))
				appendStringInfo(&actions, " ON DELETE %s", parse_action(p));
			else if (dialect_expect_keyword(p, KW_UPDATE))
				appendStringInfo(&actions, " ON UPDATE %s", parse_action(p));
		}
		else
			break;
	}
	rule->actions = actions.data;
	(void) parse_deferrable(p, rule);
}

/*
 * DEFAULT literal, word, signed number or ( expression )
 */
static DialectExpr *
parse_default(DialectParser *p)
{
	DialectExpr *e;
	DialectExpr *sign = NULL;

	if (dialect_accept_mark(p, "("))
	{
		e = dialect_parse_expr(p);
		(void) dialect_expect_mark(p, ")");
		return e;
	}
	if (dialect_at_mark(p, "-") || dialect_at_mark(p, "+"))
	{
		sign = dialect_new_expr(EXPR_UNARY, p->token.start);
		sign->op = dialect_at_mark(p, "-") ? OP_NEG : OP_POS;
		dialect_advance(p);
	}
	e = dialect_new_expr(EXPR_STRING, p->token.start);
	e->text = pnstrdup(p->lexer.text + p->token.start, p->token.len);
	if (p->token.kind == DIALECT_NUMBER)
		e->kind = EXPR_NUMBER;
	else if (p->token.kind == DIALECT_BLOB)
	{
		e->kind = EXPR_BLOB;
		e->text = pnstrdup(e->text + 2, p->token.len - 3);
	}
	else if (p->keyword == KW_NULL)
		e->kind = EXPR_NULL;
	else if (p->token.kind == DIALECT_WORD && dialect_constant_word(p, e))
		;
	else if (dialect_at_name(p))
		e->text = dialect_name(&p->lexer, &p->token);	/* any other word is a string */
	else
		(void) dialect_unexpected(p);
	dialect_advance(p);
	e->end = p->last_end;
	if (sign != NULL)
	{
		sign->left = e;
		sign->height = 2;
		sign->end = e->end;
		return sign;
	}
	return e;
}

/*
 * PRIMARY KEY [ASC|DESC] [ON CONFLICT …] [AUTOINCREMENT] of a column
 */
static void
parse_column_key(DialectParser *p, DialectRule *rule)
{
	rule->kind = RULE_PRIMARY_KEY;
	(void) dialect_expect_word(p, "key");
	rule->descending = dialect_accept_word(p, "desc");
	if (!rule->descending)
		(void) dialect_accept_word(p, "asc");
	parse_conflict(p, rule);
	rule->autoincrement = dialect_accept_keyword(p, KW_AUTOINCREMENT);
}

/*
 * [GENERATED ALWAYS] AS ( expression ) [STORED|VIRTUAL], from the parenthesis on
 */
static void
parse_generated(DialectParser *p, DialectRule *rule)
{
	rule->kind = RULE_GENERATED;
	(void) dialect_expect_mark(p, "(");
	rule->expr = dialect_parse_expr(p);
	(void) dialect_expect_mark(p, ")");
	rule->stored = dialect_accept_word(p, "stored");
	if (!rule->stored)
		(void) dialect_accept_word(p, "virtual");
}

/*
 * One constraint of a column, NULL if there is none. "rules" are those before
 * it, of which the last foreign key may get its DEFERRABLE here.
 */
static DialectRule *
parse_column_rule(DialectParser *p, List *rules)
{
	DialectRule *rule = begin_rule(p);

	while (parse_deferrable(p, rules != NIL ? llast(rules) : NULL))
		;
	if (dialect_accept_keyword(p, KW_NULL))
	{
		parse_conflict(p, rule);
		return parse_column_rule(p, rules);
	}
	if (dialect_accept_keyword(p, KW_NOT))
	{
		rule->kind = RULE_NOT_NULL;
		(void) dialect_expect_keyword(p, KW_NULL);
		parse_conflict(p, rule);
	}
	else if (dialect_accept_keyword(p, KW_PRIMARY))
		parse_column_key(p, rule);
	else if (dialect_accept_keyword(p, KW_UNIQUE))
	{
		rule->kind = RULE_UNIQUE;
		parse_conflict(p, rule);
	}
	else if (dialect_accept_keyword(p, KW_CHECK))
	{
		rule->kind = RULE_CHECK;
		(void) dialect_expect_mark(p, "(");
		rule->expr = dialect_parse_expr(p);
		(void) dialect_expect_mark(p, ")");
	}
	else if (dialect_accept_keyword(p, KW_DEFAULT))
	{
		rule->kind = RULE_DEFAULT;
		rule->expr = parse_default(p);
	}
	else if (p->keyword == KW_REFERENCES)
		parse_references(p, rule);
	else if (dialect_accept_keyword(p, KW_COLLATE))
	{
		rule->kind = RULE_COLLATE;
		(void) dialect_parse_name(p, &rule->text);
	}
	else if (dialect_accept_word(p, "generated"))
	{
		(void) dialect_expect_word(p, "always");
		(void) dialect_expect_keyword(p, KW_AS);
		parse_generated(p, rule);
	}
	else if (dialect_accept_keyword(p, KW_AS))
		parse_generated(p, rule);
	else
		return NULL;
	return rule;
}

/*
 * One constraint of the table, NULL if a column follows or nothing.
 */
static DialectRule *
parse_table_rule(DialectParser *p)
{
	DialectRule *rule;

	if (p->keyword != KW_CONSTRAINT && p->keyword != KW_PRIMARY && p->keyword != KW_UNIQUE &&
		p->keyword != KW_CHECK && p->keyword != KW_FOREIGN)
		return NULL;
	rule = begin_rule(p);
	if (dialect_accept_keyword(p, KW_CHECK))
	{
		rule->kind = RULE_CHECK;
		(void) dialect_expect_mark(p, "(");
		rule->expr = dialect_parse_expr(p);
		(void) dialect_expect_mark(p, ")");
		parse_conflict(p, rule);
		return rule;
	}
	if (dialect_accept_keyword(p, KW_FOREIGN))
	{
		(void) dialect_expect_word(p, "key");
		(void) dialect_expect_mark(p, "(");
		rule->columns = dialect_parse_names(p);
		(void) dialect_expect_mark(p, ")");
		parse_references(p, rule);
		return rule;
	}
	if (dialect_accept_keyword(p, KW_PRIMARY))
		(void) dialect_expect_word(p, "key");
	else
	{
		rule->kind = RULE_UNIQUE;
		(void) dialect_expect_keyword(p, KW_UNIQUE);
	}
	(void) dialect_expect_mark(p, "(");
	rule->terms = dialect_parse_terms(p);
	rule->autoincrement = dialect_accept_keyword(p, KW_AUTOINCREMENT);
	(void) dialect_expect_mark(p, ")");
	parse_conflict(p, rule);
	return rule;
}

/* ---- the others ---- */

static void
parse_create_index(DialectParser *p, DialectStatement *s)
{
	s->kind = STMT_CREATE_INDEX;
	parse_head(p, s);
	(void) dialect_expect_keyword(p, KW_ON);
	(void) dialect_parse_name(p, &s->table);
	(void) dialect_expect_mark(p, "(");
	s->terms = dialect_parse_terms(p);
	(void) dialect_expect_mark(p, ")");
	if (dialect_accept_word(p, "where"))
		s->where = dialect_parse_expr(p);
}

static void
parse_create_view(DialectParser *p, DialectStatement *s)
{
	s->kind = STMT_CREATE_VIEW;
	parse_head(p, s);
	if (dialect_accept_mark(p, "("))
	{
		s->columns = dialect_parse_names(p);
		(void) dialect_expect_mark(p, ")");
	}
	(void) dialect_expect_keyword(p, KW_AS);
	s->select = dialect_parse_select(p);
}

/*
 * name [BEFORE|AFTER|INSTEAD OF] event ON table [FOR EACH ROW] [WHEN …] BEGIN … END
 */
static void
parse_create_trigger(DialectParser *p, DialectStatement *s)
{
	s->kind = STMT_CREATE_TRIGGER;
	parse_head(p, s);
	s->timing = "BEFORE";
	if (dialect_accept_word(p, "after"))
		s->timing = "AFTER";
	else if (dialect_accept_word(p, "instead"))
	{
		s->timing = "INSTEAD OF";
		(void) dialect_expect_word(p, "of");
	}
	else
		(void) dialect_accept_word(p, "before");
	if (dialect_accept_keyword(p, KW_INSERT))
		s->event = "INSERT";
	else if (dialect_accept_keyword(p, KW_DELETE))
		s->event = "DELETE";
	else
	{
		(void) dialect_expect_keyword(p, KW_UPDATE);
		s->event = "UPDATE";
		if (dialect_accept_word(p, "of"))
			s->columns = dialect_parse_names(p);
	}
	(void) dialect_expect_keyword(p, KW_ON);
	(void) dialect_parse_name(p, &s->table);
	if (dialect_accept_word(p, "for"))
	{
		(void) dialect_expect_word(p, "each");
		(void) dialect_expect_word(p, "row");
	}
	if (dialect_accept_word(p, "when"))
		s->where = dialect_parse_expr(p);
	(void) dialect_expect_word(p, "begin");
	do
	{
		s->body = lappend(s->body, dialect_parse_change(p));
		(void) dialect_expect_mark(p, ";");
	} while (p->error == NULL && !dialect_at_word(p, "end"));
	(void) dialect_expect_word(p, "end");
}

/*
 * VIRTUAL TABLE name USING module (arguments), of which only the module is kept
 */
static void
parse_create_virtual(DialectParser *p, DialectStatement *s)
{
	int			depth = 0;

	s->kind = STMT_CREATE_VIRTUAL;
	(void) dialect_expect_keyword(p, KW_TABLE);
	parse_head(p, s);
	(void) dialect_expect_word(p, "using");
	(void) dialect_parse_name(p, &s->word);
	while (p->token.kind != DIALECT_END && !dialect_at_mark(p, ";"))
	{
		if (!dialect_pass(p, &depth))
			return;
	}
}

/*
 * ALTER TABLE name RENAME TO, RENAME COLUMN, ADD COLUMN, DROP COLUMN
 */
void
dialect_parse_alter(DialectParser *p, DialectStatement *s)
{
	dialect_advance(p);
	(void) dialect_expect_keyword(p, KW_TABLE);
	dialect_parse_qualified(p, s);
	if (dialect_accept_word(p, "rename"))
	{
		s->word = "RENAME";
		if (!dialect_accept_word(p, "to"))
		{
			if (dialect_at_word(p, "column") && !dialect_is_word(p, dialect_peek(p), "to"))
				dialect_advance(p);
			(void) dialect_parse_name(p, &s->old_name);
			(void) dialect_expect_word(p, "to");
		}
		(void) dialect_parse_name(p, &s->new_name);
	}
	else if (dialect_accept_word(p, "add"))
	{
		s->word = "ADD";
		if (dialect_at_word(p, "column"))
			dialect_advance(p);
		s->columns = list_make1(parse_column(p));
	}
	else if (dialect_expect_word(p, "drop"))
	{
		s->word = "DROP";
		if (dialect_at_word(p, "column"))
			dialect_advance(p);
		(void) dialect_parse_name(p, &s->old_name);
	}
}
