-- plan_check: what an edited plan would break, before anything runs; and the names that a plan gives.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_plan_check.db'
\setenv FILE :file
SELECT $sqlite$
CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, age INTEGER, born TEXT, note TEXT, email TEXT UNIQUE, score REAL DEFAULT 1.5, small INTEGER);
INSERT INTO people VALUES (1, 'Ann', 30, '2000-01-01 10:00', '', 'a@x', 1.5, 1), (2, 'ann', NULL, 'soon', '12', 'b@x', 2.25, 40000), (3, 'Bob', 30, '2000-01-01 10:00:00', 'x', NULL, 0.5, 2);
CREATE TABLE pets (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES people ON DELETE CASCADE, kind TEXT, mail TEXT REFERENCES people (email));
INSERT INTO pets VALUES (1, 1, 'cat', 'a@x'), (2, 3, 'dog', NULL);
CREATE INDEX pets_kind ON pets (kind);
CREATE UNIQUE INDEX people_born ON people (born);
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 "$FILE" "$SQL"
CREATE SERVER mig_plan_check FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE FUNCTION pg_temp.edit(source_name text, target_type text, format text DEFAULT NULL) RETURNS void LANGUAGE sql AS
	$$ UPDATE sqlite_mig.plan_column SET target_type = $2, format = $3 WHERE migration = 'mig_plan_check' AND source_table || '.' || source_name = $1 $$;

-- a plan as it was prepared has nothing in its way
SELECT count(*) FROM sqlite_mig.prepare('mig_plan_check', 'mig_plan_check_target');
SELECT * FROM sqlite_mig.plan_check('mig_plan_check');

-- types: values that do not fit, with the key of the first; values that change; formats and types that there are not
BEGIN;
SELECT pg_temp.edit('people.name', 'varchar(2)'), pg_temp.edit('people.age', 'smallint'), pg_temp.edit('people.born', 'timestamptz'), pg_temp.edit('people.note', 'integer'),
	pg_temp.edit('people.score', 'numeric(5,1)'), pg_temp.edit('people.small', 'smallint'), pg_temp.edit('pets.kind', 'date', 'fortnight'), pg_temp.edit('pets.mail', 'nonsense');
SELECT * FROM sqlite_mig.plan_check('mig_plan_check');
-- what the plan agrees to is no obstacle
UPDATE sqlite_mig.plan_column SET empty_as_null = true, on_error = 'null' WHERE migration = 'mig_plan_check' AND source_name = 'note';
UPDATE sqlite_mig.plan_column SET on_error = 'null' WHERE migration = 'mig_plan_check' AND source_name IN ('born', 'small');
UPDATE sqlite_mig.plan_column SET not_null = true WHERE migration = 'mig_plan_check' AND source_name = 'small';
SELECT severity, object_name, finding, rows FROM sqlite_mig.plan_check('mig_plan_check') WHERE object_name ~ 'note|born|small';
ROLLBACK;
BEGIN;
SELECT pg_temp.edit('people.age', 'smallint'), pg_temp.edit('people.name', 'varchar(10)'), pg_temp.edit('people.score', 'numeric'), pg_temp.edit('pets.kind', 'varchar');
SELECT * FROM sqlite_mig.plan_check('mig_plan_check');
ROLLBACK;

-- NULL; defaults; identity
BEGIN;
UPDATE sqlite_mig.plan_column SET not_null = true WHERE migration = 'mig_plan_check' AND source_name IN ('age', 'name');
UPDATE sqlite_mig.plan_column SET default_expr = '''many''' WHERE migration = 'mig_plan_check' AND source_name = 'age';
UPDATE sqlite_mig.plan_column SET default_expr = 'no_such_function()' WHERE migration = 'mig_plan_check' AND source_name = 'note';
UPDATE sqlite_mig.plan_column SET default_expr = 'now()' WHERE migration = 'mig_plan_check' AND source_name = 'kind';
UPDATE sqlite_mig.plan_column SET target_type = 'text', format = 'any' WHERE migration = 'mig_plan_check' AND source_name = 'id' AND source_table = 'pets';
SELECT * FROM sqlite_mig.plan_check('mig_plan_check');
ROLLBACK;

