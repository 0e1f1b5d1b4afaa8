
-- SQLite's JSON functions that read, and those that make JSON of values. JSON is the type json, which keeps the order and
-- the spelling of what it is given; as an argument JSON is also text that holds it, and jsonb.

CREATE FUNCTION sqlite_compat._json(v sqlite_compat.value) RETURNS json
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	stored text := sqlite_compat._raw(v);
BEGIN
	RETURN CASE WHEN starts_with(stored, E'\x01') AND substr(stored, 2, 1) = 'j' THEN substr(stored, 3) WHEN starts_with(stored, E'\x01') THEN sqlite_compat.cast_text(v) ELSE stored END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._json(sqlite_compat.value) IS 'internal: an argument that must be JSON';

-- A value as JSON text: what was made by a JSON function as it is, other text as a string.
CREATE FUNCTION sqlite_compat._json_text(v sqlite_compat.value) RETURNS text
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	CASE sqlite_compat._class(v)
	WHEN 'null' THEN RETURN 'null';
	WHEN 'text' THEN RETURN to_json(sqlite_compat._body(v))::text;
	WHEN 'blob' THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'JSON cannot hold BLOB values';
	WHEN 'real' THEN RETURN replace(sqlite_compat.cast_text(v), 'Inf', '9.0e+999');
	ELSE RETURN sqlite_compat.cast_text(v);
	END CASE;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._json_text(sqlite_compat.value) IS 'internal: a value as JSON';

/*
 * The steps of a path: "k" and a key, "i" and an index, "e" and a distance from
 * the end, "!" and the place of a mistake. A mistake is one only when the walk
 * comes to it, as in SQLite.
 */
CREATE FUNCTION sqlite_compat._json_steps(path text) RETURNS text[]
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	rest  text := substr(path, 2);
	steps text[] := '{}';
	m     text[];
BEGIN
	IF left(path, 1) <> '$' THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('JSON path error near "%s"', path),
			HINT = 'A path begins with $.';
	END IF;
	WHILE rest <> '' LOOP
		m := regexp_match(rest, '^(?:\.(?:"([^"]*)"|([^".[][^.[]*))|\[([0-9]+)\]|\[#(?:-([0-9]+))?\])(.*)$');
		IF m IS NULL THEN
			RETURN steps || ('!' || rest);
		END IF;
		steps := steps || CASE WHEN left(rest, 1) = '.' THEN 'k' || coalesce(m[1], m[2]) WHEN m[3] IS NOT NULL THEN 'i' || m[3] ELSE 'e' || coalesce(m[4], '0') END;
		rest := m[5];
	END LOOP;
	RETURN steps;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._json_steps(text) IS 'internal: the steps of a JSON path';

/*
 * Which child of a document a step leads to, counted from 1: its place, or
 * NULL when there is none. next: whether it would be the one behind the last.
 */
CREATE FUNCTION sqlite_compat._json_child(doc json, step text, OUT place bigint, OUT child json, OUT next boolean)
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	kind text := json_typeof(doc);
	what text := left(step, 1);
	word text := substr(step, 2);
	size numeric;
	at   numeric;
BEGIN
	next := false;
	IF what = '!' AND (kind = 'object' OR word !~ '^\.') THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('JSON path error near "%s"', ltrim(word, '.'));
	ELSIF what = 'k' AND kind = 'object' THEN
		SELECT e.n, e.value INTO place, child FROM json_each(doc) WITH ORDINALITY AS e (key, value, n) WHERE e.key = word COLLATE "C" ORDER BY e.n LIMIT 1;
		next := place IS NULL;
	ELSIF what IN ('i', 'e') AND kind = 'array' THEN
		size := json_array_length(doc);
		at := CASE what WHEN 'i' THEN word::numeric ELSE size - word::numeric END;
		IF at >= 0 AND at < size THEN
			place := at + 1;
			child := doc -> at::integer;
		END IF;
		next := at = size;
	END IF;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._json_child(json, text) IS 'internal: one step of a JSON path';

