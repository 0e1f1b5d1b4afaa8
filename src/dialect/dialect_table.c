/*-------------------------------------------------------------------------
 *
 * dialect_table.c
 *	  The clauses of a CREATE TABLE statement, as SQLite's grammar has them.
 *
 * A parser with one token in hand, one function per rule of the grammar, no
 * recursion: expressions are not understood here, only passed over with a
 * count of open parentheses, and handed on as text. What does not follow the
 * grammar ends the parse with a reason and without clauses, so that nobody
 * acts on a wrong one.
 *
 *	  CREATE TABLE name ( column, ..., constraint ... ) options
 *		 parse_head		  parse_column	parse_table_constraint	parse_options
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_parser.h"

typedef struct Parser
{
	DialectParser in;			/* the text */
	List	   *clauses;
	const char *column;			/* column being defined, NULL in table constraints */
	char	   *constraint_name;	/* CONSTRAINT name that waits for its constraint */
	DialectClause *foreign_key; /* the last one, which a DEFERRABLE means */
} Parser;

typedef bool (*ClauseParser) (Parser *p);

typedef struct ClauseRule
{
	DialectKeyword keyword;		/* first word */
	ClauseParser parse;			/* called with that word in hand */
} ClauseRule;

static bool parse_head(Parser *p);
static bool parse_body(Parser *p);
static bool parse_options(Parser *p);
static bool parse_column(Parser *p);
static bool parse_type(Parser *p);
static bool parse_rules(Parser *p, const ClauseRule *rules, int nrules, bool *found);
static bool parse_conflict(Parser *p, DialectClause *clause);
static bool parse_deferrable(Parser *p, bool negated);
static DialectClause *add_clause(Parser *p, const char *kind);

/*
 * Clauses of the CREATE TABLE statement "sql"; see dialect.h.
 */
List *
dialect_table_clauses(const char *sql, char **error)
{
	Parser		p;

	memset(&p, 0, sizeof(p));
	dialect_parser_init(&p.in, sql);
	*error = NULL;
	if (parse_head(&p) && parse_body(&p) && parse_options(&p))
		return p.clauses;

	*error = p.in.error;
	return NIL;
}

/* ---- the statement ---- */

/*
 * CREATE [TEMP] TABLE [IF NOT EXISTS] [schema.]name
 */
static bool
parse_head(Parser *p)
{
	char	   *name;

	if (!dialect_accept_keyword(&p->in, KW_CREATE))
		return dialect_fail(&p->in, "not a CREATE TABLE statement");
	if (!dialect_accept_word(&p->in, "temp"))
		(void) dialect_accept_word(&p->in, "temporary");
	if (dialect_at_word(&p->in, "virtual"))
		return dialect_fail(&p->in, "a virtual table has no clauses");
	if (!dialect_accept_keyword(&p->in, KW_TABLE))
		return dialect_fail(&p->in, "not a CREATE TABLE statement");

	if (dialect_at_word(&p->in, "if"))
	{
		/* IF is a name as well; NOT tells which */
		if (!dialect_parse_name(&p->in, &name))
			return false;
		if (dialect_accept_keyword(&p->in, KW_NOT))
		{
			if (!dialect_expect_keyword(&p->in, KW_EXISTS) || !dialect_parse_name(&p->in, &name))
				return false;
		}
	}
	else if (!dialect_parse_name(&p->in, &name))
		return false;
	if (dialect_accept_mark(&p->in, ".") && !dialect_parse_name(&p->in, &name))
		return false;
	if (p->in.keyword == KW_AS)
		return dialect_fail(&p->in, "CREATE TABLE AS has no clauses");
	return true;
}

/*
 * CONSTRAINT name, which the next constraint takes.
 */
static bool
parse_constraint_name(Parser *p)
{
	dialect_advance(&p->in);
	return dialect_parse_name(&p->in, &p->constraint_name);
}

/*
 * The clause that has just begun, at the end of the list.
 */
static DialectClause *
add_clause(Parser *p, const char *kind)
{
	DialectClause *clause = palloc0(sizeof(DialectClause));

	clause->clause = kind;
	clause->name = p->constraint_name;
	clause->column = p->column ? pstrdup(p->column) : NULL;
	p->constraint_name = NULL;
	p->clauses = lappend(p->clauses, clause);
	return clause;
}

