-- Names that PostgreSQL takes: of 1 to 63 bytes, in the style that the plan asks for, no two alike. The same for the same
-- input, always.

/* A name as SQLite's SQL has it. */
CREATE FUNCTION sqlite_mig_internal._sqlite_name(name text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT '"' || replace(name, '"', '""') || '"';
END;
COMMENT ON FUNCTION sqlite_mig_internal._sqlite_name(text) IS 'internal: a name as SQLite''s SQL has it';

/* Names in quotes for a message: the first ten, and how many more there are; NULL without any. */
CREATE FUNCTION sqlite_mig_internal._listed(names text[]) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT string_agg('"' || n.name || '"', ', ' ORDER BY n.i) || CASE WHEN cardinality(names) > 10 THEN format(' and %s more', cardinality(names) - 10) ELSE '' END
		FROM unnest(names[1 : 10]) WITH ORDINALITY AS n (name, i);
END;
COMMENT ON FUNCTION sqlite_mig_internal._listed(text[]) IS 'internal: names in quotes for a message';

/* At most 63 bytes of a name and a hash of it. */
CREATE FUNCTION sqlite_mig_internal._cut_name(name text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	cut text := left(name, 54);
BEGIN
	WHILE octet_length(cut) > 54 LOOP
		cut := left(cut, -1);
	END LOOP;
	RETURN cut || '_' || left(md5(name), 8);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._cut_name(text) IS 'internal: a shorter name with a hash';

/* A name that PostgreSQL takes: not empty, at most 63 bytes, the same for the same input. */
CREATE FUNCTION sqlite_mig_internal._short_name(name text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE WHEN octet_length(_short_name.name) BETWEEN 1 AND 63 THEN _short_name.name ELSE sqlite_mig_internal._cut_name(_short_name.name) END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._short_name(text) IS 'internal: the name, or a shorter one with a hash when it has more than 63 bytes';

/* Small letters as the database's language has them, but those of ASCII as in every other: no dotless i in "id" and "primary". */
CREATE FUNCTION sqlite_mig_internal._small(x text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
	SELECT lower(translate(x, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') COLLATE "default");
END;
COMMENT ON FUNCTION sqlite_mig_internal._small(text) IS 'internal: a text in small letters';

/*
 * A name in the style of the option names: as it is, in lower case, or in
 * lower case with an underscore between words (OrderItems: order_items).
 */
CREATE FUNCTION sqlite_mig_internal._styled_name(name text, policy text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT CASE _styled_name.policy WHEN 'lower' THEN sqlite_mig_internal._small(_styled_name.name)
		WHEN 'snake' THEN sqlite_mig_internal._small(regexp_replace(btrim(regexp_replace(regexp_replace(regexp_replace(_styled_name.name,
			'([[:upper:]]+)([[:upper:]][[:lower:]])', '\1_\2', 'g'), '([[:lower:][:digit:]])([[:upper:]])', '\1_\2', 'g'), '[^[:alnum:]]+', '_', 'g'), '_'), '^([[:digit:]])', '_\1'))
		ELSE _styled_name.name END;
END;
COMMENT ON FUNCTION sqlite_mig_internal._styled_name(text, text) IS 'internal: a name in the style of the option names';

/* The names with a number after those that came before; those in front keep theirs. */
CREATE FUNCTION sqlite_mig_internal._distinct_names(names text[]) RETURNS text[]
	LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	used   jsonb := '{}';
	result text[] := '{}';
	name   text;
	n      integer;
BEGIN
	-- as a rule there is nothing to do, and what follows takes the square of their number
	IF (SELECT count(DISTINCT u.name) FROM unnest(names) AS u (name)) = cardinality(names) THEN
		RETURN names;
	END IF;
	FOR i IN 1 .. cardinality(names) LOOP
		name := names[i];
		n := 1;
		-- a name that another one wants as it is stays free for it
		WHILE used ? name OR n > 1 AND name = ANY (names) LOOP
			n := n + 1;
			name := sqlite_mig_internal._short_name(names[i] || '_' || n);
		END LOOP;
		used := used || jsonb_build_object(name, true);
		result := result || name;
	END LOOP;
	RETURN result;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._distinct_names(text[]) IS 'internal: names with a number where they would be alike';

/* Words that are no name of a column or table unless quoted. */
CREATE FUNCTION sqlite_mig_internal._reserved_words() RETURNS text[]
	LANGUAGE sql STABLE
BEGIN ATOMIC
	SELECT array_agg(k.word) FROM pg_get_keywords() AS k WHERE k.catcode IN ('R', 'T');
END;
COMMENT ON FUNCTION sqlite_mig_internal._reserved_words() IS 'internal: the reserved words of PostgreSQL';

CREATE FUNCTION sqlite_mig_internal._reserved_advice(name text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT format('"%s" is a reserved word of PostgreSQL: write it in double quotes, or choose another target_name', _reserved_advice.name);
END;
COMMENT ON FUNCTION sqlite_mig_internal._reserved_advice(text) IS 'internal: advice about a reserved word';

/* Of some names in the style of a plan those that something in the plan or in its target schema has. */
CREATE FUNCTION sqlite_mig_internal._taken_names(migration text, names text[]) RETURNS SETOF text
	LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	RETURN QUERY SELECT p.target_name FROM sqlite_mig.plan_table AS p WHERE p.migration = _taken_names.migration AND p.target_name = ANY (_taken_names.names)
	UNION ALL SELECT p.target_name FROM sqlite_mig.plan_index AS p WHERE p.migration = _taken_names.migration AND p.target_name = ANY (_taken_names.names)
	UNION ALL SELECT p.target_name FROM sqlite_mig.plan_constraint AS p WHERE p.migration = _taken_names.migration AND p.target_name = ANY (_taken_names.names)
	UNION ALL SELECT p.index_name FROM sqlite_mig.plan_search AS p WHERE p.migration = _taken_names.migration AND p.index_name = ANY (_taken_names.names)
	UNION ALL SELECT c.relname::text FROM sqlite_mig.migration AS m JOIN pg_namespace AS n ON n.nspname = m.target_schema JOIN pg_class AS c ON c.relnamespace = n.oid
		WHERE m.migration = _taken_names.migration AND c.relname::text = ANY (_taken_names.names) AND NOT sqlite_mig_internal._is_replaced(m.migration, c.oid);
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._taken_names(text, text[]) IS 'internal: names that are taken in the plan or the target schema';

/*
 * Names for relations or constraints that nothing in the plan, nothing in the target schema and no other of them has, in their
 * order: each as it is wanted, in the style of the plan, if it is free for it; else with the first number that is.
 */
CREATE FUNCTION sqlite_mig_internal._free_names(migration text, wanted text[]) RETURNS text[]
	LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	policy constant text := (SELECT m.options ->> 'names' FROM sqlite_mig.migration AS m WHERE m.migration = _free_names.migration);
	short  constant text[] := ARRAY(SELECT sqlite_mig_internal._short_name(sqlite_mig_internal._styled_name(w.name, policy)) FROM unnest(wanted) WITH ORDINALITY AS w (name, n) ORDER BY w.n);
	taken  constant text[] := ARRAY(SELECT sqlite_mig_internal._taken_names(_free_names.migration, short));
	names  text[];
	number integer;
BEGIN
	names := ARRAY(SELECT CASE WHEN s.name <> ALL (taken) AND row_number() OVER (PARTITION BY s.name ORDER BY s.n) = 1 THEN s.name END FROM unnest(short) WITH ORDINALITY AS s (name, n) ORDER BY s.n);
	FOR i IN 1 .. cardinality(names) LOOP
		number := 1;
		WHILE names[i] IS NULL LOOP
			number := number + 1;
			names[i] := sqlite_mig_internal._short_name(sqlite_mig_internal._styled_name(wanted[i], policy) || '_' || number);
			IF names[i] = ANY (names[: i - 1] || names[i + 1 :]) OR EXISTS (SELECT FROM sqlite_mig_internal._taken_names(_free_names.migration, names[i : i])) THEN
				names[i] := NULL;
			END IF;
		END LOOP;
	END LOOP;
	RETURN names;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._free_names(text, text[]) IS 'internal: names that are not taken in the target schema';

CREATE FUNCTION sqlite_mig_internal._free_name(migration text, wanted text) RETURNS text
	LANGUAGE sql STABLE STRICT
BEGIN ATOMIC
	SELECT (sqlite_mig_internal._free_names(_free_name.migration, ARRAY[_free_name.wanted]))[1];
END;
COMMENT ON FUNCTION sqlite_mig_internal._free_name(text, text) IS 'internal: a name that is not taken in the target schema';
