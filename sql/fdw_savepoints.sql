-- Random walks of writes, savepoints (as many as 100 within one another), rollbacks and releases: a table of SQLite and a native twin hold the same
-- at every look, and what an outside process then reads is what was committed. Only what differs is shown.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS sqlite_fdw_mig;
\set SHOW_CONTEXT never
\getenv builddir PG_ABS_BUILDDIR
\set file :builddir '/results/fdw_savepoints.db'
\setenv FILE :file
\! rm -f "$FILE"; sqlite3 "$FILE" "CREATE TABLE t (k INTEGER PRIMARY KEY, v TEXT UNIQUE, n INTEGER NOT NULL CHECK (n < 1000)); CREATE TABLE w (a TEXT, b INTEGER, v TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID"
CREATE SCHEMA fdw_savepoints;
SET search_path = fdw_savepoints, public;
CREATE SERVER fdw_savepoints FOREIGN DATA WRAPPER sqlite_fdw_mig OPTIONS (database :'file', updatable 'true');
IMPORT FOREIGN SCHEMA main FROM SERVER fdw_savepoints INTO fdw_savepoints;
CREATE TABLE twin_t (k bigint PRIMARY KEY, v text UNIQUE, n bigint NOT NULL CHECK (n < 1000));
CREATE TABLE twin_w (a text, b bigint, v text, PRIMARY KEY (a, b));

CREATE FUNCTION whole(change numeric) RETURNS integer LANGUAGE sql VOLATILE AS 'SELECT floor(random() * change)::integer';
CREATE FUNCTION look() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	d text;
BEGIN
	SELECT string_agg(x::text, ' ') INTO d FROM ((TABLE t EXCEPT TABLE twin_t) UNION ALL (TABLE twin_t EXCEPT TABLE t)) AS x;
	IF d IS NOT NULL THEN RAISE WARNING 't differs: %', d; END IF;
	SELECT string_agg(x::text, ' ') INTO d FROM ((TABLE w EXCEPT TABLE twin_w) UNION ALL (TABLE twin_w EXCEPT TABLE w)) AS x;
	IF d IS NOT NULL THEN RAISE WARNING 'w differs: %', d; END IF;
END $$;

-- a statement for both, which may break a constraint: then neither has changed anything. (None changes several keys: whether one of them is
-- taken for a moment depends on the order of the rows, here and there.)
CREATE FUNCTION both_ways(change text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	there text := 'done'; here text := 'done';
BEGIN
	BEGIN
		EXECUTE replace(change, '@', '');
	EXCEPTION WHEN integrity_constraint_violation THEN there := SQLSTATE;
	END;
	BEGIN
		EXECUTE replace(change, '@', 'twin_');
	EXCEPTION WHEN integrity_constraint_violation THEN here := SQLSTATE;
	END;
	IF there <> here THEN RAISE WARNING '%: % and %', change, there, here; END IF;
END $$;
CREATE FUNCTION random_change() RETURNS text LANGUAGE sql VOLATILE AS $$
	SELECT format(s, whole(60), whole(40), whole(1010)) FROM unnest(ARRAY[
		'INSERT INTO @t VALUES (%1$s, ''v%2$s'', %3$s)',
		'INSERT INTO @t VALUES (%1$s, ''v%2$s'', %3$s) ON CONFLICT DO NOTHING',
		'INSERT INTO @t SELECT i, ''w'' || i, i FROM generate_series(%1$s, %1$s + %2$s) AS i ON CONFLICT DO NOTHING',
		'UPDATE @t SET n = n + %2$s WHERE k %% 7 = %2$s %% 7',
		'UPDATE @t SET v = ''v%2$s'' WHERE k = %1$s',
		'UPDATE @t SET k = k + 100, n = length(v) WHERE k = %1$s',
		'UPDATE @t AS x SET n = y.n FROM @t AS y WHERE y.k = x.k + 1 AND x.k < %1$s',
		'DELETE FROM @t WHERE k = %1$s OR k > 140 + %2$s',
		'DELETE FROM @t WHERE v LIKE ''%%%2$s''',
		'INSERT INTO @w VALUES (''a%2$s'', %1$s, ''x'')',
		'INSERT INTO @w SELECT ''a'' || i, %1$s, ''y'' FROM generate_series(1, %2$s) AS i ON CONFLICT DO NOTHING',
		'UPDATE @w SET b = b + %1$s, v = v || a WHERE a = ''a%2$s'' AND b = %1$s',
		'UPDATE @w SET a = ''b'' || a WHERE b = %1$s AND a = ''a%2$s''',
		'DELETE FROM @w WHERE b = %1$s OR a < ''a%2$s'' AND b > %1$s']) AS s ORDER BY random() LIMIT 1 $$;

-- the statements of one transaction; down: how readily it goes deeper
CREATE FUNCTION walk(steps integer, down numeric) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
	depth integer := 0; at integer; dice numeric;
BEGIN
	RETURN NEXT 'BEGIN';
	FOR i IN 1 .. steps LOOP
		dice := random();
		at := 1 + whole(depth);
		IF dice < down AND depth < 100 THEN
			depth := depth + 1;
			RETURN NEXT format('SAVEPOINT s%s', depth);
		ELSIF dice < down + 0.06 AND depth > 0 THEN
			at := greatest(at, depth - whole(9));
			RETURN NEXT format('ROLLBACK TO s%s', at);
			depth := at;
		ELSIF dice < down + 0.1 AND depth > 0 THEN
			at := greatest(at, depth - whole(9));
			RETURN NEXT format('RELEASE s%s', at);
			depth := at - 1;
		ELSIF dice < down + 0.25 THEN
			RETURN NEXT 'SELECT look()';
		ELSE
			RETURN NEXT format('SELECT both_ways(%L)', random_change());
		END IF;
	END LOOP;
	RETURN NEXT CASE WHEN random() < 0.3 THEN 'ROLLBACK' ELSE 'COMMIT' END;
	RETURN NEXT 'SELECT look()';
END $$;
\set ECHO none
\pset tuples_only
\o /dev/null
SELECT walk(150, 0.2) FROM generate_series(1, 4) \gexec
SELECT walk(300, 0.6) \gexec
\o
\pset tuples_only
\set ECHO all
SELECT look();
-- the walks went somewhere, and what they left is what others see
INSERT INTO t VALUES (1000, 'last', 1) RETURNING k;
INSERT INTO twin_t VALUES (1000, 'last', 1);
SELECT count(*) > 0 AS "t has rows" FROM t;
SELECT string_agg(concat_ws('|', k, v, n), E'\n' ORDER BY k) AS twin FROM twin_t \gset
\setenv TWIN :twin
\! test "$(sqlite3 "$FILE" 'SELECT * FROM t ORDER BY k')" = "$TWIN" && sqlite3 "$FILE" "PRAGMA integrity_check"
DROP SCHEMA fdw_savepoints CASCADE;
DROP SERVER fdw_savepoints;
