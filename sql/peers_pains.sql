-- The thirty things that users of other tools complain of (tables p… of include/peers.sql): each is right, or named in the ledger.
\set name peers_pains
\getenv srcdir PG_ABS_SRCDIR
\set helper :srcdir '/sql/include/peers.psql'
\i :helper

-- 12: NUL in a column of mixed classes fits no type; that is said before the first row is copied, and nothing is left behind
SELECT count(*) AS tables, count(*) FILTER (WHERE target IS NULL) AS left_out FROM sqlite_mig.prepare('peers_pains', 'peers_pains', '{"policy": "not valid"}');
SELECT object_name, severity, effect, detail, sample FROM sqlite_mig.ledger WHERE migration = 'peers_pains' AND effect = 'failed';
CALL sqlite_mig.migrate('peers_pains', 'peers_pains');
SELECT to_regnamespace('peers_pains'), phase, verdict FROM sqlite_mig.status('peers_pains');

-- 7, 25: a table that is there is neither dropped nor loaded into; the message names it. 29: a second try has nothing to clean up
CREATE SCHEMA peers_pains;
CREATE TABLE peers_pains.p07_existing (id bigint, x text);
INSERT INTO peers_pains.p07_existing VALUES (1, 'of the application');
CREATE TABLE peers_pains.bystander AS SELECT 1 AS one;
CALL sqlite_mig.migrate('peers_pains', 'peers_pains', exclude => '{p12_nul_mixed}');
SELECT * FROM peers_pains.p07_existing;
ALTER TABLE peers_pains.p07_existing RENAME TO of_the_application;
CALL sqlite_mig.migrate('peers_pains', 'peers_pains', exclude => '{p12_nul_mixed}');
SELECT count(*) FROM peers_pains.of_the_application, peers_pains.bystander;

-- 30: SQLite counts and the values of both sides agree, table by table; one UPDATE is seen
SELECT count(*) > 100 AS checks, count(*) FILTER (WHERE NOT ok) AS failed FROM sqlite_mig.verify('peers_pains');
BEGIN;
UPDATE peers_pains.p30_proof SET t = NULL WHERE id = 1;
SELECT table_name, check_name, ok, detail FROM sqlite_mig.verify('peers_pains') WHERE NOT ok;
ROLLBACK;
SELECT phase, verdict FROM sqlite_mig.status('peers_pains');

\pset format unaligned
\pset fieldsep ' | '
\pset null '(null)'
SELECT pg_temp.read_migrated('peers_pains') > 300 AS read;

-- 1: one bad value of a thousand costs no row; the column keeps every value, and the ledger names the row
SELECT count(*), count(*) FILTER (WHERE n = id::text) AS numbers, count(*) FILTER (WHERE n = 'oops' AND id = 500) AS bad, count(*) FILTER (WHERE at = '2020-01-01 00:00:00') AS times, max(at) FROM peers_pains.p01_one_bad;
SELECT object_name, effect, detail, sample FROM sqlite_mig.ledger WHERE migration = 'peers_pains' AND table_name = 'p01_one_bad' AND rule <> 'identity' ORDER BY entry;

-- 2: what INSERT gives is what SQLite gives, or the default is in the ledger. First literals, then what depends on the moment
INSERT INTO peers_pains.p02_defaults DEFAULT VALUES;
SELECT o.key AS "column", c.default_source AS "SQLite", c.default_expr AS "PostgreSQL", n.value AS given, n.value IS NOT DISTINCT FROM o.value AS same, e.effect, e.detail
	FROM (SELECT to_jsonb(d) FROM peers_pains.p02_defaults d ORDER BY ctid LIMIT 1) AS old (row), (SELECT to_jsonb(d) FROM peers_pains.p02_defaults d ORDER BY ctid OFFSET 1) AS new (row),
		LATERAL jsonb_each_text(old.row) AS o JOIN LATERAL jsonb_each_text(new.row) AS n USING (key)
		JOIN sqlite_mig.plan_column c ON c.migration = 'peers_pains' AND c.source_table = 'p02_defaults' AND c.source_name = o.key
		LEFT JOIN sqlite_mig.ledger_entry e ON e.migration = 'peers_pains' AND e.object_kind = 'default' AND e.object_name = 'p02_defaults.' || o.key
	ORDER BY c.position;
