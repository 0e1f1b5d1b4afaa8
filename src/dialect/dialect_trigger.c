/*-------------------------------------------------------------------------
 *
 * dialect_trigger.c
 *	  Writer of CREATE TRIGGER: a function in PL/pgSQL and the trigger on it.
 *
 * What the body may have is INSERT, UPDATE, DELETE, and SELECT RAISE(…) with a
 * condition. Anything else makes the trigger impossible, with the reason as a
 * finding.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_writer.h"

static void write_body(DialectWriter *w, DialectStatement *s, bool when_inside);
static void write_raise(DialectWriter *w, DialectStatement *trigger, DialectStatement *s);
static bool is_constant(const DialectExpr *e);
static bool has_query(const DialectExpr *e);
static void enter_row(DialectWriter *w, DialectStatement *s);

/*
 * Whether the body changes the trigger's own table in the way that fires it.
 */
static bool
fires_itself(const DialectStatement *s)
{
	DialectStatementKind kind = strcmp(s->event, "INSERT") == 0 ? STMT_INSERT : strcmp(s->event, "UPDATE") == 0 ? STMT_UPDATE : STMT_DELETE;
	ListCell   *lc;

	foreach(lc, s->body)
	{
		const DialectStatement *change = lfirst(lc);

		if (change->kind == kind && dialect_same_name(change->name, s->table))
			return true;
	}
	return false;
}

/*
 * Whether an expression is the key of the row, bare or of the table, and
 * another one is the same column of NEW or OLD.
 */
static bool
is_own_row(DialectWriter *w, const DialectStatement *s, const DialectExpr *own, const DialectExpr *other)
{
	DialectRelation *relation = dialect_find_relation(w, NULL, s->table);
	List	   *key;

	if (own->kind != EXPR_COLUMN || other->kind != EXPR_COLUMN || !dialect_same_name(own->text, other->text) ||
		(own->table != NULL && !dialect_same_name(own->table, s->table)) || other->table == NULL ||
		(!dialect_same_name(other->table, "new") && !dialect_same_name(other->table, "old")))
		return false;
	if (dialect_same_name(own->text, "rowid"))
		return true;
	if (!relation->has_primary)
		return !relation->known && dialect_same_name(own->text, "id");
	key = linitial(relation->keys);
	return list_length(key) == 1 && dialect_same_name(own->text, ((DialectColumn *) linitial(key))->source);
}

/*
 * Whether all that the trigger does is to set columns of the row that fired
 * it: UPDATE t SET … WHERE id = NEW.id. That is a BEFORE trigger's work.
 */
static bool
sets_own_row(DialectWriter *w, const DialectStatement *s)
{
	const DialectStatement *change = linitial(s->body);
	ListCell   *lc;
	ListCell   *other;

	if (list_length(s->body) > 1 || change->kind != STMT_UPDATE || !dialect_same_name(change->name, s->table) ||
		strcmp(s->timing, "AFTER") != 0 || strcmp(s->event, "DELETE") == 0 || change->with || change->from || change->word ||
		change->alias || change->limit || change->terms || change->returning ||
		change->where == NULL || change->where->kind != EXPR_BINARY || change->where->op != OP_EQ)
		return false;
	if (!is_own_row(w, s, change->where->left, change->where->right) && !is_own_row(w, s, change->where->right, change->where->left))
		return false;
	foreach(lc, change->sets)
	{
		DialectSet *set = lfirst(lc);

		if (list_length(set->columns) > 1 || has_query(set->expr) || list_length(change->sets) > 100)
			return false;
		/* one after the other, and not at once as in UPDATE */
		foreach(other, change->sets)
		{
			if (other != lc && dialect_mentions(set->expr, linitial(((DialectSet *) lfirst(other))->columns)))
				return false;
		}
	}
	return true;
}

/*
 * NEW.column := expression, where bare columns are those of the row.
 */
