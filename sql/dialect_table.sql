-- src/dialect: the clauses of CREATE TABLE
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\pset format unaligned
\pset tuples_only on

-- a clause on a line, only what it has
CREATE FUNCTION pg_temp.show(sql text) RETURNS SETOF text LANGUAGE sql AS $$
	SELECT concat_ws(' | ', clause, 'name ' || constraint_name, 'column ' || column_name, 'columns ' || columns::text,
			'body ' || body, 'parent columns ' || parent_columns::text, 'on conflict ' || conflict,
			CASE WHEN stored THEN 'stored' END, CASE WHEN "deferrable" THEN 'deferrable' END,
			CASE WHEN deferred THEN 'deferred' END, CASE WHEN autoincrement THEN 'autoincrement' END,
			CASE WHEN descending THEN 'descending' END)
	FROM sqlite_mig.parse_table(sql)
$$;

-- nothing to tell
SELECT count(*) FROM pg_temp.show('CREATE TABLE t(a)');
SELECT count(*) FROM pg_temp.show('create temp table if not exists main."t" ( a , b TEXT ) ; ');
SELECT count(*) FROM sqlite_mig.parse_table(NULL);

-- types: several words, with sizes, quoted, keywords
SELECT pg_temp.show($$CREATE TABLE t(a DOUBLE PRECISION NOT NULL, b DECIMAL(10, 2) NOT NULL, c "my type"(5) NOT NULL,
	d 'text' NOT NULL, e NUMERIC(+1,-2) NOT NULL, f INT KEY ASC NOT NULL, g UNSIGNED BIG INT NOT NULL)$$);

-- constraints of a column, in any order and number
SELECT pg_temp.show($$CREATE TABLE t(
	a INTEGER PRIMARY KEY AUTOINCREMENT,
	b TEXT CONSTRAINT "b is there" NOT NULL ON CONFLICT IGNORE UNIQUE ON CONFLICT REPLACE CHECK (b <> ')' AND (b) NOT LIKE '(%') COLLATE NOCASE,
	c INT NULL ON CONFLICT ABORT UNIQUE UNIQUE COLLATE "my coll" CONSTRAINT pos CHECK(c > 0) CHECK (c < 9),
	d CONSTRAINT x CONSTRAINT y UNIQUE CONSTRAINT lost)$$);
SELECT pg_temp.show('CREATE TABLE t(a INTEGER PRIMARY KEY DESC ON CONFLICT ROLLBACK)');
SELECT pg_temp.show('CREATE TABLE t(a INTEGER CONSTRAINT pk PRIMARY KEY ASC ON CONFLICT FAIL AUTOINCREMENT)');

-- defaults
SELECT pg_temp.show($$CREATE TABLE t(a DEFAULT 1, b DEFAULT -1, c DEFAULT +1, d DEFAULT - 1.5e3, e DEFAULT 'it''s', f DEFAULT "word",
	g DEFAULT word, h DEFAULT NULL, i DEFAULT CURRENT_TIMESTAMP NOT NULL, j DEFAULT x'00fF', k DEFAULT (strftime('%s', 'now') || ')'),
	l DEFAULT true, m DEFAULT ( /* one */ 1 -- and
	+ 2 -- two
	), n DEFAULT .5, o DEFAULT 0x1F, p DEFAULT 1_000, q DEFAULT [x y], r DEFAULT ((1)))$$);

-- generated columns
SELECT pg_temp.show($$CREATE TABLE t(a INT, b INT GENERATED ALWAYS AS (a + 1) STORED NOT NULL, c INT AS (a * (2)), d AS (a) VIRTUAL,
	e VARCHAR(10) GENERATED ALWAYS AS (a || 'x') VIRTUAL CHECK (e <> ''), f GENERATED ALWAYS AS (1), g NOT NULL GENERATED ALWAYS AS (2) STORED)$$);

-- references
SELECT pg_temp.show($$CREATE TABLE t(
	a REFERENCES p,
	b REFERENCES p(x) ON DELETE CASCADE ON UPDATE SET NULL,
	c INT CONSTRAINT fk REFERENCES "p q"("x y") MATCH FULL ON DELETE NO ACTION DEFERRABLE INITIALLY DEFERRED NOT NULL,
	d REFERENCES p ON DELETE SET DEFAULT ON INSERT RESTRICT NOT DEFERRABLE INITIALLY DEFERRED,
	e REFERENCES p NOT NULL DEFERRABLE,
	f REFERENCES p (x COLLATE nocase DESC) DEFERRABLE INITIALLY IMMEDIATE,
	g DEFERRABLE INITIALLY DEFERRED)$$);