/* ---- parts of many rules ---- */

/*
 * [ON CONFLICT resolution]
 */
static bool
parse_conflict(Parser *p, DialectClause *clause)
{
	static const char *const resolutions[] = {"rollback", "abort", "fail", "ignore", "replace"};
	int			i;

	if (!dialect_accept_keyword(&p->in, KW_ON))
		return true;
	if (!dialect_expect_word(&p->in, "conflict"))
		return false;
	for (i = 0; i < lengthof(resolutions); i++)
	{
		if (dialect_accept_word(&p->in, resolutions[i]))
		{
			if (clause != NULL)
				clause->conflict = pstrdup(resolutions[i]);
			return true;
		}
	}
	return dialect_unexpected(&p->in);
}

/*
 * [ASC|DESC]
 */
static bool
parse_direction(Parser *p)
{
	if (dialect_accept_word(&p->in, "desc"))
		return true;
	(void) dialect_accept_word(&p->in, "asc");
	return false;
}

/*
 * [COLLATE name]; *collation is left alone when there is none.
 */
static bool
parse_collation(Parser *p, char **collation)
{
	if (!dialect_accept_keyword(&p->in, KW_COLLATE))
		return true;
	if (p->in.keyword == KW_JOIN)
		return dialect_unexpected(&p->in);
	return dialect_parse_name(&p->in, collation);
}

/*
 * ( name, ... ), the opening parenthesis in hand. Old files have collations
 * and directions in such a list, which mean nothing.
 */
static bool
parse_name_list(Parser *p, List **names)
{
	char	   *name;
	char	   *ignored;

	do
	{
		dialect_advance(&p->in);
		if (!dialect_parse_name(&p->in, &name) || !parse_collation(p, &ignored))
			return false;
		(void) parse_direction(p);
		*names = lappend(*names, name);
	} while (dialect_at_mark(&p->in, ","));
	return dialect_expect_mark(&p->in, ")");
}

/* ---- REFERENCES ---- */

/*
 * What may follow ON DELETE and ON UPDATE; PRAGMA foreign_key_list tells it,
 * so it is checked and forgotten.
 */
static bool
parse_action(Parser *p)
{
	if (dialect_accept_keyword(&p->in, KW_SET))
		return dialect_accept_keyword(&p->in, KW_NULL) || dialect_expect_keyword(&p->in, KW_DEFAULT);
	if (dialect_accept_word(&p->in, "no"))
		return dialect_expect_word(&p->in, "action");
	return dialect_accept_word(&p->in, "cascade") || dialect_expect_word(&p->in, "restrict");
}

/*
 * REFERENCES parent [(columns)] [MATCH name] [ON event action] ... into
 * "clause", the word REFERENCES in hand.
 */
static bool
parse_references(Parser *p, DialectClause *clause)
{
	char	   *match;

	dialect_advance(&p->in);
	if (!dialect_parse_name(&p->in, &clause->body))
		return false;
	if (dialect_at_mark(&p->in, "(") && !parse_name_list(p, &clause->parent_columns))
		return false;
	for (;;)
	{
		if (dialect_accept_word(&p->in, "match"))
		{
			if (!dialect_parse_name(&p->in, &match))
				return false;
		}
		else if (dialect_accept_keyword(&p->in, KW_ON))
		{
			if (!dialect_accept_keyword(&p->in, KW_DELETE) && !dialect_accept_keyword(&p->in, KW_UPDATE) &&
				!dialect_expect_keyword(&p->in, KW_INSERT))
				return false;
			if (!parse_action(p))
				return false;
		}
		else
			break;
	}
	p->foreign_key = clause;
	return true;
}

/*
 * DEFERRABLE [INITIALLY DEFERRED|IMMEDIATE], that word in hand. It means the
 * last foreign key of the table so far, wherever that was written, and
 * nothing when there is none.
 */
static bool
parse_deferrable(Parser *p, bool negated)
{
	bool		deferred = false;

	dialect_advance(&p->in);
	if (dialect_accept_word(&p->in, "initially"))
	{
		deferred = dialect_accept_word(&p->in, "deferred");
		if (!deferred && !dialect_expect_word(&p->in, "immediate"))
			return false;
	}
	if (p->foreign_key != NULL)
	{
		p->foreign_key->deferrable = !negated;
		p->foreign_key->deferred = !negated && deferred;
	}
	return true;
}

