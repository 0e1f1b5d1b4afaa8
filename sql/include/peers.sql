-- For the sqlite3 shell: a database of everything that tools for moving SQLite into PostgreSQL were seen to get wrong.
--	p01_ … p30_	what users complain of, a group of objects per complaint
--	v_…			odd values, a table per declared type; "id" names the case
-- Text that is not UTF-8, or has NUL bytes, is CAST(x'…' AS TEXT).
PRAGMA foreign_keys = off;
BEGIN;

-- 1: a single bad value costs a whole table
CREATE TABLE p01_one_bad (id INTEGER PRIMARY KEY, n INTEGER, at DATETIME);
WITH RECURSIVE i(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM i WHERE i < 1000)
	INSERT INTO p01_one_bad SELECT i, CASE i WHEN 500 THEN 'oops' ELSE i END, CASE i WHEN 700 THEN 'yesterday' ELSE '2020-01-01 00:00:00' END FROM i;

-- 2: one odd default aborts the schema; the row holds what SQLite makes of them
CREATE TABLE p02_defaults (
	quoted_null TEXT DEFAULT 'null', really_null TEXT DEFAULT NULL, in_parens INTEGER DEFAULT (((7))), plus INTEGER DEFAULT +5, minus INTEGER DEFAULT -5,
	real REAL DEFAULT 1.5e3, quote TEXT DEFAULT 'it''s', empty TEXT DEFAULT '', double_quoted TEXT DEFAULT "x y", bare TEXT DEFAULT bare_word,
	bool_0 BOOLEAN DEFAULT 0, bool_1 BOOLEAN DEFAULT 1, bool_true BOOLEAN DEFAULT TRUE, bool_text BOOLEAN DEFAULT 't', numeric_false NUMERIC DEFAULT FALSE,
	blob BLOB DEFAULT x'00ff', text_number TEXT DEFAULT 1.50, int_text INTEGER DEFAULT '12', sum INTEGER DEFAULT (1 + 1),
	day DATE DEFAULT '2020-02-29', zero_day DATE DEFAULT '0000-00-00', epoch DATETIME DEFAULT 0, json JSON DEFAULT '{}', words TEXT DEFAULT ('a' || 'b'),
	code VARCHAR(3) DEFAULT 'toolong', price DECIMAL(6,2) DEFAULT 9.999, big INTEGER DEFAULT 9223372036854775807, hex INTEGER DEFAULT 0x1F);
INSERT INTO p02_defaults DEFAULT VALUES;
CREATE TABLE p02_now (id INTEGER PRIMARY KEY, word DATETIME DEFAULT CURRENT_TIMESTAMP, word_text TEXT DEFAULT CURRENT_TIMESTAMP, day DATE DEFAULT CURRENT_DATE,
	time TIME DEFAULT CURRENT_TIME, call DATETIME DEFAULT (datetime('now')), local DATETIME DEFAULT (datetime('now', 'localtime')), text_call TEXT DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
	epoch INTEGER DEFAULT (strftime('%s', 'now')), epoch2 INTEGER DEFAULT (unixepoch()), julian REAL DEFAULT (julianday('now')), dice INTEGER DEFAULT (random()), token TEXT DEFAULT (hex(randomblob(16))),
	"now" DATETIME DEFAULT 'now');

-- 3: free-form type names, with a value and without one
CREATE TABLE p03_types (a "byte[]", b UNSIGNED BIG INT, c VARCHAR(255) COLLATE NOCASE, d, e "json not null default", f "enum('a','b')", g "int(11) unsigned", h DOUBLE PRECISION,
	i CHARACTER VARYING(5), j NATIVE CHARACTER(70), k "nvarchar(max)", l "varchar2(10 byte)", m LONG, n TINYINT(1), o POINT, p FLOAT(10,2), q TIMESTAMP WITH TIME ZONE,
	r "decimal(10", s "numeric(2000,5)", t "decimal(2,5)", u "numeric(5,-2)", v "varchar(0)", w "varchar(99999999)", x "text[]", y YEAR, z "select; drop table x --");
