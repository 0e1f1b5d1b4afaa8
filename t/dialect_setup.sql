-- Tables and rows of t/060_dialect.pl, in SQLite's SQL; the test translates them too.
CREATE TABLE dept (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, budget REAL, city VARCHAR(20) DEFAULT 'Bonn');
CREATE TABLE emp (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	name TEXT NOT NULL,
	dept_id INTEGER REFERENCES dept (id) ON DELETE SET NULL,
	salary REAL CHECK (salary >= 0),
	hired TEXT,
	updated_at DATETIME,
	active BOOLEAN NOT NULL DEFAULT 1,
	note TEXT,
	code TEXT COLLATE NOCASE,
	manager_id INT
);
CREATE TABLE kv (k TEXT PRIMARY KEY, v TEXT, n INTEGER DEFAULT 0) WITHOUT ROWID;
CREATE TABLE pair (a INTEGER, b INTEGER, c TEXT, d INTEGER GENERATED ALWAYS AS (a * 10 + b) STORED, PRIMARY KEY (a, b));
CREATE TABLE doc (id INTEGER PRIMARY KEY, body TEXT, meta JSON);
CREATE TABLE num (i INTEGER, r REAL, t TEXT, x BLOB);
CREATE TABLE node (id INTEGER PRIMARY KEY, parent INTEGER, label TEXT);
CREATE TABLE item (id INTEGER PRIMARY KEY, "Order" TEXT, [two words] TEXT, `select` INTEGER, Mixed TEXT);
CREATE TABLE calc (id INTEGER PRIMARY KEY, i INTEGER, j INTEGER NOT NULL, r REAL, s TEXT, u TEXT NOT NULL, b BOOLEAN, c TEXT COLLATE NOCASE);
CREATE INDEX emp_name ON emp (name);
INSERT INTO dept VALUES (1, 'Sales', 1000.5, 'Bonn'), (2, 'IT', 2000, 'Kiel'), (3, 'Empty', NULL, NULL);
INSERT INTO emp (id, name, dept_id, salary, hired, updated_at, active, note, code, manager_id) VALUES
	(1, 'Anna', 1, 100, '2020-01-15', '2024-03-01 10:00:00', 1, NULL, 'aB', NULL),
	(2, 'Bob', 1, 200.5, '2021-06-30', '2024-03-02 11:30:00', 0, '50% off', 'ab', 1),
	(3, 'carl', 2, 300, '2019-12-31', NULL, 1, 'a_b', 'CD', 1),
	(4, 'Dora', 2, NULL, '2022-02-28', '2024-03-04 00:00:00', 1, '', NULL, 3),
	(5, 'Émile', NULL, 50.25, NULL, '2024-03-05 23:59:59', 0, 'it''s "x"', 'ef', 3);
INSERT INTO kv VALUES ('a', 'one', 1), ('b', 'two', 2), ('C', '3', NULL), ('d', NULL, 4), ('10', '10', 10);
INSERT INTO pair (a, b, c) VALUES (1, 1, 'x'), (1, 2, 'y'), (2, 1, 'x'), (2, 3, NULL);
INSERT INTO doc VALUES (1, '{"a":1,"b":{"c":"x"},"l":[1,2,3]}', '{"k":"v","n":5}'), (2, '{"a":2.5,"b":null,"l":[]}', '{"k":"w","n":7}'), (3, '[1,"two",null]', NULL);
INSERT INTO num VALUES (7, 2.5, '12abc', x'00ff'), (-7, -2.5, '3.7', x'4142'), (0, 0.0, 'abc', x''), (NULL, NULL, NULL, NULL), (9, 1e3, '', x'61');
INSERT INTO node VALUES (1, NULL, 'root'), (2, 1, 'left'), (3, 1, 'right'), (4, 2, 'leaf'), (5, 4, 'deep');
INSERT INTO item VALUES (1, 'first', 'a b', 10, 'M1'), (2, 'second', 'c d', 20, 'M2');
INSERT INTO calc VALUES (1, 5, 2, 1.5, 'abc', 'x', 1, 'Ab'), (2, -7, 3, -2.25, 'ABC', '12', 0, 'aB'), (3, NULL, 0, NULL, NULL, '', NULL, NULL),
	(4, 0, 9, 0.0, '7', 'abc def', 1, 'zz'), (5, 100, 10, 3.0, '3.5x', '%_', 0, 'AB');
