/*-------------------------------------------------------------------------
 *
 * dialect_write_change.c
 *	  Writer of INSERT, UPDATE and DELETE.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_writer.h"

static void note_keys(DialectWriter *w, DialectStatement *s, DialectRelation *relation);
static void write_head(DialectWriter *w, DialectStatement *s);
static void write_source(DialectWriter *w, DialectStatement *s, DialectRelation *relation, List *columns);
static void write_replace(DialectWriter *w, DialectStatement *s, DialectRelation *relation, List *columns);
static void write_upsert(DialectWriter *w, DialectStatement *s, DialectRelation *relation);
static void write_sets(DialectWriter *w, List *sets, DialectRelation *relation);
static void write_returning(DialectWriter *w, DialectStatement *s);

/*
 * Name of a column of a table, as the catalog knows it.
 */
static void
write_column_name(DialectWriter *w, DialectRelation *relation, const char *name)
{
	DialectColumn *column = dialect_names_get(relation->columns, name);

	if (column == NULL && relation->rowid != NULL &&
		(dialect_same_name(name, "rowid") || dialect_same_name(name, "_rowid_") || dialect_same_name(name, "oid")))
		column = relation->rowid;
	dialect_write_name(w, column ? column->name : name);
}

/*
 * The names of columns with commas between them.
 */
void
dialect_write_column_names(DialectWriter *w, DialectRelation *relation, List *names)
{
	ListCell   *lc;

	foreach(lc, names)
	{
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(&w->out, ", ");
		write_column_name(w, relation, lfirst(lc));
	}
}

/*
 * The columns that an INSERT fills: DialectColumn or NULL where nothing is
 * known; NIL when it names none and the table is not known.
 */
static List *
inserted_columns(const DialectStatement *s, DialectRelation *relation)
{
	List	   *columns = NIL;
	ListCell   *lc;

	foreach(lc, s->columns)
		columns = lappend(columns, dialect_names_get(relation->columns, lfirst(lc)));
	if (s->columns == NIL)
	{
		foreach(lc, relation->list)
		{
			if (!((DialectColumn *) lfirst(lc))->generated)
				columns = lappend(columns, lfirst(lc));
		}
	}
	return columns;
}

/*
 * [WITH …] INSERT INTO table [AS alias] [(columns)] source …
 */
void
dialect_write_insert(DialectWriter *w, DialectStatement *s)
{
	DialectRelation *relation;
	List	   *columns;

	if (s->with != NULL)
		dialect_write_with(w, s->with);
	relation = dialect_find_relation(w, s->schema, s->name);
	columns = inserted_columns(s, relation);
	appendStringInfoString(&w->out, "INSERT INTO ");
	write_head(w, s);
	if (s->columns != NIL)
	{
		appendStringInfoString(&w->out, " (");
		dialect_write_column_names(w, relation, s->columns);
		appendStringInfoChar(&w->out, ')');
	}
	else if (s->select != NULL && list_length(columns) < list_length(relation->list))
	{
		ListCell   *lc;

		/* SQLite passes over generated columns, PostgreSQL counts them */
		foreach(lc, columns)
		{
			appendStringInfoString(&w->out, foreach_current_index(lc) > 0 ? ", " : " (");
			dialect_write_name(w, ((DialectColumn *) lfirst(lc))->name);
		}
		appendStringInfoChar(&w->out, ')');
	}
	appendStringInfoChar(&w->out, ' ');
	write_source(w, s, relation, columns);

	if (s->upserts != NIL || (s->word != NULL && (strcmp(s->word, "REPLACE") == 0 || strcmp(s->word, "IGNORE") == 0)))
		note_keys(w, s, relation);
	if (s->upserts != NIL)
		write_upsert(w, s, relation);
	else if (s->word != NULL && strcmp(s->word, "REPLACE") == 0)
		write_replace(w, s, relation, columns);
	else if (s->word != NULL && strcmp(s->word, "IGNORE") == 0)
	{
		dialect_note(w, FIND_OR_IGNORE, s->word_at, NULL);
		appendStringInfoString(&w->out, " ON CONFLICT DO NOTHING");
	}
	else if (s->word != NULL && strcmp(s->word, "ABORT") != 0)
		dialect_note(w, FIND_OR_FAIL, s->word_at, s->word);
	if (s->returning != NIL)
	{
		(void) dialect_enter_table(w, relation, s->alias, NIL);
		write_returning(w, s);
	}
}

/* Where NOCASE or RTRIM decides what is in the way of a row; the plan of a migration has keys for that. */
static void
note_keys(DialectWriter *w, DialectStatement *s, DialectRelation *relation)
{
	ListCell   *lc;
	ListCell   *c;

	foreach(lc, w->schema == NULL ? relation->keys : NIL)
	{
		foreach(c, (List *) lfirst(lc))
		{
			const DialectColumn *column = lfirst(c);

			if (column->nocase || column->rtrim)
				dialect_note(w, FIND_COLLATION_LOST, s->name_at, column->nocase ? "NOCASE" : "RTRIM");
		}
	}
}

