-- Errors that are meant for the user, raised by functions that the user has not called.

CREATE FUNCTION sqlite_mig_internal._refuse(condition text, message text, detail text DEFAULT NULL, hint text DEFAULT NULL, table_name text DEFAULT NULL, constraint_name text DEFAULT NULL) RETURNS void
	LANGUAGE c VOLATILE PARALLEL SAFE AS 'MODULE_PATHNAME', 'mig_refuse';
COMMENT ON FUNCTION sqlite_mig_internal._refuse(text, text, text, text, text, text) IS 'internal: throws an error whose context has no internal functions';