CREATE FUNCTION sqlite_compat._json_find(doc json, path text) RETURNS json
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	step text;
BEGIN
	FOREACH step IN ARRAY sqlite_compat._json_steps(path) LOOP
		SELECT c.child INTO doc FROM sqlite_compat._json_child(doc, step) AS c;
		EXIT WHEN doc IS NULL;
	END LOOP;
	RETURN doc;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._json_find(json, text) IS 'internal: what a JSON path leads to; NULL when that is nothing';

-- The text of the SQL value that a JSON value is.
CREATE FUNCTION sqlite_compat._json_sql(doc json) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	word   text;
	number double precision;
BEGIN
	CASE json_typeof(doc)
	WHEN 'null' THEN RETURN NULL;
	WHEN 'boolean' THEN RETURN CASE doc #>> '{}' WHEN 'true' THEN '1' ELSE '0' END;
	WHEN 'string' THEN RETURN doc #>> '{}';
	WHEN 'number' THEN
		word := btrim(doc::text, E' \t\n\r');
		IF word ~ '^-?[0-9]{1,18}$' OR word ~ '^-?[0-9]{19}$' AND word::numeric BETWEEN -9223372036854775808 AND 9223372036854775807 THEN
			RETURN word::bigint::text;
		END IF;
		number := sqlite_compat._to_double(word);
		word := sqlite_compat._real_text(number);
		-- (whoever casts it to a number wants all of its digits)
		RETURN CASE WHEN abs(number) = 'Infinity' OR sqlite_compat._to_double(word) = number THEN word ELSE number::text END;
	ELSE RETURN sqlite_compat._minified(doc::text);
	END CASE;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._json_sql(json) IS 'internal: a JSON value as the text of an SQL value';

CREATE FUNCTION sqlite_compat._json_type(doc json) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE pg_catalog.json_typeof(doc) WHEN 'boolean' THEN pg_catalog.btrim(doc::text, E' \t\n\r') WHEN 'string' THEN 'text'
		WHEN 'number' THEN CASE WHEN doc::text ~ '[.eE]' THEN 'real' ELSE 'integer' END ELSE pg_catalog.json_typeof(doc) END;
END;
COMMENT ON FUNCTION sqlite_compat._json_type(json) IS 'internal: the name SQLite has for the type of a JSON value';

/*
 * Whether a text is JSON, without a cast that could fail: tokens become one
 * byte each, then arrays and objects of finished values become values, from the
 * inside out, until one is left or nothing changes.
 */
CREATE FUNCTION sqlite_compat.json_valid(v sqlite_compat.value) RETURNS boolean
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	x text := sqlite_compat.cast_text(v);
	y text;
BEGIN
	-- no byte below 20 but white space is allowed anywhere: 01 is a string, 02 another value
	IF x ~ '[\x01-\x08\x0b\x0c\x0e-\x1f]' THEN
		RETURN false;
	END IF;
	x := regexp_replace(x, '"(?:[^"\\\x01-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"', E'\x01', 'g');
	x := regexp_replace(x, '-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null', E'\x02', 'g');
	-- (a token inside a word, or two side by side, leave something behind)
	x := regexp_replace(x, '[ \t\n\r]+', '', 'g');
	LOOP
		y := regexp_replace(x, '\[(?:[\x01\x02](?:,[\x01\x02])*)?\]|\{(?:\x01:[\x01\x02](?:,\x01:[\x01\x02])*)?\}', E'\x02', 'g');
		EXIT WHEN y = x;
		x := y;
	END LOOP;
	RETURN x IN (E'\x01', E'\x02');
END;
$$;
COMMENT ON FUNCTION sqlite_compat.json_valid(sqlite_compat.value) IS 'SQLite: json_valid(x); true or false, where SQLite says 1 or 0; NULL for NULL, as in newer SQLite';