static void
write_head(DialectWriter *w, DialectStatement *s)
{
	dialect_write_relation(w, s->schema, s->name, s->name_at);
	if (s->alias != NULL)
	{
		appendStringInfoString(&w->out, " AS ");
		dialect_write_name(w, s->alias);
	}
}

/*
 * One value for a column. NULL for the rowid means a new one in SQLite.
 */
static void
write_value(DialectWriter *w, DialectExpr *e, const DialectColumn *column)
{
	if (column != NULL && column->is_rowid && e->kind == EXPR_NULL)
	{
		dialect_note(w, FIND_NULL_KEY, e->start, column->source);
		appendStringInfoString(&w->out, "DEFAULT");
	}
	else
		dialect_write_typed(w, e, column ? column->type : TYPE_UNKNOWN);
}

/*
 * VALUES, a query, or DEFAULT VALUES
 */
static void
write_source(DialectWriter *w, DialectStatement *s, DialectRelation *relation, List *columns)
{
	DialectCore *core;
	ListCell   *lc;
	ListCell   *v;

	if (s->select == NULL)
	{
		appendStringInfoString(&w->out, "DEFAULT VALUES");
		return;
	}
	core = s->select->cores != NIL ? linitial(s->select->cores) : NULL;
	if (core == NULL || !core->is_values || list_length(s->select->cores) > 1 || s->select->ctes != NIL)
	{
		foreach(lc, columns)
		{
			DialectColumn *column = lfirst(lc);

			w->target_types = lappend_int(w->target_types, column ? column->type : TYPE_UNKNOWN);
		}
		dialect_write_select(w, s->select);
		return;
	}
	appendStringInfoString(&w->out, "VALUES ");
	foreach(lc, core->rows)
	{
		appendStringInfoString(&w->out, foreach_current_index(lc) > 0 ? ", (" : "(");
		foreach(v, (List *) lfirst(lc))
		{
			int			i = foreach_current_index(v);

			if (i > 0)
				appendStringInfoString(&w->out, ", ");
			write_value(w, lfirst(v), i < list_length(columns) ? list_nth(columns, i) : NULL);
		}
		appendStringInfoChar(&w->out, ')');
	}
}

/* ---- conflicts ---- */

static void
write_key(DialectWriter *w, List *key)
{
	ListCell   *lc;

	appendStringInfoString(&w->out, " ON CONFLICT (");
	foreach(lc, key)
	{
		if (foreach_current_index(lc) > 0)
			appendStringInfoString(&w->out, ", ");
		dialect_write_name(w, ((DialectColumn *) lfirst(lc))->name);
	}
	appendStringInfoChar(&w->out, ')');
}

static bool
contains_all(List *columns, List *key)
{
	ListCell   *lc;

	foreach(lc, key)
	{
		if (!list_member_ptr(columns, lfirst(lc)))
			return false;
	}
	return true;
}

/*
 * OR REPLACE: the row that is in the way gets the new values, and defaults
 * where there are none. Only keys that the INSERT fills can be in the way.
 */
static void
write_replace(DialectWriter *w, DialectStatement *s, DialectRelation *relation, List *columns)
{
	List	   *key = NIL;
	int			keys = 0;
	bool		first = true;
	ListCell   *lc;

	if (!relation->known || relation->select != NULL)
	{
		dialect_note(w, FIND_OR_KEY, s->word_at, s->name);
		return;
	}
	foreach(lc, relation->keys)
	{
		if (contains_all(columns, lfirst(lc)) && keys++ == 0)
			key = lfirst(lc);
	}
	dialect_note(w, FIND_OR_REPLACE, s->word_at, NULL);
	if (keys > 1 || relation->other_keys)
		dialect_note(w, w->schema != NULL ? FIND_OR_REPLACE_BOTH : FIND_OR_REPLACE_KEYS, s->word_at, w->schema != NULL ? s->name : NULL);
	if (key == NIL)
		return;
	write_key(w, key);
	appendStringInfoString(&w->out, " DO ");
	foreach(lc, relation->list)
	{
		DialectColumn *column = lfirst(lc);
		bool		is_given = list_member_ptr(columns, column);

		if (column->is_rowid && !is_given)
			dialect_note(w, FIND_OR_REPLACE_ROWID, s->word_at, column->name);
		if (column->generated || list_member_ptr(key, column) || (column->is_rowid && !is_given))
			continue;
		appendStringInfoString(&w->out, first ? "UPDATE SET " : ", ");
		first = false;
		dialect_write_name(w, column->name);
		appendStringInfoString(&w->out, is_given ? " = excluded." : " = DEFAULT");
		if (is_given)
			dialect_write_name(w, column->name);
	}
	if (first)
		appendStringInfoString(&w->out, "NOTHING");
}

/*
 * ON CONFLICT … DO …: bare columns are those of the row that is in the way.
 */