DELETE FROM peers_pains.p02_defaults WHERE ctid <> (SELECT min(ctid) FROM peers_pains.p02_defaults);
INSERT INTO peers_pains.p02_now DEFAULT VALUES;
SELECT id, now() - word < '1 min' AS word, word_text ~ '^[-0-9]{10} [:0-9]{8}$' AND now() - word_text::timestamptz < '1 min' AS word_text, day = current_date AS day, now()::time - time < '1 min' AS time,
	now() - call < '1 min' AS call, local IS NOT NULL AS local, now() - text_call::timestamptz < '1 min' AS text_call, extract(epoch FROM now()) - epoch < 60 AS epoch, extract(epoch FROM now()) - epoch2 < 60 AS epoch2,
	julian - 2440587.5 - extract(epoch FROM now()) / 86400 < 0.001 AS julian, dice IS NOT NULL AS dice, token ~ '^[0-9A-F]{32}$' AS token, "now" FROM peers_pains.p02_now;
SELECT object_name, effect, sample FROM sqlite_mig.ledger WHERE migration = 'peers_pains' AND table_name = 'p02_now' AND rule = 'default' ORDER BY entry;
DELETE FROM peers_pains.p02_now;

-- 3: no name of a type fails; without values SQLite's affinity rules decide, and where they say nothing it is a guess
SELECT * FROM pg_temp.outcome('peers_pains', 'p03\_types');
SELECT c.source_name, c.declared_type, concat_ws('/', c.target_type, c.format) AS type, c.reason, e.effect
	FROM sqlite_mig.plan_column c LEFT JOIN sqlite_mig.ledger_entry e ON e.migration = c.migration AND e.object_name = c.source_table || '.' || c.source_name
	WHERE c.migration = 'peers_pains' AND c.source_table = 'p03_types_empty' ORDER BY c.position;

-- 4: nothing is cut to 32 bits
SELECT * FROM pg_temp.outcome('peers_pains', 'p04%');
-- 5: boolean only where every value is a truth value; TINYINT(1) is a number for who declared it so
SELECT * FROM pg_temp.outcome('peers_pains', 'p05%');

-- 6: the next number is that of SQLite: after the largest key, or after the last number given with AUTOINCREMENT, or 1
CREATE FUNCTION pg_temp.next(relation regclass, OUT next text) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('INSERT INTO %s (x) VALUES (''next'') RETURNING id', relation) INTO next;
EXCEPTION WHEN OTHERS THEN
	next := SQLERRM;
END $$;
BEGIN;
SELECT t.name, pg_get_serial_sequence('peers_pains.' || t.name, 'id') IS NOT NULL AS sequence, s.next
	FROM unnest('{p06_ahead,p06_behind,p06_emptied,p06_never,p06_plain,p06_plain_empty,p06_negative,p06_full,p06_table_key,p06_int,p06_desc}'::text[]) WITH ORDINALITY AS t (name, n), LATERAL pg_temp.next(('peers_pains.' || t.name)::regclass) AS s ORDER BY t.n;
ROLLBACK;
SELECT object_kind, object_name, effect, detail, rows FROM sqlite_mig.ledger WHERE migration = 'peers_pains' AND table_name LIKE 'p06%' AND severity <> 'info' ORDER BY entry;

-- 8: names are what they were, quoted where they must be; what is no name in PostgreSQL has another one and is named
SELECT * FROM pg_temp.outcome('peers_pains', 'p08%');
SELECT c.relname, a.attname, i.indexrelid::regclass FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_attribute a ON a.attrelid = i.indexrelid
	WHERE c.relnamespace = 'peers_pains'::regnamespace AND c.relname LIKE 'p08%' ORDER BY i.indexrelid::regclass::text COLLATE "C", a.attnum;

-- 9, 10, 11: foreign keys: cycles, to itself, dangling, unnamed parents. Rows are never dropped for them
SELECT c.conrelid::regclass AS child, pg_get_constraintdef(c.oid) AS definition, c.convalidated AS valid, e.effect, e.detail, e.sample
	FROM pg_constraint c LEFT JOIN sqlite_mig.ledger_entry e ON e.migration = 'peers_pains' AND e.object_kind = 'foreign key' AND e.object_name = c.conname
	WHERE c.connamespace = 'peers_pains'::regnamespace AND c.contype = 'f' ORDER BY c.conname COLLATE "C";
SELECT e.object_name, e.effect, e.detail, regexp_replace(e.sample, '^Key columns.* are of', '… are of') AS sample FROM sqlite_mig.ledger_entry e WHERE e.migration = 'peers_pains' AND e.object_kind = 'foreign key'
	AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.connamespace = 'peers_pains'::regnamespace AND c.conname = e.object_name) ORDER BY e.entry;
-- as SQLite itself counts what dangles
\! for t in p09_a p09_b p09_c p09_self p10_child p10_grandchild p10_pair p10_text_child; do sqlite3 "$FILE" "SELECT '$t', count(*) FROM pragma_foreign_key_check('$t')"; done

