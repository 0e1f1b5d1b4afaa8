-- Views and triggers: translated, in order, counted; what is not made has a reason
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_views.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "PRAGMA user_version = 7; CREATE TABLE item (id INTEGER PRIMARY KEY, Name TEXT, price REAL, changed TEXT); CREATE TABLE log (item INTEGER, msg TEXT); CREATE TABLE gone (x); INSERT INTO item VALUES (1, 'a', 2.5, NULL), (2, 'b', 4, NULL), (3, 'a', 1, NULL); INSERT INTO log VALUES (1, 'x');"
\! sqlite3 "$FILE" "CREATE VIEW cheap AS SELECT * FROM base WHERE price < 3; CREATE VIEW base AS SELECT id, Name, price FROM item; CREATE VIEW twice AS SELECT * FROM item AS a JOIN item AS b ON b.id = a.id; CREATE VIEW named (who, n) AS SELECT Name, count(*) FROM item GROUP BY Name; CREATE VIEW on_gone AS SELECT x FROM gone; CREATE VIEW over_gone AS SELECT * FROM on_gone; CREATE VIEW apps AS SELECT sql FROM sqlite_schema; CREATE VIEW today AS SELECT id, date('now') AS day FROM item; CREATE VIEW sums AS SELECT Name, avg(price) * 1.1 AS a, sum(price) / 3 AS s, price > 1 AS dear FROM item GROUP BY Name, price > 1; CREATE VIEW any_row AS SELECT count(*) AS n, group_concat(id) AS ids FROM item; CREATE VIEW endless AS WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;"
\! sqlite3 "$FILE" "CREATE TRIGGER logs AFTER UPDATE OF price ON item WHEN new.price > 3 BEGIN INSERT INTO log VALUES (new.id, 'dear'); END; CREATE TRIGGER sets AFTER INSERT ON item BEGIN UPDATE item SET changed = 'yes' WHERE id = new.id; END; CREATE TRIGGER adds INSTEAD OF INSERT ON base BEGIN INSERT INTO item (Name, price) VALUES (new.Name, new.price); END; CREATE TRIGGER selects AFTER DELETE ON item BEGIN SELECT 1; END; CREATE TRIGGER of_gone AFTER DELETE ON gone BEGIN DELETE FROM log; END;"
CREATE SERVER mig_views FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SET client_min_messages = warning;
CALL sqlite_mig.migrate('mig_views', 'mig_views', exclude => '{gone}');
SELECT source_name, include, make_order, columns, target_sql, reason FROM sqlite_mig.plan_view WHERE migration = 'mig_views' ORDER BY source_name;
SELECT source_name, include, reason FROM sqlite_mig.plan_trigger WHERE migration = 'mig_views' ORDER BY source_name;
SELECT object_kind, object_name, effect, rule, detail, accepted FROM sqlite_mig.ledger WHERE migration = 'mig_views' AND object_kind IN ('view', 'trigger', 'database') ORDER BY 1, 2, 4, 5;
SELECT table_name, check_name, source_value, target_value, ok, detail FROM sqlite_mig.verify('mig_views') WHERE check_name = 'view rows' ORDER BY 1;
SELECT * FROM mig_views.cheap ORDER BY id;
SELECT * FROM mig_views.twice ORDER BY id;
SELECT * FROM mig_views.named ORDER BY who;
-- triggers work, and did not fire before
SELECT changed, count(*) FROM mig_views.item GROUP BY changed;
INSERT INTO mig_views.base VALUES (NULL, 'new', 9);
UPDATE mig_views.item SET price = 5 WHERE id = 1;
SELECT id, "Name", price, changed FROM mig_views.item ORDER BY id;
SELECT * FROM mig_views.log ORDER BY msg;
-- a view that shows another number of rows is a finding
SELECT table_name, source_value, target_value, ok FROM sqlite_mig.verify('mig_views') WHERE check_name = 'view rows' AND NOT ok ORDER BY 1;
SELECT object_name, effect, detail FROM sqlite_mig.ledger WHERE migration = 'mig_views' AND rule = 'view rows' ORDER BY 1;
-- what a view shows is compared too, in any order; what depends on the time is not
SELECT table_name, ok, detail FROM sqlite_mig.verification WHERE migration = 'mig_views' AND check_name = 'view content' AND verified_at = (SELECT min(verified_at) FROM sqlite_mig.verification WHERE migration = 'mig_views') ORDER BY 1;
SELECT * FROM sqlite_mig_internal._view_differences(sqlite_mig_internal._migration('mig_views', false), 'named', 'mig_views.named');
SELECT * FROM sqlite_mig_internal._view_differences(sqlite_mig_internal._migration('mig_views', false), 'cheap', 'mig_views.cheap');
SELECT to_regclass('sqlite_mig_views.sqlite_mig_view_named');
-- in the way, then replaced with its views and functions
CALL sqlite_mig.migrate('mig_views', 'mig_views', exclude => '{gone}');
CALL sqlite_mig.migrate('mig_views', 'mig_views', exclude => '{gone}', if_exists => 'replace');
SELECT count(*) FROM sqlite_mig.journal WHERE migration = 'mig_views' AND object_kind IN ('view', 'trigger') AND run = (SELECT max(run) FROM sqlite_mig.journal WHERE migration = 'mig_views') AND error IS NULL;
-- a name that is changed in the plan is followed; what PostgreSQL refuses is told, and the rest is made
SELECT count(*) FROM sqlite_mig.prepare('mig_views', 'mig_views2', migration => 'mig_views2', exclude => '{gone}');
UPDATE sqlite_mig.plan_table SET target_name = 'article' WHERE migration = 'mig_views2' AND source_name = 'item';
UPDATE sqlite_mig.plan_view SET target_sql = 'SELECT nothing' WHERE migration = 'mig_views2' AND source_name = 'named';
UPDATE sqlite_mig.plan_view SET include = false WHERE migration = 'mig_views2' AND source_name = 'twice';
CALL sqlite_mig.migrate('mig_views', migration => 'mig_views2');
SELECT object_kind, object_name, effect, detail FROM sqlite_mig.ledger WHERE migration = 'mig_views2' AND phase = 'migrate' ORDER BY 1, 2;
SELECT * FROM mig_views2.cheap ORDER BY id;
-- names in another style
CALL sqlite_mig.migrate('mig_views', 'mig_views3', migration => 'mig_views3', exclude => '{gone}', options => '{"names": "snake"}');
SELECT * FROM mig_views3.cheap ORDER BY id;
-- beside tables that exist nothing is made
CALL sqlite_mig.migrate('mig_views', 'mig_views3', migration => 'mig_views4', tables => '{log}', if_exists => 'truncate');
SELECT DISTINCT object_kind FROM sqlite_mig.journal WHERE migration = 'mig_views4' ORDER BY 1;
-- with workers, and what they made is taken away again
CALL sqlite_mig.migrate('mig_views', 'mig_views5', migration => 'mig_views5', exclude => '{gone}', mode => 'resumable', workers => 2);
SELECT object_kind, object_name, stage, error FROM sqlite_mig.journal WHERE migration = 'mig_views5' AND object_kind IN ('view', 'trigger', 'verify view') ORDER BY step;
SELECT table_name, ok FROM sqlite_mig.verification WHERE migration = 'mig_views5' AND check_name = 'view rows' ORDER BY 1;
SELECT count(*) FROM mig_views5.cheap;
SELECT sqlite_mig_internal._undo_run('mig_views5');
SELECT to_regnamespace('mig_views5');
DELETE FROM sqlite_mig.migration WHERE server = 'mig_views';
DROP SCHEMA mig_views, mig_views2, mig_views3, sqlite_mig_views, sqlite_mig_views2, sqlite_mig_views3, sqlite_mig_views4 CASCADE;
DROP SERVER mig_views;
-- a view whose rows can be counted, but not read here: texts with a NUL byte
\set file2 :file '.2'
\setenv FILE2 :file2
\! rm -f "$FILE2"; sqlite3 "$FILE2" "CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB); INSERT INTO t VALUES (1, x'0001'); CREATE VIEW joined AS SELECT id, CAST(x'00' || b AS BLOB) AS c FROM t"
CREATE SERVER mig_views FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file2');
CALL sqlite_mig.migrate('mig_views', 'mig_views');
SELECT effect, rule, detail FROM sqlite_mig.ledger WHERE migration = 'mig_views' AND object_name = 'joined' AND rule ~ '^view';
SELECT verdict FROM sqlite_mig.status('mig_views');
DELETE FROM sqlite_mig.migration WHERE server = 'mig_views';
DROP SCHEMA mig_views, sqlite_mig_views CASCADE;
DROP SERVER mig_views;