-- keys that the rows do not keep to
BEGIN;
INSERT INTO sqlite_mig.plan_constraint (migration, source_table, target_name, kind, include, columns) VALUES
	('mig_plan_check', 'people', 'people_age_key', 'unique', true, '{age}'), ('mig_plan_check', 'people', 'people_name_key', 'unique', true, '{name}'),
	('mig_plan_check', 'people', 'people_age_pkey', 'primary key', true, '{age,name}');
UPDATE sqlite_mig.plan_constraint SET include = false WHERE migration = 'mig_plan_check' AND target_name = 'people_pkey';
SELECT pg_temp.edit('people.born', 'timestamptz');
UPDATE sqlite_mig.plan_column SET on_error = 'null' WHERE migration = 'mig_plan_check' AND source_name = 'born';
SELECT * FROM sqlite_mig.plan_check('mig_plan_check');
-- without a type that has an order there is no key
SELECT pg_temp.edit('people.name', 'json');
SELECT severity, object_name, finding, rows FROM sqlite_mig.plan_check('mig_plan_check') WHERE object_name = 'people_name_key';
ROLLBACK;
SELECT count(*) FROM pg_foreign_table WHERE ftrelid::regclass::text ~ 'mig_check';

-- names
BEGIN;
CREATE SCHEMA mig_plan_check_target;
CREATE TABLE mig_plan_check_target.pets_kind ();
UPDATE sqlite_mig.plan_table SET target_name = 'people_pkey' WHERE migration = 'mig_plan_check' AND source_name = 'pets';
UPDATE sqlite_mig.plan_column SET target_name = 'age' WHERE migration = 'mig_plan_check' AND source_name = 'name';
UPDATE sqlite_mig.plan_column SET target_name = 'xmin' WHERE migration = 'mig_plan_check' AND source_name = 'note';
UPDATE sqlite_mig.plan_column SET target_name = repeat('x', 64) WHERE migration = 'mig_plan_check' AND source_name = 'score';
SELECT severity, object_kind, object_name, finding, sample, advice FROM sqlite_mig.plan_check('mig_plan_check');
ROLLBACK;

-- references: to a table or column that is left out, of another type, to nothing
BEGIN;
UPDATE sqlite_mig.plan_table SET include = false WHERE migration = 'mig_plan_check' AND source_name = 'people';
SELECT * FROM sqlite_mig.plan_check('mig_plan_check');
ROLLBACK;
BEGIN;
UPDATE sqlite_mig.plan_column SET include = false WHERE migration = 'mig_plan_check' AND source_name IN ('email', 'kind');
SELECT pg_temp.edit('pets.owner', 'text', 'any');
UPDATE sqlite_mig.plan_column SET include = false WHERE migration = 'mig_plan_check' AND source_table = 'pets' AND source_name = 'id';
SELECT * FROM sqlite_mig.plan_check('mig_plan_check');
UPDATE sqlite_mig.plan_column SET include = false WHERE migration = 'mig_plan_check' AND source_table = 'pets';
SELECT * FROM sqlite_mig.plan_check('mig_plan_check') WHERE object_kind = 'table';
ROLLBACK;
BEGIN;
UPDATE sqlite_mig.plan_constraint SET parent_table = 'nobody' WHERE migration = 'mig_plan_check' AND target_name = 'pets_owner_fkey';
SELECT * FROM sqlite_mig.plan_check('mig_plan_check');
ROLLBACK;
-- types that compare
SELECT c, p, sqlite_mig_internal._types_compare(c, p) FROM (VALUES ('bigint', 'bigint'), ('integer', 'bigint'), ('bigint', 'integer'), ('text', 'varchar(10)'), ('varchar(5)', 'text'), ('text', 'bigint'),
	('numeric(5,2)', 'bigint'), ('bigint', 'numeric'), ('date', 'timestamptz'), ('uuid', 'text')) AS v (c, p);

