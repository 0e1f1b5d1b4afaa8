-- The reference names everything that exists, and nothing else: doc/sqlite_fdw_mig.md against the catalog, doc/types.md
-- against the tables type_rule and value_rule, and the objects of sqlite_mig that any page of the documentation speaks of.
--
-- How the reference is read: a section begins with "### name". The section of a function has its signature in the first
-- fenced block and names each argument as `argument`; the section of a relation, and of options, has a table whose rows begin
-- with | `name` | (for relations: | `name` | type |).
\getenv srcdir PG_ABS_SRCDIR
\setenv SRCDIR :srcdir
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
-- the parameters exist once the module is loaded
SELECT sqlite_mig.version() IS NOT NULL AS loaded;
\set reference `cat "$SRCDIR/doc/sqlite_fdw_mig.md"`
\set types `cat "$SRCDIR/doc/types.md"`
\set pages `cat "$SRCDIR"/README.md "$SRCDIR"/CHANGELOG.md "$SRCDIR"/doc/*.md`

-- What PostgreSQL knows. Each function as a person would write it: inputs, and after the arrow what comes back.
-- Of several with one name, one signature after the other.
CREATE TEMP VIEW doc_function AS
	SELECT name, array_agg(DISTINCT argument) AS arguments, string_agg(DISTINCT signature, ' ' ORDER BY signature) AS signature
	FROM (SELECT 'sqlite_mig.' || p.proname AS name, p.proargnames AS arguments,
		format('%ssqlite_mig.%s(%s)%s', CASE p.prokind WHEN 'p' THEN 'CALL ' ELSE '' END, p.proname,
			regexp_replace(regexp_replace(a.text, '(^|, )OUT .*$', ''), '::[a-z]+(\[\])?', '', 'g'),
			CASE WHEN p.prokind = 'p' THEN '' ELSE ' → ' || CASE WHEN a.text ~ '(^|, )OUT .*, OUT '
				THEN CASE WHEN p.proretset THEN 'SETOF ' ELSE '' END || '(' || replace(substring(a.text FROM '(?:^|, )OUT (.*)$'), ', OUT ', ', ') || ')'
				ELSE pg_get_function_result(p.oid) END END) AS signature
	FROM pg_proc AS p, LATERAL (SELECT regexp_replace(pg_get_function_arguments(p.oid), '(^|, )IN ', '\1', 'g') AS text) AS a
	WHERE p.pronamespace = 'sqlite_mig'::regnamespace AND p.proname !~ '^_'
		-- called by PostgreSQL only
		AND NOT EXISTS (SELECT FROM pg_foreign_data_wrapper AS w WHERE p.oid IN (w.fdwhandler, w.fdwvalidator))) AS f
		LEFT JOIN LATERAL unnest(f.arguments) AS argument ON true
	GROUP BY name;
CREATE TEMP VIEW doc_relation AS
	SELECT 'sqlite_mig.' || c.relname AS name, a.attname AS item, format_type(a.atttypid, a.atttypmod) AS type
	FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	WHERE c.relnamespace = 'sqlite_mig'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p', 'f') AND c.relname !~ '^_';

-- Options are in no catalog; who does not know one says which there are.
CREATE FUNCTION pg_temp.valid_words(statement text) RETURNS SETOF text LANGUAGE plpgsql AS
$$
DECLARE
	hint text;
BEGIN
	EXECUTE statement;
	RAISE EXCEPTION 'nothing was wrong with: %', statement;
EXCEPTION
	WHEN fdw_invalid_option_name OR invalid_parameter_value THEN
		GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
		RETURN QUERY SELECT string_to_table(substring(hint FROM ': (.*)\.$'), ', ');
END;
$$;
CREATE SERVER doc_reference FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database '/nowhere/doc_reference.db');
CREATE TEMP TABLE doc_option AS
	SELECT o.name, pg_temp.valid_words(o.statement) AS item
	FROM (VALUES
		('Server options', $$SELECT sqlite_mig.fdw_validator('{no_such_option=1}', 'pg_foreign_server'::regclass)$$),
		('Foreign table options', $$SELECT sqlite_mig.fdw_validator('{no_such_option=1}', 'pg_foreign_table'::regclass)$$),
		('Column options', $$SELECT sqlite_mig.fdw_validator('{no_such_option=1}', 'pg_attribute'::regclass)$$),
		('IMPORT FOREIGN SCHEMA', 'IMPORT FOREIGN SCHEMA main FROM SERVER doc_reference INTO public OPTIONS (no_such_option ''1'')'),
		('Options of prepare', $$SELECT sqlite_mig.prepare('doc_reference', options => '{"no_such_option": 1}')$$),
		('Levels of verification', $$CALL sqlite_mig.migrate('doc_reference', verify_level => 'no such level')$$)
		) AS o (name, statement);
DROP SERVER doc_reference;
SELECT name, count(*) > 0 AS found FROM doc_option GROUP BY name ORDER BY name COLLATE "C";

