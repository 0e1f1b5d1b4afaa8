
-- What a SQLite file holds, read as the server sees it: one snapshot per transaction.

CREATE FUNCTION sqlite_mig.source_tables(
	server text,
	OUT table_name text, OUT kind text, OUT without_rowid boolean, OUT strict boolean, OUT rowid_name text,
	OUT estimated_rows bigint, OUT estimate_source text, OUT sql text, OUT error text)
	RETURNS SETOF record
	LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'mig_source_tables';
COMMENT ON FUNCTION sqlite_mig.source_tables(text) IS
	'tables and views of a SQLite file; error says why one cannot be read';

CREATE FUNCTION sqlite_mig.source_columns(
	server text, table_name text DEFAULT NULL,
	OUT table_name text, OUT "position" integer, OUT column_name text, OUT declared_type text, OUT not_null boolean,
	OUT default_value text, OUT primary_key integer, OUT generated text, OUT "collation" text, OUT rowid_alias boolean,
	OUT autoincrement boolean)
	RETURNS SETOF record
	LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'mig_source_columns';
COMMENT ON FUNCTION sqlite_mig.source_columns(text, text) IS
	'columns of one table of a SQLite file, or of all';

CREATE FUNCTION sqlite_mig.source_indexes(
	server text, table_name text DEFAULT NULL,
	OUT table_name text, OUT index_name text, OUT is_unique boolean, OUT origin text, OUT partial boolean,
	OUT columns text[], OUT descending boolean[], OUT collations text[], OUT sql text)
	RETURNS SETOF record
	LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'mig_source_indexes';
COMMENT ON FUNCTION sqlite_mig.source_indexes(text, text) IS
	'indexes of one table of a SQLite file, or of all, those of constraints too; a NULL column is an expression';

CREATE FUNCTION sqlite_mig.source_foreign_keys(
	server text, table_name text DEFAULT NULL,
	OUT table_name text, OUT id integer, OUT parent_table text, OUT columns text[], OUT parent_columns text[],
	OUT on_update text, OUT on_delete text, OUT match text)
	RETURNS SETOF record
	LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'mig_source_foreign_keys';
COMMENT ON FUNCTION sqlite_mig.source_foreign_keys(text, text) IS
	'foreign keys of one table of a SQLite file, or of all, as they were written; parent_columns NULL means the primary key of the parent';

CREATE FUNCTION sqlite_mig.source_objects(
	server text,
	OUT type text, OUT name text, OUT table_name text, OUT sql text)
	RETURNS SETOF record
	LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'mig_source_objects';
COMMENT ON FUNCTION sqlite_mig.source_objects(text) IS
	'everything in sqlite_schema';

CREATE FUNCTION sqlite_mig.source_sequences(
	server text,
	OUT table_name text, OUT seq bigint)
	RETURNS SETOF record
	LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'mig_source_sequences';
COMMENT ON FUNCTION sqlite_mig.source_sequences(text) IS
	'last numbers that AUTOINCREMENT gave; no row for a table that never had one';

CREATE FUNCTION sqlite_mig.source_info(
	server text,
	OUT path text, OUT file_size bigint, OUT page_size integer, OUT page_count bigint, OUT freelist_count bigint,
	OUT encoding text, OUT journal_mode text, OUT user_version integer, OUT application_id bigint, OUT sqlite_version text)
	RETURNS SETOF record
	LANGUAGE c STABLE ROWS 1 AS 'MODULE_PATHNAME', 'mig_source_info';
COMMENT ON FUNCTION sqlite_mig.source_info(text) IS
	'facts about a SQLite file, one row';

CREATE FUNCTION sqlite_mig_internal._source_surroundings(
	server text,
	OUT mode text, OUT modified timestamptz, OUT wal_size bigint, OUT journal_size bigint, OUT free_bytes bigint, OUT file_system text, OUT holders integer, OUT writer boolean)
	RETURNS SETOF record
	LANGUAGE c VOLATILE ROWS 1 AS 'MODULE_PATHNAME', 'mig_source_surroundings';
COMMENT ON FUNCTION sqlite_mig_internal._source_surroundings(text) IS
	'internal: permissions, journals and file system of a SQLite file, and how many other processes hold locks on it at this moment';

CREATE FUNCTION sqlite_mig_internal._source_count(server text, table_name text) RETURNS bigint
	LANGUAGE c STRICT STABLE AS 'MODULE_PATHNAME', 'mig_source_count';
COMMENT ON FUNCTION sqlite_mig_internal._source_count(text, text) IS 'internal: rows of a table as SQLite itself counts them';

CREATE FUNCTION sqlite_mig_internal._source_value(server text, expression text, table_name text DEFAULT NULL) RETURNS text
	LANGUAGE c STABLE AS 'MODULE_PATHNAME', 'mig_source_value';
COMMENT ON FUNCTION sqlite_mig_internal._source_value(text, text, text) IS 'internal: an expression of SQLite, over the rows of a table if one is given, as text; the first row of the result';

CREATE FUNCTION sqlite_mig_internal._source_damage(server text, OUT finding text, OUT unknown boolean)
	LANGUAGE c STRICT STABLE AS 'MODULE_PATHNAME', 'mig_source_damage';
COMMENT ON FUNCTION sqlite_mig_internal._source_damage(text) IS 'internal: what SQLite finds damaged in the structure of a file, or why it could not look';

CREATE FUNCTION sqlite_mig_internal._source_giants(server text, table_name text, OUT source_row text, OUT detail text) RETURNS SETOF record
	LANGUAGE c STRICT STABLE AS 'MODULE_PATHNAME', 'mig_source_giants';
COMMENT ON FUNCTION sqlite_mig_internal._source_giants(text, text) IS 'internal: the rows of a table with values that are longer than SQLite reads';
