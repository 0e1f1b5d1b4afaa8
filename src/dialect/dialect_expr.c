/*-------------------------------------------------------------------------
 *
 * dialect_expr.c
 *	  Parser of SQLite's expressions: text to DialectExpr.
 *
 * Precedence climbing over one table of operators. After the first failure
 * the parser stands at the end of the text (see dialect_parser.h), so the
 * rules here go on with whatever node they have and come to an end by
 * themselves.
 *
 *	  parse_expr → parse_binary ⇄ parse_tail (IS, IN, LIKE, BETWEEN …)
 *				   parse_prefix → parse_primary → name, function, CASE, CAST …
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_ast.h"

/* From loosest to tightest, as in SQLite's grammar. */
enum
{
	PREC_OR = 1, PREC_AND, PREC_NOT, PREC_EQUAL, PREC_COMPARE, PREC_BIT, PREC_ADD, PREC_MUL, PREC_CONCAT,
	PREC_COLLATE, PREC_UNARY
};

typedef struct BinaryRow
{
	const char *mark;			/* operator, or word in lower case */
	bool		is_word;
	DialectOp	op;
	int			precedence;
} BinaryRow;

/* Operators with one operand on either side and nothing else to them. */
static const BinaryRow binary_operators[] = {
	{"or", true, OP_OR, PREC_OR},
	{"and", true, OP_AND, PREC_AND},
	{"=", false, OP_EQ, PREC_EQUAL},
	{"==", false, OP_EQ, PREC_EQUAL},
	{"<>", false, OP_NE, PREC_EQUAL},
	{"!=", false, OP_NE, PREC_EQUAL},
	{"<", false, OP_LT, PREC_COMPARE},
	{"<=", false, OP_LE, PREC_COMPARE},
	{">", false, OP_GT, PREC_COMPARE},
	{">=", false, OP_GE, PREC_COMPARE},
	{"&", false, OP_BITAND, PREC_BIT},
	{"|", false, OP_BITOR, PREC_BIT},
	{"<<", false, OP_LSHIFT, PREC_BIT},
	{">>", false, OP_RSHIFT, PREC_BIT},
	{"+", false, OP_ADD, PREC_ADD},
	{"-", false, OP_SUB, PREC_ADD},
	{"*", false, OP_MUL, PREC_MUL},
	{"/", false, OP_DIV, PREC_MUL},
	{"%", false, OP_MOD, PREC_MUL},
	{"||", false, OP_CONCAT, PREC_CONCAT},
	{"->", false, OP_ARROW, PREC_CONCAT},
	{"->>", false, OP_ARROW2, PREC_CONCAT}
};

/* LIKE and its like, which take NOT before and may take ESCAPE behind. */
static const BinaryRow like_operators[] = {
	{"like", true, OP_LIKE, PREC_EQUAL},
	{"glob", true, OP_GLOB, PREC_EQUAL},
	{"regexp", true, OP_REGEXP, PREC_EQUAL},
	{"match", true, OP_MATCH, PREC_EQUAL}
};

static DialectExpr *parse_binary(DialectParser *p, int min);
static bool parse_tail(DialectParser *p, DialectExpr **left, int min);
static DialectExpr *parse_prefix(DialectParser *p);
static DialectExpr *parse_primary(DialectParser *p);
static DialectExpr *parse_word(DialectParser *p);
static DialectExpr *parse_name(DialectParser *p);
static DialectExpr *parse_parentheses(DialectParser *p);

/*
 * A new node that begins at byte "start".
 */
DialectExpr *
dialect_new_expr(DialectExprKind kind, int start)
{
	DialectExpr *e = palloc0(sizeof(DialectExpr));

	e->kind = kind;
	e->start = e->end = e->at = start;
	e->height = 1;
	return e;
}

/*
 * The node is complete and ends before the token in hand. Its height counts
 * from those of its parts; too high a tree fails, as in SQLite.
 */
