/*-------------------------------------------------------------------------
 *
 * dialect_finding.c
 *	  What a translation has to say: the rules with their texts, and the list
 *	  of findings of one statement.
 *
 *-------------------------------------------------------------------------
 */
#include "dialect/dialect_writer.h"

typedef struct RuleRow
{
	DialectRuleId id;			/* rows are in this order */
	DialectSeverity severity;
	const char *rule;
	const char *message;		/* %s is what the writer names */
	const char *advice;
} RuleRow;

static const RuleRow rules[] = {
	{FIND_SYNTAX, DIALECT_BLOCKER, "syntax", "%s", "SQLite would refuse this statement too, or it is newer than this translator."},
	{FIND_PRAGMA, DIALECT_BLOCKER, "pragma", "%s", "Leave it out of the application; settings are parameters of the server, schema queries go to information_schema or pg_catalog."},
	{FIND_ATTACH, DIALECT_BLOCKER, "attach", "%s: a session sees one database", "Keep the tables in schemas of one database, or reach the other database through a foreign data wrapper."},
	{FIND_VIRTUAL, DIALECT_BLOCKER, "virtual table", "a virtual table of module %s has no equal", "Full-text search: a table with a generated tsvector column and a GIN index; R-Tree: PostGIS or a GiST index over a range or box."},
	{FIND_LIKE, DIALECT_INFO, "like", "LIKE ignores the case of ASCII letters in SQLite: written as ILIKE, which ignores that of all letters", "Where case matters write LIKE by hand; an index for ILIKE is made with pg_trgm."},
	{FIND_GLOB, DIALECT_INFO, "glob", "GLOB is written as %s", "Check that the pattern means the same."},
	{FIND_REGEXP, DIALECT_WARNING, "regexp", "REGEXP is a function of the application in SQLite: written as ~", "Check that the regular expressions use nothing that PostgreSQL understands otherwise."},
	{FIND_MATCH, DIALECT_BLOCKER, "match", "MATCH belongs to a virtual table", "Write vector @@ websearch_to_tsquery(…) against the tsvector column of the migrated table."},
	{FIND_INTEGER_DIVISION, DIALECT_WARNING, "integer division", "integers are divided without remainder in both; whether these are integers is not known", "Check the types; cast one side to bigint or double precision to say which division is meant."},
	{FIND_NUMERIC_DIVISION, DIALECT_WARNING, "integer division", "numeric is divided with decimals; SQLite divides without remainder where both values are whole numbers", "Cast one side to bigint or double precision to say which division is meant."},
	{FIND_IMPLICIT, DIALECT_WARNING, "implicit conversion", "%s are compared: one side is converted", "Make the types equal, or write the cast that is meant."},
	{FIND_STRING_NUMBER, DIALECT_WARNING, "string and number", "a number, or what may be one, is compared with a text: compared as texts", "SQLite finds them never equal, and every number smaller than every text."},
	{FIND_QUOTED_STRING, DIALECT_WARNING, "double-quoted string", "\"%s\" is no column and so a string: written in single quotes", "Use single quotes for strings in the application."},
	{FIND_QUOTED_DOUBT, DIALECT_WARNING, "double-quoted string", "\"%s\" is taken for a column; if there is none, SQLite took it for a string", "Use single quotes if it is a string."},
	{FIND_TRUTH, DIALECT_INFO, "number as condition", "a value is used as a condition", "PostgreSQL wants a boolean: write the comparison that is meant, or make the column boolean."},
	{FIND_BOOLEAN_VALUE, DIALECT_INFO, "condition as number", "a condition is used as a value: cast to integer, 1 or 0 as in SQLite", "Drop the cast if the application can take a boolean."},
	{FIND_BARE_COLUMN, DIALECT_WARNING, "group by", "%s is neither grouped nor aggregated: SQLite takes it from some row of the group", "Written as an aggregate that does the same; better add it to GROUP BY, or say which row is meant."},
	{FIND_ROWID, DIALECT_WARNING, "rowid", "%s: PostgreSQL has no rowid", "Use the primary key; the name is kept in case the table has such a column."},
	{FIND_NO_ROWID, DIALECT_BLOCKER, "rowid", "%s: the table has no column that is its rowid", "Add an identity column to the table, or use its primary key."},
	{FIND_OR_REPLACE, DIALECT_WARNING, "insert or replace", "OR REPLACE deletes the old row: written as ON CONFLICT DO UPDATE of all columns", "Foreign keys with ON DELETE and delete triggers do not act; where that matters, delete first."},
	{FIND_OR_REPLACE_KEYS, DIALECT_WARNING, "insert or replace", "the table has several unique keys: only conflicts of the first are resolved", "Conflicts of the others are errors; delete their rows first."},
	{FIND_OR_REPLACE_BOTH, DIALECT_BLOCKER, "insert or replace", "OR REPLACE on table %s, where more than one unique key or index may be in the way", "Write it as DELETE of all rows that are in the way, and INSERT."},
	{FIND_OR_REPLACE_ROWID, DIALECT_WARNING, "insert or replace", "a row that OR REPLACE replaces keeps its number in column %s, where SQLite gives the new row a new one", "Where a new number is meant, delete first, or add the column with DEFAULT to the DO UPDATE."},
	{FIND_OR_KEY, DIALECT_BLOCKER, "insert or replace", "OR REPLACE needs the key of table %s, which is not known", "Give its CREATE TABLE before this statement or as second argument, or write INSERT … ON CONFLICT (key) DO UPDATE."},
	{FIND_OR_IGNORE, DIALECT_INFO, "insert or ignore", "OR IGNORE is written as ON CONFLICT DO NOTHING", "It skips rows with a key that is there; NULL in NOT NULL columns and failed checks are errors."},
	{FIND_OR_FAIL, DIALECT_WARNING, "conflict clause", "OR %s: a failed statement changes nothing in PostgreSQL, and the transaction must be rolled back", "Use a savepoint where the application goes on after the error."},
	{FIND_UPDATE_OR, DIALECT_BLOCKER, "update or", "UPDATE OR %s has no equal", "Delete or leave out the conflicting rows first."},
	{FIND_NOW, DIALECT_INFO, "current time", "%s is UTC in SQLite; the same moment as timestamp with time zone", "It is the time of the transaction's beginning in PostgreSQL."},
	{FIND_NOW_TEXT, DIALECT_WARNING, "current time", "%s is a text in UTC", "If the column became timestamptz, compare with CURRENT_TIMESTAMP instead."},
	{FIND_MIXED, DIALECT_WARNING, "mixed types", "values of different types in one place: all are made text", "PostgreSQL has one type per expression; make the types equal."},
	{FIND_NULL_KEY, DIALECT_WARNING, "null for key", "NULL is given for %s: written as DEFAULT", "SQLite makes a new rowid of NULL; PostgreSQL's identity column wants the column left out or DEFAULT."},
	{FIND_ALIAS, DIALECT_INFO, "alias", "%s is the name of a result column: replaced by its expression", "PostgreSQL knows such names only as whole terms of ORDER BY and GROUP BY."},
	{FIND_INDEX_HINT, DIALECT_INFO, "index hint", "INDEXED BY is left out", "PostgreSQL chooses indexes by its statistics."},
	{FIND_NULLS_ORDER, DIALECT_INFO, "null order", "NULLs come first in SQLite: %s is written", "Leave it out where the column has no NULLs: an ordinary index serves the sort then."},
	{FIND_FUNCTION, DIALECT_INFO, "function", "%s is called in schema sqlite_compat", "It gives SQLite's results and needs the extension; a native expression may be simpler."},
	{FIND_NO_FUNCTION, DIALECT_BLOCKER, "function", "function %s is not one of SQLite's", "It belongs to the application or an extension: write it as a function of PostgreSQL."},
	{FIND_LAST_ROWID, DIALECT_WARNING, "last_insert_rowid", "last_insert_rowid() is written as lastval()", "Use INSERT … RETURNING: lastval() also sees the sequences that triggers use."},
	{FIND_CHANGES, DIALECT_BLOCKER, "changes", "%s has no equal", "The driver tells the number of changed rows (rowcount); in PL/pgSQL GET DIAGNOSTICS does."},
	{FIND_JSON, DIALECT_INFO, "json", "%s works on jsonb", "The result is jsonb or text: blanks and the order of keys differ, and numbers in it want a cast."},
	{FIND_COLLATION, DIALECT_INFO, "collation", "COLLATE %s is written as a function", "An index on the same expression serves it; a nondeterministic collation of the column would as well."},
	{FIND_NO_COLLATION, DIALECT_BLOCKER, "collation", "collation %s is one of the application", "Create a collation that orders alike, or compare a computed column."},
	{FIND_CASE_FOLD, DIALECT_INFO, "case", "%s changes ASCII letters only in SQLite", "PostgreSQL changes all letters; COLLATE \"C\" restricts it to ASCII."},
	{FIND_CAST, DIALECT_INFO, "cast", "CAST takes what it can from any text in SQLite: written as %s", "Where all texts are numbers an ordinary CAST does."},
	{FIND_SCHEMA_NAME, DIALECT_WARNING, "attached database", "database %s is written as a schema", "Create the schema with the tables of the attached database."},
	{FIND_SYSTEM_TABLE, DIALECT_BLOCKER, "system table", "%s is SQLite's own", "Ask information_schema or pg_catalog."},
	{FIND_TABLE_FUNCTION, DIALECT_BLOCKER, "table function", "%s has no equal", "Write it with functions of PostgreSQL in FROM."},
	{FIND_LIMITED, DIALECT_BLOCKER, "limited change", "ORDER BY and LIMIT of UPDATE or DELETE have no equal", "Choose the rows with a subquery over the primary key."},
	{FIND_RECURSIVE, DIALECT_BLOCKER, "recursive query", "%s in a recursive query has no equal", "Put it into the query that reads the CTE; PostgreSQL computes only the rows that are read."},
	{FIND_UPSERTS, DIALECT_BLOCKER, "upsert", "more than one ON CONFLICT", "PostgreSQL has one; write the others as statements of their own, or MERGE."},
	{FIND_UPSERT_TARGET, DIALECT_BLOCKER, "upsert", "DO UPDATE without a target needs the key of the table, which is not known", "Name the columns of the key behind ON CONFLICT."},
	{FIND_BEGIN, DIALECT_INFO, "transaction", "BEGIN IMMEDIATE and EXCLUSIVE lock the file: written as BEGIN", "Rows and tables are locked when they are changed; use SELECT … FOR UPDATE or LOCK TABLE where the order matters."},
	{FIND_TRIGGER, DIALECT_BLOCKER, "trigger", "%s", "Write the trigger function by hand."},
	{FIND_DROP_TRIGGER, DIALECT_BLOCKER, "trigger", "the table of trigger %s is not known", "Write DROP TRIGGER name ON table."},
	{FIND_WITHOUT_ROWID, DIALECT_INFO, "without rowid", "WITHOUT ROWID is left out", "It is about storage; CLUSTER orders a table once."},
	{FIND_STRICT, DIALECT_INFO, "strict", "STRICT is left out", "Every table of PostgreSQL is strict."},
	{FIND_CONFLICT_CLAUSE, DIALECT_WARNING, "conflict clause", "ON CONFLICT %s of a constraint is left out", "Say it with each INSERT: ON CONFLICT DO NOTHING or DO UPDATE."},
	{FIND_GENERATED, DIALECT_INFO, "generated column", "a virtual column is written as STORED", "It takes space, and may be indexed."},
	{FIND_MAINTENANCE, DIALECT_INFO, "maintenance", "%s does something else in PostgreSQL", "Autovacuum does this by itself; applications need not."},
	{FIND_RAISE, DIALECT_BLOCKER, "raise", "RAISE may stand only in a trigger, as the whole of a result column", "Write it as RAISE EXCEPTION in the trigger function."},
	{FIND_TRIGGER_DEPTH, DIALECT_WARNING, "trigger", "the trigger changes its own table, for which SQLite does not fire it again: written with pg_trigger_depth()", "A BEFORE trigger that assigns to NEW is simpler and faster."},
	{FIND_TRIGGER_BEFORE, DIALECT_INFO, "trigger", "the trigger sets columns of its own row: written as a BEFORE trigger that assigns to NEW", "Triggers that fire before it in the order of their names see the old values."},
	{FIND_VIEW_EXISTS, DIALECT_INFO, "if not exists", "IF NOT EXISTS of a %s is written as OR REPLACE", "An existing one is replaced."},
	{FIND_TOO_LARGE, DIALECT_BLOCKER, "too large", "the translation is too large", "An alias is used too often, or names and numbers blow up; write the statement by hand."},
	{FIND_NOT_IMMUTABLE, DIALECT_BLOCKER, "not immutable", "%s does not always give the same", "PostgreSQL takes only immutable expressions in indexes and generated columns: use a trigger."},
	{FIND_CONCAT, DIALECT_INFO, "concatenation", "|| takes numbers in SQLite: one side is cast to text", "A real number is written as 1.0 by SQLite and as 1 by PostgreSQL."},
	{FIND_RANDOM, DIALECT_INFO, "random", "random() is a number between 0 and 1 in PostgreSQL", "As a whole term of ORDER BY it does the same."},
	{FIND_GROUP_CONCAT, DIALECT_INFO, "group_concat", "group_concat is written as string_agg", "The order of the rows is not defined in either; write ORDER BY inside the call."},
	{FIND_EXPLAIN, DIALECT_INFO, "explain", "EXPLAIN shows PostgreSQL's plan", "Do not parse it."},
	{FIND_TYPE, DIALECT_INFO, "type", "type %s is chosen by the declaration alone", "The plan of a migration also looks at the values."},
	{FIND_SORT, DIALECT_INFO, "sort order", "texts are ordered by the collation of the database", "SQLite compares bytes: COLLATE \"C\" does the same."},
	{FIND_ORDER_DISTINCT, DIALECT_BLOCKER, "order by", "ORDER BY an expression that is no result column", "PostgreSQL wants it in the list of SELECT DISTINCT and of compound queries."},
	{FIND_AVG, DIALECT_INFO, "aggregate", "%s gives numeric in PostgreSQL: cast to double precision", "Drop the cast where exact decimals are welcome."},
	{FIND_AGGREGATE, DIALECT_WARNING, "aggregate", "sum() of integers is numeric in PostgreSQL", "It overflows later; divisions of it have decimals."},
	{FIND_COLLATION_LOST, DIALECT_WARNING, "collation", "values that COLLATE %s makes equal in SQLite are different ones here", "Give the column a nondeterministic collation, or fold the values by hand: lower(…), rtrim(…)."}
};

