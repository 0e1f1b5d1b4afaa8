-- src/dialect: what to_postgres writes, what it says and where. The results of translations are compared with SQLite's in
-- t/060_dialect.pl; here it is the text that counts.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on

-- a translation on a line, and below it each finding with the text that it points to
CREATE FUNCTION pg_temp.show(sql text, schema text DEFAULT NULL) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT line FROM sqlite_mig.to_postgres(sql, schema) AS t,
		LATERAL (SELECT 0 AS n, coalesce(t.translated, 'impossible') AS line
			UNION ALL SELECT o, format('  %s %s at %s:%s [%s] %s', f ->> 'severity', f ->> 'rule', f ->> 'line', f ->> 'column',
					split_part(substr(sql, (f ->> 'position')::int, 14), E'\n', 1), f ->> 'finding')
				FROM jsonb_array_elements(t.findings) WITH ORDINALITY AS e (f, o)) AS l
	ORDER BY t.statement, l.n
$$;

-- the empty script
SELECT count(*) FROM sqlite_mig.to_postgres('');
SELECT count(*) FROM sqlite_mig.to_postgres(' ; ;; -- nothing');
SELECT count(*) FROM sqlite_mig.to_postgres(NULL);

-- positions: lines, columns and characters of the whole script, also behind other scripts' letters
SELECT pg_temp.show($$SELECT 'größe', "Ω" FROM t
  WHERE ü LIKE 'é%'
	AND x = "y"; SELECT 1;
PRAGMA foreign_keys;$$);
SELECT statement, line, "position", rule FROM sqlite_mig.lint_sql($$SELECT a LIKE 'x';
SELECT 1;

  DELETE FROM t WHERE b REGEXP 'y' ORDER BY c LIMIT 1$$);

-- a statement that is none does not take the next one with it
SELECT pg_temp.show('SELECT 1 FROM; CREATE TRIGGER x BEGIN SELECT CASE; END; SELECT 2; SELECT ''; SELECT 3');
SELECT pg_temp.show('SELECT ((((1); SELECT 2');
SELECT pg_temp.show('EXPLAIN SELECT 1; EXPLAIN; CREATE; CREATE TABLE t(a,); ALTER TABLE t; DROP; INSERT INTO t VALUES (1,); UPDATE t SET; WITH a SELECT 1');

-- what the tables tell
SELECT pg_temp.show($$SELECT * FROM t WHERE flag AND NOT flag2 = 1 AND name = "x" AND n = '5' AND name = 5 AND rowid = 1 AND at > '2024-01-01' AND code = 'A' ORDER BY id, n$$,
	$$CREATE TABLE t (id INTEGER PRIMARY KEY, flag BOOLEAN, flag2 boolean, name TEXT, n INT, at timestamptz, code TEXT COLLATE NOCASE)$$);
SELECT pg_temp.show($$SELECT * FROM t WHERE flag AND NOT flag2 = 1 AND name = "x" AND n = '5' AND name = 5 AND rowid = 1 AND at > '2024-01-01' AND code = 'A' ORDER BY id, n$$);
-- what the script tells, in the spelling that came first
SELECT pg_temp.show($$CREATE TABLE Person (Id INTEGER PRIMARY KEY, "First Name" TEXT); INSERT INTO person (ID) VALUES (NULL); SELECT ID, [first name] FROM PERSON AS p WHERE P.id = 1$$);
SELECT pg_temp.show($$CREATE TABLE a (x INT); ALTER TABLE a RENAME COLUMN x TO y; SELECT y, "x", "z" FROM a; ALTER TABLE a ADD COLUMN z BOOLEAN; SELECT z FROM a WHERE z; ALTER TABLE a RENAME TO b; SELECT "y", "n" FROM b$$);

-- names that PostgreSQL does not take are those that the plan gives
SELECT replace(translated, E'\n', ' ') = format('SELECT %I, %I FROM %I', sqlite_mig_internal._short_name(repeat('ä', 40)), sqlite_mig_internal._short_name(''), sqlite_mig_internal._short_name(repeat('x', 64)))
FROM sqlite_mig.to_postgres(format('SELECT %I, [] FROM %I', repeat('ä', 40), repeat('x', 64)));

-- conflicts
SELECT pg_temp.show($$CREATE TABLE k (a INTEGER PRIMARY KEY, b TEXT UNIQUE, c INT, d AS (c + 1));
INSERT OR REPLACE INTO k (b, c) VALUES ('x', 1);
INSERT OR REPLACE INTO k (a, b) VALUES (1, 'x');
INSERT OR REPLACE INTO k (c) VALUES (1);
INSERT OR IGNORE INTO k VALUES (NULL, 'x', 1);
INSERT OR ROLLBACK INTO k (a) VALUES (1);
INSERT INTO k (a, c) VALUES (1, 2) ON CONFLICT DO UPDATE SET c = c + excluded.c WHERE c > 0;
UPDATE OR REPLACE k SET a = 2$$);