static DialectExpr *
finish(DialectParser *p, DialectExpr *e)
{
	DialectExpr *parts[] = {e->left, e->right, e->third};
	int			height = e->select ? e->select->height : 0;
	ListCell   *lc;
	int			i;

	for (i = 0; i < lengthof(parts); i++)
	{
		if (parts[i] != NULL)
			height = Max(height, parts[i]->height);
	}
	foreach(lc, e->args)
		height = Max(height, ((DialectExpr *) lfirst(lc))->height);
	e->height = height + 1;
	e->end = p->last_end;
	if (e->height > DIALECT_MAX_DEPTH)
		(void) dialect_fail(p, "expression tree is too large");
	return e;
}

/*
 * Any expression. Never NULL; p->error says whether it is one.
 */
DialectExpr *
dialect_parse_expr(DialectParser *p)
{
	DialectExpr *e;

	if (!dialect_enter(p))
		return dialect_new_expr(EXPR_NULL, p->token.start);
	e = parse_binary(p, PREC_OR);
	dialect_leave(p);
	return e;
}

/*
 * One or more expressions with commas between them.
 */
List *
dialect_parse_exprs(DialectParser *p)
{
	List	   *exprs = NIL;

	do
		exprs = lappend(exprs, dialect_parse_expr(p));
	while (dialect_accept_mark(p, ","));
	return exprs;
}

/*
 * One or more terms: expression [ASC|DESC] [NULLS FIRST|LAST]
 */
List *
dialect_parse_terms(DialectParser *p)
{
	List	   *terms = NIL;

	do
	{
		DialectTerm *term = palloc0(sizeof(DialectTerm));

		term->expr = dialect_parse_expr(p);
		term->descending = dialect_accept_word(p, "desc");
		if (!term->descending)
			(void) dialect_accept_word(p, "asc");
		if (dialect_accept_word(p, "nulls"))
		{
			term->nulls = dialect_accept_word(p, "first") ? 1 : 2;
			if (term->nulls == 2)
				(void) dialect_expect_word(p, "last");
		}
		terms = lappend(terms, term);
		if (list_length(terms) > DIALECT_MAX_COLUMNS)
			(void) dialect_fail(p, "too many terms");
	} while (dialect_accept_mark(p, ","));
	return terms;
}

/* ---- operators ---- */

static const BinaryRow *
find_operator(const DialectParser *p, const BinaryRow *rows, int nrows)
{
	int			i;

	if (p->token.kind != DIALECT_OPERATOR && p->token.kind != DIALECT_WORD)
		return NULL;
	for (i = 0; i < nrows; i++)
	{
		if (rows[i].is_word ? dialect_at_word(p, rows[i].mark) : dialect_at_mark(p, rows[i].mark))
			return &rows[i];
	}
	return NULL;
}

/*
 * An operator between "left" and what is parsed now, the operator in hand.
 */
static DialectExpr *
make_binary(DialectParser *p, DialectExpr *left, DialectOp op, int words, int right_min)
{
	DialectExpr *e = dialect_new_expr(EXPR_BINARY, left->start);

	e->at = p->token.start;
	e->op = op;
	e->left = left;
	while (words-- > 0)
		dialect_advance(p);
	e->right = parse_binary(p, right_min);
	return finish(p, e);
}

/*
 * Operators that bind at least as tight as "min".
 */
static DialectExpr *
parse_binary(DialectParser *p, int min)
{
	DialectExpr *left = parse_prefix(p);

	for (;;)
	{
		const BinaryRow *row = find_operator(p, binary_operators, lengthof(binary_operators));

		if (row != NULL)
		{
			if (row->precedence < min)
				return left;
			left = make_binary(p, left, row->op, 1, row->precedence + 1);
		}
		else if (p->keyword == KW_COLLATE && min <= PREC_COLLATE)
		{
			DialectExpr *e = dialect_new_expr(EXPR_COLLATE, left->start);

			e->at = p->token.start;
			e->left = left;
			dialect_advance(p);
			(void) dialect_parse_name(p, &e->text);
			left = finish(p, e);
		}
		else if (min > PREC_EQUAL || !parse_tail(p, &left, min))
			return left;
	}
}

