-- cutover: in one transaction, rehearsed, refused and undone.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_cutover.db'
\setenv FILE :file
SELECT $sqlite$
CREATE TABLE item (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL);
INSERT INTO item (name) VALUES ('one'), ('two'), ('three');
CREATE TABLE "par\t's" (item INTEGER REFERENCES item, n INTEGER);
INSERT INTO "par\t's" VALUES (1, 1), (2, 2);
CREATE VIEW now_and_then AS SELECT random() AS r FROM item;
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE" "$FILE".*; sqlite3 "$FILE" "$SQL"
CREATE SERVER mig_cutover FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CALL sqlite_mig.migrate('mig_cutover', 'mig_cutover');
SELECT step FROM sqlite_mig.cutover('mig_cutover');
ALTER SERVER mig_cutover OPTIONS (ADD updatable 'true');
SELECT step FROM sqlite_mig.cutover('mig_cutover', 'some');

-- a rehearsal tells what would happen, and leaves nothing
\! sqlite3 "$FILE" .schema > "$FILE".schema; sqlite3 "$FILE" "INSERT INTO item (name) VALUES ('four'); DELETE FROM item WHERE id = 3"
SELECT step, detail FROM sqlite_mig.cutover('mig_cutover', refuse_writes => true, dry_run => true);
SELECT count(*) FROM sqlite_mig.cutover('mig_cutover', 'full', dry_run => true) WHERE step = 'verify';
SELECT count(*) FROM sqlite_mig.cutover('mig_cutover', 'none', dry_run => true) WHERE step = 'verify';
\! sqlite3 "$FILE" .schema | diff - "$FILE".schema && echo "the same"
SELECT count(*), max(id) FROM mig_cutover.item;
SELECT phase FROM sqlite_mig.status('mig_cutover');
SELECT count(*) FROM sqlite_mig.cutover_run WHERE migration = 'mig_cutover';

-- what fails changes nothing on either side
\! sqlite3 "$FILE" "CREATE TABLE later (x)"
SELECT step FROM sqlite_mig.cutover('mig_cutover', refuse_writes => true);
\! sqlite3 "$FILE" "DROP TABLE later"
SELECT phase FROM sqlite_mig.status('mig_cutover');

SELECT step, detail FROM sqlite_mig.cutover('mig_cutover', refuse_writes => true);
SELECT verdict, phase FROM sqlite_mig.status('mig_cutover');
SELECT level, refuse_writes, downtime < '1 minute' AS brief, undone_at FROM sqlite_mig.cutover_run WHERE migration = 'mig_cutover';
INSERT INTO mig_cutover.item (name) VALUES ('five') RETURNING id;
\! sqlite3 "$FILE" "INSERT INTO item (name) VALUES ('too late')" 2>&1 | sed 's/^.*: this database/this database/; s/^.*stepping, //; s/ (19)$//; s/database [a-z_]*,/database .../'
\! sqlite3 "$FILE" "UPDATE item SET name = 'x'" 2>/dev/null || echo refused
\! sqlite3 "$FILE" "DELETE FROM [par\t's]" 2>/dev/null || echo refused
\! sqlite3 "$FILE" "SELECT count(*) FROM item"
-- it would overwrite what PostgreSQL has by now
SELECT * FROM sqlite_mig.sync('mig_cutover');
SELECT * FROM sqlite_mig.cutover('mig_cutover');

SELECT * FROM sqlite_mig.cutover_undo('mig_cutover');
\! sqlite3 "$FILE" .schema | diff - "$FILE".schema && echo "the same"
\! sqlite3 "$FILE" "INSERT INTO item (name) VALUES ('in time')"
SELECT phase FROM sqlite_mig.status('mig_cutover');
SELECT * FROM sqlite_mig.cutover_undo('mig_cutover');
SELECT table_name, method, inserted, updated, deleted FROM sqlite_mig.sync('mig_cutover') WHERE method <> 'checksum';
SELECT * FROM mig_cutover.item ORDER BY id;
SELECT step, detail FROM sqlite_mig.cutover('mig_cutover', 'counts') WHERE step IN ('sync', 'verify');
SELECT count(*) FROM sqlite_mig.cutover_run WHERE migration = 'mig_cutover';

DELETE FROM sqlite_mig.migration WHERE migration = 'mig_cutover';
DROP SCHEMA mig_cutover CASCADE;
DROP SCHEMA sqlite_mig_cutover CASCADE;
DROP SERVER mig_cutover CASCADE;