-- constraints of the table, with commas and without
SELECT pg_temp.show($$CREATE TABLE t(a, b, "c d",
	CONSTRAINT pk PRIMARY KEY(a, "c d" COLLATE nocase DESC) ON CONFLICT REPLACE
	UNIQUE (b ASC, [a]) ON CONFLICT IGNORE CHECK (a > (b)) ON CONFLICT FAIL,
	CONSTRAINT fk FOREIGN KEY (a, b) REFERENCES p (x, y) ON UPDATE RESTRICT MATCH SIMPLE DEFERRABLE INITIALLY DEFERRED
	FOREIGN KEY('c d') REFERENCES 'p' NOT DEFERRABLE
	CONSTRAINT lost, UNIQUE ('a', (b), ((a) COLLATE rtrim) DESC), CONSTRAINT last)$$);
SELECT pg_temp.show('CREATE TABLE t(a, PRIMARY KEY(a AUTOINCREMENT))');
-- an expression in the list: no columns at all
SELECT pg_temp.show('CREATE TABLE t(a, b, UNIQUE (a, lower(b)), UNIQUE (-a), UNIQUE (a + b DESC), UNIQUE ((a) || b), UNIQUE (1, a))');

-- names: keywords, quotes of each kind, unicode, dollar, comments everywhere
SELECT pg_temp.show($$CREATE TABLE "a ""t"""(key NOT NULL, desc INT NOT NULL, [a b] NOT NULL, `c``d` NOT NULL, 'e''f' NOT NULL, "g""h" NOT NULL,
	left NOT NULL, replace NOT NULL, "" NOT NULL, größe NOT NULL, x$1 NOT NULL, if NOT NULL, indexed NOT NULL, "select" NOT NULL, end NOT NULL)$$);