/*
 * ISNULL, NOTNULL, NOT NULL, IS NULL: the node around *left, "words" to move over.
 */
static void
make_null_test(DialectParser *p, DialectExpr **left, DialectOp op, int words)
{
	DialectExpr *e = dialect_new_expr(EXPR_UNARY, (*left)->start);

	e->at = p->token.start;
	e->op = op;
	e->left = *left;
	while (words-- > 0)
		dialect_advance(p);
	*left = finish(p, e);
}

/*
 * IS [NOT] [DISTINCT FROM] expression
 */
static void
parse_is(DialectParser *p, DialectExpr **left)
{
	int			at = p->token.start;
	bool		negated;
	bool		distinct;
	DialectExpr *e;

	dialect_advance(p);
	negated = dialect_accept_keyword(p, KW_NOT);
	distinct = dialect_accept_word(p, "distinct");
	if (distinct)
		(void) dialect_expect_word(p, "from");
	e = dialect_new_expr(EXPR_BINARY, (*left)->start);
	e->at = at;
	e->left = *left;
	e->op = negated != distinct ? OP_IS_NOT : OP_IS;
	e->right = parse_binary(p, PREC_COMPARE);
	if (e->right->kind == EXPR_NULL)
	{
		e->kind = EXPR_UNARY;
		e->op = e->op == OP_IS ? OP_ISNULL : OP_NOTNULL;
		e->right = NULL;
	}
	*left = finish(p, e);
}

/*
 * [NOT] LIKE pattern [ESCAPE c], the operator in hand
 */
static void
parse_like(DialectParser *p, DialectExpr **left, DialectOp op, bool negated)
{
	DialectExpr *e = dialect_new_expr(EXPR_LIKE, (*left)->start);

	e->at = p->token.start;
	e->op = op;
	e->negated = negated;
	e->left = *left;
	dialect_advance(p);
	e->right = parse_binary(p, PREC_COMPARE);
	if (dialect_accept_word(p, "escape"))
		e->third = parse_binary(p, PREC_BIT);
	*left = finish(p, e);
}

/*
 * [NOT] BETWEEN low AND high, the word BETWEEN in hand
 */
static void
parse_between(DialectParser *p, DialectExpr **left, bool negated)
{
	DialectExpr *e = dialect_new_expr(EXPR_BETWEEN, (*left)->start);

	e->at = p->token.start;
	e->op = OP_BETWEEN;
	e->negated = negated;
	e->left = *left;
	dialect_advance(p);
	e->right = parse_binary(p, PREC_NOT);
	(void) dialect_expect_word(p, "and");
	e->third = parse_binary(p, PREC_COMPARE);
	*left = finish(p, e);
}

/*
 * [NOT] IN (list), IN (query), IN table, IN function(args); the word IN in hand
 */
static void
parse_in(DialectParser *p, DialectExpr **left, bool negated)
{
	DialectExpr *e = dialect_new_expr(EXPR_IN, (*left)->start);

	e->at = p->token.start;
	e->op = OP_IN;
	e->negated = negated;
	e->left = *left;
	dialect_advance(p);
	if (dialect_accept_mark(p, "("))
	{
		if (dialect_at_select(p))
			e->select = dialect_parse_select(p);
		else if (!dialect_at_mark(p, ")"))
			e->args = dialect_parse_exprs(p);
		(void) dialect_expect_mark(p, ")");
	}
	else
	{
		DialectFrom *from = palloc0(sizeof(DialectFrom));

		from->start = p->token.start;
		from->index_at = -1;
		(void) dialect_parse_named(p, from);
		from->end = p->last_end;
		e->from = from;
	}
	*left = finish(p, e);
}

/*
 * What may follow an operand besides plain operators; false if nothing does.
 */
