
-- Text and bytes as SQLite handles them: positions from either end, ASCII letters only, LIKE and GLOB, quoting.

-- The first character of what substr() gives, counted from 1, and how many there are.
CREATE FUNCTION sqlite_compat._slice(size bigint, p bigint, n bigint, OUT start bigint, OUT length bigint)
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
BEGIN
	start := p;
	length := abs(n);
	IF start < 0 THEN
		start := start + size;
		IF start < 0 THEN
			length := greatest(length + start, 0);
			start := 0;
		END IF;
	ELSIF start > 0 THEN
		start := start - 1;
	ELSIF length > 0 THEN
		length := length - 1;
	END IF;
	-- a negative length: the characters before
	IF n < 0 THEN
		start := start - length;
		IF start < 0 THEN
			length := length + start;
			start := 0;
		END IF;
	END IF;
	start := least(start, size) + 1;
	length := greatest(least(length, size), 0);
END;
$$;
COMMENT ON FUNCTION sqlite_compat._slice(bigint, bigint, bigint) IS 'internal: what substr takes of so many characters';

CREATE FUNCTION sqlite_compat._sliced(x text, p bigint, n bigint) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	slice record;
BEGIN
	SELECT * INTO slice FROM sqlite_compat._slice(length(x), p, n);
	RETURN substr(x, slice.start::integer, slice.length::integer);
END;
$$;
COMMENT ON FUNCTION sqlite_compat._sliced(text, bigint, bigint) IS 'internal: substr where the place or the length are negative or zero';

CREATE FUNCTION sqlite_compat._sliced(x bytea, p bigint, n bigint) RETURNS bytea
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	slice record;
BEGIN
	SELECT * INTO slice FROM sqlite_compat._slice(length(x), p, n);
	RETURN substr(nullif(x, ''), slice.start::integer, slice.length::integer);
END;
$$;
COMMENT ON FUNCTION sqlite_compat._sliced(bytea, bigint, bigint) IS 'internal: substr where the place or the length are negative or zero';

CREATE FUNCTION sqlite_compat._quoted_real(x double precision) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	short text := sqlite_compat._real_text(x);
BEGIN
	IF abs(x) = 'Infinity' OR sqlite_compat._to_double(short) = x THEN
		RETURN short;
	END IF;
	RETURN CASE WHEN x < 0 THEN '-' ELSE '' END || sqlite_compat._digits('e', abs(x), 20, false, true);
END;
$$;
COMMENT ON FUNCTION sqlite_compat._quoted_real(double precision) IS 'internal: a literal that gives the same real again';

/*
 * Each further letter with another code than the one before it; vowels, and all
 * that is no letter, between two equal codes let both count.
 */
CREATE FUNCTION sqlite_compat._soundex(x text) RETURNS text
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS
$$
DECLARE
	-- (SQLite looks at bytes, and at seven bits of each)
	bytes bytea := convert_to(substring(x FROM '[A-Za-z].*$'), 'UTF8');
	word  text := upper((SELECT string_agg(chr(greatest(get_byte(bytes, n) & 127, 1)), '' ORDER BY n) FROM generate_series(0, octet_length(bytes) - 1) AS n) COLLATE "C");
	codes text := regexp_replace(word, '[^BFPVCGJKQSXZDTLMNR]', '0', 'g');
BEGIN
	IF word IS NULL THEN
		RETURN '?000';
	END IF;
	codes := translate(codes, 'BFPVCGJKQSXZDTLMNR', '111122222222334556');
	-- the first letter is written, and its code is only what the next is compared with
	codes := regexp_replace(regexp_replace(codes, '([0-6])\1+', '\1', 'g'), '^.', '');
	RETURN left(word, 1) || rpad(left(replace(codes, '0', ''), 3), 3, '0');
END;
$$;
COMMENT ON FUNCTION sqlite_compat._soundex(text) IS 'internal: soundex of a text';