-- migrate stops before it has done anything, and says all of it
SELECT pg_temp.edit('people.name', 'integer'), pg_temp.edit('people.born', 'date');
UPDATE sqlite_mig.plan_column SET not_null = true WHERE migration = 'mig_plan_check' AND source_name = 'age';
CALL sqlite_mig.migrate('mig_plan_check');
SELECT to_regnamespace('mig_plan_check_target');
-- an edited plan without blockers runs, and the foreign tables follow it
SELECT count(*) FROM sqlite_mig.prepare('mig_plan_check', 'mig_plan_check_target', '{"replace": true, "policy": "not valid"}');
SELECT pg_temp.edit('people.born', 'timestamptz');
UPDATE sqlite_mig.plan_column SET on_error = 'null', target_name = 'birth' WHERE migration = 'mig_plan_check' AND source_name = 'born';
SET client_min_messages = error;
CALL sqlite_mig.migrate('mig_plan_check');
RESET client_min_messages;
SELECT birth FROM sqlite_mig_plan_check.people ORDER BY id;
SELECT birth FROM mig_plan_check_target.people ORDER BY id;
SELECT verdict FROM sqlite_mig.status('mig_plan_check');
SELECT effect, object_name, rule, detail, rows FROM sqlite_mig.ledger WHERE migration = 'mig_plan_check' AND effect <> 'converted' ORDER BY entry;

-- of others' plans nothing is tried
CREATE ROLE mig_plan_check_role;
CREATE ROLE mig_plan_check_owner;
GRANT mig_plan_check_owner TO mig_plan_check_role;
UPDATE sqlite_mig.migration SET owner = 'mig_plan_check_owner' WHERE migration = 'mig_plan_check';
SET ROLE mig_plan_check_role;
SELECT * FROM sqlite_mig.plan_check('mig_plan_check');
RESET ROLE;
SELECT * FROM sqlite_mig.plan_check('no such plan');

-- the names of a plan: as they are, in lower case, with underscores; never two alike
\set file :builddir '/results/mig_plan_names.db'
\setenv FILE :file
SELECT $sqlite$
CREATE TABLE "OrderItems" ("OrderID" INTEGER PRIMARY KEY, "unitPrice" REAL, "unit_price" REAL, "Unit Price" REAL, "HTTPServer" TEXT, "2nd" TEXT, "---" TEXT, ctid TEXT, "ctid_" TEXT, "select" TEXT, "a name that is far longer than sixty-three bytes, which is all there is" TEXT, "Größe" TEXT);
CREATE TABLE order_items (id INTEGER PRIMARY KEY, o INTEGER REFERENCES "OrderItems");
CREATE TABLE "order-items" (x);
CREATE TABLE "user" (x, CONSTRAINT "NotTwice" UNIQUE (x));
CREATE INDEX "ByX" ON "order-items" (x);
INSERT INTO order_items VALUES (1, NULL);
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 "$FILE" "$SQL"
CREATE SERVER mig_plan_names FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
SELECT count(*) FROM sqlite_mig.prepare('mig_plan_names', 'mig_plan_names_target', migration => 'as_is');
SELECT count(*) FROM sqlite_mig.prepare('mig_plan_names', 'mig_plan_names_target', '{"names": "lower"}', migration => 'lower');
SELECT count(*) FROM sqlite_mig.prepare('mig_plan_names', 'mig_plan_names_target', '{"names": "snake"}', migration => 'snake');
SELECT p.source_name, p.target_name AS preserve, l.target_name AS lower, s.target_name AS snake
	FROM (SELECT migration, load_order, 0 AS position, source_name, target_name FROM sqlite_mig.plan_table
		UNION ALL SELECT c.migration, t.load_order, c.position, c.source_name, c.target_name FROM sqlite_mig.plan_column c JOIN sqlite_mig.plan_table t ON t.migration = c.migration AND t.source_name = c.source_table
		UNION ALL SELECT migration, 100, 0, source_name, target_name FROM sqlite_mig.plan_index) AS p
	JOIN LATERAL (SELECT target_name FROM sqlite_mig.plan_table t WHERE p.position = 0 AND p.load_order < 100 AND (t.migration, t.source_name) = ('lower', p.source_name)
		UNION ALL SELECT c.target_name FROM sqlite_mig.plan_column c JOIN sqlite_mig.plan_table t ON t.migration = c.migration AND t.source_name = c.source_table WHERE p.position > 0 AND (c.migration, t.load_order, c.position) = ('lower', p.load_order, p.position)
		UNION ALL SELECT i.target_name FROM sqlite_mig.plan_index i WHERE p.load_order = 100 AND (i.migration, i.source_name) = ('lower', p.source_name)) AS l ON true
	JOIN LATERAL (SELECT target_name FROM sqlite_mig.plan_table t WHERE p.position = 0 AND p.load_order < 100 AND (t.migration, t.source_name) = ('snake', p.source_name)
		UNION ALL SELECT c.target_name FROM sqlite_mig.plan_column c JOIN sqlite_mig.plan_table t ON t.migration = c.migration AND t.source_name = c.source_table WHERE p.position > 0 AND (c.migration, t.load_order, c.position) = ('snake', p.load_order, p.position)
		UNION ALL SELECT i.target_name FROM sqlite_mig.plan_index i WHERE p.load_order = 100 AND (i.migration, i.source_name) = ('snake', p.source_name)) AS s ON true
	WHERE p.migration = 'as_is' ORDER BY p.load_order, p.position;
