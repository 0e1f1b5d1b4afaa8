-- Long values are compressed with lz4, where PostgreSQL has it: the outputs below do not depend on that.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_compression.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, short TEXT, long TEXT, doc JSON, raw BLOB, n INTEGER, indexed TEXT); INSERT INTO t VALUES (1, hex(zeroblob(499)), hex(zeroblob(500)), '[\"' || hex(zeroblob(2000)) || '\"]', zeroblob(5000), 1, hex(zeroblob(1000))), (2, 'x', 'y', '{}', x'00', 2, 'z'); CREATE INDEX i ON t (n, indexed)"
CREATE SERVER mig_compression FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE SCHEMA mig_compression;
SELECT 'lz4' = ANY (enumvals) AS lz4 FROM pg_settings WHERE name = 'default_toast_compression' \gset
SET default_toast_compression = 'pglz';

SELECT table_name, columns, rows FROM sqlite_mig.prepare('mig_compression', 'mig_compression');
SELECT source_name, target_type, compression IS NOT DISTINCT FROM CASE WHEN source_name IN ('long', 'doc', 'raw') AND :'lz4' THEN 'lz4' END AS right
	FROM sqlite_mig.plan_column WHERE migration = 'mig_compression' ORDER BY position;
-- another method; and one for a type that has none
UPDATE sqlite_mig.plan_column SET compression = 'pglz' WHERE migration = 'mig_compression' AND source_name IN ('long', 'n');
SELECT replace(statement, ' COMPRESSION lz4', '') AS statement FROM sqlite_mig.ddl('mig_compression') WHERE object_kind = 'table';
CALL sqlite_mig.migrate('mig_compression');
SELECT id, pg_column_compression(long) AS long, pg_column_compression(doc) IS NOT DISTINCT FROM used AS doc, pg_column_compression(raw) IS NOT DISTINCT FROM used AS raw
	FROM mig_compression.t, LATERAL (SELECT CASE WHEN id = 1 THEN CASE WHEN :'lz4' THEN 'lz4' ELSE 'pglz' END END) AS u (used) ORDER BY id;
-- and for the rows to come
SELECT attname, attcompression = CASE WHEN attname = 'long' THEN 'p' WHEN attname IN ('doc', 'raw') AND :'lz4' THEN 'l' ELSE '' END AS right
	FROM pg_attribute WHERE attrelid = 'mig_compression.t'::regclass AND attnum > 0 ORDER BY attnum;

DELETE FROM sqlite_mig.migration WHERE server = 'mig_compression';
DROP SCHEMA mig_compression CASCADE;
DROP SERVER mig_compression CASCADE;