static bool
parse_deferrable_clause(Parser *p)
{
	return parse_deferrable(p, false);
}

/* ---- constraints of a column ---- */

/*
 * DEFAULT followed by a literal, a word, a number with a sign, or ( … ).
 */
static bool
parse_default(Parser *p)
{
	DialectClause *clause = add_clause(p, "default");
	int			start;
	bool		has_sign;

	dialect_advance(&p->in);
	if (dialect_at_mark(&p->in, "("))
		return dialect_parse_expression(&p->in, &clause->body);

	start = p->in.token.start;
	has_sign = dialect_accept_mark(&p->in, "+") || dialect_accept_mark(&p->in, "-");
	switch (p->in.token.kind)
	{
		case DIALECT_NUMBER:
		case DIALECT_STRING:
		case DIALECT_BLOB:
			break;
		case DIALECT_QUOTED:
			if (has_sign)
				return dialect_unexpected(&p->in);
			break;
		case DIALECT_WORD:
			if (p->in.keyword == KW_NULL || dialect_at_word(&p->in, "current_date") ||
				dialect_at_word(&p->in, "current_time") || dialect_at_word(&p->in, "current_timestamp"))
				break;
			if (!has_sign && (p->in.keyword == KW_PLAIN || dialect_at_word(&p->in, "indexed")))
				break;
			return dialect_unexpected(&p->in);
		default:
			return dialect_unexpected(&p->in);
	}
	clause->body = pnstrdup(p->in.lexer.text + start, p->in.token.start + p->in.token.len - start);
	dialect_advance(&p->in);
	return true;
}

/*
 * NULL [ON CONFLICT …], which forbids nothing.
 */
static bool
parse_null(Parser *p)
{
	dialect_advance(&p->in);
	p->constraint_name = NULL;
	return parse_conflict(p, NULL);
}

/*
 * NOT NULL or NOT DEFERRABLE
 */
static bool
parse_not(Parser *p)
{
	dialect_advance(&p->in);
	if (p->in.keyword == KW_DEFERRABLE)
		return parse_deferrable(p, true);
	if (!dialect_expect_keyword(&p->in, KW_NULL))
		return false;
	return parse_conflict(p, add_clause(p, "not null"));
}

/*
 * PRIMARY KEY [ASC|DESC] [ON CONFLICT …] [AUTOINCREMENT]
 */
static bool
parse_column_primary_key(Parser *p)
{
	DialectClause *clause = add_clause(p, "primary key");

	dialect_advance(&p->in);
	if (!dialect_expect_word(&p->in, "key"))
		return false;
	clause->descending = parse_direction(p);
	if (!parse_conflict(p, clause))
		return false;
	clause->autoincrement = dialect_accept_keyword(&p->in, KW_AUTOINCREMENT);
	return true;
}

static bool
parse_column_unique(Parser *p)
{
	dialect_advance(&p->in);
	return parse_conflict(p, add_clause(p, "unique"));
}

static bool
parse_column_check(Parser *p)
{
	DialectClause *clause = add_clause(p, "check");

	dialect_advance(&p->in);
	return dialect_parse_expression(&p->in, &clause->body);
}

static bool
parse_column_references(Parser *p)
{
	return parse_references(p, add_clause(p, "foreign key"));
}

static bool
parse_column_collate(Parser *p)
{
	DialectClause *clause = add_clause(p, "collate");

	return parse_collation(p, &clause->body);
}

/*
 * AS ( expression ) [VIRTUAL|STORED]
 */
static bool
parse_generated(Parser *p)
{
	DialectClause *clause = add_clause(p, "generated");

	dialect_advance(&p->in);
	if (!dialect_parse_expression(&p->in, &clause->body))
		return false;
	clause->stored = dialect_accept_word(&p->in, "stored");
	if (!clause->stored)
		(void) dialect_accept_word(&p->in, "virtual");
	return true;
}

/*
 * name [type] [constraint …]
 */