-- groups: bare columns, and the row of the one max()
SELECT pg_temp.show($$SELECT a, b, max(c) FROM t GROUP BY a; SELECT a, b, max(c), min(c) FROM t GROUP BY a; SELECT *, count(*) FROM k GROUP BY x; SELECT lower(a), b FROM t GROUP BY lower(a), 2$$,
	'CREATE TABLE k (x INT, y INT)');

-- times
SELECT pg_temp.show($$SELECT datetime('now'), date('now', '-1 month') FROM t WHERE at >= datetime('now', '-7 days', 'start of day') AND d = date('now') AND at < date('now', 'localtime') AND at > strftime('%s', 'now')$$,
	'CREATE TABLE t (at timestamptz, d date)');

SELECT pg_temp.show($$UPDATE t SET at = 1 + 2, d = 'x' || 1; SELECT * FROM t WHERE at = unixepoch() OR at < 1700000000$$, 'CREATE TABLE t (at timestamptz, d date)');

-- triggers
SELECT pg_temp.show($$CREATE TRIGGER g AFTER UPDATE OF a ON t WHEN new.a > 0 BEGIN UPDATE t SET b = b + 1 WHERE id = NEW.id; SELECT RAISE(ABORT, 'no') FROM u WHERE u.id = OLD.a; END;
CREATE TRIGGER h INSTEAD OF INSERT ON v WHEN NEW.x BEGIN INSERT OR IGNORE INTO t VALUES (NEW.x, '$trigger$'); END;
CREATE TRIGGER i AFTER DELETE ON t BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER j AFTER DELETE ON t BEGIN SELECT count(*) FROM t; END;
DROP TRIGGER g; DROP TRIGGER nobody$$);
SELECT pg_temp.show($$CREATE TRIGGER k AFTER UPDATE ON t WHEN NEW.at <= OLD.at BEGIN UPDATE t SET at = datetime('now'), n = OLD.n + t.m WHERE Id = OLD.id; END;
CREATE TRIGGER l AFTER UPDATE ON t BEGIN UPDATE t SET n = m, m = n WHERE id = NEW.id; END;
CREATE TRIGGER m AFTER UPDATE ON t BEGIN UPDATE t SET n = 1 WHERE id = NEW.n; END$$, 'CREATE TABLE t (id INTEGER PRIMARY KEY, at DATETIME, n INT, m INT)');

-- limits
SELECT pg_temp.show('SELECT ' || repeat('(', 300) || '1');
SELECT pg_temp.show('SELECT 1' || repeat(' + 1', 2000));
SELECT pg_temp.show('SELECT a' || repeat(', a', 2500) || ' FROM t');
SELECT length(translated) FROM sqlite_mig.to_postgres('SELECT 1' || repeat(' + 1', 900));
-- a name that is sought through 2^50 queries is not sought for long
SELECT left(translated, 40) FROM sqlite_mig.to_postgres((SELECT 'WITH c0 AS (SELECT * FROM t)' || string_agg(format(', c%s AS (SELECT * FROM c%s AS a, c%s AS b)', n, n - 1, n - 1), '') || ' SELECT x FROM c50 WHERE y = 1' FROM generate_series(1, 50) AS n));

-- what the plan calls: names and types that it has chosen
\set catalog 'ARRAY[[\'Order\', \'orders\', \'Id\', \'id\', \'bigint\', \'rk\'], [\'Order\', \'orders\', \'Paid\', \'is_paid\', \'boolean\', \'\'], [\'Order\', \'orders\', \'Name\', \'name\', \'text\', \'c\'], [\'Order\', \'orders\', \'At\', \'at\', \'timestamptz\', \'n\']]'
CREATE FUNCTION pg_temp.show_expr(expr text, context text, type text, catalog text[]) RETURNS text LANGUAGE sql AS $$
	SELECT concat_ws(' | ', coalesce(translated, 'impossible'), (SELECT string_agg(f ->> 'rule', ', ' ORDER BY n) FROM jsonb_array_elements(findings) WITH ORDINALITY AS e (f, n)))
	FROM sqlite_mig_internal._translate_expr(expr, context, 'order', type, catalog)
