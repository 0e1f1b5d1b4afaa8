-- ddl(): the whole migration as a script, which runs by itself in psql and gives what migrate() gives.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_ddl.db'
\setenv FILE :file
SELECT $sqlite$
CREATE TABLE "Kopf" ("Nr" INTEGER PRIMARY KEY AUTOINCREMENT, "from" TEXT NOT NULL DEFAULT 'it''s', d DECIMAL(8,2), UNIQUE ("from", d));
INSERT INTO "Kopf" VALUES (4, 'a', 1.25), (5, 'b', NULL);
CREATE TABLE "Zeile'n" (kopf INTEGER REFERENCES kopf ON DELETE SET NULL, pos INTEGER, note VARCHAR(5), at TIMESTAMP, PRIMARY KEY (kopf, pos));
INSERT INTO "Zeile'n" VALUES (4, 1, 'x', '2020-01-01'), (4, 2, 'yy', NULL), (5, 1, NULL, NULL);
CREATE INDEX "by note" ON "Zeile'n" (note DESC, pos);
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 "$FILE" "$SQL"
CREATE SERVER mig_ddl FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');

SELECT statement FROM sqlite_mig.ddl('mig_ddl');
SELECT table_name, columns, rows FROM sqlite_mig.prepare('mig_ddl', 'mig ddl');
UPDATE sqlite_mig.plan_column SET time_zone = 'Europe/Berlin' WHERE migration = 'mig_ddl' AND source_name = 'at';
\pset format unaligned
SELECT step, object_kind, object_name, statement FROM sqlite_mig.ddl('mig_ddl') ORDER BY step;
\pset format aligned

-- as a script, from a file, in a session of its own
\set script :builddir '/results/mig_ddl_script.sql'
\setenv SCRIPT :script
\setenv PGDATABASE :DBNAME
\! psql -XqAt -c "SELECT statement || ';' FROM sqlite_mig.ddl('mig_ddl') ORDER BY step" > "$SCRIPT" && psql -XqAt -v ON_ERROR_STOP=1 -f "$SCRIPT"
ALTER SCHEMA "mig ddl" RENAME TO mig_ddl_by_hand;
CALL sqlite_mig.migrate('mig_ddl');

-- both have the same definition and the same rows
CREATE FUNCTION pg_temp.definition(schema text) RETURNS TABLE (line text) LANGUAGE sql AS $$
	SELECT replace(x, schema, 'S') FROM (
		SELECT format('%s.%s %s %s %s %s', c.relname, a.attname, format_type(atttypid, atttypmod), attnotnull, attidentity, pg_get_expr(adbin, adrelid))
			FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d ON (adrelid, adnum) = (attrelid, attnum) WHERE c.relnamespace = schema::regnamespace AND relkind = 'r' AND attnum > 0
		UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = schema::regnamespace AND contype <> 'n'
		UNION ALL SELECT replace(pg_get_indexdef(i.indexrelid), quote_ident(schema), schema) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid WHERE relnamespace = schema::regnamespace
		UNION ALL SELECT format('%s %s', sequencename, last_value) FROM pg_sequences WHERE schemaname = schema
	) AS l (x) $$;
CREATE TABLE pg_temp.one AS SELECT line FROM pg_temp.definition('mig_ddl_by_hand');
ALTER SCHEMA "mig ddl" RENAME TO mig_ddl_by_call;
CREATE TABLE pg_temp.two AS SELECT line FROM pg_temp.definition('mig_ddl_by_call');
SELECT count(*) > 10 AS many, (SELECT count(*) FROM (TABLE pg_temp.one EXCEPT ALL TABLE pg_temp.two) x) AS only_hand, (SELECT count(*) FROM (TABLE pg_temp.two EXCEPT ALL TABLE pg_temp.one) x) AS only_call FROM pg_temp.one;
SELECT line FROM pg_temp.one ORDER BY line COLLATE "C";
SELECT sqlite_mig.checksum('mig_ddl_by_hand."Kopf"') = sqlite_mig.checksum('mig_ddl_by_call."Kopf"') AS kopf, sqlite_mig.checksum('mig_ddl_by_hand."Zeile''n"') = sqlite_mig.checksum('mig_ddl_by_call."Zeile''n"') AS zeile;
SELECT at AT TIME ZONE 'Europe/Berlin' AS at FROM mig_ddl_by_hand."Zeile'n" WHERE at IS NOT NULL;

DELETE FROM sqlite_mig.migration WHERE server = 'mig_ddl';
DROP SCHEMA mig_ddl_by_hand, mig_ddl_by_call, sqlite_mig_ddl CASCADE;
DROP SERVER mig_ddl CASCADE;
