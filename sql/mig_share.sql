-- What background workers find together in parts of a table is what one process finds in all of it, to the last digit: profile,
-- trial of conversions, plan.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
SET sqlite_fdw_mig.range_size = '64kB';
SET track_functions = 'all';
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_share.db'
\setenv FILE :file
-- columns that begin late, or have a value now and then; what looks like something only at the start, or only later; all that is counted
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE hard (id INTEGER PRIMARY KEY, stamp TEXT, stamp_until TEXT, late TEXT, late_number TEXT, late_json TEXT, sparse TEXT, word TEXT, real_or_text, amount DECIMAL(10,2), code BLOB, flaws TEXT, comma TEXT, number REAL, at_end INTEGER, always_null TEXT, ip INET);"
\! sqlite3 "$FILE" "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30000) INSERT INTO hard SELECT i * 7 - 90000, datetime(1700000000 + i * 977, 'unixepoch'), CASE WHEN i < 29000 THEN date(1700000000 + i * 977, 'unixepoch') ELSE 'soon' END, CASE WHEN i > 20000 THEN iif(i % 3 = 0, 'on', 'word ' || i) END, CASE WHEN i > 9000 THEN iif(i > 25000, i || '.125', 'text ' || i) END, CASE WHEN i > 15000 THEN iif(i > 28000, '{\"a\": 1, \"a\": 2}', 'no json') END, CASE WHEN i % 97 = 0 THEN i END, iif(i > 400, iif(i % 2, 'yes', 'no'), 'other'), CASE i % 4 WHEN 0 THEN i WHEN 1 THEN i / 8.0 WHEN 2 THEN 'x' || i ELSE zeroblob(16) END, i / 100.0, CAST(printf('%016d', i) AS BLOB), CASE i % 1000 WHEN 0 THEN '' WHEN 1 THEN 'blank ' WHEN 2 THEN CAST(x'61ff' AS TEXT) WHEN 3 THEN CAST(x'610062' AS TEXT) WHEN 4 THEN 'äöü' ELSE 'text' END, iif(i % 2, i || ',5', i || '.5'), iif(i = 27777, 9e999, i * 1.0), iif(i > 29990, i, NULL), NULL, iif(i < 1500, '10.0.0.' || (i % 256), 'host ' || i) FROM n"
\! sqlite3 "$FILE" "CREATE TABLE keyed (k TEXT PRIMARY KEY, v INTEGER) WITHOUT ROWID; INSERT INTO keyed SELECT 'key ' || id, id FROM hard; CREATE TABLE empty (a); CREATE TABLE \"odd '\"\"name\" (a TEXT, \"b'\"\"\" REAL); INSERT INTO \"odd '\"\"name\" SELECT stamp, number FROM hard WHERE id % 2; CREATE TABLE text_only (t TEXT, u DATETIME, v JSON, w DATE); INSERT INTO text_only SELECT 'text ' || id, CASE WHEN id % 5000 THEN stamp ELSE 'never' END, json_object('a', id), CASE WHEN id < 100000 THEN stamp_until ELSE '2024-02-30' END FROM hard;"
\! for i in $(seq 40); do echo "CREATE TABLE small_$i AS SELECT id, stamp, amount FROM hard WHERE id % 500 = $i;"; done | sqlite3 "$FILE"
-- objects until a column has had so many values that it tries no more what has not matched, and arrays from then on
\! sqlite3 "$FILE" "ALTER TABLE hard ADD turns TEXT; UPDATE hard SET turns = CASE WHEN (id + 90000) / 7 <= 21000 THEN '{\"a\": 1}' ELSE '[1, 2]' END WHERE (id + 90000) / 7 > 20000"
CREATE SERVER mig_share FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', on_nul 'replace', on_invalid_utf8 'replace');

CREATE TEMP TABLE alone AS SELECT * FROM sqlite_mig.profile('mig_share');
CREATE TEMP TABLE together (LIKE alone);
ALTER TABLE together ADD workers integer;
CREATE TEMP TABLE fits AS SELECT 0 AS workers, f.* FROM sqlite_mig_internal._fit('mig_share', 'hard', '{stamp,late_number,real_or_text,flaws,ip,comma}', '{1,1,2,3,4,4,5,6,6}',
	'{timestamptz,date,numeric,text,text,varchar(3),inet,numeric,point}', '{NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL}', 'Europe/Berlin') AS f;
DO $$
BEGIN
	FOR n IN 2 .. 3 LOOP
		PERFORM sqlite_mig_internal._pool_open('mig_share', n);
		INSERT INTO together SELECT p.*, n FROM sqlite_mig.profile('mig_share') AS p;
		INSERT INTO fits SELECT n, f.* FROM sqlite_mig_internal._fit('mig_share', 'hard', '{stamp,late_number,real_or_text,flaws,ip,comma}', '{1,1,2,3,4,4,5,6,6}',
			'{timestamptz,date,numeric,text,text,varchar(3),inet,numeric,point}', '{NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL}', 'Europe/Berlin') AS f;
		PERFORM sqlite_mig_internal._pool_close();
	END LOOP;
