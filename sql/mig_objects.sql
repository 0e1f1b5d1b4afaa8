-- Checks, defaults, generated columns and indexes with expressions: what is made of each, and that none is missing from both the target and the ledger.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO';
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/mig_objects.db'
\setenv FILE :file
SELECT $sqlite$
CREATE TABLE c (
	a INTEGER PRIMARY KEY CHECK (a > 0), b TEXT CHECK (length(b) <= 5), "State" TEXT CONSTRAINT known CHECK ("State" IN ('x', "y")), f BOOLEAN CHECK (f IN (0, 1)),
	d TEXT CHECK (d IS strftime('%Y-%m-%d', d)), day DATE CHECK (length(day) = 10), t INTEGER CHECK (typeof(t) = 'integer'), r REAL CHECK (r BETWEEN 0 AND 1.5 OR r IS NULL),
	j TEXT CHECK (json_valid(j)), e TEXT COLLATE NOCASE CHECK (e <> 'NO'), l TEXT CHECK (l LIKE 'x%'), p TEXT CHECK (printf('%s', p) <> ''), z TEXT CHECK (likely(z) GLOB '[a-z]*'),
	m TEXT CHECK (m MATCH 'x' OR 1), CHECK (a < 100 AND (b IS NULL OR b GLOB '[A-Z]*')), CHECK (t > a -- says why
	));
INSERT INTO c VALUES (1, 'Abc', 'x', 1, '2020-01-01', '2020-01-02', 5, 1.0, '{}', 'yes', 'Xy', 'p', 'z', NULL), (2, NULL, NULL, 0, NULL, NULL, 5, NULL, '[]', NULL, NULL, 'q', 'y', NULL);
CREATE TABLE mixed (a CHECK (typeof(a) = 'integer'), n INTEGER CHECK (n < 3), u TEXT);
INSERT INTO mixed VALUES (1, 1, 'A'), (2, 2, 'B');
PRAGMA ignore_check_constraints = 1;
INSERT INTO mixed VALUES ('text', 1, 'C');
CREATE TABLE d (
	id INTEGER PRIMARY KEY, a TEXT DEFAULT (datetime('now')), b TIMESTAMP DEFAULT (datetime('now')), c INTEGER DEFAULT (strftime('%s', 'now')), d INTEGER DEFAULT (1 + 2 * 3),
	e TEXT DEFAULT (lower(hex(randomblob(8)))), f INTEGER DEFAULT (datetime('now')), g TEXT DEFAULT ('a' || 'b'), h TEXT DEFAULT (1.0 + 2), i REAL DEFAULT (julianday('now')),
	j DATE DEFAULT (date('now', '+7 days')), k BLOB DEFAULT (x'00ff'), l INTEGER DEFAULT (random()), m BOOLEAN DEFAULT (1 = 1), n INTEGER DEFAULT (abs(-5)),
	o DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')), p TEXT DEFAULT (NULL), q INTEGER DEFAULT (unixepoch()), r VARCHAR(3) DEFAULT (substr('abcdef', -3)),
	s TIMESTAMP DEFAULT (julianday('now')), t INTEGER DEFAULT (7 / 2), u INTEGER DEFAULT ('x' || 'y'), v TEXT DEFAULT (sqlite_version()));