CREATE FUNCTION sqlite_compat.substr(x text, p bigint) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN p BETWEEN 1 AND 1000000000 THEN pg_catalog.substr(x, p::integer) ELSE sqlite_compat._sliced(x, p, 1000000000) END;
END;
COMMENT ON FUNCTION sqlite_compat.substr(text, bigint) IS 'SQLite: substr(x, p): from character p on, negative from the end';

CREATE FUNCTION sqlite_compat.substr(x text, p bigint, n bigint) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN p BETWEEN 1 AND 1000000000 AND n BETWEEN 0 AND 1000000000 THEN pg_catalog.substr(x, p::integer, n::integer) ELSE sqlite_compat._sliced(x, p, n) END;
END;
COMMENT ON FUNCTION sqlite_compat.substr(text, bigint, bigint) IS 'SQLite: substr(x, p, n): n characters from p, for negative n those before; p = 0 is the place before the first';

CREATE FUNCTION sqlite_compat.substr(x bytea, p bigint) RETURNS bytea
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN p BETWEEN 1 AND 1000000000 THEN pg_catalog.substr(NULLIF(x, ''), p::integer) ELSE sqlite_compat._sliced(x, p, 1000000000) END;
END;
COMMENT ON FUNCTION sqlite_compat.substr(bytea, bigint) IS 'SQLite: substr(x, p): from byte p on, negative from the end';

CREATE FUNCTION sqlite_compat.substr(x bytea, p bigint, n bigint) RETURNS bytea
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN p BETWEEN 1 AND 1000000000 AND n BETWEEN 0 AND 1000000000 THEN pg_catalog.substr(NULLIF(x, ''), p::integer, n::integer) ELSE sqlite_compat._sliced(x, p, n) END;
END;
COMMENT ON FUNCTION sqlite_compat.substr(bytea, bigint, bigint) IS 'SQLite: substr(x, p, n): n bytes from p, for negative n those before; p = 0 is the place before the first';

CREATE FUNCTION sqlite_compat.substr(v sqlite_compat.value, p bigint) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.substr(sqlite_compat.cast_text(v), p);
END;
COMMENT ON FUNCTION sqlite_compat.substr(sqlite_compat.value, bigint) IS 'SQLite: substr(x, p) of what is no text by its type';

CREATE FUNCTION sqlite_compat.substr(v sqlite_compat.value, p bigint, n bigint) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.substr(sqlite_compat.cast_text(v), p, n);
END;
COMMENT ON FUNCTION sqlite_compat.substr(sqlite_compat.value, bigint, bigint) IS 'SQLite: substr(x, p, n) of what is no text by its type';

CREATE FUNCTION sqlite_compat.substring(x text, p bigint) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.substr(x, p);
END;
COMMENT ON FUNCTION sqlite_compat.substring(text, bigint) IS 'SQLite: substring(x, p), another name of substr: from character p on, negative from the end';

CREATE FUNCTION sqlite_compat.substring(x text, p bigint, n bigint) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.substr(x, p, n);
END;
COMMENT ON FUNCTION sqlite_compat.substring(text, bigint, bigint) IS 'SQLite: substring(x, p, n), another name of substr: n characters from p, for negative n those before; p = 0 is the place before the first';

CREATE FUNCTION sqlite_compat.substring(x bytea, p bigint) RETURNS bytea
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.substr(x, p);
END;
COMMENT ON FUNCTION sqlite_compat.substring(bytea, bigint) IS 'SQLite: substring(x, p), another name of substr: from byte p on, negative from the end';

CREATE FUNCTION sqlite_compat.substring(x bytea, p bigint, n bigint) RETURNS bytea
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.substr(x, p, n);
END;
COMMENT ON FUNCTION sqlite_compat.substring(bytea, bigint, bigint) IS 'SQLite: substring(x, p, n), another name of substr: n bytes from p, for negative n those before; p = 0 is the place before the first';

CREATE FUNCTION sqlite_compat.substring(v sqlite_compat.value, p bigint) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.substring(sqlite_compat.cast_text(v), p);
END;
COMMENT ON FUNCTION sqlite_compat.substring(sqlite_compat.value, bigint) IS 'SQLite: substring(x, p), another name of substr of what is no text by its type';