INSERT INTO p03_types VALUES (x'01', 5, 'v', 'u', '{}', 'a', 11, 1.5, 'abcde', 'n', 'max', 'ten', 7, 1, 'POINT(1 2)', 1.25, '2020-01-01 00:00:00+02', 1.5, 2.5, 0.00012, 100, '', 'w', '{a}', 2024, 'z');
CREATE TABLE p03_types_empty (a "byte[]", b UNSIGNED BIG INT, d, e "json not null default", f "enum('a','b')", o POINT, r "decimal(10", s "numeric(2000,5)", t "decimal(2,5)", v "varchar(0)", w "varchar(99999999)", z "select; drop table x --");

-- 4: integer widths
CREATE TABLE p04_widths (id INTEGER PRIMARY KEY, i INT, s SMALLINT, t TINYINT, m MEDIUMINT UNSIGNED, big INTEGER);
INSERT INTO p04_widths VALUES (1, 3000000000, 70000, 300, 16777216, 9223372036854775807), (2, -3000000000, -70000, -300, 0, -9223372036854775808);

-- 5: booleans; 2 and 'maybe' are no truth values
CREATE TABLE p05_bools (id INTEGER PRIMARY KEY, clean BOOLEAN NOT NULL DEFAULT 0, words BOOLEAN, two BOOL, maybe BOOLEAN, bit BIT, bits BIT(1), flag TINYINT(1));
INSERT INTO p05_bools VALUES (1, 0, 't', 0, 1, 0, 0, 0), (2, 1, 'FALSE', 1, 0, 1, 1, 1), (3, 1, 'yes', 2, 'maybe', 1, 1, 1), (4, 0, 'off', NULL, NULL, NULL, NULL, NULL), (5, 0, 1, 1, 1, 1, 1, 0);

-- 6: sequences
CREATE TABLE p06_ahead (id INTEGER PRIMARY KEY AUTOINCREMENT, x);
INSERT INTO p06_ahead VALUES (3, 'x');
CREATE TABLE p06_behind (id INTEGER PRIMARY KEY AUTOINCREMENT, x);
INSERT INTO p06_behind VALUES (10, 'x');
CREATE TABLE p06_emptied (id INTEGER PRIMARY KEY AUTOINCREMENT, x);
INSERT INTO p06_emptied VALUES (9, 'x');
DELETE FROM p06_emptied;
CREATE TABLE p06_never (id INTEGER PRIMARY KEY AUTOINCREMENT, x);
CREATE TABLE p06_plain (id INTEGER PRIMARY KEY, x);
INSERT INTO p06_plain VALUES (7, 'x');
CREATE TABLE p06_plain_empty (id INTEGER PRIMARY KEY, x);
CREATE TABLE p06_negative (id INTEGER PRIMARY KEY, x);
INSERT INTO p06_negative VALUES (-5, 'x');
CREATE TABLE p06_full (id INTEGER PRIMARY KEY, x);
INSERT INTO p06_full VALUES (9223372036854775807, 'x');
CREATE TABLE p06_table_key (id INTEGER, x, PRIMARY KEY (id));
INSERT INTO p06_table_key VALUES (4, 'x');
-- no rowid aliases: SQLite does not number them
CREATE TABLE p06_int (id INT PRIMARY KEY, x);
INSERT INTO p06_int VALUES (NULL, 'x'), (NULL, 'y'), (1, 'z');
CREATE TABLE p06_desc (id INTEGER PRIMARY KEY DESC, x);
INSERT INTO p06_desc VALUES (1, 'x');
UPDATE sqlite_sequence SET seq = 50 WHERE name = 'p06_ahead';
UPDATE sqlite_sequence SET seq = 1 WHERE name = 'p06_behind';

-- 7, 25, 29: schemas that exist, destructive defaults, starting again
CREATE TABLE p07_existing (id INTEGER PRIMARY KEY, x TEXT);
INSERT INTO p07_existing VALUES (1, 'from SQLite');