INSERT INTO d (id, a, b, f, j, o, s, u) VALUES (1, 'x', '2020-01-01 00:00:00', 1, '2020-01-01', '2020-01-01T00:00:00.000Z', '2020-01-01 00:00:00', 1);
CREATE TABLE k (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, mail TEXT, code TEXT, live BOOLEAN, at TEXT, n INTEGER);
INSERT INTO k VALUES (1, 'a', 'm', 'c', 1, '2020-01-01', 1), (2, 'b', 'M2', 'c', 0, '2020-01-02', 2), (3, 'Ä', 'o', 'c', 0, NULL, 3), (4, 'ä', 'p', 'd', 1, NULL, 4);
CREATE UNIQUE INDEX k_one_live ON k (code) WHERE live;
CREATE INDEX k_lower ON k (lower(mail), n DESC);
CREATE INDEX k_day ON k (strftime('%Y', at)) WHERE at IS NOT NULL;
CREATE UNIQUE INDEX k_name ON k (name);
CREATE INDEX k_mail ON k (mail COLLATE NOCASE DESC, n);
CREATE INDEX k_trim ON k (mail COLLATE RTRIM);
CREATE INDEX k_sum ON k (n + id, n * 2) WHERE n > 1 AND mail LIKE 'm%';
CREATE INDEX k_json ON k (upper(at) || n);
CREATE INDEX k_local ON k (typeof(n)) WHERE n IN (1, 2);
CREATE INDEX k_plain ON k (n DESC, id);
CREATE TABLE g (
	id INTEGER PRIMARY KEY, a INTEGER, b TEXT, v INTEGER AS (a * 2), s TEXT AS (lower(b) || '-' || a) STORED, y TEXT AS (strftime('%Y', d)), d TEXT, later INTEGER AS (v + 1), h INTEGER AS (length(b)) STORED NOT NULL,
	m REAL AS (a / 2.0), bad TEXT AS (typeof(z)), t TEXT AS (typeof(a)), f BOOLEAN AS (a > 1), w TEXT AS (printf('%5.1f', m)) STORED, z);
INSERT INTO g (a, b, d, z) VALUES (1, 'Abc', '2020-01-02', 1), (2, 'äö', '2021-02-03', 'z'), (NULL, 'q', NULL, NULL);
CREATE INDEX g_v ON g (v);
CREATE UNIQUE INDEX g_s ON g (s);
$sqlite$ AS sql \gset
\setenv SQL :sql
\! rm -f "$FILE"; sqlite3 -cmd ".dbconfig dqs_ddl on" -cmd ".dbconfig trusted_schema on" "$FILE" "$SQL" > /dev/null
CREATE SERVER mig_objects FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');

SELECT table_name, rows FROM sqlite_mig.prepare('mig_objects', 'mig_objects');
\pset format unaligned
\pset null (null)
SELECT source_table, target_name, include, source_sql, target_sql, reason FROM sqlite_mig.plan_constraint WHERE migration = 'mig_objects' AND kind = 'check' ORDER BY source_table, target_name COLLATE "C";
SELECT source_name, target_type, default_source, default_expr FROM sqlite_mig.plan_column WHERE migration = 'mig_objects' AND default_source IS NOT NULL ORDER BY source_table, position;
SELECT source_name, target_type, generated, generated_expr FROM sqlite_mig.plan_column WHERE migration = 'mig_objects' AND generated IS NOT NULL ORDER BY source_table, position;
SELECT source_name, is_unique, include, target_sql, reason FROM sqlite_mig.plan_index WHERE migration = 'mig_objects' ORDER BY source_name COLLATE "C";
SELECT object_kind, object_name, severity, effect, rule, detail, sample FROM sqlite_mig.ledger WHERE migration = 'mig_objects' AND (object_kind IN ('check', 'default', 'index') OR table_name = 'g') ORDER BY entry;
-- nothing of the trials is left
SELECT to_regclass('pg_temp.sqlite_mig_trial');
SELECT severity, object_name, finding FROM sqlite_mig.plan_check('mig_objects') WHERE object_kind IN ('check', 'default', 'index', 'unique index');

CALL sqlite_mig.migrate('mig_objects');
SELECT conrelid::regclass, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'mig_objects'::regnamespace AND contype = 'c' ORDER BY conrelid::regclass::text, conname COLLATE "C";
SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE relnamespace = 'mig_objects'::regnamespace ORDER BY pg_get_indexdef(indexrelid) COLLATE "C";
SELECT object_kind, object_name, effect, rule, detail FROM sqlite_mig.ledger WHERE migration = 'mig_objects' AND phase = 'migrate' AND object_kind <> 'column' ORDER BY entry;
SELECT verdict FROM sqlite_mig.status('mig_objects');