-- 12: text with a NUL byte keeps all its bytes, as bytes; a backslash and a zero are no NUL
SELECT * FROM pg_temp.outcome('peers_pains', 'p12%');
-- 13: jsonb only where it keeps all that the text says: no \u0000, no key twice, no JSON5, nothing that is no JSON
SELECT * FROM pg_temp.outcome('peers_pains', 'p13%');
-- 14: what is no UTF-8 (also surrogates, overlong forms, beyond U+10FFFF) keeps its bytes, as bytes; what is UTF-8 is text
SELECT * FROM pg_temp.outcome('peers_pains', 'p14%');
-- 15: bytes are taken as they are: nothing is read as base64 or hexadecimal; a UUID is 16 bytes or any of its spellings
SELECT * FROM pg_temp.outcome('peers_pains', 'p15%');
-- 16: text with a time is an instant; a number stays the number as long as nobody says what it counts
SELECT * FROM pg_temp.outcome('peers_pains', 'p16%');
-- 17: a date that there is not stays what it is, and '' is not NULL
SELECT * FROM pg_temp.outcome('peers_pains', 'p17%');
-- 18: a length or scale is kept where every value has it, in characters; nothing is cut, padded or rounded
SELECT * FROM pg_temp.outcome('peers_pains', 'p18%');
-- 19: mixed classes become numeric where all are numbers, else text; text of digits is text where SQLite keeps it so
SELECT * FROM pg_temp.outcome('peers_pains', 'p19%');
-- in every table: a value that is not the same has a row in the ledger that says so
SELECT "case", "SQLite", type, "PostgreSQL" FROM pg_temp.outcome('peers_pains', '%') WHERE exact <> '=' AND coalesce(ledger, '') !~ '(changed|lossy|failed|skipped):';
-- and what is left of the values that were not looked at one by one
SELECT t, u FROM peers_pains.p26_custom_collation;
SELECT char_length(t), t = repeat('é', 2000000) AS same, octet_length(b), b = decode(repeat('00', 3000000), 'hex') AS same FROM peers_pains.p23_big;
\! sqlite3 "$FILE" "SELECT length(t), length(b) FROM p23_big"

-- 20: objects of other kinds are there or in the ledger
SELECT object_kind, object_name, severity, effect, detail, sample FROM sqlite_mig.ledger WHERE migration = 'peers_pains' AND (table_name LIKE 'p20%' OR object_name LIKE 'p20%' OR object_name LIKE 'p23%') AND rule <> 'identity' ORDER BY entry;
SELECT * FROM pg_temp.outcome('peers_pains', 'p20%');
SELECT indexdef FROM pg_indexes WHERE schemaname = 'peers_pains' AND tablename LIKE 'p20%' ORDER BY indexname COLLATE "C";
-- 21: virtual tables, their shadows, a module that is not there
SELECT object_kind, object_name, severity, effect, detail, accepted FROM sqlite_mig.ledger WHERE migration = 'peers_pains' AND object_name LIKE 'p21%' ORDER BY object_name COLLATE "C";
-- 26: unique there, not unique here, and the other way round
SELECT * FROM pg_temp.outcome('peers_pains', 'p26%');
SELECT object_kind, object_name, effect, detail, sample FROM sqlite_mig.ledger WHERE migration = 'peers_pains' AND object_kind IN ('primary key', 'unique') ORDER BY entry;
SELECT indexdef FROM pg_indexes WHERE schemaname = 'peers_pains' AND (tablename LIKE 'p26%' OR tablename LIKE 'p19%') ORDER BY indexname COLLATE "C";
-- 28: names of more than 63 bytes
SELECT e.object_kind, e.object_name, e.effect, e.detail FROM sqlite_mig.ledger_entry e WHERE e.migration = 'peers_pains' AND e.rule = 'name' AND e.object_name LIKE 'p28%' ORDER BY e.entry;
SELECT c.relkind, c.relname, octet_length(c.relname) AS bytes FROM pg_class c WHERE c.relnamespace = 'peers_pains'::regnamespace AND c.relname LIKE 'p28%' ORDER BY c.relname COLLATE "C";
SELECT * FROM pg_temp.outcome('peers_pains', 'p30%');