static void
write_own_row(DialectWriter *w, DialectStatement *s)
{
	DialectRelation *relation = dialect_find_relation(w, NULL, s->table);
	DialectStatement *change = linitial(s->body);
	DialectScopeItem *item = palloc0(sizeof(DialectScopeItem));
	ListCell   *lc;

	item->alias = s->table;
	item->name = "new";
	item->relation = relation;
	w->scope->items = lcons(item, w->scope->items);
	w->row_name = "new";
	appendStringInfoString(&w->out, "BEGIN\n");
	foreach(lc, change->sets)
	{
		DialectSet *set = lfirst(lc);
		DialectColumn *column = dialect_names_get(relation->columns, linitial(set->columns));

		appendStringInfoString(&w->out, "NEW.");
		dialect_write_column_names(w, relation, set->columns);
		appendStringInfoString(&w->out, " := ");
		dialect_write_typed(w, set->expr, column ? column->type : TYPE_UNKNOWN);
		appendStringInfoString(&w->out, ";\n");
	}
	appendStringInfoString(&w->out, "RETURN NEW;\nEND\n");
	w->row_name = NULL;
}

/*
 * A dollar quote that the text does not contain.
 */
static char *
dollar_quote(const char *body)
{
	char	   *quote = pstrdup("$trigger$");
	int			n = 0;

	while (strstr(body, quote) != NULL && n < 100)
		quote = psprintf("$trigger%d$", ++n);
	return quote;
}

/*
 * Writes CREATE FUNCTION and CREATE TRIGGER, with a semicolon between them.
 */
void
dialect_write_create_trigger(DialectWriter *w, DialectStatement *s)
{
	bool		is_instead = strcmp(s->timing, "INSTEAD OF") == 0;
	bool		when_inside = s->where != NULL && (is_instead || has_query(s->where));
	StringInfoData outer = w->out;
	DialectScope *saved = w->scope;
	char	   *body;
	char	   *quote;
	bool		is_before = !when_inside && sets_own_row(w, s);
	bool		guard = !is_before && fires_itself(s);
	ListCell   *lc;

	initStringInfo(&w->out);
	enter_row(w, s);
	if (is_before)
		write_own_row(w, s);
	else
		write_body(w, s, when_inside);
	body = w->out.data;
	quote = dollar_quote(body);
	w->out = outer;

	dialect_names_put(w->triggers, s->name, s->table);
	appendStringInfo(&w->out, "CREATE %sFUNCTION ", s->if_exists ? "OR REPLACE " : "");
	dialect_write_schema(w);
	dialect_write_name(w, s->name);
	appendStringInfo(&w->out, "() RETURNS trigger\n    LANGUAGE plpgsql AS %s\n%s%s;\nCREATE %sTRIGGER ", quote, body, quote, s->if_exists ? "OR REPLACE " : "");
	if (s->if_exists)
		dialect_note(w, FIND_VIEW_EXISTS, s->name_at, "trigger");
	dialect_write_name(w, s->name);
	appendStringInfo(&w->out, " %s %s", is_before ? "BEFORE" : s->timing, s->event);
	if (is_before)
		dialect_note(w, FIND_TRIGGER_BEFORE, s->name_at, NULL);
	if (s->columns != NIL && is_instead)
		dialect_note(w, FIND_TRIGGER, s->name_at, "an INSTEAD OF trigger has no list of columns");
	foreach(lc, s->columns)
	{
		appendStringInfoString(&w->out, foreach_current_index(lc) > 0 ? ", " : " OF ");
		dialect_write_column_names(w, dialect_find_relation(w, NULL, s->table), list_make1(lfirst(lc)));
	}
	appendStringInfoString(&w->out, " ON ");
	dialect_write_relation(w, NULL, s->table, s->name_at);
	appendStringInfoString(&w->out, "\n    FOR EACH ROW");
	if (guard)
		dialect_note(w, FIND_TRIGGER_DEPTH, s->name_at, NULL);
	if (guard || (s->where != NULL && !when_inside))
	{
		appendStringInfoString(&w->out, guard ? " WHEN (pg_trigger_depth() = 0" : " WHEN (");
		if (s->where != NULL && !when_inside)
		{
			appendStringInfoString(&w->out, guard ? " AND " : "");
			dialect_write_condition(w, s->where, guard ? OUT_AND : OUT_ANY);
		}
		appendStringInfoChar(&w->out, ')');
	}
	appendStringInfoString(&w->out, " EXECUTE FUNCTION ");
	dialect_write_schema(w);
	dialect_write_name(w, s->name);
	appendStringInfoString(&w->out, "()");
	w->scope = saved;
}

