
-- SQLite's JSON functions that change a document, or list what is in it.

-- A new value with the containers that the rest of a path asks for; NULL when it asks for what cannot be made
CREATE FUNCTION sqlite_compat._json_nested(steps text[], value text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF steps = '{}' THEN
		RETURN value;
	ELSIF steps[1] ~ '^k' THEN
		RETURN '{' || to_json(substr(steps[1], 2))::text || ':' || sqlite_compat._json_nested(steps[2:], value) || '}';
	ELSIF steps[1] = 'i0' THEN
		RETURN '[' || sqlite_compat._json_nested(steps[2:], value) || ']';
	END IF;
	RETURN NULL;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._json_nested(text[], text) IS 'internal: what json_set appends where the path ends early';

/*
 * A document after one edit at the end of a path: "replace" what is there,
 * "insert" what is not, "set" either, "remove". NULL: the document itself was
 * removed.
 */
CREATE FUNCTION sqlite_compat._json_edit(doc json, steps text[], mode text, value text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	at      record;
	is_list boolean := json_typeof(doc) = 'array';
	changed text;
	parts   text[];
BEGIN
	IF steps = '{}' THEN
		RETURN CASE mode WHEN 'insert' THEN sqlite_compat._minified(doc::text) WHEN 'remove' THEN NULL ELSE value END;
	END IF;
	SELECT * INTO at FROM sqlite_compat._json_child(doc, steps[1]);
	IF at.place IS NOT NULL THEN
		changed := sqlite_compat._json_edit(at.child, steps[2:], mode, value);
	ELSIF at.next AND mode IN ('insert', 'set') THEN
		changed := sqlite_compat._json_nested(steps[2:], value);
	END IF;
	IF at.place IS NULL AND changed IS NULL THEN
		RETURN sqlite_compat._minified(doc::text);
	END IF;
	IF is_list THEN
		SELECT array_agg(CASE WHEN e.n = at.place THEN changed ELSE sqlite_compat._minified(e.value::text) END ORDER BY e.n)
			INTO parts FROM json_array_elements(doc) WITH ORDINALITY AS e (value, n);
		parts := CASE WHEN at.place IS NULL THEN parts || changed ELSE parts END;
	ELSE
		SELECT array_agg(to_json(e.key)::text || ':' || CASE WHEN e.n = at.place THEN changed ELSE sqlite_compat._minified(e.value::text) END ORDER BY e.n)
			INTO parts FROM json_each(doc) WITH ORDINALITY AS e (key, value, n);
		parts := CASE WHEN at.place IS NULL THEN parts || (to_json(substr(steps[1], 2))::text || ':' || changed) ELSE parts END;
	END IF;
	-- (what was removed is NULL, which array_to_string leaves out)
	RETURN CASE WHEN is_list THEN '[' ELSE '{' END || array_to_string(parts, ',') || CASE WHEN is_list THEN ']' ELSE '}' END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._json_edit(json, text[], text, text) IS 'internal: one change of a JSON document';

CREATE FUNCTION sqlite_compat._json_edits(doc json, name text, edits sqlite_compat.value[]) RETURNS json
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	IF cardinality(edits) % 2 = 1 THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_parameter_value', MESSAGE = format('json_%s() needs an odd number of arguments', name);
	END IF;
	doc := sqlite_compat._minified(doc::text)::json;
	FOR n IN 1..cardinality(edits) BY 2 LOOP
		IF edits[n] IS NOT NULL THEN
			doc := sqlite_compat._json_edit(doc, sqlite_compat._json_steps(sqlite_compat.cast_text(edits[n])), name, sqlite_compat._json_text(edits[n + 1]))::json;
		END IF;
	END LOOP;
	RETURN doc;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._json_edits(json, text, sqlite_compat.value[]) IS 'internal: json_insert, json_replace and json_set';

CREATE FUNCTION sqlite_compat.json_insert(doc sqlite_compat.value, VARIADIC edits sqlite_compat.value[] DEFAULT '{}') RETURNS json
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN doc IS NOT NULL THEN sqlite_compat._json_edits(sqlite_compat._json(doc), 'insert', edits) END;
END;
COMMENT ON FUNCTION sqlite_compat.json_insert(sqlite_compat.value, sqlite_compat.value[]) IS 'SQLite: json_insert(x, path, value, ...), each edit on the result of the one before, as in newer SQLite';

CREATE FUNCTION sqlite_compat.json_replace(doc sqlite_compat.value, VARIADIC edits sqlite_compat.value[] DEFAULT '{}') RETURNS json
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN doc IS NOT NULL THEN sqlite_compat._json_edits(sqlite_compat._json(doc), 'replace', edits) END;
END;
COMMENT ON FUNCTION sqlite_compat.json_replace(sqlite_compat.value, sqlite_compat.value[]) IS 'SQLite: json_replace(x, path, value, ...), each edit on the result of the one before, as in newer SQLite';

CREATE FUNCTION sqlite_compat.json_set(doc sqlite_compat.value, VARIADIC edits sqlite_compat.value[] DEFAULT '{}') RETURNS json
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN doc IS NOT NULL THEN sqlite_compat._json_edits(sqlite_compat._json(doc), 'set', edits) END;
END;
COMMENT ON FUNCTION sqlite_compat.json_set(sqlite_compat.value, sqlite_compat.value[]) IS 'SQLite: json_set(x, path, value, ...), each edit on the result of the one before, as in newer SQLite';

CREATE FUNCTION sqlite_compat.json_remove(doc sqlite_compat.value, VARIADIC paths text[] DEFAULT '{}') RETURNS json
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	result json := sqlite_compat._minified(sqlite_compat._json(doc)::text)::json;
	path   text;
BEGIN
	FOREACH path IN ARRAY paths LOOP
		EXIT WHEN result IS NULL;
		result := CASE WHEN path IS NOT NULL THEN sqlite_compat._json_edit(result, sqlite_compat._json_steps(path), 'remove', NULL)::json END;
	END LOOP;
	RETURN result;
END;
$$;
COMMENT ON FUNCTION sqlite_compat.json_remove(sqlite_compat.value, text[]) IS 'SQLite: json_remove(x, path, ...); NULL when the document itself is removed';

-- RFC 7396. The members of the target keep their places, new ones follow; a null in the patch removes.
CREATE FUNCTION sqlite_compat._json_patch(target json, patch json) RETURNS text
	LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	result text;
BEGIN
	IF json_typeof(patch) <> 'object' THEN
		RETURN sqlite_compat._minified(patch::text);
	END IF;
	IF target IS NULL OR json_typeof(target) <> 'object' THEN
		target := '{}';
	END IF;
	SELECT string_agg(m.member, ',' ORDER BY m.of_patch, m.n) INTO result FROM (
		-- (of equal keys the first of either side counts)
		SELECT false AS of_patch, t.n, to_json(t.key)::text || ':' || CASE WHEN p.key IS NULL THEN sqlite_compat._minified(t.value::text)
				WHEN json_typeof(p.value) <> 'null' THEN sqlite_compat._json_patch(t.value, p.value) END AS member
			FROM (SELECT e.*, row_number() OVER (PARTITION BY e.key COLLATE "C" ORDER BY e.n) AS seen FROM json_each(target) WITH ORDINALITY AS e (key, value, n)) AS t
			LEFT JOIN (SELECT DISTINCT ON (e.key COLLATE "C") e.key, e.value FROM json_each(patch) WITH ORDINALITY AS e (key, value, n) ORDER BY e.key COLLATE "C", e.n) AS p
				ON p.key = t.key COLLATE "C" AND t.seen = 1
		UNION ALL SELECT true, p.n, to_json(p.key)::text || ':' || sqlite_compat._json_patch(NULL, p.value)
			FROM json_each(patch) WITH ORDINALITY AS p (key, value, n)
			WHERE json_typeof(p.value) <> 'null' AND NOT EXISTS (SELECT FROM json_object_keys(target) AS k WHERE k = p.key COLLATE "C")) AS m;
	RETURN '{' || coalesce(result, '') || '}';
END;
$$;
COMMENT ON FUNCTION sqlite_compat._json_patch(json, json) IS 'internal: json_patch';

CREATE FUNCTION sqlite_compat.json_patch(doc sqlite_compat.value, patch sqlite_compat.value) RETURNS json
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._json_patch(sqlite_compat._json(doc), sqlite_compat._json(patch))::json;
END;
COMMENT ON FUNCTION sqlite_compat.json_patch(sqlite_compat.value, sqlite_compat.value) IS 'SQLite: json_patch(x, patch), RFC 7396';

/*
 * Every value of a document in the order it is written: its place as ordinals
 * from the root, the number SQLite gives it (labels count too), its key, and
 * the ways to it and to what it is in.
 */
CREATE FUNCTION sqlite_compat._json_nodes(doc json, OUT place bigint[], OUT id bigint, OUT key text, OUT value json, OUT fullkey text, OUT path text)
	RETURNS SETOF record
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	WITH RECURSIVE node (place, label, key, value, fullkey, path) AS (
		SELECT '{}'::bigint[], 0, NULL::text, doc, '$'::text, '$'::text
		UNION ALL SELECT node.place || c.n, c.label, c.key, c.value,
				node.fullkey || CASE WHEN c.label = 0 THEN '[' || c.key || ']' WHEN c.key ~ '^[A-Za-z][A-Za-z0-9]*$' THEN '.' || c.key ELSE '.' || pg_catalog.to_json(c.key)::text END, node.fullkey
			FROM node, LATERAL (
				SELECT e.n, 1 AS label, e.key, e.value
					FROM pg_catalog.json_each(CASE WHEN pg_catalog.json_typeof(node.value) = 'object' THEN node.value ELSE '{}' END) WITH ORDINALITY AS e (key, value, n)
				UNION ALL SELECT e.n, 0, (e.n - 1)::text, e.value
					FROM pg_catalog.json_array_elements(CASE WHEN pg_catalog.json_typeof(node.value) = 'array' THEN node.value ELSE '[]' END) WITH ORDINALITY AS e (value, n)
			) AS c)
	SELECT node.place, pg_catalog.sum(1 + node.label) OVER (ORDER BY node.place) - 1, node.key, node.value, node.fullkey, node.path FROM node;
END;
COMMENT ON FUNCTION sqlite_compat._json_nodes(json) IS 'internal: every value in a JSON document';

CREATE FUNCTION sqlite_compat._json_place(doc json, path text) RETURNS bigint[]
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	result bigint[] := '{}';
	step   text;
	at     record;
BEGIN
	FOREACH step IN ARRAY sqlite_compat._json_steps(path) LOOP
		SELECT * INTO at FROM sqlite_compat._json_child(doc, step);
		IF at.place IS NULL THEN
			RETURN NULL;
		END IF;
		result := result || at.place::bigint;
		doc := at.child;
	END LOOP;
	RETURN result;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._json_place(json, text) IS 'internal: ordinals that lead to what a JSON path names';

CREATE FUNCTION sqlite_compat.json_each(doc sqlite_compat.value, root text DEFAULT '$',
	OUT key text, OUT value text, OUT type text, OUT atom text, OUT id bigint, OUT parent bigint, OUT fullkey text, OUT path text)
	RETURNS SETOF record
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN n.place <> r.place THEN n.key END, sqlite_compat._json_sql(n.value), sqlite_compat._json_type(n.value),
			CASE WHEN pg_catalog.json_typeof(n.value) NOT IN ('object', 'array') THEN sqlite_compat._json_sql(n.value) END, n.id, NULL::bigint,
			root || CASE WHEN n.place = r.place THEN '' ELSE pg_catalog.substr(n.fullkey, pg_catalog.length(n.path) + 1) END, root
		FROM (SELECT d.doc, sqlite_compat._json_place(d.doc, root) AS place FROM (SELECT sqlite_compat._json(doc) AS doc OFFSET 0) AS d OFFSET 0) AS r,
			LATERAL sqlite_compat._json_nodes(r.doc) AS n
		WHERE n.place[:pg_catalog.cardinality(r.place)] = r.place
			AND pg_catalog.cardinality(n.place) = pg_catalog.cardinality(r.place) + CASE WHEN n.place = r.place AND pg_catalog.json_typeof(n.value) NOT IN ('object', 'array') THEN 0 ELSE 1 END
		ORDER BY n.place;
END;
COMMENT ON FUNCTION sqlite_compat.json_each(sqlite_compat.value, text) IS 'SQLite: json_each(x, path); key, value and atom are text';

CREATE FUNCTION sqlite_compat.json_tree(doc sqlite_compat.value, root text DEFAULT '$',
	OUT key text, OUT value text, OUT type text, OUT atom text, OUT id bigint, OUT parent bigint, OUT fullkey text, OUT path text)
	RETURNS SETOF record
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN n.place <> r.place OR n.fullkey !~ '\]$' AND pg_catalog.json_typeof(n.value) IN ('object', 'array') THEN n.key END, sqlite_compat._json_sql(n.value), sqlite_compat._json_type(n.value),
			CASE WHEN pg_catalog.json_typeof(n.value) NOT IN ('object', 'array') THEN sqlite_compat._json_sql(n.value) END, n.id,
			CASE WHEN n.place <> r.place THEN (SELECT u.id FROM sqlite_compat._json_nodes(r.doc) AS u WHERE u.place = n.place[:pg_catalog.cardinality(n.place) - 1]) END,
			n.fullkey, n.path
		FROM (SELECT d.doc, sqlite_compat._json_place(d.doc, root) AS place FROM (SELECT sqlite_compat._json(doc) AS doc OFFSET 0) AS d OFFSET 0) AS r,
			LATERAL sqlite_compat._json_nodes(r.doc) AS n
		WHERE n.place[:pg_catalog.cardinality(r.place)] = r.place
		ORDER BY n.place;
END;
COMMENT ON FUNCTION sqlite_compat.json_tree(sqlite_compat.value, text) IS 'SQLite: json_tree(x, path); key, value and atom are text';