static bool
parse_column(Parser *p)
{
	static const ClauseRule rules[] = {
		{KW_CONSTRAINT, parse_constraint_name},
		{KW_DEFAULT, parse_default},
		{KW_NULL, parse_null},
		{KW_NOT, parse_not},
		{KW_PRIMARY, parse_column_primary_key},
		{KW_UNIQUE, parse_column_unique},
		{KW_CHECK, parse_column_check},
		{KW_REFERENCES, parse_column_references},
		{KW_DEFERRABLE, parse_deferrable_clause},
		{KW_COLLATE, parse_column_collate},
		{KW_AS, parse_generated}
	};
	char	   *name;
	bool		found = true;

	p->constraint_name = NULL;
	if (!dialect_parse_name(&p->in, &name) || !parse_type(p))
		return false;
	p->column = name;
	while (found)
	{
		/* behind a type these two words are names; parse_type has taken them there */
		if (dialect_accept_word(&p->in, "generated") && (!dialect_expect_word(&p->in, "always") || p->in.keyword != KW_AS))
			return dialect_unexpected(&p->in);
		if (!parse_rules(p, rules, lengthof(rules), &found))
			return false;
	}
	p->column = NULL;
	return true;
}

/*
 * The declared type: any number of words that are not reserved, then
 * (number) or (number, number). GENERATED ALWAYS that follow a word are taken
 * for a part of it, in SQLite as well: AS is what counts.
 */
static bool
parse_type(Parser *p)
{
	bool		is_empty = true;
	int			numbers;

	while (p->in.keyword == KW_PLAIN || p->in.token.kind == DIALECT_QUOTED || p->in.token.kind == DIALECT_STRING)
	{
		is_empty = false;
		dialect_advance(&p->in);
	}
	if (is_empty || !dialect_at_mark(&p->in, "("))
		return true;
	for (numbers = 0; numbers < 2; numbers++)
	{
		dialect_advance(&p->in);
		if (!dialect_accept_mark(&p->in, "+"))
			(void) dialect_accept_mark(&p->in, "-");
		if (p->in.token.kind != DIALECT_NUMBER)
			return dialect_unexpected(&p->in);
		dialect_advance(&p->in);
		if (!dialect_at_mark(&p->in, ","))
			break;
	}
	return dialect_expect_mark(&p->in, ")");
}

/* ---- constraints of the table ---- */

/* Whether an element of the list of a key ends here. */
static bool
at_element_end(const Parser *p)
{
	return dialect_at_mark(&p->in, ",") || dialect_at_mark(&p->in, ")") || p->in.keyword == KW_AUTOINCREMENT;
}

/*
 * One element of the list of a PRIMARY KEY or UNIQUE constraint; *name is
 * NULL when it is an expression. Parentheses around a name and a collation
 * change nothing about what the name means.
 */
static bool
parse_key_element(Parser *p, char **name)
{
	char	   *ignored;
	int			depth = 0;

	*name = NULL;
	while (dialect_accept_mark(&p->in, "("))
		depth++;
	if (dialect_at_name(&p->in))
	{
		if (!dialect_parse_name(&p->in, name))
			return false;
		while (p->in.keyword == KW_COLLATE || (depth > 0 && dialect_at_mark(&p->in, ")")))
		{
			if (dialect_accept_mark(&p->in, ")"))
				depth--;
			else if (!parse_collation(p, &ignored))
				return false;
		}
		if (depth == 0)
			(void) parse_direction(p);
		if (depth == 0 && at_element_end(p))
			return true;
		*name = NULL;
	}

	/* an expression: on to the mark that ends it */
	while (depth > 0 || !at_element_end(p))
	{
		if (!dialect_pass(&p->in, &depth))
			return false;
	}
	return true;
}

/*
 * ( element, … [AUTOINCREMENT] ) [ON CONFLICT …]. Names only when every
 * element is one: half a key would be a wrong key.
 */
static bool
parse_key(Parser *p, DialectClause *clause)
{
	List	   *names = NIL;
	bool		all_names = true;
	char	   *name;

	if (!dialect_at_mark(&p->in, "("))
		return dialect_unexpected(&p->in);
	do
	{
		dialect_advance(&p->in);
		if (at_element_end(p))
			return dialect_unexpected(&p->in);
		if (!parse_key_element(p, &name))
			return false;
		if (name != NULL)
			names = lappend(names, name);
		else
			all_names = false;
	} while (dialect_at_mark(&p->in, ","));
	if (all_names)
		clause->columns = names;

	if (strcmp(clause->clause, "primary key") == 0)
		clause->autoincrement = dialect_accept_keyword(&p->in, KW_AUTOINCREMENT);
	return dialect_expect_mark(&p->in, ")") && parse_conflict(p, clause);
}