static bool
parse_tail(DialectParser *p, DialectExpr **left, int min)
{
	const BinaryRow *row;
	bool		negated = false;

	if (p->token.kind != DIALECT_WORD)
		return false;
	if (dialect_at_word(p, "is"))
	{
		parse_is(p, left);
		return true;
	}
	if (dialect_at_word(p, "isnull") || dialect_at_word(p, "notnull"))
	{
		make_null_test(p, left, dialect_at_word(p, "isnull") ? OP_ISNULL : OP_NOTNULL, 1);
		return true;
	}
	if (p->keyword == KW_NOT)
	{
		DialectToken next = dialect_peek(p);

		if (dialect_is_word(p, next, "null"))
		{
			make_null_test(p, left, OP_NOTNULL, 2);
			return true;
		}
		dialect_advance(p);
		negated = true;
	}
	row = find_operator(p, like_operators, lengthof(like_operators));
	if (row != NULL)
		parse_like(p, left, row->op, negated);
	else if (dialect_at_word(p, "between"))
		parse_between(p, left, negated);
	else if (dialect_at_word(p, "in"))
		parse_in(p, left, negated);
	else if (negated)
		(void) dialect_unexpected(p);
	else
		return false;
	return true;
}

/*
 * NOT, signs, ~, and what they stand before.
 */
static DialectExpr *
parse_prefix(DialectParser *p)
{
	static const BinaryRow prefixes[] = {
		{"not", true, OP_NOT, PREC_EQUAL},
		{"-", false, OP_NEG, PREC_UNARY},
		{"+", false, OP_POS, PREC_UNARY},
		{"~", false, OP_BITNOT, PREC_UNARY}
	};
	const BinaryRow *row = find_operator(p, prefixes, lengthof(prefixes));
	DialectExpr *e;

	if (row == NULL)
		return parse_primary(p);
	if (!dialect_enter(p))
		return dialect_new_expr(EXPR_NULL, p->token.start);
	e = dialect_new_expr(EXPR_UNARY, p->token.start);
	e->op = row->op;
	dialect_advance(p);
	/* NOT EXISTS is one thing */
	if (e->op == OP_NOT && p->keyword == KW_EXISTS)
	{
		int			start = e->start;

		e = parse_binary(p, row->precedence);
		if (e->kind == EXPR_EXISTS)
		{
			e->negated = !e->negated;
			e->start = start;
		}
		else
		{
			DialectExpr *not = dialect_new_expr(EXPR_UNARY, start);

			not->op = OP_NOT;
			not->left = e;
			e = finish(p, not);
		}
	}
	else
	{
		e->left = parse_binary(p, row->precedence);
		e = finish(p, e);
	}
	dialect_leave(p);
	return e;
}

/* ---- operands ---- */

/*
 * A literal, parameter, name, function call or ( … ).
 */
static DialectExpr *
parse_primary(DialectParser *p)
{
	const char *s = p->lexer.text + p->token.start;
	DialectExpr *e;

	switch (p->token.kind)
	{
		case DIALECT_NUMBER:
			e = dialect_new_expr(EXPR_NUMBER, p->token.start);
			e->text = pnstrdup(s, p->token.len);
			break;
		case DIALECT_BLOB:
			e = dialect_new_expr(EXPR_BLOB, p->token.start);
			e->text = pnstrdup(s + 2, p->token.len - 3);
			break;
		case DIALECT_PARAMETER:
			e = dialect_new_expr(EXPR_PARAMETER, p->token.start);
			e->text = pnstrdup(s, p->token.len);
			break;
		case DIALECT_STRING:
			if (dialect_is_mark(p, dialect_peek(p), "."))
				return parse_name(p);
			e = dialect_new_expr(EXPR_STRING, p->token.start);
			e->text = dialect_name(&p->lexer, &p->token);
			break;
		case DIALECT_QUOTED:
			return parse_name(p);
		case DIALECT_WORD:
			return parse_word(p);
		default:
			if (dialect_at_mark(p, "("))
				return parse_parentheses(p);
			e = dialect_new_expr(EXPR_NULL, p->token.start);
			(void) dialect_unexpected(p);
			return e;
	}
	dialect_advance(p);
	return finish(p, e);
}

