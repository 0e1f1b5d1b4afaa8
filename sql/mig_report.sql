-- report: one page for those who sign a migration off; whatever a file calls its things, it is text there
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\pset format unaligned
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_report.db'
\setenv FILE :file
SELECT $sqlite$
CREATE TABLE "<script>alert(1)</script>" (id INTEGER PRIMARY KEY, "a&b" DATE, "x'y""z" TEXT NOT NULL);
INSERT INTO "<script>alert(1)</script>" VALUES (1, '2020-01-01', '<b>'), (2, 'soon', '</td>');
CREATE TABLE plain (id INTEGER PRIMARY KEY, n INTEGER, up INTEGER REFERENCES nowhere (x));
INSERT INTO plain VALUES (1, 5, NULL), (2, 6, 7), (3, 7, 7);
CREATE VIEW "&amp;" AS SELECT nope FROM plain;
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 "$FILE" "$SQL"
CREATE SERVER mig_report FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE FUNCTION pg_temp.steady(text) RETURNS text LANGUAGE sql AS $$
	SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace($1, '\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC', 'WHEN', 'g'), ' +[\d.]+ s\y', ' N s', 'g'), ' +\d+ rows/s', ' N rows/s', 'g'),
		' +[\d.]+ (kB|MB|bytes)', ' SIZE', 'g'), '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', 'SUM', 'g') $$;

-- a plan only
SELECT count(*) FROM sqlite_mig.prepare('mig_report', 'mig_report');
SELECT * FROM regexp_split_to_table(pg_temp.steady(sqlite_mig.report('mig_report')), '\n') AS line LIMIT 8;

-- carried out, with a row in quarantine
\! sqlite3 "$FILE" "INSERT INTO plain VALUES (4, NULL, NULL)"
SELECT count(*) FROM sqlite_mig.prepare('mig_report', 'mig_report');
UPDATE sqlite_mig.plan_column SET not_null = true WHERE migration = 'mig_report' AND source_name = 'n';
CALL sqlite_mig.migrate('mig_report', on_error => 'reject');
SELECT * FROM regexp_split_to_table(pg_temp.steady(sqlite_mig.report('mig_report')), '\n') AS line;
-- lines fit a terminal of 100 columns, but for statements
SELECT max(length(line)) <= 100 AS fits FROM regexp_split_to_table(split_part(sqlite_mig.report('mig_report'), 'TO UNDO IT', 1), '\n') AS line;
SELECT key, jsonb_typeof(value), CASE jsonb_typeof(value) WHEN 'array' THEN jsonb_array_length(value) END AS items FROM jsonb_each(sqlite_mig.report('mig_report', 'json')::jsonb) ORDER BY key;
SELECT data -> 'rejected' AS rejected, data ->> 'undo' AS undo FROM (SELECT sqlite_mig.report('mig_report', 'json')::jsonb AS data) AS r;

-- the page is well-formed, has all of it, and none of it became markup
SELECT sqlite_mig.report('mig_report', 'html') AS page \gset
SELECT :'page' LIKE '<!DOCTYPE html>%' AS html, :'page' ~ '(src|href)=|url\(|@import' AS fetches;
SELECT replace(:'page', '<!DOCTYPE html>', '')::xml IS DOCUMENT AS well_formed;
SELECT xpath('count(//script)', x) AS scripts, xpath('count(//b)', x) AS bold, xpath('//h2/text()', x) AS parts, xpath('string(//p[contains(@class, "verdict")]/strong)', x) AS verdict,
		xpath('count(//html/@lang)', x) AS lang, xpath('count(//main)', x) AS main, xpath('count(//th[@scope])', x)::text = xpath('count(//th)', x)::text AS scopes
	FROM (SELECT replace(:'page', '<!DOCTYPE html>', '')::xml AS x) AS p;
SELECT h, r[1] = d.n::text AS all_rows FROM (SELECT replace(:'page', '<!DOCTYPE html>', '')::xml AS x, sqlite_mig.report('mig_report', 'json')::jsonb AS data) AS p,
	LATERAL (VALUES ('Phases', 'phases'), ('Tables', 'tables'), ('Ledger: what was changed, skipped or guessed', 'ledger'), ('Rejected rows', 'rejected'), ('Verification', 'checks'), ('Types, and why', 'types')) AS v (h, key),
	LATERAL (SELECT xpath(format('count(//section[h2 = "%s"]//tbody/tr)', v.h), p.x)::text[] AS r) AS r, LATERAL (SELECT jsonb_array_length(p.data -> v.key) AS n) AS d;
SELECT unnest(xpath('//section[h2 = "Tables"]//tbody/tr/th/text()', replace(:'page', '<!DOCTYPE html>', '')::xml))::text AS name ORDER BY 1;

-- the statements that undo it do
SELECT sqlite_mig.report('mig_report', 'json')::jsonb ->> 'undo' AS undo \gset
:undo
SELECT to_regnamespace('mig_report') AS schema, count(*) AS plans FROM sqlite_mig.migration WHERE migration = 'mig_report';
SELECT sqlite_mig.report('mig_report');
SELECT sqlite_mig.report('mig_report', 'pdf');
DROP SCHEMA sqlite_mig_report;
DROP SERVER mig_report CASCADE;
