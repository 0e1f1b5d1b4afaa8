
-- LIKE and GLOB as functions, in SQLite's order: the pattern first. They answer true or false, where SQLite says 1 or 0.

CREATE FUNCTION sqlite_compat."like"(pattern text, x text) RETURNS boolean
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.lower(x) COLLATE "C" LIKE sqlite_compat.lower(pattern) COLLATE "C" ESCAPE '';
END;
COMMENT ON FUNCTION sqlite_compat."like"(text, text) IS 'SQLite: x LIKE pattern: letters of ASCII in either case, a backslash is a character';

-- A pattern with an escape character of its own, rewritten for the backslash; a last escape character matches nothing.
CREATE FUNCTION sqlite_compat._like_pattern(pattern text, escape text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	result  text := '';
	literal boolean := false;
	c       text;
BEGIN
	IF length(escape) <> 1 THEN
		RAISE EXCEPTION USING ERRCODE = 'invalid_escape_character', MESSAGE = 'ESCAPE expression must be a single character';
	END IF;
	FOREACH c IN ARRAY string_to_array(pattern, NULL) LOOP
		IF literal THEN
			result := result || '\' || c;
			literal := false;
		ELSIF c = escape COLLATE "C" THEN
			literal := true;
		ELSE
			result := result || CASE WHEN c = '\' THEN '\\' ELSE c END;
		END IF;
	END LOOP;
	RETURN CASE WHEN NOT literal THEN result END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._like_pattern(text, text) IS 'internal: a LIKE pattern with the backslash as its escape character; NULL when nothing can match';

CREATE FUNCTION sqlite_compat."like"(pattern text, x text, escape text) RETURNS boolean
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN x IS NOT NULL AND pattern IS NOT NULL AND escape IS NOT NULL
		THEN COALESCE(sqlite_compat.lower(x) COLLATE "C" LIKE sqlite_compat.lower(sqlite_compat._like_pattern(pattern, escape)) COLLATE "C" ESCAPE '\', false) END;
END;
COMMENT ON FUNCTION sqlite_compat."like"(text, text, text) IS 'SQLite: x LIKE pattern ESCAPE escape';

CREATE FUNCTION sqlite_compat."like"(pattern sqlite_compat.value, x sqlite_compat.value) RETURNS boolean
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN 'blob' IN (sqlite_compat._class(pattern), sqlite_compat._class(x)) THEN false
		ELSE sqlite_compat."like"(sqlite_compat.cast_text(pattern), sqlite_compat.cast_text(x)) END;
END;
COMMENT ON FUNCTION sqlite_compat."like"(sqlite_compat.value, sqlite_compat.value) IS 'SQLite: x LIKE pattern of what is no text by its type; a blob matches nothing, as in Debian''s SQLite';

-- A character of ASCII as a number: nothing then has a meaning of its own. Others have none, and other numbers in other encodings.
CREATE FUNCTION sqlite_compat._glob_character(c text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	code integer := sqlite_compat._code(c);
BEGIN
	RETURN CASE WHEN code < 128 THEN '\U' || lpad(to_hex(code), 8, '0') ELSE c END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._glob_character(text) IS 'internal: a character as it stands in a regular expression';

-- One [set] of GLOB as a set of a regular expression
CREATE FUNCTION sqlite_compat._glob_set(body text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	c       text[] := string_to_array(body, NULL);
	n       integer := 1;
	before  text;
	result  text := '';
BEGIN
	WHILE n <= cardinality(c) LOOP
		IF c[n] = '-' AND n < cardinality(c) AND before IS NOT NULL THEN
			-- a range whose end comes before its beginning holds nothing
			IF sqlite_compat._code(before) <= sqlite_compat._code(c[n + 1]) THEN
				IF NOT sqlite_compat._is_range(before, c[n + 1]) THEN
					RAISE EXCEPTION USING ERRCODE = 'feature_not_supported',
						MESSAGE = pg_catalog.format('characters from "%s" to "%s" have another order in encoding "%s"', before, c[n + 1], getdatabaseencoding()),
						HINT = 'Name each character of the set, or use a database in UTF8.';
				END IF;
				result := result || sqlite_compat._glob_character(before) || '-' || sqlite_compat._glob_character(c[n + 1]);
			END IF;
			before := NULL;
			n := n + 1;
		ELSE
			result := result || sqlite_compat._glob_character(c[n]);
			before := c[n];
		END IF;
		n := n + 1;
	END LOOP;
	RETURN result;
END;
$$;
COMMENT ON FUNCTION sqlite_compat._glob_set(text) IS 'internal: the inside of a [set] of GLOB as a regular expression';

-- A pattern of GLOB as a regular expression, one that matches nothing when a [ is not closed
CREATE FUNCTION sqlite_compat._glob_pattern(pattern text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	rest   text := pattern;
	result text := '';
	m      text[];
BEGIN
	WHILE rest <> '' LOOP
		IF left(rest, 1) = '[' THEN
			-- a ] that comes first is one of the set
			m := regexp_match(rest, '^\[(\^(?=\][^]]*\]|[^]]+\])|(?!\^))(\][^]]*|[^]]+)\]');
			IF m IS NULL THEN
				RETURN '[^\s\S]';
			END IF;
			result := result || '[' || m[1] || sqlite_compat._glob_set(m[2]) || ']';
			rest := substr(rest, length(m[1]) + length(m[2]) + 3);
		ELSE
			result := result || CASE left(rest, 1) WHEN '*' THEN '.*' WHEN '?' THEN '.' ELSE sqlite_compat._glob_character(left(rest, 1)) END;
			rest := substr(rest, 2);
		END IF;
	END LOOP;
	RETURN '^(?:' || result || ')$';
END;
$$;
COMMENT ON FUNCTION sqlite_compat._glob_pattern(text) IS 'internal: a pattern of GLOB as a regular expression';

CREATE FUNCTION sqlite_compat.glob(pattern text, x text) RETURNS boolean
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT x COLLATE "C" ~ sqlite_compat._glob_pattern(pattern) COLLATE "C";
END;
COMMENT ON FUNCTION sqlite_compat.glob(text, text) IS 'SQLite: x GLOB pattern: * ? and [sets], letters in their case';

CREATE FUNCTION sqlite_compat.glob(pattern sqlite_compat.value, x sqlite_compat.value) RETURNS boolean
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN 'blob' IN (sqlite_compat._class(pattern), sqlite_compat._class(x)) THEN false
		ELSE sqlite_compat.glob(sqlite_compat.cast_text(pattern), sqlite_compat.cast_text(x)) END;
END;
COMMENT ON FUNCTION sqlite_compat.glob(sqlite_compat.value, sqlite_compat.value) IS 'SQLite: x GLOB pattern of what is no text by its type; a blob matches nothing, as in Debian''s SQLite';
