-- What src/dialect reads out of a CREATE TABLE must be what SQLite itself has understood: one file from a corpus of
-- statements, parse_table on one side, PRAGMAs (source_columns, source_foreign_keys, source_indexes) on the other.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
RESET client_min_messages;
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/dialect_corpus.db'
\set script :builddir '/results/dialect_corpus.sqlite'
\setenv FILE :file
\setenv SCRIPT :script

CREATE TEMP TABLE corpus(n int GENERATED ALWAYS AS IDENTITY, sql text);
INSERT INTO corpus(sql) SELECT unnest(ARRAY[
-- keys
$$CREATE TABLE p1(a INTEGER PRIMARY KEY, b)$$,
$$CREATE TABLE p2(a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT)$$,
$$CREATE TABLE p3(a INTEGER PRIMARY KEY DESC, b)$$,
$$CREATE TABLE p4(a INT PRIMARY KEY ON CONFLICT REPLACE, b)$$,
$$CREATE TABLE p5(a TEXT, b INT, c, PRIMARY KEY(c, a))$$,
$$CREATE TABLE p6(a TEXT, b INT, PRIMARY KEY(b DESC, a COLLATE NOCASE) ON CONFLICT FAIL) WITHOUT ROWID$$,
$$CREATE TABLE p7(a, b, PRIMARY KEY(a AUTOINCREMENT), x INTEGER)$$,
$$CREATE TABLE p8(a INTEGER, b, CONSTRAINT pk PRIMARY KEY(a AUTOINCREMENT))$$,
$$CREATE TABLE p9("A b" INTEGER, c, PRIMARY KEY("a B"))$$,
$$CREATE TABLE p10(a, b, PRIMARY KEY((b), 'a'))$$,
$$CREATE TABLE p11(a, b, c, UNIQUE(b, c) UNIQUE(a) PRIMARY KEY(b, a, b))$$,
$$CREATE TABLE p12(a UNIQUE, b UNIQUE ON CONFLICT IGNORE, CONSTRAINT u UNIQUE(b, a DESC))$$,
$$CREATE TABLE p13(id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT UNIQUE)$$,
$$CREATE TABLE p14(a INTEGER CONSTRAINT x CONSTRAINT pk PRIMARY KEY ASC ON CONFLICT ABORT AUTOINCREMENT)$$,
-- types and names
$$CREATE TABLE n1(a DOUBLE PRECISION NOT NULL, b VARCHAR(10) NOT NULL, c DECIMAL(10,2) DEFAULT 0.0, d "my type" NOT NULL, e 'q' DEFAULT 1)$$,
$$CREATE TABLE n2(key TEXT, desc TEXT NOT NULL, replace, "select" DEFAULT 1, [a b] DEFAULT 2, `c``d` DEFAULT 3, 'e''f' DEFAULT 4)$$,
$$CREATE TABLE n3(left INT, cross NOT NULL, indexed, full, natural DEFAULT natural_, inner INT UNIQUE, outer, right COLLATE NOCASE)$$,
$$CREATE TABLE n4(größe NOT NULL, "日本" TEXT DEFAULT '本', x$1, _ DEFAULT _, "" DEFAULT 5)$$,
$$CREATE TABLE "n 5"(if, temp, generated, always, stored, virtual, strict, rowid, no, action, first, last, nulls, conflict)$$,
$$CREATE TABLE [n "6"](a INT KEY, b INT DESC, c TEXT CONFLICT REPLACE, d UNSIGNED BIG INT NOT NULL)$$,
$$CREATE TABLE 'n''7'(a/**/INT/**/NOT/**/NULL--
,b/*,c*/TEXT--)
DEFAULT 'x')$$,
$$CREATE TABLE IF NOT EXISTS main.n8(a)$$,
$$CREATE TABLE n9(current_date, current_time TEXT, cast INT NOT NULL, true, null_ NULL, raise, window, over, filter)$$,
$$CREATE TABLE n10(a NUMERIC(+1,-2) NOT NULL, b INT(0x10) DEFAULT 7, c CHAR (1.5) NOT NULL)$$,
-- defaults
$$CREATE TABLE d1(a DEFAULT 1, b DEFAULT -1, c DEFAULT +1, d DEFAULT - 1.5e3, e DEFAULT + .5)$$,
$$CREATE TABLE d2(a DEFAULT 'it''s', b DEFAULT "word", c DEFAULT word, d DEFAULT `x`, e DEFAULT [y z], f DEFAULT '')$$,
$$CREATE TABLE d3(a DEFAULT NULL, b DEFAULT CURRENT_TIMESTAMP, c DEFAULT current_date NOT NULL, d DEFAULT TRUE, e DEFAULT false)$$,
$$CREATE TABLE d4(a DEFAULT (1 + 2), b DEFAULT ( strftime('%s', 'now') || ')' ), c DEFAULT ((1)), d DEFAULT (-1), e DEFAULT ('('))$$,
$$CREATE TABLE d5(a DEFAULT x'00fF', b DEFAULT X'', c DEFAULT 0x1F, d DEFAULT 1., e DEFAULT 9223372036854775808, f DEFAULT -'a')$$,
$$CREATE TABLE d6(a DEFAULT /* c */ 5, b TEXT DEFAULT 'x' NOT NULL, c NOT NULL DEFAULT
	'two
lines', d DEFAULT 1 DEFAULT 2, e DEFAULT indexed, f DEFAULT key)$$,
-- collations
$$CREATE TABLE c1(a TEXT COLLATE NOCASE, b COLLATE "RTRIM", c COLLATE 'nocase', d COLLATE BINARY, e COLLATE nocase COLLATE rtrim)$$,
$$CREATE TABLE c2(a TEXT COLLATE NOCASE NOT NULL UNIQUE DEFAULT 'x' COLLATE RTRIM, b)$$,
$$CREATE TABLE c3(a VARCHAR(10) COLLATE NOCASE PRIMARY KEY, b DEFAULT 'x' COLLATE NOCASE) WITHOUT ROWID$$,
-- not null and check
$$CREATE TABLE k1(a NOT NULL, b NULL, c NOT NULL ON CONFLICT IGNORE, d NULL NOT NULL, e NOT NULL NOT NULL)$$,
$$CREATE TABLE k2(a CHECK (a > 0) NOT NULL CHECK (a < '(' || ')'), b CONSTRAINT c CHECK (b IN (1, (2))), CHECK (a > b) ON CONFLICT FAIL CHECK (1))$$,
$$CREATE TABLE k3(a TEXT CHECK (json_valid(a)) DEFAULT '{}' , b CHECK (typeof(b) = 'integer' /* ) */ -- )
) NOT NULL)$$,
-- generated columns
$$CREATE TABLE g1(a INT, b INT GENERATED ALWAYS AS (a + 1) STORED, c AS (a * (2)), d INT AS (a) VIRTUAL NOT NULL)$$,
$$CREATE TABLE g2(a VARCHAR(10), e VARCHAR(10) GENERATED ALWAYS AS (a || ')') VIRTUAL UNIQUE, f GENERATED ALWAYS AS (1))$$,
$$CREATE TABLE g3(a INT GENERATED, b INT GENERATED ALWAYS, c NOT NULL GENERATED ALWAYS AS (2) STORED, d COLLATE NOCASE AS (a))$$,
-- foreign keys
$$CREATE TABLE f1(a REFERENCES p1, b INT REFERENCES p1(a) ON DELETE CASCADE ON UPDATE SET NULL, c REFERENCES "n 5"(if) DEFERRABLE INITIALLY DEFERRED)$$,
$$CREATE TABLE f2(a, b, c, FOREIGN KEY(a, b) REFERENCES p5, FOREIGN KEY (c) REFERENCES p1 (a) MATCH FULL, FOREIGN KEY(b, c) REFERENCES p5(c, a) ON DELETE SET DEFAULT)$$,
$$CREATE TABLE f3(a INT CONSTRAINT fk REFERENCES [n "6"](a) NOT NULL DEFERRABLE, b REFERENCES missing(x) NOT DEFERRABLE INITIALLY DEFERRED)$$,
$$CREATE TABLE f4(a REFERENCES f4, b REFERENCES f4 REFERENCES p1, FOREIGN KEY("A") REFERENCES 'p1'("a") ON INSERT CASCADE CONSTRAINT x FOREIGN KEY(b) REFERENCES f4(b))$$,
$$CREATE TABLE f5(id INTEGER PRIMARY KEY, "p q" INT REFERENCES p1 ON UPDATE NO ACTION ON DELETE RESTRICT, UNIQUE(id, "p q"), FOREIGN KEY([p q], `id`) REFERENCES f5("p q", id))$$,
-- options
$$CREATE TABLE o1(a INT PRIMARY KEY, b TEXT NOT NULL DEFAULT 'x') STRICT$$,
$$CREATE TABLE o2(a TEXT COLLATE NOCASE, b INTEGER, c ANY, PRIMARY KEY(b, a)) WITHOUT ROWID, STRICT$$,
$$CREATE TABLE o3(a TEXT PRIMARY KEY) WITHOUT ROWID -- comment$$,
-- as programs write them
$$CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL)$$,
$$CREATE TABLE "auth_permission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "codename" varchar(100) NOT NULL, "name" varchar(255) NOT NULL)$$,
$$CREATE TABLE snapshot (
	id INTEGER NOT NULL,
	user_id INTEGER NOT NULL,
	payload JSON DEFAULT '{}',
	taken_at DATETIME DEFAULT (CURRENT_TIMESTAMP) NOT NULL,
	is_public BOOLEAN,
	CONSTRAINT pk_snapshot PRIMARY KEY (id),
	CONSTRAINT uq_snapshot UNIQUE (user_id, taken_at),
	CONSTRAINT fk_snapshot FOREIGN KEY(user_id) REFERENCES auth_permission (id) ON DELETE CASCADE,
	CHECK (is_public IN (0, 1))
)$$,
$$CREATE TABLE "schema_migrations" ("version" varchar NOT NULL PRIMARY KEY)$$,
$$CREATE TABLE "users" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "email" varchar DEFAULT '' NOT NULL, "created_at" datetime(6) NOT NULL, "admin" boolean DEFAULT 0, CONSTRAINT "fk_rails_1" FOREIGN KEY ("admin") REFERENCES "users" ("id"))$$,
$$CREATE TABLE `room` (`id` INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, `name` TEXT, `at` INTEGER NOT NULL DEFAULT -1, FOREIGN KEY(`at`) REFERENCES `users`(`id`) ON UPDATE NO ACTION ON DELETE CASCADE )$$,
$$CREATE TABLE [Album]([AlbumId] INTEGER NOT NULL, [Title] NVARCHAR(160) NOT NULL, [ArtistId] INTEGER NOT NULL, CONSTRAINT [PK_Album] PRIMARY KEY ([AlbumId]), FOREIGN KEY ([ArtistId]) REFERENCES [Artist] ([ArtistId]) ON DELETE NO ACTION ON UPDATE NO ACTION)$$,
-- made by SQLite: copies its own text
$$CREATE TABLE made AS SELECT a AS "select", b AS "x y", 'c' AS c FROM n1$$,
-- changed by ALTER TABLE
$$CREATE TABLE a1(a INTEGER PRIMARY KEY, b TEXT, CHECK (b <> 'x'))$$,
$$ALTER TABLE a1 ADD COLUMN c TEXT DEFAULT 'y' NOT NULL COLLATE NOCASE$$,
$$ALTER TABLE a1 ADD COLUMN "d e" REFERENCES p1(a) DEFERRABLE$$,
$$ALTER TABLE a1 RENAME COLUMN b TO "select"$$,
$$CREATE TABLE a2(x REFERENCES a1(a), y INT REFERENCES a2, UNIQUE(y, x))$$,
$$ALTER TABLE a1 RENAME TO "a 1"$$,
$$ALTER TABLE a2 RENAME TO 'a''2'$$,
$$ALTER TABLE "a'2" RENAME COLUMN y TO key$$,
$$CREATE TABLE a3(a, b DEFAULT (1), c NOT NULL DEFAULT 'c', d, UNIQUE(a))$$,
$$ALTER TABLE a3 DROP COLUMN b$$]);
-- p7 is the one that SQLite refuses: a column behind a constraint
\pset tuples_only on
\pset format unaligned
\o :script
SELECT sql || E'\n;' FROM corpus WHERE sql NOT LIKE 'CREATE TABLE p7%' ORDER BY n;
\o
\pset tuples_only off
\pset format aligned
\! rm -f "$FILE"; sqlite3 -bail "$FILE" < "$SCRIPT"
CREATE SERVER dialect_corpus FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file');

