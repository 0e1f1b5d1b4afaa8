-- Checks, and conditions and expressions of indexes, are evaluated by both engines on rows of the source: one whose translation means something else does not decide which rows there may be.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET TimeZone = 'UTC';
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_samples.db'
\setenv FILE :file
SELECT $sqlite$
-- "a" becomes text, whose type is always text
CREATE TABLE mixed (id INTEGER PRIMARY KEY, a CHECK (typeof(a) <> 'blob'), b TEXT, "N x" INTEGER, at TIMESTAMP, big INTEGER, CHECK (typeof(a) IN ('integer', 'text') -- or else
	));
INSERT INTO mixed VALUES (1, 1, 'Ab', 5, 1600000000, 1), (2, 'x', 'aC', NULL, 1700000000, 2), (3, 1, NULL, 5, NULL, 5000000000);
CREATE UNIQUE INDEX m_integers ON mixed (b) WHERE typeof(a) = 'integer';
CREATE INDEX m_plain_integers ON mixed (b) WHERE typeof(a) = 'integer';
CREATE UNIQUE INDEX m_unique_type ON mixed (typeof(a), id);
CREATE INDEX m_type ON mixed (b, typeof(a) DESC);
CREATE UNIQUE INDEX m_right ON mixed ("N x" + 1) WHERE "N x" IS NOT NULL AND b LIKE 'a%';
CREATE UNIQUE INDEX m_nocase ON mixed ((b || '-' || id) COLLATE NOCASE) WHERE id < 3;
CREATE INDEX m_trim ON mixed (b COLLATE RTRIM, ("N x" || ' ') COLLATE RTRIM) WHERE "N x" > 1;
CREATE INDEX m_at ON mixed (at) WHERE at > 1650000000;
CREATE INDEX m_overflow ON mixed (big * 10000000000);
CREATE INDEX m_both ON mixed (big * 10000000000) WHERE typeof(a) = 'integer';
-- first and last rows of a larger table are compared, those between are not
CREATE TABLE large (id INTEGER PRIMARY KEY, a, b CHECK (b <> '7'));
WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 12000) INSERT INTO large SELECT i, CASE WHEN i = 11999 THEN 'x' ELSE 'text' || i END, CASE WHEN i = 6000 THEN 7 ELSE 'b' END FROM n;
UPDATE large SET a = 7 WHERE id = 12000;
UPDATE large SET a = 'y' WHERE id = 6000;
CREATE UNIQUE INDEX l_last ON large (id) WHERE typeof(a) = 'integer';
CREATE UNIQUE INDEX l_between ON large (id) WHERE a = 'y';
CREATE TABLE without (k TEXT PRIMARY KEY, a) WITHOUT ROWID;
INSERT INTO without VALUES ('k', 1), ('l', 'x');
CREATE UNIQUE INDEX w_type ON without (k) WHERE typeof(a) = 'text';
CREATE TABLE empty (a, b TEXT);
CREATE UNIQUE INDEX e_type ON empty (b) WHERE typeof(a) = 'integer';
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 "$FILE" "$SQL" > /dev/null
CREATE SERVER mig_samples FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');

-- what CREATE INDEX is on
SELECT * FROM sqlite_mig_internal._index_terms('CREATE UNIQUE INDEX IF NOT EXISTS main."i" ON t (a DESC, ("b" || ''x'') COLLATE NOCASE ASC, lower(c)) WHERE a > 1 -- most');
SELECT * FROM sqlite_mig_internal._index_terms('CREATE INDEX i ON t ([a b])');
SELECT * FROM sqlite_mig_internal._index_terms('CREATE TABLE t (a)');
SELECT * FROM sqlite_mig_internal._index_terms('CREATE INDEX i ON t (a');

