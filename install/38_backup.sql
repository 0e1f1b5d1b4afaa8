-- Copies of a file that is in use: a backup to keep, a snapshot to read.

CREATE FUNCTION sqlite_mig.backup(server text, path text, OUT pages bigint, OUT bytes bigint, OUT seconds numeric, OUT integrity text)
	LANGUAGE c VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_backup';
COMMENT ON FUNCTION sqlite_mig.backup(text, text) IS
	'copies a SQLite database, which may be in use, into a new file on the database server and checks the copy: integrity is ok, or what SQLite finds; needs pg_write_server_files';

CREATE FUNCTION sqlite_mig_internal._snapshot(server text) RETURNS void
	LANGUAGE c STRICT VOLATILE PARALLEL UNSAFE AS 'MODULE_PATHNAME', 'mig_snapshot';
COMMENT ON FUNCTION sqlite_mig_internal._snapshot(text) IS 'internal: copies a SQLite database and reads the copy for the rest of the transaction';
