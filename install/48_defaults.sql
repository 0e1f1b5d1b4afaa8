-- Defaults of columns. Owns which defaults of SQLite are understood as they are: literals and the three CURRENT_ words.
-- Expressions are translated (49_expressions); what is left is a row of the ledger with its text.

/* What a word of SQLite is as a default of a type; the types are those that type_rule proposes. */
CREATE FUNCTION sqlite_mig_internal._default_word(word text, type text) RETURNS text
	LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
	SELECT e.expr FROM (VALUES
		('CURRENT_TIMESTAMP', 'timestamptz', 'CURRENT_TIMESTAMP'),
		('CURRENT_TIMESTAMP', 'timestamp', '(CURRENT_TIMESTAMP AT TIME ZONE ''UTC'')'),
		('CURRENT_TIMESTAMP', 'text', 'to_char(CURRENT_TIMESTAMP AT TIME ZONE ''UTC'', ''YYYY-MM-DD HH24:MI:SS'')'),
		('CURRENT_DATE', 'date', '((CURRENT_TIMESTAMP AT TIME ZONE ''UTC'')::date)'),
		('CURRENT_DATE', 'text', 'to_char(CURRENT_TIMESTAMP AT TIME ZONE ''UTC'', ''YYYY-MM-DD'')'),
		('CURRENT_TIME', 'time', '((CURRENT_TIMESTAMP AT TIME ZONE ''UTC'')::time(0))'),
		('CURRENT_TIME', 'text', 'to_char(CURRENT_TIMESTAMP AT TIME ZONE ''UTC'', ''HH24:MI:SS'')'),
		('TRUE', 'boolean', 'true'), ('TRUE', 'bigint', '1'), ('TRUE', 'numeric', '1'), ('TRUE', 'text', '''1'''),
		('FALSE', 'boolean', 'false'), ('FALSE', 'bigint', '0'), ('FALSE', 'numeric', '0'), ('FALSE', 'text', '''0'''),
		('1', 'boolean', 'true'), ('''1''', 'boolean', 'true'), ('''T''', 'boolean', 'true'), ('''TRUE''', 'boolean', 'true'),
		('0', 'boolean', 'false'), ('''0''', 'boolean', 'false'), ('''F''', 'boolean', 'false'), ('''FALSE''', 'boolean', 'false')
		) AS e (word, type, expr)
		WHERE e.word = upper(_default_word.word COLLATE "C") AND e.type = _default_word.type;
END;
COMMENT ON FUNCTION sqlite_mig_internal._default_word(text, text) IS 'internal: CURRENT_TIMESTAMP, TRUE ... as a default of a type';