END $$;
SELECT workers, count(*), count(DISTINCT table_name) AS tables FROM together GROUP BY workers ORDER BY workers;
-- in parts indeed
SELECT funcname, calls > 15 AS parts FROM pg_stat_user_functions WHERE schemaname = 'sqlite_mig_internal' AND funcname IN ('_profile_part', '_fit_part') ORDER BY funcname;
SELECT n.workers, count(*) AS different FROM (VALUES (2), (3)) AS n (workers),
	LATERAL ((SELECT * FROM alone EXCEPT ALL SELECT t.table_name, t.position, t.column_name, t.declared_type, t.rows, t.complete, t.nulls, t.integers, t.reals, t.texts, t.blobs, t.empty_strings, t.min_int, t.max_int, t.min_real, t.max_real, t.integral_reals,
		t.max_digits, t.max_scale, t.min_chars, t.max_chars, t.max_bytes, t.invalid_utf8, t.nul_bytes, t.json_u0000, t.json_duplicate_keys, t.json_unsure, t.trailing_blanks, t.distinct_estimate, t.recognised FROM together AS t WHERE t.workers = n.workers)) AS d
	GROUP BY n.workers ORDER BY n.workers;
-- the fixture has what it is for: recognisers that match only where they are no longer tried
SELECT column_name, rows, nulls, (SELECT string_agg(format('%s %s', r.key, r.value ->> 'matches'), ', ' ORDER BY r.key) FROM jsonb_each(recognised) AS r) AS recognised FROM alone WHERE table_name = 'hard' ORDER BY position;
SELECT workers, count(*), count(*) FILTER (WHERE refused > 0) AS refused, count(*) FILTER (WHERE changes <> '{}') AS changed FROM fits GROUP BY workers ORDER BY workers;
SELECT f.workers, f.candidate, f.target_type FROM fits AS f JOIN fits AS s ON s.workers = 0 AND s.candidate = f.candidate WHERE to_jsonb(f) - 'workers' <> to_jsonb(s) - 'workers' ORDER BY 1, 2;

-- the plan
CREATE FUNCTION pg_temp.plan() RETURNS TABLE (part text, item jsonb) LANGUAGE sql AS $$
	SELECT 'table', to_jsonb(t) FROM sqlite_mig.plan_table AS t WHERE migration = 'mig_share'
	UNION ALL SELECT 'column', to_jsonb(c) FROM sqlite_mig.plan_column AS c WHERE migration = 'mig_share'
	UNION ALL SELECT 'ledger', to_jsonb(e) - '{entry,recorded_at}'::text[] FROM sqlite_mig.ledger_entry AS e WHERE migration = 'mig_share' $$;
SELECT count(*) FROM sqlite_mig.prepare('mig_share');
CREATE TEMP TABLE plan_alone AS SELECT * FROM pg_temp.plan();
SELECT count(*) FROM sqlite_mig.prepare('mig_share', options => '{"workers": 2}');
SELECT count(*), count(*) FILTER (WHERE part = 'ledger') > 5 AS told FROM plan_alone;
(SELECT * FROM plan_alone EXCEPT ALL SELECT * FROM pg_temp.plan()) UNION ALL (SELECT * FROM pg_temp.plan() EXCEPT ALL SELECT * FROM plan_alone);
SELECT options FROM sqlite_mig.migration WHERE migration = 'mig_share';
SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'sqlite_fdw_mig worker';

-- what cannot be
BEGIN;
SELECT sqlite_mig.prepare('mig_share', options => '{"workers": 2}');
ROLLBACK;
SELECT sqlite_mig.prepare('mig_share', options => '{"workers": 2.5}');
SELECT sqlite_mig.prepare('mig_share', options => '{"workers": "two"}');
SELECT sqlite_mig_internal._profile('mig_share', NULL, NULL);
SELECT sqlite_mig_internal._profile_part('mig_share', '{keyed}', 1, NULL, NULL);
SELECT sqlite_mig_internal._profile_part('mig_share', '{nothing}', NULL, NULL, NULL);
SELECT sqlite_mig_internal._profile_part('mig_share', '{empty}', NULL, NULL, '{1,2}');
SELECT sqlite_mig_internal._fit_part('mig_share', 'keyed', '{v}', '{1}', '{bigint}', '{NULL}', NULL, 1, 2);
SELECT length(sqlite_mig_internal._profile_part('mig_share', '{empty,keyed}', NULL, NULL, NULL)) > 100 AS bytes;
-- an error of one of them is that of the call
SELECT sqlite_mig.prepare('mig_share', options => '{"workers": 2, "time_zone": "Nowhere/Else"}');
DELETE FROM sqlite_mig.migration WHERE migration = 'mig_share';
DROP SERVER mig_share CASCADE;
DROP SCHEMA sqlite_mig_share;
