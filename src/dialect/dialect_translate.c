/*-------------------------------------------------------------------------
 *
 * dialect_translate.c
 *	  SQLite's SQL in, PostgreSQL's SQL out: scripts, single expressions, and
 *	  what the caller knows of tables.
 *
 *	  text → dialect_parse_statement → dialect_write_… → text and findings
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_writer.h"

#include "mb/pg_wchar.h"

/* A translation may be so many times as long as its statement, and so many bytes longer. */
#define MAX_GROWTH 40
#define MAX_GROWTH_BYTES 65536

struct DialectTranslator
{
	DialectParser parser;
	DialectWriter writer;
	int			statement;		/* number of the last one */
	int			place;			/* byte that line, column and position below are of */
	int			line;
	int			column;
	int			position;
};

static void learn_unique(DialectRelation *relation, DialectColumn *column, int number);
static void note_pragma(DialectWriter *w, DialectStatement *s);
static void write_drop(DialectWriter *w, DialectStatement *s);
static void write_transaction(DialectWriter *w, DialectStatement *s);
static void write_maintenance(DialectWriter *w, DialectStatement *s);
static List *place_findings(DialectTranslator *t, List *findings);

/*
 * A translator of "sql", which must outlive it.
 */
DialectTranslator *
dialect_translator(const char *sql)
{
	DialectTranslator *t = palloc0(sizeof(DialectTranslator));

	dialect_parser_init(&t->parser, sql);
	t->writer.text = sql;
	t->writer.tables = dialect_names_new();
	t->writer.spellings = dialect_names_new();
	t->writer.triggers = dialect_names_new();
	t->line = t->column = t->position = 1;
	return t;
}

/*
 * Learns tables and views from CREATE statements; whatever else is in "schema"
 * is passed over.
 */
void
dialect_learn(DialectTranslator *t, const char *schema)
{
	DialectParser p;

	dialect_parser_init(&p, schema);
	while (p.token.kind != DIALECT_END)
	{
		DialectStatement *s = dialect_parse_statement(&p);

		if (s->kind == STMT_CREATE_TABLE)
			dialect_learn_table(&t->writer, s);
		else if (s->kind == STMT_CREATE_VIEW || s->kind == STMT_CREATE_TABLE_AS)
			dialect_learn_view(&t->writer, s);
		else if (s->kind == STMT_CREATE_TRIGGER)
			dialect_names_put(t->writer.triggers, s->name, s->table);
	}
}

/*
 * Learns one column of one table under its names in both databases. The type
 * is PostgreSQL's; "flags" has letters: n NOT NULL, k primary key, u unique,
 * r rowid, c COLLATE NOCASE, i whose type compares so by itself,
 * t COLLATE RTRIM, g generated. A number behind u says
 * of which unique key the column is a part; x: the table has unique indexes that are no keys.
 */
void
dialect_learn_column(DialectTranslator *t, const char *table, const char *target_table, const char *column, const char *target,
					 const char *type, const char *flags)
{
	DialectRelation *relation = dialect_names_get(t->writer.tables, table);
	DialectColumn *known;

	if (relation == NULL)
	{
		relation = dialect_new_relation(table, target_table);
		dialect_names_put(t->writer.tables, relation->source, relation);
	}
	known = dialect_add_column(relation, column, target, dialect_target_type(type));
	known->not_null = strpbrk(flags, "nk") != NULL;
	known->nocase = strchr(flags, 'c') != NULL;
	known->folds = strchr(flags, 'i') != NULL;
	known->rtrim = strchr(flags, 't') != NULL;
	known->generated = strchr(flags, 'g') != NULL;
	if (strchr(flags, 'r') != NULL)
	{
		known->is_rowid = true;
		relation->rowid = known;
	}
	if (strchr(flags, 'k') != NULL)
	{
		/* the columns of the primary key are the first key */
		if (relation->has_primary)
			lfirst(list_head(relation->keys)) = lappend(linitial(relation->keys), known);
		else
			relation->keys = lcons(list_make1(known), relation->keys);
		relation->has_primary = true;
	}
	for (const char *u = strchr(flags, 'u'); u != NULL; u = strchr(u + 1, 'u'))
		learn_unique(relation, known, atoi(u + 1));
	relation->other_keys |= strchr(flags, 'x') != NULL;
}

/* The column is a part of the unique key of that number, or one by itself: 0. */
static void
learn_unique(DialectRelation *relation, DialectColumn *column, int number)
{
	List	   *key = list_make1(column);
	ListCell   *cell;

	while (list_length(relation->uniques) < number)
		relation->uniques = lappend(relation->uniques, NIL);
	if (number > 0)
	{
		cell = list_nth_cell(relation->uniques, number - 1);
		if (lfirst(cell) != NIL)
		{
			/* (a list that is not empty stays where it is) */
			lfirst(cell) = lappend(lfirst(cell), column);
			return;
		}
		lfirst(cell) = key;
	}
	relation->keys = lappend(relation->keys, key);
}

void
dialect_set_schema(DialectTranslator *t, const char *schema)
{
	t->writer.schema = schema;
}

