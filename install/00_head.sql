\echo Use "CREATE EXTENSION sqlite_fdw_mig" to load this file. \quit

-- Nothing in a schema that others can write to is found by this script, nor by the functions whose bodies are read here.
SET LOCAL search_path = pg_catalog, pg_temp;

-- The wrapper and the schema that holds everything else.

CREATE SCHEMA sqlite_mig;
COMMENT ON SCHEMA sqlite_mig IS 'migration of SQLite databases into PostgreSQL (extension sqlite_fdw_mig)';
GRANT USAGE ON SCHEMA sqlite_mig TO PUBLIC;

-- What the functions there are made of, out of sight of \df sqlite_mig.*
CREATE SCHEMA sqlite_mig_internal;
COMMENT ON SCHEMA sqlite_mig_internal IS 'internal: what the functions of sqlite_mig are made of; not to be called, and nothing in it stays as it is';
GRANT USAGE ON SCHEMA sqlite_mig_internal TO PUBLIC;

CREATE FUNCTION sqlite_mig.fdw_handler() RETURNS fdw_handler
	LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'mig_fdw_handler';
COMMENT ON FUNCTION sqlite_mig.fdw_handler() IS 'planner and executor callbacks of the foreign data wrapper sqlite_fdw_mig';

CREATE FUNCTION sqlite_mig.fdw_validator(text[], oid) RETURNS void
	LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'mig_fdw_validator';
COMMENT ON FUNCTION sqlite_mig.fdw_validator(text[], oid) IS 'checks the options of servers, foreign tables and columns of sqlite_fdw_mig';

CREATE FOREIGN DATA WRAPPER sqlite_fdw_mig
	HANDLER sqlite_mig.fdw_handler
	VALIDATOR sqlite_mig.fdw_validator;
COMMENT ON FOREIGN DATA WRAPPER sqlite_fdw_mig IS 'SQLite database files as foreign tables';