CREATE FUNCTION sqlite_compat.substring(v sqlite_compat.value, p bigint, n bigint) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.substring(sqlite_compat.cast_text(v), p, n);
END;
COMMENT ON FUNCTION sqlite_compat.substring(sqlite_compat.value, bigint, bigint) IS 'SQLite: substring(x, p, n), another name of substr of what is no text by its type';

CREATE FUNCTION sqlite_compat.instr(x text, y text) RETURNS integer
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.strpos(x COLLATE "C", y COLLATE "C");
END;
COMMENT ON FUNCTION sqlite_compat.instr(text, text) IS 'SQLite: instr(x, y): where y is in x, 0 when it is not';

CREATE FUNCTION sqlite_compat.instr(x bytea, y bytea) RETURNS integer
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog."position"(x, y);
END;
COMMENT ON FUNCTION sqlite_compat.instr(bytea, bytea) IS 'SQLite: instr(x, y) of two blobs, in bytes';

CREATE FUNCTION sqlite_compat.instr(x sqlite_compat.value, y sqlite_compat.value) RETURNS integer
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.strpos(sqlite_compat.cast_text(x) COLLATE "C", sqlite_compat.cast_text(y) COLLATE "C");
END;
COMMENT ON FUNCTION sqlite_compat.instr(sqlite_compat.value, sqlite_compat.value) IS 'SQLite: instr(x, y) of what is no text by its type';

CREATE FUNCTION sqlite_compat.length(x text) RETURNS integer
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.length(x);
END;
COMMENT ON FUNCTION sqlite_compat.length(text) IS 'SQLite: length(x) in characters';

CREATE FUNCTION sqlite_compat.length(x bytea) RETURNS integer
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.octet_length(x);
END;
COMMENT ON FUNCTION sqlite_compat.length(bytea) IS 'SQLite: length(x) of a blob, in bytes';

CREATE FUNCTION sqlite_compat.length(v sqlite_compat.value) RETURNS integer
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.length(sqlite_compat.cast_text(v));
END;
COMMENT ON FUNCTION sqlite_compat.length(sqlite_compat.value) IS 'SQLite: length(x) of a number: of its text';

CREATE FUNCTION sqlite_compat.octet_length(v sqlite_compat.value) RETURNS integer
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.octet_length(sqlite_compat.cast_blob(v));
END;
COMMENT ON FUNCTION sqlite_compat.octet_length(sqlite_compat.value) IS 'SQLite 3.43: octet_length(x): bytes of a blob, or of the text in UTF-8';

