-- _fit: what the values of a table are, and which types hold them.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_fit.db'
\setenv FILE :file
\! rm -f "$FILE"
\! sqlite3 "$FILE" "CREATE TABLE t (id INTEGER PRIMARY KEY, mixed, num, day, empty, flag)"
\! sqlite3 "$FILE" "INSERT INTO t VALUES (10, 1, 12.5, '2024-02-29', NULL, 0), (20, -7, 0.25, '2024-02-30', NULL, 1), (30, 2.5, 3, NULL, NULL, 0), (40, 'dé', '1.005', '2024-01-01', NULL, 1), (50, x'0001ff', NULL, '', NULL, 0), (60, NULL, 1e300, '2023-12-31', NULL, 2), (70, 3000000000, 7, '2023-12-31', NULL, 1)"
\! sqlite3 "$FILE" "CREATE TABLE w (a TEXT, b INTEGER, v TEXT, PRIMARY KEY (b, a)) WITHOUT ROWID; INSERT INTO w VALUES ('x', 2, 'no'), ('y', 1, '5'), ('a', 2, '6')"
\! sqlite3 "$FILE" "CREATE VIEW vw AS SELECT v FROM w ORDER BY v; CREATE TABLE none (a); CREATE TABLE many (a TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO many SELECT CASE WHEN i = 1 THEN '10.0.0.1' ELSE 'no ' || i END FROM n"
CREATE SERVER mig_fit FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');

-- the evidence: one row per candidate, in their order
SELECT candidate, column_name, target_type, format, rows, nulls, integers, reals, texts, blobs, min_int, max_int, max_chars, max_bytes
FROM sqlite_mig_internal._fit('mig_fit', 't', '{mixed,num,day,empty,id}', '{5,4,3,2,1}', '{bigint,text,date,numeric,text}', '{NULL,NULL,iso,NULL,NULL}') ORDER BY candidate;
-- the verdicts
SELECT column_name, target_type, refused, lossy, first_row, storage_class, value, reason
FROM sqlite_mig_internal._fit('mig_fit', 't', '{mixed,num,day,empty,flag}', '{1,1,1,2,2,2,2,3,3,4,5,5}',
	'{bigint,integer,text,"double precision","numeric(10,2)",numeric,bigint,date,text,uuid,boolean,smallint}', array_fill(NULL::text, '{12}')) ORDER BY candidate;
-- rows without a rowid, and without any key
SELECT target_type, refused, first_row, value FROM sqlite_mig_internal._fit('mig_fit', 'w', '{v}', '{1,1}', '{int,bigint}', '{NULL,NULL}');
SELECT target_type, refused, first_row, value FROM sqlite_mig_internal._fit('mig_fit', 'vw', '{v}', '{1}', '{int}', '{NULL}');
SELECT rows, nulls, refused, first_row FROM sqlite_mig_internal._fit('mig_fit', 'none', '{a}', '{1}', '{int}', '{NULL}');
-- what a copy would change, and where: rows without a rowid too
\! sqlite3 "$FILE" "CREATE TABLE c (k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO c VALUES ('a', 1.5), ('b', '007'), ('c', '-01'), ('d\"e', '+3'), ('f', '004.25'), ('g', 2), ('h', 0.25)"
SELECT target_type, format, refused, lossy, first_row, reason, changes FROM sqlite_mig_internal._fit('mig_fit', 'c', '{v}', '{1,1,1}', '{"numeric(5,0)",text,text}', '{NULL,NULL,any}');
-- types that are read by their input function only: those that throw are tried until they are hopeless
SELECT target_type, rows, refused BETWEEN 100 AND 999 AS many, (refused < 999) = (reason LIKE '%(counting stopped)') AS told, first_row, value
FROM sqlite_mig_internal._fit('mig_fit', 'many', '{a}', '{1,1}', '{inet,int}', '{NULL,NULL}');
SELECT target_type, refused FROM sqlite_mig_internal._fit('mig_fit', 'many', '{a}', '{1}', '{int}', '{NULL}');
-- lazy: what comes after a candidate that fits is not tried; the answer where it does not fit is the same
SELECT column_name, target_type, refused, lossy, first_row FROM sqlite_mig_internal._fit('mig_fit', 't', '{id,num}', '{1,1,2,2,2}', '{bigint,text,smallint,"numeric(10,2)",numeric}', '{NULL,NULL,NULL,NULL,NULL}', lazy => true);
SELECT target_type, refused, lossy, first_row FROM sqlite_mig_internal._fit('mig_fit', 't', '{num}', '{1,1,1}', '{smallint,"numeric(10,2)",numeric}', '{NULL,NULL,NULL}');
SELECT target_type, rows, refused FROM sqlite_mig_internal._fit('mig_fit', 'none', '{a}', '{1,1}', '{int,text}', '{NULL,NULL}', lazy => true);
-- no candidates: no rows
SELECT * FROM sqlite_mig_internal._fit('mig_fit', 't', '{num}', '{}', '{}', '{}');

-- what is refused
\set SHOW_CONTEXT never
SELECT * FROM sqlite_mig_internal._fit('mig_fit', 'nothing', '{a}', '{1}', '{int}', '{NULL}');
SELECT * FROM sqlite_mig_internal._fit('mig_fit', 't', '{nothing}', '{1}', '{int}', '{NULL}');
\set SHOW_CONTEXT errors
SELECT * FROM sqlite_mig_internal._fit('mig_fit', 't', '{num}', '{2}', '{int}', '{NULL}');
SELECT * FROM sqlite_mig_internal._fit('mig_fit', 't', '{num}', '{1}', '{no_type}', '{NULL}');
SELECT * FROM sqlite_mig_internal._fit('mig_fit', 't', '{num}', '{1}', '{int}', '{iso}');
SELECT * FROM sqlite_mig_internal._fit('mig_fit', 't', '{num}', '{1,1}', '{int}', '{NULL}');
SELECT * FROM sqlite_mig_internal._fit('mig_fit', 't', '{NULL}', '{1}', '{int}', '{NULL}');
SELECT * FROM sqlite_mig_internal._fit('mig_fit', 't', '{num}', '{1}', '{NULL}', '{NULL}');
SELECT * FROM sqlite_mig_internal._fit('mig_fit', 't', NULL, '{1}', '{int}', '{NULL}');
SELECT * FROM sqlite_mig_internal._fit('no_server', 't', '{num}', '{1}', '{int}', '{NULL}');
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_mig_fit;
RESET client_min_messages;
CREATE ROLE regress_mig_fit;
SET ROLE regress_mig_fit;
SELECT * FROM sqlite_mig_internal._fit('mig_fit', 't', '{num}', '{1}', '{int}', '{NULL}');
RESET ROLE;
DROP ROLE regress_mig_fit;
DROP SERVER mig_fit;