CREATE TEMP TABLE clause AS
	SELECT t.table_name, p.*
	FROM sqlite_mig.source_tables('dialect_corpus') t,
		ROWS FROM (sqlite_mig.parse_table(t.sql)) WITH ORDINALITY AS p(clause, constraint_name, column_name, columns, body, parent_columns,
			conflict, stored, "deferrable", deferred, autoincrement, descending, n);
SELECT count(DISTINCT table_name) AS tables, count(*) AS clauses FROM clause;
SELECT table_name, body FROM clause WHERE clause = 'error';
SELECT p.clause, p.body FROM corpus, sqlite_mig.parse_table(sql) p WHERE sql LIKE 'CREATE TABLE p7%';

-- columns: what the clauses say ...
CREATE TEMP VIEW told AS
	SELECT c.table_name, c.column_name,
		(SELECT 1 FROM clause k WHERE k.table_name = c.table_name AND k.clause = 'primary key' AND lower(k.column_name) = lower(c.column_name)
			UNION ALL
			SELECT place FROM (
				SELECT lower(name) AS name, row_number() OVER (ORDER BY min(place)) AS place
				FROM clause k, unnest(k.columns) WITH ORDINALITY AS u(name, place)
				WHERE k.table_name = c.table_name AND k.clause = 'primary key' GROUP BY lower(name)) keys
			WHERE name = lower(c.column_name)) AS primary_key,
		coalesce((SELECT bool_or(k.autoincrement) FROM clause k WHERE k.table_name = c.table_name AND k.clause = 'primary key'
			AND lower(c.column_name) IN (SELECT lower(name) FROM unnest(k.columns || k.column_name) name)), false) AS autoincrement,
		coalesce((SELECT upper(body) FROM clause k WHERE k.table_name = c.table_name AND k.clause = 'collate' AND k.column_name = c.column_name ORDER BY n DESC LIMIT 1), 'BINARY') AS "collation",
		(SELECT body FROM clause k WHERE k.table_name = c.table_name AND k.clause = 'default' AND k.column_name = c.column_name ORDER BY n DESC LIMIT 1) AS default_value,
		EXISTS (SELECT FROM clause k WHERE k.table_name = c.table_name AND k.clause = 'not null' AND k.column_name = c.column_name) AS not_null,
		(SELECT CASE WHEN stored THEN 'stored' ELSE 'virtual' END FROM clause k WHERE k.table_name = c.table_name AND k.clause = 'generated' AND k.column_name = c.column_name) AS generated
	FROM sqlite_mig.source_columns('dialect_corpus') c;