-- Nothing is silent. Each object of the file is in PostgreSQL or in the ledger: no row may come out
SELECT o.type, o.name FROM sqlite_mig.source_objects('peers_pains') o
	LEFT JOIN sqlite_mig.plan_table t ON t.migration = 'peers_pains' AND t.source_name = o.name
	LEFT JOIN sqlite_mig.plan_index i ON i.migration = 'peers_pains' AND i.source_name = o.name
	WHERE o.name NOT LIKE 'sqlite\_%'
		AND NOT EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'peers_pains'::regnamespace
			AND CASE o.type WHEN 'table' THEN c.relkind = 'r' AND c.relname = t.target_name WHEN 'index' THEN c.relkind = 'i' AND c.relname = i.target_name WHEN 'view' THEN c.relkind = 'v' AND c.relname = o.name ELSE false END)
		AND NOT (o.type = 'trigger' AND EXISTS (SELECT FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid WHERE c.relnamespace = 'peers_pains'::regnamespace AND g.tgname = o.name))
		AND NOT EXISTS (SELECT FROM sqlite_mig.ledger e WHERE e.migration = 'peers_pains' AND e.effect IN ('skipped', 'failed') AND e.object_name = o.name);
-- SQLite's own: indexes behind UNIQUE and PRIMARY KEY are constraints with as many, sqlite_sequence went into the sequences
SELECT s.table_name, count(*) AS "SQLite", k.constraints FROM sqlite_mig.source_indexes('peers_pains') s JOIN sqlite_mig.plan_table t ON t.migration = 'peers_pains' AND t.source_name = s.table_name AND t.include,
		LATERAL (SELECT count(*) AS constraints FROM (SELECT conname FROM pg_constraint c WHERE c.conrelid = format('peers_pains.%I', t.target_name)::regclass AND c.contype IN ('u', 'p')
			AND NOT EXISTS (SELECT FROM sqlite_mig.plan_column a WHERE a.migration = 'peers_pains' AND a.source_table = t.source_name AND a.identity IS NOT NULL AND c.contype = 'p')
			UNION SELECT e.object_name FROM sqlite_mig.ledger e WHERE e.migration = 'peers_pains' AND e.table_name = t.source_name AND e.object_kind IN ('unique', 'primary key') AND e.effect = 'failed') x) k
	WHERE s.origin <> 'create index' GROUP BY 1, 3 HAVING count(*) <> k.constraints;
SELECT name FROM sqlite_mig.source_objects('peers_pains') WHERE name LIKE 'sqlite\_%' AND name NOT LIKE 'sqlite\_autoindex\_%';
-- and each property of a column: NOT NULL, DEFAULT, COLLATE, generated; and each foreign key
SELECT s.table_name, s.column_name, p.property FROM sqlite_mig.source_columns('peers_pains') s
	JOIN sqlite_mig.plan_table t ON t.migration = 'peers_pains' AND t.source_name = s.table_name AND t.include
	JOIN sqlite_mig.plan_column c ON c.migration = 'peers_pains' AND c.source_table = s.table_name AND c.source_name = s.column_name
	LEFT JOIN pg_attribute a ON a.attrelid = format('peers_pains.%I', t.target_name)::regclass AND a.attname = c.target_name,
	LATERAL (VALUES ('column', true, a.attnum IS NOT NULL), ('not null', s.not_null, a.attnotnull), ('default', upper(s.default_value) <> 'NULL', a.atthasdef), ('collation', upper(s.collation) <> 'BINARY', false), ('generated', s.generated IS NOT NULL, a.attgenerated <> '')) AS p (property, there, arrived)
	WHERE p.there AND NOT p.arrived AND NOT EXISTS (SELECT FROM sqlite_mig.ledger e WHERE e.migration = 'peers_pains' AND e.rule = p.property AND e.object_name = s.table_name || '.' || s.column_name);
SELECT f.table_name, f.parent_table, f.columns FROM sqlite_mig.source_foreign_keys('peers_pains') f JOIN sqlite_mig.plan_constraint k ON k.migration = 'peers_pains' AND k.kind = 'foreign key' AND k.source_table = f.table_name AND lower(k.columns::text) = lower(f.columns::text)
	WHERE NOT EXISTS (SELECT FROM pg_constraint c WHERE c.connamespace = 'peers_pains'::regnamespace AND c.contype = 'f' AND c.conname = k.target_name AND c.convalidated)
		AND NOT EXISTS (SELECT FROM sqlite_mig.ledger e WHERE e.migration = 'peers_pains' AND e.object_kind = 'foreign key' AND e.object_name = k.target_name AND e.table_name = f.table_name);
SELECT (SELECT count(*) FROM sqlite_mig.source_foreign_keys('peers_pains')) = (SELECT count(*) FROM sqlite_mig.plan_constraint WHERE migration = 'peers_pains' AND kind = 'foreign key') AS all_planned;
-- a file with this in it is no lossless migration
SELECT verdict, regexp_replace(reason, '\d+', 'N') FROM sqlite_mig.status('peers_pains');

