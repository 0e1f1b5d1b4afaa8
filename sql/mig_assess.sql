-- assess: what a file and its surroundings say about a move
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\pset format unaligned
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_assess.db'
\setenv FILE :file
SELECT $sqlite$
PRAGMA user_version = 7;
CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL, born DATE, extra JSON, height REAL CHECK (height > 0));
INSERT INTO person VALUES (1, 'Ann', '2000-01-02', '{"a": 1}', 1.5), (2, 'Bob', NULL, NULL, NULL);
CREATE TABLE thing (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES person (id), made DATE, code VARCHAR(3)) STRICT;
$sqlite$ AS sql \gset
SELECT replace(:'sql', 'DATE, code VARCHAR(3)) STRICT', 'TEXT, code TEXT) STRICT') || $sqlite$
CREATE INDEX thing_owner ON thing (owner);
CREATE VIEW odd AS SELECT no_such_column FROM person;
CREATE TRIGGER counts AFTER INSERT ON thing BEGIN SELECT RAISE(IGNORE) FROM person; END;
CREATE VIRTUAL TABLE words USING fts5 (body);
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO thing SELECT i, 1 + i % 2, '2024-01-0' || (1 + i % 9), 'c' || i FROM n;
CREATE TABLE mixed (a DATE);
INSERT INTO mixed VALUES ('2024-01-01'), ('soon');
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"*; sqlite3 "$FILE" "$SQL"; chmod 644 "$FILE"
CREATE SERVER mig_assess FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE FUNCTION pg_temp.steady(text) RETURNS text LANGUAGE sql AS $$
	SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace($1, E'\n', ' '), '\d{4}-\d\d-\d\d \d\d:\d\d UTC', 'WHEN'), '\d+(\.\d+)? s\y', 'N s', 'g'), 'about [^:]*:', 'about SO LONG:'),
		'; [^;]* are free', '; N are free'), 'kind (local|tmpfs|fuse|9p)|with SQLite \S+|\d+ [kM]?B? ?(bytes)? ?in \d+ pages of \d+ bytes', 'SOME', 'g') $$;

SELECT section, object, severity, pg_temp.steady(finding) AS finding FROM sqlite_mig.assess('mig_assess');
SELECT DISTINCT section, replace(advice, E'\n', ' ') AS advice FROM sqlite_mig.assess('mig_assess') WHERE section <> 'reason' ORDER BY 1, 2;
SELECT object, count(*) FILTER (WHERE advice ~ '^a file does not\s+show') AS says_what_it_cannot_show FROM sqlite_mig.assess('mig_assess') WHERE section = 'reason' GROUP BY object ORDER BY object;
-- in lines that fit a terminal
SELECT max(length(f.line)) <= 40 AS narrow, bool_or(a.finding ~ '\n') AS in_lines, count(DISTINCT a.section) AS sections FROM sqlite_mig.assess('mig_assess') AS a, regexp_split_to_table(a.finding, '\n') AS f (line);
SELECT sqlite_mig_internal._wrap(E'one two three\nfour supercalifragilistic  word', 10) AS wrapped, sqlite_mig_internal._wrap('', 10) AS empty, sqlite_mig_internal._wrap(NULL, 10) IS NULL AS nothing;
-- nothing is left behind
SELECT (SELECT count(*) FROM sqlite_mig.migration WHERE server = 'mig_assess') AS plans, (SELECT count(*) FROM pg_foreign_table AS f JOIN pg_foreign_server AS s ON s.oid = f.ftserver WHERE s.srvname = 'mig_assess') AS tables,
	(SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'assess%') AS schemas;
-- a part of it, with other choices
SELECT section, object, severity, replace(finding, E'\n', ' ') AS finding FROM sqlite_mig.assess('mig_assess', options => '{"fit_values": false}', tables => '{person}') WHERE section NOT IN ('reason', 'inventory') AND object <> 'time';
-- somebody else at work, and a file that everybody may write to
\! chmod 666 "$FILE"; (echo "BEGIN IMMEDIATE; SELECT 'x';"; sleep 3) | sqlite3 "$FILE" > "$FILE-out" & for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do [ -s "$FILE-out" ] || sleep 0.1; done
SELECT object, severity, replace(finding, E'\n', ' ') ~ 'other processes with locks at this moment: 1, one of them for writing' AS writer, replace(finding, E'\n', ' ') ~ 'every user of the machine may write to it' AS open
	FROM sqlite_mig.assess('mig_assess', tables => '{person}') WHERE object IN ('write concurrency', 'team access');
-- a damaged file
\! dd if=/dev/zero of="$FILE" bs=1024 seek=4 count=400 conv=notrunc 2>/dev/null
SELECT sqlite_mig.disconnect('mig_assess');
SELECT section, object, severity, finding ~ 'malformed' AS says_so, replace(advice, E'\n', ' ') AS advice FROM sqlite_mig.assess('mig_assess') WHERE section <> 'reason';
-- a database without a table
\! rm -f "$FILE"; sqlite3 "$FILE" 'PRAGMA user_version = 1'
SELECT section, object, replace(finding, E'\n', ' ') AS finding FROM sqlite_mig.assess('mig_assess') WHERE section <> 'reason' AND object NOT IN ('file', 'time');
SELECT * FROM sqlite_mig.assess('no_such_server');
SELECT * FROM sqlite_mig.assess('mig_assess', options => '{"no_such_option": 1}');
DROP SERVER mig_assess;
