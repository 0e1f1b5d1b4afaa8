-- Service functions: what is loaded, what is open.

CREATE FUNCTION sqlite_mig.version() RETURNS text
	LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_version';
COMMENT ON FUNCTION sqlite_mig.version() IS 'version of the extension and of the SQLite library it runs with';

CREATE FUNCTION sqlite_mig.connections(OUT server_name text, OUT database text, OUT in_transaction boolean, OUT valid boolean)
	RETURNS SETOF record
	LANGUAGE c VOLATILE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mig_connections';
COMMENT ON FUNCTION sqlite_mig.connections() IS
	'SQLite files this session has open; in_transaction: holds a read snapshot; valid is false when the server was altered since';

CREATE FUNCTION sqlite_mig.disconnect(server text) RETURNS boolean
	LANGUAGE c STRICT VOLATILE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mig_disconnect';
COMMENT ON FUNCTION sqlite_mig.disconnect(text) IS 'closes this session''s connection of a server; true if one was closed';

CREATE FUNCTION sqlite_mig.disconnect_all() RETURNS boolean
	LANGUAGE c VOLATILE PARALLEL RESTRICTED AS 'MODULE_PATHNAME', 'mig_disconnect_all';
COMMENT ON FUNCTION sqlite_mig.disconnect_all() IS 'closes all of this session''s SQLite connections; true if any was closed';