CREATE FUNCTION sqlite_compat.upper(x text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.translate(x, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ');
END;
COMMENT ON FUNCTION sqlite_compat.upper(text) IS 'SQLite: upper(x): letters of ASCII only';

CREATE FUNCTION sqlite_compat.upper(v sqlite_compat.value) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.upper(sqlite_compat.cast_text(v));
END;
COMMENT ON FUNCTION sqlite_compat.upper(sqlite_compat.value) IS 'SQLite: upper(x) of what is no text by its type';

CREATE FUNCTION sqlite_compat.lower(x text) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.translate(x, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz');
END;
COMMENT ON FUNCTION sqlite_compat.lower(text) IS 'SQLite: lower(x): letters of ASCII only';

CREATE FUNCTION sqlite_compat.lower(v sqlite_compat.value) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat.lower(sqlite_compat.cast_text(v));
END;
COMMENT ON FUNCTION sqlite_compat.lower(sqlite_compat.value) IS 'SQLite: lower(x) of what is no text by its type';

CREATE FUNCTION sqlite_compat.trim(v sqlite_compat.value) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.btrim(sqlite_compat.cast_text(v));
END;
COMMENT ON FUNCTION sqlite_compat.trim(sqlite_compat.value) IS 'SQLite: trim(x): blanks only';

CREATE FUNCTION sqlite_compat.trim(v sqlite_compat.value, characters sqlite_compat.value) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.btrim(sqlite_compat.cast_text(v), sqlite_compat.cast_text(characters));
END;
COMMENT ON FUNCTION sqlite_compat.trim(sqlite_compat.value, sqlite_compat.value) IS 'SQLite: trim(x, characters)';

CREATE FUNCTION sqlite_compat.ltrim(v sqlite_compat.value) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.ltrim(sqlite_compat.cast_text(v));
END;
COMMENT ON FUNCTION sqlite_compat.ltrim(sqlite_compat.value) IS 'SQLite: ltrim(x): blanks only';

CREATE FUNCTION sqlite_compat.ltrim(v sqlite_compat.value, characters sqlite_compat.value) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.ltrim(sqlite_compat.cast_text(v), sqlite_compat.cast_text(characters));
END;
COMMENT ON FUNCTION sqlite_compat.ltrim(sqlite_compat.value, sqlite_compat.value) IS 'SQLite: ltrim(x, characters)';

CREATE FUNCTION sqlite_compat.rtrim(v sqlite_compat.value) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.rtrim(sqlite_compat.cast_text(v));
END;
COMMENT ON FUNCTION sqlite_compat.rtrim(sqlite_compat.value) IS 'SQLite: rtrim(x): blanks only';

CREATE FUNCTION sqlite_compat.rtrim(v sqlite_compat.value, characters sqlite_compat.value) RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT pg_catalog.rtrim(sqlite_compat.cast_text(v), sqlite_compat.cast_text(characters));
END;
COMMENT ON FUNCTION sqlite_compat.rtrim(sqlite_compat.value, sqlite_compat.value) IS 'SQLite: rtrim(x, characters)';

CREATE FUNCTION sqlite_compat.replace(x sqlite_compat.value, y sqlite_compat.value, z sqlite_compat.value) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	-- nothing is looked for: what it would become does not matter, even if it is NULL
	SELECT CASE WHEN sqlite_compat.cast_text(y) = '' THEN sqlite_compat.cast_text(x)
		ELSE pg_catalog.replace(sqlite_compat.cast_text(x) COLLATE "C", sqlite_compat.cast_text(y), sqlite_compat.cast_text(z)) END;
END;
COMMENT ON FUNCTION sqlite_compat.replace(sqlite_compat.value, sqlite_compat.value, sqlite_compat.value) IS 'SQLite: replace(x, y, z); the result is text, where SQLite gives x itself back when y is empty';

CREATE FUNCTION sqlite_compat.hex(x text) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT COALESCE(pg_catalog.upper(pg_catalog.encode(pg_catalog.convert_to(x, 'UTF8'), 'hex')), '');
END;
COMMENT ON FUNCTION sqlite_compat.hex(text) IS 'SQLite: hex(x): the bytes of a text in UTF-8; of NULL the empty text';

CREATE FUNCTION sqlite_compat.hex(x bytea) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT COALESCE(pg_catalog.upper(pg_catalog.encode(x, 'hex')), '');
END;
COMMENT ON FUNCTION sqlite_compat.hex(bytea) IS 'SQLite: hex(x); of NULL the empty text';

CREATE FUNCTION sqlite_compat.hex(v sqlite_compat.value) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT COALESCE(pg_catalog.upper(pg_catalog.encode(sqlite_compat.cast_blob(v), 'hex')), '');
END;
COMMENT ON FUNCTION sqlite_compat.hex(sqlite_compat.value) IS 'SQLite: hex(x) of a number: of its text';

CREATE FUNCTION sqlite_compat.unicode(v sqlite_compat.value) RETURNS integer
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT NULLIF(CASE WHEN pg_catalog.getdatabaseencoding() IN ('UTF8', 'LATIN1') THEN pg_catalog.ascii(CASE WHEN pg_catalog.getdatabaseencoding() IN ('UTF8', 'LATIN1') THEN sqlite_compat.cast_text(v) END)
		ELSE sqlite_compat._code(sqlite_compat.cast_text(v)) END, 0);
END;
COMMENT ON FUNCTION sqlite_compat.unicode(sqlite_compat.value) IS 'SQLite: unicode(x): the number of the first character; NULL for an empty text';

CREATE FUNCTION sqlite_compat.soundex(v sqlite_compat.value) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT sqlite_compat._soundex(COALESCE(sqlite_compat.cast_text(v), ''));
END;
COMMENT ON FUNCTION sqlite_compat.soundex(sqlite_compat.value) IS 'SQLite: soundex(x), where it is compiled in (Debian does)';

CREATE FUNCTION sqlite_compat."char"(VARIADIC codes bigint[] DEFAULT '{}') RETURNS text
	LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
	SELECT COALESCE(pg_catalog.string_agg(sqlite_compat._character(CASE WHEN c.code BETWEEN 0 AND 1114111 THEN c.code::integer WHEN c.code IS NULL THEN 0 ELSE 65533 END), '' ORDER BY c.n), '')
		FROM pg_catalog.unnest(codes) WITH ORDINALITY AS c (code, n);
END;
COMMENT ON FUNCTION sqlite_compat."char"(bigint[]) IS
	'SQLite: char(x, ...): the characters with these numbers; an error for 0 and NULL, which no text of PostgreSQL can hold, and for the halves of surrogate pairs';

CREATE FUNCTION sqlite_compat.quote(v sqlite_compat.value) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE sqlite_compat._class(v)
		WHEN 'null' THEN 'NULL'
		WHEN 'integer' THEN sqlite_compat._body(v)
		WHEN 'real' THEN sqlite_compat._quoted_real(sqlite_compat._body(v)::double precision)
		WHEN 'blob' THEN 'X''' || pg_catalog.upper(sqlite_compat._body(v)) || ''''
		ELSE '''' || pg_catalog.replace(sqlite_compat.cast_text(v), '''', '''''') || '''' END;
END;
COMMENT ON FUNCTION sqlite_compat.quote(sqlite_compat.value) IS 'SQLite: quote(x): a literal of SQLite; of a real that 15 digits do not tell apart, digits after the 17th may differ';

/*
 * Pairs of digits; characters of the second argument may stand between them,
 * not within one, and a digit is never ignored.
 */
CREATE FUNCTION sqlite_compat.unhex(x text, ignored text DEFAULT '') RETURNS bytea
	LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS
$$
DECLARE
	-- what is ignored becomes a blank, a real blank that is not ignored something that is no digit
	filler text := translate(ignored, '0123456789abcdefABCDEF ', '');
	digits text := translate(CASE WHEN strpos(ignored, ' ') > 0 THEN x ELSE replace(x, ' ', '-') END, filler, repeat(' ', length(filler)));
BEGIN
	RETURN CASE WHEN digits ~ '^ *([0-9A-Fa-f]{2} *)*$' THEN decode(replace(digits, ' ', ''), 'hex') END;
END;
$$;
COMMENT ON FUNCTION sqlite_compat.unhex(text, text) IS 'SQLite 3.41: unhex(x, ignored): NULL when x is not hexadecimal';

CREATE FUNCTION sqlite_compat.concat(VARIADIC x sqlite_compat.value[]) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT COALESCE(pg_catalog.string_agg(sqlite_compat.cast_text(e.v), '' ORDER BY e.n), '') FROM pg_catalog.unnest(x) WITH ORDINALITY AS e (v, n);
END;
COMMENT ON FUNCTION sqlite_compat.concat(sqlite_compat.value[]) IS 'SQLite 3.44: concat(x, ...), NULL counts for nothing';

CREATE FUNCTION sqlite_compat.concat_ws(separator sqlite_compat.value, VARIADIC x sqlite_compat.value[]) RETURNS text
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
	SELECT CASE WHEN separator IS NOT NULL THEN COALESCE(pg_catalog.string_agg(sqlite_compat.cast_text(e.v), sqlite_compat.cast_text(separator) ORDER BY e.n), '') END
		FROM pg_catalog.unnest(x) WITH ORDINALITY AS e (v, n);
END;
COMMENT ON FUNCTION sqlite_compat.concat_ws(sqlite_compat.value, sqlite_compat.value[]) IS 'SQLite 3.44: concat_ws(separator, x, ...), NULL left out';