-- ... and what SQLite says; the key of a WITHOUT ROWID or STRICT table is NOT NULL by itself
CREATE TEMP VIEW known AS
	SELECT c.table_name, c.column_name, c.primary_key, c.autoincrement, upper(c."collation") AS "collation", c.default_value,
		c.not_null AND NOT ((t.without_rowid OR t.strict) AND c.primary_key IS NOT NULL) AS not_null, c.generated
	FROM sqlite_mig.source_columns('dialect_corpus') c JOIN sqlite_mig.source_tables('dialect_corpus') t USING (table_name);
SELECT count(*) AS columns, count(primary_key) AS primary_key, count(*) FILTER (WHERE autoincrement) AS autoincrement,
	count(*) FILTER (WHERE "collation" <> 'BINARY') AS "collation", count(default_value) AS default_value,
	count(*) FILTER (WHERE not_null) AS not_null, count(generated) AS generated
FROM known;
(TABLE told EXCEPT ALL TABLE known) UNION ALL (TABLE known EXCEPT ALL TABLE told) ORDER BY 1, 2;

-- foreign keys, in the order of the text
CREATE TEMP VIEW told_keys AS
	SELECT table_name, row_number() OVER (PARTITION BY table_name ORDER BY n) AS n, body AS parent_table,
		lower(coalesce(columns, ARRAY[column_name])::text) AS columns, parent_columns::text
	FROM clause WHERE clause = 'foreign key';