SELECT pg_temp.show($$/* a */CREATE/**/TABLE -- b
	t/* c */(/* d */a/*,b*/INT/*)*/NOT/**/NULL--,c
	,/**/b CHECK(b/* ) */>0)/**/)/* e$$);

-- options behind
SELECT pg_temp.show('CREATE TABLE t(a PRIMARY KEY) WITHOUT ROWID');
SELECT pg_temp.show('CREATE TABLE t(a INT PRIMARY KEY) strict, without rowid;');

-- what ALTER TABLE leaves: a column added behind the last one, a parent renamed into quotes
SELECT pg_temp.show($$CREATE TABLE "new name" (a INTEGER PRIMARY KEY, b TEXT REFERENCES "other name"(id), c TEXT DEFAULT 'x' NOT NULL, CHECK("a" > 0))$$);

-- not understood: one row with the reason, never a clause
SELECT sql, (SELECT string_agg(show, ' // ') FROM pg_temp.show(sql))
FROM unnest(ARRAY[
	'', ';', 'SELECT 1', 'CREATE', 'CREATE TABLE', 'CREATE TABLE t', 'CREATE TABLE t(', 'CREATE TABLE t()', 'CREATE TABLE t(a', 'CREATE TABLE t(a,)',
	'CREATE TABLE t AS SELECT 1', 'CREATE VIRTUAL TABLE t USING fts5(a)', 'CREATE VIEW v AS SELECT 1', 'CREATE INDEX i ON t(a)',
	'CREATE TABLE t(a NOT NULL) x', 'CREATE TABLE t(a NOT NULL) WITHOUT', 'CREATE TABLE t(a NOT NULL) WITHOUT OIDS', 'CREATE TABLE t(a NOT NULL) STRICT,',
	'CREATE TABLE t(a NOT NULL); DROP TABLE t', 'CREATE TABLE t(a NOT NULL))', 'CREATE TABLE t(PRIMARY KEY (a))', 'CREATE TABLE t(a NOT NULL, UNIQUE (a), b)',
	'CREATE TABLE t(a INT CHECK)', 'CREATE TABLE t(a NOT NULL CHECK ())', 'CREATE TABLE t(a CHECK (a;b))', 'CREATE TABLE t(a CHECK (a > 0)', 'CREATE TABLE t(a DEFAULT)',
	'CREATE TABLE t(a DEFAULT -word)', 'CREATE TABLE t(a DEFAULT select)', 'CREATE TABLE t(a DEFAULT 1 2)', 'CREATE TABLE t(a DEFAULT ?)', 'CREATE TABLE t(select)',
	'CREATE TABLE t(a NOT)', 'CREATE TABLE t(a NOT UNIQUE)', 'CREATE TABLE t(a PRIMARY)', 'CREATE TABLE t(a ON CONFLICT FAIL)', 'CREATE TABLE t(a UNIQUE ON CONFLICT DO)',
	'CREATE TABLE t(a REFERENCES)', 'CREATE TABLE t(a REFERENCES p()', 'CREATE TABLE t(a REFERENCES p(x + 1))', 'CREATE TABLE t(a REFERENCES p ON DELETE)',
	'CREATE TABLE t(a REFERENCES p ON DELETE SET x)', 'CREATE TABLE t(a REFERENCES p DEFERRABLE INITIALLY)', 'CREATE TABLE t(a, FOREIGN KEY (a))',
	'CREATE TABLE t(a, FOREIGN KEY a REFERENCES p)', 'CREATE TABLE t(a, UNIQUE)', 'CREATE TABLE t(a, UNIQUE ())', 'CREATE TABLE t(a, UNIQUE (a,))',
	'CREATE TABLE t(a, UNIQUE (a AUTOINCREMENT))', 'CREATE TABLE t(a INT(1,2,3))', 'CREATE TABLE t(a INT())', 'CREATE TABLE t(a INT(x))', 'CREATE TABLE t(a INT(10) UNSIGNED)',
	'CREATE TABLE t(a COLLATE)', 'CREATE TABLE t(a AS)', 'CREATE TABLE t(a INT(1) GENERATED AS (1))', 'CREATE TABLE t(a AS (1) x)',
	'CREATE TABLE t(a DEFAULT ''x)', 'CREATE TABLE t(a "x)', 'CREATE TABLE t([a)', 'CREATE TABLE t(`a)', 'CREATE TABLE t(a DEFAULT x''0'')', 'CREATE TABLE t(a DEFAULT x''0g'')',
	'CREATE TABLE t(a DEFAULT 1a)', 'CREATE TABLE t(a DEFAULT 1__0)', 'CREATE TABLE t(a DEFAULT 0x)', 'CREATE TABLE t(a \ b)', 'CREATE TABLE t(a CHECK (a ! b))', 'CREATE TABLE t(a CHECK (a > :))',
	'CREATE TABLE t(a /* b)', 'CREATE TABLE t(a -- b)', 'CREATE TABLE größe(größe ^ größe größe größe größe größe größe)']) sql;

-- tokens inside an expression are passed over as SQLite cuts them
SELECT pg_temp.show($$CREATE TABLE t(a CHECK (a->'$.x' ->> ')' || b << 1 >> 2 <= 3 >= 4 <> 5 != 6 == 7 & 8 | ~9 % 1. + .5e-3 - 0xfF * x'29' / [)] = ")" < `)` AND ?1 > :a AND @a > $a::b(x)),
	b CHECK (b NOT IN (')', '('')', "(")), c CHECK (#1 > 1))$$);
\pset tuples_only off

-- Damage. A long statement with everything in it ...
CREATE TEMP TABLE long_sql AS SELECT $$CREATE TEMP TABLE IF NOT EXISTS main."a ""t"""(id INTEGER CONSTRAINT pk PRIMARY KEY DESC ON CONFLICT ABORT AUTOINCREMENT,
	[b c] VARCHAR(10, +2) NOT NULL ON CONFLICT IGNORE DEFAULT -1.5e+3 UNIQUE, `d` TEXT COLLATE NOCASE CHECK (d <> ')' AND (d) > x'00') DEFAULT 'it''s', -- comment
	e /* comment */ INT(3) GENERATED ALWAYS AS (id + (1)) STORED, größe AS (?1 + :a) DEFERRABLE INITIALLY DEFERRED,
	f REFERENCES p(x, "y") ON DELETE SET NULL ON UPDATE NO ACTION MATCH FULL NOT DEFERRABLE INITIALLY IMMEDIATE,
	CONSTRAINT u UNIQUE (id, d COLLATE rtrim DESC, lower(e)) ON CONFLICT REPLACE CHECK ((1)) CONSTRAINT fk FOREIGN KEY (id, f) REFERENCES q (x, y) DEFERRABLE
	PRIMARY KEY (id AUTOINCREMENT)) STRICT, WITHOUT ROWID$$ AS sql;