-- What the reference says.
CREATE FUNCTION pg_temp.problems(reference text, OUT section text, OUT problem text) RETURNS SETOF record LANGUAGE sql AS
$$
	WITH line AS (
		SELECT l.n, l.text, max(l.n) FILTER (WHERE l.text ~ '^##') OVER (ORDER BY l.n) AS head
		FROM regexp_split_to_table(reference, '\n') WITH ORDINALITY AS l (text, n)
	), part AS MATERIALIZED (
		SELECT substring(h.text FROM '^### (.*)$') AS name, string_agg(l.text, E'\n' ORDER BY l.n) AS body
		FROM line AS l JOIN line AS h ON h.n = l.head WHERE h.text ~ '^### ' GROUP BY h.n, h.text
	), item AS MATERIALIZED (
		SELECT h.name, m[1] AS item, m[2] AS type
		FROM part AS h, regexp_matches(h.body, '^\| `([^`]+)` \|(?: ([^|]*) \|)?', 'gn') AS m
	), existing AS MATERIALIZED (
		SELECT name FROM doc_function UNION SELECT name FROM doc_relation UNION SELECT name FROM doc_option
		UNION SELECT name FROM pg_settings WHERE name LIKE 'sqlite\_fdw\_mig.%'
	)
	SELECT e.name, 'no section' FROM existing AS e WHERE e.name NOT IN (SELECT name FROM part)
	UNION ALL SELECT name, 'two sections' FROM part GROUP BY name HAVING count(*) > 1
	UNION ALL SELECT p.name, 'does not exist' FROM part AS p WHERE p.name ~ '^sqlite_(fdw_)?mig\.' AND p.name NOT IN (SELECT name FROM existing)
	UNION ALL SELECT f.name, 'signature is ' || f.signature FROM doc_function AS f JOIN part AS p USING (name)
		WHERE regexp_replace(btrim(substring(p.body FROM '```\n(.*?)```'), E' \n'), '\s+', ' ', 'g') IS DISTINCT FROM f.signature
	UNION ALL SELECT f.name, 'argument not described: ' || a FROM doc_function AS f JOIN part AS p USING (name), unnest(f.arguments) AS a
		WHERE p.body !~ ('`' || a || '[`(]')
	UNION ALL SELECT f.name, 'has no argument ' || i.item FROM doc_function AS f JOIN item AS i USING (name) WHERE i.item <> ALL (f.arguments)
	UNION ALL SELECT r.name, format('column not described: | `%s` | %s |', r.item, r.type) FROM doc_relation AS r JOIN part AS p USING (name)
		WHERE NOT EXISTS (SELECT FROM item AS i WHERE (i.name, i.item, i.type) = (r.name, r.item, r.type))
	UNION ALL SELECT i.name, 'has no column ' || i.item FROM item AS i
		WHERE i.name IN (SELECT name FROM doc_relation) AND (i.name, i.item) NOT IN (SELECT name, r.item FROM doc_relation AS r)
	UNION ALL SELECT o.name, 'not described: ' || o.item FROM doc_option AS o
		WHERE o.name IN (SELECT name FROM part) AND (o.name, o.item) NOT IN (SELECT name, i.item FROM item AS i)
	UNION ALL SELECT i.name, 'has no option ' || i.item FROM item AS i
		WHERE i.name IN (SELECT name FROM doc_option) AND (i.name, i.item) NOT IN (SELECT name, o.item FROM doc_option AS o)
	-- rules of the ledger are words in the functions that write it
	UNION ALL SELECT i.name, 'nobody writes ' || i.item FROM item AS i
		WHERE i.name = 'Effects and rules' AND NOT EXISTS (SELECT FROM pg_proc AS f
			WHERE f.pronamespace IN ('sqlite_mig'::regnamespace, 'sqlite_mig_internal'::regnamespace) AND strpos(f.prosrc, quote_literal(i.item)) > 0)
	-- and kinds of changed values, of which "nulled" is the rule on_error
	UNION ALL SELECT DISTINCT 'Effects and rules', 'not described: ' || m[1]
		FROM pg_proc AS f, regexp_matches(f.prosrc, 'WHEN ''([a-z0-9]+)'' THEN', 'g') AS m
		WHERE f.oid = 'sqlite_mig_internal._change_finding'::regproc AND m[1] <> 'nulled' AND m[1] NOT IN (SELECT i.item FROM item AS i WHERE i.name = 'Effects and rules')
	UNION ALL SELECT DISTINCT 'Effects and rules', 'not described: ' || m[1] FROM pg_proc AS f,
			regexp_matches(f.prosrc, '''(?:converted|guessed|changed|lossy|skipped|failed)'',\s+''([a-z ]+)''(?=,)', 'g') AS m
		WHERE f.pronamespace IN ('sqlite_mig'::regnamespace, 'sqlite_mig_internal'::regnamespace) AND m[1] NOT IN (SELECT i.item FROM item AS i WHERE i.name = 'Effects and rules')
			AND m[1] NOT IN ('converted', 'guessed', 'changed', 'lossy', 'skipped', 'failed')
$$;

-- Every object of the schemas that a page names, those for internal use too.
CREATE FUNCTION pg_temp.unknown_names(pages text) RETURNS SETOF text LANGUAGE sql AS
$$
	SELECT DISTINCT m[2] FROM regexp_matches(pages, '\y(sqlite_mig|sqlite_mig_internal)\.([a-z_0-9]+)', 'g') AS m
		WHERE NOT EXISTS (SELECT FROM pg_proc WHERE pronamespace = to_regnamespace(m[1]) AND proname = m[2])
			AND NOT EXISTS (SELECT FROM pg_class WHERE relnamespace = to_regnamespace(m[1]) AND relname = m[2])
$$;

-- The rules as rows of a table in Markdown.
CREATE TEMP VIEW doc_rule AS
	SELECT r.priority, format('| %s | %s | %s | %s | %s |', r.priority, CASE WHEN r.pattern = '' THEN 'anything' ELSE format('`%s`', replace(r.pattern, '|', '\|')) END,
		(SELECT string_agg(format('`%s`', c), ', ' ORDER BY n) FROM unnest(r.candidates) WITH ORDINALITY AS c (c, n)),
		CASE WHEN r.empty_type IS NOT NULL THEN format('`%s`', r.empty_type) ELSE 'the first' END, r.reason) AS line
	FROM sqlite_mig.type_rule AS r WHERE r.builtin
	UNION ALL SELECT r.priority, format('| %s | `%s` | %s | `%s` | %s | %s |', r.priority, replace(r.declared, '|', '\|'),
		(SELECT string_agg(format('`%s`', n), ', ' ORDER BY o) FROM unnest(r.recognisers) WITH ORDINALITY AS n (n, o)), concat_ws('/', r.target_type, r.format),
		CASE WHEN NOT r.apply THEN 'advice' ELSE r.effect || ', ' || r.confidence END, r.reason)
	FROM sqlite_mig.value_rule AS r WHERE r.builtin;
CREATE FUNCTION pg_temp.wrong_rules(types text, OUT problem text, OUT line text) RETURNS SETOF record LANGUAGE sql AS
$$
	WITH said AS (SELECT l FROM regexp_split_to_table(types, '\n') AS l WHERE l ~ '^\| [0-9]+ \|')
	SELECT 'missing', r.line FROM doc_rule AS r WHERE r.line NOT IN (SELECT l FROM said)
	UNION ALL SELECT 'not so', s.l FROM said AS s WHERE s.l NOT IN (SELECT d.line FROM doc_rule AS d)
$$;

-- the documentation as it is: no rows
\pset format unaligned
SELECT * FROM pg_temp.problems(:'reference') ORDER BY section COLLATE "C", problem COLLATE "C";
SELECT * FROM pg_temp.unknown_names(:'pages') AS name ORDER BY name COLLATE "C";
SELECT * FROM pg_temp.wrong_rules(:'types') ORDER BY line COLLATE "C", problem;

-- and with a mistake of each kind: each is found
CREATE FUNCTION pg_temp.planted(reference text, old text, new text, OUT section text, OUT problem text) RETURNS SETOF record LANGUAGE sql AS
$$
	SELECT * FROM (SELECT * FROM pg_temp.problems(replace(reference, old, new)) EXCEPT SELECT * FROM pg_temp.problems(reference)) AS p
		ORDER BY p.section COLLATE "C", p.problem COLLATE "C"
$$;
SELECT * FROM pg_temp.planted(:'reference', E'\n### sqlite_mig.disconnect_all\n', E'\n### sqlite_mig.disconnect_none\n');
SELECT * FROM pg_temp.planted(:'reference', E'\n### sqlite_mig.journal\n', E'\n### sqlite_mig.journal\n\n### sqlite_mig.journal\n') WHERE problem = 'two sections';
SELECT * FROM pg_temp.planted(:'reference', 'sqlite_mig.disconnect(server text)', 'sqlite_mig.disconnect(database text)');
SELECT * FROM pg_temp.planted(:'reference', '`in_transaction`', 'in_transaction');
SELECT * FROM pg_temp.planted(:'reference', E'\n| `freelist_count` | bigint |', E'\n| `freelist_count` | bigint | |\n| `freelist_size` | bigint |');
SELECT * FROM pg_temp.planted(:'reference', E'\n| `plan_hash` | text |', E'\n| `plan_cash` | text |');
SELECT * FROM pg_temp.planted(:'reference', E'\n| `plan_hash` | text |', E'\n| `plan_hash` | bytea |');
SELECT * FROM pg_temp.planted(:'reference', E'\n| `busy_timeout` |', E'\n| `lazy_timeout` |');
SELECT * FROM pg_temp.planted(:'reference', E'\n### sqlite_fdw_mig.allowed_directories\n', E'\n');
SELECT * FROM pg_temp.planted(:'reference', E'\n| `rounded` | lossy |', E'\n| `improved` | lossy |');
SELECT * FROM pg_temp.unknown_names('sqlite_mig.prepare, sqlite_mig_internal._fit and sqlite_mig.no_such_function');
SELECT * FROM pg_temp.wrong_rules(replace(:'types', '| declared UUID |', '| declared GUID |')) EXCEPT SELECT * FROM pg_temp.wrong_rules(:'types') ORDER BY problem;