SELECT kind, columns, (SELECT o.target_name FROM sqlite_mig.plan_constraint o WHERE o.migration = 'as_is' AND (o.source_table, o.kind, o.columns) = (s.source_table, s.kind, s.columns)) AS preserve, target_name AS snake
	FROM sqlite_mig.plan_constraint s WHERE migration = 'snake' ORDER BY source_table COLLATE "C", kind;
SELECT migration, severity, effect, object_name, rule, detail FROM sqlite_mig.ledger WHERE migration IN ('as_is', 'snake') AND rule IN ('name', 'reserved word') ORDER BY migration, entry;
SELECT * FROM sqlite_mig.plan_check('mig_plan_names', 'snake');
SET client_min_messages = warning;
CALL sqlite_mig.migrate('mig_plan_names', migration => 'snake');
RESET client_min_messages;
SELECT verdict FROM sqlite_mig.status('mig_plan_names', 'snake');

-- asking for another type than text takes the format "any" back, which is text's
\! sqlite3 "$FILE" "CREATE TABLE mixed (d DECIMAL(10,2)); INSERT INTO mixed VALUES (1.5), ('n/a')"
SELECT count(*) FROM sqlite_mig.prepare('mig_plan_names', 'mig_plan_names_target', migration => 'mixed', tables => '{mixed}');
SELECT target_type, format FROM sqlite_mig.plan_column WHERE (migration, source_table) = ('mixed', 'mixed');
UPDATE sqlite_mig.plan_column SET target_type = 'numeric(10,2)' WHERE (migration, source_table) = ('mixed', 'mixed') RETURNING target_type, format;
SELECT severity, finding, rows, sample FROM sqlite_mig.plan_check('mig_plan_names', 'mixed');
UPDATE sqlite_mig.plan_column SET on_error = 'null' WHERE (migration, source_table) = ('mixed', 'mixed');
SELECT severity, finding FROM sqlite_mig.plan_check('mig_plan_names', 'mixed') WHERE severity = 'blocker';
SET client_min_messages = warning;
CALL sqlite_mig.migrate('mig_plan_names', migration => 'mixed');
SELECT * FROM mig_plan_names_target.mixed;
SELECT effect, object_name, rule, rows FROM sqlite_mig.ledger WHERE (migration, table_name) = ('mixed', 'mixed') ORDER BY entry;

SET client_min_messages = warning;
DELETE FROM sqlite_mig.migration WHERE server IN ('mig_plan_check', 'mig_plan_names');
DROP SCHEMA sqlite_mig_plan_check, mig_plan_check_target, sqlite_as_is, sqlite_lower, sqlite_snake, sqlite_mixed, mig_plan_names_target CASCADE;
DROP SERVER mig_plan_check CASCADE;
DROP SERVER mig_plan_names CASCADE;
DROP ROLE mig_plan_check_role, mig_plan_check_owner;