/*
 * NEW and OLD as the two tables that a name can belong to.
 */
static void
enter_row(DialectWriter *w, DialectStatement *s)
{
	static const char *const rows[] = {"new", "old"};
	DialectRelation *relation = dialect_find_relation(w, NULL, s->table);
	DialectScope *scope = palloc0(sizeof(DialectScope));
	int			i;

	scope->parent = w->scope;
	for (i = 0; i < lengthof(rows); i++)
	{
		DialectScopeItem *item = palloc0(sizeof(DialectScopeItem));

		item->alias = item->name = (char *) rows[i];
		item->relation = relation;
		scope->items = lappend(scope->items, item);
		dialect_names_put(w->spellings, rows[i], (void *) rows[i]);
	}
	w->scope = scope;
}

/*
 * Whether a query occurs in an expression, which WHEN of PostgreSQL does not take.
 */
static bool
has_query(const DialectExpr *e)
{
	ListCell   *lc;

	if (e == NULL)
		return false;
	if (e->select != NULL || e->from != NULL)
		return true;
	foreach(lc, e->args)
	{
		if (has_query(lfirst(lc)))
			return true;
	}
	return has_query(e->left) || has_query(e->right) || has_query(e->third);
}

static void
write_body(DialectWriter *w, DialectStatement *s, bool when_inside)
{
	bool		is_delete = strcmp(s->event, "DELETE") == 0;
	bool		is_after = strcmp(s->timing, "AFTER") == 0;
	DialectScope *row = w->scope;
	ListCell   *lc;

	appendStringInfoString(&w->out, "BEGIN\n");
	if (when_inside)
	{
		appendStringInfoString(&w->out, "IF ");
		dialect_write_condition(w, s->where, OUT_ANY);
		appendStringInfoString(&w->out, " THEN\n");
	}
	foreach(lc, s->body)
	{
		DialectStatement *change = lfirst(lc);

		w->scope = row;
		switch (change->kind)
		{
			case STMT_INSERT:
				dialect_write_insert(w, change);
				break;
			case STMT_UPDATE:
				dialect_write_update(w, change);
				break;
			case STMT_DELETE:
				dialect_write_delete(w, change);
				break;
			default:
				write_raise(w, s, change);
				continue;
		}
		appendStringInfoString(&w->out, ";\n");
	}
	w->scope = row;
	if (when_inside)
		appendStringInfoString(&w->out, "END IF;\n");
	appendStringInfo(&w->out, "RETURN %s;\nEND\n", is_after ? "NULL" : is_delete ? "OLD" : "NEW");
}

/*
 * Whether a result column of a trigger's SELECT is RAISE, or a CASE whose values are RAISE and constants.
 */
static bool
is_raise(const DialectExpr *e)
{
	ListCell   *lc;
	bool		found = false;

	if (e->kind == EXPR_RAISE)
		return true;
	if (e->kind != EXPR_CASE || e->left != NULL)
		return false;
	foreach(lc, e->args)
	{
		const DialectExpr *value = lfirst(lc);

		/* conditions and values by turns */
		if (foreach_current_index(lc) % 2 == 0)
			continue;
		if (value->kind == EXPR_RAISE)
			found = true;
		else if (!is_constant(value))
			return false;
	}
	if (e->right != NULL && e->right->kind == EXPR_RAISE)
		found = true;
	else if (e->right != NULL && !is_constant(e->right))
		return false;
	return found;
}

static bool
is_constant(const DialectExpr *e)
{
	return e->kind == EXPR_NULL || e->kind == EXPR_NUMBER || e->kind == EXPR_STRING || e->kind == EXPR_BOOL;
}

/*
 * What RAISE does; a constant does nothing.
 */
static void
write_action(DialectWriter *w, const DialectStatement *trigger, DialectExpr *e)
{
	if (e->kind != EXPR_RAISE)
		appendStringInfoString(&w->out, "NULL;");
	else if (e->left != NULL)
	{
		appendStringInfoString(&w->out, "RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = ");
		dialect_write_text(w, e->left, OUT_ANY);
		appendStringInfoChar(&w->out, ';');
	}
	else if (strcmp(trigger->timing, "AFTER") == 0)
		dialect_note(w, FIND_TRIGGER, e->start, "RAISE(IGNORE) in an AFTER trigger");
	else
		appendStringInfoString(&w->out, "RETURN NULL;");
}

