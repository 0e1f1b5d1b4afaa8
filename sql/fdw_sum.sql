-- Sums, averages, orders and groups that SQLite computes of numbers of every size, beside PostgreSQL's own of the same rows.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_sum.db'
\setenv FILE :file
-- r: a generator of numbers of 31 bits; of each kind 40 rows
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE t (kind TEXT, i INTEGER, n NUMERIC, p NUMERIC, g BLOB, u TEXT, c CHAR(5)); WITH RECURSIVE r (i, r, q) AS (SELECT 0, 4711, 815 UNION ALL SELECT i + 1, (r * 1103515245 + 12345) % 2147483648, (q * 69069 + 1) % 2147483648 FROM r WHERE i < 399) INSERT INTO t SELECT kind, i, CASE kind WHEN 'integers' THEN r - q WHEN 'great integers' THEN (r - 1073741824) * 4294967296 + q WHEN 'cents' THEN (r - q) / 100 / 100.0 WHEN 'doubles' THEN (r - q) / 1000003.0 WHEN 'great' THEN (r - q) * 1e22 WHEN 'greatest' THEN (r - q) * 1e290 WHEN 'small' THEN (r - q) * 1e-30 WHEN 'smallest' THEN (r - q) * 1e-320 WHEN 'all sizes' THEN (r - q) * CASE q % 5 WHEN 0 THEN 1e200 WHEN 1 THEN 1e-200 WHEN 2 THEN 1.0 WHEN 3 THEN 1e18 ELSE 1e-12 END ELSE (r - q) * CASE q % 3 WHEN 0 THEN 1e60 ELSE -1e60 END END, ((r - q) % 1000000000) / CASE q % 4 WHEN 0 THEN 1000.0 WHEN 1 THEN 8.0 WHEN 2 THEN 1e13 ELSE 7.0 END, CASE q % 4 WHEN 0 THEN r - q WHEN 1 THEN (r - q) * 1.0 WHEN 2 THEN 9007199254740992 + r % 8 ELSE 9007199254740992.0 + (r % 8) END, CASE r % 4 WHEN 0 THEN '{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}' WHEN 1 THEN 'a0eebc999c0b4ef8bb6d6bb9bd380a11' WHEN 2 THEN x'a0eebc999c0b4ef8bb6d6bb9bd380a11' ELSE 'a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11' END, substr('äöüßé', 1, q % 6) || substr('     ', 1, r % 7) FROM (SELECT *, CASE i / 40 WHEN 0 THEN 'integers' WHEN 1 THEN 'great integers' WHEN 2 THEN 'cents' WHEN 3 THEN 'doubles' WHEN 4 THEN 'great' WHEN 5 THEN 'greatest' WHEN 6 THEN 'small' WHEN 7 THEN 'smallest' WHEN 8 THEN 'all sizes' ELSE 'both signs' END AS kind FROM r); CREATE TABLE special (kind TEXT, n NUMERIC); INSERT INTO special VALUES ('nan', 'NaN'), ('nan', 1), ('plus', 'Infinity'), ('plus', 2.5), ('minus', '-inf'), ('minus', 1e30), ('both', '+Infinity'), ('both', '-Infinity'), ('double', 9e999), ('double', 1), ('doubles', -9e999), ('doubles', 9e999), ('ordinary', 1), ('nulls', NULL); CREATE TABLE bad (kind TEXT, n NUMERIC); INSERT INTO bad VALUES ('text', 'many'), ('blob', x'31'), ('large', 99999999999), ('double', 1e30), ('long', 'x' || replace(hex(zeroblob(60)), '00', 'ä')), ('ordinary', 1)"
CREATE SCHEMA fdw_sum;
CREATE SERVER fdw_sum FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');
CREATE FOREIGN TABLE fdw_sum.t (kind text, i bigint, n numeric, p numeric(12,3), g numeric, u uuid, c char(5)) SERVER fdw_sum OPTIONS ("table" 't');
CREATE FOREIGN TABLE fdw_sum.special (kind text, n numeric) SERVER fdw_sum OPTIONS ("table" 'special');
CREATE FOREIGN TABLE fdw_sum.nan (kind text, n numeric(8,2)) SERVER fdw_sum OPTIONS ("table" 'special');
CREATE FOREIGN TABLE fdw_sum.bad (kind text, n numeric(8,2)) SERVER fdw_sum OPTIONS ("table" 'bad');