CREATE FUNCTION sqlite_compat.json(v sqlite_compat.value) RETURNS json
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._minified(sqlite_compat._json(v)::text)::json;
END;
COMMENT ON FUNCTION sqlite_compat.json(sqlite_compat.value) IS 'SQLite: json(x): the same without white space; an error for what is no JSON';

CREATE FUNCTION sqlite_compat.json_quote(v sqlite_compat.value) RETURNS json
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._json_text(v)::json;
END;
COMMENT ON FUNCTION sqlite_compat.json_quote(sqlite_compat.value) IS 'SQLite: json_quote(x): a value as JSON';

CREATE FUNCTION sqlite_compat.json_type(doc sqlite_compat.value, path text DEFAULT '$') RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._json_type(sqlite_compat._json_find(sqlite_compat._json(doc), path));
END;
COMMENT ON FUNCTION sqlite_compat.json_type(sqlite_compat.value, text) IS 'SQLite: json_type(x, path)';

CREATE FUNCTION sqlite_compat.json_array_length(doc sqlite_compat.value, path text DEFAULT '$') RETURNS bigint
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN pg_catalog.json_typeof(f.j) = 'array' THEN pg_catalog.json_array_length(f.j) WHEN f.j IS NOT NULL THEN 0 END
		FROM (SELECT sqlite_compat._json_find(sqlite_compat._json(doc), path) AS j OFFSET 0) AS f;
END;
COMMENT ON FUNCTION sqlite_compat.json_array_length(sqlite_compat.value, text) IS 'SQLite: json_array_length(x, path): 0 for what is no array, NULL for what is not there';

CREATE FUNCTION sqlite_compat.json_extract(doc sqlite_compat.value, VARIADIC paths text[]) RETURNS text
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	whole  json := sqlite_compat._json(doc);
	path   text;
	result text := '';
BEGIN
	IF whole IS NULL OR cardinality(paths) = 1 THEN
		RETURN sqlite_compat._json_sql(sqlite_compat._json_find(whole, paths[1]));
	END IF;
	FOREACH path IN ARRAY paths LOOP
		result := result || ',' || coalesce(sqlite_compat._minified(sqlite_compat._json_find(whole, path)::text), 'null');
	END LOOP;
	RETURN '[' || substr(result, 2) || ']';
END;
$$;
COMMENT ON FUNCTION sqlite_compat.json_extract(sqlite_compat.value, text[]) IS
	'SQLite: json_extract(x, path, ...): always text here, where SQLite gives a number for a number: cast it; json_type tells the type';