/*
 * ( expression ), ( expression, … ) or ( query )
 */
static DialectExpr *
parse_parentheses(DialectParser *p)
{
	DialectExpr *e = dialect_new_expr(EXPR_ROW, p->token.start);

	dialect_advance(p);
	if (dialect_at_select(p))
	{
		e->kind = EXPR_SUBQUERY;
		e->select = dialect_parse_select(p);
	}
	else
		e->args = dialect_parse_exprs(p);
	(void) dialect_expect_mark(p, ")");
	if (e->kind == EXPR_ROW && list_length(e->args) == 1)
	{
		DialectExpr *inner = linitial(e->args);

		/* ("x") is as much a column as "x" is, but ends elsewhere */
		inner->start = e->start;
		inner->end = p->last_end;
		return inner;
	}
	return finish(p, e);
}

/*
 * CASE [x] WHEN … THEN … [ELSE …] END
 */
static DialectExpr *
parse_case(DialectParser *p)
{
	DialectExpr *e = dialect_new_expr(EXPR_CASE, p->token.start);

	dialect_advance(p);
	if (!dialect_at_word(p, "when"))
		e->left = dialect_parse_expr(p);
	do
	{
		(void) dialect_expect_word(p, "when");
		e->args = lappend(e->args, dialect_parse_expr(p));
		(void) dialect_expect_word(p, "then");
		e->args = lappend(e->args, dialect_parse_expr(p));
	} while (dialect_at_word(p, "when"));
	if (dialect_accept_word(p, "else"))
		e->right = dialect_parse_expr(p);
	(void) dialect_expect_word(p, "end");
	return finish(p, e);
}

/*
 * CAST ( x AS type )
 */
static DialectExpr *
parse_cast(DialectParser *p)
{
	DialectExpr *e = dialect_new_expr(EXPR_CAST, p->token.start);
	int			depth = 0;
	int			start;

	dialect_advance(p);
	(void) dialect_expect_mark(p, "(");
	e->left = dialect_parse_expr(p);
	(void) dialect_expect_keyword(p, KW_AS);
	start = p->token.start;
	while (depth > 0 || !dialect_at_mark(p, ")"))
	{
		if (!dialect_pass(p, &depth))
			return e;
	}
	e->text = pnstrdup(p->lexer.text + start, Max(p->last_end - start, 0));
	dialect_advance(p);
	return finish(p, e);
}

/*
 * RAISE ( IGNORE ) or RAISE ( ABORT|FAIL|ROLLBACK, message )
 */
static DialectExpr *
parse_raise(DialectParser *p)
{
	DialectExpr *e = dialect_new_expr(EXPR_RAISE, p->token.start);

	dialect_advance(p);
	(void) dialect_expect_mark(p, "(");
	if (!dialect_parse_name(p, &e->text))
		return e;
	if (dialect_accept_mark(p, ","))
		e->left = dialect_parse_expr(p);
	(void) dialect_expect_mark(p, ")");
	return finish(p, e);
}

/*
 * Whether TRUE, FALSE or a CURRENT_ word is in hand, and what it is into the
 * node: its text is in lower case then.
 */
bool
dialect_constant_word(DialectParser *p, DialectExpr *e)
{
	static const char *const words[] = {"true", "false", "current_date", "current_time", "current_timestamp"};
	int			i;

	for (i = 0; i < lengthof(words); i++)
	{
		if (dialect_at_word(p, words[i]))
		{
			e->kind = i < 2 ? EXPR_BOOL : EXPR_NOW;
			e->text = pstrdup(words[i]);
			return true;
		}
	}
	return false;
}

/*
 * A bare word: a keyword that begins an expression, or a name.
 */