static bool
parse_primary_key(Parser *p)
{
	dialect_advance(&p->in);
	return dialect_expect_word(&p->in, "key") && parse_key(p, add_clause(p, "primary key"));
}

static bool
parse_unique(Parser *p)
{
	dialect_advance(&p->in);
	return parse_key(p, add_clause(p, "unique"));
}

/*
 * CHECK ( expression ) [ON CONFLICT …]
 */
static bool
parse_check(Parser *p)
{
	DialectClause *clause = add_clause(p, "check");

	dialect_advance(&p->in);
	return dialect_parse_expression(&p->in, &clause->body) && parse_conflict(p, clause);
}

/*
 * FOREIGN KEY (columns) REFERENCES … [[NOT] DEFERRABLE …]
 */
static bool
parse_foreign_key(Parser *p)
{
	DialectClause *clause = add_clause(p, "foreign key");

	dialect_advance(&p->in);
	if (!dialect_expect_word(&p->in, "key"))
		return false;
	if (!dialect_at_mark(&p->in, "(") || !parse_name_list(p, &clause->columns))
		return dialect_unexpected(&p->in);
	if (p->in.keyword != KW_REFERENCES || !parse_references(p, clause))
		return dialect_unexpected(&p->in);
	if (p->in.keyword == KW_DEFERRABLE)
		return parse_deferrable(p, false);
	if (dialect_accept_keyword(&p->in, KW_NOT))
		return p->in.keyword == KW_DEFERRABLE ? parse_deferrable(p, true) : dialect_unexpected(&p->in);
	return true;
}

static const ClauseRule table_rules[] = {
	{KW_CONSTRAINT, parse_constraint_name},
	{KW_PRIMARY, parse_primary_key},
	{KW_UNIQUE, parse_unique},
	{KW_CHECK, parse_check},
	{KW_FOREIGN, parse_foreign_key}
};

/*
 * Parses the clause whose first word is in hand. *found is false when none of
 * the rules begins with it; returns false when the clause is broken.
 */
static bool
parse_rules(Parser *p, const ClauseRule *rules, int nrules, bool *found)
{
	int			i;

	for (i = 0; i < nrules; i++)
	{
		if (rules[i].keyword == p->in.keyword)
		{
			*found = true;
			return rules[i].parse(p);
		}
	}
	*found = false;
	return true;
}

/*
 * ( column, … [, constraint …] ). Between constraints the comma may be
 * missing; between a column and a constraint it may not.
 */
static bool
parse_body(Parser *p)
{
	bool		found = false;

	if (!dialect_expect_mark(&p->in, "("))
		return false;
	if (!parse_column(p))
		return false;
	while (dialect_accept_mark(&p->in, ","))
	{
		p->constraint_name = NULL;
		if (!parse_rules(p, table_rules, lengthof(table_rules), &found))
			return false;
		if (found)
			break;
		if (!parse_column(p))
			return false;
	}
	while (found)
	{
		bool		comma = dialect_accept_mark(&p->in, ",");

		if (comma)
			p->constraint_name = NULL;
		if (!parse_rules(p, table_rules, lengthof(table_rules), &found))
			return false;
		if (comma && !found)
			return dialect_unexpected(&p->in);
	}
	return dialect_expect_mark(&p->in, ")");
}

/*
 * [WITHOUT ROWID] [, STRICT] [;]
 */
static bool
parse_options(Parser *p)
{
	if (p->in.token.kind == DIALECT_WORD)
	{
		do
		{
			if (dialect_accept_word(&p->in, "without"))
			{
				if (!dialect_expect_word(&p->in, "rowid"))
					return false;
			}
			else if (!dialect_expect_word(&p->in, "strict"))
				return false;
		} while (dialect_accept_mark(&p->in, ","));
	}
	while (dialect_accept_mark(&p->in, ";"))
		;
	return p->in.token.kind == DIALECT_END || dialect_unexpected(&p->in);
}
