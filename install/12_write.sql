-- Writing to a SQLite database other than by INSERT, UPDATE and DELETE on foreign tables.

CREATE FUNCTION sqlite_mig_internal._source_execute(server text, statement text) RETURNS bigint
	LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_source_execute';
COMMENT ON FUNCTION sqlite_mig_internal._source_execute(text, text) IS
	'internal: runs a statement of SQLite, of any kind but ATTACH, transaction control and the like, in the SQLite database of an updatable server, as part of the transaction; the number of rows it changed; needs pg_write_server_files';

CREATE FUNCTION sqlite_mig_internal._source_lock(server text) RETURNS void
	LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_source_lock';
COMMENT ON FUNCTION sqlite_mig_internal._source_lock(text) IS
	'internal: takes the write lock of the SQLite database of an updatable server until the end of the transaction; needs pg_write_server_files';
