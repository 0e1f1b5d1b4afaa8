-- Options of servers, tables and columns: the option table, its errors and hints.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\set VERBOSITY verbose
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/server_option.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t VALUES (1, 'x');"

-- the messages without the source line, which differs between versions
CREATE FUNCTION pg_temp.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	m text; d text; h text;
BEGIN
	EXECUTE statement;
	RETURN 'ok';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS m = MESSAGE_TEXT, d = PG_EXCEPTION_DETAIL, h = PG_EXCEPTION_HINT;
	RETURN SQLSTATE || ' ' || m || coalesce(E'\n  detail: ' || nullif(d, ''), '') || coalesce(E'\n  hint: ' || nullif(h, ''), '');
END $$;
CREATE FUNCTION pg_temp.server(options text) RETURNS text LANGUAGE sql AS $$
	SELECT pg_temp.try('CREATE SERVER opt_try FOREIGN DATA WRAPPER sqlite_fdw_mig' || options)
$$;

-- names
SELECT pg_temp.server('');
SELECT pg_temp.server($$ OPTIONS (databse '/x')$$);
SELECT pg_temp.server($$ OPTIONS (database 'relative.db')$$);
SELECT pg_temp.try($$CREATE FOREIGN DATA WRAPPER opt_w HANDLER sqlite_mig.fdw_handler VALIDATOR sqlite_mig.fdw_validator OPTIONS (x '1')$$);
CREATE SERVER opt FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT pg_temp.try($$CREATE USER MAPPING FOR CURRENT_USER SERVER opt OPTIONS (password 'x')$$);
SELECT pg_temp.try($$CREATE FOREIGN TABLE opt_t (a int) SERVER opt OPTIONS (tabel 't')$$);
SELECT pg_temp.try($$CREATE FOREIGN TABLE opt_t (a int OPTIONS (colum_name 'a')) SERVER opt$$);

-- values, one of each kind
SELECT o, pg_temp.try(format('ALTER SERVER opt OPTIONS (ADD %s)', o))
FROM unnest(ARRAY['immutable ''perhaps''', 'busy_timeout ''-1''', 'busy_timeout ''soon''', 'cache_size ''many''',
	'keep_connections ''2''', 'fdw_startup_cost ''-1''', 'fdw_tuple_cost ''x''', 'time_zone ''Mars/Olympus''',
	'on_nul ''ignore''', 'on_invalid_utf8 ''latin9''']) AS o;

-- good ones are kept, and every one can be set
ALTER SERVER opt OPTIONS (ADD immutable 'false', ADD busy_timeout '200ms', ADD cache_size '16MB', ADD keep_connections 'on',
	ADD fdw_startup_cost '5', ADD fdw_tuple_cost '0.5', ADD time_zone 'Europe/Berlin', ADD on_nul 'strip', ADD on_invalid_utf8 'windows-1252');
SELECT unnest(srvoptions) AS option FROM pg_foreign_server WHERE srvname = 'opt' AND NOT 'x' = ANY (srvoptions)
EXCEPT SELECT 'database=' || :'file' ORDER BY 1;
CREATE FOREIGN TABLE opt_t (
	x integer OPTIONS (column_name 'a', key 'true'),
	y text OPTIONS (column_name 'b', empty_as_null 'true')
) SERVER opt OPTIONS ("table" 't');
SELECT * FROM opt_t;

-- an option takes effect in the same session: the old connection is not used any longer
\set file2 :builddir '/results/server_option_2.db'
\setenv FILE2 :file2
\! rm -f "$FILE2"; sqlite3 "$FILE2" "CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t VALUES (2, ''), (3, 'z');"
ALTER SERVER opt OPTIONS (SET database :'file2');
SELECT * FROM opt_t ORDER BY x;

-- costs are the options'
EXPLAIN SELECT x FROM opt_t;
ALTER SERVER opt OPTIONS (SET fdw_startup_cost '100');
EXPLAIN SELECT x FROM opt_t;

DROP FOREIGN TABLE opt_t;
DROP SERVER opt;
SELECT server_name, in_transaction FROM sqlite_mig.connections() WHERE database = :'file2' AND valid;