SELECT table_name, rows FROM sqlite_mig.prepare('mig_samples', 'mig_samples');
\pset format unaligned
\pset null (null)
SELECT source_name, is_unique, include, target_sql, reason FROM sqlite_mig.plan_index WHERE migration = 'mig_samples' ORDER BY source_name COLLATE "C";
SELECT target_name, include, target_sql, reason FROM sqlite_mig.plan_constraint WHERE migration = 'mig_samples' AND kind = 'check' ORDER BY target_name COLLATE "C";
SELECT object_kind, object_name, severity, effect, detail, sample FROM sqlite_mig.ledger WHERE migration = 'mig_samples' AND rule = 'other values' ORDER BY entry;
-- an index that is not made has no other entry
SELECT object_name, count(*) FROM sqlite_mig.ledger WHERE migration = 'mig_samples' AND object_name IN ('m_integers', 'm_unique_type', 'l_last', 'w_type') GROUP BY object_name ORDER BY object_name COLLATE "C";
SELECT to_regclass('pg_temp.sqlite_mig_trial'), count(*) FROM pg_class WHERE relname LIKE 'sqlite\_mig\_sample%';

-- the comparison finds what is wrong, and nothing else
CREATE FUNCTION pg_temp.compare(original text, translated text, type text) RETURNS text LANGUAGE sql AS $$
	SELECT coalesce(r.findings[1], r.error) FROM sqlite_mig.migration AS m, sqlite_mig_internal._run_probes(m, 'mixed', ARRAY[ROW('index', 'i', 'x', original, translated, type)::sqlite_mig_internal._probe]) AS r WHERE m.migration = 'mig_samples' $$;
SELECT pg_temp.compare('"N x" > 4', '"N x" > 4', 'boolean') AS same, pg_temp.compare('"N x" > 4', '"N x" > 5', 'boolean') AS other, pg_temp.compare('"N x" IS NULL', '"N x" IS NOT NULL', 'boolean') AS opposite,
	pg_temp.compare('"N x"', 'coalesce("N x", 0)', 'bigint') AS nulls, pg_temp.compare('at', 'at', 'timestamptz') AS refused, pg_temp.compare('no_such', '1', 'integer') AS sqlite, pg_temp.compare('1', '1 / ("N x" - 5)', 'integer') AS here;

CALL sqlite_mig.migrate('mig_samples');
SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE relnamespace = 'mig_samples'::regnamespace AND (indexprs IS NOT NULL OR indpred IS NOT NULL) ORDER BY pg_get_indexdef(indexrelid) COLLATE "C";
SELECT object_kind, object_name, effect, detail FROM sqlite_mig.ledger WHERE migration = 'mig_samples' AND phase = 'migrate' ORDER BY object_name COLLATE "C";
-- rows that the unique index of the translation would have refused are taken: in SQLite they are no integers
INSERT INTO mig_samples.mixed (id, a, b) VALUES (10, 'p', 'same'), (11, 'q', 'same');
-- those that it is for are refused
INSERT INTO mig_samples.mixed (id, a, b, "N x") VALUES (12, 'p', 'AQ', 5);

-- an index that is wanted all the same
UPDATE sqlite_mig.plan_index SET include = true WHERE migration = 'mig_samples' AND source_name = 'w_type';
SELECT statement FROM sqlite_mig.ddl('mig_samples') WHERE statement LIKE '%w_type%';
-- who may not make temporary tables gets a plan without such checks and indexes
SELECT current_database() AS db \gset
CREATE ROLE mig_samples_role;
REVOKE TEMPORARY ON DATABASE :"db" FROM PUBLIC;
GRANT USAGE ON FOREIGN SERVER mig_samples TO mig_samples_role;
CREATE SCHEMA mig_samples_3 AUTHORIZATION mig_samples_role;
CREATE SCHEMA sqlite_mig_samples_3 AUTHORIZATION mig_samples_role;
SET ROLE mig_samples_role;
SELECT count(*) FROM sqlite_mig.prepare('mig_samples', 'mig_samples_3', migration => 'mig_samples_3');
SELECT count(*) FILTER (WHERE include) AS included, min(regexp_replace(reason, '[0-9]+', 'N')) AS reason FROM sqlite_mig.plan_index WHERE migration = 'mig_samples_3' AND target_sql IS NOT NULL;
RESET ROLE;
GRANT TEMPORARY ON DATABASE :"db" TO PUBLIC;
DELETE FROM sqlite_mig.migration WHERE server = 'mig_samples';
DROP SCHEMA mig_samples_3, sqlite_mig_samples_3;
DROP SCHEMA mig_samples, sqlite_mig_samples CASCADE;
DROP SERVER mig_samples CASCADE;
DROP ROLE mig_samples_role;
