-- The functions behind workers, called by somebody else than migrate: errors, and no rights that the caller does not have.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
SELECT sqlite_mig_internal._pool_ask('SELECT 1');
SELECT sqlite_mig_internal._pool_run('SELECT 1, ARRAY[''SELECT 1''], ARRAY[]::integer[]');
SELECT sqlite_mig_internal._pool_close();
SELECT sqlite_mig_internal._pool_open(NULL, 0);

-- a worker logs in as the session did, so RESET ROLE in it would give what the definer of a function does not have
CREATE ROLE mig_pool_low;
CREATE SCHEMA mig_pool AUTHORIZATION mig_pool_low;
SET ROLE mig_pool_low;
CREATE FUNCTION mig_pool.climb() RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
	PERFORM sqlite_mig_internal._pool_open(NULL, 1);
	RETURN sqlite_mig_internal._pool_ask('SELECT current_user');
END $$;
RESET ROLE;
SELECT mig_pool.climb();
DROP SCHEMA mig_pool CASCADE;
DROP ROLE mig_pool_low;

-- one after the other in a transaction
DO $$
BEGIN
	PERFORM sqlite_mig_internal._pool_open(NULL, 1);
	ASSERT sqlite_mig_internal._pool_ask('SELECT current_user') = current_user;
	PERFORM sqlite_mig_internal._pool_close();
	PERFORM sqlite_mig_internal._pool_ask('SELECT 1');
END $$;