/*
 * RAISE, or CASE around it as IF.
 */
static void
write_raising(DialectWriter *w, const DialectStatement *trigger, DialectExpr *e)
{
	ListCell   *lc;

	if (e->kind == EXPR_RAISE)
	{
		write_action(w, trigger, e);
		return;
	}
	foreach(lc, e->args)
	{
		if (foreach_current_index(lc) % 2 == 0)
		{
			appendStringInfoString(&w->out, foreach_current_index(lc) > 0 ? " ELSIF " : "IF ");
			dialect_write_condition(w, lfirst(lc), OUT_ANY);
			appendStringInfoString(&w->out, " THEN ");
		}
		else
			write_action(w, trigger, lfirst(lc));
	}
	if (e->right != NULL && e->right->kind == EXPR_RAISE)
	{
		appendStringInfoString(&w->out, " ELSE ");
		write_action(w, trigger, e->right);
	}
	appendStringInfoString(&w->out, " END IF;");
}

/*
 * SELECT RAISE(…) [FROM …] [WHERE …], SELECT CASE WHEN … THEN RAISE(…) END, and several of them: an IF around RAISE
 * EXCEPTION, or around RETURN NULL for IGNORE. With FROM one RAISE under one condition, of which a row is sought.
 */
static void
write_raise(DialectWriter *w, DialectStatement *trigger, DialectStatement *s)
{
	DialectSelect *select = s->select;
	DialectCore *core = select != NULL && list_length(select->cores) == 1 ? linitial(select->cores) : NULL;
	DialectExpr *condition = NULL;
	DialectExpr *raise = NULL;	/* the only one, where there is a FROM */
	ListCell   *lc;
	bool		is_known = core != NULL && core->results != NIL && select->ctes == NIL && core->group == NIL && core->having == NULL && select->limit == NULL;

	foreach(lc, is_known ? core->results : NIL)
		is_known = is_known && is_raise(((DialectResult *) lfirst(lc))->expr);
	if (is_known && core->from != NIL)
	{
		raise = ((DialectResult *) linitial(core->results))->expr;
		if (raise->kind == EXPR_CASE && list_length(raise->args) == 2 && (raise->right == NULL || raise->right->kind != EXPR_RAISE))
		{
			condition = linitial(raise->args);
			raise = lsecond(raise->args);
		}
		is_known = list_length(core->results) == 1 && raise->kind == EXPR_RAISE;
	}
	if (!is_known)
	{
		dialect_note(w, FIND_TRIGGER, s->start, "a SELECT that does something else than RAISE");
		return;
	}
	(void) dialect_enter_select(w, select);
	(void) dialect_enter_core(w, core);
	if (core->from != NIL)
	{
		appendStringInfoString(&w->out, "IF EXISTS (SELECT FROM ");
		dialect_write_from(w, core->from);
		appendStringInfoString(&w->out, core->where != NULL || condition != NULL ? " WHERE " : "");
	}
	else if (core->where != NULL)
		appendStringInfoString(&w->out, "IF ");
	if (core->where != NULL)
		dialect_write_condition(w, core->where, condition ? OUT_AND : OUT_ANY);
	if (condition != NULL)
	{
		appendStringInfoString(&w->out, core->where != NULL ? " AND " : "");
		dialect_write_condition(w, condition, core->where != NULL ? OUT_AND + 1 : OUT_ANY);
	}
	if (core->from != NIL)
		appendStringInfoChar(&w->out, ')');
	if (core->from != NIL || core->where != NULL)
		appendStringInfoString(&w->out, " THEN ");
	if (raise != NULL)
		write_action(w, trigger, raise);
	foreach(lc, core->from == NIL ? core->results : NIL)
	{
		appendStringInfoString(&w->out, foreach_current_index(lc) > 0 ? " " : "");
		write_raising(w, trigger, ((DialectResult *) lfirst(lc))->expr);
	}
	appendStringInfoString(&w->out, core->from != NIL || core->where != NULL ? " END IF;\n" : "\n");
}
