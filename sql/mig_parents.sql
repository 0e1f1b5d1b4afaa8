-- api_parent.c: a row of a plan has a parent, however many rows of a command ask for the same one
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\set VERBOSITY terse

CREATE FUNCTION pg_temp.plan_table(mig text, name text) RETURNS void LANGUAGE sql AS
$$ INSERT INTO sqlite_mig.plan_table (migration, source_name, kind, target_name, include, load_order) VALUES (mig, name, 'table', name, true, 1) $$;
CREATE FUNCTION pg_temp.plan_columns(mig text, names text[], n integer DEFAULT 3, first integer DEFAULT 1) RETURNS void LANGUAGE sql AS
$$
	INSERT INTO sqlite_mig.plan_column (migration, source_table, source_name, position, target_name, declared_type, target_type, not_null, confidence, reason)
		SELECT mig, t, 'c' || i, i, 'c' || i, '', 'text', false, 1, '' FROM unnest(names) AS t, generate_series(first, n) AS i
$$;

INSERT INTO sqlite_mig.migration (migration, server, target_schema, source_schema) VALUES ('mig_parents', 'none', 'none', 'none');
SELECT pg_temp.plan_table('mig_parents', n) FROM unnest('{a,b}'::text[]) AS n;
-- rows of one command: the same parent, another one, one that is not there, at whatever place
SELECT pg_temp.plan_columns('mig_parents', '{a,b}');
SELECT pg_temp.plan_columns('mig_parents', '{a,a2}', 9, 5);
SELECT pg_temp.plan_columns('mig_parents', '{b2,b}', 9, 5);
SELECT pg_temp.plan_columns('mig_parent', '{a}', 9);
UPDATE sqlite_mig.plan_column SET source_table = CASE WHEN position = 3 THEN 'c' ELSE 'b' END, source_name = 'moved' || position WHERE migration = 'mig_parents' AND source_table = 'a';
SELECT source_table, count(*) FROM sqlite_mig.plan_column WHERE migration = 'mig_parents' GROUP BY 1 ORDER BY 1;

-- a parent that the same transaction takes away again
BEGIN;
SELECT pg_temp.plan_table('mig_parents', 'c');
SELECT pg_temp.plan_columns('mig_parents', '{c}');
DELETE FROM sqlite_mig.plan_table WHERE migration = 'mig_parents' AND source_name = 'c';
SAVEPOINT s;
SELECT pg_temp.plan_columns('mig_parents', '{c}');
ROLLBACK TO s;
SELECT pg_temp.plan_table('mig_parents', 'c');
SELECT pg_temp.plan_columns('mig_parents', '{c}');
ROLLBACK TO s;
SELECT pg_temp.plan_columns('mig_parents', '{c}');
ROLLBACK;
-- in one statement, and in a function without a statement of the client between
WITH gone AS (DELETE FROM sqlite_mig.plan_table WHERE migration = 'mig_parents' AND source_name = 'a')
INSERT INTO sqlite_mig.plan_column (migration, source_table, source_name, position, target_name, declared_type, target_type, not_null, confidence, reason)
	SELECT 'mig_parents', 'a', 'd' || i, i, 'd' || i, '', 'text', false, 1, '' FROM generate_series(10, 12) AS i;
DO
$$
BEGIN
	PERFORM pg_temp.plan_columns('mig_parents', '{a}', 0);
	INSERT INTO sqlite_mig.plan_column (migration, source_table, source_name, position, target_name, declared_type, target_type, not_null, confidence, reason)
		SELECT 'mig_parents', 'a', 'd' || i, i, 'd' || i, '', 'text', false, 1, '' FROM generate_series(10, 12) AS i;
	DELETE FROM sqlite_mig.plan_table WHERE migration = 'mig_parents' AND source_name = 'a';
	INSERT INTO sqlite_mig.plan_column (migration, source_table, source_name, position, target_name, declared_type, target_type, not_null, confidence, reason)
		SELECT 'mig_parents', 'a', 'e' || i, i, 'e' || i, '', 'text', false, 1, '' FROM generate_series(10, 12) AS i;
END;
$$;
SELECT source_name FROM sqlite_mig.plan_table WHERE migration = 'mig_parents' ORDER BY 1;
-- another foreign key under the name is read again
BEGIN;
SELECT pg_temp.plan_columns('mig_parents', '{b}', 0);
ALTER TABLE sqlite_mig.plan_column DROP CONSTRAINT plan_column_migration_source_table_fkey;
INSERT INTO sqlite_mig.plan_column (migration, source_table, source_name, position, target_name, declared_type, target_type, not_null, confidence, reason) VALUES ('mig_parents', 'b', 'x', 9, 'x', '', 'text', false, 1, '');
ROLLBACK;
DELETE FROM sqlite_mig.migration WHERE migration = 'mig_parents';
SELECT count(*) FROM sqlite_mig.plan_column WHERE migration = 'mig_parents';