CREATE TEMP VIEW known_keys AS
	SELECT table_name, row_number() OVER (PARTITION BY table_name ORDER BY id DESC) AS n, parent_table, lower(columns::text) AS columns, parent_columns::text
	FROM sqlite_mig.source_foreign_keys('dialect_corpus');
SELECT count(*) AS keys, count(parent_columns) AS explicit FROM known_keys;
(TABLE told_keys EXCEPT ALL TABLE known_keys) UNION ALL (TABLE known_keys EXCEPT ALL TABLE told_keys) ORDER BY 1, 2;

-- unique constraints: SQLite keeps one index for equal ones, none where the primary key does it
CREATE TEMP VIEW told_unique AS
	SELECT DISTINCT table_name, lower(coalesce(columns, ARRAY[column_name])::text) AS columns FROM clause WHERE clause = 'unique';
CREATE TEMP VIEW known_unique AS
	SELECT table_name, lower(columns::text) AS columns FROM sqlite_mig.source_indexes('dialect_corpus') WHERE origin = 'unique';
SELECT count(*) FROM known_unique;
(TABLE told_unique EXCEPT ALL TABLE known_unique) UNION ALL (TABLE known_unique EXCEPT ALL TABLE told_unique) ORDER BY 1, 2;

-- not visible in any PRAGMA: names, conflicts, checks, DEFERRABLE
SELECT table_name, clause, constraint_name, coalesce(columns::text, column_name) AS columns, body, conflict, "deferrable", deferred, descending
FROM clause
WHERE clause = 'check' OR constraint_name IS NOT NULL OR conflict IS NOT NULL OR "deferrable" OR descending
ORDER BY table_name COLLATE "C", n;
DROP SERVER dialect_corpus;