-- The paths that -> and ->> allow beside those with $: an index, or a key
CREATE FUNCTION sqlite_compat._json_short_path(path text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN path ~ '^\$' THEN path WHEN path ~ '^[0-9]' THEN '$[' || path || ']' WHEN path ~ '^\[' THEN '$' || path ELSE '$.' || path END;
END;
COMMENT ON FUNCTION sqlite_compat._json_short_path(text) IS 'internal: the path that is meant by the right side of -> and ->>';

CREATE FUNCTION sqlite_compat.json_get(doc sqlite_compat.value, path sqlite_compat.value) RETURNS json
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._minified(sqlite_compat._json_find(sqlite_compat._json(doc), sqlite_compat._json_short_path(sqlite_compat.cast_text(path)))::text)::json;
END;
COMMENT ON FUNCTION sqlite_compat.json_get(sqlite_compat.value, sqlite_compat.value) IS 'SQLite: x -> path';

CREATE FUNCTION sqlite_compat.json_get_text(doc sqlite_compat.value, path sqlite_compat.value) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._json_sql(sqlite_compat._json_find(sqlite_compat._json(doc), sqlite_compat._json_short_path(sqlite_compat.cast_text(path))));
END;
COMMENT ON FUNCTION sqlite_compat.json_get_text(sqlite_compat.value, sqlite_compat.value) IS 'SQLite: x ->> path; always text here, where SQLite gives a number for a number';

CREATE FUNCTION sqlite_compat.json_extract(doc text, path text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._json_sql(sqlite_compat._json_find(doc::json, path));
END;
COMMENT ON FUNCTION sqlite_compat.json_extract(text, text) IS 'SQLite: json_extract(x, path): always text here, where SQLite gives a number for a number';

CREATE FUNCTION sqlite_compat.json_get_text(doc text, path text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._json_sql(sqlite_compat._json_find(doc::json, sqlite_compat._json_short_path(path)));
END;
COMMENT ON FUNCTION sqlite_compat.json_get_text(text, text) IS 'SQLite: x ->> path; always text here, where SQLite gives a number for a number';

-- A path of SQLite as one of PostgreSQL: "strict", so that an index means an array and a key an object, as there.
CREATE FUNCTION sqlite_compat._jsonpath(path text) RETURNS jsonpath
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	step   text;
	result text := 'strict $';
BEGIN
	FOREACH step IN ARRAY sqlite_compat._json_steps(path) LOOP
		IF step ~ '^!' THEN
			RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('JSON path error near "%s"', ltrim(substr(step, 2), '.'));
		END IF;
		result := result || CASE left(step, 1) WHEN 'k' THEN '.' || to_json(substr(step, 2))::text
			WHEN 'i' THEN '[' || least(substr(step, 2)::numeric, 2147483647) || ']' ELSE '[last + 1 - ' || least(substr(step, 2)::numeric, 2147483647) || ']' END;
	END LOOP;
	RETURN result::jsonpath;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._jsonpath(text) IS 'internal: a JSON path of SQLite as a jsonpath';

CREATE FUNCTION sqlite_compat.json_extract(doc jsonb, path text) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._json_sql(pg_catalog.jsonb_path_query_first(doc, sqlite_compat._jsonpath(path), '{}', true)::text::json);
END;
COMMENT ON FUNCTION sqlite_compat.json_extract(jsonb, text) IS 'SQLite: json_extract(x, path) of a jsonb, without going through its text; a mistake in the path is always an error';

CREATE FUNCTION sqlite_compat.json_get_text(doc jsonb, path text) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._json_sql(pg_catalog.jsonb_path_query_first(doc, sqlite_compat._jsonpath(sqlite_compat._json_short_path(path)), '{}', true)::text::json);
END;
COMMENT ON FUNCTION sqlite_compat.json_get_text(jsonb, text) IS 'SQLite: x ->> path of a jsonb, without going through its text; a mistake in the path is always an error';

CREATE FUNCTION sqlite_compat.json_array(VARIADIC elements sqlite_compat.value[] DEFAULT '{}') RETURNS json
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT ('[' || COALESCE(pg_catalog.string_agg(sqlite_compat._json_text(e.v), ',' ORDER BY e.n), '') || ']')::json
		FROM pg_catalog.unnest(elements) WITH ORDINALITY AS e (v, n);
END;
COMMENT ON FUNCTION sqlite_compat.json_array(sqlite_compat.value[]) IS 'SQLite: json_array(x, ...)';

CREATE FUNCTION sqlite_compat.json_object(VARIADIC members sqlite_compat.value[] DEFAULT '{}') RETURNS json
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	result text := '';
BEGIN
	IF cardinality(members) % 2 = 1 THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'json_object() requires an even number of arguments';
	END IF;
	FOR n IN 1..cardinality(members) BY 2 LOOP
		IF sqlite_compat._class(members[n]) NOT IN ('text', 'json') THEN
			RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = 'json_object() labels must be TEXT';
		END IF;
		result := result || ',' || to_json(sqlite_compat.cast_text(members[n]))::text || ':' || sqlite_compat._json_text(members[n + 1]);
	END LOOP;
	RETURN ('{' || substr(result, 2) || '}')::json;
END;
$$;
COMMENT ON FUNCTION sqlite_compat.json_object(sqlite_compat.value[]) IS 'SQLite: json_object(label, x, ...)';
