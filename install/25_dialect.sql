
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
