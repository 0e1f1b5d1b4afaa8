-- A damaged file never passes for a good one: an index that belongs to another table, a torn page.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_damage.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE a (x INT, y TEXT); CREATE TABLE b (x INT, y TEXT); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 15) INSERT INTO b SELECT i, hex(zeroblob(50)) FROM n; INSERT INTO a SELECT * FROM b WHERE x <= 10; CREATE INDEX ia ON a (x); CREATE INDEX ib ON b (x)"
\! sqlite3 -cmd ".dbconfig defensive off" "$FILE" "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = (SELECT sum(rootpage) FROM sqlite_schema WHERE name IN ('ia', 'ib')) - rootpage WHERE name IN ('ia', 'ib')" > /dev/null
CREATE SERVER mig_damage FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CALL sqlite_mig.migrate('mig_damage', 'mig_damage');
-- the rows of the tables are there, but SQLite contradicts itself
SELECT count(*) AS a, (SELECT count(*) FROM mig_damage.b) AS b FROM mig_damage.a;
SELECT verdict FROM sqlite_mig.status('mig_damage');
SELECT table_name, check_name, CASE check_name WHEN 'rows' THEN source_value END AS source, CASE check_name WHEN 'rows' THEN target_value END AS target, ok, detail FROM sqlite_mig.verification WHERE migration = 'mig_damage' ORDER BY table_name, check_name DESC;
SELECT table_name, check_name, source_value, target_value, ok, detail FROM sqlite_mig.verify('mig_damage', 'counts');
-- a torn page is an error, and nothing is left of the migration
\set torn :builddir '/results/mig_torn.db'
\setenv TORN :torn
\! rm -f "$TORN"
\! sqlite3 "$TORN" "CREATE TABLE t (x TEXT); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO t SELECT 'row ' || i FROM n"
\! head -c 200 /dev/zero | tr '\0' 'n' | dd of="$TORN" bs=4096 seek=4 conv=notrunc 2> /dev/null
CREATE SERVER mig_torn FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'torn');
\set VERBOSITY sqlstate
CALL sqlite_mig.migrate('mig_torn', 'mig_torn');
\set VERBOSITY default
SELECT count(*) FROM pg_namespace WHERE nspname LIKE '%mig_torn';
SELECT count(*) FROM sqlite_mig.migration WHERE migration = 'mig_torn';
-- explaining an error must not cost the lock: whoever closes a descriptor of a file drops all locks of his process on it
\! sqlite3 "$TORN" "CREATE TABLE good (x INT); INSERT INTO good VALUES (1)"
CREATE FOREIGN TABLE good (x int) SERVER mig_torn;
CREATE FOREIGN TABLE bad (x text) SERVER mig_torn OPTIONS ("table" 't');
BEGIN;
SELECT * FROM good;
SAVEPOINT s;
\set VERBOSITY sqlstate
SELECT count(x) FROM bad;
\set VERBOSITY default
ROLLBACK TO s;
\! sqlite3 -cmd ".timeout 0" "$TORN" "INSERT INTO good VALUES (2)" 2>&1 | sed 's/.*database is locked.*/locked out/'
SELECT * FROM good;
COMMIT;
-- a connection that could not begin is not used again, also within the transaction: the same error, and no error once the file is good
\! cp "$TORN" "$TORN.good"; head -c 8192 /dev/zero | tr '\0' 'x' > "$TORN"
BEGIN;
SAVEPOINT s;
\set VERBOSITY sqlstate
SELECT * FROM good;
ROLLBACK TO s;
SELECT * FROM good;
\set VERBOSITY default
ROLLBACK TO s;
\! cat "$TORN.good" > "$TORN"; rm "$TORN.good"
SELECT * FROM good;
COMMIT;
-- a page that nothing points to any more costs its rows, and what is left can be read: no scan and no checksum can tell
\set lost :builddir '/results/mig_lost.db'
\setenv LOST :lost
\! rm -f "$LOST"
\! sqlite3 "$LOST" "PRAGMA page_size = 4096; CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO t SELECT i, hex(zeroblob(100)) FROM n"
\! before=$(od -An -tu1 -j 4100 -N 1 "$LOST"); printf "\\$(printf %o $((before - 1)))" | dd of="$LOST" bs=1 seek=4100 conv=notrunc 2> /dev/null
CREATE SERVER mig_lost FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'lost');
CALL sqlite_mig.migrate('mig_lost', 'mig_lost');
SELECT count(*) BETWEEN 400 AND 499 AS some_are_missing FROM mig_lost.t;
SELECT bool_and(ok) AS all_that_is_left_is_equal FROM sqlite_mig.verification WHERE migration = 'mig_lost';
SELECT verdict FROM sqlite_mig.status('mig_lost');
SELECT phase, object_kind, object_name, severity, effect, rule, detail LIKE 'the file is damaged, rows may be missing in it; run PRAGMA integrity_check, %' AS told FROM sqlite_mig.ledger_entry WHERE migration = 'mig_lost';
-- once, however often it is verified; and somebody may know that nothing is missing
SELECT count(*) FROM sqlite_mig.verify('mig_lost', 'full') WHERE NOT ok AND check_name <> 'verdict';
UPDATE sqlite_mig.ledger SET accepted = true WHERE migration = 'mig_lost';
SELECT count(*) FROM sqlite_mig.verify('mig_lost');
SELECT verdict FROM sqlite_mig.status('mig_lost');
-- workers find it too: it is a task, of those that wait for nothing but the schema
CALL sqlite_mig.migrate('mig_lost', 'mig_lost_shared', migration => 'mig_lost_shared', mode => 'resumable', workers => 2);
SELECT verdict FROM sqlite_mig.status('mig_lost', 'mig_lost_shared');
SELECT object_kind, object_name, severity, effect, rule, detail LIKE 'the file is damaged, rows may be missing in it; run PRAGMA integrity_check, %' AS told FROM sqlite_mig.ledger_entry WHERE migration = 'mig_lost_shared';
SELECT object_kind, object_name, stage, seconds IS NOT NULL AS done FROM sqlite_mig.journal WHERE migration = 'mig_lost_shared' AND object_kind = 'verify file';
-- counts alone look at nothing else
CALL sqlite_mig.migrate('mig_lost', 'mig_lost_counted', migration => 'mig_lost_counted', verify_level => 'counts', mode => 'resumable', workers => 2);
SELECT count(*) FROM sqlite_mig.journal WHERE migration = 'mig_lost_counted' AND object_kind = 'verify file';
-- a file that SQLite cannot look through is not proven to be whole; constraints are not damage
\set blind :builddir '/results/mig_blind.db'
\setenv BLIND :blind
\! rm -f "$BLIND"
\! sqlite3 -cmd ".dbconfig defensive off" "$BLIND" "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT, y INT); INSERT INTO t VALUES (1, NULL, 5); PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT NOT NULL, y INT CHECK (only_of_the_application(y)))'" > /dev/null
CREATE SERVER mig_blind FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'blind');
SELECT * FROM sqlite_mig_internal._source_damage('mig_blind');
\! rm -f "$BLIND"; sqlite3 -cmd ".dbconfig defensive off" "$BLIND" "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT, g AS (upper(x)) NOT NULL); INSERT INTO t VALUES (1, 'a'); PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'upper', 'only_of_the_application')" > /dev/null
SELECT finding LIKE '%only_of_the_application%' AS why, unknown FROM sqlite_mig_internal._source_damage('mig_blind');
DROP SERVER mig_blind;
DROP SCHEMA mig_lost_shared CASCADE;
DROP SCHEMA mig_lost_counted CASCADE;
DELETE FROM sqlite_mig.migration WHERE migration IN ('mig_lost_shared', 'mig_lost_counted');
DROP SCHEMA IF EXISTS sqlite_mig_lost_shared, sqlite_mig_lost_counted;
DROP SCHEMA mig_lost CASCADE;
DROP SERVER mig_lost CASCADE;
DROP SCHEMA sqlite_mig_lost;
DELETE FROM sqlite_mig.migration WHERE migration = 'mig_lost';
DROP SCHEMA mig_damage CASCADE;
DROP SERVER mig_damage CASCADE;
DROP SERVER mig_torn CASCADE;
DROP SCHEMA sqlite_mig_damage;
DELETE FROM sqlite_mig.migration WHERE migration = 'mig_damage';
