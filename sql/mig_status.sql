-- Who sees and may do what: a migration belongs to the role that prepared it. And the verdicts one by one.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_status.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO t VALUES (1, 'one'), (2, 'two'); CREATE TABLE u (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t)"
CREATE SERVER mig_status FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE ROLE mig_status_anna;
CREATE ROLE mig_status_bob;
CREATE ROLE mig_status_team;
GRANT USAGE ON FOREIGN SERVER mig_status TO mig_status_anna, mig_status_bob;
CREATE SCHEMA anna AUTHORIZATION mig_status_anna;
CREATE SCHEMA anna_source AUTHORIZATION mig_status_anna;
CREATE SCHEMA bob AUTHORIZATION mig_status_bob;
CREATE SCHEMA bob_source AUTHORIZATION mig_status_bob;

-- a role without rights on the database needs schemas of its own, and is told so
SET ROLE mig_status_anna;
CALL sqlite_mig.migrate('mig_status', 'anna');
CALL sqlite_mig.migrate('mig_status', 'elsewhere', options => '{"source_schema": "anna_source"}');
CALL sqlite_mig.migrate('mig_status', 'anna', options => '{"source_schema": "anna_source"}');
SELECT verdict, rows FROM sqlite_mig.status('mig_status');
SELECT * FROM anna.t ORDER BY id;
SELECT bool_and(ok) FROM sqlite_mig.verify('mig_status');

-- another role sees nothing of it, changes nothing of it, and cannot take its name
SET ROLE mig_status_bob;
SELECT (SELECT count(*) FROM sqlite_mig.migration) AS m, (SELECT count(*) FROM sqlite_mig.plan_table) AS t, (SELECT count(*) FROM sqlite_mig.plan_column) AS c,
	(SELECT count(*) FROM sqlite_mig.plan_constraint) AS k, (SELECT count(*) FROM sqlite_mig.ledger) AS l, (SELECT count(*) FROM sqlite_mig.ledger_entry) AS e,
	(SELECT count(*) FROM sqlite_mig.journal) AS j, (SELECT count(*) FROM sqlite_mig.verification) AS v;
SELECT * FROM sqlite_mig.status('mig_status');
SELECT * FROM sqlite_mig.ddl('mig_status');
SELECT * FROM sqlite_mig.verify('mig_status');
SELECT count(*) FROM sqlite_mig.prepare('mig_status', 'bob', '{"source_schema": "bob_source"}');
UPDATE sqlite_mig.migration SET owner = 'mig_status_bob';
DELETE FROM sqlite_mig.plan_table;
INSERT INTO sqlite_mig.plan_view (migration, source_name, target_name) VALUES ('mig_status', 'v', 'v');
INSERT INTO sqlite_mig.migration (migration, server, target_schema, source_schema, owner) VALUES ('forged', 'x', 'x', 'y', 'mig_status_anna');
INSERT INTO sqlite_mig.type_rule VALUES (1, '', '{text}', NULL, 'mine');
SELECT count(*) FROM sqlite_mig.prepare('mig_status', 'bob', '{"source_schema": "bob_source"}', 'bobs');
UPDATE sqlite_mig.plan_table SET migration = 'mig_status';
UPDATE sqlite_mig.migration SET owner = 'mig_status_anna' WHERE migration = 'bobs';
SELECT migration, owner FROM sqlite_mig.migration;
RESET ROLE;

-- a superuser sees all, but does not run what another role wrote
UPDATE sqlite_mig.plan_column SET default_expr = 'now()' WHERE migration = 'bobs' AND source_name = 'x';
SELECT migration, owner FROM sqlite_mig.migration WHERE server = 'mig_status' ORDER BY 1;
CALL sqlite_mig.migrate('mig_status', migration => 'bobs');
SELECT count(*) FROM sqlite_mig.prepare('mig_status', migration => 'bobs', options => '{"replace": true}');
SELECT * FROM sqlite_mig.verify('mig_status');
SELECT verdict FROM sqlite_mig.status('mig_status');
SELECT count(*) > 5 AS shown FROM sqlite_mig.ddl('mig_status', 'bobs');

-- members of the owning role share its migrations
GRANT mig_status_team TO mig_status_anna, mig_status_bob;
GRANT USAGE ON FOREIGN SERVER mig_status TO mig_status_team;
CREATE SCHEMA team AUTHORIZATION mig_status_team;
CREATE SCHEMA team_source AUTHORIZATION mig_status_team;
SET ROLE mig_status_team;
SELECT count(*) FROM sqlite_mig.prepare('mig_status', 'team', '{"source_schema": "team_source"}', 'ours');
SET ROLE mig_status_bob;
SELECT migration FROM sqlite_mig.migration ORDER BY 1;
UPDATE sqlite_mig.plan_table SET include = false WHERE migration = 'ours' AND source_name = 'u';
CALL sqlite_mig.migrate('mig_status', migration => 'ours');
SET ROLE mig_status_team;
CALL sqlite_mig.migrate('mig_status', migration => 'ours');
SELECT tables, verdict FROM sqlite_mig.status('mig_status', 'ours');
RESET ROLE;

