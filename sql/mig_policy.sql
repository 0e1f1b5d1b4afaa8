-- Rows that break a constraint of the plan: the policies stop, not valid, quarantine, set null.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_policy.db'
\setenv FILE :file
SELECT $sqlite$
CREATE TABLE node (id INTEGER PRIMARY KEY, up INTEGER REFERENCES node ON DELETE CASCADE, at DATETIME UNIQUE, size REAL);
INSERT INTO node VALUES (1, NULL, '2024-01-01 00:00:00', 1.25), (2, 1, '2024-01-02 00:00:00', 0.1), (3, 99, NULL, 3), (4, 3, '2024-01-05 00:00:00', 4), (5, 4, NULL, 5), (6, NULL, NULL, 6),
	(7, 1, '2024-01-01 00:00:00.000', 7), (8, 7, '2024-01-01T00:00:00', 8), (9, 9, NULL, 9);
CREATE TABLE leaf (id INTEGER PRIMARY KEY, node INTEGER REFERENCES node ON DELETE CASCADE, q TEXT);
INSERT INTO leaf VALUES (1, 1, 'x'), (2, 3, 'y'), (3, 5, 'z'), (4, 77, x'00ff'), (5, NULL, 'v'), (6, 8, 1.5), (7, 9, 'nine');
CREATE TABLE twin (leaf INTEGER NOT NULL REFERENCES leaf ON DELETE CASCADE, w);
INSERT INTO twin VALUES (1, 0.5), (2, 1.5), (2, 1.5), (3, 'x'), (1, 0.5), (4, NULL);
CREATE TABLE pair (a TEXT, b DATETIME, c INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID;
INSERT INTO pair VALUES ('k', '2024-01-01 00:00:00', 1), ('k', '2024-01-01 00:00', 2), ('k', '2024-01-02 00:00:00', 3), ('l', '2024-01-01 00:00:00', -4);
CREATE TABLE pairs (a TEXT, b DATETIME, n INTEGER, FOREIGN KEY (a, b) REFERENCES pair (a, b));
INSERT INTO pairs VALUES ('k', '2024-01-01 00:00', 1), ('k', '2024-01-03 00:00:00', 2), (NULL, '2024-01-03 00:00:00', 3), ('l', NULL, 4);
CREATE TABLE hen (id INTEGER PRIMARY KEY, egg INTEGER REFERENCES egg);
CREATE TABLE egg (id INTEGER PRIMARY KEY, hen INTEGER REFERENCES hen);
INSERT INTO hen VALUES (1, 1), (2, 2), (3, 3), (4, 40);
INSERT INTO egg VALUES (1, 1), (2, 4), (3, 2);
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 "$FILE" "$SQL"
CREATE SERVER mig_policy FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE VIEW pg_temp.held AS
	SELECT table_name, source_key, policy, column_name, sqlstate, message, detail, replayed_at IS NOT NULL AS loaded FROM sqlite_mig.rejected WHERE server = 'mig_policy' ORDER BY reject;

-- stop: what, how many, which, and the way on; nothing stays
CALL sqlite_mig.migrate('mig_policy', 'mig_policy', tables => '{node}');
SELECT to_regnamespace('mig_policy'), (SELECT count(*) FROM sqlite_mig.migration WHERE server = 'mig_policy');
CALL sqlite_mig.migrate('mig_policy', 'mig_policy', tables => '{node,leaf}', options => '{"policy": "delete"}');
-- with a plan of one's own the UPDATE of the hint is the way on, one constraint at a time
SELECT count(*) FROM sqlite_mig.prepare('mig_policy', 'mig_policy', tables => '{node,leaf,twin}');
CALL sqlite_mig.migrate('mig_policy');
UPDATE sqlite_mig.plan_constraint SET policy = 'quarantine' WHERE (migration, source_table, target_name) = ('mig_policy', 'node', 'node_at_key');
CALL sqlite_mig.migrate('mig_policy');
UPDATE sqlite_mig.plan_constraint SET policy = 'not valid' WHERE (migration, source_table, target_name) = ('mig_policy', 'node', 'node_up_fkey');
CALL sqlite_mig.migrate('mig_policy');
SELECT statement FROM sqlite_mig.ddl('mig_policy') WHERE object_kind = 'orphans';
UPDATE sqlite_mig.plan_constraint SET policy = 'set null' WHERE (migration, source_table, target_name) = ('mig_policy', 'leaf', 'leaf_node_fkey');
SELECT object_kind, statement FROM sqlite_mig.ddl('mig_policy') WHERE object_kind IN ('orphans', 'unique', 'foreign key') ORDER BY step;
CALL sqlite_mig.migrate('mig_policy');
SELECT * FROM pg_temp.held;
SELECT id, node FROM mig_policy.leaf ORDER BY id;
SELECT conname, convalidated FROM pg_constraint WHERE connamespace = 'mig_policy'::regnamespace AND contype <> 'n' ORDER BY 1;
SELECT table_name, check_name, ok, detail FROM sqlite_mig.verification WHERE migration = 'mig_policy' ORDER BY 1, 2;
SELECT severity, effect, object_name, rule, rows, detail, sample FROM sqlite_mig.ledger WHERE migration = 'mig_policy' AND phase = 'migrate' ORDER BY entry;
SELECT verdict, rows FROM sqlite_mig.status('mig_policy');
SELECT object_kind, object_name, rows, error, fallback FROM sqlite_mig.journal WHERE migration = 'mig_policy' AND (error IS NOT NULL OR object_kind = 'orphans') AND run = (SELECT run FROM sqlite_mig.migration WHERE migration = 'mig_policy') ORDER BY step;
DROP SCHEMA mig_policy CASCADE;

-- what cannot be
UPDATE sqlite_mig.plan_constraint SET policy = 'set null' WHERE migration = 'mig_policy' AND target_name = 'node_pkey';
UPDATE sqlite_mig.plan_constraint SET policy = 'set null' WHERE migration = 'mig_policy' AND target_name = 'twin_leaf_fkey';
SELECT severity, object_name, finding, advice FROM sqlite_mig.plan_check('mig_policy') WHERE object_name = 'twin_leaf_fkey';
CALL sqlite_mig.migrate('mig_policy');

-- set null for all: where a column can become NULL; the others stop
CALL sqlite_mig.migrate('mig_policy', 'mig_policy', options => '{"replace": true, "policy": "set null"}', tables => '{leaf,node,twin}');
CALL sqlite_mig.migrate('mig_policy', 'mig_policy', options => '{"replace": true, "policy": "set null"}', tables => '{hen,egg}');
SELECT * FROM pg_temp.held;
TABLE mig_policy.hen ORDER BY id;
TABLE mig_policy.egg ORDER BY id;
SELECT check_name, ok FROM sqlite_mig.verify('mig_policy');
SELECT verdict, reason FROM sqlite_mig.status('mig_policy');
DROP SCHEMA mig_policy CASCADE;

-- quarantine for all: what a row that leaves was the parent of leaves too, through self reference and cycle; ON DELETE does nothing
CALL sqlite_mig.migrate('mig_policy', 'mig_policy', options => '{"replace": true, "policy": "quarantine"}', tables => '{*}');
SELECT * FROM pg_temp.held;
SELECT "row" FROM sqlite_mig.rejected WHERE server = 'mig_policy' AND table_name IN ('leaf', 'twin', 'pair') ORDER BY reject;
SELECT id FROM mig_policy.node ORDER BY 1;
SELECT id FROM mig_policy.leaf ORDER BY 1;
TABLE mig_policy.twin;
TABLE mig_policy.pair ORDER BY a, b;
TABLE mig_policy.pairs ORDER BY n;
TABLE mig_policy.hen;
TABLE mig_policy.egg;
SELECT count(*) AS constraints, bool_and(convalidated) AS valid FROM pg_constraint WHERE connamespace = 'mig_policy'::regnamespace AND contype IN ('p', 'u', 'f');
SELECT table_name, check_name, ok, detail FROM sqlite_mig.verification AS v JOIN sqlite_mig.migration AS m USING (migration, verified_at) WHERE migration = 'mig_policy' ORDER BY 1, 2;
SELECT verdict, rows FROM sqlite_mig.status('mig_policy');
-- every row of the source is in the target or in the quarantine
SELECT p.source_name, p.rows AS source, j.rows AS copied, (SELECT count(*) FROM sqlite_mig.rejected AS r WHERE r.migration = 'mig_policy' AND r.table_name = p.source_name) AS held
	FROM sqlite_mig.plan_table AS p JOIN sqlite_mig.journal AS j ON (j.migration, j.table_name, j.object_kind) = (p.migration, p.source_name, 'copy')
	WHERE p.migration = 'mig_policy' AND j.run = (SELECT run FROM sqlite_mig.migration WHERE migration = 'mig_policy') ORDER BY 1;
-- never past a foreign key that is there, whose ON DELETE would act: a run that goes on with another policy would come here
SELECT sqlite_mig_internal._settle(r, sqlite_mig_internal._offenders(r), '23503') FROM sqlite_mig_internal._rule('mig_policy', 'foreign key', 'node_up_fkey', 'node') AS r;
SELECT sqlite_mig_internal._settle(r, sqlite_mig_internal._offenders(r), '23503') FROM sqlite_mig_internal._rule('mig_policy', 'foreign key', 'twin_leaf_fkey', 'twin') AS r;
-- repaired and replayed, parents first
SELECT * FROM sqlite_mig.replay('mig_policy');
\! sqlite3 "$FILE" "UPDATE node SET at = '2025-01-0' || id WHERE id IN (7, 8); INSERT INTO node VALUES (99, NULL, NULL, 0); UPDATE leaf SET node = 1 WHERE id = 4; UPDATE hen SET egg = 1 WHERE id = 4; UPDATE pair SET b = '2024-01-03 00:00:00' WHERE c = 2"
UPDATE sqlite_mig.rejected SET "row" = jsonb_set("row", '{up}', '1') WHERE server = 'mig_policy' AND table_name = 'node' AND source_rowid = 3;
UPDATE sqlite_mig.rejected SET "row" = jsonb_set("row", '{egg}', '1') WHERE server = 'mig_policy' AND table_name = 'hen';
SELECT * FROM sqlite_mig.replay('mig_policy');
SELECT * FROM sqlite_mig.replay('mig_policy');
SELECT * FROM pg_temp.held WHERE NOT loaded;
DELETE FROM sqlite_mig.rejected WHERE server = 'mig_policy';
DROP SCHEMA mig_policy CASCADE;

-- a check, NULL in a primary key, a unique index; of rows that look alike the first stays, whatever lies where
SELECT count(*) FROM sqlite_mig.prepare('mig_policy', 'mig_policy', '{"replace": true, "policy": "quarantine"}', tables => '{twin,pair}');
INSERT INTO sqlite_mig.plan_constraint (migration, source_table, target_name, kind, include, target_sql) VALUES ('mig_policy', 'pair', 'positive', 'check', true, 'c > 0 OR b IS NULL');
INSERT INTO sqlite_mig.plan_constraint (migration, source_table, target_name, kind, include, columns) VALUES ('mig_policy', 'twin', 'twin_w', 'primary key', true, '{w}');
INSERT INTO sqlite_mig.plan_index (migration, source_table, source_name, target_name, include, is_unique, columns, descending) VALUES ('mig_policy', 'pair', 'one', 'one', true, true, '{a}', '{f}');
UPDATE sqlite_mig.plan_index SET policy = 'not valid' WHERE migration = 'mig_policy';
SELECT severity, object_kind, object_name, finding, rows, sample FROM sqlite_mig.plan_check('mig_policy') ORDER BY 3;
CALL sqlite_mig.migrate('mig_policy');
SELECT * FROM pg_temp.held;
TABLE mig_policy.twin ORDER BY w;
TABLE mig_policy.pair ORDER BY a, b;
SELECT indexrelid::regclass::text, indisunique FROM pg_index WHERE indrelid IN ('mig_policy.twin'::regclass, 'mig_policy.pair'::regclass) ORDER BY 1;
SELECT table_name, check_name, ok, detail FROM sqlite_mig.verification AS v JOIN sqlite_mig.migration AS m USING (migration, verified_at) WHERE migration = 'mig_policy' ORDER BY 1, 2;
DROP SCHEMA mig_policy CASCADE;
-- and each of them stops
UPDATE sqlite_mig.plan_constraint SET policy = CASE target_name WHEN 'positive' THEN 'stop' END WHERE migration = 'mig_policy';
CALL sqlite_mig.migrate('mig_policy');
UPDATE sqlite_mig.plan_constraint SET policy = CASE target_name WHEN 'twin_w' THEN 'stop' END WHERE migration = 'mig_policy';
CALL sqlite_mig.migrate('mig_policy');
UPDATE sqlite_mig.plan_constraint SET policy = NULL WHERE migration = 'mig_policy';
UPDATE sqlite_mig.plan_index SET policy = 'stop' WHERE migration = 'mig_policy';
SELECT severity, advice FROM sqlite_mig.plan_check('mig_policy') WHERE object_name = 'one';
SELECT to_regnamespace('mig_policy');

-- a foreign key between types that do not compare is not made, whatever its policy
UPDATE sqlite_mig.plan_column SET target_type = 'text', format = 'any' WHERE migration = 'mig_policy' AND (source_table, source_name) = ('pair', 'c');
DELETE FROM sqlite_mig.plan_index WHERE migration = 'mig_policy';
DELETE FROM sqlite_mig.plan_constraint WHERE migration = 'mig_policy' AND target_name IN ('positive', 'twin_w');
INSERT INTO sqlite_mig.plan_constraint (migration, source_table, target_name, kind, include, columns, parent_table, parent_columns, policy) VALUES ('mig_policy', 'twin', 'twin_pair', 'foreign key', true, '{leaf}', 'pair', '{c}', 'quarantine');
CALL sqlite_mig.migrate('mig_policy');
SELECT effect, object_name, detail FROM sqlite_mig.ledger WHERE migration = 'mig_policy' AND object_name = 'twin_pair';
SELECT count(*) FROM pg_temp.held;

-- an edited plan takes another policy for all; by a role without special rights
\! sqlite3 "$FILE" "DELETE FROM node WHERE id = 99"
DELETE FROM sqlite_mig.migration WHERE server = 'mig_policy';
DROP SCHEMA mig_policy, sqlite_mig_policy CASCADE;
CREATE ROLE regress_mig_policy;
GRANT USAGE ON FOREIGN SERVER mig_policy TO regress_mig_policy;
CREATE SCHEMA mig_policy AUTHORIZATION regress_mig_policy;
CREATE SCHEMA sqlite_mig_policy AUTHORIZATION regress_mig_policy;
SET ROLE regress_mig_policy;
SELECT count(*) FROM sqlite_mig.prepare('mig_policy', 'mig_policy', tables => '{node,leaf}');
UPDATE sqlite_mig.plan_column SET target_name = 'note' WHERE migration = 'mig_policy' AND source_name = 'q';
CALL sqlite_mig.migrate('mig_policy');
CALL sqlite_mig.migrate('mig_policy', options => '{"policy": "quarantine"}');
SELECT table_name, source_key, policy FROM sqlite_mig.rejected ORDER BY reject;
SELECT verdict FROM sqlite_mig.status('mig_policy');
UPDATE sqlite_mig.rejected SET accepted = true;
SELECT verdict FROM sqlite_mig.status('mig_policy');
RESET ROLE;

DELETE FROM sqlite_mig.migration WHERE server = 'mig_policy';
DROP SCHEMA mig_policy, sqlite_mig_policy CASCADE;
DROP SERVER mig_policy CASCADE;
DROP ROLE regress_mig_policy;