$$;
SELECT pg_temp.show_expr(expr, context, type, :catalog) FROM (VALUES
	('Paid IN (0, 1) AND "Name" <> "x"', 'check', NULL),
	('paid', 'predicate', NULL),
	('paid = 1 AND at > ''2024-01-01''', 'predicate', NULL),
	('at > datetime(''now'')', 'predicate', NULL),
	('lower(name)', 'index', NULL),
	('strftime(''%Y'', at)', 'index', NULL),
	('Id * 2', 'generated', 'bigint'),
	('datetime(''now'')', 'default', 'timestamptz'),
	('datetime(''now'')', 'default', 'text'),
	('CURRENT_TIMESTAMP', 'default', 'timestamp'),
	('date(''now'', ''+30 days'')', 'default', 'date'),
	('CURRENT_TIME', 'default', 'time'),
	('strftime(''%s'', ''now'')', 'default', 'bigint'),
	('unixepoch()', 'default', 'bigint'),
	('1', 'default', 'boolean'),
	('TRUE', 'default', 'bigint'),
	('"open"', 'default', 'text'),
	('''{}''', 'default', 'jsonb'),
	('x''00ff''', 'default', 'bytea'),
	('lower(hex(randomblob(16)))', 'default', 'text'),
	('-1.5', 'default', 'double precision'),
	('1 +', 'check', NULL),
	('1; DROP TABLE x', 'check', NULL),
	('', 'value', NULL)) AS e (expr, context, type);
SELECT sqlite_mig_internal._translate_expr('1', 'nonsense');
SELECT sqlite_mig_internal._translate_expr('1', 'value', catalog => ARRAY['a', 'b']);
SELECT translated FROM sqlite_mig_internal._translate($$CREATE VIEW paid AS SELECT o.ID, count(*) FROM "order" AS o WHERE paid GROUP BY id; CREATE INDEX i ON [order] (name);
CREATE TRIGGER g AFTER INSERT ON "Order" WHEN NEW.paid BEGIN UPDATE "order" SET paid = 0 WHERE Id = NEW.Id; END$$, NULL, :catalog, 'My Shop');

-- placeholders
\set sql 'SELECT ?, ?3, ?, :name, @name, $name, :name, \'?\', "a:b", [c?], `d@e`, x->\'$.a\', y->>\'b\', 5 % 2, \'100%\', t::int /* ? % */ -- :x'
SELECT style || ': ' || sqlite_mig.convert_placeholders(:'sql', style) FROM unnest('{format,pyformat,numeric}'::text[]) AS style;
SELECT sqlite_mig.convert_placeholders('SELECT ? ''open ? %', 'format');
SELECT sqlite_mig.convert_placeholders('', 'numeric');
SELECT sqlite_mig.convert_placeholders('SELECT 1', 'none');

-- limits of nesting hold for every rule that calls itself, and in no more than linear time
SELECT left(findings -> 0 ->> 'finding', 60) FROM unnest(ARRAY['SELECT 1 FROM ' || repeat('(', 150) || ';', 'SELECT 1 FROM ' || repeat('(', 150) || 't' || repeat(')', 150), 'SELECT ' || repeat('NOT ', 300) || '1',
	'SELECT ' || repeat('-', 3) || '1', 'SELECT ' || repeat('(SELECT ', 150) || '1' || repeat(')', 150), 'SELECT ' || repeat('CASE WHEN ', 250), 'SELECT ' || repeat('f(', 250), 'WITH ' || repeat('a AS (WITH ', 250)]) AS sql, sqlite_mig.to_postgres(sql);