/*
 * Adds a finding at a byte of the text; "what" fills the %s of the rule's
 * message. A blocker makes the statement impossible.
 */
void
dialect_note(DialectWriter *w, DialectRuleId rule, int at, const char *what)
{
	const RuleRow *row = &rules[rule];
	DialectFinding *finding = palloc(sizeof(DialectFinding));

	Assert(row->id == rule);
	finding->at = at;
	finding->severity = row->severity;
	finding->rule = row->rule;
	finding->message = psprintf(row->message, what ? what : "");
	finding->advice = row->advice;
	w->findings = lappend(w->findings, finding);
	if (row->severity == DIALECT_BLOCKER)
		w->impossible = true;
}

static int
compare_findings(const void *a, const void *b)
{
	const DialectFinding *x = *(DialectFinding *const *) a;
	const DialectFinding *y = *(DialectFinding *const *) b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (strcmp(x->rule, y->rule) != 0)
		return strcmp(x->rule, y->rule);
	return strcmp(x->message, y->message);
}

/*
 * The findings so far in the order of the text, each once, and the list is
 * empty again.
 */
List *
dialect_sorted_findings(DialectWriter *w)
{
	int			n = list_length(w->findings);
	DialectFinding **sorted = palloc(sizeof(DialectFinding *) * Max(n, 1));
	List	   *result = NIL;
	ListCell   *lc;
	int			i = 0;

	foreach(lc, w->findings)
		sorted[i++] = lfirst(lc);
	qsort(sorted, n, sizeof(DialectFinding *), compare_findings);
	for (i = 0; i < n; i++)
	{
		if (i == 0 || compare_findings(&sorted[i - 1], &sorted[i]) != 0)
			result = lappend(result, sorted[i]);
	}
	w->findings = NIL;
	return result;
}
