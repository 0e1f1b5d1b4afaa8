-- From declared types to candidates, and what the values make of them.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;

-- candidates: the declared type, whatever it is, has a list that ends in what holds everything
SELECT d AS declared, string_agg(concat_ws('/', c.target_type, c.format), ', ' ORDER BY c.ordinal) AS candidates,
	string_agg(c.target_type, ', ') FILTER (WHERE c.if_empty) AS if_empty
FROM unnest(ARRAY['INTEGER', 'unsigned  big
int', 'tinyint(1)', 'bool', 'Boolean', 'BIT', 'bit(8)', 'decimal(10,2)', 'NUMERIC ( 5 )', 'NUMERIC', 'money', 'decimal(2000,3)', 'real', 'DOUBLE PRECISION',
	'varchar(20)', 'NVARCHAR(8000)', 'varchar(255) collate nocase', 'VARCHAR(0)', 'varchar(99999999999999999999)', 'national character varying(7)', 'char', 'TEXT', 'clob',
	'datetime', 'TIMESTAMP(3)', 'timestamp without time zone', 'timestamp with time zone', 'date', 'time', 'JSON', 'jsonb', 'uuid', 'GUID', 'BLOB', '',
	'byte[]', '"weird"', 'string', 'point', ')(', '%s', '\1', 'numeric(a,b)', 'ÄÖ']) WITH ORDINALITY AS u (d, n), sqlite_mig.type_candidates(d) AS c
GROUP BY d, n ORDER BY n;
SELECT sqlite_mig_internal._import_types(ARRAY['INTEGER', 'VARCHAR(10)', '', NULL, 'DECIMAL(8,3)', 'weird', 'BLOB']);
SELECT sqlite_mig_internal._import_types('{}');

-- a rule of one's own comes first; a type that does not exist is no candidate, and none is a way to run something
BEGIN;
INSERT INTO sqlite_mig.type_rule VALUES (1, '^MONEY$', '{int4range,nonsense,"text); DROP TABLE x; --","numeric(12,2)"}', NULL, 'ours');
SELECT target_type, rule, reason FROM sqlite_mig.type_candidates('money') ORDER BY ordinal;
ROLLBACK;
SELECT t, sqlite_mig_internal._type_name(t) IS NOT NULL AS ok FROM unnest(ARRAY['text', 'numeric(10,2)', 'timestamp(3) with time zone', 'double precision', 'bigint[]',
	'pg_catalog.int4', '"char"', 'varchar(0)', 'numeric(1001)', 'nonsense', 'text; SELECT 1', 'text NOT NULL', 'text DEFAULT now()', '', 'no.such.type']) AS t;

-- defaults: the same value in the target type, or none
SELECT s AS source, t AS type, sqlite_mig_internal._default_expr(s, t) AS expression
FROM (VALUES (1, '0', 'bigint'), (2, '-1', 'bigint'), (3, '1.5', 'bigint'), (4, ' ( 7 ) ', 'bigint'), (5, '''12''', 'bigint'), (6, 'TRUE', 'bigint'),
	(7, '1', 'boolean'), (8, '''f''', 'boolean'), (9, '2', 'boolean'), (10, '''it''''s''', 'text'), (11, '"double"', 'text'), (12, '1.50', 'text'), (13, '''abcdef''', 'varchar(3)'),
	(14, '''abc''', 'varchar(3)'), (15, '1.005', 'numeric(10,2)'), (16, '1.5', 'numeric(10,2)'), (17, '1e3', 'double precision'), (18, '1e400', 'double precision'),
	(19, 'CURRENT_TIMESTAMP', 'timestamptz'), (20, 'current_timestamp', 'text'), (21, 'CURRENT_TIMESTAMP', 'bigint'), (22, 'CURRENT_DATE', 'date'), (23, '''now''', 'timestamptz'),
	(24, '''2020-02-30''', 'date'), (25, '''2020-02-29''', 'date'), (26, 'x''00FF''', 'bytea'), (27, 'x''00FF''', 'text'), (28, '''{}''', 'jsonb'), (29, '''{''', 'jsonb'),
	(30, '(datetime(''now''))', 'timestamptz'), (31, 'random()', 'bigint'), (32, '''a'' || ''b''', 'text'), (33, 'NULL', 'text'), (34, '(1) + (2)', 'bigint'), (35, '0x10', 'bigint'), (36, '''2020-01-01 10:00''', 'timestamptz'), (37, '''2020-01-01T10:00:00Z''', 'timestamptz'), (38, '''10:30''', 'time'), (39, '1.0', 'bigint'), (40, '-2.', 'integer'), (41, '1.0', 'text'), (42, '-0.25', 'varchar(5)'), (43, '123456789012345.5', 'text'), (44, '0.00012', 'text')) AS v (n, s, t)
ORDER BY n;
-- a column of numbers keeps a default that looks like one as the number, also where its values made it another type; and a literal as the double that it is
SELECT d AS declared, s AS source, t AS type, sqlite_mig_internal._default_expr(s, t, declared => d) AS expression
FROM (VALUES (1, 'INT', '''007''', 'text'), (2, 'NUMERIC', '''1.50''', 'text'), (3, 'FLOAT', ''' 5 ''', 'text'), (4, 'DATE', '''1e3''', 'text'), (5, 'NUMERIC', '''5''', 'bytea'), (6, 'INT', '''1e20''', 'text'),
	(7, 'INT', '''x''', 'text'), (8, 'TEXT', '''007''', 'text'), (9, '', '''007''', 'text'), (10, 'CHARINT', '''007''', 'text'), (11, 'DATETIME', '''2024-01-01''', 'timestamptz'),
	(12, 'NUMERIC', '9e999', 'numeric'), (13, 'NUMERIC', '9223372036854775808', 'numeric'), (14, 'NUMERIC', '-9223372036854775808', 'numeric'), (15, 'NUMERIC', '0.12345678901234567890', 'numeric'), (16, 'JSON', '9e999', 'jsonb'),
	(17, 'TIME', '''2024-01-01 10:00:00''', 'time'), (18, 'DATE', '''2024-01-01 10:00''', 'date'), (19, 'DATE', '''2024-01-01T00:00:00''', 'date'), (20, 'X', '''2024-01-01 10:00+02''', 'timestamp'), (21, 'X', '''2024-01-01 10:00''', 'timestamp'),
	(22, 'NUMERIC(3,3)', 'TRUE', 'numeric(3,3)'), (23, 'NUMERIC(3)', 'TRUE', 'numeric(3)')) AS v (n, d, s, t)
ORDER BY n;