-- a query, whether SQLite computes it, and the rows that differ from those of the same query over a copy of the table
CREATE TABLE fdw_sum.own AS SELECT * FROM fdw_sum.t;
CREATE FUNCTION fdw_sum.beside(query text, OUT sent boolean, OUT rows bigint, OUT differ bigint) LANGUAGE plpgsql AS $$
DECLARE
	line text;
BEGIN
	sent := false;
	FOR line IN EXECUTE 'EXPLAIN (VERBOSE, COSTS OFF) ' || query LOOP
		sent := sent OR line ~ 'SQL:.*(mig_|GROUP BY|ORDER BY|sum|DISTINCT)';
	END LOOP;
	EXECUTE format('SELECT count(*) FROM (%s) AS q', query) INTO rows;
	EXECUTE format('SELECT count(*) FROM ((%1$s) EXCEPT ALL (%2$s)) AS q', 'SELECT q::text FROM (' || query || ') AS q', 'SELECT q::text FROM (' || replace(query, 'fdw_sum.t', 'fdw_sum.own') || ') AS q') INTO differ;
END $$;
SELECT q, b.* FROM unnest(ARRAY['SELECT kind, sum(n), count(n) FROM fdw_sum.t GROUP BY kind', 'SELECT kind, avg(n) FROM fdw_sum.t GROUP BY kind', 'SELECT sum(n), avg(n) FROM fdw_sum.t',
	'SELECT kind, sum(p), avg(p) FROM fdw_sum.t GROUP BY kind', 'SELECT sum(i), avg(i) FROM fdw_sum.t', 'SELECT p, count(*) FROM fdw_sum.t GROUP BY p',
	'SELECT g, count(*) FROM fdw_sum.t GROUP BY g', 'SELECT count(DISTINCT g) FROM fdw_sum.t', 'SELECT u, count(*) FROM fdw_sum.t GROUP BY u', 'SELECT c, count(*) FROM fdw_sum.t GROUP BY c',
	'SELECT kind, min(n), max(n) FROM fdw_sum.t GROUP BY kind', 'SELECT kind, min(p), max(p) FROM fdw_sum.t GROUP BY kind']) AS q, fdw_sum.beside(q) AS b;
SELECT kind, sum(n), avg(n), min(n), max(n) FROM fdw_sum.special GROUP BY kind ORDER BY kind;
EXPLAIN (VERBOSE, COSTS OFF) SELECT sum(n) FROM fdw_sum.special WHERE kind = 'nan';
SELECT sum(n), avg(n) FROM fdw_sum.special WHERE kind = 'nan';
SELECT sum(n), avg(n) FROM fdw_sum.special WHERE kind = 'plus';
SELECT sum(n), avg(n) FROM fdw_sum.special WHERE kind = 'minus';
SELECT sum(n), avg(n) FROM fdw_sum.special WHERE kind = 'both';
SELECT sum(n), avg(n) FROM fdw_sum.special WHERE kind = 'doubles';
SELECT n FROM fdw_sum.special ORDER BY n LIMIT 9;
SELECT n, count(*) FROM fdw_sum.special GROUP BY n ORDER BY n;
SELECT kind, sum(n), avg(n) FROM fdw_sum.nan WHERE kind = 'nan' GROUP BY kind;
SELECT n, count(*) FROM fdw_sum.nan WHERE kind = 'nan' GROUP BY n ORDER BY n;

-- what the column does not hold stops the query, and names the value
SELECT sum(n) FROM fdw_sum.bad WHERE kind = 'text';
SELECT sum(n) FROM fdw_sum.bad WHERE kind = 'long';
SELECT sum(n) FROM fdw_sum.bad WHERE kind = 'blob';
SELECT sum(n) FROM fdw_sum.bad WHERE kind = 'large';
SELECT sum(n) FROM fdw_sum.bad WHERE kind = 'double';
SELECT n, count(*) FROM fdw_sum.bad WHERE kind = 'large' GROUP BY n;
DROP SERVER fdw_sum CASCADE;
DROP SCHEMA fdw_sum CASCADE;