-- either one row "error" with a reason, or only clauses: anything else is counted here
CREATE FUNCTION pg_temp.is_sound(sql text, OUT understood boolean, OUT sound boolean) LANGUAGE sql AS $$
	SELECT count(*) FILTER (WHERE clause = 'error') = 0,
		CASE WHEN bool_or(clause = 'error') THEN count(*) = 1 AND bool_and(length(body) > 0)
			ELSE bool_and(clause IN ('primary key', 'unique', 'check', 'foreign key', 'default', 'collate', 'generated', 'not null')
				AND (column_name IS NOT NULL OR columns IS NOT NULL OR clause IN ('check', 'unique', 'primary key'))
				AND (body IS NULL) = (clause IN ('primary key', 'unique', 'not null'))) END
	FROM sqlite_mig.parse_table(sql)
$$;
SELECT s.understood, s.sound, (SELECT count(*) FROM sqlite_mig.parse_table(l.sql)) AS clauses FROM long_sql l, pg_temp.is_sound(l.sql) s;
-- ... cut at every character,
SELECT count(*) AS cuts, count(*) FILTER (WHERE NOT s.sound OR s.sound IS NULL) AS unsound,
	string_agg(right(left(l.sql, n), 24), ' // ' ORDER BY n) FILTER (WHERE s.understood) AS understood
FROM long_sql l, generate_series(1, length(l.sql)) n, pg_temp.is_sound(left(l.sql, n)) s;
-- with each character left out, replaced and doubled by others
SELECT count(*) > 20000 AS enough, count(*) FILTER (WHERE NOT s.sound OR s.sound IS NULL) AS unsound,
	count(*) FILTER (WHERE s.understood) > 1000 AS some_understood, count(*) FILTER (WHERE NOT s.understood) > 1000 AS some_not
FROM long_sql l, generate_series(1, length(l.sql)) n, (VALUES (0), (1), (2)) AS w (width),
	unnest(ARRAY['', '(', ')', '''', '"', '`', '[', ',', ';', '-', '/*', '1', ' ', E'\x01', 'é', '$', '\']) x,
	pg_temp.is_sound(overlay(l.sql PLACING x FROM n FOR w.width)) s;

-- Depth and size: no stack, and time in proportion (what grows with the square would run for hours)
SET statement_timeout = '60s';
SELECT clause, length(body) FROM sqlite_mig.parse_table('CREATE TABLE t(a CHECK (' || repeat('(', 100000) || '1' || repeat(')', 100000) || '))');
SELECT clause, body FROM sqlite_mig.parse_table('CREATE TABLE t(a CHECK (' || repeat('(', 100000) || '1' || repeat(')', 99999) || '))');
SELECT clause, columns FROM sqlite_mig.parse_table('CREATE TABLE t(a, UNIQUE (' || repeat('(', 100000) || 'a' || repeat(')', 100000) || '))');
SELECT clause, body FROM sqlite_mig.parse_table('CREATE TABLE t(a, UNIQUE ' || repeat('(', 100000));
SELECT clause, count(*), count(DISTINCT column_name) FROM sqlite_mig.parse_table(
	'CREATE TABLE t(' || (SELECT string_agg(format('"column %s" VARCHAR(%s) DEFAULT ''x'' NOT NULL CHECK (length(a) > 1)', i, i), ', ') FROM generate_series(1, 60000) i) || ')')
GROUP BY clause ORDER BY clause;
SELECT clause, length(column_name), length(body) FROM sqlite_mig.parse_table('CREATE TABLE t("' || repeat('""', 1000000) || '" DEFAULT ''' || repeat('''''', 1000000) || ''')');
SELECT clause, column_name FROM sqlite_mig.parse_table('CREATE TABLE t(' || repeat('/**/ -- x' || chr(10), 500000) || 'a' || repeat(' word', 500000) || ' UNIQUE)');
SELECT clause, length(body) < 100 AS short_reason FROM sqlite_mig.parse_table('CREATE TABLE t(a) ' || repeat('x', 1000000));
RESET statement_timeout;
-- what ends in the middle of a head, a collation, a key
SELECT body FROM unnest(ARRAY['CREATE TABLE IF NOT EXISTS', 'CREATE TABLE IF NOT x (a)', 'CREATE TABLE x.', 'CREATE TABLE', 'CREATE TABLE t (a COLLATE left)', 'CREATE TABLE t (a, UNIQUE (a COLLATE left))', 'CREATE TABLE t (a, UNIQUE (a COLLATE', 'CREATE TABLE t (a, UNIQUE (a + ''x', 'CREATE TABLE t (a, UNIQUE ((a) + (']) AS sql, sqlite_mig.parse_table(sql);