-- 23: what never ends can be stopped
CREATE FOREIGN TABLE sqlite_peers_pains.endless (n bigint) SERVER peers_pains OPTIONS ("table" 'p23_endless');
SET statement_timeout = '300ms';
SELECT count(*) FROM sqlite_peers_pains.endless WHERE n < 0;
RESET statement_timeout;
-- 24: what took how long, for how many rows
SELECT object_kind, count(*), bool_and(seconds >= 0) AS timed, sum(rows) FROM sqlite_mig.journal WHERE migration = 'peers_pains' AND object_kind IN ('table', 'copy', 'analyze') GROUP BY 1 ORDER BY 1;

-- 22: a writer holds the file: wait for it, do not fail
\! (printf 'BEGIN EXCLUSIVE;\n.shell touch "%s.locked"\n.shell sleep 0.7\nCOMMIT;\n' "$FILE" | sqlite3 "$FILE" &) ; while [ ! -e "$FILE.locked" ]; do sleep 0.02; done; rm "$FILE.locked"
SELECT count(*) FROM sqlite_peers_pains.p07_existing;
-- 22: what is only in the -wal file is part of the database
\set live :builddir '/results/peers_live.db'
\setenv LIVE :live
\! rm -f "$LIVE"*; sqlite3 "$LIVE" ".dbconfig no_ckpt_on_close on" "PRAGMA journal_mode = wal" "CREATE TABLE live (id INTEGER PRIMARY KEY, x TEXT)" "INSERT INTO live VALUES (1, 'in the log')" > /dev/null; test -s "$LIVE-wal" && echo "there is a log"
CREATE SERVER peers_live FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'live');
CALL sqlite_mig.migrate('peers_live', 'peers_pains');
SELECT * FROM peers_pains.live;
SELECT verdict FROM sqlite_mig.status('peers_live');

-- 16: with the plan edited each number is the time that it was: 11:45:31, but for the Julian day, which has two decimals
SELECT columns, rows FROM sqlite_mig.prepare('peers_pains', 'peers_times', migration => 'peers_times', tables => '{p16*}') WHERE target IS NOT NULL;
UPDATE sqlite_mig.plan_column SET target_type = 'timestamptz', format = f.format
	FROM (VALUES ('epoch', 'unixepoch'), ('ms', 'unixepoch_ms'), ('us', 'unixepoch_us'), ('ns', 'unixepoch_ns'), ('julian', 'julianday'), ('ticks', 'dotnet_ticks'), ('cocoa', 'cocoa'), ('webkit', 'webkit')) AS f (name, format)
	WHERE migration = 'peers_times' AND source_name = f.name;
CALL sqlite_mig.migrate('peers_pains', migration => 'peers_times');
SELECT epoch, ms, us, ns, julian, ticks, cocoa, webkit FROM peers_times.p16_times ORDER BY id;
-- the nanoseconds were rounded to microseconds, and mixed has a number as text
SELECT object_name, effect, detail, rows FROM sqlite_mig.ledger WHERE migration = 'peers_times' AND phase = 'migrate' AND effect <> 'converted' AND NOT accepted ORDER BY entry;
SELECT count(*) FROM sqlite_peers_times.p16_times WHERE epoch + interval '1 day' > '2020-05-12' AND epoch = '2020-05-12 11:45:31Z';

-- 12, 14: who agrees to a change gets text, and the ledger says what of it changed; 90 is nothing in Windows-1252 either
ALTER SERVER peers_pains OPTIONS (ADD on_nul 'replace', ADD on_invalid_utf8 'windows-1252');
CALL sqlite_mig.migrate('peers_pains', 'peers_agreed', migration => 'peers_agreed', tables => '{p12*,p14*}');
SELECT pg_temp.read_migrated('peers_agreed') > 0 AS read;
SELECT * FROM pg_temp.outcome('peers_agreed', '%');
SELECT object_name, effect, detail, rows FROM sqlite_mig.ledger WHERE migration = 'peers_agreed' AND phase = 'migrate' ORDER BY entry;
SELECT count(*) FROM sqlite_mig.verify('peers_pains', migration => 'peers_agreed') WHERE NOT ok;
SELECT verdict FROM sqlite_mig.status('peers_pains', 'peers_agreed');

DELETE FROM sqlite_mig.migration WHERE server IN ('peers_pains', 'peers_live');
DROP SCHEMA peers_pains, sqlite_peers_pains, sqlite_peers_live, peers_times, sqlite_peers_times, peers_agreed, sqlite_peers_agreed CASCADE;
DROP SERVER peers_pains CASCADE;
DROP SERVER peers_live CASCADE;