-- what PostgreSQL computes is what SQLite has computed
TABLE mig_objects.g ORDER BY id;
SELECT v.check_name, v.ok, v.detail FROM sqlite_mig.verification v WHERE v.migration = 'mig_objects' AND table_name = 'g' ORDER BY 1;
INSERT INTO mig_objects.g (id, a, b, d) VALUES (9, 9, 'Nine', '2009-09-09') RETURNING v, s, y, h, m, t, f;
DELETE FROM mig_objects.g WHERE id = 9;

-- every check, default, generated column and index of the source is in PostgreSQL, or in the ledger with a reason
SELECT o.kind, count(*) AS objects, count(*) FILTER (WHERE o.made) AS made, count(*) FILTER (WHERE NOT o.made AND e.told) AS told, count(*) FILTER (WHERE o.made IS NOT TRUE AND e.told IS NOT TRUE) AS missing
	FROM (
		SELECT 'check' AS kind, k.target_name AS name, EXISTS (SELECT FROM pg_constraint c WHERE c.connamespace = 'mig_objects'::regnamespace AND c.contype = 'c' AND c.conname = k.target_name) AS made
			FROM sqlite_mig.plan_constraint k WHERE k.migration = 'mig_objects' AND k.kind = 'check'
		UNION ALL SELECT 'index', i.index_name, EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'mig_objects'::regnamespace AND c.relkind = 'i' AND c.relname = i.index_name)
			FROM sqlite_mig.source_indexes('mig_objects') i WHERE i.origin = 'create index'
		UNION ALL SELECT 'default', c.table_name || '.' || c.column_name, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = to_regclass('mig_objects.' || c.table_name) AND a.attname = c.column_name AND a.atthasdef)
			FROM sqlite_mig.source_columns('mig_objects') c WHERE upper(c.default_value) <> 'NULL'
		UNION ALL SELECT 'column', c.table_name || '.' || c.column_name, EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = to_regclass('mig_objects.' || c.table_name) AND a.attname = c.column_name AND a.attgenerated <> '')
			FROM sqlite_mig.source_columns('mig_objects') c WHERE c.generated IS NOT NULL
	) AS o, LATERAL (SELECT EXISTS (SELECT FROM sqlite_mig.ledger l WHERE l.migration = 'mig_objects' AND l.object_kind = o.kind AND l.object_name = o.name AND (l.effect IN ('skipped', 'failed') OR l.effect = 'changed' AND l.rule = 'generated') AND l.detail <> '') AS told) AS e
	GROUP BY o.kind ORDER BY o.kind;
SELECT (SELECT count(*) FROM sqlite_mig.plan_table p, sqlite_mig.parse_table(p.source_sql) t WHERE p.migration = 'mig_objects' AND t.clause = 'check')
	= (SELECT count(*) FROM sqlite_mig.plan_constraint WHERE migration = 'mig_objects' AND kind = 'check') AS all_checks_planned;

-- they hold
INSERT INTO mig_objects.c (a, b, t, j) VALUES (200, 'Abc', 300, '{}');
INSERT INTO mig_objects.c (a, b, t, j) VALUES (9, 'abc', 30, '{}');
INSERT INTO mig_objects.c (a, b, t, j, p, "State") VALUES (9, 'Abc', 30, '{}', 'p', 'z');
INSERT INTO mig_objects.k (id, name, code, live) VALUES (10, 'new', 'c', true);
INSERT INTO mig_objects.k (id, name, code, live) VALUES (11, 'A', 'c', false);
INSERT INTO mig_objects.k (id, name, code, live) VALUES (12, 'new', 'c', false);
INSERT INTO mig_objects.d (id) VALUES (2);
SELECT now() - a::timestamptz < '1 min' AS a, now() - b < '1 min' AS b, extract(epoch FROM now()) - c < 60 AS c, d, e ~ '^[0-9a-f]{16}$' AS e, f, g, h, abs(julianday_now - i) < 0.001 AS i, j = (now() AT TIME ZONE 'UTC')::date + 7 AS j,
	k, l IS NOT NULL AS l, m, n, now() - o < '1 min' AS o, p, extract(epoch FROM now()) - q < 60 AS q, r, s, t, u, v
	FROM mig_objects.d, LATERAL (SELECT 2440587.5 + extract(epoch FROM now()) / 86400 AS julianday_now) AS x WHERE id = 2;