static DialectExpr *
parse_word(DialectParser *p)
{
	DialectToken next;
	DialectExpr *e;

	if (p->keyword == KW_NULL)
	{
		e = dialect_new_expr(EXPR_NULL, p->token.start);
		dialect_advance(p);
		return finish(p, e);
	}
	if (p->keyword == KW_EXISTS)
	{
		e = dialect_new_expr(EXPR_EXISTS, p->token.start);
		dialect_advance(p);
		(void) dialect_expect_mark(p, "(");
		e->select = dialect_parse_select(p);
		(void) dialect_expect_mark(p, ")");
		return finish(p, e);
	}
	if (dialect_at_word(p, "case"))
		return parse_case(p);

	next = dialect_peek(p);
	if (dialect_is_mark(p, next, "("))
	{
		if (dialect_at_word(p, "cast"))
			return parse_cast(p);
		if (dialect_at_word(p, "raise"))
			return parse_raise(p);
	}
	else if (!dialect_is_mark(p, next, "."))
	{
		e = dialect_new_expr(EXPR_NULL, p->token.start);
		if (dialect_constant_word(p, e))
		{
			dialect_advance(p);
			return finish(p, e);
		}
	}
	return parse_name(p);
}

/*
 * FILTER ( WHERE x ) and OVER …, behind the arguments of a function
 */
static void
parse_over(DialectParser *p, DialectExpr *e)
{
	if (dialect_at_word(p, "filter") && dialect_is_mark(p, dialect_peek(p), "("))
	{
		dialect_advance(p);
		dialect_advance(p);
		(void) dialect_expect_word(p, "where");
		e->third = dialect_parse_expr(p);
		(void) dialect_expect_mark(p, ")");
	}
	if (dialect_at_word(p, "over"))
	{
		DialectToken next = dialect_peek(p);

		if (dialect_is_mark(p, next, "("))
		{
			dialect_advance(p);
			e->window = dialect_parse_window(p);
		}
		else if (next.kind == DIALECT_WORD || next.kind == DIALECT_QUOTED)
		{
			e->window = palloc0(sizeof(DialectWindow));
			e->window->bare = true;
			dialect_advance(p);
			(void) dialect_parse_name(p, &e->window->base);
		}
	}
}

/*
 * name ( [DISTINCT] args [ORDER BY …] | * ), the opening parenthesis in hand
 */
static DialectExpr *
parse_function(DialectParser *p, DialectExpr *e)
{
	e->kind = EXPR_FUNCTION;
	e->quoted = false;
	dialect_advance(p);
	if (dialect_accept_mark(p, "*"))
		e->star = true;
	else if (!dialect_at_mark(p, ")"))
	{
		e->distinct = dialect_accept_word(p, "distinct");
		if (!e->distinct)
			(void) dialect_accept_word(p, "all");
		e->args = dialect_parse_exprs(p);
		if (dialect_accept_word(p, "order"))
		{
			(void) dialect_expect_word(p, "by");
			e->order = dialect_parse_terms(p);
		}
	}
	(void) dialect_expect_mark(p, ")");
	parse_over(p, e);
	return finish(p, e);
}

/*
 * column, table.column, schema.table.column, or a function call
 */
static DialectExpr *
parse_name(DialectParser *p)
{
	DialectExpr *e = dialect_new_expr(EXPR_COLUMN, p->token.start);

	e->quoted = p->token.kind == DIALECT_QUOTED && p->lexer.text[p->token.start] == '"';
	if (!dialect_parse_name(p, &e->text))
	{
		e->text = pstrdup("");
		return e;
	}
	if (dialect_at_mark(p, "("))
		return parse_function(p, e);
	while (e->schema == NULL && dialect_accept_mark(p, "."))
	{
		e->schema = e->table;
		e->table = e->text;
		e->quoted = false;
		e->at = p->token.start;
		if (dialect_at_mark(p, "*"))
		{
			/* only a result column may be this; the writer sees to it */
			e->kind = EXPR_STAR;
			dialect_advance(p);
			break;
		}
		if (!dialect_parse_name(p, &e->text))
			break;
	}
	return finish(p, e);
}