/*
 * Writes one statement behind what the writer has.
 */
static void
write_statement(DialectWriter *w, DialectStatement *s)
{
	if (s->explain)
	{
		dialect_note(w, FIND_EXPLAIN, s->start, NULL);
		appendStringInfoString(&w->out, "EXPLAIN ");
	}
	switch (s->kind)
	{
		case STMT_SELECT:
			dialect_write_select(w, s->select);
			break;
		case STMT_INSERT:
			dialect_write_insert(w, s);
			break;
		case STMT_UPDATE:
			dialect_write_update(w, s);
			break;
		case STMT_DELETE:
			dialect_write_delete(w, s);
			break;
		case STMT_CREATE_TABLE:
		case STMT_CREATE_TABLE_AS:
			dialect_write_create_table(w, s);
			break;
		case STMT_CREATE_INDEX:
			dialect_write_create_index(w, s);
			break;
		case STMT_CREATE_VIEW:
			dialect_write_create_view(w, s);
			break;
		case STMT_CREATE_TRIGGER:
			dialect_write_create_trigger(w, s);
			break;
		case STMT_ALTER:
			dialect_write_alter(w, s);
			break;
		case STMT_DROP:
			write_drop(w, s);
			break;
		case STMT_TRANSACTION:
			write_transaction(w, s);
			break;
		case STMT_MAINTENANCE:
			write_maintenance(w, s);
			break;
		case STMT_CREATE_VIRTUAL:
			dialect_note(w, FIND_VIRTUAL, s->start, s->word);
			break;
		case STMT_PRAGMA:
			note_pragma(w, s);
			break;
		case STMT_ATTACH:
		case STMT_DETACH:
			dialect_note(w, FIND_ATTACH, s->word_at, s->kind == STMT_ATTACH ? "ATTACH" : "DETACH");
			break;
		case STMT_ERROR:
			dialect_note(w, FIND_SYNTAX, s->error_at, s->error);
			break;
		case STMT_EMPTY:
			break;
	}
}

/*
 * A PRAGMA, with what does its work in PostgreSQL where that can be said in a line.
 */
static void
note_pragma(DialectWriter *w, DialectStatement *s)
{
	static const char *const pragmas[][2] = {
		{"auto_vacuum", "autovacuum is always on"},
		{"busy_timeout", "set lock_timeout"},
		{"cache_size", "the server has shared_buffers"},
		{"case_sensitive_like", "LIKE is case-sensitive, ILIKE is not"},
		{"encoding", "ask SHOW server_encoding"},
		{"foreign_key_check", "constraints are always checked"},
		{"foreign_key_list", "ask pg_constraint"},
		{"foreign_keys", "foreign keys are always enforced"},
		{"index_list", "ask pg_indexes"},
		{"integrity_check", "the extension amcheck does this"},
		{"journal_mode", "the write-ahead log is always on"},
		{"locking_mode", "sessions share the database"},
		{"optimize", "autovacuum analyzes"},
		{"page_size", "pages have 8 kB"},
		{"quick_check", "the extension amcheck does this"},
		{"synchronous", "see synchronous_commit"},
		{"table_info", "ask information_schema.columns"},
		{"table_xinfo", "ask information_schema.columns"},
		{"temp_store", "temporary tables are the session's own"},
		{"user_version", "keep the version in a table"},
		{"wal_checkpoint", "the checkpointer does this"}
	};
	int			i;

	for (i = 0; i < lengthof(pragmas); i++)
	{
		if (dialect_same_name(s->name, pragmas[i][0]))
		{
			dialect_note(w, FIND_PRAGMA, s->word_at, psprintf("PRAGMA %s has no equal: %s", s->name, pragmas[i][1]));
			return;
		}
	}
	dialect_note(w, FIND_PRAGMA, s->word_at, psprintf("PRAGMA %s has no equal", s->name));
}

static void
write_drop(DialectWriter *w, DialectStatement *s)
{
	const char *table = dialect_names_get(w->triggers, s->name);

	appendStringInfo(&w->out, "DROP %s %s", s->word, s->if_exists ? "IF EXISTS " : "");
	if (strcmp(s->word, "TRIGGER") != 0)
	{
		dialect_write_relation(w, s->schema, s->name, s->name_at);
		return;
	}
	if (table == NULL)
	{
		dialect_note(w, FIND_DROP_TRIGGER, s->name_at, s->name);
		return;
	}
	dialect_write_name(w, s->name);
	appendStringInfoString(&w->out, " ON ");
	dialect_write_relation(w, NULL, table, s->name_at);
}

static void
write_transaction(DialectWriter *w, DialectStatement *s)
{
	bool		is_begin = strncmp(s->word, "BEGIN", 5) == 0;

	if (strcmp(s->word, "BEGIN IMMEDIATE") == 0)
		dialect_note(w, FIND_BEGIN, s->word_at, NULL);
	appendStringInfoString(&w->out, is_begin ? "BEGIN" : s->word);
	if (s->name != NULL)
	{
		appendStringInfoString(&w->out, strcmp(s->word, "ROLLBACK TO") == 0 || strcmp(s->word, "RELEASE") == 0 ? " SAVEPOINT " : " ");
		dialect_write_name(w, s->name);
	}
}