-- workers make the same
CALL sqlite_mig.migrate('mig_objects', 'mig_objects_3', migration => 'mig_objects_3', workers => 2);
SELECT bool_and(ok) AS ok, count(*) FROM sqlite_mig.verification WHERE migration = 'mig_objects_3';
CREATE FUNCTION pg_temp.made(schema text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = schema::regnamespace
	UNION ALL SELECT replace(pg_get_indexdef(indexrelid), schema || '.', '') FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE relnamespace = schema::regnamespace
	UNION ALL SELECT c.relname || '.' || a.attname || a.attgenerated::text || pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid JOIN pg_attribute a ON (a.attrelid, a.attnum) = (d.adrelid, d.adnum) WHERE relnamespace = schema::regnamespace $$;
SELECT count(*) AS differ FROM (SELECT pg_temp.made('mig_objects') EXCEPT ALL SELECT pg_temp.made('mig_objects_3')) AS x;
SELECT count(*) > 50 AS many, count(*) = (SELECT count(*) FROM pg_temp.made('mig_objects_3')) AS same FROM pg_temp.made('mig_objects');

-- an expression that is written by hand is meant as it is
SELECT count(*) FROM sqlite_mig.prepare('mig_objects', 'mig_objects_2', migration => 'mig_objects_2');
UPDATE sqlite_mig.plan_constraint SET target_sql = 'n < 2' WHERE migration = 'mig_objects_2' AND source_table = 'mixed' AND source_sql = 'n < 3';
CALL sqlite_mig.migrate('mig_objects', migration => 'mig_objects_2');
-- what is still as prepare wrote it follows a name that is changed, in checks, indexes and generated columns
UPDATE sqlite_mig.plan_column SET target_name = 'new_' || target_name WHERE migration = 'mig_objects_2' AND source_table IN ('mixed', 'k', 'g');
UPDATE sqlite_mig.plan_table SET target_name = 'renamed' WHERE migration = 'mig_objects_2' AND source_name = 'k';
SELECT target_sql, target_sql = proposed AS same FROM sqlite_mig.plan_constraint WHERE migration = 'mig_objects_2' AND source_table = 'mixed' AND kind = 'check' ORDER BY 1;
SELECT source_name, target_sql FROM sqlite_mig.plan_index WHERE migration = 'mig_objects_2' AND target_sql IS NOT NULL ORDER BY 1;
SELECT target_name, generated_expr FROM sqlite_mig.plan_column WHERE migration = 'mig_objects_2' AND generated_expr IS NOT NULL ORDER BY position;
SELECT severity, object_name, finding FROM sqlite_mig.plan_check('mig_objects', 'mig_objects_2') WHERE object_kind IN ('check', 'index', 'unique index');
DELETE FROM sqlite_mig.plan_constraint WHERE migration = 'mig_objects_2' AND target_sql = 'n < 2';
CALL sqlite_mig.migrate('mig_objects', migration => 'mig_objects_2');
SELECT count(*) FILTER (WHERE NOT ok) AS wrong, count(*) FROM sqlite_mig.verification WHERE migration = 'mig_objects_2';
SELECT object_kind, object_name, detail FROM sqlite_mig.ledger WHERE migration = 'mig_objects_2' AND phase = 'migrate' AND effect IN ('failed', 'skipped');

DELETE FROM sqlite_mig.migration WHERE server = 'mig_objects';
DROP SCHEMA mig_objects, mig_objects_2, mig_objects_3, sqlite_mig_objects, sqlite_mig_objects_2, sqlite_mig_objects_3 CASCADE;
DROP SERVER mig_objects CASCADE;