static void
write_upsert(DialectWriter *w, DialectStatement *s, DialectRelation *relation)
{
	DialectUpsert *upsert = linitial(s->upserts);
	DialectScopeItem *excluded = palloc0(sizeof(DialectScopeItem));
	DialectScope *saved = w->scope;

	if (list_length(s->upserts) > 1)
		dialect_note(w, FIND_UPSERTS, ((DialectUpsert *) lsecond(s->upserts))->start, NULL);
	(void) dialect_enter_table(w, relation, s->alias, NIL);
	if (upsert->target != NIL)
	{
		appendStringInfoString(&w->out, " ON CONFLICT (");
		dialect_write_terms(w, upsert->target, true);
		appendStringInfoChar(&w->out, ')');
		if (upsert->target_where != NULL)
		{
			appendStringInfoString(&w->out, " WHERE ");
			dialect_write_condition(w, upsert->target_where, OUT_ANY);
		}
	}
	else if (!upsert->do_update)
		appendStringInfoString(&w->out, " ON CONFLICT");
	else if (relation->keys != NIL)
		write_key(w, linitial(relation->keys));
	else
		dialect_note(w, FIND_UPSERT_TARGET, upsert->start, NULL);
	if (!upsert->do_update)
		appendStringInfoString(&w->out, " DO NOTHING");
	else
	{
		/* behind the table itself, so that a bare name finds that first */
		excluded->alias = excluded->name = "excluded";
		excluded->relation = relation;
		w->scope->items = lappend(w->scope->items, excluded);
		appendStringInfoString(&w->out, " DO UPDATE SET ");
		w->row_name = s->alias ? s->alias : relation->name;
		write_sets(w, upsert->sets, relation);
		if (upsert->where != NULL)
		{
			appendStringInfoString(&w->out, " WHERE ");
			dialect_write_condition(w, upsert->where, OUT_ANY);
		}
		w->row_name = NULL;
	}
	w->scope = saved;
}

/* ---- UPDATE and DELETE ---- */

static void
write_sets(DialectWriter *w, List *sets, DialectRelation *relation)
{
	ListCell   *lc;

	foreach(lc, sets)
	{
		DialectSet *set = lfirst(lc);
		DialectColumn *column = dialect_names_get(relation->columns, linitial(set->columns));
		bool		is_row = list_length(set->columns) > 1;

		appendStringInfoString(&w->out, foreach_current_index(lc) > 0 ? ", " : "");
		appendStringInfoString(&w->out, is_row ? "(" : "");
		dialect_write_column_names(w, relation, set->columns);
		appendStringInfoString(&w->out, is_row ? ") = " : " = ");
		dialect_write_typed(w, set->expr, column && !is_row ? column->type : TYPE_UNKNOWN);
	}
}

static void
write_returning(DialectWriter *w, DialectStatement *s)
{
	if (s->returning == NIL)
		return;
	appendStringInfoString(&w->out, " RETURNING ");
	dialect_write_results(w, s->returning, NIL, false);
}

static void
check_limited(DialectWriter *w, const DialectStatement *s)
{
	if (s->limit != NULL)
		dialect_note(w, FIND_LIMITED, s->limit->start, NULL);
	else if (s->terms != NIL)
		dialect_note(w, FIND_LIMITED, ((DialectTerm *) linitial(s->terms))->expr->start, NULL);
}

void
dialect_write_update(DialectWriter *w, DialectStatement *s)
{
	DialectRelation *relation;

	if (s->with != NULL)
		dialect_write_with(w, s->with);
	if (s->word != NULL && (strcmp(s->word, "IGNORE") == 0 || strcmp(s->word, "REPLACE") == 0))
		dialect_note(w, FIND_UPDATE_OR, s->word_at, s->word);
	else if (s->word != NULL && strcmp(s->word, "ABORT") != 0)
		dialect_note(w, FIND_OR_FAIL, s->word_at, s->word);
	check_limited(w, s);
	relation = dialect_find_relation(w, s->schema, s->name);
	appendStringInfoString(&w->out, "UPDATE ");
	write_head(w, s);
	appendStringInfoString(&w->out, " SET ");
	(void) dialect_enter_table(w, relation, s->alias, s->from);
	write_sets(w, s->sets, relation);
	if (s->from != NIL)
	{
		appendStringInfoString(&w->out, " FROM ");
		dialect_write_from(w, s->from);
	}
	if (s->where != NULL)
	{
		appendStringInfoString(&w->out, " WHERE ");
		dialect_write_condition(w, s->where, OUT_ANY);
	}
	write_returning(w, s);
}

void
dialect_write_delete(DialectWriter *w, DialectStatement *s)
{
	DialectRelation *relation;

	if (s->with != NULL)
		dialect_write_with(w, s->with);
	check_limited(w, s);
	relation = dialect_find_relation(w, s->schema, s->name);
	appendStringInfoString(&w->out, "DELETE FROM ");
	write_head(w, s);
	(void) dialect_enter_table(w, relation, s->alias, NIL);
	if (s->where != NULL)
	{
		appendStringInfoString(&w->out, " WHERE ");
		dialect_write_condition(w, s->where, OUT_ANY);
	}
	write_returning(w, s);
}