-- a role without USAGE gets no further than that
REVOKE USAGE ON FOREIGN SERVER mig_status FROM mig_status_bob, mig_status_team;
SET ROLE mig_status_bob;
SELECT count(*) FROM sqlite_mig.prepare('mig_status', 'bob', '{"source_schema": "bob_source", "replace": true}', 'bobs');
RESET ROLE;

-- what the patterns of the call leave out is agreed to, views as well; what the plan's owner leaves out too
\! sqlite3 -cmd ".dbconfig trusted_schema on" "$FILE" "CREATE VIEW v AS SELECT 1; CREATE VIEW w AS SELECT 2; CREATE TRIGGER tr AFTER INSERT ON u BEGIN SELECT 1; END; CREATE INDEX t_x ON t (x); CREATE TABLE c (a INTEGER DEFAULT ('x' || 'y'), b TEXT, CHECK (a > 0 OR a MATCH 'x'), UNIQUE (b)); CREATE INDEX c_p ON c (a) WHERE a > 5; INSERT INTO c VALUES (1, 'x')" > /dev/null
CALL sqlite_mig.migrate('mig_status', 'mig_status_part', migration => 'part', tables => '{t,w}');
SELECT object_kind, object_name, effect, detail, accepted FROM sqlite_mig.ledger WHERE migration = 'part' ORDER BY entry;
SELECT verdict, tables, findings FROM sqlite_mig.status('mig_status', 'part');
SELECT table_name FROM sqlite_mig.prepare('mig_status', 'mig_status_edit', migration => 'edit', tables => '{t,u,c}');
SELECT object_kind, object_name, effect, rule, accepted FROM sqlite_mig.ledger WHERE migration = 'edit' AND table_name IN ('t', 'u', 'c') ORDER BY entry;
UPDATE sqlite_mig.plan_table SET include = false WHERE migration = 'edit' AND source_name = 'u';
UPDATE sqlite_mig.plan_index SET include = false WHERE migration = 'edit' AND source_name = 't_x';
UPDATE sqlite_mig.plan_index SET include = true, target_sql = NULL WHERE migration = 'edit' AND source_name = 'c_p';
UPDATE sqlite_mig.plan_column SET default_expr = '1 + 1', target_type = 'integer' WHERE migration = 'edit' AND (source_table, source_name) = ('c', 'a');
UPDATE sqlite_mig.plan_constraint SET include = true, target_sql = 'a > 0' WHERE migration = 'edit' AND kind = 'check';
UPDATE sqlite_mig.plan_constraint SET include = false WHERE migration = 'edit' AND kind = 'unique';
CALL sqlite_mig.migrate('mig_status', migration => 'edit');
SELECT object_kind, object_name, effect, detail, accepted FROM sqlite_mig.ledger WHERE migration = 'edit' AND table_name IN ('t', 'u', 'c') ORDER BY entry;
SELECT verdict, tables, findings FROM sqlite_mig.status('mig_status', 'edit');
\d mig_status_edit.c

-- the verdict, one entry after the other
CREATE FUNCTION pg_temp.with_entry(effect text, accepted boolean) RETURNS text LANGUAGE plpgsql AS $$
DECLARE v text;
BEGIN
	INSERT INTO sqlite_mig.ledger_entry (migration, phase, object_kind, object_name, severity, effect, detail, rule, accepted)
		VALUES ('mig_status', 'migrate', 'test', 'test', 'info', effect, 'test', 'test', accepted);
	SELECT verdict INTO v FROM sqlite_mig.status('mig_status');
	DELETE FROM sqlite_mig.ledger_entry WHERE rule = 'test';
	RETURN v;
END $$;
SELECT e AS effect, a AS accepted, pg_temp.with_entry(e, a) AS verdict
	FROM unnest('{converted,guessed,changed,lossy,skipped,failed}'::text[]) WITH ORDINALITY AS x (e, n), unnest('{f,t}'::boolean[]) AS a ORDER BY n, a;

-- without arguments: of all that one may see
SELECT migration = lag(migration) OVER () AS twice, s.* FROM (SELECT migration, phase, verdict, tables, findings FROM sqlite_mig.status() WHERE migration IN ('mig_status', 'edit')) AS s;
SET ROLE mig_status_bob;
SELECT array_agg(migration) = (SELECT array_agg(migration ORDER BY migration COLLATE "C") FROM sqlite_mig.migration) AS his, count(*), count(*) FILTER (WHERE migration IN ('mig_status', 'edit')) AS of_others FROM sqlite_mig.status();
RESET ROLE;

DELETE FROM sqlite_mig.migration WHERE server = 'mig_status';
DROP SCHEMA anna, anna_source, bob, bob_source, team, team_source, mig_status_part, mig_status_edit, sqlite_part, sqlite_edit CASCADE;
DROP SERVER mig_status CASCADE;
DROP OWNED BY mig_status_anna, mig_status_bob, mig_status_team;
DROP ROLE mig_status_anna, mig_status_bob, mig_status_team;