-- keys of texts that NOCASE and RTRIM take for the same
SELECT pg_temp.show($$CREATE TABLE k (a TEXT PRIMARY KEY COLLATE NOCASE, b TEXT COLLATE RTRIM UNIQUE, c TEXT COLLATE NOCASE, d TEXT, UNIQUE (c, d), UNIQUE (d COLLATE NOCASE), UNIQUE (c COLLATE BINARY));
CREATE UNIQUE INDEX i ON k (c, d); CREATE INDEX j ON k (c); CREATE UNIQUE INDEX l ON k (c COLLATE NOCASE, d)$$);
SELECT pg_temp.show('SELECT DISTINCT *, c FROM k UNION ALL SELECT c, 1 FROM k', 'CREATE TABLE k (c TEXT COLLATE NOCASE)');
-- what the schema tells: triggers; what is not known may be a column, or not; what a query around this one has
SELECT pg_temp.show('DROP TRIGGER t; DROP TRIGGER u', 'CREATE TABLE k (a INT); CREATE TRIGGER t AFTER DELETE ON k BEGIN SELECT 1; END');
SELECT pg_temp.show('SELECT abs(x) AS x FROM unknown WHERE x > 1; SELECT abs(y) AS x FROM unknown WHERE x > 1; SELECT *, count(*) FROM unknown; SELECT CASE WHEN x THEN 1 ELSE x END AS x FROM unknown WHERE x');
SELECT pg_temp.show('SELECT max(a + 1), (SELECT k.b) FROM k; SELECT max(a), (SELECT k.b) FROM k; SELECT max(a), (SELECT k.b FROM k) FROM k AS o', 'CREATE TABLE k (a INT, b INT)');
SELECT pg_temp.show('CREATE VIEW v AS SELECT; SELECT x FROM v; SELECT 1 IN (SELECT); SELECT *, x FROM v GROUP BY x', 'CREATE VIEW v AS SELECT FROM');
-- ORDER BY within an aggregate, which newer versions of SQLite have
SELECT pg_temp.show('SELECT group_concat(a, b ORDER BY a DESC), sum(a ORDER BY a), json_group_array(a ORDER BY b) FILTER (WHERE a > 0), total(a ORDER BY a) FROM k', 'CREATE TABLE k (a INT, b TEXT)');
-- a byte order mark, a trigger on columns of a view, names of WINDOW, hints and words that lead nowhere
SELECT pg_temp.show(E'\uFEFFSELECT 1;\uFEFF SELECT 2 \uFEFF');
SELECT pg_temp.show('SELECT 1 FROM window, b; SELECT 1 FROM a LEFT indexed b; SELECT 1 FROM a NATURAL; UPDATE a INDEXED c SET b = 1; DELETE FROM a NOT c; CREATE TABLE t (a INT CONSTRAINT)');
-- too large: what an alias repeats, what the columns beside max() repeat
SELECT translated IS NULL, jsonb_array_length(findings), findings -> 0 ->> 'rule' FROM sqlite_mig.to_postgres('SELECT 1' || repeat(' + 1', 300) || ' AS x FROM t WHERE x > 1');
SELECT translated IS NULL, count(f), min(f ->> 'rule'), max(f ->> 'rule') FROM sqlite_mig.to_postgres('SELECT max(a' || repeat(' + 1.0', 30) || ')' || repeat(', a', 1000) || ' FROM k', 'CREATE TABLE k (a INT)') AS t, LATERAL jsonb_array_elements(findings) AS f GROUP BY 1;
SELECT translated IS NULL, max(f ->> 'rule') FROM sqlite_mig.to_postgres('SELECT max(a' || repeat(' + 1.0', 30) || ')' || repeat(', a', 1000) || ' FROM k WHERE a OR NOT a AND 1', 'CREATE TABLE k (a INT)') AS t, LATERAL jsonb_array_elements(findings) AS f GROUP BY 1;
-- keys that decide what is in the way
SELECT pg_temp.show($$INSERT OR REPLACE INTO k VALUES ('x', 1); INSERT OR IGNORE INTO k VALUES ('x', 1); INSERT INTO k VALUES ('x', 1) ON CONFLICT DO NOTHING; INSERT INTO k VALUES ('x', 1)$$, 'CREATE TABLE k (a TEXT COLLATE NOCASE PRIMARY KEY, b INT)');
SELECT pg_temp.show('SELECT DISTINCT * FROM k JOIN l USING (b); SELECT *, count(*) FROM k JOIN l USING (b)', 'CREATE TABLE k (a TEXT COLLATE NOCASE, b INT); CREATE TABLE l (b INT)');
SELECT pg_temp.show('CREATE TABLE t (a TEXT, UNIQUE (lower(a)))');
SELECT pg_temp.show('SELECT a -> ''$."x'', a ->> ''$."x'', a -> ''$[x]'', a -> ''$[-1]'', a -> ''x'' FROM t; SELECT RAISE(IGNORE)');
SELECT translated FROM sqlite_mig_internal._translate('INSERT OR REPLACE INTO t (b, c) VALUES (1, 2); INSERT OR REPLACE INTO t (a, b) VALUES (1, 2)', NULL, ARRAY[['t', 't', 'a', 'a', 'bigint', 'k'], ['t', 't', 'a2', 'a2', 'bigint', 'k'], ['t', 't', 'b', 'b', 'bigint', 'u'], ['t', 't', 'c', 'c', 'bigint', '']]);
SELECT pg_temp.show('SELECT count(DISTINCT) FROM t; SELECT count(DISTINCT *) FROM t; SELECT max(*), min() FROM t; SELECT max(DISTINCT *) FROM t');