/* Without white space and parentheses around it. */
CREATE FUNCTION sqlite_mig_internal._bare(expression text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	expression := btrim(expression, E' \t\r\n');
	WHILE expression ~ '^\(.*\)$' AND expression !~ '^\(.*\).*\(.*\)$' LOOP
		expression := btrim(substr(expression, 2, length(expression) - 2), E' \t\r\n');
	END LOOP;
	RETURN expression;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._bare(text) IS 'internal: an expression without parentheses around it';

/*
 * The expression for a default, NULL when it is not understood or is not the same value in the type. A column that SQLite takes
 * for one of numbers makes a number of a text that looks like one, whatever the type is that its values gave it.
 */
CREATE FUNCTION sqlite_mig_internal._default_expr(source text, type text, zone text DEFAULT 'UTC', declared text DEFAULT '') RETURNS text
	LANGUAGE plpgsql STABLE STRICT SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on SET extra_float_digits = 1 AS
$$
DECLARE
	body   text := sqlite_mig_internal._bare(source);
	base   text := CASE WHEN type ~ '^varchar' THEN 'text' ELSE btrim(regexp_replace(type, '\(.*$', '')) END;
	expr   text := sqlite_mig_internal._default_word(body, base);
	number boolean := sqlite_mig_internal._type_family(base, NULL) = 'number';
	-- by SQLite's rules of affinity
	counts boolean := declared <> '' AND (declared ~* 'INT' COLLATE "C" OR declared !~* 'CHAR|CLOB|TEXT|BLOB' COLLATE "C");
	same   boolean;
BEGIN
	IF counts AND base IN ('text', 'bytea') AND body ~ '^''\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?\s*''$' THEN
		body := btrim(body, E''' \t\n\v\f\r');
		source := body;
		IF abs(body::numeric) < 1e15 THEN
			body := trim_scale(body::numeric)::text;
		END IF;
	END IF;
	IF base = 'numeric' AND expr IS NOT NULL THEN
		body := expr;		-- a 1 for TRUE, if there is room for it
		expr := NULL;
	END IF;
	IF expr IS NOT NULL OR base = 'boolean' OR sqlite_mig_internal._type_name(type) IS NULL THEN
		RETURN expr;
	ELSIF body ~* '^x''([0-9a-f]{2})*''$' COLLATE "C" THEN
		RETURN CASE WHEN base = 'bytea' THEN format('%L::bytea', '\x' || lower(substr(body, 3, length(body) - 3) COLLATE "C")) END;
	ELSIF body ~ '^[-+]?\s*([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$' THEN
		body := ltrim(regexp_replace(body, '\s', '', 'g'), '+');
		IF base IN ('bigint', 'integer', 'smallint') THEN
			body := regexp_replace(body, '^(-?[0-9]+)[.]0*$', '\1');
		ELSIF base = 'text' AND body ~ '^-?[0-9]{1,14}[.][0-9]{1,4}$' AND abs(body::numeric) >= 0.001 AND length(body) <= 15 AND body::numeric <> trunc(body::numeric) THEN
			body := trim_scale(body::numeric)::text;		-- as SQLite spells it, which keeps 15 digits
		ELSIF base = 'text' AND body !~ '^-?(0|[1-9][0-9]{0,14})$' THEN
			RETURN NULL;		-- SQLite would store its own spelling of the number, and 1.0 as 1 where the type is not one of text
		ELSIF base IN ('numeric', 'jsonb') AND (body !~ '^-?[0-9]+$' OR body::numeric NOT BETWEEN -9223372036854775808 AND 9223372036854775807) AND body::float8::text::numeric <> body::numeric THEN
			body := body::float8::text;		-- it is a double, which has no more digits
		END IF;
	ELSIF body ~ '^''([^'']|'''')*''$' THEN
		body := replace(substr(body, 2, length(body) - 2), '''''', '''');
	ELSIF body ~ '^"([^"]|"")*"$' THEN
		-- SQLite takes a quoted name that is none for a string
		body := replace(substr(body, 2, length(body) - 2), '""', '"');
	ELSIF body ~* '^[a-z_][a-z0-9_]*$' COLLATE "C" AND upper(body COLLATE "C") NOT IN ('TRUE', 'FALSE', 'NULL', 'CURRENT_TIMESTAMP', 'CURRENT_DATE', 'CURRENT_TIME') THEN
		NULL;		-- and so is a bare word
	ELSE
		RETURN NULL;
	END IF;
	-- text in a BLOB column is bytes now, so its default is too
	IF base = 'bytea' AND (source ~ '[''"]' OR body ~* '^[a-z_]' COLLATE "C") THEN
		RETURN format('%L::bytea', '\x' || encode(convert_to(body, 'UTF8'), 'hex'));
	END IF;
	-- 'now' and 'infinity' were text in SQLite, but are words to PostgreSQL's date and time types, which also cut off what they do not hold
	IF base IN ('bytea', 'interval') OR (base IN ('timestamptz', 'timestamp', 'date', 'time') AND body !~ '^[0-9]+[-:]')
		OR base = 'date' AND body !~ '^[0-9]+-[0-9]+-[0-9]+([ T]00:00(:00([.]0*)?)?)?$' OR base = 'time' AND body !~ '^[0-9]+:[0-9]+(:[0-9]+([.][0-9]*)?)?$'
		OR base = 'timestamp' AND body ~ ':.*([zZ]|[-+][0-9:]+)$' THEN
		RETURN NULL;
	END IF;
	EXECUTE CASE WHEN number THEN format('SELECT %L::%s::numeric = %L::numeric', body, type, body)
		WHEN base = 'text' THEN format('SELECT %L::%s::text = %L', body, type, body)
		ELSE format('SELECT %L::%s IS NOT NULL', body, type) END INTO same;
	IF base = 'timestamptz' AND body !~ '([zZ]|[-+][0-9]{2}:?[0-9]{2})$' THEN
		-- not in the zone of the session that happens to create the table
		RETURN format('(%L::timestamp AT TIME ZONE %L)', body, zone);
	END IF;
	RETURN CASE WHEN same THEN CASE WHEN number AND body ~ '^-?[0-9]+(\.[0-9]+)?$' THEN body
		WHEN base = 'text' THEN quote_literal(body)
		ELSE format('%L::%s', body, type) END END;
EXCEPTION
	WHEN data_exception THEN
		RETURN NULL;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._default_expr(text, text, text, text) IS 'internal: a default of SQLite as an expression of PostgreSQL, NULL when it is not understood';

/* Fills default_expr; a default that is not carried over is a row of the ledger. */
CREATE FUNCTION sqlite_mig_internal._plan_defaults(migration text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS
$$
#variable_conflict use_column
BEGIN
	UPDATE sqlite_mig.plan_column AS c SET default_expr = sqlite_mig_internal._default_expr(c.default_source, c.target_type,
			coalesce(c.time_zone, sqlite_mig_internal._source_zone(c.migration)), c.declared_type)
		WHERE c.migration = _plan_defaults.migration AND c.default_source IS NOT NULL AND c.identity IS NULL AND c.generated IS NULL;
	PERFORM sqlite_mig_internal._plan_default_expressions(migration);
	PERFORM sqlite_mig_internal._note(c.migration, 'prepare', 'default', c.source_table || '.' || c.source_name, c.source_table, 'info', 'converted', 'text as bytes',
			'the default is text in SQLite, here its bytes', sample => format('%s -> %s', c.default_source, c.default_expr))
		FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
		WHERE c.migration = _plan_defaults.migration AND c.target_type = 'bytea' AND c.default_expr IS NOT NULL AND sqlite_mig_internal._bare(c.default_source) ~ '^[''"]'
		ORDER BY t.load_order, c.position;
	PERFORM sqlite_mig_internal._note(c.migration, 'prepare', 'default', c.source_table || '.' || c.source_name, c.source_table, 'warning', 'skipped', 'default',
			format('the default is not carried over to %s', c.target_type), sample => c.default_source)
		FROM sqlite_mig.plan_column AS c
			JOIN sqlite_mig.plan_table AS t ON t.migration = c.migration AND t.source_name = c.source_table AND t.include
		WHERE c.migration = _plan_defaults.migration AND c.default_expr IS NULL AND c.identity IS NULL AND c.generated IS NULL
			AND upper(sqlite_mig_internal._bare(c.default_source) COLLATE "C") <> 'NULL'
		ORDER BY t.load_order, c.position;
END;
$$;
COMMENT ON FUNCTION sqlite_mig_internal._plan_defaults(text) IS 'internal: translates defaults';