static void
write_maintenance(DialectWriter *w, DialectStatement *s)
{
	if (strcmp(s->word, "VACUUM INTO") == 0 || (strcmp(s->word, "REINDEX") == 0 && s->name == NULL))
	{
		dialect_note(w, FIND_PRAGMA, s->word_at, psprintf("%s has no equal", s->word));
		return;
	}
	dialect_note(w, FIND_MAINTENANCE, s->word_at, s->word);
	appendStringInfoString(&w->out, s->word);
	if (strcmp(s->word, "REINDEX") == 0)
		appendStringInfoString(&w->out, dialect_names_get(w->tables, s->name) ? " TABLE" : " INDEX");
	/* VACUUM has a database behind it in SQLite */
	if (s->name != NULL && strcmp(s->word, "VACUUM") != 0)
	{
		appendStringInfoChar(&w->out, ' ');
		dialect_write_relation(w, s->schema, s->name, s->name_at);
	}
}

/*
 * Begins the translation of a text of so many bytes.
 */
static void
begin_translation(DialectWriter *w, int bytes)
{
	initStringInfo(&w->out);
	w->limit = bytes > PG_INT32_MAX / MAX_GROWTH - MAX_GROWTH_BYTES ? PG_INT32_MAX / 2 : bytes * MAX_GROWTH + MAX_GROWTH_BYTES;
	w->impossible = w->immutable = false;
	w->scope = NULL;
	w->outer = NULL;
	w->group = w->target_types = NIL;
	w->group_extreme = NULL;
	w->in_aggregate_query = w->in_aggregate = w->no_aliases = w->wide_literals = false;
	w->row_name = NULL;
	w->subqueries = w->lookups = w->type_depth = 0;
}

/*
 * The next statement of the text; false behind the last one. What it is made
 * of is palloc'd.
 */
bool
dialect_next(DialectTranslator *t, DialectTranslation *translation)
{
	DialectWriter *w = &t->writer;
	DialectStatement *s;

	do
	{
		if (t->parser.token.kind == DIALECT_END)
			return false;
		s = dialect_parse_statement(&t->parser);
	} while (s->kind == STMT_EMPTY);

	begin_translation(w, s->end - s->start);
	write_statement(w, s);
	translation->statement = ++t->statement;
	translation->original = pnstrdup(w->text + s->start, s->end - s->start);
	translation->translated = w->impossible ? NULL : w->out.data;
	translation->findings = place_findings(t, dialect_sorted_findings(w));
	return true;
}

/*
 * The whole text as one expression over the columns of "table", if that is not
 * NULL: a condition when "type" is NULL, else a value of that type. With
 * "immutable" it must always give the same.
 */
void
dialect_expression(DialectTranslator *t, const char *table, bool is_condition, const char *type, bool immutable, DialectTranslation *translation)
{
	DialectWriter *w = &t->writer;
	DialectExpr *e = dialect_parse_expr(&t->parser);
	int			end = t->parser.last_end;

	if (t->parser.error == NULL && t->parser.token.kind != DIALECT_END)
		(void) dialect_unexpected(&t->parser);
	begin_translation(w, t->parser.lexer.len);
	w->immutable = immutable;
	if (table != NULL)
		(void) dialect_enter_table(w, dialect_find_relation(w, NULL, table), NULL, NIL);
	if (t->parser.error != NULL)
		dialect_note(w, FIND_SYNTAX, t->parser.error_at, t->parser.error);
	else if (is_condition)
		dialect_write_condition(w, e, OUT_ANY);
	else
		dialect_write_typed(w, e, dialect_target_type(type));
	translation->statement = 1;
	translation->original = pnstrdup(w->text + e->start, Max(end - e->start, 0));
	translation->translated = w->impossible ? NULL : w->out.data;
	translation->findings = place_findings(t, dialect_sorted_findings(w));
}

/*
 * Moves on to a byte of the text, counting lines and characters.
 */
static void
move_to(DialectTranslator *t, int byte)
{
	const char *s = t->writer.text;

	while (t->place < byte && s[t->place] != '\0')
	{
		if (s[t->place] == '\n')
		{
			t->line++;
			t->column = 0;
		}
		t->place += pg_mblen(s + t->place);
		t->column++;
		t->position++;
	}
}

/*
 * The findings with their places, as the caller gets them.
 */
static List *
place_findings(DialectTranslator *t, List *findings)
{
	static const char *const severities[] = {"info", "warning", "blocker"};
	List	   *placed = NIL;
	ListCell   *lc;

	foreach(lc, findings)
	{
		DialectFinding *finding = lfirst(lc);
		DialectPlacedFinding *out = palloc(sizeof(DialectPlacedFinding));

		move_to(t, finding->at);
		out->position = t->position;
		out->line = t->line;
		out->column = t->column;
		out->severity = severities[finding->severity];
		out->rule = finding->rule;
		out->message = finding->message;
		out->advice = finding->advice;
		placed = lappend(placed, out);
	}
	return placed;
}
