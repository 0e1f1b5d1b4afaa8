
-- SQL text of SQLite, taken apart.

CREATE FUNCTION sqlite_mig.parse_table(
	sql text,
	OUT clause text, OUT constraint_name text, OUT column_name text, OUT columns text[], OUT body text,
	OUT parent_columns text[], OUT conflict text, OUT stored boolean, OUT "deferrable" boolean, OUT deferred boolean,
	OUT autoincrement boolean, OUT descending boolean)
	RETURNS SETOF record
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_parse_table';
COMMENT ON FUNCTION sqlite_mig.parse_table(text) IS
	'clauses of a CREATE TABLE statement of SQLite in their order; one row with clause ''error'' and the reason as body when the text is none or is damaged';

CREATE FUNCTION sqlite_mig_internal._virtual_table(sql text, OUT place integer, OUT name text, OUT value text, OUT rest text)
	RETURNS SETOF record
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_virtual_table';
COMMENT ON FUNCTION sqlite_mig_internal._virtual_table(text) IS
	'internal: CREATE VIRTUAL TABLE taken apart: its module at place 0, then its arguments, name = value or name rest; no rows for another statement';

CREATE FUNCTION sqlite_mig_internal._table_comments(sql text, OUT column_name text, OUT comment text)
	RETURNS SETOF record
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_table_comments';
COMMENT ON FUNCTION sqlite_mig_internal._table_comments(text) IS
	'internal: comments of a CREATE TABLE that clearly belong to the table (column_name NULL) or to a column';

CREATE FUNCTION sqlite_mig_internal._index_terms(sql text, OUT terms text[], OUT condition text)
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_index_terms';
COMMENT ON FUNCTION sqlite_mig_internal._index_terms(text) IS
	'internal: what CREATE INDEX is on, without COLLATE, and its condition; NULL for another statement';

CREATE FUNCTION sqlite_mig.to_postgres(
	sql text, schema text DEFAULT NULL,
	OUT statement integer, OUT original text, OUT translated text, OUT findings jsonb)
	RETURNS SETOF record
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_to_postgres';
COMMENT ON FUNCTION sqlite_mig.to_postgres(text, text) IS
	'statements of SQLite''s SQL in PostgreSQL''s, NULL where that is impossible, each with an array of findings; CREATE statements in the script or in schema tell the types';

CREATE FUNCTION sqlite_mig.lint_sql(
	sql text, schema text DEFAULT NULL,
	OUT statement integer, OUT line integer, OUT "position" integer, OUT severity text, OUT rule text, OUT finding text, OUT advice text)
	RETURNS SETOF record
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT t.statement, (f.item ->> 'line')::integer, (f.item ->> 'position')::integer, f.item ->> 'severity', f.item ->> 'rule',
			sqlite_mig_internal._wrap(f.item ->> 'finding', 28), sqlite_mig_internal._wrap(f.item ->> 'advice', 24)
		FROM sqlite_mig.to_postgres(lint_sql.sql, lint_sql.schema) AS t,
			LATERAL jsonb_array_elements(t.findings) WITH ORDINALITY AS f (item, n)
		ORDER BY t.statement, f.n;
END;
COMMENT ON FUNCTION sqlite_mig.lint_sql(text, text) IS
	'what behaves differently in PostgreSQL: a row per finding of to_postgres, with its place in the text';

CREATE FUNCTION sqlite_mig.convert_placeholders(sql text, style text) RETURNS text
	LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_convert_placeholders';
COMMENT ON FUNCTION sqlite_mig.convert_placeholders(text, text) IS
	'SQL with placeholders ?, ?1, :a, @a, $a in the style format (%s), pyformat (%(a)s) or numeric ($1); strings, comments and operators are left alone';

-- For the plan. A catalog is an array of rows: table, its name in PostgreSQL, column, its name in PostgreSQL, type in PostgreSQL, and
-- letters: n NOT NULL, k primary key, u unique (with a number: a part of that unique key), x there are unique indexes that are no keys, r rowid, c COLLATE NOCASE, i whose type compares so by itself, t COLLATE RTRIM, g generated.

CREATE FUNCTION sqlite_mig_internal._translate(
	sql text, schema text, catalog text[], target_schema text DEFAULT NULL,
	OUT statement integer, OUT original text, OUT translated text, OUT findings jsonb)
	RETURNS SETOF record
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_to_postgres';
COMMENT ON FUNCTION sqlite_mig_internal._translate(text, text, text[], text) IS
	'internal: to_postgres with names and types of columns, and tables in a schema';

CREATE FUNCTION sqlite_mig_internal._translate_expr(
	expr text, context text, table_name text DEFAULT NULL, target_type text DEFAULT NULL, catalog text[] DEFAULT NULL,
	OUT translated text, OUT findings jsonb)
	LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_translate_expr';
COMMENT ON FUNCTION sqlite_mig_internal._translate_expr(text, text, text, text, text[]) IS
	'internal: an expression over the columns of a table; context is check, default, generated, index, predicate or value';
