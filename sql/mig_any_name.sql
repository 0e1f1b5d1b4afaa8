-- Columns may have the names that statements of the extension use themselves, such as t, h, n and i: migrate, verify, sync and
-- the quarantine work with them as with others.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_any_name.db'
\setenv FILE :file
\! rm -f "$FILE"
SELECT string_agg(format('"%s" TEXT', n), ', ') AS columns, string_agg(quote_literal(n), ', ') AS values
	FROM unnest('{t,r,s,p,k,n,d,h,i,m,o,u,a,b,e,f,g,v,x,y,key,rows,place,gone,source,target,old,new,value,item,hash,status,columns,excluded,rule,found,here,there,part,text,record,data,migration}'::text[]) AS n \gset
\set statement 'CREATE TABLE loose (' :columns ', c TEXT CHECK (c <> \'bad\')); CREATE TABLE whole (id INTEGER PRIMARY KEY, ' :columns ', c INTEGER REFERENCES "o"); CREATE TABLE o (c INTEGER PRIMARY KEY, ' :columns '); CREATE TABLE words (' :columns ', PRIMARY KEY (t, "key")); INSERT INTO o VALUES (1, ' :values '); INSERT INTO whole VALUES (1, ' :values ', 1), (2, ' :values ', 1), (3, ' :values ', 9); INSERT INTO words VALUES (' :values '); INSERT INTO loose VALUES (' :values ', \'1\'), (' :values ', \'2\'), (' :values ', \'2\'); PRAGMA ignore_check_constraints = 1; INSERT INTO loose VALUES (' :values ', \'bad\')'
\setenv STATEMENT :statement
\! sqlite3 "$FILE" "$STATEMENT"
CREATE SERVER mig_any_name FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');
-- what keys and checks would refuse is told beforehand: the whole row where no key tells which it is
SELECT object, severity, left(replace(finding, E'\n', ' '), 60) AS finding FROM sqlite_mig.assess('mig_any_name') WHERE section = 'decision';
SELECT count(*) FROM sqlite_mig.prepare('mig_any_name', 'mig_any_name');
SELECT severity, object_kind, object_name, finding, rows, left(sample, 12) AS sample, advice FROM sqlite_mig.plan_check('mig_any_name');
-- a run of the plan as it is stops where they are found; by policy they leave
CALL sqlite_mig.migrate('mig_any_name');
UPDATE sqlite_mig.plan_constraint SET policy = 'quarantine' WHERE migration = 'mig_any_name' AND kind IN ('check', 'foreign key');
SELECT severity, object_name, finding, rows, advice FROM sqlite_mig.plan_check('mig_any_name');
CALL sqlite_mig.migrate('mig_any_name');
SELECT table_name, source_key, message FROM sqlite_mig.rejected WHERE migration = 'mig_any_name' ORDER BY 1;
SELECT table_name, check_name, left(source_value, 60) AS source, left(target_value, 60) AS target, detail FROM sqlite_mig.verify('mig_any_name', 'full') WHERE NOT ok AND check_name <> 'verdict';
-- the number of a row that waits in the quarantine is not given again
SELECT nextval(pg_get_serial_sequence('mig_any_name.whole', 'id'));
SELECT table_name, check_name, source_value IS NOT NULL AS there, detail FROM sqlite_mig.last_verification WHERE migration = 'mig_any_name' AND check_name LIKE 'sample%' ORDER BY 1, 2;
-- a difference is found, and mended
UPDATE mig_any_name.words SET i = 'other';
UPDATE mig_any_name.whole SET n = 'other' WHERE id = 2;
SELECT table_name, check_name FROM sqlite_mig.verify('mig_any_name', 'full') WHERE NOT ok AND check_name ~ '^(checksum|sample)' ORDER BY 1, 2;
\! sqlite3 "$FILE" "UPDATE words SET h = 'changed'; UPDATE whole SET r = 'changed' WHERE id = 1; DELETE FROM loose WHERE c = 'bad'; DELETE FROM loose WHERE rowid = 1; UPDATE loose SET t = 'changed', h = 'again' WHERE rowid = 2"
SELECT table_name, method, inserted, updated, deleted FROM sqlite_mig.sync('mig_any_name') ORDER BY 1;
-- one row of the quarantine is gone from SQLite: no damage, and nothing is missing
SELECT table_name, check_name, source_value, target_value, ok, detail FROM sqlite_mig.verify('mig_any_name') WHERE check_name = 'rows' ORDER BY 1;
SELECT count(*) FROM sqlite_mig.verify('mig_any_name', 'full') WHERE NOT ok AND check_name <> 'verdict';
-- without a key nobody knows which rows of SQLite wait in the quarantine: none is deleted
\! sqlite3 "$FILE" "PRAGMA ignore_check_constraints = 1; INSERT INTO loose (c, t) VALUES ('bad', 'new')"
SELECT count(*) FROM sqlite_mig.sync('mig_any_name', direction => 'to_sqlite');
SELECT table_name, inserted, updated, deleted, kept FROM sqlite_mig.sync('mig_any_name', direction => 'to_sqlite', deletes => false) ORDER BY 1;
\! sqlite3 "$FILE" "SELECT t, c FROM loose ORDER BY rowid; SELECT id, c FROM whole"
DELETE FROM sqlite_mig.rejected WHERE migration = 'mig_any_name' AND table_name = 'loose';
SELECT table_name, inserted, updated, deleted, kept FROM sqlite_mig.sync('mig_any_name', direction => 'to_sqlite') ORDER BY 1;
\! sqlite3 "$FILE" "SELECT t, c FROM loose ORDER BY rowid; SELECT id, c FROM whole"
DELETE FROM sqlite_mig.migration WHERE server = 'mig_any_name';
DROP SCHEMA mig_any_name, sqlite_mig_any_name CASCADE;
DROP SERVER mig_any_name CASCADE;