-- 8: names and case
CREATE TABLE "p08_Order" ("references" INTEGER PRIMARY KEY, "User" TEXT, "select" TEXT, "with ""quote""" TEXT, "ctid" TEXT, "größe" TEXT, "from" TEXT UNIQUE, " " TEXT, "a'b" TEXT, "%s" TEXT, "\" TEXT);
INSERT INTO "p08_Order" VALUES (1, 'u', 's', 'q', 'c', 'g', 'f', 'blank', 'a', 'p', 'b');
CREATE INDEX "p08 index ""Größe""" ON "p08_Order" ("größe", "User");
CREATE TABLE "p08 user;--" ("xmin" INTEGER REFERENCES "P08_ORDER" ("REFERENCES"), "oid" INTEGER, "" TEXT);
INSERT INTO "p08 user;--" VALUES (1, 2, 'nameless');

-- 9: cycles and references to itself
CREATE TABLE p09_a (id INTEGER PRIMARY KEY, b INTEGER NOT NULL REFERENCES p09_b);
CREATE TABLE p09_b (id INTEGER PRIMARY KEY, c INTEGER NOT NULL REFERENCES p09_c DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE p09_c (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES p09_a ON DELETE CASCADE);
INSERT INTO p09_a VALUES (1, 1);
INSERT INTO p09_b VALUES (1, 1);
INSERT INTO p09_c VALUES (1, 1);
CREATE TABLE p09_self (id INTEGER PRIMARY KEY, boss INTEGER REFERENCES p09_self);
INSERT INTO p09_self VALUES (1, 2), (2, 3), (3, 3);

-- 10: references that point nowhere
CREATE TABLE p10_parent (id INTEGER PRIMARY KEY, a INTEGER, b TEXT, UNIQUE (a, b));
INSERT INTO p10_parent VALUES (1, 1, 'x'), (2, NULL, 'y');
CREATE TABLE p10_child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES p10_parent ON DELETE CASCADE);
INSERT INTO p10_child VALUES (1, 1), (2, 99), (3, 98), (4, NULL);
CREATE TABLE p10_grandchild (id INTEGER PRIMARY KEY, child INTEGER REFERENCES p10_child);
INSERT INTO p10_grandchild VALUES (1, 2), (2, 77);
CREATE TABLE p10_pair (id INTEGER PRIMARY KEY, a INTEGER, b TEXT, FOREIGN KEY (a, b) REFERENCES p10_parent (a, b) MATCH FULL);
INSERT INTO p10_pair VALUES (1, 1, 'x'), (2, 99, NULL), (3, 1, 'zz');
-- '1' refers to 1 in SQLite: the affinity of the parent's column is used
CREATE TABLE p10_text_child (id INTEGER PRIMARY KEY, parent TEXT REFERENCES p10_parent);
INSERT INTO p10_text_child VALUES (1, '1');
CREATE TABLE p10_nowhere (x INTEGER REFERENCES p10_no_such_table, y INTEGER REFERENCES p10_parent (no_such_column), z TEXT REFERENCES p10_parent (b));

-- 11: the parent's column is not named
CREATE TABLE p11_pair (a INTEGER, b TEXT, PRIMARY KEY (b, a)) WITHOUT ROWID;
INSERT INTO p11_pair VALUES (1, 'x');
CREATE TABLE p11_keyless (x INTEGER);
CREATE TABLE p11_child (one INTEGER REFERENCES p11_pair, y TEXT, z INTEGER, k INTEGER REFERENCES p11_keyless, FOREIGN KEY (y, z) REFERENCES p11_pair);
INSERT INTO p11_child (y, z) VALUES ('x', 1);

-- 12: NUL bytes
CREATE TABLE p12_nul (id INTEGER PRIMARY KEY, t TEXT, v VARCHAR(10), clean TEXT);
INSERT INTO p12_nul VALUES (1, CAST(x'61626300646566' AS TEXT), CAST(x'6100' AS TEXT), 'fine'), (2, 'plain', CAST(x'00' AS TEXT), '\0');
CREATE TABLE p12_nul_mixed (id INTEGER PRIMARY KEY, x);
INSERT INTO p12_nul_mixed VALUES (1, 1), (2, CAST(x'610062' AS TEXT)), (3, x'00');

-- 13: JSON
CREATE TABLE p13_json (id INTEGER PRIMARY KEY, good JSON, nul JSON, bad JSON, empty JSON, twice JSON, number JSON, five JSON, scalar JSON, stored TEXT);
INSERT INTO p13_json VALUES (1, '{"b": [1, 2], "a": null}', '{"a": "x\u0000y"}', '{"a": ', '', '{"a": 1, "a": 2}', '[12345678901234567890.123, 1.50]', '{a: 1,}', 'null', '{"a":  1}'),
	(2, NULL, '{}', '{}', '{}', '{}', '1', '{}', '"x"', '[]');

-- 14: text that is not UTF-8; the last column holds only what is
CREATE TABLE p14_utf8 (id INTEGER PRIMARY KEY, bad TEXT, latin1 TEXT, cut TEXT, surrogate TEXT, overlong TEXT, high TEXT, good TEXT, untyped);
INSERT INTO p14_utf8 VALUES (1, CAST(x'ff80' AS TEXT), CAST(x'636166e9' AS TEXT), CAST(x'61e282' AS TEXT), CAST(x'eda080' AS TEXT), CAST(x'c080' AS TEXT), CAST(x'f4908080' AS TEXT), CAST(x'c3a9e282acf09f9880' AS TEXT), CAST(x'ff80' AS TEXT)),
	(2, 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok');

-- 15: BLOBs are bytes
CREATE TABLE p15_blobs (id INTEGER PRIMARY KEY, b BLOB, text_in_blob BLOB, base64 BLOB, hex BLOB, empty BLOB, blob_in_text TEXT, guid UUID, guid_text UUID);
INSERT INTO p15_blobs VALUES (1, x'00ff0a5c', 'text in blob', 'aGVsbG8=', '\x00ff', x'', x'c3a9', x'a0eebc999c0b4ef8bb6d6bb9bd380a11', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'),
	(2, x'', x'74', NULL, '0x00', NULL, 'é', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{a0eebc999c0b4ef8bb6d6bb9bd380a11}');

-- 16: 2020-05-12 11:45:31 in every form that was seen
CREATE TABLE p16_times (id INTEGER PRIMARY KEY, iso DATETIME, iso_t DATETIME, iso_z DATETIME, zone DATETIME, fraction DATETIME, day_only DATETIME, epoch DATETIME, ms DATETIME, us DATETIME, ns DATETIME, julian DATETIME,
	ticks DATETIME, cocoa TIMESTAMP, webkit TIMESTAMP, naive TIMESTAMP WITHOUT TIME ZONE, d DATE, d_long DATE, t TIME, mixed DATETIME);
INSERT INTO p16_times VALUES (1, '2020-05-12 11:45:31', '2020-05-12T11:45:31', '2020-05-12T11:45:31Z', '2020-05-12 13:45:31+02:00', '2020-05-12 11:45:31.123456', '2020-05-12', 1589283931, 1589283931123, 1589283931123456, 1589283931123456789, 2458981.99,
	637248807310000000, 610976731, 13233757531000000, '2020-05-12 11:45:31', '2020-05-12', '2020-05-12 00:00:00', '11:45:31', '2020-05-12 11:45:31'),
	(2, '2020-05-12 11:45', '2020-05-12T11:45:31.5', '0001-01-01 00:00:00Z', '2020-05-12 11:45:31-00:30', '2020-05-12 11:45:31.1234567', '9999-12-31', 0, 0, 0, 0, 2440587.5, 0, 0, 0, '9999-12-31 23:59:59', '0001-01-01', '2020-05-12 13:00:00', '24:00:00', 1589283931);

-- 17: zero dates, dates that there are not, the empty string for NULL
CREATE TABLE p17_dates (id INTEGER PRIMARY KEY, zero DATE, zero_time DATETIME, zero_int DATETIME, empty DATETIME, no_day DATE, leap DATE, month DATETIME, int_empty INTEGER, real_empty REAL, bool_empty BOOLEAN);
INSERT INTO p17_dates VALUES (1, '0000-00-00', '0000-00-00 00:00:00', 0, '', '2023-02-30', '2024-02-29', '2020-13-01 00:00:00', '', '', ''),
	(2, '2020-01-01', '2020-01-01 00:00:00', '2020-01-01 00:00:00', '2020-01-01 00:00:00', '2020-01-01', '2020-01-01', '2020-01-01 00:00:00', 1, 1.5, 1);

-- 18: lengths are not enforced; characters count, not bytes
CREATE TABLE p18_lengths (id INTEGER PRIMARY KEY, long VARCHAR(5), fits VARCHAR(3), short CHAR(36), padded CHAR(5), number VARCHAR(3), blank VARCHAR(2), scale DECIMAL(6,2), digits NUMERIC(3), exact DECIMAL(6,2));
INSERT INTO p18_lengths VALUES (1, 'toolong!', 'ééé', 'x', 'ab', 12345, 'a   ', 1.255, 1234, 1.25), (2, 'ok', '€', '', 'ab   ', 1, 'b', 1.5, 1, 9999.99);

-- 19: several classes in one column
CREATE TABLE p19_mixed (id INTEGER PRIMARY KEY, untyped, int_text INTEGER, int_real INTEGER, real_int REAL, num NUMERIC, text_all TEXT, only_int, only_real, only_text, only_blob, int_num, digits, whole_real, none);
INSERT INTO p19_mixed VALUES (1, 1, 1, 1, 1.5, 1, 'a', 1, 1.5, 'a', x'01', 1, '1', 1.0, NULL), (2, 1.5, 'one', 2.5, 2, 2.5, 2, 2, 2.5, 'b', x'02', 0.1, '2', 2.0, NULL), (3, 'text', NULL, NULL, NULL, NULL, x'62', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	(4, x'00ff', 4, 4, 4, 4, NULL, 4, 4.0, '4', x'', 9007199254740993, '10', NULL, NULL), (5, NULL, 5, 9007199254740993, 5, 5, 5.5, 5, 1e300, '5', NULL, 5, NULL, -0.0, NULL);
-- the same value twice, for PostgreSQL
CREATE TABLE p19_unique (id INTEGER PRIMARY KEY, k UNIQUE);
INSERT INTO p19_unique VALUES (1, 1), (2, '1'), (3, 'x'), (4, x'78');

-- 20: objects that vanish
CREATE TABLE p20_objects (id INTEGER PRIMARY KEY, a INTEGER CHECK (a > 0), b TEXT, state TEXT NOT NULL ON CONFLICT REPLACE DEFAULT 'new', code TEXT UNIQUE ON CONFLICT REPLACE,
	twice INTEGER GENERATED ALWAYS AS (a * 2) VIRTUAL, thrice INTEGER AS (a * 3) STORED, CONSTRAINT both CHECK (length(b) < 100 AND a < 100));
INSERT INTO p20_objects (a, b, state, code) VALUES (1, 'x', 'open', 'c1'), (2, 'x', 'closed', 'c2'), (3, 'x', 'closed', 'c3');
CREATE UNIQUE INDEX p20_partial ON p20_objects (b) WHERE state = 'open';
CREATE INDEX p20_partial_plain ON p20_objects (a) WHERE b IS NOT NULL;
CREATE INDEX p20_expression ON p20_objects (lower(b), a + 1);
CREATE UNIQUE INDEX p20_nocase ON p20_objects (code COLLATE NOCASE);
CREATE INDEX p20_desc ON p20_objects (a DESC, b);
CREATE INDEX p20_generated ON p20_objects (twice);
CREATE VIEW p20_view AS SELECT id, a FROM p20_objects WHERE a > 1;
CREATE VIEW p20_with_view (n) AS WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 3) SELECT n FROM n;
CREATE VIEW p20_broken_view AS SELECT no_such_column FROM p20_objects;
CREATE TRIGGER p20_after AFTER UPDATE OF a ON p20_objects WHEN new.a > 5 BEGIN UPDATE p20_objects SET b = 'y' WHERE id = new.id; END;
CREATE TRIGGER p20_instead INSTEAD OF INSERT ON p20_view BEGIN INSERT INTO p20_objects (a) VALUES (new.a); END;
CREATE TABLE p20_strict (id INTEGER PRIMARY KEY, i INT NOT NULL, a ANY, t TEXT) STRICT;
INSERT INTO p20_strict VALUES (1, 1, '007', 't'), (2, 2, 7, 't');

-- 21: virtual tables and what belongs to them; one without its module
CREATE VIRTUAL TABLE p21_search USING fts5(title, body);
INSERT INTO p21_search VALUES ('hello', 'world');
CREATE VIRTUAL TABLE p21_area USING rtree(id, x0, x1);
INSERT INTO p21_area VALUES (1, 0, 1);
CREATE TABLE p26_custom_collation (id INTEGER PRIMARY KEY, t TEXT, u TEXT);
INSERT INTO p26_custom_collation VALUES (1, 'a', 'b');

-- 23: nothing may run the view; big values
CREATE VIEW p23_endless AS WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT n FROM n;
CREATE TABLE p23_big (id INTEGER PRIMARY KEY, t TEXT, b BLOB);
INSERT INTO p23_big VALUES (1, replace(hex(zeroblob(1000000)), '0', 'é'), zeroblob(3000000));

-- 26: what is unique here need not be unique there, and the other way round
CREATE TABLE p26_nocase (id INTEGER PRIMARY KEY, email TEXT COLLATE NOCASE UNIQUE, name TEXT COLLATE RTRIM, lower TEXT collate nocase, plain TEXT COLLATE binary);
INSERT INTO p26_nocase VALUES (1, 'Ann@x.org', 'a', 'a', 'a'), (2, 'bob@x.org', 'a  ', 'b', 'b');
CREATE TABLE p26_key (k PRIMARY KEY, v TEXT) WITHOUT ROWID;
INSERT INTO p26_key VALUES (1, 'integer'), ('1', 'text');
CREATE TABLE p26_times (at DATETIME PRIMARY KEY, v TEXT);
INSERT INTO p26_times VALUES ('2020-01-01 00:00:00', 'blank'), ('2020-01-01T00:00:00Z', 'T');

-- 27: what compares and sorts differently
CREATE TABLE p27_words (id INTEGER PRIMARY KEY, w TEXT, f REAL, i INTEGER, d DATE, c CHAR(5));
INSERT INTO p27_words VALUES (1, 'a', 1.5, 9223372036854775807, '2020-05-12', 'ab'), (2, 'B', 2.5, 9223372036854775807, '2020-05-13', 'ab   '), (3, 'é', -1.5, -7, '1999-12-31', 'abc'), (4, 'Z', 0.5, 7, NULL, 'AB'), (5, 'b', NULL, NULL, '2020-05-12', NULL), (6, '', 3.5, 0, '0001-01-01', '');

-- 28: names that are too long, and alike in their first 63 bytes
CREATE TABLE p28_a_name_of_a_table_that_is_longer_than_sixty_three_bytes_number_1 (a_column_that_is_also_much_longer_than_sixty_three_bytes_number_1 INTEGER, a_column_that_is_also_much_longer_than_sixty_three_bytes_number_2 INTEGER REFERENCES p28_a_name_of_a_table_that_is_longer_than_sixty_three_bytes_number_2);
CREATE TABLE p28_a_name_of_a_table_that_is_longer_than_sixty_three_bytes_number_2 (id INTEGER PRIMARY KEY, "öööööööööööööööööööööööööööööööööööööööööööö" TEXT UNIQUE);
CREATE INDEX p28_an_index_with_a_name_that_is_much_longer_than_sixty_three_bytes_1 ON p28_a_name_of_a_table_that_is_longer_than_sixty_three_bytes_number_1 (a_column_that_is_also_much_longer_than_sixty_three_bytes_number_1);
CREATE INDEX p28_an_index_with_a_name_that_is_much_longer_than_sixty_three_bytes_2 ON p28_a_name_of_a_table_that_is_longer_than_sixty_three_bytes_number_1 (a_column_that_is_also_much_longer_than_sixty_three_bytes_number_2);
INSERT INTO p28_a_name_of_a_table_that_is_longer_than_sixty_three_bytes_number_2 VALUES (1, 'x');
INSERT INTO p28_a_name_of_a_table_that_is_longer_than_sixty_three_bytes_number_1 VALUES (5, 1);

-- 30: values that look different and are equal, or look equal and differ
CREATE TABLE p30_proof (id INTEGER PRIMARY KEY, f REAL, t TEXT, at DATETIME, b BLOB);
INSERT INTO p30_proof VALUES (1, 0.1 + 0.2, '', '2020-01-01T00:00:00+01:00', x''), (2, -0.0, NULL, '2019-12-31 23:00:00', NULL), (3, 1e15, '1', NULL, x'00');

-- odd values: one table per declared type
CREATE TABLE v_integer (id INTEGER PRIMARY KEY, max INTEGER, min INTEGER, text INTEGER, empty INTEGER, big_bigint BIGINT, big_int INT, small SMALLINT, unsigned UNSIGNED BIG INT);
INSERT INTO v_integer VALUES (1, 9223372036854775807, -9223372036854775808, 'abc', '', 4611686018427387904, 3000000000, 70000, 5);
CREATE TABLE v_numeric (id INTEGER PRIMARY KEY, over_2_53 NUMERIC, decimal_20_4 DECIMAL(20,4), decimal_10_2 DECIMAL(10,2), inf NUMERIC, minus_inf NUMERIC, nan NUMERIC, too_long NUMERIC, text NUMERIC, half DECIMAL(10,2));
INSERT INTO v_numeric VALUES (1, 9007199254740993, 1234567890123456.75, 1.005, 9e999, -9e999, 'NaN', '12345678901234567890.123', 'n/a', 2.5);
CREATE TABLE v_real (id INTEGER PRIMARY KEY, sum REAL, least REAL, inf REAL, minus_inf REAL, text REAL, nan REAL, big_int REAL, minus_zero REAL, third FLOAT, third_double DOUBLE PRECISION);
INSERT INTO v_real VALUES (1, 0.1 + 0.2, 5e-324, 9e999, -9e999, 'n/a', 'NaN', 9007199254740993, -0.0, 1 / 3.0, 1 / 3.0);
CREATE TABLE v_boolean (id INTEGER PRIMARY KEY, one BOOLEAN, word BOOLEAN, two BOOLEAN);
INSERT INTO v_boolean VALUES (1, 1, 'true', 2);
CREATE TABLE v_date (id INTEGER PRIMARY KEY, day DATE, empty DATE, at DATETIME, zulu DATETIME, zone DATETIME, epoch TIMESTAMP, at_timestamp TIMESTAMP, julian DATETIME, time TIME);
INSERT INTO v_date VALUES (1, '2024-12-09', '', '2024-12-09 14:30:00', '2024-12-09T14:30:00.123456Z', '2024-12-09 14:30:00.123456+02:00', 1733754600, '2024-12-09 14:30:00', 2460654.1, '14:30:00');
CREATE TABLE v_text (id INTEGER PRIMARY KEY, nul TEXT, invalid TEXT, empty TEXT, number TEXT, control TEXT, long VARCHAR(3), short CHAR(36));
INSERT INTO v_text VALUES (1, CAST(x'610062' AS TEXT), CAST(x'fffe' AS TEXT), '', '123', 'tab' || char(9) || 'here\n nl' || char(10) || 'x', 'toolong', 'x');
CREATE TABLE v_other (id INTEGER PRIMARY KEY, uuid UUID, json JSON, blob BLOB, text_in_blob BLOB, empty_blob BLOB, untyped_text, untyped_real);
INSERT INTO v_other VALUES (1, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{"a":1}', x'0001', 'text in blob', x'', 'untyped', 1.5);
COMMIT;

-- what SQLite would not let us write itself
.dbconfig defensive off
PRAGMA writable_schema = on;
INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', 'p21_no_module', 'p21_no_module', 0, 'CREATE VIRTUAL TABLE p21_no_module USING no_such_module(x)');
UPDATE sqlite_schema SET sql = 'CREATE TABLE p26_custom_collation (id INTEGER PRIMARY KEY, t TEXT COLLATE LOCALIZED, u TEXT)' WHERE name = 'p26_custom_collation';
PRAGMA writable_schema = off;
